//! Which locals are live where: regions in the type of a live local hold there.
//!
//! A local is use-live where its value may still be read, and drop-live where it may still be dropped and may have a
//! value. Dropping needs only those regions of a type that its destructor may look at.

use super::RegionVid;
use super::solve::Points;
use super::{Regions, regions_in};
use crate::uses::{statement_uses, terminator_uses};
use vez_base::BitSet;
use vez_mir::dataflow::{Analysis, Direction, Results, solve};
use vez_mir::moves::{Inits, MovePaths};
use vez_mir::{
    Body, Facts, Local, Location, Place, Projection, Statement, StatementKind, Terminator,
    TerminatorKind,
};
use vez_types::{GenericArg, Region, RegionKind, Ty, TyKind};

/// Uses, or drops, still to come.
struct Live<'a> {
    body: &'a Body,
    drops: bool,
}

impl Live<'_> {
    fn write(&self, state: &mut BitSet<Local>, place: &Place) {
        if place.projection.is_empty() {
            state.remove(place.local);
        } else if !self.drops {
            self.read(state, place);
        }
    }

    fn read(&self, state: &mut BitSet<Local>, place: &Place) {
        state.insert(place.local);
        for step in &place.projection {
            if let Projection::Index(index) = step {
                state.insert(*index);
            }
        }
    }
}

impl Analysis for Live<'_> {
    type Fact = Local;
    const DIRECTION: Direction = Direction::Backward;

    fn domain(&self) -> usize {
        self.body.locals.len()
    }

    fn boundary(&self, _: &mut BitSet<Local>) {}

    fn statement(&self, state: &mut BitSet<Local>, statement: &Statement, _: Location) {
        match &statement.kind {
            StatementKind::Assign(place, _) => self.write(state, place),
            StatementKind::StorageLive(local) | StatementKind::StorageDead(local) => {
                state.remove(*local);
            }
            _ => {}
        }
        if !self.drops {
            statement_uses(statement, &mut |place, _| self.read(state, place));
        }
    }

    fn terminator(&self, state: &mut BitSet<Local>, terminator: &Terminator, _: Location) {
        match &terminator.kind {
            TerminatorKind::Call { destination, .. } => self.write(state, destination),
            TerminatorKind::Drop { place, .. } if self.drops => {
                state.insert(place.local);
            }
            // Dropping through a reference, for an assignment: the reference is used.
            TerminatorKind::Drop { place, .. } if place.is_indirect() => self.read(state, place),
            TerminatorKind::Return if !self.drops => {
                state.insert(Local::RETURN);
            }
            _ => {}
        }
        if !self.drops {
            terminator_uses(terminator, &mut |place, _| self.read(state, place));
        }
    }
}

/// Calls `add` for each region and point at which it must hold.
pub(crate) fn each_live_region(
    regions: &Regions<'_>,
    paths: &MovePaths,
    points: &Points,
    mut add: impl FnMut(RegionVid, usize),
) {
    let body = regions.body;
    let used: Vec<Vec<RegionVid>> =
        regions.locals.iter().map(|ty| local_regions(regions, regions_in(*ty))).collect();
    let dropped: Vec<Vec<RegionVid>> = regions
        .locals
        .iter()
        .map(|ty| {
            let mut found = Vec::new();
            if !regions_in(*ty).is_empty() {
                dropped_regions(regions.facts, *ty, 0, &mut found);
            }
            local_regions(regions, found)
        })
        .collect();
    let uses = solve(body, Live { body, drops: false });
    for block in body.blocks.ids() {
        uses.visit_block(body, block, |at, state| {
            let point = points.index(at);
            for local in state.iter() {
                used[local.index()].iter().for_each(|&region| add(region, point));
            }
        });
    }
    if dropped.iter().all(Vec::is_empty) {
        return;
    }
    let drops = solve(body, Live { body, drops: true });
    let facts = regions.facts;
    let inits = solve(body, Inits { body, facts, paths, uninit: false });
    add_drop_live(body, paths, points, &drops, &inits, &dropped, &mut add);
}

fn add_drop_live(
    body: &Body,
    paths: &MovePaths,
    points: &Points,
    drops: &Results<Live<'_>>,
    inits: &Results<Inits<'_>>,
    dropped: &[Vec<RegionVid>],
    add: &mut impl FnMut(RegionVid, usize),
) {
    for block in body.blocks.ids() {
        let mut init: Vec<BitSet<Local>> = Vec::new();
        let note = |state: &BitSet<_>, locals: &mut BitSet<Local>| {
            locals.extend(state.iter().map(|path| paths.paths[path].place.local));
        };
        inits.visit_block(body, block, |_, state| {
            let mut locals = BitSet::new_empty(body.locals.len());
            note(state, &mut locals);
            init.push(locals);
        });
        let mut after = BitSet::new_empty(body.locals.len());
        for next in body.blocks[block].terminator.kind.successors() {
            note(&inits.states[next], &mut after);
        }
        init.push(after);
        drops.visit_block(body, block, |at, state| {
            let point = points.index(at);
            // Before a point's own effect nothing says what follows it; the drop itself is a use.
            for local in state.iter() {
                let is_next = init[at.statement + 1].contains(local);
                let is_here = init[at.statement].contains(local);
                if is_here || is_next {
                    dropped[local.index()].iter().for_each(|&region| add(region, point));
                }
            }
        });
    }
}

/// Only regions that the body decides about gain from liveness.
fn local_regions(regions: &Regions<'_>, mut found: Vec<RegionVid>) -> Vec<RegionVid> {
    found.retain(|&vid| !regions.is_universal(vid));
    found.sort_unstable();
    found.dedup();
    found
}

fn region_vid(region: Region) -> Option<RegionVid> {
    match region.kind() {
        RegionKind::Var(raw) => Some(RegionVid::from_raw(raw)),
        _ => None,
    }
}

/// The regions that dropping a type may look at. The library's own destructors look at what a lifetime parameter says, and drop the
/// values of type parameters.
fn dropped_regions(facts: &Facts<'_>, ty: Ty, depth: u32, found: &mut Vec<RegionVid>) {
    if depth > 16 || !facts.needs_drop(ty.erase_regions()) {
        return;
    }
    match ty.kind() {
        TyKind::Adt(def, args) => {
            if facts.has_drop_impl(*def) && !facts.is_library(*def) {
                return found.extend(regions_in(ty));
            }
            if facts.has_drop_impl(*def) || facts.is_box(ty) {
                for arg in args.as_slice() {
                    match arg {
                        GenericArg::Ty(ty) => dropped_regions(facts, *ty, depth + 1, found),
                        // A guard gives back what it borrowed.
                        GenericArg::Region(region) => found.extend(region_vid(*region)),
                        GenericArg::Const(_) => {}
                    }
                }
                return;
            }
            for field in facts.adt(*def).all_fields() {
                dropped_regions(facts, field.ty.substitute(*args), depth + 1, found);
            }
        }
        TyKind::Tuple(types) => {
            types.as_slice().iter().for_each(|&ty| dropped_regions(facts, ty, depth + 1, found));
        }
        TyKind::Array(elem, _) | TyKind::Slice(elem) => {
            dropped_regions(facts, *elem, depth + 1, found);
        }
        TyKind::Closure(_, args) => {
            for &ty in super::closure_captures(*args) {
                dropped_regions(facts, ty, depth + 1, found);
            }
        }
        TyKind::Dyn(_) | TyKind::Param(_) | TyKind::Projection(..) | TyKind::Opaque(..) => {
            found.extend(regions_in(ty));
        }
        _ => {}
    }
}
