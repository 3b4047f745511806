//! `cargo xtask tidy`: what the compiler's authors agreed on and rustc does not check.
//!
//! Fails on a crate that uses one of a higher floor, a module without `//!`, leftovers (`todo!` and its like), a diagnostic code
//! registered twice or with a malformed line, and generated files that differ from their templates. Reports large files, long
//! functions and codes that nothing reports.

mod floors;
mod registry;
mod scan;
mod sources;

use std::path::Path;

use crate::codegen;

/// Folders that hold the compiler's Rust crates.
const CRATE_FOLDERS: &[&str] = &["compiler", "lsp", "vpm", "tools"];

/// Runs every check.
pub fn run(root: &Path) -> Result<(), Vec<String>> {
    let sources = sources::read(root);
    let mut problems = Vec::new();
    problems.extend(floors::check(root));
    problems.extend(sources::check(&sources));
    problems.extend(registry::check(&sources));
    problems.extend(codegen::run(root, true).err().unwrap_or_default());
    sources::report_sizes(&sources);
    registry::report_unused(&sources);
    if problems.is_empty() { Ok(()) } else { Err(problems) }
}
