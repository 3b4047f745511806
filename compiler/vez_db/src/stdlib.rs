//! The standard library's sources, carried in the executable.

use std::path::{Component, Path, PathBuf};
use std::sync::LazyLock;

/// Sorted by path; paths are relative to `stdlib/`, with `/`.
const FILES: &[(&str, &str)] = include!(concat!(env!("OUT_DIR"), "/stdlib_files.rs"));

/// The directory that the embedded files appear under. No file system has it, since `<` and `>` are asked for nowhere else.
pub const STDLIB_ROOT: &str = "<stdlib>";

/// The path of an embedded file: `core/lib.zari` is at `<stdlib>/core/lib.zari`.
pub fn stdlib_path(relative: &str) -> PathBuf {
    Path::new(STDLIB_ROOT).join(relative)
}

/// The text of an embedded file; `Err(())` where the path is under the root but names none.
pub(crate) fn lookup(path: &Path) -> Option<Result<&'static str, ()>> {
    let relative = path.strip_prefix(STDLIB_ROOT).ok()?;
    let steps: Option<Vec<&str>> = relative
        .components()
        .map(|step| match step {
            Component::Normal(name) => name.to_str(),
            _ => None,
        })
        .collect();
    let found = steps.and_then(|steps| {
        let name = steps.join("/");
        if let Some(folder) = OVERRIDE.as_deref() {
            let text = std::fs::read_to_string(folder.join(&name)).ok()?;
            return Some(&*String::leak(text));
        }
        let index = FILES.binary_search_by(|(path, _)| (*path).cmp(&name)).ok()?;
        Some(FILES[index].1)
    });
    Some(found.ok_or(()))
}

/// `VEZ_STDLIB`: a folder to read the library from instead, for those who work on it.
static OVERRIDE: LazyLock<Option<PathBuf>> =
    LazyLock::new(|| std::env::var_os("VEZ_STDLIB").map(PathBuf::from));

/// Whether a path is of the embedded library.
pub fn is_embedded(path: &Path) -> bool {
    path.starts_with(STDLIB_ROOT)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn embedded_files_are_found_by_path() {
        assert!(FILES.is_sorted());
        assert!(matches!(lookup(&stdlib_path("core/lib.zari")), Some(Ok(_))));
        assert!(matches!(lookup(&stdlib_path("core/no_such.zari")), Some(Err(()))));
        assert!(lookup(Path::new("core/lib.zari")).is_none());
    }
}
