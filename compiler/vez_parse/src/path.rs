//! Paths and generic arguments.

use crate::cursor::{In, Parsed, Rules, delimited_list};
use crate::error::Expected;
use crate::{expr, generics, lit, ty};
use vez_ast::{
    AssocConstraint, AssocConstraintKind, ExprId, ExprKind, GenericArg, GenericArgs, Ident, Path,
    QSelf, Segment, TypeKind, UnaryOp,
};
use vez_base::{Name, TextRange};
use vez_lex::TokenKind;

/// How a path's generic arguments are written.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum PathMode {
    /// After `::` only: `Vec::<T>::new`.
    Expr,
    /// Directly or after `::`; `Fn(A) -> B` too.
    Type,
    /// None.
    Plain,
}

/// Whether a path starts with this token, `<` of a qualified one not counted.
pub fn starts_path(kind: TokenKind) -> bool {
    matches!(
        kind,
        TokenKind::Ident
            | TokenKind::RawIdent
            | TokenKind::SelfValue
            | TokenKind::SelfType
            | TokenKind::Super
            | TokenKind::Crate
            | TokenKind::ColonColon
    )
}

/// Whether the token is `<`, alone or the first of `<<`.
pub fn is_less(kind: TokenKind) -> bool {
    matches!(kind, TokenKind::Lt | TokenKind::LtJoint)
}

pub fn is_greater(kind: TokenKind) -> bool {
    matches!(kind, TokenKind::Gt | TokenKind::GtJoint)
}

/// A path that may be qualified.
pub fn path(inp: &mut In<'_, '_>, mode: PathMode) -> Parsed<Path> {
    let first = inp.pos();
    if is_less(inp.current()) {
        return qualified(inp, mode);
    }
    let global = inp.eat(TokenKind::ColonColon);
    let mut segments = Vec::new();
    rest_of_path(inp, mode, &mut segments)?;
    Ok(Path { qself: None, global, segments: segments.into(), span: inp.range_from(first) })
}

/// `<T>::rest` or `<T as Trait>::rest`.
fn qualified(inp: &mut In<'_, '_>, mode: PathMode) -> Parsed<Path> {
    let first = inp.pos();
    inp.bump();
    let ty = ty::ty(inp)?;
    let mut segments = Vec::new();
    let mut global = false;
    if inp.eat(TokenKind::As) {
        global = inp.eat(TokenKind::ColonColon);
        rest_of_path(inp, PathMode::Type, &mut segments)?;
    }
    let trait_segments = segments.len() as u32;
    expect_greater(inp)?;
    inp.expect(TokenKind::ColonColon)?;
    rest_of_path(inp, mode, &mut segments)?;
    let qself = Some(QSelf { ty, trait_segments });
    Ok(Path { qself, global, segments: segments.into(), span: inp.range_from(first) })
}

/// Segments separated by `::`, at least one.
fn rest_of_path(inp: &mut In<'_, '_>, mode: PathMode, out: &mut Vec<Segment>) -> Parsed<()> {
    loop {
        let name = segment_name(inp)?;
        let args = segment_args(inp, mode)?;
        out.push(Segment { name, args });
        if !inp.at(TokenKind::ColonColon)
            || matches!(inp.nth(1), TokenKind::LBrace | TokenKind::Star)
        {
            return Ok(());
        }
        inp.bump();
    }
}

/// A segment's name: an identifier or one of the keywords that stand in paths.
pub fn segment_name(inp: &mut In<'_, '_>) -> Parsed<Ident> {
    let index = inp.pos();
    match inp.current() {
        TokenKind::SelfValue | TokenKind::SelfType | TokenKind::Super | TokenKind::Crate => {
            inp.bump();
            let span = inp.token_range(index);
            let state = inp.state();
            let text = state.token_text(index);
            Ok(Ident { name: state.intern(text), span })
        }
        _ => inp.ident(),
    }
}

fn segment_args(inp: &mut In<'_, '_>, mode: PathMode) -> Parsed<Option<GenericArgs>> {
    match inp.current() {
        TokenKind::Lt | TokenKind::LtJoint if mode == PathMode::Type => angle_args(inp).map(Some),
        TokenKind::LParen if mode == PathMode::Type => paren_args(inp).map(Some),
        TokenKind::ColonColon if mode != PathMode::Plain && is_less(inp.nth(1)) => {
            inp.bump();
            angle_args(inp).map(Some)
        }
        _ => Ok(None),
    }
}

/// `(A, B) -> C`
fn paren_args(inp: &mut In<'_, '_>) -> Parsed<GenericArgs> {
    let first = inp.pos();
    let inputs = inp.parse(delimited_list(TokenKind::LParen, ty::ty, TokenKind::RParen))?;
    let output = match inp.eat(TokenKind::Arrow) {
        true => Some(ty::ty(inp)?),
        false => None,
    };
    Ok(GenericArgs::Paren { inputs: inputs.into(), output, span: inp.range_from(first) })
}

/// Takes one `>`; of `>>` and `>=` only the first character.
pub fn expect_greater(inp: &mut In<'_, '_>) -> Parsed<()> {
    if is_greater(inp.current()) {
        inp.bump();
        return Ok(());
    }
    inp.fail(Expected::Gt)
}

enum AngleArg {
    Plain(GenericArg),
    Constraint(AssocConstraint),
}

/// `<A, 'a, 3, Item = T>`; at the `<`.
pub fn angle_args(inp: &mut In<'_, '_>) -> Parsed<GenericArgs> {
    let first = inp.pos();
    inp.bump();
    let mut args = Vec::new();
    let mut constraints = Vec::new();
    while !is_greater(inp.current()) {
        match angle_arg(inp)? {
            AngleArg::Plain(arg) => args.push(arg),
            AngleArg::Constraint(constraint) => constraints.push(constraint),
        }
        if !inp.eat(TokenKind::Comma) {
            break;
        }
    }
    if !is_greater(inp.current()) {
        return inp.fail_either(Expected::Gt, Expected::Comma);
    }
    inp.bump();
    let span = inp.range_from(first);
    Ok(GenericArgs::Angle { args: args.into(), constraints: constraints.into(), span })
}

fn angle_arg(inp: &mut In<'_, '_>) -> Parsed<AngleArg> {
    match inp.current() {
        TokenKind::Lifetime => Ok(AngleArg::Plain(GenericArg::Lifetime(inp.lifetime()?))),
        TokenKind::Minus | TokenKind::LBrace => const_arg(inp),
        kind if kind.is_literal() => const_arg(inp),
        _ => type_arg(inp),
    }
}

fn const_arg(inp: &mut In<'_, '_>) -> Parsed<AngleArg> {
    Ok(AngleArg::Plain(GenericArg::Const(const_expr(inp)?)))
}

/// A constant among types: a literal, a negated literal, or a block.
pub fn const_expr(inp: &mut In<'_, '_>) -> Parsed<ExprId> {
    let first = inp.pos();
    if inp.at(TokenKind::LBrace) {
        return expr::block_expr(inp);
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

/// A type, or the name of an associated type with what it is.
fn type_arg(inp: &mut In<'_, '_>) -> Parsed<AngleArg> {
    let ty = ty::ty(inp)?;
    let constrained = matches!(inp.current(), TokenKind::Eq | TokenKind::Colon);
    if !constrained {
        return Ok(AngleArg::Plain(GenericArg::Type(ty)));
    }
    let node = &inp.state().frame.nodes.types[ty];
    let segment = match &node.kind {
        TypeKind::Path(Path { qself: None, global: false, segments, .. })
            if segments.len() == 1 =>
        {
            segments[0].clone()
        }
        _ => return inp.fail(Expected::Comma),
    };
    let kind = if inp.eat(TokenKind::Colon) {
        AssocConstraintKind::Bound(generics::bounds(inp)?)
    } else {
        inp.bump();
        match inp.current() {
            TokenKind::Minus | TokenKind::LBrace => AssocConstraintKind::EqConst(const_expr(inp)?),
            kind if kind.is_literal() => AssocConstraintKind::EqConst(const_expr(inp)?),
            _ => AssocConstraintKind::Eq(ty::ty(inp)?),
        }
    };
    let args = segment.args.map(Box::new);
    Ok(AngleArg::Constraint(AssocConstraint { name: segment.name, args, kind }))
}

/// `a::b` without arguments: of macros and `pub(in ..)`.
pub fn plain_path(inp: &mut In<'_, '_>) -> Parsed<Path> {
    path(inp, PathMode::Plain)
}

/// A plain path as one name, its segments joined by `::`, and its range.
pub fn plain_path_name(inp: &mut In<'_, '_>) -> Parsed<(Name, TextRange)> {
    let path = plain_path(inp)?;
    let names: Vec<&str> = path.segments.iter().map(|segment| segment.name.name.as_str()).collect();
    Ok((Name::new(&names.join("::")), path.span))
}
