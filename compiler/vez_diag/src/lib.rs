//! What is wrong with a program, as values: the registry of codes, [`Diagnostic`] with its fixes, and the renderers.
//!
//! A phase builds a record and no text: `sink.report(MismatchedTypes { expected, found }.at(span))`. Knows no salsa, no
//! syntax and no file system; files are reached through [`Sources`].

mod diagnostic;
mod position;
pub mod registry;
pub mod render;

pub use diagnostic::{
    Applicability, Code, Count, Diagnostic, DiagnosticData, Edit, Fix, Label, Lowered, Severity,
    Sink,
};
pub use position::{LineIndex, Location, NoSources, Position, Sources};
pub use registry::{CodeInfo, registry};
pub use render::{Format, render_all};
