//! Destructuring assignment: `(a, b) = e` is `{ let (lhs0, lhs1) = e; a = lhs0; b = lhs1; }`.

use vez_ast as ast;
use vez_base::{DefKind, Span};

use super::BodyCtx;
use crate::data::{ExprId, ExprKind, FieldPat, LocalId, PatId, PatKind, Res, Stmt};
use crate::lower::names::Want;
use crate::scope::Ns;

/// What is assigned after the pattern has matched.
#[derive(Default)]
struct Pending {
    assignments: Vec<(ast::ExprId, LocalId)>,
}

impl BodyCtx<'_> {
    pub(super) fn is_destructuring(&self, id: ast::ExprId) -> bool {
        match &self.nodes().exprs[id].kind {
            ast::ExprKind::Paren(inner) => self.is_destructuring(*inner),
            ast::ExprKind::Tuple(_) | ast::ExprKind::Array(_) | ast::ExprKind::Struct { .. } => {
                true
            }
            ast::ExprKind::Call(callee, _) => {
                matches!(self.nodes().exprs[*callee].kind, ast::ExprKind::Path(_))
            }
            _ => false,
        }
    }

    pub(super) fn destructuring_assign(
        &mut self,
        left: ast::ExprId,
        right: ast::ExprId,
        span: Span,
    ) -> ExprId {
        let value = self.expr(right);
        let mut pending = Pending::default();
        let pat = self.assignee(left, &mut pending);
        let init = Some(value);
        let mut stmts = vec![Stmt::Let { pat, ty: None, init, otherwise: None, span }];
        for (place, local) in pending.assignments {
            let span = self.span(self.nodes().exprs[place].span);
            let place = self.expr(place);
            let value = self.local_expr(local, span);
            stmts.push(Stmt::Semi(self.push_expr(ExprKind::Assign(place, value), span)));
        }
        let block = self.synthetic_block(stmts, None, span);
        self.push_expr(ExprKind::Block(block), span)
    }

    /// The left side as a pattern.
    fn assignee(&mut self, id: ast::ExprId, pending: &mut Pending) -> PatId {
        let ast = &self.nodes().exprs[id];
        let span = self.span(ast.span);
        let kind = match &ast.kind {
            ast::ExprKind::Paren(inner) => return self.assignee(*inner, pending),
            ast::ExprKind::Underscore => PatKind::Wild,
            ast::ExprKind::Tuple(parts) => {
                let (pats, rest) = self.assignees(parts, pending);
                PatKind::Tuple { pats, rest }
            }
            ast::ExprKind::Array(parts) => {
                let (pats, rest) = self.assignees(parts, pending);
                let at = rest.map_or(pats.len(), |at| at as usize);
                let middle = rest.map(|_| self.push_pat(PatKind::Wild, span));
                PatKind::Slice { before: pats[..at].into(), middle, after: pats[at..].into() }
            }
            ast::ExprKind::Call(callee, parts) => {
                let ast::ExprKind::Path(path) = &self.nodes().exprs[*callee].kind else {
                    return self.assigned_place(id, span, pending);
                };
                // The result of a call is no place; that is for the types' checker to say.
                let calls = match self.resolves(path, Ns::Values) {
                    Some(Res::Local(_)) => true,
                    Some(Res::Def(def)) => matches!(def.kind(), DefKind::Fn | DefKind::AssocFn),
                    _ => false,
                };
                if calls {
                    return self.assigned_place(id, span, pending);
                }
                let path = self.qpath(path, Ns::Values, Want::TuplePat);
                let (pats, rest) = self.assignees(parts, pending);
                PatKind::TupleStruct { path, pats, rest }
            }
            ast::ExprKind::Struct { path, fields, base } => {
                let path = self.qpath(path, Ns::Types, Want::Struct);
                let mut pats = Vec::with_capacity(fields.len());
                for field in fields {
                    let (name, span) = (field.name.name, self.span(field.name.span));
                    pats.push(FieldPat { name, span, pat: self.assignee(field.expr, pending) });
                }
                PatKind::Struct { path, fields: pats.into(), rest: base.is_some() }
            }
            _ => return self.assigned_place(id, span, pending),
        };
        self.push_pat(kind, span)
    }

    fn assigned_place(&mut self, id: ast::ExprId, span: Span, pending: &mut Pending) -> PatId {
        let (local, pat) = self.fresh("lhs", span);
        pending.assignments.push((id, local));
        pat
    }

    fn assignees(
        &mut self,
        parts: &[ast::ExprId],
        pending: &mut Pending,
    ) -> (Box<[PatId]>, Option<u32>) {
        let mut rest = None;
        let mut pats = Vec::with_capacity(parts.len());
        for &part in parts {
            match &self.nodes().exprs[part].kind {
                ast::ExprKind::Range { low: None, high: None, inclusive: false }
                    if rest.is_none() =>
                {
                    rest = Some(pats.len() as u32);
                }
                _ => pats.push(self.assignee(part, pending)),
            }
        }
        (pats.into(), rest)
    }
}
