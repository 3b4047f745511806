//! What the compiler itself knows to implement: `Sized`, `Copy`, `Clone`, the `Fn` traits, auto traits.

use super::impls::trait_impls;
use super::select::{Candidate, Candidates};
use crate::collect::{AdtKind, adt_def};
use crate::hooks;
use crate::infer::InferCtxt;
use crate::lang::lang_items;
use vez_base::DefId;
use vez_db::{Db, Subject};
use vez_types::{Flags, FnSig, GenericArg, GenericArgs, InferTy, Mutability, TraitRef, Ty, TyKind};

/// The field type that decides whether a struct is sized; `None`: always sized. Enums' fields are sized by their own rule.
#[salsa::tracked(returns(copy))]
fn sized_query<'db>(db: &'db dyn Db, def: Subject<'db>) -> Option<Ty> {
    let adt = adt_def(db, def.def(db));
    if adt.kind == AdtKind::Enum {
        return None;
    }
    let last = adt.only_variant()?.fields.last()?.ty.erase_regions();
    let mut tail = last;
    while let TyKind::Tuple(types) = tail.kind() {
        tail = *types.as_slice().last()?;
    }
    match tail.kind() {
        TyKind::Str | TyKind::Slice(_) | TyKind::Dyn(_) => Some(tail),
        TyKind::Param(_) | TyKind::Projection(..) | TyKind::Adt(..) | TyKind::Opaque(..) => {
            Some(tail)
        }
        _ => None,
    }
}

pub(crate) fn sized_constraint(db: &dyn Db, adt: DefId) -> Option<Ty> {
    sized_query(db, Subject::new(db, adt))
}

impl<'db> InferCtxt<'db> {
    pub(super) fn assemble_sized(&mut self, ty: Ty, out: &mut Candidates) {
        let parts = match ty.kind() {
            TyKind::Str | TyKind::Slice(_) | TyKind::Dyn(_) => return,
            TyKind::Param(_) | TyKind::Projection(..) | TyKind::Opaque(..) => return,
            TyKind::Infer(InferTy::Ty(_) | InferTy::Canonical(_)) => {
                out.ambiguous = true;
                return;
            }
            TyKind::Tuple(types) => types.as_slice().last().copied().into_iter().collect(),
            TyKind::Adt(def, args) => {
                let tail = sized_constraint(self.db, *def);
                tail.map(|tail| tail.substitute(*args)).into_iter().collect()
            }
            _ => Vec::new(),
        };
        out.list.push(Candidate::Builtin(parts));
    }

    /// `Copy` and `Clone` of types that have no impl in the library.
    pub(super) fn assemble_copy_clone(&mut self, ty: Ty, out: &mut Candidates) {
        let parts = match ty.kind() {
            TyKind::Bool
            | TyKind::Char
            | TyKind::Int(_)
            | TyKind::Float(_)
            | TyKind::Never
            | TyKind::RawPtr(..)
            | TyKind::Ref(_, _, Mutability::Not)
            | TyKind::FnDef(..)
            | TyKind::FnPtr(_)
            | TyKind::Infer(InferTy::Int(_) | InferTy::Float(_)) => Vec::new(),
            TyKind::Tuple(types) => types.as_slice().to_vec(),
            TyKind::Array(elem, _) => vec![*elem],
            TyKind::Closure(def, args) => {
                match self.closure_facts(*def, *args).and_then(|facts| facts.captures) {
                    Some(captures) => captures,
                    None => {
                        out.ambiguous = true;
                        return;
                    }
                }
            }
            _ => return,
        };
        out.list.push(Candidate::Builtin(parts));
    }

    pub(super) fn assemble_fn(&mut self, goal: TraitRef, out: &mut Candidates) {
        let Some(wanted) = self.lang.fn_trait_kind(goal.trait_) else { return };
        match goal.self_ty().kind() {
            TyKind::FnPtr(sig) if is_callable(sig) => out.list.push(Candidate::FnPointer),
            TyKind::FnDef(def, _) if is_callable(crate::collect::fn_sig(self.db, *def)) => {
                out.list.push(Candidate::FnPointer);
            }
            TyKind::Closure(def, args) => match self.closure_facts(*def, *args) {
                // Until the kind is known the candidate stands; `confirm` then asks again later.
                Some(facts) if facts.kind.is_none_or(|kind| kind <= wanted) => {
                    out.list.push(Candidate::Closure);
                }
                Some(_) => {}
                None => out.ambiguous = true,
            },
            _ => {}
        }
    }

    /// Auto traits: explicit impls decide where there are any for the type; otherwise the type's parts do.
    pub(super) fn assemble_auto(&mut self, goal: TraitRef, out: &mut Candidates) {
        let ty = goal.self_ty();
        if matches!(ty.kind(), TyKind::Dyn(_) | TyKind::Param(_) | TyKind::Projection(..)) {
            self.assemble_impls(goal, out);
            return;
        }
        let explicit = trait_impls(self.db, goal.trait_).relevant(ty);
        let explicit: Vec<DefId> = explicit.filter(|&impl_| self.impl_fits(impl_, goal)).collect();
        if !explicit.is_empty() {
            out.list.extend(explicit.into_iter().map(Candidate::Impl));
            return;
        }
        if matches!(ty.kind(), TyKind::Opaque(..)) && !out.list.is_empty() {
            return;
        }
        match self.auto_parts(goal) {
            AutoParts::Types(parts) => out.list.push(Candidate::Builtin(parts)),
            AutoParts::Traits(traits) => out.list.push(Candidate::BuiltinTraits(traits)),
            AutoParts::Never => {}
            AutoParts::Unknown => out.ambiguous = true,
        }
    }

    fn auto_parts(&self, goal: TraitRef) -> AutoParts {
        let db = self.db;
        let lang = lang_items(db);
        let is_send_or_sync = [lang.send, lang.sync].contains(&Some(goal.trait_));
        AutoParts::Types(match goal.self_ty().kind() {
            TyKind::Ref(_, target, mutability) if is_send_or_sync => {
                // `&T` is `Send` when `T` is `Sync`.
                let sends_shared = lang.send == Some(goal.trait_) && *mutability == Mutability::Not;
                if let (true, Some(sync)) = (sends_shared, lang.sync) {
                    let args = GenericArgs::new(vec![GenericArg::Ty(*target)]);
                    return AutoParts::Traits(vec![TraitRef { trait_: sync, args }]);
                }
                vec![*target]
            }
            TyKind::RawPtr(..) if is_send_or_sync => return AutoParts::Never,
            TyKind::Ref(..) | TyKind::RawPtr(..) => Vec::new(),
            TyKind::Tuple(types) => types.as_slice().to_vec(),
            TyKind::Array(elem, _) | TyKind::Slice(elem) => vec![*elem],
            TyKind::Adt(def, args) => {
                let adt = adt_def(db, *def);
                if adt.flags.is_unsafe_cell && lang.sync == Some(goal.trait_) {
                    return AutoParts::Never;
                }
                if adt.flags.is_phantom_data {
                    return AutoParts::Types(vec![args.ty_at(0)]);
                }
                let fields = adt.all_fields();
                fields.map(|field| field.ty.substitute(*args).erase_regions()).collect()
            }
            TyKind::Closure(def, args) => {
                match self.closure_facts(*def, *args).and_then(|facts| facts.captures) {
                    Some(captures) => captures,
                    None => return AutoParts::Unknown,
                }
            }
            TyKind::Opaque(def, index, args) => match hooks::opaque_type(db, *def, *index) {
                Some(hidden) => vec![hidden.substitute(*args).erase_regions()],
                None => return AutoParts::Unknown,
            },
            _ => Vec::new(),
        })
    }

    /// The signature of what can be called as a function: items and pointers; normalised by the caller.
    pub(super) fn callable_sig(&self, ty: Ty) -> Option<FnSig> {
        match ty.kind() {
            TyKind::FnPtr(sig) => Some(sig.erase_regions()),
            TyKind::FnDef(def, args) => Some(crate::collect::fn_sig_erased(self.db, *def, *args)),
            _ => None,
        }
    }
}

enum AutoParts {
    /// True when all of these are.
    Types(Vec<Ty>),
    Traits(Vec<TraitRef>),
    Never,
    /// A closure whose captures are not known yet.
    Unknown,
}

fn is_callable(sig: &FnSig) -> bool {
    !sig.is_unsafe && !sig.variadic
}

/// Whether a goal can be answered apart from the body it came from.
pub(super) fn is_global(flags: Flags) -> bool {
    !flags.intersects(Flags::INFER | Flags::CLOSURE | Flags::ERROR)
}
