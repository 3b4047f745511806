//! What a VIR function stands for: a body at generic arguments, or glue the compiler makes.

use crate::consts::ConstKey;
use vez_base::DefId;
use vez_traits::ClosureKind;
use vez_types::{GenericArgs, Ty};

/// Names one function of the program. Equal keys are one function.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum FnKey {
    /// A function, method or closure with a MIR body. For a closure the arguments are those of its owner.
    Item(DefId, GenericArgs),
    /// A constructor of a tuple struct or variant, as a function.
    Ctor(DefId, GenericArgs),
    /// Drops the value its parameter (address, metadata) points to.
    DropGlue(Ty),
    /// `FnOnce::call_once` of a closure that is called by reference: the environment by value, then the arguments.
    ClosureOnce(DefId, GenericArgs),
    /// A closure without captures, without its environment parameter.
    ClosureFn(DefId, GenericArgs),
    /// A method of the `Fn` traits of a closure, function item or fn pointer: `self` (by value for `FnOnce`), then the tuple of arguments.
    CallShim { callee: Ty, via: ClosureKind, args: Ty },
    /// `Clone::clone` for a type whose implementation is the compiler's.
    CloneShim(Ty),
    /// A `#[track_caller]` function with its own position as the caller's, for fn pointers and tables.
    Untracked(Box<FnKey>),
    /// A method that takes `self` by value, as its table entry: `self` comes by address.
    ByAddress(Box<FnKey>),
    /// The initialiser of a constant: writes the value to the address it gets.
    Const(ConstKey),
    /// The process's entry: `main(argc, argv)`, for the user's main function.
    Entry(DefId),
    /// The entry of a test executable: names and functions.
    TestEntry(Vec<(String, DefId)>),
}
