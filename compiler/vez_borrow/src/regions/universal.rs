//! The lifetimes that callers choose: those of the signature, and what it promises about them.

use super::{Regions, region_of};
use vez_base::{DefId, DefKind};
use vez_mir::{BodyKind, Local};
use vez_types::{GenericArg, Predicate, Region, RegionKind, Ty};

impl Regions<'_> {
    /// Gives every local its type, parameters and result by the signature.
    pub(super) fn signature(&mut self) {
        let body = self.body;
        if body.kind == BodyKind::Closure {
            return self.closure_signature();
        }
        let sig = (body.kind == BodyKind::Fn && is_fn(body.owner))
            .then(|| vez_traits::fn_sig(self.facts.db, body.owner));
        for (local, decl) in body.locals.iter_enumerated() {
            let index = local.index();
            let in_signature = local == Local::RETURN || body.is_param(local);
            let ty = match (&sig, in_signature) {
                (Some(sig), true) => {
                    let written = match index.checked_sub(1) {
                        Some(index) => sig.inputs().get(index).copied(),
                        None => Some(sig.output()),
                    };
                    self.signature_ty(written, decl.ty)
                }
                (None, true) => self.constant_result(decl.ty),
                _ => self.local_ty(local, decl),
            };
            self.locals.push(ty);
        }
        if let Some(sig) = &sig {
            self.promises();
            self.hidden_bounds();
            self.conform(sig);
        }
    }

    fn signature_ty(&mut self, written: Option<Ty>, erased: Ty) -> Ty {
        let Some(written) = written else { return self.renumber_free(erased) };
        let ty = self.renumber(written);
        let ty = self.normalize(ty);
        self.reveal(ty, erased.erase_regions())
    }

    /// References in constants live forever.
    fn constant_result(&mut self, ty: Ty) -> Ty {
        struct Forever;
        impl vez_types::Folder for Forever {
            fn fold_region(&mut self, region: Region) -> Region {
                match region.kind() {
                    RegionKind::Bound { .. } => region,
                    _ => region_of(Regions::STATIC),
                }
            }
        }
        let owner = self.body.owner;
        let declared = match owner.kind() {
            DefKind::Const | DefKind::Static => vez_traits::type_of(self.facts.db, owner),
            _ => ty,
        };
        let ty = if declared.erase_regions() == ty.erase_regions() { declared } else { ty };
        vez_types::Folder::fold_ty(&mut Forever, ty)
    }

    /// What where-clauses say, and what the types of the signature imply.
    fn promises(&mut self) {
        let db = self.facts.db;
        for &(clause, _) in vez_traits::all_predicates(db, self.body.owner) {
            match clause {
                Predicate::RegionOutlives(long, short) => self.promise(long, short),
                Predicate::TypeOutlives(ty, short) => {
                    let ty = self.renumber(ty);
                    let short = self.universal(short);
                    self.promise_params(ty, short);
                    for long in super::regions_in(ty) {
                        self.promise(region_of(long), short);
                    }
                }
                _ => {}
            }
        }
        for local in std::iter::once(Local::RETURN).chain(self.body.param_locals()) {
            self.implied_by(self.locals[local]);
        }
        if let Some(impl_) = self.body.owner.parent_def().filter(|def| def.kind() == DefKind::Impl)
        {
            let header = vez_traits::impl_header(db, impl_);
            let self_ty = self.renumber(header.self_ty);
            self.implied_by(self_ty);
            if let Some(trait_ref) = header.trait_ref {
                for arg in trait_ref.args.as_slice() {
                    if let GenericArg::Ty(ty) = arg {
                        let ty = self.renumber(*ty);
                        self.implied_by(ty);
                    }
                }
            }
        }
    }

    pub(super) fn universal(&mut self, region: Region) -> Region {
        match region.kind() {
            RegionKind::Param { .. } => region_of(self.param(region)),
            RegionKind::Static => region_of(Regions::STATIC),
            _ => region,
        }
    }

    pub(super) fn promise(&mut self, long: Region, short: Region) {
        let (long, short) = (self.universal(long), self.universal(short));
        if let (Some(long), Some(short)) = (self.vid(long), self.vid(short))
            && long != short
        {
            self.promised.push((long, short));
        }
    }

    /// A type that is there is well-formed: what a reference refers to outlives it, and types' own where-clauses hold.
    pub(super) fn implied_by(&mut self, ty: Ty) {
        let db = self.facts.db;
        vez_traits::each_outlives(db, ty, &mut |predicate| match predicate {
            Predicate::RegionOutlives(long, short) => self.promise(long, short),
            Predicate::TypeOutlives(ty, short) => {
                self.promise_params(ty, short);
                for long in super::regions_in(ty) {
                    self.promise(region_of(long), short);
                }
            }
            Predicate::Trait(_) | Predicate::Projection { .. } => {}
        });
    }
}

fn is_fn(def: DefId) -> bool {
    matches!(def.kind(), DefKind::Fn | DefKind::AssocFn)
}
