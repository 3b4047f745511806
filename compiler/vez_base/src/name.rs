//! Interned identifiers and strings.
//!
//! A [`Name`] is four bytes, compares in one instruction, and lives as long as the process. Names the compiler
//! itself speaks of are constants of this module, one line each in the table below.

use std::cmp::Ordering;
use std::fmt;
use std::num::NonZeroU32;
use std::sync::LazyLock;

use serde::de::Visitor;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use unicode_normalization::UnicodeNormalization;

use crate::intern::Interner;
use crate::name_table::{NameTable, NamesWriter};

/// Whether an identifier may start with the character (Unicode Standard Annex #31).
pub fn is_ident_start(c: char) -> bool {
    c == '_' || unicode_ident::is_xid_start(c)
}

/// Whether an identifier may go on with the character.
pub fn is_ident_continue(c: char) -> bool {
    unicode_ident::is_xid_continue(c)
}

/// An interned string. Equal names have equal text; order is the text's, so that it is the same in every run.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Name(NonZeroU32);

static NAMES: LazyLock<Interner<&'static str>> = LazyLock::new(|| {
    let names = Interner::new();
    for (id, &text) in WELL_KNOWN.iter().enumerate() {
        let interned = names.intern(text, || text);
        assert_eq!(interned as usize, id, "the well-known name `{text}` is listed twice");
    }
    names
});

impl Name {
    /// The name with this text.
    pub fn new(text: &str) -> Name {
        let leak = || -> &'static str { Box::leak(text.into()) };
        Name::from_raw(NAMES.intern(text, leak))
    }

    /// The name that an identifier spells: in normalisation form C (Unicode Standard Annex #15), so that a letter with its
    /// accent is the same in one character and in two.
    pub fn identifier(text: &str) -> Name {
        if text.is_ascii() {
            return Name::new(text);
        }
        Name::new(&text.nfc().collect::<String>())
    }

    /// [`Name::new`] without a copy of the text.
    pub fn from_static(text: &'static str) -> Name {
        Name::from_raw(NAMES.intern(text, || text))
    }

    pub fn as_str(self) -> &'static str {
        NAMES.get(self.raw())
    }

    pub fn is_empty(self) -> bool {
        self == EMPTY
    }

    /// Order by text.
    pub fn cmp_str(self, other: Name) -> Ordering {
        self.as_str().cmp(other.as_str())
    }

    /// The number of the name in this process. It differs from run to run: never print or store it.
    pub const fn raw(self) -> u32 {
        self.0.get() - 1
    }

    pub(crate) const fn from_raw(index: u32) -> Name {
        match NonZeroU32::new(index.wrapping_add(1)) {
            Some(raw) => Name(raw),
            None => panic!("memory ends before 2^32 names"),
        }
    }
}

impl Ord for Name {
    fn cmp(&self, other: &Name) -> Ordering {
        if self == other { Ordering::Equal } else { self.cmp_str(*other) }
    }
}

impl PartialOrd for Name {
    fn partial_cmp(&self, other: &Name) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl fmt::Debug for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}`", self.as_str())
    }
}

impl From<&str> for Name {
    fn from(text: &str) -> Name {
        Name::new(text)
    }
}

impl AsRef<str> for Name {
    fn as_ref(&self) -> &str {
        self.as_str()
    }
}

impl PartialEq<str> for Name {
    fn eq(&self, other: &str) -> bool {
        self.as_str() == other
    }
}

impl PartialEq<&str> for Name {
    fn eq(&self, other: &&str) -> bool {
        self.as_str() == *other
    }
}

impl Serialize for Name {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        match NamesWriter::number(*self) {
            Some(number) if !s.is_human_readable() => s.serialize_u32(number),
            _ => s.serialize_str(self.as_str()),
        }
    }
}

impl<'de> Deserialize<'de> for Name {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Name, D::Error> {
        struct Text;
        impl Visitor<'_> for Text {
            type Value = Name;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a name")
            }
            fn visit_str<E>(self, text: &str) -> Result<Name, E> {
                Ok(Name::new(text))
            }
        }
        match NameTable::current() {
            Some(table) if !d.is_human_readable() => {
                let found = table.get(u32::deserialize(d)?);
                found.ok_or_else(|| serde::de::Error::custom("a name that is not in the table"))
            }
            _ => d.deserialize_str(Text),
        }
    }
}

macro_rules! well_known {
    ($($ID:ident $text:literal)*) => {
        #[allow(non_camel_case_types, clippy::upper_case_acronyms)]
        #[repr(u32)]
        enum Number { $($ID),* }

        $(#[doc = concat!("`", $text, "`")] pub const $ID: Name = Name::from_raw(Number::$ID as u32);)*

        const WELL_KNOWN: &[&str] = &[$($text),*];
    };
}

// One line a name; the order does not matter.
well_known! {
    EMPTY ""
    UNDERSCORE "_"
    // Keywords that stand as names in paths.
    SELF_VALUE "self"
    SELF_TYPE "Self"
    SUPER "super"
    CRATE "crate"
    RESULT "result"
    // Lifetimes, without their tick.
    STATIC "static"
    // Crates and modules.
    CORE "core"
    ALLOC "alloc"
    STD "std"
    PRELUDE "prelude"
    INTRINSICS "intrinsics"
    OPS "ops"
    OPTION_MOD "option"
    FMT "fmt"
    ITER_MOD "iter"
    PANICKING "panicking"
    // Primitive types.
    BOOL "bool"
    CHAR "char"
    STR "str"
    I8 "i8"
    I16 "i16"
    I32 "i32"
    I64 "i64"
    I128 "i128"
    ISIZE "isize"
    U8 "u8"
    U16 "u16"
    U32 "u32"
    U64 "u64"
    U128 "u128"
    USIZE "usize"
    F32 "f32"
    F64 "f64"
    // Functions the language calls.
    MAIN "main"
    NEW "new"
    DEREF "deref"
    DEREF_MUT "deref_mut"
    INDEX "index"
    INDEX_MUT "index_mut"
    DROP "drop"
    CLONE "clone"
    CALL "call"
    CALL_MUT "call_mut"
    CALL_ONCE "call_once"
    ADD "add"
    SUB "sub"
    MUL "mul"
    DIV "div"
    REM "rem"
    NEG "neg"
    NOT "not"
    BITAND "bitand"
    BITOR "bitor"
    BITXOR "bitxor"
    SHL "shl"
    SHR "shr"
    EQ "eq"
    NE "ne"
    LT "lt"
    LE "le"
    GT "gt"
    GE "ge"
    PARTIAL_CMP "partial_cmp"
    CMP "cmp"
    HASH_FN "hash"
    DEFAULT_FN "default"
    FROM "from"
    INTO_ITER "into_iter"
    NEXT "next"
    BRANCH "branch"
    FROM_OUTPUT "from_output"
    FROM_RESIDUAL "from_residual"
    // Associated types.
    OUTPUT "Output"
    TARGET "Target"
    ITEM "Item"
    INTO_ITER_TYPE "IntoIter"
    // Types and variants.
    OPTION "Option"
    SOME "Some"
    NONE "None"
    RESULT_TYPE "Result"
    OK "Ok"
    ERR "Err"
    BOX "Box"
    VEC "Vec"
    STRING "String"
    // Traits, and what `derive` knows.
    DEBUG "Debug"
    DISPLAY "Display"
    CLONE_TRAIT "Clone"
    COPY "Copy"
    PARTIAL_EQ "PartialEq"
    EQ_TRAIT "Eq"
    PARTIAL_ORD "PartialOrd"
    ORD "Ord"
    HASH "Hash"
    DEFAULT "Default"
    DROP_TRAIT "Drop"
    SIZED "Sized"
    FN "Fn"
    FN_MUT "FnMut"
    FN_ONCE "FnOnce"
    ITERATOR "Iterator"
    // Attributes and their arguments.
    DERIVE "derive"
    CFG "cfg"
    TEST "test"
    INLINE "inline"
    ALWAYS "always"
    NEVER "never"
    COLD "cold"
    REPR "repr"
    C "C"
    TRANSPARENT "transparent"
    MUST_USE "must_use"
    NON_EXHAUSTIVE "non_exhaustive"
    ALLOW "allow"
    WARN "warn"
    DENY "deny"
    FORBID "forbid"
    EXPECT "expect"
    DOC "doc"
    LANG "lang"
    INTRINSIC "intrinsic"
    TRACK_CALLER "track_caller"
    TRANSMUTE "transmute"
    SHOULD_PANIC "should_panic"
    IGNORE "ignore"
    PATH "path"
    NO_MANGLE "no_mangle"
    // Macros.
    PRINTLN "println"
    PRINT "print"
    EPRINTLN "eprintln"
    EPRINT "eprint"
    FORMAT "format"
    FORMAT_ARGS "format_args"
    WRITE "write"
    WRITELN "writeln"
    VEC_MACRO "vec"
    ASSERT "assert"
    ASSERT_EQ "assert_eq"
    ASSERT_NE "assert_ne"
    DEBUG_ASSERT "debug_assert"
    DEBUG_ASSERT_EQ "debug_assert_eq"
    DEBUG_ASSERT_NE "debug_assert_ne"
    PANIC "panic"
    UNREACHABLE "unreachable"
    TODO "todo"
    UNIMPLEMENTED "unimplemented"
    MATCHES "matches"
    DBG "dbg"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_text_is_the_same_name_on_every_thread() {
        let texts: Vec<String> = (0..2000).map(|i| format!("name{i}")).collect();
        let intern = || texts.iter().map(|text| Name::new(text)).collect::<Vec<_>>();
        let all = std::thread::scope(|s| {
            [0; 4].map(|_| s.spawn(intern)).map(|t| t.join().expect("no panic in a thread"))
        });
        assert!(all.iter().all(|names| *names == all[0]));
        assert!(all[0].iter().zip(&texts).all(|(name, text)| name.as_str() == text));
    }

    #[test]
    fn well_known_names_have_their_text() {
        assert_eq!(Name::new("self"), SELF_VALUE);
        assert_eq!(DBG.as_str(), "dbg");
        assert_eq!(format!("{MAIN:>6}|{MAIN:?}"), "  main|`main`");
        assert!(Name::new("b") > Name::new("a"));
        assert_eq!(std::mem::size_of::<Option<Name>>(), 4);
    }
}
