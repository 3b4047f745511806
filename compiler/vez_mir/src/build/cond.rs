//! Conditions: `if`, lazy operators, `let` chains.

use super::Builder;
use crate::{Block, Operand, Place, Rvalue, TerminatorKind};
use vez_base::Span;
use vez_thir::{ExprId, ExprKind, LitValue};
use vez_types::Ty;

/// Where a condition goes when it fails: the block, and the scopes that stay.
#[derive(Clone, Copy)]
pub(super) struct Otherwise {
    pub(super) block: Block,
    pub(super) depth: usize,
}

impl Builder<'_> {
    pub(super) fn if_into(
        &mut self,
        dest: &Place,
        cond: ExprId,
        then: ExprId,
        otherwise: Option<ExprId>,
        span: Span,
    ) {
        let failed = self.new_block(span);
        let join = self.new_block(span);
        let depth = self.depth();
        // The scope of what `let`s in the condition bind.
        let then_reached = self.in_scope(span, |this| {
            this.with_vars_here(|this| {
                this.condition(cond, Otherwise { block: failed, depth });
                let then_span = this.expr(then).span;
                this.terminating(then_span, |this| this.expr_into(dest, then));
                !this.dead
            })
        });
        if then_reached {
            self.goto(join, span);
        }
        self.continue_at(failed);
        match otherwise {
            Some(otherwise) => {
                let else_span = self.expr(otherwise).span;
                self.terminating(else_span, |this| this.expr_into(dest, otherwise));
            }
            None => self.assign_unit(dest, span),
        }
        if !self.dead {
            self.goto(join, span);
        }
        let reached = then_reached || !self.dead;
        self.current = join;
        self.dead = !reached;
    }

    /// `a && b`, `a || b`, a `let`: as a `bool`.
    pub(super) fn lazy_into(&mut self, dest: &Place, id: ExprId, span: Span) {
        let failed = self.new_block(span);
        let join = self.new_block(span);
        let depth = self.depth();
        self.in_scope(span, |this| {
            this.with_vars_here(|this| this.condition(id, Otherwise { block: failed, depth }));
            if !this.dead {
                let value = Rvalue::Use(Operand::bool(true, span));
                this.assign(dest.clone(), value, span);
            }
        });
        self.goto(join, span);
        self.continue_at(failed);
        self.assign(dest.clone(), Rvalue::Use(Operand::bool(false, span)), span);
        self.goto(join, span);
        self.continue_at(join);
    }

    /// Goes on where the condition holds, elsewhere when it does not.
    pub(super) fn condition(&mut self, id: ExprId, otherwise: Otherwise) {
        let expr = self.expr(id);
        let span = expr.span;
        match &expr.kind {
            ExprKind::And(a, b) => {
                self.lazy_operand(*a, otherwise);
                self.lazy_operand(*b, otherwise);
            }
            ExprKind::Or(a, b) => {
                let second = self.new_block(span);
                let holds = self.new_block(span);
                let depth = self.depth();
                self.lazy_operand(*a, Otherwise { block: second, depth });
                self.goto(holds, span);
                self.continue_at(second);
                self.lazy_operand(*b, otherwise);
                self.goto(holds, span);
                self.continue_at(holds);
            }
            ExprKind::Not(inner) => {
                let fails = self.new_block(span);
                let depth = self.depth();
                self.lazy_operand(*inner, Otherwise { block: fails, depth });
                self.exit_to(otherwise.depth, otherwise.block, span);
                self.continue_at(fails);
            }
            ExprKind::Let { pat, expr } => {
                self.declare_bindings(*pat);
                let place = self.place_builder(*expr);
                self.bind_refutable(place, *pat, otherwise.block, otherwise.depth);
            }
            ExprKind::DropTemps(inner) if self.branches(*inner) => {
                self.terminating(span, |this| this.condition(*inner, otherwise));
            }
            ExprKind::DropTemps(inner) if self.is_place(*inner) => {
                self.plain_condition(*inner, otherwise);
            }
            ExprKind::Lit(LitValue::Bool(true)) => {}
            _ => self.plain_condition(id, otherwise),
        }
    }

    /// A condition whose parts decide on their own.
    fn branches(&self, id: ExprId) -> bool {
        match &self.expr(id).kind {
            ExprKind::And(..) | ExprKind::Or(..) | ExprKind::Let { .. } => true,
            ExprKind::Not(inner) | ExprKind::DropTemps(inner) => self.branches(*inner),
            _ => false,
        }
    }

    /// An operand of `&&`, `||` or `!`: its temporaries end with it, unless a `let` hands them on.
    fn lazy_operand(&mut self, id: ExprId, otherwise: Otherwise) {
        let expr = self.expr(id);
        match expr.kind {
            ExprKind::And(..) | ExprKind::Or(..) | ExprKind::Not(_) | ExprKind::Let { .. } => {
                self.condition(id, otherwise);
            }
            _ => self.plain_condition(id, otherwise),
        }
    }

    /// Evaluates a `bool`, ends its temporaries, then branches.
    fn plain_condition(&mut self, id: ExprId, otherwise: Otherwise) {
        let span = self.expr(id).span;
        let cond = if self.is_place(id) && self.is_effect_free(id) {
            self.expr_as_operand(id)
        } else {
            self.terminating(span, |this| {
                let cond = this.new_temp(Ty::bool(), span);
                this.expr_into(&cond.into(), id);
                Operand::Copy(cond.into())
            })
        };
        self.branch(cond, otherwise, span);
    }

    fn branch(&mut self, cond: Operand, otherwise: Otherwise, span: Span) {
        if self.dead {
            return;
        }
        let holds = self.new_block(span);
        let fails = self.new_block(span);
        let targets = vec![(0, fails)];
        self.terminate(TerminatorKind::Switch { discr: cond, targets, otherwise: holds }, span);
        self.current = fails;
        self.exit_to(otherwise.depth, otherwise.block, span);
        self.continue_at(holds);
    }
}
