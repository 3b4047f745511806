//! The canonical text of a module.
//!
//! Deterministic: equal modules print equally, and [`crate::parse_module`] reads the text back exactly. The grammar is in
//! `docs/internals/vir.md`.

use crate::data::{Body, Function, Global, GlobalInit, Linkage, Loc, Module, Param, Signature};
use crate::ids::{Block, FuncId, InstId, RangeId, SigId, Sym, Value};
use crate::inst::{Access, Callee, Edge, ExtKey, Inst, Prob, Symbol};
use crate::ops::{AtomicOp, LaneOp};
use crate::pool::List;
use crate::ty::{Scalar, Type};
use std::fmt::Write;

/// Writing to a string cannot fail; this drops the result.
macro_rules! put {
    ($out:expr, $($arg:tt)*) => { let _ = write!($out, $($arg)*); };
}

/// The text of `module`.
pub fn print_module(module: &Module) -> String {
    let mut printer = Printer { module, out: String::new() };
    printer.module();
    printer.out
}

/// The text of one function.
pub fn print_function(module: &Module, func: FuncId) -> String {
    let mut printer = Printer { module, out: String::new() };
    printer.function(module.func(func));
    printer.out
}

/// The text of one instruction, for messages.
pub fn print_inst(module: &Module, body: &Body, inst: InstId) -> String {
    let mut printer = Printer { module, out: String::new() };
    printer.inst(body, inst);
    printer.out
}

/// A value of type `ty` as text spells constants; `bits` are those of one lane.
pub fn constant_text(ty: Type, bits: u128) -> String {
    match ty.kind() {
        Scalar::I1 | Scalar::Ptr => bits.to_string(),
        Scalar::F64 if f64::from_bits(bits as u64).is_finite() => {
            format!("{:?}", f64::from_bits(bits as u64))
        }
        Scalar::F32 if f32::from_bits(bits as u32).is_finite() => {
            format!("{:?}", f32::from_bits(bits as u32))
        }
        Scalar::F16 | Scalar::F32 | Scalar::F64 => format!("{bits:#x}"),
        _ => {
            let unused = 128 - ty.lane_bits();
            (((bits << unused) as i128) >> unused).to_string()
        }
    }
}

struct Printer<'m> {
    module: &'m Module,
    out: String,
}

impl Printer<'_> {
    fn module(&mut self) {
        let module = self.module;
        self.out.push_str("module ");
        self.quoted(module.name.as_bytes());
        self.out.push('\n');
        for (number, &file) in module.files.iter().enumerate() {
            put!(self.out, "file {number} ");
            self.quoted(module.str(file).as_bytes());
            self.out.push('\n');
        }
        for (number, global) in module.globals.iter().enumerate() {
            if number == 0 {
                self.out.push('\n');
            }
            self.global(global);
        }
        for function in &module.functions {
            self.out.push('\n');
            self.function(function);
        }
    }

    fn global(&mut self, global: &Global) {
        let kind = if global.mutable { "global" } else { "constant" };
        put!(self.out, "{} {kind} ", global.linkage.name());
        self.name(global.name);
        put!(self.out, ": size {} align {}", global.size, 1u64 << global.align_log2);
        if global.thread_local {
            self.out.push_str(" threadlocal");
        }
        if global.unnamed {
            self.out.push_str(" unnamed");
        }
        match &global.init {
            GlobalInit::Import => {}
            GlobalInit::Zero => self.out.push_str(" = zero"),
            GlobalInit::Data { bytes, relocs } => {
                self.out.push_str(" = ");
                self.quoted(bytes);
                for (i, reloc) in relocs.iter().enumerate() {
                    self.out.push_str(if i == 0 { " [" } else { ", " });
                    put!(self.out, "{}: ", reloc.offset);
                    self.symbol(reloc.target);
                    self.offset(reloc.addend);
                }
                if !relocs.is_empty() {
                    self.out.push(']');
                }
            }
        }
        self.out.push('\n');
    }

    fn function(&mut self, function: &Function) {
        put!(self.out, "{} fn ", function.linkage.name());
        self.name(function.name);
        self.signature(function.sig, true);
        for name in function.attrs.names() {
            put!(self.out, " #{name}");
        }
        if !function.source_name.is_none() {
            self.out.push_str(" source ");
            self.quoted(self.module.str(function.source_name).as_bytes());
        }
        if let Some(loc) = function.loc {
            self.loc(loc);
        }
        if let Some(body) = &function.body {
            debug_assert_ne!(function.linkage, Linkage::Import);
            self.body(body);
        }
        self.out.push('\n');
    }

    fn signature(&mut self, sig: SigId, glued: bool) {
        let Signature { params, results, conv, variadic } = self.module.sig(sig);
        if *conv != Default::default() {
            put!(self.out, "{}{}", if glued { " " } else { "" }, conv.name());
        }
        self.out.push('(');
        self.param_list(params);
        if *variadic {
            self.out.push_str(if params.is_empty() { "..." } else { ", ..." });
        }
        self.out.push(')');
        match results.as_slice() {
            [] => {}
            [only] => {
                self.out.push_str(" -> ");
                self.param(only);
            }
            several => {
                self.out.push_str(" -> (");
                self.param_list(several);
                self.out.push(')');
            }
        }
    }

    fn param_list(&mut self, params: &[Param]) {
        for (i, param) in params.iter().enumerate() {
            if i > 0 {
                self.out.push_str(", ");
            }
            self.param(param);
        }
    }

    fn param(&mut self, param: &Param) {
        put!(self.out, "{}", param.ty);
        for name in param.flags.names() {
            put!(self.out, " {name}");
        }
        if param.align_log2 != 0 {
            put!(self.out, " align {}", 1u64 << param.align_log2);
        }
        if param.dereferenceable != 0 {
            put!(self.out, " dereferenceable {}", param.dereferenceable);
        }
        self.range(param.range);
    }

    fn range(&mut self, range: RangeId) {
        if let Some(range) = self.module.range(range) {
            put!(self.out, " range {}..{}", range.low, range.high);
        }
    }

    fn body(&mut self, body: &Body) {
        self.out.push_str(" {\n");
        for (number, slot) in body.slots.iter().enumerate() {
            put!(self.out, "  s{number}: size {} align {}\n", slot.size, 1u64 << slot.align_log2);
        }
        for block in body.block_ids() {
            put!(self.out, "{block}");
            for (i, param) in body.params(block).enumerate() {
                put!(self.out, "{}{param}: {}", if i == 0 { "(" } else { ", " }, body.ty(param));
            }
            self.out.push_str(if body.params(block).len() == 0 { ":\n" } else { "):\n" });
            for inst in body.block_insts(block) {
                self.out.push_str("  ");
                self.inst(body, inst);
                self.out.push('\n');
            }
        }
        self.out.push('}');
    }

    fn inst(&mut self, body: &Body, id: InstId) {
        for (i, result) in body.results(id).enumerate() {
            put!(self.out, "{}{result}", if i == 0 { "" } else { ", " });
        }
        if body.results(id).len() > 0 {
            self.out.push_str(" = ");
        }
        let inst = body.inst(id);
        self.out.push_str(inst.opcode().name());
        self.operands(body, &inst);
        if let Some(loc) = body.loc(id) {
            self.loc(loc);
        }
    }

    fn operands(&mut self, body: &Body, inst: &Inst) {
        match *inst {
            Inst::Const { ty, bits } => {
                put!(self.out, " {ty} {}", constant_text(ty, bits.get()));
            }
            Inst::Poison { ty } => {
                put!(self.out, " {ty} poison");
            }
            Inst::Addr { symbol, offset } => {
                self.out.push(' ');
                self.symbol(symbol);
                self.offset(offset);
            }
            Inst::Arith { flags, ty, a, b, .. } => {
                self.flags(flags.names());
                put!(self.out, " {ty} {a}, {b}");
            }
            Inst::Un { op, ty, a } => {
                put!(self.out, ".{op} {ty} {a}");
            }
            Inst::Bin { op, ty, a, b } => {
                put!(self.out, ".{op} {ty} {a}, {b}");
            }
            Inst::Fma { ty, a, b, c } => {
                put!(self.out, ".fma {ty} {a}, {b}, {c}");
            }
            Inst::Cmp { op, ty, a, b } => {
                put!(self.out, ".{op} {ty} {a}, {b}");
            }
            Inst::Select { flags, ty, cond, a, b } => {
                self.flags(flags.names());
                put!(self.out, " {ty} {cond}, {a}, {b}");
            }
            Inst::Cast { op, ty, a } => {
                put!(self.out, ".{op} {ty} {a}");
            }
            Inst::Slot { slot } => {
                put!(self.out, " {slot}");
            }
            Inst::Lane { op, ty, a, b, lane } => {
                put!(self.out, ".{op} {ty} {a}");
                match op {
                    LaneOp::Extract => {
                        put!(self.out, ", {lane}");
                    }
                    LaneOp::Insert => {
                        put!(self.out, ", {lane}, {b}");
                    }
                    _ => {}
                }
            }
            Inst::Shuffle { ty, a, b, lanes } => {
                put!(self.out, ".shuffle {ty} {a}, {b}, [");
                for (i, lane) in body.list(lanes).iter().enumerate() {
                    put!(self.out, "{}{}", if i == 0 { "" } else { ", " }, lane.0);
                }
                self.out.push(']');
            }
            Inst::Call { .. } | Inst::Invoke { .. } | Inst::Ext { .. } => self.call(body, inst),
            _ if inst.is_terminator() => self.terminator(body, inst),
            _ => self.memory(inst),
        }
    }

    fn memory(&mut self, inst: &Inst) {
        match *inst {
            Inst::Load { ty, ptr, offset, access } => {
                self.flags(access.flags.names());
                put!(self.out, " {ty} {ptr}");
                self.offset(offset.into());
                self.access(access);
            }
            Inst::Store { ty, value, ptr, offset, access } => {
                self.flags(access.flags.names());
                put!(self.out, " {ty} {value}, {ptr}");
                self.offset(offset.into());
                self.access(access);
            }
            Inst::Index { flags, base, index, scale, offset } => {
                self.flags(flags.names());
                put!(self.out, " {base}");
                if !index.is_none() {
                    put!(self.out, " + {index} * {scale}");
                }
                self.offset(offset.into());
            }
            Inst::Copy { flags, align_log2, dst, src, len } => {
                self.flags(flags.names());
                put!(self.out, " {dst}, {src}, {len} align {}", 1u64 << align_log2);
            }
            Inst::Fill { flags, align_log2, dst, byte, len } => {
                self.flags(flags.names());
                put!(self.out, " {dst}, {byte}, {len} align {}", 1u64 << align_log2);
            }
            Inst::Atomic { op: AtomicOp::Fence, order, .. } => {
                put!(self.out, ".fence {order}");
            }
            Inst::Atomic { op, ty, order, failure, ptr, a, b } => {
                put!(self.out, ".{op} {ty} {order}");
                if op == AtomicOp::Cas {
                    put!(self.out, " {failure}");
                }
                put!(self.out, " {ptr}");
                for operand in [a, b].into_iter().filter(|v| !v.is_none()) {
                    put!(self.out, ", {operand}");
                }
            }
            _ => unreachable!("{:?} is not a memory instruction", inst.opcode()),
        }
    }

    fn call(&mut self, body: &Body, inst: &Inst) {
        let (callee, args) = match *inst {
            Inst::Call { flags, callee, args } | Inst::Invoke { flags, callee, args, .. } => {
                self.flags(flags.names());
                self.out.push(' ');
                (Some(callee), args)
            }
            Inst::Ext { key, sig, args } => {
                match key {
                    ExtKey::Number(number) => {
                        put!(self.out, " #{number}: ");
                    }
                    ExtKey::Name(name) => {
                        put!(self.out, " @{}: ", self.module.str(name));
                    }
                    ExtKey::Intent(intent) => {
                        self.out.push_str(" @");
                        self.quoted(self.module.str(intent).as_bytes());
                        self.out.push_str(": ");
                    }
                }
                self.signature(sig, false);
                self.out.push(' ');
                (None, args)
            }
            _ => unreachable!("{:?} is not a call", inst.opcode()),
        };
        match callee {
            Some(Callee::Direct(func)) => self.symbol(Symbol::Func(func)),
            Some(Callee::Indirect { sig, ptr }) => {
                put!(self.out, "{ptr}: ");
                self.signature(sig, false);
                self.out.push(' ');
            }
            None => {}
        }
        self.out.push('(');
        self.values(body, args);
        self.out.push(')');
        if let Inst::Invoke { edges, .. } = *inst {
            let (normal, unwind) = body.pool.edge_pair(edges);
            self.out.push_str(" to ");
            self.edge(body, normal);
            self.out.push_str(" unwind ");
            self.edge(body, unwind);
        }
    }

    fn terminator(&mut self, body: &Body, inst: &Inst) {
        self.out.push(' ');
        match *inst {
            Inst::Jump { to } => self.edge(body, to),
            Inst::Br { prob, cond, then, other } => {
                put!(self.out, "{cond}, ");
                self.edge(body, then);
                self.out.push_str(", ");
                self.edge(body, other);
                if prob != Prob::UNKNOWN {
                    put!(self.out, " prob {}", prob.0);
                }
            }
            Inst::Switch { ty, value, cases } => {
                let switch = body.pool.switch(cases);
                put!(self.out, "{ty} {value}, ");
                self.edge(body, switch.default);
                self.out.push_str(" [");
                for (i, (key, edge)) in switch.cases().enumerate() {
                    let key = constant_text(ty, key);
                    put!(self.out, "{}{key}: ", if i == 0 { "" } else { ", " });
                    self.edge(body, edge);
                }
                self.out.push(']');
            }
            Inst::Ret { values } if values == List::EMPTY => {
                self.out.pop();
            }
            Inst::Ret { values } => self.values(body, values),
            Inst::Unreachable => self.out.push_str("unreachable"),
            Inst::Trap { code } => {
                put!(self.out, "{code}");
            }
            _ => unreachable!("{:?} is not a terminator", inst.opcode()),
        }
    }

    fn edge(&mut self, body: &Body, edge: Edge) {
        let block: Block = edge.block;
        put!(self.out, "{block}");
        if !body.edge_args(edge).is_empty() {
            self.out.push('(');
            self.values(body, edge.args);
            self.out.push(')');
        }
    }

    fn values(&mut self, body: &Body, list: List) {
        for (i, value) in body.list(list).iter().enumerate() {
            let value: &Value = value;
            put!(self.out, "{}{value}", if i == 0 { "" } else { ", " });
        }
    }

    fn flags(&mut self, names: impl Iterator<Item = &'static str>) {
        for name in names {
            put!(self.out, ".{name}");
        }
    }

    fn access(&mut self, access: Access) {
        put!(self.out, " align {}", access.align());
        if access.alias != 0 {
            put!(self.out, " alias {}", access.alias);
        }
        self.range(access.range);
    }

    fn offset(&mut self, offset: i64) {
        if offset != 0 {
            let sign = if offset < 0 { '-' } else { '+' };
            put!(self.out, " {sign} {}", offset.unsigned_abs());
        }
    }

    fn loc(&mut self, loc: Loc) {
        put!(self.out, " !{}:{}:{}", loc.file.0, loc.line, loc.col);
    }

    fn symbol(&mut self, symbol: Symbol) {
        self.name(match symbol {
            Symbol::Func(func) => self.module.func(func).name,
            Symbol::Global(global) => self.module.global(global).name,
        });
    }

    fn name(&mut self, name: Sym) {
        let name = self.module.str(name);
        self.out.push('@');
        if is_plain_name(name) {
            self.out.push_str(name);
        } else {
            self.quoted(name.as_bytes());
        }
    }

    /// Bytes in quotes; what is not printable ASCII is `\` and two hexadecimal digits.
    fn quoted(&mut self, bytes: &[u8]) {
        self.out.push('"');
        for &byte in bytes {
            match byte {
                b'"' | b'\\' => {
                    put!(self.out, "\\{}", byte as char);
                }
                b' '..=b'~' => self.out.push(byte as char),
                _ => {
                    put!(self.out, "\\{byte:02x}");
                }
            }
        }
        self.out.push('"');
    }
}

/// Whether `name` needs no quotes after `@`.
pub(crate) fn is_plain_name(name: &str) -> bool {
    name.bytes().next().is_some_and(|b| b.is_ascii_alphabetic() || b == b'_' || b == b'$')
        && name.bytes().all(is_word_byte)
}

/// Bytes of words and plain names.
pub(crate) fn is_word_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.' | b'$')
}
