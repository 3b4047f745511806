//! Damaged inputs for the lexer, the parser, the formatter, the checker, the loaders of VIR and its interpreter.

use super::child::{self, Plan};
use super::mutate::mutate;
use super::rng::Rng;
use super::{Failure, Range, folder, ways};
use crate::report::Report;
use crate::{files_below, ui};
use std::collections::BTreeMap;
use std::io::Write;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;
use vez_base::FileId;
use vez_driver::{BuildCfg, Input, Session, check, format_source};
use vez_vir::interp::{CaptureHost, Limits, run_main};

/// Inputs a child takes.
const CHUNK: u64 = 100;
/// Failures of one kind that are saved and shown.
const SHOWN: usize = 3;

/// Runs the range in children and saves what fails.
pub fn run(range: Range, root: &Path) -> Report {
    let plan = Plan {
        command: "feed",
        chunk: CHUNK,
        silence: Duration::from_secs(30),
        memory_mib: 4 << 10,
    };
    let failures = child::run(&plan, range);
    let mut kinds: BTreeMap<String, Vec<Failure>> = BTreeMap::new();
    for failure in &failures {
        // A panic's kind is its place; its message may hold parts of the input.
        let place = failure.what.rsplit(" at ").next().unwrap_or_default();
        kinds.entry(place.to_owned()).or_default().push(failure.clone());
    }
    let corpus = Corpus::load(root);
    let mut outcomes = Vec::new();
    for (kind, failures) in &kinds {
        println!("{:5} x {kind}", failures.len());
        for failure in failures.iter().take(SHOWN) {
            let damaged = corpus.damaged(range.seed, failure.index);
            let saved = save(root, range.seed, failure.index, &damaged);
            let name = format!("damaged input {} of seed {}", failure.index, range.seed);
            let why = format!(
                "{}\n({} like this; from {}; {saved})",
                failure.what,
                failures.len(),
                damaged.origin
            );
            outcomes.push((name, Err(why)));
        }
    }
    let mut failing: Vec<u64> = failures.iter().map(|failure| failure.index).collect();
    failing.dedup();
    let passed = range.count as usize - failing.len();
    outcomes.extend((0..passed).map(|_| (String::new(), Ok(()))));
    Report::of(outcomes)
}

/// Keeps an input that something stumbled over, unless the child that fed it has done so; says where.
fn save(root: &Path, seed: u64, index: u64, damaged: &Damaged) -> String {
    let name = format!("damage-{seed}-{index}.{}", damaged.kind.extension());
    let path = folder(root).join(name);
    if path.exists() {
        return path.display().to_string();
    }
    let saved = std::fs::write(&path, &damaged.bytes);
    saved.map_or_else(|why| why.to_string(), |()| path.display().to_string())
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Source,
    VirText,
    VirBinary,
}

impl Kind {
    fn extension(self) -> &'static str {
        match self {
            Kind::Source => "zari",
            Kind::VirText => "vir",
            Kind::VirBinary => "virb",
        }
    }
}

/// A damaged input and the file it was.
struct Damaged {
    kind: Kind,
    bytes: Vec<u8>,
    origin: String,
}

/// The inputs before damage.
struct Corpus {
    sources: Vec<(PathBuf, Vec<u8>)>,
    vir: Vec<(PathBuf, Vec<u8>)>,
    binaries: Vec<(PathBuf, Vec<u8>)>,
}

impl Corpus {
    fn load(root: &Path) -> Corpus {
        let read = |folder: &str, extension: &str| -> Vec<(PathBuf, Vec<u8>)> {
            let files = files_below(&root.join(folder), &[extension], "");
            let text = |path: PathBuf| std::fs::read(&path).ok().map(|bytes| (path, bytes));
            files.into_iter().filter_map(text).collect()
        };
        let mut sources = read("tests/run", "zari");
        for folder in ["tests/ui", "examples", "stdlib", "tests/fuzz"] {
            sources.extend(read(folder, "zari"));
        }
        let vir = read("tests/vir", "vir");
        let binary = |(path, bytes): &(PathBuf, Vec<u8>)| {
            let module = vez_vir::load_module(bytes).ok()?;
            Some((path.clone(), vez_vir::write_binary(&module)))
        };
        let binaries = vir.iter().filter_map(binary).collect();
        Corpus { sources, vir, binaries }
    }

    /// The `index`th damaged input: a tenth binary VIR, two tenths VIR text, the rest source.
    fn damaged(&self, seed: u64, index: u64) -> Damaged {
        let mut rng = Rng::nth(seed ^ 0xDA, index);
        let (kind, from) = match index % 10 {
            9 => (Kind::VirBinary, &self.binaries),
            7 | 8 => (Kind::VirText, &self.vir),
            _ => (Kind::Source, &self.sources),
        };
        if from.is_empty() {
            return Damaged { kind, bytes: Vec::new(), origin: "nothing".to_owned() };
        }
        let (path, input) = rng.pick(from).clone();
        let other = rng.pick(from).1.clone();
        let bytes = mutate(&mut rng, &input, &other);
        Damaged { kind, bytes, origin: path.display().to_string() }
    }
}

/// A range of inputs, in this process.
pub fn child(range: Range, root: &Path) -> ExitCode {
    ways::catch_panics();
    let root = root.to_owned();
    let worker = std::thread::Builder::new().stack_size(256 << 20).spawn(move || {
        let corpus = Corpus::load(&root);
        let scratch = tempfile::Builder::new().suffix(".zari").tempfile()?;
        for index in range.from..range.from + range.count {
            say(&format!("at {index}"));
            let damaged = corpus.damaged(range.seed, index);
            for (stage, run) in stages(&damaged, index, scratch.path()) {
                if let Err(panic) = catch_unwind(AssertUnwindSafe(run)) {
                    let message = ways::one_line(&ui::panic_text(&*panic));
                    save(&root, range.seed, index, &damaged);
                    say(&format!("fail {index} {stage}: {message} at {}", ways::panic_place()));
                }
            }
        }
        Ok::<(), std::io::Error>(())
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

/// What an input is fed to. Results do not matter, only that there is one.
fn stages<'a>(
    damaged: &'a Damaged,
    index: u64,
    scratch: &'a Path,
) -> Vec<(&'static str, Box<dyn FnOnce() + 'a>)> {
    let text = String::from_utf8_lossy(&damaged.bytes).into_owned();
    match damaged.kind {
        Kind::Source => {
            let (parsed, formatted) = (text.clone(), text.clone());
            let mut stages: Vec<(&'static str, Box<dyn FnOnce() + 'a>)> = vec![
                ("lexer", Box::new(move || drop(vez_lex::lex(&text)))),
                ("parser", Box::new(move || drop(vez_parse::parse_file(&parsed, FileId::new(0))))),
                ("formatter", Box::new(move || format_twice(&formatted))),
            ];
            // Checking costs a hundred times as much.
            if index.is_multiple_of(3) {
                stages.push(("checker", Box::new(|| check_file(&damaged.bytes, scratch))));
            }
            stages
        }
        Kind::VirText => vec![(
            "VIR text",
            Box::new(move || {
                if let Ok(module) = vez_vir::load_text(&text) {
                    use_module(&module);
                }
            }),
        )],
        Kind::VirBinary => vec![(
            "VIR binary",
            Box::new(|| {
                if let Ok(module) = vez_vir::load_binary(&damaged.bytes) {
                    use_module(&module);
                }
            }),
        )],
    }
}

/// What the formatter gives for text that parses is stable.
fn format_twice(text: &str) {
    let Ok(once) = format_source(text) else { return };
    match format_source(&once) {
        Ok(twice) => assert!(once == twice, "formatting twice changes it again"),
        Err(_) => panic!("the formatted text does not parse"),
    }
}

fn check_file(bytes: &[u8], scratch: &Path) {
    if std::fs::write(scratch, bytes).is_err() {
        return;
    }
    if let Ok(session) = Session::open(&Input::Path(scratch.to_owned()), BuildCfg::DEV) {
        let checked = check(&session);
        // Rendering looks at every span.
        let (found, sources) = (&checked.diagnostics, session.sources());
        let mut out = Vec::new();
        drop(vez_diag::render_all(found, &sources, vez_driver::Format::Text, false, &mut out));
    }
}

/// What a module that loads must survive: printing, loading again, running for a while.
fn use_module(module: &vez_vir::Module) {
    let text = vez_vir::print_module(module);
    assert!(vez_vir::load_text(&text).is_ok(), "what was printed does not load");
    let limits = Limits { fuel: 100_000, depth: 1_000, memory_bytes: 64 << 20 };
    drop(run_main(module, &["program"], &mut CaptureHost::default(), &limits));
}
