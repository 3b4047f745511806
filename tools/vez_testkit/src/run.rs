//! `tests/run` and the examples: the same output and exit code from every back end and from rustc.

use crate::directive::Directives;
use crate::files_below;
use crate::report::Report;
use rayon::prelude::*;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::mpsc;
use std::time::Duration;

/// What programs are compared with besides each other.
#[derive(Clone, Copy)]
pub struct Compare {
    pub rustc: bool,
}

/// A way to run a program.
const WAYS: [(&str, &[&str]); 4] = [
    ("Cranelift", &["--backend", "cranelift"]),
    ("interpreter", &["--backend", "interp"]),
    ("LLVM at O0", &["--backend", "llvm", "--opt-level", "0"]),
    ("LLVM at O3", &["--backend", "llvm", "--opt-level", "3"]),
];

/// Far beyond what any test program needs on the slowest machine: only a hang takes this long.
const HANG: Duration = Duration::from_secs(300);

/// How a program ended.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Ended {
    stdout: String,
    code: i32,
}

pub fn run(folder: &Path, filter: &str, compare: Compare) -> Report {
    let files = files_below(folder, &["zari"], filter);
    let tops: Vec<PathBuf> = files.into_iter().filter(|f| is_program(f, folder)).collect();
    let outcome = |path: &PathBuf| {
        let name = path.strip_prefix(folder.parent().unwrap_or(folder)).unwrap_or(path);
        (name.display().to_string(), run_file(path, compare))
    };
    Report::of(tops.par_iter().map(outcome).collect())
}

/// Files in subfolders are modules of the programs beside them.
fn is_program(file: &Path, folder: &Path) -> bool {
    file.parent() == Some(folder)
}

fn run_file(path: &Path, compare: Compare) -> Result<(), String> {
    let text = std::fs::read_to_string(path).map_err(|error| error.to_string())?;
    let directives = Directives::parse(&text)?;
    let vez = executable("vez")?;
    let mut reference: Option<(&str, Ended)> = None;
    if compare.rustc && !directives.vez_only {
        reference = Some(("rustc", run_rustc(path, &directives)?));
    }
    for (name, flags) in WAYS {
        if directives.no_interp && name == "interpreter" {
            continue;
        }
        let mut command = Command::new(&vez);
        command.arg("run").args(flags).arg(path).arg("--").args(&directives.args);
        let ended = execute(command, &directives).map_err(|why| format!("{name}: {why}"))?;
        if ended.code != directives.exit {
            let wanted = directives.exit;
            return Err(format!("{name}: exit code {} instead of {wanted}", ended.code));
        }
        match &reference {
            Some((other, expected)) if *expected != ended => {
                return Err(difference(other, expected, name, &ended));
            }
            Some(_) => {}
            None => reference = Some((name, ended)),
        }
    }
    Ok(())
}

fn difference(a: &str, first: &Ended, b: &str, second: &Ended) -> String {
    if first.code != second.code {
        return format!("{a}: exit code {}; {b}: exit code {}", first.code, second.code);
    }
    let lines = first.stdout.lines().zip(second.stdout.lines()).enumerate();
    for (number, (x, y)) in lines {
        if x != y {
            return format!("line {} of the output\n{a}: {x}\n{b}: {y}", number + 1);
        }
    }
    format!("{a} prints {} bytes, {b} {}", first.stdout.len(), second.stdout.len())
}

/// An executable of this build: beside this one.
pub fn executable(name: &str) -> Result<PathBuf, String> {
    let here = std::env::current_exe().map_err(|error| error.to_string())?;
    let path = here.with_file_name(name);
    if path.is_file() { Ok(path) } else { Err(format!("`{name}` is not built")) }
}

fn run_rustc(path: &Path, directives: &Directives) -> Result<Ended, String> {
    let scratch = tempfile::tempdir().map_err(|error| error.to_string())?;
    let program = scratch.path().join("program");
    let compiled = Command::new("rustc")
        .args([
            "--edition",
            "2021",
            "-A",
            "warnings",
            "-C",
            "debuginfo=0",
            "--crate-name",
            "program",
        ])
        .arg("-o")
        .arg(&program)
        .arg(path)
        .output()
        .map_err(|error| format!("rustc: {error}"))?;
    if !compiled.status.success() {
        return Err(format!("rustc rejects it:\n{}", String::from_utf8_lossy(&compiled.stderr)));
    }
    let mut command = Command::new(&program);
    command.args(&directives.args);
    execute(command, directives)
}

fn execute(mut command: Command, directives: &Directives) -> Result<Ended, String> {
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().map_err(|error| error.to_string())?;
    let mut stdin = child.stdin.take().expect("standard input is piped");
    // A program that does not read its input is fine.
    let _ = stdin.write_all(directives.stdin.as_bytes());
    drop(stdin);
    let output = wait(child)?;
    ended(&output)
}

/// Waits for a program; one that hangs is ended, so that it fails alone.
fn wait(child: Child) -> Result<Output, String> {
    let id = child.id().to_string();
    let (done, finished) = mpsc::channel::<()>();
    let guard = std::thread::spawn(move || {
        if finished.recv_timeout(HANG) == Err(mpsc::RecvTimeoutError::Timeout) {
            // The process may have just ended by itself.
            let _ = Command::new("kill").args(["-9", &id]).status();
        }
    });
    let output = child.wait_with_output().map_err(|error| error.to_string());
    drop(done);
    guard.join().expect("the guard does not panic");
    output
}

fn ended(output: &Output) -> Result<Ended, String> {
    let stderr = String::from_utf8_lossy(&output.stderr);
    match output.status.code() {
        // Not the program's words but the compiler's.
        Some(1 | 70) if stderr.contains("error[") || stderr.starts_with("Error: [") => {
            Err(stderr.into_owned())
        }
        Some(code) => {
            Ok(Ended { stdout: String::from_utf8_lossy(&output.stdout).into_owned(), code })
        }
        None => Err(format!("{}\n{stderr}", output.status)),
    }
}
