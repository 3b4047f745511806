//! Tests: on a discriminant, a scalar, a range, a length, by `==`; how they split rows.

use super::super::Builder;
use super::super::constant::literal;
use super::rows::Row;
use super::tree::{PlaceIx, Tree};
use crate::{
    AssertKind, BinOp, Block, CastKind, Constant, ConstantKind, Mutability, Operand, Place, Rvalue,
    TerminatorKind,
};
use indexmap::IndexMap;
use vez_base::{DefId, FxBuildHasher, Span};
use vez_thir::{LitValue, PatId, PatKind};
use vez_types::{GenericArg, GenericArgs, Ty, TyKind};

/// What is asked next, of which place.
#[derive(Clone, Copy)]
pub(super) struct Test {
    place: PlaceIx,
    /// The pattern that made it; its kind is the test's.
    pat: PatId,
}

/// What one outcome of a test means for a row.
enum Effect {
    /// The row needs no more of this test: what remains are these.
    Holds(Vec<(PlaceIx, PatId)>),
    /// The row stays as it is.
    Open,
    /// The row cannot match.
    Fails,
}

impl Builder<'_> {
    /// The first row's first test: what every other row would have to wait for too.
    pub(super) fn pick_test(&self, row: &Row) -> Test {
        let (place, pat) = row.tests[0];
        Test { place, pat }
    }

    pub(super) fn emit_test(&mut self, tree: &mut Tree, test: Test, rows: Vec<Row>, span: Span) {
        let data = &self.thir.pats[test.pat];
        match &data.kind {
            PatKind::Variant { def, .. } => self.switch_variant(tree, test, *def, rows, span),
            PatKind::Lit(value) if switch_key(*value).is_some() => {
                self.switch_int(tree, test, data.ty, rows, span);
            }
            PatKind::Never => self.terminate(TerminatorKind::Unreachable, span),
            _ => self.binary_test(tree, test, rows, span),
        }
    }

    /// A switch over an enum's variants.
    fn switch_variant(
        &mut self,
        tree: &mut Tree,
        test: Test,
        def: DefId,
        rows: Vec<Row>,
        span: Span,
    ) {
        let groups = self.split(tree, test, rows, |this, pat| match &this.thir.pats[pat].kind {
            PatKind::Variant { variant, .. } => Some(u128::from(*variant)),
            _ => None,
        });
        let place = self.tree_place(tree, test.place);
        let ty = self.facts.discriminant_ty(def);
        let discr = self.temp_of(Rvalue::Discriminant(place), ty, span);
        let covered = groups.keyed.len() == self.facts.variant_count(def);
        let mut targets = Vec::with_capacity(groups.keyed.len());
        for (variant, rows) in groups.keyed {
            let value = self.facts.discriminant(def, variant as u32);
            targets.push((value, self.table(tree, rows, span)));
        }
        self.finish_switch(tree, discr.into(), targets, covered, groups.rest, span);
    }

    /// A switch over an integer's, character's or `bool`'s values.
    fn switch_int(&mut self, tree: &mut Tree, test: Test, ty: Ty, rows: Vec<Row>, span: Span) {
        let mask = value_mask(ty);
        let groups = self.split(tree, test, rows, |this, pat| match this.thir.pats[pat].kind {
            PatKind::Lit(value) => switch_key(value).map(|bits| bits & mask),
            _ => None,
        });
        let discr = self.tree_place(tree, test.place);
        let covered = matches!(ty.kind(), TyKind::Bool) && groups.keyed.len() == 2;
        let mut targets = Vec::with_capacity(groups.keyed.len());
        for (value, rows) in groups.keyed {
            targets.push((value, self.table(tree, rows, span)));
        }
        self.finish_switch(tree, discr, targets, covered, groups.rest, span);
    }

    fn finish_switch(
        &mut self,
        tree: &mut Tree,
        discr: Place,
        mut targets: Vec<(u128, Block)>,
        covered: bool,
        rest: Vec<Row>,
        span: Span,
    ) {
        let otherwise = if covered {
            // Every value has its target: the last one needs no comparison.
            targets.pop().expect("a covered switch has targets").1
        } else {
            self.table(tree, rest, span)
        };
        let discr = Operand::Copy(discr);
        self.terminate(TerminatorKind::Switch { discr, targets, otherwise }, span);
    }

    /// Splits rows by the value they ask for. A row that asks for none goes to every group, in order.
    fn split(
        &mut self,
        tree: &mut Tree,
        test: Test,
        rows: Vec<Row>,
        key: impl Fn(&Self, PatId) -> Option<u128>,
    ) -> Groups {
        let mut groups = Groups::default();
        for row in &rows {
            let found = row.tests.iter().find(|(place, _)| *place == test.place);
            if let Some(key) = found.and_then(|(_, pat)| key(self, *pat)) {
                groups.keyed.entry(key).or_default();
            }
        }
        for row in rows {
            let position = row.tests.iter().position(|(place, _)| *place == test.place);
            let pat = position.map(|position| row.tests[position].1);
            match (position, pat.and_then(|pat| key(self, pat))) {
                (Some(position), Some(key)) => {
                    let parts = self.parts(tree, row.tests[position]);
                    let rows = self.replace_test(tree, row, position, parts);
                    groups.keyed.entry(key).or_default().extend(rows);
                }
                _ => {
                    for (key, group) in &mut groups.keyed {
                        let reached = !ends_with_certain(group);
                        if reached && pat.is_none_or(|pat| self.may_hold(pat, *key)) {
                            group.push(row.clone());
                        }
                    }
                    groups.rest.push(row);
                }
            }
        }
        groups
    }

    /// Whether a pattern that is no single value may match that value.
    fn may_hold(&self, pat: PatId, key: u128) -> bool {
        let data = &self.thir.pats[pat];
        match &data.kind {
            PatKind::Range { low, high, inclusive } => {
                in_range(data.ty, key, *low, *high, *inclusive)
            }
            _ => true,
        }
    }

    /// What remains of a pattern once its own test holds.
    fn parts(&mut self, tree: &mut Tree, (place, pat): (PlaceIx, PatId)) -> Vec<(PlaceIx, PatId)> {
        match &self.thir.pats[pat].kind {
            PatKind::Variant { variant, .. } => self.variant_fields(tree, place, pat, *variant),
            PatKind::Slice { .. } => self.slice_elements(tree, place, pat),
            _ => Vec::new(),
        }
    }

    /// The row with one test replaced by its parts, taken apart.
    fn replace_test(
        &mut self,
        tree: &mut Tree,
        mut row: Row,
        position: usize,
        parts: Vec<(PlaceIx, PatId)>,
    ) -> Vec<Row> {
        row.tests.splice(position..=position, parts);
        self.expand(tree, row)
    }

    /// A test with two outcomes.
    fn binary_test(&mut self, tree: &mut Tree, test: Test, rows: Vec<Row>, span: Span) {
        let (mut holds, mut fails) = (Vec::new(), Vec::new());
        for row in rows {
            let position = row.tests.iter().position(|(place, _)| *place == test.place);
            let Some(position) = position else {
                if !ends_with_certain(&holds) {
                    holds.push(row.clone());
                }
                fails.push(row);
                continue;
            };
            let pair = row.tests[position];
            let (if_holds, if_fails) = self.effects(tree, test, pair);
            for (effect, group) in [(if_holds, &mut holds), (if_fails, &mut fails)] {
                match effect {
                    // Rows after one that matches for sure are never reached.
                    _ if ends_with_certain(group) => {}
                    Effect::Holds(parts) => {
                        group.extend(self.replace_test(tree, row.clone(), position, parts));
                    }
                    Effect::Open => group.push(row.clone()),
                    Effect::Fails => {}
                }
            }
        }
        let cond = self.test_operand(tree, test, span);
        let holds = self.table(tree, holds, span);
        let fails = self.table(tree, fails, span);
        self.choose(cond, holds, fails, span);
    }

    /// What the two outcomes of a test mean for a pattern on the same place.
    fn effects(&mut self, tree: &mut Tree, test: Test, pair: (PlaceIx, PatId)) -> (Effect, Effect) {
        let (asked, pat) = (&self.thir.pats[test.pat].kind, &self.thir.pats[pair.1].kind);
        if let (Some(asked), Some(own)) = (length(asked), length(pat)) {
            return self.length_effects(tree, asked, own, pair);
        }
        if asked == pat {
            return (Effect::Holds(Vec::new()), Effect::Fails);
        }
        // Different texts: both cannot match. (Floats have two zeros.)
        if let (PatKind::Lit(LitValue::Str(_)), PatKind::Lit(LitValue::Str(_))) = (asked, pat) {
            return (Effect::Fails, Effect::Open);
        }
        if let (PatKind::Range { low, high, inclusive }, PatKind::Lit(value)) = (asked, pat)
            && let Some(key) = switch_key(*value)
        {
            let ty = self.thir.pats[pair.1].ty;
            return if in_range(ty, key & value_mask(ty), *low, *high, *inclusive) {
                (Effect::Open, Effect::Fails)
            } else {
                (Effect::Fails, Effect::Open)
            };
        }
        (Effect::Open, Effect::Open)
    }

    fn length_effects(
        &mut self,
        tree: &mut Tree,
        asked: Length,
        own: Length,
        pair: (PlaceIx, PatId),
    ) -> (Effect, Effect) {
        match (asked, own) {
            (Length::Exactly(n), Length::Exactly(m)) => {
                if n == m {
                    (Effect::Holds(self.parts(tree, pair)), Effect::Fails)
                } else {
                    (Effect::Fails, Effect::Open)
                }
            }
            (Length::Exactly(n), Length::AtLeast(m)) => {
                if m <= n {
                    (Effect::Holds(self.parts(tree, pair)), Effect::Open)
                } else {
                    (Effect::Fails, Effect::Open)
                }
            }
            (Length::AtLeast(n), Length::AtLeast(m)) => {
                if m == n {
                    (Effect::Holds(self.parts(tree, pair)), Effect::Fails)
                } else if m < n {
                    (Effect::Holds(self.parts(tree, pair)), Effect::Open)
                } else {
                    (Effect::Open, Effect::Fails)
                }
            }
            (Length::AtLeast(n), Length::Exactly(m)) => {
                if m >= n {
                    (Effect::Open, Effect::Fails)
                } else {
                    (Effect::Fails, Effect::Open)
                }
            }
        }
    }

    /// Emits what a two-way test asks.
    fn test_operand(&mut self, tree: &mut Tree, test: Test, span: Span) -> Operand {
        let data = &self.thir.pats[test.pat];
        let place = self.tree_place(tree, test.place);
        match &data.kind {
            PatKind::Slice { .. } => {
                let len = self.length(&place, span);
                let (op, want) = match length(&data.kind) {
                    Some(Length::Exactly(n)) => (BinOp::Eq, n),
                    Some(Length::AtLeast(n)) => (BinOp::Ge, n),
                    None => (BinOp::Ge, 0),
                };
                self.compare(op, len, Operand::usize(want, span), span)
            }
            PatKind::Range { low, high, inclusive } => {
                self.range_test(place, data.ty, *low, *high, *inclusive, span)
            }
            PatKind::Lit(value) => {
                self.equality(place, data.ty, literal(*value, data.ty, span), span)
            }
            PatKind::Const(def, args) => {
                let kind = ConstantKind::Item(*def, *args);
                let constant = Operand::Const(Constant { kind, ty: data.ty, span });
                self.equality(place, data.ty, constant, span)
            }
            _ => Operand::bool(true, span),
        }
    }

    fn range_test(
        &mut self,
        place: Place,
        ty: Ty,
        low: Option<LitValue>,
        high: Option<LitValue>,
        inclusive: bool,
        span: Span,
    ) -> Operand {
        let value = Operand::Copy(place);
        let low =
            low.map(|low| self.compare(BinOp::Ge, value.clone(), literal(low, ty, span), span));
        let op = if inclusive { BinOp::Le } else { BinOp::Lt };
        let high = high.map(|high| self.compare(op, value.clone(), literal(high, ty, span), span));
        match (low, high) {
            (Some(low), Some(high)) => self.compare(BinOp::BitAnd, low, high, span),
            (Some(cond), None) | (None, Some(cond)) => cond,
            (None, None) => Operand::bool(true, span),
        }
    }

    /// `place == constant`: directly for scalars, through `PartialEq` for the rest.
    fn equality(&mut self, place: Place, ty: Ty, constant: Operand, span: Span) -> Operand {
        match ty.kind() {
            TyKind::Ref(_, target, _) => {
                let value = Operand::Copy(place);
                self.eq_call(value, constant, *target, span)
            }
            TyKind::Str => {
                let target = Ty::reference(ty, Mutability::Not);
                let value =
                    self.temp_of(Rvalue::Ref(crate::BorrowKind::Shared, place), target, span);
                self.eq_call(Operand::Copy(value.into()), constant, ty, span)
            }
            TyKind::Adt(..) | TyKind::Tuple(_) | TyKind::Array(..) | TyKind::Slice(_) => {
                let reference = Ty::reference(ty, Mutability::Not);
                let shared = |place| Rvalue::Ref(crate::BorrowKind::Shared, place);
                let value = self.temp_of(shared(place), reference, span);
                let constant = match self.operand_ty(&constant).kind() {
                    // A byte string for an array or slice is a reference already.
                    TyKind::Ref(..) => constant,
                    _ => {
                        let held = self.temp_of(Rvalue::Use(constant), ty, span);
                        let held = self.temp_of(shared(held.into()), reference, span);
                        Operand::Copy(held.into())
                    }
                };
                self.eq_call(Operand::Copy(value.into()), constant, ty, span)
            }
            _ => self.compare(BinOp::Eq, Operand::Copy(place), constant, span),
        }
    }

    /// `<T as PartialEq>::eq(value, constant)`, on references. Byte strings are compared as slices.
    fn eq_call(&mut self, value: Operand, constant: Operand, target: Ty, span: Span) -> Operand {
        let mut operands = [value, constant];
        let mut target = target;
        if operands.iter().any(|operand| self.is_byte_array_ref(operand)) {
            target = Ty::slice(Ty::u8());
            for operand in &mut operands {
                if self.is_byte_array_ref(operand) {
                    let ty = Ty::reference(target, Mutability::Not);
                    let cast = Rvalue::Cast(CastKind::Unsize, operand.clone(), ty);
                    *operand = Operand::Copy(self.temp_of(cast, ty, span).into());
                }
            }
        }
        let Some(eq) = self.facts.partial_eq_method() else {
            // Without the trait in the library nothing can be equal; the lookup reports it.
            self.check(Operand::bool(false, span), true, AssertKind::Hole, span);
            return Operand::bool(false, span);
        };
        let args = GenericArgs::new(vec![GenericArg::Ty(target), GenericArg::Ty(target)]);
        let callee = Operand::zero_sized(Ty::new(TyKind::FnDef(eq, args)), span);
        let result = self.new_temp(Ty::bool(), span);
        let [value, constant] = operands;
        self.emit_call(result.into(), callee, vec![value, constant], true, false, span);
        Operand::Copy(result.into())
    }

    fn is_byte_array_ref(&self, operand: &Operand) -> bool {
        match self.operand_ty(operand).kind() {
            TyKind::Ref(_, target, _) => {
                matches!(target.kind(), TyKind::Array(elem, _) if *elem == Ty::u8())
            }
            _ => false,
        }
    }
}

/// The last row matches whatever is there.
fn ends_with_certain(rows: &[Row]) -> bool {
    rows.last().is_some_and(|row| row.tests.is_empty() && row.guard.is_none())
}

#[derive(Default)]
struct Groups {
    keyed: IndexMap<u128, Vec<Row>, FxBuildHasher>,
    rest: Vec<Row>,
}

#[derive(Clone, Copy)]
enum Length {
    Exactly(u64),
    AtLeast(u64),
}

fn length(kind: &PatKind) -> Option<Length> {
    match kind {
        PatKind::Slice { before, middle, after } => {
            let len = (before.len() + after.len()) as u64;
            Some(if middle.is_some() { Length::AtLeast(len) } else { Length::Exactly(len) })
        }
        _ => None,
    }
}

/// The bits a literal is switched on by.
fn switch_key(value: LitValue) -> Option<u128> {
    match value {
        LitValue::Int(bits) => Some(bits),
        LitValue::Bool(value) => Some(value.into()),
        LitValue::Char(value) => Some(u32::from(value).into()),
        _ => None,
    }
}

fn value_mask(ty: Ty) -> u128 {
    match ty.kind() {
        TyKind::Int(int) => u128::MAX >> (128 - int.bits()),
        _ => u128::MAX,
    }
}

/// Whether bits of a type lie between two literals.
fn in_range(
    ty: Ty,
    bits: u128,
    low: Option<LitValue>,
    high: Option<LitValue>,
    inclusive: bool,
) -> bool {
    // Signed values are ordered by flipping the sign bit.
    let (mask, flip) = match ty.kind() {
        TyKind::Int(int) if int.is_signed() => (value_mask(ty), 1 << (int.bits() - 1)),
        _ => (value_mask(ty), 0),
    };
    let order = |bits: u128| (bits & mask) ^ flip;
    let bound = |value: LitValue| switch_key(value).map(order);
    let above = low.and_then(bound).is_none_or(|low| low <= order(bits));
    let below = high
        .and_then(bound)
        .is_none_or(|high| if inclusive { order(bits) <= high } else { order(bits) < high });
    above && below
}
