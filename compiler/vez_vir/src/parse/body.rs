//! Function bodies: slots, blocks, instructions.
//!
//! Instructions first use the numbers of the text; when the body is complete, they are mapped to the canonical numbers,
//! so that values and blocks may be used before they are defined.

use super::lex::Kind;
use super::{Parser, Result};
use crate::data::{BlockData, Body, Loc, Slot};
use crate::ids::{Block, FuncId, LocId, SlotId, Value};
use crate::inst::{Access, ArithOp, Bits, Callee, Edge, ExtKey, Inst, Prob, Symbol};
use crate::limits::{MAX_BLOCKS, MAX_BODY, MAX_LIST, MAX_OBJECT};
use crate::ops::{
    AccessFlags, ArithFlags, AtomicOp, BinOp, CallFlags, CastOp, CmpOp, CopyFlags, IndexFlags,
    LaneOp, Opcode, Ordering, SelectFlags, UnOp,
};
use crate::pool::{List, Pool};
use crate::ty::Type;
use crate::typing::result_types;
use rustc_hash::FxHashMap;

/// A body being read: instructions and lists with the text's numbers.
#[derive(Default)]
struct Draft {
    body: Body,
    pool: Pool,
    values: FxHashMap<u32, Value>,
    blocks: FxHashMap<u32, Block>,
    /// Tokens of the uses of numbers that were not defined yet.
    early_values: Vec<(u32, usize)>,
    early_blocks: Vec<(u32, usize)>,
}

/// The flags in `op.flag.flag`.
macro_rules! flags {
    ($parser:ident, $set:ty, $text:expr) => {{
        let mut flags = <$set>::NONE;
        for name in $text.split('.').filter(|name| !name.is_empty()) {
            match <$set>::from_name(name) {
                Some(flag) => flags = flags | flag,
                None => return $parser.error_at($parser.at - 1, format!("no flag `{name}` here")),
            }
        }
        flags
    }};
}

/// The operation in `un.OP` and its like.
macro_rules! operation {
    ($parser:ident, $table:ty, $text:expr) => {
        match <$table>::from_name($text) {
            Some(op) => op,
            None => return $parser.error_at($parser.at - 1, format!("no operation `{}`", $text)),
        }
    };
}

impl Parser<'_> {
    pub(super) fn body(&mut self, func: FuncId) -> Result<()> {
        let mut draft = Draft::default();
        self.punct(b'{')?;
        self.end_of_line()?;
        loop {
            self.skip_newlines();
            let word = self.peek_word();
            match word.as_bytes() {
                [] if self.peek() == Kind::Punct(b'}') => break,
                [b's', digit, ..] if digit.is_ascii_digit() => self.slot_line(&mut draft)?,
                [b'b', digit, ..] if digit.is_ascii_digit() => self.block_line(&mut draft)?,
                _ => self.inst_line(&mut draft)?,
            }
        }
        let body = self.settle(draft)?;
        self.module.functions[func.index()].body = Some(body);
        Ok(())
    }

    fn slot_line(&mut self, draft: &mut Draft) -> Result<()> {
        let start = self.at;
        let number = self.numbered('s')?;
        if number as usize != draft.body.slots.len() || !draft.body.blocks.is_empty() {
            return self.error_at(start, "slots come first and are numbered from 0");
        }
        self.punct(b':')?;
        self.word("size")?;
        let start = self.at;
        let size = self.number("a size")?;
        if size > MAX_OBJECT {
            return self.error_at(start, "this size is too large");
        }
        let align_log2 = self.align()?;
        draft.body.slots.push(Slot { size, align_log2 });
        self.end_of_line()
    }

    fn block_line(&mut self, draft: &mut Draft) -> Result<()> {
        let start = self.at;
        let number = self.numbered('b')?;
        let block = Block::new(draft.body.blocks.len());
        if draft.blocks.insert(number, block).is_some() {
            return self.error_at(start, format!("`b{number}` is defined twice"));
        }
        if block.index() >= MAX_BLOCKS {
            return self.error_at(start, "this function has too many blocks");
        }
        let first_param = draft.body.value_types.len() as u32;
        if self.eat_punct(b'(') {
            let mut first = true;
            while self.next_item(&mut first, b')')? {
                let at = self.at;
                let value = self.numbered('v')?;
                self.punct(b':')?;
                let ty = self.ty()?;
                self.define(draft, value, ty, at)?;
            }
        }
        self.punct(b':')?;
        let params = draft.body.value_types.len() as u32 - first_param;
        let first_inst = draft.body.insts.len() as u32;
        draft.body.blocks.push(BlockData { first_param, params, first_inst, insts: 0 });
        self.end_of_line()
    }

    fn define(&mut self, draft: &mut Draft, number: u32, ty: Type, at: usize) -> Result<()> {
        let value = Value::new(draft.body.value_types.len());
        if value.index() >= MAX_BODY {
            return self.error_at(at, "this function is too large");
        }
        draft.body.value_types.push(ty);
        match draft.values.insert(number, value) {
            None => Ok(()),
            Some(_) => self.error_at(at, format!("`v{number}` is defined twice")),
        }
    }

    fn inst_line(&mut self, draft: &mut Draft) -> Result<()> {
        let start = self.at;
        if draft.body.blocks.is_empty() {
            return self.expected("a slot or a block");
        }
        let mut results = Vec::new();
        if matches!(self.peek_word().as_bytes(), [b'v', digit, ..] if digit.is_ascii_digit()) {
            loop {
                results.push((self.numbered('v')?, self.at - 1));
                if !self.eat_punct(b',') {
                    break;
                }
            }
            self.punct(b'=')?;
        }
        let inst = self.inst(draft)?;
        let loc = self.opt_loc()?;
        self.end_of_line()?;
        let types = result_types(&inst, &self.module, &draft.pool);
        if types.len() != results.len() {
            let message = format!("this has {} results, not {}", types.len(), results.len());
            return self.error_at(start, message);
        }
        if draft.body.insts.len() >= MAX_BODY || draft.pool.words().len() >= MAX_BODY {
            return self.error_at(start, "this function is too large");
        }
        draft.body.insts.push(inst);
        draft.body.first_result.push(Value::new(draft.body.value_types.len()));
        let loc = self.loc_id(&mut draft.body, loc);
        draft.body.inst_locs.push(loc);
        for ((number, at), ty) in results.into_iter().zip(types) {
            self.define(draft, number, ty, at)?;
        }
        draft.body.blocks.last_mut().expect("checked above").insts += 1;
        Ok(())
    }

    fn loc_id(&self, body: &mut Body, loc: Option<Loc>) -> LocId {
        let Some(loc) = loc else { return LocId::NONE };
        if body.locs.last() != Some(&loc) {
            body.locs.push(loc);
        }
        LocId::new(body.locs.len() - 1)
    }

    /// Maps the text's numbers to canonical ones.
    fn settle(&mut self, mut draft: Draft) -> Result<Body> {
        if draft.body.blocks.is_empty() {
            return self.expected("a block");
        }
        for &(number, at) in &draft.early_values {
            if !draft.values.contains_key(&number) {
                return self.error_at(at, format!("`v{number}` is not defined"));
            }
        }
        for &(number, at) in &draft.early_blocks {
            if !draft.blocks.contains_key(&number) {
                return self.error_at(at, format!("`b{number}` is not defined"));
            }
        }
        let mut pool = Pool::default();
        for inst in &mut draft.body.insts {
            *inst = inst.remap(
                &draft.pool,
                &mut pool,
                &mut |v| draft.values[&v.0],
                &mut |b| draft.blocks[&b.0],
                &mut |_, _| {},
            );
        }
        draft.body.pool = pool;
        Ok(draft.body)
    }

    fn value(&mut self, draft: &mut Draft) -> Result<Value> {
        let at = self.at;
        let number = self.numbered('v')?;
        if !draft.values.contains_key(&number) {
            draft.early_values.push((number, at));
        }
        Ok(Value(number))
    }

    fn comma_value(&mut self, draft: &mut Draft) -> Result<Value> {
        self.punct(b',')?;
        self.value(draft)
    }

    fn two_values(&mut self, draft: &mut Draft) -> Result<(Value, Value)> {
        Ok((self.value(draft)?, self.comma_value(draft)?))
    }

    fn inst(&mut self, draft: &mut Draft) -> Result<Inst> {
        let word = self.peek_word();
        let (name, rest) = word.split_once('.').unwrap_or((word, ""));
        let Some(opcode) = Opcode::from_name(name) else {
            return self.expected("an instruction");
        };
        let takes_word = matches!(
            opcode,
            Opcode::Un | Opcode::Bin | Opcode::Cmp | Opcode::Cast | Opcode::Atomic | Opcode::Lane
        );
        if rest.is_empty() && (takes_word || word.contains('.')) {
            return self.error("an operation is missing after `.`");
        }
        self.advance();
        match opcode {
            Opcode::Const => {
                let ty = self.ty()?;
                if self.eat_word("poison") {
                    return Ok(Inst::Poison { ty });
                }
                Ok(Inst::Const { ty, bits: Bits::new(self.constant(ty)?) })
            }
            Opcode::Addr => {
                let symbol = self.symbol()?;
                Ok(Inst::Addr { symbol, offset: self.opt_offset()? })
            }
            Opcode::Un | Opcode::Bin | Opcode::Cmp | Opcode::Cast => {
                self.plain(draft, opcode, rest)
            }
            Opcode::Lane => self.lane(draft, rest),
            Opcode::Atomic => self.atomic(draft, rest),
            Opcode::Call => self.call(draft, rest),
            Opcode::Load
            | Opcode::Store
            | Opcode::Slot
            | Opcode::Index
            | Opcode::Copy
            | Opcode::Fill => self.memory(draft, opcode, rest),
            Opcode::Select => {
                let flags = flags!(self, SelectFlags, rest);
                let ty = self.ty()?;
                let cond = self.value(draft)?;
                let (a, b) = (self.comma_value(draft)?, self.comma_value(draft)?);
                Ok(Inst::Select { flags, ty, cond, a, b })
            }
            _ => match ArithOp::from_opcode(opcode) {
                Some(op) => {
                    let flags = flags!(self, ArithFlags, rest);
                    let ty = self.ty()?;
                    let (a, b) = self.two_values(draft)?;
                    Ok(Inst::Arith { op, flags, ty, a, b })
                }
                None if rest.is_empty() => self.terminator(draft, opcode),
                None => self.error_at(self.at - 1, format!("no flag `{rest}` here")),
            },
        }
    }

    fn plain(&mut self, draft: &mut Draft, opcode: Opcode, rest: &str) -> Result<Inst> {
        match opcode {
            Opcode::Un => {
                let op = operation!(self, UnOp, rest);
                Ok(Inst::Un { op, ty: self.ty()?, a: self.value(draft)? })
            }
            Opcode::Cast => {
                let op = operation!(self, CastOp, rest);
                Ok(Inst::Cast { op, ty: self.ty()?, a: self.value(draft)? })
            }
            Opcode::Cmp => {
                let op = operation!(self, CmpOp, rest);
                let ty = self.ty()?;
                let (a, b) = self.two_values(draft)?;
                Ok(Inst::Cmp { op, ty, a, b })
            }
            _ if rest == "fma" => {
                let ty = self.ty()?;
                let (a, b) = self.two_values(draft)?;
                Ok(Inst::Fma { ty, a, b, c: self.comma_value(draft)? })
            }
            _ => {
                let op = operation!(self, BinOp, rest);
                let ty = self.ty()?;
                let (a, b) = self.two_values(draft)?;
                Ok(Inst::Bin { op, ty, a, b })
            }
        }
    }

    fn memory(&mut self, draft: &mut Draft, opcode: Opcode, rest: &str) -> Result<Inst> {
        match opcode {
            Opcode::Load => {
                let flags = flags!(self, AccessFlags, rest);
                let ty = self.ty()?;
                let ptr = self.value(draft)?;
                let (offset, access) = self.access(flags)?;
                Ok(Inst::Load { ty, ptr, offset, access })
            }
            Opcode::Store => {
                let flags = flags!(self, AccessFlags, rest);
                let ty = self.ty()?;
                let (value, ptr) = self.two_values(draft)?;
                let (offset, access) = self.access(flags)?;
                Ok(Inst::Store { ty, value, ptr, offset, access })
            }
            Opcode::Index => {
                let flags = flags!(self, IndexFlags, rest);
                self.index(draft, flags)
            }
            Opcode::Copy => {
                let flags = flags!(self, CopyFlags, rest);
                let (dst, src) = self.two_values(draft)?;
                let len = self.comma_value(draft)?;
                Ok(Inst::Copy { flags, align_log2: self.align()?, dst, src, len })
            }
            Opcode::Fill => {
                let flags = flags!(self, CopyFlags, rest);
                let (dst, byte) = self.two_values(draft)?;
                let len = self.comma_value(draft)?;
                Ok(Inst::Fill { flags, align_log2: self.align()?, dst, byte, len })
            }
            _ if rest.is_empty() => {
                let start = self.at;
                let slot = SlotId(self.numbered('s')?);
                if slot.index() >= draft.body.slots.len() {
                    return self.error_at(start, format!("`{slot}` is not declared"));
                }
                Ok(Inst::Slot { slot })
            }
            _ => self.error_at(self.at - 1, format!("no flag `{rest}` here")),
        }
    }

    /// `[+ N] align N [alias N] [range N..N]`
    fn access(&mut self, flags: AccessFlags) -> Result<(i32, Access)> {
        let offset = self.opt_offset32()?;
        let align_log2 = self.align()?;
        let alias = if self.eat_word("alias") { self.number("an alias class")? } else { 0 };
        let range = self.opt_range()?;
        Ok((offset, Access { align_log2, flags, alias, range }))
    }

    /// `BASE [+ INDEX * SCALE] [+ OFFSET]`
    fn index(&mut self, draft: &mut Draft, flags: IndexFlags) -> Result<Inst> {
        let base = self.value(draft)?;
        let (mut index, mut scale) = (Value::NONE, 0);
        let word_follows = self.tokens.get(self.at + 1).is_some_and(|t| t.kind == Kind::Word);
        // A word after `+` is the index; the printer never puts an offset before it.
        if self.peek() == Kind::Punct(b'+') && word_follows {
            self.advance();
            index = self.value(draft)?;
            self.punct(b'*')?;
            scale = self.number("a scale")?;
        }
        Ok(Inst::Index { flags, base, index, scale, offset: self.opt_offset32()? })
    }

    fn ordering(&mut self) -> Result<Ordering> {
        match Ordering::from_name(self.peek_word()) {
            Some(order) => {
                self.advance();
                Ok(order)
            }
            None => self.expected("a memory ordering"),
        }
    }

    fn atomic(&mut self, draft: &mut Draft, rest: &str) -> Result<Inst> {
        let op = operation!(self, AtomicOp, rest);
        let (ty, failure, none) = (Type::I8, Ordering::Relaxed, Value::NONE);
        if op == AtomicOp::Fence {
            let order = self.ordering()?;
            return Ok(Inst::Atomic { op, ty, order, failure, ptr: none, a: none, b: none });
        }
        let ty = self.ty()?;
        let order = self.ordering()?;
        let failure = if op == AtomicOp::Cas { self.ordering()? } else { failure };
        let ptr = self.value(draft)?;
        let a = if op.fact() >= 1 { self.comma_value(draft)? } else { none };
        let b = if op.fact() >= 2 { self.comma_value(draft)? } else { none };
        Ok(Inst::Atomic { op, ty, order, failure, ptr, a, b })
    }

    fn lane(&mut self, draft: &mut Draft, rest: &str) -> Result<Inst> {
        let op = operation!(self, LaneOp, rest);
        let ty = self.ty()?;
        let a = self.value(draft)?;
        let (mut b, mut lane) = (Value::NONE, 0);
        match op {
            LaneOp::Extract | LaneOp::Insert => {
                self.punct(b',')?;
                lane = self.number("a lane")?;
                if op == LaneOp::Insert {
                    b = self.comma_value(draft)?;
                }
            }
            LaneOp::Shuffle => {
                let b = self.comma_value(draft)?;
                self.punct(b',')?;
                self.punct(b'[')?;
                let mut lanes = Vec::new();
                let mut first = true;
                while self.next_item(&mut first, b']')? {
                    lanes.push(self.number("a lane")?);
                    self.check_len(lanes.len())?;
                }
                let lanes = draft.pool.push_raw(lanes.into_iter());
                return Ok(Inst::Shuffle { ty, a, b, lanes });
            }
            _ => {}
        }
        Ok(Inst::Lane { op, ty, a, b, lane })
    }

    fn check_len(&self, len: usize) -> Result<()> {
        if len > MAX_LIST { self.error("this list is too long") } else { Ok(()) }
    }

    /// Values up to `)`; the parenthesis is open already.
    fn arguments(&mut self, draft: &mut Draft) -> Result<List> {
        let mut values = Vec::new();
        let mut first = true;
        while self.next_item(&mut first, b')')? {
            values.push(self.value(draft)?);
            self.check_len(values.len())?;
        }
        Ok(draft.pool.push_values(&values))
    }

    fn call(&mut self, draft: &mut Draft, rest: &str) -> Result<Inst> {
        let flags = flags!(self, CallFlags, rest);
        let callee = if self.peek() == Kind::Word {
            let ptr = self.value(draft)?;
            self.punct(b':')?;
            Callee::Indirect { sig: self.signature()?, ptr }
        } else {
            let start = self.at;
            match self.symbol()? {
                Symbol::Func(func) => Callee::Direct(func),
                Symbol::Global(_) => return self.error_at(start, "this is not a function"),
            }
        };
        self.punct(b'(')?;
        let args = self.arguments(draft)?;
        if !self.eat_word("to") {
            return Ok(Inst::Call { flags, callee, args });
        }
        let normal = self.edge(draft)?;
        self.word("unwind")?;
        let unwind = self.edge(draft)?;
        let edges = draft.pool.push_edge_pair(normal, unwind);
        Ok(Inst::Invoke { flags, callee, args, edges })
    }

    fn ext(&mut self, draft: &mut Draft) -> Result<Inst> {
        let key = if self.eat_punct(b'#') {
            ExtKey::Number(self.number("an extension number")?)
        } else {
            let quoted = self.peek() == Kind::QuotedName;
            let name = self.name()?;
            let name = self.module.strings.intern(&name);
            if quoted { ExtKey::Intent(name) } else { ExtKey::Name(name) }
        };
        self.punct(b':')?;
        let sig = self.signature()?;
        self.punct(b'(')?;
        Ok(Inst::Ext { key, sig, args: self.arguments(draft)? })
    }

    fn edge(&mut self, draft: &mut Draft) -> Result<Edge> {
        let at = self.at;
        let number = self.numbered('b')?;
        if !draft.blocks.contains_key(&number) {
            draft.early_blocks.push((number, at));
        }
        let args = if self.eat_punct(b'(') { self.arguments(draft)? } else { List::EMPTY };
        Ok(Edge { block: Block(number), args })
    }

    fn terminator(&mut self, draft: &mut Draft, opcode: Opcode) -> Result<Inst> {
        match opcode {
            Opcode::Ext => self.ext(draft),
            Opcode::Jump => Ok(Inst::Jump { to: self.edge(draft)? }),
            Opcode::Br => {
                let cond = self.value(draft)?;
                self.punct(b',')?;
                let then = self.edge(draft)?;
                self.punct(b',')?;
                let other = self.edge(draft)?;
                let prob = if self.eat_word("prob") { self.number("a probability")? } else { 0u16 };
                Ok(Inst::Br { prob: Prob(prob), cond, then, other })
            }
            Opcode::Switch => self.switch(draft),
            Opcode::Ret => {
                let mut values = Vec::new();
                if self.peek() == Kind::Word {
                    values.push(self.value(draft)?);
                    while self.eat_punct(b',') {
                        values.push(self.value(draft)?);
                        self.check_len(values.len())?;
                    }
                }
                Ok(Inst::Ret { values: draft.pool.push_values(&values) })
            }
            Opcode::Trap if self.eat_word("unreachable") => Ok(Inst::Unreachable),
            Opcode::Trap => Ok(Inst::Trap { code: self.number("a failure code")? }),
            _ => self.expected("an instruction"),
        }
    }

    fn switch(&mut self, draft: &mut Draft) -> Result<Inst> {
        let ty = self.ty()?;
        let value = self.value(draft)?;
        self.punct(b',')?;
        let default = self.edge(draft)?;
        self.punct(b'[')?;
        let mut cases = Vec::new();
        let mut first = true;
        while self.next_item(&mut first, b']')? {
            let key = self.constant(ty)?;
            self.punct(b':')?;
            cases.push((key, self.edge(draft)?));
            if cases.len() > MAX_BODY / 8 {
                return self.error("this list is too long");
            }
        }
        Ok(Inst::Switch { ty, value, cases: draft.pool.push_switch(default, &cases) })
    }
}
