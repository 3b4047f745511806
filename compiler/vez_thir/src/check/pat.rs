//! Patterns: types flow in from what is matched; default binding modes become explicit dereferences.

use vez_base::Span;
use vez_diag::{Count, registry as d};
use vez_hir as hir;
use vez_types::{Ty, TyKind};

use super::{Expectation, FnCtxt};
use crate::data::*;

/// How a plain binding binds here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mode {
    Move,
    Ref(Mutability),
}

/// What all parts of one pattern share.
#[derive(Clone, Copy)]
pub(crate) struct PatCx {
    pub(crate) mode: Mode,
    /// Where the type comes from: the scrutinee or the annotation.
    pub(crate) origin: Option<Span>,
}

/// How a pattern meets a reference.
enum Adjust {
    /// Looks through it.
    Peel,
    /// Takes it as it is.
    Pass,
}

impl FnCtxt<'_> {
    /// Checks a pattern against a type. `place`: what is matched, made mutable where the pattern asks.
    pub(crate) fn check_pat_top(
        &mut self,
        pat: hir::PatId,
        ty: Ty,
        origin: Option<Span>,
        place: Option<ExprId>,
    ) -> PatId {
        if let Some(place) = place
            && self.binds_by_ref_mut(pat)
        {
            self.make_place_mut(place);
        }
        self.check_pat(pat, ty, PatCx { mode: Mode::Move, origin })
    }

    pub(crate) fn check_pat(&mut self, id: hir::PatId, ty: Ty, mut cx: PatCx) -> PatId {
        let hir = self.hir;
        let hir::Pat { kind, span } = &hir.pats[id];
        let mut peeled = Vec::new();
        let mut ty = self.shallow(ty);
        if matches!(self.adjust_of(kind), Adjust::Peel) {
            ty = self.resolved(ty);
            while let TyKind::Ref(_, target, mutability) = ty.kind() {
                peeled.push(ty);
                cx.mode = match (cx.mode, mutability) {
                    (Mode::Move | Mode::Ref(Mutability::Mut), Mutability::Mut) => {
                        Mode::Ref(Mutability::Mut)
                    }
                    _ => Mode::Ref(Mutability::Not),
                };
                ty = self.resolved(*target);
            }
        }
        let mut pat = self.check_pat_kind(kind, ty, cx, *span);
        for outer in peeled.into_iter().rev() {
            pat = self.push_pat(PatKind::Deref(pat), outer, *span);
        }
        pat
    }

    fn adjust_of(&self, kind: &hir::PatKind) -> Adjust {
        match kind {
            hir::PatKind::Wild
            | hir::PatKind::Binding { .. }
            | hir::PatKind::Ref { .. }
            | hir::PatKind::Or(_)
            | hir::PatKind::Error => Adjust::Pass,
            // String literals are references themselves.
            hir::PatKind::Lit {
                lit: hir::Lit::Str(_) | hir::Lit::ByteStr(_) | hir::Lit::CStr(_),
                ..
            } => Adjust::Pass,
            hir::PatKind::Path(path) if self.names_constant(path) => Adjust::Pass,
            _ => Adjust::Peel,
        }
    }

    fn check_pat_kind(&mut self, kind: &hir::PatKind, ty: Ty, cx: PatCx, span: Span) -> PatId {
        match kind {
            hir::PatKind::Wild => self.push_pat(PatKind::Wild, ty, span),
            hir::PatKind::Binding { local, by_ref, sub } => {
                self.check_binding(*local, *by_ref, *sub, ty, cx, span)
            }
            hir::PatKind::Lit { lit, negated } => self.check_lit_pat(*lit, *negated, ty, cx, span),
            hir::PatKind::Range { low, high, inclusive } => {
                self.check_range_pat(*low, *high, *inclusive, ty, cx, span)
            }
            hir::PatKind::Ref { mutability, pat } => {
                self.check_ref_pat(*mutability, *pat, ty, cx, span)
            }
            hir::PatKind::Tuple { pats, rest } => self.check_tuple_pat(pats, *rest, ty, cx, span),
            hir::PatKind::TupleStruct { path, pats, rest } => {
                self.check_tuple_struct_pat(path, pats, *rest, ty, cx, span)
            }
            hir::PatKind::Path(path) => self.check_path_pat(path, ty, cx, span),
            hir::PatKind::Struct { path, fields, rest } => {
                self.check_struct_pat(path, fields, *rest, ty, cx, span)
            }
            hir::PatKind::Slice { before, middle, after } => {
                self.check_slice_pat(before, *middle, after, ty, cx, span)
            }
            hir::PatKind::Or(pats) => {
                let pats = pats.iter().map(|&pat| self.check_pat(pat, ty, cx)).collect();
                self.push_pat(PatKind::Or(pats), ty, span)
            }
            hir::PatKind::Error => {
                self.tainted = true;
                self.push_pat(PatKind::Error, ty, span)
            }
        }
    }

    fn check_binding(
        &mut self,
        local: LocalId,
        by_ref: Option<Mutability>,
        sub: Option<hir::PatId>,
        ty: Ty,
        cx: PatCx,
        span: Span,
    ) -> PatId {
        let by_ref = match (by_ref, cx.mode) {
            (Some(mutability), _) => Some(mutability),
            // `mut x` asks for a copy of its own.
            (None, Mode::Ref(_)) if self.out.locals[local].mutability == Mutability::Mut => None,
            (None, Mode::Ref(mutability)) => Some(mutability),
            (None, Mode::Move) => None,
        };
        let local_ty = match by_ref {
            Some(mutability) => Ty::reference(ty, mutability),
            None => ty,
        };
        if self.declared.insert(local) {
            self.local_tys[local] = local_ty;
            self.local_owner[local] = self.closure;
            self.require_sized(local_ty, span, super::facts::NeedSized::Local);
            if self.is_ty_var(local_ty) {
                self.var_origins.push((local_ty, span, super::VarWhat::Local(local)));
            }
        } else {
            // The same name in another alternative.
            let expected = self.local_tys[local];
            if self.unify(expected, local_ty).is_err() {
                self.pat_mismatch(expected, local_ty, cx, span);
            }
        }
        let sub = sub.map(|sub| self.check_pat(sub, ty, cx));
        self.push_pat(PatKind::Binding { local, by_ref, sub }, ty, span)
    }

    /// `found` is what the pattern matches, `expected` what stands there.
    pub(crate) fn pat_mismatch(&mut self, expected: Ty, found: Ty, cx: PatCx, span: Span) {
        let (expected, found) = (self.resolve(expected), self.resolve(found));
        if expected.is_error() || found.is_error() {
            self.tainted = true;
            return;
        }
        let mut diagnostic = d::MismatchedTypes { expected, found }.at(span);
        if let Some(origin) = cx.origin.filter(|origin| *origin != span) {
            diagnostic = diagnostic.label(origin, format!("this has type `{expected}`"));
        }
        self.report(diagnostic);
    }

    fn error_pat(&mut self, ty: Ty, span: Span) -> PatId {
        self.tainted = true;
        self.push_pat(PatKind::Error, ty, span)
    }

    fn check_lit_pat(
        &mut self,
        lit: hir::Lit,
        negated: bool,
        ty: Ty,
        cx: PatCx,
        span: Span,
    ) -> PatId {
        let mut lit_ty = self.lit_type(lit, Expectation::Type(ty), span);
        if let (hir::Lit::ByteStr(_), TyKind::Ref(_, target, _)) = (lit, ty.kind())
            && matches!(self.resolved(*target).kind(), TyKind::Slice(_))
        {
            lit_ty = Ty::reference(Ty::slice(Ty::u8()), Mutability::Not);
        }
        if self.unify(ty, lit_ty).is_err() {
            self.pat_mismatch(ty, lit_ty, cx, span);
            return self.error_pat(ty, span);
        }
        // The value is read again when the type is known.
        let value = self.lit_value(lit, self.resolve(lit_ty), negated);
        let pat = self.push_pat(PatKind::Lit(value), ty, span);
        self.deferred.pat_literals.push((pat, lit, negated));
        pat
    }

    /// Once types are known: widths of floats, ranges of integers.
    pub(crate) fn finish_pat_literals(&mut self) {
        for (pat, lit, negated) in std::mem::take(&mut self.deferred.pat_literals) {
            let Pat { ty, span, .. } = self.out.pats[pat];
            let ty = self.resolve(ty);
            let value = self.lit_value(lit, ty, negated);
            if let PatKind::Lit(_) = self.out.pats[pat].kind {
                self.out.pats[pat].kind = PatKind::Lit(value);
            }
            if let (LitValue::Int(value), TyKind::Int(int)) = (value, ty.kind()) {
                self.check_range(value, *int, negated, span);
            }
        }
    }

    fn check_range_pat(
        &mut self,
        low: Option<hir::ExprId>,
        high: Option<hir::ExprId>,
        inclusive: bool,
        ty: Ty,
        cx: PatCx,
        span: Span,
    ) -> PatId {
        let mut bounds = Vec::new();
        for bound in [low, high] {
            let Some(bound) = bound else {
                bounds.push(None);
                continue;
            };
            let expr = self.check_expr(bound, Expectation::Type(ty));
            let found = self.resolved(self.ty(expr));
            let ordered = matches!(
                found.kind(),
                TyKind::Int(_) | TyKind::Float(_) | TyKind::Char | TyKind::Error
            ) || self.is_var(found);
            if !ordered {
                let at = self.hir.exprs[bound].span;
                self.report(d::BadRangePattern { ty: found }.at(at));
                return self.error_pat(ty, span);
            }
            if self.unify(ty, found).is_err() {
                self.pat_mismatch(ty, found, cx, self.hir.exprs[bound].span);
                return self.error_pat(ty, span);
            }
            bounds.push(Some(expr));
        }
        let kind = PatKind::Range { low: None, high: None, inclusive: inclusive || high.is_none() };
        let pat = self.push_pat(kind, ty, span);
        self.deferred.pat_ranges.push((pat, bounds[0], bounds[1]));
        pat
    }

    /// The bounds of range patterns, once their literals have their types.
    pub(crate) fn finish_pat_ranges(&mut self) {
        for (pat, low, high) in std::mem::take(&mut self.deferred.pat_ranges) {
            let Pat { ty, span, ref kind } = self.out.pats[pat];
            let PatKind::Range { inclusive, .. } = *kind else { continue };
            let ty = self.resolve(ty);
            let values = [low, high].map(|bound| match bound {
                Some(bound) => self.bound_value(bound, ty).map(Some),
                None => Some(None),
            });
            let [Some(low), Some(high)] = values else {
                self.out.pats[pat].kind = PatKind::Error;
                self.tainted = true;
                continue;
            };
            self.out.pats[pat].kind = PatKind::Range { low, high, inclusive };
            if let (Some(low), Some(high)) = (low, high) {
                self.check_range_order(low, high, inclusive, ty, span);
            }
        }
    }

    fn bound_value(&mut self, bound: ExprId, ty: Ty) -> Option<LitValue> {
        match self.out.exprs[bound].kind {
            ExprKind::Lit(value) => Some(value),
            ExprKind::Const(def, args) => {
                let args = self.icx.resolve_args(args);
                let value = crate::consts::evaluate(self.db, def, args);
                let literal = value.and_then(|bits| crate::consts::literal_of(bits, ty));
                if literal.is_none() && !self.tainted {
                    let what = "range patterns with this constant as bound";
                    let span = self.span(bound);
                    self.report(d::NotSupported { what }.at(span));
                }
                literal
            }
            ExprKind::Error => None,
            ExprKind::ConstParam(param) => {
                self.report(d::GenericPattern { name: param.name }.at(self.span(bound)));
                None
            }
            _ => {
                let span = self.span(bound);
                self.report(d::NotSupported { what: "this bound of a range pattern" }.at(span));
                None
            }
        }
    }

    fn check_range_order(
        &mut self,
        low: LitValue,
        high: LitValue,
        inclusive: bool,
        ty: Ty,
        span: Span,
    ) {
        let order = crate::consts::compare(low, high, ty);
        match order {
            Some(std::cmp::Ordering::Greater) if inclusive => {
                self.report(d::EmptyRangePattern.at(span))
            }
            Some(std::cmp::Ordering::Greater | std::cmp::Ordering::Equal) if !inclusive => {
                self.report(d::EmptyHalfOpenRange.at(span));
            }
            _ => {}
        }
    }

    fn check_ref_pat(
        &mut self,
        mutability: Mutability,
        inner: hir::PatId,
        ty: Ty,
        cx: PatCx,
        span: Span,
    ) -> PatId {
        let ty = self.resolved(ty);
        let cx = PatCx { mode: Mode::Move, ..cx };
        match ty.kind() {
            TyKind::Ref(_, target, found) if *found == mutability => {
                let inner = self.check_pat(inner, *target, cx);
                self.push_pat(PatKind::Deref(inner), ty, span)
            }
            TyKind::Error => {
                self.check_pat(inner, Ty::error(), cx);
                self.error_pat(ty, span)
            }
            _ => {
                let target = self.fresh_ty(span);
                let wanted = Ty::reference(target, mutability);
                if self.unify(ty, wanted).is_err() {
                    self.pat_mismatch(ty, wanted, cx, span);
                    self.check_pat(inner, Ty::error(), cx);
                    return self.error_pat(ty, span);
                }
                let inner = self.check_pat(inner, target, cx);
                self.push_pat(PatKind::Deref(inner), wanted, span)
            }
        }
    }

    fn check_tuple_pat(
        &mut self,
        pats: &[hir::PatId],
        rest: Option<u32>,
        ty: Ty,
        cx: PatCx,
        span: Span,
    ) -> PatId {
        let ty = self.resolved(ty);
        let len = match ty.kind() {
            TyKind::Tuple(types) => types.as_slice().len(),
            _ => pats.len(),
        };
        let fits = if rest.is_some() { pats.len() <= len } else { pats.len() == len };
        if let (TyKind::Tuple(types), true) = (ty.kind(), fits) {
            let fields = self.positional(pats, rest, types.as_slice(), cx);
            return self.push_pat(PatKind::Leaf(fields), ty, span);
        }
        let types: Vec<Ty> = pats.iter().map(|_| self.fresh_ty(span)).collect();
        let wanted = Ty::tuple(types.clone());
        let known = !self.is_ty_var(ty);
        if rest.is_some() && !known {
            self.cannot_infer(ty, span);
            self.check_pats_alone(pats, cx);
            return self.error_pat(ty, span);
        }
        if self.unify(ty, wanted).is_err() {
            self.pat_mismatch(ty, wanted, cx, span);
            self.check_pats_alone(pats, cx);
            return self.error_pat(ty, span);
        }
        let fields = self.positional(pats, None, &types, cx);
        self.push_pat(PatKind::Leaf(fields), wanted, span)
    }

    /// Binds the names of patterns that match nothing sensible.
    pub(crate) fn check_pats_alone(&mut self, pats: &[hir::PatId], cx: PatCx) {
        for &pat in pats {
            self.check_pat(pat, Ty::error(), cx);
        }
    }

    /// Patterns by position, a `..` standing for those in the middle.
    pub(crate) fn positional(
        &mut self,
        pats: &[hir::PatId],
        rest: Option<u32>,
        types: &[Ty],
        cx: PatCx,
    ) -> Vec<(u32, PatId)> {
        let gap = types.len().saturating_sub(pats.len());
        let split = rest.map_or(pats.len(), |rest| rest as usize);
        pats.iter()
            .enumerate()
            .map(|(index, &pat)| {
                let field = if index < split { index } else { index + gap };
                let ty = types.get(field).copied().unwrap_or(Ty::error());
                (field as u32, self.check_pat(pat, ty, cx))
            })
            .collect()
    }

    /// A slice pattern that cannot fail and has no `..` matches an array of its length, where nothing else is known.
    pub(crate) fn presume_array(&mut self, pat: hir::PatId, ty: Ty) {
        let hir::PatKind::Slice { before, middle: None, after } = &self.hir.pats[pat].kind else {
            return;
        };
        let ty = self.resolved(ty);
        if self.is_ty_var(ty) {
            let elem = self.fresh_ty(self.hir.pats[pat].span);
            let array = Ty::array(elem, (before.len() + after.len()) as u64);
            let _ = self.unify(ty, array);
        }
    }

    fn check_slice_pat(
        &mut self,
        before: &[hir::PatId],
        middle: Option<hir::PatId>,
        after: &[hir::PatId],
        ty: Ty,
        cx: PatCx,
        span: Span,
    ) -> PatId {
        let ty = self.structurally_resolved(ty, span);
        let named = before.len() + after.len();
        let (elem, rest) = match ty.kind() {
            TyKind::Slice(elem) => (*elem, ty),
            TyKind::Array(elem, len) => {
                let len = self.icx.shallow_const(*len);
                let rest = match len.as_value() {
                    Some(len) => {
                        self.check_array_pat_len(named, middle.is_some(), len, span);
                        Ty::array(*elem, (len as u64).saturating_sub(named as u64))
                    }
                    None if middle.is_none() => {
                        let wanted = Ty::array(*elem, named as u64);
                        let _ = self.unify(ty, wanted);
                        ty
                    }
                    None => {
                        self.report(
                            d::NotSupported {
                                what: "slice pattern for an array of generic length",
                            }
                            .at(span),
                        );
                        Ty::error()
                    }
                };
                (*elem, rest)
            }
            _ => {
                if !ty.is_error() {
                    let ty = self.resolve(ty);
                    let mut diagnostic = d::NotAnArrayPattern { ty }.at(span);
                    if let Some(origin) = cx.origin {
                        diagnostic = diagnostic.label(origin, format!("this has type `{ty}`"));
                    }
                    self.report(diagnostic);
                }
                self.check_pats_alone(before, cx);
                self.check_pats_alone(middle.as_slice(), cx);
                self.check_pats_alone(after, cx);
                return self.error_pat(ty, span);
            }
        };
        let part = |cx_: &mut Self, pats: &[hir::PatId]| -> Vec<PatId> {
            pats.iter().map(|&pat| cx_.check_pat(pat, elem, cx)).collect()
        };
        let before = part(self, before);
        let middle = middle.map(|middle| self.check_pat(middle, rest, cx));
        let after = part(self, after);
        self.push_pat(PatKind::Slice { before, middle, after }, ty, span)
    }

    fn check_array_pat_len(&mut self, named: usize, open: bool, len: u128, span: Span) {
        let expected = Count(len as usize, "element");
        let found = Count(named, "element");
        if open && (named as u128) > len {
            self.report(d::ArrayPatternTooLong { expected, found }.at(span));
        } else if !open && named as u128 != len {
            self.report(d::ArrayPatternLength { expected, found }.at(span));
        }
    }
}
