//! Expressions as rvalues: operators, borrows, aggregates.

use super::Builder;
use crate::{AggregateKind, BorrowKind, Mutability, Operand, Place, Projection, Rvalue, UnOp};
use vez_base::{DefId, Span};
use vez_thir::{self as thir, ExprId, ExprKind};
use vez_types::{GenericArgs, Ty, TyKind};

impl Builder<'_> {
    /// The value of an expression, as what can stand right of an assignment.
    pub(super) fn expr_as_rvalue(&mut self, id: ExprId) -> Rvalue {
        let expr = self.expr(id);
        let span = expr.span;
        match &expr.kind {
            ExprKind::Binary(op, a, b) => self.binary(*op, *a, *b, expr.ty, span),
            ExprKind::Neg(inner) => self.negation(*inner, expr.ty, span),
            ExprKind::Not(inner) => Rvalue::Unary(UnOp::Not, self.expr_as_operand(*inner)),
            ExprKind::Cast(inner) => self.cast(*inner, expr.ty),
            ExprKind::Coerce(coercion, inner) if *coercion != thir::Coercion::Never => {
                self.coerce(*coercion, *inner, expr.ty)
            }
            ExprKind::Borrow { kind, expr: inner, .. } => self.borrow(*kind, *inner, expr.ty, span),
            ExprKind::RawBorrow(mutability, inner) => {
                Rvalue::RawPtr(*mutability, self.expr_as_place(*inner))
            }
            ExprKind::Tuple(fields) => self.aggregate(AggregateKind::Tuple, fields),
            ExprKind::Array(elems) => {
                let elem = match expr.ty.kind() {
                    TyKind::Array(elem, _) => *elem,
                    _ => Ty::error(),
                };
                self.aggregate(AggregateKind::Array(elem), elems)
            }
            ExprKind::Repeat(value, count) => {
                let value = self.expr_as_operand(*value);
                self.consumed(&value);
                Rvalue::Repeat(value, *count)
            }
            ExprKind::Adt { def, variant, args, fields, base } => {
                self.adt(*def, *variant, *args, fields, *base, span)
            }
            ExprKind::Closure(closure) => self.closure(*closure, expr.ty),
            ExprKind::FnRef => match self.expr_as_constant(id) {
                Some(constant) => Rvalue::Use(constant),
                None => Rvalue::Use(Operand::zero_sized(expr.ty, span)),
            },
            _ => {
                let operand = self.expr_as_operand(id);
                self.consumed(&operand);
                Rvalue::Use(operand)
            }
        }
    }

    fn aggregate(&mut self, kind: AggregateKind, ids: &[ExprId]) -> Rvalue {
        let operands = self.operands(ids);
        self.consumed_all(&operands);
        Rvalue::Aggregate(kind, operands)
    }

    /// `&place`; what is constant lives forever.
    fn borrow(&mut self, kind: thir::BorrowKind, inner: ExprId, ty: Ty, span: Span) -> Rvalue {
        if let Some(promoted) = self.promote(kind, inner, ty, span) {
            return Rvalue::Use(promoted);
        }
        Rvalue::Ref(borrow_kind(kind), self.expr_as_place(inner))
    }

    /// A struct, union or variant: the written fields in their order, the others from `base`.
    fn adt(
        &mut self,
        def: DefId,
        variant: u32,
        args: GenericArgs,
        fields: &[(u32, ExprId)],
        base: Option<ExprId>,
        span: Span,
    ) -> Rvalue {
        let ids: Vec<ExprId> = fields.iter().map(|(_, id)| *id).collect();
        let given = self.operands_before(&ids, base);
        if self.facts.is_union(def) {
            self.consumed_all(&given);
            let field = fields.first().map(|(index, _)| *index);
            return Rvalue::Aggregate(AggregateKind::Adt { def, variant, args, field }, given);
        }
        let types = self.facts.field_tys(def, variant, args);
        let base = base.map(|base| self.expr_as_place(base));
        let mut operands: Vec<Option<Operand>> = vec![None; types.len()];
        for ((index, _), operand) in fields.iter().zip(given) {
            if let Some(slot) = operands.get_mut(*index as usize) {
                *slot = Some(operand);
            }
        }
        let operands: Vec<Operand> = operands
            .into_iter()
            .enumerate()
            .map(|(index, operand)| {
                operand.unwrap_or_else(|| self.base_field(base.as_ref(), index, types[index], span))
            })
            .collect();
        self.consumed_all(&operands);
        Rvalue::Aggregate(AggregateKind::Adt { def, variant, args, field: None }, operands)
    }

    fn base_field(&self, base: Option<&Place>, index: usize, ty: Ty, span: Span) -> Operand {
        match base {
            Some(base) => self.consume(base.project(Projection::Field(index as u32, ty))),
            // A missing field is reported where types are checked; such a body is never lowered.
            None => Operand::zero_sized(ty, span),
        }
    }
}

pub(super) fn borrow_kind(kind: thir::BorrowKind) -> BorrowKind {
    match kind {
        thir::BorrowKind::Shared => BorrowKind::Shared,
        thir::BorrowKind::Mut { two_phase } => BorrowKind::Mut { two_phase },
        thir::BorrowKind::UniqueCapture => BorrowKind::Unique,
    }
}

/// The borrow that a `ref` binding of this mutability makes.
pub(super) fn ref_kind(mutability: Mutability) -> BorrowKind {
    match mutability {
        Mutability::Mut => BorrowKind::Mut { two_phase: false },
        Mutability::Not => BorrowKind::Shared,
    }
}
