//! How fast the programs of `benchmarks/run` are, built by each compiler from the same source, or from C beside it.

use super::Options;
use super::measure::{Contender, Measured, interleave};
use super::table::{Table, Verdict, number};
use super::tools::Tools;
use crate::files_below;
use serde::Serialize;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

/// A slower program is repeated less often.
const PATIENCE: Duration = Duration::from_millis(1500);

/// One program: a measurement for each compiler that could build it.
#[derive(Serialize)]
pub struct Row {
    program: String,
    times: Vec<(&'static str, Measured)>,
    failures: Vec<String>,
}

const VEZ: &str = "vez";
const DEV: &str = "dev";
const RUSTC: &str = "rustc";
const CHECKED: &str = "checked";
const CLANG: &str = "clang";
const BUILDS: [&str; 5] = [VEZ, DEV, RUSTC, CHECKED, CLANG];

impl Row {
    fn cpu(&self, build: &str) -> Option<f64> {
        self.times.iter().find(|(name, _)| *name == build).map(|(_, m)| m.cpu_ms)
    }

    fn peak(&self, build: &str) -> Option<f64> {
        self.times.iter().find(|(name, _)| *name == build).map(|(_, m)| m.peak_mb)
    }

    fn ratio(&self, a: &str, b: &str) -> Option<f64> {
        Some(self.cpu(a)? / self.cpu(b)?)
    }
}

pub fn measure(
    tools: &Tools,
    options: &Options,
    folder: &Path,
    budgets: &mut Vec<Verdict>,
) -> Result<Vec<Row>, String> {
    let mut rows = Vec::new();
    for source in files_below(folder, &["zari"], &options.filter) {
        let name = source.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        eprint!("{name} ...          \r");
        rows.push(measure_program(tools, options, &source, name));
    }
    if rows.is_empty() {
        return Err(format!("no program below {} matches", folder.display()));
    }
    print(&rows);
    judge(&rows, budgets);
    Ok(rows)
}

fn measure_program(tools: &Tools, options: &Options, source: &Path, program: String) -> Row {
    let (mut contenders, mut failures) = (Vec::new(), Vec::new());
    let mut expected: Option<String> = None;
    // rustc first: its output is what the others are compared with.
    for name in [RUSTC, CHECKED, VEZ, DEV, CLANG] {
        let Some(outcome) = build(tools, name, source) else { continue };
        let tried = outcome.and_then(|path| Contender::try_out(name, move || Command::new(&path)));
        match (tried, &expected) {
            (Err(why), _) => failures.push(format!("{name}: {why}")),
            (Ok((_, output)), Some(expected)) if output != *expected => {
                failures.push(format!("{name}: prints something else than rustc's"));
            }
            (Ok((contender, output)), _) => {
                expected.get_or_insert(output);
                contenders.push(contender);
            }
        }
    }
    let measured = interleave(&contenders, options.repetitions(), PATIENCE);
    let times = contenders.iter().map(|c| c.name).zip(measured).collect();
    Row { program, times, failures }
}

/// Builds one executable; nothing where there is no such compiler or no C version.
fn build(tools: &Tools, name: &'static str, source: &Path) -> Option<Result<String, String>> {
    let path = source.to_string_lossy().into_owned();
    let out = tools.file(&format!("run.{name}"));
    let o3 = ["-C", "opt-level=3", "-o", &out, &path];
    let tried = match name {
        VEZ => Contender::try_out(name, tools.vez(&["build", "--release", &path, "-o", &out])),
        DEV => Contender::try_out(name, tools.vez(&["build", &path, "-o", &out])),
        RUSTC => Contender::try_out(name, tools.rustc(&o3)),
        CHECKED => {
            let arguments: Vec<&str> = ["-C", "overflow-checks=on"].into_iter().chain(o3).collect();
            Contender::try_out(name, tools.rustc(&arguments))
        }
        _ => {
            let c = source.with_extension("c");
            if !c.is_file() {
                return None;
            }
            let clang = tools.clang(&["-O3", "-o", &out, &c.to_string_lossy(), "-lm"])?;
            Contender::try_out(name, clang)
        }
    };
    Some(tried.map(|_| out))
}

fn print(rows: &[Row]) {
    let headings = [
        "vez",
        "dev",
        "rustc",
        "rustc+checks",
        "clang",
        "vez/rustc",
        "vez/checks",
        "vez/clang",
        "dev/vez",
        "MB",
        "rustc MB",
        "",
    ];
    let mut table = Table::new("RUN TIME, CPU ms", &headings);
    let cell = |value: Option<f64>| value.map_or("-".to_string(), number);
    for row in rows {
        let times = BUILDS.map(|build| cell(row.cpu(build)));
        let main = row.ratio(VEZ, RUSTC);
        let ratios = [main, row.ratio(VEZ, CHECKED), row.ratio(VEZ, CLANG), row.ratio(DEV, VEZ)];
        let memory = [row.peak(VEZ), row.peak(RUSTC)];
        let word = match main {
            None => "FAILED",
            Some(ratio) if ratio > MUST_WORST => "OVER",
            Some(_) => "ok",
        };
        let numbers = ratios.into_iter().chain(memory).map(cell);
        table.row(&row.program, times.into_iter().chain(numbers).chain([word.to_string()]));
    }
    let mut means = vec![String::new(); 5];
    for (a, b) in RATIOS {
        means.push(cell(geometric_mean(rows, a, b)));
    }
    table.row("geometric mean", means);
    table.print();
    for row in rows {
        for failure in &row.failures {
            println!("FAILED: {}: {failure}", row.program);
        }
    }
}

const RATIOS: [(&str, &str); 4] = [(VEZ, RUSTC), (VEZ, CHECKED), (VEZ, CLANG), (DEV, VEZ)];

/// Over the programs that have both.
fn geometric_mean(rows: &[Row], a: &str, b: &str) -> Option<f64> {
    let logs: Vec<f64> = rows.iter().filter_map(|row| row.ratio(a, b)).map(f64::ln).collect();
    (!logs.is_empty()).then(|| (logs.iter().sum::<f64>() / logs.len() as f64).exp())
}

const MUST_MEAN: f64 = 1.05;
const MUST_WORST: f64 = 1.15;
const MUST_DEV: f64 = 4.0;

fn judge(rows: &[Row], budgets: &mut Vec<Verdict>) {
    if let Some(mean) = geometric_mean(rows, VEZ, RUSTC) {
        let what = "run time, release, to rustc -O3: geometric mean";
        budgets.push(Verdict::at_most(what, mean, MUST_MEAN, "x"));
    }
    let worst = rows.iter().filter_map(|row| Some((row.ratio(VEZ, RUSTC)?, &row.program)));
    if let Some((ratio, name)) = worst.max_by(|a, b| a.0.total_cmp(&b.0)) {
        let what = format!("run time, release, to rustc -O3: worst ({name})");
        budgets.push(Verdict::at_most(what, ratio, MUST_WORST, "x"));
    }
    if let Some(mean) = geometric_mean(rows, DEV, VEZ) {
        let what = "dev-profile code to release: geometric mean";
        budgets.push(Verdict::at_most(what, mean, MUST_DEV, "x"));
    }
    let failed = rows.iter().filter(|row| !row.failures.is_empty()).count();
    budgets.push(Verdict::at_most("programs that fail", failed as f64, 0.0, ""));
}
