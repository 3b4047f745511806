//! The kinds of types, regions, constants and predicates.

use crate::{Const, GenericArgs, Region, Ty, TyList};
use vez_base::{DefId, Name};
pub use vez_hir::{FloatTy, IntTy, Mutability};

/// What a [`Ty`] is.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum TyKind {
    Bool,
    Char,
    Int(IntTy),
    Float(FloatTy),
    Str,
    Never,
    Tuple(TyList),
    Array(Ty, Const),
    Slice(Ty),
    Ref(Region, Ty, Mutability),
    RawPtr(Ty, Mutability),
    /// A struct, enum or union with arguments for all its parameters, lifetimes included.
    Adt(DefId, GenericArgs),
    /// The zero-sized type of one function, or of a tuple struct's or variant's constructor.
    FnDef(DefId, GenericArgs),
    FnPtr(FnSig),
    /// A closure: its definition, and the arguments of the body it is written in. Kind, signature and captures are facts of that body.
    Closure(DefId, GenericArgs),
    Dyn(DynTy),
    /// A generic parameter by its place in the whole numbering (parents first); a trait's `Self` is 0.
    Param(ParamTy),
    /// `<args[0] as Trait>::Assoc`, not normalised: the associated type's definition, the trait's arguments followed by its own.
    Projection(DefId, GenericArgs),
    /// A return-position `impl Trait`: the function, which one of its signature, the function's arguments.
    Opaque(DefId, u32, GenericArgs),
    /// An inference variable of the body being checked.
    Infer(InferTy),
    /// Reported already; unifies with everything and stays silent.
    Error,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ParamTy {
    pub index: u32,
    pub name: Name,
}

/// Variables by what they may become.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum InferTy {
    Ty(u32),
    /// From an integer literal.
    Int(u32),
    /// From a float literal.
    Float(u32),
    /// Numbered by first appearance, in a canonical goal.
    Canonical(u32),
}

/// A signature: inputs and output in one list, output last.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct FnSig {
    pub inputs_and_output: TyList,
    pub is_unsafe: bool,
    pub variadic: bool,
    /// `None` is Rust's own calling convention.
    pub abi: Option<Name>,
}

impl FnSig {
    pub fn inputs(&self) -> &'static [Ty] {
        let all = self.inputs_and_output.as_slice();
        &all[..all.len() - 1]
    }

    pub fn output(&self) -> Ty {
        *self.inputs_and_output.as_slice().last().expect("the output is always there")
    }
}

/// `dyn Principal<Assoc = T> + Auto + 'r`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct DynTy {
    /// The trait and its arguments without `Self`.
    pub principal: Option<(DefId, GenericArgs)>,
    /// `Assoc = T`, sorted by definition.
    pub projections: Vec<(DefId, Ty)>,
    /// Auto traits, sorted.
    pub autos: Vec<DefId>,
    pub region: Region,
}

/// What a [`Region`] is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum RegionKind {
    Static,
    /// A lifetime parameter by its place in the whole numbering. Elided lifetimes of a signature are parameters too.
    Param {
        index: u32,
        name: Name,
    },
    /// Bound by a `for<..>` inside a type: binders out, then which.
    Bound {
        depth: u32,
        index: u32,
    },
    /// In bodies, before the borrow checker gives it a variable.
    Erased,
    /// A variable of the borrow checker.
    Var(u32),
    Error,
}

/// What a [`Const`] is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ConstKind {
    /// The bits of an integer, `bool` or `char`; the parameter's type is known where it stands.
    Value(u128),
    Param(ParamTy),
    /// An anonymous or named constant that still has to be evaluated.
    Unevaluated(DefId, GenericArgs),
    Infer(u32),
    Error,
}

/// One generic argument.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum GenericArg {
    Region(Region),
    Ty(Ty),
    Const(Const),
}

/// A trait applied to its arguments; `args[0]` is `Self`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct TraitRef {
    pub trait_: DefId,
    pub args: GenericArgs,
}

impl TraitRef {
    pub fn self_ty(&self) -> Ty {
        self.args.ty_at(0)
    }
}

/// What a bound or where-clause says, or what has to be shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Predicate {
    Trait(TraitRef),
    /// `<args[0] as Trait>::assoc == ty`.
    Projection {
        assoc: DefId,
        args: GenericArgs,
        ty: Ty,
    },
    TypeOutlives(Ty, Region),
    RegionOutlives(Region, Region),
}
