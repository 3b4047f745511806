//! Literals.

use crate::cursor::{In, Parsed, Rules};
use crate::error::Expected;
use crate::lexical;
use vez_ast::{IntBase, Lit};
use vez_base::{Name, TextRange};
use vez_lex::{Number, NumberBase, TokenKind};

/// A literal.
pub fn literal(inp: &mut In<'_, '_>) -> Parsed<Lit> {
    let index = inp.pos();
    let kind = inp.current();
    if !kind.is_literal() {
        return inp.fail(Expected::Literal);
    }
    inp.bump();
    let state = inp.state();
    let text = state.token_text(index);
    let mut errors = Vec::new();
    let lit = match kind {
        TokenKind::True => Lit::Bool(true),
        TokenKind::False => Lit::Bool(false),
        TokenKind::Int | TokenKind::Float => number(text, &mut errors),
        TokenKind::Str | TokenKind::RawStr => {
            Lit::Str(Name::new(&vez_lex::decode_str(text, &mut errors)))
        }
        TokenKind::ByteStr | TokenKind::RawByteStr => {
            Lit::ByteStr(latin1(&vez_lex::decode_bytes(text, &mut errors)))
        }
        TokenKind::CStr | TokenKind::RawCStr => {
            Lit::CStr(latin1(&vez_lex::decode_c_str(text, &mut errors)))
        }
        TokenKind::Char => Lit::Char(vez_lex::decode_char(text, &mut errors)),
        _ => Lit::Byte(vez_lex::decode_byte(text, &mut errors)),
    };
    lexical::report_literal(state, index, &errors);
    Ok(lit)
}

fn number(text: &str, errors: &mut Vec<vez_lex::LitError>) -> Lit {
    match vez_lex::decode_number(text, errors) {
        Number::Int { value, base, suffix } => {
            let base = match base {
                NumberBase::Decimal => IntBase::Decimal,
                NumberBase::Hex => IntBase::Hex,
                NumberBase::Octal => IntBase::Octal,
                NumberBase::Binary => IntBase::Binary,
            };
            Lit::Int { value, suffix: suffix.map(Name::new), base }
        }
        Number::Float { text, suffix } => {
            Lit::Float { text: Name::new(&text), suffix: suffix.map(Name::new) }
        }
    }
}

fn latin1(bytes: &[u8]) -> Name {
    Name::new(&bytes.iter().map(|&b| char::from(b)).collect::<String>())
}

/// The text of a string literal, where nothing else will do.
pub fn string(inp: &mut In<'_, '_>) -> Parsed<Name> {
    if !matches!(inp.current(), TokenKind::Str | TokenKind::RawStr) {
        return inp.fail(Expected::StringLiteral);
    }
    match literal(inp)? {
        Lit::Str(text) => Ok(text),
        _ => inp.fail(Expected::StringLiteral),
    }
}

/// The range of the tokens up to the closer that matches, which is not taken. Nesting costs no stack.
pub fn token_tree_body(inp: &mut In<'_, '_>, close: TokenKind) -> Parsed<TextRange> {
    let first = inp.pos();
    let mut open: Vec<TokenKind> = Vec::new();
    loop {
        let kind = inp.current();
        if let Some(closer) = kind.closer() {
            open.push(closer);
        } else if kind.is_closer() {
            match open.pop() {
                None if kind == close => return Ok(inp.range_from(first)),
                Some(expected) if expected == kind => {}
                Some(expected) => return inp.fail(Expected::token(expected)),
                None => return inp.fail(Expected::token(close)),
            }
        } else if kind == TokenKind::Eof {
            return inp.fail(Expected::token(close));
        }
        inp.bump();
    }
}

/// A delimited token tree; the range is between the delimiters.
pub fn token_tree(inp: &mut In<'_, '_>) -> Parsed<TextRange> {
    let Some(close) = inp.current().closer() else {
        return inp.fail(Expected::MacroArguments);
    };
    inp.bump();
    let body = token_tree_body(inp, close)?;
    inp.expect(close)?;
    Ok(body)
}
