//! Written types, generics and bounds.

use crate::{ExprId, GenericArgs, Ident, Lifetime, Mutability, Path, TypeId};
use serde::{Deserialize, Serialize};
use vez_base::{Name, TextRange};

/// One written type.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Type {
    pub kind: TypeKind,
    pub span: TextRange,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum TypeKind {
    Path(Path),
    Ref {
        lifetime: Option<Lifetime>,
        mutability: Mutability,
        ty: TypeId,
    },
    Ptr {
        mutability: Mutability,
        ty: TypeId,
    },
    Slice(TypeId),
    Array {
        elem: TypeId,
        len: ExprId,
    },
    Tuple(Box<[TypeId]>),
    Never,
    /// `_`
    Infer,
    Fn(Box<FnPtrType>),
    /// `dyn A + 'a`
    Dyn(Box<[Bound]>),
    /// `impl A + 'a`
    Impl(Box<[Bound]>),
    Paren(TypeId),
    /// `???`
    Hole,
    Error,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct FnPtrType {
    /// `for<'a>`
    pub lifetimes: Box<[Lifetime]>,
    pub is_unsafe: bool,
    /// `extern "C"`; `extern` alone is `C`.
    pub abi: Option<Name>,
    pub params: Box<[TypeId]>,
    pub variadic: bool,
    pub ret: Option<TypeId>,
}

/// `<'a, T: Bound, const N: usize> .. where ..`
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Generics {
    pub params: Box<[GenericParam]>,
    pub predicates: Box<[WherePredicate]>,
    pub span: TextRange,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct GenericParam {
    pub name: Ident,
    pub kind: GenericParamKind,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum GenericParamKind {
    Lifetime { bounds: Box<[Lifetime]> },
    Type { bounds: Box<[Bound]>, default: Option<TypeId> },
    Const { ty: TypeId, default: Option<ExprId> },
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum WherePredicate {
    Type { lifetimes: Box<[Lifetime]>, ty: TypeId, bounds: Box<[Bound]> },
    Lifetime { lifetime: Lifetime, bounds: Box<[Lifetime]> },
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Bound {
    /// `Trait`, `?Sized`, `for<'a> Fn(&'a T)`
    Trait {
        maybe: bool,
        lifetimes: Box<[Lifetime]>,
        path: Path,
    },
    Lifetime(Lifetime),
    /// `use<'a, T>`: what an `impl Trait` stands for.
    Captures(GenericArgs),
}
