//! What the surroundings of an expression expect of its type.

use vez_types::{Ty, TyKind};

use super::FnCtxt;

#[derive(Clone, Copy, Debug)]
pub(crate) enum Expectation {
    None,
    /// This type, or one that coerces to it.
    Type(Ty),
    /// The target of a cast: a hint for literals.
    Cast(Ty),
    /// A hint behind `&`: `&[1, 2]` where `&[u8]` is expected.
    Rvalue(Ty),
}

impl Expectation {
    /// The type that the value must have or coerce to.
    pub(crate) fn only_type(self) -> Option<Ty> {
        match self {
            Expectation::Type(ty) => Some(ty),
            _ => None,
        }
    }

    /// A hint of any strength.
    pub(crate) fn hint(self) -> Option<Ty> {
        match self {
            Expectation::None => None,
            Expectation::Type(ty) | Expectation::Cast(ty) | Expectation::Rvalue(ty) => Some(ty),
        }
    }
}

impl FnCtxt<'_> {
    /// The hint, as far as it is known.
    pub(crate) fn hint(&self, expected: Expectation) -> Option<Ty> {
        expected.hint().map(|ty| self.shallow(ty)).filter(|ty| !self.is_var(*ty))
    }

    /// The type that branches coerce to: the expected one, or whatever they turn out to be.
    pub(crate) fn coercion_target(&mut self, expected: Expectation, span: vez_base::Span) -> Ty {
        match expected.only_type() {
            Some(ty) => ty,
            None => self.fresh_ty(span),
        }
    }

    /// Branches get no expectation from a variable: the first to be checked would decide it.
    pub(crate) fn for_branches(&self, expected: Expectation) -> Expectation {
        match expected {
            Expectation::Type(ty) => {
                let ty = self.shallow(ty);
                if self.is_var(ty) { Expectation::None } else { Expectation::Type(ty) }
            }
            // A hint for a literal would bind the other branches too.
            Expectation::Cast(_) => Expectation::None,
            other => other,
        }
    }

    /// The expectation behind `&`: unsized types are only hints, since an array may be coerced later.
    pub(crate) fn behind_ref(&self, ty: Ty) -> Expectation {
        let ty = self.shallow(ty);
        match ty.kind() {
            TyKind::Slice(_) | TyKind::Str | TyKind::Dyn(_) => Expectation::Rvalue(ty),
            _ => Expectation::Type(ty),
        }
    }
}
