//! Well-formedness of bodies; run after building and after elaboration in debug builds.
//!
//! Checks what every later pass relies on: ids in range, steps that fit their types, cleanup blocks apart from others.

use crate::print::Show;
use crate::{
    Block, Body, Local, Operand, Place, Projection, Rvalue, Statement, StatementKind,
    TerminatorKind,
};
use vez_base::BitSet;
use vez_types::{Ty, TyKind};

/// What is wrong with a body; each line names where.
pub fn verify(body: &Body) -> Result<(), Vec<String>> {
    let mut verifier = Verifier { body, errors: Vec::new() };
    if body.blocks.is_empty() || body.locals.len() <= body.params as usize {
        return Err(vec!["a body needs an entry block, a return place and its parameters".into()]);
    }
    for block in body.blocks.ids() {
        verifier.block(block);
    }
    for promoted in &body.promoted {
        if let Err(errors) = verify(promoted) {
            verifier.errors.extend(errors);
        }
    }
    if verifier.errors.is_empty() { Ok(()) } else { Err(verifier.errors) }
}

struct Verifier<'a> {
    body: &'a Body,
    errors: Vec<String>,
}

impl Verifier<'_> {
    fn fail(&mut self, block: Block, what: impl std::fmt::Display) {
        self.errors.push(format!("{}: {what}", Show(&block)));
    }

    fn block(&mut self, block: Block) {
        let data = &self.body.blocks[block];
        for statement in &data.statements {
            self.statement(block, statement);
        }
        self.terminator(block, &data.terminator.kind);
        let count = self.body.blocks.len();
        for target in data.terminator.kind.successors() {
            if target.index() >= count {
                self.fail(block, "jump to a block that is not there");
                continue;
            }
            let is_unwind = data.terminator.kind.unwind() == Some(target);
            let to_cleanup = self.body.blocks[target].is_cleanup;
            if data.is_cleanup && !to_cleanup {
                self.fail(block, "jump out of cleanup");
            } else if !data.is_cleanup && to_cleanup && !is_unwind {
                self.fail(block, "jump into cleanup that does not unwind");
            } else if !data.is_cleanup && is_unwind && !to_cleanup {
                self.fail(block, "unwinds into a block that is no cleanup");
            }
        }
    }

    fn local(&mut self, block: Block, local: Local) -> bool {
        let known = local.index() < self.body.locals.len();
        if !known {
            self.fail(block, format!("no local {}", Show(&local)));
        }
        known
    }

    fn statement(&mut self, block: Block, statement: &Statement) {
        match &statement.kind {
            StatementKind::Assign(place, value) => {
                self.place(block, place);
                self.rvalue(block, value);
            }
            StatementKind::StorageLive(local) | StatementKind::StorageDead(local) => {
                if self.local(block, *local)
                    && (*local == Local::RETURN || self.body.is_param(*local))
                {
                    self.fail(block, "storage of a parameter or the return place");
                }
            }
            StatementKind::FakeRead(place) => self.place(block, place),
            StatementKind::Nop => {}
        }
    }

    fn rvalue(&mut self, block: Block, value: &Rvalue) {
        for operand in value.operands() {
            self.operand(block, operand);
        }
        if let Some(place) = value.inspected() {
            self.place(block, place);
        }
    }

    fn operand(&mut self, block: Block, operand: &Operand) {
        if let Some(place) = operand.place() {
            self.place(block, place);
        }
    }

    fn place(&mut self, block: Block, place: &Place) {
        if !self.local(block, place.local) {
            return;
        }
        let mut ty = self.body.locals[place.local].ty;
        for &step in &place.projection {
            if let Projection::Index(index) = step
                && self.local(block, index)
                && self.body.locals[index].ty != Ty::usize()
            {
                self.fail(block, format!("index {} is no usize", Show(&index)));
            }
            if !step_fits(ty, step) {
                self.fail(block, format!("{} does not fit: a step from `{ty}`", Show(place)));
                return;
            }
            ty = crate::place::project_ty(ty, step);
        }
    }

    fn terminator(&mut self, block: Block, kind: &TerminatorKind) {
        let is_cleanup = self.body.blocks[block].is_cleanup;
        match kind {
            TerminatorKind::Switch { discr, targets, .. } => {
                self.operand(block, discr);
                let mut seen: Vec<u128> = targets.iter().map(|(value, _)| *value).collect();
                seen.sort_unstable();
                if seen.windows(2).any(|pair| pair[0] == pair[1]) {
                    self.fail(block, "a switch has one value twice");
                }
            }
            TerminatorKind::Return if is_cleanup => self.fail(block, "returns from cleanup"),
            TerminatorKind::Resume if !is_cleanup => self.fail(block, "resumes outside of cleanup"),
            TerminatorKind::Drop { place, .. } => self.place(block, place),
            TerminatorKind::Call { callee, args, destination, .. } => {
                self.operand(block, callee);
                args.iter().for_each(|arg| self.operand(block, arg));
                self.place(block, destination);
            }
            TerminatorKind::Assert { cond, .. } => self.operand(block, cond),
            _ => {}
        }
        if is_cleanup && kind.unwind().is_some() {
            self.fail(block, "unwinds out of cleanup");
        }
    }
}

/// Types that are not known here (parameters, projections, errors) fit everything.
fn step_fits(ty: Ty, step: Projection) -> bool {
    match ty.kind() {
        TyKind::Param(_) | TyKind::Projection(..) | TyKind::Opaque(..) => {
            !matches!(step, Projection::Field(..))
        }
        TyKind::Error => true,
        kind => match step {
            Projection::Deref => {
                matches!(kind, TyKind::Ref(..) | TyKind::RawPtr(..) | TyKind::Adt(..))
            }
            Projection::Field(..) => {
                matches!(kind, TyKind::Adt(..) | TyKind::Tuple(_) | TyKind::Closure(..))
            }
            Projection::Index(_)
            | Projection::ConstantIndex { .. }
            | Projection::Subslice { .. } => matches!(kind, TyKind::Array(..) | TyKind::Slice(_)),
            Projection::Downcast(_) => matches!(kind, TyKind::Adt(..)),
        },
    }
}

/// Locals used where their storage has ended on every way there: a bug of the builder.
pub fn storage_errors(body: &Body) -> Vec<String> {
    use crate::dataflow::{Analysis, Direction, solve};
    use crate::{Location, Terminator};

    /// The locals whose storage may be live.
    struct Live<'a>(&'a Body);

    impl Analysis for Live<'_> {
        type Fact = Local;
        const DIRECTION: Direction = Direction::Forward;

        fn domain(&self) -> usize {
            self.0.locals.len()
        }

        fn boundary(&self, state: &mut BitSet<Local>) {
            state.insert_all();
            for block in self.0.blocks.iter() {
                for statement in &block.statements {
                    if let StatementKind::StorageLive(local) = statement.kind {
                        state.remove(local);
                    }
                }
            }
        }

        fn statement(&self, state: &mut BitSet<Local>, statement: &Statement, _: Location) {
            match statement.kind {
                StatementKind::StorageLive(local) => {
                    state.insert(local);
                }
                StatementKind::StorageDead(local) => {
                    state.remove(local);
                }
                _ => {}
            }
        }

        fn terminator(&self, _: &mut BitSet<Local>, _: &Terminator, _: Location) {}
    }

    let results = solve(body, Live(body));
    let mut errors = Vec::new();
    for block in crate::cfg::reverse_postorder(body) {
        let data = &body.blocks[block];
        results.visit_block(body, block, |at, live| {
            let Some(Statement { kind: StatementKind::Assign(place, value), .. }) =
                data.statements.get(at.statement)
            else {
                return;
            };
            let read = value.operands().filter_map(Operand::place).chain(value.inspected());
            for place in read.chain([place]) {
                if !live.contains(place.local) {
                    errors.push(format!("{}: {} has no storage", Show(&block), Show(place)));
                }
            }
        });
    }
    errors
}
