//! The checker's view of inference: variables, equality, obligations, normalisation, types written in the body.

use vez_base::{DefId, Name, Span};
use vez_diag::{Diagnostic, registry as d};
use vez_hir as hir;
use vez_traits::{
    Cause, Evaluation, FulfillCtxt, GenericParamDef, LangItems, LowerCtx, Obligation,
    ObligationCause, TypeError, TypeLowerer,
};
use vez_types::{
    Const, Flags, FnSig, GenericArg, GenericArgs, InferTy, Predicate, Region, TraitRef, Ty, TyKind,
};

use super::{FnCtxt, VarWhat};
use crate::data::ExprId;

pub(crate) fn plain_cause(span: Span) -> ObligationCause {
    ObligationCause::misc(span)
}

pub(crate) fn op_cause(span: Span, op: &'static str) -> ObligationCause {
    ObligationCause::new(span, Cause::Operator { op })
}

impl<'a> FnCtxt<'a> {
    // Variables.

    pub(crate) fn fresh_ty(&mut self, span: Span) -> Ty {
        self.icx.fresh_ty(span)
    }

    pub(crate) fn fresh_int(&mut self, span: Span) -> Ty {
        self.icx.fresh_int(span)
    }

    pub(crate) fn fresh_float(&mut self, span: Span) -> Ty {
        self.icx.fresh_float(span)
    }

    pub(crate) fn shallow(&self, ty: Ty) -> Ty {
        self.icx.shallow(ty)
    }

    pub(crate) fn resolve(&self, ty: Ty) -> Ty {
        self.icx.resolve(ty)
    }

    /// Any unbound variable, of numbers too.
    pub(crate) fn is_var(&self, ty: Ty) -> bool {
        matches!(self.shallow(ty).kind(), TyKind::Infer(_))
    }

    /// An unbound variable that may be any type.
    pub(crate) fn is_ty_var(&self, ty: Ty) -> bool {
        matches!(self.shallow(ty).kind(), TyKind::Infer(InferTy::Ty(_)))
    }

    /// The type with obligations worked on, where that is needed to know it.
    pub(crate) fn resolved(&mut self, ty: Ty) -> Ty {
        let ty = self.shallow(ty);
        if !self.is_ty_var(ty) {
            return ty;
        }
        self.select();
        self.shallow(ty)
    }

    /// The type, which must be known here; E0282 where it is not.
    pub(crate) fn structurally_resolved(&mut self, ty: Ty, span: Span) -> Ty {
        let ty = self.resolved(ty);
        if self.is_ty_var(ty) {
            self.cannot_infer(ty, span);
            let _ = self.unify(ty, Ty::error());
            return Ty::error();
        }
        ty
    }

    pub(crate) fn unify(&mut self, expected: Ty, found: Ty) -> Result<(), TypeError> {
        let snapshot = self.icx.snapshot();
        let result = self.icx.unify(expected, found);
        match result {
            Ok(()) => self.icx.commit(snapshot),
            Err(_) => self.icx.roll_back(snapshot),
        }
        result
    }

    /// Unifies, also where obligations have to be worked on first. Changes nothing on failure.
    pub(crate) fn try_unify(&mut self, expected: Ty, found: Ty) -> Result<(), TypeError> {
        self.unify(expected, found)
    }

    pub(crate) fn can_unify(&mut self, a: Ty, b: Ty) -> bool {
        self.icx.can_unify(a, b)
    }

    /// Runs `f` and takes back what it did to variables, obligations and the expressions it made.
    pub(crate) fn probe<R>(&mut self, f: impl FnOnce(&mut Self) -> R) -> R {
        let snapshot = self.icx.snapshot();
        let fulfill = std::mem::replace(&mut self.fulfill, FulfillCtxt::new());
        let (exprs, diverging) = (self.out.exprs.len(), self.diverging.len());
        let written = self.out.written.len();
        let (reports, tainted) = (self.sink.len(), self.tainted);
        let result = f(self);
        debug_assert_eq!(self.sink.len(), reports, "a probe reports nothing");
        self.tainted = tainted;
        self.out.exprs.truncate(exprs);
        self.out.written.truncate(written);
        self.diverging.truncate(diverging);
        self.fulfill = fulfill;
        self.icx.roll_back(snapshot);
        result
    }

    // Obligations.

    pub(crate) fn register(&mut self, predicate: Predicate, cause: ObligationCause) {
        self.fulfill.register(Obligation::new(predicate, cause));
    }

    /// What using an item with these arguments requires.
    pub(crate) fn register_bounds(&mut self, def: DefId, args: GenericArgs, span: Span) {
        for &(predicate, bound) in vez_traits::all_predicates(self.db, def) {
            if !matches!(predicate, Predicate::Trait(_) | Predicate::Projection { .. }) {
                continue;
            }
            let predicate = predicate.substitute(args).erase_regions();
            let cause = ObligationCause::new(span, Cause::Bound { item: def, bound });
            // A bound with a mistake in it says nothing of its types, which then stay open.
            self.tainted |= predicate.flags().intersects(Flags::ERROR);
            let predicate = self.normalize_predicate(predicate, span);
            self.register(predicate, cause);
        }
    }

    /// With projections inside replaced: closures read their expected signatures off pending bounds.
    pub(crate) fn normalize_predicate(&mut self, predicate: Predicate, span: Span) -> Predicate {
        match predicate {
            Predicate::Trait(trait_ref) => {
                let args = self.normalize_args(trait_ref.args, span);
                Predicate::Trait(TraitRef { args, ..trait_ref })
            }
            Predicate::Projection { assoc, args, ty } => Predicate::Projection {
                assoc,
                args: self.normalize_args(args, span),
                ty: self.normalize(ty, span),
            },
            other => other,
        }
    }

    fn normalize_args(&mut self, args: GenericArgs, span: Span) -> GenericArgs {
        if !args.has(Flags::PROJECTION) {
            return args;
        }
        let args = args.as_slice().iter().map(|&arg| match arg {
            GenericArg::Ty(ty) => GenericArg::Ty(self.normalize(ty, span)),
            other => other,
        });
        args.collect()
    }

    /// Works on pending obligations; those that cannot hold are reported.
    pub(crate) fn select(&mut self) {
        let errors = self.fulfill.select_where_possible(&mut self.icx);
        for error in errors {
            self.report_fulfill_error(&error);
        }
    }

    /// Whether a predicate may still turn out true.
    pub(crate) fn may_hold(&mut self, predicate: Predicate) -> bool {
        let predicate = self.normalized_goal(predicate);
        self.icx.evaluate(predicate) != Evaluation::No
    }

    /// Whether a predicate is true for sure.
    pub(crate) fn holds(&mut self, predicate: Predicate) -> bool {
        let predicate = self.normalized_goal(predicate);
        self.icx.evaluate(predicate) == Evaluation::Yes
    }

    fn normalized_goal(&mut self, predicate: Predicate) -> Predicate {
        self.icx.resolve_predicate(predicate)
    }

    /// Lets a goal that only one impl can satisfy decide its variables now.
    pub(crate) fn select_single(&mut self, goal: Predicate) -> bool {
        let Predicate::Trait(trait_ref) = goal else { return false };
        let span = self.out.span;
        let snapshot = self.icx.snapshot();
        match self.icx.select(trait_ref, plain_cause(span), 0) {
            Ok(Some(_)) => {
                self.icx.commit(snapshot);
                true
            }
            _ => {
                self.icx.roll_back(snapshot);
                false
            }
        }
    }

    // Types of items.

    pub(crate) fn normalize(&mut self, ty: Ty, span: Span) -> Ty {
        if !ty.has(Flags::PROJECTION) {
            return ty;
        }
        let mut obligations = Vec::new();
        let ty = self.icx.normalize(ty, plain_cause(span), &mut obligations);
        self.fulfill.register_all(obligations);
        ty
    }

    pub(crate) fn normalize_sig(&mut self, sig: &FnSig, span: Span) -> FnSig {
        let types = sig.inputs_and_output.as_slice();
        let types = types.iter().map(|&ty| self.normalize(ty, span)).collect();
        FnSig { inputs_and_output: types, ..sig.clone() }
    }

    /// An item's signature with arguments put in.
    pub(crate) fn instantiated_sig(&mut self, def: DefId, args: GenericArgs, span: Span) -> FnSig {
        let sig = vez_traits::fn_sig(self.db, def).substitute(args).erase_regions();
        self.normalize_sig(&sig, span)
    }

    // Known definitions.

    pub(crate) fn traits(&self) -> &'a LangItems {
        self.icx.lang
    }

    pub(crate) fn lang(&self, name: &str) -> Option<DefId> {
        hir::lang_item(self.db, Name::new(name))
    }

    /// A language item that is a trait, and one of its functions; reported where the library lacks it.
    pub(crate) fn trait_method(
        &mut self,
        lang: &str,
        method: Name,
        span: Span,
    ) -> Option<(DefId, DefId)> {
        let found = self.lang(lang).and_then(|trait_| {
            let items = vez_traits::associated_items(self.db, trait_);
            let item = items.find(method, vez_traits::AssocKind::Fn)?;
            Some((trait_, item.def))
        });
        if found.is_none() {
            let name = format!("{lang}::{method}");
            self.report(d::MissingLangItem { name }.at(span));
        }
        found
    }

    pub(crate) fn self_trait_goal(&self, trait_: DefId, ty: Ty) -> Predicate {
        let args = GenericArgs::new(vec![GenericArg::Ty(ty)]);
        Predicate::Trait(TraitRef { trait_, args })
    }

    // Written types.

    /// A path's type whose left-out arguments are inferred.
    pub(crate) fn lower_ty_inferring(&mut self, ty: hir::TypeId) -> Ty {
        let span = self.hir.types.types[ty].span;
        let lowered = self.with_lowerer(|lowerer| lowerer.lower_inferring(ty));
        self.normalize(lowered.erase_regions(), span)
    }

    pub(crate) fn lower_const_arg(&mut self, arg: &hir::ConstArg, ty: Ty, span: Span) -> Const {
        self.with_lowerer(|lowerer| lowerer.lower_const(arg, ty, span))
    }

    /// Keeps what an expression writes of its type, for the borrow checker.
    pub(crate) fn note_written(&mut self, expr: ExprId, ty: Ty) {
        if ty.has(Flags::REGION) {
            self.out.written.push((expr, ty));
        }
    }

    /// Types written in the body.
    pub(crate) fn with_lowerer<R>(&mut self, f: impl FnOnce(&mut TypeLowerer<'_, '_>) -> R) -> R {
        let types = &self.hir.types;
        f(&mut TypeLowerer::in_body(self, types))
    }

    /// Notes where a variable for a generic parameter came from.
    fn note_param(&mut self, arg: GenericArg, param: &GenericParamDef, span: Span) {
        if let GenericArg::Ty(ty) = arg {
            self.var_origins.push((ty, span, VarWhat::Param(param.name)));
        }
    }
}

impl<'a> LowerCtx<'a> for FnCtxt<'a> {
    fn db(&self) -> &'a dyn vez_db::Db {
        self.db
    }

    fn owner(&self) -> DefId {
        self.owner
    }

    fn report(&mut self, diagnostic: Diagnostic) {
        FnCtxt::report(self, diagnostic);
    }

    fn infer_ty(&mut self, span: Span) -> Ty {
        self.fresh_ty(span)
    }

    fn infer_const(&mut self, span: Span) -> Const {
        self.icx.fresh_const(span)
    }

    fn infer_arg(&mut self, param: &GenericParamDef, span: Span) -> GenericArg {
        let arg = self.icx.fresh_arg(param, span);
        self.note_param(arg, param, span);
        arg
    }

    /// Only what the body calls by name; who needs no lifetimes erases them.
    fn region(&mut self, lifetime: &hir::LifetimeRes) -> Region {
        match lifetime {
            hir::LifetimeRes::Static
            | hir::LifetimeRes::Param { .. }
            | hir::LifetimeRes::Bound { .. } => {
                vez_traits::lower_region(self.db, self.owner, lifetime)
            }
            _ => Region::erased(),
        }
    }

    fn note_type(&mut self, ty: Ty, span: Span) {
        let mut obligations = Vec::new();
        let mut reports = Vec::new();
        let cause = plain_cause(span);
        vez_traits::wf_obligations(&mut self.icx, ty, cause, &mut obligations, &mut reports);
        self.fulfill.register_all(obligations);
        reports.into_iter().for_each(|report| self.report(report));
    }

    fn projection(&mut self, assoc: DefId, args: GenericArgs, span: Span) -> Ty {
        self.normalize(Ty::new(TyKind::Projection(assoc, args)).erase_regions(), span)
    }
}
