//! Which item a method call or a path `Type::name` means.
//!
//! Rust's rules: the receiver's autoderef steps in order; at each by value, then by `&`, then by `&mut`, then `*const`; at each of
//! those inherent items before those of traits in scope. Knows no expressions: the caller applies the adjustments.

mod assemble;
mod autoderef;
mod confirm;
mod consider;
mod index;
mod pick;
mod report;

pub use autoderef::{Deref, DerefStep};
pub use index::ProbeScope;
pub use pick::{Autoref, MethodError, Pick, PickItem, probe_method, probe_path_item};
pub use report::{is_numeric_method, report_method_error};
