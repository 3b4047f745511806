//! Compiles `tests/vir/*.vir` with and without optimisation, links and executes them: native code does what the
//! interpreter does, and what this back end has no code for is an error that says so.

#[path = "../../../tests/vir/native.rs"]
mod native;

use std::path::Path;
use std::process::Command;
use vez_clif::{ClifError, Options, compile_object};

/// Half floats, division of 128 bits, operations on lanes.
const UNSUPPORTED: [&str; 4] = ["run_float", "run_vector", "run_wide", "text_everything"];

fn check_file(path: &Path, scratch: &Path, optimize: bool) -> Result<bool, String> {
    let text = std::fs::read_to_string(path).map_err(|error| error.to_string())?;
    let name = path.file_stem().expect("a file").to_string_lossy();
    let mut module = match vez_vir::load_text(&text) {
        Ok(module) => module,
        Err(_) if native::has(&text, "error") => return Ok(false),
        Err(_) => return Err("it does not load".to_owned()),
    };
    if optimize {
        vez_opt::optimize(&mut module, vez_opt::Level::Full);
    }
    let bytes = match compile_object(&module, Options { optimize }) {
        Ok(bytes) => bytes,
        Err(ClifError::Unsupported { .. }) if UNSUPPORTED.contains(&&*name) => return Ok(false),
        Err(error) => return Err(error.to_string()),
    };
    if !native::is_native(&text) {
        return Ok(false);
    }
    let object = scratch.join(format!("{name}.{optimize}.o"));
    std::fs::write(&object, bytes).map_err(|error| error.to_string())?;
    native::check_run(&text, &object).map(|()| true)
}

#[test]
fn native_programs_do_what_they_say() {
    let scratch = tempfile::tempdir().expect("a scratch folder");
    let (mut ran, mut failures) = (0, Vec::new());
    for path in native::programs() {
        for optimize in [false, true] {
            match check_file(&path, scratch.path(), optimize) {
                Ok(executed) => ran += usize::from(executed),
                Err(failure) => failures.push(format!("{} {optimize}: {failure}", path.display())),
            }
        }
    }
    assert!(failures.is_empty(), "\n{}", failures.join("\n\n"));
    assert!(ran >= 40, "only {ran} programs ran");
}

/// Two files, and a function that takes its line from each.
const TRACED: &str = r#"module "traced"
file 0 "first.zari"
file 1 "second.zari"

internal fn @twice(i32) -> i32 #noinline !0:2:1 {
b0(v0: i32):
  v1 = const i32 2 !0:3:5
  v2 = mul i32 v0, v1 !0:3:5
  v3 = add i32 v2, v0 !1:40:7
  ret v3 !0:4:1
}

export fn @main(i32, ptr) -> i32 !0:7:1 {
b0(v0: i32, v1: ptr):
  v2 = call @twice(v0) !0:8:9
  ret v2 !0:9:1
}
"#;

#[test]
fn debuggers_stop_at_lines_and_name_functions() {
    let module = vez_vir::load_text(TRACED).expect("valid");
    let scratch = tempfile::tempdir().expect("a scratch folder");
    let object = scratch.path().join("traced.o");
    let bytes = compile_object(&module, Options { optimize: false }).expect("compiles");
    for section in [".debug_info", ".debug_line", ".debug_abbrev", ".debug_str"] {
        assert!(bytes.windows(section.len()).any(|name| name == section.as_bytes()), "{section}");
    }
    std::fs::write(&object, bytes).expect("written");
    let executable = scratch.path().join("traced");
    vez_link::link(&vez_link::Link { objects: &[object], output: &executable, debug: true })
        .expect("links");
    let commands = [
        "set startup-with-shell off",
        "break first.zari:3",
        "break second.zari:40",
        "run",
        "backtrace",
        "continue",
        "backtrace",
    ];
    let mut gdb = Command::new("gdb");
    gdb.args(["-nx", "-batch"]).args(commands.iter().flat_map(|command| ["-ex", command]));
    let Ok(done) = gdb.arg(&executable).output() else {
        // No debugger here: that the sections exist is all that can be said.
        return;
    };
    let said = String::from_utf8_lossy(&done.stdout);
    for expected in ["first.zari:3", "second.zari:40", "in main () at first.zari:8"] {
        assert!(said.contains(expected), "`{expected}` is missing:\n{said}");
    }
}
