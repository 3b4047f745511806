//! Constants: literals, functions, constant items and parameters.

use super::Builder;
use crate::{Constant, ConstantKind, Operand};
use vez_base::Span;
use vez_thir::{ExprId, ExprKind, LitValue};
use vez_types::{Const, ConstKind, FloatTy, Region, Ty, TyKind};

impl Builder<'_> {
    /// An expression that is a constant already.
    pub(super) fn expr_as_constant(&self, id: ExprId) -> Option<Operand> {
        let expr = self.expr(id);
        let kind = match &expr.kind {
            ExprKind::Lit(value) => return Some(literal(*value, expr.ty, expr.span)),
            ExprKind::FnRef => ConstantKind::ZeroSized,
            ExprKind::Const(def, args) => ConstantKind::Item(*def, *args),
            ExprKind::ConstParam(param) => {
                ConstantKind::Param(Const::new(ConstKind::Param(*param)))
            }
            ExprKind::Tuple(fields) if fields.is_empty() => ConstantKind::ZeroSized,
            _ => return None,
        };
        Some(Operand::Const(Constant { kind, ty: expr.ty, span: expr.span }))
    }
}

/// A literal of a type. References in it are to what lives forever.
pub(super) fn literal(value: LitValue, ty: Ty, span: Span) -> Operand {
    let ty = match ty.kind() {
        TyKind::Ref(_, target, mutability) => {
            Ty::new(TyKind::Ref(Region::static_(), *target, *mutability))
        }
        _ => ty,
    };
    let kind = match value {
        LitValue::Int(bits) => match ty.kind() {
            TyKind::Int(int) => ConstantKind::Int(bits & super::arith::int_mask(*int)),
            // An integer literal may stand for a float only after inference said so.
            TyKind::Float(FloatTy::F32) => {
                ConstantKind::Float(u64::from((bits as i128 as f32).to_bits()))
            }
            TyKind::Float(FloatTy::F64) => ConstantKind::Float((bits as i128 as f64).to_bits()),
            _ => ConstantKind::Int(bits),
        },
        LitValue::Float(bits) => ConstantKind::Float(bits),
        LitValue::Bool(value) => ConstantKind::Int(value.into()),
        LitValue::Char(value) => ConstantKind::Int(u32::from(value).into()),
        LitValue::Str(text) => ConstantKind::Str(text),
        LitValue::ByteStr(bytes) => ConstantKind::ByteStr(bytes),
        LitValue::CStr(text) => ConstantKind::CStr(text),
    };
    Operand::Const(Constant { kind, ty, span })
}
