//! Operators: the built-in ones on primitive types, the traits' for all others.
//!
//! Where an operand's type is still open the operator goes to its trait, and becomes built-in when the type turns out primitive.

use vez_base::{DefId, Name, Span, name};
use vez_diag::registry as d;
use vez_hir as hir;
use vez_types::{GenericArg, GenericArgs, InferTy, Predicate, TraitRef, Ty, TyKind};

use super::{DeferredOp, Expectation, FnCtxt, Why};
use crate::data::*;
use crate::print::binary_text;

/// Which operands make an operator built-in, and what it yields.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum OpForm {
    /// Both of one number type.
    Arithmetic,
    /// Both of one integer type, or `bool`.
    Bits,
    /// Any two integer types.
    Shift,
    /// Both of one scalar type; yields `bool`.
    Compare,
    Neg,
    Not,
}

pub(crate) fn form(op: BinaryOp) -> OpForm {
    match op {
        BinaryOp::Add | BinaryOp::Sub | BinaryOp::Mul | BinaryOp::Div | BinaryOp::Rem => {
            OpForm::Arithmetic
        }
        BinaryOp::BitAnd | BinaryOp::BitOr | BinaryOp::BitXor => OpForm::Bits,
        BinaryOp::Shl | BinaryOp::Shr => OpForm::Shift,
        BinaryOp::Eq
        | BinaryOp::Ne
        | BinaryOp::Lt
        | BinaryOp::Le
        | BinaryOp::Gt
        | BinaryOp::Ge
        | BinaryOp::And
        | BinaryOp::Or => OpForm::Compare,
    }
}

/// The language item of an operator's trait, and its method.
fn op_trait(op: BinaryOp) -> (&'static str, Name) {
    match op {
        BinaryOp::Add => ("add", name::ADD),
        BinaryOp::Sub => ("sub", name::SUB),
        BinaryOp::Mul => ("mul", name::MUL),
        BinaryOp::Div => ("div", name::DIV),
        BinaryOp::Rem => ("rem", name::REM),
        BinaryOp::BitAnd => ("bitand", name::BITAND),
        BinaryOp::BitOr => ("bitor", name::BITOR),
        BinaryOp::BitXor => ("bitxor", name::BITXOR),
        BinaryOp::Shl => ("shl", name::SHL),
        BinaryOp::Shr => ("shr", name::SHR),
        BinaryOp::Eq => ("eq", name::EQ),
        BinaryOp::Ne => ("eq", name::NE),
        BinaryOp::Lt => ("partial_ord", name::LT),
        BinaryOp::Le => ("partial_ord", name::LE),
        BinaryOp::Gt => ("partial_ord", name::GT),
        BinaryOp::Ge => ("partial_ord", name::GE),
        BinaryOp::And | BinaryOp::Or => ("", name::EMPTY),
    }
}

fn strip_ref(ty: Ty) -> Ty {
    match ty.kind() {
        TyKind::Ref(_, target, _) => *target,
        _ => ty,
    }
}

fn is_integral(ty: Ty) -> bool {
    matches!(ty.kind(), TyKind::Int(_) | TyKind::Infer(InferTy::Int(_)))
}

fn is_float(ty: Ty) -> bool {
    matches!(ty.kind(), TyKind::Float(_) | TyKind::Infer(InferTy::Float(_)))
}

fn is_scalar(ty: Ty) -> bool {
    is_integral(ty)
        || is_float(ty)
        || matches!(
            ty.kind(),
            TyKind::Bool | TyKind::Char | TyKind::RawPtr(..) | TyKind::FnPtr(_) | TyKind::FnDef(..)
        )
}

/// Whether the built-in operator is meant by the types' classes alone.
fn is_builtin(form: OpForm, left: Ty, right: Ty) -> bool {
    let both = |test: fn(Ty) -> bool| test(left) && test(right);
    let bools = both(|ty| matches!(ty.kind(), TyKind::Bool));
    match form {
        OpForm::Arithmetic => both(is_integral) || both(is_float),
        OpForm::Bits => both(is_integral) || bools,
        OpForm::Shift => both(is_integral),
        OpForm::Compare => both(is_scalar),
        OpForm::Neg => is_integral(left) || is_float(left),
        OpForm::Not => is_integral(left) || matches!(left.kind(), TyKind::Bool),
    }
}

impl FnCtxt<'_> {
    pub(crate) fn check_binary(
        &mut self,
        op: BinaryOp,
        left: hir::ExprId,
        right: hir::ExprId,
        span: Span,
    ) -> ExprId {
        if matches!(op, BinaryOp::And | BinaryOp::Or) {
            return self.check_lazy(op, left, right, span);
        }
        // The operands get no hint from what is expected of the result: unification does that work.
        let left_id = left;
        let left = self.check_expr(left, Expectation::None);
        let left_ty = self.resolved(self.ty(left));
        if !is_scalar(left_ty) && !left_ty.is_error() {
            return self.binary_by_trait(op, left, left_id, None, right, span);
        }
        let (right_id, right) = (right, self.check_expr(right, Expectation::None));
        let left_ty = self.resolved(left_ty);
        let right_ty = self.resolved(self.ty(right));
        if left_ty.is_error() || right_ty.is_error() {
            let ty = if form(op) == OpForm::Compare { Ty::bool() } else { Ty::error() };
            return self.push(ExprKind::Error, ty, span);
        }
        if right_ty.is_never() {
            let right = self.never_to(right, left_ty);
            return self.builtin_binary(op, left, right, span);
        }
        if is_builtin(form(op), left_ty, right_ty) {
            if form(op) != OpForm::Shift && self.unify(left_ty, right_ty).is_err() {
                self.report_mismatch(right, left_ty, Why::Operand(self.span(left)), Some(right_id));
            }
            return self.builtin_binary(op, left, right, span);
        }
        self.binary_by_trait(op, left, left_id, Some(right), right_id, span)
    }

    fn builtin_binary(&mut self, op: BinaryOp, left: ExprId, right: ExprId, span: Span) -> ExprId {
        let ty = match form(op) {
            OpForm::Compare => Ty::bool(),
            _ => self.ty(left),
        };
        self.push(ExprKind::Binary(op, left, right), ty, span)
    }

    fn check_lazy(
        &mut self,
        op: BinaryOp,
        left: hir::ExprId,
        right: hir::ExprId,
        span: Span,
    ) -> ExprId {
        let left = self.check_coerce(left, Ty::bool(), Why::Plain);
        let diverges = self.diverges;
        let right = self.check_coerce(right, Ty::bool(), Why::Plain);
        // The right side may not run.
        self.diverges = diverges;
        let kind = match op {
            BinaryOp::And => ExprKind::And(left, right),
            _ => ExprKind::Or(left, right),
        };
        self.push(kind, Ty::bool(), span)
    }

    /// `left op right` as a call of the operator's trait. `right_expr` when the right side is checked already.
    fn binary_by_trait(
        &mut self,
        op: BinaryOp,
        left: ExprId,
        left_id: hir::ExprId,
        right_expr: Option<ExprId>,
        right: hir::ExprId,
        span: Span,
    ) -> ExprId {
        let left_ty = self.resolved(self.ty(left));
        let (lang, method) = op_trait(op);
        let right_var = self.fresh_ty(self.hir.exprs[right].span);
        let Some((trait_, method)) = self.trait_method(lang, method, span) else {
            if right_expr.is_none() {
                self.check_expr(right, Expectation::None);
            }
            return self.error_expr(span);
        };
        let args = pair(left_ty, right_var);
        let goal = Predicate::Trait(TraitRef { trait_, args });
        let may_hold = left_ty.is_never() || self.may_hold(goal);
        let early = may_hold && right_expr.is_none();
        if early {
            self.register(goal, super::vars::op_cause(span, binary_text(op)));
            self.select();
        }
        let right_expr = match right_expr {
            Some(expr) => match self.coerce(expr, right_var) {
                Ok(expr) => expr,
                Err(_) => expr,
            },
            None if may_hold => self.check_coerce(right, right_var, Why::Operand(self.span(left))),
            None => self.check_expr(right, Expectation::None),
        };
        let right_ty = self.resolved(self.ty(right_expr));
        if !may_hold {
            if !left_ty.is_error() && !right_ty.is_error() {
                self.report_bad_operands(op, left_id, left_ty, right_ty, span);
            }
            let ty = if form(op) == OpForm::Compare { Ty::bool() } else { Ty::error() };
            return self.push(ExprKind::Error, ty, span);
        }
        // `x + &1`: one layer of reference is looked through to join number types.
        let (l, r) = (strip_ref(self.shallow(left_ty)), strip_ref(right_ty));
        let (l, r) = (self.shallow(l), self.shallow(r));
        let numeric = matches!(form(op), OpForm::Arithmetic | OpForm::Bits);
        let numeric = numeric && is_builtin(form(op), l, r);
        if numeric && self.unify(l, r).is_err() {
            self.report_mismatch(right_expr, left_ty, Why::Operand(self.span(left)), Some(right));
            return self.error_expr(span);
        }
        if !early {
            self.register(goal, super::vars::op_cause(span, binary_text(op)));
        }
        let call = self.binary_call(op, method, args, left, right_expr, (left_ty, right_ty), span);
        let shift = form(op) == OpForm::Shift && is_builtin(form(op), l, r);
        if numeric || shift {
            let output = self.out.exprs[call].ty;
            let _ = self.unify(output, l);
        }
        call
    }

    fn binary_call(
        &mut self,
        op: BinaryOp,
        method: DefId,
        args: GenericArgs,
        left: ExprId,
        right: ExprId,
        (left_ty, right_ty): (Ty, Ty),
        span: Span,
    ) -> ExprId {
        let builtin = ExprKind::Binary(op, left, right);
        let compares = form(op) == OpForm::Compare;
        let args = if method_generics(self, method) > args.len() {
            self.icx.fresh_args_after(method, args.as_slice(), span)
        } else {
            args
        };
        let sig = self.instantiated_sig(method, args, span);
        let operands = if compares {
            vec![
                self.borrow_expr(left, BorrowKind::Shared),
                self.borrow_expr(right, BorrowKind::Shared),
            ]
        } else {
            vec![left, right]
        };
        let expr = self.overloaded_call(method, args, operands, sig.output(), span);
        let form = form(op);
        let open = self.is_var(left_ty) || self.is_var(right_ty);
        if open {
            let (left, right) = (left_ty, Some(right_ty));
            self.deferred.operators.push(DeferredOp { expr, builtin, left, right, op: form });
        }
        expr
    }

    /// A call that stands for an operator.
    pub(crate) fn overloaded_call(
        &mut self,
        method: DefId,
        args: GenericArgs,
        operands: Vec<ExprId>,
        output: Ty,
        span: Span,
    ) -> ExprId {
        let callee = self.fn_ref(method, args, span);
        let kind = ExprKind::Call { callee, args: operands, overloaded: true };
        self.push(kind, output, span)
    }

    pub(crate) fn fn_ref(&mut self, def: DefId, args: GenericArgs, span: Span) -> ExprId {
        self.push(ExprKind::FnRef, Ty::new(TyKind::FnDef(def, args)), span)
    }

    // Compound assignment.

    pub(crate) fn check_assign_op(
        &mut self,
        op: BinaryOp,
        place: hir::ExprId,
        value: hir::ExprId,
        span: Span,
    ) -> ExprId {
        let (place_id, place) = (place, self.check_expr(place, Expectation::None));
        let left_ty = self.resolved(self.ty(place));
        let is_place = self.is_syntactic_place(place_id);
        let reports = self.sink.len();
        let expr = if is_scalar(left_ty) {
            let right = self.check_expr(value, Expectation::None);
            self.builtin_assign_op(op, place, right, place_id, value, span)
        } else {
            self.assign_op_by_trait(op, place, None, (place_id, value), span)
        };
        if !is_place && !left_ty.is_error() && self.sink.len() == reports {
            let op = format!("{}=", binary_text(op));
            let at = self.hir.exprs[place_id].span;
            self.report(d::BadCompoundTarget { op }.at(at));
        }
        expr
    }

    fn builtin_assign_op(
        &mut self,
        op: BinaryOp,
        place: ExprId,
        right: ExprId,
        place_id: hir::ExprId,
        value: hir::ExprId,
        span: Span,
    ) -> ExprId {
        let left_ty = self.resolved(self.ty(place));
        let right_ty = self.resolved(self.ty(right));
        if left_ty.is_error() || right_ty.is_error() {
            return self.push(ExprKind::Error, Ty::unit(), span);
        }
        if right_ty.is_never() || is_builtin(form(op), left_ty, right_ty) {
            let right = if right_ty.is_never() { self.never_to(right, left_ty) } else { right };
            if form(op) != OpForm::Shift && self.unify(left_ty, self.ty(right)).is_err() {
                self.report_mismatch(right, left_ty, Why::Operand(self.span(place)), Some(value));
            }
            self.make_place_mut(place);
            return self.push(ExprKind::AssignOp(op, place, right), Ty::unit(), span);
        }
        self.assign_op_by_trait(op, place, Some(right), (place_id, value), span)
    }

    fn assign_op_by_trait(
        &mut self,
        op: BinaryOp,
        place: ExprId,
        right: Option<ExprId>,
        (place_id, value): (hir::ExprId, hir::ExprId),
        span: Span,
    ) -> ExprId {
        let left_ty = self.resolved(self.ty(place));
        let (lang, method) = op_trait(op);
        let (lang, method) =
            (format!("{lang}_assign"), Name::new(&format!("{}_assign", method.as_str())));
        let right_var = self.fresh_ty(self.hir.exprs[value].span);
        let found = self.trait_method(&lang, method, span);
        let goal = found.map(|(trait_, method)| {
            let args = pair(left_ty, right_var);
            (Predicate::Trait(TraitRef { trait_, args }), method, args)
        });
        let goal = goal.filter(|(goal, ..)| self.may_hold(*goal));
        let Some((goal, method, args)) = goal else {
            let right = right.unwrap_or_else(|| self.check_expr(value, Expectation::None));
            let right_ty = self.resolved(self.ty(right));
            if !left_ty.is_error() && !right_ty.is_error() {
                self.report_bad_compound(op, place_id, left_ty, right_ty, span);
            }
            return self.push(ExprKind::Error, Ty::unit(), span);
        };
        let op_text = binary_text(op);
        if right.is_none() {
            self.register(goal, super::vars::op_cause(span, op_text));
            self.select();
        }
        let right = match right {
            Some(right) => {
                let coerced = self.coerce(right, right_var).unwrap_or(right);
                self.register(goal, super::vars::op_cause(span, op_text));
                coerced
            }
            None => self.check_coerce(value, right_var, Why::Plain),
        };
        let right_ty = self.resolved(self.ty(right));
        let builtin = ExprKind::AssignOp(op, place, right);
        let borrowed = self.borrow_place(place, Mutability::Mut, true);
        let expr = self.overloaded_call(method, args, vec![borrowed, right], Ty::unit(), span);
        if self.is_var(left_ty) || self.is_var(right_ty) {
            let (left, right, op) = (left_ty, Some(right_ty), form(op));
            self.deferred.operators.push(DeferredOp { expr, builtin, left, right, op });
        }
        expr
    }

    pub(crate) fn check_assign(
        &mut self,
        place: hir::ExprId,
        value: hir::ExprId,
        span: Span,
    ) -> ExprId {
        let place_id = place;
        let place = self.check_expr(place, Expectation::None);
        let ty = self.ty(place);
        if !self.is_syntactic_place(place_id) && !ty.is_error() {
            let diagnostic = d::BadAssignTarget.at(self.hir.exprs[place_id].span);
            self.report(diagnostic);
        }
        self.make_place_mut(place);
        let value = self.check_coerce(value, ty, Why::Assigned(self.hir.exprs[place_id].span));
        self.require_sized(ty, span, super::facts::NeedSized::Assignment);
        self.push(ExprKind::Assign(place, value), Ty::unit(), span)
    }

    // Unary operators.

    pub(crate) fn check_unary(
        &mut self,
        op: hir::UnaryOp,
        operand: hir::ExprId,
        expected: Expectation,
        span: Span,
    ) -> ExprId {
        if op == hir::UnaryOp::Neg
            && let hir::ExprKind::Lit(lit) = self.hir.exprs[operand].kind
            && let Some(expr) =
                self.check_negated_lit(lit, expected, span, self.hir.exprs[operand].span)
        {
            return expr;
        }
        if op == hir::UnaryOp::Deref {
            return self.check_deref(operand, span);
        }
        let hint = match expected {
            Expectation::Type(_) => expected,
            _ => Expectation::None,
        };
        let expr = self.check_expr(operand, hint);
        let ty = self.structurally_resolved(self.ty(expr), span);
        if ty.is_error() {
            return self.error_expr(span);
        }
        let (form, lang, method, text) = match op {
            hir::UnaryOp::Neg => (OpForm::Neg, "neg", name::NEG, "-"),
            _ => (OpForm::Not, "not", name::NOT, "!"),
        };
        let builtin = match op {
            hir::UnaryOp::Neg => ExprKind::Neg(expr),
            _ => ExprKind::Not(expr),
        };
        let unsigned = matches!(ty.kind(), TyKind::Int(int) if !int.is_signed());
        if is_builtin(form, ty, ty) && !(form == OpForm::Neg && unsigned) {
            let node = self.push(builtin, ty, span);
            if form == OpForm::Neg && self.is_var(ty) {
                self.register_op(lang, method, GenericArgs::new(vec![GenericArg::Ty(ty)]), span);
            }
            return node;
        }
        let args = GenericArgs::new(vec![GenericArg::Ty(ty)]);
        let found = self.trait_method(lang, method, span);
        let goal = found.map(|(trait_, _)| Predicate::Trait(TraitRef { trait_, args }));
        match (goal, found) {
            (Some(goal), Some((_, method))) if self.may_hold(goal) => {
                self.register(goal, super::vars::op_cause(span, text));
                let sig = self.instantiated_sig(method, args, span);
                self.overloaded_call(method, args, vec![expr], sig.output(), span)
            }
            _ => {
                let ty = self.resolve(ty);
                self.report(d::BadUnaryOperand { op: text, ty }.at(span));
                self.error_expr(span)
            }
        }
    }

    fn register_op(&mut self, lang: &str, method: Name, args: GenericArgs, span: Span) {
        if let Some((trait_, _)) = self.trait_method(lang, method, span) {
            let goal = Predicate::Trait(TraitRef { trait_, args });
            self.register(goal, super::vars::op_cause(span, "-"));
        }
    }

    /// Operators whose operands turned out to be primitive are built-in after all.
    pub(crate) fn finish_operators(&mut self) {
        for deferred in std::mem::take(&mut self.deferred.operators) {
            let left = self.resolve(deferred.left);
            let right = deferred.right.map_or(left, |right| self.resolve(right));
            if is_builtin(deferred.op, left, right) {
                self.out.exprs[deferred.expr].kind = deferred.builtin;
            }
        }
    }
}

fn method_generics(cx: &FnCtxt<'_>, method: DefId) -> usize {
    vez_traits::generics_of(cx.db, method).count() as usize
}

fn pair(a: Ty, b: Ty) -> GenericArgs {
    GenericArgs::new(vec![GenericArg::Ty(a), GenericArg::Ty(b)])
}
