//! `impl Trait` in results: which lifetimes it stands for, and whether the hidden type keeps to them.
//!
//! The lifetimes that the bounds or `use<..>` name, and those inside type parameters, are the caller's to watch; no other may hide in the type.

use super::binders::{Call, output_in};
use super::check::{name, param_with, promised};
use super::solve::{Values, blame};
use super::{Origin, RegionVid, Regions, regions_in};
use vez_base::{DefId, FxHashSet, Span};
use vez_db::Db;
use vez_diag::Sink;
use vez_diag::registry::{HiddenLifetime, LifetimeMayNotOutlive, LifetimeNeeded};
use vez_mir::{Local, StatementKind};
use vez_types::{
    Folder, GenericArg, GenericArgs, Predicate, Region, RegionKind, TraitRef, Ty, TyKind,
};

/// The hidden type of one `impl Trait` of the signature.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Hidden {
    index: u32,
    ty: Ty,
}

/// The lifetime parameters that an opaque type's bounds or its `use<..>` name, by their places.
fn named_lifetimes(db: &dyn Db, def: DefId, index: u32) -> Vec<u32> {
    struct Collect(Vec<u32>);
    impl Folder for Collect {
        fn fold_ty(&mut self, ty: Ty) -> Ty {
            // The opaque type itself is given all parameters.
            if matches!(ty.kind(), TyKind::Opaque(..)) { ty } else { self.super_fold_ty(ty) }
        }
        fn fold_region(&mut self, region: Region) -> Region {
            if let RegionKind::Param { index, .. } = region.kind() {
                self.0.push(index);
            }
            region
        }
    }
    let mut collect = Collect(Vec::new());
    for &(predicate, _) in vez_traits::opaque_bounds(db, def, index) {
        collect.fold_predicate(predicate);
    }
    for region in vez_traits::opaque_captures(db, def, index) {
        collect.fold_region(region);
    }
    collect.0
}

/// An opaque type's arguments, where lifetimes that it does not stand for matter no more.
pub(super) fn visible_args(db: &dyn Db, def: DefId, index: u32, args: GenericArgs) -> GenericArgs {
    if !args.as_slice().iter().any(|arg| matches!(arg, GenericArg::Region(_))) {
        return args;
    }
    let named = named_lifetimes(db, def, index);
    let visible = args.as_slice().iter().enumerate().map(|(place, &arg)| match arg {
        GenericArg::Region(_) if !named.contains(&(place as u32)) => {
            GenericArg::Region(Region::static_())
        }
        arg => arg,
    });
    GenericArgs::new(visible.collect::<Vec<_>>())
}

impl Regions<'_> {
    /// The written type of the result with hidden types put in; their regions are the caller's, but nameless.
    pub(super) fn reveal(&mut self, written: Ty, erased: Ty) -> Ty {
        if self.forget(written) == erased {
            return written;
        }
        let all = |regions: &mut Self, a: &[Ty], b: &[Ty]| -> Vec<Ty> {
            a.iter().zip(b).map(|(&a, &b)| regions.reveal(a, b)).collect()
        };
        match (written.kind(), erased.kind()) {
            (TyKind::Opaque(_, index, _), _) => {
                let ty = self.renumber_free(erased);
                self.hidden.push(Hidden { index: *index, ty });
                ty
            }
            (TyKind::Ref(region, a, mutability), TyKind::Ref(_, b, _)) => {
                let target = self.reveal(*a, *b);
                Ty::new(TyKind::Ref(*region, target, *mutability))
            }
            (TyKind::Tuple(a), TyKind::Tuple(b)) if a.as_slice().len() == b.as_slice().len() => {
                Ty::tuple(all(self, a.as_slice(), b.as_slice()))
            }
            (TyKind::Array(a, len), TyKind::Array(b, _)) => {
                let elem = self.reveal(*a, *b);
                Ty::new(TyKind::Array(elem, *len))
            }
            (TyKind::Adt(def, a), TyKind::Adt(other, b)) if def == other => {
                let pairs = a.as_slice().iter().zip(b.as_slice());
                let args = pairs.map(|(&a, &b)| match (a, b) {
                    (GenericArg::Ty(a), GenericArg::Ty(b)) => GenericArg::Ty(self.reveal(a, b)),
                    (a, _) => a,
                });
                let args = args.collect::<Vec<_>>();
                Ty::new(TyKind::Adt(*def, GenericArgs::new(args)))
            }
            _ => self.renumber_free(erased),
        }
    }
}

impl Regions<'_> {
    /// A hidden type is what its `impl Trait` says: called so, with those associated types.
    pub(super) fn hidden_bounds(&mut self) {
        if self.hidden.is_empty() {
            return;
        }
        let (db, owner) = (self.facts.db, self.body.owner);
        let lang = vez_traits::lang_items(db);
        self.span = self.result_span();
        for hidden in self.hidden.clone() {
            let bounds = vez_traits::opaque_bounds(db, owner, hidden.index);
            let is_its =
                |ty: Ty| matches!(ty.kind(), TyKind::Opaque(_, index, _) if *index == hidden.index);
            let revealed = |args: GenericArgs| {
                let rest = args.as_slice().iter().skip(1).copied();
                [GenericArg::Ty(hidden.ty)].into_iter().chain(rest).collect()
            };
            for &(clause, _) in bounds {
                match clause {
                    Predicate::Trait(bound) if is_its(bound.self_ty()) => {
                        let output = output_in(db, bounds, bound);
                        let args = revealed(bound.args);
                        self.hidden_implements(TraitRef { args, ..bound }, output);
                    }
                    Predicate::Projection { assoc, args, ty }
                        if is_its(args.ty_at(0)) && lang.fn_once_output != Some(assoc) =>
                    {
                        self.keeps(Predicate::Projection { assoc, args: revealed(args), ty });
                    }
                    _ => {}
                }
            }
        }
        self.span = self.body.span;
    }

    fn hidden_implements(&mut self, bound: TraitRef, output: Option<Ty>) {
        let lang = vez_traits::lang_items(self.facts.db);
        if lang.fn_trait_kind(bound.trait_).is_none() {
            return self.keeps(Predicate::Trait(bound));
        }
        let inputs = self.renumber(bound.args.ty_at(1));
        let output = output.map(|ty| self.renumber(ty));
        self.callable_as(bound.self_ty(), Call { inputs, output }, bound.trait_);
    }

    /// Where the result is first given its value.
    fn result_span(&self) -> Span {
        let statements = self.body.blocks.iter().flat_map(|block| &block.statements);
        let mut results = statements.filter_map(|statement| match &statement.kind {
            StatementKind::Assign(place, _) if place.as_local() == Some(Local::RETURN) => {
                Some(statement.span)
            }
            _ => None,
        });
        results.next().unwrap_or(self.body.span)
    }
}

/// Reports lifetimes that hide in an `impl Trait` which does not name them.
pub(crate) fn check(regions: &Regions<'_>, values: &Values, sink: &mut Sink) {
    if regions.hidden.is_empty() {
        return;
    }
    let known = promised(regions);
    let outlives = |a: RegionVid, b: RegionVid| a == b || known.contains(&(a, b));
    let mut reported = FxHashSet::default();
    for hidden in &regions.hidden {
        let (db, owner) = (regions.facts.db, regions.body.owner);
        let named = named_lifetimes(db, owner, hidden.index);
        let mut choices: Vec<RegionVid> =
            named.iter().filter_map(|place| regions.params.get(place)).copied().collect();
        choices.push(Regions::STATIC);
        let bounds = vez_traits::opaque_bounds(db, owner, hidden.index).iter();
        let bounds: Vec<RegionVid> = bounds
            .filter_map(|(predicate, _)| match predicate {
                Predicate::TypeOutlives(ty, region) if matches!(ty.kind(), TyKind::Opaque(..)) => {
                    match region.kind() {
                        RegionKind::Static => Some(Regions::STATIC),
                        RegionKind::Param { index, .. } => regions.params.get(&index).copied(),
                        _ => None,
                    }
                }
                _ => None,
            })
            .collect();
        let inside: FxHashSet<RegionVid> = regions_in(hidden.ty).into_iter().collect();
        for &long in &values.universals {
            let Origin::Param(region) = regions.origins[long] else { continue };
            let Some(short) = values.outlived(long).find(|short| inside.contains(short)) else {
                continue;
            };
            let fits_bounds = bounds.iter().all(|&bound| outlives(long, bound));
            if fits_bounds && choices.iter().any(|&choice| outlives(long, choice)) {
                continue;
            }
            let chain = values.why(regions, long, |vid| vid == short);
            let span = chain.as_deref().and_then(blame).map_or(regions.body.span, |found| found.1);
            if !reported.insert((long, span)) {
                continue;
            }
            let region = name(region.kind());
            sink.report(if fits_bounds {
                let help = format!("let the `impl Trait` name the lifetime: `+ {region}`");
                HiddenLifetime { region }.at(span).help(help)
            } else if let Some(name) = param_with(regions, long)
                && region == "'_"
                && bounds.iter().any(|&bound| is_named(regions, bound))
            {
                LifetimeNeeded { name }.at(span)
            } else {
                LifetimeMayNotOutlive {}.at(span)
            });
        }
    }
}

fn is_named(regions: &Regions<'_>, vid: RegionVid) -> bool {
    matches!(regions.origins[vid], Origin::Param(region) if name(region.kind()) != "'_")
}
