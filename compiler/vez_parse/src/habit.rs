//! Habits from other languages: each is named, with the fix, and read as what it means, so that nothing cascades.

use crate::cursor::{In, Parsed, Rules};
use crate::error::{Expected, ParseError};
use crate::state::State;
use crate::{expr, pat, ty};
use vez_ast::{BinaryOp, StmtKind};
use vez_base::Span;
use vez_diag::{Diagnostic, Fix, registry};
use vez_lex::TokenKind;

/// A word or operator that VeZ spells differently, and how.
fn foreign(state: &State<'_>, index: usize, found: &str, instead: &str) -> Diagnostic {
    let span = state.token_span(index);
    replace(span, found, instead)
}

fn replace(span: Span, found: &str, instead: &str) -> Diagnostic {
    let fix = Fix::new(format!("write `{instead}`")).replace(span, instead).machine_applicable();
    registry::ForeignHabit { found }.at(span).fix(fix)
}

/// A better account of an unexpected token than "expected X, found Y", if there is one.
pub fn explain(state: &State<'_>, error: ParseError, at: usize) -> Option<Diagnostic> {
    let kind = state.kinds[at];
    let text = state.token_text(at);
    let next = state.kinds.get(at + 1).copied().unwrap_or(TokenKind::Eof);
    match text {
        "and" => return Some(foreign(state, at, text, "&&")),
        "or" => return Some(foreign(state, at, text, "||")),
        "not" if next != TokenKind::Eof => return Some(foreign(state, at, text, "!")),
        _ => {}
    }
    let previous = at.checked_sub(1);
    let word_before = previous.filter(|&p| state.kinds[p] == TokenKind::Ident);
    if let Some(p) = word_before
        && matches!(state.token_text(p), "and" | "or" | "not")
    {
        let instead = match state.token_text(p) {
            "and" => "&&",
            "or" => "||",
            _ => "!",
        };
        return Some(foreign(state, p, state.token_text(p), instead));
    }
    if let Some(report) = other_keyword(state, error, at) {
        return Some(report);
    }
    let documents_nothing = kind == TokenKind::Eof || kind.is_closer();
    if let Some(doc) = previous.filter(|&p| state.kinds[p] == TokenKind::OuterDoc)
        && documents_nothing
        && matches!(error.primary, Expected::Item | Expected::Field | Expected::Variant)
    {
        return Some(registry::MisplacedDocComment.at(state.token_span(doc)));
    }
    match kind {
        TokenKind::RParen | TokenKind::RBracket | TokenKind::RBrace
            if error.primary == Expected::Item =>
        {
            Some(registry::UnmatchedDelimiter { close: text }.at(state.token_span(at)))
        }
        TokenKind::Let if error.primary == Expected::Expr => None,
        kind if kind.is_keyword()
            && matches!(
                error.primary,
                Expected::Ident | Expected::Field | Expected::Variant | Expected::Pattern
            ) =>
        {
            let raw = !matches!(text, "self" | "Self" | "super" | "crate");
            let span = state.token_span(at);
            let diagnostic = registry::ReservedKeyword { keyword: text }.at(span);
            let fix = Fix::new("escape it").replace(span.before(), "r#");
            Some(if raw { diagnostic.fix(fix) } else { diagnostic })
        }
        kind if kind.is_doc() && matches!(error.primary, Expected::Item | Expected::Expr) => {
            Some(registry::MisplacedDocComment.at(state.token_span(at)))
        }
        _ => None,
    }
}

/// Keywords and operators of other languages where VeZ has its own for the same.
fn other_keyword(state: &State<'_>, error: ParseError, at: usize) -> Option<Diagnostic> {
    let text = state.token_text(at);
    if error.primary == Expected::Item {
        let instead = match text {
            "class" | "record" => "struct",
            "interface" | "protocol" => "trait",
            "import" | "using" | "include" => "use",
            "namespace" | "module" | "package" => "mod",
            "typedef" => "type",
            _ => return None,
        };
        return Some(foreign(state, at, text, instead));
    }
    if error.primary == Expected::Body && state.kinds[at] == TokenKind::FatArrow {
        return Some(foreign(state, at, text, "->"));
    }
    let before = at.checked_sub(1)?;
    match state.kinds[before] {
        TokenKind::Ident if state.token_text(before) == "switch" => {
            Some(foreign(state, before, "switch", "match"))
        }
        TokenKind::Question if error.primary == Expected::Semi && starts_value(state.kinds[at]) => {
            let found = "condition ? value : other";
            let report = registry::ForeignHabit { found }.at(state.token_span(before));
            Some(report.help("`if` has a value: `if condition { value } else { other }`"))
        }
        _ => None,
    }
}

fn starts_value(kind: TokenKind) -> bool {
    matches!(kind, TokenKind::Ident | TokenKind::Int | TokenKind::Float | TokenKind::Str)
}

/// Whether `elif` follows a block, and not a statement that starts with a variable of that name.
pub fn is_elif(inp: &mut In<'_, '_>) -> bool {
    let word = ["elif", "elsif", "elseif"].into_iter().any(|word| inp.at_word(word));
    let variable = matches!(
        inp.nth(1),
        TokenKind::Eq | TokenKind::Dot | TokenKind::Semi | TokenKind::LParen | TokenKind::RBrace
    );
    let at = inp.pos();
    word && !(variable && inp.state().starts_line(at))
}

/// Reads `elif` as `else if`, if it is there.
pub fn elif(inp: &mut In<'_, '_>) -> bool {
    let found = is_elif(inp);
    if found {
        let at = inp.pos();
        let state = inp.state();
        let error = foreign(state, at, state.token_text(at), "else if");
        state.report(error);
        inp.bump();
    }
    found
}

/// `for (i = 0; i < n; i++)`: reported, and taken up to the body. Behind the `for`.
pub fn c_style_for(inp: &mut In<'_, '_>) -> Parsed<bool> {
    let at = inp.pos();
    let state = inp.state();
    if state.kinds[at] != TokenKind::LParen {
        return Ok(false);
    }
    let end = state.closers()[at] as usize;
    let semicolons = (at..end).filter(|&i| state.kinds[i] == TokenKind::Semi).count();
    if semicolons != 2 || state.kinds[end + 1] != TokenKind::LBrace {
        return Ok(false);
    }
    let span = state.tokens_span(at - 1, end + 1);
    let error = registry::ForeignHabit { found: "for (start; condition; step)" }.at(span);
    state.report(error.help("a loop over numbers is `for i in 0..n { .. }`, any other a `while`"));
    while inp.pos() <= end {
        inp.bump();
    }
    Ok(true)
}

/// `===` and `!==` are read as `==` and `!=`. Behind the operator.
pub fn extra_equals(inp: &mut In<'_, '_>, op: BinaryOp) {
    let at = inp.pos();
    let adjacent = at > 0 && inp.state().ends[at - 1] == inp.state().starts[at];
    let (found, instead) = match op {
        BinaryOp::Eq => ("===", "=="),
        BinaryOp::Ne => ("!==", "!="),
        _ => return,
    };
    if adjacent && inp.at(TokenKind::Eq) {
        inp.bump();
        let state = inp.state();
        let error = replace(state.tokens_span(at - 1, at + 1), found, instead);
        state.report(error);
    }
}

/// Whether `x++` or `x--` stands here, as a statement; then it is reported and taken.
pub fn increment(inp: &mut In<'_, '_>) -> bool {
    let kind = inp.current();
    let doubled = matches!(kind, TokenKind::Plus | TokenKind::Minus) && inp.nth(1) == kind;
    doubled && matches!(inp.nth(2), TokenKind::Semi | TokenKind::RBrace | TokenKind::RParen)
}

/// Behind a statement's expression: what [`increment`] saw.
pub fn after_operand(inp: &mut In<'_, '_>) {
    let kind = inp.current();
    let (found, instead) = match kind {
        TokenKind::Plus => ("++", " += 1"),
        TokenKind::Minus => ("--", " -= 1"),
        _ => return,
    };
    if inp.nth(1) == kind {
        let at = inp.pos();
        inp.bump();
        inp.bump();
        let state = inp.state();
        let error = replace(state.tokens_span(at, at + 2), found, instead);
        state.report(error);
    }
}

/// Statements that start with a foreign word: `var x = 1;`, `x: i32 = 1;`, `x := 1`.
pub fn statement(inp: &mut In<'_, '_>) -> Parsed<Option<StmtKind>> {
    if !matches!(inp.current(), TokenKind::Ident | TokenKind::Mut) {
        return Ok(None);
    }
    let at = inp.pos();
    let binds = matches!(inp.nth(2), TokenKind::Eq | TokenKind::Colon | TokenKind::Semi);
    let declares = inp.nth(1) == TokenKind::Ident && binds;
    let word = ["var", "val", "auto"].into_iter().find(|word| inp.at_word(word));
    if let Some(found) = word.filter(|_| declares) {
        let state = inp.state();
        let instead = if found == "val" { "let" } else { "let mut" };
        let error = foreign(state, at, found, instead);
        state.report(error);
        inp.bump();
        return typed_binding(inp).map(Some);
    }
    let typed = inp.at(TokenKind::Ident)
        && inp.nth(1) == TokenKind::Colon
        && matches!(
            inp.nth(2),
            TokenKind::Ident | TokenKind::And | TokenKind::Eq | TokenKind::LBracket
        );
    if typed || inp.at(TokenKind::Mut) {
        let state = inp.state();
        let span = state.token_span(at).before();
        let fix = Fix::new("insert `let`").replace(span, "let ").machine_applicable();
        state.report(registry::MissingToken { token: "`let`" }.at(span).fix(fix));
        return typed_binding(inp).map(Some);
    }
    Ok(None)
}

/// `p: T = e;`; `p := e` too.
fn typed_binding(inp: &mut In<'_, '_>) -> Parsed<StmtKind> {
    let pat = pat::single_pattern(inp)?;
    let ty = match inp.eat(TokenKind::Colon) && !inp.at(TokenKind::Eq) {
        true => Some(ty::ty(inp)?),
        false => None,
    };
    let init = if inp.eat(TokenKind::Eq) { Some(expr::expr(inp)?) } else { None };
    crate::stmt::end_of_statement(inp)?;
    Ok(StmtKind::Let { pat, ty, init, otherwise: None })
}

/// `def f(..)`, `func f(..)`, `function f(..)`: whether one stands `n` tokens ahead.
pub fn is_foreign_fn(inp: &mut In<'_, '_>, n: usize) -> bool {
    let word =
        ["def", "func", "function", "fun", "proc"].into_iter().any(|word| inp.nth_is_word(n, word));
    word && inp.nth(n + 1) == TokenKind::Ident
        && matches!(inp.nth(n + 2), TokenKind::LParen | TokenKind::Lt)
}

/// Takes the word of a foreign function.
pub fn take_foreign_fn(inp: &mut In<'_, '_>) {
    let at = inp.pos();
    let state = inp.state();
    let error = foreign(state, at, state.token_text(at), "fn");
    state.report(error);
    inp.bump();
}
