//! Runs `tests/vir/*.vir` through the worker at O0 and O3, links and executes them: native code does what the interpreter does.
//!
//! The directives are those of `vez_vir`'s own test. What only an interpreter can do (undefined behaviour, fuel, its own
//! unwinder) is compiled and not run.

#[path = "../../../tests/vir/native.rs"]
mod native;

use native::{has, run_with_input};
use std::path::Path;
use std::process::Command;

const LEVELS: [&str; 2] = ["-O0", "-O3"];

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
    if !native::is_native(&text) {
        return Ok(false);
    }
    native::check_run(&text, &object).map(|()| true)
}

#[test]
fn native_programs_do_what_they_say() {
    let scratch = tempfile::tempdir().expect("a scratch folder");
    let (mut ran, mut failures) = (0, Vec::new());
    for path in &native::programs() {
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
