//! The diagnostics registry: each code and each record stands in one line; codes without a use are named.

use std::collections::HashMap;

use super::sources::SourceFile;
use crate::plural;

const FOLDER: &str = "compiler/vez_diag/src/registry/";

/// A line `E0308 MismatchedTypes Error "..." (..);` of the registry.
struct Entry<'t> {
    place: String,
    code: &'t str,
    record: &'t str,
}

fn entries(sources: &[SourceFile]) -> Vec<Entry<'_>> {
    let files = sources.iter().filter(|file| file.path.starts_with(FOLDER));
    let lines = files.flat_map(|file| file.text.lines().enumerate().map(move |line| (file, line)));
    lines
        .filter_map(|(file, (number, line))| {
            let mut words = line.split_whitespace();
            let code = words.next().filter(|word| is_code(word))?;
            let record = words.next()?;
            Some(Entry { place: format!("{}:{}", file.path, number + 1), code, record })
        })
        .collect()
}

fn is_code(word: &str) -> bool {
    let digits = word.strip_prefix(['E', 'V']).unwrap_or("");
    digits.len() == 4 && digits.bytes().all(|b| b.is_ascii_digit())
}

pub(super) fn check(sources: &[SourceFile]) -> Vec<String> {
    let mut seen: HashMap<&str, &str> = HashMap::new();
    let mut problems = Vec::new();
    let entries = entries(sources);
    for Entry { place, code, record } in &entries {
        for name in [code, record] {
            if let Some(first) = seen.insert(name, place) {
                problems.push(format!("{place}: `{name}` is registered at {first}, too"));
            }
        }
    }
    problems
}

/// Prints the codes whose record no crate builds.
pub(super) fn report_unused(sources: &[SourceFile]) {
    let code = sources.iter().filter(|file| !file.path.starts_with(FOLDER));
    let words: std::collections::HashSet<&str> =
        code.flat_map(|file| file.code.split(|c: char| !c.is_alphanumeric() && c != '_')).collect();
    let entries = entries(sources);
    let unused: Vec<&str> =
        entries.iter().filter(|e| !words.contains(e.record)).map(|e| e.code).collect();
    println!("{}, {} never reported", plural(entries.len(), "code"), unused.len());
    for line in unused.chunks(16) {
        println!("    {}", line.join(" "));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_registered_once() {
        let text = "d! {\n    E0001 A Error \"x\" ();\n    E0001 B Error \"y\" ();\n}\n";
        let path = format!("{FOLDER}names.rs");
        let file = SourceFile { path, text: text.to_owned(), code: String::new() };
        let place = "compiler/vez_diag/src/registry/names.rs";
        let expected = format!("{place}:3: `E0001` is registered at {place}:2, too");
        assert_eq!(check(&[file]), [expected]);
    }
}
