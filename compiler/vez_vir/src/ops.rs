//! The opcodes and their sub-kinds, one line each.
//!
//! The enums, their names in text, their numbers in the binary form, the verifier's operand classes and
//! the table in `docs/internals/vir.md` all come from these lines. There are exactly 32 opcodes.

/// Declares an enum whose variants have a name in text, one column of facts, and a line of docs.
macro_rules! op_table {
    ($(#[$doc:meta])* $name:ident: $fact:ty {
        $($variant:ident $text:literal $value:expr, $about:literal;)*
    }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
        #[repr(u8)]
        pub enum $name {
            $(#[doc = $about] $variant,)*
        }

        impl $name {
            /// Every variant, in encoding order.
            pub const ALL: &'static [$name] = &[$($name::$variant),*];

            /// The name in text.
            pub const fn name(self) -> &'static str {
                match self { $($name::$variant => $text,)* }
            }

            /// What it does, for the documentation.
            pub const fn about(self) -> &'static str {
                match self { $($name::$variant => $about,)* }
            }

            /// The table's column of facts.
            pub const fn fact(self) -> $fact {
                match self { $($name::$variant => $value,)* }
            }

            /// The variant that text calls `name`.
            pub fn from_name(name: &str) -> Option<Self> {
                Some(match name { $($text => $name::$variant,)* _ => return None })
            }

            /// The variant with number `raw`.
            pub fn from_raw(raw: u8) -> Option<Self> {
                Self::ALL.get(raw as usize).copied()
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.name())
            }
        }
    };
}

/// What operand types an operation takes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Class {
    /// Integers, `i1` included.
    Int,
    /// Integers of whole bytes.
    Bytes,
    /// Floats.
    Float,
    /// Integers and floats.
    Number,
    /// Integers and pointers.
    IntPtr,
    /// Every type.
    Any,
}

impl Class {
    /// Whether `ty` (or its lanes) belongs to the class.
    pub fn admits(self, ty: crate::Type) -> bool {
        match self {
            Class::Int => ty.is_int(),
            Class::Bytes => ty.is_int() && ty.lane() != crate::Type::I1,
            Class::Float => ty.is_float(),
            Class::Number => ty.is_int() || ty.is_float(),
            Class::IntPtr => ty.is_int() || ty.is_ptr(),
            Class::Any => true,
        }
    }

    /// How errors call the class.
    pub fn describe(self) -> &'static str {
        match self {
            Class::Int => "an integer",
            Class::Bytes => "an integer of whole bytes",
            Class::Float => "a float",
            Class::Number => "a number",
            Class::IntPtr => "an integer or pointer",
            Class::Any => "a value",
        }
    }
}

/// How many results an operation has.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Yields {
    /// One value of the operand type.
    One,
    /// The wrapped value, and an `i1` that says whether it overflowed.
    WithOverflow,
}

/// Whether a predicate compares integers (and pointers) or floats.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Compares {
    IntPtr,
    Int,
    Float,
}

op_table! {
    /// The 32 opcodes. The fact is the form of the line in text.
    Opcode: &'static str {
        Const "const" "v = const TY NUMBER | poison", "integer, float, null or poison; a vector repeats the number";
        Addr "addr" "v = addr @NAME [+ N]", "address of a function or global";
        Add "add" "v = add[.FLAGS] TY a, b", "addition; wraps unless flags say otherwise";
        Sub "sub" "v = sub[.FLAGS] TY a, b", "subtraction";
        Mul "mul" "v = mul[.FLAGS] TY a, b", "multiplication";
        Div "div" "v = div[.FLAGS] TY a, b", "division, `.s` or `.u` for integers; by zero and MIN/-1 are undefined unless `.trap`";
        Rem "rem" "v = rem[.FLAGS] TY a, b", "remainder, sign of the dividend; as `div`";
        And "and" "v = and TY a, b", "bitwise and";
        Or "or" "v = or TY a, b", "bitwise or";
        Xor "xor" "v = xor TY a, b", "bitwise exclusive or";
        Shl "shl" "v = shl[.FLAGS] TY a, b", "shift left; an amount of the width or more gives poison";
        Shr "shr" "v = shr.s|u[.exact] TY a, b", "shift right, arithmetic or logical; as `shl`";
        Un "un" "v = un.OP TY a", "one operand";
        Bin "bin" "v[, o] = bin.OP TY a, b", "two operands, less common; `bin.fma` has three";
        Cmp "cmp" "v = cmp.PRED TY a, b", "comparison, gives `i1` (a vector: a vector of `i1`)";
        Select "select" "v = select[.unpredictable] TY c, a, b", "`a` if `c`, else `b`; both are evaluated";
        Cast "cast" "v = cast.KIND TO a", "conversion to type TO";
        Load "load" "v = load[.FLAGS] TY p [+ N] align N", "read memory";
        Store "store" "store[.FLAGS] TY a, p [+ N] align N", "write memory";
        Slot "slot" "p = slot sN", "address of a stack slot, the same on every execution in one activation";
        Index "index" "p = index[.inbounds] b [+ i * N] [+ N]", "pointer arithmetic, `i` is a signed i64";
        Copy "copy" "copy[.overlap] d, s, n align N", "copy `n` bytes";
        Fill "fill" "fill d, byte, n align N", "set `n` bytes";
        Atomic "atomic" "v = atomic.OP TY ORDER ...", "atomic access or fence";
        Lane "lane" "v = lane.OP TY ...", "vectors: splat, extract, insert, shuffle, reduce";
        Call "call" "[v...] = call[.FLAGS] @f(...) | call p : SIG (...)", "call; with `to b unwind b` it ends the block";
        Ext "ext" "[v...] = ext #N|@name|@\"intent\" : SIG (...)", "an extension, resolved before compilation";
        Jump "jump" "jump b(...)", "go to a block";
        Br "br" "br c, b(...), b(...) [prob N]", "two-way branch";
        Switch "switch" "switch TY v, b(...) [N: b(...), ...]", "many-way branch; the first target is the default";
        Ret "ret" "ret a, ...", "return";
        Trap "trap" "trap unreachable | trap N", "unreachable is undefined behaviour; a number is a reported failure";
    }
}

op_table! {
    /// Operations of one operand.
    UnOp: Class {
        Not "not" Class::Int, "bitwise complement";
        Neg "neg" Class::Number, "negation, wrapping; a float's sign bit flips";
        Abs "abs" Class::Number, "absolute value, wrapping; a float's sign bit clears";
        Clz "clz" Class::Bytes, "leading zeros; the width for 0";
        Ctz "ctz" Class::Bytes, "trailing zeros; the width for 0";
        Popcnt "popcnt" Class::Bytes, "bits set";
        Bswap "bswap" Class::Bytes, "bytes reversed";
        Bitrev "bitrev" Class::Bytes, "bits reversed";
        Sqrt "sqrt" Class::Float, "square root";
        Floor "floor" Class::Float, "towards negative infinity";
        Ceil "ceil" Class::Float, "towards positive infinity";
        Trunc "trunc" Class::Float, "towards zero";
        Round "round" Class::Float, "to nearest, ties away from zero";
        RoundEven "rint" Class::Float, "to nearest, ties to even";
        Freeze "freeze" Class::Any, "any fixed value (the interpreter: 0) for poison, otherwise the operand";
    }
}

op_table! {
    /// Operations of two operands that are not opcodes of their own.
    BinOp: (Class, Yields) {
        Smin "smin" (Class::Bytes, Yields::One), "signed minimum";
        Smax "smax" (Class::Bytes, Yields::One), "signed maximum";
        Umin "umin" (Class::Bytes, Yields::One), "unsigned minimum";
        Umax "umax" (Class::Bytes, Yields::One), "unsigned maximum";
        Fmin "fmin" (Class::Float, Yields::One), "minimum; a NaN operand gives the other operand";
        Fmax "fmax" (Class::Float, Yields::One), "maximum; a NaN operand gives the other operand";
        Copysign "copysign" (Class::Float, Yields::One), "magnitude of a, sign of b";
        Rotl "rotl" (Class::Bytes, Yields::One), "rotate left by b modulo the width";
        Rotr "rotr" (Class::Bytes, Yields::One), "rotate right by b modulo the width";
        Smulhi "smulhi" (Class::Bytes, Yields::One), "high half of the signed product";
        Umulhi "umulhi" (Class::Bytes, Yields::One), "high half of the unsigned product";
        SaddOf "sadd.of" (Class::Bytes, Yields::WithOverflow), "addition and signed overflow";
        UaddOf "uadd.of" (Class::Bytes, Yields::WithOverflow), "addition and unsigned overflow";
        SsubOf "ssub.of" (Class::Bytes, Yields::WithOverflow), "subtraction and signed overflow";
        UsubOf "usub.of" (Class::Bytes, Yields::WithOverflow), "subtraction and unsigned overflow";
        SmulOf "smul.of" (Class::Bytes, Yields::WithOverflow), "multiplication and signed overflow";
        UmulOf "umul.of" (Class::Bytes, Yields::WithOverflow), "multiplication and unsigned overflow";
    }
}

op_table! {
    /// Comparison predicates.
    CmpOp: Compares {
        Eq "eq" Compares::IntPtr, "equal";
        Ne "ne" Compares::IntPtr, "not equal";
        Slt "slt" Compares::Int, "signed less";
        Sle "sle" Compares::Int, "signed less or equal";
        Sgt "sgt" Compares::Int, "signed greater";
        Sge "sge" Compares::Int, "signed greater or equal";
        Ult "ult" Compares::IntPtr, "unsigned less";
        Ule "ule" Compares::IntPtr, "unsigned less or equal";
        Ugt "ugt" Compares::IntPtr, "unsigned greater";
        Uge "uge" Compares::IntPtr, "unsigned greater or equal";
        Foeq "foeq" Compares::Float, "ordered and equal";
        Fone "fone" Compares::Float, "ordered and not equal";
        Folt "folt" Compares::Float, "ordered and less";
        Fole "fole" Compares::Float, "ordered and less or equal";
        Fogt "fogt" Compares::Float, "ordered and greater";
        Foge "foge" Compares::Float, "ordered and greater or equal";
        Ford "ford" Compares::Float, "ordered: neither is NaN";
        Fueq "fueq" Compares::Float, "unordered or equal";
        Fune "fune" Compares::Float, "unordered or not equal";
        Fult "fult" Compares::Float, "unordered or less";
        Fule "fule" Compares::Float, "unordered or less or equal";
        Fugt "fugt" Compares::Float, "unordered or greater";
        Fuge "fuge" Compares::Float, "unordered or greater or equal";
        Funo "funo" Compares::Float, "unordered: one is NaN";
    }
}

op_table! {
    /// Conversions. The fact is the source's and the target's class.
    CastOp: (Class, Class) {
        Zext "zext" (Class::Int, Class::Int), "zero extension to a wider integer";
        Sext "sext" (Class::Int, Class::Int), "sign extension to a wider integer";
        Trunc "trunc" (Class::Int, Class::Int), "to a narrower integer";
        Fext "fext" (Class::Float, Class::Float), "to a wider float";
        Ftrunc "ftrunc" (Class::Float, Class::Float), "to a narrower float, to nearest even";
        Stof "stof" (Class::Int, Class::Float), "signed integer to float, to nearest even";
        Utof "utof" (Class::Int, Class::Float), "unsigned integer to float, to nearest even";
        Ftos "ftos" (Class::Float, Class::Bytes), "float to signed integer, towards zero, saturating, NaN gives 0";
        Ftou "ftou" (Class::Float, Class::Bytes), "float to unsigned integer, towards zero, saturating, NaN gives 0";
        Bit "bit" (Class::Number, Class::Number), "the same bits as another type of equal size";
        Ptoi "ptoi" (Class::Any, Class::Int), "pointer to i64; exposes its provenance";
        Itop "itop" (Class::Int, Class::Any), "i64 to pointer, with exposed provenance";
        Space "space" (Class::Any, Class::Any), "pointer to another address space";
    }
}

op_table! {
    /// Atomic operations. The fact is the number of value operands after the pointer.
    AtomicOp: u8 {
        Load "load" 0, "read";
        Store "store" 1, "write; no result";
        Xchg "xchg" 1, "exchange; gives the old value, as all below";
        Add "add" 1, "wrapping addition";
        Sub "sub" 1, "wrapping subtraction";
        And "and" 1, "bitwise and";
        Or "or" 1, "bitwise or";
        Xor "xor" 1, "bitwise exclusive or";
        Nand "nand" 1, "bitwise not and";
        Smin "smin" 1, "signed minimum";
        Smax "smax" 1, "signed maximum";
        Umin "umin" 1, "unsigned minimum";
        Umax "umax" 1, "unsigned maximum";
        Cas "cas" 2, "compare and swap: expected, new; gives the old value and an i1, true on success";
        Fence "fence" 0, "fence; no pointer, no result";
    }
}

op_table! {
    /// Memory orderings of atomic operations.
    Ordering: () {
        Relaxed "relaxed" (), "no ordering";
        Acquire "acquire" (), "acquire";
        Release "release" (), "release";
        AcqRel "acqrel" (), "acquire and release";
        SeqCst "seqcst" (), "sequentially consistent";
    }
}

op_table! {
    /// Vector operations; the type in text is the vector's. The fact is the lane class.
    LaneOp: Class {
        Splat "splat" Class::Any, "a scalar in every lane";
        Extract "extract" Class::Any, "one lane, by number";
        Insert "insert" Class::Any, "the vector with one lane replaced";
        Shuffle "shuffle" Class::Any, "lanes of a and b (numbered after a's) in the order given";
        ReduceAdd "add" Class::Number, "sum of the lanes, floats from lane 0 on";
        ReduceMul "mul" Class::Number, "product of the lanes, floats from lane 0 on";
        ReduceAnd "and" Class::Int, "and of the lanes";
        ReduceOr "or" Class::Int, "or of the lanes";
        ReduceXor "xor" Class::Int, "exclusive or of the lanes";
        ReduceSmin "smin" Class::Bytes, "signed minimum of the lanes";
        ReduceSmax "smax" Class::Bytes, "signed maximum of the lanes";
        ReduceUmin "umin" Class::Bytes, "unsigned minimum of the lanes";
        ReduceUmax "umax" Class::Bytes, "unsigned maximum of the lanes";
        ReduceFmin "fmin" Class::Float, "minimum of the lanes, as bin.fmin";
        ReduceFmax "fmax" Class::Float, "maximum of the lanes, as bin.fmax";
    }
}

/// Declares a set of named bits, printed as `.name` suffixes or words in declaration order.
macro_rules! flag_set {
    ($(#[$doc:meta])* $name:ident: $repr:ty {
        $($constant:ident $bit:literal $text:literal, $about:literal;)*
    }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, Hash, Default)]
        #[repr(transparent)]
        pub struct $name(pub $repr);

        impl $name {
            /// No flag.
            pub const NONE: Self = Self(0);
            $(#[doc = $about] pub const $constant: Self = Self(1 << $bit);)*
            /// Every flag with its name in text and meaning.
            pub const ALL: &'static [(Self, &'static str, &'static str)] =
                &[$((Self(1 << $bit), $text, $about),)*];

            /// Whether all flags of `other` are set.
            pub const fn has(self, other: Self) -> bool {
                self.0 & other.0 == other.0
            }

            /// Both sets together.
            #[must_use]
            pub const fn with(self, other: Self) -> Self {
                Self(self.0 | other.0)
            }

            /// The set without `other`.
            #[must_use]
            pub const fn without(self, other: Self) -> Self {
                Self(self.0 & !other.0)
            }

            pub const fn is_empty(self) -> bool {
                self.0 == 0
            }

            /// The flag that text calls `name`.
            pub fn from_name(name: &str) -> Option<Self> {
                Self::ALL.iter().find(|(_, text, _)| *text == name).map(|(flag, ..)| *flag)
            }

            /// Names of the flags that are set, in declaration order.
            pub fn names(self) -> impl Iterator<Item = &'static str> {
                Self::ALL.iter().filter(move |(flag, ..)| self.has(*flag)).map(|(_, text, _)| *text)
            }

            /// Whether only declared bits are set.
            pub fn is_known(self) -> bool {
                Self::ALL.iter().fold(self.0, |rest, (flag, ..)| rest & !flag.0) == 0
            }
        }

        impl std::ops::BitOr for $name {
            type Output = Self;
            fn bitor(self, other: Self) -> Self {
                self.with(other)
            }
        }

        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.debug_list().entries(self.names()).finish()
            }
        }
    };
}

flag_set! {
    /// Flags of `add sub mul div rem shl shr`.
    ArithFlags: u8 {
        S 0 "s", "signed";
        U 1 "u", "unsigned";
        NSW 2 "nsw", "signed overflow gives poison";
        NUW 3 "nuw", "unsigned overflow gives poison";
        TRAP 4 "trap", "overflow (`s` or `u`), division by zero, or an amount of the width or more traps";
        SAT 5 "sat", "saturates (`s` or `u`)";
        EXACT 6 "exact", "poison unless nothing is lost (div, shr)";
    }
}

flag_set! {
    /// Flags of `load` and `store`.
    AccessFlags: u8 {
        VOLATILE 0 "volatile", "the access itself is observable";
        INVARIANT 1 "invariant", "a load from memory that never changes while reachable";
        NONNULL 2 "nonnull", "the loaded pointer is not null, or undefined behaviour";
        NOUNDEF 3 "noundef", "the loaded value is initialised, or undefined behaviour";
    }
}

flag_set! {
    /// Flags of `copy` and `fill`.
    CopyFlags: u8 {
        OVERLAP 0 "overlap", "the regions may overlap";
        VOLATILE 1 "volatile", "the access itself is observable";
    }
}

flag_set! {
    /// Flags of one call.
    CallFlags: u8 {
        TAIL 0 "tail", "reuse the caller's frame; a `ret` of exactly the results follows";
        COLD 1 "cold", "rarely executed";
        NOUNWIND 2 "nounwind", "does not unwind here";
        NOINLINE 3 "noinline", "do not inline here";
        INLINE 4 "inline", "inline here";
    }
}

flag_set! {
    /// Flags of `index`.
    IndexFlags: u8 {
        INBOUNDS 0 "inbounds", "poison unless base and result lie in (or one past) one allocation";
    }
}

flag_set! {
    /// Flags of `select`.
    SelectFlags: u8 {
        UNPREDICTABLE 0 "unpredictable", "choose without a branch: the condition is as often true as false";
    }
}

flag_set! {
    /// Attributes of a function.
    FuncAttrs: u32 {
        NOUNWIND 0 "nounwind", "never unwinds";
        COLD 1 "cold", "rarely called";
        NORETURN 2 "noreturn", "never returns";
        INLINE_HINT 3 "inline", "worth inlining";
        INLINE_ALWAYS 4 "alwaysinline", "inline wherever possible";
        INLINE_NEVER 5 "noinline", "never inline";
        PURE 6 "pure", "neither reads nor writes memory, returns, no effects";
        READONLY 7 "readonly", "writes no memory";
        ARGMEM 8 "argmem", "touches only memory its pointer arguments reach";
        WILLRETURN 9 "willreturn", "always returns";
        ALLOC 10 "alloc", "returns fresh memory (or null) like malloc";
        OPT_SIZE 11 "optsize", "prefer small code";
        UNNAMED_ADDR 12 "unnamedaddr", "the address is not significant; equal functions may be merged";
    }
}

flag_set! {
    /// Facts about a parameter or result; undefined behaviour when broken.
    FactFlags: u16 {
        NOALIAS 0 "noalias", "memory reached through it is reached through nothing else during the call";
        NONNULL 1 "nonnull", "not null";
        READONLY 2 "readonly", "memory is not written through it";
        WRITEONLY 3 "writeonly", "memory is not read through it";
        NOCAPTURE 4 "nocapture", "the pointer does not outlive the call";
        NOUNDEF 5 "noundef", "initialised and not poison";
        ZEXT 6 "zext", "zero-extended to a register by the C ABI";
        SEXT 7 "sext", "sign-extended to a register by the C ABI";
        SRET 8 "sret", "points to the memory for the result, as the C ABI passes it";
        BYVAL 9 "byval", "points to a copy on the stack, as the C ABI passes it (size: dereferenceable)";
        RETURNED 10 "returned", "the function returns this argument";
    }
}

/// What a numbered `trap` reports. Numbers from 64 on are the front end's own.
pub mod trap_code {
    /// A call to abort.
    pub const ABORT: u32 = 1;
    /// A `trap`-flagged arithmetic instruction overflowed.
    pub const OVERFLOW: u32 = 2;
    /// Division or remainder by zero.
    pub const DIVISION_BY_ZERO: u32 = 3;
    /// An index out of bounds.
    pub const BOUNDS: u32 = 4;
    /// A function that must not return did.
    pub const RETURNED: u32 = 5;
    /// The first number free for front ends.
    pub const FIRST_FREE: u32 = 64;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_are_exactly_32_opcodes() {
        assert_eq!(Opcode::ALL.len(), 32);
    }

    #[test]
    fn names_round_trip() {
        for &op in Opcode::ALL {
            assert_eq!(Opcode::from_name(op.name()), Some(op));
            assert_eq!(Opcode::from_raw(op as u8), Some(op));
        }
        for &op in BinOp::ALL {
            assert_eq!(BinOp::from_name(op.name()), Some(op));
        }
    }
}
