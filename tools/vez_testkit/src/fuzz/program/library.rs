//! What programs use only now and then: each section is written out when something of it is used.

/// A part of the library.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Section {
    /// `Grid<T, N>`: const generics and indexing.
    Grid,
    /// `V2<T>`: operator traits, associated constants.
    V2,
    /// `View<'a, T>` and `Count`: iterators of one's own, also as `impl` and `dyn`.
    Iterators,
    /// `Scale` and its implementors: supertraits, associated types, defaults.
    Scale,
    /// `Guard`: writes to a shared log when it drops.
    Guard,
    /// Functions that take and give functions.
    Functions,
    /// `const fn`s.
    Constants,
}

/// The source text of a section.
pub fn text(section: Section) -> String {
    let text = match section {
        Section::Grid => GRID,
        Section::V2 => return with_numbers(V2),
        Section::Iterators => ITERATORS,
        Section::Scale => SCALE,
        Section::Guard => GUARD,
        Section::Functions => FUNCTIONS,
        Section::Constants => CONSTANTS,
    };
    text.to_owned()
}

/// `Num` for every integer type, then the text.
fn with_numbers(text: &str) -> String {
    let mut out = String::new();
    for name in ["i8", "i16", "i32", "i64", "i128", "isize"] {
        out.push_str(&NUMBER.replace("INT", name));
        out.push_str(&NUMBER.replace("INT", &name.replacen('i', "u", 1)));
    }
    out.push_str(text);
    out
}

const GRID: &str = r#"
#[derive(Debug, Clone, PartialEq, PartialOrd)]
struct Grid<T, const N: usize> {
    cells: [T; N],
}
impl<T: Clone + Debug, const N: usize> Grid<T, N> {
    const LAST: usize = N - 1;
    fn of(x: T) -> Grid<T, N> {
        Grid { cells: std::array::from_fn(|i| {
            show("cell", &i);
            x.clone()
        }) }
    }
    fn turned(mut self) -> Grid<T, N> {
        self.cells.rotate_left(1);
        self
    }
    fn edges<const M: usize>(&self) -> [T; M] {
        std::array::from_fn(|i| self[if i % 2 == 0 { 0 } else { Self::LAST }].clone())
    }
}
impl<T, const N: usize> std::ops::Index<usize> for Grid<T, N> {
    type Output = T;
    fn index(&self, at: usize) -> &T {
        &self.cells[at]
    }
}
impl<T, const N: usize> std::ops::IndexMut<usize> for Grid<T, N> {
    fn index_mut(&mut self, at: usize) -> &mut T {
        &mut self.cells[at]
    }
}
impl<T, const N: usize> IntoIterator for Grid<T, N> {
    type Item = T;
    type IntoIter = std::array::IntoIter<T, N>;
    fn into_iter(self) -> Self::IntoIter {
        self.cells.into_iter()
    }
}
"#;

const NUMBER: &str = r#"
impl Num for INT {
    const ONE: Self = 1;
    fn plus(self, other: Self) -> Self {
        self.wrapping_add(other)
    }
    fn times(self, other: Self) -> Self {
        self.wrapping_mul(other)
    }
    fn minus(self) -> Self {
        self.wrapping_neg()
    }
}
"#;

const V2: &str = r#"
trait Num: Copy {
    const ONE: Self;
    fn plus(self, other: Self) -> Self;
    fn times(self, other: Self) -> Self;
    fn minus(self) -> Self;
}
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
struct V2<T>(T, T);
impl<T: Num> std::ops::Add for V2<T> {
    type Output = V2<T>;
    fn add(self, other: V2<T>) -> V2<T> {
        V2(self.0.plus(other.0), self.1.plus(other.1))
    }
}
impl<'a, T: Num> std::ops::Sub<&'a V2<T>> for V2<T> {
    type Output = V2<T>;
    fn sub(self, other: &'a V2<T>) -> V2<T> {
        self + -*other
    }
}
impl<T: Num> std::ops::Mul<T> for V2<T> {
    type Output = V2<T>;
    fn mul(self, by: T) -> V2<T> {
        V2(self.0.times(by), self.1.times(by))
    }
}
impl<T: Num> std::ops::Neg for V2<T> {
    type Output = V2<T>;
    fn neg(self) -> V2<T> {
        V2(self.0.minus(), self.1.minus())
    }
}
impl<T: std::ops::Not<Output = T>> std::ops::Not for V2<T> {
    type Output = V2<T>;
    fn not(self) -> V2<T> {
        V2(!self.1, !self.0)
    }
}
impl<T: Num> std::ops::AddAssign for V2<T> {
    fn add_assign(&mut self, other: V2<T>) {
        *self = V2(self.1.plus(other.0), self.0.plus(other.1));
    }
}
impl<T: Num> std::ops::MulAssign<T> for V2<T> {
    fn mul_assign(&mut self, by: T) {
        self.0 = self.0.times(by);
        self.1 = self.1.times(by).plus(T::ONE);
    }
}
impl<T: Num> std::iter::Sum for V2<T> {
    fn sum<I: Iterator<Item = V2<T>>>(items: I) -> V2<T> {
        items.fold(V2(T::ONE, T::ONE), |a, b| a + b)
    }
}
impl<T> From<(T, T)> for V2<T> {
    fn from((a, b): (T, T)) -> V2<T> {
        V2(b, a)
    }
}
impl<T: std::fmt::Display> std::fmt::Display for V2<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "<{:>4}|{:<4}>", self.0, self.1)
    }
}
"#;

const ITERATORS: &str = r#"
struct View<'a, T> {
    all: &'a [T],
    step: usize,
}
impl<'a, T> Iterator for View<'a, T> {
    type Item = &'a T;
    fn next(&mut self) -> Option<&'a T> {
        let (first, rest) = self.all.split_first()?;
        self.all = rest.get(self.step..).unwrap_or(&[]);
        Some(first)
    }
}
impl<'a, T> DoubleEndedIterator for View<'a, T> {
    fn next_back(&mut self) -> Option<&'a T> {
        match self.all {
            [] => None,
            [rest @ .., last] => {
                self.all = &rest[..rest.len().saturating_sub(self.step)];
                Some(last)
            }
        }
    }
}
#[derive(Clone)]
struct Count {
    at: u8,
    end: u8,
}
impl Iterator for Count {
    type Item = u8;
    fn next(&mut self) -> Option<u8> {
        (self.at < self.end).then(|| {
            self.at += 1;
            self.at - 1
        })
    }
}
fn alternate<'a, T: Clone>(items: &'a [T], step: usize) -> impl Iterator<Item = T> + 'a {
    View { all: items, step }.cloned()
}
fn either<'a, T>(back: bool, items: &'a [T]) -> Box<dyn Iterator<Item = &'a T> + 'a> {
    if back { Box::new(items.iter().rev()) } else { Box::new(items.iter()) }
}
fn longest<'a, T>(a: &'a [T], b: &'a [T]) -> &'a [T] {
    if a.len() >= b.len() { a } else { b }
}
"#;

const SCALE: &str = r#"
trait Named {
    const NAME: &'static str;
    fn name(&self) -> String {
        format!("{}#{}", Self::NAME, Self::NAME.len())
    }
}
trait Scale: Named + Debug {
    type Out: Debug + Clone;
    fn scale(&self, by: u32) -> Self::Out;
    fn twice(&self, by: u32) -> (Self::Out, Self::Out) {
        show(&self.name(), self);
        (self.scale(by), self.scale(by.wrapping_add(1)))
    }
}
impl Named for String {
    const NAME: &'static str = "text";
}
impl Scale for String {
    type Out = String;
    fn scale(&self, by: u32) -> String {
        cap(self.repeat(by as usize % 3))
    }
}
impl<T> Named for Vec<T> {
    const NAME: &'static str = "list";
    fn name(&self) -> String {
        format!("{}{}", Self::NAME, self.len())
    }
}
impl<T: Clone + Debug> Scale for Vec<T> {
    type Out = Option<T>;
    fn scale(&self, by: u32) -> Option<T> {
        self.get(by as usize % 4).cloned()
    }
}
impl<T: Named, U: Named> Named for (T, U) {
    const NAME: &'static str = U::NAME;
    fn name(&self) -> String {
        self.0.name() + T::NAME + &self.1.name()
    }
}
impl<T: Scale, U: Scale> Scale for (T, U) {
    type Out = (U::Out, T::Out);
    fn scale(&self, by: u32) -> Self::Out {
        (self.1.scale(by), self.0.scale(by ^ 1))
    }
}
fn scaled<S>(items: &[S], by: u32) -> Vec<<S as Scale>::Out>
where
    S: Scale,
{
    items.iter().map(|item| item.twice(by).1).collect()
}
"#;

const GUARD: &str = r#"
type Log = std::rc::Rc<std::cell::RefCell<Vec<String>>>;
struct Guard<T: Debug> {
    log: Log,
    held: T,
}
impl<T: Debug> Guard<T> {
    fn new(log: &Log, held: T) -> Guard<T> {
        log.borrow_mut().push(format!("take {:?}", held));
        Guard { log: std::rc::Rc::clone(log), held }
    }
    fn fail(&self, fail: bool) -> Result<&T, String> {
        if fail { Err(format!("{:?} fails", self.held)) } else { Ok(&self.held) }
    }
}
impl<T: Debug> Drop for Guard<T> {
    fn drop(&mut self) {
        self.log.borrow_mut().push(format!("free {:?}", self.held));
    }
}
impl<T: Debug> std::ops::Deref for Guard<T> {
    type Target = T;
    fn deref(&self) -> &T {
        self.log.borrow_mut().push("deref".to_string());
        &self.held
    }
}
impl<T: Debug> std::ops::DerefMut for Guard<T> {
    fn deref_mut(&mut self) -> &mut T {
        self.log.borrow_mut().push("deref_mut".to_string());
        &mut self.held
    }
}
"#;

const FUNCTIONS: &str = r#"
fn compose<A, B, C>(f: impl Fn(A) -> B, g: impl Fn(B) -> C) -> impl Fn(A) -> C {
    move |x| g(f(x))
}
fn curry<A: Clone + 'static, B: 'static, R: 'static>(
    f: impl Fn(A, B) -> R + Clone + 'static,
) -> impl Fn(A) -> Box<dyn Fn(B) -> R> {
    move |a| {
        let f = f.clone();
        Box::new(move |b| f(a.clone(), b))
    }
}
fn once<T, R>(f: impl FnOnce(T) -> R, x: T) -> R {
    f(x)
}
fn times<T>(n: u32, mut f: impl FnMut(u32) -> T) -> Vec<T> {
    let mut out = Vec::new();
    for i in 0..n {
        out.push(f(i));
    }
    out
}
fn boxes<'a, T: Clone + 'a>(x: &'a T) -> Vec<Box<dyn FnOnce(bool) -> T + 'a>> {
    let y = x.clone();
    vec![Box::new(move |_| y), Box::new(|_| x.clone())]
}
fn pick<R>(first: bool, f: fn(R) -> R, g: fn(R) -> R) -> fn(R) -> R {
    if first { f } else { g }
}
fn keep<R>(x: R) -> R {
    x
}
fn noted<R: Debug>(x: R) -> R {
    show("noted", &x);
    x
}
fn memo<K: Ord + Clone, V: Clone>(
    known: &mut std::collections::BTreeMap<K, V>,
    key: &K,
    make: &dyn Fn(&K) -> V,
) -> V {
    if let Some(v) = known.get(key) {
        println!("known");
        return v.clone();
    }
    let v = make(key);
    known.entry(key.clone()).or_insert(v).clone()
}
"#;

const CONSTANTS: &str = r#"
const fn collatz(mut n: u64) -> u32 {
    let mut steps = 0;
    while n != 1 && steps < 200 {
        n = if n % 2 == 0 { n / 2 } else { n.wrapping_mul(3).wrapping_add(1) };
        steps += 1;
    }
    steps
}
const fn table<const N: usize>(start: i64) -> [i64; N] {
    let mut out = [start; N];
    let mut i = 1;
    while i < N {
        out[i] = out[i - 1].wrapping_mul(6364136223846793005).rotate_left(i as u32) ^ (i as i64);
        i += 1;
    }
    out
}
struct Limits {
    low: i16,
    high: i16,
}
impl Limits {
    const WIDE: Limits = Limits { low: i16::MIN, high: i16::MAX };
    const fn span(&self) -> u16 {
        self.high.wrapping_sub(self.low) as u16
    }
    const fn clamp(&self, x: i64) -> i16 {
        if x < self.low as i64 {
            return self.low;
        }
        match x {
            x if x > self.high as i64 => self.high,
            x => x as i16,
        }
    }
}
"#;
