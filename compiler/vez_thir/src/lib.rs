//! Typed bodies: inference, coercions, method lookup, patterns, exhaustiveness.
//!
//! Knows nothing of control flow graphs, layouts or back ends.

pub mod data;

pub use data::*;
