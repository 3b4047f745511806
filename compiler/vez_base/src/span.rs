//! Where text is: byte ranges relative to an anchor.
//!
//! A span inside an item counts from the item's first byte, so text inserted above the item moves no span in it. Only a
//! renderer turns spans into positions in a file.

use std::fmt;
use std::num::NonZeroU32;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::def::DefId;

crate::id_type! {
    /// A source file; `vez_db` knows its path and text.
    pub struct FileId;
}

/// Bytes `start..end`, relative to something the context knows.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
pub struct TextRange {
    pub start: u32,
    pub end: u32,
}

impl TextRange {
    pub const fn new(start: u32, end: u32) -> TextRange {
        debug_assert!(start <= end);
        TextRange { start, end }
    }

    /// The empty range at an offset.
    pub const fn empty(at: u32) -> TextRange {
        TextRange { start: at, end: at }
    }

    pub const fn len(self) -> u32 {
        self.end - self.start
    }

    pub const fn is_empty(self) -> bool {
        self.start == self.end
    }

    pub const fn contains(self, offset: u32) -> bool {
        self.start <= offset && offset < self.end
    }

    pub const fn contains_range(self, other: TextRange) -> bool {
        self.start <= other.start && other.end <= self.end
    }

    /// The smallest range over both.
    pub fn to(self, other: TextRange) -> TextRange {
        TextRange { start: self.start.min(other.start), end: self.end.max(other.end) }
    }

    /// The range seen from `offset` bytes further left.
    pub const fn shifted(self, offset: u32) -> TextRange {
        TextRange { start: self.start + offset, end: self.end + offset }
    }

    pub const fn to_usize(self) -> std::ops::Range<usize> {
        self.start as usize..self.end as usize
    }
}

impl fmt::Debug for TextRange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}..{}", self.start, self.end)
    }
}

/// What a span counts from: a file's start or an item's. Four bytes.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Anchor(NonZeroU32);

/// An [`Anchor`], unpacked.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum AnchorKind {
    File(FileId),
    Def(DefId),
    /// Nowhere: text the compiler made up.
    Dummy,
}

impl Anchor {
    const DEF_BIT: u32 = 1 << 31;
    pub const DUMMY: Anchor = Anchor(NonZeroU32::new(Anchor::DEF_BIT - 1).expect("not zero"));

    pub const fn file(file: FileId) -> Anchor {
        Anchor::pack(file.raw() + 1)
    }

    pub const fn def(def: DefId) -> Anchor {
        Anchor::pack(def.raw() | Anchor::DEF_BIT)
    }

    pub const fn kind(self) -> AnchorKind {
        let raw = self.0.get();
        if self.is_dummy() {
            AnchorKind::Dummy
        } else if raw & Anchor::DEF_BIT != 0 {
            AnchorKind::Def(DefId::from_raw(raw & !Anchor::DEF_BIT))
        } else {
            AnchorKind::File(FileId::from_raw(raw - 1))
        }
    }

    pub const fn is_dummy(self) -> bool {
        self.0.get() == Anchor::DUMMY.0.get()
    }

    const fn pack(raw: u32) -> Anchor {
        Anchor(NonZeroU32::new(raw).expect("a file counts from one, a definition has the top bit"))
    }
}

impl From<FileId> for Anchor {
    fn from(file: FileId) -> Anchor {
        Anchor::file(file)
    }
}

impl From<DefId> for Anchor {
    fn from(def: DefId) -> Anchor {
        Anchor::def(def)
    }
}

impl fmt::Debug for Anchor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.kind().fmt(f)
    }
}

impl Serialize for Anchor {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        self.kind().serialize(s)
    }
}

impl<'de> Deserialize<'de> for Anchor {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Anchor, D::Error> {
        Ok(match AnchorKind::deserialize(d)? {
            AnchorKind::File(file) => Anchor::file(file),
            AnchorKind::Def(def) => Anchor::def(def),
            AnchorKind::Dummy => Anchor::DUMMY,
        })
    }
}

/// Bytes `start..end`, counted from the anchor. Twelve bytes.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Span {
    pub anchor: Anchor,
    pub start: u32,
    pub end: u32,
}

impl Span {
    /// The span of text that is in no file.
    pub const DUMMY: Span = Span { anchor: Anchor::DUMMY, start: 0, end: 0 };

    pub fn new(anchor: impl Into<Anchor>, range: TextRange) -> Span {
        Span { anchor: anchor.into(), start: range.start, end: range.end }
    }

    pub const fn range(self) -> TextRange {
        TextRange { start: self.start, end: self.end }
    }

    pub const fn is_dummy(self) -> bool {
        self.anchor.is_dummy()
    }

    /// The smallest span over both; `self` when they count from different anchors.
    pub fn to(self, other: Span) -> Span {
        if self.is_dummy() {
            return other;
        }
        if self.anchor != other.anchor {
            return self;
        }
        let range = self.range().to(other.range());
        Span { anchor: self.anchor, start: range.start, end: range.end }
    }

    /// The empty span before the first byte.
    pub const fn before(self) -> Span {
        Span { anchor: self.anchor, start: self.start, end: self.start }
    }

    /// The empty span after the last byte.
    pub const fn after(self) -> Span {
        Span { anchor: self.anchor, start: self.end, end: self.end }
    }
}

impl fmt::Debug for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}:{}..{}", self.anchor, self.start, self.end)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{DefKey, DefKind, DefParent, Name};

    #[test]
    fn anchors_unpack_to_what_they_were() {
        let file = FileId::new(0);
        let def = DefId::intern(DefKey {
            parent: DefParent::File(file),
            kind: DefKind::Fn,
            name: Name::new("f"),
            disambiguator: 0,
        });
        assert_eq!(Anchor::file(file).kind(), AnchorKind::File(file));
        assert_eq!(Anchor::def(def).kind(), AnchorKind::Def(def));
        assert_eq!(Span::DUMMY.anchor.kind(), AnchorKind::Dummy);
        assert_eq!(std::mem::size_of::<Option<Span>>(), 12);
    }

    #[test]
    fn spans_join_within_one_anchor() {
        let (a, b) = (FileId::new(0), FileId::new(1));
        let span = |file: FileId, start, end| Span::new(file, TextRange::new(start, end));
        assert_eq!(span(a, 5, 7).to(span(a, 1, 2)), span(a, 1, 7));
        assert_eq!(span(a, 5, 7).to(span(b, 1, 2)), span(a, 5, 7));
        assert_eq!(Span::DUMMY.to(span(b, 1, 2)), span(b, 1, 2));
    }
}
