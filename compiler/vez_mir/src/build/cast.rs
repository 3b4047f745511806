//! Casts and coercions.

use super::Builder;
use crate::{CastKind, Operand, Rvalue};
use vez_thir::{Coercion, ExprId};
use vez_types::{Ty, TyKind};

impl Builder<'_> {
    /// `inner as ty`
    pub(super) fn cast(&mut self, inner: ExprId, ty: Ty) -> Rvalue {
        let from = self.expr(inner).ty;
        let span = self.expr(inner).span;
        let mut operand = self.expr_as_operand(inner);
        self.consumed(&operand);
        if from == ty {
            return Rvalue::Use(operand);
        }
        // Functions are cast by way of a pointer.
        let pointer = |kind| matches!(kind, CastKind::PtrToInt | CastKind::FnToPtr);
        let kind = cast_kind(from, ty);
        if let TyKind::FnDef(..) = from.kind()
            && pointer(kind)
            && let Some(fn_ptr) = self.facts.fn_ptr_ty(from)
        {
            let reified = Rvalue::Cast(CastKind::ReifyFn, operand, fn_ptr);
            operand = Operand::Copy(self.temp_of(reified, fn_ptr, span).into());
        }
        Rvalue::Cast(kind, operand, ty)
    }

    pub(super) fn coerce(&mut self, coercion: Coercion, inner: ExprId, ty: Ty) -> Rvalue {
        let operand = self.expr_as_operand(inner);
        self.consumed(&operand);
        let kind = match coercion {
            Coercion::ReifyFn => CastKind::ReifyFn,
            Coercion::ClosureToFn => CastKind::ClosureToFn,
            Coercion::UnsafeFn | Coercion::MutToConst | Coercion::Never => CastKind::Transmute,
            Coercion::Unsize => CastKind::Unsize,
        };
        Rvalue::Cast(kind, operand, ty)
    }
}

fn cast_kind(from: Ty, to: Ty) -> CastKind {
    let is_int = |ty: Ty| matches!(ty.kind(), TyKind::Int(_));
    match (from.kind(), to.kind()) {
        (TyKind::Adt(..), _) => CastKind::EnumToInt,
        (TyKind::RawPtr(..) | TyKind::Ref(..), _) if is_int(to) => CastKind::PtrToInt,
        (TyKind::FnPtr(_) | TyKind::FnDef(..), _) if is_int(to) => CastKind::PtrToInt,
        (TyKind::FnPtr(_) | TyKind::FnDef(..), TyKind::RawPtr(..)) => CastKind::FnToPtr,
        (TyKind::FnDef(..), TyKind::FnPtr(_)) => CastKind::ReifyFn,
        (TyKind::Closure(..), TyKind::FnPtr(_)) => CastKind::ClosureToFn,
        (TyKind::FnPtr(_), TyKind::FnPtr(_)) => CastKind::Transmute,
        (_, TyKind::RawPtr(..)) if is_int(from) => CastKind::IntToPtr,
        (
            TyKind::RawPtr(source, _) | TyKind::Ref(_, source, _),
            TyKind::RawPtr(target, _) | TyKind::Ref(_, target, _),
        ) => pointer_cast(*source, *target),
        _ => CastKind::Numeric,
    }
}

/// Between pointers: making one wide, or only seeing it differently.
fn pointer_cast(source: Ty, target: Ty) -> CastKind {
    match (source.kind(), target.kind()) {
        (TyKind::Array(elem, _), TyKind::Slice(other)) if elem == other => CastKind::Unsize,
        (kind, TyKind::Dyn(_)) if !matches!(kind, TyKind::Dyn(_)) => CastKind::Unsize,
        _ => CastKind::PtrToPtr,
    }
}
