//! Programs that are wrong or right; what is expected was compared with rustc.

use std::sync::Arc;
use vez_base::DefId;
use vez_db::{CrateKind, Database, MemorySystem, stdlib_path};
use vez_diag::Diagnostic;

/// What programs need of `std`, over the real `core` and `alloc`.
const STD: &str = r#"
pub mod prelude { pub mod v1 { pub use alloc::prelude::*; } }
pub use alloc::{boxed, string, vec};
pub use core::{cell, fmt, iter, mem, ops, option};
"#;

/// Blocks of `# code` and a program.
const PROGRAMS: &str = include_str!("programs.txt");

fn database() -> Database {
    let db = Database::bare(Arc::new(MemorySystem::default()));
    for library in ["core", "alloc"] {
        let root = db.open(stdlib_path(&format!("{library}/lib.zari"))).expect("it is embedded");
        db.add_library(library, root);
    }
    let root = db.add_file("std.zari", STD);
    db.add_library("std", root);
    db
}

/// Everything reported for a body and the closures in it.
fn check(db: &Database, owner: DefId) -> Vec<Diagnostic> {
    let typed = vez_thir::thir_body(db, owner);
    let mut found = typed.diagnostics.clone();
    let closures = typed.value.closures.iter().map(|closure| closure.def);
    for body in std::iter::once(owner).chain(closures) {
        found.extend(crate::borrowck(db, body).iter().cloned());
        let built = &vez_mir::mir_built(db, body);
        assert_eq!(vez_mir::verify::storage_errors(built), Vec::<String>::new());
        vez_mir::mir_body(db, body);
    }
    found.retain(Diagnostic::is_error);
    found
}

/// One module a program, so that the library is analysed once.
#[test]
fn programs_get_the_codes_that_rustc_gives_them() {
    let db = database();
    let mut text = String::new();
    let mut programs = Vec::new();
    for (index, block) in PROGRAMS.split("# ").skip(1).enumerate() {
        let (expected, source) = block.split_once('\n').expect("a code, then the program");
        text.push_str(&format!("mod p{index} {{ {source} }}\n"));
        programs.push((expected, source, Vec::new()));
    }
    let root = db.add_file("main.zari", &text);
    let program = db.add_program("program", root, CrateKind::Executable);
    for &owner in vez_hir::body_owners(&db, program).iter() {
        let module = owner.ancestors().map(DefId::name).find_map(|name| {
            name.as_str().strip_prefix('p').and_then(|index| index.parse::<usize>().ok())
        });
        if let Some(index) = module {
            programs[index].2.extend(check(&db, owner));
        }
    }
    let mut wrong = Vec::new();
    for (expected, source, found) in programs {
        let mut codes: Vec<&str> = found.iter().map(|d: &Diagnostic| d.code.as_str()).collect();
        codes.sort_unstable();
        codes.dedup();
        let as_expected = match expected {
            "ok" => codes.is_empty(),
            code => codes == [code],
        };
        if !as_expected {
            let messages: Vec<&str> = found.iter().map(|d| d.message.as_str()).collect();
            wrong.push(format!("{expected}: {codes:?} {messages:?}\n    {}", source.trim()));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
