//! Trait bounds: the impl that makes one true relates the regions of its types.
//!
//! `Vec<&'a T>: FromIterator<&'b T>` holds because of an impl in whose header both are the same. The trait solver, which knows no
//! regions, chooses the impl; its header is matched once more here, and its own where-clauses follow.

use super::Regions;
use super::binders::Call;
use super::normalize::DEPTH;
use super::variance::Variance;
use vez_base::DefId;
use vez_traits::{ImplSource, InferCtxt, ObligationCause, lang_items};
use vez_types::{Flags, GenericArg, GenericArgs, Predicate, TraitRef, Ty, TyKind};

impl Regions<'_> {
    /// A bound holds with these arguments put in; what follows for the regions in it. A bound on what is called comes with what
    /// the call gives, arguments put in.
    pub(super) fn bound(&mut self, bound: TraitRef, args: GenericArgs, output: Option<Ty>) {
        let lang = lang_items(self.facts.db);
        let is_silent = lang.sized == Some(bound.trait_)
            || vez_traits::trait_def(self.facts.db, bound.trait_).is_auto;
        if is_silent || self.depth > DEPTH {
            return;
        }
        let binds = lang.fn_trait_kind(bound.trait_).is_some() && bound.args.has(Flags::REGION);
        let self_ty = bound.self_ty().substitute(args);
        let is_checked = binds && self.is_item_or_pointer(self_ty);
        if !is_checked && !args.has(Flags::REGION) {
            return;
        }
        let bound = bound.substitute(args);
        if !is_checked && !self.may_relate(bound) {
            return;
        }
        self.depth += 1;
        let args = bound.args.as_slice().iter().map(|&arg| match arg {
            GenericArg::Ty(ty) => {
                let ty = self.renumber(ty);
                GenericArg::Ty(self.normalize(ty))
            }
            other => other,
        });
        let args = GenericArgs::new(args.collect::<Vec<_>>());
        let bound = TraitRef { args, ..bound };
        if is_checked {
            let call = Call { inputs: bound.args.ty_at(1), output };
            self.callable_as(bound.self_ty(), call, bound.trait_);
        } else {
            self.relate_bound(bound);
        }
        self.depth -= 1;
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
        let own_type = matches!(bound.self_ty().kind(), TyKind::Adt(def, _) if self.is_own(*def));
        bound.args.len() > 1 || own_type || self.is_own(bound.trait_)
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
            Some(ImplSource::Param(_)) => self.relate_to_clause(bound),
            Some(ImplSource::Object(_)) => {
                if let TyKind::Dyn(dynamic) = bound.self_ty().kind()
                    && let Some((trait_, args)) = dynamic.principal
                    && trait_ == bound.trait_
                {
                    let given = GenericArgs::new(&bound.args.as_slice()[1..]);
                    self.relate_args(args, given, |_| Variance::Invariant);
                }
            }
            _ => {}
        }
    }

    /// What the solver says, remembered.
    fn source(&mut self, bound: TraitRef) -> Option<ImplSource> {
        let args = bound.args.as_slice().iter().map(|&arg| match arg {
            GenericArg::Ty(ty) => GenericArg::Ty(self.forget(ty)),
            GenericArg::Region(_) => GenericArg::Region(vez_types::Region::erased()),
            constant => constant,
        });
        let goal = TraitRef { args: GenericArgs::new(args.collect::<Vec<_>>()), ..bound };
        if let Some(known) = self.sources.get(&goal) {
            return known.clone();
        }
        let mut infcx = InferCtxt::new(self.facts.db, self.facts.env());
        let selected = infcx.select(goal, ObligationCause::dummy(), 0);
        let source = selected.ok().flatten().map(|selection| selection.source);
        self.sources.insert(goal, source.clone());
        source
    }

    /// The only where-clause of the signature that says so, if there is but one.
    fn relate_to_clause(&mut self, bound: TraitRef) {
        let db = self.facts.db;
        let all = vez_traits::all_predicates(db, self.facts.owner);
        let clauses = all.iter().filter_map(|(clause, _)| match clause {
            Predicate::Trait(clause) if clause.trait_ == bound.trait_ => Some(*clause),
            _ => None,
        });
        let same = |regions: &mut Self, clause: &TraitRef| {
            let pairs = clause.args.as_slice().iter().zip(bound.args.as_slice());
            pairs.into_iter().all(|(&clause, &given)| match (clause, given) {
                (GenericArg::Ty(clause), GenericArg::Ty(given)) => {
                    clause.erase_regions() == regions.forget(given)
                }
                (GenericArg::Region(_), GenericArg::Region(_)) => true,
                (clause, given) => clause == given,
            })
        };
        let fitting: Vec<TraitRef> = clauses.filter(|clause| same(self, clause)).collect();
        let [clause] = fitting[..] else { return };
        let args = clause.args.as_slice().iter().map(|&arg| match arg {
            GenericArg::Ty(ty) => GenericArg::Ty(self.renumber(ty)),
            GenericArg::Region(region) => GenericArg::Region(self.universal(region)),
            constant => constant,
        });
        let args = GenericArgs::new(args.collect::<Vec<_>>());
        self.relate_args(args, bound.args, |_| Variance::Invariant);
    }
}
