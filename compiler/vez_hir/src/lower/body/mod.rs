//! Bodies.
use vez_base::{DefId, IdVec, Span};
use vez_db::Db;
use vez_diag::Lowered;

use crate::data::{Body, Expr, ExprKind, Types};

/// The body of a definition.
pub(crate) fn lower(_db: &dyn Db, def: DefId) -> Lowered<Body> {
    let mut exprs = IdVec::new();
    let value = exprs.push(Expr { kind: ExprKind::Error, span: Span::DUMMY });
    Lowered::ok(Body {
        owner: def,
        params: Vec::new(),
        value,
        exprs,
        pats: IdVec::new(),
        blocks: IdVec::new(),
        locals: IdVec::new(),
        types: Types::default(),
    })
}
