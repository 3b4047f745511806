//! The inference variables of one body, and how types become equal.
//!
//! Regions are ignored everywhere here: the borrow checker looks at them later. Knows no expressions; closures of the body being
//! checked are known by what its checker records in [`InferCtxt::closures`].

mod context;
mod resolve;
mod table;
mod unify;

pub use context::InferCtxt;
pub use resolve::Resolver;
pub use table::{Snapshot, VarKind, VarOrigin};
pub use unify::TypeError;
