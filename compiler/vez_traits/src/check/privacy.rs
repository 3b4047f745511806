//! E0446: whoever may name a trait's associated type must be able to name what it is.
//!
//! An impl of a trait is as visible as the least visible of the trait and the types in its header; what its associated types are
//! must be at least as visible as that. Only definitions of the same crate count.

use crate::collect::{impl_header, type_of};
use vez_base::{DefId, DefKind};
use vez_db::Db;
use vez_diag::Diagnostic;
use vez_diag::registry::PrivateInPublic;
use vez_hir::Visibility;
use vez_types::{DynTy, Folder, Ty, TyKind};

/// The value of an associated type of an impl.
pub(super) fn assoc_type(db: &dyn Db, def: DefId, out: &mut Vec<Diagnostic>) {
    let Some(impl_) = def.parent_def().filter(|owner| owner.kind() == DefKind::Impl) else {
        return;
    };
    let Some(header) = impl_header(db, impl_).trait_ref else { return };
    let mut named = Named { db, crate_of: def, found: Vec::new() };
    named.add(header.trait_);
    named.fold_args(header.args);
    let required = named.least_visible();
    named.found.clear();
    named.fold_ty(type_of(db, def));
    let hidden =
        named.found.iter().find(|&&found| !at_least(vez_hir::visibility(db, found), required));
    if let Some(&hidden) = hidden {
        let (what, name) = (hidden.kind().describe(), hidden.name());
        let report = PrivateInPublic { what, name }.at(vez_hir::name_span(db, def));
        out.push(report.label(vez_hir::name_span(db, hidden), "declared as private here"));
    }
}

/// Whether everyone who may see something of visibility `required` may see this too.
fn at_least(visibility: Visibility, required: Visibility) -> bool {
    match (visibility, required) {
        (Visibility::Public, _) => true,
        (Visibility::In(_), Visibility::Public) => false,
        (Visibility::In(outer), Visibility::In(inner)) => {
            inner.ancestors().any(|module| module == outer)
        }
    }
}

/// The types and traits of one crate that types name.
struct Named<'db> {
    db: &'db dyn Db,
    /// Something of that crate.
    crate_of: DefId,
    found: Vec<DefId>,
}

impl Named<'_> {
    fn add(&mut self, def: DefId) {
        let db = self.db;
        if vez_hir::crate_of(db, def) == vez_hir::crate_of(db, self.crate_of) {
            self.found.push(def);
        }
    }

    fn least_visible(&self) -> Visibility {
        let all = self.found.iter().map(|&def| vez_hir::visibility(self.db, def));
        all.fold(Visibility::Public, |least, next| if at_least(next, least) { least } else { next })
    }
}

impl Folder for Named<'_> {
    fn fold_ty(&mut self, ty: Ty) -> Ty {
        match ty.kind() {
            TyKind::Adt(def, _) => self.add(*def),
            TyKind::Projection(assoc, _) => {
                if let Some(trait_) = assoc.parent_def() {
                    self.add(trait_);
                }
            }
            TyKind::Dyn(DynTy { principal, autos, .. }) => {
                principal.iter().for_each(|(trait_, _)| self.add(*trait_));
                autos.iter().for_each(|&auto| self.add(auto));
            }
            _ => {}
        }
        self.super_fold_ty(ty)
    }
}
