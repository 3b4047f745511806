//! From several candidates to one: those whose own requirements fail are out, and some kinds are preferred over others.

use super::evaluate::Evaluation;
use super::obligation::ObligationCause;
use super::select::{Candidate, Candidates, SelectError, Unimplemented};
use crate::infer::InferCtxt;
use vez_types::{Flags, TraitRef};

impl<'db> InferCtxt<'db> {
    /// The candidate to commit to; `None` while several remain.
    pub(super) fn winnow(
        &mut self,
        goal: TraitRef,
        candidates: Candidates,
        depth: u32,
    ) -> Result<Option<Candidate>, SelectError> {
        let Candidates { mut list, ambiguous } = candidates;
        if ambiguous {
            return Ok(None);
        }
        match list.len() {
            0 => return Err(SelectError::Unimplemented),
            1 => return Ok(list.pop()),
            _ => {}
        }
        let mut fitting = Vec::with_capacity(list.len());
        for candidate in list {
            match self.try_candidate(goal, &candidate, depth) {
                Evaluation::No => {}
                Evaluation::Overflow => return Err(SelectError::Overflow),
                Evaluation::Yes | Evaluation::Maybe => fitting.push(candidate),
            }
        }
        let mut list = fitting;
        match list.len() {
            // Each fails for its own reason; the goal's failure is reported.
            0 => return Err(SelectError::Unimplemented),
            1 => return Ok(list.pop()),
            _ => {}
        }
        Ok(prefer(goal, list))
    }

    fn try_candidate(&mut self, goal: TraitRef, candidate: &Candidate, depth: u32) -> Evaluation {
        self.probe(|infcx| match infcx.confirm(goal, candidate, ObligationCause::dummy(), depth) {
            Ok(selection) => infcx.evaluate_all(selection.nested),
            Err(Unimplemented) => Evaluation::No,
        })
    }
}

/// Where-clauses win over everything else (unless they mention no parameter: then an impl says the same), then bounds of
/// associated types, objects, the compiler, impls.
fn prefer(goal: TraitRef, mut list: Vec<Candidate>) -> Option<Candidate> {
    let is_concrete = |candidate: &Candidate| {
        matches!(candidate, Candidate::Param(clause)
            if !clause.args.has(Flags::PARAM | Flags::INFER | Flags::PROJECTION))
    };
    if list.iter().any(|candidate| !is_concrete(candidate)) {
        list.retain(|candidate| !is_concrete(candidate));
    }
    let rank = |candidate: &Candidate| match candidate {
        Candidate::Param(_) => 0,
        Candidate::Bound(_) => 1,
        Candidate::Object(_) => 2,
        Candidate::Builtin(_)
        | Candidate::BuiltinTraits(_)
        | Candidate::Closure
        | Candidate::FnPointer => 3,
        Candidate::Impl(_) => 4,
    };
    let best = list.iter().map(rank).min()?;
    list.retain(|candidate| rank(candidate) == best);
    list.dedup();
    if list.len() > 1 && goal.args.has_infer() {
        return None;
    }
    // Without variables, equal clauses and overlapping impls (reported where they are declared) say the same.
    list.into_iter().next()
}
