//! The tokens a table cannot read: quotes, numbers, nested comments, and what depends on a neighbour.
//!
//! Each function is called after the table has read a token's start, and moves the lexer past the rest of it.

use crate::{LexError, LexErrorKind, TokenKind};
use logos::{Filter, Lexer};
use vez_base::TextRange;
use vez_base::name::{is_ident_continue, is_ident_start};

/// What the table carries from token to token.
#[derive(Default)]
pub struct Extras {
    /// The previous token is `.`: digits are then a tuple field, not a float.
    pub after_dot: bool,
    pub errors: Vec<LexError>,
}

type Lex<'s> = Lexer<'s, TokenKind>;

fn report(lex: &mut Lex<'_>, kind: LexErrorKind) {
    let range = lex.span();
    report_at(lex, kind, range.start, range.end);
}

fn report_at(lex: &mut Lex<'_>, kind: LexErrorKind, start: usize, end: usize) {
    let range = TextRange::new(start as u32, end as u32);
    lex.extras.errors.push(LexError { kind, range });
}

/// The byte `n` bytes ahead, 0 at the end.
fn ahead(lex: &Lex<'_>, n: usize) -> u8 {
    lex.remainder().as_bytes().get(n).copied().unwrap_or(0)
}

fn bump_while(lex: &mut Lex<'_>, test: impl Fn(char) -> bool) -> usize {
    let rest = lex.remainder();
    let len = rest.find(|c| !test(c)).unwrap_or(rest.len());
    lex.bump(len);
    len
}

// Words ------------------------------------------------------------------------------------------------------------------

/// Rust 2021 reserves every `prefix"`, `prefix'` and `prefix#`.
pub fn ident(lex: &mut Lex<'_>) {
    let next = ahead(lex, 0);
    let raw_string_start = next == b'#' && matches!(lex.slice(), "r" | "br" | "cr");
    if raw_string_start {
        bump_while(lex, |c| c == '#');
        report(lex, LexErrorKind::BadRawStr);
    } else if next == b'"' || (next == b'\'' && closes_char(&lex.remainder()[1..])) {
        report(lex, LexErrorKind::ReservedPrefix);
    }
}

/// Whether text after a quote is one character and the closing quote, so that `prefix'c'` is meant.
fn closes_char(rest: &str) -> bool {
    let mut chars = rest.chars();
    chars.next().is_some_and(|c| c != '\n') && chars.next() == Some('\'')
}

pub fn raw_ident(lex: &mut Lex<'_>) {
    if matches!(&lex.slice()[2..], "self" | "Self" | "super" | "crate" | "_") {
        report(lex, LexErrorKind::BadRawIdent);
    }
}

// Quotes -----------------------------------------------------------------------------------------------------------------

/// After `'`: a lifetime where a name follows without a closing quote, else a character.
pub fn quote(lex: &mut Lex<'_>) -> TokenKind {
    let rest = lex.remainder();
    let mut chars = rest.chars();
    let first = chars.next();
    if first.is_some_and(is_ident_start) && chars.next() != Some('\'') {
        if rest.starts_with("r#") && rest[2..].starts_with(is_ident_start) {
            lex.bump(2);
        }
        let name_len = bump_while(lex, is_ident_continue);
        if ahead(lex, 0) == b'\'' && name_len > 1 {
            lex.bump(1);
            report(lex, LexErrorKind::LongChar);
            return TokenKind::Char;
        }
        return TokenKind::Lifetime;
    }
    char_rest(lex, LexErrorKind::UnterminatedChar);
    TokenKind::Char
}

pub fn byte(lex: &mut Lex<'_>) {
    char_rest(lex, LexErrorKind::UnterminatedByte);
}

/// Reads up to the closing quote, which must be on the same line.
fn char_rest(lex: &mut Lex<'_>, unterminated: LexErrorKind) {
    let bytes = lex.remainder().as_bytes();
    if bytes.first() == Some(&b'\'') && bytes.get(1) != Some(&b'\'') {
        lex.bump(1);
        return report(lex, LexErrorKind::EmptyChar);
    }
    let mut at = 0;
    loop {
        match bytes.get(at) {
            None | Some(b'\n') => break,
            Some(b'\\') if at + 1 < bytes.len() && bytes[at + 1] != b'\n' => at += 2,
            // `'''` is the quote itself, unescaped; accepted here, rejected when decoded.
            Some(b'\'') if at > 0 => {
                // An escape may have stepped into a wide character only before its first byte, so this is a boundary.
                let one = is_one_char(&lex.remainder()[..at]);
                lex.bump(at + 1);
                if !one {
                    report(lex, LexErrorKind::LongChar);
                }
                return;
            }
            Some(_) => at += 1,
        }
    }
    // Keep the error small: the quote and, where it is one, the next character.
    let len =
        lex.remainder().chars().next().filter(|c| !c.is_whitespace()).map_or(0, char::len_utf8);
    lex.bump(len);
    report(lex, unterminated);
}

fn is_one_char(text: &str) -> bool {
    text.starts_with('\\') || text.chars().count() == 1
}

pub fn string(lex: &mut Lex<'_>) {
    string_rest(lex, LexErrorKind::UnterminatedStr);
}

pub fn byte_string(lex: &mut Lex<'_>) {
    string_rest(lex, LexErrorKind::UnterminatedByteStr);
}

pub fn c_string(lex: &mut Lex<'_>) {
    string_rest(lex, LexErrorKind::UnterminatedStr);
}

fn string_rest(lex: &mut Lex<'_>, unterminated: LexErrorKind) {
    let bytes = lex.remainder().as_bytes();
    let mut at = 0;
    while at < bytes.len() {
        match bytes[at] {
            b'"' => return lex.bump(at + 1),
            b'\\' => at += 2,
            _ => at += 1,
        }
    }
    lex.bump(bytes.len());
    report(lex, unterminated);
}

pub fn raw_string(lex: &mut Lex<'_>) {
    raw_rest(lex, 1);
}

pub fn raw_byte_string(lex: &mut Lex<'_>) {
    raw_rest(lex, 2);
}

pub fn raw_c_string(lex: &mut Lex<'_>) {
    raw_rest(lex, 2);
}

/// The slice so far is the prefix, hashes and the quote.
fn raw_rest(lex: &mut Lex<'_>, prefix_len: usize) {
    let hashes = lex.slice().len() - prefix_len - 1;
    let bytes = lex.remainder().as_bytes();
    let mut at = 0;
    while let Some(quote) = bytes[at..].iter().position(|&b| b == b'"') {
        let after = at + quote + 1;
        let closing = bytes[after..].iter().take(hashes).take_while(|&&b| b == b'#').count();
        if closing == hashes {
            return lex.bump(after + hashes);
        }
        at = after + closing;
    }
    lex.bump(bytes.len());
    report(lex, LexErrorKind::UnterminatedRawStr);
}

// Numbers ----------------------------------------------------------------------------------------------------------------

/// After the first digit.
pub fn number(lex: &mut Lex<'_>) -> TokenKind {
    if lex.extras.after_dot {
        bump_while(lex, |c| c.is_ascii_digit());
        return TokenKind::Int;
    }
    if lex.slice() == "0" && matches!(ahead(lex, 0), b'x' | b'o' | b'b') {
        return based_number(lex);
    }
    bump_while(lex, |c| c.is_ascii_digit() || c == '_');
    let mut kind = TokenKind::Int;
    if ahead(lex, 0) == b'.' && !starts_field_or_range(&lex.remainder()[1..]) {
        lex.bump(1);
        kind = TokenKind::Float;
        if ahead(lex, 0).is_ascii_digit() {
            bump_while(lex, |c| c.is_ascii_digit() || c == '_');
        } else {
            return kind;
        }
    }
    if let Some(len) = exponent_len(lex.remainder().as_bytes()) {
        lex.bump(len);
        kind = TokenKind::Float;
        if bump_while(lex, |c| c.is_ascii_digit() || c == '_') == 0 {
            report(lex, LexErrorKind::NoExponent);
        }
    }
    suffix(lex);
    if kind == TokenKind::Int && ends_in_float_suffix(lex.slice()) {
        kind = TokenKind::Float;
    }
    kind
}

/// `1..2`, `1.foo()`, `1._x`: the dot is no decimal point.
fn starts_field_or_range(rest: &str) -> bool {
    rest.starts_with('.') || rest.starts_with(is_ident_start)
}

/// The length of `e`, sign and underscores when digits follow; also of a bare `e` with a sign or nothing that a suffix could be.
fn exponent_len(bytes: &[u8]) -> Option<usize> {
    if !matches!(bytes.first(), Some(b'e' | b'E')) {
        return None;
    }
    let signed = matches!(bytes.get(1), Some(b'+' | b'-'));
    let start = 1 + usize::from(signed);
    let underscores = bytes[start..].iter().take_while(|&&b| b == b'_').count();
    match bytes.get(start + underscores) {
        Some(b) if b.is_ascii_digit() => Some(start + underscores),
        Some(b) if b.is_ascii_alphabetic() && !signed => None,
        _ => Some(start),
    }
}

fn suffix(lex: &mut Lex<'_>) {
    if lex.remainder().starts_with(is_ident_start) {
        bump_while(lex, is_ident_continue);
    }
}

fn ends_in_float_suffix(text: &str) -> bool {
    text.ends_with("f32") || text.ends_with("f64")
}

/// `0x..`, `0o..`, `0b..`; the base letter is next.
fn based_number(lex: &mut Lex<'_>) -> TokenKind {
    let radix = match ahead(lex, 0) {
        b'x' => 16,
        b'o' => 8,
        _ => 2,
    };
    lex.bump(1);
    let digits_start = lex.span().end;
    bump_while(lex, |c| c == '_' || c.is_digit(radix.max(10)));
    let digits = &lex.slice()[2..];
    let wrong = digits.find(|c: char| c != '_' && !c.is_digit(radix));
    if digits.chars().all(|c| c == '_') {
        report(lex, LexErrorKind::NoDigits);
    } else if let Some(at) = wrong {
        report_at(lex, LexErrorKind::WrongDigit, digits_start + at, digits_start + at + 1);
    }
    suffix(lex);
    if ahead(lex, 0) == b'.' && ahead(lex, 1).is_ascii_digit() {
        lex.bump(1);
        bump_while(lex, |c| c.is_ascii_digit() || c == '_');
        report(lex, LexErrorKind::BasedFloat);
    }
    TokenKind::Int
}

// Comments ---------------------------------------------------------------------------------------------------------------

/// After `//`: a doc comment is a token, any other is a gap.
pub fn line_comment(lex: &mut Lex<'_>) -> Filter<TokenKind> {
    let rest = lex.remainder();
    let mut len = rest.find('\n').unwrap_or(rest.len());
    if rest[..len].ends_with('\r') {
        len -= 1;
    }
    let kind = match rest.as_bytes() {
        [b'!', ..] => Some(TokenKind::InnerDoc),
        [b'/', b'/', ..] => None,
        [b'/', ..] => Some(TokenKind::OuterDoc),
        _ => None,
    };
    lex.bump(len);
    kind.map_or(Filter::Skip, Filter::Emit)
}

/// After `/*`: comments nest.
pub fn block_comment(lex: &mut Lex<'_>) -> Filter<TokenKind> {
    let bytes = lex.remainder().as_bytes();
    let kind = match bytes {
        [b'!', ..] => Some(TokenKind::InnerDoc),
        [b'*', b'*' | b'/', ..] => None,
        [b'*', ..] => Some(TokenKind::OuterDoc),
        _ => None,
    };
    let mut depth = 1u32;
    let mut at = 0;
    while depth > 0 && at < bytes.len() {
        match (bytes[at], bytes.get(at + 1)) {
            (b'/', Some(b'*')) => {
                depth += 1;
                at += 2;
            }
            (b'*', Some(b'/')) => {
                depth -= 1;
                at += 2;
            }
            _ => at += 1,
        }
    }
    let rest_len = bytes.len();
    lex.bump(if depth > 0 { rest_len } else { at });
    if depth > 0 {
        let start = lex.span().start;
        report_at(lex, LexErrorKind::UnterminatedComment, start, start + 2);
        return Filter::Skip;
    }
    kind.map_or(Filter::Skip, Filter::Emit)
}

// Joint punctuation ------------------------------------------------------------------------------------------------------

pub fn less(lex: &mut Lex<'_>) -> TokenKind {
    let joint = ahead(lex, 0) == b'<' && ahead(lex, 1) != b'=';
    if joint { TokenKind::LtJoint } else { TokenKind::Lt }
}

pub fn greater(lex: &mut Lex<'_>) -> TokenKind {
    if matches!(ahead(lex, 0), b'>' | b'=') { TokenKind::GtJoint } else { TokenKind::Gt }
}

pub fn and(lex: &mut Lex<'_>) -> TokenKind {
    if ahead(lex, 0) == b'&' { TokenKind::AndJoint } else { TokenKind::And }
}

pub fn or(lex: &mut Lex<'_>) -> TokenKind {
    if ahead(lex, 0) == b'|' { TokenKind::OrJoint } else { TokenKind::Or }
}
