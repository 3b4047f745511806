//! Raw VIR: text and binary files, verified before anything is done with them.

use crate::session::open_error;
use std::path::Path;
use vez_base::{Span, limits};
use vez_db::{OpenError, OsSystem, System};
use vez_diag::Diagnostic;
use vez_diag::registry::{VirBinary, VirInvalid, VirSyntax};
use vez_vir::LoadError;

/// A verified module from a file.
pub struct RawModule {
    pub module: vez_vir::Module,
}

/// Loads a `.vir` or `.virb` file; the content decides which it is.
pub fn load_raw(path: &Path) -> Result<RawModule, Diagnostic> {
    let limit_bytes = limits::FILE_BYTES as u64;
    let bytes =
        OsSystem.read(path, limit_bytes).map_err(|error| open_error(path, OpenError::Io(error)))?;
    let module = vez_vir::load_module(&bytes).map_err(|error| rejected(path, error))?;
    Ok(RawModule { module })
}

/// What the loader's reason says to the user.
fn rejected(path: &Path, error: LoadError) -> Diagnostic {
    match error {
        LoadError::Binary(error) => {
            VirBinary { offset: error.offset, reason: error.message }.at(Span::DUMMY)
        }
        LoadError::Parse(error) => {
            let place = format!("{}:{}:{}", path.display(), error.line, error.col);
            VirSyntax { reason: format!("{place}: {}", error.message) }.at(Span::DUMMY)
        }
        LoadError::Verify(errors) => {
            let first = errors.into_iter().next().expect("a rejected module has a reason");
            VirInvalid { function: first.symbol.clone(), reason: first }.at(Span::DUMMY)
        }
    }
}

/// Text to binary.
pub fn assemble(path: &Path) -> Result<Vec<u8>, Diagnostic> {
    Ok(vez_vir::write_binary(&load_raw(path)?.module))
}

/// Binary to text.
pub fn disassemble(path: &Path) -> Result<String, Diagnostic> {
    Ok(vez_vir::print_module(&load_raw(path)?.module))
}
