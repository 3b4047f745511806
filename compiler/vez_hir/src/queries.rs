//! The two results everything above works with: an item's signature, and a body.

use std::sync::Arc;

use vez_base::DefId;
use vez_db::{Db, Subject};
use vez_diag::Lowered;

use crate::data::{Body, Signature};
use crate::lower;

/// What an item says outside its bodies, names resolved. Anything without syntax has the kind `Other`.
pub fn signature(db: &dyn Db, def: DefId) -> Arc<Lowered<Signature>> {
    signature_query(db, Subject::new(db, def))
}

#[salsa::tracked(returns(clone))]
fn signature_query<'db>(db: &'db dyn Db, subject: Subject<'db>) -> Arc<Lowered<Signature>> {
    Arc::new(lower::signature::lower(db, subject.def(db)))
}

/// The body of a function, constant, static or anonymous constant. One without a body has `ExprKind::Error` as its value.
///
/// No query: only the typed body, which is one, reads it, and memory is dearer than a second look.
pub fn body(db: &dyn Db, def: DefId) -> Lowered<Body> {
    lower::body::lower(db, def)
}
