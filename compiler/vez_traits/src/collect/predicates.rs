//! Where-clauses: an item's own and its parents', implied `Sized`, supertraits, bounds of associated and opaque types.

use super::bounds::Spanned;
use super::generics::{GenericParamKind, generics_of, has_signature, identity_args};
use super::lower::{SigCtx, TypeLowerer, lower_region};
use super::path::{Target, is_target};
use crate::lang::lang_items;
use vez_base::{DefId, DefKind, Span};
use vez_db::{Db, Subject};
use vez_diag::registry::*;
use vez_diag::{Lowered, Sink};
use vez_hir as hir;
use vez_types::{GenericArg, GenericArgs, Predicate, Region, TraitRef, Ty, TyKind};

/// An item's own where-clauses; the parent's come by [`all_predicates`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Predicates {
    pub parent: Option<DefId>,
    pub own: Vec<(Predicate, Span)>,
}

#[salsa::tracked(returns(ref), cycle_result = predicates_cycle)]
fn predicates_query<'db>(db: &'db dyn Db, def: Subject<'db>) -> Lowered<Predicates> {
    let def = def.def(db);
    let parent = generics_of(db, def).parent;
    if !has_signature(def) {
        return Lowered::ok(Predicates { parent, own: Vec::new() });
    }
    let signature = hir::signature(db, def);
    let signature = &signature.value;
    let mut ctx = SigCtx::new(db, def);
    let mut own = Vec::new();
    if def.kind() == DefKind::Trait {
        let args = identity_args(db, def);
        own.push((Predicate::Trait(TraitRef { trait_: def, args }), signature.name_span));
        own.extend(super_predicates(db, def).iter().copied());
    }
    let mut lowerer = TypeLowerer::new(&mut ctx, &signature.types);
    lower_clauses(&mut lowerer, signature, |_| true, &mut own);
    own.extend(implied_sized(db, def, signature));
    ctx.sink.finish(Predicates { parent, own })
}

fn predicates_cycle<'db>(db: &'db dyn Db, _: salsa::Id, def: Subject<'db>) -> Lowered<Predicates> {
    let def = def.def(db);
    let mut sink = Sink::new();
    sink.report(cycle_error(db, def, "bounds"));
    sink.finish(Predicates { parent: generics_of(db, def).parent, own: Vec::new() })
}

pub(super) fn cycle_error(db: &dyn Db, def: DefId, of: &str) -> vez_diag::Diagnostic {
    let span = hir::signature(db, def).value.name_span;
    let what = format!("the {of} of {} `{}`", def.kind().describe(), def.name());
    Cycle { what }.at(span)
}

/// The where-clauses an item writes or implies itself.
pub fn predicates_of(db: &dyn Db, def: DefId) -> &Predicates {
    &predicates_query(db, Subject::new(db, def)).value
}

pub(crate) fn predicates_lowered(db: &dyn Db, def: DefId) -> &Lowered<Predicates> {
    predicates_query(db, Subject::new(db, def))
}

/// All where-clauses that hold inside an item, and must hold where it is used: the parents' first.
pub fn all_predicates(db: &dyn Db, def: DefId) -> &[(Predicate, Span)] {
    let predicates = predicates_of(db, def);
    match predicates.parent {
        Some(_) => all_query(db, Subject::new(db, def)),
        None => &predicates.own,
    }
}

#[salsa::tracked(returns(ref))]
fn all_query<'db>(db: &'db dyn Db, def: Subject<'db>) -> Vec<(Predicate, Span)> {
    let predicates = predicates_of(db, def.def(db));
    let parents = predicates.parent.map_or(&[][..], |parent| all_predicates(db, parent));
    [parents, &predicates.own].concat()
}

fn lower_clauses(
    lowerer: &mut TypeLowerer<'_, '_>,
    signature: &hir::Signature,
    wanted: impl Fn(hir::TypeId) -> bool,
    out: &mut Vec<Spanned>,
) {
    for predicate in &signature.generics.predicates {
        match predicate {
            hir::WherePredicate::Type { ty, bounds, .. } if wanted(*ty) => {
                let ty = lowerer.lower(*ty);
                for bound in bounds {
                    lowerer.lower_bound(bound, ty, out);
                }
            }
            hir::WherePredicate::Type { .. } => {}
            hir::WherePredicate::Lifetime { lifetime, bounds, span } => {
                let long = lowerer.ctx.region(lifetime);
                for bound in bounds {
                    let short = lowerer.ctx.region(bound);
                    out.push((Predicate::RegionOutlives(long, short), *span));
                }
            }
        }
    }
}

/// `T: Sized` for each own type parameter that no `?Sized` frees.
fn implied_sized(db: &dyn Db, def: DefId, signature: &hir::Signature) -> Vec<Spanned> {
    let Some(sized) = lang_items(db).sized else { return Vec::new() };
    let generics = generics_of(db, def);
    let mut out = Vec::new();
    for (index, (param, written)) in
        generics.params.iter().zip(&signature.generics.params).enumerate()
    {
        let is_self = matches!(written.kind, hir::GenericParamKind::SelfType);
        if is_self || !matches!(param.kind, GenericParamKind::Type { .. }) {
            continue;
        }
        let target = Target { owner: def, index: index as u32 };
        if !is_maybe_sized(signature, target) {
            let ty = Ty::param(param.index, param.name);
            out.push((sized_predicate(sized, ty), param.span));
        }
    }
    out
}

fn is_maybe_sized(signature: &hir::Signature, target: Target) -> bool {
    signature.generics.predicates.iter().any(|predicate| match predicate {
        hir::WherePredicate::Type { ty, bounds, .. } => {
            has_maybe(bounds) && is_target(&signature.types, *ty, target)
        }
        hir::WherePredicate::Lifetime { .. } => false,
    })
}

fn has_maybe(bounds: &[hir::Bound]) -> bool {
    bounds.iter().any(|bound| matches!(bound, hir::Bound::Trait { maybe: true, .. }))
}

pub(crate) fn sized_predicate(sized: DefId, ty: Ty) -> Predicate {
    Predicate::Trait(TraitRef { trait_: sized, args: GenericArgs::new(vec![GenericArg::Ty(ty)]) })
}

#[salsa::tracked(returns(ref), cycle_result = super_cycle)]
fn super_query<'db>(db: &'db dyn Db, trait_: Subject<'db>) -> Lowered<Vec<Spanned>> {
    let trait_ = trait_.def(db);
    let signature = hir::signature(db, trait_);
    let signature = &signature.value;
    let hir::SignatureKind::Trait { supertraits, .. } = &signature.kind else {
        return Lowered::ok(Vec::new());
    };
    let mut ctx = SigCtx::new(db, trait_);
    let mut out = Vec::new();
    let self_ty = Ty::param(0, vez_base::name::SELF_TYPE);
    let mut lowerer = TypeLowerer::new(&mut ctx, &signature.types);
    for bound in supertraits {
        lowerer.lower_bound(bound, self_ty, &mut out);
    }
    ctx.sink.finish(out)
}

fn super_cycle<'db>(db: &'db dyn Db, _: salsa::Id, trait_: Subject<'db>) -> Lowered<Vec<Spanned>> {
    let trait_ = trait_.def(db);
    let mut sink = Sink::new();
    sink.report(cycle_error(db, trait_, "supertraits"));
    sink.finish(Vec::new())
}

/// What a trait's supertraits say of `Self`, projections included, in terms of the trait's parameters.
pub fn super_predicates(db: &dyn Db, trait_: DefId) -> &[(Predicate, Span)] {
    &super_query(db, Subject::new(db, trait_)).value
}

pub(crate) fn super_lowered(db: &dyn Db, trait_: DefId) -> &Lowered<Vec<Spanned>> {
    super_query(db, Subject::new(db, trait_))
}

/// Whether a trait's item is usable on sized types only (`where Self: Sized`), so that objects need not have it.
pub(crate) fn requires_sized_self(db: &dyn Db, item: DefId) -> bool {
    let signature = hir::signature(db, item);
    let signature = &signature.value;
    let Some(trait_) = item.parent_def() else { return false };
    let target = Target { owner: trait_, index: 0 };
    let sized = lang_items(db).sized;
    signature.generics.predicates.iter().any(|predicate| match predicate {
        hir::WherePredicate::Type { ty, bounds, .. } => {
            is_target(&signature.types, *ty, target)
                && bounds.iter().any(|bound| match bound {
                    hir::Bound::Trait { maybe: false, path, .. } => {
                        matches!(path.res, hir::Res::Def(def) if Some(def) == sized)
                    }
                    _ => false,
                })
        }
        hir::WherePredicate::Lifetime { .. } => false,
    })
}

#[salsa::tracked(returns(ref), cycle_result = item_bounds_cycle)]
fn item_bounds_query<'db>(db: &'db dyn Db, assoc: Subject<'db>) -> Lowered<Vec<Spanned>> {
    let assoc = assoc.def(db);
    let signature = hir::signature(db, assoc);
    let signature = &signature.value;
    let hir::SignatureKind::Alias { bounds, .. } = &signature.kind else {
        return Lowered::ok(Vec::new());
    };
    let ty = Ty::new(TyKind::Projection(assoc, identity_args(db, assoc)));
    let mut ctx = SigCtx::new(db, assoc);
    let mut out = Vec::new();
    let mut lowerer = TypeLowerer::new(&mut ctx, &signature.types);
    for bound in bounds {
        lowerer.lower_bound(bound, ty, &mut out);
    }
    if let (Some(sized), false) = (lang_items(db).sized, has_maybe(bounds)) {
        out.push((sized_predicate(sized, ty), signature.name_span));
    }
    // The trait's own clauses may speak of the associated type too: `where Self::Item: Clone`.
    if let Some(trait_) = assoc.parent_def().filter(|def| def.kind() == DefKind::Trait) {
        let clauses = &predicates_of(db, trait_).own;
        let of_this = |predicate: &Predicate| match predicate {
            Predicate::Trait(trait_ref) => trait_ref.self_ty() == ty,
            Predicate::Projection { args, .. } => args.ty_at(0) == ty,
            _ => false,
        };
        out.extend(clauses.iter().filter(|(predicate, _)| of_this(predicate)).copied());
    }
    ctx.sink.finish(out)
}

fn item_bounds_cycle<'db>(
    db: &'db dyn Db,
    _: salsa::Id,
    def: Subject<'db>,
) -> Lowered<Vec<Spanned>> {
    let def = def.def(db);
    let mut sink = Sink::new();
    sink.report(cycle_error(db, def, "bounds"));
    sink.finish(Vec::new())
}

/// What is known of `<Self as Trait>::Assoc` by the associated type's declaration, implied `Sized` included.
pub fn item_bounds(db: &dyn Db, assoc: DefId) -> &[(Predicate, Span)] {
    &item_bounds_query(db, Subject::new(db, assoc)).value
}

pub(crate) fn item_bounds_lowered(db: &dyn Db, assoc: DefId) -> &Lowered<Vec<Spanned>> {
    item_bounds_query(db, Subject::new(db, assoc))
}

#[salsa::tracked(returns(ref), cycle_result = opaque_cycle)]
fn opaque_query<'db>(db: &'db dyn Db, def: Subject<'db>, index: u32) -> Lowered<Vec<Spanned>> {
    let def = def.def(db);
    let signature = hir::signature(db, def);
    let signature = &signature.value;
    let ty = Ty::new(TyKind::Opaque(def, index, identity_args(db, def)));
    let mut ctx = SigCtx::new(db, def);
    let mut out = Vec::new();
    if let Some((bounds, span)) = written_opaque(signature, index) {
        let mut lowerer = TypeLowerer::new(&mut ctx, &signature.types);
        for bound in bounds {
            lowerer.lower_bound(bound, ty, &mut out);
        }
        if let (Some(sized), false) = (lang_items(db).sized, has_maybe(bounds)) {
            out.push((sized_predicate(sized, ty), span));
        }
    }
    ctx.sink.finish(out)
}

/// The bounds of a function's n-th return-position `impl Trait`, and where they are written.
fn written_opaque(signature: &hir::Signature, index: u32) -> Option<(&[hir::Bound], Span)> {
    signature.types.types.iter().find_map(|ty| match &ty.kind {
        hir::TypeKind::Opaque { index: at, bounds } if *at == index => Some((&**bounds, ty.span)),
        _ => None,
    })
}

/// The lifetimes that `use<..>` of a function's n-th return-position `impl Trait` lists.
pub fn opaque_captures(db: &dyn Db, def: DefId, index: u32) -> Vec<Region> {
    let signature = &hir::signature(db, def).value;
    let bounds = written_opaque(signature, index).map_or(&[][..], |(bounds, _)| bounds);
    let lifetimes = bounds.iter().filter_map(|bound| match bound {
        hir::Bound::Captures(lifetimes) => Some(&**lifetimes),
        _ => None,
    });
    lifetimes.flatten().map(|lifetime| lower_region(db, def, lifetime)).collect()
}

fn opaque_cycle<'db>(
    db: &'db dyn Db,
    _: salsa::Id,
    def: Subject<'db>,
    _: u32,
) -> Lowered<Vec<Spanned>> {
    let def = def.def(db);
    let mut sink = Sink::new();
    sink.report(cycle_error(db, def, "bounds"));
    sink.finish(Vec::new())
}

/// What a function's n-th return-position `impl Trait` promises; the type itself is `Opaque(def, index, identity)`.
pub fn opaque_bounds(db: &dyn Db, def: DefId, index: u32) -> &[(Predicate, Span)] {
    &opaque_query(db, Subject::new(db, def), index).value
}

pub(crate) fn opaque_lowered(db: &dyn Db, def: DefId, index: u32) -> &Lowered<Vec<Spanned>> {
    opaque_query(db, Subject::new(db, def), index)
}
