//! The interned handles: `u32`s compared by id, alive for the whole process.

use crate::{ConstKind, Flags, GenericArg, IntTy, Mutability, RegionKind, TyKind, flags};
use smallvec::SmallVec;
use std::borrow::Borrow;
use std::sync::LazyLock;
use vez_base::{Interner, Name};

/// A value that lives as long as the process, and what is inside it. The set of distinct types of a session is small.
struct Entry<T: ?Sized + 'static> {
    value: &'static T,
    flags: Flags,
}

impl<T: ?Sized> Clone for Entry<T> {
    fn clone(&self) -> Entry<T> {
        *self
    }
}

impl<T: ?Sized> Copy for Entry<T> {}

impl<T: ?Sized> Borrow<T> for Entry<T> {
    fn borrow(&self) -> &T {
        self.value
    }
}

/// A handle: the kinds by value, or slices of a kind by reference.
macro_rules! interned {
    ($(#[$doc:meta])* $name:ident($kind:ty) in $table:ident) => {
        static $table: LazyLock<Interner<Entry<$kind>>> = LazyLock::new(Interner::new);

        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(u32);

        impl $name {
            #[inline]
            pub fn raw(self) -> u32 {
                self.0
            }

            /// The handle that [`raw`](Self::raw) came from.
            #[inline]
            pub fn from_raw(raw: u32) -> $name {
                $name(raw)
            }
        }
    };
    ($(#[$doc:meta])* $name:ident($kind:ty) in $table:ident, flags $flags:path) => {
        interned! { $(#[$doc])* $name($kind) in $table }

        impl $name {
            pub fn new(kind: $kind) -> $name {
                $name($table.intern(&kind, || {
                    let flags = $flags(&kind);
                    Entry { value: Box::leak(Box::new(kind.clone())), flags }
                }))
            }

            /// What is inside, anywhere.
            #[inline]
            pub fn flags(self) -> Flags {
                $table.get(self.0).flags
            }
        }
    };
    ($(#[$doc:meta])* $name:ident[$part:ty] in $table:ident, flags $flags:path) => {
        interned! { $(#[$doc])* $name([$part]) in $table }

        impl $name {
            pub fn new(parts: impl AsRef<[$part]>) -> $name {
                let parts = parts.as_ref();
                $name($table.intern(parts, || {
                    Entry { value: Box::leak(Box::from(parts)), flags: $flags(parts) }
                }))
            }

            /// What is inside, anywhere.
            #[inline]
            pub fn flags(self) -> Flags {
                $table.get(self.0).flags
            }

            #[inline]
            pub fn as_slice(self) -> &'static [$part] {
                $table.get(self.0).value
            }
        }

        impl FromIterator<$part> for $name {
            fn from_iter<I: IntoIterator<Item = $part>>(parts: I) -> $name {
                $name::new(parts.into_iter().collect::<SmallVec<[$part; 8]>>())
            }
        }
    };
}

interned! {
    /// A type.
    Ty(TyKind) in TYPES, flags flags::of_ty
}
interned! {
    /// A lifetime. Variables of the borrow checker, of which there are many, are in no table: their number is the handle's.
    Region(RegionKind) in REGIONS
}
interned! {
    /// A constant in a type.
    Const(ConstKind) in CONSTS, flags flags::of_const
}
interned! {
    /// Arguments for generic parameters, in their order.
    GenericArgs[GenericArg] in ARGS, flags flags::of_args
}
interned! {
    /// A list of types.
    TyList[Ty] in TY_LISTS, flags flags::of_types
}

macro_rules! common_types {
    ($($name:ident = $kind:expr;)*) => {
        impl Ty {
            $(pub fn $name() -> Ty {
                static CACHE: LazyLock<Ty> = LazyLock::new(|| Ty::new($kind));
                *CACHE
            })*
        }
    };
}

common_types! {
    bool = TyKind::Bool;
    char = TyKind::Char;
    str = TyKind::Str;
    never = TyKind::Never;
    unit = TyKind::Tuple(TyList::new([]));
    error = TyKind::Error;
    usize = TyKind::Int(IntTy::Usize);
    isize = TyKind::Int(IntTy::Isize);
    i32 = TyKind::Int(IntTy::I32);
    u8 = TyKind::Int(IntTy::U8);
    u32 = TyKind::Int(IntTy::U32);
    f64 = TyKind::Float(crate::FloatTy::F64);
}

impl Ty {
    #[inline]
    pub fn kind(self) -> &'static TyKind {
        TYPES.get(self.0).value
    }

    pub fn int(int: IntTy) -> Ty {
        Ty::new(TyKind::Int(int))
    }

    pub fn tuple(types: Vec<Ty>) -> Ty {
        Ty::new(TyKind::Tuple(TyList::new(types)))
    }

    /// A reference whose lifetime is erased.
    pub fn reference(target: Ty, mutability: Mutability) -> Ty {
        Ty::new(TyKind::Ref(Region::erased(), target, mutability))
    }

    pub fn array(elem: Ty, len: u64) -> Ty {
        Ty::new(TyKind::Array(elem, Const::value(len.into())))
    }

    pub fn slice(elem: Ty) -> Ty {
        Ty::new(TyKind::Slice(elem))
    }

    pub fn param(index: u32, name: Name) -> Ty {
        Ty::new(TyKind::Param(crate::ParamTy { index, name }))
    }

    #[inline]
    pub fn is_error(self) -> bool {
        matches!(self.kind(), TyKind::Error)
    }

    pub fn is_unit(self) -> bool {
        matches!(self.kind(), TyKind::Tuple(types) if types.as_slice().is_empty())
    }

    pub fn is_never(self) -> bool {
        matches!(self.kind(), TyKind::Never)
    }
}

impl Region {
    /// Set in the handles of variables.
    const VAR: u32 = 1 << 31;

    pub fn new(kind: RegionKind) -> Region {
        if let RegionKind::Var(number) = kind {
            return Region(number | Region::VAR);
        }
        let make = || Entry { value: Box::leak(Box::new(kind)), flags: flags::of_region(&kind) };
        Region(REGIONS.intern(&kind, make))
    }

    #[inline]
    pub fn kind(self) -> RegionKind {
        match self.0 & Region::VAR {
            0 => *REGIONS.get(self.0).value,
            _ => RegionKind::Var(self.0 & !Region::VAR),
        }
    }

    /// What it is.
    #[inline]
    pub fn flags(self) -> Flags {
        match self.0 & Region::VAR {
            0 => REGIONS.get(self.0).flags,
            _ => flags::of_region(&RegionKind::Var(0)),
        }
    }

    #[inline]
    pub fn erased() -> Region {
        static CACHE: LazyLock<Region> = LazyLock::new(|| Region::new(RegionKind::Erased));
        *CACHE
    }

    pub fn static_() -> Region {
        static CACHE: LazyLock<Region> = LazyLock::new(|| Region::new(RegionKind::Static));
        *CACHE
    }
}

impl Const {
    #[inline]
    pub fn kind(self) -> ConstKind {
        *CONSTS.get(self.0).value
    }

    pub fn value(bits: u128) -> Const {
        Const::new(ConstKind::Value(bits))
    }

    /// The value of a constant that is evaluated.
    pub fn as_value(self) -> Option<u128> {
        match self.kind() {
            ConstKind::Value(bits) => Some(bits),
            _ => None,
        }
    }
}

impl GenericArgs {
    pub fn empty() -> GenericArgs {
        static CACHE: LazyLock<GenericArgs> = LazyLock::new(|| GenericArgs::new([]));
        *CACHE
    }

    #[inline]
    pub fn len(self) -> usize {
        self.as_slice().len()
    }

    #[inline]
    pub fn is_empty(self) -> bool {
        self.as_slice().is_empty()
    }

    /// The type at a place that holds one; `Ty::error()` after an error.
    #[inline]
    pub fn ty_at(self, index: usize) -> Ty {
        match self.as_slice().get(index) {
            Some(GenericArg::Ty(ty)) => *ty,
            _ => Ty::error(),
        }
    }
}
