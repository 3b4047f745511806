//! What every floor needs: names, spans, ids, arenas, bit sets, definition paths, limits.
//!
//! Plain data and process-wide interners. Knows nothing of syntax, types, salsa or files' contents.

pub mod bits;
pub mod def;
pub mod dist;
pub mod id;
mod id_map;
mod intern;
pub mod limits;
pub mod name;
pub mod name_table;
pub mod span;

pub use bits::{BitMatrix, BitSet};
pub use def::{DefId, DefKey, DefKind, DefParent};
pub use id::{IdVec, Idx};
pub use id_map::IdMap;
pub use intern::Interner;
pub use name::Name;
pub use rustc_hash::{FxBuildHasher, FxHashMap, FxHashSet, FxHasher};
pub use span::{Anchor, AnchorKind, FileId, Span, TextRange};
