//! What the command prints about its own work.

use std::io::{self, IsTerminal, Write};
use std::process::ExitCode;
use vez_diag::{NoSources, Sources, render_all};
use vez_driver::{Diagnostic, Format, Severity};

/// Writes diagnostics and, for people, how many there were. The code is 1 when one is an error.
pub fn report(diagnostics: &[Diagnostic], sources: &dyn Sources, format: Format) -> ExitCode {
    let stderr = io::stderr();
    let colour = stderr.is_terminal() && std::env::var_os("NO_COLOR").is_none();
    // A closed pipe is the reader's choice.
    let _ = match format {
        Format::Json => render_all(diagnostics, sources, format, false, &mut io::stdout().lock()),
        _ => render_all(diagnostics, sources, format, colour, &mut stderr.lock()),
    };
    if diagnostics.iter().any(|d| d.severity == Severity::Error) {
        ExitCode::from(1)
    } else {
        ExitCode::SUCCESS
    }
}

/// Writes to standard output; a closed pipe is the reader's choice.
pub fn print(bytes: &[u8]) {
    let _ = io::stdout().lock().write_all(bytes);
}

/// One error that stands in no source.
pub fn fail(diagnostic: Diagnostic, format: Format) -> ExitCode {
    report(&[diagnostic], &NoSources, format)
}

/// The compiler panicked.
pub fn internal_error() -> ExitCode {
    let _ = writeln!(
        io::stderr(),
        "error[V0900]: internal compiler error; please report it with the program that caused it"
    );
    ExitCode::from(70)
}
