//! What to say about an access that a loan forbids: where the loan began, where it is needed later, how to repair it.

use super::access::{Action, Checker};
use super::{Loan, LoanId};
use crate::names::describe;
use crate::regions::solve::blame;
use crate::regions::{Category, RegionVid};
use crate::uses::{statement_uses, terminator_uses};
use std::collections::VecDeque;
use vez_base::{BitSet, Span};
use vez_diag::registry::{
    AssignWhileBorrowed, BorrowWhileUnique, BorrowedContentDropped, ChangeInGuard,
    ClosureMayOutlive, ClosureNeedsUnique, ConflictingBorrow, DoesNotLiveLongEnough,
    MoveWhileBorrowed, ReturnsLocalRef, TemporaryDropped, TwoMutBorrows, UseWhileMutBorrowed,
};
use vez_diag::{Diagnostic, Fix};
use vez_mir::{Block, BorrowKind, Local, Location, Place, TerminatorKind};

/// Why a loan is still needed.
enum Later {
    /// The value it went into is read here.
    Used(Span),
    /// It is read again in the next round of a loop.
    UsedInLoop(Span),
    /// It is dropped here, and its destructor may look at it.
    Dropped(Span, Local),
    /// The caller may use it.
    Escapes(RegionVid),
    Unknown,
}

impl Checker<'_> {
    pub(super) fn report(
        &mut self,
        action: Action,
        place: &Place,
        span: Span,
        at: Location,
        id: LoanId,
    ) {
        let loan = self.loans.all[id].clone();
        let later = self.later(&loan, at);
        let report = match action {
            Action::StorageDead | Action::Return | Action::Drop => {
                self.too_short(action, place, span, &loan, &later)
            }
            _ => self.conflict(action, place, span, at, &loan),
        };
        let mut report = self.explain(report, &later, &loan, span);
        if let Some(&new) = self.loans.by_location.get(&at)
            && self.loans.all[new].capture == Some(span)
        {
            report = report.label(self.loans.all[new].span, "the closure uses it here");
        }
        self.sink.report(report);
    }

    fn conflict(
        &self,
        action: Action,
        place: &Place,
        span: Span,
        at: Location,
        loan: &Loan,
    ) -> Diagnostic {
        // A closure that changes what a reference refers to needs the reference for itself.
        let unique = |loan: &Loan| {
            loan.capture.is_some()
                && loan.kind != BorrowKind::Shared
                && self.is_behind_reference(&loan.place)
        };
        let new_is_unique =
            self.loans.all.iter().any(|new| new.at == at && new.place == *place && unique(new));
        let name = describe(self.body, self.facts, place);
        let borrowed = describe(self.body, self.facts, &loan.place);
        let is_mut = matches!(loan.kind, BorrowKind::Mut { .. } | BorrowKind::Unique);
        let began = format!("{} of `{borrowed}` begins here", borrow_words(is_mut));
        match action {
            Action::Reserve | Action::BorrowMut | Action::BorrowUnique
                if new_is_unique && loan.capture.is_none() =>
            {
                ClosureNeedsUnique { place: name }
                    .at(span)
                    .here("the closure needs it here")
                    .label(loan.span, format!("`{borrowed}` is borrowed here"))
            }
            Action::BorrowShared | Action::Reserve | Action::BorrowMut
                if unique(loan) && !new_is_unique =>
            {
                BorrowWhileUnique { place: name }
                    .at(span)
                    .here("borrowed here")
                    .label(loan.span, "the closure needs it here")
            }
            Action::Assign | Action::Reserve | Action::BorrowMut | Action::BorrowUnique
                if loan.kind == BorrowKind::Fake =>
            {
                let what = if action == Action::Assign { "assign to" } else { "mutably borrow" };
                ChangeInGuard { what, place: name }
                    .at(span)
                    .here("changed here, before an arm is chosen")
                    .label(loan.span, "this `match` looks at it")
            }
            Action::Copy | Action::Inspect => UseWhileMutBorrowed { place: name }
                .at(span)
                .here("used here while mutably borrowed")
                .label(loan.span, began),
            Action::BorrowShared => {
                ConflictingBorrow { place: name, new: "shared", old: "mutable" }
                    .at(span)
                    .here("shared borrow here")
                    .label(loan.span, began)
            }
            Action::Reserve | Action::BorrowMut | Action::BorrowUnique if is_mut => {
                let report = TwoMutBorrows { place: name }.at(span);
                if loan.span == span || loan.capture == Some(span) {
                    report.here("borrowed as mutable again in the next round of the loop")
                } else {
                    report.here("second mutable borrow here").label(loan.span, began)
                }
            }
            Action::Reserve | Action::BorrowMut | Action::BorrowUnique => {
                ConflictingBorrow { place: name, new: "mutable", old: "shared" }
                    .at(span)
                    .here("mutable borrow here")
                    .label(loan.span, began)
            }
            Action::Move => MoveWhileBorrowed { place: name }
                .at(span)
                .here("moved out here")
                .label(loan.span, began)
                .fix(
                    Fix::new("clone it before the borrow, if it can be")
                        .insert_after(span, ".clone()"),
                ),
            _ => AssignWhileBorrowed { place: name }
                .at(span)
                .here("assigned here while borrowed")
                .label(loan.span, began),
        }
    }

    /// The borrowed value ends before the borrow does.
    fn too_short(
        &self,
        action: Action,
        place: &Place,
        span: Span,
        loan: &Loan,
        later: &Later,
    ) -> Diagnostic {
        let local = place.local;
        if loan.place.local == local && self.is_behind_reference(&loan.place) {
            let name = describe(self.body, self.facts, &loan.place);
            return BorrowedContentDropped { place: &name }
                .at(loan.span)
                .here("borrowed here")
                .label(span, "the destructor that may use it runs here");
        }
        if let Later::Escapes(universal) = later {
            let chain = self.values.why(self.regions, loan.region, |vid| vid == *universal);
            let blame = chain.as_deref().and_then(blame);
            let leaves = chain
                .as_deref()
                .and_then(<[_]>::last)
                .is_none_or(|last| matches!(last.category, Category::Return | Category::Argument));
            if let Some(closure) = loan.capture
                && leaves
                && !self.is_temp(local)
            {
                let name = describe(self.body, self.facts, &Place::from(local));
                return ClosureMayOutlive { name: &name }
                    .at(closure)
                    .label(loan.span, format!("`{name}` is borrowed here"))
                    .help("use `move` to make the closure own what it captures");
            }
            if let Some((Category::Return, returned)) = blame {
                return self.returns_local(local, loan, returned);
            }
        }
        if self.is_temp(local) {
            return TemporaryDropped {}
                .at(loan.span)
                .here("creates a temporary that is freed while still in use")
                .label(span, "temporary value is freed at the end of this statement")
                .help("bind the temporary with a `let` to make it live longer");
        }
        let name = describe(self.body, self.facts, &loan.place);
        let report = DoesNotLiveLongEnough { place: &name }
            .at(loan.span)
            .here("borrowed value does not live long enough")
            .label(self.body.locals[local].span, format!("`{name}` is declared here"));
        if action == Action::Return {
            return report.label(span, format!("`{name}` ends here while still borrowed"));
        }
        report.label(span, format!("`{name}` is dropped here while still borrowed"))
    }

    fn returns_local(&self, local: Local, loan: &Loan, returned: Span) -> Diagnostic {
        let direct = returned == loan.span || contains(loan.span, returned);
        let what = if direct { "a reference" } else { "a value" };
        let owner = match self.body.locals[local].name {
            Some(name) if self.body.is_param(local) => format!("the parameter `{name}`"),
            Some(name) => format!("the local variable `{name}`"),
            None => "a temporary value".to_owned(),
        };
        let report = ReturnsLocalRef { what, owner: &owner }.at(returned);
        let report = report.here(format!("refers to {owner}, which ends with the function"));
        if direct { report } else { report.label(loan.span, "borrowed here") }
    }

    fn explain(&self, report: Diagnostic, later: &Later, loan: &Loan, span: Span) -> Diagnostic {
        match later {
            Later::Used(used) if *used != span => {
                let what = if loan.capture.is_some() { "the closure is" } else { "borrow" };
                report.label(*used, format!("{what} later used here"))
            }
            Later::UsedInLoop(used) => {
                report.label(*used, "borrow later used here, in the next round of the loop")
            }
            Later::Dropped(dropped, local) => {
                let what = match self.body.locals[*local].name {
                    Some(name) => format!("`{name}`"),
                    None => "a temporary".to_owned(),
                };
                let text = format!("borrow is needed here, where {what} is dropped");
                report.label(*dropped, text)
            }
            _ => report,
        }
    }

    /// Finds the next point at which something that holds the loan is read.
    fn later(&self, loan: &Loan, at: Location) -> Later {
        let reached = self.values.reached(self.regions, loan.region);
        if let Some(universal) = reached.iter().find(|&vid| self.regions.is_universal(vid)) {
            return Later::Escapes(universal);
        }
        let holders = self.holders(&reached);
        let mut seen: BitSet<Block> = BitSet::new_empty(self.body.blocks.len());
        let mut queue = VecDeque::from([(at.block, at.statement + 1)]);
        while let Some((block, start)) = queue.pop_front() {
            if let Some(found) = self.scan(block, start, &holders, loan, at) {
                return found;
            }
            for next in self.body.blocks[block].terminator.kind.successors() {
                let first = Location { block: next, statement: 0 };
                if self.values.contains(loan.region, first) && seen.insert(next) {
                    queue.push_back((next, 0));
                }
            }
        }
        // The access may be the use itself.
        match self.scan(at.block, at.statement, &holders, loan, at) {
            Some(found) => found,
            None => Later::Unknown,
        }
    }

    /// The locals whose types hold a region of the set.
    fn holders(&self, reached: &BitSet<RegionVid>) -> BitSet<Local> {
        let mut holders = BitSet::new_empty(self.body.locals.len());
        for (local, &ty) in self.regions.locals.iter_enumerated() {
            if crate::regions::regions_in(ty).iter().any(|&vid| reached.contains(vid)) {
                holders.insert(local);
            }
        }
        holders
    }

    fn scan(
        &self,
        block: Block,
        start: usize,
        holders: &BitSet<Local>,
        loan: &Loan,
        from: Location,
    ) -> Option<Later> {
        let data = &self.body.blocks[block];
        for statement in start..=data.statements.len() {
            let mut found = false;
            let mut used = |place: &Place, _| found |= holders.contains(place.local);
            let span = match data.statements.get(statement) {
                Some(data) => {
                    statement_uses(data, &mut used);
                    data.span
                }
                None => {
                    terminator_uses(&data.terminator, &mut used);
                    if let TerminatorKind::Drop { place, .. } = &data.terminator.kind
                        && holders.contains(place.local)
                    {
                        return Some(Later::Dropped(data.terminator.span, place.local));
                    }
                    data.terminator.span
                }
            };
            if found {
                let at = Location { block, statement };
                let in_loop = span == loan.span || at < from && block == from.block;
                return Some(if in_loop { Later::UsedInLoop(span) } else { Later::Used(span) });
            }
        }
        None
    }
}

fn contains(inner: Span, outer: Span) -> bool {
    inner.anchor == outer.anchor && outer.start <= inner.start && inner.end <= outer.end
}

fn borrow_words(is_mut: bool) -> &'static str {
    if is_mut { "mutable borrow" } else { "shared borrow" }
}
