//! The verifier: everything a consumer of VIR may rely on.
//!
//! `structure.rs` checks that ids and lists lie inside their tables (after which nothing here or in a back end can index out of
//! bounds), `types.rs` each instruction's operands, `flow.rs` blocks, edges and dominance. Every loader runs it;
//! each pass runs it in debug builds. Time is near-linear in the module's size.

mod flow;
mod structure;
mod types;

use crate::data::{Function, Global, GlobalInit, Linkage, Module, Param};
use crate::ids::{Block, FuncId, InstId};
use crate::inst::Symbol;
use crate::limits::{MAX_ALIGN_LOG2, MAX_LIST, MAX_NAME, MAX_OBJECT, MAX_SYMBOLS};
use crate::ops::FactFlags;
use crate::print::print_inst;
use rustc_hash::FxHashSet;
use std::fmt;

/// Why a module was rejected.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct VerifyError {
    /// The function or global, with its `@`; empty for the module as a whole.
    pub symbol: String,
    pub block: Option<Block>,
    /// The instruction as text, when it can be printed.
    pub inst: Option<String>,
    pub reason: String,
}

impl fmt::Display for VerifyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.symbol.as_str() {
            "" => f.write_str("module")?,
            symbol => f.write_str(symbol)?,
        }
        if let Some(block) = self.block {
            write!(f, ", {block}")?;
        }
        if let Some(inst) = &self.inst {
            write!(f, ", `{inst}`")?;
        }
        write!(f, ": {}", self.reason)
    }
}

impl std::error::Error for VerifyError {}

/// More errors than this are not collected.
const MAX_ERRORS: usize = 32;

/// Checks `module` completely.
pub fn verify_module(module: &Module) -> Result<(), Vec<VerifyError>> {
    let mut verifier = Verifier { module, errors: Vec::new() };
    verifier.tables();
    // Bodies name functions, globals and signatures, so these must be right first.
    if verifier.errors.is_empty() {
        for func in module.func_ids() {
            if verifier.errors.len() >= MAX_ERRORS {
                break;
            }
            verifier.body(func);
        }
    }
    if verifier.errors.is_empty() { Ok(()) } else { Err(verifier.errors) }
}

/// Checks one function of a module whose other parts are right.
pub fn verify_function(module: &Module, func: FuncId) -> Result<(), Vec<VerifyError>> {
    let mut verifier = Verifier { module, errors: Vec::new() };
    verifier.body(func);
    if verifier.errors.is_empty() { Ok(()) } else { Err(verifier.errors) }
}

/// Collects errors.
struct Verifier<'m> {
    module: &'m Module,
    errors: Vec<VerifyError>,
}

/// Where in a function the check is.
#[derive(Clone, Copy)]
struct Place {
    func: FuncId,
    block: Block,
    inst: InstId,
}

impl Verifier<'_> {
    fn report(&mut self, symbol: String, reason: String) {
        if self.errors.len() < MAX_ERRORS {
            self.errors.push(VerifyError { symbol, block: None, inst: None, reason });
        }
    }

    fn report_at(&mut self, place: Place, reason: String) {
        if self.errors.len() >= MAX_ERRORS {
            return;
        }
        let function = self.module.func(place.func);
        let inst = function.body.as_ref().map(|body| print_inst(self.module, body, place.inst));
        self.errors.push(VerifyError {
            symbol: format!("@{}", self.module.str(function.name)),
            block: Some(place.block),
            inst,
            reason,
        });
    }

    fn tables(&mut self) {
        let module = self.module;
        let strings = module.strings.len();
        let too_many = module.functions.len().max(module.globals.len()) > MAX_SYMBOLS;
        if too_many {
            self.report(String::new(), "too many functions or globals".to_owned());
        }
        if module.files.iter().any(|file| file.index() >= strings) {
            self.report(String::new(), "a file has no name".to_owned());
        }
        // Text numbers files by their place, so each path has one.
        let mut files = FxHashSet::default();
        if !module.files.iter().all(|file| files.insert(*file)) {
            self.report(String::new(), "a file is listed twice".to_owned());
        }
        for sig in &module.sigs {
            if sig.params.len().max(sig.results.len()) > MAX_LIST {
                self.report(String::new(), "a signature is too long".to_owned());
            }
            for param in sig.params.iter().chain(&sig.results) {
                if let Some(reason) = self.param_problem(param) {
                    self.report(String::new(), format!("a signature's {} {reason}", param.ty));
                }
            }
        }
        let mut names = FxHashSet::default();
        let all_names =
            module.functions.iter().map(|f| f.name).chain(module.globals.iter().map(|g| g.name));
        for name in all_names {
            if name.index() >= strings {
                self.report(String::new(), "a symbol has no name".to_owned());
                return;
            }
            let text = module.str(name);
            if text.is_empty() || text.len() > MAX_NAME || text.contains('\0') {
                self.report(String::new(), "a symbol's name is empty or too long".to_owned());
            }
            if !names.insert(name) {
                self.report(format!("@{text}"), "the name is declared twice".to_owned());
            }
        }
        for function in &module.functions {
            if let Some(reason) = self.function_problem(function) {
                self.report(format!("@{}", module.str(function.name)), reason.to_owned());
            }
        }
        for global in &module.globals {
            if let Some(reason) = self.global_problem(global) {
                self.report(format!("@{}", module.str(global.name)), reason.to_owned());
            }
        }
    }

    fn param_problem(&self, param: &Param) -> Option<&'static str> {
        let pointer_facts = FactFlags::NOALIAS
            | FactFlags::NONNULL
            | FactFlags::READONLY
            | FactFlags::WRITEONLY
            | FactFlags::NOCAPTURE
            | FactFlags::SRET
            | FactFlags::BYVAL;
        let has_pointer_fact = param.flags.0 & pointer_facts.0 != 0
            || param.align_log2 != 0
            || param.dereferenceable != 0;
        if has_pointer_fact && param.ty != crate::Type::ptr_in(param.ty.space()) {
            return Some("has facts that only pointers have");
        }
        if param.align_log2 > MAX_ALIGN_LOG2 || !param.flags.is_known() {
            return Some("has facts that are out of range");
        }
        if !param.range.is_none() {
            let Some(range) = self.module.range(param.range) else {
                return Some("has a range that does not exist");
            };
            let fits = range.low <= param.ty.mask() && range.high <= param.ty.mask();
            if !param.ty.is_int() || param.ty.is_vector() || !fits {
                return Some("has a range that does not fit it");
            }
        }
        None
    }

    fn function_problem(&self, function: &Function) -> Option<&'static str> {
        let module = self.module;
        if function.sig.index() >= module.sigs.len() {
            return Some("the signature does not exist");
        }
        if !function.attrs.is_known() {
            return Some("an attribute is not known");
        }
        if !function.source_name.is_none() && function.source_name.index() >= module.strings.len() {
            return Some("the source name does not exist");
        }
        if function.loc.is_some_and(|loc| loc.file.index() >= module.files.len()) {
            return Some("the location's file does not exist");
        }
        match (function.linkage, &function.body) {
            (Linkage::Import, Some(_)) => Some("an imported function has a body"),
            (Linkage::Import, None) | (_, Some(_)) => None,
            (_, None) => Some("a function without a body is not an import"),
        }
    }

    fn global_problem(&self, global: &Global) -> Option<&'static str> {
        if global.size > MAX_OBJECT || global.align_log2 > MAX_ALIGN_LOG2 {
            return Some("size or alignment is too large");
        }
        match (&global.init, global.linkage) {
            (GlobalInit::Import, Linkage::Import) | (GlobalInit::Zero, _) => {}
            (GlobalInit::Import, _) => return Some("a global without a value is not an import"),
            (_, Linkage::Import) => return Some("an imported global has a value"),
            (GlobalInit::Data { bytes, relocs }, _) => {
                if bytes.len() as u64 > global.size {
                    return Some("the value is larger than the global");
                }
                let mut end = 0;
                for reloc in relocs {
                    let exists = match reloc.target {
                        Symbol::Func(func) => func.index() < self.module.functions.len(),
                        Symbol::Global(global) => global.index() < self.module.globals.len(),
                    };
                    if !exists {
                        return Some("an address names nothing");
                    }
                    if reloc.offset < end {
                        return Some("addresses are not in order or overlap");
                    }
                    end = reloc.offset.saturating_add(8);
                    if end > global.size {
                        return Some("an address lies outside the global");
                    }
                }
            }
        }
        (global.init == GlobalInit::Zero && global.linkage == Linkage::Import)
            .then_some("an imported global has a value")
    }

    fn body(&mut self, func: FuncId) {
        let module = self.module;
        let function = module.func(func);
        let Some(body) = &function.body else { return };
        if let Err(reason) = structure::check(module, body) {
            self.report(format!("@{}", module.str(function.name)), reason);
            return;
        }
        let before = self.errors.len();
        types::check(self, func, body);
        if self.errors.len() == before {
            flow::check(self, func, body);
        }
    }
}
