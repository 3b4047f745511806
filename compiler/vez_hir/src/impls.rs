//! Impls by what they are for: candidates for the solver, found without lowering any impl that cannot match.
//!
//! A crate's impls are indexed by the names written in their headers; only those with a fitting name have their header's path resolved. What a
//! header's types mean is not known here.

use std::sync::Arc;

pub use vez_ast::TypeHead as HeadName;
use vez_ast::{self as ast, ImplHeader, ItemKind, TypeKind, dyn_principal};
use vez_base::{DefId, DefKind, FxHashMap, FxHashSet, Name};
use vez_db::{CrateId, Db, Subject};

use crate::data::{Mutability, PrimTy, Res, Visibility};
use crate::path::resolve_type_path;
use crate::scope::{ImportKind, Ns, Scope, lookup, outer_scope, scope_around, scope_data};
use crate::{defs, index, scope};

/// The outermost form of an impl's self type, resolved.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ImplHead {
    Adt(DefId),
    Prim(PrimTy),
    Ref(Mutability),
    Ptr(Mutability),
    Slice,
    Array,
    Tuple(u32),
    Never,
    FnPtr,
    Dyn(DefId),
    /// A type parameter of the impl: it is for every type that meets its bounds.
    Param,
    /// A projection, or an error.
    Other,
}

/// The impls of one crate by what is written in their headers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CrateImpls {
    /// In the order of modules and text.
    pub all: Vec<DefId>,
    by_trait: FxHashMap<Name, Vec<DefId>>,
    inherent: FxHashMap<HeadName, Vec<DefId>>,
    /// `use A as B` and `type B = A`: what else a name in a header may mean.
    renames: FxHashSet<Name>,
}

/// The impls of a crate, derived ones included.
pub fn crate_impls(db: &dyn Db, id: CrateId) -> Arc<CrateImpls> {
    crate_impls_query(db, Subject::new(db, defs::crate_root(db, id)))
}

#[salsa::tracked(returns(clone))]
fn crate_impls_query<'db>(db: &'db dyn Db, root: Subject<'db>) -> Arc<CrateImpls> {
    let id = defs::crate_of(db, root.def(db));
    let mut impls = CrateImpls::default();
    for &module in index::crate_modules(db, id).iter() {
        let part = module_impls(db, Subject::new(db, module));
        for entry in &part.impls {
            impls.all.push(entry.def);
            match entry.trait_name {
                Some(name) => impls.by_trait.entry(name).or_default().push(entry.def),
                None => impls.inherent.entry(entry.head).or_default().push(entry.def),
            }
        }
        impls.renames.extend(&part.renames);
    }
    Arc::new(impls)
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct ModuleImpls {
    impls: Vec<ImplEntry>,
    renames: Vec<Name>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct ImplEntry {
    def: DefId,
    trait_name: Option<Name>,
    head: HeadName,
}

/// The impls in a module, inner modules aside. Read from the items' heads where those say enough.
#[salsa::tracked(returns(clone))]
fn module_impls<'db>(db: &'db dyn Db, module: Subject<'db>) -> Arc<ModuleImpls> {
    let mut found = ModuleImpls::default();
    found.collect(db, module.def(db));
    Arc::new(found)
}

impl ModuleImpls {
    fn collect(&mut self, db: &dyn Db, container: DefId) {
        defs::for_each_head(db, container, |def, child| {
            let head = &child.head;
            match def.kind() {
                DefKind::Impl => {
                    let Some(header) = head.header else { return };
                    let ImplHeader { trait_name, self_head } = header;
                    self.impls.push(ImplEntry { def, trait_name, head: self_head });
                }
                DefKind::Struct | DefKind::Enum | DefKind::Union => self.add_derived(db, def, head),
                DefKind::TypeAlias => self.renames.push(def.name()),
                DefKind::Use if head.facts.renames => {
                    if let ItemKind::Use(tree) = &child.item().kind {
                        add_renames(tree, &mut self.renames);
                    }
                }
                _ => {}
            }
            if head.facts.items_inside && def.kind() != DefKind::Mod {
                self.collect(db, def);
            }
        });
    }

    fn add_derived(&mut self, db: &dyn Db, ty: DefId, head: &ast::Head) {
        let derived = match head.facts.cfg {
            true => defs::derived_impls(db, ty),
            false => defs::derived_by(ty, &head.derives),
        };
        for def in derived {
            let trait_name = Some(def.name());
            self.impls.push(ImplEntry { def, trait_name, head: HeadName::Name(ty.name()) });
        }
    }
}

fn add_renames(tree: &ast::UseTree, renames: &mut Vec<Name>) {
    match &tree.kind {
        ast::UseKind::Simple { rename: Some(rename) } => renames.push(rename.name),
        ast::UseKind::Nested(trees) => trees.iter().for_each(|tree| add_renames(tree, renames)),
        _ => {}
    }
}

/// The outermost form of an impl's self type, aliases followed.
pub fn impl_head(db: &dyn Db, def: DefId) -> ImplHead {
    impl_header(db, Subject::new(db, def)).1
}

/// The trait an impl is of, and its head.
#[salsa::tracked(returns(copy))]
fn impl_header<'db>(db: &'db dyn Db, subject: Subject<'db>) -> (Option<DefId>, ImplHead) {
    let def = subject.def(db);
    let Some(item) = defs::item_ast(db, def) else { return (None, ImplHead::Other) };
    let ItemKind::Impl(data) = &item.kind else { return (None, ImplHead::Other) };
    let from = scope_around(db, def);
    let param = |name: Name, ns: Ns| {
        let declared = data.generics.params.iter().any(|param| param.name.name == name);
        let owner = def;
        (declared && ns == Ns::Types).then_some(Res::TypeParam { owner, index: 0, name })
    };
    let trait_ = data.trait_.as_ref().and_then(|path| {
        match resolve_type_path(db, from, path, &mut { param }) {
            Some(Res::Def(def)) if def.kind() == DefKind::Trait => Some(def),
            _ => None,
        }
    });
    let head = head(db, from, &item, data.self_ty, &mut { param }, 0);
    let for_pointers = head == ImplHead::Param && is_for_fn_pointers(db, from, &item, data);
    (trait_, if for_pointers { ImplHead::FnPtr } else { head })
}

/// Whether `core` writes an impl for all fn pointers at once: `impl<F: FnPtr> Trait for F`.
fn is_for_fn_pointers(db: &dyn Db, from: Scope, item: &ast::Item, data: &ast::Impl) -> bool {
    if defs::crate_of(db, from.owner) != CrateId::CORE {
        return false;
    }
    let TypeKind::Path(path) = &item.nodes.types[data.self_ty].kind else { return false };
    let Some(name) = path.segments.last().map(|segment| segment.name.name) else { return false };
    data.generics.params.iter().filter(|param| param.name.name == name).any(|param| {
        let ast::GenericParamKind::Type { bounds, .. } = &param.kind else { return false };
        bounds.iter().any(|bound| {
            let ast::Bound::Trait { path, .. } = bound else { return false };
            match resolve_type_path(db, from, path, &mut |_, _| None) {
                Some(Res::Def(def)) => {
                    crate::lang_attr(db, def).is_some_and(|lang| lang.as_str() == "fn_ptr")
                }
                _ => false,
            }
        })
    })
}

fn head(
    db: &dyn Db,
    from: Scope,
    item: &ast::Item,
    ty: ast::TypeId,
    param: &mut dyn FnMut(Name, Ns) -> Option<Res>,
    aliases: u32,
) -> ImplHead {
    const ALIAS_LIMIT: u32 = 16;
    match &item.nodes.types[ty].kind {
        TypeKind::Path(path) => match resolve_type_path(db, from, path, param) {
            Some(Res::Def(def)) => match def.kind() {
                DefKind::Struct | DefKind::Enum | DefKind::Union => ImplHead::Adt(def),
                DefKind::TypeAlias if aliases < ALIAS_LIMIT => alias_head(db, def, aliases + 1),
                _ => ImplHead::Other,
            },
            Some(Res::Prim(prim)) => ImplHead::Prim(prim),
            Some(Res::TypeParam { .. }) => ImplHead::Param,
            _ => ImplHead::Other,
        },
        TypeKind::Ref { mutability, .. } => ImplHead::Ref(*mutability),
        TypeKind::Ptr { mutability, .. } => ImplHead::Ptr(*mutability),
        TypeKind::Slice(_) => ImplHead::Slice,
        TypeKind::Array { .. } => ImplHead::Array,
        TypeKind::Tuple(types) => ImplHead::Tuple(types.len() as u32),
        TypeKind::Never => ImplHead::Never,
        TypeKind::Fn(_) => ImplHead::FnPtr,
        TypeKind::Dyn(bounds) => {
            let principal = dyn_principal(bounds);
            match principal.and_then(|path| resolve_type_path(db, from, path, param)) {
                Some(Res::Def(def)) => ImplHead::Dyn(def),
                _ => ImplHead::Other,
            }
        }
        TypeKind::Paren(inner) => head(db, from, item, *inner, param, aliases),
        TypeKind::Infer | TypeKind::Impl(_) | TypeKind::Hole | TypeKind::Error => ImplHead::Other,
    }
}

fn alias_head(db: &dyn Db, alias: DefId, aliases: u32) -> ImplHead {
    let Some(item) = defs::item_ast(db, alias) else { return ImplHead::Other };
    let ItemKind::TypeAlias { generics, ty: Some(ty), .. } = &item.kind else {
        return ImplHead::Other;
    };
    let mut param = |name: Name, ns: Ns| {
        let declared = generics.params.iter().any(|param| param.name.name == name);
        let owner = alias;
        (declared && ns == Ns::Types).then_some(Res::TypeParam { owner, index: 0, name })
    };
    head(db, scope_around(db, alias), &item, *ty, &mut param, aliases)
}

/// Impls of a trait in all crates, in the crates' order. Their headers resolve to this trait; whether their types fit is the solver's question.
pub fn trait_impl_candidates(db: &dyn Db, trait_: DefId) -> Arc<[DefId]> {
    trait_impls_query(db, Subject::new(db, trait_))
}

#[salsa::tracked(returns(clone))]
fn trait_impls_query<'db>(db: &'db dyn Db, subject: Subject<'db>) -> Arc<[DefId]> {
    let trait_ = subject.def(db);
    let mut found = Vec::new();
    for (id, _) in db.crates().iter() {
        let impls = crate_impls(db, CrateId(id as u32));
        let renamed = impls.renames.iter().filter(|&&name| name != trait_.name());
        let mut names: Vec<Name> = renamed.copied().collect();
        names.sort_unstable();
        names.push(trait_.name());
        for name in names {
            let with_name = impls.by_trait.get(&name).into_iter().flatten();
            found.extend(with_name.filter(|&&def| impl_trait(db, def) == Some(trait_)));
        }
    }
    found.into()
}

/// The trait an impl's header names.
pub(crate) fn impl_trait(db: &dyn Db, def: DefId) -> Option<DefId> {
    impl_header(db, Subject::new(db, def)).0
}

/// Inherent impls whose self type has this form, in all crates.
pub fn inherent_impl_candidates(db: &dyn Db, wanted: ImplHead) -> Arc<[DefId]> {
    // The key is the definition where there is one; `core`'s root stands for the primitive forms.
    let key = match wanted {
        ImplHead::Adt(def) | ImplHead::Dyn(def) => def,
        _ => defs::crate_root(db, CrateId::CORE),
    };
    inherent_impls_query(db, Subject::new(db, key), wanted)
}

#[salsa::tracked(returns(clone))]
fn inherent_impls_query<'db>(
    db: &'db dyn Db,
    _key: Subject<'db>,
    wanted: ImplHead,
) -> Arc<[DefId]> {
    let own = match wanted {
        ImplHead::Adt(def) => HeadName::Name(def.name()),
        ImplHead::Prim(prim) => HeadName::Name(prim.name()),
        ImplHead::Ref(_) => HeadName::Ref,
        ImplHead::Ptr(_) => HeadName::Ptr,
        ImplHead::Slice => HeadName::Slice,
        ImplHead::Array => HeadName::Array,
        ImplHead::Tuple(len) => HeadName::Tuple(len),
        ImplHead::Never => HeadName::Never,
        ImplHead::FnPtr => HeadName::FnPtr,
        ImplHead::Dyn(def) => HeadName::Dyn(def.name()),
        ImplHead::Param | ImplHead::Other => return Arc::new([]),
    };
    let mut found = Vec::new();
    for (id, _) in db.crates().iter() {
        let impls = crate_impls(db, CrateId(id as u32));
        let mut heads: Vec<HeadName> = impls.renames.iter().map(|&n| HeadName::Name(n)).collect();
        heads.sort_unstable();
        heads.retain(|&head| head != own);
        heads.push(own);
        for head in heads {
            let with_name = impls.inherent.get(&head).into_iter().flatten();
            found.extend(with_name.filter(|&&def| impl_head(db, def) == wanted));
        }
    }
    found.into()
}

/// The traits whose methods may be called in a module, or in the body of an item: declared or imported there and outwards, and those of the prelude.
pub fn traits_in_scope(db: &dyn Db, def: DefId) -> Arc<[DefId]> {
    traits_in_scope_query(db, Subject::new(db, def))
}

#[salsa::tracked(returns(clone))]
fn traits_in_scope_query<'db>(db: &'db dyn Db, subject: Subject<'db>) -> Arc<[DefId]> {
    let def = subject.def(db);
    let mut traits = Vec::new();
    let mut add = |found: &[DefId]| {
        for &found in found {
            if !traits.contains(&found) {
                traits.push(found);
            }
        }
    };
    // A trait's methods are known inside of it and of its impls, imported or not.
    for outer in def.ancestors().take_while(|outer| outer.kind() != DefKind::Mod) {
        match outer.kind() {
            DefKind::Trait => add(&[outer]),
            DefKind::Impl => {
                add(impl_header(db, Subject::new(db, outer)).0.as_slice());
            }
            _ => {}
        }
    }
    if def.kind() == DefKind::Mod {
        add(&scope_traits(db, Scope::module(def)));
    } else {
        if index::has_body(db, def) && def.kind() != DefKind::ConstBlock {
            let blocks = scope::block_tree(db, def).blocks.len() as u32;
            (0..blocks).for_each(|i| add(&scope_traits(db, Scope { owner: def, block: Some(i) })));
        }
        let mut at = Some(scope_around(db, def));
        while let Some(scope) = at {
            add(&scope_traits(db, scope));
            at = outer_scope(db, scope);
        }
    }
    for &module in scope::prelude_modules(db, defs::crate_of(db, def)).iter() {
        add(&scope_traits(db, Scope::module(module)));
    }
    traits.into()
}

fn scope_traits(db: &dyn Db, scope: Scope) -> Arc<[DefId]> {
    scope_traits_query(db, Subject::new(db, scope.owner), scope.block)
}

fn no_traits<'db>(
    _db: &'db dyn Db,
    _id: salsa::Id,
    _subject: Subject<'db>,
    _block: Option<u32>,
) -> Arc<[DefId]> {
    Arc::new([])
}

/// The traits that one scope names, without those around it.
#[salsa::tracked(returns(clone), cycle_initial = no_traits)]
fn scope_traits_query<'db>(
    db: &'db dyn Db,
    subject: Subject<'db>,
    block: Option<u32>,
) -> Arc<[DefId]> {
    let scope = Scope { owner: subject.def(db), block };
    let here = defs::module_of(db, scope.owner);
    let data = scope_data(db, scope);
    let mut traits: Vec<DefId> = Vec::new();
    let is_trait = |def: DefId| def.kind() == DefKind::Trait;
    let own = data.items.values().flatten().map(|entry| entry.def);
    traits.extend(own.filter(|&def| is_trait(def)));
    for import in &data.imports {
        match import.kind {
            ImportKind::Named(_) | ImportKind::Unnamed => {
                let found = scope::resolve_import(db, scope, import, Ns::Types);
                if let Some(scope::Binding { res: Res::Def(def), .. }) = found
                    && is_trait(def)
                {
                    traits.push(def);
                }
            }
            ImportKind::Glob => {
                let target = scope::resolve_import_prefix(db, scope, import, &import.path);
                if let Ok(Res::Def(module)) = target
                    && module.kind() == DefKind::Mod
                {
                    let there = scope_traits(db, Scope::module(module));
                    let visible = |def: &DefId| is_named_for(db, module, *def, here);
                    traits.extend(there.iter().copied().filter(visible));
                }
            }
        }
    }
    traits.sort_by_cached_key(|def| def.path());
    traits.dedup();
    traits.into()
}

/// Whether a glob of `module` brings `trait_` into `here`: unnamed imports are taken for public.
fn is_named_for(db: &dyn Db, module: DefId, trait_: DefId, here: DefId) -> bool {
    match lookup(db, Scope::module(module), trait_.name(), Ns::Types) {
        Some(found) if found.res == Res::Def(trait_) => defs::is_accessible(db, found.vis, here),
        _ => defs::visibility(db, trait_) == Visibility::Public,
    }
}
