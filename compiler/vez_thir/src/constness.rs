//! E0015: what constants and `const fn`s may call.
//!
//! Looks at a finished body's calls. `core` is taken at its word: which of its inherent functions Rust calls `const` is not
//! checked, so that a function it forgot to mark does not make a right program wrong. What allocates or asks the system is
//! outside `core`.

use vez_base::{DefId, DefKind};
use vez_db::{CrateId, Db};
use vez_diag::{Diagnostic, registry as d};
use vez_hir as hir;
use vez_types::TyKind;

use crate::data::*;

/// Reports calls of functions that are not `const`, where only those may be called.
pub(crate) fn check(db: &dyn Db, body: &Body, report: &mut dyn FnMut(Diagnostic)) {
    // What a closure calls runs later; bodies with closures are left to evaluation.
    if !is_const_context(db, body.owner) || is_library(db, body.owner) || !body.closures.is_empty()
    {
        return;
    }
    for expr in body.exprs.iter() {
        let ExprKind::Call { callee, .. } = expr.kind else { continue };
        let TyKind::FnDef(def, _) = body.exprs[callee].ty.kind() else { continue };
        if is_runtime_only(db, *def) {
            (report)(d::NonConstCall { name: def.name() }.at(expr.span));
        }
    }
}

/// Whether a body may run while the program is compiled.
pub fn is_const_context(db: &dyn Db, owner: DefId) -> bool {
    match owner.kind() {
        DefKind::Fn | DefKind::AssocFn => is_const_fn(db, owner),
        kind => matches!(
            kind,
            DefKind::Const | DefKind::AssocConst | DefKind::Static | DefKind::ConstBlock
        ),
    }
}

/// Whether a function is certainly no `const fn`: a trait's, or one outside `core` without the word.
fn is_runtime_only(db: &dyn Db, def: DefId) -> bool {
    if !matches!(def.kind(), DefKind::Fn | DefKind::AssocFn) {
        return false;
    }
    let of_trait = def.parent_def().is_some_and(|parent| match parent.kind() {
        DefKind::Trait => true,
        DefKind::Impl => vez_traits::impl_header(db, parent).trait_ref.is_some(),
        _ => false,
    });
    of_trait || hir::crate_of(db, def) != CrateId::CORE && !is_const_fn(db, def)
}

fn is_const_fn(db: &dyn Db, def: DefId) -> bool {
    matches!(&hir::signature(db, def).value.kind, hir::SignatureKind::Fn(sig) if sig.is_const)
}

fn is_library(db: &dyn Db, def: DefId) -> bool {
    db.crates()[hir::crate_of(db, def).0 as usize].is_stdlib
}
