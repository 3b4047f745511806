//! A program over most of the language that rustc accepts.

const PROGRAM: &str = r###"
use std::collections::HashMap;
use std::fmt::{self, Debug, Display};
use std::rc::Rc;
use std::cell::{Cell, RefCell};
use std::ops::{Add, Index, IndexMut, Deref, DerefMut, AddAssign, Neg, Mul};

#[derive(Debug, Clone, Copy, PartialEq, PartialOrd, Default)]
struct V2 { x: f64, y: f64 }
impl Add for V2 { type Output = V2; fn add(self, o: V2) -> V2 { V2 { x: self.x + o.x, y: self.y + o.y } } }
impl Mul<f64> for V2 { type Output = V2; fn mul(self, k: f64) -> V2 { V2 { x: self.x * k, y: self.y * k } } }
impl Mul<V2> for f64 { type Output = V2; fn mul(self, v: V2) -> V2 { v * self } }
impl Neg for V2 { type Output = V2; fn neg(self) -> V2 { V2 { x: -self.x, y: -self.y } } }
impl AddAssign for V2 { fn add_assign(&mut self, o: V2) { self.x += o.x; self.y += o.y; } }

struct Grid<T> { w: usize, cells: Vec<T> }
impl<T: Clone + Default> Grid<T> {
    fn new(w: usize, h: usize) -> Self { Grid { w, cells: vec![T::default(); w * h] } }
}
impl<T> Index<(usize, usize)> for Grid<T> { type Output = T; fn index(&self, (x, y): (usize, usize)) -> &T { &self.cells[y * self.w + x] } }
impl<T> IndexMut<(usize, usize)> for Grid<T> { fn index_mut(&mut self, (x, y): (usize, usize)) -> &mut T { &mut self.cells[y * self.w + x] } }

trait Shape { fn area(&self) -> f64; fn name(&self) -> String { String::from("shape") } }
struct Circle(f64);
struct Sq { side: f64 }
impl Shape for Circle { fn area(&self) -> f64 { 3.14 * self.0 * self.0 } fn name(&self) -> String { "circle".to_string() } }
impl Shape for Sq { fn area(&self) -> f64 { self.side.powi(2) } }

fn total(shapes: &[Box<dyn Shape>]) -> f64 { shapes.iter().map(|s| s.area()).sum() }
fn largest<'a>(shapes: &'a [Box<dyn Shape>]) -> Option<&'a dyn Shape> {
    let mut best: Option<&dyn Shape> = None;
    for s in shapes {
        match best { Some(b) if b.area() >= s.area() => {}, _ => best = Some(s.as_ref()) }
    }
    best
}

enum Expr { Num(i64), Bin(Box<Expr>, char, Box<Expr>), Neg(Box<Expr>) }
fn eval(e: &Expr) -> Result<i64, String> {
    Ok(match e {
        Expr::Num(n) => *n,
        Expr::Neg(e) => -eval(e)?,
        Expr::Bin(a, op, b) => {
            let (a, b) = (eval(a)?, eval(b)?);
            match op {
                '+' => a + b, '-' => a - b, '*' => a * b,
                '/' => if b == 0 { return Err("div".into()) } else { a / b },
                _ => return Err(format!("bad op {op}")),
            }
        }
    })
}

struct Counter { n: u32 }
impl Iterator for Counter { type Item = u32; fn next(&mut self) -> Option<u32> { if self.n < 5 { self.n += 1; Some(self.n) } else { None } } }

fn compose<A, B, C>(f: impl Fn(A) -> B, g: impl Fn(B) -> C) -> impl Fn(A) -> C { move |x| g(f(x)) }
fn make_adder(n: i32) -> Box<dyn Fn(i32) -> i32> { Box::new(move |x| x + n) }
fn apply<F>(f: F, n: i32) -> i32 where F: Fn(i32) -> i32 { f(n) }
fn call_mut(mut f: impl FnMut(i32)) { for i in 0..3 { f(i) } }
fn double(x: i32) -> i32 { x * 2 }

#[derive(Debug)]
enum MyErr { Parse(std::num::ParseIntError), Neg(i64) }
impl From<std::num::ParseIntError> for MyErr { fn from(e: std::num::ParseIntError) -> Self { MyErr::Parse(e) } }
impl Display for MyErr { fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result { match self { MyErr::Parse(e) => write!(f, "{}", e), MyErr::Neg(n) => write!(f, "{n}") } } }
fn parse(s: &str) -> Result<i64, MyErr> { let n: i64 = s.trim().parse()?; if n < 0 { Err(MyErr::Neg(n)) } else { Ok(n) } }

struct Stack<T> { items: Vec<T> }
impl<T: Debug> Stack<T> {
    fn new() -> Self { Self { items: Vec::new() } }
    fn push(&mut self, t: T) -> &mut Self { self.items.push(t); self }
    fn peek(&self) -> Option<&T> { self.items.last() }
    fn pop(&mut self) -> Option<T> { self.items.pop() }
}
struct Wrapper(Vec<i32>);
impl Deref for Wrapper { type Target = Vec<i32>; fn deref(&self) -> &Vec<i32> { &self.0 } }
impl DerefMut for Wrapper { fn deref_mut(&mut self) -> &mut Vec<i32> { &mut self.0 } }

#[derive(Debug)]
struct Node { val: i32, children: RefCell<Vec<Rc<Node>>> }
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
enum Tok { Id(String), Num(u64), Sym(char) }
fn lex(s: &str) -> Vec<Tok> {
    let mut out = vec![];
    let cs: Vec<char> = s.chars().collect();
    let mut i = 0;
    while i < cs.len() {
        let c = cs[i];
        match c {
            c if c.is_whitespace() => { i += 1; }
            'a'..='z' | 'A'..='Z' | '_' => {
                let st = i;
                while i < cs.len() && (cs[i].is_alphanumeric() || cs[i] == '_') { i += 1; }
                out.push(Tok::Id(cs[st..i].iter().collect()));
            }
            '0'..='9' => {
                let mut n = 0;
                while let Some(d) = cs.get(i).and_then(|c| c.to_digit(10)) { n = n * 10 + d as u64; i += 1; }
                out.push(Tok::Num(n));
            }
            other => { out.push(Tok::Sym(other)); i += 1; }
        }
    }
    out
}
struct List { head: Option<Box<LNode>> }
struct LNode { v: i32, next: Option<Box<LNode>> }
impl List {
    fn push(&mut self, v: i32) { let old = self.head.take(); self.head = Some(Box::new(LNode { v, next: old })); }
    fn rev(&mut self) { let mut prev = None; let mut cur = self.head.take(); while let Some(mut n) = cur { cur = n.next.take(); n.next = prev; prev = Some(n); } self.head = prev; }
    fn sum(&self) -> i32 { let mut s = 0; let mut p = &self.head; while let Some(n) = p { s += n.v; p = &n.next; } s }
}
static TABLE: [i32; 4] = [1, 2, 3, 4];
fn gcd(a: u64, b: u64) -> u64 { if b == 0 { a } else { gcd(b, a % b) } }
fn classify(n: i32) -> &'static str { match n { i32::MIN..=-1 => "neg", 0 => "zero", 1 | 2 | 3 => "small", _ if n % 2 == 0 => "even", _ => "odd" } }
fn first_word(s: &str) -> &str { s.split(' ').next().unwrap_or("") }
fn sum_arr<const K: usize>(a: [i32; K]) -> i32 { let mut s = 0; for x in a { s += x; } s }
fn slice_pat(x: &[i32]) -> i32 { match x { [] => 0, [a] => *a, [a, .., b] => a + b } }
fn swap_pair<T, U>((a, b): (T, U)) -> (U, T) { (b, a) }
fn main() {
    let v = V2 { x: 1.0, y: 2.0 } + 2.0 * V2::default() + -V2 { x: 0.5, ..Default::default() };
    let mut acc = V2::default(); acc += v;
    let mut g: Grid<i32> = Grid::new(3, 3);
    g[(1, 2)] = 5; g[(0, 0)] += g[(1, 2)] * 2;
    let shapes: Vec<Box<dyn Shape>> = vec![Box::new(Circle(1.0)), Box::new(Sq { side: 2.0 })];
    println!("{:.2} {} {:?}", total(&shapes), largest(&shapes).map(|s| s.name()).unwrap_or_default(), acc);
    let e = Expr::Bin(Box::new(Expr::Num(1)), '+', Box::new(Expr::Neg(Box::new(Expr::Num(3)))));
    match eval(&e) { Ok(n) => println!("{n}"), Err(e) => eprintln!("{e}") }
    let s: u32 = Counter { n: 0 }.zip(Counter { n: 0 }.skip(1)).map(|(a, b)| a * b).filter(|x| x % 3 == 0).sum();
    let f = compose(|x: i32| x + 1, |y| y as f64 * 0.5);
    println!("{} {} {}", s, f(3), make_adder(3)(4));
    println!("{} {}", apply(double, 2), apply(|x| x - 1, 2));
    let mut log = Vec::new();
    call_mut(|i| log.push(i * i));
    println!("{log:?} {}", log.len());
    let mut counts: HashMap<String, usize> = HashMap::new();
    for w in "a b a".split_whitespace() { *counts.entry(w.to_string()).or_insert(0) += 1; }
    let mut ks: Vec<_> = counts.iter().collect();
    ks.sort_by(|a, b| b.1.cmp(a.1).then(a.0.cmp(b.0)));
    for (k, n) in &ks { println!("{k}={n}"); }
    let r: Result<Vec<i64>, _> = "1 2 x".split(' ').map(parse).collect();
    if let Err(e) = &r { println!("{e}"); }
    let mut st = Stack::new();
    st.push(1).push(2);
    if let Some(top) = st.peek() { println!("{top}"); }
    while let Some(x) = st.pop() { println!("{x}"); }
    let mut w = Wrapper(vec![3, 1, 2]);
    w.push(4); w.sort(); w[0] = 9;
    println!("{} {:?}", w.len(), w.iter().max());
    let leaf = Rc::new(Node { val: 3, children: RefCell::new(vec![]) });
    let tree = Node { val: 1, children: RefCell::new(vec![Rc::clone(&leaf)]) };
    tree.children.borrow_mut().push(leaf.clone());
    println!("{} {}", tree.children.borrow().iter().map(|n| n.val).sum::<i32>(), Rc::strong_count(&leaf));
    println!("{:?}", lex("foo = 42 + x"));
    let mut l = List { head: None }; l.push(1); l.push(2); l.rev();
    println!("{} {} {}", l.sum(), gcd(12, 18), classify(-4));
    let c = Cell::new(5); c.set(c.get() + 1);
    let ops: [(&str, fn(i32, i32) -> i32); 2] = [("add", |a, b| a + b), ("mul", |a, b| a * b)];
    for (n, op) in ops.iter() { println!("{n} {}", op(3, 4)); }
    let label = 'o: loop { let mut k = 0; loop { k += 1; if k == 3 { break 'o k * 2; } } };
    let t = if label > 5 { "big" } else { "small" };
    let x = { let y = 3; y * y };
    let arr = [[0u8; 3]; 2];
    let total: usize = arr.iter().map(|r| r.iter().filter(|&&c| c == 0).count()).sum();
    let opt = Some(3).map(|x| x + 1).and_then(|x| if x > 3 { Some(x) } else { None }).unwrap_or(0);
    let Some(z) = Some(opt) else { panic!("no") };
    let name = first_word("hello world");
    println!("{t} {x} {total} {z} {name} {} {} {}", sum_arr([1, 2, 3]), slice_pat(&[1, 2, 3]), TABLE[4 - 1]);
    let (a, b) = swap_pair((1, "x")); println!("{a} {b}");
    let mut words = vec!["b".to_string(), "a".into()]; words.sort(); words.dedup(); words.retain(|w| !w.is_empty());
    println!("{}", words.join(","));
    let nested: Vec<Vec<i32>> = (0..3).map(|i| (0..i).collect()).collect();
    let flat: Vec<i32> = nested.into_iter().flatten().collect();
    let (ev, od): (Vec<i32>, Vec<i32>) = flat.iter().partition(|&&x| x % 2 == 0);
    println!("{ev:?} {od:?} {}", u8::MAX as i32 + i32::from(3u8));
    let mut arr2 = [5, 3, 1]; arr2.sort_unstable_by(|a, b| b.cmp(a)); arr2.swap(0, 1);
    let m = arr2.iter().copied().min_by_key(|x: &i32| (*x - 2).abs());
    assert_eq!(m, Some(1)); assert!(arr2.len() == 3, "len {}", arr2.len());
    let bits = 1u32 << 5 | 0xff & !3; let sh = -8i32 >> 1; println!("{bits:#x} {sh} {:>5}|{:<5}|{:^5}", 1, 2, 3);
    let mut it = [1, 2, 3].iter().peekable(); while let Some(x) = it.next() { if let Some(&&n) = it.peek() { println!("{x} {n}"); } }
    let s2: String = vec!["a", "b"].iter().map(|s| s.to_uppercase()).collect::<Vec<_>>().join("-"); println!("{s2}");
    let mut fns: Vec<Box<dyn FnMut() -> i32>> = Vec::new(); let mut cnt = 0; fns.push(Box::new(move || { cnt += 1; cnt })); for f in fns.iter_mut() { println!("{}", f()); }
    let fact = |n: u64| -> u64 { (1..=n).product() }; println!("{}", fact(5));
    let text = String::from("héllo"); for (i, ch) in text.char_indices().rev() { print!("{i}{ch}"); } println!();
    let sl = &text[0..1]; let by = text.as_bytes(); println!("{sl} {} {:?}", by[0], text.find('l'));
    let _ = std::mem::replace(&mut acc, V2 { x: 0., y: 0. });
}
"###;

#[test]
fn an_ordinary_program_checks() {
    let (db, owners) = super::program(PROGRAM);
    let found = super::diagnostics(&db, &owners);
    assert!(found.is_empty(), "{}", super::render(&db, &found));
}
