//! What flows into a closure's result: asked by the body that makes or calls the closure, answered by the closure's own.

use super::binders::Lent;
use super::solve::{Values, blame};
use super::{Origin, RegionVid, Regions, closure_captures, region_of};
use vez_base::{BitSet, DefId, FxHashSet, Name, Span};
use vez_db::{Db, Subject};
use vez_mir::moves::MovePaths;
use vez_mir::{Facts, Local};
use vez_types::{Flags, Folder, GenericArgs, Region, RegionKind, Ty, TyKind};

/// For a closure: which regions of what it captured, then of its parameters (counted in order), flow into which regions of
/// its result, then of what it captured.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub(crate) struct Flows {
    pub(crate) captures: usize,
    pub(crate) sources: usize,
    pub(crate) targets: usize,
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
    let mut pairs = FxHashSet::default();
    for (index, &source) in ends.sources.iter().enumerate() {
        let Some(source) = source else { continue };
        let reached = reached(&regions, source);
        // What a call lends and the closure keeps is reported there.
        let is_late = regions.origins[source] == Origin::Late;
        let first_kept = ends.targets.len() - ends.captures;
        for (target, vid) in ends.targets.iter().enumerate() {
            let is_reached = vid.is_some_and(|vid| reached.contains(vid));
            if is_reached && !(is_late && target >= first_kept) {
                pairs.insert((index, Some(target)));
            }
        }
        // It is given to what a call may choose: it must live as long as any call may ask.
        let mut chosen = regions.origins.ids().filter(|&vid| regions.origins[vid] == Origin::Late);
        let must_live =
            reached.contains(Regions::STATIC) || chosen.any(|vid| reached.contains(vid));
        if must_live && !is_late {
            pairs.insert((index, None));
        }
    }
    let Ends { captures, sources, targets } = ends;
    Flows { captures, sources: sources.len(), targets: targets.len(), pairs }
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
    sources: Vec<Option<RegionVid>>,
    targets: Vec<Option<RegionVid>>,
}

impl Ends {
    fn of(regions: &Regions<'_>) -> Ends {
        let mut params = regions.body.param_locals();
        let captures = params.next().map(|env| captured(regions.locals[env])).unwrap_or_default();
        let captures: Vec<_> = captures.iter().flat_map(|&ty| slots(ty)).collect();
        let mut sources = captures.clone();
        sources.extend(params.flat_map(|param| slots(regions.locals[param])));
        let mut targets = slots(regions.locals[Local::RETURN]);
        targets.extend(&captures);
        Ends { captures: captures.len(), sources, targets }
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
        Some(target) => (*ends.targets.get(target)?)?,
        None => Regions::STATIC,
    };
    let is_static = |vid| target == Regions::STATIC && regions.origins[vid] == Origin::Late;
    let chain = values.why(&regions, source, |vid| vid == target || is_static(vid))?;
    let is_kept = flow.1.is_none_or(|target| target >= ends.targets.len() - ends.captures);
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
        let captures: Vec<_> = closure_captures(args).iter().flat_map(|&ty| slots(ty)).collect();
        let mut sources = captures.clone();
        sources.extend(slots(inputs));
        // What the body gives back, and what it puts into what it captured.
        let mut targets = slots(output);
        let results = targets.len();
        targets.extend(captures);
        let flows = closure_flows(self.facts.db, def);
        if flows.sources != sources.len() || flows.targets != targets.len() {
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
        let results = flows.targets - flows.captures;
        let mut pairs: Vec<Flow> = flows.pairs.iter().copied().collect();
        pairs.sort_unstable();
        for (source, target) in pairs {
            let Some(&Some(source)) = captures.get(source) else { continue };
            match target {
                Some(target) if target < results => {}
                Some(target) => {
                    if let Some(target) = captures[target - results] {
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
