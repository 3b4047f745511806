//! Blocks and statements, and recovery inside them: a damaged statement becomes an `Error` node, the rest of the block stays.

use crate::cursor::{In, Parsed, Rules};
use crate::error::{Expected, ParseError, Reason};
use crate::state::Restrictions;
use crate::{attr, expr, habit, item, pat, recover, ty};
use vez_ast::{Block, BlockId, ExprId, Stmt, StmtKind};
use vez_diag::registry;
use vez_lex::TokenKind;

/// `{ statements value }`
pub fn block(inp: &mut In<'_, '_>) -> Parsed<BlockId> {
    let first = inp.pos();
    inp.expect(TokenKind::LBrace)?;
    let (stmts, tail) = inp.restricted(Restrictions::default(), |inp| statements(inp));
    if !inp.eat(TokenKind::RBrace) {
        // Only the end of the file stops statements elsewhere; the block is kept.
        let error = ParseError::new(inp.pos(), Expected::RBrace);
        inp.state().report_parse_error(error);
    }
    let span = inp.range_from(first);
    Ok(inp.block(Block { stmts: stmts.into(), tail, span }))
}

fn statements(inp: &mut In<'_, '_>) -> (Vec<Stmt>, Option<ExprId>) {
    let mut stmts = Vec::new();
    if let Err(error) = attr::inner_attrs(inp) {
        inp.state().report_parse_error(error);
    }
    while !matches!(inp.current(), TokenKind::RBrace | TokenKind::Eof) {
        let first = inp.pos();
        let before = inp.save();
        let depth = inp.state().depth;
        match statement(inp) {
            Ok(Parsing::Stmt(kind)) => {
                let span = inp.range_from(first);
                stmts.push(Stmt { kind, span });
            }
            Ok(Parsing::Tail(value)) => return (stmts, Some(value)),
            Err(error) => {
                let errors = inp.state().take_errors();
                inp.rewind(before);
                let state = inp.state();
                state.depth = depth;
                state.restore_errors(errors);
                let at = state.report_parse_error(error);
                // Of a statement nested too deep everything inside is deeper still.
                let failed = if error.reason == Reason::Unexpected { at } else { first };
                recover::skip_statement(inp, first, failed);
                if inp.pos() == first {
                    inp.bump();
                }
                let span = inp.range_from(first);
                stmts.push(Stmt { kind: StmtKind::Error, span });
            }
        }
    }
    (stmts, None)
}

enum Parsing {
    Stmt(StmtKind),
    /// The block's value.
    Tail(ExprId),
}

fn statement(inp: &mut In<'_, '_>) -> Parsed<Parsing> {
    if inp.eat(TokenKind::Semi) {
        return Ok(Parsing::Stmt(StmtKind::Empty));
    }
    let attrs_len = attr::outer_attrs_len(inp);
    if item::starts_item(inp, attrs_len) {
        return nested_item(inp);
    }
    let doc = inp.at(TokenKind::OuterDoc);
    let first = inp.pos();
    attr::ignored_attrs(inp)?;
    if doc && inp.at(TokenKind::RBrace) {
        let state = inp.state();
        let span = state.token_span(first);
        state.report(registry::MisplacedDocComment.at(span));
        return Ok(Parsing::Stmt(StmtKind::Empty));
    }
    if inp.at(TokenKind::Let) {
        return let_statement(inp).map(Parsing::Stmt);
    }
    if let Some(kind) = habit::statement(inp)? {
        return Ok(Parsing::Stmt(kind));
    }
    expression_statement(inp)
}

fn nested_item(inp: &mut In<'_, '_>) -> Parsed<Parsing> {
    let child = item::item(inp, item::Place::Block)?;
    let children = &mut inp.state().frame.children;
    children.push(child);
    let index = children.len() as u32 - 1;
    Ok(Parsing::Stmt(StmtKind::Item(index)))
}

/// `let p: T = e else { .. };`
pub fn let_statement(inp: &mut In<'_, '_>) -> Parsed<StmtKind> {
    inp.bump();
    let pat = pat::pattern(inp)?;
    let ty = if inp.eat(TokenKind::Colon) { Some(ty::ty(inp)?) } else { None };
    let init = if inp.eat(TokenKind::Eq) { Some(expr::expr(inp)?) } else { None };
    let otherwise = match init.is_some() && inp.eat(TokenKind::Else) {
        true => Some(block(inp)?),
        false => None,
    };
    habit::after_operand(inp);
    end_of_statement(inp)?;
    Ok(StmtKind::Let { pat, ty, init, otherwise })
}

/// Takes the `;`. Where a new line or the block's end follows, it was forgotten, and nothing is lost.
pub fn end_of_statement(inp: &mut In<'_, '_>) -> Parsed<()> {
    if inp.eat(TokenKind::Semi) {
        return Ok(());
    }
    let at = inp.pos();
    let obvious = inp.at(TokenKind::RBrace) || inp.state().starts_line(at);
    if !obvious || inp.at(TokenKind::Eof) {
        return inp.fail(Expected::Semi);
    }
    inp.state().report_missing("`;`", at);
    Ok(())
}

fn expression_statement(inp: &mut In<'_, '_>) -> Parsed<Parsing> {
    let (value, complete) = expr::statement_expr(inp)?;
    habit::after_operand(inp);
    if inp.eat(TokenKind::Semi) {
        return Ok(Parsing::Stmt(StmtKind::Expr { expr: value, semi: true }));
    }
    if inp.at(TokenKind::RBrace) {
        return Ok(Parsing::Tail(value));
    }
    if complete {
        return Ok(Parsing::Stmt(StmtKind::Expr { expr: value, semi: false }));
    }
    end_of_statement(inp)?;
    Ok(Parsing::Stmt(StmtKind::Expr { expr: value, semi: true }))
}
