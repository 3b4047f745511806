//! The one public facade: sessions, checking, building, running, testing, explaining.
//!
//! The command, the editor's server and the tests see the compiler through this crate alone.

mod artifact;
mod check;
mod codegen;
mod emit;
mod explain;
mod package;
mod prebuilt;
mod raw;
mod run;
mod session;
mod testing;
mod threads;
mod worker;

pub use artifact::write_atomically;
pub use check::{Checked, check};
pub use codegen::cannot_write;
pub use codegen::{Artifact, Backend, Build, BuildOptions, EmitKind, build, emit_module, lower};
pub use emit::{Form, emit};
pub use explain::{explain, known_codes};
pub use package::{Manifest, Target};
pub use prebuilt::{Prebuilt, prebuild};
pub use raw::{RawModule, assemble, disassemble, load_raw};
pub use run::{Outcome, run, run_raw};
pub use session::{Input, Session, read_text};
pub use testing::{TestOutcome, TestRun, run_tests};
pub use threads::STACK_BYTES;
pub use vez_db::BuildCfg;
pub use vez_diag::{Diagnostic, Format, Severity};
pub use vez_fmt::format as format_source;
