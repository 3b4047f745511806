//! `docs/errors`: every code has a page whose wrong program has exactly that error and whose right program has none.

use crate::markdown::blocks;
use crate::report::Report;
use crate::ui::codes_of;
use rayon::prelude::*;
use std::path::Path;
use vez_diag::registry::registry;

pub fn run(root: &Path, filter: &str) -> Report {
    let codes: Vec<_> = registry().iter().filter(|info| info.code.contains(filter)).collect();
    let outcome = |info: &&vez_diag::CodeInfo| {
        let name = format!("docs/errors/{}.md", info.code);
        let checked = check_page(&root.join(&name), info.code);
        (name, checked)
    };
    Report::of(codes.par_iter().map(outcome).collect())
}

fn check_page(path: &Path, code: &str) -> Result<(), String> {
    let text = std::fs::read_to_string(path).map_err(|error| error.to_string())?;
    let wrong = fenced(&text, "vez wrong");
    let right = fenced(&text, "vez right");
    if wrong.is_empty() && right.is_empty() {
        // Codes that no program can show (files, limits, the linker) have plain text.
        return if text.contains("```text") { Ok(()) } else { Err("no example".to_owned()) };
    }
    for program in wrong {
        let codes = codes_of(&program)?;
        if codes.iter().any(|c| c != code) || codes.is_empty() {
            return Err(format!("the wrong program has {codes:?}"));
        }
    }
    for program in right {
        let codes = codes_of(&program)?;
        if !codes.is_empty() {
            return Err(format!("the right program has {codes:?}"));
        }
    }
    Ok(())
}

/// The contents of the code blocks with this info string.
fn fenced(text: &str, info: &str) -> Vec<String> {
    let blocks = blocks(text).into_iter().filter(|block| block.info == info);
    blocks.map(|block| block.text).collect()
}
