//! From blocks under construction to a canonical body.
//!
//! Unreachable blocks go, redundant implicit parameters go, blocks are laid out in reverse postorder and values are
//! numbered in that order. Definitions dominate uses, and dominators come first in reverse postorder, so one pass
//! can number values as it copies.

use super::{FunctionBuilder, WorkBlock};
use crate::data::{BlockData, Body};
use crate::ids::{Block, FuncId, InstId, Value};
use crate::inst::Inst;
use crate::pool::Pool;
use crate::typing::result_types;
use rustc_hash::FxHashMap;

impl FunctionBuilder<'_> {
    /// Completes the body and gives it to the function.
    ///
    /// # Panics
    /// If a reachable block has no terminator: a bug of the caller.
    pub fn finish(mut self) -> FuncId {
        self.seal_all_blocks();
        let order = self.reverse_postorder();
        let body = Layout::new(&self, &order).run(&self, &order);
        self.module.functions[self.func.index()].body = Some(body);
        self.func
    }

    fn terminator(&self, block: Block) -> &Inst {
        let data: &WorkBlock = &self.blocks[block.index()];
        assert!(
            data.terminated,
            "{block} of {} has no terminator",
            self.module.str(self.module.func(self.func).name)
        );
        &self.insts[data.insts.last().expect("a terminated block has instructions").index()]
    }

    fn reverse_postorder(&self) -> Vec<Block> {
        let mut seen = vec![false; self.blocks.len()];
        let mut order = Vec::new();
        let targets = |block: Block| -> Vec<Block> {
            self.terminator(block).edges(&self.pool).iter().map(|edge| edge.block).collect()
        };
        seen[0] = true;
        let mut stack = vec![(Block(0), targets(Block(0)))];
        while let Some((block, left)) = stack.last_mut() {
            // The last target first: so the first target comes right after its branch.
            match left.pop() {
                Some(next) if !std::mem::replace(&mut seen[next.index()], true) => {
                    stack.push((next, targets(next)));
                }
                Some(_) => {}
                None => {
                    order.push(*block);
                    stack.pop();
                }
            }
        }
        order.reverse();
        order
    }
}

/// What the layout knows about implicit parameters and numbers.
struct Layout {
    reachable: Vec<bool>,
    /// What an implicit parameter stands for when it is redundant; otherwise itself.
    alias: Vec<Value>,
    /// The implicit parameters that stay, by block.
    phis: FxHashMap<Block, Vec<u32>>,
    used: Vec<bool>,
    /// Where each edge stands among its target's predecessors.
    pred_position: FxHashMap<(Block, u32), u32>,
}

impl Layout {
    fn new(builder: &FunctionBuilder<'_>, order: &[Block]) -> Layout {
        let mut layout = Layout {
            reachable: vec![false; builder.blocks.len()],
            alias: (0..builder.value_types.len()).map(Value::new).collect(),
            phis: FxHashMap::default(),
            used: vec![false; builder.value_types.len()],
            pred_position: FxHashMap::default(),
        };
        for block in &builder.blocks {
            for (position, edge) in block.preds.iter().enumerate() {
                layout.pred_position.insert((edge.from, edge.number), position as u32);
            }
        }
        for block in order {
            layout.reachable[block.index()] = true;
        }
        layout.remove_redundant(builder);
        layout.mark_used(builder, order);
        for value in (0..builder.value_types.len()).map(Value::new) {
            layout.resolve(value);
        }
        for (number, phi) in builder.ssa.phis.iter().enumerate() {
            let stays = layout.reachable[phi.block.index()]
                && layout.alias[phi.value.index()] == phi.value
                && layout.used[phi.value.index()];
            if stays {
                layout.phis.entry(phi.block).or_default().push(number as u32);
            }
        }
        layout
    }

    fn root(&self, value: Value) -> Value {
        let mut root = value;
        while self.alias[root.index()] != root {
            root = self.alias[root.index()];
        }
        root
    }

    /// As `root`, shortening the path.
    fn resolve(&mut self, value: Value) -> Value {
        let root = self.root(value);
        let mut at = value;
        while self.alias[at.index()] != root {
            at = std::mem::replace(&mut self.alias[at.index()], root);
        }
        root
    }

    /// The operands of a phi that come over edges from reachable blocks.
    fn operands<'a>(
        &'a self,
        builder: &'a FunctionBuilder<'_>,
        number: usize,
    ) -> impl Iterator<Item = Value> + use<'a> {
        let phi = &builder.ssa.phis[number];
        let edges = builder.blocks[phi.block.index()].preds.iter();
        let reachable = self.reachable[phi.block.index()];
        edges
            .zip(phi.operands.iter().copied())
            .filter(move |(edge, _)| reachable && self.reachable[edge.from.index()])
            .map(|(_, operand)| operand)
    }

    /// A phi whose operands are all itself or one other value is that value.
    fn remove_redundant(&mut self, builder: &FunctionBuilder<'_>) {
        let mut users: FxHashMap<Value, Vec<usize>> = FxHashMap::default();
        let by_value: FxHashMap<Value, usize> =
            builder.ssa.phis.iter().enumerate().map(|(i, phi)| (phi.value, i)).collect();
        for number in 0..builder.ssa.phis.len() {
            for operand in self.operands(builder, number) {
                if by_value.contains_key(&operand) {
                    users.entry(operand).or_default().push(number);
                }
            }
        }
        let mut work: Vec<usize> = (0..builder.ssa.phis.len()).rev().collect();
        while let Some(number) = work.pop() {
            let phi = &builder.ssa.phis[number];
            if self.alias[phi.value.index()] != phi.value {
                continue;
            }
            let mut only = None;
            let mut redundant = true;
            for operand in self.operands(builder, number) {
                let operand = self.root(operand);
                if operand != phi.value && *only.get_or_insert(operand) != operand {
                    redundant = false;
                    break;
                }
            }
            if let (true, Some(only)) = (redundant, only) {
                self.alias[phi.value.index()] = only;
                // Its users may have become redundant; so may the users of what it stands for.
                let moved = users.remove(&phi.value).unwrap_or_default();
                work.extend(moved.iter().copied());
                if by_value.contains_key(&only) {
                    users.entry(only).or_default().extend(moved);
                }
            }
        }
    }

    fn mark_used(&mut self, builder: &FunctionBuilder<'_>, order: &[Block]) {
        let mut work = Vec::new();
        for &block in order {
            for &inst in &builder.blocks[block.index()].insts {
                builder.insts[inst.index()].for_each_value(&builder.pool, |v| work.push(v));
            }
        }
        let by_value: FxHashMap<Value, usize> =
            builder.ssa.phis.iter().enumerate().map(|(i, phi)| (phi.value, i)).collect();
        while let Some(value) = work.pop() {
            let value = self.resolve(value);
            if !std::mem::replace(&mut self.used[value.index()], true)
                && let Some(&number) = by_value.get(&value)
            {
                work.extend(self.operands(builder, number));
            }
        }
    }

    fn run(self, builder: &FunctionBuilder<'_>, order: &[Block]) -> Body {
        let mut body =
            Body { slots: builder.slots.clone(), locs: builder.locs.clone(), ..Body::default() };
        let mut block_map = vec![Block::NONE; builder.blocks.len()];
        for (new, old) in order.iter().enumerate() {
            block_map[old.index()] = Block::new(new);
        }
        let mut value_map = vec![Value::NONE; builder.value_types.len()];
        for &block in order {
            self.copy_block(builder, block, &block_map, &mut value_map, &mut body);
        }
        body
    }

    fn copy_block(
        &self,
        builder: &FunctionBuilder<'_>,
        block: Block,
        block_map: &[Block],
        value_map: &mut [Value],
        body: &mut Body,
    ) {
        let define = |body: &mut Body, old: Value, value_map: &mut [Value]| {
            value_map[old.index()] = Value::new(body.value_types.len());
            body.value_types.push(builder.ty(old));
        };
        let first_param = body.value_types.len() as u32;
        let first_inst = body.insts.len() as u32;
        let work = &builder.blocks[block.index()];
        for &param in &work.params {
            define(body, param, value_map);
        }
        for &phi in self.phis.get(&block).map_or(&[][..], |phis| phis) {
            define(body, builder.ssa.phis[phi as usize].value, value_map);
        }
        let params = body.value_types.len() as u32 - first_param;
        let prologue: &[InstId] = if block == Block(0) { &builder.prologue } else { &[] };
        let prologue = prologue
            .iter()
            .copied()
            .filter(|inst| self.used[builder.first_result[inst.index()].index()]);
        let insts: Vec<InstId> = prologue.chain(work.insts.iter().copied()).collect();
        for inst in insts {
            let first = builder.first_result[inst.index()];
            let copied = self.copy_inst(builder, block, inst, block_map, value_map, &mut body.pool);
            body.insts.push(copied);
            body.first_result.push(Value::new(body.value_types.len()));
            body.inst_locs.push(builder.inst_locs[inst.index()]);
            for old in first.0..first.0 + {
                let data = &builder.insts[inst.index()];
                result_types(data, builder.module, &builder.pool).len() as u32
            } {
                define(body, Value(old), value_map);
            }
        }
        let insts = body.insts.len() as u32 - first_inst;
        body.blocks.push(BlockData { first_param, params, first_inst, insts });
    }

    fn copy_inst(
        &self,
        builder: &FunctionBuilder<'_>,
        block: Block,
        inst: InstId,
        block_map: &[Block],
        value_map: &[Value],
        pool: &mut Pool,
    ) -> Inst {
        let data = &builder.insts[inst.index()];
        let edges = data.edges(&builder.pool);
        let mut phi_args: Vec<Vec<Value>> = vec![Vec::new(); edges.len()];
        for (number, edge) in edges.iter().enumerate() {
            for &phi in self.phis.get(&edge.block).map_or(&[][..], |phis| phis) {
                let position = self.pred_position[&(block, number as u32)];
                phi_args[number].push(builder.ssa.phis[phi as usize].operands[position as usize]);
            }
        }
        let map = |v: Value| value_map[self.root(v).index()];
        data.remap(
            &builder.pool,
            pool,
            &mut |v| map(v),
            &mut |b| block_map[b.index()],
            &mut |number, args| args.extend(phi_args[number].iter().map(|&v| map(v))),
        )
    }
}
