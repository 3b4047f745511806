//! Building and running programs in each way, and how they ended.

use std::io::{Read, Seek};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};
use vez_diag::{LineIndex, Severity, Sources};
use vez_driver::{
    Backend, BuildCfg, BuildOptions, EmitKind, Input, Session, check, emit_module, lower,
};
use vez_vir::interp::{CaptureHost, Exit, Limits, run_main};

/// A way to compile and run.
#[derive(Clone, Copy, Debug)]
pub struct Way {
    pub name: &'static str,
    pub backend: Backend,
    /// LLVM's level.
    pub level: u8,
    pub profile: Profile,
}

/// What an overflow does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Profile {
    /// It panics.
    Dev,
    /// It wraps.
    Release,
}

const fn way(name: &'static str, backend: Backend, level: u8, profile: Profile) -> Way {
    Way { name, backend, level, profile }
}

pub const WAYS: [Way; 7] = [
    way("Cranelift", Backend::Cranelift, 0, Profile::Dev),
    way("LLVM at O0", Backend::Llvm, 0, Profile::Dev),
    way("LLVM at O3", Backend::Llvm, 3, Profile::Dev),
    way("interpreter", Backend::Interp, 0, Profile::Dev),
    way("release Cranelift", Backend::Cranelift, 0, Profile::Release),
    way("release LLVM at O3", Backend::Llvm, 3, Profile::Release),
    way("release interpreter", Backend::Interp, 0, Profile::Release),
];

/// How long a program may run.
const RUN_TIME: Duration = Duration::from_secs(20);

/// How a program ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ended {
    pub stdout: String,
    /// 101 for a panic.
    pub code: i32,
}

/// Many programs in one file, chosen by the first argument; the line each starts on.
pub fn together(programs: &[String]) -> (String, Vec<usize>) {
    let mut text = String::new();
    let mut starts = Vec::new();
    for (number, program) in programs.iter().enumerate() {
        starts.push(text.lines().count() + 1);
        text.push_str(&format!("mod p{number} {{\n{program}}}\n"));
    }
    text.push_str("fn main() {\nlet which = std::env::args().nth(1).unwrap_or_default();\n");
    for number in 0..programs.len() {
        text.push_str(&format!("if which == \"{number}\" {{\np{number}::main();\n}}\n"));
    }
    text.push_str("}\n");
    (text, starts)
}

/// What is wrong with a file according to a compiler: line, and `code: message`.
pub type Rejections = Vec<(usize, String)>;

/// Compiles with rustc: without unwinding, so that a panic drops nothing.
pub fn rustc(source: &Path, profile: Profile, output: &Path) -> Result<(), Rejections> {
    let checks = match profile {
        Profile::Dev => "overflow-checks=on",
        Profile::Release => "overflow-checks=off",
    };
    let compiled = Command::new("rustc")
        .args(["--edition", "2021", "--cap-lints", "allow", "--crate-name", "program"])
        .args(["-C", "debuginfo=0", "-C", "panic=abort", "-C", checks])
        .args(["--error-format", "short", "-o"])
        .arg(output)
        .arg(source)
        .output();
    let output = compiled.map_err(|why| vec![(0, format!("rustc: {why}"))])?;
    if output.status.success() {
        return Ok(());
    }
    let stderr = String::from_utf8_lossy(&output.stderr);
    let mut found = Vec::new();
    for line in stderr.lines().filter(|line| line.contains(": error")) {
        let mut parts = line.splitn(4, ':').skip(1);
        let number = parts.next().and_then(|n| n.parse().ok()).unwrap_or(0);
        found.push((number, parts.nth(1).unwrap_or(line).trim().to_owned()));
    }
    if found.is_empty() {
        found.push((0, stderr.lines().next().unwrap_or_default().to_owned()));
    }
    Err(found)
}

/// Checks and lowers with VeZ.
pub fn vez(source: &Path, profile: Profile) -> Result<vez_vir::Module, Rejections> {
    let cfg = BuildCfg { debug_assertions: profile == Profile::Dev, ..BuildCfg::DEV };
    let caught = catch_unwind(|| {
        let session = Session::open(&Input::Path(source.to_owned()), cfg)
            .map_err(|error| vec![(0, error.message.clone())])?;
        let checked = check(&session);
        if checked.has_errors() {
            let sources = session.sources();
            let errors = checked.diagnostics.iter().filter(|d| d.severity == Severity::Error);
            let place = |d: &vez_driver::Diagnostic| {
                let line = sources.resolve(d.span).map_or(0, |at| {
                    let text = sources.text(at.file);
                    LineIndex::new(&text).position(&text, at.range.start).line
                });
                (line as usize, format!("{}: {}", d.code, one_line(&d.message)))
            };
            return Err(errors.map(place).collect());
        }
        lower(&session, options(Backend::Interp, 0, profile)).map_err(|error| {
            vec![(0, format!("lowering: {}: {}", error.code, one_line(&error.message)))]
        })
    });
    caught.unwrap_or_else(|panic| Err(vec![(0, format!("panic: {}", panic_line(&*panic)))]))
}

fn options(backend: Backend, level: u8, profile: Profile) -> BuildOptions {
    BuildOptions { backend, release: profile == Profile::Release, opt_level: Some(level) }
}

/// An executable of a module.
fn native(module: &vez_vir::Module, way: Way, output: &Path) -> Result<(), String> {
    let options = options(way.backend, way.level, way.profile);
    let caught = catch_unwind(AssertUnwindSafe(|| {
        emit_module(module.clone(), options, EmitKind::Executable, output)
            .map(drop)
            .map_err(|error| one_line(&error.message))
    }));
    caught.unwrap_or_else(|panic| Err(format!("panic: {}", panic_line(&*panic))))
}

/// A module made ready to run in one way.
pub enum Ready<'a> {
    Executable(PathBuf),
    Module(&'a vez_vir::Module),
}

impl Ready<'_> {
    pub fn run(&self, argument: &str) -> Result<Ended, String> {
        match self {
            Ready::Executable(path) => execute(path, argument),
            Ready::Module(module) => interpret(module, argument),
        }
    }
}

/// Builds a module for one way.
pub fn build<'a>(
    module: &'a vez_vir::Module,
    way: Way,
    scratch: &Scratch,
) -> Result<Ready<'a>, String> {
    if way.backend == Backend::Interp {
        return Ok(Ready::Module(module));
    }
    let output = scratch.path(&way.name.replace(' ', "-"));
    native(module, way, &output).map(|()| Ready::Executable(output))
}

/// Runs an executable.
pub fn execute(program: &Path, argument: &str) -> Result<Ended, String> {
    let fail = |why: std::io::Error| why.to_string();
    let mut stdout = tempfile::tempfile().map_err(fail)?;
    let mut child = Command::new(program)
        .arg(argument)
        .stdin(Stdio::null())
        .stdout(stdout.try_clone().map_err(fail)?)
        .stderr(Stdio::null())
        .spawn()
        .map_err(fail)?;
    let started = Instant::now();
    let status = loop {
        if let Some(status) = child.try_wait().map_err(fail)? {
            break status;
        }
        if started.elapsed() > RUN_TIME {
            // It may have ended by itself just now.
            let _ = child.kill();
            let _ = child.wait();
            return Err("does not end".to_owned());
        }
        std::thread::sleep(Duration::from_micros(300));
    };
    let mut bytes = Vec::new();
    stdout.rewind().map_err(fail)?;
    stdout.read_to_end(&mut bytes).map_err(fail)?;
    let stdout = String::from_utf8_lossy(&bytes).into_owned();
    match status.code() {
        Some(code) => Ok(Ended { stdout, code }),
        // rustc's programs abort after a panic's message.
        None if status.to_string().contains("signal: 6") => Ok(Ended { stdout, code: 101 }),
        None => Err(status.to_string()),
    }
}

/// Runs a module in the interpreter.
fn interpret(module: &vez_vir::Module, argument: &str) -> Result<Ended, String> {
    let mut host = CaptureHost::default();
    let limits = Limits { fuel: 400_000_000, depth: 20_000, memory_bytes: 1 << 30 };
    let caught = catch_unwind(AssertUnwindSafe(|| {
        run_main(module, &["program", argument], &mut host, &limits)
    }));
    match caught {
        Ok(Exit::Code(code)) => {
            Ok(Ended { stdout: String::from_utf8_lossy(&host.stdout).into_owned(), code })
        }
        Ok(other) => Err(one_line(&other.to_string())),
        Err(panic) => Err(format!("panic: {}", panic_line(&*panic))),
    }
}

/// How two ends differ, in one line; nothing where they do not.
pub fn difference(expected: &Ended, found: &Result<Ended, String>) -> Option<String> {
    let found = match found {
        Ok(found) if found == expected => return None,
        Ok(found) => found,
        Err(why) => return Some(format!("stops: {why}")),
    };
    if expected.code != found.code {
        return Some(format!("exit code {} instead of {}", found.code, expected.code));
    }
    let pairs = expected.stdout.lines().zip(found.stdout.lines());
    let first = pairs.into_iter().find(|(a, b)| a != b);
    Some(match first {
        Some((a, b)) => format!("output `{b}` instead of `{a}`"),
        None => {
            let (a, b) = (expected.stdout.lines().count(), found.stdout.lines().count());
            format!("output of {b} lines instead of {a}")
        }
    })
}

pub fn one_line(text: &str) -> String {
    let mut line: String =
        text.chars().map(|c| if c == '\n' { ' ' } else { c }).take(300).collect();
    line.truncate(line.trim_end().len());
    line
}

fn panic_line(panic: &(dyn std::any::Any + Send)) -> String {
    let place = PANIC_PLACE.with(|place| place.borrow().clone());
    one_line(&format!("{} at {place}", crate::ui::panic_text(panic)))
}

thread_local! {
    static PANIC_PLACE: std::cell::RefCell<String> = const { std::cell::RefCell::new(String::new()) };
}

/// Panics say nothing by themselves from here on; their place is kept for the failure's line.
pub fn catch_panics() {
    std::panic::set_hook(Box::new(|info| {
        let place = info.location().map(|at| format!("{}:{}", at.file(), at.line()));
        PANIC_PLACE.with(|kept| *kept.borrow_mut() = place.unwrap_or_default());
    }));
}

/// The place of this thread's last panic.
pub fn panic_place() -> String {
    PANIC_PLACE.with(|place| place.borrow().clone())
}

/// A folder for one batch, and the names in it.
pub struct Scratch {
    folder: tempfile::TempDir,
}

impl Scratch {
    pub fn new() -> std::io::Result<Scratch> {
        Ok(Scratch { folder: tempfile::Builder::new().prefix("vez-fuzz-").tempdir()? })
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }
}
