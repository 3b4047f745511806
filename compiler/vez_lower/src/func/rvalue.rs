//! Rvalues: arithmetic, references, aggregates, discriminants.

use super::FnLower;
use super::place::{PlaceAddr, Resolved};
use super::value::Val;
use crate::LowerError;
use crate::layout::{Abi, EnumShape, Layout, LayoutRef, Scalar, Shape, Tag};
use vez_mir::{AggregateKind, BinOp, Operand, Place, Rvalue, UnOp};
use vez_types::{Ty, TyKind};
use vez_vir::{self as vir, ArithFlags, CastOp, CmpOp, Type, Value};

impl FnLower<'_, '_, '_> {
    /// Computes an rvalue into a place.
    pub fn assign(&mut self, place: &Place, rvalue: &Rvalue) -> Result<(), LowerError> {
        match rvalue {
            Rvalue::Aggregate(kind, operands) => self.assign_aggregate(place, kind, operands),
            Rvalue::Repeat(operand, count) => {
                let count = self.mono_const(*count).as_value().unwrap_or(0) as u64;
                self.assign_repeat(place, operand, count)
            }
            _ => {
                let value = self.rvalue(place, rvalue)?;
                self.write_place(place, value)
            }
        }
    }

    fn rvalue(&mut self, place: &Place, rvalue: &Rvalue) -> Result<Val, LowerError> {
        Ok(match rvalue {
            Rvalue::Use(operand) => self.operand(operand)?.0,
            Rvalue::Ref(_, source) | Rvalue::RawPtr(_, source) => {
                let addr = self.address_of(source)?;
                pointer_to(&addr)
            }
            Rvalue::Len(source) => Val::One(self.place_len(source)?),
            Rvalue::Binary(op, a, b) => {
                let ty = self.operand_ty(a);
                let (a, b) = (self.operand(a)?.0, self.operand(b)?.0);
                self.binary(*op, ty, a, b)?
            }
            Rvalue::Checked(op, a, b) => {
                let ty = self.operand_ty(a);
                let (a, b) = (self.operand(a)?.0.one(), self.operand(b)?.0.one());
                let (value, overflowed) = self.checked(*op, ty, a, b);
                self.tuple_of_two(ty, value, overflowed)?
            }
            Rvalue::Unary(op, a) => {
                let a = self.operand(a)?.0.one();
                Val::One(self.unary(*op, a))
            }
            Rvalue::Cast(kind, a, ty) => {
                let to = self.mono(*ty);
                self.cast(*kind, a, to)?
            }
            Rvalue::Discriminant(source) => {
                let ty = self.place_ty(place);
                Val::One(self.discriminant(source, ty)?)
            }
            Rvalue::Aggregate(..) | Rvalue::Repeat(..) => {
                unreachable!("written in place by `assign`")
            }
        })
    }

    fn place_len(&mut self, place: &Place) -> Result<Value, LowerError> {
        let ty = self.place_ty(place);
        if let TyKind::Array(_, len) = ty.kind() {
            let len = len.as_value().unwrap_or(0);
            return Ok(self.b.iconst(Type::I64, len as i128));
        }
        let addr = self.address_of(place)?;
        Ok(self.len_of(&addr))
    }

    /// An operation on two primitive values; integers wrap.
    pub fn binary(&mut self, op: BinOp, ty: Ty, a: Val, b: Val) -> Result<Val, LowerError> {
        let (a, b) = match (a, b) {
            (Val::One(a), Val::One(b)) => (a, b),
            (Val::Two(..), Val::Two(..)) => return Ok(Val::One(self.compare_fat(op, a, b))),
            // `()` and other zero-sized values are equal.
            _ => {
                let holds = matches!(op, BinOp::Eq | BinOp::Le | BinOp::Ge);
                return Ok(Val::One(self.b.bool(holds)));
            }
        };
        if self.b.ty(a) == Type::I128 && matches!(op, BinOp::Div | BinOp::Rem) {
            let signed = is_signed(ty);
            return Ok(Val::One(self.wide_division(op, signed, a, b)?));
        }
        Ok(Val::One(self.scalar_binary(op, ty, a, b)))
    }

    /// No machine divides 128 bits: the library does.
    pub fn wide_division(
        &mut self,
        op: BinOp,
        signed: bool,
        a: Value,
        b: Value,
    ) -> Result<Value, LowerError> {
        let key = self.cx.lang_fn(match (op, signed) {
            (BinOp::Div, false) => "u128_div",
            (BinOp::Div, true) => "i128_div",
            (_, false) => "u128_rem",
            (_, true) => "i128_rem",
        })?;
        let func = self.cx.func(self.b.module, key)?;
        Ok(self.b.call(func, &[a, b])[0])
    }

    fn scalar_binary(&mut self, op: BinOp, ty: Ty, a: Value, b: Value) -> Value {
        let machine = self.b.ty(a);
        let signed = if is_signed(ty) { ArithFlags::S } else { ArithFlags::U };
        let integer_sign = if machine.is_float() { ArithFlags::NONE } else { signed };
        match op {
            BinOp::Add => self.b.add(a, b, ArithFlags::NONE),
            BinOp::Sub => self.b.sub(a, b, ArithFlags::NONE),
            BinOp::Mul => self.b.mul(a, b, ArithFlags::NONE),
            BinOp::Div => self.b.div(a, b, integer_sign),
            BinOp::Rem => self.b.rem(a, b, integer_sign),
            BinOp::BitAnd => self.b.and(a, b),
            BinOp::BitOr => self.b.or(a, b),
            BinOp::BitXor => self.b.xor(a, b),
            BinOp::Shl => {
                let amount = self.shift_amount(machine, b);
                self.b.shl(a, amount, ArithFlags::NONE)
            }
            BinOp::Shr => {
                let amount = self.shift_amount(machine, b);
                self.b.shr(a, amount, signed)
            }
            _ => self.b.cmp(predicate(op, machine, is_signed(ty)), a, b),
        }
    }

    /// The amount at the shifted value's width, modulo that width.
    pub fn shift_amount(&mut self, machine: Type, amount: Value) -> Value {
        let from = self.b.ty(amount);
        let amount = match (from.bits(), machine.bits()) {
            (a, b) if a < b => self.b.cast(CastOp::Zext, machine, amount),
            (a, b) if a > b => self.b.cast(CastOp::Trunc, machine, amount),
            _ => amount,
        };
        let mask = self.b.iconst(machine, i128::from(machine.bits()) - 1);
        self.b.and(amount, mask)
    }

    /// Fat pointers compare by address, then by metadata.
    fn compare_fat(&mut self, op: BinOp, a: Val, b: Val) -> Value {
        let (Val::Two(a, a_meta), Val::Two(b, b_meta)) = (a, b) else {
            unreachable!("both sides have the same type")
        };
        let (a_meta, b_meta) =
            (self.convert_bits(a_meta, Type::I64), self.convert_bits(b_meta, Type::I64));
        let same = self.b.cmp(CmpOp::Eq, a, b);
        let metas = self.b.cmp(predicate(op, Type::I64, false), a_meta, b_meta);
        match op {
            BinOp::Eq => self.b.and(same, metas),
            BinOp::Ne => {
                let differ = self.b.cmp(CmpOp::Ne, a, b);
                self.b.or(differ, metas)
            }
            _ => {
                let strict = match op {
                    BinOp::Lt | BinOp::Le => CmpOp::Ult,
                    _ => CmpOp::Ugt,
                };
                let first = self.b.cmp(strict, a, b);
                self.b.select(same, metas, first)
            }
        }
    }

    /// The tuple `(T, bool)`, whose fields may lie in another order.
    pub fn tuple_of_two(&mut self, ty: Ty, value: Value, flag: Value) -> Result<Val, LowerError> {
        let layout = self.layout(Ty::tuple(vec![ty, Ty::bool()]))?;
        Ok(match layout.field_offset(None, 1) {
            0 => Val::Two(flag, value),
            _ => Val::Two(value, flag),
        })
    }

    /// The wrapped result and whether it overflowed. For shifts: whether the amount is the width or more.
    pub fn checked(&mut self, op: BinOp, ty: Ty, a: Value, b: Value) -> (Value, Value) {
        let signed = is_signed(ty);
        let operation = match (op, signed) {
            (BinOp::Add, true) => vir::BinOp::SaddOf,
            (BinOp::Add, false) => vir::BinOp::UaddOf,
            (BinOp::Sub, true) => vir::BinOp::SsubOf,
            (BinOp::Sub, false) => vir::BinOp::UsubOf,
            (BinOp::Mul, true) => vir::BinOp::SmulOf,
            (BinOp::Mul, false) => vir::BinOp::UmulOf,
            _ => {
                let machine = self.b.ty(a);
                let amount_ty = self.b.ty(b);
                let width = self.b.iconst(amount_ty, i128::from(machine.bits()));
                let overflowed = self.b.cmp(CmpOp::Uge, b, width);
                return (self.scalar_binary(op, ty, a, b), overflowed);
            }
        };
        self.b.bin_of(operation, a, b)
    }

    fn unary(&mut self, op: UnOp, a: Value) -> Value {
        match op {
            UnOp::Not => self.b.un(vir::UnOp::Not, a),
            UnOp::Neg => self.b.un(vir::UnOp::Neg, a),
        }
    }

    /// The discriminant of an enum in memory.
    pub fn discriminant_at(&mut self, addr: &PlaceAddr, to: Type) -> Value {
        let layout = addr.layout.clone();
        let Shape::Enum(shape) = &layout.shape else { return self.b.iconst(to, 0) };
        match shape.tag {
            Tag::Single(index) => {
                let known = shape.variants.get(index as usize).map_or(0, |v| v.discriminant);
                self.b.const_bits(to, known & to.mask())
            }
            Tag::Direct { scalar, offset } | Tag::Niche { scalar, offset, .. } => {
                let stored = self.load_scalar(addr.ptr, offset, scalar, addr.align);
                self.decode_tag(shape, stored, to)
            }
        }
    }

    /// The discriminant of an enum's value at type `ty`.
    pub fn discriminant(&mut self, source: &Place, ty: Ty) -> Result<Value, LowerError> {
        let to = match self.layout(ty)?.abi {
            Abi::One(scalar) => scalar.ty,
            _ => Type::I64,
        };
        let (local, part) = match self.resolve(source)? {
            Resolved::Address(addr) => return Ok(self.discriminant_at(&addr, to)),
            Resolved::Part(local, part) => (local, part),
        };
        let layout = part.layout.clone();
        let Shape::Enum(shape) = &layout.shape else {
            return Ok(self.b.iconst(to, 0));
        };
        let offset = match shape.tag {
            Tag::Single(index) => {
                let known = shape.variants.get(index as usize).map_or(0, |v| v.discriminant);
                return Ok(self.b.const_bits(to, known & to.mask()));
            }
            Tag::Direct { offset, .. } | Tag::Niche { offset, .. } => offset,
        };
        let stored = match self.read_part(local, &part) {
            Val::Two(_, second) if offset != 0 => second,
            Val::Two(first, _) | Val::One(first) => first,
            _ => unreachable!("an enum with a tag is not zero-sized"),
        };
        Ok(self.decode_tag(shape, stored, to))
    }

    fn decode_tag(&mut self, shape: &EnumShape, stored: Value, to: Type) -> Value {
        match shape.tag {
            Tag::Niche { scalar, dataful, first, last, start, .. } => {
                let stored = self.convert_bits(stored, integer_of(scalar.ty));
                self.decode_niche(shape, stored, to, (dataful, first, last, start))
            }
            _ => {
                let negative = shape.variants.iter().any(|v| (v.discriminant as i128) < 0);
                let from = self.b.ty(stored);
                match (from.bits(), to.bits()) {
                    (a, b) if a < b && negative => self.b.cast(CastOp::Sext, to, stored),
                    (a, b) if a < b => self.b.cast(CastOp::Zext, to, stored),
                    (a, b) if a > b => self.b.cast(CastOp::Trunc, to, stored),
                    _ => stored,
                }
            }
        }
    }

    /// In a niche the variants' values follow each other, and so do their discriminants.
    fn decode_niche(
        &mut self,
        shape: &EnumShape,
        stored: Value,
        to: Type,
        (dataful, first, last, start): (u32, u32, u32, u128),
    ) -> Value {
        let machine = self.b.ty(stored);
        let known = |index: u32| shape.variants[index as usize].discriminant & to.mask();
        let start = self.b.const_bits(machine, start & machine.mask());
        let data = self.b.const_bits(to, known(dataful));
        if first == last {
            let hit = self.b.cmp(CmpOp::Eq, stored, start);
            let other = self.b.const_bits(to, known(first));
            return self.b.select(hit, other, data);
        }
        let relative = self.b.sub(stored, start, ArithFlags::NONE);
        let span = self.b.iconst(machine, i128::from(last - first));
        let hit = self.b.cmp(CmpOp::Ule, relative, span);
        let widened = match (machine.bits(), to.bits()) {
            (a, b) if a < b => self.b.cast(CastOp::Zext, to, relative),
            (a, b) if a > b => self.b.cast(CastOp::Trunc, to, relative),
            _ => relative,
        };
        let base = self.b.const_bits(to, known(first));
        let other = self.b.add(widened, base, ArithFlags::NONE);
        self.b.select(hit, other, data)
    }

    /// What the tag of `variant` is stored as: the scalar, its offset, its bits. `None` when nothing is stored.
    pub fn tag_of(&self, layout: &Layout, variant: u32) -> Option<(Scalar, u64, u128)> {
        let Shape::Enum(shape) = &layout.shape else { return None };
        match shape.tag {
            Tag::Single(_) => None,
            Tag::Direct { scalar, offset } => {
                let bits = shape.variants[variant as usize].discriminant & scalar.ty.mask();
                Some((scalar, offset, bits))
            }
            Tag::Niche { dataful, .. } if variant == dataful => None,
            Tag::Niche { scalar, offset, first, start, .. } => {
                let bits = start.wrapping_add(u128::from(variant - first)) & scalar.ty.mask();
                Some((scalar, offset, bits))
            }
        }
    }

    fn assign_aggregate(
        &mut self,
        place: &Place,
        kind: &AggregateKind,
        operands: &[Operand],
    ) -> Result<(), LowerError> {
        let (variant, only_field) = match kind {
            AggregateKind::Adt { variant, field, .. } => (Some(*variant), *field),
            _ => (None, None),
        };
        let is_enum = |layout: &Layout| matches!(layout.shape, Shape::Enum(_));
        match self.resolve(place)? {
            Resolved::Address(addr) => {
                let mut target = addr.clone();
                target.variant = variant.filter(|_| is_enum(&addr.layout));
                for (i, operand) in operands.iter().enumerate() {
                    let (value, layout) = self.operand(operand)?;
                    let index = only_field.unwrap_or(i as u32);
                    let offset = addr.layout.field_offset(target.variant, index);
                    self.store_field(&addr, offset, &layout, value);
                }
                if let Some((scalar, offset, bits)) =
                    variant.and_then(|v| self.tag_of(&addr.layout, v))
                {
                    let tag = self.scalar_bits(scalar.ty, bits);
                    self.store_scalar(addr.ptr, offset, tag, addr.align);
                }
                Ok(())
            }
            Resolved::Part(local, part) => {
                let value = self.aggregate_value(&part.layout, variant, operands)?;
                self.write_part(local, &part, value);
                Ok(())
            }
        }
    }

    fn store_field(&mut self, addr: &PlaceAddr, offset: u64, layout: &LayoutRef, value: Val) {
        let ptr = self.offset(addr.ptr, offset);
        let known =
            if offset == 0 { addr.align } else { addr.align.min(1 << offset.trailing_zeros()) };
        let layout = Layout { align: layout.align.min(known), ..(**layout).clone() };
        self.store(ptr, &layout, value);
    }

    /// A struct, tuple or variant in registers, put together from its fields.
    fn aggregate_value(
        &mut self,
        layout: &LayoutRef,
        variant: Option<u32>,
        operands: &[Operand],
    ) -> Result<Val, LowerError> {
        let variant = variant.filter(|_| matches!(layout.shape, Shape::Enum(_)));
        let (first, second) = match layout.abi {
            Abi::One(scalar) => (scalar, None),
            Abi::Two(first, second, at) => (first, Some((second, at))),
            _ => return Ok(Val::Zero),
        };
        let mut parts: [Option<Value>; 2] = [None, None];
        for (i, operand) in operands.iter().enumerate() {
            let (value, field) = self.operand(operand)?;
            let offset = layout.field_offset(variant, i as u32);
            let values = match value {
                Val::Mem(ptr) => self.load(ptr, &field).parts(),
                value => value.parts(),
            };
            match (values.as_slice(), second) {
                ([a, b], _) => parts = [Some(*a), Some(*b)],
                ([a], Some((_, at))) if offset == at && at != 0 => parts[1] = Some(*a),
                ([a], _) => parts[0] = Some(*a),
                _ => {}
            }
        }
        if let Some((_, offset, bits)) = variant.and_then(|v| self.tag_of(layout, v)) {
            let index = usize::from(offset != 0);
            let ty = if index == 0 { first.ty } else { second.map_or(first.ty, |s| s.0.ty) };
            parts[index] = Some(self.scalar_bits(ty, bits));
        }
        let part = |value: Option<Value>, ty: Type, this: &mut Self| match value {
            Some(value) => this.convert_bits(value, ty),
            None => this.scalar_bits(ty, 0),
        };
        let a = part(parts[0], first.ty, self);
        Ok(match second {
            None => Val::One(a),
            Some((second, _)) => Val::Two(a, part(parts[1], second.ty, self)),
        })
    }

    /// A constant of any scalar type from its bits.
    pub fn scalar_bits(&mut self, ty: Type, bits: u128) -> Value {
        if !ty.is_ptr() {
            return self.b.const_bits(ty, bits & ty.mask());
        }
        if bits == 0 {
            return self.b.null();
        }
        let int = self.b.const_bits(Type::I64, bits);
        self.b.cast(CastOp::Itop, ty, int)
    }

    fn assign_repeat(
        &mut self,
        place: &Place,
        operand: &Operand,
        count: u64,
    ) -> Result<(), LowerError> {
        let (value, layout) = self.operand(operand)?;
        let addr = self.address_of(place)?;
        if layout.size == 0 || count == 0 {
            return Ok(());
        }
        if let Some(byte) = self.repeated_byte(value) {
            let len = self.b.iconst(Type::I64, i128::from(layout.size) * i128::from(count));
            self.b.fill(addr.align, addr.ptr, byte, len);
            return Ok(());
        }
        if count <= 4 {
            for i in 0..count {
                let ptr = self.offset(addr.ptr, i * layout.size);
                self.store(ptr, &layout, value);
            }
            return Ok(());
        }
        self.repeat_loop(addr.ptr, value, &layout, count);
        Ok(())
    }

    /// The byte that all bytes of a constant are, or a one-byte value itself.
    fn repeated_byte(&mut self, value: Val) -> Option<Value> {
        let Val::One(value) = value else { return None };
        let ty = self.b.ty(value);
        if ty == Type::I8 {
            return Some(value);
        }
        match self.b.defining_inst(value)? {
            vir::Inst::Const { ty, bits } => {
                let bytes = bits.get().to_le_bytes();
                let used = &bytes[..ty.bytes() as usize];
                let same = used.iter().all(|&b| b == used[0]);
                same.then(|| self.b.const_bits(Type::I8, used[0].into()))
            }
            _ => None,
        }
    }

    fn repeat_loop(&mut self, ptr: Value, value: Val, layout: &LayoutRef, count: u64) {
        let (head, done) = (self.b.create_block(), self.b.create_block());
        let index = self.b.block_param(head, Type::I64);
        let zero = self.b.iconst(Type::I64, 0);
        self.b.jump(head, &[zero]);
        self.b.switch_to_block(head);
        let at = self.index_addr(ptr, index, layout.size);
        self.store(at, layout, value);
        let one = self.b.iconst(Type::I64, 1);
        let next = self.b.add(index, one, ArithFlags::NUW);
        let limit = self.b.iconst(Type::I64, count as i128);
        let more = self.b.cmp(CmpOp::Ult, next, limit);
        self.b.br_with(more, (head, &[next]), (done, &[]), vir::Prob::UNKNOWN);
        self.b.seal_block(head);
        self.b.seal_block(done);
        self.b.switch_to_block(done);
    }
}

/// The value of a pointer to a place.
pub fn pointer_to(addr: &PlaceAddr) -> Val {
    match addr.meta {
        Some(meta) => Val::Two(addr.ptr, meta),
        None => Val::One(addr.ptr),
    }
}

/// Whether arithmetic at this type is signed.
pub fn is_signed(ty: Ty) -> bool {
    use vez_types::IntTy::{I8, I16, I32, I64, I128, Isize};
    matches!(ty.kind(), TyKind::Int(I8 | I16 | I32 | I64 | I128 | Isize))
}

/// The integer type of a scalar's size.
pub fn integer_of(ty: Type) -> Type {
    if ty.is_int() { ty } else { Type::int(ty.bits()).unwrap_or(Type::I64) }
}

/// The predicate of a comparison.
fn predicate(op: BinOp, machine: Type, signed: bool) -> CmpOp {
    if machine.is_float() {
        return match op {
            BinOp::Eq => CmpOp::Foeq,
            BinOp::Ne => CmpOp::Fune,
            BinOp::Lt => CmpOp::Folt,
            BinOp::Le => CmpOp::Fole,
            BinOp::Gt => CmpOp::Fogt,
            _ => CmpOp::Foge,
        };
    }
    match (op, signed) {
        (BinOp::Eq, _) => CmpOp::Eq,
        (BinOp::Ne, _) => CmpOp::Ne,
        (BinOp::Lt, true) => CmpOp::Slt,
        (BinOp::Le, true) => CmpOp::Sle,
        (BinOp::Gt, true) => CmpOp::Sgt,
        (BinOp::Ge, true) => CmpOp::Sge,
        (BinOp::Lt, false) => CmpOp::Ult,
        (BinOp::Le, false) => CmpOp::Ule,
        (BinOp::Gt, false) => CmpOp::Ugt,
        _ => CmpOp::Uge,
    }
}
