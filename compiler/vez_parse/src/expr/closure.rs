//! Closures.

use super::{block_expr, expr};
use crate::cursor::{In, Parsed, Rules};
use crate::error::Expected;
use crate::{attr, pat, ty};
use vez_ast::{ClosureParam, ExprId, ExprKind};
use vez_lex::TokenKind;

/// Whether `async` starts a closure, not a block.
pub fn is_async_closure(inp: &mut In<'_, '_>) -> bool {
    let after_move = if inp.nth(1) == TokenKind::Move { 2 } else { 1 };
    matches!(inp.nth(after_move), TokenKind::Or | TokenKind::OrJoint)
}

/// `move |a, b: T| -> R { .. }`, `|| e`
pub fn closure(inp: &mut In<'_, '_>) -> Parsed<ExprId> {
    let first = inp.pos();
    for (keyword, what) in
        [(TokenKind::Static, "static closures"), (TokenKind::Async, "async closures")]
    {
        if inp.eat(keyword) {
            let state = inp.state();
            let span = state.token_span(first);
            state.not_supported(what, span);
        }
    }
    let moves = inp.eat(TokenKind::Move);
    let params = params(inp)?;
    let ret = if inp.eat(TokenKind::Arrow) { Some(ty::ty(inp)?) } else { None };
    let body = if ret.is_some() { block_expr(inp)? } else { expr(inp)? };
    Ok(inp.expr(first, ExprKind::Closure { moves, params, ret, body }))
}

/// Between the bars.
fn params(inp: &mut In<'_, '_>) -> Parsed<Box<[ClosureParam]>> {
    if inp.eat(TokenKind::OrJoint) {
        inp.expect(TokenKind::Or).or_else(|error| {
            // `|||`: the second bar may be joint with a third, which starts another closure.
            if inp.eat(TokenKind::OrJoint) { Ok(()) } else { Err(error) }
        })?;
        return Ok(Box::default());
    }
    if !inp.eat(TokenKind::Or) {
        return inp.fail(Expected::Or);
    }
    let mut params = Vec::new();
    while !matches!(inp.current(), TokenKind::Or | TokenKind::OrJoint) {
        attr::ignored_attrs(inp)?;
        let pat = pat::single_pattern(inp)?;
        let ty = if inp.eat(TokenKind::Colon) { Some(ty::ty(inp)?) } else { None };
        params.push(ClosureParam { pat, ty });
        if !inp.eat(TokenKind::Comma) {
            break;
        }
    }
    if !matches!(inp.current(), TokenKind::Or | TokenKind::OrJoint) {
        return inp.fail_either(Expected::Or, Expected::Comma);
    }
    inp.bump();
    Ok(params.into())
}
