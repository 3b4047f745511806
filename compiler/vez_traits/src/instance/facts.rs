//! Copy, sized, needs drop.

use crate::collect::adt_def;
use crate::infer::InferCtxt;
use crate::lang::lang_items;
use crate::solve::{ParamEnv, trait_impls};
use vez_base::{DefId, FxHashSet};
use vez_db::{Db, Subject};
use vez_types::{Flags, GenericArg, GenericArgs, Mutability, Predicate, TraitRef, Ty, TyKind};

/// Whether values of the type are copied, given these where-clauses.
pub fn is_copy(db: &dyn Db, env: ParamEnv, ty: Ty) -> bool {
    match ty.kind() {
        TyKind::Bool
        | TyKind::Char
        | TyKind::Int(_)
        | TyKind::Float(_)
        | TyKind::Never
        | TyKind::RawPtr(..)
        | TyKind::FnDef(..)
        | TyKind::FnPtr(_)
        | TyKind::Error
        | TyKind::Ref(_, _, Mutability::Not) => true,
        TyKind::Ref(_, _, Mutability::Mut) | TyKind::Str | TyKind::Slice(_) | TyKind::Dyn(_) => {
            false
        }
        TyKind::Tuple(types) => types.as_slice().iter().all(|&ty| is_copy(db, env, ty)),
        TyKind::Array(elem, _) => is_copy(db, env, *elem),
        _ => holds(db, env, lang_items(db).copy, ty),
    }
}

/// Whether the type's size is known at compile time, given these where-clauses.
pub fn is_sized(db: &dyn Db, env: ParamEnv, ty: Ty) -> bool {
    match ty.kind() {
        TyKind::Str | TyKind::Slice(_) | TyKind::Dyn(_) => false,
        TyKind::Adt(..)
        | TyKind::Tuple(_)
        | TyKind::Param(_)
        | TyKind::Projection(..)
        | TyKind::Opaque(..) => holds(db, env, lang_items(db).sized, ty),
        _ => true,
    }
}

fn holds(db: &dyn Db, env: ParamEnv, trait_: Option<DefId>, ty: Ty) -> bool {
    let Some(trait_) = trait_ else { return false };
    let mut infcx = InferCtxt::new(db, env);
    infcx.reveal = !ty.has(Flags::PARAM);
    let args = GenericArgs::new(vec![GenericArg::Ty(ty.erase_regions())]);
    let goal = Predicate::Trait(TraitRef { trait_, args });
    infcx.evaluate(goal) == crate::solve::Evaluation::Yes
}

#[salsa::tracked(returns(copy))]
fn drop_impl_query<'db>(db: &'db dyn Db, adt: Subject<'db>) -> Option<DefId> {
    let adt = adt.def(db);
    let impls = trait_impls(db, lang_items(db).drop?);
    impls.all().find(|&impl_| vez_hir::impl_head(db, impl_) == vez_hir::ImplHead::Adt(adt))
}

/// The `impl Drop` of a nominal type.
pub fn drop_impl(db: &dyn Db, adt: DefId) -> Option<DefId> {
    drop_impl_query(db, Subject::new(db, adt))
}

#[salsa::interned]
struct DropKey<'db> {
    #[returns(copy)]
    env: ParamEnv,
    #[returns(copy)]
    ty: Ty,
}

#[salsa::tracked(returns(copy))]
fn drop_query<'db>(db: &'db dyn Db, key: DropKey<'db>) -> bool {
    let mut search = DropSearch { db, env: key.env(db), seen: FxHashSet::default() };
    search.needs_drop(key.ty(db))
}

/// Whether dropping a value of the type may do anything, given these where-clauses. The type is normalised, regions erased.
pub fn needs_drop(db: &dyn Db, env: ParamEnv, ty: Ty) -> bool {
    match ty.kind() {
        TyKind::Adt(..) | TyKind::Tuple(_) | TyKind::Closure(..) | TyKind::Array(..) => {
            let env = if ty.has(Flags::PARAM) { env } else { ParamEnv::empty() };
            drop_query(db, DropKey::new(db, env, ty.erase_regions()))
        }
        _ => DropSearch { db, env, seen: FxHashSet::default() }.needs_drop(ty),
    }
}

struct DropSearch<'db> {
    db: &'db dyn Db,
    env: ParamEnv,
    /// A type that contains itself needs no drop for that alone.
    seen: FxHashSet<Ty>,
}

impl DropSearch<'_> {
    fn needs_drop(&mut self, ty: Ty) -> bool {
        match ty.kind() {
            TyKind::Bool
            | TyKind::Char
            | TyKind::Int(_)
            | TyKind::Float(_)
            | TyKind::Str
            | TyKind::Never
            | TyKind::Ref(..)
            | TyKind::RawPtr(..)
            | TyKind::FnDef(..)
            | TyKind::FnPtr(_)
            | TyKind::Infer(_)
            | TyKind::Error => false,
            // The same tuple inside a tuple says nothing new.
            TyKind::Tuple(types) => {
                self.seen.insert(ty) && types.as_slice().iter().any(|&ty| self.needs_drop(ty))
            }
            TyKind::Array(_, len) if len.as_value() == Some(0) => false,
            TyKind::Array(elem, _) | TyKind::Slice(elem) => self.needs_drop(*elem),
            TyKind::Adt(def, args) => self.adt_needs_drop(ty, *def, *args),
            TyKind::Closure(def, args) => self.closure_needs_drop(ty, *def, *args),
            TyKind::Dyn(_) => true,
            TyKind::Param(_) | TyKind::Projection(..) | TyKind::Opaque(..) => {
                !is_copy(self.db, self.env, ty)
            }
        }
    }

    fn adt_needs_drop(&mut self, ty: Ty, def: DefId, args: GenericArgs) -> bool {
        let adt = adt_def(self.db, def);
        if adt.flags.is_manually_drop || adt.flags.is_maybe_uninit || adt.flags.is_phantom_data {
            return false;
        }
        if adt.flags.is_box || drop_impl(self.db, def).is_some() {
            return true;
        }
        if adt.kind == crate::collect::AdtKind::Union || !self.seen.insert(ty) {
            return false;
        }
        adt.all_fields().any(|field| {
            let ty = self.normalize(field.ty.substitute(args).erase_regions());
            self.needs_drop(ty)
        })
    }

    fn closure_needs_drop(&mut self, ty: Ty, def: DefId, args: GenericArgs) -> bool {
        if !self.seen.insert(ty) {
            return false;
        }
        let infcx = InferCtxt::new(self.db, self.env);
        let Some(captures) = infcx.closure_facts(def, args).and_then(|facts| facts.captures) else {
            return true;
        };
        captures.into_iter().any(|ty| {
            let ty = self.normalize(ty);
            self.needs_drop(ty)
        })
    }

    fn normalize(&self, ty: Ty) -> Ty {
        if !ty.has(Flags::PROJECTION | Flags::OPAQUE) {
            return ty;
        }
        if !ty.has(Flags::PARAM) {
            return super::normalize_mono(self.db, ty);
        }
        let mut infcx = InferCtxt::new(self.db, self.env);
        infcx.normalize_now(ty)
    }
}
