//! What flows into a closure's result: asked by the body that makes or calls the closure, answered by the closure's own.

use super::{RegionVid, Regions, closure_captures, regions_in};
use vez_base::{BitSet, DefId, FxHashSet};
use vez_db::{Db, Subject};
use vez_mir::{Facts, Local};
use vez_types::{Ty, TyKind};

/// For a closure: which regions of what it captured, then of its parameters (counted in order), flow into which regions of
/// its result, then of what it captured.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub(crate) struct Flows {
    pub(crate) sources: usize,
    pub(crate) targets: usize,
    pub(crate) pairs: FxHashSet<(usize, usize)>,
}

pub(crate) fn closure_flows(db: &dyn Db, def: DefId) -> &Flows {
    flows_query(db, Subject::new(db, def))
}

#[salsa::tracked(returns(ref))]
fn flows_query<'db>(db: &'db dyn Db, subject: Subject<'db>) -> Flows {
    let def = subject.def(db);
    let thir = &vez_thir::thir_body(db, vez_mir::body_owner(def)).value;
    if thir.poisoned {
        return Flows::default();
    }
    let facts = Facts::new(db, thir);
    let body = &vez_mir::mir_built(db, def);
    let regions = Regions::new(body, &facts);
    let mut params = body.param_locals();
    let captures = params.next().map(|env| captured(regions.locals[env])).unwrap_or_default();
    let mut sources: Vec<RegionVid> = captures.iter().flat_map(|&ty| regions_in(ty)).collect();
    sources.extend(params.flat_map(|param| regions_in(regions.locals[param])));
    let mut targets = regions_in(regions.locals[Local::RETURN]);
    targets.extend(captures.iter().flat_map(|&ty| regions_in(ty)));
    let mut pairs = FxHashSet::default();
    for (index, &source) in sources.iter().enumerate() {
        let reached = reached(&regions, source);
        for (target, vid) in targets.iter().enumerate() {
            if reached.contains(*vid) {
                pairs.insert((index, target));
            }
        }
    }
    Flows { sources: sources.len(), targets: targets.len(), pairs }
}

/// What the environment holds, behind its reference or not.
fn captured(env: Ty) -> Vec<Ty> {
    match env.kind() {
        TyKind::Ref(_, target, _) => captured(*target),
        TyKind::Closure(_, args) => closure_captures(*args).to_vec(),
        _ => Vec::new(),
    }
}

fn reached(regions: &Regions<'_>, from: RegionVid) -> BitSet<RegionVid> {
    let mut seen = BitSet::new_empty(regions.origins.len());
    seen.insert(from);
    let mut changed = true;
    while changed {
        changed = false;
        for constraint in &regions.constraints {
            if seen.contains(constraint.sup) && seen.insert(constraint.sub) {
                changed = true;
            }
        }
    }
    seen
}
