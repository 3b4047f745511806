//! The number types and what templates ask of them.

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Class {
    Signed,
    Unsigned,
    Float,
}

#[derive(PartialEq, Eq, Debug)]
pub(super) struct NumberType {
    pub name: &'static str,
    pub class: Class,
    pub bits: u32,
    /// Whether its size is the target's: `isize`, `usize`.
    pub pointer_sized: bool,
}

const fn number(name: &'static str, class: Class, bits: u32) -> NumberType {
    NumberType { name, class, bits, pointer_sized: false }
}

/// Every type a template may be for. Pointers have 64 bits on each target so far.
pub(super) const TYPES: &[NumberType] = &[
    number("i8", Class::Signed, 8),
    number("i16", Class::Signed, 16),
    number("i32", Class::Signed, 32),
    number("i64", Class::Signed, 64),
    number("i128", Class::Signed, 128),
    NumberType { name: "isize", class: Class::Signed, bits: 64, pointer_sized: true },
    number("u8", Class::Unsigned, 8),
    number("u16", Class::Unsigned, 16),
    number("u32", Class::Unsigned, 32),
    number("u64", Class::Unsigned, 64),
    number("u128", Class::Unsigned, 128),
    NumberType { name: "usize", class: Class::Unsigned, bits: 64, pointer_sized: true },
    number("f32", Class::Float, 32),
    number("f64", Class::Float, 64),
];

pub(super) fn find(name: &str) -> Option<&'static NumberType> {
    TYPES.iter().find(|ty| ty.name == name)
}

impl NumberType {
    fn is_int(&self) -> bool {
        self.class != Class::Float
    }

    /// The integer of the same size and another signedness.
    fn counterpart(&self, letter: char) -> String {
        let size = if self.pointer_sized { "size" } else { &self.bits.to_string() };
        format!("{letter}{size}")
    }

    fn wide(&self) -> String {
        let largest = if self.is_int() { 128 } else { 64 };
        match self.bits * 2 {
            bits if bits <= largest => format!("{}{bits}", &self.name[..1]),
            _ => self.name.to_owned(),
        }
    }

    fn min(&self) -> String {
        match self.class {
            Class::Signed => (i128::MIN >> (128 - self.bits)).to_string(),
            Class::Unsigned => "0".to_owned(),
            Class::Float => format!("-{}", self.max()),
        }
    }

    fn max(&self) -> String {
        match (self.class, self.bits) {
            (Class::Signed, bits) => (i128::MAX >> (128 - bits)).to_string(),
            (Class::Unsigned, bits) => (u128::MAX >> (128 - bits)).to_string(),
            (Class::Float, 32) => format!("{:e}", f32::MAX),
            (Class::Float, _) => format!("{:e}", f64::MAX),
        }
    }

    /// What a word such as `$BITS` stands for.
    pub(super) fn word(&self, word: &str) -> Option<String> {
        let float = |single: u32, double: u32| {
            (!self.is_int()).then(|| if self.bits == 32 { single } else { double }.to_string())
        };
        match word {
            "T" => Some(self.name.to_owned()),
            "U" => Some(self.counterpart('u')),
            "S" => Some(self.counterpart('i')),
            "BITS" => Some(self.bits.to_string()),
            "BYTES" => Some((self.bits / 8).to_string()),
            "MIN" => Some(self.min()),
            "MAX" => Some(self.max()),
            "WIDE" => Some(self.wide()),
            "DIGITS" => float(f32::MANTISSA_DIGITS, f64::MANTISSA_DIGITS),
            "EXPONENT" => float(8, 11),
            _ => None,
        }
    }

    /// Whether a section's condition holds; `None` for an unknown one.
    pub(super) fn satisfies(&self, condition: &str) -> Option<bool> {
        let holds = |one: &str| match one {
            "signed" => Some(self.class == Class::Signed),
            "unsigned" => Some(self.class == Class::Unsigned),
            "float" => Some(self.class == Class::Float),
            "int" => Some(self.is_int()),
            name => find(name).map(|ty| ty == self),
        };
        let mut any = false;
        for one in condition.split('|') {
            any |= match one.strip_prefix('!') {
                Some(negated) => !holds(negated)?,
                None => holds(one)?,
            };
        }
        Some(any)
    }

    /// The types of an `each` section; `None` for an unknown list.
    pub(super) fn list(&self, list: &str) -> Option<Vec<&'static NumberType>> {
        let ints = || TYPES.iter().filter(|other| other.is_int() && *other != self);
        match list {
            "wider" => Some(ints().filter(|other| self.fits_in(other)).collect()),
            "narrower" => Some(ints().filter(|other| !self.fits_in(other)).collect()),
            "others" => Some(ints().collect()),
            names => names.split('|').map(find).collect(),
        }
    }

    /// Whether every value of `self` is one of `other` on every target, where a pointer may have as little as 16 bits.
    fn fits_in(&self, other: &NumberType) -> bool {
        if self.pointer_sized {
            return false;
        }
        let room = if other.pointer_sized { 16 } else { other.bits };
        match (self.class, other.class) {
            (Class::Signed, Class::Signed) if other.pointer_sized => self.bits <= room,
            (Class::Unsigned, Class::Unsigned) if other.pointer_sized => self.bits <= room,
            (Class::Signed, Class::Signed) | (Class::Unsigned, Class::Unsigned) => self.bits < room,
            (Class::Unsigned, Class::Signed) => self.bits < room,
            _ => false,
        }
    }
}
