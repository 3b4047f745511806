//! Binding a row's variables, before and after its guard.

use super::super::Builder;
use super::super::rvalue::ref_kind;
use super::rows::Binding;
use super::tree::Tree;
use super::walk;
use crate::{BorrowKind, Mutability, Rvalue, StatementKind};
use vez_thir::{ExprId, ExprKind, LocalId};
use vez_types::Ty;

impl Builder<'_> {
    /// Begins the variables' storage and gives them their values.
    pub(super) fn bind_row(&mut self, tree: &mut Tree, bindings: &[Binding]) {
        // References come first: a by-move binding of `x @ ref y` would leave nothing to refer to.
        for binding in bindings.iter().filter(|binding| binding.by_ref.is_some()) {
            self.bind_one(tree, binding);
        }
        for binding in bindings.iter().filter(|binding| binding.by_ref.is_none()) {
            self.bind_one(tree, binding);
        }
    }

    fn bind_one(&mut self, tree: &mut Tree, binding: &Binding) {
        let var = self.vars[&binding.local];
        let place = self.tree_place(tree, binding.place);
        self.push(StatementKind::StorageLive(var), binding.span);
        let value = match binding.by_ref {
            Some(mutability) => Rvalue::Ref(ref_kind(mutability), place),
            None => Rvalue::Use(self.consume(place)),
        };
        self.assign(var, value, binding.span);
    }

    /// What a guard sees: references and copies are bound already; what moves is seen through a reference. Gives back the
    /// bindings to make once the guard holds.
    pub(super) fn bind_for_guard(&mut self, tree: &mut Tree, bindings: &[Binding]) -> Vec<Binding> {
        let mut later = Vec::new();
        for binding in bindings {
            let var = self.vars[&binding.local];
            let ty = self.body.locals[var].ty;
            if binding.by_ref.is_some() || self.facts.is_copy(ty) {
                self.bind_one(tree, binding);
                self.schedule_storage(var, self.var_scope(), binding.span);
                continue;
            }
            let place = self.tree_place(tree, binding.place);
            let reference = Rvalue::Ref(BorrowKind::Shared, place);
            let ref_ty = Ty::reference(ty, Mutability::Not);
            let guard_ref = self.temp_of(reference, ref_ty, binding.span);
            self.guard_refs.insert(binding.local, guard_ref);
            later.push(binding.clone());
        }
        later
    }

    /// The variables that `let`s in a guard bind.
    pub(super) fn guard_bindings(&self, guard: ExprId) -> Vec<LocalId> {
        let mut found = Vec::new();
        self.collect_guard_bindings(guard, &mut found);
        found
    }

    fn collect_guard_bindings(&self, guard: ExprId, found: &mut Vec<LocalId>) {
        match &self.expr(guard).kind {
            ExprKind::Let { pat, .. } => {
                walk(&self.thir.pats, *pat, &mut |local, _| {
                    if !found.contains(&local) {
                        found.push(local);
                    }
                });
            }
            ExprKind::And(a, b) => {
                self.collect_guard_bindings(*a, found);
                self.collect_guard_bindings(*b, found);
            }
            ExprKind::DropTemps(inner) => self.collect_guard_bindings(*inner, found),
            _ => {}
        }
    }
}
