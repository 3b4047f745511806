//! Variance of the parameters of structs, enums and unions: how a type may change when an argument does.

use rustc_hash::FxHashMap;
use vez_base::DefId;
use vez_db::{Db, Subject};
use vez_traits::adt_def;
use vez_types::{GenericArg, GenericArgs, Mutability, Region, RegionKind, Ty, TyKind};

/// How a part follows the whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Variance {
    /// Not used.
    Bivariant,
    Covariant,
    Contravariant,
    Invariant,
}

impl Variance {
    /// The variance of a part inside a part.
    pub(crate) fn then(self, inner: Variance) -> Variance {
        use Variance::*;
        match (self, inner) {
            (Bivariant, _) | (_, Bivariant) => Bivariant,
            (Invariant, _) | (_, Invariant) => Invariant,
            (Covariant, inner) => inner,
            (Contravariant, Covariant) => Contravariant,
            (Contravariant, Contravariant) => Covariant,
        }
    }

    fn join(self, other: Variance) -> Variance {
        use Variance::*;
        match (self, other) {
            (Bivariant, other) | (other, Bivariant) => other,
            (a, b) if a == b => a,
            _ => Invariant,
        }
    }
}

/// The variance of each parameter of a type, in their numbering.
pub(crate) fn variances(db: &dyn Db, def: DefId) -> &[Variance] {
    variances_query(db, Subject::new(db, def))
}

/// All types that a definition's fields reach are solved together: recursive types need the least fixed point.
#[salsa::tracked(returns(ref))]
fn variances_query<'db>(db: &'db dyn Db, subject: Subject<'db>) -> Vec<Variance> {
    let def = subject.def(db);
    let mut solver = Solver { db, known: FxHashMap::default(), changed: true };
    solver.discover(def);
    while std::mem::take(&mut solver.changed) {
        let defs: Vec<DefId> = solver.known.keys().copied().collect();
        for def in defs {
            solver.update(def);
        }
    }
    solver.known.remove(&def).unwrap_or_default()
}

struct Solver<'db> {
    db: &'db dyn Db,
    known: FxHashMap<DefId, Vec<Variance>>,
    changed: bool,
}

impl Solver<'_> {
    fn discover(&mut self, def: DefId) {
        let mut open = vec![def];
        while let Some(def) = open.pop() {
            if self.known.contains_key(&def) {
                continue;
            }
            let count = vez_traits::generics_of(self.db, def).count() as usize;
            let adt = adt_def(self.db, def);
            let start = if adt.flags.is_unsafe_cell {
                Variance::Invariant
            } else if adt.flags.is_phantom_data || adt.flags.is_box {
                Variance::Covariant
            } else {
                Variance::Bivariant
            };
            self.known.insert(def, vec![start; count]);
            for field in adt.all_fields() {
                adts_in(field.ty, &mut open);
            }
        }
    }

    fn update(&mut self, def: DefId) {
        let adt = adt_def(self.db, def);
        if adt.flags.is_unsafe_cell || adt.flags.is_phantom_data || adt.flags.is_box {
            return;
        }
        let mut current = self.known[&def].clone();
        for field in adt.all_fields() {
            self.visit(field.ty, Variance::Covariant, &mut current);
        }
        if current != self.known[&def] {
            self.changed = true;
            self.known.insert(def, current);
        }
    }

    fn note(&self, index: u32, variance: Variance, into: &mut [Variance]) {
        if let Some(slot) = into.get_mut(index as usize) {
            *slot = slot.join(variance);
        }
    }

    fn region(&self, region: Region, variance: Variance, into: &mut [Variance]) {
        if let RegionKind::Param { index, .. } = region.kind() {
            self.note(index, variance, into);
        }
    }

    fn args(&self, args: GenericArgs, variance: impl Fn(usize) -> Variance, into: &mut [Variance]) {
        for (index, arg) in args.as_slice().iter().enumerate() {
            match arg {
                GenericArg::Ty(ty) => self.visit(*ty, variance(index), into),
                GenericArg::Region(region) => self.region(*region, variance(index), into),
                GenericArg::Const(_) => {}
            }
        }
    }

    fn visit(&self, ty: Ty, variance: Variance, into: &mut [Variance]) {
        use Variance::{Contravariant, Invariant};
        match ty.kind() {
            TyKind::Param(param) => self.note(param.index, variance, into),
            TyKind::Ref(region, target, mutability) => {
                self.region(*region, variance, into);
                self.visit(*target, variance.then(inner_of(*mutability)), into);
            }
            TyKind::RawPtr(target, mutability) => {
                self.visit(*target, variance.then(inner_of(*mutability)), into);
            }
            TyKind::Tuple(types) => {
                types.as_slice().iter().for_each(|&ty| self.visit(ty, variance, into));
            }
            TyKind::Array(elem, _) | TyKind::Slice(elem) => self.visit(*elem, variance, into),
            TyKind::Adt(def, args) => {
                let inner = self.known.get(def);
                let of = |index: usize| {
                    let inner = inner.and_then(|all| all.get(index)).copied();
                    variance.then(inner.unwrap_or(Invariant))
                };
                self.args(*args, of, into);
            }
            TyKind::FnPtr(sig) => {
                let flipped = variance.then(Contravariant);
                sig.inputs().iter().for_each(|&ty| self.visit(ty, flipped, into));
                self.visit(sig.output(), variance, into);
            }
            TyKind::Dyn(dynamic) => {
                self.region(dynamic.region, variance, into);
                if let Some((_, args)) = dynamic.principal {
                    self.args(args, |_| Invariant, into);
                }
                dynamic.projections.iter().for_each(|(_, ty)| self.visit(*ty, Invariant, into));
            }
            TyKind::FnDef(_, args)
            | TyKind::Closure(_, args)
            | TyKind::Projection(_, args)
            | TyKind::Opaque(_, _, args) => self.args(*args, |_| Invariant, into),
            _ => {}
        }
    }
}

fn inner_of(mutability: Mutability) -> Variance {
    match mutability {
        Mutability::Mut => Variance::Invariant,
        Mutability::Not => Variance::Covariant,
    }
}

fn adts_in(ty: Ty, found: &mut Vec<DefId>) {
    struct Collect<'a>(&'a mut Vec<DefId>);
    impl vez_types::Folder for Collect<'_> {
        fn fold_ty(&mut self, ty: Ty) -> Ty {
            if let TyKind::Adt(def, _) = ty.kind() {
                self.0.push(*def);
            }
            self.super_fold_ty(ty)
        }
    }
    vez_types::Folder::fold_ty(&mut Collect(found), ty);
}
