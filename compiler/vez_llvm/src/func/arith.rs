//! Numbers: arithmetic, comparisons, the operations of `un` and `bin`.

use super::Translator;
use crate::Error;
use crate::raw::{IntPred, RealPred, Val};
use vez_vir::{ArithFlags as F, ArithOp, BinOp, CmpOp, InstId, Type, UnOp, Value, trap_code};

impl Translator<'_, '_> {
    pub(super) fn arith(&mut self, op: ArithOp, flags: F, ty: Type, a: Val, b: Val) -> Val {
        if ty.is_float() {
            return self.float_arith(op, a, b);
        }
        match op {
            ArithOp::Add | ArithOp::Sub | ArithOp::Mul => self.sum(op, flags, ty, a, b),
            ArithOp::Div | ArithOp::Rem => self.divide(op, flags, ty, a, b),
            ArithOp::Shl | ArithOp::Shr => self.shift(op, flags, ty, a, b),
            ArithOp::And => self.b.and(a, b),
            ArithOp::Or => self.b.or(a, b),
            ArithOp::Xor => self.b.xor(a, b),
        }
    }

    fn float_arith(&mut self, op: ArithOp, a: Val, b: Val) -> Val {
        match op {
            ArithOp::Add => self.b.fadd(a, b),
            ArithOp::Sub => self.b.fsub(a, b),
            ArithOp::Mul => self.b.fmul(a, b),
            ArithOp::Div => self.b.fdiv(a, b),
            ArithOp::Rem => self.b.frem(a, b),
            _ => unreachable!("the verifier admits no bit operations on floats"),
        }
    }

    fn sum(&mut self, op: ArithOp, flags: F, ty: Type, a: Val, b: Val) -> Val {
        let signed = flags.has(F::S);
        if flags.has(F::TRAP) {
            let op = match (op, signed) {
                (ArithOp::Add, true) => BinOp::SaddOf,
                (ArithOp::Add, false) => BinOp::UaddOf,
                (ArithOp::Sub, true) => BinOp::SsubOf,
                (ArithOp::Sub, false) => BinOp::UsubOf,
                (_, true) => BinOp::SmulOf,
                (_, false) => BinOp::UmulOf,
            };
            let (value, overflowed) = self.overflowing(op, ty, a, b);
            self.trap_if(overflowed, trap_code::OVERFLOW);
            return value;
        }
        if flags.has(F::SAT) {
            let name = match (op, signed) {
                (ArithOp::Add, true) => "llvm.sadd.sat",
                (ArithOp::Add, false) => "llvm.uadd.sat",
                (_, true) => "llvm.ssub.sat",
                (_, false) => "llvm.usub.sat",
            };
            return self.intrinsic(name, &[self.ty(ty)], &[a, b]);
        }
        let value = match op {
            ArithOp::Add => self.b.add(a, b),
            ArithOp::Sub => self.b.sub(a, b),
            _ => self.b.mul(a, b),
        };
        self.set_wrap_flags(value, flags);
        value
    }

    fn set_wrap_flags(&self, value: Val, flags: F) {
        if flags.has(F::NSW) {
            self.b.set_nsw(value);
        }
        if flags.has(F::NUW) {
            self.b.set_nuw(value);
        }
    }

    fn divide(&mut self, op: ArithOp, flags: F, ty: Type, a: Val, b: Val) -> Val {
        if flags.has(F::TRAP) {
            let zero = self.b.icmp(IntPred::LLVMIntEQ, b, self.constant(ty, 0));
            self.trap_if(zero, trap_code::DIVISION_BY_ZERO);
            if flags.has(F::S) {
                let least = self.constant(ty, ty.mask() / 2 + 1);
                let minus_one = self.constant(ty, ty.mask());
                let at_least = self.b.icmp(IntPred::LLVMIntEQ, a, least);
                let by_minus_one = self.b.icmp(IntPred::LLVMIntEQ, b, minus_one);
                self.trap_if(self.b.and(at_least, by_minus_one), trap_code::OVERFLOW);
            }
        }
        let value = match (op, flags.has(F::S)) {
            (ArithOp::Div, true) => self.b.sdiv(a, b),
            (ArithOp::Div, false) => self.b.udiv(a, b),
            (_, true) => self.b.srem(a, b),
            (_, false) => self.b.urem(a, b),
        };
        if flags.has(F::EXACT) {
            self.b.set_exact(value);
        }
        value
    }

    fn shift(&mut self, op: ArithOp, flags: F, ty: Type, a: Val, b: Val) -> Val {
        if flags.has(F::TRAP) {
            let width = self.constant(ty, ty.lane_bits().into());
            let too_far = self.b.icmp(IntPred::LLVMIntUGE, b, width);
            self.trap_if(too_far, trap_code::OVERFLOW);
        }
        if op == ArithOp::Shl {
            let value = self.b.shl(a, b);
            self.set_wrap_flags(value, flags);
            return value;
        }
        let value = if flags.has(F::S) { self.b.ashr(a, b) } else { self.b.lshr(a, b) };
        if flags.has(F::EXACT) {
            self.b.set_exact(value);
        }
        value
    }

    pub(super) fn unary(&mut self, op: UnOp, ty: Type, a: Val) -> Val {
        let t = self.ty(ty);
        let no = self.codegen.cx.const_bool(false);
        let (name, has_flag) = match op {
            UnOp::Not => return self.b.not(a),
            UnOp::Neg if ty.is_float() => return self.b.fneg(a),
            UnOp::Neg => return self.b.neg(a),
            UnOp::Freeze => return self.b.freeze(a),
            // One byte has nothing to swap, and LLVM no such operation.
            UnOp::Bswap if ty.lane() == Type::I8 => return a,
            UnOp::Abs if ty.is_float() => ("llvm.fabs", false),
            // The flag says that the least number, or zero, gives poison: it does not.
            UnOp::Abs => ("llvm.abs", true),
            UnOp::Clz => ("llvm.ctlz", true),
            UnOp::Ctz => ("llvm.cttz", true),
            UnOp::Popcnt => ("llvm.ctpop", false),
            UnOp::Bswap => ("llvm.bswap", false),
            UnOp::Bitrev => ("llvm.bitreverse", false),
            UnOp::Sqrt => ("llvm.sqrt", false),
            UnOp::Floor => ("llvm.floor", false),
            UnOp::Ceil => ("llvm.ceil", false),
            UnOp::Trunc => ("llvm.trunc", false),
            UnOp::Round => ("llvm.round", false),
            UnOp::RoundEven => ("llvm.roundeven", false),
        };
        match has_flag {
            true => self.intrinsic(name, &[t], &[a, no]),
            false => self.intrinsic(name, &[t], &[a]),
        }
    }

    pub(super) fn binary(
        &mut self,
        id: InstId,
        op: BinOp,
        ty: Type,
        a: Val,
        b: Val,
    ) -> Result<(), Error> {
        let result = self.body.result(id);
        let t = self.ty(ty);
        let value = match op {
            BinOp::Smin => self.intrinsic("llvm.smin", &[t], &[a, b]),
            BinOp::Smax => self.intrinsic("llvm.smax", &[t], &[a, b]),
            BinOp::Umin => self.intrinsic("llvm.umin", &[t], &[a, b]),
            BinOp::Umax => self.intrinsic("llvm.umax", &[t], &[a, b]),
            BinOp::Fmin => self.intrinsic("llvm.minnum", &[t], &[a, b]),
            BinOp::Fmax => self.intrinsic("llvm.maxnum", &[t], &[a, b]),
            BinOp::Copysign => self.intrinsic("llvm.copysign", &[t], &[a, b]),
            BinOp::Rotl => self.intrinsic("llvm.fshl", &[t], &[a, a, b]),
            BinOp::Rotr => self.intrinsic("llvm.fshr", &[t], &[a, a, b]),
            BinOp::Smulhi => self.high_product(ty, a, b, true),
            BinOp::Umulhi => self.high_product(ty, a, b, false),
            _ => {
                let (value, overflowed) = self.overflowing(op, ty, a, b);
                self.define(Value(result.0 + 1), overflowed);
                value
            }
        };
        self.define(result, value);
        Ok(())
    }

    /// The wrapped result, and whether it overflowed.
    fn overflowing(&mut self, op: BinOp, ty: Type, a: Val, b: Val) -> (Val, Val) {
        let name = match op {
            BinOp::SaddOf => "llvm.sadd.with.overflow",
            BinOp::UaddOf => "llvm.uadd.with.overflow",
            BinOp::SsubOf => "llvm.ssub.with.overflow",
            BinOp::UsubOf => "llvm.usub.with.overflow",
            BinOp::SmulOf => "llvm.smul.with.overflow",
            BinOp::UmulOf => "llvm.umul.with.overflow",
            _ => unreachable!("{op} does not report overflow"),
        };
        let pair = self.intrinsic(name, &[self.ty(ty)], &[a, b]);
        (self.b.extract(pair, 0), self.b.extract(pair, 1))
    }

    fn high_product(&mut self, ty: Type, a: Val, b: Val, signed: bool) -> Val {
        let cx = &self.codegen.cx;
        let width = ty.lane_bits();
        let mut wide = cx.int(2 * width);
        let mut amount = cx.const_int(wide, width.into());
        if ty.is_vector() {
            wide = cx.vector(wide, ty.lanes());
            amount = cx.const_vector(&vec![amount; ty.lanes() as usize]);
        }
        let extend = |v: Val| if signed { self.b.sext(v, wide) } else { self.b.zext(v, wide) };
        let product = self.b.mul(extend(a), extend(b));
        self.b.trunc(self.b.lshr(product, amount), self.ty(ty))
    }

    pub(super) fn compare(&mut self, op: CmpOp, a: Val, b: Val) -> Val {
        let integer = match op {
            CmpOp::Eq => IntPred::LLVMIntEQ,
            CmpOp::Ne => IntPred::LLVMIntNE,
            CmpOp::Slt => IntPred::LLVMIntSLT,
            CmpOp::Sle => IntPred::LLVMIntSLE,
            CmpOp::Sgt => IntPred::LLVMIntSGT,
            CmpOp::Sge => IntPred::LLVMIntSGE,
            CmpOp::Ult => IntPred::LLVMIntULT,
            CmpOp::Ule => IntPred::LLVMIntULE,
            CmpOp::Ugt => IntPred::LLVMIntUGT,
            CmpOp::Uge => IntPred::LLVMIntUGE,
            _ => return self.b.fcmp(real_predicate(op), a, b),
        };
        self.b.icmp(integer, a, b)
    }
}

fn real_predicate(op: CmpOp) -> RealPred {
    match op {
        CmpOp::Foeq => RealPred::LLVMRealOEQ,
        CmpOp::Fone => RealPred::LLVMRealONE,
        CmpOp::Folt => RealPred::LLVMRealOLT,
        CmpOp::Fole => RealPred::LLVMRealOLE,
        CmpOp::Fogt => RealPred::LLVMRealOGT,
        CmpOp::Foge => RealPred::LLVMRealOGE,
        CmpOp::Ford => RealPred::LLVMRealORD,
        CmpOp::Fueq => RealPred::LLVMRealUEQ,
        CmpOp::Fune => RealPred::LLVMRealUNE,
        CmpOp::Fult => RealPred::LLVMRealULT,
        CmpOp::Fule => RealPred::LLVMRealULE,
        CmpOp::Fugt => RealPred::LLVMRealUGT,
        CmpOp::Fuge => RealPred::LLVMRealUGE,
        CmpOp::Funo => RealPred::LLVMRealUNO,
        _ => unreachable!("{op} compares integers"),
    }
}
