//! The graph of a body: successors, predecessors, orders, dominators.

use crate::{Block, Body, TerminatorKind};
use smallvec::SmallVec;
use vez_base::{BitSet, IdVec};

impl TerminatorKind {
    /// The blocks it may go to, unwinding and imaginary edges included.
    pub fn successors(&self) -> SmallVec<[Block; 4]> {
        let mut all = SmallVec::new();
        match self {
            TerminatorKind::Goto(target) => all.push(*target),
            TerminatorKind::Switch { targets, otherwise, .. } => {
                all.extend(targets.iter().map(|(_, block)| *block));
                all.push(*otherwise);
            }
            TerminatorKind::Drop { target, unwind, .. }
            | TerminatorKind::Assert { target, unwind, .. } => {
                all.push(*target);
                all.extend(*unwind);
            }
            TerminatorKind::Call { target, unwind, .. } => {
                all.extend(*target);
                all.extend(*unwind);
            }
            TerminatorKind::FalseEdge { real, imaginary } => all.extend([*real, *imaginary]),
            TerminatorKind::Return | TerminatorKind::Unreachable | TerminatorKind::Resume => {}
        }
        all
    }

    /// Applies `f` to each target in place.
    pub fn for_each_target(&mut self, mut f: impl FnMut(&mut Block)) {
        match self {
            TerminatorKind::Goto(target) => f(target),
            TerminatorKind::Switch { targets, otherwise, .. } => {
                targets.iter_mut().for_each(|(_, block)| f(block));
                f(otherwise);
            }
            TerminatorKind::Drop { target, unwind, .. }
            | TerminatorKind::Assert { target, unwind, .. } => {
                f(target);
                unwind.iter_mut().for_each(f);
            }
            TerminatorKind::Call { target, unwind, .. } => {
                target.iter_mut().for_each(&mut f);
                unwind.iter_mut().for_each(f);
            }
            TerminatorKind::FalseEdge { real, imaginary } => {
                f(real);
                f(imaginary);
            }
            TerminatorKind::Return | TerminatorKind::Unreachable | TerminatorKind::Resume => {}
        }
    }

    pub fn unwind(&self) -> Option<Block> {
        match self {
            TerminatorKind::Drop { unwind, .. }
            | TerminatorKind::Assert { unwind, .. }
            | TerminatorKind::Call { unwind, .. } => *unwind,
            _ => None,
        }
    }
}

/// The reachable blocks, each after all of its successors that are not back edges.
pub fn postorder(body: &Body) -> Vec<Block> {
    let mut seen = BitSet::new_empty(body.blocks.len());
    let mut order = Vec::with_capacity(body.blocks.len());
    let mut stack = vec![(Block::START, body.blocks[Block::START].terminator.kind.successors(), 0)];
    seen.insert(Block::START);
    while let Some((block, successors, next)) = stack.last_mut() {
        match successors.get(*next) {
            None => {
                order.push(*block);
                stack.pop();
            }
            Some(&successor) => {
                *next += 1;
                if seen.insert(successor) {
                    let successors = body.blocks[successor].terminator.kind.successors();
                    stack.push((successor, successors, 0));
                }
            }
        }
    }
    order
}

/// The reachable blocks, each before its successors, back edges aside.
pub fn reverse_postorder(body: &Body) -> Vec<Block> {
    let mut order = postorder(body);
    order.reverse();
    order
}

/// The blocks that go to each block; unreachable ones count for nothing.
pub fn predecessors(body: &Body) -> IdVec<Block, SmallVec<[Block; 4]>> {
    let mut all = IdVec::from_elem(SmallVec::new(), body.blocks.len());
    for block in postorder(body) {
        for successor in body.blocks[block].terminator.kind.successors() {
            all[successor].push(block);
        }
    }
    all
}

/// The immediate dominator of each reachable block (its own of the entry).
pub struct Dominators {
    parents: IdVec<Block, Option<Block>>,
    ranks: IdVec<Block, usize>,
}

impl Dominators {
    /// By iteration over the reverse postorder (Cooper, Harvey, Kennedy).
    pub fn new(body: &Body) -> Dominators {
        let order = reverse_postorder(body);
        let predecessors = predecessors(body);
        let mut ranks = IdVec::from_elem(usize::MAX, body.blocks.len());
        for (rank, &block) in order.iter().enumerate() {
            ranks[block] = rank;
        }
        let mut parents = IdVec::from_elem(None, body.blocks.len());
        parents[Block::START] = Some(Block::START);
        let mut result = Dominators { parents, ranks };
        let mut changed = true;
        while changed {
            changed = false;
            for &block in order.iter().skip(1) {
                let mut known =
                    predecessors[block].iter().filter(|&&p| result.parents[p].is_some());
                let Some(&first) = known.next() else { continue };
                let parent = known.fold(first, |a, &b| result.common(a, b));
                if result.parents[block] != Some(parent) {
                    result.parents[block] = Some(parent);
                    changed = true;
                }
            }
        }
        result
    }

    fn common(&self, mut a: Block, mut b: Block) -> Block {
        while a != b {
            while self.ranks[a] > self.ranks[b] {
                a = self.parents[a].expect("ranked blocks have parents");
            }
            while self.ranks[b] > self.ranks[a] {
                b = self.parents[b].expect("ranked blocks have parents");
            }
        }
        a
    }

    pub fn is_reachable(&self, block: Block) -> bool {
        self.parents[block].is_some()
    }

    /// Every way from the entry to `b` passes `a`.
    pub fn dominates(&self, a: Block, mut b: Block) -> bool {
        while self.ranks[b] > self.ranks[a] {
            match self.parents[b] {
                Some(parent) => b = parent,
                None => return true,
            }
        }
        a == b
    }
}
