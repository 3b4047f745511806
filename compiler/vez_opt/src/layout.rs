//! A draft back into a canonical body, without unreachable blocks and unused results, parameters and slots.

use crate::draft::{Draft, DraftBlock, direct_callee};
use smallvec::SmallVec;
use vez_vir::{
    Bits, Block, BlockData, Body, Edge, FuncAttrs, Inst, InstId, Module, SlotId, Type, Value,
};

/// Lays `draft` out.
pub(crate) fn close(module: &Module, draft: Draft) -> Body {
    let order = draft.reverse_postorder();
    let mut layout = Layout {
        module,
        live: vec![false; draft.types.len()],
        block_map: vec![Block::NONE; draft.blocks.len()],
        value_map: vec![Value::NONE; draft.types.len()],
        slot_map: vec![SlotId::NONE; draft.slots.len()],
        body: Body { locs: draft.locs.clone(), ..Body::default() },
        draft,
    };
    for (number, block) in order.iter().enumerate() {
        layout.block_map[block.index()] = Block::new(number);
    }
    layout.mark_live(&order);
    for &block in &order {
        layout.block(block);
    }
    layout.body
}

struct Layout<'m> {
    module: &'m Module,
    draft: Draft,
    live: Vec<bool>,
    block_map: Vec<Block>,
    value_map: Vec<Value>,
    slot_map: Vec<SlotId>,
    body: Body,
}

/// Where a block parameter's values come from: an edge's arguments, from a position on.
struct Incoming {
    /// By block: the edges to it as (block, edge, implicit arguments).
    edges: Vec<SmallVec<[(Block, u32, u32); 2]>>,
    /// By value: the block and position of a parameter.
    home: Vec<(Block, u32)>,
}

impl Layout<'_> {
    /// Whether `inst` stays even when its results are unused.
    fn is_root(&self, inst: &Inst) -> bool {
        let pure = |func| self.module.func(func).attrs.has(FuncAttrs::PURE);
        !inst.is_removable() && !direct_callee(inst).is_some_and(pure)
    }

    fn mark_live(&mut self, order: &[Block]) {
        let incoming = self.incoming(order);
        let mut work: Vec<Value> = Vec::new();
        for &block in order {
            let data = &self.draft.blocks[block.index()];
            for &id in &data.insts {
                let inst = &self.draft.insts[id.index()];
                if self.is_root(inst) {
                    inst.for_each_value(&self.draft.pool, |v| work.push(v));
                }
            }
            let term = &self.draft.insts[data.term.index()];
            self.draft.each_term_operand(term, |v| work.push(v));
            // What a call passes by itself cannot be left out.
            for (number, edge) in data.edges.iter().enumerate() {
                let implicit = self.draft.implicit_args(self.module, term, number);
                let params = &self.draft.blocks[edge.to.index()].params;
                params[..implicit].iter().for_each(|&param| work.push(param));
            }
        }
        // The function's parameters stay.
        work.extend(self.draft.blocks[0].params.iter().copied());
        while let Some(value) = work.pop() {
            let value = self.draft.find(value);
            if std::mem::replace(&mut self.live[value.index()], true) {
                continue;
            }
            let def = self.draft.def[value.index()];
            if !def.is_none() {
                let inst = &self.draft.insts[def.index()];
                inst.for_each_value(&self.draft.pool, |v| work.push(v));
                continue;
            }
            let (block, position) = incoming.home[value.index()];
            for &(from, number, implicit) in &incoming.edges[block.index()] {
                if let Some(position) = position.checked_sub(implicit) {
                    let edge = &self.draft.blocks[from.index()].edges[number as usize];
                    work.push(edge.args[position as usize]);
                }
            }
        }
    }

    fn incoming(&self, order: &[Block]) -> Incoming {
        let draft = &self.draft;
        let mut incoming = Incoming {
            edges: vec![SmallVec::new(); draft.blocks.len()],
            home: vec![(Block::NONE, 0); draft.types.len()],
        };
        for &block in order {
            let data = &draft.blocks[block.index()];
            for (position, param) in data.params.iter().enumerate() {
                incoming.home[param.index()] = (block, position as u32);
            }
            let term = &draft.insts[data.term.index()];
            for (number, edge) in data.edges.iter().enumerate() {
                let implicit = draft.implicit_args(self.module, term, number) as u32;
                incoming.edges[edge.to.index()].push((block, number as u32, implicit));
            }
        }
        incoming
    }

    /// Whether a parameter stays.
    fn stays(&self, param: Value) -> bool {
        self.live[param.index()] && !self.draft.is_replaced(param)
    }

    fn block(&mut self, block: Block) {
        let data = std::mem::replace(
            &mut self.draft.blocks[block.index()],
            DraftBlock {
                params: SmallVec::new(),
                insts: Vec::new(),
                term: InstId::NONE,
                edges: SmallVec::new(),
            },
        );
        let first_param = self.body.value_types.len() as u32;
        for &param in &data.params {
            if self.stays(param) {
                self.define(param);
            }
        }
        let params = self.body.value_types.len() as u32 - first_param;
        let first_inst = self.body.insts.len() as u32;
        for &id in &data.insts {
            self.inst(id);
        }
        // The blocks still to come ask what of this block's parameters stays.
        self.draft.blocks[block.index()].params = data.params.clone();
        self.terminator(&data);
        let insts = self.body.insts.len() as u32 - first_inst;
        self.body.blocks.push(BlockData { first_param, params, first_inst, insts });
    }

    fn define(&mut self, value: Value) {
        self.value_map[value.index()] = Value::new(self.body.value_types.len());
        self.body.value_types.push(self.draft.types[value.index()]);
    }

    fn map(&self, value: Value) -> Value {
        self.value_map[self.draft.find(value).index()]
    }

    fn results(&self, id: InstId) -> SmallVec<[Value; 4]> {
        let first = self.draft.first_result[id.index()].0;
        let of_this =
            |v: &Value| v.index() < self.draft.def.len() && self.draft.def[v.index()] == id;
        (first..).map(Value).take_while(of_this).collect()
    }

    fn inst(&mut self, id: InstId) {
        let results = self.results(id);
        let inst = self.draft.insts[id.index()];
        let needed = results.iter().any(|v| self.live[v.index()] && !self.draft.is_replaced(*v));
        if !needed && !self.is_root(&inst) {
            return;
        }
        let Some(inst) = self.inside_slots(id, inst) else { return };
        let inst = match inst {
            Inst::Slot { slot } => Inst::Slot { slot: self.slot(slot) },
            _ => {
                let mut pool = std::mem::take(&mut self.body.pool);
                let copy = inst.remap(
                    &self.draft.pool,
                    &mut pool,
                    &mut |v| self.map(v),
                    &mut |b| b,
                    &mut |_, _| {},
                );
                self.body.pool = pool;
                copy
            }
        };
        self.push(inst, id);
        for value in results {
            self.define(value);
        }
    }

    fn push(&mut self, inst: Inst, like: InstId) {
        self.body.insts.push(inst);
        self.body.first_result.push(Value::new(self.body.value_types.len()));
        self.body.inst_locs.push(self.draft.inst_locs[like.index()]);
    }

    fn slot(&mut self, slot: SlotId) -> SlotId {
        if self.slot_map[slot.index()].is_none() {
            self.slot_map[slot.index()] = SlotId::new(self.body.slots.len());
            self.body.slots.push(self.draft.slots[slot.index()]);
        }
        self.slot_map[slot.index()]
    }

    /// After inlining, code that is never executed may name a place outside a slot, which the verifier rejects where it can see
    /// it. A load there is undefined, a store may go, an address is computed out of its sight.
    fn inside_slots(&mut self, id: InstId, inst: Inst) -> Option<Inst> {
        let (ptr, offset, bytes) = match inst {
            Inst::Load { ty, ptr, offset, .. } | Inst::Store { ty, ptr, offset, .. } => {
                (ptr, offset, i64::from(ty.bytes()))
            }
            Inst::Index { base, index, offset, .. } if index.is_none() => (base, offset, 0),
            _ => return Some(inst),
        };
        let Some((slot, start)) = self.draft.slot_address(ptr) else { return Some(inst) };
        let at = start + i64::from(offset);
        if at >= 0 && at + bytes <= self.draft.slots[slot].size as i64 {
            return Some(inst);
        }
        match inst {
            Inst::Load { ty, .. } => Some(Inst::Poison { ty }),
            Inst::Index { flags, base, offset, .. } => {
                let bits = Bits::new(i64::from(offset) as u64 as u128);
                self.push(Inst::Const { ty: Type::I64, bits }, id);
                // A value of the body only: nothing in the draft stands for it.
                let index = Value::new(self.body.value_types.len());
                self.body.value_types.push(Type::I64);
                let base = self.map(base);
                self.push(Inst::Index { flags, base, index, scale: 1, offset: 0 }, id);
                self.define(self.draft.first_result[id.index()]);
                None
            }
            _ => None,
        }
    }

    fn terminator(&mut self, data: &DraftBlock) {
        let term = self.draft.insts[data.term.index()];
        let edges: SmallVec<[Edge; 2]> = data
            .edges
            .iter()
            .enumerate()
            .map(|(number, edge)| {
                let implicit = self.draft.implicit_args(self.module, &term, number);
                let params = &self.draft.blocks[edge.to.index()].params;
                let args: SmallVec<[Value; 8]> = params[implicit..]
                    .iter()
                    .zip(&edge.args)
                    .filter(|(param, _)| self.stays(**param))
                    .map(|(_, &arg)| self.map(arg))
                    .collect();
                let args = self.body.pool.push_values(&args);
                Edge { block: self.block_map[edge.to.index()], args }
            })
            .collect();
        let mapped = |layout: &mut Self, list| {
            let values: SmallVec<[Value; 8]> =
                layout.draft.pool.values(list).iter().map(|&v| layout.map(v)).collect();
            layout.body.pool.push_values(&values)
        };
        let inst = match term {
            Inst::Jump { .. } => Inst::Jump { to: edges[0] },
            Inst::Br { prob, cond, .. } => {
                Inst::Br { prob, cond: self.map(cond), then: edges[0], other: edges[1] }
            }
            Inst::Switch { ty, value, cases } => {
                let keys = self.draft.pool.switch(cases);
                let cases: Vec<(u128, Edge)> =
                    keys.cases().map(|(key, _)| key).zip(edges[1..].iter().copied()).collect();
                let cases = self.body.pool.push_switch(edges[0], &cases);
                Inst::Switch { ty, value: self.map(value), cases }
            }
            Inst::Ret { values } => Inst::Ret { values: mapped(self, values) },
            Inst::Invoke { flags, callee, args, .. } => {
                let args = mapped(self, args);
                let edges = self.body.pool.push_edge_pair(edges[0], edges[1]);
                Inst::Invoke { flags, callee: self.callee(callee), args, edges }
            }
            other => other,
        };
        self.push(inst, data.term);
    }

    fn callee(&self, callee: vez_vir::Callee) -> vez_vir::Callee {
        use vez_vir::Callee;
        match callee {
            Callee::Direct(func) => Callee::Direct(func),
            Callee::Indirect { sig, ptr } => Callee::Indirect { sig, ptr: self.map(ptr) },
        }
    }
}
