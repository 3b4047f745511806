//! Ranges of inputs in child processes, with a limit on time without news and on memory.
//!
//! A child prints `at N` before an input and `fail N what` for each failure; a child that dies or falls silent failed at the
//! last input it named, and the next one goes on after it.

use super::{Failure, Range};
use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::time::Duration;

/// How children are run.
pub struct Plan {
    /// The hidden subcommand.
    pub command: &'static str,
    /// Inputs a child takes at once.
    pub chunk: u64,
    /// Without a line for so long, the child hangs.
    pub silence: Duration,
    pub memory_mib: u64,
}

/// Runs all of the range and returns what failed, in the order of the inputs.
pub fn run(plan: &Plan, range: Range) -> Vec<Failure> {
    let next = AtomicU64::new(range.from);
    let end = range.from + range.count;
    let found = Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for _ in 0..range.jobs.max(1) {
            scope.spawn(|| {
                loop {
                    let from = next.fetch_add(plan.chunk, Ordering::Relaxed);
                    if from >= end {
                        break;
                    }
                    let failures = chunk(plan, range, from, (from + plan.chunk).min(end));
                    found.lock().expect("no holder panics").extend(failures);
                }
            });
        }
    });
    let mut found = found.into_inner().expect("no holder panics");
    found.sort_by_key(|failure: &Failure| failure.index);
    found
}

/// One chunk, in as many children as it takes.
fn chunk(plan: &Plan, range: Range, from: u64, end: u64) -> Vec<Failure> {
    let mut found = Vec::new();
    let mut from = from;
    while from < end {
        match one_child(plan, range, from, end, &mut found) {
            Ok(()) => break,
            Err((at, what)) => {
                found.push(Failure { index: at, what });
                from = at + 1;
            }
        }
    }
    found
}

/// Runs one child; how it died, and at which input.
fn one_child(
    plan: &Plan,
    range: Range,
    from: u64,
    end: u64,
    found: &mut Vec<Failure>,
) -> Result<(), (u64, String)> {
    let failed = |why: std::io::Error| (from, format!("child: {why}"));
    let here = std::env::current_exe().map_err(failed)?;
    let mut child = Command::new("sh")
        .arg("-c")
        .arg(format!("ulimit -v {}; exec \"$0\" \"$@\"", plan.memory_mib << 10))
        .arg(here)
        .args(["fuzz", plan.command])
        .args(["--seed", &range.seed.to_string(), "--from", &from.to_string()])
        .args(["--count", &(end - from).to_string()])
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .map_err(failed)?;
    let stdout = child.stdout.take().expect("standard output is piped");
    let (sender, lines) = channel();
    let reader = std::thread::spawn(move || {
        for line in BufReader::new(stdout).lines().map_while(Result::ok) {
            if sender.send(line).is_err() {
                break;
            }
        }
    });
    let mut at = from;
    let silent = loop {
        match lines.recv_timeout(plan.silence) {
            Ok(line) => {
                let mut words = line.splitn(3, ' ');
                let kind = words.next().unwrap_or_default();
                let index = words.next().and_then(|n| n.parse().ok());
                match (kind, index) {
                    ("at", Some(index)) => at = index,
                    ("fail", Some(index)) => {
                        let what = words.next().unwrap_or_default().to_owned();
                        found.push(Failure { index, what });
                    }
                    _ => {}
                }
            }
            Err(RecvTimeoutError::Timeout) => break true,
            Err(RecvTimeoutError::Disconnected) => break false,
        }
    };
    if silent {
        // It may have ended by itself just now.
        let _ = child.kill();
    }
    let status = child.wait().map_err(|why| (at, format!("child: {why}")))?;
    let _ = reader.join();
    match (silent, status.success()) {
        (true, _) => Err((at, "hang: no news in time".to_owned())),
        (false, true) => Ok(()),
        (false, false) => Err((at, format!("crash: {status}"))),
    }
}
