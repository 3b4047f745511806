//! Rows of a match: what is still to be tested, what is bound. Taking patterns apart.

use super::super::Builder;
use super::tree::{PlaceIx, Tree};
use crate::{Mutability, Projection};
use vez_base::Span;
use vez_thir::{ExprId, LocalId, PatId, PatKind};
use vez_types::TyKind;

/// One alternative of one arm.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Row {
    pub(super) arm: usize,
    pub(super) guard: Option<ExprId>,
    /// Refutable patterns on places, in the order of the text.
    pub(super) tests: Vec<(PlaceIx, PatId)>,
    pub(super) bindings: Vec<Binding>,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Binding {
    pub(super) local: LocalId,
    pub(super) by_ref: Option<Mutability>,
    pub(super) place: PlaceIx,
    pub(super) span: Span,
}

impl Row {
    pub(super) fn new(arm: usize, root: PlaceIx, pat: PatId, guard: Option<ExprId>) -> Row {
        Row { arm, guard, tests: vec![(root, pat)], bindings: Vec::new() }
    }
}

impl Builder<'_> {
    /// Takes apart what needs no test, and alternatives into rows of their own.
    pub(super) fn expand(&mut self, tree: &mut Tree, row: Row) -> Vec<Row> {
        let mut done = Vec::new();
        let mut open = vec![row];
        while let Some(mut row) = open.pop() {
            let mut tests = Vec::with_capacity(row.tests.len());
            let mut alternatives = None;
            for (place, pat) in std::mem::take(&mut row.tests) {
                self.take_apart(tree, place, pat, &mut tests, &mut row.bindings);
            }
            if let Some(position) = tests.iter().position(|(_, pat)| self.is_or(*pat)) {
                alternatives = Some(position);
            }
            row.tests = tests;
            let Some(position) = alternatives else {
                done.push(row);
                continue;
            };
            let (place, pat) = row.tests[position];
            let PatKind::Or(pats) = &self.thir.pats[pat].kind else { continue };
            // Later alternatives are pushed first: the stack gives them back in order.
            for &alternative in pats.iter().rev() {
                let mut split = row.clone();
                split.tests[position] = (place, alternative);
                open.push(split);
            }
        }
        done
    }

    fn is_or(&self, pat: PatId) -> bool {
        matches!(self.thir.pats[pat].kind, PatKind::Or(_))
    }

    /// Moves what is bound to `bindings` and what must be tested to `tests`.
    fn take_apart(
        &mut self,
        tree: &mut Tree,
        place: PlaceIx,
        pat: PatId,
        tests: &mut Vec<(PlaceIx, PatId)>,
        bindings: &mut Vec<Binding>,
    ) {
        let data = &self.thir.pats[pat];
        match &data.kind {
            PatKind::Wild | PatKind::Error => {}
            PatKind::Binding { local, by_ref, sub } => {
                bindings.push(Binding { local: *local, by_ref: *by_ref, place, span: data.span });
                if let Some(sub) = sub {
                    self.take_apart(tree, place, *sub, tests, bindings);
                }
            }
            PatKind::Deref(sub) => {
                let place = tree.project(place, Projection::Deref);
                self.take_apart(tree, place, *sub, tests, bindings);
            }
            PatKind::Leaf(fields) => {
                for &(index, field) in fields {
                    let step = Projection::Field(index, self.thir.pats[field].ty);
                    let place = tree.project(place, step);
                    self.take_apart(tree, place, field, tests, bindings);
                }
            }
            PatKind::Variant { def, variant, .. } if self.facts.variant_count(*def) == 1 => {
                for (place, field) in self.variant_fields(tree, place, pat, *variant) {
                    self.take_apart(tree, place, field, tests, bindings);
                }
            }
            PatKind::Slice { .. } if matches!(data.ty.kind(), TyKind::Array(..)) => {
                for (place, elem) in self.slice_elements(tree, place, pat) {
                    self.take_apart(tree, place, elem, tests, bindings);
                }
            }
            PatKind::Slice { before, middle: Some(middle), after }
                if before.is_empty() && after.is_empty() =>
            {
                let step = Projection::Subslice { from: 0, to: 0 };
                let place = tree.project(place, step);
                self.take_apart(tree, place, *middle, tests, bindings);
            }
            _ => tests.push((place, pat)),
        }
    }

    /// The places and patterns of a variant's fields.
    pub(super) fn variant_fields(
        &self,
        tree: &mut Tree,
        place: PlaceIx,
        pat: PatId,
        variant: u32,
    ) -> Vec<(PlaceIx, PatId)> {
        let PatKind::Variant { fields, .. } = &self.thir.pats[pat].kind else { return Vec::new() };
        if fields.is_empty() {
            return Vec::new();
        }
        let place = tree.project(place, Projection::Downcast(variant));
        fields
            .iter()
            .map(|&(index, field)| {
                let step = Projection::Field(index, self.thir.pats[field].ty);
                (tree.project(place, step), field)
            })
            .collect()
    }

    /// The places and patterns of a slice pattern's parts.
    pub(super) fn slice_elements(
        &self,
        tree: &mut Tree,
        place: PlaceIx,
        pat: PatId,
    ) -> Vec<(PlaceIx, PatId)> {
        let data = &self.thir.pats[pat];
        let PatKind::Slice { before, middle, after } = &data.kind else { return Vec::new() };
        let min_len = (before.len() + after.len()) as u64;
        let mut parts = Vec::with_capacity(before.len() + after.len() + 1);
        for (index, &elem) in before.iter().enumerate() {
            let offset = index as u64;
            let step = Projection::ConstantIndex { offset, min_len, from_end: false };
            parts.push((tree.project(place, step), elem));
        }
        if let Some(middle) = *middle {
            let step = Projection::Subslice { from: before.len() as u64, to: after.len() as u64 };
            parts.push((tree.project(place, step), middle));
        }
        let len = match data.ty.kind() {
            TyKind::Array(_, len) => len.as_value(),
            _ => None,
        };
        for (index, &elem) in after.iter().enumerate() {
            let back = (after.len() - index) as u64;
            // Arrays know their length: counting from the start keeps move paths simple.
            let step = match len {
                Some(len) => Projection::ConstantIndex {
                    offset: len as u64 - back,
                    min_len: len as u64,
                    from_end: false,
                },
                None => Projection::ConstantIndex { offset: back, min_len, from_end: true },
            };
            parts.push((tree.project(place, step), elem));
        }
        parts
    }
}
