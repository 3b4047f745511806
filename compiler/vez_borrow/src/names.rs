//! Places as users wrote them: `*self.items`, `pair.0`, `v[..]`.

use vez_hir::CtorKind;
use vez_mir::{Body, BodyKind, Facts, Local, Place, Projection, project_ty};
use vez_types::TyKind;

/// The name of a place; `None` for temporaries.
pub(crate) fn place_name(body: &Body, facts: &Facts<'_>, place: &Place) -> Option<String> {
    let (mut text, start) = root_name(body, place)?;
    let mut ty = place.prefix(start).ty(body);
    let mut variant = 0;
    // A dereference shows only when nothing follows it: fields and indices dereference by themselves.
    let mut pending_derefs = 0;
    for &step in &place.projection[start..] {
        match step {
            Projection::Deref => pending_derefs += 1,
            Projection::Field(index, _) => {
                pending_derefs = 0;
                text.push('.');
                text.push_str(&field_name(facts, ty, variant, index));
            }
            Projection::Index(_) | Projection::ConstantIndex { .. } => {
                pending_derefs = 0;
                text.push_str("[_]");
            }
            Projection::Subslice { .. } => {
                pending_derefs = 0;
                text.push_str("[..]");
            }
            Projection::Downcast(index) => variant = index,
        }
        if !matches!(step, Projection::Downcast(_)) {
            variant = 0;
        }
        ty = project_ty(ty, step);
    }
    Some(format!("{}{text}", "*".repeat(pending_derefs)))
}

/// The variable a place begins at, and how many steps its name stands for.
fn root_name(body: &Body, place: &Place) -> Option<(String, usize)> {
    if let Some((index, used)) = capture(body, place) {
        return Some((body.captures[index].name.to_string(), used));
    }
    let decl = &body.locals[place.local];
    let skip = decl.is_guard_ref && place.projection.first() == Some(&Projection::Deref);
    Some((decl.name?.to_string(), usize::from(skip)))
}

/// The captured variable that a place in a closure's body begins at, and the steps that reach it.
pub(crate) fn capture(body: &Body, place: &Place) -> Option<(usize, usize)> {
    if body.kind != BodyKind::Closure || place.local != Local::from_raw(1) {
        return None;
    }
    let skip = usize::from(place.projection.first() == Some(&Projection::Deref));
    let Some(Projection::Field(index, _)) = place.projection.get(skip) else { return None };
    let index = *index as usize;
    let by_ref = body.captures.get(index)?.by_ref;
    let used = skip + 1 + usize::from(by_ref);
    (used <= place.projection.len()).then_some((index, used))
}

fn field_name(facts: &Facts<'_>, ty: vez_types::Ty, variant: u32, index: u32) -> String {
    if let TyKind::Adt(def, _) = ty.kind()
        && let Some(variant) = facts.adt(*def).variants.get(variant as usize)
        && variant.ctor == CtorKind::Struct
        && let Some(field) = variant.fields.get(index as usize)
    {
        return field.name.to_string();
    }
    index.to_string()
}

/// The name of a place, or what to call it when it has none.
pub(crate) fn describe(body: &Body, facts: &Facts<'_>, place: &Place) -> String {
    place_name(body, facts, place).unwrap_or_else(|| "value".to_owned())
}
