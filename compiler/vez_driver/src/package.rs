//! Packages: `vez.toml`, and which file is the crate's root.

use crate::session::reason;
use serde::Deserialize;
use std::path::{Path, PathBuf};
use vez_base::Span;
use vez_db::CrateKind;
use vez_diag::Diagnostic;
use vez_diag::registry::{BadManifest, NotSupported, UnreadableFile};

/// The name of a package's manifest.
pub const MANIFEST: &str = "vez.toml";

/// What `vez.toml` says. A key that means nothing is misspelt.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    pub package: Package,
    dependencies: Option<toml::Table>,
}

#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Package {
    pub name: String,
    pub version: Option<String>,
    pub description: Option<String>,
    pub license: Option<String>,
    pub authors: Option<Vec<String>>,
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
        let bad = |reason: String| BadManifest { path: path.display(), reason }.at(Span::DUMMY);
        let manifest: Manifest = toml::from_str(&text).map_err(|error| {
            let line = error.span().map_or(0, |span| lines_before(&text, span.start));
            let reason = error.message().lines().next().unwrap_or_default();
            bad(format!("line {}: {reason}", line + 1))
        })?;
        if manifest.dependencies.is_some() {
            return Err(NotSupported { what: "dependencies of packages" }.at(Span::DUMMY));
        }
        let name = &manifest.package.name;
        if !is_package_name(name) {
            return Err(bad(format!("`{name}` is no name for a package")));
        }
        Ok(manifest)
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

/// Letters, digits, `-` and `_`, a letter first: executables are called so, and modules with `_` for `-`.
fn is_package_name(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_alphabetic())
        && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
}

fn lines_before(text: &str, offset: usize) -> usize {
    text.bytes().take(offset).filter(|byte| *byte == b'\n').count()
}
