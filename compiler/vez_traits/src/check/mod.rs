//! What an item owes its own signature: impls that keep their traits' promises, types of finite size, bounds that hold.
//!
//! Knows no bodies. One file a topic; each adds to a list of diagnostics.

mod adt;
mod coherence;
mod destructor;
mod dyn_compat;
mod impls;
mod outlives;
mod params;
mod privacy;
mod signature;
mod wf;

pub use dyn_compat::dyn_violation;
pub use wf::wf_obligations;

use crate::infer::InferCtxt;
use crate::solve::{FulfillCtxt, Obligation, ParamEnv, report_error};
use vez_base::{DefId, DefKind};
use vez_db::Db;
use vez_diag::Diagnostic;

/// Everything wrong with an item outside of its body.
pub fn check_item(db: &dyn Db, def: DefId) -> Vec<Diagnostic> {
    let mut out = Vec::new();
    signature::lowering(db, def, &mut out);
    // What does not even lower would be reported twice.
    if out.iter().any(Diagnostic::is_error) {
        return out;
    }
    match def.kind() {
        DefKind::Struct | DefKind::Enum | DefKind::Union => {
            adt::check_adt(db, def, &mut out);
            params::unused_params(db, def, &mut out);
        }
        DefKind::Impl => {
            impls::check_impl(db, def, &mut out);
            params::unconstrained_params(db, def, &mut out);
            coherence::check_impl(db, def, &mut out);
        }
        DefKind::AssocFn => signature::receiver(db, def, &mut out),
        DefKind::Fn => signature::main_result(db, def, &mut out),
        DefKind::Static => signature::shared_static(db, def, &mut out),
        DefKind::AssocTy => privacy::assoc_type(db, def, &mut out),
        _ => {}
    }
    params::const_param_types(db, def, &mut out);
    signature::check_types(db, def, &mut out);
    out
}

/// Reports the obligations that do not hold in an environment.
fn require(infcx: &mut InferCtxt<'_>, obligations: Vec<Obligation>, out: &mut Vec<Diagnostic>) {
    let mut fulfill = FulfillCtxt::new();
    fulfill.register_all(obligations);
    let mut errors = fulfill.select_where_possible(infcx);
    errors.extend(fulfill.take_ambiguous(infcx));
    out.extend(errors.iter().filter_map(|error| report_error(infcx, error)));
}

fn infcx_in(db: &dyn Db, env: ParamEnv) -> InferCtxt<'_> {
    InferCtxt::new(db, env)
}
