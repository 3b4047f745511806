//! The interpreter's loop: frames of its own, so that the program's recursion is not the interpreter's.

use super::code::{Code, NO_EDGE, Op, Reg, decode};
use super::host::Host;
use super::libc::{HostFn, host_function};
use super::memory::{AllocKind, Fault, Memory};
use super::number::Stop;
use super::value::Val;
use super::{Exit, Limits, Problem};
use crate::data::{GlobalInit, Module, Param};
use crate::ids::{FuncId, InstId, RangeId, SigId};
use crate::inst::Symbol;
use crate::limits::MAX_ALIGN_LOG2;
use crate::ops::{FactFlags, FuncAttrs, trap_code};
use crate::print::print_inst;
use std::rc::Rc;

/// Why the loop stops.
pub(super) enum Halt {
    Exit(i32),
    Trap(u32),
    Undefined(String),
    Unsupported(String),
    OutOfFuel,
    StackOverflow,
    /// An exception on its way to the nearest unwind edge.
    Unwind(Val),
}

impl From<Fault> for Halt {
    fn from(fault: Fault) -> Halt {
        Halt::Undefined(fault)
    }
}

impl From<Stop> for Halt {
    fn from(stop: Stop) -> Halt {
        match stop {
            Stop::Trap(code) => Halt::Trap(code),
            Stop::Undefined(reason) => Halt::Undefined(reason.to_owned()),
        }
    }
}

pub(super) type Step<T = ()> = Result<T, Halt>;

/// An activation.
struct Frame {
    func: FuncId,
    code: Rc<Code>,
    pc: usize,
    base: usize,
    slot_base: usize,
    /// Where the caller wants the results, in its frame.
    results: Reg,
    /// The caller's unwind edge.
    unwind: u32,
}

impl Frame {
    /// The instruction that runs, or that called.
    fn origin(&self) -> InstId {
        self.code.origins[self.pc.saturating_sub(1).min(self.code.ops.len() - 1)]
    }
}

/// What a loop over one frame ends in.
enum Switch {
    Called,
    Returned,
}

/// A program being run.
pub(super) struct Machine<'m> {
    pub module: &'m Module,
    pub host: &'m mut dyn Host,
    pub memory: Memory,
    pub errno: Option<Val>,
    fuel: u64,
    max_depth: usize,
    codes: Vec<Option<Rc<Code>>>,
    host_fns: Vec<Option<HostFn>>,
    func_addresses: Vec<Val>,
    global_addresses: Vec<Val>,
    pub regs: Vec<Val>,
    slots: Vec<Val>,
    frames: Vec<Frame>,
    /// What the entry keeps in its slots stays when it returns: parts of a constant.
    pub keeps_entry_slots: bool,
    /// What `backtrace` saw last: a function and, on a second line, a place in the source.
    trace: Vec<String>,
    /// Registers of edges whose moves happen at once.
    scratch: Vec<Val>,
}

/// A register of the frame at `base`.
macro_rules! reg {
    ($m:ident, $base:ident, $reg:expr) => {
        $m.regs[$base + $reg as usize]
    };
}
pub(super) use reg;

impl<'m> Machine<'m> {
    /// A machine with `module`'s globals in memory.
    pub fn new(module: &'m Module, host: &'m mut dyn Host, limits: &Limits) -> Step<Machine<'m>> {
        let mut machine = Machine {
            module,
            host,
            memory: Memory::new(limits.memory_bytes),
            errno: None,
            fuel: limits.fuel,
            max_depth: limits.depth,
            codes: vec![None; module.functions.len()],
            host_fns: vec![None; module.functions.len()],
            func_addresses: Vec::new(),
            global_addresses: Vec::new(),
            regs: Vec::new(),
            slots: Vec::new(),
            frames: Vec::new(),
            keeps_entry_slots: false,
            trace: Vec::new(),
            scratch: Vec::new(),
        };
        for func in module.func_ids() {
            let address = machine.allocate(0, 4, AllocKind::Func(func))?;
            machine.func_addresses.push(address);
        }
        for global in &module.globals {
            let kind = AllocKind::Global { mutable: true };
            let address = machine.allocate(global.size, global.align_log2, kind)?;
            machine.global_addresses.push(address);
        }
        for id in module.global_ids() {
            machine.initialise(id.index())?;
        }
        Ok(machine)
    }

    fn initialise(&mut self, index: usize) -> Step {
        let module = self.module;
        let global = &module.globals[index];
        let start = self.global_addresses[index];
        let whole = self.memory.place(start, global.size, 0, true)?;
        match &global.init {
            // What is defined elsewhere is unknown memory of the right size.
            GlobalInit::Import => return Ok(()),
            GlobalInit::Zero => self.memory.fill(whole, global.size as usize, Val::int(0)),
            GlobalInit::Data { bytes, relocs } => {
                self.memory.fill(whole, global.size as usize, Val::int(0));
                self.memory.write(whole, bytes);
                for reloc in relocs {
                    let at = Val { low: start.low + reloc.offset, ..start };
                    let place = self.memory.place(at, 8, 0, true)?;
                    let target = self.symbol(reloc.target, reloc.addend);
                    self.memory.store(place, 8, target);
                }
            }
        }
        if !global.mutable {
            self.memory.make_constant(start)?;
        }
        Ok(())
    }

    /// The address of a symbol.
    pub fn symbol(&self, symbol: Symbol, offset: i64) -> Val {
        let base = match symbol {
            Symbol::Func(func) => self.func_addresses[func.index()],
            Symbol::Global(global) => self.global_addresses[global.index()],
        };
        Val { low: base.low.wrapping_add_signed(offset), ..base }
    }

    /// New memory, or a stop when there is none left.
    pub fn allocate(&mut self, size: u64, align_log2: u8, kind: AllocKind) -> Step<Val> {
        self.memory
            .allocate(size, align_log2.min(MAX_ALIGN_LOG2), kind)
            .ok_or_else(|| Halt::Unsupported("the memory limit is reached".to_owned()))
    }

    /// Runs `func` to its end; its results.
    pub fn call(&mut self, func: FuncId, args: &[Val]) -> Result<Vec<Val>, Exit> {
        let count: u32 =
            self.module.func_sig(func).results.iter().map(|result| result.ty.lanes()).sum();
        // The outermost results go to registers below the first frame.
        self.regs.resize(self.regs.len().max(count as usize + 1), Val::default());
        let outcome = self.start(func, args, count as usize).and_then(|()| self.run());
        match outcome {
            Ok(()) => Ok(self.regs[..count as usize].to_vec()),
            Err(halt) => Err(self.exit(halt)),
        }
    }

    fn start(&mut self, func: FuncId, args: &[Val], base: usize) -> Step {
        if self.module.func(func).body.is_none() {
            return Err(Halt::Unsupported("the entry function has no body".to_owned()));
        }
        self.scratch = args.to_vec();
        self.enter(func, base, 0, NO_EDGE)
    }

    /// Describes the end of the program.
    fn exit(&self, halt: Halt) -> Exit {
        match halt {
            Halt::Exit(code) => Exit::Code(code),
            Halt::OutOfFuel => Exit::OutOfFuel,
            Halt::Trap(code) => {
                let reason = match code {
                    trap_code::ABORT => "aborted".to_owned(),
                    trap_code::OVERFLOW => "arithmetic overflow".to_owned(),
                    trap_code::DIVISION_BY_ZERO => "division by zero".to_owned(),
                    trap_code::BOUNDS => "index out of bounds".to_owned(),
                    trap_code::RETURNED => "a function returned that never does".to_owned(),
                    _ => format!("failure {code}"),
                };
                Exit::Trap { code, problem: self.problem(reason) }
            }
            Halt::Undefined(reason) => Exit::Ub(self.problem(reason)),
            Halt::Unsupported(reason) => Exit::Unsupported(self.problem(reason)),
            Halt::StackOverflow => Exit::StackOverflow,
            Halt::Unwind(_) => {
                Exit::Unsupported(self.problem("an exception nobody catches".to_owned()))
            }
        }
    }

    fn problem(&self, reason: String) -> Problem {
        let frames = self.frames.iter().rev().take(64);
        let stack = frames.map(|frame| self.describe(frame)).collect();
        Problem { reason, stack }
    }

    fn describe(&self, frame: &Frame) -> String {
        let function = self.module.func(frame.func);
        let name = self.module.str(function.name);
        let Some(body) = &function.body else { return format!("@{name}") };
        let mut text = format!("@{name}: `{}`", print_inst(self.module, body, frame.origin()));
        if let Some(place) = self.place_of(frame) {
            text.push_str(&format!(" ({place})"));
        }
        text
    }

    /// `file:line:column` of the instruction a frame is at.
    fn place_of(&self, frame: &Frame) -> Option<String> {
        let loc = self.module.func(frame.func).body.as_ref()?.loc(frame.origin())?;
        let file = self.module.str(self.module.files[loc.file.index()]);
        Some(format!("{file}:{}:{}", loc.line, loc.col))
    }

    /// Remembers at most `limit` frames, innermost first; how many there are.
    pub(super) fn capture_trace(&mut self, limit: usize) -> u64 {
        let frames = self.frames.iter().rev().take(limit);
        let text = |frame: &Frame| {
            let name = self.module.str(self.module.func(frame.func).name);
            format!("{name}\n{}", self.place_of(frame).unwrap_or_default())
        };
        self.trace = frames.map(text).collect();
        self.trace.len() as u64
    }

    /// What `capture_trace` remembered at a position.
    pub(super) fn traced(&self, index: usize) -> Option<String> {
        self.trace.get(index).cloned()
    }

    fn code(&mut self, func: FuncId) -> Option<Rc<Code>> {
        if let Some(code) = &self.codes[func.index()] {
            return Some(code.clone());
        }
        let body = self.module.func(func).body.as_ref()?;
        let code =
            Rc::new(decode(self.module, body, &|symbol, offset| self.symbol(symbol, offset)));
        self.codes[func.index()] = Some(code.clone());
        Some(code)
    }

    /// Starts an activation with the arguments in `scratch`.
    fn enter(&mut self, func: FuncId, base: usize, results: Reg, unwind: u32) -> Step {
        if self.frames.len() >= self.max_depth {
            return Err(Halt::StackOverflow);
        }
        let Some(code) = self.code(func) else {
            return Err(Halt::Unsupported("a function has no body".to_owned()));
        };
        let top = base + code.registers as usize;
        if self.regs.len() < top {
            self.regs.resize(top.next_power_of_two(), Val::default());
        }
        self.check_facts(&self.module.func_sig(func).params, &self.scratch)?;
        let count = self.scratch.len().min(code.registers as usize);
        self.regs[base..base + count].copy_from_slice(&self.scratch[..count]);
        let slot_base = self.slots.len();
        self.slots.resize(slot_base + code.slots as usize, Val::default());
        self.frames.push(Frame { func, code, pc: 0, base, slot_base, results, unwind });
        Ok(())
    }

    /// Facts that a signature promises.
    fn check_facts(&self, params: &[Param], args: &[Val]) -> Step {
        let mut at = 0;
        for param in params {
            let facts = FactFlags::NOUNDEF | FactFlags::NONNULL;
            if param.flags.0 & facts.0 != 0 || !param.range.is_none() {
                for val in &args[at..at + param.ty.lanes() as usize] {
                    self.check_fact(param, *val)?;
                }
            }
            at += param.ty.lanes() as usize;
        }
        Ok(())
    }

    fn check_fact(&self, param: &Param, val: Val) -> Step {
        if val.poison {
            return match param.flags.has(FactFlags::NOUNDEF) {
                true => Err(Halt::Undefined("poison where `noundef` is promised".to_owned())),
                false => Ok(()),
            };
        }
        if param.flags.has(FactFlags::NONNULL) && val.low == 0 {
            return Err(Halt::Undefined("null where `nonnull` is promised".to_owned()));
        }
        self.check_range(param.range, val)
    }

    pub fn check_range(&self, range: RangeId, val: Val) -> Step {
        match self.module.range(range) {
            Some(range) if !val.poison && !range.contains(val.bits()) => {
                let (low, high, found) = (range.low, range.high, val.bits());
                Err(Halt::Undefined(format!("{found} is outside the range {low}..{high}")))
            }
            _ => Ok(()),
        }
    }

    fn run(&mut self) -> Step {
        let floor = self.frames.len();
        loop {
            match self.run_frame() {
                Ok(Switch::Called) => {}
                Ok(Switch::Returned) => {
                    if self.frames.len() < floor {
                        return Ok(());
                    }
                }
                Err(Halt::Unwind(exception)) => self.unwind(exception)?,
                Err(halt) => return Err(halt),
            }
        }
    }

    /// Leaves activations up to the nearest with an unwind edge, and goes on there.
    fn unwind(&mut self, exception: Val) -> Step {
        loop {
            let Some(top) = self.frames.last() else {
                return Err(Halt::Unwind(exception));
            };
            let unwind = top.unwind;
            if self.module.func(top.func).attrs.has(FuncAttrs::NOUNWIND) {
                return Err(Halt::Undefined("a function unwinds that never does".to_owned()));
            }
            self.leave()?;
            let Some(frame) = self.frames.last() else {
                return Err(Halt::Unwind(exception));
            };
            if unwind != NO_EDGE {
                let (code, base) = (frame.code.clone(), frame.base);
                let pc = self.land(&code, base, unwind, exception);
                self.save(pc);
                return Ok(());
            }
        }
    }

    /// Ends the newest activation and its slots.
    fn leave(&mut self) -> Step<Frame> {
        let frame = self.frames.pop().expect("an activation is running");
        let kept = self.keeps_entry_slots && self.frames.is_empty();
        for at in frame.slot_base..self.slots.len() {
            let slot = self.slots[at];
            if slot.low != 0 && !kept {
                self.memory.release(slot, AllocKind::Stack)?;
            }
        }
        self.slots.truncate(frame.slot_base);
        Ok(frame)
    }

    /// Makes an edge's moves; the position it goes to.
    fn take_edge(&mut self, code: &Code, base: usize, edge: u32) -> usize {
        let edge = code.edges[edge as usize];
        let first = edge.first_move as usize;
        let moves = &code.moves[first..first + edge.moves as usize];
        if edge.parallel {
            self.scratch.clear();
            for &(from, _) in moves {
                self.scratch.push(reg!(self, base, from));
            }
            for (i, &(_, to)) in moves.iter().enumerate() {
                reg!(self, base, to) = self.scratch[i];
            }
        } else {
            for &(from, to) in moves {
                reg!(self, base, to) = reg!(self, base, from);
            }
        }
        edge.target as usize
    }

    /// Runs the newest activation until it calls or returns.
    fn run_frame(&mut self) -> Step<Switch> {
        let frame = self.frames.last().expect("an activation is running");
        let (code, base, mut pc) = (frame.code.clone(), frame.base, frame.pc);
        let slot_base = frame.slot_base;
        let outcome = loop {
            if self.fuel == 0 {
                break Err(Halt::OutOfFuel);
            }
            self.fuel -= 1;
            // By reference: copying a whole op stalls on its store.
            let op = &code.ops[pc];
            pc += 1;
            let step = match *op {
                Op::Jump { edge } => {
                    pc = self.take_edge(&code, base, edge);
                    Ok(())
                }
                Op::Br { cond, then, other } => {
                    let cond = reg!(self, base, cond);
                    if cond.poison {
                        break Err(Halt::Undefined("a branch on poison".to_owned()));
                    }
                    let edge = if cond.low != 0 { then } else { other };
                    pc = self.take_edge(&code, base, edge);
                    Ok(())
                }
                Op::Switch { value, table } => {
                    let value = reg!(self, base, value);
                    if value.poison {
                        break Err(Halt::Undefined("a switch on poison".to_owned()));
                    }
                    let table = &code.tables[table as usize];
                    let found = table.cases.binary_search_by_key(&value.bits(), |case| case.0);
                    let edge = found.map_or(table.default, |at| table.cases[at].1);
                    pc = self.take_edge(&code, base, edge);
                    Ok(())
                }
                Op::Call { dst, args, count, unwind, .. }
                | Op::CallPtr { dst, args, count, unwind, .. } => {
                    self.save(pc);
                    let args = &code.lists[args as usize..(args + count) as usize];
                    match self.call_function(&code, base, op, dst, args, unwind) {
                        Ok(true) => break Ok(Switch::Called),
                        Ok(false) => Ok(()),
                        Err(Halt::Unwind(exception)) if unwind != NO_EDGE => {
                            pc = self.land(&code, base, unwind, exception);
                            Ok(())
                        }
                        Err(halt) => Err(halt),
                    }
                }
                Op::Ret { values, count } => {
                    self.save(pc);
                    break self.ret(&code, base, values, count);
                }
                Op::Slot { dst, slot } => self.slot(base, slot_base, dst, slot),
                _ => self.simple(&code, base, op),
            };
            if let Err(halt) = step {
                break Err(halt);
            }
        };
        if outcome.is_err() {
            self.save(pc);
        }
        outcome
    }

    /// Remembers where the newest activation goes on.
    fn save(&mut self, pc: usize) {
        if let Some(frame) = self.frames.last_mut() {
            frame.pc = pc;
        }
    }

    /// Goes to an unwind edge; the position there.
    fn land(&mut self, code: &Code, base: usize, unwind: u32, exception: Val) -> usize {
        let landing = code.edges[unwind as usize].landing;
        reg!(self, base, landing) = exception;
        self.take_edge(code, base, unwind)
    }

    fn callee(&mut self, ptr: Val, sig: SigId) -> Step<FuncId> {
        let func = self.memory.function_at(ptr)?;
        let (wanted, found) = (self.module.sig(sig), self.module.func_sig(func));
        let same = |a: &[Param], b: &[Param]| {
            a.len() == b.len() && a.iter().zip(b).all(|(a, b)| a.ty == b.ty)
        };
        if !same(&wanted.params, &found.params) || !same(&wanted.results, &found.results) {
            return Err(Halt::Undefined("a call at another signature".to_owned()));
        }
        Ok(func)
    }

    /// Calls; true when an activation started, false when a host function is done already.
    fn call_function(
        &mut self,
        code: &Code,
        base: usize,
        op: &Op,
        dst: Reg,
        args: &[Reg],
        unwind: u32,
    ) -> Step<bool> {
        let callee = match *op {
            Op::CallPtr { sig, ptr, .. } => self.callee(reg!(self, base, ptr), sig)?,
            Op::Call { callee, .. } => callee,
            _ => unreachable!("{op:?} is not a call"),
        };
        let mut passed = std::mem::take(&mut self.scratch);
        passed.clear();
        passed.extend(args.iter().map(|&arg| reg!(self, base, arg)));
        self.scratch = passed;
        if self.module.func(callee).body.is_some() {
            self.enter(callee, base + code.registers as usize, dst, unwind)?;
            return Ok(true);
        }
        let host = match self.host_fns[callee.index()] {
            Some(host) => host,
            None => {
                let name = self.module.str(self.module.func(callee).name);
                let host = host_function(name).ok_or_else(|| {
                    Halt::Unsupported(format!("the interpreter has no function `{name}`"))
                })?;
                self.host_fns[callee.index()] = Some(host);
                host
            }
        };
        let args = std::mem::take(&mut self.scratch);
        if args.iter().any(|arg| arg.poison) {
            return Err(Halt::Undefined("poison leaves the program".to_owned()));
        }
        let sig = self.module.func_sig(callee);
        let result = host(self, &args, sig);
        self.scratch = args;
        let result = result?;
        if !sig.results.is_empty() {
            reg!(self, base, dst) = result;
        }
        Ok(false)
    }

    fn ret(&mut self, code: &Code, base: usize, values: u32, count: u32) -> Step<Switch> {
        let list = &code.lists[values as usize..(values + count) as usize];
        let mut results = std::mem::take(&mut self.scratch);
        results.clear();
        results.extend(list.iter().map(|&from| reg!(self, base, from)));
        self.scratch = results;
        let func = self.frames.last().expect("an activation is running").func;
        if self.module.func(func).attrs.has(FuncAttrs::NORETURN) {
            return Err(Halt::Undefined("a function returns that never does".to_owned()));
        }
        self.check_facts(&self.module.func_sig(func).results, &self.scratch)?;
        let frame = self.leave()?;
        let caller = self.frames.last().map_or(0, |caller| caller.base);
        let start = caller + frame.results as usize;
        self.regs[start..start + count as usize].copy_from_slice(&self.scratch);
        Ok(Switch::Returned)
    }

    fn slot(&mut self, base: usize, slot_base: usize, dst: Reg, slot: u32) -> Step {
        let known = self.slots[slot_base + slot as usize];
        if known.low != 0 {
            reg!(self, base, dst) = known;
            return Ok(());
        }
        let func = self.frames.last().expect("an activation is running").func;
        let slot_data = self.module.slot(func, crate::SlotId(slot)).expect("verified");
        let kept = self.keeps_entry_slots && self.frames.len() == 1;
        let kind = if kept { AllocKind::Heap } else { AllocKind::Stack };
        let address = self.allocate(slot_data.size, slot_data.align_log2, kind)?;
        self.slots[slot_base + slot as usize] = address;
        reg!(self, base, dst) = address;
        Ok(())
    }
}
