//! The key of every query about a definition.

use vez_base::DefId;

/// A definition as salsa sees it. All queries of one definition share this entry, so finding a result hashes once.
///
/// Never reclaimed: a `DefId` is alive for the whole process as well.
#[salsa::interned(revisions = usize::MAX, debug)]
pub struct Subject<'db> {
    #[returns(copy)]
    pub def: DefId,
}
