//! One program in several modules, so that a back end which takes long for large ones can work on them side by side.
//!
//! Functions near each other in the call graph stay together. What is small enough to be inlined, and constants, are copied to
//! wherever they are used; other functions and statics have one home and are imported elsewhere. The parts depend on the
//! program alone, not on the machine.

use crate::globals;
use crate::inline;
use rayon::prelude::*;
use std::collections::VecDeque;
use vez_vir::{FuncAttrs, FuncId, Function, GlobalId, GlobalInit, Linkage, Module, Symbol};

/// Instructions of a part: one or two seconds of an optimising back end. Programs of a thousand lines have fewer.
const PART: u64 = 10_000;
/// More parts than cores are of use where time grows faster than size; each costs a process and copies.
const MAX_PARTS: u64 = 32;
/// A function of so many instructions is copied to where it is used.
const COPIED: u32 = 25;
/// The same for functions that ask to be inlined.
const COPIED_HINTED: u32 = 80;

/// How many calls away from a part's own functions copies reach: chains of small functions can hold a whole program.
const DEPTH: u32 = 2;

/// Splits a module; small ones stay whole.
pub fn split(module: Module) -> Vec<Module> {
    let size = |func: FuncId| module.func(func).body.as_ref().map_or(0, inline::size);
    let total: u64 = module.func_ids().map(|func| u64::from(size(func))).sum();
    let parts = (total / PART).min(MAX_PARTS) as usize;
    if parts < 2 {
        return vec![module];
    }
    let homes = Homes::new(&module, parts, size);
    let needs: Vec<Needs> =
        (0..parts).into_par_iter().map(|part| homes.needs(&module, part)).collect();
    let mut shared = SymbolSet::new(&module);
    for &symbol in needs.iter().flat_map(|needs| &needs.imports) {
        shared.insert(symbol);
    }
    let parts = needs.par_iter().enumerate();
    parts.map(|(part, needs)| homes.part(&module, part, needs, &shared)).collect()
}

/// Where functions and globals are defined; `None` is another object.
struct Homes {
    functions: Vec<Option<usize>>,
    globals: Vec<Option<usize>>,
    /// What may be copied into other parts.
    copied: SymbolSet,
}

/// What a part uses of the others.
struct Needs {
    imports: Vec<Symbol>,
    copies: SymbolSet,
}

impl Homes {
    /// Cuts the functions, in an order that follows the calls, into parts of equal size.
    fn new(module: &Module, parts: usize, size: impl Fn(FuncId) -> u32) -> Homes {
        let mut copied = SymbolSet::new(module);
        let mut functions = vec![None; module.functions.len()];
        let mut order = callees_first(module);
        order.retain(|&func| module.func(func).body.is_some());
        let total: u64 = order.iter().map(|&func| u64::from(size(func))).sum();
        let mut before = 0;
        for func in order {
            functions[func.index()] = Some((before * parts as u64 / total.max(1)) as usize);
            before += u64::from(size(func));
            if is_copied(module.func(func), size(func)) {
                copied.insert(Symbol::Func(func));
            }
        }
        let globals = module.global_ids().map(|id| {
            let global = module.global(id);
            if global.unnamed && !global.mutable {
                copied.insert(Symbol::Global(id));
            }
            (global.init != GlobalInit::Import).then_some(0)
        });
        Homes { globals: globals.collect(), functions, copied }
    }

    fn of(&self, symbol: Symbol) -> Option<usize> {
        match symbol {
            Symbol::Func(func) => self.functions[func.index()],
            Symbol::Global(global) => self.globals[global.index()],
        }
    }

    /// What a part needs of the others: breadth first, since what is near is worth a copy.
    fn needs(&self, module: &Module, part: usize) -> Needs {
        let mut needs = Needs { imports: Vec::new(), copies: SymbolSet::new(module) };
        let mut seen = SymbolSet::new(module);
        let mut work: VecDeque<(Symbol, u32)> = VecDeque::new();
        for symbol in symbols(module).filter(|&symbol| self.of(symbol) == Some(part)) {
            seen.insert(symbol);
            work.push_back((symbol, 0));
        }
        while let Some((symbol, depth)) = work.pop_front() {
            globals::for_each_named(module, symbol, |used| {
                if !seen.insert(used) || self.of(used).is_none() {
                    return;
                }
                // Data is copied however far away it is: what it names may be imported.
                let is_near = depth < DEPTH || matches!(used, Symbol::Global(_));
                if is_near && self.copied.has(used) {
                    needs.copies.insert(used);
                    work.push_back((used, depth + 1));
                } else {
                    needs.imports.push(used);
                }
            });
        }
        needs
    }

    /// The module of a part.
    fn part(&self, module: &Module, part: usize, needs: &Needs, shared: &SymbolSet) -> Module {
        let linkage = |symbol: Symbol, linkage: Linkage| match self.of(symbol) {
            Some(home) if home == part && shared.has(symbol) => Linkage::Export,
            Some(home) if home == part => linkage,
            Some(_) if needs.copies.has(symbol) => Linkage::Internal,
            _ => Linkage::Import,
        };
        let mut out = module.clone();
        for func in module.func_ids() {
            let function = &mut out.functions[func.index()];
            function.linkage = linkage(Symbol::Func(func), function.linkage);
            if function.linkage == Linkage::Import {
                function.body = None;
            }
        }
        for id in module.global_ids() {
            let global = &mut out.globals[id.index()];
            global.linkage = linkage(Symbol::Global(id), global.linkage);
            if global.linkage == Linkage::Import {
                global.init = GlobalInit::Import;
            }
        }
        globals::remove_dead(&mut out);
        out
    }
}

struct SymbolSet {
    functions: Vec<bool>,
    globals: Vec<bool>,
}

impl SymbolSet {
    fn new(module: &Module) -> SymbolSet {
        SymbolSet {
            functions: vec![false; module.functions.len()],
            globals: vec![false; module.globals.len()],
        }
    }

    /// Whether the symbol is new.
    fn insert(&mut self, symbol: Symbol) -> bool {
        let slot = match symbol {
            Symbol::Func(func) => &mut self.functions[func.index()],
            Symbol::Global(global) => &mut self.globals[global.index()],
        };
        !std::mem::replace(slot, true)
    }

    fn has(&self, symbol: Symbol) -> bool {
        match symbol {
            Symbol::Func(func) => self.functions[func.index()],
            Symbol::Global(global) => self.globals[global.index()],
        }
    }
}

fn symbols(module: &Module) -> impl Iterator<Item = Symbol> {
    let globals: Vec<GlobalId> = module.global_ids().collect();
    let functions: Vec<FuncId> = module.func_ids().collect();
    functions.into_iter().map(Symbol::Func).chain(globals.into_iter().map(Symbol::Global))
}

/// Exported functions have one place; of the others, those that are inlined have many.
fn is_copied(function: &Function, size: u32) -> bool {
    let asks = function.attrs.has(FuncAttrs::INLINE_HINT);
    let limit = if asks { COPIED_HINTED } else { COPIED };
    function.linkage == Linkage::Internal
        && (function.attrs.has(FuncAttrs::INLINE_ALWAYS) || size <= limit)
}

/// All functions that something exported reaches, each behind those it names, in the order of the text otherwise.
fn callees_first(module: &Module) -> Vec<FuncId> {
    let mut seen = SymbolSet::new(module);
    let mut order = Vec::new();
    // A symbol, and whether what it names was visited.
    let mut work: Vec<(Symbol, bool)> = symbols(module)
        .filter(|&symbol| match symbol {
            Symbol::Func(func) => module.func(func).linkage == Linkage::Export,
            Symbol::Global(global) => module.global(global).linkage == Linkage::Export,
        })
        .map(|symbol| (symbol, false))
        .collect();
    while let Some((symbol, visited)) = work.pop() {
        if visited {
            if let Symbol::Func(func) = symbol {
                order.push(func);
            }
        } else if seen.insert(symbol) {
            work.push((symbol, true));
            let first = work.len();
            globals::for_each_named(module, symbol, |used| work.push((used, false)));
            work[first..].reverse();
        }
    }
    order
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fmt::Write;

    /// `main` calls functions of a third of a part each; all count their calls in a static, through a small function.
    fn program(functions: usize) -> Module {
        let mut text = String::from(
            "module \"m\"\n\ninternal global @calls: size 8 align 8 = zero\n
internal fn @count() -> i64 {
b0:
  v0 = addr @calls
  v1 = load i64 v0 align 8
  v2 = const i64 1
  v3 = add i64 v1, v2
  store i64 v3, v0 align 8
  ret v3
}\n\n",
        );
        for function in 0..functions {
            let _ = write!(text, "internal fn @f{function}(i64) -> i64 {{\nb0(v0: i64):\n");
            let _ = writeln!(text, "  v1 = call @count()");
            for step in 1..PART / 3 {
                let _ = writeln!(text, "  v{} = add i64 v{step}, v0", step + 1);
            }
            let _ = write!(text, "  ret v{}\n}}\n\n", PART / 3);
        }
        text.push_str("export fn @main(i64) -> i64 {\nb0(v0: i64):\n");
        for function in 0..functions {
            let _ = writeln!(text, "  v{} = call @f{function}(v{function})", function + 1);
        }
        let _ = write!(text, "  ret v{functions}\n}}\n");
        vez_vir::parse_module(&text).expect("it is valid")
    }

    fn definitions(parts: &[Module], name: &str) -> Vec<(usize, Linkage)> {
        let parts = parts.iter().enumerate();
        let found = parts.filter_map(|(part, module)| {
            let function = module.func(module.find_func(name)?);
            function.body.as_ref().map(|_| (part, function.linkage))
        });
        found.collect()
    }

    #[test]
    fn parts_define_everything_once_but_what_is_small() {
        assert_eq!(split(program(3)).len(), 1);
        let parts = split(program(9));
        assert_eq!(parts.len(), 3);
        for part in &parts {
            vez_vir::verify_module(part).expect("parts are valid");
        }
        for function in 0..9 {
            assert_eq!(definitions(&parts, &format!("f{function}")).len(), 1);
        }
        assert_eq!(definitions(&parts, "main"), [(2, Linkage::Export)]);
        let statics = parts.iter().map(|part| {
            let found = part.global_ids().find(|&id| part.str(part.global(id).name) == "calls");
            part.global(found.expect("all parts use it")).linkage
        });
        assert_eq!(
            statics.collect::<Vec<_>>(),
            [Linkage::Export, Linkage::Import, Linkage::Import]
        );
        assert_eq!(definitions(&parts, "count").len(), 3);
    }
}
