//! An `impl Trait` that hides a type with the same `impl Trait` in it.

use crate::thir_body;
use vez_base::{DefId, FxHashSet};
use vez_db::Db;
use vez_diag::Diagnostic;
use vez_diag::registry::EndlessOpaque;
use vez_types::{Flags, Folder, Ty, TyKind};

/// E0720: what the function returns contains itself.
pub fn opaque_cycle(db: &dyn Db, def: DefId) -> Option<Diagnostic> {
    let hidden = &thir_body(db, def).value.opaques;
    let is_endless = |(index, &ty): (usize, &Ty)| {
        let mut search =
            Search { db, wanted: (def, index as u32), seen: FxHashSet::default(), found: false };
        search.fold_ty(ty);
        search.found
    };
    let endless = hidden.iter().enumerate().any(is_endless);
    endless.then(|| EndlessOpaque.at(vez_hir::name_span(db, def)))
}

/// Looks into what opaque types hide.
struct Search<'db> {
    db: &'db dyn Db,
    wanted: (DefId, u32),
    seen: FxHashSet<(DefId, u32)>,
    found: bool,
}

impl Folder for Search<'_> {
    fn fold_ty(&mut self, ty: Ty) -> Ty {
        if self.found || !ty.has(Flags::OPAQUE) {
            return ty;
        }
        if let TyKind::Opaque(def, index, _) = *ty.kind() {
            if (def, index) == self.wanted {
                self.found = true;
            } else if self.seen.insert((def, index))
                && let Some(&hidden) = thir_body(self.db, def).value.opaques.get(index as usize)
            {
                self.fold_ty(hidden);
            }
        }
        self.super_fold_ty(ty)
    }
}
