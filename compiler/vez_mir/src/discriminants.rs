//! The discriminants of enums: explicit ones evaluated, the others counted on.

use vez_base::{DefId, Name};
use vez_db::{Db, Subject};
use vez_types::{IntTy, Ty, TyKind};

/// The type that discriminants are read as: `isize`, or what `repr` says.
pub fn discriminant_ty(db: &dyn Db, def: DefId) -> Ty {
    let names = [
        ("i8", IntTy::I8),
        ("i16", IntTy::I16),
        ("i32", IntTy::I32),
        ("i64", IntTy::I64),
        ("i128", IntTy::I128),
        ("isize", IntTy::Isize),
        ("u8", IntTy::U8),
        ("u16", IntTy::U16),
        ("u32", IntTy::U32),
        ("u64", IntTy::U64),
        ("u128", IntTy::U128),
        ("usize", IntTy::Usize),
    ];
    let repr = Name::new("repr");
    let repr = names
        .iter()
        .find(|(name, _)| vez_hir::attr_word(db, def, repr, |word| word == *name))
        .map(|(_, int)| *int);
    Ty::int(repr.unwrap_or(IntTy::Isize))
}

/// The discriminants of all variants, in order, as bits of [`discriminant_ty`].
pub fn discriminants(db: &dyn Db, def: DefId) -> &[u128] {
    discriminants_query(db, Subject::new(db, def))
}

#[salsa::tracked(returns(ref))]
fn discriminants_query<'db>(db: &'db dyn Db, subject: Subject<'db>) -> Vec<u128> {
    let def = subject.def(db);
    let TyKind::Int(int) = discriminant_ty(db, def).kind() else { return Vec::new() };
    let mask = crate::build::int_mask(*int);
    let mut next = 0u128;
    let mut all = Vec::new();
    for variant in &vez_traits::adt_def(db, def).variants {
        let value = match variant.discriminant {
            Some(constant) => evaluate(db, constant).unwrap_or(next) & mask,
            None => next,
        };
        all.push(value);
        next = value.wrapping_add(1) & mask;
    }
    all
}

/// An anonymous constant's value; an error is reported where constants are checked.
fn evaluate(db: &dyn Db, constant: DefId) -> Option<u128> {
    let body = vez_thir::thir_body(db, constant);
    if let vez_thir::ExprKind::Lit(vez_thir::LitValue::Int(bits)) =
        body.value.exprs[body.value.value].kind
    {
        return Some(bits);
    }
    let evaluate = db.const_eval()?;
    evaluate(db, constant, vez_types::GenericArgs::empty().raw()).ok()
}
