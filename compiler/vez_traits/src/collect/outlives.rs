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
        let mut implied = Implied { found };
        for field in adt_def(db, def).all_fields() {
            each_outlives(db, field.ty, &mut |predicate| match predicate {
                Predicate::TypeOutlives(ty, region) => implied.outlives(ty, region),
                Predicate::RegionOutlives(long, short) => implied.regions(long, short),
                _ => {}
            });
        }
        found = implied.found;
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

/// Predicates about parameters, taken from those about the types of fields.
struct Implied {
    found: Vec<Predicate>,
}

impl Implied {
    /// Everything that a type holds outlives a region.
    fn outlives(&mut self, ty: Ty, region: Region) {
        if !matches!(region.kind(), RegionKind::Param { .. }) {
            return;
        }
        match ty.kind() {
            // Parameters alone, so that types inside of themselves come to an end.
            TyKind::Param(_) => self.add(Predicate::TypeOutlives(ty, region)),
            TyKind::Ref(inner, target, _) => {
                self.regions(*inner, region);
                self.outlives(*target, region);
            }
            TyKind::Adt(_, args) => {
                for arg in args.as_slice() {
                    match *arg {
                        GenericArg::Ty(ty) => self.outlives(ty, region),
                        GenericArg::Region(inner) => self.regions(inner, region),
                        GenericArg::Const(_) => {}
                    }
                }
            }
            TyKind::Tuple(types) => {
                types.as_slice().iter().for_each(|&ty| self.outlives(ty, region));
            }
            TyKind::Array(elem, _) | TyKind::Slice(elem) => self.outlives(*elem, region),
            TyKind::RawPtr(target, _) => self.outlives(*target, region),
            TyKind::Dyn(dynamic) => self.regions(dynamic.region, region),
            _ => {}
        }
    }

    fn regions(&mut self, long: Region, short: Region) {
        let is_param = |region: Region| matches!(region.kind(), RegionKind::Param { .. });
        if long != short && is_param(long) && is_param(short) {
            self.add(Predicate::RegionOutlives(long, short));
        }
    }

    fn add(&mut self, predicate: Predicate) {
        if !self.found.contains(&predicate) {
            self.found.push(predicate);
        }
    }
}
