//! Calls.

use super::Builder;
use crate::{Operand, Place, TerminatorKind};
use vez_base::Span;
use vez_thir::ExprId;
use vez_types::Ty;

impl Builder<'_> {
    pub(super) fn call_into(
        &mut self,
        dest: &Place,
        callee: ExprId,
        args: &[ExprId],
        overloaded: bool,
        ty: Ty,
        span: Span,
    ) {
        let mut all = Vec::with_capacity(args.len() + 1);
        all.push(callee);
        all.extend_from_slice(args);
        let mut operands = self.operands(&all);
        let callee = operands.remove(0);
        self.emit_call(dest.clone(), callee, operands, overloaded, ty.is_never(), span);
    }

    /// Calls and goes on where the call returns.
    pub(super) fn emit_call(
        &mut self,
        destination: Place,
        callee: Operand,
        args: Vec<Operand>,
        overloaded: bool,
        diverges: bool,
        span: Span,
    ) {
        // The callee owns its arguments, also while it unwinds.
        self.consumed_all(&args);
        let unwind = self.unwind_block(span);
        let target = if diverges { None } else { Some(self.new_block(span)) };
        self.terminate(
            TerminatorKind::Call { callee, args, destination, target, unwind, overloaded },
            span,
        );
        match target {
            Some(target) => self.current = target,
            None => self.continue_dead(span),
        }
    }
}
