//! Closures: making one, and reading the environment inside its body.
//!
//! Inside, local 1 is the environment: the closure itself (`FnOnce`), or a reference to it.

use super::Builder;
use super::rvalue::borrow_kind;
use crate::{AggregateKind, CaptureDecl, Mutability, Operand, Projection, Rvalue};
use vez_base::{Name, Span};
use vez_thir::{
    BorrowKind, Capture, CaptureBy, CaptureProjection, Closure, ClosureId, ClosureKind, LocalId,
};
use vez_types::{GenericArgs, Ty, TyKind};

/// What a closure's body knows of its environment.
pub(super) struct Env<'a> {
    closure: &'a Closure,
}

/// A captured prefix of a place: the steps from local 1, and how many steps of the place they stand for.
pub(super) struct Upvar {
    pub(super) projection: Vec<Projection>,
    pub(super) used: usize,
}

impl<'a> Env<'a> {
    pub(super) fn new(closure: &'a Closure) -> Env<'a> {
        Env { closure }
    }

    /// The longest captured prefix of `local` followed by `steps`.
    pub(super) fn find(&self, local: LocalId, steps: &[Projection]) -> Option<Upvar> {
        let (index, capture) = self
            .closure
            .captures
            .iter()
            .enumerate()
            .filter(|(_, capture)| capture.local == local && is_prefix(capture, steps))
            .max_by_key(|(_, capture)| capture.projections.len())?;
        let mut projection = Vec::with_capacity(steps.len() + 3);
        if self.closure.kind != ClosureKind::FnOnce {
            projection.push(Projection::Deref);
        }
        projection.push(Projection::Field(index as u32, capture_ty(capture)));
        if matches!(capture.by, CaptureBy::Ref(_)) {
            projection.push(Projection::Deref);
        }
        Some(Upvar { projection, used: capture.projections.len() })
    }
}

fn is_prefix(capture: &Capture, steps: &[Projection]) -> bool {
    capture.projections.len() <= steps.len()
        && capture.projections.iter().zip(steps).all(|(captured, step)| match (captured, step) {
            (CaptureProjection::Deref, Projection::Deref) => true,
            (CaptureProjection::Field(a), Projection::Field(b, _)) => a == b,
            _ => false,
        })
}

/// The type of a capture's field in the environment.
pub(crate) fn capture_ty(capture: &Capture) -> Ty {
    match capture.by {
        CaptureBy::Value => capture.ty,
        CaptureBy::Ref(BorrowKind::Shared) => Ty::reference(capture.ty, Mutability::Not),
        CaptureBy::Ref(_) => Ty::reference(capture.ty, Mutability::Mut),
    }
}

/// The type of local 1 in a closure's body.
pub(super) fn env_ty(closure: &Closure, args: GenericArgs) -> Ty {
    let ty = Ty::new(TyKind::Closure(closure.def, args));
    match closure.kind {
        ClosureKind::Fn => Ty::reference(ty, Mutability::Not),
        ClosureKind::FnMut => Ty::reference(ty, Mutability::Mut),
        ClosureKind::FnOnce => ty,
    }
}

impl Builder<'_> {
    /// Describes the environment's fields, for messages.
    pub(super) fn capture_decls(&self, closure: &Closure) -> Vec<CaptureDecl> {
        let decl = |capture: &Capture| CaptureDecl {
            name: self.capture_name(capture),
            by_ref: matches!(capture.by, CaptureBy::Ref(_)),
            mutability: self.capture_mutability(capture),
            ty: capture.ty,
        };
        closure.captures.iter().map(decl).collect()
    }

    fn capture_name(&self, capture: &Capture) -> Name {
        self.thir.locals[capture.local].name
    }

    /// A capture may be written when its variable is `mut`, or when what is captured lies behind a `&mut`.
    fn capture_mutability(&self, capture: &Capture) -> Mutability {
        let local = &self.thir.locals[capture.local];
        let mut ty = local.ty;
        let mut mutability = local.mutability;
        for step in &capture.projections {
            match step {
                CaptureProjection::Deref => {
                    match ty.kind() {
                        TyKind::Ref(_, _, through) | TyKind::RawPtr(_, through) => {
                            mutability = *through;
                        }
                        _ => {}
                    }
                    ty = crate::place::project_ty(ty, Projection::Deref);
                }
                CaptureProjection::Field(index) => ty = self.facts.field_ty(ty, *index),
            }
        }
        match capture.by {
            CaptureBy::Ref(BorrowKind::UniqueCapture) => Mutability::Mut,
            _ => mutability,
        }
    }

    /// A closure value: what it captures, by value or by reference.
    pub(super) fn closure(&mut self, id: ClosureId, ty: Ty) -> Rvalue {
        let closure = &self.thir.closures[id];
        let args = match ty.kind() {
            TyKind::Closure(_, args) => *args,
            _ => GenericArgs::empty(),
        };
        let operands: Vec<Operand> =
            closure.captures.iter().map(|capture| self.capture(capture)).collect();
        self.consumed_all(&operands);
        Rvalue::Aggregate(AggregateKind::Closure(closure.def, args), operands)
    }

    fn capture(&mut self, capture: &Capture) -> Operand {
        let span: Span = capture.span;
        let mut builder = self.local_builder(capture.local);
        let mut ty = self.thir.locals[capture.local].ty;
        for step in &capture.projections {
            let step = match step {
                CaptureProjection::Deref => Projection::Deref,
                CaptureProjection::Field(index) => {
                    Projection::Field(*index, self.facts.field_ty(ty, *index))
                }
            };
            ty = crate::place::project_ty(ty, step);
            builder = builder.project(step);
        }
        let place = self.resolve(builder);
        match capture.by {
            CaptureBy::Value => self.consume(place),
            CaptureBy::Ref(kind) => {
                let reference = Rvalue::Ref(borrow_kind(kind), place);
                let temp = self.temp_of(reference, capture_ty(capture), span);
                self.consume(temp.into())
            }
        }
    }
}
