//! Items and attributes.

use super::sexp::{Sexp, atom, list};
use super::ty::{bounds, generics, inline, lifetime_atom, pat, path, ty};
use super::{Cx, expr};
use crate::*;

pub fn item(item: &Item) -> Sexp {
    let cx = Cx { nodes: &item.nodes, item };
    let (head, parts) = kind(cx, &item.kind);
    let name = (!item.name.name.is_empty()).then(|| atom(item.name.name));
    let vis = visibility(item.vis);
    let attrs = item.attrs.iter().map(attr);
    // Items nested in a body are printed where they stand.
    let nested = matches!(
        item.kind,
        ItemKind::Mod { .. }
            | ItemKind::Trait { .. }
            | ItemKind::Impl(_)
            | ItemKind::ExternBlock { .. }
    );
    let children = item.children.iter().filter(|_| nested).map(|child| self::item(child.item()));
    list(head, vis).with(name).with(attrs).with(parts).with(children)
}

fn visibility(vis: Visibility) -> Option<Sexp> {
    match vis {
        Visibility::Inherited => None,
        Visibility::Public => Some(atom("pub")),
        Visibility::Crate => Some(atom("pub(crate)")),
        Visibility::Super => Some(atom("pub(super)")),
        Visibility::SelfOnly => Some(atom("pub(self)")),
        Visibility::In(path, _) => Some(list("pub(in)", [atom(path)])),
    }
}

pub fn attr(attr: &Attr) -> Sexp {
    list(if attr.inner { "#!" } else { "#" }, [meta(&attr.meta)])
}

pub(super) fn meta(meta: &Meta) -> Sexp {
    let path = atom(meta.path);
    match &meta.value {
        MetaValue::Word => path,
        MetaValue::Lit(lit) if meta.path.is_empty() => atom(expr::lit(lit)),
        MetaValue::Lit(lit) => list("=", [path, atom(expr::lit(lit))]),
        MetaValue::List(all) => path.with(all.iter().map(self::meta)),
        MetaValue::Tokens(_) => path.with([atom("..")]),
    }
}

/// The form's name, and what follows the item's name.
fn kind(cx: Cx<'_>, kind: &ItemKind) -> (&'static str, Vec<Sexp>) {
    let flag = |on: bool, text: &str| on.then(|| atom(text));
    match kind {
        ItemKind::Fn(function) => ("fn", self::function(cx, function)),
        ItemKind::Struct { generics: of, data } => {
            ("struct", joined([generics(cx, of), variant_data(cx, data)]))
        }
        ItemKind::Enum { generics: of, variants } => {
            let variants = variants.iter().map(|one| variant(cx, one)).collect();
            ("enum", joined([generics(cx, of), variants]))
        }
        ItemKind::Union { generics: of, fields } => {
            let fields = fields.iter().map(|one| field(cx, one)).collect();
            ("union", joined([generics(cx, of), fields]))
        }
        ItemKind::Trait { is_unsafe, is_auto, generics: of, bounds: all } => {
            let flags = flag(*is_unsafe, "unsafe").into_iter().chain(flag(*is_auto, "auto"));
            let above = (!all.is_empty()).then(|| list(":", bounds(cx, all)));
            let above = above.into_iter().collect();
            ("trait", joined([flags.collect(), generics(cx, of), above]))
        }
        ItemKind::Impl(of) => ("impl", self::implementation(cx, of)),
        ItemKind::TypeAlias { generics: of, bounds: all, ty: to } => {
            let above = (!all.is_empty()).then(|| list(":", bounds(cx, all)));
            let to = cx.optional(*to, ty);
            ("type", joined([generics(cx, of), above.into_iter().chain(to).collect()]))
        }
        ItemKind::Const { ty: of, value } => ("const", typed_value(cx, *of, *value)),
        ItemKind::Static { mutability, ty: of, value } => {
            let head = if *mutability == Mutability::Mut { "static-mut" } else { "static" };
            (head, typed_value(cx, *of, *value))
        }
        ItemKind::Mod { inline: true } => ("mod", Vec::new()),
        ItemKind::Mod { inline: false } => ("mod-file", Vec::new()),
        ItemKind::Use(tree) => ("use", vec![atom(use_tree(tree))]),
        ItemKind::ExternBlock { abi, is_unsafe } => {
            let abi = abi.map(|abi| atom(format!("{:?}", abi.as_str())));
            ("extern", flag(*is_unsafe, "unsafe").into_iter().chain(abi).collect())
        }
        ItemKind::ExternCrate { rename } => {
            ("extern-crate", rename.iter().map(|name| atom(name.name)).collect())
        }
        ItemKind::MacroRules { .. } => ("macro-rules", vec![atom("..")]),
        ItemKind::MacroCall { path: of, .. } => ("macro-call", vec![path(cx, of), atom("..")]),
        ItemKind::Error => ("error", Vec::new()),
    }
}

fn joined<const N: usize>(parts: [Vec<Sexp>; N]) -> Vec<Sexp> {
    parts.into_iter().flatten().collect()
}

fn typed_value(cx: Cx<'_>, of: Option<TypeId>, value: Option<ExprId>) -> Vec<Sexp> {
    cx.optional(of, ty).into_iter().chain(cx.optional(value, expr::expr)).collect()
}

fn function(cx: Cx<'_>, function: &Fn) -> Vec<Sexp> {
    let quals = &function.quals;
    let mut out = Vec::new();
    let flags = [(quals.is_const, "const"), (quals.is_async, "async"), (quals.is_unsafe, "unsafe")];
    out.extend(flags.into_iter().filter(|flag| flag.0).map(|flag| atom(flag.1)));
    out.extend(quals.abi.map(|abi| list("extern", [atom(format!("{:?}", abi.as_str()))])));
    out.extend(generics(cx, &function.generics));
    let receiver = function.self_param.iter().map(|param| self_param(cx, param));
    let params = function.params.iter().map(|param| {
        let head = if param.shares_next { ":shared" } else { ":" };
        list(head, [pat(cx, param.pat), ty(cx, param.ty)])
    });
    let variadic = function.variadic.then(|| atom("..."));
    out.push(Sexp::List(receiver.chain(params).chain(variadic).collect()));
    match function.ret {
        FnRet::Unit => {}
        FnRet::Type(of) => out.push(list("->", [ty(cx, of)])),
        FnRet::Inferred => out.push(list("->", [atom("inferred")])),
    }
    match function.body {
        FnBody::None => {}
        FnBody::Block(body) => out.push(expr::block(cx, body)),
        FnBody::Expr(value) => out.push(list("=", [expr::expr(cx, value)])),
    }
    out
}

fn self_param(cx: Cx<'_>, param: &SelfParam) -> Sexp {
    let mut_ = |mutability: &Mutability| match mutability {
        Mutability::Mut => "mut ",
        Mutability::Not => "",
    };
    match &param.kind {
        SelfKind::Value { mutability } => atom(format!("{}self", mut_(mutability))),
        SelfKind::Ref { lifetime, mutability } => {
            let lifetime = lifetime.as_ref().map(lifetime_atom).map(inline);
            let lifetime = lifetime.map(|text| text + " ").unwrap_or_default();
            atom(format!("&{lifetime}{}self", mut_(mutability)))
        }
        SelfKind::Typed { mutability, ty: of } => {
            list(":", [atom(format!("{}self", mut_(mutability))), ty(cx, *of)])
        }
    }
}

fn variant_data(cx: Cx<'_>, data: &VariantData) -> Vec<Sexp> {
    match data {
        VariantData::Unit => Vec::new(),
        VariantData::Tuple(fields) | VariantData::Struct(fields) => {
            fields.iter().map(|one| field(cx, one)).collect()
        }
    }
}

fn field(cx: Cx<'_>, field: &FieldDef) -> Sexp {
    let vis = visibility(field.vis);
    let attrs = field.attrs.iter().map(attr);
    list("field", vis).with([atom(field.name.name)]).with(attrs).with([ty(cx, field.ty)])
}

fn variant(cx: Cx<'_>, variant: &Variant) -> Sexp {
    let head = match variant.data {
        VariantData::Unit => "variant",
        VariantData::Tuple(_) => "variant-tuple",
        VariantData::Struct(_) => "variant-struct",
    };
    let value = cx.optional(variant.discriminant, expr::expr).map(|value| list("=", [value]));
    let attrs = variant.attrs.iter().map(attr);
    let data = variant_data(cx, &variant.data);
    list(head, [atom(variant.name.name)]).with(attrs).with(data).with(value)
}

fn implementation(cx: Cx<'_>, of: &Impl) -> Vec<Sexp> {
    let mut out = Vec::new();
    out.extend(of.is_unsafe.then(|| atom("unsafe")));
    out.extend(generics(cx, &of.generics));
    if let Some(trait_) = &of.trait_ {
        let head = if of.negative { "not-trait" } else { "trait" };
        out.push(list(head, [path(cx, trait_)]));
    }
    out.push(list("for", [ty(cx, of.self_ty)]));
    out
}

fn use_tree(tree: &UseTree) -> String {
    let mut text = String::from(if tree.global { "::" } else { "" });
    let prefix: Vec<&str> = tree.prefix.iter().map(|segment| segment.name.as_str()).collect();
    text.push_str(&prefix.join("::"));
    let separator = if prefix.is_empty() { "" } else { "::" };
    match &tree.kind {
        UseKind::Simple { rename: None } => {}
        UseKind::Simple { rename: Some(name) } => text.push_str(&format!(" as {}", name.name)),
        UseKind::Glob => text.push_str(&format!("{separator}*")),
        UseKind::Nested(all) => {
            let all: Vec<String> = all.iter().map(use_tree).collect();
            text.push_str(&format!("{separator}{{{}}}", all.join(", ")));
        }
    }
    text
}
