//! Diagnostics as text for people, as short lines, and as JSON for tools.
//!
//! The only place that resolves spans. Output depends on nothing but its input: diagnostics are sorted by place, and equal
//! ones are shown once.

mod json;
mod short;
mod terminal;

use std::io;
use std::sync::Arc;

use vez_base::{FileId, FxHashMap, FxHashSet, Span, TextRange, limits};

use crate::{Count, Diagnostic, LineIndex, Location, Position, Severity, Sources};

/// How diagnostics are written.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Format {
    /// For people: the source with labels.
    #[default]
    Text,
    /// One line each: `src/main.zari:3:9: E0308 expected i32, found &str`.
    Short,
    /// One JSON object a line.
    Json,
}

/// Writes `diagnostics` in the order of their places. `colour` matters to [`Format::Text`] only.
pub fn render_all(
    diagnostics: &[Diagnostic],
    sources: &dyn Sources,
    format: Format,
    colour: bool,
    out: &mut dyn io::Write,
) -> io::Result<()> {
    let mut files = Files::new(sources);
    let sorted = in_order(diagnostics, &mut files);
    // Tools get everything.
    let shown = if format == Format::Json { sorted.len() } else { limits::SHOWN_ERRORS };
    for diagnostic in sorted.iter().take(shown) {
        match format {
            Format::Text => terminal::write(diagnostic, &mut files, colour, out)?,
            Format::Short => short::write(diagnostic, &mut files, out)?,
            Format::Json => json::write(diagnostic, &mut files, out)?,
        }
    }
    if sorted.len() > shown {
        writeln!(out, "... and {} more", Count(sorted.len() - shown, "diagnostic"))?;
    }
    Ok(())
}

/// `2 errors, 1 warning`; empty when there are none.
pub fn summary(diagnostics: &[Diagnostic]) -> String {
    let count = |severity| diagnostics.iter().filter(|d| d.severity == severity).count();
    let parts = [(Severity::Error, "error"), (Severity::Warning, "warning")];
    let parts = parts.map(|(severity, noun)| (count(severity), noun));
    let shown = parts.iter().filter(|(n, _)| *n > 0).map(|&(n, noun)| Count(n, noun).to_string());
    shown.collect::<Vec<_>>().join(", ")
}

fn in_order<'d>(diagnostics: &'d [Diagnostic], files: &mut Files<'_>) -> Vec<&'d Diagnostic> {
    let mut seen = FxHashSet::default();
    let mut sorted: Vec<&Diagnostic> = diagnostics.iter().filter(|d| seen.insert(*d)).collect();
    // By path, since file ids are numbered in the order in which threads met them.
    sorted.sort_by_cached_key(|d| {
        let place = files.place(d.span);
        (place.map(|place| (place.path, place.range)), d.code)
    });
    sorted
}

/// A span in terms a reader understands.
struct Place {
    file: FileId,
    path: Arc<str>,
    range: TextRange,
    start: Position,
    end: Position,
}

struct FileView {
    path: Arc<str>,
    text: Arc<str>,
    lines: LineIndex,
    /// Cut into lines again by ariadne, once it is drawn from.
    drawn: Option<ariadne::Source<Arc<str>>>,
}

/// The files met so far, each read and cut into lines once.
struct Files<'a> {
    sources: &'a dyn Sources,
    views: FxHashMap<FileId, FileView>,
}

impl<'a> Files<'a> {
    fn new(sources: &'a dyn Sources) -> Files<'a> {
        Files { sources, views: FxHashMap::default() }
    }

    fn view(&mut self, file: FileId) -> &mut FileView {
        self.views.entry(file).or_insert_with(|| {
            let text = self.sources.text(file);
            let lines = LineIndex::new(&text);
            FileView { path: self.sources.path(file).into(), text, lines, drawn: None }
        })
    }

    /// Where a span is, moved to character boundaries inside of the text.
    fn place(&mut self, span: Span) -> Option<Place> {
        let Location { file, range } = self.sources.resolve(span)?;
        let FileView { path, text, lines, .. } = self.view(file);
        let start = text.floor_char_boundary(range.start as usize) as u32;
        let end = text.ceil_char_boundary(range.end.max(start) as usize) as u32;
        Some(Place {
            file,
            path: path.clone(),
            range: TextRange { start, end },
            start: lines.position(text, start),
            end: lines.position(text, end),
        })
    }
}

#[cfg(test)]
mod tests;
