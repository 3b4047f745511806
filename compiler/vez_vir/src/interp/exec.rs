//! The instructions that neither branch nor call.

use super::code::{Code, Op, Reg};
use super::float::{self, Float};
use super::machine::{Halt, Machine, Step, reg};
use super::number;
use super::value::Val;
use crate::ids::RangeId;
use crate::inst::ArithOp;
use crate::ops::{ArithFlags, AtomicOp as A, BinOp as B, CopyFlags, LaneOp as L, UnOp, Yields};
use crate::ty::Type;

impl Machine<'_> {
    /// Instructions that neither branch nor call.
    pub fn simple(&mut self, code: &Code, base: usize, op: &Op) -> Step {
        match *op {
            Op::Imm { dst, lanes, imm } => {
                let val = code.imms[imm as usize];
                for lane in 0..lanes {
                    reg!(self, base, dst + lane) = val;
                }
            }
            Op::Arith { op, flags, ty, dst, a, b } => {
                for lane in 0..ty.lanes() {
                    let (x, y) = (reg!(self, base, a + lane), reg!(self, base, b + lane));
                    reg!(self, base, dst + lane) = number::arith(op, flags, ty, x, y)?;
                }
            }
            Op::Un { op, ty, dst, a } => {
                for lane in 0..ty.lanes() {
                    let x = reg!(self, base, a + lane);
                    reg!(self, base, dst + lane) = number::unary(op, ty, x);
                }
            }
            Op::Bin { op, ty, dst, a, b } => {
                let lanes = ty.lanes();
                let reports = op.fact().1 == Yields::WithOverflow;
                for lane in 0..lanes {
                    let (x, y) = (reg!(self, base, a + lane), reg!(self, base, b + lane));
                    let (value, overflow) = number::binary(op, ty, x, y);
                    reg!(self, base, dst + lane) = value;
                    if reports {
                        reg!(self, base, dst + lanes + lane) = overflow;
                    }
                }
            }
            Op::Fma { ty, dst, a, b, c } => self.fma(base, ty, dst, [a, b, c]),
            Op::Cmp { op, ty, dst, a, b } => {
                for lane in 0..ty.lanes() {
                    let (x, y) = (reg!(self, base, a + lane), reg!(self, base, b + lane));
                    reg!(self, base, dst + lane) = number::compare(op, ty, x, y);
                }
            }
            Op::Select { lanes, wide_cond, dst, cond, a, b } => {
                for lane in 0..u32::from(lanes) {
                    let chosen = reg!(self, base, if wide_cond { cond + lane } else { cond });
                    let (x, y) = (reg!(self, base, a + lane), reg!(self, base, b + lane));
                    let value = if chosen.low != 0 { x } else { y };
                    reg!(self, base, dst + lane) = if chosen.poison { Val::POISON } else { value };
                }
            }
            Op::Cast { op, from, to, dst, a } if from.lanes() == to.lanes() => {
                for lane in 0..to.lanes() {
                    let x = reg!(self, base, a + lane);
                    reg!(self, base, dst + lane) = number::cast(op, from, to, x);
                }
            }
            Op::Cast { from, to, dst, a, .. } => self.recast(base, from, to, dst, a),
            Op::Unreachable => return Err(Halt::Undefined("`unreachable` is reached".to_owned())),
            Op::Trap { code } => return Err(Halt::Trap(code)),
            Op::Ext => {
                return Err(Halt::Unsupported("an extension that was not resolved".to_owned()));
            }
            _ => return self.access(code, base, op),
        }
        Ok(())
    }

    fn fma(&mut self, base: usize, ty: Type, dst: Reg, operands: [Reg; 3]) {
        for lane in 0..ty.lanes() {
            let vals = operands.map(|reg| reg!(self, base, reg + lane));
            let [x, y, z] = vals.map(|val| Float::from_bits(ty, val.bits()));
            let poison = vals.iter().any(|val| val.poison);
            let result = Val::wide(float::fma(x, y, z).to_bits());
            reg!(self, base, dst + lane) = if poison { Val::POISON } else { result };
        }
    }

    /// `cast.bit` between vectors of different lanes: little-endian, lane 0 first.
    fn recast(&mut self, base: usize, from: Type, to: Type, dst: Reg, a: Reg) {
        let mut bytes = Vec::with_capacity(from.bytes() as usize);
        let mut poison = false;
        let size = |ty: Type| ty.lane_bits() as usize / 8;
        for lane in 0..from.lanes() {
            let val = reg!(self, base, a + lane);
            poison |= val.poison;
            bytes.extend_from_slice(&val.bits().to_le_bytes()[..size(from)]);
        }
        for (lane, chunk) in bytes.chunks_exact(size(to)).enumerate() {
            let mut wide = [0; 16];
            wide[..chunk.len()].copy_from_slice(chunk);
            let val = Val::wide(u128::from_le_bytes(wide));
            reg!(self, base, dst + lane as u32) = if poison { Val::POISON } else { val };
        }
    }

    /// Instructions on memory, addresses and vectors.
    fn access(&mut self, code: &Code, base: usize, op: &Op) -> Step {
        match *op {
            Op::Load { ty, align_log2, dst, ptr, offset, range } => {
                self.load(base, ty, align_log2, dst, (ptr, offset))?;
                self.check_range(RangeId(range), reg!(self, base, dst))
            }
            Op::Store { ty, align_log2, value, ptr, offset } => {
                let size = ty.lane().bytes() as usize;
                let at = displaced(reg!(self, base, ptr), offset.into());
                self.memory.place(at, u64::from(ty.bytes()), align_log2, true)?;
                for lane in 0..ty.lanes() {
                    let at = displaced(at, i64::from(lane) * size as i64);
                    let place = self.memory.place(at, size as u64, 0, true)?;
                    self.memory.store(place, size, reg!(self, base, value + lane));
                }
                Ok(())
            }
            Op::Index { inbounds, dst, base: from, index, scale, offset } => {
                let from = reg!(self, base, from);
                let index = index.map_or(Val::int(0), |index| reg!(self, base, index));
                let distance =
                    index.low.wrapping_mul(u64::from(scale)).wrapping_add_signed(offset.into());
                let mut result = displaced(from, distance as i64);
                result.poison |= index.poison;
                if inbounds && !result.poison && distance != 0 && self.leaves(from, result) {
                    result = Val::POISON;
                }
                reg!(self, base, dst) = result;
                Ok(())
            }
            Op::Copy { flags, align_log2, dst, src, len } => {
                let (to, from) = (reg!(self, base, dst), reg!(self, base, src));
                self.copy(flags, align_log2, to, from, reg!(self, base, len))
            }
            Op::Fill { align_log2, dst, byte, len } => {
                let (to, len) = (reg!(self, base, dst), reg!(self, base, len));
                if len.poison {
                    return Err(Halt::Undefined("a length is poison".to_owned()));
                }
                if len.low != 0 {
                    let place = self.memory.place(to, len.low, align_log2, true)?;
                    self.memory.fill(place, len.low as usize, reg!(self, base, byte));
                }
                Ok(())
            }
            Op::Atomic { op, ty, dst, ptr, a, b } => {
                let operands = [ptr, a, b].map(|operand| reg!(self, base, operand));
                self.atomic(base, op, ty, dst, operands)
            }
            _ => self.lane(code, base, op),
        }
    }

    /// Whether `inbounds` is broken: base and result lie in (or one past) one allocation.
    fn leaves(&self, from: Val, to: Val) -> bool {
        if from.provenance.is_none() && from.low == to.low {
            return false;
        }
        self.memory.place(from, 0, 0, false).is_err() || self.memory.place(to, 0, 0, false).is_err()
    }

    fn load(&mut self, base: usize, ty: Type, align: u8, dst: Reg, from: (Reg, i32)) -> Step {
        let size = ty.lane().bytes() as usize;
        let at = displaced(reg!(self, base, from.0), from.1.into());
        let place = self.memory.place(at, u64::from(ty.bytes()), align, false)?;
        if !ty.is_vector() {
            let val = self.memory.load(place, size);
            if ty == Type::I1 && val.low > 1 {
                return Err(Halt::Undefined(format!("{} is not an i1", val.low)));
            }
            reg!(self, base, dst) = val;
            return Ok(());
        }
        for lane in 0..ty.lanes() {
            let at = displaced(at, i64::from(lane) * size as i64);
            let place = self.memory.place(at, size as u64, 0, false)?;
            reg!(self, base, dst + lane) = self.memory.load(place, size);
        }
        Ok(())
    }

    /// `copy`, and what `memcpy` and `memmove` do.
    pub fn copy(&mut self, flags: CopyFlags, align: u8, to: Val, from: Val, len: Val) -> Step {
        if len.poison {
            return Err(Halt::Undefined("a length is poison".to_owned()));
        }
        if len.low == 0 {
            return Ok(());
        }
        let source = self.memory.place(from, len.low, align, false)?;
        let target = self.memory.place(to, len.low, align, true)?;
        let len = len.low as usize;
        let same = to.low == from.low;
        if !flags.has(CopyFlags::OVERLAP) && !same && self.memory.overlap(source, target, len) {
            return Err(Halt::Undefined("`copy` between overlapping regions".to_owned()));
        }
        self.memory.copy(target, source, len);
        Ok(())
    }

    fn atomic(&mut self, base: usize, op: A, ty: Type, dst: Reg, [ptr, a, b]: [Val; 3]) -> Step {
        if op == A::Fence {
            return Ok(());
        }
        let size = ty.bytes() as usize;
        let align = size.trailing_zeros() as u8;
        let place = self.memory.place(ptr, size as u64, align, op != A::Load)?;
        if op == A::Store {
            self.memory.store(place, size, a);
            return Ok(());
        }
        let old = self.memory.load(place, size);
        reg!(self, base, dst) = old;
        let none = ArithFlags::NONE;
        let new = match op {
            A::Load => return Ok(()),
            A::Xchg => a,
            A::Add => number::arith(ArithOp::Add, none, ty, old, a)?,
            A::Sub => number::arith(ArithOp::Sub, none, ty, old, a)?,
            A::And => number::arith(ArithOp::And, none, ty, old, a)?,
            A::Or => number::arith(ArithOp::Or, none, ty, old, a)?,
            A::Xor => number::arith(ArithOp::Xor, none, ty, old, a)?,
            A::Nand => number::unary(UnOp::Not, ty, number::arith(ArithOp::And, none, ty, old, a)?),
            A::Smin => number::binary(B::Smin, ty, old, a).0,
            A::Smax => number::binary(B::Smax, ty, old, a).0,
            A::Umin => number::binary(B::Umin, ty, old, a).0,
            A::Umax => number::binary(B::Umax, ty, old, a).0,
            _ => {
                if old.poison || a.poison {
                    return Err(Halt::Undefined("a comparison with poison".to_owned()));
                }
                let equal = old.bits() == a.bits();
                reg!(self, base, dst + 1) = Val::bool(equal);
                if !equal {
                    return Ok(());
                }
                b
            }
        };
        self.memory.store(place, size, new);
        Ok(())
    }

    fn lane(&mut self, code: &Code, base: usize, op: &Op) -> Step {
        let (op, ty, dst, a, b, lane) = match *op {
            Op::Lane { op, ty, dst, a, b, lane } => (op, ty, dst, a, b, lane),
            Op::Shuffle { dst, list } => {
                let count = code.lists[list as usize];
                for lane in 0..count {
                    let from = code.lists[(list + 1 + lane) as usize];
                    reg!(self, base, dst + lane) = reg!(self, base, from);
                }
                return Ok(());
            }
            _ => return Err(Halt::Unsupported(format!("{op:?} in the interpreter"))),
        };
        match op {
            L::Splat => {
                let val = reg!(self, base, a);
                for lane in 0..ty.lanes() {
                    reg!(self, base, dst + lane) = val;
                }
            }
            L::Extract => reg!(self, base, dst) = reg!(self, base, a + lane),
            L::Insert => {
                for lane in 0..ty.lanes() {
                    reg!(self, base, dst + lane) = reg!(self, base, a + lane);
                }
                reg!(self, base, dst + lane) = reg!(self, base, b);
            }
            _ => {
                let mut sum = reg!(self, base, a);
                for lane in 1..ty.lanes() {
                    sum = reduce(op, ty, sum, reg!(self, base, a + lane))?;
                }
                reg!(self, base, dst) = sum;
            }
        }
        Ok(())
    }
}

fn reduce(op: L, ty: Type, a: Val, b: Val) -> Step<Val> {
    let arith = |op| Ok(number::arith(op, ArithFlags::NONE, ty, a, b)?);
    let binary = |op| Ok(number::binary(op, ty, a, b).0);
    match op {
        L::ReduceAdd => arith(ArithOp::Add),
        L::ReduceMul => arith(ArithOp::Mul),
        L::ReduceAnd => arith(ArithOp::And),
        L::ReduceOr => arith(ArithOp::Or),
        L::ReduceXor => arith(ArithOp::Xor),
        L::ReduceSmin => binary(B::Smin),
        L::ReduceSmax => binary(B::Smax),
        L::ReduceUmin => binary(B::Umin),
        L::ReduceUmax => binary(B::Umax),
        L::ReduceFmin => binary(B::Fmin),
        _ => binary(B::Fmax),
    }
}

/// `pointer` moved by `distance`.
fn displaced(pointer: Val, distance: i64) -> Val {
    Val { low: pointer.low.wrapping_add_signed(distance), ..pointer }
}
