//! The standard library's sources, carried in the executable.

use std::path::{Component, Path, PathBuf};

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
        FILES.binary_search_by(|(path, _)| (*path).cmp(&name)).ok()
    });
    Some(found.map(|index| FILES[index].1).ok_or(()))
}

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
