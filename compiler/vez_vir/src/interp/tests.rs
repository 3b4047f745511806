//! Reports and the constant evaluator; programs are in `tests/vir`.

use super::*;
use crate::{load_text, print_module};
use expect_test::{Expect, expect};

fn check_run(text: &str, expected: Expect) {
    let module = load_text(text).unwrap_or_else(|error| panic!("{error}"));
    let exit = run_main(&module, &["test"], &mut CaptureHost::default(), &Limits::default());
    expected.assert_eq(&exit.to_string());
}

#[test]
fn reports_name_the_activations() {
    check_run(
        r#"module "m"
file 0 "a.zari"

internal fn @inner(ptr) -> i32 {
b0(v0: ptr):
  v1 = load i32 v0 align 4 !0:3:9
  ret v1
}

export fn @main() -> i32 {
b0:
  v0 = const ptr 8
  v1 = call @inner(v0) !0:7:1
  ret v1
}
"#,
        expect![[r#"
            undefined behaviour: a memory access at 0x8, where nothing is allocated
              in @inner: `v1 = load i32 v0 align 4 !0:3:9` (a.zari:3:9)
              in @main: `v1 = call @inner(v0) !0:7:1` (a.zari:7:1)"#]],
    );
}

#[test]
fn a_constant_takes_along_what_it_reaches() {
    let mut module = load_text(
        r#"module "m"

internal constant @name: size 3 align 1 = "abc"

import fn @malloc(i64) -> ptr

internal fn @make(ptr) {
b0(v0: ptr):
  v1 = const i64 16
  v2 = call @malloc(v1)
  v3 = const i64 5
  store i64 v3, v2 align 8
  store ptr v0, v2 + 8 align 8
  store ptr v2, v0 align 8
  v4 = addr @name + 1
  store ptr v4, v0 + 8 align 8
  v5 = addr @make
  store ptr v5, v0 + 16 align 8
  store i64 v3, v0 + 24 align 8
  ret
}
"#,
    )
    .unwrap_or_else(|error| panic!("{error}"));
    let make = module.find_func("make").expect("declared above");
    let constant = eval_const(&module, make, 32, 8, &Limits::default()).expect("it evaluates");
    constant.add_to(&mut module, false);
    let text = print_module(&module);
    let globals: Vec<&str> = text.lines().filter(|line| line.contains("const.")).collect();
    expect![[r#"
        internal constant @const.1: size 32 align 8 unnamed = "\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\05\00\00\00\00\00\00\00" [0: @const.2, 8: @name + 1, 16: @make]
        internal constant @const.2: size 16 align 16 unnamed = "\05\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00" [8: @const.1]"#]]
    .assert_eq(&globals.join("\n"));
}

#[test]
fn a_failing_evaluation_says_why() {
    let module = load_text(
        r#"module "m"

internal fn @make(ptr) {
  s0: size 4 align 4
b0(v0: ptr):
  v1 = const i32 1
  v2 = addr @other
  store ptr v2, v0 align 8
  trap 70
}

internal global @other: size 4 align 4 = zero
"#,
    )
    .unwrap_or_else(|error| panic!("{error}"));
    let make = module.find_func("make").expect("declared above");
    let exit = eval_const(&module, make, 8, 8, &Limits::default()).expect_err("it traps");
    expect![[r#"
        trap 70: failure 70
          in @make: `trap 70`"#]]
    .assert_eq(&exit.to_string());
}

#[test]
fn a_constant_must_not_point_to_the_stack_of_what_it_calls() {
    let module = load_text(
        r#"module "m"

internal fn @make(ptr) {
b0(v0: ptr):
  call @leak(v0)
  ret
}

internal fn @leak(ptr) {
  s0: size 4 align 4
b0(v0: ptr):
  v1 = slot s0
  store ptr v1, v0 align 8
  ret
}
"#,
    )
    .unwrap_or_else(|error| panic!("{error}"));
    let make = module.find_func("make").expect("declared above");
    let exit = eval_const(&module, make, 8, 8, &Limits::default()).expect_err("it dangles");
    expect!["not possible: a constant holds a dangling pointer: use of memory at 0x10038 after it was freed"]
    .assert_eq(&exit.to_string());
}
