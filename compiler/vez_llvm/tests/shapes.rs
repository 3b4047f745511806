//! Hot shapes in VIR and what LLVM makes of them, so that a fact that no longer arrives is noticed.

use vez_llvm::{Emit, Level, Options, compile};

fn emit(source: &str, emit: Emit) -> String {
    let module = vez_vir::load_text(source).expect("valid VIR");
    let options = Options { emit, level: Level::O3, ..Options::default() };
    String::from_utf8(compile(&module, &options).expect("compiles")).expect("text")
}

fn assert_has(text: &str, wanted: &[&str]) {
    for wanted in wanted {
        assert!(text.contains(wanted), "no `{wanted}` in:\n{text}");
    }
}

fn assert_lacks(text: &str, unwanted: &[&str]) {
    for unwanted in unwanted {
        assert!(!text.contains(unwanted), "`{unwanted}` in:\n{text}");
    }
}

#[test]
fn a_loop_without_checks_becomes_vectors() {
    let source = r#"module "sum"

export fn @sum(ptr noalias nonnull readonly nocapture, i64) -> i32 #nounwind {
b0(v0: ptr, v1: i64):
  v2 = const i64 0
  v3 = const i32 0
  jump b1(v2, v3)
b1(v4: i64, v5: i32):
  v6 = cmp.ult i64 v4, v1
  br v6, b2, b3
b2:
  v7 = index.inbounds v0 + v4 * 4
  v8 = load i32 v7 align 4
  v9 = add i32 v5, v8
  v10 = const i64 1
  v11 = add.nuw i64 v4, v10
  jump b1(v11, v9)
b3:
  ret v5
}
"#;
    assert_has(&emit(source, Emit::Assembly), &["movdqu", "paddd"]);
}

#[test]
fn a_byte_loop_becomes_memcpy() {
    let source = r#"module "copy"

export fn @copy(ptr noalias, ptr noalias readonly, i64) #nounwind {
b0(v0: ptr, v1: ptr, v2: i64):
  v3 = const i64 0
  jump b1(v3)
b1(v4: i64):
  v5 = cmp.ult i64 v4, v2
  br v5, b2, b3
b2:
  v6 = index.inbounds v1 + v4 * 1
  v7 = load i8 v6 align 1
  v8 = index.inbounds v0 + v4 * 1
  store i8 v7, v8 align 1
  v9 = const i64 1
  v10 = add.nuw i64 v4, v9
  jump b1(v10)
b3:
  ret
}
"#;
    assert_has(&emit(source, Emit::Assembly), &["memcpy"]);
}

#[test]
fn minimum_is_one_comparison() {
    let source = r#"module "min"

export fn @min(i32, i32) -> i32 {
b0(v0: i32, v1: i32):
  v2 = bin.smin i32 v0, v1
  ret v2
}
"#;
    let asm = emit(source, Emit::Assembly);
    assert_has(&asm, &["cmov"]);
    assert_lacks(&asm, &["\tj"]);
}

#[test]
fn pairs_travel_in_registers() {
    let source = r#"module "pair"

export fn @swap fast(ptr, i64) -> (i64, ptr) {
b0(v0: ptr, v1: i64):
  ret v1, v0
}

export fn @use(ptr, i64) -> i64 {
b0(v0: ptr, v1: i64):
  v2, v3 = call @swap(v0, v1)
  v4 = cast.ptoi i64 v3
  v5 = add i64 v2, v4
  ret v5
}
"#;
    assert_lacks(&emit(source, Emit::Assembly), &["(%rsp)", "callq"]);
}

#[test]
fn unused_allocations_disappear() {
    let source = r#"module "alloc"

import fn @malloc(i64) -> ptr #nounwind #alloc
import fn @free(ptr) #nounwind

export fn @f(i32) -> i32 {
b0(v0: i32):
  v1 = const i64 64
  v2 = call @malloc(v1)
  store i32 v0, v2 align 4
  v3 = load i32 v2 align 4
  call @free(v2)
  ret v3
}
"#;
    assert_lacks(&emit(source, Emit::Assembly), &["malloc", "free"]);
}

#[test]
fn ranges_remove_checks() {
    let source = r#"module "range"

export fn @f(ptr, i8 noundef range 0..3) -> i1 {
b0(v0: ptr, v1: i8):
  v2 = load i8 v0 align 1 range 0..2
  v3 = const i8 3
  v4 = cmp.ult i8 v2, v3
  v5 = cmp.ule i8 v1, v3
  v6 = and i1 v4, v5
  ret v6
}
"#;
    assert_has(&emit(source, Emit::Llvm), &["ret i1 true"]);
}

#[test]
fn alias_classes_let_loads_move() {
    let source = r#"module "alias"

export fn @f(ptr, ptr) -> i32 {
b0(v0: ptr, v1: ptr):
  v2 = load i32 v0 align 4 alias 1
  v3 = const i32 7
  store i32 v3, v1 align 4 alias 2
  v4 = load i32 v0 align 4 alias 1
  v5 = sub i32 v4, v2
  ret v5
}
"#;
    assert_has(&emit(source, Emit::Llvm), &["ret i32 0"]);
}

#[test]
fn checked_arithmetic_shares_one_cold_trap() {
    let source = r#"module "checked"

export fn @f(i32, i32) -> i32 {
b0(v0: i32, v1: i32):
  v2 = add.s.trap i32 v0, v1
  v3 = mul.s.trap i32 v2, v1
  ret v3
}
"#;
    let asm = emit(source, Emit::Assembly);
    assert_eq!(asm.matches("ud2").count(), 1, "{asm}");
}

#[test]
fn debug_builds_carry_line_tables() {
    let source = r#"module "lines"
file 0 "a.zari"
file 1 "b.zari"

export fn @f(i32) -> i32 source "lines::f" !0:10:1 {
b0(v0: i32):
  v1 = add i32 v0, v0 !0:11:5
  v2 = mul i32 v1, v0 !1:12:7
  ret v2 !0:13:1
}
"#;
    let module = vez_vir::load_text(source).expect("valid VIR");
    let options = Options { emit: Emit::Assembly, debug: true, ..Options::default() };
    let asm = String::from_utf8(compile(&module, &options).expect("compiles")).expect("text");
    assert_has(&asm, &["11 5", "12 7", "b.zari", ".cfi_startproc"]);
}

#[test]
fn a_tail_call_is_a_jump() {
    let source = r#"module "tail"

import fn @next fast(i64, i64) -> (i64, i64)

export fn @f fast(i64, i64) -> (i64, i64) {
b0(v0: i64, v1: i64):
  v2, v3 = call.tail @next(v1, v0)
  ret v2, v3
}
"#;
    assert_has(&emit(source, Emit::Assembly), &["jmp\tnext"]);
}

#[test]
fn several_edges_to_one_block_keep_their_arguments() {
    let source = r#"module "edges"

export fn @f(i1, i32) -> i32 {
b0(v0: i1, v1: i32):
  v2 = const i32 7
  br v0, b1(v1), b1(v2)
b1(v3: i32):
  switch i32 v3, b2(v1) [1: b2(v2), 2: b2(v2), 3: b2(v3)]
b2(v4: i32):
  ret v4
}
"#;
    assert_has(&emit(source, Emit::Llvm), &["select i1"]);
}
