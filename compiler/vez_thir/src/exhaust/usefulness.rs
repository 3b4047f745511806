//! Which rows of a pattern matrix can be reached, and which values reach none (Maranget's algorithm, constructor by constructor).
//!
//! Knows patterns only in their reduced form; says nothing to the user.

use vez_base::{FxHashMap, FxHashSet, Name, limits};
use vez_types::{Ty, TyKind};

use super::PatCx;
use super::ctor::{Ctor, IntSpace, SliceShape, split_ranges, split_slices};
use super::pat::{DePat, DePatKind};
use super::witness::Witness;
use crate::data::PatId;

/// What is known of a match.
#[derive(Debug, Default)]
pub(super) struct Usefulness {
    /// Values that no arm takes; empty when the match is exhaustive.
    pub(super) witnesses: Vec<Witness>,
    /// By arm.
    pub(super) reachable: Vec<bool>,
    /// Alternatives of or-patterns that some value reaches.
    pub(super) useful_alternatives: FxHashSet<PatId>,
    /// The search was given up.
    pub(super) too_complex: bool,
}

/// Runs the search on the arms of a match: pattern, and whether it has a guard.
pub(super) fn compute(cx: &PatCx<'_>, arms: &[(DePat, bool)], ty: Ty, valid: bool) -> Usefulness {
    let mut rows: Vec<Row<'_>> = arms
        .iter()
        .enumerate()
        .map(|(parent, (pat, guard))| Row {
            pats: vec![Slot::Pat(pat)],
            guard: *guard,
            parent,
            useful: false,
        })
        .collect();
    let mut search = Search { cx, result: Usefulness::default(), steps: 0 };
    let columns = [Column { ty, valid, scrutinee: true }];
    let stacks = search.run(&mut rows, &columns);
    search.result.witnesses = stacks.into_iter().filter_map(|mut stack| stack.pop()).collect();
    search.result.reachable = rows.iter().map(|row| row.useful).collect();
    search.result
}

/// A cell of the matrix.
#[derive(Clone, Copy)]
enum Slot<'p> {
    Pat(&'p DePat),
    Wild,
}

impl<'p> Slot<'p> {
    fn ctor(self) -> &'p Ctor {
        match self {
            Slot::Pat(DePat { kind: DePatKind::Ctor(ctor, _), .. }) => ctor,
            _ => &Ctor::Wild,
        }
    }
}

struct Row<'p> {
    /// The next column first.
    pats: Vec<Slot<'p>>,
    guard: bool,
    /// The row of the matrix this one was made from.
    parent: usize,
    useful: bool,
}

#[derive(Clone, Copy)]
struct Column {
    ty: Ty,
    /// A value of the type is really there, so an empty type means that the code cannot be reached.
    valid: bool,
    scrutinee: bool,
}

struct Search<'a, 'd> {
    cx: &'a PatCx<'d>,
    result: Usefulness,
    steps: usize,
}

/// Which constructors to look at, and those that no row names.
struct Split {
    present: Vec<Ctor>,
    missing: Vec<Ctor>,
    /// Missing ones that are empty types' variants: they need no arm.
    missing_is_empty: bool,
}

impl Search<'_, '_> {
    /// Marks the useful rows; returns the witnesses of non-exhaustiveness as stacks, one pattern a column, last column first.
    fn run(&mut self, rows: &mut [Row<'_>], columns: &[Column]) -> Vec<Vec<Witness>> {
        self.steps += rows.len() + 1;
        if self.steps > limits::PATTERN_STEPS {
            self.result.too_complex = true;
            return Vec::new();
        }
        let Some((&column, rest)) = columns.split_first() else {
            for row in rows {
                row.useful = true;
                if !row.guard {
                    return Vec::new();
                }
            }
            return vec![Vec::new()];
        };
        let mut expanded = expand_alternatives(rows);
        let witnesses = self.run_column(&mut expanded, column, rest);
        for row in &expanded {
            if row.useful {
                rows[row.parent].useful = true;
                if let Some(Slot::Pat(pat)) = row.pats.first() {
                    self.result.useful_alternatives.insert(pat.source);
                }
            }
        }
        witnesses
    }

    fn run_column(
        &mut self,
        rows: &mut [Row<'_>],
        column: Column,
        rest: &[Column],
    ) -> Vec<Vec<Witness>> {
        let head_ty = rows.iter().find_map(|row| match row.pats[0] {
            Slot::Pat(pat) if !matches!(pat.kind, DePatKind::Ctor(Ctor::Wild, _)) => Some(pat.ty),
            _ => None,
        });
        let ty = head_ty.unwrap_or(column.ty);
        let heads = Heads::of(rows);
        let split = self.split(ty, &heads, column);
        let mut witnesses = Vec::new();
        for ctor in &split.present {
            let found = self.specialise(rows, &heads, ctor, ty, column, rest);
            witnesses.extend(found.into_iter().map(|stack| apply(stack, ctor, ty, self.cx)));
        }
        if !split.missing.is_empty() {
            let found = self.specialise(rows, &heads, &Ctor::Missing, ty, column, rest);
            if !split.missing_is_empty && !found.is_empty() {
                let whole = split.present.is_empty() && !column.scrutinee
                    || split.missing.iter().any(|ctor| matches!(ctor, Ctor::Wild | Ctor::Opaque));
                let named: &[Ctor] = if whole { &[Ctor::Wild] } else { &split.missing };
                for stack in &found {
                    for ctor in named.iter().take(limits::SHOWN_WITNESSES + 1) {
                        let mut stack = stack.clone();
                        stack.push(Witness::of_missing(ctor, ty, self.cx));
                        witnesses.push(stack);
                    }
                }
            }
        }
        // More would not be shown, and their number can explode.
        witnesses.truncate(4 * limits::SHOWN_WITNESSES);
        witnesses
    }

    fn specialise(
        &mut self,
        rows: &mut [Row<'_>],
        heads: &Heads<'_>,
        ctor: &Ctor,
        ty: Ty,
        column: Column,
        rest: &[Column],
    ) -> Vec<Vec<Witness>> {
        let field_types = self.cx.ctor_field_types(ctor, ty);
        // What a reference points to may be anything as far as its bits go.
        let valid = column.valid && !matches!(ty.kind(), TyKind::Ref(..) | TyKind::RawPtr(..));
        let inner = field_types.iter().map(|&ty| Column { ty, valid, scrutinee: false });
        let columns: Vec<Column> = inner.chain(rest.iter().copied()).collect();
        let mut special: Vec<Row<'_>> = heads
            .rows_for(ctor)
            .filter(|&parent| rows[parent].pats[0].ctor().covers(ctor))
            .map(|parent| Row {
                pats: specialised_cells(&rows[parent], ctor, field_types.len()),
                guard: rows[parent].guard || matches!(rows[parent].pats[0].ctor(), Ctor::Opaque),
                parent,
                useful: false,
            })
            .collect();
        let witnesses = self.run(&mut special, &columns);
        for row in special.iter().filter(|row| row.useful) {
            rows[row.parent].useful = true;
        }
        witnesses
    }

    fn split(&self, ty: Ty, heads: &Heads<'_>, column: Column) -> Split {
        let named = || heads.all.iter().filter(|ctor| !matches!(ctor, Ctor::Wild));
        let mut split = Split { present: vec![], missing: vec![], missing_is_empty: false };
        if let Some(space) = IntSpace::of(ty) {
            let ranges: Vec<_> = named()
                .filter_map(|ctor| if let Ctor::Range(range) = ctor { Some(*range) } else { None })
                .collect();
            let (covered, missing) = split_ranges(&space.whole(ty), &ranges);
            split.present.extend(covered.into_iter().map(Ctor::Range));
            split.missing.extend(missing.into_iter().map(Ctor::Range));
            self.keep_opaque(&mut split, heads);
            return split;
        }
        match ty.kind() {
            TyKind::Bool => {
                self.distribute(&mut split, heads, vec![Ctor::Bool(false), Ctor::Bool(true)])
            }
            TyKind::Slice(_) | TyKind::Array(..) => {
                let shapes: Vec<_> = named()
                    .filter_map(|c| if let Ctor::Slice(shape) = c { Some(*shape) } else { None })
                    .collect();
                let len = match ty.kind() {
                    TyKind::Array(_, len) => len.as_value().map(|len| len as usize),
                    _ => None,
                };
                let all = split_slices(&shapes, len).into_iter().map(Ctor::Slice).collect();
                self.distribute(&mut split, heads, all);
            }
            TyKind::Adt(def, _) if self.cx.is_enum(*def) => {
                let variants = self.cx.variant_count(*def);
                let is_empty = |ctor: &Ctor| match ctor {
                    Ctor::Variant(v) => {
                        self.cx.field_types(ty, *v).iter().any(|&ty| self.cx.is_uninhabited(ty))
                    }
                    _ => false,
                };
                let all: Vec<Ctor> = (0..variants).map(Ctor::Variant).collect();
                self.distribute(&mut split, heads, all);
                let (empty, inhabited): (Vec<_>, Vec<_>) =
                    std::mem::take(&mut split.missing).into_iter().partition(is_empty);
                let skips = column.valid || split.present.is_empty() && heads.all.is_empty();
                split.missing_is_empty = inhabited.is_empty() && skips;
                split.missing = if skips && !inhabited.is_empty() {
                    inhabited
                } else {
                    inhabited.into_iter().chain(empty).collect()
                };
                if self.cx.may_grow(*def) {
                    split.missing.push(Ctor::Wild);
                    split.missing_is_empty = false;
                }
            }
            TyKind::Never => {
                split.missing.push(Ctor::Wild);
                split.missing_is_empty = column.valid || heads.all.is_empty();
            }
            TyKind::Tuple(_) | TyKind::Ref(..) | TyKind::Adt(..) => {
                self.distribute(&mut split, heads, vec![Ctor::Single]);
                if split.present.is_empty() && column.valid && self.cx.is_uninhabited(ty) {
                    split.missing_is_empty = true;
                }
            }
            // Floats, strings, and types that patterns cannot take apart: never exhausted by constants.
            _ => {
                let mut keys = FxHashSet::default();
                for ctor in named() {
                    let is_new = match Key::of(ctor) {
                        Some(key) => keys.insert(key),
                        None => !split.present.contains(ctor),
                    };
                    if is_new {
                        split.present.push((*ctor).clone());
                    }
                }
                split.missing.push(Ctor::Wild);
            }
        }
        split
    }

    fn distribute(&self, split: &mut Split, heads: &Heads<'_>, all: Vec<Ctor>) {
        for ctor in all {
            if heads.name(&ctor) { split.present.push(ctor) } else { split.missing.push(ctor) }
        }
        self.keep_opaque(split, heads);
    }

    /// Constants of unknown value are cases of their own, so that their rows are looked at.
    fn keep_opaque(&self, split: &mut Split, heads: &Heads<'_>) {
        if heads.all.iter().any(|ctor| matches!(ctor, Ctor::Opaque)) {
            split.present.push(Ctor::Opaque);
        }
    }
}

/// What the rows of a column begin with, found by constructor: a match of many arms has many of each.
struct Heads<'p> {
    all: Vec<&'p Ctor>,
    /// Rows whose head covers one constructor alone.
    exact: FxHashMap<Key, Vec<usize>>,
    /// All other rows.
    other: Vec<usize>,
}

/// A constructor that none but itself covers, wildcards aside.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Key {
    Variant(u32),
    Str(Name),
    Integer(u128),
}

impl Key {
    fn of(ctor: &Ctor) -> Option<Key> {
        match ctor {
            Ctor::Variant(variant) => Some(Key::Variant(*variant)),
            Ctor::Str(text) => Some(Key::Str(*text)),
            Ctor::Range(range) if range.low == range.high => Some(Key::Integer(range.low)),
            _ => None,
        }
    }
}

impl<'p> Heads<'p> {
    fn of(rows: &[Row<'p>]) -> Heads<'p> {
        let all: Vec<&Ctor> = rows.iter().map(|row| row.pats[0].ctor()).collect();
        let mut exact: FxHashMap<Key, Vec<usize>> = FxHashMap::default();
        let mut other = Vec::new();
        for (row, ctor) in all.iter().enumerate() {
            match Key::of(ctor) {
                Some(key) => exact.entry(key).or_default().push(row),
                None => other.push(row),
            }
        }
        Heads { all, exact, other }
    }

    /// Rows whose head may cover the constructor, in order; no row that does is missing.
    fn rows_for(&self, ctor: &Ctor) -> impl Iterator<Item = usize> {
        let exact = Key::of(ctor).and_then(|key| self.exact.get(&key));
        let mut exact = exact.map_or(&[][..], |rows| rows).iter().copied().peekable();
        let mut other = self.other.iter().copied().peekable();
        std::iter::from_fn(move || match (exact.peek(), other.peek()) {
            (Some(a), Some(b)) if a < b => exact.next(),
            (_, Some(_)) => other.next(),
            _ => exact.next(),
        })
    }

    /// Whether a row names the constructor.
    fn name(&self, ctor: &Ctor) -> bool {
        let is_named = |&row: &usize| {
            let head = self.all[row];
            !matches!(head, Ctor::Wild) && head.covers(ctor)
        };
        Key::of(ctor).is_some_and(|key| self.exact.contains_key(&key))
            || self.other.iter().any(is_named)
    }
}

/// One row for each alternative of a head that is an or-pattern; `parent` counts in `rows`.
fn expand_alternatives<'p>(rows: &[Row<'p>]) -> Vec<Row<'p>> {
    let mut expanded = Vec::with_capacity(rows.len());
    for (parent, row) in rows.iter().enumerate() {
        let mut heads = Vec::new();
        flatten(row.pats[0], &mut heads);
        expanded.extend(heads.into_iter().map(|head| {
            let pats = std::iter::once(head).chain(row.pats[1..].iter().copied()).collect();
            Row { pats, guard: row.guard, parent, useful: false }
        }));
    }
    expanded
}

fn flatten<'p>(head: Slot<'p>, into: &mut Vec<Slot<'p>>) {
    match head {
        Slot::Pat(DePat { kind: DePatKind::Or(alternatives), .. }) => {
            for alternative in alternatives {
                flatten(Slot::Pat(alternative), into);
            }
        }
        _ => into.push(head),
    }
}

/// The cells of a row whose head covers `ctor`, once the head is opened.
fn specialised_cells<'p>(row: &Row<'p>, ctor: &Ctor, arity: usize) -> Vec<Slot<'p>> {
    let mut cells = vec![Slot::Wild; arity];
    if let Slot::Pat(DePat { kind: DePatKind::Ctor(head, fields), .. }) = row.pats[0] {
        let split_at = match (head, ctor) {
            // The slice's middle is not looked at.
            (Ctor::Slice(SliceShape::Open(before, _)), Ctor::Slice(_)) => *before,
            _ => fields.len(),
        };
        let (first, last) = fields.split_at(split_at.min(fields.len()));
        for (cell, field) in cells.iter_mut().zip(first) {
            *cell = Slot::Pat(field);
        }
        for (cell, field) in cells.iter_mut().rev().zip(last.iter().rev()) {
            *cell = Slot::Pat(field);
        }
    }
    cells.extend_from_slice(&row.pats[1..]);
    cells
}

/// Folds the witnesses of a constructor's fields into one of the constructor.
fn apply(mut stack: Vec<Witness>, ctor: &Ctor, ty: Ty, cx: &PatCx<'_>) -> Vec<Witness> {
    let arity = cx.ctor_field_types(ctor, ty).len();
    let fields = (0..arity).map(|_| stack.pop().unwrap_or(Witness::wild(ty))).collect();
    stack.push(Witness { ctor: ctor.clone(), fields, ty });
    stack
}
