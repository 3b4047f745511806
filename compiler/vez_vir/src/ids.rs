//! The u32 newtypes that name everything in a module, and the interned strings behind symbol names.
//!
//! Ids are plain indices: they own nothing, and mean nothing without their module or body.

use rustc_hash::FxHashMap;

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident $prefix:literal;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[repr(transparent)]
        pub struct $name(pub u32);

        impl $name {
            /// Stands for "none" where an id is optional.
            pub const NONE: Self = Self(u32::MAX);

            /// The id of the element at `index`.
            pub fn new(index: usize) -> Self {
                Self(u32::try_from(index).expect("limits keep tables below u32::MAX entries"))
            }

            /// The position in the table that this id indexes.
            pub fn index(self) -> usize {
                self.0 as usize
            }

            /// Whether this is [`Self::NONE`].
            pub fn is_none(self) -> bool {
                self == Self::NONE
            }
        }

        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                write!(f, concat!($prefix, "{}"), self.0)
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                write!(f, concat!($prefix, "{}"), self.0)
            }
        }
    )*};
}

ids! {
    /// A function of a module.
    FuncId "fn";
    /// A global variable or constant of a module.
    GlobalId "global";
    /// An interned signature of a module.
    SigId "sig";
    /// An interned inclusive range of a module.
    RangeId "range";
    /// A source file of a module.
    FileId "file";
    /// An interned string of a module.
    Sym "sym";
    /// A basic block of a body.
    Block "b";
    /// An instruction of a body.
    InstId "i";
    /// An SSA value of a body.
    Value "v";
    /// A stack slot of a body.
    SlotId "s";
    /// A source location of a body.
    LocId "loc";
    /// A mutable variable of a function under construction; not part of finished bodies.
    Variable "var";
}

/// The interned strings of one module.
#[derive(Clone, Default)]
pub struct Strings {
    bytes: String,
    ends: Vec<u32>,
    lookup: FxHashMap<Box<str>, Sym>,
}

impl Strings {
    /// The id of `text`, added when it is new.
    pub fn intern(&mut self, text: &str) -> Sym {
        if let Some(&sym) = self.lookup.get(text) {
            return sym;
        }
        let sym = Sym::new(self.ends.len());
        self.bytes.push_str(text);
        self.ends.push(u32::try_from(self.bytes.len()).expect("symbol names stay below 4 GiB"));
        self.lookup.insert(text.into(), sym);
        sym
    }

    /// The id of `text` if it was interned before.
    pub fn find(&self, text: &str) -> Option<Sym> {
        self.lookup.get(text).copied()
    }

    /// The text of `sym`.
    pub fn get(&self, sym: Sym) -> &str {
        let start = if sym.0 == 0 { 0 } else { self.ends[sym.index() - 1] as usize };
        &self.bytes[start..self.ends[sym.index()] as usize]
    }

    /// How many strings there are.
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Whether nothing was interned yet.
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// All strings in id order.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        (0..self.len()).map(|i| self.get(Sym::new(i)))
    }
}

impl std::fmt::Debug for Strings {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_list().entries(self.iter()).finish()
    }
}

impl PartialEq for Strings {
    fn eq(&self, other: &Self) -> bool {
        self.bytes == other.bytes && self.ends == other.ends
    }
}
