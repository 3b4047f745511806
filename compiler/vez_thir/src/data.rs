//! Typed bodies: every adjustment, overloaded operator and binding mode is explicit.
//!
//! An expression's form says how it evaluates; whether it denotes a place or a value follows from its kind.

use vez_base::{DefId, IdVec, Name, Span, id_type};
pub use vez_hir::{BinaryOp, LocalId, LoopSource, MatchSource, Mutability};
use vez_types::{Const, FnSig, GenericArgs, ParamTy, Ty};

id_type!(
    /// An expression of a [`Body`].
    pub struct ExprId;
);
id_type!(
    /// A pattern of a [`Body`].
    pub struct PatId;
);
id_type!(
    /// A block of a [`Body`].
    pub struct BlockId;
);
id_type!(
    /// A closure of a [`Body`].
    pub struct ClosureId;
);

/// A checked body. Types hold no inference variables; after an error they hold `Ty::error()` and `poisoned` is set: such a body is never lowered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Body {
    pub owner: DefId,
    pub params: Vec<Param>,
    pub ret: Ty,
    pub value: ExprId,
    pub exprs: IdVec<ExprId, Expr>,
    pub pats: IdVec<PatId, Pat>,
    pub blocks: IdVec<BlockId, Block>,
    pub locals: IdVec<LocalId, Local>,
    pub closures: IdVec<ClosureId, Closure>,
    /// What each return-position `impl Trait` of the signature turned out to be.
    pub opaques: Vec<Ty>,
    /// The anonymous constants in the types that the body writes.
    pub consts: Box<[DefId]>,
    /// The types that expressions write with their lifetimes, those with none left out. By expression.
    pub written: Vec<(ExprId, Ty)>,
    pub poisoned: bool,
    pub span: Span,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Param {
    pub pat: PatId,
    pub ty: Ty,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Local {
    pub name: Name,
    pub ty: Ty,
    pub mutability: Mutability,
    pub span: Span,
    /// The type that its `let` writes, lifetimes and all.
    pub written: Option<Ty>,
    /// Made by desugaring.
    pub synthetic: bool,
}

/// A closure of the body. Its own MIR body is built from `params` and `value`, with captured places read through its environment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Closure {
    pub def: DefId,
    pub kind: ClosureKind,
    /// Inputs as written, not tupled.
    pub sig: FnSig,
    /// The bound that said what the closure is given: the item, and where among its bounds.
    pub bound: Option<(DefId, Span)>,
    /// The types that its parameters and then its result write, lifetimes and all.
    pub written: Vec<Option<Ty>>,
    pub params: Vec<Param>,
    pub value: ExprId,
    /// In the order of the environment's fields.
    pub captures: Vec<Capture>,
    pub moves: bool,
    pub span: Span,
    /// The closure this one is written in.
    pub parent: Option<ClosureId>,
}

/// The most demanding trait first: what calling needs of the environment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ClosureKind {
    /// `&self`
    Fn,
    /// `&mut self`
    FnMut,
    /// `self`
    FnOnce,
}

/// One captured place: a local of an enclosing body, then projections (disjoint fields are captured apart, RFC 2229).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Capture {
    pub local: LocalId,
    pub projections: Vec<CaptureProjection>,
    pub by: CaptureBy,
    /// The captured place's type; the environment's field has this type, or a reference to it.
    pub ty: Ty,
    /// Where the use that decided `by` is.
    pub span: Span,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum CaptureProjection {
    Deref,
    Field(u32),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum CaptureBy {
    Value,
    Ref(BorrowKind),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum BorrowKind {
    Shared,
    /// `two_phase`: an autoref whose borrow starts at its first use (method calls, compound assignment).
    Mut {
        two_phase: bool,
    },
    /// A closure's capture of what a `&mut` reaches, when the reference's own binding is not `mut`.
    UniqueCapture,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Expr {
    pub kind: ExprKind,
    pub ty: Ty,
    pub span: Span,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ExprKind {
    Lit(LitValue),
    /// Zero-sized: the type (`FnDef`) says which function or constructor.
    FnRef,
    /// A named or anonymous constant, by value.
    Const(DefId, GenericArgs),
    ConstParam(ParamTy),
    /// A place.
    Static(DefId),
    /// A place: a local of this body, or of an enclosing one when inside a closure.
    Local(LocalId),
    /// A place: through a reference, raw pointer or `Box`.
    Deref(ExprId),
    /// A place: a field of a struct, tuple or union.
    Field(ExprId, u32),
    /// A place: an array's or slice's element; the index is `usize`.
    Index(ExprId, ExprId),
    Borrow {
        kind: BorrowKind,
        expr: ExprId,
        explicit: bool,
    },
    RawBorrow(Mutability, ExprId),
    /// On primitive types only; overflow, division and shift checks belong to the lowering.
    Binary(BinaryOp, ExprId, ExprId),
    And(ExprId, ExprId),
    Or(ExprId, ExprId),
    Neg(ExprId),
    Not(ExprId),
    /// Numeric, `bool`, `char`, pointer and fieldless-enum casts; the target is the expression's type.
    Cast(ExprId),
    Coerce(Coercion, ExprId),
    Assign(ExprId, ExprId),
    AssignOp(BinaryOp, ExprId, ExprId),
    /// `overloaded`: an operator, index or deref; then a panic's caller is the operator.
    Call {
        callee: ExprId,
        args: Vec<ExprId>,
        overloaded: bool,
    },
    Tuple(Vec<ExprId>),
    Array(Vec<ExprId>),
    Repeat(ExprId, Const),
    /// A struct, union or variant literal, or a constructor call; `base` fills the missing fields.
    Adt {
        def: DefId,
        variant: u32,
        args: GenericArgs,
        fields: Vec<(u32, ExprId)>,
        base: Option<ExprId>,
    },
    Closure(ClosureId),
    Block(BlockId),
    If {
        cond: ExprId,
        then: ExprId,
        otherwise: Option<ExprId>,
    },
    /// In a condition; `true` when it matched.
    Let {
        pat: PatId,
        expr: ExprId,
    },
    Match {
        scrutinee: ExprId,
        arms: Vec<Arm>,
        source: MatchSource,
    },
    Loop {
        body: BlockId,
        source: LoopSource,
    },
    /// `target`: the `Loop` or labelled `Block` expression.
    Break {
        target: ExprId,
        value: Option<ExprId>,
    },
    Continue {
        target: ExprId,
    },
    Return(Option<ExprId>),
    /// Temporaries made inside end here.
    DropTemps(ExprId),
    /// The left side `_` of an assignment.
    Underscore,
    /// `???`: a run that reaches it stops.
    Hole,
    Error,
}

/// How a value of one type becomes one of another without a cast.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Coercion {
    /// `!` to anything.
    Never,
    /// A function item to a fn pointer.
    ReifyFn,
    /// A closure that captures nothing to a fn pointer.
    ClosureToFn,
    UnsafeFn,
    /// `*mut T` to `*const T`.
    MutToConst,
    /// `&[T; N]` to `&[T]`, `&T` to `&dyn Trait`, the same for raw pointers and smart pointers.
    Unsize,
}

/// A literal's value; its type says how wide.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum LitValue {
    /// Two's complement, already negated where a `-` stood in front.
    Int(u128),
    /// The bits of an `f64`, or of an `f32` in the low half.
    Float(u64),
    Bool(bool),
    Char(char),
    Str(Name),
    /// `&[u8; N]`; Latin-1 as in the AST.
    ByteStr(Name),
    CStr(Name),
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Arm {
    pub pat: PatId,
    pub guard: Option<ExprId>,
    pub body: ExprId,
    pub span: Span,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Block {
    pub stmts: Vec<Stmt>,
    pub tail: Option<ExprId>,
    pub is_unsafe: bool,
    /// A `break` with this block's expression as its target may leave it.
    pub labelled: bool,
    pub span: Span,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Stmt {
    Let { pat: PatId, init: Option<ExprId>, otherwise: Option<BlockId>, span: Span },
    Expr(ExprId),
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pat {
    pub kind: PatKind,
    /// The type of what is matched here.
    pub ty: Ty,
    pub span: Span,
}

/// Default binding modes are gone: each implied dereference is a `Deref`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PatKind {
    Wild,
    /// `by_ref`: binds a reference to the place.
    Binding {
        local: LocalId,
        by_ref: Option<Mutability>,
        sub: Option<PatId>,
    },
    Lit(LitValue),
    /// A constant compared with `==`, or by value for integers, `bool` and `char`.
    Const(DefId, GenericArgs),
    /// Bounds of integers, `char`s and floats. `None` is open.
    Range {
        low: Option<LitValue>,
        high: Option<LitValue>,
        inclusive: bool,
    },
    /// Through a reference or `Box`.
    Deref(PatId),
    /// Fields of a struct, tuple or union; those not named are not looked at.
    Leaf(Vec<(u32, PatId)>),
    Variant {
        def: DefId,
        variant: u32,
        fields: Vec<(u32, PatId)>,
    },
    /// On arrays and slices. `middle`: the pattern of `..` when there is one.
    Slice {
        before: Vec<PatId>,
        middle: Option<PatId>,
        after: Vec<PatId>,
    },
    Or(Vec<PatId>),
    Never,
    Error,
}
