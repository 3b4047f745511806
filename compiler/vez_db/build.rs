//! Parses the standard library and lists its sources, so that `stdlib.rs` can embed both.

#[allow(dead_code)]
#[path = "src/stored.rs"]
mod stored;

use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

use serde::Serialize;
use stored::{ChildRecord, FileRecord, ItemRecord};
use vez_ast::{Child, File, Head, Item};
use vez_base::name_table::NamesWriter;
use vez_base::{FileId, TextRange};

fn main() -> io::Result<()> {
    let manifest = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").expect("set by cargo"));
    let root = manifest.join("../../stdlib").canonicalize()?;
    println!("cargo:rerun-if-changed={}", root.display());
    println!("cargo:rerun-if-changed=build.rs");
    let mut files = Vec::new();
    collect(&root, &mut files)?;
    // As text: `a.zari` stands before what is in `a/`.
    files.sort_by(|a, b| a.as_os_str().cmp(b.as_os_str()));
    let mut table = String::from("&[\n");
    let (mut records, mut names) = (Writer::default(), NamesWriter::default());
    for file in &files {
        let relative = file.strip_prefix(&root).expect("found below the root");
        let name = relative.to_str().expect("the library's paths are UTF-8").replace('\\', "/");
        let parsed = parse(&name, &fs::read_to_string(file)?)?;
        let at = names.scope(|| records.file(&parsed));
        writeln!(table, "    ({name:?}, include_str!({:?}), {at}),", file.display().to_string())
            .expect("a string takes everything");
    }
    table.push(']');
    let out = PathBuf::from(env::var_os("OUT_DIR").expect("set by cargo"));
    fs::write(out.join("stdlib_records.bin"), records.bytes)?;
    fs::write(out.join("stdlib_names.txt"), names.text)?;
    fs::write(out.join("stdlib_names.bin"), names.ends)?;
    fs::write(out.join("stdlib_files.rs"), table)
}

/// The syntax of one file. The library must have no syntax errors.
fn parse(name: &str, text: &str) -> io::Result<File> {
    let parsed = vez_parse::parse_file(text, FileId::new(0));
    let Some(error) = parsed.diagnostics.first() else { return Ok(parsed.file) };
    let TextRange { start, .. } = error.span.range();
    let line = 1 + text[..start as usize].matches('\n').count();
    Err(io::Error::other(format!("stdlib/{name}:{line}: {}", error.message)))
}

/// Records, one after the other.
#[derive(Default)]
struct Writer {
    bytes: Vec<u8>,
}

impl Writer {
    /// Where the file's record is.
    fn file(&mut self, file: &File) -> u32 {
        let items = self.children(&file.items);
        self.record(&FileRecord { attrs: &file.attrs, items, len: file.len })
    }

    fn item(&mut self, item: &Item) -> u32 {
        let children = self.children(&item.children);
        let Item { kind, name, vis, attrs, nodes, children: _, len } = item;
        let (name, vis, len) = (*name, *vis, *len);
        self.record(&ItemRecord { kind, name, vis, attrs, nodes, children, len })
    }

    fn children<'a>(&mut self, children: &'a [Child]) -> Vec<ChildRecord<&'a Head>> {
        let record = |child: &'a Child| {
            let at = self.item(child.item());
            ChildRecord { offset: child.offset, head: &child.head, at }
        };
        children.iter().map(record).collect()
    }

    fn record(&mut self, record: &impl Serialize) -> u32 {
        let at = u32::try_from(self.bytes.len()).expect("the library is smaller than 4 GiB");
        let bytes = postcard::to_stdvec(record).expect("a tree is representable in bytes");
        self.bytes.extend_from_slice(&bytes);
        at
    }
}

fn collect(directory: &Path, files: &mut Vec<PathBuf>) -> io::Result<()> {
    for entry in fs::read_dir(directory)? {
        let path = entry?.path();
        if path.is_dir() {
            // New files change the folder, not the files in it.
            println!("cargo:rerun-if-changed={}", path.display());
            collect(&path, files)?;
        } else if path.extension().is_some_and(|extension| extension == "zari") {
            files.push(path);
        }
    }
    Ok(())
}
