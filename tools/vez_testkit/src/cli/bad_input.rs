//! Inputs that are refused: one clear diagnostic with a code, exit code 1 or 2, in bounded time and memory, and no output file.

use super::generate;
use super::shell::{Ended, Shell};
use rayon::prelude::*;

/// What is wrong with meaning rather than form, and the code.
const ENDLESS: &[(&str, &str, &str)] = &[
    ("a struct inside itself", "E0072", "struct A { b: B } struct B { a: Option<A> } fn main() {}"),
    ("an enum inside itself", "E0072", "enum L { Nil, Cons(i32, L) } fn main() {}"),
    ("an array inside itself", "E0072", "struct A([B; 2]); struct B((A, u8)); fn main() {}"),
    (
        "polymorphic recursion with tuples",
        "V0300",
        "fn f<T: Clone>(x: T, n: u32) { if n > 0 { f((x.clone(), x), n - 1) } } fn main() { f(1, 3); }",
    ),
    (
        "polymorphic recursion of a method",
        "V0300",
        "struct W<T>(T); trait Show { fn show(&self); }
         impl<T> Show for W<T> { fn show(&self) { W(self).show() } } fn main() { W(1).show(); }",
    ),
    (
        "polymorphic recursion with closures",
        "V0300",
        "fn f<F: Fn()>(g: F, n: u32) { if n > 0 { f(|| g(), n - 1) } else { g() } }
         fn main() { f(|| (), 3); }",
    ),
    (
        "a type that grows when it is dropped",
        "V0300",
        "struct L<T> { v: T, n: Option<Box<L<(T, T)>>> } fn main() { L { v: 1, n: None }; }",
    ),
    ("an opaque type inside itself", "E0720", "fn f() -> impl Sized { (f(), 1) } fn main() { f(); }"),
    ("cyclic constants", "E0391", "const A: i32 = B; const B: i32 = A; fn main() { println!(\"{A}\"); }"),
    ("a constant in its own type", "E0391", "const N: usize = [0; N].len(); fn main() {}"),
    (
        "a type's size in the type",
        "E0391",
        "struct S { x: [u8; S::N] } impl S { const N: usize = std::mem::size_of::<S>(); } fn main() {}",
    ),
    ("cyclic discriminants", "E0391", "enum E { A = E::B as isize, B = E::A as isize } fn main() {}"),
    ("cyclic aliases", "E0391", "type A = B; type B = A; fn main() {}"),
    ("cyclic supertraits", "E0391", "trait A: B {} trait B: A {} fn main() {}"),
    (
        "cyclic statics",
        "E0391",
        "static A: i32 = B; static B: i32 = A; fn main() { println!(\"{A}\"); }",
    ),
    ("a constant that never ends", "E0080", "const fn f() -> u64 { loop {} } const X: u64 = f(); fn main() {}"),
    (
        "a constant that recurses without end",
        "E0080",
        "const fn f(n: u64) -> u64 { f(n + 1) } const X: u64 = f(0); fn main() {}",
    ),
    ("a constant that is too large", "E0080", "const X: [u8; 1 << 46] = [0; 1 << 46]; fn main() {}"),
    (
        "an array that is too large",
        "V0301",
        "fn main() { let x = [0u8; usize::MAX]; println!(\"{}\", x[1]); }",
    ),
    (
        "a trait that requires more and more",
        "E0275",
        "trait T<X> {} impl<A, B> T<A> for B where B: T<Vec<A>> {} fn f<Q: T<i32>>() {}
         fn main() { f::<u8>(); }",
    ),
    (
        "an endless dereference",
        "E0599",
        "use std::ops::Deref; struct S;
         impl Deref for S { type Target = S; fn deref(&self) -> &S { self } } fn main() { S.foo() }",
    ),
    ("a closure of itself", "E0282", "fn main() { let f = |f| f(f); f(f) }"),
    (
        "an associated type of itself",
        "E0275",
        "trait T { type A; } impl T for i32 { type A = <i32 as T>::A; }
         fn main() { let x: <i32 as T>::A; }",
    ),
    ("a NUL byte", "V0105", "fn main() { \0 }"),
    ("an empty file", "E0601", ""),
];

/// Strange but right.
const STRANGE: &[(&str, &str)] = &[
    (
        "mutually recursive bounds",
        "trait A where Self: B {} trait B where Self: A {} fn f<T: A>() {} struct S;
         impl A for S {} impl B for S {} fn main() { f::<S>() }",
    ),
    (
        "mutually recursive associated types",
        "trait A { type X: B; } trait B { type Y: A; } impl A for i32 { type X = i32; }
         impl B for i32 { type Y = i32; } fn f<T: A>() where T::X: B {} fn main() { f::<i32>(); }",
    ),
    ("globs of each other", "use a::*; mod a { pub use crate::*; } fn main() {}"),
    ("a byte order mark and CRLF", "\u{feff}fn main() {\r\n}\r\n"),
];

struct Case {
    name: String,
    /// Empty where nothing is wrong.
    code: &'static str,
    source: Box<dyn Fn() -> String + Sync>,
}

pub fn run(filter: &str) -> Vec<(String, Result<(), String>)> {
    let cases: Vec<Case> = cases().into_iter().filter(|case| case.name.contains(filter)).collect();
    cases.par_iter().map(|case| (case.name.clone(), refuse(case))).collect()
}

fn cases() -> Vec<Case> {
    let fixed = |name: &str, code, source: String| Case {
        name: format!("cli/bad input/{name}"),
        code,
        source: Box::new(move || source.clone()),
    };
    let mut cases: Vec<Case> =
        ENDLESS.iter().map(|&(name, code, source)| fixed(name, code, source.to_owned())).collect();
    cases.extend(STRANGE.iter().map(|&(name, source)| fixed(name, "", source.to_owned())));
    cases.extend(generate::deep().into_iter().map(|(name, text)| fixed(name, "V0002", text)));
    cases.extend(generate::wide().into_iter().map(|(name, code, text)| fixed(name, code, text)));
    cases.extend(generate::huge().map(|(name, code, source)| Case {
        name: format!("cli/bad input/{name}"),
        code,
        source: Box::new(source),
    }));
    cases.push(Case {
        name: "cli/bad input/more than 64 MB".to_owned(),
        code: "V0003",
        source: Box::new(|| " ".repeat((64 << 20) + 1)),
    });
    cases
}

fn refuse(case: &Case) -> Result<(), String> {
    let shell = Shell::new()?;
    let source = (case.source)();
    shell.write("input.zari", source.as_bytes())?;
    let is_long = source.len() > 1 << 20;
    drop(source);
    let ended = shell.run("vez build input.zari -o out --format short")?;
    one_diagnostic(&ended, case.code)?;
    if shell.folder().join("out").exists() != case.code.is_empty() {
        return Err("the output file".to_owned());
    }
    // The formatter sees the same text; it may only decline.
    if !is_long {
        let formatted = shell.run("vez fmt - <input.zari >/dev/null")?;
        if !matches!(formatted.code, 0 | 1) {
            return Err(format!("vez fmt: exit code {}\n{}", formatted.code, formatted.stderr));
        }
    }
    shell.finish()
}

/// Exactly one diagnostic with this code; none for an empty code.
fn one_diagnostic(ended: &Ended, code: &str) -> Result<(), String> {
    let errors: Vec<&str> = ended.stderr.lines().collect();
    let right = match code {
        "" => ended.code == 0 && errors.is_empty(),
        code => ended.code == 1 && errors.len() == 1 && errors[0].contains(&format!("{code} ")),
    };
    let said: String = ended.stderr.chars().take(2000).collect();
    if right { Ok(()) } else { Err(format!("exit code {}\n{said}", ended.code)) }
}
