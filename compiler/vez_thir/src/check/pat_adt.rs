//! Patterns of structs, variants and constants.

use vez_base::{DefKind, FxHashMap, Name, Span};
use vez_diag::{Count, registry as d};
use vez_hir::{self as hir, CtorKind};
use vez_traits::{AdtKind, adt_def};
use vez_types::{Ty, TyKind};

use super::FnCtxt;
use super::adt::{VariantRef, list_of};
use super::pat::PatCx;
use super::path::ValueRes;
use crate::data::*;

impl FnCtxt<'_> {
    /// A pattern of a variant's or struct's fields.
    fn variant_pat(
        &mut self,
        variant: VariantRef,
        fields: Vec<(u32, PatId)>,
        ty: Ty,
        span: Span,
    ) -> PatId {
        let kind = match adt_def(self.db, variant.adt).kind {
            AdtKind::Enum => {
                PatKind::Variant { def: variant.adt, variant: variant.variant, fields }
            }
            _ => PatKind::Leaf(fields),
        };
        self.push_pat(kind, ty, span)
    }

    fn failed_pat(&mut self, pats: &[hir::PatId], ty: Ty, cx: PatCx, span: Span) -> PatId {
        self.check_pats_alone(pats, cx);
        self.tainted = true;
        self.push_pat(PatKind::Error, ty, span)
    }

    pub(crate) fn check_tuple_struct_pat(
        &mut self,
        path: &hir::QPath,
        pats: &[hir::PatId],
        rest: Option<u32>,
        ty: Ty,
        cx: PatCx,
        span: Span,
    ) -> PatId {
        let Some(res) = self.resolve_value_path(path, span) else {
            return self.failed_pat(pats, ty, cx, span);
        };
        let ValueRes::Ctor(variant) = res else {
            let (name, found) = self.describe_res(res);
            self.report(d::NotATuplePattern { name, found }.at(span));
            return self.failed_pat(pats, ty, cx, span);
        };
        let def = self.variant_def(variant);
        if def.ctor != CtorKind::Tuple {
            let name = self.variant_name(variant);
            let found = match def.ctor {
                CtorKind::Unit => "a unit struct or variant",
                _ => "a struct or variant with named fields",
            };
            self.report(d::NotATuplePattern { name, found }.at(span));
            return self.failed_pat(pats, ty, cx, span);
        }
        if self.unify(ty, variant.ty()).is_err() {
            self.pat_mismatch(ty, variant.ty(), cx, span);
            return self.failed_pat(pats, ty, cx, span);
        }
        let count = def.fields.len();
        let fits = if rest.is_some() { pats.len() <= count } else { pats.len() == count };
        if !fits {
            let name = self.variant_name(variant);
            let (expected, found) = (Count(count, "field"), Count(pats.len(), "field"));
            let diagnostic = d::PatternFieldCount { found, expected, name }.at(span);
            let diagnostic = if pats.len() < count && rest.is_none() {
                diagnostic.help("`..` stands for the fields that are not named")
            } else {
                diagnostic
            };
            self.report(diagnostic);
            return self.failed_pat(pats, ty, cx, span);
        }
        let types: Vec<Ty> =
            (0..count as u32).map(|i| self.variant_field_ty(variant, i, span)).collect();
        let fields = self.positional(pats, rest, &types, cx);
        self.variant_pat(variant, fields, ty, span)
    }

    pub(crate) fn check_struct_pat(
        &mut self,
        path: &hir::QPath,
        fields: &[hir::FieldPat],
        rest: bool,
        ty: Ty,
        cx: PatCx,
        span: Span,
    ) -> PatId {
        let pats: Vec<hir::PatId> = fields.iter().map(|field| field.pat).collect();
        let Some(variant) = self.resolve_variant(path, span) else {
            return self.failed_pat(&pats, ty, cx, span);
        };
        if self.unify(ty, variant.ty()).is_err() {
            self.pat_mismatch(ty, variant.ty(), cx, span);
            return self.failed_pat(&pats, ty, cx, span);
        }
        let def = self.variant_def(variant);
        let is_named = |field: &hir::FieldPat| def.field(field.name).is_none();
        if def.ctor == CtorKind::Tuple && !fields.is_empty() && fields.iter().all(is_named) {
            let name = self.variant_name(variant);
            let places = vec!["_"; def.fields.len()].join(", ");
            let help = format!("write `{name}({places})`");
            self.report(d::TupleVariantAsStruct { name }.at(span).help(help));
            return self.failed_pat(&pats, ty, cx, span);
        }
        let mut seen: FxHashMap<u32, Span> = FxHashMap::default();
        let mut checked = Vec::with_capacity(fields.len());
        for field in fields {
            let Some((index, found)) = def.field(field.name) else {
                self.report_unknown_pat_field(variant, field);
                self.check_pat(field.pat, Ty::error(), cx);
                continue;
            };
            if let Some(first) = seen.insert(index, field.span) {
                let diagnostic = d::PatternFieldTwice { field: field.name }.at(field.span);
                self.report(diagnostic.label(first, "bound here first"));
            }
            if !hir::is_accessible(self.db, found.vis, self.module) {
                let ty = self.variant_name(variant);
                self.report(d::PrivateConstructorField { field: field.name, ty }.at(field.span));
            }
            let field_ty = self.variant_field_ty(variant, index, span);
            checked.push((index, self.check_pat(field.pat, field_ty, cx)));
        }
        if !rest && adt_def(self.db, variant.adt).kind != AdtKind::Union {
            self.report_unmentioned(variant, &seen, fields.len() - checked.len(), span);
        }
        self.variant_pat(variant, checked, ty, span)
    }

    /// E0027, unless the `unknown` fields that the pattern names stand for those it does not.
    fn report_unmentioned(
        &mut self,
        variant: VariantRef,
        seen: &FxHashMap<u32, Span>,
        unknown: usize,
        span: Span,
    ) {
        let def = self.variant_def(variant);
        let missing: Vec<Name> = (0u32..)
            .zip(&def.fields)
            .filter(|(index, _)| !seen.contains_key(index))
            .map(|(_, field)| field.name)
            .collect();
        if missing.len() <= unknown || self.tainted && seen.is_empty() {
            return;
        }
        let fields = list_of("field", &missing);
        let diagnostic = d::PatternLacksFields { fields }.at(span);
        self.report(diagnostic.help("`..` stands for the fields that are not named"));
    }

    fn report_unknown_pat_field(&mut self, variant: VariantRef, field: &hir::FieldPat) {
        let def = self.variant_def(variant);
        let names: Vec<&str> = def.fields.iter().map(|field| field.name.as_str()).collect();
        let near = vez_base::dist::closest(field.name.as_str(), names.iter().copied());
        let name = self.variant_name(variant);
        let diagnostic = d::NoSuchPatternField { field: field.name, name }.at(field.span);
        self.report(diagnostic.did_you_mean(near));
    }

    pub(crate) fn check_path_pat(
        &mut self,
        path: &hir::QPath,
        ty: Ty,
        cx: PatCx,
        span: Span,
    ) -> PatId {
        let Some(res) = self.resolve_value_path(path, span) else {
            return self.failed_pat(&[], ty, cx, span);
        };
        match res {
            ValueRes::Ctor(variant) => {
                let def = self.variant_def(variant);
                if def.ctor != CtorKind::Unit {
                    let name = self.variant_name(variant);
                    let found = match def.ctor {
                        CtorKind::Tuple => "a tuple struct or variant",
                        _ => "a struct or variant with named fields",
                    };
                    let expected = "a unit struct, unit variant or constant";
                    let diagnostic = match def.ctor {
                        CtorKind::Tuple => d::WrongPatternKind { name, found, expected }.at(span),
                        _ => d::NotAPattern { name, found, expected }.at(span),
                    };
                    self.report(diagnostic);
                    return self.failed_pat(&[], ty, cx, span);
                }
                if self.unify(ty, variant.ty()).is_err() {
                    self.pat_mismatch(ty, variant.ty(), cx, span);
                    return self.failed_pat(&[], ty, cx, span);
                }
                self.variant_pat(variant, Vec::new(), ty, span)
            }
            ValueRes::Const(def, args) => {
                let const_ty = self.item_type(def, args, span);
                if self.unify(ty, const_ty).is_err() {
                    self.pat_mismatch(ty, const_ty, cx, span);
                    return self.failed_pat(&[], ty, cx, span);
                }
                self.push_pat(PatKind::Const(def, args), ty, span)
            }
            ValueRes::ConstParam(param, _) => {
                self.report(d::GenericPattern { name: param.name }.at(span));
                self.failed_pat(&[], ty, cx, span)
            }
            other => {
                let (name, found) = self.describe_res(other);
                let expected = "a unit struct, unit variant or constant";
                self.report(d::NotAPattern { name, found, expected }.at(span));
                self.failed_pat(&[], ty, cx, span)
            }
        }
    }

    /// Whether a path in a pattern is a constant: it is compared, and does not look through references.
    pub(crate) fn names_constant(&self, path: &hir::QPath) -> bool {
        match path {
            hir::QPath::Resolved { path, .. } => matches!(
                path.res,
                hir::Res::Def(def) if matches!(def.kind(), DefKind::Const | DefKind::AssocConst)
            ),
            // `Self::A` and `T::A`: a variant unless no enum has one of this name.
            hir::QPath::TypeRelative { ty, segment } => {
                let enum_ = self.enum_named(*ty);
                !enum_.is_some_and(|def| {
                    adt_def(self.db, def).variants.iter().any(|v| v.name == segment.name)
                })
            }
        }
    }

    /// The enum a written type names, through aliases and `Self`.
    fn enum_named(&self, ty: hir::TypeId) -> Option<vez_base::DefId> {
        let hir::TypeKind::Path(hir::QPath::Resolved { path, .. }) = &self.hir.types.types[ty].kind
        else {
            return None;
        };
        let named = match path.res {
            hir::Res::SelfImpl(impl_) => vez_traits::type_of(self.db, impl_),
            hir::Res::Def(def) if def.kind() == DefKind::TypeAlias => {
                vez_traits::type_of(self.db, def)
            }
            hir::Res::Def(def) => return (def.kind() == DefKind::Enum).then_some(def),
            _ => return None,
        };
        match named.kind() {
            TyKind::Adt(def, _) if def.kind() == DefKind::Enum => Some(*def),
            _ => None,
        }
    }
}
