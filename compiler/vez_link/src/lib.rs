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
            LinkError::NoCLibrary(file) => write!(f, "`{file}` of the C library was not found"),
            LinkError::Failed(words) => write!(f, "linking failed: {}", words.trim_end()),
            LinkError::Output(error) => write!(f, "cannot write the executable: {error}"),
        }
    }
}

/// Links an executable. It appears under its name only when it is complete.
pub fn link(request: &Link<'_>) -> Result<(), LinkError> {
    let linker = find_linker().ok_or(LinkError::NoLinker)?;
    let sysroot = Sysroot::find()?;
    let directory = match request.output.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    };
    // Beside the output, so that the rename stays in one file system.
    let scratch = tempfile::Builder::new()
        .prefix(".vez-link-")
        .tempdir_in(directory)
        .map_err(LinkError::Output)?;
    let unfinished = scratch.path().join("out");
    let output = command(&linker, &sysroot, request, &unfinished)
        .output()
        .map_err(|_| LinkError::NoLinker)?;
    if !output.status.success() {
        return Err(LinkError::Failed(String::from_utf8_lossy(&output.stderr).into_owned()));
    }
    std::fs::rename(&unfinished, request.output).map_err(LinkError::Output)
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
fn find_linker() -> Option<PathBuf> {
    if let Some(chosen) = std::env::var_os("VEZ_LINKER") {
        return Some(chosen.into()).filter(|path: &PathBuf| path.is_file());
    }
    let path = std::env::var_os("PATH")?;
    let on_path = |name: &str| {
        std::env::split_paths(&path).map(|dir| dir.join(name)).find(|file| file.is_file())
    };
    on_path("ld.lld-22").or_else(|| on_path("ld.lld"))
}
