//! `derive`: an impl written by the compiler, as syntax.
//!
//! A derived impl is an `ast::Item` like a written one, made from the syntax of its type: names, signatures and bodies then need no special case. Its paths
//! start at `::core`, so nothing in scope can change what they mean. Its spans are those of the type's fields and name, which is where a mistake is.

mod clone;
mod debug;
mod default;
mod hash;
mod make;
mod ord;
mod partial_eq;
mod partial_ord;

use std::sync::Arc;

use vez_ast::{
    self as ast, Bound, Child, GenericArg, GenericArgs, GenericParam, GenericParamKind, Generics,
    Ident, Impl, Item, ItemKind, Nodes, Path, Segment, Type, TypeKind, VariantData, WherePredicate,
};
use vez_base::{DefId, Name, TextRange, name};

use make::Make;

/// What a derive knows of a type: its variants' fields by name.
pub(super) struct Subject<'a> {
    name: Name,
    span: TextRange,
    variants: Vec<Variant<'a>>,
    is_enum: bool,
    /// Has type parameters.
    is_generic: bool,
    derives_copy: bool,
}

/// A struct or a variant.
pub(super) struct Variant<'a> {
    /// `None` for a struct.
    name: Option<Name>,
    data: &'a VariantData,
    is_default: bool,
}

impl Variant<'_> {
    pub(super) fn fields(&self) -> &[ast::FieldDef] {
        match self.data {
            VariantData::Unit => &[],
            VariantData::Tuple(fields) | VariantData::Struct(fields) => fields,
        }
    }
}

/// Whether the compiler derives this trait.
pub(crate) fn is_known(trait_name: Name) -> bool {
    trait_module(trait_name).is_some()
}

/// The module of `core` that a derivable trait is in.
fn trait_module(trait_name: Name) -> Option<&'static str> {
    Some(match trait_name {
        name::DEBUG => "fmt",
        name::CLONE_TRAIT => "clone",
        name::COPY => "marker",
        name::PARTIAL_EQ | name::EQ_TRAIT | name::PARTIAL_ORD | name::ORD => "cmp",
        name::HASH => "hash",
        name::DEFAULT => "default",
        _ => return None,
    })
}

/// The impl of a trait that `derive` makes for a type.
pub(crate) fn expand(item: &Item, _def: DefId, trait_name: Name) -> Item {
    let subject = Subject::of(item);
    let module = trait_module(trait_name).unwrap_or("marker");
    let mut header = Header { item, nodes: item.nodes.clone(), span: item.name.span };
    let trait_path = header.trait_path(module, trait_name);
    let generics = header.generics(&trait_path, &subject);
    let self_ty = header.self_type();
    let function = match trait_name {
        name::DEBUG => Some(debug::function(&subject)),
        name::CLONE_TRAIT => Some(clone::function(&subject)),
        name::PARTIAL_EQ => Some(partial_eq::function(&subject)),
        name::PARTIAL_ORD => Some(partial_ord::function(&subject)),
        name::ORD => Some(ord::function(&subject)),
        name::HASH => Some(hash::function(&subject)),
        name::DEFAULT => Some(default::function(&subject)),
        // `Copy` and `Eq` say something of the type and have no code.
        _ => None,
    };
    let children = function.map(|item| Child::new(0, Arc::new(item)));
    let trait_ = Some(trait_path);
    let data = Impl { is_unsafe: false, generics, negative: false, trait_, self_ty };
    Item {
        kind: ItemKind::Impl(Box::new(data)),
        name: Ident { name: name::EMPTY, span: item.name.span },
        vis: ast::Visibility::Inherited,
        attrs: Vec::new(),
        nodes: header.nodes,
        children: children.into_iter().collect(),
        len: item.len,
    }
}

impl<'a> Subject<'a> {
    fn of(item: &'a Item) -> Subject<'a> {
        let variants = match &item.kind {
            ItemKind::Struct { data, .. } => {
                vec![Variant { name: None, data, is_default: false }]
            }
            ItemKind::Enum { variants, .. } => variants
                .iter()
                .map(|variant| Variant {
                    name: Some(variant.name.name),
                    data: &variant.data,
                    is_default: variant.attrs.iter().any(|a| a.meta.path == name::DEFAULT_FN),
                })
                .collect(),
            _ => Vec::new(),
        };
        let generics = match &item.kind {
            ItemKind::Struct { generics, .. }
            | ItemKind::Enum { generics, .. }
            | ItemKind::Union { generics, .. } => Some(generics),
            _ => None,
        };
        let is_type = |p: &GenericParam| matches!(p.kind, GenericParamKind::Type { .. });
        let derives_copy = item.attrs_named(name::DERIVE).any(|attr| match &attr.meta.value {
            ast::MetaValue::List(list) => {
                list.iter().any(|word| crate::attrs::last_segment(word.path) == name::COPY)
            }
            _ => false,
        });
        Subject {
            name: item.name.name,
            span: item.name.span,
            variants,
            is_enum: matches!(item.kind, ItemKind::Enum { .. }),
            is_generic: generics.is_some_and(|generics| generics.params.iter().any(is_type)),
            derives_copy,
        }
    }

    fn make(&self) -> Make {
        Make::new(self.name, self.span)
    }
}

/// The impl's header, made of the type's nodes and new ones.
struct Header<'a> {
    item: &'a Item,
    nodes: Nodes,
    span: TextRange,
}

impl Header<'_> {
    fn trait_path(&self, module: &str, trait_name: Name) -> Path {
        let segment = |name| Segment { name: Ident { name, span: self.span }, args: None };
        let segments = [name::CORE, Name::new(module), trait_name].map(segment);
        Path { qself: None, global: true, segments: segments.into(), span: self.span }
    }

    fn written_generics(&self) -> Generics {
        match &self.item.kind {
            ItemKind::Struct { generics, .. }
            | ItemKind::Enum { generics, .. }
            | ItemKind::Union { generics, .. } => generics.clone(),
            _ => Generics::default(),
        }
    }

    /// The type's parameters without defaults, each type parameter with the trait as a further bound; likewise what fields project out of
    /// parameters (`T::Item`).
    fn generics(&self, trait_path: &Path, subject: &Subject<'_>) -> Generics {
        let mut generics = self.written_generics();
        let bound =
            || Bound::Trait { maybe: false, lifetimes: [].into(), path: trait_path.clone() };
        let mut type_params = Vec::new();
        for param in &mut generics.params {
            match &mut param.kind {
                GenericParamKind::Type { bounds, default } => {
                    *default = None;
                    type_params.push(param.name.name);
                    // Rust derives `Default` of an enum without bounds.
                    if !(subject.is_enum && trait_path.segments[2].name.name == name::DEFAULT) {
                        *bounds = bounds.iter().cloned().chain([bound()]).collect();
                    }
                }
                GenericParamKind::Const { default, .. } => *default = None,
                GenericParamKind::Lifetime { .. } => {}
            }
        }
        let fields = subject.variants.iter().flat_map(|variant| variant.fields());
        let projected = fields.filter(|field| match &self.nodes.types[field.ty].kind {
            TypeKind::Path(path) => {
                path.qself.is_none()
                    && path.segments.len() > 1
                    && type_params.contains(&path.segments[0].name.name)
            }
            _ => false,
        });
        let more = projected.map(|field| WherePredicate::Type {
            lifetimes: [].into(),
            ty: field.ty,
            bounds: [bound()].into(),
        });
        let more: Vec<WherePredicate> = more.collect();
        generics.predicates = generics.predicates.iter().cloned().chain(more).collect();
        generics
    }

    /// `Name<'a, T, N>`
    fn self_type(&mut self) -> ast::TypeId {
        let generics = self.written_generics();
        let args: Box<[GenericArg]> =
            generics.params.iter().map(|param| self.argument(param)).collect();
        let args = (!args.is_empty()).then(|| GenericArgs::Angle {
            args,
            constraints: [].into(),
            span: self.span,
        });
        let segments = [Segment { name: self.item.name, args }].into();
        let path = Path { qself: None, global: false, segments, span: self.span };
        self.nodes.types.push(Type { kind: TypeKind::Path(path), span: self.span })
    }

    fn argument(&mut self, param: &GenericParam) -> GenericArg {
        match param.kind {
            GenericParamKind::Lifetime { .. } => {
                GenericArg::Lifetime(ast::Lifetime { name: param.name.name, span: self.span })
            }
            GenericParamKind::Type { .. } | GenericParamKind::Const { .. } => {
                let segments = [Segment { name: param.name, args: None }].into();
                let path = Path { qself: None, global: false, segments, span: self.span };
                let kind = TypeKind::Path(path);
                GenericArg::Type(self.nodes.types.push(Type { kind, span: self.span }))
            }
        }
    }
}
