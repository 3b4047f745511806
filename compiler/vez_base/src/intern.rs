//! The table behind `Name` and `DefId`: values in, dense numbers out, never freed.
//!
//! Finding a value locks one shard for reading; looking a number up locks nothing.

use std::borrow::Borrow;
use std::hash::{BuildHasher, Hash};
use std::sync::{PoisonError, RwLock};

use rustc_hash::{FxBuildHasher, FxHashMap};

const SHARDS: usize = 16;

/// Interned values of type `V`, numbered from zero in the order of their first appearance.
pub(crate) struct Interner<V: 'static> {
    values: boxcar::Vec<V>,
    shards: [RwLock<FxHashMap<V, u32>>; SHARDS],
}

impl<V: Copy + Eq + Hash> Interner<V> {
    pub(crate) fn new() -> Interner<V> {
        Interner {
            values: boxcar::Vec::new(),
            shards: std::array::from_fn(|_| RwLock::new(FxHashMap::default())),
        }
    }

    /// The number of `key`; `make` gives the value to keep when it is seen for the first time.
    pub(crate) fn intern<K>(&self, key: &K, make: impl FnOnce() -> V) -> u32
    where
        K: Hash + Eq + ?Sized,
        V: Borrow<K>,
    {
        // The table inside a shard uses the hash's low and topmost bits; these are neither.
        let shard = &self.shards[(FxBuildHasher.hash_one(key) >> 40) as usize % SHARDS];
        // A panic while a shard is locked cannot leave it half changed, so poison means nothing.
        if let Some(&id) = shard.read().unwrap_or_else(PoisonError::into_inner).get(key) {
            return id;
        }
        let mut map = shard.write().unwrap_or_else(PoisonError::into_inner);
        if let Some(&id) = map.get(key) {
            return id;
        }
        let value = make();
        let id = u32::try_from(self.values.push(value)).expect("memory ends before 2^32 values");
        map.insert(value, id);
        id
    }

    pub(crate) fn get(&self, id: u32) -> &V {
        &self.values[id as usize]
    }
}
