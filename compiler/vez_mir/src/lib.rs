//! MIR: control flow graphs of bodies, their construction from THIR, move paths and drop elaboration.
//!
//! Generic throughout: knows no instances, layouts or back ends.

pub mod data;

pub use data::*;
