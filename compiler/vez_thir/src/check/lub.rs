//! The common type of several branches: arms, `break` values, `return`s, array elements.
//!
//! Branches are added one by one and coerced to the type so far; where that fails, those before are coerced to the new one
//! (function items and closures become fn pointers that way).

use vez_base::Span;
use vez_hir as hir;
use vez_types::{Ty, TyKind};

use super::{FnCtxt, Why};
use crate::data::*;

/// Branches on their way to one type.
pub(crate) struct Lub {
    expected: Ty,
    merged: Option<Ty>,
    exprs: Vec<ExprId>,
}

impl Lub {
    pub(crate) fn new(expected: Ty) -> Lub {
        Lub { expected, merged: None, exprs: Vec::new() }
    }

    pub(crate) fn into_exprs(self) -> Vec<ExprId> {
        self.exprs
    }

    /// The type so far.
    pub(crate) fn current(&self) -> Ty {
        self.merged.unwrap_or(self.expected)
    }

    pub(crate) fn expected(&self) -> Ty {
        self.expected
    }

    /// Where the first branch with a value stands.
    pub(crate) fn first_span(&self, cx: &FnCtxt<'_>) -> Option<Span> {
        let with_value = |expr: &&ExprId| !cx.ty(**expr).is_never();
        self.exprs.iter().find(with_value).map(|&expr| cx.span(expr))
    }
}

impl FnCtxt<'_> {
    /// Adds a branch; returns its coerced form, whose id stays valid when later branches change it again.
    pub(crate) fn lub_push(
        &mut self,
        lub: &mut Lub,
        expr: ExprId,
        why: Why,
        from: Option<hir::ExprId>,
    ) -> ExprId {
        let ty = self.ty(expr);
        if ty.is_error() {
            lub.merged = Some(Ty::error());
            lub.exprs.push(expr);
            return expr;
        }
        let coerced = match lub.merged {
            None => match self.coerce(expr, lub.expected) {
                Ok(expr) => {
                    let merged = self.coerced_type(expr, lub.expected);
                    lub.merged = Some(merged);
                    expr
                }
                Err(_) => {
                    self.report_mismatch(expr, lub.expected, why, from);
                    lub.merged = Some(Ty::error());
                    expr
                }
            },
            Some(merged) if merged.is_error() => expr,
            Some(merged) => self.lub_join(lub, merged, expr, why, from),
        };
        lub.exprs.push(coerced);
        coerced
    }

    /// A branch without a value where `()` stands for it.
    pub(crate) fn lub_push_unit(&mut self, lub: &mut Lub, span: Span, why: Why) -> ExprId {
        let unit = self.unit_expr(span);
        self.lub_push(lub, unit, why, None)
    }

    /// What all branches together yield; `!` when there is none.
    pub(crate) fn lub_finish(&self, lub: &Lub) -> Ty {
        lub.merged.map_or(Ty::never(), |ty| self.shallow(ty))
    }

    /// The merged type after the first branch: the expectation, unless that was left open for `!`.
    fn coerced_type(&self, expr: ExprId, expected: Ty) -> Ty {
        let expected = self.shallow(expected);
        match self.out.exprs[expr].kind {
            ExprKind::Coerce(Coercion::Never, _) if self.is_ty_var(expected) => Ty::never(),
            _ => expected,
        }
    }

    fn lub_join(
        &mut self,
        lub: &mut Lub,
        merged: Ty,
        expr: ExprId,
        why: Why,
        from: Option<hir::ExprId>,
    ) -> ExprId {
        let merged = self.shallow(merged);
        let ty = self.ty(expr);
        if merged.is_never() && !ty.is_never() {
            // All branches so far diverge: they were given the open expectation, which this one decides.
            return match self.coerce(expr, lub.expected) {
                Ok(expr) => {
                    lub.merged = Some(lub.expected);
                    expr
                }
                Err(_) => self.lub_mismatch(lub, lub.expected, expr, why, from),
            };
        }
        if merged.is_never() && ty.is_never() {
            return self.never_to(expr, lub.expected);
        }
        if let Some(pointer) = self.common_fn_pointer(merged, ty) {
            return self.lub_to(lub, pointer, expr, why, from);
        }
        if let Ok(expr) = self.coerce(expr, merged) {
            return expr;
        }
        // The other way round: all before to the new type.
        if self.can_coerce_all(lub, ty) {
            return self.lub_to(lub, ty, expr, why, from);
        }
        self.lub_mismatch(lub, merged, expr, why, from)
    }

    fn lub_mismatch(
        &mut self,
        lub: &mut Lub,
        expected: Ty,
        expr: ExprId,
        why: Why,
        from: Option<hir::ExprId>,
    ) -> ExprId {
        self.report_mismatch(expr, expected, why, from);
        lub.merged = Some(Ty::error());
        expr
    }

    /// Different function items, or capture-free closures, meet at their fn pointer type.
    fn common_fn_pointer(&mut self, merged: Ty, ty: Ty) -> Option<Ty> {
        let is_item = |ty: Ty| matches!(ty.kind(), TyKind::FnDef(..) | TyKind::Closure(..));
        if !is_item(merged) || !is_item(ty) || merged == ty {
            return None;
        }
        if let (TyKind::FnDef(a, _), TyKind::FnDef(b, _)) = (merged.kind(), ty.kind())
            && a == b
            && self.can_unify(merged, ty)
        {
            return None;
        }
        let capturing = |cx: &Self, ty: Ty| match ty.kind() {
            TyKind::Closure(def, _) => cx.own_closure(*def).is_none_or(|id| cx.mentions_upvars(id)),
            _ => false,
        };
        if capturing(self, merged) || capturing(self, ty) {
            return None;
        }
        self.fn_ptr_of(merged)
    }

    /// Coerces all branches to one type.
    fn lub_to(
        &mut self,
        lub: &mut Lub,
        target: Ty,
        expr: ExprId,
        why: Why,
        from: Option<hir::ExprId>,
    ) -> ExprId {
        for &old in &lub.exprs.clone() {
            if self.ty(old).is_never() {
                continue;
            }
            self.coerce_in_place(old, target);
        }
        lub.merged = Some(target);
        self.coerce_or_report(expr, target, why, from)
    }

    /// Coerces an expression that others refer to already.
    fn coerce_in_place(&mut self, id: ExprId, target: Ty) {
        // The coercion works on a copy under a new id; then the old id becomes its result.
        let copy = self.out.exprs[id].clone();
        if matches!(copy.kind, ExprKind::Coerce(Coercion::Never, _)) {
            self.out.exprs[id].ty = target;
            return;
        }
        let inner = self.out.exprs.push(copy);
        if let Ok(outer) = self.coerce(inner, target)
            && outer != inner
        {
            if matches!(self.out.exprs[id].kind, ExprKind::Loop { .. } | ExprKind::Block(_)) {
                self.moved.insert(id, inner);
            }
            self.out.exprs[id] = self.out.exprs[outer].clone();
        }
    }

    fn can_coerce_all(&mut self, lub: &Lub, target: Ty) -> bool {
        let exprs: Vec<ExprId> =
            lub.exprs.iter().copied().filter(|&e| !self.ty(e).is_never()).collect();
        self.probe(|cx| {
            exprs.iter().all(|&expr| {
                let copy = cx.out.exprs[expr].clone();
                let inner = cx.out.exprs.push(copy);
                cx.coerce(inner, target).is_ok()
            })
        })
    }
}
