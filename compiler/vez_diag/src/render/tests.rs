//! Each renderer over small sources.

use expect_test::{Expect, expect};
use vez_base::{AnchorKind, TextRange};

use super::*;
use crate::registry::{MismatchedTypes, NotSupported, TwoMutBorrows, UnreachableCode};
use crate::{Fix, Location};

struct One<'a>(&'a str);

impl Sources for One<'_> {
    fn resolve(&self, span: Span) -> Option<Location> {
        match span.anchor.kind() {
            AnchorKind::File(file) => Some(Location { file, range: span.range() }),
            _ => None,
        }
    }
    fn path(&self, _: FileId) -> String {
        "a.zari".to_owned()
    }
    fn text(&self, _: FileId) -> Arc<str> {
        self.0.into()
    }
}

fn span(start: u32, end: u32) -> Span {
    Span::new(FileId::new(0), TextRange::new(start, end))
}

fn check(text: &str, diagnostics: &[Diagnostic], format: Format, expected: Expect) {
    let mut out = Vec::new();
    render_all(diagnostics, &One(text), format, false, &mut out).expect("memory can be written");
    let out = String::from_utf8(out).expect("renderers write UTF-8");
    let trimmed: Vec<&str> = out.lines().map(str::trim_end).collect();
    expected.assert_eq(&(trimmed.join("\n") + "\n"));
}

const TEXT: &str = "fn main() {\n    let ü: i32 = \"no\";\n}\n";

fn mismatch() -> Diagnostic {
    let fix = Fix::new("parse it").insert_after(span(30, 34), ".parse()?").has_placeholders();
    MismatchedTypes { expected: "i32", found: "&str" }
        .at(span(30, 34))
        .here("not a number")
        .label(span(24, 27), "expected because of this")
        .note("strings are not numbers")
        .fix(fix)
}

#[test]
fn text_shows_labels_notes_and_fixes() {
    check(
        TEXT,
        &[mismatch()],
        Format::Text,
        expect![[r#"
            [E0308] Error: expected `i32`, found `&str`
               ╭─[ a.zari:2:18 ]
               │
             2 │     let ü: i32 = "no";
               │            ─┬─   ──┬─
               │             ╰────────── expected because of this
               │                    │
               │                    ╰─── not a number
               │
               │ Help: parse it
               │
               │ Note: strings are not numbers
            ───╯
        "#]],
    );
}

#[test]
fn short_is_one_line_each_in_order() {
    let all = [
        UnreachableCode { what: "statement" }.at(span(36, 37)),
        TwoMutBorrows { place: "x" }.at(span(30, 34)),
        mismatch(),
        mismatch(),
        NotSupported { what: "`async` blocks" }.at(Span::DUMMY),
    ];
    check(
        TEXT,
        &all,
        Format::Short,
        expect![[r#"
        V0001 not supported yet: async blocks
        a.zari:2:18: E0308 expected i32, found &str
        a.zari:2:18: E0499 second mutable borrow of x
        a.zari:3:1: warning V0032 unreachable statement
    "#]],
    );
    assert_eq!(summary(&all), "4 errors, 1 warning");
}

#[test]
fn json_has_positions_and_edits() {
    check(
        TEXT,
        &[mismatch()],
        Format::Json,
        expect![[r#"
            {"code":"E0308","severity":"error","message":"expected `i32`, found `&str`","span":{"file":"a.zari","line":2,"col":18,"end_line":2,"end_col":22,"start":30,"end":34},"labels":[{"span":{"file":"a.zari","line":2,"col":18,"end_line":2,"end_col":22,"start":30,"end":34},"text":"not a number"},{"span":{"file":"a.zari","line":2,"col":12,"end_line":2,"end_col":15,"start":24,"end":27},"text":"expected because of this"}],"notes":["strings are not numbers"],"expected":"i32","found":"&str","fixes":[{"title":"parse it","applicability":"has-placeholders","edits":[{"span":{"file":"a.zari","line":2,"col":22,"end_line":2,"end_col":22,"start":34,"end":34},"text":".parse()?"}]}]}
        "#]],
    );
}

#[test]
fn the_caller_decides_on_colour() {
    for colour in [false, true] {
        let mut out = Vec::new();
        let written = render_all(&[mismatch()], &One(TEXT), Format::Text, colour, &mut out);
        written.expect("memory can be written");
        assert_eq!(out.contains(&0x1b), colour);
    }
}

#[test]
fn odd_spans_and_huge_lines_are_survived() {
    let long = "x".repeat(100_000);
    for text in ["", "\n", "é", TEXT, &long] {
        for (start, end) in [(0, 0), (0, 1), (1, 1), (1, 9_999), (77_777, 88_888)] {
            let diagnostic = TwoMutBorrows { place: "x" }.at(span(start, end)).here("here");
            for format in [Format::Text, Format::Short, Format::Json] {
                let mut out = Vec::new();
                let one = std::slice::from_ref(&diagnostic);
                render_all(one, &One(text), format, true, &mut out).expect("memory");
                assert!(out.len() < 2_000);
            }
        }
    }
}
