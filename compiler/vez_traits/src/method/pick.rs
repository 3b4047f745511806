//! The search itself: steps, adjustments, inherent before extension.

use super::assemble::{Candidate, Candidates, Source, assemble};
use super::autoderef::{DerefStep, reference};
use super::consider::{Applies, Mode};
use super::index::ProbeScope;
use crate::infer::InferCtxt;
use crate::solve::{Obligation, ObligationCause};
use vez_base::{DefId, Name, Span};
use vez_types::{Mutability, Predicate, TraitRef, Ty, TyKind};

/// What is put in front of the dereferenced receiver.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Autoref {
    None,
    Ref(Mutability),
    /// `*mut T` becomes `*const T`.
    ConstPtr,
}

/// Where the picked item comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PickItem {
    /// An inherent impl; its arguments are inferred from the receiver.
    Inherent { impl_: DefId },
    /// A trait in scope: `Self: trait_` has to hold.
    Trait { trait_: DefId },
    /// A where-clause or bound that holds.
    Bound(TraitRef),
    /// A trait object's own trait or supertrait.
    Object(TraitRef),
}

/// The item a name means, and what to do to the receiver.
#[derive(Clone, Debug)]
pub struct Pick {
    /// The function (or, for paths, constant): of the impl for inherent items, of the trait otherwise.
    pub item: DefId,
    pub source: PickItem,
    /// The chain up to the chosen type, the receiver's own first. Dereferences: one less than its length.
    pub steps: Vec<DerefStep>,
    /// After the dereferences the array is taken as a slice (under the autoref).
    pub unsize: bool,
    /// By value with a reference as receiver is to be reborrowed by the caller.
    pub autoref: Autoref,
    /// The receiver's type after all adjustments.
    pub self_ty: Ty,
    /// What the dereferences depend on.
    pub obligations: Vec<Obligation>,
}

/// Why no item was picked.
#[derive(Clone, Debug)]
pub enum MethodError {
    /// Nothing of this name applies. `unsatisfied`: candidates that fail a requirement; `private`: those not visible.
    NotFound {
        steps: Vec<Ty>,
        unsatisfied: Vec<(DefId, Predicate)>,
        private: Option<DefId>,
        /// A function of this name without receiver, or a constant.
        not_a_method: Option<DefId>,
    },
    Ambiguous(Vec<DefId>),
    /// The receiver's type is not known.
    Unknown,
}

struct Probe<'a, 'db> {
    infcx: &'a mut InferCtxt<'db>,
    mode: Mode,
    candidates: Candidates,
    unsatisfied: Vec<(DefId, Predicate)>,
}

enum Found {
    Nothing,
    One(Candidate),
    Several(Vec<DefId>),
}

/// Finds the method `receiver.name(..)` calls.
pub fn probe_method(
    infcx: &mut InferCtxt<'_>,
    scope: &ProbeScope<'_>,
    receiver: Ty,
    name: Name,
    span: Span,
) -> Result<Pick, MethodError> {
    if infcx.is_unknown(receiver) {
        return Err(MethodError::Unknown);
    }
    let mut obligations = Vec::new();
    let mut steps = infcx.autoderef(receiver, ObligationCause::misc(span), &mut obligations);
    let ends_unknown = steps.last().is_some_and(|step| infcx.is_unknown(step.ty));
    if ends_unknown && steps.len() > 1 {
        steps.pop();
    }
    let mut types: Vec<Ty> = steps.iter().map(|step| infcx.resolve(step.ty)).collect();
    let unsized_ty = types.last().and_then(|ty| match ty.kind() {
        TyKind::Array(elem, _) => Some(Ty::slice(*elem)),
        _ => None,
    });
    types.extend(unsized_ty);
    let candidates = assemble(infcx, scope, &types, name);
    let private = candidates.private.first().copied();
    let none = candidates.is_empty();
    let mut probe = Probe { infcx, mode: Mode::Method, candidates, unsatisfied: Vec::new() };
    if !none {
        for (index, &ty) in types.iter().enumerate() {
            let unsize = index == steps.len();
            let Some((candidate, autoref, self_ty)) = probe.step(ty, unsize)? else { continue };
            steps.truncate(index + 1);
            let Candidate { item, source } = candidate;
            let source = source.into();
            return Ok(Pick { item, source, steps, unsize, autoref, self_ty, obligations });
        }
    }
    if ends_unknown && private.is_none() {
        return Err(MethodError::Unknown);
    }
    let not_a_method = probe
        .candidates
        .inherent
        .iter()
        .find(|candidate| !crate::collect::fn_has_self(probe.infcx.db, candidate.item));
    let not_a_method = not_a_method.map(|candidate| candidate.item);
    let unsatisfied = probe.unsatisfied;
    Err(MethodError::NotFound { steps: types, unsatisfied, private, not_a_method })
}

/// Finds the function or constant `ty::name` means. Variants are the caller's business.
pub fn probe_path_item(
    infcx: &mut InferCtxt<'_>,
    scope: &ProbeScope<'_>,
    ty: Ty,
    name: Name,
) -> Result<Pick, MethodError> {
    let ty = infcx.resolve(ty);
    if infcx.is_unknown(ty) {
        return Err(MethodError::Unknown);
    }
    let candidates = assemble(infcx, scope, &[ty], name);
    let private = candidates.private.first().copied();
    let mut probe = Probe { infcx, mode: Mode::Path, candidates, unsatisfied: Vec::new() };
    match probe.at(ty) {
        Found::One(Candidate { item, source }) => Ok(Pick {
            item,
            source: source.into(),
            steps: vec![DerefStep { ty, by: None }],
            unsize: false,
            autoref: Autoref::None,
            self_ty: ty,
            obligations: Vec::new(),
        }),
        Found::Several(items) => Err(MethodError::Ambiguous(items)),
        Found::Nothing => Err(MethodError::NotFound {
            steps: vec![ty],
            unsatisfied: probe.unsatisfied,
            private,
            not_a_method: None,
        }),
    }
}

impl From<Source> for PickItem {
    fn from(source: Source) -> PickItem {
        match source {
            Source::InherentImpl(impl_) => PickItem::Inherent { impl_ },
            Source::Trait(trait_) => PickItem::Trait { trait_ },
            Source::Bound(trait_ref) => PickItem::Bound(trait_ref),
            Source::Object(trait_ref) => PickItem::Object(trait_ref),
        }
    }
}

type Step = Option<(Candidate, Autoref, Ty)>;

impl Probe<'_, '_> {
    /// One type of the chain: by value (not after unsizing), `&`, `&mut`, `*const`.
    fn step(&mut self, ty: Ty, unsize: bool) -> Result<Step, MethodError> {
        if !unsize && let Some(found) = self.adjusted(ty, Autoref::None)? {
            return Ok(Some(found));
        }
        for mutability in [Mutability::Not, Mutability::Mut] {
            let adjusted = reference(ty, mutability);
            if let Some(found) = self.adjusted(adjusted, Autoref::Ref(mutability))? {
                return Ok(Some(found));
            }
        }
        match ty.kind() {
            TyKind::RawPtr(target, Mutability::Mut) if !unsize => {
                let adjusted = Ty::new(TyKind::RawPtr(*target, Mutability::Not));
                self.adjusted(adjusted, Autoref::ConstPtr)
            }
            _ => Ok(None),
        }
    }

    fn adjusted(&mut self, ty: Ty, autoref: Autoref) -> Result<Step, MethodError> {
        match self.at(ty) {
            Found::Nothing => Ok(None),
            Found::One(candidate) => Ok(Some((candidate, autoref, ty))),
            Found::Several(items) => Err(MethodError::Ambiguous(items)),
        }
    }

    fn at(&mut self, ty: Ty) -> Found {
        match self.among(ty, false) {
            Found::Nothing => self.among(ty, true),
            found => found,
        }
    }

    fn among(&mut self, ty: Ty, extension: bool) -> Found {
        let count = self.list(extension).len();
        let mut applicable: Vec<Candidate> = Vec::new();
        for index in 0..count {
            let candidate = self.list(extension)[index];
            match self.infcx.consider(self.mode, candidate, ty) {
                Applies::Yes => applicable.push(candidate),
                Applies::No => {}
                Applies::Unsatisfied(predicate) => {
                    let entry = (candidate.item, predicate);
                    if !self.unsatisfied.contains(&entry) {
                        self.unsatisfied.push(entry);
                    }
                }
            }
        }
        settle(applicable)
    }

    fn list(&self, extension: bool) -> &[Candidate] {
        if extension { &self.candidates.extension } else { &self.candidates.inherent }
    }
}

/// Several bounds may lead to one trait's item: then inference decides which was meant.
fn settle(applicable: Vec<Candidate>) -> Found {
    match applicable.as_slice() {
        [] => Found::Nothing,
        [only] => Found::One(*only),
        [first, rest @ ..] => {
            if rest.iter().any(|other| other.item != first.item) {
                return Found::Several(applicable.iter().map(|candidate| candidate.item).collect());
            }
            let source = match first.source {
                Source::Bound(trait_ref) | Source::Object(trait_ref) => {
                    Source::Trait(trait_ref.trait_)
                }
                source => source,
            };
            Found::One(Candidate { item: first.item, source })
        }
    }
}
