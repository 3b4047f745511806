//! Patterns.

use crate::cursor::{In, Parsed, Rules, comma_list};
use crate::error::Expected;
use crate::path::{self, PathMode};
use crate::{attr, lit, mac};
use vez_ast::{ExprId, ExprKind, FieldPat, Ident, Mutability, PatId, PatKind, Path, UnaryOp};
use vez_diag::registry;
use vez_lex::TokenKind;

/// A pattern with alternatives: `| A | B`.
pub fn pattern(inp: &mut In<'_, '_>) -> Parsed<PatId> {
    let first = inp.pos();
    inp.eat(TokenKind::Or);
    let pat = single_pattern(inp)?;
    if !inp.at(TokenKind::Or) {
        return Ok(pat);
    }
    let mut alternatives = vec![pat];
    while inp.eat(TokenKind::Or) {
        alternatives.push(single_pattern(inp)?);
    }
    Ok(inp.pat(first, PatKind::Or(alternatives.into())))
}

/// A pattern without alternatives at its top: of parameters and `let`.
pub fn single_pattern(inp: &mut In<'_, '_>) -> Parsed<PatId> {
    inp.nested(Expected::Pattern, |state| state.rules.pat.clone())
}

/// The rule behind [`single_pattern`].
pub fn pattern_rule(inp: &mut In<'_, '_>) -> Parsed<PatId> {
    let first = inp.pos();
    let kind = match inp.current() {
        TokenKind::Underscore => {
            inp.bump();
            PatKind::Wild
        }
        TokenKind::And | TokenKind::AndJoint => {
            inp.bump();
            let mutability = mutability(inp);
            PatKind::Ref { mutability, pat: single_pattern(inp)? }
        }
        TokenKind::LParen => return paren_or_tuple(inp),
        TokenKind::LBracket => {
            inp.bump();
            let pats = inp.parse(comma_list(pattern))?;
            inp.expect(TokenKind::RBracket)?;
            PatKind::Slice(pats.into())
        }
        TokenKind::DotDot if !starts_bound_after_rest(inp.nth(1)) => {
            inp.bump();
            PatKind::Rest
        }
        TokenKind::DotDot | TokenKind::DotDotEq | TokenKind::DotDotDot => range(inp, None)?,
        TokenKind::Ref | TokenKind::Mut => binding(inp)?,
        TokenKind::Ident | TokenKind::RawIdent if is_binding(inp.nth(1)) => binding(inp)?,
        TokenKind::Minus => literal_or_range(inp)?,
        kind if kind.is_literal() => literal_or_range(inp)?,
        kind if path::starts_path(kind) || path::is_less(kind) => return path_pattern(inp),
        _ => return inp.fail(Expected::Pattern),
    };
    Ok(inp.pat(first, kind))
}

fn mutability(inp: &mut In<'_, '_>) -> Mutability {
    if inp.eat(TokenKind::Mut) { Mutability::Mut } else { Mutability::Not }
}

/// Whether a lone name before this token binds (or names a unit variant or constant).
fn is_binding(next: TokenKind) -> bool {
    !matches!(
        next,
        TokenKind::ColonColon
            | TokenKind::LParen
            | TokenKind::LBrace
            | TokenKind::Not
            | TokenKind::DotDot
            | TokenKind::DotDotEq
            | TokenKind::DotDotDot
    )
}

/// `ref mut name @ sub`
fn binding(inp: &mut In<'_, '_>) -> Parsed<PatKind> {
    let by_ref = inp.eat(TokenKind::Ref);
    let mutability = mutability(inp);
    let name = match inp.current() {
        // `mut self` parameters are read elsewhere; here the keyword is a name by mistake.
        TokenKind::SelfValue => path::segment_name(inp)?,
        _ => inp.ident()?,
    };
    let sub = if inp.eat(TokenKind::At) { Some(single_pattern(inp)?) } else { None };
    Ok(PatKind::Ident { by_ref, mutability, name, sub })
}

fn paren_or_tuple(inp: &mut In<'_, '_>) -> Parsed<PatId> {
    let first = inp.pos();
    inp.bump();
    let pats = inp.parse(comma_list(pattern))?;
    let last = inp.pos() - 1;
    let trailing = inp.state().kinds[last] == TokenKind::Comma;
    inp.expect(TokenKind::RParen)?;
    let kind = match pats.as_slice() {
        // `(..)` is a tuple of any length.
        [only]
            if !trailing && !matches!(inp.state().frame.nodes.pats[*only].kind, PatKind::Rest) =>
        {
            PatKind::Paren(*only)
        }
        _ => PatKind::Tuple(pats.into()),
    };
    Ok(inp.pat(first, kind))
}

// Literals and ranges ----------------------------------------------------------------------------------------------------

/// Whether `..` before this token is a range, not the rest.
fn starts_bound_after_rest(next: TokenKind) -> bool {
    starts_bound(next)
}

fn starts_bound(kind: TokenKind) -> bool {
    kind == TokenKind::Minus || kind.is_literal() || path::starts_path(kind) || path::is_less(kind)
}

/// One end of a range: a literal, a negated literal or a path.
fn bound(inp: &mut In<'_, '_>) -> Parsed<ExprId> {
    let first = inp.pos();
    if path::starts_path(inp.current()) || path::is_less(inp.current()) {
        let path = path::path(inp, PathMode::Expr)?;
        return Ok(inp.expr(first, ExprKind::Path(path)));
    }
    let negative = inp.eat(TokenKind::Minus);
    let literal_first = inp.pos();
    let lit = lit::literal(inp)?;
    let value = inp.expr(literal_first, ExprKind::Lit(lit));
    Ok(match negative {
        true => inp.expr(first, ExprKind::Unary(UnaryOp::Neg, value)),
        false => value,
    })
}

fn is_range(kind: TokenKind) -> bool {
    matches!(kind, TokenKind::DotDot | TokenKind::DotDotEq | TokenKind::DotDotDot)
}

fn literal_or_range(inp: &mut In<'_, '_>) -> Parsed<PatKind> {
    let value = bound(inp)?;
    if is_range(inp.current()) { range(inp, Some(value)) } else { Ok(PatKind::Lit(value)) }
}

/// At the dots.
fn range(inp: &mut In<'_, '_>, low: Option<ExprId>) -> Parsed<PatKind> {
    let operator = inp.pos();
    let inclusive = !inp.at(TokenKind::DotDot);
    inp.bump();
    let high = if starts_bound(inp.current()) { Some(bound(inp)?) } else { None };
    if inclusive && high.is_none() {
        let state = inp.state();
        let span = state.token_span(operator);
        state.report(registry::RangeWithoutEnd.at(span));
    }
    Ok(PatKind::Range { low, high, inclusive })
}

// Paths ------------------------------------------------------------------------------------------------------------------

fn path_pattern(inp: &mut In<'_, '_>) -> Parsed<PatId> {
    let first = inp.pos();
    let path = path::path(inp, PathMode::Expr)?;
    let kind = match inp.current() {
        TokenKind::LParen => {
            inp.bump();
            let pats = inp.parse(comma_list(pattern))?;
            inp.expect(TokenKind::RParen)?;
            PatKind::TupleStruct(path, pats.into())
        }
        TokenKind::LBrace => struct_pattern(inp, path)?,
        TokenKind::Not if inp.nth(1).is_opener() => {
            mac::skip_unsupported(inp, first, "macros as patterns")?;
            PatKind::Error
        }
        kind if is_range(kind) => {
            let low = inp.expr(first, ExprKind::Path(path));
            range(inp, Some(low))?
        }
        _ => PatKind::Path(path),
    };
    Ok(inp.pat(first, kind))
}

fn struct_pattern(inp: &mut In<'_, '_>, path: Path) -> Parsed<PatKind> {
    inp.bump();
    let mut fields = Vec::new();
    let mut rest = false;
    while !inp.at(TokenKind::RBrace) {
        attr::ignored_attrs(inp)?;
        if inp.eat(TokenKind::DotDot) {
            rest = true;
            break;
        }
        fields.push(field(inp)?);
        if !inp.eat(TokenKind::Comma) {
            break;
        }
    }
    if !inp.at(TokenKind::RBrace) {
        return inp.fail_either(Expected::RBrace, Expected::Comma);
    }
    inp.bump();
    Ok(PatKind::Struct { path, fields: fields.into(), rest })
}

/// `name: p`, `0: p`, or `ref mut name`.
fn field(inp: &mut In<'_, '_>) -> Parsed<FieldPat> {
    if inp.nth(1) == TokenKind::Colon {
        let name = field_name(inp)?;
        inp.expect(TokenKind::Colon)?;
        return Ok(FieldPat { name, pat: pattern(inp)?, shorthand: false });
    }
    let first = inp.pos();
    let kind = match inp.current() {
        TokenKind::Ref | TokenKind::Mut | TokenKind::Ident | TokenKind::RawIdent => binding(inp)?,
        _ => return inp.fail(Expected::Field),
    };
    let PatKind::Ident { name, .. } = kind else { return inp.fail(Expected::Field) };
    Ok(FieldPat { name, pat: inp.pat(first, kind), shorthand: true })
}

/// A field's name: an identifier or a number.
pub fn field_name(inp: &mut In<'_, '_>) -> Parsed<Ident> {
    if !inp.at(TokenKind::Int) {
        return inp.ident();
    }
    let index = inp.pos();
    inp.bump();
    let span = inp.token_range(index);
    let state = inp.state();
    let text = state.token_text(index);
    Ok(Ident { name: state.intern(text), span })
}
