//! Variance of the parameters of structs, enums and unions: how a type may change when an argument does.

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
    /// The variance of what a pointer points to.
    pub(crate) fn behind(mutability: Mutability) -> Variance {
        match mutability {
            Mutability::Mut => Variance::Invariant,
            Mutability::Not => Variance::Covariant,
        }
    }

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

/// The least fixed point: a type inside of itself starts from using none of its parameters.
#[salsa::tracked(returns(ref), cycle_initial = unused)]
fn variances_query<'db>(db: &'db dyn Db, subject: Subject<'db>) -> Vec<Variance> {
    let adt = adt_def(db, subject.def(db));
    let start = if adt.flags.is_unsafe_cell {
        Variance::Invariant
    } else if adt.flags.is_phantom_data || adt.flags.is_box {
        Variance::Covariant
    } else {
        Variance::Bivariant
    };
    let mut uses = Uses { db, of_params: vec![start; param_count(db, subject)] };
    if start == Variance::Bivariant {
        adt.all_fields().for_each(|field| uses.visit(field.ty, Variance::Covariant));
    }
    uses.of_params
}

fn unused(db: &dyn Db, _: salsa::Id, subject: Subject<'_>) -> Vec<Variance> {
    vec![Variance::Bivariant; param_count(db, subject)]
}

fn param_count(db: &dyn Db, subject: Subject<'_>) -> usize {
    vez_traits::generics_of(db, subject.def(db)).count() as usize
}

/// How one type's fields use its parameters.
struct Uses<'db> {
    db: &'db dyn Db,
    of_params: Vec<Variance>,
}

impl Uses<'_> {
    fn note(&mut self, index: u32, variance: Variance) {
        if let Some(slot) = self.of_params.get_mut(index as usize) {
            *slot = slot.join(variance);
        }
    }

    fn region(&mut self, region: Region, variance: Variance) {
        if let RegionKind::Param { index, .. } = region.kind() {
            self.note(index, variance);
        }
    }

    fn args(&mut self, args: GenericArgs, variance: impl Fn(usize) -> Variance) {
        for (index, arg) in args.as_slice().iter().enumerate() {
            match arg {
                GenericArg::Ty(ty) => self.visit(*ty, variance(index)),
                GenericArg::Region(region) => self.region(*region, variance(index)),
                GenericArg::Const(_) => {}
            }
        }
    }

    fn visit(&mut self, ty: Ty, variance: Variance) {
        use Variance::{Contravariant, Invariant};
        match ty.kind() {
            TyKind::Param(param) => self.note(param.index, variance),
            TyKind::Ref(region, target, mutability) => {
                self.region(*region, variance);
                self.visit(*target, variance.then(inner_of(*mutability)));
            }
            TyKind::RawPtr(target, mutability) => {
                self.visit(*target, variance.then(inner_of(*mutability)));
            }
            TyKind::Tuple(types) => {
                types.as_slice().iter().for_each(|&ty| self.visit(ty, variance));
            }
            TyKind::Array(elem, _) | TyKind::Slice(elem) => self.visit(*elem, variance),
            TyKind::Adt(def, args) => {
                let inner = variances(self.db, *def);
                let of =
                    |index: usize| variance.then(inner.get(index).copied().unwrap_or(Invariant));
                self.args(*args, of);
            }
            TyKind::FnPtr(sig) => {
                let flipped = variance.then(Contravariant);
                sig.inputs().iter().for_each(|&ty| self.visit(ty, flipped));
                self.visit(sig.output(), variance);
            }
            TyKind::Dyn(dynamic) => {
                self.region(dynamic.region, variance);
                if let Some((_, args)) = dynamic.principal {
                    self.args(args, |_| Invariant);
                }
                dynamic.projections.iter().for_each(|(_, ty)| self.visit(*ty, Invariant));
            }
            TyKind::FnDef(_, args)
            | TyKind::Closure(_, args)
            | TyKind::Projection(_, args)
            | TyKind::Opaque(_, _, args) => self.args(*args, |_| Invariant),
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
