//! Removes the functions and globals that nothing exported reaches.

use vez_vir::{
    Callee, FuncId, GlobalId, GlobalInit, Inst, Linkage, Module, RangeId, SigId, Symbol,
};

/// Removes what is dead and numbers the rest anew.
pub(crate) fn remove_dead(module: &mut Module) {
    let mut reach = Reach {
        functions: vec![false; module.functions.len()],
        globals: vec![false; module.globals.len()],
        work: Vec::new(),
    };
    for func in module.func_ids() {
        if module.func(func).linkage == Linkage::Export {
            reach.add(Symbol::Func(func));
        }
    }
    for global in module.global_ids() {
        if module.global(global).linkage == Linkage::Export {
            reach.add(Symbol::Global(global));
        }
    }
    reach.run(module);
    let all = reach.functions.iter().chain(&reach.globals).all(|&reached| reached);
    if !all {
        rebuild(module, &reach);
    }
}

struct Reach {
    functions: Vec<bool>,
    globals: Vec<bool>,
    work: Vec<Symbol>,
}

impl Reach {
    fn add(&mut self, symbol: Symbol) {
        let seen = match symbol {
            Symbol::Func(func) => &mut self.functions[func.index()],
            Symbol::Global(global) => &mut self.globals[global.index()],
        };
        if !std::mem::replace(seen, true) {
            self.work.push(symbol);
        }
    }

    fn run(&mut self, module: &Module) {
        while let Some(symbol) = self.work.pop() {
            for_each_named(module, symbol, |used| self.add(used));
        }
    }
}

/// The symbols that a function's code or a global's data names.
pub(crate) fn for_each_named(module: &Module, symbol: Symbol, mut f: impl FnMut(Symbol)) {
    match symbol {
        Symbol::Func(func) => {
            let body = module.func(func).body.iter();
            body.flat_map(|body| &body.insts).filter_map(named).for_each(f);
        }
        Symbol::Global(global) => {
            if let GlobalInit::Data { relocs, .. } = &module.global(global).init {
                relocs.iter().for_each(|reloc| f(reloc.target));
            }
        }
    }
}

/// The symbol that `inst` names.
fn named(inst: &Inst) -> Option<Symbol> {
    match *inst {
        Inst::Addr { symbol, .. } => Some(symbol),
        _ => crate::draft::direct_callee(inst).map(Symbol::Func),
    }
}

/// Moves what is reached into a new module. Strings, files, signatures and ranges keep their numbers.
fn rebuild(module: &mut Module, reach: &Reach) {
    let old = std::mem::take(module);
    *module = Module::new(&old.name);
    for text in old.strings.iter() {
        module.strings.intern(text);
    }
    module.files = old.files.clone();
    for sig in 0..old.sig_count() {
        module.intern_sig(old.sig(SigId::new(sig)).clone());
    }
    for range in (0..).map_while(|number| old.range(RangeId(number))) {
        module.intern_range(range.low, range.high);
    }
    let numbers = Numbers::new(reach);
    let Module { functions, globals, strings, .. } = old;
    for (mut function, _) in functions.into_iter().zip(&reach.functions).filter(|(_, kept)| **kept)
    {
        let name = strings.get(function.name);
        let id = module.add_function(name, function.sig, function.linkage);
        if let Some(body) = &mut function.body {
            body.insts.iter_mut().for_each(|inst| numbers.apply(inst));
        }
        module.functions[id.index()] = function;
    }
    for (mut global, _) in globals.into_iter().zip(&reach.globals).filter(|(_, kept)| **kept) {
        if let GlobalInit::Data { relocs, .. } = &mut global.init {
            relocs.iter_mut().for_each(|reloc| reloc.target = numbers.symbol(reloc.target));
        }
        let name = strings.get(global.name);
        module.add_global(name, global);
    }
}

/// New numbers by old ones.
struct Numbers {
    functions: Vec<u32>,
    globals: Vec<u32>,
}

impl Numbers {
    fn new(reach: &Reach) -> Numbers {
        let count = |kept: &[bool]| {
            let mut next = 0;
            kept.iter()
                .map(|&kept| {
                    next += u32::from(kept);
                    next.wrapping_sub(1)
                })
                .collect()
        };
        Numbers { functions: count(&reach.functions), globals: count(&reach.globals) }
    }

    fn func(&self, func: FuncId) -> FuncId {
        FuncId(self.functions[func.index()])
    }

    fn symbol(&self, symbol: Symbol) -> Symbol {
        match symbol {
            Symbol::Func(func) => Symbol::Func(self.func(func)),
            Symbol::Global(global) => Symbol::Global(GlobalId(self.globals[global.index()])),
        }
    }

    fn apply(&self, inst: &mut Inst) {
        match inst {
            Inst::Addr { symbol, .. } => *symbol = self.symbol(*symbol),
            Inst::Call { callee: Callee::Direct(func), .. }
            | Inst::Invoke { callee: Callee::Direct(func), .. } => *func = self.func(*func),
            _ => {}
        }
    }
}
