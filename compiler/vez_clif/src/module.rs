//! Modules: declarations, data, functions compiled in parallel.

use crate::debug::{self, Emitted, Rows};
use crate::func::translate;
use crate::sig::clif_signature;
use crate::{ClifError, Options};
use cranelift_codegen::isa::OwnedTargetIsa;
use cranelift_codegen::settings::{self, Configurable};
use cranelift_codegen::{Context, FinalizedMachReloc, ir};
use cranelift_jit::{JITBuilder, JITModule};
use cranelift_module::{
    DataDescription, DataId, FuncId, Linkage, Module, ModuleReloc, default_libcall_names,
};
use cranelift_object::{ObjectBuilder, ObjectModule};
use rayon::prelude::*;
use std::ffi::{CString, c_char, c_int};
use vez_vir::{self as vir, GlobalInit, Symbol};

/// The object file of a module.
pub fn compile_object(module: &vir::Module, options: Options) -> Result<Vec<u8>, ClifError> {
    let isa = native_isa(options, true)?;
    let mut builder =
        ObjectBuilder::new(isa.clone(), module.name.as_str(), default_libcall_names())
            .map_err(backend)?;
    builder.per_function_section(true).per_data_object_section(true);
    let mut object = ObjectModule::new(builder);
    let (_, emitted) = emit(module, &mut object)?;
    let mut product = object.finish();
    debug::add_sections(module, &emitted, &*isa, &mut product)?;
    product.emit().map_err(backend)
}

/// Compiles a module into this process and runs its `main`.
pub fn run_in_process(
    module: &vir::Module,
    options: Options,
    args: &[String],
) -> Result<i32, ClifError> {
    let isa = native_isa(options, false)?;
    let mut jit = JITModule::new(JITBuilder::with_isa(isa, default_libcall_names()));
    let (symbols, _) = emit(module, &mut jit)?;
    jit.finalize_definitions().map_err(backend)?;
    let main = module.find_func("main").ok_or_else(|| backend("the module has no `main`"))?;
    let code = jit.get_finalized_function(symbols.funcs[main.index()]);
    // SAFETY: `main` was compiled from a verified module whose entry has C's signature of main.
    let main: extern "C" fn(c_int, *const *const c_char) -> c_int =
        unsafe { std::mem::transmute(code) };
    let owned: Vec<CString> =
        args.iter().map(|arg| CString::new(arg.as_str()).unwrap_or_default()).collect();
    let mut pointers: Vec<*const c_char> = owned.iter().map(|arg| arg.as_ptr()).collect();
    pointers.push(std::ptr::null());
    Ok(main(args.len() as c_int, pointers.as_ptr()))
}

fn backend(error: impl ToString) -> ClifError {
    ClifError::Backend(error.to_string())
}

fn native_isa(options: Options, pic: bool) -> Result<OwnedTargetIsa, ClifError> {
    let mut flags = settings::builder();
    let set = |flags: &mut settings::Builder, name: &str, value: &str| {
        flags.set(name, value).map_err(backend)
    };
    set(&mut flags, "opt_level", if options.optimize { "speed" } else { "none" })?;
    set(&mut flags, "is_pic", if pic { "true" } else { "false" })?;
    set(&mut flags, "enable_verifier", if cfg!(debug_assertions) { "true" } else { "false" })?;
    set(&mut flags, "unwind_info", "true")?;
    set(&mut flags, "preserve_frame_pointers", "true")?;
    set(&mut flags, "enable_multi_ret_implicit_sret", "true")?;
    // Values of 128 bits travel in pairs of registers, as in LLVM.
    set(&mut flags, "enable_llvm_abi_extensions", "true")?;
    // A stack frame above a page must touch the guard page, or an overflow would go unnoticed.
    set(&mut flags, "enable_probestack", "true")?;
    set(&mut flags, "probestack_strategy", "inline")?;
    let isa = cranelift_native::builder().map_err(backend)?;
    isa.finish(settings::Flags::new(flags)).map_err(backend)
}

/// Cranelift's ids of a module's symbols, by VIR's ids.
pub struct Symbols {
    pub funcs: Vec<FuncId>,
    pub globals: Vec<DataId>,
    /// The C library's remainders, where a body needs them.
    pub fmod: Option<FuncId>,
    pub fmodf: Option<FuncId>,
}

/// Compiles everything; the functions with bodies, and what is known of their code.
fn emit(module: &vir::Module, out: &mut impl Module) -> Result<(Symbols, Vec<Emitted>), ClifError> {
    let symbols = declare(module, out)?;
    for id in module.global_ids() {
        define_global(module, id, &symbols, out)?;
    }
    let isa = out.isa();
    let compiled: Vec<_> = module
        .func_ids()
        .filter(|id| module.func(*id).body.is_some())
        .collect::<Vec<_>>()
        .into_par_iter()
        .map_init(Scratch::new, |scratch, id| compile(module, id, &symbols, isa, scratch))
        .collect::<Result<_, ClifError>>()?;
    let mut emitted = Vec::with_capacity(compiled.len());
    for Compiled { align, code, relocs, emitted: function } in compiled {
        out.define_function_bytes(function.id, align, &code, &relocs).map_err(backend)?;
        emitted.push(function);
    }
    Ok((symbols, emitted))
}

/// What compiling one function needs again for the next.
struct Scratch {
    context: Context,
    builder: cranelift_frontend::FunctionBuilderContext,
}

impl Scratch {
    fn new() -> Scratch {
        Scratch { context: Context::new(), builder: Default::default() }
    }
}

struct Compiled {
    align: u64,
    code: Vec<u8>,
    relocs: Vec<ModuleReloc>,
    emitted: Emitted,
}

fn compile(
    module: &vir::Module,
    id: vir::FuncId,
    symbols: &Symbols,
    isa: &dyn cranelift_codegen::isa::TargetIsa,
    scratch: &mut Scratch,
) -> Result<Compiled, ClifError> {
    let context = &mut scratch.context;
    context.clear();
    translate(module, id, symbols, isa, &mut context.func, &mut scratch.builder)?;
    let name = || module.symbol_name(Symbol::Func(id)).to_owned();
    let code = context
        .compile(isa, &mut Default::default())
        .map_err(|error| ClifError::Backend(format!("{}: {:?}", name(), error.inner)))?;
    let rows = match &module.func(id).body {
        Some(body) => Rows::new(body, code),
        None => return Err(backend("a function without a body")),
    };
    let unwind = code.create_unwind_info(isa).map_err(backend)?;
    let align = u64::from(code.buffer.alignment);
    let bytes = code.buffer.data().to_vec();
    let mach: Vec<FinalizedMachReloc> = code.buffer.relocs().to_vec();
    let own = symbols.funcs[id.index()];
    let relocs =
        mach.iter().map(|reloc| ModuleReloc::from_mach_reloc(reloc, &context.func, own)).collect();
    let emitted = Emitted { function: id, id: own, rows, unwind };
    Ok(Compiled { align, code: bytes, relocs, emitted })
}

fn linkage(linkage: vir::Linkage) -> Linkage {
    match linkage {
        vir::Linkage::Internal => Linkage::Local,
        vir::Linkage::Export => Linkage::Export,
        vir::Linkage::Shared => Linkage::Preemptible,
        vir::Linkage::Import => Linkage::Import,
    }
}

fn declare(module: &vir::Module, out: &mut impl Module) -> Result<Symbols, ClifError> {
    let mut symbols = Symbols { funcs: Vec::new(), globals: Vec::new(), fmod: None, fmodf: None };
    for id in module.func_ids() {
        let function = module.func(id);
        let name = module.symbol_name(Symbol::Func(id));
        let sig = clif_signature(module.sig(function.sig), out.isa()).map_err(|ty| {
            ClifError::Unsupported { function: name.to_owned(), what: format!("the type {ty}") }
        })?;
        let declared = out.declare_function(name, linkage(function.linkage), &sig);
        symbols.funcs.push(declared.map_err(backend)?);
    }
    for id in module.global_ids() {
        let global = module.global(id);
        let name = module.symbol_name(Symbol::Global(id));
        let declared =
            out.declare_data(name, linkage(global.linkage), global.mutable, global.thread_local);
        symbols.globals.push(declared.map_err(backend)?);
    }
    symbols.fmod = declare_remainder(module, out, vir::Type::F64, "fmod")?;
    symbols.fmodf = declare_remainder(module, out, vir::Type::F32, "fmodf")?;
    Ok(symbols)
}

/// Cranelift has no float remainder; the C library has.
fn declare_remainder(
    module: &vir::Module,
    out: &mut impl Module,
    of: vir::Type,
    name: &str,
) -> Result<Option<FuncId>, ClifError> {
    let is_remainder = |inst: &vir::Inst| matches!(inst, vir::Inst::Arith { op: vir::ArithOp::Rem, ty, .. } if *ty == of);
    let mut bodies = module.functions.iter().filter_map(|f| f.body.as_ref());
    if !bodies.any(|body| body.insts.iter().any(is_remainder)) {
        return Ok(None);
    }
    if let Some(known) = module.find_func(name) {
        // Declared by the module itself, with the same signature.
        let sig = clif_signature(module.func_sig(known), out.isa())
            .map_err(|ty| backend(format!("the type {ty}")))?;
        return out.declare_function(name, Linkage::Import, &sig).map(Some).map_err(backend);
    }
    let clif = crate::sig::clif_type(of).ok_or_else(|| backend("a float type"))?;
    let mut sig = ir::Signature::new(out.isa().default_call_conv());
    sig.params.extend([ir::AbiParam::new(clif), ir::AbiParam::new(clif)]);
    sig.returns.push(ir::AbiParam::new(clif));
    out.declare_function(name, Linkage::Import, &sig).map(Some).map_err(backend)
}

fn define_global(
    module: &vir::Module,
    id: vir::GlobalId,
    symbols: &Symbols,
    out: &mut impl Module,
) -> Result<(), ClifError> {
    let global = module.global(id);
    let mut data = DataDescription::new();
    match &global.init {
        GlobalInit::Import => return Ok(()),
        GlobalInit::Zero => data.define_zeroinit(global.size as usize),
        GlobalInit::Data { bytes, relocs } => {
            let mut contents = bytes.clone();
            contents.resize(global.size as usize, 0);
            data.define(contents.into_boxed_slice());
            for reloc in relocs {
                let offset = reloc.offset as u32;
                match reloc.target {
                    Symbol::Func(func) if reloc.addend == 0 => {
                        let func = out.declare_func_in_data(symbols.funcs[func.index()], &mut data);
                        data.write_function_addr(offset, func);
                    }
                    Symbol::Func(_) => {
                        return Err(ClifError::Unsupported {
                            function: module.symbol_name(Symbol::Global(id)).to_owned(),
                            what: "an address inside a function".to_owned(),
                        });
                    }
                    Symbol::Global(other) => {
                        let other =
                            out.declare_data_in_data(symbols.globals[other.index()], &mut data);
                        data.write_data_addr(offset, other, reloc.addend);
                    }
                }
            }
        }
    }
    data.set_align(1 << global.align_log2);
    out.define_data(symbols.globals[id.index()], &data).map_err(backend)
}

/// The name Cranelift's modules give to a function or data object inside code.
pub fn external_name(namespace: u32, index: u32) -> ir::UserExternalName {
    ir::UserExternalName { namespace, index }
}
