//! Places and operands: building them, comparing them, the types they have.
//!
//! Knows the shape of types only; what is `Copy` or needs a drop belongs to `facts`.

use crate::{
    Block, BlockData, Body, Constant, ConstantKind, Local, LocalDecl, Mutability, Operand, Place,
    Projection, Rvalue, Span, Statement, StatementKind, Terminator, TerminatorKind,
};
use vez_types::{Const, Ty, TyKind};

impl Place {
    /// The return place.
    pub fn ret() -> Place {
        Place::from(Local::RETURN)
    }

    /// The local itself, when there are no steps.
    pub fn as_local(&self) -> Option<Local> {
        self.projection.is_empty().then_some(self.local)
    }

    /// One step further.
    pub fn project(&self, step: Projection) -> Place {
        let mut projection = Vec::with_capacity(self.projection.len() + 1);
        projection.extend_from_slice(&self.projection);
        projection.push(step);
        Place { local: self.local, projection }
    }

    pub fn field(&self, index: u32, ty: Ty) -> Place {
        self.project(Projection::Field(index, ty))
    }

    pub fn deref(&self) -> Place {
        self.project(Projection::Deref)
    }

    /// The first `len` steps.
    pub fn prefix(&self, len: usize) -> Place {
        Place { local: self.local, projection: self.projection[..len].to_vec() }
    }

    /// Goes through a pointer somewhere on the way.
    pub fn is_indirect(&self) -> bool {
        self.projection.contains(&Projection::Deref)
    }

    /// The type of what is there.
    pub fn ty(&self, body: &Body) -> Ty {
        self.ty_in(&body.locals)
    }

    /// [`Place::ty`] before the body is finished.
    pub fn ty_in(&self, locals: &vez_base::IdVec<Local, LocalDecl>) -> Ty {
        let start = locals[self.local].ty;
        self.projection.iter().fold(start, |ty, step| project_ty(ty, *step))
    }
}

/// The type one step on from a place of type `ty`. A `Downcast` keeps the type: the field after it names its own.
pub fn project_ty(ty: Ty, step: Projection) -> Ty {
    match (step, ty.kind()) {
        (Projection::Field(_, field), _) => field,
        (Projection::Downcast(_), _) => ty,
        (Projection::Deref, TyKind::Ref(_, target, _) | TyKind::RawPtr(target, _)) => *target,
        // Of the named types only `Box` is dereferenced in place.
        (Projection::Deref, TyKind::Adt(_, args)) => args
            .as_slice()
            .iter()
            .find_map(|arg| match arg {
                vez_types::GenericArg::Ty(ty) => Some(*ty),
                _ => None,
            })
            .unwrap_or_else(Ty::error),
        (
            Projection::Index(_) | Projection::ConstantIndex { .. },
            TyKind::Array(elem, _) | TyKind::Slice(elem),
        ) => *elem,
        (Projection::Subslice { from, to }, TyKind::Array(elem, len)) => match len.as_value() {
            Some(len) => Ty::array(*elem, (len as u64).saturating_sub(from + to)),
            None => ty,
        },
        (Projection::Subslice { .. }, TyKind::Slice(_)) => ty,
        _ => Ty::error(),
    }
}

impl From<Local> for Place {
    fn from(local: Local) -> Place {
        Place { local, projection: Vec::new() }
    }
}

impl Operand {
    /// The place it reads, if it reads one.
    pub fn place(&self) -> Option<&Place> {
        match self {
            Operand::Copy(place) | Operand::Move(place) => Some(place),
            Operand::Const(_) => None,
        }
    }

    pub fn ty(&self, body: &Body) -> Ty {
        match self {
            Operand::Copy(place) | Operand::Move(place) => place.ty(body),
            Operand::Const(constant) => constant.ty,
        }
    }

    /// An integer, `bool` or `char`.
    pub fn int(bits: u128, ty: Ty, span: Span) -> Operand {
        Operand::Const(Constant { kind: ConstantKind::Int(bits), ty, span })
    }

    pub fn usize(value: u64, span: Span) -> Operand {
        Operand::int(value.into(), Ty::usize(), span)
    }

    pub fn bool(value: bool, span: Span) -> Operand {
        Operand::int(value.into(), Ty::bool(), span)
    }

    /// A value without bytes: `()`, a function.
    pub fn zero_sized(ty: Ty, span: Span) -> Operand {
        Operand::Const(Constant { kind: ConstantKind::ZeroSized, ty, span })
    }

    /// A length or other constant of a type; known ones become integers.
    pub fn type_const(value: Const, ty: Ty, span: Span) -> Operand {
        let kind = match value.as_value() {
            Some(bits) => ConstantKind::Int(bits),
            None => ConstantKind::Param(value),
        };
        Operand::Const(Constant { kind, ty, span })
    }
}

impl Rvalue {
    /// The operands it reads, in order.
    pub fn operands(&self) -> impl Iterator<Item = &Operand> {
        let (list, pair): (&[Operand], [Option<&Operand>; 2]) = match self {
            Rvalue::Use(a) | Rvalue::Repeat(a, _) | Rvalue::Unary(_, a) | Rvalue::Cast(_, a, _) => {
                (&[], [Some(a), None])
            }
            Rvalue::Binary(_, a, b) | Rvalue::Checked(_, a, b) => (&[], [Some(a), Some(b)]),
            Rvalue::Aggregate(_, operands) => (operands, [None, None]),
            Rvalue::Ref(..) | Rvalue::RawPtr(..) | Rvalue::Len(_) | Rvalue::Discriminant(_) => {
                (&[], [None, None])
            }
        };
        list.iter().chain(pair.into_iter().flatten())
    }

    /// The operands it reads, to change them.
    pub fn operands_mut(&mut self) -> impl Iterator<Item = &mut Operand> {
        let (list, pair): (&mut [Operand], [Option<&mut Operand>; 2]) = match self {
            Rvalue::Use(a) | Rvalue::Repeat(a, _) | Rvalue::Unary(_, a) | Rvalue::Cast(_, a, _) => {
                (&mut [], [Some(a), None])
            }
            Rvalue::Binary(_, a, b) | Rvalue::Checked(_, a, b) => (&mut [], [Some(a), Some(b)]),
            Rvalue::Aggregate(_, operands) => (operands, [None, None]),
            Rvalue::Ref(..) | Rvalue::RawPtr(..) | Rvalue::Len(_) | Rvalue::Discriminant(_) => {
                (&mut [], [None, None])
            }
        };
        list.iter_mut().chain(pair.into_iter().flatten())
    }

    /// The place it borrows or inspects rather than reads as an operand.
    pub fn inspected(&self) -> Option<&Place> {
        match self {
            Rvalue::Ref(_, place)
            | Rvalue::RawPtr(_, place)
            | Rvalue::Len(place)
            | Rvalue::Discriminant(place) => Some(place),
            _ => None,
        }
    }

    /// [`Rvalue::inspected`], to change it.
    pub fn inspected_mut(&mut self) -> Option<&mut Place> {
        match self {
            Rvalue::Ref(_, place)
            | Rvalue::RawPtr(_, place)
            | Rvalue::Len(place)
            | Rvalue::Discriminant(place) => Some(place),
            _ => None,
        }
    }
}

impl Statement {
    pub fn new(kind: StatementKind, span: Span) -> Statement {
        Statement { kind, span }
    }
}

impl BlockData {
    /// A block without statements.
    pub fn new(kind: TerminatorKind, span: Span, is_cleanup: bool) -> BlockData {
        BlockData { statements: Vec::new(), terminator: Terminator { kind, span }, is_cleanup }
    }
}

impl LocalDecl {
    /// A temporary.
    pub fn temp(ty: Ty, span: Span) -> LocalDecl {
        LocalDecl {
            ty,
            written: None,
            mutability: Mutability::Mut,
            name: None,
            span,
            by_ref_binding: false,
            is_guard_ref: false,
        }
    }
}

impl Body {
    /// The parameters' locals; of a closure the first is its environment.
    pub fn param_locals(&self) -> impl Iterator<Item = Local> + use<> {
        (1..=self.params).map(Local::from_raw)
    }

    pub fn is_param(&self, local: Local) -> bool {
        (1..=self.params).contains(&local.raw())
    }
}

/// A point of a body: before the statement, or before the terminator when `statement` is their number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Location {
    pub block: Block,
    pub statement: usize,
}

impl Location {
    pub const START: Location = Location { block: Block::START, statement: 0 };

    pub fn span(self, body: &Body) -> Span {
        let data = &body.blocks[self.block];
        data.statements.get(self.statement).map_or(data.terminator.span, |s| s.span)
    }
}
