//! The constant evaluator: a function's result as bytes and addresses that can become globals.

use super::host::CaptureHost;
use super::machine::{Halt, Machine};
use super::memory::AllocKind;
use super::value::Val;
use super::{Exit, Limits, Problem};
use crate::data::{Global, GlobalInit, Module, Reloc};
use crate::ids::{FuncId, GlobalId};
use crate::inst::Symbol;
use rustc_hash::FxHashMap;
use std::fmt;

/// What an address in a constant points to.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ConstTarget {
    /// A function or global of the module.
    Symbol(Symbol),
    /// Another allocation of the same [`ConstMemory`], by position.
    Alloc(usize),
}

/// Bytes with addresses in them.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ConstAlloc {
    /// Uninitialised bytes are 0.
    pub bytes: Vec<u8>,
    pub align_log2: u8,
    /// Offset, target, addend; the eight bytes there are 0.
    pub relocs: Vec<(u64, ConstTarget, i64)>,
}

/// A constant: allocation 0 is the result, the others are what it reaches.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ConstMemory {
    pub allocs: Vec<ConstAlloc>,
}

/// Why a constant has no value.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ConstFailure {
    pub exit: Exit,
    /// What was written to the standard error output: a panic's message.
    pub output: Vec<u8>,
}

impl fmt::Display for ConstFailure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.exit != Exit::Code(101) {
            return self.exit.fmt(f);
        }
        // A line that says where it happened, then the message.
        let output = String::from_utf8_lossy(&self.output);
        match output.trim().split_once('\n') {
            Some((_, message)) => write!(f, "it panics: {message}"),
            None => f.write_str("it panics"),
        }
    }
}

/// Runs `func`, which takes one pointer and writes its result of `size` bytes there, and collects what it wrote.
///
/// It runs without input, files or clock; what it allocates, and what its own slots hold, becomes part of the constant.
pub fn eval_const(
    module: &Module,
    func: FuncId,
    size: u64,
    align: u64,
    limits: &Limits,
) -> Result<ConstMemory, ConstFailure> {
    let mut host = CaptureHost::default();
    let outcome = run(module, func, (size, align), limits, &mut host);
    outcome.map_err(|exit| ConstFailure { exit, output: host.stderr })
}

fn run(
    module: &Module,
    func: FuncId,
    (size, align): (u64, u64),
    limits: &Limits,
    host: &mut CaptureHost,
) -> Result<ConstMemory, Exit> {
    let stop = |halt: Halt| super::describe(halt);
    let mut machine = Machine::new(module, host, limits).map_err(stop)?;
    machine.keeps_entry_slots = true;
    let align_log2 = align.max(1).trailing_zeros() as u8;
    let out = machine.allocate(size, align_log2, AllocKind::Heap).map_err(stop)?;
    machine.call(func, &[out])?;
    collect(&machine, module, out, align_log2)
        .map_err(|reason| Exit::Unsupported(Problem { reason, stack: Vec::new() }))
}

/// Follows pointers from `out` breadth-first.
fn collect(
    machine: &Machine<'_>,
    module: &Module,
    out: Val,
    align_log2: u8,
) -> Result<ConstMemory, String> {
    let (first, ..) = machine.memory.identify(out)?;
    let globals: FxHashMap<usize, GlobalId> =
        module.global_ids().map(|global| (machine.global_alloc(global), global)).collect();
    let mut numbers = vec![first];
    let mut positions = FxHashMap::from_iter([(first, 0)]);
    let mut allocs = Vec::new();
    while allocs.len() < numbers.len() {
        let index = numbers[allocs.len()];
        let (bytes, pointers) = machine.memory.contents(index);
        let mut bytes = bytes.to_vec();
        let mut relocs = Vec::new();
        for (offset, pointer) in pointers {
            // A dangling pointer must not turn into a number that looks like an address.
            let (target, kind, addend) = machine
                .memory
                .identify(pointer)
                .map_err(|fault| format!("a constant holds a dangling pointer: {fault}"))?;
            let target = match kind {
                AllocKind::Func(func) => ConstTarget::Symbol(Symbol::Func(func)),
                AllocKind::Global { .. } => match globals.get(&target) {
                    Some(&global) => ConstTarget::Symbol(Symbol::Global(global)),
                    None => return Err("a constant points to the environment".to_owned()),
                },
                AllocKind::Stack => return Err("a constant points to the stack".to_owned()),
                AllocKind::Heap => {
                    ConstTarget::Alloc(*positions.entry(target).or_insert_with(|| {
                        numbers.push(target);
                        numbers.len() - 1
                    }))
                }
            };
            bytes[offset as usize..offset as usize + 8].fill(0);
            relocs.push((offset, target, addend));
        }
        let align_log2 =
            if allocs.is_empty() { align_log2 } else { machine.memory.align_log2(index) };
        allocs.push(ConstAlloc { bytes, align_log2, relocs });
    }
    Ok(ConstMemory { allocs })
}

impl ConstMemory {
    /// Adds the allocations to `module` as internal constants; the global of the result.
    pub fn add_to(&self, module: &mut Module, mutable: bool) -> GlobalId {
        let ids: Vec<GlobalId> = self
            .allocs
            .iter()
            .map(|alloc| {
                let id = module.add_constant(alloc.bytes.clone(), 1 << alloc.align_log2);
                module.globals[id.index()].mutable = mutable;
                module.globals[id.index()].unnamed = !mutable;
                id
            })
            .collect();
        for (alloc, id) in self.allocs.iter().zip(&ids) {
            let relocs = alloc.relocs.iter().map(|&(offset, target, addend)| Reloc {
                offset,
                target: match target {
                    ConstTarget::Symbol(symbol) => symbol,
                    ConstTarget::Alloc(number) => Symbol::Global(ids[number]),
                },
                addend,
            });
            let init = GlobalInit::Data { bytes: alloc.bytes.clone(), relocs: relocs.collect() };
            let global: &mut Global = &mut module.globals[id.index()];
            global.init = init;
        }
        ids[0]
    }
}

impl Machine<'_> {
    /// The allocation that is `global`'s memory.
    fn global_alloc(&self, global: GlobalId) -> usize {
        self.symbol(Symbol::Global(global), 0).provenance.index()
    }
}
