//! Blocks and statements.

use vez_ast::{self as ast, StmtKind};
use vez_base::Span;

use super::BodyCtx;
use crate::data::{Block, BlockId, ExprId, ExprKind, Stmt};
use crate::lower::Rib;
use crate::scope::{Scope, block_tree};

impl BodyCtx<'_> {
    /// A block as an expression.
    pub(super) fn block_expr(&mut self, id: ast::BlockId) -> ExprId {
        let span = self.span(self.nodes().blocks[id].span);
        let block = self.block(id);
        self.push_expr(ExprKind::Block(block), span)
    }

    pub(super) fn block(&mut self, id: ast::BlockId) -> BlockId {
        let ast = &self.nodes().blocks[id];
        let span = self.span(ast.span);
        self.scoped(|ctx| {
            // Items are in scope in the whole block, also before where they stand.
            if !ctx.item.children.is_empty()
                && let Some(index) = block_tree(ctx.db, ctx.item_def).of_ast(id)
            {
                let scope = Scope { owner: ctx.item_def, block: Some(index) };
                ctx.ribs.push(Rib::Block(scope));
            }
            let mut stmts = Vec::with_capacity(ast.stmts.len());
            for stmt in &ast.stmts {
                let lowered = ctx.stmt(stmt);
                stmts.extend(lowered);
            }
            let tail = ast.tail.map(|tail| ctx.expr(tail));
            ctx.blocks.push(Block { stmts, tail, is_unsafe: false, labelled: false, span })
        })
    }

    /// A block made by desugaring.
    pub(super) fn synthetic_block(
        &mut self,
        stmts: Vec<Stmt>,
        tail: Option<ExprId>,
        span: Span,
    ) -> BlockId {
        self.blocks.push(Block { stmts, tail, is_unsafe: false, labelled: false, span })
    }

    fn stmt(&mut self, stmt: &ast::Stmt) -> Option<Stmt> {
        match &stmt.kind {
            StmtKind::Let { pat, ty, init, otherwise } => {
                // The value does not see the names it is bound to; nor does what runs instead.
                let init = init.map(|init| self.expr(init));
                let ty = ty.map(|ty| self.ty(ty));
                let otherwise = otherwise.map(|block| self.block(block));
                let (pat, names) = self.pattern(*pat);
                self.bind(&names);
                let span = self.span(stmt.span);
                Some(Stmt::Let { pat, ty, init, otherwise, span })
            }
            StmtKind::Expr { expr, semi: true } => Some(Stmt::Semi(self.expr(*expr))),
            StmtKind::Expr { expr, semi: false } => Some(Stmt::Expr(self.expr(*expr))),
            StmtKind::Item(_) | StmtKind::Empty => None,
            StmtKind::Error => {
                let span = self.span(stmt.span);
                let error = self.error_expr(span);
                Some(Stmt::Semi(error))
            }
        }
    }
}
