//! Machine types: integers, floats, pointers, and vectors of them.

use std::fmt;

/// The kind of a scalar, or of a vector's lanes.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
#[repr(u8)]
pub enum Scalar {
    I1,
    I8,
    I16,
    I32,
    I64,
    I128,
    F16,
    F32,
    F64,
    Ptr,
}

impl Scalar {
    /// Every scalar kind, in encoding order.
    pub const ALL: [Scalar; 10] = [
        Scalar::I1,
        Scalar::I8,
        Scalar::I16,
        Scalar::I32,
        Scalar::I64,
        Scalar::I128,
        Scalar::F16,
        Scalar::F32,
        Scalar::F64,
        Scalar::Ptr,
    ];

    /// The name in text.
    pub const fn name(self) -> &'static str {
        match self {
            Scalar::I1 => "i1",
            Scalar::I8 => "i8",
            Scalar::I16 => "i16",
            Scalar::I32 => "i32",
            Scalar::I64 => "i64",
            Scalar::I128 => "i128",
            Scalar::F16 => "f16",
            Scalar::F32 => "f32",
            Scalar::F64 => "f64",
            Scalar::Ptr => "ptr",
        }
    }

    /// Value bits; `i1` has one.
    pub const fn bits(self) -> u32 {
        match self {
            Scalar::I1 => 1,
            Scalar::I8 => 8,
            Scalar::I16 | Scalar::F16 => 16,
            Scalar::I32 | Scalar::F32 => 32,
            Scalar::I64 | Scalar::F64 | Scalar::Ptr => 64,
            Scalar::I128 => 128,
        }
    }
}

/// A value type. Four bits of scalar kind, four of log2 lanes, eight of address space.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[repr(transparent)]
pub struct Type(u16);

impl Type {
    pub const I1: Type = Type::scalar_of(Scalar::I1);
    pub const I8: Type = Type::scalar_of(Scalar::I8);
    pub const I16: Type = Type::scalar_of(Scalar::I16);
    pub const I32: Type = Type::scalar_of(Scalar::I32);
    pub const I64: Type = Type::scalar_of(Scalar::I64);
    pub const I128: Type = Type::scalar_of(Scalar::I128);
    pub const F16: Type = Type::scalar_of(Scalar::F16);
    pub const F32: Type = Type::scalar_of(Scalar::F32);
    pub const F64: Type = Type::scalar_of(Scalar::F64);
    /// A pointer of address space 0. Pointers are 64 bits wide in this version.
    pub const PTR: Type = Type::scalar_of(Scalar::Ptr);

    /// The most lanes a vector may have.
    pub const MAX_LANES: u32 = 64;

    /// The scalar type of `kind` (pointers: address space 0).
    pub const fn scalar_of(kind: Scalar) -> Type {
        Type(kind as u16)
    }

    /// A pointer into address space `space`.
    pub const fn ptr_in(space: u8) -> Type {
        Type(Scalar::Ptr as u16 | (space as u16) << 8)
    }

    /// The integer type of `bits`, if there is one.
    pub const fn int(bits: u32) -> Option<Type> {
        Some(match bits {
            1 => Type::I1,
            8 => Type::I8,
            16 => Type::I16,
            32 => Type::I32,
            64 => Type::I64,
            128 => Type::I128,
            _ => return None,
        })
    }

    /// A vector of `lanes` (a power of two, 2..=64) of this scalar.
    pub fn vector(self, lanes: u32) -> Option<Type> {
        let fits = lanes.is_power_of_two() && (2..=Type::MAX_LANES).contains(&lanes);
        (fits && !self.is_vector()).then(|| Type(self.0 | (lanes.trailing_zeros() as u16) << 4))
    }

    /// The scalar or lane kind.
    pub fn kind(self) -> Scalar {
        Scalar::ALL[(self.0 & 15) as usize]
    }

    /// The lanes of a vector; 1 for a scalar.
    pub const fn lanes(self) -> u32 {
        1 << ((self.0 >> 4) & 15)
    }

    /// The address space of a pointer; 0 for everything else.
    pub const fn space(self) -> u8 {
        (self.0 >> 8) as u8
    }

    /// The type of one lane; a scalar is its own lane.
    pub const fn lane(self) -> Type {
        Type(self.0 & 0xff0f)
    }

    /// This shape (scalar or as many lanes) of another scalar type.
    pub const fn with_lane(self, lane: Type) -> Type {
        Type((lane.0 & 0xff0f) | (self.0 & 0xf0))
    }

    pub const fn is_vector(self) -> bool {
        self.0 & 0xf0 != 0
    }

    /// Whether the lanes are integers (`i1` included, pointers excluded).
    pub const fn is_int(self) -> bool {
        (self.0 & 15) <= Scalar::I128 as u16
    }

    pub const fn is_float(self) -> bool {
        let kind = self.0 & 15;
        kind >= Scalar::F16 as u16 && kind <= Scalar::F64 as u16
    }

    pub const fn is_ptr(self) -> bool {
        self.0 & 15 == Scalar::Ptr as u16
    }

    /// Bits of one lane.
    pub fn lane_bits(self) -> u32 {
        self.kind().bits()
    }

    /// Bits of the whole value.
    pub fn bits(self) -> u32 {
        self.lane_bits() * self.lanes()
    }

    /// Bytes in memory. `i1` takes a byte that holds 0 or 1; a vector of `i1` takes a byte a lane.
    pub fn bytes(self) -> u32 {
        self.lane_bits().div_ceil(8) * self.lanes()
    }

    /// The alignment that loads and stores have unless they say otherwise.
    pub fn natural_align(self) -> u32 {
        self.bytes().min(16)
    }

    /// All bits of a lane set.
    pub fn mask(self) -> u128 {
        u128::MAX >> (128 - self.lane_bits())
    }

    /// The encoding, for the binary form.
    pub const fn to_raw(self) -> u16 {
        self.0
    }

    /// Decodes [`Type::to_raw`]; hostile input gives `None`.
    pub fn from_raw(raw: u16) -> Option<Type> {
        let (kind, lanes_log2, space) = (raw & 15, (raw >> 4) & 15, raw >> 8);
        let kind_ok = (kind as usize) < Scalar::ALL.len();
        let space_ok = space == 0 || kind == Scalar::Ptr as u16;
        (kind_ok && space_ok && (1 << lanes_log2) <= Type::MAX_LANES).then_some(Type(raw))
    }

    /// Reads a type's name: `i32`, `ptr`, `ptr1` (address space), `f32x4`.
    pub fn from_name(name: &str) -> Option<Type> {
        let (head, lanes) = match name.split_once('x') {
            Some((head, lanes)) => (head, Some(small_number(lanes)?)),
            None => (name, None),
        };
        let lane = match head.strip_prefix("ptr") {
            Some("") => Type::PTR,
            Some(space) => match small_number(space)? {
                0 => return None,
                n => Type::ptr_in(u8::try_from(n).ok()?),
            },
            None => Type::scalar_of(*Scalar::ALL.iter().find(|kind| kind.name() == head)?),
        };
        match lanes {
            Some(lanes) => lane.vector(lanes),
            None => Some(lane),
        }
    }
}

/// A decimal without leading zeros, so that every type has one spelling.
fn small_number(text: &str) -> Option<u32> {
    let canonical = text.len() <= 3 && text.bytes().all(|b| b.is_ascii_digit());
    (canonical && (text == "0" || !text.starts_with('0'))).then(|| text.parse().ok())?
}

impl fmt::Display for Type {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.kind().name())?;
        if self.space() != 0 {
            write!(f, "{}", self.space())?;
        }
        if self.is_vector() {
            write!(f, "x{}", self.lanes())?;
        }
        Ok(())
    }
}

impl fmt::Debug for Type {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
