//! Definitions, module scopes, name resolution, and bodies with the sugar gone.
//!
//! Knows written types only; what they mean belongs to `vez_types` and `vez_traits`.
//!
//! # Queries, for crates above
//! All are plain functions from the database and a [`DefId`]; results are shared (`Arc`) and recomputed only when what they read has changed.
//!
//! | question | query |
//! |---|---|
//! | whose crate, module, parent | [`crate_of`], [`crate_root`], [`module_of`], `DefId::parent_def` |
//! | what stands in a module, impl, trait, enum, extern block, body | [`children`] (modules: [`module_items`]); [`derived_impls`] |
//! | a member by name | [`member`], [`variant`] |
//! | its syntax, its place | [`item_ast`], [`name_span`], [`anchor_location`], [`DbSources`] |
//! | attributes | [`has_attr`], [`lang_attr`], [`is_intrinsic`], [`is_track_caller`], [`attr_word`], [`derives`] |
//! | who may use it | [`visibility`], [`is_accessible`] |
//! | outside of bodies | [`signature`] |
//! | inside | [`body`], [`body_owners`] |
//! | what the compiler knows by name | [`lang_item`], [`known_item`] |
//! | impls | [`trait_impl_candidates`], [`inherent_impl_candidates`], [`impl_head`], [`crate_impls`] |
//! | method lookup | [`traits_in_scope`] |
//! | names | [`resolve_in_module`], [`names_in_scope`] |
//! | reports outside of signatures and bodies | [`module_diagnostics`], [`main_diagnostics`] |
//!
//! A closure is `DefKind::Closure` under its body's owner, an anonymous constant `DefKind::ConstBlock` under the item it is written in; both have no syntax of
//! their own, and the constants' bodies come from [`body`] like any other. A derived impl is a `DefKind::Impl` under its type: it has syntax (made by `derive`),
//! children, signatures and bodies like a written one.

pub mod data;

mod absent;
mod attrs;
mod blocks;
mod check;
mod defs;
mod derive;
mod format;
mod impls;
mod index;
mod lang;
mod lower;
mod modules;
mod naming;
mod path;
mod print;
mod queries;
mod scope;
mod sources;
#[cfg(test)]
mod tests;

pub use attrs::{
    attr_word, derives, has_attr, is_intrinsic, is_test, is_track_caller, lang_attr, repr_align,
};
pub use check::{main_diagnostics, module_diagnostics};
pub use data::*;
pub use defs::{
    children, crate_of, crate_root, derived_impls, impl_has_trait, is_accessible, item_ast, member,
    module_items, module_of, name_span, variant, visibility,
};
pub use impls::{
    CrateImpls, HeadName, ImplHead, crate_impls, impl_head, inherent_impl_candidates,
    trait_impl_candidates, traits_in_scope,
};
pub use index::body_owners;
pub use lang::{known_item, lang_item};
pub use naming::path_from;
pub use print::{print_body, print_signature};
pub use queries::{body, signature};
pub use scope::{Binding, Ns, PerNs, names_in_scope, resolve_in_module};
pub use sources::{DbSources, anchor_location, item_text};
pub use vez_diag::Lowered;
