//! The standard library, carried in the executable: its sources, and their syntax ready to be read.

use std::path::{Component, Path, PathBuf};
use std::sync::LazyLock;

use vez_ast::{File, Item};
use vez_base::name_table::NameTable;

use crate::{Text, stored};

/// Sorted by path; paths are relative to `stdlib/`, with `/`. The number is where the file's record is.
const FILES: &[(&str, &str, u32)] = include!(concat!(env!("OUT_DIR"), "/stdlib_files.rs"));
/// The records of files and items.
const RECORDS: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/stdlib_records.bin"));
/// The names in the records.
static NAMES: LazyLock<NameTable> = LazyLock::new(|| {
    const TEXT: &str = include_str!(concat!(env!("OUT_DIR"), "/stdlib_names.txt"));
    const ENDS: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/stdlib_names.bin"));
    NameTable::new(TEXT, ENDS)
});

/// The directory that the embedded files appear under. No file system has it, since `<` and `>` are asked for nowhere else.
pub const STDLIB_ROOT: &str = "<stdlib>";

/// The path of an embedded file: `core/lib.zari` is at `<stdlib>/core/lib.zari`.
pub fn stdlib_path(relative: &str) -> PathBuf {
    Path::new(STDLIB_ROOT).join(relative)
}

/// The text of an embedded file; `Err(())` where the path is under the root but names none.
pub(crate) fn lookup(path: &Path) -> Option<Result<Text, ()>> {
    let relative = path.strip_prefix(STDLIB_ROOT).ok()?;
    if !relative.components().all(|step| matches!(step, Component::Normal(_))) {
        return Some(Err(()));
    }
    let found = relative.to_str().and_then(|name| {
        if let Some(folder) = OVERRIDE.as_deref() {
            return std::fs::read_to_string(folder.join(name)).ok().map(Text::from);
        }
        let slashes = name.replace(std::path::MAIN_SEPARATOR, "/");
        let index = FILES.binary_search_by(|(path, ..)| (*path).cmp(&slashes)).ok()?;
        Some(Text::Embedded(FILES[index].1, index as u32))
    });
    Some(found.ok_or(()))
}

/// The syntax of an embedded file, by its number.
pub(crate) fn parsed(index: u32) -> File {
    let (.., at) = FILES[index as usize];
    NAMES.scope(|| stored::read_file(RECORDS, at, read_item))
}

fn read_item(at: u32) -> Item {
    NAMES.scope(|| stored::read_item(RECORDS, at, read_item))
}

/// `VEZ_STDLIB`: a folder to read the library from instead, for those who work on it.
static OVERRIDE: LazyLock<Option<PathBuf>> =
    LazyLock::new(|| std::env::var_os("VEZ_STDLIB").map(PathBuf::from));

/// Whether the library comes from a folder that the user named.
pub fn stdlib_is_overridden() -> bool {
    OVERRIDE.is_some()
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
        assert!(matches!(lookup(&stdlib_path("core/../core/lib.zari")), Some(Err(()))));
        assert!(lookup(Path::new("core/lib.zari")).is_none());
    }

    #[test]
    fn records_say_what_the_texts_say() {
        for (index, (path, text, _)) in FILES.iter().enumerate() {
            let parse = vez_parse::parse_file(text, vez_base::FileId::new(0));
            let read = parsed(index as u32);
            assert!(read == parse.file, "{path} differs");
            assert_heads(path, &read.items, &parse.file.items);
        }
    }

    fn assert_heads(path: &str, read: &[vez_ast::Child], written: &[vez_ast::Child]) {
        for (read, written) in read.iter().zip(written) {
            assert_eq!(read.head, written.head, "{path}");
            assert_heads(path, &read.item().children, &written.item().children);
        }
    }
}
