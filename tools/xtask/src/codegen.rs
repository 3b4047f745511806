//! `cargo xtask codegen`: what repeats for each number type is written once, as a template.
//!
//! A template is a file `NAME.in` anywhere in `stdlib/`. It starts with lines `#!` that hold, together,
//! `for TYPES out FILE`, and is expanded once for each type into `FILE`, which stands beside it:
//!
//! ```text
//! #! for i8 i16 i32 i64 i128 isize
//! #! for u8 u16 u32 u64 u128 usize out $T.zari
//! //! The methods of `$T`.
//! impl $T {
//!     pub const MIN: $T = $MIN;
//!     $[signed
//!     pub const fn abs(self) -> $T = if self < 0 { -self } else { self }
//!     $]
//! }
//! ```
//!
//! When several types have the same `FILE`, their expansions follow each other in it.
//!
//! - Words: `$T` the type; `$U` `$S` its unsigned and signed counterpart (for a float the integer of its size); `$BITS`
//!   `$BYTES` its size; `$MIN` `$MAX` its bounds as literals; `$WIDE` the type of twice the size (itself when there is none);
//!   for floats `$DIGITS` bits of precision, `$EXPONENT` bits of exponent.
//! - `$[CONDITION text $]` keeps `text` for some types: `signed`, `unsigned`, `int`, `float`, a type's name, `!` before one of
//!   these, several joined by `|`.
//! - `$[each LIST text $]` repeats `text` with `$O` as each of: `wider` (integers that hold every value of `$T`), `narrower` (the
//!   other integers), `others` (both), or types joined by `|`.
//! - A section's first and last marker take their line with them when nothing else stands on it. Sections nest. Other
//!   uses of `$`, such as `$x` in a macro, stay.

mod expand;
mod types;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use crate::{files_below, plural, shown};
use types::NumberType;

/// Expands every template; with `check`, only compares.
pub fn run(root: &Path, check: bool) -> Result<(), Vec<String>> {
    let mut problems = Vec::new();
    let mut outputs = BTreeMap::new();
    for template in files_below(&root.join("stdlib"), &|name| name.ends_with(".in")) {
        let text = fs::read_to_string(&template).unwrap_or_default();
        match expand_template(&template, &text) {
            Ok(files) => outputs.extend(files),
            Err((line, why)) => {
                problems.push(format!("{}:{line}: {why}", shown(root, &template)));
            }
        }
    }
    let mut written = 0;
    for (path, text) in &outputs {
        if fs::read_to_string(path).is_ok_and(|old| old == *text) {
            continue;
        }
        if check {
            problems.push(format!(
                "{}: differs from its template: run `cargo xtask codegen`",
                shown(root, path)
            ));
        } else if let Err(error) = fs::write(path, text) {
            problems.push(format!("{}: {error}", shown(root, path)));
        } else {
            written += 1;
        }
    }
    if !problems.is_empty() {
        return Err(problems);
    }
    if !check {
        println!("{} generated, {written} changed", plural(outputs.len(), "file"));
    }
    Ok(())
}

/// What is wrong with a template, and on which line.
type Problem = (usize, String);

/// The files that a template stands for.
fn expand_template(path: &Path, text: &str) -> Result<BTreeMap<PathBuf, String>, Problem> {
    let header_lines = text.lines().take_while(|line| line.starts_with("#!")).count();
    let body_start: usize = text.split_inclusive('\n').take(header_lines).map(str::len).sum();
    let (types, out) = parse_header(text[..body_start].lines())?;
    let nodes = expand::parse(&text[body_start..], header_lines + 1)?;
    let folder = path.parent().unwrap_or(Path::new(""));
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let mut files = BTreeMap::new();
    for ty in types {
        let file = folder.join(expand::words(&out, ty, 1)?);
        let text = files.entry(file).or_insert_with(|| {
            format!("// Generated from {name} by `cargo xtask codegen`: edit the template.\n")
        });
        expand::expand(&nodes, ty, None, text)?;
    }
    Ok(files)
}

/// The types and the output of the lines `#! for TYPES out FILE`.
fn parse_header<'t>(
    lines: impl Iterator<Item = &'t str>,
) -> Result<(Vec<&'static NumberType>, String), Problem> {
    let mut types = Vec::new();
    let mut out = None;
    for (number, line) in lines.enumerate() {
        let mut words = line.trim_start_matches("#!").split_whitespace();
        while let Some(word) = words.next() {
            match word {
                "for" => {}
                "out" => out = words.next().map(str::to_owned),
                name => types.push(
                    types::find(name).ok_or_else(|| (number + 1, format!("no type `{name}`")))?,
                ),
            }
        }
    }
    match out {
        Some(out) if !types.is_empty() => Ok((types, out)),
        _ => Err((1, "a template starts with `#! for TYPES out FILE`".to_owned())),
    }
}

#[cfg(test)]
mod tests;
