//! The query: one body checked, and what other crates ask of checked bodies through `vez_traits::hooks`.

use vez_base::{DefId, DefKind};
use vez_db::{Db, Subject};
use vez_diag::{Lowered, registry as d};
use vez_traits::{ClosureFacts, Hooks, param_env};
use vez_types::Ty;

use crate::check::{FnCtxt, closure_kind_of};
use crate::data::*;

/// The typed body of a function, constant, static or anonymous constant; what is wrong with its names and types rides along.
pub fn thir_body(db: &dyn Db, def: DefId) -> &Lowered<Body> {
    install_hooks();
    thir_query(db, Subject::new(db, def))
}

#[salsa::tracked(returns(ref), cycle_result = thir_cycle)]
fn thir_query<'db>(db: &'db dyn Db, subject: Subject<'db>) -> Lowered<Body> {
    let def = subject.def(db);
    let hir = vez_hir::body(db, def);
    let mut checker = FnCtxt::new(db, &hir.value, param_env(db, def));
    checker.tainted = hir.has_errors();
    checker.check_owner();
    let typed = checker.finish_body();
    let mut diagnostics = hir.diagnostics;
    diagnostics.extend(typed.diagnostics);
    Lowered { value: typed.value, diagnostics }
}

/// A body that needs its own type, by `fn f(..) = e` or `impl Trait`.
fn thir_cycle<'db>(db: &'db dyn Db, _: salsa::Id, subject: Subject<'db>) -> Lowered<Body> {
    let def = subject.def(db);
    let what = format!("the type of {} `{}`", def.kind().describe(), def.name());
    let span = vez_hir::name_span(db, def);
    let mut body = Body::of_error(def, span);
    body.poisoned = true;
    Lowered { value: body, diagnostics: vec![d::Cycle { what }.at(span)] }
}

/// The body that a closure is written in, and which of its closures it is.
pub fn closure_of(db: &dyn Db, def: DefId) -> Option<(DefId, ClosureId)> {
    let owner = def.parent_def().filter(|_| def.kind() == DefKind::Closure)?;
    let body = &thir_body(db, owner).value;
    let (id, _) = body.closures.iter_enumerated().find(|(_, closure)| closure.def == def)?;
    Some((owner, id))
}

/// Lets `vez_traits` ask about closures, opaque types and inferred types. Every entry point of this crate calls it.
pub fn install_hooks() {
    vez_traits::install(Hooks { closure: closure_facts, opaque: opaque_type, inferred_type });
}

fn closure_facts(db: &dyn Db, def: DefId) -> Option<ClosureFacts> {
    let (owner, id) = closure_of(db, def)?;
    let closure = &thir_body(db, owner).value.closures[id];
    let captures = closure.captures.iter().map(Capture::field_ty).collect();
    Some(ClosureFacts {
        sig: closure.sig.clone(),
        kind: Some(closure_kind_of(closure.kind)),
        captures: Some(captures),
    })
}

fn opaque_type(db: &dyn Db, def: DefId, index: u32) -> Option<Ty> {
    thir_body(db, def).value.opaques.get(index as usize).copied()
}

fn inferred_type(db: &dyn Db, def: DefId) -> Option<Ty> {
    let body = &thir_body(db, def).value;
    Some(match def.kind() {
        DefKind::Fn | DefKind::AssocFn => body.ret,
        _ => body.exprs.get(body.value).map_or(Ty::error(), |value| value.ty),
    })
}

impl Body {
    /// The body of what cannot be checked.
    fn of_error(owner: DefId, span: vez_base::Span) -> Body {
        let mut exprs = vez_base::IdVec::new();
        let value = exprs.push(Expr { kind: ExprKind::Error, ty: Ty::error(), span });
        Body {
            owner,
            params: Vec::new(),
            ret: Ty::error(),
            value,
            exprs,
            pats: vez_base::IdVec::new(),
            blocks: vez_base::IdVec::new(),
            locals: vez_base::IdVec::new(),
            closures: vez_base::IdVec::new(),
            opaques: Vec::new(),
            consts: Box::default(),
            written: Vec::new(),
            poisoned: true,
            span,
        }
    }
}

impl Capture {
    /// The type of the environment's field.
    pub fn field_ty(&self) -> Ty {
        match self.by {
            CaptureBy::Value => self.ty,
            CaptureBy::Ref(BorrowKind::Shared) => Ty::reference(self.ty, Mutability::Not),
            CaptureBy::Ref(_) => Ty::reference(self.ty, Mutability::Mut),
        }
    }
}
