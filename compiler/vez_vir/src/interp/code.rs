//! Bodies decoded for running: registers instead of values, positions instead of blocks, moves instead of arguments.
//!
//! Registers are numbered in value order, a vector's lanes one after another; so a function's parameters are its first
//! registers, and an instruction's results follow each other.

use super::value::Val;
use crate::data::{Body, Module};
use crate::ids::{FuncId, InstId, SigId, Value};
use crate::inst::{ArithOp, Callee, Edge, Inst, Symbol};
use crate::ops::{ArithFlags, AtomicOp, BinOp, CastOp, CmpOp, CopyFlags, LaneOp, UnOp};
use crate::pool::List;
use crate::ty::Type;
use crate::typing::callee_sig;

/// A register, relative to the frame.
pub(super) type Reg = u32;

/// A decoded instruction.
#[derive(Clone, Copy, Debug)]
pub(super) enum Op {
    Imm {
        dst: Reg,
        lanes: u32,
        imm: u32,
    },
    Arith {
        op: ArithOp,
        flags: ArithFlags,
        ty: Type,
        dst: Reg,
        a: Reg,
        b: Reg,
    },
    Un {
        op: UnOp,
        ty: Type,
        dst: Reg,
        a: Reg,
    },
    Bin {
        op: BinOp,
        ty: Type,
        dst: Reg,
        a: Reg,
        b: Reg,
    },
    Fma {
        ty: Type,
        dst: Reg,
        a: Reg,
        b: Reg,
        c: Reg,
    },
    Cmp {
        op: CmpOp,
        ty: Type,
        dst: Reg,
        a: Reg,
        b: Reg,
    },
    Select {
        lanes: u8,
        wide_cond: bool,
        dst: Reg,
        cond: Reg,
        a: Reg,
        b: Reg,
    },
    Cast {
        op: CastOp,
        from: Type,
        to: Type,
        dst: Reg,
        a: Reg,
    },
    Load {
        ty: Type,
        align_log2: u8,
        dst: Reg,
        ptr: Reg,
        offset: i32,
        range: u32,
    },
    Store {
        ty: Type,
        align_log2: u8,
        value: Reg,
        ptr: Reg,
        offset: i32,
    },
    Slot {
        dst: Reg,
        slot: u32,
    },
    Index {
        inbounds: bool,
        dst: Reg,
        base: Reg,
        index: Option<Reg>,
        scale: u32,
        offset: i32,
    },
    Copy {
        flags: CopyFlags,
        align_log2: u8,
        dst: Reg,
        src: Reg,
        len: Reg,
    },
    Fill {
        align_log2: u8,
        dst: Reg,
        byte: Reg,
        len: Reg,
    },
    Atomic {
        op: AtomicOp,
        ty: Type,
        dst: Reg,
        ptr: Reg,
        a: Reg,
        b: Reg,
    },
    Lane {
        op: LaneOp,
        ty: Type,
        dst: Reg,
        a: Reg,
        b: Reg,
        lane: u32,
    },
    Shuffle {
        dst: Reg,
        list: u32,
    },
    /// `args` and its length in `Code::lists`; `unwind` an edge.
    Call {
        callee: FuncId,
        dst: Reg,
        args: u32,
        count: u32,
        unwind: u32,
    },
    CallPtr {
        sig: SigId,
        ptr: Reg,
        dst: Reg,
        args: u32,
        count: u32,
        unwind: u32,
    },
    Ext,
    Jump {
        edge: u32,
    },
    Br {
        cond: Reg,
        then: u32,
        other: u32,
    },
    Switch {
        value: Reg,
        table: u32,
    },
    Ret {
        values: u32,
        count: u32,
    },
    Unreachable,
    Trap {
        code: u32,
    },
}

/// "None" for edges.
pub(super) const NO_EDGE: u32 = u32::MAX;

/// A decoded edge: where to go, and the registers to move.
#[derive(Clone, Copy, Debug)]
pub(super) struct EdgeCode {
    pub target: u32,
    pub first_move: u32,
    pub moves: u32,
    /// Some move reads what an earlier one writes, so all are read first.
    pub parallel: bool,
    /// An unwind edge: the register of the exception.
    pub landing: Reg,
}

/// Cases sorted by key, and the default edge.
#[derive(Clone, Debug)]
pub(super) struct SwitchTable {
    pub cases: Vec<(u128, u32)>,
    pub default: u32,
}

/// A decoded body.
#[derive(Default)]
pub(super) struct Code {
    pub ops: Vec<Op>,
    /// The instruction of each op, for messages.
    pub origins: Vec<InstId>,
    pub edges: Vec<EdgeCode>,
    pub moves: Vec<(Reg, Reg)>,
    pub lists: Vec<Reg>,
    pub imms: Vec<Val>,
    pub tables: Vec<SwitchTable>,
    pub registers: u32,
    pub slots: u32,
}

/// Decodes `body`; `address` gives the pointers of symbols.
pub(super) fn decode(module: &Module, body: &Body, address: &dyn Fn(Symbol, i64) -> Val) -> Code {
    let mut first_register = Vec::with_capacity(body.value_types.len());
    let mut registers = 0;
    for ty in &body.value_types {
        first_register.push(registers);
        registers += ty.lanes();
    }
    let code = Code { registers, slots: body.slots.len() as u32, ..Code::default() };
    let mut decoder = Decoder {
        module,
        body,
        address,
        first_register,
        block_starts: vec![0; body.blocks.len()],
        code,
    };
    for block in body.block_ids() {
        decoder.block_starts[block.index()] = decoder.code.ops.len() as u32;
        for inst in body.block_insts(block) {
            decoder.inst(inst);
        }
    }
    for edge in &mut decoder.code.edges {
        edge.target = decoder.block_starts[edge.target as usize];
    }
    decoder.code
}

struct Decoder<'m> {
    module: &'m Module,
    body: &'m Body,
    address: &'m dyn Fn(Symbol, i64) -> Val,
    first_register: Vec<Reg>,
    block_starts: Vec<u32>,
    code: Code,
}

impl Decoder<'_> {
    fn reg(&self, value: Value) -> Reg {
        if value.is_none() { 0 } else { self.first_register[value.index()] }
    }

    fn emit(&mut self, origin: InstId, op: Op) {
        self.code.ops.push(op);
        self.code.origins.push(origin);
    }

    fn imm(&mut self, val: Val) -> u32 {
        self.code.imms.push(val);
        self.code.imms.len() as u32 - 1
    }

    /// The registers of all lanes of all values of `list`.
    fn list(&mut self, list: List) -> (u32, u32) {
        let start = self.code.lists.len() as u32;
        let body = self.body;
        for &value in body.list(list) {
            let first = self.reg(value);
            self.code.lists.extend(first..first + body.ty(value).lanes());
        }
        (start, self.code.lists.len() as u32 - start)
    }

    /// An edge that passes the registers `implicit`, then its arguments.
    fn edge(&mut self, edge: Edge, implicit: &[Reg]) -> u32 {
        let body = self.body;
        let mut params = body.params(edge.block);
        let first_param = body.params(edge.block).next().map_or(0, |param| self.reg(param));
        let to: Vec<Reg> = (first_param..first_param + implicit.len() as u32).collect();
        let mut moves: Vec<(Reg, Reg)> = implicit.iter().copied().zip(to).collect();
        // The implicit ones are whole values; skip the parameters that they fill.
        let mut filled = 0;
        while filled < implicit.len() as u32 {
            filled += params.next().map_or(u32::MAX, |param| body.ty(param).lanes());
        }
        for (&arg, param) in body.edge_args(edge).iter().zip(params) {
            let (from, to) = (self.reg(arg), self.reg(param));
            moves.extend((0..body.ty(param).lanes()).map(|lane| (from + lane, to + lane)));
        }
        moves.retain(|(from, to)| from != to);
        let parallel = moves.len() > 64
            || (1..moves.len()).any(|i| moves[..i].iter().any(|&(_, to)| to == moves[i].0));
        self.push_edge(edge, &moves, parallel, 0)
    }

    fn push_edge(&mut self, edge: Edge, moves: &[(Reg, Reg)], parallel: bool, landing: Reg) -> u32 {
        let first_move = self.code.moves.len() as u32;
        self.code.moves.extend(moves);
        let (target, moves) = (edge.block.0, moves.len() as u32);
        self.code.edges.push(EdgeCode { target, first_move, moves, parallel, landing });
        self.code.edges.len() as u32 - 1
    }

    /// New registers that belong to no value.
    fn scratch(&mut self, count: u32) -> Reg {
        let first = self.code.registers;
        self.code.registers += count;
        first
    }

    fn inst(&mut self, id: InstId) {
        let inst = self.body.inst(id);
        let result = self.body.result(id);
        let dst = self.first_register.get(result.index()).copied().unwrap_or(0);
        let op = match inst {
            Inst::Const { ty, bits } => {
                let imm = self.imm(Val::wide(bits.get()));
                Op::Imm { dst, lanes: ty.lanes(), imm }
            }
            Inst::Poison { ty } => {
                let imm = self.imm(Val::POISON);
                Op::Imm { dst, lanes: ty.lanes(), imm }
            }
            Inst::Addr { symbol, offset } => {
                let imm = self.imm((self.address)(symbol, offset));
                Op::Imm { dst, lanes: 1, imm }
            }
            Inst::Arith { op, flags, ty, a, b } => {
                Op::Arith { op, flags, ty, dst, a: self.reg(a), b: self.reg(b) }
            }
            Inst::Un { op, ty, a } => Op::Un { op, ty, dst, a: self.reg(a) },
            Inst::Bin { op, ty, a, b } => Op::Bin { op, ty, dst, a: self.reg(a), b: self.reg(b) },
            Inst::Fma { ty, a, b, c } => {
                Op::Fma { ty, dst, a: self.reg(a), b: self.reg(b), c: self.reg(c) }
            }
            Inst::Cmp { op, ty, a, b } => Op::Cmp { op, ty, dst, a: self.reg(a), b: self.reg(b) },
            Inst::Select { ty, cond, a, b, .. } => Op::Select {
                lanes: ty.lanes() as u8,
                wide_cond: self.body.ty(cond).is_vector(),
                dst,
                cond: self.reg(cond),
                a: self.reg(a),
                b: self.reg(b),
            },
            Inst::Cast { op, ty, a } => {
                Op::Cast { op, from: self.body.ty(a), to: ty, dst, a: self.reg(a) }
            }
            Inst::Lane { op, ty, a, b, lane } => {
                Op::Lane { op, ty, dst, a: self.reg(a), b: self.reg(b), lane }
            }
            Inst::Shuffle { ty, a, b, lanes } => {
                let list = self.code.lists.len() as u32;
                let (a, b) = (self.reg(a), self.reg(b));
                let body = self.body;
                let sources = body.list(lanes).iter().map(|lane| match lane.0 {
                    lane if lane < ty.lanes() => a + lane,
                    lane => b + lane - ty.lanes(),
                });
                self.code.lists.push(body.list(lanes).len() as u32);
                self.code.lists.extend(sources);
                Op::Shuffle { dst, list }
            }
            Inst::Call { .. } | Inst::Invoke { .. } => return self.call(id, &inst, dst),
            Inst::Ext { .. } => Op::Ext,
            _ if inst.is_terminator() => self.terminator(&inst),
            _ => self.memory(&inst, dst),
        };
        self.emit(id, op);
    }

    fn memory(&mut self, inst: &Inst, dst: Reg) -> Op {
        match *inst {
            Inst::Load { ty, ptr, offset, access } => Op::Load {
                ty,
                align_log2: access.align_log2,
                dst,
                ptr: self.reg(ptr),
                offset,
                range: access.range.0,
            },
            Inst::Store { ty, value, ptr, offset, access } => Op::Store {
                ty,
                align_log2: access.align_log2,
                value: self.reg(value),
                ptr: self.reg(ptr),
                offset,
            },
            Inst::Slot { slot } => Op::Slot { dst, slot: slot.0 },
            Inst::Index { flags, base, index, scale, offset } => Op::Index {
                inbounds: !flags.is_empty(),
                dst,
                base: self.reg(base),
                index: (!index.is_none()).then(|| self.reg(index)),
                scale,
                offset,
            },
            Inst::Copy { flags, align_log2, dst, src, len } => {
                let (dst, src, len) = (self.reg(dst), self.reg(src), self.reg(len));
                Op::Copy { flags, align_log2, dst, src, len }
            }
            Inst::Fill { align_log2, dst, byte, len, .. } => {
                let (dst, byte, len) = (self.reg(dst), self.reg(byte), self.reg(len));
                Op::Fill { align_log2, dst, byte, len }
            }
            Inst::Atomic { op, ty, ptr, a, b, .. } => {
                let (ptr, a, b) = (self.reg(ptr), self.reg(a), self.reg(b));
                Op::Atomic { op, ty, dst, ptr, a, b }
            }
            _ => Op::Unreachable,
        }
    }

    /// A call; with an unwind edge, a jump along the normal edge follows.
    fn call(&mut self, id: InstId, inst: &Inst, dst: Reg) {
        let (Inst::Call { callee, args, .. } | Inst::Invoke { callee, args, .. }) = *inst else {
            return;
        };
        let (list, count) = self.list(args);
        let mut unwind = NO_EDGE;
        let mut normal = None;
        let mut results = dst;
        if let Inst::Invoke { edges, .. } = *inst {
            let (to, on_unwind) = self.body.pool.edge_pair(edges);
            // Results and exception pass through registers of their own: the edge's arguments may still name
            // the parameters that they end in.
            let landing = self.scratch(1);
            unwind = self.edge(on_unwind, &[landing]);
            self.code.edges[unwind as usize].landing = landing;
            let sig = self.module.sig(callee_sig(callee, self.module));
            let lanes = sig.results.iter().map(|r| r.ty.lanes()).sum();
            results = self.scratch(lanes);
            let implicit: Vec<Reg> = (results..results + lanes).collect();
            normal = Some(self.edge(to, &implicit));
        }
        let op = match callee {
            Callee::Direct(callee) => Op::Call { callee, dst: results, args: list, count, unwind },
            Callee::Indirect { sig, ptr } => {
                let ptr = self.reg(ptr);
                Op::CallPtr { sig, ptr, dst: results, args: list, count, unwind }
            }
        };
        self.emit(id, op);
        if let Some(edge) = normal {
            self.emit(id, Op::Jump { edge });
        }
    }

    fn terminator(&mut self, inst: &Inst) -> Op {
        match *inst {
            Inst::Jump { to } => Op::Jump { edge: self.edge(to, &[]) },
            Inst::Br { cond, then, other, .. } => {
                let (then, other) = (self.edge(then, &[]), self.edge(other, &[]));
                Op::Br { cond: self.reg(cond), then, other }
            }
            Inst::Switch { value, cases, .. } => {
                let body = self.body;
                let switch = body.pool.switch(cases);
                let default = self.edge(switch.default, &[]);
                let mut cases: Vec<_> =
                    switch.cases().map(|(key, edge)| (key, self.edge(edge, &[]))).collect();
                cases.sort_unstable_by_key(|&(key, _)| key);
                self.code.tables.push(SwitchTable { cases, default });
                let table = self.code.tables.len() as u32 - 1;
                Op::Switch { value: self.reg(value), table }
            }
            Inst::Ret { values } => {
                let (values, count) = self.list(values);
                Op::Ret { values, count }
            }
            Inst::Trap { code } => Op::Trap { code },
            _ => Op::Unreachable,
        }
    }
}
