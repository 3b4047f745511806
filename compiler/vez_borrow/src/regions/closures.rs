//! What flows into a closure's result: asked by the body that makes or calls the closure, answered by the closure's own.

use super::binders::Lent;
use super::check::promised;
use super::solve::{Values, blame};
use super::{Origin, RegionVid, Regions, closure_captures, region_of};
use vez_base::{BitSet, DefId, FxHashSet, Name, Span};
use vez_db::{Db, Subject};
use vez_mir::moves::MovePaths;
use vez_mir::{Facts, Local};
use vez_types::{Flags, Folder, GenericArgs, Region, RegionKind, Ty, TyKind};

/// For a closure: which regions of what it captured, then of its parameters (counted in order), flow into which regions of
/// its result, then of what it captured and of its parameters.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub(crate) struct Flows {
    pub(crate) captures: usize,
    pub(crate) sources: usize,
    pub(crate) results: usize,
    /// To no target: the region must be `'static`.
    pub(crate) pairs: FxHashSet<Flow>,
}

/// From a source to a target.
pub(crate) type Flow = (usize, Option<usize>);

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
    let ends = Ends::of(&regions);
    let promised = promised(&regions);
    let mut pairs = FxHashSet::default();
    for (index, &source) in ends.sources.iter().enumerate() {
        let Some(source) = source else { continue };
        let reached = reached(&regions, source);
        let is_late = |vid| regions.origins[vid] == Origin::Late;
        for (target, vid) in ends.targets().enumerate() {
            let Some(vid) = vid.filter(|&vid| reached.contains(vid)) else { continue };
            // What a call lends and the closure keeps is reported there, and what a call may choose is looked at below.
            let is_result = target < ends.results.len();
            let is_own = vid == source && !is_result;
            if is_result || !(is_own || is_late(source) || is_late(vid)) {
                pairs.insert((index, Some(target)));
            }
        }
        // It is given to what a call may choose: it must live as long as any call may ask, unless it flows into what the
        // types of the parameters promise to live long enough.
        let mut chosen = regions.origins.ids().filter(|&vid| is_late(vid) && reached.contains(vid));
        let must_live = reached.contains(Regions::STATIC)
            || chosen.any(|late| {
                let mut known = ends.targets().flatten().filter(|&vid| !is_late(vid));
                !known.any(|vid| reached.contains(vid) && promised.contains(&(vid, late)))
            });
        if must_live && !is_late(source) {
            pairs.insert((index, None));
        }
    }
    let Ends { captures, sources, results } = ends;
    Flows { captures, sources: sources.len(), results: results.len(), pairs }
}

/// The regions of a type each time they occur, counted alike in every body: what has no variable there is left out.
fn slots(ty: Ty) -> Vec<Option<RegionVid>> {
    struct Collect(Vec<Option<RegionVid>>);
    impl Folder for Collect {
        fn fold_region(&mut self, region: Region) -> Region {
            self.0.push(match region.kind() {
                RegionKind::Var(raw) => Some(RegionVid::from_raw(raw)),
                RegionKind::Static => Some(Regions::STATIC),
                _ => None,
            });
            region
        }
        fn fold_ty(&mut self, ty: Ty) -> Ty {
            if ty.has(Flags::ANY_REGION) { self.super_fold_ty(ty) } else { ty }
        }
    }
    let mut collect = Collect(Vec::new());
    collect.fold_ty(ty);
    collect.0
}

/// The regions of a closure that the bodies around it see.
struct Ends {
    captures: usize,
    /// Of the captures, then of the parameters.
    sources: Vec<Option<RegionVid>>,
    results: Vec<Option<RegionVid>>,
}

impl Ends {
    fn of(regions: &Regions<'_>) -> Ends {
        let mut params = regions.body.param_locals();
        let captures = params.next().map(|env| captured(regions.locals[env])).unwrap_or_default();
        let captures: Vec<_> = captures.iter().flat_map(|&ty| slots(ty)).collect();
        let count = captures.len();
        let mut sources = captures;
        sources.extend(params.flat_map(|param| slots(regions.locals[param])));
        Ends { captures: count, sources, results: slots(regions.locals[Local::RETURN]) }
    }

    /// Where a region may flow to: the result, and back into what was captured or given.
    fn targets(&self) -> impl Iterator<Item = Option<RegionVid>> {
        self.results.iter().chain(&self.sources).copied()
    }
}

/// Where in a closure a flow comes about, and the parameter that the region came with if it is kept.
pub(super) fn flow_blame(db: &dyn Db, def: DefId, flow: Flow) -> Option<(Span, Option<Name>)> {
    let thir = &vez_thir::thir_body(db, vez_mir::body_owner(def)).value;
    let facts = Facts::new(db, thir);
    let body = &vez_mir::mir_built(db, def);
    let regions = Regions::new(body, &facts);
    let values = Values::new(&regions, &MovePaths::new(body, &facts));
    let ends = Ends::of(&regions);
    let source = (*ends.sources.get(flow.0)?)?;
    let target = match flow.1 {
        Some(target) => ends.targets().nth(target)??,
        None => Regions::STATIC,
    };
    let is_static = |vid| target == Regions::STATIC && regions.origins[vid] == Origin::Late;
    let chain = values.why(&regions, source, |vid| vid == target || is_static(vid))?;
    let is_kept = flow.1.is_none_or(|target| target >= ends.results.len());
    let param = super::check::param_with(&regions, source).filter(|_| is_kept);
    blame(&chain).map(|(_, span)| (span, param))
}

impl Regions<'_> {
    /// What calling a closure gives: its body alone knows where that comes from.
    pub(super) fn closure_output(
        &mut self,
        def: DefId,
        args: GenericArgs,
        inputs: Ty,
        expected: Ty,
    ) -> Ty {
        let output = self.renumber(expected);
        let inputs = self.open_binder(inputs);
        let mut sources: Vec<_> = closure_captures(args).iter().flat_map(|&ty| slots(ty)).collect();
        sources.extend(slots(inputs));
        // What the body gives back, and what it puts into what it captured or was given.
        let mut targets = slots(output);
        let results = targets.len();
        targets.extend(&sources);
        let flows = closure_flows(self.facts.db, def);
        if flows.sources != sources.len() || flows.results != results {
            let is_placeholder = |&vid: &RegionVid| self.origins[vid] == Origin::Placeholder;
            if !sources.iter().flatten().any(is_placeholder) {
                for &source in sources.iter().flatten() {
                    for &target in targets[..results].iter().flatten() {
                        self.outlives(region_of(source), region_of(target));
                    }
                }
            }
            return output;
        }
        let mut pairs: Vec<Flow> = flows.pairs.iter().copied().collect();
        pairs.sort_unstable();
        for (from, into) in pairs {
            let to = into.map_or(Some(Regions::STATIC), |target| targets[target]);
            let (Some(source), Some(to)) = (sources[from], to) else { continue };
            if self.origins[source] == Origin::Placeholder {
                let lent = Lent { placeholder: source, to, closure: def, flow: (from, into) };
                self.lent.push(lent);
            }
            self.outlives(region_of(source), region_of(to));
        }
        output
    }

    /// What a closure does with what it captures is known when it is made.
    pub(super) fn closure_made(&mut self, def: DefId, args: GenericArgs) {
        let captures: Vec<_> = closure_captures(args).iter().flat_map(|&ty| slots(ty)).collect();
        if captures.is_empty() {
            return;
        }
        let flows = closure_flows(self.facts.db, def);
        if flows.captures != captures.len() {
            return;
        }
        let mut pairs: Vec<Flow> = flows.pairs.iter().copied().collect();
        pairs.sort_unstable();
        for (source, target) in pairs {
            let Some(&Some(source)) = captures.get(source) else { continue };
            match target {
                Some(target) => {
                    let kept = target.checked_sub(flows.results);
                    if let Some(&Some(target)) = kept.and_then(|kept| captures.get(kept)) {
                        self.outlives(region_of(source), region_of(target));
                    }
                }
                None => self.outlives(region_of(source), region_of(Regions::STATIC)),
            }
        }
    }
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
