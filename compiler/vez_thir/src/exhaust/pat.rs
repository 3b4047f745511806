//! Patterns reduced to constructor and fields, the form that usefulness works on.

use vez_types::{Ty, TyKind};

use super::PatCx;
use super::ctor::{Ctor, FloatRange, IntRange, IntSpace, SliceShape, float_value};
use crate::data::{Body, LitValue, PatId, PatKind};

/// A pattern as a constructor applied to patterns for all its fields; or-patterns stay apart.
#[derive(Clone, Debug)]
pub(super) struct DePat {
    pub(super) kind: DePatKind,
    pub(super) ty: Ty,
    /// Where it was written, for reports on one alternative.
    pub(super) source: PatId,
}

#[derive(Clone, Debug)]
pub(super) enum DePatKind {
    Ctor(Ctor, Vec<DePat>),
    Or(Vec<DePat>),
}

impl DePat {
    pub(super) fn wild(ty: Ty, source: PatId) -> DePat {
        DePat { kind: DePatKind::Ctor(Ctor::Wild, Vec::new()), ty, source }
    }
}

/// Reduces a pattern of the body. `None` where it was erroneous: nothing is to be said of its match.
pub(super) fn lower(cx: &PatCx<'_>, body: &Body, id: PatId) -> Option<DePat> {
    let pat = &body.pats[id];
    let ty = pat.ty;
    if ty.is_error() {
        return None;
    }
    let make = |ctor, fields| DePat { kind: DePatKind::Ctor(ctor, fields), ty, source: id };
    Some(match &pat.kind {
        PatKind::Error => return None,
        PatKind::Wild | PatKind::Binding { sub: None, .. } => make(Ctor::Wild, Vec::new()),
        PatKind::Never => make(Ctor::Wild, Vec::new()),
        PatKind::Binding { sub: Some(sub), .. } => return lower(cx, body, *sub),
        PatKind::Lit(lit) => lower_lit(*lit, ty, id),
        PatKind::Const(def, args) => {
            let value = super::constant::lower(cx, (*def, *args), ty, id);
            value.unwrap_or_else(|_| make(Ctor::Opaque, Vec::new()))
        }
        PatKind::Range { low, high, inclusive } => {
            make(range_ctor(ty, *low, *high, *inclusive), Vec::new())
        }
        PatKind::Deref(inner) => make(Ctor::Single, vec![lower(cx, body, *inner)?]),
        PatKind::Leaf(fields) => make(Ctor::Single, lower_fields(cx, body, ty, 0, fields, id)?),
        PatKind::Variant { variant, fields, .. } => {
            make(Ctor::Variant(*variant), lower_fields(cx, body, ty, *variant, fields, id)?)
        }
        PatKind::Slice { before, middle, after } => {
            let parts = before.iter().chain(after).map(|&part| lower(cx, body, part));
            let shape = match middle {
                Some(_) => SliceShape::Open(before.len(), after.len()),
                None => SliceShape::Fixed(before.len() + after.len()),
            };
            make(Ctor::Slice(shape), parts.collect::<Option<_>>()?)
        }
        PatKind::Or(alternatives) => {
            let alternatives = alternatives.iter().map(|&pat| lower(cx, body, pat));
            let kind = DePatKind::Or(alternatives.collect::<Option<_>>()?);
            DePat { kind, ty, source: id }
        }
    })
}

fn lower_fields(
    cx: &PatCx<'_>,
    body: &Body,
    ty: Ty,
    variant: u32,
    fields: &[(u32, PatId)],
    source: PatId,
) -> Option<Vec<DePat>> {
    let types = cx.field_types(ty, variant);
    let mut all: Vec<DePat> = types.iter().map(|&ty| DePat::wild(ty, source)).collect();
    for &(field, pat) in fields {
        *all.get_mut(field as usize)? = lower(cx, body, pat)?;
    }
    Some(all)
}

pub(super) fn lower_lit(lit: LitValue, ty: Ty, source: PatId) -> DePat {
    let make = |ctor, fields, ty| DePat { kind: DePatKind::Ctor(ctor, fields), ty, source };
    let target = match ty.kind() {
        TyKind::Ref(_, target, _) => *target,
        _ => ty,
    };
    let inner = match lit {
        LitValue::Int(value) => make(value_ctor(ty, value), vec![], ty),
        LitValue::Bool(value) => make(Ctor::Bool(value), vec![], ty),
        LitValue::Char(value) => make(value_ctor(ty, value.into()), vec![], ty),
        LitValue::Float(_) => make(range_ctor(ty, Some(lit), Some(lit), true), vec![], ty),
        LitValue::Str(text) => make(Ctor::Str(text), vec![], target),
        LitValue::ByteStr(text) => {
            let byte = |c: char| make(value_ctor(Ty::u8(), c.into()), vec![], Ty::u8());
            let bytes: Vec<DePat> = text.as_str().chars().map(byte).collect();
            make(Ctor::Slice(SliceShape::Fixed(bytes.len())), bytes, target)
        }
        LitValue::CStr(_) => make(Ctor::Opaque, vec![], target),
    };
    if target == ty { inner } else { make(Ctor::Single, vec![inner], ty) }
}

pub(super) fn value_ctor(ty: Ty, value: u128) -> Ctor {
    match IntSpace::of(ty) {
        Some(space) => {
            let place = space.encode(value);
            Ctor::Range(IntRange { low: place, high: place })
        }
        None if matches!(ty.kind(), TyKind::Bool) => Ctor::Bool(value != 0),
        None => Ctor::Opaque,
    }
}

fn range_ctor(ty: Ty, low: Option<LitValue>, high: Option<LitValue>, inclusive: bool) -> Ctor {
    if let Some(space) = IntSpace::of(ty) {
        let value = |lit| match lit {
            LitValue::Int(value) => value,
            LitValue::Char(value) => value.into(),
            _ => 0,
        };
        let low = low.map_or(space.first(), |lit| space.encode(value(lit)));
        let high = match high {
            None => space.last(ty),
            Some(lit) if inclusive => space.encode(value(lit)),
            Some(lit) => space.encode(value(lit)).saturating_sub(1),
        };
        return Ctor::Range(IntRange { low, high });
    }
    let value = |lit| match lit {
        LitValue::Float(bits) => float_value(ty, bits),
        _ => f64::NAN,
    };
    Ctor::Float(FloatRange {
        low: low.map_or(f64::NEG_INFINITY, value),
        high: high.map_or(f64::INFINITY, value),
        inclusive: inclusive || high.is_none(),
    })
}
