//! Terminators, edges, and the blocks that report failures.

use super::Translator;
use crate::raw::{Bb, Val};
use rustc_hash::FxHashMap;
use smallvec::SmallVec;
use vez_vir::{Block, Edge, Inst, List, Prob, Type, Value};

/// Edges of one terminator that were translated: a second edge to a block must pass the same arguments, or go by a block
/// of its own, because a phi has one value for each predecessor.
type Targets = FxHashMap<Block, List>;

impl Translator<'_, '_> {
    pub(super) fn terminator(&mut self, inst: &Inst) {
        match *inst {
            Inst::Jump { to } => {
                let target = self.link(to, &mut Targets::default());
                self.b.jump(target);
            }
            Inst::Br { prob, cond, then, other } => self.branch(prob, cond, then, other),
            Inst::Switch { ty, value, cases } => self.switch(ty, value, cases),
            Inst::Ret { values } => self.ret(values),
            Inst::Unreachable => self.b.unreachable(),
            // Not the shared block: this failure has a place of its own.
            Inst::Trap { .. } => self.trap(),
            Inst::Invoke { flags, callee, args, edges } => {
                let edges = self.body.pool.edge_pair(edges);
                self.invoke(flags, callee, args, edges);
            }
            _ => unreachable!("{:?} is not a terminator", inst.opcode()),
        }
    }

    fn branch(&mut self, prob: Prob, cond: Value, then: Edge, other: Edge) {
        let mut targets = Targets::default();
        let (then, other) = (self.link(then, &mut targets), self.link(other, &mut targets));
        let branch = self.b.branch(self.value(cond), then, other);
        if prob != Prob::UNKNOWN {
            self.set_weights(branch, [u32::from(prob.0), 65_536 - u32::from(prob.0)]);
        }
    }

    fn switch(&mut self, ty: Type, value: Value, cases: List) {
        let switch = self.body.pool.switch(cases);
        let mut targets = Targets::default();
        let default = self.link(switch.default, &mut targets);
        let cases: Vec<(Val, Bb)> = switch
            .cases()
            .map(|(key, edge)| (self.constant(ty, key), self.link(edge, &mut targets)))
            .collect();
        self.b.switch(self.value(value), default, &cases);
    }

    fn ret(&mut self, values: List) {
        if let Some(result) = self.tail_result.take() {
            self.b.ret(result);
            return;
        }
        let values: SmallVec<[Val; 4]> =
            self.body.list(values).iter().map(|&v| self.value(v)).collect();
        let result = match values.as_slice() {
            [] => None,
            [only] => Some(*only),
            many => {
                let ty = self.codegen.result_ty(self.module.func_sig(self.func));
                let none = self.codegen.cx.poison(ty);
                let parts = many.iter().enumerate();
                Some(parts.fold(none, |all, (number, &v)| self.b.insert(all, v, number)))
            }
        };
        self.b.ret(result);
    }

    /// The block to go to for `edge`, after telling the target's phis what comes over it.
    fn link(&mut self, edge: Edge, targets: &mut Targets) -> Bb {
        let target = self.blocks[edge.block.index()];
        let list = self.body.edge_args(edge);
        let before = targets.get(&edge.block).map(|&list| self.body.list(list));
        if before.is_none_or(|before| before == list) {
            targets.insert(edge.block, edge.args);
            self.pass(edge, &[]);
            return target;
        }
        let from = self.b.block();
        let own = self.codegen.cx.append_block(self.function);
        self.b.go_to(own);
        self.pass(edge, &[]);
        self.b.jump(target);
        self.b.go_to(from);
        own
    }

    /// Tells the phis of `edge`'s target what the current block passes: `first`, then the edge's arguments.
    pub(super) fn pass(&mut self, edge: Edge, first: &[Val]) {
        let from = self.b.block();
        let args = self.body.edge_args(edge).iter().map(|&arg| self.value(arg));
        for (param, arg) in self.body.params(edge.block).zip(first.iter().copied().chain(args)) {
            self.b.add_incoming(self.value(param), arg, from);
        }
    }

    /// Goes on in a new block unless `failed`, which reports `code`.
    pub(super) fn trap_if(&mut self, failed: Val, code: u32) {
        const NEVER: [u32; 2] = [1, 1 << 20];
        let report = self.trap_block(code);
        let next = self.codegen.cx.append_block(self.function);
        let branch = self.b.branch(failed, report, next);
        self.set_weights(branch, NEVER);
        self.b.go_to(next);
    }

    fn trap_block(&mut self, code: u32) -> Bb {
        let (cx, function) = (&self.codegen.cx, self.function);
        *self.traps.entry(code).or_insert_with(|| cx.append_block(function))
    }

    /// Fills the blocks that checks go to.
    pub(super) fn emit_traps(&mut self) {
        let mut traps: Vec<(u32, Bb)> = self.traps.iter().map(|(&code, &bb)| (code, bb)).collect();
        traps.sort_unstable_by_key(|(code, _)| *code);
        if let (Some(debug), Some(scope)) = (&self.codegen.debug, &mut self.scope) {
            self.b.set_location(Some(debug.location(&self.codegen.cx, scope, None)));
        }
        for (_, block) in traps {
            self.b.go_to(block);
            self.trap();
        }
    }

    fn trap(&mut self) {
        self.intrinsic("llvm.trap", &[], &[]);
        self.b.unreachable();
    }

    fn set_weights(&self, branch: Val, weights: [u32; 2]) {
        let cx = &self.codegen.cx;
        let weight = |n: u32| cx.md_const(cx.const_int(cx.int(32), n.into()));
        let node = [cx.md_text("branch_weights"), weight(weights[0]), weight(weights[1])];
        cx.set_md(branch, "prof", cx.md_node(&node));
    }
}
