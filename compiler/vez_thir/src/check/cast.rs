//! `e as T`: noted where it stands, decided when types are known.

use vez_base::{DefKind, Span};
use vez_diag::registry as d;
use vez_hir::{self as hir, CtorKind, IntTy};
use vez_traits::adt_def;
use vez_types::{InferTy, Ty, TyKind};

use super::{DeferredCast, Expectation, FnCtxt};
use crate::data::*;

/// What kind of number or pointer a type is to a cast.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Class {
    Int,
    U8,
    Bool,
    Char,
    Float,
    /// An enum whose variants have no fields.
    Enum,
    FnPtr,
    Ptr(Ty),
}

impl FnCtxt<'_> {
    pub(crate) fn check_cast(&mut self, inner: hir::ExprId, ty: hir::TypeId, span: Span) -> ExprId {
        let written = self.with_lowerer(|lowerer| lowerer.lower(ty));
        let target = self.normalize(written.erase_regions(), self.hir.types.types[ty].span);
        let target = self.resolved(target);
        let expr = self.check_expr(inner, Expectation::Cast(target));
        if target.is_error() || self.ty(expr).is_error() {
            return self.push(ExprKind::Error, target, span);
        }
        if matches!(target.kind(), TyKind::Slice(_) | TyKind::Str | TyKind::Dyn(_)) {
            self.report(d::CastToUnsized { expected: target }.at(span));
            return self.error_expr(span);
        }
        let node = self.push(ExprKind::Cast(expr), target, span);
        self.note_written(node, written);
        self.deferred.casts.push(DeferredCast { expr: node, inner, target, span });
        node
    }

    /// Decides all casts of the body.
    pub(crate) fn finish_casts(&mut self) {
        for cast in std::mem::take(&mut self.deferred.casts) {
            self.finish_cast(cast);
        }
    }

    fn finish_cast(&mut self, DeferredCast { expr: node, inner, target, span }: DeferredCast) {
        let ExprKind::Cast(operand) = self.out.exprs[node].kind else { return };
        let found = self.resolve(self.ty(operand));
        let target = self.resolve(target);
        if found.is_error() || target.is_error() {
            return;
        }
        if self.is_unsized(target) {
            self.report(d::CastToUnsized { expected: target }.at(span));
            return;
        }
        if let Ok(coerced) = self.coerce(operand, target) {
            // A trivial cast is its operand; places are read by it.
            if coerced == operand {
                return;
            }
            self.out.exprs[node] = self.out.exprs[coerced].clone();
            return;
        }
        match self.cast_classes(operand, found, target) {
            Ok(operand) => self.out.exprs[node].kind = ExprKind::Cast(operand),
            Err(error) => self.report_cast(error, inner, found, target, span),
        }
    }

    fn cast_classes(
        &mut self,
        operand: ExprId,
        found: Ty,
        target: Ty,
    ) -> Result<ExprId, CastError> {
        let to = self.cast_class(target).ok_or(CastError::NonScalar)?;
        let from = match self.cast_class(found) {
            Some(from) => from,
            None => match found.kind() {
                TyKind::FnDef(..) => {
                    let pointer = self.fn_ptr_of(found).ok_or(CastError::NonScalar)?;
                    let operand = self.coerced(Coercion::ReifyFn, operand, pointer);
                    self.cast_pair(Class::FnPtr, to)?;
                    return Ok(operand);
                }
                TyKind::Ref(_, pointee, mutability) => {
                    return self.cast_reference(operand, *pointee, *mutability, to);
                }
                _ => return Err(CastError::NonScalar),
            },
        };
        self.cast_pair(from, to)?;
        Ok(operand)
    }

    /// `&[T; N]` as `*const T`.
    fn cast_reference(
        &mut self,
        operand: ExprId,
        pointee: Ty,
        mutability: Mutability,
        to: Class,
    ) -> Result<ExprId, CastError> {
        match (to, pointee.kind()) {
            (Class::Ptr(elem), TyKind::Array(inner, _)) => {
                self.try_unify(elem, *inner).map_err(|_| CastError::Illegal)?;
                let place = self.deref_expr(operand, pointee);
                let span = self.span(operand);
                let ty = Ty::new(TyKind::RawPtr(pointee, mutability));
                Ok(self.push(ExprKind::RawBorrow(mutability, place), ty, span))
            }
            (Class::Ptr(_), _) => Err(CastError::Illegal),
            (Class::Int | Class::U8 | Class::Float, TyKind::Int(_) | TyKind::Float(_)) => {
                Err(CastError::NeedsDeref)
            }
            (Class::Int | Class::U8 | Class::Float, _) => Err(CastError::Illegal),
            _ => Err(CastError::NonScalar),
        }
    }

    fn cast_class(&self, ty: Ty) -> Option<Class> {
        Some(match ty.kind() {
            TyKind::Int(IntTy::U8) => Class::U8,
            TyKind::Int(_) | TyKind::Infer(InferTy::Int(_)) => Class::Int,
            TyKind::Float(_) | TyKind::Infer(InferTy::Float(_)) => Class::Float,
            TyKind::Bool => Class::Bool,
            TyKind::Char => Class::Char,
            TyKind::FnPtr(_) => Class::FnPtr,
            TyKind::RawPtr(target, _) => Class::Ptr(*target),
            TyKind::Adt(def, _) if def.kind() == DefKind::Enum => {
                let variants = &adt_def(self.db, *def).variants;
                let plain =
                    |v: &vez_traits::VariantDef| v.ctor == CtorKind::Unit || v.fields.is_empty();
                if variants.is_empty() || !variants.iter().all(plain) {
                    return None;
                }
                Class::Enum
            }
            _ => return None,
        })
    }

    fn cast_pair(&mut self, from: Class, to: Class) -> Result<(), CastError> {
        use Class::*;
        match (from, to) {
            (_, Enum) => Err(CastError::NonScalar),
            (_, Bool) => Err(CastError::ToBool),
            (U8, Char) => Ok(()),
            (_, Char) => Err(CastError::ToChar),
            (Enum | Bool | Char, Float) | (Ptr(_) | FnPtr, Float) => Err(CastError::Illegal),
            (Float, Ptr(_)) | (Enum | Bool | Char, Ptr(_)) => Err(CastError::Illegal),
            (_, FnPtr) => Err(CastError::NonScalar),
            (Ptr(from), Ptr(to)) => match (self.is_unsized(from), self.is_unsized(to)) {
                (false, true) => Err(CastError::ThinToWide),
                (true, true) if !same_metadata(self.tail_of(from), self.tail_of(to)) => {
                    Err(CastError::Illegal)
                }
                _ => Ok(()),
            },
            (Ptr(from), Int | U8) if self.is_unsized(from) => Err(CastError::Illegal),
            (Int | U8, Ptr(to)) if self.is_unsized(to) => Err(CastError::Illegal),
            (FnPtr, Ptr(to)) if self.is_unsized(to) => Err(CastError::Illegal),
            (Ptr(_) | FnPtr, Int | U8) | (Int | U8 | FnPtr, Ptr(_)) => Ok(()),
            (Int | U8 | Bool | Char | Enum | Float, Int | U8) => Ok(()),
            (Int | U8 | Float, Float) => Ok(()),
        }
    }

    /// The last field of nested structs: what makes a type unsized.
    fn tail_of(&mut self, ty: Ty) -> Ty {
        let mut ty = self.resolve(ty);
        for _ in 0..vez_base::limits::DEPTH {
            let TyKind::Adt(def, args) = ty.kind() else { break };
            let Some(last) = self.last_field(*def) else { break };
            ty = last.substitute(*args);
        }
        ty
    }

    fn report_cast(
        &mut self,
        error: CastError,
        inner: hir::ExprId,
        found: Ty,
        expected: Ty,
        span: Span,
    ) {
        let inner = self.hir.exprs[inner].span;
        let diagnostic = match error {
            CastError::ToBool => d::CastToBool { found }
                .at(span)
                .fix(vez_diag::Fix::new("compare with zero").insert_after(inner, " != 0")),
            CastError::ToChar => d::CastToChar { found }.at(span),
            CastError::NonScalar => d::BadCast { expected, found }.at(span),
            CastError::Illegal => d::IndirectCast { expected, found }.at(span),
            CastError::NeedsDeref => d::IndirectCast { expected, found }
                .at(span)
                .fix(vez_diag::Fix::new("dereference the operand").insert_before(inner, "*")),
            CastError::ThinToWide => d::CastToWidePointer { expected, found }.at(span),
        };
        self.report(diagnostic);
    }
}

fn same_metadata(a: Ty, b: Ty) -> bool {
    match (a.kind(), b.kind()) {
        (TyKind::Slice(_) | TyKind::Str, TyKind::Slice(_) | TyKind::Str) => true,
        (TyKind::Dyn(a), TyKind::Dyn(b)) => a.principal.map(|p| p.0) == b.principal.map(|p| p.0),
        _ => a == b,
    }
}

#[derive(Clone, Copy, Debug)]
enum CastError {
    ToBool,
    ToChar,
    NonScalar,
    Illegal,
    NeedsDeref,
    ThinToWide,
}
