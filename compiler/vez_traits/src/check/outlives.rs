//! What an item knows of lifetimes without its body: what its clauses say, and what the types in its header imply.

use crate::collect::{
    all_predicates, each_outlives, each_part_outlives, super_predicates, supertrait_refs,
};
use vez_base::{DefId, Span};
use vez_db::Db;
use vez_diag::Diagnostic;
use vez_diag::registry::{ParamOutlives, ParamOutlivesStatic, ReferenceOutlivesData};
use vez_types::{Predicate, Region, RegionKind, Ty, TyKind};

/// Facts about parameters, associated types and lifetimes: a fact about any other type is one about its parts.
pub(super) struct Outlives {
    known: Vec<Predicate>,
}

impl Outlives {
    /// What an item's clauses say, its parents' included; a trait's own bounds hold of what implements it.
    pub(super) fn of_item(db: &dyn Db, def: DefId) -> Outlives {
        let mut outlives = Outlives { known: Vec::new() };
        for &(predicate, _) in all_predicates(db, def) {
            match predicate {
                Predicate::Trait(trait_ref) => {
                    for above in supertrait_refs(db, trait_ref) {
                        for (bound, _) in super_predicates(db, above.trait_) {
                            outlives.add(bound.substitute(above.args));
                        }
                    }
                }
                _ => outlives.add(predicate),
            }
        }
        outlives
    }

    /// Adds what holds wherever a type is well-formed.
    pub(super) fn assume_well_formed(&mut self, db: &dyn Db, ty: Ty) {
        each_outlives(db, ty, &mut |predicate| self.add(predicate));
    }

    fn add(&mut self, predicate: Predicate) {
        each_part_outlives(predicate, &mut |part| self.known.push(part));
    }

    /// The first part of a predicate that is not known to hold. What an associated type's own trait says of it is not asked.
    pub(super) fn unmet(&self, predicate: Predicate) -> Option<Predicate> {
        let mut unmet = None;
        each_part_outlives(predicate, &mut |part| {
            if unmet.is_none() && !self.holds(part) {
                unmet = Some(part);
            }
        });
        unmet
    }

    fn holds(&self, part: Predicate) -> bool {
        match part {
            Predicate::RegionOutlives(long, short) => self.regions(long, short),
            Predicate::TypeOutlives(ty, region) if matches!(ty.kind(), TyKind::Param(_)) => {
                self.known.iter().any(|known| {
                    matches!(*known, Predicate::TypeOutlives(other, longer)
                        if other == ty && self.regions(longer, region))
                })
            }
            _ => true,
        }
    }

    /// Reports the first thing that a type needs and that is not known. `asked`: whether what it needs of a lifetime counts.
    pub(super) fn report(
        &self,
        db: &dyn Db,
        ty: Ty,
        span: Span,
        asked: impl Fn(Region) -> bool,
    ) -> Option<Diagnostic> {
        let mut unmet = None;
        each_outlives(db, ty, &mut |predicate| {
            let (Predicate::TypeOutlives(_, region) | Predicate::RegionOutlives(_, region)) =
                predicate
            else {
                return;
            };
            if unmet.is_none() && asked(region) {
                unmet = self.unmet(predicate);
            }
        });
        Some(match unmet? {
            Predicate::TypeOutlives(param, region) => {
                let report = match region.kind() {
                    RegionKind::Static => ParamOutlivesStatic { param, region }.at(span),
                    _ => ParamOutlives { param, region }.at(span),
                };
                report.help(format!("add the bound `{param}: {region}`"))
            }
            Predicate::RegionOutlives(data, reference) => {
                let report = ReferenceOutlivesData { data, reference }.at(span);
                report.help(format!("add the bound `{data}: {reference}`"))
            }
            _ => return None,
        })
    }

    /// Whether one lifetime is known to be at least as long as another.
    fn regions(&self, long: Region, short: Region) -> bool {
        let is_named =
            |region: Region| matches!(region.kind(), RegionKind::Static | RegionKind::Param { .. });
        if !is_named(long) || !is_named(short) {
            return true;
        }
        let mut reached = vec![long];
        let mut next = 0;
        while let Some(&at) = reached.get(next) {
            if at == short || at == Region::static_() {
                return true;
            }
            next += 1;
            for known in &self.known {
                if let Predicate::RegionOutlives(longer, shorter) = *known
                    && longer == at
                    && !reached.contains(&shorter)
                {
                    reached.push(shorter);
                }
            }
        }
        false
    }
}
