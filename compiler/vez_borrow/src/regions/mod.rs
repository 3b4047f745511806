//! Regions of one body: variables for every lifetime in its types, and what must outlive what.
//!
//! `'a: 'b` is kept as "the value of `'a` includes the value of `'b`": values are sets of points of the body, and of the
//! lifetimes that the caller chooses. Knows nothing of loans.

pub(crate) mod binders;
mod bounds;
pub(crate) mod check;
mod closures;
mod conform;
mod late;
pub(crate) mod liveness;
mod normalize;
pub(crate) mod opaques;
pub(crate) mod params;
mod places;
mod relate;
mod rvalue;
pub(crate) mod solve;
mod universal;
mod variance;

use rustc_hash::{FxHashMap, FxHashSet};
use std::cell::OnceCell;
use std::rc::Rc;
use vez_base::{IdVec, Span, id_type};
use vez_mir::{Body, Facts, Local, Location};
use vez_traits::ImplSource;
use vez_types::{
    DynTy, Flags, FnSig, Folder, GenericArg, GenericArgs, Predicate, Region, RegionKind, TraitRef,
    Ty, TyKind, TyList,
};

id_type!(
    /// A region variable.
    pub(crate) struct RegionVid;
);

/// Why a region must outlive another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Category {
    Return,
    Argument,
    Assignment,
    /// A method's signature must be as its trait's.
    Signature,
    Other,
}

/// `sup: sub`
#[derive(Clone, Copy, Debug)]
pub(crate) struct Constraint {
    pub(crate) sup: RegionVid,
    pub(crate) sub: RegionVid,
    pub(crate) category: Category,
    pub(crate) span: Span,
}

/// What a region is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Origin {
    Static,
    /// A lifetime parameter of the signature.
    Param(Region),
    /// Of a closure: each call chooses it, so that it outlives nothing but itself.
    Late,
    /// Chosen by the caller too, but nothing is known of it: in closures and hidden types.
    Free,
    /// Of a type that binds it: each call may choose it.
    Placeholder,
    Local,
}

/// The regions of a body while constraints are gathered.
pub(crate) struct Regions<'a> {
    pub(crate) body: &'a Body,
    pub(crate) facts: &'a Facts<'a>,
    pub(crate) origins: IdVec<RegionVid, Origin>,
    pub(crate) constraints: Vec<Constraint>,
    /// The types of locals, every region a variable.
    pub(crate) locals: IdVec<Local, Ty>,
    /// The region of each borrow, by where it is made.
    pub(crate) borrows: FxHashMap<Location, RegionVid>,
    params: FxHashMap<u32, RegionVid>,
    /// `sup: sub` that the signature promises.
    pub(crate) promised: Vec<(RegionVid, RegionVid)>,
    /// What parameters must outlive, and what the signature says they do.
    param_bounds: Vec<params::ParamBound>,
    promised_params: Vec<(vez_types::ParamTy, RegionVid)>,
    placeholders: Vec<binders::Placeholder>,
    lent: Vec<binders::Lent>,
    /// A type was renumbered that does not say which lifetimes it binds.
    left_erased: bool,
    /// Locals of whose types nobody said yet which lifetimes they bind.
    open: FxHashSet<Local>,
    /// What the result's `impl Trait`s hide.
    hidden: Vec<opaques::Hidden>,
    /// What the body's where-clauses say, supertraits included, once something asks for it.
    clauses: OnceCell<Rc<[Predicate]>>,
    /// What makes trait bounds true, regions forgotten.
    sources: FxHashMap<TraitRef, Option<ImplSource>>,
    /// Where constraints made now come from.
    span: Span,
    category: Category,
    /// Depth of normalisation, against associated types that unfold forever.
    depth: u32,
}

/// The region of a variable.
pub(crate) fn region_of(vid: RegionVid) -> Region {
    Region::new(RegionKind::Var(vid.raw()))
}

impl<'a> Regions<'a> {
    /// Gathers the constraints of a body.
    pub(crate) fn new(body: &'a Body, facts: &'a Facts<'a>) -> Regions<'a> {
        let mut regions = Regions {
            body,
            facts,
            origins: IdVec::new(),
            constraints: Vec::new(),
            locals: IdVec::new(),
            borrows: FxHashMap::default(),
            params: FxHashMap::default(),
            promised: Vec::new(),
            param_bounds: Vec::new(),
            promised_params: Vec::new(),
            placeholders: Vec::new(),
            lent: Vec::new(),
            left_erased: false,
            open: FxHashSet::default(),
            hidden: Vec::new(),
            clauses: OnceCell::new(),
            sources: FxHashMap::default(),
            span: body.span,
            category: Category::Other,
            depth: 0,
        };
        regions.origins.push(Origin::Static);
        regions.signature();
        regions.statements();
        regions.settle_placeholders();
        regions
    }

    pub(crate) fn fresh(&mut self) -> RegionVid {
        self.origins.push(Origin::Local)
    }

    pub(crate) const STATIC: RegionVid = RegionVid::from_raw(0);

    /// The type with a variable for every region: new ones for erased regions.
    pub(crate) fn renumber(&mut self, ty: Ty) -> Ty {
        if !ty.has(Flags::ANY_REGION | Flags::CLOSURE) {
            return ty;
        }
        let mut renumber = Renumber::new(self, Origin::Local);
        let ty = renumber.fold_ty(ty);
        let left_erased = renumber.left_erased;
        self.left_erased |= left_erased;
        ty
    }

    /// [`Regions::renumber`] for the type of a local that nothing is written of. What it binds is as with the first value
    /// that it is given.
    fn renumber_local(&mut self, local: Local, ty: Ty) -> Ty {
        if !ty.has(Flags::ANY_REGION | Flags::CLOSURE) {
            return ty;
        }
        let mut renumber = Renumber::new(self, Origin::Local);
        let ty = renumber.fold_ty(ty);
        if renumber.left_erased {
            self.open.insert(local);
        }
        ty
    }

    /// [`Regions::renumber`] with regions that the caller chooses.
    fn renumber_free(&mut self, ty: Ty) -> Ty {
        Renumber::new(self, Origin::Free).fold_ty(ty)
    }

    fn param(&mut self, region: Region) -> RegionVid {
        let RegionKind::Param { index, .. } = region.kind() else { return self.fresh() };
        if let Some(&vid) = self.params.get(&index) {
            return vid;
        }
        let vid = self.origins.push(Origin::Param(region));
        self.params.insert(index, vid);
        vid
    }

    /// The variable of a region that was renumbered.
    pub(crate) fn vid(&self, region: Region) -> Option<RegionVid> {
        match region.kind() {
            RegionKind::Var(raw) => Some(RegionVid::from_raw(raw)),
            RegionKind::Static => Some(Regions::STATIC),
            _ => None,
        }
    }

    /// `sup: sub`
    pub(crate) fn outlives(&mut self, sup: Region, sub: Region) {
        let (Some(sup), Some(sub)) = (self.vid(sup), self.vid(sub)) else { return };
        if sup != sub && sup != Regions::STATIC {
            let (category, span) = (self.category, self.span);
            self.constraints.push(Constraint { sup, sub, category, span });
        }
    }

    /// Every region of a type outlives one.
    pub(crate) fn type_outlives(&mut self, ty: Ty, sub: Region) {
        let ty = CapturesOnly.fold_ty(ty);
        for sup in regions_in(ty) {
            self.outlives(region_of(sup), sub);
        }
        self.params_outlive(ty, sub);
    }

    /// Whether calling is what a trait object is for: `dyn Fn(..)`.
    pub(crate) fn is_callable(&self, dynamic: &DynTy) -> bool {
        let lang = vez_traits::lang_items(self.facts.db);
        dynamic.principal.is_some_and(|(trait_, _)| lang.fn_trait_kind(trait_).is_some())
    }

    fn has_placeholder(&self, ty: Ty) -> bool {
        regions_in(ty).iter().any(|&vid| self.origins[vid] == Origin::Placeholder)
    }

    pub(crate) fn is_universal(&self, vid: RegionVid) -> bool {
        self.origins[vid] != Origin::Local
    }
}

/// The region variables in a type, each time they occur.
pub(crate) fn regions_in(ty: Ty) -> Vec<RegionVid> {
    struct Collect(Vec<RegionVid>);
    impl Folder for Collect {
        fn fold_region(&mut self, region: Region) -> Region {
            match region.kind() {
                RegionKind::Var(raw) => self.0.push(RegionVid::from_raw(raw)),
                RegionKind::Static => self.0.push(Regions::STATIC),
                _ => {}
            }
            region
        }
        fn fold_ty(&mut self, ty: Ty) -> Ty {
            if ty.has(Flags::REGION) { self.super_fold_ty(ty) } else { ty }
        }
    }
    let mut collect = Collect(Vec::new());
    collect.fold_ty(ty);
    collect.0
}

/// Closures as the tuples of what they capture: that is all they hold, whatever the function around them is generic over.
struct CapturesOnly;

impl Folder for CapturesOnly {
    fn fold_ty(&mut self, ty: Ty) -> Ty {
        match ty.kind() {
            TyKind::Closure(_, args) => {
                let held = closure_captures(*args).iter().map(|&ty| self.fold_ty(ty)).collect();
                Ty::tuple(held)
            }
            _ => self.super_fold_ty(ty),
        }
    }
}

/// Gives every region a variable. Closures get the types of what they capture as one more argument, so that its regions
/// have variables too.
///
/// Erased regions in what fn pointers and `dyn Fn`s take stay erased: each call chooses them anew.
struct Renumber<'r, 'a> {
    regions: &'r mut Regions<'a>,
    origin: Origin,
    /// How many such lists of inputs are around the type.
    inputs: u32,
    left_erased: bool,
}

impl<'r, 'a> Renumber<'r, 'a> {
    fn new(regions: &'r mut Regions<'a>, origin: Origin) -> Renumber<'r, 'a> {
        Renumber { regions, origin, inputs: 0, left_erased: false }
    }
}

impl Renumber<'_, '_> {
    fn sig(&mut self, sig: &FnSig) -> FnSig {
        self.inputs += 1;
        let mut types: Vec<Ty> = sig.inputs().iter().map(|&ty| self.fold_ty(ty)).collect();
        self.inputs -= 1;
        types.push(self.fold_ty(sig.output()));
        FnSig { inputs_and_output: TyList::new(types), ..sig.clone() }
    }

    fn callable(&mut self, dynamic: &DynTy) -> DynTy {
        self.inputs += 1;
        let principal = dynamic.principal.map(|(trait_, args)| (trait_, self.fold_args(args)));
        self.inputs -= 1;
        let projections =
            dynamic.projections.iter().map(|&(assoc, ty)| (assoc, self.fold_ty(ty))).collect();
        let region = self.fold_region(dynamic.region);
        DynTy { principal, projections, autos: dynamic.autos.clone(), region }
    }
}

impl Folder for Renumber<'_, '_> {
    fn fold_region(&mut self, region: Region) -> Region {
        match region.kind() {
            RegionKind::Erased | RegionKind::Error if self.inputs > 0 => {
                self.left_erased = true;
                Region::erased()
            }
            RegionKind::Erased | RegionKind::Error => {
                region_of(self.regions.origins.push(self.origin))
            }
            RegionKind::Static => region_of(Regions::STATIC),
            RegionKind::Param { .. } => region_of(self.regions.param(region)),
            RegionKind::Bound { .. } | RegionKind::Var(_) => region,
        }
    }

    fn fold_ty(&mut self, ty: Ty) -> Ty {
        if let TyKind::Opaque(def, index, args) = ty.kind() {
            let args = opaques::visible_args(self.regions.facts.db, *def, *index, *args);
            return Ty::new(TyKind::Opaque(*def, *index, self.fold_args(args)));
        }
        if let TyKind::FnPtr(sig) = ty.kind() {
            return Ty::new(TyKind::FnPtr(self.sig(sig)));
        }
        if let TyKind::Dyn(dynamic) = ty.kind()
            && self.regions.is_callable(dynamic)
        {
            return Ty::new(TyKind::Dyn(self.callable(dynamic)));
        }
        let TyKind::Closure(def, args) = ty.kind() else { return self.super_fold_ty(ty) };
        let generics = self.regions.facts.closure_generics(*def);
        if args.len() > generics {
            return self.super_fold_ty(ty);
        }
        let captures = self.regions.facts.closure_field_tys(*def, *args);
        let captures: Vec<Ty> = captures.into_iter().map(|ty| self.fold_ty(ty)).collect();
        let mut args: Vec<GenericArg> =
            args.as_slice().iter().map(|&arg| self.fold_arg(arg)).collect();
        args.push(GenericArg::Ty(Ty::tuple(captures)));
        Ty::new(TyKind::Closure(*def, GenericArgs::new(args)))
    }
}

/// The types of a renumbered closure's captures.
pub(crate) fn closure_captures(args: GenericArgs) -> &'static [Ty] {
    match args.as_slice().last() {
        Some(GenericArg::Ty(ty)) => match ty.kind() {
            TyKind::Tuple(types) => types.as_slice(),
            _ => &[],
        },
        _ => &[],
    }
}
