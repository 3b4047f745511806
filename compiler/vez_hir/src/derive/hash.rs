//! `derive(Hash)`

use vez_ast::{FnRet, Item};
use vez_base::name;

use super::Subject;
use super::make::Signature;

/// `fn hash<H: Hasher>(&self, state: &mut H)`: the variant's number where there are several, then the fields.
pub(super) fn function(subject: &Subject<'_>) -> Item {
    let mut make = subject.make();
    let mut stmts = Vec::new();
    if subject.variants.len() > 1 {
        let number = make.discriminant("self");
        let number = make.reference(number);
        let state = make.var("state");
        stmts.push(make.call("hash::Hash::hash", &[number, state]));
    }
    let mut arms = Vec::new();
    for variant in &subject.variants {
        let pat = make.variant_pat(variant, "__a");
        let mut fields = Vec::new();
        for (index, field) in variant.fields().iter().enumerate() {
            fields.push(make.at(field.name.span, |make| {
                let args = [make.var(&format!("__a{index}")), make.var("state")];
                make.call("hash::Hash::hash", &args)
            }));
        }
        let body = make.block_expr(fields, None);
        arms.push(make.arm(pat, body));
    }
    let fields = make.match_self(arms);
    let body = make.block_expr(stmts, Some(fields));
    let generics = make.type_param("__H", "hash::Hasher");
    let hasher = make.name_path("__H");
    let params = vec![make.mut_param("state", hasher)];
    let ret = FnRet::Unit;
    make.function(Signature { name: name::HASH_FN, generics, has_self: true, params, ret }, body)
}
