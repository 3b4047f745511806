//! Obligations that wait for inference, and what is wrong with those that cannot hold.

use super::builtin::is_global;
use super::evaluate::Evaluation;
use super::obligation::{Obligation, ObligationCause};
use super::project::{ProjectionError, trait_ref_of};
use super::select::SelectError;
use crate::collect::trait_def;
use crate::hooks::ClosureKind;
use crate::infer::InferCtxt;
use smallvec::SmallVec;
use vez_base::{FxHashSet, limits};
use vez_types::{Flags, Folder, GenericArgs, Predicate, TraitRef, Ty, TyKind};

/// An obligation that cannot hold, or is not decided at the end.
#[derive(Clone, Debug)]
pub struct FulfillError {
    /// The requirement that fails.
    pub obligation: Obligation,
    /// The one it was derived from.
    pub root: Obligation,
    pub kind: FulfillErrorKind,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FulfillErrorKind {
    Unimplemented,
    /// A projection is this type instead.
    Mismatch(Ty),
    Ambiguous,
    Overflow,
}

#[derive(Clone, Debug)]
struct Pending {
    obligation: Obligation,
    root: Obligation,
    /// While these unbound variables stay as they are, looking again is of no use. Empty: always look.
    stalled_on: SmallVec<[Ty; 2]>,
}

/// A bound on a closure's type that says how it will be called.
#[derive(Clone, Copy, Debug)]
pub struct PendingClosure {
    pub kind: Option<ClosureKind>,
    /// The tuple of arguments, when a bound gives it.
    pub inputs: Option<Ty>,
    pub output: Option<Ty>,
    pub cause: ObligationCause,
}

/// The pending obligations of one body.
#[derive(Default)]
pub struct FulfillCtxt {
    pending: Vec<Pending>,
    /// Auto trait goals met before: they may need themselves.
    seen_auto: FxHashSet<Predicate>,
    /// The table's version after the last round that changed nothing.
    stuck_at: Option<(u64, usize)>,
}

enum Outcome {
    Done,
    Nested(Vec<Obligation>),
    Wait(SmallVec<[Ty; 2]>),
    Failed(FulfillErrorKind),
}

impl FulfillCtxt {
    pub fn new() -> FulfillCtxt {
        FulfillCtxt::default()
    }

    pub fn register(&mut self, obligation: Obligation) {
        let root = obligation;
        self.pending.push(Pending { obligation, root, stalled_on: SmallVec::new() });
    }

    pub fn register_all(&mut self, obligations: impl IntoIterator<Item = Obligation>) {
        obligations.into_iter().for_each(|obligation| self.register(obligation));
    }

    pub fn is_empty(&self) -> bool {
        self.pending.is_empty()
    }

    /// The obligations still waiting.
    pub fn pending(&self) -> impl Iterator<Item = &Obligation> {
        self.pending.iter().map(|pending| &pending.obligation)
    }

    /// Works on obligations until none makes progress; returns those that fail.
    pub fn select_where_possible(&mut self, infcx: &mut InferCtxt<'_>) -> Vec<FulfillError> {
        let mut errors = Vec::new();
        loop {
            if self.stuck_at == Some((infcx.version(), self.pending.len())) {
                return errors;
            }
            if !self.round(infcx, &mut errors) {
                // What waits for something else than a variable is looked at each time.
                let by_vars = self.pending.iter().all(|pending| !pending.stalled_on.is_empty());
                self.stuck_at = by_vars.then(|| (infcx.version(), self.pending.len()));
                return errors;
            }
        }
    }

    /// Looks at every obligation once. Whether any was decided.
    fn round(&mut self, infcx: &mut InferCtxt<'_>, errors: &mut Vec<FulfillError>) -> bool {
        let mut progress = false;
        let mut work = std::mem::take(&mut self.pending);
        work.reverse();
        let mut waiting = Vec::new();
        while let Some(mut pending) = work.pop() {
            let stalled = !pending.stalled_on.is_empty()
                && pending.stalled_on.iter().all(|&var| infcx.shallow(var) == var);
            if stalled {
                waiting.push(pending);
                continue;
            }
            match self.process(infcx, &pending.obligation) {
                Outcome::Done => progress = true,
                Outcome::Nested(nested) => {
                    progress = true;
                    let root = pending.root;
                    work.extend(nested.into_iter().rev().map(|obligation| Pending {
                        obligation,
                        root,
                        stalled_on: SmallVec::new(),
                    }));
                }
                Outcome::Wait(stalled_on) => {
                    pending.stalled_on = stalled_on;
                    waiting.push(pending);
                }
                Outcome::Failed(kind) => {
                    progress = true;
                    let obligation = Obligation {
                        predicate: infcx.resolve_predicate(pending.obligation.predicate),
                        ..pending.obligation
                    };
                    errors.push(FulfillError { obligation, root: pending.root, kind });
                }
            }
        }
        waiting.append(&mut self.pending);
        self.pending = waiting;
        progress
    }

    fn process(&mut self, infcx: &mut InferCtxt<'_>, obligation: &Obligation) -> Outcome {
        if obligation.depth > limits::TRAIT_DEPTH as u32 {
            return Outcome::Failed(FulfillErrorKind::Overflow);
        }
        match obligation.predicate {
            Predicate::Trait(trait_ref) => self.process_trait(infcx, obligation, trait_ref),
            Predicate::Projection { args, .. } => process_projection(infcx, obligation, args),
            Predicate::TypeOutlives(..) | Predicate::RegionOutlives(..) => Outcome::Done,
        }
    }

    fn process_trait(
        &mut self,
        infcx: &mut InferCtxt<'_>,
        obligation: &Obligation,
        trait_ref: TraitRef,
    ) -> Outcome {
        let mut nested = Vec::new();
        let trait_ref = normalized(infcx, trait_ref, obligation, &mut nested);
        if !nested.is_empty() {
            let predicate = Predicate::Trait(trait_ref);
            nested.push(Obligation { predicate, ..*obligation });
            return Outcome::Nested(nested);
        }
        if is_global(trait_ref.args.flags()) {
            match infcx.evaluate(Predicate::Trait(trait_ref)) {
                Evaluation::Yes => return Outcome::Done,
                Evaluation::Overflow => return Outcome::Failed(FulfillErrorKind::Overflow),
                // Select, to find the requirement that fails.
                Evaluation::No | Evaluation::Maybe => {}
            }
        }
        if trait_def(infcx.db, trait_ref.trait_).is_auto
            && !self.seen_auto.insert(Predicate::Trait(trait_ref))
            && obligation.depth > 0
        {
            return Outcome::Done;
        }
        match infcx.select(trait_ref, obligation.cause, obligation.depth) {
            Ok(Some(selection)) => {
                if infcx.awaits_closure_kind(trait_ref) {
                    // Its arguments are unified now; whether its kind fits is seen when it is known.
                    return Outcome::Wait(SmallVec::new());
                }
                Outcome::Nested(selection.nested)
            }
            Ok(None) => Outcome::Wait(unknowns(infcx, trait_ref.args)),
            Err(SelectError::Unimplemented) => Outcome::Failed(FulfillErrorKind::Unimplemented),
            Err(SelectError::Overflow) => Outcome::Failed(FulfillErrorKind::Overflow),
        }
    }

    /// What is left when no more inference comes: each is ambiguous.
    pub fn take_ambiguous(&mut self, infcx: &InferCtxt<'_>) -> Vec<FulfillError> {
        let pending = std::mem::take(&mut self.pending);
        let errors = pending.into_iter().filter_map(|pending| {
            let predicate = infcx.resolve_predicate(pending.obligation.predicate);
            let obligation = Obligation { predicate, ..pending.obligation };
            let kind = FulfillErrorKind::Ambiguous;
            let reported = predicate.flags().intersects(Flags::ERROR);
            (!reported).then_some(FulfillError { obligation, root: pending.root, kind })
        });
        errors.collect()
    }

    /// What pending bounds say about how a closure of type `var` (an unbound variable, perhaps) will be called. Looks through
    /// `?V: Fn(A) -> B` and `<?V as FnOnce<A>>::Output == B`, and through bounds of traits with an `Fn` supertrait.
    pub fn pending_closure(&self, infcx: &InferCtxt<'_>, var: Ty) -> Option<PendingClosure> {
        let var = infcx.shallow(var);
        let lang = infcx.lang;
        let mut found: Option<PendingClosure> = None;
        for pending in &self.pending {
            let cause = pending.obligation.cause;
            let mut note = |trait_ref: TraitRef, output: Option<Ty>| {
                let Some(kind) = lang.fn_trait_kind(trait_ref.trait_) else { return };
                let entry = found.get_or_insert(PendingClosure {
                    kind: None,
                    inputs: None,
                    output: None,
                    cause,
                });
                // A projection goes through `FnOnce` whatever the bound is; it tells nothing of the kind.
                if output.is_none() {
                    entry.kind = Some(entry.kind.map_or(kind, |known| known.min(kind)));
                }
                entry.inputs = entry.inputs.or(Some(infcx.resolve(trait_ref.args.ty_at(1))));
                entry.output = entry.output.or(output.map(|output| infcx.resolve(output)));
            };
            match pending.obligation.predicate {
                Predicate::Trait(trait_ref) if infcx.shallow(trait_ref.self_ty()) == var => {
                    let elaborated =
                        super::env::elaborate(infcx.db, vec![Predicate::Trait(trait_ref)]);
                    for predicate in elaborated {
                        match predicate {
                            Predicate::Trait(trait_ref) => note(trait_ref, None),
                            Predicate::Projection { assoc, args, ty } => {
                                if let Some(of) = trait_ref_of(infcx.db, assoc, args) {
                                    note(of, Some(ty));
                                }
                            }
                            _ => {}
                        }
                    }
                }
                Predicate::Projection { assoc, args, ty }
                    if infcx.shallow(args.ty_at(0)) == var =>
                {
                    if let Some(of) = trait_ref_of(infcx.db, assoc, args) {
                        note(of, Some(ty));
                    }
                }
                _ => {}
            }
        }
        found
    }
}

fn normalized(
    infcx: &mut InferCtxt<'_>,
    trait_ref: TraitRef,
    obligation: &Obligation,
    nested: &mut Vec<Obligation>,
) -> TraitRef {
    let args = infcx.resolve_args(trait_ref.args);
    let args = infcx.normalize_args(args, obligation.cause, obligation.depth, nested);
    TraitRef { args: infcx.resolve_args(args), ..trait_ref }
}

fn process_projection(
    infcx: &mut InferCtxt<'_>,
    obligation: &Obligation,
    args: GenericArgs,
) -> Outcome {
    match infcx.prove_projection(obligation.predicate, obligation.cause, obligation.depth) {
        Ok(Some(nested)) => Outcome::Nested(nested),
        Ok(None) => Outcome::Wait(unknowns(infcx, infcx.resolve_args(args))),
        Err(ProjectionError::Mismatch(found, _)) => {
            Outcome::Failed(FulfillErrorKind::Mismatch(found))
        }
        Err(ProjectionError::Unimplemented) => Outcome::Failed(FulfillErrorKind::Unimplemented),
    }
}

/// The unbound variables of resolved arguments; none when a closure inside may still change by other means.
fn unknowns(infcx: &InferCtxt<'_>, args: GenericArgs) -> SmallVec<[Ty; 2]> {
    struct Search(SmallVec<[Ty; 2]>);
    impl Folder for Search {
        fn fold_ty(&mut self, ty: Ty) -> Ty {
            match ty.kind() {
                TyKind::Infer(_) if !self.0.contains(&ty) => self.0.push(ty),
                TyKind::Infer(_) => {}
                _ if ty.has_infer() => {
                    self.super_fold_ty(ty);
                }
                _ => {}
            }
            ty
        }
    }
    if args.has(Flags::CLOSURE) {
        return SmallVec::new();
    }
    let mut search = Search(SmallVec::new());
    search.fold_args(infcx.resolve_args(args));
    search.0
}
