//! What must outlive what for a struct, enum or union to be well-formed: what is written, and what its fields imply (RFC 2093).

use super::adt::adt_def;
use super::generics::{GenericParamKind, generics_of};
use super::predicates::all_predicates;
use vez_base::DefId;
use vez_db::{Db, Subject};
use vez_types::{GenericArg, GenericArgs, Predicate, Region, RegionKind, Ty, TyKind};

/// The `T: 'a` and `'a: 'b` that hold of a type's arguments wherever the type is well-formed, in terms of its parameters.
fn outlives_of(db: &dyn Db, adt: DefId) -> &[Predicate] {
    outlives_query(db, Subject::new(db, adt))
}

#[salsa::tracked(returns(ref), cycle_initial = nothing)]
fn outlives_query<'db>(db: &'db dyn Db, adt: Subject<'db>) -> Vec<Predicate> {
    let def = adt.def(db);
    let written = all_predicates(db, def).iter().map(|&(predicate, _)| predicate);
    let is_outlives =
        |p: &Predicate| matches!(p, Predicate::TypeOutlives(..) | Predicate::RegionOutlives(..));
    let mut found: Vec<Predicate> = written.filter(is_outlives).collect();
    // `'static` is never implied, so that without lifetimes nothing is.
    let params = &generics_of(db, def).params;
    if params.iter().any(|param| param.kind == GenericParamKind::Lifetime) {
        for field in adt_def(db, def).all_fields() {
            each_outlives(db, field.ty, &mut |predicate| {
                each_part_outlives(predicate, &mut |part| {
                    if is_of_params(part) && !found.contains(&part) {
                        found.push(part);
                    }
                });
            });
        }
    }
    found
}

fn nothing(_: &dyn Db, _: salsa::Id, _: Subject<'_>) -> Vec<Predicate> {
    Vec::new()
}

/// Calls `need` with what a type asks for to be well-formed: what references refer to outlives them, and what
/// [`outlives_of`] says of structs, enums and unions holds of their arguments.
pub fn each_outlives(db: &dyn Db, ty: Ty, need: &mut dyn FnMut(Predicate)) {
    match ty.kind() {
        TyKind::Ref(region, target, _) => {
            need(Predicate::TypeOutlives(*target, *region));
            each_outlives(db, *target, need);
        }
        TyKind::Adt(def, args) => {
            for predicate in outlives_of(db, *def) {
                need(predicate.substitute(*args));
            }
            each_outlives_of_args(db, *args, need);
        }
        TyKind::Tuple(types) => {
            types.as_slice().iter().for_each(|&ty| each_outlives(db, ty, need));
        }
        TyKind::Array(elem, _) | TyKind::Slice(elem) => each_outlives(db, *elem, need),
        TyKind::RawPtr(target, _) => each_outlives(db, *target, need),
        TyKind::Dyn(dynamic) => {
            if let Some((_, args)) = dynamic.principal {
                each_outlives_of_args(db, args, need);
            }
        }
        _ => {}
    }
}

fn each_outlives_of_args(db: &dyn Db, args: GenericArgs, need: &mut dyn FnMut(Predicate)) {
    for arg in args.as_slice() {
        if let GenericArg::Ty(ty) = arg {
            each_outlives(db, *ty, need);
        }
    }
}

/// Calls `part` with what a predicate says of the parts of its type; together they say the same (RFC 1214). The types among them are
/// parameters and associated types. What a fn pointer or closure holds is not looked at.
pub fn each_part_outlives(predicate: Predicate, part: &mut dyn FnMut(Predicate)) {
    match predicate {
        Predicate::TypeOutlives(ty, region) => type_outlives(ty, region, part),
        Predicate::RegionOutlives(..) => part(predicate),
        _ => {}
    }
}

fn type_outlives(ty: Ty, region: Region, part: &mut dyn FnMut(Predicate)) {
    match ty.kind() {
        TyKind::Param(_) | TyKind::Projection(..) => part(Predicate::TypeOutlives(ty, region)),
        TyKind::Ref(inner, target, _) => {
            part(Predicate::RegionOutlives(*inner, region));
            type_outlives(*target, region, part);
        }
        TyKind::Adt(_, args) => {
            for arg in args.as_slice() {
                match *arg {
                    GenericArg::Ty(ty) => type_outlives(ty, region, part),
                    GenericArg::Region(inner) => part(Predicate::RegionOutlives(inner, region)),
                    GenericArg::Const(_) => {}
                }
            }
        }
        TyKind::Tuple(types) => {
            types.as_slice().iter().for_each(|&ty| type_outlives(ty, region, part));
        }
        TyKind::Array(elem, _) | TyKind::Slice(elem) | TyKind::RawPtr(elem, _) => {
            type_outlives(*elem, region, part);
        }
        TyKind::Dyn(dynamic) => part(Predicate::RegionOutlives(dynamic.region, region)),
        _ => {}
    }
}

/// Whether a predicate is one that fields imply: about parameters alone, so that types inside of themselves come to an end.
fn is_of_params(predicate: Predicate) -> bool {
    let is_param = |region: Region| matches!(region.kind(), RegionKind::Param { .. });
    match predicate {
        Predicate::TypeOutlives(ty, region) => {
            matches!(ty.kind(), TyKind::Param(_)) && is_param(region)
        }
        Predicate::RegionOutlives(long, short) => {
            long != short && is_param(long) && is_param(short)
        }
        _ => false,
    }
}
