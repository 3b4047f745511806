//! VIR text to modules.
//!
//! LL(1): the next token always decides. Two passes over the tokens: headers first, so that symbols may be used before
//! they are declared, then globals' relocations and bodies. Parsing checks form only; run [`crate::verify_module`] on the result.

mod body;
mod item;
mod lex;

use crate::data::Module;
use crate::ids::RangeId;
use crate::limits::MAX_NAME;
use crate::ty::{Scalar, Type};
use lex::{Kind, Token, lex, unescape};
use std::fmt;

/// The first thing wrong in a text.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ParseError {
    /// Counted from 1.
    pub line: u32,
    /// In bytes, counted from 1.
    pub col: u32,
    pub message: String,
}

impl ParseError {
    fn at(text: &str, offset: usize, message: &str) -> ParseError {
        let before = &text.as_bytes()[..offset];
        let line_start = before.iter().rposition(|&b| b == b'\n').map_or(0, |at| at + 1);
        let line = before.iter().filter(|&&b| b == b'\n').count() as u32 + 1;
        ParseError { line, col: (offset - line_start) as u32 + 1, message: message.to_owned() }
    }
}

impl fmt::Display for ParseError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}", self.line, self.col, self.message)
    }
}

impl std::error::Error for ParseError {}

type Result<T> = std::result::Result<T, ParseError>;

/// Reads a module.
pub fn parse_module(text: &str) -> Result<Module> {
    let tokens = lex(text)?;
    let mut parser = Parser { text, tokens, at: 0, module: Module::default() };
    parser.module()?;
    Ok(parser.module)
}

struct Parser<'t> {
    text: &'t str,
    tokens: Vec<Token>,
    at: usize,
    module: Module,
}

/// What tokens can be made of.
impl<'t> Parser<'t> {
    fn peek(&self) -> Kind {
        self.tokens[self.at].kind
    }

    fn token_text(&self, token: usize) -> &'t str {
        let Token { start, end, .. } = self.tokens[token];
        &self.text[start as usize..end as usize]
    }

    /// The text of the next token if it is a word, else the empty string.
    fn peek_word(&self) -> &'t str {
        if self.peek() == Kind::Word { self.token_text(self.at) } else { "" }
    }

    fn advance(&mut self) {
        // The last token is `End`, and stays.
        if self.at + 1 < self.tokens.len() {
            self.at += 1;
        }
    }

    fn error<T>(&self, message: impl AsRef<str>) -> Result<T> {
        self.error_at(self.at, message)
    }

    fn error_at<T>(&self, token: usize, message: impl AsRef<str>) -> Result<T> {
        Err(ParseError::at(self.text, self.tokens[token].start as usize, message.as_ref()))
    }

    fn expected<T>(&self, what: &str) -> Result<T> {
        let found = match self.peek() {
            Kind::Newline => "the end of the line",
            Kind::End => "the end of the text",
            _ => self.token_text(self.at),
        };
        let shown: String = found.chars().take(40).collect();
        self.error(format!("expected {what}, found {shown}"))
    }

    fn eat(&mut self, kind: Kind) -> bool {
        let found = self.peek() == kind;
        if found {
            self.advance();
        }
        found
    }

    fn eat_punct(&mut self, byte: u8) -> bool {
        self.eat(Kind::Punct(byte))
    }

    fn punct(&mut self, byte: u8) -> Result<()> {
        if self.eat_punct(byte) { Ok(()) } else { self.expected(&format!("`{}`", byte as char)) }
    }

    fn eat_word(&mut self, word: &str) -> bool {
        let found = self.peek_word() == word;
        if found {
            self.advance();
        }
        found
    }

    fn word(&mut self, word: &str) -> Result<()> {
        if self.eat_word(word) { Ok(()) } else { self.expected(&format!("`{word}`")) }
    }

    fn end_of_line(&mut self) -> Result<()> {
        if self.eat(Kind::Newline) { Ok(()) } else { self.expected("the end of the line") }
    }

    fn skip_newlines(&mut self) {
        while self.eat(Kind::Newline) {}
    }

    /// Skips the comma between items; false when `close` ends the list.
    fn next_item(&mut self, first: &mut bool, close: u8) -> Result<bool> {
        if std::mem::take(first) {
            return Ok(!self.eat_punct(close));
        }
        if self.eat_punct(close) {
            return Ok(false);
        }
        self.punct(b',')?;
        Ok(true)
    }

    fn unsigned(&mut self) -> Result<u128> {
        if self.peek() != Kind::Number {
            return self.expected("a number");
        }
        let text = self.token_text(self.at);
        let number = match text.strip_prefix("0x") {
            Some(hex) => u128::from_str_radix(hex, 16),
            None => text.parse(),
        };
        match number {
            Ok(number) => {
                self.advance();
                Ok(number)
            }
            Err(_) => self.error("this number does not fit 128 bits"),
        }
    }

    fn number<T: TryFrom<u128>>(&mut self, what: &str) -> Result<T> {
        let start = self.at;
        match T::try_from(self.unsigned()?) {
            Ok(number) => Ok(number),
            Err(_) => self.error_at(start, format!("this is too large for {what}")),
        }
    }

    /// `align N`, as log2.
    fn align(&mut self) -> Result<u8> {
        self.word("align")?;
        let start = self.at;
        let align: u64 = self.number("an alignment")?;
        if !align.is_power_of_two() || align > 1 << crate::limits::MAX_ALIGN_LOG2 {
            return self.error_at(start, "an alignment is a power of two up to 65536");
        }
        Ok(align.trailing_zeros() as u8)
    }

    /// `range LOW..HIGH`, if it is there.
    fn opt_range(&mut self) -> Result<RangeId> {
        if !self.eat_word("range") {
            return Ok(RangeId::NONE);
        }
        let low = self.unsigned()?;
        if !self.eat(Kind::DotDot) {
            return self.expected("`..`");
        }
        let high = self.unsigned()?;
        Ok(self.module.intern_range(low, high))
    }

    /// `+ N` or `- N`, if it is there.
    fn opt_offset(&mut self) -> Result<i64> {
        let negative = match self.peek() {
            Kind::Punct(b'+') => false,
            Kind::Punct(b'-') => true,
            _ => return Ok(0),
        };
        self.advance();
        let start = self.at;
        let magnitude = i128::try_from(self.unsigned()?).unwrap_or(i128::MAX);
        let value = if negative { -magnitude } else { magnitude };
        match i64::try_from(value) {
            Ok(offset) => Ok(offset),
            Err(_) => self.error_at(start, "this offset does not fit 64 bits"),
        }
    }

    fn opt_offset32(&mut self) -> Result<i32> {
        let start = self.at;
        match i32::try_from(self.opt_offset()?) {
            Ok(offset) => Ok(offset),
            Err(_) => self.error_at(start, "this offset does not fit 32 bits"),
        }
    }

    fn ty(&mut self) -> Result<Type> {
        match Type::from_name(self.peek_word()) {
            Some(ty) => {
                self.advance();
                Ok(ty)
            }
            None => self.expected("a type"),
        }
    }

    fn quoted(&mut self) -> Result<Vec<u8>> {
        if self.peek() != Kind::Text {
            return self.expected("a string");
        }
        let text = self.token_text(self.at);
        match unescape(&text[1..text.len() - 1]) {
            Some(bytes) => {
                self.advance();
                Ok(bytes)
            }
            None => self.error("`\\` is followed by `\"`, `\\` or two hexadecimal digits"),
        }
    }

    fn quoted_utf8(&mut self) -> Result<String> {
        let start = self.at;
        match String::from_utf8(self.quoted()?) {
            Ok(text) if text.len() <= MAX_NAME => Ok(text),
            Ok(_) => self.error_at(start, "this name is too long"),
            Err(_) => self.error_at(start, "this name is not UTF-8"),
        }
    }

    /// `@name` or `@"name"`.
    fn name(&mut self) -> Result<String> {
        let text = self.token_text(self.at);
        let name = match self.peek() {
            Kind::Name => Some(text[1..].to_owned()),
            Kind::QuotedName => {
                unescape(&text[2..text.len() - 1]).and_then(|bytes| String::from_utf8(bytes).ok())
            }
            _ => return self.expected("a name that starts with `@`"),
        };
        match name {
            Some(name) if !name.is_empty() && name.len() <= MAX_NAME => {
                self.advance();
                Ok(name)
            }
            _ => self.error("this is not a name"),
        }
    }

    /// `PREFIXn`, such as `v12`: its number.
    fn numbered(&mut self, prefix: char) -> Result<u32> {
        let digits = self.peek_word().strip_prefix(prefix).unwrap_or("");
        match digits.parse::<u32>() {
            Ok(number) if digits.as_bytes()[0].is_ascii_digit() && number != u32::MAX => {
                self.advance();
                Ok(number)
            }
            _ => self.expected(&format!("`{prefix}` and a number")),
        }
    }

    /// A constant of type `ty`: its bits.
    fn constant(&mut self, ty: Type) -> Result<u128> {
        let start = self.at;
        let negative = self.eat_punct(b'-');
        if self.peek() == Kind::Float {
            let text = self.token_text(self.at);
            let sign = if negative { "-" } else { "" };
            let bits = match ty.kind() {
                Scalar::F64 => parse_float::<f64>(sign, text).map(|v| u128::from(v.to_bits())),
                Scalar::F32 => parse_float::<f32>(sign, text).map(|v| u128::from(v.to_bits())),
                _ => None,
            };
            return match bits {
                Some(bits) => {
                    self.advance();
                    Ok(bits)
                }
                None => self.error("this number is not of the constant's type"),
            };
        }
        let magnitude = self.unsigned()?;
        // A negative number must fit the signed type, a positive one the unsigned type.
        let limit = if negative { ty.mask() / 2 + 1 } else { ty.mask() };
        if magnitude > limit || (negative && !ty.is_int()) {
            return self.error_at(start, format!("this number does not fit {ty}"));
        }
        Ok(if negative { magnitude.wrapping_neg() & ty.mask() } else { magnitude })
    }
}

fn parse_float<T: std::str::FromStr>(sign: &str, text: &str) -> Option<T> {
    format!("{sign}{text}").parse().ok()
}
