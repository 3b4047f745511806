//! What is said about types that do not fit.

use vez_base::{DefId, DefKind, Name, Span};
use vez_diag::{Diagnostic, registry as d};
use vez_hir as hir;
use vez_traits::{Cause, FulfillError, report_error};
use vez_types::{Predicate, Ty, TyKind};

use super::FnCtxt;
use crate::data::*;
use crate::print::binary_text;

/// Why a type was expected.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Why {
    Plain,
    /// Written: `let x: T`.
    Annotation(Span),
    /// The function's or closure's written return type.
    ReturnType(Span),
    /// The first arm of a match that has a value.
    FirstArm(Span),
    /// The other branch of an `if`.
    IfBranches(Span),
    /// An earlier `break`.
    SameBreak(Span),
    SameArray(Span),
    /// The other operand.
    Operand(Span),
    /// The place that is assigned.
    Assigned(Span),
    /// A parameter of this function.
    Argument(DefId),
    /// A block-like statement without `;`.
    Statement,
}

impl FnCtxt<'_> {
    /// E0308 on an expression; silent where either type is wrong already.
    pub(crate) fn report_mismatch(
        &mut self,
        expr: ExprId,
        expected: Ty,
        why: Why,
        from: Option<hir::ExprId>,
    ) {
        let found = self.resolve(self.ty(expr));
        let expected = self.resolve(expected);
        self.tainted |= found.is_error() || expected.is_error();
        if has_error(found) || has_error(expected) {
            self.tainted = true;
            return;
        }
        let span = match from {
            Some(from) => self.tail_span(from),
            None => self.span(expr),
        };
        let diagnostic = d::MismatchedTypes { expected, found }.at(span);
        let diagnostic = self.explain(diagnostic, why, expected);
        let diagnostic = self.suggest(diagnostic, expected, found, from, span);
        self.report(diagnostic);
    }

    fn explain(&self, diagnostic: Diagnostic, why: Why, expected: Ty) -> Diagnostic {
        match why {
            Why::Plain => diagnostic,
            Why::Annotation(at) => diagnostic.label(at, "expected because of this"),
            Why::ReturnType(at) => {
                diagnostic.label(at, format!("expected `{expected}` because of this return type"))
            }
            Why::FirstArm(at) => diagnostic.label(at, format!("this arm has type `{expected}`")),
            Why::IfBranches(at) => {
                diagnostic.label(at, format!("expected `{expected}` because of this branch"))
            }
            Why::SameBreak(at) => diagnostic.label(at, format!("this `break` gives `{expected}`")),
            Why::SameArray(at) => {
                diagnostic.label(at, format!("the first element has type `{expected}`"))
            }
            Why::Operand(at) => diagnostic.label(at, format!("this is `{expected}`")),
            Why::Assigned(at) => {
                diagnostic.label(at, format!("expected because this has type `{expected}`"))
            }
            Why::Argument(def) => {
                diagnostic.related(hir::name_span(self.db, def), "the function is defined here")
            }
            Why::Statement => diagnostic.help("end the statement with `;`, or use its value"),
        }
    }

    pub(crate) fn report_fulfill_error(&mut self, error: &FulfillError) {
        // The bound itself fails too.
        let by_bound = matches!(error.root.cause.kind, Cause::Bound { .. });
        if by_bound
            && let Predicate::Projection { assoc, .. } = error.root.predicate
            && self.traits().fn_once_output == Some(assoc)
            && !matches!(error.kind, vez_traits::FulfillErrorKind::Mismatch(_))
        {
            self.tainted = true;
            return;
        }
        match report_error(&self.icx, error) {
            Some(diagnostic) => {
                let ambiguous = matches!(error.kind, vez_traits::FulfillErrorKind::Ambiguous);
                // One "annotation needed" is enough, and none after other errors.
                if ambiguous && (self.tainted || self.sink.has_errors()) {
                    self.tainted = true;
                    return;
                }
                let seen = self.sink.as_slice().iter().any(|old| {
                    overlap(old.span, diagnostic.span) && old.message == diagnostic.message
                });
                if !seen {
                    self.report(diagnostic);
                }
            }
            None => self.tainted = true,
        }
    }

    pub(crate) fn report_no_field(
        &mut self,
        steps: &[Ty],
        field: Name,
        field_span: Span,
        private: Option<Ty>,
    ) {
        let ty = self.resolve(steps[0]);
        if has_error(ty) {
            self.tainted = true;
            return;
        }
        if let Some(owner) = private {
            let name = match owner.kind() {
                TyKind::Adt(def, _) => def.name().to_string(),
                _ => owner.to_string(),
            };
            let mut diagnostic = d::PrivateField { field, ty: name }.at(field_span);
            if self.has_method(ty, field, field_span) {
                diagnostic = diagnostic.fix(
                    vez_diag::Fix::new("call the method of that name")
                        .insert_after(field_span, "()"),
                );
            }
            self.report(diagnostic);
            return;
        }
        if let Some(last) = steps.last()
            && self.is_ty_var(*last)
        {
            self.cannot_infer(*last, field_span);
            return;
        }
        if self.has_method(ty, field, field_span) {
            let fix = vez_diag::Fix::new("call it").insert_after(field_span, "()");
            self.report(d::MethodAsField { name: field, ty }.at(field_span).fix(fix));
            return;
        }
        let primitive = matches!(
            ty.kind(),
            TyKind::Int(_) | TyKind::Float(_) | TyKind::Bool | TyKind::Char | TyKind::Infer(_)
        );
        if primitive {
            self.report(d::FieldOfPrimitive { ty }.at(field_span));
            return;
        }
        let names = steps.iter().flat_map(|&step| self.field_names(step)).collect::<Vec<_>>();
        let near = vez_base::dist::closest(field.as_str(), names.iter().map(|name| name.as_str()));
        let diagnostic = d::NoSuchField { field, ty }.at(field_span).did_you_mean(near);
        self.report(diagnostic);
    }

    fn field_names(&self, ty: Ty) -> Vec<Name> {
        match ty.kind() {
            TyKind::Adt(def, _) if def.kind() != DefKind::Enum => {
                let adt = vez_traits::adt_def(self.db, *def);
                adt.all_fields().map(|field| field.name).collect()
            }
            _ => Vec::new(),
        }
    }

    pub(crate) fn report_not_callable(&mut self, callee: hir::ExprId, ty: Ty) {
        let at = self.hir.exprs[callee].span;
        let ty = self.resolve(ty);
        if has_error(ty) {
            self.tainted = true;
            return;
        }
        if self.is_ty_var(ty) {
            self.cannot_infer(ty, at);
            return;
        }
        let mut diagnostic = d::NotCallable { ty }.at(at);
        if matches!(self.hir.exprs[callee].kind, hir::ExprKind::Block(_) | hir::ExprKind::If { .. })
        {
            diagnostic = diagnostic.help("a `;` after it would end the statement");
        }
        self.report(diagnostic);
    }

    pub(crate) fn report_bad_operands(
        &mut self,
        op: BinaryOp,
        left_id: hir::ExprId,
        left: Ty,
        right: Ty,
        span: Span,
    ) {
        let (left, right) = (self.resolve(left), self.resolve(right));
        if has_error(left) || has_error(right) {
            self.tainted = true;
            return;
        }
        let mut diagnostic = d::BadOperands { op: binary_text(op), left, right }.at(span);
        let at = self.hir.exprs[left_id].span;
        diagnostic = diagnostic.label(at, format!("`{left}`"));
        if op == BinaryOp::Add
            && matches!(left.kind(), TyKind::Ref(_, t, _) if matches!(t.kind(), TyKind::Str))
        {
            diagnostic = diagnostic
                .help("`+` appends to a `String`")
                .fix(vez_diag::Fix::new("own the left side").insert_after(at, ".to_owned()"));
        }
        let compares = matches!(op, BinaryOp::Eq | BinaryOp::Ne);
        if let TyKind::Adt(def, _) = left.kind()
            && (compares || matches!(op, BinaryOp::Lt | BinaryOp::Le | BinaryOp::Gt | BinaryOp::Ge))
            && !self.is_foreign(*def)
        {
            let trait_ = if compares { "PartialEq" } else { "PartialOrd" };
            diagnostic = diagnostic
                .help(format!("`#[derive({trait_})]` on `{}` would implement it", def.name()));
        }
        self.report(diagnostic);
    }

    fn is_foreign(&self, def: DefId) -> bool {
        hir::crate_of(self.db, def) != hir::crate_of(self.db, self.owner)
    }

    pub(crate) fn report_bad_compound(
        &mut self,
        op: BinaryOp,
        place: hir::ExprId,
        left: Ty,
        right: Ty,
        span: Span,
    ) {
        let (left, right) = (self.resolve(left), self.resolve(right));
        if has_error(left) || has_error(right) {
            self.tainted = true;
            return;
        }
        let op_text = format!("{}=", binary_text(op));
        let mut diagnostic = d::BadCompoundOperands { op: op_text, left, right }.at(span);
        if let TyKind::Ref(_, target, Mutability::Mut) = left.kind()
            && matches!(self.shallow(*target).kind(), TyKind::Int(_) | TyKind::Float(_))
        {
            let at = self.hir.exprs[place].span;
            let fix = vez_diag::Fix::new("write through the reference").insert_before(at, "*");
            diagnostic = diagnostic.fix(fix);
        }
        self.report(diagnostic);
    }

    /// A block without a tail where a value is expected.
    pub(crate) fn report_missing_tail(&mut self, block: &hir::Block, expected: Ty, why: Why) {
        let expected = self.resolve(expected);
        if has_error(expected) {
            self.tainted = true;
            return;
        }
        let span = match why {
            Why::ReturnType(at) => at,
            _ => block.span,
        };
        let found = Ty::unit();
        let mut diagnostic = d::MismatchedTypes { expected, found }.at(span);
        if matches!(why, Why::ReturnType(_)) {
            diagnostic = diagnostic.here("the body ends without a value");
        }
        if let Some(hir::Stmt::Semi(last)) = block.stmts.last() {
            let at = self.hir.exprs[*last].span;
            let semicolon = vez_base::TextRange::new(at.end, at.end + 1);
            let fix = vez_diag::Fix::new("remove the `;` so that the block has this value");
            diagnostic = diagnostic.fix(fix.remove(Span::new(at.anchor, semicolon)));
        }
        self.report(diagnostic);
    }
}

/// Whether something in a type was reported already.
pub(crate) fn has_error(ty: Ty) -> bool {
    ty.has(vez_types::Flags::ERROR)
}

/// Whether two places share text: one error about the same is enough there.
fn overlap(a: Span, b: Span) -> bool {
    let (x, y) = (a.range(), b.range());
    a == b || a.anchor == b.anchor && x.start < y.end && y.start < x.end
}
