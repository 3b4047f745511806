//! Generic arguments of paths, and associated types found by the bounds of a parameter (`T::Item`).

use super::assoc::associated_items;
use super::generics::{
    GenericParamDef, GenericParamKind, const_param_ty_at, generics_of, param_default,
};
use super::lower::{SigCtx, TypeLowerer};
use super::traits::{super_trait_defs, supertrait_refs_naming};
use super::{AssocKind, identity_args};
use vez_base::{DefId, DefKind, FxHashSet, Name, Span};
use vez_db::Db;
use vez_diag::Count;
use vez_diag::registry::*;
use vez_hir as hir;
use vez_types::{GenericArg, GenericArgs, TraitRef, Ty};

/// Nesting of `T::A` inside the bounds that are searched for `A`; more is a cycle.
const SHORTHAND_DEPTH: u32 = 8;

impl TypeLowerer<'_, '_> {
    /// Arguments for `def`: `prefix` for the parent's parameters, then what is written for its own. With `infer`, those left
    /// out are inferred, defaults notwithstanding.
    pub fn own_args(
        &mut self,
        def: DefId,
        prefix: Vec<GenericArg>,
        written: Option<&hir::GenericArgs>,
        span: Span,
        infer: bool,
    ) -> GenericArgs {
        if let Some(constraint) = written.and_then(|written| written.constraints.first()) {
            self.ctx.report(MisplacedConstraint.at(constraint.span));
        }
        self.fill_args(def, prefix, written, span, infer)
    }

    /// Like [`own_args`](Self::own_args), for a bound, whose constraints the caller lowers.
    pub(super) fn fill_args(
        &mut self,
        def: DefId,
        prefix: Vec<GenericArg>,
        written: Option<&hir::GenericArgs>,
        span: Span,
        infer: bool,
    ) -> GenericArgs {
        let generics = generics_of(self.ctx.db(), def);
        let mut args = prefix;
        // A trait's `Self` came with the prefix.
        let skip = args.len().saturating_sub(generics.parent_count as usize);
        let mut given = Given::new(written);
        for (own_index, param) in generics.params.iter().enumerate().skip(skip) {
            let arg = match given.next_for(param) {
                Some(arg) => self.lower_arg(def, param, arg),
                None => self.missing_arg(def, own_index, param, &args, span, infer, &mut given),
            };
            args.push(arg);
        }
        self.check_count(def, &generics.params[skip..], written, &given, span);
        GenericArgs::new(args)
    }

    fn lower_arg(
        &mut self,
        def: DefId,
        param: &GenericParamDef,
        arg: &hir::GenericArg,
    ) -> GenericArg {
        match (param.kind, arg) {
            (GenericParamKind::Lifetime, hir::GenericArg::Lifetime(lifetime)) => {
                GenericArg::Region(self.ctx.region(lifetime))
            }
            (GenericParamKind::Type { .. }, hir::GenericArg::Type(ty)) => {
                GenericArg::Ty(self.lower(*ty))
            }
            (GenericParamKind::Const { .. }, hir::GenericArg::Const(value, span)) => {
                let expected = const_param_ty_at(self.ctx.db(), def, param.index);
                GenericArg::Const(self.lower_const(value, expected, *span))
            }
            // A path to a constant parses as a type.
            (GenericParamKind::Const { .. }, hir::GenericArg::Type(ty)) => {
                self.lower_type_as_const(def, param, *ty)
            }
            (_, hir::GenericArg::Const(_, span)) => {
                self.ctx.report(GenericArgumentOrder.at(*span));
                param.error_arg()
            }
            _ => param.error_arg(),
        }
    }

    fn lower_type_as_const(
        &mut self,
        def: DefId,
        param: &GenericParamDef,
        ty: hir::TypeId,
    ) -> GenericArg {
        let types = self.types;
        let hir::Type { kind, span } = &types.types[ty];
        let value = match kind {
            hir::TypeKind::Path(hir::QPath::Resolved { self_ty: None, path }) => {
                hir::ConstArg::Path(path.res)
            }
            hir::TypeKind::Infer => hir::ConstArg::Infer,
            hir::TypeKind::Error => hir::ConstArg::Error,
            _ => {
                self.ctx.report(GenericArgumentOrder.at(*span));
                hir::ConstArg::Error
            }
        };
        let expected = const_param_ty_at(self.ctx.db(), def, param.index);
        GenericArg::Const(self.lower_const(&value, expected, *span))
    }

    fn missing_arg(
        &mut self,
        def: DefId,
        own_index: usize,
        param: &GenericParamDef,
        before: &[GenericArg],
        span: Span,
        infer: bool,
        given: &mut Given<'_>,
    ) -> GenericArg {
        match param.kind {
            // Left-out lifetimes are elided wherever a path may leave them out.
            GenericParamKind::Lifetime => {
                GenericArg::Region(self.ctx.region(&hir::LifetimeRes::Infer))
            }
            GenericParamKind::Type { synthetic: true, .. } => self.ctx.infer_arg(param, span),
            _ if infer => self.ctx.infer_arg(param, span),
            GenericParamKind::Type { has_default: true, .. }
            | GenericParamKind::Const { has_default: true } => {
                let default = param_default(self.ctx.db(), def, own_index);
                match default {
                    Some(default) => substitute_arg(default, before),
                    None => param.error_arg(),
                }
            }
            _ => {
                given.missing += 1;
                param.error_arg()
            }
        }
    }

    fn check_count(
        &mut self,
        def: DefId,
        params: &[GenericParamDef],
        written: Option<&hir::GenericArgs>,
        given: &Given<'_>,
        span: Span,
    ) {
        let what = || format!("{} `{}`", def.kind().describe(), def.name());
        let types =
            |params: &[GenericParamDef]| params.iter().filter(|param| is_explicit(param)).count();
        let left = given.others.len() - given.next_other;
        if given.missing > 0 || left > 0 {
            let at = if left > 0 { written.map_or(span, |written| written.span) } else { span };
            let expected = Count(types(params), "generic argument");
            let found = given.others.len();
            self.ctx.report(GenericArgumentCount { what: what(), expected, found }.at(at));
        }
        let lifetimes = params.iter().filter(|p| p.kind == GenericParamKind::Lifetime);
        let lifetimes = lifetimes.filter(|p| !p.name.is_empty()).count();
        if given.lifetimes.len() > lifetimes
            || (!given.lifetimes.is_empty() && given.lifetimes.len() < lifetimes)
        {
            let expected = Count(lifetimes, "lifetime argument");
            let found = given.lifetimes.len();
            let at = written.map_or(span, |written| written.span);
            self.ctx.report(GenericArgumentCount { what: what(), expected, found }.at(at));
        }
    }

    /// Arguments for a path in value position that names a function, constructor, constant or variant. `self_ty` is the type
    /// before `as` in `<T as Trait>::f`, or the variable for it in `Trait::f`.
    pub fn value_path_args(
        &mut self,
        path: &hir::Path,
        def: DefId,
        self_ty: Option<Ty>,
    ) -> GenericArgs {
        let written = |from_end: usize| {
            let index = path.segments.len().checked_sub(from_end)?;
            path.segments[index].args.as_ref()
        };
        let last = written(1);
        match def.kind() {
            DefKind::Variant => {
                let enum_ = def.parent_def().expect("a variant stands in its enum");
                self.no_args_before_last(path, 2);
                let written = last.or_else(|| written(2));
                self.own_args(enum_, Vec::new(), written, path.span, written.is_none())
            }
            DefKind::AssocFn | DefKind::AssocConst | DefKind::AssocTy => {
                let owner = def.parent_def().expect("an associated item has an owner");
                self.no_args_before_last(path, 2);
                let outer = written(2);
                let prefix = match self_ty {
                    Some(ty) => vec![GenericArg::Ty(ty)],
                    None => Vec::new(),
                };
                let prefix = self.own_args(owner, prefix, outer, path.span, outer.is_none());
                let prefix = prefix.as_slice().to_vec();
                self.own_args(def, prefix, last, path.span, last.is_none())
            }
            _ => {
                self.no_args_before_last(path, 1);
                self.own_args(def, Vec::new(), last, path.span, last.is_none())
            }
        }
    }

    /// `ty::Name` in type position.
    pub(super) fn lower_type_relative(
        &mut self,
        base: hir::TypeId,
        segment: &hir::Segment,
        span: Span,
    ) -> Ty {
        let found = match self.base_res(base) {
            Some(hir::Res::TypeParam { owner, index, .. }) => {
                self.param_assoc(Target { owner, index }, segment)
            }
            Some(hir::Res::SelfTrait(trait_)) => {
                self.param_assoc(Target { owner: trait_, index: 0 }, segment)
            }
            Some(hir::Res::SelfImpl(impl_)) => match self.impl_self(impl_) {
                Some(trait_ref) => {
                    Ok(supertrait_refs_naming(self.ctx.db(), trait_ref, segment.name))
                }
                None => Ok(Vec::new()),
            },
            _ => Ok(Vec::new()),
        };
        let Ok(found) = found else { return Ty::error() };
        match found.as_slice() {
            [trait_ref] => self.assoc_of(*trait_ref, segment, span),
            [] => self.assoc_not_found(base, segment, span),
            several => {
                let ty = self.lower(base);
                let name = segment.name;
                let mut report = AmbiguousAssocTypeBound { name, ty }.at(segment.span);
                for trait_ref in several {
                    report = report.note(format!("it could be `<{ty} as {trait_ref}>::{name}`"));
                }
                self.ctx.report(report);
                Ty::error()
            }
        }
    }

    fn base_res(&self, base: hir::TypeId) -> Option<hir::Res> {
        match &self.types.types[base].kind {
            hir::TypeKind::Path(hir::QPath::Resolved { self_ty: None, path }) => Some(path.res),
            _ => None,
        }
    }

    fn assoc_of(&mut self, trait_ref: TraitRef, segment: &hir::Segment, span: Span) -> Ty {
        let items = associated_items(self.ctx.db(), trait_ref.trait_);
        let Some(item) = items.find(segment.name, AssocKind::Type) else { return Ty::error() };
        let assoc = item.def;
        let prefix = trait_ref.args.as_slice().to_vec();
        let args = self.own_args(assoc, prefix, segment.args.as_ref(), segment.span, false);
        self.ctx.projection(assoc, args, span)
    }

    fn assoc_not_found(&mut self, base: hir::TypeId, segment: &hir::Segment, span: Span) -> Ty {
        let res = self.base_res(base);
        let ty = self.lower(base);
        if ty.is_error() {
            return ty;
        }
        let name = segment.name;
        let by_bounds = matches!(
            res,
            Some(hir::Res::TypeParam { .. } | hir::Res::SelfTrait(_) | hir::Res::SelfImpl(_))
        );
        if by_bounds {
            self.ctx.report(NoSuchAssocType { name, trait_: ty }.at(segment.span));
        } else {
            self.ctx.report(AmbiguousAssocType { name }.at(span));
        }
        Ty::error()
    }

    /// The trait references among a parameter's bounds that have an associated type of this name.
    fn param_assoc(&mut self, target: Target, segment: &hir::Segment) -> Result<Vec<TraitRef>, ()> {
        let depth = self.ctx.shorthand_depth() + 1;
        if depth > SHORTHAND_DEPTH {
            let what = format!("associated type `{}`", segment.name);
            self.ctx.report(Cycle { what }.at(segment.span));
            return Err(());
        }
        let (db, owner) = (self.ctx.db(), self.ctx.owner());
        Ok(bounds_naming(db, owner, target, segment.name, depth))
    }
}

/// A type parameter by its owner and place among the owner's own.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct Target {
    pub(super) owner: DefId,
    pub(super) index: u32,
}

/// The trait references among the bounds on `target`, visible from `scope`, that have an associated type `name`. Lowers those
/// bounds only, so that bounds may mention other associated types of the same parameter.
fn bounds_naming(
    db: &dyn Db,
    scope: DefId,
    target: Target,
    name: Name,
    depth: u32,
) -> Vec<TraitRef> {
    let mut found = Vec::new();
    if target.owner.kind() == DefKind::Trait && target.index == 0 {
        let own = TraitRef { trait_: target.owner, args: identity_args(db, target.owner) };
        if associated_items(db, target.owner).find(name, AssocKind::Type).is_some() {
            found.push(own);
            if !super_trait_defs(db, target.owner).iter().any(|&def| names_assoc(db, def, name)) {
                return found;
            }
        }
    }
    let mut item = Some(scope);
    while let Some(def) = item {
        if super::generics::has_signature(def) {
            let signature = hir::signature(db, def);
            let signature = &signature.value;
            for (path, types) in bounds_on(signature, target) {
                let hir::Res::Def(trait_) = path.res else { continue };
                if trait_.kind() != DefKind::Trait || !names_assoc(db, trait_, name) {
                    continue;
                }
                let mut ctx = SigCtx::nested(db, def, depth);
                let self_ty = target_ty(db, target);
                let mut lowerer = TypeLowerer::new(&mut ctx, types);
                let trait_ref = lowerer.lower_trait_args(trait_, self_ty, path, 1).0;
                for found_ref in supertrait_refs_naming(db, trait_ref, name) {
                    if !found.contains(&found_ref) {
                        found.push(found_ref);
                    }
                }
            }
        }
        item = generics_of(db, def).parent;
    }
    found
}

fn target_ty(db: &dyn Db, target: Target) -> Ty {
    let generics = generics_of(db, target.owner);
    match generics.params.get(target.index as usize) {
        Some(param) => Ty::param(param.index, param.name),
        None => Ty::error(),
    }
}

/// The trait bounds a signature writes on a parameter.
fn bounds_on(
    signature: &hir::Signature,
    target: Target,
) -> impl Iterator<Item = (&hir::Path, &hir::Types)> {
    let supers: &[hir::Bound] = match &signature.kind {
        hir::SignatureKind::Trait { supertraits, .. }
            if signature.def == target.owner && target.index == 0 =>
        {
            supertraits
        }
        _ => &[],
    };
    let clauses =
        signature.generics.predicates.iter().filter_map(move |predicate| match predicate {
            hir::WherePredicate::Type { ty, bounds, .. } => {
                is_target(&signature.types, *ty, target).then_some(&**bounds)
            }
            hir::WherePredicate::Lifetime { .. } => None,
        });
    let bounds = std::iter::once(supers).chain(clauses).flatten();
    bounds.filter_map(|bound| match bound {
        hir::Bound::Trait { maybe: false, path, .. } => Some((path, &signature.types)),
        _ => None,
    })
}

pub(super) fn is_target(types: &hir::Types, ty: hir::TypeId, target: Target) -> bool {
    let hir::TypeKind::Path(hir::QPath::Resolved { self_ty: None, path }) = &types.types[ty].kind
    else {
        return false;
    };
    match path.res {
        hir::Res::TypeParam { owner, index, .. } => target == Target { owner, index },
        hir::Res::SelfTrait(trait_) => target == Target { owner: trait_, index: 0 },
        _ => false,
    }
}

/// Whether a trait or one of its supertraits declares an associated type of this name.
fn names_assoc(db: &dyn Db, trait_: DefId, name: Name) -> bool {
    let mut seen = FxHashSet::default();
    let mut stack = vec![trait_];
    while let Some(trait_) = stack.pop() {
        if !seen.insert(trait_) {
            continue;
        }
        if associated_items(db, trait_).find(name, AssocKind::Type).is_some() {
            return true;
        }
        stack.extend(super_trait_defs(db, trait_));
    }
    false
}

/// The written arguments, lifetimes apart, consumed in order.
struct Given<'a> {
    lifetimes: Vec<&'a hir::GenericArg>,
    others: Vec<&'a hir::GenericArg>,
    next_lifetime: usize,
    next_other: usize,
    missing: usize,
}

impl<'a> Given<'a> {
    fn new(written: Option<&'a hir::GenericArgs>) -> Given<'a> {
        let args = written.map_or(&[][..], |written| &written.args);
        let is_lifetime = |arg: &&hir::GenericArg| matches!(arg, hir::GenericArg::Lifetime(_));
        let (lifetimes, others) = args.iter().partition(is_lifetime);
        Given { lifetimes, others, next_lifetime: 0, next_other: 0, missing: 0 }
    }

    fn next_for(&mut self, param: &GenericParamDef) -> Option<&'a hir::GenericArg> {
        let (list, next) = match param.kind {
            GenericParamKind::Lifetime => (&self.lifetimes, &mut self.next_lifetime),
            GenericParamKind::Type { synthetic: true, .. } => return None,
            _ => (&self.others, &mut self.next_other),
        };
        let arg = list.get(*next).copied();
        if arg.is_some() {
            *next += 1;
        }
        arg
    }
}

fn is_explicit(param: &GenericParamDef) -> bool {
    matches!(
        param.kind,
        GenericParamKind::Type { synthetic: false, .. } | GenericParamKind::Const { .. }
    )
}

fn substitute_arg(arg: GenericArg, before: &[GenericArg]) -> GenericArg {
    let args = GenericArgs::new(before);
    match arg {
        GenericArg::Region(region) => GenericArg::Region(region.substitute(args)),
        GenericArg::Ty(ty) => GenericArg::Ty(ty.substitute(args)),
        GenericArg::Const(constant) => GenericArg::Const(constant.substitute(args)),
    }
}
