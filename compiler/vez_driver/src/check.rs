//! Everything that is wrong with a crate, in one pass.

use crate::session::Session;
use vez_base::{DefId, DefKind};
use vez_db::Db;
use vez_diag::{Diagnostic, Severity};

/// What checking found.
#[derive(Clone, Debug, Default)]
pub struct Checked {
    pub diagnostics: Vec<Diagnostic>,
}

impl Checked {
    /// Whether the program may not be built.
    pub fn has_errors(&self) -> bool {
        self.diagnostics.iter().any(|d| d.severity == Severity::Error)
    }
}

/// Checks the session's crate: syntax, names, types, moves and borrows.
pub fn check(session: &Session) -> Checked {
    let db = &session.db;
    let mut found = Vec::new();
    let root = vez_hir::crate_root(db, session.user);
    check_modules(db, root, &mut found);
    found.extend(vez_hir::main_diagnostics(db, session.user));
    for &def in vez_hir::body_owners(db, session.user).iter() {
        check_body(db, def, &mut found);
    }
    Checked { diagnostics: found }
}

/// Syntax, scopes and signatures of a module and those inside it.
fn check_modules(db: &dyn Db, module: DefId, found: &mut Vec<Diagnostic>) {
    found.extend(vez_hir::module_diagnostics(db, module).iter().cloned());
    for &def in vez_hir::children(db, module).iter() {
        if def.kind() == DefKind::Mod {
            check_modules(db, def, found);
        } else {
            check_items(db, def, found);
        }
    }
}

fn check_items(db: &dyn Db, def: DefId, found: &mut Vec<Diagnostic>) {
    let signature = vez_hir::signature(db, def);
    found.extend(signature.diagnostics.iter().cloned());
    // What is wrong as written would be wrong again as types.
    if !signature.has_errors() {
        found.extend(vez_traits::check_item(db, def));
    }
    let is_type = matches!(def.kind(), DefKind::Struct | DefKind::Enum | DefKind::Union);
    let derived = if is_type { vez_hir::derived_impls(db, def) } else { Vec::new() };
    for &child in vez_hir::children(db, def).iter().chain(&derived) {
        if child.kind() == DefKind::Mod {
            check_modules(db, child, found);
        } else {
            check_items(db, child, found);
        }
    }
}

/// One body, as far as it makes sense: no types after unresolved names, no borrows after wrong types.
fn check_body(db: &dyn Db, def: DefId, found: &mut Vec<Diagnostic>) {
    found.extend(vez_hir::body(db, def).diagnostics.iter().cloned());
    let thir = vez_thir::thir_body(db, def);
    found.extend(thir.diagnostics.iter().cloned());
    if !thir.value.poisoned {
        found.extend(vez_borrow::borrowck(db, def).iter().cloned());
    }
}
