//! Exhaustiveness: does every value find an arm, and does every arm find a value.
//!
//! Works on finished THIR patterns. `pat` reduces them, `ctor` splits types into cases, `usefulness` searches, `witness` shows what is missing; `constant` reads
//! constants; here the matches of a body are visited and the reports made.

mod constant;
mod ctor;
mod pat;
mod usefulness;
mod witness;

use vez_base::{DefId, DefKind, Name, Span, limits, name};
use vez_db::Db;
use vez_diag::{Diagnostic, registry as d};
use vez_hir::{self as hir, CtorKind};
use vez_traits::adt_def;
use vez_types::{GenericArgs, Ty, TyKind};

pub(crate) use ctor::float_value;

use crate::data::*;
use constant::NoPattern;
use ctor::Ctor;
use pat::DePat;

/// What the search asks of the program.
pub(crate) struct PatCx<'a> {
    db: &'a dyn Db,
    module: DefId,
}

/// Looks at every match, `let` and parameter of a body.
pub(crate) fn check(db: &dyn Db, body: &Body, report: &mut dyn FnMut(Diagnostic)) {
    let cx = PatCx { db, module: hir::module_of(db, body.owner) };
    for (id, pat) in body.pats.iter_enumerated() {
        cx.check_name(body, pat, report);
        if let PatKind::Const(def, args) = pat.kind
            && let Err(found) = constant::lower(&cx, (def, args), pat.ty, id)
        {
            report(match found {
                NoPattern::NonStructural(ty) => {
                    let help =
                        format!("add `#[derive(PartialEq)]` to `{ty}`, or compare with `==`");
                    d::NonStructuralConstant { ty }.at(pat.span).help(help)
                }
                NoPattern::Generic(def) => {
                    let help = "compare with `==` in a guard";
                    d::GenericPattern { name: def.name() }.at(pat.span).help(help)
                }
            });
        }
    }
    for expr in body.exprs.iter() {
        if let ExprKind::Match { scrutinee, arms, source } = &expr.kind {
            cx.check_match(body, *scrutinee, arms, *source, expr.span, report);
        }
    }
    for block in body.blocks.iter() {
        for stmt in &block.stmts {
            if let Stmt::Let { pat, init, otherwise: None, .. } = stmt {
                cx.check_irrefutable(body, *pat, "a local binding", init.is_some(), report);
            }
        }
    }
    let closures = body.closures.iter().flat_map(|closure| &closure.params);
    for param in body.params.iter().chain(closures) {
        cx.check_irrefutable(body, param.pat, "a parameter", false, report);
    }
}

impl PatCx<'_> {
    /// E0170: a binding where a variant was meant.
    fn check_name(&self, body: &Body, pat: &Pat, report: &mut dyn FnMut(Diagnostic)) {
        let PatKind::Binding { local, by_ref: None, sub: None } = pat.kind else { return };
        let local = &body.locals[local];
        let mut ty = pat.ty;
        while let TyKind::Ref(_, target, _) = ty.kind() {
            ty = *target;
        }
        let TyKind::Adt(def, _) = ty.kind() else { return };
        if def.kind() != DefKind::Enum || local.mutability == Mutability::Mut {
            return;
        }
        let mut units = adt_def(self.db, *def).variants.iter().filter(|v| v.ctor == CtorKind::Unit);
        let lint = Name::new("bindings_with_variant_name");
        let allowed = |item: DefId| hir::attr_word(self.db, item, name::ALLOW, |word| word == lint);
        if units.any(|v| v.name == local.name) && !body.owner.ancestors().any(allowed) {
            let (name, ty) = (local.name, def.name());
            let found = d::BindingNamedAsVariant { name, ty }.at(pat.span);
            report(found.help(format!("write `{ty}::{name}`")));
        }
    }

    fn check_match(
        &self,
        body: &Body,
        scrutinee: ExprId,
        arms: &[Arm],
        source: MatchSource,
        span: Span,
        report: &mut dyn FnMut(Diagnostic),
    ) {
        let ty = body.exprs[scrutinee].ty;
        if ty.is_error() {
            return;
        }
        let lowered: Option<Vec<(DePat, bool)>> = arms
            .iter()
            .map(|arm| Some((pat::lower(self, body, arm.pat)?, arm.guard.is_some())))
            .collect();
        let Some(lowered) = lowered else { return };
        let valid = !reads_unchecked(body, scrutinee);
        let found = usefulness::compute(self, &lowered, ty, valid);
        if found.too_complex {
            report(d::PatternsTooComplex.at(span));
            return;
        }
        if !found.witnesses.is_empty() {
            let at = body.exprs[scrutinee].span;
            let mut diagnostic = match source {
                MatchSource::For => d::RefutablePattern {
                    place: "a `for` loop",
                    patterns: self.show(&found.witnesses),
                }
                .at(arms.last().map_or(at, |arm| body.pats[arm.pat].span)),
                _ => d::NonExhaustive { patterns: self.show(&found.witnesses) }.at(at),
            };
            if let (MatchSource::Normal, Some(last)) = (source, arms.last()) {
                let first = found.witnesses[0].show(self);
                let fix = vez_diag::Fix::new("cover it with an arm")
                    .insert_after(last.span, format!(",\n{first} => todo!()"))
                    .has_placeholders();
                diagnostic =
                    diagnostic.here(format!("{} not covered", self.show(&found.witnesses)));
                diagnostic = diagnostic.fix(fix);
            }
            report(diagnostic);
        }
        if source == MatchSource::Normal {
            self.report_unreachable(body, arms, &found, report);
        }
    }

    fn report_unreachable(
        &self,
        body: &Body,
        arms: &[Arm],
        found: &usefulness::Usefulness,
        report: &mut dyn FnMut(Diagnostic),
    ) {
        for (arm, &reachable) in arms.iter().zip(&found.reachable) {
            if !reachable {
                report(d::UnreachablePattern.at(body.pats[arm.pat].span));
                continue;
            }
            self.report_alternatives(body, arm.pat, found, report);
        }
    }

    fn report_alternatives(
        &self,
        body: &Body,
        pat: PatId,
        found: &usefulness::Usefulness,
        report: &mut dyn FnMut(Diagnostic),
    ) {
        let PatKind::Or(alternatives) = &body.pats[pat].kind else { return };
        for &alternative in alternatives {
            match body.pats[alternative].kind {
                PatKind::Or(_) => self.report_alternatives(body, alternative, found, report),
                _ if !found.useful_alternatives.contains(&source_of(body, alternative)) => {
                    report(d::UnreachablePattern.at(body.pats[alternative].span));
                }
                _ => {}
            }
        }
    }

    fn check_irrefutable(
        &self,
        body: &Body,
        pat: PatId,
        place: &str,
        valid: bool,
        report: &mut dyn FnMut(Diagnostic),
    ) {
        let Pat { ty, span, ref kind } = body.pats[pat];
        if matches!(kind, PatKind::Wild | PatKind::Binding { sub: None, .. }) || ty.is_error() {
            return;
        }
        let Some(lowered) = pat::lower(self, body, pat) else { return };
        let found = usefulness::compute(self, &[(lowered, false)], ty, valid);
        if found.too_complex {
            report(d::PatternsTooComplex.at(span));
        } else if !found.witnesses.is_empty() {
            let patterns = self.show(&found.witnesses);
            let diagnostic = d::RefutablePattern { place, patterns }.at(span);
            report(if place == "a local binding" {
                diagnostic.help("`let ... else { .. }` handles what is not covered")
            } else {
                diagnostic
            });
        }
    }

    fn show(&self, witnesses: &[witness::Witness]) -> String {
        let mut shown: Vec<String> = Vec::new();
        for witness in witnesses {
            let text = format!("`{}`", witness.show(self));
            if !shown.contains(&text) {
                shown.push(text);
            }
        }
        let more = shown.len().saturating_sub(limits::SHOWN_WITNESSES);
        shown.truncate(limits::SHOWN_WITNESSES);
        match (shown.as_slice(), more) {
            ([one], 0) => format!("pattern {one}"),
            ([init @ .., last], 0) => format!("patterns {} and {last}", init.join(", ")),
            (all, more) => format!("patterns {} and {more} more", all.join(", ")),
        }
    }

    // What the search asks.

    fn is_enum(&self, def: DefId) -> bool {
        def.kind() == DefKind::Enum
    }

    /// Whether another crate says that its enum may get more variants.
    fn may_grow(&self, def: DefId) -> bool {
        hir::has_attr(self.db, def, name::NON_EXHAUSTIVE)
            && hir::crate_of(self.db, def) != hir::crate_of(self.db, self.module)
    }

    fn variant_count(&self, def: DefId) -> u32 {
        adt_def(self.db, def).variants.len() as u32
    }

    fn field_types(&self, ty: Ty, variant: u32) -> Vec<Ty> {
        match ty.kind() {
            TyKind::Tuple(types) => types.as_slice().to_vec(),
            TyKind::Ref(_, target, _) | TyKind::RawPtr(target, _) => vec![*target],
            TyKind::Adt(def, args) => {
                let adt = adt_def(self.db, *def);
                let Some(variant) = adt.variants.get(variant as usize) else { return Vec::new() };
                let fields = variant.fields.iter();
                fields.map(|field| vez_traits::field_ty(field, *args).erase_regions()).collect()
            }
            _ => Vec::new(),
        }
    }

    fn ctor_field_types(&self, ctor: &Ctor, ty: Ty) -> Vec<Ty> {
        match ctor {
            Ctor::Single => self.field_types(ty, 0),
            Ctor::Variant(variant) => self.field_types(ty, *variant),
            Ctor::Slice(shape) => match ty.kind() {
                TyKind::Slice(elem) | TyKind::Array(elem, _) => vec![*elem; shape.arity()],
                _ => Vec::new(),
            },
            _ => Vec::new(),
        }
    }

    /// A variant's name as written in patterns, and its fields' names when they are not by position.
    fn variant_shape(&self, def: DefId, variant: u32) -> (String, Option<Vec<String>>) {
        let adt = adt_def(self.db, def);
        let Some(variant) = adt.variants.get(variant as usize) else {
            return (def.name().to_string(), None);
        };
        // The prelude's variants go by their own names.
        let prelude = matches!(variant.name.as_str(), "Some" | "None" | "Ok" | "Err")
            && vez_hir::lang_attr(self.db, def).is_some();
        let name = match def.kind() {
            DefKind::Enum if !prelude => format!("{}::{}", def.name(), variant.name),
            _ => variant.name.to_string(),
        };
        let named = variant.ctor == CtorKind::Struct;
        let fields = named.then(|| variant.fields.iter().map(|f| f.name.to_string()).collect());
        (name, fields)
    }

    fn const_value(&self, def: DefId, args: GenericArgs, ty: Ty) -> Option<u128> {
        match ty.kind() {
            TyKind::Int(_) | TyKind::Bool | TyKind::Char => {
                crate::consts::evaluate(self.db, def, args)
            }
            _ => None,
        }
    }

    /// Whether a type has no values that this module could tell.
    fn is_uninhabited(&self, ty: Ty) -> bool {
        self.uninhabited(ty, 0)
    }

    fn uninhabited(&self, ty: Ty, depth: usize) -> bool {
        if depth > 32 {
            return false;
        }
        match ty.kind() {
            TyKind::Never => true,
            TyKind::Tuple(types) => {
                types.as_slice().iter().any(|&ty| self.uninhabited(ty, depth + 1))
            }
            TyKind::Array(elem, len) => {
                len.as_value().is_some_and(|len| len > 0) && self.uninhabited(*elem, depth + 1)
            }
            TyKind::Adt(def, args) => {
                let adt = adt_def(self.db, *def);
                if def.kind() == DefKind::Union {
                    return false;
                }
                let is_enum = def.kind() == DefKind::Enum;
                adt.variants.iter().all(|variant| {
                    variant.fields.iter().any(|field| {
                        let visible =
                            is_enum || hir::is_accessible(self.db, field.vis, self.module);
                        let ty = vez_traits::field_ty(field, *args);
                        visible && self.uninhabited(ty, depth + 1)
                    })
                })
            }
            _ => false,
        }
    }
}

/// The pattern that stands for one in the search: bindings stand for what they wrap.
fn source_of(body: &Body, pat: PatId) -> PatId {
    match body.pats[pat].kind {
        PatKind::Binding { sub: Some(sub), .. } => source_of(body, sub),
        _ => pat,
    }
}

/// Whether a place is reached through a raw pointer or union: nothing vouches for the value there.
fn reads_unchecked(body: &Body, expr: ExprId) -> bool {
    match body.exprs[expr].kind {
        ExprKind::Deref(_) => true,
        ExprKind::Field(base, _) => {
            matches!(body.exprs[base].ty.kind(), TyKind::Adt(def, _) if def.kind() == DefKind::Union)
                || reads_unchecked(body, base)
        }
        ExprKind::Index(base, _) => reads_unchecked(body, base),
        _ => false,
    }
}
