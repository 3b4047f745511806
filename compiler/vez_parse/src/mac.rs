//! Macro calls. The arguments of the macros the compiler knows are parsed in place; of others only where the tokens are is kept.

use crate::cursor::{In, Parsed, Rules, comma_list};
use crate::error::Expected;
use crate::state::Restrictions;
use crate::{attr, expr, lit, pat};
use vez_ast::{Delimiter, ExprId, ExprKind, MacroArg, MacroArgs, MacroCall, Path};
use vez_lex::TokenKind;

/// What the arguments of a macro look like.
enum Shape {
    /// Expressions, from the second on perhaps named.
    Exprs,
    /// Expressions, or `value; count`.
    Vec,
    Matches,
    /// What an attribute takes.
    Cfg,
    Tokens,
}

fn shape(path: &Path) -> Shape {
    let [.., last] = &*path.segments else { return Shape::Tokens };
    match last.name.name.as_str() {
        "println" | "print" | "eprintln" | "eprint" | "format" | "write" | "writeln" | "panic"
        | "assert" | "assert_eq" | "assert_ne" | "debug_assert" | "debug_assert_eq"
        | "debug_assert_ne" | "todo" | "unimplemented" | "unreachable" | "dbg" | "format_args"
        | "concat" | "line" | "file" | "column" | "module_path" | "env" | "option_env"
        | "include_str" | "include_bytes" | "compile_error" => Shape::Exprs,
        "vec" => Shape::Vec,
        "matches" => Shape::Matches,
        "cfg" => Shape::Cfg,
        _ => Shape::Tokens,
    }
}

/// `path!(args)`; at the `!`, with a delimiter behind it.
pub fn macro_expr(inp: &mut In<'_, '_>, first: usize, path: Path) -> Parsed<ExprId> {
    inp.bump();
    let (delimiter, close) = match inp.current() {
        TokenKind::LParen => (Delimiter::Paren, TokenKind::RParen),
        TokenKind::LBracket => (Delimiter::Bracket, TokenKind::RBracket),
        _ => (Delimiter::Brace, TokenKind::RBrace),
    };
    inp.bump();
    let args = inp.restricted(Restrictions::default(), |inp| match shape(&path) {
        Shape::Exprs => exprs(inp, close),
        Shape::Vec => vec(inp),
        Shape::Matches => matches(inp),
        Shape::Cfg => {
            let predicate = attr::meta(inp)?;
            inp.eat(TokenKind::Comma);
            Ok(MacroArgs::Cfg(predicate))
        }
        Shape::Tokens => lit::token_tree_body(inp, close).map(MacroArgs::Tokens),
    })?;
    if !inp.at(close) {
        return inp.fail_either(Expected::token(close), Expected::Comma);
    }
    inp.bump();
    let call = MacroCall { path, delimiter, args };
    Ok(inp.expr(first, ExprKind::Macro(Box::new(call))))
}

fn exprs(inp: &mut In<'_, '_>, close: TokenKind) -> Parsed<MacroArgs> {
    let mut args = Vec::new();
    while !inp.at(close) {
        args.push(arg(inp, args.is_empty())?);
        if !inp.eat(TokenKind::Comma) {
            break;
        }
    }
    Ok(MacroArgs::Exprs(args.into()))
}

/// `e` or `name = e`.
fn arg(inp: &mut In<'_, '_>, is_first: bool) -> Parsed<MacroArg> {
    attr::ignored_attrs(inp)?;
    // Keywords are allowed as names of arguments too, but only identifiers can be used in a format string.
    let named = !is_first
        && matches!(inp.current(), TokenKind::Ident | TokenKind::RawIdent)
        && inp.nth(1) == TokenKind::Eq;
    let name = match named {
        true => {
            let name = inp.ident()?;
            inp.bump();
            Some(name)
        }
        false => None,
    };
    Ok(MacroArg { name, expr: expr::expr(inp)? })
}

fn vec(inp: &mut In<'_, '_>) -> Parsed<MacroArgs> {
    let values = inp.parse(comma_list(expr::expr))?;
    if let [value] = *values
        && inp.eat(TokenKind::Semi)
    {
        return Ok(MacroArgs::Repeat { value, len: expr::expr(inp)? });
    }
    let args = values.into_iter().map(|expr| MacroArg { name: None, expr }).collect();
    Ok(MacroArgs::Exprs(args))
}

fn matches(inp: &mut In<'_, '_>) -> Parsed<MacroArgs> {
    let scrutinee = expr::expr(inp)?;
    inp.expect(TokenKind::Comma)?;
    let pat = pat::pattern(inp)?;
    let guard = match inp.eat(TokenKind::If) {
        true => {
            let with = Restrictions { allow_let: true, no_struct: false };
            Some(inp.restricted(with, expr::expr)?)
        }
        false => None,
    };
    inp.eat(TokenKind::Comma);
    Ok(MacroArgs::Matches { scrutinee, pat, guard })
}

/// A macro call where the compiler cannot use one yet: read and reported. At the `!`.
pub fn skip_unsupported(inp: &mut In<'_, '_>, first: usize, what: &str) -> Parsed<()> {
    inp.bump();
    lit::token_tree(inp)?;
    let end = inp.pos();
    let state = inp.state();
    let span = state.tokens_span(first, end);
    state.not_supported(what, span);
    Ok(())
}
