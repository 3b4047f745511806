//! What a trait object's vtable holds.

use super::{Instance, resolve_instance};
use crate::collect::{
    AssocKind, GenericParamKind, associated_items, dyn_trait_ref, generics_of, requires_sized_self,
    supertrait_refs, supertraits, trait_def,
};
use vez_base::DefId;
use vez_db::{Db, Subject};
use vez_types::{DynTy, GenericArg, GenericArgs, Region, TraitRef, Ty};

#[salsa::tracked(returns(ref))]
fn methods_query<'db>(db: &'db dyn Db, trait_: Subject<'db>) -> Vec<DefId> {
    let mut methods = Vec::new();
    for &trait_ in supertraits(db, trait_.def(db)) {
        for item in associated_items(db, trait_).of_kind(AssocKind::Fn) {
            if is_dispatchable(db, item.def) {
                methods.push(item.def);
            }
        }
    }
    methods
}

/// A method that can be called on an object: a receiver, no types of its own, no `where Self: Sized`.
fn is_dispatchable(db: &dyn Db, method: DefId) -> bool {
    let generics = &generics_of(db, method).params;
    crate::collect::fn_has_self(db, method)
        && generics.iter().all(|param| param.kind == GenericParamKind::Lifetime)
        && !requires_sized_self(db, method)
}

/// The methods of a trait's vtable in order: the trait's own, then its supertraits'. Drop glue, size and alignment come
/// before them.
pub fn vtable_methods(db: &dyn Db, trait_: DefId) -> &[DefId] {
    methods_query(db, Subject::new(db, trait_))
}

/// The supertraits of `dyn ..` in the order in which a vtable, behind the methods, has pointers to their vtables. Arguments are
/// those of `concrete`, not normalised.
pub fn vtable_supertraits(db: &dyn Db, dynamic: &DynTy, concrete: Ty) -> Vec<TraitRef> {
    let Some(principal) = dyn_trait_ref(dynamic, concrete) else { return Vec::new() };
    let mut all = supertrait_refs(db, principal);
    all.remove(0);
    all.retain(|trait_ref| !trait_def(db, trait_ref.trait_).is_auto);
    all
}

/// One method of a vtable.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct VtableEntry {
    /// The trait's method.
    pub item: DefId,
    /// What it is for the concrete type; `None` when its bounds do not hold there.
    pub instance: Option<Instance>,
}

/// The methods of the vtable of `concrete` as `dyn ..`, in the order of [`vtable_methods`].
pub fn vtable_entries(db: &dyn Db, dynamic: &DynTy, concrete: Ty) -> Vec<VtableEntry> {
    let Some(principal) = dyn_trait_ref(dynamic, concrete) else { return Vec::new() };
    let traits: Vec<TraitRef> = supertrait_refs(db, principal);
    let entry = |&item: &DefId| {
        let owner = traits.iter().find(|trait_ref| Some(trait_ref.trait_) == item.parent_def());
        let instance = owner.and_then(|owner| {
            let mut args = owner.args.as_slice().to_vec();
            let own = generics_of(db, item).params.len();
            args.extend(std::iter::repeat_n(GenericArg::Region(Region::erased()), own));
            resolve_instance(db, item, GenericArgs::new(args))
        });
        VtableEntry { item, instance }
    };
    vtable_methods(db, principal.trait_).iter().map(entry).collect()
}
