//! The byte form of a format string that the library decodes at run time; `ARCHITECTURE.md` has its table.

use super::parse::{Align, DebugHex, Spec};

/// A width or precision, once its argument has a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum CountCode {
    None,
    Lit(u16),
    Arg(u16),
}

/// A template being written.
#[derive(Clone, Debug, Default)]
pub(crate) struct Template {
    bytes: Vec<u8>,
    pending: String,
}

impl Template {
    pub(crate) fn text(&mut self, text: &str) {
        self.pending.push_str(text);
    }

    /// A placeholder for the argument of this number.
    pub(crate) fn placeholder(
        &mut self,
        arg: u8,
        spec: &Spec,
        width: CountCode,
        precision: CountCode,
    ) {
        self.flush();
        let flags = flags(spec);
        let plain = flags == 0
            && spec.fill.is_none()
            && width == CountCode::None
            && precision == CountCode::None;
        if plain {
            self.bytes.extend([2, arg]);
            return;
        }
        self.bytes.extend([3, arg]);
        self.bytes.extend(flags.to_le_bytes());
        self.bytes.extend(u32::from(spec.fill.unwrap_or(' ')).to_le_bytes());
        self.count(width);
        self.count(precision);
    }

    fn count(&mut self, count: CountCode) {
        let (kind, value) = match count {
            CountCode::None => (0, 0),
            CountCode::Lit(value) => (1, value),
            CountCode::Arg(index) => (2, index),
        };
        self.bytes.push(kind);
        self.bytes.extend(value.to_le_bytes());
    }

    /// Writes the text so far, in pieces that end between characters.
    fn flush(&mut self) {
        let text = std::mem::take(&mut self.pending);
        let mut rest = &text[..];
        while !rest.is_empty() {
            let (piece, after) = rest.split_at(rest.floor_char_boundary(usize::from(u8::MAX)));
            self.bytes.extend([1, piece.len() as u8]);
            self.bytes.extend(piece.as_bytes());
            rest = after;
        }
    }

    pub(crate) fn finish(mut self) -> Vec<u8> {
        self.flush();
        self.bytes.push(0);
        self.bytes
    }
}

fn flags(spec: &Spec) -> u16 {
    let bits = [
        spec.plus,
        spec.minus,
        spec.alternate,
        spec.zero,
        spec.debug_hex == Some(DebugHex::Lower),
        spec.debug_hex == Some(DebugHex::Upper),
    ];
    let mut flags = 0;
    for (bit, set) in bits.into_iter().enumerate() {
        flags |= u16::from(set) << bit;
    }
    let align = match spec.align {
        None => 0,
        Some(Align::Left) => 1,
        Some(Align::Right) => 2,
        Some(Align::Center) => 3,
    };
    flags | align << 6
}
