//! A body that can be edited.
//!
//! Terminators keep their edges beside them, so that edges change without touching the pool. A value that stands for
//! another points at it; whoever reads an operand asks [`Draft::find`].

use smallvec::{SmallVec, smallvec};
use vez_vir::{
    Block, Body, Callee, FuncId, Inst, InstId, List, Loc, LocId, Module, Pool, Slot, Type, Value,
    callee_sig,
};

/// An edge and the arguments it passes, without those a call passes by itself.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Edge {
    pub to: Block,
    pub args: SmallVec<[Value; 4]>,
}

/// A block: instructions, the terminator apart.
#[derive(Clone, Debug)]
pub(crate) struct DraftBlock {
    pub params: SmallVec<[Value; 4]>,
    pub insts: Vec<InstId>,
    pub term: InstId,
    /// The terminator's edges; those in the instruction itself are out of date.
    pub edges: SmallVec<[Edge; 2]>,
}

/// A body under change.
pub(crate) struct Draft {
    pub blocks: Vec<DraftBlock>,
    pub insts: Vec<Inst>,
    pub first_result: Vec<Value>,
    pub inst_locs: Vec<LocId>,
    pub types: Vec<Type>,
    pub slots: Vec<Slot>,
    pub pool: Pool,
    pub locs: Vec<Loc>,
    /// The instruction that defines each value; `NONE` for parameters.
    pub def: Vec<InstId>,
    /// The value that each value stands for; itself as a rule.
    alias: Vec<Value>,
}

/// The edges of `inst`, a terminator of the body that owns `pool`.
pub(crate) fn edges(inst: &Inst, pool: &Pool) -> SmallVec<[Edge; 2]> {
    let own = |edge: vez_vir::Edge| Edge {
        to: edge.block,
        args: SmallVec::from_slice(pool.values(edge.args)),
    };
    inst.edges(pool).into_iter().map(own).collect()
}

impl Draft {
    pub(crate) fn open(body: Body) -> Draft {
        let mut def = vec![InstId::NONE; body.value_types.len()];
        let mut blocks = Vec::with_capacity(body.blocks.len());
        for block in body.block_ids() {
            let mut insts: Vec<InstId> = body.block_insts(block).collect();
            let term = insts.pop().expect("a block ends in a terminator");
            for &inst in &insts {
                body.results(inst).for_each(|value| def[value.index()] = inst);
            }
            blocks.push(DraftBlock {
                params: body.params(block).collect(),
                insts,
                term,
                edges: edges(&body.inst(term), &body.pool),
            });
        }
        Draft {
            blocks,
            alias: (0..body.value_types.len()).map(Value::new).collect(),
            insts: body.insts,
            first_result: body.first_result,
            inst_locs: body.inst_locs,
            types: body.value_types,
            slots: body.slots,
            pool: body.pool,
            locs: body.locs,
            def,
        }
    }

    /// The value that `value` stands for.
    pub(crate) fn find(&self, value: Value) -> Value {
        let mut at = value;
        while self.alias[at.index()] != at {
            at = self.alias[at.index()];
        }
        at
    }

    /// Makes `value` stand for `other`, which must dominate its uses.
    pub(crate) fn replace(&mut self, value: Value, other: Value) {
        let other = self.find(other);
        // Shorten the path on the way, so that chains stay short.
        let mut at = value;
        while self.alias[at.index()] != at {
            at = std::mem::replace(&mut self.alias[at.index()], other);
        }
        self.alias[at.index()] = other;
    }

    pub(crate) fn is_replaced(&self, value: Value) -> bool {
        self.alias[value.index()] != value
    }

    /// The instruction that defines what `value` stands for.
    pub(crate) fn def_of(&self, value: Value) -> Option<Inst> {
        let def = self.def[self.find(value).index()];
        (!def.is_none()).then(|| self.insts[def.index()])
    }

    /// The bits of a constant scalar or splat.
    pub(crate) fn constant(&self, value: Value) -> Option<u128> {
        match self.def_of(value)? {
            Inst::Const { bits, .. } => Some(bits.get()),
            _ => None,
        }
    }

    /// The slot and distance into it of an address that is a constant distance into a slot.
    pub(crate) fn slot_address(&self, value: Value) -> Option<(usize, i64)> {
        const MAX_STEPS: usize = 16;
        let (mut at, mut distance) = (value, 0i64);
        for _ in 0..MAX_STEPS {
            match self.def_of(at)? {
                Inst::Slot { slot } => return Some((slot.index(), distance)),
                Inst::Index { base, index, offset, .. } if index.is_none() => {
                    distance = distance.checked_add(offset.into())?;
                    at = base;
                }
                _ => return None,
            }
        }
        None
    }

    pub(crate) fn new_value(&mut self, ty: Type) -> Value {
        let value = Value::new(self.types.len());
        self.types.push(ty);
        self.alias.push(value);
        self.def.push(InstId::NONE);
        value
    }

    /// Adds an instruction with these result types; it is in no block yet.
    pub(crate) fn new_inst(&mut self, inst: Inst, results: &[Type], loc: LocId) -> InstId {
        let id = InstId::new(self.insts.len());
        self.insts.push(inst);
        self.inst_locs.push(loc);
        self.first_result.push(Value::new(self.types.len()));
        for &ty in results {
            let value = self.new_value(ty);
            self.def[value.index()] = id;
        }
        id
    }

    /// Makes `block` end in a jump over `edge`.
    pub(crate) fn set_jump(&mut self, block: Block, edge: Edge) {
        let to = vez_vir::Edge { block: edge.to, args: List::EMPTY };
        let loc = self.inst_locs[self.blocks[block.index()].term.index()];
        let term = self.new_inst(Inst::Jump { to }, &[], loc);
        let data = &mut self.blocks[block.index()];
        data.term = term;
        data.edges = smallvec![edge];
    }

    pub(crate) fn term(&self, block: Block) -> Inst {
        self.insts[self.blocks[block.index()].term.index()]
    }

    /// How many parameters of the target an edge's call fills by itself.
    pub(crate) fn implicit_args(&self, module: &Module, term: &Inst, number: usize) -> usize {
        match *term {
            Inst::Invoke { callee, .. } if number == 0 => {
                module.sig(callee_sig(callee, module)).results.len()
            }
            Inst::Invoke { .. } => 1,
            _ => 0,
        }
    }

    /// Calls `f` on the operands of a terminator, its edges' arguments apart.
    pub(crate) fn each_term_operand(&self, term: &Inst, mut f: impl FnMut(Value)) {
        match *term {
            Inst::Br { cond, .. } => f(cond),
            Inst::Switch { value, .. } => f(value),
            Inst::Ret { values } => self.pool.values(values).iter().copied().for_each(f),
            Inst::Invoke { callee, args, .. } => {
                if let Callee::Indirect { ptr, .. } = callee {
                    f(ptr);
                }
                self.pool.values(args).iter().copied().for_each(f);
            }
            _ => {}
        }
    }

    /// The blocks that the entry reaches, each before its successors but for loops.
    pub(crate) fn reverse_postorder(&self) -> Vec<Block> {
        let mut seen = vec![false; self.blocks.len()];
        let mut order = Vec::with_capacity(self.blocks.len());
        let mut stack: Vec<(Block, usize)> = vec![(Body::ENTRY, 0)];
        seen[0] = true;
        while let Some((block, taken)) = stack.last_mut() {
            let edges = &self.blocks[block.index()].edges;
            // The last edge first: so the first target comes right after its branch.
            match edges.len().checked_sub(*taken + 1) {
                Some(number) => {
                    *taken += 1;
                    let to = edges[number].to;
                    if !std::mem::replace(&mut seen[to.index()], true) {
                        stack.push((to, 0));
                    }
                }
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

/// The function that a call or an address names.
pub(crate) fn direct_callee(inst: &Inst) -> Option<FuncId> {
    match *inst {
        Inst::Call { callee: Callee::Direct(func), .. }
        | Inst::Invoke { callee: Callee::Direct(func), .. } => Some(func),
        _ => None,
    }
}
