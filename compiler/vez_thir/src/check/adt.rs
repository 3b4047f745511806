//! Struct, variant and union literals.

use vez_base::{FxHashMap, Name, Span};
use vez_diag::registry as d;
use vez_hir as hir;
use vez_traits::{AdtKind, adt_def};
use vez_types::{GenericArgs, Ty, TyKind};

use super::{Expectation, FnCtxt, Why};
use crate::data::*;

/// A struct or variant that a path names.
#[derive(Clone, Copy, Debug)]
pub(crate) struct VariantRef {
    pub(crate) adt: vez_base::DefId,
    pub(crate) variant: u32,
    pub(crate) args: GenericArgs,
    /// The arguments as the program writes them, if it names lifetimes.
    pub(crate) written: Option<GenericArgs>,
}

impl VariantRef {
    /// The variant with the arguments of its path.
    pub(crate) fn new(adt: vez_base::DefId, variant: u32, written: GenericArgs) -> VariantRef {
        let args = written.erase_regions();
        VariantRef { adt, variant, args, written: (args != written).then_some(written) }
    }

    pub(crate) fn ty(&self) -> Ty {
        Ty::new(TyKind::Adt(self.adt, self.args))
    }

    /// The type with the lifetimes that are written.
    pub(crate) fn written_ty(&self) -> Ty {
        Ty::new(TyKind::Adt(self.adt, self.written.unwrap_or(self.args)))
    }
}

impl<'a> FnCtxt<'a> {
    pub(crate) fn variant_def(&self, variant: VariantRef) -> &'a vez_traits::VariantDef {
        &adt_def(self.db, variant.adt).variants[variant.variant as usize]
    }

    /// The type of a field, with arguments put in and normalised.
    pub(crate) fn variant_field_ty(&mut self, variant: VariantRef, field: u32, span: Span) -> Ty {
        let field = &self.variant_def(variant).fields[field as usize];
        let ty = vez_traits::field_ty(field, variant.args).erase_regions();
        self.normalize(ty, span)
    }

    pub(crate) fn variant_name(&self, variant: VariantRef) -> String {
        let adt = adt_def(self.db, variant.adt);
        let name = self.variant_def(variant).name;
        match adt.kind {
            AdtKind::Enum => format!("{}::{name}", variant.adt.name()),
            _ => name.to_string(),
        }
    }

    pub(crate) fn check_struct(
        &mut self,
        path: &hir::QPath,
        fields: &[hir::FieldInit],
        base: Option<hir::ExprId>,
        expected: Expectation,
        span: Span,
    ) -> ExprId {
        let Some(variant) = self.resolve_variant(path, span) else {
            for field in fields {
                self.check_expr(field.expr, Expectation::None);
            }
            if let Some(base) = base {
                self.check_expr(base, Expectation::None);
            }
            return self.error_expr(span);
        };
        let ty = variant.ty();
        if let Some(wanted) = expected.only_type() {
            // The literal's arguments are the expected ones where they can be.
            let _ = self.try_unify(wanted, ty);
        }
        // Closures among the fields take what is expected of them from the type's bounds.
        self.register_bounds(variant.adt, variant.args, span);
        let (inits, missing) = self.check_field_inits(variant, fields, span);
        // A misspelt field is reported as that, not as missing too.
        let missing = if inits.len() < fields.len() { Vec::new() } else { missing };
        let base = match base {
            Some(base) => self.check_base(variant, base, &missing, span),
            None => {
                self.report_missing_fields(variant, &missing, fields.len(), span);
                None
            }
        };
        let written = variant.written_ty();
        let VariantRef { adt, variant, args, .. } = variant;
        let literal =
            self.push(ExprKind::Adt { def: adt, variant, args, fields: inits, base }, ty, span);
        self.note_written(literal, written);
        literal
    }

    /// The given fields in the order of the text, and the indices of those not given.
    fn check_field_inits(
        &mut self,
        variant: VariantRef,
        fields: &[hir::FieldInit],
        span: Span,
    ) -> (Vec<(u32, ExprId)>, Vec<u32>) {
        let def = self.variant_def(variant);
        let mut given: FxHashMap<u32, Span> = FxHashMap::default();
        let mut inits = Vec::with_capacity(fields.len());
        for field in fields {
            let Some((index, found)) = def.field(field.name) else {
                self.report_unknown_field(variant, field);
                self.check_expr(field.expr, Expectation::None);
                continue;
            };
            if let Some(first) = given.insert(index, field.span) {
                let diagnostic = d::FieldGivenTwice { field: field.name }.at(field.span);
                self.report(diagnostic.label(first, "given here first"));
            }
            if !hir::is_accessible(self.db, found.vis, self.module) {
                let ty = self.variant_name(variant);
                self.report(d::PrivateConstructorField { field: field.name, ty }.at(field.span));
            }
            let ty = self.variant_field_ty(variant, index, span);
            let value = self.check_coerce(field.expr, ty, Why::Plain);
            inits.push((index, value));
        }
        // By name: a field declared twice is given once.
        let is_given =
            |index: u32| fields.iter().any(|init| init.name == def.fields[index as usize].name);
        let missing = (0..def.fields.len() as u32).filter(|&index| !is_given(index)).collect();
        (inits, missing)
    }

    fn check_base(
        &mut self,
        variant: VariantRef,
        base: hir::ExprId,
        missing: &[u32],
        span: Span,
    ) -> Option<ExprId> {
        let def = self.variant_def(variant);
        if adt_def(self.db, variant.adt).kind != AdtKind::Struct {
            let at = self.hir.exprs[base].span;
            self.check_expr(base, Expectation::None);
            self.report(d::NotAStruct { name: def.name, found: "an enum variant" }.at(at));
            return None;
        }
        for &index in missing {
            let field = &def.fields[index as usize];
            if !hir::is_accessible(self.db, field.vis, self.module) {
                let ty = self.variant_name(variant);
                self.report(d::PrivateConstructorField { field: field.name, ty }.at(span));
            }
        }
        Some(self.check_has_type(base, variant.ty(), Why::Plain))
    }

    fn report_missing_fields(
        &mut self,
        variant: VariantRef,
        missing: &[u32],
        given: usize,
        span: Span,
    ) {
        let def = self.variant_def(variant);
        if adt_def(self.db, variant.adt).kind == AdtKind::Union {
            if given != 1 {
                let what = "unions with other than one field given";
                self.report(d::NotSupported { what }.at(span));
            }
            return;
        }
        if missing.is_empty() {
            return;
        }
        let names: Vec<Name> = missing.iter().map(|&i| def.fields[i as usize].name).collect();
        let fields = list_of("field", &names);
        let ty = self.variant_name(variant);
        let diagnostic = d::MissingFields { fields, ty }.at(span);
        self.report(diagnostic);
    }

    fn report_unknown_field(&mut self, variant: VariantRef, field: &hir::FieldInit) {
        let def = self.variant_def(variant);
        let names: Vec<&str> = def.fields.iter().map(|field| field.name.as_str()).collect();
        let near = vez_base::dist::closest(field.name.as_str(), names.iter().copied());
        let ty = self.variant_name(variant);
        let diagnostic = match adt_def(self.db, variant.adt).kind {
            AdtKind::Enum => d::NoSuchVariantField { field: field.name, ty }.at(field.span),
            _ => d::NoSuchStructField { field: field.name, ty }.at(field.span),
        };
        self.report(diagnostic.did_you_mean(near));
    }
}

/// ``field `a` ``, ``fields `a` and `b` ``.
pub(crate) fn list_of(noun: &str, names: &[Name]) -> String {
    let quoted: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
    match quoted.as_slice() {
        [one] => format!("{noun} {one}"),
        [init @ .., last] => format!("{noun}s {} and {last}", init.join(", ")),
        [] => noun.to_owned(),
    }
}
