//! What one instruction comes to, given what is known of its operands.

use super::eval;
use crate::draft::Draft;
use vez_vir::{ArithFlags, ArithOp, CastOp, CmpOp, IndexFlags, Inst, Type, UnOp, Value};

/// The outcome.
pub(super) enum Folded {
    No,
    /// The result is another value.
    To(Value),
    /// The result is a constant.
    Const(u128),
    /// The result and the overflow flag are constants.
    Overflow(u128, bool),
    /// Another instruction gives the result.
    Inst(Inst),
}

use Folded::{Const, No, Overflow, To};

/// Folds one instruction.
pub(super) fn fold(draft: &Draft, inst: &Inst) -> Folded {
    match *inst {
        Inst::Arith { op, flags, ty, a, b } if is_int(ty) => arith(draft, op, flags, ty, a, b),
        Inst::Un { op, ty, a } if is_int(ty) => unary(draft, op, ty, a),
        Inst::Bin { op, ty, a, b } if is_int(ty) => {
            let (Some(x), Some(y)) = (draft.constant(a), draft.constant(b)) else { return No };
            match (eval::binary(op, ty, x, y), eval::overflowing(op, ty, x, y)) {
                (Some(bits), _) => Const(bits),
                (_, Some((bits, overflowed))) => Overflow(bits, overflowed),
                _ => No,
            }
        }
        Inst::Cmp { op, ty, a, b } if !ty.is_vector() => compare(draft, op, ty, a, b),
        Inst::Select { cond, a, b, .. } => match draft.constant(cond) {
            _ if draft.find(a) == draft.find(b) => To(a),
            Some(bits) if !draft.types[cond.index()].is_vector() => {
                To(if bits != 0 { a } else { b })
            }
            _ => No,
        },
        Inst::Cast { op, ty, a } if !ty.is_vector() => cast(draft, op, ty, a),
        Inst::Index { flags, base, index, scale, offset } => {
            index_of(draft, flags, base, index, scale, offset)
        }
        Inst::Load { ty, ptr, offset, access } => match nearer(draft, ptr, offset) {
            Some((ptr, offset)) => Folded::Inst(Inst::Load { ty, ptr, offset, access }),
            None => No,
        },
        Inst::Store { ty, value, ptr, offset, access } => match nearer(draft, ptr, offset) {
            Some((ptr, offset)) => Folded::Inst(Inst::Store { ty, value, ptr, offset, access }),
            None => No,
        },
        _ => No,
    }
}

fn is_int(ty: Type) -> bool {
    ty.is_int() && !ty.is_vector()
}

fn arith(draft: &Draft, op: ArithOp, flags: ArithFlags, ty: Type, a: Value, b: Value) -> Folded {
    let (x, y) = (draft.constant(a), draft.constant(b));
    if let (Some(x), Some(y)) = (x, y) {
        return eval::arith(op, flags, ty, x, y).map_or(No, Const);
    }
    let same = draft.find(a) == draft.find(b);
    let all = ty.mask();
    match (op, x, y) {
        (ArithOp::Add | ArithOp::Or | ArithOp::Xor, Some(0), _) => To(b),
        (
            ArithOp::Add | ArithOp::Sub | ArithOp::Or | ArithOp::Xor | ArithOp::Shl | ArithOp::Shr,
            _,
            Some(0),
        ) => To(a),
        (ArithOp::Mul, Some(1), _) => To(b),
        (ArithOp::Mul | ArithOp::Div, _, Some(1)) if ty.bits() > 1 => To(a),
        (ArithOp::Mul | ArithOp::And, Some(0), _) | (ArithOp::Mul | ArithOp::And, _, Some(0)) => {
            Const(0)
        }
        (ArithOp::And, Some(bits), _) if bits == all => To(b),
        (ArithOp::And, _, Some(bits)) if bits == all => To(a),
        (ArithOp::Or, Some(bits), _) | (ArithOp::Or, _, Some(bits)) if bits == all => Const(all),
        (ArithOp::And | ArithOp::Or, ..) if same => To(a),
        (ArithOp::Sub | ArithOp::Xor, ..) if same => Const(0),
        // `x ^ 1` of a truth value is its opposite, which branches understand.
        (ArithOp::Xor, _, Some(1)) if ty == Type::I1 => {
            Folded::Inst(Inst::Un { op: UnOp::Not, ty, a })
        }
        _ => No,
    }
}

fn unary(draft: &Draft, op: UnOp, ty: Type, a: Value) -> Folded {
    if let Some(bits) = draft.constant(a) {
        return eval::unary(op, ty, bits).map_or(No, Const);
    }
    match (op, draft.def_of(a)) {
        (UnOp::Not, Some(Inst::Un { op: UnOp::Not, a: inner, .. }))
        | (UnOp::Neg, Some(Inst::Un { op: UnOp::Neg, a: inner, .. })) => To(inner),
        _ => No,
    }
}

fn compare(draft: &Draft, op: CmpOp, ty: Type, a: Value, b: Value) -> Folded {
    if let (Some(x), Some(y)) = (draft.constant(a), draft.constant(b)) {
        return eval::compare(op, ty, x, y).map_or(No, |holds| Const(holds.into()));
    }
    if !ty.is_float() && draft.find(a) == draft.find(b) {
        return eval::reflexive(op).map_or(No, |holds| Const(holds.into()));
    }
    // A truth value that was widened and compared with 0.
    match (op, draft.def_of(a), draft.constant(b)) {
        (CmpOp::Ne, Some(Inst::Cast { op: CastOp::Zext, a: inner, .. }), Some(0))
            if draft.types[inner.index()] == Type::I1 =>
        {
            To(inner)
        }
        (CmpOp::Ne, _, Some(0)) if ty == Type::I1 => To(a),
        (CmpOp::Eq, _, Some(1)) if ty == Type::I1 => To(a),
        (CmpOp::Eq, _, Some(0)) if ty == Type::I1 => {
            Folded::Inst(Inst::Un { op: UnOp::Not, ty, a })
        }
        _ => No,
    }
}

fn cast(draft: &Draft, op: CastOp, ty: Type, a: Value) -> Folded {
    let from = draft.types[a.index()];
    if let Some(bits) = draft.constant(a) {
        return eval::cast(op, from, ty, bits).map_or(No, Const);
    }
    match (op, draft.def_of(a)) {
        (CastOp::Trunc, Some(Inst::Cast { op: CastOp::Zext | CastOp::Sext, a: inner, .. }))
            if draft.types[inner.index()] == ty =>
        {
            To(inner)
        }
        _ => No,
    }
}

/// Pointer arithmetic: constant indices become offsets, constant distances add up.
fn index_of(
    draft: &Draft,
    flags: IndexFlags,
    base: Value,
    index: Value,
    scale: u32,
    offset: i32,
) -> Folded {
    if !index.is_none() {
        let Some(bits) = draft.constant(index) else { return No };
        let distance = (bits as i64).checked_mul(scale.into());
        let total = distance.and_then(|d| d.checked_add(offset.into()));
        let Some(offset) = total.and_then(|d| i32::try_from(d).ok()) else { return No };
        // Out of a slot it must stay as it is: the verifier would see it.
        if let Some((slot, start)) = draft.slot_address(base) {
            let at = start + i64::from(offset);
            if !(0..=draft.slots[slot].size as i64).contains(&at) {
                return No;
            }
        }
        return Folded::Inst(Inst::Index { flags, base, index: Value::NONE, scale: 0, offset });
    }
    if offset == 0 {
        return To(base);
    }
    match draft.def_of(base) {
        Some(Inst::Index { flags: inner, base, index, offset: first, .. })
            if index.is_none() && inner == flags =>
        {
            let Some(offset) = first.checked_add(offset) else { return No };
            Folded::Inst(Inst::Index { flags, base, index: Value::NONE, scale: 0, offset })
        }
        _ => No,
    }
}

/// An access through a constant distance goes through its base. Only in bounds: back ends take an access' own offset to stay
/// inside the allocation.
fn nearer(draft: &Draft, ptr: Value, offset: i32) -> Option<(Value, i32)> {
    match draft.def_of(ptr)? {
        Inst::Index { flags, base, index, offset: distance, .. }
            if index.is_none() && flags.has(IndexFlags::INBOUNDS) =>
        {
            Some((base, offset.checked_add(distance)?))
        }
        _ => None,
    }
}
