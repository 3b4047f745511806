//! Binding a row's variables, before and after its guard.

use super::super::Builder;
use super::super::rvalue::ref_kind;
use super::rows::Binding;
use super::tree::Tree;
use super::walk;
use crate::{BorrowKind, Local, Mutability, Rvalue, StatementKind};
use vez_thir::{ExprId, ExprKind, LocalId};
use vez_types::Ty;

/// The bindings of a row while its guard runs.
#[derive(Default)]
pub(super) struct GuardBound {
    /// To be bound once the guard holds.
    pub(super) later: Vec<Binding>,
    /// Borrows that last as long as the guard.
    pub(super) refs: Vec<Local>,
}

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

    /// What a guard sees: references and copies are bound already; what moves is seen through a reference.
    pub(super) fn bind_for_guard(&mut self, tree: &mut Tree, bindings: &[Binding]) -> GuardBound {
        let mut bound = GuardBound::default();
        for binding in bindings {
            let var = self.vars[&binding.local];
            let decl = &self.body.locals[var];
            let (ty, is_mut) = (decl.ty, decl.mutability == Mutability::Mut);
            let moves = binding.by_ref.is_none() && !self.facts.is_copy(ty);
            if moves {
                bound.later.push(binding.clone());
            } else {
                self.bind_one(tree, binding);
            }
            let (kind, place, through) = match binding.by_ref {
                Some(Mutability::Not) => (BorrowKind::Shared, None, false),
                Some(Mutability::Mut) => (BorrowKind::Shared, Some(var.into()), true),
                None if moves => {
                    (BorrowKind::Shared, Some(self.tree_place(tree, binding.place)), true)
                }
                None if is_mut => (BorrowKind::Shared, Some(var.into()), true),
                // The copy is read as it is; what it was copied from stays as it is.
                None => (BorrowKind::Fake, Some(self.tree_place(tree, binding.place)), false),
            };
            if let Some(place) = place {
                let reference = self.guard_ref(binding, Rvalue::Ref(kind, place), ty);
                bound.refs.push(reference);
                if through {
                    self.guard_refs.insert(binding.local, reference);
                }
            }
            if !moves {
                self.schedule_storage(var, self.var_scope(), binding.span);
            }
        }
        bound
    }

    fn guard_ref(&mut self, binding: &Binding, value: Rvalue, ty: Ty) -> Local {
        let reference = self.temp_of(value, Ty::reference(ty, Mutability::Not), binding.span);
        let name = self.thir.locals[binding.local].name;
        let decl = &mut self.body.locals[reference];
        decl.name = Some(name);
        decl.is_guard_ref = true;
        reference
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
