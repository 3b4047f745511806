//! Types, paths, generics, patterns.

use super::sexp::{Sexp, atom, list};
use super::{Cx, expr};
use crate::*;

pub fn ty(cx: Cx<'_>, id: TypeId) -> Sexp {
    match &cx.nodes.types[id].kind {
        TypeKind::Path(p) => path(cx, p),
        TypeKind::Ref { lifetime, mutability, ty: inner } => {
            let head = if *mutability == Mutability::Mut { "&mut" } else { "&" };
            list(head, lifetime.iter().map(lifetime_atom).chain([ty(cx, *inner)]))
        }
        TypeKind::Ptr { mutability, ty: inner } => {
            let head = if *mutability == Mutability::Mut { "*mut" } else { "*const" };
            list(head, [ty(cx, *inner)])
        }
        TypeKind::Slice(elem) => list("slice", [ty(cx, *elem)]),
        TypeKind::Array { elem, len } => list("array", [ty(cx, *elem), expr::expr(cx, *len)]),
        TypeKind::Tuple(types) => list("tuple", types.iter().map(|&id| ty(cx, id))),
        TypeKind::Never => atom("!"),
        TypeKind::Infer => atom("_"),
        TypeKind::Fn(pointer) => fn_pointer(cx, pointer),
        TypeKind::Dyn(all) => list("dyn", bounds(cx, all)),
        TypeKind::Impl(all) => list("impl", bounds(cx, all)),
        TypeKind::Paren(inner) => list("paren", [ty(cx, *inner)]),
        TypeKind::Hole => atom("???"),
        TypeKind::Error => atom("error"),
    }
}

pub fn lifetime_atom(lifetime: &Lifetime) -> Sexp {
    atom(format!("'{}", lifetime.name))
}

fn fn_pointer(cx: Cx<'_>, pointer: &FnPtrType) -> Sexp {
    let mut parts = Vec::new();
    if !pointer.lifetimes.is_empty() {
        parts.push(list("for", pointer.lifetimes.iter().map(lifetime_atom)));
    }
    if pointer.is_unsafe {
        parts.push(atom("unsafe"));
    }
    parts.extend(pointer.abi.map(|abi| list("extern", [atom(format!("{:?}", abi.as_str()))])));
    parts.push(Sexp::List(pointer.params.iter().map(|&id| ty(cx, id)).collect()));
    if pointer.variadic {
        parts.push(atom("..."));
    }
    parts.extend(cx.optional(pointer.ret, ty).map(|ret| list("->", [ret])));
    list("fn-pointer", parts)
}

/// `a::b<T>`: an atom, unless it is qualified.
pub fn path(cx: Cx<'_>, path: &Path) -> Sexp {
    let mut segments = path.segments.iter().map(|segment| self::segment(cx, segment));
    let mut text = String::new();
    if path.global {
        text.push_str("::");
    }
    if let Some(qself) = &path.qself {
        let count = qself.trait_segments as usize;
        let of: Vec<String> = segments.by_ref().take(count).collect();
        text.push_str(&format!("<{}", inline(ty(cx, qself.ty))));
        if count > 0 {
            text.push_str(&format!(" as {}", of.join("::")));
        }
        text.push_str(">::");
    }
    text.push_str(&segments.collect::<Vec<_>>().join("::"));
    atom(text)
}

pub fn inline(sexp: Sexp) -> String {
    match sexp {
        Sexp::Atom(text) => text,
        Sexp::List(all) => {
            format!("({})", all.into_iter().map(inline).collect::<Vec<_>>().join(" "))
        }
    }
}

fn segment(cx: Cx<'_>, segment: &Segment) -> String {
    let args = segment.args.as_ref().map(|args| generic_args(cx, args)).unwrap_or_default();
    format!("{}{args}", segment.name.name)
}

pub fn generic_args(cx: Cx<'_>, args: &GenericArgs) -> String {
    match args {
        GenericArgs::Angle { args, constraints, .. } => {
            let args = args.iter().map(|arg| match arg {
                GenericArg::Lifetime(lifetime) => lifetime_atom(lifetime),
                GenericArg::Type(id) => ty(cx, *id),
                GenericArg::Const(id) => expr::expr(cx, *id),
            });
            let constraints = constraints.iter().map(|one| constraint(cx, one));
            let all: Vec<String> = args.chain(constraints).map(inline).collect();
            format!("<{}>", all.join(", "))
        }
        GenericArgs::Paren { inputs, output, .. } => {
            let inputs: Vec<String> = inputs.iter().map(|&id| inline(ty(cx, id))).collect();
            let output = cx.optional(*output, ty).map(|output| format!(" -> {}", inline(output)));
            format!("({}){}", inputs.join(", "), output.unwrap_or_default())
        }
    }
}

fn constraint(cx: Cx<'_>, constraint: &AssocConstraint) -> Sexp {
    let args = constraint.args.as_ref().map(|args| generic_args(cx, args)).unwrap_or_default();
    let name = format!("{}{args}", constraint.name.name);
    match &constraint.kind {
        AssocConstraintKind::Eq(id) => list("=", [atom(name), ty(cx, *id)]),
        AssocConstraintKind::EqConst(id) => list("=", [atom(name), expr::expr(cx, *id)]),
        AssocConstraintKind::Bound(all) => list(":", [atom(name)]).with(bounds(cx, all)),
    }
}

pub fn bounds(cx: Cx<'_>, bounds: &[Bound]) -> Vec<Sexp> {
    bounds.iter().map(|one| bound(cx, one)).collect()
}

fn bound(cx: Cx<'_>, bound: &Bound) -> Sexp {
    match bound {
        Bound::Lifetime(lifetime) => lifetime_atom(lifetime),
        Bound::Captures(args) => atom(format!("use{}", generic_args(cx, args))),
        Bound::Trait { maybe, lifetimes, path: of } => {
            let of = path(cx, of);
            let of = if *maybe { list("?", [of]) } else { of };
            match lifetimes.is_empty() {
                true => of,
                false => list("for", lifetimes.iter().map(lifetime_atom)).with([of]),
            }
        }
    }
}

/// Parameters and predicates, if there are any.
pub fn generics(cx: Cx<'_>, generics: &Generics) -> Vec<Sexp> {
    let mut out = Vec::new();
    if !generics.params.is_empty() {
        out.push(list("generics", generics.params.iter().map(|param| generic_param(cx, param))));
    }
    if !generics.predicates.is_empty() {
        out.push(list("where", generics.predicates.iter().map(|one| predicate(cx, one))));
    }
    out
}

fn generic_param(cx: Cx<'_>, param: &GenericParam) -> Sexp {
    match &param.kind {
        GenericParamKind::Lifetime { bounds } => {
            let name = atom(format!("'{}", param.name.name));
            if bounds.is_empty() { name } else { name.with(bounds.iter().map(lifetime_atom)) }
        }
        GenericParamKind::Type { bounds: all, default } => {
            let default = cx.optional(*default, ty).map(|ty| list("=", [ty]));
            let parts: Vec<Sexp> = bounds(cx, all).into_iter().chain(default).collect();
            let name = atom(param.name.name);
            if parts.is_empty() { name } else { name.with(parts) }
        }
        GenericParamKind::Const { ty: of, default } => {
            let default = cx.optional(*default, expr::expr);
            list("const", [atom(param.name.name), ty(cx, *of)]).with(default)
        }
    }
}

fn predicate(cx: Cx<'_>, predicate: &WherePredicate) -> Sexp {
    match predicate {
        WherePredicate::Type { lifetimes, ty: of, bounds: all } => {
            let lifetimes = lifetimes.iter().map(lifetime_atom);
            let of = ty(cx, *of);
            let head = Sexp::List(vec![of]).with(bounds(cx, all));
            let lifetimes: Vec<Sexp> = lifetimes.collect();
            if lifetimes.is_empty() { head } else { list("for", lifetimes).with([head]) }
        }
        WherePredicate::Lifetime { lifetime, bounds } => {
            Sexp::List(vec![lifetime_atom(lifetime)]).with(bounds.iter().map(lifetime_atom))
        }
    }
}

pub fn pat(cx: Cx<'_>, id: PatId) -> Sexp {
    let all = |ids: &[PatId]| ids.iter().map(|&id| pat(cx, id)).collect::<Vec<_>>();
    match &cx.nodes.pats[id].kind {
        PatKind::Wild => atom("_"),
        PatKind::Rest => atom(".."),
        PatKind::Ident { by_ref, mutability, name, sub } => {
            let ref_ = if *by_ref { "ref " } else { "" };
            let mut_ = if *mutability == Mutability::Mut { "mut " } else { "" };
            let name = format!("{ref_}{mut_}{}", name.name);
            match sub {
                Some(sub) => list("@", [atom(name), pat(cx, *sub)]),
                None if name.contains(' ') => Sexp::List(vec![atom(name)]),
                None => atom(name),
            }
        }
        PatKind::Lit(id) => expr::expr(cx, *id),
        PatKind::Range { low, high, inclusive } => expr::range(cx, *low, *high, *inclusive),
        PatKind::Ref { mutability, pat: inner } => {
            let head = if *mutability == Mutability::Mut { "&mut" } else { "&" };
            list(head, [pat(cx, *inner)])
        }
        PatKind::Tuple(ids) => list("tuple", all(ids)),
        PatKind::TupleStruct(of, ids) => list("variant", [path(cx, of)]).with(all(ids)),
        PatKind::Path(of) => list("path", [path(cx, of)]),
        PatKind::Struct { path: of, fields, rest } => {
            let fields = fields.iter().map(|field| match field.shorthand {
                true => pat(cx, field.pat),
                false => list(&format!("{}:", field.name.name), [pat(cx, field.pat)]),
            });
            let rest = rest.then(|| atom(".."));
            list("struct", [path(cx, of)]).with(fields).with(rest)
        }
        PatKind::Slice(ids) => list("slice", all(ids)),
        PatKind::Or(ids) => list("|", all(ids)),
        PatKind::Paren(inner) => list("paren", [pat(cx, *inner)]),
        PatKind::Error => atom("error"),
    }
}
