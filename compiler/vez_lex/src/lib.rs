//! Source text to token arrays.
//!
//! Knows characters, not grammar: a token array is two or three flat vectors, comments and blanks are gaps between tokens (doc
//! comments are tokens), and every mistake is a token plus a [`LexError`]. Any text lexes, in linear time, without a panic.

mod error;
mod kind;
mod lexer;
mod literal;
mod scan;
mod tokens;

pub use error::{LexError, LexErrorKind};
pub use kind::TokenKind;
pub use lexer::lex;
pub use literal::{
    LitError, LitErrorKind, Number, NumberBase, decode_byte, decode_bytes, decode_c_str,
    decode_char, decode_doc, decode_number, decode_str,
};
pub use tokens::Tokens;

#[cfg(test)]
mod tests;
