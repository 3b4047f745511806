//! Programs in one style: rustfmt's defaults at 100 columns.
//!
//! Tokens are printed in their order with the source's comments between them; the tree only says what each token is for, where
//! lines may break and what must stay together. So nothing is ever lost, and text that does not parse is left alone. Only
//! trailing commas are added or dropped.

mod build;
mod layout;
mod mark;
mod space;

use vez_base::FileId;
use vez_diag::Diagnostic;

/// The text in VeZ's style, or why it does not parse. Formatting twice changes nothing more.
pub fn format(text: &str) -> Result<String, Vec<Diagnostic>> {
    let parse = vez_parse::parse_file(text, FileId::new(0));
    // What is only not supported yet has been parsed all the same.
    let broken = |error: &Diagnostic| error.is_error() && error.code.as_str() != "V0001";
    if parse.diagnostics.iter().any(broken) {
        return Err(parse.diagnostics);
    }
    let tokens = vez_lex::lex(text);
    let marks = mark::marks(&parse.file, &tokens);
    let doc = build::document(text, &tokens, &marks);
    Ok(layout::print(&doc))
}

#[cfg(test)]
mod tests;
