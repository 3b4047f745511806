//! Impls of traits: all items there and no others, signatures that fit, bounds that hold.

use super::outlives::Outlives;
use super::params::Used;
use super::{infcx_in, require};
use crate::collect::{
    AssocItem, AssocKind, GenericParamDef, GenericParamKind, all_predicates, associated_items,
    fn_has_self, fn_sig, generics_of, identity_args, impl_header, item_bounds, predicates_of,
    trait_def, type_of,
};
use crate::infer::InferCtxt;
use crate::solve::{
    Cause, Evaluation, Obligation, ObligationCause, ParamEnv, elaborate, param_env,
};
use vez_base::{DefId, Span, dist};
use vez_db::Db;
use vez_diag::registry::*;
use vez_diag::{Count, Diagnostic};
use vez_types::{Folder, GenericArg, GenericArgs, Predicate, Region, TraitRef, Ty, TyKind};

pub(super) fn check_impl(db: &dyn Db, impl_: DefId, out: &mut Vec<Diagnostic>) {
    let header = impl_header(db, impl_);
    let Some(trait_ref) = header.trait_ref else { return };
    if header.negative || trait_ref.args.has(vez_types::Flags::ERROR) {
        return;
    }
    let span = vez_hir::name_span(db, impl_);
    let trait_ = trait_ref.trait_;
    match (trait_def(db, trait_).is_unsafe, header.is_unsafe) {
        (false, true) => out.push(UnsafeImplOfSafeTrait { trait_: trait_.name() }.at(span)),
        (true, false) => out.push(SafeImplOfUnsafeTrait { trait_: trait_.name() }.at(span)),
        _ => {}
    }
    missing_items(db, impl_, trait_, span, out);
    for item in associated_items(db, impl_).iter() {
        match_item(db, item, impl_, trait_ref.erase_regions(), out);
    }
    trait_bounds(db, impl_, trait_ref.erase_regions(), span, out);
    own_clauses(db, impl_, out);
}

/// E0275: a where-clause may ask for the impl it stands in, for an ever larger type. That it holds can be taken for granted.
fn own_clauses(db: &dyn Db, impl_: DefId, out: &mut Vec<Diagnostic>) {
    let clauses = predicates_of(db, impl_).own.iter();
    let composed = clauses.filter(|(predicate, _)| match predicate {
        Predicate::Trait(bound) => matches!(bound.self_ty().kind(), TyKind::Adt(..)),
        _ => false,
    });
    let obligations: Vec<Obligation> = composed
        .map(|(predicate, span)| {
            Obligation::new(predicate.erase_regions(), ObligationCause::misc(*span))
        })
        .collect();
    if !obligations.is_empty() {
        require(&mut infcx_in(db, param_env(db, impl_)), obligations, out);
    }
}

fn missing_items(db: &dyn Db, impl_: DefId, trait_: DefId, span: Span, out: &mut Vec<Diagnostic>) {
    let own = associated_items(db, impl_);
    let missing = associated_items(db, trait_)
        .iter()
        .filter(|item| own.named(item.name).next().is_none() && !item.has_value(db));
    let missing: Vec<String> = missing.map(|item| format!("`{}`", item.name)).collect();
    if !missing.is_empty() {
        let items = missing.join(", ");
        out.push(MissingTraitItems { trait_: trait_.name(), items }.at(span));
    }
}

/// One item of an impl against its trait's declaration.
fn match_item(
    db: &dyn Db,
    item: &AssocItem,
    impl_: DefId,
    trait_ref: TraitRef,
    out: &mut Vec<Diagnostic>,
) {
    let declared = associated_items(db, trait_ref.trait_);
    let Some(of_trait) = declared.find(item.name, item.kind) else {
        out.push(not_in_trait(db, item, trait_ref.trait_));
        return;
    };
    match item.kind {
        AssocKind::Fn => compare_fns(db, item.def, of_trait.def, impl_, trait_ref, out),
        AssocKind::Type => assoc_bounds(db, item.def, of_trait.def, impl_, trait_ref, out),
        AssocKind::Const => compare_consts(db, item.def, of_trait.def, impl_, trait_ref, out),
    }
}

fn not_in_trait(db: &dyn Db, item: &AssocItem, trait_: DefId) -> Diagnostic {
    let (name, span) = (item.name, vez_hir::name_span(db, item.def));
    let declared = associated_items(db, trait_);
    let other = declared.named(name).next().is_some();
    let of_trait = trait_.name();
    let diagnostic = match (item.kind, other) {
        (AssocKind::Fn, false) => NoSuchTraitFn { name, trait_: of_trait }.at(span),
        (AssocKind::Type, false) => NoSuchTraitType { name, trait_: of_trait }.at(span),
        (AssocKind::Const, false) => NoSuchTraitConst { name, trait_: of_trait }.at(span),
        (AssocKind::Const, true) => ImplConstNotInTrait { name, trait_: of_trait }.at(span),
        (AssocKind::Fn, true) => ImplFnNotInTrait { name, trait_: of_trait }.at(span),
        (AssocKind::Type, true) => ImplTypeNotInTrait { name, trait_: of_trait }.at(span),
    };
    let names = declared.of_kind(item.kind).map(|item| item.name.as_str());
    diagnostic.did_you_mean(dist::closest(name.as_str(), names))
}

/// Arguments for the trait's item in terms of the impl's item: types and constants in order, lifetimes erased.
fn trait_item_args(
    db: &dyn Db,
    impl_item: DefId,
    trait_item: DefId,
    trait_ref: TraitRef,
) -> GenericArgs {
    let own = generics_of(db, impl_item).params.iter();
    let mut own = own.filter(|param| param.kind != GenericParamKind::Lifetime);
    let mut args = trait_ref.args.as_slice().to_vec();
    for param in &generics_of(db, trait_item).params {
        args.push(match param.kind {
            GenericParamKind::Lifetime => GenericArg::Region(Region::erased()),
            _ => own.next().map_or_else(|| param.error_arg(), |param| param.to_arg()),
        });
    }
    GenericArgs::new(args)
}

fn compare_fns(
    db: &dyn Db,
    impl_fn: DefId,
    trait_fn: DefId,
    impl_: DefId,
    trait_ref: TraitRef,
    out: &mut Vec<Diagnostic>,
) {
    let (name, span) = (impl_fn.name(), vez_hir::name_span(db, impl_fn));
    let before = out.len();
    match (fn_has_self(db, trait_fn), fn_has_self(db, impl_fn)) {
        (false, true) => out.push(UnexpectedSelf { name }.at(span)),
        (true, false) => out.push(MissingSelf { name }.at(span)),
        _ => {}
    }
    let (own, declared) = (fn_sig(db, impl_fn), fn_sig(db, trait_fn));
    let (found, expected) = (own.inputs().len(), declared.inputs().len());
    if out.len() == before && found != expected {
        let (found, expected) = (Count(found, "parameter"), Count(expected, "parameter"));
        out.push(WrongParamsInImpl { name, found, expected }.at(span));
    }
    let (found, expected) = (type_params(db, impl_fn), type_params(db, trait_fn));
    if found != expected {
        let (found, expected) =
            (Count(found, "generic parameter"), Count(expected, "generic parameter"));
        out.push(WrongGenericsInImpl { name, found, expected }.at(span));
    }
    if let Some(param) = anonymous_differs(db, impl_fn, trait_fn) {
        let report = ImplTraitParamDiffers { name }.at(param);
        out.push(report.label(vez_hir::name_span(db, trait_fn), "declared here"));
    }
    if lifetimes_of_item(db, impl_fn) != lifetimes_of_item(db, trait_fn) {
        let report = LifetimeParamsDiffer { name }.at(span);
        out.push(report.label(vez_hir::name_span(db, trait_fn), "declared here"));
    }
    if out.len() > before {
        return;
    }
    let args = trait_item_args(db, impl_fn, trait_fn, trait_ref);
    let mut infcx = infcx_in(db, hybrid_env(db, impl_, trait_fn, args));
    compare_sigs(&mut infcx, impl_fn, trait_fn, args, out);
    stricter_bounds(&mut infcx, impl_fn, out);
}

/// How many of a function's lifetime parameters belong to the item, and not to each call: those that a where-clause names, and those
/// that the output names but no input determines.
fn lifetimes_of_item(db: &dyn Db, def: DefId) -> usize {
    let mut bounded = Used::default();
    for (predicate, _) in &predicates_of(db, def).own {
        bounded.fold_predicate(*predicate);
    }
    let sig = fn_sig(db, def);
    let mut inputs = Used { skip_projections: true, ..Used::default() };
    sig.inputs().iter().for_each(|&ty| {
        inputs.fold_ty(ty);
    });
    let mut output = Used::default();
    output.fold_ty(sig.output());
    let is_of_item = |index: u32| {
        bounded.params.contains(&index)
            || output.params.contains(&index) && !inputs.params.contains(&index)
    };
    let params = generics_of(db, def).params.iter();
    let lifetimes = params.filter(|param| param.kind == GenericParamKind::Lifetime);
    lifetimes.filter(|param| is_of_item(param.index)).count()
}

fn type_params(db: &dyn Db, def: DefId) -> usize {
    own_params(db, def).count()
}

/// An item's own parameters but for lifetimes.
fn own_params(db: &dyn Db, def: DefId) -> impl Iterator<Item = &GenericParamDef> {
    let params = generics_of(db, def).params.iter();
    params.filter(|param| param.kind != GenericParamKind::Lifetime)
}

/// Where an impl's function names a type parameter that its declaration writes as `impl Trait`, or the other way round.
fn anonymous_differs(db: &dyn Db, impl_fn: DefId, trait_fn: DefId) -> Option<Span> {
    let is_anonymous = |param: &GenericParamDef| {
        matches!(param.kind, GenericParamKind::Type { synthetic: true, .. })
    };
    let mut pairs = own_params(db, impl_fn).zip(own_params(db, trait_fn));
    let (own, _) = pairs.find(|(own, of_trait)| is_anonymous(own) != is_anonymous(of_trait))?;
    Some(own.span)
}

/// What may be taken for granted inside an impl's function: the impl's clauses, and those the trait declares for it.
fn hybrid_env(db: &dyn Db, impl_: DefId, trait_fn: DefId, args: GenericArgs) -> ParamEnv {
    let own = all_predicates(db, impl_);
    let declared = &predicates_of(db, trait_fn).own;
    let declared = declared.iter().map(|(predicate, _)| predicate.substitute(args));
    let all = own.iter().map(|(predicate, _)| *predicate).chain(declared);
    let all = all.map(|predicate| predicate.erase_regions()).collect();
    ParamEnv::normalized(db, elaborate(db, all))
}

fn compare_sigs(
    infcx: &mut InferCtxt<'_>,
    impl_fn: DefId,
    trait_fn: DefId,
    args: GenericArgs,
    out: &mut Vec<Diagnostic>,
) {
    let db = infcx.db;
    let cause = ObligationCause::dummy();
    let mut nested = Vec::new();
    let own = fn_sig(db, impl_fn).erase_regions();
    let own = infcx.normalize_sig(&own, cause, 0, &mut nested);
    let declared = fn_sig(db, trait_fn).substitute(args).erase_regions();
    let declared = infcx.normalize_sig(&declared, cause, 0, &mut nested);
    infcx.settle(nested);
    let fits = own.is_unsafe == declared.is_unsafe && own.abi == declared.abi;
    let pairs = own.inputs_and_output.as_slice().iter().zip(declared.inputs_and_output.as_slice());
    let wrong = pairs
        .map(|(&own, &declared)| (own, declared))
        .find(|&(own, declared)| infcx.unify(own, declared).is_err());
    if fits && wrong.is_none() {
        return;
    }
    let (found, expected) = match wrong {
        Some((found, expected)) => (found, expected),
        None => (Ty::new(TyKind::FnPtr(own)), Ty::new(TyKind::FnPtr(declared))),
    };
    let diagnostic = IncompatibleImplSignature { name: impl_fn.name(), expected, found };
    let diagnostic = diagnostic.at(vez_hir::name_span(db, impl_fn));
    out.push(diagnostic.label(vez_hir::name_span(db, trait_fn), "declared here"));
}

/// E0276: an impl's function may not ask for more than its declaration.
fn stricter_bounds(infcx: &mut InferCtxt<'_>, impl_fn: DefId, out: &mut Vec<Diagnostic>) {
    for (predicate, span) in &predicates_of(infcx.db, impl_fn).own {
        let predicate = predicate.erase_regions();
        if infcx.evaluate(predicate) == Evaluation::No {
            let name = impl_fn.name();
            out.push(StricterImpl { name, bound: predicate }.at(*span));
        }
    }
}

/// The bounds an associated type is declared with.
fn assoc_bounds(
    db: &dyn Db,
    impl_ty: DefId,
    trait_ty: DefId,
    impl_: DefId,
    trait_ref: TraitRef,
    out: &mut Vec<Diagnostic>,
) {
    if type_params(db, impl_ty) != type_params(db, trait_ty) {
        let name = impl_ty.name();
        let found = Count(type_params(db, impl_ty), "generic parameter");
        let expected = Count(type_params(db, trait_ty), "generic parameter");
        let span = vez_hir::name_span(db, impl_ty);
        out.push(WrongGenericsInImpl { name, found, expected }.at(span));
        return;
    }
    if generics_of(db, impl_ty).params.len() != generics_of(db, trait_ty).params.len() {
        let report = LifetimeParamsDiffer { name: impl_ty.name() };
        let report = report.at(vez_hir::name_span(db, impl_ty));
        out.push(report.label(vez_hir::name_span(db, trait_ty), "declared here"));
        return;
    }
    let args = trait_item_args(db, impl_ty, trait_ty, trait_ref);
    let mut infcx = infcx_in(db, hybrid_env(db, impl_, trait_ty, args));
    let span = vez_hir::name_span(db, impl_ty);
    if is_endless(&mut infcx, type_of(db, impl_ty).erase_regions(), span) {
        let goal = Ty::new(TyKind::Projection(trait_ty, args));
        out.push(GoalOverflow { goal }.at(span));
        return;
    }
    let mut obligations = Vec::new();
    for (predicate, bound) in item_bounds(db, trait_ty) {
        let predicate = predicate.substitute(args).erase_regions();
        let kind = Cause::Bound { item: trait_ty, bound: *bound };
        let cause = ObligationCause::new(span, kind);
        // Of the impl's type: the bounds say themselves what the trait's is.
        let predicate = infcx.normalize_predicate(predicate, cause, 0, &mut obligations);
        obligations.push(Obligation::new(predicate, cause));
    }
    require(&mut infcx, obligations, out);
    let mut known = Outlives::of_item(db, impl_ty);
    for arg in trait_ref.args.as_slice() {
        if let GenericArg::Ty(ty) = *arg {
            known.assume_well_formed(db, ty);
        }
    }
    out.extend(known.report(db, type_of(db, impl_ty), span, |_| true));
}

/// Whether a type is a projection that leads to itself: it cannot be normalised, though all that it asks for holds.
fn is_endless(infcx: &mut InferCtxt<'_>, ty: Ty, span: Span) -> bool {
    let mut asked = Vec::new();
    let normal = infcx.normalize(ty, ObligationCause::misc(span), &mut asked);
    let has_error = |ty: Ty| ty.has(vez_types::Flags::ERROR);
    let mut unmet = Vec::new();
    has_error(normal) && !has_error(ty) && {
        require(infcx, asked, &mut unmet);
        unmet.is_empty()
    }
}

fn compare_consts(
    db: &dyn Db,
    impl_const: DefId,
    trait_const: DefId,
    impl_: DefId,
    trait_ref: TraitRef,
    out: &mut Vec<Diagnostic>,
) {
    let mut infcx = infcx_in(db, param_env(db, impl_));
    let found = infcx.normalize_now(type_of(db, impl_const));
    let expected = type_of(db, trait_const).substitute(trait_ref.args);
    let expected = infcx.normalize_now(expected);
    if infcx.unify(found, expected).is_err() {
        let span = vez_hir::name_span(db, impl_const);
        out.push(MismatchedTypes { expected, found }.at(span));
    }
}

/// The trait's supertraits and where-clauses hold for the impl.
fn trait_bounds(
    db: &dyn Db,
    impl_: DefId,
    trait_ref: TraitRef,
    span: Span,
    out: &mut Vec<Diagnostic>,
) {
    let mut infcx = infcx_in(db, param_env(db, impl_));
    let itself = Predicate::Trait(TraitRef {
        trait_: trait_ref.trait_,
        args: identity_args(db, trait_ref.trait_),
    });
    let bounds = predicates_of(db, trait_ref.trait_).own.iter();
    let bounds = bounds.filter(|(predicate, _)| *predicate != itself);
    let obligations = bounds.map(|(predicate, bound)| {
        let predicate = predicate.substitute(trait_ref.args).erase_regions();
        let kind = Cause::Bound { item: trait_ref.trait_, bound: *bound };
        Obligation::new(predicate, ObligationCause::new(span, kind))
    });
    let obligations = obligations.collect();
    require(&mut infcx, obligations, out);
}
