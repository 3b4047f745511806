//! Diagnostics for obligations that fail.

use super::fulfill::{FulfillError, FulfillErrorKind};
use super::obligation::Cause;
use crate::infer::InferCtxt;
use vez_diag::Diagnostic;
use vez_diag::registry::*;
use vez_types::{Flags, Predicate, TraitRef, Ty, TyKind};

/// The diagnostic for a failed obligation; `None` when it follows from something reported already.
pub fn report_error(infcx: &InferCtxt<'_>, error: &FulfillError) -> Option<Diagnostic> {
    let predicate = infcx.resolve_predicate(error.obligation.predicate);
    if predicate.flags().intersects(Flags::ERROR) {
        return None;
    }
    let span = error.root.cause.span;
    let diagnostic = match (predicate, error.kind) {
        (_, FulfillErrorKind::Overflow) => GoalOverflow { goal: predicate }.at(span),
        (Predicate::Trait(trait_ref), FulfillErrorKind::Ambiguous) => {
            ambiguous(infcx, trait_ref, span)
        }
        (Predicate::Projection { assoc, args, .. }, FulfillErrorKind::Ambiguous) => {
            let projection = Ty::new(TyKind::Projection(assoc, args));
            AmbiguousProjection { projection }.at(span)
        }
        (Predicate::Trait(trait_ref), _) => unsatisfied(infcx, trait_ref, error),
        (Predicate::Projection { assoc, args, ty }, FulfillErrorKind::Mismatch(found)) => {
            if found.has(Flags::ERROR) {
                return None;
            }
            let projection = Ty::new(TyKind::Projection(assoc, args));
            ProjectionMismatch { projection, expected: ty, found }.at(span)
        }
        (Predicate::Projection { assoc, args, .. }, _) => {
            let trait_ref = super::project::trait_ref_of(infcx.db, assoc, args)?;
            unsatisfied(infcx, trait_ref, error)
        }
        (Predicate::TypeOutlives(..) | Predicate::RegionOutlives(..), _) => return None,
    };
    Some(explain(infcx, diagnostic, error))
}

fn ambiguous(infcx: &InferCtxt<'_>, trait_ref: TraitRef, span: vez_base::Span) -> Diagnostic {
    // That a variable is sized says nothing to a reader; that it is unknown does.
    let self_ty = trait_ref.self_ty();
    let is_sized = infcx.lang.sized == Some(trait_ref.trait_);
    if is_sized || matches!(self_ty.kind(), TyKind::Infer(_)) {
        let origin = infcx.unknown_in(self_ty).map(|origin| origin.span);
        let span = origin.filter(|origin| !origin.is_dummy()).unwrap_or(span);
        return CannotInfer { what: "" }.at(span);
    }
    AmbiguousGoal { goal: Predicate::Trait(trait_ref) }.at(span)
}

fn unsatisfied(infcx: &InferCtxt<'_>, trait_ref: TraitRef, error: &FulfillError) -> Diagnostic {
    let span = error.root.cause.span;
    let ty = trait_ref.self_ty();
    let lang = infcx.lang;
    if lang.sized == Some(trait_ref.trait_) {
        let what = format!("the size of `{ty}` is not known at compile time");
        return UnsatisfiedBound { ty, trait_: "Sized" }.at(span).here(what);
    }
    if let (Some(expected), TyKind::Closure(def, args)) =
        (lang.fn_trait_kind(trait_ref.trait_), ty.kind())
        && let Some(kind) = infcx.closure_facts(*def, *args).and_then(|facts| facts.kind)
        && kind > expected
    {
        let found = format!("{kind:?}");
        return ClosureKind { expected: format!("{expected:?}"), found }.at(span);
    }
    let report = UnsatisfiedBound { ty, trait_: trait_ref }.at(span);
    if lang.slice_index == Some(trait_ref.trait_) && matches!(ty.kind(), TyKind::Int(_)) {
        return report.help("an index is a `usize`: convert it, as in `v[i as usize]`");
    }
    report
}

/// Where the requirement comes from.
fn explain(infcx: &InferCtxt<'_>, diagnostic: Diagnostic, error: &FulfillError) -> Diagnostic {
    let mut diagnostic = match error.root.cause.kind {
        Cause::Bound { item, bound } if !bound.is_dummy() => {
            let name = item.name();
            let text = match name.is_empty() {
                true => "required by a bound of this impl".to_owned(),
                false => format!("required by a bound in `{name}`"),
            };
            diagnostic.label(bound, text)
        }
        Cause::Sized { what } => {
            diagnostic.note(format!("{what} must have a size known at compile time"))
        }
        Cause::Static => diagnostic.note("a static can be used by several threads"),
        Cause::Try => diagnostic.note("`?` converts the error with `From`"),
        Cause::ForLoop => diagnostic.note("`for` takes what implements `IntoIterator`"),
        Cause::Unsize => diagnostic.note("required for the cast to a trait object"),
        _ => diagnostic,
    };
    let root = infcx.resolve_predicate(error.root.predicate);
    if error.obligation.depth > error.root.depth && root != error.obligation.predicate {
        diagnostic = diagnostic.note(format!("required for `{root}`"));
    }
    diagnostic
}
