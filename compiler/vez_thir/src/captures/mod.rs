//! What closures capture, how, and which closure trait follows (RFC 2229: disjoint places are captured apart).
//!
//! Runs when all types of the body are known. A walk over a closure's typed body notes every use of a place rooted outside of it (`uses`); here
//! those uses are narrowed to what may be captured and merged to the fewest places. Innermost closures first: their captures are uses of
//! the closure around them.

mod uses;

use indexmap::IndexMap;
use vez_base::Span;
use vez_types::{Mutability, Ty, TyKind};

use crate::check::FnCtxt;
use crate::data::*;

pub(crate) use uses::{is_place, walk_body};

/// A place under a local, with the type that each projection is applied to.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Place {
    pub(crate) local: LocalId,
    pub(crate) projections: Vec<Projection>,
    pub(crate) ty: Ty,
    /// What follows cannot be captured on its own (an element, an enum's field): projections are no longer recorded.
    pub(crate) frozen: bool,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Projection {
    pub(crate) kind: CaptureProjection,
    pub(crate) base: Ty,
}

/// One use of a place from inside a closure.
#[derive(Clone, Debug)]
pub(crate) struct PlaceUse {
    pub(crate) place: Place,
    pub(crate) by: CaptureBy,
    pub(crate) span: Span,
}

impl Place {
    fn truncate(&mut self, len: usize, by: &mut CaptureBy) {
        if len >= self.projections.len() {
            return;
        }
        let cut = &self.projections[len..];
        let through_mut = cut.iter().any(|p| is_deref_of(p, Mutability::Mut));
        if through_mut && matches!(by, CaptureBy::Ref(BorrowKind::Mut { .. })) {
            *by = CaptureBy::Ref(BorrowKind::UniqueCapture);
        }
        self.ty = cut[0].base;
        self.projections.truncate(len);
    }

    fn first_deref(&self) -> Option<usize> {
        self.projections.iter().position(|p| p.kind == CaptureProjection::Deref)
    }

    fn starts_with(&self, other: &Place) -> bool {
        self.local == other.local
            && self.projections.len() >= other.projections.len()
            && self.projections.iter().zip(&other.projections).all(|(a, b)| a.kind == b.kind)
    }
}

fn is_deref_of(projection: &Projection, wanted: Mutability) -> bool {
    projection.kind == CaptureProjection::Deref
        && matches!(projection.base.kind(), TyKind::Ref(_, _, m) if *m == wanted)
}

/// Decides captures and kind of one closure from the uses inside of it.
pub(crate) fn decide(cx: &mut FnCtxt<'_>, closure: ClosureId, uses: Vec<PlaceUse>) {
    let moves = cx.out.closures[closure].moves;
    let mut kind = ClosureKind::Fn;
    let mut captured: IndexMap<LocalId, Vec<PlaceUse>> = IndexMap::new();
    for mut used in uses {
        keep_safe(&mut used);
        drop_fields_behind_shared(&mut used);
        kind = kind.max(match used.by {
            CaptureBy::Value => ClosureKind::FnOnce,
            CaptureBy::Ref(BorrowKind::Shared) => ClosureKind::Fn,
            CaptureBy::Ref(_) => ClosureKind::FnMut,
        });
        if moves {
            let len = used.place.first_deref().unwrap_or(usize::MAX);
            used.place.truncate(len, &mut used.by);
            used.by = CaptureBy::Value;
        } else if used.by == CaptureBy::Value
            && let Some(len) = used.place.first_deref()
        {
            used.place.truncate(len, &mut used.by);
        }
        keep_droppable_whole(cx, &mut used);
        merge(captured.entry(used.place.local).or_default(), used);
    }
    let captures = captured.into_values().flat_map(|mut places| {
        // Fields are dropped in the order of their declaration.
        places.sort_by_key(|used| field_order(&used.place));
        places
    });
    cx.out.closures[closure].captures = captures
        .map(|used| Capture {
            local: used.place.local,
            projections: used.place.projections.iter().map(|p| p.kind).collect(),
            by: used.by,
            ty: used.place.ty,
            span: used.span,
        })
        .collect();
    cx.finish_closure_kind(closure, kind);
}

fn field_order(place: &Place) -> Vec<u32> {
    let index = |p: &Projection| match p.kind {
        CaptureProjection::Field(field) => Some(field),
        CaptureProjection::Deref => None,
    };
    place.projections.iter().filter_map(index).collect()
}

/// Creating a closure must not read through a raw pointer or a union: such a place is captured up to there.
fn keep_safe(used: &mut PlaceUse) {
    let unsafe_at = used.place.projections.iter().position(|p| match p.kind {
        CaptureProjection::Deref => matches!(p.base.kind(), TyKind::RawPtr(..)),
        CaptureProjection::Field(_) => {
            matches!(p.base.kind(), TyKind::Adt(def, _) if def.kind() == vez_base::DefKind::Union)
        }
    });
    let Some(len) = unsafe_at else { return };
    if used.place.projections[len].kind == CaptureProjection::Deref {
        // A raw pointer hands on no mutability; reading it is all that is needed.
        if used.by != CaptureBy::Value {
            used.by = CaptureBy::Ref(BorrowKind::Shared);
        }
    }
    used.place.truncate(len, &mut used.by);
}

/// Behind a shared reference the reference itself says all: one pointer for all fields.
fn drop_fields_behind_shared(used: &mut PlaceUse) {
    let last = used.place.projections.iter().rposition(|p| p.kind == CaptureProjection::Deref);
    if let Some(last) = last
        && is_deref_of(&used.place.projections[last], Mutability::Not)
    {
        used.place.truncate(last + 1, &mut used.by);
    }
}

/// A value cannot be moved out of a type that has a destructor.
fn keep_droppable_whole(cx: &mut FnCtxt<'_>, used: &mut PlaceUse) {
    if used.by != CaptureBy::Value || cx.is_copy(used.place.ty) {
        return;
    }
    let droppable = used.place.projections.iter().position(|p| {
        matches!(p.base.kind(), TyKind::Adt(def, _) if p.kind != CaptureProjection::Deref && cx.has_destructor(*def))
    });
    if let Some(len) = droppable {
        used.place.truncate(len, &mut used.by);
    }
}

/// Adds a place to the captures of one local, joined with what it contains or what contains it.
fn merge(places: &mut Vec<PlaceUse>, mut used: PlaceUse) {
    if let Some(ancestor) = places.iter_mut().find(|old| used.place.starts_with(&old.place)) {
        used.place.truncate(ancestor.place.projections.len(), &mut used.by);
        take_stronger(ancestor, used.by, used.span);
        return;
    }
    let mut kept = Vec::with_capacity(places.len() + 1);
    for mut old in places.drain(..) {
        if old.place.starts_with(&used.place) {
            old.place.truncate(used.place.projections.len(), &mut old.by);
            take_stronger(&mut used, old.by, old.span);
        } else {
            kept.push(old);
        }
    }
    kept.push(used);
    *places = kept;
}

fn take_stronger(used: &mut PlaceUse, by: CaptureBy, span: Span) {
    let strength = |by| match by {
        CaptureBy::Ref(BorrowKind::Shared) => 0,
        CaptureBy::Ref(BorrowKind::UniqueCapture) => 1,
        CaptureBy::Ref(BorrowKind::Mut { .. }) => 2,
        CaptureBy::Value => 3,
    };
    if strength(by) > strength(used.by) {
        used.by = by;
        used.span = span;
    }
}
