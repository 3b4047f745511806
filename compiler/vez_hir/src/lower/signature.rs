//! Signatures: what an item says outside its bodies.

use std::sync::Arc;

use vez_ast::{self as ast, FnBody, FnRet, Item, ItemKind, SelfKind, VariantData};
use vez_base::{DefId, DefKind, FxHashMap, Span, TextRange, name};
use vez_db::Db;
use vez_diag::Lowered;
use vez_diag::registry as diag;

use super::lifetimes::{Elision, only};
use super::{Ctx, ImplTrait, SelfMeaning};
use crate::data::{
    ConstArg, CtorKind, FieldDef, FnOutput, FnSig, Generics, LifetimeRes, Mutability, Path, QPath,
    Res, Segment, Signature, SignatureKind, TypeId, TypeKind, Types, VariantDef, Visibility,
};
use crate::defs;

/// The signature of a definition. Variants, closures and anonymous constants have the empty one of kind `Other`.
pub(crate) fn lower(db: &dyn Db, def: DefId) -> Lowered<Signature> {
    let Some(item) = defs::item_ast(db, def) else { return Lowered::ok(empty(db, def)) };
    let mut ctx = Ctx::new(db, def, def, &item);
    let (generics, kind) = ctx.signature(&item);
    let signature = Signature {
        def,
        generics,
        types: std::mem::take(&mut ctx.types),
        kind,
        name_span: defs::name_span(db, def),
    };
    ctx.sink.finish(signature)
}

fn empty(db: &dyn Db, def: DefId) -> Signature {
    Signature {
        def,
        generics: Generics::default(),
        types: Types::default(),
        kind: SignatureKind::Other,
        name_span: defs::name_span(db, def),
    }
}

impl Ctx<'_> {
    fn signature(&mut self, item: &Item) -> (Generics, SignatureKind) {
        match &item.kind {
            ItemKind::Fn(function) => self.fn_signature(function),
            ItemKind::Struct { data, .. } => {
                let mut generics = self.lower_generics();
                let variant = self.variant(self.item_def, item.name, data, None);
                self.add_synthetic(&mut generics);
                (generics, SignatureKind::Adt { variants: vec![variant] })
            }
            ItemKind::Enum { variants, .. } => {
                let generics = self.lower_generics();
                (generics, SignatureKind::Adt { variants: self.variants(variants) })
            }
            ItemKind::Union { fields, .. } => {
                self.unsupported("unions", self.span(item.name.span));
                let generics = self.lower_generics();
                let data = VariantData::Struct(fields.clone());
                let variant = self.variant(self.item_def, item.name, &data, None);
                (generics, SignatureKind::Adt { variants: vec![variant] })
            }
            ItemKind::Trait { is_unsafe, is_auto, bounds, .. } => {
                let generics = self.lower_generics();
                self.forbid_relaxed(bounds);
                let supertraits = self.bounds(bounds);
                let (is_unsafe, is_auto) = (*is_unsafe, *is_auto);
                (generics, SignatureKind::Trait { is_unsafe, is_auto, supertraits })
            }
            ItemKind::Impl(data) => self.impl_signature(data),
            ItemKind::TypeAlias { bounds, ty, .. } => {
                let generics = self.lower_generics();
                let bounds = self.bounds(bounds);
                let ty = ty.map(|ty| self.ty(ty));
                (generics, SignatureKind::Alias { bounds, ty })
            }
            ItemKind::Const { ty, value } => self.const_signature(*ty, Mutability::Not, *value),
            ItemKind::Static { mutability, ty, value } => {
                self.const_signature(*ty, *mutability, *value)
            }
            _ => (Generics::default(), SignatureKind::Other),
        }
    }

    /// `?Sized` relaxes what parameters and associated types are by default; a trait's `Self` is nothing by default.
    pub(super) fn forbid_relaxed(&mut self, bounds: &[ast::Bound]) {
        for bound in bounds {
            if let ast::Bound::Trait { maybe: true, path, .. } = bound {
                self.report(diag::MisplacedModifier { modifier: "?" }.at(self.span(path.span)));
            }
        }
    }

    fn const_signature(
        &mut self,
        ty: Option<ast::TypeId>,
        mutability: Mutability,
        value: Option<ast::ExprId>,
    ) -> (Generics, SignatureKind) {
        self.elision = Elision::Static;
        let ty = ty.map(|ty| self.ty(ty));
        let kind = SignatureKind::Const { ty, mutability, has_value: value.is_some() };
        (Generics::default(), kind)
    }

    fn impl_signature(&mut self, data: &ast::Impl) -> (Generics, SignatureKind) {
        self.elision = Elision::Fresh;
        let mut generics = self.lower_generics();
        let trait_ = data.trait_.as_ref().map(|path| match self.trait_path(path) {
            Some(path) => path,
            None => self.error_path(path.span),
        });
        let self_ty = self.ty(data.self_ty);
        self.add_synthetic(&mut generics);
        let (is_unsafe, negative) = (data.is_unsafe, data.negative);
        (generics, SignatureKind::Impl { is_unsafe, negative, trait_, self_ty })
    }

    fn fn_signature(&mut self, function: &ast::Fn) -> (Generics, SignatureKind) {
        let quals = function.quals;
        if quals.is_async {
            self.unsupported("async functions", self.span(self.item.name.span));
        }
        self.elision = Elision::Fresh;
        let mut generics = self.lower_generics();
        self.impl_trait = ImplTrait::Param;
        let mut inputs = Vec::with_capacity(function.params.len() + 1);
        let mut from_self = None;
        self.seen = Some(Vec::new());
        if let Some(param) = &function.self_param {
            let (ty, lifetime) = self.self_param(param);
            inputs.push(ty);
            from_self = lifetime;
        }
        self.params(&function.params, &mut inputs);
        let seen = self.take_seen(None);
        let output = self.output(function, from_self.or_else(|| only(&seen)));
        self.add_synthetic(&mut generics);
        let in_extern = self.in_extern_block();
        let abi = quals.abi.or(in_extern);
        let sig = FnSig {
            inputs,
            has_self: function.self_param.is_some(),
            output,
            is_const: quals.is_const,
            is_unsafe: quals.is_unsafe || in_extern.is_some(),
            is_async: quals.is_async,
            abi,
            variadic: function.variadic,
            has_body: function.body != FnBody::None,
        };
        (generics, SignatureKind::Fn(sig))
    }

    /// The ABI of the extern block around the function.
    fn in_extern_block(&self) -> Option<vez_base::Name> {
        let parent = self.item_def.parent_def()?;
        if parent.kind() != DefKind::ExternBlock {
            return None;
        }
        let item = defs::item_ast(self.db, parent)?;
        match item.kind {
            ItemKind::ExternBlock { abi, .. } => Some(abi.unwrap_or(name::C)),
            _ => None,
        }
    }

    /// The parameters' types; one without a type has the next one's.
    fn params(&mut self, params: &[ast::Param], inputs: &mut Vec<TypeId>) {
        for param in params {
            // Each parameter has anonymous lifetimes of its own even when they share a written type.
            let ty = self.ty(param.ty);
            inputs.push(ty);
        }
    }

    fn output(&mut self, function: &ast::Fn, lifetime: Option<super::lifetimes::Seen>) -> FnOutput {
        match function.ret {
            FnRet::Unit => FnOutput::Unit,
            FnRet::Inferred => FnOutput::Inferred,
            FnRet::Type(ty) => {
                self.impl_trait = match self.self_meaning {
                    SelfMeaning::Trait(_) => {
                        ImplTrait::Unsupported("`impl Trait` in the output of a trait's function")
                    }
                    _ => ImplTrait::Opaque,
                };
                let ty = self.with_elision(Elision::Output(lifetime), |ctx| ctx.result_ty(ty));
                FnOutput::Type(ty)
            }
        }
    }

    /// The receiver's type, and the lifetime that elided ones of the output take from it.
    fn self_param(&mut self, param: &ast::SelfParam) -> (TypeId, Option<super::lifetimes::Seen>) {
        let span = self.span(param.span);
        match &param.kind {
            SelfKind::Value { .. } => (self.self_type(span), None),
            SelfKind::Ref { lifetime, mutability } => {
                let lifetime = self.lifetime_or_elided(*lifetime, span);
                let ty = self.self_type(span);
                let kind = TypeKind::Ref { lifetime, mutability: *mutability, ty };
                (self.push_type(kind, span), Some(self.seen_now(lifetime)))
            }
            SelfKind::Typed { ty, .. } => {
                let ty = self.ty(*ty);
                let lifetime = self.receiver_lifetime(ty);
                (ty, lifetime.map(|lifetime| self.seen_now(lifetime)))
            }
        }
    }

    /// The lifetime of `&Self` in a receiver's type such as `Pin<&mut Self>`.
    fn receiver_lifetime(&self, ty: TypeId) -> Option<LifetimeRes> {
        match &self.types.types[ty].kind {
            TypeKind::Ref { lifetime, ty, .. } if self.is_self(*ty) => Some(*lifetime),
            TypeKind::Ref { ty, .. } => self.receiver_lifetime(*ty),
            TypeKind::Path(QPath::Resolved { path, .. }) => {
                let args = path.segments.last()?.args.as_ref()?;
                args.args.iter().find_map(|arg| match arg {
                    crate::data::GenericArg::Type(ty) => self.receiver_lifetime(*ty),
                    _ => None,
                })
            }
            _ => None,
        }
    }

    fn is_self(&self, ty: TypeId) -> bool {
        matches!(
            &self.types.types[ty].kind,
            TypeKind::Path(QPath::Resolved {
                path: Path { res: Res::SelfImpl(_) | Res::SelfTrait(_), .. },
                ..
            })
        )
    }

    /// The type `Self` means here.
    fn self_type(&mut self, span: Span) -> TypeId {
        let res = match self.self_meaning {
            SelfMeaning::Impl(def) => Res::SelfImpl(def),
            SelfMeaning::Trait(def) => Res::SelfTrait(def),
            SelfMeaning::Adt(_) | SelfMeaning::None => {
                self.report(diag::MisplacedModifier { modifier: "self" }.at(span));
                return self.push_type(TypeKind::Error, span);
            }
        };
        let segments = [Segment { name: name::SELF_TYPE, span, args: None }].into();
        let path = Path { res, segments, span };
        self.push_type(TypeKind::Path(QPath::Resolved { self_ty: None, path }), span)
    }

    fn variants(&mut self, variants: &[ast::Variant]) -> Vec<VariantDef> {
        let defs: Arc<[DefId]> = defs::children(self.db, self.item_def);
        let mut lowered = Vec::with_capacity(variants.len());
        let mut names: FxHashMap<vez_base::Name, TextRange> = FxHashMap::default();
        for &def in defs.iter() {
            let Some(variant) = defs::variant_ast(self.db, self.item, def) else { continue };
            if let Some(first) = names.insert(variant.name.name, variant.name.span) {
                let (span, first) = (self.span(variant.name.span), self.span(first));
                let report = diag::DuplicateDefinition { name: variant.name.name }.at(span);
                self.report(report.label(first, "first defined here"));
            }
            lowered.push(self.variant(def, variant.name, &variant.data, variant.discriminant));
        }
        lowered
    }

    fn variant(
        &mut self,
        def: DefId,
        ident: ast::Ident,
        data: &VariantData,
        discriminant: Option<ast::ExprId>,
    ) -> VariantDef {
        let (ctor, fields) = match data {
            VariantData::Unit => (CtorKind::Unit, &[][..]),
            VariantData::Tuple(fields) => (CtorKind::Tuple, &fields[..]),
            VariantData::Struct(fields) => (CtorKind::Struct, &fields[..]),
        };
        VariantDef {
            def,
            name: ident.name,
            ctor,
            fields: self.fields(def, fields),
            discriminant: discriminant.and_then(|expr| match self.anonymous_const(expr) {
                ConstArg::Anon(def) => Some(def),
                _ => None,
            }),
            span: self.span(ident.span),
        }
    }

    fn fields(&mut self, def: DefId, fields: &[ast::FieldDef]) -> Vec<FieldDef> {
        let mut names: FxHashMap<vez_base::Name, TextRange> = FxHashMap::default();
        let mut lowered = Vec::with_capacity(fields.len());
        for field in fields {
            let span = self.span(field.name.span);
            if let Some(first) = names.insert(field.name.name, field.name.span) {
                let report = diag::DuplicateField { name: field.name.name }.at(span);
                let first = self.span(first);
                self.report(report.label(first, "first declared here"));
            }
            let vis = match def.kind() {
                DefKind::Variant => Visibility::Public,
                _ => defs::lower_visibility(self.db, field.vis, self.module),
            };
            lowered.push(FieldDef { name: field.name.name, ty: self.ty(field.ty), vis, span });
        }
        lowered
    }
}
