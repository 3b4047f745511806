//! Putting bindings in place of variables.

use super::context::InferCtxt;
use vez_types::{Const, ConstKind, Flags, Folder, Region, Ty, TyKind};

/// Replaces bound variables, all the way down.
pub struct Resolver<'a, 'db> {
    infcx: &'a InferCtxt<'db>,
}

impl<'a, 'db> Resolver<'a, 'db> {
    pub fn new(infcx: &'a InferCtxt<'db>) -> Resolver<'a, 'db> {
        Resolver { infcx }
    }
}

impl Folder for Resolver<'_, '_> {
    fn fold_ty(&mut self, ty: Ty) -> Ty {
        if !ty.has_infer() {
            return ty;
        }
        let ty = self.infcx.shallow(ty);
        match ty.kind() {
            TyKind::Infer(_) => ty,
            _ => self.super_fold_ty(ty),
        }
    }

    fn fold_const(&mut self, constant: Const) -> Const {
        let constant = self.infcx.shallow_const(constant);
        match constant.kind() {
            ConstKind::Unevaluated(def, args) => {
                Const::new(ConstKind::Unevaluated(def, self.fold_args(args)))
            }
            _ => constant,
        }
    }
}

/// Replaces what is still unknown at a body's end by `Ty::error()`, and regions by `Erased` unless they are kept.
pub(super) struct Poison {
    pub(super) keeps_regions: bool,
}

impl Folder for Poison {
    fn fold_ty(&mut self, ty: Ty) -> Ty {
        match ty.kind() {
            TyKind::Infer(_) => Ty::error(),
            _ if ty.has(Flags::INFER | Flags::REGION) => self.super_fold_ty(ty),
            _ => ty,
        }
    }

    fn fold_region(&mut self, region: Region) -> Region {
        if self.keeps_regions { region } else { Region::erased() }
    }

    fn fold_const(&mut self, constant: Const) -> Const {
        match constant.kind() {
            ConstKind::Infer(_) => Const::new(ConstKind::Error),
            ConstKind::Unevaluated(def, args) => {
                Const::new(ConstKind::Unevaluated(def, self.fold_args(args)))
            }
            _ => constant,
        }
    }
}
