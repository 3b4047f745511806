//! Control flow: `if`, `match`, loops and their labels, `break`, closures.

use vez_ast as ast;
use vez_base::{DefKind, Name, Span, name};
use vez_diag::registry as diag;

use super::BodyCtx;
use crate::data::{
    Arm, Closure, ExprId, ExprKind, LoopSource, MatchSource, Mutability, PatKind, Stmt,
};
use crate::defs;

/// Something a `break` may or may not leave.
#[derive(Clone, Copy, Debug)]
pub(super) enum LabelRib {
    Loop {
        label: Option<Name>,
        target: ExprId,
        source: LoopSource,
    },
    Block {
        label: Name,
        target: ExprId,
    },
    /// The condition of a `while` loop, which only a label leads out of.
    Condition,
    /// No way out of a closure.
    Closure,
}

/// Where a `break` or `continue` goes.
#[derive(Clone, Copy)]
enum Target {
    Loop(ExprId, LoopSource),
    Block(ExprId),
}

impl BodyCtx<'_> {
    pub(super) fn if_expr(
        &mut self,
        cond: ast::ExprId,
        then: ast::BlockId,
        otherwise: Option<ast::ExprId>,
        span: Span,
    ) -> ExprId {
        // The bindings of the condition live in the success part only.
        let (cond, then) = self.scoped(|ctx| {
            let cond = ctx.condition(cond);
            (cond, ctx.block_expr(then))
        });
        let otherwise = otherwise.map(|expr| self.expr(expr));
        self.push_expr(ExprKind::If { cond, then, otherwise }, span)
    }

    /// A condition, `let`s in a chain of `&&` included; their names are in scope afterwards.
    pub(super) fn condition(&mut self, id: ast::ExprId) -> ExprId {
        let span = self.span(self.nodes().exprs[id].span);
        if self.has_let(id) {
            return self.condition_part(id);
        }
        let cond = self.expr(id);
        self.push_expr(ExprKind::DropTemps(cond), span)
    }

    fn has_let(&self, id: ast::ExprId) -> bool {
        match &self.nodes().exprs[id].kind {
            ast::ExprKind::Let(..) => true,
            ast::ExprKind::Binary(ast::BinaryOp::And, _, left, right) => {
                self.has_let(*left) || self.has_let(*right)
            }
            _ => false,
        }
    }

    fn condition_part(&mut self, id: ast::ExprId) -> ExprId {
        let expr = &self.nodes().exprs[id];
        let span = self.span(expr.span);
        match &expr.kind {
            ast::ExprKind::Let(pat, scrutinee) => {
                let scrutinee = self.expr(*scrutinee);
                let (pat, names) = self.pattern(*pat);
                self.bind(&names);
                self.push_expr(ExprKind::Let { pat, scrutinee }, span)
            }
            ast::ExprKind::Binary(op @ ast::BinaryOp::And, _, left, right) => {
                let left = self.condition_part(*left);
                let right = self.condition_part(*right);
                self.push_expr(ExprKind::Binary(*op, left, right), span)
            }
            _ => self.expr(id),
        }
    }

    pub(super) fn match_expr(
        &mut self,
        scrutinee: ast::ExprId,
        arms: &[ast::Arm],
        span: Span,
    ) -> ExprId {
        let scrutinee = self.expr(scrutinee);
        let arms = arms.iter().map(|arm| self.arm(arm)).collect();
        self.push_expr(ExprKind::Match { scrutinee, arms, source: MatchSource::Normal }, span)
    }

    fn arm(&mut self, arm: &ast::Arm) -> Arm {
        let span = self.span(arm.span);
        self.scoped(|ctx| {
            let (pat, names) = ctx.pattern(arm.pat);
            ctx.bind(&names);
            let guard = arm.guard.map(|guard| ctx.guard(guard));
            Arm { pat, guard, body: ctx.expr(arm.body), span }
        })
    }

    pub(super) fn guard(&mut self, id: ast::ExprId) -> ExprId {
        if self.has_let(id) { self.condition_part(id) } else { self.expr(id) }
    }

    /// An expression that stands before its parts are lowered, so that a `break` can name it.
    fn reserve(&mut self, span: Span) -> ExprId {
        self.push_expr(ExprKind::Error, span)
    }

    /// A label's name, which is none of the lifetimes that have a meaning already.
    fn declared_label(&mut self, label: ast::Lifetime) -> Name {
        if matches!(label.name, name::STATIC | name::UNDERSCORE) {
            let keyword = format!("'{}", label.name);
            let span = self.span(label.span);
            self.report(diag::ReservedKeyword { keyword }.at(span));
        }
        label.name
    }

    pub(super) fn loop_expr(
        &mut self,
        label: Option<ast::Lifetime>,
        body: ast::BlockId,
        span: Span,
    ) -> ExprId {
        let target = self.reserve(span);
        let label = label.map(|label| self.declared_label(label));
        self.labels.push(LabelRib::Loop { label, target, source: LoopSource::Loop });
        let body = self.block(body);
        self.labels.pop();
        self.exprs[target].kind = ExprKind::Loop { body, source: LoopSource::Loop };
        target
    }

    /// `while c { b }`: `loop { if c { b } else { break } }`.
    pub(super) fn while_expr(
        &mut self,
        label: Option<ast::Lifetime>,
        cond: ast::ExprId,
        body: ast::BlockId,
        span: Span,
    ) -> ExprId {
        let target = self.reserve(span);
        let label = label.map(|label| self.declared_label(label));
        self.labels.push(LabelRib::Loop { label, target, source: LoopSource::While });
        let (cond, then) = self.scoped(|ctx| {
            ctx.labels.push(LabelRib::Condition);
            let cond = ctx.condition(cond);
            ctx.labels.pop();
            (cond, ctx.block_expr(body))
        });
        self.labels.pop();
        let leave = self.push_expr(ExprKind::Break { target: Some(target), value: None }, span);
        let leave = self.synthetic_block(vec![Stmt::Semi(leave)], None, span);
        let otherwise = Some(self.push_expr(ExprKind::Block(leave), span));
        let choice = self.push_expr(ExprKind::If { cond, then, otherwise }, span);
        let body = self.synthetic_block(Vec::new(), Some(choice), span);
        self.exprs[target].kind = ExprKind::Loop { body, source: LoopSource::While };
        target
    }

    /// `for p in e { b }`:
    /// `match IntoIterator::into_iter(e) { mut iter => loop { match Iterator::next(&mut iter) { None => break, Some(p) => b } } }`.
    pub(super) fn for_expr(
        &mut self,
        label: Option<ast::Lifetime>,
        pat: ast::PatId,
        iter: ast::ExprId,
        body: ast::BlockId,
        span: Span,
    ) -> ExprId {
        let head = self.span(self.nodes().exprs[iter].span);
        let iter = self.expr(iter);
        let into_iter = self.lang_path("into_iter", head);
        let iterator = self.push_expr(ExprKind::Call(into_iter, [iter].into()), head);
        let local = self.local(Name::new("iter"), Mutability::Mut, head, true);

        let target = self.reserve(span);
        let label = label.map(|label| self.declared_label(label));
        self.labels.push(LabelRib::Loop { label, target, source: LoopSource::For });
        let (pat, body) = self.scoped(|ctx| {
            let (pat, names) = ctx.pattern(pat);
            ctx.bind(&names);
            (pat, ctx.block_expr(body))
        });
        self.labels.pop();

        let next = self.next_of(local, head);
        let leave = self.push_expr(ExprKind::Break { target: Some(target), value: None }, head);
        let none = self.lang_pat("OptionNone", None, head);
        let pat_span = self.pats[pat].span;
        let some = self.lang_pat("OptionSome", Some(pat), pat_span);
        let arms = [
            Arm { pat: none, guard: None, body: leave, span: head },
            Arm { pat: some, guard: None, body, span: pat_span },
        ];
        let step = self.match_of(next, arms.into(), MatchSource::For, span);
        let block = self.synthetic_block(vec![Stmt::Expr(step)], None, span);
        self.exprs[target].kind = ExprKind::Loop { body: block, source: LoopSource::For };

        let binding = PatKind::Binding { local, by_ref: None, sub: None };
        let binding = self.push_pat(binding, head);
        let arm = Arm { pat: binding, guard: None, body: target, span };
        let whole = self.match_of(iterator, [arm].into(), MatchSource::For, span);
        // What the head makes ends with the loop, also where the loop is a block's tail.
        self.push_expr(ExprKind::DropTemps(whole), span)
    }

    /// `Iterator::next(&mut iter)`
    fn next_of(&mut self, iter: crate::data::LocalId, span: Span) -> ExprId {
        let iter = self.local_expr(iter, span);
        let kind = ExprKind::Ref { raw: false, mutability: Mutability::Mut, expr: iter };
        let iter = self.push_expr(kind, span);
        let next = self.lang_path("next", span);
        self.push_expr(ExprKind::Call(next, [iter].into()), span)
    }

    /// `'a: { .. }`
    pub(super) fn labelled_block(
        &mut self,
        label: ast::Lifetime,
        block: ast::BlockId,
        span: Span,
    ) -> ExprId {
        let target = self.reserve(span);
        let label = self.declared_label(label);
        self.labels.push(LabelRib::Block { label, target });
        let block = self.block(block);
        self.labels.pop();
        self.blocks[block].labelled = true;
        self.exprs[target].kind = ExprKind::Block(block);
        target
    }

    pub(super) fn break_expr(
        &mut self,
        label: Option<ast::Lifetime>,
        value: Option<ast::ExprId>,
        span: Span,
    ) -> ExprId {
        let value = value.map(|value| self.expr(value));
        let target = self.jump_target("break", label, span);
        if let (Some(_), Some(Target::Loop(_, source))) = (value, target) {
            let kind = match source {
                LoopSource::Loop => None,
                LoopSource::While => Some("while"),
                LoopSource::For => Some("for"),
            };
            if let Some(kind) = kind {
                let help = "only `loop` and labelled blocks have a value";
                self.report(diag::BreakWithValue { kind }.at(span).help(help));
            }
        }
        let target = target.map(|target| match target {
            Target::Loop(expr, _) | Target::Block(expr) => expr,
        });
        self.push_expr(ExprKind::Break { target, value }, span)
    }

    pub(super) fn continue_expr(&mut self, label: Option<ast::Lifetime>, span: Span) -> ExprId {
        let target = match self.jump_target("continue", label, span) {
            Some(Target::Loop(target, _)) => Some(target),
            Some(Target::Block(_)) => {
                self.report(diag::ContinueToBlock.at(span));
                None
            }
            None => None,
        };
        self.push_expr(ExprKind::Continue { target }, span)
    }

    fn jump_target(
        &mut self,
        keyword: &str,
        label: Option<ast::Lifetime>,
        span: Span,
    ) -> Option<Target> {
        match label {
            Some(label) => self.labelled_target(keyword, label),
            None => self.innermost_loop(keyword, span),
        }
    }

    fn labelled_target(&mut self, keyword: &str, label: ast::Lifetime) -> Option<Target> {
        let mut outside = false;
        for rib in self.labels.iter().rev() {
            let target = match *rib {
                LabelRib::Closure => {
                    outside = true;
                    continue;
                }
                LabelRib::Loop { label: Some(name), target, source } if name == label.name => {
                    Target::Loop(target, source)
                }
                LabelRib::Block { label: name, target } if name == label.name => {
                    Target::Block(target)
                }
                _ => continue,
            };
            if !outside {
                return Some(target);
            }
            let (name, span) = (format!("'{}", label.name), self.span(label.span));
            let report = diag::UnreachableLabel { name }.at(span);
            self.report(report.note(format!("a `{keyword}` cannot leave the closure it is in")));
            return None;
        }
        let (name, span) = (format!("'{}", label.name), self.span(label.span));
        let known = self.labels.iter().filter_map(|rib| match rib {
            LabelRib::Loop { label, .. } => *label,
            LabelRib::Block { label, .. } => Some(*label),
            LabelRib::Condition | LabelRib::Closure => None,
        });
        let close = vez_base::dist::closest(label.name.as_str(), known.map(Name::as_str));
        let close = close.map(|close| format!("'{close}"));
        self.report(diag::UndeclaredLabel { name }.at(span).did_you_mean(close));
        None
    }

    fn innermost_loop(&mut self, keyword: &str, span: Span) -> Option<Target> {
        let mut in_block = false;
        for rib in self.labels.iter().rev() {
            match *rib {
                LabelRib::Loop { target, source, .. } if !in_block => {
                    return Some(Target::Loop(target, source));
                }
                LabelRib::Block { .. } => in_block = true,
                LabelRib::Loop { .. } => {
                    self.report(diag::UnlabelledBreakInBlock { keyword }.at(span));
                    return None;
                }
                LabelRib::Condition => {
                    self.report(diag::BreakWithoutLabel { keyword }.at(span));
                    return None;
                }
                LabelRib::Closure => {
                    self.report(diag::BreakInClosure { keyword }.at(span));
                    return None;
                }
            }
        }
        if in_block {
            self.report(diag::UnlabelledBreakInBlock { keyword }.at(span));
        } else {
            self.report(diag::BreakOutsideLoop { keyword }.at(span));
        }
        None
    }

    pub(super) fn closure(
        &mut self,
        moves: bool,
        params: &[ast::ClosureParam],
        ret: Option<ast::TypeId>,
        body: ast::ExprId,
        span: Span,
    ) -> ExprId {
        let def = defs::child(self.owner, DefKind::Closure, name::EMPTY, self.closures);
        self.closures += 1;
        self.labels.push(LabelRib::Closure);
        let in_fn = std::mem::replace(&mut self.in_fn, true);
        let closure = self.scoped(|ctx| {
            let mut lowered = Vec::with_capacity(params.len());
            let mut bound: Vec<Name> = Vec::new();
            for param in params {
                let (pat, names) = ctx.pattern(param.pat);
                for &(name, local) in &names {
                    if bound.contains(&name) {
                        let span = ctx.locals[local].span;
                        ctx.report(diag::DuplicateParameter { name }.at(span));
                    }
                    bound.push(name);
                }
                ctx.bind(&names);
                lowered.push((pat, param.ty.map(|ty| ctx.ty(ty))));
            }
            let ret = ret.map(|ty| ctx.result_ty(ty));
            Closure { def, moves, params: lowered, ret, body: ctx.expr(body) }
        });
        self.in_fn = in_fn;
        self.labels.pop();
        self.push_expr(ExprKind::Closure(Box::new(closure)), span)
    }
}
