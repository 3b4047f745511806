//! One line a diagnostic, cheap in tokens: `file:line:col: E0308 expected i32, found &str`.

use std::io;

use super::Files;
use crate::{Diagnostic, Severity};

pub(super) fn write(
    diagnostic: &Diagnostic,
    files: &mut Files<'_>,
    out: &mut dyn io::Write,
) -> io::Result<()> {
    if let Some(place) = files.place(diagnostic.span) {
        write!(out, "{}:{}:{}: ", place.path, place.start.line, place.start.column)?;
    }
    if diagnostic.severity == Severity::Warning {
        write!(out, "warning ")?;
    }
    writeln!(out, "{} {}", diagnostic.code, one_line(&diagnostic.message))
}

/// The message without backticks and line ends.
fn one_line(message: &str) -> String {
    let kept = message.chars().filter(|&c| c != '`');
    kept.map(|c| if c.is_control() { ' ' } else { c }).collect()
}
