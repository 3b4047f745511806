//! Whole bodies: functions, closures, constants, promoted constants.

use super::Builder;
use super::closure::{Env, env_ty};
use super::scope::Scopes;
use crate::facts::Facts;
use crate::{
    Block, BlockData, Body, BodyKind, Local, LocalDecl, Mutability, Place, TerminatorKind,
};
use vez_base::{DefId, DefKind, FxHashMap, IdVec, Span};
use vez_thir::{self as thir, ClosureKind, ExprId, Param, PatKind};
use vez_types::Ty;

/// Builds the body of a definition from the typed body it is in.
pub(crate) fn build(facts: &Facts<'_>, thir: &thir::Body, owner: DefId) -> Body {
    if owner.kind() == DefKind::Closure {
        match thir.closures.iter().find(|closure| closure.def == owner) {
            Some(closure) => build_closure(facts, thir, closure),
            None => build_error(owner, thir.span),
        }
    } else if matches!(owner.kind(), DefKind::Fn | DefKind::AssocFn) {
        build_fn(facts, thir, owner)
    } else {
        let mut builder = Builder::new(facts, thir, owner, BodyKind::Const, thir.ret, thir.span);
        builder.constant(thir.value);
        builder.finish()
    }
}

/// Stands for a body that has errors: it is never run.
pub(crate) fn build_error(owner: DefId, span: Span) -> Body {
    let mut blocks = IdVec::new();
    blocks.push(BlockData::new(TerminatorKind::Unreachable, span, false));
    let mut locals = IdVec::new();
    locals.push(LocalDecl::temp(Ty::error(), span));
    Body {
        owner,
        kind: BodyKind::Fn,
        locals,
        params: 0,
        blocks,
        promoted: Vec::new(),
        captures: Vec::new(),
        span,
    }
}

fn build_fn(facts: &Facts<'_>, thir: &thir::Body, owner: DefId) -> Body {
    let mut builder = Builder::new(facts, thir, owner, BodyKind::Fn, thir.ret, thir.span);
    builder.function(&thir.params, thir.value);
    builder.finish()
}

fn build_closure(facts: &Facts<'_>, thir: &thir::Body, closure: &thir::Closure) -> Body {
    let ret = closure.sig.output();
    let mut builder = Builder::new(facts, thir, closure.def, BodyKind::Closure, ret, closure.span);
    let mut env = LocalDecl::temp(env_ty(closure, facts.identity_args()), closure.span);
    if closure.kind != ClosureKind::FnOnce {
        env.mutability = Mutability::Not;
    }
    builder.body.locals.push(env);
    builder.body.params = 1;
    builder.body.captures = builder.capture_decls(closure);
    builder.env = Some(Env::new(closure));
    builder.function(&closure.params, closure.value);
    builder.finish()
}

/// A constant lifted out of a body.
pub(super) fn build_promoted(
    facts: &Facts<'_>,
    thir: &thir::Body,
    value: ExprId,
    owner: DefId,
) -> Body {
    let expr = &thir.exprs[value];
    let mut builder = Builder::new(facts, thir, owner, BodyKind::Const, expr.ty, expr.span);
    builder.constant(value);
    builder.finish()
}

impl<'a> Builder<'a> {
    fn new(
        facts: &'a Facts<'a>,
        thir: &'a thir::Body,
        owner: DefId,
        kind: BodyKind,
        ret: Ty,
        span: Span,
    ) -> Builder<'a> {
        let mut locals = IdVec::new();
        locals.push(LocalDecl::temp(ret, span));
        let mut blocks: IdVec<Block, BlockData> = IdVec::new();
        let start = blocks.push(BlockData::new(TerminatorKind::Unreachable, span, false));
        let return_block = blocks.push(BlockData::new(TerminatorKind::Return, span.after(), false));
        let body = Body {
            owner,
            kind,
            locals,
            params: 0,
            blocks,
            promoted: Vec::new(),
            captures: Vec::new(),
            span,
        };
        Builder {
            facts,
            thir,
            body,
            current: start,
            dead: false,
            scopes: Scopes::default(),
            vars: FxHashMap::default(),
            guard_refs: FxHashMap::default(),
            extended: FxHashMap::default(),
            env: None,
            frames: Vec::new(),
            return_block,
            unit_sink: None,
        }
    }

    /// Parameters, then the value. An environment may be there already.
    fn function(&mut self, params: &[Param], value: ExprId) {
        let span = self.expr(value).span;
        self.push_scope();
        let env = self.body.params;
        let locals: Vec<Local> = params.iter().map(|param| self.param(param)).collect();
        self.body.params += params.len() as u32;
        let scope = Some(0);
        for raw in 1..=env {
            self.schedule_drop(Local::from_raw(raw), scope, span);
        }
        self.with_vars_here(|this| {
            for (param, &local) in params.iter().zip(&locals) {
                this.schedule_drop(local, scope, this.body.locals[local].span);
                if this.body.locals[local].name.is_none() {
                    this.declare_bindings(param.pat);
                    this.with_temps_in(scope, |this| {
                        this.bind_irrefutable(local.into(), param.pat);
                    });
                }
            }
            this.terminating(span, |this| this.expr_into(&Place::ret(), value));
        });
        self.pop_scope(span);
        self.close();
    }

    /// A parameter's local: the variable itself where the pattern is one.
    fn param(&mut self, param: &Param) -> Local {
        let pat = &self.thir.pats[param.pat];
        let mut decl = LocalDecl::temp(param.ty, pat.span);
        let PatKind::Binding { local, by_ref: None, sub: None } = pat.kind else {
            return self.body.locals.push(decl);
        };
        let data = &self.thir.locals[local];
        decl.name = Some(data.name);
        decl.mutability = data.mutability;
        decl.span = data.span;
        let var = self.body.locals.push(decl);
        self.vars.insert(local, var);
        var
    }

    /// A constant's value; temporaries that it refers to live forever.
    fn constant(&mut self, value: ExprId) {
        let span = self.expr(value).span;
        self.extend_expr(value, None);
        self.terminating(span, |this| {
            this.with_vars_here(|this| this.expr_into(&Place::ret(), value));
        });
        self.close();
    }

    fn close(&mut self) {
        if !self.dead {
            let block = self.return_block;
            self.goto(block, self.body.span.after());
        }
    }

    fn finish(self) -> Body {
        self.body
    }
}
