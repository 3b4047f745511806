//! Impls by the outermost form of their self type, and their headers without regions.

use crate::collect::{all_predicates, impl_header};
use indexmap::IndexMap;
use vez_base::{DefId, FxBuildHasher, Span};
use vez_db::{Db, Subject};
use vez_hir::{ImplHead, PrimTy};
use vez_types::{ConstKind, GenericArg, GenericArgs, Predicate, TraitRef, Ty, TyKind};

/// The outermost form of a type, for finding impls. `None`: could be any (parameters, projections).
pub(crate) type TyHead = ImplHead;

/// The form of a type; `None` for what only bounds or inference can tell.
pub(crate) fn ty_head(ty: Ty) -> Option<TyHead> {
    Some(match ty.kind() {
        TyKind::Bool => ImplHead::Prim(PrimTy::Bool),
        TyKind::Char => ImplHead::Prim(PrimTy::Char),
        TyKind::Int(int) => ImplHead::Prim(PrimTy::Int(*int)),
        TyKind::Float(float) => ImplHead::Prim(PrimTy::Float(*float)),
        TyKind::Str => ImplHead::Prim(PrimTy::Str),
        TyKind::Never => ImplHead::Never,
        TyKind::Tuple(types) => ImplHead::Tuple(types.as_slice().len() as u32),
        TyKind::Array(..) => ImplHead::Array,
        TyKind::Slice(_) => ImplHead::Slice,
        TyKind::Ref(_, _, mutability) => ImplHead::Ref(*mutability),
        TyKind::RawPtr(_, mutability) => ImplHead::Ptr(*mutability),
        TyKind::Adt(def, _) => ImplHead::Adt(*def),
        TyKind::FnPtr(_) => ImplHead::FnPtr,
        TyKind::Dyn(dynamic) => ImplHead::Dyn(dynamic.principal?.0),
        TyKind::FnDef(..)
        | TyKind::Closure(..)
        | TyKind::Param(_)
        | TyKind::Projection(..)
        | TyKind::Opaque(..)
        | TyKind::Infer(_)
        | TyKind::Error => return None,
    })
}

/// The impls of one trait.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct TraitImpls {
    /// In the order of the impls, so that it is the same in every run.
    by_head: IndexMap<TyHead, Vec<DefId>, FxBuildHasher>,
    /// For a type parameter or something not simple: they may fit any type.
    blanket: Vec<DefId>,
}

impl TraitImpls {
    /// The impls that may fit a self type.
    pub(crate) fn relevant(&self, self_ty: Ty) -> impl Iterator<Item = DefId> {
        let with_head = ty_head(self_ty).and_then(|head| self.by_head.get(&head));
        let any = matches!(self_ty.kind(), TyKind::Infer(_));
        let all = any.then(|| self.by_head.values().flatten());
        let with_head = with_head.into_iter().flatten();
        with_head.chain(all.into_iter().flatten()).chain(&self.blanket).copied()
    }

    /// Those for all fn pointers at once.
    pub(crate) fn for_fn_pointers(&self) -> impl Iterator<Item = DefId> {
        self.by_head.get(&ImplHead::FnPtr).into_iter().flatten().copied()
    }

    pub(crate) fn all(&self) -> impl Iterator<Item = DefId> {
        self.by_head.values().flatten().chain(&self.blanket).copied()
    }
}

#[salsa::tracked(returns(ref))]
fn trait_impls_query<'db>(db: &'db dyn Db, trait_: Subject<'db>) -> TraitImpls {
    let mut impls = TraitImpls::default();
    for &impl_ in vez_hir::trait_impl_candidates(db, trait_.def(db)).iter() {
        match vez_hir::impl_head(db, impl_) {
            ImplHead::Param | ImplHead::Other => impls.blanket.push(impl_),
            head => impls.by_head.entry(head).or_default().push(impl_),
        }
    }
    impls
}

pub(crate) fn trait_impls(db: &dyn Db, trait_: DefId) -> &TraitImpls {
    trait_impls_query(db, Subject::new(db, trait_))
}

/// An impl's trait reference without regions, and whether the impl is negative.
#[salsa::tracked(returns(copy))]
fn erased_query<'db>(db: &'db dyn Db, impl_: Subject<'db>) -> Option<(TraitRef, bool)> {
    let header = impl_header(db, impl_.def(db));
    Some((header.trait_ref?.erase_regions(), header.negative))
}

pub(crate) fn impl_trait_erased(db: &dyn Db, impl_: DefId) -> Option<(TraitRef, bool)> {
    erased_query(db, Subject::new(db, impl_))
}

#[salsa::tracked(returns(ref))]
fn predicates_query<'db>(db: &'db dyn Db, def: Subject<'db>) -> Vec<(Predicate, Span)> {
    let of_solver = |predicate: &Predicate| {
        matches!(predicate, Predicate::Trait(_) | Predicate::Projection { .. })
    };
    let all = all_predicates(db, def.def(db)).iter().filter(|(predicate, _)| of_solver(predicate));
    all.map(|(predicate, span)| (predicate.erase_regions(), *span)).collect()
}

/// The where-clauses the solver has to show for an item, its parents' included, without regions.
pub(crate) fn impl_predicates(db: &dyn Db, def: DefId) -> &[(Predicate, Span)] {
    predicates_query(db, Subject::new(db, def))
}

/// Quick look at whether an impl's arguments can fit a goal's; `true` when unsure.
pub(crate) fn may_unify(pattern: GenericArgs, goal: GenericArgs) -> bool {
    pattern.as_slice().iter().zip(goal.as_slice()).all(|(pattern, goal)| match (pattern, goal) {
        (GenericArg::Ty(pattern), GenericArg::Ty(goal)) => types_may_unify(*pattern, *goal),
        (GenericArg::Const(pattern), GenericArg::Const(goal)) => {
            match (pattern.kind(), goal.kind()) {
                (ConstKind::Value(a), ConstKind::Value(b)) => a == b,
                _ => true,
            }
        }
        _ => true,
    })
}

/// Quick look at whether two types can be made equal, parameters of `pattern` standing for anything.
pub(crate) fn types_may_unify(pattern: Ty, goal: Ty) -> bool {
    if pattern == goal {
        return true;
    }
    match (pattern.kind(), goal.kind()) {
        (TyKind::Param(_) | TyKind::Projection(..) | TyKind::Error | TyKind::Opaque(..), _) => true,
        (_, TyKind::Projection(..) | TyKind::Error | TyKind::Opaque(..)) => true,
        (_, TyKind::Infer(var)) => match var {
            vez_types::InferTy::Int(_) => matches!(pattern.kind(), TyKind::Int(_)),
            vez_types::InferTy::Float(_) => matches!(pattern.kind(), TyKind::Float(_)),
            _ => true,
        },
        (TyKind::Adt(a, x), TyKind::Adt(b, y)) => a == b && may_unify(*x, *y),
        (TyKind::Ref(_, x, m), TyKind::Ref(_, y, n))
        | (TyKind::RawPtr(x, m), TyKind::RawPtr(y, n)) => m == n && types_may_unify(*x, *y),
        (TyKind::Slice(x), TyKind::Slice(y)) | (TyKind::Array(x, _), TyKind::Array(y, _)) => {
            types_may_unify(*x, *y)
        }
        (TyKind::Tuple(x), TyKind::Tuple(y)) => {
            let (x, y) = (x.as_slice(), y.as_slice());
            x.len() == y.len() && x.iter().zip(y).all(|(&x, &y)| types_may_unify(x, y))
        }
        (TyKind::FnPtr(x), TyKind::FnPtr(y)) => {
            x.inputs().len() == y.inputs().len() && x.is_unsafe == y.is_unsafe
        }
        (TyKind::Dyn(x), TyKind::Dyn(y)) => {
            x.principal.map(|(def, _)| def) == y.principal.map(|(def, _)| def)
        }
        _ => false,
    }
}
