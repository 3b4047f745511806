//! `derive(Default)`

use vez_ast::{ExprKind, Generics, Item};
use vez_base::name;

use super::Subject;
use super::make::Signature;

/// `fn default() -> Self`: every field's default; of an enum the variant marked `#[default]`.
pub(super) fn function(subject: &Subject<'_>) -> Item {
    let mut make = subject.make();
    let variant = match subject.is_enum {
        true => subject.variants.iter().find(|variant| variant.is_default),
        false => subject.variants.first(),
    };
    let body = match variant {
        Some(variant) => {
            make.construct(variant, |make, _| make.call("default::Default::default", &[]))
        }
        // An enum without a marked variant is reported with its attributes.
        None => make.expr(ExprKind::Error),
    };
    let own = make.name_path("Self");
    let ret = make.returns(own);
    let generics = Generics::default();
    let params = Vec::new();
    make.function(
        Signature { name: name::DEFAULT_FN, generics, has_self: false, params, ret },
        body,
    )
}
