//! What is checked again after an edit.

use std::sync::{Arc, Mutex};

use vez_db::{CrateKind, Database, MemorySystem};

/// How many bodies of a program are checked when all are asked for, after an edit.
fn checks_after(before: &str, after: &str) -> usize {
    let count: Arc<Mutex<usize>> = Arc::default();
    let counter = count.clone();
    let mut db = Database::with_events(Arc::new(MemorySystem::default()), move |event| {
        if let salsa::EventKind::WillExecute { database_key } = event.kind
            && format!("{database_key:?}").starts_with("thir_query")
        {
            *counter.lock().expect("no holder panics") += 1;
        }
    });
    for library in ["core", "alloc", "std"] {
        let root = db.add_file(format!("{library}.zari"), "");
        db.add_library(library, root);
    }
    let root = db.add_file("main.zari", before);
    let id = db.add_program("program", root, CrateKind::Library);
    let ask = |db: &Database| {
        for &owner in vez_hir::body_owners(db, id).iter() {
            crate::thir_body(db, owner);
        }
    };
    ask(&db);
    *count.lock().expect("no holder panics") = 0;
    db.set_text(root, after);
    ask(&db);
    *count.lock().expect("no holder panics")
}

#[test]
fn a_body_edit_checks_no_other_body() {
    let before = "fn f() { 1; }\nfn g() { f(); }";
    assert_eq!(checks_after(before, "fn f() { 12; }\nfn g() { f(); }"), 1);
}

#[test]
fn a_line_above_checks_nothing() {
    let before = "fn f() { 1; }\nfn g() { f(); }";
    assert_eq!(checks_after(before, &format!("\n\n{before}")), 0);
}

#[test]
fn a_signature_edit_checks_its_callers() {
    let before = "fn f() { 1; }\nfn g() { f(); }\nfn h() {}";
    assert_eq!(checks_after(before, "fn f(_: u8) { 1; }\nfn g() { f(); }\nfn h() {}"), 2);
}
