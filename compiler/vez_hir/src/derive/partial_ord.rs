//! `derive(PartialOrd)`

use vez_ast::{GenericArg, GenericArgs, Generics, Item, TypeKind};
use vez_base::name;

use super::Subject;
use super::make::Signature;
use super::ord::Comparison;

/// `fn partial_cmp(&self, other: &Self) -> Option<Ordering>`: by variant, then field by field.
pub(super) fn function(subject: &Subject<'_>) -> Item {
    let mut make = subject.make();
    let comparison = Comparison { function: "cmp::PartialOrd::partial_cmp", partial: true };
    let body = comparison.compare(&mut make, subject);
    let params = vec![make.other()];
    let ordering = make.core_path("cmp::Ordering");
    let ordering = make.ty(TypeKind::Path(ordering));
    let mut option = make.core_path("option::Option");
    if let Some(last) = option.segments.last_mut() {
        let args = [GenericArg::Type(ordering)].into();
        last.args = Some(GenericArgs::Angle { args, constraints: [].into(), span: make.span });
    }
    let ret = make.returns(option);
    let generics = Generics::default();
    make.function(
        Signature { name: name::PARTIAL_CMP, generics, has_self: true, params, ret },
        body,
    )
}
