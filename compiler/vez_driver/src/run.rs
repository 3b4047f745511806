//! Running programs.

use crate::codegen::{self, Backend, BuildOptions, EmitKind, Program};
use crate::session::Session;
use std::io::{self, Write};
use std::process::Command;
use vez_base::Span;
use vez_diag::Diagnostic;
use vez_diag::registry::{BackendFailed, MissingMain};

use vez_vir::interp::{Exit, Limits, OsHost, run_main};
use vez_vir::trap_code;

/// The signal of `abort`.
const SIGABRT: i32 = 6;

/// The words of `std::stack_overflow`.
const STACK_OVERFLOW: &str =
    "\nthread 'main' has overflowed its stack\nfatal runtime error: stack overflow, aborting\n";

/// How a run ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    Code(i32),
    /// Ended by this signal.
    Signal(i32),
}

impl Outcome {
    /// What a shell would report.
    pub fn exit_code(self) -> i32 {
        match self {
            Outcome::Code(code) => code,
            Outcome::Signal(signal) => 128 + signal,
        }
    }
}

/// Builds the session's program and runs it with these arguments.
pub fn run(
    session: &Session,
    options: BuildOptions,
    args: &[String],
) -> Result<Outcome, Diagnostic> {
    let program = codegen::lower_executable(session, options)?;
    run_program(program, &session.name, options, args)
}

/// Runs a VIR module.
pub fn run_raw(
    module: vez_vir::Module,
    name: &str,
    options: BuildOptions,
    args: &[String],
) -> Result<Outcome, Diagnostic> {
    if module.find_func("main").is_none() {
        return Err(MissingMain.at(Span::DUMMY));
    }
    run_program(Program { module, prebuilt: None }, name, options, args)
}

fn run_program(
    program: Program<'_>,
    name: &str,
    options: BuildOptions,
    args: &[String],
) -> Result<Outcome, Diagnostic> {
    if options.backend == Backend::Interp {
        return interpret(&program.module, name, args);
    }
    let scratch = tempfile::Builder::new()
        .prefix("vez-run-")
        .tempdir()
        .map_err(|error| codegen::cannot_write(&std::env::temp_dir(), &error))?;
    let file = scratch.path().join(name);
    codegen::emit_program(program, options, EmitKind::Executable, &file)?;
    let status = Command::new(&file)
        .args(args)
        .status()
        .map_err(|error| BackendFailed { backend: "native", reason: error }.at(Span::DUMMY))?;
    Ok(outcome(status))
}

#[cfg(unix)]
fn outcome(status: std::process::ExitStatus) -> Outcome {
    use std::os::unix::process::ExitStatusExt;
    match (status.code(), status.signal()) {
        (Some(code), _) => Outcome::Code(code),
        (None, signal) => Outcome::Signal(signal.unwrap_or(0)),
    }
}

#[cfg(not(unix))]
fn outcome(status: std::process::ExitStatus) -> Outcome {
    Outcome::Code(status.code().unwrap_or(1))
}

fn interpret(module: &vez_vir::Module, name: &str, args: &[String]) -> Result<Outcome, Diagnostic> {
    let mut all = vec![name];
    all.extend(args.iter().map(String::as_str));
    match run_main(module, &all, &mut OsHost::default(), &Limits::default()) {
        Exit::Code(code) => Ok(Outcome::Code(code)),
        Exit::Trap { code: trap_code::ABORT, .. } => Ok(Outcome::Signal(SIGABRT)),
        Exit::StackOverflow => {
            // What a compiled program says; standard error may be closed.
            let _ = io::stderr().write_all(STACK_OVERFLOW.as_bytes());
            Ok(Outcome::Signal(SIGABRT))
        }
        other => Err(BackendFailed { backend: "interp", reason: other }.at(Span::DUMMY)),
    }
}
