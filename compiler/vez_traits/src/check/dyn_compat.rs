//! Which traits can be trait objects.

use crate::collect::{
    AssocKind, GenericParamKind, associated_items, fn_has_self, fn_sig, generics_of, predicates_of,
    requires_sized_self, supertraits,
};
use crate::lang::lang_items;
use vez_base::DefId;
use vez_db::{Db, Subject};
use vez_types::{Folder, Predicate, Ty, TyKind};

#[salsa::tracked(returns(clone), cycle_result = violation_cycle)]
fn violation_query<'db>(db: &'db dyn Db, trait_: Subject<'db>) -> Option<String> {
    supertraits(db, trait_.def(db)).iter().find_map(|&trait_| own_violation(db, trait_))
}

fn violation_cycle<'db>(_: &'db dyn Db, _: salsa::Id, _: Subject<'db>) -> Option<String> {
    None
}

/// Why a trait cannot be a trait object; `None` when it can.
pub fn dyn_violation(db: &dyn Db, trait_: DefId) -> Option<String> {
    violation_query(db, Subject::new(db, trait_))
}

fn own_violation(db: &dyn Db, trait_: DefId) -> Option<String> {
    let name = trait_.name();
    let sized = lang_items(db).sized;
    for (predicate, _) in &predicates_of(db, trait_).own {
        if let Predicate::Trait(bound) = predicate {
            let on_self = is_self(bound.self_ty());
            if on_self && sized == Some(bound.trait_) {
                return Some(format!("`{name}` requires `Self: Sized`"));
            }
            let args = bound.args.as_slice().iter().skip(1);
            let mut mentions = args.filter_map(|arg| match arg {
                vez_types::GenericArg::Ty(ty) => Some(*ty),
                _ => None,
            });
            if on_self && bound.trait_ != trait_ && mentions.any(mentions_self) {
                let of = bound.trait_.name();
                return Some(format!("`{name}` uses `Self` in its supertrait `{of}`"));
            }
        }
    }
    associated_items(db, trait_).iter().find_map(|item| {
        let at = format!("`{name}::{}`", item.name);
        match item.kind {
            _ if requires_sized_self(db, item.def) => None,
            AssocKind::Const => Some(format!("{at} is an associated constant")),
            AssocKind::Type => {
                let generic = !generics_of(db, item.def).params.is_empty();
                generic.then(|| format!("{at} is a generic associated type"))
            }
            AssocKind::Fn => method_violation(db, item.def).map(|why| format!("{at} {why}")),
        }
    })
}

fn method_violation(db: &dyn Db, method: DefId) -> Option<&'static str> {
    if !fn_has_self(db, method) {
        return Some("has no `self` parameter");
    }
    let generics = &generics_of(db, method).params;
    if generics.iter().any(|param| param.kind != GenericParamKind::Lifetime) {
        return Some("has generic parameters");
    }
    let sig = fn_sig(db, method);
    if sig.inputs().iter().skip(1).any(|&ty| mentions_self(ty)) {
        return Some("takes `Self` as an argument");
    }
    mentions_self(sig.output()).then_some("returns `Self`")
}

fn is_self(ty: Ty) -> bool {
    matches!(ty.kind(), TyKind::Param(param) if param.index == 0)
}

/// Whether `Self` itself is in a type; `Self::Assoc` is fine.
fn mentions_self(ty: Ty) -> bool {
    struct Search(bool);
    impl Folder for Search {
        fn fold_ty(&mut self, ty: Ty) -> Ty {
            match ty.kind() {
                TyKind::Param(param) => self.0 |= param.index == 0,
                TyKind::Projection(_, args) if is_self(args.ty_at(0)) => {}
                _ => {
                    self.super_fold_ty(ty);
                }
            }
            ty
        }
    }
    let mut search = Search(false);
    search.fold_ty(ty);
    search.0
}
