//! The key of every query about a definition.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering};

use salsa::Id;
use salsa::plumbing::{AsId, FromId};
use vez_base::DefId;

use crate::Db;

/// A definition as salsa sees it. All queries of one definition share this entry, so finding a result hashes once.
///
/// Never reclaimed: a `DefId` is alive for the whole process as well.
#[salsa::interned(revisions = usize::MAX, debug, constructor = intern)]
pub struct Subject<'db> {
    #[returns(copy)]
    pub def: DefId,
}

impl<'db> Subject<'db> {
    /// The entry of a definition, found without a lock or a hash the second time.
    pub fn new(db: &'db dyn Db, def: DefId) -> Subject<'db> {
        let slot = db.subjects().slot(def);
        match slot.load(Ordering::Acquire) {
            0 => {
                let subject = Subject::intern(db, def);
                slot.store(subject.as_id().as_bits(), Ordering::Release);
                subject
            }
            bits => Subject::from_id(Id::from_bits(bits)),
        }
    }
}

/// The bits of each definition's entry in one database, 0 where there is none yet. Entries are never reclaimed, so that they
/// may be remembered.
#[derive(Default)]
pub struct SubjectTable {
    /// Each twice as long as the one before.
    buckets: [OnceLock<Box<[AtomicU64]>>; (u32::BITS - FIRST_BITS) as usize],
}

/// The first bucket has two to this many entries.
const FIRST_BITS: u32 = 10;

impl SubjectTable {
    fn slot(&self, def: DefId) -> &AtomicU64 {
        let place = def.raw() + (1 << FIRST_BITS);
        let bits = place.ilog2();
        let bucket = self.buckets[(bits - FIRST_BITS) as usize]
            .get_or_init(|| (0..1 << bits).map(|_| AtomicU64::new(0)).collect());
        &bucket[(place - (1 << bits)) as usize]
    }
}
