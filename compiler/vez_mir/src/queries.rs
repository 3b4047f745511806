//! The queries of this crate.

use crate::facts::Facts;
use crate::{Body, build, elaborate, simplify};
use vez_base::{DefId, DefKind};
use vez_db::{Db, Subject};
use vez_thir::thir_body;

/// The function, constant or static whose typed body a definition's body is part of.
pub fn body_owner(def: DefId) -> DefId {
    def.ancestors().find(|def| def.kind() != DefKind::Closure).unwrap_or(def)
}

/// MIR as built: drops not yet elaborated. What the borrow checker reads.
///
/// No query: to build it again for the one other reader costs less than to keep it of all bodies.
pub fn mir_built(db: &dyn Db, def: DefId) -> Body {
    let thir = &thir_body(db, body_owner(def)).value;
    if thir.poisoned {
        return build::build_error(def, thir.span);
    }
    let facts = Facts::new(db, thir);
    let mut body = build::build(&facts, thir, def);
    simplify::sort_blocks(&mut body);
    body.promoted.iter_mut().for_each(simplify::sort_blocks);
    debug_verify(&body);
    body
}

/// MIR for lowering: drops elaborated, cleaned up. Only for bodies without errors.
pub fn mir_body(db: &dyn Db, def: DefId) -> &Body {
    mir_body_query(db, Subject::new(db, def))
}

#[salsa::tracked(returns(ref))]
fn mir_body_query<'db>(db: &'db dyn Db, subject: Subject<'db>) -> Body {
    let def = subject.def(db);
    let mut body = mir_built(db, def);
    let facts = Facts::new(db, &thir_body(db, body_owner(def)).value);
    elaborate::elaborate_drops(&mut body, &facts);
    simplify::simplify(&mut body);
    simplify::remove_unused_locals(&mut body);
    debug_verify(&body);
    body
}

/// Bodies are well-formed by construction; debug builds make sure.
fn debug_verify(body: &Body) {
    if cfg!(debug_assertions)
        && let Err(errors) = crate::verify::verify(body)
    {
        panic!("malformed MIR:\n{}\n{}", errors.join("\n"), crate::print::print(body));
    }
}
