//! What the lexer found wrong, as diagnostics.

use crate::state::State;
use vez_base::{Span, TextRange};
use vez_diag::{Diagnostic, Fix, registry};
use vez_lex::{LexError, LexErrorKind, LitError, LitErrorKind};

pub fn report(state: &mut State<'_>, errors: &[LexError]) {
    for error in errors {
        let text = &state.text[error.range.to_usize()];
        let diagnostic = explain(error.kind, text, state.file_span(error.range));
        state.report(diagnostic);
        let runs_to_end = matches!(
            error.kind,
            LexErrorKind::UnterminatedComment
                | LexErrorKind::UnterminatedStr
                | LexErrorKind::UnterminatedByteStr
                | LexErrorKind::UnterminatedRawStr
        );
        if runs_to_end {
            state.silence_end();
        }
    }
}

/// Characters that make text look other than it is read, inside of literals and comments.
pub fn report_text_direction(state: &mut State<'_>, errors: &[LexError]) {
    if !state.text.as_bytes().windows(2).any(|pair| matches!(pair, [0xE2, 0x80 | 0x81])) {
        return;
    }
    let is_direction = |c: char| matches!(c, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}');
    for (start, c) in state.text.char_indices().filter(|&(_, c)| is_direction(c)) {
        let range = TextRange { start: start as u32, end: (start + c.len_utf8()) as u32 };
        // Outside of literals and comments it is no character of the language at all.
        if errors
            .iter()
            .any(|error| error.range.start <= range.start && range.end <= error.range.end)
        {
            continue;
        }
        let escape = c.escape_unicode();
        let character = format!("the character U+{:04X}", c as u32);
        let report = registry::TextDirection { character }.at(state.file_span(range));
        state.report(report.help(format!("in a literal, write `{escape}`")));
    }
}

fn explain(kind: LexErrorKind, text: &str, span: Span) -> Diagnostic {
    let reason = kind.message();
    match kind {
        LexErrorKind::UnknownChar('\0') => registry::UnknownCharacter { character: "NUL" }.at(span),
        LexErrorKind::UnknownChar(c) => {
            let character = format!("`{}`", c.escape_debug());
            let report = registry::UnknownCharacter { character }.at(span);
            match look_alike(c) {
                Some(meant) => {
                    let fix = Fix::new(format!("write `{meant}`"));
                    report.fix(fix.replace(span, meant))
                }
                None => report,
            }
        }
        LexErrorKind::UnterminatedComment => registry::UnterminatedComment.at(span),
        LexErrorKind::UnterminatedStr => registry::UnterminatedString.at(span),
        LexErrorKind::UnterminatedByteStr => registry::UnterminatedByteString.at(span),
        LexErrorKind::UnterminatedRawStr => {
            let hashes = text.bytes().skip_while(|&b| b != b'#').take_while(|&b| b == b'#');
            let closing = format!("\"{}", "#".repeat(hashes.count()));
            registry::UnterminatedRawString { closing }.at(span)
        }
        LexErrorKind::UnterminatedChar => registry::UnterminatedChar.at(span),
        LexErrorKind::UnterminatedByte => registry::UnterminatedByte.at(span),
        LexErrorKind::NoDigits => registry::NoDigits { prefix: &text[..2] }.at(span),
        LexErrorKind::NoExponent | LexErrorKind::WrongDigit | LexErrorKind::BasedFloat => {
            registry::BadNumber { reason }.at(span)
        }
        LexErrorKind::BadRawIdent => registry::ReservedKeyword { keyword: text }.at(span),
        LexErrorKind::EmptyChar
        | LexErrorKind::LongChar
        | LexErrorKind::ReservedPrefix
        | LexErrorKind::BadRawStr
        | LexErrorKind::BareCarriageReturn => registry::BadCharacterLiteral { reason }.at(span),
    }
}

/// What is wrong inside the literal that is token `index`.
pub fn report_literal(state: &mut State<'_>, index: usize, errors: &[LitError]) {
    for error in errors {
        let range = error.range.shifted(state.starts[index]);
        let span = state.file_span(range);
        let reason = error.kind.message();
        let diagnostic = match error.kind {
            LitErrorKind::IntTooLarge => registry::BadNumber { reason }.at(span),
            LitErrorKind::UnknownSuffix => {
                let suffix = &state.text[range.to_usize()];
                registry::BadLiteralSuffix { suffix, literal: "a number" }.at(span)
            }
            LitErrorKind::UnescapedChar => registry::BadCharacterLiteral { reason }.at(span),
            _ => registry::BadEscape { reason }.at(span),
        };
        state.report(diagnostic);
    }
}

/// The ASCII character that looks like one of another script or of typesetting.
fn look_alike(c: char) -> Option<&'static str> {
    Some(match c {
        '\u{2018}' | '\u{2019}' | '\u{201B}' | '\u{2032}' | '\u{FF07}' => "'",
        '\u{201C}' | '\u{201D}' | '\u{201F}' | '\u{2033}' | '\u{FF02}' => "\"",
        '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{FF0D}' => "-",
        '\u{00D7}' | '\u{2217}' | '\u{FF0A}' => "*",
        '\u{00F7}' | '\u{2215}' | '\u{FF0F}' => "/",
        '\u{FF0B}' => "+",
        '\u{FF1D}' => "=",
        '\u{FF1C}' => "<",
        '\u{FF1E}' => ">",
        '\u{2260}' => "!=",
        '\u{2264}' => "<=",
        '\u{2265}' => ">=",
        '\u{2192}' => "->",
        '\u{21D2}' => "=>",
        '\u{2026}' => "..",
        '\u{037E}' | '\u{FF1B}' => ";",
        '\u{FF0C}' | '\u{3001}' => ",",
        '\u{FF1A}' => ":",
        '\u{3002}' | '\u{FF0E}' => ".",
        '\u{FF01}' => "!",
        '\u{FF08}' => "(",
        '\u{FF09}' => ")",
        '\u{FF3B}' => "[",
        '\u{FF3D}' => "]",
        '\u{FF5B}' => "{",
        '\u{FF5D}' => "}",
        _ => return None,
    })
}
