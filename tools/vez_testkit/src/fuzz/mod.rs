//! Random programs that every compiler must agree on, and damaged inputs that nothing may stumble over.
//!
//! The work is done in child processes of this executable, a range of inputs each, so that a crash or a hang of the compiler
//! ends one child and is found, named and saved.

mod batch;
mod child;
mod damage;
mod mutate;
mod program;
mod reduce;
mod rng;
mod ways;

use crate::report::Report;
use clap::Subcommand;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// What to fuzz.
#[derive(Subcommand)]
pub enum FuzzTask {
    /// Random programs: rustc, both back ends and the interpreter agree
    Programs(Range),
    /// Damaged inputs: no panic, no hang
    Damage(Range),
    /// Print one random program
    Show {
        #[arg(long, default_value_t = 1)]
        seed: u64,
        index: u64,
    },
    /// Reduce a program that fails
    Reduce { file: PathBuf },
    /// A range of random programs, in this process
    #[command(hide = true)]
    Batch(Range),
    /// A range of damaged inputs, in this process
    #[command(hide = true)]
    Feed(Range),
}

/// Which inputs.
#[derive(clap::Args, Clone, Copy, Debug)]
pub struct Range {
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// The first input's number
    #[arg(long, default_value_t = 0)]
    from: u64,
    #[arg(long, default_value_t = 100)]
    count: u64,
    #[arg(long, default_value_t = 2)]
    jobs: usize,
    /// Save failing programs as they are
    #[arg(long)]
    no_reduce: bool,
}

/// Something that went wrong.
#[derive(Clone, Debug)]
struct Failure {
    index: u64,
    /// One line: the stage, then what happened. Failures of the same kind share it.
    what: String,
}

/// Runs a fuzzing task.
pub fn run(task: FuzzTask, root: &Path) -> ExitCode {
    match task {
        FuzzTask::Programs(range) => batch::run(range, root).finish(root),
        FuzzTask::Damage(range) => damage::run(range, root).finish(root),
        FuzzTask::Show { seed, index } => {
            print!("{}", program::generate(seed, index));
            ExitCode::SUCCESS
        }
        FuzzTask::Reduce { file } => reduce::run(&file),
        FuzzTask::Batch(range) => batch::child(range),
        FuzzTask::Feed(range) => damage::child(range, root),
    }
}

/// The short run that is part of the suites.
pub fn suite(root: &Path) -> Report {
    let range = |count| Range { seed: 2026, from: 0, count, jobs: 2, no_reduce: true };
    let mut report = batch::run(range(40), root);
    report.merge(damage::run(range(2_000), root));
    report
}

/// Where failing inputs are saved.
fn folder(root: &Path) -> PathBuf {
    let folder = root.join("target/fuzz");
    // Where it cannot be made, saving fails with a message.
    let _ = std::fs::create_dir_all(&folder);
    folder
}
