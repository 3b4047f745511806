//! Modules, imports, globs, files.

use expect_test::{Expect, expect};

use super::{errors_in, program};
use crate::{crate_root, resolve_in_module, trait_impl_candidates, traits_in_scope};

fn check(files: &[(&str, &str)], expected: Expect) {
    expected.assert_eq(&errors_in(files));
}

#[test]
fn globs_may_go_in_circles() {
    check(
        &[(
            "main.zari",
            "mod a { pub use crate::b::*; pub fn f() {} } mod b { pub use crate::a::*; pub fn g() {} }
             use a::*; fn main() { f(); g(); nothing(); }",
        )],
        expect![[r#"
            main.zari:2:46: E0425 no function nothing in scope
        "#]],
    );
}

#[test]
fn imports_of_themselves_are_unresolved() {
    check(
        &[(
            "main.zari",
            "use a::x; mod a { pub use crate::x; } use y::z; use self::z as y; fn main() {}",
        )],
        expect![[r#"
            main.zari:1:8: E0432 unresolved import a::x
            main.zari:1:34: E0432 unresolved import crate::x
            main.zari:1:43: E0432 unresolved import y::z
            main.zari:1:59: E0432 unresolved import self::z
        "#]],
    );
}

#[test]
fn modules_are_files() {
    check(
        &[
            (
                "src/main.zari",
                "mod a; mod b; mod missing; fn main() { a::f(); b::c::g(); b::h(); }",
            ),
            ("src/a.zari", "pub fn f() {}"),
            ("src/b/mod.zari", "pub mod c; fn h() {}"),
            ("src/b/c.zari", "pub fn g() { super::h(); oops }"),
        ],
        expect![[r#"
            src/b/c.zari:1:26: E0425 no value oops in scope
            src/main.zari:1:19: E0583 no file for module missing
            src/main.zari:1:62: E0603 function h is private
        "#]],
    );
}

#[test]
fn explicit_names_win_over_globs_and_the_prelude() {
    let (db, id) = program(&[(
        "main.zari",
        "use m::*; enum Option { X } fn f(o: Option) { Option::X; Some(1); } mod m { pub fn f() {} pub trait Tr {} impl Tr for i32 {} }",
    )]);
    let root = crate_root(&db, id);
    let f = resolve_in_module(&db, root, "f".into()).values.map(|binding| binding.res);
    expect!["Some(Def(Fn(program::f)))"].assert_eq(&format!("{f:?}"));
    let traits = traits_in_scope(&db, root);
    expect!["[Trait(program::m::Tr), Trait(core::clone::Clone), Trait(core::cmp::PartialEq), Trait(core::iter::IntoIterator), Trait(core::iter::Iterator), Trait(core::marker::Copy), Trait(core::ops::Fn)]"]
        .assert_eq(&format!("{traits:?}"));
    assert_eq!(trait_impl_candidates(&db, traits[0]).len(), 1);
}
