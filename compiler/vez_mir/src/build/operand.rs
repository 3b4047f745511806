//! Expressions as operands and temporaries.

use super::Builder;
use super::scope::ScopeIndex;
use crate::{BodyKind, Local, Operand, Rvalue, StatementKind};
use vez_thir::{ExprId, ExprKind};
use vez_types::{Ty, TyKind};

impl Builder<'_> {
    /// The value of an expression, to be used at once.
    pub(super) fn expr_as_operand(&mut self, id: ExprId) -> Operand {
        let written = self.written(id);
        if written.is_none()
            && let Some(constant) = self.expr_as_constant(id)
        {
            return constant;
        }
        if self.is_place(id) {
            let place = self.expr_as_place(id);
            return self.consume(place);
        }
        let expr = self.expr(id);
        if is_scalar(expr.ty) {
            // Nobody takes its address, so its storage needs no ends.
            let temp = self.new_temp(expr.ty, expr.span);
            self.body.locals[temp].written = written;
            self.expr_into_own(&temp.into(), id);
            return self.consume(temp.into());
        }
        let temp = self.expr_as_temp(id);
        self.consume(temp.into())
    }

    /// The values of several expressions, evaluated in order. What is read from a place is copied out first when a later
    /// expression might change it.
    pub(super) fn operands(&mut self, ids: &[ExprId]) -> Vec<Operand> {
        self.operands_before(ids, None)
    }

    /// [`Self::operands`] that another expression is evaluated after.
    pub(super) fn operands_before(
        &mut self,
        ids: &[ExprId],
        after: Option<ExprId>,
    ) -> Vec<Operand> {
        let settled_from = match after {
            Some(after) if !self.keeps_values(after) => ids.len(),
            _ => ids.iter().rposition(|&id| !self.is_effect_free(id)).unwrap_or(0),
        };
        ids.iter()
            .enumerate()
            .map(|(index, &id)| {
                let settle = index < settled_from
                    || self.is_read_again(id, &ids[index + 1..])
                    || self.is_behind_two_phase(id, &ids[..index]);
                if settle { self.operand_settled(id) } else { self.expr_as_operand(id) }
            })
            .collect()
    }

    /// A value that moves although a later operand reads the same variable: the move comes first.
    fn is_read_again(&self, id: ExprId, later: &[ExprId]) -> bool {
        let Some(root) = self.root_local(id) else { return false };
        !self.facts.is_copy(self.expr(id).ty)
            && later.iter().any(|&other| self.root_local(other) == Some(root))
    }

    /// What is read through a pointer while the receiver is only reserved: the reads end before its borrow becomes a mutable one.
    fn is_behind_two_phase(&self, id: ExprId, earlier: &[ExprId]) -> bool {
        let is_reserved = |&id: &ExprId| {
            let two_phase = vez_thir::BorrowKind::Mut { two_phase: true };
            matches!(self.expr(id).kind, ExprKind::Borrow { kind, .. } if kind == two_phase)
        };
        self.is_indirect(id) && earlier.iter().any(is_reserved)
    }

    fn is_indirect(&self, mut id: ExprId) -> bool {
        loop {
            match self.expr(id).kind {
                ExprKind::Deref(_) => return true,
                ExprKind::Field(inner, _) | ExprKind::Index(inner, _) => id = inner,
                _ => return false,
            }
        }
    }

    fn root_local(&self, mut id: ExprId) -> Option<vez_thir::LocalId> {
        loop {
            match self.expr(id).kind {
                ExprKind::Local(local) => return Some(local),
                ExprKind::Field(inner, _) | ExprKind::Deref(inner) => id = inner,
                _ => return None,
            }
        }
    }

    /// A value that nothing evaluated later changes: a place's in a temporary of its own.
    pub(super) fn operand_settled(&mut self, id: ExprId) -> Operand {
        if !self.is_place(id) {
            return self.expr_as_operand(id);
        }
        let temp = self.expr_as_temp(id);
        self.consume(temp.into())
    }

    /// Evaluating it changes nothing, though it may panic.
    pub(super) fn keeps_values(&self, id: ExprId) -> bool {
        match &self.expr(id).kind {
            ExprKind::Static(_) => true,
            ExprKind::Field(inner, _) | ExprKind::Deref(inner) => self.keeps_values(*inner),
            ExprKind::Index(base, index) => self.keeps_values(*base) && self.keeps_values(*index),
            _ => self.is_effect_free(id),
        }
    }

    /// Evaluating it changes nothing and reads only what later operands read too.
    pub(super) fn is_effect_free(&self, id: ExprId) -> bool {
        match &self.expr(id).kind {
            ExprKind::Lit(_)
            | ExprKind::FnRef
            | ExprKind::Const(..)
            | ExprKind::ConstParam(_)
            | ExprKind::Local(_) => true,
            ExprKind::Field(inner, _) | ExprKind::Neg(inner) | ExprKind::Not(inner) => {
                self.is_effect_free(*inner)
            }
            ExprKind::Deref(inner) => self.is_effect_free(*inner),
            ExprKind::Binary(_, a, b) => self.is_effect_free(*a) && self.is_effect_free(*b),
            ExprKind::Cast(inner) => self.is_effect_free(*inner),
            _ => false,
        }
    }

    /// A value in a temporary that lives as long as the temporaries of its place in the program do.
    pub(super) fn expr_as_temp(&mut self, id: ExprId) -> Local {
        let expr = self.expr(id);
        let scope = self.temp_scope_of(id);
        let temp = self.new_temp(expr.ty, expr.span);
        self.body.locals[temp].written = self.written(id);
        self.begin_temp(temp, scope);
        self.expr_into_own(&temp.into(), id);
        self.schedule_drop(temp, scope, expr.span);
        temp
    }

    /// The type that an expression writes, lifetimes and all: only the borrow checker of code that runs asks.
    pub(super) fn written(&self, id: ExprId) -> Option<Ty> {
        if self.thir.written.is_empty() || self.body.kind == BodyKind::Const {
            return None;
        }
        let found = self.thir.written.binary_search_by_key(&id, |&(expr, _)| expr).ok()?;
        Some(self.thir.written[found].1)
    }

    fn begin_temp(&mut self, temp: Local, scope: ScopeIndex) {
        if scope.is_some() {
            let span = self.body.locals[temp].span;
            self.push(StatementKind::StorageLive(temp), span);
            self.schedule_storage(temp, scope, span);
        }
    }

    /// An operand was given away; a temporary it moved out of needs no drop from here on.
    pub(super) fn consumed(&mut self, operand: &Operand) {
        if let Operand::Move(place) = operand
            && let Some(local) = place.as_local()
            && self.body.locals[local].name.is_none()
            && !self.body.is_param(local)
        {
            self.moved(local);
        }
    }

    pub(super) fn consumed_all(&mut self, operands: &[Operand]) {
        for operand in operands {
            self.consumed(operand);
        }
    }

    /// The value in a local that nothing else writes: for what is read several times.
    pub(super) fn expr_as_scalar(&mut self, id: ExprId) -> Operand {
        let operand = self.expr_as_operand(id);
        match operand.place() {
            Some(place) if place.as_local().is_none() => {
                let expr = self.expr(id);
                let temp = self.temp_of(Rvalue::Use(operand), expr.ty, expr.span);
                Operand::Copy(temp.into())
            }
            _ => operand,
        }
    }
}

/// Fits a register and is never dropped.
pub(super) fn is_scalar(ty: Ty) -> bool {
    match ty.kind() {
        TyKind::Bool
        | TyKind::Char
        | TyKind::Int(_)
        | TyKind::Float(_)
        | TyKind::Never
        | TyKind::Ref(..)
        | TyKind::RawPtr(..)
        | TyKind::FnDef(..)
        | TyKind::FnPtr(_) => true,
        TyKind::Tuple(types) => types.as_slice().is_empty(),
        _ => false,
    }
}
