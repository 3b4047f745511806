//! Mutability: assignments and mutable borrows need a `mut` binding or a `&mut` on the way.

use crate::names::{capture, place_name};
use crate::uses::{CapturedTemps, Use, statement_uses};
use vez_base::{FxHashSet, Span};
use vez_diag::registry::{AssignImmutable, BorrowImmutable};
use vez_diag::{Diagnostic, Fix, Sink};
use vez_mir::{
    Body, BorrowKind, Facts, Local, Mutability, Place, Projection, TerminatorKind, project_ty,
};
use vez_types::TyKind;

/// Why a place cannot be written.
enum Obstacle {
    /// The variable is not `mut`.
    Binding(Local),
    /// The captured variable is not `mut`.
    CapturedBinding(usize),
    /// Captured by a closure that is only `Fn`.
    FnClosure,
    /// Behind `&`; the reference is this place.
    SharedRef(Place),
    /// Bound by the pattern whose guard this is.
    Guard,
    /// Behind `*const`.
    ConstPointer,
    Static,
}

/// Reports every write and mutable borrow of what is not mutable.
pub(crate) fn check(body: &Body, facts: &Facts<'_>, sink: &mut Sink) {
    let mut checker = Checker { body, facts, sink, reported: FxHashSet::default() };
    let captured = CapturedTemps::of(body);
    for block in body.blocks.ids() {
        let data = &body.blocks[block];
        if data.is_cleanup {
            continue;
        }
        for statement in &data.statements {
            let target = crate::uses::written(statement).and_then(Place::as_local);
            if target.is_some_and(|target| captured.closure(target).is_some()) {
                // The closure's own body reports what it does with what it captured.
                continue;
            }
            statement_uses(statement, &mut |place, use_| match use_ {
                Use::Borrow(BorrowKind::Mut { .. }) | Use::RawBorrow(Mutability::Mut) => {
                    checker.borrow(place, statement.span);
                }
                Use::Borrow(BorrowKind::Unique) => checker.unique(place, statement.span),
                _ => {}
            });
            if let Some(place) = crate::uses::written(statement) {
                checker.assign(place, statement.span);
            }
        }
        if let TerminatorKind::Call { destination, .. } = &data.terminator.kind {
            checker.assign(destination, data.terminator.span);
        }
    }
}

struct Checker<'a, 'b> {
    body: &'a Body,
    facts: &'a Facts<'a>,
    sink: &'b mut Sink,
    reported: FxHashSet<Span>,
}

impl Checker<'_, '_> {
    fn assign(&mut self, place: &Place, span: Span) {
        // Assigning a whole variable is a question of initialisation.
        if place.projection.is_empty() {
            return;
        }
        if let Some(obstacle) = self.obstacle(place)
            && self.reported.insert(span)
        {
            let name = place_name(self.body, self.facts, place).unwrap_or_else(|| "value".into());
            let why = self.why(&obstacle);
            let report = AssignImmutable { place: name, why }.at(span).here("cannot be written");
            let report = self.explain(report, obstacle);
            self.sink.report(report);
        }
    }

    fn borrow(&mut self, place: &Place, span: Span) {
        if let Some(obstacle) = self.obstacle(place)
            && self.reported.insert(span)
        {
            let name = place_name(self.body, self.facts, place).unwrap_or_else(|| "value".into());
            let why = self.why(&obstacle);
            let report =
                BorrowImmutable { place: name, why }.at(span).here("cannot borrow as mutable");
            let report = self.explain(report, obstacle);
            self.sink.report(report);
        }
    }

    /// A closure's unique borrow asks nothing of the binding of the reference it goes through.
    fn unique(&mut self, place: &Place, span: Span) {
        if place.is_indirect() {
            self.borrow(place, span);
        }
    }

    /// What stands in the way of writing a place: looked for from its end to its root.
    fn obstacle(&self, place: &Place) -> Option<Obstacle> {
        let types = self.types(place);
        // Past a `&mut`, the binding that holds it may be fixed; whoever reaches it must still be the only one.
        let mut past_mut = false;
        for index in (0..place.projection.len()).rev() {
            if place.projection[index] != Projection::Deref {
                continue;
            }
            let pointer = place.prefix(index);
            if let Some((capture, used)) = capture(self.body, place)
                && self.is_environment(&pointer, used)
            {
                if index == 0 {
                    return self.environment(place, capture, past_mut);
                }
                // The reference a capture is reached through decides nothing by itself.
                let by_ref_mut = matches!(types[index].kind(), TyKind::Ref(_, _, Mutability::Mut));
                if by_ref_mut {
                    return self.environment(place, capture, past_mut);
                }
                if self.body.captures[capture].by_ref {
                    return self.captured_binding(capture, past_mut);
                }
            }
            match types[index].kind() {
                TyKind::Ref(_, _, Mutability::Mut) => past_mut = true,
                TyKind::RawPtr(_, Mutability::Mut) => return None,
                TyKind::Ref(..) if self.facts.is_static_address(self.body, &pointer) => {
                    return Some(Obstacle::Static);
                }
                TyKind::Ref(..) if self.is_guard_ref(&pointer) => return Some(Obstacle::Guard),
                TyKind::Ref(..) => return Some(Obstacle::SharedRef(pointer)),
                TyKind::RawPtr(..) => return Some(Obstacle::ConstPointer),
                // A box owns what it holds.
                _ => {}
            }
        }
        if let Some((capture, _)) = capture(self.body, place) {
            return self.captured_binding(capture, past_mut);
        }
        let decl = &self.body.locals[place.local];
        let fixed = decl.mutability == Mutability::Not && decl.name.is_some();
        let fixed = fixed && !past_mut;
        fixed.then_some(Obstacle::Binding(place.local))
    }

    fn is_guard_ref(&self, pointer: &Place) -> bool {
        pointer.as_local().is_some_and(|local| self.body.locals[local].is_guard_ref)
    }

    /// A pointer on the way from local 1 to the captured variable.
    fn is_environment(&self, pointer: &Place, used: usize) -> bool {
        pointer.local == Local::from_raw(1) && pointer.projection.len() < used
    }

    /// Through the environment's own reference: `Fn` closures write nothing.
    fn environment(&self, place: &Place, capture: usize, past_mut: bool) -> Option<Obstacle> {
        let env = self.body.locals[place.local].ty;
        if matches!(env.kind(), TyKind::Ref(_, _, Mutability::Not)) {
            return Some(Obstacle::FnClosure);
        }
        self.captured_binding(capture, past_mut)
    }

    fn captured_binding(&self, capture: usize, past_mut: bool) -> Option<Obstacle> {
        let fixed = self.body.captures[capture].mutability == Mutability::Not && !past_mut;
        fixed.then_some(Obstacle::CapturedBinding(capture))
    }

    /// The type before each step.
    fn types(&self, place: &Place) -> Vec<vez_types::Ty> {
        let mut ty = self.body.locals[place.local].ty;
        let mut types = Vec::with_capacity(place.projection.len());
        for &step in &place.projection {
            types.push(ty);
            ty = project_ty(ty, step);
        }
        types
    }

    fn why(&self, obstacle: &Obstacle) -> String {
        match obstacle {
            Obstacle::Binding(local) => match self.body.locals[*local].name {
                Some(name) => format!("as `{name}` is not declared as mutable"),
                None => "as it is not declared as mutable".to_owned(),
            },
            Obstacle::CapturedBinding(capture) => {
                let name = self.body.captures[*capture].name;
                format!("as `{name}` is not declared as mutable")
            }
            Obstacle::FnClosure => "as it is a captured variable in a `Fn` closure".to_owned(),
            Obstacle::SharedRef(_) => "which is behind a `&` reference".to_owned(),
            Obstacle::Guard => "which is fixed while the pattern's guard runs".to_owned(),
            Obstacle::ConstPointer => "which is behind a `*const` pointer".to_owned(),
            Obstacle::Static => "as it is an immutable static".to_owned(),
        }
    }

    fn explain(&self, report: Diagnostic, obstacle: Obstacle) -> Diagnostic {
        match obstacle {
            Obstacle::Binding(local) => {
                let decl = &self.body.locals[local];
                let fix = Fix::new("make it mutable").insert_before(decl.span, "mut ");
                if Some(vez_base::name::SELF_VALUE) == decl.name || decl.by_ref_binding {
                    return report.label(decl.span, "not declared as mutable");
                }
                report.label(decl.span, "not declared as mutable").fix(fix.machine_applicable())
            }
            Obstacle::SharedRef(pointer) => match pointer.as_local() {
                Some(local) if self.body.locals[local].name.is_some() => {
                    let decl = &self.body.locals[local];
                    report
                        .label(decl.span, format!("has type `{}`", decl.ty))
                        .help("make it a `&mut` reference where it comes from")
                }
                _ => report,
            },
            _ => report,
        }
    }
}
