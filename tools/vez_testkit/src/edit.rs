//! `tests/edit`: what runs again after an edit.
//!
//! A block ```` ```zari ```` is the program, each one after it the whole program after an edit. A block ```` ```queries ```` behind it
//! lists every query that ran again when everything was asked for, with how often. `VEZ_BLESS=1` rewrites the lists.

use crate::files_below;
use crate::markdown::{Block, blocks};
use crate::report::Report;
use rayon::prelude::*;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use vez_base::FileId;
use vez_db::{CrateKind, Database, OsSystem};
use vez_driver::{BuildCfg, Session, check};

pub fn run(root: &Path, filter: &str) -> Report {
    let files = files_below(&root.join("tests/edit"), &["md"], filter);
    let outcome = |path: &PathBuf| {
        let name = path.strip_prefix(root).unwrap_or(path).display().to_string();
        (name, check_script(path))
    };
    Report::of(files.par_iter().map(outcome).collect())
}

fn check_script(path: &Path) -> Result<(), String> {
    let text = std::fs::read_to_string(path).map_err(|error| error.to_string())?;
    let blocks = blocks(&text);
    let mut script = Script::new();
    let mut wrong: Vec<(&Block, String)> = Vec::new();
    let mut ran = String::new();
    for block in &blocks {
        match block.info.as_str() {
            "zari" => ran = script.edit(&block.text),
            "queries" if block.text != ran => wrong.push((block, ran.clone())),
            _ => {}
        }
    }
    if wrong.is_empty() {
        return Ok(());
    }
    if std::env::var_os("VEZ_BLESS").is_some() {
        return std::fs::write(path, rewritten(&text, &wrong)).map_err(|error| error.to_string());
    }
    let reports = wrong.iter().map(|(block, ran)| {
        let line = block.lines.0 + 1;
        format!("line {line}: expected\n{}but these ran again\n{ran}", block.text)
    });
    Err(reports.collect::<Vec<_>>().join("\n"))
}

/// The file with other lists in the blocks.
fn rewritten(text: &str, changes: &[(&Block, String)]) -> String {
    let mut out = String::new();
    for (number, line) in text.lines().enumerate() {
        let inside =
            |&&(block, _): &&(&Block, String)| block.lines.0 < number && number < block.lines.1;
        if changes.iter().find(inside).is_some() {
            continue;
        }
        out.push_str(line);
        out.push('\n');
        if let Some((_, list)) = changes.iter().find(|(block, _)| block.lines.0 == number) {
            out.push_str(list);
        }
    }
    out
}

/// A session whose one file is edited.
struct Script {
    open: Option<(Session, FileId)>,
    log: Arc<Mutex<BTreeMap<String, usize>>>,
}

impl Script {
    fn new() -> Script {
        Script { open: None, log: Arc::default() }
    }

    fn open(&self, text: &str) -> (Session, FileId) {
        let writer = self.log.clone();
        let db = Database::with_events(Arc::new(OsSystem), move |event| {
            if let salsa::EventKind::WillExecute { database_key } = event.kind {
                let key = format!("{database_key:?}");
                let name = key.split('(').next().unwrap_or_default().to_owned();
                *writer.lock().expect("no holder panics").entry(name).or_default() += 1;
            }
        });
        db.add_stdlib();
        let file = db.add_file("main.zari", text);
        (Session::over(db, "main".to_owned(), file, CrateKind::Executable, BuildCfg::DEV), file)
    }

    /// Sets the text, asks for everything, and lists what ran.
    fn edit(&mut self, text: &str) -> String {
        let (session, _) = match self.open.take() {
            None => self.open.insert(self.open(text)),
            Some((mut session, file)) => {
                session.db.set_text(file, text);
                self.open.insert((session, file))
            }
        };
        self.log.lock().expect("no holder panics").clear();
        check(session);
        let log = self.log.lock().expect("no holder panics");
        log.iter().map(|(name, count)| format!("{count} {name}\n")).collect()
    }
}
