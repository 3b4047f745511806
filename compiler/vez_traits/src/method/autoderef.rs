//! The chain of types a receiver dereferences to.

use crate::collect::adt_def;
use crate::infer::InferCtxt;
use crate::solve::{Evaluation, Obligation, ObligationCause};
use vez_base::limits;
use vez_types::{GenericArg, GenericArgs, InferTy, Mutability, Predicate, TraitRef, Ty, TyKind};

/// How one `*` works.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Deref {
    /// Through a reference or `Box`.
    Builtin,
    /// Through `Deref::deref` (or `DerefMut::deref_mut`).
    Overloaded,
}

/// A type on the chain and how it was reached from the one before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DerefStep {
    pub ty: Ty,
    /// `None` for the first.
    pub by: Option<Deref>,
}

impl<'db> InferCtxt<'db> {
    /// What a reference or `Box` points to; with `raw`, raw pointers too.
    pub fn builtin_deref(&self, ty: Ty, raw: bool) -> Option<Ty> {
        match self.shallow(ty).kind() {
            TyKind::Ref(_, target, _) => Some(*target),
            TyKind::RawPtr(target, _) if raw => Some(*target),
            TyKind::Adt(def, args) if adt_def(self.db, *def).flags.is_box => Some(args.ty_at(0)),
            _ => None,
        }
    }

    /// `<ty as Deref>::Target` when `ty` implements `Deref`; obligations that the answer depends on are added.
    pub fn overloaded_deref(
        &mut self,
        ty: Ty,
        cause: ObligationCause,
        out: &mut Vec<Obligation>,
    ) -> Option<Ty> {
        let ty = self.shallow(ty);
        let possible = matches!(
            ty.kind(),
            TyKind::Adt(..) | TyKind::Param(_) | TyKind::Projection(..) | TyKind::Opaque(..)
        );
        if !possible {
            return None;
        }
        let lang = self.lang;
        let (trait_, target) = (lang.deref?, lang.deref_target?);
        let args = GenericArgs::new(vec![GenericArg::Ty(ty)]);
        let goal = Predicate::Trait(TraitRef { trait_, args });
        if matches!(self.evaluate(goal), Evaluation::No | Evaluation::Overflow) {
            return None;
        }
        let projection = Ty::new(TyKind::Projection(target, args));
        let target = self.normalize(projection, cause, out);
        (!target.is_error()).then_some(target)
    }

    /// One `*`, overloaded or not; not through raw pointers.
    pub fn deref_once(
        &mut self,
        ty: Ty,
        cause: ObligationCause,
        out: &mut Vec<Obligation>,
    ) -> Option<(Ty, Deref)> {
        match self.builtin_deref(ty, false) {
            Some(target) => Some((self.shallow(target), Deref::Builtin)),
            None => {
                let target = self.overloaded_deref(ty, cause, out)?;
                Some((self.shallow(target), Deref::Overloaded))
            }
        }
    }

    /// The chain from `ty`, itself first, until nothing more is known. The obligations belong to the steps.
    pub fn autoderef(
        &mut self,
        ty: Ty,
        cause: ObligationCause,
        out: &mut Vec<Obligation>,
    ) -> Vec<DerefStep> {
        let mut steps = vec![DerefStep { ty: self.shallow(ty), by: None }];
        while steps.len() <= limits::AUTODEREF_STEPS {
            let last = steps[steps.len() - 1].ty;
            let Some((ty, by)) = self.deref_once(last, cause, out) else { break };
            steps.push(DerefStep { ty, by: Some(by) });
        }
        steps
    }

    /// Whether a type is an unbound general variable: nothing can be looked up on it.
    pub fn is_unknown(&self, ty: Ty) -> bool {
        matches!(self.shallow(ty).kind(), TyKind::Infer(InferTy::Ty(_)))
    }
}

/// A reference to `ty`.
pub(super) fn reference(ty: Ty, mutability: Mutability) -> Ty {
    Ty::reference(ty, mutability)
}
