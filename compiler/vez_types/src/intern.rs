//! The interned handles: `u32`s compared by id, alive for the whole process.

use crate::{ConstKind, Flags, GenericArg, IntTy, Mutability, RegionKind, TyKind, flags};
use std::hash::{BuildHasher, Hash};
use std::sync::{LazyLock, RwLock};
use vez_base::{FxBuildHasher, FxHashMap, Name};

/// Values to ids and back, in shards so that threads rarely meet. Values are leaked: the set of distinct types of a
/// session is small and lives as long as it.
struct Interner<T: 'static> {
    shards: [RwLock<FxHashMap<&'static T, u32>>; SHARDS],
    values: boxcar::Vec<(&'static T, Flags)>,
    flags: fn(&T) -> Flags,
}

const SHARDS: usize = 16;

impl<T: Eq + Hash + 'static> Interner<T> {
    fn new(flags: fn(&T) -> Flags) -> Interner<T> {
        let shards = std::array::from_fn(|_| RwLock::default());
        Interner { shards, values: boxcar::Vec::new(), flags }
    }

    fn intern(&self, value: T) -> u32 {
        // The table inside a shard uses the hash's low and topmost bits; these are neither.
        let shard = &self.shards[(FxBuildHasher.hash_one(&value) >> 40) as usize % SHARDS];
        if let Some(&id) = shard.read().expect("no holder panics").get(&value) {
            return id;
        }
        // Before the lock: flags look parts up, and parts are interned already.
        let flags = (self.flags)(&value);
        let mut ids = shard.write().expect("no holder panics");
        if let Some(&id) = ids.get(&value) {
            return id;
        }
        let value: &'static T = Box::leak(Box::new(value));
        let id = self.values.push((value, flags)) as u32;
        ids.insert(value, id);
        id
    }

    fn get(&self, id: u32) -> &(&'static T, Flags) {
        self.values.get(id as usize).expect("ids come from `intern`")
    }
}

macro_rules! interned {
    ($(#[$doc:meta])* $name:ident($kind:ty) in $table:ident, flags $flags:path) => {
        static $table: LazyLock<Interner<$kind>> = LazyLock::new(|| Interner::new(|kind| $flags(kind)));

        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(u32);

        impl $name {
            pub fn new(kind: $kind) -> $name {
                $name($table.intern(kind))
            }

            /// What is inside, anywhere.
            pub fn flags(self) -> Flags {
                $table.get(self.0).1
            }

            pub fn raw(self) -> u32 {
                self.0
            }

            /// The handle that [`raw`](Self::raw) came from.
            pub fn from_raw(raw: u32) -> $name {
                $name(raw)
            }
        }
    };
}

interned! {
    /// A type.
    Ty(TyKind) in TYPES, flags flags::of_ty
}
interned! {
    /// A lifetime.
    Region(RegionKind) in REGIONS, flags flags::of_region
}
interned! {
    /// A constant in a type.
    Const(ConstKind) in CONSTS, flags flags::of_const
}
interned! {
    /// Arguments for generic parameters, in their order.
    GenericArgs(Vec<GenericArg>) in ARGS, flags flags::of_args
}
interned! {
    /// A list of types.
    TyList(Vec<Ty>) in TY_LISTS, flags flags::of_types
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
    unit = TyKind::Tuple(TyList::new(Vec::new()));
    error = TyKind::Error;
    usize = TyKind::Int(IntTy::Usize);
    isize = TyKind::Int(IntTy::Isize);
    i32 = TyKind::Int(IntTy::I32);
    u8 = TyKind::Int(IntTy::U8);
    u32 = TyKind::Int(IntTy::U32);
    f64 = TyKind::Float(crate::FloatTy::F64);
}

impl Ty {
    pub fn kind(self) -> &'static TyKind {
        TYPES.get(self.0).0
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
    pub fn kind(self) -> RegionKind {
        *REGIONS.get(self.0).0
    }

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
    pub fn kind(self) -> ConstKind {
        *CONSTS.get(self.0).0
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

impl TyList {
    pub fn as_slice(self) -> &'static [Ty] {
        TY_LISTS.get(self.0).0
    }
}

impl GenericArgs {
    pub fn empty() -> GenericArgs {
        static CACHE: LazyLock<GenericArgs> = LazyLock::new(|| GenericArgs::new(Vec::new()));
        *CACHE
    }

    pub fn as_slice(self) -> &'static [GenericArg] {
        ARGS.get(self.0).0
    }

    pub fn len(self) -> usize {
        self.as_slice().len()
    }

    pub fn is_empty(self) -> bool {
        self.as_slice().is_empty()
    }

    /// The type at a place that holds one; `Ty::error()` after an error.
    pub fn ty_at(self, index: usize) -> Ty {
        match self.as_slice().get(index) {
            Some(GenericArg::Ty(ty)) => *ty,
            _ => Ty::error(),
        }
    }
}
