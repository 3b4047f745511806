//! Commands in a shell, in a folder of their own.

use crate::run::executable;
use std::path::Path;
use std::process::{Command, Stdio};
use tempfile::TempDir;

/// No command of these tests may take longer, on a machine that does other things too.
const LIMIT_SECONDS: u32 = 30;
/// Address space a command may use: an input that makes the compiler take more is a failure.
const LIMIT_KILOBYTES: u32 = 6 << 20;

/// A folder to work in, with this build's `vez` on the path.
pub struct Shell {
    folder: TempDir,
    scratch: TempDir,
    path: std::ffi::OsString,
}

/// How a command ended.
pub struct Ended {
    pub stdout: String,
    pub stderr: String,
    pub code: i32,
}

impl Shell {
    pub fn new() -> Result<Shell, String> {
        let words = |error: std::io::Error| error.to_string();
        let vez = executable("vez")?;
        let here = vez.parent().ok_or("`vez` is in no folder")?.to_owned();
        let system = std::env::var_os("PATH").unwrap_or_default();
        let folders = std::iter::once(here).chain(std::env::split_paths(&system));
        let path = std::env::join_paths(folders).map_err(|error| error.to_string())?;
        Ok(Shell {
            folder: tempfile::tempdir().map_err(words)?,
            scratch: tempfile::tempdir().map_err(words)?,
            path,
        })
    }

    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Writes a file, with the folders above it.
    pub fn write(&self, name: &str, contents: &[u8]) -> Result<(), String> {
        let path = self.folder().join(name);
        let parent = path.parent().unwrap_or(self.folder());
        std::fs::create_dir_all(parent)
            .and_then(|()| std::fs::write(&path, contents))
            .map_err(|error| format!("{name}: {error}"))
    }

    /// Runs a line of shell script within the limits.
    pub fn run(&self, line: &str) -> Result<Ended, String> {
        let script = format!("ulimit -v {LIMIT_KILOBYTES}; {line}");
        let output = Command::new("timeout")
            .args([&LIMIT_SECONDS.to_string(), "sh", "-c", &script])
            .current_dir(self.folder())
            .env("PATH", &self.path)
            .env("TMPDIR", self.scratch.path())
            .env_remove("VEZ_BACKTRACE")
            .env_remove("RUST_BACKTRACE")
            .stdin(Stdio::null())
            .output()
            .map_err(|error| format!("timeout: {error}"))?;
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        let (stdout, stderr) = (text(&output.stdout), text(&output.stderr));
        match output.status.code() {
            Some(124) => Err(format!("it took longer than {LIMIT_SECONDS} s\n{stderr}")),
            Some(code) => Ok(Ended { stdout, stderr, code }),
            None => Err(format!("{}\n{stderr}", output.status)),
        }
    }

    /// Fails if commands left something behind: temporary files, or unfinished ones beside their outputs.
    pub fn finish(self) -> Result<(), String> {
        let unfinished = |folder: &Path, all: bool| {
            let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
            let names = entries.map(|entry| entry.file_name().to_string_lossy().into_owned());
            names.filter(|name| all || name.starts_with(".vez-")).collect::<Vec<_>>()
        };
        let mut left = unfinished(self.scratch.path(), true);
        left.extend(unfinished(self.folder(), false));
        if left.is_empty() { Ok(()) } else { Err(format!("left behind: {}", left.join(", "))) }
    }
}
