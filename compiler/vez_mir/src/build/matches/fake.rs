//! Fake borrows: guards change nothing that their match looks at.
//!
//! Each place that some pattern tests, and each pointer that one looks through, is borrowed before the first test; the borrow
//! is read where a guard held. A guard that changes the place conflicts with it. No code comes of it.

use super::super::Builder;
use super::tree::{PlaceIx, Tree};
use crate::{BorrowKind, Mutability, Projection, Rvalue};
use vez_base::{FxHashSet, Span};
use vez_thir::{Arm, PatId, PatKind};
use vez_types::{Ty, TyKind};

/// The places found, each once, in the order of the text.
#[derive(Default)]
struct Found {
    order: Vec<PlaceIx>,
    seen: FxHashSet<PlaceIx>,
}

impl Found {
    fn add(&mut self, place: PlaceIx) {
        if self.seen.insert(place) {
            self.order.push(place);
        }
    }
}

impl Builder<'_> {
    /// Borrows what the arms' patterns look at.
    pub(super) fn fake_borrows(
        &mut self,
        tree: &mut Tree,
        root: PlaceIx,
        arms: &[Arm],
        span: Span,
    ) {
        let pointers = tree.builder(root).pointers();
        let through: Vec<PlaceIx> = pointers.map(|pointer| tree.place(pointer)).collect();
        let mut found = Found::default();
        for arm in arms {
            self.looked_at(tree, root, &through, arm.pat, &mut found);
        }
        for place in found.order {
            let builder = tree.builder(place);
            // A closure may have captured only a part of it, which is then a place of its own.
            if !self.is_resolvable(&builder) {
                continue;
            }
            let place = self.resolve(builder);
            let ty = Ty::reference(self.place_ty(&place), Mutability::Not);
            let fake = self.temp_of(Rvalue::Ref(BorrowKind::Fake, place), ty, span);
            tree.fakes.push(fake);
        }
    }

    /// `through`: the pointers on the way to `place`.
    fn looked_at(
        &self,
        tree: &mut Tree,
        place: PlaceIx,
        through: &[PlaceIx],
        pat: PatId,
        found: &mut Found,
    ) {
        let data = &self.thir.pats[pat];
        let parts = match &data.kind {
            PatKind::Wild | PatKind::Never | PatKind::Error => return,
            PatKind::Binding { sub, .. } => {
                through.iter().for_each(|&pointer| found.add(pointer));
                sub.iter().map(|&sub| (place, sub)).collect()
            }
            PatKind::Deref(sub) => {
                let mut through = through.to_vec();
                through.push(place);
                let place = tree.project(place, Projection::Deref);
                return self.looked_at(tree, place, &through, *sub, found);
            }
            PatKind::Leaf(fields) => {
                let step = |&(index, field): &(u32, PatId)| {
                    let ty = self.thir.pats[field].ty;
                    (tree.project(place, Projection::Field(index, ty)), field)
                };
                fields.iter().map(step).collect()
            }
            PatKind::Or(alternatives) => alternatives.iter().map(|&pat| (place, pat)).collect(),
            PatKind::Variant { def, variant, .. } => {
                if self.facts.variant_count(*def) > 1 {
                    tested(place, through, found);
                }
                self.variant_fields(tree, place, pat, *variant)
            }
            PatKind::Slice { .. } => {
                if !matches!(data.ty.kind(), TyKind::Array(..)) {
                    tested(place, through, found);
                }
                self.slice_elements(tree, place, pat)
            }
            PatKind::Lit(_) | PatKind::Const(..) | PatKind::Range { .. } => {
                tested(place, through, found);
                return;
            }
        };
        for (place, pat) in parts {
            self.looked_at(tree, place, through, pat, found);
        }
    }
}

fn tested(place: PlaceIx, through: &[PlaceIx], found: &mut Found) {
    through.iter().for_each(|&pointer| found.add(pointer));
    found.add(place);
}
