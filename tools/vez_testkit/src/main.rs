//! The test harnesses: `suites` runs all files under `tests/`, the examples, the error pages and README's programs.
//!
//! Compilers run as processes, as users run them; checking runs in this process, which is what a thousand small files need.

mod bench;
mod cli;
mod directive;
mod edit;
mod format;
mod fuzz;
mod markdown;
mod pages;
mod readme;
mod report;
mod run;
mod ui;

use clap::{Parser, Subcommand};
use report::Report;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// The test harnesses of VeZ.
#[derive(Parser)]
struct Arguments {
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Run the suites and end with `N passed, N failed`
    Suites {
        /// Only these: ui, pages, format, spec, cli, run, examples, edit, readme, fuzz
        only: Vec<String>,
        /// Only files whose path contains this
        #[arg(long, default_value = "")]
        filter: String,
        /// Skip the comparison with rustc
        #[arg(long)]
        no_rustc: bool,
    },
    /// Random programs and damaged inputs
    Fuzz {
        #[command(subcommand)]
        task: fuzz::FuzzTask,
    },
    /// Measure start-up, compile speed and run time against rustc and clang
    Bench(bench::Options),
    /// Print a program as the benchmarks compile them
    Generate {
        /// How long, roughly
        #[arg(long, default_value_t = 54_000)]
        lines: usize,
        #[arg(long, default_value_t = 1)]
        seed: u64,
        /// In C
        #[arg(long)]
        c: bool,
    },
}

fn main() -> ExitCode {
    // Trees nest up to the depth limit, and checking recurses over them.
    rayon::ThreadPoolBuilder::new()
        .stack_size(64 << 20)
        .build_global()
        .expect("the pool is built once");
    let root = repository();
    match Arguments::parse().task {
        Task::Suites { only, filter, no_rustc } => suites(&root, &only, &filter, !no_rustc),
        Task::Fuzz { task } => fuzz::run(task, &root),
        Task::Bench(options) => bench::run(&options, &root),
        Task::Generate { lines, seed, c } => {
            let write = if c { bench::program::c_program } else { bench::program::program };
            print!("{}", write(lines, seed));
            ExitCode::SUCCESS
        }
    }
}

fn suites(root: &Path, only: &[String], filter: &str, rustc: bool) -> ExitCode {
    let wanted = |suite: &str| only.is_empty() || only.iter().any(|name| name == suite);
    let mut report = Report::default();
    let suite = |name: &str, report: &mut Report, run: &dyn Fn() -> Report| {
        if wanted(name) {
            report.absorb(name, run());
        }
    };
    suite("ui", &mut report, &|| ui::run(root, filter));
    suite("pages", &mut report, &|| pages::run(root, filter));
    suite("format", &mut report, &|| format::run(root, filter));
    let compare = run::Compare { rustc };
    suite("spec", &mut report, &|| cli::spec(root, filter));
    suite("cli", &mut report, &|| cli::run(root, filter));
    suite("run", &mut report, &|| run::run(&root.join("tests/run"), filter, compare));
    suite("examples", &mut report, &|| run::run(&root.join("examples"), filter, compare));
    suite("edit", &mut report, &|| edit::run(root, filter));
    suite("readme", &mut report, &|| readme::run(root));
    suite("fuzz", &mut report, &|| fuzz::suite(root));
    report.finish(root)
}

/// The repository's root, two folders above this crate.
fn repository() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.ancestors().nth(2).expect("the crate lives in tools/vez_testkit").to_owned()
}

/// All files below a folder with one of these extensions, sorted.
fn files_below(folder: &Path, extensions: &[&str], filter: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).into_iter().flatten().flatten() {
            let path = entry.path();
            let wanted = path.extension().is_some_and(|e| extensions.iter().any(|x| e == *x));
            if path.is_dir() {
                folders.push(path);
            } else if wanted && path.to_string_lossy().contains(filter) {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}
