//! Definitions, module scopes, name resolution, and bodies with the sugar gone.
//!
//! Knows written types only; what they mean belongs to `vez_types` and `vez_traits`.

pub mod data;

pub use data::*;
