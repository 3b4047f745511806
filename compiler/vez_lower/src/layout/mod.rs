//! How values lie in memory: size, alignment, field offsets, the encoding of enums.
//!
//! Works on monomorphic, normalised types. Knows nothing of functions or code.

mod compute;
mod enums;
mod niche;

pub use compute::{LayoutError, Layouts, PointerMeta};
pub use niche::Niche;

use std::rc::Rc;
use vez_vir::{Type, ValueRange};

/// The layout of one type. Shared, since many places ask for the same.
pub type LayoutRef = Rc<Layout>;

/// Where the parts of a value are, and how it travels outside memory.
#[derive(Clone, Debug, PartialEq)]
pub struct Layout {
    /// Bytes; of an unsized type those before its tail.
    pub size: u64,
    pub align: u64,
    pub abi: Abi,
    pub shape: Shape,
    /// The widest gap of values that never occur, if there is one.
    pub niche: Option<Niche>,
    pub is_unsized: bool,
    /// No value exists.
    pub is_uninhabited: bool,
}

/// How a value travels outside memory.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Abi {
    /// No bytes: it does not travel.
    Zero,
    One(Scalar),
    /// Two scalars, the second at this offset.
    Two(Scalar, Scalar, u64),
    /// By address.
    Memory,
}

/// A machine value and the bits that occur in it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Scalar {
    pub ty: Type,
    /// Inclusive, may wrap around.
    pub valid: ValueRange,
}

impl Scalar {
    /// Every bit pattern is valid.
    pub fn full(ty: Type) -> Scalar {
        Scalar { ty, valid: ValueRange { low: 0, high: ty.mask() } }
    }

    pub fn bool() -> Scalar {
        Scalar { ty: Type::I1, valid: ValueRange { low: 0, high: 1 } }
    }

    pub fn non_null() -> Scalar {
        Scalar { ty: Type::PTR, valid: ValueRange { low: 1, high: u64::MAX.into() } }
    }

    pub fn is_full(self) -> bool {
        self.ty == Type::I1 || self.valid == ValueRange { low: 0, high: self.ty.mask() }
    }

    pub fn bytes(self) -> u64 {
        self.ty.bytes().into()
    }
}

/// What a value consists of.
#[derive(Clone, Debug, PartialEq)]
pub enum Shape {
    Primitive,
    /// Offsets of the fields in declaration order: structs, tuples, closures.
    Fields(Vec<u64>),
    /// All fields at offset 0.
    Union,
    Array {
        stride: u64,
        count: u64,
    },
    Enum(EnumShape),
}

/// An enum: the offsets of each variant's fields, and how the variant is told.
#[derive(Clone, Debug, PartialEq)]
pub struct EnumShape {
    pub variants: Vec<VariantShape>,
    pub tag: Tag,
}

#[derive(Clone, Debug, PartialEq)]
pub struct VariantShape {
    pub offsets: Vec<u64>,
    pub discriminant: u128,
    pub is_uninhabited: bool,
}

/// How a value says which variant it is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Tag {
    /// It is always this one.
    Single(u32),
    /// The discriminant is stored.
    Direct { scalar: Scalar, offset: u64 },
    /// Invalid values of a field of variant `dataful` stand for the others: variant `first + n` is `start + n`, wrapping.
    Niche { scalar: Scalar, offset: u64, dataful: u32, first: u32, last: u32, start: u128 },
}

impl Layout {
    /// The layout of a value that is one machine value.
    pub fn scalar(scalar: Scalar) -> Layout {
        let bytes = scalar.bytes();
        Layout {
            size: bytes,
            align: bytes.min(16),
            abi: Abi::One(scalar),
            shape: Shape::Primitive,
            niche: Niche::of(scalar, 0),
            is_unsized: false,
            is_uninhabited: false,
        }
    }

    /// Two machine values, the second aligned after the first: fat pointers.
    pub fn pair(first: Scalar, second: Scalar) -> Layout {
        let align = first.bytes().max(second.bytes());
        let offset = first.bytes().next_multiple_of(second.bytes());
        Layout {
            size: (offset + second.bytes()).next_multiple_of(align),
            align,
            abi: Abi::Two(first, second, offset),
            shape: Shape::Fields(vec![0, offset]),
            niche: Niche::of(first, 0).or(Niche::of(second, offset)),
            is_unsized: false,
            is_uninhabited: false,
        }
    }

    /// The same layout at addresses that are multiples of `align`, a power of two.
    pub fn aligned(self, align: u64) -> Layout {
        if align <= self.align {
            return self;
        }
        let size = if self.is_unsized { self.size } else { self.size.next_multiple_of(align) };
        let abi = if self.abi == Abi::Zero { Abi::Zero } else { Abi::Memory };
        Layout { size, align, abi, ..self }
    }

    /// The same layout where the first scalar is never zero: a niche.
    pub fn without_zero(mut self) -> Layout {
        let nonzero = |scalar: Scalar| Scalar {
            valid: ValueRange { low: 1, high: scalar.ty.mask() },
            ..scalar
        };
        self.abi = match self.abi {
            Abi::One(scalar) => Abi::One(nonzero(scalar)),
            Abi::Two(first, second, offset) => Abi::Two(nonzero(first), second, offset),
            abi => return Layout { abi, ..self },
        };
        if let Abi::One(scalar) | Abi::Two(scalar, ..) = self.abi {
            self.niche = Niche::of(scalar, 0);
        }
        self
    }

    pub fn is_zero_sized(&self) -> bool {
        self.size == 0 && !self.is_unsized
    }

    /// The offset of a field; of an enum, of a field of `variant`.
    pub fn field_offset(&self, variant: Option<u32>, field: u32) -> u64 {
        match (&self.shape, variant) {
            (Shape::Fields(offsets), _) => offsets[field as usize],
            (Shape::Enum(shape), Some(variant)) => {
                shape.variants[variant as usize].offsets[field as usize]
            }
            (Shape::Array { stride, .. }, _) => stride * u64::from(field),
            (Shape::Union | Shape::Primitive | Shape::Enum(_), _) => 0,
        }
    }
}
