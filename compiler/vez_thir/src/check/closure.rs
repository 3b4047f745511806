//! Closures: what is expected of them, their signatures and bodies. Kinds and captures come later (`captures`).

use vez_base::{DefId, Span};
use vez_diag::{Count, registry as d};
use vez_hir as hir;
use vez_traits::{Cause, ClosureFacts};
use vez_types::{FnSig, Ty, TyKind, TyList};

use super::{Expectation, FnCtxt, Frame, Lub, VarWhat};
use crate::data::*;

/// What the surroundings say of a closure.
#[derive(Default)]
struct ExpectedClosure {
    inputs: Option<Vec<Ty>>,
    output: Option<Ty>,
    kind: Option<ClosureKind>,
    /// By a fn pointer: what does not fit is the coercion's business.
    by_pointer: bool,
    /// Where it is said.
    span: Option<Span>,
    bound: Option<(DefId, Span)>,
}

impl FnCtxt<'_> {
    pub(crate) fn check_closure(
        &mut self,
        closure: &hir::Closure,
        expected: Expectation,
        span: Span,
    ) -> ExprId {
        let expected = self.expected_closure(expected);
        let reports = self.sink.len();
        let (sig, written) = self.closure_sig(closure, &expected, span);
        let fits = self.sink.len() == reports;
        let ty = Ty::new(TyKind::Closure(closure.def, self.identity_args()));
        let id = self.out.closures.push(Closure {
            def: closure.def,
            kind: expected.kind.unwrap_or(ClosureKind::Fn),
            sig: sig.clone(),
            bound: expected.bound,
            written,
            params: Vec::new(),
            value: ExprId::new(0),
            captures: Vec::new(),
            moves: closure.moves,
            span,
            parent: self.closure,
        });
        let kind = expected.kind.map(to_traits_kind);
        let facts = ClosureFacts { sig: sig.clone(), kind, captures: None };
        self.icx.closures.insert(closure.def, facts);
        self.check_closure_body(id, closure, &sig);
        // One that does not fit what is expected of it is not held against its bounds too.
        let ty = if fits { ty } else { Ty::error() };
        self.push(ExprKind::Closure(id), ty, span)
    }

    fn check_closure_body(&mut self, id: ClosureId, closure: &hir::Closure, sig: &FnSig) {
        let outer_closure = self.closure.replace(id);
        let outer_diverges = std::mem::replace(&mut self.diverges, false);
        let outer_targets = std::mem::take(&mut self.targets);
        let outer_argument = std::mem::replace(&mut self.in_argument, false);
        let params = closure.params.iter().zip(sig.inputs()).map(|(&(pat, written), &ty)| {
            let origin = written.map(|ty| self.hir.types.types[ty].span);
            let pat = self.check_pat_top(pat, ty, origin, None);
            Param { pat, ty }
        });
        let params: Vec<Param> = params.collect();
        let ret = sig.output();
        let ret_span = closure.ret.map(|ty| self.hir.types.types[ty].span);
        self.frames.push(Frame { ret, ret_span, lub: Lub::new(ret), is_fn: true });
        let value = self.check_expr(closure.body, Expectation::Type(ret));
        let value = self.push_return(value, Some(closure.body), ret_span);
        let frame = self.frames.pop().expect("pushed above");
        self.finish_return(&frame, ret);
        let closure = &mut self.out.closures[id];
        closure.params = params;
        closure.value = value;
        self.targets = outer_targets;
        self.diverges = outer_diverges;
        self.in_argument = outer_argument;
        self.closure = outer_closure;
    }

    /// The type that a body's returns agree on is its return type.
    pub(crate) fn finish_return(&mut self, frame: &Frame, ret: Ty) {
        let found = self.lub_finish(&frame.lub);
        if found.is_never() {
            if self.is_ty_var(ret) {
                self.diverging.push(ret);
            }
            return;
        }
        // A mismatch was reported where it came in.
        let _ = self.unify(ret, found);
    }

    pub(crate) fn identity_args(&self) -> vez_types::GenericArgs {
        vez_traits::identity_args(self.db, self.owner).erase_regions()
    }

    /// What is expected, from a fn pointer, a trait object, or the bounds on the variable that the closure's type will be.
    fn expected_closure(&mut self, expected: Expectation) -> ExpectedClosure {
        let Some(hint) = expected.hint() else { return ExpectedClosure::default() };
        let hint = self.resolved(hint);
        match hint.kind() {
            TyKind::Infer(_) => {
                let Some(pending) = self.fulfill.pending_closure(&self.icx, hint) else {
                    return ExpectedClosure::default();
                };
                ExpectedClosure {
                    inputs: pending.inputs.and_then(|inputs| self.tuple_types(inputs)),
                    output: pending.output,
                    kind: pending.kind.map(from_traits_kind),
                    by_pointer: false,
                    span: Some(pending.cause.span),
                    bound: match pending.cause.kind {
                        Cause::Bound { item, bound } => Some((item, bound)),
                        _ => None,
                    },
                }
            }
            TyKind::FnPtr(sig) => ExpectedClosure {
                inputs: Some(sig.inputs().to_vec()),
                output: Some(sig.output()),
                kind: None,
                by_pointer: true,
                span: None,
                bound: None,
            },
            TyKind::Dyn(dynamic) => {
                let Some((trait_, args)) = dynamic.principal else {
                    return ExpectedClosure::default();
                };
                let kind = self.traits().fn_trait_kind(trait_).map(from_traits_kind);
                if kind.is_none() {
                    return ExpectedClosure::default();
                }
                let output = self.traits().fn_once_output;
                let output = dynamic.projections.iter().find(|(a, _)| Some(*a) == output);
                ExpectedClosure {
                    inputs: self.tuple_types(args.ty_at(0)),
                    output: output.map(|(_, ty)| *ty),
                    kind,
                    by_pointer: false,
                    span: None,
                    bound: None,
                }
            }
            _ => ExpectedClosure::default(),
        }
    }

    fn tuple_types(&self, ty: Ty) -> Option<Vec<Ty>> {
        match self.shallow(ty).kind() {
            TyKind::Tuple(types) => Some(types.as_slice().to_vec()),
            _ => None,
        }
    }

    fn closure_sig(
        &mut self,
        closure: &hir::Closure,
        expected: &ExpectedClosure,
        span: Span,
    ) -> (FnSig, Vec<Option<Ty>>) {
        let inputs = match &expected.inputs {
            Some(inputs) if expected.by_pointer && inputs.len() != closure.params.len() => None,
            Some(inputs) if inputs.len() != closure.params.len() => {
                let wanted = Count(inputs.len(), "parameter");
                let found = Count(closure.params.len(), "parameter");
                let mut diagnostic = d::ClosureParameterCount { expected: wanted, found }.at(span);
                if let Some(at) = expected.span.filter(|at| *at != span) {
                    diagnostic = diagnostic.label(at, "expected here");
                }
                self.report(diagnostic);
                None
            }
            other => other.as_ref(),
        };
        let mut types = Vec::with_capacity(closure.params.len() + 1);
        let mut all_written = vec![None; closure.params.len() + 1];
        for (index, &(pat, written)) in closure.params.iter().enumerate() {
            let hint = inputs.map(|inputs| inputs[index]);
            let ty = match written {
                Some(written) => {
                    let at = self.hir.types.types[written].span;
                    let lowered = self.with_lowerer(|lowerer| lowerer.lower(written));
                    all_written[index] = hint.is_none().then_some(lowered);
                    let ty = self.normalize(lowered.erase_regions(), at);
                    if let Some(hint) = hint
                        && self.unify(hint, ty).is_err()
                        && !expected.by_pointer
                    {
                        let (expected, found) = (self.resolve(hint), self.resolve(ty));
                        self.report(d::ClosureParameterTypes { expected, found }.at(at));
                    }
                    ty
                }
                None => hint.unwrap_or_else(|| {
                    let at = self.hir.pats[pat].span;
                    let ty = self.fresh_ty(at);
                    self.var_origins.push((ty, at, VarWhat::ClosureParam));
                    ty
                }),
            };
            types.push(ty);
        }
        types.push(match closure.ret {
            Some(ret) => {
                let at = self.hir.types.types[ret].span;
                let lowered = self.with_lowerer(|lowerer| lowerer.lower(ret));
                all_written[closure.params.len()] = Some(lowered);
                let ty = self.normalize(lowered.erase_regions(), at);
                if let Some(output) = expected.output
                    && self.unify(output, ty).is_err()
                    && !expected.by_pointer
                {
                    let (expected, found) = (self.resolve(output), self.resolve(ty));
                    self.report(d::MismatchedTypes { expected, found }.at(at));
                }
                ty
            }
            None => expected.output.unwrap_or_else(|| self.fresh_ty(span)),
        });
        let sig = FnSig {
            inputs_and_output: TyList::new(types),
            is_unsafe: false,
            variadic: false,
            abi: None,
        };
        (sig, all_written)
    }

    /// The captures of a closure are decided: so are its kind, if nothing asked for one, and its calls.
    pub(crate) fn finish_closure_kind(&mut self, id: ClosureId, needed: ClosureKind) {
        let def = self.out.closures[id].def;
        let captures = self.out.closures[id].captures.iter().map(|capture| match capture.by {
            CaptureBy::Value => capture.ty,
            CaptureBy::Ref(BorrowKind::Shared) => Ty::reference(capture.ty, Mutability::Not),
            CaptureBy::Ref(_) => Ty::reference(capture.ty, Mutability::Mut),
        });
        let captures: Vec<Ty> = captures.collect();
        let Some(facts) = self.icx.closures.get_mut(&def) else { return };
        facts.captures = Some(captures);
        let kind = match facts.kind {
            Some(kind) => from_traits_kind(kind),
            None => {
                facts.kind = Some(to_traits_kind(needed));
                needed
            }
        };
        self.out.closures[id].kind = kind;
        self.finish_closure_calls(id, kind);
    }

    /// Marks the closures between a local's declaration and its use: they capture.
    pub(crate) fn note_upvar(&mut self, local: LocalId) {
        let mut current = self.closure;
        while let Some(closure) = current {
            if !self.is_upvar(local, closure) {
                break;
            }
            self.capturing.insert(closure);
            current = self.out.closures[closure].parent;
        }
    }
}

pub(crate) fn from_traits_kind(kind: vez_traits::ClosureKind) -> ClosureKind {
    match kind {
        vez_traits::ClosureKind::Fn => ClosureKind::Fn,
        vez_traits::ClosureKind::FnMut => ClosureKind::FnMut,
        vez_traits::ClosureKind::FnOnce => ClosureKind::FnOnce,
    }
}

pub(crate) fn to_traits_kind(kind: ClosureKind) -> vez_traits::ClosureKind {
    match kind {
        ClosureKind::Fn => vez_traits::ClosureKind::Fn,
        ClosureKind::FnMut => vez_traits::ClosureKind::FnMut,
        ClosureKind::FnOnce => vez_traits::ClosureKind::FnOnce,
    }
}
