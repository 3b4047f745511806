//! Side tables: values for some of the ids of an arena.

use std::fmt;
use std::hash::{Hash, Hasher};
use std::ops::Index;

use serde::{Deserialize, Serialize};

use crate::{IdVec, Idx};

/// A side table: a value for some of the ids of an [`IdVec`].
#[derive(Serialize, Deserialize)]
#[serde(transparent, bound(serialize = "T: Serialize", deserialize = "T: Deserialize<'de>"))]
pub struct IdMap<I, T> {
    slots: IdVec<I, Option<T>>,
}

impl<I: Idx, T> IdMap<I, T> {
    pub const fn new() -> IdMap<I, T> {
        IdMap { slots: IdVec::new() }
    }

    /// Sets the value of `id`; returns the one it had.
    pub fn insert(&mut self, id: I, value: T) -> Option<T> {
        if id.index() >= self.slots.len() {
            self.slots.resize_with(id.index() + 1, || None);
        }
        self.slots[id].replace(value)
    }

    pub fn remove(&mut self, id: I) -> Option<T> {
        self.slots.get_mut(id).and_then(Option::take)
    }

    #[inline]
    pub fn get(&self, id: I) -> Option<&T> {
        self.slots.get(id).and_then(Option::as_ref)
    }

    #[inline]
    pub fn get_mut(&mut self, id: I) -> Option<&mut T> {
        self.slots.get_mut(id).and_then(Option::as_mut)
    }

    pub fn contains(&self, id: I) -> bool {
        self.get(id).is_some()
    }

    /// The entries in the order of their ids.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = (I, &T)> + '_ {
        self.slots.iter_enumerated().filter_map(|(id, slot)| Some((id, slot.as_ref()?)))
    }

    pub fn iter_mut(&mut self) -> impl DoubleEndedIterator<Item = (I, &mut T)> + '_ {
        self.slots.iter_enumerated_mut().filter_map(|(id, slot)| Some((id, slot.as_mut()?)))
    }

    pub fn is_empty(&self) -> bool {
        self.slots.iter().all(Option::is_none)
    }
}

impl<I: Idx, T> Index<I> for IdMap<I, T> {
    type Output = T;
    #[inline]
    fn index(&self, id: I) -> &T {
        self.get(id).unwrap_or_else(|| panic!("no entry for {id:?}"))
    }
}

impl<I, T: Clone> Clone for IdMap<I, T> {
    fn clone(&self) -> IdMap<I, T> {
        IdMap { slots: self.slots.clone() }
    }
}

impl<I, T> Default for IdMap<I, T> {
    fn default() -> IdMap<I, T> {
        IdMap { slots: IdVec::default() }
    }
}

/// Trailing empty slots do not count: equal means the same entries.
impl<I: Idx, T: PartialEq> PartialEq for IdMap<I, T> {
    fn eq(&self, other: &IdMap<I, T>) -> bool {
        self.iter().eq(other.iter())
    }
}

impl<I: Idx, T: Eq> Eq for IdMap<I, T> {}

impl<I: Idx, T: Hash> Hash for IdMap<I, T> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        for entry in self.iter() {
            entry.hash(state);
        }
    }
}

impl<I: Idx, T: fmt::Debug> fmt::Debug for IdMap<I, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self.iter()).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    crate::id_type!(
        struct TestId;
    );

    #[test]
    fn side_tables_compare_by_entries() {
        let (a, b) = (TestId::new(0), TestId::new(1));
        let (mut x, mut y) = (IdMap::new(), IdMap::new());
        x.insert(a, 1);
        y.insert(a, 1);
        y.insert(b, 2);
        assert_ne!(x, y);
        y.remove(b);
        assert_eq!(x, y);
        assert_eq!(y.get(b), None);
    }
}
