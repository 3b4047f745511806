//! The types that programs use, their names, and their literals.

use super::super::rng::Rng;

/// An integer type: its width in bits (0 is pointer-sized) and whether it has a sign.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct IntTy {
    pub bits: u32,
    pub signed: bool,
}

impl IntTy {
    pub const U32: IntTy = IntTy { bits: 32, signed: false };

    pub fn random(rng: &mut Rng) -> IntTy {
        let bits = *rng.pick(&[8, 8, 16, 32, 32, 32, 64, 64, 128, 0]);
        IntTy { bits, signed: rng.percent(55) }
    }

    pub fn name(self) -> String {
        let sign = if self.signed { 'i' } else { 'u' };
        if self.bits == 0 { format!("{sign}size") } else { format!("{sign}{}", self.bits) }
    }

    /// A literal, in parentheses where it has a sign.
    pub fn literal(self, rng: &mut Rng) -> String {
        let name = self.name();
        let bits = if self.bits == 0 { 64 } else { self.bits };
        match rng.below(10) {
            0 => return format!("{name}::MAX"),
            1 => return format!("{name}::MIN"),
            _ => {}
        }
        let wide = (u128::from(rng.next()) << 64) | u128::from(rng.next());
        let magnitude = bits - u32::from(self.signed);
        let kept = match rng.below(4) {
            0 => rng.between(1, magnitude as usize) as u32,
            _ => magnitude.min(6),
        };
        let value = wide & (u128::MAX >> (128 - kept));
        if self.signed && rng.percent(35) {
            format!("(-{value}{name})")
        } else if rng.percent(8) {
            format!("{value:#x}_{name}")
        } else {
            format!("{value}{name}")
        }
    }
}

/// A type of the generated language.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ty {
    Int(IntTy),
    F32,
    F64,
    Bool,
    Char,
    Str,
    Array(Box<Ty>, usize),
    Tuple(Vec<Ty>),
    /// An index into the program's structs.
    Struct(usize),
    /// An index into the program's enums.
    Enum(usize),
    Option(Box<Ty>),
    Result(Box<Ty>, Box<Ty>),
    Vec(Box<Ty>),
    Boxed(Box<Ty>),
    /// The generic struct of the prelude.
    Wrap(Box<Ty>),
    /// The prelude's type that prints when it drops.
    Noisy,
    /// Cells behind an index, so many.
    Grid(Box<Ty>, usize),
    /// Two integers with operators.
    V2(IntTy),
    /// A `BTreeMap`.
    Map(Box<Ty>, Box<Ty>),
}

impl Ty {
    /// The type as source text.
    pub fn name(&self) -> String {
        match self {
            Ty::Int(int) => int.name(),
            Ty::F32 => "f32".into(),
            Ty::F64 => "f64".into(),
            Ty::Bool => "bool".into(),
            Ty::Char => "char".into(),
            Ty::Str => "String".into(),
            Ty::Array(of, len) => format!("[{}; {len}]", of.name()),
            Ty::Tuple(of) => {
                format!("({},)", of.iter().map(Ty::name).collect::<Vec<_>>().join(", "))
            }
            Ty::Struct(index) => format!("S{index}"),
            Ty::Enum(index) => format!("E{index}"),
            Ty::Option(of) => format!("Option<{}>", of.name()),
            Ty::Result(of, error) => format!("Result<{}, {}>", of.name(), error.name()),
            Ty::Vec(of) => format!("Vec<{}>", of.name()),
            Ty::Boxed(of) => format!("Box<{}>", of.name()),
            Ty::Wrap(of) => format!("Wrap<{}>", of.name()),
            Ty::Noisy => "Noisy".into(),
            Ty::Grid(of, len) => format!("Grid<{}, {len}>", of.name()),
            Ty::V2(int) => format!("V2<{}>", int.name()),
            Ty::Map(key, value) => {
                format!("std::collections::BTreeMap<{}, {}>", key.name(), value.name())
            }
        }
    }
}

/// A struct of the program.
#[derive(Clone, Debug)]
pub struct StructDef {
    pub fields: Vec<Ty>,
    /// Fields are numbered, not named.
    pub tuple: bool,
    pub copy: bool,
    pub drops: bool,
}

impl StructDef {
    pub fn field(&self, index: usize) -> String {
        if self.tuple { index.to_string() } else { format!("f{index}") }
    }
}

/// A variant of an enum.
#[derive(Clone, Debug)]
pub struct VariantDef {
    pub fields: Vec<Ty>,
    pub named: bool,
}

/// An enum of the program.
#[derive(Clone, Debug)]
pub struct EnumDef {
    pub variants: Vec<VariantDef>,
    pub copy: bool,
    /// What it is `From`, for `?`.
    pub from: Option<Ty>,
    /// No variant has fields: it casts to integers.
    pub plain: bool,
}

/// A float literal, in parentheses where it has a sign.
pub fn float_literal(rng: &mut Rng, ty: &Ty) -> String {
    let name = ty.name();
    let text = match rng.below(12) {
        0 => return format!("{name}::INFINITY"),
        1 => return format!("{name}::NAN"),
        2 => return format!("{name}::MAX"),
        3 => return format!("{name}::MIN_POSITIVE"),
        4 => "0.0".to_owned(),
        5 => format!("{}e{}", rng.between(1, 99), rng.between(0, 30)),
        6 => format!("{}e-{}", rng.between(1, 99), rng.between(1, 30)),
        _ => format!("{}.{}", rng.below(100), rng.below(1000)),
    };
    if rng.percent(30) { format!("(-{text}{name})") } else { format!("{text}{name}") }
}

/// A character literal.
pub fn char_literal(rng: &mut Rng) -> String {
    rng.pick(&["'a'", "'Z'", "'0'", "' '", "'\\n'", "'\\''", "'é'", "'ß'", "'中'", "'\\u{1F600}'"])
        .to_string()
}

/// The contents of a string literal.
pub fn text_literal(rng: &mut Rng) -> String {
    rng.pick(&["", "x", "abc", "hello", "tab\\t", "né", "日本", "q\\\"q", "Zz9", "a b"]).to_string()
}
