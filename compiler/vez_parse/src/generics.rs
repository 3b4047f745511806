//! Generic parameters, bounds and `where` clauses.

use crate::cursor::{In, Parsed, Rules};
use crate::error::Expected;
use crate::path::{self, PathMode};
use crate::{attr, expr, ty};
use vez_ast::{
    Bound, ExprId, ExprKind, GenericParam, GenericParamKind, Generics, Lifetime, WherePredicate,
};
use vez_base::TextRange;
use vez_lex::TokenKind;

/// `<..>`, if it is there; predicates are added by [`where_clause`].
pub fn generics(inp: &mut In<'_, '_>) -> Parsed<Generics> {
    let first = inp.pos();
    if !path::is_less(inp.current()) {
        let span = TextRange::empty(inp.range_from(first).start);
        return Ok(Generics { span, ..Generics::default() });
    }
    inp.bump();
    let mut params = Vec::new();
    while !path::is_greater(inp.current()) {
        params.push(param(inp)?);
        if !inp.eat(TokenKind::Comma) {
            break;
        }
    }
    if !path::is_greater(inp.current()) {
        return inp.fail_either(Expected::Gt, Expected::Comma);
    }
    inp.bump();
    let span = inp.range_from(first);
    Ok(Generics { params: params.into(), predicates: Box::default(), span })
}

fn param(inp: &mut In<'_, '_>) -> Parsed<GenericParam> {
    attr::ignored_attrs(inp)?;
    match inp.current() {
        TokenKind::Lifetime => lifetime_param(inp),
        TokenKind::Const => const_param(inp),
        TokenKind::Ident | TokenKind::RawIdent => type_param(inp),
        _ => inp.fail(Expected::GenericParam),
    }
}

fn lifetime_param(inp: &mut In<'_, '_>) -> Parsed<GenericParam> {
    let lifetime = inp.lifetime()?;
    let bounds = match inp.eat(TokenKind::Colon) {
        true => lifetime_bounds(inp),
        false => Box::default(),
    };
    let name = vez_ast::Ident { name: lifetime.name, span: lifetime.span };
    Ok(GenericParam { name, kind: GenericParamKind::Lifetime { bounds } })
}

fn type_param(inp: &mut In<'_, '_>) -> Parsed<GenericParam> {
    let name = inp.ident()?;
    let bounds = if inp.eat(TokenKind::Colon) { bounds(inp)? } else { Box::default() };
    let default = if inp.eat(TokenKind::Eq) { Some(ty::ty(inp)?) } else { None };
    Ok(GenericParam { name, kind: GenericParamKind::Type { bounds, default } })
}

fn const_param(inp: &mut In<'_, '_>) -> Parsed<GenericParam> {
    inp.bump();
    let name = inp.ident()?;
    inp.expect(TokenKind::Colon)?;
    let ty = ty::ty(inp)?;
    let default = if inp.eat(TokenKind::Eq) { Some(const_default(inp)?) } else { None };
    Ok(GenericParam { name, kind: GenericParamKind::Const { ty, default } })
}

/// A constant's default; a path too, which `>` must be able to follow.
fn const_default(inp: &mut In<'_, '_>) -> Parsed<ExprId> {
    if !path::starts_path(inp.current()) {
        return path::const_expr(inp);
    }
    let first = inp.pos();
    let path = path::path(inp, PathMode::Expr)?;
    Ok(inp.expr(first, ExprKind::Path(path)))
}

/// `'a + 'b`, possibly empty.
fn lifetime_bounds(inp: &mut In<'_, '_>) -> Box<[Lifetime]> {
    let mut bounds = Vec::new();
    while let Some(lifetime) = inp.eat_lifetime() {
        bounds.push(lifetime);
        if !inp.eat(TokenKind::Plus) {
            break;
        }
    }
    bounds.into()
}

/// `A + 'a + ?Sized + for<'b> F(&'b T)`; may be empty.
pub fn bounds(inp: &mut In<'_, '_>) -> Parsed<Box<[Bound]>> {
    let mut bounds = Vec::new();
    loop {
        match inp.current() {
            TokenKind::Lifetime => bounds.push(Bound::Lifetime(inp.lifetime()?)),
            TokenKind::Use => bounds.push(captures(inp)?),
            kind if starts_bound(kind) => bounds.push(trait_bound(inp)?),
            _ => return Ok(bounds.into()),
        }
        if !inp.eat(TokenKind::Plus) {
            return Ok(bounds.into());
        }
    }
}

fn starts_bound(kind: TokenKind) -> bool {
    path::starts_path(kind)
        || path::is_less(kind)
        || matches!(
            kind,
            TokenKind::Question | TokenKind::For | TokenKind::LParen | TokenKind::Tilde
        )
}

/// `use<'a, T>` of `impl Trait`.
fn captures(inp: &mut In<'_, '_>) -> Parsed<Bound> {
    inp.bump();
    if !path::is_less(inp.current()) {
        return inp.fail(Expected::Lt);
    }
    path::angle_args(inp).map(Bound::Captures)
}

fn trait_bound(inp: &mut In<'_, '_>) -> Parsed<Bound> {
    if inp.eat(TokenKind::LParen) {
        let bound = trait_bound_inner(inp)?;
        inp.expect(TokenKind::RParen)?;
        return Ok(bound);
    }
    trait_bound_inner(inp)
}

fn trait_bound_inner(inp: &mut In<'_, '_>) -> Parsed<Bound> {
    if inp.eat(TokenKind::Tilde) {
        inp.expect(TokenKind::Const)?;
    }
    let maybe = inp.eat(TokenKind::Question);
    let lifetimes = match inp.at(TokenKind::For) {
        true => for_lifetimes(inp)?,
        false => Box::default(),
    };
    let path = path::path(inp, PathMode::Type)?;
    Ok(Bound::Trait { maybe, lifetimes, path })
}

/// `for<'a, 'b>`; at the `for`.
pub fn for_lifetimes(inp: &mut In<'_, '_>) -> Parsed<Box<[Lifetime]>> {
    inp.bump();
    if !path::is_less(inp.current()) {
        return inp.fail(Expected::Lt);
    }
    inp.bump();
    let mut lifetimes = Vec::new();
    while let Some(lifetime) = inp.eat_lifetime() {
        lifetimes.push(lifetime);
        if inp.eat(TokenKind::Colon) {
            lifetime_bounds(inp);
        }
        if !inp.eat(TokenKind::Comma) {
            break;
        }
    }
    path::expect_greater(inp)?;
    Ok(lifetimes.into())
}

/// `where ..`, if it is there.
pub fn where_clause(inp: &mut In<'_, '_>, generics: &mut Generics) -> Parsed<()> {
    if !inp.eat(TokenKind::Where) {
        return Ok(());
    }
    let mut predicates = std::mem::take(&mut generics.predicates).into_vec();
    while !matches!(
        inp.current(),
        TokenKind::LBrace | TokenKind::Semi | TokenKind::Eq | TokenKind::Eof
    ) {
        predicates.push(predicate(inp)?);
        if !inp.eat(TokenKind::Comma) {
            break;
        }
    }
    generics.predicates = predicates.into();
    Ok(())
}

fn predicate(inp: &mut In<'_, '_>) -> Parsed<WherePredicate> {
    if let Some(lifetime) = inp.eat_lifetime() {
        inp.expect(TokenKind::Colon)?;
        return Ok(WherePredicate::Lifetime { lifetime, bounds: lifetime_bounds(inp) });
    }
    let lifetimes = match inp.at(TokenKind::For) && path::is_less(inp.nth(1)) {
        true => for_lifetimes(inp)?,
        false => Box::default(),
    };
    let ty = ty::ty(inp)?;
    inp.expect(TokenKind::Colon)?;
    Ok(WherePredicate::Type { lifetimes, ty, bounds: bounds(inp)? })
}

/// What contracts say after a signature: `requires e`, `ensures e`. Parsed and reported as a whole.
pub fn contract_clauses(inp: &mut In<'_, '_>) -> Parsed<()> {
    loop {
        let first = inp.pos();
        let clause = ["requires", "ensures", "decreases", "invariant"]
            .into_iter()
            .any(|word| inp.at_word(word));
        if !clause {
            return Ok(());
        }
        inp.bump();
        inp.state().in_contract = true;
        let result = expr::condition(inp, false);
        inp.state().in_contract = false;
        result?;
        inp.eat(TokenKind::Comma);
        let end = inp.pos();
        let state = inp.state();
        let span = state.tokens_span(first, end);
        state.not_supported("contracts", span);
    }
}
