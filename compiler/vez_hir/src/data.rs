//! What a body and a signature look like once every name is resolved and the sugar is gone.
//!
//! Types here are *written* types; their meaning (`Ty`) belongs to `vez_types` and `vez_traits`.

pub use vez_ast::{BinaryOp, IntBase, Lit, Mutability, UnaryOp};
use vez_base::{DefId, IdVec, Name, Span, id_type};

id_type!(
    /// An expression of a [`Body`].
    pub struct ExprId;
);
id_type!(
    /// A pattern of a [`Body`].
    pub struct PatId;
);
id_type!(
    /// A local variable of a [`Body`]; an or-pattern's alternatives share theirs.
    pub struct LocalId;
);
id_type!(
    /// A block of a [`Body`].
    pub struct BlockId;
);
id_type!(
    /// A written type, in a [`Body`] or a [`Signature`].
    pub struct TypeId;
);

/// What a name means.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Res {
    /// An item, variant, associated item. In value position a tuple or unit struct or variant is its constructor.
    Def(DefId),
    Prim(PrimTy),
    /// `Self` inside an `impl` (the impl's self type).
    SelfImpl(DefId),
    /// `Self` inside a trait.
    SelfTrait(DefId),
    /// A generic parameter: who declares it, and its place among that owner's own parameters (`Generics::params`).
    TypeParam {
        owner: DefId,
        index: u32,
        name: Name,
    },
    ConstParam {
        owner: DefId,
        index: u32,
        name: Name,
    },
    Local(LocalId),
    /// Already reported.
    Err,
}

/// The primitive types' names. (`!`, tuples, arrays, references have syntax of their own.)
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum PrimTy {
    Int(IntTy),
    Float(FloatTy),
    Bool,
    Char,
    Str,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum IntTy {
    I8,
    I16,
    I32,
    I64,
    I128,
    Isize,
    U8,
    U16,
    U32,
    U64,
    U128,
    Usize,
}

impl IntTy {
    /// The width; pointers have 64 bits on every target so far.
    pub fn bits(self) -> u32 {
        match self {
            IntTy::I8 | IntTy::U8 => 8,
            IntTy::I16 | IntTy::U16 => 16,
            IntTy::I32 | IntTy::U32 => 32,
            IntTy::I64 | IntTy::U64 | IntTy::Isize | IntTy::Usize => 64,
            IntTy::I128 | IntTy::U128 => 128,
        }
    }

    pub fn is_signed(self) -> bool {
        use IntTy::{I8, I16, I32, I64, I128, Isize};
        matches!(self, I8 | I16 | I32 | I64 | I128 | Isize)
    }

    /// As wide as a pointer.
    pub fn is_size(self) -> bool {
        matches!(self, IntTy::Isize | IntTy::Usize)
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FloatTy {
    F32,
    F64,
}

/// The lifetime a name means.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum LifetimeRes {
    Static,
    /// A parameter of an item: its place among the owner's own parameters.
    Param {
        owner: DefId,
        index: u32,
        name: Name,
    },
    /// Bound by a `for<..>` (or the elided input of a `Fn(..)`, fn pointer): `depth` binders out, 0 the innermost.
    Bound {
        depth: u32,
        index: u32,
        name: Name,
    },
    /// Not written, or `'_`. In a function's inputs each is a fresh anonymous parameter; `Elided(Some)` tells which, counted over the signature;
    /// in its output it is the one the elision rules choose, resolved to that.
    Anonymous {
        index: u32,
    },
    /// To be inferred (in bodies), or defaulted (`dyn Trait` bounds).
    Infer,
    Err,
}

/// Written types of one signature or body.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Types {
    pub types: IdVec<TypeId, Type>,
    /// The anonymous constants met: lengths, const arguments, discriminants, repeat counts, `const` blocks.
    pub consts: Vec<DefId>,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Type {
    pub kind: TypeKind,
    pub span: Span,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum TypeKind {
    Path(QPath),
    Ref {
        lifetime: LifetimeRes,
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
        len: ConstArg,
    },
    Tuple(Box<[TypeId]>),
    Never,
    Infer,
    FnPtr {
        is_unsafe: bool,
        abi: Option<Name>,
        lifetimes: u32,
        params: Box<[TypeId]>,
        variadic: bool,
        ret: Option<TypeId>,
    },
    Dyn {
        bounds: Box<[Bound]>,
        /// The one that is written, else the one that the place gives.
        lifetime: LifetimeRes,
        written: bool,
    },
    /// `impl Trait`; in argument position the lowering adds a synthetic type parameter and this is a `Path` to it, so here it is
    /// always a return-position opaque type: the n-th of the signature.
    Opaque {
        index: u32,
        bounds: Box<[Bound]>,
    },
    Error,
}

/// A constant used as a type's part.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum ConstArg {
    /// An integer without a suffix.
    Lit(u128),
    /// A negated one: its magnitude.
    Negated(u128),
    /// `3usize`
    Usize(u128),
    Bool(bool),
    /// A constant parameter, or the path of a constant that is not generic.
    Path(Res),
    /// Any other expression: an anonymous constant (`DefKind::ConstBlock`) with its own body.
    Anon(DefId),
    /// `_`
    Infer,
    Error,
}

/// A path, resolved as far as names go; the rest needs types.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum QPath {
    /// `a::b::c`, `<T as Trait>::c` (then `self_ty` is `T` and `res` the trait's member).
    Resolved { self_ty: Option<TypeId>, path: Path },
    /// `<ty>::segment`: an associated item found by type.
    TypeRelative { ty: TypeId, segment: Segment },
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Path {
    pub res: Res,
    /// The written segments, aligned at the end with the definition path of `res`: for `Vec::<T>::new` the arguments of `Vec` stand at the last but one.
    pub segments: Box<[Segment]>,
    pub span: Span,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Segment {
    pub name: Name,
    pub span: Span,
    pub args: Option<GenericArgs>,
}

/// `Fn(A, B) -> C` arrives as `args = [(A, B)]`, `constraints = [Output = C]`, `parenthesized`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct GenericArgs {
    pub args: Box<[GenericArg]>,
    pub constraints: Box<[AssocConstraint]>,
    pub parenthesized: bool,
    pub span: Span,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum GenericArg {
    Lifetime(LifetimeRes),
    Type(TypeId),
    Const(ConstArg, Span),
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct AssocConstraint {
    pub name: Name,
    pub span: Span,
    pub args: Option<GenericArgs>,
    pub kind: AssocConstraintKind,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum AssocConstraintKind {
    Eq(TypeId),
    Bound(Box<[Bound]>),
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Bound {
    /// `lifetimes`: how many `for<'a, ..>` binds.
    Trait {
        maybe: bool,
        lifetimes: u32,
        path: Path,
    },
    Lifetime(LifetimeRes, Span),
    /// The lifetimes of `use<'a, T>`; parameters of other kinds are always captured.
    Captures(Box<[LifetimeRes]>),
}

/// An item's own generic parameters and where-clauses. Numbering: the parent's parameters come first (an impl's before its methods'; a
/// trait's `Self` is its parameter 0). Synthetic parameters of argument-position `impl Trait` and of anonymous lifetimes come last.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Generics {
    pub params: Vec<GenericParam>,
    pub predicates: Vec<WherePredicate>,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct GenericParam {
    pub name: Name,
    pub span: Span,
    pub kind: GenericParamKind,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum GenericParamKind {
    Lifetime,
    /// A trait's `Self`.
    SelfType,
    Type {
        default: Option<TypeId>,
        synthetic: bool,
    },
    Const {
        ty: TypeId,
        default: Option<ConstArg>,
    },
}

/// Bounds written at the parameter arrive here too.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum WherePredicate {
    Type { lifetimes: u32, ty: TypeId, bounds: Box<[Bound]>, span: Span },
    Lifetime { lifetime: LifetimeRes, bounds: Box<[LifetimeRes]>, span: Span },
}

/// Everything an item says outside its bodies, names resolved.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Signature {
    pub def: DefId,
    pub generics: Generics,
    pub types: Types,
    pub kind: SignatureKind,
    /// The span of the item's name.
    pub name_span: Span,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum SignatureKind {
    Fn(FnSig),
    /// Structs, unions (one variant) and enums.
    Adt {
        variants: Vec<VariantDef>,
    },
    Trait {
        is_unsafe: bool,
        is_auto: bool,
        supertraits: Box<[Bound]>,
    },
    Impl {
        is_unsafe: bool,
        negative: bool,
        trait_: Option<Path>,
        self_ty: TypeId,
    },
    /// Aliases and associated types.
    Alias {
        bounds: Box<[Bound]>,
        ty: Option<TypeId>,
    },
    /// Constants and statics; `ty` is missing where it is inferred from the value (reported elsewhere).
    Const {
        ty: Option<TypeId>,
        mutability: Mutability,
        has_value: bool,
    },
    /// Modules, uses, extern blocks, errors.
    Other,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct FnSig {
    /// The receiver's type comes first when there is one.
    pub inputs: Vec<TypeId>,
    pub has_self: bool,
    pub output: FnOutput,
    pub is_const: bool,
    pub is_unsafe: bool,
    pub is_async: bool,
    pub abi: Option<Name>,
    pub variadic: bool,
    pub has_body: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum FnOutput {
    Unit,
    Type(TypeId),
    /// `fn f(..) = e`: the body's type.
    Inferred,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct VariantDef {
    /// The variant's `DefId`, or the struct's own.
    pub def: DefId,
    pub name: Name,
    pub ctor: CtorKind,
    pub fields: Vec<FieldDef>,
    /// The anonymous constant of an explicit discriminant.
    pub discriminant: Option<DefId>,
    pub span: Span,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum CtorKind {
    Unit,
    Tuple,
    Struct,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct FieldDef {
    pub name: Name,
    pub ty: TypeId,
    pub vis: Visibility,
    pub span: Span,
}

/// Seen from inside this module; `Public` from everywhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Visibility {
    Public,
    In(DefId),
}

/// The body of a function, constant, static or anonymous constant; closures are expressions of it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Body {
    pub owner: DefId,
    pub params: Vec<PatId>,
    pub value: ExprId,
    pub exprs: IdVec<ExprId, Expr>,
    pub pats: IdVec<PatId, Pat>,
    pub blocks: IdVec<BlockId, Block>,
    pub locals: IdVec<LocalId, Local>,
    pub types: Types,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Local {
    pub name: Name,
    pub mutability: Mutability,
    pub span: Span,
    /// Made by desugaring: no "unused" or "unneeded mut" reports, hygiene keeps it out of user code.
    pub synthetic: bool,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Expr {
    pub kind: ExprKind,
    pub span: Span,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum ExprKind {
    Lit(Lit),
    Path(QPath),
    Unary(UnaryOp, ExprId),
    /// Lazy operators included.
    Binary(BinaryOp, ExprId, ExprId),
    Assign(ExprId, ExprId),
    AssignOp(BinaryOp, ExprId, ExprId),
    Ref {
        raw: bool,
        mutability: Mutability,
        expr: ExprId,
    },
    Cast(ExprId, TypeId),
    Call(ExprId, Box<[ExprId]>),
    MethodCall {
        receiver: ExprId,
        segment: Segment,
        args: Box<[ExprId]>,
    },
    Field(ExprId, Name, Span),
    Index(ExprId, ExprId),
    Tuple(Box<[ExprId]>),
    Array(Box<[ExprId]>),
    Repeat {
        value: ExprId,
        len: ConstArg,
    },
    /// Ranges arrive here or as calls too.
    Struct {
        path: QPath,
        fields: Box<[FieldInit]>,
        base: Option<ExprId>,
    },
    Block(BlockId),
    If {
        cond: ExprId,
        then: ExprId,
        otherwise: Option<ExprId>,
    },
    /// A condition's `let`; its bindings live to the end of the enclosing `if`'s or arm's success part.
    Let {
        pat: PatId,
        scrutinee: ExprId,
    },
    /// `while c { b }` is `loop { if c { b } else { break } }`, `for` the usual match over `next`.
    Loop {
        body: BlockId,
        source: LoopSource,
    },
    Match {
        scrutinee: ExprId,
        arms: Box<[Arm]>,
        source: MatchSource,
    },
    Closure(Box<Closure>),
    /// `target`: the loop or labelled block it leaves; `None` after an error.
    Break {
        target: Option<ExprId>,
        value: Option<ExprId>,
    },
    Continue {
        target: Option<ExprId>,
    },
    Return(Option<ExprId>),
    /// `e?`
    Try(ExprId),
    /// Temporaries made inside are dropped at its end, not at the statement's (conditions of `if` and `while`, scrutinee-free).
    DropTemps(ExprId),
    /// `_ = e`'s left side.
    Underscore,
    /// `???`
    Hole,
    Error,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum LoopSource {
    Loop,
    While,
    For,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum MatchSource {
    Normal,
    /// `for`: the outer match over the iterator, and the inner one over `next`.
    For,
    /// A macro's expansion (assertions, formatting).
    Macro,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct FieldInit {
    pub name: Name,
    pub span: Span,
    pub expr: ExprId,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Arm {
    pub pat: PatId,
    pub guard: Option<ExprId>,
    pub body: ExprId,
    pub span: Span,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Closure {
    /// `DefKind::Closure`, a child of the body's owner.
    pub def: DefId,
    pub moves: bool,
    pub params: Vec<(PatId, Option<TypeId>)>,
    pub ret: Option<TypeId>,
    pub body: ExprId,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Block {
    pub stmts: Vec<Stmt>,
    pub tail: Option<ExprId>,
    pub is_unsafe: bool,
    /// A `break` may leave it with a value (`'a: { .. }`).
    pub labelled: bool,
    pub span: Span,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Stmt {
    Let {
        pat: PatId,
        ty: Option<TypeId>,
        init: Option<ExprId>,
        otherwise: Option<BlockId>,
        span: Span,
    },
    /// Without `;`: must be `()`, `!` (a block-like expression).
    Expr(ExprId),
    Semi(ExprId),
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Pat {
    pub kind: PatKind,
    pub span: Span,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum PatKind {
    Wild,
    Binding {
        local: LocalId,
        by_ref: Option<Mutability>,
        sub: Option<PatId>,
    },
    /// A literal, perhaps negated.
    Lit {
        lit: Lit,
        negated: bool,
    },
    Range {
        low: Option<ExprId>,
        high: Option<ExprId>,
        inclusive: bool,
    },
    Ref {
        mutability: Mutability,
        pat: PatId,
    },
    /// `rest`: before which of `pats` the `..` stands.
    Tuple {
        pats: Box<[PatId]>,
        rest: Option<u32>,
    },
    TupleStruct {
        path: QPath,
        pats: Box<[PatId]>,
        rest: Option<u32>,
    },
    /// A constant, unit struct or unit variant.
    Path(QPath),
    Struct {
        path: QPath,
        fields: Box<[FieldPat]>,
        rest: bool,
    },
    /// `middle`: the pattern of `..` (`Wild` for a bare one).
    Slice {
        before: Box<[PatId]>,
        middle: Option<PatId>,
        after: Box<[PatId]>,
    },
    Or(Box<[PatId]>),
    Error,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct FieldPat {
    pub name: Name,
    pub span: Span,
    pub pat: PatId,
}
