//! What the native back ends' tests share: the programs beside this file, their directives, and how they are run.

use std::io::Write;
use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

/// What follows each `; name:` in `text`.
pub fn directives<'t>(text: &'t str, name: &str) -> Vec<&'t str> {
    let prefix = format!("; {name}:");
    text.lines()
        .filter_map(|line| line.strip_prefix(&prefix))
        .map(|rest| rest.strip_prefix(' ').unwrap_or(rest))
        .collect()
}

pub fn has(text: &str, name: &str) -> bool {
    !directives(text, name).is_empty()
}

/// Whether native code can be held to the directives: undefined behaviour, fuel and unwinding are the interpreter's.
pub fn is_native(text: &str) -> bool {
    let interpreter_only =
        ["ub", "fuel", "stack-overflow", "unsupported"].iter().any(|name| has(text, name));
    has(text, "run") && !interpreter_only && !text.contains("@_Unwind_")
}

/// The programs, sorted.
pub fn programs() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/vir");
    let mut files: Vec<PathBuf> = std::fs::read_dir(folder)
        .expect("tests/vir exists")
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| path.extension().is_some_and(|ext| ext == "vir"))
        .collect();
    files.sort();
    files
}

pub fn run_with_input(command: &mut Command, input: &[u8]) -> Output {
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

/// Links the object of the program `text` and holds its run to the directives.
pub fn check_run(text: &str, object: &Path) -> Result<(), String> {
    let executable = object.with_extension("exe");
    let objects = [object.to_owned()];
    vez_link::link(&vez_link::Link { objects: &objects, output: &executable, debug: true })
        .map_err(|error| error.to_string())?;
    let args = directives(text, "run")[0].split_whitespace();
    let input = directives(text, "stdin").join("\n");
    let done = run_with_input(Command::new(&executable).args(args), input.as_bytes());
    let wanted: String =
        directives(text, "stdout").iter().map(|line| format!("{line}\n")).collect();
    let printed = String::from_utf8_lossy(&done.stdout);
    if printed != wanted {
        return Err(format!("printed:\n{printed}expected:\n{wanted}"));
    }
    let ended_well = match has(text, "trap") {
        true => done.status.signal().is_some(),
        false => {
            let exit = directives(text, "exit").first().copied().unwrap_or("0");
            done.status.code().is_some_and(|code| exit.parse() == Ok(code))
        }
    };
    if ended_well { Ok(()) } else { Err(format!("ended with {}", done.status)) }
}
