//! Temporaries whose life a `let` extends: `let x = &temporary();`.
//!
//! The rules are syntactic (Rust reference, "temporary lifetime extension"). Extended expressions are noted before the
//! initialiser is lowered; making the temporary looks its scope up.

use super::Builder;
use super::scope::ScopeIndex;
use vez_thir::{Coercion, ExprId, ExprKind, PatId, PatKind};

impl Builder<'_> {
    /// Notes what the pattern and the initialiser of a `let` extend to a scope.
    pub(super) fn extend_temporaries(&mut self, pat: PatId, init: ExprId, scope: ScopeIndex) {
        if self.binds_by_ref(pat) {
            self.extend_operand(init, scope);
        }
        self.extend_expr(init, scope);
    }

    /// The scope of the temporary that holds an expression's value.
    pub(super) fn temp_scope_of(&self, id: ExprId) -> ScopeIndex {
        match self.extended.get(&id) {
            Some(scope) => *scope,
            None => self.temp_scope(),
        }
    }

    /// A pattern that may keep a reference into the initialiser's value.
    fn binds_by_ref(&self, pat: PatId) -> bool {
        let any = |fields: &[(u32, PatId)]| fields.iter().any(|(_, pat)| self.binds_by_ref(*pat));
        match &self.thir.pats[pat].kind {
            PatKind::Binding { by_ref, sub, .. } => {
                by_ref.is_some() || sub.is_some_and(|sub| self.binds_by_ref(sub))
            }
            PatKind::Leaf(fields) => any(fields),
            PatKind::Variant { fields, .. } => any(fields),
            PatKind::Slice { before, middle, after } => {
                before.iter().chain(middle).chain(after).any(|pat| self.binds_by_ref(*pat))
            }
            PatKind::Or(pats) => pats.iter().any(|pat| self.binds_by_ref(*pat)),
            _ => false,
        }
    }

    /// An extending expression: operands of `&` in it are extended.
    pub(super) fn extend_expr(&mut self, id: ExprId, scope: ScopeIndex) {
        match &self.expr(id).kind {
            ExprKind::Borrow { expr, explicit: true, .. } | ExprKind::RawBorrow(_, expr) => {
                self.extend_expr(*expr, scope);
                self.extend_operand(*expr, scope);
            }
            // The reborrow of an adjustment: `&*&temp()`, `&*deref(&*&temp())`.
            ExprKind::Borrow { expr, explicit: false, .. } => {
                let mut inner = *expr;
                while let ExprKind::Deref(pointer) = self.expr(inner).kind {
                    inner = self.operated_on(pointer).unwrap_or(pointer);
                }
                if inner != *expr {
                    self.extend_expr(inner, scope);
                }
            }
            ExprKind::Tuple(fields) | ExprKind::Array(fields) => {
                for &field in fields {
                    self.extend_expr(field, scope);
                }
            }
            ExprKind::Adt { fields, .. } => {
                for &(_, field) in fields {
                    self.extend_expr(field, scope);
                }
            }
            ExprKind::Cast(inner) => self.extend_expr(*inner, scope),
            ExprKind::Coerce(coercion, inner) if *coercion != Coercion::Never => {
                self.extend_expr(*inner, scope);
            }
            ExprKind::Block(block) => {
                if let Some(tail) = self.thir.blocks[*block].tail {
                    self.extend_expr(tail, scope);
                }
            }
            ExprKind::If { then, otherwise: Some(otherwise), .. } => {
                self.extend_expr(*then, scope);
                self.extend_expr(*otherwise, scope);
            }
            ExprKind::Match { arms, .. } => {
                for arm in arms {
                    self.extend_expr(arm.body, scope);
                }
            }
            _ => {}
        }
    }

    /// What an overloaded `*` or index operates on, behind a reference.
    fn operated_on(&self, id: ExprId) -> Option<ExprId> {
        match &self.expr(id).kind {
            ExprKind::Call { args, overloaded: true, .. } => args.first().copied(),
            _ => None,
        }
    }

    /// The operand of an extending `&`: itself and what it projects from.
    fn extend_operand(&mut self, mut id: ExprId, scope: ScopeIndex) {
        loop {
            self.extended.insert(id, scope);
            match self.expr(id).kind {
                ExprKind::Borrow { expr, .. } => id = expr,
                ExprKind::Deref(inner) => id = self.operated_on(inner).unwrap_or(inner),
                ExprKind::Field(inner, _)
                | ExprKind::Index(inner, _)
                | ExprKind::Coerce(_, inner) => id = inner,
                _ => return,
            }
        }
    }
}
