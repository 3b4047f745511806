//! Whether an access to one place touches what another place's borrow covers.

use vez_mir::{Body, BorrowKind, Facts, Mutability, Place, Projection, project_ty};
use vez_types::{Ty, TyKind};

/// How far an access reaches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Depth {
    /// The place itself, not what it points to.
    Shallow,
    Deep,
    /// What dropping the place runs through.
    Drop,
}

/// How two steps from the same place relate.
enum Overlap {
    Equal,
    Disjoint,
    /// Some of it: whatever follows, the places may touch.
    Arbitrary,
}

/// Whether accessing `access` touches the loan of `borrowed`.
pub(crate) fn conflicts(
    body: &Body,
    facts: &Facts<'_>,
    borrowed: &Place,
    kind: BorrowKind,
    access: &Place,
    depth: Depth,
) -> bool {
    if borrowed.local != access.local {
        return false;
    }
    let mut ty = body.locals[borrowed.local].ty;
    let common = borrowed.projection.len().min(access.projection.len());
    for index in 0..common {
        let (a, b) = (borrowed.projection[index], access.projection[index]);
        match overlap(facts, ty, a, b) {
            Overlap::Equal => {}
            Overlap::Disjoint => return false,
            Overlap::Arbitrary => return true,
        }
        ty = project_ty(ty, a);
    }
    if borrowed.projection.len() > common {
        return part_is_touched(facts, ty, &borrowed.projection[common..], depth);
    }
    // The access lies inside what is borrowed. A guard may change the parts that its match does not look at.
    kind != BorrowKind::Fake || access.projection.len() == common
}

/// A part of the accessed place is borrowed: does the access reach that far?
fn part_is_touched(facts: &Facts<'_>, mut ty: Ty, rest: &[Projection], depth: Depth) -> bool {
    for &step in rest {
        match (step, ty.kind()) {
            (Projection::Deref, _) if depth == Depth::Shallow => return false,
            (Projection::Deref, TyKind::Ref(_, _, Mutability::Not) | TyKind::RawPtr(..)) => {
                return false;
            }
            // Dropping a reference drops nothing behind it, dropping a box frees what it owns.
            (Projection::Deref, _) if depth == Depth::Drop && !facts.is_box(ty) => return false,
            // A destructor sees all of its value.
            (Projection::Field(..), TyKind::Adt(def, _))
                if depth == Depth::Drop && facts.has_drop_impl(*def) =>
            {
                return true;
            }
            _ => {}
        }
        ty = project_ty(ty, step);
    }
    true
}

fn overlap(facts: &Facts<'_>, ty: Ty, a: Projection, b: Projection) -> Overlap {
    use Projection::{ConstantIndex, Deref, Downcast, Field, Index, Subslice};
    match (a, b) {
        (Deref, Deref) => Overlap::Equal,
        (Field(i, _), Field(j, _)) if i == j => Overlap::Equal,
        (Field(..), Field(..)) => match ty.kind() {
            TyKind::Adt(def, _) if facts.is_union(*def) => Overlap::Arbitrary,
            _ => Overlap::Disjoint,
        },
        (Downcast(i), Downcast(j)) if i == j => Overlap::Equal,
        (Downcast(_), Downcast(_)) => Overlap::Disjoint,
        // A variant's fields lie in the enum.
        (Downcast(_), _) | (_, Downcast(_)) => Overlap::Arbitrary,
        (Index(_), Index(_) | ConstantIndex { .. } | Subslice { .. })
        | (ConstantIndex { .. } | Subslice { .. }, Index(_)) => Overlap::Equal,
        (
            ConstantIndex { offset: i, from_end: x, min_len: m },
            ConstantIndex { offset: j, from_end: y, min_len: n },
        ) => {
            let disjoint = if x == y {
                i != j
            } else {
                let (from_start, from_end) = if x { (j, i) } else { (i, j) };
                // Both matched: the slice is at least as long as the longer pattern.
                from_start < m.max(n).saturating_sub(from_end)
            };
            if disjoint { Overlap::Disjoint } else { Overlap::Equal }
        }
        (ConstantIndex { offset, from_end, min_len }, Subslice { from, to })
        | (Subslice { from, to }, ConstantIndex { offset, from_end, min_len }) => {
            let disjoint = if from_end {
                offset <= to
            } else {
                offset < from || matches!(ty.kind(), TyKind::Array(..)) && offset >= min_len - to
            };
            if disjoint { Overlap::Disjoint } else { Overlap::Equal }
        }
        (Subslice { .. }, Subslice { .. }) => Overlap::Equal,
        _ => Overlap::Arbitrary,
    }
}
