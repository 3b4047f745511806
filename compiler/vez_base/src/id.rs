//! Typed indices and the vectors they index.

use std::fmt;
use std::hash::{Hash, Hasher};
use std::marker::PhantomData;
use std::ops::{Index, IndexMut};

use serde::{Deserialize, Serialize};

/// A number of one kind of thing, from zero; made by [`id_type!`](crate::id_type).
pub trait Idx: Copy + Eq + Ord + Hash + fmt::Debug + 'static {
    fn new(index: usize) -> Self;
    fn index(self) -> usize;
}

#[doc(hidden)]
pub mod macro_support {
    pub use serde;
}

/// `id_type!(pub struct ExprId;)`: a four-byte index type whose `Option` has four bytes too.
#[macro_export]
macro_rules! id_type {
    ($($(#[$attr:meta])* $vis:vis struct $Name:ident;)*) => {$(
        $crate::bare_id_type! {
            $(#[$attr])*
            $vis struct $Name;
        }

        impl ::std::fmt::Debug for $Name {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                write!(f, "{}({})", stringify!($Name), self.raw())
            }
        }

        impl $crate::id::macro_support::serde::Serialize for $Name {
            fn serialize<S: $crate::id::macro_support::serde::Serializer>(
                &self,
                s: S,
            ) -> ::std::result::Result<S::Ok, S::Error> {
                s.serialize_u32(self.raw())
            }
        }

        impl<'de> $crate::id::macro_support::serde::Deserialize<'de> for $Name {
            fn deserialize<D: $crate::id::macro_support::serde::Deserializer<'de>>(
                d: D,
            ) -> ::std::result::Result<$Name, D::Error> {
                use $crate::id::macro_support::serde::de::{Deserialize, Error};
                match <u32 as Deserialize>::deserialize(d)? {
                    u32::MAX => Err(D::Error::custom("an id above its limit")),
                    raw => Ok($Name::from_raw(raw)),
                }
            }
        }
    )*};
}

/// An [`id_type!`](crate::id_type) that says itself how it is printed and stored.
#[macro_export]
macro_rules! bare_id_type {
    ($($(#[$attr:meta])* $vis:vis struct $Name:ident;)*) => {$(
        $(#[$attr])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        $vis struct $Name(::std::num::NonZeroU32);

        #[allow(dead_code)]
        impl $Name {
            /// The id of a raw index.
            #[inline]
            $vis const fn from_raw(index: u32) -> $Name {
                match ::std::num::NonZeroU32::new(index.wrapping_add(1)) {
                    Some(raw) => $Name(raw),
                    None => panic!("an id above its limit"),
                }
            }

            /// The raw index.
            #[inline]
            $vis const fn raw(self) -> u32 {
                self.0.get() - 1
            }

            /// The id of an index into a table.
            #[inline]
            $vis fn new(index: usize) -> $Name {
                debug_assert!(index < u32::MAX as usize);
                $Name::from_raw(index as u32)
            }

            /// The index into a table.
            #[inline]
            $vis const fn index(self) -> usize {
                self.raw() as usize
            }
        }

        impl $crate::Idx for $Name {
            #[inline]
            fn new(index: usize) -> $Name {
                $Name::new(index)
            }
            #[inline]
            fn index(self) -> usize {
                $Name::index(self)
            }
        }
    )*};
}

/// A vector indexed by an id; an arena when it only grows.
#[derive(Serialize, Deserialize)]
#[serde(transparent, bound(serialize = "T: Serialize", deserialize = "T: Deserialize<'de>"))]
pub struct IdVec<I, T> {
    items: Vec<T>,
    #[serde(skip)]
    id: PhantomData<fn() -> I>,
}

impl<I: Idx, T> IdVec<I, T> {
    pub const fn new() -> IdVec<I, T> {
        IdVec { items: Vec::new(), id: PhantomData }
    }

    pub fn with_capacity(capacity: usize) -> IdVec<I, T> {
        IdVec { items: Vec::with_capacity(capacity), id: PhantomData }
    }

    /// `len` copies of one value: the start of a side table.
    pub fn from_elem(value: T, len: usize) -> IdVec<I, T>
    where
        T: Clone,
    {
        IdVec { items: vec![value; len], id: PhantomData }
    }

    pub fn push(&mut self, value: T) -> I {
        let id = self.next_id();
        self.items.push(value);
        id
    }

    pub fn pop(&mut self) -> Option<T> {
        self.items.pop()
    }

    /// The entries, in exactly the room they need; this vector is empty then and keeps its own.
    pub fn take(&mut self) -> IdVec<I, T> {
        IdVec::from(self.items.drain(..).collect::<Vec<T>>())
    }

    /// The id that the next `push` returns.
    pub fn next_id(&self) -> I {
        I::new(self.items.len())
    }

    pub fn last_id(&self) -> Option<I> {
        self.items.len().checked_sub(1).map(I::new)
    }

    pub fn len(&self) -> usize {
        self.items.len()
    }

    pub fn is_empty(&self) -> bool {
        self.items.is_empty()
    }

    pub fn clear(&mut self) {
        self.items.clear();
    }

    pub fn truncate(&mut self, len: usize) {
        self.items.truncate(len);
    }

    /// Grows with what `value` gives, or shrinks.
    pub fn resize_with(&mut self, len: usize, value: impl FnMut() -> T) {
        self.items.resize_with(len, value);
    }

    pub fn shrink_to_fit(&mut self) {
        self.items.shrink_to_fit();
    }

    pub fn get(&self, id: I) -> Option<&T> {
        self.items.get(id.index())
    }

    pub fn get_mut(&mut self, id: I) -> Option<&mut T> {
        self.items.get_mut(id.index())
    }

    /// Two different entries at once. Panics when `a == b`.
    pub fn pair_mut(&mut self, a: I, b: I) -> (&mut T, &mut T) {
        let [a, b] = self.items.get_disjoint_mut([a.index(), b.index()]).expect("two valid ids");
        (a, b)
    }

    pub fn iter(&self) -> std::slice::Iter<'_, T> {
        self.items.iter()
    }

    pub fn iter_mut(&mut self) -> std::slice::IterMut<'_, T> {
        self.items.iter_mut()
    }

    pub fn iter_enumerated(
        &self,
    ) -> impl DoubleEndedIterator<Item = (I, &T)> + ExactSizeIterator + '_ {
        self.items.iter().enumerate().map(|(i, value)| (I::new(i), value))
    }

    pub fn iter_enumerated_mut(
        &mut self,
    ) -> impl DoubleEndedIterator<Item = (I, &mut T)> + ExactSizeIterator + '_ {
        self.items.iter_mut().enumerate().map(|(i, value)| (I::new(i), value))
    }

    pub fn ids(&self) -> impl DoubleEndedIterator<Item = I> + ExactSizeIterator + 'static {
        (0..self.items.len()).map(I::new)
    }

    pub fn as_slice(&self) -> &[T] {
        &self.items
    }

    pub fn as_mut_slice(&mut self) -> &mut [T] {
        &mut self.items
    }

    pub fn into_vec(self) -> Vec<T> {
        self.items
    }

    /// The same ids with other values.
    pub fn map<U>(self, f: impl FnMut(T) -> U) -> IdVec<I, U> {
        IdVec::from(self.items.into_iter().map(f).collect::<Vec<U>>())
    }
}

impl<I: Idx, T> Index<I> for IdVec<I, T> {
    type Output = T;
    #[inline]
    fn index(&self, id: I) -> &T {
        &self.items[id.index()]
    }
}

impl<I: Idx, T> IndexMut<I> for IdVec<I, T> {
    #[inline]
    fn index_mut(&mut self, id: I) -> &mut T {
        &mut self.items[id.index()]
    }
}

impl<I, T> From<Vec<T>> for IdVec<I, T> {
    fn from(items: Vec<T>) -> IdVec<I, T> {
        IdVec { items, id: PhantomData }
    }
}

impl<I, T> FromIterator<T> for IdVec<I, T> {
    fn from_iter<It: IntoIterator<Item = T>>(iter: It) -> IdVec<I, T> {
        IdVec { items: Vec::from_iter(iter), id: PhantomData }
    }
}

impl<I, T> Extend<T> for IdVec<I, T> {
    fn extend<It: IntoIterator<Item = T>>(&mut self, iter: It) {
        self.items.extend(iter);
    }
}

impl<I, T> IntoIterator for IdVec<I, T> {
    type Item = T;
    type IntoIter = std::vec::IntoIter<T>;
    fn into_iter(self) -> Self::IntoIter {
        self.items.into_iter()
    }
}

impl<'a, I, T> IntoIterator for &'a IdVec<I, T> {
    type Item = &'a T;
    type IntoIter = std::slice::Iter<'a, T>;
    fn into_iter(self) -> Self::IntoIter {
        self.items.iter()
    }
}

impl<'a, I, T> IntoIterator for &'a mut IdVec<I, T> {
    type Item = &'a mut T;
    type IntoIter = std::slice::IterMut<'a, T>;
    fn into_iter(self) -> Self::IntoIter {
        self.items.iter_mut()
    }
}

// Written out because a derive would ask the same of `I`.
impl<I, T: Clone> Clone for IdVec<I, T> {
    fn clone(&self) -> IdVec<I, T> {
        IdVec { items: self.items.clone(), id: PhantomData }
    }
    fn clone_from(&mut self, other: &IdVec<I, T>) {
        self.items.clone_from(&other.items);
    }
}

impl<I, T> Default for IdVec<I, T> {
    fn default() -> IdVec<I, T> {
        IdVec { items: Vec::new(), id: PhantomData }
    }
}

impl<I, T: PartialEq> PartialEq for IdVec<I, T> {
    fn eq(&self, other: &IdVec<I, T>) -> bool {
        self.items == other.items
    }
}

impl<I, T: Eq> Eq for IdVec<I, T> {}

impl<I, T: Hash> Hash for IdVec<I, T> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.items.hash(state);
    }
}

impl<I, T: fmt::Debug> fmt::Debug for IdVec<I, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.items.fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    id_type!(
        /// A test's id.
        struct TestId;
    );

    #[test]
    fn ids_number_pushes_and_options_are_free() {
        let mut v = IdVec::<TestId, &str>::new();
        let a = v.push("a");
        let b = v.push("b");
        assert_eq!((a.index(), b.index(), v[b]), (0, 1, "b"));
        assert_eq!(v.ids().collect::<Vec<_>>(), [a, b]);
        assert_eq!(v.last_id(), Some(b));
        assert_eq!(std::mem::size_of::<Option<TestId>>(), 4);
        assert_eq!(format!("{a:?} {v:?}"), r#"TestId(0) ["a", "b"]"#);
    }
}
