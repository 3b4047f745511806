//! Paths in value position: what they name, with which generic arguments.

use vez_base::{DefId, DefKind, Span};
use vez_diag::registry as d;
use vez_hir::{self as hir, CtorKind};
use vez_traits::{
    ObligationCause, Pick, PickItem, adt_def, probe_path_item, report_method_error, variant_of_ctor,
};
use vez_types::{
    Flags, GenericArg, GenericArgs, ParamTy, Predicate, RegionKind, TraitRef, Ty, TyKind,
};

use super::adt::VariantRef;
use super::{Expectation, FnCtxt};
use crate::data::*;

/// What a path in value position names.
#[derive(Clone, Copy, Debug)]
pub(crate) enum ValueRes {
    Local(LocalId),
    /// With the lifetimes that are written.
    Fn(DefId, GenericArgs),
    Const(DefId, GenericArgs),
    Static(DefId),
    /// A struct or variant; its form tells whether it has a value.
    Ctor(VariantRef),
    ConstParam(ParamTy, Ty),
}

/// Puts what a written type has in the place of each parameter of a pattern.
fn put_written(pattern: Ty, written: Ty, into: &mut [GenericArg]) {
    match (pattern.kind(), written.kind()) {
        (TyKind::Param(param), _) => {
            if let Some(slot) = into.get_mut(param.index as usize) {
                *slot = GenericArg::Ty(written);
            }
        }
        (TyKind::Adt(def, a), TyKind::Adt(other, b)) if def == other => {
            for (&a, &b) in a.as_slice().iter().zip(b.as_slice()) {
                match (a, b) {
                    (GenericArg::Ty(a), GenericArg::Ty(b)) => put_written(a, b, into),
                    (GenericArg::Region(a), region) => {
                        if let RegionKind::Param { index, .. } = a.kind()
                            && let Some(slot) = into.get_mut(index as usize)
                        {
                            *slot = region;
                        }
                    }
                    _ => {}
                }
            }
        }
        _ => {}
    }
}

impl FnCtxt<'_> {
    pub(crate) fn check_path(
        &mut self,
        path: &hir::QPath,
        _expected: Expectation,
        span: Span,
    ) -> ExprId {
        match self.resolve_value_path(path, span) {
            Some(res) => self.value_of(res, span),
            None => {
                self.tainted = true;
                self.error_expr(span)
            }
        }
    }

    fn value_of(&mut self, res: ValueRes, span: Span) -> ExprId {
        match res {
            ValueRes::Local(local) => {
                self.note_upvar(local);
                let ty = self.local_tys[local];
                self.push(ExprKind::Local(local), ty, span)
            }
            ValueRes::Fn(def, written) => {
                self.forbid_destructor(def, span);
                let args = written.erase_regions();
                self.register_bounds(def, args, span);
                let function = self.fn_ref(def, args, span);
                self.note_written(function, Ty::new(TyKind::FnDef(def, written)));
                function
            }
            ValueRes::Const(def, args) => {
                self.register_bounds(def, args, span);
                let ty = self.item_type(def, args, span);
                self.push(ExprKind::Const(def, args), ty, span)
            }
            ValueRes::Static(def) => {
                let ty = self.item_type(def, GenericArgs::empty(), span);
                self.push(ExprKind::Static(def), ty, span)
            }
            ValueRes::ConstParam(param, ty) => self.push(ExprKind::ConstParam(param), ty, span),
            ValueRes::Ctor(variant) => self.ctor_value(variant, span),
        }
    }

    fn ctor_value(&mut self, variant: VariantRef, span: Span) -> ExprId {
        let def = self.variant_def(variant);
        self.register_bounds(variant.adt, variant.args, span);
        match def.ctor {
            CtorKind::Unit => {
                let VariantRef { adt, variant: index, args, .. } = variant;
                let kind =
                    ExprKind::Adt { def: adt, variant: index, args, fields: vec![], base: None };
                let unit = self.push(kind, variant.ty(), span);
                self.note_written(unit, variant.written_ty());
                unit
            }
            CtorKind::Tuple => {
                let private =
                    def.fields.iter().find(|f| !hir::is_accessible(self.db, f.vis, self.module));
                if private.is_some() {
                    let what = "tuple struct constructor";
                    self.report(d::PrivateItem { name: def.name, what }.at(span));
                }
                let function = self.fn_ref(def.def, variant.args, span);
                if let Some(written) = variant.written {
                    self.note_written(function, Ty::new(TyKind::FnDef(def.def, written)));
                }
                function
            }
            CtorKind::Struct => {
                let (name, found) = (self.variant_name(variant), "a type with named fields");
                // For variants rustc has a code of its own.
                let diagnostic = match def.def.kind() {
                    DefKind::Variant => {
                        d::NotAPattern { name, found, expected: "a value" }.at(span)
                    }
                    _ => d::WrongNamespaceValue { name, found }.at(span),
                };
                self.report(diagnostic);
                self.error_expr(span)
            }
        }
    }

    pub(crate) fn item_type(&mut self, def: DefId, args: GenericArgs, span: Span) -> Ty {
        let ty = vez_traits::type_of(self.db, def).substitute(args).erase_regions();
        self.normalize(ty, span)
    }

    /// What a path names; `None` when that was reported.
    pub(crate) fn resolve_value_path(&mut self, path: &hir::QPath, span: Span) -> Option<ValueRes> {
        match path {
            hir::QPath::Resolved { self_ty, path } => {
                let self_ty = self_ty.map(|ty| self.lower_ty_inferring(ty));
                self.resolve_path(self_ty, path, span)
            }
            hir::QPath::TypeRelative { ty, segment } => {
                let at = self.hir.types.types[*ty].span;
                let written = self.with_lowerer(|lowerer| lowerer.lower_inferring(*ty));
                let ty = self.normalize(written.erase_regions(), at);
                let found = self.resolve_assoc(ty, segment, span)?;
                Some(match found {
                    ValueRes::Fn(def, args) if written.has(Flags::REGION) => {
                        ValueRes::Fn(def, self.with_written_owner(def, args, written))
                    }
                    other => other,
                })
            }
        }
    }

    /// The arguments of an associated function with the lifetimes that are written in front of it: `H::<'static>::new`.
    fn with_written_owner(&mut self, def: DefId, args: GenericArgs, written: Ty) -> GenericArgs {
        let Some(owner) = def.parent_def() else { return args };
        let mut all = args.as_slice().to_vec();
        let pattern = match owner.kind() {
            DefKind::Impl => vez_traits::type_of(self.db, owner),
            _ => Ty::param(0, vez_base::name::SELF_TYPE),
        };
        put_written(pattern, written, &mut all);
        GenericArgs::new(all)
    }

    fn resolve_path(
        &mut self,
        self_ty: Option<Ty>,
        path: &hir::Path,
        span: Span,
    ) -> Option<ValueRes> {
        match path.res {
            hir::Res::Local(local) => Some(ValueRes::Local(local)),
            hir::Res::ConstParam { owner, index, name } => {
                let index = vez_traits::generics_of(self.db, owner).parent_count + index;
                let ty = vez_traits::collect::const_param_ty_at(self.db, owner, index);
                Some(ValueRes::ConstParam(ParamTy { index, name }, ty))
            }
            hir::Res::SelfImpl(impl_) => {
                let ty = vez_traits::type_of(self.db, impl_).erase_regions();
                self.self_ctor(ty, span)
            }
            hir::Res::Def(def) => self.resolve_def(def, self_ty, path, span),
            hir::Res::Err => None,
            hir::Res::Prim(_) | hir::Res::SelfTrait(_) | hir::Res::TypeParam { .. } => {
                let name = path.segments.last().map_or(vez_base::name::EMPTY, |s| s.name);
                self.report(d::WrongNamespaceValue { name, found: "a type" }.at(span));
                None
            }
        }
    }

    /// `Self(..)` and `Self` as values.
    fn self_ctor(&mut self, ty: Ty, span: Span) -> Option<ValueRes> {
        match ty.kind() {
            TyKind::Adt(def, args) if def.kind() == DefKind::Struct => {
                Some(ValueRes::Ctor(VariantRef::new(*def, 0, *args)))
            }
            TyKind::Error => None,
            _ => {
                self.report(d::WrongNamespaceValue { name: "Self", found: "a type" }.at(span));
                None
            }
        }
    }

    fn resolve_def(
        &mut self,
        def: DefId,
        self_ty: Option<Ty>,
        path: &hir::Path,
        span: Span,
    ) -> Option<ValueRes> {
        match def.kind() {
            DefKind::Static => Some(ValueRes::Static(def)),
            DefKind::Fn => {
                let args = self.with_lowerer(|lower| lower.value_path_args(path, def, None));
                Some(ValueRes::Fn(def, args))
            }
            DefKind::Const | DefKind::ConstBlock => {
                let args = if def.kind() == DefKind::ConstBlock {
                    self.identity_args()
                } else {
                    self.with_lowerer(|lower| lower.value_path_args(path, def, None))
                };
                Some(ValueRes::Const(def, args.erase_regions()))
            }
            DefKind::Struct | DefKind::Union | DefKind::Variant => {
                let (adt, variant) = variant_of_ctor(self.db, def)?;
                let args = self.with_lowerer(|lower| lower.value_path_args(path, def, None));
                Some(ValueRes::Ctor(VariantRef::new(adt, variant, args)))
            }
            DefKind::AssocFn | DefKind::AssocConst => {
                let owner = def.parent_def()?;
                let in_trait = owner.kind() == DefKind::Trait;
                let self_ty = match self_ty {
                    None if in_trait => {
                        let ty = self.fresh_ty(span);
                        self.var_origins.push((ty, span, super::VarWhat::TraitSelf));
                        Some(ty)
                    }
                    other => other,
                };
                let written = self.with_lowerer(|lower| lower.value_path_args(path, def, self_ty));
                let args = written.erase_regions();
                if in_trait {
                    let count = vez_traits::generics_of(self.db, owner).count() as usize;
                    let own = GenericArgs::new(&args.as_slice()[..count.min(args.len())]);
                    let goal = Predicate::Trait(TraitRef { trait_: owner, args: own });
                    self.register(goal, super::vars::plain_cause(span));
                }
                Some(if def.kind() == DefKind::AssocFn {
                    ValueRes::Fn(def, written)
                } else {
                    ValueRes::Const(def, args)
                })
            }
            kind => {
                let (name, found) = (def.name(), format!("a {}", kind.describe()));
                self.report(d::WrongNamespaceValue { name, found }.at(span));
                None
            }
        }
    }

    /// `ty::name`: a variant, or an associated function or constant.
    fn resolve_assoc(&mut self, ty: Ty, segment: &hir::Segment, span: Span) -> Option<ValueRes> {
        let ty = self.resolved(ty);
        if ty.is_error() {
            return None;
        }
        if let Some(variant) = self.variant_of_type(ty, segment) {
            return Some(ValueRes::Ctor(variant));
        }
        if self.is_ty_var(ty) {
            self.cannot_infer(ty, span);
            return None;
        }
        let scope = self.scope.clone();
        match probe_path_item(&mut self.icx, &scope, ty, segment.name) {
            Ok(pick) => {
                let args = self.picked_args(&pick, segment, true, span);
                let def = pick.item;
                Some(match def.kind() {
                    DefKind::AssocConst => ValueRes::Const(def, args.erase_regions()),
                    _ => ValueRes::Fn(def, args),
                })
            }
            Err(error) => {
                let what = match ty.kind() {
                    TyKind::Adt(def, _) if def.kind() == DefKind::Enum => {
                        "variant or associated item"
                    }
                    _ => "function or associated item",
                };
                let diagnostic = report_method_error(
                    &mut self.icx,
                    &scope,
                    &error,
                    ty,
                    segment.name,
                    what,
                    segment.span,
                );
                self.tainted = true;
                if let Some(diagnostic) = diagnostic {
                    self.report(diagnostic);
                }
                None
            }
        }
    }

    /// All arguments of a picked item, what is written put in with its lifetimes.
    pub(crate) fn picked_args(
        &mut self,
        pick: &Pick,
        segment: &hir::Segment,
        is_path: bool,
        span: Span,
    ) -> GenericArgs {
        let mut obligations = Vec::new();
        let cause = ObligationCause::misc(span);
        let owner = self.icx.owner_args(pick, is_path, cause, &mut obligations);
        self.fulfill.register_all(pick.obligations.iter().copied());
        self.fulfill.register_all(obligations);
        let written = segment.args.as_ref();
        if matches!(pick.source, PickItem::Object(_)) && written.is_none() {
            return self.icx.item_args(pick, owner, &[], span);
        }
        let prefix: Vec<GenericArg> = owner.as_slice().to_vec();
        self.with_lowerer(|lower| {
            lower.own_args(pick.item, prefix, written, segment.span, written.is_none())
        })
    }

    /// A variant named through a type: `Self::A`, `Alias::A`.
    fn variant_of_type(&mut self, ty: Ty, segment: &hir::Segment) -> Option<VariantRef> {
        let TyKind::Adt(def, args) = ty.kind() else { return None };
        if def.kind() != DefKind::Enum {
            return None;
        }
        let variants = &adt_def(self.db, *def).variants;
        let index = variants.iter().position(|variant| variant.name == segment.name)?;
        Some(VariantRef::new(*def, index as u32, *args))
    }

    /// The struct, union or variant that a literal's or pattern's path names.
    pub(crate) fn resolve_variant(&mut self, path: &hir::QPath, span: Span) -> Option<VariantRef> {
        if let hir::QPath::Resolved { self_ty: None, path: resolved } = path
            && let hir::Res::Def(def) = resolved.res
            && def.kind() == DefKind::Variant
        {
            let (adt, variant) = variant_of_ctor(self.db, def)?;
            let args = self.with_lowerer(|lower| lower.value_path_args(resolved, def, None));
            return Some(VariantRef::new(adt, variant, args));
        }
        if let hir::QPath::TypeRelative { ty, segment } = path {
            let ty = self.lower_ty_inferring(*ty);
            let ty = self.resolved(ty);
            if let Some(variant) = self.variant_of_type(ty, segment) {
                return Some(variant);
            }
            if matches!(ty.kind(), TyKind::Adt(def, _) if def.kind() == DefKind::Enum) {
                let (name, what) = (segment.name, "variant");
                self.report(d::NoSuchMember { what, name, ty }.at(segment.span));
                return None;
            }
        }
        let written = self.with_lowerer(|lower| lower.lower_qpath(path, span, true));
        let ty = self.normalize(written.erase_regions(), span);
        let ty = self.resolved(ty);
        match ty.kind() {
            TyKind::Adt(adt, args) if adt.kind() != DefKind::Enum => {
                let written = match written.kind() {
                    TyKind::Adt(def, written) if def == adt => *written,
                    _ => *args,
                };
                Some(VariantRef { args: *args, ..VariantRef::new(*adt, 0, written) })
            }
            TyKind::Error => {
                self.tainted = true;
                None
            }
            _ => {
                let found = match ty.kind() {
                    TyKind::Adt(..) => "an enum",
                    _ => "a type",
                };
                self.report(d::NotAStruct { name: ty, found }.at(span));
                None
            }
        }
    }

    /// A resolution's name and nature, for messages.
    pub(crate) fn describe_res(&self, res: ValueRes) -> (String, &'static str) {
        match res {
            ValueRes::Local(local) => (self.out.locals[local].name.to_string(), "a local variable"),
            ValueRes::Fn(def, _) => (def.name().to_string(), "a function"),
            ValueRes::Const(def, _) => (def.name().to_string(), "a constant"),
            ValueRes::Static(def) => (def.name().to_string(), "a static"),
            ValueRes::Ctor(variant) => (self.variant_name(variant), "a struct or variant"),
            ValueRes::ConstParam(param, _) => (param.name.to_string(), "a const parameter"),
        }
    }
}
