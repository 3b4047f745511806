//! Items, attributes and files.

use crate::{
    BlockId, Bound, Child, ExprId, Generics, Ident, Lifetime, Lit, Mutability, Nodes, PatId, Path,
    TypeId, UseTree,
};
use serde::{Deserialize, Serialize};
use vez_base::{Name, TextRange};

/// A parsed file. Spans of `attrs` are relative to the file.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct File {
    /// Inner attributes and inner doc comments.
    pub attrs: Vec<Attr>,
    pub items: Vec<Child>,
    pub len: u32,
}

/// One item with its own nodes. All spans are relative to its first byte, attributes included.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Item {
    pub kind: ItemKind,
    /// Empty (`Name::EMPTY`) where an item has none: `impl`, `use`, `extern` blocks.
    pub name: Ident,
    pub vis: Visibility,
    pub attrs: Vec<Attr>,
    pub nodes: Nodes,
    /// Members of impls, traits, modules and extern blocks; items nested in a body (`StmtKind::Item`).
    pub children: Vec<Child>,
    pub len: u32,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum ItemKind {
    Fn(Box<Fn>),
    Struct {
        generics: Generics,
        data: VariantData,
    },
    Enum {
        generics: Generics,
        variants: Vec<Variant>,
    },
    Union {
        generics: Generics,
        fields: Vec<FieldDef>,
    },
    Trait {
        is_unsafe: bool,
        is_auto: bool,
        generics: Generics,
        bounds: Box<[Bound]>,
    },
    Impl(Box<Impl>),
    /// A type alias, or an associated type (then `bounds` may be there and `ty` may be missing).
    TypeAlias {
        generics: Generics,
        bounds: Box<[Bound]>,
        ty: Option<TypeId>,
    },
    /// The name is `_` for an unnamed constant.
    Const {
        ty: Option<TypeId>,
        value: Option<ExprId>,
    },
    Static {
        mutability: Mutability,
        ty: Option<TypeId>,
        value: Option<ExprId>,
    },
    /// `mod m;` (in a file of its own) or `mod m { .. }`.
    Mod {
        inline: bool,
    },
    Use(UseTree),
    ExternBlock {
        abi: Option<Name>,
        is_unsafe: bool,
    },
    ExternCrate {
        rename: Option<Ident>,
    },
    /// `macro_rules! name { .. }`: where the rules are.
    MacroRules {
        tokens: TextRange,
    },
    /// `name!(..);` as an item.
    MacroCall {
        path: Path,
        tokens: TextRange,
    },
    Error,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Visibility {
    Inherited,
    Public,
    Crate,
    Super,
    /// `pub(self)`
    SelfOnly,
    /// `pub(in path)`: its segments joined by `::`, and where it is.
    In(Name, TextRange),
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Fn {
    pub quals: FnQuals,
    pub generics: Generics,
    pub self_param: Option<SelfParam>,
    pub params: Vec<Param>,
    pub variadic: bool,
    pub ret: FnRet,
    pub body: FnBody,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct FnQuals {
    pub is_const: bool,
    pub is_async: bool,
    pub is_unsafe: bool,
    /// `extern "abi"`; `extern` alone is `C`.
    pub abi: Option<Name>,
}

/// `self`, `mut self`, `&'a mut self`, `self: T`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct SelfParam {
    pub kind: SelfKind,
    pub span: TextRange,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum SelfKind {
    Value { mutability: Mutability },
    Ref { lifetime: Option<Lifetime>, mutability: Mutability },
    Typed { mutability: Mutability, ty: TypeId },
}

/// `pat: ty`. In a trait without a body the pattern may be missing in old code; VeZ requires it.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Param {
    pub pat: PatId,
    pub ty: TypeId,
    /// Written without a type: it has the next parameter's (`fn add(a, b: i32)`).
    pub shares_next: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum FnRet {
    /// No `->`, a block body: `()`.
    Unit,
    Type(TypeId),
    /// `fn f(..) = e`: inferred.
    Inferred,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum FnBody {
    None,
    Block(BlockId),
    /// `= e`
    Expr(ExprId),
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum VariantData {
    Unit,
    Tuple(Vec<FieldDef>),
    Struct(Vec<FieldDef>),
}

/// A field; those of tuple structs are named `0`, `1`, ...
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct FieldDef {
    pub name: Ident,
    pub vis: Visibility,
    pub attrs: Vec<Attr>,
    pub ty: TypeId,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Variant {
    pub name: Ident,
    pub attrs: Vec<Attr>,
    pub data: VariantData,
    pub discriminant: Option<ExprId>,
    pub span: TextRange,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Impl {
    pub is_unsafe: bool,
    pub generics: Generics,
    /// `impl !Trait for T` has `negative`.
    pub negative: bool,
    pub trait_: Option<Path>,
    pub self_ty: TypeId,
}

/// `#[path ...]`, `#![path ...]`, or a doc comment (path `doc`, value the text).
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Attr {
    pub inner: bool,
    pub meta: Meta,
    pub span: TextRange,
}

/// One attribute's content, or one element of its list.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Meta {
    /// Segments joined by `::`. Empty for a bare literal in a list.
    pub path: Name,
    pub value: MetaValue,
    pub span: TextRange,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum MetaValue {
    Word,
    /// `= lit`, or the bare literal.
    Lit(Lit),
    List(Vec<Meta>),
    /// Not of the common form; where its tokens are.
    Tokens(TextRange),
}

impl Item {
    /// The attributes with this path.
    pub fn attrs_named(&self, path: Name) -> impl Iterator<Item = &Attr> {
        self.attrs.iter().filter(move |attr| attr.meta.path == path)
    }

    /// Whether an attribute with this path is there.
    pub fn has_attr(&self, path: Name) -> bool {
        self.attrs_named(path).next().is_some()
    }
}
