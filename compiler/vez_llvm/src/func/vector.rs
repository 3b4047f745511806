//! Vectors.

use super::Translator;
use crate::raw::Val;
use vez_vir::{LaneOp, List, Type, Value};

impl Translator<'_, '_> {
    pub(super) fn lane(&mut self, op: LaneOp, ty: Type, a: Value, b: Value, lane: u32) -> Val {
        let vector = self.value(a);
        let number = self.lane_number(lane);
        match op {
            LaneOp::Splat => self.splat(ty, vector),
            LaneOp::Extract => self.b.extract_lane(vector, number),
            LaneOp::Insert => self.b.insert_lane(vector, self.value(b), number),
            _ => self.reduce(op, ty, vector),
        }
    }

    fn lane_number(&self, lane: u32) -> Val {
        let cx = &self.codegen.cx;
        cx.const_int(cx.int(32), lane.into())
    }

    fn splat(&mut self, ty: Type, lane: Val) -> Val {
        let cx = &self.codegen.cx;
        let none = cx.poison(self.ty(ty));
        let one = self.b.insert_lane(none, lane, self.lane_number(0));
        let mask = cx.null(cx.vector(cx.int(32), ty.lanes()));
        self.b.shuffle(one, none, mask)
    }

    pub(super) fn shuffle(&mut self, a: Value, b: Value, lanes: List) -> Val {
        let lanes: Vec<Val> =
            self.body.list(lanes).iter().map(|lane| self.lane_number(lane.0)).collect();
        let mask = self.codegen.cx.const_vector(&lanes);
        self.b.shuffle(self.value(a), self.value(b), mask)
    }

    fn reduce(&mut self, op: LaneOp, ty: Type, vector: Val) -> Val {
        let name = match op {
            LaneOp::ReduceAdd if ty.is_float() => return self.fold(ty, vector, -0.0),
            LaneOp::ReduceMul if ty.is_float() => return self.fold(ty, vector, 1.0),
            LaneOp::ReduceAdd => "llvm.vector.reduce.add",
            LaneOp::ReduceMul => "llvm.vector.reduce.mul",
            LaneOp::ReduceAnd => "llvm.vector.reduce.and",
            LaneOp::ReduceOr => "llvm.vector.reduce.or",
            LaneOp::ReduceXor => "llvm.vector.reduce.xor",
            LaneOp::ReduceSmin => "llvm.vector.reduce.smin",
            LaneOp::ReduceSmax => "llvm.vector.reduce.smax",
            LaneOp::ReduceUmin => "llvm.vector.reduce.umin",
            LaneOp::ReduceUmax => "llvm.vector.reduce.umax",
            LaneOp::ReduceFmin => "llvm.vector.reduce.fmin",
            LaneOp::ReduceFmax => "llvm.vector.reduce.fmax",
            LaneOp::Splat | LaneOp::Extract | LaneOp::Insert | LaneOp::Shuffle => {
                unreachable!("{op} reduces nothing")
            }
        };
        self.intrinsic(name, &[self.ty(ty)], &[vector])
    }

    /// The lanes of a float vector in order, from the operation's neutral value on.
    fn fold(&mut self, ty: Type, vector: Val, neutral: f64) -> Val {
        let name = match neutral == 1.0 {
            true => "llvm.vector.reduce.fmul",
            false => "llvm.vector.reduce.fadd",
        };
        let bits = match ty.lane() {
            Type::F64 => neutral.to_bits().into(),
            Type::F32 => (neutral as f32).to_bits().into(),
            // Half floats: 1.0 and -0.0.
            _ if neutral == 1.0 => 0x3c00,
            _ => 0x8000,
        };
        let start = self.constant(ty.lane(), bits);
        self.intrinsic(name, &[self.ty(ty)], &[start, vector])
    }
}
