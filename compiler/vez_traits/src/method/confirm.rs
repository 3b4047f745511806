//! From a pick to a callable: arguments for the owner and the item, the signature, what has to hold.

use super::assemble::{Candidate, Source};
use super::consider::Mode;
use super::pick::{Pick, PickItem};
use crate::collect::{fn_sig_erased, type_of};
use crate::infer::InferCtxt;
use crate::solve::{Obligation, ObligationCause};
use vez_base::Span;
use vez_types::{FnSig, GenericArg, GenericArgs, Predicate, TraitRef};

impl<'db> InferCtxt<'db> {
    /// The arguments of the picked item's owner (impl or trait), unified with the receiver.
    pub fn owner_args(
        &mut self,
        pick: &Pick,
        is_path: bool,
        cause: ObligationCause,
        out: &mut Vec<Obligation>,
    ) -> GenericArgs {
        let source = match pick.source {
            PickItem::Inherent { impl_ } => Source::InherentImpl(impl_),
            PickItem::Trait { trait_ } => Source::Trait(trait_),
            PickItem::Bound(trait_ref) => Source::Bound(trait_ref),
            PickItem::Object(trait_ref) => Source::Object(trait_ref),
        };
        let mode = if is_path { Mode::Path } else { Mode::Method };
        let candidate = Candidate { item: pick.item, source };
        let matched = self.match_candidate_at(mode, candidate, pick, cause, out);
        if let (PickItem::Trait { trait_ }, Some(args)) = (pick.source, matched) {
            out.push(Obligation::of_trait(TraitRef { trait_, args }, cause));
        }
        // The probe has seen it fit.
        matched.unwrap_or_else(|| match source {
            Source::InherentImpl(owner) | Source::Trait(owner) => {
                self.fresh_args_for(owner, cause.span)
            }
            Source::Bound(trait_ref) | Source::Object(trait_ref) => trait_ref.args,
        })
    }

    fn match_candidate_at(
        &mut self,
        mode: Mode,
        candidate: Candidate,
        pick: &Pick,
        cause: ObligationCause,
        out: &mut Vec<Obligation>,
    ) -> Option<GenericArgs> {
        let before = out.len();
        let args = self.match_candidate(mode, candidate, pick.self_ty, out);
        for obligation in &mut out[before..] {
            obligation.cause = cause;
        }
        args
    }

    /// The signature of an item with these arguments, normalised, and its where-clauses as obligations.
    pub fn instantiate_fn(
        &mut self,
        item: vez_base::DefId,
        args: GenericArgs,
        cause: ObligationCause,
        out: &mut Vec<Obligation>,
    ) -> FnSig {
        let sig = fn_sig_erased(self.db, item, args);
        let sig = self.normalize_sig(&sig, cause, 0, out);
        out.extend(self.requirements_of(item, args, cause, 0));
        sig
    }

    /// All arguments of a picked item: the owner's, then its own, given by the caller or fresh.
    pub fn item_args(
        &mut self,
        pick: &Pick,
        owner: GenericArgs,
        own: &[GenericArg],
        span: Span,
    ) -> GenericArgs {
        let mut given = owner.as_slice().to_vec();
        given.extend_from_slice(own);
        self.fresh_args_after(pick.item, &given, span)
    }

    /// A constant's or static's type with arguments put in, normalised.
    pub fn instantiate_type_of(
        &mut self,
        item: vez_base::DefId,
        args: GenericArgs,
        cause: ObligationCause,
        out: &mut Vec<Obligation>,
    ) -> vez_types::Ty {
        let ty = type_of(self.db, item).substitute(args).erase_regions();
        self.normalize(ty, cause, out)
    }

    /// Registers nothing; tells whether all of these may hold together.
    pub fn evaluate_goals(&mut self, obligations: Vec<Obligation>) -> crate::solve::Evaluation {
        let snapshot = self.snapshot();
        let answer = self.evaluate_all(obligations);
        self.roll_back(snapshot);
        answer
    }

    /// What a predicate looks like in a message.
    pub fn show(&self, predicate: Predicate) -> String {
        self.resolve_predicate(predicate).to_string()
    }
}
