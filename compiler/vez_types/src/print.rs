//! Types as users write them, for messages: `Vec<i32>`, `&mut [T]`, `fn(i32) -> i32`.
//!
//! Knows no database: a closure is `{closure}`, a function item is its name, an opaque type is `impl Trait`.

use crate::{
    Const, ConstKind, DynTy, FloatTy, FnSig, GenericArg, GenericArgs, InferTy, IntTy, Mutability,
    Predicate, Region, RegionKind, TraitRef, Ty, TyKind, TyList,
};
use std::fmt;
use vez_base::{DefId, DefKind, limits};

/// Depth at which a type is cut to `..` in messages.
const DEPTH: u32 = 12;

type Out<'a> = &'a mut dyn fmt::Write;

/// Writes what `write` writes, cut in the middle when it is too long for a message.
fn cut(f: &mut fmt::Formatter<'_>, write: impl FnOnce(Out<'_>) -> fmt::Result) -> fmt::Result {
    let mut text = String::new();
    write(&mut text)?;
    if text.len() <= limits::PRINTED_TYPE_CHARS {
        return f.pad(&text);
    }
    let keep = limits::PRINTED_TYPE_CHARS / 2;
    let head: String = text.chars().take(keep).collect();
    let count = text.chars().count();
    let tail: String = text.chars().skip(count - keep).collect();
    write!(f, "{head}...{tail}")
}

macro_rules! show {
    ($($ty:ty: $this:ident, $out:ident => $write:expr;)*) => {
        $(impl fmt::Display for $ty {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                let $this = self;
                cut(f, |$out| $write)
            }
        }
        debug_as_display!($ty);)*
    };
}

macro_rules! debug_as_display {
    ($ty:ty) => {
        impl fmt::Debug for $ty {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(self, f)
            }
        }
    };
}

show! {
    Ty: ty, out => write_ty(out, *ty, DEPTH);
    Const: constant, out => write_const(out, *constant, DEPTH);
    Region: region, out => write_region(out, *region);
    GenericArgs: args, out => write_args(out, args.as_slice(), DEPTH);
    TyList: list, out => write_list(out, list.as_slice(), DEPTH);
}

impl fmt::Display for TraitRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        cut(f, |out| write_trait_ref(out, *self, DEPTH))
    }
}

impl fmt::Display for Predicate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        cut(f, |out| match *self {
            Predicate::Trait(trait_ref) => {
                write_ty(out, trait_ref.self_ty(), DEPTH)?;
                out.write_str(": ")?;
                write_trait_ref(out, trait_ref, DEPTH)
            }
            Predicate::Projection { assoc, args, ty } => {
                write_projection(out, assoc, args, DEPTH)?;
                out.write_str(" == ")?;
                write_ty(out, ty, DEPTH)
            }
            Predicate::TypeOutlives(ty, region) => write!(out, "{ty}: {region}"),
            Predicate::RegionOutlives(long, short) => write!(out, "{long}: {short}"),
        })
    }
}

fn write_ty(out: Out<'_>, ty: Ty, depth: u32) -> fmt::Result {
    let Some(depth) = depth.checked_sub(1) else { return out.write_str("..") };
    match ty.kind() {
        TyKind::Bool => out.write_str("bool"),
        TyKind::Char => out.write_str("char"),
        TyKind::Int(int) => out.write_str(int_name(*int)),
        TyKind::Float(FloatTy::F32) => out.write_str("f32"),
        TyKind::Float(FloatTy::F64) => out.write_str("f64"),
        TyKind::Str => out.write_str("str"),
        TyKind::Never => out.write_str("!"),
        TyKind::Tuple(types) => write_tuple(out, types.as_slice(), depth),
        TyKind::Array(elem, len) => {
            out.write_char('[')?;
            write_ty(out, *elem, depth)?;
            out.write_str("; ")?;
            write_const(out, *len, depth)?;
            out.write_char(']')
        }
        TyKind::Slice(elem) => {
            out.write_char('[')?;
            write_ty(out, *elem, depth)?;
            out.write_char(']')
        }
        TyKind::Ref(region, target, mutability) => {
            out.write_char('&')?;
            if is_named(*region) {
                write_region(out, *region)?;
                out.write_char(' ')?;
            }
            if *mutability == Mutability::Mut {
                out.write_str("mut ")?;
            }
            write_ty(out, *target, depth)
        }
        TyKind::RawPtr(target, mutability) => {
            out.write_str(if *mutability == Mutability::Mut { "*mut " } else { "*const " })?;
            write_ty(out, *target, depth)
        }
        TyKind::Adt(def, args) => write_def(out, *def, args.as_slice(), depth),
        TyKind::FnDef(def, args) => {
            out.write_str("fn item {")?;
            if let Some(parent) = owner_name(*def) {
                out.write_str(parent)?;
                out.write_str("::")?;
            }
            out.write_str(def.name().as_str())?;
            if args.as_slice().iter().any(is_shown) {
                out.write_str("::")?;
                write_args(out, args.as_slice(), depth)?;
            }
            out.write_char('}')
        }
        TyKind::FnPtr(sig) => write_fn_ptr(out, sig, depth),
        TyKind::Closure(..) => out.write_str("{closure}"),
        TyKind::Dyn(dynamic) => write_dyn(out, dynamic, depth),
        TyKind::Param(param) => out.write_str(param.name.as_str()),
        TyKind::Projection(assoc, args) => write_projection(out, *assoc, *args, depth),
        TyKind::Opaque(..) => out.write_str("impl Trait"),
        TyKind::Infer(InferTy::Int(_)) => out.write_str("{integer}"),
        TyKind::Infer(InferTy::Float(_)) => out.write_str("{float}"),
        TyKind::Infer(InferTy::Ty(_) | InferTy::Canonical(_)) => out.write_char('_'),
        TyKind::Error => out.write_str("{unknown}"),
    }
}

/// The type or trait that an associated function belongs to, when its path names it.
fn owner_name(def: DefId) -> Option<&'static str> {
    let owner = def.parent_def()?;
    let named = matches!(owner.kind(), DefKind::Trait | DefKind::Enum);
    named.then(|| owner.name().as_str())
}

fn write_tuple(out: Out<'_>, types: &[Ty], depth: u32) -> fmt::Result {
    out.write_char('(')?;
    write_list(out, types, depth)?;
    out.write_str(if types.len() == 1 { ",)" } else { ")" })
}

fn write_list(out: Out<'_>, types: &[Ty], depth: u32) -> fmt::Result {
    for (index, &ty) in types.iter().enumerate() {
        if index > 0 {
            out.write_str(", ")?;
        }
        write_ty(out, ty, depth)?;
    }
    Ok(())
}

fn write_fn_ptr(out: Out<'_>, sig: &FnSig, depth: u32) -> fmt::Result {
    if sig.is_unsafe {
        out.write_str("unsafe ")?;
    }
    if let Some(abi) = sig.abi {
        write!(out, "extern \"{abi}\" ")?;
    }
    out.write_str("fn(")?;
    write_list(out, sig.inputs(), depth)?;
    if sig.variadic {
        out.write_str(if sig.inputs().is_empty() { "..." } else { ", ..." })?;
    }
    out.write_char(')')?;
    write_output(out, sig.output(), depth)
}

fn write_output(out: Out<'_>, output: Ty, depth: u32) -> fmt::Result {
    if output.is_unit() {
        return Ok(());
    }
    out.write_str(" -> ")?;
    write_ty(out, output, depth)
}

fn write_dyn(out: Out<'_>, dynamic: &DynTy, depth: u32) -> fmt::Result {
    out.write_str("dyn ")?;
    let mut first = true;
    if let Some((trait_, args)) = dynamic.principal {
        first = false;
        if !write_fn_sugar(out, trait_, args, &dynamic.projections, depth)? {
            out.write_str(trait_.name().as_str())?;
            write_dyn_args(out, args.as_slice(), &dynamic.projections, depth)?;
        }
    }
    for auto in &dynamic.autos {
        if !first {
            out.write_str(" + ")?;
        }
        first = false;
        out.write_str(auto.name().as_str())?;
    }
    if is_named(dynamic.region) {
        out.write_str(" + ")?;
        write_region(out, dynamic.region)?;
    }
    Ok(())
}

/// `Fn(A) -> B` for `Fn<(A,), Output = B>`; whether it was one.
fn write_fn_sugar(
    out: Out<'_>,
    trait_: DefId,
    args: GenericArgs,
    projections: &[(DefId, Ty)],
    depth: u32,
) -> Result<bool, fmt::Error> {
    use vez_base::name;
    let name = trait_.name();
    if ![name::FN, name::FN_MUT, name::FN_ONCE].contains(&name) || args.len() != 1 {
        return Ok(false);
    }
    let TyKind::Tuple(inputs) = args.ty_at(0).kind() else { return Ok(false) };
    out.write_str(name.as_str())?;
    out.write_char('(')?;
    write_list(out, inputs.as_slice(), depth)?;
    out.write_char(')')?;
    if let Some(&(_, output)) = projections.first() {
        write_output(out, output, depth)?;
    }
    Ok(true)
}

fn write_dyn_args(
    out: Out<'_>,
    args: &[GenericArg],
    projections: &[(DefId, Ty)],
    depth: u32,
) -> fmt::Result {
    let mut open = false;
    let mut separate = |out: Out<'_>| {
        let text = if open { ", " } else { "<" };
        open = true;
        out.write_str(text)
    };
    for arg in args.iter().filter(|arg| is_shown(arg)) {
        separate(out)?;
        write_arg(out, *arg, depth)?;
    }
    for (assoc, ty) in projections {
        separate(out)?;
        write!(out, "{} = ", assoc.name())?;
        write_ty(out, *ty, depth)?;
    }
    if open { out.write_char('>') } else { Ok(()) }
}

fn write_projection(out: Out<'_>, assoc: DefId, args: GenericArgs, depth: u32) -> fmt::Result {
    out.write_char('<')?;
    write_ty(out, args.ty_at(0), depth)?;
    if let Some(trait_) = assoc.parent_def() {
        out.write_str(" as ")?;
        out.write_str(trait_.name().as_str())?;
        let own = args.as_slice().get(1..).unwrap_or_default();
        if own.iter().any(is_shown) {
            write_args(out, own, depth)?;
        }
    }
    out.write_str(">::")?;
    out.write_str(assoc.name().as_str())
}

fn write_trait_ref(out: Out<'_>, trait_ref: TraitRef, depth: u32) -> fmt::Result {
    let args = GenericArgs::new(trait_ref.args.as_slice().get(1..).unwrap_or_default());
    if !write_fn_sugar(out, trait_ref.trait_, args, &[], depth)? {
        write_def(out, trait_ref.trait_, args.as_slice(), depth)?;
    }
    Ok(())
}

fn write_def(out: Out<'_>, def: DefId, args: &[GenericArg], depth: u32) -> fmt::Result {
    out.write_str(def.name().as_str())?;
    if args.iter().any(is_shown) { write_args(out, args, depth) } else { Ok(()) }
}

/// `<A, B>`, without the lifetimes nobody named.
fn write_args(out: Out<'_>, args: &[GenericArg], depth: u32) -> fmt::Result {
    out.write_char('<')?;
    for (index, arg) in args.iter().filter(|arg| is_shown(arg)).enumerate() {
        if index > 0 {
            out.write_str(", ")?;
        }
        write_arg(out, *arg, depth)?;
    }
    out.write_char('>')
}

fn write_arg(out: Out<'_>, arg: GenericArg, depth: u32) -> fmt::Result {
    match arg {
        GenericArg::Region(region) => write_region(out, region),
        GenericArg::Ty(ty) => write_ty(out, ty, depth),
        GenericArg::Const(constant) => write_const(out, constant, depth),
    }
}

fn is_shown(arg: &GenericArg) -> bool {
    match arg {
        GenericArg::Region(region) => is_named(*region),
        GenericArg::Ty(_) | GenericArg::Const(_) => true,
    }
}

fn is_named(region: Region) -> bool {
    match region.kind() {
        RegionKind::Static => true,
        RegionKind::Param { name, .. } => !name.is_empty() && name.as_str() != "_",
        _ => false,
    }
}

fn write_region(out: Out<'_>, region: Region) -> fmt::Result {
    match region.kind() {
        RegionKind::Static => out.write_str("'static"),
        RegionKind::Param { name, .. } if is_named(region) => write!(out, "'{name}"),
        _ => out.write_str("'_"),
    }
}

fn write_const(out: Out<'_>, constant: Const, depth: u32) -> fmt::Result {
    match constant.kind() {
        ConstKind::Value(bits) => write!(out, "{bits}"),
        ConstKind::Param(param) => out.write_str(param.name.as_str()),
        ConstKind::Unevaluated(def, _) if def.name().is_empty() => out.write_str("{const}"),
        ConstKind::Unevaluated(def, args) => write_def(out, def, args.as_slice(), depth),
        ConstKind::Infer(_) | ConstKind::Error => out.write_char('_'),
    }
}

/// The keyword of an integer type.
pub fn int_name(int: IntTy) -> &'static str {
    match int {
        IntTy::I8 => "i8",
        IntTy::I16 => "i16",
        IntTy::I32 => "i32",
        IntTy::I64 => "i64",
        IntTy::I128 => "i128",
        IntTy::Isize => "isize",
        IntTy::U8 => "u8",
        IntTy::U16 => "u16",
        IntTy::U32 => "u32",
        IntTy::U64 => "u64",
        IntTy::U128 => "u128",
        IntTy::Usize => "usize",
    }
}
