//! The state of lowering one program: which functions and globals exist, which still need a body.

use crate::abi::FnAbi;
use crate::consts::{ConstKey, ConstValue, SymbolKey};
use crate::func::FnLower;
use crate::growth::Growth;
use crate::instance::FnKey;
use crate::layout::{LayoutRef, Layouts};
use crate::names::{self, Names};
use crate::{LowerError, Prefetch, unique};
use std::collections::VecDeque;
use std::rc::Rc;
use vez_base::{Anchor, DefId, FileId, FxHashMap, FxHashSet, Span};
use vez_db::Db;
use vez_types::{Const, GenericArgs, Ty};
use vez_vir::{FuncAttrs, FuncId, FunctionBuilder, Global, GlobalId, GlobalInit, Linkage};
use vez_vir::{Loc, Module, Reloc, Symbol};

/// What a profile decides about lowering.
#[derive(Clone, Copy, Debug)]
pub struct Options<'a> {
    pub overflow_checks: bool,
    pub library: Library<'a>,
}

impl Options<'_> {
    /// Constants are evaluated with all checks, from the code of everything they use.
    pub(crate) const CONST: Options<'static> =
        Options { overflow_checks: true, library: Library::Lowered };
}

/// Where the library's functions and statics come from, as far as programs can share them.
#[derive(Clone, Copy, Debug)]
pub enum Library<'a> {
    /// They are lowered with the program.
    Lowered,
    /// The same, with [`Linkage::Shared`]: this is the module that other programs get them from.
    Offered,
    /// Those with these names are in an object that the program is linked with.
    Linked(&'a FxHashSet<&'a str>),
}

/// The program being lowered. The module it goes into is passed along, since builders borrow it.
pub struct Cx<'db> {
    pub db: &'db dyn Db,
    pub options: Options<'db>,
    pub layouts: Layouts<'db>,
    pub const_values: FxHashMap<ConstKey, Option<Rc<ConstValue>>>,
    pub symbols: FxHashMap<SymbolKey, Symbol>,
    pub symbol_keys: FxHashMap<Symbol, SymbolKey>,
    queue: VecDeque<(FnKey, FuncId)>,
    /// What is lowered is a constant's value, and not code to keep.
    is_evaluation: bool,
    /// In an evaluation: functions whose addresses were taken, and that nothing has called yet.
    addressed: FxHashMap<FuncId, FnKey>,
    prefetch: Option<Prefetch<'db>>,
    prefetched: FxHashSet<DefId>,
    growth: Growth,
    abis: FxHashMap<FnKey, Rc<FnAbi>>,
    names: Names,
    paths: FxHashMap<FileId, Rc<str>>,
    /// Where the last anchor is: positions are asked for body by body.
    last_anchor: Option<(Anchor, FileId, u32)>,
}

impl<'db> Cx<'db> {
    pub fn new(db: &'db dyn Db, options: Options<'db>) -> Cx<'db> {
        Cx {
            db,
            options,
            layouts: Layouts::new(db),
            const_values: FxHashMap::default(),
            symbols: FxHashMap::default(),
            symbol_keys: FxHashMap::default(),
            queue: VecDeque::new(),
            is_evaluation: false,
            addressed: FxHashMap::default(),
            prefetch: None,
            prefetched: FxHashSet::default(),
            growth: Growth::default(),
            abis: FxHashMap::default(),
            names: Names::default(),
            paths: FxHashMap::default(),
            last_anchor: None,
        }
    }

    pub fn with_prefetch(self, prefetch: Prefetch<'db>) -> Cx<'db> {
        Cx { prefetch: Some(prefetch), ..self }
    }

    /// A context for another module of the same program, to evaluate a constant in.
    pub fn nested(&mut self) -> Cx<'db> {
        let mut inner = Cx { is_evaluation: true, ..Cx::new(self.db, Options::CONST) };
        std::mem::swap(&mut inner.const_values, &mut self.const_values);
        std::mem::swap(&mut inner.layouts, &mut self.layouts);
        inner
    }

    /// Takes back what [`nested`](Self::nested) lent.
    pub fn absorb(&mut self, mut inner: Cx<'db>) {
        std::mem::swap(&mut inner.const_values, &mut self.const_values);
        std::mem::swap(&mut inner.layouts, &mut self.layouts);
    }

    /// The function for a key; declared, and queued for its body, when it is new.
    pub fn func(&mut self, module: &mut Module, key: FnKey) -> Result<FuncId, LowerError> {
        let symbol_key = SymbolKey::Fn(key);
        if let Some(&Symbol::Func(func)) = self.symbols.get(&symbol_key) {
            if let Some(key) = self.addressed.remove(&func) {
                self.queue.push_back((key, func));
            }
            return Ok(func);
        }
        let SymbolKey::Fn(key) = symbol_key else { unreachable!("made above") };
        if self.growth.is_endless(&key) {
            return Err(LowerError::TooManyInstances(self.key_def(&key)));
        }
        let abi = self.abi(&key)?;
        let sig = abi.signature(module);
        let func = match self.foreign_name(&key) {
            Some(name) => module.import_function(name.as_str(), sig),
            None => match self.linked_name(&key) {
                Some(name) => self.import(module, &key, &name, sig),
                None => self.declare(module, &key, sig),
            },
        };
        self.register(SymbolKey::Fn(key), Symbol::Func(func));
        Ok(func)
    }

    /// The function for a key whose address is taken. An evaluation needs no body of it at first, since constants call no
    /// function by its address: a table of functions may be read by those in it.
    pub fn func_address(&mut self, module: &mut Module, key: FnKey) -> Result<FuncId, LowerError> {
        let queued = self.queue.len();
        let func = self.func(module, key)?;
        if self.is_evaluation
            && self.queue.len() > queued
            && let Some((key, func)) = self.queue.pop_back()
        {
            self.addressed.insert(func, key);
        }
        Ok(func)
    }

    /// The name of a function that the library's object has.
    fn linked_name(&self, key: &FnKey) -> Option<String> {
        let Library::Linked(names) = self.options.library else { return None };
        unique::function_symbol(self.db, key).filter(|name| names.contains(name.as_str()))
    }

    fn import(
        &mut self,
        module: &mut Module,
        key: &FnKey,
        name: &str,
        sig: vez_vir::Signature,
    ) -> FuncId {
        let sig = module.intern_sig(sig);
        let func = module.add_function(name, sig, Linkage::Import);
        module.functions[func.index()].attrs = self.function_attrs(key) | FuncAttrs::NOUNWIND;
        func
    }

    /// The name and linkage of what is defined here.
    fn own_name(&mut self, key: &FnKey) -> (String, Linkage) {
        if let Some(name) = self.exported_name(key) {
            return (name, Linkage::Export);
        }
        let offered = matches!(self.options.library, Library::Offered);
        match offered.then(|| unique::function_symbol(self.db, key)).flatten() {
            Some(name) => (name, Linkage::Shared),
            None => (self.names.function(self.db, key), Linkage::Internal),
        }
    }

    fn declare(&mut self, module: &mut Module, key: &FnKey, sig: vez_vir::Signature) -> FuncId {
        let sig = module.intern_sig(sig);
        let (name, linkage) = self.own_name(key);
        let func = module.add_function(&name, sig, linkage);
        let attrs = self.function_attrs(key);
        let source_name = module.strings.intern(self.key_def(key).name().as_str());
        // The process's entry is in no source; `main` has a frame of its own.
        let loc = match key {
            FnKey::Entry(_) | FnKey::TestEntry(_) => None,
            _ => self.loc(module, self.key_span(key)),
        };
        let function = &mut module.functions[func.index()];
        function.attrs = attrs | FuncAttrs::NOUNWIND;
        function.source_name = source_name;
        function.loc = loc;
        self.growth.add(key, func);
        if let (FnKey::Item(def, _), Some(prefetch)) = (key, self.prefetch)
            && self.prefetched.insert(*def)
        {
            prefetch(*def);
        }
        self.queue.push_back((key.clone(), func));
        func
    }

    /// Remembers which symbol a key has, both ways.
    pub fn register(&mut self, key: SymbolKey, symbol: Symbol) {
        self.symbol_keys.insert(symbol, key.clone());
        self.symbols.insert(key, symbol);
    }

    /// A fresh symbol name.
    pub fn fresh_name(&mut self, prefix: &str) -> String {
        self.names.fresh(prefix)
    }

    /// Gives every queued function its body, and those they call.
    pub fn lower_queue(&mut self, module: &mut Module) -> Result<(), LowerError> {
        while let Some((key, func)) = self.queue.pop_front() {
            let def = self.key_def(&key);
            let span = self.key_span(&key);
            self.growth.enter(func);
            self.lower_one(module, key, func).map_err(|error| match error {
                inner @ LowerError::In { .. } => inner,
                error => LowerError::In { def, span, error: Box::new(error) },
            })?;
        }
        Ok(())
    }

    /// Gives those functions their bodies that have none because only their addresses were asked for; whether there were any.
    pub fn lower_addressed(&mut self, module: &mut Module) -> Result<bool, LowerError> {
        let any = !self.addressed.is_empty();
        while !self.addressed.is_empty() {
            let mut found: Vec<(FuncId, FnKey)> = self.addressed.drain().collect();
            found.sort_by_key(|(func, _)| *func);
            self.queue.extend(found.into_iter().map(|(func, key)| (key, func)));
            self.lower_queue(module)?;
        }
        Ok(any)
    }

    fn lower_one(
        &mut self,
        module: &mut Module,
        key: FnKey,
        func: FuncId,
    ) -> Result<(), LowerError> {
        let abi = (*self.abi(&key)?).clone();
        let builder = FunctionBuilder::new(module, func);
        match self.mir_of(&key)? {
            Some((body, args)) => FnLower::new(self, builder, Some(body), key, args, abi).run(),
            None => FnLower::new(self, builder, None, key, GenericArgs::empty(), abi).run_glue(),
        }
    }

    /// The convention of a function.
    pub fn abi(&mut self, key: &FnKey) -> Result<Rc<FnAbi>, LowerError> {
        if let Some(abi) = self.abis.get(key) {
            return Ok(abi.clone());
        }
        let abi = Rc::new(self.compute_abi(key)?);
        self.abis.insert(key.clone(), abi.clone());
        Ok(abi)
    }

    pub fn layout(&mut self, ty: Ty) -> Result<LayoutRef, LowerError> {
        Ok(self.layouts.of(ty)?)
    }

    /// A type of a body at concrete arguments, normalised.
    pub fn mono(&self, ty: Ty, args: GenericArgs) -> Ty {
        vez_traits::instance::normalize_mono(self.db, ty.substitute(args))
    }

    pub fn mono_args(&self, of: GenericArgs, args: GenericArgs) -> GenericArgs {
        vez_traits::instance::normalize_args_mono(self.db, of.substitute(args))
    }

    pub fn mono_const(&self, constant: Const, args: GenericArgs) -> Const {
        let one = GenericArgs::new(vec![vez_types::GenericArg::Const(constant)]);
        match self.mono_args(one, args).as_slice() {
            [vez_types::GenericArg::Const(constant)] => *constant,
            _ => constant,
        }
    }

    /// The global of constant bytes.
    pub fn bytes_global(&mut self, module: &mut Module, bytes: &[u8]) -> GlobalId {
        let key = SymbolKey::Bytes(bytes.to_vec());
        if let Some(Symbol::Global(global)) = self.symbols.get(&key) {
            return *global;
        }
        let name = self.fresh_name("bytes");
        let global = module.add_global(&name, Global::constant(bytes.to_vec(), 1));
        self.register(key, Symbol::Global(global));
        global
    }

    /// The source position of a span, for debug information.
    pub fn loc(&mut self, module: &mut Module, span: Span) -> Option<Loc> {
        let (file, line, col) = self.position(span)?;
        let path = self.path(file);
        let file = module.add_file(&path);
        Some(Loc { file, line, col })
    }

    /// File, line and column, from 1; columns count characters, as Rust's `Location` does.
    fn position(&mut self, span: Span) -> Option<(FileId, u32, u32)> {
        let (file, offset) = match self.last_anchor {
            Some((anchor, file, offset)) if anchor == span.anchor => (file, offset),
            _ => {
                let (file, offset) = vez_hir::anchor_location(self.db, span.anchor)?;
                self.last_anchor = Some((span.anchor, file, offset));
                (file, offset)
            }
        };
        let at = offset + span.start;
        let source = vez_db::source_file(self.db, file);
        let position = vez_db::line_index(self.db, source).position(source.text(self.db), at);
        Some((file, position.line, position.column))
    }

    fn path(&mut self, file: FileId) -> Rc<str> {
        let path = self.paths.entry(file).or_insert_with(|| {
            vez_db::source_file(self.db, file).path(self.db).display().to_string().into()
        });
        path.clone()
    }

    /// The global with the `core::panic::Location` of a span.
    pub fn location_global(&mut self, module: &mut Module, span: Span) -> GlobalId {
        let (file, line, col) = self.position(span).unwrap_or((FileId::from_raw(0), 0, 0));
        self.location_at(module, file.raw(), line, col)
    }

    /// The layout is that of `Location { file: &str, line: u32, column: u32 }`.
    pub fn location_at(&mut self, module: &mut Module, file: u32, line: u32, col: u32) -> GlobalId {
        let key = SymbolKey::Location(file, line, col);
        if let Some(Symbol::Global(global)) = self.symbols.get(&key) {
            return *global;
        }
        let path = match line {
            0 => "<unknown>".into(),
            _ => self.path(FileId::from_raw(file)),
        };
        let text = self.bytes_global(module, path.as_bytes());
        let mut bytes = vec![0; 8];
        bytes.extend((path.len() as u64).to_le_bytes());
        bytes.extend(line.to_le_bytes());
        bytes.extend(col.to_le_bytes());
        let relocs = vec![Reloc { offset: 0, target: Symbol::Global(text), addend: 0 }];
        let size = bytes.len() as u64;
        let init = GlobalInit::Data { bytes, relocs };
        let name = self.fresh_name("location");
        let global = Global { mutable: false, unnamed: true, ..Global::new(size, 8, init) };
        let global = module.add_global(&name, global);
        self.register(key, Symbol::Global(global));
        global
    }

    /// The definition a key is about.
    pub fn key_def(&self, key: &FnKey) -> DefId {
        names::def_of(key).unwrap_or_else(|| vez_hir::crate_root(self.db, vez_db::CrateId::CORE))
    }
}
