//! Texts that are the same in every program for an instance or a type, and differ wherever these do.
//!
//! The library's instances can be shared under symbols made from them: compiled once, linked with every program.

use crate::instance::FnKey;
use crate::names;
use std::fmt::{self, Write};
use vez_base::{DefId, DefKind};
use vez_db::Db;
use vez_types::{GenericArg, GenericArgs, Mutability, Ty, TyKind};

/// The symbol of a function that programs can share: it depends on nothing but the library.
pub fn function_symbol(db: &dyn Db, key: &FnKey) -> Option<String> {
    let mut text = UniqueText::new(db);
    match key {
        FnKey::Item(def, args) => {
            text.def(*def).ok()?;
            text.args(*args).ok()?;
        }
        FnKey::DropGlue(ty) => {
            text.out.push_str("drop ");
            text.ty(*ty).ok()?;
        }
        _ => return None,
    }
    text.symbol(|| names::function_path(db, key))
}

/// The symbol of a static of the library.
pub fn static_symbol(db: &dyn Db, def: DefId) -> Option<String> {
    let mut text = UniqueText::new(db);
    text.def(def).ok()?;
    text.symbol(|| names::def_path(db, def))
}

/// A number for a monomorphic type.
pub fn type_hash(db: &dyn Db, ty: Ty) -> u64 {
    let mut text = UniqueText::new(db);
    text.ty(ty).expect("a string takes everything");
    text.hash() as u64
}

struct UniqueText<'db> {
    db: &'db dyn Db,
    out: String,
    /// Nothing in it is a user's, or part of a body.
    in_library: bool,
}

impl<'db> UniqueText<'db> {
    fn new(db: &'db dyn Db) -> UniqueText<'db> {
        UniqueText { db, out: String::new(), in_library: true }
    }

    /// A path for people, and the text's hash.
    fn symbol(self, path: impl FnOnce() -> String) -> Option<String> {
        self.in_library.then(|| format!("vez.{}.{}", path(), self.hash()))
    }

    /// FNV-1a of 128 bits.
    fn hash(&self) -> u128 {
        const PRIME: u128 = (1 << 88) + 0x13b;
        let start = 0x6c62_272e_07bb_0142_62b8_2175_6295_c58d;
        self.out.bytes().fold(start, |hash, byte| (hash ^ u128::from(byte)).wrapping_mul(PRIME))
    }

    /// `core::fmt::impl#3::fmt`
    fn def(&mut self, def: DefId) -> fmt::Result {
        let mut path: Vec<DefId> = def.ancestors().collect();
        path.reverse();
        self.in_library &= self.db.crates()[vez_hir::crate_of(self.db, def).0 as usize].is_stdlib;
        for (depth, &step) in path.iter().enumerate() {
            let key = step.key();
            let word = match key.kind {
                DefKind::Impl => "impl",
                DefKind::Closure | DefKind::Promoted | DefKind::ConstBlock => {
                    self.in_library = false;
                    "body"
                }
                _ => key.name.as_str(),
            };
            let separator = if depth == 0 { "" } else { "::" };
            write!(self.out, "{separator}{word}")?;
            if key.disambiguator != 0 {
                write!(self.out, "#{}", key.disambiguator)?;
            }
        }
        Ok(())
    }

    fn args(&mut self, args: GenericArgs) -> fmt::Result {
        if args.as_slice().is_empty() {
            return Ok(());
        }
        self.out.push('<');
        for arg in args.as_slice() {
            match arg {
                GenericArg::Ty(ty) => self.ty(*ty)?,
                GenericArg::Const(value) => write!(self.out, "{}", value.as_value().unwrap_or(0))?,
                GenericArg::Region(_) => self.out.push('_'),
            }
            self.out.push(',');
        }
        self.out.push('>');
        Ok(())
    }

    fn types(&mut self, types: &[Ty]) -> fmt::Result {
        self.out.push('(');
        for &ty in types {
            self.ty(ty)?;
            self.out.push(',');
        }
        self.out.push(')');
        Ok(())
    }

    fn pointer(&mut self, sigil: &str, target: Ty, mutability: Mutability) -> fmt::Result {
        let word = if mutability == Mutability::Mut { "mut " } else { "" };
        write!(self.out, "{sigil}{word}")?;
        self.ty(target)
    }

    fn ty(&mut self, ty: Ty) -> fmt::Result {
        match ty.kind() {
            TyKind::Tuple(types) => self.types(types.as_slice()),
            TyKind::Array(elem, len) => {
                self.out.push('[');
                self.ty(*elem)?;
                write!(self.out, "; {}]", len.as_value().unwrap_or(0))
            }
            TyKind::Slice(elem) => {
                self.out.push('[');
                self.ty(*elem)?;
                self.out.push(']');
                Ok(())
            }
            TyKind::Ref(_, target, mutability) => self.pointer("&", *target, *mutability),
            TyKind::RawPtr(target, mutability) => self.pointer("*", *target, *mutability),
            TyKind::Adt(def, args) => {
                self.def(*def)?;
                self.args(*args)
            }
            TyKind::FnDef(def, args) | TyKind::Closure(def, args) => {
                self.out.push_str("fn ");
                self.def(*def)?;
                self.args(*args)
            }
            TyKind::FnPtr(sig) => {
                let safety = if sig.is_unsafe { "unsafe " } else { "" };
                let abi = sig.abi.map_or("", |abi| abi.as_str());
                let dots = if sig.variadic { "..." } else { "" };
                write!(self.out, "{safety}extern {abi:?} fn{dots}")?;
                self.types(sig.inputs_and_output.as_slice())
            }
            TyKind::Dyn(object) => {
                self.out.push_str("dyn ");
                if let Some((def, args)) = object.principal {
                    self.def(def)?;
                    self.args(args)?;
                }
                for &(def, ty) in &object.projections {
                    self.out.push('+');
                    self.def(def)?;
                    self.out.push('=');
                    self.ty(ty)?;
                }
                object.autos.iter().try_for_each(|&def| {
                    self.out.push('+');
                    self.def(def)
                })
            }
            // Primitive types; nothing else is monomorphic and normalised.
            _ => write!(self.out, "{ty}"),
        }
    }
}
