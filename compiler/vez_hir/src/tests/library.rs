//! The real standard library lowers without a report.

use std::sync::Arc;

use vez_db::{CrateId, Database, MemorySystem};

use super::{everything, render};

#[test]
fn the_library_lowers_without_a_report() {
    let db = Database::new(Arc::new(MemorySystem::default()));
    for id in [CrateId::CORE, CrateId::ALLOC, CrateId::STD] {
        let (_, reports) = everything(&db, id);
        assert_eq!(render(&db, &reports), "");
    }
}
