//! An impl of `Drop` holds for every value of its type: no arguments of its own choice, no bounds that the type lacks.

use super::infcx_in;
use crate::collect::{GenericParamDef, each_outlives, generics_of, impl_header, predicates_of};
use crate::solve::{Evaluation, ObligationCause, param_env};
use vez_base::{DefId, FxHashSet, Span};
use vez_db::Db;
use vez_diag::Diagnostic;
use vez_diag::registry::{SpecialisedDrop, StricterDrop};
use vez_types::{ConstKind, GenericArg, GenericArgs, Predicate, Region, RegionKind, Ty, TyKind};

/// E0366 and E0367 of an impl of `Drop` for a type of this crate.
pub(super) fn check_impl(db: &dyn Db, impl_: DefId, ty: Ty, span: Span, out: &mut Vec<Diagnostic>) {
    let TyKind::Adt(adt, args) = ty.kind() else { return };
    let Some(in_type) = in_terms_of_type(db, impl_, *adt, *args) else {
        let report = SpecialisedDrop { ty }.at(span);
        out.push(report.label(vez_hir::name_span(db, *adt), "declared for any arguments here"));
        return;
    };
    let mut infcx = infcx_in(db, param_env(db, *adt));
    let known = Outlives::of(db, impl_header(db, impl_).self_ty.substitute(in_type), *adt);
    for &(predicate, at) in &predicates_of(db, impl_).own {
        let of_type = predicate.substitute(in_type);
        let holds = match of_type {
            Predicate::TypeOutlives(..) | Predicate::RegionOutlives(..) => known.implies(of_type),
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

/// What a type's clauses and fields say of lifetimes.
struct Outlives {
    known: Vec<Predicate>,
}

impl Outlives {
    fn of(db: &dyn Db, ty: Ty, adt: DefId) -> Outlives {
        let written = predicates_of(db, adt).own.iter().map(|(predicate, _)| *predicate);
        let mut known: Vec<Predicate> = written.collect();
        each_outlives(db, ty, &mut |predicate| known.push(predicate));
        Outlives { known }
    }

    fn implies(&self, predicate: Predicate) -> bool {
        match predicate {
            Predicate::RegionOutlives(long, short) => self.regions(long, short),
            Predicate::TypeOutlives(ty, region) => self.known.iter().any(|known| {
                matches!(*known, Predicate::TypeOutlives(other, longer)
                    if other == ty && self.regions(longer, region))
            }),
            _ => false,
        }
    }

    /// Whether one lifetime is known to be at least as long as another.
    fn regions(&self, long: Region, short: Region) -> bool {
        let mut reached = vec![long];
        let mut next = 0;
        while let Some(&at) = reached.get(next) {
            if at == short || at == Region::static_() {
                return true;
            }
            next += 1;
            for known in &self.known {
                if let Predicate::RegionOutlives(longer, shorter) = *known
                    && longer == at
                    && !reached.contains(&shorter)
                {
                    reached.push(shorter);
                }
            }
        }
        false
    }
}
