//! Calls of `#[intrinsic]` functions become instructions.

use super::FnLower;
use super::call::Arg;
use super::rvalue::is_signed;
use super::value::Val;
use crate::LowerError;
use crate::layout::{Abi, Layout, LayoutRef, Scalar};
use vez_base::{Name, Span};
use vez_mir::BinOp as MirBinOp;
use vez_types::{GenericArgs, Ty, TyKind};
use vez_vir::{
    ArithFlags, BinOp, CastOp, CopyFlags, IndexFlags, Inst, Type, UnOp, Value, trap_code,
};

impl FnLower<'_, '_, '_> {
    /// The result of an intrinsic at monomorphic generic arguments; `ret` is its type.
    pub fn intrinsic(
        &mut self,
        name: Name,
        generics: GenericArgs,
        args: &[Arg],
        ret: Ty,
        span: Span,
    ) -> Result<Val, LowerError> {
        let name = name.as_str();
        let ty = generics.ty_at(0);
        if let Some(value) = self.type_fact(name, ty, args)? {
            return Ok(value);
        }
        if let Some(value) = self.memory(name, ty, args, ret)? {
            return Ok(value);
        }
        if let Some(value) = self.wide_integer(name, ty, args)? {
            return Ok(value);
        }
        if let Some(op) = overflowing(name) {
            let (value, flag) = self.checked(op, ty, args[0].0.one(), args[1].0.one());
            return self.tuple_of_two(ty, value, flag);
        }
        if let Some(value) = self.integer(name, ty, args) {
            return Ok(value);
        }
        if let Some(value) = self.float(name, args) {
            return Ok(value);
        }
        match name {
            "unreachable" => self.b.unreachable(),
            "abort" => self.b.trap(trap_code::ABORT),
            "assume" | "forget" => {}
            "debug_assertions" => {
                return Ok(Val::One(self.b.bool(self.cx.options.overflow_checks)));
            }
            "black_box" => return Ok(self.black_box(&args[0])),
            "select_unpredictable" => {
                return Ok(self.select_unpredictable(args[0].0.one(), args[1].0, args[2].0));
            }
            "caller_location" => return Ok(Val::One(self.location(span))),
            "call_once_by_pointer" => return self.call_once_by_pointer(generics, args, ret, span),
            _ => return Err(LowerError::Internal(format!("an intrinsic called `{name}`"))),
        }
        Ok(Val::Zero)
    }

    fn type_fact(&mut self, name: &str, ty: Ty, args: &[Arg]) -> Result<Option<Val>, LowerError> {
        let value = match name {
            "size_of" => {
                let size = self.layout(ty)?.size;
                self.b.iconst(Type::I64, i128::from(size))
            }
            "align_of" => {
                let align = self.layout(ty)?.align;
                self.b.iconst(Type::I64, i128::from(align))
            }
            "size_of_val" => self.size_and_align_of_pointee(ty, &args[0]).0,
            "align_of_val" => self.size_and_align_of_pointee(ty, &args[0]).1,
            "needs_drop" => {
                let needed = self.cx.needs_drop(ty);
                self.b.bool(needed)
            }
            "type_id" => {
                let id = self.cx.type_id(ty);
                self.b.iconst(Type::I64, i128::from(id))
            }
            "type_name" => {
                let text = self.cx.type_name(ty);
                let ptr = self.bytes_addr(text.as_bytes());
                let len = self.b.iconst(Type::I64, text.len() as i128);
                return Ok(Some(Val::Two(ptr, len)));
            }
            "discriminant_value" => self.discriminant_behind(ty, args[0].0.one())?,
            _ => return Ok(None),
        };
        Ok(Some(Val::One(value)))
    }

    fn size_and_align_of_pointee(&mut self, ty: Ty, pointer: &Arg) -> (Value, Value) {
        let meta = match pointer.0 {
            Val::Two(_, meta) => Some(meta),
            _ => None,
        };
        self.size_and_align_of_val(ty, meta)
    }

    /// The size and alignment of a value of a possibly unsized type.
    pub fn size_and_align_of_val(&mut self, ty: Ty, meta: Option<Value>) -> (Value, Value) {
        // Layouts of types behind pointers in use were computed before.
        let layout = self.layout(ty).expect("a type behind a pointer in use has a layout");
        let size = self.b.iconst(Type::I64, i128::from(layout.size));
        let align = self.b.iconst(Type::I64, i128::from(layout.align));
        let Some(meta) = meta.filter(|_| layout.is_unsized) else { return (size, align) };
        match ty.kind() {
            TyKind::Str => (meta, align),
            TyKind::Slice(elem) => {
                let stride = self.layout(*elem).map_or(0, |l| l.size);
                let stride = self.b.iconst(Type::I64, i128::from(stride));
                (self.b.mul(meta, stride, ArithFlags::NUW), align)
            }
            TyKind::Dyn(_) => {
                let word = Scalar::full(Type::I64);
                (self.load_scalar(meta, 8, word, 8), self.load_scalar(meta, 16, word, 8))
            }
            _ => self.size_of_unsized_struct(ty, &layout, meta),
        }
    }

    /// The tail's size and alignment added to those of the fields before it.
    fn size_of_unsized_struct(
        &mut self,
        ty: Ty,
        layout: &LayoutRef,
        meta: Value,
    ) -> (Value, Value) {
        let tail = self.cx.unsized_field(ty);
        let Some((index, field)) = tail else {
            let zero = self.b.iconst(Type::I64, 0);
            return (zero, zero);
        };
        let (tail_size, tail_align) = self.size_and_align_of_val(field, Some(meta));
        let own_align = self.b.iconst(Type::I64, i128::from(layout.align));
        let align = self.b.bin(BinOp::Umax, own_align, tail_align);
        let start = self.b.iconst(Type::I64, i128::from(layout.field_offset(None, index)));
        let start = self.round_up(start, tail_align);
        let end = self.b.add(start, tail_size, ArithFlags::NUW);
        (self.round_up(end, align), align)
    }

    fn discriminant_behind(&mut self, ty: Ty, ptr: Value) -> Result<Value, LowerError> {
        let layout = self.layout(ty)?;
        let align = layout.align;
        let addr = super::place::PlaceAddr { ptr, meta: None, ty, layout, variant: None, align };
        Ok(self.discriminant_at(&addr, Type::I64))
    }

    fn memory(
        &mut self,
        name: &str,
        ty: Ty,
        args: &[Arg],
        ret: Ty,
    ) -> Result<Option<Val>, LowerError> {
        let value = |i: usize| args[i].0;
        Ok(Some(match name {
            "transmute" => self.transmute(&args[0], ret)?,
            "uninit" => self.uninit(ty)?,
            "read" => {
                let layout = self.layout(ty)?;
                self.read_copy(value(0).one(), &layout, &layout)
            }
            "read_unaligned" => {
                let layout = self.layout(ty)?;
                let packed = Layout { align: 1, ..(*layout).clone() };
                self.read_copy(value(0).one(), &packed, &layout)
            }
            "write" | "write_unaligned" => {
                let layout = self.layout(ty)?;
                let align = if name == "write" { layout.align } else { 1 };
                let packed = Layout { align, ..(*layout).clone() };
                self.store(value(0).one(), &packed, value(1));
                Val::Zero
            }
            "copy" | "copy_nonoverlapping" => {
                let flags = if name == "copy" { CopyFlags::OVERLAP } else { CopyFlags::NONE };
                let layout = self.layout(ty)?;
                if layout.size > 0 {
                    let len = self.byte_count(value(2).one(), layout.size);
                    self.b.copy(flags, layout.align, value(1).one(), value(0).one(), len);
                }
                Val::Zero
            }
            "write_bytes" => {
                let layout = self.layout(ty)?;
                if layout.size > 0 {
                    let len = self.byte_count(value(2).one(), layout.size);
                    self.b.fill(layout.align, value(0).one(), value(1).one(), len);
                }
                Val::Zero
            }
            "compare_bytes" => {
                let sig = vez_vir::Signature::of(&[Type::PTR, Type::PTR, Type::I64], &[Type::I32]);
                let memcmp = self.b.module.import_function("memcmp", sig);
                let args = [value(0).one(), value(1).one(), value(2).one()];
                Val::One(self.b.call(memcmp, &args)[0])
            }
            "ptr_offset" | "ptr_wrapping_offset" => {
                let stride = self.layout(ty)?.size;
                Val::One(self.pointer_offset(name, value(0).one(), value(1).one(), stride))
            }
            "ptr_diff" => Val::One(self.pointer_difference(value(0).one(), value(1).one(), ty)?),
            "slice_from_raw_parts" | "slice_from_raw_parts_mut" => {
                Val::Two(value(0).one(), value(1).one())
            }
            "slice_len" => match value(0) {
                Val::Two(_, len) => Val::One(len),
                _ => return Err(LowerError::Internal("a thin slice pointer".into())),
            },
            _ => return Ok(None),
        }))
    }

    /// Reads a value out of memory that may change afterwards.
    fn read_copy(&mut self, ptr: Value, from: &Layout, layout: &LayoutRef) -> Val {
        match self.load(ptr, from) {
            Val::Mem(_) => {
                let copy = self.temp_slot(layout);
                self.copy_bytes(copy, ptr, from);
                Val::Mem(copy)
            }
            value => value,
        }
    }

    fn uninit(&mut self, ty: Ty) -> Result<Val, LowerError> {
        let layout = self.layout(ty)?;
        Ok(match layout.abi {
            Abi::Zero => Val::Zero,
            Abi::One(scalar) => Val::One(self.b.poison(scalar.ty)),
            Abi::Two(a, b, _) => Val::Two(self.b.poison(a.ty), self.b.poison(b.ty)),
            Abi::Memory if layout.size == 0 => Val::Zero,
            Abi::Memory => Val::Mem(self.temp_slot(&layout)),
        })
    }

    /// The same bytes at another type of the same size.
    fn transmute(&mut self, arg: &Arg, ret: Ty) -> Result<Val, LowerError> {
        let (value, from, _) = arg;
        let to = self.layout(ret)?;
        if from.size != to.size {
            let (a, b) = (from.size, to.size);
            return Err(LowerError::TransmuteSize { from: a, to: b });
        }
        if let (Val::One(value), Abi::One(scalar)) = (*value, to.abi)
            && value_fits(self.b.ty(value), scalar.ty)
        {
            return Ok(Val::One(self.convert_bits(value, scalar.ty)));
        }
        if let (Val::Two(a, b), Abi::Two(first, second, _)) = (*value, to.abi)
            && value_fits(self.b.ty(a), first.ty)
            && value_fits(self.b.ty(b), second.ty)
        {
            return Ok(Val::Two(self.convert_bits(a, first.ty), self.convert_bits(b, second.ty)));
        }
        if to.size == 0 {
            return Ok(Val::Zero);
        }
        // Through memory, aligned for both.
        let slot = self.b.create_slot(to.size, from.align.max(to.align));
        let ptr = self.b.slot_addr(slot);
        self.store(ptr, from, *value);
        Ok(self.load(ptr, &to))
    }

    fn byte_count(&mut self, count: Value, size: u64) -> Value {
        if size == 1 {
            return count;
        }
        let size = self.b.iconst(Type::I64, i128::from(size));
        self.b.mul(count, size, ArithFlags::NUW)
    }

    fn pointer_offset(&mut self, name: &str, ptr: Value, count: Value, stride: u64) -> Value {
        let flags = if name == "ptr_offset" { IndexFlags::INBOUNDS } else { IndexFlags::NONE };
        match u32::try_from(stride) {
            Ok(0) => ptr,
            Ok(scale) => {
                self.b.push(Inst::Index { flags, base: ptr, index: count, scale, offset: 0 })
            }
            Err(_) => {
                let bytes = self.byte_count(count, stride);
                self.b.push(Inst::Index { flags, base: ptr, index: bytes, scale: 1, offset: 0 })
            }
        }
    }

    fn pointer_difference(&mut self, a: Value, b: Value, ty: Ty) -> Result<Value, LowerError> {
        let size = self.layout(ty)?.size.max(1);
        let a = self.b.cast(CastOp::Ptoi, Type::I64, a);
        let b = self.b.cast(CastOp::Ptoi, Type::I64, b);
        let bytes = self.b.sub(a, b, ArithFlags::NONE);
        if size == 1 {
            return Ok(bytes);
        }
        let size = self.b.iconst(Type::I64, i128::from(size));
        Ok(self.b.div(bytes, size, ArithFlags::S | ArithFlags::EXACT))
    }

    fn wide_integer(
        &mut self,
        name: &str,
        ty: Ty,
        args: &[Arg],
    ) -> Result<Option<Val>, LowerError> {
        let op = match name {
            "unchecked_div" | "exact_div" => MirBinOp::Div,
            "unchecked_rem" => MirBinOp::Rem,
            _ => return Ok(None),
        };
        match (args[0].0, args[1].0) {
            (Val::One(a), Val::One(b)) if self.b.ty(a) == Type::I128 => {
                Ok(Some(Val::One(self.wide_division(op, is_signed(ty), a, b)?)))
            }
            _ => Ok(None),
        }
    }

    fn integer(&mut self, name: &str, ty: Ty, args: &[Arg]) -> Option<Val> {
        let signed = is_signed(ty);
        let a = match args.first()?.0 {
            Val::One(a) => a,
            _ => return None,
        };
        let b = match args.get(1).map(|arg| arg.0) {
            Some(Val::One(b)) => Some(b),
            _ => None,
        };
        let sign = if signed { ArithFlags::S } else { ArithFlags::U };
        let no_wrap = if signed { ArithFlags::NSW } else { ArithFlags::NUW };
        let machine = self.b.ty(a);
        let result = match name {
            "ctpop" => self.count(UnOp::Popcnt, a),
            "ctlz" => self.count(UnOp::Clz, a),
            "cttz" => self.count(UnOp::Ctz, a),
            "bswap" => self.b.un(UnOp::Bswap, a),
            "bitreverse" => self.b.un(UnOp::Bitrev, a),
            "rotate_left" => self.rotate(BinOp::Rotl, a, b?),
            "rotate_right" => self.rotate(BinOp::Rotr, a, b?),
            "wrapping_add" => self.b.add(a, b?, ArithFlags::NONE),
            "wrapping_sub" => self.b.sub(a, b?, ArithFlags::NONE),
            "wrapping_mul" => self.b.mul(a, b?, ArithFlags::NONE),
            "saturating_add" => self.b.add(a, b?, sign | ArithFlags::SAT),
            "saturating_sub" => self.b.sub(a, b?, sign | ArithFlags::SAT),
            "unchecked_add" => self.b.add(a, b?, no_wrap),
            "unchecked_sub" => self.b.sub(a, b?, no_wrap),
            "unchecked_mul" => self.b.mul(a, b?, no_wrap),
            "unchecked_div" => self.b.div(a, b?, sign),
            "unchecked_rem" => self.b.rem(a, b?, sign),
            "exact_div" => self.b.div(a, b?, sign | ArithFlags::EXACT),
            "unchecked_shl" => {
                let amount = self.resize(b?, machine, false);
                self.b.shl(a, amount, ArithFlags::NONE)
            }
            "unchecked_shr" => {
                let amount = self.resize(b?, machine, false);
                self.b.shr(a, amount, sign)
            }
            _ => return None,
        };
        Some(Val::One(result))
    }

    /// A count of bits, as `u32`.
    fn count(&mut self, op: UnOp, a: Value) -> Value {
        let count = self.b.un(op, a);
        self.resize(count, Type::I32, false)
    }

    fn rotate(&mut self, op: BinOp, a: Value, amount: Value) -> Value {
        let machine = self.b.ty(a);
        let amount = self.shift_amount(machine, amount);
        self.b.bin(op, a, amount)
    }

    fn float(&mut self, name: &str, args: &[Arg]) -> Option<Val> {
        let arg = |i: usize| match args.get(i).map(|arg| arg.0) {
            Some(Val::One(value)) => Some(value),
            _ => None,
        };
        let one = match name {
            "sqrt" => UnOp::Sqrt,
            "floor" => UnOp::Floor,
            "ceil" => UnOp::Ceil,
            "trunc" => UnOp::Trunc,
            "round" => UnOp::Round,
            "round_ties_even" => UnOp::RoundEven,
            "abs" => UnOp::Abs,
            "copysign" => return Some(Val::One(self.b.bin(BinOp::Copysign, arg(0)?, arg(1)?))),
            "minnum" => return Some(Val::One(self.b.bin(BinOp::Fmin, arg(0)?, arg(1)?))),
            "maxnum" => return Some(Val::One(self.b.bin(BinOp::Fmax, arg(0)?, arg(1)?))),
            "fma" => return Some(Val::One(self.b.fma(arg(0)?, arg(1)?, arg(2)?))),
            _ => return None,
        };
        let a = arg(0)?;
        Some(Val::One(self.b.un(one, a)))
    }

    /// Writes a value with volatile stores and reads it back, so that no pass sees through.
    fn black_box(&mut self, arg: &Arg) -> Val {
        let (value, layout, _) = arg;
        if layout.size == 0 {
            return *value;
        }
        let ptr = self.temp_slot(layout);
        self.store(ptr, layout, *value);
        let byte = vez_vir::Access::aligned(1).flag(vez_vir::AccessFlags::VOLATILE);
        let first = self.b.load(Type::I8, ptr, 0, byte);
        self.b.store(first, ptr, 0, byte);
        self.load(ptr, layout)
    }

    /// One of two values of a type, chosen without a branch.
    fn select_unpredictable(&mut self, cond: Value, a: Val, b: Val) -> Val {
        let mut select = |a, b| self.b.select_unpredictable(cond, a, b);
        match (a, b) {
            (Val::One(a), Val::One(b)) => Val::One(select(a, b)),
            (Val::Two(a0, a1), Val::Two(b0, b1)) => Val::Two(select(a0, b0), select(a1, b1)),
            (Val::Mem(a), Val::Mem(b)) => Val::Mem(select(a, b)),
            _ => Val::Zero,
        }
    }

    /// `FnOnce::call_once` of what a pointer points to, which may be a `dyn FnOnce`.
    fn call_once_by_pointer(
        &mut self,
        generics: GenericArgs,
        args: &[Arg],
        ret: Ty,
        span: Span,
    ) -> Result<Val, LowerError> {
        let tuple = (generics.ty_at(1), args[1].clone());
        self.call_once(generics.ty_at(0), args[0].0, tuple, ret, span)
    }
}

/// The operation of an intrinsic that reports overflow.
fn overflowing(name: &str) -> Option<MirBinOp> {
    Some(match name {
        "add_with_overflow" => MirBinOp::Add,
        "sub_with_overflow" => MirBinOp::Sub,
        "mul_with_overflow" => MirBinOp::Mul,
        _ => return None,
    })
}

/// Whether a value can be carried over as bits of another scalar type.
fn value_fits(from: Type, to: Type) -> bool {
    from.bytes() == to.bytes() && (from == Type::I1) == (to == Type::I1)
}
