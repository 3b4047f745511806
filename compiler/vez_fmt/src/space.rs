//! Whether a blank stands between two neighbours on one line.

use crate::mark::Role;
use vez_lex::TokenKind;

/// A token as spacing sees it.
#[derive(Clone, Copy)]
pub struct Seen {
    pub kind: TokenKind,
    pub role: Role,
}

/// Whether the token can end an operand.
fn ends_operand(kind: TokenKind) -> bool {
    kind.is_literal()
        || kind.is_closer()
        || matches!(
            kind,
            TokenKind::Ident
                | TokenKind::RawIdent
                | TokenKind::SelfValue
                | TokenKind::SelfType
                | TokenKind::Super
                | TokenKind::Crate
                | TokenKind::Question
                | TokenKind::Hole
                | TokenKind::Await
        )
}

fn starts_operand(kind: TokenKind) -> bool {
    kind.is_literal()
        || matches!(
            kind,
            TokenKind::Ident
                | TokenKind::RawIdent
                | TokenKind::SelfValue
                | TokenKind::SelfType
                | TokenKind::Super
                | TokenKind::Crate
                | TokenKind::LParen
                | TokenKind::LBracket
                | TokenKind::Minus
                | TokenKind::Star
                | TokenKind::Not
                | TokenKind::And
                | TokenKind::AndJoint
                | TokenKind::ColonColon
                | TokenKind::Lt
        )
}

fn is_range(kind: TokenKind) -> bool {
    matches!(kind, TokenKind::DotDot | TokenKind::DotDotEq | TokenKind::DotDotDot)
}

/// Keywords that stand in paths, so that what follows is glued as to a name.
fn is_path_word(kind: TokenKind) -> bool {
    matches!(
        kind,
        TokenKind::Ident
            | TokenKind::RawIdent
            | TokenKind::SelfValue
            | TokenKind::SelfType
            | TokenKind::Super
            | TokenKind::Crate
    )
}

/// Whether a blank stands between two tokens; `before` is the one in front of both.
pub fn between(before: Option<Seen>, left: Seen, right: Seen) -> bool {
    if glued_right(before, left, right) {
        return false;
    }
    match right.kind {
        TokenKind::Comma | TokenKind::Semi | TokenKind::Dot | TokenKind::Colon => false,
        TokenKind::RParen | TokenKind::RBracket => false,
        TokenKind::Question => matches!(left.kind, TokenKind::Colon | TokenKind::Plus),
        TokenKind::Hole => !ends_operand(left.kind),
        TokenKind::ColonColon => !(is_path_word(left.kind) || left.role == Role::AngleClose),
        TokenKind::LParen => space_before_paren(left),
        TokenKind::LBracket => space_before_bracket(left),
        TokenKind::Not => !is_path_word(left.kind) || right.role == Role::Prefix,
        kind if is_range(kind) => !ends_operand(left.kind),
        _ => !matches!(right.role, Role::AngleOpen | Role::AngleClose | Role::BarClose),
    }
}

/// Whether the left token holds on to whatever follows.
fn glued_right(before: Option<Seen>, left: Seen, right: Seen) -> bool {
    match left.role {
        Role::Prefix | Role::AngleOpen | Role::QualifiedOpen | Role::BarOpen => return true,
        _ => {}
    }
    match left.kind {
        TokenKind::LParen
        | TokenKind::LBracket
        | TokenKind::Dot
        | TokenKind::Pound
        | TokenKind::Dollar => true,
        TokenKind::ColonColon => true,
        // `>>`, `>=`, `&&` and the like are one operator.
        TokenKind::GtJoint => left.role != Role::AngleClose && is_greater_part(right.kind),
        TokenKind::LtJoint | TokenKind::AndJoint | TokenKind::OrJoint => {
            left.role != Role::BarClose
        }
        // Of a macro call, an inner attribute, `?Sized`.
        TokenKind::Not => before.is_some_and(|before| {
            before.kind == TokenKind::Pound
                || (is_path_word(before.kind)
                    && right.kind.is_opener()
                    && right.kind != TokenKind::LBrace)
        }),
        TokenKind::Question => {
            before.is_some_and(|before| matches!(before.kind, TokenKind::Colon | TokenKind::Plus))
        }
        kind if is_range(kind) => starts_operand(right.kind),
        TokenKind::Tilde => true,
        _ => false,
    }
}

fn is_greater_part(kind: TokenKind) -> bool {
    matches!(kind, TokenKind::Gt | TokenKind::GtJoint | TokenKind::Eq)
}

fn space_before_paren(left: Seen) -> bool {
    let glued = is_path_word(left.kind)
        || left.kind.is_closer()
        || left.role == Role::AngleClose
        || matches!(
            left.kind,
            TokenKind::Fn | TokenKind::Pub | TokenKind::Question | TokenKind::Hole
        );
    !glued || left.kind == TokenKind::RBrace
}

fn space_before_bracket(left: Seen) -> bool {
    let glued = is_path_word(left.kind)
        || left.kind.is_closer()
        || left.kind.is_literal()
        || matches!(left.kind, TokenKind::Question | TokenKind::Hole);
    !glued || left.kind == TokenKind::RBrace
}
