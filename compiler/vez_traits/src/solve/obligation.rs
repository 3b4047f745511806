//! What has to be shown, and why.

use vez_base::{DefId, Span};
use vez_types::{Predicate, TraitRef};

/// Why something has to be shown, for messages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cause {
    Misc,
    /// A bound of an item that is used: the item, and where its bound is written.
    Bound {
        item: DefId,
        bound: Span,
    },
    /// A value of a local, argument, return or field must be sized.
    Sized {
        what: &'static str,
    },
    /// An operator on these operands.
    Operator {
        op: &'static str,
    },
    /// `?`.
    Try,
    /// `for x in e`.
    ForLoop,
    /// An unsizing coercion to a trait object.
    Unsize,
    /// The type of a static.
    Static,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ObligationCause {
    pub span: Span,
    pub kind: Cause,
}

impl ObligationCause {
    pub fn new(span: Span, kind: Cause) -> ObligationCause {
        ObligationCause { span, kind }
    }

    pub fn misc(span: Span) -> ObligationCause {
        ObligationCause { span, kind: Cause::Misc }
    }

    pub fn dummy() -> ObligationCause {
        ObligationCause::misc(Span::DUMMY)
    }
}

/// A predicate that has to hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Obligation {
    pub predicate: Predicate,
    pub cause: ObligationCause,
    /// How many impls' requirements led here.
    pub depth: u32,
}

impl Obligation {
    pub fn new(predicate: Predicate, cause: ObligationCause) -> Obligation {
        Obligation { predicate, cause, depth: 0 }
    }

    pub fn of_trait(trait_ref: TraitRef, cause: ObligationCause) -> Obligation {
        Obligation::new(Predicate::Trait(trait_ref), cause)
    }
}
