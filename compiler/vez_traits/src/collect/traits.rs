//! Traits, their supertraits, and the headers of impls.

use super::assoc::{AssocKind, associated_items};
use super::lower::{SigCtx, TypeLowerer};
use super::predicates::super_predicates;
use super::sig::type_of;
use vez_base::{DefId, DefKind, FxHashSet, Name};
use vez_db::{Db, Subject};
use vez_diag::Lowered;
use vez_hir as hir;
use vez_types::{Predicate, TraitRef, Ty};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TraitDef {
    pub def: DefId,
    pub is_auto: bool,
    pub is_unsafe: bool,
}

#[salsa::tracked(returns(ref))]
fn trait_query<'db>(db: &'db dyn Db, def: Subject<'db>) -> TraitDef {
    let def = def.def(db);
    let signature = hir::signature(db, def);
    let (is_auto, is_unsafe) = match &signature.value.kind {
        hir::SignatureKind::Trait { is_auto, is_unsafe, .. } => (*is_auto, *is_unsafe),
        _ => (false, false),
    };
    TraitDef { def, is_auto, is_unsafe }
}

/// What kind of trait it is.
pub fn trait_def(db: &dyn Db, def: DefId) -> &TraitDef {
    trait_query(db, Subject::new(db, def))
}

/// The traits a trait names as supertraits, by name only, so that nothing is lowered.
pub(super) fn super_trait_defs(db: &dyn Db, trait_: DefId) -> Vec<DefId> {
    let signature = hir::signature(db, trait_);
    let hir::SignatureKind::Trait { supertraits, .. } = &signature.value.kind else {
        return Vec::new();
    };
    let defs = supertraits.iter().filter_map(|bound| match bound {
        hir::Bound::Trait { maybe: false, path, .. } => match path.res {
            hir::Res::Def(def) if def.kind() == DefKind::Trait => Some(def),
            _ => None,
        },
        _ => None,
    });
    defs.collect()
}

#[salsa::tracked(returns(ref))]
fn supertraits_query<'db>(db: &'db dyn Db, trait_: Subject<'db>) -> Vec<DefId> {
    let trait_ = trait_.def(db);
    let mut seen = vec![trait_];
    let mut next = 0;
    while let Some(&current) = seen.get(next) {
        next += 1;
        for def in super_trait_defs(db, current) {
            if !seen.contains(&def) {
                seen.push(def);
            }
        }
    }
    seen
}

/// A trait and all its supertraits, itself first.
pub fn supertraits(db: &dyn Db, trait_: DefId) -> &[DefId] {
    supertraits_query(db, Subject::new(db, trait_))
}

/// A trait reference and those of all its supertraits, itself first.
pub fn supertrait_refs(db: &dyn Db, trait_ref: TraitRef) -> Vec<TraitRef> {
    let mut all = vec![trait_ref];
    let mut seen: FxHashSet<TraitRef> = all.iter().copied().collect();
    let mut next = 0;
    while let Some(&current) = all.get(next) {
        next += 1;
        for (predicate, _) in super_predicates(db, current.trait_) {
            if let Predicate::Trait(super_ref) = predicate {
                let super_ref = super_ref.substitute(current.args);
                if super_ref.self_ty() == trait_ref.self_ty() && seen.insert(super_ref) {
                    all.push(super_ref);
                }
            }
        }
    }
    all
}

/// The trait reference itself and those of its supertraits, as far as they declare the associated type.
pub(super) fn supertrait_refs_naming(
    db: &dyn Db,
    trait_ref: TraitRef,
    name: Name,
) -> Vec<TraitRef> {
    let declares =
        |trait_: DefId| associated_items(db, trait_).find(name, AssocKind::Type).is_some();
    let mut declaring = supertraits(db, trait_ref.trait_).iter().filter(|&&def| declares(def));
    match (declaring.next(), declaring.next()) {
        (None, _) => Vec::new(),
        // Nothing has to be lowered: bounds may lead back here.
        (Some(&only), None) if only == trait_ref.trait_ => vec![trait_ref],
        _ => {
            let all = supertrait_refs(db, trait_ref).into_iter();
            all.filter(|trait_ref| declares(trait_ref.trait_)).collect()
        }
    }
}

/// `impl<..> Trait for SelfTy`, in terms of the impl's parameters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImplHeader {
    pub self_ty: Ty,
    /// `None` for inherent impls, and where the trait's path is wrong.
    pub trait_ref: Option<TraitRef>,
    pub negative: bool,
    pub is_unsafe: bool,
}

#[salsa::tracked(returns(ref))]
fn impl_query<'db>(db: &'db dyn Db, impl_: Subject<'db>) -> Lowered<ImplHeader> {
    let impl_ = impl_.def(db);
    let signature = hir::signature(db, impl_);
    let signature = &signature.value;
    let self_ty = type_of(db, impl_);
    let mut ctx = SigCtx::new(db, impl_);
    let mut header = ImplHeader { self_ty, trait_ref: None, negative: false, is_unsafe: false };
    if let hir::SignatureKind::Impl { is_unsafe, negative, trait_, .. } = &signature.kind {
        header.negative = *negative;
        header.is_unsafe = *is_unsafe;
        if let Some(path) = trait_ {
            let mut lowerer = TypeLowerer::new(&mut ctx, &signature.types);
            if let Some(trait_) = lowerer.trait_of(path) {
                header.trait_ref = Some(lowerer.lower_trait_args(trait_, self_ty, path, 1).0);
            }
        }
    }
    ctx.sink.finish(header)
}

/// The header of an impl.
pub fn impl_header(db: &dyn Db, impl_: DefId) -> &ImplHeader {
    &impl_query(db, Subject::new(db, impl_)).value
}

pub(crate) fn impl_header_lowered(db: &dyn Db, impl_: DefId) -> &Lowered<ImplHeader> {
    impl_query(db, Subject::new(db, impl_))
}

/// The trait an impl implements, with its arguments; regions kept.
pub fn impl_trait_ref(db: &dyn Db, impl_: DefId) -> Option<TraitRef> {
    impl_header(db, impl_).trait_ref
}
