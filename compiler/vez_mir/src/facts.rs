//! What MIR asks about types: is it `Copy`, does it need a drop, what are its fields.
//!
//! One [`Facts`] serves one body: answers are remembered by type, in the environment of the body's owner.

use crate::{Body, ConstantKind, Mutability, Operand, Place, Rvalue, StatementKind};
use rustc_hash::FxHashMap;
use std::cell::RefCell;
use vez_base::FxHashSet;
use vez_base::{DefId, DefKind, Name};
use vez_db::Db;
use vez_traits::{
    AdtDef, AdtKind, FulfillCtxt, InferCtxt, ObligationCause, ParamEnv, adt_def, lang_items,
};
use vez_types::{Flags, GenericArgs, Ty, TyKind};

/// Depth at which a type is taken to need a drop: only types that were reported as infinite get there.
const DEPTH: u32 = 128;

/// Answers about types inside one body.
pub struct Facts<'db> {
    pub db: &'db dyn Db,
    /// The function, constant or static; of a closure the body it is written in.
    pub owner: DefId,
    env: ParamEnv,
    copy: RefCell<FxHashMap<Ty, bool>>,
    drop: RefCell<FxHashMap<Ty, bool>>,
    /// The captures of closures being built: their environments' field types.
    closures: FxHashMap<DefId, Vec<Ty>>,
}

impl<'db> Facts<'db> {
    /// For the bodies of an owner whose typed body is at hand.
    pub fn new(db: &'db dyn Db, thir: &vez_thir::Body) -> Facts<'db> {
        let closures = thir
            .closures
            .iter()
            .map(|closure| {
                let fields = closure.captures.iter().map(crate::build::capture_ty).collect();
                (closure.def, fields)
            })
            .collect();
        Facts {
            db,
            owner: thir.owner,
            env: vez_traits::param_env(db, thir.owner),
            copy: RefCell::default(),
            drop: RefCell::default(),
            closures,
        }
    }

    pub fn env(&self) -> ParamEnv {
        self.env
    }

    /// Reading it leaves the original usable.
    pub fn is_copy(&self, ty: Ty) -> bool {
        match ty.kind() {
            TyKind::Bool
            | TyKind::Char
            | TyKind::Int(_)
            | TyKind::Float(_)
            | TyKind::Never
            | TyKind::Ref(_, _, Mutability::Not)
            | TyKind::RawPtr(..)
            | TyKind::FnDef(..)
            | TyKind::FnPtr(_)
            | TyKind::Error => true,
            TyKind::Str | TyKind::Slice(_) | TyKind::Dyn(_) => false,
            TyKind::Ref(_, _, Mutability::Mut) => false,
            TyKind::Tuple(types) => types.as_slice().iter().all(|&ty| self.is_copy(ty)),
            TyKind::Array(elem, _) => self.is_copy(*elem),
            _ => self.remember(&self.copy, ty, |this| this.solve_copy(ty)),
        }
    }

    fn remember(
        &self,
        memory: &RefCell<FxHashMap<Ty, bool>>,
        ty: Ty,
        find: impl FnOnce(&Self) -> bool,
    ) -> bool {
        if let Some(&known) = memory.borrow().get(&ty) {
            return known;
        }
        let found = find(self);
        memory.borrow_mut().insert(ty, found);
        found
    }

    fn solve_copy(&self, ty: Ty) -> bool {
        if let TyKind::Closure(def, args) = ty.kind() {
            return self.closure_field_tys(*def, *args).iter().all(|&field| self.is_copy(field));
        }
        let Some(copy) = lang_items(self.db).copy else { return false };
        InferCtxt::new(self.db, self.env).implements(ty, copy)
    }

    /// Something happens when a value of this type is dropped. Types not known yet (parameters) may.
    pub fn needs_drop(&self, ty: Ty) -> bool {
        self.needs_drop_at(ty, 0)
    }

    fn needs_drop_at(&self, ty: Ty, depth: u32) -> bool {
        match ty.kind() {
            TyKind::Bool
            | TyKind::Char
            | TyKind::Int(_)
            | TyKind::Float(_)
            | TyKind::Never
            | TyKind::Str
            | TyKind::Ref(..)
            | TyKind::RawPtr(..)
            | TyKind::FnDef(..)
            | TyKind::FnPtr(_)
            | TyKind::Infer(_)
            | TyKind::Error => false,
            TyKind::Dyn(_) => true,
            TyKind::Tuple(types) => {
                types.as_slice().iter().any(|&ty| self.needs_drop_at(ty, depth + 1))
            }
            TyKind::Array(elem, len) => {
                len.as_value() != Some(0) && self.needs_drop_at(*elem, depth + 1)
            }
            TyKind::Slice(elem) => self.needs_drop_at(*elem, depth + 1),
            _ if depth > DEPTH => true,
            _ => self.remember(&self.drop, ty, |this| this.find_needs_drop(ty, depth + 1)),
        }
    }

    fn find_needs_drop(&self, ty: Ty, depth: u32) -> bool {
        match ty.kind() {
            TyKind::Adt(def, args) => {
                let adt = adt_def(self.db, *def);
                if adt.flags.is_manually_drop || adt.kind == AdtKind::Union {
                    return false;
                }
                if adt.flags.is_box || self.has_drop_impl(*def) {
                    return true;
                }
                // A recursive type that gets here again through itself has a box, which is found above.
                self.drop.borrow_mut().insert(ty, false);
                adt.all_fields().any(|field| self.needs_drop_at(self.field_in(field, *args), depth))
            }
            TyKind::Closure(def, args) => {
                self.closure_field_tys(*def, *args).iter().any(|&ty| self.needs_drop_at(ty, depth))
            }
            TyKind::Param(_) | TyKind::Projection(..) | TyKind::Opaque(..) => !self.is_copy(ty),
            _ => false,
        }
    }

    /// No interior mutability: behind `&` it never changes. Parameters may have some.
    pub fn is_freeze(&self, ty: Ty) -> bool {
        self.is_freeze_at(ty, 0)
    }

    fn is_freeze_at(&self, ty: Ty, depth: u32) -> bool {
        match ty.kind() {
            TyKind::Tuple(types) => {
                types.as_slice().iter().all(|&ty| self.is_freeze_at(ty, depth + 1))
            }
            TyKind::Array(elem, _) | TyKind::Slice(elem) => self.is_freeze_at(*elem, depth + 1),
            TyKind::Adt(..) if depth > DEPTH => false,
            TyKind::Adt(def, args) => {
                let adt = adt_def(self.db, *def);
                !adt.flags.is_unsafe_cell
                    && (adt.flags.is_phantom_data
                        || adt
                            .all_fields()
                            .all(|field| self.is_freeze_at(self.field_in(field, *args), depth + 1)))
            }
            TyKind::Closure(def, args) => self
                .closure_field_tys(*def, *args)
                .iter()
                .all(|&ty| self.is_freeze_at(ty, depth + 1)),
            TyKind::Param(_) | TyKind::Projection(..) | TyKind::Opaque(..) | TyKind::Dyn(_) => {
                false
            }
            _ => true,
        }
    }

    pub fn adt(&self, def: DefId) -> &'db AdtDef {
        adt_def(self.db, def)
    }

    pub fn is_box(&self, ty: Ty) -> bool {
        matches!(ty.kind(), TyKind::Adt(def, _) if self.adt(*def).flags.is_box)
    }

    pub fn is_union(&self, def: DefId) -> bool {
        def.kind() == DefKind::Union
    }

    pub fn is_enum(&self, def: DefId) -> bool {
        def.kind() == DefKind::Enum
    }

    pub fn has_drop_impl(&self, def: DefId) -> bool {
        drop_impls(self.db).contains(&def)
    }

    /// Whether a value of this type has neither a destructor nor a cell besides those in the fields that it was made with.
    pub(crate) fn holds_only_its_fields(&self, def: DefId) -> bool {
        let adt = adt_def(self.db, def);
        !adt.flags.is_unsafe_cell && adt.kind != AdtKind::Union && !self.has_drop_impl(def)
    }

    fn field_in(&self, field: &vez_traits::FieldDef, args: GenericArgs) -> Ty {
        self.normalize(vez_traits::field_ty(field, args).erase_regions())
    }

    /// A type with its associated types resolved as far as the environment tells.
    pub fn normalize(&self, ty: Ty) -> Ty {
        if !ty.has(Flags::PROJECTION) {
            return ty;
        }
        let mut infcx = InferCtxt::new(self.db, self.env);
        let mut fulfill = FulfillCtxt::new();
        let mut obligations = Vec::new();
        let normalized = infcx.normalize(ty, ObligationCause::dummy(), &mut obligations);
        fulfill.register_all(obligations);
        // What fails here is reported where the type is checked.
        let _ = fulfill.select_where_possible(&mut infcx);
        infcx.finish_ty(normalized)
    }

    /// The types of a variant's fields.
    pub fn field_tys(&self, def: DefId, variant: u32, args: GenericArgs) -> Vec<Ty> {
        match self.adt(def).variants.get(variant as usize) {
            Some(variant) => {
                variant.fields.iter().map(|field| self.field_in(field, args)).collect()
            }
            None => Vec::new(),
        }
    }

    /// The type of a field of a struct, tuple or closure.
    pub fn field_ty(&self, ty: Ty, index: u32) -> Ty {
        let index = index as usize;
        match ty.kind() {
            TyKind::Tuple(types) => types.as_slice().get(index).copied(),
            TyKind::Adt(def, args) => self
                .adt(*def)
                .variants
                .first()
                .and_then(|variant| variant.fields.get(index))
                .map(|field| self.field_in(field, *args)),
            TyKind::Closure(def, args) => self.closure_field_tys(*def, *args).get(index).copied(),
            _ => None,
        }
        .unwrap_or_else(Ty::error)
    }

    /// The types of a closure's environment.
    pub fn closure_field_tys(&self, def: DefId, args: GenericArgs) -> Vec<Ty> {
        if let Some(fields) = self.closures.get(&def) {
            return fields.clone();
        }
        InferCtxt::new(self.db, self.env)
            .closure_facts(def, args)
            .and_then(|facts| facts.captures)
            .unwrap_or_default()
    }

    /// How many generic parameters the body around a closure has.
    pub fn closure_generics(&self, def: DefId) -> usize {
        let owner = crate::body_owner(def);
        vez_traits::generics_of(self.db, owner).count() as usize
    }

    /// Defined by the standard library.
    pub fn is_library(&self, def: DefId) -> bool {
        let id = vez_hir::crate_of(self.db, def);
        self.db.crates().get(id.0 as usize).is_some_and(|data| data.is_stdlib)
    }

    pub fn variant_count(&self, def: DefId) -> usize {
        self.adt(def).variants.len()
    }

    /// The type that discriminants of an enum are read as.
    pub fn discriminant_ty(&self, def: DefId) -> Ty {
        crate::discriminants::discriminant_ty(self.db, def)
    }

    /// The discriminant of a variant, as bits of [`Facts::discriminant_ty`].
    pub fn discriminant(&self, def: DefId, variant: u32) -> u128 {
        let all = crate::discriminants::discriminants(self.db, def);
        all.get(variant as usize).copied().unwrap_or(variant.into())
    }

    /// Reached through a raw pointer: `static mut` and foreign statics.
    pub fn is_raw_static(&self, def: DefId) -> bool {
        let signature = vez_hir::signature(self.db, def);
        let mutable = matches!(
            signature.value.kind,
            vez_hir::SignatureKind::Const { mutability: Mutability::Mut, .. }
        );
        let is_foreign =
            def.parent_def().is_some_and(|parent| parent.kind() == DefKind::ExternBlock);
        mutable || is_foreign
    }

    /// A temporary that holds the address of a static.
    pub fn is_static_address(&self, body: &Body, pointer: &Place) -> bool {
        let Some(local) = pointer.as_local() else { return false };
        body.blocks.iter().flat_map(|block| &block.statements).any(|statement| {
            matches!(
                &statement.kind,
                StatementKind::Assign(place, Rvalue::Use(Operand::Const(constant)))
                    if place.as_local() == Some(local)
                        && matches!(constant.kind, ConstantKind::StaticRef(_))
            )
        })
    }

    /// The fn pointer type of a function item's type.
    pub fn fn_ptr_ty(&self, ty: Ty) -> Option<Ty> {
        match ty.kind() {
            TyKind::FnDef(def, args) => {
                let sig = vez_traits::fn_sig(self.db, *def).substitute(*args);
                Some(Ty::new(TyKind::FnPtr(sig)))
            }
            _ => None,
        }
    }

    /// `PartialEq::eq`
    pub fn partial_eq_method(&self) -> Option<DefId> {
        let trait_ = vez_hir::lang_item(self.db, Name::new("eq"))?;
        let items = vez_traits::associated_items(self.db, trait_);
        items.find(vez_base::name::EQ, vez_traits::AssocKind::Fn).map(|item| item.def)
    }

    /// The function that gives a box's memory back without dropping what it held.
    pub fn box_free(&self) -> Option<DefId> {
        vez_hir::lang_item(self.db, Name::new("box_free"))
    }

    /// The owner's own parameters as arguments: what types inside the body speak of.
    pub fn identity_args(&self) -> GenericArgs {
        vez_traits::identity_args(self.db, self.owner)
    }
}

/// The types that implement `Drop`.
fn drop_impls(db: &dyn Db) -> &FxHashSet<DefId> {
    drop_impls_query(db, (), ())
}

#[salsa::tracked(returns(ref))]
fn drop_impls_query(db: &dyn Db, _: (), _: ()) -> FxHashSet<DefId> {
    let Some(drop) = lang_items(db).drop else { return FxHashSet::default() };
    let impls = vez_hir::trait_impl_candidates(db, drop);
    impls
        .iter()
        .filter_map(|&impl_| vez_traits::impl_trait_ref(db, impl_))
        .filter(|trait_ref| trait_ref.trait_ == drop)
        .filter_map(|trait_ref| match trait_ref.self_ty().kind() {
            TyKind::Adt(def, _) => Some(*def),
            _ => None,
        })
        .collect()
}
