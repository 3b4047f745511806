//! Which impls may stand next to each other, and in which crate: overlap, orphans, `Copy` and `Drop`.

use super::destructor;
use super::dyn_compat::dyn_violation;
use crate::collect::{
    AssocKind, adt_def, associated_items, impl_header, impl_trait_ref, supertraits,
};
use crate::infer::InferCtxt;
use crate::instance::drop_impl;
use crate::lang::lang_items;
use crate::solve::{
    Cause, Evaluation, Obligation, ObligationCause, ParamEnv, impl_predicates, param_env,
    trait_impls,
};
use vez_base::{DefId, DefKind, Span};
use vez_db::Db;
use vez_diag::Diagnostic;
use vez_diag::registry::*;
use vez_hir::ImplHead;
use vez_types::{Flags, GenericArg, GenericArgs, Predicate, TraitRef, Ty, TyKind};

pub(super) fn check_impl(db: &dyn Db, impl_: DefId, out: &mut Vec<Diagnostic>) {
    let header = impl_header(db, impl_);
    if header.self_ty.has(Flags::ERROR) {
        return;
    }
    let span = vez_hir::name_span(db, impl_);
    let Some(trait_ref) = header.trait_ref else {
        // A trait that is not found is no inherent impl.
        if !vez_hir::impl_has_trait(db, impl_) {
            inherent(db, impl_, header.self_ty, span, out);
        }
        return;
    };
    if trait_ref.args.has(Flags::ERROR) {
        return;
    }
    let lang = lang_items(db);
    let self_ty = header.self_ty;
    let has_destructor = matches!(self_ty.kind(), TyKind::Adt(def, _) if is_local(db, *def, impl_));
    if lang.drop == Some(trait_ref.trait_) && !has_destructor {
        let note = "only structs, enums and unions of this crate have destructors of their own";
        out.push(DropOnForeign { ty: self_ty }.at(span).note(note));
        return;
    }
    if lang.sized == Some(trait_ref.trait_) {
        out.push(BuiltinImpl { trait_: trait_ref.trait_.name() }.at(span));
        return;
    }
    if let TyKind::Dyn(dynamic) = self_ty.kind()
        && let Some((principal, _)) = dynamic.principal
        && supertraits(db, principal).contains(&trait_ref.trait_)
        && dyn_violation(db, principal).is_none()
    {
        out.push(ObjectImplementsItself { ty: self_ty, trait_: trait_ref.trait_.name() }.at(span));
        return;
    }
    if lang.drop == Some(trait_ref.trait_) {
        destructor::check_impl(db, impl_, self_ty, span, out);
    }
    if !is_library(db, impl_) && !may_implement(db, impl_, trait_ref) {
        out.push(orphan(db, trait_ref, span));
        return;
    }
    if lang.copy == Some(trait_ref.trait_) && !header.negative {
        let derived = impl_.parent_def().filter(|parent| is_type(*parent));
        let span = derived.map_or(span, |parent| vez_hir::name_span(db, parent));
        copy_impl(db, impl_, header.self_ty, span, out);
    }
    if is_derived_eq(impl_) {
        eq_fields(db, impl_, self_ty, out);
    }
    overlap(db, impl_, trait_ref, span, out);
}

/// Whether `derive(Eq)` made the impl: it stands in its type and is named after its trait.
fn is_derived_eq(impl_: DefId) -> bool {
    impl_.name().as_str() == "Eq" && impl_.parent_def().is_some_and(is_type)
}

fn is_type(def: DefId) -> bool {
    matches!(def.kind(), DefKind::Struct | DefKind::Enum | DefKind::Union)
}

/// `Eq` has no functions whose bodies would ask it of the fields.
fn eq_fields(db: &dyn Db, impl_: DefId, ty: Ty, out: &mut Vec<Diagnostic>) {
    let (TyKind::Adt(def, args), Some(header)) = (ty.kind(), impl_header(db, impl_).trait_ref)
    else {
        return;
    };
    let mut infcx = InferCtxt::new(db, param_env(db, impl_));
    let mut obligations = Vec::new();
    for field in adt_def(db, *def).all_fields() {
        let field_ty = infcx.normalize_now(field.ty.substitute(*args).erase_regions());
        let args = GenericArgs::new(vec![GenericArg::Ty(field_ty)]);
        let goal = TraitRef { trait_: header.trait_, args };
        let cause = ObligationCause::new(field.span, Cause::Misc);
        obligations.push(Obligation::of_trait(goal, cause));
    }
    super::require(&mut infcx, obligations, out);
}

fn is_library(db: &dyn Db, def: DefId) -> bool {
    db.crates()[vez_hir::crate_of(db, def).0 as usize].is_stdlib
}

fn is_local(db: &dyn Db, def: DefId, to: DefId) -> bool {
    def.file() == to.file() || vez_hir::crate_of(db, def) == vez_hir::crate_of(db, to)
}

/// Whether the crate of `at` declares the type, looking through references and `Box`.
fn is_local_ty(db: &dyn Db, ty: Ty, at: DefId) -> bool {
    match ty.kind() {
        TyKind::Ref(_, target, _) => is_local_ty(db, *target, at),
        TyKind::Adt(def, args) if adt_def(db, *def).flags.is_box => {
            is_local_ty(db, args.ty_at(0), at)
        }
        TyKind::Adt(def, _) => is_local(db, *def, at),
        TyKind::Dyn(dynamic) => dynamic.principal.is_some_and(|(def, _)| is_local(db, def, at)),
        _ => false,
    }
}

/// The orphan rule: a local trait, or a local type before any uncovered parameter.
fn may_implement(db: &dyn Db, impl_: DefId, trait_ref: TraitRef) -> bool {
    if is_local(db, trait_ref.trait_, impl_) {
        return true;
    }
    for arg in trait_ref.args.as_slice() {
        let GenericArg::Ty(ty) = arg else { continue };
        if is_local_ty(db, *ty, impl_) {
            return true;
        }
        if is_uncovered(db, *ty) {
            return false;
        }
    }
    false
}

/// E0210 for a bare parameter, else E0117.
fn orphan(db: &dyn Db, trait_ref: TraitRef, span: Span) -> Diagnostic {
    let types = trait_ref.args.as_slice().iter().filter_map(|arg| match arg {
        GenericArg::Ty(ty) => Some(*ty),
        _ => None,
    });
    match types.into_iter().find(|&ty| is_uncovered(db, ty)) {
        Some(ty) => {
            let note = "a foreign trait is implemented for types of this crate only";
            UncoveredParam { ty }.at(span).note(note)
        }
        None => OrphanImpl.at(span).note("one of trait and types must belong to this crate"),
    }
}

fn is_uncovered(db: &dyn Db, ty: Ty) -> bool {
    match ty.kind() {
        TyKind::Param(_) => true,
        TyKind::Ref(_, target, _) => is_uncovered(db, *target),
        TyKind::Adt(def, args) if adt_def(db, *def).flags.is_box => is_uncovered(db, args.ty_at(0)),
        _ => false,
    }
}

/// E0204 and E0184.
fn copy_impl(db: &dyn Db, impl_: DefId, ty: Ty, span: Span, out: &mut Vec<Diagnostic>) {
    let TyKind::Adt(def, args) = ty.kind() else { return };
    let Some(copy) = lang_items(db).copy else { return };
    let mut infcx = InferCtxt::new(db, param_env(db, impl_));
    for field in adt_def(db, *def).all_fields() {
        let field_ty = infcx.normalize_now(field.ty.substitute(*args));
        if !field_ty.has(Flags::ERROR) && !infcx.implements(field_ty, copy) {
            let text = format!("`{field_ty}` is not `Copy`");
            let diagnostic = CopyField { ty: def.name(), field: field.name }.at(span);
            out.push(diagnostic.label(field.span, text));
            return;
        }
    }
    if drop_impl(db, *def).is_some() {
        out.push(CopyAndDrop { ty }.at(span));
    }
}

/// E0119. Of two overlapping impls the later one is wrong; of two crates, the one that knows the other.
fn overlap(db: &dyn Db, impl_: DefId, trait_ref: TraitRef, span: Span, out: &mut Vec<Diagnostic>) {
    let impls = trait_impls(db, trait_ref.trait_);
    let is_blanket =
        matches!(trait_ref.self_ty().kind(), TyKind::Param(_) | TyKind::Projection(..));
    let others: Vec<DefId> = match is_blanket {
        true => impls.all().collect(),
        false => impls.relevant(trait_ref.self_ty()).collect(),
    };
    for other in others {
        let unknown = impl_trait_ref(db, other).is_none_or(|other| other.args.has(Flags::ERROR));
        if other == impl_ || unknown || !is_before(db, other, impl_) || !overlaps(db, impl_, other)
        {
            continue;
        }
        let (trait_, ty) = (trait_ref.trait_.name(), trait_ref.self_ty());
        let diagnostic = ConflictingImpls { trait_, ty }.at(span);
        out.push(diagnostic.label(vez_hir::name_span(db, other), "first impl here"));
        return;
    }
}

/// An order of impls that does not change from run to run.
fn is_before(db: &dyn Db, a: DefId, b: DefId) -> bool {
    let (of_a, of_b) = (vez_hir::crate_of(db, a), vez_hir::crate_of(db, b));
    if of_a != of_b {
        return of_a < of_b;
    }
    let all = &vez_hir::crate_impls(db, of_a).all;
    let place = |def: DefId| all.iter().position(|&other| other == def);
    place(a) < place(b)
}

fn overlaps(db: &dyn Db, a: DefId, b: DefId) -> bool {
    let mut infcx = InferCtxt::new(db, ParamEnv::empty());
    let mut nested = Vec::new();
    let mut header = |infcx: &mut InferCtxt<'_>, impl_: DefId| {
        let args = infcx.fresh_args_for(impl_, Span::DUMMY);
        let trait_ref = impl_trait_ref(db, impl_)?.substitute(args).erase_regions();
        let predicate = Predicate::Trait(trait_ref);
        let cause = ObligationCause::dummy();
        let predicate = infcx.normalize_predicate(predicate, cause, 0, &mut nested);
        match predicate {
            Predicate::Trait(trait_ref) => Some((args, trait_ref)),
            _ => None,
        }
    };
    let Some((a_args, a_ref)) = header(&mut infcx, a) else { return false };
    let Some((b_args, b_ref)) = header(&mut infcx, b) else { return false };
    if infcx.unify_args(a_ref.args, b_ref.args).is_err() {
        return false;
    }
    let disjoint = [(a, a_args), (b, b_args)].into_iter().any(|(impl_, args)| {
        impl_predicates(db, impl_).iter().any(|(predicate, _)| {
            let predicate = predicate.substitute(args);
            is_certain_no(&mut infcx, predicate, a)
        })
    });
    !disjoint
}

/// A bound that fails, and will fail whatever other crates add.
fn is_certain_no(infcx: &mut InferCtxt<'_>, predicate: Predicate, at: DefId) -> bool {
    let mut nested = Vec::new();
    let cause = ObligationCause::dummy();
    let predicate = infcx.normalize_predicate(predicate, cause, 0, &mut nested);
    if infcx.evaluate(predicate) != Evaluation::No {
        return false;
    }
    let Predicate::Trait(goal) = predicate else { return true };
    let db = infcx.db;
    let lang = lang_items(db);
    // Of other foreign traits a later version of their crate may have more impls.
    let fundamental = lang.sized == Some(goal.trait_) || lang.fn_trait_kind(goal.trait_).is_some();
    let goal = infcx.resolve_trait_ref(goal);
    let local_arg =
        |arg: &GenericArg| matches!(arg, GenericArg::Ty(ty) if is_local_ty(db, *ty, at));
    fundamental
        || is_local(db, goal.trait_, at)
        || goal.args.as_slice().iter().any(local_arg)
        || is_library(db, at)
}

/// Inherent impls belong to the type's crate, and define a name once.
fn inherent(db: &dyn Db, impl_: DefId, ty: Ty, span: Span, out: &mut Vec<Diagnostic>) {
    if !is_library(db, impl_) {
        match ty.kind() {
            TyKind::Adt(def, _) if !is_local(db, *def, impl_) => {
                out.push(ForeignInherentImpl.at(span));
                return;
            }
            TyKind::Adt(..) => {}
            TyKind::Dyn(dynamic)
                if dynamic.principal.is_some_and(|(d, _)| is_local(db, d, impl_)) => {}
            TyKind::Param(_) | TyKind::Projection(..) => {
                out.push(NoNominalType { ty }.at(span));
                return;
            }
            TyKind::Error => return,
            _ => {
                out.push(PrimitiveInherentImpl { ty }.at(span));
                return;
            }
        }
    }
    duplicate_names(db, impl_, out);
}

/// E0592: two impls of overlapping types define one name.
fn duplicate_names(db: &dyn Db, impl_: DefId, out: &mut Vec<Diagnostic>) {
    let head = vez_hir::impl_head(db, impl_);
    if matches!(head, ImplHead::Param | ImplHead::Other) {
        return;
    }
    for &other in vez_hir::inherent_impl_candidates(db, head).iter() {
        if other == impl_ || !is_before(db, other, impl_) {
            continue;
        }
        let theirs = associated_items(db, other);
        let shared = associated_items(db, impl_).iter().find_map(|item| {
            let same = theirs.named(item.name);
            let mut same =
                same.filter(|o| (o.kind == AssocKind::Type) == (item.kind == AssocKind::Type));
            Some((item, same.next()?))
        });
        let Some((item, first)) = shared else { continue };
        if self_types_overlap(db, impl_, other) {
            let at = vez_hir::name_span(db, item.def);
            let diagnostic = DuplicateMethod { name: item.name }.at(at);
            out.push(diagnostic.label(vez_hir::name_span(db, first.def), "first here"));
        }
    }
}

fn self_types_overlap(db: &dyn Db, a: DefId, b: DefId) -> bool {
    let mut infcx = InferCtxt::new(db, ParamEnv::empty());
    let mut fresh = |impl_: DefId| {
        let args = infcx.fresh_args_for(impl_, Span::DUMMY);
        (args, impl_header(db, impl_).self_ty.substitute(args).erase_regions())
    };
    let (a_args, a_ty) = fresh(a);
    let (b_args, b_ty) = fresh(b);
    if infcx.unify(a_ty, b_ty).is_err() {
        return false;
    }
    ![(a, a_args), (b, b_args)].into_iter().any(|(impl_, args)| {
        impl_predicates(db, impl_)
            .iter()
            .any(|(predicate, _)| is_certain_no(&mut infcx, predicate.substitute(args), a))
    })
}
