//! Literals decoded: from a token's text to the value it stands for.
//!
//! Functions take the whole token, quotes and prefix included, and report mistakes with ranges relative to it. A value is always
//! returned; what cannot be decoded is left out of it.

use vez_base::TextRange;

/// A mistake inside a literal; the range counts from the literal's first byte.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LitError {
    pub kind: LitErrorKind,
    pub range: TextRange,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LitErrorKind {
    UnknownEscape(char),
    /// `\x` without two hexadecimal digits.
    ShortHexEscape,
    /// `\x80` and up in text.
    HexEscapeAboveAscii,
    /// `\u` that is not `\u{1 to 6 digits}`.
    BadUnicodeEscape,
    /// A surrogate or a value above `10FFFF`.
    NoSuchChar,
    UnicodeEscapeInBytes,
    NonAsciiInBytes,
    NulInCStr,
    IntTooLarge,
    UnknownSuffix,
    BareCarriageReturn,
    /// `'''` or a line break between single quotes.
    UnescapedChar,
}

impl LitErrorKind {
    /// What is wrong, as one phrase.
    pub fn message(self) -> String {
        match self {
            LitErrorKind::UnknownEscape(c) => {
                format!("unknown character escape `{}`", c.escape_debug())
            }
            LitErrorKind::ShortHexEscape => {
                "numeric character escape is not two hexadecimal digits".into()
            }
            LitErrorKind::HexEscapeAboveAscii => "hexadecimal escape above `\\x7f` in text".into(),
            LitErrorKind::BadUnicodeEscape => {
                "unicode escape is not of the form `\\u{1F600}`".into()
            }
            LitErrorKind::NoSuchChar => "unicode escape names no character".into(),
            LitErrorKind::UnicodeEscapeInBytes => "unicode escape in a byte literal".into(),
            LitErrorKind::NonAsciiInBytes => "non-ASCII character in a byte literal".into(),
            LitErrorKind::NulInCStr => "NUL in a C string literal".into(),
            LitErrorKind::IntTooLarge => "integer literal is too large".into(),
            LitErrorKind::UnknownSuffix => "invalid suffix for a number literal".into(),
            LitErrorKind::BareCarriageReturn => {
                "carriage return in a literal must be escaped".into()
            }
            LitErrorKind::UnescapedChar => "character must be escaped".into(),
        }
    }
}

/// How a number was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NumberBase {
    Decimal,
    Hex,
    Octal,
    Binary,
}

/// A number literal, taken apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Number<'s> {
    Int {
        value: u128,
        base: NumberBase,
        suffix: Option<&'s str>,
    },
    /// Digits without separators, as `str::parse::<f64>` reads them.
    Float {
        text: String,
        suffix: Option<&'s str>,
    },
}

const INT_SUFFIXES: [&str; 12] =
    ["u8", "u16", "u32", "u64", "u128", "usize", "i8", "i16", "i32", "i64", "i128", "isize"];

/// Value of an `Int` or `Float` token.
pub fn decode_number<'s>(text: &'s str, errors: &mut Vec<LitError>) -> Number<'s> {
    let (base, radix, skip) = match text.as_bytes() {
        [b'0', b'x', ..] => (NumberBase::Hex, 16, 2),
        [b'0', b'o', ..] => (NumberBase::Octal, 8, 2),
        [b'0', b'b', ..] => (NumberBase::Binary, 2, 2),
        _ => (NumberBase::Decimal, 10, 0),
    };
    let (digits, suffix) = split_suffix(text, skip, radix);
    let is_float_suffix = matches!(suffix, Some("f32" | "f64"));
    if let Some(suffix) = suffix
        && !is_float_suffix
        && !INT_SUFFIXES.contains(&suffix)
        && digits.len() > skip
    {
        let start = text.len() - suffix.len();
        errors.push(error(LitErrorKind::UnknownSuffix, start, text.len()));
    }
    let is_float = base == NumberBase::Decimal && digits.contains(['.', 'e', 'E']);
    if is_float || (is_float_suffix && base == NumberBase::Decimal) {
        if suffix.is_some_and(|suffix| INT_SUFFIXES.contains(&suffix)) {
            errors.push(error(LitErrorKind::UnknownSuffix, digits.len(), text.len()));
        }
        let text = digits.chars().filter(|&c| c != '_').collect();
        return Number::Float { text, suffix };
    }
    let mut value = Some(0u128);
    for digit in digits[skip..].chars().filter_map(|c| c.to_digit(radix)) {
        let next = |value: u128| value.checked_mul(radix.into())?.checked_add(digit.into());
        value = value.and_then(next);
    }
    if value.is_none() {
        errors.push(error(LitErrorKind::IntTooLarge, 0, text.len()));
    }
    Number::Int { value: value.unwrap_or(0), base, suffix }
}

/// Splits digits from the suffix. In hexadecimal every letter up to `f` is a digit; in decimal an `e` is one too when digits follow it.
fn split_suffix(text: &str, skip: usize, radix: u32) -> (&str, Option<&str>) {
    let bytes = text.as_bytes();
    let mut at = skip;
    while at < bytes.len() {
        let b = bytes[at];
        let exponent = radix == 10
            && matches!(b, b'e' | b'E')
            && bytes[at + 1..]
                .iter()
                .find(|&&b| b != b'_' && b != b'+' && b != b'-')
                .is_none_or(u8::is_ascii_digit);
        let sign = matches!(b, b'+' | b'-') && at > 0 && matches!(bytes[at - 1], b'e' | b'E');
        let digit = b == b'_' || b == b'.' || (b as char).is_digit(radix.max(10));
        if !(digit || exponent || sign) {
            return (&text[..at], Some(&text[at..]));
        }
        at += 1;
    }
    (text, None)
}

fn error(kind: LitErrorKind, start: usize, end: usize) -> LitError {
    LitError { kind, range: TextRange::new(start as u32, end as u32) }
}

/// Value of a `Str` or `RawStr` token.
pub fn decode_str(text: &str, errors: &mut Vec<LitError>) -> String {
    let (body, start, raw) = body_of(text);
    if raw || !body.contains(['\\', '\r']) {
        return body.to_owned();
    }
    let mut out = String::with_capacity(body.len());
    let rules = Rules { unicode: true, high_hex: false };
    unescape(body, start, rules, errors, &mut |unit| match unit {
        Unit::Char(c) => out.push(c),
        Unit::Byte(b) => out.push(b as char),
    });
    out
}

/// Value of a `ByteStr` or `RawByteStr` token.
pub fn decode_bytes(text: &str, errors: &mut Vec<LitError>) -> Vec<u8> {
    let (body, start, raw) = body_of(text);
    let mut out = Vec::with_capacity(body.len());
    let rules = Rules { unicode: false, high_hex: true };
    if raw {
        for (at, c) in body.char_indices() {
            push_ascii(c, start + at, errors, &mut out);
        }
        return out;
    }
    let mut at_fault = Vec::new();
    unescape(body, start, rules, errors, &mut |unit| match unit {
        Unit::Byte(b) => out.push(b),
        Unit::Char(c) if c.is_ascii() => out.push(c as u8),
        Unit::Char(c) => at_fault.push(c),
    });
    report_non_ascii(body, start, errors, !at_fault.is_empty());
    out
}

fn push_ascii(c: char, at: usize, errors: &mut Vec<LitError>, out: &mut Vec<u8>) {
    if c.is_ascii() {
        out.push(c as u8);
    } else {
        errors.push(error(LitErrorKind::NonAsciiInBytes, at, at + c.len_utf8()));
    }
}

fn report_non_ascii(body: &str, start: usize, errors: &mut Vec<LitError>, any: bool) {
    if !any {
        return;
    }
    for (at, c) in body.char_indices().filter(|(_, c)| !c.is_ascii()) {
        errors.push(error(LitErrorKind::NonAsciiInBytes, start + at, start + at + c.len_utf8()));
    }
}

/// Value of a `CStr` or `RawCStr` token, without the NUL at its end.
pub fn decode_c_str(text: &str, errors: &mut Vec<LitError>) -> Vec<u8> {
    let (body, start, raw) = body_of(text);
    let mut out = Vec::with_capacity(body.len());
    if raw {
        out.extend_from_slice(body.as_bytes());
    } else {
        let rules = Rules { unicode: true, high_hex: true };
        unescape(body, start, rules, errors, &mut |unit| match unit {
            Unit::Byte(b) => out.push(b),
            Unit::Char(c) => out.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes()),
        });
    }
    if out.contains(&0) {
        errors.push(error(LitErrorKind::NulInCStr, 0, text.len()));
    }
    out
}

/// Value of a `Char` token.
pub fn decode_char(text: &str, errors: &mut Vec<LitError>) -> char {
    let body = quoted(text, 1);
    let mut value = None;
    check_unescaped(body, 1, errors);
    unescape(body, 1, Rules { unicode: true, high_hex: false }, errors, &mut |unit| {
        value = value.or(Some(match unit {
            Unit::Char(c) => c,
            Unit::Byte(b) => b as char,
        }));
    });
    value.unwrap_or(char::REPLACEMENT_CHARACTER)
}

/// Value of a `Byte` token.
pub fn decode_byte(text: &str, errors: &mut Vec<LitError>) -> u8 {
    let body = quoted(text, 2);
    let mut value = None;
    check_unescaped(body, 2, errors);
    unescape(body, 2, Rules { unicode: false, high_hex: true }, errors, &mut |unit| {
        value = value.or(match unit {
            Unit::Byte(b) => Some(b),
            Unit::Char(c) => u8::try_from(c).ok().filter(u8::is_ascii),
        });
    });
    report_non_ascii(body, 2, errors, !body.is_ascii());
    value.unwrap_or(0)
}

fn check_unescaped(body: &str, start: usize, errors: &mut Vec<LitError>) {
    // A lone quote is an empty literal without its end, which the lexer reports.
    if matches!(body, "\n" | "\t" | "\r") {
        errors.push(error(LitErrorKind::UnescapedChar, start, start + body.len()));
    }
}

/// What is between single quotes; the closing one may be missing.
fn quoted(text: &str, prefix_len: usize) -> &str {
    let body = text.get(prefix_len..).unwrap_or("");
    body.strip_suffix('\'').filter(|rest| !rest.is_empty()).unwrap_or(body)
}

/// The text between a string's quotes, where it starts, and whether the string is raw. The closing quote may be missing.
fn body_of(text: &str) -> (&str, usize, bool) {
    let prefix_len = text.find(['"', '#']).unwrap_or(0);
    let raw = text[..prefix_len].ends_with('r');
    let hashes = text[prefix_len..].bytes().take_while(|&b| b == b'#').count();
    let start = (prefix_len + hashes + 1).min(text.len());
    let body = &text[start..];
    let closed = body.len() > hashes
        && body.as_bytes()[body.len() - hashes..].iter().all(|&b| b == b'#')
        && body.as_bytes()[body.len() - hashes - 1] == b'"';
    let end = if closed { body.len() - hashes - 1 } else { body.len() };
    (&body[..end], start, raw)
}

/// Which escapes a literal may hold.
#[derive(Clone, Copy)]
struct Rules {
    unicode: bool,
    high_hex: bool,
}

enum Unit {
    Char(char),
    /// From `\x`.
    Byte(u8),
}

/// Resolves escapes of `body`, which starts `start` bytes into its token.
fn unescape(
    body: &str,
    start: usize,
    rules: Rules,
    errors: &mut Vec<LitError>,
    push: &mut dyn FnMut(Unit),
) {
    let mut rest = body;
    while let Some(c) = rest.chars().next() {
        let at = start + body.len() - rest.len();
        rest = &rest[c.len_utf8()..];
        match c {
            '\\' => rest = escape(rest, at, rules, errors, push),
            '\r' if rest.starts_with('\n') => {}
            '\r' => errors.push(error(LitErrorKind::BareCarriageReturn, at, at + 1)),
            c => push(Unit::Char(c)),
        }
    }
}

/// One escape; `rest` starts after the backslash, which is at `at`. Returns what follows the escape.
fn escape<'s>(
    rest: &'s str,
    at: usize,
    rules: Rules,
    errors: &mut Vec<LitError>,
    push: &mut dyn FnMut(Unit),
) -> &'s str {
    let Some(c) = rest.chars().next() else {
        return rest;
    };
    let after = &rest[c.len_utf8()..];
    let simple = match c {
        'n' => '\n',
        't' => '\t',
        'r' => '\r',
        '0' => '\0',
        '\\' | '\'' | '"' => c,
        'x' => return hex_escape(after, at, rules, errors, push),
        'u' => return unicode_escape(after, at, rules, errors, push),
        // A line's end disappears, with the blanks that start the next line.
        '\n' => return after.trim_start_matches([' ', '\n', '\t', '\r']),
        '\r' if after.starts_with('\n') => {
            return after.trim_start_matches([' ', '\n', '\t', '\r']);
        }
        _ => {
            let end = at + 1 + c.len_utf8();
            errors.push(error(LitErrorKind::UnknownEscape(c), at, end));
            return after;
        }
    };
    push(Unit::Char(simple));
    after
}

fn hex_escape<'s>(
    rest: &'s str,
    at: usize,
    rules: Rules,
    errors: &mut Vec<LitError>,
    push: &mut dyn FnMut(Unit),
) -> &'s str {
    let digits = rest.bytes().take(2).take_while(u8::is_ascii_hexdigit).count();
    let (hex, after) = rest.split_at(digits);
    match u8::from_str_radix(hex, 16).ok().filter(|_| digits == 2) {
        None => errors.push(error(LitErrorKind::ShortHexEscape, at, at + 2 + digits)),
        Some(byte) if byte > 0x7f && !rules.high_hex => {
            errors.push(error(LitErrorKind::HexEscapeAboveAscii, at, at + 4));
        }
        Some(byte) => push(Unit::Byte(byte)),
    }
    after
}

fn unicode_escape<'s>(
    rest: &'s str,
    at: usize,
    rules: Rules,
    errors: &mut Vec<LitError>,
    push: &mut dyn FnMut(Unit),
) -> &'s str {
    let inner = rest.strip_prefix('{').and_then(|inner| inner.split_once('}'));
    let Some((digits, after)) = inner else {
        errors.push(error(LitErrorKind::BadUnicodeEscape, at, at + 2));
        return rest;
    };
    let end = at + 4 + digits.len();
    let hex: String = digits.chars().filter(|&c| c != '_').collect();
    let well_formed = (1..=6).contains(&hex.len())
        && hex.bytes().all(|b| b.is_ascii_hexdigit())
        && !digits.starts_with('_');
    if !well_formed {
        // A closing brace far away belongs to something else.
        errors.push(error(LitErrorKind::BadUnicodeEscape, at, at + 2));
        return rest;
    }
    let value = u32::from_str_radix(&hex, 16).ok().and_then(char::from_u32);
    match value {
        _ if !rules.unicode => errors.push(error(LitErrorKind::UnicodeEscapeInBytes, at, end)),
        None => errors.push(error(LitErrorKind::NoSuchChar, at, end)),
        Some(c) => push(Unit::Char(c)),
    }
    after
}

/// The text of a doc comment token, as the value of a `doc` attribute.
pub fn decode_doc(text: &str) -> &str {
    match text.as_bytes() {
        [b'/', b'/', ..] => &text[3..],
        _ => text.get(3..text.len().saturating_sub(2)).unwrap_or(""),
    }
}
