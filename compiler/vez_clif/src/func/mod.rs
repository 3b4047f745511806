//! One VIR body -> one Cranelift function.

mod arith;
mod call;
mod memory;

use crate::ClifError;
use crate::debug::source_loc;
use crate::module::Symbols;
use crate::sig::{clif_signature, clif_type};
use cranelift_codegen::ir::{self, InstBuilder, TrapCode, condcodes::IntCC, types};
use cranelift_codegen::isa::TargetIsa;
use cranelift_frontend::{FunctionBuilder, FunctionBuilderContext, Switch};
use rustc_hash::FxHashMap;
use vez_vir::{self as vir, Body, Edge, FuncId, Inst, InstId, SigId, SlotId, Type, Value};

/// Traps that VIR leaves undefined.
const UNREACHABLE: TrapCode = TrapCode::unwrap_user(1);

/// Fills `func` with the code of a function that has a body.
pub fn translate(
    module: &vir::Module,
    id: FuncId,
    symbols: &Symbols,
    isa: &dyn TargetIsa,
    func: &mut ir::Function,
    context: &mut FunctionBuilderContext,
) -> Result<(), ClifError> {
    let function = module.func(id);
    let Some(body) = &function.body else { return Ok(()) };
    let own = symbols.funcs[id.index()].as_u32();
    func.name = ir::UserFuncName::user(0, own);
    func.signature = clif_signature(module.sig(function.sig), isa)
        .map_err(|ty| unsupported(module, id, format!("the type {ty}")))?;
    let mut lowering = Translate {
        module,
        id,
        body,
        symbols,
        isa,
        b: FunctionBuilder::new(func, context),
        blocks: Vec::new(),
        values: vec![None; body.value_types.len()],
        slots: Vec::new(),
        funcs: FxHashMap::default(),
        globals: FxHashMap::default(),
        sigs: FxHashMap::default(),
    };
    lowering.run()?;
    lowering.b.seal_all_blocks();
    lowering.b.finalize(isa.frontend_config());
    Ok(())
}

fn unsupported(module: &vir::Module, id: FuncId, what: String) -> ClifError {
    let function = module.symbol_name(vir::Symbol::Func(id)).to_owned();
    ClifError::Unsupported { function, what }
}

/// Frames start at multiples of 16 bytes, and no slot in them is better aligned.
const FRAME_ALIGN_LOG2: u8 = 4;

/// Bytes that a slot has more, so that there is an address of its alignment in it.
fn slack(slot: &vir::Slot) -> u64 {
    (1u64 << slot.align_log2).saturating_sub(1 << FRAME_ALIGN_LOG2)
}

/// The state of one function's translation.
struct Translate<'a> {
    module: &'a vir::Module,
    id: FuncId,
    body: &'a Body,
    symbols: &'a Symbols,
    isa: &'a dyn TargetIsa,
    b: FunctionBuilder<'a>,
    blocks: Vec<ir::Block>,
    values: Vec<Option<ir::Value>>,
    slots: Vec<ir::StackSlot>,
    funcs: FxHashMap<FuncId, ir::FuncRef>,
    globals: FxHashMap<vir::GlobalId, ir::GlobalValue>,
    sigs: FxHashMap<SigId, ir::SigRef>,
}

impl Translate<'_> {
    fn run(&mut self) -> Result<(), ClifError> {
        for slot in &self.body.slots {
            let size = slot.size.saturating_add(slack(slot));
            let data = ir::StackSlotData::new(
                ir::StackSlotKind::ExplicitSlot,
                u32::try_from(size).map_err(|_| self.unsupported("a slot above 4 GiB"))?,
                slot.align_log2.min(FRAME_ALIGN_LOG2),
            );
            self.slots.push(self.b.create_sized_stack_slot(data));
        }
        for block in self.body.block_ids() {
            let clif = self.b.create_block();
            self.blocks.push(clif);
            for param in self.body.params(block) {
                let ty = self.ty(self.body.ty(param))?;
                let value = self.b.append_block_param(clif, ty);
                self.values[param.index()] = Some(value);
            }
        }
        for block in self.body.block_ids() {
            self.b.switch_to_block(self.blocks[block.index()]);
            for inst in self.body.block_insts(block) {
                self.b.set_srcloc(source_loc(self.body, inst));
                self.inst(inst)?;
            }
        }
        Ok(())
    }

    /// The first address in a slot that has its alignment.
    fn slot_address(&mut self, slot: SlotId) -> ir::Value {
        let data = &self.body.slots[slot.index()];
        let start = self.b.ins().stack_addr(types::I64, self.slots[slot.index()], 0);
        match slack(data) {
            0 => start,
            slack => {
                let last = self.b.ins().iadd_imm_u(start, slack as i64);
                self.b.ins().band_imm_s(last, -1 << data.align_log2)
            }
        }
    }

    fn unsupported(&self, what: impl Into<String>) -> ClifError {
        unsupported(self.module, self.id, what.into())
    }

    fn ty(&self, ty: Type) -> Result<ir::Type, ClifError> {
        clif_type(ty).ok_or_else(|| self.unsupported(format!("the type {ty}")))
    }

    /// Cranelift's value of an operand. Definitions come before uses in layout order or through dominance, which the verifier checked.
    fn val(&self, value: Value) -> ir::Value {
        self.values[value.index()].expect("a verified body defines before it uses")
    }

    fn set(&mut self, inst: InstId, values: &[ir::Value]) {
        for (result, &value) in self.body.results(inst).zip(values) {
            self.values[result.index()] = Some(value);
        }
    }

    fn edge_args(&self, edge: Edge) -> Vec<ir::BlockArg> {
        self.body.edge_args(edge).iter().map(|&v| self.val(v).into()).collect()
    }

    fn inst(&mut self, id: InstId) -> Result<(), ClifError> {
        let inst = self.body.inst(id);
        match inst {
            Inst::Jump { to } => {
                let args = self.edge_args(to);
                self.b.ins().jump(self.blocks[to.block.index()], &args);
            }
            Inst::Br { cond, then, other, .. } => {
                let cond = self.val(cond);
                let (a, b) = (self.edge_args(then), self.edge_args(other));
                let (then, other) =
                    (self.blocks[then.block.index()], self.blocks[other.block.index()]);
                self.b.ins().brif(cond, then, &a, other, &b);
            }
            Inst::Switch { ty, value, cases } => self.switch(ty, value, cases),
            Inst::Ret { values } => {
                let values: Vec<ir::Value> =
                    self.body.list(values).iter().map(|&v| self.val(v)).collect();
                self.b.ins().return_(&values);
            }
            Inst::Unreachable => {
                self.b.ins().trap(UNREACHABLE);
            }
            Inst::Trap { code } => {
                let code = TrapCode::user(code.clamp(2, 200) as u8).unwrap_or(UNREACHABLE);
                self.b.ins().trap(code);
            }
            Inst::Call { callee, args, .. } => {
                let results = self.call(callee, args)?;
                self.set(id, &results);
            }
            Inst::Invoke { callee, args, edges, .. } => {
                // No function of ours unwinds yet: the normal edge is always taken.
                let results = self.call(callee, args)?;
                let (normal, _) = self.body.pool.edge_pair(edges);
                let mut all: Vec<ir::BlockArg> = results.iter().map(|&v| v.into()).collect();
                all.extend(self.edge_args(normal));
                self.b.ins().jump(self.blocks[normal.block.index()], &all);
            }
            Inst::Store { value, ptr, offset, access, .. } => {
                self.store(value, ptr, offset, access);
            }
            Inst::Copy { flags, dst, src, len, .. } => self.copy(flags, dst, src, len),
            Inst::Fill { dst, byte, len, .. } => self.fill(dst, byte, len),
            Inst::Atomic { .. } => {
                let results = self.atomic(&inst)?;
                self.set(id, &results);
            }
            Inst::Bin { op, ty, a, b } => {
                let results = self.bin(op, ty, a, b)?;
                self.set(id, &results);
            }
            _ => {
                let value = self.pure(&inst)?;
                self.set(id, &[value]);
            }
        }
        Ok(())
    }

    /// Instructions with one result and no effects.
    fn pure(&mut self, inst: &Inst) -> Result<ir::Value, ClifError> {
        Ok(match *inst {
            Inst::Const { ty, bits } => self.constant(ty, bits.get())?,
            Inst::Poison { ty } => self.constant(ty, 0)?,
            Inst::Addr { symbol, offset } => self.address(symbol, offset),
            Inst::Arith { op, flags, ty, a, b } => self.arith(op, flags, ty, a, b)?,
            Inst::Un { op, ty, a } => self.un(op, ty, a)?,
            Inst::Fma { a, b, c, .. } => {
                let (a, b, c) = (self.val(a), self.val(b), self.val(c));
                self.b.ins().fma(a, b, c)
            }
            Inst::Cmp { op, ty, a, b } => self.cmp(op, ty, a, b),
            Inst::Select { ty, cond, a, b, .. } => {
                let (c, a, b) = (self.val(cond), self.val(a), self.val(b));
                if self.body.ty(cond).is_vector() {
                    return Err(self.unsupported(format!("a select of {ty} by lanes")));
                }
                self.select(c, a, b)
            }
            Inst::Cast { op, ty, a } => self.cast(op, ty, a)?,
            Inst::Load { ty, ptr, offset, access } => self.load(ty, ptr, offset, access)?,
            Inst::Slot { slot } => self.slot_address(slot),
            Inst::Index { base, index, scale, offset, .. } => {
                self.index(base, index, scale, offset)
            }
            Inst::Lane { op, ty, a, b, lane } => self.lane(op, ty, a, b, lane)?,
            other => {
                return Err(self.unsupported(format!("`{}`", other.opcode())));
            }
        })
    }

    fn constant(&mut self, ty: Type, bits: u128) -> Result<ir::Value, ClifError> {
        let lane = self.ty(ty.lane())?;
        let scalar = match lane {
            types::F32 => self.b.ins().f32const(f32::from_bits(bits as u32)),
            types::F64 => self.b.ins().f64const(f64::from_bits(bits as u64)),
            types::I128 => {
                let low = self.b.ins().iconst(types::I64, bits as i64);
                let high = self.b.ins().iconst(types::I64, (bits >> 64) as i64);
                self.b.ins().iconcat(low, high)
            }
            lane => {
                let mask = if lane.bits() == 64 { u64::MAX } else { (1 << lane.bits()) - 1 };
                self.b.ins().iconst(lane, (bits as u64 & mask) as i64)
            }
        };
        if !ty.is_vector() {
            return Ok(scalar);
        }
        let vector = self.ty(ty)?;
        Ok(self.b.ins().splat(vector, scalar))
    }

    fn switch(&mut self, ty: Type, value: Value, cases: vir::List) {
        let switch = self.body.pool.switch(cases);
        let value = self.val(value);
        let cases: Vec<(u128, Edge)> = switch.cases().collect();
        let plain = cases.iter().map(|(_, edge)| edge).chain([&switch.default]);
        let has_args = plain.clone().any(|edge| !self.body.edge_args(*edge).is_empty());
        if has_args || ty.bits() > 64 {
            return self.compare_chain(ty, value, &cases, switch.default);
        }
        let mut table = Switch::new();
        for (key, edge) in &cases {
            table.set_entry(*key, self.blocks[edge.block.index()]);
        }
        // `Switch` takes I8 to I64.
        table.emit(&mut self.b, value, self.blocks[switch.default.block.index()]);
    }

    /// A comparison for each case, for edges with arguments and wide values.
    fn compare_chain(&mut self, ty: Type, value: ir::Value, cases: &[(u128, Edge)], default: Edge) {
        for (key, edge) in cases {
            let Ok(key) = self.constant(ty, *key) else { continue };
            let hit = self.b.ins().icmp(IntCC::Equal, value, key);
            let next = self.b.create_block();
            let args = self.edge_args(*edge);
            self.b.ins().brif(hit, self.blocks[edge.block.index()], &args, next, &[]);
            self.b.switch_to_block(next);
        }
        let args = self.edge_args(default);
        self.b.ins().jump(self.blocks[default.block.index()], &args);
    }
}
