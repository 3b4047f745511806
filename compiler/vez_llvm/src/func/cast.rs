//! Conversions.

use super::Translator;
use crate::raw::Val;
use vez_vir::{CastOp, Type};

impl Translator<'_, '_> {
    pub(super) fn cast(&mut self, op: CastOp, from: Type, to: Type, a: Val) -> Val {
        let target = self.ty(to);
        match op {
            CastOp::Zext => self.b.zext(a, target),
            CastOp::Sext => self.b.sext(a, target),
            CastOp::Trunc => self.b.trunc(a, target),
            CastOp::Fext => self.b.fext(a, target),
            CastOp::Ftrunc => self.b.ftrunc(a, target),
            CastOp::Stof => self.b.stof(a, target),
            CastOp::Utof => self.b.utof(a, target),
            CastOp::Ftos => self.intrinsic("llvm.fptosi.sat", &[target, self.ty(from)], &[a]),
            CastOp::Ftou => self.intrinsic("llvm.fptoui.sat", &[target, self.ty(from)], &[a]),
            CastOp::Bit => self.b.bitcast(a, target),
            CastOp::Ptoi => self.b.ptoi(a, target),
            CastOp::Itop => self.b.itop(a, target),
            CastOp::Space => self.b.space_cast(a, target),
        }
    }
}
