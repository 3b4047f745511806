//! `derive(Clone)`

use vez_ast::{Generics, Item};
use vez_base::name;

use super::Subject;
use super::make::Signature;

/// `fn clone(&self) -> Self`: every field cloned; `*self` for a `Copy` type without parameters.
pub(super) fn function(subject: &Subject<'_>) -> Item {
    let mut make = subject.make();
    let body = if subject.derives_copy && !subject.is_generic {
        let this = make.var("self");
        make.deref(this)
    } else {
        let mut arms = Vec::new();
        for variant in &subject.variants {
            let pat = make.variant_pat(variant, "__a");
            let value = make.construct(variant, |make, index| {
                let field = make.var(&format!("__a{index}"));
                make.call("clone::Clone::clone", &[field])
            });
            arms.push(make.arm(pat, value));
        }
        make.match_self(arms)
    };
    let own = make.name_path("Self");
    let ret = make.returns(own);
    let generics = Generics::default();
    let signature =
        Signature { name: name::CLONE, generics, has_self: true, params: Vec::new(), ret };
    make.function(signature, body)
}
