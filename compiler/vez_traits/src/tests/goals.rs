//! Goals, projections and methods.

use super::answers;
use expect_test::{Expect, expect};

fn check(source: &str, expected: Expect) {
    expected.assert_eq(&answers(source));
}

#[test]
fn impls_answer_goals() {
    check(
        "
fn goal_1(_: Is<Vec<i32>, dyn Clone>, _: Is<Vec<Vec<i32>>, dyn Clone>) {}
fn goal_2(_: Is<Vec<&mut i32>, dyn Clone>, _: Is<Option<i32>, dyn Copy>) {}
fn goal_3(_: Is<(i32, u8), dyn Copy>, _: Is<[i32; 3], dyn Clone>, _: Is<fn(i32), dyn Copy>) {}
fn goal_4<T: Copy, U>(_: Is<Vec<T>, dyn Clone>, _: Is<Vec<U>, dyn Clone>, _: Is<T, dyn Clone>) {}
fn goal_5(_: Is<str, dyn Sized>, _: Is<[u8], dyn Sized>, _: Is<Vec<u8>, dyn Sized>) {}
",
        expect![[r#"
            Vec<i32>: Clone -> Yes
            Vec<Vec<i32>>: Clone -> Yes
            Vec<&mut i32>: Clone -> No
            Option<i32>: Copy -> Yes
            (i32, u8): Copy -> Yes
            [i32; 3]: Clone -> Yes
            fn(i32): Copy -> Yes
            Vec<T>: Clone -> Yes
            Vec<U>: Clone -> No
            T: Clone -> Yes
            str: Sized -> No
            [u8]: Sized -> No
            Vec<u8>: Sized -> Yes
        "#]],
    );
}

#[test]
fn auto_traits_look_inside() {
    check(
        "
struct List<T> { value: T, next: Option<Box<List<T>>> }
struct Raw { pointer: *const u8 }
fn goal_1(_: Is<List<i32>, dyn Send>, _: Is<List<Raw>, dyn Send>, _: Is<&Raw, dyn Sync>) {}
fn goal_2(_: Is<UnsafeCell<i32>, dyn Sync>, _: Is<&UnsafeCell<i32>, dyn Send>) {}
fn goal_3<T: Send>(_: Is<Vec<T>, dyn Send>, _: Is<Vec<T>, dyn Sync>) {}
fn goal_4(_: Is<Box<dyn Fn(i32) + Send>, dyn Send>, _: Is<Box<dyn Fn(i32)>, dyn Send>) {}
",
        expect![[r#"
            List<i32>: Send -> Yes
            List<Raw>: Send -> No
            &Raw: Sync -> No
            UnsafeCell<i32>: Sync -> No
            &UnsafeCell<i32>: Send -> No
            Vec<T>: Send -> Yes
            Vec<T>: Sync -> No
            Box<dyn Fn(i32) + Send>: Send -> Yes
            Box<dyn Fn(i32)>: Send -> No
        "#]],
    );
}

#[test]
fn projections_normalise() {
    check(
        "
type A = <Vec<u8> as Deref>::Target;
type B<'a> = <&'a Vec<i32> as IntoIterator>::IntoIter;
type C<'a> = <Cloned<Iter<'a, i32>> as Iterator>::Item;
type D = <fn(i32, u8) -> u8 as FnOnce<(i32, u8)>>::Output;
type E = <dyn Iterator<Item = u8> as Iterator>::Item;
type F = <i32 as Add>::Output;
type G<'a> = <Map<Iter<'a, i32>, fn(&i32) -> u8> as IntoIterator>::Item;
fn goal_1<T: Iterator<Item = u8>>(_: Is<T::Item, dyn Copy>, _: Is<T, dyn Iterator<Item = u8>>) {}
fn goal_2<I: IntoIterator>(_: Is<I::IntoIter, dyn Iterator<Item = I::Item>>) {}
fn goal_3<F: Fn(u8) -> i32>(_: Is<F, dyn FnMut(u8) -> i32>, _: Is<&F, dyn Sized>) {}
",
        expect![[r#"
            A = [u8]
            B = Iter<i32>
            C = i32
            D = u8
            E = u8
            F = i32
            G = u8
            <T as Iterator>::Item: Copy -> Yes
            T: Iterator -> Yes, <T as Iterator>::Item == u8 -> Yes
            <I as IntoIterator>::IntoIter: Iterator -> Yes, <<I as IntoIterator>::IntoIter as Iterator>::Item == <I as IntoIterator>::Item -> Yes
            F: FnMut(u8) -> Yes, <F as FnOnce<(u8,)>>::Output == i32 -> Yes
            &F: Sized -> Yes
        "#]],
    );
}

#[test]
fn methods_are_found_by_rusts_rules() {
    check(
        "
trait Shape { fn area(&self) -> i32; fn name(&self) -> u8 { 0 } }
trait Named: Shape { fn label(&self) {} }
fn push__(v: Vec<i32>) {}
fn len__1(v: Vec<i32>) {}
fn len__2(v: &mut [u8; 4]) {}
fn iter__(v: &Vec<i32>) {}
fn sort__(v: Vec<i32>) {}
fn sort__u8(v: Vec<u8>) {}
fn clone__1(v: &Vec<i32>) {}
fn clone__2<T>(v: &T) {}
fn clone__3<T: Clone>(v: &T) {}
fn next__(i: Box<dyn Iterator<Item = u8>>) {}
fn map__1(o: Option<u8>) {}
fn map__2(i: Iter<u8>) {}
fn area__1(s: &dyn Named) {}
fn area__2<T: Named>(s: &T) {}
fn area__3(s: &i32) {}
fn secret__(o: Option<u8>) {}
fn pusj__(v: Vec<i32>) {}
fn is_null__(p: *mut u8) {}
fn into__(x: i32) {}
fn collect__<'a>(i: Cloned<Iter<'a, i32>>) {}
",
        expect![[r#"
            Vec<i32>.push is inherent  on &mut : fn(&mut Vec<i32>, i32)
            Vec<i32>.len is inherent  on &*: fn(&[i32]) -> usize
            &mut [u8; 4].len is inherent  on &*[..]: fn(&[u8]) -> usize
            &Vec<i32>.iter is inherent  on &**: fn(&[i32]) -> Iter<i32>
            Vec<i32>.sort is inherent  on &mut *: fn(&mut [i32])
            Vec<u8>.sort is inherent  on &mut *: fn(&mut [u8]) with errors
            &Vec<i32>.clone is trait Clone on : fn(&Vec<i32>) -> Vec<i32>
            &T.clone is trait Clone on &: fn(&&T) -> &T
            &T.clone is bound Clone on : fn(&T) -> T
            Box<dyn Iterator<Item = u8>>.next is object Iterator on &mut *: fn(&mut dyn Iterator<Item = u8>) -> Option<u8>
            Option<u8>.map is inherent  on : fn(Option<u8>, _) -> Option<_>
            Iter<u8>.map is trait Iterator on : fn(Iter<u8>, _) -> Map<Iter<u8>, _>
            &dyn Named.area is object Shape on : fn(&dyn Named) -> i32
            &T.area is bound Shape on : fn(&T) -> i32
            E0599 no method `area` for `&i32` ["`area` exists, but these bounds do not hold: `i32: Shape`, `&i32: Shape`"]
            E0624 method `secret` is private []
            E0599 no method `pusj` for `Vec<i32>` []
            E0599 no method `is_null` for `*mut u8` []
            i32.into is trait Into on : fn(i32) -> _
            Cloned<Iter<i32>>.collect is trait Iterator on : fn(Cloned<Iter<i32>>) -> _
        "#]],
    );
}

#[test]
fn endless_requirements_end() {
    check(
        "
trait Deep {} trait Deeper {}
impl<T> Deep for Vec<T> where Vec<Vec<T>>: Deep {}
impl<T> Deep for Option<T> where Option<Option<T>>: Deep, T: Copy {}
impl Deeper for Option<u8> {}
impl<T> Deeper for Option<T> where Option<Vec<T>>: Deeper {}
trait Round {}
impl<T> Round for T where T: Round {}
fn goal_1(_: Is<Vec<u8>, dyn Deep>, _: Is<Option<u8>, dyn Deep>, _: Is<Option<i32>, dyn Deeper>) {}
fn goal_2(_: Is<i32, dyn Round>) {}
",
        expect![[r#"
            impl E0275: endless requirement `Vec<Vec<T>>: Deep`
            impl E0275: endless requirement `Option<Option<T>>: Deep`
            impl E0275: endless requirement `Option<Vec<T>>: Deeper`
            impl E0119: conflicting impls of `Deeper` for `Option<T>`
            Vec<u8>: Deep -> Overflow
            Option<u8>: Deep -> Overflow
            Option<i32>: Deeper -> Overflow
            i32: Round -> No
        "#]],
    );
}

#[test]
fn bounds_of_associated_types_count() {
    check(
        "
trait Graph { type Node: Clone + Ord; type Edges: Iterator<Item = Self::Node>; fn edges(&self) -> Self::Edges; }
trait Super<T> { fn get(&self) -> T; }
trait Sub: Super<u8> + Iterator<Item = i32> {}
fn goal_1<G: Graph>(_: Is<G::Node, dyn Clone>, _: Is<G::Node, dyn Copy>, _: Is<G::Edges, dyn Iterator<Item = G::Node>>) {}
fn goal_2<S: Sub>(_: Is<S, dyn Super<u8>>, _: Is<S, dyn Super<i32>>, _: Is<S::Item, dyn Copy>) {}
fn goal_3(_: Is<dyn Sub, dyn Super<u8>>, _: Is<dyn Sub, dyn Iterator<Item = i32>>) {}
fn edges__<G: Graph>(g: G) {}
fn next__<G: Graph>(e: G::Edges) {}
fn clone__<G: Graph>(n: &G::Node) {}
fn get__<S: Sub>(s: &mut S) {}
fn get__2(s: &dyn Sub) {}
fn hidden() -> impl Iterator<Item = u8> + Clone { loop {} }
",
        expect![[r#"
            <G as Graph>::Node: Clone -> Yes
            <G as Graph>::Node: Copy -> No
            <G as Graph>::Edges: Iterator -> Yes, <<G as Graph>::Edges as Iterator>::Item == <G as Graph>::Node -> Yes
            S: Super<u8> -> Yes
            S: Super<i32> -> No
            <S as Iterator>::Item: Copy -> Yes
            dyn Sub<Item = i32>: Super<u8> -> Yes
            dyn Sub<Item = i32>: Iterator -> Yes, <dyn Sub<Item = i32> as Iterator>::Item == i32 -> Yes
            G.edges is bound Graph on &: fn(&G) -> <G as Graph>::Edges
            <G as Graph>::Edges.next is bound Iterator on &mut : fn(&mut <G as Graph>::Edges) -> Option<<G as Graph>::Node>
            &<G as Graph>::Node.clone is bound Clone on : fn(&<G as Graph>::Node) -> <G as Graph>::Node
            &mut S.get is bound Super on &*: fn(&S) -> u8
            &dyn Sub<Item = i32>.get is object Super on : fn(&dyn Sub<Item = i32>) -> u8
        "#]],
    );
}

#[test]
fn impl_parameters_and_where_clauses() {
    check(
        "
struct W<F> { f: F }
impl<F, A, R> Iterator for W<(F, A)> where F: Fn(A) -> R { type Item = R; fn next(&mut self) -> Option<R> { loop {} } }
trait Convert<T> { type Out; fn convert(self) -> Self::Out; }
impl Convert<u8> for i32 { type Out = u8; fn convert(self) -> u8 { loop {} } }
impl Convert<i32> for i32 { type Out = Vec<i32>; fn convert(self) -> Vec<i32> { loop {} } }
type A = <W<(fn(i32) -> u8, i32)> as Iterator>::Item;
type B = <i32 as Convert<i32>>::Out;
fn goal_1<T>(_: Is<T, dyn Convert<u8>>) where i32: Into<T>, T: Convert<u8, Out = T> {}
fn convert__(x: i32) {}
fn convert__2<T: Convert<u8> + Convert<i32>>(x: T) {}
",
        expect![[r#"
            A = u8
            B = Vec<i32>
            T: Convert<u8> -> Yes, <T as Convert<u8>>::Out == {unknown} -> Yes
            i32.convert is trait Convert on : fn(i32) -> _
            T.convert is trait Convert on : fn(T) -> _
        "#]],
    );
}
