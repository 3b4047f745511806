//! `if`, `match`, loops, `break`, `return`: branches, targets, divergence.

use vez_base::Span;
use vez_diag::registry as d;
use vez_hir as hir;
use vez_types::Ty;

use super::{Expectation, FnCtxt, Lub, Target, Why};
use crate::data::*;

impl FnCtxt<'_> {
    pub(crate) fn check_condition(&mut self, cond: hir::ExprId) -> ExprId {
        self.check_has_type(cond, Ty::bool(), Why::Plain)
    }

    pub(crate) fn check_if(
        &mut self,
        cond: hir::ExprId,
        then: hir::ExprId,
        otherwise: Option<hir::ExprId>,
        expected: Expectation,
        span: Span,
    ) -> ExprId {
        let cond = self.check_condition(cond);
        let cond_diverges = std::mem::replace(&mut self.diverges, false);
        let expected = self.for_branches(expected);
        let target = self.coercion_target(expected, span);
        let mut lub = Lub::new(target);
        let (then_id, then_hir) = (self.check_expr(then, expected), then);
        let then_diverges = std::mem::replace(&mut self.diverges, false);
        let Some(otherwise) = otherwise else {
            let then_id = self.if_without_else(then_id, then_hir, span);
            self.diverges = cond_diverges;
            if self.ty(then_id).is_error() {
                return self.error_expr(span);
            }
            let kind = ExprKind::If { cond, then: then_id, otherwise: None };
            return self.push(kind, Ty::unit(), span);
        };
        let then_id = self.lub_push(&mut lub, then_id, Why::Plain, Some(then_hir));
        let else_id = self.check_expr(otherwise, expected);
        let else_diverges = std::mem::replace(&mut self.diverges, false);
        let why = match lub.first_span(self) {
            Some(span) => Why::IfBranches(span),
            None => Why::Plain,
        };
        let else_id = self.lub_push(&mut lub, else_id, why, Some(otherwise));
        self.diverges = cond_diverges || (then_diverges && else_diverges);
        let ty = self.lub_finish(&lub);
        self.settle_never(&lub, ty);
        self.push(ExprKind::If { cond, then: then_id, otherwise: Some(else_id) }, ty, span)
    }

    /// Branches that all diverge were coerced to an open variable; the whole is `!` then.
    fn settle_never(&mut self, lub: &Lub, ty: Ty) {
        if ty.is_never() && self.is_ty_var(self.shallow(lub.expected())) {
            self.diverging.push(lub.expected());
        }
    }

    fn if_without_else(&mut self, then: ExprId, from: hir::ExprId, span: Span) -> ExprId {
        let then_ty = self.ty(then);
        if then_ty.is_never() || then_ty.is_error() {
            return if then_ty.is_never() { self.never_to(then, Ty::unit()) } else { then };
        }
        if self.unify(Ty::unit(), then_ty).is_err() {
            let tail = self.tail_span(from);
            let diagnostic = d::IfWithoutElse { expected: self.resolve(then_ty) }.at(span);
            let diagnostic = diagnostic
                .label(tail, "the value of this branch")
                .help("add an `else` branch with a value, or end the value with `;`");
            self.report(diagnostic);
            return self.error_expr(span);
        }
        then
    }

    /// Where the value of a block-like expression is written.
    pub(crate) fn tail_span(&self, id: hir::ExprId) -> Span {
        let expr = &self.hir.exprs[id];
        match &expr.kind {
            hir::ExprKind::Block(block) => match self.hir.blocks[*block].tail {
                Some(tail) => self.tail_span(tail),
                None => expr.span,
            },
            _ => expr.span,
        }
    }

    /// `let p = e` in a condition.
    pub(crate) fn check_let_expr(
        &mut self,
        pat: hir::PatId,
        scrutinee: hir::ExprId,
        span: Span,
    ) -> ExprId {
        let expr = self.check_expr(scrutinee, Expectation::None);
        let ty = self.ty(expr);
        let pat = self.check_pat_top(pat, ty, Some(self.hir.exprs[scrutinee].span), Some(expr));
        self.push(ExprKind::Let { pat, expr }, Ty::bool(), span)
    }

    pub(crate) fn check_match(
        &mut self,
        scrutinee: hir::ExprId,
        arms: &[hir::Arm],
        source: MatchSource,
        expected: Expectation,
        span: Span,
    ) -> ExprId {
        let scrutinee_span = self.hir.exprs[scrutinee].span;
        let scrutinee = self.check_expr(scrutinee, Expectation::None);
        let scrutinee_diverges = std::mem::replace(&mut self.diverges, false);
        let ty = self.ty(scrutinee);
        let pats: Vec<PatId> = arms
            .iter()
            .map(|arm| self.check_pat_top(arm.pat, ty, Some(scrutinee_span), Some(scrutinee)))
            .collect();
        let expected = self.for_branches(expected);
        let target = match expected.only_type() {
            // The arms of a match for `()` may differ where the whole is a statement.
            Some(ty) => ty,
            None => self.fresh_ty(span),
        };
        let mut lub = Lub::new(target);
        let mut all_diverge = true;
        let mut checked = Vec::with_capacity(arms.len());
        for (arm, pat) in arms.iter().zip(pats) {
            self.diverges = false;
            let guard = arm.guard.map(|guard| self.check_condition(guard));
            self.diverges = false;
            let body = self.check_expr(arm.body, expected);
            all_diverge &= self.diverges;
            let why = match lub.first_span(self) {
                Some(span) if source == MatchSource::Normal => Why::FirstArm(span),
                _ => Why::Plain,
            };
            let body = self.lub_push(&mut lub, body, why, Some(arm.body));
            checked.push(Arm { pat, guard, body, span: arm.span });
        }
        self.diverges = scrutinee_diverges || all_diverge;
        let ty = self.lub_finish(&lub);
        self.settle_never(&lub, ty);
        self.push(ExprKind::Match { scrutinee, arms: checked, source }, ty, span)
    }

    pub(crate) fn check_loop(
        &mut self,
        id: hir::ExprId,
        body: hir::BlockId,
        source: LoopSource,
        expected: Expectation,
        span: Span,
    ) -> ExprId {
        let expr = self.reserve_expr(span);
        let lub = match source {
            LoopSource::Loop => {
                let target = self.coercion_target(expected, span);
                Some(Lub::new(target))
            }
            LoopSource::While | LoopSource::For => None,
        };
        let target = Target { expr, lub, may_break: false };
        self.targets.insert(id, target);
        let body = self.check_block_of_unit(body);
        let target = self.targets.remove(&id).expect("targets are removed where they are made");
        let ty = match (&target.lub, source) {
            (_, LoopSource::While | LoopSource::For) => Ty::unit(),
            (Some(lub), _) if target.may_break => self.lub_finish(lub),
            _ => Ty::never(),
        };
        // What follows is reached by `break` alone.
        self.diverges = !target.may_break && source == LoopSource::Loop;
        self.out.exprs[expr] = Expr { kind: ExprKind::Loop { body, source }, ty, span };
        expr
    }

    pub(crate) fn check_break(
        &mut self,
        target: Option<hir::ExprId>,
        value: Option<hir::ExprId>,
        span: Span,
    ) -> ExprId {
        let Some(id) = target.filter(|id| self.targets.contains_key(id)) else {
            if let Some(value) = value {
                self.check_expr(value, Expectation::None);
            }
            self.tainted = true;
            return self.push(ExprKind::Error, Ty::never(), span);
        };
        let (expr, expectation) = {
            let target = &self.targets[&id];
            let expectation = target.lub.as_ref().map(|lub| lub.expected());
            (target.expr, expectation)
        };
        let value = match (value, expectation) {
            (Some(value), Some(ty)) => {
                let checked = self.check_expr(value, Expectation::Type(ty));
                Some((checked, Some(value)))
            }
            (Some(value), None) => {
                // Reported where the loop's kind was first known.
                self.check_expr(value, Expectation::None);
                self.tainted = true;
                None
            }
            (None, Some(_)) => Some((self.unit_expr(span), None)),
            (None, None) => None,
        };
        let mut entry = self.targets.remove(&id).expect("looked up above");
        entry.may_break = true;
        let value = match (&mut entry.lub, value) {
            (Some(lub), Some((value, from))) => {
                let why = lub.first_span(self).map_or(Why::Plain, Why::SameBreak);
                Some(self.lub_push(lub, value, why, from))
            }
            _ => None,
        };
        self.targets.insert(id, entry);
        self.push(ExprKind::Break { target: expr, value }, Ty::never(), span)
    }

    pub(crate) fn check_continue(&mut self, target: Option<hir::ExprId>, span: Span) -> ExprId {
        match target.and_then(|id| self.targets.get(&id)) {
            Some(target) => {
                let target = target.expr;
                self.push(ExprKind::Continue { target }, Ty::never(), span)
            }
            None => {
                self.tainted = true;
                self.push(ExprKind::Error, Ty::never(), span)
            }
        }
    }

    pub(crate) fn check_return(&mut self, value: Option<hir::ExprId>, span: Span) -> ExprId {
        if !self.frames.last().is_some_and(|frame| frame.is_fn) {
            if let Some(value) = value {
                self.check_expr(value, Expectation::None);
            }
            self.report(d::ReturnOutsideFn.at(span));
            return self.push(ExprKind::Error, Ty::never(), span);
        }
        let frame = self.frames.last().expect("checked above");
        let (ret, ret_span) = (frame.ret, frame.ret_span);
        let expr = match value {
            Some(value) => {
                let expr = self.check_expr(value, Expectation::Type(ret));
                Some(self.push_return(expr, Some(value), ret_span))
            }
            None => {
                let found = self.shallow(ret);
                if self.unify(ret, Ty::unit()).is_err() {
                    let diagnostic = d::ReturnWithoutValue { expected: self.resolve(found) };
                    self.report(diagnostic.at(span));
                    None
                } else {
                    let unit = self.unit_expr(span);
                    Some(self.push_return(unit, None, ret_span))
                }
            }
        };
        self.push(ExprKind::Return(expr), Ty::never(), span)
    }

    /// Adds a returned value to the branches of the innermost function or closure.
    pub(crate) fn push_return(
        &mut self,
        expr: ExprId,
        from: Option<hir::ExprId>,
        ret_span: Option<Span>,
    ) -> ExprId {
        let mut frame = self.frames.pop().expect("a body has a frame");
        let why = ret_span.map_or(Why::Plain, Why::ReturnType);
        let expr = self.lub_push(&mut frame.lub, expr, why, from);
        self.frames.push(frame);
        expr
    }
}
