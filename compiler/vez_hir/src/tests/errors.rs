//! What is said about mistakes.

use expect_test::{Expect, expect};

use super::errors;

fn check(source: &str, expected: Expect) {
    expected.assert_eq(&errors(source));
}

#[test]
fn unknown_names() {
    check(
        "struct Point { x: Pont } fn f<T: Missing>(v: i32) -> i32 { valeu; call(); let q = Point; nope::x; fmt::Debg; v }
         impl Missing2 for Point {} mod m { pub fn helper() {} fn hidden() {} }
         fn g() { m::helpr(); m::hidden(); Self::x(); self.y; let k = Clone; let z: m = 1; }",
        expect![[r#"
            main.zari:1:19: E0425 no type Pont in scope
            main.zari:1:34: E0405 no trait Missing in scope
            main.zari:1:60: E0425 no value valeu in scope
            main.zari:1:67: E0425 no function call in scope
            main.zari:1:83: E0423 Point is a struct, not a value
            main.zari:1:90: E0433 no module or crate nope here
            main.zari:1:99: E0433 no module or crate fmt here
            main.zari:2:15: E0405 no trait Missing2 in scope
            main.zari:3:22: E0425 no function helpr in scope
            main.zari:3:34: E0603 function hidden is private
            main.zari:3:44: E0433 no type Self here
            main.zari:3:55: E0424 self in a function without a self parameter
            main.zari:3:71: E0423 Clone is a trait, not a value
            main.zari:3:85: E0573 m is a module, not a type
        "#]],
    );
}

#[test]
fn what_nested_functions_cannot_see() {
    check(
        "fn f<T>(x: T) { fn g(y: T) { x; } let n = 3; let a = [0; n]; }",
        expect![[r#"
            main.zari:1:25: E0401 generic parameter T belongs to the outer item
            main.zari:1:30: E0434 function cannot use the local variable x around it
            main.zari:1:58: E0435 local variable n in a constant expression
        "#]],
    );
}

#[test]
fn duplicates() {
    check(
        "fn f() {} fn f() {} struct S { a: i32, a: i32 } enum E { A, A } fn g<T, T>(x: i32, x: i32) {}
         fn h() { let (a, a) = (1, 2); } impl S { fn m() {} fn m() {} } use core::clone; use core::fmt as clone; use core::ops as f2; struct f2;",
        expect![[r#"
            main.zari:1:14: E0428 f defined twice in this module
            main.zari:1:40: E0124 field a declared twice
            main.zari:1:61: E0428 A defined twice in this module
            main.zari:1:73: E0403 generic parameter T declared twice
            main.zari:1:84: E0415 parameter x declared twice
            main.zari:2:27: E0416 a bound twice in the pattern
            main.zari:2:64: E0592 m defined twice for the same type
            main.zari:2:107: E0252 clone imported twice
            main.zari:2:131: E0255 import f2 clashes with an item of this module
        "#]],
    );
}

#[test]
fn patterns() {
    check(
        "enum E { A(i32), B(i32) } struct T(i32); static S: i32 = 1;
         fn f(e: E) { match e { E::A(x) | E::B(y) => 1, E::C => 2, Nope(z) => 3, E::A => 4 }; let S = 1; let T = 2; let 1 + 2 = 3; }",
        expect![[r#"
            main.zari:2:43: E0408 x is not bound in every alternative
            main.zari:2:48: E0408 y is not bound in every alternative
            main.zari:2:68: E0531 no tuple struct or variant Nope in scope
            main.zari:2:82: E0532 E::A is a tuple variant, expected unit struct, unit variant or constant
            main.zari:2:99: E0530 binding S has the name of a static
            main.zari:2:110: E0530 binding T has the name of a struct
            main.zari:2:123: V0100 expected ;, found +
        "#]],
    );
}

#[test]
fn jumps() {
    check(
        "fn f() { break; 'a: loop { || break 'a; 'b: { break; } continue 'c; } while true { break 1; } 'd: { continue 'd; } }
         const C: i32 = return 1;",
        expect![[r#"
            main.zari:1:10: E0268 break outside of a loop
            main.zari:1:37: E0767 label 'a is outside of this closure or async block
            main.zari:1:47: E0695 break without a label inside of a labelled block
            main.zari:1:65: E0426 undeclared label 'c
            main.zari:1:84: E0571 break with a value in a while loop
            main.zari:1:101: E0696 continue to a block that is no loop
            main.zari:2:25: E0572 return outside of a function
        "#]],
    );
}

#[test]
fn format_strings() {
    check(
        r#"fn f(x: i32) { print!("{} {}", x); print!("{}", x, 3); print!("{y}"); print!("é\n{:y}", x); print!("{", x); print!("a}"); print!(x); print!("{0} {2}", x); print!("{a} {b}", a = 1, a = 2); print!("{a}", a = 1, 2); unknown!(); }"#,
        expect![[r#"
            main.zari:1:27: V0202 1 argument for placeholder 2 in the format string
            main.zari:1:52: V0203 argument never used by the format string
            main.zari:1:65: E0425 no value y in scope
            main.zari:1:84: V0204 no format y
            main.zari:1:101: V0201 invalid format string: unclosed placeholder
            main.zari:1:118: V0201 invalid format string: unmatched }, write }} for a brace
            main.zari:1:130: V0200 format string must be a literal
            main.zari:1:146: V0202 1 argument for placeholder 3 in the format string
            main.zari:1:169: E0425 no value b in scope
            main.zari:1:181: V0206 format argument a given twice
            main.zari:1:210: V0207 positional format argument after a named one
            main.zari:1:214: V0020 no macro unknown in scope
        "#]],
    );
}

#[test]
fn lifetimes_and_types() {
    check(
        "struct S { x: &i32 } struct L<'a>(&'a i32); fn f(x: &i32, y: &i32) -> &i32 { x } fn g() -> &str { \"\" } fn h(x: &'q i32) {}
         struct M { l: L } fn i(x: _) {} fn j() { let x: impl Clone = 1; } fn k(x: Clone) {} trait T { fn m() -> impl Clone; }",
        expect![[r#"
            main.zari:1:15: E0106 missing lifetime
            main.zari:1:71: E0106 missing lifetime
            main.zari:1:92: E0106 missing lifetime
            main.zari:1:113: E0261 undeclared lifetime 'q
            main.zari:2:24: E0106 missing lifetime
            main.zari:2:58: E0562 impl Trait is not allowed in a body
            main.zari:2:84: E0782 trait Clone used as a type without dyn
            main.zari:2:114: V0001 not supported yet: impl Trait in the output of a trait's function
        "#]],
    );
}

#[test]
fn attributes_and_derives() {
    check(
        "#[nonsense] fn f() {} #[derive(Clone, Nope)] struct S; #[derive(Clone)] fn g() {} #[derive(Default)] enum E { A }
         #[cfg(test)] fn h() { unknown() } #[cfg(not(test))] fn i() { unknown2() } macro_rules! mine { () => {} } fn k() { mine!(); }",
        expect![[r#"
            main.zari:1:3: V0006 no attribute nonsense
            main.zari:1:39: V0020 no macro Nope in scope
            main.zari:1:58: E0774 derive applies to structs, enums and unions only
            main.zari:1:92: E0665 derive(Default) of an enum without a unit variant marked #[default]
            main.zari:1:107: E0433 no module or type default here
            main.zari:2:71: E0425 no function unknown2 in scope
            main.zari:2:97: V0001 not supported yet: macro_rules!
        "#]],
    );
}

#[test]
fn imports() {
    check(
        "use core::nope::x; use core::fmt::{Debug, Debg}; use m::private; mod m { fn private() {} pub fn public() {} } pub use m::public as p;
         use core::option::Option::*; use std::println; mod n { fn q() {} pub use self::q as r; } use n::*;",
        expect![[r#"
            main.zari:1:11: E0432 unresolved import core::nope::x
            main.zari:1:43: E0432 unresolved import core::fmt::Debg
            main.zari:1:57: E0603 function private is private
            main.zari:2:94: E0364 q is private and cannot be re-exported
        "#]],
    );
}
