//! Objects -> executables, with lld and the system's C start files.
//!
//! Knows object files and paths, nothing of VIR.

mod sysroot;

pub use sysroot::Sysroot;

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};
use std::process::Command;

/// What to link.
#[derive(Clone, Debug)]
pub struct Link<'a> {
    pub objects: &'a [PathBuf],
    pub output: &'a Path,
    /// Keep symbols and debug sections.
    pub debug: bool,
}

/// Why there is no executable.
#[derive(Debug)]
pub enum LinkError {
    /// No `ld.lld` on the path.
    NoLinker,
    /// `VEZ_LINKER` names no file.
    NotThere(PathBuf),
    /// A start file or libc of the C library is missing; which.
    NoCLibrary(&'static str),
    /// The linker's own words.
    Failed(String),
    /// The output could not be written.
    Output(io::Error),
}

impl fmt::Display for LinkError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            LinkError::NoLinker => {
                write!(f, "no linker: neither `ld.lld-22` nor `ld.lld` is installed")
            }
            LinkError::NotThere(path) => {
                write!(f, "`VEZ_LINKER` is `{}`, which is no file", path.display())
            }
            LinkError::NoCLibrary(file) => write!(f, "`{file}` of the C library was not found"),
            LinkError::Failed(words) => write!(f, "linking failed: {}", words.trim_end()),
            LinkError::Output(error) => write!(f, "cannot write the executable: {error}"),
        }
    }
}

/// Links an executable. It appears under its name only when it is complete.
pub fn link(request: &Link<'_>) -> Result<(), LinkError> {
    let linker = find_linker()?;
    let sysroot = Sysroot::find()?;
    let directory = match request.output.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    };
    let builder = {
        let mut builder = tempfile::Builder::new();
        builder.prefix(".vez-link-");
        builder
    };
    // Beside the output, so that the rename stays in one file system.
    let is_device = is_device(request.output);
    let scratch = if is_device { builder.tempdir() } else { builder.tempdir_in(directory) };
    let scratch = scratch.map_err(LinkError::Output)?;
    let unfinished = scratch.path().join("out");
    let output = command(&linker, &sysroot, request, &unfinished)
        .output()
        .map_err(|_| LinkError::NoLinker)?;
    if !output.status.success() {
        let words = String::from_utf8_lossy(&output.stderr).trim().to_owned();
        let failed = || format!("`{}` ended with {}", linker.display(), output.status);
        return Err(LinkError::Failed(if words.is_empty() { failed() } else { words }));
    }
    let placed = match is_device {
        true => std::fs::copy(&unfinished, request.output).map(drop),
        false => std::fs::rename(&unfinished, request.output),
    };
    placed.map_err(LinkError::Output)
}

/// Devices and pipes are written to, never replaced.
fn is_device(path: &Path) -> bool {
    std::fs::metadata(path).is_ok_and(|file| !file.is_file() && !file.is_dir())
}

fn command(linker: &Path, sysroot: &Sysroot, request: &Link<'_>, to: &Path) -> Command {
    let mut command = Command::new(linker);
    command.args(["-pie", "--gc-sections", "--as-needed", "-z", "relro", "-z", "now"]);
    command.args(["--build-id=none", "--hash-style=gnu", "--eh-frame-hdr"]);
    if !request.debug {
        command.arg("--strip-all");
    }
    command.arg("-dynamic-linker").arg(sysroot.dynamic_linker);
    command.arg("-o").arg(to);
    command.arg(&sysroot.scrt1).arg(&sysroot.crti);
    command.args(request.objects);
    command.arg("-L").arg(&sysroot.lib);
    command.args(["-lc", "-lm"]);
    command.args(&sysroot.helpers);
    command.arg(&sysroot.crtn);
    command
}

/// `VEZ_LINKER`, else lld 22, else any lld.
fn find_linker() -> Result<PathBuf, LinkError> {
    if let Some(chosen) = std::env::var_os("VEZ_LINKER") {
        let chosen = PathBuf::from(chosen);
        return if chosen.is_file() { Ok(chosen) } else { Err(LinkError::NotThere(chosen)) };
    }
    let path = std::env::var_os("PATH").unwrap_or_default();
    let on_path = |name: &str| {
        std::env::split_paths(&path).map(|dir| dir.join(name)).find(|file| file.is_file())
    };
    on_path("ld.lld-22").or_else(|| on_path("ld.lld")).ok_or(LinkError::NoLinker)
}
