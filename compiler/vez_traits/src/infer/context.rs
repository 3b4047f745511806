//! [`InferCtxt`]: the variables, the environment and the closures of one body.

use super::resolve::{Poison, Resolver};
use super::table::{Snapshot, Table, VarKind, VarOrigin};
use super::unify::index_of;
use crate::collect::{GenericParamDef, GenericParamKind, Generics, generics_of};
use crate::hooks::{self, ClosureFacts};
use crate::lang::{LangItems, lang_items};
use crate::solve::{ParamEnv, SolverCache};
use vez_base::{DefId, FxHashMap, Span};
use vez_db::Db;
use vez_types::{
    Const, ConstKind, FnSig, Folder, GenericArg, GenericArgs, InferTy, Predicate, Region, TraitRef,
    Ty, TyKind,
};

/// What inferring one body knows. Everything the solver does happens in one of these.
pub struct InferCtxt<'db> {
    pub db: &'db dyn Db,
    pub lang: &'db LangItems,
    /// The where-clauses that hold in the body.
    pub env: ParamEnv,
    /// Closures of the body being checked; its checker writes here as it learns more.
    pub closures: FxHashMap<DefId, ClosureFacts>,
    /// Opaque types are what they hide: for code generation.
    pub reveal: bool,
    /// What the opaque types of the function being checked hide, by (function, index): unified with by its checker. Inside the
    /// defining function an opaque type has no identity yet.
    pub defining: Option<DefId>,
    pub(super) table: Table,
    pub(crate) cache: SolverCache,
}

impl<'db> InferCtxt<'db> {
    pub fn new(db: &'db dyn Db, env: ParamEnv) -> InferCtxt<'db> {
        InferCtxt {
            db,
            lang: lang_items(db),
            env,
            closures: FxHashMap::default(),
            reveal: false,
            defining: None,
            table: Table::default(),
            cache: SolverCache::default(),
        }
    }

    /// For code generation: no parameters, no where-clauses, opaque types seen through.
    pub fn reveal_all(db: &'db dyn Db) -> InferCtxt<'db> {
        InferCtxt { reveal: true, ..InferCtxt::new(db, ParamEnv::empty()) }
    }

    pub fn fresh_ty(&mut self, span: Span) -> Ty {
        self.fresh_var(VarKind::General, VarOrigin::at(span))
    }

    /// The type of an integer literal.
    pub fn fresh_int(&mut self, span: Span) -> Ty {
        self.fresh_var(VarKind::Int, VarOrigin::at(span))
    }

    /// The type of a float literal.
    pub fn fresh_float(&mut self, span: Span) -> Ty {
        self.fresh_var(VarKind::Float, VarOrigin::at(span))
    }

    /// What a `!` was coerced to without another expectation; falls back to `()`.
    pub fn fresh_diverging(&mut self, span: Span) -> Ty {
        let ty = self.fresh_ty(span);
        if let TyKind::Infer(InferTy::Ty(index)) = ty.kind() {
            self.table.set_diverging(*index);
        }
        ty
    }

    pub fn fresh_var(&mut self, kind: VarKind, origin: VarOrigin) -> Ty {
        let index = self.table.new_ty(kind, origin);
        Ty::new(TyKind::Infer(match kind {
            VarKind::General => InferTy::Ty(index),
            VarKind::Int => InferTy::Int(index),
            VarKind::Float => InferTy::Float(index),
        }))
    }

    pub fn fresh_const(&mut self, span: Span) -> Const {
        Const::new(ConstKind::Infer(self.table.new_const(VarOrigin::at(span))))
    }

    /// A fresh argument for a parameter; lifetimes are erased.
    pub fn fresh_arg(&mut self, param: &GenericParamDef, span: Span) -> GenericArg {
        let origin = VarOrigin { span, param: Some(param.name) };
        match param.kind {
            GenericParamKind::Lifetime => GenericArg::Region(Region::erased()),
            GenericParamKind::Type { .. } => {
                GenericArg::Ty(self.fresh_var(VarKind::General, origin))
            }
            GenericParamKind::Const { .. } => {
                GenericArg::Const(Const::new(ConstKind::Infer(self.table.new_const(origin))))
            }
        }
    }

    /// Fresh arguments for all parameters of a definition, its parent's included.
    pub fn fresh_args_for(&mut self, def: DefId, span: Span) -> GenericArgs {
        self.fresh_args_after(def, &[], span)
    }

    /// Like [`fresh_args_for`](Self::fresh_args_for), with the first arguments given.
    pub fn fresh_args_after(
        &mut self,
        def: DefId,
        given: &[GenericArg],
        span: Span,
    ) -> GenericArgs {
        let generics = generics_of(self.db, def);
        let count = generics.count() as usize;
        let mut args = Vec::with_capacity(count);
        args.extend_from_slice(&given[..given.len().min(count)]);
        self.push_fresh(generics, &mut args, span);
        GenericArgs::new(args)
    }

    fn push_fresh(&mut self, generics: &Generics, args: &mut Vec<GenericArg>, span: Span) {
        if let Some(parent) = generics.parent
            && args.len() < generics.parent_count as usize
        {
            self.push_fresh(generics_of(self.db, parent), args, span);
        }
        let skip = args.len() - generics.parent_count as usize;
        for param in &generics.params[skip..] {
            args.push(self.fresh_arg(param, span));
        }
    }

    /// The type with a bound variable at its top replaced. Variables of one class give one type.
    pub fn shallow(&self, mut ty: Ty) -> Ty {
        while let TyKind::Infer(var) = ty.kind() {
            let Some(index) = index_of(*var) else { return ty };
            match self.table.probe_ty(index) {
                (_, Some(known)) => ty = known,
                (root, None) => {
                    let root_var = match self.table.kind(root) {
                        VarKind::General => InferTy::Ty(root),
                        VarKind::Int => InferTy::Int(root),
                        VarKind::Float => InferTy::Float(root),
                    };
                    // Interning takes a lock, and most variables stand for themselves.
                    return if root_var == *var { ty } else { Ty::new(TyKind::Infer(root_var)) };
                }
            }
        }
        ty
    }

    pub fn shallow_const(&self, constant: Const) -> Const {
        match constant.kind() {
            ConstKind::Infer(index) => match self.table.probe_const(index) {
                (_, Some(known)) => known,
                (root, None) => Const::new(ConstKind::Infer(root)),
            },
            _ => constant,
        }
    }

    /// The type with all bound variables replaced.
    pub fn resolve(&self, ty: Ty) -> Ty {
        if ty.has_infer() { Resolver::new(self).fold_ty(ty) } else { ty }
    }

    pub fn resolve_args(&self, args: GenericArgs) -> GenericArgs {
        if args.has_infer() { Resolver::new(self).fold_args(args) } else { args }
    }

    pub fn resolve_sig(&self, sig: &FnSig) -> FnSig {
        Resolver::new(self).fold_sig(sig)
    }

    pub fn resolve_trait_ref(&self, trait_ref: TraitRef) -> TraitRef {
        TraitRef { args: self.resolve_args(trait_ref.args), ..trait_ref }
    }

    pub fn resolve_predicate(&self, predicate: Predicate) -> Predicate {
        Resolver::new(self).fold_predicate(predicate)
    }

    pub fn resolve_const(&self, constant: Const) -> Const {
        Resolver::new(self).fold_const(constant)
    }

    /// The final type: what is still unknown becomes an error. Report E0282 first where [`unknown_in`](Self::unknown_in) says so.
    pub fn finish_ty(&self, ty: Ty) -> Ty {
        Poison { keeps_regions: false }.fold_ty(self.resolve(ty))
    }

    /// [`InferCtxt::finish_ty`] of a type that the program writes: its lifetimes stay.
    pub fn finish_written_ty(&self, ty: Ty) -> Ty {
        Poison { keeps_regions: true }.fold_ty(self.resolve(ty))
    }

    pub fn finish_args(&self, args: GenericArgs) -> GenericArgs {
        Poison { keeps_regions: false }.fold_args(self.resolve_args(args))
    }

    /// A variable inside a type that nothing has bound, and where it comes from.
    pub fn unknown_in(&self, ty: Ty) -> Option<VarOrigin> {
        let ty = self.resolve(ty);
        first_var(ty).map(|index| self.table.origin(index))
    }

    pub fn const_origin(&self, index: u32) -> VarOrigin {
        self.table.const_origin(index)
    }

    /// Whether an unbound variable, resolved shallowly, came from a `!`.
    pub fn is_diverging(&self, ty: Ty) -> bool {
        match self.shallow(ty).kind() {
            TyKind::Infer(InferTy::Ty(root)) => self.table.is_diverging(*root),
            _ => false,
        }
    }

    /// Integer variables become `i32`, float variables `f64`, diverging ones `()`. Whether any did.
    pub fn apply_fallback(&mut self) -> bool {
        let mut any = false;
        for index in 0..self.table.ty_count() {
            let (root, value) = self.table.probe_ty(index);
            if value.is_some() || root != index {
                continue;
            }
            let ty = match self.table.kind(root) {
                VarKind::Int => Ty::i32(),
                VarKind::Float => Ty::f64(),
                VarKind::General if self.table.is_diverging(root) => Ty::unit(),
                VarKind::General => continue,
            };
            self.table.bind_ty(root, ty);
            any = true;
        }
        any
    }

    pub fn snapshot(&mut self) -> Snapshot {
        self.table.snapshot()
    }

    pub fn roll_back(&mut self, snapshot: Snapshot) {
        self.table.roll_back(snapshot);
    }

    pub fn commit(&mut self, snapshot: Snapshot) {
        self.table.commit(snapshot);
    }

    /// Runs `f` and takes back what it did to the variables.
    pub fn probe<R>(&mut self, f: impl FnOnce(&mut InferCtxt<'db>) -> R) -> R {
        let snapshot = self.snapshot();
        let result = f(self);
        self.roll_back(snapshot);
        result
    }

    /// Runs `f`; keeps what it did only when it succeeds.
    pub fn commit_if_ok<T, E>(
        &mut self,
        f: impl FnOnce(&mut InferCtxt<'db>) -> Result<T, E>,
    ) -> Result<T, E> {
        let snapshot = self.snapshot();
        let result = f(self);
        match result {
            Ok(_) => self.commit(snapshot),
            Err(_) => self.roll_back(snapshot),
        }
        result
    }

    /// Bindings made inside the open snapshots that stand.
    pub(crate) fn standing_changes(&self) -> usize {
        self.table.standing_changes()
    }

    /// Changes with every binding.
    pub(crate) fn version(&self) -> u64 {
        self.table.version()
    }

    /// What is known of a closure, of this body or of a finished one; arguments put in.
    pub fn closure_facts(&self, def: DefId, args: GenericArgs) -> Option<ClosureFacts> {
        let known = self.closures.get(&def).cloned();
        let facts = match known {
            Some(facts) => return Some(facts),
            None => hooks::closure(self.db, def)?,
        };
        // Without parameters, what the closure's body knew as a projection has one answer.
        let known = |ty: Ty| match self.reveal {
            true => crate::instance::normalize_mono(self.db, ty.substitute(args)),
            false => ty.substitute(args).erase_regions(),
        };
        let captures = facts.captures.map(|types| types.into_iter().map(known).collect());
        let types = facts.sig.inputs_and_output.as_slice().iter().copied().map(known);
        let inputs_and_output = types.collect();
        let sig = FnSig { inputs_and_output, ..facts.sig };
        Some(ClosureFacts { sig, kind: facts.kind, captures })
    }
}

/// The first unbound variable in a resolved type.
pub(crate) fn first_var(ty: Ty) -> Option<u32> {
    struct Search(Option<u32>);
    impl Folder for Search {
        fn fold_ty(&mut self, ty: Ty) -> Ty {
            match ty.kind() {
                TyKind::Infer(var) => self.0 = self.0.or(index_of(*var)),
                _ if ty.has_infer() && self.0.is_none() => {
                    self.super_fold_ty(ty);
                }
                _ => {}
            }
            ty
        }
    }
    let mut search = Search(None);
    search.fold_ty(ty);
    search.0
}
