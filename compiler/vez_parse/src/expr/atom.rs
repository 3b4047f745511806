//! Operands that stand alone: literals, paths, groups, blocks, jumps.

use super::{closure, control, element, expr, optional_value, unrestricted};
use crate::cursor::{In, Parsed, Rules, comma_list};
use crate::error::Expected;
use crate::path::{self, PathMode};
use crate::state::Restrictions;
use crate::{attr, lit, mac, pat, stmt};
use vez_ast::{BlockKind, ExprId, ExprKind, FieldInit, Path, Segment};
use vez_diag::registry;
use vez_lex::TokenKind;

/// An operand without prefix and postfix.
pub fn atom(inp: &mut In<'_, '_>) -> Parsed<ExprId> {
    let first = inp.pos();
    let kind = match inp.current() {
        TokenKind::LParen => return group(inp),
        TokenKind::LBracket => array(inp)?,
        TokenKind::Or | TokenKind::OrJoint | TokenKind::Move => return closure::closure(inp),
        TokenKind::Async if closure::is_async_closure(inp) => return closure::closure(inp),
        TokenKind::Static
            if matches!(inp.nth(1), TokenKind::Or | TokenKind::OrJoint | TokenKind::Move) =>
        {
            return closure::closure(inp);
        }
        TokenKind::Async => return async_block(inp),
        TokenKind::Return => {
            inp.bump();
            ExprKind::Return(optional_value(inp)?)
        }
        TokenKind::Break => {
            inp.bump();
            let label = inp.eat_lifetime();
            ExprKind::Break { label, value: optional_value(inp)? }
        }
        TokenKind::Continue => {
            inp.bump();
            ExprKind::Continue { label: inp.eat_lifetime() }
        }
        TokenKind::Underscore => {
            inp.bump();
            ExprKind::Underscore
        }
        TokenKind::Hole => {
            inp.bump();
            ExprKind::Hole
        }
        // An inner attribute is no expression; `ignored_attrs` would leave it where it stands.
        TokenKind::Pound if inp.nth(1) != TokenKind::Not => {
            attr::ignored_attrs(inp)?;
            return super::operand(inp);
        }
        kind if kind.is_literal() => ExprKind::Lit(lit::literal(inp)?),
        kind if path::starts_path(kind) || path::is_less(kind) => return path_expr(inp),
        _ if control::starts_block_like(inp) => return control::block_like(inp),
        _ => return inp.fail(Expected::Expr),
    };
    Ok(inp.expr(first, kind))
}

/// `()`, `(e)`, `(a, b)`
fn group(inp: &mut In<'_, '_>) -> Parsed<ExprId> {
    let first = inp.pos();
    inp.bump();
    let elements = inp.restricted(Restrictions::default(), |inp| inp.parse(comma_list(element)))?;
    let last = inp.pos() - 1;
    let trailing = inp.state().kinds[last] == TokenKind::Comma;
    inp.expect(TokenKind::RParen)?;
    let kind = match elements.as_slice() {
        [only] if !trailing => ExprKind::Paren(*only),
        _ => ExprKind::Tuple(elements.into()),
    };
    Ok(inp.expr(first, kind))
}

/// `[]`, `[a, b]`, `[e; n]`
fn array(inp: &mut In<'_, '_>) -> Parsed<ExprKind> {
    inp.bump();
    let kind = inp.restricted(Restrictions::default(), |inp| -> Parsed<ExprKind> {
        let mut elements = inp.parse(comma_list(element))?;
        if elements.len() == 1 && inp.eat(TokenKind::Semi) {
            let value = elements.remove(0);
            return Ok(ExprKind::Repeat { value, len: expr(inp)? });
        }
        Ok(ExprKind::Array(elements.into()))
    })?;
    inp.expect(TokenKind::RBracket)?;
    Ok(kind)
}

fn async_block(inp: &mut In<'_, '_>) -> Parsed<ExprId> {
    let first = inp.pos();
    inp.bump();
    let kind = if inp.eat(TokenKind::Move) { BlockKind::AsyncMove } else { BlockKind::Async };
    let block = stmt::block(inp)?;
    Ok(inp.expr(first, ExprKind::Block { label: None, kind, block }))
}

/// `{ .. }` as an expression.
pub fn block_expr(inp: &mut In<'_, '_>) -> Parsed<ExprId> {
    let first = inp.pos();
    let block = stmt::block(inp)?;
    Ok(inp.expr(first, ExprKind::Block { label: None, kind: BlockKind::Plain, block }))
}

/// A path, a struct literal or a macro call.
fn path_expr(inp: &mut In<'_, '_>) -> Parsed<ExprId> {
    let first = inp.pos();
    let path = path::path(inp, PathMode::Expr)?;
    if inp.at(TokenKind::Not) && inp.nth(1).is_opener() {
        return mac::macro_expr(inp, first, path);
    }
    if inp.at(TokenKind::LBrace) && struct_literal_fits(inp, first) {
        let kind = struct_literal(inp, path)?;
        return Ok(inp.expr(first, kind));
    }
    Ok(inp.expr(first, ExprKind::Path(path)))
}

/// Whether `{` behind a path starts a struct literal. In a condition it does not; where it plainly is one all the same, that is
/// reported and it is read as one.
fn struct_literal_fits(inp: &mut In<'_, '_>, first: usize) -> bool {
    if !inp.state().restrictions.no_struct {
        return true;
    }
    let field = matches!(inp.nth(1), TokenKind::Ident) && inp.nth(2) == TokenKind::Colon;
    if !field {
        return false;
    }
    let open = inp.pos();
    let state = inp.state();
    let end = state.closers()[open] as usize;
    let block_follows = end > 0 && state.kinds[end + 1] == TokenKind::LBrace;
    if block_follows {
        let span = state.tokens_span(first, end + 1);
        let fix = vez_diag::Fix::new("surround it with parentheses")
            .replace(span.before(), "(")
            .replace(span.after(), ")")
            .machine_applicable();
        state.report(registry::StructLiteralInCondition.at(span).fix(fix));
    }
    block_follows
}

/// At the `{`.
fn struct_literal(inp: &mut In<'_, '_>, path: Path) -> Parsed<ExprKind> {
    inp.bump();
    let mut fields = Vec::new();
    let mut base = None;
    while !inp.at(TokenKind::RBrace) {
        attr::ignored_attrs(inp)?;
        if inp.at(TokenKind::DotDot) {
            base = Some(struct_base(inp)?);
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
    Ok(ExprKind::Struct { path, fields: fields.into(), base })
}

/// `..base`; `..` alone, on the left of an assignment, has `_` as its base.
fn struct_base(inp: &mut In<'_, '_>) -> Parsed<ExprId> {
    let first = inp.pos();
    inp.bump();
    if inp.at(TokenKind::RBrace) {
        return Ok(inp.expr(first, ExprKind::Underscore));
    }
    unrestricted(inp)
}

/// `name: e`, `0: e`, or `name`.
fn field(inp: &mut In<'_, '_>) -> Parsed<FieldInit> {
    let first = inp.pos();
    if !matches!(inp.current(), TokenKind::Ident | TokenKind::RawIdent | TokenKind::Int) {
        return inp.fail(Expected::Field);
    }
    let name = pat::field_name(inp)?;
    if inp.eat(TokenKind::Colon) {
        return Ok(FieldInit { name, expr: unrestricted(inp)?, shorthand: false });
    }
    if inp.state().kinds[first] == TokenKind::Int {
        return inp.fail(Expected::Colon);
    }
    let segments = Box::new([Segment { name, args: None }]);
    let path = Path { qself: None, global: false, segments, span: name.span };
    let value = inp.expr(first, ExprKind::Path(path));
    Ok(FieldInit { name, expr: value, shorthand: true })
}
