//! VIR -> machine code with Cranelift: object files and code run in this process.
//!
//! Knows VIR alone, nothing of the language above it.

mod debug;
mod func;
mod module;
mod sig;

pub use module::{compile_object, run_in_process};

use std::fmt;

/// What the back end should care for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Options {
    /// Spend time on better code.
    pub optimize: bool,
}

/// Why there is no code.
#[derive(Debug)]
pub enum ClifError {
    /// VIR that this back end has no code for: the function and the reason.
    Unsupported { function: String, what: String },
    /// Cranelift's own words.
    Backend(String),
}

impl fmt::Display for ClifError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ClifError::Unsupported { function, what } => {
                write!(f, "Cranelift has no code for {what} (in `{function}`)")
            }
            ClifError::Backend(words) => write!(f, "Cranelift: {words}"),
        }
    }
}

impl std::error::Error for ClifError {}
