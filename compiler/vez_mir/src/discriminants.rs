//! The discriminants of enums: explicit ones evaluated, the others counted on.

use vez_base::{DefId, FxHashMap, Name};
use vez_db::{Db, Subject};
use vez_diag::Diagnostic;
use vez_diag::registry::{DiscriminantOverflow, DuplicateDiscriminant};
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

#[salsa::tracked(returns(ref), cycle_result = discriminants_cycle)]
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

/// Discriminants in terms of each other: the cycle is reported where the constants are evaluated.
fn discriminants_cycle<'db>(_: &'db dyn Db, _: salsa::Id, _: Subject<'db>) -> Vec<u128> {
    Vec::new()
}

/// Discriminants given twice, and those counted on beyond the type's greatest value.
pub fn check_discriminants(db: &dyn Db, def: DefId) -> Vec<Diagnostic> {
    let variants = &vez_traits::adt_def(db, def).variants;
    // Counted from zero without a gap they cannot clash.
    if variants.iter().all(|variant| variant.discriminant.is_none()) {
        return Vec::new();
    }
    let TyKind::Int(int) = discriminant_ty(db, def).kind() else { return Vec::new() };
    let enum_name = vez_hir::name_span(db, def);
    let greatest = greatest(*int);
    let mut found = Vec::new();
    let mut seen = FxHashMap::default();
    let mut before = None;
    for (variant, &bits) in variants.iter().zip(discriminants(db, def)) {
        let counted_on = variant.discriminant.is_none();
        if counted_on && before == Some(greatest) {
            found.push(DiscriminantOverflow { value: greatest }.at(variant.span));
            break;
        }
        before = Some(bits);
        if let Some(first) = seen.insert(bits, variant.span) {
            let report = DuplicateDiscriminant { value: shown(bits, *int) }.at(enum_name);
            found.push(report.label(first, "given here").label(variant.span, "given again here"));
        }
    }
    found
}

/// The bits of the type's greatest value.
fn greatest(int: IntTy) -> u128 {
    let mask = crate::build::int_mask(int);
    if int.is_signed() { mask >> 1 } else { mask }
}

fn shown(bits: u128, int: IntTy) -> String {
    let mask = crate::build::int_mask(int);
    if int.is_signed() && bits > mask >> 1 {
        return format!("-{}", (!bits & mask) + 1);
    }
    bits.to_string()
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
