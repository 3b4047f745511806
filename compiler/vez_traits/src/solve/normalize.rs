//! Types without projections, as far as they are known.

use super::fulfill::FulfillCtxt;
use super::obligation::{Obligation, ObligationCause};
use super::project::{Projected, trait_ref_of};
use crate::hooks;
use crate::infer::{InferCtxt, VarKind, VarOrigin};
use vez_base::limits;
use vez_types::{Const, ConstKind, Flags, Folder, GenericArgs, Predicate, Ty, TyKind};

const INTERESTING: Flags =
    Flags::PROJECTION.union(Flags::UNEVALUATED).union(Flags::OPAQUE).union(Flags::INFER);

impl<'db> InferCtxt<'db> {
    /// The type with projections replaced: by what they are, by themselves when nothing is known of them, or by a variable and an
    /// obligation that decides it later. Regions are expected to be erased.
    pub fn normalize(&mut self, ty: Ty, cause: ObligationCause, out: &mut Vec<Obligation>) -> Ty {
        self.normalize_at(ty, cause, 0, out)
    }

    /// Like [`normalize`](Self::normalize), with everything decided that can be. For types outside of bodies, where nothing is left
    /// to infer; what does not hold is reported elsewhere.
    pub fn normalize_now(&mut self, ty: Ty) -> Ty {
        let mut obligations = Vec::new();
        let ty = self.normalize(ty.erase_regions(), ObligationCause::dummy(), &mut obligations);
        self.settle(obligations);
        self.resolve(ty)
    }

    /// Works on obligations for the bindings they bring.
    pub(crate) fn settle(&mut self, obligations: Vec<Obligation>) {
        if !obligations.is_empty() {
            let mut fulfill = FulfillCtxt::new();
            fulfill.register_all(obligations);
            fulfill.select_where_possible(self);
        }
    }

    pub(crate) fn normalize_at(
        &mut self,
        ty: Ty,
        cause: ObligationCause,
        depth: u32,
        out: &mut Vec<Obligation>,
    ) -> Ty {
        if !self.needs_normalizing(ty.flags()) {
            return ty;
        }
        let ty = self.resolve(ty);
        Normalizer { infcx: self, cause, depth, out }.fold_ty(ty)
    }

    pub(crate) fn normalize_args(
        &mut self,
        args: GenericArgs,
        cause: ObligationCause,
        depth: u32,
        out: &mut Vec<Obligation>,
    ) -> GenericArgs {
        if !self.needs_normalizing(args.flags()) {
            return args;
        }
        let args = self.resolve_args(args);
        Normalizer { infcx: self, cause, depth, out }.fold_args(args)
    }

    pub(crate) fn normalize_predicate(
        &mut self,
        predicate: Predicate,
        cause: ObligationCause,
        depth: u32,
        out: &mut Vec<Obligation>,
    ) -> Predicate {
        let predicate = self.resolve_predicate(predicate);
        Normalizer { infcx: self, cause, depth, out }.fold_predicate(predicate)
    }

    fn needs_normalizing(&self, flags: Flags) -> bool {
        let interesting = Flags::PROJECTION | Flags::UNEVALUATED;
        flags.intersects(interesting) || (self.reveal && flags.intersects(Flags::OPAQUE))
    }

    /// What a projection led to may hold further projections; endless chains end in an error.
    pub(super) fn normalize_deeper(
        &mut self,
        ty: Ty,
        cause: ObligationCause,
        depth: u32,
        out: &mut Vec<Obligation>,
    ) -> Ty {
        if !self.needs_normalizing(ty.flags()) {
            return ty;
        }
        if self.cache.projecting as usize >= limits::TRAIT_DEPTH {
            return Ty::error();
        }
        self.cache.projecting += 1;
        let ty = self.normalize_at(ty, cause, depth + 1, out);
        self.cache.projecting -= 1;
        ty
    }
}

struct Normalizer<'a, 'db> {
    infcx: &'a mut InferCtxt<'db>,
    cause: ObligationCause,
    depth: u32,
    out: &'a mut Vec<Obligation>,
}

impl Folder for Normalizer<'_, '_> {
    fn fold_ty(&mut self, ty: Ty) -> Ty {
        if !ty.has(INTERESTING) {
            return ty;
        }
        match ty.kind() {
            TyKind::Projection(assoc, args) => {
                let args = self.fold_args(*args);
                let args = self.infcx.resolve_args(args);
                self.project(*assoc, args)
            }
            TyKind::Opaque(def, index, args) if self.infcx.reveal => {
                let args = self.fold_args(*args);
                match hooks::opaque_type(self.infcx.db, *def, *index) {
                    Some(hidden) => {
                        let hidden = hidden.substitute(args).erase_regions();
                        self.infcx.normalize_deeper(hidden, self.cause, self.depth, self.out)
                    }
                    None => Ty::error(),
                }
            }
            TyKind::Infer(_) => self.infcx.shallow(ty),
            _ => self.super_fold_ty(ty),
        }
    }

    fn fold_const(&mut self, constant: Const) -> Const {
        let ConstKind::Unevaluated(def, args) = constant.kind() else {
            return self.infcx.shallow_const(constant);
        };
        let args = self.fold_args(args);
        let hook = self.infcx.db.const_eval();
        match hook.filter(|_| !args.has(Flags::INFER | Flags::PARAM)) {
            Some(hook) => match hook(self.infcx.db, def, args.raw()) {
                Ok(bits) => Const::value(bits),
                Err(_) => Const::new(ConstKind::Error),
            },
            None => Const::new(ConstKind::Unevaluated(def, args)),
        }
    }
}

impl Normalizer<'_, '_> {
    fn project(&mut self, assoc: vez_base::DefId, args: GenericArgs) -> Ty {
        if self.depth as usize > limits::TRAIT_DEPTH {
            return Ty::error();
        }
        match self.infcx.project(assoc, args, self.cause, self.depth) {
            Projected::Known(ty, nested) => {
                self.out.extend(nested);
                ty
            }
            Projected::Rigid => Ty::new(TyKind::Projection(assoc, args)),
            Projected::Ambiguous => {
                let origin = VarOrigin { span: self.cause.span, param: Some(assoc.name()) };
                let ty = self.infcx.fresh_var(VarKind::General, origin);
                let predicate = Predicate::Projection { assoc, args, ty };
                self.out.push(Obligation { predicate, cause: self.cause, depth: self.depth });
                ty
            }
            Projected::Error => {
                // The unmet requirement is what gets reported.
                if let Some(trait_ref) = trait_ref_of(self.infcx.db, assoc, args) {
                    let predicate = Predicate::Trait(trait_ref);
                    self.out.push(Obligation { predicate, cause: self.cause, depth: self.depth });
                }
                Ty::error()
            }
        }
    }
}
