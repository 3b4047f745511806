//! Blocks, statements and `let`.

use super::scope::ScopeIndex;
use super::{Builder, Frame};
use crate::{Place, StatementKind};
use vez_base::Span;
use vez_thir::{BlockId, ExprId, ExprKind, PatId, PatKind, Stmt};
use vez_types::Ty;

impl Builder<'_> {
    /// A block expression; a labelled one can be left early with a value.
    pub(super) fn block_into(&mut self, dest: &Place, expr: ExprId, block: BlockId) {
        let data = &self.thir.blocks[block];
        if !data.labelled {
            return self.plain_block_into(dest, block);
        }
        let break_block = self.new_block(data.span);
        self.frames.push(Frame {
            expr,
            depth: self.depth(),
            break_block,
            continue_block: None,
            dest: dest.clone(),
            used: false,
        });
        self.plain_block_into(dest, block);
        let frame = self.frames.pop().expect("pushed above");
        if frame.used {
            if !self.dead {
                self.goto(break_block, data.span);
            }
            self.continue_at(break_block);
        }
    }

    fn plain_block_into(&mut self, dest: &Place, block: BlockId) {
        let data = &self.thir.blocks[block];
        self.in_scope(data.span, |this| {
            this.with_vars_here(|this| {
                for stmt in &data.stmts {
                    this.statement(stmt);
                }
                match data.tail {
                    Some(tail) => this.expr_into(dest, tail),
                    None if this.dead => {}
                    None => this.block_unit(dest, data.span),
                }
            });
        });
    }

    /// A block without a tail is `()`, unless it never ends.
    fn block_unit(&mut self, dest: &Place, span: Span) {
        if self.place_ty(dest).is_unit() {
            self.assign_unit(dest, span);
        }
    }

    fn statement(&mut self, stmt: &Stmt) {
        match *stmt {
            Stmt::Expr(expr) => {
                let span = self.expr(expr).span;
                self.terminating(span, |this| this.expr_stmt(expr));
            }
            Stmt::Let { pat, init: None, span, .. } => {
                self.declare_bindings(pat);
                for local in self.bindings_of(pat) {
                    self.var_storage(local, span);
                    self.schedule_var_drop(local);
                }
            }
            Stmt::Let { pat, init: Some(init), otherwise: None, span } => {
                self.declare_bindings(pat);
                let scope = self.var_scope();
                self.extend_temporaries(pat, init, scope);
                self.terminating(span, |this| this.let_init(pat, init, scope));
            }
            Stmt::Let { pat, init: Some(init), otherwise: Some(block), span } => {
                self.let_else(pat, init, block, span);
            }
        }
    }

    fn let_init(&mut self, pat: PatId, init: ExprId, scope: ScopeIndex) {
        match self.thir.pats[pat].kind {
            PatKind::Binding { local, by_ref: None, sub: None } => {
                let var = self.var_storage(local, self.thir.pats[pat].span);
                self.expr_into(&var.into(), init);
                self.schedule_drop(var, scope, self.body.locals[var].span);
            }
            // The value is looked at by nobody, a place not even read.
            PatKind::Wild if !self.is_place(init) => {
                self.expr_as_temp(init);
            }
            _ => {
                let place = self.place_builder(init);
                self.bind_irrefutable(place, pat);
            }
        }
    }

    fn let_else(&mut self, pat: PatId, init: ExprId, otherwise: BlockId, span: Span) {
        self.declare_bindings(pat);
        let failed = self.new_block(span);
        let depth = self.depth();
        let scope = self.var_scope();
        self.extend_temporaries(pat, init, scope);
        self.terminating(span, |this| {
            let place = this.place_builder(init);
            this.bind_refutable(place, pat, failed, depth);
        });
        let (matched, dead) = (self.current, self.dead);
        self.continue_at(failed);
        let never = self.new_temp(Ty::never(), span);
        self.terminating(span, |this| this.plain_block_into(&never.into(), otherwise));
        self.current = matched;
        self.dead = dead;
    }

    /// Evaluates for its effects; a value is dropped with the statement's temporaries.
    pub(super) fn expr_stmt(&mut self, expr: ExprId) {
        let data = self.expr(expr);
        match data.kind {
            ExprKind::Assign(place, value) => self.assign_expr(place, value, data.span),
            ExprKind::AssignOp(op, place, value) => {
                self.assign_op_expr(op, place, value, data.span);
            }
            _ if data.ty.is_unit() => {
                let sink = self.unit_sink(data.span);
                self.expr_into(&sink, expr);
            }
            _ => {
                self.expr_as_temp(expr);
            }
        }
    }

    /// The storage of a variable begins; it ends with the scope of bindings.
    pub(super) fn var_storage(&mut self, local: vez_thir::LocalId, span: Span) -> crate::Local {
        let var = self.vars[&local];
        self.push(StatementKind::StorageLive(var), span);
        self.schedule_storage(var, self.var_scope(), span);
        var
    }

    pub(super) fn schedule_var_drop(&mut self, local: vez_thir::LocalId) {
        let var = self.vars[&local];
        self.schedule_drop(var, self.var_scope(), self.body.locals[var].span);
    }
}
