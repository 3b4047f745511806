//! The binary form, `.virb`.
//!
//! A header, then sections of little-endian words: strings, files, ranges, signatures, globals, functions, bodies. Instructions are
//! six words each (`words.rs`), in flat arrays. Reading trusts nothing: lengths are checked against the file before
//! anything is allocated, and [`load_binary`] verifies what was read. The layout is in `docs/internals/vir.md`.

mod read;
mod words;
mod write;

use crate::data::Module;
use crate::verify::{VerifyError, verify_module};
use std::fmt;

pub use read::read_binary;
pub use write::write_binary;

/// The first bytes of a file.
pub const MAGIC: [u8; 4] = *b"VIRB";
/// The version that this crate writes and reads.
pub const VERSION: u32 = 1;

/// Why bytes are not a module.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct BinaryError {
    /// Where in the file.
    pub offset: usize,
    pub message: &'static str,
}

impl fmt::Display for BinaryError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "byte {}: {}", self.offset, self.message)
    }
}

impl std::error::Error for BinaryError {}

/// Why a file is no usable module.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum LoadError {
    Parse(crate::ParseError),
    Binary(BinaryError),
    Verify(Vec<VerifyError>),
}

impl fmt::Display for LoadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            LoadError::Parse(error) => error.fmt(f),
            LoadError::Binary(error) => error.fmt(f),
            LoadError::Verify(errors) => {
                for (number, error) in errors.iter().enumerate() {
                    write!(f, "{}{error}", if number == 0 { "" } else { "\n" })?;
                }
                Ok(())
            }
        }
    }
}

impl std::error::Error for LoadError {}

/// Reads and verifies a binary module.
pub fn load_binary(bytes: &[u8]) -> Result<Module, LoadError> {
    verified(read_binary(bytes).map_err(LoadError::Binary)?)
}

/// Reads and verifies a module in text.
pub fn load_text(text: &str) -> Result<Module, LoadError> {
    verified(crate::parse_module(text).map_err(LoadError::Parse)?)
}

/// Reads and verifies a module in either form.
pub fn load_module(bytes: &[u8]) -> Result<Module, LoadError> {
    if bytes.starts_with(&MAGIC) {
        return load_binary(bytes);
    }
    match std::str::from_utf8(bytes) {
        Ok(text) => load_text(text),
        Err(error) => Err(LoadError::Binary(BinaryError {
            offset: error.valid_up_to(),
            message: "this is neither binary VIR nor UTF-8 text",
        })),
    }
}

fn verified(module: Module) -> Result<Module, LoadError> {
    verify_module(&module).map_err(LoadError::Verify)?;
    Ok(module)
}
