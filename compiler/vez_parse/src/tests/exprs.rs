//! Expressions, patterns, statements.

use super::{check, check_body};
use expect_test::expect;

#[test]
fn precedence() {
    check_body(
        "a = b += c || d && e == f | g ^ h & i << j + k * -l as u8 as u16; a - b - c; !a.b().c?; *a[0].x; &mut a.b; &&a;
         a..b + 1; ..; a..=b; ..b; a..; -1.abs(); a >> b; a >= b; a >>= b; a < b; x = y = z; a && b || c; &raw const x; 1 << 2;",
        expect![[r#"
            (fn f
              ()
              (block
                (stmt
                  (= a (+= b (|| c (&& d (== e (| f (^ g (& h (<< i (+ j (* k (as (as (- l) u8) u16)))))))))))))
                (stmt (- (- a b) c))
                (stmt (! (? (field (.b a) c))))
                (stmt (* (field (index a 0) x)))
                (stmt (&mut (field a b)))
                (stmt (& (& a)))
                (stmt (.. a (+ b 1)))
                (stmt (.. - -))
                (stmt (..= a b))
                (stmt (.. - b))
                (stmt (.. a -))
                (stmt (- (.abs 1)))
                (stmt (>> a b))
                (stmt (>= a b))
                (stmt (>>= a b))
                (stmt (< a b))
                (stmt (= x (= y z)))
                (stmt (|| (&& a b) c))
                (stmt (&raw-const x))
                (stmt (<< 1 2))))
        "#]],
    );
}

#[test]
fn blocks_end_statements() {
    check_body(
        "if a {} else if b {} else {} -1; match x {} [1]; {} (1); unsafe {} .f(); match x {}.f() + 1; loop {} while a {} 'l: for x in y {} if a { 1 } else { 2 }",
        expect![[r#"
            (fn f
              ()
              (block
                (expr (if a (block) (if b (block) (block))))
                (stmt (- 1))
                (expr (match x))
                (stmt (array 1))
                (expr (block))
                (stmt (paren 1))
                (stmt (.f (unsafe (block))))
                (stmt (+ (.f (match x)) 1))
                (expr (loop (block)))
                (expr (while a (block)))
                (expr (for 'l x y (block)))
                (if a (block 1) (block 2))))
        "#]],
    );
}

#[test]
fn conditions() {
    check_body(
        "if x == y {} if (x == S { a }) {} while let Some(x) = a && let Some(y) = b && c {} match s { S { a, .. } => {} _ if let 1 = x => 2, }
         for i in 0..n {} if let A | B = c {} while x < S::<u8> {} if a(S { x }) {} let Some(x) = y else { return }; match (S { a: 1 }) {}",
        expect![[r#"
            (fn f
              ()
              (block
                (expr (if (== x y) (block)))
                (expr (if (paren (== x (struct S a))) (block)))
                (expr (while (&& (&& (let (variant Some x) a) (let (variant Some y) b)) c) (block)))
                (expr (match s (arm (struct S a ..) (block)) (arm _ (if (let 1 x)) 2)))
                (expr (for i (.. 0 n) (block)))
                (expr (if (let (| A B) c) (block)))
                (expr (while (< x S<u8>) (block)))
                (expr (if (call a (struct S x)) (block)))
                (let (variant Some x) (= y) (else (block (return))))
                (match (paren (struct S (a: 1))))))
        "#]],
    );
}

#[test]
fn atoms() {
    check_body(
        "(); (1); (1,); (1, 2); []; [1, 2,]; [0; 3]; S { a, b: 1, 0: 2, ..c }; S {}; (S { a, .. }) = s; |x| x; || 1; move |&(a, b): &T, c| -> u8 { a };
         return; break 'a x; continue; async move {}; const { 1 }; 'a: { 1 }; _ = 1; ???; <T as A>::f::<u8>(); Vec::<Vec<u8>>::new(); a.0.1; a.await; a???;
         x.collect::<Vec<_>>(); return || x; f(|| 1, |a| a | b); crate::a; self.b; 1.0; 'c'; b'x'; b\"x\"; c\"x\"; \"a\\n\"; 0xffu8; 1e5f32; true;",
        expect![[r#"
            (fn f
              ()
              (block
                (stmt (tuple))
                (stmt (paren 1))
                (stmt (tuple 1))
                (stmt (tuple 1 2))
                (stmt (array))
                (stmt (array 1 2))
                (stmt (repeat 0 3))
                (stmt (struct S a (b: 1) (0: 2) (.. c)))
                (stmt (struct S))
                (stmt (= (paren (struct S a (.. _))) s))
                (stmt (closure (x) x))
                (stmt (closure () 1))
                (stmt (move-closure ((: (& (tuple a b)) (& T)) c) (-> u8) (block a)))
                (stmt (return))
                (stmt (break 'a x))
                (stmt (continue))
                (stmt (async-move (block)))
                (stmt (const (block 1)))
                (stmt (labelled 'a (block 1)))
                (stmt (= _ 1))
                (stmt ???)
                (stmt (call <T as A>::f<u8>))
                (stmt (call Vec<Vec<u8>>::new))
                (stmt (field (field a 0) 1))
                (stmt (await a))
                (stmt (? (? (? a))))
                (stmt (.collect<Vec<_>> x))
                (stmt (return (closure () x)))
                (stmt (call f (closure () 1) (closure (a) (| a b))))
                (stmt crate::a)
                (stmt (field self b))
                (stmt 1.0)
                (stmt 'c')
                (stmt b'x')
                (stmt b"x")
                (stmt c"x")
                (stmt "a\n")
                (stmt 0xffu8)
                (stmt 1e5f32)
                (stmt true)))
        "#]],
    );
}

#[test]
fn macros() {
    check_body(
        "println!(\"{} {x}\", a + b, x = 1); vec![1, 2]; vec![0; n]; vec![]; matches!(x, A | B if c); assert!(a == b, \"m\"); my!{ a (b) }",
        expect![[r#"
            (fn f
              ()
              (block
                (stmt (println! "{} {x}" (+ a b) (= x 1)))
                (stmt (vec! 1 2))
                (stmt (vec! (repeat 0 n)))
                (stmt (vec!))
                (stmt (matches! x (| A B) c))
                (stmt (assert! (== a b) "m"))
                (my! ..)))
        "#]],
    );
    check_body(
        "println! {} std::format!(\"x\"); stringify!(a b); m! { a } 1",
        expect![[r#"
        (fn f
          ()
          (block (expr (println!)) (stmt (std::format! "x")) (stmt (stringify! ..)) (expr (m! ..)) 1))
    "#]],
    );
}

#[test]
fn patterns() {
    check(
        "fn f((a, b): (u8, u8), [x, .., y]: [u8; 3], &mut z: &mut u8) {
           match x { 1 | -2 => {} 'a'..='z' | 1.. | ..=5 | A..=B::C => {} ref mut a @ Some(_) => {} a::B(x, ..) => {} S { a, ref b, c: 1, .. } => {}
             (a) | (a,) | () | (..) => {} [] => {} &&x => {} \"s\" => {} i32::MAX => {} None => {} | C => {} [a, rest @ ..] => {} }
         }",
        expect![[r#"
            (fn f
              ((: (tuple a b) (tuple u8 u8)) (: (slice x .. y) (array u8 3)) (: (&mut z) (&mut u8)))
              (block
                (match x
                  (arm (| 1 (- 2)) (block))
                  (arm (| (..= 'a' 'z') (.. 1 -) (..= - 5) (..= A B::C)) (block))
                  (arm (@ ref mut a (variant Some _)) (block))
                  (arm (variant a::B x ..) (block))
                  (arm (struct S a (ref b) (c: 1) ..) (block))
                  (arm (| (paren a) (tuple a) (tuple) (tuple ..)) (block))
                  (arm (slice) (block))
                  (arm (& (& x)) (block))
                  (arm "s" (block))
                  (arm (path i32::MAX) (block))
                  (arm None (block))
                  (arm C (block))
                  (arm (slice a (@ rest ..)) (block)))))
        "#]],
    );
}

#[test]
fn items_in_bodies() {
    check_body(
        "struct A; let a = 1; fn g() {} use b; const C: u8 = 1; impl A {} union; union U { a: u8 } g()",
        expect![[r#"
        (fn f
          ()
          (block
            (struct A)
            (let a (= 1))
            (fn g () (block))
            (use b)
            (const C u8 1)
            (impl (for A))
            (stmt union)
            (union U (field a u8))
            (call g)))
    "#]],
    );
}
