//! What each subcommand does.

use crate::args::{Arguments, Command, Emit, Profile, Report};
use crate::fmt;
use crate::output::{fail, print, report};
use std::io::{self, Write};
use std::mem::ManuallyDrop;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use vez_driver::{
    Build, BuildCfg, BuildOptions, Diagnostic, EmitKind, Form, Format, Input, Outcome, Prebuilt,
    Session, TestOutcome, cannot_write, check, explain, known_codes, write_atomically,
};

/// Runs the command and gives its exit code.
pub fn execute(arguments: Arguments) -> ExitCode {
    match arguments.command {
        Command::Run { file, profile, report, arguments } => {
            run(&file, profile, report, &arguments)
        }
        Command::Build { file, output, emit, profile, report } => {
            build(&file, output, emit, profile, report)
        }
        Command::Check { file, report } if is_raw(&file) => {
            match vez_driver::load_raw(Path::new(&file)) {
                Ok(_) => ExitCode::SUCCESS,
                Err(error) => fail(error, report.format.into()),
            }
        }
        Command::Check { file, report } => {
            with_checked(&file, BuildCfg::DEV, report, |_| Ok(ExitCode::SUCCESS))
        }
        Command::Test { file, filter, profile, report } => test(&file, &filter, profile, report),
        Command::Emit { form, file, profile, report } => emit(&file, form.into(), profile, report),
        Command::Explain { code } => explain_code(&code),
        Command::Fmt { files, check } => fmt::run(&files, check),
        Command::Asm { file, output } => {
            let output = output.unwrap_or_else(|| file.with_extension("virb"));
            convert(vez_driver::assemble(&file), Some(output))
        }
        Command::Disasm { file, output } => {
            convert(vez_driver::disassemble(&file).map(String::into_bytes), output)
        }
    }
}

fn options(profile: Profile) -> BuildOptions {
    let mut options = BuildOptions::profile(profile.release);
    if let Some(backend) = profile.backend {
        options.backend = backend.into();
    }
    options.opt_level = profile.opt_level;
    options
}

/// What `build.rs` compiled.
const LIBRARY: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/library.o"));
const LIBRARY_NAMES: &str = include_str!(concat!(env!("OUT_DIR"), "/library.txt"));

/// Opens the input and does something with it.
fn with_session(
    file: &str,
    cfg: BuildCfg,
    how: Report,
    work: impl FnOnce(&Session) -> Result<ExitCode, Diagnostic>,
) -> ExitCode {
    let format: Format = how.format.into();
    let mut session = match Session::open(&Input::from_argument(file), cfg) {
        // The process ends after this; taking the database apart would only cost time.
        Ok(session) => ManuallyDrop::new(session),
        Err(error) => return fail(error, format),
    };
    session.use_prebuilt(Prebuilt::new(LIBRARY, LIBRARY_NAMES));
    work(&session).unwrap_or_else(|error| report(&[error], &session.sources(), format))
}

/// Opens and checks the input; goes on only when there is no error.
fn with_checked(
    file: &str,
    cfg: BuildCfg,
    how: Report,
    work: impl FnOnce(&Session) -> Result<ExitCode, Diagnostic>,
) -> ExitCode {
    let format: Format = how.format.into();
    with_session(file, cfg, how, |session| {
        let checked = check(session);
        let code = report(&checked.diagnostics, &session.sources(), format);
        if checked.has_errors() { Ok(code) } else { work(session) }
    })
}

fn cfg_of(profile: Profile) -> BuildCfg {
    BuildCfg { debug_assertions: !profile.release, ..BuildCfg::DEV }
}

fn is_raw(file: &str) -> bool {
    Path::new(file).extension().is_some_and(|ext| ext == "vir" || ext == "virb")
}

fn run(file: &str, profile: Profile, how: Report, arguments: &[String]) -> ExitCode {
    let arguments = match arguments {
        [first, rest @ ..] if first == "--" => rest,
        all => all,
    };
    let exit = |outcome: Outcome| {
        if let Outcome::Signal(signal) = outcome {
            tell_signal(signal);
        }
        ExitCode::from(outcome.exit_code() as u8)
    };
    if is_raw(file) {
        let ran = vez_driver::load_raw(Path::new(file)).and_then(|raw| {
            vez_driver::run_raw(raw.module, "program", options(profile), arguments)
        });
        return ran.map(exit).unwrap_or_else(|error| fail(error, how.format.into()));
    }
    with_checked(file, cfg_of(profile), how, |session| {
        vez_driver::run(session, options(profile), arguments).map(exit)
    })
}

/// Says what ended a program, as a shell does; not where its user or its reader ended it.
fn tell_signal(signal: i32) {
    let what = match signal {
        4 => "an illegal instruction",
        6 => "abort",
        7 | 11 => "an access to memory that is not its own",
        8 => "an arithmetic error",
        9 => "the system",
        _ => return,
    };
    // A closed pipe is the reader's choice.
    let _ = writeln!(io::stderr(), "error: the program was ended by {what} (signal {signal})");
}

/// Prints a form. Trees are there for any text; what comes after them only for a right program.
fn emit(file: &str, form: Form, profile: Profile, how: Report) -> ExitCode {
    let write = |session: &Session| {
        let text = vez_driver::emit(session, form, options(profile))?;
        print(text.as_bytes());
        Ok(ExitCode::SUCCESS)
    };
    if !matches!(form, Form::Ast | Form::Hir) {
        return with_checked(file, cfg_of(profile), how, write);
    }
    with_session(file, cfg_of(profile), how, |session| {
        write(session)?;
        Ok(report(&check(session).diagnostics, &session.sources(), how.format.into()))
    })
}

fn build(
    file: &str,
    output: Option<PathBuf>,
    emit: Option<Emit>,
    profile: Profile,
    how: Report,
) -> ExitCode {
    let (kind, extension) = match emit {
        None => (EmitKind::Executable, ""),
        Some(Emit::Obj) => (EmitKind::Object, "o"),
        Some(Emit::Asm) => (EmitKind::Assembly, "s"),
        Some(Emit::Llvm) => (EmitKind::LlvmIr, "ll"),
        Some(Emit::Vir) => (EmitKind::Vir, "vir"),
    };
    if is_raw(file) {
        let output = output.unwrap_or_else(|| PathBuf::from(file).with_extension(extension));
        let built = vez_driver::load_raw(Path::new(file))
            .and_then(|raw| vez_driver::emit_module(raw.module, options(profile), kind, &output));
        return match built {
            Ok(_) => ExitCode::SUCCESS,
            Err(error) => fail(error, how.format.into()),
        };
    }
    with_checked(file, cfg_of(profile), how, |session| {
        let output =
            output.unwrap_or_else(|| PathBuf::from(&session.name).with_extension(extension));
        let request = Build { session, options: options(profile), emit: kind, output: &output };
        vez_driver::build(&request)?;
        Ok(ExitCode::SUCCESS)
    })
}

fn test(file: &str, filter: &str, profile: Profile, how: Report) -> ExitCode {
    with_checked(file, BuildCfg { test: true, ..cfg_of(profile) }, how, |session| {
        let runs = vez_driver::run_tests(session, filter, options(profile))?;
        let mut out = io::stdout().lock();
        let (mut passed, mut failed, mut ignored) = (0, 0, 0);
        for run in &runs {
            let word = match &run.outcome {
                TestOutcome::Passed => {
                    passed += 1;
                    "ok".to_owned()
                }
                TestOutcome::Ignored => {
                    ignored += 1;
                    "ignored".to_owned()
                }
                TestOutcome::Failed { reason, .. } => {
                    failed += 1;
                    format!("FAILED: {reason}")
                }
            };
            let _ = writeln!(out, "test {} ... {word}", run.name);
        }
        for run in &runs {
            if let TestOutcome::Failed { output, .. } = &run.outcome
                && !output.is_empty()
            {
                let _ = writeln!(out, "\n---- {} ----\n{}", run.name, output.trim_end());
            }
        }
        let _ = writeln!(out, "\n{passed} passed, {failed} failed, {ignored} ignored");
        Ok(if failed == 0 { ExitCode::SUCCESS } else { ExitCode::from(1) })
    })
}

fn explain_code(code: &str) -> ExitCode {
    if let Some(page) = explain(code) {
        print(page.as_bytes());
        return ExitCode::SUCCESS;
    }
    let close = vez_base::dist::closest(&code.to_ascii_uppercase(), known_codes());
    match close {
        Some(close) => eprintln!("error: no code `{code}`; did you mean `{close}`?"),
        None => eprintln!("error: no code `{code}`"),
    }
    ExitCode::from(2)
}

fn convert(made: Result<Vec<u8>, Diagnostic>, output: Option<PathBuf>) -> ExitCode {
    let bytes = match made {
        Ok(bytes) => bytes,
        Err(error) => return fail(error, Format::Text),
    };
    match output {
        None => print(&bytes),
        Some(path) => {
            if let Err(error) = write_atomically(&path, &bytes) {
                return fail(cannot_write(&path, &error), Format::Text);
            }
        }
    }
    ExitCode::SUCCESS
}
