//! Rules for single source files: module docs, leftovers; and their sizes.

use std::path::Path;

use super::{CRATE_FOLDERS, scan};
use crate::{files_below, plural, shown};

/// A source file of the compiler (Rust) or the standard library (VeZ).
pub(super) struct SourceFile {
    /// From the repository's root.
    pub path: String,
    pub text: String,
    /// The text without comments and literals.
    pub code: String,
}

/// What must not be left in a finished program; all are macros or attributes.
const LEFTOVERS: &[&str] = &["todo!", "unimplemented!", "dbg!", "#[ignore"];

const LARGE_FILE_LINES: usize = 400;
const HUGE_FILE_LINES: usize = 1000;
const LONG_FUNCTION_LINES: usize = 70;

pub(super) fn read(root: &Path) -> Vec<SourceFile> {
    let folders = CRATE_FOLDERS.iter().chain(&["stdlib"]);
    let wanted = |name: &str| name.ends_with(".rs") || name.ends_with(".zari");
    let paths = folders.flat_map(|folder| files_below(&root.join(folder), &wanted));
    let read = |path: &Path| {
        let text = std::fs::read_to_string(path).ok()?;
        let code = scan::without_literals(&text);
        Some(SourceFile { path: shown(root, path), text, code })
    };
    paths.filter_map(|path| read(&path)).collect()
}

impl SourceFile {
    fn is_rust(&self) -> bool {
        self.path.ends_with(".rs")
    }

    fn lines(&self) -> usize {
        self.text.lines().count()
    }
}

pub(super) fn check(sources: &[SourceFile]) -> Vec<String> {
    let mut problems = Vec::new();
    for file in sources {
        if !has_module_doc(&file.text) {
            problems.push(format!("{}: no `//!` that says what it is for", file.path));
        }
        for (number, line) in file.code.lines().enumerate().filter(|_| file.is_rust()) {
            for leftover in LEFTOVERS.iter().filter(|leftover| line.contains(*leftover)) {
                problems.push(format!("{}:{}: `{leftover}`", file.path, number + 1));
            }
        }
    }
    problems
}

/// Whether the first line that is not blank, an attribute or an ordinary comment opens a module doc.
fn has_module_doc(text: &str) -> bool {
    let mut lines = text.lines().map(str::trim);
    let skipped = |line: &str| {
        line.is_empty() || line.starts_with("#!") || line.starts_with("//") && !is_doc(line)
    };
    lines.find(|line| !skipped(line)).is_some_and(|line| line.starts_with("//!"))
}

fn is_doc(line: &str) -> bool {
    line.starts_with("//!") || line.starts_with("///")
}

/// Prints what is larger than it should be; nothing of it is an error.
pub(super) fn report_sizes(sources: &[SourceFile]) {
    let rust: Vec<&SourceFile> = sources.iter().filter(|file| file.is_rust()).collect();
    let mut large: Vec<_> = rust.iter().map(|file| (file.lines(), &file.path)).collect();
    large.retain(|&(lines, _)| lines > LARGE_FILE_LINES);
    large.sort_unstable_by(|a, b| b.cmp(a));
    let mut functions = 0;
    let mut long = Vec::new();
    for file in &rust {
        let all = scan::functions(&file.code);
        functions += all.len();
        let is_long = |f: &scan::Function<'_>| f.lines > LONG_FUNCTION_LINES;
        long.extend(all.into_iter().filter(is_long).map(|f| (file, f)));
    }
    for (lines, path) in &large {
        let verdict =
            if *lines > HUGE_FILE_LINES { "split it" } else { "look for its second topic" };
        println!("{path}: {lines} lines: {verdict}");
    }
    for (file, function) in &long {
        let scan::Function { name, line, lines } = function;
        println!("{}:{line}: `{name}` has {lines} lines", file.path);
    }
    let total: usize = rust.iter().map(|file| file.lines()).sum();
    println!(
        "{} with {total} lines, {} above {LARGE_FILE_LINES}; {}, {} above {LONG_FUNCTION_LINES} lines",
        plural(rust.len(), "file"),
        large.len(),
        plural(functions, "function"),
        long.len(),
    );
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(path: &str, text: &str) -> SourceFile {
        let code = scan::without_literals(text);
        SourceFile { path: path.to_owned(), text: text.to_owned(), code }
    }

    #[test]
    fn docs_and_leftovers_are_found() {
        let good = "// Generated.\n#![no_std]\n\n//! Doc.\nfn f() { \"todo!\"; } // todo!()\n";
        let bad = "/// Doc of `f`.\nfn f() {\n    todo!()\n}\n";
        let problems = check(&[file("good.rs", good), file("bad.rs", bad), file("a.zari", bad)]);
        assert_eq!(
            problems,
            [
                "bad.rs: no `//!` that says what it is for",
                "bad.rs:3: `todo!`",
                "a.zari: no `//!` that says what it is for",
            ]
        );
    }
}
