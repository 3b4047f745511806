//! Expressions: operators by one table of binding powers; operands and postfixes around it.

mod atom;
mod closure;
mod control;

pub use atom::block_expr;
pub use control::{block_like, condition, starts_block_like};

use crate::cursor::{In, Parsed, Rules, comma_list};
use crate::error::{Expected, Reason};
use crate::path::{self, PathMode};
use crate::state::Restrictions;
use crate::{habit, ty};
use vez_ast::{BinaryOp, ExprId, ExprKind, Mutability, UnaryOp};
use vez_diag::{Fix, registry};
use vez_lex::TokenKind;

/// Operands in one chain of operators, postfixes or `else if`: the tree is as deep as the chain is long, and later passes recurse
/// over it.
pub const CHAIN_LIMIT: usize = 1024;

/// An expression under the restrictions of where it stands.
pub fn expr(inp: &mut In<'_, '_>) -> Parsed<ExprId> {
    inp.nested(Expected::Expr, |state| state.rules.expr.clone())
}

/// An expression inside delimiters, where nothing is restricted.
pub fn unrestricted(inp: &mut In<'_, '_>) -> Parsed<ExprId> {
    inp.restricted(Restrictions::default(), expr)
}

/// The rule behind [`expr`].
pub fn expr_rule(inp: &mut In<'_, '_>) -> Parsed<ExprId> {
    binary(inp, Power::ASSIGN)
}

// The table --------------------------------------------------------------------------------------------------------------

/// Binding powers, loosest first. An operand is read with the power below which operators are not its own.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Power(u8);

impl Power {
    const ASSIGN: Power = Power(1);
    const IFF: Power = Power(2);
    const IMPLIES: Power = Power(3);
    const RANGE: Power = Power(4);
    const OR: Power = Power(5);
    const AND: Power = Power(6);
    const COMPARE: Power = Power(7);
    const BIT_OR: Power = Power(8);
    const BIT_XOR: Power = Power(9);
    const BIT_AND: Power = Power(10);
    const SHIFT: Power = Power(11);
    const SUM: Power = Power(12);
    const PRODUCT: Power = Power(13);
    const CAST: Power = Power(14);

    const fn tighter(self) -> Power {
        Power(self.0 + 1)
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Infix {
    Binary(BinaryOp),
    Assign,
    AssignOp(BinaryOp),
    Range {
        inclusive: bool,
    },
    Cast,
    /// `==>` and `<==>`.
    Contract,
}

/// The infix operator at the cursor, its power and how many tokens it takes.
fn infix(inp: &mut In<'_, '_>) -> Option<(Infix, Power, usize)> {
    use BinaryOp::*;
    let binary = |op, power| Some((Infix::Binary(op), power, 1));
    let assign = |op| Some((Infix::AssignOp(op), Power::ASSIGN, 1));
    match inp.current() {
        TokenKind::Plus => binary(Add, Power::SUM),
        TokenKind::Minus => binary(Sub, Power::SUM),
        TokenKind::Star => binary(Mul, Power::PRODUCT),
        TokenKind::Slash => binary(Div, Power::PRODUCT),
        TokenKind::Percent => binary(Rem, Power::PRODUCT),
        TokenKind::Caret => binary(BitXor, Power::BIT_XOR),
        TokenKind::And => binary(BitAnd, Power::BIT_AND),
        TokenKind::Or => binary(BitOr, Power::BIT_OR),
        TokenKind::EqEq => binary(Eq, Power::COMPARE),
        TokenKind::NotEq => binary(Ne, Power::COMPARE),
        TokenKind::Lt => binary(Lt, Power::COMPARE),
        TokenKind::LtEq => binary(Le, Power::COMPARE),
        TokenKind::Gt => binary(Gt, Power::COMPARE),
        TokenKind::GtJoint => greater(inp),
        TokenKind::AndJoint => Some((Infix::Binary(And), Power::AND, 2)),
        TokenKind::OrJoint => Some((Infix::Binary(Or), Power::OR, 2)),
        TokenKind::LtJoint => Some((Infix::Binary(Shl), Power::SHIFT, 2)),
        TokenKind::Eq => Some((Infix::Assign, Power::ASSIGN, 1)),
        TokenKind::PlusEq => assign(Add),
        TokenKind::MinusEq => assign(Sub),
        TokenKind::StarEq => assign(Mul),
        TokenKind::SlashEq => assign(Div),
        TokenKind::PercentEq => assign(Rem),
        TokenKind::CaretEq => assign(BitXor),
        TokenKind::AndEq => assign(BitAnd),
        TokenKind::OrEq => assign(BitOr),
        TokenKind::ShlEq => assign(Shl),
        TokenKind::DotDot => Some((Infix::Range { inclusive: false }, Power::RANGE, 1)),
        TokenKind::DotDotEq | TokenKind::DotDotDot => {
            Some((Infix::Range { inclusive: true }, Power::RANGE, 1))
        }
        TokenKind::As => Some((Infix::Cast, Power::CAST, 1)),
        TokenKind::Implies => Some((Infix::Contract, Power::IMPLIES, 1)),
        TokenKind::Iff => Some((Infix::Contract, Power::IFF, 1)),
        _ => None,
    }
}

/// `>` right before another `>` or `=`.
fn greater(inp: &mut In<'_, '_>) -> Option<(Infix, Power, usize)> {
    match (inp.nth(1), inp.nth(2)) {
        (TokenKind::Eq, _) => Some((Infix::Binary(BinaryOp::Ge), Power::COMPARE, 2)),
        (TokenKind::GtJoint, TokenKind::Eq) => {
            Some((Infix::AssignOp(BinaryOp::Shr), Power::ASSIGN, 3))
        }
        (TokenKind::Gt | TokenKind::GtJoint, _) => {
            Some((Infix::Binary(BinaryOp::Shr), Power::SHIFT, 2))
        }
        _ => Some((Infix::Binary(BinaryOp::Gt), Power::COMPARE, 1)),
    }
}

// Operators --------------------------------------------------------------------------------------------------------------

/// An operand and the operators of at least this power behind it.
fn binary(inp: &mut In<'_, '_>, power: Power) -> Parsed<ExprId> {
    let first = inp.pos();
    let left = match inp.current() {
        TokenKind::DotDot | TokenKind::DotDotEq | TokenKind::DotDotDot => prefix_range(inp)?,
        _ => operand(inp)?,
    };
    operators(inp, first, left, power)
}

/// The operators behind `left`, which began at token `first`.
fn operators(inp: &mut In<'_, '_>, first: usize, left: ExprId, least: Power) -> Parsed<ExprId> {
    let mut left = left;
    let mut count = 0;
    while let Some((op, power, len)) = infix(inp) {
        if power < least || habit::increment(inp) {
            break;
        }
        count += 1;
        if count > CHAIN_LIMIT {
            return inp.fail_deep(Reason::TooLong, Expected::Expr);
        }
        let operator = inp.pos();
        (0..len).for_each(|_| inp.bump());
        let op_range = inp.range_from(operator);
        let kind = match op {
            Infix::Binary(op) => {
                habit::extra_equals(inp, op);
                let right = binary(inp, power.tighter())?;
                match check_operands(inp, op, operator, left, right) {
                    true => ExprKind::Binary(op, op_range, left, right),
                    false => ExprKind::Error,
                }
            }
            // Assignments nest to the right.
            Infix::Assign => ExprKind::Assign(left, expr(inp)?),
            Infix::AssignOp(op) => ExprKind::AssignOp(op, op_range, left, expr(inp)?),
            Infix::Range { inclusive } => {
                let high = range_end(inp, operator, inclusive)?;
                ExprKind::Range { low: Some(left), high, inclusive }
            }
            Infix::Cast => ExprKind::Cast(left, cast_type(inp)?),
            Infix::Contract => contract_operator(inp, operator, power)?,
        };
        left = inp.expr(first, kind);
    }
    Ok(left)
}

/// `a ==> b`: read, so that the rest of the file is, and reported.
fn contract_operator(inp: &mut In<'_, '_>, operator: usize, power: Power) -> Parsed<ExprKind> {
    binary(inp, power.tighter())?;
    let state = inp.state();
    if !state.in_contract {
        let span = state.token_span(operator);
        state.not_supported("contracts", span);
    }
    Ok(ExprKind::Error)
}

/// Whether the operands fit. Reports `a < b < c`, and `let` under anything but `&&`.
fn check_operands(
    inp: &mut In<'_, '_>,
    op: BinaryOp,
    operator: usize,
    left: ExprId,
    right: ExprId,
) -> bool {
    let state = inp.state();
    let exprs = &state.frame.nodes.exprs;
    let is_let = |id: ExprId| matches!(exprs[id].kind, ExprKind::Let(..));
    if op != BinaryOp::And && (is_let(left) || is_let(right)) {
        let at = if is_let(left) { left } else { right };
        let span = state.span(exprs[at].span);
        let expected = "an expression";
        let error = registry::UnexpectedToken { expected, found: "a `let` condition" };
        state.report(error.at(span).note("only `&&` combines `let` conditions"));
        return true;
    }
    let compares = |op: BinaryOp| {
        use BinaryOp::*;
        matches!(op, Eq | Ne | Lt | Le | Gt | Ge)
    };
    let ExprKind::Binary(left_op, _, _, middle) = &exprs[left].kind else { return true };
    if !compares(op) || !compares(*left_op) {
        return true;
    }
    let generic = *left_op == BinaryOp::Lt && op == BinaryOp::Gt;
    let middle = state.span(exprs[*middle].span);
    let span = state.token_span(operator);
    let error = registry::ChainedComparison.at(span);
    let error = match generic {
        true => {
            error.help("generic arguments of an expression stand behind `::`, as in `f::<T>()`")
        }
        false => error.fix(Fix::new("compare twice").replace(
            state.token_span(operator).before(),
            format!("&& {} ", &state.text[middle.range().to_usize()]),
        )),
    };
    state.report(error);
    false
}

/// The type of `as`. Behind a primitive's name `<` compares: Rust reads generic arguments there and fails, we say what to write.
fn cast_type(inp: &mut In<'_, '_>) -> Parsed<vez_ast::TypeId> {
    let index = inp.pos();
    let plain = inp.at(TokenKind::Ident) && path::is_less(inp.nth(1)) && {
        let text = inp.state().token_text(index);
        matches!(
            text,
            "u8" | "u16"
                | "u32"
                | "u64"
                | "u128"
                | "usize"
                | "i8"
                | "i16"
                | "i32"
                | "i64"
                | "i128"
                | "isize"
                | "f32"
                | "f64"
                | "char"
                | "bool"
        )
    };
    if !plain {
        return ty::ty(inp);
    }
    let path = path::path(inp, PathMode::Plain)?;
    let state = inp.state();
    let error = registry::AmbiguousOperators { first: "as", second: "<" };
    let span = state.token_span(index + 1);
    state.report(error.at(span).note("`<` behind a type starts generic arguments"));
    Ok(inp.ty(index, vez_ast::TypeKind::Path(path)))
}

// Ranges -----------------------------------------------------------------------------------------------------------------

/// `..`, `..b`, `..=b`
fn prefix_range(inp: &mut In<'_, '_>) -> Parsed<ExprId> {
    let first = inp.pos();
    let inclusive = !inp.at(TokenKind::DotDot);
    inp.bump();
    let high = range_end(inp, first, inclusive)?;
    Ok(inp.expr(first, ExprKind::Range { low: None, high, inclusive }))
}

/// The end of a range, if one follows the dots.
fn range_end(inp: &mut In<'_, '_>, operator: usize, inclusive: bool) -> Parsed<Option<ExprId>> {
    if inp.state().kinds[operator] == TokenKind::DotDotDot {
        let state = inp.state();
        let span = state.token_span(operator);
        let error = registry::UnexpectedToken { expected: "`..` or `..=`", found: "`...`" };
        state.report(error.at(span).fix(Fix::new("use `..=`").replace(span, "..=")));
    }
    if starts_operand(inp) {
        return binary(inp, Power::RANGE.tighter()).map(Some);
    }
    if inclusive {
        let state = inp.state();
        let span = state.token_span(operator);
        state.report(registry::RangeWithoutEnd.at(span));
    }
    Ok(None)
}

/// Whether an expression can start here: what decides if `return`, `break` and `..` have one.
fn starts_operand(inp: &mut In<'_, '_>) -> bool {
    match inp.current() {
        TokenKind::LBrace => !inp.state().restrictions.no_struct,
        TokenKind::LParen
        | TokenKind::LBracket
        | TokenKind::Minus
        | TokenKind::Star
        | TokenKind::Not
        | TokenKind::And
        | TokenKind::AndJoint
        | TokenKind::Or
        | TokenKind::OrJoint
        | TokenKind::DotDot
        | TokenKind::DotDotEq
        | TokenKind::Lifetime
        | TokenKind::Underscore
        | TokenKind::Hole
        | TokenKind::If
        | TokenKind::Match
        | TokenKind::Loop
        | TokenKind::While
        | TokenKind::For
        | TokenKind::Unsafe
        | TokenKind::Const
        | TokenKind::Async
        | TokenKind::Move
        | TokenKind::Return
        | TokenKind::Break
        | TokenKind::Continue => true,
        kind => kind.is_literal() || path::starts_path(kind) || path::is_less(kind),
    }
}

/// The value of `return` and `break`.
fn optional_value(inp: &mut In<'_, '_>) -> Parsed<Option<ExprId>> {
    if starts_operand(inp) { expr(inp).map(Some) } else { Ok(None) }
}

// Operands ---------------------------------------------------------------------------------------------------------------

/// An atom with its prefixes and postfixes.
fn operand(inp: &mut In<'_, '_>) -> Parsed<ExprId> {
    match inp.current() {
        TokenKind::Minus
        | TokenKind::Star
        | TokenKind::Not
        | TokenKind::And
        | TokenKind::AndJoint
        | TokenKind::Let => inp.nested(Expected::Expr, |state| state.rules.operand.clone()),
        _ => postfixed(inp),
    }
}

fn postfixed(inp: &mut In<'_, '_>) -> Parsed<ExprId> {
    let first = inp.pos();
    let atom = atom::atom(inp)?;
    postfixes(inp, first, atom)
}

/// The rule behind operands with a prefix, which nest.
pub fn operand_rule(inp: &mut In<'_, '_>) -> Parsed<ExprId> {
    let first = inp.pos();
    let op = match inp.current() {
        TokenKind::Minus => UnaryOp::Neg,
        TokenKind::Star => UnaryOp::Deref,
        TokenKind::Not => UnaryOp::Not,
        TokenKind::And | TokenKind::AndJoint => return reference(inp),
        TokenKind::Let => return let_condition(inp),
        _ => return postfixed(inp),
    };
    inp.bump();
    let value = operand(inp)?;
    Ok(inp.expr(first, ExprKind::Unary(op, value)))
}

/// `&e`, `&mut e`, `&raw const e`; of `&&` the first.
fn reference(inp: &mut In<'_, '_>) -> Parsed<ExprId> {
    let first = inp.pos();
    inp.bump();
    let raw = inp.at_word("raw") && matches!(inp.nth(1), TokenKind::Const | TokenKind::Mut);
    if raw {
        inp.bump();
    }
    let mutability = if inp.eat(TokenKind::Mut) { Mutability::Mut } else { Mutability::Not };
    if raw && mutability == Mutability::Not {
        inp.bump();
    }
    let value = operand(inp)?;
    Ok(inp.expr(first, ExprKind::Ref { raw, mutability, expr: value }))
}

/// `let p = e`, where a condition is read; elsewhere reported, and then read all the same.
fn let_condition(inp: &mut In<'_, '_>) -> Parsed<ExprId> {
    let first = inp.pos();
    if !inp.state().restrictions.allow_let {
        return inp.fail(Expected::Expr);
    }
    inp.bump();
    let pat = crate::pat::pattern(inp)?;
    inp.expect(TokenKind::Eq)?;
    let with = Restrictions { allow_let: false, ..inp.state().restrictions };
    let value = inp.restricted(with, |inp| binary(inp, Power::AND.tighter()))?;
    Ok(inp.expr(first, ExprKind::Let(pat, value)))
}

/// What follows an operand: `.field`, `.method()`, `(args)`, `[index]`, `?`, `.await`.
fn postfixes(inp: &mut In<'_, '_>, first: usize, value: ExprId) -> Parsed<ExprId> {
    let mut value = value;
    for _ in 0..CHAIN_LIMIT {
        value = match inp.current() {
            TokenKind::Question => {
                inp.bump();
                inp.expr(first, ExprKind::Try(value))
            }
            TokenKind::Hole => {
                inp.bump();
                let once = inp.expr(first, ExprKind::Try(value));
                let twice = inp.expr(first, ExprKind::Try(once));
                inp.expr(first, ExprKind::Try(twice))
            }
            TokenKind::LParen => {
                let args = arguments(inp)?;
                inp.expr(first, ExprKind::Call(value, args))
            }
            TokenKind::LBracket => {
                inp.bump();
                let index = unrestricted(inp)?;
                inp.expect(TokenKind::RBracket)?;
                inp.expr(first, ExprKind::Index(value, index))
            }
            TokenKind::Dot => member(inp, first, value)?,
            _ => return Ok(value),
        };
    }
    inp.fail_deep(Reason::TooLong, Expected::Expr)
}

/// At the dot.
fn member(inp: &mut In<'_, '_>, first: usize, value: ExprId) -> Parsed<ExprId> {
    inp.bump();
    if inp.eat(TokenKind::Await) {
        return Ok(inp.expr(first, ExprKind::Await(value)));
    }
    let name = crate::pat::field_name(inp)?;
    let turbofish = inp.at(TokenKind::ColonColon);
    let generics = match turbofish {
        true => {
            inp.bump();
            if !path::is_less(inp.current()) {
                return inp.fail(Expected::Lt);
            }
            Some(path::angle_args(inp)?)
        }
        false => None,
    };
    // No method is called `0`: `pair.0(x)` calls what the field holds.
    let is_index = name.name.as_str().starts_with(|c: char| c.is_ascii_digit());
    if !turbofish && (is_index || !inp.at(TokenKind::LParen)) {
        return Ok(inp.expr(first, ExprKind::Field(value, name)));
    }
    let args = arguments(inp)?;
    let call = ExprKind::MethodCall { receiver: value, method: name, generics, args };
    Ok(inp.expr(first, call))
}

/// `(a, b)`
fn arguments(inp: &mut In<'_, '_>) -> Parsed<Box<[ExprId]>> {
    inp.expect(TokenKind::LParen)?;
    let args = inp.restricted(Restrictions::default(), |inp| inp.parse(comma_list(element)))?;
    inp.expect(TokenKind::RParen)?;
    Ok(args.into())
}

/// An expression in a list, with attributes in front.
fn element(inp: &mut In<'_, '_>) -> Parsed<ExprId> {
    crate::attr::ignored_attrs(inp)?;
    expr(inp)
}

// Statements -------------------------------------------------------------------------------------------------------------

/// An expression at the start of a statement or arm, and whether it ends one without `;` or `,`.
///
/// `if a {} else {} - 1` is two statements, `match x {}.f()` one.
pub fn statement_expr(inp: &mut In<'_, '_>) -> Parsed<(ExprId, bool)> {
    let first = inp.pos();
    let value = if starts_block_like(inp) {
        inp.nested(Expected::Expr, |state| state.rules.block_like.clone())?
    } else {
        let value = expr(inp)?;
        return Ok((value, is_brace_macro(inp, value)));
    };
    if !matches!(inp.current(), TokenKind::Dot | TokenKind::Question | TokenKind::Hole) {
        return Ok((value, true));
    }
    let at = inp.pos();
    if inp.at(TokenKind::Hole) && inp.state().starts_line(at) {
        return Ok((value, true));
    }
    let value = postfixes(inp, first, value)?;
    Ok((operators(inp, first, value, Power::ASSIGN)?, false))
}

/// `name! { .. }` ends a statement like a block does.
fn is_brace_macro(inp: &mut In<'_, '_>, value: ExprId) -> bool {
    let previous = inp.pos() - 1;
    let state = inp.state();
    match &state.frame.nodes.exprs[value].kind {
        ExprKind::Macro(call) => {
            call.delimiter == vez_ast::Delimiter::Brace
                && state.kinds[previous] == TokenKind::RBrace
        }
        _ => false,
    }
}
