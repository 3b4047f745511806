//! `derive(Ord)`, and what it shares with `derive(PartialOrd)`.

use vez_ast::{ExprId, Generics, Item, PatKind};
use vez_base::name;

use super::make::{Make, Signature};
use super::{Subject, Variant};

/// How one of the two traits compares.
pub(super) struct Comparison {
    /// The function called on each field.
    pub(super) function: &'static str,
    /// Wraps its result in `Some`.
    pub(super) partial: bool,
}

/// `fn cmp(&self, other: &Self) -> Ordering`: by variant, then field by field.
pub(super) fn function(subject: &Subject<'_>) -> Item {
    let mut make = subject.make();
    let comparison = Comparison { function: "cmp::Ord::cmp", partial: false };
    let body = comparison.compare(&mut make, subject);
    let params = vec![make.other()];
    let ordering = make.core_path("cmp::Ordering");
    let ret = make.returns(ordering);
    let generics = Generics::default();
    make.function(Signature { name: name::CMP, generics, has_self: true, params, ret }, body)
}

impl Comparison {
    pub(super) fn compare(&self, make: &mut Make, subject: &Subject<'_>) -> ExprId {
        if subject.variants.is_empty() {
            return make.match_self(Vec::new());
        }
        let mut arms = Vec::new();
        for variant in subject.variants.iter().filter(|variant| !variant.fields().is_empty()) {
            let pat = make.pair_pat(variant);
            let fields = self.fields(make, variant, 0);
            arms.push(make.arm(pat, fields));
        }
        let all_have_fields = arms.len() == subject.variants.len();
        if subject.variants.len() > 1 {
            let numbers = [make.discriminant("self"), make.discriminant("other")];
            let numbers = numbers.map(|number| make.reference(number));
            let by_variant = make.call(self.function, &numbers);
            let wild = make.pat(PatKind::Wild);
            arms.push(make.arm(wild, by_variant));
        } else if !all_have_fields {
            return self.equal(make);
        }
        let both = make.self_and_other();
        make.matching(both, arms)
    }

    /// `match cmp(__a0, __b0) { Equal => .., other => other }`
    fn fields(&self, make: &mut Make, variant: &Variant<'_>, index: usize) -> ExprId {
        let Some(field) = variant.fields().get(index) else { return self.equal(make) };
        let this = make.at(field.name.span, |make| {
            let sides = [make.var(&format!("__a{index}")), make.var(&format!("__b{index}"))];
            make.call(self.function, &sides)
        });
        if index + 1 == variant.fields().len() {
            return this;
        }
        let equal = make.core_path("cmp::Ordering::Equal");
        let mut equal = make.pat(PatKind::Path(equal));
        if self.partial {
            let some = make.core_path("option::Option::Some");
            equal = make.pat(PatKind::TupleStruct(some, [equal].into()));
        }
        let rest = self.fields(make, variant, index + 1);
        let name = make.ident("__order");
        let mutability = vez_ast::Mutability::Not;
        let other = make.pat(PatKind::Ident { by_ref: false, mutability, name, sub: None });
        let order = make.var("__order");
        let arms = vec![make.arm(equal, rest), make.arm(other, order)];
        make.matching(this, arms)
    }

    fn equal(&self, make: &mut Make) -> ExprId {
        let equal = make.core("cmp::Ordering::Equal");
        if self.partial { make.call("option::Option::Some", &[equal]) } else { equal }
    }
}
