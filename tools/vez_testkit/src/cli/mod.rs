//! The `vez` command as its users run it: sessions of `tests/cli/*.md`, and inputs too bad to be stored.
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

pub fn run(root: &Path, filter: &str) -> Report {
    let sessions = files_below(&root.join("tests/cli"), &["md"], filter);
    let session = |path: &std::path::PathBuf| {
        let name = path.strip_prefix(root).unwrap_or(path).display().to_string();
        (name, literate::run(path))
    };
    let mut outcomes: Vec<_> = sessions.par_iter().map(session).collect();
    outcomes.extend(bad_input::run(filter));
    Report::of(outcomes)
}
