//! Runs `tests/vir/*.vir` through the worker at O0 and O3, links and executes them: native code does what the interpreter does.
//!
//! The directives are those of `vez_vir`'s own test. What only an interpreter can do (undefined behaviour, fuel, its own
//! unwinder) is compiled and not run.

use std::io::Write;
use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

const LEVELS: [&str; 2] = ["-O0", "-O3"];

fn directives<'t>(text: &'t str, name: &str) -> Vec<&'t str> {
    let prefix = format!("; {name}:");
    text.lines()
        .filter_map(|line| line.strip_prefix(&prefix))
        .map(|rest| rest.strip_prefix(' ').unwrap_or(rest))
        .collect()
}

fn has(text: &str, name: &str) -> bool {
    !directives(text, name).is_empty()
}

fn run_with_input(command: &mut Command, input: &[u8]) -> Output {
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the command starts");
    // A program that does not read may be gone already.
    let _ = child.stdin.take().expect("piped").write_all(input);
    child.wait_with_output().expect("the command ends")
}

fn compile(vir: &[u8], args: &[&str], output: &Path) -> Result<(), String> {
    let mut worker = Command::new(env!("CARGO_BIN_EXE_vez-llvm"));
    worker.args(["--emit", "obj", "--debug"]).args(args).arg("-o").arg(output);
    let done = run_with_input(&mut worker, vir);
    match done.status.success() {
        true => Ok(()),
        false => Err(String::from_utf8_lossy(&done.stderr).into_owned()),
    }
}

fn check_file(path: &Path, scratch: &Path, level: &str) -> Result<bool, String> {
    let text = std::fs::read_to_string(path).map_err(|error| error.to_string())?;
    let name = path.file_stem().expect("a file").to_string_lossy();
    let object = scratch.join(format!("{name}{level}.o"));
    match compile(text.as_bytes(), &[level], &object) {
        Err(message) if has(&text, "error") => {
            let lines = message.lines().count();
            return if lines == 1 { Ok(false) } else { Err(format!("{lines} lines: {message}")) };
        }
        Err(message) if message.contains("extension") => return Ok(false),
        Err(message) => return Err(message),
        Ok(()) => {}
    }
    let interpreter_only = ["ub", "fuel", "unsupported"].iter().any(|name| has(&text, name));
    if !has(&text, "run") || interpreter_only || text.contains("@_Unwind_") {
        return Ok(false);
    }
    let executable = scratch.join(format!("{name}{level}"));
    let objects = [object];
    vez_link::link(&vez_link::Link { objects: &objects, output: &executable, debug: true })
        .map_err(|error| error.to_string())?;
    let args = directives(&text, "run")[0].split_whitespace();
    let input = directives(&text, "stdin").join("\n");
    let done = run_with_input(Command::new(&executable).args(args), input.as_bytes());
    let wanted: String =
        directives(&text, "stdout").iter().map(|line| format!("{line}\n")).collect();
    let printed = String::from_utf8_lossy(&done.stdout);
    if printed != wanted {
        return Err(format!("printed:\n{printed}expected:\n{wanted}"));
    }
    let ended_well = match has(&text, "trap") {
        true => done.status.signal().is_some(),
        false => {
            let exit = directives(&text, "exit").first().copied().unwrap_or("0");
            done.status.code().is_some_and(|code| exit.parse() == Ok(code))
        }
    };
    if ended_well { Ok(true) } else { Err(format!("ended with {}", done.status)) }
}

#[test]
fn native_programs_do_what_they_say() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/vir");
    let scratch = tempfile::tempdir().expect("a scratch folder");
    let mut files: Vec<PathBuf> = std::fs::read_dir(folder)
        .expect("tests/vir exists")
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| path.extension().is_some_and(|ext| ext == "vir"))
        .collect();
    files.sort();
    let (mut ran, mut failures) = (0, Vec::new());
    for path in &files {
        for level in LEVELS {
            match check_file(path, scratch.path(), level) {
                Ok(executed) => ran += usize::from(executed),
                Err(failure) => failures.push(format!("{} {level}: {failure}", path.display())),
            }
        }
    }
    assert!(failures.is_empty(), "\n{}", failures.join("\n\n"));
    assert!(ran >= 40, "only {ran} programs ran");
}

#[test]
fn binary_and_text_give_the_same_object() {
    let text = "module \"m\"\n\nexport fn @main() -> i32 {\nb0:\n  v0 = const i32 3\n  ret v0\n}\n";
    let module = vez_vir::load_text(text).expect("valid");
    let scratch = tempfile::tempdir().expect("a scratch folder");
    let outputs = [text.as_bytes().to_vec(), vez_vir::write_binary(&module)].map(|input| {
        let object = scratch.path().join("m.o");
        compile(&input, &["-O1"], &object).expect("compiles");
        std::fs::read(object).expect("written")
    });
    assert_eq!(outputs[0], outputs[1]);
}

#[test]
fn failures_leave_nothing_behind() {
    let scratch = tempfile::tempdir().expect("a scratch folder");
    let output = scratch.path().join("none.o");
    for input in [&b"VIRB\xff\xff\xff"[..], b"\xff\xfe", b"module", b"module \"m\"\nfn"] {
        let message = compile(input, &[], &output).expect_err("damaged");
        assert_eq!(message.lines().count(), 1, "{message}");
    }
    let message = compile(b"module \"m\"\n", &["--target", "abacus"], &output).expect_err("none");
    assert!(message.contains("no target"), "{message}");
    assert_eq!(std::fs::read_dir(scratch.path()).expect("a folder").count(), 0);
}
