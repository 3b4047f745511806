//! One mistake a line, with the code that rustc 1.95 gives it.

/// `CODE|program`.
const MISTAKES: &str = r##"
E0308|fn f() -> i32 { "a" }
E0308|fn f(x: i32) -> i64 { x }
E0308|fn f() { let x: u8 = 1i32; }
E0308|fn f(b: bool) -> i32 { if b { 1 } else { 2i64 } }
E0308|fn f(x: i32) -> &'static str { match x { 0 => "a", _ => 1 } }
E0308|fn f() -> i32 { 1; }
E0308|fn g(x: &str) {} fn f() { g(1); }
E0061|fn g(x: i32) {} fn f() { g(); }
E0061|fn g(x: i32) {} fn f() { g(1, 2); }
E0618|fn f() { let x = 1; x(); }
E0599|struct S; fn f() { S.foo(); }
E0599|struct S; fn f() { S::foo(); }
E0609|struct S { a: i32 } fn f(s: S) { s.b; }
E0610|fn f() { let x = 1i32; x.foo; }
E0614|fn f() { let x = 1u32; *x; }
E0600|fn f() { !"a"; }
E0600|struct S; fn f() { -S; }
E0608|fn f() { let x = 1u32; x[0]; }
E0369|struct S; fn f() { S + S; }
E0369|struct S; fn f() { S == S; }
E0368|struct S; fn f() { let mut s = S; s += S; }
E0277|fn f() { 1i32 + 1.0; }
E0308|fn f(a: i32, b: i64) { a == b; }
E0070|fn f() { 1 = 2; }
E0067|fn f() { 1 += 2; }
E0604|fn f() { 1u32 as char; }
E0605|struct S; fn f() { S as i32; }
E0606|fn f() { &0u8 as u32; }
E0054|fn f() { 5 as bool; }
E0607|fn f() { let v = 0 as *const u8; v as *const [u8]; }
E0063|struct S { a: i32, b: i32 } fn f() { S { a: 1 }; }
E0560|struct S { a: i32 } fn f() { S { a: 1, c: 1 }; }
E0062|struct S { a: i32 } fn f() { S { a: 1, a: 1 }; }
E0559|enum E { A { x: i32 } } fn f() { E::A { y: 1 }; }
E0026|struct S { a: i32 } fn f(s: S) { let S { z, .. } = s; }
E0027|struct S { a: i32, b: i32 } fn f(s: S) { let S { a } = s; }
E0023|enum E { A(i32, i32) } fn f(e: E) { match e { E::A(x) => {} } }
E0004|enum E { A, B } fn f(e: E) { match e { E::A => {} } }
E0004|fn f(x: u8) { match x { 0..=254 => {} } }
E0004|fn f(x: Option<bool>) { match x { Some(true) => {} None => {} } }
E0004|fn f(x: &[i32]) { match x { [] => {} [_] => {} } }
E0005|fn f(x: Option<i32>) { let Some(y) = x; }
E0029|fn f(s: &str) { match s { "a"..="z" => {} _ => {} } }
E0030|fn f(x: i32) { match x { 5..=1 => {} _ => {} } }
E0527|fn f(x: [i32; 3]) { let [a, b] = x; }
E0528|fn f(x: [i32; 2]) { let [a, b, c, ..] = x; }
E0529|fn f(x: f32) { match x { [a] => {} _ => {} } }
E0282|fn f() { let x = None; }
E0282|fn f() { let v = Vec::new(); }
E0689|fn f() { 2.0.powi(2); }
E0133|unsafe fn g() {} fn f() { g(); }
E0133|fn f(p: *const i32) -> i32 { *p }
E0133|static mut X: i32 = 0; fn f() -> i32 { X }
E0616|mod m { pub struct S { a: i32 } } fn f(s: m::S) { s.a; }
E0451|mod m { pub struct S { a: i32 } } fn f() { m::S { a: 1 }; }
E0624|mod m { pub struct S; impl S { fn g(&self) {} } } fn f(s: m::S) { s.g(); }
E0615|struct S; impl S { fn g(&self) {} } fn f(s: S) { s.g; }
E0277|fn g<T: Copy>(t: T) {} fn f() { g(String::new()); }
E0277|fn f() -> i32 { Some(1)?; 1 }
E0277|fn f() -> Option<i32> { let x: Result<i32, i32> = Ok(1); x?; None }
E0277|struct A; struct B; fn g() -> Result<i32, A> { Err(A) } fn f() -> Result<i32, B> { g()?; Ok(1) }
E0571|fn f() { while true { break 5; } }
E0069|fn f() -> i32 { return; }
E0317|fn f(b: bool) { let x: i32 = if b { 1 }; }
E0057|fn f() { let c = |x: i32| x; c(); }
E0631|fn g<F: Fn(i32)>(f: F) {} fn f() { g(|x: &str| {}); }
E0593|fn g<F: Fn(i32)>(f: F) {} fn f() { g(|a, b| {}); }
E0308|fn g(f: fn(i32) -> i32) {} fn f() { let y = 1; g(|x| x + y); }
E0423|struct S { a: i32 } fn f() { S; }
E0308|fn f() { let x: &mut i32 = &1; }
E0308|fn f() { let (a, b) = (1, 2, 3); }
E0308|fn f(x: Option<i32>) { match x { Ok(_) => {} _ => {} } }
E0277|fn f() { let v = vec![1]; v[0i32]; }
E0277|fn f() { for x in 5 {} }
E0277|fn f() { let x = [1, 2, 3][0u8]; }
E0107|fn g<T>(t: T) {} fn f() { g::<i32, i32>(1); }
E0308|fn f() { let x: [i32; 2] = [1, 2, 3]; }
E0308|fn f() { loop { break 1; } + 2u8 == "a"; }
E0599|trait T { fn g(&self); } struct S; fn f() { S.g(); }
E0308|struct P<T> { a: T, b: T } fn f() { P { a: 1, b: "x" }; }
E0308|fn f() -> Box<dyn Fn(i32) -> i32> { |x| x }
E0277|trait T {} struct S; fn f() -> Box<dyn T> { Box::new(S) }
E0271|fn g<I: Iterator<Item = u8>>(i: I) {} fn f() { g(vec![1i32].into_iter()); }
E0308|fn f() { let x = 5; let y: &str = &x; }
E0600|fn f() { let x = -1u32; }
E0040|struct S; impl Drop for S { fn drop(&mut self) {} } fn f(s: S) { s.drop(); }
E0599|enum E { A } fn f() { E::B; }
E0308|fn f(x: &i32) -> i32 { x }
E0369|fn f(a: &str, b: &str) { a + b; }
E0308|fn f(s: String) { s + String::new(); }
E0277|fn f(x: &[i32]) { let y = *x; }
E0746|trait T {} fn f() -> dyn T { loop {} }
E0620|fn f(x: &[i32]) { x as [i32]; }
E0308|fn f(v: &mut Vec<i32>) { let x: &mut Vec<u8> = v; }
E0277|struct S; fn f() { println!("{}", S); }
E0277|struct S; fn f() { println!("{:?}", S); }
E0277|fn f() { let v: Vec<i32> = vec!["a"].into_iter().collect(); }
E0599|struct S; fn f() { let s = S; let t = s.clone(); }
E0277|fn f() { let x: f64 = 1.0; let y: i32 = 2; let z = x * y; }
E0308|fn f() { let mut x = 5; x = "a"; }
E0308|fn f() { let x = if true { 1 } else { "a" }; }
E0308|fn g(x: &mut i32) {} fn f() { let mut a = 1; g(&a); }
E0308|fn g(x: Option<i32>) {} fn f() { g(5); }
E0308|fn g(x: String) {} fn f() { g("a"); }
E0308|fn f() -> Result<i32, String> { 5 }
E0308|struct S { a: i32 } fn f() { let s = S { a: "x" }; }
E0308|fn f(x: i32) -> bool { if x { true } else { false } }
E0308|fn f(x: usize) { let a = [1, 2]; let i: i32 = 0; let y: i32 = x; }
E0277|fn f() { let a = [1, 2]; let i: i32 = 0; a[i]; }
E0599|fn f() { let x = Some(1); x.foo(); }
E0599|fn f(x: &str) { x.push('a'); }
E0599|trait T { fn m(&self); } fn f<U>(u: U) { u.m(); }
E0609|fn f(x: &(i32, i32)) { x.2; }
E0609|enum E { A { x: i32 } } fn f(e: E) { e.x; }
E0614|struct S; fn f(s: S) { *s; }
E0618|enum E { A } fn f() { E::A(1); }
E0618|fn f() { let s = "a"; s(); }
E0004|enum E { A(bool), B } fn f(e: E, b: bool) { match (e, b) { (E::A(true), _) => {} (E::B, true) => {} (E::A(_), false) => {} } }
E0004|fn f(x: i32) { match x { i32::MIN..=0 => {} 2.. => {} } }
E0004|fn f(x: (u8, bool)) { match x { (0..=100, true) => {} (_, false) => {} } }
E0004|fn f(x: &str) { match x { "a" => {} } }
E0004|fn f(x: char) { match x { 'a'..='z' => {} } }
E0004|fn f(x: Result<i32, String>) { match x { Ok(n) if n > 0 => {} Err(_) => {} } }
E0004|fn f(x: f64) { match x { 0.0 => {} } }
E0004|fn f(x: usize) { match x { 0..=5 => {} 7.. => {} } }
E0004|fn f(x: [bool; 2]) { match x { [true, _] => {} [_, false] => {} } }
E0004|enum V {} fn f(x: &V) { match x {} }
E0005|fn f(x: &[i32]) { let [a, b] = x; }
E0005|fn f() { for Some(x) in vec![Some(1)] {} }
E0023|fn f() { let Some(a, b) = Some(1) else { return }; }
E0308|fn f() { let Some(x) = Some(1) else { 5 }; }
E0308|fn f() -> i32 { return "a"; }
E0308|fn f() -> i32 { let c = |x: i32| -> i32 { "a" }; c(1) }
E0308|fn g<F: Fn(i32) -> i32>(f: F) {} fn f() { g(|x| x as i64); }
E0525|fn g<F: Fn()>(f: F) {} fn f() { let s = String::new(); let c = move || drop(s); g(c); }
E0277|fn g<F: Fn(i32)>(f: F) {} fn f() { g(5); }
E0282|fn f() { let x = |a| a; }
E0283|fn f() { let x = "1".split(' ').collect(); }
E0283|fn f() { let x = "1".split(' ').map(|x| x.len()).sum() + 1usize; }
E0790|fn f() { let x = Default::default(); }
E0790|fn f() { let x: i32 = 1; Default::default(); }
E0277|fn f() { let x = *"abc"; }
E0277|fn g(x: [i32]) {} fn f() {}
E0599|fn f() { i32::foo(); }
E0599|fn f() { Vec::<i32>::foo(); }
E0576|fn f() { <i32 as Default>::foo(); }
E0614|fn f(x: bool) { if *x {} }
E0600|fn f(x: String) { -x; }
E0604|fn f() { 65i32 as char; }
E0605|fn f() { let v = vec![1u8]; v as Vec<u32>; }
E0606|fn f() { let x = &1u8 as *const u32; }
E0606|fn f() { 'a' as f32; }
E0605|fn f() { "a" as String; }
E0620|fn f() { let a = &[0usize; 2] as [usize]; }
E0070|const X: i32 = 1; fn f() { X = 2; }
E0308|fn f() { let a: [i32; 3] = [0; 4]; }
E0277|fn f() { let s = String::new(); let a = [s; 3]; }
E0308|fn f(a: &i32, b: i32) -> bool { a > b }
E0277|fn f(a: &i32, b: i32) -> bool { a == b }
E0369|fn f<T>(a: T, b: T) -> bool { a == b }
E0369|fn f<T>(a: T, b: T) -> T { a + b }
E0277|fn g<T: std::hash::Hash>(t: T) {} fn f() { g(1.0); }
E0308|fn f() { let t: (i32, i32) = (1, "a"); }
E0308|fn f() { match 5 { "a" => {} _ => {} } }
E0308|fn f(x: Option<&str>) { match x { Some(5) => {} _ => {} } }
E0026|enum E { A { x: i32 } } fn f(e: E) { match e { E::A { y } => {} } }
E0027|enum E { A { x: i32, y: i32 } } fn f(e: E) { match e { E::A { x } => {} } }
E0063|#[derive(Default)] struct S { a: i32, b: i32 } fn f() { let s = S { b: 1 }; }
E0061|struct S; impl S { fn g(&self, x: i32) {} } fn f() { S.g(); }
E0061|struct P(i32, i32); fn f() { P(1); }
E0603|mod m { pub struct P(i32); } fn f() { m::P(1); }
E0603|mod m { fn g() {} } fn f() { m::g(); }
E0624|mod m { pub struct S; impl S { fn n() -> S { S } } } fn f() { m::S::n(); }
E0034|trait A { fn g(&self); } trait B { fn g(&self); } struct S; impl A for S { fn g(&self) {} } impl B for S { fn g(&self) {} } fn f() { S.g(); }
E0277|fn f() -> Result<(), String> { let x: i32 = "5".parse()?; Ok(()) }
E0277|fn f() { std::fs::read_to_string("a")?; }
E0308|trait T {} struct A; struct B; impl T for A {} impl T for B {} fn f(b: bool) -> impl T { if b { A } else { B } }
E0277|trait T {} fn f() -> impl T { 5 }
E0308|fn f(x: Box<i32>) -> i32 { x }
E0308|fn f() { let f: fn(i32) -> i32 = |x: i64| x; }
E0133|extern "C" { fn abs(x: i32) -> i32; } fn f() { abs(1); }
E0133|union U { a: i32 } fn f(u: U) -> i32 { u.a }
E0308|fn f() { let x: i32 = { 5; }; }
E0308|fn f() { let x: () = 5; }
E0308|fn f() -> i32 { for i in 0..3 { i } 5 }
E0571|fn f() { for i in 0..3 { break i; } }
E0308|fn f() { let x: i32 = loop { break; }; }
E0277|fn f() { let x: Box<dyn std::fmt::Display> = Box::new(vec![1]); }
E0277|fn f() { let v = vec![1, 2]; for i in v.len() {} }
E0599|fn f() { let v = vec![1, 2]; v.iter().foo(); }
E0599|struct S; fn f() { vec![S].sort_it(); }
E0277|struct S; fn f() { vec![S].sort(); }
E0308|fn f() { let v: Vec<String> = vec!["a"]; }
E0308|fn f(v: Vec<i32>) -> &'static [i32] { v }
E0308|fn f(x: u32) -> u64 { x + 1 }
"##;

#[test]
fn mistakes_get_rustcs_codes() {
    let mut wrong = String::new();
    for line in MISTAKES.lines().filter(|line| !line.is_empty()) {
        let (code, source) = line.split_once('|').expect("a code and a program");
        let (db, owners) = super::program(source);
        let found = super::diagnostics(&db, &owners);
        let mut codes: Vec<&str> =
            found.iter().filter(|d| d.is_error()).map(|d| d.code.as_str()).collect();
        codes.sort_unstable();
        codes.dedup();
        if codes != [code] {
            wrong.push_str(&format!("{line}\n  {codes:?}\n{}", super::render(&db, &found)));
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}
