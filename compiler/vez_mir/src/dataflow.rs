//! A worklist solver for bit-set dataflow problems over a body, forward or backward.
//!
//! Blocks are visited in reverse postorder (postorder backward), so acyclic bodies need one pass.

use crate::cfg::{predecessors, reverse_postorder};
use crate::{Block, Body, Location, Statement, Terminator};
use std::cmp::Reverse;
use std::collections::BinaryHeap;
use vez_base::{BitSet, IdVec, Idx};

/// Which way facts flow.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    Forward,
    Backward,
}

/// A problem whose facts join by union.
pub trait Analysis {
    type Fact: Idx;
    const DIRECTION: Direction;

    /// How many facts there are.
    fn domain(&self) -> usize;

    /// What holds at the entry (forward) or at each exit (backward).
    fn boundary(&self, state: &mut BitSet<Self::Fact>);

    fn statement(&self, state: &mut BitSet<Self::Fact>, statement: &Statement, at: Location);

    fn terminator(&self, state: &mut BitSet<Self::Fact>, terminator: &Terminator, at: Location);

    /// What an edge adds: a call writes its destination only where it returns. Forward only.
    fn edge(&self, _state: &mut BitSet<Self::Fact>, _from: &Terminator, _to: Block) {}

    /// Whether [`Analysis::edge`] does anything for this terminator; saves copies.
    fn has_edge_effect(&self, _from: &Terminator) -> bool {
        false
    }
}

/// The facts at the entry of each block (forward) or at its end (backward).
pub struct Results<A: Analysis> {
    pub analysis: A,
    pub states: IdVec<Block, BitSet<A::Fact>>,
}

/// Solves the problem for a body whose blocks are in reverse postorder.
pub fn solve<A: Analysis>(body: &Body, analysis: A) -> Results<A> {
    debug_assert!(reverse_postorder(body).into_iter().eq(body.blocks.ids()), "blocks are sorted");
    let count = body.blocks.len();
    let mut states = IdVec::from_elem(BitSet::new_empty(analysis.domain()), count);
    let forward = A::DIRECTION == Direction::Forward;
    if forward {
        analysis.boundary(&mut states[Block::START]);
    } else {
        for (block, data) in body.blocks.iter_enumerated() {
            if data.terminator.kind.successors().is_empty() {
                analysis.boundary(&mut states[block]);
            }
        }
    }
    let backward_edges = if forward { None } else { Some(predecessors(body)) };
    // Blocks by when they are best looked at; the same both ways.
    let rank = |index: usize| if forward { index } else { count - 1 - index };
    let mut queued: BitSet<Block> = BitSet::new_filled(count);
    let mut queue: BinaryHeap<Reverse<usize>> = (0..count).map(Reverse).collect();
    let mut state = BitSet::new_empty(analysis.domain());
    while let Some(Reverse(next)) = queue.pop() {
        let block = Block::new(rank(next));
        queued.remove(block);
        state.clone_from(&states[block]);
        apply_block(&analysis, body, block, &mut state);
        let mut flow = |to: Block, state: &BitSet<A::Fact>| {
            if states[to].union(state) && queued.insert(to) {
                queue.push(Reverse(rank(to.index())));
            }
        };
        match &backward_edges {
            Some(predecessors) => predecessors[block].iter().for_each(|&to| flow(to, &state)),
            None => {
                let terminator = &body.blocks[block].terminator;
                let effect = analysis.has_edge_effect(terminator);
                for to in terminator.kind.successors() {
                    if effect {
                        let mut state = state.clone();
                        analysis.edge(&mut state, terminator, to);
                        flow(to, &state);
                    } else {
                        flow(to, &state);
                    }
                }
            }
        }
    }
    Results { analysis, states }
}

fn apply_block<A: Analysis>(analysis: &A, body: &Body, block: Block, state: &mut BitSet<A::Fact>) {
    let data = &body.blocks[block];
    let end = Location { block, statement: data.statements.len() };
    match A::DIRECTION {
        Direction::Forward => {
            for (statement, data) in data.statements.iter().enumerate() {
                analysis.statement(state, data, Location { block, statement });
            }
            analysis.terminator(state, &data.terminator, end);
        }
        Direction::Backward => {
            analysis.terminator(state, &data.terminator, end);
            for (statement, data) in data.statements.iter().enumerate().rev() {
                analysis.statement(state, data, Location { block, statement });
            }
        }
    }
}

impl<A: Analysis> Results<A> {
    /// Visits each point of a block in the direction of the flow, with what holds there before the point's own effect.
    pub fn visit_block(
        &self,
        body: &Body,
        block: Block,
        mut visit: impl FnMut(Location, &BitSet<A::Fact>),
    ) {
        let data = &body.blocks[block];
        let mut state = self.states[block].clone();
        let end = Location { block, statement: data.statements.len() };
        match A::DIRECTION {
            Direction::Forward => {
                for (statement, data) in data.statements.iter().enumerate() {
                    let at = Location { block, statement };
                    visit(at, &state);
                    self.analysis.statement(&mut state, data, at);
                }
                visit(end, &state);
            }
            Direction::Backward => {
                visit(end, &state);
                self.analysis.terminator(&mut state, &data.terminator, end);
                for (statement, data) in data.statements.iter().enumerate().rev() {
                    let at = Location { block, statement };
                    visit(at, &state);
                    self.analysis.statement(&mut state, data, at);
                }
            }
        }
    }
}
