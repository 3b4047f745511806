//! Trait bounds: the impl that makes one true relates the regions of its types.
//!
//! `Vec<&'a T>: FromIterator<&'b T>` holds because of an impl in whose header both are the same. The trait solver, which knows no
//! regions, chooses the impl; its header is matched once more here, and its own where-clauses follow.

use super::Regions;
use super::binders::{Call, Open, Why, has_in, is_bound};
use super::normalize::{DEPTH, object_clauses};
use super::variance::Variance;
use vez_base::DefId;
use vez_traits::{ImplSource, InferCtxt, ObligationCause, lang_items};
use vez_types::{
    DynTy, Flags, Folder, GenericArg, GenericArgs, Predicate, Region, TraitRef, Ty, TyKind,
};

impl Regions<'_> {
    /// A bound holds with these arguments put in; what follows for the regions in it. A bound on what is called comes with what
    /// the call gives, arguments put in.
    pub(super) fn bound(&mut self, bound: TraitRef, args: GenericArgs, output: Option<Ty>) {
        if self.depth > DEPTH || !(bound.args.has(Flags::REGION) || args.has(Flags::REGION)) {
            return;
        }
        let lang = lang_items(self.facts.db);
        let is_callable = lang.fn_trait_kind(bound.trait_).is_some();
        let binds = is_callable && bound.args.has(Flags::REGION);
        let bound = bound.substitute(args);
        if !(binds && self.is_item_or_pointer(bound.self_ty())) {
            return self.keeps(Predicate::Trait(bound));
        }
        self.depth += 1;
        let bound = self.normalized_bound(bound);
        let call = Call { inputs: bound.args.ty_at(1), output };
        self.callable_as(bound.self_ty(), call, bound.trait_);
        self.depth -= 1;
    }

    /// What is said of a type holds: it implements a trait, or has an associated type. What follows for the regions in it; those that
    /// the clause binds may be any.
    pub(super) fn keeps(&mut self, clause: Predicate) {
        let (trait_, args) = match clause {
            Predicate::Trait(bound) if self.may_relate(bound) => (bound.trait_, bound.args),
            Predicate::Projection { assoc, args, ty }
                if args.has(Flags::REGION) || ty.has(Flags::REGION) =>
            {
                let Some(trait_) = assoc.parent_def() else { return };
                (trait_, args)
            }
            _ => return,
        };
        if self.depth > DEPTH {
            return;
        }
        self.depth += 1;
        let is_callable = lang_items(self.facts.db).fn_trait_kind(trait_).is_some();
        if !is_callable && args.as_slice().iter().any(|&arg| has_in(arg, is_bound)) {
            let why = Why::Callable { trait_, output: Ty::unit() };
            self.within_binder(|regions| {
                let clause = Open::each(regions, why).fold_predicate(clause);
                regions.keeps_opened(clause);
            });
        } else {
            self.keeps_opened(clause);
        }
        self.depth -= 1;
    }

    fn keeps_opened(&mut self, clause: Predicate) {
        match clause {
            Predicate::Trait(bound) => {
                let bound = self.normalized_bound(bound);
                self.relate_bound(bound);
            }
            Predicate::Projection { assoc, args, ty } => {
                let [found, ty] = [Ty::new(TyKind::Projection(assoc, args)), ty].map(|ty| {
                    let ty = self.renumber(ty);
                    self.normalize(ty)
                });
                self.equate(found, ty);
            }
            Predicate::TypeOutlives(..) | Predicate::RegionOutlives(..) => {}
        }
    }

    fn normalized_bound(&mut self, bound: TraitRef) -> TraitRef {
        let args = bound.args.as_slice().iter().map(|&arg| match arg {
            GenericArg::Ty(ty) => {
                let ty = self.renumber(ty);
                GenericArg::Ty(self.normalize(ty))
            }
            other => other,
        });
        TraitRef { args: GenericArgs::new(args.collect::<Vec<_>>()), ..bound }
    }

    /// A value becomes an object: the type implements the object's trait with the object's lifetimes.
    pub(super) fn promise_object(&mut self, value: Ty, dynamic: &DynTy) {
        if self.is_callable(dynamic) {
            return;
        }
        for clause in object_clauses(self.facts.db, value, dynamic) {
            self.keeps(clause);
        }
    }

    /// Callables of whose bounds nobody else asks whether they hold for all lifetimes: a closure that is written where the bound
    /// is, is checked against it itself.
    fn is_item_or_pointer(&self, ty: Ty) -> bool {
        match ty.kind() {
            TyKind::FnDef(..) | TyKind::FnPtr(_) => true,
            TyKind::Dyn(dynamic) => self.is_callable(dynamic),
            TyKind::Ref(_, target, _) => self.is_item_or_pointer(*target),
            TyKind::Closure(def, _) => {
                let owner = vez_mir::body_owner(*def);
                let thir = &vez_thir::thir_body(self.facts.db, owner).value;
                let closure = thir.closures.iter().find(|closure| closure.def == *def);
                closure.is_some_and(|closure| closure.bound.is_none())
            }
            _ => false,
        }
    }

    /// Most bounds say nothing of regions: those of the library's traits without arguments, on the library's types.
    fn may_relate(&self, bound: TraitRef) -> bool {
        if !bound.args.has(Flags::REGION) {
            return false;
        }
        let is_silent = lang_items(self.facts.db).sized == Some(bound.trait_)
            || vez_traits::trait_def(self.facts.db, bound.trait_).is_auto;
        !is_silent
            && (bound.args.len() > 1 || self.is_own(bound.trait_) || self.has_own(bound.self_ty()))
    }

    /// Whether a type of the program is in a type.
    fn has_own(&self, ty: Ty) -> bool {
        struct Search<'r, 'a>(&'r Regions<'a>, bool);
        impl Folder for Search<'_, '_> {
            fn fold_ty(&mut self, ty: Ty) -> Ty {
                match ty.kind() {
                    TyKind::Adt(def, _) if self.0.is_own(*def) => self.1 = true,
                    _ => {
                        self.super_fold_ty(ty);
                    }
                }
                ty
            }
        }
        let mut search = Search(self, false);
        search.fold_ty(ty);
        search.1
    }

    fn is_own(&self, def: DefId) -> bool {
        !self.facts.is_library(def)
    }

    fn relate_bound(&mut self, bound: TraitRef) {
        let db = self.facts.db;
        match self.source(bound) {
            Some(ImplSource::Impl { impl_, .. }) => {
                let Some(header) = vez_traits::impl_trait_ref(db, impl_) else { return };
                if let Some(found) = self.match_impl(impl_, header, bound.args) {
                    self.where_clauses(impl_, found);
                }
            }
            Some(ImplSource::Param(_)) => {
                let clauses = self.clauses_about(bound.self_ty());
                self.relate_to_clause(&clauses, bound);
            }
            Some(ImplSource::Object(_)) => {
                if let TyKind::Dyn(dynamic) = bound.self_ty().kind() {
                    let clauses = object_clauses(db, bound.self_ty(), dynamic);
                    self.relate_to_clause(&clauses, bound);
                }
            }
            _ => {}
        }
    }

    /// What the solver says, remembered.
    fn source(&mut self, bound: TraitRef) -> Option<ImplSource> {
        let goal = TraitRef { args: self.forget_args(bound.args), ..bound };
        if let Some(known) = self.sources.get(&goal) {
            return known.clone();
        }
        let mut infcx = InferCtxt::new(self.facts.db, self.facts.env());
        let selected = infcx.select(goal, ObligationCause::dummy(), 0);
        let source = selected.ok().flatten().map(|selection| selection.source);
        self.sources.insert(goal, source.clone());
        source
    }

    /// The only clause that says so, if there is but one.
    fn relate_to_clause(&mut self, clauses: &[Predicate], bound: TraitRef) {
        let says = |clause: &Predicate| match *clause {
            Predicate::Trait(clause) if clause.trait_ == bound.trait_ => {
                (self.forget_args(clause.args) == self.forget_args(bound.args)).then_some(clause)
            }
            _ => None,
        };
        let fitting: Vec<TraitRef> = clauses.iter().filter_map(says).collect();
        let [clause] = fitting[..] else { return };
        let clause = Open::any(self, false).fold_trait_ref(clause);
        let args = clause.args.as_slice().iter().map(|&arg| match arg {
            GenericArg::Ty(ty) => GenericArg::Ty(self.renumber(ty)),
            GenericArg::Region(region) => GenericArg::Region(self.universal(region)),
            constant => constant,
        });
        let args = GenericArgs::new(args.collect::<Vec<_>>());
        self.relate_args(args, bound.args, |_| Variance::Invariant);
    }

    /// Arguments as the rest of the compiler knows them.
    fn forget_args(&self, args: GenericArgs) -> GenericArgs {
        let args = args.as_slice().iter().map(|&arg| match arg {
            GenericArg::Ty(ty) => GenericArg::Ty(self.forget(ty)),
            GenericArg::Region(_) => GenericArg::Region(Region::erased()),
            constant => constant,
        });
        GenericArgs::new(args.collect::<Vec<_>>())
    }
}
