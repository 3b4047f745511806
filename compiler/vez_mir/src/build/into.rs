//! Expressions lowered into a destination, and the jumps.

use super::{Builder, Frame};
use crate::{AssertKind, Operand, Place, Projection, Rvalue, TerminatorKind};
use vez_base::Span;
use vez_thir::{BlockId, Coercion, ExprId, ExprKind};
use vez_types::{Ty, TyKind};

impl Builder<'_> {
    /// Evaluates an expression and stores its value.
    pub(super) fn expr_into(&mut self, dest: &Place, id: ExprId) {
        if self.written(id).is_none() {
            return self.expr_into_own(dest, id);
        }
        // What is written holds for this value, not for all that the destination is given.
        let operand = self.expr_as_operand(id);
        self.consumed(&operand);
        self.assign(dest.clone(), Rvalue::Use(operand), self.expr(id).span);
    }

    /// Into a destination of the type that the expression writes.
    pub(super) fn expr_into_own(&mut self, dest: &Place, id: ExprId) {
        let expr = self.expr(id);
        let span = expr.span;
        match &expr.kind {
            ExprKind::Block(block) => self.block_into(dest, id, *block),
            ExprKind::If { cond, then, otherwise } => {
                self.if_into(dest, *cond, *then, *otherwise, span);
            }
            ExprKind::Match { scrutinee, arms, .. } => {
                self.match_into(dest, *scrutinee, arms, span);
            }
            ExprKind::Loop { body, .. } => self.loop_into(dest, id, *body, span),
            ExprKind::Call { callee, args, overloaded } => {
                self.call_into(dest, *callee, args, *overloaded, expr.ty, span);
            }
            ExprKind::And(..) | ExprKind::Or(..) | ExprKind::Let { .. } => {
                self.lazy_into(dest, id, span);
            }
            ExprKind::DropTemps(inner) => {
                self.terminating(span, |this| this.expr_into(dest, *inner));
            }
            ExprKind::Assign(place, value) => {
                self.assign_expr(*place, *value, span);
                self.assign_unit(dest, span);
            }
            ExprKind::AssignOp(op, place, value) => {
                self.assign_op_expr(*op, *place, *value, span);
                self.assign_unit(dest, span);
            }
            ExprKind::Break { target, value } => self.break_expr(*target, *value, span),
            ExprKind::Continue { target } => self.continue_expr(*target, span),
            ExprKind::Return(value) => self.return_expr(*value, span),
            ExprKind::Coerce(Coercion::Never, inner) => self.never_expr(*inner),
            ExprKind::Hole => self.hole(span),
            // Bodies with errors are never run; should one be, it stops here.
            ExprKind::Error => self.hole(span),
            _ => {
                let value = self.expr_as_rvalue(id);
                self.assign(dest.clone(), value, span);
            }
        }
    }

    /// A value of type `!`: nothing comes after it.
    fn never_expr(&mut self, inner: ExprId) {
        let span = self.expr(inner).span;
        if self.is_place(inner) {
            let place = self.expr_as_place(inner);
            let read = Rvalue::Use(self.consume(place));
            self.temp_of(read, Ty::never(), span);
        } else {
            let never = self.new_temp(self.expr(inner).ty, span);
            self.expr_into(&never.into(), inner);
        }
        if !self.dead {
            self.terminate(TerminatorKind::Unreachable, span);
            self.continue_dead(span);
        }
    }

    /// `???`
    fn hole(&mut self, span: Span) {
        self.terminate_into_next(span, |target, unwind| TerminatorKind::Assert {
            cond: Operand::bool(false, span),
            expected: true,
            message: AssertKind::Hole,
            target,
            unwind,
        });
        self.continue_dead(span);
    }

    fn loop_into(&mut self, dest: &Place, id: ExprId, body: BlockId, span: Span) {
        let head = self.new_block(span);
        let break_block = self.new_block(span);
        self.goto(head, span);
        let dead = self.dead;
        self.current = head;
        self.frames.push(Frame {
            expr: id,
            depth: self.depth(),
            break_block,
            continue_block: Some(head),
            dest: dest.clone(),
            used: false,
        });
        let unit = self.unit_sink(span);
        self.terminating(span, |this| this.block_into(&unit, id, body));
        if !self.dead {
            self.goto(head, span);
        }
        let frame = self.frames.pop().expect("pushed above");
        self.current = break_block;
        self.dead = dead || !frame.used;
    }

    fn break_expr(&mut self, target: ExprId, value: Option<ExprId>, span: Span) {
        let Some(index) = self.frames.iter().rposition(|frame| frame.expr == target) else {
            return self.continue_dead(span);
        };
        let dest = self.frames[index].dest.clone();
        match value {
            Some(value) => self.expr_into(&dest, value),
            None => self.assign_unit(&dest, span),
        }
        let frame = &mut self.frames[index];
        frame.used |= !self.dead;
        let (depth, block) = (frame.depth, frame.break_block);
        self.exit_to(depth, block, span);
    }

    fn continue_expr(&mut self, target: ExprId, span: Span) {
        let frame = self.frames.iter().rev().find(|frame| frame.expr == target);
        match frame.and_then(|frame| Some((frame.depth, frame.continue_block?))) {
            Some((depth, block)) => self.exit_to(depth, block, span),
            None => self.continue_dead(span),
        }
    }

    fn return_expr(&mut self, value: Option<ExprId>, span: Span) {
        match value {
            Some(value) => self.expr_into(&Place::ret(), value),
            None => self.assign_unit(&Place::ret(), span),
        }
        let block = self.return_block;
        self.exit_to(0, block, span);
    }

    /// `place = value`: the value first; then what was there is dropped.
    pub(super) fn assign_expr(&mut self, place: ExprId, value: ExprId, span: Span) {
        let target = self.expr(place);
        if matches!(target.kind, ExprKind::Underscore) {
            if self.is_place(value) {
                self.expr_as_place(value);
            } else {
                self.expr_as_temp(value);
            }
            return;
        }
        if !self.facts.needs_drop(target.ty) {
            let value = match self.keeps_values(place) {
                true => self.expr_as_rvalue(value),
                false => Rvalue::Use(self.operand_settled(value)),
            };
            let place = self.expr_as_place(place);
            let value = self.settled_before(&place, value, span);
            return self.assign(place, value, span);
        }
        let value = match self.keeps_values(place) {
            true => self.expr_as_operand(value),
            false => self.operand_settled(value),
        };
        let place = self.expr_as_place(place);
        self.replace(place, value, span);
    }

    /// An aggregate is written part by part: what it reads where it is written is read first.
    fn settled_before(&mut self, place: &Place, value: Rvalue, span: Span) -> Rvalue {
        let Rvalue::Aggregate(kind, operands) = value else { return value };
        let settled = operands.into_iter().map(|operand| match operand.place() {
            Some(read) if self.may_overlap(place, read) => {
                let ty = self.place_ty(read);
                let temp = self.temp_of(Rvalue::Use(operand), ty, span);
                self.consume(temp.into())
            }
            _ => operand,
        });
        Rvalue::Aggregate(kind, settled.collect())
    }

    /// Writing one may change the other. Behind a shared reference may be what is written: the borrow ends with the read.
    fn may_overlap(&self, written: &Place, read: &Place) -> bool {
        written.local == read.local || read.is_indirect() || self.is_behind_raw_pointer(written)
    }

    fn is_behind_raw_pointer(&self, place: &Place) -> bool {
        (0..place.projection.len()).any(|at| {
            place.projection[at] == Projection::Deref
                && matches!(self.place_ty(&place.prefix(at)).kind(), TyKind::RawPtr(..))
        })
    }

    /// Drops what is at a place and puts a value there, also when the drop panics: the place's owner drops it again.
    fn replace(&mut self, place: Place, value: Operand, span: Span) {
        let unwind =
            if self.dead { None } else { Some(self.replace_cleanup(&place, &value, span)) };
        let target = self.new_block(span);
        let drop = TerminatorKind::Drop { place: place.clone(), target, unwind };
        self.terminate(drop, span);
        self.current = target;
        self.consumed(&value);
        self.assign(place, Rvalue::Use(value), span);
    }

    fn replace_cleanup(&mut self, place: &Place, value: &Operand, span: Span) -> crate::Block {
        let next = match self.unwind_block(span) {
            Some(block) => block,
            None => self.resume_block(span),
        };
        let mut block = crate::BlockData::new(TerminatorKind::Goto(next), span, true);
        let assign = crate::StatementKind::Assign(place.clone(), Rvalue::Use(value.clone()));
        block.statements.push(crate::Statement::new(assign, span));
        self.body.blocks.push(block)
    }
}
