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
    check(
        "fn f(mut v: Vec<i32>) -> usize { v[0] += 1; v.push(2); v.len() }",
        expect![[r#"
        body main::f(v: Vec<i32>) -> usize = {
            ((*core::ops::index::IndexMut::index_mut::<Vec<i32>, usize>(&mut v, 0_usize)) += 1_i32);
            alloc::vec::push::<i32>(&two_phase mut v, 2_i32);
            alloc::vec::len::<i32>(&v)
        }
    "#]],
    );
}

#[test]
fn literals_take_their_types_from_use() {
    check(
        "fn f() -> u8 { let x = 1; let y = -2; let z = 1.5 + 2.0; x + (y + 1i16) as u8 }",
        expect![[r#"
        body main::f() -> u8 = {
            let x: u8 = 1_u8;
            let y: i16 = -2_i16;
            let z: f64 = (float(0x3ff8000000000000)_f64 + float(0x4000000000000000)_f64);
            (x + ((y + 1_i16) as u8))
        }
    "#]],
    );
}

#[test]
fn branches_meet() {
    check(
        "fn g(x: i32) -> i32 { x } fn h(x: i32) -> i32 { x }
         fn f(b: bool) -> i32 { let k = if b { g } else { h }; loop { break k(1); } }",
        expect![[r#"
            body main::f(b: bool) -> i32 = {
                let k: fn(i32) -> i32 = if drop_temps(b) reify::<fn(i32) -> i32>({
                    main::g
                }) else reify::<fn(i32) -> i32>({
                    main::h
                });
                'l10: loop {
                    break 'l10 k(1_i32);
                }
            }
        "#]],
    );
}

#[test]
fn binding_modes_become_dereferences() {
    check(
        "fn f(x: &Option<(i32, String)>) -> i32 { match x { Some((n, _)) => *n, None => 0 } }",
        expect![[r#"
        body main::f(x: &Option<(i32, String)>) -> i32 = {
            match x {
                &core::option::Option#1 { 0: { 0: ref n, 1: _ } } => (*n),
                &core::option::Option#0 {  } => 0_i32,
            }
        }
    "#]],
    );
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
        expect![[r#"
            body main::f(p: P, q: &mut i32) -> () = {
                let inc: {closure} = FnMut[&mut p.1, &mut (*q)]|| -> () {
                    (p.1 += 1_i32);
                    ((*q) += p.1);
                };
                core::ops::function::FnMut::call_mut::<{closure}, ()>(&two_phase mut inc, ());
                let take: {closure} = FnOnce[p.0]|| -> String p.0;
                core::ops::function::FnOnce::call_once::<{closure}, ()>(take, ());
            }
        "#]],
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
        expect![[r#"
            body main::f(a: &[i32; 3], s: &String) -> (&dyn Fn(), Box<dyn T>) = {
                let x: &[i32] = unsize::<&[i32]>(a);
                let y: &str = &(*core::ops::deref::Deref::deref::<String>(&(*s)));
                let z: *const i32 = &raw const (*&(*x)[0_usize]);
                (unsize::<&dyn Fn()>(&Fn[]|| -> () {}), unsize::<Box<dyn T>>(alloc::boxed::new::<i32>(1_i32)))
            }
        "#]],
    );
}

#[test]
fn question_marks_are_matches() {
    check(
        "fn f(s: Result<i32, i8>) -> Result<i64, i32> { Ok(s? as i64) }",
        expect![[r#"
        body main::f(s: Result<i32, i8>) -> Result<i64, i32> = {
            core::result::Result::<i64, i32>#0 { 0: (match s {
                core::result::Result#0 { 0: val } => val,
                core::result::Result#1 { 0: residual } => never::<i32>(return core::result::Result::<i64, i32>#1 { 0: core::convert::From::from::<i32, i8>(residual) }),
            } as i64) }
        }
    "#]],
    );
}

#[test]
fn inferred_and_opaque_types() {
    check(
        "fn f(x: i32) = x as u64 + 1; fn f2() -> impl Iterator<Item = u8> { [1, 2].into_iter() }",
        expect![[r#"
            body main::f(x: i32) -> u64 = ((x as u64) + 1_u64)
            body main::f2() -> IntoIter<u8, 2> = {
                core::iter::traits::IntoIterator::into_iter::<[u8; 2]>([1_u8, 2_u8])
            }
            opaque 0 = IntoIter<u8, 2>
        "#]],
    );
}
