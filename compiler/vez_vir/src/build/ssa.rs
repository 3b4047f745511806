//! Mutable variables into SSA while the graph is built.
//!
//! After Braun et al., "Simple and Efficient Construction of SSA Form" (2013). A block whose predecessors are not all
//! known is unsealed: a use there makes a parameter that sealing completes. Unlike the paper, parameters that
//! turn out redundant are removed once, in `finish`, when reachability is known.

use super::FunctionBuilder;
use crate::ids::{Block, LocId, Value, Variable};
use crate::inst::Inst;
use crate::ty::Type;
use rustc_hash::FxHashMap;

/// An implicit block parameter: the value of a variable where control flow meets.
pub(super) struct Phi {
    pub block: Block,
    pub value: Value,
    variable: Variable,
    /// One operand for each predecessor edge; empty until the block is sealed.
    pub operands: Vec<Value>,
}

#[derive(Default)]
pub(super) struct Ssa {
    variables: Vec<Type>,
    defs: FxHashMap<(Variable, Block), Value>,
    pub phis: Vec<Phi>,
    /// Phis of each unsealed block, to complete on sealing.
    incomplete: FxHashMap<Block, Vec<u32>>,
    undefined: FxHashMap<Variable, Value>,
}

impl FunctionBuilder<'_> {
    /// A new mutable variable.
    pub fn declare_var(&mut self, ty: Type) -> Variable {
        self.ssa.variables.push(ty);
        Variable::new(self.ssa.variables.len() - 1)
    }

    /// Sets `variable` in the current block.
    pub fn def_var(&mut self, variable: Variable, value: Value) {
        debug_assert_eq!(self.ty(value), self.ssa.variables[variable.index()]);
        self.ssa.defs.insert((variable, self.current), value);
    }

    /// The value of `variable` at this point; poison where it was never set.
    pub fn use_var(&mut self, variable: Variable) -> Value {
        self.read_var(variable, self.current)
    }

    /// Says that all edges to `block` are there.
    pub fn seal_block(&mut self, block: Block) {
        let data = &mut self.blocks[block.index()];
        if std::mem::replace(&mut data.sealed, true) {
            return;
        }
        for phi in self.ssa.incomplete.remove(&block).unwrap_or_default() {
            self.complete(vec![phi]);
        }
    }

    /// Seals every block; call it at the latest before `finish`, which does it too.
    pub fn seal_all_blocks(&mut self) {
        for block in (0..self.blocks.len()).map(Block::new) {
            self.seal_block(block);
        }
    }

    /// The value of `variable` at the end of `block`, without recursion: chains of single predecessors are followed
    /// in a loop, and phis complete over a work list.
    fn read_var(&mut self, variable: Variable, block: Block) -> Value {
        let mut pending = Vec::new();
        let value = self.find_def(variable, block, &mut pending);
        self.complete(pending);
        value
    }

    fn find_def(&mut self, variable: Variable, block: Block, pending: &mut Vec<u32>) -> Value {
        let mut at = block;
        let mut passed = Vec::new();
        let value = loop {
            if let Some(&value) = self.ssa.defs.get(&(variable, at)) {
                break value;
            }
            let data = &self.blocks[at.index()];
            match data.preds.as_slice() {
                _ if !data.sealed => {
                    let phi = self.new_phi(variable, at);
                    self.ssa.incomplete.entry(at).or_default().push(phi);
                    break self.ssa.phis[phi as usize].value;
                }
                [] => break self.undefined(variable),
                // A cycle of single predecessors is unreachable; a phi ends the walk.
                [only] if passed.len() <= self.blocks.len() => {
                    passed.push(at);
                    at = only.from;
                }
                _ => {
                    let phi = self.new_phi(variable, at);
                    pending.push(phi);
                    break self.ssa.phis[phi as usize].value;
                }
            }
        };
        // Remember the answer along the chain, so that long chains are walked once.
        self.ssa.defs.insert((variable, at), value);
        for block in passed {
            self.ssa.defs.insert((variable, block), value);
        }
        value
    }

    fn complete(&mut self, mut pending: Vec<u32>) {
        while let Some(number) = pending.pop() {
            let phi = &self.ssa.phis[number as usize];
            let (block, variable) = (phi.block, phi.variable);
            for i in 0..self.blocks[block.index()].preds.len() {
                let from = self.blocks[block.index()].preds[i].from;
                let operand = self.find_def(variable, from, &mut pending);
                self.ssa.phis[number as usize].operands.push(operand);
            }
        }
    }

    fn new_phi(&mut self, variable: Variable, block: Block) -> u32 {
        let value = self.new_value(self.ssa.variables[variable.index()]);
        self.ssa.phis.push(Phi { block, value, variable, operands: Vec::new() });
        self.ssa.defs.insert((variable, block), value);
        self.ssa.phis.len() as u32 - 1
    }

    /// Poison at the start of the function, made once for each variable.
    fn undefined(&mut self, variable: Variable) -> Value {
        if let Some(&value) = self.ssa.undefined.get(&variable) {
            return value;
        }
        let ty = self.ssa.variables[variable.index()];
        let loc = std::mem::replace(&mut self.current_loc, LocId::NONE);
        let inst = self.new_inst(Inst::Poison { ty });
        self.current_loc = loc;
        self.prologue.push(inst);
        let value = self.first_result[inst.index()];
        self.ssa.undefined.insert(variable, value);
        value
    }
}
