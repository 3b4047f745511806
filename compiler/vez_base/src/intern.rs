//! The table behind `Name`, `DefId` and types: values in, dense numbers out, never freed.
//!
//! Finding a value hashes once and locks one shard for reading; looking a number up locks nothing.

use std::borrow::Borrow;
use std::hash::{BuildHasher, Hash};
use std::sync::{PoisonError, RwLock};

use hashbrown::HashTable;
use rustc_hash::FxBuildHasher;

const SHARDS: usize = 16;

/// Interned values of type `V`, numbered from zero in the order of their first appearance.
pub struct Interner<V: 'static> {
    values: boxcar::Vec<V>,
    shards: [RwLock<HashTable<(V, u32)>>; SHARDS],
}

impl<V: Copy + 'static> Interner<V> {
    #[allow(clippy::new_without_default)]
    pub fn new() -> Interner<V> {
        Interner {
            values: boxcar::Vec::new(),
            shards: std::array::from_fn(|_| RwLock::new(HashTable::new())),
        }
    }

    /// The number of `key`; `make` gives the value to keep when it is seen for the first time. `make` must not intern here.
    pub fn intern<K>(&self, key: &K, make: impl FnOnce() -> V) -> u32
    where
        K: Hash + Eq + ?Sized,
        V: Borrow<K>,
    {
        let hash = FxBuildHasher.hash_one(key);
        // The table inside a shard uses the hash's low and topmost bits; these are neither.
        let shard = &self.shards[(hash >> 40) as usize % SHARDS];
        let same = |(value, _): &(V, u32)| value.borrow() == key;
        // A panic while a shard is locked cannot leave it half changed, so poison means nothing.
        let known = shard.read().unwrap_or_else(PoisonError::into_inner);
        if let Some(&(_, id)) = known.find(hash, same) {
            return id;
        }
        drop(known);
        let mut table = shard.write().unwrap_or_else(PoisonError::into_inner);
        if let Some(&(_, id)) = table.find(hash, same) {
            return id;
        }
        let value = make();
        let id = u32::try_from(self.values.push(value)).expect("memory ends before 2^32 values");
        table.insert_unique(hash, (value, id), |(value, _)| FxBuildHasher.hash_one(value.borrow()));
        id
    }

    #[inline]
    pub fn get(&self, id: u32) -> &V {
        &self.values[id as usize]
    }
}
