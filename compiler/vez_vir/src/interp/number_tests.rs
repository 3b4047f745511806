//! Integer operations against Rust's own, at edges and on random operands of every width.

use super::number::{Stop, arith, binary, cast, compare, unary};
use super::value::Val;
use crate::inst::ArithOp;
use crate::ops::{ArithFlags as F, BinOp, CastOp, CmpOp, UnOp, trap_code};
use crate::ty::Type;

fn operands() -> Vec<u128> {
    let mut found = vec![0, 1, 2, 3, 5, 7, 8, 63, 64, 100, 127, 128, 129, 255, 256];
    for width in [8, 16, 32, 64, 128] {
        let top = 1u128 << (width - 1);
        found.extend([top, top - 1, top + 1, top.wrapping_sub(2), u128::MAX >> (128 - width)]);
    }
    let mut state = 0x9e37_79b9_7f4a_7c15_f39c_c060_5ced_c834u128;
    for _ in 0..20 {
        state = state.wrapping_mul(0x2360_ed05_1fc6_5da4_4385_df64_9fcc_f645).wrapping_add(1);
        found.push(state >> (state >> 121));
    }
    found
}

/// The bits of a result; `None` for poison, `Err` for a trap.
fn outcome(result: Result<Val, Stop>) -> Result<Option<u128>, u32> {
    match result {
        Ok(val) => Ok((!val.poison).then(|| val.bits())),
        Err(Stop::Trap(code)) => Err(code),
        Err(Stop::Undefined(_)) => Err(0),
    }
}

macro_rules! against_rust {
    ($test:ident $ty:ident $signed:ident $unsigned:ident) => {
        #[test]
        fn $test() {
            let ty = Type::$ty;
            for x in operands() {
                for y in operands() {
                    let (a, b) = (Val::of(ty, x), Val::of(ty, y));
                    let (s, t) = (x as $signed, y as $signed);
                    let (u, v) = (x as $unsigned, y as $unsigned);
                    let bits = |value: $signed| value as $unsigned as u128;
                    let run = |op, flags| outcome(arith(op, flags, ty, a, b));
                    let overflow = |value: Option<u128>| value.ok_or(trap_code::OVERFLOW).map(Some);
                    let sums = [
                        (ArithOp::Add, s.checked_add(t), u.checked_add(v), s.wrapping_add(t)),
                        (ArithOp::Sub, s.checked_sub(t), u.checked_sub(v), s.wrapping_sub(t)),
                        (ArithOp::Mul, s.checked_mul(t), u.checked_mul(v), s.wrapping_mul(t)),
                    ];
                    for (op, signed, unsigned, wrapped) in sums {
                        let unsigned = unsigned.map(u128::from);
                        assert_eq!(run(op, F::NONE), Ok(Some(bits(wrapped))));
                        assert_eq!(run(op, F::NSW), Ok(signed.map(bits)));
                        assert_eq!(run(op, F::NUW), Ok(unsigned));
                        assert_eq!(run(op, F::S | F::TRAP), overflow(signed.map(bits)));
                        assert_eq!(run(op, F::U | F::TRAP), overflow(unsigned));
                    }
                    let sat = |value| Ok(Some(value));
                    assert_eq!(run(ArithOp::Add, F::S | F::SAT), sat(bits(s.saturating_add(t))));
                    assert_eq!(run(ArithOp::Sub, F::S | F::SAT), sat(bits(s.saturating_sub(t))));
                    assert_eq!(run(ArithOp::Add, F::U | F::SAT), sat(u.saturating_add(v).into()));
                    assert_eq!(run(ArithOp::Sub, F::U | F::SAT), sat(u.saturating_sub(v).into()));
                    let failure = |overflowed| match overflowed {
                        true => trap_code::OVERFLOW,
                        false => trap_code::DIVISION_BY_ZERO,
                    };
                    let divide = s.checked_div(t).map(|q| Some(bits(q))).ok_or(failure(t != 0));
                    assert_eq!(run(ArithOp::Div, F::S | F::TRAP), divide);
                    let rest = s.checked_rem(t).map(|q| Some(bits(q))).ok_or(failure(t != 0));
                    assert_eq!(run(ArithOp::Rem, F::S | F::TRAP), rest);
                    let divide = u.checked_div(v).map(|q| Some(q.into())).ok_or(failure(false));
                    assert_eq!(run(ArithOp::Div, F::U | F::TRAP), divide);
                    let amount = u32::try_from(v).unwrap_or(u32::MAX);
                    assert_eq!(run(ArithOp::Shl, F::NONE), Ok(s.checked_shl(amount).map(bits)));
                    assert_eq!(run(ArithOp::Shr, F::S), Ok(s.checked_shr(amount).map(bits)));
                    assert_eq!(run(ArithOp::Shr, F::U), Ok(u.checked_shr(amount).map(u128::from)));
                    let pairs = [
                        (BinOp::SaddOf, s.overflowing_add(t)),
                        (BinOp::SsubOf, s.overflowing_sub(t)),
                        (BinOp::SmulOf, s.overflowing_mul(t)),
                    ];
                    for (op, (wrapped, overflowed)) in pairs {
                        let (value, flag) = binary(op, ty, a, b);
                        assert_eq!((value.bits(), flag.low == 1), (bits(wrapped), overflowed));
                    }
                    let pairs = [
                        (BinOp::UaddOf, u.overflowing_add(v)),
                        (BinOp::UsubOf, u.overflowing_sub(v)),
                        (BinOp::UmulOf, u.overflowing_mul(v)),
                    ];
                    for (op, (wrapped, overflowed)) in pairs {
                        let (value, flag) = binary(op, ty, a, b);
                        assert_eq!((value.bits(), flag.low == 1), (wrapped.into(), overflowed));
                    }
                    let turn = (v % <$unsigned>::BITS as $unsigned) as u32;
                    let plain = [
                        (BinOp::Smin, bits(s.min(t))),
                        (BinOp::Smax, bits(s.max(t))),
                        (BinOp::Umin, u.min(v).into()),
                        (BinOp::Umax, u.max(v).into()),
                        (BinOp::Rotl, u.rotate_left(turn).into()),
                        (BinOp::Rotr, u.rotate_right(turn).into()),
                    ];
                    for (op, expected) in plain {
                        assert_eq!(binary(op, ty, a, b).0.bits(), expected, "{op} {u} {v}");
                    }
                    let orders = [
                        (CmpOp::Slt, s < t),
                        (CmpOp::Sge, s >= t),
                        (CmpOp::Ult, u < v),
                        (CmpOp::Ule, u <= v),
                        (CmpOp::Ne, u != v),
                    ];
                    for (op, expected) in orders {
                        assert_eq!(compare(op, ty, a, b).low == 1, expected, "{op} {u} {v}");
                    }
                }
                let (a, s, u) = (Val::of(ty, x), x as $signed, x as $unsigned);
                let single: [(UnOp, u128); 7] = [
                    (UnOp::Not, (!u).into()),
                    (UnOp::Neg, u.wrapping_neg().into()),
                    (UnOp::Abs, (s.wrapping_abs() as $unsigned).into()),
                    (UnOp::Clz, u.leading_zeros().into()),
                    (UnOp::Ctz, u.trailing_zeros().into()),
                    (UnOp::Bswap, u.swap_bytes().into()),
                    (UnOp::Bitrev, u.reverse_bits().into()),
                ];
                for (op, expected) in single {
                    assert_eq!(unary(op, ty, a).bits(), expected, "{op} {u}");
                }
                let to_f64 = |op| f64::from_bits(cast(op, ty, Type::F64, a).low);
                assert_eq!(to_f64(CastOp::Stof), s as f64);
                assert_eq!(to_f64(CastOp::Utof), u as f64);
                let to_f32 = |op| f32::from_bits(cast(op, ty, Type::F32, a).low as u32);
                assert_eq!(to_f32(CastOp::Stof), s as f32);
                assert_eq!(to_f32(CastOp::Utof), u as f32);
                for value in [s as f64, -(u as f64), u as f64 * 2.0, 0.5, -1.5, f64::NAN, 1e300] {
                    let float = Val::int(value.to_bits());
                    let signed = cast(CastOp::Ftos, Type::F64, ty, float).bits();
                    assert_eq!(signed, (value as $signed as $unsigned).into(), "{value}");
                    let unsigned = cast(CastOp::Ftou, Type::F64, ty, float).bits();
                    assert_eq!(unsigned, (value as $unsigned).into(), "{value}");
                }
            }
        }
    };
}

against_rust! { eight_bits I8 i8 u8 }
against_rust! { sixteen_bits I16 i16 u16 }
against_rust! { thirty_two_bits I32 i32 u32 }
against_rust! { sixty_four_bits I64 i64 u64 }
against_rust! { all_bits I128 i128 u128 }

#[test]
fn high_products() {
    for x in operands() {
        for y in operands() {
            let (a, b) = (Val::of(Type::I64, x), Val::of(Type::I64, y));
            let unsigned = (u128::from(x as u64) * u128::from(y as u64)) >> 64;
            assert_eq!(binary(BinOp::Umulhi, Type::I64, a, b).0.bits(), unsigned);
            let signed = (i128::from(x as i64) * i128::from(y as i64)) >> 64;
            assert_eq!(binary(BinOp::Smulhi, Type::I64, a, b).0.low, signed as u64);
            // (x * y) and its high half at 128 bits, from 32-bit limbs.
            let limbs = |n: u128| [0, 32, 64, 96].map(|at| (n >> at) & 0xffff_ffff);
            let mut sums = [0u128; 8];
            for (i, p) in limbs(x).into_iter().enumerate() {
                for (j, q) in limbs(y).into_iter().enumerate() {
                    sums[i + j] += (p * q) & 0xffff_ffff;
                    sums[i + j + 1] += (p * q) >> 32;
                }
            }
            let mut carry = 0;
            let mut high = 0;
            for (limb, sum) in sums.into_iter().enumerate() {
                let total = sum + carry;
                carry = total >> 32;
                if limb >= 4 {
                    high |= (total & 0xffff_ffff) << (32 * (limb - 4));
                }
            }
            let (a, b) = (Val::wide(x), Val::wide(y));
            assert_eq!(binary(BinOp::Umulhi, Type::I128, a, b).0.bits(), high);
        }
    }
}
