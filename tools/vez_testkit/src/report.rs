//! What passed and what did not.
//!
//! `tests/known_gaps.txt` lists cases that are known to fail, a name a line, with the reason after `:`. A listed case that passes is a
//! failure too, so the list cannot outlive its gaps.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::ExitCode;

/// The outcome of a suite, or of all.
#[derive(Default)]
pub struct Report {
    passed: Vec<String>,
    failures: Vec<(String, String)>,
}

impl Report {
    /// From the outcome of each case: its name, and why it failed.
    pub fn of(outcomes: Vec<(String, Result<(), String>)>) -> Report {
        let mut report = Report::default();
        for (name, outcome) in outcomes {
            match outcome {
                Ok(()) => report.passed.push(name),
                Err(why) => report.failures.push((name, why)),
            }
        }
        report
    }

    /// Adds a suite's outcome and says how it went.
    pub fn absorb(&mut self, suite: &str, other: Report) {
        println!("{suite}: {} passed, {} failed", other.passed.len(), other.failures.len());
        self.merge(other);
    }

    /// Adds another outcome silently.
    pub fn merge(&mut self, other: Report) {
        self.passed.extend(other.passed);
        self.failures.extend(other.failures);
    }

    /// Prints the failures and the totals; known gaps count as neither.
    pub fn finish(mut self, root: &Path) -> ExitCode {
        let gaps = known_gaps(root);
        let (known, mut failures): (Vec<_>, Vec<_>) =
            self.failures.into_iter().partition(|(name, _)| gaps.contains_key(name));
        self.passed.retain(|name| {
            let listed = gaps.contains_key(name);
            if listed {
                let why = "it passes: take it out of tests/known_gaps.txt".to_owned();
                failures.push((name.clone(), why));
            }
            !listed
        });
        for (name, why) in &failures {
            println!("\n---- {name}\n{}", why.trim_end());
        }
        if !known.is_empty() {
            println!("\n{} known gaps (tests/known_gaps.txt)", known.len());
        }
        println!("\n{} passed, {} failed", self.passed.len(), failures.len());
        if failures.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
    }
}

/// Names and reasons; lines that start with `#` are comments.
fn known_gaps(root: &Path) -> BTreeMap<String, String> {
    let text = std::fs::read_to_string(root.join("tests/known_gaps.txt")).unwrap_or_default();
    let lines = text.lines().filter(|line| !line.starts_with('#') && !line.trim().is_empty());
    lines
        .map(|line| line.split_once(':').unwrap_or((line, "")))
        .map(|(name, why)| (name.trim().to_owned(), why.trim().to_owned()))
        .collect()
}
