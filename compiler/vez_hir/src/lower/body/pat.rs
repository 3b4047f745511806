//! Patterns: which names they bind, and which lone names are constants.

use vez_ast as ast;
use vez_base::{DefKind, FxHashMap, Name, Span};
use vez_diag::registry as diag;

use super::BodyCtx;
use crate::data::{
    ExprId, ExprKind, FieldPat, Lit, LocalId, Mutability, PatId, PatKind, Path, QPath, Res,
    Segment, UnaryOp,
};
use crate::defs::{self, ctor::Shape};
use crate::lower::Rib;
use crate::lower::names::Want;
use crate::path::{describe, lexical};
use crate::scope::{self, Ns};

/// The names of one whole pattern.
#[derive(Default)]
struct Bindings {
    /// All of them, in order; alternatives share theirs.
    all: Vec<(Name, LocalId)>,
    by_name: FxHashMap<Name, (LocalId, Option<Mutability>)>,
    /// Those of the alternative that is being lowered, and of what is around it.
    current: Vec<Name>,
}

impl BodyCtx<'_> {
    /// A pattern and the names it binds; the caller brings them into scope.
    pub(super) fn pattern(&mut self, id: ast::PatId) -> (PatId, Vec<(Name, LocalId)>) {
        let mut bindings = Bindings::default();
        let pat = self.pat(id, &mut bindings);
        (pat, bindings.all)
    }

    fn pat(&mut self, id: ast::PatId, bindings: &mut Bindings) -> PatId {
        let ast = &self.nodes().pats[id];
        let span = self.span(ast.span);
        let kind = match &ast.kind {
            ast::PatKind::Paren(inner) => return self.pat(*inner, bindings),
            ast::PatKind::Wild => PatKind::Wild,
            ast::PatKind::Rest => {
                self.report(
                    diag::UnexpectedToken { expected: "a pattern", found: "`..`" }.at(span),
                );
                PatKind::Error
            }
            ast::PatKind::Ident { by_ref, mutability, name, sub } => {
                self.ident_pat(*by_ref, *mutability, *name, *sub, bindings)
            }
            ast::PatKind::Lit(expr) => self.lit_pat(*expr),
            ast::PatKind::Range { low, high, inclusive } => PatKind::Range {
                low: low.map(|expr| self.range_end(expr)),
                high: high.map(|expr| self.range_end(expr)),
                inclusive: *inclusive,
            },
            ast::PatKind::Ref { mutability, pat } => {
                PatKind::Ref { mutability: *mutability, pat: self.pat(*pat, bindings) }
            }
            ast::PatKind::Tuple(pats) => {
                let (pats, rest) = self.pats_with_rest(pats, bindings);
                PatKind::Tuple { pats, rest }
            }
            ast::PatKind::TupleStruct(path, pats) => {
                let path = self.qpath(path, Ns::Values, Want::TuplePat);
                let (pats, rest) = self.pats_with_rest(pats, bindings);
                if is_error(&path) {
                    PatKind::Error
                } else {
                    PatKind::TupleStruct { path, pats, rest }
                }
            }
            ast::PatKind::Path(path) => {
                let path = self.qpath(path, Ns::Values, Want::UnitPat);
                if is_error(&path) { PatKind::Error } else { PatKind::Path(path) }
            }
            ast::PatKind::Struct { path, fields, rest } => {
                let path = self.qpath(path, Ns::Types, Want::Struct);
                let fields = self.field_pats(fields, bindings);
                if is_error(&path) {
                    PatKind::Error
                } else {
                    PatKind::Struct { path, fields, rest: *rest }
                }
            }
            ast::PatKind::Slice(pats) => self.slice_pat(pats, bindings),
            ast::PatKind::Or(pats) => self.or_pat(pats, bindings),
            ast::PatKind::Error => PatKind::Error,
        };
        self.push_pat(kind, span)
    }

    fn ident_pat(
        &mut self,
        by_ref: bool,
        mutability: Mutability,
        ident: ast::Ident,
        sub: Option<ast::PatId>,
        bindings: &mut Bindings,
    ) -> PatKind {
        let span = self.span(ident.span);
        let plain = !by_ref && mutability == Mutability::Not && sub.is_none();
        if let Some(res) = self.item_in_pattern(ident.name) {
            if plain && is_unit(self, res) {
                let segments = [Segment { name: ident.name, span, args: None }].into();
                let path = Path { res, segments, span };
                return PatKind::Path(QPath::Resolved { self_ty: None, path });
            }
            let found = describe(self.db, res);
            let report = diag::ShadowsItem { binding: "binding", name: ident.name, found };
            self.report(report.at(span));
        }
        // `ref mut x`: the mutability is the reference's, not the binding's.
        let by_ref = by_ref.then_some(mutability);
        let mutability = if by_ref.is_some() { Mutability::Not } else { mutability };
        let local = self.binding(ident.name, mutability, by_ref, span, bindings);
        let sub = sub.map(|sub| self.pat(sub, bindings));
        PatKind::Binding { local, by_ref, sub }
    }

    /// The constant, constant parameter, static or constructor that a lone name would shadow.
    fn item_in_pattern(&self, name: Name) -> Option<Res> {
        let in_blocks = self.ribs.iter().rev().find_map(|rib| match *rib {
            Rib::Block(scope) => scope::lookup(self.db, scope, name, Ns::Values),
            Rib::Local(..) => None,
        });
        if in_blocks.is_none()
            && let Some(res @ Res::ConstParam { .. }) = self.generic_named(name, Ns::Values)
        {
            return Some(res);
        }
        let found = in_blocks.or_else(|| lexical(self.db, self.scope, name, Ns::Values))?;
        match found.res {
            Res::Def(def) => match def.kind() {
                DefKind::Const | DefKind::Static | DefKind::AssocConst => Some(found.res),
                DefKind::Struct | DefKind::Variant => Some(found.res),
                _ => None,
            },
            _ => None,
        }
    }

    fn binding(
        &mut self,
        name: Name,
        mutability: Mutability,
        by_ref: Option<Mutability>,
        span: Span,
        bindings: &mut Bindings,
    ) -> LocalId {
        if bindings.current.contains(&name) {
            self.report(diag::BoundTwice { name }.at(span));
        }
        bindings.current.push(name);
        if let Some(&(local, first)) = bindings.by_name.get(&name) {
            if first != by_ref {
                self.report(diag::UnevenBindingMode { name }.at(span));
            }
            return local;
        }
        let local = self.local(name, mutability, span, false);
        bindings.by_name.insert(name, (local, by_ref));
        bindings.all.push((name, local));
        local
    }

    fn or_pat(&mut self, alternatives: &[ast::PatId], bindings: &mut Bindings) -> PatKind {
        let around = bindings.current.len();
        let mut first: Option<Vec<Name>> = None;
        let mut pats = Vec::with_capacity(alternatives.len());
        for &id in alternatives {
            let pat = self.pat(id, bindings);
            let mut names: Vec<Name> = bindings.current.drain(around..).collect();
            names.sort_unstable();
            let span = self.pats[pat].span;
            match &first {
                None => first = Some(names),
                Some(first) => self.compare_alternatives(first, &names, bindings, span),
            }
            pats.push(pat);
        }
        bindings.current.extend(first.unwrap_or_default());
        PatKind::Or(pats.into())
    }

    fn compare_alternatives(
        &mut self,
        first: &[Name],
        names: &[Name],
        bindings: &Bindings,
        span: Span,
    ) {
        for &name in first.iter().filter(|name| !names.contains(name)) {
            self.report(diag::UnevenOrPattern { name }.at(span).here(format!("lacks `{name}`")));
        }
        for &name in names.iter().filter(|name| !first.contains(name)) {
            let bound = bindings.by_name.get(&name).map_or(span, |b| self.locals[b.0].span);
            self.report(diag::UnevenOrPattern { name }.at(bound));
        }
    }

    fn pats_with_rest(
        &mut self,
        pats: &[ast::PatId],
        bindings: &mut Bindings,
    ) -> (Box<[PatId]>, Option<u32>) {
        let mut rest = None;
        let mut lowered = Vec::with_capacity(pats.len());
        for &id in pats {
            match self.nodes().pats[id].kind {
                ast::PatKind::Rest if rest.is_none() => rest = Some(lowered.len() as u32),
                _ => lowered.push(self.pat(id, bindings)),
            }
        }
        (lowered.into(), rest)
    }

    fn field_pats(&mut self, fields: &[ast::FieldPat], bindings: &mut Bindings) -> Box<[FieldPat]> {
        let mut seen: Vec<Name> = Vec::new();
        let mut lowered = Vec::with_capacity(fields.len());
        for field in fields {
            let span = self.span(field.name.span);
            if seen.contains(&field.name.name) {
                self.report(diag::PatternFieldTwice { field: field.name.name }.at(span));
            }
            seen.push(field.name.name);
            let pat = self.pat(field.pat, bindings);
            lowered.push(FieldPat { name: field.name.name, span, pat });
        }
        lowered.into()
    }

    fn slice_pat(&mut self, pats: &[ast::PatId], bindings: &mut Bindings) -> PatKind {
        let (mut before, mut middle, mut after) = (Vec::new(), None, Vec::new());
        for &id in pats {
            let pat = self.slice_middle(id, middle.is_none(), bindings);
            match pat {
                Some(pat) => middle = Some(pat),
                None => {
                    let side = if middle.is_none() { &mut before } else { &mut after };
                    side.push(self.pat(id, bindings));
                }
            }
        }
        PatKind::Slice { before: before.into(), middle, after: after.into() }
    }

    /// `..` or `name @ ..`: the pattern of the middle.
    fn slice_middle(
        &mut self,
        id: ast::PatId,
        allowed: bool,
        bindings: &mut Bindings,
    ) -> Option<PatId> {
        let ast = &self.nodes().pats[id];
        let span = self.span(ast.span);
        match &ast.kind {
            ast::PatKind::Rest if allowed => Some(self.push_pat(PatKind::Wild, span)),
            ast::PatKind::Ident { by_ref, mutability, name, sub: Some(sub) }
                if allowed && matches!(self.nodes().pats[*sub].kind, ast::PatKind::Rest) =>
            {
                let kind = self.ident_pat(*by_ref, *mutability, *name, None, bindings);
                Some(self.push_pat(kind, span))
            }
            _ => None,
        }
    }

    fn lit_pat(&mut self, id: ast::ExprId) -> PatKind {
        match self.literal(id) {
            Some((lit, negated)) => PatKind::Lit { lit, negated },
            None => match &self.nodes().exprs[id].kind {
                ast::ExprKind::Error => PatKind::Error,
                _ => {
                    let span = self.span(self.nodes().exprs[id].span);
                    self.unsupported("expressions in patterns", span);
                    PatKind::Error
                }
            },
        }
    }

    /// A literal, perhaps negated.
    fn literal(&self, id: ast::ExprId) -> Option<(Lit, bool)> {
        match &self.nodes().exprs[id].kind {
            ast::ExprKind::Lit(lit) => Some((*lit, false)),
            ast::ExprKind::Unary(UnaryOp::Neg, inner) => match &self.nodes().exprs[*inner].kind {
                ast::ExprKind::Lit(lit) => Some((*lit, true)),
                _ => None,
            },
            ast::ExprKind::Paren(inner) => self.literal(*inner),
            _ => None,
        }
    }

    /// An end of a range pattern: a literal or the path of a constant.
    fn range_end(&mut self, id: ast::ExprId) -> ExprId {
        let expr = &self.nodes().exprs[id];
        let span = self.span(expr.span);
        match &expr.kind {
            ast::ExprKind::Path(path) => {
                let path = self.qpath(path, Ns::Values, Want::UnitPat);
                self.push_expr(ExprKind::Path(path), span)
            }
            _ => self.expr(id),
        }
    }
}

fn is_error(path: &QPath) -> bool {
    matches!(path, QPath::Resolved { path, .. } if path.res == Res::Err)
}

fn is_unit(ctx: &BodyCtx<'_>, res: Res) -> bool {
    let Res::Def(def) = res else { return matches!(res, Res::ConstParam { .. }) };
    match def.kind() {
        DefKind::Const | DefKind::AssocConst => true,
        DefKind::Struct | DefKind::Variant => defs::variant_data(ctx.db, def) == Some(Shape::Unit),
        _ => false,
    }
}
