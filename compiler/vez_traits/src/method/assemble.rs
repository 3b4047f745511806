//! Gathering what a name may mean for a chain of types.

use super::index::{ProbeScope, inherent_items};
use crate::collect::{AssocKind, associated_items, dyn_trait_ref, supertrait_refs};
use crate::infer::InferCtxt;
use crate::solve::ty_head;
use vez_base::{DefId, Name};
use vez_types::{Predicate, TraitRef, Ty, TyKind};

/// Where a candidate comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Source {
    InherentImpl(DefId),
    /// A where-clause, or a bound of an associated or opaque type.
    Bound(TraitRef),
    Object(TraitRef),
    /// A trait in scope.
    Trait(DefId),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Candidate {
    pub(super) item: DefId,
    pub(super) source: Source,
}

#[derive(Default)]
pub(super) struct Candidates {
    pub(super) inherent: Vec<Candidate>,
    pub(super) extension: Vec<Candidate>,
    /// Found but not visible.
    pub(super) private: Vec<DefId>,
}

impl Candidates {
    pub(super) fn is_empty(&self) -> bool {
        self.inherent.is_empty() && self.extension.is_empty()
    }

    fn push_inherent(&mut self, item: DefId, source: Source) {
        let candidate = Candidate { item, source };
        if !self.inherent.contains(&candidate) {
            self.inherent.push(candidate);
        }
    }
}

pub(super) fn assemble(
    infcx: &InferCtxt<'_>,
    scope: &ProbeScope<'_>,
    types: &[Ty],
    name: Name,
) -> Candidates {
    let mut out = Candidates::default();
    for &ty in types {
        assemble_inherent(infcx, scope, ty, name, &mut out);
    }
    for (trait_, item) in scope.trait_items(name) {
        let candidate = Candidate { item, source: Source::Trait(trait_) };
        if !out.extension.contains(&candidate) {
            out.extension.push(candidate);
        }
    }
    out
}

fn assemble_inherent(
    infcx: &InferCtxt<'_>,
    scope: &ProbeScope<'_>,
    ty: Ty,
    name: Name,
    out: &mut Candidates,
) {
    let db = infcx.db;
    if let Some(head) = ty_head(ty) {
        for &(impl_, item) in inherent_items(db, head).get(&name).into_iter().flatten() {
            if scope.can_see(item) {
                out.push_inherent(item, Source::InherentImpl(impl_));
            } else {
                out.private.push(item);
            }
        }
    }
    match ty.kind() {
        TyKind::Dyn(dynamic) => {
            let Some(principal) = dyn_trait_ref(dynamic, ty) else { return };
            for trait_ref in supertrait_refs(db, principal) {
                let trait_ref = trait_ref.erase_regions();
                push_trait_items(infcx, trait_ref, name, Source::Object(trait_ref), out);
            }
        }
        TyKind::Param(_) => assemble_env(infcx, ty, name, out),
        TyKind::Projection(..) | TyKind::Opaque(..) => {
            assemble_env(infcx, ty, name, out);
            for bound in infcx.bounds_of_alias(ty) {
                if let Predicate::Trait(bound) = bound
                    && bound.self_ty() == ty
                {
                    push_trait_items(infcx, bound, name, Source::Bound(bound), out);
                }
            }
        }
        _ => {}
    }
}

fn assemble_env(infcx: &InferCtxt<'_>, ty: Ty, name: Name, out: &mut Candidates) {
    for predicate in infcx.env.predicates() {
        if let Predicate::Trait(clause) = *predicate
            && clause.self_ty() == ty
        {
            push_trait_items(infcx, clause, name, Source::Bound(clause), out);
        }
    }
}

fn push_trait_items(
    infcx: &InferCtxt<'_>,
    trait_ref: TraitRef,
    name: Name,
    source: Source,
    out: &mut Candidates,
) {
    for item in associated_items(infcx.db, trait_ref.trait_).named(name) {
        if item.kind != AssocKind::Type {
            out.push_inherent(item.def, source);
        }
    }
}
