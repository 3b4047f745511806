//! Packages: `vez.toml`, and which file is the crate's root.

use crate::session::reason;
use serde::Deserialize;
use std::path::{Path, PathBuf};
use vez_base::Span;
use vez_db::CrateKind;
use vez_diag::Diagnostic;
use vez_diag::registry::{BadManifest, UnreadableFile};

/// The name of a package's manifest.
pub const MANIFEST: &str = "vez.toml";

/// What `vez.toml` says.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Manifest {
    pub package: Package,
}

#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Package {
    pub name: String,
    pub version: Option<String>,
}

/// What a package is built from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Target {
    pub root: PathBuf,
    pub name: String,
    pub kind: CrateKind,
}

impl Manifest {
    /// Reads the manifest of the package in a directory.
    pub fn load(directory: &Path) -> Result<Manifest, Diagnostic> {
        let path = directory.join(MANIFEST);
        let text = std::fs::read_to_string(&path).map_err(|error| {
            UnreadableFile { path: path.display(), reason: reason(&error) }.at(Span::DUMMY)
        })?;
        toml::from_str(&text).map_err(|error| {
            let reason = error.message().lines().next().unwrap_or_default().to_owned();
            BadManifest { path: path.display(), reason }.at(Span::DUMMY)
        })
    }

    /// The package's root file: `src/main.zari`, else `src/lib.zari`.
    pub fn target(&self, directory: &Path) -> Result<Target, Diagnostic> {
        let name = self.package.name.clone();
        for (file, kind) in [
            ("src/main.zari", CrateKind::Executable),
            ("src/main.rs", CrateKind::Executable),
            ("src/lib.zari", CrateKind::Library),
            ("src/lib.rs", CrateKind::Library),
        ] {
            let root = directory.join(file);
            if root.is_file() {
                return Ok(Target { root, name, kind });
            }
        }
        let reason = "there is neither `src/main.zari` nor `src/lib.zari`";
        Err(BadManifest { path: directory.join(MANIFEST).display(), reason }.at(Span::DUMMY))
    }
}
