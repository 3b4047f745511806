//! What HIR signatures mean as types: one query a fact, keyed by `DefId`.
//!
//! Every fact is `Lowered`: accessors give the value, `check_item` gathers what was wrong. Types here are not normalised and
//! keep their regions. Knows no inference: `TypeLowerer` asks its context for what is left out.

mod adt;
mod assoc;
mod bounds;
mod generics;
mod lower;
mod outlives;
mod path;
mod predicates;
mod sig;
mod traits;

pub use adt::{
    AdtDef, AdtFlags, AdtKind, FieldDef, VariantDef, adt_def, field_ty, variant_of_ctor,
};
pub use assoc::{AssocItem, AssocItems, AssocKind, assoc_item, associated_items};
pub use bounds::{dyn_self, dyn_trait_ref};
pub use generics::{
    GenericParamDef, GenericParamKind, Generics, const_param_ty, const_param_ty_at, generics_of,
    identity_args,
};
pub use lower::{LowerCtx, TypeLowerer, lower_region, prim_ty};
pub use outlives::{each_outlives, each_part_outlives};
pub use predicates::{
    Predicates, all_predicates, item_bounds, opaque_bounds, opaque_captures, predicates_of,
    super_predicates,
};
pub use sig::{fn_has_self, fn_sig, fn_sig_erased, type_of};
pub use traits::{
    ImplHeader, TraitDef, impl_header, impl_trait_ref, supertrait_refs, supertraits, trait_def,
};

pub(crate) use adt::adt_lowered;
pub(crate) use generics::param_default;
pub(crate) use predicates::{
    item_bounds_lowered, opaque_lowered, predicates_lowered, requires_sized_self, sized_predicate,
    super_lowered,
};
pub(crate) use sig::{fn_sig_lowered, type_lowered};
pub(crate) use traits::impl_header_lowered;
