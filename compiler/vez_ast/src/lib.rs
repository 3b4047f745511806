//! The syntax tree: one arena an item, ids instead of boxes, spans relative to the item's first byte.
//!
//! Two items are equal exactly when their text means the same, wherever they stand in a file; incremental queries rely on it. Knows nothing of
//! names' meaning, types, salsa or files.

mod child;
mod expr;
mod head;
mod item;
mod json;
mod pat;
mod path;
pub mod print;
mod ty;

pub use child::{Child, Stored};
pub use expr::*;
pub use head::{Facts, Head, ImplHeader, ItemTag, TypeHead, dyn_principal, written_word};
pub use item::*;
pub use json::{from_json, to_json};
pub use pat::*;
pub use path::*;
pub use ty::*;

use serde::{Deserialize, Serialize};
use vez_base::{IdVec, Name, TextRange, id_type};

id_type!(
    /// An expression in an item's [`Nodes`].
    pub struct ExprId;
);
id_type!(
    /// A pattern in an item's [`Nodes`].
    pub struct PatId;
);
id_type!(
    /// A written type in an item's [`Nodes`].
    pub struct TypeId;
);
id_type!(
    /// A block in an item's [`Nodes`].
    pub struct BlockId;
);

/// The nodes of one item. Lists inside nodes hold ids, so dropping an item never recurses.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Nodes {
    pub exprs: IdVec<ExprId, Expr>,
    pub pats: IdVec<PatId, Pat>,
    pub types: IdVec<TypeId, Type>,
    pub blocks: IdVec<BlockId, Block>,
}

/// A name as written. Raw identifiers (`r#type`) hold the name without the prefix.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Ident {
    pub name: Name,
    pub span: TextRange,
}

/// A lifetime or loop label; the name includes no quote.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Lifetime {
    pub name: Name,
    pub span: TextRange,
}

/// `mut` or not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Mutability {
    Not,
    Mut,
}

/// A literal, decoded: escapes are resolved, digit separators removed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Lit {
    /// Value and suffix (`u8`, `f64`, ... or none). Values above `u128::MAX` are reported by the parser and hold 0.
    Int {
        value: u128,
        suffix: Option<Name>,
        base: IntBase,
    },
    /// The digits without separators, as Rust's `parse::<f64>` reads them, and the suffix.
    Float {
        text: Name,
        suffix: Option<Name>,
    },
    Str(Name),
    /// The bytes as a `Name` of Latin-1 characters: char `c` stands for byte `c as u8`.
    ByteStr(Name),
    /// A C string, without its terminating NUL; Latin-1 like `ByteStr`.
    CStr(Name),
    Char(char),
    Byte(u8),
    Bool(bool),
}

/// How an integer literal was written; the formatter keeps it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum IntBase {
    Decimal,
    Hex,
    Octal,
    Binary,
}
