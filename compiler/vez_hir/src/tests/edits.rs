//! What runs again after an edit.

use std::sync::{Arc, Mutex};

use vez_db::{CrateKind, Database, MemorySystem};

use crate::{children, crate_root, module_diagnostics, signature};

/// The queries of this crate that run while everything of a program is asked for, before and after an edit.
fn runs_after(before: &str, after: &str) -> Vec<String> {
    let log: Arc<Mutex<Vec<String>>> = Arc::default();
    let writer = log.clone();
    let mut db = Database::with_events(Arc::new(MemorySystem::default()), move |event| {
        if let salsa::EventKind::WillExecute { database_key } = event.kind {
            writer.lock().expect("no holder panics").push(format!("{database_key:?}"));
        }
    });
    for library in ["core", "alloc", "std"] {
        let root = db.add_file(format!("{library}.zari"), "");
        db.add_library(library, root);
    }
    let root = db.add_file("main.zari", before);
    let id = db.add_program("program", root, CrateKind::Executable);
    let ask = |db: &Database| {
        let module = crate_root(db, id);
        module_diagnostics(db, module);
        for &def in children(db, module).iter() {
            signature(db, def);
        }
    };
    ask(&db);
    log.lock().expect("no holder panics").clear();
    db.set_text(root, after);
    ask(&db);
    let mut names: Vec<String> = log.lock().expect("no holder panics").clone();
    names.iter_mut().for_each(|name| name.truncate(name.find('(').unwrap_or(name.len())));
    names.sort();
    names
}

#[test]
fn a_line_above_runs_nothing_but_the_parser() {
    let runs = runs_after("fn f() { 1; }\nfn g() { f(); }", "\n\nfn f() { 1; }\nfn g() { f(); }");
    assert!(!runs.iter().any(|name| name == "signature_query"), "{runs:?}");
}
