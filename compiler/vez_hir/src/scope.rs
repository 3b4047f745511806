//! What a name means in a module or in a block with items: items first, then imports by name, then globs.
//!
//! Each question (scope, name, namespace) is a query of its own, so that nothing is resolved that nobody asks for. Imports and globs may go
//! in circles; such a question is iterated to a fixed point from "nothing". Knows no locals and no generic parameters.

use std::sync::Arc;

use smallvec::SmallVec;
use vez_ast::{self as ast, Child, Ident, ItemKind, ItemTag, UseKind, UseTree};
use vez_base::{DefId, DefKind, FxHashMap, FxHashSet, Name, Span, TextRange, name};
use vez_db::{CrateId, Db, Subject};

pub(crate) use crate::blocks::{block_tree, outer_scope, scope_around};
use crate::data::{PrimTy, Res, Visibility};
use crate::defs;

/// A namespace. Macros are the compiler's own and have none here.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Ns {
    Types,
    Values,
}

/// What a name is bound to, and from where it may be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Binding {
    pub res: Res,
    pub vis: Visibility,
    /// Several globs bring in different things of this name.
    pub ambiguous: bool,
}

/// A name's meanings.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct PerNs {
    pub types: Option<Binding>,
    pub values: Option<Binding>,
}

/// A module, or a block of a body that has items: its place in the body's [`BlockTree`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Scope {
    pub(crate) owner: DefId,
    pub(crate) block: Option<u32>,
}

impl Scope {
    pub(crate) fn module(module: DefId) -> Scope {
        Scope { owner: module, block: None }
    }
}

/// A definition that a scope names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Entry {
    pub(crate) def: DefId,
    pub(crate) types: bool,
    pub(crate) values: bool,
    pub(crate) vis: Visibility,
}

/// One leaf of a `use` tree.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Import {
    /// The `use` item; `span` counts from it.
    pub(crate) def: DefId,
    pub(crate) global: bool,
    pub(crate) path: Box<[Ident]>,
    pub(crate) kind: ImportKind,
    pub(crate) vis: Visibility,
    pub(crate) span: TextRange,
    /// `{self}`: brings in the module only.
    pub(crate) types_only: bool,
    /// `use a::self`, which means something in braces only.
    pub(crate) bad_self: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ImportKind {
    Named(Ident),
    Glob,
    /// `as _`
    Unnamed,
}

/// What is written in a scope.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct ScopeData {
    pub(crate) items: FxHashMap<Name, SmallVec<[Entry; 1]>>,
    pub(crate) imports: Vec<Import>,
    named: FxHashMap<Name, SmallVec<[u32; 1]>>,
    globs: Vec<u32>,
}

pub(crate) fn scope_data(db: &dyn Db, scope: Scope) -> Arc<ScopeData> {
    scope_data_query(db, Subject::new(db, scope.owner), scope.block)
}

#[salsa::tracked(returns(clone))]
fn scope_data_query<'db>(
    db: &'db dyn Db,
    subject: Subject<'db>,
    block: Option<u32>,
) -> Arc<ScopeData> {
    let owner = subject.def(db);
    let mut data = ScopeData::default();
    match block {
        None => defs::for_each_head(db, owner, |def, child| data.add(db, def, child)),
        Some(block) => {
            let here = block_tree(db, owner).blocks[block as usize].items.clone();
            defs::for_each_head(db, owner, |def, child| {
                if here.contains(&def) {
                    data.add(db, def, child);
                }
            });
        }
    }
    Arc::new(data)
}

impl ScopeData {
    fn add(&mut self, db: &dyn Db, def: DefId, child: &Child) {
        match def.kind() {
            DefKind::Impl | DefKind::Macro => {}
            DefKind::ExternBlock => {
                defs::for_each_head(db, def, |member, child| self.add(db, member, child));
            }
            DefKind::Use => {
                let parent = def.parent_def().expect("a `use` stands in something");
                let item = child.item();
                let vis = defs::lower_visibility(db, item.vis, parent);
                match &item.kind {
                    ItemKind::Use(tree) => {
                        self.add_use(def, vis, &mut Vec::new(), tree, tree.global)
                    }
                    ItemKind::ExternCrate { rename } => {
                        self.add_extern_crate(def, vis, item, *rename)
                    }
                    _ => {}
                }
            }
            _ => {
                let (types, values) = namespaces(child.head.tag);
                let parent = def.parent_def().expect("only a crate's root stands in none");
                let vis = defs::lower_visibility(db, child.head.vis, parent);
                let entry = Entry { def, types, values, vis };
                self.items.entry(def.name()).or_default().push(entry);
            }
        }
    }

    fn add_extern_crate(
        &mut self,
        def: DefId,
        vis: Visibility,
        item: &ast::Item,
        rename: Option<Ident>,
    ) {
        let bound = rename.unwrap_or(item.name);
        self.push(Import {
            def,
            global: true,
            path: [item.name].into(),
            kind: import_kind(bound),
            vis,
            span: item.name.span,
            types_only: true,
            bad_self: false,
        });
    }

    fn add_use(
        &mut self,
        def: DefId,
        vis: Visibility,
        prefix: &mut Vec<Ident>,
        tree: &UseTree,
        global: bool,
    ) {
        let outer = prefix.len();
        prefix.extend_from_slice(&tree.prefix);
        match &tree.kind {
            UseKind::Nested(trees) => {
                for inner in trees {
                    self.add_use(def, vis, prefix, inner, global || (outer == 0 && inner.global));
                }
            }
            UseKind::Glob => self.push(Import {
                def,
                global,
                path: prefix.as_slice().into(),
                kind: ImportKind::Glob,
                vis,
                span: tree.span,
                types_only: false,
                bad_self: false,
            }),
            UseKind::Simple { rename } => {
                let outside_braces = tree.prefix.len() > 1
                    && tree.prefix.last().is_some_and(|last| last.name == name::SELF_VALUE);
                self.add_leaf(def, vis, prefix, *rename, global, tree.span);
                if let (true, Some(import)) = (outside_braces, self.imports.last_mut()) {
                    import.bad_self = true;
                }
            }
        }
        prefix.truncate(outer);
    }

    fn add_leaf(
        &mut self,
        def: DefId,
        vis: Visibility,
        path: &[Ident],
        rename: Option<Ident>,
        global: bool,
        span: TextRange,
    ) {
        let mut path = path;
        let mut types_only = false;
        // `a::{self}` names `a`; `use self as x` names the module itself.
        if let [before @ .., last] = path
            && last.name == name::SELF_VALUE
            && !before.is_empty()
        {
            path = before;
            types_only = true;
        }
        let Some(&last) = path.last() else { return };
        let bound = rename.unwrap_or(Ident { span: last.span, ..last });
        let kind = import_kind(bound);
        let path = path.into();
        let bad_self = false;
        self.push(Import { def, global, path, kind, vis, span, types_only, bad_self });
    }

    fn push(&mut self, import: Import) {
        let index = self.imports.len() as u32;
        match import.kind {
            ImportKind::Named(bound) => self.named.entry(bound.name).or_default().push(index),
            ImportKind::Glob => self.globs.push(index),
            ImportKind::Unnamed => {}
        }
        self.imports.push(import);
    }

    pub(crate) fn named(&self, name: Name) -> impl Iterator<Item = &Import> {
        let indices = self.named.get(&name).map_or(&[][..], |indices| &indices[..]);
        indices.iter().map(|&index| &self.imports[index as usize])
    }

    pub(crate) fn globs(&self) -> impl Iterator<Item = &Import> {
        self.globs.iter().map(|&index| &self.imports[index as usize])
    }

    /// Every name written here, globs aside.
    pub(crate) fn names(&self) -> impl Iterator<Item = Name> {
        self.items.keys().chain(self.named.keys()).copied()
    }
}

fn import_kind(bound: Ident) -> ImportKind {
    if bound.name == name::UNDERSCORE { ImportKind::Unnamed } else { ImportKind::Named(bound) }
}

/// The namespaces an item's name is in.
fn namespaces(tag: ItemTag) -> (bool, bool) {
    match tag {
        ItemTag::Struct { braces } => (true, !braces),
        ItemTag::Fn | ItemTag::Static | ItemTag::Const => (false, true),
        _ => (true, false),
    }
}

/// What a name means in a module, seen from anywhere.
pub fn resolve_in_module(db: &dyn Db, module: DefId, name: Name) -> PerNs {
    let scope = Scope::module(module);
    PerNs { types: lookup(db, scope, name, Ns::Types), values: lookup(db, scope, name, Ns::Values) }
}

/// What a name means in one scope, not looking outwards.
pub(crate) fn lookup(db: &dyn Db, scope: Scope, name: Name, ns: Ns) -> Option<Binding> {
    lookup_query(db, Subject::new(db, scope.owner), scope.block, name, ns)
}

#[salsa::tracked(returns(copy), cycle_initial = nothing, cycle_fn = settle)]
fn lookup_query<'db>(
    db: &'db dyn Db,
    subject: Subject<'db>,
    block: Option<u32>,
    name: Name,
    ns: Ns,
) -> Option<Binding> {
    let scope = Scope { owner: subject.def(db), block };
    let data = scope_data(db, scope);
    if let Some(item) = item_named(&data, name, ns) {
        return Some(item);
    }
    for import in data.named(name) {
        if let Some(binding) = resolve_import(db, scope, import, ns) {
            return Some(binding);
        }
    }
    let mut found: Option<Binding> = None;
    for import in data.globs() {
        let Some(new) = through_glob(db, scope, import, name, ns) else { continue };
        match &mut found {
            None => found = Some(new),
            Some(old) if old.res == new.res => {
                if new.vis == Visibility::Public {
                    old.vis = new.vis;
                }
            }
            Some(old) => old.ambiguous = true,
        }
    }
    found
}

/// The scope's own item of a name.
fn item_named(data: &ScopeData, name: Name, ns: Ns) -> Option<Binding> {
    let entries = data.items.get(&name)?;
    let entry =
        entries.iter().find(|entry| if ns == Ns::Types { entry.types } else { entry.values })?;
    Some(Binding { res: Res::Def(entry.def), vis: entry.vis, ambiguous: false })
}

fn nothing<'db>(
    _db: &'db dyn Db,
    _id: salsa::Id,
    _subject: Subject<'db>,
    _block: Option<u32>,
    _name: Name,
    _ns: Ns,
) -> Option<Binding> {
    None
}

/// Names that depend on their own absence have no fixed point; after a few rounds the last answer stands.
fn settle<'db>(
    _db: &'db dyn Db,
    cycle: &salsa::Cycle<'_>,
    last: &Option<Binding>,
    value: Option<Binding>,
    _subject: Subject<'db>,
    _block: Option<u32>,
    _name: Name,
    _ns: Ns,
) -> Option<Binding> {
    const ROUNDS: u32 = 12;
    if cycle.iteration() > ROUNDS { *last } else { value }
}

fn through_glob(db: &dyn Db, scope: Scope, import: &Import, name: Name, ns: Ns) -> Option<Binding> {
    let target = resolve_import_prefix(db, scope, import, &import.path).ok()?;
    let found = lookup_in(db, target, name, ns)?;
    // Globs pass over what is private to the other module.
    let visible = defs::is_accessible(db, found.vis, defs::module_of(db, scope.owner));
    visible.then_some(Binding { vis: narrower(import.vis, found.vis), ..found })
}

/// The narrower of two visibilities; modules are compared by depth, as one must enclose the other.
fn narrower(a: Visibility, b: Visibility) -> Visibility {
    match (a, b) {
        (Visibility::Public, other) | (other, Visibility::Public) => other,
        (Visibility::In(x), Visibility::In(y)) => {
            if x.ancestors().any(|def| def == y) {
                a
            } else {
                b
            }
        }
    }
}

/// What a named import brings into one namespace.
pub(crate) fn resolve_import(
    db: &dyn Db,
    scope: Scope,
    import: &Import,
    ns: Ns,
) -> Option<Binding> {
    if import.types_only && ns == Ns::Values {
        return None;
    }
    let (last, prefix) = import.path.split_last()?;
    let found = if prefix.is_empty() {
        first_segment(db, scope, import, *last, ns)?
    } else {
        let target = resolve_import_prefix(db, scope, import, prefix).ok()?;
        lookup_in(db, target, last.name, ns)?
    };
    Some(Binding { vis: import.vis, ..found })
}

/// Where a path of modules leads, or at which segment it breaks.
pub(crate) fn resolve_import_prefix(
    db: &dyn Db,
    scope: Scope,
    import: &Import,
    path: &[Ident],
) -> Result<Res, usize> {
    let mut at = None;
    for (index, &segment) in path.iter().enumerate() {
        let next = match at {
            None => first_segment(db, scope, import, segment, Ns::Types).map(|b| b.res),
            Some(Res::Def(module)) if segment.name == name::SUPER => {
                defs::parent_module(db, module).map(Res::Def)
            }
            Some(res) => lookup_in(db, res, segment.name, Ns::Types).map(|b| b.res),
        };
        at = Some(next.ok_or(index)?);
    }
    // A glob of the whole crate: `use ::*` names nothing.
    at.ok_or(0)
}

/// The first segment of a `use` path: a keyword, or a name looked up outwards from the scope.
fn first_segment(
    db: &dyn Db,
    scope: Scope,
    import: &Import,
    segment: Ident,
    ns: Ns,
) -> Option<Binding> {
    let module = defs::module_of(db, scope.owner);
    let public = |res| Some(Binding { res, vis: Visibility::Public, ambiguous: false });
    if segment.name == name::SELF_VALUE {
        return public(Res::Def(module));
    } else if segment.name == name::CRATE {
        return public(Res::Def(module.root()));
    } else if segment.name == name::SUPER {
        return defs::parent_module(db, module).and_then(|parent| public(Res::Def(parent)));
    } else if import.global {
        return extern_crate(db, module, segment.name).and_then(|def| public(Res::Def(def)));
    }
    // `use std;` would find itself.
    let is_itself = |bound: Ident| import.path.len() == 1 && bound.name == segment.name;
    let mut at = Some(scope);
    if matches!(import.kind, ImportKind::Named(bound) if is_itself(bound)) {
        // An item of that name clashes with the import, which is reported.
        if let Some(own) = item_named(&scope_data(db, scope), segment.name, ns) {
            return Some(own);
        }
        at = outer_scope(db, scope);
    }
    while let Some(scope) = at {
        if let Some(binding) = lookup(db, scope, segment.name, ns) {
            return Some(binding);
        }
        at = outer_scope(db, scope);
    }
    lookup_prelude(db, module, segment.name, ns)
}

/// A member of what a path has led to so far.
pub(crate) fn lookup_in(db: &dyn Db, res: Res, name: Name, ns: Ns) -> Option<Binding> {
    match res {
        Res::Def(def) if def.kind() == DefKind::Mod => lookup(db, Scope::module(def), name, ns),
        Res::Def(def) if def.kind() == DefKind::Enum => {
            let variant = defs::variant(db, def, name)?;
            let vis = Visibility::Public;
            Some(Binding { res: Res::Def(variant), vis, ambiguous: false })
        }
        _ => None,
    }
}

/// A crate that paths of this module may start with.
pub(crate) fn extern_crate(db: &dyn Db, module: DefId, name: Name) -> Option<DefId> {
    let data = defs::crate_data(db, module);
    let known = data.dependencies.iter().find(|(dependency, _)| *dependency == name);
    match known {
        Some(&(_, id)) => Some(defs::crate_root(db, id)),
        // The library's own files may name their crate from outside, as derived code does.
        None if data.is_stdlib && data.name == name => Some(module.root()),
        None => None,
    }
}

/// What is in scope everywhere: crates, the prelude, primitive types.
pub(crate) fn lookup_prelude(db: &dyn Db, from: DefId, name: Name, ns: Ns) -> Option<Binding> {
    let public = |res| Binding { res, vis: Visibility::Public, ambiguous: false };
    if ns == Ns::Types
        && let Some(root) = extern_crate(db, from, name)
    {
        return Some(public(Res::Def(root)));
    }
    for &module in prelude_modules(db, defs::crate_of(db, from)).iter() {
        if let Some(found) = lookup(db, Scope::module(module), name, ns)
            && found.vis == Visibility::Public
        {
            return Some(found);
        }
    }
    let prim = PrimTy::from_name(name).filter(|_| ns == Ns::Types);
    prim.map(|prim| public(Res::Prim(prim)))
}

/// The modules whose public names are in scope without `use`: Rust's prelude, then VeZ's.
pub(crate) fn prelude_modules(db: &dyn Db, id: CrateId) -> Arc<[DefId]> {
    let root = defs::crate_root(db, id);
    prelude_modules_query(db, Subject::new(db, root))
}

#[salsa::tracked(returns(clone))]
fn prelude_modules_query<'db>(db: &'db dyn Db, subject: Subject<'db>) -> Arc<[DefId]> {
    let root = subject.def(db);
    let data = defs::crate_data(db, root);
    let library = match data.is_stdlib {
        true if data.name == name::ALLOC => CrateId::CORE,
        true => defs::crate_of(db, root),
        false => CrateId::STD,
    };
    if db.crates().get(library.0 as usize).is_none() {
        return Arc::new([]);
    }
    let library = defs::crate_root(db, library);
    let step = |module: DefId, name: &str| {
        let in_it = defs::children(db, module);
        let is_it = |def: &&DefId| def.kind() == DefKind::Mod && def.name() == name;
        in_it.iter().find(is_it).copied()
    };
    let prelude = step(library, "prelude");
    let versions = if data.is_stdlib { &["v1"][..] } else { &["v1", "vez"] };
    versions.iter().filter_map(|version| step(prelude?, version)).collect()
}

/// Every name that a scope and those around it bring in, the nearest scope's first; for "did you mean" and completion.
pub fn names_in_scope(db: &dyn Db, def: DefId, ns: Ns) -> impl Iterator<Item = Name> {
    let first = if def.kind() == DefKind::Mod { Scope::module(def) } else { scope_around(db, def) };
    let around = std::iter::successors(Some(first), move |&scope| outer_scope(db, scope));
    let prelude = prelude_modules(db, defs::crate_of(db, def)).to_vec();
    let scopes = around.chain(prelude.into_iter().map(Scope::module));
    scopes.flat_map(move |scope| names_of(db, scope, ns).to_vec())
}

/// The names of one scope, sorted.
fn names_of(db: &dyn Db, scope: Scope, ns: Ns) -> Arc<[Name]> {
    names_of_query(db, Subject::new(db, scope.owner), scope.block, ns)
}

#[salsa::tracked(returns(clone))]
fn names_of_query<'db>(
    db: &'db dyn Db,
    subject: Subject<'db>,
    block: Option<u32>,
    ns: Ns,
) -> Arc<[Name]> {
    let mut names = FxHashSet::default();
    let scope = Scope { owner: subject.def(db), block };
    collect_names(db, scope, ns, &mut names, &mut FxHashSet::default());
    let mut names: Vec<Name> = names.into_iter().collect();
    names.sort_unstable();
    names.into()
}

fn collect_names(
    db: &dyn Db,
    scope: Scope,
    ns: Ns,
    names: &mut FxHashSet<Name>,
    seen: &mut FxHashSet<DefId>,
) {
    let data = scope_data(db, scope);
    names.extend(data.names().filter(|&name| lookup(db, scope, name, ns).is_some()));
    for import in data.globs() {
        let Ok(Res::Def(target)) = resolve_import_prefix(db, scope, import, &import.path) else {
            continue;
        };
        if !seen.insert(target) {
            continue;
        }
        match target.kind() {
            DefKind::Mod => collect_names(db, Scope::module(target), ns, names, seen),
            DefKind::Enum => names.extend(defs::children(db, target).iter().map(|v| v.name())),
            _ => {}
        }
    }
}

/// Whether the scope imports a name that its path does not lead to.
pub(crate) fn has_failed_import(db: &dyn Db, scope: Scope, name: Name) -> bool {
    let missing = |ns| lookup(db, scope, name, ns).is_none();
    let is_imported = scope_data(db, scope).named(name).next().is_some();
    is_imported && missing(Ns::Types) && missing(Ns::Values)
}

impl Import {
    /// The span of one segment of its path.
    pub(crate) fn segment_span(&self, index: usize) -> Span {
        Span::new(self.def, self.path[index].span)
    }
}

/// The names of a module, as types and as values.
pub(crate) fn names_in_module(db: &dyn Db, module: DefId) -> impl Iterator<Item = Name> {
    let scope = Scope::module(module);
    [Ns::Types, Ns::Values].into_iter().flat_map(move |ns| names_of(db, scope, ns).to_vec())
}

/// Whether a module's name may be used from `from`, as a type or as a value.
pub(crate) fn is_visible(db: &dyn Db, module: DefId, name: Name, from: DefId) -> bool {
    let here = defs::module_of(db, from);
    let PerNs { types, values } = resolve_in_module(db, module, name);
    let mut found = types.into_iter().chain(values);
    found.any(|binding| defs::is_accessible(db, binding.vis, here))
}
