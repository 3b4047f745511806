//! The environment: where-clauses that are taken for true, supertraits and all.

use super::obligation::ObligationCause;
use crate::collect::{all_predicates, super_predicates};
use crate::infer::InferCtxt;
use std::hash::BuildHasher;
use std::sync::{LazyLock, RwLock};
use vez_base::{DefId, FxBuildHasher, FxHashMap, FxHashSet};
use vez_db::{Db, Subject};
use vez_types::{Flags, GenericArgs, Predicate, TraitRef, Ty};

/// An interned set of where-clauses, regions erased, supertraits included.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ParamEnv(u32);

#[derive(Default)]
struct EnvData {
    predicates: Vec<Predicate>,
    traits: FxHashMap<DefId, Vec<TraitRef>>,
    projections: FxHashMap<DefId, Vec<(GenericArgs, Ty)>>,
}

/// Environments by number and by content; they live as long as the process.
#[derive(Default)]
struct Envs {
    values: boxcar::Vec<EnvData>,
    ids: RwLock<FxHashMap<u64, Vec<u32>>>,
}

static ENVS: LazyLock<Envs> = LazyLock::new(|| {
    let envs = Envs::default();
    envs.values.push(EnvData::default());
    envs
});

impl ParamEnv {
    /// No where-clauses.
    pub const fn empty() -> ParamEnv {
        ParamEnv(0)
    }

    /// The environment in which these hold.
    pub fn new(predicates: Vec<Predicate>) -> ParamEnv {
        if predicates.is_empty() {
            return ParamEnv::empty();
        }
        let hash = FxBuildHasher.hash_one(&predicates);
        let mut ids = ENVS.ids.write().expect("no holder panics");
        let same_hash = ids.entry(hash).or_default();
        for &id in same_hash.iter() {
            if ENVS.values[id as usize].predicates == predicates {
                return ParamEnv(id);
            }
        }
        let id = ENVS.values.push(EnvData::new(predicates)) as u32;
        same_hash.push(id);
        ParamEnv(id)
    }

    /// The environment in which these elaborated clauses hold, with what they say of each other's associated types put in.
    pub(crate) fn normalized(db: &dyn Db, elaborated: Vec<Predicate>) -> ParamEnv {
        let has_projection = |predicate: &Predicate| match predicate {
            Predicate::Trait(trait_ref) => trait_ref.args.has(Flags::PROJECTION),
            Predicate::Projection { args, ty, .. } => {
                args.has(Flags::PROJECTION) || ty.has(Flags::PROJECTION)
            }
            _ => false,
        };
        if !elaborated.iter().any(has_projection) {
            return ParamEnv::new(elaborated);
        }
        normalize_clauses(db, elaborated, has_projection)
    }

    pub fn predicates(self) -> &'static [Predicate] {
        &self.data().predicates
    }

    /// The clauses about one trait.
    pub fn traits(self, trait_: DefId) -> &'static [TraitRef] {
        self.data().traits.get(&trait_).map_or(&[], Vec::as_slice)
    }

    /// The clauses that fix an associated type.
    pub fn projections(self, assoc: DefId) -> &'static [(GenericArgs, Ty)] {
        self.data().projections.get(&assoc).map_or(&[], Vec::as_slice)
    }

    /// Whether any clause fixes an associated type.
    pub(super) fn fixes_types(self) -> bool {
        !self.data().projections.is_empty()
    }

    fn data(self) -> &'static EnvData {
        &ENVS.values[self.0 as usize]
    }
}

impl EnvData {
    fn new(predicates: Vec<Predicate>) -> EnvData {
        let mut data = EnvData::default();
        for &predicate in &predicates {
            match predicate {
                Predicate::Trait(trait_ref) => {
                    data.traits.entry(trait_ref.trait_).or_default().push(trait_ref);
                }
                Predicate::Projection { assoc, args, ty } => {
                    data.projections.entry(assoc).or_default().push((args, ty));
                }
                Predicate::TypeOutlives(..) | Predicate::RegionOutlives(..) => {}
            }
        }
        data.predicates = predicates;
        data
    }
}

#[salsa::tracked(returns(copy))]
fn env_query<'db>(db: &'db dyn Db, def: Subject<'db>) -> ParamEnv {
    let clauses = all_predicates(db, def.def(db));
    let written = clauses.iter().map(|(predicate, _)| predicate.erase_regions());
    ParamEnv::normalized(db, elaborate(db, written.collect()))
}

/// `T::Item: Clone` next to `T: Iterator<Item = U>` is `U: Clone`.
fn normalize_clauses(
    db: &dyn Db,
    clauses: Vec<Predicate>,
    has_projection: impl Fn(&Predicate) -> bool,
) -> ParamEnv {
    let mut infcx = InferCtxt::new(db, ParamEnv::new(clauses.clone()));
    let normalized = clauses.into_iter().map(|clause| {
        if !has_projection(&clause) {
            return clause;
        }
        let mut obligations = Vec::new();
        let cause = ObligationCause::dummy();
        let result = infcx.normalize_predicate(clause, cause, 0, &mut obligations);
        infcx.settle(obligations);
        let result = infcx.resolve_predicate(result);
        let flags = match result {
            Predicate::Trait(trait_ref) => trait_ref.args.flags(),
            Predicate::Projection { args, ty, .. } => args.flags() | ty.flags(),
            _ => Flags::NONE,
        };
        if flags.intersects(Flags::INFER | Flags::ERROR) { clause } else { result }
    });
    let normalized: Vec<Predicate> = normalized.collect();
    ParamEnv::new(elaborate(db, normalized))
}

/// The where-clauses inside an item, its parents' included.
pub fn param_env(db: &dyn Db, def: DefId) -> ParamEnv {
    env_query(db, Subject::new(db, def))
}

/// Predicates and everything that follows from them by supertraits, lifetimes forgotten.
pub(crate) fn elaborate(db: &dyn Db, predicates: Vec<Predicate>) -> Vec<Predicate> {
    follow_supertraits(db, predicates, Predicate::erase_regions)
}

/// What is said of an item's parameters: its where-clauses, its parents' included, and what follows from them by supertraits.
pub fn elaborated_clauses(db: &dyn Db, def: DefId) -> Vec<Predicate> {
    let clauses = all_predicates(db, def).iter().map(|(clause, _)| *clause);
    follow_supertraits(db, clauses.collect(), |implied| implied)
}

fn follow_supertraits(
    db: &dyn Db,
    predicates: Vec<Predicate>,
    keep: impl Fn(Predicate) -> Predicate,
) -> Vec<Predicate> {
    let mut seen = FxHashSet::default();
    let mut all: Vec<Predicate> = predicates;
    all.retain(|predicate| is_for_solver(predicate) && seen.insert(*predicate));
    let mut next = 0;
    while let Some(&predicate) = all.get(next) {
        next += 1;
        let Predicate::Trait(trait_ref) = predicate else { continue };
        for (implied, _) in super_predicates(db, trait_ref.trait_) {
            let implied = keep(implied.substitute(trait_ref.args));
            if is_for_solver(&implied) && seen.insert(implied) {
                all.push(implied);
            }
        }
    }
    all
}

fn is_for_solver(predicate: &Predicate) -> bool {
    matches!(predicate, Predicate::Trait(_) | Predicate::Projection { .. })
}
