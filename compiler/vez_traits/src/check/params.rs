//! Generic parameters that nothing uses or determines.

use crate::collect::{
    AssocKind, GenericParamDef, GenericParamKind, adt_def, associated_items, const_param_ty,
    generics_of, impl_header, predicates_of, type_of,
};
use crate::lang::lang_items;
use vez_base::{DefId, FxHashSet};
use vez_db::{Db, Subject};
use vez_diag::Diagnostic;
use vez_diag::registry::*;
use vez_types::{Const, ConstKind, Flags, Folder, Predicate, Region, RegionKind, Ty, TyKind};

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
            _ => {
                let note = "only integers, `bool` and `char` can";
                out.push(BadConstParamType { ty }.at(param.span).note(note));
            }
        }
    }
}

/// A parameter as it is written.
fn spelled(param: &GenericParamDef) -> String {
    match param.kind {
        GenericParamKind::Lifetime => format!("'{}", param.name),
        _ => param.name.to_string(),
    }
}

fn params_in(ty: Ty) -> FxHashSet<u32> {
    let mut used = Used::default();
    used.fold_ty(ty);
    used.params
}

/// E0392: every type and lifetime parameter of a type stands in a field, and not only where the type names itself.
pub(super) fn unused_params(db: &dyn Db, def: DefId, out: &mut Vec<Diagnostic>) {
    let generics = generics_of(db, def);
    if generics.params.is_empty() || lang_items(db).phantom_data == Some(def) {
        return;
    }
    let mut named = FxHashSet::default();
    for field in adt_def(db, def).all_fields() {
        named.extend(params_in(field.ty));
    }
    let mut used = Used { params: used_params(db, def).clone(), skip_projections: true };
    add_determined(db, def, &mut used);
    for param in &generics.params {
        let may_be_unused = matches!(param.kind, GenericParamKind::Const { .. });
        if !may_be_unused && !used.params.contains(&param.index) {
            let report = UnusedParam { name: spelled(param) }.at(param.span);
            out.push(match named.contains(&param.index) {
                true => report.note("the type names it only to name itself"),
                false => report.help("remove it, or use it in a `PhantomData` field"),
            });
        }
    }
}

/// The parameters that a value of the type can tell apart: those of its fields, through types of its own crate as far as these use theirs.
fn used_params(db: &dyn Db, adt: DefId) -> &FxHashSet<u32> {
    used_params_query(db, Subject::new(db, adt))
}

#[salsa::tracked(returns(ref), cycle_initial = nothing)]
fn used_params_query<'db>(db: &'db dyn Db, adt: Subject<'db>) -> FxHashSet<u32> {
    let def = adt.def(db);
    let adt = adt_def(db, def);
    // A type that is not known may use them all, as `PhantomData` does.
    if adt.flags.is_phantom_data || adt.all_fields().any(|field| field.ty.has(Flags::ERROR)) {
        return generics_of(db, def).params.iter().map(|param| param.index).collect();
    }
    let crate_ = vez_hir::crate_of(db, def);
    let mut fields = FieldUses { db, crate_, used: Used::default() };
    for field in adt.all_fields() {
        fields.fold_ty(field.ty);
    }
    fields.used.params
}

fn nothing(_: &dyn Db, _: salsa::Id, _: Subject<'_>) -> FxHashSet<u32> {
    FxHashSet::default()
}

/// Collects what the types of fields use.
struct FieldUses<'db> {
    db: &'db dyn Db,
    crate_: vez_db::CrateId,
    used: Used,
}

impl Folder for FieldUses<'_> {
    fn fold_ty(&mut self, ty: Ty) -> Ty {
        match ty.kind() {
            TyKind::Adt(def, args) if vez_hir::crate_of(self.db, *def) == self.crate_ => {
                let used = used_params(self.db, *def);
                for (index, &arg) in args.as_slice().iter().enumerate() {
                    if used.contains(&(index as u32)) {
                        self.fold_arg(arg);
                    }
                }
            }
            // In a projection everything counts.
            TyKind::Param(_) | TyKind::Projection(..) => {
                self.used.fold_ty(ty);
            }
            _ => {
                self.super_fold_ty(ty);
            }
        }
        ty
    }

    fn fold_region(&mut self, region: Region) -> Region {
        self.used.fold_region(region)
    }

    fn fold_const(&mut self, constant: Const) -> Const {
        self.used.fold_const(constant)
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
    add_determined(db, impl_, &mut used);
    // A lifetime may be any, unless an associated type would then be many types.
    let mut in_types = Used::default();
    for item in associated_items(db, impl_).of_kind(AssocKind::Type) {
        in_types.fold_ty(type_of(db, item.def));
    }
    for param in &generics.params {
        let determined = used.params.contains(&param.index);
        let matters =
            param.kind != GenericParamKind::Lifetime || in_types.params.contains(&param.index);
        if !determined && matters {
            out.push(UnconstrainedParam { name: spelled(param) }.at(param.span));
        }
    }
}

/// Adds the parameters that bounds on associated types determine by those already there: `T` in `I: Iterator<Item = T>`.
fn add_determined(db: &dyn Db, def: DefId, used: &mut Used) {
    let clauses = predicates_of(db, def).own.iter();
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
}
