//! Gathering the candidates of a trait goal.

use super::ParamEnv;
use super::impls::{impl_trait_erased, may_unify, trait_impls};
use super::select::{Candidate, Candidates};
use crate::collect::dyn_trait_ref;
use crate::collect::{item_bounds, opaque_bounds, supertrait_refs, trait_def};
use crate::infer::InferCtxt;
use vez_base::DefId;
use vez_types::{DynTy, Flags, Folder, GenericArgs, Predicate, TraitRef, Ty, TyKind};

impl<'db> InferCtxt<'db> {
    /// All candidates for a resolved goal whose self type is not a variable.
    pub(super) fn assemble(&mut self, goal: TraitRef) -> Candidates {
        let mut out = Candidates::default();
        self.assemble_env(goal, &mut out);
        match goal.self_ty().kind() {
            TyKind::Projection(..) | TyKind::Opaque(..) => self.assemble_bounds(goal, &mut out),
            TyKind::Dyn(dynamic) => self.assemble_object(goal, dynamic, &mut out),
            _ => {}
        }
        let lang = self.lang;
        let trait_ = goal.trait_;
        if lang.sized == Some(trait_) {
            self.assemble_sized(goal.self_ty(), &mut out);
        } else if lang.copy == Some(trait_) || lang.clone == Some(trait_) {
            let before = out.list.len();
            self.assemble_impls(goal, &mut out);
            if out.list.len() == before {
                self.assemble_copy_clone(goal.self_ty(), &mut out);
            }
        } else if lang.fn_ptr == Some(trait_) {
            if matches!(goal.self_ty().kind(), TyKind::FnPtr(_)) {
                out.list.push(Candidate::Builtin(Vec::new()));
            }
        } else if lang.fn_trait_kind(trait_).is_some() {
            self.assemble_fn(goal, &mut out);
            self.assemble_impls(goal, &mut out);
        } else if trait_def(self.db, trait_).is_auto {
            self.assemble_auto(goal, &mut out);
        } else {
            self.assemble_impls(goal, &mut out);
        }
        out
    }

    fn assemble_env(&mut self, goal: TraitRef, out: &mut Candidates) {
        for &clause in self.env.traits(goal.trait_) {
            if self.fits(clause.args, goal.args) {
                out.list.push(Candidate::Param(clause));
            }
        }
    }

    /// Whether two lists of arguments could be made equal.
    pub(super) fn fits(&mut self, a: GenericArgs, b: GenericArgs) -> bool {
        a == b || self.probe(|infcx| infcx.unify_args(a, b).is_ok())
    }

    /// What the declarations of associated and opaque types promise.
    fn assemble_bounds(&mut self, goal: TraitRef, out: &mut Candidates) {
        for predicate in self.alias_bounds(goal.self_ty()) {
            if let Predicate::Trait(bound) = predicate
                && bound.trait_ == goal.trait_
                && self.fits(bound.args, goal.args)
            {
                let candidate = Candidate::Bound(bound);
                if !out.list.contains(&candidate) {
                    out.list.push(candidate);
                }
            }
        }
    }

    /// What is promised of an associated or opaque type by its declaration, supertraits included.
    pub fn bounds_of_alias(&self, ty: Ty) -> Vec<Predicate> {
        self.alias_bounds(ty)
    }

    /// The promises about an associated or opaque type, supertraits included: its own, and those its self type's promise.
    pub(super) fn alias_bounds(&self, ty: Ty) -> Vec<Predicate> {
        let mut all = Vec::new();
        let mut current = ty;
        loop {
            let (bounds, args) = match current.kind() {
                TyKind::Projection(assoc, args) => (item_bounds(self.db, *assoc), *args),
                TyKind::Opaque(def, index, args) => (opaque_bounds(self.db, *def, *index), *args),
                _ => break,
            };
            let substituted = bounds.iter().map(|(p, _)| p.substitute(args).erase_regions());
            all.extend(substituted);
            if !matches!(current.kind(), TyKind::Projection(..)) {
                break;
            }
            current = self.shallow(args.ty_at(0));
        }
        let mut all = super::env::elaborate(self.db, all);
        if self.env.fixes_types() {
            let mut known = KnownTypes { env: self.env };
            all.iter_mut().for_each(|bound| *bound = known.in_bound(*bound));
        }
        all
    }

    fn assemble_object(&mut self, goal: TraitRef, dynamic: &DynTy, out: &mut Candidates) {
        if dynamic.autos.contains(&goal.trait_) {
            out.list.push(Candidate::Object(goal));
            return;
        }
        let Some(principal) = dyn_trait_ref(dynamic, goal.self_ty()) else { return };
        for trait_ref in supertrait_refs(self.db, principal) {
            let trait_ref = trait_ref.erase_regions();
            if trait_ref.trait_ == goal.trait_ && self.fits(trait_ref.args, goal.args) {
                out.list.push(Candidate::Object(trait_ref));
            }
        }
    }

    pub(super) fn assemble_impls(&mut self, goal: TraitRef, out: &mut Candidates) {
        let impls = trait_impls(self.db, goal.trait_);
        let for_pointers =
            self.is_fn_pointer_param(goal.self_ty()).then(|| impls.for_fn_pointers());
        for impl_ in impls.relevant(goal.self_ty()).chain(for_pointers.into_iter().flatten()) {
            if self.impl_fits(impl_, goal) {
                out.list.push(Candidate::Impl(impl_));
            }
        }
    }

    /// Whether a parameter is known to be a fn pointer.
    fn is_fn_pointer_param(&self, ty: Ty) -> bool {
        let Some(fn_ptr) = self.lang.fn_ptr else { return false };
        matches!(ty.kind(), TyKind::Param(_))
            && self.env.traits(fn_ptr).iter().any(|clause| clause.self_ty() == ty)
    }

    /// Whether an impl's header can be made equal to the goal.
    pub(super) fn impl_fits(&mut self, impl_: DefId, goal: TraitRef) -> bool {
        let Some((header, _)) = impl_trait_erased(self.db, impl_) else { return false };
        if !may_unify(header.args, goal.args) {
            return false;
        }
        self.probe(|infcx| infcx.match_impl(impl_, goal).is_some())
    }

    /// Makes an impl's header equal to the goal; the arguments for the impl's parameters.
    pub(super) fn match_impl(&mut self, impl_: DefId, goal: TraitRef) -> Option<GenericArgs> {
        let (header, _) = impl_trait_erased(self.db, impl_)?;
        let args = self.fresh_args_for(impl_, vez_base::Span::DUMMY);
        let mut header = header.substitute(args);
        if header.args.has(Flags::PROJECTION | Flags::UNEVALUATED) {
            let mut obligations = Vec::new();
            let cause = super::ObligationCause::dummy();
            header.args = self.normalize_args(header.args, cause, 0, &mut obligations);
        }
        self.unify_args(header.args, goal.args).ok()?;
        Some(args)
    }
}

/// Puts in what the environment says outright of associated types: `T::Item` next to `T: Iterator<Item = u8>`.
struct KnownTypes {
    env: ParamEnv,
}

impl KnownTypes {
    /// A promise about an alias: the alias itself stays.
    fn in_bound(&mut self, bound: Predicate) -> Predicate {
        let mut rest = |args: GenericArgs| -> GenericArgs {
            let mut rest = args.as_slice().iter();
            let alias = rest.next().copied();
            alias.into_iter().chain(rest.map(|&arg| self.fold_arg(arg))).collect()
        };
        match bound {
            Predicate::Trait(bound) => {
                Predicate::Trait(TraitRef { args: rest(bound.args), ..bound })
            }
            Predicate::Projection { assoc, args, ty } => {
                Predicate::Projection { assoc, args: rest(args), ty: self.fold_ty(ty) }
            }
            other => other,
        }
    }
}

impl Folder for KnownTypes {
    fn fold_ty(&mut self, ty: Ty) -> Ty {
        if !ty.has(Flags::PROJECTION) {
            return ty;
        }
        if let TyKind::Projection(assoc, args) = ty.kind() {
            let known = self.env.projections(*assoc).iter().find(|(of, _)| of == args);
            if let Some(&(_, known)) = known {
                return known;
            }
        }
        self.super_fold_ty(ty)
    }
}
