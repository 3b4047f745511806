//! One diagnostic: a record that every phase, renderer and editor shares.

use std::fmt;
use std::ops::{Deref, DerefMut};

use serde::Serialize;
use vez_base::Span;

use crate::registry::{self, CodeInfo};

/// A registered code such as `E0308`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct Code(&'static str);

impl Code {
    pub(crate) const fn new(code: &'static str) -> Code {
        Code(code)
    }

    pub const fn as_str(self) -> &'static str {
        self.0
    }

    pub fn info(self) -> &'static CodeInfo {
        registry::find(self.0).expect("codes are made by the registry alone")
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.0)
    }
}

impl fmt::Debug for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

/// How bad it is. An error means that nothing is built.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    Error,
    Warning,
}

/// Text attached to a place.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Label {
    pub span: Span,
    pub text: String,
}

/// Whether a fix may be applied unseen.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Applicability {
    /// Right whenever the diagnostic is.
    MachineApplicable,
    /// A guess at what was meant.
    MaybeIncorrect,
    /// Contains text for the writer to replace.
    HasPlaceholders,
}

/// Replaces the text of a span.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Edit {
    pub span: Span,
    pub text: String,
}

/// Edits that, together, repair what a diagnostic reports.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Fix {
    /// What it does, in the imperative: ``borrow it: `&x` ``.
    pub title: String,
    pub applicability: Applicability,
    pub edits: Vec<Edit>,
}

impl Fix {
    /// A fix that may be wrong, until [`Fix::machine_applicable`] says otherwise.
    pub fn new(title: impl Into<String>) -> Fix {
        Fix { title: title.into(), applicability: Applicability::MaybeIncorrect, edits: Vec::new() }
    }

    pub fn replace(mut self, span: Span, text: impl Into<String>) -> Fix {
        self.edits.push(Edit { span, text: text.into() });
        self
    }

    pub fn insert_before(self, span: Span, text: impl Into<String>) -> Fix {
        self.replace(span.before(), text)
    }

    pub fn insert_after(self, span: Span, text: impl Into<String>) -> Fix {
        self.replace(span.after(), text)
    }

    pub fn remove(self, span: Span) -> Fix {
        self.replace(span, "")
    }

    pub fn machine_applicable(mut self) -> Fix {
        self.applicability = Applicability::MachineApplicable;
        self
    }

    pub fn has_placeholders(mut self) -> Fix {
        self.applicability = Applicability::HasPlaceholders;
        self
    }
}

/// What is wrong, where, why, and how to repair it.
///
/// Message = one phrase without a period; the labels say where, the notes why, the helps and fixes how. Made by the
/// registry's records (`MismatchedTypes { .. }.at(span)`); small to move, since most results hold none.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Diagnostic(Box<DiagnosticData>);

#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct DiagnosticData {
    pub code: Code,
    pub severity: Severity,
    pub message: String,
    /// The primary place.
    pub span: Span,
    /// Further places; one with the primary span is its own label.
    pub labels: Vec<Label>,
    pub notes: Vec<String>,
    pub helps: Vec<String>,
    pub fixes: Vec<Fix>,
    /// The record's field of that name, for tools.
    pub expected: Option<String>,
    pub found: Option<String>,
    /// Other places a reader may want to visit, such as a definition in another file.
    pub related: Vec<Label>,
}

impl Diagnostic {
    pub(crate) fn new(code: Code, severity: Severity, message: String, span: Span) -> Diagnostic {
        Diagnostic(Box::new(DiagnosticData {
            code,
            severity,
            message,
            span,
            labels: Vec::new(),
            notes: Vec::new(),
            helps: Vec::new(),
            fixes: Vec::new(),
            expected: None,
            found: None,
            related: Vec::new(),
        }))
    }

    /// Keeps a record's `expected` and `found` apart from the message.
    pub(crate) fn with_field(mut self, name: &str, value: &dyn fmt::Display) -> Diagnostic {
        match name {
            "expected" => self.expected = Some(value.to_string()),
            "found" => self.found = Some(value.to_string()),
            _ => {}
        }
        self
    }

    /// Text at the primary place.
    pub fn here(self, text: impl Into<String>) -> Diagnostic {
        let span = self.span;
        self.label(span, text)
    }

    pub fn label(mut self, span: Span, text: impl Into<String>) -> Diagnostic {
        self.labels.push(Label { span, text: text.into() });
        self
    }

    pub fn note(mut self, text: impl Into<String>) -> Diagnostic {
        self.notes.push(text.into());
        self
    }

    pub fn help(mut self, text: impl Into<String>) -> Diagnostic {
        self.helps.push(text.into());
        self
    }

    pub fn fix(mut self, fix: Fix) -> Diagnostic {
        self.fixes.push(fix);
        self
    }

    pub fn related(mut self, span: Span, text: impl Into<String>) -> Diagnostic {
        self.related.push(Label { span, text: text.into() });
        self
    }

    /// "did you mean": a fix that puts `name` at the primary place, when there is one.
    pub fn did_you_mean(self, name: Option<impl fmt::Display>) -> Diagnostic {
        let Some(name) = name else { return self };
        let fix = Fix::new(format!("did you mean `{name}`?")).replace(self.span, name.to_string());
        self.fix(fix)
    }

    pub fn is_error(&self) -> bool {
        self.severity == Severity::Error
    }
}

impl Deref for Diagnostic {
    type Target = DiagnosticData;
    fn deref(&self) -> &DiagnosticData {
        &self.0
    }
}

impl DerefMut for Diagnostic {
    fn deref_mut(&mut self) -> &mut DiagnosticData {
        &mut self.0
    }
}

/// Collects what a phase reports.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default)]
pub struct Sink {
    diagnostics: Vec<Diagnostic>,
}

impl Sink {
    pub const fn new() -> Sink {
        Sink { diagnostics: Vec::new() }
    }

    pub fn report(&mut self, diagnostic: Diagnostic) {
        self.diagnostics.push(diagnostic);
    }

    /// Takes over the diagnostics of a part; returns its value.
    pub fn absorb<T>(&mut self, part: Lowered<T>) -> T {
        self.diagnostics.extend(part.diagnostics);
        part.value
    }

    pub fn has_errors(&self) -> bool {
        self.diagnostics.iter().any(Diagnostic::is_error)
    }

    pub fn is_empty(&self) -> bool {
        self.diagnostics.is_empty()
    }

    pub fn len(&self) -> usize {
        self.diagnostics.len()
    }

    pub fn as_slice(&self) -> &[Diagnostic] {
        &self.diagnostics
    }

    pub fn into_vec(self) -> Vec<Diagnostic> {
        self.diagnostics
    }

    /// The result of a phase: its value and what was reported on the way.
    pub fn finish<T>(self, value: T) -> Lowered<T> {
        Lowered { value, diagnostics: self.diagnostics }
    }
}

impl Extend<Diagnostic> for Sink {
    fn extend<I: IntoIterator<Item = Diagnostic>>(&mut self, diagnostics: I) {
        self.diagnostics.extend(diagnostics);
    }
}

/// The result of a phase that always yields something: a value, poisoned where the input was wrong, and why.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default)]
pub struct Lowered<T> {
    pub value: T,
    pub diagnostics: Vec<Diagnostic>,
}

impl<T> Lowered<T> {
    /// A value nothing is wrong with.
    pub const fn ok(value: T) -> Lowered<T> {
        Lowered { value, diagnostics: Vec::new() }
    }

    pub fn map<U>(self, f: impl FnOnce(T) -> U) -> Lowered<U> {
        Lowered { value: f(self.value), diagnostics: self.diagnostics }
    }

    pub fn has_errors(&self) -> bool {
        self.diagnostics.iter().any(Diagnostic::is_error)
    }
}

/// A number with its noun: `1 argument`, `2 arguments`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Count<'a>(pub usize, pub &'a str);

impl fmt::Display for Count<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}{}", self.0, self.1, if self.0 == 1 { "" } else { "s" })
    }
}
