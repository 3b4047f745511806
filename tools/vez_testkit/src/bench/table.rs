//! Tables in columns, and budgets.

use serde::Serialize;

/// A promise and what came of it.
#[derive(Clone, Debug, Serialize)]
pub struct Verdict {
    pub what: String,
    pub measured: f64,
    pub must: f64,
    pub unit: &'static str,
    pub ok: bool,
}

impl Verdict {
    pub fn at_most(
        what: impl Into<String>,
        measured: f64,
        must: f64,
        unit: &'static str,
    ) -> Verdict {
        Verdict { what: what.into(), measured, must, unit, ok: measured <= must }
    }

    pub fn at_least(
        what: impl Into<String>,
        measured: f64,
        must: f64,
        unit: &'static str,
    ) -> Verdict {
        Verdict { what: what.into(), measured, must, unit, ok: measured >= must }
    }

    fn word(&self) -> &'static str {
        if self.ok { "ok" } else { "OVER" }
    }
}

/// Text in columns: the first to the left, the others to the right.
pub struct Table {
    rows: Vec<Vec<String>>,
}

impl Table {
    pub fn new(title: &str, headings: &[&str]) -> Table {
        let headings = std::iter::once(title).chain(headings.iter().copied());
        Table { rows: vec![headings.map(str::to_string).collect()] }
    }

    pub fn row(&mut self, name: &str, cells: impl IntoIterator<Item = String>) {
        self.rows.push(std::iter::once(name.to_string()).chain(cells).collect());
    }

    pub fn print(&self) {
        let columns = self.rows.iter().map(Vec::len).max().unwrap_or(0);
        let width = |column: usize| {
            self.rows
                .iter()
                .filter_map(|r| r.get(column))
                .map(|c| c.chars().count())
                .max()
                .unwrap_or(0)
        };
        let widths: Vec<usize> = (0..columns).map(width).collect();
        println!();
        for (number, row) in self.rows.iter().enumerate() {
            let mut line = String::new();
            for (column, (cell, width)) in row.iter().zip(&widths).enumerate() {
                line += &match column {
                    0 => format!("{cell:<width$}"),
                    _ => format!("  {cell:>width$}"),
                };
            }
            println!("{}", line.trim_end());
            if number == 0 {
                println!("{}", "-".repeat(line.chars().count()));
            }
        }
    }
}

/// Three digits that matter, no more.
pub fn number(value: f64) -> String {
    match value.abs() {
        x if x >= 100.0 => format!("{value:.0}"),
        x if x >= 10.0 => format!("{value:.1}"),
        _ => format!("{value:.2}"),
    }
}

pub fn print_budgets(verdicts: &[Verdict]) {
    if verdicts.is_empty() {
        return;
    }
    let mut table = Table::new("budget", &["measured", "must", "unit", ""]);
    for verdict in verdicts {
        let cells = [number(verdict.measured), number(verdict.must)];
        let words = [verdict.unit.to_string(), verdict.word().to_string()];
        table.row(&verdict.what, cells.into_iter().chain(words));
    }
    table.print();
    let over = verdicts.iter().filter(|v| !v.ok).count();
    println!("\n{} of {} budgets held", verdicts.len() - over, verdicts.len());
}
