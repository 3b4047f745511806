//! Items by name: of the impls of one type form, and of the traits in scope.

use crate::collect::{AssocKind, associated_items};
use std::sync::Arc;
use vez_base::{DefId, DefKind, FxHashMap, Name};
use vez_db::{CrateId, Db, Subject};
use vez_hir::ImplHead;

/// The functions and constants of a type form's inherent impls, by name.
pub(super) type NameIndex = FxHashMap<Name, Vec<(DefId, DefId)>>;

#[salsa::tracked(returns(ref))]
fn inherent_query<'db>(db: &'db dyn Db, _key: Subject<'db>, head: ImplHead) -> NameIndex {
    let mut index = NameIndex::default();
    for &impl_ in vez_hir::inherent_impl_candidates(db, head).iter() {
        for &item in vez_hir::children(db, impl_).iter() {
            if is_value(item) {
                index.entry(item.name()).or_default().push((impl_, item));
            }
        }
    }
    index
}

fn is_value(item: DefId) -> bool {
    matches!(item.kind(), DefKind::AssocFn | DefKind::AssocConst)
}

/// The inherent items of types of this form.
pub(super) fn inherent_items(db: &dyn Db, head: ImplHead) -> &NameIndex {
    let key = match head {
        ImplHead::Adt(def) | ImplHead::Dyn(def) => def,
        _ => vez_hir::crate_root(db, CrateId::CORE),
    };
    inherent_query(db, Subject::new(db, key), head)
}

/// The items of all traits in scope of a module, by name: (trait, item).
#[salsa::tracked(returns(ref))]
fn module_query<'db>(db: &'db dyn Db, module: Subject<'db>) -> NameIndex {
    let mut index = NameIndex::default();
    for &trait_ in vez_hir::traits_in_scope(db, module.def(db)).iter() {
        for item in associated_items(db, trait_).iter() {
            if item.kind != AssocKind::Type {
                index.entry(item.name).or_default().push((trait_, item.def));
            }
        }
    }
    index
}

/// Where a method is called from: which traits are in scope, and what is visible.
pub struct ProbeScope<'db> {
    pub(super) db: &'db dyn Db,
    /// The item the call stands in.
    pub from: DefId,
    module: &'db NameIndex,
    /// Traits in scope of the body but not of its module.
    extra: Vec<DefId>,
}

impl<'db> ProbeScope<'db> {
    /// The scope of an item's body. Make one a body.
    pub fn of(db: &'db dyn Db, from: DefId) -> ProbeScope<'db> {
        let module = vez_hir::module_of(db, from);
        let of_module: Arc<[DefId]> = vez_hir::traits_in_scope(db, module);
        let of_body: Arc<[DefId]> = vez_hir::traits_in_scope(db, from);
        let mut extra = Vec::new();
        if of_module != of_body {
            extra.extend(of_body.iter().copied().filter(|def| !of_module.contains(def)));
        }
        ProbeScope { db, from, module: module_query(db, Subject::new(db, module)), extra }
    }

    /// The items of this name of traits in scope: (trait, item).
    pub(super) fn trait_items(&self, name: Name) -> impl Iterator<Item = (DefId, DefId)> {
        let of_module = self.module.get(&name).into_iter().flatten().copied();
        let of_extra = self.extra.iter().flat_map(move |&trait_| {
            let items = associated_items(self.db, trait_).named(name);
            let items = items.filter(|item| item.kind != AssocKind::Type);
            items.map(move |item| (trait_, item.def))
        });
        of_module.chain(of_extra)
    }

    /// All names of items of traits in scope, for suggestions.
    pub(super) fn trait_names(&self) -> impl Iterator<Item = Name> {
        self.module.keys().copied()
    }

    pub(super) fn can_see(&self, item: DefId) -> bool {
        vez_hir::is_accessible(self.db, vez_hir::visibility(self.db, item), self.from)
    }
}
