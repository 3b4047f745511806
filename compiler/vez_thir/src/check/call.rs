//! Calls of functions, constructors, fn pointers, closures and whatever implements the `Fn` traits; arguments.

use vez_base::{DefId, DefKind, Span, name};
use vez_diag::{Count, registry as d};
use vez_hir as hir;
use vez_types::{FnSig, GenericArg, GenericArgs, Predicate, TraitRef, Ty, TyKind};

use super::{DeferredClosureCall, Expectation, FnCtxt, Why};
use crate::data::*;

/// What is called, for messages about the number of its arguments.
#[derive(Clone, Copy)]
pub(crate) enum Callee {
    Item(DefId),
    Pointer,
    Closure,
    /// By a trait: `Fn(A, B)`.
    Trait,
}

impl FnCtxt<'_> {
    pub(crate) fn check_call(
        &mut self,
        callee: hir::ExprId,
        args: &[hir::ExprId],
        expected: Expectation,
        span: Span,
    ) -> ExprId {
        let callee_id = callee;
        let callee = self.check_expr(callee, Expectation::None);
        let ty = self.resolved(self.ty(callee));
        if ty.is_error() {
            self.check_args_alone(args);
            return self.error_expr(span);
        }
        let steps = self.autoderef_types(ty);
        for (count, &step) in steps.iter().enumerate() {
            match step.kind() {
                TyKind::FnDef(def, generic_args) => {
                    let sig = self.instantiated_sig(*def, *generic_args, span);
                    let callee = self.apply_autoderef(callee, &steps, count);
                    return self.call_item(*def, *generic_args, callee, &sig, args, expected, span);
                }
                TyKind::FnPtr(sig) => {
                    let callee = self.apply_autoderef(callee, &steps, count);
                    let sig = sig.clone();
                    let args = self.check_args(&sig, args, expected, Callee::Pointer, span);
                    let kind = ExprKind::Call { callee, args, overloaded: false };
                    return self.push(kind, sig.output(), span);
                }
                TyKind::Closure(def, _) => {
                    if let Some(id) = self.own_closure(*def) {
                        let callee = self.apply_autoderef(callee, &steps, count);
                        return self.call_own_closure(id, callee, args, expected, span);
                    }
                }
                _ => {}
            }
            if self.is_ty_var(step) {
                break;
            }
            // `&mut F` implements `FnMut` too, but calling it so would ask for a `mut` binding.
            if count == 0 && matches!(step.kind(), TyKind::Ref(..)) {
                continue;
            }
            if let Some(found) = self.fn_trait_of(step, args.len(), span) {
                let place = self.apply_autoderef(callee, &steps, count);
                return self.call_by_trait(place, found, args, expected, span);
            }
        }
        self.check_args_alone(args);
        self.report_not_callable(callee_id, ty);
        self.error_expr(span)
    }

    /// Arguments of a call that is wrong already.
    pub(crate) fn check_args_alone(&mut self, args: &[hir::ExprId]) {
        for &arg in args {
            self.check_expr(arg, Expectation::None);
        }
    }

    fn call_item(
        &mut self,
        def: DefId,
        generic_args: GenericArgs,
        callee: ExprId,
        sig: &FnSig,
        args: &[hir::ExprId],
        expected: Expectation,
        span: Span,
    ) -> ExprId {
        let args = self.check_args(sig, args, expected, Callee::Item(def), span);
        let mut written = None;
        let kind = match def.kind() {
            DefKind::Struct | DefKind::Variant => {
                let Some((adt, variant)) = vez_traits::variant_of_ctor(self.db, def) else {
                    return self.error_expr(span);
                };
                let all = &self.out.written;
                if let Some((_, ty)) = all.iter().rev().find(|(expr, _)| *expr == callee)
                    && let TyKind::FnDef(_, args) = ty.kind()
                {
                    written = Some(Ty::new(TyKind::Adt(adt, *args)));
                }
                let fields = (0..).zip(args).collect();
                ExprKind::Adt { def: adt, variant, args: generic_args, fields, base: None }
            }
            _ => ExprKind::Call { callee, args, overloaded: false },
        };
        self.require_sized(sig.output(), span, super::facts::NeedSized::Return);
        let call = self.push(kind, sig.output(), span);
        if let Some(written) = written {
            self.note_written(call, written);
        }
        call
    }

    /// A closure of this body: its signature is known, the trait follows from its kind at the end.
    fn call_own_closure(
        &mut self,
        closure: ClosureId,
        callee: ExprId,
        args: &[hir::ExprId],
        expected: Expectation,
        span: Span,
    ) -> ExprId {
        let sig = self.out.closures[closure].sig.clone();
        let args = self.check_args(&sig, args, expected, Callee::Closure, span);
        let call = self.push(ExprKind::Error, sig.output(), span);
        let deferred = DeferredClosureCall { call, closure, callee, args };
        self.deferred.closure_calls.push(deferred);
        call
    }

    /// The callee and arguments of a call that waits for its closure's kind.
    pub(crate) fn deferred_closure_call(&self, call: ExprId) -> Option<(ExprId, Vec<ExprId>)> {
        let waiting = self.deferred.closure_calls.iter().find(|waiting| waiting.call == call)?;
        Some((waiting.callee, waiting.args.clone()))
    }

    /// Now that the kind of a closure is known: its calls go through that kind's trait.
    pub(crate) fn finish_closure_calls(&mut self, closure: ClosureId, kind: ClosureKind) {
        let calls = std::mem::take(&mut self.deferred.closure_calls);
        let (now, later) = calls.into_iter().partition(|call| call.closure == closure);
        self.deferred.closure_calls = later;
        for DeferredClosureCall { call, callee, args, .. } in now {
            let span = self.span(call);
            let (lang, method) = fn_trait_names(kind);
            let Some((_, method)) = self.trait_method(lang, method, span) else { continue };
            let self_ty = self.ty(callee);
            let types = args.iter().map(|&arg| self.ty(arg)).collect();
            let fn_args =
                GenericArgs::new(vec![GenericArg::Ty(self_ty), GenericArg::Ty(Ty::tuple(types))]);
            let receiver = self.fn_receiver(callee, kind);
            let callee = self.fn_ref(method, fn_args, span);
            let tuple = self.tuple_of(args, span);
            self.out.exprs[call].kind =
                ExprKind::Call { callee, args: vec![receiver, tuple], overloaded: true };
        }
    }

    fn fn_receiver(&mut self, callee: ExprId, kind: ClosureKind) -> ExprId {
        match kind {
            ClosureKind::Fn => self.borrow_expr(callee, BorrowKind::Shared),
            ClosureKind::FnMut => self.borrow_place(callee, Mutability::Mut, true),
            ClosureKind::FnOnce => callee,
        }
    }

    fn tuple_of(&mut self, items: Vec<ExprId>, span: Span) -> ExprId {
        let types = items.iter().map(|&item| self.ty(item)).collect();
        self.push(ExprKind::Tuple(items), Ty::tuple(types), span)
    }

    /// The least demanding `Fn` trait that a type implements for so many arguments.
    fn fn_trait_of(&mut self, ty: Ty, count: usize, span: Span) -> Option<FnCall> {
        let kinds = [ClosureKind::Fn, ClosureKind::FnMut, ClosureKind::FnOnce];
        for kind in kinds {
            let (lang, method) = fn_trait_names(kind);
            let (trait_, method) = self.trait_method(lang, method, span)?;
            // First with the number of arguments given, then with any: a wrong number is told apart from what cannot be called.
            let exact = Ty::tuple((0..count).map(|_| self.fresh_ty(span)).collect());
            let any = self.fresh_ty(span);
            for inputs in [exact, any] {
                let args = GenericArgs::new(vec![GenericArg::Ty(ty), GenericArg::Ty(inputs)]);
                let goal = Predicate::Trait(TraitRef { trait_, args });
                if self.may_hold(goal) {
                    return Some(FnCall { kind, method, goal, args, self_ty: ty });
                }
            }
        }
        None
    }

    fn call_by_trait(
        &mut self,
        place: ExprId,
        found: FnCall,
        args: &[hir::ExprId],
        expected: Expectation,
        span: Span,
    ) -> ExprId {
        let FnCall { kind, method, goal, args: fn_args, self_ty } = found;
        self.register(goal, super::vars::plain_cause(span));
        self.select();
        let inputs = self.resolved(fn_args.ty_at(1));
        let inputs = match inputs.kind() {
            TyKind::Tuple(types) => types.as_slice().to_vec(),
            _ => (0..args.len()).map(|_| self.fresh_ty(span)).collect(),
        };
        let output = match self.traits().fn_once_output {
            Some(assoc) => {
                let args = vec![GenericArg::Ty(self_ty), fn_args.as_slice()[1]];
                self.normalize(Ty::new(TyKind::Projection(assoc, GenericArgs::new(args))), span)
            }
            None => Ty::error(),
        };
        let mut list = inputs;
        list.push(output);
        let sig = FnSig {
            inputs_and_output: vez_types::TyList::new(list),
            is_unsafe: false,
            variadic: false,
            abi: None,
        };
        let args = self.check_args(&sig, args, expected, Callee::Trait, span);
        let receiver = self.fn_receiver(place, kind);
        let tuple = self.tuple_of(args, span);
        self.overloaded_call(method, fn_args, vec![receiver, tuple], output, span)
    }

    // Arguments.

    /// Checks the arguments of a call against its signature.
    pub(crate) fn check_args(
        &mut self,
        sig: &FnSig,
        args: &[hir::ExprId],
        expected: Expectation,
        callee: Callee,
        span: Span,
    ) -> Vec<ExprId> {
        self.check_args_with(sig, sig.inputs(), args, expected, callee, span)
    }

    /// The same with the receiver taken off.
    pub(crate) fn check_args_with(
        &mut self,
        sig: &FnSig,
        formal: &[Ty],
        args: &[hir::ExprId],
        expected: Expectation,
        callee: Callee,
        span: Span,
    ) -> Vec<ExprId> {
        let fits = args.len() == formal.len() || sig.variadic && args.len() > formal.len();
        if !fits {
            self.report_argument_count(sig, formal.len(), args, callee, span);
        }
        let hints = self.hints_from_output(sig, formal, expected);
        let mut checked: Vec<Option<ExprId>> = vec![None; args.len()];
        // Closures last: the other arguments decide what they take.
        for closures in [false, true] {
            if closures {
                self.select();
            }
            for (index, &arg) in args.iter().enumerate() {
                let is_closure = matches!(self.hir.exprs[arg].kind, hir::ExprKind::Closure(_));
                if is_closure != closures {
                    continue;
                }
                checked[index] = Some(match formal.get(index) {
                    Some(&formal) => {
                        let hint = hints.get(index).copied().unwrap_or(formal);
                        self.check_arg(arg, formal, hint, callee)
                    }
                    None => self.check_expr(arg, Expectation::None),
                });
            }
        }
        if !fits {
            self.tainted = true;
        }
        checked.into_iter().flatten().collect()
    }

    fn check_arg(&mut self, arg: hir::ExprId, formal: Ty, hint: Ty, callee: Callee) -> ExprId {
        let expectation = self.behind_ref(hint);
        let expr = self.check_expr(arg, expectation);
        if self.icx.resolve(formal).has_infer() {
            // A bound may decide the parameter: `K: Borrow<Q>` makes `Q` of `contains(&Q)` known, and the argument coerces.
            self.select();
        }
        let outer = std::mem::replace(&mut self.in_argument, true);
        let coerced = expectation.only_type().map(|ty| self.coerce(expr, ty));
        let result = match coerced {
            Some(Ok(coerced)) if self.can_unify(formal, hint) => {
                // The hint was a guess from the output; what counts is the parameter.
                let _ = self.unify(formal, hint);
                Ok(coerced)
            }
            _ => self.coerce(expr, formal),
        };
        self.in_argument = outer;
        match result {
            Ok(expr) => expr,
            Err(_) => {
                let why = match callee {
                    Callee::Item(def) => Why::Argument(def),
                    _ => Why::Plain,
                };
                self.report_mismatch(expr, formal, why, Some(arg));
                expr
            }
        }
    }

    /// What the expected output says about the inputs, as far as it goes without deciding anything.
    fn hints_from_output(&mut self, sig: &FnSig, formal: &[Ty], expected: Expectation) -> Vec<Ty> {
        let Some(wanted) = expected.only_type() else { return Vec::new() };
        let wanted = self.resolve(wanted);
        let output = sig.output();
        if self.is_ty_var(self.shallow(output)) && self.is_ty_var(wanted) {
            return Vec::new();
        }
        self.probe(|cx| {
            if cx.unify(wanted, output).is_err() {
                return Vec::new();
            }
            formal.iter().map(|&ty| cx.resolve(ty)).collect()
        })
    }

    fn report_argument_count(
        &mut self,
        sig: &FnSig,
        expected: usize,
        args: &[hir::ExprId],
        callee: Callee,
        span: Span,
    ) {
        let found = Count(args.len(), "argument");
        let expected_count = Count(expected, "argument");
        let mut diagnostic = if sig.variadic {
            d::VariadicArgumentCount { expected: expected_count, found }.at(span)
        } else {
            match callee {
                Callee::Closure | Callee::Trait => {
                    d::ClosureArgumentCount { expected: expected_count, found }.at(span)
                }
                Callee::Item(def) => {
                    let what = match def.kind() {
                        DefKind::Struct => format!("struct `{}`", def.name()),
                        DefKind::Variant => format!("variant `{}`", def.name()),
                        DefKind::AssocFn if vez_traits::fn_has_self(self.db, def) => {
                            format!("method `{}`", def.name())
                        }
                        _ => format!("function `{}`", def.name()),
                    };
                    d::ArgumentCount { what, expected: expected_count, found }.at(span)
                }
                Callee::Pointer => {
                    let what = "function pointer";
                    d::ArgumentCount { what, expected: expected_count, found }.at(span)
                }
            }
        };
        if let Some(&extra) = args.get(expected) {
            diagnostic = diagnostic.label(self.hir.exprs[extra].span, "unexpected argument");
        } else if let Some(&missing) = sig.inputs().get(sig.inputs().len() - expected + args.len())
        {
            let missing = self.resolve(missing);
            diagnostic = diagnostic.here(format!("an argument of type `{missing}` is missing"));
        }
        if let Callee::Item(def) = callee {
            diagnostic = diagnostic.related(hir::name_span(self.db, def), "defined here");
        }
        self.report(diagnostic);
    }
}

/// A call by an `Fn` trait.
struct FnCall {
    kind: ClosureKind,
    method: DefId,
    goal: Predicate,
    args: GenericArgs,
    self_ty: Ty,
}

fn fn_trait_names(kind: ClosureKind) -> (&'static str, vez_base::Name) {
    match kind {
        ClosureKind::Fn => ("fn", name::CALL),
        ClosureKind::FnMut => ("fn_mut", name::CALL_MUT),
        ClosureKind::FnOnce => ("fn_once", name::CALL_ONCE),
    }
}
