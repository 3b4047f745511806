//! What must outlive what for a struct, enum or union to be well-formed: what is written, and what its fields imply (RFC 2093).

use super::adt::adt_def;
use super::generics::{GenericParamKind, generics_of};
use super::predicates::all_predicates;
use vez_base::DefId;
use vez_db::{Db, Subject};
use vez_types::{GenericArg, GenericArgs, Predicate, Region, RegionKind, Ty, TyKind};

/// The `T: 'a` and `'a: 'b` that hold of a type's arguments wherever the type is well-formed, in terms of its parameters.
pub fn outlives_of(db: &dyn Db, adt: DefId) -> &[Predicate] {
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
        let mut implied = Implied { db, found };
        for field in adt_def(db, def).all_fields() {
            implied.walk(field.ty);
        }
        found = implied.found;
    }
    found
}

fn nothing(_: &dyn Db, _: salsa::Id, _: Subject<'_>) -> Vec<Predicate> {
    Vec::new()
}

struct Implied<'a> {
    db: &'a dyn Db,
    found: Vec<Predicate>,
}

impl Implied<'_> {
    /// What a type inside of a field asks for.
    fn walk(&mut self, ty: Ty) {
        match ty.kind() {
            TyKind::Ref(region, target, _) => {
                self.outlives(*target, *region);
                self.walk(*target);
            }
            TyKind::Adt(def, args) => {
                for predicate in outlives_of(self.db, *def) {
                    match predicate.substitute(*args) {
                        Predicate::TypeOutlives(ty, region) => self.outlives(ty, region),
                        Predicate::RegionOutlives(long, short) => self.regions(long, short),
                        _ => {}
                    }
                }
                self.walk_args(*args);
            }
            TyKind::Tuple(types) => types.as_slice().iter().for_each(|&ty| self.walk(ty)),
            TyKind::Array(elem, _) | TyKind::Slice(elem) => self.walk(*elem),
            TyKind::RawPtr(target, _) => self.walk(*target),
            TyKind::Dyn(dynamic) => {
                if let Some((_, args)) = dynamic.principal {
                    self.walk_args(args);
                }
            }
            _ => {}
        }
    }

    fn walk_args(&mut self, args: GenericArgs) {
        for arg in args.as_slice() {
            if let GenericArg::Ty(ty) = arg {
                self.walk(*ty);
            }
        }
    }

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
