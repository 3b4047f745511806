//! Method calls: the picked method, its receiver with every adjustment written out.

use vez_base::{DefId, DefKind, Span};
use vez_diag::registry as d;
use vez_hir as hir;
use vez_traits::{Autoref, MethodError, Pick, probe_method, report_method_error};
use vez_types::{InferTy, Ty, TyKind};

use super::call::Callee;
use super::{Expectation, FnCtxt};
use crate::data::*;

impl FnCtxt<'_> {
    pub(crate) fn check_method_call(
        &mut self,
        receiver: hir::ExprId,
        segment: &hir::Segment,
        args: &[hir::ExprId],
        expected: Expectation,
        span: Span,
    ) -> ExprId {
        let receiver_id = receiver;
        let receiver = self.check_expr(receiver, Expectation::None);
        let ty = self.resolved(self.ty(receiver));
        if ty.is_error() {
            self.check_args_alone(args);
            return self.error_expr(span);
        }
        let scope = self.scope.clone();
        let pick = probe_method(&mut self.icx, &scope, ty, segment.name, segment.span);
        match pick {
            Ok(pick) => self.call_method(receiver, &pick, segment, args, expected, span),
            Err(error) => {
                self.report_method(&error, receiver_id, ty, segment);
                self.check_args_alone(args);
                self.error_expr(span)
            }
        }
    }

    /// E0040: `Drop::drop` is the compiler's to call, by whatever path it is named.
    pub(crate) fn forbid_destructor(&mut self, def: DefId, span: Span) {
        let Some(drop) = self.traits().drop else { return };
        let is_destructor = def.parent_def().is_some_and(|owner| {
            owner == drop
                || owner.kind() == DefKind::Impl
                    && vez_traits::impl_trait_ref(self.db, owner).is_some_and(|r| r.trait_ == drop)
        });
        if is_destructor {
            let help = "`drop(value)` ends a value early";
            self.report(d::ExplicitDrop.at(span).help(help));
        }
    }

    fn call_method(
        &mut self,
        receiver: ExprId,
        pick: &Pick,
        segment: &hir::Segment,
        args: &[hir::ExprId],
        expected: Expectation,
        span: Span,
    ) -> ExprId {
        self.forbid_destructor(pick.item, segment.span);
        let written = self.picked_args(pick, segment, false, segment.span);
        let fn_args = written.erase_regions();
        // What the signature projects comes before the bounds: it is what an ambiguity is reported of.
        let sig = self.instantiated_sig(pick.item, fn_args, segment.span);
        self.register_bounds(pick.item, fn_args, segment.span);
        let adjusted = self.adjust_receiver(receiver, pick);
        let mut formal = sig.inputs();
        if let Some((&self_ty, rest)) = formal.split_first() {
            formal = rest;
            let found = self.ty(adjusted);
            // The probe has matched them; this carries what it learned to the variables of the signature.
            if self.unify(self_ty, found).is_err() && !self.tainted {
                self.report_mismatch(adjusted, self_ty, super::Why::Plain, None);
            }
        }
        let callee = Callee::Item(pick.item);
        let rest = self.check_args_with(&sig, formal, args, expected, callee, span);
        let mut all = vec![adjusted];
        all.extend(rest);
        let callee = self.fn_ref(pick.item, fn_args, segment.span);
        self.note_written(callee, Ty::new(TyKind::FnDef(pick.item, written)));
        self.require_sized(sig.output(), span, super::facts::NeedSized::Return);
        let kind = ExprKind::Call { callee, args: all, overloaded: false };
        self.push(kind, sig.output(), span)
    }

    /// Dereferences, takes as slice, borrows, as the pick says.
    fn adjust_receiver(&mut self, receiver: ExprId, pick: &Pick) -> ExprId {
        let steps: Vec<Ty> = pick.steps.iter().map(|step| step.ty).collect();
        let count = steps.len().saturating_sub(1);
        match pick.autoref {
            Autoref::None => self.receiver_by_value(receiver, &steps, count),
            Autoref::ConstPtr => {
                let place = self.apply_autoderef(receiver, &steps, count);
                self.coerced(Coercion::MutToConst, place, pick.self_ty)
            }
            Autoref::Ref(mutability) => {
                let place = self.apply_autoderef(receiver, &steps, count);
                let borrowed = self.borrow_place(place, mutability, true);
                if !pick.unsize {
                    return borrowed;
                }
                self.coerced(Coercion::Unsize, borrowed, pick.self_ty)
            }
        }
    }

    fn receiver_by_value(&mut self, receiver: ExprId, steps: &[Ty], count: usize) -> ExprId {
        let place = self.apply_autoderef(receiver, steps, count);
        let ty = self.ty(place);
        match ty.kind() {
            // A `&mut` receiver is reborrowed, so that its place can be used again; in closures any is.
            TyKind::Ref(_, target, mutability)
                if self.reborrows(*mutability)
                    && crate::captures::is_place(&self.out.exprs[place].kind) =>
            {
                let (target, mutability) = (*target, *mutability);
                let place = self.deref_expr(place, target);
                self.borrow_place(place, mutability, true)
            }
            _ => place,
        }
    }

    fn report_method(
        &mut self,
        error: &MethodError,
        receiver: hir::ExprId,
        ty: Ty,
        segment: &hir::Segment,
    ) {
        let name = segment.name;
        match (error, ty.kind()) {
            (MethodError::Unknown, _) => {
                let at = self.hir.exprs[receiver].span;
                self.cannot_infer(ty, at);
                return;
            }
            (_, TyKind::Infer(InferTy::Int(_) | InferTy::Float(_)))
                if vez_traits::is_numeric_method(&self.icx, &self.scope, name) =>
            {
                let diagnostic = d::AmbiguousNumeric { name }.at(segment.span);
                let suffix = match ty.kind() {
                    TyKind::Infer(InferTy::Int(_)) => "_i32",
                    _ => "_f64",
                };
                let at = self.hir.exprs[receiver].span;
                let fix = vez_diag::Fix::new("give the number a type").insert_after(at, suffix);
                self.report(diagnostic.fix(fix));
                return;
            }
            _ => {}
        }
        let scope = self.scope.clone();
        let diagnostic =
            report_method_error(&mut self.icx, &scope, error, ty, name, "method", segment.span);
        self.tainted = true;
        let Some(mut diagnostic) = diagnostic else { return };
        if self.has_field(ty, name) {
            let receiver = self.hir.exprs[receiver].span;
            let fix = vez_diag::Fix::new("call the field's value")
                .insert_before(receiver, "(")
                .insert_after(segment.span, ")");
            diagnostic = diagnostic.help(format!("`{name}` is a field, not a method")).fix(fix);
        }
        self.report(diagnostic);
    }

    /// Whether autoderef finds a visible field of this name.
    pub(crate) fn has_field(&mut self, ty: Ty, name: vez_base::Name) -> bool {
        let steps = self.autoderef_types(ty);
        steps.iter().any(|&step| self.find_field(step, name, &mut None).is_some())
    }

    /// Whether a method of this name could be called on the type.
    pub(crate) fn has_method(&mut self, ty: Ty, name: vez_base::Name, span: Span) -> bool {
        let scope = self.scope.clone();
        self.probe(|cx| probe_method(&mut cx.icx, &scope, ty, name, span).is_ok())
    }
}
