//! Diagnostics of lowering, and whether the types an item mentions are well formed.

use super::params::Used;
use super::wf::{wf_clause, wf_obligations};
use super::{infcx_in, require};
use crate::collect::{
    adt_def, adt_lowered, fn_has_self, fn_sig, fn_sig_lowered, generics_of, identity_args,
    impl_header, impl_header_lowered, item_bounds, item_bounds_lowered, opaque_bounds,
    opaque_lowered, param_default, predicates_lowered, predicates_of, super_lowered,
    super_predicates, supertraits, type_lowered, type_of,
};
use crate::infer::InferCtxt;
use crate::lang::lang_items;
use crate::solve::{Cause, Obligation, ObligationCause, param_env};
use vez_base::{DefId, DefKind, Name, Span};
use vez_db::{CrateKind, Db};
use vez_diag::Diagnostic;
use vez_diag::registry::{Cycle, InvalidReceiver, NotSupported};
use vez_hir as hir;
use vez_types::{Flags, Folder, GenericArg, GenericArgs, ParamTy, Predicate, TraitRef, Ty, TyKind};

/// What was wrong with the item's types as they were lowered.
pub(super) fn lowering(db: &dyn Db, def: DefId, out: &mut Vec<Diagnostic>) {
    match def.kind() {
        DefKind::Fn | DefKind::AssocFn => {
            out.extend_from_slice(&fn_sig_lowered(db, def).diagnostics);
            opaques(db, def, out);
        }
        DefKind::Struct | DefKind::Enum | DefKind::Union => {
            out.extend_from_slice(&adt_lowered(db, def).diagnostics);
        }
        DefKind::Impl => {
            out.extend_from_slice(&type_lowered(db, def).diagnostics);
            out.extend_from_slice(&impl_header_lowered(db, def).diagnostics);
        }
        DefKind::Trait => {
            out.extend_from_slice(&super_lowered(db, def).diagnostics);
            out.extend(super_cycle(db, def));
        }
        DefKind::AssocTy => {
            out.extend_from_slice(&type_lowered(db, def).diagnostics);
            out.extend_from_slice(&item_bounds_lowered(db, def).diagnostics);
        }
        DefKind::TypeAlias | DefKind::Const | DefKind::AssocConst | DefKind::Static => {
            out.extend_from_slice(&type_lowered(db, def).diagnostics);
        }
        _ => return,
    }
    out.extend_from_slice(&predicates_lowered(db, def).diagnostics);
}

/// E0391: a trait among its own supertraits.
fn super_cycle(db: &dyn Db, def: DefId) -> Option<Diagnostic> {
    let above = |def: DefId| supertraits(db, def);
    let place = |def: DefId| {
        vez_hir::anchor_location(db, def.into()).map(|(file, start)| (file.raw(), start))
    };
    // Said once, at the first trait of the cycle.
    let mut others =
        above(def).iter().filter(|&&other| other != def && above(other).contains(&def));
    if others.any(|&other| place(other) < place(def)) {
        return None;
    }
    let in_cycle = supertraits(db, def).iter().any(|&above| {
        super_predicates(db, above).iter().any(
            |(predicate, _)| matches!(predicate, Predicate::Trait(bound) if bound.trait_ == def),
        )
    });
    let what = format!("the supertraits of trait `{}`", def.name());
    in_cycle.then(|| Cycle { what }.at(hir::name_span(db, def)))
}

fn opaques(db: &dyn Db, def: DefId, out: &mut Vec<Diagnostic>) {
    let signature = hir::signature(db, def);
    let in_trait = def.parent_def().is_some_and(|owner| owner.kind() == DefKind::Trait);
    for ty in signature.value.types.types.iter() {
        let hir::TypeKind::Opaque { index, .. } = ty.kind else { continue };
        out.extend_from_slice(&opaque_lowered(db, def, index).diagnostics);
        if in_trait {
            let what = "`impl Trait` in the return type of a trait's function";
            out.push(NotSupported { what }.at(ty.span));
        }
    }
}

/// E0277: what a program's `main` returns says how it went.
pub(super) fn main_result(db: &dyn Db, def: DefId, out: &mut Vec<Diagnostic>) {
    let crate_ = hir::crate_of(db, def);
    let is_main = def.name() == vez_base::name::MAIN
        && def.parent_def() == Some(hir::crate_root(db, crate_))
        && db.crates()[crate_.0 as usize].kind == CrateKind::Executable;
    if !is_main {
        return;
    }
    let result = fn_sig(db, def).output().erase_regions();
    let trait_ = hir::lang_item(db, Name::new("termination"));
    if let Some(trait_) = trait_.filter(|_| !result.is_unit()) {
        let args = GenericArgs::new(vec![GenericArg::Ty(result)]);
        let span = match &hir::signature(db, def).value {
            hir::Signature { kind: hir::SignatureKind::Fn(sig), types, .. } => match sig.output {
                hir::FnOutput::Type(id) => types.types[id].span,
                _ => hir::name_span(db, def),
            },
            _ => return,
        };
        let goal = Predicate::Trait(TraitRef { trait_, args });
        let obligation = Obligation::new(goal, ObligationCause::misc(span));
        require(&mut infcx_in(db, param_env(db, def)), vec![obligation], out);
    }
}

/// E0307: `self` is `Self`, or leads to it through references, `Box`, `Rc`, `Arc` and `Pin`.
pub(super) fn receiver(db: &dyn Db, def: DefId, out: &mut Vec<Diagnostic>) {
    let Some(owner) = def.parent_def().filter(|_| fn_has_self(db, def)) else { return };
    let self_ty = match owner.kind() {
        DefKind::Impl => impl_header(db, owner).self_ty.erase_regions(),
        _ => Ty::new(TyKind::Param(ParamTy { index: 0, name: vez_base::name::SELF_TYPE })),
    };
    let sig = fn_sig(db, def).erase_regions();
    let Some(&written) = sig.inputs().first() else { return };
    let mut ty = written;
    while ty != self_ty {
        ty = match ty.kind() {
            TyKind::Ref(_, target, _) => *target,
            TyKind::Adt(adt, args) if leads_to_self(*adt) && !args.is_empty() => args.ty_at(0),
            TyKind::Error | TyKind::Projection(..) => return,
            _ => break,
        };
    }
    if ty == self_ty {
        return;
    }
    let signature = hir::signature(db, def);
    let hir::SignatureKind::Fn(sig) = &signature.value.kind else { return };
    let Some(&id) = sig.inputs.first() else { return };
    let span = signature.value.types.types[id].span;
    let note =
        "it must be `Self`, or lead to it: `&Self`, `Box<Self>`, `Rc<Self>`, `Pin<&mut Self>`";
    out.push(InvalidReceiver { ty: written }.at(span).note(note));
}

/// E0277: what all threads may reach must allow it. Mutable and foreign statics are left to `unsafe`.
pub(super) fn shared_static(db: &dyn Db, def: DefId, out: &mut Vec<Diagnostic>) {
    let signature = hir::signature(db, def);
    let hir::SignatureKind::Const { ty: Some(id), mutability: hir::Mutability::Not, .. } =
        signature.value.kind
    else {
        return;
    };
    let is_foreign = def.parent_def().is_some_and(|parent| parent.kind() == DefKind::ExternBlock);
    let Some(sync) = lang_items(db).sync.filter(|_| !is_foreign) else { return };
    let mut infcx = infcx_in(db, param_env(db, def));
    let ty = infcx.normalize_now(type_of(db, def).erase_regions());
    let args = GenericArgs::new(vec![GenericArg::Ty(ty)]);
    let span = signature.value.types.types[id].span;
    let goal = TraitRef { trait_: sync, args };
    let obligation = Obligation::of_trait(goal, ObligationCause::new(span, Cause::Static));
    require(&mut infcx, vec![obligation], out);
}

/// The library's pointers that methods may take `self` behind.
fn leads_to_self(adt: DefId) -> bool {
    matches!(adt.name().as_str(), "Box" | "Rc" | "Arc" | "Pin")
}

/// Whether every bound of every type the item mentions holds, those in its clauses included.
pub(super) fn check_types(db: &dyn Db, def: DefId, out: &mut Vec<Diagnostic>) {
    let types = mentioned(db, def);
    let clauses = clauses(db, def);
    if types.is_empty() && clauses.is_empty() {
        return;
    }
    let mut infcx = infcx_in(db, param_env(db, def));
    let mut obligations = Vec::new();
    for (ty, span) in types {
        let cause = ObligationCause::misc(span);
        wf_obligations(&mut infcx, ty, cause, &mut obligations, out);
    }
    for (clause, span) in clauses {
        wf_clause(&mut infcx, clause, ObligationCause::misc(span), &mut obligations, out);
    }
    obligations.extend(of_defaults(&mut infcx, def));
    require(&mut infcx, obligations, out);
}

/// What an item says of its parameters and of the types that it declares.
fn clauses(db: &dyn Db, def: DefId) -> Vec<(Predicate, Span)> {
    // Rust leaves the bounds of free aliases to their uses.
    if def.kind() == DefKind::TypeAlias {
        return Vec::new();
    }
    let itself = Predicate::Trait(TraitRef { trait_: def, args: identity_args(db, def) });
    let mut all = predicates_of(db, def).own.clone();
    all.retain(|(clause, _)| *clause != itself);
    match (def.kind(), def.parent_def()) {
        (DefKind::AssocTy, Some(trait_)) if trait_.kind() == DefKind::Trait => {
            let of_trait = &predicates_of(db, trait_).own;
            all.extend(item_bounds(db, def).iter().filter(|clause| !of_trait.contains(clause)));
        }
        (DefKind::Fn | DefKind::AssocFn, _) => {
            for ty in hir::signature(db, def).value.types.types.iter() {
                if let hir::TypeKind::Opaque { index, .. } = ty.kind {
                    all.extend_from_slice(opaque_bounds(db, def, index));
                }
            }
        }
        _ => {}
    }
    all
}

/// What has to hold for the defaults of an item's parameters: those that name no parameters are known here.
fn of_defaults(infcx: &mut InferCtxt<'_>, def: DefId) -> Vec<Obligation> {
    let db = infcx.db;
    let generics = generics_of(db, def);
    let mut out = Vec::new();
    for (own, param) in generics.params.iter().enumerate() {
        let Some(GenericArg::Ty(default)) = param_default(db, def, own) else { continue };
        if default.has(Flags::PARAM) {
            continue;
        }
        let cause = ObligationCause::misc(param.span);
        wf_obligations(infcx, default, cause, &mut out, &mut Vec::new());
        let mut args = identity_args(db, def).as_slice().to_vec();
        args[param.index as usize] = GenericArg::Ty(default);
        let args = GenericArgs::new(args);
        for &(clause, bound) in &predicates_of(db, def).own {
            let (mut named, mut left) = (Used::default(), Used::default());
            let of_default = clause.substitute(args);
            named.fold_predicate(clause);
            left.fold_predicate(of_default);
            if left.params.is_empty() && named.params.contains(&param.index) {
                let cause = ObligationCause { kind: Cause::Bound { item: def, bound }, ..cause };
                out.push(Obligation::new(of_default.erase_regions(), cause));
            }
        }
    }
    out
}

fn mentioned(db: &dyn Db, def: DefId) -> Vec<(Ty, Span)> {
    let signature = hir::signature(db, def);
    let signature = &signature.value;
    let at = |id: hir::TypeId| signature.types.types[id].span;
    match &signature.kind {
        hir::SignatureKind::Fn(written) => {
            let sig = fn_sig(db, def);
            let inputs = sig.inputs().iter().zip(&written.inputs);
            let mut all: Vec<(Ty, Span)> = inputs.map(|(&ty, &id)| (ty, at(id))).collect();
            if let hir::FnOutput::Type(id) = written.output {
                all.push((sig.output(), at(id)));
            }
            all
        }
        hir::SignatureKind::Adt { .. } => {
            let fields = adt_def(db, def).all_fields();
            fields.map(|field| (field.ty, field.span)).collect()
        }
        hir::SignatureKind::Impl { self_ty, .. } => {
            let header = impl_header(db, def);
            let args =
                header.trait_ref.iter().flat_map(|bound| bound.args.as_slice().iter().skip(1));
            let args = args.filter_map(|arg| match arg {
                GenericArg::Ty(ty) => Some((*ty, hir::name_span(db, def))),
                _ => None,
            });
            args.chain([(header.self_ty, at(*self_ty))]).collect()
        }
        hir::SignatureKind::Const { ty: Some(id), .. } => vec![(type_of(db, def), at(*id))],
        // Rust leaves the bounds of free aliases to their uses.
        hir::SignatureKind::Alias { ty: Some(id), .. } if def.kind() == DefKind::AssocTy => {
            vec![(type_of(db, def), at(*id))]
        }
        _ => Vec::new(),
    }
}
