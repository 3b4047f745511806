//! E0133: what only an `unsafe` block may do.
//!
//! Walks a finished body and remembers whether it is inside `unsafe`.

use vez_base::{DefKind, Span};
use vez_db::Db;
use vez_diag::{Diagnostic, registry as d};
use vez_hir as hir;
use vez_types::{Mutability, TyKind};

use crate::data::*;

/// Reports unsafe operations outside of `unsafe` blocks. `safe`: the body itself is not an `unsafe fn`'s.
pub(crate) fn check(db: &dyn Db, body: &Body, report: &mut dyn FnMut(Diagnostic)) {
    let is_unsafe = match &hir::signature(db, body.owner).value.kind {
        hir::SignatureKind::Fn(sig) => sig.is_unsafe,
        _ => false,
    };
    let mut walk = Walk { db, body, allowed: is_unsafe, report };
    walk.expr(body.value);
}

struct Walk<'a, 'r> {
    db: &'a dyn Db,
    body: &'a Body,
    allowed: bool,
    report: &'r mut dyn FnMut(Diagnostic),
}

impl Walk<'_, '_> {
    fn need(&mut self, what: impl std::fmt::Display, span: Span) {
        if !self.allowed {
            (self.report)(d::UnsafeNeeded { what }.at(span));
        }
    }

    fn exprs(&mut self, exprs: &[ExprId]) {
        for &expr in exprs {
            self.expr(expr);
        }
    }

    fn block(&mut self, id: BlockId) {
        let block = &self.body.blocks[id];
        let outer = self.allowed;
        self.allowed |= block.is_unsafe;
        for stmt in &block.stmts {
            match stmt {
                Stmt::Expr(expr) => self.expr(*expr),
                Stmt::Let { init, otherwise, .. } => {
                    self.exprs(init.as_slice());
                    if let Some(otherwise) = otherwise {
                        self.block(*otherwise);
                    }
                }
            }
        }
        self.exprs(block.tail.as_slice());
        self.allowed = outer;
    }

    fn expr(&mut self, id: ExprId) {
        let Expr { kind, span, .. } = &self.body.exprs[id];
        match kind {
            ExprKind::Deref(inner) => {
                if matches!(self.body.exprs[*inner].ty.kind(), TyKind::RawPtr(..)) {
                    self.need("dereference of a raw pointer", *span);
                }
                self.expr(*inner);
            }
            ExprKind::Static(def) => self.check_static(*def, *span),
            ExprKind::Field(base, _) => {
                let ty = self.body.exprs[*base].ty;
                if matches!(ty.kind(), TyKind::Adt(def, _) if def.kind() == DefKind::Union) {
                    self.need("access to a union's field", *span);
                }
                self.expr(*base);
            }
            ExprKind::Call { callee, args, .. } => {
                self.check_callee(*callee, *span);
                self.expr(*callee);
                self.exprs(args);
            }
            ExprKind::RawBorrow(_, place) => self.raw_borrow(*place),
            ExprKind::Assign(place, value) => {
                self.assigned(*place);
                self.expr(*value);
            }
            ExprKind::Block(block) => self.block(*block),
            ExprKind::Loop { body, .. } => self.block(*body),
            ExprKind::Closure(closure) => self.expr(self.body.closures[*closure].value),
            ExprKind::Match { scrutinee, arms, .. } => {
                self.expr(*scrutinee);
                for arm in arms {
                    self.exprs(arm.guard.as_slice());
                    self.expr(arm.body);
                }
            }
            ExprKind::If { cond, then, otherwise } => {
                self.exprs(&[*cond, *then]);
                self.exprs(otherwise.as_slice());
            }
            ExprKind::Adt { fields, base, .. } => {
                for (_, value) in fields {
                    self.expr(*value);
                }
                self.exprs(base.as_slice());
            }
            ExprKind::Tuple(items) | ExprKind::Array(items) => self.exprs(items),
            ExprKind::Index(a, b)
            | ExprKind::Binary(_, a, b)
            | ExprKind::And(a, b)
            | ExprKind::Or(a, b)
            | ExprKind::AssignOp(_, a, b) => self.exprs(&[*a, *b]),
            ExprKind::Borrow { expr: inner, .. }
            | ExprKind::Neg(inner)
            | ExprKind::Not(inner)
            | ExprKind::Cast(inner)
            | ExprKind::Coerce(_, inner)
            | ExprKind::Repeat(inner, _)
            | ExprKind::DropTemps(inner)
            | ExprKind::Let { expr: inner, .. } => self.expr(*inner),
            ExprKind::Break { value, .. } | ExprKind::Return(value) => {
                self.exprs(value.as_slice());
            }
            ExprKind::Lit(_)
            | ExprKind::FnRef
            | ExprKind::Const(..)
            | ExprKind::ConstParam(_)
            | ExprKind::Local(_)
            | ExprKind::Continue { .. }
            | ExprKind::Underscore
            | ExprKind::Hole
            | ExprKind::Error => {}
        }
    }

    /// The address of a static or of what a raw pointer reaches is safe to take.
    fn raw_borrow(&mut self, place: ExprId) {
        match &self.body.exprs[place].kind {
            ExprKind::Static(_) => {}
            ExprKind::Deref(inner)
                if matches!(self.body.exprs[*inner].ty.kind(), TyKind::RawPtr(..)) =>
            {
                self.expr(*inner);
            }
            _ => self.expr(place),
        }
    }

    /// A union's field may be overwritten safely.
    fn assigned(&mut self, place: ExprId) {
        match &self.body.exprs[place].kind {
            ExprKind::Field(base, _) => {
                let ty = self.body.exprs[*base].ty;
                if matches!(ty.kind(), TyKind::Adt(def, _) if def.kind() == DefKind::Union) {
                    self.assigned(*base);
                } else {
                    self.expr(place);
                }
            }
            ExprKind::Local(_) => {}
            _ => self.expr(place),
        }
    }

    fn check_static(&mut self, def: vez_base::DefId, span: Span) {
        let signature = hir::signature(self.db, def);
        if let hir::SignatureKind::Const { mutability: Mutability::Mut, .. } = signature.value.kind
        {
            self.need("use of a mutable static", span);
        } else if def.parent_def().is_some_and(|parent| parent.kind() == DefKind::ExternBlock) {
            self.need("use of an extern static", span);
        }
    }

    fn check_callee(&mut self, callee: ExprId, span: Span) {
        match self.body.exprs[callee].ty.kind() {
            TyKind::FnDef(def, _) if vez_traits::fn_sig(self.db, *def).is_unsafe => {
                self.need(format!("call of the unsafe function `{}`", def.name()), span);
            }
            TyKind::FnPtr(sig) if sig.is_unsafe => {
                self.need("call of an unsafe function pointer", span);
            }
            _ => {}
        }
    }
}
