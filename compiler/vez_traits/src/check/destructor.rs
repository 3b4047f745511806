//! An impl of `Drop` holds for every value of its type: no arguments of its own choice, no bounds that the type lacks.

use super::infcx_in;
use super::outlives::Outlives;
use crate::collect::{GenericParamDef, generics_of, impl_header, predicates_of};
use crate::solve::{Evaluation, ObligationCause, param_env};
use vez_base::{DefId, FxHashSet, Span};
use vez_db::Db;
use vez_diag::Diagnostic;
use vez_diag::registry::{SpecialisedDrop, StricterDrop};
use vez_types::{ConstKind, GenericArg, GenericArgs, Predicate, RegionKind, Ty, TyKind};

/// E0366 and E0367 of an impl of `Drop` for a type of this crate.
pub(super) fn check_impl(db: &dyn Db, impl_: DefId, ty: Ty, span: Span, out: &mut Vec<Diagnostic>) {
    let TyKind::Adt(adt, args) = ty.kind() else { return };
    let Some(in_type) = in_terms_of_type(db, impl_, *adt, *args) else {
        let report = SpecialisedDrop { ty }.at(span);
        out.push(report.label(vez_hir::name_span(db, *adt), "declared for any arguments here"));
        return;
    };
    let mut infcx = infcx_in(db, param_env(db, *adt));
    let mut known = Outlives::of_item(db, *adt);
    known.assume_well_formed(db, impl_header(db, impl_).self_ty.substitute(in_type));
    for &(predicate, at) in &predicates_of(db, impl_).own {
        let of_type = predicate.substitute(in_type);
        let holds = match of_type {
            Predicate::TypeOutlives(..) | Predicate::RegionOutlives(..) => {
                known.unmet(of_type).is_none()
            }
            _ => {
                let (of_type, cause) = (of_type.erase_regions(), ObligationCause::dummy());
                let predicate = infcx.normalize_predicate(of_type, cause, 0, &mut Vec::new());
                infcx.evaluate(predicate) != Evaluation::No
            }
        };
        if !holds {
            let report = StricterDrop { bound: predicate.erase_regions() }.at(at);
            let note = "a value without this bound would be dropped without its destructor";
            out.push(report.note(note));
        }
    }
}

/// The impl's parameters in terms of its type's; `None` unless the impl is for the type with a parameter of its own for each.
fn in_terms_of_type(
    db: &dyn Db,
    impl_: DefId,
    adt: DefId,
    args: GenericArgs,
) -> Option<GenericArgs> {
    let mut map: Vec<GenericArg> =
        generics_of(db, impl_).params.iter().map(GenericParamDef::error_arg).collect();
    let mut seen = FxHashSet::default();
    for (arg, param) in args.as_slice().iter().zip(&generics_of(db, adt).params) {
        let index = match *arg {
            GenericArg::Ty(ty) => match ty.kind() {
                TyKind::Param(own) => own.index,
                _ => return None,
            },
            GenericArg::Region(region) => match region.kind() {
                RegionKind::Param { index, .. } => index,
                _ => return None,
            },
            GenericArg::Const(constant) => match constant.kind() {
                ConstKind::Param(own) => own.index,
                _ => return None,
            },
        };
        if !seen.insert(index) {
            return None;
        }
        *map.get_mut(index as usize)? = param.to_arg();
    }
    Some(GenericArgs::new(map))
}
