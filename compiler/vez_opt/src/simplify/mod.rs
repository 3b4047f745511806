//! Constant folding, branch simplification, block merging and threading, redundant block parameters.
//!
//! A few rounds over the body, each linear: what a round opens up, the next one uses. Dead code goes when the body is laid out.

mod eval;
mod fold;

use crate::draft::{Draft, Edge};
use smallvec::SmallVec;
use vez_vir::{
    Bits, Block, Body, CallFlags, Callee, FuncAttrs, Inst, InstId, LocId, Module, SelectFlags,
    Type, UnOp, Value, callee_sig,
};

/// More rounds change little.
const MAX_ROUNDS: usize = 4;

/// Simplifies a body.
pub(crate) fn run(module: &Module, draft: &mut Draft) {
    for _ in 0..MAX_ROUNDS {
        let order = draft.reverse_postorder();
        let mut changed = redundant_params(module, draft, &order);
        for &block in &order {
            fold_block(draft, block);
            changed |= terminator(module, draft, block);
        }
        changed |= thread(draft, &order);
        changed |= merge(draft);
        if !changed {
            return;
        }
    }
}

/// What flows into a parameter.
#[derive(Clone, Copy, PartialEq)]
enum Inflow {
    Nothing,
    One(Value),
    /// Different constants' values, all with the same bits.
    Equal(Value),
    Many,
}

/// A parameter that always receives one value is that value.
fn redundant_params(module: &Module, draft: &mut Draft, order: &[Block]) -> bool {
    let mut inflow = vec![Inflow::Nothing; draft.types.len()];
    for &block in order {
        let data = &draft.blocks[block.index()];
        let term = draft.insts[data.term.index()];
        for (number, edge) in data.edges.iter().enumerate() {
            let implicit = draft.implicit_args(module, &term, number);
            let params = &draft.blocks[edge.to.index()].params;
            for param in &params[..implicit] {
                inflow[param.index()] = Inflow::Many;
            }
            for (param, &arg) in params[implicit..].iter().zip(&edge.args) {
                let arg = draft.find(arg);
                let state = &mut inflow[param.index()];
                if arg != *param {
                    *state = join(draft, *state, arg);
                }
            }
        }
    }
    let mut changed = false;
    for &block in order.iter().filter(|block| **block != Body::ENTRY) {
        for number in 0..draft.blocks[block.index()].params.len() {
            let param = draft.blocks[block.index()].params[number];
            if draft.is_replaced(param) {
                continue;
            }
            match inflow[param.index()] {
                Inflow::One(value) if draft.find(value) != param => draft.replace(param, value),
                Inflow::Equal(value) => {
                    let ty = draft.types[param.index()];
                    let bits = Bits::new(draft.constant(value).expect("a constant"));
                    let id = draft.new_inst(Inst::Const { ty, bits }, &[ty], LocId::NONE);
                    draft.blocks[block.index()].insts.insert(0, id);
                    draft.replace(param, draft.first_result[id.index()]);
                }
                _ => continue,
            }
            changed = true;
        }
    }
    changed
}

fn join(draft: &Draft, state: Inflow, arg: Value) -> Inflow {
    match state {
        Inflow::Nothing => Inflow::One(arg),
        Inflow::One(value) if value == arg => state,
        Inflow::One(value) | Inflow::Equal(value) => {
            let (a, b) = (draft.constant(value), draft.constant(arg));
            if a.is_some() && a == b { Inflow::Equal(value) } else { Inflow::Many }
        }
        Inflow::Many => Inflow::Many,
    }
}

fn fold_block(draft: &mut Draft, block: Block) {
    let insts = std::mem::take(&mut draft.blocks[block.index()].insts);
    let mut kept = Vec::with_capacity(insts.len());
    for id in insts {
        let result = draft.first_result[id.index()];
        match fold::fold(draft, &draft.insts[id.index()]) {
            fold::Folded::No => kept.push(id),
            fold::Folded::To(value) => draft.replace(result, value),
            fold::Folded::Inst(inst) => {
                draft.insts[id.index()] = inst;
                kept.push(id);
            }
            fold::Folded::Const(bits) => {
                let ty = draft.types[result.index()];
                draft.insts[id.index()] = Inst::Const { ty, bits: Bits::new(bits & ty.mask()) };
                kept.push(id);
            }
            fold::Folded::Overflow(bits, overflowed) => {
                let ty = draft.types[result.index()];
                let parts = [(ty, bits & ty.mask()), (Type::I1, overflowed.into())];
                for (number, (ty, bits)) in parts.into_iter().enumerate() {
                    let inst = Inst::Const { ty, bits: Bits::new(bits) };
                    let new = draft.new_inst(inst, &[ty], draft.inst_locs[id.index()]);
                    draft.replace(Value(result.0 + number as u32), draft.first_result[new.index()]);
                    kept.push(new);
                }
            }
        }
    }
    draft.blocks[block.index()].insts = kept;
}

/// Simplifies how `block` ends; whether anything changed.
fn terminator(module: &Module, draft: &mut Draft, block: Block) -> bool {
    let term = draft.term(block);
    let taken = match term {
        Inst::Br { cond, prob, .. } => {
            if let Some(inner) = negated(draft, cond) {
                let data = &mut draft.blocks[block.index()];
                data.edges.swap(0, 1);
                let prob = vez_vir::Prob(if prob.0 == 0 { 0 } else { 0u16.wrapping_sub(prob.0) });
                let term = data.term;
                if let Inst::Br { cond, prob: old, .. } = &mut draft.insts[term.index()] {
                    (*cond, *old) = (inner, prob);
                }
                return terminator(module, draft, block);
            }
            match draft.constant(cond) {
                Some(bits) => Some(usize::from(bits == 0)),
                None => match only_choice(draft, block) {
                    None if select_args(draft, block, cond) => return true,
                    choice => choice,
                },
            }
        }
        Inst::Switch { value, cases, .. } => match draft.constant(value) {
            Some(bits) => {
                let case = draft.pool.switch(cases).cases().position(|(key, _)| key == bits);
                Some(case.map_or(0, |number| number + 1))
            }
            None => only_choice(draft, block),
        },
        Inst::Invoke { flags, callee, .. } => {
            let quiet = match callee {
                Callee::Direct(func) => module.func(func).attrs.has(FuncAttrs::NOUNWIND),
                Callee::Indirect { .. } => false,
            };
            if quiet || flags.has(CallFlags::NOUNWIND) {
                plain_call(module, draft, block);
                return true;
            }
            None
        }
        _ => None,
    };
    let Some(taken) = taken else { return false };
    let edge = draft.blocks[block.index()].edges[taken].clone();
    draft.set_jump(block, edge);
    true
}

/// The condition that `cond` is the opposite of.
fn negated(draft: &Draft, cond: Value) -> Option<Value> {
    match draft.def_of(cond)? {
        Inst::Un { op: UnOp::Not, a, .. } => Some(a),
        _ => None,
    }
}

/// The edge that is always taken: all are equal, or all others lead to undefined behaviour.
fn only_choice(draft: &Draft, block: Block) -> Option<usize> {
    let edges = &draft.blocks[block.index()].edges;
    let undefined = |edge: &Edge| {
        let target = &draft.blocks[edge.to.index()];
        target.insts.is_empty() && draft.term(edge.to) == Inst::Unreachable
    };
    let mut choices = edges.iter().enumerate().filter(|(_, edge)| !undefined(edge));
    let Some((first, edge)) = choices.next() else { return Some(0) };
    choices.all(|(_, other)| other == edge).then_some(first)
}

/// A branch that only chooses arguments for one target selects them instead.
fn select_args(draft: &mut Draft, block: Block, cond: Value) -> bool {
    const MAX_SELECTS: usize = 2;
    let [then, other] = draft.blocks[block.index()].edges.as_slice() else { return false };
    let differ = then.args.iter().zip(&other.args).filter(|(a, b)| a != b).count();
    if then.to != other.to || differ > MAX_SELECTS {
        return false;
    }
    let (mut edge, other) = (then.clone(), other.clone());
    let loc = draft.inst_locs[draft.blocks[block.index()].term.index()];
    for (a, b) in edge.args.iter_mut().zip(other.args) {
        if *a != b {
            let ty = draft.types[a.index()];
            let select = Inst::Select { flags: SelectFlags::NONE, ty, cond, a: *a, b };
            let id = draft.new_inst(select, &[ty], loc);
            draft.blocks[block.index()].insts.push(id);
            *a = draft.first_result[id.index()];
        }
    }
    draft.set_jump(block, edge);
    true
}

/// An invoke of what does not unwind is a call and a jump.
fn plain_call(module: &Module, draft: &mut Draft, block: Block) {
    let Inst::Invoke { flags, callee, args, .. } = draft.term(block) else { return };
    let sig = module.sig(callee_sig(callee, module));
    let types: SmallVec<[Type; 4]> = sig.results.iter().map(|result| result.ty).collect();
    let loc = draft.inst_locs[draft.blocks[block.index()].term.index()];
    let call = draft.new_inst(Inst::Call { flags, callee, args }, &types, loc);
    let first = draft.first_result[call.index()].0;
    let data = &mut draft.blocks[block.index()];
    data.insts.push(call);
    let mut edge = data.edges[0].clone();
    let results = (first..first + types.len() as u32).map(Value);
    edge.args.insert_many(0, results);
    draft.set_jump(block, edge);
}

/// Edges to a block that only jumps on go where it goes.
fn thread(draft: &mut Draft, order: &[Block]) -> bool {
    const MAX_STEPS: usize = 8;
    let mut changed = false;
    for &block in order {
        for number in 0..draft.blocks[block.index()].edges.len() {
            for _ in 0..MAX_STEPS {
                let to = draft.blocks[block.index()].edges[number].to;
                let target = &draft.blocks[to.index()];
                let jumps_on = target.params.is_empty()
                    && target.insts.is_empty()
                    && matches!(draft.term(to), Inst::Jump { .. })
                    && target.edges[0].to != to;
                if !jumps_on {
                    break;
                }
                let edge = target.edges[0].clone();
                draft.blocks[block.index()].edges[number] = edge;
                changed = true;
            }
        }
    }
    changed
}

/// A block that is reached by one jump only joins the block before it.
fn merge(draft: &mut Draft) -> bool {
    let order = draft.reverse_postorder();
    let mut preds = vec![0u32; draft.blocks.len()];
    for block in &order {
        for edge in &draft.blocks[block.index()].edges {
            preds[edge.to.index()] += 1;
        }
    }
    let mut merged = vec![false; draft.blocks.len()];
    let mut changed = false;
    for &block in &order {
        if merged[block.index()] {
            continue;
        }
        while matches!(draft.term(block), Inst::Jump { .. }) {
            let to = draft.blocks[block.index()].edges[0].to;
            if preds[to.index()] != 1 || to == block || to == Body::ENTRY {
                break;
            }
            let edge = draft.blocks[block.index()].edges[0].clone();
            let target = &mut draft.blocks[to.index()];
            let params = std::mem::take(&mut target.params);
            let mut insts: Vec<InstId> = std::mem::take(&mut target.insts);
            let (term, edges) = (target.term, target.edges.clone());
            let data = &mut draft.blocks[block.index()];
            data.insts.append(&mut insts);
            (data.term, data.edges) = (term, edges);
            for (param, arg) in params.into_iter().zip(edge.args) {
                if !draft.is_replaced(param) {
                    draft.replace(param, arg);
                }
            }
            (merged[to.index()], changed) = (true, true);
        }
    }
    changed
}
