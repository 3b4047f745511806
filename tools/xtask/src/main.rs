//! The repository's own chores: `cargo xtask tidy` and `cargo xtask codegen`.
//!
//! Depends on no crate of the compiler, so that it works while they do not build.

mod codegen;
mod tidy;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// Chores of this repository.
#[derive(Parser)]
#[command(name = "cargo xtask")]
struct Arguments {
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Check floors, module docs, leftovers, the diagnostics registry and generated files; report sizes
    Tidy,
    /// Expand the standard library's templates (`stdlib/**/*.in`)
    Codegen {
        /// Write nothing; fail if a generated file differs from its template's expansion
        #[arg(long)]
        check: bool,
    },
}

fn main() -> ExitCode {
    let root = repository();
    let outcome = match Arguments::parse().task {
        Task::Tidy => tidy::run(&root),
        Task::Codegen { check } => codegen::run(&root, check),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(problems) => {
            for problem in &problems {
                eprintln!("{problem}");
            }
            eprintln!("{} found", plural(problems.len(), "problem"));
            ExitCode::FAILURE
        }
    }
}

/// The repository's root, two folders above this crate.
fn repository() -> PathBuf {
    let here = std::env::var_os("CARGO_MANIFEST_DIR").map(PathBuf::from);
    let here = here.unwrap_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")));
    here.ancestors().nth(2).expect("xtask lives in tools/xtask").to_owned()
}

fn plural(count: usize, noun: &str) -> String {
    format!("{count} {noun}{}", if count == 1 { "" } else { "s" })
}

/// The files below `folder` whose name `wanted` accepts, sorted; build output and hidden folders are left out.
fn files_below(folder: &Path, wanted: &dyn Fn(&str) -> bool) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        let Ok(entries) = folder.read_dir() else { continue };
        for path in entries.flatten().map(|entry| entry.path()) {
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            if path.is_dir() && name != "target" && !name.starts_with('.') {
                folders.push(path);
            } else if path.is_file() && wanted(&name) {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

/// `path` as it is named in messages.
fn shown(root: &Path, path: &Path) -> String {
    path.strip_prefix(root).unwrap_or(path).display().to_string()
}
