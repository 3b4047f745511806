//! Questions about types that several constructs ask: `Copy`, `Sized`, fields, destructors, closures of this body.

use vez_base::{DefId, Span};
use vez_traits::{Cause, ObligationCause, adt_def};
use vez_types::{Folder, GenericArgs, Predicate, TraitRef, Ty, TyKind};

use super::FnCtxt;
use crate::data::*;

/// Who needs a `Copy` type.
#[derive(Clone, Copy)]
pub(crate) enum NeedCopy {
    /// `[e; n]`
    Repeat,
}

/// Who needs a type of known size.
#[derive(Clone, Copy)]
pub(crate) enum NeedSized {
    Local,
    Assignment,
    Return,
    Argument,
}

impl FnCtxt<'_> {
    /// Whether a value of this type is copied where it is used.
    pub(crate) fn is_copy(&mut self, ty: Ty) -> bool {
        let ty = self.resolve(ty);
        match ty.kind() {
            TyKind::Bool
            | TyKind::Char
            | TyKind::Int(_)
            | TyKind::Float(_)
            | TyKind::Never
            | TyKind::RawPtr(..)
            | TyKind::FnDef(..)
            | TyKind::FnPtr(_)
            | TyKind::Error
            | TyKind::Ref(_, _, Mutability::Not) => true,
            TyKind::Ref(_, _, Mutability::Mut)
            | TyKind::Str
            | TyKind::Slice(_)
            | TyKind::Dyn(_) => false,
            TyKind::Tuple(types) => types.as_slice().iter().all(|&ty| self.is_copy(ty)),
            TyKind::Array(elem, _) => self.is_copy(*elem),
            _ => match self.traits().copy {
                Some(copy) => {
                    let goal = self.self_trait_goal(copy, ty);
                    self.holds(goal)
                }
                None => false,
            },
        }
    }

    pub(crate) fn require_copy(&mut self, ty: Ty, span: Span, _: NeedCopy) {
        if let Some(copy) = self.traits().copy {
            let goal = self.self_trait_goal(copy, ty);
            self.register(goal, super::vars::plain_cause(span));
        }
    }

    pub(crate) fn require_sized(&mut self, ty: Ty, span: Span, need: NeedSized) {
        let Some(sized) = self.traits().sized else { return };
        // Nearly always decided at a glance.
        if matches!(
            self.shallow(ty).kind(),
            TyKind::Bool
                | TyKind::Char
                | TyKind::Int(_)
                | TyKind::Float(_)
                | TyKind::Ref(..)
                | TyKind::RawPtr(..)
                | TyKind::FnDef(..)
                | TyKind::FnPtr(_)
                | TyKind::Closure(..)
                | TyKind::Array(..)
                | TyKind::Never
                | TyKind::Error
        ) {
            return;
        }
        let what = match need {
            NeedSized::Local => "a local variable",
            NeedSized::Assignment => "the left side of an assignment",
            NeedSized::Return => "a returned value",
            NeedSized::Argument => "an argument",
        };
        let goal = self.self_trait_goal(sized, ty);
        self.register(goal, ObligationCause::new(span, Cause::Sized { what }));
    }

    /// Whether a type has no size known at compile time.
    pub(crate) fn is_unsized(&mut self, ty: Ty) -> bool {
        let ty = self.resolve(ty);
        match ty.kind() {
            TyKind::Slice(_) | TyKind::Str | TyKind::Dyn(_) => true,
            TyKind::Adt(..) | TyKind::Param(_) | TyKind::Projection(..) | TyKind::Tuple(_) => {
                let Some(sized) = self.traits().sized else { return false };
                let goal = self.self_trait_goal(sized, ty);
                !self.may_hold(goal)
            }
            _ => false,
        }
    }

    /// Whether a type has a `Drop` impl of its own.
    pub(crate) fn has_destructor(&self, def: DefId) -> bool {
        let Some(drop) = self.traits().drop else { return false };
        vez_hir::trait_impl_candidates(self.db, drop).iter().any(|&impl_| {
            let header = vez_traits::impl_header(self.db, impl_);
            matches!(header.self_ty.kind(), TyKind::Adt(adt, _) if *adt == def)
        })
    }

    pub(crate) fn field_count(&self, def: DefId, variant: u32) -> usize {
        let adt = adt_def(self.db, def);
        adt.variants.get(variant as usize).map_or(0, |variant| variant.fields.len())
    }

    /// The type of a field of a struct, union, variant or tuple.
    pub(crate) fn field_ty_of(&mut self, ty: Ty, variant: u32, field: u32) -> Ty {
        match self.resolve(ty).kind() {
            TyKind::Tuple(types) => {
                types.as_slice().get(field as usize).copied().unwrap_or(Ty::error())
            }
            TyKind::Adt(def, args) => {
                let adt = adt_def(self.db, *def);
                let found = adt.variants.get(variant as usize);
                match found.and_then(|variant| variant.fields.get(field as usize)) {
                    Some(field) => {
                        let ty = vez_traits::field_ty(field, *args).erase_regions();
                        let ty = self.normalize(ty, self.out.span);
                        self.resolve(ty)
                    }
                    None => Ty::error(),
                }
            }
            _ => Ty::error(),
        }
    }

    /// The declared type of a struct's last field.
    pub(crate) fn last_field(&self, def: DefId) -> Option<Ty> {
        let variant = adt_def(self.db, def).only_variant()?;
        variant.fields.last().map(|field| field.ty)
    }

    pub(crate) fn mentions_param(&self, ty: Ty, index: u32) -> bool {
        struct Search(u32, bool);
        impl Folder for Search {
            fn fold_ty(&mut self, ty: Ty) -> Ty {
                if matches!(ty.kind(), TyKind::Param(param) if param.index == self.0) {
                    self.1 = true;
                    return ty;
                }
                self.super_fold_ty(ty)
            }
        }
        let mut search = Search(index, false);
        search.fold_ty(ty);
        search.1
    }

    /// Smart pointers that may be unsized: `Box`, and structs marked `#[coerce_unsized]`.
    pub(crate) fn coerces_unsized(&self, def: DefId) -> bool {
        self.is_box(def) || vez_hir::has_attr(self.db, def, vez_base::Name::new("coerce_unsized"))
    }

    pub(crate) fn is_supertrait(&self, sub: DefId, sup: DefId) -> bool {
        vez_traits::supertraits(self.db, sub).contains(&sup)
    }

    /// The arguments with which a trait's supertrait is implied, `Self` included.
    pub(crate) fn supertrait_args(
        &self,
        trait_: DefId,
        args: GenericArgs,
        wanted: DefId,
    ) -> Option<GenericArgs> {
        let mut open = vec![TraitRef { trait_, args }];
        let mut seen = vez_base::FxHashSet::default();
        while let Some(current) = open.pop() {
            if current.trait_ == wanted {
                return Some(current.args);
            }
            if !seen.insert(current.trait_) {
                continue;
            }
            for (predicate, _) in vez_traits::super_predicates(self.db, current.trait_) {
                if let Predicate::Trait(implied) = predicate.substitute(current.args)
                    && implied.self_ty() == current.self_ty()
                {
                    open.push(implied);
                }
            }
        }
        None
    }

    /// A closure of this body by its definition.
    pub(crate) fn own_closure(&self, def: DefId) -> Option<ClosureId> {
        self.out.closures.iter_enumerated().find(|(_, c)| c.def == def).map(|(id, _)| id)
    }

    /// Whether a closure's body names a local from outside of it.
    pub(crate) fn mentions_upvars(&self, closure: ClosureId) -> bool {
        self.capturing.contains(&closure)
    }
}
