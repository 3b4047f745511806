//! The end of inference: fallback, what waited for it, closures, and what stays unknown.

use vez_base::Span;
use vez_diag::registry as d;
use vez_traits::FulfillError;
use vez_types::{Predicate, Ty};

use super::{FnCtxt, VarWhat};

impl FnCtxt<'_> {
    /// Decides everything that is still open, in the order that rustc decides it.
    pub(crate) fn finish_inference(&mut self) {
        self.select();
        self.fall_back();
        self.select();
        self.finish_casts();
        self.select();
        self.fall_back();
        let value = self.out.value;
        crate::captures::walk_body(self, value);
        self.select();
        if !self.tainted {
            let mut errors = self.fulfill.take_ambiguous(&self.icx);
            // That something is not known to be sized says the least.
            let sized = self.traits().sized;
            errors.sort_by_key(|error| match error.obligation.predicate {
                Predicate::Trait(goal) => Some(goal.trait_) == sized,
                _ => false,
            });
            for error in errors {
                self.report_ambiguous(&error);
            }
        }
        self.finish_literals();
        self.finish_pat_literals();
        self.finish_pat_ranges();
        self.finish_operators();
    }

    /// Integers become `i32`, floats `f64`, the values of what never yields one `()`.
    fn fall_back(&mut self) {
        self.icx.apply_fallback();
        for var in std::mem::take(&mut self.diverging) {
            if self.is_ty_var(var) {
                let _ = self.unify(var, Ty::unit());
            }
        }
    }

    /// A goal that several types satisfy.
    fn report_ambiguous(&mut self, error: &FulfillError) {
        if self.tainted || self.sink.has_errors() {
            self.tainted = true;
            return;
        }
        let span = error.root.cause.span;
        match self.icx.resolve_predicate(error.obligation.predicate) {
            Predicate::Trait(goal) if self.is_ty_var(goal.self_ty()) => {
                let (var, trait_) = (goal.self_ty(), goal.trait_);
                if Some(trait_) == self.traits().sized {
                    self.cannot_infer(var, span);
                    return;
                }
                let through_trait = self.var_origins.iter().any(|(origin, _, what)| {
                    matches!(what, VarWhat::TraitSelf) && self.resolve(*origin) == var
                });
                if through_trait {
                    self.report(d::TraitItemWithoutType { trait_: trait_.name() }.at(span));
                } else {
                    let goal = Predicate::Trait(goal);
                    self.report(d::AmbiguousGoal { goal }.at(span));
                }
            }
            _ => self.report_fulfill_error(error),
        }
    }

    /// E0282 at a place, naming what is unknown where that is possible.
    pub(crate) fn cannot_infer(&mut self, ty: Ty, span: Span) {
        if self.tainted || self.sink.has_errors() {
            self.tainted = true;
            return;
        }
        let root = self.shallow(ty);
        let origin = self.var_origins.iter().find(|(var, ..)| self.resolve(*var) == root);
        let diagnostic = match origin.copied() {
            Some((_, at, VarWhat::Local(local))) => {
                let name = self.out.locals[local].name;
                d::CannotInfer { what: format!(" for `{name}`") }.at(at).fix(
                    vez_diag::Fix::new("give it a type")
                        .insert_after(at, ": /* type */")
                        .has_placeholders(),
                )
            }
            Some((_, at, VarWhat::ClosureParam)) => {
                d::CannotInfer { what: " for a closure's parameter" }.at(at).fix(
                    vez_diag::Fix::new("give it a type")
                        .insert_after(at, ": /* type */")
                        .has_placeholders(),
                )
            }
            Some((_, at, VarWhat::TraitSelf)) => d::CannotInfer { what: "" }.at(at),
            Some((_, at, VarWhat::Param(name))) => {
                let diagnostic = d::CannotInfer { what: "" }.at(at);
                diagnostic.here(format!("cannot tell the type of the parameter `{name}`"))
            }
            None => d::CannotInfer { what: "" }.at(span),
        };
        self.report(diagnostic);
    }
}
