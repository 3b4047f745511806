//! Associated types: what `<T as Trait>::Assoc` is.

use super::builtin::is_global;
use super::confirm::tupled_inputs;
use super::env::ParamEnv;
use super::obligation::{Obligation, ObligationCause};
use super::select::ImplSource;
use crate::collect::{AssocKind, associated_items, generics_of, type_of};
use crate::infer::{InferCtxt, TypeError};
use vez_base::DefId;
use vez_db::Db;
use vez_types::{Flags, GenericArgs, InferTy, Predicate, TraitRef, Ty, TyKind};

/// What an associated type turned out to be.
#[derive(Clone, Debug)]
pub enum Projected {
    /// Normalised, with what has to hold besides.
    Known(Ty, Vec<Obligation>),
    /// Nothing more is known of it: it stands for itself.
    Rigid,
    /// Inference knows too little.
    Ambiguous,
    /// The trait is not implemented.
    Error,
}

/// A projection without variables, as a query's key.
#[salsa::interned]
struct GlobalProjection<'db> {
    #[returns(copy)]
    env: ParamEnv,
    #[returns(copy)]
    reveal: bool,
    #[returns(copy)]
    assoc: DefId,
    #[returns(copy)]
    args: GenericArgs,
}

/// The type of a projection without variables; `None` when the general way has to be taken.
#[salsa::tracked(returns(copy), cycle_result = projection_cycle)]
fn global_query<'db>(db: &'db dyn Db, key: GlobalProjection<'db>) -> Option<Ty> {
    let mut infcx = InferCtxt::new(db, key.env(db));
    infcx.reveal = key.reveal(db);
    infcx.cache.inside_query = true;
    let (assoc, args) = (key.assoc(db), key.args(db));
    let known = match infcx.project_here(assoc, args, ObligationCause::dummy(), 0) {
        Projected::Known(ty, nested) => {
            // What has to hold besides may still bind variables in the type.
            infcx.evaluate_all(nested);
            infcx.resolve(ty)
        }
        Projected::Rigid => Ty::new(TyKind::Projection(assoc, args)),
        Projected::Ambiguous | Projected::Error => return None,
    };
    (!known.has(Flags::INFER | Flags::ERROR)).then_some(known)
}

fn projection_cycle<'db>(_: &'db dyn Db, _: salsa::Id, _: GlobalProjection<'db>) -> Option<Ty> {
    None
}

/// The trait's part of an associated type's arguments.
pub(crate) fn trait_ref_of(db: &dyn Db, assoc: DefId, args: GenericArgs) -> Option<TraitRef> {
    let trait_ = assoc.parent_def()?;
    let count = generics_of(db, trait_).count() as usize;
    let own = args.as_slice();
    let args = if own.len() == count { args } else { GenericArgs::new(&own[..count]) };
    Some(TraitRef { trait_, args })
}

impl<'db> InferCtxt<'db> {
    /// What `<args[0] as Trait>::assoc` is; `args` are normalised and resolved.
    pub(super) fn project(
        &mut self,
        assoc: DefId,
        args: GenericArgs,
        cause: ObligationCause,
        depth: u32,
    ) -> Projected {
        if args.has(Flags::ERROR) {
            return Projected::Known(Ty::error(), Vec::new());
        }
        let global = is_global(args.flags());
        if global && !self.cache.inside_query {
            let env = if args.has(Flags::PARAM) { self.env } else { ParamEnv::empty() };
            let key = GlobalProjection::new(self.db, env, self.reveal, assoc, args);
            if let Some(ty) = global_query(self.db, key) {
                return match ty.kind() {
                    TyKind::Projection(same, same_args) if *same == assoc && *same_args == args => {
                        Projected::Rigid
                    }
                    _ => Projected::Known(ty, Vec::new()),
                };
            }
        }
        if global && let Some(&ty) = self.cache.projections.get(&(assoc, args)) {
            return Projected::Known(ty, Vec::new());
        }
        let projected = self.project_here(assoc, args, cause, depth);
        if let Projected::Known(ty, nested) = &projected
            && global
            && nested.is_empty()
            && !ty.has(Flags::INFER | Flags::ERROR)
        {
            self.cache.projections.insert((assoc, args), *ty);
        }
        projected
    }

    fn project_here(
        &mut self,
        assoc: DefId,
        args: GenericArgs,
        cause: ObligationCause,
        depth: u32,
    ) -> Projected {
        let self_ty = args.ty_at(0);
        if matches!(self_ty.kind(), TyKind::Infer(InferTy::Ty(_))) {
            return Projected::Ambiguous;
        }
        let clauses = self.env.projections(assoc).to_vec();
        if let Some(projected) = self.project_by_clauses(&clauses, args, cause, depth) {
            return projected;
        }
        if let Some(projected) = self.project_by_bounds(assoc, self_ty, args, cause, depth) {
            return projected;
        }
        let Some(trait_ref) = trait_ref_of(self.db, assoc, args) else { return Projected::Error };
        self.project_by_selection(assoc, trait_ref, args, cause, depth)
    }

    /// Clauses `<_ as Trait>::assoc == ty` of the environment or of bounds.
    fn project_by_clauses(
        &mut self,
        clauses: &[(GenericArgs, Ty)],
        args: GenericArgs,
        cause: ObligationCause,
        depth: u32,
    ) -> Option<Projected> {
        let mut fitting = Vec::new();
        for &(clause, ty) in clauses {
            if self.fits(clause, args) && !fitting.contains(&(clause, ty)) {
                fitting.push((clause, ty));
            }
        }
        let &(clause, ty) = fitting.first()?;
        let differ = fitting.iter().any(|&(_, other)| other != ty);
        if differ && args.has_infer() {
            return Some(Projected::Ambiguous);
        }
        self.unify_args(clause, args).ok()?;
        let mut nested = Vec::new();
        let ty = self.normalize_deeper(ty, cause, depth, &mut nested);
        Some(Projected::Known(ty, nested))
    }

    fn project_by_bounds(
        &mut self,
        assoc: DefId,
        self_ty: Ty,
        args: GenericArgs,
        cause: ObligationCause,
        depth: u32,
    ) -> Option<Projected> {
        match self_ty.kind() {
            TyKind::Dyn(dynamic) => {
                let (_, ty) = dynamic.projections.iter().find(|(known, _)| *known == assoc)?;
                Some(Projected::Known(*ty, Vec::new()))
            }
            TyKind::Projection(..) | TyKind::Opaque(..) => {
                let bounds = self.alias_bounds(self_ty);
                let of_this = bounds.into_iter().filter_map(|bound| match bound {
                    Predicate::Projection { assoc: known, args, ty } => {
                        (known == assoc).then_some((args, ty))
                    }
                    _ => None,
                });
                let clauses: Vec<(GenericArgs, Ty)> = of_this.collect();
                self.project_by_clauses(&clauses, args, cause, depth)
            }
            _ => None,
        }
    }

    fn project_by_selection(
        &mut self,
        assoc: DefId,
        trait_ref: TraitRef,
        args: GenericArgs,
        cause: ObligationCause,
        depth: u32,
    ) -> Projected {
        match self.select(trait_ref, cause, depth) {
            Ok(None) => Projected::Ambiguous,
            Err(_) => Projected::Error,
            Ok(Some(selection)) => match selection.source {
                ImplSource::Impl { impl_, args: impl_args } => {
                    let Some(value) = self.assoc_value(impl_, impl_args, assoc, args) else {
                        return Projected::Known(Ty::error(), Vec::new());
                    };
                    let mut nested = selection.nested;
                    let ty = self.normalize_deeper(value, cause, depth, &mut nested);
                    Projected::Known(ty, nested)
                }
                ImplSource::Closure | ImplSource::FnPointer => {
                    self.project_output(assoc, trait_ref, cause, depth, selection.nested)
                }
                ImplSource::Error => Projected::Known(Ty::error(), Vec::new()),
                ImplSource::Param(_) | ImplSource::Object(_) | ImplSource::Builtin => {
                    Projected::Rigid
                }
            },
        }
    }

    /// The impl's associated type, or the trait's default.
    fn assoc_value(
        &self,
        impl_: DefId,
        impl_args: GenericArgs,
        assoc: DefId,
        args: GenericArgs,
    ) -> Option<Ty> {
        let db = self.db;
        if let Some(item) = associated_items(db, impl_).find(assoc.name(), AssocKind::Type) {
            // The impl's arguments, then those of a generic associated type.
            let trait_count = generics_of(db, assoc).parent_count as usize;
            let mut all = impl_args.as_slice().to_vec();
            all.extend_from_slice(&args.as_slice()[trait_count..]);
            return Some(type_of(db, item.def).substitute(GenericArgs::new(all)).erase_regions());
        }
        let has_default =
            crate::collect::assoc_item(db, assoc).is_some_and(|item| item.has_value(db));
        has_default.then(|| type_of(db, assoc).substitute(args).erase_regions())
    }

    /// `FnOnce::Output` of closures, function items and fn pointers.
    fn project_output(
        &mut self,
        assoc: DefId,
        trait_ref: TraitRef,
        cause: ObligationCause,
        depth: u32,
        mut nested: Vec<Obligation>,
    ) -> Projected {
        let is_output = self.lang.fn_once_output.is_none_or(|output| output == assoc);
        let self_ty = self.shallow(trait_ref.self_ty());
        let sig = match self_ty.kind() {
            TyKind::Closure(def, args) => self.closure_facts(*def, *args).map(|facts| facts.sig),
            _ => self.callable_sig(self_ty),
        };
        let Some(sig) = sig.filter(|_| is_output) else { return Projected::Error };
        let sig = self.normalize_sig(&sig, cause, depth + 1, &mut nested);
        if self.unify(tupled_inputs(&sig), trait_ref.args.ty_at(1)).is_err() {
            return Projected::Error;
        }
        Projected::Known(sig.output(), nested)
    }

    /// Shows `<args[0] as Trait>::assoc == ty`, unifying: what else has to hold, or `None` while it is not known.
    pub(super) fn prove_projection(
        &mut self,
        predicate: Predicate,
        cause: ObligationCause,
        depth: u32,
    ) -> Result<Option<Vec<Obligation>>, ProjectionError> {
        let Predicate::Projection { assoc, args, ty } = predicate else { return Ok(None) };
        let args = self.resolve_args(args);
        let snapshot = self.snapshot();
        let (found, mut nested) = match self.project(assoc, args, cause, depth) {
            Projected::Known(found, nested) => (found, nested),
            Projected::Rigid => (Ty::new(TyKind::Projection(assoc, args)), Vec::new()),
            Projected::Ambiguous => {
                self.roll_back(snapshot);
                return Ok(None);
            }
            Projected::Error => {
                self.roll_back(snapshot);
                return Err(ProjectionError::Unimplemented);
            }
        };
        let ty = self.normalize_at(ty, cause, depth, &mut nested);
        match self.unify(found, ty) {
            Ok(()) => {
                self.commit(snapshot);
                Ok(Some(nested))
            }
            Err(error) => {
                let found = self.resolve(found);
                self.roll_back(snapshot);
                Err(ProjectionError::Mismatch(found, error))
            }
        }
    }
}

/// Why a projection is not what it should be.
#[derive(Clone, Copy, Debug)]
pub(super) enum ProjectionError {
    Unimplemented,
    Mismatch(Ty, #[allow(dead_code)] TypeError),
}
