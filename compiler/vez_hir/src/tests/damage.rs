//! Damaged programs are reported, whatever they look like.

use super::errors;

/// One program with most of the language in it.
const PROGRAM: &str = r##"
mod shapes { pub mod inner { pub(super) fn area(w: f64, h: f64) -> f64 { w * h } } pub use self::inner::*; pub(crate) use super::Shape as S2; }
use shapes::{inner, S2}; use core::fmt::*;
#[derive(Clone, Debug, PartialEq, PartialOrd, Default, Hash)] struct Pair<'a, T: Clone = i32, const N: usize = 3> where T: Copy { a: &'a T, b: [T; N] }
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)] #[repr(i32)] enum Shape { Dot, Line(i32), Rect { w: i32, h: i32 } = 4 }
trait Area<Rhs = Self>: Clone { type Out; const UNIT: i32 = 1; fn area(&self, r: Rhs) -> Self::Out; fn twice(self) -> i32 where Self: Sized { Self::UNIT * 2 } }
impl<'a, T: Clone> Area<&'a T> for Shape { type Out = Option<&'a T>; fn area(&self, r: &'a T) -> Self::Out { let Shape::Line(n @ 1..=5) = *self else { return None; }; Some(r) } }
impl Shape { const ZERO: Self = Shape::Dot; fn new(w: i32) -> Self { Self::Rect { w, h: w } } fn grow(&mut self, by: impl Fn(i32) -> i32) -> &mut Self { match self { Self::Line(n) if by(*n) > 2 => *n = by(*n), Shape::Rect { w, .. } | Shape::Line(w) => *w += 1, _ => {} } self } }
static mut COUNT: u64 = 0; const TABLE: [u8; 2 + 2] = [0; 4]; type Alias<T> = Option<Box<dyn Fn(&T) -> T + 'static>>;
extern "C" { fn write(fd: i32, p: *const u8, n: usize) -> isize; }
fn sum(a, b: i32) -> i32 = a + b;
fn main() {
    let mut total = 0u64; let (x, ref y) = (1, "é");
    'outer: for i in 0..10 { while let Some(n) = Some(i) { if n == 3 && let Some(k) = Some(n) { continue 'outer; } else { break 'outer; } } }
    let f = move |a: i32, &b: &i32| -> i32 { a + b + x }; let v = loop { break ('q: { break 'q 3 }) };
    println!("{total:>5} {0:?} {y} {:.*}", 2, 1.5); assert_eq!(f(1, &2), 3, "no {}", x); assert!(matches!(v, 1 | 2 if x > 0));
    (total, _) = (1, 2); let s = Pair::<i32, 2> { a: &1, b: [1, 2], ..Default::default() }; unsafe { COUNT += 1; }
    match s.b { [first, .., last] => first, [] => 0 }; fn local<T>(t: T) -> T { const K: i32 = 1; t } local::<u8>(b'x'); <Shape as Area<&i32>>::UNIT;
    vec![1; 3].iter().map(|x| x?).collect::<Option<()>>(); dbg!(x as f64 * -1.0e3, !true); "a"; "b"; r#"raw"#; write!(f, "{}", 1); todo!()
}
"##;

/// A small generator, the same numbers every time.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % limit as u64) as usize
    }
}

/// Removes, doubles or moves some words.
fn damage(words: &[&str], random: &mut Random) -> String {
    let mut words = words.to_vec();
    for _ in 0..=random.below(4) {
        let at = random.below(words.len());
        let other = random.below(words.len());
        match random.below(4) {
            0 => drop(words.remove(at)),
            1 => words.insert(at, words[other]),
            2 => words.swap(at, other),
            _ => words[at] = words[other],
        }
    }
    words.join(" ")
}

#[test]
fn damaged_programs_do_not_panic() {
    let mut words = Vec::new();
    for part in PROGRAM.split_inclusive(|c: char| !c.is_alphanumeric()) {
        let end = part.char_indices().next_back().map_or(0, |(at, _)| at);
        words.extend(
            [&part[..end], &part[end..]].into_iter().filter(|word| !word.trim().is_empty()),
        );
    }
    let mut random = Random(0x9E37_79B9_7F4A_7C15);
    for _ in 0..400 {
        errors(&damage(&words, &mut random));
    }
}

#[test]
fn the_program_itself_is_read() {
    // What it uses of the library that the small one lacks is all there is to say.
    let said = errors(PROGRAM);
    let unexpected: Vec<&str> = said
        .lines()
        .filter(|line| {
            !["V0016", "no type", "no trait", "E0433"].iter().any(|known| line.contains(known))
        })
        .collect();
    assert_eq!(unexpected.join("\n"), "");
}

#[test]
fn deep_nesting_is_no_crash() {
    for (open, close) in [("(", ")"), ("{", "}"), ("[", "]"), ("&", ""), ("-", "")] {
        errors(&format!("fn f() {{ let x = {}1{}; }}", open.repeat(250), close.repeat(250)));
    }
    errors(&format!("fn f(x: {}i32{}) {{}}", "Option<".repeat(250), ">".repeat(250)));
    errors(&format!("fn f() {{ let {}x{} = 1; }}", "(".repeat(250), ",)".repeat(250)));
    errors(&format!("{}{}", "mod m { ".repeat(250), "}".repeat(250)));
    errors(&format!("fn f() {{ {} }}", "x + ".repeat(5000) + "1"));
    errors(&format!("fn f() {{ {} }}", "x".to_owned() + &".y()".repeat(5000)));
    errors(&format!("fn f() {{ {} {{}} }}", "if x {} else ".repeat(2000)));
}
