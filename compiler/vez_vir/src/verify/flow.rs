//! Blocks, edges and dominance.

use super::{Place, Verifier};
use crate::data::Body;
use crate::dominators::Dominators;
use crate::ids::{Block, FuncId, InstId, Value};
use crate::inst::Inst;
use crate::ty::Type;
use crate::typing::{Types, callee_sig};

/// Checks the graph of `body`, whose structure and operand types are right.
pub(super) fn check(verifier: &mut Verifier<'_>, func: FuncId, body: &Body) {
    edges(verifier, func, body);
    let dominators = Dominators::new(body);
    for block in body.block_ids() {
        let place = Place { func, block, inst: body.block_insts(block).next().expect("not empty") };
        if !dominators.is_reachable(block) {
            verifier.report_at(place, "nothing reaches this block".to_owned());
            return;
        }
        if dominators.idom(block).is_some_and(|idom| idom > block) {
            verifier.report_at(place, "a block comes after the blocks that dominate it".to_owned());
            return;
        }
    }
    uses(verifier, func, body, &dominators);
}

/// Every use is dominated by its definition.
fn uses(verifier: &mut Verifier<'_>, func: FuncId, body: &Body, dominators: &Dominators) {
    let mut home = vec![Block(0); body.value_types.len()];
    for block in body.block_ids() {
        for param in body.params(block) {
            home[param.index()] = block;
        }
        for inst in body.block_insts(block) {
            for result in body.results(inst) {
                home[result.index()] = block;
            }
        }
    }
    for block in body.block_ids() {
        for inst in body.block_insts(block) {
            let first_result = body.first_result[inst.index()];
            let mut wrong = None;
            body.inst(inst).for_each_value(&body.pool, |v| {
                let defined_before = if home[v.index()] == block {
                    v < first_result
                } else {
                    dominators.dominates(home[v.index()], block)
                };
                if !defined_before {
                    wrong = wrong.or(Some(v));
                }
            });
            if let Some(value) = wrong {
                let reason = format!("the definition of {value} does not dominate this use");
                verifier.report_at(Place { func, block, inst }, reason);
            }
        }
    }
}

/// Edges pass what their targets take; nothing goes to the entry; unwind targets are reached by unwinding only.
fn edges(verifier: &mut Verifier<'_>, func: FuncId, body: &Body) {
    let mut by_unwind = vec![(false, false); body.blocks.len()];
    let entry_params: Types = body.params(Body::ENTRY).map(|v| body.ty(v)).collect();
    let sig = verifier.module.func_sig(func);
    let expected: Types = sig.params.iter().map(|p| p.ty).collect();
    let start = Place { func, block: Body::ENTRY, inst: InstId(0) };
    if entry_params != expected {
        verifier.report_at(start, "the entry's parameters are not the function's".to_owned());
    }
    for block in body.block_ids() {
        let inst = body.block_insts(block).next_back().expect("not empty");
        let place = Place { func, block, inst };
        let terminator = body.inst(inst);
        for (number, edge) in terminator.edges(&body.pool).into_iter().enumerate() {
            let (implicit, unwinds) = implicit_args(verifier, &terminator, number);
            let seen = &mut by_unwind[edge.block.index()];
            *seen = (seen.0 | unwinds, seen.1 | !unwinds);
            if *seen == (true, true) {
                let reason = format!("{} is reached by unwinding and otherwise", edge.block);
                verifier.report_at(place, reason);
            }
            if edge.block == Body::ENTRY {
                verifier.report_at(place, "an edge goes to the entry block".to_owned());
            }
            let args: &[Value] = body.edge_args(edge);
            let passed: Types =
                implicit.iter().copied().chain(args.iter().map(|&v| body.ty(v))).collect();
            let taken: Types = body.params(edge.block).map(|v| body.ty(v)).collect();
            if passed != taken {
                let reason = format!("{} takes {taken:?}, is given {passed:?}", edge.block);
                verifier.report_at(place, reason);
            }
        }
    }
}

/// The types that a call's edges pass before their arguments, and whether the edge unwinds.
fn implicit_args(verifier: &Verifier<'_>, terminator: &Inst, number: usize) -> (Types, bool) {
    match terminator {
        Inst::Invoke { .. } if number == 1 => (Types::from_slice(&[Type::PTR]), true),
        Inst::Invoke { callee, .. } => {
            let sig = verifier.module.sig(callee_sig(*callee, verifier.module));
            (sig.results.iter().map(|r| r.ty).collect(), false)
        }
        _ => (Types::new(), false),
    }
}
