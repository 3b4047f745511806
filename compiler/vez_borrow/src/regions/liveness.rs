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
    Body, Local, Location, Place, Projection, Statement, StatementKind, Terminator, TerminatorKind,
};
use vez_types::{Flags, GenericArg, Region, RegionKind, Ty, TyKind};

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
            let found = match regions_in(*ty).is_empty() {
                true => Vec::new(),
                false => dropped_regions(regions, *ty),
            };
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

/// The regions that dropping a type may look at.
pub(crate) fn dropped_regions(regions: &Regions<'_>, ty: Ty) -> Vec<RegionVid> {
    let mut dropped = Dropped { regions, parts: Vec::new() };
    dropped.ty(ty, 0);
    let in_arg = |arg: &GenericArg| match arg {
        GenericArg::Ty(ty) => regions_in(*ty),
        GenericArg::Region(region) => region_vid(*region).into_iter().collect(),
        GenericArg::Const(_) => Vec::new(),
    };
    dropped.parts.iter().flat_map(in_arg).collect()
}

/// Collects the parts of a type that its drop may look at. The library's own destructors look at what a lifetime parameter
/// says, and drop the values of type parameters.
struct Dropped<'r, 'a> {
    regions: &'r Regions<'a>,
    parts: Vec<GenericArg>,
}

impl Dropped<'_, '_> {
    fn ty(&mut self, ty: Ty, depth: u32) {
        let facts = self.regions.facts;
        if depth > 16 || !facts.needs_drop(ty.erase_regions()) {
            return;
        }
        let depth = depth + 1;
        match ty.kind() {
            TyKind::Adt(def, _) if facts.has_drop_impl(*def) && !facts.is_library(*def) => {
                self.parts.push(GenericArg::Ty(ty));
            }
            TyKind::Adt(def, args) if facts.has_drop_impl(*def) || facts.is_box(ty) => {
                for &arg in args.as_slice() {
                    match arg {
                        GenericArg::Ty(ty) => self.ty(ty, depth),
                        // A guard gives back what it borrowed.
                        arg => self.parts.push(arg),
                    }
                }
            }
            TyKind::Adt(def, args) => {
                for field in facts.adt(*def).all_fields() {
                    self.ty(field.ty.substitute(*args), depth);
                }
            }
            TyKind::Tuple(types) => types.as_slice().iter().for_each(|&ty| self.ty(ty, depth)),
            TyKind::Array(elem, _) | TyKind::Slice(elem) => self.ty(*elem, depth),
            TyKind::Closure(_, args) => {
                super::closure_captures(*args).iter().for_each(|&ty| self.ty(ty, depth));
            }
            TyKind::Projection(..) if !self.looks_at_regions(ty, depth) => {}
            TyKind::Dyn(_) | TyKind::Param(_) | TyKind::Projection(..) | TyKind::Opaque(..) => {
                self.parts.push(GenericArg::Ty(ty));
            }
            _ => {}
        }
    }

    /// Whether the drop of an associated type may look at regions: which, is not known any more.
    fn looks_at_regions(&self, projection: Ty, depth: u32) -> bool {
        let known = self.regions.facts.normalize(self.regions.forget(projection));
        let mut dropped = Dropped { regions: self.regions, parts: Vec::new() };
        match known.kind() {
            TyKind::Projection(..) => return true,
            _ => dropped.ty(known, depth),
        }
        // A closure that is forgotten has no captures to look at.
        let flags = Flags::ANY_REGION | Flags::OPAQUE;
        known.has(Flags::CLOSURE)
            || dropped.parts.iter().any(|part| match part {
                GenericArg::Ty(ty) => ty.has(flags),
                part => matches!(part, GenericArg::Region(_)),
            })
    }
}
