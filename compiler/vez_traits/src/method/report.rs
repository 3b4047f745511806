//! Diagnostics for names that mean nothing on a type, or too much.

use super::index::{ProbeScope, inherent_items};
use super::pick::MethodError;
use crate::collect::{AssocKind, associated_items, impl_trait_ref};
use crate::infer::InferCtxt;
use crate::solve::ty_head;
use vez_base::{DefId, DefKind, FxHashSet, Name, Span, dist};
use vez_db::CrateId;
use vez_diag::Diagnostic;
use vez_diag::registry::*;
use vez_types::{InferTy, Predicate, Ty, TyKind};

/// The diagnostic for a failed probe of `name` on `ty`; `what` is "method", "function or constant".
pub fn report_method_error(
    infcx: &mut InferCtxt<'_>,
    scope: &ProbeScope<'_>,
    error: &MethodError,
    ty: Ty,
    name: Name,
    what: &str,
    span: Span,
) -> Option<Diagnostic> {
    let ty = infcx.resolve(ty);
    if ty.has(vez_types::Flags::ERROR) || has_unknown_bounds(infcx, scope, ty) {
        return None;
    }
    Some(match error {
        MethodError::Unknown => CannotInfer { what: "" }.at(span),
        // Defined twice in one place: reported there.
        MethodError::Ambiguous(items)
            if items.windows(2).all(|two| two[0].parent_def() == two[1].parent_def()) =>
        {
            return None;
        }
        MethodError::Ambiguous(items) => {
            let mut diagnostic = AmbiguousMethod { name }.at(span);
            for &item in items {
                let owner = item.parent_def().map_or_else(String::new, |owner| owner.path());
                diagnostic = diagnostic.note(format!("candidate: `{owner}::{name}`"));
            }
            diagnostic
        }
        MethodError::NotFound { private: Some(item), .. } => {
            let here = "declared here";
            PrivateMethod { name }.at(span).label(vez_hir::name_span(infcx.db, *item), here)
        }
        MethodError::NotFound { steps, unsatisfied, not_a_method, .. } => {
            let numeric = matches!(ty.kind(), TyKind::Infer(InferTy::Int(_) | InferTy::Float(_)));
            if numeric && what == "method" && is_numeric_method(infcx, scope, name) {
                return Some(AmbiguousNumeric { name }.at(span));
            }
            let diagnostic = NoSuchMember { what, name, ty }.at(span);
            explain(infcx, scope, diagnostic, steps, unsatisfied, *not_a_method, name)
        }
    })
}

/// Whether bounds that are wrong themselves may have been meant to give a type parameter what it lacks.
fn has_unknown_bounds(infcx: &InferCtxt<'_>, scope: &ProbeScope<'_>, mut ty: Ty) -> bool {
    while let TyKind::Ref(_, target, _) = ty.kind() {
        ty = *target;
    }
    let is_bounded = matches!(ty.kind(), TyKind::Param(_) | TyKind::Projection(..));
    let db = infcx.db;
    is_bounded
        && scope
            .from
            .ancestors()
            .take_while(|def| def.kind() != DefKind::Mod)
            .any(|def| vez_hir::signature(db, def).diagnostics.iter().any(Diagnostic::is_error))
}

/// Whether some number, or some type at all by a trait, has a method of this name.
pub fn is_numeric_method(infcx: &InferCtxt<'_>, scope: &ProbeScope<'_>, name: Name) -> bool {
    let db = infcx.db;
    let inherent = [Ty::i32(), Ty::usize(), Ty::f64()]
        .into_iter()
        .any(|ty| ty_head(ty).is_some_and(|head| inherent_items(db, head).contains_key(&name)));
    inherent
        || scope.trait_names().any(|of_trait| of_trait == name)
        || db.crates().iter().any(|(id, _)| {
            let impls = vez_hir::crate_impls(db, CrateId(id as u32));
            let traits = impls.all.iter().filter_map(|&impl_| impl_trait_ref(db, impl_));
            let mut declared = traits.map(|of| associated_items(db, of.trait_));
            declared.any(|items| items.find(name, AssocKind::Fn).is_some())
        })
}

fn explain(
    infcx: &mut InferCtxt<'_>,
    scope: &ProbeScope<'_>,
    mut diagnostic: Diagnostic,
    steps: &[Ty],
    unsatisfied: &[(DefId, Predicate)],
    not_a_method: Option<DefId>,
    name: Name,
) -> Diagnostic {
    if let Some(item) = not_a_method {
        let text = "this is not a method: it has no `self` parameter";
        return diagnostic.label(vez_hir::name_span(infcx.db, item), text);
    }
    if !unsatisfied.is_empty() {
        let shown = unsatisfied.iter().take(3).map(|(_, predicate)| format!("`{predicate}`"));
        let shown: Vec<String> = shown.collect();
        let note = format!("`{name}` exists, but these bounds do not hold: {}", shown.join(", "));
        diagnostic = diagnostic.note(note);
        return diagnostic;
    }
    if let Some(trait_) = trait_out_of_scope(infcx, steps, name) {
        let path = vez_hir::path_from(infcx.db, trait_, scope.from);
        let shown = path.clone().unwrap_or_else(|| trait_.path());
        let note = format!("`{shown}` has a method `{name}` but is not in scope");
        diagnostic = diagnostic.note(note);
        return match path {
            Some(path) => diagnostic.help(format!("add `use {path};`")),
            None => diagnostic,
        };
    }
    let mut names: Vec<Name> = Vec::new();
    for &ty in steps {
        if let Some(head) = ty_head(ty) {
            names.extend(inherent_items(infcx.db, head).keys());
        }
    }
    names.sort_unstable();
    let mut suggestion = dist::closest(name.as_str(), names.iter().map(|name| name.as_str()));
    if suggestion.is_none() {
        let mut names: Vec<Name> = scope.trait_names().collect();
        names.sort_unstable();
        suggestion = dist::closest(name.as_str(), names.iter().map(|name| name.as_str()));
    }
    diagnostic.did_you_mean(suggestion)
}

/// A trait with impls that has an item of this name and is implemented by one of the types.
fn trait_out_of_scope(infcx: &mut InferCtxt<'_>, steps: &[Ty], name: Name) -> Option<DefId> {
    let db = infcx.db;
    let mut seen = FxHashSet::default();
    for (id, _) in db.crates().iter() {
        for &impl_ in &vez_hir::crate_impls(db, CrateId(id as u32)).all {
            let Some(trait_ref) = impl_trait_ref(db, impl_) else { continue };
            let trait_ = trait_ref.trait_;
            if !seen.insert(trait_)
                || associated_items(db, trait_).find(name, AssocKind::Fn).is_none()
            {
                continue;
            }
            for &ty in steps {
                let fits = infcx.probe(|infcx| {
                    let own = [vez_types::GenericArg::Ty(ty)];
                    let args = infcx.fresh_args_after(trait_, &own, Span::DUMMY);
                    let goal = vez_types::TraitRef { trait_, args };
                    infcx.evaluate(Predicate::Trait(goal)) == crate::solve::Evaluation::Yes
                });
                if fits {
                    return Some(trait_);
                }
            }
        }
    }
    None
}
