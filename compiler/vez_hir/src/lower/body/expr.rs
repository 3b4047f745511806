//! Expressions: one arm a form; what has more to it than its parts is in a file of its own.

use vez_ast::{self as ast, BlockKind, ExprKind as Ast};
use vez_base::Span;
use vez_diag::registry as diag;

use super::BodyCtx;
use crate::data::{ExprId, ExprKind, FieldInit, QPath, Res};
use crate::lower::names::Want;
use crate::scope::Ns;

impl BodyCtx<'_> {
    pub(super) fn expr(&mut self, id: ast::ExprId) -> ExprId {
        let ast = &self.nodes().exprs[id];
        let span = self.span(ast.span);
        let kind = match &ast.kind {
            Ast::Paren(inner) => return self.expr(*inner),
            Ast::If { cond, then, otherwise } => {
                return self.if_expr(*cond, *then, *otherwise, span);
            }
            Ast::Match { scrutinee, arms } => return self.match_expr(*scrutinee, arms, span),
            Ast::Loop { label, body } => return self.loop_expr(*label, *body, span),
            Ast::While { label, cond, body } => {
                return self.while_expr(*label, *cond, *body, span);
            }
            Ast::For { label, pat, iter, body } => {
                return self.for_expr(*label, *pat, *iter, *body, span);
            }
            Ast::Block { label, kind, block } => {
                return self.block_of_kind(*label, *kind, *block, span);
            }
            Ast::Closure { moves, params, ret, body } => {
                return self.closure(*moves, params, *ret, *body, span);
            }
            Ast::Break { label, value } => return self.break_expr(*label, *value, span),
            Ast::Continue { label } => return self.continue_expr(*label, span),
            Ast::Macro(call) => return self.macro_call(call, span),
            Ast::Range { low, high, inclusive } => {
                return self.range(*low, *high, *inclusive, span);
            }
            Ast::Assign(left, right) => return self.assign(*left, *right, span),
            Ast::Lit(lit) => ExprKind::Lit(*lit),
            Ast::Path(path) => return self.path_expr(path, Want::Value, span),
            Ast::Unary(op, expr) => ExprKind::Unary(*op, self.expr(*expr)),
            Ast::Binary(op, _, left, right) => {
                ExprKind::Binary(*op, self.expr(*left), self.expr(*right))
            }
            Ast::AssignOp(op, _, left, right) => {
                ExprKind::AssignOp(*op, self.expr(*left), self.expr(*right))
            }
            Ast::Ref { raw, mutability, expr } => {
                ExprKind::Ref { raw: *raw, mutability: *mutability, expr: self.expr(*expr) }
            }
            Ast::Cast(expr, ty) => ExprKind::Cast(self.expr(*expr), self.ty(*ty)),
            Ast::Call(callee, args) => ExprKind::Call(self.callee(*callee), self.exprs(args)),
            Ast::MethodCall { receiver, method, generics, args } => {
                let receiver = self.expr(*receiver);
                let segment = ast::Segment { name: *method, args: generics.clone() };
                let segment = self.segment(&segment, 0);
                ExprKind::MethodCall { receiver, segment, args: self.exprs(args) }
            }
            Ast::Field(expr, field) => {
                ExprKind::Field(self.expr(*expr), field.name, self.span(field.span))
            }
            Ast::Index(expr, index) => ExprKind::Index(self.expr(*expr), self.expr(*index)),
            Ast::Tuple(exprs) => ExprKind::Tuple(self.exprs(exprs)),
            Ast::Array(exprs) => ExprKind::Array(self.exprs(exprs)),
            Ast::Repeat { value, len } => {
                ExprKind::Repeat { value: self.expr(*value), len: self.const_arg(*len) }
            }
            Ast::Struct { path, fields, base } => self.struct_expr(path, fields, *base),
            Ast::Return(value) => {
                if !self.in_fn {
                    self.report(diag::ReturnOutsideFn.at(span));
                }
                ExprKind::Return(value.map(|value| self.expr(value)))
            }
            Ast::Try(expr) => ExprKind::Try(self.expr(*expr)),
            Ast::Let(..) => {
                self.report(diag::MisplacedModifier { modifier: "let" }.at(span));
                ExprKind::Error
            }
            Ast::Await(expr) => {
                self.expr(*expr);
                self.await_expr(span);
                ExprKind::Error
            }
            Ast::Underscore => {
                let report = diag::UnexpectedToken { expected: "an expression", found: "`_`" };
                self.report(report.at(span));
                ExprKind::Error
            }
            Ast::Hole => ExprKind::Hole,
            Ast::Error => ExprKind::Error,
        };
        self.push_expr(kind, span)
    }

    pub(super) fn exprs(&mut self, exprs: &[ast::ExprId]) -> Box<[ExprId]> {
        exprs.iter().map(|&expr| self.expr(expr)).collect()
    }

    fn path_expr(&mut self, path: &ast::Path, want: Want, span: Span) -> ExprId {
        let path = self.qpath(path, Ns::Values, want);
        let is_error = matches!(&path, QPath::Resolved { path, .. } if path.res == Res::Err);
        self.push_expr(if is_error { ExprKind::Error } else { ExprKind::Path(path) }, span)
    }

    /// What is called; a name that means nothing is then a missing function.
    fn callee(&mut self, id: ast::ExprId) -> ExprId {
        let expr = &self.nodes().exprs[id];
        match &expr.kind {
            ast::ExprKind::Path(path) => {
                let span = self.span(expr.span);
                self.path_expr(path, Want::Call, span)
            }
            _ => self.expr(id),
        }
    }

    fn struct_expr(
        &mut self,
        path: &ast::Path,
        fields: &[ast::FieldInit],
        base: Option<ast::ExprId>,
    ) -> ExprKind {
        let path = self.qpath(path, Ns::Types, Want::Struct);
        let fields = fields
            .iter()
            .map(|field| FieldInit {
                name: field.name.name,
                span: self.span(field.name.span),
                expr: self.expr(field.expr),
            })
            .collect();
        let base = base.map(|base| self.expr(base));
        match &path {
            QPath::Resolved { path, .. } if path.res == Res::Err => ExprKind::Error,
            _ => ExprKind::Struct { path, fields, base },
        }
    }

    fn block_of_kind(
        &mut self,
        label: Option<ast::Lifetime>,
        kind: BlockKind,
        block: ast::BlockId,
        span: Span,
    ) -> ExprId {
        match (kind, label) {
            (BlockKind::Plain, Some(label)) => self.labelled_block(label, block, span),
            (BlockKind::Plain, None) => {
                let block = self.block(block);
                self.push_expr(ExprKind::Block(block), span)
            }
            (BlockKind::Unsafe, _) => {
                let block = self.block(block);
                self.blocks[block].is_unsafe = true;
                self.push_expr(ExprKind::Block(block), span)
            }
            (BlockKind::Const, _) => {
                self.unsupported("`const` blocks", span);
                self.error_expr(span)
            }
            (BlockKind::Async | BlockKind::AsyncMove, _) => {
                self.unsupported("`async` blocks", span);
                self.error_expr(span)
            }
        }
    }

    /// Ranges are values of the library's types.
    fn range(
        &mut self,
        low: Option<ast::ExprId>,
        high: Option<ast::ExprId>,
        inclusive: bool,
        span: Span,
    ) -> ExprId {
        let low = low.map(|expr| self.expr(expr));
        let high = high.map(|expr| self.expr(expr));
        if let (Some(low), Some(high), true) = (low, high, inclusive) {
            let new = self.lang_path("range_inclusive_new", span);
            return self.call(new, vec![low, high], span);
        }
        let lang = match (low, high) {
            (None, None) => return self.lang_path("RangeFull", span),
            (Some(_), None) => "RangeFrom",
            (Some(_), Some(_)) => "Range",
            (None, Some(_)) if inclusive => "RangeToInclusive",
            (None, Some(_)) => "RangeTo",
        };
        let Some(def) = self.lang(lang, span) else { return self.error_expr(span) };
        let path = self.def_path(def, span);
        let start = low.map(|expr| FieldInit { name: vez_base::Name::new("start"), span, expr });
        let end = high.map(|expr| FieldInit { name: vez_base::Name::new("end"), span, expr });
        let fields = start.into_iter().chain(end).collect();
        self.push_expr(ExprKind::Struct { path, fields, base: None }, span)
    }

    fn assign(&mut self, left: ast::ExprId, right: ast::ExprId, span: Span) -> ExprId {
        if self.is_destructuring(left) {
            return self.destructuring_assign(left, right, span);
        }
        let place = match &self.nodes().exprs[left].kind {
            ast::ExprKind::Underscore => {
                let span = self.span(self.nodes().exprs[left].span);
                self.push_expr(ExprKind::Underscore, span)
            }
            _ => self.expr(left),
        };
        let value = self.expr(right);
        self.push_expr(ExprKind::Assign(place, value), span)
    }

    /// Async functions are not there yet, so `await` stands in one that is reported already, or in the wrong place.
    fn await_expr(&mut self, span: Span) {
        let is_async = matches!(&self.item.kind, ast::ItemKind::Fn(f) if f.quals.is_async);
        if !is_async {
            self.report(diag::AwaitOutsideAsync.at(span));
        }
    }
}
