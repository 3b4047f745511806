//! Constructors: the ways a value of a type can begin, and how those of a column split a type into cases.

use vez_base::Name;
use vez_types::{FloatTy, Ty, TyKind};

/// How a value (or a pattern) begins.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Ctor {
    /// The one constructor of a struct, tuple, reference or `Box`.
    Single,
    Variant(u32),
    Bool(bool),
    Range(IntRange),
    Float(FloatRange),
    Str(Name),
    Slice(SliceShape),
    /// A constant that is compared at run time; equal to nothing that is known.
    Opaque,
    Wild,
    /// In a split: every constructor that no row of the column names. In witnesses: anything.
    Missing,
}

/// Integers and `char`s in an encoding that keeps their order and starts at zero; both ends inside.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct IntRange {
    pub(super) low: u128,
    pub(super) high: u128,
}

/// Floats by value; a literal is a range of one.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct FloatRange {
    pub(super) low: f64,
    pub(super) high: f64,
    pub(super) inclusive: bool,
}

/// The lengths a slice pattern takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum SliceShape {
    Fixed(usize),
    /// At least so many: first ones, last ones.
    Open(usize, usize),
}

impl SliceShape {
    pub(super) fn arity(self) -> usize {
        match self {
            SliceShape::Fixed(len) => len,
            SliceShape::Open(before, after) => before + after,
        }
    }

    fn covers(self, other: SliceShape) -> bool {
        match (self, other) {
            (SliceShape::Fixed(a), SliceShape::Fixed(b)) => a == b,
            (SliceShape::Fixed(_), SliceShape::Open(..)) => false,
            (SliceShape::Open(..), _) => self.arity() <= other.arity(),
        }
    }
}

impl Ctor {
    /// Whether a row that begins with `self` takes every value that begins with `other`, a constructor of a split.
    pub(super) fn covers(&self, other: &Ctor) -> bool {
        match (self, other) {
            (Ctor::Wild, _) => true,
            (_, Ctor::Missing | Ctor::Wild) => false,
            (Ctor::Single, Ctor::Single) => true,
            (Ctor::Range(a), Ctor::Range(b)) => a.low <= b.low && b.high <= a.high,
            (Ctor::Float(a), Ctor::Float(b)) => a.covers(*b),
            (Ctor::Slice(a), Ctor::Slice(b)) => a.covers(*b),
            // Perhaps: such rows count as guarded.
            (Ctor::Opaque, Ctor::Opaque) => true,
            (Ctor::Opaque, _) | (_, Ctor::Opaque) => false,
            (a, b) => a == b,
        }
    }
}

impl FloatRange {
    fn covers(self, other: FloatRange) -> bool {
        let high = self.high > other.high
            || self.high == other.high && (self.inclusive || !other.inclusive);
        self.low <= other.low && high
    }
}

/// Where the order-keeping encoding of an integer type puts zero, and its last value. `usize` and `isize` get one more value at each open end:
/// their width is the target's, so only an open range covers what lies beyond.
#[derive(Clone, Copy, Debug)]
pub(super) struct IntSpace {
    bits: u32,
    signed: bool,
    pointer_sized: bool,
}

impl IntSpace {
    pub(super) fn of(ty: Ty) -> Option<IntSpace> {
        Some(match ty.kind() {
            TyKind::Int(int) => {
                IntSpace { bits: int.bits(), signed: int.is_signed(), pointer_sized: int.is_size() }
            }
            TyKind::Char => IntSpace { bits: 21, signed: false, pointer_sized: false },
            _ => return None,
        })
    }

    fn mask(self) -> u128 {
        if self.bits == 128 { u128::MAX } else { (1 << self.bits) - 1 }
    }

    /// Room for the value below `isize::MIN`.
    fn shift(self) -> u128 {
        u128::from(self.pointer_sized && self.signed)
    }

    /// The place of a value given in two's complement.
    pub(super) fn encode(self, value: u128) -> u128 {
        let value = value & self.mask();
        let flipped = if self.signed { value ^ (1 << (self.bits - 1)) } else { value };
        flipped + self.shift()
    }

    /// The value at a place; `None` beyond a pointer-sized type's ends.
    pub(super) fn decode(self, place: u128) -> Option<i128> {
        let place = place.checked_sub(self.shift())?;
        if place > self.mask() {
            return None;
        }
        if !self.signed {
            return Some(place as i128);
        }
        let value = place ^ (1 << (self.bits - 1));
        let unused = 128 - self.bits;
        Some(((value << unused) as i128) >> unused)
    }

    pub(super) fn first(self) -> u128 {
        0
    }

    pub(super) fn last(self, ty: Ty) -> u128 {
        if matches!(ty.kind(), TyKind::Char) {
            return 0x10_FFFF;
        }
        self.mask() + self.shift() + u128::from(self.pointer_sized)
    }

    /// What all values of the type make up.
    pub(super) fn whole(self, ty: Ty) -> Vec<IntRange> {
        match ty.kind() {
            TyKind::Char => {
                vec![IntRange { low: 0, high: 0xD7FF }, IntRange { low: 0xE000, high: 0x10_FFFF }]
            }
            _ => vec![IntRange { low: self.first(), high: self.last(ty) }],
        }
    }
}

/// Cuts the ranges of a type wherever a range of the column begins or ends; returns the pieces some row covers and those none does.
pub(super) fn split_ranges(
    whole: &[IntRange],
    column: &[IntRange],
) -> (Vec<IntRange>, Vec<IntRange>) {
    let mut cuts: Vec<u128> = column
        .iter()
        .flat_map(|range| [Some(range.low), range.high.checked_add(1)])
        .flatten()
        .collect();
    cuts.sort_unstable();
    cuts.dedup();
    let (mut covered, mut missing) = (Vec::new(), Vec::new());
    for range in whole {
        let mut low = range.low;
        let inner = cuts.iter().copied().filter(|cut| range.low < *cut && *cut <= range.high);
        for end in inner.map(|cut| cut - 1).chain([range.high]) {
            let piece = IntRange { low, high: end };
            let named =
                column.iter().any(|range| range.low <= piece.low && piece.high <= range.high);
            if named {
                covered.push(piece)
            } else {
                missing.push(piece)
            }
            low = end.wrapping_add(1);
        }
    }
    (covered, missing)
}

/// The lengths that the shapes of a column tell apart: fixed ones, and one open shape for all longer slices.
pub(super) fn split_slices(column: &[SliceShape], array_len: Option<usize>) -> Vec<SliceShape> {
    let (mut before, mut after, mut fixed) = (0, 0, None::<usize>);
    for shape in column {
        match *shape {
            SliceShape::Fixed(len) => fixed = Some(fixed.map_or(len, |old| old.max(len))),
            SliceShape::Open(b, a) => {
                before = before.max(b);
                after = after.max(a);
            }
        }
    }
    if let Some(len) = array_len {
        let open = before + after < len && fixed.is_none();
        return vec![if open { SliceShape::Open(before, after) } else { SliceShape::Fixed(len) }];
    }
    if let Some(fixed) = fixed
        && fixed + 1 >= before + after
    {
        before = fixed + 1 - after;
    }
    let shorter = (0..before + after).map(SliceShape::Fixed);
    shorter.chain([SliceShape::Open(before, after)]).collect()
}

/// The value of a float's bits, as they are in a literal of type `ty`.
pub(crate) fn float_value(ty: Ty, bits: u64) -> f64 {
    match ty.kind() {
        TyKind::Float(FloatTy::F32) => f64::from(f32::from_bits(bits as u32)),
        _ => f64::from_bits(bits),
    }
}
