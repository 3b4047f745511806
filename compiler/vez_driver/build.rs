//! Embeds the pages of `docs/errors` in the library.

use std::fmt::Write;
use std::path::PathBuf;

fn main() {
    let manifest = PathBuf::from(std::env::var_os("CARGO_MANIFEST_DIR").expect("cargo sets it"));
    let root = manifest.join("../../docs/errors");
    println!("cargo:rerun-if-changed={}", root.display());
    let mut pages: Vec<PathBuf> = std::fs::read_dir(&root)
        .map(|entries| entries.flatten().map(|entry| entry.path()).collect())
        .unwrap_or_default();
    pages.retain(|path| path.extension().is_some_and(|ext| ext == "md"));
    pages.sort();
    let mut code = String::from("static PAGES: &[(&str, &str)] = &[\n");
    for page in pages {
        println!("cargo:rerun-if-changed={}", page.display());
        let name = page.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        let path = page.canonicalize().unwrap_or(page);
        writeln!(code, "    ({name:?}, include_str!({path:?})),").expect("writing to a string");
    }
    code.push_str("];\n");
    let out = PathBuf::from(std::env::var_os("OUT_DIR").expect("cargo sets it"));
    std::fs::write(out.join("pages.rs"), code).expect("cargo's output folder is writable");
}
