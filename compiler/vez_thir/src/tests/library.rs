//! Every body of the standard library checks.

use std::sync::Arc;

use vez_db::{CrateId, Database, MemorySystem};

#[test]
fn every_body_of_the_library_is_right() {
    let db = Database::new(Arc::new(MemorySystem::default()));
    let mut wrong = Vec::new();
    for id in [CrateId::CORE, CrateId::ALLOC, CrateId::STD] {
        let owners = vez_hir::body_owners(&db, id);
        wrong.extend(super::diagnostics(&db, &owners));
        for &owner in owners.iter() {
            let poisoned = crate::thir_body(&db, owner).value.poisoned;
            assert!(!poisoned || !wrong.is_empty(), "{owner:?} is poisoned without a reason");
        }
    }
    assert!(wrong.is_empty(), "{}", super::render(&db, &wrong));
}
