//! VIR, the IR that every front end produces and every back end takes.
//!
//! Monomorphic, SSA with block parameters, exactly 32 opcodes. It knows nothing of the language, of salsa, of files: everything
//! above this crate is language, everything below is machine. `docs/internals/vir.md` is the reference.

mod binary;
mod build;
mod data;
mod dominators;
mod ids;
mod inst;
pub mod interp;
pub mod limits;
pub mod ops;
mod parse;
mod pool;
mod print;
mod ty;
mod typing;
mod verify;

pub use binary::{
    BinaryError, LoadError, load_binary, load_module, load_text, read_binary, write_binary,
};
pub use build::FunctionBuilder;
pub use data::*;
pub use dominators::Dominators;
pub use ids::*;
pub use inst::*;
pub use ops::{
    AccessFlags, ArithFlags, AtomicOp, BinOp, CallFlags, CastOp, CmpOp, CopyFlags, FactFlags,
    FuncAttrs, IndexFlags, LaneOp, Opcode, Ordering, SelectFlags, UnOp, trap_code,
};
pub use parse::{ParseError, parse_module};
pub use pool::{List, Pool, Switch};
pub use print::{constant_text, print_function, print_inst, print_module};
pub use ty::{Scalar, Type};
pub use typing::{Types, callee_sig, result_types};
pub use verify::{VerifyError, verify_function, verify_module};
