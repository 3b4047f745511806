//! One method an opcode, with the types taken from the operands.

use super::FunctionBuilder;
use crate::ids::{Block, FuncId, GlobalId, SigId, SlotId, Value};
use crate::inst::{Access, ArithOp, Bits, Callee, Edge, ExtKey, Inst, Prob, Symbol};
use crate::ops::{
    ArithFlags, AtomicOp, BinOp, CallFlags, CastOp, CmpOp, CopyFlags, IndexFlags, LaneOp, Ordering,
    SelectFlags, UnOp,
};
use crate::ty::Type;
use crate::typing::callee_sig;
use smallvec::SmallVec;

macro_rules! arith_methods {
    ($($method:ident $op:ident;)*) => {$(
        #[doc = concat!("`", stringify!($method), "` of `a` and `b`, which have one type.")]
        pub fn $method(&mut self, a: Value, b: Value, flags: ArithFlags) -> Value {
            self.arith(ArithOp::$op, a, b, flags)
        }
    )*};
}

impl FunctionBuilder<'_> {
    /// An integer (truncated to `ty`'s width), or with 0 a null pointer.
    pub fn iconst(&mut self, ty: Type, value: impl Into<i128>) -> Value {
        let bits = value.into() as u128 & ty.mask();
        self.push(Inst::Const { ty, bits: Bits::new(bits) })
    }

    /// Any constant by its bits.
    pub fn const_bits(&mut self, ty: Type, bits: u128) -> Value {
        self.push(Inst::Const { ty, bits: Bits::new(bits & ty.mask()) })
    }

    pub fn f32const(&mut self, value: f32) -> Value {
        self.const_bits(Type::F32, value.to_bits().into())
    }

    pub fn f64const(&mut self, value: f64) -> Value {
        self.const_bits(Type::F64, value.to_bits().into())
    }

    /// The null pointer of address space 0.
    pub fn null(&mut self) -> Value {
        self.const_bits(Type::PTR, 0)
    }

    pub fn bool(&mut self, value: bool) -> Value {
        self.const_bits(Type::I1, value.into())
    }

    pub fn poison(&mut self, ty: Type) -> Value {
        self.push(Inst::Poison { ty })
    }

    pub fn func_addr(&mut self, func: FuncId) -> Value {
        self.push(Inst::Addr { symbol: Symbol::Func(func), offset: 0 })
    }

    pub fn global_addr(&mut self, global: GlobalId, offset: i64) -> Value {
        self.push(Inst::Addr { symbol: Symbol::Global(global), offset })
    }

    /// Any of the ten arithmetic opcodes.
    pub fn arith(&mut self, op: ArithOp, a: Value, b: Value, flags: ArithFlags) -> Value {
        self.push(Inst::Arith { op, flags, ty: self.ty(a), a, b })
    }

    arith_methods! {
        add Add;
        sub Sub;
        mul Mul;
        div Div;
        rem Rem;
        shl Shl;
        shr Shr;
    }

    pub fn and(&mut self, a: Value, b: Value) -> Value {
        self.arith(ArithOp::And, a, b, ArithFlags::NONE)
    }

    pub fn or(&mut self, a: Value, b: Value) -> Value {
        self.arith(ArithOp::Or, a, b, ArithFlags::NONE)
    }

    pub fn xor(&mut self, a: Value, b: Value) -> Value {
        self.arith(ArithOp::Xor, a, b, ArithFlags::NONE)
    }

    pub fn un(&mut self, op: UnOp, a: Value) -> Value {
        self.push(Inst::Un { op, ty: self.ty(a), a })
    }

    /// An operation with one result.
    pub fn bin(&mut self, op: BinOp, a: Value, b: Value) -> Value {
        self.push(Inst::Bin { op, ty: self.ty(a), a, b })
    }

    /// An overflow-reporting operation: the wrapped value and the `i1` that says it overflowed.
    pub fn bin_of(&mut self, op: BinOp, a: Value, b: Value) -> (Value, Value) {
        let value = self.bin(op, a, b);
        (value, Value(value.0 + 1))
    }

    pub fn fma(&mut self, a: Value, b: Value, c: Value) -> Value {
        self.push(Inst::Fma { ty: self.ty(a), a, b, c })
    }

    pub fn cmp(&mut self, op: CmpOp, a: Value, b: Value) -> Value {
        self.push(Inst::Cmp { op, ty: self.ty(a), a, b })
    }

    pub fn select(&mut self, cond: Value, a: Value, b: Value) -> Value {
        self.push(Inst::Select { flags: SelectFlags::NONE, ty: self.ty(a), cond, a, b })
    }

    /// [`Self::select`] without a branch.
    pub fn select_unpredictable(&mut self, cond: Value, a: Value, b: Value) -> Value {
        self.push(Inst::Select { flags: SelectFlags::UNPREDICTABLE, ty: self.ty(a), cond, a, b })
    }

    /// `a` converted to type `to`.
    pub fn cast(&mut self, op: CastOp, to: Type, a: Value) -> Value {
        self.push(Inst::Cast { op, ty: to, a })
    }

    pub fn load(&mut self, ty: Type, ptr: Value, offset: i32, access: Access) -> Value {
        self.push(Inst::Load { ty, ptr, offset, access })
    }

    pub fn store(&mut self, value: Value, ptr: Value, offset: i32, access: Access) {
        self.push(Inst::Store { ty: self.ty(value), value, ptr, offset, access });
    }

    /// The address of a stack slot.
    pub fn slot_addr(&mut self, slot: SlotId) -> Value {
        self.push(Inst::Slot { slot })
    }

    /// `base + index * scale + offset`, in bounds; `index` is an `i64`.
    pub fn index(&mut self, base: Value, index: Value, scale: u32, offset: i32) -> Value {
        let flags = IndexFlags::INBOUNDS;
        self.push(Inst::Index { flags, base, index, scale, offset })
    }

    /// `base + offset`, in bounds.
    pub fn offset(&mut self, base: Value, offset: i32) -> Value {
        if offset == 0 {
            return base;
        }
        self.index(base, Value::NONE, 0, offset)
    }

    /// Pointer arithmetic that may leave the allocation.
    pub fn index_wrapping(&mut self, base: Value, index: Value, scale: u32, offset: i32) -> Value {
        self.push(Inst::Index { flags: IndexFlags::NONE, base, index, scale, offset })
    }

    /// Copies `len` (an `i64`) bytes; both addresses are multiples of `align`.
    pub fn copy(&mut self, flags: CopyFlags, align: u64, dst: Value, src: Value, len: Value) {
        let align_log2 = align.trailing_zeros() as u8;
        self.push(Inst::Copy { flags, align_log2, dst, src, len });
    }

    /// Sets `len` (an `i64`) bytes to `byte` (an `i8`).
    pub fn fill(&mut self, align: u64, dst: Value, byte: Value, len: Value) {
        let align_log2 = align.trailing_zeros() as u8;
        self.push(Inst::Fill { flags: CopyFlags::NONE, align_log2, dst, byte, len });
    }

    pub fn atomic_load(&mut self, ty: Type, ptr: Value, order: Ordering) -> Value {
        self.atomic(AtomicOp::Load, ty, order, [ptr, Value::NONE, Value::NONE])
    }

    pub fn atomic_store(&mut self, value: Value, ptr: Value, order: Ordering) {
        self.atomic(AtomicOp::Store, self.ty(value), order, [ptr, value, Value::NONE]);
    }

    /// Read, modify, write: gives the old value.
    pub fn atomic_rmw(&mut self, op: AtomicOp, ptr: Value, a: Value, order: Ordering) -> Value {
        self.atomic(op, self.ty(a), order, [ptr, a, Value::NONE])
    }

    /// Compare and swap: the old value, and an `i1` that is true on success.
    pub fn atomic_cas(
        &mut self,
        ptr: Value,
        expected: Value,
        new: Value,
        order: Ordering,
        failure: Ordering,
    ) -> (Value, Value) {
        let (op, ty) = (AtomicOp::Cas, self.ty(new));
        let old = self.push(Inst::Atomic { op, ty, order, failure, ptr, a: expected, b: new });
        (old, Value(old.0 + 1))
    }

    pub fn fence(&mut self, order: Ordering) {
        self.atomic(AtomicOp::Fence, Type::I8, order, [Value::NONE; 3]);
    }

    fn atomic(&mut self, op: AtomicOp, ty: Type, order: Ordering, v: [Value; 3]) -> Value {
        let failure = Ordering::Relaxed;
        self.push(Inst::Atomic { op, ty, order, failure, ptr: v[0], a: v[1], b: v[2] })
    }

    /// `a` in every lane of vector type `ty`.
    pub fn splat(&mut self, ty: Type, a: Value) -> Value {
        self.push(Inst::Lane { op: LaneOp::Splat, ty, a, b: Value::NONE, lane: 0 })
    }

    pub fn extract(&mut self, a: Value, lane: u32) -> Value {
        let ty = self.ty(a);
        self.push(Inst::Lane { op: LaneOp::Extract, ty, a, b: Value::NONE, lane })
    }

    /// `a` with `lane` replaced by `b`.
    pub fn insert(&mut self, a: Value, lane: u32, b: Value) -> Value {
        self.push(Inst::Lane { op: LaneOp::Insert, ty: self.ty(a), a, b, lane })
    }

    /// Lanes of `a` and `b` (numbered after `a`'s) in the order given.
    pub fn shuffle(&mut self, a: Value, b: Value, lanes: &[u32]) -> Value {
        let lanes = self.pool.push_raw(lanes.iter().copied());
        self.push(Inst::Shuffle { ty: self.ty(a), a, b, lanes })
    }

    /// One of the `Reduce*` operations over the lanes of `a`.
    pub fn reduce(&mut self, op: LaneOp, a: Value) -> Value {
        self.push(Inst::Lane { op, ty: self.ty(a), a, b: Value::NONE, lane: 0 })
    }

    /// A call that does not unwind into this function; its results.
    pub fn call(&mut self, func: FuncId, args: &[Value]) -> SmallVec<[Value; 2]> {
        self.call_with(Callee::Direct(func), args, CallFlags::NONE)
    }

    /// A call through a pointer.
    pub fn call_ptr(&mut self, sig: SigId, ptr: Value, args: &[Value]) -> SmallVec<[Value; 2]> {
        self.call_with(Callee::Indirect { sig, ptr }, args, CallFlags::NONE)
    }

    /// A call of any kind without an unwind edge.
    pub fn call_with(
        &mut self,
        callee: Callee,
        args: &[Value],
        flags: CallFlags,
    ) -> SmallVec<[Value; 2]> {
        let args = self.pool.push_values(args);
        let first = self.push(Inst::Call { flags, callee, args });
        let count = self.module.sig(callee_sig(callee, self.module)).results.len() as u32;
        (first.0..first.0 + count).map(Value).collect()
    }

    /// A call that goes to `unwind` when it unwinds, and otherwise on in a fresh block, which becomes the current
    /// one. The first parameter of `unwind` must be a `ptr`, the exception.
    pub fn invoke(
        &mut self,
        callee: Callee,
        args: &[Value],
        flags: CallFlags,
        unwind: Block,
        unwind_args: &[Value],
    ) -> SmallVec<[Value; 2]> {
        let normal = self.create_block();
        let types: SmallVec<[Type; 2]> =
            self.module.sig(callee_sig(callee, self.module)).results.iter().map(|r| r.ty).collect();
        let results = types.iter().map(|&ty| self.block_param(normal, ty)).collect();
        let normal_edge = self.edge(normal, &[]);
        let unwind_edge = self.edge(unwind, unwind_args);
        let args = self.pool.push_values(args);
        let edges = self.pool.push_edge_pair(normal_edge, unwind_edge);
        self.push(Inst::Invoke { flags, callee, args, edges });
        self.seal_block(normal);
        self.switch_to_block(normal);
        results
    }

    /// An extension; its results are as `sig` says.
    pub fn ext(&mut self, key: ExtKey, sig: SigId, args: &[Value]) -> SmallVec<[Value; 2]> {
        let args = self.pool.push_values(args);
        let first = self.push(Inst::Ext { key, sig, args });
        let count = self.module.sig(sig).results.len() as u32;
        (first.0..first.0 + count).map(Value).collect()
    }

    pub fn jump(&mut self, block: Block, args: &[Value]) {
        let to = self.edge(block, args);
        self.push(Inst::Jump { to });
    }

    /// A branch to blocks without explicit arguments.
    pub fn br(&mut self, cond: Value, then: Block, other: Block) {
        self.br_with(cond, (then, &[]), (other, &[]), Prob::UNKNOWN);
    }

    /// A branch with arguments and the probability of the first target.
    pub fn br_with(
        &mut self,
        cond: Value,
        then: (Block, &[Value]),
        other: (Block, &[Value]),
        prob: Prob,
    ) {
        let then = self.edge(then.0, then.1);
        let other = self.edge(other.0, other.1);
        self.push(Inst::Br { prob, cond, then, other });
    }

    /// A switch to blocks without explicit arguments. Keys are zero-extended bits of `value`'s type.
    pub fn switch(&mut self, value: Value, default: Block, cases: &[(u128, Block)]) {
        let default = self.edge(default, &[]);
        let cases: Vec<(u128, Edge)> =
            cases.iter().map(|&(key, block)| (key, self.edge(block, &[]))).collect();
        let cases = self.pool.push_switch(default, &cases);
        self.push(Inst::Switch { ty: self.ty(value), value, cases });
    }

    pub fn ret(&mut self, values: &[Value]) {
        let values = self.pool.push_values(values);
        self.push(Inst::Ret { values });
    }

    /// Undefined behaviour if reached.
    pub fn unreachable(&mut self) {
        self.push(Inst::Unreachable);
    }

    /// Ends the program with a numbered failure; see [`crate::ops::trap_code`].
    pub fn trap(&mut self, code: u32) {
        self.push(Inst::Trap { code });
    }

    fn edge(&mut self, block: Block, args: &[Value]) -> Edge {
        Edge { block, args: self.pool.push_values(args) }
    }
}
