//! What each point of a body reads, writes and moves, in the order it happens.

use rustc_hash::FxHashMap;
use vez_base::Span;
use vez_mir::{
    AggregateKind, AssertKind, Body, BorrowKind, Local, Operand, Place, Rvalue, Statement,
    StatementKind, Terminator, TerminatorKind,
};

/// How a place is used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Use {
    Copy,
    Move,
    Borrow(BorrowKind),
    RawBorrow(vez_mir::Mutability),
    /// A length, a discriminant, what a match looks at.
    Inspect,
}

/// Visits what a statement reads.
pub(crate) fn statement_uses<'a>(statement: &'a Statement, f: &mut impl FnMut(&'a Place, Use)) {
    match &statement.kind {
        StatementKind::Assign(_, value) => {
            value.operands().for_each(|operand| operand_use(operand, f));
            match value {
                Rvalue::Ref(kind, place) => f(place, Use::Borrow(*kind)),
                Rvalue::RawPtr(mutability, place) => f(place, Use::RawBorrow(*mutability)),
                Rvalue::Len(place) | Rvalue::Discriminant(place) => f(place, Use::Inspect),
                _ => {}
            }
        }
        StatementKind::FakeRead(place) => f(place, Use::Inspect),
        StatementKind::StorageLive(_) | StatementKind::StorageDead(_) | StatementKind::Nop => {}
    }
}

/// Visits what a terminator reads; drops are not among it.
pub(crate) fn terminator_uses<'a>(terminator: &'a Terminator, f: &mut impl FnMut(&'a Place, Use)) {
    match &terminator.kind {
        TerminatorKind::Switch { discr, .. } => operand_use(discr, f),
        TerminatorKind::Call { callee, args, .. } => {
            operand_use(callee, f);
            args.iter().for_each(|arg| operand_use(arg, f));
        }
        TerminatorKind::Assert { cond, message, .. } => {
            operand_use(cond, f);
            if let AssertKind::BoundsCheck { len, index } = message {
                operand_use(len, f);
                operand_use(index, f);
            }
        }
        _ => {}
    }
}

fn operand_use<'a>(operand: &'a Operand, f: &mut impl FnMut(&'a Place, Use)) {
    match operand {
        Operand::Copy(place) => f(place, Use::Copy),
        Operand::Move(place) => f(place, Use::Move),
        Operand::Const(_) => {}
    }
}

/// The place a point writes as a whole.
pub(crate) fn written(statement: &Statement) -> Option<&Place> {
    match &statement.kind {
        StatementKind::Assign(place, _) => Some(place),
        _ => None,
    }
}

/// Temporaries that hold what closures capture by reference, with the closures' places in the text.
#[derive(Default)]
pub(crate) struct CapturedTemps {
    closures: FxHashMap<Local, Span>,
}

impl CapturedTemps {
    pub(crate) fn of(body: &Body) -> CapturedTemps {
        let mut found = CapturedTemps::default();
        for statement in body.blocks.iter().flat_map(|block| &block.statements) {
            let StatementKind::Assign(_, Rvalue::Aggregate(AggregateKind::Closure(..), operands)) =
                &statement.kind
            else {
                continue;
            };
            let places = operands.iter().filter_map(|operand| operand.place()?.as_local());
            let temps = places.filter(|&local| body.locals[local].name.is_none());
            found.closures.extend(temps.map(|local| (local, statement.span)));
        }
        found
    }

    /// The closure that captures a temporary.
    pub(crate) fn closure(&self, local: Local) -> Option<Span> {
        self.closures.get(&local).copied()
    }

    /// Where a statement's uses are reported: a capture is the closure's, not that of the use inside it.
    pub(crate) fn span_of(&self, statement: &Statement) -> Span {
        let target = written(statement).and_then(Place::as_local);
        target.and_then(|target| self.closure(target)).unwrap_or(statement.span)
    }
}
