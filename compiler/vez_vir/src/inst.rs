//! Instructions: one `Copy` enum, 24 bytes, whose lists live in the body's pool.
//!
//! Several variants may share an opcode, and one variant serves the ten arithmetic opcodes.

use crate::ids::{Block, FuncId, GlobalId, RangeId, SigId, SlotId, Sym, Value};
use crate::ops::{
    AccessFlags, ArithFlags, AtomicOp, BinOp, CallFlags, CastOp, CmpOp, CopyFlags, IndexFlags,
    LaneOp, Opcode, Ordering, SelectFlags, UnOp,
};
use crate::pool::{List, Pool};
use crate::ty::Type;
use smallvec::SmallVec;

/// The opcodes `add` to `shr`, which share one form.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
#[repr(u8)]
pub enum ArithOp {
    Add = Opcode::Add as u8,
    Sub = Opcode::Sub as u8,
    Mul = Opcode::Mul as u8,
    Div = Opcode::Div as u8,
    Rem = Opcode::Rem as u8,
    And = Opcode::And as u8,
    Or = Opcode::Or as u8,
    Xor = Opcode::Xor as u8,
    Shl = Opcode::Shl as u8,
    Shr = Opcode::Shr as u8,
}

impl ArithOp {
    /// Every arithmetic opcode, in opcode order.
    pub const ALL: [ArithOp; 10] = [
        ArithOp::Add,
        ArithOp::Sub,
        ArithOp::Mul,
        ArithOp::Div,
        ArithOp::Rem,
        ArithOp::And,
        ArithOp::Or,
        ArithOp::Xor,
        ArithOp::Shl,
        ArithOp::Shr,
    ];

    /// The opcode.
    pub fn opcode(self) -> Opcode {
        Opcode::ALL[self as usize]
    }

    /// The arithmetic operation of `opcode`, if it is one.
    pub fn from_opcode(opcode: Opcode) -> Option<ArithOp> {
        ArithOp::ALL.into_iter().find(|op| op.opcode() == opcode)
    }
}

/// A 128-bit constant in two words, so that instructions stay 8-aligned.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Bits {
    pub low: u64,
    pub high: u64,
}

impl Bits {
    pub const fn new(bits: u128) -> Bits {
        Bits { low: bits as u64, high: (bits >> 64) as u64 }
    }

    /// The bits, zero-extended from the type's width.
    pub const fn get(self) -> u128 {
        self.low as u128 | (self.high as u128) << 64
    }
}

impl std::fmt::Debug for Bits {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:#x}", self.get())
    }
}

/// Something with an address that the linker fixes.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub enum Symbol {
    Func(FuncId),
    Global(GlobalId),
}

/// A function named directly, or a pointer with the signature it is called at.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Callee {
    Direct(FuncId),
    Indirect { sig: SigId, ptr: Value },
}

/// How an extension is named.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum ExtKey {
    Number(u32),
    Name(Sym),
    Intent(Sym),
}

/// A control flow edge: the target block and the arguments for its parameters.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Edge {
    pub block: Block,
    pub args: List,
}

/// The probability of a branch's first target in 65,536ths; 0 is "not known".
#[derive(Clone, Copy, PartialEq, Eq, Hash, Default, Debug)]
pub struct Prob(pub u16);

impl Prob {
    pub const UNKNOWN: Prob = Prob(0);
    pub const LIKELY: Prob = Prob(65_503);
    pub const UNLIKELY: Prob = Prob(33);
}

/// What is known of a memory access besides its type.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Access {
    /// log2 of the address' alignment.
    pub align_log2: u8,
    pub flags: AccessFlags,
    /// Accesses of different non-zero classes touch different memory.
    pub alias: u16,
    /// The loaded value lies in this range; [`RangeId::NONE`] when not known.
    pub range: RangeId,
}

impl Access {
    /// An access at an address that is a multiple of `align` (a power of two).
    pub fn aligned(align: u32) -> Access {
        debug_assert!(align.is_power_of_two());
        Access {
            align_log2: align.trailing_zeros() as u8,
            flags: AccessFlags::NONE,
            alias: 0,
            range: RangeId::NONE,
        }
    }

    /// An access with `ty`'s natural alignment.
    pub fn natural(ty: Type) -> Access {
        Access::aligned(ty.natural_align())
    }

    #[must_use]
    pub fn flag(mut self, flags: AccessFlags) -> Access {
        self.flags = self.flags | flags;
        self
    }

    #[must_use]
    pub fn range(mut self, range: RangeId) -> Access {
        self.range = range;
        self
    }

    #[must_use]
    pub fn alias(mut self, class: u16) -> Access {
        self.alias = class;
        self
    }

    /// The alignment in bytes.
    pub fn align(self) -> u64 {
        1 << self.align_log2
    }
}

/// One instruction. Unused value operands are [`Value::NONE`].
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Inst {
    /// An integer, float (by its bits), or pointer (null only); a vector repeats the lane's bits.
    Const {
        ty: Type,
        bits: Bits,
    },
    Poison {
        ty: Type,
    },
    Addr {
        symbol: Symbol,
        offset: i64,
    },
    Arith {
        op: ArithOp,
        flags: ArithFlags,
        ty: Type,
        a: Value,
        b: Value,
    },
    Un {
        op: UnOp,
        ty: Type,
        a: Value,
    },
    Bin {
        op: BinOp,
        ty: Type,
        a: Value,
        b: Value,
    },
    /// `a * b + c`, rounded once; text `bin.fma`.
    Fma {
        ty: Type,
        a: Value,
        b: Value,
        c: Value,
    },
    /// `ty` is the operands' type.
    Cmp {
        op: CmpOp,
        ty: Type,
        a: Value,
        b: Value,
    },
    /// `cond` is an `i1`, or a vector of `i1` with `ty`'s lanes.
    Select {
        flags: SelectFlags,
        ty: Type,
        cond: Value,
        a: Value,
        b: Value,
    },
    /// `ty` is the result's type.
    Cast {
        op: CastOp,
        ty: Type,
        a: Value,
    },
    Load {
        ty: Type,
        ptr: Value,
        offset: i32,
        access: Access,
    },
    Store {
        ty: Type,
        value: Value,
        ptr: Value,
        offset: i32,
        access: Access,
    },
    Slot {
        slot: SlotId,
    },
    /// `base + index * scale + offset`; `index` is an `i64` or [`Value::NONE`].
    Index {
        flags: IndexFlags,
        base: Value,
        index: Value,
        scale: u32,
        offset: i32,
    },
    /// `len` is an `i64` of bytes; both addresses have the alignment.
    Copy {
        flags: CopyFlags,
        align_log2: u8,
        dst: Value,
        src: Value,
        len: Value,
    },
    /// `byte` is an `i8`, `len` an `i64`.
    Fill {
        flags: CopyFlags,
        align_log2: u8,
        dst: Value,
        byte: Value,
        len: Value,
    },
    /// `a` and `b` as the operation needs; `failure` is only for `cas`. Naturally aligned.
    Atomic {
        op: AtomicOp,
        ty: Type,
        order: Ordering,
        failure: Ordering,
        ptr: Value,
        a: Value,
        b: Value,
    },
    /// `ty` is the vector's type. `splat a`, `extract a lane`, `insert a lane b`, reductions of `a`.
    Lane {
        op: LaneOp,
        ty: Type,
        a: Value,
        b: Value,
        lane: u32,
    },
    /// `ty` is the operands' type; `lanes` lists the lane numbers of the result (raw numbers).
    Shuffle {
        ty: Type,
        a: Value,
        b: Value,
        lanes: List,
    },
    Call {
        flags: CallFlags,
        callee: Callee,
        args: List,
    },
    /// A call that ends its block: the normal target's first parameters are the results, the unwind
    /// target's first parameter is a `ptr` to the exception. `edges`: see [`Pool::edge_pair`].
    Invoke {
        flags: CallFlags,
        callee: Callee,
        args: List,
        edges: List,
    },
    Ext {
        key: ExtKey,
        sig: SigId,
        args: List,
    },
    Jump {
        to: Edge,
    },
    Br {
        prob: Prob,
        cond: Value,
        then: Edge,
        other: Edge,
    },
    /// `cases`: see [`Pool::switch`].
    Switch {
        ty: Type,
        value: Value,
        cases: List,
    },
    Ret {
        values: List,
    },
    Unreachable,
    /// A reported failure that ends the program; see [`crate::ops::trap_code`].
    Trap {
        code: u32,
    },
}

impl Inst {
    /// Which of the 32 opcodes this is.
    pub fn opcode(&self) -> Opcode {
        match self {
            Inst::Const { .. } | Inst::Poison { .. } => Opcode::Const,
            Inst::Addr { .. } => Opcode::Addr,
            Inst::Arith { op, .. } => op.opcode(),
            Inst::Un { .. } => Opcode::Un,
            Inst::Bin { .. } | Inst::Fma { .. } => Opcode::Bin,
            Inst::Cmp { .. } => Opcode::Cmp,
            Inst::Select { .. } => Opcode::Select,
            Inst::Cast { .. } => Opcode::Cast,
            Inst::Load { .. } => Opcode::Load,
            Inst::Store { .. } => Opcode::Store,
            Inst::Slot { .. } => Opcode::Slot,
            Inst::Index { .. } => Opcode::Index,
            Inst::Copy { .. } => Opcode::Copy,
            Inst::Fill { .. } => Opcode::Fill,
            Inst::Atomic { .. } => Opcode::Atomic,
            Inst::Lane { .. } | Inst::Shuffle { .. } => Opcode::Lane,
            Inst::Call { .. } | Inst::Invoke { .. } => Opcode::Call,
            Inst::Ext { .. } => Opcode::Ext,
            Inst::Jump { .. } => Opcode::Jump,
            Inst::Br { .. } => Opcode::Br,
            Inst::Switch { .. } => Opcode::Switch,
            Inst::Ret { .. } => Opcode::Ret,
            Inst::Unreachable | Inst::Trap { .. } => Opcode::Trap,
        }
    }

    /// Whether it ends a block.
    pub fn is_terminator(&self) -> bool {
        matches!(
            self,
            Inst::Jump { .. }
                | Inst::Br { .. }
                | Inst::Switch { .. }
                | Inst::Ret { .. }
                | Inst::Unreachable
                | Inst::Trap { .. }
                | Inst::Invoke { .. }
        )
    }

    /// Whether it may be dropped when its results are unused. Loads count as pure unless volatile.
    pub fn is_removable(&self) -> bool {
        match self {
            Inst::Arith { flags, .. } => {
                let division = matches!(self.opcode(), Opcode::Div | Opcode::Rem);
                !flags.has(ArithFlags::TRAP) && !division
            }
            Inst::Load { access, .. } => !access.flags.has(AccessFlags::VOLATILE),
            Inst::Store { .. }
            | Inst::Copy { .. }
            | Inst::Fill { .. }
            | Inst::Atomic { .. }
            | Inst::Call { .. }
            | Inst::Ext { .. } => false,
            _ => !self.is_terminator(),
        }
    }

    /// Calls `f` on every value it uses, edge arguments included, in text order.
    pub fn for_each_value(&self, pool: &Pool, mut f: impl FnMut(Value)) {
        let mut copy = *self;
        copy.for_each_direct(|v| f(*v));
        if let Some(list) = self.value_list() {
            pool.values(list).iter().copied().for_each(&mut f);
        }
        for edge in self.edges(pool) {
            pool.values(edge.args).iter().copied().for_each(&mut f);
        }
    }

    /// Calls `f` on every value operand that is in the instruction itself, not in a list.
    pub(crate) fn for_each_direct(&mut self, mut f: impl FnMut(&mut Value)) {
        let mut some = |v: &mut Value| {
            if !v.is_none() {
                f(v);
            }
        };
        match self {
            Inst::Un { a, .. } | Inst::Cast { a, .. } => some(a),
            Inst::Arith { a, b, .. }
            | Inst::Bin { a, b, .. }
            | Inst::Cmp { a, b, .. }
            | Inst::Lane { a, b, .. }
            | Inst::Shuffle { a, b, .. } => [a, b].into_iter().for_each(some),
            Inst::Fma { a, b, c, .. } => [a, b, c].into_iter().for_each(some),
            Inst::Select { cond, a, b, .. } => [cond, a, b].into_iter().for_each(some),
            Inst::Load { ptr, .. } => some(ptr),
            Inst::Store { value, ptr, .. } => [value, ptr].into_iter().for_each(some),
            Inst::Index { base, index, .. } => [base, index].into_iter().for_each(some),
            Inst::Copy { dst, src, len, .. } => [dst, src, len].into_iter().for_each(some),
            Inst::Fill { dst, byte, len, .. } => [dst, byte, len].into_iter().for_each(some),
            Inst::Atomic { ptr, a, b, .. } => [ptr, a, b].into_iter().for_each(some),
            Inst::Call { callee: Callee::Indirect { ptr, .. }, .. }
            | Inst::Invoke { callee: Callee::Indirect { ptr, .. }, .. } => some(ptr),
            Inst::Br { cond, .. } => some(cond),
            Inst::Switch { value, .. } => some(value),
            _ => {}
        }
    }

    /// The argument list of calls, extensions and returns.
    pub(crate) fn value_list(&self) -> Option<List> {
        match *self {
            Inst::Call { args, .. } | Inst::Invoke { args, .. } | Inst::Ext { args, .. } => {
                Some(args)
            }
            Inst::Ret { values } => Some(values),
            _ => None,
        }
    }

    /// The control flow edges in order: `jump`; `br` then, other; `switch` default, cases;
    /// `call` normal, unwind.
    pub fn edges(&self, pool: &Pool) -> SmallVec<[Edge; 2]> {
        match *self {
            Inst::Jump { to } => SmallVec::from_slice(&[to]),
            Inst::Br { then, other, .. } => SmallVec::from_slice(&[then, other]),
            Inst::Switch { cases, .. } => {
                let switch = pool.switch(cases);
                std::iter::once(switch.default).chain(switch.cases().map(|(_, e)| e)).collect()
            }
            Inst::Invoke { edges, .. } => {
                let (normal, unwind) = pool.edge_pair(edges);
                SmallVec::from_slice(&[normal, unwind])
            }
            _ => SmallVec::new(),
        }
    }

    /// A copy in another body: values and blocks pass through the maps, lists move from `from` to
    /// `into`. `extra_args` adds to the arguments of the edge with that number.
    pub fn remap(
        &self,
        from: &Pool,
        into: &mut Pool,
        map: &mut dyn FnMut(Value) -> Value,
        block: &mut dyn FnMut(Block) -> Block,
        extra_args: &mut dyn FnMut(usize, &mut Vec<Value>),
    ) -> Inst {
        let mut inst = *self;
        inst.for_each_direct(|v| *v = map(*v));
        let mut move_list = |list: List, into: &mut Pool| {
            let mapped: SmallVec<[Value; 8]> = from.values(list).iter().map(|&v| map(v)).collect();
            into.push_values(&mapped)
        };
        match &mut inst {
            Inst::Call { args, .. } | Inst::Ext { args, .. } | Inst::Invoke { args, .. } => {
                *args = move_list(*args, into);
            }
            Inst::Ret { values } => *values = move_list(*values, into),
            Inst::Shuffle { lanes, .. } => *lanes = into.push_values(from.values(*lanes)),
            _ => {}
        }
        let mut edge_number = 0;
        let mut move_edge = |edge: Edge, into: &mut Pool| {
            let mut args: Vec<Value> = from.values(edge.args).iter().map(|&v| map(v)).collect();
            extra_args(edge_number, &mut args);
            edge_number += 1;
            Edge { block: block(edge.block), args: into.push_values(&args) }
        };
        match &mut inst {
            Inst::Jump { to } => *to = move_edge(*to, into),
            Inst::Br { then, other, .. } => {
                *then = move_edge(*then, into);
                *other = move_edge(*other, into);
            }
            Inst::Switch { cases, .. } => {
                let switch = from.switch(*cases);
                let default = move_edge(switch.default, into);
                let moved: Vec<_> =
                    switch.cases().map(|(key, edge)| (key, move_edge(edge, into))).collect();
                *cases = into.push_switch(default, &moved);
            }
            Inst::Invoke { edges, .. } => {
                let (normal, unwind) = from.edge_pair(*edges);
                let (normal, unwind) = (move_edge(normal, into), move_edge(unwind, into));
                *edges = into.push_edge_pair(normal, unwind);
            }
            _ => {}
        }
        inst
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn instructions_stay_small() {
        assert_eq!(std::mem::size_of::<Inst>(), 24);
    }
}
