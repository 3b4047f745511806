//! What signatures cannot tell and only a checked body can: a finished closure's facts, what an `impl Trait` hides, inferred types.
//!
//! The crate that checks bodies lies above this one, so it installs functions here once a process. Before that (tests of
//! signatures) every answer is "not known".

use std::sync::OnceLock;
use vez_base::DefId;
use vez_db::Db;
use vez_types::{FnSig, Ty};

/// What calling a closure needs of its environment; the least demanding first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ClosureKind {
    /// `&self`
    Fn,
    /// `&mut self`
    FnMut,
    /// `self`
    FnOnce,
}

/// What is known of a closure. Inside the body that is being checked, `kind` and `captures` come late.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClosureFacts {
    /// Inputs as written, not tupled.
    pub sig: FnSig,
    pub kind: Option<ClosureKind>,
    /// The types of the environment's fields.
    pub captures: Option<Vec<Ty>>,
}

/// Functions of the crate that checks bodies.
#[derive(Clone, Copy)]
pub struct Hooks {
    /// A closure of a finished body; types speak of the parameters of the body's owner.
    pub closure: for<'db> fn(&'db dyn Db, DefId) -> Option<ClosureFacts>,
    /// What the n-th `impl Trait` of a function's signature hides, in terms of the function's parameters.
    pub opaque: fn(&dyn Db, DefId, u32) -> Option<Ty>,
    /// The type of a function's body, or of a constant's value, whose signature leaves it out (`fn f(..) = e`).
    pub inferred_type: fn(&dyn Db, DefId) -> Option<Ty>,
}

static HOOKS: OnceLock<Hooks> = OnceLock::new();

/// Installs the functions; the first call counts.
pub fn install(hooks: Hooks) {
    // A second call comes from a second session of the same process, with the same functions.
    let _ = HOOKS.set(hooks);
}

pub(crate) fn closure(db: &dyn Db, def: DefId) -> Option<ClosureFacts> {
    HOOKS.get().and_then(|hooks| (hooks.closure)(db, def))
}

/// What the n-th `impl Trait` of `def`'s signature hides.
pub fn opaque_type(db: &dyn Db, def: DefId, index: u32) -> Option<Ty> {
    HOOKS.get().and_then(|hooks| (hooks.opaque)(db, def, index))
}

pub(crate) fn inferred_type(db: &dyn Db, def: DefId) -> Option<Ty> {
    HOOKS.get().and_then(|hooks| (hooks.inferred_type)(db, def))
}
