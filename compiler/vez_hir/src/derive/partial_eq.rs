//! `derive(PartialEq)`

use vez_ast::{BinaryOp, ExprId, Generics, Item, PatKind};
use vez_base::name;

use super::make::{Make, Signature};
use super::{Subject, Variant};

/// `fn eq(&self, other: &Self) -> bool`: the same variant, and all fields equal.
pub(super) fn function(subject: &Subject<'_>) -> Item {
    let mut make = subject.make();
    let body = if subject.variants.is_empty() {
        make.match_self(Vec::new())
    } else {
        compare(&mut make, subject)
    };
    let params = vec![make.other()];
    let bool = make.name_path("bool");
    let ret = make.returns(bool);
    let generics = Generics::default();
    make.function(Signature { name: name::EQ, generics, has_self: true, params, ret }, body)
}

fn compare(make: &mut Make, subject: &Subject<'_>) -> ExprId {
    let mut arms = Vec::new();
    for variant in subject.variants.iter().filter(|variant| !variant.fields().is_empty()) {
        let pat = make.pair_pat(variant);
        let equal = fields_equal(make, variant);
        arms.push(make.arm(pat, equal));
    }
    let all_have_fields = arms.len() == subject.variants.len();
    if subject.variants.len() > 1 {
        // Variants without fields are equal when they are the same one.
        let numbers = [make.discriminant("self"), make.discriminant("other")];
        let same = make.binary(BinaryOp::Eq, numbers[0], numbers[1]);
        let wild = make.pat(PatKind::Wild);
        arms.push(make.arm(wild, same));
    } else if !all_have_fields {
        return make.bool(true);
    }
    let both = make.self_and_other();
    make.matching(both, arms)
}

/// `*__a0 == *__b0 && ..`
fn fields_equal(make: &mut Make, variant: &Variant<'_>) -> ExprId {
    let mut all: Option<ExprId> = None;
    for (index, field) in variant.fields().iter().enumerate() {
        let equal = make.at(field.name.span, |make| {
            let left = make.var(&format!("__a{index}"));
            let left = make.deref(left);
            let right = make.var(&format!("__b{index}"));
            let right = make.deref(right);
            make.binary(BinaryOp::Eq, left, right)
        });
        all = Some(match all {
            Some(before) => make.binary(BinaryOp::And, before, equal),
            None => equal,
        });
    }
    match all {
        Some(all) => all,
        None => make.bool(true),
    }
}
