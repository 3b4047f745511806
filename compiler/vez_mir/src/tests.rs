//! MIR of small programs, built and elaborated, as text.

use expect_test::{Expect, expect};
use std::sync::Arc;
use vez_base::DefId;
use vez_db::{CrateKind, Database, MemorySystem, stdlib_path};

/// What programs need of `std`, over the real `core` and `alloc`.
const STD: &str = "pub mod prelude { pub mod v1 { pub use alloc::prelude::*; } }";

fn database(source: &str) -> (Database, Vec<DefId>) {
    let db = Database::bare(Arc::new(MemorySystem::default()));
    for library in ["core", "alloc"] {
        let root = db.open(stdlib_path(&format!("{library}/lib.zari"))).expect("it is embedded");
        db.add_library(library, root);
    }
    let root = db.add_file("std.zari", STD);
    db.add_library("std", root);
    let root = db.add_file("main.zari", source);
    let program = db.add_program("main", root, CrateKind::Executable);
    let owners = vez_hir::body_owners(&db, program).to_vec();
    (db, owners)
}

/// The elaborated MIR of the function `f`.
fn check(source: &str, expected: Expect) {
    let (db, owners) = database(source);
    let f = owners.into_iter().find(|def| def.name().as_str() == "f").expect("a function `f`");
    assert!(!vez_thir::thir_body(&db, f).value.poisoned, "the program has errors");
    expected.assert_eq(&crate::print(crate::mir_body(&db, f)));
}

#[test]
fn loops_check_their_arithmetic() {
    check(
        "fn f(n: u32) -> u32 { let mut i = 0; while i < n { i += 1; } i }",
        expect![[r#"
            fn main::f(_1: u32) -> u32 {
                let _1: u32; // n
                let mut _2: u32; // i
                let _3: bool;
                let _4: (u32, bool);

                bb0: {
                    StorageLive(_2);
                    _2 = const 0: u32;
                    goto -> bb1;
                }

                bb1: {
                    _3 = Lt(copy _2, copy _1);
                    switch copy _3 [0: bb4, otherwise: bb2];
                }

                bb2: {
                    _4 = CheckedAdd(copy _2, const 1: u32);
                    assert(!copy _4.1<bool>, overflow Add) -> bb3;
                }

                bb3: {
                    _2 = copy _4.0<u32>;
                    goto -> bb1;
                }

                bb4: {
                    _0 = copy _2;
                    StorageDead(_2);
                    return;
                }
            }
        "#]],
    );
}

#[test]
fn a_switch_on_an_enum_reads_its_discriminant_once() {
    check(
        "fn f(o: Option<u8>) -> u8 { match o { Some(0) => 1, Some(n) => n, None => 2 } }",
        expect![[r#"
            fn main::f(_1: Option<u8>) -> u8 {
                let _1: Option<u8>; // o
                let _2: u8; // n
                let _3: isize;

                bb0: {
                    _3 = Discriminant(_1);
                    switch copy _3 [1: bb2, otherwise: bb1];
                }

                bb1: {
                    _0 = const 2: u8;
                    goto -> bb5;
                }

                bb2: {
                    switch copy (_1 as v1).0<u8> [0: bb4, otherwise: bb3];
                }

                bb3: {
                    StorageLive(_2);
                    _2 = copy (_1 as v1).0<u8>;
                    _0 = copy _2;
                    StorageDead(_2);
                    goto -> bb5;
                }

                bb4: {
                    _0 = const 1: u8;
                    goto -> bb5;
                }

                bb5: {
                    return;
                }
            }
        "#]],
    );
}

#[test]
fn what_may_have_moved_is_dropped_behind_a_flag() {
    check(
        "fn take(s: String) {} fn f(s: String, c: bool) { if c { take(s); } }",
        expect![[r#"
            fn main::f(_1: String, _2: bool) -> () {
                let _1: String; // s
                let _2: bool; // c
                let _3: ();
                let _4: bool;

                bb0: {
                    _4 = const 1: bool;
                    switch copy _2 [0: bb3, otherwise: bb1];
                }

                bb1: {
                    _4 = const 0: bool;
                    _3 = call const fn item {take}(move _1) -> bb2;
                }

                bb2: {
                    _0 = const ();
                    goto -> bb4;
                }

                bb3: {
                    _0 = const ();
                    goto -> bb4;
                }

                bb4: {
                    switch copy _4 [0: bb6, otherwise: bb5];
                }

                bb5: {
                    _4 = const 0: bool;
                    drop(_1) -> bb6;
                }

                bb6: {
                    return;
                }
            }
        "#]],
    );
}

#[test]
fn what_is_partly_moved_is_dropped_part_by_part() {
    check(
        "struct P { a: String, b: String } fn f(p: P) -> String { p.a }",
        expect![[r#"
        fn main::f(_1: P) -> String {
            let _1: P; // p

            bb0: {
                _0 = move _1.0<String>;
                drop(_1.1<String>) -> bb1;
            }

            bb1: {
                return;
            }
        }
    "#]],
    );
}

#[test]
fn an_emptied_box_is_only_freed() {
    check(
        "fn f(b: Box<String>) -> String { *b }",
        expect![[r#"
        fn main::f(_1: Box<String>) -> String {
            let _1: Box<String>; // b
            let _2: *mut String;
            let _3: ();

            bb0: {
                _0 = move (*_1);
                _2 = &raw mut (*_1);
                _3 = call const fn item {box_free::<String>}(copy _2) -> bb1;
            }

            bb1: {
                return;
            }
        }
    "#]],
    );
}

#[test]
fn constants_behind_references_are_promoted() {
    check(
        "fn f() -> &'static [u8] { &[1, 2] }",
        expect![[r#"
        fn main::f() -> &[u8] {
            let _1: &[u8; 2];

            bb0: {
                _1 = const promoted[0]: &'static [u8; 2];
                _0 = Unsize(copy _1) as &[u8];
                return;
            }
        }

        const main::f::promoted[0]() -> [u8; 2] {

            bb0: {
                _0 = [const 1: u8, const 2: u8]: u8;
                return;
            }
        }
    "#]],
    );
}
