//! Expressions, statements and blocks.

use crate::{
    BlockId, ExprId, GenericArgs, Ident, Lifetime, Lit, Meta, Mutability, PatId, Path, TypeId,
};
use serde::{Deserialize, Serialize};
use vez_base::TextRange;

/// One expression.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Expr {
    pub kind: ExprKind,
    pub span: TextRange,
}

/// What an expression is; every form of the source, nothing desugared.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum ExprKind {
    Lit(Lit),
    Path(Path),
    Unary(UnaryOp, ExprId),
    /// Lazy `&&` and `||` included.
    Binary(BinaryOp, TextRange, ExprId, ExprId),
    Assign(ExprId, ExprId),
    AssignOp(BinaryOp, TextRange, ExprId, ExprId),
    /// `&e`, `&mut e`; `raw` for `&raw const e` and `&raw mut e`.
    Ref {
        raw: bool,
        mutability: Mutability,
        expr: ExprId,
    },
    Cast(ExprId, TypeId),
    Call(ExprId, Box<[ExprId]>),
    MethodCall {
        receiver: ExprId,
        method: Ident,
        generics: Option<GenericArgs>,
        args: Box<[ExprId]>,
    },
    /// `e.name` and `e.0` (the name is then the digits).
    Field(ExprId, Ident),
    Index(ExprId, ExprId),
    Range {
        low: Option<ExprId>,
        high: Option<ExprId>,
        inclusive: bool,
    },
    Paren(ExprId),
    Tuple(Box<[ExprId]>),
    Array(Box<[ExprId]>),
    Repeat {
        value: ExprId,
        len: ExprId,
    },
    /// `P { a, b: e, ..base }`. In `P { a, .. } = e` the base is [`ExprKind::Underscore`].
    Struct {
        path: Path,
        fields: Box<[FieldInit]>,
        base: Option<ExprId>,
    },
    Block {
        label: Option<Lifetime>,
        kind: BlockKind,
        block: BlockId,
    },
    If {
        cond: ExprId,
        then: BlockId,
        otherwise: Option<ExprId>,
    },
    /// `let p = e` in a condition.
    Let(PatId, ExprId),
    While {
        label: Option<Lifetime>,
        cond: ExprId,
        body: BlockId,
    },
    Loop {
        label: Option<Lifetime>,
        body: BlockId,
    },
    For {
        label: Option<Lifetime>,
        pat: PatId,
        iter: ExprId,
        body: BlockId,
    },
    Match {
        scrutinee: ExprId,
        arms: Box<[Arm]>,
    },
    Closure {
        moves: bool,
        params: Box<[ClosureParam]>,
        ret: Option<TypeId>,
        body: ExprId,
    },
    Break {
        label: Option<Lifetime>,
        value: Option<ExprId>,
    },
    Continue {
        label: Option<Lifetime>,
    },
    Return(Option<ExprId>),
    Try(ExprId),
    Await(ExprId),
    Macro(Box<MacroCall>),
    /// `_` on the left of an assignment.
    Underscore,
    /// `???`
    Hole,
    Error,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum UnaryOp {
    Neg,
    Not,
    Deref,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum BinaryOp {
    Add,
    Sub,
    Mul,
    Div,
    Rem,
    BitAnd,
    BitOr,
    BitXor,
    Shl,
    Shr,
    Eq,
    Ne,
    Lt,
    Le,
    Gt,
    Ge,
    /// Lazy `&&`.
    And,
    /// Lazy `||`.
    Or,
}

/// `name: e`, or `name` alone (then `expr` is the path and `shorthand` is set).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct FieldInit {
    pub name: Ident,
    pub expr: ExprId,
    pub shorthand: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum BlockKind {
    Plain,
    Unsafe,
    Const,
    Async,
    AsyncMove,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Arm {
    pub pat: PatId,
    pub guard: Option<ExprId>,
    pub body: ExprId,
    pub span: TextRange,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct ClosureParam {
    pub pat: PatId,
    pub ty: Option<TypeId>,
}

/// A block: statements, then the value if there is one.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Block {
    pub stmts: Box<[Stmt]>,
    pub tail: Option<ExprId>,
    pub span: TextRange,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Stmt {
    pub kind: StmtKind,
    pub span: TextRange,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum StmtKind {
    Let {
        pat: PatId,
        ty: Option<TypeId>,
        init: Option<ExprId>,
        otherwise: Option<BlockId>,
    },
    /// An expression; `semi` tells whether a `;` follows.
    Expr {
        expr: ExprId,
        semi: bool,
    },
    /// A nested item: an index into the enclosing item's `children`.
    Item(u32),
    Empty,
    Error,
}

/// `name!(...)`: the arguments of the macros the compiler knows are parsed in place.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct MacroCall {
    pub path: Path,
    pub delimiter: Delimiter,
    pub args: MacroArgs,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Delimiter {
    Paren,
    Bracket,
    Brace,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum MacroArgs {
    /// Comma-separated expressions, some with `name =` in front: the formatting family, assertions, `dbg!`.
    Exprs(Box<[MacroArg]>),
    /// `vec![e; n]`
    Repeat { value: ExprId, len: ExprId },
    /// `matches!(e, p if guard)`
    Matches { scrutinee: ExprId, pat: PatId, guard: Option<ExprId> },
    /// `cfg!(predicate)`
    Cfg(Meta),
    /// Of any other macro: where the tokens between the delimiters are.
    Tokens(TextRange),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct MacroArg {
    pub name: Option<Ident>,
    pub expr: ExprId,
}
