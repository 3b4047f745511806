//! Does one candidate apply to one receiver type?

use super::assemble::{Candidate, Source};
use crate::collect::{fn_has_self, fn_sig, type_of};
use crate::infer::InferCtxt;
use crate::solve::{Evaluation, Obligation, ObligationCause, types_may_unify};
use vez_base::{DefId, DefKind, Span};
use vez_types::{GenericArg, GenericArgs, Predicate, TraitRef, Ty};

/// What a probe is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mode {
    /// A method call: the item is a function with a receiver of the step's type.
    Method,
    /// `Type::name`: any value item whose owner's self type is the given type.
    Path,
}

/// The answer for one candidate.
pub(super) enum Applies {
    No,
    Yes,
    /// The receiver fits but this requirement does not hold.
    Unsatisfied(Predicate),
}

impl<'db> InferCtxt<'db> {
    pub(super) fn consider(&mut self, mode: Mode, candidate: Candidate, self_ty: Ty) -> Applies {
        if mode == Mode::Method {
            let is_method =
                candidate.item.kind() == DefKind::AssocFn && fn_has_self(self.db, candidate.item);
            if !is_method {
                return Applies::No;
            }
            let Some(&pattern) = fn_sig(self.db, candidate.item).inputs().first() else {
                return Applies::No;
            };
            if !types_may_unify(pattern, self_ty) {
                return Applies::No;
            }
        }
        let snapshot = self.snapshot();
        let answer = self.consider_open(mode, candidate, self_ty);
        self.roll_back(snapshot);
        answer
    }

    fn consider_open(&mut self, mode: Mode, candidate: Candidate, self_ty: Ty) -> Applies {
        let mut obligations = Vec::new();
        let Some(args) = self.match_candidate(mode, candidate, self_ty, &mut obligations) else {
            return Applies::No;
        };
        match candidate.source {
            Source::InherentImpl(impl_) => {
                let cause = ObligationCause::dummy();
                obligations.extend(self.requirements_of(impl_, args, cause, 1));
            }
            Source::Trait(trait_) => {
                let predicate = Predicate::Trait(TraitRef { trait_, args });
                let goal = Obligation::new(predicate, ObligationCause::dummy());
                // The trait first: everything else follows from it.
                if !self.may_hold(goal) {
                    return Applies::Unsatisfied(self.resolve_predicate(predicate));
                }
            }
            Source::Bound(_) | Source::Object(_) => {}
        }
        for obligation in obligations {
            if !self.may_hold(obligation) {
                return Applies::Unsatisfied(self.resolve_predicate(obligation.predicate));
            }
        }
        Applies::Yes
    }

    fn may_hold(&mut self, obligation: Obligation) -> bool {
        let answer = self.evaluate_goals(vec![obligation]);
        matches!(answer, Evaluation::Yes | Evaluation::Maybe)
    }

    /// Makes the candidate's receiver (or owner's self type) equal to `self_ty`; the arguments of the owner.
    pub(super) fn match_candidate(
        &mut self,
        mode: Mode,
        candidate: Candidate,
        self_ty: Ty,
        obligations: &mut Vec<Obligation>,
    ) -> Option<GenericArgs> {
        let args = match candidate.source {
            Source::InherentImpl(impl_) => self.fresh_args_for(impl_, Span::DUMMY),
            Source::Bound(trait_ref) | Source::Object(trait_ref) => trait_ref.args,
            Source::Trait(trait_) => self.fresh_args_for(trait_, Span::DUMMY),
        };
        let receiver = match mode {
            Mode::Method => self.receiver_ty(candidate.item, args)?,
            Mode::Path => match candidate.source {
                Source::InherentImpl(impl_) => type_of(self.db, impl_).substitute(args),
                _ => args.ty_at(0),
            },
        };
        let receiver = receiver.erase_regions();
        let receiver = self.normalize(receiver, ObligationCause::dummy(), obligations);
        self.unify(receiver, self_ty).ok()?;
        Some(args)
    }

    /// The type of a method's `self` parameter.
    fn receiver_ty(&mut self, item: DefId, owner_args: GenericArgs) -> Option<Ty> {
        let ty = *fn_sig(self.db, item).inputs().first()?;
        // A method's own parameters rarely appear in its receiver's type, but anonymous lifetimes do.
        let own: &[GenericArg] = owner_args.as_slice();
        let args = self.fresh_args_after(item, own, Span::DUMMY);
        Some(ty.substitute(args))
    }
}
