//! Typed bodies: inference, coercions, method lookup, patterns, exhaustiveness.
//!
//! Knows nothing of control flow graphs, layouts or back ends. [`thir_body`] is the query; [`data`] the form, [`print`](print::print) shows it.

mod body;
mod captures;
mod check;
mod constness;
mod consts;
pub mod data;
mod exhaust;
mod opaque;
pub mod print;
#[cfg(test)]
mod tests;
mod unsafety;

pub use body::{closure_of, install_hooks, thir_body};
pub use constness::is_const_context;
pub use data::*;
pub use opaque::opaque_cycle;
