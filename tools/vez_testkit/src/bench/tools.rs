//! The compilers that are compared, and how each is called.

use crate::run::executable;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Which compilers are here, and a folder for what they write.
pub struct Tools {
    pub vez: PathBuf,
    clang: Option<&'static str>,
    pub scratch: PathBuf,
}

impl Tools {
    pub fn find(scratch: &Path) -> Result<Tools, String> {
        let there = |name: &&str| Command::new(name).arg("--version").output().is_ok();
        if !there(&"rustc") {
            return Err("`rustc` is what everything is compared with, and is not here".to_string());
        }
        let clang = ["clang-22", "clang"].into_iter().find(there);
        Ok(Tools { vez: executable("vez")?, clang, scratch: scratch.to_owned() })
    }

    /// One line for each tool.
    pub fn versions(&self) -> Vec<String> {
        let vez = self.vez.to_string_lossy().into_owned();
        let names = [Some(vez.as_str()), Some("rustc"), self.clang];
        let first_line = |name: &str| {
            let output = Command::new(name).arg("--version").output().ok()?;
            Some(String::from_utf8_lossy(&output.stdout).lines().next()?.to_string())
        };
        names.into_iter().flatten().filter_map(first_line).collect()
    }

    pub fn vez(&self, arguments: &[&str]) -> impl Fn() -> Command + use<> {
        Self::command(&self.vez, arguments)
    }

    /// rustc for one file of edition 2021, without debug information.
    pub fn rustc(&self, arguments: &[&str]) -> impl Fn() -> Command + use<> {
        let always = "--edition 2021 -A warnings -C debuginfo=0 --crate-name program";
        let all: Vec<&str> = always.split(' ').chain(arguments.iter().copied()).collect();
        Self::command(Path::new("rustc"), &all)
    }

    pub fn clang(&self, arguments: &[&str]) -> Option<impl Fn() -> Command + use<>> {
        let all: Vec<&str> = ["-w"].into_iter().chain(arguments.iter().copied()).collect();
        Some(Self::command(Path::new(self.clang?), &all))
    }

    fn command(program: &Path, arguments: &[&str]) -> impl Fn() -> Command + use<> {
        let program = program.to_owned();
        let arguments: Vec<String> = arguments.iter().map(|a| a.to_string()).collect();
        move || {
            let mut command = Command::new(&program);
            command.args(&arguments);
            command
        }
    }

    /// A file in the scratch folder, as text: all its names are ours.
    pub fn file(&self, name: &str) -> String {
        self.scratch.join(name).to_string_lossy().into_owned()
    }

    /// Writes a file in the scratch folder and gives its path.
    pub fn write(&self, name: &str, text: &str) -> Result<String, String> {
        let path = self.file(name);
        std::fs::write(&path, text).map_err(|error| format!("{path}: {error}"))?;
        Ok(path)
    }
}
