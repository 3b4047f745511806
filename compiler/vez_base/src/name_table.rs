//! Names as numbers in a table, for data that is stored beside the table.
//!
//! Within [`NameTable::scope`] and [`NamesWriter::scope`], names are (de)serialised as their number in the table instead of
//! their text, on this thread and in formats that are not for people.

use std::cell::{Cell, RefCell};
use std::sync::atomic::{AtomicU32, Ordering};

use crate::{FxHashMap, Name};

thread_local! {
    static READING: Cell<Option<&'static NameTable>> = const { Cell::new(None) };
    static WRITING: RefCell<Option<NamesWriter>> = const { RefCell::new(None) };
}

/// The texts that numbers stand for. A text is interned when its number is first read.
pub struct NameTable {
    text: &'static str,
    /// Where each text ends: four bytes a text, little-endian.
    ends: &'static [u8],
    /// `Name`s plus one, zero where none was made yet.
    names: Box<[AtomicU32]>,
}

impl NameTable {
    /// A table in the form that [`NamesWriter`] gives.
    pub fn new(text: &'static str, ends: &'static [u8]) -> NameTable {
        let names = (0..ends.len() / 4).map(|_| AtomicU32::new(0)).collect();
        NameTable { text, ends, names }
    }

    /// The name with this number, if there are that many.
    pub fn get(&self, index: u32) -> Option<Name> {
        let slot = self.names.get(index as usize)?;
        if let Some(raw) = slot.load(Ordering::Relaxed).checked_sub(1) {
            return Some(Name::from_raw(raw));
        }
        let start = if index == 0 { 0 } else { self.end(index - 1)? };
        let name = Name::from_static(self.text.get(start..self.end(index)?)?);
        slot.store(name.raw() + 1, Ordering::Relaxed);
        Some(name)
    }

    fn end(&self, index: u32) -> Option<usize> {
        let bytes = self.ends.get(index as usize * 4..)?.first_chunk::<4>()?;
        Some(u32::from_le_bytes(*bytes) as usize)
    }

    /// Calls `work` with names read from this table.
    pub fn scope<R>(&'static self, work: impl FnOnce() -> R) -> R {
        struct Reset(Option<&'static NameTable>);
        impl Drop for Reset {
            fn drop(&mut self) {
                READING.set(self.0);
            }
        }
        let _reset = Reset(READING.replace(Some(self)));
        work()
    }

    pub(crate) fn current() -> Option<&'static NameTable> {
        READING.get()
    }
}

/// A table being made.
#[derive(Default)]
pub struct NamesWriter {
    pub text: String,
    pub ends: Vec<u8>,
    numbers: FxHashMap<Name, u32>,
}

impl NamesWriter {
    /// Calls `work` with names written to this table.
    pub fn scope<R>(&mut self, work: impl FnOnce() -> R) -> R {
        let outer = WRITING.replace(Some(std::mem::take(self)));
        let result = work();
        *self = WRITING.replace(outer).expect("inner scopes put back what they find");
        result
    }

    /// The number of a name in the table that is being written on this thread.
    pub(crate) fn number(name: Name) -> Option<u32> {
        WRITING.with_borrow_mut(|writer| writer.as_mut().map(|writer| writer.add(name)))
    }

    fn add(&mut self, name: Name) -> u32 {
        let next = self.numbers.len() as u32;
        let number = *self.numbers.entry(name).or_insert(next);
        if number == next {
            self.text.push_str(name.as_str());
            self.ends.extend((self.text.len() as u32).to_le_bytes());
        }
        number
    }
}
