//! Loads, stores, block operations, atomics, addresses.

use super::Translate;
use crate::ClifError;
use cranelift_codegen::ir::{
    self, AtomicRmwOp, InstBuilder, MemFlagsData, condcodes::IntCC, types,
};
use vez_vir::{Access, AccessFlags, AtomicOp, CopyFlags, Inst, Type, Value};

/// Copies up to this many bytes are loads and stores.
const INLINE_COPY_BYTES: u64 = 64;

impl Translate<'_> {
    fn flags(access: Access) -> MemFlagsData {
        let mut flags = MemFlagsData::new();
        flags.set_notrap();
        if access.align_log2 > 0 {
            flags.set_aligned();
        }
        if access.flags.has(AccessFlags::INVARIANT) {
            flags.set_readonly();
        }
        flags
    }

    pub(super) fn load(
        &mut self,
        ty: Type,
        ptr: Value,
        offset: i32,
        access: Access,
    ) -> Result<ir::Value, ClifError> {
        let (ty, ptr) = (self.ty(ty)?, self.val(ptr));
        let mut flags = Self::flags(access);
        if u64::from(ty.bytes()) > access.align() {
            flags = MemFlagsData::new();
            flags.set_notrap();
        }
        Ok(self.b.ins().load(ty, flags, ptr, offset))
    }

    pub(super) fn store(&mut self, value: Value, ptr: Value, offset: i32, access: Access) {
        let bytes = u64::from(self.body.ty(value).bytes());
        let (value, ptr) = (self.val(value), self.val(ptr));
        let mut flags = Self::flags(access);
        if bytes > access.align() {
            flags = MemFlagsData::new();
            flags.set_notrap();
        }
        self.b.ins().store(flags, value, ptr, offset);
    }

    pub(super) fn index(
        &mut self,
        base: Value,
        index: Value,
        scale: u32,
        offset: i32,
    ) -> ir::Value {
        let mut address = self.val(base);
        if !index.is_none() {
            let index = self.val(index);
            let scaled = match scale {
                1 => index,
                n if n.is_power_of_two() => {
                    self.b.ins().ishl_imm_u(index, i64::from(n.trailing_zeros()))
                }
                n => self.b.ins().imul_imm_u(index, i64::from(n)),
            };
            address = self.b.ins().iadd(address, scaled);
        }
        if offset == 0 { address } else { self.b.ins().iadd_imm_s(address, i64::from(offset)) }
    }

    /// The value of an integer constant operand.
    fn known(&self, value: Value) -> Option<u64> {
        let at = self.body.first_result.partition_point(|&first| first <= value);
        let inst = self.body.insts.get(at.checked_sub(1)?)?;
        match inst {
            Inst::Const { bits, .. } if self.body.first_result[at - 1] == value => {
                u64::try_from(bits.get()).ok()
            }
            _ => None,
        }
    }

    pub(super) fn copy(&mut self, flags: CopyFlags, dst: Value, src: Value, len: Value) {
        let known = self.known(len);
        let (to, from, len) = (self.val(dst), self.val(src), self.val(len));
        if let Some(bytes) = known.filter(|&n| n <= INLINE_COPY_BYTES) {
            return self.copy_inline(to, from, bytes);
        }
        let config = self.isa.frontend_config();
        if flags.has(CopyFlags::OVERLAP) {
            self.b.call_memmove(config, to, from, len);
        } else {
            self.b.call_memcpy(config, to, from, len);
        }
    }

    /// All loads come before all stores, so overlap does not matter.
    fn copy_inline(&mut self, to: ir::Value, from: ir::Value, bytes: u64) {
        let mut flags = MemFlagsData::new();
        flags.set_notrap();
        let mut pieces = Vec::new();
        let mut at = 0;
        while at < bytes {
            let left = bytes - at;
            let ty = match left {
                16.. => types::I8X16,
                8.. => types::I64,
                4.. => types::I32,
                2.. => types::I16,
                _ => types::I8,
            };
            let value = self.b.ins().load(ty, flags, from, at as i32);
            pieces.push((value, at));
            at += u64::from(ty.bytes());
        }
        for (value, at) in pieces {
            self.b.ins().store(flags, value, to, at as i32);
        }
    }

    pub(super) fn fill(&mut self, dst: Value, byte: Value, len: Value) {
        let (to, byte, len) = (self.val(dst), self.val(byte), self.val(len));
        self.b.call_memset(self.isa.frontend_config(), to, byte, len);
    }

    pub(super) fn atomic(&mut self, inst: &Inst) -> Result<Vec<ir::Value>, ClifError> {
        let Inst::Atomic { op, ty, ptr, a, b, .. } = *inst else { return Ok(Vec::new()) };
        if op == AtomicOp::Fence {
            self.b.ins().fence();
            return Ok(Vec::new());
        }
        let clif = self.ty(ty)?;
        if clif.bits() > 64 || !(clif.is_int()) {
            return Err(self.unsupported(format!("atomic access to {ty}")));
        }
        let flags = MemFlagsData::new();
        let ptr = self.val(ptr);
        let rmw = match op {
            AtomicOp::Load => return Ok(vec![self.b.ins().atomic_load(clif, flags, ptr)]),
            AtomicOp::Store => {
                let value = self.val(a);
                self.b.ins().atomic_store(flags, value, ptr);
                return Ok(Vec::new());
            }
            AtomicOp::Cas => {
                let (expected, new) = (self.val(a), self.val(b));
                let old = self.b.ins().atomic_cas(flags, ptr, expected, new);
                let same = self.b.ins().icmp(IntCC::Equal, old, expected);
                return Ok(vec![old, same]);
            }
            AtomicOp::Xchg => AtomicRmwOp::Xchg,
            AtomicOp::Add => AtomicRmwOp::Add,
            AtomicOp::Sub => AtomicRmwOp::Sub,
            AtomicOp::And => AtomicRmwOp::And,
            AtomicOp::Or => AtomicRmwOp::Or,
            AtomicOp::Xor => AtomicRmwOp::Xor,
            AtomicOp::Nand => AtomicRmwOp::Nand,
            AtomicOp::Smin => AtomicRmwOp::Smin,
            AtomicOp::Smax => AtomicRmwOp::Smax,
            AtomicOp::Umin => AtomicRmwOp::Umin,
            AtomicOp::Umax => AtomicRmwOp::Umax,
            AtomicOp::Fence => return Ok(Vec::new()),
        };
        let value = self.val(a);
        Ok(vec![self.b.ins().atomic_rmw(clif, flags, rmw, ptr, value)])
    }
}
