//! One type used where another is expected: what follows for their regions.
//!
//! The types are known to be equal but for regions. Where they are not (associated types that one side resolved), nothing
//! follows.

use super::variance::{Variance, variances};
use super::{Regions, closure_captures};
use vez_types::{DynTy, FnSig, GenericArg, GenericArgs, Mutability, Region, Ty, TyKind};

impl Regions<'_> {
    /// A value of type `a` goes where `b` is expected.
    pub(super) fn subtype(&mut self, a: Ty, b: Ty) {
        self.relate(a, b, Variance::Covariant);
    }

    pub(super) fn equate(&mut self, a: Ty, b: Ty) {
        self.relate(a, b, Variance::Invariant);
    }

    pub(super) fn relate_regions(&mut self, a: Region, b: Region, variance: Variance) {
        if matches!(variance, Variance::Covariant | Variance::Invariant) {
            self.outlives(a, b);
        }
        if matches!(variance, Variance::Contravariant | Variance::Invariant) {
            self.outlives(b, a);
        }
    }

    pub(super) fn relate(&mut self, a: Ty, b: Ty, variance: Variance) {
        if a == b || variance == Variance::Bivariant {
            return;
        }
        match (a.kind(), b.kind()) {
            (TyKind::Ref(ra, ta, mutability), TyKind::Ref(rb, tb, other)) => {
                self.relate_regions(*ra, *rb, variance);
                // `&mut (dyn Trait + 'a)` coerces to `&mut (dyn Trait + 'b)`: what is behind it cannot be replaced.
                if let (TyKind::Dyn(a), TyKind::Dyn(b)) = (ta.kind(), tb.kind()) {
                    return self.relate_dyns(a, b, variance);
                }
                let shared = *mutability == Mutability::Not || *other == Mutability::Not;
                let inner = if shared { Variance::Covariant } else { Variance::Invariant };
                self.relate(*ta, *tb, variance.then(inner));
            }
            (TyKind::RawPtr(ta, mutability), TyKind::RawPtr(tb, _)) => {
                self.relate(*ta, *tb, variance.then(Variance::behind(*mutability)));
            }
            (TyKind::Tuple(a), TyKind::Tuple(b)) => {
                self.relate_all(a.as_slice(), b.as_slice(), variance);
            }
            (TyKind::Array(a, _) | TyKind::Slice(a), TyKind::Array(b, _) | TyKind::Slice(b)) => {
                self.relate(*a, *b, variance);
            }
            (TyKind::Adt(def, a), TyKind::Adt(other, b)) if def == other => {
                let inner = variances(self.facts.db, *def);
                let of = |index: usize| {
                    variance.then(inner.get(index).copied().unwrap_or(Variance::Invariant))
                };
                self.relate_args(*a, *b, of);
            }
            (TyKind::Closure(def, a), TyKind::Closure(other, b)) if def == other => {
                self.relate_all(closure_captures(*a), closure_captures(*b), variance);
            }
            (TyKind::FnPtr(a), TyKind::FnPtr(b)) => self.relate_sigs(a, b, variance),
            (TyKind::Dyn(a), TyKind::Dyn(b)) => self.relate_dyns(a, b, variance),
            (TyKind::FnDef(def, a), TyKind::FnDef(other, b)) if def == other => {
                self.relate_args(*a, *b, |_| Variance::Invariant);
            }
            (TyKind::Projection(def, a), TyKind::Projection(other, b)) if def == other => {
                self.relate_args(*a, *b, |_| Variance::Invariant);
            }
            (TyKind::Opaque(def, i, a), TyKind::Opaque(other, j, b)) if (def, i) == (other, j) => {
                self.relate_args(*a, *b, |_| Variance::Invariant);
            }
            _ => {}
        }
    }

    fn relate_all(&mut self, a: &[Ty], b: &[Ty], variance: Variance) {
        for (&a, &b) in a.iter().zip(b) {
            self.relate(a, b, variance);
        }
    }

    pub(super) fn relate_args(
        &mut self,
        a: GenericArgs,
        b: GenericArgs,
        variance: impl Fn(usize) -> Variance,
    ) {
        for (index, (&a, &b)) in a.as_slice().iter().zip(b.as_slice()).enumerate() {
            match (a, b) {
                (GenericArg::Ty(a), GenericArg::Ty(b)) => self.relate(a, b, variance(index)),
                (GenericArg::Region(a), GenericArg::Region(b)) => {
                    self.relate_regions(a, b, variance(index));
                }
                _ => {}
            }
        }
    }

    fn relate_sigs(&mut self, a: &FnSig, b: &FnSig, variance: Variance) {
        if matches!(variance, Variance::Covariant | Variance::Invariant) {
            self.sub_sigs(a, b);
        }
        if matches!(variance, Variance::Contravariant | Variance::Invariant) {
            self.sub_sigs(b, a);
        }
    }

    /// What two signatures take and give, their own lifetimes opened.
    pub(super) fn relate_sig_parts(&mut self, sub: &FnSig, sup: &FnSig) {
        self.relate_all(sub.inputs(), sup.inputs(), Variance::Contravariant);
        self.subtype(sub.output(), sup.output());
    }

    fn relate_dyns(&mut self, a: &DynTy, b: &DynTy, variance: Variance) {
        self.relate_regions(a.region, b.region, variance);
        if matches!(variance, Variance::Covariant | Variance::Invariant) {
            self.sub_dyns(a, b);
        }
        if matches!(variance, Variance::Contravariant | Variance::Invariant) {
            self.sub_dyns(b, a);
        }
    }

    /// The arguments and associated types of two objects of one trait, their own lifetimes opened.
    pub(super) fn relate_dyn_parts(&mut self, a: &DynTy, b: &DynTy) {
        if let (Some((_, a)), Some((_, b))) = (a.principal, b.principal) {
            self.relate_args(a, b, |_| Variance::Invariant);
        }
        for (a, b) in a.projections.iter().zip(&b.projections) {
            self.relate(a.1, b.1, Variance::Invariant);
        }
    }

    /// `[T; N]` behind a pointer becomes `[T]`, a type becomes `dyn Trait`.
    pub(super) fn unsize(&mut self, from: Ty, to: Ty) {
        match (from.kind(), to.kind()) {
            (TyKind::Ref(ra, ta, _), TyKind::Ref(rb, tb, mutability)) => {
                self.outlives(*ra, *rb);
                self.unsize_target(*ta, *tb, Variance::behind(*mutability));
            }
            (TyKind::Ref(_, ta, _) | TyKind::RawPtr(ta, _), TyKind::RawPtr(tb, mutability)) => {
                self.unsize_target(*ta, *tb, Variance::behind(*mutability));
            }
            (TyKind::Adt(..), TyKind::Adt(..)) => self.unsize_adt(from, to, Variance::Covariant),
            _ => {}
        }
    }

    fn unsize_adt(&mut self, from: Ty, to: Ty, variance: Variance) {
        let (TyKind::Adt(def, a), TyKind::Adt(other, b)) = (from.kind(), to.kind()) else { return };
        if def != other {
            return;
        }
        let inner = variances(self.facts.db, *def);
        for (index, (&a, &b)) in a.as_slice().iter().zip(b.as_slice()).enumerate() {
            let own = inner.get(index).copied().unwrap_or(Variance::Invariant);
            let variance = variance.then(own);
            match (a, b) {
                (GenericArg::Ty(a), GenericArg::Ty(b)) => self.unsize_target(a, b, variance),
                (GenericArg::Region(a), GenericArg::Region(b)) => {
                    self.relate_regions(a, b, variance);
                }
                _ => {}
            }
        }
    }

    fn unsize_target(&mut self, from: Ty, to: Ty, variance: Variance) {
        match (from.kind(), to.kind()) {
            (TyKind::Dyn(a), TyKind::Dyn(b)) => self.relate_dyns(a, b, Variance::Covariant),
            (_, TyKind::Dyn(dynamic)) => {
                self.type_outlives(from, dynamic.region);
                self.promise_call(from, dynamic);
                self.promise_object(from, dynamic);
            }
            (TyKind::Array(a, _), TyKind::Slice(b)) => self.relate(*a, *b, variance),
            (TyKind::Adt(def, _), TyKind::Adt(other, _)) if def == other => {
                self.unsize_adt(from, to, variance);
            }
            _ => self.relate(from, to, variance),
        }
    }
}
