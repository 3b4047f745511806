//! Places: locals in registers or memory, and the steps from them.

use super::FnLower;
use super::value::Val;
use crate::LowerError;
use crate::layout::{Abi, Layout, LayoutRef, PointerMeta, Shape};
use vez_mir::{Local, Place, Projection};
use vez_types::{Ty, TyKind};
use vez_vir::{ArithFlags, Type, Value, Variable};

/// Where a local lives.
#[derive(Clone, Debug)]
pub enum LocalHome {
    Zero,
    One(Variable),
    Two(Variable, Variable),
    /// In memory at this address, which dominates all uses.
    Memory(Value),
}

/// A place in memory: its address, the metadata of an unsized one, its type and layout.
#[derive(Clone, Debug)]
pub struct PlaceAddr {
    pub ptr: Value,
    pub meta: Option<Value>,
    pub ty: Ty,
    pub layout: LayoutRef,
    /// After a downcast.
    pub variant: Option<u32>,
    /// What is known of the address; may be less than the type's in packed structs.
    pub align: u64,
}

/// A part of a local that lives in registers.
#[derive(Clone, Debug)]
pub struct Part {
    pub ty: Ty,
    pub layout: LayoutRef,
    pub variant: Option<u32>,
    pub which: Which,
}

/// Which of a local's machine values a part is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Which {
    None,
    All,
    First,
    Second,
}

/// What a place turned out to be.
pub enum Resolved {
    Part(Local, Part),
    Address(PlaceAddr),
}

/// The part that field `field` of `part` is, or `None` when it is not one of the machine values.
pub fn field_part(part: &Part, field: u32, ty: Ty, layout: LayoutRef) -> Option<Part> {
    let offset = part.layout.field_offset(part.variant, field);
    let which = match (layout.abi, part.layout.abi) {
        _ if layout.size == 0 => Which::None,
        (Abi::One(_), Abi::One(_)) if offset == 0 => part.which,
        (Abi::Two(..), Abi::Two(..)) if offset == 0 => part.which,
        (Abi::One(inner), Abi::Two(first, second, at)) => {
            if offset == 0 && inner.bytes() == first.bytes() {
                Which::First
            } else if offset == at && inner.bytes() == second.bytes() {
                Which::Second
            } else {
                return None;
            }
        }
        _ => return None,
    };
    Some(Part { ty, layout, variant: None, which })
}

impl FnLower<'_, '_, '_> {
    /// The type of a place.
    pub fn place_ty(&mut self, place: &Place) -> Ty {
        let mut ty = self.local_ty(place.local);
        for step in &place.projection {
            ty = self.step_ty(ty, step);
        }
        ty
    }

    fn step_ty(&mut self, ty: Ty, step: &Projection) -> Ty {
        match step {
            Projection::Deref => self.cx.deref_ty(ty),
            Projection::Field(_, field_ty) => self.mono(*field_ty),
            Projection::Index(_) | Projection::ConstantIndex { .. } => elem_ty(ty),
            Projection::Subslice { from, to } => match ty.kind() {
                TyKind::Array(elem, len) => {
                    let len = len.as_value().unwrap_or(0) as u64;
                    Ty::array(*elem, len - from - to)
                }
                _ => ty,
            },
            Projection::Downcast(_) => ty,
        }
    }

    /// Follows a place to the part of a register local or the address that it is.
    pub fn resolve(&mut self, place: &Place) -> Result<Resolved, LowerError> {
        let ty = self.local_ty(place.local);
        let layout = self.layout(ty)?;
        let mut here = match self.homes[place.local].clone() {
            LocalHome::Memory(ptr) => {
                let align = layout.align;
                let meta = self.local_meta.get(&place.local).copied();
                Resolved::Address(PlaceAddr { ptr, meta, ty, layout, variant: None, align })
            }
            home => {
                let which = if matches!(home, LocalHome::Zero) { Which::None } else { Which::All };
                Resolved::Part(place.local, Part { ty, layout, variant: None, which })
            }
        };
        for step in &place.projection {
            here = match here {
                Resolved::Part(local, part) => self.step_in_part(local, part, step)?,
                Resolved::Address(addr) => Resolved::Address(self.step_in_memory(addr, step)?),
            };
        }
        Ok(here)
    }

    fn step_in_part(
        &mut self,
        local: Local,
        part: Part,
        step: &Projection,
    ) -> Result<Resolved, LowerError> {
        Ok(match step {
            Projection::Deref => {
                let value = self.read_part(local, &part);
                Resolved::Address(self.deref_value(part.ty, value)?)
            }
            Projection::Field(field, ty) => {
                let ty = self.mono(*ty);
                let layout = self.layout(ty)?;
                match field_part(&part, *field, ty, layout.clone()) {
                    Some(part) => Resolved::Part(local, part),
                    // Only zero-sized locals get here; the analysis sends the others to memory.
                    None => Resolved::Address(self.nowhere(ty, layout)),
                }
            }
            Projection::Downcast(variant) => {
                Resolved::Part(local, Part { variant: Some(*variant), ..part })
            }
            _ => {
                // Elements of a zero-sized array.
                let ty = self.step_ty(part.ty, step);
                let layout = self.layout(ty)?;
                Resolved::Address(self.nowhere(ty, layout))
            }
        })
    }

    /// A place without bytes: any aligned address will do.
    pub fn nowhere(&mut self, ty: Ty, layout: LayoutRef) -> PlaceAddr {
        let ptr = self.dangling(layout.align);
        let align = layout.align;
        PlaceAddr { ptr, meta: None, ty, layout, variant: None, align }
    }

    /// An address that is aligned and not null, and holds nothing.
    pub fn dangling(&mut self, align: u64) -> Value {
        let bits = self.b.iconst(Type::I64, align as i128);
        self.b.cast(vez_vir::CastOp::Itop, Type::PTR, bits)
    }

    /// Where a reference, raw pointer or `Box` points.
    pub fn deref_value(&mut self, pointer_ty: Ty, value: Val) -> Result<PlaceAddr, LowerError> {
        let ty = self.cx.deref_ty(pointer_ty);
        let layout = self.layout(ty)?;
        let (ptr, meta) = match value {
            Val::One(ptr) => (ptr, None),
            Val::Two(ptr, meta) => (ptr, Some(meta)),
            Val::Mem(at) => {
                // A smart pointer whose layout is memory: the pointer is its first bytes.
                let pointer = self.cx.layouts.raw_pointer(ty);
                match self.load(at, &pointer) {
                    Val::Two(ptr, meta) => (ptr, Some(meta)),
                    other => (other.one(), None),
                }
            }
            Val::Zero => (self.dangling(layout.align), None),
        };
        let align = layout.align;
        Ok(PlaceAddr { ptr, meta, ty, layout, variant: None, align })
    }

    fn step_in_memory(
        &mut self,
        addr: PlaceAddr,
        step: &Projection,
    ) -> Result<PlaceAddr, LowerError> {
        match step {
            Projection::Deref => {
                let value = self.load(addr.ptr, &addr.layout);
                self.deref_value(addr.ty, value)
            }
            Projection::Field(field, ty) => {
                let ty = self.mono(*ty);
                self.field_addr(&addr, *field, ty)
            }
            Projection::Downcast(variant) => Ok(PlaceAddr { variant: Some(*variant), ..addr }),
            Projection::Index(local) => {
                let index = self.read_local(*local).one();
                self.element_addr(&addr, index)
            }
            Projection::ConstantIndex { offset, from_end, .. } => {
                let index = if *from_end {
                    let len = self.len_of(&addr);
                    let back = self.b.iconst(Type::I64, *offset as i128);
                    self.b.sub(len, back, ArithFlags::NONE)
                } else {
                    self.b.iconst(Type::I64, *offset as i128)
                };
                self.element_addr(&addr, index)
            }
            Projection::Subslice { from, to } => self.subslice_addr(addr, *from, *to),
        }
    }

    /// The address of a field of a place in memory.
    pub fn field_addr(
        &mut self,
        addr: &PlaceAddr,
        field: u32,
        ty: Ty,
    ) -> Result<PlaceAddr, LowerError> {
        let layout = self.layout(ty)?;
        let offset = addr.layout.field_offset(addr.variant, field);
        let tail_is_dyn =
            layout.is_unsized && self.cx.layouts.pointer_meta(ty) == PointerMeta::Vtable;
        let (ptr, align) = if tail_is_dyn {
            (self.dyn_tail_addr(addr, offset, ty), 1)
        } else {
            let known =
                if offset == 0 { addr.align } else { addr.align.min(1 << offset.trailing_zeros()) };
            (self.offset(addr.ptr, offset), known.min(layout.align))
        };
        let meta = if layout.is_unsized { addr.meta } else { None };
        Ok(PlaceAddr { ptr, meta, ty, layout, variant: None, align })
    }

    /// A `dyn` tail starts at the next multiple of its own alignment, which its vtable tells.
    fn dyn_tail_addr(&mut self, addr: &PlaceAddr, offset: u64, ty: Ty) -> Value {
        let Some(vtable) = addr.meta else { return self.offset(addr.ptr, offset) };
        let (_, align) = self.size_and_align_of_val(ty, Some(vtable));
        let start = self.b.iconst(Type::I64, offset as i128);
        let aligned = self.round_up(start, align);
        self.b.index(addr.ptr, aligned, 1, 0)
    }

    /// `value` rounded up to a multiple of `align`, a power of two.
    pub fn round_up(&mut self, value: Value, align: Value) -> Value {
        let one = self.b.iconst(Type::I64, 1);
        let less = self.b.sub(align, one, ArithFlags::NONE);
        let sum = self.b.add(value, less, ArithFlags::NONE);
        let zero = self.b.iconst(Type::I64, 0);
        let mask = self.b.sub(zero, align, ArithFlags::NONE);
        self.b.and(sum, mask)
    }

    fn element_addr(&mut self, addr: &PlaceAddr, index: Value) -> Result<PlaceAddr, LowerError> {
        let ty = elem_ty(addr.ty);
        let layout = self.layout(ty)?;
        let ptr = self.index_addr(addr.ptr, index, layout.size);
        let align = addr.align.min(layout.align);
        Ok(PlaceAddr { ptr, meta: None, ty, layout, variant: None, align })
    }

    /// `base + index * stride`.
    pub fn index_addr(&mut self, base: Value, index: Value, stride: u64) -> Value {
        match u32::try_from(stride) {
            Ok(0) => base,
            Ok(stride) => self.b.index(base, index, stride, 0),
            Err(_) => {
                let stride = self.b.iconst(Type::I64, stride as i128);
                let bytes = self.b.mul(index, stride, ArithFlags::NONE);
                self.b.index(base, bytes, 1, 0)
            }
        }
    }

    fn subslice_addr(
        &mut self,
        addr: PlaceAddr,
        from: u64,
        to: u64,
    ) -> Result<PlaceAddr, LowerError> {
        let stride = self.layout(elem_ty(addr.ty))?.size;
        let ptr = self.offset(addr.ptr, from * stride);
        let ty = self.step_ty(addr.ty, &Projection::Subslice { from, to });
        let layout = self.layout(ty)?;
        let meta = addr.meta.map(|len| {
            let cut = self.b.iconst(Type::I64, i128::from(from + to));
            self.b.sub(len, cut, ArithFlags::NONE)
        });
        Ok(PlaceAddr { ptr, meta, ty, layout, variant: None, align: addr.align })
    }

    /// The number of elements of an array or slice place.
    pub fn len_of(&mut self, addr: &PlaceAddr) -> Value {
        match (addr.meta, &addr.layout.shape) {
            (Some(len), _) => len,
            (None, Shape::Array { count, .. }) => self.b.iconst(Type::I64, *count as i128),
            (None, _) => self.b.iconst(Type::I64, 0),
        }
    }

    /// The machine values of a local that lives in registers.
    pub fn read_local(&mut self, local: Local) -> Val {
        match self.homes[local].clone() {
            LocalHome::Zero => Val::Zero,
            LocalHome::One(var) => Val::One(self.b.use_var(var)),
            LocalHome::Two(first, second) => {
                Val::Two(self.b.use_var(first), self.b.use_var(second))
            }
            LocalHome::Memory(ptr) => {
                let ty = self.local_ty(local);
                // Layouts of locals were computed when homes were chosen.
                let layout = self.layout(ty).expect("a local with a home has a layout");
                self.load(ptr, &layout)
            }
        }
    }

    /// The value of a part of a register local, at the part's own machine type.
    pub fn read_part(&mut self, local: Local, part: &Part) -> Val {
        let whole = match part.which {
            Which::None => return Val::Zero,
            _ => self.read_local(local),
        };
        let value = match (part.which, whole) {
            (Which::First, Val::Two(first, _)) => Val::One(first),
            (Which::Second, Val::Two(_, second)) => Val::One(second),
            (_, whole) => whole,
        };
        self.at_own_types(value, &part.layout)
    }

    /// Machine values at the types that their own layout gives them.
    fn at_own_types(&mut self, value: Val, layout: &Layout) -> Val {
        match (value, layout.abi) {
            (Val::One(a), Abi::One(scalar)) => Val::One(self.convert_bits(a, scalar.ty)),
            (Val::Two(a, b), Abi::Two(first, second, _)) => {
                Val::Two(self.convert_bits(a, first.ty), self.convert_bits(b, second.ty))
            }
            (value, _) => value,
        }
    }

    /// Writes a part of a register local.
    pub fn write_part(&mut self, local: Local, part: &Part, value: Val) {
        let value = match value {
            Val::Mem(ptr) => self.load(ptr, &part.layout),
            value => value,
        };
        match (self.homes[local].clone(), part.which, value) {
            (_, Which::None, _) | (LocalHome::Zero, ..) | (_, _, Val::Zero) => {}
            (LocalHome::One(var), _, Val::One(a)) => self.define(var, a),
            (LocalHome::Two(var, _), Which::First, Val::One(a)) => self.define(var, a),
            (LocalHome::Two(_, var), Which::Second, Val::One(a)) => self.define(var, a),
            (LocalHome::Two(first, second), _, Val::Two(a, b)) => {
                self.define(first, a);
                self.define(second, b);
            }
            (home, which, value) => {
                unreachable!("part {which:?} of {home:?} cannot hold {value:?}")
            }
        }
    }

    fn define(&mut self, var: Variable, value: Value) {
        let value = self.convert_bits(value, self.var_types[&var]);
        self.b.def_var(var, value);
    }

    /// Reads a place.
    pub fn read_place(&mut self, place: &Place) -> Result<(Val, LayoutRef), LowerError> {
        Ok(match self.resolve(place)? {
            Resolved::Part(local, part) => (self.read_part(local, &part), part.layout),
            Resolved::Address(addr) => (self.load_at(&addr), addr.layout),
        })
    }

    /// Reads a value whose address may be less aligned than its type asks.
    fn load_at(&mut self, addr: &PlaceAddr) -> Val {
        if addr.align >= addr.layout.align {
            return self.load(addr.ptr, &addr.layout);
        }
        let packed = Layout { align: addr.align, ..(*addr.layout).clone() };
        self.load(addr.ptr, &packed)
    }

    /// Writes a place.
    pub fn write_place(&mut self, place: &Place, value: Val) -> Result<(), LowerError> {
        match self.resolve(place)? {
            Resolved::Part(local, part) => self.write_part(local, &part, value),
            Resolved::Address(addr) => {
                let layout =
                    Layout { align: addr.align.min(addr.layout.align), ..(*addr.layout).clone() };
                self.store(addr.ptr, &layout, value);
            }
        }
        Ok(())
    }

    /// The address of a place; a part of a register local has none, and only zero-sized ones are asked for.
    pub fn address_of(&mut self, place: &Place) -> Result<PlaceAddr, LowerError> {
        Ok(match self.resolve(place)? {
            Resolved::Address(addr) => addr,
            Resolved::Part(_, part) => self.nowhere(part.ty, part.layout),
        })
    }
}

/// The element type of an array or slice.
pub fn elem_ty(ty: Ty) -> Ty {
    match ty.kind() {
        TyKind::Array(elem, _) | TyKind::Slice(elem) => *elem,
        _ => Ty::error(),
    }
}
