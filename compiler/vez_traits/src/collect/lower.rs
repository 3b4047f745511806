//! Written types to types, for signatures and for bodies.
//!
//! What differs between the two is asked of a [`LowerCtx`]: what `_` and left-out arguments become, regions, and whether
//! projections are normalised at once.

use super::generics::{GenericParamDef, const_param_ty, generics_of, identity_args};
use super::sig::type_of;
use super::traits::impl_header;
use vez_base::{DefId, DefKind, Span};
use vez_db::{ConstEvalError, Db};
use vez_diag::registry::*;
use vez_diag::{Diagnostic, Sink};
use vez_hir as hir;
use vez_types::{
    Const, ConstKind, FnSig, GenericArg, GenericArgs, ParamTy, Region, RegionKind, Ty, TyKind,
    TyList,
};

/// Where a type is written.
pub trait LowerCtx<'db> {
    fn db(&self) -> &'db dyn Db;

    /// The item whose generic parameters and where-clauses are in scope.
    fn owner(&self) -> DefId;

    fn report(&mut self, diagnostic: Diagnostic);

    /// What `_` means here.
    fn infer_ty(&mut self, span: Span) -> Ty;

    /// What `_` means as a constant.
    fn infer_const(&mut self, span: Span) -> Const;

    /// The argument for a parameter that an expression's path leaves out.
    fn infer_arg(&mut self, param: &GenericParamDef, span: Span) -> GenericArg;

    fn region(&mut self, lifetime: &hir::LifetimeRes) -> Region;

    /// `<args[0] as Trait>::assoc`, normalised where that is wanted.
    fn projection(&mut self, assoc: DefId, args: GenericArgs, span: Span) -> Ty;

    /// A type is written here that may ask something of its parts. Signatures are looked at when all of the item is known.
    fn note_type(&mut self, _ty: Ty, _span: Span) {}

    /// How deep the search for `T::Assoc` is inside itself.
    fn shorthand_depth(&self) -> u32 {
        0
    }
}

/// Lowers the types of one signature or body.
pub struct TypeLowerer<'a, 'db> {
    pub(super) ctx: &'a mut dyn LowerCtx<'db>,
    pub(super) types: &'a hir::Types,
    /// What a `dyn Trait` without a lifetime gets.
    pub(super) object_default: Region,
    /// The same where nothing around it says more.
    outer_default: Region,
    in_signature: bool,
    /// Inside of a written type, whose parts are noted with it; in signatures always.
    inside: bool,
}

impl<'a, 'db> TypeLowerer<'a, 'db> {
    pub fn new(ctx: &'a mut dyn LowerCtx<'db>, types: &'a hir::Types) -> TypeLowerer<'a, 'db> {
        TypeLowerer::with(ctx, types, Region::static_(), true)
    }

    /// For types in bodies, where what is left out is inferred.
    pub fn in_body(ctx: &'a mut dyn LowerCtx<'db>, types: &'a hir::Types) -> TypeLowerer<'a, 'db> {
        TypeLowerer::with(ctx, types, Region::erased(), false)
    }

    fn with(
        ctx: &'a mut dyn LowerCtx<'db>,
        types: &'a hir::Types,
        default: Region,
        in_signature: bool,
    ) -> TypeLowerer<'a, 'db> {
        let (object_default, outer_default) = (default, default);
        let inside = in_signature;
        TypeLowerer { ctx, types, object_default, outer_default, in_signature, inside }
    }

    /// The meaning of a written type.
    pub fn lower(&mut self, id: hir::TypeId) -> Ty {
        self.lower_with(id, false)
    }

    /// Like [`lower`](Self::lower), but a path may leave its arguments out (`Vec` in `Vec::new()`).
    pub fn lower_inferring(&mut self, id: hir::TypeId) -> Ty {
        self.lower_with(id, true)
    }

    fn lower_with(&mut self, id: hir::TypeId, infer: bool) -> Ty {
        let outermost = !std::mem::replace(&mut self.inside, true);
        let ty = self.lower_parts(id, infer);
        self.inside = !outermost;
        if outermost && !names_only(&self.types.types[id].kind) {
            self.ctx.note_type(ty, self.types.types[id].span);
        }
        ty
    }

    fn lower_parts(&mut self, id: hir::TypeId, infer: bool) -> Ty {
        let types = self.types;
        let hir::Type { kind, span } = &types.types[id];
        match kind {
            hir::TypeKind::Path(path) => self.lower_qpath(path, *span, infer),
            hir::TypeKind::Ref { lifetime, mutability, ty } => {
                let region = self.ctx.region(lifetime);
                let outer = std::mem::replace(&mut self.object_default, region);
                let target = self.lower(*ty);
                self.object_default = outer;
                Ty::new(TyKind::Ref(region, target, *mutability))
            }
            hir::TypeKind::Ptr { mutability, ty } => {
                Ty::new(TyKind::RawPtr(self.lower(*ty), *mutability))
            }
            hir::TypeKind::Slice(elem) => Ty::slice(self.lower(*elem)),
            hir::TypeKind::Array { elem, len } => {
                let elem = self.lower(*elem);
                Ty::new(TyKind::Array(elem, self.lower_const(len, Ty::usize(), *span)))
            }
            hir::TypeKind::Tuple(types) => {
                Ty::tuple(types.iter().map(|&ty| self.lower(ty)).collect())
            }
            hir::TypeKind::Never => Ty::never(),
            hir::TypeKind::Infer => self.ctx.infer_ty(*span),
            hir::TypeKind::FnPtr { is_unsafe, abi, params, variadic, ret, .. } => {
                let default = self.outer_default;
                let outer = std::mem::replace(&mut self.object_default, default);
                let mut list: Vec<Ty> = params.iter().map(|&ty| self.lower(ty)).collect();
                list.push(ret.map_or_else(Ty::unit, |ty| self.lower(ty)));
                self.object_default = outer;
                Ty::new(TyKind::FnPtr(FnSig {
                    inputs_and_output: TyList::new(list),
                    is_unsafe: *is_unsafe,
                    variadic: *variadic,
                    abi: *abi,
                }))
            }
            hir::TypeKind::Dyn { bounds, lifetime, written } => {
                self.lower_dyn(bounds, lifetime, *written, *span)
            }
            hir::TypeKind::Opaque { index, .. } => {
                let owner = self.ctx.owner();
                if !matches!(owner.kind(), DefKind::Fn | DefKind::AssocFn) {
                    let place = owner.kind().describe();
                    self.ctx.report(ImplTraitMisplaced { place: format!("a {place}") }.at(*span));
                    return Ty::error();
                }
                let args = identity_args(self.ctx.db(), owner);
                Ty::new(TyKind::Opaque(owner, *index, args))
            }
            hir::TypeKind::Error => Ty::error(),
        }
    }

    /// Lowers types that are not part of the result: in bodies they are noted for themselves.
    fn apart<R>(&mut self, lower: impl FnOnce(&mut Self) -> R) -> R {
        let inside = std::mem::replace(&mut self.inside, self.in_signature);
        let result = lower(self);
        self.inside = inside;
        result
    }

    /// A path in type position.
    pub fn lower_qpath(&mut self, path: &hir::QPath, span: Span, infer: bool) -> Ty {
        match path {
            hir::QPath::Resolved { self_ty, path } => self.lower_path(*self_ty, path, infer),
            hir::QPath::TypeRelative { ty, segment } => {
                self.apart(|this| this.lower_type_relative(*ty, segment, span))
            }
        }
    }

    /// A resolved path in type position.
    pub fn lower_path(
        &mut self,
        self_ty: Option<hir::TypeId>,
        path: &hir::Path,
        infer: bool,
    ) -> Ty {
        match path.res {
            hir::Res::Def(def) => self.lower_def_path(def, self_ty, path, infer),
            hir::Res::Prim(prim) => {
                let ty = prim_ty(prim);
                self.no_args(path, &format!("`{ty}`"));
                ty
            }
            hir::Res::SelfImpl(impl_) => {
                self.no_args(path, "`Self`");
                type_of(self.ctx.db(), impl_)
            }
            hir::Res::SelfTrait(_) => {
                self.no_args(path, "`Self`");
                Ty::param(0, vez_base::name::SELF_TYPE)
            }
            hir::Res::TypeParam { owner, index, name } => {
                self.no_args(path, "a type parameter");
                Ty::param(generics_of(self.ctx.db(), owner).parent_count + index, name)
            }
            hir::Res::ConstParam { name, .. } => {
                let found = "a const parameter";
                self.ctx.report(WrongNamespaceType { name, found }.at(path.span));
                Ty::error()
            }
            hir::Res::Local(_) | hir::Res::Err => Ty::error(),
        }
    }

    fn lower_def_path(
        &mut self,
        def: DefId,
        self_ty: Option<hir::TypeId>,
        path: &hir::Path,
        infer: bool,
    ) -> Ty {
        let last = path.segments.last();
        let written = last.and_then(|segment| segment.args.as_ref());
        let infer = infer && written.is_none();
        match def.kind() {
            DefKind::Struct | DefKind::Enum | DefKind::Union => {
                self.no_args_before_last(path, 1);
                let args = self.own_args(def, Vec::new(), written, path.span, infer);
                Ty::new(TyKind::Adt(def, args))
            }
            DefKind::TypeAlias => {
                self.no_args_before_last(path, 1);
                let args = self.own_args(def, Vec::new(), written, path.span, infer);
                type_of(self.ctx.db(), def).substitute(args)
            }
            DefKind::AssocTy => self.apart(|this| this.lower_assoc_path(def, self_ty, path)),
            DefKind::Trait => {
                self.ctx.report(BareTraitObject { name: def.name() }.at(path.span));
                Ty::error()
            }
            _ => {
                let found = format!("a {}", def.kind().describe());
                self.ctx.report(WrongNamespaceType { name: def.name(), found }.at(path.span));
                Ty::error()
            }
        }
    }

    /// `<T as Trait<..>>::Assoc<..>`.
    fn lower_assoc_path(
        &mut self,
        def: DefId,
        self_ty: Option<hir::TypeId>,
        path: &hir::Path,
    ) -> Ty {
        let owner = def.parent_def();
        let (Some(self_ty), Some(trait_)) = (self_ty, owner) else {
            self.ctx.report(AmbiguousAssocType { name: def.name() }.at(path.span));
            return Ty::error();
        };
        let self_ty = self.lower(self_ty);
        let trait_ref = self.lower_trait_args(trait_, self_ty, path, 2).0;
        let own = path.segments.last().and_then(|segment| segment.args.as_ref());
        let args = self.own_args(def, trait_ref.args.as_slice().to_vec(), own, path.span, false);
        self.ctx.projection(def, args, path.span)
    }

    fn no_args(&mut self, path: &hir::Path, what: &str) {
        for segment in &path.segments {
            if let Some(args) = &segment.args {
                self.ctx.report(GenericsNotAllowed { what }.at(args.span));
            }
        }
    }

    /// Reports arguments at segments before the last `count`: modules take none.
    pub(super) fn no_args_before_last(&mut self, path: &hir::Path, count: usize) {
        let before = path.segments.len().saturating_sub(count);
        for segment in &path.segments[..before] {
            if let Some(args) = &segment.args {
                let what = format!("`{}`", segment.name);
                self.ctx.report(GenericsNotAllowed { what }.at(args.span));
            }
        }
    }

    /// A constant written where one of type `expected` is wanted.
    pub fn lower_const(&mut self, arg: &hir::ConstArg, expected: Ty, span: Span) -> Const {
        match arg {
            hir::ConstArg::Lit(bits) => {
                let fits = matches!(expected.kind(), TyKind::Int(_) | TyKind::Error);
                self.literal(*bits, fits, expected, "integer", span)
            }
            hir::ConstArg::Negated(magnitude) => self.negated(*magnitude, expected, span),
            hir::ConstArg::Usize(bits) => {
                let fits = expected == Ty::usize() || expected.is_error();
                self.literal(*bits, fits, expected, "usize", span)
            }
            hir::ConstArg::Bool(value) => {
                let fits = matches!(expected.kind(), TyKind::Bool | TyKind::Error);
                self.literal(u128::from(*value), fits, expected, "bool", span)
            }
            hir::ConstArg::Path(hir::Res::ConstParam { owner, index, name }) => {
                let found = const_param_ty(self.ctx.db(), *owner, *index);
                if found != expected && !found.is_error() && !expected.is_error() {
                    self.ctx.report(MismatchedTypes { expected, found }.at(span));
                    return Const::new(ConstKind::Error);
                }
                let index = generics_of(self.ctx.db(), *owner).parent_count + index;
                Const::new(ConstKind::Param(ParamTy { index, name: *name }))
            }
            hir::ConstArg::Path(hir::Res::Def(def)) if def.kind() == DefKind::Const => {
                let found = type_of(self.ctx.db(), *def);
                if found != expected && !found.is_error() && !expected.is_error() {
                    self.ctx.report(MismatchedTypes { expected, found }.at(span));
                    return Const::new(ConstKind::Error);
                }
                self.evaluate(*def, GenericArgs::empty(), span)
            }
            hir::ConstArg::Path(hir::Res::Def(def)) if def.kind() == DefKind::AssocConst => {
                let args = identity_args(self.ctx.db(), *def);
                self.evaluate(*def, args, span)
            }
            hir::ConstArg::Path(hir::Res::Err) | hir::ConstArg::Error => {
                Const::new(ConstKind::Error)
            }
            hir::ConstArg::Path(_) => {
                self.ctx.report(GenericArgumentOrder.at(span).here("a constant is expected here"));
                Const::new(ConstKind::Error)
            }
            hir::ConstArg::Anon(def) => {
                let found = type_of(self.ctx.db(), *def);
                // One that says nothing of its type is taken for `usize`.
                let is_open = found == Ty::usize() && matches!(expected.kind(), TyKind::Int(_));
                if found != expected && !is_open && !found.is_error() && !expected.is_error() {
                    self.ctx.report(MismatchedTypes { expected, found }.at(span));
                    return Const::new(ConstKind::Error);
                }
                let args = identity_args(self.ctx.db(), *def);
                self.evaluate(*def, args, span)
            }
            hir::ConstArg::Infer => self.ctx.infer_const(span),
        }
    }

    fn literal(&mut self, bits: u128, fits: bool, expected: Ty, found: &str, span: Span) -> Const {
        let max = match expected.kind() {
            TyKind::Int(int) => u128::MAX >> (128 - int.bits() + u32::from(int.is_signed())),
            _ => u128::MAX,
        };
        if !fits {
            self.ctx.report(MismatchedTypes { expected, found }.at(span));
        } else if bits > max {
            self.ctx.report(LiteralOutOfRange { literal: bits, ty: expected }.at(span));
        } else {
            return Const::value(bits);
        }
        Const::new(ConstKind::Error)
    }

    /// A negated literal, as the low bits of its two's complement.
    fn negated(&mut self, magnitude: u128, expected: Ty, span: Span) -> Const {
        let int = match expected.kind() {
            TyKind::Int(int) => *int,
            TyKind::Error => return Const::new(ConstKind::Error),
            _ => {
                self.ctx.report(MismatchedTypes { expected, found: "integer" }.at(span));
                return Const::new(ConstKind::Error);
            }
        };
        if !int.is_signed() {
            self.ctx.report(BadUnaryOperand { op: "-", ty: expected }.at(span));
        } else if magnitude > 1 << (int.bits() - 1) {
            let literal = format!("-{magnitude}");
            self.ctx.report(LiteralOutOfRange { literal, ty: expected }.at(span));
        } else {
            return Const::value(magnitude.wrapping_neg() & (u128::MAX >> (128 - int.bits())));
        }
        Const::new(ConstKind::Error)
    }

    fn evaluate(&mut self, def: DefId, args: GenericArgs, span: Span) -> Const {
        let db = self.ctx.db();
        let Some(hook) = db.const_eval() else {
            return Const::new(ConstKind::Unevaluated(def, args));
        };
        match hook(db, def, args.raw()) {
            Ok(bits) => Const::value(bits),
            Err(ConstEvalError::Failed(reason)) => {
                self.ctx.report(ConstEvalFailed { reason }.at(span));
                Const::new(ConstKind::Error)
            }
            Err(ConstEvalError::Poisoned) => Const::new(ConstKind::Error),
        }
    }

    /// The impl's trait reference behind `Self`, for `Self::Assoc`.
    pub(super) fn impl_self(&self, impl_: DefId) -> Option<vez_types::TraitRef> {
        impl_header(self.ctx.db(), impl_).trait_ref
    }
}

/// A path without arguments asks for nothing: what its definition says was looked at there. Aliases are not looked at.
fn names_only(kind: &hir::TypeKind) -> bool {
    match kind {
        hir::TypeKind::Path(hir::QPath::Resolved { self_ty: None, path }) => {
            let is_alias =
                matches!(path.res, hir::Res::Def(def) if def.kind() == DefKind::TypeAlias);
            !is_alias && path.segments.iter().all(|segment| segment.args.is_none())
        }
        _ => false,
    }
}

/// The type a primitive's name means.
pub fn prim_ty(prim: hir::PrimTy) -> Ty {
    match prim {
        hir::PrimTy::Int(int) => Ty::int(int),
        hir::PrimTy::Float(float) => Ty::new(TyKind::Float(float)),
        hir::PrimTy::Bool => Ty::bool(),
        hir::PrimTy::Char => Ty::char(),
        hir::PrimTy::Str => Ty::str(),
    }
}

/// The context of an item's signature: nothing may be left out.
pub(crate) struct SigCtx<'db> {
    db: &'db dyn Db,
    owner: DefId,
    pub(crate) sink: Sink,
    depth: u32,
}

impl<'db> SigCtx<'db> {
    pub(crate) fn new(db: &'db dyn Db, owner: DefId) -> SigCtx<'db> {
        SigCtx { db, owner, sink: Sink::new(), depth: 0 }
    }

    /// For a search inside the lowering of another signature.
    pub(crate) fn nested(db: &'db dyn Db, owner: DefId, depth: u32) -> SigCtx<'db> {
        SigCtx { db, owner, sink: Sink::new(), depth }
    }
}

impl<'db> LowerCtx<'db> for SigCtx<'db> {
    fn db(&self) -> &'db dyn Db {
        self.db
    }

    fn owner(&self) -> DefId {
        self.owner
    }

    fn report(&mut self, diagnostic: Diagnostic) {
        self.sink.report(diagnostic);
    }

    fn infer_ty(&mut self, span: Span) -> Ty {
        self.sink.report(PlaceholderInSignature.at(span));
        Ty::error()
    }

    fn infer_const(&mut self, span: Span) -> Const {
        self.sink.report(PlaceholderInSignature.at(span));
        Const::new(ConstKind::Error)
    }

    fn infer_arg(&mut self, param: &GenericParamDef, _: Span) -> GenericArg {
        param.error_arg()
    }

    fn region(&mut self, lifetime: &hir::LifetimeRes) -> Region {
        lower_region(self.db, self.owner, lifetime)
    }

    fn projection(&mut self, assoc: DefId, args: GenericArgs, _: Span) -> Ty {
        Ty::new(TyKind::Projection(assoc, args))
    }

    fn shorthand_depth(&self) -> u32 {
        self.depth
    }
}

/// The region a lifetime of a signature means.
pub fn lower_region(db: &dyn Db, owner: DefId, lifetime: &hir::LifetimeRes) -> Region {
    let kind = match *lifetime {
        hir::LifetimeRes::Static => RegionKind::Static,
        hir::LifetimeRes::Param { owner, index, name } => {
            RegionKind::Param { index: generics_of(db, owner).parent_count + index, name }
        }
        hir::LifetimeRes::Bound { depth, index, .. } => RegionKind::Bound { depth, index },
        hir::LifetimeRes::Anonymous { index } => anonymous_region(db, owner, index),
        hir::LifetimeRes::Infer => RegionKind::Erased,
        hir::LifetimeRes::Err => RegionKind::Error,
    };
    Region::new(kind)
}

/// The n-th anonymous lifetime of a signature: one of the nameless parameters the lowering added.
fn anonymous_region(db: &dyn Db, owner: DefId, index: u32) -> RegionKind {
    let params = generics_of(db, owner).params.iter();
    let mut anonymous = params.filter(|param| {
        let nameless = param.name.is_empty() || param.name == vez_base::name::UNDERSCORE;
        nameless && param.kind == super::GenericParamKind::Lifetime
    });
    match anonymous.nth(index as usize) {
        Some(param) => RegionKind::Param { index: param.index, name: param.name },
        None => RegionKind::Erased,
    }
}
