//! The `vez` command as its users run it: sessions of `tests/cli` and `tests/spec`, and inputs too bad to be stored.
//!
//! Every session has a folder and a folder for temporary files of its own; what a command leaves in the latter is a failure.

mod bad_input;
mod generate;
mod literate;
mod shell;

use crate::files_below;
use crate::report::Report;
use rayon::prelude::*;
use std::path::Path;

/// The suite `cli`.
pub fn run(root: &Path, filter: &str) -> Report {
    let mut outcomes = sessions(root, "tests/cli", filter);
    outcomes.extend(bad_input::run(filter));
    Report::of(outcomes)
}

/// The suite `spec`: what VeZ adds to Rust, chapter by chapter.
pub fn spec(root: &Path, filter: &str) -> Report {
    Report::of(sessions(root, "tests/spec", filter))
}

fn sessions(root: &Path, folder: &str, filter: &str) -> Vec<(String, Result<(), String>)> {
    let session = |path: &std::path::PathBuf| {
        let name = path.strip_prefix(root).unwrap_or(path).display().to_string();
        (name, literate::run(path))
    };
    files_below(&root.join(folder), &["md"], filter).par_iter().map(session).collect()
}
