//! The formatter on every program of the repository: what it gives is stable and parses.

use crate::files_below;
use crate::report::Report;
use rayon::prelude::*;
use std::path::Path;
use vez_driver::format_source;

pub fn run(root: &Path, filter: &str) -> Report {
    let mut files = files_below(&root.join("tests/run"), &["zari"], filter);
    files.extend(files_below(&root.join("examples"), &["zari"], filter));
    files.extend(files_below(&root.join("stdlib"), &["zari"], filter));
    let outcome = |path: &std::path::PathBuf| {
        let name = path.strip_prefix(root).unwrap_or(path).display().to_string();
        (format!("fmt {name}"), check_file(path))
    };
    Report::of(files.par_iter().map(outcome).collect())
}

fn check_file(path: &Path) -> Result<(), String> {
    let text = std::fs::read_to_string(path).map_err(|error| error.to_string())?;
    let once = format_source(&text).map_err(|_| "it does not parse".to_owned())?;
    let twice = format_source(&once).map_err(|_| "its formatted text does not parse".to_owned())?;
    if once == twice { Ok(()) } else { Err("formatting it twice changes it again".to_owned()) }
}
