//! The borrow checker: initialisation and moves, mutability, loans, lifetimes; what constants may not do.
//!
//! Input: MIR as built, drops not elaborated. Output: diagnostics. One body at a time; knows nothing of source text but
//! spans. Region inference is the non-lexical lifetimes of Rust: values of regions are sets of points, loans are in scope
//! where their region holds.

mod consts;
mod loans;
mod moves;
mod mutability;
mod names;
mod panics;
mod regions;
#[cfg(test)]
mod tests;
mod uses;

use loans::Loans;
use regions::Regions;
use regions::solve::Values;
use vez_base::DefId;
use vez_db::{Db, Subject};
use vez_diag::{Diagnostic, Sink};
use vez_mir::moves::MovePaths;
use vez_mir::{Body, Facts, Operand, Rvalue, StatementKind, TerminatorKind};
use vez_types::{Flags, TyKind};

/// What is wrong with a body's moves and borrows. Closures are bodies of their own.
pub fn borrowck(db: &dyn Db, def: DefId) -> &[Diagnostic] {
    borrowck_query(db, Subject::new(db, def))
}

#[salsa::tracked(returns(ref))]
fn borrowck_query<'db>(db: &'db dyn Db, subject: Subject<'db>) -> Vec<Diagnostic> {
    let def = subject.def(db);
    let thir = &vez_thir::thir_body(db, vez_mir::body_owner(def)).value;
    if thir.poisoned {
        return Vec::new();
    }
    let facts = Facts::new(db, thir);
    check(&vez_mir::mir_built(db, def), &facts)
}

fn check(body: &Body, facts: &Facts<'_>) -> Vec<Diagnostic> {
    let mut sink = Sink::new();
    let paths = MovePaths::new(body, facts);
    moves::check(body, facts, &paths, &mut sink);
    mutability::check(body, facts, &mut sink);
    consts::check(body, facts, &mut sink);
    panics::check(body, facts, &mut sink);
    if needs_regions(body) {
        let regions = Regions::new(body, facts);
        let values = Values::new(&regions, &paths);
        let loans = Loans::new(body, &regions);
        loans::access::check(&regions, &values, &loans, &mut sink);
        regions::check::check(&regions, &values, &mut sink);
        regions::binders::check(&regions, &values, &mut sink);
        regions::params::check(&regions, &values, &mut sink);
        regions::opaques::check(&regions, &values, &mut sink);
    }
    let mut diagnostics = sink.into_vec();
    diagnostics.sort_by_key(|diagnostic| diagnostic.span);
    diagnostics
}

/// Without a borrow, a function as a value and without a lifetime in the signature there is nothing to check.
fn needs_regions(body: &Body) -> bool {
    body.blocks.iter().any(|block| {
        let mut statements = block.statements.iter();
        statements.any(|statement| match &statement.kind {
            StatementKind::Assign(_, Rvalue::Ref(..)) => true,
            StatementKind::Assign(_, Rvalue::Cast(_, _, ty)) => ty.has(Flags::ANY_REGION),
            _ => false,
        }) || passes_function(&block.terminator.kind)
    }) || has_reference(body)
}

/// Whether a function is given to what may call it with any lifetime.
fn passes_function(terminator: &TerminatorKind) -> bool {
    let TerminatorKind::Call { args, .. } = terminator else { return false };
    args.iter().any(|arg| match arg {
        Operand::Const(constant) => matches!(constant.ty.kind(), TyKind::FnDef(..)),
        _ => false,
    })
}

fn has_reference(body: &Body) -> bool {
    let count = body.params as usize + 1;
    body.locals.iter().take(count).any(|decl| {
        let ty = decl.ty;
        matches!(
            ty.kind(),
            TyKind::Ref(..)
                | TyKind::Adt(..)
                | TyKind::Tuple(_)
                | TyKind::Dyn(_)
                | TyKind::FnPtr(_)
                | TyKind::FnDef(..)
        )
    })
}
