//! The LLVM worker: a process that takes VIR and gives objects, so that `vez` itself does not link LLVM.

use std::io::Write;
use std::path::PathBuf;
use std::process::{Command, Stdio};

/// What the worker makes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LlvmOutput {
    Object,
    Assembly,
    Ir,
}

impl LlvmOutput {
    fn flag(self) -> &'static str {
        match self {
            LlvmOutput::Object => "obj",
            LlvmOutput::Assembly => "asm",
            LlvmOutput::Ir => "llvm",
        }
    }
}

/// Compiles a module at an optimisation level of 0 to 3, with line tables.
pub fn compile(module: &vez_vir::Module, level: u8, output: LlvmOutput) -> Result<Vec<u8>, String> {
    let worker = find_worker().ok_or("the worker `vez-llvm` is not beside `vez`")?;
    let mut child = Command::new(&worker)
        .arg("--emit")
        .arg(output.flag())
        .arg(format!("-O{level}"))
        .arg("--debug")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(|error| format!("cannot start `{}`: {error}", worker.display()))?;
    let input = vez_vir::write_binary(module);
    let mut stdin = child.stdin.take().expect("standard input is piped");
    // The worker reads everything before it writes, so writing first cannot block both.
    let sent = stdin.write_all(&input);
    drop(stdin);
    let result = child.wait_with_output().map_err(|error| error.to_string())?;
    if !result.status.success() {
        let words = String::from_utf8_lossy(&result.stderr).trim().to_owned();
        return Err(if words.is_empty() {
            format!("the worker ended with {}", result.status)
        } else {
            words
        });
    }
    sent.map_err(|error| error.to_string())?;
    Ok(result.stdout)
}

/// `VEZ_LLVM`, else beside this executable, else in the folder above (test executables live one below).
fn find_worker() -> Option<PathBuf> {
    if let Some(chosen) = std::env::var_os("VEZ_LLVM") {
        return Some(chosen.into());
    }
    let here = std::env::current_exe().ok()?;
    let folders = here.ancestors().skip(1).take(2);
    folders.map(|folder| folder.join("vez-llvm")).find(|file| file.is_file())
}
