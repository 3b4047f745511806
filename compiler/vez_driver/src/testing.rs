//! `vez test`: every test is a process of its own, so that one that crashes does not end the run.

use crate::codegen::{self, BuildOptions, EmitKind};
use crate::session::{Session, reason};
use rayon::prelude::*;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};
use vez_base::{DefId, DefKind, Name};
use vez_diag::Diagnostic;
use vez_diag::registry::MisplacedAttribute;

/// How one test went.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TestOutcome {
    Passed,
    /// Why, and what it printed.
    Failed {
        reason: String,
        output: String,
    },
    Ignored,
}

/// One test of a run.
#[derive(Clone, Debug)]
pub struct TestRun {
    pub name: String,
    pub outcome: TestOutcome,
    pub duration: Duration,
}

struct Test {
    name: String,
    def: DefId,
    should_panic: bool,
    ignored: bool,
}

/// Builds the crate's tests and runs those whose name contains `filter`. The session was opened for tests.
pub fn run_tests(
    session: &Session,
    filter: &str,
    options: BuildOptions,
) -> Result<Vec<TestRun>, Diagnostic> {
    let tests = find_tests(session, filter);
    if let Some(test) = tests.iter().find(|test| !is_callable(session, test.def)) {
        let what = "a function with parameters";
        let span = vez_hir::name_span(&session.db, test.def);
        return Err(MisplacedAttribute { name: "test", what }.at(span));
    }
    if tests.is_empty() {
        return Ok(Vec::new());
    }
    let scratch = tempfile::Builder::new()
        .prefix("vez-test-")
        .tempdir()
        .map_err(|error| codegen::cannot_write(&std::env::temp_dir(), &error))?;
    let program = scratch.path().join("tests");
    let listed: Vec<(String, DefId)> = tests.iter().map(|t| (t.name.clone(), t.def)).collect();
    let tested = codegen::lower_tests(session, &listed, options)?;
    codegen::emit_program(tested, options, EmitKind::Executable, &program)?;
    Ok(tests.par_iter().map(|test| run_one(&program, test)).collect())
}

fn find_tests(session: &Session, filter: &str) -> Vec<Test> {
    let db = &session.db;
    let has = |def: DefId, attr: &str| vez_hir::has_attr(db, def, Name::new(attr));
    let owners = vez_hir::body_owners(db, session.user);
    let tests = owners.iter().filter(|def| def.kind() == DefKind::Fn && has(**def, "test"));
    tests
        .map(|&def| Test {
            name: test_name(def),
            def,
            should_panic: has(def, "should_panic"),
            ignored: has(def, "ignore"),
        })
        .filter(|test| test.name.contains(filter))
        .collect()
}

/// Whether a test can be called without anything.
fn is_callable(session: &Session, def: DefId) -> bool {
    let generics = vez_traits::identity_args(&session.db, def);
    vez_traits::fn_sig(&session.db, def).inputs().is_empty() && generics.is_empty()
}

/// The path inside the crate: `module::function`.
fn test_name(def: DefId) -> String {
    let mut parts: Vec<&str> = def.ancestors().map(|def| def.name().as_str()).collect();
    parts.pop();
    parts.reverse();
    parts.join("::")
}

fn run_one(program: &Path, test: &Test) -> TestRun {
    let start = Instant::now();
    let outcome = if test.ignored { TestOutcome::Ignored } else { execute(program, test) };
    TestRun { name: test.name.clone(), outcome, duration: start.elapsed() }
}

fn execute(program: &Path, test: &Test) -> TestOutcome {
    let result = Command::new(program)
        .arg(&test.name)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .output();
    let result = match result {
        Ok(result) => result,
        Err(error) => {
            return TestOutcome::Failed { reason: reason(&error), output: String::new() };
        }
    };
    let panicked = result.status.code() == Some(101);
    let passed = if test.should_panic { panicked } else { result.status.success() };
    if passed {
        return TestOutcome::Passed;
    }
    let mut output = String::from_utf8_lossy(&result.stdout).into_owned();
    output.push_str(&String::from_utf8_lossy(&result.stderr));
    let reason = match (test.should_panic, result.status.code()) {
        (true, _) => "it should have panicked".to_owned(),
        (false, Some(101)) => "it panicked".to_owned(),
        (false, Some(code)) => format!("exit code {code}"),
        (false, None) => format!("it crashed ({})", result.status),
    };
    TestOutcome::Failed { reason, output }
}
