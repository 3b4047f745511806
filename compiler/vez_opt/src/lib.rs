//! VIR -> VIR: what makes code small and quick where no large optimiser follows (Cranelift, the interpreter).
//!
//! A pass opens a body as a [`draft::Draft`], edits it, and `layout` makes it canonical again, without whatever became dead.
//! Everything is deterministic, and near-linear in the size of the module. Knows VIR only.

mod callgraph;
mod draft;
mod globals;
mod inline;
mod layout;
mod promote;
mod simplify;

use draft::Draft;
use vez_vir::{FuncId, Module};

/// How much to do.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Level {
    /// Nothing.
    None,
    /// What makes code smaller: folding, promotion of slots, removal of the dead.
    Clean,
    /// And inlining.
    Full,
}

/// One pass over a module.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Pass {
    /// Folds constants, simplifies branches, merges blocks, removes what is dead.
    Simplify,
    /// Turns slots that are only loaded and stored into values.
    Promote,
    /// Inlines small functions, callees first.
    Inline,
    /// Removes functions and globals that nothing reaches.
    Globals,
}

impl Pass {
    /// The pass called `name`.
    pub fn from_name(name: &str) -> Option<Pass> {
        Some(match name {
            "simplify" => Pass::Simplify,
            "promote" => Pass::Promote,
            "inline" => Pass::Inline,
            "globals" => Pass::Globals,
            _ => return None,
        })
    }
}

/// Optimises a verified module.
pub fn optimize(module: &mut Module, level: Level) {
    if level == Level::None {
        return;
    }
    globals::remove_dead(module);
    let order = callgraph::bottom_up(module);
    let mut inliner = (level == Level::Full).then(|| inline::Inliner::new(module, &order));
    for &func in &order.functions {
        edit(module, func, |module, draft| {
            // Callees are done already: what is inlined is as small as it gets.
            if let Some(inliner) = &mut inliner {
                inliner.run(module, func, draft);
            }
            simplify::run(module, draft);
            if promote::run(draft) {
                simplify::run(module, draft);
            }
        });
    }
    if level == Level::Full {
        globals::remove_dead(module);
    }
    check(module);
}

/// Runs one pass alone.
pub fn run_pass(module: &mut Module, pass: Pass) {
    if pass == Pass::Globals {
        globals::remove_dead(module);
        return check(module);
    }
    let order = callgraph::bottom_up(module);
    let mut inliner = inline::Inliner::new(module, &order);
    for &func in &order.functions {
        edit(module, func, |module, draft| match pass {
            Pass::Simplify => simplify::run(module, draft),
            Pass::Promote => {
                promote::run(draft);
            }
            Pass::Inline => inliner.run(module, func, draft),
            Pass::Globals => {}
        });
    }
    check(module);
}

/// Opens the body of `func`, lets `change` edit it, and lays it out again.
fn edit(module: &mut Module, func: FuncId, change: impl FnOnce(&Module, &mut Draft)) {
    let Some(body) = module.functions[func.index()].body.take() else { return };
    let mut draft = Draft::open(body);
    change(module, &mut draft);
    let body = layout::close(module, draft);
    module.functions[func.index()].body = Some(body);
}

/// In debug builds: a pass that breaks a rule is found here, and not by a back end.
fn check(module: &Module) {
    if cfg!(debug_assertions)
        && let Err(errors) = vez_vir::verify_module(module)
    {
        panic!("a pass broke the module: {}", errors[0]);
    }
}
