//! Programs over most of the language that rustc accepts.

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

/// The same for traits, generics and the collections.
const ABSTRACT: &str = r###"
use std::collections::{BTreeMap, HashMap, HashSet, VecDeque, BinaryHeap};
use std::cmp::{Ordering, Reverse};
use std::fmt::{Debug, Display, Write as _};
use std::rc::{Rc, Weak};
use std::cell::RefCell;
use std::borrow::Cow;
use std::any::Any;
use std::marker::PhantomData;

trait Animal { fn name(&self) -> String; fn noise(&self) -> &str { "..." } fn boxed(self) -> Box<dyn Animal> where Self: Sized + 'static { Box::new(self) } }
trait Named { const ID: u32; type Out: Display + Default; fn make() -> Self::Out; fn id(&self) -> u32 { Self::ID } }
struct Dog; impl Animal for Dog { fn name(&self) -> String { "dog".into() } }
impl Named for Dog { const ID: u32 = 7; type Out = String; fn make() -> String { String::from("woof") } }
fn describe<T: Named + ?Sized>(t: &T) -> String where T::Out: Debug { format!("{} {}", t.id(), T::Out::default()) }
fn show_all<'a, I, T>(it: I) -> String where I: IntoIterator<Item = &'a T>, T: Display + 'a { let mut s = String::new(); for x in it { write!(s, "{x};").unwrap(); } s }
#[derive(Debug, PartialEq, Eq, Clone, Copy, PartialOrd, Ord, Hash)] enum Level { Low = 1, Mid = 5, High }
#[derive(PartialEq, Eq)] struct State { cost: u32, pos: usize }
impl Ord for State { fn cmp(&self, o: &Self) -> Ordering { o.cost.cmp(&self.cost).then_with(|| self.pos.cmp(&o.pos)) } }
impl PartialOrd for State { fn partial_cmp(&self, o: &Self) -> Option<Ordering> { Some(self.cmp(o)) } }
fn dijkstra(adj: &Vec<Vec<(usize, u32)>>, s: usize) -> Vec<Option<u32>> {
    let mut dist: Vec<Option<u32>> = vec![None; adj.len()];
    let mut h = BinaryHeap::new(); dist[s] = Some(0); h.push(State { cost: 0, pos: s });
    while let Some(State { cost, pos }) = h.pop() {
        if let Some(d) = dist[pos] && cost > d { continue; }
        for &(to, w) in &adj[pos] { let nc = cost + w; if dist[to].map_or(true, |d| nc < d) { dist[to] = Some(nc); h.push(State { cost: nc, pos: to }); } }
    }
    dist
}
struct Tree<K, V> { root: Option<Box<TN<K, V>>>, len: usize }
struct TN<K, V> { k: K, v: V, l: Option<Box<TN<K, V>>>, r: Option<Box<TN<K, V>>> }
impl<K: Ord, V> Tree<K, V> {
    fn new() -> Self { Tree { root: None, len: 0 } }
    fn insert(&mut self, k: K, v: V) -> Option<V> {
        let mut cur = &mut self.root;
        while let Some(n) = cur {
            match k.cmp(&n.k) { Ordering::Less => cur = &mut n.l, Ordering::Greater => cur = &mut n.r, Ordering::Equal => return Some(std::mem::replace(&mut n.v, v)) }
        }
        *cur = Some(Box::new(TN { k, v, l: None, r: None })); self.len += 1; None
    }
    fn get<Q: ?Sized + Ord>(&self, k: &Q) -> Option<&V> where K: std::borrow::Borrow<Q> {
        let mut cur = self.root.as_ref();
        while let Some(n) = cur { cur = match k.cmp(n.k.borrow()) { Ordering::Less => n.l.as_ref(), Ordering::Greater => n.r.as_ref(), Ordering::Equal => return Some(&n.v) }; }
        None
    }
    fn walk<'a>(n: &'a Option<Box<TN<K, V>>>, f: &mut dyn FnMut(&'a K, &'a V)) { if let Some(n) = n { Self::walk(&n.l, f); f(&n.k, &n.v); Self::walk(&n.r, f); } }
}
struct Fib { a: u64, b: u64 }
impl Iterator for Fib { type Item = u64; fn next(&mut self) -> Option<Self::Item> { let r = self.a; self.a = self.b; self.b += r; Some(r) } }
fn evens(v: &[i32]) -> impl Iterator<Item = &i32> + '_ { v.iter().filter(|x| **x % 2 == 0) }
fn curry(a: i32) -> impl Fn(i32) -> Box<dyn Fn(i32) -> i32> { move |b| Box::new(move |c| a + b + c) }
struct Parent { kids: RefCell<Vec<Rc<Kid>>> } struct Kid { up: RefCell<Weak<Parent>> }
fn norm(s: &str) -> Cow<'_, str> { if s.contains(' ') { Cow::Owned(s.replace(' ', "")) } else { Cow::Borrowed(s) } }
struct Meters<T>(f64, PhantomData<T>);
trait Visitor { type R; fn num(&mut self, n: i64) -> Self::R; fn add(&mut self, a: Self::R, b: Self::R) -> Self::R; }
struct Ev; impl Visitor for Ev { type R = i64; fn num(&mut self, n: i64) -> i64 { n } fn add(&mut self, a: i64, b: i64) -> i64 { a + b } }
fn fold<V: Visitor>(v: &mut V, ns: &[i64]) -> V::R { let mut it = ns.iter(); let first = v.num(*it.next().unwrap()); it.fold(first, |acc, &n| { let x = v.num(n); v.add(acc, x) }) }
fn div(a: i32, b: i32) -> Result<i32, Box<dyn std::error::Error>> { if b == 0 { return Err("zero".into()); } let n: i32 = "5".parse()?; Ok(a / b + n) }
mod geo { #[derive(Default, Debug, Clone)] pub struct Pt { pub x: i32, pub(crate) y: i32, z: i32 } impl Pt { pub const ORIGIN: Pt = Pt { x: 0, y: 0, z: 0 }; pub fn z(&self) -> i32 { self.z } } pub mod inner { use super::Pt; pub fn up(p: &Pt) -> Pt { Pt { z: p.z + 1, ..p.clone() } } } }
impl<T> From<Vec<T>> for Tree<usize, T> { fn from(v: Vec<T>) -> Self { let mut t = Tree::new(); for (i, x) in v.into_iter().enumerate() { t.insert(i, x); } t } }
fn matrix<const R: usize, const C: usize>(a: [[i32; C]; R]) -> [[i32; R]; C] { let mut o = [[0; R]; C]; for (i, row) in a.iter().enumerate() { for (j, &x) in row.iter().enumerate() { o[j][i] = x; } } o }
union U { i: u32, f: f32 }
unsafe fn raw(p: *mut i32, n: usize) { for i in 0..n { *p.add(i) += 1; } }
fn never(x: u32) -> u32 { let y: u32 = match x { 0 => return 1, 1 => panic!("x"), n => n }; y }
type Op<'a> = &'a dyn Fn(f64, f64) -> f64;
fn main() {
    let d: Box<dyn Animal> = Dog.boxed(); println!("{} {} {}", d.name(), d.noise(), describe(&Dog));
    println!("{} {}", show_all(&[1, 2, 3]), show_all(vec!["a", "b"].iter()));
    let lv = Level::High as u8 + Level::Low as u8; println!("{lv} {:?} {}", Level::Mid.max(Level::Low), Level::Low < Level::High);
    println!("{:?}", dijkstra(&vec![vec![(1, 4), (2, 1)], vec![], vec![(1, 2)]], 0));
    let mut t = Tree::new(); t.insert("b".to_string(), 1); t.insert("a".to_string(), 2); println!("{:?} {}", t.get("a"), t.len);
    let mut keys = vec![]; Tree::walk(&t.root, &mut |k, v| keys.push((k, *v))); println!("{keys:?}");
    let f: Vec<u64> = Fib { a: 0, b: 1 }.take_while(|&x| x < 50).step_by(2).collect(); println!("{f:?} {:?}", evens(&[1, 2, 4]).collect::<Vec<_>>());
    println!("{}", curry(1)(2)(3));
    let p = Rc::new(Parent { kids: RefCell::default() }); let k = Rc::new(Kid { up: RefCell::new(Weak::new()) }); *k.up.borrow_mut() = Rc::downgrade(&p); p.kids.borrow_mut().push(k);
    if let Some(up) = p.kids.borrow()[0].up.borrow().upgrade() { println!("{}", Rc::strong_count(&up)); }
    println!("{} {}", norm("a b"), norm("ab").len()); let m: Meters<u8> = Meters(1.5, PhantomData); println!("{}", m.0);
    println!("{}", fold(&mut Ev, &[1, 2, 3])); match div(1, 0) { Err(e) => println!("{e}"), Ok(v) => println!("{v}") }
    let g = geo::inner::up(&geo::Pt::ORIGIN); println!("{:?} {}", g, g.z());
    let t2: Tree<usize, char> = vec!['x', 'y'].into(); println!("{}", t2.len); println!("{:?}", matrix([[1, 2, 3], [4, 5, 6]]));
    let u = U { f: 1.0 }; println!("{:#x}", unsafe { u.i }); let mut a = [1, 2, 3]; unsafe { raw(a.as_mut_ptr(), a.len()) }; println!("{a:?} {}", never(5));
    let ops: HashMap<&str, Op> = HashMap::from([("+", &(|a, b| a + b) as Op), ("-", &|a, b| a - b)]); println!("{}", ops["+"](1.0, 2.0));
    let mut q: VecDeque<(usize, usize)> = VecDeque::new(); q.push_back((0, 0)); let mut seen = HashSet::new();
    let grid = ["..#", "...", "#.."].map(|r| r.chars().collect::<Vec<_>>());
    while let Some((r, c)) = q.pop_front() { if !seen.insert((r, c)) { continue; } for (dr, dc) in [(0i32, 1i32), (1, 0), (0, -1), (-1, 0)] { let (nr, nc) = (r as i32 + dr, c as i32 + dc); if nr < 0 || nc < 0 { continue; } let (nr, nc) = (nr as usize, nc as usize); if grid.get(nr).and_then(|row| row.get(nc)) == Some(&'.') { q.push_back((nr, nc)); } } }
    println!("{}", seen.len());
    let mut groups: BTreeMap<usize, Vec<&str>> = BTreeMap::new(); for w in "the cat sat on a mat".split(' ') { groups.entry(w.len()).or_default().push(w); }
    for (n, ws) in groups.iter().rev() { println!("{n} {}", ws.join(",")); }
    let best = groups.values().flatten().max_by_key(|w| (w.len(), Reverse(**w))); println!("{best:?}");
    let x @ 1..=9 = 5 else { return }; let v = [1, 2, 3, 4]; if let [first, mid @ .., last] = &v[..] { println!("{first} {mid:?} {last} {x}"); }
    let n = 7; let kind = match n { n if n < 0 => "neg", 0 => "zero", x @ (1 | 3 | 5 | 7) if x > 5 => "odd big", 1..=9 => "digit", _ => "many" }; println!("{kind}");
    let any: &dyn Any = &5i32; let s = String::from("hi"); let r: &str = &s; let b: &[u8] = r.as_ref(); println!("{} {}", any.is::<i32>(), b.len());
    let mut sort = vec![(2, "b"), (1, "z"), (2, "a")]; sort.sort_by(|(a, x), (b, y)| b.cmp(a).then_with(|| x.cmp(y))); println!("{sort:?}");
    let mut counter = 0; let mut inc = || { counter += 2; counter }; inc(); let z = inc() + 1; println!("{z} {counter}");
    let words: Vec<String> = "a,b;c".split(|c| c == ',' || c == ';').map(str::to_owned).collect(); println!("{}", words.concat());
    let o: Option<&String> = words.first(); println!("{}", o.cloned().unwrap_or_else(String::new)); let parsed = "42".parse::<u8>().ok().filter(|n| *n > 40); println!("{parsed:?}");
    let res: Result<u32, String> = (1..4).try_fold(0u32, |a, x| a.checked_add(x).ok_or_else(|| "over".to_string())); println!("{res:?}");
    let bx: Box<dyn FnOnce(String) -> usize> = Box::new(|s| s.len()); println!("{}", bx("abc".to_string())); let ptr = &a as *const [i32; 3] as *const i32; println!("{}", unsafe { *ptr.offset(1) });
    let tup = ((1, 2.5), "x"); let ((i, fl), st) = tup; println!("{} {:.1} {st}", i + tup.0.0, fl); let mut arr = [[0; 3]; 2]; arr[1][2] = 5; for row in &mut arr { for c in row.iter_mut() { *c += 1; } } println!("{arr:?}");
    let c = 'a'; let up = (c as u8 - b'a' + b'A') as char; println!("{up} {}", c.is_ascii_lowercase() && !up.is_lowercase()); let big = 1u64 << 40; let sm = big as u32 as i16; println!("{sm} {}", i64::MAX.wrapping_add(1) == i64::MIN);
}
"###;

#[test]
fn an_abstract_program_checks() {
    let (db, owners) = super::program(ABSTRACT);
    let found = super::diagnostics(&db, &owners);
    assert!(found.is_empty(), "{}", super::render(&db, &found));
}

#[test]
fn an_ordinary_program_checks() {
    let (db, owners) = super::program(PROGRAM);
    let found = super::diagnostics(&db, &owners);
    assert!(found.is_empty(), "{}", super::render(&db, &found));
}
