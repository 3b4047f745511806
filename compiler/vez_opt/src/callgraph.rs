//! The call graph: strongly connected components, callees first. Tarjan's algorithm, without recursion.

use crate::draft::direct_callee;
use vez_vir::{FuncId, Inst, Module, Symbol};

/// An order of functions.
pub(crate) struct Order {
    /// The functions with bodies: each calls only functions of levels before its own, and those of its own component.
    pub levels: Vec<Vec<FuncId>>,
    /// By function: its component's number; equal for functions that call each other in a cycle.
    pub component: Vec<u32>,
    /// By function: calls of it, and places that take its address.
    pub uses: Vec<u32>,
}

struct Node {
    callees: Vec<FuncId>,
    index: u32,
    low: u32,
    on_stack: bool,
}

/// Orders the functions of `module`.
pub(crate) fn bottom_up(module: &Module) -> Order {
    let mut uses = vec![0; module.functions.len()];
    let mut nodes: Vec<Node> = Vec::with_capacity(module.functions.len());
    for function in &module.functions {
        let insts = function.body.iter().flat_map(|body| &body.insts);
        let mut callees = Vec::new();
        for inst in insts {
            if let Some(func) = direct_callee(inst) {
                uses[func.index()] += 1;
                callees.push(func);
            } else if let Inst::Addr { symbol: Symbol::Func(func), .. } = *inst {
                uses[func.index()] += 1;
            }
        }
        callees.retain(|func| module.func(*func).body.is_some());
        callees.sort_unstable();
        callees.dedup();
        nodes.push(Node { callees, index: u32::MAX, low: 0, on_stack: false });
    }
    let mut search = Search { nodes, next: 0, components: 0, stack: Vec::new(), order: Vec::new() };
    let mut component = vec![u32::MAX; module.functions.len()];
    for func in module.func_ids() {
        if module.func(func).body.is_some() {
            search.visit(func, &mut component);
        }
    }
    let levels = search.levels(&component);
    Order { levels, component, uses }
}

struct Search {
    nodes: Vec<Node>,
    next: u32,
    components: u32,
    stack: Vec<FuncId>,
    order: Vec<FuncId>,
}

impl Search {
    /// The functions by how far above the leaves of the graph they are.
    fn levels(&self, component: &[u32]) -> Vec<Vec<FuncId>> {
        let of = |func: &FuncId| component[func.index()];
        let mut heights = vec![0; self.components as usize];
        let mut levels = Vec::new();
        // Components are numbered, and their functions listed, callees first.
        for members in self.order.chunk_by(|a, b| of(a) == of(b)) {
            let own = of(&members[0]);
            let callees = members.iter().flat_map(|func| &self.nodes[func.index()].callees);
            let below = callees.map(of).filter(|&callee| callee != own);
            let height = below.map(|callee| heights[callee as usize] + 1).max().unwrap_or(0);
            heights[own as usize] = height;
            if levels.len() <= height {
                levels.push(Vec::new());
            }
            levels[height].extend_from_slice(members);
        }
        levels
    }

    fn visit(&mut self, root: FuncId, component: &mut [u32]) {
        if self.nodes[root.index()].index != u32::MAX {
            return;
        }
        let mut path = vec![(root, 0)];
        self.enter(root);
        while let Some((func, taken)) = path.last_mut() {
            let func = *func;
            let callee = self.nodes[func.index()].callees.get(*taken).copied();
            *taken += 1;
            match callee {
                Some(callee) if self.nodes[callee.index()].index == u32::MAX => {
                    self.enter(callee);
                    path.push((callee, 0));
                }
                Some(callee) if self.nodes[callee.index()].on_stack => {
                    let index = self.nodes[callee.index()].index;
                    let low = &mut self.nodes[func.index()].low;
                    *low = index.min(*low);
                }
                Some(_) => {}
                None => {
                    path.pop();
                    if let Some((caller, _)) = path.last() {
                        let low = self.nodes[func.index()].low;
                        let of_caller = &mut self.nodes[caller.index()].low;
                        *of_caller = low.min(*of_caller);
                    }
                    self.leave(func, component);
                }
            }
        }
    }

    fn enter(&mut self, func: FuncId) {
        let node = &mut self.nodes[func.index()];
        (node.index, node.low, node.on_stack) = (self.next, self.next, true);
        self.next += 1;
        self.stack.push(func);
    }

    /// Completes a component when `func` is its first node.
    fn leave(&mut self, func: FuncId, component: &mut [u32]) {
        if self.nodes[func.index()].low != self.nodes[func.index()].index {
            return;
        }
        while let Some(member) = self.stack.pop() {
            self.nodes[member.index()].on_stack = false;
            component[member.index()] = self.components;
            self.order.push(member);
            if member == func {
                break;
            }
        }
        self.components += 1;
    }
}
