//! Tokens to syntax trees, with recovery.
//!
//! Parsing never fails: it returns a tree and what was wrong. The grammar is chumsky rules over token kinds, one module an area; a rule
//! is a plain function, so rules recurse without being boxed, and cost nothing to make. Only this crate knows chumsky. It knows no
//! names' meaning, no types, no salsa and no files.

mod attr;
mod cursor;
mod error;
mod expr;
mod generics;
mod habit;
mod item;
mod lexical;
mod lit;
mod mac;
mod pat;
mod path;
mod recover;
mod state;
mod stmt;
mod ty;

use chumsky::Parser;
use chumsky::primitive::custom;
use vez_ast::File;
use vez_base::{Anchor, limits};
use vez_diag::Diagnostic;
use vez_lex::TokenKind;

/// A parsed file and what is wrong with it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Parse {
    pub file: File,
    /// In the order of the text. Spans count from the given anchor.
    pub diagnostics: Vec<Diagnostic>,
}

/// Parses a file. `anchor` stands for the file in diagnostics; the tree holds no anchors.
pub fn parse_file(text: &str, anchor: impl Into<Anchor>) -> Parse {
    parse_with_work(text, anchor).0
}

/// Like [`parse_file`], and how many tokens were looked at: the measure of the linearity tests.
fn parse_with_work(text: &str, anchor: impl Into<Anchor>) -> (Parse, u64) {
    let anchor = anchor.into();
    if text.len() > limits::FILE_BYTES {
        return (too_large(limits::FILE_BYTES, "bytes", anchor), 0);
    }
    let tokens = vez_lex::lex(text);
    if tokens.len() > limits::FILE_TOKENS {
        return (too_large(limits::FILE_TOKENS, "tokens", anchor), 0);
    }
    let mut state = state::State::new(text, &tokens, anchor);
    lexical::report(&mut state, &tokens.errors);
    lexical::report_text_direction(&mut state, &tokens.errors);
    let input: &[TokenKind] = &tokens.kinds[..tokens.len()];
    let result = custom(item::file).parse_with_state(input, &mut state);
    let file = result.into_output().unwrap_or_default();
    let work = state.work;
    (Parse { file, diagnostics: state.finish() }, work)
}

fn too_large(limit: usize, unit: &str, anchor: Anchor) -> Parse {
    let error = vez_diag::registry::FileTooLarge { path: "this file", limit, unit };
    let span = vez_base::Span::new(anchor, vez_base::TextRange::empty(0));
    Parse { file: File::default(), diagnostics: vec![error.at(span)] }
}

#[cfg(test)]
mod tests;
