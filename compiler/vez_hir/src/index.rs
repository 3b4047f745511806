//! Walks over a crate: its modules, and everything in it that has a body.

use std::sync::Arc;

use vez_ast::{FnBody, ItemKind};
use vez_base::{DefId, DefKind};
use vez_db::{CrateId, Db, Subject};

use crate::defs;

/// All modules of a crate, those nested in bodies included, outer ones first.
pub(crate) fn crate_modules(db: &dyn Db, id: CrateId) -> Arc<[DefId]> {
    crate_modules_query(db, Subject::new(db, defs::crate_root(db, id)))
}

#[salsa::tracked(returns(clone))]
fn crate_modules_query<'db>(db: &'db dyn Db, root: Subject<'db>) -> Arc<[DefId]> {
    let mut modules = vec![root.def(db)];
    let mut next = 0;
    while let Some(&module) = modules.get(next) {
        next += 1;
        modules.extend_from_slice(&inner_modules(db, Subject::new(db, module)));
    }
    modules.into()
}

/// The modules directly in one, and those in bodies in it.
#[salsa::tracked(returns(clone))]
fn inner_modules<'db>(db: &'db dyn Db, module: Subject<'db>) -> Arc<[DefId]> {
    let mut modules = Vec::new();
    collect_modules(db, module.def(db), &mut modules);
    modules.into()
}

fn collect_modules(db: &dyn Db, container: DefId, modules: &mut Vec<DefId>) {
    defs::for_each_head(db, container, |def, child| match def.kind() {
        DefKind::Mod => modules.push(def),
        _ if child.head.facts.items_inside => collect_modules(db, def, modules),
        _ => {}
    });
}

/// The items of a module and those nested in them (members, items in bodies), without the insides of its modules.
pub(crate) fn all_items(db: &dyn Db, module: DefId) -> Arc<[DefId]> {
    all_items_query(db, Subject::new(db, module))
}

#[salsa::tracked(returns(clone))]
fn all_items_query<'db>(db: &'db dyn Db, module: Subject<'db>) -> Arc<[DefId]> {
    let mut items = Vec::new();
    collect(db, module.def(db), &mut items);
    items.into()
}

fn collect(db: &dyn Db, container: DefId, items: &mut Vec<DefId>) {
    for &def in defs::children(db, container).iter() {
        items.push(def);
        match def.kind() {
            DefKind::Mod | DefKind::Use | DefKind::Macro | DefKind::Variant => {}
            DefKind::Struct | DefKind::Enum | DefKind::Union => {
                for derived in defs::derived_impls(db, def) {
                    items.push(derived);
                    collect(db, derived, items);
                }
            }
            _ => collect(db, def, items),
        }
    }
}

/// Everything in a crate that has a body of its own: functions, constants, statics. Anonymous constants are met in their owners.
pub fn body_owners(db: &dyn Db, id: CrateId) -> Arc<[DefId]> {
    let mut owners = Vec::new();
    for &module in crate_modules(db, id).iter() {
        owners.extend(all_items(db, module).iter().copied().filter(|&def| has_body(db, def)));
    }
    owners.into()
}

/// Whether a definition's own syntax has a body.
pub(crate) fn has_body(db: &dyn Db, def: DefId) -> bool {
    match def.kind() {
        DefKind::Fn | DefKind::AssocFn | DefKind::Const | DefKind::AssocConst | DefKind::Static => {
        }
        kind => return kind == DefKind::ConstBlock,
    }
    match defs::item_ast(db, def).as_ref().map(|item| &item.kind) {
        Some(ItemKind::Fn(function)) => function.body != FnBody::None,
        Some(ItemKind::Const { value, .. } | ItemKind::Static { value, .. }) => value.is_some(),
        _ => false,
    }
}
