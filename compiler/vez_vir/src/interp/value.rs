//! What a register holds: bits, whose memory a pointer may touch, and whether it is poison.

use crate::ty::Type;

/// Which allocation a pointer was made from: index and generation, or none.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub(super) struct Provenance(u64);

impl Provenance {
    pub const NONE: Provenance = Provenance(0);

    /// Index 0 is never used, so that 0 is "none".
    pub fn new(index: usize, generation: u32) -> Provenance {
        Provenance((index as u64) << 32 | u64::from(generation))
    }

    pub fn index(self) -> usize {
        (self.0 >> 32) as usize
    }

    pub fn generation(self) -> u32 {
        self.0 as u32
    }

    pub fn is_none(self) -> bool {
        self.0 == 0
    }
}

/// One register; a vector takes one for each lane.
#[derive(Clone, Copy, Default, Debug)]
pub(super) struct Val {
    pub low: u64,
    pub high: u64,
    pub provenance: Provenance,
    pub poison: bool,
}

impl Val {
    pub const POISON: Val = Val { low: 0, high: 0, provenance: Provenance::NONE, poison: true };

    pub fn int(low: u64) -> Val {
        Val { low, ..Val::default() }
    }

    pub fn bool(value: bool) -> Val {
        Val::int(value.into())
    }

    pub fn wide(bits: u128) -> Val {
        Val { low: bits as u64, high: (bits >> 64) as u64, ..Val::default() }
    }

    pub fn bits(self) -> u128 {
        u128::from(self.low) | u128::from(self.high) << 64
    }

    /// `bits` cut to the lane width of `ty`.
    pub fn of(ty: Type, bits: u128) -> Val {
        Val::wide(bits & ty.mask())
    }

    /// The bits sign-extended from `width`.
    pub fn signed(self, width: u32) -> i128 {
        sign_extend(self.bits(), width)
    }
}

/// `bits` of `width` as a signed number.
pub(super) fn sign_extend(bits: u128, width: u32) -> i128 {
    let unused = 128 - width;
    ((bits << unused) as i128) >> unused
}
