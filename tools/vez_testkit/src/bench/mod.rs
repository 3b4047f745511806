//! The benchmarks: start-up, compile speed on generated programs, run time of `benchmarks/run`, against rustc and clang.
//!
//! Compilers and programs run as processes. A table is printed and `target/bench/results.json` written; what is over its
//! budget is said, and fails nothing: timings depend on the machine. Knows nothing of the compiler's inside.

mod compile;
mod measure;
pub mod program;
mod runtime;
mod startup;
mod table;
mod tools;

use clap::Args;
use serde::Serialize;
use std::path::Path;
use std::process::ExitCode;
use table::Verdict;
use tools::Tools;

/// What to measure and how often.
#[derive(Args)]
pub struct Options {
    /// Only these: startup, compile, run
    only: Vec<String>,
    /// Three repetitions instead of seven, and no program of 200,000 lines
    #[arg(long)]
    quick: bool,
    /// Only programs whose name contains this
    #[arg(long, default_value = "")]
    filter: String,
    /// Lengths of the generated programs
    #[arg(long, value_delimiter = ',')]
    lines: Vec<usize>,
}

impl Options {
    fn repetitions(&self) -> usize {
        if self.quick { 3 } else { 7 }
    }

    fn sizes(&self) -> Vec<usize> {
        match (&self.lines[..], self.quick) {
            ([], true) => vec![10_000, 54_000],
            ([], false) => vec![10_000, 54_000, 200_000],
            (given, _) => given.to_vec(),
        }
    }

    fn wants(&self, part: &str) -> bool {
        self.only.is_empty() || self.only.iter().any(|name| name == part)
    }
}

/// All that is written as JSON.
#[derive(Default, Serialize)]
struct Results {
    machine: String,
    cores: usize,
    versions: Vec<String>,
    repetitions: usize,
    startup: Vec<startup::Row>,
    compile: Vec<compile::Size>,
    run: Vec<runtime::Row>,
    budgets: Vec<Verdict>,
}

/// Runs what is asked for; `root` is the repository.
pub fn run(options: &Options, root: &Path) -> ExitCode {
    match measure_all(options, root) {
        Ok(results) => {
            table::print_budgets(&results.budgets);
            match write(&results, root) {
                Ok(()) => ExitCode::SUCCESS,
                Err(why) => fail(&why),
            }
        }
        Err(why) => fail(&why),
    }
}

fn fail(why: &str) -> ExitCode {
    eprintln!("bench: {why}");
    ExitCode::FAILURE
}

fn measure_all(options: &Options, root: &Path) -> Result<Results, String> {
    for name in &options.only {
        if !["startup", "compile", "run"].contains(&name.as_str()) {
            return Err(format!("no benchmarks are called `{name}`: startup, compile or run"));
        }
    }
    let scratch = tempfile::tempdir().map_err(|error| error.to_string())?;
    let tools = Tools::find(scratch.path())?;
    let mut results = Results {
        machine: machine(),
        cores: std::thread::available_parallelism().map_or(1, usize::from),
        versions: tools.versions(),
        repetitions: options.repetitions(),
        ..Results::default()
    };
    println!("{}, {} cores; {}", results.machine, results.cores, results.versions.join("; "));
    println!("CPU: least of {} runs; wall: median; tools interleaved", results.repetitions);
    if options.wants("startup") {
        results.startup = startup::measure(&tools, options, &mut results.budgets)?;
    }
    if options.wants("compile") {
        results.compile = compile::measure(&tools, options, &mut results.budgets)?;
    }
    if options.wants("run") {
        let folder = root.join("benchmarks/run");
        results.run = runtime::measure(&tools, options, &folder, &mut results.budgets)?;
    }
    Ok(results)
}

/// The processor's name, where the system tells it.
fn machine() -> String {
    let text = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let name = text.lines().find_map(|line| line.strip_prefix("model name"));
    name.map_or("unknown processor", |rest| rest.trim_start_matches([' ', '\t', ':'])).to_string()
}

fn write(results: &Results, root: &Path) -> Result<(), String> {
    let target = std::env::var_os("CARGO_TARGET_DIR").map_or(root.join("target"), Into::into);
    let folder = target.join("bench");
    let path = folder.join("results.json");
    std::fs::create_dir_all(&folder)
        .and_then(|()| std::fs::write(&path, serde_json::to_vec_pretty(results)?))
        .map_err(|error| format!("cannot write {}: {error}", path.display()))?;
    println!("\nwritten to {}", path.display());
    Ok(())
}
