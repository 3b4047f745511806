//! `derive(Debug)`

use vez_ast::{ExprId, Generics, Item, VariantData};
use vez_base::{Name, name};

use super::make::{Make, Signature};
use super::{Subject, Variant};

/// `fn fmt(&self, f: &mut Formatter) -> fmt::Result`, through the formatter's builders.
pub(super) fn function(subject: &Subject<'_>) -> Item {
    let mut make = subject.make();
    let mut arms = Vec::new();
    for variant in &subject.variants {
        let pat = make.variant_pat(variant, "__a");
        let shown = show(&mut make, variant, variant.name.unwrap_or(subject.name));
        arms.push(make.arm(pat, shown));
    }
    let body = make.match_self(arms);
    let formatter = make.core_path("fmt::Formatter");
    let params = vec![make.mut_param("f", formatter)];
    let result = make.core_path("fmt::Result");
    let ret = make.returns(result);
    let generics = Generics::default();
    make.function(Signature { name: name::FMT, generics, has_self: true, params, ret }, body)
}

/// `f.debug_struct("V").field("x", &__a0).finish()`
fn show(make: &mut Make, variant: &Variant<'_>, name: Name) -> ExprId {
    let formatter = make.var("f");
    let text = make.str(name);
    let (start, named) = match variant.data {
        VariantData::Unit => return make.call("fmt::Formatter::write_str", &[formatter, text]),
        VariantData::Tuple(_) => ("fmt::Formatter::debug_tuple", false),
        VariantData::Struct(_) => ("fmt::Formatter::debug_struct", true),
    };
    let mut builder = make.call(start, &[formatter, text]);
    for (index, field) in variant.fields().iter().enumerate() {
        builder = make.at(field.name.span, |make| {
            let value = make.var(&format!("__a{index}"));
            let value = make.reference(value);
            let label = named.then(|| make.str(field.name.name));
            let args: Vec<ExprId> = label.into_iter().chain([value]).collect();
            make.method(builder, "field", &args)
        });
    }
    make.method(builder, "finish", &[])
}
