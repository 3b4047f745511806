//! Dense sets of ids, and matrices of them, for dataflow: every change is reported.

use std::fmt;
use std::hash::{Hash, Hasher};
use std::marker::PhantomData;

use crate::Idx;

const WORD_BITS: usize = u64::BITS as usize;

fn words_for(domain: usize) -> usize {
    domain.div_ceil(WORD_BITS)
}

fn position(index: usize) -> (usize, u64) {
    (index / WORD_BITS, 1 << (index % WORD_BITS))
}

/// Applies `f` to each pair of words; says whether a left one changed.
fn combine(into: &mut [u64], from: &[u64], f: impl Fn(u64, u64) -> u64) -> bool {
    debug_assert_eq!(into.len(), from.len(), "sets over different domains");
    let mut changed = 0;
    for (a, &b) in into.iter_mut().zip(from) {
        let new = f(*a, b);
        changed |= *a ^ new;
        *a = new;
    }
    changed != 0
}

/// A set of ids below a fixed bound. Sets of one domain combine word by word.
pub struct BitSet<I> {
    domain: usize,
    words: Vec<u64>,
    id: PhantomData<fn() -> I>,
}

impl<I: Idx> BitSet<I> {
    /// No id out of `domain` many.
    pub fn new_empty(domain: usize) -> BitSet<I> {
        BitSet { domain, words: vec![0; words_for(domain)], id: PhantomData }
    }

    /// All of `domain` many ids.
    pub fn new_filled(domain: usize) -> BitSet<I> {
        let mut set = BitSet::new_empty(domain);
        set.insert_all();
        set
    }

    /// How many ids there could be.
    pub fn domain(&self) -> usize {
        self.domain
    }

    #[inline]
    pub fn contains(&self, id: I) -> bool {
        debug_assert!(id.index() < self.domain);
        let (word, mask) = position(id.index());
        self.words[word] & mask != 0
    }

    /// Adds `id`; true if it was not there.
    #[inline]
    pub fn insert(&mut self, id: I) -> bool {
        debug_assert!(id.index() < self.domain);
        let (word, mask) = position(id.index());
        let old = self.words[word];
        self.words[word] |= mask;
        old & mask == 0
    }

    /// Removes `id`; true if it was there.
    #[inline]
    pub fn remove(&mut self, id: I) -> bool {
        debug_assert!(id.index() < self.domain);
        let (word, mask) = position(id.index());
        let old = self.words[word];
        self.words[word] &= !mask;
        old & mask != 0
    }

    pub fn insert_all(&mut self) {
        self.words.fill(!0);
        if let Some(last) = self.words.last_mut()
            && !self.domain.is_multiple_of(WORD_BITS)
        {
            *last = (1 << (self.domain % WORD_BITS)) - 1;
        }
    }

    pub fn clear(&mut self) {
        self.words.fill(0);
    }

    /// Adds the members of `other`; true if that changed anything.
    pub fn union(&mut self, other: &BitSet<I>) -> bool {
        combine(&mut self.words, &other.words, |a, b| a | b)
    }

    /// Removes the members of `other`; true if that changed anything.
    pub fn subtract(&mut self, other: &BitSet<I>) -> bool {
        combine(&mut self.words, &other.words, |a, b| a & !b)
    }

    /// Keeps what is also in `other`; true if that changed anything.
    pub fn intersect(&mut self, other: &BitSet<I>) -> bool {
        combine(&mut self.words, &other.words, |a, b| a & b)
    }

    pub fn is_superset(&self, other: &BitSet<I>) -> bool {
        self.words.iter().zip(&other.words).all(|(a, b)| b & !a == 0)
    }

    pub fn is_empty(&self) -> bool {
        self.words.iter().all(|&word| word == 0)
    }

    /// How many members it has.
    pub fn count(&self) -> usize {
        self.words.iter().map(|word| word.count_ones() as usize).sum()
    }

    /// The members, lowest first.
    pub fn iter(&self) -> BitIter<'_, I> {
        BitIter::new(&self.words)
    }
}

impl<I> Clone for BitSet<I> {
    fn clone(&self) -> BitSet<I> {
        BitSet { domain: self.domain, words: self.words.clone(), id: PhantomData }
    }
    fn clone_from(&mut self, other: &BitSet<I>) {
        self.domain = other.domain;
        self.words.clone_from(&other.words);
    }
}

impl<I> PartialEq for BitSet<I> {
    fn eq(&self, other: &BitSet<I>) -> bool {
        self.domain == other.domain && self.words == other.words
    }
}

impl<I> Eq for BitSet<I> {}

impl<I> Hash for BitSet<I> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.words.hash(state);
    }
}

impl<I: Idx> fmt::Debug for BitSet<I> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.iter()).finish()
    }
}

impl<I: Idx> Extend<I> for BitSet<I> {
    fn extend<It: IntoIterator<Item = I>>(&mut self, ids: It) {
        for id in ids {
            self.insert(id);
        }
    }
}

impl<'a, I: Idx> IntoIterator for &'a BitSet<I> {
    type Item = I;
    type IntoIter = BitIter<'a, I>;
    fn into_iter(self) -> BitIter<'a, I> {
        self.iter()
    }
}

/// The members of a set, lowest first.
pub struct BitIter<'a, I> {
    words: std::slice::Iter<'a, u64>,
    word: u64,
    /// The index of the current word's first bit.
    base: usize,
    id: PhantomData<fn() -> I>,
}

impl<'a, I: Idx> BitIter<'a, I> {
    fn new(words: &'a [u64]) -> BitIter<'a, I> {
        let mut words = words.iter();
        let word = words.next().copied().unwrap_or(0);
        BitIter { words, word, base: 0, id: PhantomData }
    }
}

impl<I: Idx> Iterator for BitIter<'_, I> {
    type Item = I;

    fn next(&mut self) -> Option<I> {
        while self.word == 0 {
            self.word = *self.words.next()?;
            self.base += WORD_BITS;
        }
        let bit = self.word.trailing_zeros() as usize;
        self.word &= self.word - 1;
        Some(I::new(self.base + bit))
    }
}

/// A set of column ids for each row id: reachability, dominance, region constraints.
pub struct BitMatrix<R, C> {
    rows: usize,
    columns: usize,
    words: Vec<u64>,
    ids: PhantomData<fn() -> (R, C)>,
}

impl<R: Idx, C: Idx> BitMatrix<R, C> {
    pub fn new(rows: usize, columns: usize) -> BitMatrix<R, C> {
        let words = vec![0; rows * words_for(columns)];
        BitMatrix { rows, columns, words, ids: PhantomData }
    }

    pub fn rows(&self) -> impl Iterator<Item = R> + 'static {
        (0..self.rows).map(R::new)
    }

    /// Adds `column` to `row`; true if it was not there.
    pub fn insert(&mut self, row: R, column: C) -> bool {
        debug_assert!(column.index() < self.columns);
        let (word, mask) = position(column.index());
        let word = &mut self.words[row.index() * words_for(self.columns) + word];
        let old = *word;
        *word |= mask;
        old & mask == 0
    }

    pub fn contains(&self, row: R, column: C) -> bool {
        debug_assert!(column.index() < self.columns);
        let (word, mask) = position(column.index());
        self.row(row)[word] & mask != 0
    }

    /// Adds the columns of one row to another; true if that changed anything.
    pub fn union_rows(&mut self, from: R, into: R) -> bool {
        if from == into {
            return false;
        }
        let width = words_for(self.columns);
        let (from, into) = (from.index() * width, into.index() * width);
        let (low, high) = self.words.split_at_mut(from.max(into));
        if from < into {
            combine(&mut high[..width], &low[from..from + width], |a, b| a | b)
        } else {
            combine(&mut low[into..into + width], &high[..width], |a, b| a | b)
        }
    }

    /// Adds the members of a set to a row; true if that changed anything.
    pub fn union_into_row(&mut self, row: R, set: &BitSet<C>) -> bool {
        let width = words_for(self.columns);
        combine(&mut self.words[row.index() * width..][..width], &set.words, |a, b| a | b)
    }

    pub fn iter_row(&self, row: R) -> BitIter<'_, C> {
        BitIter::new(self.row(row))
    }

    fn row(&self, row: R) -> &[u64] {
        let width = words_for(self.columns);
        &self.words[row.index() * width..][..width]
    }
}

impl<R, C> Clone for BitMatrix<R, C> {
    fn clone(&self) -> BitMatrix<R, C> {
        let BitMatrix { rows, columns, ref words, ids } = *self;
        BitMatrix { rows, columns, words: words.clone(), ids }
    }
}

impl<R, C> PartialEq for BitMatrix<R, C> {
    fn eq(&self, other: &BitMatrix<R, C>) -> bool {
        (self.rows, self.columns, &self.words) == (other.rows, other.columns, &other.words)
    }
}

impl<R, C> Eq for BitMatrix<R, C> {}

impl<R: Idx, C: Idx> fmt::Debug for BitMatrix<R, C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let row = |row| (row, self.iter_row(row).collect::<Vec<C>>());
        f.debug_map().entries(self.rows().map(row)).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    crate::id_type!(
        struct N;
    );

    fn set(domain: usize, members: &[usize]) -> BitSet<N> {
        let mut set = BitSet::new_empty(domain);
        set.extend(members.iter().map(|&i| N::new(i)));
        set
    }

    #[test]
    fn combining_reports_changes() {
        let mut a = set(200, &[0, 63, 64, 199]);
        assert!(!a.union(&set(200, &[63])));
        assert!(a.union(&set(200, &[100])));
        assert!(a.subtract(&set(200, &[0, 1])));
        assert!(!a.subtract(&set(200, &[0, 1])));
        assert_eq!(a, set(200, &[63, 64, 100, 199]));
        assert!(a.intersect(&set(200, &[64, 199, 3])));
        assert_eq!(a.iter().map(N::index).collect::<Vec<_>>(), [64, 199]);
        assert_eq!((a.count(), a.is_empty()), (2, false));
    }

    #[test]
    fn filled_sets_end_at_their_domain() {
        for domain in [0, 1, 63, 64, 65, 128] {
            assert_eq!(BitSet::<N>::new_filled(domain).iter().count(), domain);
        }
    }

    #[test]
    fn matrix_rows_flow_into_each_other() {
        let mut m = BitMatrix::<N, N>::new(3, 70);
        let [a, b, c] = [0, 1, 2].map(N::new);
        assert!(m.insert(a, N::new(69)));
        assert!(m.union_rows(a, c));
        assert!(!m.union_rows(a, c));
        assert!(m.union_rows(c, b));
        assert!(m.contains(b, N::new(69)));
        assert_eq!(m.iter_row(b).collect::<Vec<_>>(), [N::new(69)]);
    }
}
