//! Promotion: `&[1, 2, 3]`, `&None`: what is constant behind `&` lives forever.
//!
//! Decided by the form of the expression: nothing that may fail, and a value with nothing to drop and no interior mutability.

use super::Builder;
use crate::facts::Facts;
use crate::{Constant, ConstantKind, Operand};
use vez_base::{DefKind, Span};
use vez_thir::{BinaryOp, Body, BorrowKind, Coercion, ExprId, ExprKind, LitValue};
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
        // Nothing can be written to, or dropped of, what is empty.
        let is_empty = matches!(&self.expr(inner).kind, ExprKind::Array(elems) if elems.is_empty());
        let allowed = is_empty
            || kind == BorrowKind::Shared
                && self.is_promotable(inner)
                && self.may_live_forever(inner);
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

    fn may_live_forever(&self, id: ExprId) -> bool {
        may_live_forever(self.facts, self.thir, id, 0)
    }

    fn is_promotable(&self, id: ExprId) -> bool {
        let expr = self.expr(id);
        let all = |ids: &[ExprId]| ids.iter().all(|id| self.is_promotable(*id));
        match &expr.kind {
            ExprKind::Lit(_) | ExprKind::FnRef => true,
            ExprKind::Closure(closure) => self.thir.closures[*closure].captures.is_empty(),
            ExprKind::Const(..) => self.may_live_forever(id),
            ExprKind::Tuple(fields) | ExprKind::Array(fields) => all(fields),
            ExprKind::Repeat(value, _) => self.is_promotable(*value),
            ExprKind::Adt { fields, base: None, def, .. } => {
                !self.facts.is_union(*def)
                    && fields.iter().all(|(_, field)| self.is_promotable(*field))
            }
            ExprKind::Field(base, _) => {
                let is_union =
                    |ty: Ty| matches!(ty.kind(), TyKind::Adt(def, _) if self.facts.is_union(*def));
                !is_union(self.expr(*base).ty)
                    && self.is_promotable(*base)
                    && self.may_live_forever(*base)
            }
            ExprKind::Index(base, index) => {
                self.is_within(*base, *index)
                    && self.is_promotable(*base)
                    && self.may_live_forever(*base)
            }
            ExprKind::Not(inner) => self.is_promotable(*inner),
            ExprKind::Binary(op, a, b) => {
                cannot_fail(*op) && self.is_promotable(*a) && self.is_promotable(*b)
                    || self.small_value(id).is_some()
            }
            ExprKind::Cast(inner) => is_number(self.expr(*inner).ty) && self.is_promotable(*inner),
            ExprKind::Coerce(coercion, inner) => {
                *coercion != Coercion::Never && self.is_promotable(*inner)
            }
            ExprKind::Borrow { kind: BorrowKind::Shared, expr: inner, .. } => {
                match self.expr(*inner).kind {
                    // The reborrow of an adjustment.
                    ExprKind::Deref(inner) => self.is_promotable(inner),
                    _ => self.is_promotable(*inner) && self.may_live_forever(*inner),
                }
            }
            _ => false,
        }
    }
}

impl Builder<'_> {
    /// Whether an index made of literals is below the length of an array.
    fn is_within(&self, array: ExprId, index: ExprId) -> bool {
        let TyKind::Array(_, len) = self.expr(array).ty.kind() else { return false };
        let index = self.small_value(index).and_then(|index| u128::try_from(index).ok());
        index.zip(len.as_value()).is_some_and(|(index, len)| index < len)
    }

    /// The value of an integer expression made of literals, if none of its steps fails.
    fn small_value(&self, id: ExprId) -> Option<i128> {
        let expr = self.expr(id);
        let TyKind::Int(int) = expr.ty.kind() else { return None };
        let value = match &expr.kind {
            ExprKind::Lit(LitValue::Int(value)) => i128::try_from(*value).ok()?,
            ExprKind::Binary(op, a, b) => {
                let (a, b) = (self.small_value(*a)?, self.small_value(*b)?);
                let amount = || u32::try_from(b).ok().filter(|amount| *amount < int.bits());
                match op {
                    BinaryOp::Add => a.checked_add(b)?,
                    BinaryOp::Sub => a.checked_sub(b)?,
                    BinaryOp::Mul => a.checked_mul(b)?,
                    BinaryOp::Div => a.checked_div(b)?,
                    BinaryOp::Rem => a.checked_rem(b)?,
                    BinaryOp::Shl => a.checked_mul(1i128.checked_shl(amount()?)?)?,
                    BinaryOp::Shr => a >> amount()?,
                    _ => return None,
                }
            }
            _ => return None,
        };
        let bits = int.bits() - u32::from(int.is_signed());
        let rest = value.checked_shr(bits)?;
        (rest == 0 || int.is_signed() && rest == -1).then_some(value)
    }
}

fn is_number(ty: Ty) -> bool {
    matches!(ty.kind(), TyKind::Int(_) | TyKind::Float(_) | TyKind::Bool | TyKind::Char)
}

/// Whether nothing of a value needs a drop or may be written to. `None` holds nothing, whatever its type could hold.
fn may_live_forever(facts: &Facts<'_>, thir: &Body, id: ExprId, constants: u32) -> bool {
    let expr = &thir.exprs[id];
    if !facts.needs_drop(expr.ty) && facts.is_freeze(expr.ty) {
        return true;
    }
    let lives = |id: &ExprId| may_live_forever(facts, thir, *id, constants);
    match &expr.kind {
        ExprKind::Tuple(fields) | ExprKind::Array(fields) => fields.iter().all(lives),
        ExprKind::Repeat(value, _) => lives(value),
        ExprKind::Adt { fields, base: None, def, .. } => {
            facts.holds_only_its_fields(*def) && fields.iter().all(|(_, field)| lives(field))
        }
        // Of constants in traits and impls only the type is asked.
        ExprKind::Const(def, _) if def.kind() == DefKind::Const && constants < MAX_CONSTANTS => {
            let body = &vez_thir::thir_body(facts.db, *def).value;
            !body.poisoned && may_live_forever(facts, body, body.value, constants + 1)
        }
        _ => false,
    }
}

/// How many constants deep a value is looked at; one that names itself is an error found elsewhere.
const MAX_CONSTANTS: u32 = 32;

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
