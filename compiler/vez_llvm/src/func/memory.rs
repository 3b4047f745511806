//! Addresses and accesses.

use super::Translator;
use crate::raw::{Order, Rmw, Val};
use vez_vir::{
    Access, AccessFlags, AtomicOp, CopyFlags, IndexFlags, InstId, Ordering, Scalar, Symbol, Type,
    Value,
};

impl Translator<'_, '_> {
    pub(super) fn address(&mut self, symbol: Symbol, offset: i64) -> Val {
        let base = self.codegen.symbol(symbol);
        match symbol {
            Symbol::Global(global) if self.module.global(global).thread_local => {
                let ptr = self.codegen.cx.ptr(0);
                let base = self.intrinsic("llvm.threadlocal.address", &[ptr], &[base]);
                self.byte_offset(base, offset, false)
            }
            _ => self.codegen.cx.const_offset(base, offset),
        }
    }

    fn byte_offset(&mut self, base: Val, offset: i64, inbounds: bool) -> Val {
        if offset == 0 {
            return base;
        }
        let cx = &self.codegen.cx;
        let index = cx.const_int(cx.int(64), offset as u64 as u128);
        self.b.offset(cx.int(8), base, index, inbounds)
    }

    /// One address computation, so that `inbounds` speaks of base and result only, as it does in VIR.
    pub(super) fn index(
        &mut self,
        flags: IndexFlags,
        base: Val,
        index: Option<Val>,
        scale: u32,
        offset: i32,
    ) -> Val {
        let inbounds = flags.has(IndexFlags::INBOUNDS);
        let Some(index) = index else {
            return self.byte_offset(base, offset.into(), inbounds);
        };
        let cx = &self.codegen.cx;
        if offset == 0 {
            return self.b.offset(cx.array(cx.int(8), scale.into()), base, index, inbounds);
        }
        let word = cx.int(64);
        let scale = cx.const_int(word, scale.into());
        let offset = cx.const_int(word, i64::from(offset) as u64 as u128);
        let bytes = match inbounds {
            true => self.b.nsw_add(self.b.nsw_mul(index, scale), offset),
            false => self.b.add(self.b.mul(index, scale), offset),
        };
        self.b.offset(cx.int(8), base, bytes, inbounds)
    }

    pub(super) fn load(&mut self, ty: Type, ptr: Val, offset: i32, access: Access) -> Val {
        let ptr = self.byte_offset(ptr, offset.into(), true);
        let load = self.b.load(self.codegen.memory_ty(ty), ptr, access.align() as u32);
        self.describe_access(load, access);
        let cx = &self.codegen.cx;
        let empty = cx.md_node(&[]);
        let flags = [
            (AccessFlags::INVARIANT, "invariant.load"),
            (AccessFlags::NONNULL, "nonnull"),
            (AccessFlags::NOUNDEF, "noundef"),
        ];
        for (flag, kind) in flags {
            if access.flags.has(flag) {
                cx.set_md(load, kind, empty);
            }
        }
        if ty.kind() == Scalar::I1 {
            // LLVM's ranges are for scalars; a vector of bytes is truncated as it is.
            if !ty.is_vector() {
                self.set_range(load, Type::I8, 0, 2);
            }
            return self.b.trunc(load, self.ty(ty));
        }
        if let Some(range) = self.module.range(access.range) {
            self.set_range(load, ty, range.low, range.high.wrapping_add(1) & ty.mask());
        }
        load
    }

    /// A loaded value lies in `low..end`, which may wrap.
    fn set_range(&self, load: Val, ty: Type, low: u128, end: u128) {
        if low == end {
            return;
        }
        let cx = &self.codegen.cx;
        let bound = |n| cx.md_const(cx.const_int(self.ty(ty), n));
        cx.set_md(load, "range", cx.md_node(&[bound(low), bound(end)]));
    }

    pub(super) fn store(&mut self, ty: Type, value: Val, ptr: Val, offset: i32, access: Access) {
        let ptr = self.byte_offset(ptr, offset.into(), true);
        let value = match ty.kind() {
            Scalar::I1 => self.b.zext(value, self.codegen.memory_ty(ty)),
            _ => value,
        };
        let store = self.b.store(value, ptr, access.align() as u32);
        self.describe_access(store, access);
    }

    fn describe_access(&mut self, inst: Val, access: Access) {
        if access.flags.has(AccessFlags::VOLATILE) {
            self.b.set_volatile(inst);
        }
        if access.alias != 0 {
            let tag = self.codegen.alias_tag(access.alias);
            self.codegen.cx.set_md(inst, "tbaa", tag);
        }
    }

    pub(super) fn copy(&mut self, flags: CopyFlags, align_log2: u8, dst: Val, src: Val, len: Val) {
        let overlap = flags.has(CopyFlags::OVERLAP);
        let call = self.b.copy(dst, src, len, 1 << align_log2, overlap);
        if flags.has(CopyFlags::VOLATILE) {
            self.b.set_volatile_transfer(&self.codegen.cx, call);
        }
    }

    pub(super) fn fill(&mut self, flags: CopyFlags, align_log2: u8, dst: Val, byte: Val, len: Val) {
        let call = self.b.fill(dst, byte, len, 1 << align_log2);
        if flags.has(CopyFlags::VOLATILE) {
            self.b.set_volatile_transfer(&self.codegen.cx, call);
        }
    }

    pub(super) fn atomic(
        &mut self,
        id: InstId,
        op: AtomicOp,
        ty: Type,
        orders: [Ordering; 2],
        operands: [Value; 3],
    ) {
        let [order, failure] = orders.map(order_of);
        if op == AtomicOp::Fence {
            self.b.fence(order);
            return;
        }
        let result = self.body.result(id);
        let ptr = self.value(operands[0]);
        match op {
            AtomicOp::Load => {
                let load = self.b.load(self.ty(ty), ptr, ty.bytes());
                self.b.set_order(load, order);
                self.define(result, load);
            }
            AtomicOp::Store => {
                let store = self.b.store(self.value(operands[1]), ptr, ty.bytes());
                self.b.set_order(store, order);
            }
            AtomicOp::Cas => {
                let values = [self.value(operands[1]), self.value(operands[2])];
                let pair = self.b.atomic_cas(ptr, values, [order, failure]);
                let (old, done) = (self.b.extract(pair, 0), self.b.extract(pair, 1));
                self.define(result, old);
                self.define(Value(result.0 + 1), done);
            }
            _ => {
                let old = self.b.atomic_rmw(rmw(op), ptr, self.value(operands[1]), order);
                self.define(result, old);
            }
        }
    }
}

fn order_of(order: Ordering) -> Order {
    match order {
        Ordering::Relaxed => Order::LLVMAtomicOrderingMonotonic,
        Ordering::Acquire => Order::LLVMAtomicOrderingAcquire,
        Ordering::Release => Order::LLVMAtomicOrderingRelease,
        Ordering::AcqRel => Order::LLVMAtomicOrderingAcquireRelease,
        Ordering::SeqCst => Order::LLVMAtomicOrderingSequentiallyConsistent,
    }
}

fn rmw(op: AtomicOp) -> Rmw {
    match op {
        AtomicOp::Xchg => Rmw::LLVMAtomicRMWBinOpXchg,
        AtomicOp::Add => Rmw::LLVMAtomicRMWBinOpAdd,
        AtomicOp::Sub => Rmw::LLVMAtomicRMWBinOpSub,
        AtomicOp::And => Rmw::LLVMAtomicRMWBinOpAnd,
        AtomicOp::Or => Rmw::LLVMAtomicRMWBinOpOr,
        AtomicOp::Xor => Rmw::LLVMAtomicRMWBinOpXor,
        AtomicOp::Nand => Rmw::LLVMAtomicRMWBinOpNand,
        AtomicOp::Smin => Rmw::LLVMAtomicRMWBinOpMin,
        AtomicOp::Smax => Rmw::LLVMAtomicRMWBinOpMax,
        AtomicOp::Umin => Rmw::LLVMAtomicRMWBinOpUMin,
        AtomicOp::Umax => Rmw::LLVMAtomicRMWBinOpUMax,
        AtomicOp::Load | AtomicOp::Store | AtomicOp::Cas | AtomicOp::Fence => {
            unreachable!("{op} does not read, modify and write")
        }
    }
}
