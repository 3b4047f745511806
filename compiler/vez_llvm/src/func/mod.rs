//! Bodies. One pass in layout order: a definition always comes before the uses that it dominates, and block parameters are phis.
//!
//! `arith.rs` has numbers, `memory.rs` loads, stores and addresses, `vector.rs` lanes, `call.rs` calls, `control.rs` terminators and edges.

mod arith;
mod call;
mod cast;
mod control;
mod memory;
mod vector;

use crate::Error;
use crate::debug::Scope;
use crate::module::Codegen;
use crate::raw::{Bb, Builder, Ty, Val};
use rustc_hash::FxHashMap;
use vez_vir::{Block, Body, FuncId, Inst, InstId, Module, Scalar, SelectFlags, Type, Value};

/// Translates `body`, the body of `func`.
pub(crate) fn translate<'m>(
    codegen: &mut Codegen<'m>,
    func: FuncId,
    body: &'m Body,
) -> Result<(), Error> {
    let builder = Builder::new(&codegen.cx);
    let function = codegen.functions[func.index()];
    let module = codegen.module;
    let debug = codegen.debug.as_ref();
    let scope = debug.and_then(|debug| debug.function(module, module.func(func), function));
    let mut translator = Translator {
        codegen,
        module,
        func,
        function,
        body,
        b: builder,
        values: vec![None; body.value_types.len()],
        blocks: Vec::new(),
        slots: Vec::new(),
        traps: FxHashMap::default(),
        tail_result: None,
        has_pads: false,
        scope,
    };
    translator.blocks();
    for block in body.block_ids() {
        translator.block(block)?;
    }
    translator.finish();
    Ok(())
}

/// The translation of one body.
struct Translator<'c, 'm> {
    codegen: &'c mut Codegen<'m>,
    module: &'m Module,
    func: FuncId,
    function: Val,
    body: &'m Body,
    b: Builder,
    /// By VIR value; `None` before its definition.
    values: Vec<Option<Val>>,
    /// Where each VIR block begins; checks split them further.
    blocks: Vec<Bb>,
    slots: Vec<Val>,
    /// The block that reports each failure, shared by all checks of the function.
    traps: FxHashMap<u32, Bb>,
    /// The undivided result of a tail call that was just made, for the `ret` that follows.
    tail_result: Option<Option<Val>>,
    has_pads: bool,
    scope: Option<Scope>,
}

impl<'m> Translator<'_, 'm> {
    /// Creates every block with its phis, and the slots.
    fn blocks(&mut self) {
        let body = self.body;
        for block in body.block_ids() {
            let bb = self.codegen.cx.append_block(self.function);
            self.blocks.push(bb);
            self.b.go_to(bb);
            for (number, param) in body.params(block).enumerate() {
                let value = match block {
                    Body::ENTRY => self.codegen.cx.param(self.function, number),
                    _ => self.b.phi(self.ty(body.ty(param))),
                };
                self.define(param, value);
            }
        }
        self.b.go_to(self.blocks[0]);
        for slot in &body.slots {
            let ty = self.codegen.bytes_type(slot.size);
            let value = self.b.alloca(ty, 1 << slot.align_log2);
            self.slots.push(value);
        }
    }

    fn block(&mut self, block: Block) -> Result<(), Error> {
        self.b.go_to(self.blocks[block.index()]);
        for id in self.body.block_insts(block) {
            self.locate(id);
            let inst = self.body.inst(id);
            self.inst(id, &inst)?;
        }
        Ok(())
    }

    /// Emits what checks jump to, and removes phis of blocks that only unwinding would have reached.
    fn finish(&mut self) {
        self.emit_traps();
        for block in self.body.block_ids().skip(1) {
            for param in self.body.params(block) {
                self.b.remove_dead_phi(self.value(param));
            }
        }
    }

    fn inst(&mut self, id: InstId, inst: &Inst) -> Result<(), Error> {
        let value = match *inst {
            Inst::Const { ty, bits } => self.constant(ty, bits.get()),
            Inst::Poison { ty } => self.codegen.cx.poison(self.ty(ty)),
            Inst::Addr { symbol, offset } => self.address(symbol, offset),
            Inst::Arith { op, flags, ty, a, b } => {
                self.arith(op, flags, ty, self.value(a), self.value(b))
            }
            Inst::Un { op, ty, a } => self.unary(op, ty, self.value(a)),
            Inst::Bin { op, ty, a, b } => {
                let (a, b) = (self.value(a), self.value(b));
                return self.binary(id, op, ty, a, b);
            }
            Inst::Fma { ty, a, b, c } => {
                let args = [self.value(a), self.value(b), self.value(c)];
                self.intrinsic("llvm.fma", &[self.ty(ty)], &args)
            }
            Inst::Cmp { op, a, b, .. } => self.compare(op, self.value(a), self.value(b)),
            Inst::Select { flags, cond, a, b, .. } => self.select(flags, cond, a, b),
            Inst::Cast { op, ty, a } => self.cast(op, self.body.ty(a), ty, self.value(a)),
            Inst::Load { ty, ptr, offset, access } => {
                self.load(ty, self.value(ptr), offset, access)
            }
            Inst::Slot { slot } => self.slots[slot.index()],
            Inst::Index { flags, base, index, scale, offset } => {
                let index = (!index.is_none()).then(|| self.value(index));
                self.index(flags, self.value(base), index, scale, offset)
            }
            Inst::Lane { op, ty, a, b, lane } => self.lane(op, ty, a, b, lane),
            Inst::Shuffle { a, b, lanes, .. } => self.shuffle(a, b, lanes),
            _ => return self.effect(id, inst),
        };
        self.define(self.body.result(id), value);
        Ok(())
    }

    fn select(&mut self, flags: SelectFlags, cond: Value, a: Value, b: Value) -> Val {
        let select = self.b.select(self.value(cond), self.value(a), self.value(b));
        if flags.has(SelectFlags::UNPREDICTABLE) && self.b.is_select(select) {
            let cx = &self.codegen.cx;
            cx.set_md(select, "unpredictable", cx.md_node(&[]));
        }
        select
    }

    /// Instructions that may have no result or several.
    fn effect(&mut self, id: InstId, inst: &Inst) -> Result<(), Error> {
        match *inst {
            Inst::Store { ty, value, ptr, offset, access } => {
                self.store(ty, self.value(value), self.value(ptr), offset, access);
            }
            Inst::Copy { flags, align_log2, dst, src, len } => {
                let [dst, src, len] = [dst, src, len].map(|v| self.value(v));
                self.copy(flags, align_log2, dst, src, len);
            }
            Inst::Fill { flags, align_log2, dst, byte, len } => {
                let [dst, byte, len] = [dst, byte, len].map(|v| self.value(v));
                self.fill(flags, align_log2, dst, byte, len);
            }
            Inst::Atomic { op, ty, order, failure, ptr, a, b } => {
                self.atomic(id, op, ty, [order, failure], [ptr, a, b]);
            }
            Inst::Call { flags, callee, args } => self.call(id, flags, callee, args),
            Inst::Ext { .. } => {
                return Err(Error::new(format!(
                    "an extension is not resolved: `{}`",
                    vez_vir::print_inst(self.module, self.body, id)
                )));
            }
            _ => self.terminator(inst),
        }
        Ok(())
    }

    fn define(&mut self, value: Value, as_: Val) {
        self.values[value.index()] = Some(as_);
    }

    fn value(&self, value: Value) -> Val {
        self.values[value.index()].expect("definitions dominate uses, and blocks their followers")
    }

    fn ty(&self, ty: Type) -> Ty {
        self.codegen.ty(ty)
    }

    /// Calls the intrinsic `name` overloaded at `types`.
    fn intrinsic(&mut self, name: &'static str, types: &[Ty], args: &[Val]) -> Val {
        let callee = self.codegen.cx.intrinsic(name, types);
        self.b.call_intrinsic(callee, args)
    }

    /// A constant by the bits of its lanes.
    fn constant(&self, ty: Type, bits: u128) -> Val {
        let cx = &self.codegen.cx;
        let word = cx.const_int(cx.int(ty.lane_bits()), bits);
        let lane = match ty.kind() {
            Scalar::Ptr if bits == 0 => cx.null(self.ty(ty.lane())),
            Scalar::Ptr => cx.const_int_to_ptr(word, self.ty(ty.lane())),
            Scalar::F16 | Scalar::F32 | Scalar::F64 => cx.const_bitcast(word, self.ty(ty.lane())),
            _ => word,
        };
        match ty.is_vector() {
            true => cx.const_vector(&vec![lane; ty.lanes() as usize]),
            false => lane,
        }
    }

    fn locate(&mut self, id: InstId) {
        if let (Some(debug), Some(scope)) = (&self.codegen.debug, &mut self.scope) {
            let location = debug.location(&self.codegen.cx, scope, self.body.loc(id));
            self.b.set_location(Some(location));
        }
    }
}
