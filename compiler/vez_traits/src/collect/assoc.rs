//! The associated items of traits and impls.

use vez_base::{DefId, DefKind, FxHashMap, Name};
use vez_db::{Db, Subject};
use vez_hir as hir;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum AssocKind {
    Fn,
    Const,
    Type,
}

/// A function, constant or type of a trait or impl.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AssocItem {
    pub def: DefId,
    pub name: Name,
    pub kind: AssocKind,
    /// The trait or impl.
    pub owner: DefId,
}

impl AssocItem {
    /// A function with a receiver.
    pub fn has_self(&self, db: &dyn Db) -> bool {
        self.kind == AssocKind::Fn && super::fn_has_self(db, self.def)
    }

    /// It has a body or value: in a trait, impls may leave it out.
    pub fn has_value(&self, db: &dyn Db) -> bool {
        match &hir::signature(db, self.def).value.kind {
            hir::SignatureKind::Fn(sig) => sig.has_body,
            hir::SignatureKind::Alias { ty, .. } => ty.is_some(),
            hir::SignatureKind::Const { has_value, .. } => *has_value,
            _ => false,
        }
    }
}

/// The items of one trait or impl, in their order in the text.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct AssocItems {
    items: Vec<AssocItem>,
    by_name: FxHashMap<Name, Vec<u32>>,
}

impl AssocItems {
    pub fn iter(&self) -> std::slice::Iter<'_, AssocItem> {
        self.items.iter()
    }

    pub fn named(&self, name: Name) -> impl Iterator<Item = &AssocItem> {
        self.by_name.get(&name).into_iter().flatten().map(|&index| &self.items[index as usize])
    }

    pub fn find(&self, name: Name, kind: AssocKind) -> Option<&AssocItem> {
        self.named(name).find(|item| item.kind == kind)
    }

    pub fn of_kind(&self, kind: AssocKind) -> impl Iterator<Item = &AssocItem> {
        self.items.iter().filter(move |item| item.kind == kind)
    }
}

fn kind_of(def: DefId) -> Option<AssocKind> {
    match def.kind() {
        DefKind::AssocFn => Some(AssocKind::Fn),
        DefKind::AssocConst => Some(AssocKind::Const),
        DefKind::AssocTy => Some(AssocKind::Type),
        _ => None,
    }
}

#[salsa::tracked(returns(ref))]
fn items_query<'db>(db: &'db dyn Db, owner: Subject<'db>) -> AssocItems {
    let owner = owner.def(db);
    let mut all = AssocItems::default();
    for &def in hir::children(db, owner).iter() {
        let Some(kind) = kind_of(def) else { continue };
        let index = all.items.len() as u32;
        all.by_name.entry(def.name()).or_default().push(index);
        all.items.push(AssocItem { def, name: def.name(), kind, owner });
    }
    all
}

/// What a trait declares or an impl defines.
pub fn associated_items(db: &dyn Db, owner: DefId) -> &AssocItems {
    items_query(db, Subject::new(db, owner))
}

/// An associated item by its definition.
pub fn assoc_item(db: &dyn Db, def: DefId) -> Option<&AssocItem> {
    let kind = kind_of(def)?;
    let items = associated_items(db, def.parent_def()?);
    items.named(def.name()).find(|item| item.def == def && item.kind == kind)
}
