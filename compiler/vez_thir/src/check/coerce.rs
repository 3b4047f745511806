//! Coercions: how a value of one type becomes one of another where the reference allows it without a cast.
//!
//! A successful coercion returns the adjusted expression, every step explicit. A failed one changes nothing.

use vez_hir as hir;
use vez_types::{FnSig, GenericArg, GenericArgs, Predicate, TraitRef, Ty, TyKind, TyList};

use super::{FnCtxt, Why};
use crate::data::*;

/// The types do not fit and no coercion applies.
#[derive(Clone, Copy, Debug)]
pub(crate) struct NoCoercion;

type Coerced = Result<ExprId, NoCoercion>;

impl FnCtxt<'_> {
    /// Coerces or reports E0308; what is returned has the target's type either way.
    pub(crate) fn coerce_or_report(
        &mut self,
        expr: ExprId,
        target: Ty,
        why: Why,
        from: Option<hir::ExprId>,
    ) -> ExprId {
        match self.coerce(expr, target) {
            Ok(expr) => expr,
            Err(NoCoercion) => {
                self.report_mismatch(expr, target, why, from);
                let span = self.span(expr);
                self.push(ExprKind::Error, target, span)
            }
        }
    }

    /// Coerces an expression to a type.
    pub(crate) fn coerce(&mut self, expr: ExprId, target: Ty) -> Coerced {
        let source = self.ty(expr);
        let target = self.shallow(target);
        if source == target {
            return Ok(self.reborrow_place(expr, source));
        }
        if source.is_error() || target.is_error() {
            return Ok(expr);
        }
        if source.is_never() {
            return Ok(self.never_to(expr, target));
        }
        if self.is_ty_var(source) {
            return self.coerce_by_unifying(expr, target);
        }
        if let Some(expr) = self.coerce_unsized(expr, source, target) {
            return Ok(expr);
        }
        match (source.kind(), target.kind()) {
            (TyKind::Ref(..) | TyKind::RawPtr(..), TyKind::RawPtr(..)) => {
                self.coerce_to_raw(expr, source, target)
            }
            (TyKind::Ref(..), TyKind::Ref(..)) => self.coerce_reference(expr, source, target),
            (TyKind::FnDef(..), TyKind::FnPtr(sig)) => {
                self.coerce_fn_item(expr, source, sig, target)
            }
            (TyKind::FnPtr(from), TyKind::FnPtr(to)) if to.is_unsafe && !from.is_unsafe => {
                let safe = Ty::new(TyKind::FnPtr(FnSig { is_unsafe: false, ..to.clone() }));
                self.unify(safe, source).map_err(|_| NoCoercion)?;
                Ok(self.coerced(Coercion::UnsafeFn, expr, target))
            }
            (TyKind::Closure(def, _), TyKind::FnPtr(sig)) => {
                self.coerce_closure(expr, *def, sig, target)
            }
            _ => self.coerce_by_unifying(expr, target),
        }
    }

    fn coerce_by_unifying(&mut self, expr: ExprId, target: Ty) -> Coerced {
        let source = self.out.exprs[expr].ty;
        self.unify(target, source).map_err(|_| NoCoercion)?;
        Ok(expr)
    }

    pub(crate) fn coerced(&mut self, coercion: Coercion, expr: ExprId, ty: Ty) -> ExprId {
        let span = self.span(expr);
        self.push(ExprKind::Coerce(coercion, expr), ty, span)
    }

    /// `!` becomes anything; a variable that it becomes falls back to `()`.
    pub(crate) fn never_to(&mut self, expr: ExprId, target: Ty) -> ExprId {
        let target = self.shallow(target);
        if target.is_never() {
            return expr;
        }
        if self.is_ty_var(target) {
            self.diverging.push(target);
        }
        self.coerced(Coercion::Never, expr, target)
    }

    /// A `&mut` place given where a `&mut` is wanted is reborrowed, so that it can be used again. So is a `&` in a closure, which
    /// then captures what is behind it and not the variable.
    fn reborrow_place(&mut self, expr: ExprId, ty: Ty) -> ExprId {
        match ty.kind() {
            TyKind::Ref(_, target, mutability)
                if self.reborrows(*mutability)
                    && crate::captures::is_place(&self.out.exprs[expr].kind) =>
            {
                self.reborrow(expr, *target, *mutability)
            }
            _ => expr,
        }
    }

    pub(crate) fn reborrows(&self, mutability: Mutability) -> bool {
        mutability == Mutability::Mut || self.closure.is_some()
    }

    fn reborrow(&mut self, expr: ExprId, target: Ty, mutability: Mutability) -> ExprId {
        let place = self.deref_expr(expr, target);
        self.borrow_place(place, mutability, self.in_argument)
    }

    /// `&place` or `&mut place`, the latter a two-phase borrow or not, not written in the source.
    pub(crate) fn borrow_place(
        &mut self,
        place: ExprId,
        mutability: Mutability,
        two_phase: bool,
    ) -> ExprId {
        let kind = match mutability {
            Mutability::Not => BorrowKind::Shared,
            Mutability::Mut => {
                self.make_place_mut(place);
                BorrowKind::Mut { two_phase }
            }
        };
        self.borrow_expr(place, kind)
    }

    /// `&'a mut T` to `&'b T`, and `&T` to `&U` through `Deref`: reborrows of what autoderef reaches.
    fn coerce_reference(&mut self, expr: ExprId, source: Ty, target: Ty) -> Coerced {
        let (TyKind::Ref(_, first, from), TyKind::Ref(_, wanted, to)) =
            (source.kind(), target.kind())
        else {
            return Err(NoCoercion);
        };
        if *to == Mutability::Mut && *from == Mutability::Not {
            return Err(NoCoercion);
        }
        let steps = self.autoderef_types(*first);
        for (count, &step) in steps.iter().enumerate() {
            if self.try_unify(*wanted, step).is_err() {
                continue;
            }
            if count == 0 && *to == Mutability::Not && *from == Mutability::Not {
                return Ok(self.reborrow_place(expr, source));
            }
            let mut place = self.deref_expr(expr, *first);
            for &next in &steps[1..=count] {
                place = self.deref_step(place, next);
            }
            return Ok(self.borrow_place(place, *to, self.in_argument));
        }
        Err(NoCoercion)
    }

    fn coerce_to_raw(&mut self, expr: ExprId, source: Ty, target: Ty) -> Coerced {
        let TyKind::RawPtr(to_ty, to) = target.kind() else { return Err(NoCoercion) };
        let (from_ty, from, is_ref) = match source.kind() {
            TyKind::Ref(_, ty, mutability) => (*ty, *mutability, true),
            TyKind::RawPtr(ty, mutability) => (*ty, *mutability, false),
            _ => return Err(NoCoercion),
        };
        if *to == Mutability::Mut && from == Mutability::Not {
            return Err(NoCoercion);
        }
        self.try_unify(*to_ty, from_ty).map_err(|_| NoCoercion)?;
        if is_ref {
            let place = self.deref_expr(expr, from_ty);
            let span = self.span(expr);
            return Ok(self.push(ExprKind::RawBorrow(*to, place), target, span));
        }
        Ok(if from == *to { expr } else { self.coerced(Coercion::MutToConst, expr, target) })
    }

    fn coerce_fn_item(&mut self, expr: ExprId, source: Ty, to: &FnSig, target: Ty) -> Coerced {
        let Some(sig) = self.callable_sig(source) else { return Err(NoCoercion) };
        if sig.is_unsafe && !to.is_unsafe {
            return Err(NoCoercion);
        }
        let as_target = FnSig { is_unsafe: to.is_unsafe, ..sig };
        let pointer = Ty::new(TyKind::FnPtr(as_target));
        self.try_unify(target, pointer).map_err(|_| NoCoercion)?;
        Ok(self.coerced(Coercion::ReifyFn, expr, target))
    }

    fn coerce_closure(
        &mut self,
        expr: ExprId,
        def: vez_base::DefId,
        to: &FnSig,
        target: Ty,
    ) -> Coerced {
        let Some(id) = self.own_closure(def) else { return Err(NoCoercion) };
        if self.mentions_upvars(id) {
            return Err(NoCoercion);
        }
        let sig = self.out.closures[id].sig.clone();
        let pointer = Ty::new(TyKind::FnPtr(FnSig { is_unsafe: to.is_unsafe, ..sig }));
        self.try_unify(target, pointer).map_err(|_| NoCoercion)?;
        Ok(self.coerced(Coercion::ClosureToFn, expr, target))
    }

    // Unsizing.

    /// `&[T; N]` to `&[T]`, `Box<T>` to `Box<dyn Trait>` and the like. `None`: not this kind of coercion.
    fn coerce_unsized(&mut self, expr: ExprId, source: Ty, target: Ty) -> Option<ExprId> {
        match (source.kind(), target.kind()) {
            (TyKind::Ref(_, from, m), TyKind::Ref(_, to, n))
                if *m == *n || *m == Mutability::Mut =>
            {
                let unsize = self.unsizes(*from, *to)?;
                let borrowed = Ty::reference(*from, *n);
                let expr = if *m == *n && *m == Mutability::Not {
                    self.reborrow_place(expr, source)
                } else {
                    self.reborrow(expr, *from, *n)
                };
                debug_assert_eq!(self.ty(expr).kind(), borrowed.kind());
                self.finish_unsize(unsize);
                Some(self.coerced(Coercion::Unsize, expr, target))
            }
            (TyKind::Ref(_, from, m), TyKind::RawPtr(to, n))
                if *m == *n || *m == Mutability::Mut =>
            {
                let unsize = self.unsizes(*from, *to)?;
                let place = self.deref_expr(expr, *from);
                let span = self.span(expr);
                let ty = Ty::new(TyKind::RawPtr(*from, *n));
                let expr = self.push(ExprKind::RawBorrow(*n, place), ty, span);
                self.finish_unsize(unsize);
                Some(self.coerced(Coercion::Unsize, expr, target))
            }
            (TyKind::RawPtr(from, m), TyKind::RawPtr(to, n))
                if *m == *n || *m == Mutability::Mut =>
            {
                let unsize = self.unsizes(*from, *to)?;
                let expr = if m == n {
                    expr
                } else {
                    let ty = Ty::new(TyKind::RawPtr(*from, *n));
                    self.coerced(Coercion::MutToConst, expr, ty)
                };
                self.finish_unsize(unsize);
                Some(self.coerced(Coercion::Unsize, expr, target))
            }
            (TyKind::Adt(a, from), TyKind::Adt(b, to)) if a == b && self.coerces_unsized(*a) => {
                let index = from.as_slice().iter().zip(to.as_slice()).position(|(from, to)| {
                    matches!((from, to), (GenericArg::Ty(_), GenericArg::Ty(_)))
                })?;
                let (from_ty, to_ty) = (from.ty_at(index), to.ty_at(index));
                // `Pin<Box<T>>`: the pointer inside is what is unsized.
                let unsize = match (self.shallow(from_ty).kind(), self.shallow(to_ty).kind()) {
                    (TyKind::Adt(a, x), TyKind::Adt(b, y))
                        if a == b && self.coerces_unsized(*a) =>
                    {
                        self.unsizes(x.ty_at(0), y.ty_at(0))?
                    }
                    _ => self.unsizes(from_ty, to_ty)?,
                };
                self.finish_unsize(unsize);
                Some(self.coerced(Coercion::Unsize, expr, target))
            }
            _ => None,
        }
    }

    /// Whether a pointer to `from` becomes one to `to`, and what then has to be shown.
    fn unsizes(&mut self, from: Ty, to: Ty) -> Option<Unsize> {
        let (from, to) = (self.shallow(from), self.shallow(to));
        match (from.kind(), to.kind()) {
            (TyKind::Array(a, _), TyKind::Slice(b)) => {
                self.try_unify(*b, *a).ok()?;
                Some(Unsize::default())
            }
            (TyKind::Infer(_), _) if self.is_ty_var(from) => None,
            (TyKind::Dyn(a), TyKind::Dyn(b)) => {
                // Dropping auto traits; the same principal needs no new table.
                let drops = a.principal.map(|p| p.0) == b.principal.map(|p| p.0)
                    && b.autos.iter().all(|auto| a.autos.contains(auto))
                    && a.autos != b.autos;
                let upcasts = a.principal.map(|p| p.0) != b.principal.map(|p| p.0);
                if !drops && !upcasts {
                    return None;
                }
                if upcasts && !self.is_supertrait(a.principal?.0, b.principal?.0) {
                    return None;
                }
                Some(Unsize { goals: self.dyn_goals(from, b) })
            }
            (_, TyKind::Dyn(to)) if !matches!(from.kind(), TyKind::Slice(_) | TyKind::Str) => {
                Some(Unsize { goals: self.dyn_goals(from, to) })
            }
            (TyKind::Adt(a, x), TyKind::Adt(b, y)) if a == b && x != y => {
                self.unsizes_tail(*a, *x, *y)
            }
            _ => None,
        }
    }

    /// `RefCell<T>` to `RefCell<dyn Trait>`: by the last field, whose parameters no other field uses.
    fn unsizes_tail(
        &mut self,
        def: vez_base::DefId,
        from: GenericArgs,
        to: GenericArgs,
    ) -> Option<Unsize> {
        let tail = self.last_field(def)?;
        let index = (0..from.len()).rev().find(|&index| {
            matches!(from.as_slice()[index], GenericArg::Ty(_))
                && self.mentions_param(tail, index as u32)
        })?;
        let (from_tail, to_tail) = (tail.substitute(from), tail.substitute(to));
        let unsize = match tail.kind() {
            TyKind::Param(_) => self.unsizes(from.ty_at(index), to.ty_at(index))?,
            _ => {
                let (TyKind::Adt(a, x), TyKind::Adt(b, y)) = (from_tail.kind(), to_tail.kind())
                else {
                    return None;
                };
                if a != b || x == y {
                    return None;
                }
                self.unsizes_tail(*a, *x, *y)?
            }
        };
        for (at, (a, b)) in from.as_slice().iter().zip(to.as_slice()).enumerate() {
            if let (GenericArg::Ty(a), GenericArg::Ty(b)) = (a, b)
                && at != index
            {
                self.try_unify(*b, *a).ok()?;
            }
        }
        Some(unsize)
    }

    /// What makes a type fit behind a `dyn`.
    fn dyn_goals(&mut self, self_ty: Ty, to: &vez_types::DynTy) -> Vec<Predicate> {
        let with_self = |args: GenericArgs| {
            let mut list = vec![GenericArg::Ty(self_ty)];
            list.extend_from_slice(args.as_slice());
            GenericArgs::new(list)
        };
        let mut goals = Vec::new();
        if let Some((trait_, args)) = to.principal {
            goals.push(Predicate::Trait(TraitRef { trait_, args: with_self(args) }));
            for &(assoc, ty) in &to.projections {
                let Some(declared_in) = assoc.parent_def() else { continue };
                let args = if declared_in == trait_ {
                    with_self(args)
                } else {
                    match self.supertrait_args(trait_, with_self(args), declared_in) {
                        Some(args) => args,
                        None => continue,
                    }
                };
                goals.push(Predicate::Projection { assoc, args, ty });
            }
        }
        for &trait_ in &to.autos {
            let args = GenericArgs::new(vec![GenericArg::Ty(self_ty)]);
            goals.push(Predicate::Trait(TraitRef { trait_, args }));
        }
        if let Some(sized) = self.traits().sized {
            let args = GenericArgs::new(vec![GenericArg::Ty(self_ty)]);
            if !matches!(self_ty.kind(), TyKind::Dyn(_)) {
                goals.push(Predicate::Trait(TraitRef { trait_: sized, args }));
            }
        }
        goals
    }

    fn finish_unsize(&mut self, unsize: Unsize) {
        let span = self.out.exprs.last_id().map_or(self.out.span, |last| self.span(last));
        for goal in unsize.goals {
            self.register(goal, super::vars::plain_cause(span));
        }
    }

    /// The signature behind a function item or pointer, instantiated.
    pub(crate) fn callable_sig(&mut self, ty: Ty) -> Option<FnSig> {
        match self.shallow(ty).kind() {
            TyKind::FnDef(def, args) => Some(self.instantiated_sig(*def, *args, self.out.span)),
            TyKind::FnPtr(sig) => Some(sig.clone()),
            TyKind::Closure(def, _) => {
                let id = self.own_closure(*def)?;
                Some(self.out.closures[id].sig.clone())
            }
            _ => None,
        }
    }

    /// A function pointer type of the same signature.
    pub(crate) fn fn_ptr_of(&mut self, ty: Ty) -> Option<Ty> {
        let sig = self.callable_sig(ty)?;
        let list = TyList::new(sig.inputs_and_output.as_slice());
        Some(Ty::new(TyKind::FnPtr(FnSig { inputs_and_output: list, ..sig })))
    }
}

/// An unsizing that fits by shape.
#[derive(Default)]
struct Unsize {
    goals: Vec<Predicate>,
}
