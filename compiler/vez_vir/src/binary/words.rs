//! Instructions as six words.
//!
//! The first word holds the opcode (bit 7 set for its second form), a sub-operation or flags, and a type or small number; the others
//! are operands.

use crate::ids::{Block, FuncId, GlobalId, RangeId, SigId, SlotId, Sym, Value};
use crate::inst::{Access, ArithOp, Bits, Callee, Edge, ExtKey, Inst, Prob, Symbol};
use crate::ops::{
    AccessFlags, ArithFlags, AtomicOp, BinOp, CallFlags, CastOp, CmpOp, CopyFlags, IndexFlags,
    LaneOp, Opcode, Ordering, SelectFlags, UnOp,
};
use crate::pool::List;
use crate::ty::Type;

/// One instruction.
pub(super) type Words = [u32; 6];

/// Marks the second form of an opcode: poison, fma, shuffle, a call with targets, unreachable.
const SECOND: u8 = 0x80;

fn head(inst: &Inst, sub: u8, half: u16) -> u32 {
    let second = matches!(
        inst,
        Inst::Poison { .. }
            | Inst::Fma { .. }
            | Inst::Shuffle { .. }
            | Inst::Invoke { .. }
            | Inst::Unreachable
    );
    let opcode = inst.opcode() as u8 | if second { SECOND } else { 0 };
    u32::from(opcode) | u32::from(sub) << 8 | u32::from(half) << 16
}

fn access_word(access: Access) -> u32 {
    u32::from(access.align_log2) | u32::from(access.flags.0) << 8 | u32::from(access.alias) << 16
}

fn callee_words(callee: Callee) -> (u32, u32, u32) {
    match callee {
        Callee::Direct(func) => (0, func.0, 0),
        Callee::Indirect { sig, ptr } => (1, sig.0, ptr.0),
    }
}

fn with(inst: &Inst, sub: u8, half: u16, words: [u32; 5]) -> Words {
    [head(inst, sub, half), words[0], words[1], words[2], words[3], words[4]]
}

/// The words of `inst`.
pub(super) fn encode(inst: &Inst) -> Words {
    let with = |sub, half, words| with(inst, sub, half, words);
    match *inst {
        Inst::Const { ty, bits } => {
            let (low, high) = (bits.low, bits.high);
            let words = [low as u32, (low >> 32) as u32, high as u32, (high >> 32) as u32, 0];
            with(0, ty.to_raw(), words)
        }
        Inst::Poison { ty } => with(0, ty.to_raw(), [0; 5]),
        Inst::Addr { symbol, offset } => {
            let (kind, id) = match symbol {
                Symbol::Func(func) => (0, func.0),
                Symbol::Global(global) => (1, global.0),
            };
            with(kind, 0, [id, offset as u32, (offset >> 32) as u32, 0, 0])
        }
        Inst::Arith { flags, ty, a, b, .. } => with(flags.0, ty.to_raw(), [a.0, b.0, 0, 0, 0]),
        Inst::Un { op, ty, a } => with(op as u8, ty.to_raw(), [a.0, 0, 0, 0, 0]),
        Inst::Bin { op, ty, a, b } => with(op as u8, ty.to_raw(), [a.0, b.0, 0, 0, 0]),
        Inst::Fma { ty, a, b, c } => with(0, ty.to_raw(), [a.0, b.0, c.0, 0, 0]),
        Inst::Cmp { op, ty, a, b } => with(op as u8, ty.to_raw(), [a.0, b.0, 0, 0, 0]),
        Inst::Select { flags, ty, cond, a, b } => {
            with(flags.0, ty.to_raw(), [cond.0, a.0, b.0, 0, 0])
        }
        Inst::Cast { op, ty, a } => with(op as u8, ty.to_raw(), [a.0, 0, 0, 0, 0]),
        Inst::Load { ty, ptr, offset, access } => {
            let words = [ptr.0, offset as u32, access_word(access), access.range.0, 0];
            with(0, ty.to_raw(), words)
        }
        Inst::Store { ty, value, ptr, offset, access } => {
            let words = [value.0, ptr.0, offset as u32, access_word(access), access.range.0];
            with(0, ty.to_raw(), words)
        }
        Inst::Slot { slot } => with(0, 0, [slot.0, 0, 0, 0, 0]),
        Inst::Index { flags, base, index, scale, offset } => {
            with(flags.0, 0, [base.0, index.0, scale, offset as u32, 0])
        }
        Inst::Copy { flags, align_log2, dst, src, len } => {
            with(flags.0, align_log2.into(), [dst.0, src.0, len.0, 0, 0])
        }
        Inst::Fill { flags, align_log2, dst, byte, len } => {
            with(flags.0, align_log2.into(), [dst.0, byte.0, len.0, 0, 0])
        }
        Inst::Atomic { op, ty, order, failure, ptr, a, b } => {
            let orders = order as u32 | (failure as u32) << 8;
            with(op as u8, ty.to_raw(), [orders, ptr.0, a.0, b.0, 0])
        }
        Inst::Lane { op, ty, a, b, lane } => with(op as u8, ty.to_raw(), [a.0, b.0, lane, 0, 0]),
        Inst::Shuffle { ty, a, b, lanes } => with(0, ty.to_raw(), [a.0, b.0, lanes.0, 0, 0]),
        _ => encode_flow(inst),
    }
}

/// Calls and terminators.
fn encode_flow(inst: &Inst) -> Words {
    let with = |sub, half, words| with(inst, sub, half, words);
    match *inst {
        Inst::Call { flags, callee, args } => {
            let (kind, id, ptr) = callee_words(callee);
            with(flags.0, 0, [kind, id, ptr, args.0, 0])
        }
        Inst::Invoke { flags, callee, args, edges } => {
            let (kind, id, ptr) = callee_words(callee);
            with(flags.0, 0, [kind, id, ptr, args.0, edges.0])
        }
        Inst::Ext { key, sig, args } => {
            let (kind, id) = match key {
                ExtKey::Number(number) => (0, number),
                ExtKey::Name(name) => (1, name.0),
                ExtKey::Intent(intent) => (2, intent.0),
            };
            with(kind, 0, [id, sig.0, args.0, 0, 0])
        }
        Inst::Jump { to } => with(0, 0, [to.block.0, to.args.0, 0, 0, 0]),
        Inst::Br { prob, cond, then, other } => {
            with(0, prob.0, [cond.0, then.block.0, then.args.0, other.block.0, other.args.0])
        }
        Inst::Switch { ty, value, cases } => with(0, ty.to_raw(), [value.0, cases.0, 0, 0, 0]),
        Inst::Ret { values } => with(0, 0, [values.0, 0, 0, 0, 0]),
        Inst::Unreachable => with(0, 0, [0; 5]),
        Inst::Trap { code } => with(0, 0, [code, 0, 0, 0, 0]),
        _ => unreachable!("{:?} neither calls nor ends a block", inst.opcode()),
    }
}

/// The instruction of `words`; `None` unless they are exactly what [`encode`] makes of it.
pub(super) fn decode(words: Words) -> Option<Inst> {
    let inst = decode_loosely(words)?;
    (encode(&inst) == words).then_some(inst)
}

fn access_of(word: u32, range: u32) -> Access {
    Access {
        align_log2: word as u8,
        flags: AccessFlags((word >> 8) as u8),
        alias: (word >> 16) as u16,
        range: RangeId(range),
    }
}

fn callee_of(kind: u32, id: u32, ptr: u32) -> Option<Callee> {
    match kind {
        0 => Some(Callee::Direct(FuncId(id))),
        1 => Some(Callee::Indirect { sig: SigId(id), ptr: Value(ptr) }),
        _ => None,
    }
}

fn decode_loosely(words: Words) -> Option<Inst> {
    let [head, w1, w2, w3, w4, w5] = words;
    let (opcode, sub, half) = (head as u8, (head >> 8) as u8, (head >> 16) as u16);
    let second = opcode & SECOND != 0;
    let opcode = Opcode::from_raw(opcode & !SECOND)?;
    let ty = Type::from_raw(half);
    let (a, b, c) = (Value(w1), Value(w2), Value(w3));
    Some(match (opcode, second) {
        (Opcode::Const, false) => {
            let bits = [w1, w2, w3, w4].iter().rev().fold(0, |n, &w| n << 32 | u128::from(w));
            Inst::Const { ty: ty?, bits: Bits::new(bits) }
        }
        (Opcode::Const, true) => Inst::Poison { ty: ty? },
        (Opcode::Addr, false) => {
            let symbol = match sub {
                0 => Symbol::Func(FuncId(w1)),
                1 => Symbol::Global(GlobalId(w1)),
                _ => return None,
            };
            Inst::Addr { symbol, offset: (u64::from(w2) | u64::from(w3) << 32) as i64 }
        }
        (Opcode::Un, false) => Inst::Un { op: UnOp::from_raw(sub)?, ty: ty?, a },
        (Opcode::Bin, false) => Inst::Bin { op: BinOp::from_raw(sub)?, ty: ty?, a, b },
        (Opcode::Bin, true) => Inst::Fma { ty: ty?, a, b, c },
        (Opcode::Cmp, false) => Inst::Cmp { op: CmpOp::from_raw(sub)?, ty: ty?, a, b },
        (Opcode::Select, false) => {
            Inst::Select { flags: SelectFlags(sub), ty: ty?, cond: a, a: b, b: c }
        }
        (Opcode::Cast, false) => Inst::Cast { op: CastOp::from_raw(sub)?, ty: ty?, a },
        (Opcode::Load, false) => {
            Inst::Load { ty: ty?, ptr: a, offset: w2 as i32, access: access_of(w3, w4) }
        }
        (Opcode::Store, false) => {
            let access = access_of(w4, w5);
            Inst::Store { ty: ty?, value: a, ptr: b, offset: w3 as i32, access }
        }
        (Opcode::Slot, false) => Inst::Slot { slot: SlotId(w1) },
        (Opcode::Index, false) => {
            let flags = IndexFlags(sub);
            Inst::Index { flags, base: a, index: b, scale: w3, offset: w4 as i32 }
        }
        (Opcode::Copy, false) => {
            let (flags, align_log2) = (CopyFlags(sub), half as u8);
            Inst::Copy { flags, align_log2, dst: a, src: b, len: c }
        }
        (Opcode::Fill, false) => {
            let (flags, align_log2) = (CopyFlags(sub), half as u8);
            Inst::Fill { flags, align_log2, dst: a, byte: b, len: c }
        }
        (Opcode::Atomic, false) => Inst::Atomic {
            op: AtomicOp::from_raw(sub)?,
            ty: ty?,
            order: Ordering::from_raw(w1 as u8)?,
            failure: Ordering::from_raw((w1 >> 8) as u8)?,
            ptr: b,
            a: c,
            b: Value(w4),
        },
        (Opcode::Lane, false) => Inst::Lane { op: LaneOp::from_raw(sub)?, ty: ty?, a, b, lane: w3 },
        (Opcode::Lane, true) => Inst::Shuffle { ty: ty?, a, b, lanes: List(w3) },
        (arith, false) if ArithOp::from_opcode(arith).is_some() => {
            let op = ArithOp::from_opcode(arith)?;
            Inst::Arith { op, flags: ArithFlags(sub), ty: ty?, a, b }
        }
        _ => return decode_flow(opcode, second, words),
    })
}

/// Calls and terminators.
fn decode_flow(opcode: Opcode, second: bool, words: Words) -> Option<Inst> {
    let [head, w1, w2, w3, w4, w5] = words;
    let (sub, half) = ((head >> 8) as u8, (head >> 16) as u16);
    let (ty, a) = (Type::from_raw(half), Value(w1));
    Some(match (opcode, second) {
        (Opcode::Call, second) => {
            let (flags, callee, args) = (CallFlags(sub), callee_of(w1, w2, w3)?, List(w4));
            match second {
                false => Inst::Call { flags, callee, args },
                true => Inst::Invoke { flags, callee, args, edges: List(w5) },
            }
        }
        (Opcode::Ext, false) => {
            let key = match sub {
                0 => ExtKey::Number(w1),
                1 => ExtKey::Name(Sym(w1)),
                2 => ExtKey::Intent(Sym(w1)),
                _ => return None,
            };
            Inst::Ext { key, sig: SigId(w2), args: List(w3) }
        }
        (Opcode::Jump, false) => Inst::Jump { to: Edge { block: Block(w1), args: List(w2) } },
        (Opcode::Br, false) => {
            let then = Edge { block: Block(w2), args: List(w3) };
            let other = Edge { block: Block(w4), args: List(w5) };
            Inst::Br { prob: Prob(half), cond: a, then, other }
        }
        (Opcode::Switch, false) => Inst::Switch { ty: ty?, value: a, cases: List(w2) },
        (Opcode::Ret, false) => Inst::Ret { values: List(w1) },
        (Opcode::Trap, false) => Inst::Trap { code: w1 },
        (Opcode::Trap, true) => Inst::Unreachable,
        _ => return None,
    })
}
