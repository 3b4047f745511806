//! The parser by example. `UPDATE_EXPECT=1` rewrites what is expected.

mod errors;
mod exprs;
mod files;
mod items;
mod robust;

use crate::parse_file;
use expect_test::Expect;
use vez_ast::print::print_file;
use vez_base::FileId;
use vez_diag::Diagnostic;

/// The tree of a text without mistakes.
fn check(source: &str, expected: Expect) {
    let parse = parse_file(source, FileId::new(0));
    assert!(parse.diagnostics.is_empty(), "{}", render(source, &parse.diagnostics));
    expected.assert_eq(&print_file(&parse.file));
}

/// The tree of one function's body.
fn check_body(source: &str, expected: Expect) {
    check(&format!("fn f() {{ {source} }}"), expected);
}

/// What is wrong with a text.
fn check_errors(source: &str, expected: Expect) {
    let parse = parse_file(source, FileId::new(0));
    expected.assert_eq(&render(source, &parse.diagnostics));
}

fn render(source: &str, diagnostics: &[Diagnostic]) -> String {
    let mut out = String::new();
    for error in diagnostics {
        let range = error.span.range();
        let line = source[..range.start as usize].matches('\n').count() + 1;
        let text = &source[range.to_usize()];
        out += &format!("{line}: {} {} at {text:?}", error.code, error.message);
        for fix in &error.fixes {
            out += &format!("; {}", fix.title);
        }
        out.push('\n');
    }
    out
}
