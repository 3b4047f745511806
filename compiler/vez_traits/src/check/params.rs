//! Generic parameters that nothing uses or determines.

use crate::collect::{
    GenericParamKind, adt_def, const_param_ty, generics_of, impl_header, predicates_of,
};
use crate::lang::lang_items;
use vez_base::{DefId, FxHashSet};
use vez_db::Db;
use vez_diag::Diagnostic;
use vez_diag::registry::*;
use vez_types::{Const, ConstKind, Folder, Predicate, Region, RegionKind, Ty, TyKind};

/// The parameters, of all kinds, inside types.
#[derive(Default)]
pub(super) struct Used {
    pub(super) params: FxHashSet<u32>,
    /// A projection does not determine its arguments.
    pub(super) skip_projections: bool,
}

impl Folder for Used {
    fn fold_ty(&mut self, ty: Ty) -> Ty {
        match ty.kind() {
            TyKind::Param(param) => {
                self.params.insert(param.index);
            }
            TyKind::Projection(..) if self.skip_projections => {}
            _ => {
                self.super_fold_ty(ty);
            }
        }
        ty
    }

    fn fold_region(&mut self, region: Region) -> Region {
        if let RegionKind::Param { index, .. } = region.kind() {
            self.params.insert(index);
        }
        region
    }

    fn fold_const(&mut self, constant: Const) -> Const {
        match constant.kind() {
            ConstKind::Param(param) => {
                self.params.insert(param.index);
            }
            ConstKind::Unevaluated(_, args) if !self.skip_projections => {
                self.fold_args(args);
            }
            _ => {}
        }
        constant
    }
}

/// The types of const parameters: integers, `bool` and `char`.
pub(super) fn const_param_types(db: &dyn Db, def: DefId, out: &mut Vec<Diagnostic>) {
    for (index, param) in generics_of(db, def).params.iter().enumerate() {
        if !matches!(param.kind, GenericParamKind::Const { .. }) {
            continue;
        }
        let ty = const_param_ty(db, def, index as u32);
        match ty.kind() {
            TyKind::Int(_) | TyKind::Bool | TyKind::Char | TyKind::Error => {}
            TyKind::Param(_) => out.push(ParamTypeDependsOnParam.at(param.span)),
            _ => {
                let note = "only integers, `bool` and `char` can";
                out.push(BadConstParamType { ty }.at(param.span).note(note));
            }
        }
    }
}

/// E0392: every type and lifetime parameter of a type stands in a field.
pub(super) fn unused_params(db: &dyn Db, def: DefId, out: &mut Vec<Diagnostic>) {
    let generics = generics_of(db, def);
    if generics.params.is_empty() || lang_items(db).phantom_data == Some(def) {
        return;
    }
    let mut used = Used::default();
    for field in adt_def(db, def).all_fields() {
        used.fold_ty(field.ty);
    }
    for param in &generics.params {
        let may_be_unused = matches!(param.kind, GenericParamKind::Const { .. });
        if !may_be_unused && !used.params.contains(&param.index) {
            let help = "remove it, or use it in a `PhantomData` field";
            out.push(UnusedParam { name: param.name }.at(param.span).help(help));
        }
    }
}

/// E0207: the trait and type of an impl determine its parameters, associated types through bounds included.
pub(super) fn unconstrained_params(db: &dyn Db, impl_: DefId, out: &mut Vec<Diagnostic>) {
    let generics = generics_of(db, impl_);
    if generics.params.is_empty() {
        return;
    }
    let header = impl_header(db, impl_);
    let mut used = Used { skip_projections: true, ..Used::default() };
    used.fold_ty(header.self_ty);
    if let Some(trait_ref) = header.trait_ref {
        used.fold_trait_ref(trait_ref);
    }
    let clauses = predicates_of(db, impl_).own.iter();
    let projections = clauses.filter_map(|(predicate, _)| match predicate {
        Predicate::Projection { args, ty, .. } => Some((*args, *ty)),
        _ => None,
    });
    let projections: Vec<_> = projections.collect();
    loop {
        let before = used.params.len();
        for &(args, ty) in &projections {
            let mut inputs = Used::default();
            inputs.fold_args(args);
            if inputs.params.is_subset(&used.params) {
                used.fold_ty(ty);
            }
        }
        if used.params.len() == before {
            break;
        }
    }
    for param in &generics.params {
        let determined = used.params.contains(&param.index);
        if !determined && param.kind != GenericParamKind::Lifetime {
            out.push(UnconstrainedParam { name: param.name }.at(param.span));
        }
    }
}
