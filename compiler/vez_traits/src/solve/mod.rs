//! Trait goals: is `T: Trait` true, by which impl, and what is `<T as Trait>::Assoc`.
//!
//! Selection works like rustc's: candidates from the environment, from bounds of associated and opaque types, from objects, from
//! the compiler, from impls; what remains after a look at their own requirements must be one, or the goal waits for more
//! inference. Goals without variables are answered once a session by a query.

mod assemble;
mod builtin;
mod cache;
mod confirm;
mod env;
mod evaluate;
mod fulfill;
mod impls;
mod normalize;
mod obligation;
mod project;
mod report;
mod select;
mod winnow;

pub(crate) use cache::SolverCache;
pub(crate) use env::elaborate;
pub use env::{ParamEnv, elaborated_clauses, param_env};
pub use evaluate::Evaluation;
pub use fulfill::{FulfillCtxt, FulfillError, FulfillErrorKind, PendingClosure};
pub(crate) use impls::{impl_predicates, trait_impls, ty_head, types_may_unify};
pub use obligation::{Cause, Obligation, ObligationCause};
pub use project::Projected;
pub(crate) use project::trait_ref_of;
pub use report::report_error;
pub use select::{ImplSource, SelectError, Selection};
