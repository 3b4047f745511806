//! Floating point on bits: `f16`, `f32` and `f64` behind one type.
//!
//! `f16` computes in `f64` and rounds once, which is exact for the basic operations.

use crate::inst::ArithOp;
use crate::ops::{ArithFlags, BinOp, CmpOp, UnOp};
use crate::ty::{Scalar, Type};

/// A float of some kind, opened for computing.
#[derive(Clone, Copy)]
pub(super) enum Float {
    F16(f64),
    F32(f32),
    F64(f64),
}

/// Applies one expression to the float inside, whichever kind it is.
macro_rules! each {
    ($value:expr, $x:ident => $result:expr) => {
        match $value {
            Float::F16($x) => Float::F16(round_f16($result)),
            Float::F32($x) => Float::F32($result),
            Float::F64($x) => Float::F64($result),
        }
    };
    ($a:expr, $b:expr, $x:ident, $y:ident => $result:expr) => {
        match ($a, $b) {
            (Float::F16($x), Float::F16($y)) => Float::F16(round_f16($result)),
            (Float::F32($x), Float::F32($y)) => Float::F32($result),
            (Float::F64($x), Float::F64($y)) => Float::F64($result),
            (other, _) => other,
        }
    };
}

impl Float {
    pub fn from_bits(ty: Type, bits: u128) -> Float {
        match ty.kind() {
            Scalar::F16 => Float::F16(f16_to_f64(bits as u16)),
            Scalar::F32 => Float::F32(f32::from_bits(bits as u32)),
            _ => Float::F64(f64::from_bits(bits as u64)),
        }
    }

    pub fn to_bits(self) -> u128 {
        match self {
            Float::F16(x) => f64_to_f16(x).into(),
            Float::F32(x) => x.to_bits().into(),
            Float::F64(x) => x.to_bits().into(),
        }
    }

    /// The value as `f64`, exactly.
    pub fn wide(self) -> f64 {
        match self {
            Float::F16(x) | Float::F64(x) => x,
            Float::F32(x) => x.into(),
        }
    }

    /// `value` rounded to the kind of `ty`.
    pub fn narrow(ty: Type, value: f64) -> Float {
        match ty.kind() {
            Scalar::F16 => Float::F16(round_f16(value)),
            Scalar::F32 => Float::F32(value as f32),
            _ => Float::F64(value),
        }
    }
}

pub(super) fn arith(op: ArithOp, _flags: ArithFlags, a: Float, b: Float) -> Float {
    match op {
        ArithOp::Add => each!(a, b, x, y => x + y),
        ArithOp::Sub => each!(a, b, x, y => x - y),
        ArithOp::Mul => each!(a, b, x, y => x * y),
        ArithOp::Div => each!(a, b, x, y => x / y),
        _ => each!(a, b, x, y => x % y),
    }
}

pub(super) fn unary(op: UnOp, a: Float) -> Float {
    match op {
        UnOp::Neg => each!(a, x => -x),
        UnOp::Abs => each!(a, x => x.abs()),
        UnOp::Sqrt => each!(a, x => x.sqrt()),
        UnOp::Floor => each!(a, x => x.floor()),
        UnOp::Ceil => each!(a, x => x.ceil()),
        UnOp::Trunc => each!(a, x => x.trunc()),
        UnOp::Round => each!(a, x => x.round()),
        UnOp::RoundEven => each!(a, x => x.round_ties_even()),
        _ => a,
    }
}

pub(super) fn binary(op: BinOp, a: Float, b: Float) -> Float {
    match op {
        BinOp::Fmin => each!(a, b, x, y => x.min(y)),
        BinOp::Fmax => each!(a, b, x, y => x.max(y)),
        _ => each!(a, b, x, y => x.copysign(y)),
    }
}

pub(super) fn fma(a: Float, b: Float, c: Float) -> Float {
    match (a, b, c) {
        (Float::F32(a), Float::F32(b), Float::F32(c)) => Float::F32(a.mul_add(b, c)),
        (Float::F64(a), Float::F64(b), Float::F64(c)) => Float::F64(a.mul_add(b, c)),
        _ => Float::F16(round_f16(a.wide().mul_add(b.wide(), c.wide()))),
    }
}

pub(super) fn compare(op: CmpOp, a: f64, b: f64) -> bool {
    let unordered = a.is_nan() || b.is_nan();
    match op {
        CmpOp::Foeq => a == b,
        CmpOp::Fone => !unordered && a != b,
        CmpOp::Folt => a < b,
        CmpOp::Fole => a <= b,
        CmpOp::Fogt => a > b,
        CmpOp::Foge => a >= b,
        CmpOp::Ford => !unordered,
        CmpOp::Fueq => unordered || a == b,
        CmpOp::Fune => a != b,
        CmpOp::Fult => unordered || a < b,
        CmpOp::Fule => unordered || a <= b,
        CmpOp::Fugt => unordered || a > b,
        CmpOp::Fuge => unordered || a >= b,
        _ => unordered,
    }
}

fn round_f16(value: f64) -> f64 {
    f16_to_f64(f64_to_f16(value))
}

pub(super) fn f16_to_f64(bits: u16) -> f64 {
    let sign = if bits >> 15 == 1 { -1.0 } else { 1.0 };
    let (exponent, fraction) = (i32::from(bits >> 10) & 31, f64::from(bits & 0x3ff));
    match exponent {
        0 => sign * fraction * 2f64.powi(-24),
        31 if fraction == 0.0 => sign * f64::INFINITY,
        31 => f64::NAN.copysign(sign),
        _ => sign * (1024.0 + fraction) * 2f64.powi(exponent - 25),
    }
}

pub(super) fn f64_to_f16(value: f64) -> u16 {
    let sign = u16::from(value.is_sign_negative()) << 15;
    let magnitude = value.abs();
    if value.is_nan() {
        return sign | 0x7e00;
    }
    if magnitude >= 65520.0 {
        return sign | 0x7c00;
    }
    // The distance of neighbours: 2^-24 for subnormals, else ten bits below the leading one.
    let exponent = ((magnitude.to_bits() >> 52) as i32 - 1023).max(-14);
    let steps = (magnitude * 2f64.powi(10 - exponent)).round_ties_even() as u32;
    let biased = (exponent + 14) as u32;
    // A subnormal has fewer than 1,024 steps; a carry out of the fraction raises the exponent by itself.
    sign | (biased * 1024 + steps) as u16
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn half_floats_round_trip() {
        for bits in 0..=u16::MAX {
            let value = f16_to_f64(bits);
            if !value.is_nan() {
                assert_eq!(f64_to_f16(value), bits, "{value}");
            }
        }
        assert_eq!(f64_to_f16(1.0), 0x3c00);
        assert_eq!(f64_to_f16(65519.0), 0x7bff);
        assert_eq!(f64_to_f16(2f64.powi(-25)), 0);
    }
}
