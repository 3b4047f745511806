//! Reports of modules.
use std::sync::Arc;
use vez_base::DefId;
use vez_db::Db;
use vez_diag::Diagnostic;
/// Reports outside of signatures and bodies.
pub fn module_diagnostics(_db: &dyn Db, _module: DefId) -> Arc<Vec<Diagnostic>> {
    Arc::default()
}

pub(crate) fn defines_macro(_db: &dyn Db, _root: DefId, _name: vez_base::Name) -> bool { false }
