//! Types that bind lifetimes of their own, `for<'a> fn(&'a T)` and `dyn Fn(&T)`: what is used as one must do for every
//! lifetime that a call may choose.
//!
//! Those lifetimes become placeholders, which outlive nothing but themselves. A region that is not made for a placeholder
//! can hold it only by holding all lifetimes. An erased lifetime in what a callable takes is one of which nobody knows
//! whether it is bound: nothing follows from it.

use super::closures::flow_blame;
use super::solve::Values;
use super::{Category, Origin, RegionVid, Regions, region_of};
use vez_base::{BitSet, DefId, FxHashSet, Span};
use vez_db::Db;
use vez_diag::registry::{DataEscapes, LifetimeMayNotOutlive, MismatchedTypes, NotGeneralEnough};
use vez_diag::{Diagnostic, Sink};
use vez_mir::BodyKind;
use vez_traits::{GenericParamKind, generics_of};
use vez_types::{
    DynTy, Flags, FnSig, Folder, GenericArg, GenericArgs, Predicate, Region, RegionKind, TraitRef,
    Ty, TyKind, TyList,
};

/// Why a type has to do for all lifetimes.
#[derive(Clone, Copy, Debug)]
pub(super) enum Why {
    /// It is used as another type that binds lifetimes.
    Type { expected: Ty, found: Ty },
    /// It is called as this trait says.
    Callable { trait_: DefId, output: Ty },
}

/// A lifetime that any call may choose.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Placeholder {
    vid: RegionVid,
    /// Only the regions between these may hold it: those made under its binder.
    start: RegionVid,
    end: Option<RegionVid>,
    why: Why,
    span: Span,
}

/// A placeholder that a closure is given, and what the closure does with it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Lent {
    pub(super) placeholder: RegionVid,
    /// Where it flows.
    pub(super) to: RegionVid,
    pub(super) closure: DefId,
    /// As `Flows` counts them; no target is `'static`.
    pub(super) flow: (usize, Option<usize>),
}

/// Gives each lifetime of the binder around it a new variable.
pub(super) struct Open<'r, 'a> {
    regions: &'r mut Regions<'a>,
    /// `None`: placeholders are made.
    why: Option<Why>,
    /// Whether erased lifetimes are taken for bound ones.
    erased: bool,
    depth: u32,
    made: Vec<(u32, Region)>,
}

impl<'r, 'a> Open<'r, 'a> {
    /// Variables to be found, for a use of what binds lifetimes.
    pub(super) fn any(regions: &'r mut Regions<'a>, erased: bool) -> Open<'r, 'a> {
        Open { regions, why: None, erased, depth: 0, made: Vec::new() }
    }

    pub(super) fn each(regions: &'r mut Regions<'a>, why: Why) -> Open<'r, 'a> {
        Open { regions, why: Some(why), erased: false, depth: 0, made: Vec::new() }
    }

    fn make(&mut self) -> Region {
        let Some(why) = self.why else { return region_of(self.regions.fresh()) };
        let vid = self.regions.origins.push(Origin::Placeholder);
        let span = self.regions.span;
        self.regions.placeholders.push(Placeholder { vid, start: vid, end: None, why, span });
        region_of(vid)
    }
}

impl Folder for Open<'_, '_> {
    fn enter_binder(&mut self) {
        self.depth += 1;
    }

    fn leave_binder(&mut self) {
        self.depth -= 1;
    }

    fn fold_region(&mut self, region: Region) -> Region {
        match region.kind() {
            RegionKind::Bound { depth, index } if depth == self.depth => {
                if let Some((_, made)) = self.made.iter().find(|(i, _)| *i == index) {
                    return *made;
                }
                let made = self.make();
                self.made.push((index, made));
                made
            }
            RegionKind::Erased | RegionKind::Error if self.erased && self.depth == 0 => {
                region_of(self.regions.fresh())
            }
            _ => region,
        }
    }
}

/// What of a callable's type matters to who calls it: what it takes, as a tuple, and what it gives.
#[derive(Clone, Copy)]
pub(super) struct Call {
    pub(super) inputs: Ty,
    pub(super) output: Option<Ty>,
}

impl Call {
    pub(super) fn of_sig(sig: &FnSig) -> Call {
        Call { inputs: Ty::tuple(sig.inputs().to_vec()), output: Some(sig.output()) }
    }

    pub(super) fn of_dyn(dynamic: &DynTy) -> Option<Call> {
        let (_, args) = dynamic.principal?;
        let output = dynamic.projections.first().map(|&(_, ty)| ty);
        Some(Call { inputs: args.ty_at(0), output })
    }

    fn open(self, open: &mut Open<'_, '_>) -> Call {
        Call { inputs: open.fold_ty(self.inputs), output: self.output.map(|ty| open.fold_ty(ty)) }
    }
}

impl Regions<'_> {
    /// What is made inside `f` may hold the placeholders that are made there.
    pub(super) fn within_binder(&mut self, f: impl FnOnce(&mut Self)) {
        let first = self.placeholders.len();
        let start = self.origins.next_id();
        f(self);
        let end = self.origins.next_id();
        for placeholder in &mut self.placeholders[first..] {
            if placeholder.end.is_none() {
                (placeholder.start, placeholder.end) = (start, Some(end));
            }
        }
    }

    /// A fn pointer goes where another is expected.
    pub(super) fn sub_sigs(&mut self, sub: &FnSig, sup: &FnSig) {
        let lists = [sub.inputs_and_output, sup.inputs_and_output];
        if lists[0] == lists[1] {
            return;
        }
        let types = || lists.iter().flat_map(|list| list.as_slice());
        if !types().any(|&ty| has(ty, is_bound)) {
            return self.relate_sig_parts(sub, sup);
        }
        if types().any(|&ty| has(ty, is_erased)) {
            let sup = Open::any(self, false).fold_sig(sup);
            let sub = Open::any(self, false).fold_sig(sub);
            return self.relate_sig_parts(&sub, &sup);
        }
        let pointer = |sig: &FnSig| Ty::new(TyKind::FnPtr(sig.clone()));
        let why = Why::Type { expected: pointer(sup), found: pointer(sub) };
        self.within_binder(|regions| {
            let sup = Open::each(regions, why).fold_sig(sup);
            let sub = Open::any(regions, false).fold_sig(sub);
            regions.relate_sig_parts(&sub, &sup);
        });
    }

    /// A trait object goes where another of the same trait is expected; their own lifetimes are not looked at.
    pub(super) fn sub_dyns(&mut self, sub: &DynTy, sup: &DynTy) {
        if sub.principal == sup.principal && sub.projections == sup.projections {
            return;
        }
        if sub.principal.map(|(def, _)| def) != sup.principal.map(|(def, _)| def) {
            return self.promise_object(Ty::new(TyKind::Dyn(sub.clone())), sup);
        }
        let parts = [sub, sup];
        if !parts.iter().any(|dynamic| in_dyn(dynamic, is_bound)) {
            return self.relate_dyn_parts(sub, sup);
        }
        if parts.iter().any(|dynamic| in_dyn(dynamic, is_erased)) {
            let sup = open_dyn(&mut Open::any(self, false), sup);
            let sub = open_dyn(&mut Open::any(self, false), sub);
            return self.relate_dyn_parts(&sub, &sup);
        }
        let object = |dynamic: &DynTy| Ty::new(TyKind::Dyn(dynamic.clone()));
        let why = Why::Type { expected: object(sup), found: object(sub) };
        self.within_binder(|regions| {
            let sup = open_dyn(&mut Open::each(regions, why), sup);
            let sub = open_dyn(&mut Open::any(regions, false), sub);
            regions.relate_dyn_parts(&sub, &sup);
        });
    }

    /// A value is called as `call` says, with whatever lifetimes it binds.
    pub(super) fn callable_as(&mut self, callee: Ty, call: Call, trait_: DefId) {
        let parts = [Some(callee), Some(call.inputs), call.output];
        let is_known = !parts.into_iter().flatten().any(|ty| has(ty, is_erased));
        self.within_binder(|regions| {
            let why = Why::Callable { trait_, output: call.output.unwrap_or_else(Ty::unit) };
            let call = match is_known {
                true => call.open(&mut Open::each(regions, why)),
                false => call.open(&mut Open::any(regions, true)),
            };
            let inputs = regions.normalize(call.inputs);
            let output = call.output.unwrap_or_else(Ty::unit);
            let expected = regions.forget(output);
            if let Some(found) = regions.call_output(callee, inputs, expected) {
                let output = regions.normalize(output);
                let category = std::mem::replace(&mut regions.category, Category::Signature);
                match callee.kind() {
                    TyKind::FnDef(..) | TyKind::FnPtr(_) => regions.equate(found, output),
                    _ => regions.subtype(found, output),
                }
                regions.category = category;
            }
        });
    }

    /// Calls what has a type of its own to say what it takes: a trait object or fn pointer, behind references and boxes.
    /// `None` where the type does not say it all.
    pub(super) fn opened_call(&mut self, callee: Ty) -> Option<Call> {
        let call = match callee.kind() {
            TyKind::Ref(_, target, _) => return self.opened_call(*target),
            TyKind::Adt(_, args) if self.facts.is_box(callee) => {
                return self.opened_call(args.ty_at(0));
            }
            TyKind::Dyn(dynamic) if self.is_callable(dynamic) => Call::of_dyn(dynamic)?,
            TyKind::FnPtr(sig) => Call::of_sig(sig),
            TyKind::Param(_) | TyKind::Opaque(..) => self.promised_call(callee)?,
            _ => return None,
        };
        if has(call.inputs, is_erased) || call.output.is_none_or(|ty| has(ty, is_erased)) {
            return None;
        }
        Some(call.open(&mut Open::any(self, false)))
    }

    /// The one call that a parameter's bounds, or those of an `impl Trait`, speak of.
    fn promised_call(&mut self, callee: Ty) -> Option<Call> {
        let db = self.facts.db;
        let (clauses, args): (Vec<Predicate>, _) = match callee.kind() {
            TyKind::Opaque(def, index, args) => {
                let bounds = vez_traits::opaque_bounds(db, *def, *index).iter();
                (bounds.map(|&(clause, _)| clause).collect(), *args)
            }
            _ => {
                let all = vez_traits::all_predicates(db, self.facts.owner).iter();
                (all.map(|&(clause, _)| clause).collect(), GenericArgs::empty())
            }
        };
        let lang = vez_traits::lang_items(db);
        let is_its = |ty: Ty| match (ty.kind(), callee.kind()) {
            (TyKind::Opaque(def, i, _), TyKind::Opaque(other, j, _)) => (def, i) == (other, j),
            _ => ty == callee,
        };
        let mut calls = clauses.iter().filter_map(|clause| match clause {
            Predicate::Trait(bound) if lang.fn_trait_kind(bound.trait_).is_some() => {
                is_its(bound.self_ty()).then_some(*bound)
            }
            _ => None,
        });
        let (Some(bound), None) = (calls.next(), calls.next()) else { return None };
        let output = clauses.iter().find_map(|clause| match clause {
            Predicate::Projection { assoc, args, ty }
                if lang.fn_once_output == Some(*assoc) && is_its(args.ty_at(0)) =>
            {
                Some(*ty)
            }
            _ => None,
        })?;
        let inputs = bound.args.ty_at(1).substitute(args);
        let output = output.substitute(args);
        // The lifetimes of a function are not those of its closures.
        let is_closure = self.body.kind == BodyKind::Closure;
        if is_closure && (inputs.has(Flags::REGION_PARAM) || output.has(Flags::REGION_PARAM)) {
            return None;
        }
        Some(Call { inputs: self.renumber(inputs), output: Some(self.renumber(output)) })
    }

    /// A function's own pointer type: the lifetimes that each call chooses are bound by it.
    pub(super) fn item_pointer(&mut self, def: DefId, args: GenericArgs) -> Ty {
        let args = self.fresh_args(def, args);
        let bound: Vec<RegionVid> = late_bound(self, def)
            .into_iter()
            .filter_map(|index| match args.as_slice().get(index as usize) {
                Some(GenericArg::Region(region)) => self.vid(*region),
                _ => None,
            })
            .collect();
        let sig = vez_traits::fn_sig(self.facts.db, def).substitute(args);
        let types = sig.inputs_and_output.as_slice().iter().map(|&ty| {
            let ty = self.renumber(ty);
            self.normalize(ty)
        });
        let inputs_and_output = types.collect::<TyList>();
        let sig = FnSig { inputs_and_output, ..sig };
        Ty::new(TyKind::FnPtr(Bind { bound: &bound, depth: 0 }.fold_sig(&sig)))
    }

    /// The arguments of a function for one more use of it: the lifetimes that each call chooses are new.
    pub(super) fn fresh_args(&mut self, def: DefId, args: GenericArgs) -> GenericArgs {
        let args = self.complete_args(def, args);
        let late = late_bound(self, def);
        if late.is_empty() {
            return args;
        }
        let mut all = args.as_slice().to_vec();
        for index in late {
            if let Some(arg) = all.get_mut(index as usize) {
                *arg = GenericArg::Region(region_of(self.fresh()));
            }
        }
        GenericArgs::new(all)
    }

    /// What holds a placeholder that it is not made for holds all lifetimes.
    pub(crate) fn settle_placeholders(&mut self) {
        if self.placeholders.is_empty() {
            return;
        }
        let mut sups = vec![Vec::new(); self.origins.len()];
        for constraint in &self.constraints {
            sups[constraint.sub.index()].push(constraint.sup);
        }
        let mut held = Vec::new();
        for placeholder in &self.placeholders {
            let mut seen = BitSet::new_empty(self.origins.len());
            let mut open = vec![placeholder.vid];
            while let Some(vid) = open.pop() {
                for &sup in &sups[vid.index()] {
                    let inside =
                        sup >= placeholder.start && placeholder.end.is_none_or(|end| sup < end);
                    if seen.insert(sup) && inside {
                        open.push(sup);
                    } else if !inside && sup != Regions::STATIC {
                        held.push((sup, placeholder.span));
                    }
                }
            }
        }
        for (sup, span) in held {
            let category = Category::Other;
            self.constraints.push(super::Constraint { sup, sub: Regions::STATIC, category, span });
        }
    }
}

/// Puts binders back around what was opened.
struct Bind<'a> {
    bound: &'a [RegionVid],
    depth: u32,
}

impl Folder for Bind<'_> {
    fn enter_binder(&mut self) {
        self.depth += 1;
    }

    fn leave_binder(&mut self) {
        self.depth -= 1;
    }

    fn fold_region(&mut self, region: Region) -> Region {
        let RegionKind::Var(raw) = region.kind() else { return region };
        match self.bound.iter().position(|vid| vid.raw() == raw) {
            Some(index) => {
                Region::new(RegionKind::Bound { depth: self.depth, index: index as u32 })
            }
            None => region,
        }
    }
}

/// What a bound on what is called says that calls give.
pub(super) fn output_in(db: &dyn Db, bounds: &[(Predicate, Span)], bound: TraitRef) -> Option<Ty> {
    let lang = vez_traits::lang_items(db);
    bounds.iter().find_map(|(clause, _)| match clause {
        Predicate::Projection { assoc, args, ty }
            if lang.fn_once_output == Some(*assoc) && *args == bound.args =>
        {
            Some(*ty)
        }
        _ => None,
    })
}

/// A function's own lifetimes that each call chooses: those that no bound names.
pub(super) fn late_bound(regions: &Regions<'_>, def: DefId) -> Vec<u32> {
    struct Named(Vec<u32>);
    impl Folder for Named {
        fn fold_region(&mut self, region: Region) -> Region {
            if let RegionKind::Param { index, .. } = region.kind() {
                self.0.push(index);
            }
            region
        }
    }
    let db = regions.facts.db;
    if !matches!(def.kind(), vez_base::DefKind::Fn | vez_base::DefKind::AssocFn) {
        return Vec::new();
    }
    let own = generics_of(db, def).params.iter();
    let mut late: Vec<u32> = own
        .filter(|param| param.kind == GenericParamKind::Lifetime)
        .map(|param| param.index)
        .collect();
    if !late.is_empty() {
        let mut named = Named(Vec::new());
        for &(clause, _) in &vez_traits::predicates_of(db, def).own {
            named.fold_predicate(clause);
        }
        late.retain(|index| !named.0.contains(index));
    }
    late
}

fn open_dyn(open: &mut Open<'_, '_>, dynamic: &DynTy) -> DynTy {
    let principal = dynamic.principal.map(|(trait_, args)| (trait_, open.fold_args(args)));
    let projections =
        dynamic.projections.iter().map(|&(assoc, ty)| (assoc, open.fold_ty(ty))).collect();
    DynTy { principal, projections, ..dynamic.clone() }
}

fn in_dyn(dynamic: &DynTy, wanted: fn(RegionKind) -> bool) -> bool {
    let args = dynamic.principal.map(|(_, args)| args);
    let args = args.iter().flat_map(|args| args.as_slice()).filter_map(|arg| match arg {
        GenericArg::Ty(ty) => Some(*ty),
        _ => None,
    });
    args.chain(dynamic.projections.iter().map(|&(_, ty)| ty)).any(|ty| has(ty, wanted))
}

pub(super) fn is_bound(kind: RegionKind) -> bool {
    matches!(kind, RegionKind::Bound { .. })
}

pub(super) fn is_erased(kind: RegionKind) -> bool {
    matches!(kind, RegionKind::Erased)
}

/// Whether a type has such a region.
pub(super) fn has(ty: Ty, wanted: fn(RegionKind) -> bool) -> bool {
    has_in(GenericArg::Ty(ty), wanted)
}

pub(super) fn has_in(arg: GenericArg, wanted: fn(RegionKind) -> bool) -> bool {
    struct Search(bool, fn(RegionKind) -> bool);
    impl Folder for Search {
        fn fold_region(&mut self, region: Region) -> Region {
            self.0 |= (self.1)(region.kind());
            region
        }
        fn fold_ty(&mut self, ty: Ty) -> Ty {
            if ty.has(Flags::ANY_REGION) { self.super_fold_ty(ty) } else { ty }
        }
    }
    let mut search = Search(false, wanted);
    search.fold_arg(arg);
    search.0
}

/// Reports each type that does not do for a lifetime that a call may choose.
pub(crate) fn check(regions: &Regions<'_>, values: &Values, sink: &mut Sink) {
    let mut reported = FxHashSet::default();
    for placeholder in &regions.placeholders {
        let vid = placeholder.vid;
        if values.is_within(vid, vid) {
            continue;
        }
        let report = match (placeholder.why, lent(regions, values, vid)) {
            (_, Some(report)) => report,
            (Why::Type { expected, found }, None) => {
                let (expected, found) = (shown(regions, expected), shown(regions, found));
                MismatchedTypes { expected, found }
                    .at(placeholder.span)
                    .here("one type is more general than the other")
            }
            (Why::Callable { output, .. }, None) if is_given(regions, values, vid) => {
                let expected = shown(regions, output);
                MismatchedTypes { expected, found: expected }
                    .at(placeholder.span)
                    .here("one type is more general than the other")
            }
            (Why::Callable { trait_, .. }, None) => NotGeneralEnough { trait_: trait_.name() }
                .at(placeholder.span)
                .here("it must do for every lifetime that a call may choose"),
        };
        if reported.insert(report.span) {
            sink.report(report);
        }
    }
}

/// Whether it is what a call gives that does not do.
fn is_given(regions: &Regions<'_>, values: &Values, placeholder: RegionVid) -> bool {
    let wrong = |vid| vid != placeholder && regions.is_universal(vid);
    let chain = values.why(regions, placeholder, wrong);
    chain.is_some_and(|chain| chain.iter().any(|link| link.category == Category::Signature))
}

/// What a closure does with a lifetime that it is lent for one call.
fn lent(regions: &Regions<'_>, values: &Values, placeholder: RegionVid) -> Option<Diagnostic> {
    let lent = regions
        .lent
        .iter()
        .find(|lent| lent.placeholder == placeholder && !values.is_within(lent.to, placeholder))?;
    let (span, param) = flow_blame(regions.facts.db, lent.closure, lent.flow)?;
    Some(match param {
        Some(param) => DataEscapes { scope: "the closure" }
            .at(span)
            .here(format!("`{param}` escapes the closure here")),
        None => {
            LifetimeMayNotOutlive {}.at(span).here("this is lent to the closure for one call only")
        }
    })
}

/// A type with the names of its lifetimes, for a message.
fn shown(regions: &Regions<'_>, ty: Ty) -> Ty {
    struct Name<'r, 'a>(&'r Regions<'a>);
    impl Folder for Name<'_, '_> {
        fn fold_region(&mut self, region: Region) -> Region {
            match self.0.vid(region).map(|vid| self.0.origins[vid]) {
                Some(Origin::Static) => Region::static_(),
                Some(Origin::Param(region)) => region,
                Some(_) => Region::erased(),
                None => region,
            }
        }
    }
    Name(regions).fold_ty(ty)
}
