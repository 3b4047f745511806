//! What passed and what did not.

use std::process::ExitCode;

/// The outcome of a suite, or of all.
#[derive(Default)]
pub struct Report {
    passed: usize,
    failures: Vec<(String, String)>,
}

impl Report {
    /// From the outcome of each case: its name, and why it failed.
    pub fn of(outcomes: Vec<(String, Result<(), String>)>) -> Report {
        let mut report = Report::default();
        for (name, outcome) in outcomes {
            match outcome {
                Ok(()) => report.passed += 1,
                Err(why) => report.failures.push((name, why)),
            }
        }
        report
    }

    /// Adds a suite's outcome and says how it went.
    pub fn absorb(&mut self, suite: &str, other: Report) {
        println!("{suite}: {} passed, {} failed", other.passed, other.failures.len());
        self.passed += other.passed;
        self.failures.extend(other.failures);
    }

    /// Prints the failures and the totals.
    pub fn finish(self) -> ExitCode {
        for (name, why) in &self.failures {
            println!("\n---- {name}\n{}", why.trim_end());
        }
        println!("\n{} passed, {} failed", self.passed, self.failures.len());
        if self.failures.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
    }
}
