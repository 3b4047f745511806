//! The dispatch over expressions, and those too small for a file of their own.

use vez_base::Span;
use vez_diag::registry as d;
use vez_hir as hir;
use vez_types::{Ty, TyKind};

use super::{Expectation, FnCtxt, Why};
use crate::data::*;

impl FnCtxt<'_> {
    /// Checks an expression; its type may differ from what was expected.
    pub(crate) fn check_expr(&mut self, id: hir::ExprId, expected: Expectation) -> ExprId {
        let outer = std::mem::replace(&mut self.diverges, false);
        let expr = self.check_kind(id, expected);
        if self.ty(expr).is_never() {
            self.diverges = true;
        }
        self.diverges |= outer;
        expr
    }

    /// Checks an expression and coerces it to `ty`.
    pub(crate) fn check_coerce(&mut self, id: hir::ExprId, ty: Ty, why: Why) -> ExprId {
        let expr = self.check_expr(id, Expectation::Type(ty));
        self.coerce_or_report(expr, ty, why, Some(id))
    }

    /// Checks an expression that must have exactly the type `ty`: no coercion but from `!`.
    pub(crate) fn check_has_type(&mut self, id: hir::ExprId, ty: Ty, why: Why) -> ExprId {
        let expr = self.check_expr(id, Expectation::Type(ty));
        self.expect_type(expr, ty, why, Some(id))
    }

    /// Demands a type without coercion.
    pub(crate) fn expect_type(
        &mut self,
        expr: ExprId,
        ty: Ty,
        why: Why,
        from: Option<hir::ExprId>,
    ) -> ExprId {
        let found = self.ty(expr);
        if found.is_never() && !self.shallow(ty).is_never() {
            return self.never_to(expr, ty);
        }
        if self.unify(ty, found).is_err() {
            self.report_mismatch(expr, ty, why, from);
        }
        expr
    }

    fn check_kind(&mut self, id: hir::ExprId, expected: Expectation) -> ExprId {
        let hir = self.hir;
        let hir::Expr { kind, span } = &hir.exprs[id];
        let span = *span;
        match kind {
            hir::ExprKind::Lit(lit) => self.check_lit(*lit, expected, span),
            hir::ExprKind::Path(path) => self.check_path(path, expected, span),
            hir::ExprKind::Unary(op, operand) => self.check_unary(*op, *operand, expected, span),
            hir::ExprKind::Binary(op, a, b) => self.check_binary(*op, *a, *b, span),
            hir::ExprKind::Assign(place, value) => self.check_assign(*place, *value, span),
            hir::ExprKind::AssignOp(op, place, value) => {
                self.check_assign_op(*op, *place, *value, span)
            }
            hir::ExprKind::Ref { raw, mutability, expr } => {
                self.check_ref(*raw, *mutability, *expr, expected, span)
            }
            hir::ExprKind::Cast(inner, ty) => self.check_cast(*inner, *ty, span),
            hir::ExprKind::Call(callee, args) => self.check_call(*callee, args, expected, span),
            hir::ExprKind::MethodCall { receiver, segment, args } => {
                self.check_method_call(*receiver, segment, args, expected, span)
            }
            hir::ExprKind::Field(base, name, name_span) => {
                self.check_field(*base, *name, *name_span, span)
            }
            hir::ExprKind::Index(base, index) => self.check_index(*base, *index, span),
            hir::ExprKind::Tuple(items) => self.check_tuple(items, expected, span),
            hir::ExprKind::Array(items) => self.check_array(items, expected, span),
            hir::ExprKind::Repeat { value, len } => self.check_repeat(*value, len, expected, span),
            hir::ExprKind::Struct { path, fields, base } => {
                self.check_struct(path, fields, *base, expected, span)
            }
            hir::ExprKind::Block(block) => self.check_block_expr(id, *block, expected, span),
            hir::ExprKind::If { cond, then, otherwise } => {
                self.check_if(*cond, *then, *otherwise, expected, span)
            }
            hir::ExprKind::Let { pat, scrutinee } => self.check_let_expr(*pat, *scrutinee, span),
            hir::ExprKind::Loop { body, source } => {
                self.check_loop(id, *body, *source, expected, span)
            }
            hir::ExprKind::Match { scrutinee, arms, source } => {
                self.check_match(*scrutinee, arms, *source, expected, span)
            }
            hir::ExprKind::Closure(closure) => self.check_closure(closure, expected, span),
            hir::ExprKind::Break { target, value } => self.check_break(*target, *value, span),
            hir::ExprKind::Continue { target } => self.check_continue(*target, span),
            hir::ExprKind::Return(value) => self.check_return(*value, span),
            hir::ExprKind::Try(inner) => self.check_try(*inner, span),
            hir::ExprKind::DropTemps(inner) => {
                let inner = self.check_expr(*inner, expected);
                let ty = self.ty(inner);
                self.push(ExprKind::DropTemps(inner), ty, span)
            }
            hir::ExprKind::Underscore => {
                let ty = self.fresh_ty(span);
                self.push(ExprKind::Underscore, ty, span)
            }
            hir::ExprKind::Hole => {
                let ty = self.coercion_target(expected, span);
                if expected.only_type().is_none() {
                    self.diverging.push(ty);
                }
                self.push(ExprKind::Hole, ty, span)
            }
            hir::ExprKind::Error => {
                self.tainted = true;
                self.error_expr(span)
            }
        }
    }

    fn check_tuple(&mut self, items: &[hir::ExprId], expected: Expectation, span: Span) -> ExprId {
        let hints: &[Ty] = match expected.only_type().map(|ty| self.shallow(ty).kind()) {
            Some(TyKind::Tuple(types)) if types.as_slice().len() == items.len() => types.as_slice(),
            _ => &[],
        };
        let mut exprs = Vec::with_capacity(items.len());
        for (index, &item) in items.iter().enumerate() {
            exprs.push(match hints.get(index) {
                Some(&hint) => {
                    let expr = self.check_expr(item, Expectation::Type(hint));
                    // A mismatch is reported on the whole tuple, or on the item where that is enough.
                    self.coerce_or_report(expr, hint, Why::Plain, Some(item))
                }
                None => self.check_expr(item, Expectation::None),
            });
        }
        let types: Vec<Ty> = match hints {
            [] => exprs.iter().map(|&expr| self.ty(expr)).collect(),
            hints => hints.to_vec(),
        };
        self.push(ExprKind::Tuple(exprs), Ty::tuple(types), span)
    }

    fn array_elem_hint(&self, expected: Expectation) -> Option<Ty> {
        match self.hint(expected)?.kind() {
            TyKind::Array(elem, _) | TyKind::Slice(elem) => Some(*elem),
            _ => None,
        }
    }

    fn check_array(&mut self, items: &[hir::ExprId], expected: Expectation, span: Span) -> ExprId {
        let hint = self.array_elem_hint(expected);
        let target = hint.unwrap_or_else(|| self.fresh_ty(span));
        let mut lub = super::Lub::new(target);
        for &item in items {
            // Once the first element has decided the type, the others are held to it.
            let expr = self.check_expr(item, Expectation::Type(target));
            let why = lub.first_span(self).map_or(Why::Plain, Why::SameArray);
            self.lub_push(&mut lub, expr, why, Some(item));
        }
        let elem = if items.is_empty() { target } else { self.lub_finish(&lub) };
        let exprs = lub.into_exprs();
        let ty = Ty::array(elem, exprs.len() as u64);
        self.push(ExprKind::Array(exprs), ty, span)
    }

    fn check_repeat(
        &mut self,
        value: hir::ExprId,
        len: &hir::ConstArg,
        expected: Expectation,
        span: Span,
    ) -> ExprId {
        let len = self.lower_const_arg(len, Ty::usize(), span);
        let elem = match self.array_elem_hint(expected) {
            Some(hint) => {
                let value = self.check_coerce(value, hint, Why::Plain);
                return self.repeat_of(value, hint, len, span);
            }
            None => self.fresh_ty(span),
        };
        let value = self.check_has_type(value, elem, Why::Plain);
        self.repeat_of(value, elem, len, span)
    }

    fn repeat_of(&mut self, value: ExprId, elem: Ty, len: vez_types::Const, span: Span) -> ExprId {
        let is_const = matches!(self.out.exprs[value].kind, ExprKind::Const(..));
        if !is_const && !matches!(len.as_value(), Some(0 | 1)) {
            self.require_copy(elem, self.span(value), super::facts::NeedCopy::Repeat);
        }
        let ty = Ty::new(TyKind::Array(elem, len));
        self.push(ExprKind::Repeat(value, len), ty, span)
    }

    /// `&e`, `&mut e`, `&raw const e`, `&raw mut e`.
    fn check_ref(
        &mut self,
        raw: bool,
        mutability: Mutability,
        inner: hir::ExprId,
        expected: Expectation,
        span: Span,
    ) -> ExprId {
        let hint = match self.hint(expected).map(|ty| ty.kind()) {
            Some(TyKind::Ref(_, target, _) | TyKind::RawPtr(target, _)) => {
                if self.is_syntactic_place(inner) {
                    // A place keeps its type; only the reference to it is coerced.
                    match self.shallow(*target).kind() {
                        TyKind::Slice(_) | TyKind::Str | TyKind::Dyn(_) => {
                            Expectation::Rvalue(*target)
                        }
                        _ => Expectation::None,
                    }
                } else {
                    self.behind_ref(*target)
                }
            }
            _ => Expectation::None,
        };
        let expr = self.check_expr(inner, hint);
        if mutability == Mutability::Mut {
            self.make_place_mut(expr);
        }
        let ty = self.ty(expr);
        if raw {
            if !crate::captures::is_place(&self.out.exprs[expr].kind) && !ty.is_error() {
                self.report(d::NotSupported { what: "raw borrow of a temporary" }.at(span));
            }
            let ty = Ty::new(TyKind::RawPtr(ty, mutability));
            return self.push(ExprKind::RawBorrow(mutability, expr), ty, span);
        }
        let kind = match mutability {
            Mutability::Not => BorrowKind::Shared,
            Mutability::Mut => BorrowKind::Mut { two_phase: false },
        };
        let ty = Ty::reference(ty, mutability);
        self.push(ExprKind::Borrow { kind, expr, explicit: true }, ty, span)
    }

    /// Whether an expression denotes a place, from its form alone.
    pub(crate) fn is_syntactic_place(&self, id: hir::ExprId) -> bool {
        match &self.hir.exprs[id].kind {
            hir::ExprKind::Path(hir::QPath::Resolved { path, .. }) => match path.res {
                hir::Res::Local(_) | hir::Res::Err => true,
                hir::Res::Def(def) => def.kind() == vez_base::DefKind::Static,
                _ => false,
            },
            hir::ExprKind::Unary(hir::UnaryOp::Deref, _)
            | hir::ExprKind::Field(..)
            | hir::ExprKind::Index(..)
            | hir::ExprKind::Underscore
            | hir::ExprKind::Error => true,
            _ => false,
        }
    }
}
