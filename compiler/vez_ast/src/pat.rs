//! Patterns.

use crate::{ExprId, Ident, Mutability, PatId, Path};
use serde::{Deserialize, Serialize};
use vez_base::TextRange;

/// One pattern.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Pat {
    pub kind: PatKind,
    pub span: TextRange,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum PatKind {
    Wild,
    /// `..` in a tuple, tuple struct or slice pattern.
    Rest,
    /// `ref mut name @ sub`. A lone name may turn out to be a constant or a unit variant: name resolution decides.
    Ident {
        by_ref: bool,
        mutability: Mutability,
        name: Ident,
        sub: Option<PatId>,
    },
    /// A literal, possibly negated: an expression of kind `Lit` or `Unary(Neg, Lit)`.
    Lit(ExprId),
    /// Bounds are literals, negated literals or paths.
    Range {
        low: Option<ExprId>,
        high: Option<ExprId>,
        inclusive: bool,
    },
    Ref {
        mutability: Mutability,
        pat: PatId,
    },
    Tuple(Box<[PatId]>),
    TupleStruct(Path, Box<[PatId]>),
    /// A path of two or more segments, or qualified.
    Path(Path),
    Struct {
        path: Path,
        fields: Box<[FieldPat]>,
        rest: bool,
    },
    Slice(Box<[PatId]>),
    Or(Box<[PatId]>),
    Paren(PatId),
    Error,
}

/// `name: p`, or the shorthand `ref mut name` (then `pat` is that binding).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct FieldPat {
    pub name: Ident,
    pub pat: PatId,
    pub shorthand: bool,
}
