//! `tests/ui`: programs with the errors they must have.
//!
//! `//~ CODE text` stands on the line of the error (`//~^` one line above, and so on for more carets); the text is part of the
//! message. Missing and surplus errors both fail. `VEZ_BLESS=1` rewrites the annotations.

use crate::files_below;
use crate::report::Report;
use rayon::prelude::*;
use std::path::Path;
use vez_diag::{LineIndex, Severity, Sources};
use vez_driver::{BuildCfg, Diagnostic, Input, Session, check};

/// An error: its line, code and message.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Found {
    line: u32,
    code: String,
    message: String,
}

pub fn run(root: &Path, filter: &str) -> Report {
    let files = files_below(&root.join("tests/ui"), &["zari"], filter);
    let bless = std::env::var_os("VEZ_BLESS").is_some();
    let outcome = |path: &std::path::PathBuf| {
        let name = path.strip_prefix(root).unwrap_or(path).display().to_string();
        (name, check_file(path, bless))
    };
    Report::of(files.par_iter().map(outcome).collect())
}

fn check_file(path: &Path, bless: bool) -> Result<(), String> {
    let text = std::fs::read_to_string(path).map_err(|error| error.to_string())?;
    let found = errors_of(&Input::Path(path.to_owned()))?;
    let expected = annotations(&text)?;
    let matches = |e: &Found, f: &Found| {
        e.line == f.line && e.code == f.code && f.message.contains(&e.message)
    };
    let missing: Vec<&Found> =
        expected.iter().filter(|e| !found.iter().any(|f| matches(e, f))).collect();
    let surplus: Vec<&Found> =
        found.iter().filter(|f| !expected.iter().any(|e| matches(e, f))).collect();
    if missing.is_empty() && surplus.is_empty() {
        return Ok(());
    }
    if bless {
        return std::fs::write(path, annotated(&text, &found)).map_err(|e| e.to_string());
    }
    let mut why = String::new();
    for e in missing {
        why.push_str(&format!("missing: line {}: {} {}\n", e.line, e.code, e.message));
    }
    for f in surplus {
        why.push_str(&format!("surplus: line {}: {} {}\n", f.line, f.code, f.message));
    }
    Err(why)
}

/// The errors (not warnings) of a program, by line. A panic of the compiler is a failure with its message.
fn errors_of(input: &Input) -> Result<Vec<Found>, String> {
    let caught = std::panic::catch_unwind(|| match Session::open(input, BuildCfg::DEV) {
        Err(error) => {
            vec![Found { line: 0, code: error.code.to_string(), message: error.message.clone() }]
        }
        Ok(session) => {
            let checked = check(&session);
            found_in(&checked.diagnostics, &session.sources())
        }
    });
    caught.map_err(|panic| format!("the compiler panicked: {}", panic_text(&*panic)))
}

/// The message of a caught panic.
pub fn panic_text(panic: &(dyn std::any::Any + Send)) -> String {
    let text = panic.downcast_ref::<String>().map(String::as_str);
    text.or_else(|| panic.downcast_ref::<&str>().copied()).unwrap_or("no message").to_owned()
}

fn found_in(diagnostics: &[Diagnostic], sources: &dyn Sources) -> Vec<Found> {
    let errors = diagnostics.iter().filter(|d| d.severity == Severity::Error);
    let mut found: Vec<Found> = errors
        .map(|d| {
            let line = sources.resolve(d.span).map_or(0, |at| {
                let text = sources.text(at.file);
                LineIndex::new(&text).position(&text, at.range.start).line
            });
            Found { line, code: d.code.to_string(), message: d.message.clone() }
        })
        .collect();
    found.sort();
    found.dedup();
    found
}

fn annotations(text: &str) -> Result<Vec<Found>, String> {
    let mut expected = Vec::new();
    for (number, line) in text.lines().enumerate() {
        for note in line.split("//~").skip(1) {
            let carets = note.chars().take_while(|&c| c == '^').count();
            let note = note[carets..].trim();
            let (code, message) = note.split_once(' ').unwrap_or((note, ""));
            if code.is_empty() {
                return Err(format!("line {}: an annotation without a code", number + 1));
            }
            expected.push(Found {
                line: (number + 1 - carets.min(number)) as u32,
                code: code.to_owned(),
                message: message.trim().to_owned(),
            });
        }
    }
    Ok(expected)
}

/// The text with the errors found as its annotations.
fn annotated(text: &str, found: &[Found]) -> String {
    let mut out = String::new();
    for (number, line) in text.lines().enumerate() {
        let bare = line.split("//~").next().unwrap_or(line).trim_end();
        let only_note = bare.is_empty() && !line.trim().is_empty();
        if only_note {
            continue;
        }
        out.push_str(bare);
        for f in found.iter().filter(|f| f.line as usize == number + 1) {
            out.push_str(&format!(" //~ {} {}", f.code, f.message.replace('\n', " ")));
        }
        out.push('\n');
    }
    out
}

/// The codes of a program given as text, for the error pages.
pub fn codes_of(text: &str) -> Result<Vec<String>, String> {
    let file = tempfile::Builder::new().suffix(".zari").tempfile().map_err(|e| e.to_string())?;
    std::fs::write(file.path(), text).map_err(|e| e.to_string())?;
    let found = errors_of(&Input::Path(file.path().to_owned()))?;
    let mut codes: Vec<String> = found.into_iter().map(|f| f.code).collect();
    codes.dedup();
    Ok(codes)
}
