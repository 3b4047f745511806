//! Type parameters that must outlive a lifetime: they may only where a bound, or a type of the signature, says that they do.
//!
//! Closures are not looked at: their bodies do not know what their function was promised.

use super::solve::Values;
use super::{Origin, RegionVid, Regions, check};
use vez_base::{FxHashSet, Span};
use vez_diag::Sink;
use vez_diag::registry::{ParamOutlives, ParamOutlivesStatic};
use vez_mir::BodyKind;
use vez_types::{Folder, ParamTy, Predicate, Region, Ty, TyKind};

/// `param: region`, needed at a place.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ParamBound {
    param: ParamTy,
    region: RegionVid,
    span: Span,
}

/// The parameters in a type; an associated type outlives what its own arguments do not say.
fn params_in(ty: Ty) -> Vec<ParamTy> {
    struct Collect(Vec<ParamTy>);
    impl Folder for Collect {
        fn fold_ty(&mut self, ty: Ty) -> Ty {
            match ty.kind() {
                TyKind::Param(param) => self.0.push(*param),
                TyKind::Projection(..) => {}
                _ => {
                    self.super_fold_ty(ty);
                }
            }
            ty
        }
    }
    let mut collect = Collect(Vec::new());
    collect.fold_ty(ty);
    collect.0
}

impl Regions<'_> {
    /// Notes that every parameter of a type must outlive a region.
    pub(super) fn params_outlive(&mut self, ty: Ty, region: Region) {
        if self.body.kind != BodyKind::Fn {
            return;
        }
        let Some(region) = self.vid(region) else { return };
        let span = self.span;
        let params = params_in(ty).into_iter();
        self.param_bounds.extend(params.map(|param| ParamBound { param, region, span }));
    }

    /// Notes that the signature says so of every parameter of a type.
    pub(super) fn promise_params(&mut self, ty: Ty, region: Region) {
        let region = self.universal(region);
        let Some(region) = self.vid(region) else { return };
        self.promised_params.extend(params_in(ty).into_iter().map(|param| (param, region)));
    }
}

/// Reports each parameter that may not live as long as it must.
pub(crate) fn check(regions: &Regions<'_>, values: &Values, sink: &mut Sink) {
    let mut reported = FxHashSet::default();
    for bound in &regions.param_bounds {
        if bounded_by_trait(regions, bound.param) {
            continue;
        }
        for needed in values.outlived(bound.region).chain([bound.region]) {
            let region = match regions.origins[needed] {
                Origin::Param(region) => check::name(region.kind()),
                Origin::Static => "'static".to_owned(),
                _ => continue,
            };
            let promised = regions.promised_params.iter().any(|&(param, promised)| {
                let enough = promised == needed
                    || promised == Regions::STATIC
                    || regions.promised.contains(&(promised, needed));
                param == bound.param && enough
            });
            if promised || !reported.insert((bound.param, bound.span)) {
                continue;
            }
            let param = bound.param.name;
            let help = format!("add the bound: `{param}: {region}`");
            let report = match needed {
                Regions::STATIC => ParamOutlivesStatic { param, region }.at(bound.span),
                _ => ParamOutlives { param, region }.at(bound.span),
            };
            sink.report(report.help(help));
        }
    }
}

/// Whether a trait that the parameter has says how long its types live, as `Any: 'static` does.
fn bounded_by_trait(regions: &Regions<'_>, param: ParamTy) -> bool {
    let db = regions.facts.db;
    let outlives = |trait_| {
        let all = vez_traits::all_predicates(db, trait_);
        all.iter().any(|(clause, _)| matches!(clause, Predicate::TypeOutlives(..)))
    };
    vez_traits::all_predicates(db, regions.body.owner).iter().any(|(clause, _)| match clause {
        Predicate::Trait(bound) if *bound.self_ty().kind() == TyKind::Param(param) => {
            vez_traits::supertraits(db, bound.trait_).iter().any(|&above| outlives(above))
        }
        _ => false,
    })
}
