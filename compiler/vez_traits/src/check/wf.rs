//! What a type requires to make sense: the bounds of the types it names, sized elements, objects of traits that allow them.

use super::dyn_compat::dyn_violation;
use crate::collect::sized_predicate;
use crate::infer::InferCtxt;
use crate::solve::{Cause, Obligation, ObligationCause, trait_ref_of};
use vez_diag::Diagnostic;
use vez_diag::registry::NotDynCompatible;
use vez_types::{Flags, Folder, Ty, TyKind};

/// Adds what has to hold for a type to be well formed; what is wrong whatever holds goes to `out`.
pub fn wf_obligations(
    infcx: &mut InferCtxt<'_>,
    ty: Ty,
    cause: ObligationCause,
    obligations: &mut Vec<Obligation>,
    out: &mut Vec<Diagnostic>,
) {
    let ty = infcx.resolve(ty.erase_regions());
    if is_plain(ty) {
        return;
    }
    for part in parts(ty) {
        match part.kind() {
            TyKind::Adt(def, args) => {
                obligations.extend(infcx.requirements_of(*def, *args, cause, 0));
            }
            TyKind::Projection(assoc, args) => {
                if let Some(trait_ref) = trait_ref_of(infcx.db, *assoc, *args) {
                    obligations.push(Obligation::of_trait(trait_ref, cause));
                }
            }
            TyKind::Slice(elem) | TyKind::Array(elem, _) => {
                sized(infcx, *elem, "an element", cause, obligations);
            }
            TyKind::Tuple(types) => {
                for &ty in types.as_slice().iter().rev().skip(1) {
                    sized(infcx, ty, "a tuple's element", cause, obligations);
                }
            }
            TyKind::Dyn(dynamic) => {
                let Some((trait_, _)) = dynamic.principal else { continue };
                if let Some(reason) = dyn_violation(infcx.db, trait_) {
                    let name = trait_.name();
                    out.push(NotDynCompatible { trait_: name }.at(cause.span).note(reason));
                }
            }
            _ => {}
        }
    }
}

fn sized(
    infcx: &InferCtxt<'_>,
    ty: Ty,
    what: &'static str,
    cause: ObligationCause,
    obligations: &mut Vec<Obligation>,
) {
    let Some(sized) = infcx.lang.sized else { return };
    if !matches!(ty.kind(), TyKind::Error) {
        let cause = ObligationCause::new(cause.span, Cause::Sized { what });
        obligations.push(Obligation::new(sized_predicate(sized, ty), cause));
    }
}

/// Types that ask for nothing: most of those that programs write.
fn is_plain(ty: Ty) -> bool {
    match ty.kind() {
        TyKind::Bool
        | TyKind::Char
        | TyKind::Int(_)
        | TyKind::Float(_)
        | TyKind::Str
        | TyKind::Never
        | TyKind::Param(_)
        | TyKind::Infer(_)
        | TyKind::Error => true,
        TyKind::Ref(_, target, _) | TyKind::RawPtr(target, _) => is_plain(*target),
        TyKind::Adt(_, args) => args.is_empty(),
        _ => ty.has(Flags::ERROR),
    }
}

/// A type and the types inside of it.
fn parts(ty: Ty) -> Vec<Ty> {
    let mut parts = Parts { all: Vec::new() };
    parts.fold_ty(ty);
    parts.all
}

/// A type and the types inside, binders included.
struct Parts {
    all: Vec<Ty>,
}

impl Folder for Parts {
    fn fold_ty(&mut self, ty: Ty) -> Ty {
        if !self.all.contains(&ty) {
            self.all.push(ty);
            self.super_fold_ty(ty);
        }
        ty
    }
}
