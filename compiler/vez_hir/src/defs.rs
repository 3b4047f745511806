//! The tree of definitions: from a `DefId` to its syntax, its children, its module and crate.
//!
//! A definition is found through its parent: [`children`] numbers what stands in one, [`item_ast`] goes one step down. Both stop an edit's
//! effect where the text is the same. Knows no scopes.

use std::sync::Arc;

use vez_ast::{self as ast, Child, Item, ItemKind, ItemTag, VariantData};
use vez_base::{DefId, DefKey, DefKind, DefParent, FxHashMap, Name, Span, TextRange, name};
use vez_db::{Crate, CrateId, Db, Subject, parse, source_file};

use crate::attrs::Cfg;
use crate::data::Visibility;
use crate::{derive, modules};

/// What a crate index finds no crate for is a definition of a database that is gone.
pub(crate) fn crate_data(db: &dyn Db, def: DefId) -> &Crate {
    &db.crates()[crate_of(db, def).0 as usize]
}

/// The crate a definition belongs to.
pub fn crate_of(db: &dyn Db, def: DefId) -> CrateId {
    let file = def.file();
    let found = db.crates().iter().find(|(_, data)| data.root == file);
    CrateId(found.expect("definitions are made under their crate's root file").0 as u32)
}

/// The root module of a crate.
pub fn crate_root(db: &dyn Db, id: CrateId) -> DefId {
    let data = &db.crates()[id.0 as usize];
    DefId::intern(DefKey {
        parent: DefParent::File(data.root),
        kind: DefKind::Mod,
        name: data.name,
        disambiguator: 0,
    })
}

/// The module a definition stands in; a module's own is itself.
pub fn module_of(_db: &dyn Db, def: DefId) -> DefId {
    def.ancestors().find(|def| def.kind() == DefKind::Mod).expect("the root is a module")
}

/// A child of `parent`, by the other parts of its key.
pub(crate) fn child(parent: DefId, kind: DefKind, name: Name, disambiguator: u32) -> DefId {
    DefId::intern(DefKey { parent: DefParent::Def(parent), kind, name, disambiguator })
}

/// The definitions directly in one, and where each stands in its syntax.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct ChildTable {
    /// In the order of the text; those that `cfg` leaves out are missing.
    pub(crate) defs: Arc<[DefId]>,
    /// Where each stands in the AST's children; variants: in the enum's variants.
    indices: Box<[u32]>,
    index: FxHashMap<DefId, u32>,
}

impl ChildTable {
    pub(crate) fn position(&self, def: DefId) -> Option<usize> {
        self.index.get(&def).map(|&index| index as usize)
    }

    fn build(entries: Vec<(DefId, u32)>) -> ChildTable {
        let defs = entries.iter().map(|&(def, _)| def).collect();
        let indices = entries.iter().map(|&(_, index)| index).collect();
        ChildTable { defs, indices, index: entries.into_iter().collect() }
    }
}

/// What stands directly in a definition: a module's items, the members of impls, traits and extern blocks, an enum's variants, items nested in a body.
pub fn children(db: &dyn Db, def: DefId) -> Arc<[DefId]> {
    child_table(db, def).defs.clone()
}

/// [`children`] of a module.
pub fn module_items(db: &dyn Db, module: DefId) -> Arc<[DefId]> {
    children(db, module)
}

pub(crate) fn child_table(db: &dyn Db, def: DefId) -> Arc<ChildTable> {
    child_table_query(db, Subject::new(db, def))
}

#[salsa::tracked(returns(clone))]
fn child_table_query<'db>(db: &'db dyn Db, subject: Subject<'db>) -> Arc<ChildTable> {
    let def = subject.def(db);
    let cfg = Cfg::of(db, def);
    let table = match def.kind() {
        DefKind::Mod => with_module_children(db, def, |children| number(def, children, cfg)),
        DefKind::Enum => match item_ast(db, def) {
            Some(item) => variants(def, &item),
            None => ChildTable::default(),
        },
        _ => match item_ast(db, def) {
            Some(item) => number(def, &item.children, cfg),
            None => ChildTable::default(),
        },
    };
    Arc::new(table)
}

/// Calls `f` with what is written in a module, inline or in its file.
pub(crate) fn with_module_children<R>(
    db: &dyn Db,
    module: DefId,
    f: impl FnOnce(&[Child]) -> R,
) -> R {
    match modules::module_file(db, module) {
        Some(file) => f(&parse(db, source_file(db, file)).file.items),
        None => match item_ast(db, module) {
            Some(item) => f(&item.children),
            None => f(&[]),
        },
    }
}

fn number(parent: DefId, children: &[Child], cfg: Cfg) -> ChildTable {
    let mut entries = Vec::with_capacity(children.len());
    let mut seen: FxHashMap<(DefKind, Name, u32), u32> = FxHashMap::default();
    for (index, child_ast) in children.iter().enumerate() {
        let head = &child_ast.head;
        let Some(kind) = def_kind(parent.kind(), head.tag) else { continue };
        if head.facts.cfg && !cfg.enables(&child_ast.item().attrs) {
            continue;
        }
        // Unnamed items are told apart by what they say, so that inserting one renumbers no other.
        let unnamed = matches!(kind, DefKind::Impl | DefKind::Use | DefKind::ExternBlock);
        let item_name = if unnamed { name::EMPTY } else { head.name.name };
        let count = seen.entry((kind, item_name, head.hash)).or_default();
        let disambiguator = head.hash.wrapping_add(*count);
        entries.push((child(parent, kind, item_name, disambiguator), index as u32));
        *count += 1;
    }
    ChildTable::build(entries)
}

fn variants(parent: DefId, item: &Item) -> ChildTable {
    let ItemKind::Enum { variants, .. } = &item.kind else { return ChildTable::default() };
    let mut seen: FxHashMap<Name, u32> = FxHashMap::default();
    let mut entries = Vec::with_capacity(variants.len());
    for (index, variant) in variants.iter().enumerate() {
        let count = seen.entry(variant.name.name).or_default();
        let def = child(parent, DefKind::Variant, variant.name.name, *count);
        entries.push((def, index as u32));
        *count += 1;
    }
    ChildTable::build(entries)
}

fn def_kind(parent: DefKind, tag: ItemTag) -> Option<DefKind> {
    let member = matches!(parent, DefKind::Impl | DefKind::Trait);
    Some(match tag {
        ItemTag::Fn if member => DefKind::AssocFn,
        ItemTag::Fn => DefKind::Fn,
        ItemTag::Struct { .. } => DefKind::Struct,
        ItemTag::Enum => DefKind::Enum,
        ItemTag::Union => DefKind::Union,
        ItemTag::Trait => DefKind::Trait,
        ItemTag::Impl => DefKind::Impl,
        ItemTag::TypeAlias if member => DefKind::AssocTy,
        ItemTag::TypeAlias => DefKind::TypeAlias,
        ItemTag::Const if member => DefKind::AssocConst,
        ItemTag::Const => DefKind::Const,
        ItemTag::Static => DefKind::Static,
        ItemTag::Mod => DefKind::Mod,
        ItemTag::Use | ItemTag::ExternCrate => DefKind::Use,
        ItemTag::ExternBlock => DefKind::ExternBlock,
        ItemTag::MacroRules | ItemTag::MacroCall => DefKind::Macro,
        ItemTag::Error => return None,
    })
}

/// Calls `f` with every definition directly in one that is no enum, and the outside of its syntax.
pub(crate) fn for_each_head(db: &dyn Db, container: DefId, mut f: impl FnMut(DefId, &Child)) {
    let table = child_table(db, container);
    let mut walk = |children: &[Child]| {
        for (&def, &index) in table.defs.iter().zip(&table.indices[..]) {
            if let Some(child) = children.get(index as usize) {
                f(def, child);
            }
        }
    };
    match container.kind() {
        DefKind::Mod => with_module_children(db, container, walk),
        DefKind::Enum => {}
        _ => {
            if let Some(item) = item_ast(db, container) {
                walk(&item.children);
            }
        }
    }
}

/// The syntax of a definition. Variants, closures and anonymous constants have none of their own, nor has a crate's root.
pub fn item_ast(db: &dyn Db, def: DefId) -> Option<Arc<Item>> {
    match def.kind() {
        DefKind::Variant | DefKind::Closure | DefKind::Promoted | DefKind::ConstBlock => None,
        _ => item_ast_query(db, Subject::new(db, def)),
    }
}

#[salsa::tracked(returns(clone))]
fn item_ast_query<'db>(db: &'db dyn Db, subject: Subject<'db>) -> Option<Arc<Item>> {
    let def = subject.def(db);
    let parent = def.parent_def()?;
    if is_derived_impl(def) {
        return Some(Arc::new(derive::expand(&*item_ast(db, parent)?, parent, def.name())));
    }
    let index = child_table(db, parent).position(def)?;
    let item = match parent.kind() {
        DefKind::Mod => with_module_children(db, parent, |children| {
            children.get(index).map(|child| child.item().clone())
        }),
        _ => item_ast(db, parent)?.children.get(index).map(|child| child.item().clone()),
    }?;
    Some(Cfg::of(db, def).strip(item))
}

/// Whether an impl was made by `derive`: it stands in its type.
pub(crate) fn is_derived_impl(def: DefId) -> bool {
    let in_type =
        |parent: DefId| matches!(parent.kind(), DefKind::Struct | DefKind::Enum | DefKind::Union);
    def.kind() == DefKind::Impl && def.parent_def().is_some_and(in_type)
}

/// The impls that a type's `derive` attributes make.
pub fn derived_impls(db: &dyn Db, def: DefId) -> Vec<DefId> {
    derived_by(def, &crate::attrs::derives(db, def))
}

/// The impls that these words of a type's `derive` attributes make.
pub(crate) fn derived_by(def: DefId, words: &[Name]) -> Vec<DefId> {
    let mut impls = Vec::new();
    for trait_name in words.iter().map(|&word| crate::attrs::last_segment(word)) {
        let derived = child(def, DefKind::Impl, trait_name, 0);
        if derive::is_known(trait_name) && !impls.contains(&derived) {
            impls.push(derived);
        }
    }
    impls
}

/// The member of an impl, trait or extern block with this name, in the type or value namespace.
pub fn member(db: &dyn Db, container: DefId, name: Name, is_type: bool) -> Option<DefId> {
    let of_kind = |def: &DefId| (def.kind() == DefKind::AssocTy) == is_type;
    children(db, container).iter().copied().find(|def| def.name() == name && of_kind(def))
}

/// The variant of an enum with this name.
pub fn variant(db: &dyn Db, def: DefId, name: Name) -> Option<DefId> {
    let first = child(def, DefKind::Variant, name, 0);
    child_table(db, def).position(first).map(|_| first)
}

/// A variant's syntax in its enum's.
pub(crate) fn variant_ast<'i>(
    db: &dyn Db,
    item: &'i Item,
    variant: DefId,
) -> Option<&'i ast::Variant> {
    let ItemKind::Enum { variants, .. } = &item.kind else { return None };
    variants.get(child_table(db, variant.parent_def()?).position(variant)?)
}

/// The shape of a struct or variant.
pub(crate) fn variant_data(db: &dyn Db, def: DefId) -> Option<ctor::Shape> {
    let owner = if def.kind() == DefKind::Variant { def.parent_def()? } else { def };
    let item = item_ast(db, owner)?;
    match &item.kind {
        ItemKind::Struct { data, .. } => Some(ctor::Shape::of(data)),
        ItemKind::Enum { .. } => variant_ast(db, &item, def).map(|v| ctor::Shape::of(&v.data)),
        _ => None,
    }
}

/// Whether all fields of a tuple struct may be used in `from`: its constructor is as visible as the least visible of them.
pub(crate) fn constructor_visible(db: &dyn Db, def: DefId, from: DefId) -> bool {
    if from.ancestors().any(|outer| outer == module_of(db, def)) {
        return true;
    }
    let Some(item) = item_ast(db, def) else { return true };
    let ItemKind::Struct { data: VariantData::Tuple(fields), .. } = &item.kind else { return true };
    fields.iter().all(|field| is_accessible(db, lower_visibility(db, field.vis, def), from))
}

pub(crate) mod ctor {
    //! Shapes of structs and variants, as name resolution needs them.
    use super::*;

    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub(crate) enum Shape {
        Unit,
        Tuple,
        Struct,
    }

    impl Shape {
        pub(crate) fn of(data: &VariantData) -> Shape {
            match data {
                VariantData::Unit => Shape::Unit,
                VariantData::Tuple(_) => Shape::Tuple,
                VariantData::Struct(_) => Shape::Struct,
            }
        }
    }
}

/// The span of an item's name, or of the whole of what has none.
pub fn name_span(db: &dyn Db, def: DefId) -> Span {
    if def.kind() == DefKind::Variant {
        let parent = def.parent_def().expect("a variant stands in its enum");
        let item = item_ast(db, parent);
        let variant = item.as_ref().and_then(|item| variant_ast(db, item, def));
        return variant.map_or(Span::DUMMY, |variant| Span::new(parent, variant.name.span));
    }
    match item_ast(db, def) {
        Some(item) if !item.name.name.is_empty() => Span::new(def, item.name.span),
        Some(item) => Span::new(def, TextRange::new(0, item.len)),
        None => match def.parent() {
            DefParent::File(file) => Span::new(file, TextRange::empty(0)),
            DefParent::Def(parent) => name_span(db, parent),
        },
    }
}

/// From where a definition may be used.
pub fn visibility(db: &dyn Db, def: DefId) -> Visibility {
    let Some(parent) = def.parent_def() else { return Visibility::Public };
    match def.kind() {
        DefKind::Variant => return visibility(db, parent),
        DefKind::Closure | DefKind::Promoted | DefKind::ConstBlock => {
            return Visibility::In(module_of(db, def));
        }
        _ => {}
    }
    match parent.kind() {
        // A trait's items are as visible as the trait.
        DefKind::Trait => visibility(db, parent),
        DefKind::Impl if impl_has_trait(db, parent) => Visibility::Public,
        _ => match item_ast(db, def) {
            Some(item) => lower_visibility(db, item.vis, parent),
            None => Visibility::Public,
        },
    }
}

/// Whether an impl names a trait, known or not.
pub fn impl_has_trait(db: &dyn Db, def: DefId) -> bool {
    let item = item_ast(db, def);
    matches!(item.as_ref().map(|item| &item.kind), Some(ItemKind::Impl(data)) if data.trait_.is_some())
}

/// A written visibility of something in `parent`.
pub(crate) fn lower_visibility(db: &dyn Db, vis: ast::Visibility, parent: DefId) -> Visibility {
    let module = module_of(db, parent);
    match vis {
        ast::Visibility::Public => Visibility::Public,
        ast::Visibility::Inherited | ast::Visibility::SelfOnly => Visibility::In(module),
        ast::Visibility::Crate => Visibility::In(module.root()),
        // One that encloses nothing is reported where items are checked.
        ast::Visibility::In(path, _) => {
            Visibility::In(enclosing_module(db, module, path).unwrap_or(module))
        }
        ast::Visibility::Super => Visibility::In(parent_module(db, module).unwrap_or(module)),
    }
}

/// The module around `module`, or itself, that the path of a `pub(in path)` names.
pub(crate) fn enclosing_module(db: &dyn Db, module: DefId, path: Name) -> Option<DefId> {
    let around: Vec<DefId> =
        std::iter::successors(Some(module), |&inner| parent_module(db, inner)).collect();
    let mut segments = path.as_str().split("::");
    let first = match segments.next()? {
        "crate" => module.root(),
        "self" => module,
        "super" => parent_module(db, module)?,
        _ => return None,
    };
    segments.try_fold(first, |at, segment| match segment {
        "super" => parent_module(db, at),
        name => around
            .iter()
            .copied()
            .find(|&inner| inner.name().as_str() == name && parent_module(db, inner) == Some(at)),
    })
}

/// The module around a module.
pub(crate) fn parent_module(db: &dyn Db, module: DefId) -> Option<DefId> {
    module.parent_def().map(|parent| module_of(db, parent))
}

/// Whether something with this visibility may be used in `from`.
pub fn is_accessible(_db: &dyn Db, visibility: Visibility, from: DefId) -> bool {
    match visibility {
        Visibility::Public => true,
        Visibility::In(module) => from.ancestors().any(|def| def == module),
    }
}
