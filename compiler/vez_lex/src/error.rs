//! What can be wrong with a token.

use vez_base::TextRange;

/// A mistake inside one token. The token itself is in the array, with the kind it most likely was meant to have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LexError {
    pub kind: LexErrorKind,
    pub range: TextRange,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LexErrorKind {
    UnknownChar(char),
    UnterminatedComment,
    UnterminatedStr,
    UnterminatedByteStr,
    UnterminatedRawStr,
    UnterminatedChar,
    UnterminatedByte,
    EmptyChar,
    /// More than one character between single quotes.
    LongChar,
    /// `foo"..."`, `foo'c'`, `foo#bar`.
    ReservedPrefix,
    /// `0x`, `0b`, `0o` without digits.
    NoDigits,
    /// `1e` without digits after it.
    NoExponent,
    /// A digit that the base does not have: `0b12`.
    WrongDigit,
    /// `0x1.5`, `0b1.0`.
    BasedFloat,
    /// `r##x`: hashes that lead to no string.
    BadRawStr,
    /// `r#self`, `r#crate`, ...
    BadRawIdent,
    BareCarriageReturn,
}

impl LexErrorKind {
    /// Rust's code, where Rust has one.
    pub fn code(self) -> Option<&'static str> {
        Some(match self {
            LexErrorKind::UnterminatedComment => "E0758",
            LexErrorKind::UnterminatedStr => "E0765",
            LexErrorKind::UnterminatedByteStr => "E0766",
            LexErrorKind::UnterminatedRawStr => "E0748",
            LexErrorKind::UnterminatedChar => "E0762",
            LexErrorKind::UnterminatedByte => "E0763",
            LexErrorKind::NoDigits => "E0768",
            _ => return None,
        })
    }

    /// What is wrong, as one phrase.
    pub fn message(self) -> String {
        match self {
            LexErrorKind::UnknownChar('\0') => "NUL byte in the source".to_owned(),
            LexErrorKind::UnknownChar(c) => {
                format!("unknown start of token `{}`", c.escape_debug())
            }
            LexErrorKind::UnterminatedComment => "unterminated block comment".to_owned(),
            LexErrorKind::UnterminatedStr => "unterminated double quote string".to_owned(),
            LexErrorKind::UnterminatedByteStr => "unterminated double quote byte string".to_owned(),
            LexErrorKind::UnterminatedRawStr => "unterminated raw string".to_owned(),
            LexErrorKind::UnterminatedChar => "unterminated character literal".to_owned(),
            LexErrorKind::UnterminatedByte => "unterminated byte literal".to_owned(),
            LexErrorKind::EmptyChar => "empty character literal".to_owned(),
            LexErrorKind::LongChar => "character literal with more than one character".to_owned(),
            LexErrorKind::ReservedPrefix => "reserved prefix on a literal".to_owned(),
            LexErrorKind::NoDigits => "no digits in the number".to_owned(),
            LexErrorKind::NoExponent => "no digits in the exponent".to_owned(),
            LexErrorKind::WrongDigit => "digit that the number's base does not have".to_owned(),
            LexErrorKind::BasedFloat => "float in a base other than ten".to_owned(),
            LexErrorKind::BadRawStr => "raw string without its opening quote".to_owned(),
            LexErrorKind::BadRawIdent => "keyword that cannot be a raw identifier".to_owned(),
            LexErrorKind::BareCarriageReturn => "carriage return without a line feed".to_owned(),
        }
    }
}
