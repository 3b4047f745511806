//! Blocks and statements.

use vez_base::Span;
use vez_diag::registry as d;
use vez_hir as hir;
use vez_types::Ty;

use super::{Expectation, FnCtxt, Lub, Target, Why};
use crate::data::*;

impl FnCtxt<'_> {
    pub(crate) fn check_block_expr(
        &mut self,
        id: hir::ExprId,
        block: hir::BlockId,
        expected: Expectation,
        span: Span,
    ) -> ExprId {
        if !self.hir.blocks[block].labelled {
            let (block, ty) = self.check_block(block, expected);
            return self.push(ExprKind::Block(block), ty, span);
        }
        let expr = self.reserve_expr(span);
        let target_ty = self.coercion_target(expected, span);
        let target = Target { expr, lub: Some(Lub::new(target_ty)), may_break: false };
        self.targets.insert(id, target);
        let (block, ty) = self.check_block_in(block, expected, Some((id, target_ty)));
        self.out.exprs[expr] = Expr { kind: ExprKind::Block(block), ty, span };
        expr
    }

    /// A block with its type.
    pub(crate) fn check_block(
        &mut self,
        block: hir::BlockId,
        expected: Expectation,
    ) -> (BlockId, Ty) {
        self.check_block_in(block, expected, None)
    }

    /// A loop's body: yields nothing.
    pub(crate) fn check_block_of_unit(&mut self, block: hir::BlockId) -> BlockId {
        let (id, ty) = self.check_block(block, Expectation::Type(Ty::unit()));
        let ty = self.shallow(ty);
        if !ty.is_never() && !ty.is_error() && self.unify(Ty::unit(), ty).is_err() {
            let span = self.hir.blocks[block].span;
            self.report(d::MismatchedTypes { expected: Ty::unit(), found: ty }.at(span));
        }
        id
    }

    fn check_block_in(
        &mut self,
        id: hir::BlockId,
        expected: Expectation,
        labelled: Option<(hir::ExprId, Ty)>,
    ) -> (BlockId, Ty) {
        let hir = self.hir;
        let block = &hir.blocks[id];
        let before = self.diverges;
        let stmts: Vec<Stmt> = block.stmts.iter().map(|stmt| self.check_stmt(stmt)).collect();
        let tail = block.tail.map(|tail| (self.check_expr(tail, expected), tail));
        let mut lub = match labelled {
            Some((target, _)) => {
                let entry = self.targets.remove(&target).expect("a labelled block's target");
                if entry.may_break {
                    self.diverges = before;
                }
                entry.lub.expect("labelled blocks have values")
            }
            None => {
                let target = self.coercion_target(expected, block.span);
                Lub::new(target)
            }
        };
        let tail = match tail {
            Some((expr, from)) => {
                let why = self.why_of_tail(&lub);
                Some(self.lub_push(&mut lub, expr, why, Some(from)))
            }
            None => {
                if !self.diverges {
                    self.missing_tail(&mut lub, block);
                }
                None
            }
        };
        let ty = self.lub_finish(&lub);
        let block = Block {
            stmts,
            tail,
            is_unsafe: block.is_unsafe,
            labelled: labelled.is_some(),
            span: block.span,
        };
        (self.out.blocks.push(block), ty)
    }

    /// A tail that does not fit its function's return type is told about the signature.
    fn why_of_tail(&self, lub: &Lub) -> Why {
        match self.frames.last() {
            Some(frame) if self.shallow(frame.ret) == self.shallow(lub.expected()) => {
                frame.ret_span.map_or(Why::Plain, Why::ReturnType)
            }
            _ => Why::Plain,
        }
    }

    /// A block that ends without a value where its end can be reached.
    fn missing_tail(&mut self, lub: &mut Lub, block: &hir::Block) {
        let target = self.shallow(lub.current());
        if self.unify(target, Ty::unit()).is_ok() {
            self.lub_push_unit(lub, block.span, Why::Plain);
            return;
        }
        if target.is_error() {
            return;
        }
        let why = self.why_of_tail(lub);
        self.report_missing_tail(block, target, why);
        let unit = self.error_expr(block.span);
        self.lub_push(lub, unit, Why::Plain, None);
    }

    fn check_stmt(&mut self, stmt: &hir::Stmt) -> Stmt {
        match stmt {
            hir::Stmt::Let { pat, ty, init, otherwise, span } => {
                self.check_let(*pat, *ty, *init, *otherwise, *span)
            }
            // A block-like expression without `;` is `()`, or control does not come back.
            hir::Stmt::Expr(expr) => {
                let id = self.check_expr(*expr, Expectation::Type(Ty::unit()));
                let id = self.expect_type(id, Ty::unit(), Why::Statement, Some(*expr));
                Stmt::Expr(id)
            }
            hir::Stmt::Semi(expr) => Stmt::Expr(self.check_expr(*expr, Expectation::None)),
        }
    }

    fn check_let(
        &mut self,
        pat: hir::PatId,
        ty: Option<hir::TypeId>,
        init: Option<hir::ExprId>,
        otherwise: Option<hir::BlockId>,
        span: Span,
    ) -> Stmt {
        let written = ty.map(|ty| self.with_lowerer(|lowerer| lowerer.lower(ty)));
        let declared = ty.zip(written).map(|(ty, written)| {
            let span = self.hir.types.types[ty].span;
            (self.normalize(written.erase_regions(), span), span)
        });
        let init_span = init.map(|init| self.hir.exprs[init].span);
        let mut place = None;
        let (init, pat_ty) = match (init, declared) {
            (Some(init), Some((ty, ty_span))) => {
                let init = if self.binds_by_ref(pat) {
                    self.check_has_type(init, ty, Why::Annotation(ty_span))
                } else {
                    self.check_coerce(init, ty, Why::Annotation(ty_span))
                };
                place = Some(init);
                (Some(init), ty)
            }
            (Some(init), None) => {
                let init = self.check_expr(init, Expectation::None);
                place = Some(init);
                let ty = self.ty(init);
                if ty.is_never() && !self.binds_by_ref(pat) {
                    // `let x = return;`: a variable that falls back to `()`.
                    let var = self.fresh_ty(span);
                    (Some(self.never_to(init, var)), var)
                } else {
                    // A `&mut` place bound by a plain name is moved, not reborrowed, as no type asks for it.
                    (Some(init), ty)
                }
            }
            (None, Some((ty, _))) => (None, ty),
            (None, None) => (None, self.fresh_ty(span)),
        };
        let diverges = self.diverges;
        let pat_span = declared.map(|(_, span)| span).or(init_span);
        if otherwise.is_none() {
            self.presume_array(pat, pat_ty);
        }
        let pat = self.check_pat_top(pat, pat_ty, pat_span, place);
        if let PatKind::Binding { local, by_ref: None, .. } = self.out.pats[pat].kind {
            self.out.locals[local].written = written;
        } else if let (Some(init), Some(written)) = (init, written) {
            self.note_written(init, written);
        }
        let otherwise = otherwise.map(|block| self.check_else_block(block));
        // The `else` block leaves; what follows is reached when the pattern matched.
        self.diverges = diverges;
        Stmt::Let { pat, init, otherwise, span }
    }

    fn check_else_block(&mut self, block: hir::BlockId) -> BlockId {
        self.diverges = false;
        let span = self.hir.blocks[block].span;
        let (id, ty) = self.check_block(block, Expectation::Type(Ty::never()));
        let ty = self.shallow(ty);
        if !ty.is_never() && !ty.is_error() {
            let diagnostic = d::MismatchedTypes { expected: Ty::never(), found: ty }.at(span);
            self.report(
                diagnostic
                    .help("the `else` of a `let` must leave: `return`, `break`, `continue`, panic"),
            );
        }
        id
    }

    /// Whether a pattern has a written `ref`: then its initialiser is a place that keeps its type.
    pub(crate) fn binds_by_ref(&self, pat: hir::PatId) -> bool {
        self.any_binding(pat, &|by_ref| by_ref.is_some())
    }

    /// Whether a pattern has a written `ref mut`.
    pub(crate) fn binds_by_ref_mut(&self, pat: hir::PatId) -> bool {
        self.any_binding(pat, &|by_ref| by_ref == Some(Mutability::Mut))
    }

    fn any_binding(&self, pat: hir::PatId, test: &dyn Fn(Option<Mutability>) -> bool) -> bool {
        let any = |pats: &[hir::PatId]| pats.iter().any(|&pat| self.any_binding(pat, test));
        match &self.hir.pats[pat].kind {
            hir::PatKind::Binding { by_ref, sub, .. } => test(*by_ref) || any(sub.as_slice()),
            hir::PatKind::Ref { pat, .. } => any(&[*pat]),
            hir::PatKind::Tuple { pats, .. }
            | hir::PatKind::TupleStruct { pats, .. }
            | hir::PatKind::Or(pats) => any(pats),
            hir::PatKind::Struct { fields, .. } => {
                fields.iter().any(|field| self.any_binding(field.pat, test))
            }
            hir::PatKind::Slice { before, middle, after } => {
                any(before) || any(middle.as_slice()) || any(after)
            }
            hir::PatKind::Wild
            | hir::PatKind::Lit { .. }
            | hir::PatKind::Range { .. }
            | hir::PatKind::Path(_)
            | hir::PatKind::Error => false,
        }
    }
}
