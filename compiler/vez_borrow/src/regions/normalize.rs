//! Associated types resolved without losing regions.
//!
//! The trait solver erases regions. Here the impl it would choose is matched against the arguments once more, so that the
//! `&'a T` in `<Iter<'a, T> as Iterator>::Item` keeps its lifetime. What cannot be matched gets new variables.

use super::binders::{Call, Open, has, is_bound, is_erased};
use super::variance::Variance;
use super::{Regions, region_of, regions_in};
use std::rc::Rc;
use vez_base::{DefId, Span};
use vez_db::Db;
use vez_traits::lang_items;
use vez_types::{
    Const, ConstKind, DynTy, Flags, FnSig, Folder, GenericArg, GenericArgs, Predicate, Region,
    RegionKind, TraitRef, Ty, TyKind,
};

/// How deep associated types may unfold into others.
pub(super) const DEPTH: u32 = 16;

impl Regions<'_> {
    /// The type with its associated types resolved.
    pub(super) fn normalize(&mut self, ty: Ty) -> Ty {
        if !ty.has(Flags::PROJECTION) {
            return ty;
        }
        Normalize { regions: self }.fold_ty(ty)
    }

    /// The type as the rest of the compiler knows it: no regions, no captures.
    pub(super) fn forget(&self, ty: Ty) -> Ty {
        struct Forget<'r, 'a>(&'r Regions<'a>);
        impl Folder for Forget<'_, '_> {
            fn fold_region(&mut self, _: Region) -> Region {
                Region::erased()
            }
            fn fold_ty(&mut self, ty: Ty) -> Ty {
                let TyKind::Closure(def, args) = ty.kind() else { return self.super_fold_ty(ty) };
                let count = self.0.facts.closure_generics(*def).min(args.len());
                let args = GenericArgs::new(&args.as_slice()[..count]);
                Ty::new(TyKind::Closure(*def, self.fold_args(args)))
            }
        }
        if !ty.has(Flags::REGION | Flags::CLOSURE) {
            return ty;
        }
        let forgotten = Forget(self).fold_ty(ty);
        forgotten.erase_regions()
    }

    fn projection(&mut self, assoc: DefId, args: GenericArgs) -> Ty {
        let ty = Ty::new(TyKind::Projection(assoc, args));
        let erased = self.forget(ty);
        let expected = self.facts.normalize(erased);
        if expected == erased || self.depth > DEPTH {
            return ty;
        }
        // Only a call relates more than the result: what it is given.
        let is_call = lang_items(self.facts.db).fn_once_output == Some(assoc);
        if !is_call && !expected.has(Flags::ANY_REGION | Flags::CLOSURE) {
            return expected;
        }
        self.depth += 1;
        let found = self.resolve_projection(assoc, args, expected, is_call);
        self.depth -= 1;
        match found {
            Some(found) => found,
            None => self.renumber(expected),
        }
    }

    fn resolve_projection(
        &mut self,
        assoc: DefId,
        args: GenericArgs,
        expected: Ty,
        is_call: bool,
    ) -> Option<Ty> {
        let self_ty = args.ty_at(0);
        if is_call {
            return self.call_output(self_ty, args.ty_at(1), expected);
        }
        if let Some(found) = self.by_clauses(assoc, args, expected) {
            return Some(found);
        }
        self.by_impls(assoc, args, expected)
    }

    /// What calling a value gives.
    pub(super) fn call_output(&mut self, callee: Ty, inputs: Ty, expected: Ty) -> Option<Ty> {
        match callee.kind() {
            TyKind::FnPtr(sig) => {
                let sig = self.instantiate_pointer(sig);
                Some(self.sig_output(&sig, inputs))
            }
            TyKind::FnDef(def, args) => {
                let args = self.fresh_args(*def, *args);
                self.where_clauses(*def, args);
                let sig = vez_traits::fn_sig(self.facts.db, *def).substitute(args);
                Some(self.sig_output(&sig, inputs))
            }
            TyKind::Closure(def, args) => Some(self.closure_output(*def, *args, inputs, expected)),
            TyKind::Ref(_, target, _) => self.call_output(*target, inputs, expected),
            TyKind::Dyn(dynamic) => {
                if let Some(call) = self.opened_call(callee) {
                    self.subtype(inputs, call.inputs);
                    return call.output;
                }
                let output = self.renumber(expected);
                self.all_outlive(inputs, output);
                if let Some(&(_, promised)) = dynamic.projections.first() {
                    self.subtype(promised, output);
                }
                Some(output)
            }
            _ => {
                let call = self.opened_call(callee)?;
                self.subtype(inputs, call.inputs);
                call.output
            }
        }
    }

    /// Every region of one type outlives every region of another.
    fn all_outlive(&mut self, long: Ty, short: Ty) {
        for target in regions_in(short) {
            for source in regions_in(long) {
                self.outlives(region_of(source), region_of(target));
            }
        }
    }

    /// A fn pointer's signature for one call. Which erased input an erased output comes from nobody knows any more: from each.
    pub(super) fn instantiate_pointer(&mut self, sig: &FnSig) -> FnSig {
        let opened = self.instantiate(sig);
        let inputs = sig.inputs().iter().zip(opened.inputs());
        let chosen: Vec<Ty> =
            inputs.filter(|(own, _)| has(**own, is_erased)).map(|(_, &opened)| opened).collect();
        if chosen.is_empty() || !opened.output().has(Flags::REGION) {
            return opened;
        }
        let erased = self.forget(opened.output());
        let output = self.renumber(erased);
        self.subtype(opened.output(), output);
        chosen.into_iter().for_each(|input| self.all_outlive(input, output));
        let mut types = opened.inputs().to_vec();
        types.push(output);
        FnSig { inputs_and_output: vez_types::TyList::new(types), ..opened }
    }

    /// What a callable takes and gives becomes what a `dyn Fn` says it does.
    pub(super) fn promise_call(&mut self, callee: Ty, dynamic: &DynTy) {
        let Some((trait_, _)) = dynamic.principal else { return };
        if self.is_callable(dynamic)
            && let Some(call) = Call::of_dyn(dynamic)
        {
            self.callable_as(callee, call, trait_);
        }
    }

    /// What a function gives that is given just these types.
    fn sig_output(&mut self, sig: &FnSig, inputs: Ty) -> Ty {
        let sig = self.instantiate(sig);
        let is_chosen = !self.has_placeholder(inputs);
        if let TyKind::Tuple(given) = inputs.kind() {
            for (&given, &wanted) in given.as_slice().iter().zip(sig.inputs()) {
                let wanted = self.normalize(wanted);
                self.equate(given, wanted);
                // What a call may choose comes with what its types imply.
                if is_chosen {
                    self.well_formed(wanted);
                }
            }
        }
        self.normalize(sig.output())
    }

    /// A signature with new variables for the lifetimes it binds.
    pub(super) fn instantiate(&mut self, sig: &FnSig) -> FnSig {
        Open::any(self, true).fold_sig(sig)
    }

    /// Types inside a `for<..>`, with new variables for its lifetimes.
    pub(super) fn open_binder(&mut self, ty: Ty) -> Ty {
        Open::any(self, true).fold_ty(ty)
    }

    /// `T: Iterator<Item = &'a U>` among what is known of a type.
    fn by_clauses(&mut self, assoc: DefId, args: GenericArgs, expected: Ty) -> Option<Ty> {
        let clauses = self.clauses_about(args.ty_at(0));
        clauses.iter().find_map(|&clause| self.by_clause(clause, assoc, args, expected))
    }

    /// What is known of a type without looking into it: the body's own where-clauses, the bounds of an `impl Trait` or of an associated
    /// type, what a trait object is said to be.
    pub(super) fn clauses_about(&self, ty: Ty) -> Rc<[Predicate]> {
        let db = self.facts.db;
        let own = || {
            self.clauses
                .get_or_init(|| vez_traits::elaborated_clauses(db, self.facts.owner).into())
                .clone()
        };
        let with = |bounds: &[(Predicate, Span)], args| {
            let bounds = bounds.iter().map(|(clause, _)| clause.substitute(args));
            bounds.chain(own().iter().copied()).collect()
        };
        match ty.kind() {
            TyKind::Opaque(def, index, own) => {
                with(vez_traits::opaque_bounds(db, *def, *index), *own)
            }
            TyKind::Projection(def, own) => with(vez_traits::item_bounds(db, *def), *own),
            TyKind::Dyn(dynamic) => object_clauses(db, ty, dynamic).into(),
            _ => own(),
        }
    }

    fn by_clause(
        &mut self,
        clause: Predicate,
        assoc: DefId,
        args: GenericArgs,
        expected: Ty,
    ) -> Option<Ty> {
        let Predicate::Projection { assoc: of, args: own, ty } = clause else { return None };
        if of != assoc {
            return None;
        }
        let [wanted, own_ty] = [args, own].map(|args| Ty::new(TyKind::Projection(assoc, args)));
        if self.forget(own_ty) != self.forget(wanted) {
            return None;
        }
        let binds = has(ty, is_bound);
        // For the lifetimes that are asked for.
        let (own, ty) = match binds {
            true => {
                let mut open = Open::any(self, false);
                (open.fold_args(own), open.fold_ty(ty))
            }
            false => (own, ty),
        };
        let ty = self.renumber(ty);
        let ty = self.normalize(ty);
        if self.forget(ty) != expected {
            return None;
        }
        if binds {
            self.relate_args(own, args, |_| Variance::Invariant);
        }
        Some(ty)
    }

    fn by_impls(&mut self, assoc: DefId, args: GenericArgs, expected: Ty) -> Option<Ty> {
        let trait_ = assoc.parent_def()?;
        let db = self.facts.db;
        for &impl_ in vez_hir::trait_impl_candidates(db, trait_).iter() {
            let Some(header) = vez_traits::impl_trait_ref(db, impl_) else { continue };
            if header.trait_ != trait_ {
                continue;
            }
            let mark = self.constraints.len();
            let Some(found) = self.match_impl(impl_, header, args) else {
                self.constraints.truncate(mark);
                continue;
            };
            let items = vez_traits::associated_items(db, impl_);
            let item = items.find(assoc.name(), vez_traits::AssocKind::Type);
            let Some(item) = item else { continue };
            // The associated type's own arguments follow the trait's.
            let own = &args.as_slice()[header.args.len()..];
            let found = GenericArgs::new([found.as_slice(), own].concat());
            let ty = vez_traits::type_of(db, item.def).substitute(found);
            let ty = self.renumber(ty);
            let ty = self.normalize(ty);
            if self.forget(ty) == expected {
                return Some(ty);
            }
            self.constraints.truncate(mark);
        }
        None
    }

    /// The impl's arguments under which its header is the trait with these arguments.
    pub(super) fn match_impl(
        &mut self,
        impl_: DefId,
        header: TraitRef,
        args: GenericArgs,
    ) -> Option<GenericArgs> {
        let db = self.facts.db;
        let count = vez_traits::generics_of(db, impl_).count() as usize;
        let mut found = vec![None; count];
        if !self.match_args(header.args, args, &mut found) {
            return None;
        }
        while self.fix_by_clauses(impl_, &mut found, true)
            || self.fix_by_clauses(impl_, &mut found, false)
        {}
        Some(self.complete(impl_, &found))
    }

    /// Fixes parameters that only where-clauses speak of: `F: FnMut(T) -> Option<B>`, `I: Iterator<Item = &'a T>`. `strict`: only
    /// by clauses in whose arguments the lifetimes are known as well. Whether any was fixed.
    fn fix_by_clauses(
        &mut self,
        impl_: DefId,
        found: &mut [Option<GenericArg>],
        strict: bool,
    ) -> bool {
        let unfixed = |found: &[_]| found.iter().filter(|arg| Option::is_none(arg)).count();
        let before = unfixed(found);
        if before == 0 {
            return false;
        }
        for &(clause, _) in vez_traits::all_predicates(self.facts.db, impl_) {
            let Predicate::Projection { assoc, args, ty } = clause else { continue };
            if !Unfixed::within(found, true, GenericArg::Ty(ty))
                || args.as_slice().iter().any(|&arg| Unfixed::within(found, strict, arg))
            {
                continue;
            }
            let known = self.complete(impl_, found);
            let projection = Ty::new(TyKind::Projection(assoc, args.substitute(known)));
            let projection = self.renumber(projection);
            let given = self.normalize(projection);
            self.match_ty(ty, given, found);
        }
        unfixed(found) < before
    }

    /// New regions for what nothing fixed; types nothing fixed stay as they are.
    fn complete(&mut self, impl_: DefId, found: &[Option<GenericArg>]) -> GenericArgs {
        let identity = vez_traits::identity_args(self.facts.db, impl_);
        let args = identity.as_slice().iter().zip(found).map(|(own, found)| match (found, own) {
            (Some(found), _) => *found,
            (None, GenericArg::Region(_)) => GenericArg::Region(region_of(self.fresh())),
            (None, own) => *own,
        });
        args.collect()
    }

    fn match_arg(
        &mut self,
        pattern: GenericArg,
        actual: GenericArg,
        found: &mut [Option<GenericArg>],
    ) -> bool {
        match (pattern, actual) {
            (GenericArg::Ty(pattern), GenericArg::Ty(actual)) => {
                self.match_ty(pattern, actual, found)
            }
            (GenericArg::Region(pattern), GenericArg::Region(actual)) => {
                self.match_region(pattern, actual, found);
                true
            }
            (GenericArg::Const(pattern), GenericArg::Const(actual)) => {
                if let ConstKind::Param(param) = pattern.kind()
                    && let Some(slot) = found.get_mut(param.index as usize)
                {
                    let same = slot.is_none_or(|known| known == GenericArg::Const(actual));
                    *slot = Some(GenericArg::Const(actual));
                    return same;
                }
                pattern == actual
            }
            _ => false,
        }
    }

    fn match_args(
        &mut self,
        pattern: GenericArgs,
        actual: GenericArgs,
        found: &mut [Option<GenericArg>],
    ) -> bool {
        let mut pairs = pattern.as_slice().iter().zip(actual.as_slice());
        pairs.all(|(&pattern, &actual)| self.match_arg(pattern, actual, found))
    }

    fn match_dyn(
        &mut self,
        pattern: &DynTy,
        actual: &DynTy,
        found: &mut [Option<GenericArg>],
    ) -> bool {
        let traits = [pattern, actual].map(|dynamic| dynamic.principal.map(|(trait_, _)| trait_));
        if traits[0] != traits[1] || pattern.autos != actual.autos {
            return false;
        }
        self.match_region(pattern.region, actual.region, found);
        let mut pairs = pattern.projections.iter().zip(&actual.projections);
        pairs.all(|(a, b)| self.match_ty(a.1, b.1, found))
            && match (pattern.principal, actual.principal) {
                (Some((_, a)), Some((_, b))) => self.match_args(a, b, found),
                _ => true,
            }
    }

    fn match_region(&mut self, pattern: Region, actual: Region, found: &mut [Option<GenericArg>]) {
        if let RegionKind::Param { index, .. } = pattern.kind()
            && let Some(slot) = found.get_mut(index as usize)
        {
            match *slot {
                Some(GenericArg::Region(known)) => {
                    self.outlives(known, actual);
                    self.outlives(actual, known);
                }
                _ => *slot = Some(GenericArg::Region(actual)),
            }
        } else if pattern.kind() == RegionKind::Static {
            self.outlives(actual, pattern);
        }
    }

    fn match_ty(&mut self, pattern: Ty, actual: Ty, found: &mut [Option<GenericArg>]) -> bool {
        let mut all = |regions: &mut Self, a: &[Ty], b: &[Ty]| {
            a.len() == b.len() && a.iter().zip(b).all(|(&a, &b)| regions.match_ty(a, b, found))
        };
        match (pattern.kind(), actual.kind()) {
            (TyKind::Param(param), _) => {
                let Some(slot) = found.get_mut(param.index as usize) else { return false };
                let Some(GenericArg::Ty(known)) = *slot else {
                    *slot = Some(GenericArg::Ty(actual));
                    return true;
                };
                if self.forget(known) != self.forget(actual) {
                    return false;
                }
                self.equate(known, actual);
                true
            }
            (TyKind::Ref(ra, ta, ma), TyKind::Ref(rb, tb, mb)) => {
                if ma != mb {
                    return false;
                }
                self.match_region(*ra, *rb, found);
                self.match_ty(*ta, *tb, found)
            }
            (TyKind::RawPtr(a, ma), TyKind::RawPtr(b, mb)) => {
                ma == mb && self.match_ty(*a, *b, found)
            }
            (TyKind::Slice(a), TyKind::Slice(b)) => self.match_ty(*a, *b, found),
            (TyKind::Array(a, la), TyKind::Array(b, lb)) => {
                self.match_ty(*a, *b, found)
                    && self.match_arg(GenericArg::Const(*la), GenericArg::Const(*lb), found)
            }
            (TyKind::Tuple(a), TyKind::Tuple(b)) => all(self, a.as_slice(), b.as_slice()),
            (TyKind::Adt(def, a), TyKind::Adt(other, b)) => {
                def == other && self.match_args(*a, *b, found)
            }
            (TyKind::FnPtr(a), TyKind::FnPtr(b)) => {
                let lists = [a, b].map(|sig| sig.inputs_and_output.as_slice());
                all(self, lists[0], lists[1])
            }
            (TyKind::Dyn(a), TyKind::Dyn(b)) => self.match_dyn(a, b, found),
            // In a header only after normalisation; the result is compared in the end.
            (TyKind::Projection(..), _) => true,
            _ => pattern.erase_regions() == self.forget(actual),
        }
    }
}

/// What a trait object's type says of it, with its supertraits' associated types.
pub(super) fn object_clauses(db: &dyn Db, object: Ty, dynamic: &DynTy) -> Vec<Predicate> {
    let Some((trait_, args)) = dynamic.principal else { return Vec::new() };
    let mut all = vec![GenericArg::Ty(object)];
    all.extend(args.as_slice());
    let principal = TraitRef { trait_, args: GenericArgs::new(all) };
    let traits = vez_traits::supertrait_refs(db, principal);
    let fixed = dynamic.projections.iter().filter_map(|&(assoc, ty)| {
        let of = traits.iter().find(|of| Some(of.trait_) == assoc.parent_def())?;
        Some(Predicate::Projection { assoc, args: of.args, ty })
    });
    [Predicate::Trait(principal)].into_iter().chain(fixed).collect()
}

/// Looks for parameters that nothing fixed yet.
struct Unfixed<'f> {
    found: &'f [Option<GenericArg>],
    /// Whether lifetimes count.
    lifetimes: bool,
    any: bool,
}

impl Unfixed<'_> {
    fn within(found: &[Option<GenericArg>], lifetimes: bool, arg: GenericArg) -> bool {
        let mut search = Unfixed { found, lifetimes, any: false };
        search.fold_arg(arg);
        search.any
    }

    fn see(&mut self, index: u32) {
        self.any |= self.found.get(index as usize).is_some_and(Option::is_none);
    }
}

impl Folder for Unfixed<'_> {
    fn fold_ty(&mut self, ty: Ty) -> Ty {
        match ty.kind() {
            TyKind::Param(param) => self.see(param.index),
            _ if ty.has(Flags::PARAM | Flags::REGION_PARAM) => {
                self.super_fold_ty(ty);
            }
            _ => {}
        }
        ty
    }

    fn fold_region(&mut self, region: Region) -> Region {
        if let RegionKind::Param { index, .. } = region.kind()
            && self.lifetimes
        {
            self.see(index);
        }
        region
    }

    fn fold_const(&mut self, constant: Const) -> Const {
        if let ConstKind::Param(param) = constant.kind() {
            self.see(param.index);
        }
        constant
    }
}

struct Normalize<'r, 'a> {
    regions: &'r mut Regions<'a>,
}

impl Folder for Normalize<'_, '_> {
    fn fold_ty(&mut self, ty: Ty) -> Ty {
        if !ty.has(Flags::PROJECTION) {
            return ty;
        }
        match ty.kind() {
            TyKind::Projection(assoc, args) => {
                let args = self.fold_args(*args);
                self.regions.projection(*assoc, args)
            }
            _ => self.super_fold_ty(ty),
        }
    }
}
