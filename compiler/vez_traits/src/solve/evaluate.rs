//! Is a predicate true? Answers without side effects on the inference table, remembered by canonical goal.

use super::builtin::is_global;
use super::cache::canonicalize;
use super::env::ParamEnv;
use super::obligation::{Obligation, ObligationCause};
use super::select::SelectError;
use crate::collect::trait_def;
use crate::infer::InferCtxt;
use vez_base::limits;
use vez_db::Db;
use vez_types::{Flags, Predicate, TraitRef};

/// The answer to a goal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Evaluation {
    Yes,
    /// Depends on variables.
    Maybe,
    No,
    /// The requirements never end.
    Overflow,
}

impl Evaluation {
    fn and(self, other: Evaluation) -> Evaluation {
        use Evaluation::*;
        match (self, other) {
            (Overflow, _) | (_, Overflow) => Overflow,
            (No, _) | (_, No) => No,
            (Maybe, _) | (_, Maybe) => Maybe,
            (Yes, Yes) => Yes,
        }
    }
}

/// A goal without variables, as a query's key.
#[salsa::interned]
struct GlobalGoal<'db> {
    #[returns(copy)]
    env: ParamEnv,
    #[returns(copy)]
    reveal: bool,
    #[returns(copy)]
    predicate: Predicate,
}

#[salsa::tracked(returns(copy), cycle_result = global_cycle)]
fn global_query<'db>(db: &'db dyn Db, goal: GlobalGoal<'db>) -> Evaluation {
    let mut infcx = InferCtxt::new(db, goal.env(db));
    infcx.reveal = goal.reveal(db);
    infcx.cache.inside_query = true;
    infcx.evaluate_at(goal.predicate(db), 0)
}

/// Only what an opaque type hides can lead back here; its own body reports that.
fn global_cycle<'db>(_: &'db dyn Db, _: salsa::Id, _: GlobalGoal<'db>) -> Evaluation {
    Evaluation::Yes
}

impl<'db> InferCtxt<'db> {
    /// Whether a predicate holds, as far as is known. Changes no variable.
    pub fn evaluate(&mut self, predicate: Predicate) -> Evaluation {
        let projections = match predicate {
            Predicate::Trait(trait_ref) => trait_ref.args.has(Flags::PROJECTION),
            Predicate::Projection { args, .. } => args.has(Flags::PROJECTION),
            _ => false,
        };
        if !projections {
            return self.evaluate_at(predicate, 0);
        }
        self.probe(|infcx| {
            let mut goals = Vec::new();
            let cause = ObligationCause::dummy();
            let predicate = infcx.normalize_predicate(predicate, cause, 0, &mut goals);
            goals.push(Obligation::new(predicate, cause));
            infcx.evaluate_all(goals)
        })
    }

    /// Whether a type certainly implements a trait without further parameters.
    pub fn implements(&mut self, ty: vez_types::Ty, trait_: vez_base::DefId) -> bool {
        let args = vez_types::GenericArgs::new(vec![vez_types::GenericArg::Ty(ty)]);
        self.evaluate(Predicate::Trait(TraitRef { trait_, args })) == Evaluation::Yes
    }

    pub(super) fn evaluate_at(&mut self, predicate: Predicate, depth: u32) -> Evaluation {
        let predicate = self.resolve_predicate(predicate);
        let trait_ref = match predicate {
            Predicate::Trait(trait_ref) => trait_ref,
            Predicate::Projection { .. } => {
                return self.probe(|infcx| infcx.evaluate_projection(predicate, depth));
            }
            Predicate::TypeOutlives(..) | Predicate::RegionOutlives(..) => return Evaluation::Yes,
        };
        if self.cache.stack.is_empty() {
            self.cache.overflowed = false;
        }
        if self.cache.overflowed || depth > limits::TRAIT_DEPTH as u32 {
            self.cache.overflowed = true;
            return Evaluation::Overflow;
        }
        let global = is_global(trait_ref.args.flags());
        if global && !self.cache.inside_query {
            let goal = GlobalGoal::new(self.db, self.env_for(trait_ref), self.reveal, predicate);
            return global_query(self.db, goal);
        }
        self.evaluate_here(predicate, trait_ref, depth)
    }

    /// Goals without parameters need no where-clauses: they share their answers among all bodies.
    fn env_for(&self, trait_ref: TraitRef) -> ParamEnv {
        if trait_ref.args.has(Flags::PARAM) { self.env } else { ParamEnv::empty() }
    }

    fn evaluate_here(
        &mut self,
        predicate: Predicate,
        trait_ref: TraitRef,
        depth: u32,
    ) -> Evaluation {
        let key = canonicalize(predicate);
        if let Some(&answer) = self.cache.answers.get(&key) {
            return answer;
        }
        if let Some(start) = self.cache.stack.iter().position(|&open| open == key) {
            self.cache.reached = self.cache.reached.min(start);
            return self.cycle_answer(start);
        }
        let place = self.cache.stack.len();
        let outer_reached = std::mem::replace(&mut self.cache.reached, usize::MAX);
        self.cache.stack.push(key);
        let answer = self.probe(|infcx| infcx.evaluate_trait(trait_ref, depth));
        self.cache.stack.pop();
        if self.cache.overflowed {
            self.cache.reached = outer_reached;
            return Evaluation::Overflow;
        }
        // An answer that took an outer goal for true or false is good inside that goal only.
        let final_ = self.cache.reached >= place;
        let outer = if final_ { usize::MAX } else { self.cache.reached };
        self.cache.reached = outer_reached.min(outer);
        let stable = !trait_ref.args.has(Flags::CLOSURE);
        if final_ && stable && answer != Evaluation::Overflow {
            self.cache.answers.insert(key, answer);
        }
        answer
    }

    /// A goal that needs itself: true for auto traits all the way round, false otherwise.
    fn cycle_answer(&self, start: usize) -> Evaluation {
        let sized = self.lang.sized;
        let coinductive = self.cache.stack[start..].iter().all(|predicate| match predicate {
            Predicate::Trait(trait_ref) => {
                trait_def(self.db, trait_ref.trait_).is_auto || Some(trait_ref.trait_) == sized
            }
            _ => false,
        });
        if coinductive { Evaluation::Yes } else { Evaluation::No }
    }

    fn evaluate_trait(&mut self, trait_ref: TraitRef, depth: u32) -> Evaluation {
        match self.select(trait_ref, ObligationCause::dummy(), depth) {
            Ok(Some(selection)) => {
                let nested = self.evaluate_all(selection.nested);
                match self.awaits_closure_kind(trait_ref) {
                    true => nested.and(Evaluation::Maybe),
                    false => nested,
                }
            }
            Ok(None) => Evaluation::Maybe,
            Err(SelectError::Unimplemented) => Evaluation::No,
            Err(SelectError::Overflow) => Evaluation::Overflow,
        }
    }

    fn evaluate_projection(&mut self, predicate: Predicate, depth: u32) -> Evaluation {
        match self.prove_projection(predicate, ObligationCause::dummy(), depth) {
            Ok(Some(nested)) => self.evaluate_all(nested),
            Ok(None) => Evaluation::Maybe,
            Err(_) => self.failure(),
        }
    }

    /// A projection that cannot be proved, unless it only took too long.
    fn failure(&self) -> Evaluation {
        if self.cache.overflowed { Evaluation::Overflow } else { Evaluation::No }
    }

    /// Whether all of these hold together: projections bind variables that the others mention, so goals are looked at again
    /// while that helps. Leaves its bindings behind; call it inside a probe.
    pub(crate) fn evaluate_all(&mut self, obligations: Vec<Obligation>) -> Evaluation {
        let mut pending = obligations;
        loop {
            let before = self.standing_changes();
            let mut waiting = Vec::new();
            while let Some(obligation) = pending.pop() {
                if obligation.depth > limits::TRAIT_DEPTH as u32 {
                    self.cache.overflowed = true;
                    return Evaluation::Overflow;
                }
                let answer = match obligation.predicate {
                    Predicate::Projection { .. } => {
                        let Obligation { predicate, cause, depth } = obligation;
                        match self.prove_projection(predicate, cause, depth) {
                            Ok(Some(nested)) => {
                                pending.extend(nested);
                                Evaluation::Yes
                            }
                            Ok(None) => Evaluation::Maybe,
                            Err(_) => self.failure(),
                        }
                    }
                    predicate => self.evaluate_at(predicate, obligation.depth),
                };
                match answer {
                    Evaluation::Yes => {}
                    Evaluation::Maybe => waiting.push(obligation),
                    Evaluation::No | Evaluation::Overflow => return answer,
                }
            }
            if waiting.is_empty() {
                return Evaluation::Yes;
            }
            // Bindings that inner probes took back do not count: they would come again for ever.
            if self.standing_changes() == before {
                return Evaluation::Maybe;
            }
            waiting.reverse();
            pending = waiting;
        }
    }
}
