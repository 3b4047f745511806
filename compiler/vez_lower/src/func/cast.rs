//! Casts and coercions.

use super::FnLower;
use super::rvalue::is_signed;
use super::value::Val;
use crate::LowerError;
use crate::layout::{Abi, PointerMeta};
use vez_mir::{CastKind, Operand};
use vez_types::{Mutability, Ty, TyKind};
use vez_vir::{CastOp, Type, Value};

/// The library's conversions by width of the float (32, 64), then unsigned and signed.
const WIDE_TO_FLOAT: [[&str; 2]; 2] =
    [["u128_to_f32", "i128_to_f32"], ["u128_to_f64", "i128_to_f64"]];
const FLOAT_TO_WIDE: [[&str; 2]; 2] =
    [["f32_to_u128", "f32_to_i128"], ["f64_to_u128", "f64_to_i128"]];

impl FnLower<'_, '_, '_> {
    pub fn cast(&mut self, kind: CastKind, operand: &Operand, to: Ty) -> Result<Val, LowerError> {
        let from = self.operand_ty(operand);
        Ok(match kind {
            CastKind::ReifyFn => {
                let func = self.reify(from)?;
                Val::One(self.b.func_addr(func))
            }
            CastKind::ClosureToFn => {
                let func = self.closure_as_fn(from)?;
                Val::One(self.b.func_addr(func))
            }
            CastKind::Numeric | CastKind::EnumToInt | CastKind::PtrToInt | CastKind::IntToPtr => {
                let value = self.operand(operand)?.0;
                Val::One(self.numeric(from, to, value)?)
            }
            CastKind::PtrToPtr | CastKind::FnToPtr => {
                let value = self.operand(operand)?.0;
                self.pointer_cast(to, value)?
            }
            CastKind::Transmute => self.operand(operand)?.0,
            CastKind::Unsize => {
                let value = self.operand(operand)?.0;
                self.unsize(from, to, value)?
            }
        })
    }

    /// A thin target drops the metadata.
    fn pointer_cast(&mut self, to: Ty, value: Val) -> Result<Val, LowerError> {
        let layout = self.layout(to)?;
        Ok(match (value, layout.abi) {
            (Val::Two(ptr, _), Abi::One(_)) => Val::One(ptr),
            (value, _) => value,
        })
    }

    fn numeric(&mut self, from: Ty, to: Ty, value: Val) -> Result<Value, LowerError> {
        let target = match self.layout(to)?.abi {
            Abi::One(scalar) => scalar.ty,
            _ => Type::I64,
        };
        let value = match value {
            Val::One(value) => value,
            // A fat pointer's address.
            Val::Two(ptr, _) => ptr,
            Val::Mem(ptr) => {
                let layout = self.layout(from)?;
                self.load(ptr, &layout).one()
            }
            // A fieldless enum of one variant: its discriminant.
            Val::Zero => {
                let known = self.only_discriminant(from)?;
                return Ok(self.b.const_bits(target, known & target.mask()));
            }
        };
        if let TyKind::Adt(..) = from.kind() {
            return self.enum_to_int(from, value, target);
        }
        self.convert_number(from, to, value, target)
    }

    fn only_discriminant(&mut self, ty: Ty) -> Result<u128, LowerError> {
        let layout = self.layout(ty)?;
        Ok(match &layout.shape {
            crate::layout::Shape::Enum(shape) => {
                shape.variants.iter().find(|v| !v.is_uninhabited).map_or(0, |v| v.discriminant)
            }
            _ => 0,
        })
    }

    fn enum_to_int(&mut self, from: Ty, tag: Value, target: Type) -> Result<Value, LowerError> {
        let layout = self.layout(from)?;
        let negative = match &layout.shape {
            crate::layout::Shape::Enum(shape) => {
                shape.variants.iter().any(|v| (v.discriminant as i128) < 0)
            }
            _ => false,
        };
        Ok(self.resize(tag, target, negative))
    }

    /// An integer at another width.
    pub fn resize(&mut self, value: Value, to: Type, signed: bool) -> Value {
        let from = self.b.ty(value);
        match (from.bits(), to.bits()) {
            (a, b) if a < b && signed => self.b.cast(CastOp::Sext, to, value),
            (a, b) if a < b => self.b.cast(CastOp::Zext, to, value),
            (a, b) if a > b => self.b.cast(CastOp::Trunc, to, value),
            _ => value,
        }
    }

    fn convert_number(
        &mut self,
        from: Ty,
        to: Ty,
        value: Value,
        target: Type,
    ) -> Result<Value, LowerError> {
        let source = self.b.ty(value);
        let (from_signed, to_signed) = (is_signed(from), is_signed(to));
        if source.is_ptr() && target.is_ptr() {
            return Ok(value);
        }
        if source.is_ptr() {
            let bits = self.b.cast(CastOp::Ptoi, Type::I64, value);
            return Ok(self.resize(bits, target, false));
        }
        if target.is_ptr() {
            let bits = self.resize(value, Type::I64, from_signed);
            return Ok(self.b.cast(CastOp::Itop, target, bits));
        }
        let op = match (source.is_float(), target.is_float()) {
            (false, false) => return Ok(self.resize(value, target, from_signed)),
            (false, true) if source == Type::I128 => {
                return self.wide_conversion(target, from_signed, WIDE_TO_FLOAT, value);
            }
            (true, false) if target == Type::I128 => {
                return self.wide_conversion(source, to_signed, FLOAT_TO_WIDE, value);
            }
            (false, true) if from_signed => CastOp::Stof,
            (false, true) => CastOp::Utof,
            (true, false) if to_signed => CastOp::Ftos,
            (true, false) => CastOp::Ftou,
            (true, true) if source.bits() < target.bits() => CastOp::Fext,
            (true, true) if source.bits() > target.bits() => CastOp::Ftrunc,
            (true, true) => return Ok(value),
        };
        Ok(self.b.cast(op, target, value))
    }

    /// No machine converts between 128 bits and floats: the library does.
    fn wide_conversion(
        &mut self,
        float: Type,
        signed: bool,
        names: [[&str; 2]; 2],
        value: Value,
    ) -> Result<Value, LowerError> {
        let name = names[usize::from(float == Type::F64)][usize::from(signed)];
        let key = self.cx.lang_fn(name)?;
        let func = self.cx.func(self.b.module, key)?;
        Ok(self.b.call(func, &[value])[0])
    }

    /// `&[T; N]` to `&[T]`, `&T` to `&dyn Trait`, and the same inside smart pointers: the pointer field gains metadata.
    fn unsize(&mut self, from: Ty, to: Ty, value: Val) -> Result<Val, LowerError> {
        let Some((source, target)) = self.cx.unsized_pointees(from, to) else {
            return Ok(value);
        };
        let (ptr, old_meta) = match value {
            Val::One(ptr) => (ptr, None),
            Val::Two(ptr, meta) => (ptr, Some(meta)),
            Val::Mem(at) => {
                let layout = self.layout(from)?;
                (
                    self.load_scalar(at, 0, crate::layout::Scalar::full(Type::PTR), layout.align),
                    None,
                )
            }
            Val::Zero => return Ok(value),
        };
        let (source_tail, target_tail) = self.cx.unsized_tails(source, target);
        let meta = match (self.cx.layouts.pointer_meta(source), target_tail.kind()) {
            (PointerMeta::Thin, TyKind::Dyn(_)) => {
                let global = self.cx.vtable(self.b.module, source_tail, target_tail)?;
                self.b.global_addr(global, 0)
            }
            (PointerMeta::Thin, _) => {
                let len = match source_tail.kind() {
                    TyKind::Array(_, len) => len.as_value().unwrap_or(0),
                    _ => 0,
                };
                self.b.iconst(Type::I64, len as i128)
            }
            (_, _) => {
                let Some(meta) = old_meta else { return Ok(value) };
                match self.cx.upcast_offset(source_tail, target_tail)? {
                    Some(offset) => {
                        self.load_scalar(meta, offset, crate::layout::Scalar::non_null(), 8)
                    }
                    // `dyn A + Send` to `dyn A`.
                    None => meta,
                }
            }
        };
        Ok(Val::Two(ptr, meta))
    }
}

/// The type a reference or raw pointer points to.
pub fn pointee(ty: Ty) -> Option<(Ty, Mutability)> {
    match ty.kind() {
        TyKind::Ref(_, target, mutability) | TyKind::RawPtr(target, mutability) => {
            Some((*target, *mutability))
        }
        _ => None,
    }
}
