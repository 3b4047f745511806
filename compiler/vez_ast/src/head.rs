//! What the rest of a program asks of an item without looking into it: enough to number, find and index it.
//!
//! A head follows from its item alone and is kept beside it, so that an item which nobody looks into is never built.

use std::hash::{Hash, Hasher};

use crate::{
    Attr, Bound, Child, GenericArg, GenericArgs, Ident, Item, ItemKind, Lit, Meta, MetaValue, Path,
    TypeId, TypeKind, UseKind, UseTree, VariantData, Visibility,
};
use serde::{Deserialize, Serialize};
use vez_base::{FxHasher, Name, name};

/// The outside of an item.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Head {
    pub name: Ident,
    pub vis: Visibility,
    pub tag: ItemTag,
    /// Tells an unnamed item (impl, `use`, extern block) from its siblings by what it says; equal in every run. Zero for the others.
    pub hash: u32,
    pub facts: Facts,
    /// The traits in the item's `derive` attributes, as written. Those in a `cfg_attr` are missing; then `facts.cfg` holds.
    pub derives: Box<[Name]>,
    /// Of impls.
    pub header: Option<ImplHeader>,
}

/// What an item is, without its contents.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum ItemTag {
    Fn,
    /// With braces, or a unit or tuple struct, whose name is a value too.
    Struct {
        braces: bool,
    },
    Enum,
    Union,
    Trait,
    Impl,
    TypeAlias,
    Const,
    Static,
    Mod,
    Use,
    ExternBlock,
    ExternCrate,
    MacroRules,
    MacroCall,
    Error,
}

/// Yes-or-no questions about an item.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Facts {
    /// It has a `cfg` or `cfg_attr`: its other attributes do not tell the whole truth.
    pub cfg: bool,
    /// A `lang` attribute is on it.
    pub lang: bool,
    /// A `lang` attribute, or a `cfg_attr`, is on something in it, modules aside.
    pub lang_inside: bool,
    /// Something in a body in it is an impl, a type, an alias, a `use` or a module: indexes have to look inside.
    pub items_inside: bool,
    /// A `use` that gives something another name.
    pub renames: bool,
}

/// An impl's header by its outermost names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct ImplHeader {
    /// The last segment of the trait's path.
    pub trait_name: Option<Name>,
    pub self_head: TypeHead,
}

/// The outermost form of a written type.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum TypeHead {
    /// The last segment of a path.
    Name(Name),
    Ref,
    Ptr,
    Slice,
    Array,
    Tuple(u32),
    Never,
    FnPtr,
    /// The last segment of the first bound.
    Dyn(Name),
    Other,
}

impl Head {
    /// The head of an item.
    pub fn of(item: &Item) -> Head {
        let header = match &item.kind {
            ItemKind::Impl(data) => Some(ImplHeader {
                trait_name: data.trait_.as_ref().and_then(last_name),
                self_head: TypeHead::of(item, data.self_ty),
            }),
            _ => None,
        };
        Head {
            name: item.name,
            vis: item.vis,
            tag: ItemTag::of(&item.kind),
            hash: content_hash(item),
            facts: Facts::of(item),
            derives: derives(&item.attrs),
            header,
        }
    }
}

impl ItemTag {
    fn of(kind: &ItemKind) -> ItemTag {
        match kind {
            ItemKind::Fn(_) => ItemTag::Fn,
            ItemKind::Struct { data, .. } => {
                ItemTag::Struct { braces: matches!(data, VariantData::Struct(_)) }
            }
            ItemKind::Enum { .. } => ItemTag::Enum,
            ItemKind::Union { .. } => ItemTag::Union,
            ItemKind::Trait { .. } => ItemTag::Trait,
            ItemKind::Impl(_) => ItemTag::Impl,
            ItemKind::TypeAlias { .. } => ItemTag::TypeAlias,
            ItemKind::Const { .. } => ItemTag::Const,
            ItemKind::Static { .. } => ItemTag::Static,
            ItemKind::Mod { .. } => ItemTag::Mod,
            ItemKind::Use(_) => ItemTag::Use,
            ItemKind::ExternBlock { .. } => ItemTag::ExternBlock,
            ItemKind::ExternCrate { .. } => ItemTag::ExternCrate,
            ItemKind::MacroRules { .. } => ItemTag::MacroRules,
            ItemKind::MacroCall { .. } => ItemTag::MacroCall,
            ItemKind::Error => ItemTag::Error,
        }
    }
}

impl Facts {
    fn of(item: &Item) -> Facts {
        let conditional = |attr: &Attr| is_conditional(attr.meta.path);
        let lang = |attrs: &[Attr]| attrs.iter().any(|a| a.meta.path == name::LANG);
        let maybe_lang = |attrs: &[Attr]| lang(attrs) || attrs.iter().any(conditional);
        let variant_lang = match &item.kind {
            ItemKind::Enum { variants, .. } => variants.iter().any(|v| maybe_lang(&v.attrs)),
            _ => false,
        };
        let inside = |child: &Child| {
            let facts = child.head.facts;
            child.head.tag != ItemTag::Mod && (facts.lang || facts.cfg || facts.lang_inside)
        };
        let members = matches!(item.kind, ItemKind::Impl(_) | ItemKind::Trait { .. });
        let indexed = |child: &Child| {
            let head = &child.head;
            let itself = match head.tag {
                ItemTag::TypeAlias => !members,
                ItemTag::Impl
                | ItemTag::Struct { .. }
                | ItemTag::Enum
                | ItemTag::Union
                | ItemTag::Mod
                | ItemTag::Use => true,
                _ => false,
            };
            itself || head.facts.items_inside
        };
        let is_mod = matches!(item.kind, ItemKind::Mod { .. });
        Facts {
            cfg: item.attrs.iter().any(conditional),
            lang: lang(&item.attrs),
            lang_inside: variant_lang || (!is_mod && item.children.iter().any(inside)),
            items_inside: !is_mod && item.children.iter().any(indexed),
            renames: matches!(&item.kind, ItemKind::Use(tree) if has_rename(tree)),
        }
    }
}

fn is_conditional(path: Name) -> bool {
    path == name::CFG || path == "cfg_attr"
}

fn has_rename(tree: &UseTree) -> bool {
    match &tree.kind {
        UseKind::Simple { rename } => rename.is_some(),
        UseKind::Glob => false,
        UseKind::Nested(trees) => trees.iter().any(has_rename),
    }
}

fn derives(attrs: &[Attr]) -> Box<[Name]> {
    let derives = attrs.iter().filter(|attr| attr.meta.path == name::DERIVE);
    let lists = derives.filter_map(|attr| match &attr.meta.value {
        MetaValue::List(list) => Some(list),
        _ => None,
    });
    lists.flatten().map(written_word).collect()
}

/// The text of one element of an attribute's list: `C`, `3`, `packed(2)` without its list.
pub fn written_word(meta: &Meta) -> Name {
    match &meta.value {
        MetaValue::Lit(Lit::Str(text)) if meta.path.is_empty() => *text,
        MetaValue::Lit(Lit::Int { value, .. }) if meta.path.is_empty() => {
            Name::new(&value.to_string())
        }
        _ => meta.path,
    }
}

fn last_name(path: &Path) -> Option<Name> {
    path.segments.last().map(|segment| segment.name.name)
}

impl TypeHead {
    /// The outermost form of one of an item's types.
    pub fn of(item: &Item, ty: TypeId) -> TypeHead {
        match &item.nodes.types[ty].kind {
            TypeKind::Path(path) => match last_name(path) {
                Some(name) if path.qself.is_none() => TypeHead::Name(name),
                _ => TypeHead::Other,
            },
            TypeKind::Ref { .. } => TypeHead::Ref,
            TypeKind::Ptr { .. } => TypeHead::Ptr,
            TypeKind::Slice(_) => TypeHead::Slice,
            TypeKind::Array { .. } => TypeHead::Array,
            TypeKind::Tuple(types) => TypeHead::Tuple(types.len() as u32),
            TypeKind::Never => TypeHead::Never,
            TypeKind::Fn(_) => TypeHead::FnPtr,
            TypeKind::Dyn(bounds) => {
                TypeHead::Dyn(dyn_principal(bounds).and_then(last_name).unwrap_or(name::EMPTY))
            }
            TypeKind::Paren(inner) => TypeHead::of(item, *inner),
            TypeKind::Infer | TypeKind::Impl(_) | TypeKind::Hole | TypeKind::Error => {
                TypeHead::Other
            }
        }
    }
}

/// The trait of a `dyn` type.
pub fn dyn_principal(bounds: &[Bound]) -> Option<&Path> {
    bounds.iter().find_map(|bound| match bound {
        Bound::Trait { path, .. } => Some(path),
        Bound::Lifetime(_) | Bound::Captures(_) => None,
    })
}

/// A hash of what tells an unnamed item from its siblings: an impl's trait and type, a `use`'s paths.
fn content_hash(item: &Item) -> u32 {
    let mut hasher = FxHasher::default();
    match &item.kind {
        ItemKind::Impl(data) => {
            if let Some(path) = &data.trait_ {
                hash_path(item, path, &mut hasher);
            }
            hash_type(item, data.self_ty, &mut hasher);
        }
        ItemKind::Use(tree) => hash_use(tree, &mut hasher),
        ItemKind::ExternCrate { .. } | ItemKind::ExternBlock { .. } => {
            item.name.name.as_str().hash(&mut hasher);
        }
        _ => return 0,
    }
    // Room at the top for equal ones to count on.
    (hasher.finish() >> 36) as u32
}

fn hash_path(item: &Item, path: &Path, hasher: &mut FxHasher) {
    for segment in &path.segments {
        segment.name.name.as_str().hash(hasher);
        if let Some(GenericArgs::Angle { args, .. }) = &segment.args {
            for arg in args {
                if let GenericArg::Type(ty) = arg {
                    hash_type(item, *ty, hasher);
                }
            }
        }
    }
}

fn hash_type(item: &Item, ty: TypeId, hasher: &mut FxHasher) {
    let kind = &item.nodes.types[ty].kind;
    std::mem::discriminant(kind).hash(hasher);
    match kind {
        TypeKind::Path(path) => hash_path(item, path, hasher),
        TypeKind::Ref { ty, mutability, .. } | TypeKind::Ptr { ty, mutability } => {
            mutability.hash(hasher);
            hash_type(item, *ty, hasher);
        }
        TypeKind::Slice(ty) | TypeKind::Paren(ty) | TypeKind::Array { elem: ty, .. } => {
            hash_type(item, *ty, hasher);
        }
        TypeKind::Tuple(types) => types.iter().for_each(|ty| hash_type(item, *ty, hasher)),
        _ => {}
    }
}

fn hash_use(tree: &UseTree, hasher: &mut FxHasher) {
    tree.global.hash(hasher);
    tree.prefix.iter().for_each(|ident| ident.name.as_str().hash(hasher));
    match &tree.kind {
        UseKind::Simple { rename } => rename.map(|r| r.name.as_str()).hash(hasher),
        UseKind::Glob => 1.hash(hasher),
        UseKind::Nested(trees) => trees.iter().for_each(|tree| hash_use(tree, hasher)),
    }
}
