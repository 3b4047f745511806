//! `e?`: a match that leaves the function with the failure.

use vez_base::{DefId, Name, Span, name};
use vez_diag::registry as d;
use vez_hir as hir;
use vez_traits::{Cause, ObligationCause, adt_def};
use vez_types::{GenericArg, GenericArgs, Predicate, TraitRef, Ty, TyKind};

use super::{Expectation, FnCtxt};
use crate::data::*;

/// The types `?` works on.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Carrier {
    Option,
    Result,
    ControlFlow,
}

impl FnCtxt<'_> {
    pub(crate) fn check_try(&mut self, inner: hir::ExprId, span: Span) -> ExprId {
        let operand = self.check_expr(inner, Expectation::None);
        let ty = self.structurally_resolved(self.ty(operand), span);
        if ty.is_error() {
            return self.error_expr(span);
        }
        let Some((carrier, adt, args)) = self.carrier_of(ty) else {
            let ty = self.resolve(ty);
            let diagnostic = d::UnsatisfiedBound { ty, trait_: "Try" }.at(span);
            let diagnostic =
                diagnostic.here("the `?` operator is for `Option` and `Result`, or `ControlFlow`");
            self.report(diagnostic);
            return self.error_expr(span);
        };
        let Some(frame) = self.frames.last().filter(|frame| frame.is_fn) else {
            self.report_try_place(ty, None, span);
            return self.error_expr(span);
        };
        let (ret, ret_span) = (frame.ret, frame.ret_span);
        let Some(ret_args) = self.carrier_return(ret, carrier, adt, span) else {
            let ret = self.resolve(ret);
            if !ret.is_error() {
                self.report_try_place(ty, Some(ret), span);
            }
            return self.error_expr(span);
        };
        let (good, bad) = match carrier {
            Carrier::Option => (Name::new("Some"), Name::new("None")),
            Carrier::Result => (Name::new("Ok"), Name::new("Err")),
            Carrier::ControlFlow => (Name::new("Continue"), Name::new("Break")),
        };
        let (Some(good), Some(bad)) =
            (variant_named(self, adt, good), variant_named(self, adt, bad))
        else {
            self.report(d::MissingLangItem { name: "Option" }.at(span));
            return self.error_expr(span);
        };
        // `ControlFlow<B, C>` holds the failure first.
        let value_at = usize::from(carrier == Carrier::ControlFlow);
        let value_ty = args.ty_at(value_at);
        if self.is_var(value_ty) {
            // The failing arm diverges, so a type that nothing else decides falls back to `()`.
            let fallback = self.icx.fresh_diverging(span);
            let _ = self.unify(value_ty, fallback);
        }
        let failure = (carrier != Carrier::Option).then(|| args.ty_at(1 - value_at));
        let value = self.synthetic_local("val", value_ty, span);
        let good_arm = self.try_arm(adt, good, Some((value, value_ty)), ty, span);
        let good_body = self.push(ExprKind::Local(value), value_ty, span);
        let residual = failure.map(|ty| (self.synthetic_local("residual", ty, span), ty));
        let bad_arm = self.try_arm(adt, bad, residual, ty, span);
        let payload = residual.map(|(local, from)| {
            let value = self.push(ExprKind::Local(local), from, span);
            match carrier {
                Carrier::Result => self.convert_error(value, from, ret_args.ty_at(1), span),
                _ => {
                    let _ = self.unify(ret_args.ty_at(0), from);
                    value
                }
            }
        });
        let kind = ExprKind::Adt {
            def: adt,
            variant: bad,
            args: ret_args,
            fields: payload.map(|value| (0, value)).into_iter().collect(),
            base: None,
        };
        let returned = self.push(kind, Ty::new(TyKind::Adt(adt, ret_args)), span);
        let returned = self.push_return(returned, None, ret_span);
        let leave = self.push(ExprKind::Return(Some(returned)), Ty::never(), span);
        let leave = self.coerced(Coercion::Never, leave, value_ty);
        let arm = |pat, body| Arm { pat, guard: None, body, span };
        let kind = ExprKind::Match {
            scrutinee: operand,
            arms: vec![arm(good_arm, good_body), arm(bad_arm, leave)],
            source: MatchSource::Macro,
        };
        self.push(kind, value_ty, span)
    }

    fn carrier_of(&self, ty: Ty) -> Option<(Carrier, DefId, GenericArgs)> {
        let TyKind::Adt(def, args) = ty.kind() else { return None };
        let is = |name: &str| self.lang(name) == Some(*def);
        let carrier = if is("Option") {
            Carrier::Option
        } else if is("Result") {
            Carrier::Result
        } else if is("ControlFlow") {
            Carrier::ControlFlow
        } else {
            return None;
        };
        Some((carrier, *def, *args))
    }

    /// The arguments of the return type, when it is the same kind of type.
    fn carrier_return(
        &mut self,
        ret: Ty,
        carrier: Carrier,
        adt: DefId,
        span: Span,
    ) -> Option<GenericArgs> {
        let ret = self.resolved(ret);
        if self.is_ty_var(ret) {
            let args = self.icx.fresh_args_for(adt, span);
            self.unify(ret, Ty::new(TyKind::Adt(adt, args))).ok()?;
            return Some(args);
        }
        let (found, _, args) = self.carrier_of(ret)?;
        (found == carrier).then_some(args)
    }

    fn convert_error(&mut self, value: ExprId, from: Ty, to: Ty, span: Span) -> ExprId {
        let Some((trait_, method)) = self.trait_method("From", name::FROM, span) else {
            return self.error_expr(span);
        };
        let args = GenericArgs::new(vec![GenericArg::Ty(to), GenericArg::Ty(from)]);
        let goal = Predicate::Trait(TraitRef { trait_, args });
        self.register(goal, ObligationCause::new(span, Cause::Try));
        let callee = self.fn_ref(method, args, span);
        let kind = ExprKind::Call { callee, args: vec![value], overloaded: true };
        self.push(kind, to, span)
    }

    fn try_arm(
        &mut self,
        adt: DefId,
        variant: u32,
        binding: Option<(LocalId, Ty)>,
        ty: Ty,
        span: Span,
    ) -> PatId {
        let fields = binding.map(|(local, ty)| {
            let kind = PatKind::Binding { local, by_ref: None, sub: None };
            (0, self.push_pat(kind, ty, span))
        });
        let fields = fields.into_iter().collect();
        self.push_pat(PatKind::Variant { def: adt, variant, fields }, ty, span)
    }

    /// A local that the program did not write.
    pub(crate) fn synthetic_local(&mut self, name: &str, ty: Ty, span: Span) -> LocalId {
        let local = self.out.locals.push(Local {
            written: None,
            name: Name::new(name),
            ty,
            mutability: Mutability::Not,
            span,
            synthetic: true,
        });
        self.local_tys.push(ty);
        self.local_owner.push(self.closure);
        self.declared.insert(local);
        local
    }

    fn report_try_place(&mut self, operand: Ty, ret: Option<Ty>, span: Span) {
        let operand = self.resolve(operand);
        let diagnostic = match ret {
            Some(ret) => {
                let report =
                    d::UnsatisfiedBound { ty: ret, trait_: format!("FromResidual<{operand}>") }
                        .at(span)
                        .here(format!("`?` on `{operand}` in a function that returns `{ret}`"));
                match ret == Ty::unit() {
                    true => report.help(format!("return what `?` hands on: `-> {operand}`")),
                    false => report,
                }
            }
            None => d::UnsatisfiedBound { ty: operand, trait_: "FromResidual" }
                .at(span)
                .here("`?` outside of a function"),
        };
        self.report(diagnostic);
    }
}

fn variant_named(cx: &FnCtxt<'_>, adt: DefId, name: Name) -> Option<u32> {
    let variants = &adt_def(cx.db, adt).variants;
    variants.iter().position(|variant| variant.name == name).map(|index| index as u32)
}
