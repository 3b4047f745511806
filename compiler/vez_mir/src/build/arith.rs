//! Operators on primitive types, with the checks of Rust's arithmetic.
//!
//! Checks are always made; whether overflow checks stay is decided where profiles are known.

use super::Builder;
use crate::{AssertKind, BinOp, CastKind, ConstantKind, Operand, Place, Projection, Rvalue, UnOp};
use vez_base::Span;
use vez_thir::{BinaryOp, ExprId};
use vez_types::{IntTy, Ty, TyKind};

impl Builder<'_> {
    pub(super) fn binary(
        &mut self,
        op: BinaryOp,
        a: ExprId,
        b: ExprId,
        ty: Ty,
        span: Span,
    ) -> Rvalue {
        let operands = self.operands(&[a, b]);
        let [a, b] = operands.try_into().expect("two expressions give two operands");
        self.binary_operands(op, a, b, ty, span)
    }

    /// `place op= value` on primitive types: the value first.
    pub(super) fn assign_op_expr(
        &mut self,
        op: BinaryOp,
        place: ExprId,
        value: ExprId,
        span: Span,
    ) {
        let ty = self.expr(place).ty;
        let value = match self.keeps_values(place) {
            true => self.expr_as_scalar(value),
            false => self.operand_settled(value),
        };
        let place: Place = self.expr_as_place(place);
        let old = Operand::Copy(place.clone());
        let result = self.binary_operands(op, old, value, ty, span);
        self.assign(place, result, span);
    }

    fn binary_operands(
        &mut self,
        op: BinaryOp,
        a: Operand,
        b: Operand,
        ty: Ty,
        span: Span,
    ) -> Rvalue {
        let Some(op) = bin_op(op) else {
            // Lazy operators are conditions.
            return Rvalue::Use(a);
        };
        let operand_ty = self.operand_ty(&a);
        let TyKind::Int(int) = operand_ty.kind() else {
            return Rvalue::Binary(op, a, b);
        };
        match op {
            BinOp::Add | BinOp::Sub | BinOp::Mul => self.checked(op, a, b, ty, span),
            BinOp::Div | BinOp::Rem => self.division(op, a, b, *int, span),
            BinOp::Shl | BinOp::Shr => self.shift(op, a, b, *int, span),
            _ => Rvalue::Binary(op, a, b),
        }
    }

    pub(super) fn operand_ty(&self, operand: &Operand) -> Ty {
        match operand {
            Operand::Copy(place) | Operand::Move(place) => self.place_ty(place),
            Operand::Const(constant) => constant.ty,
        }
    }

    fn checked(&mut self, op: BinOp, a: Operand, b: Operand, ty: Ty, span: Span) -> Rvalue {
        let pair_ty = Ty::tuple(vec![ty, Ty::bool()]);
        let pair: Place = self.temp_of(Rvalue::Checked(op, a, b), pair_ty, span).into();
        let overflowed = Operand::Copy(pair.project(Projection::Field(1, Ty::bool())));
        self.check(overflowed, false, AssertKind::Overflow(op), span);
        Rvalue::Use(Operand::Copy(pair.project(Projection::Field(0, ty))))
    }

    fn division(&mut self, op: BinOp, a: Operand, b: Operand, int: IntTy, span: Span) -> Rvalue {
        let known = known_int(&b);
        let ty = Ty::int(int);
        if known.is_none_or(|value| value == 0) {
            let zero = Operand::int(0, ty, span);
            let is_zero = self.compare(BinOp::Eq, b.clone(), zero, span);
            let message = match op {
                BinOp::Div => AssertKind::DivisionByZero,
                _ => AssertKind::RemainderByZero,
            };
            self.check(is_zero, false, message, span);
        }
        let minus_one = int_mask(int);
        if int.is_signed() && known.is_none_or(|value| value == minus_one) {
            let is_minus_one =
                self.compare(BinOp::Eq, b.clone(), Operand::int(minus_one, ty, span), span);
            let min = Operand::int(min_value(int), ty, span);
            let is_min = self.compare(BinOp::Eq, a.clone(), min, span);
            let both = Rvalue::Binary(BinOp::BitAnd, is_minus_one, is_min);
            let both = self.temp_of(both, Ty::bool(), span);
            self.check(Operand::Copy(both.into()), false, AssertKind::Overflow(op), span);
        }
        Rvalue::Binary(op, a, b)
    }

    fn shift(&mut self, op: BinOp, a: Operand, b: Operand, int: IntTy, span: Span) -> Rvalue {
        let bits = u128::from(int.bits());
        if known_int(&b).is_none_or(|amount| amount >= bits) {
            let amount_ty = match self.operand_ty(&b).kind() {
                TyKind::Int(amount) => *amount,
                _ => int,
            };
            // Seen as unsigned a negative amount is a large one.
            let unsigned = unsigned(amount_ty);
            let amount = if unsigned == amount_ty {
                b.clone()
            } else {
                let cast = Rvalue::Cast(CastKind::Numeric, b.clone(), Ty::int(unsigned));
                Operand::Copy(self.temp_of(cast, Ty::int(unsigned), span).into())
            };
            let limit = Operand::int(bits, Ty::int(unsigned), span);
            let fits = self.compare(BinOp::Lt, amount, limit, span);
            self.check(fits, true, AssertKind::Overflow(op), span);
        }
        Rvalue::Binary(op, a, b)
    }

    pub(super) fn negation(&mut self, inner: ExprId, ty: Ty, span: Span) -> Rvalue {
        let value = self.expr_as_scalar(inner);
        if let TyKind::Int(int) = ty.kind()
            && int.is_signed()
            && known_int(&value).is_none_or(|known| known == min_value(*int))
        {
            let min = Operand::int(min_value(*int), ty, span);
            let is_min = self.compare(BinOp::Eq, value.clone(), min, span);
            self.check(is_min, false, AssertKind::OverflowNeg, span);
        }
        Rvalue::Unary(UnOp::Neg, value)
    }

    /// A comparison in a temporary.
    pub(super) fn compare(&mut self, op: BinOp, a: Operand, b: Operand, span: Span) -> Operand {
        let result = self.temp_of(Rvalue::Binary(op, a, b), Ty::bool(), span);
        Operand::Copy(result.into())
    }
}

fn known_int(operand: &Operand) -> Option<u128> {
    match operand {
        Operand::Const(constant) => match constant.kind {
            ConstantKind::Int(bits) => Some(bits),
            _ => None,
        },
        _ => None,
    }
}

fn bin_op(op: BinaryOp) -> Option<BinOp> {
    Some(match op {
        BinaryOp::Add => BinOp::Add,
        BinaryOp::Sub => BinOp::Sub,
        BinaryOp::Mul => BinOp::Mul,
        BinaryOp::Div => BinOp::Div,
        BinaryOp::Rem => BinOp::Rem,
        BinaryOp::BitAnd => BinOp::BitAnd,
        BinaryOp::BitOr => BinOp::BitOr,
        BinaryOp::BitXor => BinOp::BitXor,
        BinaryOp::Shl => BinOp::Shl,
        BinaryOp::Shr => BinOp::Shr,
        BinaryOp::Eq => BinOp::Eq,
        BinaryOp::Ne => BinOp::Ne,
        BinaryOp::Lt => BinOp::Lt,
        BinaryOp::Le => BinOp::Le,
        BinaryOp::Gt => BinOp::Gt,
        BinaryOp::Ge => BinOp::Ge,
        BinaryOp::And | BinaryOp::Or => return None,
    })
}

pub(crate) fn int_mask(int: IntTy) -> u128 {
    u128::MAX >> (128 - int.bits())
}

/// The bits of the smallest value of a signed type.
fn min_value(int: IntTy) -> u128 {
    1 << (int.bits() - 1)
}

fn unsigned(int: IntTy) -> IntTy {
    match int {
        IntTy::I8 => IntTy::U8,
        IntTy::I16 => IntTy::U16,
        IntTy::I32 => IntTy::U32,
        IntTy::I64 => IntTy::U64,
        IntTy::I128 => IntTy::U128,
        IntTy::Isize => IntTy::Usize,
        other => other,
    }
}
