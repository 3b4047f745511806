//! The lifetimes that each call of a closure chooses: those that a bound or a written parameter leaves open, and that of the
//! environment. Nothing that one call is given may be kept past it.

use super::binders::{has, is_bound, is_erased};
use super::{Origin, Regions, closure_captures, region_of};
use rustc_hash::FxHashMap;
use vez_base::{DefId, DefKind, Span};
use vez_mir::{BodyKind, Local, LocalDecl, Place};
use vez_thir::PatKind;
use vez_traits::lang_items;
use vez_types::{
    DynTy, Flags, FnSig, Folder, GenericArg, GenericArgs, Predicate, Region, RegionKind, Ty,
    TyKind, TyList,
};

/// Which regions of a type each call chooses.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Open {
    /// Those that the bound's own `for<..>` binds.
    Bound,
    /// Those left out.
    Elided,
    /// None: what is left out is inferred.
    Inferred,
}

/// Goes through a declared type and the erased type that it became.
struct Mark<'r, 'a> {
    regions: &'r mut Regions<'a>,
    open: Open,
    made: FxHashMap<u32, Region>,
    /// How many binders of the types themselves are around.
    depth: u32,
    /// How many lists of what callables take are around: what is erased there stays so.
    inputs: u32,
}

impl Regions<'_> {
    /// The types of a closure's locals; the captures come from outside, and nothing is known of their regions.
    pub(super) fn closure_signature(&mut self) {
        let body = self.body;
        let closure = vez_thir::closure_of(self.facts.db, body.owner)
            .map(|(owner, id)| &vez_thir::thir_body(self.facts.db, owner).value.closures[id]);
        let bound = closure.and_then(|closure| closure.bound);
        let declared = bound.and_then(|(item, span)| self.declared(item, span));
        let mut made = FxHashMap::default();
        for (local, decl) in body.locals.iter_enumerated() {
            let index = local.index();
            let ty = if index == 1 && body.is_param(local) {
                self.environment(decl.ty)
            } else if local == Local::RETURN || body.is_param(local) {
                let written =
                    |index: usize| closure.and_then(|closure| *closure.written.get(index)?);
                let pattern = match (&declared, index) {
                    (Some((_, Some(output))), 0) => Some(*output),
                    (_, 0) => written(closure.map_or(0, |closure| closure.params.len())),
                    (Some((inputs, _)), _) => inputs.get(index - 2).copied(),
                    (None, _) => written(index - 2),
                };
                // What is left out of a result is inferred.
                let is_bound = declared.is_some() || local == Local::RETURN;
                let open = if is_bound { Open::Bound } else { Open::Elided };
                let mut mark = Mark { made: std::mem::take(&mut made), ..Mark::new(self, open) };
                let ty = match pattern {
                    Some(pattern) => mark.ty(pattern, decl.ty),
                    None => mark.regions.renumber_free(decl.ty),
                };
                made = mark.made;
                ty
            } else {
                self.local_ty(local, decl)
            };
            self.locals.push(ty);
        }
        for local in body.param_locals().skip(1) {
            self.implied_by(self.locals[local]);
        }
    }

    /// The type of a variable, with the lifetimes that its declaration names.
    pub(super) fn local_ty(&mut self, local: Local, decl: &LocalDecl) -> Ty {
        let Some(written) = decl.written.filter(|ty| ty.has(Flags::REGION)) else {
            return self.renumber_local(local, decl.ty);
        };
        Mark::new(self, Open::Inferred).ty(written, decl.ty)
    }

    /// Whether a place is a local of whose type nobody said yet which lifetimes it binds.
    pub(super) fn is_open(&self, place: &Place) -> bool {
        !self.open.is_empty() && place.projection.is_empty() && self.open.contains(&place.local)
    }

    /// The type of a place that is given its first value; where it does not say which lifetimes it binds, the value's does.
    pub(super) fn adopt(&mut self, place: &Place, own: Ty, value: Ty) -> Ty {
        if !self.is_open(place) {
            return own;
        }
        self.open.remove(&place.local);
        if self.forget(own) != self.forget(value) {
            return own;
        }
        let ty = Adopt::of(self, value, own);
        self.locals[place.local] = ty;
        ty
    }

    /// [`Regions::adopt`] for what becomes an object there: what the object binds, where it goes says.
    pub(super) fn adopt_object(&mut self, place: &Place, own: Ty, value: Ty) -> Ty {
        if !self.is_open(place) {
            return own;
        }
        if self.forget(own) == self.forget(value) {
            return self.adopt(place, own, value);
        }
        match self.wanted(place.local, 0) {
            Some(wanted) => self.adopt(place, own, wanted),
            None => own,
        }
    }

    fn environment(&mut self, ty: Ty) -> Ty {
        let TyKind::Ref(_, closure, mutability) = ty.kind() else {
            let closure = self.renumber_free(ty);
            return self.declared_captures(closure);
        };
        let closure = self.renumber_free(*closure);
        let closure = self.declared_captures(closure);
        let call = region_of(self.origins.push(Origin::Late));
        let env = Ty::new(TyKind::Ref(call, closure, *mutability));
        self.implied_by(env);
        env
    }

    /// A closure that captured what binds lifetimes, if the declaration of what it captured says which.
    fn declared_captures(&mut self, ty: Ty) -> Ty {
        let TyKind::Closure(def, args) = ty.kind() else { return ty };
        let Some(&GenericArg::Ty(held)) = args.as_slice().last() else { return ty };
        if !has(held, is_erased) {
            return ty;
        }
        let thir = &vez_thir::thir_body(self.facts.db, vez_mir::body_owner(*def)).value;
        let Some(closure) = thir.closures.iter().find(|closure| closure.def == *def) else {
            return ty;
        };
        let pairs = closure.captures.iter().zip(closure_captures(*args));
        let held = pairs.map(|(capture, &held)| {
            let mut declared = self.declared_local(thir, capture);
            for step in &capture.projections {
                declared = match (step, declared.map(|ty| ty.kind())) {
                    (vez_thir::CaptureProjection::Deref, Some(TyKind::Ref(_, target, _))) => {
                        Some(*target)
                    }
                    _ => None,
                };
            }
            match (declared, held.kind()) {
                (Some(given), TyKind::Ref(region, own, mutability))
                    if given.erase_regions() == self.forget(*own) =>
                {
                    let own = Adopt::of(self, given, *own);
                    Ty::new(TyKind::Ref(*region, own, *mutability))
                }
                (Some(given), _) if given.erase_regions() == self.forget(held) => {
                    Adopt::of(self, given, held)
                }
                _ => held,
            }
        });
        let held: Vec<Ty> = held.collect();
        let mut all = args.as_slice().to_vec();
        if let Some(last) = all.last_mut() {
            *last = GenericArg::Ty(Ty::tuple(held));
        }
        Ty::new(TyKind::Closure(*def, GenericArgs::new(all)))
    }

    /// The type that a captured variable is declared with: by its `let`, or as a parameter of the function.
    fn declared_local(&self, thir: &vez_thir::Body, capture: &vez_thir::Capture) -> Option<Ty> {
        if let Some(written) = thir.locals[capture.local].written {
            return Some(written);
        }
        let owner = thir.owner;
        if !matches!(owner.kind(), DefKind::Fn | DefKind::AssocFn) {
            return None;
        }
        let is_it = |param: &vez_thir::Param| match thir.pats[param.pat].kind {
            PatKind::Binding { local, by_ref: None, .. } => local == capture.local,
            _ => false,
        };
        let index = thir.params.iter().position(is_it)?;
        vez_traits::fn_sig(self.facts.db, owner).inputs().get(index).copied()
    }

    /// What a bound of an item says that a closure is given, and what it gives.
    fn declared(&self, item: DefId, span: Span) -> Option<(Vec<Ty>, Option<Ty>)> {
        let db = self.facts.db;
        let lang = lang_items(db);
        let all = vez_traits::all_predicates(db, item);
        let args =
            all.iter().filter(|(_, at)| *at == span).find_map(|(clause, _)| match clause {
                Predicate::Trait(bound) if lang.fn_trait_kind(bound.trait_).is_some() => {
                    Some(bound.args)
                }
                Predicate::Projection { assoc, args, .. }
                    if lang.fn_once_output == Some(*assoc) =>
                {
                    Some(*args)
                }
                _ => None,
            })?;
        let TyKind::Tuple(inputs) = args.ty_at(1).kind() else { return None };
        let output = all.iter().find_map(|(clause, _)| match clause {
            Predicate::Projection { assoc, args: of, ty }
                if lang.fn_once_output == Some(*assoc) && of.ty_at(0) == args.ty_at(0) =>
            {
                Some(*ty)
            }
            _ => None,
        });
        Some((inputs.as_slice().to_vec(), output))
    }
}

impl<'r, 'a> Mark<'r, 'a> {
    fn new(regions: &'r mut Regions<'a>, open: Open) -> Mark<'r, 'a> {
        Mark { regions, open, made: FxHashMap::default(), depth: 0, inputs: 0 }
    }
}

/// Puts what one type binds where another of the same form leaves that open.
pub(super) struct Adopt {
    /// The regions of the first in order.
    given: std::vec::IntoIter<Region>,
}

impl Adopt {
    pub(super) fn of(regions: &mut Regions<'_>, given: Ty, into: Ty) -> Ty {
        struct All(Vec<Region>);
        impl Folder for All {
            fn fold_region(&mut self, region: Region) -> Region {
                self.0.push(region);
                region
            }
        }
        let list = |ty: Ty| {
            let mut all = All(Vec::new());
            all.fold_ty(ty);
            all.0
        };
        let mut given = list(given);
        if given.len() != list(into).len() {
            return into;
        }
        // A region that is not bound may be another one in each type.
        for region in &mut given {
            *region = match region.kind() {
                RegionKind::Var(raw) if raw != Regions::STATIC.raw() => region_of(regions.fresh()),
                // A lifetime of the function around the closure that it is declared in.
                RegionKind::Param { .. } => Region::erased(),
                _ => *region,
            };
        }
        Adopt { given: given.into_iter() }.fold_ty(into)
    }
}

impl Folder for Adopt {
    fn fold_region(&mut self, region: Region) -> Region {
        match self.given.next() {
            // What binds it may be erased where its own type is used, in what it gives.
            Some(given) if is_erased(region.kind()) || is_bound(given.kind()) => given,
            _ => region,
        }
    }
}

impl Mark<'_, '_> {
    fn ty(&mut self, pattern: Ty, erased: Ty) -> Ty {
        match (pattern.kind(), erased.kind()) {
            (TyKind::Ref(region, a, _), TyKind::Ref(_, b, mutability)) => {
                let region = self.region(*region);
                let target = self.ty(*a, *b);
                Ty::new(TyKind::Ref(region, target, *mutability))
            }
            (TyKind::Tuple(a), TyKind::Tuple(b)) if a.as_slice().len() == b.as_slice().len() => {
                let pairs = a.as_slice().iter().zip(b.as_slice());
                Ty::tuple(pairs.map(|(&a, &b)| self.ty(a, b)).collect())
            }
            (TyKind::Slice(a), TyKind::Slice(b)) => {
                let elem = self.ty(*a, *b);
                Ty::new(TyKind::Slice(elem))
            }
            (TyKind::Array(a, _), TyKind::Array(b, len)) => {
                let elem = self.ty(*a, *b);
                Ty::new(TyKind::Array(elem, *len))
            }
            (TyKind::Adt(def, a), TyKind::Adt(other, b)) if def == other => {
                Ty::new(TyKind::Adt(*def, self.args(*a, *b)))
            }
            (TyKind::FnDef(def, a), TyKind::FnDef(other, b)) if def == other => {
                Ty::new(TyKind::FnDef(*def, self.args(*a, *b)))
            }
            (TyKind::FnPtr(a), TyKind::FnPtr(b)) => self.sig(a, b),
            (TyKind::Dyn(a), TyKind::Dyn(b)) => self.object(a, b),
            _ if self.inputs > 0 && (self.open != Open::Inferred || has(pattern, is_bound)) => {
                erased
            }
            _ if self.open == Open::Inferred => self.regions.renumber(erased),
            _ => self.regions.renumber_free(erased),
        }
    }

    fn args(&mut self, pattern: GenericArgs, erased: GenericArgs) -> GenericArgs {
        let pairs = pattern.as_slice().iter().zip(erased.as_slice());
        let args = pairs.map(|(&a, &b)| match (a, b) {
            (GenericArg::Ty(a), GenericArg::Ty(b)) => GenericArg::Ty(self.ty(a, b)),
            (GenericArg::Region(a), _) => GenericArg::Region(self.region(a)),
            (_, b) => b,
        });
        args.collect()
    }

    fn sig(&mut self, pattern: &FnSig, erased: &FnSig) -> Ty {
        self.depth += 1;
        self.inputs += 1;
        let pairs = pattern.inputs().iter().zip(erased.inputs());
        let mut types: Vec<Ty> = pairs.map(|(&a, &b)| self.ty(a, b)).collect();
        self.inputs -= 1;
        types.push(self.ty(pattern.output(), erased.output()));
        self.depth -= 1;
        let inputs_and_output = TyList::new(types);
        Ty::new(TyKind::FnPtr(FnSig { inputs_and_output, ..erased.clone() }))
    }

    fn object(&mut self, pattern: &DynTy, erased: &DynTy) -> Ty {
        self.depth += 1;
        let takes = u32::from(self.regions.is_callable(erased));
        self.inputs += takes;
        let principals = pattern.principal.zip(erased.principal);
        let principal = principals.map(|((_, a), (trait_, b))| (trait_, self.args(a, b)));
        self.inputs -= takes;
        let pairs = pattern.projections.iter().zip(&erased.projections);
        let projections = pairs.map(|(&(_, a), &(assoc, b))| (assoc, self.ty(a, b))).collect();
        self.depth -= 1;
        let region = self.region(pattern.region);
        let autos = erased.autos.clone();
        Ty::new(TyKind::Dyn(DynTy { principal, projections, autos, region }))
    }

    fn region(&mut self, region: Region) -> Region {
        match region.kind() {
            RegionKind::Static => region_of(Regions::STATIC),
            // In what a body writes, one that is left out is bound by name; any other is inferred.
            RegionKind::Erased if self.inputs > 0 && self.open != Open::Inferred => region,
            RegionKind::Bound { depth, .. } if depth < self.depth => region,
            RegionKind::Bound { depth, index }
                if self.open == Open::Bound && depth == self.depth =>
            {
                let origins = &mut self.regions.origins;
                *self.made.entry(index).or_insert_with(|| region_of(origins.push(Origin::Late)))
            }
            RegionKind::Erased if self.open == Open::Elided => {
                region_of(self.regions.origins.push(Origin::Late))
            }
            RegionKind::Param { .. }
                if self.open == Open::Inferred && self.regions.body.kind == BodyKind::Fn =>
            {
                self.regions.universal(region)
            }
            _ if self.open == Open::Inferred => region_of(self.regions.fresh()),
            _ => region_of(self.regions.origins.push(Origin::Free)),
        }
    }
}
