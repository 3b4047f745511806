//! The real library's signatures mean something, and nothing is wrong with them.

use super::items_below;
use crate::collect::{
    adt_def, associated_items, fn_sig, generics_of, impl_header, item_bounds, predicates_of,
    type_of,
};
use std::sync::Arc;
use vez_base::DefKind;
use vez_db::{CrateId, Database, Db, MemorySystem};
use vez_diag::render_all;

#[test]
fn every_signature_of_the_library_is_right() {
    let db = Database::new(Arc::new(MemorySystem::default()));
    let mut items = Vec::new();
    for id in [CrateId::CORE, CrateId::ALLOC, CrateId::STD] {
        items_below(&db, vez_hir::crate_root(&db, id), &mut items);
    }
    let mut wrong = Vec::new();
    for &item in &items {
        let before = wrong.len();
        wrong.extend(crate::check_item(&db, item));
        for diagnostic in &wrong[before..] {
            println!("{item:?} {}: {}", diagnostic.code, diagnostic.message);
        }
        match item.kind() {
            DefKind::Fn | DefKind::AssocFn => {
                fn_sig(&db, item);
            }
            DefKind::Struct | DefKind::Enum | DefKind::Union => {
                adt_def(&db, item);
            }
            DefKind::Impl => {
                impl_header(&db, item);
            }
            DefKind::Trait => {
                for assoc in associated_items(&db, item).iter() {
                    if assoc.def.kind() == DefKind::AssocTy {
                        item_bounds(&db, assoc.def);
                    }
                }
            }
            DefKind::Const | DefKind::Static | DefKind::TypeAlias => {
                type_of(&db, item);
            }
            _ => continue,
        }
        generics_of(&db, item);
        predicates_of(&db, item);
    }
    println!("{} items, {} mistakes", items.len(), wrong.len());
    let _ = (render_all, db.crates());
    assert!(wrong.is_empty(), "{} mistakes", wrong.len());
}
