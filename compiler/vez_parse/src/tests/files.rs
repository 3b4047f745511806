//! Every program of the repository parses, and its tree survives a trip through JSON.

use crate::parse_file;
use std::path::{Path, PathBuf};
use vez_base::FileId;

fn programs(dir: &Path, out: &mut Vec<PathBuf>) {
    let Ok(entries) = std::fs::read_dir(dir) else { return };
    for path in entries.filter_map(|entry| Some(entry.ok()?.path())) {
        if path.is_dir() {
            programs(&path, out);
        } else if path.extension().is_some_and(|extension| extension == "zari") {
            out.push(path);
        }
    }
}

#[test]
fn the_library_and_all_examples_parse() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let mut paths = Vec::new();
    for dir in ["stdlib", "examples", "tests/run"] {
        programs(&root.join(dir), &mut paths);
    }
    paths.sort();
    let mut wrong = String::new();
    for path in paths {
        let Ok(text) = std::fs::read_to_string(&path) else { continue };
        let parse = parse_file(&text, FileId::new(0));
        if !parse.diagnostics.is_empty() {
            wrong += &format!("{}\n{}", path.display(), super::render(&text, &parse.diagnostics));
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

#[test]
fn json_round_trip() {
    let large = "const MAX: u128 = 340_282_366_920_938_463_463_374_607_431_768_211_455;";
    let source = format!("{}{large}", include_str!("sample.txt"));
    let parse = parse_file(&source, FileId::new(0));
    let json = vez_ast::to_json(&parse.file);
    assert_eq!(vez_ast::from_json(&json), Ok(parse.file));
}
