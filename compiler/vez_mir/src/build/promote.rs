//! Promotion: `&[1, 2, 3]`, `&None`: what is constant behind `&` lives forever.
//!
//! Decided by the form of the expression and its type: no drop, no interior mutability, nothing that may fail.

use super::Builder;
use crate::{Constant, ConstantKind, Operand};
use vez_base::Span;
use vez_thir::{BinaryOp, BorrowKind, Coercion, ExprId, ExprKind};
use vez_types::{Region, Ty, TyKind};

impl Builder<'_> {
    /// The address of a promoted constant, if the operand of the borrow can be one.
    pub(super) fn promote(
        &mut self,
        kind: BorrowKind,
        inner: ExprId,
        ty: Ty,
        span: Span,
    ) -> Option<Operand> {
        let data = self.expr(inner);
        // Nothing can be written to, or dropped of, what is empty.
        let is_empty = matches!(&data.kind, ExprKind::Array(elems) if elems.is_empty());
        let allowed = is_empty
            || kind == BorrowKind::Shared
                && self.is_promotable(inner)
                && self.may_live_forever(data.ty);
        if !allowed {
            return None;
        }
        let TyKind::Ref(_, target, mutability) = ty.kind() else { return None };
        let body = super::body::build_promoted(self.facts, self.thir, inner, self.body.owner);
        let index = self.body.promoted.len() as u32;
        self.body.promoted.push(body);
        let ty = Ty::new(TyKind::Ref(Region::static_(), *target, *mutability));
        Some(Operand::Const(Constant { kind: ConstantKind::Promoted(index), ty, span }))
    }

    fn may_live_forever(&self, ty: Ty) -> bool {
        !self.facts.needs_drop(ty) && self.facts.is_freeze(ty)
    }

    fn is_promotable(&self, id: ExprId) -> bool {
        let expr = self.expr(id);
        let all = |ids: &[ExprId]| ids.iter().all(|id| self.is_promotable(*id));
        match &expr.kind {
            ExprKind::Lit(_) | ExprKind::FnRef => true,
            ExprKind::Closure(closure) => self.thir.closures[*closure].captures.is_empty(),
            ExprKind::Const(..) => self.may_live_forever(expr.ty),
            ExprKind::Tuple(fields) | ExprKind::Array(fields) => all(fields),
            ExprKind::Repeat(value, _) => self.is_promotable(*value),
            ExprKind::Adt { fields, base: None, def, .. } => {
                !self.facts.is_union(*def)
                    && fields.iter().all(|(_, field)| self.is_promotable(*field))
            }
            ExprKind::Not(inner) => self.is_promotable(*inner),
            ExprKind::Binary(op, a, b) => {
                cannot_fail(*op) && self.is_promotable(*a) && self.is_promotable(*b)
            }
            ExprKind::Coerce(coercion, inner) => {
                *coercion != Coercion::Never && self.is_promotable(*inner)
            }
            ExprKind::Borrow { kind: BorrowKind::Shared, expr: inner, .. } => {
                match self.expr(*inner).kind {
                    // The reborrow of an adjustment.
                    ExprKind::Deref(inner) => self.is_promotable(inner),
                    _ => self.is_promotable(*inner) && self.may_live_forever(self.expr(*inner).ty),
                }
            }
            _ => false,
        }
    }
}

fn cannot_fail(op: BinaryOp) -> bool {
    matches!(
        op,
        BinaryOp::BitAnd
            | BinaryOp::BitOr
            | BinaryOp::BitXor
            | BinaryOp::Eq
            | BinaryOp::Ne
            | BinaryOp::Lt
            | BinaryOp::Le
            | BinaryOp::Gt
            | BinaryOp::Ge
    )
}
