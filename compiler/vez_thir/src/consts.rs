//! Values of constants that types and patterns need: through the interpreter's hook where it is installed, else literals only.

use std::cmp::Ordering;

use vez_base::DefId;
use vez_db::Db;
use vez_types::{GenericArgs, IntTy, Ty, TyKind};

use crate::data::{ExprKind, LitValue};

/// The bits of an integer, `bool` or `char` constant; `None` where it cannot be told yet, or failed.
pub(crate) fn evaluate(db: &dyn Db, def: DefId, args: GenericArgs) -> Option<u128> {
    if let Some(hook) = db.const_eval() {
        return hook(db, def, args.raw()).ok();
    }
    literal_body(db, def)
}

/// The value of a constant whose body is a literal.
fn literal_body(db: &dyn Db, def: DefId) -> Option<u128> {
    let body = &crate::thir_body(db, def).value;
    match body.exprs.get(body.value)?.kind {
        ExprKind::Lit(LitValue::Int(value)) => Some(value),
        ExprKind::Lit(LitValue::Bool(value)) => Some(value.into()),
        ExprKind::Lit(LitValue::Char(value)) => Some(value.into()),
        _ => None,
    }
}

/// Bits as a literal of a type.
pub(crate) fn literal_of(bits: u128, ty: Ty) -> Option<LitValue> {
    Some(match ty.kind() {
        TyKind::Int(int) => LitValue::Int(extend(bits, *int)),
        TyKind::Char => LitValue::Char(char::from_u32(bits as u32)?),
        TyKind::Bool => LitValue::Bool(bits != 0),
        TyKind::Float(_) => LitValue::Float(bits as u64),
        _ => return None,
    })
}

/// Two's complement of full width.
fn extend(bits: u128, int: IntTy) -> u128 {
    let (width, signed) = (int.bits(), int.is_signed());
    if width == 128 {
        return bits;
    }
    let unused = 128 - width;
    if signed { (((bits << unused) as i128) >> unused) as u128 } else { (bits << unused) >> unused }
}

/// How two literals of one type are ordered.
pub(crate) fn compare(a: LitValue, b: LitValue, ty: Ty) -> Option<Ordering> {
    match (a, b) {
        (LitValue::Int(a), LitValue::Int(b)) => match ty.kind() {
            TyKind::Int(int) if int.is_signed() => {
                Some((extend(a, *int) as i128).cmp(&(extend(b, *int) as i128)))
            }
            _ => Some(a.cmp(&b)),
        },
        (LitValue::Char(a), LitValue::Char(b)) => Some(a.cmp(&b)),
        (LitValue::Float(a), LitValue::Float(b)) => {
            crate::exhaust::float_value(ty, a).partial_cmp(&crate::exhaust::float_value(ty, b))
        }
        _ => None,
    }
}
