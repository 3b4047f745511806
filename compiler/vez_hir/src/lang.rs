//! What the compiler knows of the standard library: `#[lang]` items, and a few by their path.

use std::sync::Arc;

use vez_base::{DefId, DefKind, FxHashMap, Name};
use vez_db::{CrateId, Db, Subject};

use crate::data::Res;
use crate::scope::{self, Ns};
use crate::{attrs, defs, index};

/// The definition marked `#[lang = "name"]`.
pub fn lang_item(db: &dyn Db, name: Name) -> Option<DefId> {
    db.crates().get(CrateId::CORE.0 as usize)?;
    let root = defs::crate_root(db, CrateId::CORE);
    lang_items_query(db, Subject::new(db, root)).get(&name).copied()
}

/// All of them. The key is `core`'s root, since a query needs one.
#[salsa::tracked(returns(clone))]
fn lang_items_query<'db>(db: &'db dyn Db, _core: Subject<'db>) -> Arc<FxHashMap<Name, DefId>> {
    let mut items = FxHashMap::default();
    for id in [CrateId::CORE, CrateId::ALLOC, CrateId::STD] {
        if db.crates().get(id.0 as usize).is_none_or(|data| !data.is_stdlib) {
            continue;
        }
        for &module in index::crate_modules(db, id).iter() {
            for (name, def) in module_lang_items(db, Subject::new(db, module)).iter() {
                items.entry(*name).or_insert(*def);
            }
        }
    }
    Arc::new(items)
}

#[salsa::tracked(returns(clone))]
fn module_lang_items<'db>(db: &'db dyn Db, subject: Subject<'db>) -> Arc<Vec<(Name, DefId)>> {
    let mut found = Vec::new();
    collect(db, subject.def(db), &mut found);
    Arc::new(found)
}

fn collect(db: &dyn Db, container: DefId, found: &mut Vec<(Name, DefId)>) {
    let add = |def: DefId, found: &mut Vec<(Name, DefId)>| {
        if let Some(name) = attrs::lang_attr(db, def) {
            found.push((name, def));
        }
    };
    if container.kind() == DefKind::Enum {
        return defs::children(db, container).iter().for_each(|&def| add(def, found));
    }
    defs::for_each_head(db, container, |def, child| {
        let facts = child.head.facts;
        if facts.lang || facts.cfg {
            add(def, found);
        }
        let inside = matches!(def.kind(), DefKind::Impl | DefKind::Trait | DefKind::Enum);
        if inside && facts.lang_inside {
            collect(db, def, found);
        }
    });
}

/// A library item by its path from a crate's name: `core::fmt::Arguments`.
pub fn known_item(db: &dyn Db, path: &str) -> Option<DefId> {
    let mut steps = path.split("::");
    let library = match steps.next()? {
        "core" => CrateId::CORE,
        "alloc" => CrateId::ALLOC,
        _ => CrateId::STD,
    };
    db.crates().get(library.0 as usize).filter(|data| data.is_stdlib)?;
    let mut at = Res::Def(defs::crate_root(db, library));
    let mut steps = steps.peekable();
    while let Some(step) = steps.next() {
        let name = Name::new(step);
        let types = || scope::lookup_in(db, at, name, Ns::Types);
        let found = match steps.peek() {
            Some(_) => types(),
            None => scope::lookup_in(db, at, name, Ns::Values).or_else(types),
        };
        at = found?.res;
    }
    match at {
        Res::Def(def) => Some(def),
        _ => None,
    }
}
