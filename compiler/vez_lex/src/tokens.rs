//! The token array of one file.

use crate::{LexError, TokenKind};
use vez_base::TextRange;

/// The tokens of a text. What lies between two tokens is blanks and ordinary comments.
///
/// All three vectors have one entry a token and one for the end of the text ([`TokenKind::Eof`], empty).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tokens {
    pub kinds: Vec<TokenKind>,
    /// First byte of each token.
    pub starts: Vec<u32>,
    /// One past the last byte of each token.
    pub ends: Vec<u32>,
    pub errors: Vec<LexError>,
}

impl Tokens {
    /// The number of tokens, the end of the text not counted.
    pub fn len(&self) -> usize {
        self.kinds.len() - 1
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Where token `index` is; the end of the text for every index past it.
    pub fn range(&self, index: usize) -> TextRange {
        let index = index.min(self.len());
        TextRange::new(self.starts[index], self.ends[index])
    }

    /// What token `index` says; empty for every index past the end.
    pub fn text<'s>(&self, source: &'s str, index: usize) -> &'s str {
        &source[self.range(index).to_usize()]
    }

    /// The blanks and comments in front of token `index`.
    pub fn gap<'s>(&self, source: &'s str, index: usize) -> &'s str {
        let start = if index == 0 { 0 } else { self.ends[index - 1] as usize };
        &source[start..self.starts[index] as usize]
    }

    pub(crate) fn push(&mut self, kind: TokenKind, range: std::ops::Range<usize>) {
        self.kinds.push(kind);
        self.starts.push(range.start as u32);
        self.ends.push(range.end as u32);
    }
}
