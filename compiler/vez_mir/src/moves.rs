//! Move paths: the places whose initialisation is tracked, and where they are moved out of and initialised.
//!
//! A path is a local, or a path's field, variant, array element, or what a `Box` holds. Nothing behind references and raw
//! pointers is tracked: it is always initialised, and moving out of it is an error of `vez_borrow`.

use crate::dataflow::{Analysis, Direction};
use crate::facts::Facts;
use crate::{
    Block, Body, Local, Location, Operand, Place, Projection, Rvalue, Statement, StatementKind,
    Terminator, TerminatorKind,
};
use smallvec::SmallVec;
use vez_base::{BitSet, FxHashMap, IdVec, id_type};
use vez_types::{Ty, TyKind};

id_type!(
    /// A tracked place.
    pub struct PathId;
);

/// A tracked place and its neighbours.
#[derive(Clone, Debug)]
pub struct MovePath {
    pub place: Place,
    pub parent: Option<PathId>,
    pub first_child: Option<PathId>,
    pub next_sibling: Option<PathId>,
}

/// A step from path to path.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum PathStep {
    Deref,
    Field(u32),
    Downcast(u32),
    Element(u64),
}

/// What a place is to the paths.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lookup {
    /// It is a path.
    Exact(PathId),
    /// It lies inside this path and is not tracked apart.
    Inside(PathId),
}

impl Lookup {
    pub fn path(self) -> PathId {
        match self {
            Lookup::Exact(path) | Lookup::Inside(path) => path,
        }
    }
}

/// All paths of a body.
pub struct MovePaths {
    pub paths: IdVec<PathId, MovePath>,
    children: FxHashMap<(PathId, PathStep), PathId>,
    locals: IdVec<Local, PathId>,
}

/// What a point does to paths.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effect {
    /// The path's value is gone.
    Uninit(PathId),
    /// The path has a value.
    Init(PathId),
}

impl MovePaths {
    pub fn new(body: &Body, facts: &Facts<'_>) -> MovePaths {
        let mut paths = IdVec::new();
        let locals: Vec<PathId> = body
            .locals
            .ids()
            .map(|local| {
                paths.push(MovePath {
                    place: local.into(),
                    parent: None,
                    first_child: None,
                    next_sibling: None,
                })
            })
            .collect();
        let mut all =
            MovePaths { paths, children: FxHashMap::default(), locals: IdVec::from(locals) };
        for block in body.blocks.iter() {
            for statement in &block.statements {
                if let StatementKind::Assign(place, value) = &statement.kind {
                    all.gather_rvalue(body, facts, value);
                    all.add(body, facts, place);
                }
            }
            all.gather_terminator(body, facts, &block.terminator.kind);
        }
        all
    }

    fn gather_rvalue(&mut self, body: &Body, facts: &Facts<'_>, value: &Rvalue) {
        for operand in value.operands() {
            self.gather_operand(body, facts, operand);
        }
    }

    fn gather_operand(&mut self, body: &Body, facts: &Facts<'_>, operand: &Operand) {
        if let Operand::Move(place) = operand {
            self.add(body, facts, place);
        }
    }

    fn gather_terminator(&mut self, body: &Body, facts: &Facts<'_>, kind: &TerminatorKind) {
        match kind {
            TerminatorKind::Drop { place, .. } => self.add(body, facts, place),
            TerminatorKind::Call { callee, args, destination, .. } => {
                self.gather_operand(body, facts, callee);
                args.iter().for_each(|arg| self.gather_operand(body, facts, arg));
                self.add(body, facts, destination);
            }
            _ => {}
        }
    }

    /// Makes the paths that lead to a place, as far as places are tracked. A rest of an array is its elements.
    fn add(&mut self, body: &Body, facts: &Facts<'_>, place: &Place) {
        let mut path = self.locals[place.local];
        let mut ty = body.locals[place.local].ty;
        for (index, &projection) in place.projection.iter().enumerate() {
            if let (Projection::Subslice { from, to }, TyKind::Array(_, len)) =
                (projection, ty.kind())
                && let Some(len) = len.as_value()
            {
                for offset in from..(len as u64).saturating_sub(to) {
                    let element = ConstantElement { offset, min_len: len as u64 };
                    self.child(path, place.prefix(index).project(element.into()), offset);
                }
                return;
            }
            let Some(step) = step(facts, ty, projection) else { return };
            path = match self.children.get(&(path, step)) {
                Some(&child) => child,
                None => self.push_child(path, step, place.prefix(index + 1)),
            };
            ty = crate::place::project_ty(ty, projection);
        }
    }

    fn child(&mut self, parent: PathId, place: Place, offset: u64) {
        let step = PathStep::Element(offset);
        if !self.children.contains_key(&(parent, step)) {
            self.push_child(parent, step, place);
        }
    }

    fn push_child(&mut self, parent: PathId, step: PathStep, place: Place) -> PathId {
        let next_sibling = self.paths[parent].first_child;
        let path = self.paths.push(MovePath {
            place,
            parent: Some(parent),
            first_child: None,
            next_sibling,
        });
        self.paths[parent].first_child = Some(path);
        self.children.insert((parent, step), path);
        path
    }

    pub fn local(&self, local: Local) -> PathId {
        self.locals[local]
    }

    /// The path of a place, or the nearest one it lies in. `None` behind a reference or raw pointer.
    pub fn lookup(&self, body: &Body, facts: &Facts<'_>, place: &Place) -> Option<Lookup> {
        let mut path = self.locals[place.local];
        let mut ty = body.locals[place.local].ty;
        for (index, &projection) in place.projection.iter().enumerate() {
            let rest = &place.projection[index..];
            let Some(step) = step(facts, ty, projection) else {
                return (!goes_through_pointer(facts, ty, rest)).then_some(Lookup::Inside(path));
            };
            match self.children.get(&(path, step)) {
                Some(&child) => path = child,
                None => {
                    return (!goes_through_pointer(facts, ty, rest))
                        .then_some(Lookup::Inside(path));
                }
            }
            ty = crate::place::project_ty(ty, projection);
        }
        Some(Lookup::Exact(path))
    }

    /// The innermost path on the way to a place, also when the place lies behind a pointer that the path holds.
    pub fn nearest(&self, body: &Body, facts: &Facts<'_>, place: &Place) -> Lookup {
        let mut path = self.locals[place.local];
        let mut ty = body.locals[place.local].ty;
        for &projection in &place.projection {
            let child = step(facts, ty, projection).and_then(|step| self.child_at(path, step));
            let Some(child) = child else { return Lookup::Inside(path) };
            path = child;
            ty = crate::place::project_ty(ty, projection);
        }
        Lookup::Exact(path)
    }

    pub fn child_at(&self, path: PathId, step: PathStep) -> Option<PathId> {
        self.children.get(&(path, step)).copied()
    }

    /// The paths directly inside one.
    pub fn children(&self, path: PathId) -> impl Iterator<Item = PathId> {
        std::iter::successors(self.paths[path].first_child, |&child| self.paths[child].next_sibling)
    }

    /// A path and all paths inside it.
    pub fn for_each_inside(&self, path: PathId, f: &mut impl FnMut(PathId)) {
        f(path);
        for child in self.children(path) {
            self.for_each_inside(child, f);
        }
    }

    /// What an operand moves out of.
    fn operand_effect(
        &self,
        body: &Body,
        facts: &Facts<'_>,
        operand: &Operand,
        out: &mut SmallVec<[Effect; 4]>,
    ) {
        if let Operand::Move(place) = operand {
            self.moved_effect(body, facts, place, out);
        }
    }

    fn moved_effect(
        &self,
        body: &Body,
        facts: &Facts<'_>,
        place: &Place,
        out: &mut SmallVec<[Effect; 4]>,
    ) {
        match self.lookup(body, facts, place) {
            Some(Lookup::Exact(path)) => out.push(Effect::Uninit(path)),
            // The rest of an array: its elements.
            Some(Lookup::Inside(path)) => {
                if let Some(Projection::Subslice { from, to }) = place.projection.last()
                    && let TyKind::Array(_, len) = self.paths[path].place.ty(body).kind()
                    && let Some(len) = len.as_value()
                {
                    for offset in *from..(len as u64).saturating_sub(*to) {
                        let element = self.child_at(path, PathStep::Element(offset));
                        out.extend(element.map(Effect::Uninit));
                    }
                }
            }
            None => {}
        }
    }

    fn init_effect(
        &self,
        body: &Body,
        facts: &Facts<'_>,
        place: &Place,
        out: &mut SmallVec<[Effect; 4]>,
    ) {
        if let Some(Lookup::Exact(path)) = self.lookup(body, facts, place) {
            out.push(Effect::Init(path));
        }
    }

    /// What a statement does, in order.
    pub fn statement_effects(
        &self,
        body: &Body,
        facts: &Facts<'_>,
        statement: &Statement,
    ) -> SmallVec<[Effect; 4]> {
        let mut out = SmallVec::new();
        match &statement.kind {
            StatementKind::Assign(place, value) => {
                for operand in value.operands() {
                    self.operand_effect(body, facts, operand, &mut out);
                }
                self.init_effect(body, facts, place, &mut out);
            }
            StatementKind::StorageLive(local) | StatementKind::StorageDead(local) => {
                out.push(Effect::Uninit(self.locals[*local]));
            }
            StatementKind::FakeRead(_) | StatementKind::Nop => {}
        }
        out
    }

    /// What a terminator does on all its edges, in order.
    pub fn terminator_effects(
        &self,
        body: &Body,
        facts: &Facts<'_>,
        terminator: &Terminator,
    ) -> SmallVec<[Effect; 4]> {
        let mut out = SmallVec::new();
        match &terminator.kind {
            TerminatorKind::Drop { place, .. } => self.moved_effect(body, facts, place, &mut out),
            TerminatorKind::Call { callee, args, .. } => {
                self.operand_effect(body, facts, callee, &mut out);
                for arg in args {
                    self.operand_effect(body, facts, arg, &mut out);
                }
            }
            _ => {}
        }
        out
    }

    /// What a call does where it returns.
    pub fn return_effects(
        &self,
        body: &Body,
        facts: &Facts<'_>,
        terminator: &Terminator,
    ) -> SmallVec<[Effect; 4]> {
        let mut out = SmallVec::new();
        if let TerminatorKind::Call { destination, .. } = &terminator.kind {
            self.init_effect(body, facts, destination, &mut out);
        }
        out
    }
}

struct ConstantElement {
    offset: u64,
    min_len: u64,
}

impl From<ConstantElement> for Projection {
    fn from(element: ConstantElement) -> Projection {
        let ConstantElement { offset, min_len } = element;
        Projection::ConstantIndex { offset, min_len, from_end: false }
    }
}

/// The step to a path's part; `None` where parts are not tracked.
fn step(facts: &Facts<'_>, ty: Ty, projection: Projection) -> Option<PathStep> {
    Some(match (projection, ty.kind()) {
        (Projection::Deref, _) if facts.is_box(ty) => PathStep::Deref,
        (Projection::Field(..), TyKind::Adt(def, _)) if facts.is_union(*def) => return None,
        (Projection::Field(index, _), _) => PathStep::Field(index),
        (Projection::Downcast(variant), _) => PathStep::Downcast(variant),
        (Projection::ConstantIndex { offset, from_end: false, .. }, TyKind::Array(..)) => {
            PathStep::Element(offset)
        }
        _ => return None,
    })
}

fn goes_through_pointer(facts: &Facts<'_>, mut ty: Ty, rest: &[Projection]) -> bool {
    for &step in rest {
        if step == Projection::Deref && !facts.is_box(ty) {
            return true;
        }
        ty = crate::place::project_ty(ty, step);
    }
    false
}

/// Which paths may have a value, or may have none: the two halves of initialisation.
pub struct Inits<'a> {
    pub body: &'a Body,
    pub facts: &'a Facts<'a>,
    pub paths: &'a MovePaths,
    /// Facts say "may be uninitialised" instead of "may be initialised".
    pub uninit: bool,
}

impl Inits<'_> {
    fn apply(&self, state: &mut BitSet<PathId>, effects: &[Effect]) {
        for effect in effects {
            let (path, init) = match *effect {
                Effect::Init(path) => (path, true),
                Effect::Uninit(path) => (path, false),
            };
            self.paths.for_each_inside(path, &mut |path| {
                if init != self.uninit {
                    state.insert(path);
                } else {
                    state.remove(path);
                }
            });
        }
    }
}

impl Analysis for Inits<'_> {
    type Fact = PathId;
    const DIRECTION: Direction = Direction::Forward;

    fn domain(&self) -> usize {
        self.paths.paths.len()
    }

    fn boundary(&self, state: &mut BitSet<PathId>) {
        if self.uninit {
            state.insert_all();
        }
        for param in self.body.param_locals() {
            self.apply(state, &[Effect::Init(self.paths.local(param))]);
        }
    }

    fn statement(&self, state: &mut BitSet<PathId>, statement: &Statement, _: Location) {
        let effects = self.paths.statement_effects(self.body, self.facts, statement);
        self.apply(state, &effects);
    }

    fn terminator(&self, state: &mut BitSet<PathId>, terminator: &Terminator, _: Location) {
        let effects = self.paths.terminator_effects(self.body, self.facts, terminator);
        self.apply(state, &effects);
    }

    fn has_edge_effect(&self, from: &Terminator) -> bool {
        matches!(from.kind, TerminatorKind::Call { .. })
    }

    fn edge(&self, state: &mut BitSet<PathId>, from: &Terminator, to: Block) {
        if let TerminatorKind::Call { target: Some(target), .. } = from.kind
            && target == to
        {
            let effects = self.paths.return_effects(self.body, self.facts, from);
            self.apply(state, &effects);
        }
    }
}
