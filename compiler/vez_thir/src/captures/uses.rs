//! The walk that notes how a closure's body uses places of the bodies around it.

use vez_base::{DefKind, Span};
use vez_types::{Mutability, Ty, TyKind};

use super::{Place, PlaceUse, Projection, decide};
use crate::check::FnCtxt;
use crate::data::*;

/// Analyses every closure written in the body of the owner.
pub(crate) fn walk_body(cx: &mut FnCtxt<'_>, value: ExprId) {
    let mut walk = Walk { cx, closure: None, uses: Vec::new() };
    walk.value(value);
}

struct Walk<'c, 'a> {
    cx: &'c mut FnCtxt<'a>,
    /// The closure being walked; in the owner's own body uses are of no interest.
    closure: Option<ClosureId>,
    uses: Vec<PlaceUse>,
}

impl Walk<'_, '_> {
    fn kind(&self, expr: ExprId) -> ExprKind {
        self.cx.out.exprs[expr].kind.clone()
    }

    fn ty(&self, expr: ExprId) -> Ty {
        self.cx.resolve(self.cx.out.exprs[expr].ty)
    }

    fn span(&self, expr: ExprId) -> Span {
        self.cx.out.exprs[expr].span
    }

    fn values(&mut self, exprs: &[ExprId]) {
        for &expr in exprs {
            self.value(expr);
        }
    }

    /// An expression whose value is used up: a place is copied or moved out of.
    fn value(&mut self, expr: ExprId) {
        if is_place(&self.cx.out.exprs[expr].kind) {
            let span = self.span(expr);
            if let Some(place) = self.place(expr) {
                self.consume(place, self.ty(expr), span);
            }
        } else {
            self.operands(expr);
        }
    }

    /// Moves or copies a value of type `ty` out of a place.
    fn consume(&mut self, place: Place, ty: Ty, span: Span) {
        let ty = self.cx.resolve(ty);
        let copied = self.cx.is_copy(ty);
        let by = if copied { CaptureBy::Ref(BorrowKind::Shared) } else { CaptureBy::Value };
        self.note(place, by, span);
    }

    fn note(&mut self, place: Place, by: CaptureBy, span: Span) {
        if let Some(closure) = self.closure
            && self.cx.is_upvar(place.local, closure)
        {
            let behind_raw = place.projections.iter().any(|p| {
                p.kind == CaptureProjection::Deref && matches!(p.base.kind(), TyKind::RawPtr(..))
            });
            let by = match by {
                CaptureBy::Ref(_) if behind_raw => CaptureBy::Ref(BorrowKind::Shared),
                other => other,
            };
            self.uses.push(PlaceUse { place, by, span });
        }
    }

    fn borrow(&mut self, expr: ExprId, kind: BorrowKind) {
        let span = self.span(expr);
        if !is_place(&self.cx.out.exprs[expr].kind) {
            self.operands(expr);
        } else if let Some(place) = self.place(expr) {
            self.note(place, CaptureBy::Ref(plain(kind)), span);
        }
    }

    /// The place an expression denotes, when a local is at its root; what is evaluated on the way is walked.
    fn place(&mut self, expr: ExprId) -> Option<Place> {
        let ty = self.ty(expr);
        match self.kind(expr) {
            ExprKind::Local(local) => {
                Some(Place { local, projections: Vec::new(), ty, frozen: false })
            }
            ExprKind::Deref(base) => {
                let place = self.base_place(base)?;
                Some(project(place, CaptureProjection::Deref, ty))
            }
            ExprKind::Field(base, field) => {
                let place = self.base_place(base)?;
                Some(project(place, CaptureProjection::Field(field), ty))
            }
            ExprKind::Index(base, index) => {
                let place = self.base_place(base);
                self.value(index);
                place.map(|place| Place { frozen: true, ..place })
            }
            _ => None,
        }
    }

    fn base_place(&mut self, base: ExprId) -> Option<Place> {
        if is_place(&self.cx.out.exprs[base].kind) {
            return self.place(base);
        }
        self.operands(base);
        None
    }

    fn operands(&mut self, expr: ExprId) {
        match self.kind(expr) {
            ExprKind::Borrow { kind, expr, .. } => self.borrow(expr, kind),
            ExprKind::RawBorrow(Mutability::Not, inner) => self.borrow(inner, BorrowKind::Shared),
            ExprKind::RawBorrow(Mutability::Mut, inner) => {
                self.borrow(inner, BorrowKind::Mut { two_phase: false });
            }
            ExprKind::Binary(_, a, b) | ExprKind::And(a, b) | ExprKind::Or(a, b) => {
                self.values(&[a, b]);
            }
            ExprKind::Neg(inner)
            | ExprKind::Not(inner)
            | ExprKind::Cast(inner)
            | ExprKind::Coerce(_, inner)
            | ExprKind::DropTemps(inner)
            | ExprKind::Repeat(inner, _) => self.value(inner),
            ExprKind::Assign(place, value) | ExprKind::AssignOp(_, place, value) => {
                self.value(value);
                self.borrow(place, BorrowKind::Mut { two_phase: false });
            }
            ExprKind::Call { callee, args, .. } => {
                self.value(callee);
                self.values(&args);
            }
            ExprKind::Tuple(items) | ExprKind::Array(items) => self.values(&items),
            ExprKind::Adt { def, variant, fields, base, .. } => {
                let given: Vec<u32> = fields.iter().map(|(field, _)| *field).collect();
                for (_, value) in &fields {
                    self.value(*value);
                }
                if let Some(base) = base {
                    self.struct_base(base, self.cx.field_count(def, variant), &given);
                }
            }
            ExprKind::Closure(closure) => self.closure(closure),
            ExprKind::Block(block) => self.block(block),
            ExprKind::If { cond, then, otherwise } => {
                self.values(&[cond, then]);
                self.values(otherwise.as_slice());
            }
            ExprKind::Let { pat, expr } => self.matched(expr, &[pat]),
            ExprKind::Match { scrutinee, arms, .. } => {
                let pats: Vec<PatId> = arms.iter().map(|arm| arm.pat).collect();
                self.matched(scrutinee, &pats);
                for arm in &arms {
                    self.values(arm.guard.as_slice());
                    self.value(arm.body);
                }
            }
            ExprKind::Loop { body, .. } => self.block(body),
            ExprKind::Break { value, .. } | ExprKind::Return(value) => {
                self.values(value.as_slice());
            }
            ExprKind::Lit(_)
            | ExprKind::FnRef
            | ExprKind::Const(..)
            | ExprKind::ConstParam(_)
            | ExprKind::Static(_)
            | ExprKind::Local(_)
            | ExprKind::Deref(_)
            | ExprKind::Field(..)
            | ExprKind::Index(..)
            | ExprKind::Continue { .. }
            | ExprKind::Underscore
            | ExprKind::Hole => {}
            ExprKind::Error => self.undecided_call(expr),
        }
    }

    /// The call of a closure written right there, `(|| ..)()`: how it is called follows from this walk over it.
    fn undecided_call(&mut self, call: ExprId) {
        if let Some((callee, args)) = self.cx.deferred_closure_call(call) {
            self.value(callee);
            self.values(&args);
        }
    }

    /// `..base`: only the fields that are not given are taken.
    fn struct_base(&mut self, base: ExprId, fields: usize, given: &[u32]) {
        let span = self.span(base);
        if !is_place(&self.cx.out.exprs[base].kind) {
            self.operands(base);
            return;
        }
        let Some(place) = self.place(base) else { return };
        for field in (0..fields as u32).filter(|field| !given.contains(field)) {
            let ty = self.cx.field_ty_of(place.ty, 0, field);
            let part = project(place.clone(), CaptureProjection::Field(field), ty);
            self.consume(part, ty, span);
        }
    }

    fn block(&mut self, block: BlockId) {
        let Block { stmts, tail, .. } = self.cx.out.blocks[block].clone();
        for stmt in stmts {
            match stmt {
                Stmt::Expr(expr) => self.statement(expr),
                Stmt::Let { pat, init, otherwise, .. } => {
                    if let Some(init) = init {
                        self.matched(init, &[pat]);
                    }
                    if let Some(otherwise) = otherwise {
                        self.block(otherwise);
                    }
                }
            }
        }
        self.values(tail.as_slice());
    }

    fn statement(&mut self, expr: ExprId) {
        // `x;` moves out of `x` as any other use of its value does.
        self.value(expr);
    }

    fn closure(&mut self, id: ClosureId) {
        let outer_uses = std::mem::take(&mut self.uses);
        let outer = self.closure.replace(id);
        self.value(self.cx.out.closures[id].value);
        self.closure = outer;
        let uses = std::mem::replace(&mut self.uses, outer_uses);
        decide(self.cx, id, uses);
        for capture in self.cx.out.closures[id].captures.clone() {
            let place = self.captured_place(&capture);
            let by = match capture.by {
                CaptureBy::Value if self.cx.is_copy(capture.ty) => {
                    CaptureBy::Ref(BorrowKind::Shared)
                }
                by => by,
            };
            self.note(place, by, capture.span);
        }
    }

    /// The captured place with its types, walked down from the local.
    fn captured_place(&mut self, capture: &Capture) -> Place {
        let ty = self.cx.resolve(self.cx.local_tys[capture.local]);
        let mut place = Place { local: capture.local, projections: Vec::new(), ty, frozen: false };
        for projection in &capture.projections {
            let ty = match projection {
                CaptureProjection::Deref => self.cx.builtin_deref(place.ty).unwrap_or(Ty::error()),
                CaptureProjection::Field(field) => self.cx.field_ty_of(place.ty, 0, *field),
            };
            place = project(place, *projection, ty);
        }
        place
    }

    fn matched(&mut self, scrutinee: ExprId, pats: &[PatId]) {
        if !is_place(&self.cx.out.exprs[scrutinee].kind) {
            self.operands(scrutinee);
            return;
        }
        let Some(place) = self.place(scrutinee) else { return };
        for &pat in pats {
            self.pat(&place, pat);
        }
    }

    fn pat(&mut self, place: &Place, id: PatId) {
        let Pat { kind, ty, span } = self.cx.out.pats[id].clone();
        let read = CaptureBy::Ref(BorrowKind::Shared);
        match kind {
            PatKind::Wild | PatKind::Never | PatKind::Error => {}
            PatKind::Binding { by_ref, sub, .. } => {
                match by_ref {
                    None => self.consume(place.clone(), ty, span),
                    Some(Mutability::Not) => self.note(place.clone(), read, span),
                    Some(Mutability::Mut) => {
                        let by = CaptureBy::Ref(BorrowKind::Mut { two_phase: false });
                        self.note(place.clone(), by, span);
                    }
                }
                if let Some(sub) = sub {
                    self.pat(place, sub);
                }
            }
            PatKind::Lit(_) | PatKind::Const(..) | PatKind::Range { .. } => {
                self.note(place.clone(), read, span);
            }
            PatKind::Deref(inner) => {
                let ty = self.cx.resolve(self.cx.out.pats[inner].ty);
                self.pat(&project(place.clone(), CaptureProjection::Deref, ty), inner);
            }
            PatKind::Leaf(fields) => {
                for (field, pat) in fields {
                    let ty = self.cx.resolve(self.cx.out.pats[pat].ty);
                    let field = CaptureProjection::Field(field);
                    self.pat(&project(place.clone(), field, ty), pat);
                }
            }
            PatKind::Variant { fields, .. } => {
                self.note(place.clone(), read, span);
                let place = Place { frozen: true, ..place.clone() };
                for (_, pat) in fields {
                    self.pat(&place, pat);
                }
            }
            PatKind::Slice { before, middle, after } => {
                self.note(place.clone(), read, span);
                let place = Place { frozen: true, ..place.clone() };
                for pat in before.into_iter().chain(middle).chain(after) {
                    self.pat(&place, pat);
                }
            }
            PatKind::Or(pats) => {
                for pat in pats {
                    self.pat(place, pat);
                }
            }
        }
    }
}

/// One step further into a place; `ty` is the type of what is reached.
fn project(mut place: Place, kind: CaptureProjection, ty: Ty) -> Place {
    if place.frozen {
        return place;
    }
    // Enums with several variants are read as a whole.
    if let (CaptureProjection::Field(_), TyKind::Adt(def, _)) = (kind, place.ty.kind())
        && def.kind() == DefKind::Enum
    {
        place.frozen = true;
        return place;
    }
    place.projections.push(Projection { kind, base: place.ty });
    place.ty = ty;
    place
}

fn plain(kind: BorrowKind) -> BorrowKind {
    match kind {
        BorrowKind::Mut { .. } => BorrowKind::Mut { two_phase: false },
        other => other,
    }
}

/// Whether an expression denotes memory that outlives it.
pub(crate) fn is_place(kind: &ExprKind) -> bool {
    matches!(
        kind,
        ExprKind::Local(_)
            | ExprKind::Static(_)
            | ExprKind::Deref(_)
            | ExprKind::Field(..)
            | ExprKind::Index(..)
    )
}
