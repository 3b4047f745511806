//! Salsa's inputs and the `Db` trait: files, crates, configuration, and the `System`, the only door to the file system.
//!
//! Knows how to parse a file, nothing of what its text means.

mod crates;
mod database;
mod files;
mod stdlib;
mod stored;
mod subject;
mod system;
mod text;

pub use crates::{BuildCfg, Crate, CrateId, CrateKind};
pub use database::Database;
pub use files::{Files, OpenError, ParsedFile, SourceFile, line_index, parse};
pub use stdlib::{STDLIB_ROOT, is_embedded, stdlib_is_overridden, stdlib_path};
pub use subject::{Subject, SubjectTable};
pub use system::{MemorySystem, OsSystem, System};
pub use text::Text;

use std::sync::Arc;
use vez_base::FileId;

/// What every query needs.
#[salsa::db]
pub trait Db: salsa::Database {
    /// The table of files, shared by all snapshots.
    fn files(&self) -> &Arc<Files>;

    /// The file system, or what stands for it.
    fn system(&self) -> &Arc<dyn System>;

    /// The entries of definitions, shared by all snapshots.
    fn subjects(&self) -> &SubjectTable;

    /// The crates of this session: `core`, `alloc`, `std`, then the user's.
    fn crates(&self) -> &Arc<boxcar::Vec<Crate>>;

    /// Evaluates a constant's body; installed by the driver, so that no lower crate knows the interpreter.
    fn const_eval(&self) -> Option<&ConstEvalHook>;
}

/// Evaluates a monomorphic constant to its bytes: the definition and its interned generic arguments.
pub type ConstEvalHook = fn(&dyn Db, vez_base::DefId, u32) -> Result<u128, ConstEvalError>;

/// Why a constant has no value.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum ConstEvalError {
    /// It panics or overflows; the message.
    Failed(String),
    /// Reported already.
    Poisoned,
}

/// The salsa input of a file.
pub fn source_file(db: &dyn Db, file: FileId) -> SourceFile {
    db.files().source(file)
}
