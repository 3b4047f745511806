//! What the typed form says: adjustments, operators, binding modes and captures written out.

use expect_test::{Expect, expect};

fn check(source: &str, expected: Expect) {
    let (db, owners) = super::program(source);
    let found = super::diagnostics(&db, &owners);
    let mut out = super::render(&db, &found);
    for &owner in owners.iter() {
        if owner.name().as_str().starts_with("f") {
            out.push_str(&crate::print::print(&crate::thir_body(&db, owner).value));
        }
    }
    expected.assert_eq(&out);
}

#[test]
fn autoref_and_overloaded_steps_are_written_out() {
    check("fn f(mut v: Vec<i32>) -> usize { v[0] += 1; v.push(2); v.len() }", expect![[]]);
}

#[test]
fn literals_take_their_types_from_use() {
    check("fn f() -> u8 { let x = 1; let y = -2; let z = 1.5 + 2.0; x + (y + 1i16) as u8 }", expect![[]]);
}

#[test]
fn branches_meet() {
    check(
        "fn g(x: i32) -> i32 { x } fn h(x: i32) -> i32 { x }
         fn f(b: bool) -> i32 { let k = if b { g } else { h }; loop { break k(1); } }",
        expect![[]],
    );
}

#[test]
fn binding_modes_become_dereferences() {
    check("fn f(x: &Option<(i32, String)>) -> i32 { match x { Some((n, _)) => *n, None => 0 } }", expect![[]]);
}

#[test]
fn closures_capture_disjoint_places() {
    check(
        "struct P { a: String, b: i32 }
         fn f(mut p: P, q: &mut i32) {
             let mut inc = || { p.b += 1; *q += p.b; };
             inc();
             let take = move || p.a;
             take();
         }",
        expect![[]],
    );
}

#[test]
fn coercions_are_nodes() {
    check(
        "trait T {} impl T for i32 {}
         fn f(a: &[i32; 3], s: &String) -> (&'static dyn Fn(), Box<dyn T>) {
             let x: &[i32] = a; let y: &str = s; let z: *const i32 = &x[0];
             (&|| {}, Box::new(1))
         }",
        expect![[]],
    );
}

#[test]
fn question_marks_are_matches() {
    check("fn f(s: Result<i32, i8>) -> Result<i64, i32> { Ok(s? as i64) }", expect![[]]);
}

#[test]
fn inferred_and_opaque_types() {
    check(
        "fn f(x: i32) = x as u64 + 1; fn f2() -> impl Iterator<Item = u8> { [1, 2].into_iter() }",
        expect![[]],
    );
}
