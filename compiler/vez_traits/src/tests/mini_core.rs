//! A core of a hundred lines: what the compiler knows by name, and a few types.

pub(super) const MINI_CORE: &str = r#"
#[lang = "sized"] pub trait Sized {}
#[lang = "copy"] pub trait Copy: Clone {}
#[lang = "clone"] pub trait Clone: Sized { fn clone(&self) -> Self; }
#[lang = "send"] pub unsafe auto trait Send {}
#[lang = "sync"] pub unsafe auto trait Sync {}
#[lang = "drop"] pub trait Drop { fn drop(&mut self); }
#[lang = "fn_once"] pub trait FnOnce<Args> {
    #[lang = "fn_once_output"] type Output;
    fn call_once(self, args: Args) -> Self::Output;
}
#[lang = "fn_mut"] pub trait FnMut<Args>: FnOnce<Args> {
    fn call_mut(&mut self, args: Args) -> Self::Output;
}
#[lang = "fn"] pub trait Fn<Args>: FnMut<Args> { fn call(&self, args: Args) -> Self::Output; }
#[lang = "deref"] pub trait Deref {
    #[lang = "deref_target"] type Target: ?Sized;
    fn deref(&self) -> &Self::Target;
}
#[lang = "deref_mut"] pub trait DerefMut: Deref { fn deref_mut(&mut self) -> &mut Self::Target; }
#[lang = "phantom_data"] pub struct PhantomData<T: ?Sized>;
#[lang = "unsafe_cell"] pub struct UnsafeCell<T: ?Sized> { value: T }
#[lang = "owned_box"] pub struct Box<T: ?Sized> { pointer: *const T }
unsafe impl<T: ?Sized + Send> Send for Box<T> {}

pub struct Is<T: ?Sized, Goal: ?Sized>(PhantomData<T>, PhantomData<Goal>);

impl<T: Copy> Clone for [T] where [T]: Sized { fn clone(&self) -> Self { loop {} } }
impl Clone for i32 { fn clone(&self) -> i32 { *self } }
impl Copy for i32 {}
impl Clone for u8 { fn clone(&self) -> u8 { *self } }
impl Copy for u8 {}
impl<T: ?Sized> Clone for &T { fn clone(&self) -> Self { *self } }
impl<T: ?Sized> Copy for &T {}

pub enum Option<T> { None, Some(T) }
impl<T: Clone> Clone for Option<T> { fn clone(&self) -> Self { loop {} } }
impl<T: Copy> Copy for Option<T> {}
impl<T> Option<T> {
    pub fn map<U, F: FnOnce(T) -> U>(self, f: F) -> Option<U> { loop {} }
    pub fn as_ref(&self) -> Option<&T> { loop {} }
    pub fn unwrap(self) -> T { loop {} }
    fn secret(self) {}
}

pub struct Vec<T> { pointer: *const T, len: usize }
unsafe impl<T: Send> Send for Vec<T> {}
impl<T> Vec<T> {
    pub fn new() -> Vec<T> { loop {} }
    pub fn push(&mut self, value: T) {}
}
impl<T: Clone> Clone for Vec<T> { fn clone(&self) -> Self { loop {} } }
impl<T> Deref for Vec<T> { type Target = [T]; fn deref(&self) -> &[T] { loop {} } }
impl<T> DerefMut for Vec<T> { fn deref_mut(&mut self) -> &mut [T] { loop {} } }
impl<T> [T] {
    pub fn len(&self) -> usize { 0 }
    pub fn iter(&self) -> Iter<'_, T> { loop {} }
    pub fn sort(&mut self) where T: Ord {}
}
impl i32 { pub fn pow(self, n: u32) -> i32 { self } }
impl<T: ?Sized> *const T { pub fn is_null(self) -> bool { false } }
pub trait Ord {}
impl Ord for i32 {}

#[lang = "Iterator"] pub trait Iterator {
    type Item;
    fn next(&mut self) -> Option<Self::Item>;
    fn map<B, F: FnMut(Self::Item) -> B>(self, f: F) -> Map<Self, F> where Self: Sized { loop {} }
    fn cloned<'a, T: 'a + Clone>(self) -> Cloned<Self>
    where Self: Sized + Iterator<Item = &'a T> { loop {} }
    fn collect<C: FromIterator<Self::Item>>(self) -> C where Self: Sized { loop {} }
}
pub trait FromIterator<A>: Sized { fn from_iter<I: IntoIterator<Item = A>>(iter: I) -> Self; }
impl<T> FromIterator<T> for Vec<T> { fn from_iter<I: IntoIterator<Item = T>>(iter: I) -> Self { loop {} } }
pub struct Iter<'a, T> { slice: &'a [T] }
impl<'a, T> Iterator for Iter<'a, T> { type Item = &'a T; fn next(&mut self) -> Option<&'a T> { loop {} } }
pub struct Map<I, F> { iter: I, f: F }
impl<B, I: Iterator, F: FnMut(I::Item) -> B> Iterator for Map<I, F> {
    type Item = B;
    fn next(&mut self) -> Option<B> { loop {} }
}
pub struct Cloned<I> { iter: I }
impl<'a, I: Iterator<Item = &'a T>, T: 'a + Clone> Iterator for Cloned<I> {
    type Item = T;
    fn next(&mut self) -> Option<T> { loop {} }
}
#[lang = "IntoIterator"] pub trait IntoIterator {
    type Item;
    type IntoIter: Iterator<Item = Self::Item>;
    fn into_iter(self) -> Self::IntoIter;
}
impl<I: Iterator> IntoIterator for I {
    type Item = I::Item;
    type IntoIter = I;
    fn into_iter(self) -> I { self }
}
impl<'a, T> IntoIterator for &'a Vec<T> {
    type Item = &'a T;
    type IntoIter = Iter<'a, T>;
    fn into_iter(self) -> Iter<'a, T> { loop {} }
}
impl<I: Iterator + ?Sized> Iterator for &mut I {
    type Item = I::Item;
    fn next(&mut self) -> Option<I::Item> { loop {} }
}
pub trait From<T>: Sized { fn from(value: T) -> Self; }
pub trait Into<T>: Sized { fn into(self) -> T; }
impl<T, U: From<T>> Into<U> for T { fn into(self) -> U { loop {} } }
impl<T> From<T> for T { fn from(value: T) -> T { value } }
pub trait Add<Rhs = Self> { type Output; fn add(self, rhs: Rhs) -> Self::Output; }
impl Add for i32 { type Output = i32; fn add(self, rhs: i32) -> i32 { self } }
impl Add<&i32> for i32 { type Output = i32; fn add(self, rhs: &i32) -> i32 { self } }
impl Add for u8 { type Output = u8; fn add(self, rhs: u8) -> u8 { self } }
"#;

pub(super) const MINI_STD: &str = r#"
pub mod prelude { pub mod v1 { pub use core::*; } }
"#;
