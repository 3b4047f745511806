//! Patterns: `match`, `let`, conditions.
//!
//! A match is a table of rows, one for each alternative of each arm. `rows` takes a row's patterns apart into what is
//! still to be tested and what is bound; `tree` picks a test, splits the table by its outcomes and goes on until the
//! first row has nothing left to test. Equal tables share a block, so the tree is a graph.

mod bind;
mod fake;
mod rows;
mod test;
mod tree;

use super::Builder;
use super::cond::Otherwise;
use super::place::PlaceBuilder;
use crate::{Block, LocalDecl, Place};
use rows::Row;
use tree::Tree;
use vez_base::Span;
use vez_thir::{Arm, ExprId, LocalId, PatId, PatKind};

impl Builder<'_> {
    /// `match scrutinee { arms }`
    pub(super) fn match_into(&mut self, dest: &Place, scrutinee: ExprId, arms: &[Arm], span: Span) {
        let place = self.place_builder(scrutinee);
        if self.dead {
            return;
        }
        let blocks: Vec<Block> = arms.iter().map(|arm| self.new_block(arm.span)).collect();
        let mut tree = Tree::new(blocks);
        let root = tree.place(place);
        let mut rows = Vec::new();
        for (index, arm) in arms.iter().enumerate() {
            self.declare_bindings(arm.pat);
            let row = Row::new(index, root, arm.pat, arm.guard);
            rows.extend(self.expand(&mut tree, row));
        }
        if arms.iter().any(|arm| arm.guard.is_some()) {
            self.fake_borrows(&mut tree, root, arms, span);
        }
        let head = self.table(&mut tree, rows, span);
        self.goto(head, span);
        self.run_tree(&mut tree);
        let join = self.new_block(span);
        let mut reached = false;
        for (arm, &block) in arms.iter().zip(&tree.arms) {
            self.continue_at(block);
            self.arm_body(dest, arm);
            if !self.dead {
                reached = true;
                self.goto(join, span);
            }
        }
        self.current = join;
        self.dead = !reached;
    }

    /// An arm's variables are bound; from here on they are dropped with the arm.
    fn arm_body(&mut self, dest: &Place, arm: &Arm) {
        self.in_scope(arm.span, |this| {
            this.with_vars_here(|this| {
                let mut bound = this.bindings_of(arm.pat);
                if let Some(guard) = arm.guard {
                    bound.extend(this.guard_bindings(guard));
                }
                this.schedule_bindings(&bound);
                let body_span = this.expr(arm.body).span;
                this.terminating(body_span, |this| this.expr_into(dest, arm.body));
            });
        });
    }

    fn schedule_bindings(&mut self, bound: &[LocalId]) {
        for &local in bound {
            let var = self.vars[&local];
            let span = self.body.locals[var].span;
            self.schedule_storage(var, self.var_scope(), span);
        }
        for &local in bound {
            self.schedule_var_drop(local);
        }
    }

    /// Binds what always matches.
    pub(super) fn bind_irrefutable(&mut self, place: PlaceBuilder, pat: PatId) {
        let unreachable = self.new_block(self.thir.pats[pat].span);
        let depth = self.depth();
        self.bind_refutable(place, pat, unreachable, depth);
    }

    /// Binds a pattern and goes on, or leaves the scopes from `depth` on and goes to `failed`.
    pub(super) fn bind_refutable(
        &mut self,
        place: PlaceBuilder,
        pat: PatId,
        failed: Block,
        depth: usize,
    ) {
        if self.dead {
            // The variables stay declared: later code may name them.
            return;
        }
        let span = self.thir.pats[pat].span;
        let matched = self.new_block(span);
        let mut tree = Tree::new(vec![matched]);
        let root = tree.place(place);
        let rows = self.expand(&mut tree, Row::new(0, root, pat, None));
        let bound = self.bindings_of(pat);
        if let [row] = &rows[..]
            && row.tests.is_empty()
        {
            self.bind_row(&mut tree, &rows[0].bindings);
        } else {
            tree.otherwise = Some(Otherwise { block: failed, depth });
            let head = self.table(&mut tree, rows, span);
            self.goto(head, span);
            self.run_tree(&mut tree);
            self.continue_at(matched);
        }
        self.schedule_bindings(&bound);
    }

    /// Makes a local for each variable of a pattern.
    pub(super) fn declare_bindings(&mut self, pat: PatId) {
        let (pats, locals) = (&self.thir.pats, &self.thir.locals);
        let mut found = Vec::new();
        walk(pats, pat, &mut |local, by_ref| found.push((local, by_ref)));
        for (local, by_ref) in found {
            if self.vars.contains_key(&local) {
                continue;
            }
            let data = &locals[local];
            let decl = LocalDecl {
                ty: data.ty,
                written: data.written,
                mutability: data.mutability,
                name: Some(data.name),
                span: data.span,
                by_ref_binding: by_ref,
                is_guard_ref: false,
            };
            let var = self.body.locals.push(decl);
            self.vars.insert(local, var);
        }
    }

    /// The variables of a pattern, each once.
    pub(super) fn bindings_of(&self, pat: PatId) -> Vec<LocalId> {
        let mut found = Vec::new();
        walk(&self.thir.pats, pat, &mut |local, _| {
            if !found.contains(&local) {
                found.push(local);
            }
        });
        found
    }
}

type Pats = vez_base::IdVec<PatId, vez_thir::Pat>;

/// Visits the bindings of a pattern in the order in which they begin, Rust's: that of the text, except that what stands behind a
/// slice pattern's `..` is counted from the end.
fn walk(pats: &Pats, pat: PatId, visit: &mut impl FnMut(LocalId, bool)) {
    match &pats[pat].kind {
        PatKind::Binding { local, by_ref, sub } => {
            visit(*local, by_ref.is_some());
            if let Some(sub) = sub {
                walk(pats, *sub, visit);
            }
        }
        PatKind::Deref(sub) => walk(pats, *sub, visit),
        PatKind::Leaf(fields) | PatKind::Variant { fields, .. } => {
            fields.iter().for_each(|(_, field)| walk(pats, *field, visit));
        }
        PatKind::Slice { before, middle, after } => {
            before
                .iter()
                .chain(middle)
                .chain(after.iter().rev())
                .for_each(|pat| walk(pats, *pat, visit));
        }
        PatKind::Or(alternatives) => alternatives.iter().for_each(|pat| walk(pats, *pat, visit)),
        PatKind::Wild
        | PatKind::Lit(_)
        | PatKind::Const(..)
        | PatKind::Range { .. }
        | PatKind::Never
        | PatKind::Error => {}
    }
}
