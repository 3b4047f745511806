//! Repairs for mismatched types, where one step does it.

use vez_base::Span;
use vez_diag::{Diagnostic, Fix};
use vez_hir as hir;
use vez_types::{Ty, TyKind};

use super::FnCtxt;
use crate::data::*;

impl FnCtxt<'_> {
    /// Adds the fixes that make the found type the expected one.
    pub(crate) fn suggest(
        &mut self,
        diagnostic: Diagnostic,
        expected: Ty,
        found: Ty,
        from: Option<hir::ExprId>,
        span: Span,
    ) -> Diagnostic {
        if let Some(fix) = self.owned_string(expected, found, span) {
            return diagnostic.fix(fix);
        }
        if let Some(fix) = self.borrow_or_deref(expected, found, span) {
            return diagnostic.fix(fix);
        }
        if let Some(fix) = self.wrap(expected, found, span) {
            return diagnostic.fix(fix);
        }
        if let Some(fix) = self.number(expected, found, from, span) {
            return diagnostic.fix(fix);
        }
        diagnostic
    }

    fn is_string(&self, ty: Ty) -> bool {
        matches!(ty.kind(), TyKind::Adt(def, _) if def.name() == vez_base::name::STRING)
    }

    fn owned_string(&self, expected: Ty, found: Ty, span: Span) -> Option<Fix> {
        let TyKind::Ref(_, target, _) = found.kind() else { return None };
        let fits = matches!(target.kind(), TyKind::Str) && self.is_string(expected);
        fits.then(|| Fix::new("make it a `String`").insert_after(span, ".to_string()"))
    }

    fn borrow_or_deref(&mut self, expected: Ty, found: Ty, span: Span) -> Option<Fix> {
        if let TyKind::Ref(_, target, mutability) = expected.kind() {
            let strings = matches!(target.kind(), TyKind::Str) && self.is_string(found);
            if strings || self.can_unify(*target, found) && !self.is_var(found) {
                let prefix = match mutability {
                    Mutability::Not => "&",
                    Mutability::Mut => "&mut ",
                };
                return Some(Fix::new("borrow it").insert_before(span, prefix));
            }
        }
        if let TyKind::Ref(_, target, _) = found.kind()
            && self.can_unify(expected, *target)
            && self.is_copy(*target)
        {
            return Some(Fix::new("dereference it").insert_before(span, "*"));
        }
        None
    }

    /// `Some(e)`, `Ok(e)`.
    fn wrap(&mut self, expected: Ty, found: Ty, span: Span) -> Option<Fix> {
        let TyKind::Adt(def, args) = expected.kind() else { return None };
        let name = if self.lang("Option") == Some(*def) {
            "Some"
        } else if self.lang("Result") == Some(*def) {
            "Ok"
        } else {
            return None;
        };
        if !self.can_unify(args.ty_at(0), found) {
            return None;
        }
        let open = format!("{name}(");
        let fix = Fix::new(format!("wrap it in `{name}`"));
        Some(fix.insert_before(span, open).insert_after(span, ")"))
    }

    fn number(
        &self,
        expected: Ty,
        found: Ty,
        from: Option<hir::ExprId>,
        span: Span,
    ) -> Option<Fix> {
        let is_number = |ty: Ty| matches!(ty.kind(), TyKind::Int(_) | TyKind::Float(_));
        let literal = from.is_some_and(|from| {
            matches!(
                self.hir.exprs[from].kind,
                hir::ExprKind::Lit(hir::Lit::Int { suffix: None, .. })
            )
        });
        if literal && matches!(expected.kind(), TyKind::Float(_)) {
            return Some(Fix::new("write a float").insert_after(span, ".0"));
        }
        if !is_number(expected) || !is_number(found) {
            return None;
        }
        match (expected.kind(), found.kind()) {
            (TyKind::Int(to), TyKind::Int(from)) => {
                let fits = to.bits() > from.bits() && (to.is_signed() || !from.is_signed());
                let end = if fits { ".into()" } else { ".try_into().unwrap()" };
                Some(Fix::new(format!("convert to `{expected}`")).insert_after(span, end))
            }
            _ => {
                let cast = format!(" as {expected}");
                Some(Fix::new(format!("cast to `{expected}`")).insert_after(span, cast))
            }
        }
    }
}
