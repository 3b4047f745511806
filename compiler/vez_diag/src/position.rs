//! From spans to lines and columns, and the door to the files' text.

use std::sync::Arc;

use vez_base::{FileId, Span, TextRange};

/// The files behind spans. Implemented over the database by the driver, and over a few strings by tests.
pub trait Sources {
    /// Where a span is now; `None` for text that is in no file.
    fn resolve(&self, span: Span) -> Option<Location>;
    /// The path to print, relative to where the user stands.
    fn path(&self, file: FileId) -> String;
    /// The file's text; empty when it can no longer be had.
    fn text(&self, file: FileId) -> Arc<str>;
}

/// No files at all: for diagnostics that stand in none.
#[derive(Clone, Copy, Debug)]
pub struct NoSources;

impl Sources for NoSources {
    fn resolve(&self, _: Span) -> Option<Location> {
        None
    }

    fn path(&self, _: FileId) -> String {
        String::new()
    }

    fn text(&self, _: FileId) -> Arc<str> {
        "".into()
    }
}

/// A resolved span: bytes of a file.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Location {
    pub file: FileId,
    pub range: TextRange,
}

/// A line and a column, both from one; columns count characters.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Position {
    pub line: u32,
    pub column: u32,
}

/// Where the lines of a text start.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct LineIndex {
    starts: Vec<u32>,
}

impl LineIndex {
    /// `text` is at most [`FILE_BYTES`](vez_base::limits::FILE_BYTES) long.
    pub fn new(text: &str) -> LineIndex {
        let after_newlines = text.bytes().enumerate().filter(|&(_, byte)| byte == b'\n');
        let starts = std::iter::once(0).chain(after_newlines.map(|(i, _)| i as u32 + 1));
        LineIndex { starts: starts.collect() }
    }

    /// The position of a byte; offsets past the end or inside a character are taken back to a boundary.
    pub fn position(&self, text: &str, offset: u32) -> Position {
        let offset = text.floor_char_boundary(offset as usize);
        let line = self.line_of(offset as u32);
        let start = self.starts[line] as usize;
        Position { line: line as u32 + 1, column: text[start..offset].chars().count() as u32 + 1 }
    }

    /// The bytes of the line around an offset, without its line end.
    pub fn line_around(&self, text: &str, offset: u32) -> TextRange {
        let line = self.line_of(offset);
        let start = self.starts[line];
        let end = self.starts.get(line + 1).map_or(text.len() as u32, |next| next - 1);
        TextRange { start, end: end.max(start) }
    }

    pub fn line_count(&self) -> usize {
        self.starts.len()
    }

    fn line_of(&self, offset: u32) -> usize {
        self.starts.partition_point(|&start| start <= offset) - 1
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_count_characters() {
        let text = "ab\nüber\n";
        let index = LineIndex::new(text);
        let at = |offset| {
            let Position { line, column } = index.position(text, offset);
            (line, column)
        };
        assert_eq!(at(0), (1, 1));
        assert_eq!(at(3), (2, 1));
        assert_eq!(at(4), (2, 1), "inside `ü`");
        assert_eq!(at(5), (2, 2));
        assert_eq!(at(99), (3, 1));
        assert_eq!(index.line_around(text, 6), TextRange::new(3, 8));
    }
}
