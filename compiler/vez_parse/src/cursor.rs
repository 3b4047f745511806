//! What every rule is written with: looking at tokens, taking them, making nodes, lists.

use crate::error::{Expected, ParseError, Reason};
use crate::state::{Restrictions, State};
use chumsky::extra;
use chumsky::input::InputRef;
use chumsky::prelude::*;
use chumsky::primitive::custom;
use chumsky::recursive::{Direct, Recursive};
use vez_ast::{
    Block, BlockId, Expr, ExprId, ExprKind, Ident, Lifetime, Pat, PatId, PatKind, Type, TypeId,
    TypeKind,
};
use vez_base::{TextRange, limits};
use vez_lex::TokenKind;

pub type Tokens<'s> = &'s [TokenKind];
pub type Extra<'s> = extra::Full<ParseError, State<'s>, ()>;
/// What a rule reads from.
pub type In<'s, 'p> = InputRef<'s, 'p, Tokens<'s>, Extra<'s>>;
pub type Parsed<T> = Result<T, ParseError>;

/// A grammar rule as a chumsky parser.
pub trait Rule<'s, T>: Parser<'s, Tokens<'s>, T, Extra<'s>> + Clone {}
impl<'s, T, P: Parser<'s, Tokens<'s>, T, Extra<'s>> + Clone> Rule<'s, T> for P {}

/// A rule that calls itself through chumsky's recursion, which grows the stack when it runs short.
pub type Deep<'s, T> = Recursive<Direct<'s, 's, Tokens<'s>, T, Extra<'s>>>;

pub fn deep<'s, T>(rule: fn(&mut In<'s, '_>) -> Parsed<T>) -> Deep<'s, T>
where
    T: 's,
{
    recursive(|_| custom(rule))
}

/// `rule` separated by commas, a trailing comma allowed.
pub fn comma_list<'s, T>(
    rule: impl Fn(&mut In<'s, '_>) -> Parsed<T> + Clone,
) -> impl Rule<'s, Vec<T>> {
    custom(rule).separated_by(just(TokenKind::Comma)).allow_trailing().collect()
}

/// A [`comma_list`] between delimiters.
pub fn delimited_list<'s, T>(
    open: TokenKind,
    rule: impl Fn(&mut In<'s, '_>) -> Parsed<T> + Clone,
    close: TokenKind,
) -> impl Rule<'s, Vec<T>> {
    comma_list(rule).delimited_by(just(open), just(close))
}

/// The vocabulary of the rules.
pub trait Rules<'s> {
    /// Index of the next token.
    fn pos(&self) -> usize;
    /// The token `n` tokens ahead.
    fn nth(&mut self, n: usize) -> TokenKind;
    /// The next token.
    fn current(&mut self) -> TokenKind;
    fn at(&mut self, kind: TokenKind) -> bool;
    /// Whether the token `n` ahead is this word, which is no keyword.
    fn nth_is_word(&mut self, n: usize, word: &str) -> bool;
    fn at_word(&mut self, word: &str) -> bool;
    fn bump(&mut self);
    fn eat(&mut self, kind: TokenKind) -> bool;
    fn expect(&mut self, kind: TokenKind) -> Parsed<()>;
    /// The next token fits nothing; this was wanted.
    fn fail<T>(&mut self, expected: Expected) -> Parsed<T>;
    /// The next token fits nothing; one of these was wanted.
    fn fail_either<T>(&mut self, first: Expected, second: Expected) -> Parsed<T>;
    /// A limit is reached.
    fn fail_deep<T>(&mut self, reason: Reason, what: Expected) -> Parsed<T>;
    fn fail_with<T>(&mut self, error: ParseError) -> Parsed<T>;

    /// From token `first` to the last one taken, relative to the item.
    fn range_from(&mut self, first: usize) -> TextRange;
    /// One token, relative to the item.
    fn token_range(&mut self, index: usize) -> TextRange;

    fn expr(&mut self, first: usize, kind: ExprKind) -> ExprId;
    fn expr_at(&mut self, span: TextRange, kind: ExprKind) -> ExprId;
    fn pat(&mut self, first: usize, kind: PatKind) -> PatId;
    fn ty(&mut self, first: usize, kind: TypeKind) -> TypeId;
    fn block(&mut self, block: Block) -> BlockId;

    fn ident(&mut self) -> Parsed<Ident>;
    fn lifetime(&mut self) -> Parsed<Lifetime>;
    fn eat_lifetime(&mut self) -> Option<Lifetime>;

    /// Runs a rule one level deeper, with stack for it; fails past the limit.
    fn nested<T>(&mut self, what: Expected, rule: fn(&State<'s>) -> Deep<'s, T>) -> Parsed<T>;
    /// Runs a rule under other restrictions.
    fn restricted<T>(&mut self, with: Restrictions, rule: impl FnOnce(&mut Self) -> T) -> T;
}

impl<'s, 'p> Rules<'s> for In<'s, 'p> {
    #[inline]
    fn pos(&self) -> usize {
        *self.cursor().inner()
    }

    #[inline]
    fn nth(&mut self, n: usize) -> TokenKind {
        let index = self.pos() + n;
        self.state().kinds.get(index).copied().unwrap_or(TokenKind::Eof)
    }

    #[inline]
    fn current(&mut self) -> TokenKind {
        let index = self.pos();
        self.state().kinds[index]
    }

    #[inline]
    fn at(&mut self, kind: TokenKind) -> bool {
        self.current() == kind
    }

    fn nth_is_word(&mut self, n: usize, word: &str) -> bool {
        let index = self.pos() + n;
        self.nth(n) == TokenKind::Ident && self.state().token_text(index) == word
    }

    fn at_word(&mut self, word: &str) -> bool {
        self.nth_is_word(0, word)
    }

    #[inline]
    fn bump(&mut self) {
        self.skip();
    }

    #[inline]
    fn eat(&mut self, kind: TokenKind) -> bool {
        let found = self.at(kind);
        if found {
            self.bump();
        }
        found
    }

    #[inline]
    fn expect(&mut self, kind: TokenKind) -> Parsed<()> {
        if self.eat(kind) { Ok(()) } else { self.fail(Expected::token(kind)) }
    }

    #[cold]
    fn fail<T>(&mut self, expected: Expected) -> Parsed<T> {
        let error = ParseError::new(self.pos(), expected);
        self.fail_with(error)
    }

    #[inline]
    fn range_from(&mut self, first: usize) -> TextRange {
        let end = self.pos();
        let state = self.state();
        let start = state.starts[first];
        let end = if end > first { state.ends[end - 1] } else { start };
        TextRange::new(start - state.frame.base, end - state.frame.base)
    }

    #[inline]
    fn token_range(&mut self, index: usize) -> TextRange {
        let state = self.state();
        let base = state.frame.base;
        TextRange::new(state.starts[index] - base, state.ends[index] - base)
    }

    #[inline]
    fn expr(&mut self, first: usize, kind: ExprKind) -> ExprId {
        let span = self.range_from(first);
        self.expr_at(span, kind)
    }

    #[inline]
    fn expr_at(&mut self, span: TextRange, kind: ExprKind) -> ExprId {
        self.state().frame.nodes.exprs.push(Expr { kind, span })
    }

    #[inline]
    fn pat(&mut self, first: usize, kind: PatKind) -> PatId {
        let span = self.range_from(first);
        self.state().frame.nodes.pats.push(Pat { kind, span })
    }

    #[inline]
    fn ty(&mut self, first: usize, kind: TypeKind) -> TypeId {
        let span = self.range_from(first);
        self.state().frame.nodes.types.push(Type { kind, span })
    }

    fn block(&mut self, block: Block) -> BlockId {
        self.state().frame.nodes.blocks.push(block)
    }

    fn ident(&mut self) -> Parsed<Ident> {
        let index = self.pos();
        let prefix_len = match self.current() {
            TokenKind::Ident => 0,
            TokenKind::RawIdent => 2,
            _ => return self.fail(Expected::Ident),
        };
        self.bump();
        let span = self.token_range(index);
        let state = self.state();
        let text = &state.token_text(index)[prefix_len..];
        Ok(Ident { name: state.intern(text), span })
    }

    fn lifetime(&mut self) -> Parsed<Lifetime> {
        match self.eat_lifetime() {
            Some(lifetime) => Ok(lifetime),
            None => self.fail(Expected::Lifetime),
        }
    }

    fn eat_lifetime(&mut self) -> Option<Lifetime> {
        let index = self.pos();
        if !self.eat(TokenKind::Lifetime) {
            return None;
        }
        let span = self.token_range(index);
        let state = self.state();
        let text = &state.token_text(index)[1..];
        let text = text.strip_prefix("r#").unwrap_or(text);
        Some(Lifetime { name: state.intern(text), span })
    }

    fn nested<T>(&mut self, what: Expected, rule: fn(&State<'s>) -> Deep<'s, T>) -> Parsed<T> {
        let state = self.state();
        if state.depth >= limits::DEPTH {
            return self.fail_deep(Reason::TooDeep, what);
        }
        state.depth += 1;
        let rule = rule(state);
        let result = self.parse(rule);
        self.state().depth -= 1;
        result
    }

    #[cold]
    fn fail_either<T>(&mut self, first: Expected, second: Expected) -> Parsed<T> {
        let error = ParseError::new(self.pos(), first).or(second);
        self.fail_with(error)
    }

    #[cold]
    fn fail_deep<T>(&mut self, reason: Reason, what: Expected) -> Parsed<T> {
        let error = ParseError::deep(self.pos(), reason, what);
        self.fail_with(error)
    }

    #[cold]
    fn fail_with<T>(&mut self, error: ParseError) -> Parsed<T> {
        self.state().note_failure(error);
        Err(error)
    }

    fn restricted<T>(&mut self, with: Restrictions, rule: impl FnOnce(&mut Self) -> T) -> T {
        let outer = std::mem::replace(&mut self.state().restrictions, with);
        let result = rule(self);
        self.state().restrictions = outer;
        result
    }
}
