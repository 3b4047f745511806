//! The driver: runs the table over the text and collects tokens.

use crate::{LexError, LexErrorKind, TokenKind, Tokens};
use logos::Logos;
use vez_base::TextRange;

/// The tokens of `source`. Never fails: mistakes are in [`Tokens::errors`].
///
/// The text must be shorter than 4 GiB; `vez_base::limits::FILE_BYTES` is far below that.
pub fn lex(source: &str) -> Tokens {
    let mut tokens = Tokens::default();
    let estimate = source.len() / 4 + 1;
    tokens.kinds.reserve(estimate);
    tokens.starts.reserve(estimate);
    tokens.ends.reserve(estimate);
    let mut lexer = TokenKind::lexer(source);
    lexer.bump(preamble_len(source));
    while let Some(result) = lexer.next() {
        let range = lexer.span();
        let kind = result.unwrap_or_else(|()| {
            unknown(source, range.clone(), &mut tokens.errors);
            TokenKind::Unknown
        });
        lexer.extras.after_dot = kind == TokenKind::Dot;
        tokens.push(kind, range);
    }
    tokens.push(TokenKind::Eof, source.len()..source.len());
    tokens.errors.append(&mut lexer.extras.errors);
    tokens.errors.sort_by_key(|error| error.range.start);
    tokens
}

/// A byte order mark and a `#!` line (but not `#![`, an attribute) belong to no token.
fn preamble_len(source: &str) -> usize {
    let bom = if source.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
    let rest = &source[bom..];
    if !rest.starts_with("#!") || rest[2..].trim_start().starts_with('[') {
        return bom;
    }
    bom + rest.find('\n').unwrap_or(rest.len())
}

/// Reports a run of characters that start no token; one report a run, so that binary data stays readable.
fn unknown(source: &str, range: std::ops::Range<usize>, errors: &mut Vec<LexError>) {
    let start = range.start as u32;
    let touches = |last: &LexError| {
        last.range.end == start && matches!(last.kind, LexErrorKind::UnknownChar(_))
    };
    if let Some(last) = errors.last_mut().filter(|last| touches(last)) {
        last.range.end = range.end as u32;
        return;
    }
    let c = source[range.clone()].chars().next().unwrap_or('\0');
    let range = TextRange::new(start, range.end as u32);
    errors.push(LexError { kind: LexErrorKind::UnknownChar(c), range });
}
