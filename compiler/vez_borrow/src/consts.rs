//! What a body that runs while the program is compiled may not do: drop values, keep borrows that could be written through.
//!
//! Decided by values rather than types: `None::<Vec<T>>` needs no drop. A local has a *quality* where it may hold a value that has
//! it; moving out of the local as a whole takes it away.

use vez_base::{BitSet, DefId, DefKind, FxHashSet};
use vez_db::{Db, Subject};
use vez_diag::Sink;
use vez_diag::registry::{CellBorrowInConst, DropInConst, MutBorrowInConst};
use vez_mir::dataflow::{Analysis, Direction, solve};
use vez_mir::{
    AggregateKind, Body, BodyKind, BorrowKind, ConstantKind, Facts, Local, Location, Mutability,
    Operand, Place, Projection, Rvalue, Statement, StatementKind, Terminator, TerminatorKind,
};
use vez_types::{Ty, TyKind};

/// Reports drops (E0493) and borrows that outlive the evaluation (E0492, E0764).
pub(crate) fn check(body: &Body, facts: &Facts<'_>, sink: &mut Sink) {
    let in_const = match body.kind {
        BodyKind::Const => true,
        BodyKind::Fn => vez_thir::is_const_context(facts.db, body.owner),
        BodyKind::Closure => false,
    };
    if !in_const || facts.is_library(body.owner) {
        return;
    }
    drops(body, facts, sink);
    if body.kind == BodyKind::Const && body.owner.kind() != DefKind::Promoted {
        kept_borrows(body, facts, sink);
    }
}

/// What is asked of values.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Quality {
    NeedsDrop,
    /// Something inside may change behind a shared reference.
    Cell,
}

impl Quality {
    /// Whether some value of the type has it.
    fn of_ty(self, facts: &Facts<'_>, ty: Ty) -> bool {
        match self {
            Quality::NeedsDrop => facts.needs_drop(ty),
            Quality::Cell => !facts.is_freeze(ty),
        }
    }

    /// Whether every value of the type has it.
    fn is_inherent(self, facts: &Facts<'_>, def: DefId) -> bool {
        match self {
            Quality::NeedsDrop => facts.has_drop_impl(def),
            Quality::Cell => facts.adt(def).flags.is_unsafe_cell,
        }
    }
}

/// Which locals may hold a value that has a quality.
struct Holders<'a> {
    body: &'a Body,
    facts: &'a Facts<'a>,
    quality: Quality,
}

impl Holders<'_> {
    fn value(&self, state: &BitSet<Local>, value: &Rvalue) -> bool {
        match value {
            Rvalue::Aggregate(AggregateKind::Adt { def, .. }, _)
                if self.quality.is_inherent(self.facts, *def) || self.facts.is_union(*def) =>
            {
                true
            }
            _ => value.operands().any(|operand| self.operand(state, operand)),
        }
    }

    fn operand(&self, state: &BitSet<Local>, operand: &Operand) -> bool {
        match operand {
            Operand::Copy(place) | Operand::Move(place) => self.place(state, place),
            Operand::Const(constant) => {
                self.quality.of_ty(self.facts, constant.ty)
                    && match constant.kind {
                        ConstantKind::Item(def, args) if args.is_empty() => {
                            let (needs_drop, cell) = const_qualities(self.facts.db, def);
                            if self.quality == Quality::Cell { cell } else { needs_drop }
                        }
                        _ => true,
                    }
            }
        }
    }

    fn place(&self, state: &BitSet<Local>, place: &Place) -> bool {
        for (index, step) in place.projection.iter().enumerate().rev() {
            let part = place.prefix(index + 1).ty(self.body);
            if !self.quality.of_ty(self.facts, part) {
                return false;
            }
            if *step == Projection::Deref {
                return true;
            }
        }
        state.contains(place.local)
    }

    fn assign(&self, state: &mut BitSet<Local>, place: &Place, has: bool) {
        let ty = place.ty(self.body);
        if has && !place.is_indirect() && self.quality.of_ty(self.facts, ty) {
            state.insert(place.local);
        }
    }

    /// What is moved out as a whole is gone.
    fn moved(&self, state: &mut BitSet<Local>, operand: &Operand) {
        if let Operand::Move(place) = operand
            && let Some(local) = place.as_local()
        {
            state.remove(local);
        }
    }

    /// Through a borrow that may write, any value of the type may arrive.
    fn borrowed(&self, state: &mut BitSet<Local>, value: &Rvalue) {
        let place = match value {
            Rvalue::Ref(BorrowKind::Mut { .. } | BorrowKind::Unique, place)
            | Rvalue::RawPtr(_, place) => place,
            Rvalue::Ref(_, place) if !self.facts.is_freeze(place.ty(self.body)) => place,
            _ => return,
        };
        self.assign(state, place, true);
    }
}

impl Analysis for Holders<'_> {
    type Fact = Local;
    const DIRECTION: Direction = Direction::Forward;

    fn domain(&self) -> usize {
        self.body.locals.len()
    }

    fn boundary(&self, state: &mut BitSet<Local>) {
        let params = self.body.param_locals();
        let has = |local: &Local| self.quality.of_ty(self.facts, self.body.locals[*local].ty);
        state.extend(params.filter(has));
    }

    fn statement(&self, state: &mut BitSet<Local>, statement: &Statement, _: Location) {
        match &statement.kind {
            StatementKind::Assign(place, value) => {
                let has = self.value(state, value);
                self.borrowed(state, value);
                value.operands().for_each(|operand| self.moved(state, operand));
                self.assign(state, place, has);
            }
            StatementKind::StorageLive(local) | StatementKind::StorageDead(local) => {
                state.remove(*local);
            }
            StatementKind::FakeRead(_) | StatementKind::Nop => {}
        }
    }

    fn terminator(&self, state: &mut BitSet<Local>, terminator: &Terminator, _: Location) {
        if let TerminatorKind::Call { args, destination, .. } = &terminator.kind {
            args.iter().for_each(|operand| self.moved(state, operand));
            self.assign(state, destination, true);
        }
    }
}

/// E0493: a drop of what may need one.
fn drops(body: &Body, facts: &Facts<'_>, sink: &mut Sink) {
    let any = body.blocks.iter().any(|block| {
        !block.is_cleanup && matches!(block.terminator.kind, TerminatorKind::Drop { .. })
    });
    if !any {
        return;
    }
    let holders = solve(body, Holders { body, facts, quality: Quality::NeedsDrop });
    let mut reported = FxHashSet::default();
    for block in body.blocks.ids() {
        let data = &body.blocks[block];
        let TerminatorKind::Drop { place, .. } = &data.terminator.kind else { continue };
        if data.is_cleanup {
            continue;
        }
        holders.visit_block(body, block, |at, state| {
            let is_end = at.statement == data.statements.len();
            let ty = place.ty(body);
            if is_end && holders.analysis.place(state, place) && reported.insert(place.local) {
                let report = DropInConst { ty }.at(body.locals[place.local].span);
                sink.report(report.label(data.terminator.span, "it would be dropped here"));
            }
        });
    }
}

/// E0492, E0764: borrows that become part of a constant's value.
fn kept_borrows(body: &Body, facts: &Facts<'_>, sink: &mut Sink) {
    let mut ends = BitSet::new_empty(body.locals.len());
    for statement in body.blocks.iter().flat_map(|block| &block.statements) {
        if let StatementKind::StorageDead(local) = statement.kind {
            ends.insert(local);
        }
    }
    let is_kept = |place: &Place| !place.is_indirect() && !ends.contains(place.local);
    let what = body.owner.kind().describe();
    let holders = solve(body, Holders { body, facts, quality: Quality::Cell });
    for block in body.blocks.ids() {
        let data = &body.blocks[block];
        holders.visit_block(body, block, |at, state| {
            let Some(statement) = data.statements.get(at.statement) else { return };
            let StatementKind::Assign(_, value) = &statement.kind else { return };
            match value {
                Rvalue::Ref(BorrowKind::Shared, place) | Rvalue::RawPtr(Mutability::Not, place)
                    if is_kept(place) && holders.analysis.place(state, place) =>
                {
                    let ty = place.ty(body);
                    sink.report(CellBorrowInConst { what, ty }.at(statement.span));
                }
                Rvalue::Ref(BorrowKind::Mut { .. }, place)
                | Rvalue::RawPtr(Mutability::Mut, place)
                    if is_kept(place) && !may_be_written(body, facts, place) =>
                {
                    sink.report(MutBorrowInConst { what }.at(statement.span));
                }
                _ => {}
            }
        });
    }
}

/// A mutable static may point to what can be written, and what is empty cannot be.
fn may_be_written(body: &Body, facts: &Facts<'_>, place: &Place) -> bool {
    let is_static_mut = body.owner.kind() == DefKind::Static && facts.is_raw_static(body.owner);
    is_static_mut
        || matches!(place.ty(body).kind(), TyKind::Array(_, len) if len.as_value() == Some(0))
}

/// Whether the value of a constant needs a drop, and whether it holds a cell.
fn const_qualities(db: &dyn Db, def: DefId) -> (bool, bool) {
    if def.kind() != DefKind::Const {
        return (true, true);
    }
    const_qualities_query(db, Subject::new(db, def))
}

#[salsa::tracked(returns(copy), cycle_result = const_cycle)]
fn const_qualities_query<'db>(db: &'db dyn Db, subject: Subject<'db>) -> (bool, bool) {
    let def = subject.def(db);
    let thir = &vez_thir::thir_body(db, def).value;
    if thir.poisoned {
        return (true, true);
    }
    let facts = Facts::new(db, thir);
    let body = &vez_mir::mir_built(db, def);
    let of = |quality| {
        let holders = solve(body, Holders { body, facts: &facts, quality });
        let mut found = false;
        for block in body.blocks.ids() {
            if matches!(body.blocks[block].terminator.kind, TerminatorKind::Return) {
                let mut state = holders.states[block].clone();
                holders.visit_block(body, block, |_, now| state.clone_from(now));
                found |= state.contains(Local::RETURN);
            }
        }
        found
    };
    (of(Quality::NeedsDrop), of(Quality::Cell))
}

/// A constant that needs itself is reported as such.
fn const_cycle<'db>(_: &'db dyn Db, _: salsa::Id, _: Subject<'db>) -> (bool, bool) {
    (true, true)
}
