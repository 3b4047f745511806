//! Initialisation: use before a value is there, after it moved, second assignments, moves out of what may not be moved out of.

use crate::names::{capture, describe, place_name};
use crate::uses::{CapturedTemps, Use, statement_uses, terminator_uses, written};
use vez_base::{BitSet, FxHashSet, Span};
use vez_diag::registry::{
    AssignTwice, MoveOutOfArray, MoveOutOfBorrow, MoveOutOfDrop, UnsizedMove, UseAfterMove,
    UseOfUninit,
};
use vez_diag::{Fix, Sink};
use vez_mir::dataflow::{Analysis, Direction, solve};
use vez_mir::moves::{Effect, Inits, Lookup, MovePaths, PathId};
use vez_mir::{
    Block, Body, BorrowKind, Facts, Local, Location, Mutability, Place, Projection, Statement,
    StatementKind, Terminator, TerminatorKind, cfg, project_ty,
};
use vez_types::TyKind;

/// Checks a body; gives back nothing but reports.
pub(crate) fn check(body: &Body, facts: &Facts<'_>, paths: &MovePaths, sink: &mut Sink) {
    let uninit = solve(body, Inits { body, facts, paths, uninit: true });
    let ever = solve(body, EverInit { body, facts, paths });
    let captured = CapturedTemps::of(body);
    let reported = FxHashSet::default();
    let reported_moves = Vec::new();
    let mut checker = Checker { body, facts, paths, captured, sink, reported, reported_moves };
    for block in body.blocks.ids() {
        let data = &body.blocks[block];
        if data.is_cleanup {
            continue;
        }
        uninit.visit_block(body, block, |at, state| match data.statements.get(at.statement) {
            Some(statement) => checker.statement(statement, at, state),
            None => checker.terminator(&data.terminator, at, state),
        });
        ever.visit_block(body, block, |at, state| checker.second_assignment(at, state));
    }
}

/// The locals that were given a value on some way here, moved out again or not.
struct EverInit<'a> {
    body: &'a Body,
    facts: &'a Facts<'a>,
    paths: &'a MovePaths,
}

impl EverInit<'_> {
    fn init(&self, state: &mut BitSet<Local>, place: &Place) {
        if let Lookup::Exact(path) = self.paths.nearest(self.body, self.facts, place)
            && path == self.paths.local(place.local)
        {
            state.insert(place.local);
        }
    }
}

impl Analysis for EverInit<'_> {
    type Fact = Local;
    const DIRECTION: Direction = Direction::Forward;

    fn domain(&self) -> usize {
        self.body.locals.len()
    }

    fn boundary(&self, state: &mut BitSet<Local>) {
        state.extend(self.body.param_locals());
    }

    fn statement(&self, state: &mut BitSet<Local>, statement: &Statement, _: Location) {
        match &statement.kind {
            StatementKind::Assign(place, _) => self.init(state, place),
            StatementKind::StorageLive(local) | StatementKind::StorageDead(local) => {
                state.remove(*local);
            }
            _ => {}
        }
    }

    fn terminator(&self, state: &mut BitSet<Local>, terminator: &Terminator, _: Location) {
        if let TerminatorKind::Call { destination, .. } = &terminator.kind {
            self.init(state, destination);
        }
    }
}

struct Checker<'a, 'b> {
    body: &'a Body,
    facts: &'a Facts<'a>,
    paths: &'a MovePaths,
    captured: CapturedTemps,
    sink: &'b mut Sink,
    /// One report for each path and place in the text.
    reported: FxHashSet<(PathId, Span)>,
    /// What was reported, and the moves out of it.
    reported_moves: Vec<(PathId, Vec<Location>)>,
}

impl Checker<'_, '_> {
    fn statement(&mut self, statement: &Statement, at: Location, uninit: &BitSet<PathId>) {
        let span = self.captured.span_of(statement);
        statement_uses(statement, &mut |place, use_| {
            // What a match tests is read by the test itself.
            if use_ != Use::Borrow(BorrowKind::Fake) {
                self.place_use(place, use_, span, at, uninit);
            }
        });
        if let Some(place) = written(statement) {
            self.partial_write(place, statement.span, at, uninit);
        }
    }

    fn terminator(&mut self, terminator: &Terminator, at: Location, uninit: &BitSet<PathId>) {
        let span = terminator.span;
        terminator_uses(terminator, &mut |place, use_| {
            self.place_use(place, use_, span, at, uninit);
        });
        if let TerminatorKind::Call { destination, .. } = &terminator.kind {
            self.partial_write(destination, span, at, uninit);
        }
    }

    fn place_use(
        &mut self,
        place: &Place,
        use_: Use,
        span: Span,
        at: Location,
        uninit: &BitSet<PathId>,
    ) {
        self.initialised(place, use_verb(use_), span, at, uninit);
        if use_ == Use::Move {
            self.may_move_out(place, span);
        }
    }

    /// Writing a part needs the whole to be there.
    fn partial_write(&mut self, place: &Place, span: Span, at: Location, uninit: &BitSet<PathId>) {
        let Some(last) = place.projection.last() else { return };
        let base = place.prefix(place.projection.len() - 1);
        match last {
            Projection::Deref if !self.facts.is_box(base.ty(self.body)) => {
                self.initialised(&base, "use", span, at, uninit);
            }
            // What a box held may have been moved out, and is put back here; the box itself must be there.
            _ => {
                let lookup = self.paths.nearest(self.body, self.facts, &base);
                if uninit.contains(lookup.path()) {
                    self.report(lookup.path(), &base, "assign to part", span, at);
                }
            }
        }
    }

    fn initialised(
        &mut self,
        place: &Place,
        verb: &'static str,
        span: Span,
        at: Location,
        uninit: &BitSet<PathId>,
    ) {
        let missing = match self.paths.nearest(self.body, self.facts, place) {
            Lookup::Inside(path) => uninit.contains(path).then_some(path),
            Lookup::Exact(path) => {
                let mut found = None;
                self.paths.for_each_inside(path, &mut |inside| {
                    if found.is_none() && uninit.contains(inside) {
                        found = Some(inside);
                    }
                });
                found
            }
        };
        if let Some(path) = missing {
            self.report(path, place, verb, span, at);
        }
    }

    fn report(&mut self, path: PathId, place: &Place, verb: &str, span: Span, at: Location) {
        if !self.reported.insert((path, span)) {
            return;
        }
        let moves = self.find_moves(path, at);
        if !moves.is_empty() && self.is_part_of_reported(path, &moves) {
            return;
        }
        let name = describe(self.body, self.facts, &self.named_prefix(place));
        if moves.is_empty() {
            return self.report_uninit(path, name, span);
        }
        let moved = &self.paths.paths[path].place;
        let ty = moved.ty(self.body);
        let mut report = UseAfterMove { use_: verb, place: name }.at(span);
        let after = match verb {
            "borrow" => "value borrowed here after move",
            "assign to part" => "value partially assigned here after move",
            _ => "value used here after move",
        };
        let mut in_loop = false;
        for at in &moves {
            let moved_at = at.span(self.body);
            if moved_at == span {
                in_loop = true;
                continue;
            }
            report = report.label(moved_at, self.move_text(*at));
        }
        report = report.here(if in_loop {
            "value moved here, in previous iteration of loop"
        } else {
            after
        });
        if let Some(name) = place_name(self.body, self.facts, moved) {
            report = report
                .note(format!("move occurs because `{name}` has type `{ty}`, which is not `Copy`"));
            let first = moves[0].span(self.body);
            if self.is_plain_move(moves[0]) {
                report = report
                    .fix(Fix::new("clone the value, if it can be").insert_after(first, ".clone()"));
            }
        }
        self.sink.report(report);
    }

    /// Whether what lies in the path, or what it lies in, was reported for the same moves.
    fn is_part_of_reported(&mut self, path: PathId, moves: &[Location]) -> bool {
        let related = |other: PathId| {
            other != path && (self.contains(other, path) || self.contains(path, other))
        };
        let known =
            self.reported_moves.iter().any(|(other, theirs)| related(*other) && theirs == moves);
        self.reported_moves.push((path, moves.to_vec()));
        known
    }

    fn report_uninit(&mut self, path: PathId, name: String, span: Span) {
        let local = self.paths.paths[path].place.local;
        let declared = self.body.locals[local].span;
        // Whether some way initialises it decides the words only.
        let assigned = self.body.blocks.iter().any(|block| {
            block.statements.iter().any(|s| written(s).and_then(Place::as_local) == Some(local))
        });
        let state = if assigned { "is possibly not" } else { "is not" };
        let report = UseOfUninit { place: name, state }
            .at(span)
            .here("used here without a value")
            .label(declared, "declared here, without a value");
        self.sink.report(report);
    }

    fn move_text(&self, at: Location) -> &'static str {
        let data = &self.body.blocks[at.block];
        match data.statements.get(at.statement).map(|statement| &statement.kind) {
            Some(StatementKind::Assign(
                _,
                vez_mir::Rvalue::Aggregate(vez_mir::AggregateKind::Closure(..), _),
            )) => "value moved into closure here",
            _ => "value moved here",
        }
    }

    fn is_plain_move(&self, at: Location) -> bool {
        let data = &self.body.blocks[at.block];
        matches!(
            data.statements.get(at.statement).map(|statement| &statement.kind),
            Some(StatementKind::Assign(_, vez_mir::Rvalue::Use(_)))
        )
    }

    /// The moves out of a path, of what it lies in or of what lies in it, that reach a point.
    fn find_moves(&self, path: PathId, from: Location) -> Vec<Location> {
        let predecessors = cfg::predecessors(self.body);
        let mut related: BitSet<PathId> = BitSet::new_empty(self.paths.paths.len());
        self.paths.for_each_inside(path, &mut |inside| {
            related.insert(inside);
        });
        let mut above = Some(path);
        while let Some(path) = above {
            related.insert(path);
            above = self.paths.paths[path].parent;
        }
        let mut found = Vec::new();
        let mut seen: BitSet<Block> = BitSet::new_empty(self.body.blocks.len());
        let mut open = vec![(from.block, from.statement)];
        while let Some((block, end)) = open.pop() {
            if self.scan_back(block, end, path, &related, &mut found) {
                continue;
            }
            for &previous in &predecessors[block] {
                if seen.insert(previous) {
                    open.push((previous, self.body.blocks[previous].statements.len() + 1));
                }
            }
        }
        found.sort();
        found
    }

    /// Looks for effects before `end`; true when the search ends in this block.
    fn scan_back(
        &self,
        block: Block,
        end: usize,
        path: PathId,
        related: &BitSet<PathId>,
        found: &mut Vec<Location>,
    ) -> bool {
        let data = &self.body.blocks[block];
        for statement in (0..end).rev() {
            let (effects, is_move) = match data.statements.get(statement) {
                Some(data) => (
                    self.paths.statement_effects(self.body, self.facts, data),
                    matches!(data.kind, StatementKind::Assign(..)),
                ),
                None => {
                    let terminator = &data.terminator;
                    let mut effects =
                        self.paths.terminator_effects(self.body, self.facts, terminator);
                    effects.extend(self.paths.return_effects(self.body, self.facts, terminator));
                    (effects, matches!(terminator.kind, TerminatorKind::Call { .. }))
                }
            };
            for effect in effects.iter().rev() {
                match *effect {
                    Effect::Init(init) if init == path || self.contains(init, path) => return true,
                    Effect::Uninit(gone) if related.contains(gone) => {
                        if is_move {
                            found.push(Location { block, statement });
                        }
                        return true;
                    }
                    _ => {}
                }
            }
        }
        false
    }

    fn contains(&self, outer: PathId, mut inner: PathId) -> bool {
        while let Some(parent) = self.paths.paths[inner].parent {
            if parent == outer {
                return true;
            }
            inner = parent;
        }
        false
    }

    /// The part of a place that a message names: not the pointer steps behind what was moved.
    fn named_prefix(&self, place: &Place) -> Place {
        let deref = place.projection.iter().position(|step| *step == Projection::Deref);
        match deref {
            Some(end) if capture(self.body, place).is_none() => place.prefix(end),
            _ => place.clone(),
        }
    }

    fn second_assignment(&mut self, at: Location, ever: &BitSet<Local>) {
        let data = &self.body.blocks[at.block];
        let (place, span) = match data.statements.get(at.statement) {
            Some(statement) => match written(statement) {
                Some(place) => (place, statement.span),
                None => return,
            },
            None => match &data.terminator.kind {
                TerminatorKind::Call { destination, .. } => (destination, data.terminator.span),
                _ => return,
            },
        };
        let Some(local) = place.as_local() else { return };
        let decl = &self.body.locals[local];
        let Some(name) = decl.name else { return };
        if decl.mutability == Mutability::Mut || !ever.contains(local) {
            return;
        }
        if !self.reported.insert((self.paths.local(local), span)) {
            return;
        }
        let what = if self.body.is_param(local) { "argument" } else { "variable" };
        let fix = Fix::new("make it mutable").insert_before(decl.span, "mut ");
        let report = AssignTwice { what, place: name }
            .at(span)
            .here("assigned a second time here")
            .label(decl.span, "declared immutable here")
            .fix(fix.machine_applicable());
        self.sink.report(report);
    }

    /// Nothing moves out of borrows, slices, or what implements `Drop`.
    fn may_move_out(&mut self, place: &Place, span: Span) {
        let mut ty = self.body.locals[place.local].ty;
        for (index, &step) in place.projection.iter().enumerate() {
            let base = place.prefix(index);
            match (step, ty.kind()) {
                (Projection::Deref, TyKind::Ref(..) | TyKind::RawPtr(..)) => {
                    return self.report_move_out(place, &base, span);
                }
                (Projection::Index(_), _) | (_, TyKind::Slice(_)) => {
                    let kind = match ty.kind() {
                        TyKind::Slice(_) => "slice",
                        _ => "array",
                    };
                    let report = MoveOutOfArray { ty, kind }
                        .at(span)
                        .here("cannot move out of here")
                        .help("borrow the element, or clone it");
                    return self.sink.report(report);
                }
                (Projection::Field(..), TyKind::Adt(def, _)) if self.facts.has_drop_impl(*def) => {
                    let report = MoveOutOfDrop { ty }
                        .at(span)
                        .here("cannot move out of here")
                        .help("borrow the field, or clone it");
                    return self.sink.report(report);
                }
                _ => {}
            }
            ty = project_ty(ty, step);
        }
        let is_unsized = matches!(ty.kind(), TyKind::Dyn(_) | TyKind::Slice(_) | TyKind::Str);
        // The library calls what a `Box<dyn FnOnce()>` holds.
        if is_unsized && !self.facts.is_library(self.body.owner) {
            self.sink.report(UnsizedMove { ty }.at(span).here("its size is not known here"));
        }
    }

    fn report_move_out(&mut self, place: &Place, pointer: &Place, span: Span) {
        if !self.reported.insert((self.paths.local(place.local), span)) {
            return;
        }
        let pointer_ty = pointer.ty(self.body);
        let why = if capture(self.body, place).is_some() {
            "a captured variable of a closure that is called more than once"
        } else if self.facts.is_static_address(self.body, pointer) {
            "a static"
        } else {
            match pointer_ty.kind() {
                TyKind::RawPtr(..) => "behind a raw pointer",
                TyKind::Ref(_, _, Mutability::Mut) => "behind a mutable reference",
                _ => "behind a shared reference",
            }
        };
        let ty = place.ty(self.body);
        let name = match place_name(self.body, self.facts, place) {
            Some(name) => name,
            None => "value".to_owned(),
        };
        let report = MoveOutOfBorrow { place: name, why }
            .at(span)
            .here(format!("move occurs because it has type `{ty}`, which is not `Copy`"))
            .fix(Fix::new("borrow it instead").insert_before(span, "&"));
        self.sink.report(report);
    }
}

fn use_verb(use_: Use) -> &'static str {
    match use_ {
        Use::Borrow(_) | Use::RawBorrow(_) => "borrow",
        Use::Copy | Use::Move | Use::Inspect => "use",
    }
}
