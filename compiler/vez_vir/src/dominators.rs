//! Immediate dominators of a control flow graph, in near-linear time.
//!
//! The semidominator algorithm with path compression (semi-NCA), without recursion.

use crate::data::Body;
use crate::ids::Block;

/// The dominator tree of a body.
#[derive(Clone, Debug)]
pub struct Dominators {
    /// Immediate dominators; `NONE` for the entry and for unreachable blocks.
    idom: Vec<Block>,
    /// Entry and exit times of a walk of the tree; (0, 0) for unreachable blocks.
    times: Vec<(u32, u32)>,
}

impl Dominators {
    /// The dominators of `body`.
    pub fn new(body: &Body) -> Dominators {
        let graph = Graph::new(body);
        let idom = graph.immediate_dominators(body.blocks.len());
        let times = walk_tree(&idom, &graph.preorder);
        Dominators { idom, times }
    }

    /// The immediate dominator of `block`; `None` for the entry and for unreachable blocks.
    pub fn idom(&self, block: Block) -> Option<Block> {
        Some(self.idom[block.index()]).filter(|idom| !idom.is_none())
    }

    pub fn is_reachable(&self, block: Block) -> bool {
        self.times[block.index()].1 != 0
    }

    /// Whether every path to `b` goes through `a`; a block dominates itself.
    pub fn dominates(&self, a: Block, b: Block) -> bool {
        let ((a_in, a_out), (b_in, b_out)) = (self.times[a.index()], self.times[b.index()]);
        a_in <= b_in && b_out <= a_out
    }
}

/// The graph by preorder numbers of a depth-first walk.
struct Graph {
    /// Blocks in preorder.
    preorder: Vec<Block>,
    /// Spanning tree parents, by preorder number.
    parent: Vec<u32>,
    /// Predecessors' preorder numbers, by preorder number.
    preds: Vec<Vec<u32>>,
}

impl Graph {
    fn new(body: &Body) -> Graph {
        let mut number = vec![u32::MAX; body.blocks.len()];
        let mut graph = Graph { preorder: vec![], parent: vec![], preds: vec![] };
        let mut edges = Vec::new();
        let mut stack = vec![(Body::ENTRY, 0)];
        while let Some((block, parent)) = stack.pop() {
            if number[block.index()] != u32::MAX {
                continue;
            }
            let this = graph.preorder.len() as u32;
            number[block.index()] = this;
            graph.preorder.push(block);
            graph.parent.push(parent);
            for edge in body.terminator(block).edges(&body.pool) {
                edges.push((this, edge.block));
                stack.push((edge.block, this));
            }
        }
        graph.preds = vec![Vec::new(); graph.preorder.len()];
        for (from, to) in edges {
            graph.preds[number[to.index()] as usize].push(from);
        }
        graph
    }

    fn immediate_dominators(&self, blocks: usize) -> Vec<Block> {
        let count = self.preorder.len();
        let mut semi: Vec<u32> = (0..count as u32).collect();
        let mut label = semi.clone();
        let mut ancestor = self.parent.clone();
        let mut path = Vec::new();
        for w in (1..count as u32).rev() {
            for &v in &self.preds[w as usize] {
                let best = evaluate(v, w, &mut ancestor, &mut label, &semi, &mut path);
                semi[w as usize] = semi[w as usize].min(semi[best as usize]);
            }
        }
        let mut idom = self.parent.clone();
        for w in 1..count {
            let mut at = idom[w];
            while at > semi[w] {
                at = idom[at as usize];
            }
            idom[w] = at;
        }
        let mut by_block = vec![Block::NONE; blocks];
        for w in 1..count {
            by_block[self.preorder[w].index()] = self.preorder[idom[w] as usize];
        }
        by_block
    }
}

/// The vertex with the least semidominator on the path from `v` up to, and without, the part of the spanning tree
/// that is not linked yet (numbers up to `last`).
fn evaluate(
    v: u32,
    last: u32,
    ancestor: &mut [u32],
    label: &mut [u32],
    semi: &[u32],
    path: &mut Vec<u32>,
) -> u32 {
    if v <= last {
        return v;
    }
    let mut at = v;
    while ancestor[at as usize] > last {
        path.push(at);
        at = ancestor[at as usize];
    }
    // `at` is the topmost linked vertex; compress the path onto it.
    let mut best = label[at as usize];
    if semi[best as usize] > semi[at as usize] {
        best = at;
    }
    label[at as usize] = best;
    let top = ancestor[at as usize];
    while let Some(below) = path.pop() {
        ancestor[below as usize] = top;
        if semi[label[below as usize] as usize] > semi[best as usize] {
            label[below as usize] = best;
        }
        best = label[below as usize];
    }
    best
}

/// Entry and exit times of a walk of the dominator tree.
fn walk_tree(idom: &[Block], preorder: &[Block]) -> Vec<(u32, u32)> {
    let mut times = vec![(0, 0); idom.len()];
    // A dominator has a smaller preorder number, so sizes add up in reverse, and starts follow forwards.
    let mut size = vec![1u32; idom.len()];
    for block in preorder.iter().skip(1).rev() {
        size[idom[block.index()].index()] += size[block.index()];
    }
    let mut next = vec![0u32; idom.len()];
    for (number, block) in preorder.iter().enumerate() {
        let start = if number == 0 {
            1
        } else {
            let parent = idom[block.index()].index();
            let start = next[parent];
            next[parent] += size[block.index()];
            start
        };
        times[block.index()] = (start, start + size[block.index()] - 1);
        next[block.index()] = start + 1;
    }
    times
}
