//! Values that a field never holds, and enums that put their variants there.

use super::Scalar;
use vez_vir::{Type, ValueRange};

/// A scalar inside a layout whose invalid values may stand for something else.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Niche {
    pub offset: u64,
    pub scalar: Scalar,
}

impl Niche {
    /// The niche of a scalar; `None` when all its values are valid.
    pub fn of(scalar: Scalar, offset: u64) -> Option<Niche> {
        let niche = Niche { offset, scalar: as_stored(scalar) };
        (niche.available() > 0).then_some(niche)
    }

    /// How many values are free.
    pub fn available(&self) -> u128 {
        let mask = self.scalar.ty.mask();
        let used = self.scalar.valid.high.wrapping_sub(self.scalar.valid.low) & mask;
        mask - used
    }

    /// Takes `count` free values: the first of them, and the scalar with them valid.
    pub fn reserve(&self, count: u128) -> Option<(u128, Scalar)> {
        if count > self.available() {
            return None;
        }
        let mask = self.scalar.ty.mask();
        let ValueRange { low, high } = self.scalar.valid;
        // Zero is the cheapest value to test for, so a range that starts at one grows downwards.
        let downwards = count == 1 && low == 1;
        let (start, valid) = if downwards {
            (0, ValueRange { low: 0, high })
        } else {
            let start = high.wrapping_add(1) & mask;
            (start, ValueRange { low, high: high.wrapping_add(count) & mask })
        };
        Some((start, Scalar { ty: self.scalar.ty, valid }))
    }
}

/// In memory a `bool` is a byte, with 254 values to spare.
fn as_stored(scalar: Scalar) -> Scalar {
    if scalar.ty == Type::I1 { Scalar { ty: Type::I8, valid: scalar.valid } } else { scalar }
}
