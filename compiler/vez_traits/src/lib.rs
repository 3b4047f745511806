//! Signatures as types, the inference table, the trait solver, method lookup, instance resolution.
//!
//! Knows nothing of expressions, statements or control flow: a body checker (`vez_thir`) drives an [`InferCtxt`] and asks.
//!
//! - [`collect`]: what HIR signatures mean as types; one query a fact, keyed by `DefId`.
//! - [`infer`]: the variables of one body and how types become equal.
//! - [`solve`]: trait goals, projections, pending obligations.
//! - [`method`]: which item a method call or `Type::name` means.
//! - [`check`]: what an item owes its own signature.
//! - [`instance`]: which function a monomorphic call reaches, and other questions of code generation.
//! - [`hooks`]: what only a body can tell (closures, opaque types), asked of the crate above.

pub mod check;
pub mod collect;
pub mod hooks;
pub mod infer;
pub mod instance;
mod lang;
pub mod method;
pub mod solve;
#[cfg(test)]
mod tests;

pub use check::{check_item, dyn_violation, wf_obligations};
pub use collect::{
    AdtDef, AdtFlags, AdtKind, AssocItem, AssocItems, AssocKind, FieldDef, GenericParamDef,
    GenericParamKind, Generics, ImplHeader, LowerCtx, Predicates, TraitDef, TypeLowerer,
    VariantDef, adt_def, all_predicates, assoc_item, associated_items, each_outlives, field_ty,
    fn_has_self, fn_sig, generics_of, identity_args, impl_header, impl_trait_ref, item_bounds,
    lower_region, opaque_bounds, opaque_captures, predicates_of, super_predicates, supertrait_refs,
    supertraits, trait_def, type_of, variant_of_ctor,
};
pub use hooks::{ClosureFacts, ClosureKind, Hooks, install};
pub use infer::{InferCtxt, Snapshot, TypeError, VarKind, VarOrigin};
pub use instance::{
    Instance, InstanceKind, VtableEntry, drop_impl, fn_sig_mono, is_copy, is_sized, needs_drop,
    normalize_args_mono, normalize_mono, resolve_instance, vtable_entries, vtable_methods,
};
pub use lang::{LangItems, lang_items};
pub use method::{
    Autoref, Deref, DerefStep, MethodError, Pick, PickItem, ProbeScope, is_numeric_method,
    probe_method, probe_path_item, report_method_error,
};
pub use solve::{
    Cause, Evaluation, FulfillCtxt, FulfillError, FulfillErrorKind, ImplSource, Obligation,
    ObligationCause, ParamEnv, PendingClosure, Projected, SelectError, Selection,
    elaborated_clauses, param_env, report_error,
};
