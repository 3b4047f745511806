//! What items owe their signatures.

use super::answers;
use expect_test::{Expect, expect};

fn check(source: &str, expected: Expect) {
    expected.assert_eq(&answers(source));
}

#[test]
fn impls_match_their_traits() {
    check(
        "
trait Shape { const SIDES: u8; type Unit: Copy; fn area(&self) -> i32; fn make() -> Self where Self: Sized; fn scale<T>(&self, by: T, n: i32) {} }
struct A; struct B; struct C; struct D;
impl Shape for A { fn area(&self) -> i32 { 1 } fn volume(&self) {} type Other = i32; const X: i32 = 1; }
impl Shape for B { const SIDES: u8 = 1; type Unit = Vec<u8>; fn area() -> i32 { 1 } fn make(&self) -> B { loop {} } fn scale(&self, by: u8, n: i32) {} }
impl Shape for C { const SIDES: i32 = 1; type Unit = u8; fn area(&self) -> u8 { 1 } fn make() -> C { loop {} } fn scale<T>(&self, by: T) {} }
impl Shape for D { const SIDES: u8 = 1; type Unit = u8; fn area(&self) -> i32 { 1 } fn area(&self) -> i32 { 2 } fn make() -> Self { loop {} } fn scale<T: Clone>(&self, by: T, n: i32) {} }
",
        expect![[r#"
            impl E0046: impl of `Shape` lacks `SIDES`, `Unit`, `make`
            impl E0407: `Shape` has no function `volume`
            impl E0437: `Shape` has no associated type `Other`
            impl E0438: `Shape` has no associated constant `X`
            impl E0277: `Vec<u8>` does not implement `Copy`
            impl E0186: `area` lacks the `self` parameter of its trait's declaration
            impl E0185: `make` has a `self` parameter, its trait's declaration has none
            impl E0049: `scale` has 0 generic parameters but its trait declares 1 generic parameter
            impl E0308: expected `u8`, found `i32`
            impl E0053: `area` does not fit its trait: expected `i32`, found `u8`
            impl E0050: `scale` takes 2 parameters but its trait declares 3 parameters
            impl E0276: impl of `scale` requires more than its trait: `T: Clone`
        "#]],
    );
}

#[test]
fn types_have_a_size_and_use_their_parameters() {
    check(
        "
struct List { value: i32, next: Option<List> }
struct Fine { next: Option<Box<Fine>> }
enum Pair<T> { Both(T, Box<Pair<T>>), None }
struct A { b: B } struct B { a: (i32, A) }
struct Unused<'a, T> { x: i32 }
struct Bad { head: [u8], tail: i32 }
struct Good { tail: [u8] }
struct Twice { x: i32, x: u8 }
struct Bounded<T: Clone> { value: T }
struct NotClone;
struct Uses { value: Bounded<NotClone> }
fn uses<T>(_: Bounded<T>, _: Bounded<i32>) {}
fn objects(_: &dyn Clone, _: &dyn Iterator, _: Box<dyn Fn(i32) -> i32>) {}
",
        expect![[r#"
            List E0072: type `List` contains itself without indirection
            A E0072: type `A` contains itself without indirection
            Unused E0392: parameter `'a` is never used
            Unused E0392: parameter `T` is never used
            Bad E0277: `[u8]` does not implement `Sized`
            Uses E0277: `NotClone` does not implement `Clone`
            uses E0277: `T` does not implement `Clone`
            objects E0191: trait object of `Iterator` must give `Item`
        "#]],
    );
}

#[test]
fn impls_are_coherent() {
    check(
        "
trait Mine { fn f(&self) {} }
struct S<T> { value: T }
impl<T: Clone> Mine for T {}
impl Mine for S<i32> {}
impl Mine for i32 {}
impl<T> Clone for Vec<S<T>> { fn clone(&self) -> Self { loop {} } }
impl Iterator for Vec<i32> { type Item = i32; fn next(&mut self) -> Option<i32> { loop {} } }
impl<T, U> S<T> { fn a(&self) {} }
impl S<i32> { fn b(&self) {} }
impl S<u8> { fn b(&self) {} }
impl<T> S<T> { fn b(&self) {} }
impl i32 { fn c(self) {} }
impl<T> Vec<T> { fn d(self) {} }
struct P; struct Q { v: Vec<i32> } struct R;
impl Clone for P { fn clone(&self) -> P { P } }
impl Copy for P {}
impl Drop for P { fn drop(&mut self) {} }
impl Clone for Q { fn clone(&self) -> Q { loop {} } }
impl Copy for Q {}
impl Copy for R {}
",
        expect![[r#"
            impl E0119: conflicting impls of `Mine` for `i32`
            impl E0117: impl of a foreign trait for a foreign type
            impl E0117: impl of a foreign trait for a foreign type
            impl E0207: parameter `U` is not determined by the impl's trait or type
            impl E0592: `b` defined twice for the same type
            impl E0592: `b` defined twice for the same type
            impl E0390: inherent impl for the primitive type `i32`
            impl E0116: inherent impl for a type of another crate
            impl E0184: `P` is `Copy` and has a destructor
            impl E0204: `Q` cannot be `Copy`: `v` is not
            impl E0277: `R` does not implement `Clone`
        "#]],
    );
}

#[test]
fn paths_take_the_right_arguments() {
    check(
        "
fn a(_: Vec, _: Vec<i32, u8>, _: i32<u8>, _: Option<'static, i32>) {}
fn b<T: Iterator>(_: T::Item, _: T::Thing, _: Vec<u8>::Item) {}
fn c<T: Iterator<Thing = u8>>(_: Vec<Item = u8>, _: _) {}
fn d(_: Clone, _: &dyn Iterator, _: &dyn Iterator<Item = u8>) {}
trait Sub: Iterator { fn first(&self) -> Self::Item; }
trait Loop: Loop2 {} trait Loop2: Loop {}
type Cyclic = Vec<Cyclic>;
trait Default<T = Vec<Self>> {}
impl Default for i32 {}
struct N<const LEN: usize> { items: [u8; LEN] }
fn e<const M: usize, const B: bool>(_: N<M>, _: N<3>, _: N<B>, _: N<u8>) {}
",
        expect![[r#"
            a E0107: struct `Vec` takes 1 generic argument, given 0
            a E0107: struct `Vec` takes 1 generic argument, given 2
            a E0109: `i32` takes no generic arguments
            a E0107: enum `Option` takes 0 lifetime arguments, given 1
            b E0220: no associated type `Thing` in `T`
            b E0223: ambiguous associated type `Item`
            c E0229: associated item constraint outside of a bound
            c E0107: struct `Vec` takes 1 generic argument, given 0
            c E0121: `_` in the signature of an item
            c E0220: no associated type `Thing` in `Iterator`
            d E0191: trait object of `Iterator` must give `Item`
            Loop E0391: the supertraits of trait `Loop` depends on itself
            Cyclic E0391: the type of type alias `Cyclic` depends on itself
            e E0308: expected `usize`, found `bool`
            e E0747: generic arguments out of order
            Cyclic = {unknown}
        "#]],
    );
}
