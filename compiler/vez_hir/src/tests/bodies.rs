//! What bodies and signatures become.

use expect_test::{Expect, expect};

use super::lowered;

fn check(source: &str, expected: Expect) {
    expected.assert_eq(&lowered(source));
}

#[test]
fn locals_shadow_and_paths_resolve() {
    check(
        "mod m { pub const N: i32 = 2; pub fn f(x: i32) -> i32 { x } }
         fn twice(x: i32) -> i32 = x * m::N;
         fn main() { let x = 1; let x = m::f(x); let y: i32 = twice(x) + x; }",
        expect![[r#"
            constant program::m::N: i32
            body program::m::N() = 2
            function program::m::f(i32) -> i32
            body program::m::f(x_0) = {
                _0
            }
            function program::twice(i32) -> i32
            body program::twice(x_0) = (_0 * program::m::N)
            function program::main()
            body program::main() = {
                let x_0 = 1;
                let x_1 = program::m::f(_0);
                let y_2: i32 = (program::twice(_1) + _1);
            }
        "#]],
    );
}

#[test]
fn loops_become_loop() {
    check(
        "fn f(n: i32) { 'a: while n > 0 { if n == 3 { break 'a; } continue; } for i in 0..n { break; } }
         fn g(v: Option<i32>) -> i32 { while let Some(x) = v { return x; } loop { break 3 } }",
        expect![[r#"
            function program::f(i32)
            body program::f(n_0) = {
                '0: loop {
                    if temps((_0 > 0)) {
                        if temps((_0 == 3)) {
                            break '0;
                        }
                        continue '0;
                    } else {
                        break '0;
                    }
                }
                temps(match core::iter::IntoIterator::into_iter(core::ops::Range { start: 0, end: _0 }) {
                    mut iter_1 => '22: loop {
                        match core::iter::Iterator::next(&mut _1) {
                            core::option::Option::None => break '22
                            core::option::Option::Some(i_2) => {
                                break '22;
                            }
                        }
                    }
                })
            }
            function program::g(core::option::Option<i32>) -> i32
            body program::g(v_0) = {
                '0: loop {
                    if let core::option::Option::Some(x_1) = _0 {
                        return _1;
                    } else {
                        break '0;
                    }
                }
                '9: loop {
                    break '9 3
                }
            }
        "#]],
    );
}

#[test]
fn format_strings_become_templates() {
    check(
        r#"fn main() { let x = 1; println!("a{x}b{:>5}{{", x + 1); print!("{0} {0:?}", x); panic!("no"); }"#,
        expect![[r#"
            function program::main()
            body program::main() = {
                let x_0 = 1;
                temps(std::io::_print(<core::fmt::Arguments>::new(b"\u{1}\u{1}a\u{2}\0\u{1}\u{1}b\u{3}\u{1}\u{80}\0 \0\0\0\u{1}\u{5}\0\0\0\0\u{1}\u{2}{\n\0", &match (&(_0 + 1), &_0) {
                    args_1 => [<core::fmt::Argument>::new_display(_1.1), <core::fmt::Argument>::new_display(_1.0)]
                })));
                temps(std::io::_print(<core::fmt::Arguments>::new(b"\u{2}\0\u{1}\u{1} \u{2}\u{1}\0", &match (&_0,) {
                    args_2 => [<core::fmt::Argument>::new_display(_2.0), <core::fmt::Argument>::new_debug(_2.0)]
                })));
                core::panicking::panic_str("no");
            }
        "#]],
    );
}

#[test]
fn assertions_compare_by_reference() {
    check(
        r#"fn main() { assert!(1  == 2); assert_eq!(1, 2, "m {}", 3); matches!(1, 2 | 3); }"#,
        expect![[r#"
            function program::main()
            body program::main() = {
                if temps(!(1 == 2)) {
                    core::panicking::panic_str("assertion failed: 1 == 2");
                };
                match (&1, &2) {
                    (left_val_0, right_val_1) => if temps(!(*_0 == *_1)) {
                        core::panicking::assert_failed(core::panicking::AssertKind::Eq, &*_0, &*_1, core::option::Option::Some(<core::fmt::Arguments>::new(b"\u{1}\u{2}m \u{2}\0\0", &[<core::fmt::Argument>::new_display(&3)])));
                    }
                };
                match 1 {
                    (2 | 3) => true
                    _ => false
                };
            }
        "#]],
    );
}

#[test]
fn derives_are_impls() {
    check(
        "#[derive(Clone, Debug, PartialEq)] struct P<T> { x: T, y: i32 }
         #[derive(Clone, Copy, PartialEq)] enum E { A, B(i32) }",
        expect![[r#"
            struct program::P<T>
                P { x: T/0, y: i32 }
            impl program::P::Clone<T> core::clone::Clone for program::P<T/0>
                where T/0: core::clone::Clone
            associated function program::P::Clone::clone<'_>(&'_/0 Self) -> Self
            body program::P::Clone::clone(self_0) = {
                match _0 {
                    program::P { x: __a0_1, y: __a1_2 } => program::P { x: core::clone::Clone::clone(_1), y: core::clone::Clone::clone(_2) }
                }
            }
            impl program::P::Debug<T> core::fmt::Debug for program::P<T/0>
                where T/0: core::fmt::Debug
            associated function program::P::Debug::fmt<'_, '_, '_>(&'_/0 Self, &'_/1 mut core::fmt::Formatter<'_/2>) -> core::fmt::Result
            body program::P::Debug::fmt(self_0, f_1) = {
                match _0 {
                    program::P { x: __a0_2, y: __a1_3 } => <core::fmt::Formatter>::debug_struct(_1, "P").field("x", &_2).field("y", &_3).finish()
                }
            }
            impl program::P::PartialEq<T> core::cmp::PartialEq for program::P<T/0>
                where T/0: core::cmp::PartialEq
            associated function program::P::PartialEq::eq<'_, '_>(&'_/0 Self, &'_/1 Self) -> bool
            body program::P::PartialEq::eq(self_0, other_1) = {
                match (_0, _1) {
                    (program::P { x: __a0_2, y: __a1_3 }, program::P { x: __b0_4, y: __b1_5 }) => ((*_2 == *_4) && (*_3 == *_5))
                }
            }
            enum program::E
                A {  }
                B { 0: i32 }
            impl program::E::Clone core::clone::Clone for program::E
            associated function program::E::Clone::clone<'_>(&'_/0 Self) -> Self
            body program::E::Clone::clone(self_0) = {
                *_0
            }
            impl program::E::Copy core::marker::Copy for program::E
            impl program::E::PartialEq core::cmp::PartialEq for program::E
            associated function program::E::PartialEq::eq<'_, '_>(&'_/0 Self, &'_/1 Self) -> bool
            body program::E::PartialEq::eq(self_0, other_1) = {
                match (_0, _1) {
                    (program::E::B { 0: __a0_2 }, program::E::B { 0: __b0_3 }) => (*_2 == *_3)
                    _ => (core::intrinsics::discriminant_value(_0) == core::intrinsics::discriminant_value(_1))
                }
            }
        "#]],
    );
}

#[test]
fn lifetimes_are_elided_as_in_rust() {
    check(
        "struct S<'a>(&'a str);
         impl S<'_> { fn a(&self, x: &str) -> &str { self.0 } }
         fn one(x: &str) -> S { S(x) }
         fn both<'a>(x: &'a str, y: &'a str) -> &'a str { x }
         fn call(f: &dyn Fn(&i32) -> &i32, g: impl for<'b> Fn(&'b str) -> bool, h: fn(&u8)) {}
         static T: &str = \"\";",
        expect![[r#"
            struct program::S<'a>
                S { 0: &'a/0 str }
            impl program<'_> for program::S<'_/0>
            associated function program::a<'_, '_>(&'_/0 Self, &'_/1 str) -> &'_/0 str
            body program::a(self_0, x_1) = {
                _0.0
            }
            function program::one<'_>(&'_/0 str) -> program::S<'_/0>
            body program::one(x_0) = {
                program::S(_0)
            }
            function program::both<'a>(&'a/0 str, &'a/0 str) -> &'a/0 str
            body program::both(x_0, y_1) = {
                _0
            }
            function program::call<'_, impl Trait>(&'_/0 (dyn for<1> core::ops::Fn<(&'^0.0 i32,), Output = &'^0.0 i32> + '_/0), impl Trait/1, for<1> fn(&'^0.0 u8))
                where impl Trait/1: for<1> core::ops::Fn<(&'^0.0 str,), Output = bool>
            body program::call(f_0, g_1, h_2) = {}
            static program::T: &'static str
            body program::T() = ""
        "#]],
    );
}

#[test]
fn patterns_bind_and_name_constants() {
    check(
        "const K: i32 = 3; struct U; enum E { A(i32, i32), B { x: i32 } }
         fn f(e: E, p: (i32, i32), s: [i32; 4]) -> i32 {
             match e { E::A(a, ..) | E::B { x: a } => a, }
         }
         fn g(n: i32, u: U) { match n { K => {} m @ 4..=6 if m > 5 => {} _ => {} } let U = u; }
         fn h(s: [i32; 4]) { let [a, rest @ .., b] = s; let (ref x, mut y) = (a, b); (y, _) = (1, 2); }",
        expect![[r#"
            constant program::K: i32
            body program::K() = 3
            struct program::U
                U {  }
            enum program::E
                A { 0: i32, 1: i32 }
                B { x: i32 }
            function program::f(program::E, (i32, i32), [i32; 4]) -> i32
            body program::f(e_0, p_1, s_2) = {
                match _0 {
                    (program::E::A(a_3, ..) | program::E::B { x: a_3 }) => _3
                }
            }
            function program::g(i32, program::U)
            body program::g(n_0, u_1) = {
                match _0 {
                    program::K => {}
                    m_2 @ 4..=6 if (_2 > 5) => {}
                    _ => {}
                }
                let program::U = _1;
            }
            function program::h([i32; 4])
            body program::h(s_0) = {
                let [a_1, rest_2, b_3; rest] = _0;
                let (ref x_4, mut y_5) = (_1, _3);
                {
                    let (lhs_6, _) = (1, 2);
                    (_5 = _6);
                };
            }
        "#]],
    );
}

#[test]
fn items_in_bodies_and_closures() {
    check(
        "fn f() -> i32 { const N: usize = 2; fn g(x: i32) -> i32 { x } let a = [0; N + 1]; let c = move |x: i32| g(x); c(1) }
         struct A<const N: usize> { x: [u8; N] } fn k() -> A<3> { A { x: [0; 3] } }",
        expect![[r#"
            function program::f() -> i32
            body program::f() = {
                let a_0 = [0; {const 3}];
                let c_2 = move |x_1: i32| program::f::g(_1);
                _2(1)
            }
            constant program::f::N: usize
            body program::f::N() = 2
            function program::f::g(i32) -> i32
            body program::f::g(x_0) = {
                _0
            }
            struct program::A<const N: usize>
                A { x: [u8; N/0] }
            function program::k() -> program::A<3>
            body program::k() = {
                program::A { x: [0; 3] }
            }
        "#]],
    );
}
