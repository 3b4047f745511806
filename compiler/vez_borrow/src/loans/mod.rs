//! Loans: the borrows a body makes, and where each is in scope.
//!
//! A loan is in scope from its borrow on, as long as its region holds and the path it was made through is not overwritten.

pub(crate) mod access;
pub(crate) mod conflict;
mod report;

use crate::regions::solve::Values;
use crate::regions::{RegionVid, Regions};
use crate::uses::CapturedTemps;
use rustc_hash::FxHashMap;
use vez_base::{BitSet, IdVec, Span, id_type};
use vez_mir::dataflow::{Analysis, Direction};
use vez_mir::{
    Body, BorrowKind, Local, Location, Mutability, Place, Projection, Rvalue, Statement,
    StatementKind, Terminator, TerminatorKind, project_ty,
};
use vez_types::TyKind;

id_type!(
    /// A borrow of the body.
    pub(crate) struct LoanId;
);

#[derive(Clone, Debug)]
pub(crate) struct Loan {
    pub(crate) kind: BorrowKind,
    pub(crate) place: Place,
    pub(crate) region: RegionVid,
    pub(crate) at: Location,
    pub(crate) span: Span,
    /// Where a two-phase borrow is first used.
    pub(crate) activation: Option<Location>,
    /// The closure whose environment it was made for.
    pub(crate) capture: Option<Span>,
}

/// The loans of a body.
pub(crate) struct Loans {
    pub(crate) all: IdVec<LoanId, Loan>,
    pub(crate) by_location: FxHashMap<Location, LoanId>,
    pub(crate) by_local: FxHashMap<Local, Vec<LoanId>>,
    pub(crate) activations: FxHashMap<Location, Vec<LoanId>>,
    /// The borrows that closures capture.
    captured: CapturedTemps,
}

impl Loans {
    pub(crate) fn new(body: &Body, regions: &Regions<'_>) -> Loans {
        let mut loans = Loans {
            all: IdVec::new(),
            by_location: FxHashMap::default(),
            by_local: FxHashMap::default(),
            activations: FxHashMap::default(),
            captured: CapturedTemps::of(body),
        };
        let mut two_phase: FxHashMap<Local, LoanId> = FxHashMap::default();
        for block in body.blocks.ids() {
            for (index, statement) in body.blocks[block].statements.iter().enumerate() {
                let StatementKind::Assign(target, Rvalue::Ref(kind, place)) = &statement.kind
                else {
                    continue;
                };
                let at = Location { block, statement: index };
                let Some(&region) = regions.borrows.get(&at) else { continue };
                if is_always_safe(body, place) {
                    continue;
                }
                // A copied binding: what it was copied from is borrowed like any other.
                let is_binding = body.locals[target.local].is_guard_ref;
                let kind = if is_binding { BorrowKind::Shared } else { *kind };
                let id = loans.all.push(Loan {
                    kind,
                    place: place.clone(),
                    region,
                    at,
                    span: statement.span,
                    activation: None,
                    capture: loans.captured.closure(target.local),
                });
                loans.by_location.insert(at, id);
                loans.by_local.entry(place.local).or_default().push(id);
                if let (BorrowKind::Mut { two_phase: true }, Some(temp)) = (kind, target.as_local())
                {
                    two_phase.insert(temp, id);
                }
            }
        }
        loans.find_activations(body, &two_phase);
        loans
    }

    /// Where a statement's uses are reported: captures at their closure.
    pub(crate) fn span_of(&self, statement: &Statement) -> Span {
        self.captured.span_of(statement)
    }

    fn find_activations(&mut self, body: &Body, two_phase: &FxHashMap<Local, LoanId>) {
        if two_phase.is_empty() {
            return;
        }
        for block in body.blocks.ids() {
            let data = &body.blocks[block];
            for statement in 0..=data.statements.len() {
                let at = Location { block, statement };
                let mut used = |place: &Place, _| {
                    let Some(&loan) = two_phase.get(&place.local) else { return };
                    if self.all[loan].activation.is_none() {
                        self.all[loan].activation = Some(at);
                        self.activations.entry(at).or_default().push(loan);
                    }
                };
                match data.statements.get(statement) {
                    Some(data) => crate::uses::statement_uses(data, &mut used),
                    None => crate::uses::terminator_uses(&data.terminator, &mut used),
                }
            }
        }
    }

    /// Loans whose region does not hold at a point end before it.
    fn expire(&self, values: &Values, state: &mut BitSet<LoanId>, at: Location) {
        let gone: Vec<LoanId> =
            state.iter().filter(|&loan| !values.contains(self.all[loan].region, at)).collect();
        for loan in gone {
            state.remove(loan);
        }
    }
}

/// Borrows that nothing in the body can invalidate: behind a shared reference or a raw pointer.
fn is_always_safe(body: &Body, place: &Place) -> bool {
    let mut ty = body.locals[place.local].ty;
    for &step in &place.projection {
        if step == Projection::Deref
            && matches!(ty.kind(), TyKind::RawPtr(..) | TyKind::Ref(_, _, Mutability::Not))
        {
            return true;
        }
        ty = project_ty(ty, step);
    }
    false
}

/// Which loans are in scope.
pub(crate) struct InScope<'a> {
    pub(crate) loans: &'a Loans,
    pub(crate) values: &'a Values,
}

impl InScope<'_> {
    /// Overwriting a variable ends the loans made through what it pointed to.
    fn overwrite(&self, state: &mut BitSet<LoanId>, place: &Place) {
        let Some(loans) = self.loans.by_local.get(&place.local) else { return };
        for &loan in loans {
            let borrowed = &self.loans.all[loan].place.projection;
            let is_prefix = borrowed.len() >= place.projection.len()
                && borrowed[..place.projection.len()] == place.projection[..];
            let through_index =
                place.projection.iter().any(|step| matches!(step, Projection::Index(_)));
            if is_prefix && !through_index {
                state.remove(loan);
            }
        }
    }
}

impl Analysis for InScope<'_> {
    type Fact = LoanId;
    const DIRECTION: Direction = Direction::Forward;

    fn domain(&self) -> usize {
        self.loans.all.len()
    }

    fn boundary(&self, _: &mut BitSet<LoanId>) {}

    fn statement(&self, state: &mut BitSet<LoanId>, statement: &Statement, at: Location) {
        self.loans.expire(self.values, state, at);
        match &statement.kind {
            StatementKind::Assign(place, _) => self.overwrite(state, place),
            StatementKind::StorageDead(local) => self.overwrite(state, &Place::from(*local)),
            _ => {}
        }
        if let Some(&loan) = self.loans.by_location.get(&at) {
            state.insert(loan);
        }
    }

    fn terminator(&self, state: &mut BitSet<LoanId>, terminator: &Terminator, at: Location) {
        self.loans.expire(self.values, state, at);
        if let TerminatorKind::Call { destination, .. } = &terminator.kind {
            self.overwrite(state, destination);
        }
    }
}
