//! Definition paths: which item, by parent, kind and name.
//!
//! A [`DefId`] is stable across every edit that does not rename or reorder its path, so queries are keyed by it. Interned
//! outside any database; says nothing of what the definition contains.

use std::fmt;
use std::sync::LazyLock;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::intern::Interner;
use crate::{FileId, Name};

crate::bare_id_type! {
    /// An interned definition path.
    pub struct DefId;
}

/// What a definition is.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
pub enum DefKind {
    Mod,
    Struct,
    Enum,
    Variant,
    Union,
    Trait,
    TypeAlias,
    AssocTy,
    Fn,
    AssocFn,
    Const,
    AssocConst,
    Static,
    Impl,
    Use,
    ExternBlock,
    Closure,
    /// A constant the compiler lifted out of a body, such as `&[1, 2]`.
    Promoted,
    /// An anonymous constant: an array length, an enum's discriminant, a const argument.
    ConstBlock,
    Macro,
}

impl DefKind {
    /// The words a diagnostic calls it by.
    pub const fn describe(self) -> &'static str {
        match self {
            DefKind::Mod => "module",
            DefKind::Struct => "struct",
            DefKind::Enum => "enum",
            DefKind::Variant => "variant",
            DefKind::Union => "union",
            DefKind::Trait => "trait",
            DefKind::TypeAlias => "type alias",
            DefKind::AssocTy => "associated type",
            DefKind::Fn => "function",
            DefKind::AssocFn => "associated function",
            DefKind::Const => "constant",
            DefKind::AssocConst => "associated constant",
            DefKind::Static => "static",
            DefKind::Impl => "impl",
            DefKind::Use => "import",
            DefKind::ExternBlock => "extern block",
            DefKind::Closure => "closure",
            DefKind::Promoted | DefKind::ConstBlock => "constant expression",
            DefKind::Macro => "macro",
        }
    }
}

/// What a definition stands in: the file of its crate's root or module, or another definition.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
pub enum DefParent {
    File(FileId),
    Def(DefId),
}

/// A definition's path, one step.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
pub struct DefKey {
    pub parent: DefParent,
    pub kind: DefKind,
    /// Empty for what has no name: impls, closures, anonymous constants.
    pub name: Name,
    /// Tells apart children of one parent with the same kind and name, in their order in the text.
    pub disambiguator: u32,
}

static DEFS: LazyLock<Interner<DefKey>> = LazyLock::new(Interner::new);

impl DefId {
    pub fn intern(key: DefKey) -> DefId {
        let raw = DEFS.intern(&key, || key);
        // An `Anchor` keeps one bit for itself.
        assert!(raw < 1 << 31, "more definitions than an anchor can name");
        DefId::from_raw(raw)
    }

    #[inline]
    pub fn key(self) -> &'static DefKey {
        DEFS.get(self.raw())
    }

    #[inline]
    pub fn kind(self) -> DefKind {
        self.key().kind
    }

    #[inline]
    pub fn name(self) -> Name {
        self.key().name
    }

    #[inline]
    pub fn parent(self) -> DefParent {
        self.key().parent
    }

    /// The definition it stands in, unless that is a file.
    #[inline]
    pub fn parent_def(self) -> Option<DefId> {
        match self.parent() {
            DefParent::Def(def) => Some(def),
            DefParent::File(_) => None,
        }
    }

    /// Itself and what it stands in, innermost first.
    pub fn ancestors(self) -> impl Iterator<Item = DefId> {
        std::iter::successors(Some(self), |def| def.parent_def())
    }

    /// The outermost definition of the path.
    pub fn root(self) -> DefId {
        self.ancestors().last().expect("a definition is its own ancestor")
    }

    /// The file at the root of the path.
    pub fn file(self) -> FileId {
        match self.root().parent() {
            DefParent::File(file) => file,
            DefParent::Def(_) => unreachable!("a root's parent is a file"),
        }
    }

    /// The named steps joined by `::`, without the file: `geometry::Point::norm`.
    pub fn path(self) -> String {
        let mut steps: Vec<&str> =
            self.ancestors().map(|def| def.name().as_str()).filter(|s| !s.is_empty()).collect();
        steps.reverse();
        steps.join("::")
    }
}

impl fmt::Debug for DefId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let DefKey { kind, disambiguator, .. } = *self.key();
        write!(f, "{kind:?}({}", self.path())?;
        if disambiguator != 0 {
            write!(f, "#{disambiguator}")?;
        }
        f.write_str(")")
    }
}

/// Written as its path: the number means nothing in another process.
impl Serialize for DefId {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        self.key().serialize(s)
    }
}

impl<'de> Deserialize<'de> for DefId {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<DefId, D::Error> {
        DefKey::deserialize(d).map(DefId::intern)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn def(parent: DefParent, kind: DefKind, name: &str) -> DefId {
        DefId::intern(DefKey { parent, kind, name: Name::new(name), disambiguator: 0 })
    }

    #[test]
    fn a_path_leads_back_to_its_file() {
        let file = FileId::new(7);
        let module = def(DefParent::File(file), DefKind::Mod, "geometry");
        let item = def(DefParent::Def(module), DefKind::Struct, "Point");
        let method = def(DefParent::Def(item), DefKind::AssocFn, "norm");
        assert_eq!(method.file(), file);
        assert_eq!(method.root(), module);
        assert_eq!(format!("{method:?}"), "AssocFn(geometry::Point::norm)");
        assert_eq!(def(DefParent::Def(module), DefKind::Struct, "Point"), item);
        assert_ne!(def(DefParent::Def(module), DefKind::Enum, "Point"), item);
    }
}
