//! Arithmetic, comparisons, conversions, lanes.

use super::Translate;
use crate::ClifError;
use crate::module::external_name;
use cranelift_codegen::ir::condcodes::{FloatCC, IntCC};
use cranelift_codegen::ir::{self, AbiParam, InstBuilder, TrapCode, types};
use vez_vir::{ArithFlags, ArithOp, BinOp, CastOp, CmpOp, LaneOp, Type, UnOp, Value};

const OVERFLOW: TrapCode = TrapCode::INTEGER_OVERFLOW;

impl Translate<'_> {
    pub(super) fn arith(
        &mut self,
        op: ArithOp,
        flags: ArithFlags,
        ty: Type,
        a: Value,
        b: Value,
    ) -> Result<ir::Value, ClifError> {
        let (x, y) = (self.val(a), self.val(b));
        if ty.is_float() {
            return self.float_arith(op, ty, x, y);
        }
        let signed = flags.has(ArithFlags::S);
        if flags.has(ArithFlags::TRAP) {
            return self.trapping(op, signed, ty, x, y);
        }
        if flags.has(ArithFlags::SAT) {
            return self.saturating(op, signed, ty, x, y);
        }
        self.plain(op, signed, ty, x, y)
    }

    fn plain(
        &mut self,
        op: ArithOp,
        signed: bool,
        ty: Type,
        x: ir::Value,
        y: ir::Value,
    ) -> Result<ir::Value, ClifError> {
        if ty.bits() == 128 && matches!(op, ArithOp::Div | ArithOp::Rem) {
            return Err(self.unsupported("division of i128"));
        }
        let one_bit = ty.lane() == Type::I1;
        let ins = self.b.ins();
        let value = match (op, signed) {
            (ArithOp::Add, _) => ins.iadd(x, y),
            (ArithOp::Sub, _) => ins.isub(x, y),
            (ArithOp::Mul, _) => ins.imul(x, y),
            (ArithOp::Div, true) => ins.sdiv(x, y),
            (ArithOp::Div, false) => ins.udiv(x, y),
            (ArithOp::Rem, true) => ins.srem(x, y),
            (ArithOp::Rem, false) => ins.urem(x, y),
            (ArithOp::And, _) => ins.band(x, y),
            (ArithOp::Or, _) => ins.bor(x, y),
            (ArithOp::Xor, _) => ins.bxor(x, y),
            (ArithOp::Shl, _) => ins.ishl(x, y),
            (ArithOp::Shr, true) => ins.sshr(x, y),
            (ArithOp::Shr, false) => ins.ushr(x, y),
        };
        Ok(if one_bit { self.b.ins().band_imm_u(value, 1) } else { value })
    }

    fn float_arith(
        &mut self,
        op: ArithOp,
        ty: Type,
        x: ir::Value,
        y: ir::Value,
    ) -> Result<ir::Value, ClifError> {
        let ins = self.b.ins();
        Ok(match op {
            ArithOp::Add => ins.fadd(x, y),
            ArithOp::Sub => ins.fsub(x, y),
            ArithOp::Mul => ins.fmul(x, y),
            ArithOp::Div => ins.fdiv(x, y),
            ArithOp::Rem if !ty.is_vector() => self.float_remainder(ty, x, y),
            _ => return Err(self.unsupported(format!("`{}` of {ty}", op.opcode()))),
        })
    }

    /// Calls the C library's remainder.
    fn float_remainder(&mut self, ty: Type, x: ir::Value, y: ir::Value) -> ir::Value {
        let clif = self.b.func.dfg.value_type(x);
        let mut sig = ir::Signature::new(self.isa.default_call_conv());
        sig.params.extend([AbiParam::new(clif), AbiParam::new(clif)]);
        sig.returns.push(AbiParam::new(clif));
        let signature = self.b.import_signature(sig);
        let declared = if ty == Type::F32 { self.symbols.fmodf } else { self.symbols.fmod };
        let index = declared.expect("declared when a body has a float remainder").as_u32();
        let name = self.b.func.declare_imported_user_function(external_name(0, index));
        let func = self.b.import_function(ir::ExtFuncData {
            name: ir::ExternalName::user(name),
            signature,
            colocated: false,
            patchable: false,
        });
        let call = self.b.ins().call(func, &[x, y]);
        self.b.inst_results(call)[0]
    }

    fn trapping(
        &mut self,
        op: ArithOp,
        signed: bool,
        ty: Type,
        x: ir::Value,
        y: ir::Value,
    ) -> Result<ir::Value, ClifError> {
        let of = match (op, signed) {
            (ArithOp::Add, true) => BinOp::SaddOf,
            (ArithOp::Add, false) => BinOp::UaddOf,
            (ArithOp::Sub, true) => BinOp::SsubOf,
            (ArithOp::Sub, false) => BinOp::UsubOf,
            (ArithOp::Mul, true) => BinOp::SmulOf,
            (ArithOp::Mul, false) => BinOp::UmulOf,
            (ArithOp::Shl | ArithOp::Shr, _) => {
                let width = self.constant(ty, u128::from(ty.lane_bits()))?;
                let bad = self.b.ins().icmp(IntCC::UnsignedGreaterThanOrEqual, y, width);
                self.b.ins().trapnz(bad, OVERFLOW);
                return self.plain(op, signed, ty, x, y);
            }
            // Cranelift's divisions trap by themselves.
            _ => return self.plain(op, signed, ty, x, y),
        };
        let (value, bad) = self.overflowing(of, ty, x, y)?;
        self.b.ins().trapnz(bad, OVERFLOW);
        Ok(value)
    }

    fn saturating(
        &mut self,
        op: ArithOp,
        signed: bool,
        ty: Type,
        x: ir::Value,
        y: ir::Value,
    ) -> Result<ir::Value, ClifError> {
        let bits = ty.lane_bits();
        let max = if signed { ty.mask() >> 1 } else { ty.mask() };
        let min = if signed { 1u128 << (bits - 1) } else { 0 };
        let of = match (op, signed) {
            (ArithOp::Add, true) => BinOp::SaddOf,
            (ArithOp::Add, false) => BinOp::UaddOf,
            (ArithOp::Sub, true) => BinOp::SsubOf,
            (ArithOp::Sub, false) => BinOp::UsubOf,
            (ArithOp::Mul, true) => BinOp::SmulOf,
            (ArithOp::Mul, false) => BinOp::UmulOf,
            _ => return Err(self.unsupported(format!("saturating `{}`", op.opcode()))),
        };
        let (value, overflowed) = self.overflowing(of, ty, x, y)?;
        let (max, min) = (self.constant(ty, max)?, self.constant(ty, min)?);
        let limit = match (op, signed) {
            (ArithOp::Sub, false) => min,
            (_, false) => max,
            (ArithOp::Mul, true) => {
                // The product is negative when the signs differ.
                let signs = self.b.ins().bxor(x, y);
                self.negative_limit(ty, signs, min, max)?
            }
            (_, true) => self.negative_limit(ty, x, min, max)?,
        };
        Ok(self.b.ins().select(overflowed, limit, value))
    }

    fn negative_limit(
        &mut self,
        ty: Type,
        sign: ir::Value,
        min: ir::Value,
        max: ir::Value,
    ) -> Result<ir::Value, ClifError> {
        let zero = self.constant(ty, 0)?;
        let negative = self.b.ins().icmp(IntCC::SignedLessThan, sign, zero);
        Ok(self.b.ins().select(negative, min, max))
    }

    /// One of two values. 128-bit ones by halves: of a comparison and a choice between the same two Cranelift would make a
    /// minimum or maximum, which it has for no more than 64 bits.
    pub(super) fn select(&mut self, cond: ir::Value, x: ir::Value, y: ir::Value) -> ir::Value {
        if self.b.func.dfg.value_type(x) != types::I128 {
            return self.b.ins().select(cond, x, y);
        }
        let (x_low, x_high) = self.b.ins().isplit(x);
        let (y_low, y_high) = self.b.ins().isplit(y);
        let low = self.b.ins().select(cond, x_low, y_low);
        let high = self.b.ins().select(cond, x_high, y_high);
        self.b.ins().iconcat(low, high)
    }

    pub(super) fn bin(
        &mut self,
        op: BinOp,
        ty: Type,
        a: Value,
        b: Value,
    ) -> Result<Vec<ir::Value>, ClifError> {
        let (x, y) = (self.val(a), self.val(b));
        let min_max = |cc: IntCC, this: &mut Self| {
            let first = this.b.ins().icmp(cc, x, y);
            this.select(first, x, y)
        };
        let value = match op {
            BinOp::Smin => min_max(IntCC::SignedLessThan, self),
            BinOp::Smax => min_max(IntCC::SignedGreaterThan, self),
            BinOp::Umin => min_max(IntCC::UnsignedLessThan, self),
            BinOp::Umax => min_max(IntCC::UnsignedGreaterThan, self),
            BinOp::Fmin => self.float_min_max(FloatCC::LessThan, x, y),
            BinOp::Fmax => self.float_min_max(FloatCC::GreaterThan, x, y),
            BinOp::Copysign => self.b.ins().fcopysign(x, y),
            BinOp::Rotl => self.b.ins().rotl(x, y),
            BinOp::Rotr => self.b.ins().rotr(x, y),
            BinOp::Smulhi if ty.bits() <= 64 => self.b.ins().smulhi(x, y),
            BinOp::Umulhi if ty.bits() <= 64 => self.b.ins().umulhi(x, y),
            BinOp::Umulhi => self.wide_high(x, y),
            BinOp::Smulhi => {
                // As if unsigned, less what a negative operand counts too much.
                let zero = self.constant(ty, 0)?;
                let mut high = self.wide_high(x, y);
                for (sign, other) in [(x, y), (y, x)] {
                    let negative = self.b.ins().icmp(IntCC::SignedLessThan, sign, zero);
                    let excess = self.b.ins().select(negative, other, zero);
                    high = self.b.ins().isub(high, excess);
                }
                high
            }
            _ => {
                let (value, overflowed) = self.overflowing(op, ty, x, y)?;
                return Ok(vec![value, overflowed]);
            }
        };
        Ok(vec![value])
    }

    /// `x` where the comparison holds, else `y`; a NaN gives way to the other operand.
    fn float_min_max(&mut self, cc: FloatCC, x: ir::Value, y: ir::Value) -> ir::Value {
        let first = self.b.ins().fcmp(cc, x, y);
        let chosen = self.b.ins().select(first, x, y);
        let y_is_nan = self.b.ins().fcmp(FloatCC::Unordered, y, y);
        self.b.ins().select(y_is_nan, x, chosen)
    }

    /// The wrapped result and whether it overflowed.
    fn overflowing(
        &mut self,
        op: BinOp,
        ty: Type,
        x: ir::Value,
        y: ir::Value,
    ) -> Result<(ir::Value, ir::Value), ClifError> {
        if ty.bits() == 128 {
            return self.wide_overflowing(op, x, y);
        }
        let ins = self.b.ins();
        Ok(match op {
            BinOp::SaddOf => ins.sadd_overflow(x, y),
            BinOp::UaddOf => ins.uadd_overflow(x, y),
            BinOp::SsubOf => ins.ssub_overflow(x, y),
            BinOp::UsubOf => ins.usub_overflow(x, y),
            BinOp::SmulOf => ins.smul_overflow(x, y),
            BinOp::UmulOf => ins.umul_overflow(x, y),
            _ => return Err(self.unsupported(format!("`{op}`"))),
        })
    }

    fn wide_overflowing(
        &mut self,
        op: BinOp,
        x: ir::Value,
        y: ir::Value,
    ) -> Result<(ir::Value, ir::Value), ClifError> {
        let zero = self.constant(Type::I128, 0)?;
        Ok(match op {
            BinOp::UaddOf => {
                let sum = self.b.ins().iadd(x, y);
                (sum, self.b.ins().icmp(IntCC::UnsignedLessThan, sum, x))
            }
            BinOp::UsubOf => {
                let difference = self.b.ins().isub(x, y);
                (difference, self.b.ins().icmp(IntCC::UnsignedLessThan, x, y))
            }
            BinOp::SaddOf | BinOp::SsubOf => {
                let add = op == BinOp::SaddOf;
                let value = if add { self.b.ins().iadd(x, y) } else { self.b.ins().isub(x, y) };
                // Overflow when the result's sign differs from x's and the operands' signs allow it.
                let moved = self.b.ins().bxor(value, x);
                let other = if add { self.b.ins().bxor(value, y) } else { self.b.ins().bxor(x, y) };
                let both = self.b.ins().band(moved, other);
                (value, self.b.ins().icmp(IntCC::SignedLessThan, both, zero))
            }
            BinOp::UmulOf => self.wide_unsigned_product(x, y),
            BinOp::SmulOf => {
                let magnitude = |v: ir::Value, this: &mut Self| {
                    let negative = this.b.ins().icmp(IntCC::SignedLessThan, v, zero);
                    let flipped = this.b.ins().ineg(v);
                    this.b.ins().select(negative, flipped, v)
                };
                let (a, b) = (magnitude(x, self), magnitude(y, self));
                let (product, over) = self.wide_unsigned_product(a, b);
                let signs = self.b.ins().bxor(x, y);
                let negative = self.b.ins().icmp(IntCC::SignedLessThan, signs, zero);
                let flipped = self.b.ins().ineg(product);
                let value = self.b.ins().select(negative, flipped, product);
                // The sign must come out as expected, unless the value is zero.
                let wrong = self.b.ins().bxor(value, signs);
                let wrong = self.b.ins().icmp(IntCC::SignedLessThan, wrong, zero);
                let nonzero = self.b.ins().icmp(IntCC::NotEqual, value, zero);
                let wrong = self.b.ins().band(wrong, nonzero);
                (value, self.b.ins().bor(over, wrong))
            }
            _ => return Err(self.unsupported(format!("`{op}` of i128"))),
        })
    }

    /// Schoolbook: the cross products must not both be there, nor exceed the high half.
    fn wide_unsigned_product(&mut self, x: ir::Value, y: ir::Value) -> (ir::Value, ir::Value) {
        let product = self.b.ins().imul(x, y);
        let (x_low, x_high) = self.b.ins().isplit(x);
        let (y_low, y_high) = self.b.ins().isplit(y);
        let x_wide = self.b.ins().icmp_imm_u(IntCC::NotEqual, x_high, 0);
        let y_wide = self.b.ins().icmp_imm_u(IntCC::NotEqual, y_high, 0);
        let mut over = self.b.ins().band(x_wide, y_wide);
        for (high, low) in [(x_high, y_low), (y_high, x_low)] {
            let lost = self.b.ins().umulhi(high, low);
            let lost = self.b.ins().icmp_imm_u(IntCC::NotEqual, lost, 0);
            over = self.b.ins().bor(over, lost);
        }
        let carried = self.b.ins().umulhi(x_low, y_low);
        let (_, high) = self.b.ins().isplit(product);
        let wrapped = self.b.ins().icmp(IntCC::UnsignedLessThan, high, carried);
        (product, self.b.ins().bor(over, wrapped))
    }

    /// The high half of the product of two unsigned i128, from the products of their halves.
    fn wide_high(&mut self, x: ir::Value, y: ir::Value) -> ir::Value {
        let (x_low, x_high) = self.b.ins().isplit(x);
        let (y_low, y_high) = self.b.ins().isplit(y);
        let widen = |this: &mut Self, v: ir::Value| this.b.ins().uextend(types::I128, v);
        let product = |this: &mut Self, a: ir::Value, b: ir::Value| {
            let (a, b) = (widen(this, a), widen(this, b));
            this.b.ins().imul(a, b)
        };
        let carried = self.b.ins().umulhi(x_low, y_low);
        let carried = widen(self, carried);
        // A product of two halves leaves room for adding two more halves.
        let first = product(self, x_high, y_low);
        let first = self.b.ins().iadd(first, carried);
        let (first_low, first_high) = self.b.ins().isplit(first);
        let second = product(self, x_low, y_high);
        let first_low = widen(self, first_low);
        let second = self.b.ins().iadd(second, first_low);
        let (_, second_high) = self.b.ins().isplit(second);
        let high = product(self, x_high, y_high);
        let (first_high, second_high) = (widen(self, first_high), widen(self, second_high));
        let high = self.b.ins().iadd(high, first_high);
        self.b.ins().iadd(high, second_high)
    }

    pub(super) fn un(&mut self, op: UnOp, ty: Type, a: Value) -> Result<ir::Value, ClifError> {
        let x = self.val(a);
        let float = ty.is_float();
        let ins = self.b.ins();
        Ok(match op {
            UnOp::Not if ty.lane() == Type::I1 => ins.bxor_imm_u(x, 1),
            UnOp::Not => ins.bnot(x),
            UnOp::Neg if float => ins.fneg(x),
            UnOp::Neg => ins.ineg(x),
            UnOp::Abs if float => ins.fabs(x),
            UnOp::Abs => {
                let zero = self.constant(ty, 0)?;
                let negative = self.b.ins().icmp(IntCC::SignedLessThan, x, zero);
                let flipped = self.b.ins().ineg(x);
                self.b.ins().select(negative, flipped, x)
            }
            UnOp::Clz => ins.clz(x),
            UnOp::Ctz => ins.ctz(x),
            UnOp::Popcnt => ins.popcnt(x),
            UnOp::Bswap if ty.bits() == 8 => x,
            UnOp::Bswap => ins.bswap(x),
            UnOp::Bitrev => ins.bitrev(x),
            UnOp::Sqrt => ins.sqrt(x),
            UnOp::Floor => ins.floor(x),
            UnOp::Ceil => ins.ceil(x),
            UnOp::Trunc => ins.trunc(x),
            UnOp::RoundEven => ins.nearest(x),
            UnOp::Round => self.round(ty, x)?,
            UnOp::Freeze => x,
        })
    }

    /// Half away from zero: the truncated value, moved by one when at least a half was cut.
    fn round(&mut self, ty: Type, x: ir::Value) -> Result<ir::Value, ClifError> {
        let (half, one) = match ty {
            Type::F32 => (0.5f32.to_bits().into(), 1.0f32.to_bits().into()),
            Type::F64 => (0.5f64.to_bits().into(), 1.0f64.to_bits().into()),
            _ => return Err(self.unsupported(format!("`round` of {ty}"))),
        };
        let (half, one) = (self.constant(ty, half)?, self.constant(ty, one)?);
        let zero = self.constant(ty, 0)?;
        let whole = self.b.ins().trunc(x);
        let cut = self.b.ins().fsub(x, whole);
        let cut = self.b.ins().fabs(cut);
        let up = self.b.ins().fcmp(FloatCC::GreaterThanOrEqual, cut, half);
        let step = self.b.ins().select(up, one, zero);
        let step = self.b.ins().fcopysign(step, x);
        let moved = self.b.ins().fadd(whole, step);
        // Keeps the sign of a zero result.
        Ok(self.b.ins().fcopysign(moved, x))
    }

    pub(super) fn cmp(&mut self, op: CmpOp, ty: Type, a: Value, b: Value) -> ir::Value {
        let (x, y) = (self.val(a), self.val(b));
        match float_cc(op) {
            Some(cc) if ty.is_float() => self.b.ins().fcmp(cc, x, y),
            _ => self.b.ins().icmp(int_cc(op), x, y),
        }
    }

    pub(super) fn cast(&mut self, op: CastOp, ty: Type, a: Value) -> Result<ir::Value, ClifError> {
        let from = self.body.ty(a);
        let (x, to) = (self.val(a), self.ty(ty)?);
        let narrow = self.b.func.dfg.value_type(x) == to;
        let ins = self.b.ins();
        Ok(match op {
            CastOp::Zext if narrow => x,
            CastOp::Zext => ins.uextend(to, x),
            CastOp::Sext if from == Type::I1 => {
                let wide = if narrow { x } else { ins.uextend(to, x) };
                self.b.ins().ineg(wide)
            }
            CastOp::Sext => ins.sextend(to, x),
            CastOp::Trunc => {
                let value = if narrow { x } else { ins.ireduce(to, x) };
                if ty == Type::I1 { self.b.ins().band_imm_u(value, 1) } else { value }
            }
            CastOp::Fext => ins.fpromote(to, x),
            CastOp::Ftrunc => ins.fdemote(to, x),
            CastOp::Stof | CastOp::Utof => self.int_to_float(op, from, to, x)?,
            CastOp::Ftos | CastOp::Ftou => self.float_to_int(op, ty, x)?,
            CastOp::Bit if narrow => x,
            CastOp::Bit => {
                let flags = ir::MemFlagsData::new().with_endianness(ir::Endianness::Little);
                ins.bitcast(to, flags, x)
            }
            CastOp::Ptoi | CastOp::Itop | CastOp::Space => match (from.bits(), ty.bits()) {
                (a, b) if a < b => ins.uextend(to, x),
                (a, b) if a > b => ins.ireduce(to, x),
                _ => x,
            },
        })
    }

    fn int_to_float(
        &mut self,
        op: CastOp,
        from: Type,
        to: ir::Type,
        x: ir::Value,
    ) -> Result<ir::Value, ClifError> {
        let signed = op == CastOp::Stof;
        match from.bits() {
            128 => Err(self.unsupported("i128 to a float")),
            // Small unsigned values fit a wider signed one.
            bits if bits < 64 => {
                let wide = if signed {
                    self.b.ins().sextend(types::I64, x)
                } else {
                    self.b.ins().uextend(types::I64, x)
                };
                Ok(self.b.ins().fcvt_from_sint(to, wide))
            }
            _ if signed => Ok(self.b.ins().fcvt_from_sint(to, x)),
            _ => Ok(self.b.ins().fcvt_from_uint(to, x)),
        }
    }

    fn float_to_int(&mut self, op: CastOp, ty: Type, x: ir::Value) -> Result<ir::Value, ClifError> {
        let signed = op == CastOp::Ftos;
        match ty.bits() {
            128 => Err(self.unsupported("a float to i128")),
            32 | 64 => {
                let to = self.ty(ty)?;
                Ok(if signed {
                    self.b.ins().fcvt_to_sint_sat(to, x)
                } else {
                    self.b.ins().fcvt_to_uint_sat(to, x)
                })
            }
            bits => {
                let (low, high) = if signed {
                    (-(1i64 << (bits - 1)), (1i64 << (bits - 1)) - 1)
                } else {
                    (0, (1i64 << bits) - 1)
                };
                let wide = self.b.ins().fcvt_to_sint_sat(types::I32, x);
                let low = self.b.ins().iconst(types::I32, low);
                let high = self.b.ins().iconst(types::I32, high);
                let wide = self.b.ins().smax(wide, low);
                let wide = self.b.ins().smin(wide, high);
                let to = self.ty(ty)?;
                Ok(self.b.ins().ireduce(to, wide))
            }
        }
    }

    pub(super) fn lane(
        &mut self,
        op: LaneOp,
        ty: Type,
        a: Value,
        b: Value,
        lane: u32,
    ) -> Result<ir::Value, ClifError> {
        let vector = self.ty(ty)?;
        let x = self.val(a);
        Ok(match op {
            LaneOp::Splat => self.b.ins().splat(vector, x),
            LaneOp::Extract => self.b.ins().extractlane(x, lane as u8),
            LaneOp::Insert => {
                let value = self.val(b);
                self.b.ins().insertlane(x, value, lane as u8)
            }
            _ => return Err(self.unsupported(format!("`lane.{op}`"))),
        })
    }
}

fn int_cc(op: CmpOp) -> IntCC {
    match op {
        CmpOp::Ne => IntCC::NotEqual,
        CmpOp::Slt => IntCC::SignedLessThan,
        CmpOp::Sle => IntCC::SignedLessThanOrEqual,
        CmpOp::Sgt => IntCC::SignedGreaterThan,
        CmpOp::Sge => IntCC::SignedGreaterThanOrEqual,
        CmpOp::Ult => IntCC::UnsignedLessThan,
        CmpOp::Ule => IntCC::UnsignedLessThanOrEqual,
        CmpOp::Ugt => IntCC::UnsignedGreaterThan,
        CmpOp::Uge => IntCC::UnsignedGreaterThanOrEqual,
        _ => IntCC::Equal,
    }
}

fn float_cc(op: CmpOp) -> Option<FloatCC> {
    Some(match op {
        CmpOp::Foeq => FloatCC::Equal,
        CmpOp::Fone => FloatCC::OrderedNotEqual,
        CmpOp::Folt => FloatCC::LessThan,
        CmpOp::Fole => FloatCC::LessThanOrEqual,
        CmpOp::Fogt => FloatCC::GreaterThan,
        CmpOp::Foge => FloatCC::GreaterThanOrEqual,
        CmpOp::Ford => FloatCC::Ordered,
        CmpOp::Fueq => FloatCC::UnorderedOrEqual,
        CmpOp::Fune => FloatCC::NotEqual,
        CmpOp::Fult => FloatCC::UnorderedOrLessThan,
        CmpOp::Fule => FloatCC::UnorderedOrLessThanOrEqual,
        CmpOp::Fugt => FloatCC::UnorderedOrGreaterThan,
        CmpOp::Fuge => FloatCC::UnorderedOrGreaterThanOrEqual,
        CmpOp::Funo => FloatCC::Unordered,
        _ => return None,
    })
}
