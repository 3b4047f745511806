//! For people: the source with labels, drawn by ariadne; the only user of that crate.

use std::convert::Infallible;
use std::fmt;
use std::io;
use std::ops::Range;
use std::sync::Arc;

use ariadne::{Cache, Color, Config, IndexType, Report, ReportKind, Source};
use vez_base::FileId;

use super::{FileView, Files, Place};
use crate::{Diagnostic, Label, Severity};

/// Bytes of a line that are drawn; generated and minified lines are named, not shown.
const DRAWN_LINE_BYTES: u32 = 400;
/// Lines from the first to the last label that are drawn.
const DRAWN_LINES: u32 = 60;

pub(super) fn write(
    diagnostic: &Diagnostic,
    files: &mut Files<'_>,
    colour: bool,
    out: &mut dyn io::Write,
) -> io::Result<()> {
    match files.place(diagnostic.span) {
        Some(place) if can_draw(&place, files) => draw(diagnostic, &place, files, colour, out),
        place => write_plain(diagnostic, place.as_ref(), out),
    }
}

/// Whether the place's lines are of a size that a terminal shows.
fn can_draw(place: &Place, files: &mut Files<'_>) -> bool {
    let view = files.view(place.file);
    let width = |offset| view.lines.line_around(&view.text, offset).len();
    place.end.line - place.start.line < DRAWN_LINES
        && width(place.range.start) <= DRAWN_LINE_BYTES
        && width(place.range.end) <= DRAWN_LINE_BYTES
}

fn draw(
    diagnostic: &Diagnostic,
    place: &Place,
    files: &mut Files<'_>,
    colour: bool,
    out: &mut dyn io::Write,
) -> io::Result<()> {
    let accent = accent(diagnostic.severity);
    let config = Config::default().with_color(colour).with_index_type(IndexType::Byte);
    let paint =
        |label: ariadne::Label<_>, with| if colour { label.with_color(with) } else { label };
    let mut report = Report::build(kind(diagnostic.severity), key(place))
        .with_config(config)
        .with_code(diagnostic.code)
        .with_message(&diagnostic.message);
    report.with_notes(&diagnostic.notes);
    report.with_helps(diagnostic.helps.iter().chain(diagnostic.fixes.iter().map(|f| &f.title)));
    let is_primary = |label: &&Label| label.span == diagnostic.span;
    let mut labels = Vec::new();
    let mut is_underlined = false;
    for label in diagnostic.labels.iter().chain(&diagnostic.related).filter(|l| !is_primary(l)) {
        match files.place(label.span) {
            Some(at) if can_draw(&at, files) => {
                let lines = |of: &Place| (of.file, of.start.line, of.end.line);
                is_underlined |= lines(&at) == lines(place);
                let text = ariadne::Label::new(key(&at)).with_message(&label.text);
                labels.push((sort_key(&at, place), paint(text, Color::Cyan)));
            }
            Some(at) => report.add_note(elsewhere(&at, &label.text)),
            None => report.add_note(&label.text),
        }
    }
    let mut primary = ariadne::Label::new(key(place)).with_priority(1);
    match diagnostic.labels.iter().find(is_primary) {
        Some(label) => primary = primary.with_message(&label.text),
        // ariadne underlines nothing in a line where no label has a text.
        None if !is_underlined => primary = primary.with_message("here"),
        None => {}
    }
    labels.push((sort_key(place, place), paint(primary, accent)));
    labels.sort_by(|(a, _), (b, _)| a.cmp(b));
    report = report.with_labels(labels.into_iter().map(|(_, label)| label));
    report.finish().write(files, out)
}

/// ariadne starts a section, with the report's own position on top, wherever labels go up in a file: in this order they do not.
fn sort_key(at: &Place, primary: &Place) -> (bool, Arc<str>, u32) {
    (at.file != primary.file, at.path.clone(), at.end.line)
}

/// For text that is in no file, or too large to draw.
fn write_plain(
    diagnostic: &Diagnostic,
    place: Option<&Place>,
    out: &mut dyn io::Write,
) -> io::Result<()> {
    let kind = kind(diagnostic.severity);
    writeln!(out, "[{}] {kind}: {}", diagnostic.code, diagnostic.message)?;
    if let Some(place) = place {
        writeln!(out, "  at {}:{}:{}", place.path, place.start.line, place.start.column)?;
    }
    for label in diagnostic.labels.iter().chain(&diagnostic.related) {
        writeln!(out, "  {}", label.text)?;
    }
    for note in &diagnostic.notes {
        writeln!(out, "  Note: {note}")?;
    }
    for help in diagnostic.helps.iter().chain(diagnostic.fixes.iter().map(|fix| &fix.title)) {
        writeln!(out, "  Help: {help}")?;
    }
    Ok(())
}

fn key(place: &Place) -> (FileId, Range<usize>) {
    (place.file, place.range.to_usize())
}

fn elsewhere(place: &Place, text: &str) -> String {
    format!("{}:{}:{}: {text}", place.path, place.start.line, place.start.column)
}

fn kind(severity: Severity) -> ReportKind<'static> {
    match severity {
        Severity::Error => ReportKind::Error,
        Severity::Warning => ReportKind::Warning,
    }
}

fn accent(severity: Severity) -> Color {
    match severity {
        Severity::Error => Color::Red,
        Severity::Warning => Color::Yellow,
    }
}

/// ariadne asks for the files it draws by these two.
impl Cache<FileId> for Files<'_> {
    type Storage = Arc<str>;

    fn fetch(&mut self, &id: &FileId) -> Result<&Source<Arc<str>>, impl fmt::Debug> {
        let FileView { text, drawn, .. } = self.view(id);
        Ok::<_, Infallible>(drawn.get_or_insert_with(|| Source::from(text.clone())))
    }

    fn display<'a>(&self, id: &'a FileId) -> Option<impl fmt::Display + 'a> {
        self.views.get(id).map(|view| view.path.to_string())
    }
}
