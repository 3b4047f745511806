//! The crates of a session.

use vez_base::{FileId, Name};

/// An index into [`crate::Db::crates`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CrateId(pub u32);

impl CrateId {
    pub const CORE: CrateId = CrateId(0);
    pub const ALLOC: CrateId = CrateId(1);
    pub const STD: CrateId = CrateId(2);
}

/// What a crate is compiled into.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CrateKind {
    Library,
    Executable,
}

/// One crate: a tree of modules with a root file.
#[derive(Clone, Debug)]
pub struct Crate {
    pub name: Name,
    pub root: FileId,
    pub kind: CrateKind,
    /// The names this crate's paths may start with, and what they mean.
    pub dependencies: Vec<(Name, CrateId)>,
    /// Of the standard library: may use `#[lang]`, intrinsics and inherent impls on primitive types.
    pub is_stdlib: bool,
    pub cfg: BuildCfg,
}

/// What `cfg` asks of a build; the rest is the target's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BuildCfg {
    pub test: bool,
    pub debug_assertions: bool,
}

impl BuildCfg {
    /// The dev profile's.
    pub const DEV: BuildCfg = BuildCfg { test: false, debug_assertions: true };
}
