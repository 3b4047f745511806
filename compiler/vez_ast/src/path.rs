//! Paths, generic arguments and `use` trees.

use crate::{Bound, ExprId, Ident, Lifetime, TypeId};
use serde::{Deserialize, Serialize};
use vez_base::TextRange;

/// `a::b::<T>::c`, `::a::b`, `<T>::f`, `<T as Trait>::f`. `self`, `super`, `crate` and `Self` are ordinary segment names.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Path {
    pub qself: Option<QSelf>,
    /// Starts with `::`.
    pub global: bool,
    pub segments: Box<[Segment]>,
    pub span: TextRange,
}

/// `<ty as first trait_segments segments>`; `trait_segments` is 0 for `<ty>::..`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct QSelf {
    pub ty: TypeId,
    pub trait_segments: u32,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Segment {
    pub name: Ident,
    pub args: Option<GenericArgs>,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum GenericArgs {
    /// `<A, 'a, 3, Item = T, Item: Bound>`
    Angle { args: Box<[GenericArg]>, constraints: Box<[AssocConstraint]>, span: TextRange },
    /// `(A, B) -> C`
    Paren { inputs: Box<[TypeId]>, output: Option<TypeId>, span: TextRange },
}

impl GenericArgs {
    pub fn span(&self) -> TextRange {
        let (Self::Angle { span, .. } | Self::Paren { span, .. }) = self;
        *span
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum GenericArg {
    Lifetime(Lifetime),
    /// A type, or a path that turns out to name a constant.
    Type(TypeId),
    /// A literal, negated literal or block.
    Const(ExprId),
}

/// `Item = T`, `Item: Bound`, `N = 3`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct AssocConstraint {
    pub name: Ident,
    pub args: Option<Box<GenericArgs>>,
    pub kind: AssocConstraintKind,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum AssocConstraintKind {
    Eq(TypeId),
    EqConst(ExprId),
    Bound(Box<[Bound]>),
}

/// A `use` tree: a prefix, then what it brings in.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct UseTree {
    pub global: bool,
    pub prefix: Box<[Ident]>,
    pub kind: UseKind,
    pub span: TextRange,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum UseKind {
    /// `a::b`, `a::b as c`, `a::b as _`: the last segment of `prefix` is what is named.
    Simple {
        rename: Option<Ident>,
    },
    Glob,
    Nested(Box<[UseTree]>),
}
