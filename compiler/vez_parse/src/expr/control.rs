//! Expressions that end in a block: `if`, `match`, loops, blocks.

use super::{CHAIN_LIMIT, block_expr, expr, statement_expr};
use crate::cursor::{In, Parsed, Rules};
use crate::error::{Expected, Reason};
use crate::state::Restrictions;
use crate::{attr, habit, pat, stmt};
use vez_ast::{Arm, BlockId, BlockKind, ExprId, ExprKind, Lifetime};
use vez_diag::registry;
use vez_lex::TokenKind;

/// Whether an expression that needs no `;` as a statement starts here.
pub fn starts_block_like(inp: &mut In<'_, '_>) -> bool {
    match inp.current() {
        TokenKind::If
        | TokenKind::Match
        | TokenKind::Loop
        | TokenKind::While
        | TokenKind::For
        | TokenKind::LBrace => true,
        TokenKind::Unsafe | TokenKind::Const => inp.nth(1) == TokenKind::LBrace,
        TokenKind::Lifetime => inp.nth(1) == TokenKind::Colon,
        _ => false,
    }
}

/// One of them.
pub fn block_like(inp: &mut In<'_, '_>) -> Parsed<ExprId> {
    let first = inp.pos();
    let label = label(inp)?;
    let kind = match inp.current() {
        TokenKind::While => {
            inp.bump();
            let cond = condition(inp, true)?;
            ExprKind::While { label, cond, body: loop_body(inp)? }
        }
        TokenKind::Loop => {
            inp.bump();
            ExprKind::Loop { label, body: loop_body(inp)? }
        }
        TokenKind::For => for_loop(inp, label)?,
        TokenKind::LBrace => plain_block(inp, label, BlockKind::Plain)?,
        TokenKind::Unsafe if label.is_none() => {
            inp.bump();
            plain_block(inp, None, BlockKind::Unsafe)?
        }
        TokenKind::Const if label.is_none() => {
            inp.bump();
            plain_block(inp, None, BlockKind::Const)?
        }
        TokenKind::If if label.is_none() => return if_expr(inp),
        TokenKind::Match if label.is_none() => match_expr(inp)?,
        _ => return inp.fail(Expected::Block),
    };
    Ok(inp.expr(first, kind))
}

fn label(inp: &mut In<'_, '_>) -> Parsed<Option<Lifetime>> {
    let label = inp.eat_lifetime();
    if label.is_some() {
        inp.expect(TokenKind::Colon)?;
    }
    Ok(label)
}

fn plain_block(inp: &mut In<'_, '_>, label: Option<Lifetime>, kind: BlockKind) -> Parsed<ExprKind> {
    Ok(ExprKind::Block { label, kind, block: stmt::block(inp)? })
}

/// A loop's body, with contract clauses in front.
fn loop_body(inp: &mut In<'_, '_>) -> Parsed<BlockId> {
    crate::generics::contract_clauses(inp)?;
    stmt::block(inp)
}

/// The expression of `if`, `while`, `match` or a guard: no struct literals, and perhaps `let`.
pub fn condition(inp: &mut In<'_, '_>, allow_let: bool) -> Parsed<ExprId> {
    let first = inp.pos();
    if allow_let && inp.at(TokenKind::LBrace) && !block_is_operand(inp, first) {
        let keyword = inp.state().token_text(first.saturating_sub(1));
        let state = inp.state();
        let span = state.after_previous(first);
        state.report(registry::MissingCondition { keyword }.at(span));
        return Ok(inp.expr_at(vez_base::TextRange::default(), ExprKind::Error));
    }
    inp.restricted(Restrictions { no_struct: true, allow_let }, expr)
}

/// Whether the block at `open`, where a condition should be, is one: `if { a } { b }`, `while { a } == c { b }`.
fn block_is_operand(inp: &mut In<'_, '_>, open: usize) -> bool {
    let state = inp.state();
    let close = state.closers()[open] as usize;
    let after = state.kinds[close + 1];
    close > 0
        && !after.is_keyword()
        && !after.is_closer()
        && !matches!(
            after,
            TokenKind::Ident | TokenKind::RawIdent | TokenKind::Semi | TokenKind::Eof
        )
}

/// `if c { } else if d { } else { }`; a chain costs no stack.
fn if_expr(inp: &mut In<'_, '_>) -> Parsed<ExprId> {
    let mut branches = Vec::new();
    let mut otherwise = None;
    loop {
        let first = inp.pos();
        if !habit::elif(inp) {
            inp.expect(TokenKind::If)?;
        }
        let cond = condition(inp, true)?;
        let then = stmt::block(inp)?;
        branches.push((first, cond, then));
        if branches.len() > CHAIN_LIMIT {
            return inp.fail_deep(Reason::TooLong, Expected::Expr);
        }
        if habit::is_elif(inp) {
            continue;
        }
        if !inp.eat(TokenKind::Else) {
            break;
        }
        if !inp.at(TokenKind::If) {
            otherwise = Some(block_expr(inp)?);
            break;
        }
    }
    for (first, cond, then) in branches.into_iter().rev() {
        otherwise = Some(inp.expr(first, ExprKind::If { cond, then, otherwise }));
    }
    match otherwise {
        Some(whole) => Ok(whole),
        None => inp.fail(Expected::Expr),
    }
}

fn for_loop(inp: &mut In<'_, '_>, label: Option<Lifetime>) -> Parsed<ExprKind> {
    inp.bump();
    if habit::c_style_for(inp)? {
        stmt::block(inp)?;
        return Ok(ExprKind::Error);
    }
    let pat = pat::pattern(inp)?;
    inp.expect(TokenKind::In)?;
    let iter = condition(inp, false)?;
    Ok(ExprKind::For { label, pat, iter, body: loop_body(inp)? })
}

fn match_expr(inp: &mut In<'_, '_>) -> Parsed<ExprKind> {
    inp.bump();
    let scrutinee = condition(inp, false)?;
    inp.expect(TokenKind::LBrace)?;
    attr::inner_attrs(inp)?;
    let arms = inp.restricted(Restrictions::default(), arms)?;
    inp.expect(TokenKind::RBrace)?;
    Ok(ExprKind::Match { scrutinee, arms: arms.into() })
}

fn arms(inp: &mut In<'_, '_>) -> Parsed<Vec<Arm>> {
    let mut arms = Vec::new();
    while !inp.at(TokenKind::RBrace) {
        let first = inp.pos();
        attr::ignored_attrs(inp)?;
        let pat = pat::pattern(inp)?;
        let guard = match inp.eat(TokenKind::If) {
            true => {
                let with = Restrictions { allow_let: true, no_struct: false };
                Some(inp.restricted(with, expr)?)
            }
            false => None,
        };
        inp.expect(TokenKind::FatArrow)?;
        let (body, complete) = statement_expr(inp)?;
        let span = inp.range_from(first);
        arms.push(Arm { pat, guard, body, span });
        let comma = inp.eat(TokenKind::Comma);
        if !comma && !complete && !inp.at(TokenKind::RBrace) {
            let at = inp.pos();
            if !inp.state().starts_line(at) {
                return inp.fail_either(Expected::Comma, Expected::RBrace);
            }
            inp.state().report_missing("`,`", at);
        }
    }
    Ok(arms)
}
