//! Operands: places read, and constants.

use super::FnLower;
use super::value::Val;
use crate::LowerError;
use crate::consts::ConstKey;
use crate::layout::{Abi, LayoutRef};
use vez_mir::{Constant, ConstantKind, Operand};
use vez_types::{Ty, TyKind};
use vez_vir::{Type, Value};

impl FnLower<'_, '_, '_> {
    /// The value of an operand and its layout.
    pub fn operand(&mut self, operand: &Operand) -> Result<(Val, LayoutRef), LowerError> {
        match operand {
            Operand::Copy(place) | Operand::Move(place) => self.read_place(place),
            Operand::Const(constant) => self.constant(constant),
        }
    }

    /// The type of an operand.
    pub fn operand_ty(&mut self, operand: &Operand) -> Ty {
        match operand {
            Operand::Copy(place) | Operand::Move(place) => self.place_ty(place),
            Operand::Const(constant) => self.mono(constant.ty),
        }
    }

    fn constant(&mut self, constant: &Constant) -> Result<(Val, LayoutRef), LowerError> {
        let ty = self.mono(constant.ty);
        let layout = self.layout(ty)?;
        let value = match constant.kind {
            ConstantKind::ZeroSized => Val::Zero,
            ConstantKind::Int(bits) => self.scalar_constant(&layout, bits),
            ConstantKind::Float(bits) => self.scalar_constant(&layout, bits.into()),
            ConstantKind::Param(param) => {
                let value = self.mono_const(param).as_value();
                let unknown = || LowerError::Internal(format!("`{param:?}` has no value"));
                let bits = value.ok_or_else(unknown)?;
                self.scalar_constant(&layout, bits)
            }
            ConstantKind::Str(text) => self.bytes_constant(text.as_str().as_bytes(), ty),
            ConstantKind::ByteStr(text) => self.bytes_constant(&latin1(text.as_str()), ty),
            ConstantKind::CStr(text) => {
                let mut bytes = latin1(text.as_str());
                bytes.push(0);
                self.bytes_constant(&bytes, ty)
            }
            ConstantKind::Item(def, args) => {
                let args = self.mono_args(args);
                let key = self.cx.const_item(def, args)?;
                self.evaluated(key, &layout)?
            }
            ConstantKind::Promoted(index) => {
                let key = ConstKey::Promoted(self.instance_key(), index);
                let global = self.cx.const_global(self.b.module, key)?;
                Val::One(self.b.global_addr(global, 0))
            }
            ConstantKind::StaticRef(def) => {
                let symbol = self.cx.static_symbol(self.b.module, def)?;
                Val::One(self.b.global_addr(symbol, 0))
            }
        };
        Ok((value, layout))
    }

    fn scalar_constant(&mut self, layout: &LayoutRef, bits: u128) -> Val {
        match layout.abi {
            Abi::One(scalar) => Val::One(self.scalar_bits(scalar.ty, bits)),
            _ => Val::Zero,
        }
    }

    /// A `&str`, or a reference to a byte array or slice.
    fn bytes_constant(&mut self, bytes: &[u8], ty: Ty) -> Val {
        let ptr = self.bytes_addr(bytes);
        let thin = matches!(super::cast::pointee(ty), Some((target, _)) if matches!(target.kind(), TyKind::Array(..)));
        if thin {
            return Val::One(ptr);
        }
        let len = self.b.iconst(Type::I64, bytes.len() as i128);
        Val::Two(ptr, len)
    }

    /// The address of constant bytes.
    pub fn bytes_addr(&mut self, bytes: &[u8]) -> Value {
        let global = self.cx.bytes_global(self.b.module, bytes);
        self.b.global_addr(global, 0)
    }

    /// A constant item's value: an immediate where it is one, otherwise read from its bytes.
    fn evaluated(&mut self, key: ConstKey, layout: &LayoutRef) -> Result<Val, LowerError> {
        if layout.size == 0 {
            return Ok(Val::Zero);
        }
        if let Abi::One(scalar) = layout.abi
            && !scalar.ty.is_ptr()
        {
            let value = self.cx.const_value(&key)?;
            let mut bits = [0; 16];
            let len = scalar.bytes() as usize;
            bits[..len].copy_from_slice(&value.bytes[..len]);
            return Ok(Val::One(self.scalar_bits(scalar.ty, u128::from_le_bytes(bits))));
        }
        let global = self.cx.const_global(self.b.module, key)?;
        let ptr = self.b.global_addr(global, 0);
        Ok(self.load(ptr, layout))
    }
}

/// The bytes of a name that holds one Latin-1 character a byte.
fn latin1(text: &str) -> Vec<u8> {
    text.chars().map(|c| c as u8).collect()
}
