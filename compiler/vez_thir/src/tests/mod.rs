//! Bodies checked against the real library: what is rejected and with which code, what the typed form looks like, and that the library itself
//! is right.

mod accepted;
mod edits;
mod forms;
mod library;
mod rejected;

use std::sync::Arc;

use vez_base::DefId;
use vez_db::{CrateKind, Database, MemorySystem};
use vez_diag::{Diagnostic, Format, render_all};
use vez_hir::DbSources;

/// A database with the library and one program, and the program's bodies.
fn program(source: &str) -> (Database, Arc<[DefId]>) {
    let db = Database::new(Arc::new(MemorySystem::default()));
    let root = db.add_file("main.zari", source);
    let id = db.add_program("main", root, CrateKind::Library);
    let owners = vez_hir::body_owners(&db, id);
    (db, owners)
}

/// What is wrong with the bodies of a program.
fn diagnostics(db: &Database, owners: &[DefId]) -> Vec<Diagnostic> {
    let mut all = Vec::new();
    for &owner in owners {
        all.extend(crate::thir_body(db, owner).diagnostics.iter().cloned());
    }
    all
}

fn render(db: &Database, diagnostics: &[Diagnostic]) -> String {
    let mut out = Vec::new();
    render_all(diagnostics, &DbSources(db), Format::Short, false, &mut out)
        .expect("writing to memory");
    String::from_utf8(out).expect("messages are text")
}
