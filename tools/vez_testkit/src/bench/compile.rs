//! Compile speed and memory on generated programs.

use super::Options;
use super::measure::{Contender, Measured, interleave};
use super::program::{c_program, program};
use super::table::{Table, Verdict, number};
use super::tools::Tools;
use serde::Serialize;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

/// The programs of all tables; another seed is another program.
const SEED: u64 = 1;

/// What takes longer is repeated less often.
const PATIENCE: Duration = Duration::from_secs(4);

/// Budgets are held to this size and above; smaller ones measure start-up too.
const BUDGET_LINES: usize = 50_000;

/// One program and what each compiler made of it.
#[derive(Serialize)]
pub struct Size {
    lines: usize,
    bytes: usize,
    tools: Vec<Row>,
    failures: Vec<String>,
}

#[derive(Serialize)]
struct Row {
    name: &'static str,
    lines_per_cpu_second: f64,
    bytes_per_line: f64,
    #[serde(flatten)]
    measured: Measured,
}

const CHECK: &str = "vez check";
const DEV: &str = "vez build";
const RELEASE: &str = "vez build --release";
const RUSTC_O0: &str = "rustc -O0";
const RUSTC_O3: &str = "rustc -O3";

pub fn measure(
    tools: &Tools,
    options: &Options,
    budgets: &mut Vec<Verdict>,
) -> Result<Vec<Size>, String> {
    let mut sizes = Vec::new();
    for wanted in options.sizes() {
        let size = measure_size(tools, options, wanted)?;
        print(&size);
        if size.lines >= BUDGET_LINES {
            judge(&size, budgets);
        }
        sizes.push(size);
    }
    Ok(sizes)
}

fn measure_size(tools: &Tools, options: &Options, wanted: usize) -> Result<Size, String> {
    let text = program(wanted, SEED);
    let source = tools.write("generated.zari", &text)?;
    let c_source = tools.write("generated.c", &c_program(wanted, SEED))?;
    let out = ["dev", "release", "metadata", "o0", "o3", "c0", "c2"].map(|name| tools.file(name));
    // The last size's executables must not be taken for this one's.
    for path in &out {
        let _ = std::fs::remove_file(path);
    }
    let [dev, release, metadata, o0, o3, c0, c2] = &out;
    let mut tried = vec![
        Contender::try_out(CHECK, tools.vez(&["check", &source])),
        Contender::try_out(DEV, tools.vez(&["build", &source, "-o", dev])),
        Contender::try_out(RELEASE, tools.vez(&["build", "--release", &source, "-o", release])),
        Contender::try_out(
            "rustc metadata",
            tools.rustc(&["--emit=metadata", "-o", metadata, &source]),
        ),
        Contender::try_out(RUSTC_O0, tools.rustc(&["-C", "opt-level=0", "-o", o0, &source])),
        Contender::try_out(RUSTC_O3, tools.rustc(&["-C", "opt-level=3", "-o", o3, &source])),
    ];
    for (name, level, out) in [("clang -O0 (C)", "-O0", c0), ("clang -O2 (C)", "-O2", c2)] {
        tried.extend(
            tools.clang(&[level, "-o", out, &c_source]).map(|c| Contender::try_out(name, c)),
        );
    }
    let (mut contenders, mut failures) = (Vec::new(), Vec::new());
    for outcome in tried {
        match outcome {
            Ok((contender, _)) => contenders.push(contender),
            Err(why) => failures.push(why),
        }
    }
    failures.extend(disagreements(&[("vez dev", dev), ("vez release", release), ("rustc", o0)]));
    let measured = interleave(&contenders, options.repetitions(), PATIENCE);
    let lines = text.lines().count();
    let row = |(contender, measured): (&Contender, Measured)| Row {
        name: contender.name,
        lines_per_cpu_second: lines as f64 / measured.cpu_ms * 1000.0,
        bytes_per_line: measured.peak_mb * 1048576.0 / lines as f64,
        measured,
    };
    let rows = contenders.iter().zip(measured).map(row).collect();
    Ok(Size { lines, bytes: text.len(), tools: rows, failures })
}

/// What the executables print that are there must be the same.
fn disagreements(programs: &[(&str, &String)]) -> Vec<String> {
    let mut failures = Vec::new();
    let mut first: Option<(&str, Vec<u8>)> = None;
    for &(name, path) in programs {
        if !Path::new(path).is_file() {
            continue;
        }
        match (Command::new(path).output(), &first) {
            (Err(error), _) => failures.push(format!("{name}: {error}")),
            (Ok(output), _) if !output.status.success() => {
                failures.push(format!("the program built by {name} ends with {}", output.status));
            }
            (Ok(output), Some((other, said))) if *said != output.stdout => {
                failures.push(format!("the programs built by {other} and {name} differ"));
            }
            (Ok(_), Some(_)) => {}
            (Ok(output), None) => first = Some((name, output.stdout)),
        }
    }
    failures
}

fn print(size: &Size) {
    let title = format!("COMPILE {} lines, {} KB", size.lines, size.bytes / 1000);
    let headings =
        ["wall ms", "CPU ms", "K lines/CPU s", "peak MB", "bytes/line", "CPU of rustc -O0"];
    let mut table = Table::new(&title, &headings);
    let base = size.cpu(RUSTC_O0);
    for row in &size.tools {
        let m = row.measured;
        let speed = row.lines_per_cpu_second / 1000.0;
        let values = [m.wall_ms, m.cpu_ms, speed, m.peak_mb, row.bytes_per_line];
        let ratio = base.map_or("-".to_string(), |base| format!("{:.2}x", m.cpu_ms / base));
        table.row(row.name, values.map(number).into_iter().chain([ratio]));
    }
    table.print();
    for failure in &size.failures {
        println!("FAILED: {failure}");
    }
}

impl Size {
    fn row(&self, name: &str) -> Option<&Row> {
        self.tools.iter().find(|row| row.name == name)
    }

    fn cpu(&self, name: &str) -> Option<f64> {
        self.row(name).map(|row| row.measured.cpu_ms)
    }
}

fn judge(size: &Size, budgets: &mut Vec<Verdict>) {
    let lines = size.lines / 1000;
    let ratio = |a: &str, b: &str| Some(size.cpu(a)? / size.cpu(b)?);
    if let Some(faster) = ratio(RUSTC_O0, DEV) {
        let what = format!("dev build, {lines} K lines: faster than rustc -O0");
        budgets.push(Verdict::at_least(what, faster, 5.0, "x"));
    }
    if let Some(row) = size.row(CHECK) {
        let what = format!("check, {lines} K lines");
        let speed = row.lines_per_cpu_second / 1000.0;
        budgets.push(Verdict::at_least(what, speed, 300.0, "K lines/s"));
    }
    if let Some(share) = ratio(RELEASE, RUSTC_O3) {
        let what = format!("release build, {lines} K lines: of rustc -O3's time");
        budgets.push(Verdict::at_most(what, share, 0.8, "x"));
    }
    for name in [CHECK, DEV, RELEASE] {
        if let Some(row) = size.row(name) {
            let what = format!("{name}, {lines} K lines: peak memory");
            budgets.push(Verdict::at_most(what, row.bytes_per_line, 1024.0, "bytes/line"));
        }
    }
}
