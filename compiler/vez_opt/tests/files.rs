//! Runs the passes over `tests/vir/*.vir`.
//!
//! A file with `; opt: PASS, PASS` shows what these passes make of it; the result is in the `.out` file beside it
//! (`UPDATE_EXPECT=1` writes it). Every program must do after optimisation what it did before.

use std::path::{Path, PathBuf};
use vez_opt::{Level, Pass, optimize, run_pass};
use vez_vir::interp::{CaptureHost, Exit, Limits, run_main};
use vez_vir::{Module, load_text, print_module, verify_module};

fn directive<'t>(text: &'t str, name: &str) -> Option<&'t str> {
    let prefix = format!("; {name}:");
    text.lines().find_map(|line| line.strip_prefix(&prefix)).map(str::trim)
}

fn files() -> Vec<(PathBuf, String)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/vir");
    let mut files: Vec<PathBuf> = std::fs::read_dir(folder)
        .expect("tests/vir exists")
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| path.extension().is_some_and(|ext| ext == "vir"))
        .collect();
    files.sort();
    let read = |path: PathBuf| {
        let text = std::fs::read_to_string(&path).expect("readable");
        (path, text)
    };
    files.into_iter().map(read).collect()
}

/// Every way to optimise that a program is tried with.
fn ways() -> Vec<(String, Box<dyn Fn(&mut Module)>)> {
    let passes = [Pass::Simplify, Pass::Promote, Pass::Inline, Pass::Globals];
    let mut ways: Vec<(String, Box<dyn Fn(&mut Module)>)> = Vec::new();
    for pass in passes {
        ways.push((format!("{pass:?}"), Box::new(move |module| run_pass(module, pass))));
    }
    for level in [Level::Clean, Level::Full] {
        ways.push((format!("{level:?}"), Box::new(move |module| optimize(module, level))));
    }
    ways
}

fn behaviour(module: &Module, text: &str) -> (String, Vec<u8>) {
    let args = directive(text, "run").unwrap_or_default();
    let args: Vec<&str> = std::iter::once("program").chain(args.split_whitespace()).collect();
    let mut host = CaptureHost::default();
    host.stdin = directive(text, "stdin").unwrap_or_default().as_bytes().to_vec();
    let limits = Limits { fuel: 50_000_000, ..Limits::default() };
    let end = match run_main(module, &args, &mut host, &limits) {
        Exit::Trap { code, .. } => format!("trap {code}"),
        exit => exit.to_string(),
    };
    (end, host.stdout)
}

#[test]
fn optimised_programs_do_the_same() {
    let mut programs = 0;
    for (path, text) in files() {
        let Ok(module) = load_text(&text) else { continue };
        // Undefined behaviour need not stay what it was; fuel and depth are spent differently.
        let comparable = directive(&text, "run").is_some()
            && ["ub", "fuel", "unsupported"].iter().all(|name| directive(&text, name).is_none());
        let before = comparable.then(|| behaviour(&module, &text));
        programs += usize::from(comparable);
        for (name, way) in ways() {
            let mut optimised = module.clone();
            way(&mut optimised);
            if let Err(errors) = verify_module(&optimised) {
                panic!("{} by {name}: {}", path.display(), errors[0]);
            }
            if let Some(before) = &before {
                let after = behaviour(&optimised, &text);
                assert_eq!(
                    *before,
                    after,
                    "{} by {name}\n{}",
                    path.display(),
                    print_module(&optimised)
                );
            }
        }
    }
    assert!(programs >= 20, "only {programs} programs");
}

#[test]
fn passes_make_what_the_files_show() {
    let mut shown = 0;
    for (path, text) in files() {
        let Some(passes) = directive(&text, "opt") else { continue };
        let mut module = load_text(&text).expect("valid VIR");
        for name in passes.split(',') {
            run_pass(&mut module, Pass::from_name(name.trim()).expect("a pass"));
        }
        expect_test::expect_file![path.with_extension("out")].assert_eq(&print_module(&module));
        shown += 1;
    }
    assert!(shown >= 4, "only {shown} files");
}
