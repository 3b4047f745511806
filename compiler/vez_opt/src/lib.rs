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
mod share;
mod simplify;
mod split;

pub use share::share;
pub use split::split;

use draft::Draft;
use inline::Inliner;
use rayon::prelude::*;
use vez_vir::{Body, FuncId, Module};

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
    let inlines = level == Level::Full;
    edit_bottom_up(module, |module, inliner, func, draft| {
        // Callees are done already: what is inlined is as small as it gets.
        if inlines {
            inliner.run(module, func, draft);
        }
        simplify::run(module, draft);
        if promote::run(draft) {
            simplify::run(module, draft);
        }
    });
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
    edit_bottom_up(module, |module, inliner, func, draft| match pass {
        Pass::Simplify => simplify::run(module, draft),
        Pass::Promote => {
            promote::run(draft);
        }
        Pass::Inline => inliner.run(module, func, draft),
        Pass::Globals => {}
    });
    check(module);
}

/// Opens each body, lets `change` edit it, and lays it out again: callees before callers, the functions of a level on all
/// cores. Functions of one level read nothing of each other's bodies.
fn edit_bottom_up(
    module: &mut Module,
    change: impl Fn(&Module, &Inliner, FuncId, &mut Draft) + Sync,
) {
    let order = callgraph::bottom_up(module);
    let mut inliner = Inliner::new(module, &order);
    for level in &order.levels {
        let bodies: Vec<(FuncId, Body)> = level
            .iter()
            .filter_map(|&func| Some((func, module.functions[func.index()].body.take()?)))
            .collect();
        let edit = |(func, body)| {
            let mut draft = Draft::open(body);
            change(module, &inliner, func, &mut draft);
            (func, layout::close(module, draft))
        };
        let edited: Vec<(FuncId, Body)> = match bodies.len() {
            0..PARALLEL_FROM => bodies.into_iter().map(edit).collect(),
            _ => bodies.into_par_iter().map(edit).collect(),
        };
        for (func, body) in edited {
            inliner.measure(func, &body);
            module.functions[func.index()].body = Some(body);
        }
    }
}

/// Below this many functions, handing them out costs more than it saves.
const PARALLEL_FROM: usize = 4;

/// In debug builds: a pass that breaks a rule is found here, and not by a back end.
fn check(module: &Module) {
    if cfg!(debug_assertions)
        && let Err(errors) = vez_vir::verify_module(module)
    {
        panic!("a pass broke the module: {}", errors[0]);
    }
}
