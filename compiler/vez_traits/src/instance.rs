//! Which function a monomorphic call reaches, what is inside a vtable, and other questions of code generation.
//!
//! Everything here is without parameters and sees through opaque types, except [`is_copy`], [`is_sized`] and [`needs_drop`], which
//! generic MIR asks as well.

mod facts;
mod vtable;

pub use facts::{drop_impl, is_copy, is_sized, needs_drop};
pub use vtable::{VtableEntry, vtable_entries, vtable_methods, vtable_supertraits};

use crate::collect::{AssocKind, GenericParamKind, associated_items, generics_of};
use crate::hooks::ClosureKind;
use crate::infer::InferCtxt;
use crate::lang::lang_items;
use crate::solve::{FulfillCtxt, ImplSource, Obligation, ObligationCause, trait_ref_of};
use vez_base::{DefId, DefKind, name};
use vez_db::Db;
use vez_types::{Flags, FnSig, GenericArg, GenericArgs, Region, TraitRef, Ty, TyKind};

/// A function with everything known, or code the compiler makes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Instance {
    pub kind: InstanceKind,
    /// For the definition in `kind`; the type's own for glue.
    pub args: GenericArgs,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum InstanceKind {
    /// A function with a body, or an extern one; also the constant that an associated constant resolves to.
    Item(DefId),
    /// A function the back end implements.
    Intrinsic(DefId),
    /// A tuple struct's or variant's constructor.
    Ctor(DefId),
    /// A closure's body, called through this trait's method. When `via` is `FnOnce` and the closure's own kind is less, the
    /// environment comes by value and its address is passed on. Arguments arrive as one tuple.
    ClosureCall { def: DefId, via: ClosureKind },
    /// A function item or fn pointer (the type), called through this trait's method. Arguments arrive as one tuple.
    FnPtrShim { callee: Ty, via: ClosureKind },
    /// Drops a value of the type in place.
    DropGlue(Ty),
    /// `Clone::clone` of a tuple, array or closure, or a copy.
    CloneShim(Ty),
    /// The vtable's entry with this number, of the receiver's vtable; the item is the trait's.
    Virtual { item: DefId, index: u32 },
    /// A method with `self` by value as a vtable has it: the receiver comes by address.
    VtableShim(DefId),
}

#[salsa::interned]
struct Key<'db> {
    #[returns(copy)]
    def: DefId,
    #[returns(copy)]
    args: GenericArgs,
}

#[salsa::tracked(returns(copy))]
fn instance_query<'db>(db: &'db dyn Db, key: Key<'db>) -> Option<Instance> {
    resolve(db, key.def(db), key.args(db))
}

/// What a reference to `def` with these arguments means; `None` after errors only.
pub fn resolve_instance(db: &dyn Db, def: DefId, args: GenericArgs) -> Option<Instance> {
    instance_query(db, Key::new(db, def, args))
}

fn resolve(db: &dyn Db, def: DefId, args: GenericArgs) -> Option<Instance> {
    let args = normalize_args_mono(db, args);
    let kind = match def.kind() {
        DefKind::Struct | DefKind::Variant | DefKind::Union => InstanceKind::Ctor(def),
        DefKind::Closure => InstanceKind::Item(def),
        DefKind::Fn | DefKind::AssocFn if vez_hir::is_intrinsic(db, def) => {
            InstanceKind::Intrinsic(def)
        }
        DefKind::AssocFn | DefKind::AssocConst => {
            let owner = def.parent_def()?;
            if owner.kind() == DefKind::Trait {
                return resolve_trait_item(db, owner, def, args);
            }
            InstanceKind::Item(def)
        }
        _ => InstanceKind::Item(def),
    };
    Some(Instance { kind, args })
}

fn resolve_trait_item(
    db: &dyn Db,
    trait_: DefId,
    item: DefId,
    args: GenericArgs,
) -> Option<Instance> {
    let trait_ref = trait_ref_of(db, item, args)?;
    let self_ty = trait_ref.self_ty();
    let kind = match select_mono(db, trait_ref)? {
        ImplSource::Impl { impl_, args: impl_args } => {
            return Some(impl_instance(db, impl_, impl_args, item, args));
        }
        ImplSource::Object(_) => {
            let TyKind::Dyn(dynamic) = self_ty.kind() else { return None };
            let methods = vtable_methods(db, dynamic.principal?.0);
            match methods.iter().position(|&method| method == item) {
                Some(index) => InstanceKind::Virtual { item, index: index as u32 },
                None => InstanceKind::Item(item),
            }
        }
        ImplSource::Builtin if item.name() == name::CLONE => InstanceKind::CloneShim(self_ty),
        ImplSource::Builtin => InstanceKind::Item(item),
        ImplSource::Closure => {
            let TyKind::Closure(def, closure_args) = self_ty.kind() else { return None };
            let via = lang_items(db).fn_trait_kind(trait_)?;
            let kind = InstanceKind::ClosureCall { def: *def, via };
            return Some(Instance { kind, args: *closure_args });
        }
        ImplSource::FnPointer => {
            let via = lang_items(db).fn_trait_kind(trait_)?;
            InstanceKind::FnPtrShim { callee: self_ty, via }
        }
        ImplSource::Param(_) | ImplSource::Error => return None,
    };
    Some(Instance { kind, args })
}

/// The impl's own item, or the trait's default one.
fn impl_instance(
    db: &dyn Db,
    impl_: DefId,
    impl_args: GenericArgs,
    item: DefId,
    args: GenericArgs,
) -> Instance {
    let kind = if item.kind() == DefKind::AssocConst { AssocKind::Const } else { AssocKind::Fn };
    let Some(own) = associated_items(db, impl_).find(item.name(), kind) else {
        return Instance { kind: InstanceKind::Item(item), args };
    };
    let args = rebase_args(db, item, args, own.def, impl_args);
    let kind = match vez_hir::is_intrinsic(db, own.def) {
        true => InstanceKind::Intrinsic(own.def),
        false => InstanceKind::Item(own.def),
    };
    Instance { kind, args }
}

/// Arguments for an impl's item from those of the trait's: types and constants in order; lifetimes may differ in number.
fn rebase_args(
    db: &dyn Db,
    trait_item: DefId,
    args: GenericArgs,
    impl_item: DefId,
    impl_args: GenericArgs,
) -> GenericArgs {
    let skip = generics_of(db, trait_item).parent_count as usize;
    let own = args.as_slice()[skip..].iter();
    let mut own = own.filter(|arg| !matches!(arg, GenericArg::Region(_)));
    let mut all = impl_args.as_slice().to_vec();
    for param in &generics_of(db, impl_item).params {
        all.push(match param.kind {
            GenericParamKind::Lifetime => GenericArg::Region(Region::erased()),
            _ => own.next().copied().unwrap_or_else(|| param.error_arg()),
        });
    }
    GenericArgs::new(all)
}

/// The impl that makes a monomorphic goal true, its arguments known.
pub(crate) fn select_mono(db: &dyn Db, goal: TraitRef) -> Option<ImplSource> {
    let mut infcx = InferCtxt::reveal_all(db);
    let cause = ObligationCause::dummy();
    let selection = infcx.select(goal, cause, 0).ok()??;
    let mut fulfill = FulfillCtxt::new();
    fulfill.register_all(selection.nested);
    // Errors here were reported where the code was checked.
    fulfill.select_where_possible(&mut infcx);
    Some(match selection.source {
        ImplSource::Impl { impl_, args } => {
            ImplSource::Impl { impl_, args: infcx.resolve_args(args) }
        }
        source => source,
    })
}

#[salsa::interned]
struct TyKey<'db> {
    #[returns(copy)]
    ty: Ty,
}

#[salsa::tracked(returns(copy))]
fn normalize_query<'db>(db: &'db dyn Db, key: TyKey<'db>) -> Ty {
    let mut infcx = InferCtxt::reveal_all(db);
    let mut nested: Vec<Obligation> = Vec::new();
    let ty = infcx.normalize(key.ty(db), ObligationCause::dummy(), &mut nested);
    if !ty.has_infer() {
        return ty;
    }
    let mut fulfill = FulfillCtxt::new();
    fulfill.register_all(nested);
    fulfill.select_where_possible(&mut infcx);
    infcx.finish_ty(ty)
}

/// A type without parameters, free of projections and opaque types, regions erased.
pub fn normalize_mono(db: &dyn Db, ty: Ty) -> Ty {
    let ty = ty.erase_regions();
    if !ty.has(Flags::PROJECTION | Flags::OPAQUE | Flags::UNEVALUATED) {
        return ty;
    }
    normalize_query(db, TyKey::new(db, ty))
}

/// Arguments without parameters, each normalised.
pub fn normalize_args_mono(db: &dyn Db, args: GenericArgs) -> GenericArgs {
    let args = args.erase_regions();
    if !args.has(Flags::PROJECTION | Flags::OPAQUE | Flags::UNEVALUATED) {
        return args;
    }
    let list = args.as_slice().iter().map(|&arg| match arg {
        GenericArg::Ty(ty) => GenericArg::Ty(normalize_mono(db, ty)),
        GenericArg::Const(constant) => {
            let array = Ty::new(TyKind::Array(Ty::unit(), constant));
            match normalize_mono(db, array).kind() {
                TyKind::Array(_, len) => GenericArg::Const(*len),
                _ => arg,
            }
        }
        GenericArg::Region(_) => arg,
    });
    list.collect()
}

/// A function's signature with arguments put in, normalised.
pub fn fn_sig_mono(db: &dyn Db, def: DefId, args: GenericArgs) -> FnSig {
    let sig = crate::collect::fn_sig_erased(db, def, args);
    let list = sig.inputs_and_output.as_slice().iter().map(|&ty| normalize_mono(db, ty));
    FnSig { inputs_and_output: list.collect(), ..sig }
}
