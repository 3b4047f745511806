//! A module: declares every symbol, then translates every body.

use crate::debug::Debug;
use crate::globals::link;
use crate::options::{Level, Options};
use crate::raw::{Conv, Cx, Md, Ty, Val};
use crate::{Error, attrs, func};
use rustc_hash::FxHashMap;
use vez_vir::{FuncAttrs, Module, Scalar, SigId, Signature, Symbol, Type};

/// What the translation of bodies shares.
pub(crate) struct Codegen<'m> {
    pub(crate) cx: Cx,
    pub(crate) module: &'m Module,
    /// By `FuncId`.
    pub(crate) functions: Vec<Val>,
    /// By `GlobalId`.
    pub(crate) globals: Vec<Val>,
    /// By `SigId`.
    func_types: Vec<Ty>,
    pub(crate) debug: Option<Debug>,
    alias_classes: FxHashMap<u16, Md>,
}

/// Fills `output` with the translation of `module`, which is verified.
pub(crate) fn translate(
    module: &Module,
    options: &Options,
    output: &inkwell::module::Module<'_>,
) -> Result<(), Error> {
    let cx = Cx::new(output);
    // Position independent code for executables: what is defined here is not replaced when loading.
    cx.module_flag("PIC Level", 2);
    cx.module_flag("PIE Level", 2);
    let debug = options.debug.then(|| Debug::new(&cx, module, options.level != Level::O0));
    let mut codegen = Codegen {
        cx,
        module,
        functions: Vec::with_capacity(module.functions.len()),
        globals: Vec::with_capacity(module.globals.len()),
        func_types: Vec::new(),
        debug,
        alias_classes: FxHashMap::default(),
    };
    codegen.func_types =
        (0..module.sig_count()).map(|sig| codegen.func_type(module.sig(SigId::new(sig)))).collect();
    codegen.declare_functions(options.debug);
    codegen.declare_globals(module);
    codegen.define_globals(module);
    for id in module.func_ids() {
        if let Some(body) = &module.func(id).body {
            func::translate(&mut codegen, id, body)?;
        }
    }
    if let Some(debug) = &codegen.debug {
        debug.finish();
    }
    Ok(())
}

impl<'m> Codegen<'m> {
    /// The type of values.
    pub(crate) fn ty(&self, ty: Type) -> Ty {
        let lane = self.scalar(ty);
        if ty.is_vector() { self.cx.vector(lane, ty.lanes()) } else { lane }
    }

    /// The type in memory, where an `i1` takes a byte.
    pub(crate) fn memory_ty(&self, ty: Type) -> Ty {
        match ty.kind() {
            Scalar::I1 => self.ty(ty.with_lane(Type::I8)),
            _ => self.ty(ty),
        }
    }

    fn scalar(&self, ty: Type) -> Ty {
        match ty.kind() {
            Scalar::Ptr => self.cx.ptr(ty.space().into()),
            Scalar::F16 | Scalar::F32 | Scalar::F64 => self.cx.float(ty.lane_bits()),
            _ => self.cx.int(ty.lane_bits()),
        }
    }

    /// The result of a call: nothing, a value, or a struct of several.
    pub(crate) fn result_ty(&self, sig: &Signature) -> Ty {
        match sig.results.as_slice() {
            [] => self.cx.void(),
            [only] => self.ty(only.ty),
            many => {
                let fields: Vec<Ty> = many.iter().map(|result| self.ty(result.ty)).collect();
                self.cx.struct_of(&fields, false)
            }
        }
    }

    fn func_type(&self, sig: &Signature) -> Ty {
        let params: Vec<Ty> = sig.params.iter().map(|param| self.ty(param.ty)).collect();
        self.cx.func(self.result_ty(sig), &params, sig.variadic)
    }

    pub(crate) fn sig_type(&self, sig: SigId) -> Ty {
        self.func_types[sig.index()]
    }

    pub(crate) fn symbol(&self, symbol: Symbol) -> Val {
        match symbol {
            Symbol::Func(func) => self.functions[func.index()],
            Symbol::Global(global) => self.globals[global.index()],
        }
    }

    fn declare_functions(&mut self, debug: bool) {
        let module = self.module;
        for function in &module.functions {
            let name = module.str(function.name);
            let value = self.cx.add_function(name, self.sig_type(function.sig));
            self.cx.set_conv(value, conv(module.sig(function.sig).conv));
            self.cx.set_link(value, name, link(function.linkage));
            if function.attrs.has(FuncAttrs::UNNAMED_ADDR) {
                self.cx.set_unnamed(value);
            }
            if function.body.is_some() {
                // A section a function, so that the linker drops what nothing calls.
                let cold = function.attrs.has(FuncAttrs::COLD);
                let section = if cold { ".text.unlikely." } else { ".text." };
                self.cx.set_section(value, &format!("{section}{name}"));
            }
            attrs::function(&self.cx, module, function, value, debug);
            self.functions.push(value);
        }
    }

    /// The access tag of an alias class: siblings under one root, so different classes do not alias.
    pub(crate) fn alias_tag(&mut self, class: u16) -> Md {
        if let Some(&tag) = self.alias_classes.get(&class) {
            return tag;
        }
        let cx = &self.cx;
        let root = cx.md_node(&[cx.md_text("vez")]);
        let zero = cx.md_const(cx.const_int(cx.int(64), 0));
        let node = cx.md_node(&[cx.md_text(&format!("class {class}")), root, zero]);
        let tag = cx.md_node(&[node, node, zero]);
        self.alias_classes.insert(class, tag);
        tag
    }
}

/// LLVM's number of a convention.
pub(crate) fn conv(conv: vez_vir::Conv) -> Conv {
    match conv {
        vez_vir::Conv::C => Conv::C,
        vez_vir::Conv::Fast => Conv::Fast,
        vez_vir::Conv::Cold => Conv::Cold,
    }
}
