//! The interpreter: the meaning of VIR.
//!
//! It runs verified modules and detects undefined behaviour: accesses out of bounds, after free, misaligned or through null,
//! uninitialised memory or poison that reaches a branch, an address or the outside, broken promises of signatures and flags.
//! It counts fuel, and its call depth is its own. What leaves the program goes through [`Host`].

mod code;
mod constant;
mod exec;
mod float;
mod host;
mod libc;
mod machine;
mod memory;
mod number;
#[cfg(test)]
mod number_tests;
#[cfg(test)]
mod tests;
mod value;

pub use constant::{ConstAlloc, ConstFailure, ConstMemory, ConstTarget, eval_const};
pub use host::{CaptureHost, Errno, Host, OsHost, PathOp};

use crate::data::Module;
use crate::ids::FuncId;
use crate::ty::Type;
use machine::{Halt, Machine};
use memory::AllocKind;
use std::fmt;
use value::Val;

/// What a run may use.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Instructions.
    pub fuel: u64,
    /// Activations at once.
    pub depth: usize,
    /// Bytes allocated at once.
    pub memory_bytes: u64,
}

impl Default for Limits {
    fn default() -> Limits {
        Limits { fuel: u64::MAX, depth: 100_000, memory_bytes: 4 << 30 }
    }
}

/// What went wrong and where.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Problem {
    pub reason: String,
    /// The activations, innermost first: function, instruction, source location.
    pub stack: Vec<String>,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.reason)?;
        for frame in &self.stack {
            write!(f, "\n  in {frame}")?;
        }
        Ok(())
    }
}

/// How a run ended.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Exit {
    /// With this exit code.
    Code(i32),
    /// By a `trap`, an `abort`, or a checked instruction.
    Trap { code: u32, problem: Problem },
    /// In undefined behaviour.
    Ub(Problem),
    /// By the fuel limit.
    OutOfFuel,
    /// By the limit on activations at once.
    StackOverflow,
    /// At something the interpreter cannot do, or a limit.
    Unsupported(Problem),
}

impl fmt::Display for Exit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Exit::Code(code) => write!(f, "exit code {code}"),
            Exit::Trap { code, problem } => write!(f, "trap {code}: {problem}"),
            Exit::Ub(problem) => write!(f, "undefined behaviour: {problem}"),
            Exit::OutOfFuel => f.write_str("out of fuel"),
            Exit::StackOverflow => f.write_str("stack overflow"),
            Exit::Unsupported(problem) => write!(f, "not possible: {problem}"),
        }
    }
}

/// Runs `main` of a verified module: `main()` or `main(argc: i32, argv: ptr)`, with nothing or an integer as result.
pub fn run_main(module: &Module, args: &[&str], host: &mut dyn Host, limits: &Limits) -> Exit {
    match module.find_func("main") {
        Some(main) => run_function(module, main, args, host, limits),
        None => Exit::Unsupported(Problem {
            reason: "there is no function `main`".to_owned(),
            stack: Vec::new(),
        }),
    }
}

/// As [`run_main`], with another function as the entry.
pub fn run_function(
    module: &Module,
    entry: FuncId,
    args: &[&str],
    host: &mut dyn Host,
    limits: &Limits,
) -> Exit {
    let setup = |machine: &mut Machine<'_>| -> Result<Vec<Val>, Halt> {
        let types: Vec<Type> = module.func_sig(entry).params.iter().map(|p| p.ty).collect();
        match types.as_slice() {
            [] => Ok(Vec::new()),
            [Type::I32, Type::PTR] => {
                let argv = argv(machine, args)?;
                Ok(vec![Val::int(args.len() as u64), argv])
            }
            _ => Err(Halt::Unsupported("an entry function with these parameters".to_owned())),
        }
    };
    let mut machine = match Machine::new(module, host, limits) {
        Ok(machine) => machine,
        Err(halt) => return describe(halt),
    };
    let passed = match setup(&mut machine) {
        Ok(passed) => passed,
        Err(halt) => return describe(halt),
    };
    match machine.call(entry, &passed) {
        Err(exit) => exit,
        Ok(results) => match results.first() {
            None => Exit::Code(0),
            Some(code) if code.poison => Exit::Ub(Problem {
                reason: "the exit code is poison".to_owned(),
                stack: Vec::new(),
            }),
            Some(code) => Exit::Code(code.low as i32),
        },
    }
}

/// A stop before the first instruction.
fn describe(halt: Halt) -> Exit {
    let reason = match halt {
        Halt::Unsupported(reason) | Halt::Undefined(reason) => reason,
        _ => "the program did not start".to_owned(),
    };
    Exit::Unsupported(Problem { reason, stack: Vec::new() })
}

/// The argument vector, with its null at the end.
fn argv(machine: &mut Machine<'_>, args: &[&str]) -> Result<Val, Halt> {
    let size = (args.len() as u64 + 1) * 8;
    let vector = machine.allocate(size, 3, AllocKind::Global { mutable: true })?;
    for (number, arg) in args.iter().enumerate() {
        let text = machine.new_c_string(arg.as_bytes())?;
        let at = Val { low: vector.low + number as u64 * 8, ..vector };
        let place = machine.memory.place(at, 8, 3, true)?;
        machine.memory.store(place, 8, text);
    }
    let end = Val { low: vector.low + size - 8, ..vector };
    let place = machine.memory.place(end, 8, 3, true)?;
    machine.memory.store(place, 8, Val::int(0));
    Ok(vector)
}
