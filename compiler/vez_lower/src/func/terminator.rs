//! Terminators: branches, checks, drops, returns.

use super::FnLower;
use super::place::PlaceAddr;
use super::value::Val;
use crate::LowerError;
use crate::abi::Pass;
use crate::instance::FnKey;
use vez_base::Span;
use vez_mir::{AssertKind, BinOp, Block, Local, Operand, TerminatorKind};
use vez_vir::{CallFlags, Prob, Type};

impl FnLower<'_, '_, '_> {
    pub fn terminator(&mut self, kind: &TerminatorKind, span: Span) -> Result<(), LowerError> {
        match kind {
            TerminatorKind::Goto(target) => self.goto(*target),
            TerminatorKind::FalseEdge { real, .. } => self.goto(*real),
            TerminatorKind::Switch { discr, targets, otherwise } => {
                self.switch(discr, targets, *otherwise)?;
            }
            TerminatorKind::Return => self.emit_return()?,
            TerminatorKind::Unreachable | TerminatorKind::Resume => self.b.unreachable(),
            TerminatorKind::Drop { place, target, .. } => {
                let addr = self.address_of(place)?;
                self.drop_place(&addr)?;
                self.goto(*target);
            }
            TerminatorKind::Call { callee, args, destination, target, .. } => {
                self.call(callee, args, destination, *target, span)?;
            }
            TerminatorKind::Assert { cond, expected, message, target, .. } => {
                self.assert(cond, *expected, message, *target, span)?;
            }
        }
        Ok(())
    }

    /// Jumps to a block of the body.
    pub fn goto(&mut self, target: Block) {
        let target = self.blocks[target];
        self.b.jump(target, &[]);
    }

    fn switch(
        &mut self,
        discr: &Operand,
        targets: &[(u128, Block)],
        otherwise: Block,
    ) -> Result<(), LowerError> {
        let value = match self.operand(discr)?.0 {
            Val::One(value) => value,
            _ => {
                self.goto(otherwise);
                return Ok(());
            }
        };
        let otherwise = self.blocks[otherwise];
        let ty = self.b.ty(value);
        if let [(bits, target)] = targets {
            let target = self.blocks[*target];
            if ty == Type::I1 {
                match bits {
                    0 => self.b.br(value, otherwise, target),
                    _ => self.b.br(value, target, otherwise),
                }
                return Ok(());
            }
            let key = self.b.const_bits(ty, bits & ty.mask());
            let hit = self.b.cmp(vez_vir::CmpOp::Eq, value, key);
            self.b.br(hit, target, otherwise);
            return Ok(());
        }
        if ty == Type::I1 {
            return self.switch_bool(value, targets, otherwise);
        }
        let mut seen = Vec::with_capacity(targets.len());
        let mut cases = Vec::with_capacity(targets.len());
        for (bits, target) in targets {
            let bits = bits & ty.mask();
            if !seen.contains(&bits) {
                seen.push(bits);
                cases.push((bits, self.blocks[*target]));
            }
        }
        self.b.switch(value, otherwise, &cases);
        Ok(())
    }

    fn switch_bool(
        &mut self,
        value: vez_vir::Value,
        targets: &[(u128, Block)],
        otherwise: vez_vir::Block,
    ) -> Result<(), LowerError> {
        let find = |bit: u128| {
            targets.iter().find(|(b, _)| *b == bit).map_or(otherwise, |(_, t)| self.blocks[*t])
        };
        let (then, other) = (find(1), find(0));
        self.b.br(value, then, other);
        Ok(())
    }

    fn emit_return(&mut self) -> Result<(), LowerError> {
        match self.abi.ret.0 {
            Pass::Zero | Pass::Address => self.b.ret(&[]),
            _ => {
                let value = match self.read_local(Local::RETURN) {
                    Val::Mem(ptr) => {
                        let layout = self.abi.ret.1.clone();
                        self.load(ptr, &layout)
                    }
                    value => value,
                };
                self.b.ret(&value.parts());
            }
        }
        Ok(())
    }

    /// Drops what is at an address.
    pub fn drop_place(&mut self, addr: &PlaceAddr) -> Result<(), LowerError> {
        if !self.cx.needs_drop(addr.ty) {
            return Ok(());
        }
        if let (vez_types::TyKind::Dyn(_), Some(vtable)) = (addr.ty.kind(), addr.meta) {
            return self.drop_virtual(addr, vtable);
        }
        let func = self.cx.func(self.b.module, FnKey::DropGlue(addr.ty))?;
        let args: &[_] = match addr.meta {
            Some(meta) => &[addr.ptr, meta],
            None => &[addr.ptr],
        };
        self.b.call(func, args);
        Ok(())
    }

    /// The drop entry of a vtable is null where nothing needs dropping.
    fn drop_virtual(&mut self, addr: &PlaceAddr, vtable: vez_vir::Value) -> Result<(), LowerError> {
        let entry = self.load_scalar(vtable, 0, crate::layout::Scalar::full(Type::PTR), 8);
        let (call, done) = (self.b.create_block(), self.b.create_block());
        let null = self.b.null();
        let there = self.b.cmp(vez_vir::CmpOp::Ne, entry, null);
        self.b.br(there, call, done);
        self.b.seal_block(call);
        self.b.switch_to_block(call);
        let sig = self.cx.drop_entry_sig(self.b.module);
        self.b.call_ptr(sig, entry, &[addr.ptr]);
        self.b.jump(done, &[]);
        self.b.seal_block(done);
        self.b.switch_to_block(done);
        Ok(())
    }

    fn assert(
        &mut self,
        cond: &Operand,
        expected: bool,
        message: &AssertKind,
        target: Block,
        span: Span,
    ) -> Result<(), LowerError> {
        let overflow = matches!(message, AssertKind::OverflowNeg)
            || matches!(message, AssertKind::Overflow(op) if !matches!(op, BinOp::Div | BinOp::Rem));
        if overflow && !self.cx.options.overflow_checks {
            self.goto(target);
            return Ok(());
        }
        let value = self.operand(cond)?.0.one();
        let (good, bad) = (self.blocks[target], self.b.create_block());
        if expected {
            self.b.br_with(value, (good, &[]), (bad, &[]), Prob::LIKELY);
        } else {
            self.b.br_with(value, (bad, &[]), (good, &[]), Prob::UNLIKELY);
        }
        self.b.seal_block(bad);
        self.b.switch_to_block(bad);
        self.panic_for(message, span)
    }

    /// Calls the library's panic function for a failed check; ends the block.
    fn panic_for(&mut self, message: &AssertKind, span: Span) -> Result<(), LowerError> {
        let (lang, args) = match message {
            AssertKind::BoundsCheck { len, index } => {
                let index = self.operand(index)?.0.one();
                let len = self.operand(len)?.0.one();
                ("panic_bounds_check", vec![index, len])
            }
            AssertKind::OverflowNeg => ("panic_const_neg_overflow", Vec::new()),
            AssertKind::DivisionByZero => ("panic_const_div_by_zero", Vec::new()),
            AssertKind::RemainderByZero => ("panic_const_rem_by_zero", Vec::new()),
            AssertKind::Hole => ("panic_hole", Vec::new()),
            AssertKind::Overflow(op) => (overflow_lang(*op), Vec::new()),
        };
        self.call_lang_panic(lang, args, span)
    }

    /// A call of a `#[track_caller]` function of the library that does not return.
    pub fn call_lang_panic(
        &mut self,
        lang: &str,
        mut args: Vec<vez_vir::Value>,
        span: Span,
    ) -> Result<(), LowerError> {
        let key = self.cx.lang_fn(lang)?;
        let func = self.cx.func(self.b.module, key.clone())?;
        if self.cx.tracks_caller(&key) {
            args.push(self.location(span));
        }
        self.b.call_with(vez_vir::Callee::Direct(func), &args, CallFlags::COLD);
        self.b.unreachable();
        Ok(())
    }
}

fn overflow_lang(op: BinOp) -> &'static str {
    match op {
        BinOp::Add => "panic_const_add_overflow",
        BinOp::Sub => "panic_const_sub_overflow",
        BinOp::Mul => "panic_const_mul_overflow",
        BinOp::Div => "panic_const_div_overflow",
        BinOp::Rem => "panic_const_rem_overflow",
        BinOp::Shl => "panic_const_shl_overflow",
        _ => "panic_const_shr_overflow",
    }
}
