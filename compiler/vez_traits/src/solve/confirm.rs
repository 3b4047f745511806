//! Committing to a candidate: unify, and list what it requires.

use super::impls::{impl_predicates, impl_trait_erased};
use super::obligation::{Cause, Obligation, ObligationCause};
use super::select::{Candidate, ImplSource, Selection, Unimplemented};
use crate::infer::InferCtxt;
use vez_base::DefId;
use vez_types::{Flags, FnSig, GenericArg, GenericArgs, Predicate, TraitRef, Ty, TyKind};

impl<'db> InferCtxt<'db> {
    pub(super) fn confirm(
        &mut self,
        goal: TraitRef,
        candidate: &Candidate,
        cause: ObligationCause,
        depth: u32,
    ) -> Result<Selection, Unimplemented> {
        match candidate {
            Candidate::Param(clause) | Candidate::Bound(clause) => {
                self.unify_args(clause.args, goal.args).map_err(|_| Unimplemented)?;
                Ok(Selection::of(ImplSource::Param(*clause)))
            }
            Candidate::Object(trait_ref) => {
                self.unify_args(trait_ref.args, goal.args).map_err(|_| Unimplemented)?;
                Ok(Selection::of(ImplSource::Object(*trait_ref)))
            }
            Candidate::Impl(impl_) => self.confirm_impl(goal, *impl_, cause, depth),
            Candidate::Builtin(parts) => {
                let part_goal = |&ty: &Ty| {
                    let args = GenericArgs::new(vec![GenericArg::Ty(ty)]);
                    TraitRef { trait_: goal.trait_, args }
                };
                let goals: Vec<TraitRef> = parts.iter().map(part_goal).collect();
                Ok(self.confirm_builtin(&goals, cause, depth))
            }
            Candidate::BuiltinTraits(goals) => Ok(self.confirm_builtin(goals, cause, depth)),
            Candidate::FnPointer => {
                let sig = self.callable_sig(goal.self_ty()).ok_or(Unimplemented)?;
                let mut nested = Vec::new();
                let sig = self.normalize_sig(&sig, cause, depth + 1, &mut nested);
                self.unify(tupled_inputs(&sig), goal.args.ty_at(1)).map_err(|_| Unimplemented)?;
                Ok(Selection { source: ImplSource::FnPointer, nested })
            }
            Candidate::Closure => self.confirm_closure(goal),
        }
    }

    fn confirm_builtin(
        &mut self,
        goals: &[TraitRef],
        cause: ObligationCause,
        depth: u32,
    ) -> Selection {
        let mut nested = Vec::new();
        for &goal in goals {
            let predicate = Predicate::Trait(goal);
            let predicate = self.normalize_predicate(predicate, cause, depth + 1, &mut nested);
            nested.push(Obligation { predicate, cause, depth: depth + 1 });
        }
        Selection { source: ImplSource::Builtin, nested }
    }

    fn confirm_impl(
        &mut self,
        goal: TraitRef,
        impl_: DefId,
        cause: ObligationCause,
        depth: u32,
    ) -> Result<Selection, Unimplemented> {
        let negative = impl_trait_erased(self.db, impl_).is_some_and(|(_, negative)| negative);
        if negative {
            return Err(Unimplemented);
        }
        let args = self.match_impl(impl_, goal).ok_or(Unimplemented)?;
        let nested = self.requirements_of(impl_, args, cause, depth + 1);
        Ok(Selection { source: ImplSource::Impl { impl_, args }, nested })
    }

    /// What an item's where-clauses ask for with these arguments, normalised.
    pub fn requirements_of(
        &mut self,
        item: DefId,
        args: GenericArgs,
        cause: ObligationCause,
        depth: u32,
    ) -> Vec<Obligation> {
        let mut out = Vec::new();
        for &(predicate, bound) in impl_predicates(self.db, item) {
            let predicate = predicate.substitute(args);
            let cause = match cause.kind {
                Cause::Misc => ObligationCause { kind: Cause::Bound { item, bound }, ..cause },
                _ => cause,
            };
            let predicate = self.normalize_predicate(predicate, cause, depth, &mut out);
            out.push(Obligation { predicate, cause, depth });
        }
        out
    }

    /// The arguments are unified even while the closure's kind is unknown.
    fn confirm_closure(&mut self, goal: TraitRef) -> Result<Selection, Unimplemented> {
        let TyKind::Closure(def, args) = goal.self_ty().kind() else { return Err(Unimplemented) };
        let facts = self.closure_facts(*def, *args).ok_or(Unimplemented)?;
        let wanted = self.lang.fn_trait_kind(goal.trait_);
        if let (Some(kind), Some(wanted)) = (facts.kind, wanted)
            && kind > wanted
        {
            return Err(Unimplemented);
        }
        let inputs = tupled_inputs(&facts.sig);
        self.unify(inputs, goal.args.ty_at(1)).map_err(|_| Unimplemented)?;
        Ok(Selection::of(ImplSource::Closure))
    }

    /// Whether a goal is about a closure whose kind its body's checker has not decided yet.
    pub(super) fn awaits_closure_kind(&self, goal: TraitRef) -> bool {
        let wanted = self.lang.fn_trait_kind(goal.trait_);
        let TyKind::Closure(def, _) = self.shallow(goal.self_ty()).kind() else { return false };
        // Every closure can be called once.
        wanted.is_some_and(|wanted| wanted != crate::ClosureKind::FnOnce)
            && self.closures.get(def).is_some_and(|facts| facts.kind.is_none())
    }

    /// A signature with its projections replaced.
    pub fn normalize_sig(
        &mut self,
        sig: &FnSig,
        cause: ObligationCause,
        depth: u32,
        out: &mut Vec<Obligation>,
    ) -> FnSig {
        if !sig.inputs_and_output.has(Flags::PROJECTION | Flags::OPAQUE | Flags::UNEVALUATED) {
            return sig.clone();
        }
        let list = sig.inputs_and_output.as_slice().iter();
        let list = list.map(|&ty| self.normalize_at(ty, cause, depth, out)).collect();
        FnSig { inputs_and_output: list, ..sig.clone() }
    }
}

/// The inputs as the `Fn` traits want them.
pub(super) fn tupled_inputs(sig: &FnSig) -> Ty {
    Ty::tuple(sig.inputs().to_vec())
}
