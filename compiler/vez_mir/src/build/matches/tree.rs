//! The decision tree: pick a test, split the rows by its outcomes, share equal tables.
//!
//! Tables wait in a list until they are emitted, so depth of matches costs no stack.

use super::super::Builder;
use super::super::cond::Otherwise;
use super::super::place::PlaceBuilder;
use super::rows::{Binding, Row};
use crate::{Block, Local, Operand, Place, Projection, StatementKind, TerminatorKind};
use indexmap::IndexSet;
use vez_base::{FxBuildHasher, FxHashMap, Span, id_type};

id_type!(
    /// A place that a match looks at.
    pub(super) struct PlaceIx;
);

/// Tables up to this length are shared.
const SHARED_ROWS: usize = 64;

/// What is known while one match is lowered.
pub(super) struct Tree {
    places: IndexSet<PlaceBuilder, FxBuildHasher>,
    /// Where each arm's body begins.
    pub(super) arms: Vec<Block>,
    /// Where no row left goes; `None` when patterns are exhaustive.
    pub(super) otherwise: Option<Otherwise>,
    blocks: FxHashMap<Vec<Row>, Block>,
    waiting: Vec<(Block, Vec<Row>, Span)>,
    unreachable: Option<Block>,
    /// Borrows that end where an arm is chosen.
    pub(super) fakes: Vec<Local>,
}

impl Tree {
    pub(super) fn new(arms: Vec<Block>) -> Tree {
        Tree {
            places: IndexSet::default(),
            arms,
            otherwise: None,
            blocks: FxHashMap::default(),
            waiting: Vec::new(),
            unreachable: None,
            fakes: Vec::new(),
        }
    }

    pub(super) fn place(&mut self, place: PlaceBuilder) -> PlaceIx {
        PlaceIx::new(self.places.insert_full(place).0)
    }

    pub(super) fn project(&mut self, place: PlaceIx, step: Projection) -> PlaceIx {
        let place = self.places[place.index()].clone().project(step);
        self.place(place)
    }

    pub(super) fn builder(&self, place: PlaceIx) -> PlaceBuilder {
        self.places[place.index()].clone()
    }
}

impl Builder<'_> {
    pub(super) fn tree_place(&mut self, tree: &Tree, place: PlaceIx) -> Place {
        self.resolve(tree.builder(place))
    }

    /// The block that decides a table.
    pub(super) fn table(&mut self, tree: &mut Tree, rows: Vec<Row>, span: Span) -> Block {
        if rows.is_empty() && tree.otherwise.is_none() {
            let block = match tree.unreachable {
                Some(block) => block,
                None => self.new_block(span),
            };
            tree.unreachable = Some(block);
            return block;
        }
        // Long tables are seldom equal, and comparing them costs as much as they are long.
        let shared = rows.len() <= SHARED_ROWS;
        if shared && let Some(&block) = tree.blocks.get(&rows) {
            return block;
        }
        let block = self.new_block(span);
        if shared {
            tree.blocks.insert(rows.clone(), block);
        }
        tree.waiting.push((block, rows, span));
        block
    }

    /// Emits all tables.
    pub(super) fn run_tree(&mut self, tree: &mut Tree) {
        while let Some((block, rows, span)) = tree.waiting.pop() {
            self.continue_at(block);
            self.emit_table(tree, rows, span);
        }
    }

    fn emit_table(&mut self, tree: &mut Tree, mut rows: Vec<Row>, span: Span) {
        let Some(first) = rows.first() else {
            let otherwise = tree.otherwise.expect("exhaustive tables end in a block of their own");
            return self.exit_to(otherwise.depth, otherwise.block, span);
        };
        if first.tests.is_empty() {
            let first = rows.remove(0);
            return self.leaf(tree, first, rows, span);
        }
        let test = self.pick_test(first);
        self.emit_test(tree, test, rows, span);
    }

    /// The first row matches, if its guard holds.
    fn leaf(&mut self, tree: &mut Tree, row: Row, rest: Vec<Row>, span: Span) {
        let arm = tree.arms[row.arm];
        match row.guard {
            None => self.bind_row(tree, &row.bindings),
            Some(guard) => {
                let failed = self.table(tree, rest, span);
                self.guarded(tree, &row.bindings, guard, failed);
            }
        }
        self.goto(arm, span);
    }

    /// Binds the variables that a guard may read, asks it, then binds the others.
    fn guarded(
        &mut self,
        tree: &mut Tree,
        bindings: &[Binding],
        guard: vez_thir::ExprId,
        failed: Block,
    ) {
        let span = self.expr(guard).span;
        let depth = self.depth();
        self.push_scope();
        self.with_vars_here(|this| {
            let bound = this.bind_for_guard(tree, bindings);
            let otherwise = Otherwise { block: failed, depth };
            if this.guard_bindings(guard).is_empty() {
                this.terminating(span, |this| this.condition(guard, otherwise));
            } else {
                this.condition(guard, otherwise);
            }
            for &fake in tree.fakes.iter().chain(&bound.refs) {
                this.push(StatementKind::FakeRead(fake.into()), span);
            }
            this.guard_refs.clear();
            this.bind_row(tree, &bound.later);
        });
        // The variables go on to live in the arm.
        self.pop_scope_silently();
    }

    /// Ends the current block with a choice between two tables.
    pub(super) fn choose(&mut self, cond: Operand, holds: Block, fails: Block, span: Span) {
        let targets = vec![(0, fails)];
        self.terminate(TerminatorKind::Switch { discr: cond, targets, otherwise: holds }, span);
    }
}
