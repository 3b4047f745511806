//! One JSON object a line. Field names are stable; what is empty is left out.

use std::io;
use std::sync::Arc;

use serde::Serialize;
use vez_base::Span;

use super::{Files, Place};
use crate::{Applicability, Diagnostic, Edit, Fix, Label, Severity};

#[derive(Serialize)]
struct JsonDiagnostic<'a> {
    code: &'static str,
    severity: Severity,
    message: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    span: Option<JsonSpan>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    labels: Vec<JsonLabel<'a>>,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    notes: &'a [String],
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    helps: &'a [String],
    #[serde(skip_serializing_if = "Option::is_none")]
    expected: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    found: Option<&'a str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    fixes: Vec<JsonFix<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    related: Vec<JsonLabel<'a>>,
}

/// Lines and columns count from one, columns in characters; `start` and `end` are bytes from zero.
#[derive(Serialize)]
struct JsonSpan {
    file: Arc<str>,
    line: u32,
    col: u32,
    end_line: u32,
    end_col: u32,
    start: u32,
    end: u32,
}

#[derive(Serialize)]
struct JsonLabel<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    span: Option<JsonSpan>,
    text: &'a str,
}

#[derive(Serialize)]
struct JsonFix<'a> {
    title: &'a str,
    applicability: Applicability,
    edits: Vec<JsonLabel<'a>>,
}

pub(super) fn write(
    diagnostic: &Diagnostic,
    files: &mut Files<'_>,
    out: &mut dyn io::Write,
) -> io::Result<()> {
    let json = JsonDiagnostic {
        code: diagnostic.code.as_str(),
        severity: diagnostic.severity,
        message: &diagnostic.message,
        span: span(diagnostic.span, files),
        labels: diagnostic.labels.iter().map(|l| label(l, files)).collect(),
        notes: &diagnostic.notes,
        helps: &diagnostic.helps,
        expected: diagnostic.expected.as_deref(),
        found: diagnostic.found.as_deref(),
        fixes: diagnostic.fixes.iter().map(|f| fix(f, files)).collect(),
        related: diagnostic.related.iter().map(|l| label(l, files)).collect(),
    };
    serde_json::to_writer(&mut *out, &json)?;
    writeln!(out)
}

fn span(span: Span, files: &mut Files<'_>) -> Option<JsonSpan> {
    let Place { path, range, start, end, .. } = files.place(span)?;
    Some(JsonSpan {
        file: path,
        line: start.line,
        col: start.column,
        end_line: end.line,
        end_col: end.column,
        start: range.start,
        end: range.end,
    })
}

fn label<'a>(label: &'a Label, files: &mut Files<'_>) -> JsonLabel<'a> {
    JsonLabel { span: span(label.span, files), text: &label.text }
}

fn fix<'a>(fix: &'a Fix, files: &mut Files<'_>) -> JsonFix<'a> {
    let edit = |Edit { span: at, text }: &'a Edit| JsonLabel { span: span(*at, files), text };
    JsonFix {
        title: &fix.title,
        applicability: fix.applicability,
        edits: fix.edits.iter().map(edit).collect(),
    }
}
