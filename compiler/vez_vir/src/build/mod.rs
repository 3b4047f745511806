//! Building modules and functions.
//!
//! `impl Module` adds functions, globals, signatures and names. [`FunctionBuilder`] builds one body: blocks in any
//! order, one method an opcode (`insts.rs`), mutable variables turned into SSA on the fly (`ssa.rs`), and `finish`,
//! which lays the body out canonically (`finish.rs`).

mod finish;
mod insts;
mod module;
#[cfg(test)]
mod random;
mod ssa;
#[cfg(test)]
mod tests;

use crate::data::{Body, Loc, Module, Slot};
use crate::ids::{Block, FuncId, InstId, LocId, SlotId, Value};
use crate::inst::Inst;
use crate::pool::{List, Pool};
use crate::ty::Type;
use crate::typing::result_types;
use ssa::Ssa;

/// An edge of the graph under construction: the `number`th edge of a terminator.
#[derive(Clone, Copy)]
struct EdgeRef {
    from: Block,
    number: u32,
}

/// A block under construction.
#[derive(Default)]
struct WorkBlock {
    params: Vec<Value>,
    insts: Vec<InstId>,
    preds: Vec<EdgeRef>,
    sealed: bool,
    terminated: bool,
}

/// Builds the body of one function.
///
/// ```
/// use vez_vir::{CmpOp, FunctionBuilder, Linkage, Module, Signature, Type};
/// let mut module = Module::new("demo");
/// let sig = module.intern_sig(Signature::of(&[Type::I32, Type::I32], &[Type::I32]));
/// let max = module.add_function("max", sig, Linkage::Export);
/// let mut b = FunctionBuilder::new(&mut module, max);
/// let (x, y) = (b.param(0), b.param(1));
/// let larger = b.cmp(CmpOp::Sgt, x, y);
/// let result = b.select(larger, x, y);
/// b.ret(&[result]);
/// b.finish();
/// ```
pub struct FunctionBuilder<'m> {
    /// The module, for declaring callees, globals and signatures on the way.
    pub module: &'m mut Module,
    func: FuncId,
    insts: Vec<Inst>,
    first_result: Vec<Value>,
    inst_locs: Vec<LocId>,
    value_types: Vec<Type>,
    slots: Vec<Slot>,
    pool: Pool,
    locs: Vec<Loc>,
    blocks: Vec<WorkBlock>,
    current: Block,
    current_loc: LocId,
    /// Poison constants for undefined variables; they go first in the entry block.
    prologue: Vec<InstId>,
    ssa: Ssa,
}

impl<'m> FunctionBuilder<'m> {
    /// Starts the body of `func` in its entry block, whose parameters are the function's.
    pub fn new(module: &'m mut Module, func: FuncId) -> FunctionBuilder<'m> {
        let param_types: Vec<Type> =
            module.func_sig(func).params.iter().map(|param| param.ty).collect();
        let mut builder = FunctionBuilder {
            module,
            func,
            insts: Vec::new(),
            first_result: Vec::new(),
            inst_locs: Vec::new(),
            value_types: Vec::new(),
            slots: Vec::new(),
            pool: Pool::default(),
            locs: Vec::new(),
            blocks: Vec::new(),
            current: Block(0),
            current_loc: LocId::NONE,
            prologue: Vec::new(),
            ssa: Ssa::default(),
        };
        let entry = builder.create_block();
        for ty in param_types {
            builder.block_param(entry, ty);
        }
        builder.seal_block(entry);
        builder
    }

    /// The function being built.
    pub fn func(&self) -> FuncId {
        self.func
    }

    /// The `index`th parameter of the function.
    pub fn param(&self, index: usize) -> Value {
        self.blocks[0].params[index]
    }

    /// A new block, without parameters; it is dropped again if nothing reaches it.
    pub fn create_block(&mut self) -> Block {
        self.blocks.push(WorkBlock::default());
        Block::new(self.blocks.len() - 1)
    }

    /// Adds a parameter to `block`. All edges to it must pass an argument more.
    pub fn block_param(&mut self, block: Block, ty: Type) -> Value {
        let value = self.new_value(ty);
        self.blocks[block.index()].params.push(value);
        value
    }

    /// The explicit parameters of `block` so far.
    pub fn block_params(&self, block: Block) -> &[Value] {
        &self.blocks[block.index()].params
    }

    /// Goes on at the end of `block`.
    pub fn switch_to_block(&mut self, block: Block) {
        self.current = block;
    }

    /// The block that instructions go to.
    pub fn current_block(&self) -> Block {
        self.current
    }

    /// Whether the current block has its terminator; no instruction may follow.
    pub fn is_terminated(&self) -> bool {
        self.blocks[self.current.index()].terminated
    }

    /// Whether `block` has its terminator.
    pub fn is_block_terminated(&self, block: Block) -> bool {
        self.blocks[block.index()].terminated
    }

    /// The location of the instructions that follow; `None` for none.
    pub fn set_loc(&mut self, loc: Option<Loc>) {
        let Some(loc) = loc else {
            self.current_loc = LocId::NONE;
            return;
        };
        if self.locs.last() != Some(&loc) {
            self.locs.push(loc);
        }
        self.current_loc = LocId::new(self.locs.len() - 1);
    }

    /// A stack slot of `size` bytes; `align` is a power of two.
    pub fn create_slot(&mut self, size: u64, align: u64) -> SlotId {
        debug_assert!(align.is_power_of_two());
        self.slots.push(Slot { size, align_log2: align.trailing_zeros() as u8 });
        SlotId::new(self.slots.len() - 1)
    }

    /// The type of a value of this body.
    pub fn ty(&self, value: Value) -> Type {
        self.value_types[value.index()]
    }

    /// The instruction that defines `value` as its only or first result, if one does.
    pub fn defining_inst(&self, value: Value) -> Option<Inst> {
        // First results grow with instruction numbers.
        let at = self.first_result.partition_point(|&first| first <= value);
        let inst = at.checked_sub(1)?;
        let (first, inst) = (self.first_result[inst], &self.insts[inst]);
        (first == value && !result_types(inst, self.module, &self.pool).is_empty()).then_some(*inst)
    }

    /// Adds any instruction to the current block and returns its first result (or where it would be).
    ///
    /// # Panics
    /// If the block has its terminator already: a bug of the caller.
    pub fn push(&mut self, inst: Inst) -> Value {
        let id = self.new_inst(inst);
        let block = self.current;
        let data = &mut self.blocks[block.index()];
        assert!(!data.terminated, "{block} is terminated, {inst:?} must not follow");
        data.insts.push(id);
        if inst.is_terminator() {
            data.terminated = true;
            for (number, edge) in inst.edges(&self.pool).iter().enumerate() {
                let target = &mut self.blocks[edge.block.index()];
                assert!(!target.sealed, "{} is sealed, {block} must not reach it", edge.block);
                target.preds.push(EdgeRef { from: block, number: number as u32 });
            }
        }
        self.first_result[id.index()]
    }

    /// The lists of the instructions so far, for reading what [`FunctionBuilder::defining_inst`] gives.
    pub fn pool(&self) -> &Pool {
        &self.pool
    }

    /// Adds a list for an instruction that is given to [`FunctionBuilder::push`].
    pub fn push_list(&mut self, values: &[Value]) -> List {
        self.pool.push_values(values)
    }

    /// Adds a copy of an instruction of another body, with its values, blocks and slots mapped, and returns its first result
    /// (or where it would be). Locations are the caller's: see [`FunctionBuilder::set_loc`].
    pub fn copy_inst(
        &mut self,
        body: &Body,
        inst: InstId,
        value: &mut dyn FnMut(Value) -> Value,
        block: &mut dyn FnMut(Block) -> Block,
        slot: &mut dyn FnMut(SlotId) -> SlotId,
    ) -> Value {
        let mut copy =
            body.inst(inst).remap(&body.pool, &mut self.pool, value, block, &mut |_, _| {});
        if let Inst::Slot { slot: old } = &mut copy {
            *old = slot(*old);
        }
        self.push(copy)
    }

    fn new_value(&mut self, ty: Type) -> Value {
        self.value_types.push(ty);
        Value::new(self.value_types.len() - 1)
    }

    fn new_inst(&mut self, inst: Inst) -> InstId {
        let id = InstId::new(self.insts.len());
        self.first_result.push(Value::new(self.value_types.len()));
        self.value_types.extend(result_types(&inst, self.module, &self.pool));
        self.insts.push(inst);
        self.inst_locs.push(self.current_loc);
        id
    }
}
