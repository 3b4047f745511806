//! Interned types: what a type is, generic arguments, substitution, folding, printing.
//!
//! Plain data over `DefId`s: knows no inference state, no solver, no salsa.

mod flags;
mod fold;
mod intern;
mod kind;
mod print;

pub use flags::Flags;
pub use fold::{EraseRegions, Folder, Substitution, fold_ty};
pub use intern::{Const, GenericArgs, Region, Ty, TyList};
pub use kind::*;
pub use print::int_name;
