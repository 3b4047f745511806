//! Values outside memory: none, one or two machine values, or the address of bytes.

use super::FnLower;
use crate::layout::{Abi, Layout, LayoutRef, Scalar};
use smallvec::SmallVec;
use vez_vir::{Access, AccessFlags, CastOp, CopyFlags, Type, Value};

/// A value of some layout.
#[derive(Clone, Copy, Debug)]
pub enum Val {
    Zero,
    One(Value),
    Two(Value, Value),
    /// In memory at this address, which the value does not own.
    Mem(Value),
}

impl Val {
    /// The machine values it consists of.
    pub fn parts(self) -> SmallVec<[Value; 2]> {
        match self {
            Val::Zero => SmallVec::new(),
            Val::One(a) | Val::Mem(a) => SmallVec::from_slice(&[a]),
            Val::Two(a, b) => SmallVec::from_slice(&[a, b]),
        }
    }

    /// The only machine value of a scalar.
    pub fn one(self) -> Value {
        match self {
            Val::One(value) => value,
            other => unreachable!("the layout says one scalar, the value is {other:?}"),
        }
    }

    /// The value of these machine values.
    pub fn from_parts(parts: &[Value]) -> Val {
        match *parts {
            [] => Val::Zero,
            [a] => Val::One(a),
            [a, b] => Val::Two(a, b),
            _ => unreachable!("no layout has more than two scalars"),
        }
    }
}

impl FnLower<'_, '_, '_> {
    /// Reads a value; one that lives in memory stays there.
    pub fn load(&mut self, ptr: Value, layout: &Layout) -> Val {
        match layout.abi {
            _ if layout.size == 0 => Val::Zero,
            Abi::Zero => Val::Zero,
            Abi::One(scalar) => Val::One(self.load_scalar(ptr, 0, scalar, layout.align)),
            Abi::Two(first, second, offset) => {
                let a = self.load_scalar(ptr, 0, first, layout.align);
                let b = self.load_scalar(ptr, offset, second, layout.align);
                Val::Two(a, b)
            }
            Abi::Memory => Val::Mem(ptr),
        }
    }

    /// Reads one scalar at an offset from an address of alignment `align`.
    pub fn load_scalar(&mut self, ptr: Value, offset: u64, scalar: Scalar, align: u64) -> Value {
        let mut access = access_at(align, offset, scalar.ty);
        if scalar.ty.is_ptr() && !scalar.valid_contains_zero() {
            access = access.flag(AccessFlags::NONNULL);
        } else if scalar.ty.is_int() && !scalar.is_full() {
            let range = self.b.module.intern_range(scalar.valid.low, scalar.valid.high);
            access = access.range(range);
        }
        let (ptr, offset) = self.near(ptr, offset);
        self.b.load(scalar.ty, ptr, offset, access)
    }

    /// Writes a value of this layout.
    pub fn store(&mut self, ptr: Value, layout: &Layout, value: Val) {
        match (value, layout.abi) {
            (Val::Zero, _) => {}
            (Val::One(a), _) => self.store_scalar(ptr, 0, a, layout.align),
            (Val::Two(a, b), Abi::Two(_, _, offset)) => {
                self.store_scalar(ptr, 0, a, layout.align);
                self.store_scalar(ptr, offset, b, layout.align);
            }
            (Val::Mem(from), _) => self.copy_bytes(ptr, from, layout),
            (Val::Two(..), _) => unreachable!("a pair has a pair's layout"),
        }
    }

    /// Writes one scalar at an offset from an address of alignment `align`.
    pub fn store_scalar(&mut self, ptr: Value, offset: u64, value: Value, align: u64) {
        let access = access_at(align, offset, self.b.ty(value));
        let (ptr, offset) = self.near(ptr, offset);
        self.b.store(value, ptr, offset, access);
    }

    /// Copies a value between places that are the same or do not overlap.
    pub fn copy_bytes(&mut self, to: Value, from: Value, layout: &Layout) {
        if layout.size == 0 || to == from {
            return;
        }
        let len = self.b.iconst(Type::I64, layout.size as i128);
        self.b.copy(CopyFlags::NONE, layout.align, to, from, len);
    }

    /// A value in memory: where it is, or a fresh slot it is written to.
    pub fn spill(&mut self, value: Val, layout: &LayoutRef) -> Value {
        match value {
            Val::Mem(ptr) => ptr,
            _ => {
                let ptr = self.temp_slot(layout);
                self.store(ptr, layout, value);
                ptr
            }
        }
    }

    /// The address of a fresh slot for a value.
    pub fn temp_slot(&mut self, layout: &Layout) -> Value {
        let slot = self.b.create_slot(layout.size.max(1), layout.align);
        self.b.slot_addr(slot)
    }

    /// `ptr + offset`.
    pub fn offset(&mut self, ptr: Value, offset: u64) -> Value {
        match i32::try_from(offset) {
            Ok(0) => ptr,
            Ok(small) => self.b.offset(ptr, small),
            Err(_) => {
                let far = self.b.iconst(Type::I64, offset as i128);
                self.b.index(ptr, far, 1, 0)
            }
        }
    }

    /// The address and constant offset of an access; far offsets move into the address.
    fn near(&mut self, ptr: Value, offset: u64) -> (Value, i32) {
        match i32::try_from(offset) {
            Ok(small) => (ptr, small),
            Err(_) => (self.offset(ptr, offset), 0),
        }
    }

    /// The same bits at another scalar type of a layout: a `bool` is one bit outside memory, a byte inside an enum's niche.
    pub fn convert_bits(&mut self, value: Value, to: Type) -> Value {
        let from = self.b.ty(value);
        if from == to {
            return value;
        }
        match (from, to) {
            (a, b) if a.is_ptr() && b.is_int() => {
                let bits = self.b.cast(CastOp::Ptoi, Type::I64, value);
                self.convert_bits(bits, to)
            }
            (a, b) if a.is_int() && b.is_ptr() => {
                let bits = self.convert_bits(value, Type::I64);
                self.b.cast(CastOp::Itop, to, bits)
            }
            (a, b) if a.is_float() || b.is_float() => self.b.cast(CastOp::Bit, to, value),
            (a, b) if a.bits() < b.bits() => self.b.cast(CastOp::Zext, to, value),
            _ => self.b.cast(CastOp::Trunc, to, value),
        }
    }
}

/// An access of type `ty` at `offset` from an address of alignment `align`.
fn access_at(align: u64, offset: u64, ty: Type) -> Access {
    let here = if offset == 0 { align } else { align.min(1 << offset.trailing_zeros()) };
    Access::aligned(here.min(u64::from(ty.natural_align())) as u32)
}
