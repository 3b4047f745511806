//! Bounds to predicates, trait references, and `dyn Trait` types.

use super::assoc::{AssocKind, associated_items};
use super::generics::{GenericParamDef, generics_of};
use super::lower::TypeLowerer;
use super::predicates::super_predicates;
use super::traits::{supertrait_refs, supertrait_refs_naming, trait_def};
use vez_base::{DefId, DefKind, Span};
use vez_db::Db;
use vez_diag::registry::*;
use vez_hir as hir;
use vez_types::{
    DynTy, Folder, GenericArg, GenericArgs, Predicate, Region, RegionKind, TraitRef, Ty, TyKind,
};

/// A predicate and where it is written.
pub type Spanned = (Predicate, Span);

impl TypeLowerer<'_, '_> {
    /// What one bound on `self_ty` says. `?Sized` says nothing here.
    pub fn lower_bound(&mut self, bound: &hir::Bound, self_ty: Ty, out: &mut Vec<Spanned>) {
        match bound {
            hir::Bound::Trait { maybe: true, .. } | hir::Bound::Captures(_) => {}
            hir::Bound::Trait { path, .. } => self.lower_trait_bound(path, self_ty, out),
            hir::Bound::Lifetime(lifetime, span) => {
                let region = self.ctx.region(lifetime);
                out.push((Predicate::TypeOutlives(self_ty, region), *span));
            }
        }
    }

    fn lower_trait_bound(&mut self, path: &hir::Path, self_ty: Ty, out: &mut Vec<Spanned>) {
        let Some(trait_) = self.trait_of(path) else { return };
        let (trait_ref, constraints) = self.lower_trait_args(trait_, self_ty, path, 1);
        out.push((Predicate::Trait(trait_ref), path.span));
        for constraint in constraints {
            self.lower_constraint(trait_ref, constraint, out);
        }
    }

    /// The trait a path names; anything else is reported.
    pub(super) fn trait_of(&mut self, path: &hir::Path) -> Option<DefId> {
        match path.res {
            hir::Res::Def(def) if def.kind() == DefKind::Trait => Some(def),
            hir::Res::Def(def) => {
                let found = format!("a {}", def.kind().describe());
                self.ctx.report(NotATrait { name: def.name(), found }.at(path.span));
                None
            }
            hir::Res::Err => None,
            _ => {
                let name = path.segments.last().map_or(vez_base::name::EMPTY, |s| s.name);
                self.ctx.report(NotATrait { name, found: "a type" }.at(path.span));
                None
            }
        }
    }

    /// `self_ty: Trait<..>` from the path that names the trait, `from_end` segments from the path's end; and the constraints
    /// written there.
    pub fn lower_trait_args<'p>(
        &mut self,
        trait_: DefId,
        self_ty: Ty,
        path: &'p hir::Path,
        from_end: usize,
    ) -> (TraitRef, &'p [hir::AssocConstraint]) {
        self.no_args_before_last(path, from_end);
        let segment = path.segments.len().checked_sub(from_end).map(|at| &path.segments[at]);
        let written = segment.and_then(|segment| segment.args.as_ref());
        let prefix = vec![GenericArg::Ty(self_ty)];
        let args = self.fill_args(trait_, prefix, written, path.span, false);
        (TraitRef { trait_, args }, written.map_or(&[], |written| &written.constraints))
    }

    fn lower_constraint(
        &mut self,
        trait_ref: TraitRef,
        constraint: &hir::AssocConstraint,
        out: &mut Vec<Spanned>,
    ) {
        let Some((assoc, args)) = self.constrained_assoc(trait_ref, constraint) else { return };
        match &constraint.kind {
            hir::AssocConstraintKind::Eq(ty) => {
                let ty = self.lower(*ty);
                out.push((Predicate::Projection { assoc, args, ty }, constraint.span));
            }
            hir::AssocConstraintKind::Bound(bounds) => {
                let ty = self.ctx.projection(assoc, args, constraint.span);
                for bound in bounds {
                    self.lower_bound(bound, ty, out);
                }
            }
        }
    }

    /// The associated type a constraint speaks of, in the trait or a supertrait.
    fn constrained_assoc(
        &mut self,
        trait_ref: TraitRef,
        constraint: &hir::AssocConstraint,
    ) -> Option<(DefId, GenericArgs)> {
        let db = self.ctx.db();
        let name = constraint.name;
        let owner = supertrait_refs_naming(db, trait_ref, name).into_iter().next();
        let item = owner.and_then(|owner| {
            let item = associated_items(db, owner.trait_).find(name, AssocKind::Type)?;
            Some((item.def, owner.args))
        });
        let Some((assoc, prefix)) = item else {
            let trait_ = trait_ref.trait_.name();
            self.ctx.report(NoSuchAssocType { name, trait_ }.at(constraint.span));
            return None;
        };
        let prefix = prefix.as_slice().to_vec();
        let written = constraint.args.as_ref();
        let args = self.own_args(assoc, prefix, written, constraint.span, false);
        Some((assoc, args))
    }

    /// `dyn A + Send + 'a`.
    pub(super) fn lower_dyn(
        &mut self,
        bounds: &[hir::Bound],
        lifetime: &hir::LifetimeRes,
        written: bool,
        span: Span,
    ) -> Ty {
        let db = self.ctx.db();
        let mut region = match lifetime {
            hir::LifetimeRes::Infer => None,
            _ => Some(self.ctx.region(lifetime)),
        };
        let mut principal = None;
        let mut autos = Vec::new();
        let mut predicates = Vec::new();
        // Stands for the object itself; no real parameter has this index.
        let self_ty = dyn_self();
        for bound in bounds {
            let path = match bound {
                hir::Bound::Trait { path, .. } => path,
                hir::Bound::Lifetime(lifetime, _) => {
                    region = Some(self.ctx.region(lifetime));
                    continue;
                }
                hir::Bound::Captures(_) => continue,
            };
            let Some(trait_) = self.trait_of(path) else { return Ty::error() };
            if trait_def(db, trait_).is_auto {
                autos.push(trait_);
            } else if principal.is_some() {
                self.ctx.report(SecondDynTrait.at(path.span));
            } else {
                let (trait_ref, constraints) = self.lower_trait_args(trait_, self_ty, path, 1);
                for constraint in constraints {
                    self.lower_constraint(trait_ref, constraint, &mut predicates);
                }
                if let Some(param) = left_to_self(db, trait_ref) {
                    let report = DefaultIsSelf { name: param.name, trait_: trait_.name() };
                    self.ctx.report(report.at(path.span));
                    return Ty::error();
                }
                principal = Some(trait_ref);
            }
        }
        if principal.is_none() && autos.is_empty() {
            self.ctx.report(DynWithoutTrait.at(span));
            return Ty::error();
        }
        // What the trait itself says goes before the place.
        let promised = principal.filter(|_| !written).and_then(|trait_| outlived_by(db, trait_));
        let region = promised.or(region).unwrap_or(self.object_default);
        let projections = self.dyn_projections(principal, &predicates, span);
        autos.sort_unstable();
        autos.dedup();
        let principal = principal.map(|trait_ref| {
            let args = trait_ref.args.as_slice()[1..].to_vec();
            (trait_ref.trait_, GenericArgs::new(args))
        });
        Ty::new(TyKind::Dyn(DynTy { principal, projections, autos, region }))
    }

    /// What the object's associated types are: written here, or fixed by the supertraits' bounds. Each must be known.
    fn dyn_projections(
        &mut self,
        principal: Option<TraitRef>,
        written: &[Spanned],
        span: Span,
    ) -> Vec<(DefId, Ty)> {
        let Some(principal) = principal else { return Vec::new() };
        let db = self.ctx.db();
        let mut known: Vec<(DefId, Ty)> = Vec::new();
        for (predicate, _) in written {
            if let Predicate::Projection { assoc, ty, .. } = *predicate {
                known.push((assoc, ty));
            }
        }
        let traits = supertrait_refs(db, principal);
        for trait_ref in &traits {
            for (predicate, _) in super_predicates(db, trait_ref.trait_) {
                if let Predicate::Projection { assoc, ty, .. } =
                    predicate.substitute(trait_ref.args)
                    && known.iter().all(|&(other, _)| other != assoc)
                {
                    known.push((assoc, ty));
                }
            }
        }
        let mut missing = Vec::new();
        for trait_ref in &traits {
            for item in associated_items(db, trait_ref.trait_).of_kind(AssocKind::Type) {
                let needed = super::generics_of(db, item.def).params.is_empty()
                    && !super::predicates::requires_sized_self(db, item.def);
                if needed && known.iter().all(|&(other, _)| other != item.def) {
                    missing.push(format!("`{}`", item.name));
                    known.push((item.def, Ty::error()));
                }
            }
        }
        if !missing.is_empty() {
            let trait_ = principal.trait_.name();
            self.ctx.report(MissingAssocTypes { trait_, types: missing.join(", ") }.at(span));
        }
        known.sort_unstable_by_key(|&(assoc, _)| assoc);
        known
    }
}

/// The lifetime that all of a trait's types outlive: `'static` where one of its bounds says so, else the only one.
fn outlived_by(db: &dyn Db, principal: TraitRef) -> Option<Region> {
    let mut found: Option<Region> = None;
    for trait_ref in supertrait_refs(db, principal) {
        for (predicate, _) in super_predicates(db, trait_ref.trait_) {
            if let Predicate::TypeOutlives(ty, region) = predicate.substitute(trait_ref.args)
                && ty == principal.self_ty()
            {
                if region.kind() == RegionKind::Static {
                    return Some(region);
                }
                found = Some(region);
            }
        }
    }
    found
}

/// The type that stands for `Self` in the bounds of a `dyn` type.
pub fn dyn_self() -> Ty {
    Ty::param(u32::MAX, vez_base::name::SELF_TYPE)
}

/// The principal's trait reference for an object type `ty` of this description.
pub fn dyn_trait_ref(dynamic: &DynTy, ty: Ty) -> Option<TraitRef> {
    let (trait_, args) = dynamic.principal?;
    let mut all = vec![GenericArg::Ty(ty)];
    all.extend_from_slice(args.as_slice());
    Some(TraitRef { trait_, args: GenericArgs::new(all) })
}

/// The parameter of an object's trait that nobody gave and whose default names `Self`, which the object hides.
fn left_to_self(db: &dyn Db, trait_ref: TraitRef) -> Option<&GenericParamDef> {
    let mut args = trait_ref.args.as_slice().iter().enumerate().skip(1);
    let (index, _) = args.find(|(_, arg)| {
        let mut search = NamesSelf { found: false };
        search.fold_arg(**arg);
        search.found
    })?;
    generics_of(db, trait_ref.trait_).params.get(index)
}

struct NamesSelf {
    found: bool,
}

impl Folder for NamesSelf {
    fn fold_ty(&mut self, ty: Ty) -> Ty {
        self.found |= ty == dyn_self();
        self.super_fold_ty(ty)
    }
}
