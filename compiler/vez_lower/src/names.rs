//! Symbol names: readable, unique in a module, the same on every run.

use crate::consts::ConstKey;
use crate::instance::FnKey;
use vez_base::{DefId, DefKind, FxHashMap};
use vez_db::Db;
use vez_types::{GenericArg, Mutability, Ty, TyKind};

/// How often each name was given.
#[derive(Default)]
pub struct Names {
    used: FxHashMap<String, u32>,
}

impl Names {
    /// A name that was not given before: the prefix, and a number from the second on.
    pub fn fresh(&mut self, prefix: &str) -> String {
        let count = self.used.entry(prefix.to_owned()).or_insert(0);
        *count += 1;
        match *count {
            1 => prefix.to_owned(),
            n => format!("{prefix}.{n}"),
        }
    }

    /// The name of a function.
    pub fn function(&mut self, db: &dyn Db, key: &FnKey) -> String {
        self.fresh(&format!("vez.{}", function_path(db, key)))
    }
}

/// A path for what a function stands for; several may have the same.
pub fn function_path(db: &dyn Db, key: &FnKey) -> String {
    match key {
        FnKey::Item(def, _) => def_path(db, *def),
        FnKey::Ctor(def, _) => format!("{}.new", def_path(db, *def)),
        FnKey::DropGlue(_) => "drop".to_owned(),
        FnKey::CloneShim(_) => "clone".to_owned(),
        FnKey::ClosureOnce(def, _) => format!("{}.once", def_path(db, *def)),
        FnKey::ClosureFn(def, _) => format!("{}.fn", def_path(db, *def)),
        FnKey::CallShim { .. } => "call".to_owned(),
        FnKey::Untracked(inner) | FnKey::ByAddress(inner) => match def_of(inner) {
            Some(def) => format!("{}.shim", def_path(db, def)),
            None => "shim".to_owned(),
        },
        FnKey::Const(_) => "const".to_owned(),
        FnKey::Entry(_) | FnKey::TestEntry(_) => "main".to_owned(),
    }
}

/// The definition a key is about.
pub fn def_of(key: &FnKey) -> Option<DefId> {
    match key {
        FnKey::Item(def, _)
        | FnKey::Ctor(def, _)
        | FnKey::ClosureOnce(def, _)
        | FnKey::ClosureFn(def, _)
        | FnKey::Entry(def) => Some(*def),
        FnKey::TestEntry(tests) => tests.first().map(|(_, def)| *def),
        FnKey::Untracked(inner) | FnKey::ByAddress(inner) => def_of(inner),
        FnKey::Const(ConstKey::Item(def, _) | ConstKey::Static(def)) => Some(*def),
        FnKey::Const(ConstKey::Promoted(inner, _)) => def_of(inner),
        FnKey::DropGlue(_) | FnKey::CallShim { .. } | FnKey::CloneShim(_) => None,
    }
}

/// `crate::module::Type::function`
pub fn def_path(db: &dyn Db, def: DefId) -> String {
    let mut parts: Vec<String> = def
        .ancestors()
        .map(|def| match def.kind() {
            DefKind::Closure => "closure".to_owned(),
            DefKind::Impl => impl_name(db, def),
            _ => def.name().as_str().to_owned(),
        })
        .collect();
    parts.reverse();
    parts.join("::")
}

/// The name of the type that an implementation is for, where it has one.
fn impl_name(db: &dyn Db, def: DefId) -> String {
    match vez_traits::type_of(db, def).kind() {
        TyKind::Adt(adt, _) => adt.name().as_str().to_owned(),
        _ => "impl".to_owned(),
    }
}

/// A type with full paths, as `core::any::type_name` gives it.
pub fn type_name(ty: Ty) -> String {
    let list = |types: &[Ty]| types.iter().map(|&t| type_name(t)).collect::<Vec<_>>().join(", ");
    match ty.kind() {
        TyKind::Tuple(types) if types.as_slice().len() == 1 => {
            format!("({},)", list(types.as_slice()))
        }
        TyKind::Tuple(types) => format!("({})", list(types.as_slice())),
        TyKind::Array(elem, len) => {
            format!("[{}; {}]", type_name(*elem), len.as_value().unwrap_or(0))
        }
        TyKind::Slice(elem) => format!("[{}]", type_name(*elem)),
        TyKind::Ref(_, target, Mutability::Not) => format!("&{}", type_name(*target)),
        TyKind::Ref(_, target, Mutability::Mut) => format!("&mut {}", type_name(*target)),
        TyKind::RawPtr(target, Mutability::Not) => format!("*const {}", type_name(*target)),
        TyKind::RawPtr(target, Mutability::Mut) => format!("*mut {}", type_name(*target)),
        TyKind::Adt(def, args) | TyKind::FnDef(def, args) => {
            let args = args.as_slice().iter().filter_map(|arg| match arg {
                GenericArg::Ty(ty) => Some(type_name(*ty)),
                GenericArg::Const(value) => Some(value.as_value().unwrap_or(0).to_string()),
                GenericArg::Region(_) => None,
            });
            let args: Vec<String> = args.collect();
            let path = plain_path(*def);
            if args.is_empty() { path } else { format!("{path}<{}>", args.join(", ")) }
        }
        TyKind::Closure(def, _) => format!("{}::{{{{closure}}}}", plain_path(*def)),
        _ => ty.to_string(),
    }
}

fn plain_path(def: DefId) -> String {
    let named =
        def.ancestors().filter(|def| !matches!(def.kind(), DefKind::Impl | DefKind::Closure));
    let mut parts: Vec<&str> = named.map(|def| def.name().as_str()).collect();
    parts.reverse();
    parts.join("::")
}
