//! Integers on bits: arithmetic with flags, conversions, comparisons of one lane.

use super::float::{self, Float};
use super::value::{Val, sign_extend};
use crate::inst::ArithOp;
use crate::ops::{ArithFlags as F, BinOp, CastOp, CmpOp, Compares, UnOp, trap_code};
use crate::ty::Type;

/// Why a computation ends the program.
pub(super) enum Stop {
    Trap(u32),
    Undefined(&'static str),
}

type Outcome = Result<Val, Stop>;

/// One lane of `add` to `shr`.
#[inline]
pub(super) fn arith(op: ArithOp, flags: F, ty: Type, a: Val, b: Val) -> Outcome {
    let division = matches!(op, ArithOp::Div | ArithOp::Rem) && !ty.is_float();
    if a.poison || b.poison {
        if division && b.poison {
            return Err(Stop::Undefined("division by poison"));
        }
        return Ok(Val::POISON);
    }
    if ty.is_float() {
        let (x, y) = (Float::from_bits(ty, a.bits()), Float::from_bits(ty, b.bits()));
        return Ok(Val::wide(float::arith(op, flags, x, y).to_bits()));
    }
    let width = ty.lane_bits();
    if width <= 64 && flags.is_empty() {
        let mask = u64::MAX >> (64 - width);
        let low = match op {
            ArithOp::Add => a.low.wrapping_add(b.low),
            ArithOp::Sub => a.low.wrapping_sub(b.low),
            ArithOp::Mul => a.low.wrapping_mul(b.low),
            ArithOp::And => a.low & b.low,
            ArithOp::Or => a.low | b.low,
            ArithOp::Xor => a.low ^ b.low,
            _ if b.low >= u64::from(width) => return Ok(Val::POISON),
            _ => a.low << b.low,
        };
        // A pointer that went through an integer keeps its provenance.
        let provenance = if a.provenance.is_none() { b.provenance } else { a.provenance };
        return Ok(Val { low: low & mask, provenance, ..Val::default() });
    }
    match op {
        ArithOp::Add | ArithOp::Sub | ArithOp::Mul => overflowing(op, flags, ty, a, b),
        ArithOp::Div | ArithOp::Rem => divide(op, flags, ty, a, b),
        ArithOp::And => Ok(Val::wide(a.bits() & b.bits())),
        ArithOp::Or => Ok(Val::wide(a.bits() | b.bits())),
        ArithOp::Xor => Ok(Val::wide(a.bits() ^ b.bits())),
        ArithOp::Shl | ArithOp::Shr => shift(op, flags, ty, a, b),
    }
}

/// The wrapped result, and whether it overflowed as signed and as unsigned.
pub(super) fn wrapping(op: ArithOp, ty: Type, a: Val, b: Val) -> (u128, bool, bool) {
    let width = ty.lane_bits();
    let (x, y) = (a.signed(width), b.signed(width));
    if width <= 64 {
        // Exact in 128 bits, so comparing with the wrapped result tells.
        let (exact, unsigned) = match op {
            ArithOp::Add => (x + y, a.bits() + b.bits()),
            ArithOp::Sub => (x - y, a.bits().wrapping_sub(b.bits())),
            _ => (x * y, a.bits() * b.bits()),
        };
        let wrapped = exact as u128 & ty.mask();
        return (wrapped, sign_extend(wrapped, width) != exact, wrapped != unsigned);
    }
    let ((sum, signed), (low, unsigned)) = match op {
        ArithOp::Add => (x.overflowing_add(y), a.bits().overflowing_add(b.bits())),
        ArithOp::Sub => (x.overflowing_sub(y), a.bits().overflowing_sub(b.bits())),
        _ => (x.overflowing_mul(y), a.bits().overflowing_mul(b.bits())),
    };
    let wrapped = low & ty.mask();
    let signed = signed || sign_extend(wrapped, width) != sum;
    (wrapped, signed, unsigned || wrapped != low)
}

fn overflowing(op: ArithOp, flags: F, ty: Type, a: Val, b: Val) -> Outcome {
    let (wrapped, signed, unsigned) = wrapping(op, ty, a, b);
    if (flags.has(F::NSW) && signed) || (flags.has(F::NUW) && unsigned) {
        return Ok(Val::POISON);
    }
    let overflowed = (flags.has(F::S) && signed) || (flags.has(F::U) && unsigned);
    if overflowed && flags.has(F::TRAP) {
        return Err(Stop::Trap(trap_code::OVERFLOW));
    }
    if !overflowed {
        return Ok(Val::wide(wrapped));
    }
    // Saturation. A signed sum or difference that overflows has the sign of `a`.
    let width = ty.lane_bits();
    let below = if flags.has(F::S) { a.signed(width) < 0 } else { op == ArithOp::Sub };
    let top = if flags.has(F::S) { ty.mask() >> 1 } else { ty.mask() };
    let bottom = if flags.has(F::S) { (ty.mask() >> 1) + 1 } else { 0 };
    Ok(Val::wide(if below { bottom } else { top }))
}

fn divide(op: ArithOp, flags: F, ty: Type, a: Val, b: Val) -> Outcome {
    let width = ty.lane_bits();
    if b.bits() == 0 {
        return Err(match flags.has(F::TRAP) {
            true => Stop::Trap(trap_code::DIVISION_BY_ZERO),
            false => Stop::Undefined("division by zero"),
        });
    }
    let (quotient, rest) = if flags.has(F::S) {
        let (x, y) = (a.signed(width), b.signed(width));
        let least = sign_extend((ty.mask() >> 1) + 1, width);
        if x == least && y == -1 {
            return Err(match flags.has(F::TRAP) {
                true => Stop::Trap(trap_code::OVERFLOW),
                false => Stop::Undefined("signed division overflows"),
            });
        }
        if width <= 64 {
            ((x as i64 / y as i64) as u128, (x as i64 % y as i64) as u128)
        } else {
            ((x / y) as u128, (x % y) as u128)
        }
    } else if width <= 64 {
        ((a.low / b.low).into(), (a.low % b.low).into())
    } else {
        (a.bits() / b.bits(), a.bits() % b.bits())
    };
    if flags.has(F::EXACT) && rest != 0 {
        return Ok(Val::POISON);
    }
    Ok(Val::of(ty, if op == ArithOp::Div { quotient } else { rest }))
}

fn shift(op: ArithOp, flags: F, ty: Type, a: Val, b: Val) -> Outcome {
    let width = ty.lane_bits();
    if b.bits() >= u128::from(width) {
        return match flags.has(F::TRAP) {
            true => Err(Stop::Trap(trap_code::OVERFLOW)),
            false => Ok(Val::POISON),
        };
    }
    let amount = b.low as u32;
    let result = match op {
        ArithOp::Shl => {
            let result = (a.bits() << amount) & ty.mask();
            let signed_lost = sign_extend(result, width) >> amount != a.signed(width);
            if (flags.has(F::NUW) && result >> amount != a.bits())
                || (flags.has(F::NSW) && signed_lost)
            {
                return Ok(Val::POISON);
            }
            return Ok(Val::wide(result));
        }
        _ if flags.has(F::S) => (a.signed(width) >> amount) as u128 & ty.mask(),
        _ => a.bits() >> amount,
    };
    if flags.has(F::EXACT) && (result << amount) & ty.mask() != a.bits() {
        return Ok(Val::POISON);
    }
    Ok(Val::wide(result))
}

/// One lane of `un`.
pub(super) fn unary(op: UnOp, ty: Type, a: Val) -> Val {
    if op == UnOp::Freeze {
        return if a.poison { Val::default() } else { a };
    }
    if a.poison {
        return Val::POISON;
    }
    if ty.is_float() {
        return Val::wide(float::unary(op, Float::from_bits(ty, a.bits())).to_bits());
    }
    let (width, bits) = (ty.lane_bits(), a.bits());
    Val::of(
        ty,
        match op {
            UnOp::Not => !bits,
            UnOp::Neg => bits.wrapping_neg(),
            UnOp::Abs => a.signed(width).wrapping_abs() as u128,
            UnOp::Clz => (bits.leading_zeros() - (128 - width)).into(),
            UnOp::Ctz => bits.trailing_zeros().min(width).into(),
            UnOp::Popcnt => bits.count_ones().into(),
            UnOp::Bswap => bits.swap_bytes() >> (128 - width),
            _ => bits.reverse_bits() >> (128 - width),
        },
    )
}

/// One lane of `bin`; the second value is the overflow bit where there is one.
pub(super) fn binary(op: BinOp, ty: Type, a: Val, b: Val) -> (Val, Val) {
    if a.poison || b.poison {
        return (Val::POISON, Val::POISON);
    }
    if ty.is_float() {
        let (x, y) = (Float::from_bits(ty, a.bits()), Float::from_bits(ty, b.bits()));
        return (Val::wide(float::binary(op, x, y).to_bits()), Val::default());
    }
    let width = ty.lane_bits();
    let signed_less = a.signed(width) < b.signed(width);
    let unsigned_less = a.bits() < b.bits();
    let report = |op: ArithOp, signed: bool| {
        let (wrapped, s, u) = wrapping(op, ty, a, b);
        (Val::wide(wrapped), Val::bool(if signed { s } else { u }))
    };
    let value = match op {
        BinOp::SaddOf => return report(ArithOp::Add, true),
        BinOp::UaddOf => return report(ArithOp::Add, false),
        BinOp::SsubOf => return report(ArithOp::Sub, true),
        BinOp::UsubOf => return report(ArithOp::Sub, false),
        BinOp::SmulOf => return report(ArithOp::Mul, true),
        BinOp::UmulOf => return report(ArithOp::Mul, false),
        BinOp::Smin => {
            if signed_less {
                a
            } else {
                b
            }
        }
        BinOp::Smax => {
            if signed_less {
                b
            } else {
                a
            }
        }
        BinOp::Umin => {
            if unsigned_less {
                a
            } else {
                b
            }
        }
        BinOp::Umax => {
            if unsigned_less {
                b
            } else {
                a
            }
        }
        BinOp::Rotl => rotate_left(ty, a.bits(), (b.bits() % u128::from(width)) as u32),
        BinOp::Rotr => {
            let amount = (b.bits() % u128::from(width)) as u32;
            rotate_left(ty, a.bits(), (width - amount) % width)
        }
        BinOp::Umulhi => Val::of(ty, unsigned_high(width, a.bits(), b.bits())),
        _ => Val::of(ty, signed_high(width, a, b)),
    };
    (value, Val::default())
}

fn rotate_left(ty: Type, bits: u128, amount: u32) -> Val {
    if amount == 0 {
        return Val::wide(bits);
    }
    Val::of(ty, bits << amount | bits >> (ty.lane_bits() - amount))
}

fn unsigned_high(width: u32, a: u128, b: u128) -> u128 {
    if width < 128 {
        // Only products of up to 64 bits by 64 bits come here, so the product fits.
        return (a * b) >> width;
    }
    let half = |x: u128| (x & u128::from(u64::MAX), x >> 64);
    let ((a0, a1), (b0, b1)) = (half(a), half(b));
    let middle =
        ((a0 * b0) >> 64) + ((a1 * b0) & u128::from(u64::MAX)) + ((a0 * b1) & u128::from(u64::MAX));
    a1 * b1 + ((a1 * b0) >> 64) + ((a0 * b1) >> 64) + (middle >> 64)
}

fn signed_high(width: u32, a: Val, b: Val) -> u128 {
    if width < 128 {
        return ((a.signed(width) * b.signed(width)) >> width) as u128;
    }
    // The unsigned high half counts 2^128 too much for each negative factor.
    let (x, y) = (a.bits(), b.bits());
    let mut high = unsigned_high(128, x, y);
    if a.signed(128) < 0 {
        high = high.wrapping_sub(y);
    }
    if b.signed(128) < 0 {
        high = high.wrapping_sub(x);
    }
    high
}

/// One lane of `cmp`.
#[inline]
pub(super) fn compare(op: CmpOp, ty: Type, a: Val, b: Val) -> Val {
    if a.poison || b.poison {
        return Val::POISON;
    }
    if op.fact() == Compares::Float {
        let (x, y) = (Float::from_bits(ty, a.bits()), Float::from_bits(ty, b.bits()));
        return Val::bool(float::compare(op, x.wide(), y.wide()));
    }
    let width = ty.lane_bits();
    if width <= 64 {
        let signed = |val: Val| ((val.low << (64 - width)) as i64) >> (64 - width);
        return Val::bool(ordered(op, (signed(a), signed(b)), (a.low, b.low)));
    }
    Val::bool(ordered(op, (a.signed(width), b.signed(width)), (a.bits(), b.bits())))
}

/// An integer predicate on signed and unsigned readings of the same operands.
fn ordered<S: Ord, U: Ord>(op: CmpOp, (x, y): (S, S), (p, q): (U, U)) -> bool {
    match op {
        CmpOp::Eq => p == q,
        CmpOp::Ne => p != q,
        CmpOp::Slt => x < y,
        CmpOp::Sle => x <= y,
        CmpOp::Sgt => x > y,
        CmpOp::Sge => x >= y,
        CmpOp::Ult => p < q,
        CmpOp::Ule => p <= q,
        CmpOp::Ugt => p > q,
        _ => p >= q,
    }
}

/// One lane of `cast`, except `bit` between different lane counts.
pub(super) fn cast(op: CastOp, from: Type, to: Type, a: Val) -> Val {
    if a.poison {
        return Val::POISON;
    }
    let (width, bits) = (from.lane_bits(), a.bits());
    match op {
        CastOp::Zext | CastOp::Trunc => Val { provenance: a.provenance, ..Val::of(to, bits) },
        CastOp::Sext => Val::of(to, a.signed(width) as u128),
        CastOp::Fext | CastOp::Ftrunc => {
            let value = Float::from_bits(from, bits).wide();
            Val::wide(Float::narrow(to, value).to_bits())
        }
        CastOp::Stof => {
            Val::wide(int_to_float(to, a.signed(width) < 0, a.signed(width).unsigned_abs()))
        }
        CastOp::Utof => Val::wide(int_to_float(to, false, bits)),
        CastOp::Ftos => {
            let high = (to.mask() >> 1) as i128;
            let value = Float::from_bits(from, bits).wide() as i128;
            Val::of(to, value.clamp(-high - 1, high) as u128)
        }
        CastOp::Ftou => Val::of(to, (Float::from_bits(from, bits).wide() as u128).min(to.mask())),
        CastOp::Bit | CastOp::Ptoi | CastOp::Itop | CastOp::Space => a,
    }
}

/// To nearest even in one rounding, whatever the target.
fn int_to_float(to: Type, negative: bool, magnitude: u128) -> u128 {
    let signed = |value: f64| if negative { -value } else { value };
    match to.lane_bits() {
        32 => {
            let value = magnitude as f32;
            (if negative { -value } else { value }).to_bits().into()
        }
        64 => signed(magnitude as f64).to_bits().into(),
        // Above the largest f16 everything is infinite, and below it f64 is exact.
        _ => Float::narrow(to, signed(magnitude as f64)).to_bits(),
    }
}
