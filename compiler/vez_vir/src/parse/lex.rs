//! Tokens of VIR text. Newlines are tokens: a line is an instruction.

use super::ParseError;
use crate::limits::MAX_TEXT;
use crate::print::is_word_byte;

/// What a token is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Kind {
    /// A keyword, opcode with its flags, type, or numbered name such as `v1`.
    Word,
    /// `@name`, without quotes.
    Name,
    /// `@"..."`.
    QuotedName,
    /// `"..."`.
    Text,
    /// Digits, or a hexadecimal number; without sign.
    Number,
    /// A number with a fraction or exponent.
    Float,
    Arrow,
    /// `...`
    Ellipsis,
    /// `..`
    DotDot,
    /// One character of `(){}[],:=+-*#!`.
    Punct(u8),
    Newline,
    End,
}

/// A token: its kind and bytes.
#[derive(Clone, Copy, Debug)]
pub(super) struct Token {
    pub kind: Kind,
    pub start: u32,
    pub end: u32,
}

/// Splits `text`; the last token is `End`.
pub(super) fn lex(text: &str) -> Result<Vec<Token>, ParseError> {
    if text.len() > MAX_TEXT {
        return Err(ParseError { line: 1, col: 1, message: "the text is too long".to_owned() });
    }
    let bytes = text.as_bytes();
    let mut tokens = Vec::with_capacity(text.len() / 3);
    let mut at = 0;
    while at < bytes.len() {
        let start = at;
        let kind = match bytes[at] {
            b' ' | b'\t' | b'\r' => {
                at += 1;
                continue;
            }
            b';' => {
                at = skip_while(bytes, at, |b| b != b'\n');
                continue;
            }
            b'\n' => {
                at += 1;
                Kind::Newline
            }
            b'0'..=b'9' => number(bytes, &mut at),
            b'"' => {
                at = string_end(text, at)?;
                Kind::Text
            }
            b'@' if bytes.get(at + 1) == Some(&b'"') => {
                at = string_end(text, at + 1)?;
                Kind::QuotedName
            }
            b'@' => {
                at = skip_while(bytes, at + 1, is_word_byte);
                Kind::Name
            }
            b'-' if bytes.get(at + 1) == Some(&b'>') => {
                at += 2;
                Kind::Arrow
            }
            b'.' if bytes[at..].starts_with(b"...") => {
                at += 3;
                Kind::Ellipsis
            }
            b'.' if bytes[at..].starts_with(b"..") => {
                at += 2;
                Kind::DotDot
            }
            byte if byte.is_ascii_alphabetic() || byte == b'_' => {
                at = skip_while(bytes, at, is_word_byte);
                Kind::Word
            }
            byte if b"(){}[],:=+-*#!".contains(&byte) => {
                at += 1;
                Kind::Punct(byte)
            }
            _ => return Err(ParseError::at(text, at, "this character has no meaning in VIR")),
        };
        tokens.push(Token { kind, start: start as u32, end: at as u32 });
    }
    let end = text.len() as u32;
    tokens.push(Token { kind: Kind::Newline, start: end, end });
    tokens.push(Token { kind: Kind::End, start: end, end });
    Ok(tokens)
}

fn skip_while(bytes: &[u8], from: usize, keep: impl Fn(u8) -> bool) -> usize {
    from + bytes[from..].iter().take_while(|&&b| keep(b)).count()
}

/// Digits; `0x` digits; digits with `.` digits and `e` exponent.
fn number(bytes: &[u8], at: &mut usize) -> Kind {
    if bytes[*at] == b'0' && bytes.get(*at + 1) == Some(&b'x') {
        *at = skip_while(bytes, *at + 2, |b| b.is_ascii_hexdigit());
        return Kind::Number;
    }
    let digits = |from| skip_while(bytes, from, |b| b.is_ascii_digit());
    let mut kind = Kind::Number;
    *at = digits(*at);
    let fraction = bytes.get(*at + 1).is_some_and(u8::is_ascii_digit);
    if bytes.get(*at) == Some(&b'.') && fraction {
        *at = digits(*at + 1);
        kind = Kind::Float;
    }
    if bytes.get(*at) == Some(&b'e') {
        let sign = usize::from(matches!(bytes.get(*at + 1), Some(b'-' | b'+')));
        let end = digits(*at + 1 + sign);
        if end > *at + 1 + sign {
            *at = end;
            kind = Kind::Float;
        }
    }
    kind
}

/// The end of the string that opens at `at`.
fn string_end(text: &str, at: usize) -> Result<usize, ParseError> {
    let bytes = text.as_bytes();
    let mut end = at + 1;
    loop {
        match bytes.get(end) {
            Some(b'"') => return Ok(end + 1),
            Some(b'\\') => end += 2,
            Some(b'\n') | None => {
                return Err(ParseError::at(text, at, "this string does not end on its line"));
            }
            Some(_) => end += 1,
        }
    }
}

/// The bytes of a string's inside.
pub(super) fn unescape(inside: &str) -> Option<Vec<u8>> {
    let mut out = Vec::with_capacity(inside.len());
    let mut bytes = inside.bytes();
    while let Some(byte) = bytes.next() {
        out.push(match byte {
            b'\\' => match bytes.next()? {
                quoted @ (b'"' | b'\\') => quoted,
                high => {
                    let digit = |b: u8| (b as char).to_digit(16);
                    (digit(high)? * 16 + digit(bytes.next()?)?) as u8
                }
            },
            plain => plain,
        });
    }
    Some(out)
}
