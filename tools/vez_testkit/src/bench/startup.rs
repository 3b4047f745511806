//! What every command pays: `--version`, and the smallest program checked, built and run.

use super::Options;
use super::measure::{Contender, Measured, interleave};
use super::table::{Table, Verdict, number};
use super::tools::Tools;
use serde::Serialize;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

#[derive(Serialize)]
pub struct Row {
    name: &'static str,
    #[serde(flatten)]
    measured: Measured,
}

const HELLO: &str = "fn main() {\n    println!(\"Hello, world!\");\n}\n";
const HELLO_C: &str = "#include <stdio.h>\nint main(void) { puts(\"Hello, world!\"); }\n";

/// Milliseconds of wall time.
const MUST: [(&str, f64); 2] = [(VERSION, 10.0), (CHECK, 15.0)];
const MUST_BUILD_AND_RUN: f64 = 60.0;

const VERSION: &str = "vez --version";
const CHECK: &str = "vez check hello";
const BUILD: &str = "vez build hello";
const RUN: &str = "the executable";

pub fn measure(
    tools: &Tools,
    options: &Options,
    budgets: &mut Vec<Verdict>,
) -> Result<Vec<Row>, String> {
    let (source, c_source) = (tools.write("hello.zari", HELLO)?, tools.write("hello.c", HELLO_C)?);
    let [by_vez, by_release, by_rustc, by_clang] =
        ["hello.vez", "hello.release", "hello.rustc", "hello.clang"].map(|name| tools.file(name));
    let mut contenders = vec![
        Contender::try_out(VERSION, tools.vez(&["--version"]))?.0,
        Contender::try_out(CHECK, tools.vez(&["check", &source]))?.0,
        Contender::try_out(BUILD, tools.vez(&["build", &source, "-o", &by_vez]))?.0,
    ];
    let built = by_vez.clone();
    let (executable, said) = Contender::try_out(RUN, move || Command::new(Path::new(&built)))?;
    if said != "Hello, world!\n" {
        return Err(format!("hello says {said:?}"));
    }
    contenders.push(executable);
    let release = ["build", "--release", &source, "-o", &by_release];
    contenders.push(Contender::try_out("vez run hello", tools.vez(&["run", &source]))?.0);
    contenders.push(Contender::try_out("vez build --release hello", tools.vez(&release))?.0);
    contenders.push(Contender::try_out("rustc hello", tools.rustc(&["-o", &by_rustc, &source]))?.0);
    if let Some(clang) = tools.clang(&["-O0", "-o", &by_clang, &c_source]) {
        contenders.push(Contender::try_out("clang hello", clang)?.0);
    }
    // Short runs: three times as many cost nothing.
    let measured = interleave(&contenders, options.repetitions() * 3, Duration::from_secs(2));
    let rows: Vec<Row> = contenders
        .iter()
        .zip(measured)
        .map(|(contender, measured)| Row { name: contender.name, measured })
        .collect();
    print(&rows);
    let wall =
        |name: &str| rows.iter().find(|r| r.name == name).map_or(0.0, |r| r.measured.wall_ms);
    budgets.extend(MUST.map(|(name, must)| Verdict::at_most(name, wall(name), must, "ms")));
    let both = wall(BUILD) + wall(RUN);
    budgets.push(Verdict::at_most("hello to a run executable", both, MUST_BUILD_AND_RUN, "ms"));
    Ok(rows)
}

fn print(rows: &[Row]) {
    let mut table = Table::new("START-UP", &["wall ms", "CPU ms", "peak MB"]);
    for row in rows {
        let m = row.measured;
        table.row(row.name, [m.wall_ms, m.cpu_ms, m.peak_mb].map(number));
    }
    table.print();
}
