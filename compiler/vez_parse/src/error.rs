//! The error type of the rules: sixteen bytes, copied freely, merged by chumsky, turned into a diagnostic only when reported.

use chumsky::error::{Error, LabelError};
use chumsky::util::MaybeRef;
use chumsky::{DefaultExpected, span::SimpleSpan};
use vez_lex::TokenKind;

/// What a rule was looking for. At most 64, so that a set is one word.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub enum Expected {
    Expr,
    Type,
    Pattern,
    Item,
    Ident,
    Path,
    Lifetime,
    Literal,
    StringLiteral,
    Block,
    Body,
    Bound,
    GenericParam,
    GenericArg,
    Parameter,
    Field,
    Variant,
    UseTree,
    Visibility,
    Attribute,
    MatchArm,
    MacroArguments,
    LParen,
    RParen,
    LBracket,
    RBracket,
    LBrace,
    RBrace,
    Semi,
    Comma,
    Colon,
    ColonColon,
    Eq,
    FatArrow,
    Arrow,
    Lt,
    Gt,
    Or,
    Not,
    Pound,
    In,
    For,
    Fn,
    Const,
    Mut,
    Dot,
    End,
    Token,
}

impl Expected {
    const ALL_LEN: u8 = Expected::Token as u8 + 1;

    /// As it stands after "expected".
    pub fn describe(self) -> &'static str {
        match self {
            Expected::Expr => "an expression",
            Expected::Type => "a type",
            Expected::Pattern => "a pattern",
            Expected::Item => "an item",
            Expected::Ident => "a name",
            Expected::Path => "a path",
            Expected::Lifetime => "a lifetime",
            Expected::Literal => "a literal",
            Expected::StringLiteral => "a string literal",
            Expected::Block => "`{`",
            Expected::Body => "a body",
            Expected::Bound => "a bound",
            Expected::GenericParam => "a generic parameter",
            Expected::GenericArg => "a generic argument",
            Expected::Parameter => "a parameter",
            Expected::Field => "a field",
            Expected::Variant => "a variant",
            Expected::UseTree => "a name, `*` or `{`",
            Expected::Visibility => "`crate`, `super`, `self` or `in`",
            Expected::Attribute => "an attribute",
            Expected::MatchArm => "a match arm",
            Expected::MacroArguments => "the macro's arguments",
            Expected::LParen => "`(`",
            Expected::RParen => "`)`",
            Expected::LBracket => "`[`",
            Expected::RBracket => "`]`",
            Expected::LBrace => "`{`",
            Expected::RBrace => "`}`",
            Expected::Semi => "`;`",
            Expected::Comma => "`,`",
            Expected::Colon => "`:`",
            Expected::ColonColon => "`::`",
            Expected::Eq => "`=`",
            Expected::FatArrow => "`=>`",
            Expected::Arrow => "`->`",
            Expected::Lt => "`<`",
            Expected::Gt => "`>`",
            Expected::Or => "`|`",
            Expected::Not => "`!`",
            Expected::Pound => "`#`",
            Expected::In => "`in`",
            Expected::For => "`for`",
            Expected::Fn => "`fn`",
            Expected::Const => "`const`",
            Expected::Mut => "`mut`",
            Expected::Dot => "`.`",
            Expected::End => "the end",
            Expected::Token => "another token",
        }
    }

    fn from_number(number: u8) -> Option<Expected> {
        const KINDS: [Expected; Expected::ALL_LEN as usize] = {
            use Expected::*;
            [
                Expr,
                Type,
                Pattern,
                Item,
                Ident,
                Path,
                Lifetime,
                Literal,
                StringLiteral,
                Block,
                Body,
                Bound,
                GenericParam,
                GenericArg,
                Parameter,
                Field,
                Variant,
                UseTree,
                Visibility,
                Attribute,
                MatchArm,
                MacroArguments,
                LParen,
                RParen,
                LBracket,
                RBracket,
                LBrace,
                RBrace,
                Semi,
                Comma,
                Colon,
                ColonColon,
                Eq,
                FatArrow,
                Arrow,
                Lt,
                Gt,
                Or,
                Not,
                Pound,
                In,
                For,
                Fn,
                Const,
                Mut,
                Dot,
                End,
                Token,
            ]
        };
        KINDS.get(usize::from(number)).copied()
    }

    /// What is expected where exactly this token would do.
    pub fn token(kind: TokenKind) -> Expected {
        match kind {
            TokenKind::LParen => Expected::LParen,
            TokenKind::RParen => Expected::RParen,
            TokenKind::LBracket => Expected::LBracket,
            TokenKind::RBracket => Expected::RBracket,
            TokenKind::LBrace => Expected::LBrace,
            TokenKind::RBrace => Expected::RBrace,
            TokenKind::Semi => Expected::Semi,
            TokenKind::Comma => Expected::Comma,
            TokenKind::Colon => Expected::Colon,
            TokenKind::ColonColon => Expected::ColonColon,
            TokenKind::Eq => Expected::Eq,
            TokenKind::FatArrow => Expected::FatArrow,
            TokenKind::Arrow => Expected::Arrow,
            TokenKind::Lt | TokenKind::LtJoint => Expected::Lt,
            TokenKind::Gt | TokenKind::GtJoint => Expected::Gt,
            TokenKind::Or | TokenKind::OrJoint => Expected::Or,
            TokenKind::Not => Expected::Not,
            TokenKind::Pound => Expected::Pound,
            TokenKind::In => Expected::In,
            TokenKind::For => Expected::For,
            TokenKind::Fn => Expected::Fn,
            TokenKind::Const => Expected::Const,
            TokenKind::Mut => Expected::Mut,
            TokenKind::Dot => Expected::Dot,
            TokenKind::Ident => Expected::Ident,
            TokenKind::Lifetime => Expected::Lifetime,
            TokenKind::Eof => Expected::End,
            _ => Expected::Token,
        }
    }

    const fn bit(self) -> u64 {
        1 << self as u8
    }
}

/// Why a rule failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Reason {
    /// The token at `at` is none of the expected.
    Unexpected,
    /// What `primary` says is nested deeper than the limit.
    TooDeep,
    /// A chain of operators, calls or branches is longer than the limit.
    TooLong,
}

/// A failed rule: the token that did not fit and what would have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ParseError {
    set: u64,
    /// Index of the token at fault.
    pub at: u32,
    pub primary: Expected,
    pub reason: Reason,
}

impl ParseError {
    pub fn new(at: usize, primary: Expected) -> ParseError {
        let reason = Reason::Unexpected;
        ParseError { set: primary.bit(), at: at as u32, primary, reason }
    }

    /// A limit was reached, for this reason.
    pub fn deep(at: usize, reason: Reason, what: Expected) -> ParseError {
        ParseError { set: 0, at: at as u32, primary: what, reason }
    }

    /// Whether a closing delimiter was wanted.
    pub fn wants_closer(self) -> bool {
        let closers = Expected::RParen.bit() | Expected::RBracket.bit() | Expected::RBrace.bit();
        self.set & closers != 0
    }

    /// This would have fitted too.
    pub fn or(self, other: Expected) -> ParseError {
        ParseError { set: self.set | other.bit(), ..self }
    }

    /// What would have fitted, as a phrase: the set when it is small, else what the rule wanted most.
    pub fn expected(self) -> String {
        let names: Vec<&str> = (0..Expected::ALL_LEN)
            .filter(|&number| self.set & (1 << number) != 0)
            .filter_map(Expected::from_number)
            .filter(|&expected| expected != Expected::Token)
            .map(Expected::describe)
            .collect();
        match names.as_slice() {
            [first, second] => format!("{first} or {second}"),
            [first, second, third] => format!("{first}, {second} or {third}"),
            _ => self.primary.describe().to_owned(),
        }
    }

    /// The error that got further; both when they are about the same token.
    pub fn further(self, other: ParseError) -> ParseError {
        match self.at.cmp(&other.at) {
            std::cmp::Ordering::Less => other,
            std::cmp::Ordering::Greater => self,
            std::cmp::Ordering::Equal if self.reason != Reason::Unexpected => self,
            std::cmp::Ordering::Equal if other.reason != Reason::Unexpected => other,
            std::cmp::Ordering::Equal => ParseError { set: self.set | other.set, ..other },
        }
    }
}

impl<'s> Error<'s, &'s [TokenKind]> for ParseError {
    fn merge(self, other: ParseError) -> ParseError {
        self.further(other)
    }
}

impl<'s> LabelError<'s, &'s [TokenKind], DefaultExpected<'s, TokenKind>> for ParseError {
    fn expected_found<E: IntoIterator<Item = DefaultExpected<'s, TokenKind>>>(
        expected: E,
        _found: Option<MaybeRef<'s, TokenKind>>,
        span: SimpleSpan,
    ) -> ParseError {
        let mut error = ParseError::new(span.start, Expected::Token);
        error.set = 0;
        for one in expected {
            let one = match one {
                DefaultExpected::Token(kind) => Expected::token(*kind),
                DefaultExpected::EndOfInput => Expected::End,
                _ => Expected::Token,
            };
            error.set |= one.bit();
            error.primary = one;
        }
        error
    }

    fn merge_expected_found<E: IntoIterator<Item = DefaultExpected<'s, TokenKind>>>(
        self,
        expected: E,
        found: Option<MaybeRef<'s, TokenKind>>,
        span: SimpleSpan,
    ) -> ParseError {
        self.further(Self::expected_found(expected, found, span))
    }

    // An error that lies further right than where chumsky noted it must survive.
    fn replace_expected_found<E: IntoIterator<Item = DefaultExpected<'s, TokenKind>>>(
        self,
        expected: E,
        found: Option<MaybeRef<'s, TokenKind>>,
        span: SimpleSpan,
    ) -> ParseError {
        self.further(Self::expected_found(expected, found, span))
    }
}
