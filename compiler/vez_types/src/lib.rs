//! Interned types: what a type is, generic arguments, substitution, folding, printing.
//!
//! Plain data over `DefId`s: knows no inference state, no solver, no salsa.

mod fold;
mod intern;
mod kind;
mod print;

pub use fold::{Folder, Substitution, fold_ty};
pub use intern::{Const, GenericArgs, Region, Ty, TyList};
pub use kind::*;
