//! Choosing the one candidate that makes a trait goal true, and committing to it.

use super::obligation::{Obligation, ObligationCause};
use crate::infer::InferCtxt;
use vez_base::{DefId, limits};
use vez_types::{GenericArgs, InferTy, TraitRef, Ty, TyKind};

/// Why a trait goal is true.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ImplSource {
    /// An impl, with arguments for its parameters.
    Impl { impl_: DefId, args: GenericArgs },
    /// A where-clause, or a bound of an associated or opaque type.
    Param(TraitRef),
    /// The compiler: `Sized`, `Copy`, `Clone`, auto traits.
    Builtin,
    /// `dyn Trait` is its trait and the supertraits.
    Object(TraitRef),
    /// A closure, called through one of the `Fn` traits.
    Closure,
    /// A function item or fn pointer, called through one of the `Fn` traits.
    FnPointer,
    /// Something in the goal is already reported.
    Error,
}

/// A chosen candidate: the goal's variables are unified with it, and `nested` has to hold as well.
#[derive(Clone, Debug)]
pub struct Selection {
    pub source: ImplSource,
    pub nested: Vec<Obligation>,
}

impl Selection {
    pub(super) fn of(source: ImplSource) -> Selection {
        Selection { source, nested: Vec::new() }
    }
}

/// No candidate fits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unimplemented;

/// Why no candidate is chosen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SelectError {
    Unimplemented,
    /// The requirements of a candidate never end.
    Overflow,
}

impl From<Unimplemented> for SelectError {
    fn from(_: Unimplemented) -> SelectError {
        SelectError::Unimplemented
    }
}

/// One way a trait goal may be true.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Candidate {
    Param(TraitRef),
    /// A bound of an associated or opaque type.
    Bound(TraitRef),
    Object(TraitRef),
    Impl(DefId),
    /// True when these types implement the trait.
    Builtin(Vec<Ty>),
    /// True when these implement these traits.
    BuiltinTraits(Vec<TraitRef>),
    Closure,
    FnPointer,
}

/// What may make a goal true, and whether inference may add to it.
#[derive(Debug, Default)]
pub(super) struct Candidates {
    pub(super) list: Vec<Candidate>,
    pub(super) ambiguous: bool,
}

impl<'db> InferCtxt<'db> {
    /// Which candidate makes the goal true; `None` while inference knows too little. Commits to the candidate.
    pub fn select(
        &mut self,
        trait_ref: TraitRef,
        cause: ObligationCause,
        depth: u32,
    ) -> Result<Option<Selection>, SelectError> {
        let trait_ref = self.resolve_trait_ref(trait_ref);
        if trait_ref.args.has(vez_types::Flags::ERROR) {
            return Ok(Some(Selection::of(ImplSource::Error)));
        }
        // Anything may still come.
        if matches!(trait_ref.self_ty().kind(), TyKind::Infer(InferTy::Ty(_))) {
            return Ok(None);
        }
        if self.cache.selecting == 0 {
            self.cache.steps = 0;
        }
        self.cache.steps += 1;
        if self.cache.steps > limits::TRAIT_STEPS {
            self.cache.overflowed = true;
            return Err(SelectError::Overflow);
        }
        self.cache.selecting += 1;
        let selection = self.select_here(trait_ref, cause, depth);
        self.cache.selecting -= 1;
        selection
    }

    fn select_here(
        &mut self,
        trait_ref: TraitRef,
        cause: ObligationCause,
        depth: u32,
    ) -> Result<Option<Selection>, SelectError> {
        let candidates = self.assemble(trait_ref);
        let Some(candidate) = self.winnow(trait_ref, candidates, depth)? else { return Ok(None) };
        Ok(Some(self.confirm(trait_ref, &candidate, cause, depth)?))
    }
}
