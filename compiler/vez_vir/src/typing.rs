//! The result types of instructions; the builder, the parser and the verifier share them.

use crate::data::Module;
use crate::ids::SigId;
use crate::inst::{Callee, Inst};
use crate::ops::{AtomicOp, LaneOp, Yields};
use crate::pool::Pool;
use crate::ty::Type;
use smallvec::{SmallVec, smallvec};

/// Types of an instruction's results.
pub type Types = SmallVec<[Type; 2]>;

/// The types of what `inst` defines. It trusts ids to be in range, and nothing else.
pub fn result_types(inst: &Inst, module: &Module, pool: &Pool) -> Types {
    let results = |sig: SigId| -> Types { module.sig(sig).results.iter().map(|r| r.ty).collect() };
    match *inst {
        Inst::Const { ty, .. }
        | Inst::Poison { ty }
        | Inst::Arith { ty, .. }
        | Inst::Un { ty, .. }
        | Inst::Fma { ty, .. }
        | Inst::Select { ty, .. }
        | Inst::Cast { ty, .. }
        | Inst::Load { ty, .. } => smallvec![ty],
        Inst::Bin { op, ty, .. } => match op.fact().1 {
            Yields::One => smallvec![ty],
            Yields::WithOverflow => smallvec![ty, ty.with_lane(Type::I1)],
        },
        Inst::Cmp { ty, .. } => smallvec![ty.with_lane(Type::I1)],
        Inst::Addr { .. } | Inst::Slot { .. } | Inst::Index { .. } => smallvec![Type::PTR],
        Inst::Atomic { op, ty, .. } => match op {
            AtomicOp::Store | AtomicOp::Fence => smallvec![],
            AtomicOp::Cas => smallvec![ty, Type::I1],
            _ => smallvec![ty],
        },
        Inst::Lane { op: LaneOp::Splat | LaneOp::Insert | LaneOp::Shuffle, ty, .. } => {
            smallvec![ty]
        }
        Inst::Lane { ty, .. } => smallvec![ty.lane()],
        Inst::Shuffle { ty, lanes, .. } => {
            let count = pool.values(lanes).len() as u32;
            smallvec![ty.lane().vector(count).unwrap_or(ty)]
        }
        Inst::Call { callee, .. } => results(callee_sig(callee, module)),
        Inst::Ext { sig, .. } => results(sig),
        _ => smallvec![],
    }
}

/// The signature that a call is made at.
pub fn callee_sig(callee: Callee, module: &Module) -> SigId {
    match callee {
        Callee::Direct(func) => module.func(func).sig,
        Callee::Indirect { sig, .. } => sig,
    }
}
