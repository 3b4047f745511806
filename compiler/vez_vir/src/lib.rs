//! VIR, the IR that every front end produces and every back end takes.
//!
//! Monomorphic, SSA with block parameters, exactly 32 opcodes. It knows nothing of the language, of salsa, of files: everything
//! above this crate is language, everything below is machine. `docs/internals/vir.md` is the reference.

mod build;
mod data;
mod ids;
mod inst;
pub mod ops;
mod pool;
mod ty;
mod typing;

pub use build::FunctionBuilder;
pub use data::*;
pub use ids::*;
pub use inst::*;
pub use ops::{
    AccessFlags, ArithFlags, AtomicOp, BinOp, CallFlags, CastOp, CmpOp, CopyFlags, FactFlags,
    FuncAttrs, IndexFlags, LaneOp, Opcode, Ordering, UnOp, trap_code,
};
pub use pool::{List, Pool, Switch};
pub use ty::{Scalar, Type};
pub use typing::{Types, callee_sig, result_types};
