//! The values of regions: the least sets of points and lifetimes that satisfy the constraints.

use super::liveness::each_live_region;
use super::{Category, Constraint, Origin, RegionVid, Regions};
use std::collections::VecDeque;
use vez_base::{BitSet, IdVec, Span, id_type};
use vez_mir::moves::MovePaths;
use vez_mir::{Body, Location};

id_type!(
    /// A point of the body, or a lifetime of the caller: what region values consist of.
    pub(crate) struct Element;
);

/// Numbers for the points of a body.
pub(crate) struct Points {
    starts: IdVec<vez_mir::Block, usize>,
    pub(crate) count: usize,
}

impl Points {
    pub(crate) fn new(body: &Body) -> Points {
        let mut count = 0;
        let starts: Vec<usize> = body
            .blocks
            .iter()
            .map(|block| {
                let start = count;
                count += block.statements.len() + 1;
                start
            })
            .collect();
        Points { starts: starts.into(), count }
    }

    pub(crate) fn index(&self, at: Location) -> usize {
        self.starts[at.block] + at.statement
    }
}

/// The solved regions.
pub(crate) struct Values {
    pub(crate) points: Points,
    values: IdVec<RegionVid, BitSet<Element>>,
    /// For each region, the constraints in which it is the longer one.
    pub(crate) subs: IdVec<RegionVid, Vec<usize>>,
    /// The element of each universal region.
    pub(crate) universals: Vec<RegionVid>,
}

impl Values {
    /// Solves by propagation: whoever outlives a region that grew grows too.
    pub(crate) fn new(regions: &Regions<'_>, paths: &MovePaths) -> Values {
        let points = Points::new(regions.body);
        let universals: Vec<RegionVid> =
            regions.origins.ids().filter(|&vid| regions.is_universal(vid)).collect();
        let domain = points.count + universals.len();
        let mut values: IdVec<RegionVid, BitSet<Element>> =
            IdVec::from_elem(BitSet::new_empty(domain), regions.origins.len());
        for (index, &vid) in universals.iter().enumerate() {
            let value = &mut values[vid];
            value.insert(Element::new(points.count + index));
            if regions.origins[vid] == Origin::Placeholder {
                continue;
            }
            for point in 0..points.count {
                value.insert(Element::new(point));
            }
            if regions.origins[vid] == Origin::Static {
                value.insert_all();
            }
        }
        each_live_region(regions, paths, &points, |vid, point| {
            values[vid].insert(Element::new(point));
        });
        let mut sups: IdVec<RegionVid, Vec<RegionVid>> =
            IdVec::from_elem(Vec::new(), regions.origins.len());
        let mut subs: IdVec<RegionVid, Vec<usize>> =
            IdVec::from_elem(Vec::new(), regions.origins.len());
        for (index, constraint) in regions.constraints.iter().enumerate() {
            sups[constraint.sub].push(constraint.sup);
            subs[constraint.sup].push(index);
        }
        propagate(&mut values, &sups);
        Values { points, values, subs, universals }
    }

    pub(crate) fn contains(&self, vid: RegionVid, at: Location) -> bool {
        self.values[vid].contains(Element::new(self.points.index(at)))
    }

    /// The caller's lifetimes that a region must outlive.
    pub(crate) fn outlived(&self, vid: RegionVid) -> impl Iterator<Item = RegionVid> {
        let value = &self.values[vid];
        let universals = self.universals.iter().enumerate();
        universals
            .filter(|(index, _)| value.contains(Element::new(self.points.count + index)))
            .map(|(_, vid)| *vid)
    }

    /// Whether a region holds nothing but a placeholder, if that.
    pub(crate) fn is_within(&self, vid: RegionVid, placeholder: RegionVid) -> bool {
        let element = |index: usize| index.checked_sub(self.points.count);
        self.values[vid].iter().all(|found| {
            let universal = element(found.index()).and_then(|index| self.universals.get(index));
            universal == Some(&placeholder)
        })
    }

    /// The shortest chain of constraints that makes `from` outlive what `goal` accepts.
    pub(crate) fn why(
        &self,
        regions: &Regions<'_>,
        from: RegionVid,
        goal: impl Fn(RegionVid) -> bool,
    ) -> Option<Vec<Constraint>> {
        let mut back: IdVec<RegionVid, Option<usize>> =
            IdVec::from_elem(None, regions.origins.len());
        let mut seen: BitSet<RegionVid> = BitSet::new_empty(regions.origins.len());
        seen.insert(from);
        let mut queue = VecDeque::from([from]);
        while let Some(vid) = queue.pop_front() {
            if vid != from && goal(vid) {
                let mut chain = Vec::new();
                let mut at = vid;
                while let Some(index) = back[at] {
                    let constraint = regions.constraints[index];
                    chain.push(constraint);
                    at = constraint.sup;
                }
                chain.reverse();
                return Some(chain);
            }
            for &index in &self.subs[vid] {
                let sub = regions.constraints[index].sub;
                if seen.insert(sub) {
                    back[sub] = Some(index);
                    queue.push_back(sub);
                }
            }
        }
        None
    }

    /// All regions that one must outlive.
    pub(crate) fn reached(&self, regions: &Regions<'_>, from: RegionVid) -> BitSet<RegionVid> {
        let mut seen = BitSet::new_empty(regions.origins.len());
        seen.insert(from);
        let mut open = vec![from];
        while let Some(vid) = open.pop() {
            for &index in &self.subs[vid] {
                let sub = regions.constraints[index].sub;
                if seen.insert(sub) {
                    open.push(sub);
                }
            }
        }
        seen
    }
}

fn propagate(
    values: &mut IdVec<RegionVid, BitSet<Element>>,
    sups: &IdVec<RegionVid, Vec<RegionVid>>,
) {
    let mut queued: BitSet<RegionVid> = BitSet::new_filled(values.len());
    let mut queue: VecDeque<RegionVid> = values.ids().collect();
    while let Some(vid) = queue.pop_front() {
        queued.remove(vid);
        for &sup in &sups[vid] {
            if sup == vid {
                continue;
            }
            let (into, from) = values.pair_mut(sup, vid);
            if into.union(from) && queued.insert(sup) {
                queue.push_back(sup);
            }
        }
    }
}

/// The constraint of a chain that a message points at: where the value leaves, or is handed over.
pub(crate) fn blame(chain: &[Constraint]) -> Option<(Category, Span)> {
    let rank = |constraint: &Constraint| match constraint.category {
        Category::Return => 0,
        Category::Argument => 1,
        Category::Assignment => 2,
        Category::Signature => 3,
        Category::Other => 4,
    };
    chain.iter().min_by_key(|constraint| rank(constraint)).map(|c| (c.category, c.span))
}
