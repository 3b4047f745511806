//! The types of places and operands, regions and all.

use super::{RegionVid, Regions, closure_captures, regions_in};
use vez_mir::{Constant, ConstantKind, Operand, Place, Projection};
use vez_types::{Const, Flags, Region, Ty, TyKind};

impl Regions<'_> {
    /// The type of a place; the variables of its local's type run through it.
    pub(super) fn place_ty(&mut self, place: &Place) -> Ty {
        let mut ty = self.locals[place.local];
        let mut variant = 0;
        for &step in &place.projection {
            ty = self.step(ty, step, variant);
            variant = match step {
                Projection::Downcast(index) => index,
                _ => 0,
            };
        }
        ty
    }

    /// The regions in the value of a place: all of its local's, where its own cannot be told.
    pub(crate) fn held_by(&self, place: &Place) -> Vec<RegionVid> {
        let mut ty = self.locals[place.local];
        let mut variant = 0;
        for &step in &place.projection {
            ty = match step {
                Projection::Field(index, _) => match self.field(ty, index, variant) {
                    Some(field) => field,
                    None => return regions_in(self.locals[place.local]),
                },
                _ => vez_mir::project_ty(ty, step),
            };
            variant = match step {
                Projection::Downcast(index) => index,
                _ => 0,
            };
        }
        regions_in(ty)
    }

    /// The type of a field as it is declared.
    fn field(&self, ty: Ty, index: u32, variant: u32) -> Option<Ty> {
        match ty.kind() {
            TyKind::Tuple(types) => types.as_slice().get(index as usize).copied(),
            TyKind::Closure(_, args) => closure_captures(*args).get(index as usize).copied(),
            TyKind::Adt(def, args) => {
                let variant = self.facts.adt(*def).variants.get(variant as usize)?;
                Some(variant.fields.get(index as usize)?.ty.substitute(*args))
            }
            _ => None,
        }
    }

    pub(super) fn step(&mut self, ty: Ty, step: Projection, variant: u32) -> Ty {
        match (step, ty.kind()) {
            (Projection::Field(index, erased), _) => match self.field(ty, index, variant) {
                Some(found) => self.resolve_or(found, erased),
                None => self.renumber(erased),
            },
            (Projection::Subslice { from, to }, TyKind::Array(elem, len)) => match len.as_value() {
                Some(len) => {
                    let len = len.saturating_sub((from + to).into());
                    Ty::new(TyKind::Array(*elem, Const::value(len)))
                }
                None => ty,
            },
            _ => vez_mir::project_ty(ty, step),
        }
    }

    /// A type of a signature, normalised; the erased type, if the two differ.
    pub(super) fn resolve_or(&mut self, ty: Ty, erased: Ty) -> Ty {
        let ty = self.renumber(ty);
        let ty = self.normalize(ty);
        if self.forget(ty) == erased.erase_regions() { ty } else { self.renumber(erased) }
    }

    pub(super) fn operand_ty(&mut self, operand: &Operand) -> Ty {
        match operand {
            Operand::Copy(place) | Operand::Move(place) => self.place_ty(place),
            Operand::Const(constant) => self.constant_ty(constant),
        }
    }

    /// References in constants live forever.
    pub(super) fn constant_ty(&mut self, constant: &Constant) -> Ty {
        let lives_forever = matches!(
            constant.kind,
            ConstantKind::Str(_)
                | ConstantKind::ByteStr(_)
                | ConstantKind::CStr(_)
                | ConstantKind::Promoted(_)
                | ConstantKind::StaticRef(_)
        );
        match constant.ty.kind() {
            TyKind::Ref(_, target, mutability) if lives_forever => {
                let target = self.static_ty(constant, *target);
                Ty::new(TyKind::Ref(Region::static_(), target, *mutability))
            }
            TyKind::RawPtr(target, mutability) if lives_forever => {
                let target = self.static_ty(constant, *target);
                Ty::new(TyKind::RawPtr(target, *mutability))
            }
            _ => match constant.kind {
                ConstantKind::Item(def, args) if constant.ty.has(Flags::ANY_REGION) => {
                    let declared = vez_traits::type_of(self.facts.db, def);
                    self.resolve_or(declared.substitute(args), constant.ty)
                }
                _ => self.renumber(constant.ty),
            },
        }
    }

    /// What a constant that is a reference or pointer refers to: for a static, what it is declared as.
    fn static_ty(&mut self, constant: &Constant, target: Ty) -> Ty {
        match constant.kind {
            ConstantKind::StaticRef(def) if target.has(Flags::ANY_REGION) => {
                let declared = vez_traits::type_of(self.facts.db, def);
                self.resolve_or(declared, target)
            }
            _ => self.renumber(target),
        }
    }
}
