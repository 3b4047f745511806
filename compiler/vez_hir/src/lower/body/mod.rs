//! Bodies: expressions, patterns and blocks, names resolved and sugar gone.
//!
//! [`BodyCtx`] adds the arenas and the scopes of a body to [`Ctx`]. One file a group of constructs; `build` makes what desugaring inserts.

mod assign;
mod block;
mod build;
mod control;
mod expr;
mod fmt;
mod macros;
pub(crate) use macros::KNOWN_MACROS;
mod pat;

use std::ops::{Deref, DerefMut};

use vez_ast::{self as ast, FnBody, Item, ItemKind, SelfKind};
use vez_base::{DefId, DefKind, FxHashMap, IdVec, Name, Span, name};
use vez_db::Db;
use vez_diag::Lowered;
use vez_diag::registry as diag;

use super::lifetimes::Elision;
use super::{Ctx, ImplTrait, Rib};
use crate::data::{
    Block, BlockId, Body, Expr, ExprId, ExprKind, LifetimeRes, Local, LocalId, Mutability, Pat,
    PatId, PatKind,
};
use crate::defs;
use control::LabelRib;

/// The state of lowering one body.
pub(crate) struct BodyCtx<'a> {
    cx: Ctx<'a>,
    exprs: IdVec<ExprId, Expr>,
    pats: IdVec<PatId, Pat>,
    blocks: IdVec<BlockId, Block>,
    /// Loops, labelled blocks and closures around, innermost last.
    labels: Vec<LabelRib>,
    /// Closures met so far; their number names them.
    closures: u32,
    /// In a function or closure, where `return` has something to leave.
    in_fn: bool,
}

impl<'a> Deref for BodyCtx<'a> {
    type Target = Ctx<'a>;
    fn deref(&self) -> &Ctx<'a> {
        &self.cx
    }
}

impl<'a> DerefMut for BodyCtx<'a> {
    fn deref_mut(&mut self) -> &mut Ctx<'a> {
        &mut self.cx
    }
}

/// The body of a definition; one without has an error as its value.
pub(crate) fn lower(db: &dyn Db, def: DefId) -> Lowered<Body> {
    let is_const_block = def.kind() == DefKind::ConstBlock;
    let item_def = match def.parent_def() {
        Some(parent) if is_const_block => parent,
        _ => def,
    };
    let Some(item) = defs::item_ast(db, item_def) else {
        return BodyCtx::empty(def);
    };
    let mut body = BodyCtx::new(Ctx::new(db, def, item_def, &item));
    let lowered = if is_const_block {
        let expr = ast::ExprId::from_raw(def.key().disambiguator);
        item.nodes.exprs.get(expr).is_some().then(|| (Vec::new(), body.expr(expr)))
    } else {
        body.item_body(&item)
    };
    match lowered {
        Some((params, value)) => body.finish(params, value),
        None => BodyCtx::empty(def),
    }
}

impl<'a> BodyCtx<'a> {
    fn new(mut cx: Ctx<'a>) -> BodyCtx<'a> {
        cx.elision = Elision::Infer;
        cx.dyn_default = LifetimeRes::Infer;
        cx.impl_trait = ImplTrait::Forbidden("a body");
        BodyCtx {
            cx,
            exprs: IdVec::new(),
            pats: IdVec::new(),
            blocks: IdVec::new(),
            labels: Vec::new(),
            closures: 0,
            in_fn: false,
        }
    }

    fn empty(owner: DefId) -> Lowered<Body> {
        let mut exprs = IdVec::new();
        let value = exprs.push(Expr { kind: ExprKind::Error, span: Span::DUMMY });
        Lowered::ok(Body {
            owner,
            params: Vec::new(),
            value,
            exprs,
            pats: IdVec::new(),
            blocks: IdVec::new(),
            locals: IdVec::new(),
            types: crate::data::Types::default(),
        })
    }

    fn finish(self, params: Vec<PatId>, value: ExprId) -> Lowered<Body> {
        let BodyCtx { cx, exprs, pats, blocks, .. } = self;
        let body = Body {
            owner: cx.owner,
            params,
            value,
            exprs,
            pats,
            blocks,
            locals: cx.locals,
            types: cx.types,
        };
        cx.sink.finish(body)
    }

    fn item_body(&mut self, item: &'a Item) -> Option<(Vec<PatId>, ExprId)> {
        match &item.kind {
            ItemKind::Fn(function) => {
                self.in_fn = true;
                let params = self.fn_params(function);
                let value = match function.body {
                    FnBody::None => return None,
                    FnBody::Block(block) => self.block_expr(block),
                    FnBody::Expr(expr) => self.expr(expr),
                };
                Some((params, value))
            }
            ItemKind::Const { value, .. } | ItemKind::Static { value, .. } => {
                value.map(|value| (Vec::new(), self.expr(value)))
            }
            _ => None,
        }
    }

    fn fn_params(&mut self, function: &'a ast::Fn) -> Vec<PatId> {
        let mut params = Vec::with_capacity(function.params.len() + 1);
        if let Some(param) = &function.self_param {
            let mutability = match param.kind {
                SelfKind::Value { mutability } | SelfKind::Typed { mutability, .. } => mutability,
                SelfKind::Ref { .. } => Mutability::Not,
            };
            let span = self.span(param.span);
            let local = self.local(name::SELF_VALUE, mutability, span, false);
            self.ribs.push(Rib::Local(name::SELF_VALUE, local));
            let kind = PatKind::Binding { local, by_ref: None, sub: None };
            params.push(self.push_pat(kind, span));
        }
        let mut bound: FxHashMap<Name, Span> = FxHashMap::default();
        for param in &function.params {
            let (pat, names) = self.pattern(param.pat);
            params.push(pat);
            for &(name, local) in &names {
                let span = self.locals[local].span;
                if bound.insert(name, span).is_some() {
                    self.report(diag::DuplicateParameter { name }.at(span));
                }
            }
            self.bind(&names);
        }
        params
    }

    fn push_expr(&mut self, kind: ExprKind, span: Span) -> ExprId {
        self.exprs.push(Expr { kind, span })
    }

    fn push_pat(&mut self, kind: PatKind, span: Span) -> PatId {
        self.pats.push(Pat { kind, span })
    }

    fn error_expr(&mut self, span: Span) -> ExprId {
        self.push_expr(ExprKind::Error, span)
    }

    fn local(
        &mut self,
        name: Name,
        mutability: Mutability,
        span: Span,
        synthetic: bool,
    ) -> LocalId {
        self.locals.push(Local { name, mutability, span, synthetic })
    }

    /// Brings the names of a pattern into scope.
    fn bind(&mut self, names: &[(Name, LocalId)]) {
        self.ribs.extend(names.iter().map(|&(name, local)| Rib::Local(name, local)));
    }

    /// Runs `f`; names it binds are out of scope afterwards.
    fn scoped<R>(&mut self, f: impl FnOnce(&mut Self) -> R) -> R {
        let mark = self.ribs.len();
        let result = f(self);
        self.ribs.truncate(mark);
        result
    }
}
