//! Places: dereference, fields, elements, and turning shared overloaded steps into mutable ones.

use vez_base::{DefId, DefKind, Name, Span, limits, name};
use vez_diag::registry as d;
use vez_hir as hir;
use vez_traits::adt_def;
use vez_types::{GenericArg, GenericArgs, InferTy, IntTy, Predicate, TraitRef, Ty, TyKind};

use super::diag::has_error;
use super::{Expectation, FnCtxt, Why};
use crate::captures::is_place;
use crate::data::*;

impl FnCtxt<'_> {
    /// What a reference or `Box` points to; with `raw`, also raw pointers.
    fn pointee(&self, ty: Ty, raw: bool) -> Option<Ty> {
        match self.shallow(ty).kind() {
            TyKind::Ref(_, target, _) => Some(*target),
            TyKind::RawPtr(target, _) if raw => Some(*target),
            TyKind::Adt(def, args) if self.is_box(*def) => Some(args.ty_at(0)),
            _ => None,
        }
    }

    /// What `*` reaches without a trait.
    pub(crate) fn builtin_deref(&self, ty: Ty) -> Option<Ty> {
        self.pointee(ty, true).map(|ty| self.shallow(ty))
    }

    pub(crate) fn is_box(&self, def: DefId) -> bool {
        self.traits().owned_box == Some(def)
    }

    /// `<ty as Deref>::Target`, when `ty` implements `Deref`.
    fn overloaded_target(&mut self, ty: Ty) -> Option<Ty> {
        let ty = self.shallow(ty);
        if !matches!(
            ty.kind(),
            TyKind::Adt(..)
                | TyKind::Param(_)
                | TyKind::Projection(..)
                | TyKind::Opaque(..)
                | TyKind::Dyn(_)
        ) {
            return None;
        }
        let lang = self.traits();
        let (trait_, target) = (lang.deref?, lang.deref_target?);
        let args = GenericArgs::new(vec![GenericArg::Ty(ty)]);
        if !self.may_hold(Predicate::Trait(TraitRef { trait_, args })) {
            return None;
        }
        let span = self.out.span;
        let projected = self.normalize(Ty::new(TyKind::Projection(target, args)), span);
        let projected = self.resolved(projected);
        (!projected.is_error()).then_some(projected)
    }

    /// One step of `*`, built in or overloaded; not through raw pointers.
    pub(crate) fn deref_once(&mut self, ty: Ty) -> Option<Ty> {
        match self.pointee(ty, false) {
            Some(target) => Some(self.shallow(target)),
            None => self.overloaded_target(ty),
        }
    }

    /// A type and all that dereferencing reaches from it.
    pub(crate) fn autoderef_types(&mut self, ty: Ty) -> Vec<Ty> {
        let mut steps = vec![self.resolved(ty)];
        while let Some(next) = self.deref_once(*steps.last().expect("never empty")) {
            if steps.len() > limits::AUTODEREF_STEPS {
                break;
            }
            let next = self.resolved(next);
            steps.push(next);
        }
        steps
    }

    /// The place one dereference of `expr` reaches, whose type is `target`.
    pub(crate) fn deref_step(&mut self, expr: ExprId, target: Ty) -> ExprId {
        let ty = self.ty(expr);
        if self.pointee(ty, false).is_some() {
            return self.deref_expr(expr, target);
        }
        self.overloaded_deref(expr, target)
    }

    fn overloaded_deref(&mut self, expr: ExprId, target: Ty) -> ExprId {
        let ty = self.ty(expr);
        let span = self.span(expr);
        let Some((trait_, method)) = self.trait_method("deref", name::DEREF, span) else {
            return self.error_expr(span);
        };
        let args = GenericArgs::new(vec![GenericArg::Ty(ty)]);
        self.register(Predicate::Trait(TraitRef { trait_, args }), super::vars::plain_cause(span));
        let borrowed = self.borrow_expr(expr, BorrowKind::Shared);
        let output = Ty::reference(target, Mutability::Not);
        let call = self.overloaded_call(method, args, vec![borrowed], output, span);
        self.deref_expr(call, target)
    }

    /// Follows autoderef's first `count` steps.
    pub(crate) fn apply_autoderef(&mut self, expr: ExprId, steps: &[Ty], count: usize) -> ExprId {
        steps[1..=count].iter().fold(expr, |place, &next| self.deref_step(place, next))
    }

    /// `*e`.
    pub(crate) fn check_deref(&mut self, operand: hir::ExprId, span: Span) -> ExprId {
        let expr = self.check_expr(operand, Expectation::None);
        let ty = self.structurally_resolved(self.ty(expr), span);
        if ty.is_error() {
            return self.error_expr(span);
        }
        if let Some(target) = self.builtin_deref(ty) {
            return self.push(ExprKind::Deref(expr), target, span);
        }
        if let Some(target) = self.overloaded_target(ty) {
            let place = self.overloaded_deref(expr, target);
            self.out.exprs[place].span = span;
            return place;
        }
        let ty = self.resolve(ty);
        if !has_error(ty) {
            self.report(d::CannotDeref { ty }.at(span));
        }
        self.error_expr(span)
    }

    // Fields.

    pub(crate) fn check_field(
        &mut self,
        base: hir::ExprId,
        field: Name,
        field_span: Span,
        span: Span,
    ) -> ExprId {
        let expr = self.check_expr(base, Expectation::None);
        let ty = self.structurally_resolved(self.ty(expr), self.hir.exprs[base].span);
        if ty.is_error() {
            return self.error_expr(span);
        }
        let steps = self.autoderef_types(ty);
        let mut private = None;
        for (count, &step) in steps.iter().enumerate() {
            let Some((index, field_ty)) = self.find_field(step, field, &mut private) else {
                continue;
            };
            let place = self.apply_autoderef(expr, &steps, count);
            let field_ty = self.normalize(field_ty, span);
            return self.push(ExprKind::Field(place, index), field_ty, span);
        }
        self.report_no_field(&steps, field, field_span, private);
        self.error_expr(span)
    }

    pub(crate) fn find_field(
        &self,
        ty: Ty,
        field: Name,
        private: &mut Option<Ty>,
    ) -> Option<(u32, Ty)> {
        match ty.kind() {
            TyKind::Adt(def, args) if matches!(def.kind(), DefKind::Struct | DefKind::Union) => {
                let (index, found) = adt_def(self.db, *def).only_variant()?.field(field)?;
                if !hir::is_accessible(self.db, found.vis, self.module) {
                    *private = private.or(Some(ty));
                    return None;
                }
                Some((index, vez_traits::field_ty(found, *args).erase_regions()))
            }
            TyKind::Tuple(types) => {
                let index: u32 = field.as_str().parse().ok()?;
                // `t.00` is no field.
                if index.to_string() != field.as_str() {
                    return None;
                }
                Some((index, *types.as_slice().get(index as usize)?))
            }
            _ => None,
        }
    }

    // Elements.

    pub(crate) fn check_index(
        &mut self,
        base: hir::ExprId,
        index: hir::ExprId,
        span: Span,
    ) -> ExprId {
        let base_span = self.hir.exprs[base].span;
        let expr = self.check_expr(base, Expectation::None);
        let index_id = index;
        let index = self.check_expr(index, Expectation::None);
        let ty = self.structurally_resolved(self.ty(expr), base_span);
        if ty.is_error() || self.ty(index).is_error() {
            return self.error_expr(span);
        }
        let steps = self.autoderef_types(ty);
        for (count, &step) in steps.iter().enumerate() {
            if let Some(elem) = self.builtin_element(step, index) {
                let place = self.apply_autoderef(expr, &steps, count);
                let index = self.expect_type(index, Ty::usize(), Why::Plain, Some(index_id));
                return self.push(ExprKind::Index(place, index), elem, span);
            }
            if self.is_ty_var(step) {
                break;
            }
            if let Some(found) = self.index_trait(step, span) {
                let place = self.apply_autoderef(expr, &steps, count);
                return self.overloaded_index(place, found, (index, index_id), span);
            }
            if let TyKind::Array(elem, _) = step.kind()
                && let Some(found) = self.index_trait(Ty::slice(*elem), span)
            {
                // `array[1..]` is the slice's business.
                let place = self.apply_autoderef(expr, &steps, count);
                let slice = Ty::slice(*elem);
                let borrowed = self.borrow_expr(place, BorrowKind::Shared);
                let ty = Ty::reference(slice, Mutability::Not);
                let unsized_ = self.coerced(Coercion::Unsize, borrowed, ty);
                let place = self.deref_expr(unsized_, slice);
                return self.overloaded_index(place, found, (index, index_id), span);
            }
        }
        let ty = self.resolve(ty);
        self.report(d::CannotIndex { ty }.at(span));
        self.error_expr(span)
    }

    /// Arrays and slices by `usize`.
    fn builtin_element(&self, ty: Ty, index: ExprId) -> Option<Ty> {
        let elem = match ty.kind() {
            TyKind::Array(elem, _) | TyKind::Slice(elem) => *elem,
            _ => return None,
        };
        let fits = matches!(
            self.ty(index).kind(),
            TyKind::Int(IntTy::Usize) | TyKind::Infer(InferTy::Int(_))
        );
        fits.then(|| self.shallow(elem))
    }

    /// `ty: Index<_>`: the method, the trait's arguments.
    fn index_trait(&mut self, ty: Ty, span: Span) -> Option<(DefId, DefId, GenericArgs)> {
        let (trait_, method) = self.trait_method("index", name::INDEX, span)?;
        let key = self.fresh_ty(span);
        let args = GenericArgs::new(vec![GenericArg::Ty(ty), GenericArg::Ty(key)]);
        self.may_hold(Predicate::Trait(TraitRef { trait_, args })).then_some((trait_, method, args))
    }

    fn overloaded_index(
        &mut self,
        place: ExprId,
        (trait_, method, args): (DefId, DefId, GenericArgs),
        (index, index_id): (ExprId, hir::ExprId),
        span: Span,
    ) -> ExprId {
        let goal = Predicate::Trait(TraitRef { trait_, args });
        let key = args.ty_at(1);
        let index_span = self.span(index);
        // A single impl fixes the key: `map[&k]` coerces to it.
        self.select_single(goal);
        let index = self.coerce_or_report(index, key, Why::Plain, Some(index_id));
        self.register(goal, super::vars::op_cause(index_span, "[]"));
        let sig = self.instantiated_sig(method, args, span);
        let borrowed = self.borrow_expr(place, BorrowKind::Shared);
        let call = self.overloaded_call(method, args, vec![borrowed, index], sig.output(), span);
        // The place of the call is that of the brackets.
        let base = self.span(place);
        if let ExprKind::Call { callee, .. } = self.out.exprs[call].kind
            && base.anchor == span.anchor
            && base.end <= span.end
        {
            self.out.exprs[callee].span.start = base.end;
        }
        let output = self.resolved(sig.output());
        let elem = match output.kind() {
            TyKind::Ref(_, target, _) => *target,
            _ => Ty::error(),
        };
        let elem = self.resolved(elem);
        self.push(ExprKind::Deref(call), elem, span)
    }

    // Mutability.

    /// A place that is about to be written: `Deref` and `Index` on the way to it become `DerefMut` and `IndexMut`.
    pub(crate) fn make_place_mut(&mut self, expr: ExprId) {
        let mut next = Some(expr);
        while let Some(expr) = next {
            next = match self.out.exprs[expr].kind {
                ExprKind::Field(base, _) | ExprKind::Index(base, _) => Some(base),
                ExprKind::Deref(inner) => match self.out.exprs[inner].kind {
                    ExprKind::Call { overloaded: true, .. } => self.make_call_mut(inner),
                    ExprKind::Coerce(Coercion::Unsize, borrow) => {
                        self.make_unsize_mut(inner, borrow)
                    }
                    ref kind if is_place(kind) => Some(inner),
                    _ => None,
                },
                _ => None,
            };
        }
    }

    /// `*&array as &[T]`, made for an index: borrows mutably from now on.
    fn make_unsize_mut(&mut self, outer: ExprId, borrow: ExprId) -> Option<ExprId> {
        let ExprKind::Borrow { ref mut kind, expr, explicit: false } = self.out.exprs[borrow].kind
        else {
            return None;
        };
        *kind = BorrowKind::Mut { two_phase: false };
        for id in [outer, borrow] {
            let ty = self.out.exprs[id].ty;
            if let TyKind::Ref(_, target, _) = ty.kind() {
                self.out.exprs[id].ty = Ty::reference(*target, Mutability::Mut);
            }
        }
        Some(expr)
    }

    /// Makes a call of `deref` or `index` one of `deref_mut` or `index_mut`; the place it borrows comes next.
    fn make_call_mut(&mut self, call: ExprId) -> Option<ExprId> {
        let ExprKind::Call { callee, ref args, .. } = self.out.exprs[call].kind else {
            return None;
        };
        let receiver = *args.first()?;
        let TyKind::FnDef(method, fn_args) = self.out.exprs[callee].ty.kind() else { return None };
        let span = self.span(call);
        let (lang, wanted) = match method.name() {
            name if name == name::DEREF => ("deref_mut", name::DEREF_MUT),
            name if name == name::INDEX => ("index_mut", name::INDEX_MUT),
            _ => return None,
        };
        let (trait_, method) = self.trait_method(lang, wanted, span)?;
        let goal = Predicate::Trait(TraitRef { trait_, args: *fn_args });
        if !self.may_hold(goal) {
            return None;
        }
        self.register(goal, super::vars::plain_cause(span));
        self.out.exprs[callee].ty = Ty::new(TyKind::FnDef(method, *fn_args));
        let ExprKind::Borrow { ref mut kind, expr, .. } = self.out.exprs[receiver].kind else {
            return None;
        };
        *kind = BorrowKind::Mut { two_phase: false };
        self.out.exprs[receiver].ty = Ty::reference(self.ty(expr), Mutability::Mut);
        let output = self.out.exprs[call].ty;
        if let TyKind::Ref(_, target, _) = self.shallow(output).kind() {
            self.out.exprs[call].ty = Ty::reference(*target, Mutability::Mut);
        }
        Some(expr)
    }
}
