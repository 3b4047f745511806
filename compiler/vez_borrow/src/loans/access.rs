//! Walks a body and checks each access against the loans in scope.

use super::conflict::{Depth, conflicts};
use super::{InScope, Loan, LoanId, Loans};
use crate::regions::liveness::dropped_regions;
use crate::regions::solve::Values;
use crate::regions::{RegionVid, Regions, regions_in};
use crate::uses::{Use, statement_uses, terminator_uses};
use smallvec::SmallVec;
use vez_base::{BitSet, FxHashSet, Span};
use vez_diag::Sink;
use vez_mir::cfg::Dominators;
use vez_mir::dataflow::solve;
use vez_mir::{
    Body, BorrowKind, Facts, Local, Location, Mutability, Place, Projection, Rvalue, Statement,
    StatementKind, Terminator, TerminatorKind,
};

/// What is done to a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Action {
    Copy,
    Inspect,
    BorrowShared,
    /// Of two phases: the first.
    Reserve,
    BorrowMut,
    BorrowUnique,
    Move,
    Assign,
    Drop,
    StorageDead,
    /// The function ends.
    Return,
}

impl Action {
    fn is_read(self) -> bool {
        matches!(self, Action::Copy | Action::Inspect | Action::BorrowShared)
    }
}

pub(super) struct Checker<'a> {
    pub(super) body: &'a Body,
    pub(super) facts: &'a Facts<'a>,
    pub(super) regions: &'a Regions<'a>,
    pub(super) values: &'a Values,
    pub(super) loans: &'a Loans,
    pub(super) sink: &'a mut Sink,
    dominators: Dominators,
    /// One report for each loan and place in the text, and for each borrow that does not live long enough.
    reported: FxHashSet<(Span, Span)>,
}

/// Reports every access that a loan in scope forbids.
pub(crate) fn check(regions: &Regions<'_>, values: &Values, loans: &Loans, sink: &mut Sink) {
    let body = regions.body;
    if loans.all.is_empty() {
        return;
    }
    let in_scope = solve(body, InScope { loans, values });
    let mut checker = Checker {
        body,
        facts: regions.facts,
        regions,
        values,
        loans,
        sink,
        dominators: Dominators::new(body),
        reported: FxHashSet::default(),
    };
    for block in body.blocks.ids() {
        let data = &body.blocks[block];
        in_scope.visit_block(body, block, |at, state| {
            if state.is_empty() && !checker.loans.by_location.contains_key(&at) {
                return;
            }
            checker.activate(at, state);
            let mut after = state.clone();
            checker.loans.expire(values, &mut after, at);
            match data.statements.get(at.statement) {
                Some(statement) => checker.statement(statement, at, &after),
                None => checker.terminator(&data.terminator, at, &after),
            }
            checker.ending_loans(at, state, &after);
        });
    }
}

impl Checker<'_> {
    /// A two-phase borrow becomes a mutable one where it is used first: what its call is given besides must not be borrowed
    /// from it, so the loans that count are those in scope before that point.
    fn activate(&mut self, at: Location, state: &BitSet<LoanId>) {
        let Some(activated) = self.loans.activations.get(&at) else { return };
        let mut state = state.clone();
        if let Some(statement) = at.statement.checked_sub(1) {
            self.loans.expire(self.values, &mut state, Location { statement, ..at });
        }
        for &loan in &activated.clone() {
            let Loan { place, span, .. } = self.loans.all[loan].clone();
            let mut others = state.clone();
            others.remove(loan);
            self.access(&place, Action::BorrowMut, Depth::Deep, span, at, &others);
        }
    }

    /// A loan that ends at a point still forbids what is done there while what holds it is still used: `before` are the loans in
    /// scope before the point.
    fn ending_loans(&mut self, at: Location, before: &BitSet<LoanId>, after: &BitSet<LoanId>) {
        if before.iter().any(|loan| !after.contains(loan)) {
            self.operands_among_themselves(at, before, after);
            self.written_through(at, before, after);
        }
    }

    /// Operands are evaluated one after the other: a loan counts while another operand holds it, or is still to be read from what
    /// does, this one included.
    fn operands_among_themselves(
        &mut self,
        at: Location,
        before: &BitSet<LoanId>,
        after: &BitSet<LoanId>,
    ) {
        let data = &self.body.blocks[at.block];
        let mut uses: SmallVec<[(&Place, Use); 8]> = SmallVec::new();
        let span = match data.statements.get(at.statement) {
            Some(statement) => {
                statement_uses(statement, &mut |place, use_| uses.push((place, use_)));
                self.loans.span_of(statement)
            }
            None => {
                terminator_uses(&data.terminator, &mut |place, use_| uses.push((place, use_)));
                data.terminator.span
            }
        };
        for (index, &(place, use_)) in uses.iter().enumerate() {
            let held = self.held(place, before, after, &|regions| {
                let mut held =
                    uses.iter().enumerate().flat_map(|(other, &(place, _))| match other < index {
                        true => self.regions.held_by(place),
                        false => regions_in(self.regions.locals[place.local]),
                    });
                held.any(|vid| regions.contains(vid))
            });
            if !held.is_empty() {
                self.use_(place, use_, span, at, &held);
            }
        }
    }

    /// Writing to a part of a value uses the rest of it, dropping a value uses what its destructors look at.
    fn written_through(&mut self, at: Location, before: &BitSet<LoanId>, after: &BitSet<LoanId>) {
        let data = &self.body.blocks[at.block];
        let (place, span) = match (data.statements.get(at.statement), &data.terminator.kind) {
            (Some(statement), _) => match &statement.kind {
                StatementKind::Assign(place, _) => (place, self.loans.span_of(statement)),
                _ => return,
            },
            (None, TerminatorKind::Call { destination, .. }) => (destination, data.terminator.span),
            (None, TerminatorKind::Drop { place, .. }) => {
                let dropped = dropped_regions(self.regions, self.regions.locals[place.local]);
                let held = self.held(place, before, after, &|regions| {
                    dropped.iter().any(|&vid| regions.contains(vid))
                });
                let action = self.drop_action(&data.terminator);
                return self.access(place, action, Depth::Drop, data.terminator.span, at, &held);
            }
            _ => return,
        };
        if !place.projection.is_empty() {
            let own = regions_in(self.regions.locals[place.local]);
            let held = self.held(place, before, after, &|regions| {
                own.iter().any(|&vid| regions.contains(vid))
            });
            self.access(place, Action::Assign, Depth::Shallow, span, at, &held);
        }
    }

    /// The loans of a place's local that end at a point, and whose regions reach what `holds` accepts.
    fn held(
        &self,
        place: &Place,
        before: &BitSet<LoanId>,
        after: &BitSet<LoanId>,
        holds: &dyn Fn(&BitSet<RegionVid>) -> bool,
    ) -> BitSet<LoanId> {
        let mut held = BitSet::new_empty(self.loans.all.len());
        for &loan in self.loans.by_local.get(&place.local).into_iter().flatten() {
            let ends = before.contains(loan) && !after.contains(loan);
            if ends && holds(&self.values.reached(self.regions, self.loans.all[loan].region)) {
                held.insert(loan);
            }
        }
        held
    }

    fn statement(&mut self, statement: &Statement, at: Location, state: &BitSet<LoanId>) {
        let span = self.loans.span_of(statement);
        let bound;
        let state = if self.is_own_binding(statement, at) {
            bound = self.without_fakes(state);
            &bound
        } else {
            state
        };
        statement_uses(statement, &mut |place, use_| self.use_(place, use_, span, at, state));
        match &statement.kind {
            StatementKind::Assign(place, _) => {
                self.access(place, Action::Assign, Depth::Shallow, span, at, state);
            }
            StatementKind::StorageDead(local) => {
                let place = Place::from(*local);
                self.access(&place, Action::StorageDead, Depth::Shallow, span, at, state);
            }
            _ => {}
        }
    }

    /// Whether a statement binds a variable of the pattern whose guard comes next: a reference for the guard follows.
    fn is_own_binding(&self, statement: &Statement, at: Location) -> bool {
        let next = self.body.blocks[at.block].statements.get(at.statement + 1);
        match (&statement.kind, next.map(|next| &next.kind)) {
            (
                StatementKind::Assign(bound, Rvalue::Ref(..)),
                Some(StatementKind::Assign(reference, Rvalue::Ref(_, to))),
            ) => bound == to && self.body.locals[reference.local].is_guard_ref,
            _ => false,
        }
    }

    fn without_fakes(&self, state: &BitSet<LoanId>) -> BitSet<LoanId> {
        let mut state = state.clone();
        let fakes = state.iter().filter(|&loan| self.loans.all[loan].kind == BorrowKind::Fake);
        for fake in fakes.collect::<Vec<_>>() {
            state.remove(fake);
        }
        state
    }

    fn terminator(&mut self, terminator: &Terminator, at: Location, state: &BitSet<LoanId>) {
        let span = terminator.span;
        terminator_uses(terminator, &mut |place, use_| self.use_(place, use_, span, at, state));
        match &terminator.kind {
            TerminatorKind::Call { destination, .. } => {
                self.access(destination, Action::Assign, Depth::Deep, span, at, state);
            }
            TerminatorKind::Drop { place, .. } => {
                let action = self.drop_action(terminator);
                self.access(place, action, Depth::Drop, span, at, state);
            }
            TerminatorKind::Return | TerminatorKind::Resume => self.leave(span, at, state),
            _ => {}
        }
    }

    /// To make room for a new value is a part of assigning it.
    fn drop_action(&self, terminator: &Terminator) -> Action {
        let TerminatorKind::Drop { place, target, .. } = &terminator.kind else {
            return Action::Drop;
        };
        let is_replaced = self.body.blocks[*target].statements.first().is_some_and(|first| {
            first.span == terminator.span
                && matches!(&first.kind, StatementKind::Assign(to, _) if to == place)
        });
        if is_replaced { Action::Assign } else { Action::Drop }
    }

    /// Parameters end with the function; nothing says so in the text.
    fn leave(&mut self, span: Span, at: Location, state: &BitSet<LoanId>) {
        for loan in state.iter() {
            let place = &self.loans.all[loan].place;
            if self.body.is_param(place.local) && !self.is_behind_reference(place) {
                let place = Place::from(place.local);
                self.access(&place, Action::Return, Depth::Shallow, span, at, state);
            }
        }
    }

    pub(super) fn is_behind_reference(&self, place: &Place) -> bool {
        (0..place.projection.len()).any(|index| {
            place.projection[index] == Projection::Deref
                && !self.facts.is_box(place.prefix(index).ty(self.body))
        })
    }

    fn use_(&mut self, place: &Place, use_: Use, span: Span, at: Location, state: &BitSet<LoanId>) {
        let (action, depth) = match use_ {
            Use::Copy => (Action::Copy, Depth::Deep),
            Use::Move => (Action::Move, Depth::Deep),
            // It conflicts with nothing that is there: what follows it conflicts with it.
            Use::Borrow(BorrowKind::Fake) => return,
            Use::Inspect => (Action::Inspect, Depth::Shallow),
            Use::Borrow(BorrowKind::Shared) => (Action::BorrowShared, Depth::Deep),
            Use::Borrow(BorrowKind::Mut { two_phase: true }) => (Action::Reserve, Depth::Deep),
            Use::Borrow(BorrowKind::Mut { two_phase: false }) => (Action::BorrowMut, Depth::Deep),
            Use::Borrow(BorrowKind::Unique) => (Action::BorrowUnique, Depth::Deep),
            Use::RawBorrow(Mutability::Mut) => (Action::BorrowMut, Depth::Deep),
            Use::RawBorrow(Mutability::Not) => (Action::BorrowShared, Depth::Deep),
        };
        self.access(place, action, depth, span, at, state);
        for step in &place.projection {
            if let Projection::Index(index) = step {
                let index = Place::from(*index);
                self.access(&index, Action::Copy, Depth::Shallow, span, at, state);
            }
        }
    }

    fn access(
        &mut self,
        place: &Place,
        action: Action,
        depth: Depth,
        span: Span,
        at: Location,
        state: &BitSet<LoanId>,
    ) {
        let Some(loans) = self.loans.by_local.get(&place.local) else { return };
        for &id in loans {
            if !state.contains(id) {
                continue;
            }
            let loan = &self.loans.all[id];
            if self.is_allowed(action, loan, at)
                || !conflicts(self.body, self.facts, &loan.place, loan.kind, place, depth)
            {
                continue;
            }
            // What does not live long enough is said once, wherever it ends.
            let place_in_text = match action {
                Action::StorageDead | Action::Return | Action::Drop => loan.span,
                _ => span,
            };
            if self.reported.insert((loan.span, place_in_text)) {
                self.report(action, place, span, at, id);
            }
        }
    }

    fn is_allowed(&self, action: Action, loan: &Loan, at: Location) -> bool {
        match loan.kind {
            BorrowKind::Shared => action.is_read() || action == Action::Reserve,
            BorrowKind::Fake => {
                action.is_read()
                    || matches!(
                        action,
                        Action::Reserve
                            | Action::Move
                            | Action::Drop
                            | Action::StorageDead
                            | Action::Return
                    )
            }
            BorrowKind::Mut { two_phase: true } => action.is_read() && !self.is_active(loan, at),
            BorrowKind::Mut { two_phase: false } | BorrowKind::Unique => false,
        }
    }

    /// Past its first use, or at it.
    fn is_active(&self, loan: &Loan, at: Location) -> bool {
        let Some(activation) = loan.activation else { return false };
        if activation == at {
            // The operands of the activating call are read before the borrow is used.
            return false;
        }
        if activation.block == at.block {
            return activation.statement < at.statement
                && !(loan.at.block == at.block
                    && loan.at.statement > activation.statement
                    && at.statement > loan.at.statement);
        }
        self.dominators.dominates(activation.block, at.block)
    }

    /// The local that holds a place's own storage.
    pub(super) fn is_temp(&self, local: Local) -> bool {
        self.body.locals[local].name.is_none() && !self.body.is_param(local)
    }
}
