//! Random programs, many to a file: one compilation in each way, one run of each program in each way.

use super::child::{self, Plan};
use super::ways::{self, Ended, Profile, Rejections, Scratch, Way};
use super::{Failure, Range, folder, program, reduce};
use crate::report::Report;
use std::collections::BTreeMap;
use std::io::Write;
use std::path::Path;
use std::process::ExitCode;
use std::time::Duration;

/// Programs in one file.
const BATCH: u64 = 20;
/// Failures of one kind that are reduced and shown.
const SHOWN: usize = 2;

/// Runs the range in children, saves and reduces what fails.
pub fn run(range: Range, root: &Path) -> Report {
    let plan = Plan {
        command: "batch",
        chunk: BATCH,
        silence: Duration::from_secs(240),
        memory_mib: 12 << 10,
    };
    let failures = child::run(&plan, range);
    let mut kinds: BTreeMap<String, Vec<Failure>> = BTreeMap::new();
    for failure in &failures {
        kinds.entry(kind(&failure.what)).or_default().push(failure.clone());
    }
    let mut outcomes = Vec::new();
    for (kind, failures) in &kinds {
        for failure in failures.iter().take(SHOWN) {
            let name = format!("program {} of seed {}", failure.index, range.seed);
            let path = save(failure, range, root, !range.no_reduce);
            let why = format!("{}\n({} like this; {path})", failure.what, failures.len());
            outcomes.push((name, Err(why)));
        }
        println!("{:5} x {kind}", failures.len());
    }
    let mut failing: Vec<u64> = failures.iter().map(|failure| failure.index).collect();
    failing.dedup();
    let passed = range.count as usize - failing.len();
    outcomes.extend((0..passed).map(|_| (String::new(), Ok(()))));
    Report::of(outcomes)
}

/// What failures with the same cause share: the line without its numbers and quotes.
fn kind(what: &str) -> String {
    let mut out = String::new();
    let mut quoted = false;
    for c in what.chars() {
        match c {
            '`' => {
                quoted = !quoted;
                out.push(c);
            }
            _ if quoted => {}
            '0'..='9' if out.ends_with('#') => {}
            '0'..='9' if !out.ends_with(['E', 'V', 'O']) && !what.contains(".rs:") => out.push('#'),
            _ => out.push(c),
        }
    }
    out.truncate(out.floor_char_boundary(160));
    out
}

fn save(failure: &Failure, range: Range, root: &Path, reduces: bool) -> String {
    let path = folder(root).join(format!("program-{}-{}.zari", range.seed, failure.index));
    let text = format!("// {}\n{}", failure.what, program::generate(range.seed, failure.index));
    if let Err(why) = std::fs::write(&path, text) {
        return format!("not saved: {why}");
    }
    if reduces {
        reduce::in_child(&path);
    }
    path.strip_prefix(root).unwrap_or(&path).display().to_string()
}

/// A range of programs, in this process.
pub fn child(range: Range) -> ExitCode {
    ways::catch_panics();
    let worker = std::thread::Builder::new().stack_size(256 << 20).spawn(move || {
        let indices: Vec<u64> = (range.from..range.from + range.count).collect();
        batch(range.seed, &indices)
    });
    match worker.map(|worker| worker.join()) {
        Ok(Ok(Ok(()))) => ExitCode::SUCCESS,
        _ => ExitCode::FAILURE,
    }
}

fn say(line: &str) {
    let mut out = std::io::stdout().lock();
    // Nobody listens any more when this fails.
    let _ = writeln!(out, "{line}").and_then(|()| out.flush());
}

fn fail(index: u64, what: &str) {
    say(&format!("fail {index} {}", ways::one_line(what)));
}

/// Programs that a compiler rejects fail here and leave the batch.
fn accepted(
    live: &mut Vec<u64>,
    seed: u64,
    scratch: &Scratch,
    name: &str,
    compile: &mut dyn FnMut(&Path) -> Result<(), Rejections>,
) -> std::io::Result<()> {
    while !live.is_empty() {
        let programs: Vec<String> = live.iter().map(|&i| program::generate(seed, i)).collect();
        let (text, starts) = ways::together(&programs);
        let source = scratch.path("batch.zari");
        std::fs::write(&source, text)?;
        say("working");
        let Err(rejections) = compile(&source) else { return Ok(()) };
        let mut guilty = BTreeMap::new();
        for (line, message) in &rejections {
            let number = starts.iter().rposition(|start| start <= line).unwrap_or(usize::MAX);
            if number < live.len() && *line > 0 {
                guilty.entry(number).or_insert_with(|| message.clone());
            }
        }
        if guilty.is_empty() {
            if live.len() == 1 {
                fail(live[0], &format!("{name}: {}", rejections[0].1));
                live.clear();
                return Ok(());
            }
            return split(live, seed, scratch, name, compile);
        }
        for (number, message) in guilty.iter().rev() {
            fail(live.remove(*number), &format!("{name} rejects: {message}"));
        }
    }
    Ok(())
}

/// A message without a place: each half by itself.
fn split(
    live: &mut Vec<u64>,
    seed: u64,
    scratch: &Scratch,
    name: &str,
    compile: &mut dyn FnMut(&Path) -> Result<(), Rejections>,
) -> std::io::Result<()> {
    let mut second = live.split_off(live.len() / 2);
    accepted(live, seed, scratch, name, compile)?;
    accepted(&mut second, seed, scratch, name, compile)?;
    live.extend(second);
    Ok(())
}

fn batch(seed: u64, indices: &[u64]) -> std::io::Result<()> {
    say(&format!("at {}", indices[0]));
    let good = in_profile(seed, indices, Profile::Dev)?;
    // Only what may overflow can differ in the other profile.
    let risky: Vec<u64> = good.into_iter().filter(|&i| program::is_risky(seed, i)).collect();
    if !risky.is_empty() {
        in_profile(seed, &risky, Profile::Release)?;
    }
    Ok(())
}

/// Builds and compares in the ways of one profile; the programs that both compilers accept.
fn in_profile(seed: u64, indices: &[u64], profile: Profile) -> std::io::Result<Vec<u64>> {
    let scratch = Scratch::new()?;
    let mut live = indices.to_vec();
    let program = scratch.path("reference");
    accepted(&mut live, seed, &scratch, "rustc", &mut |source| {
        ways::rustc(source, profile, &program)
    })?;
    let mut expected: BTreeMap<u64, Ended> = BTreeMap::new();
    for (number, &index) in live.iter().enumerate() {
        match ways::execute(&program, &number.to_string()) {
            Ok(ended) => drop(expected.insert(index, ended)),
            Err(why) => fail(index, &format!("rustc's program: {why}")),
        }
    }
    live.retain(|index| expected.contains_key(index));
    accepted(&mut live, seed, &scratch, "VeZ", &mut |source| ways::vez(source, profile).map(drop))?;
    if live.is_empty() {
        return Ok(live);
    }
    let all = Batch { seed, profile, expected: &expected, scratch: &scratch };
    match all.module(&live) {
        Ok(module) => {
            for way in ways::WAYS.into_iter().filter(|way| way.profile == profile) {
                all.compare(&live, &module, way);
            }
        }
        Err(why) => fail(live[0], &format!("VeZ: together with others: {why}")),
    }
    Ok(live)
}

/// Programs that rustc ran, to be run by VeZ.
struct Batch<'a> {
    seed: u64,
    profile: Profile,
    expected: &'a BTreeMap<u64, Ended>,
    scratch: &'a Scratch,
}

impl Batch<'_> {
    /// Builds in one way, runs every program, reports differences. Where the build fails, each half by itself, so that one
    /// program does not hide the others.
    fn compare(&self, live: &[u64], module: &vez_vir::Module, way: Way) {
        say("working");
        let ready = match ways::build(module, way, self.scratch) {
            Ok(ready) => ready,
            Err(why) if live.len() == 1 => return fail(live[0], &format!("{}: {why}", way.name)),
            Err(_) => {
                for half in live.chunks(live.len().div_ceil(2)) {
                    if let Ok(module) = self.module(half) {
                        self.compare(half, &module, way);
                    }
                }
                return;
            }
        };
        for (number, index) in live.iter().enumerate() {
            say("working");
            let found = ready.run(&number.to_string());
            if let Some(what) = ways::difference(&self.expected[index], &found) {
                fail(*index, &format!("{}: {what}", way.name));
            }
        }
    }

    fn module(&self, live: &[u64]) -> Result<vez_vir::Module, String> {
        let programs: Vec<String> = live.iter().map(|&i| program::generate(self.seed, i)).collect();
        let source = self.scratch.path("batch.zari");
        std::fs::write(&source, ways::together(&programs).0).map_err(|why| why.to_string())?;
        ways::vez(&source, self.profile).map_err(|mut why| why.swap_remove(0).1)
    }
}
