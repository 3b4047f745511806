//! Integer arithmetic on constants. `None` where the result is poison, a trap, or undefined behaviour: these stay in the program.

use vez_vir::{ArithFlags as F, ArithOp, BinOp, CastOp, CmpOp, Type, UnOp};

/// `bits` as a signed number of `width` bits.
pub(super) fn signed(bits: u128, width: u32) -> i128 {
    let unused = 128 - width;
    ((bits << unused) as i128) >> unused
}

/// The wrapped result, and whether it overflowed as signed and as unsigned.
fn wrapping(op: ArithOp, width: u32, mask: u128, a: u128, b: u128) -> (u128, bool, bool) {
    let (x, y) = (signed(a, width), signed(b, width));
    let ((exact, wide), (low, over)) = match op {
        ArithOp::Add => (x.overflowing_add(y), a.overflowing_add(b)),
        ArithOp::Sub => (x.overflowing_sub(y), a.overflowing_sub(b)),
        _ => (x.overflowing_mul(y), a.overflowing_mul(b)),
    };
    let wrapped = low & mask;
    (wrapped, wide || signed(wrapped, width) != exact, over || wrapped != low)
}

pub(super) fn arith(op: ArithOp, flags: F, ty: Type, a: u128, b: u128) -> Option<u128> {
    let (width, mask) = (ty.lane_bits(), ty.mask());
    match op {
        ArithOp::And => Some(a & b),
        ArithOp::Or => Some(a | b),
        ArithOp::Xor => Some(a ^ b),
        ArithOp::Add | ArithOp::Sub | ArithOp::Mul => {
            let (value, over_signed, over_unsigned) = wrapping(op, width, mask, a, b);
            // With `sat`, `trap`, `nsw` or `nuw` only the exact result is plain.
            let matters = (flags.has(F::NSW) || flags.has(F::S)) && over_signed
                || (flags.has(F::NUW) || flags.has(F::U)) && over_unsigned;
            (!matters).then_some(value)
        }
        ArithOp::Div | ArithOp::Rem => {
            let (quotient, rest) = if flags.has(F::S) {
                let (x, y) = (signed(a, width), signed(b, width));
                let overflows = y == -1 && x == signed(mask / 2 + 1, width);
                if y == 0 || overflows {
                    return None;
                }
                ((x / y) as u128, (x % y) as u128)
            } else {
                (a.checked_div(b)?, a.checked_rem(b)?)
            };
            if flags.has(F::EXACT) && rest != 0 {
                return None;
            }
            Some(if op == ArithOp::Div { quotient & mask } else { rest & mask })
        }
        ArithOp::Shl if flags.has(F::NSW) || flags.has(F::NUW) => None,
        ArithOp::Shr if flags.has(F::EXACT) => None,
        _ if b >= u128::from(width) => None,
        ArithOp::Shl => Some((a << b) & mask),
        ArithOp::Shr if flags.has(F::S) => Some((signed(a, width) >> b) as u128 & mask),
        ArithOp::Shr => Some(a >> b),
    }
}

pub(super) fn unary(op: UnOp, ty: Type, a: u128) -> Option<u128> {
    let (width, mask) = (ty.lane_bits(), ty.mask());
    Some(match op {
        UnOp::Not => !a & mask,
        UnOp::Neg => a.wrapping_neg() & mask,
        UnOp::Abs => signed(a, width).unsigned_abs() & mask,
        UnOp::Clz => u128::from(a.leading_zeros() - (128 - width)),
        UnOp::Ctz => u128::from(a.trailing_zeros().min(width)),
        UnOp::Popcnt => a.count_ones().into(),
        UnOp::Bswap => a.swap_bytes() >> (128 - width),
        UnOp::Bitrev => a.reverse_bits() >> (128 - width),
        UnOp::Freeze => a,
        _ => return None,
    })
}

/// Operations with one result.
pub(super) fn binary(op: BinOp, ty: Type, a: u128, b: u128) -> Option<u128> {
    let width = ty.lane_bits();
    let (x, y) = (signed(a, width), signed(b, width));
    Some(match op {
        BinOp::Smin => (if x < y { a } else { b }) & ty.mask(),
        BinOp::Smax => (if x > y { a } else { b }) & ty.mask(),
        BinOp::Umin => a.min(b),
        BinOp::Umax => a.max(b),
        _ => return None,
    })
}

/// Operations that report overflow: the wrapped result, and whether it overflowed.
pub(super) fn overflowing(op: BinOp, ty: Type, a: u128, b: u128) -> Option<(u128, bool)> {
    let (arith, is_signed) = match op {
        BinOp::SaddOf => (ArithOp::Add, true),
        BinOp::UaddOf => (ArithOp::Add, false),
        BinOp::SsubOf => (ArithOp::Sub, true),
        BinOp::UsubOf => (ArithOp::Sub, false),
        BinOp::SmulOf => (ArithOp::Mul, true),
        BinOp::UmulOf => (ArithOp::Mul, false),
        _ => return None,
    };
    let (value, over_signed, over_unsigned) = wrapping(arith, ty.lane_bits(), ty.mask(), a, b);
    Some((value, if is_signed { over_signed } else { over_unsigned }))
}

pub(super) fn compare(op: CmpOp, ty: Type, a: u128, b: u128) -> Option<bool> {
    let (x, y) = (signed(a, ty.lane_bits()), signed(b, ty.lane_bits()));
    Some(match op {
        CmpOp::Eq => a == b,
        CmpOp::Ne => a != b,
        CmpOp::Slt => x < y,
        CmpOp::Sle => x <= y,
        CmpOp::Sgt => x > y,
        CmpOp::Sge => x >= y,
        CmpOp::Ult => a < b,
        CmpOp::Ule => a <= b,
        CmpOp::Ugt => a > b,
        CmpOp::Uge => a >= b,
        _ => return None,
    })
}

/// Whether `a op a` holds for integers and pointers.
pub(super) fn reflexive(op: CmpOp) -> Option<bool> {
    Some(match op {
        CmpOp::Eq | CmpOp::Sle | CmpOp::Sge | CmpOp::Ule | CmpOp::Uge => true,
        CmpOp::Ne | CmpOp::Slt | CmpOp::Sgt | CmpOp::Ult | CmpOp::Ugt => false,
        _ => return None,
    })
}

pub(super) fn cast(op: CastOp, from: Type, to: Type, a: u128) -> Option<u128> {
    match op {
        CastOp::Zext => Some(a),
        CastOp::Sext => Some(signed(a, from.lane_bits()) as u128 & to.mask()),
        CastOp::Trunc => Some(a & to.mask()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wraps_and_notices() {
        let max = 0x7f;
        assert_eq!(arith(ArithOp::Add, F::NONE, Type::I8, max, 1), Some(0x80));
        assert_eq!(arith(ArithOp::Add, F::NSW, Type::I8, max, 1), None);
        assert_eq!(overflowing(BinOp::SaddOf, Type::I8, max, 1), Some((0x80, true)));
        assert_eq!(overflowing(BinOp::UaddOf, Type::I8, max, 1), Some((0x80, false)));
        assert_eq!(
            overflowing(BinOp::SmulOf, Type::I128, u128::MAX, 1 << 127),
            Some((1 << 127, true))
        );
    }

    #[test]
    fn leaves_undefined_division_alone() {
        assert_eq!(arith(ArithOp::Div, F::S, Type::I8, 0x80, 0xff), None);
        assert_eq!(arith(ArithOp::Rem, F::U, Type::I8, 1, 0), None);
        assert_eq!(arith(ArithOp::Div, F::S, Type::I8, 0xf9, 2), Some(0xfd));
    }

    #[test]
    fn counts_within_the_width() {
        assert_eq!(unary(UnOp::Clz, Type::I16, 1), Some(15));
        assert_eq!(unary(UnOp::Ctz, Type::I16, 0), Some(16));
        assert_eq!(unary(UnOp::Bswap, Type::I16, 0x1234), Some(0x3412));
    }
}
