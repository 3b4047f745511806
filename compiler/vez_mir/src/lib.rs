//! MIR: control flow graphs of bodies, their construction from THIR, move paths and drop elaboration.
//!
//! Generic throughout: knows no instances, layouts or back ends.

mod build;
pub mod cfg;
pub mod data;
pub mod dataflow;
mod discriminants;
mod elaborate;
pub mod facts;
pub mod moves;
pub mod place;
pub mod print;
mod queries;
mod simplify;
#[cfg(test)]
mod tests;
pub mod verify;

pub use data::*;
pub use discriminants::{check_discriminants, discriminant_ty, discriminants};
pub use facts::Facts;
pub use place::{Location, project_ty};
pub use print::print;
pub use queries::{body_owner, mir_body, mir_built};
pub use vez_base::Span;
