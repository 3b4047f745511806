//! What every program starts with.

/// Types and functions that generated expressions use. Kept free of anything that differs between conforming compilers.
pub const TEXT: &str = r#"#![allow(arithmetic_overflow, unconditional_panic)]
use std::fmt::Debug;
fn cap(s: String) -> String {
    s.chars().take(24).collect()
}
fn bits32(x: f32) -> u32 {
    if x.is_nan() { 1 } else { x.to_bits() }
}
fn bits64(x: f64) -> u64 {
    if x.is_nan() { 1 } else { x.to_bits() }
}
fn show<T: Debug + ?Sized>(name: &str, x: &T) {
    println!("{} = {:?}", name, x);
}
#[derive(Debug, Clone, PartialEq, PartialOrd)]
struct Noisy(u32);
impl Drop for Noisy {
    fn drop(&mut self) {
        println!("drop {}", self.0);
    }
}
#[derive(Debug, Clone, PartialEq, PartialOrd)]
struct Wrap<T> {
    inner: T,
    count: u16,
}
impl<T: Clone + Debug> Wrap<T> {
    fn new(inner: T) -> Wrap<T> {
        Wrap { inner, count: 1 }
    }
    fn get(&self) -> T {
        self.inner.clone()
    }
    fn set(&mut self, to: T) -> T {
        self.count = self.count.wrapping_add(1);
        std::mem::replace(&mut self.inner, to)
    }
    fn map<U, F: FnOnce(T) -> U>(self, f: F) -> Wrap<U> {
        Wrap { inner: f(self.inner), count: self.count }
    }
    fn into(self) -> T {
        self.inner
    }
}
fn same<T: Clone>(x: &T) -> (T, T) {
    (x.clone(), x.clone())
}
fn choose<T>(first: bool, a: T, b: T) -> T {
    if first { a } else { b }
}
fn apply<A, R>(f: impl Fn(A) -> R, a: A) -> R {
    f(a)
}
fn apply_mut<A: Clone, R>(mut f: impl FnMut(A) -> R, a: A) -> (R, R) {
    let first = f(a.clone());
    (first, f(a))
}
fn apply_dyn<A, R>(f: &dyn Fn(A) -> R, a: A) -> R {
    f(a)
}
fn adder(n: i64) -> impl Fn(i64) -> i64 {
    move |x| x.wrapping_add(n)
}
fn boxed(n: i64) -> Box<dyn FnMut(i64) -> i64> {
    let mut sum = n;
    Box::new(move |x| {
        sum = sum.wrapping_mul(3).wrapping_add(x);
        sum
    })
}
"#;
