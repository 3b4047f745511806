//! Items, types, generics, attributes.

use super::{check, check_errors};
use expect_test::expect;

#[test]
fn functions() {
    check(
        "pub const unsafe extern \"C\" fn f<'a, T: Copy + 'a, const N: usize = 3>(x: &'a mut [T; N], _: fn(i32, y: u8) -> !) -> Option<T>
         where T: Iterator<Item = u8>, for<'b> &'b T: Add { None }
         extern \"C\" { fn printf(fmt: *const u8, ...) -> i32; static X: i32; }
         #[intrinsic] pub fn size_of<T>() -> usize;",
        expect![[r#"
            (fn pub f const unsafe
              (extern "C")
              (generics 'a (T Copy 'a) (const N usize 3))
              (where (T Iterator<(= Item u8)>) (for 'b ((& 'b T) Add)))
              ((: x (&mut 'a (array T N))) (: _ (fn-pointer (i32 u8) (-> !))))
              (-> Option<T>)
              (block None))
            (extern "C" (fn printf ((: fmt (*const u8)) ...) (-> i32)) (static X i32))
            (fn pub size_of (# intrinsic) (generics T) () (-> usize))
        "#]],
    );
}

#[test]
fn additions_of_vez() {
    check(
        "fn twice(x: i32) -> i32 = x * 2
         fn inferred(x: i32) = { x };
         fn add(a, b: i32, c: u8) -> i32 = a + b
         fn hole() -> ??? { ??? }
         struct P(i32)
         struct Q",
        expect![[r#"
            (fn twice ((: x i32)) (-> i32) (= (* x 2)))
            (fn inferred ((: x i32)) (-> inferred) (= (block x)))
            (fn add ((:shared a i32) (: b i32) (: c u8)) (-> i32) (= (+ a b)))
            (fn hole () (-> ???) (block ???))
            (struct P (field 0 i32))
            (struct Q)
        "#]],
    );
}

#[test]
fn methods_and_traits() {
    check(
        "impl<T> Foo<T> for Bar<T> where T: X { type Item = T; const N: usize = 3; fn a(self) {} fn b(&'a mut self, x: i32) {} fn c(self: Box<Self>) {} }
         impl !Send for X {}
         impl <T as A>::B {}
         unsafe auto trait T: A + ?Sized { type X<'a>: B where Self: 'a; fn f(&self); fn g() {} }",
        expect![[r#"
            (impl
              (generics T)
              (where (T X))
              (trait Foo<T>)
              (for Bar<T>)
              (type Item T)
              (const N usize 3)
              (fn a (self) (block))
              (fn b (&'a mut self (: x i32)) (block))
              (fn c ((: self Box<Self>)) (block)))
            (impl (not-trait Send) (for X))
            (impl (for <T as A>::B))
            (trait T unsafe auto
              (: A (? Sized))
              (type X (generics 'a) (where (Self 'a)) (: B))
              (fn f (&self))
              (fn g () (block)))
        "#]],
    );
}

#[test]
fn data_types() {
    check(
        "#[derive(Debug, Clone)] #[repr(u8)] /// A doc.
         pub enum E<T> { A, B(T, u8), C { x: T } = 3, }
         pub(crate) struct S { pub a: i32, #[cfg(x)] pub(in a::b) b: Vec<Vec<u8>>, }
         struct T(pub (A, B), pub(super) i32);
         union U { a: u32, b: f32 }",
        expect![[r#"
            (enum pub E
              (# (derive Debug Clone))
              (# (repr u8))
              (# (= doc " A doc."))
              (generics T)
              (variant A)
              (variant-tuple B (field 0 T) (field 1 u8))
              (variant-struct C (field x T) (= 3)))
            (struct pub(crate) S (field pub a i32) (field (pub(in) a::b) b (# (cfg x)) Vec<Vec<u8>>))
            (struct T (field pub 0 (tuple A B)) (field pub(super) 1 i32))
            (union U (field a u32) (field b f32))
        "#]],
    );
}

#[test]
fn imports_modules_macros() {
    check(
        "#![allow(dead_code)] //! Inner.
         use a::b::{self, c as d, e::*, {f, g}}; pub use ::std::fmt as _; use super::*;
         mod m; mod n { #![x] fn f() {} }
         extern crate alloc as a;
         macro_rules! m { ($x:expr) => { $x + 1 }; }
         foo::bar! { a b c }
         type A<T> = B<T>; static mut X: u8 = 1; const _: () = ();",
        expect![[r#"
            (#! (allow dead_code))
            (#! (= doc " Inner."))
            (use a::b::{self, c as d, e::*, {f, g}})
            (use pub ::std::fmt as _)
            (use super::*)
            (mod-file m)
            (mod n (#! x) (fn f () (block)))
            (extern-crate alloc a)
            (macro-rules m ..)
            (macro-call foo::bar ..)
            (type A (generics T) B<T>)
            (static-mut X u8 1)
            (const _ (tuple) (tuple))
        "#]],
    );
}

#[test]
fn types() {
    check(
        "type A = (u8, (u8), (u8,), (), [u8], [u8; 3], &u8, &&mut u8, *const u8, !, _, dyn A + 'a, impl Fn(u8) -> u8 + Send,
           for<'a> unsafe extern fn(&'a u8, ...), <T as A<u8>>::B<u8>, ::a::B<'a, 3, -1, { N }, X = u8, Y: Z, W<u8> = u8>, dyn for<'a> Fn(&'a u8));",
        expect![[r#"
            (type A
              (tuple u8
                (paren u8)
                (tuple u8)
                (tuple)
                (slice u8)
                (array u8 3)
                (& u8)
                (& (&mut u8))
                (*const u8)
                !
                _
                (dyn A 'a)
                (impl Fn(u8) -> u8 Send)
                (fn-pointer (for 'a) unsafe (extern "C") ((& 'a u8)) ...)
                <T as A<u8>>::B<u8>
                ::a::B<'a, 3, (- 1), (block N), (= X u8), (: Y Z), (= W<u8> u8)>
                (dyn (for 'a Fn((& 'a u8))))))
        "#]],
    );
}

#[test]
fn attributes_in_odd_places() {
    check(
        "#[cfg(all(a, not(b = \"c\")))] #[doc = \"x\"] #[path::to(1, x)] #[weird = a + b] #[weird(a b c)]
         fn f(#[a] x: u8) { #[allow(x)] let y = #[b] 1; #[c] g(#[d] 1); match x { #[e] 1 => 2, _ => 3 } }",
        expect![[r#"
            (fn f
              (# (cfg (all a (not (= b "c")))))
              (# (= doc "x"))
              (# (path::to 1 x))
              (# (weird ..))
              (# (weird ..))
              ((: x u8))
              (block (let y (= 1)) (stmt (call g 1)) (match x (arm 1 2) (arm _ 3))))
        "#]],
    );
}

#[test]
fn not_supported_yet() {
    check_errors(
        "#[requires(a <= b)] fn f(a, b: u8) -> u8 requires a < b ensures result > a ==> a < 3 { a }
         fn g(x: m![]) { let p!() = 1; let c = async |x| x; }
         fn h() { #[cfg(x)] let y = 1; }",
        expect![[r##"
            1: V0001 not supported yet: contracts at "#[requires(a <= b)]"
            1: V0001 not supported yet: contracts at "requires a < b"
            1: V0001 not supported yet: contracts at "ensures result > a ==> a < 3"
            2: V0001 not supported yet: macros as types at "m![]"
            2: V0001 not supported yet: macros as patterns at "p!()"
            2: V0001 not supported yet: async closures at "async"
            3: V0001 not supported yet: `cfg` on anything but items and fields at "#[cfg(x)]"
        "##]],
    );
}

#[test]
fn spans_count_from_the_item() {
    let text = "// comment\n\n/// Doc\nfn f() { fn g() {} }\nstruct S;";
    let parse = crate::parse_file(text, vez_base::FileId::new(0));
    let f = &parse.file.items[0];
    let at = f.offset as usize;
    assert!(text[at..].starts_with("/// Doc"));
    assert!(text[at..at + f.item().len as usize].ends_with("fn g() {} }"));
    assert_eq!(&text[f.item().name.span.shifted(f.offset).to_usize()], "f");
    let g = &f.item().children[0];
    assert_eq!(&text[g.item().name.span.shifted(f.offset + g.offset).to_usize()], "g");
    let moved = crate::parse_file(&format!("\n\n{text}"), vez_base::FileId::new(0));
    assert_eq!(moved.file.items[0].item(), f.item());
}
