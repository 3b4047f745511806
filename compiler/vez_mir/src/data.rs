//! MIR: the control-flow graph of one body, generic, with every temporary, drop and check explicit.

use vez_base::{DefId, IdVec, Name, Span, id_type};
pub use vez_hir::Mutability;
use vez_types::{Const, GenericArgs, Ty};

id_type!(
    /// A local: 0 is the return place, then the parameters, then variables and temporaries.
    pub struct Local;
);
id_type!(
    /// A basic block; 0 is the entry.
    pub struct Block;
);

impl Local {
    pub const RETURN: Local = Local::from_raw(0);
}

impl Block {
    pub const START: Block = Block::from_raw(0);
}

/// The MIR of a function, closure, constant, static or promoted constant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Body {
    pub owner: DefId,
    pub kind: BodyKind,
    pub locals: IdVec<Local, LocalDecl>,
    pub params: u32,
    /// In reverse postorder, all reachable.
    pub blocks: IdVec<Block, BlockData>,
    /// Constants whose address is taken for `'static`; `Operand::Const(Promoted)` refers to them.
    pub promoted: Vec<Body>,
    /// For a closure: how its environment is laid out and reached.
    pub captures: Vec<CaptureDecl>,
    pub span: Span,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BodyKind {
    Fn,
    Closure,
    /// Constants, statics, anonymous constants, promoteds: run at compile time.
    Const,
}

/// A field of a closure's environment, for messages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CaptureDecl {
    pub name: Name,
    pub by_ref: bool,
    /// The captured variable may be written through this capture.
    pub mutability: Mutability,
    pub ty: Ty,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LocalDecl {
    pub ty: Ty,
    /// What its declaration writes of its type, lifetimes and all.
    pub written: Option<Ty>,
    pub mutability: Mutability,
    /// A user's variable; temporaries have none.
    pub name: Option<Name>,
    pub span: Span,
    /// Bound by reference in a pattern (`ref x`, default binding mode).
    pub by_ref_binding: bool,
    /// Refers to a binding of that name, for a guard: guards do not change what their patterns bind.
    pub is_guard_ref: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BlockData {
    pub statements: Vec<Statement>,
    pub terminator: Terminator,
    /// On the way of unwinding.
    pub is_cleanup: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Statement {
    pub kind: StatementKind,
    pub span: Span,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StatementKind {
    Assign(Place, Rvalue),
    StorageLive(Local),
    StorageDead(Local),
    /// What a match looks at must stay as it is until an arm is chosen (guards). No code.
    FakeRead(Place),
    Nop,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Terminator {
    pub kind: TerminatorKind,
    pub span: Span,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TerminatorKind {
    Goto(Block),
    /// On the bits of an integer, `bool`, `char` or discriminant.
    Switch {
        discr: Operand,
        targets: Vec<(u128, Block)>,
        otherwise: Block,
    },
    Return,
    Unreachable,
    /// Ends the unwinding of this frame.
    Resume,
    /// Before elaboration: drop if initialised. After it: drop.
    Drop {
        place: Place,
        target: Block,
        unwind: Option<Block>,
    },
    /// `target` is missing when the callee returns `!`.
    Call {
        callee: Operand,
        args: Vec<Operand>,
        destination: Place,
        target: Option<Block>,
        unwind: Option<Block>,
        /// An overloaded operator; only for messages.
        overloaded: bool,
    },
    /// Goes on when `cond == expected`, panics with the message otherwise.
    Assert {
        cond: Operand,
        expected: bool,
        message: AssertKind,
        target: Block,
        unwind: Option<Block>,
    },
    /// Looks like a jump to `imaginary` too for the borrow checker (match arms, `loop {}`); `real` is what happens.
    FalseEdge {
        real: Block,
        imaginary: Block,
    },
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AssertKind {
    BoundsCheck {
        len: Operand,
        index: Operand,
    },
    Overflow(BinOp),
    OverflowNeg,
    DivisionByZero,
    RemainderByZero,
    /// `???` was reached; not continued from.
    Hole,
}

/// Where a value lives: a local, then steps.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Place {
    pub local: Local,
    pub projection: Vec<Projection>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Projection {
    /// Through a reference, raw pointer or `Box`.
    Deref,
    /// A field and its type (of the variant before, when there is a `Downcast`).
    Field(u32, Ty),
    Index(Local),
    /// Of a slice or array pattern: from the start, or from the end (then `offset` counts from 1).
    ConstantIndex {
        offset: u64,
        min_len: u64,
        from_end: bool,
    },
    /// The rest of a slice pattern: `from..len - to`.
    Subslice {
        from: u64,
        to: u64,
    },
    /// To a variant of an enum.
    Downcast(u32),
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Operand {
    Copy(Place),
    Move(Place),
    Const(Constant),
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Constant {
    pub kind: ConstantKind,
    pub ty: Ty,
    pub span: Span,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ConstantKind {
    /// Integer, `bool`, `char` bits, truncated to the type's width.
    Int(u128),
    /// Bits.
    Float(u64),
    Str(Name),
    ByteStr(Name),
    CStr(Name),
    /// Zero-sized values: functions, unit.
    ZeroSized,
    /// A constant item or anonymous constant.
    Item(DefId, GenericArgs),
    /// A constant parameter or length, once known.
    Param(Const),
    /// `&promoted[n]` of this body.
    Promoted(u32),
    /// The address of a static.
    StaticRef(DefId),
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Rvalue {
    Use(Operand),
    Repeat(Operand, Const),
    Ref(BorrowKind, Place),
    RawPtr(Mutability, Place),
    /// The length of a slice or array place.
    Len(Place),
    /// Wrapping on integers (checks are `Assert`s before or after it), IEEE on floats, comparison on scalars and pointers.
    Binary(BinOp, Operand, Operand),
    /// `(result, overflowed)`
    Checked(BinOp, Operand, Operand),
    Unary(UnOp, Operand),
    Cast(CastKind, Operand, Ty),
    Aggregate(AggregateKind, Vec<Operand>),
    /// The discriminant's value, of the enum's discriminant type (`isize` without `repr`).
    Discriminant(Place),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum BorrowKind {
    Shared,
    /// Of what a match looks at, against changes by guards.
    Fake,
    Mut {
        two_phase: bool,
    },
    /// A closure's unique capture.
    Unique,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum BinOp {
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
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum UnOp {
    Not,
    Neg,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum CastKind {
    /// Between integers, floats, `bool`, `char`; source and target types tell.
    Numeric,
    /// Fieldless enum to integer.
    EnumToInt,
    PtrToPtr,
    PtrToInt,
    IntToPtr,
    FnToPtr,
    /// Function item to fn pointer.
    ReifyFn,
    ClosureToFn,
    /// Same representation: `*mut` to `*const`, safe to unsafe fn pointers.
    Transmute,
    Unsize,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AggregateKind {
    Tuple,
    Array(Ty),
    /// All fields in order; for a union `field` tells which one is given.
    Adt {
        def: DefId,
        variant: u32,
        args: GenericArgs,
        field: Option<u32>,
    },
    Closure(DefId, GenericArgs),
}
