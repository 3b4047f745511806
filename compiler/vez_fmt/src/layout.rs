//! A document and how it becomes lines: groups are laid out on one line where they fit, else at all their breaks.

/// Columns of a line.
pub const WIDTH: usize = 100;
const INDENT: usize = 4;

/// One step of a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Op<'s> {
    /// Text without a line break.
    Text(&'s str),
    /// Text with line breaks of its own, printed as it is.
    Verbatim(&'s str),
    /// A blank, or in a broken group a new line.
    Line,
    /// Nothing, or in a broken group a new line.
    Soft,
    /// A new line.
    Hard,
    /// A new line and an empty one.
    Blank,
    /// Only in a broken group.
    IfBroken(&'static str),
    /// Nothing: a step that turned out not to be needed.
    None,
    Indent,
    Dedent,
    /// The same, if the group is broken.
    GroupIndent,
    GroupDedent,
    /// A group whose content may take this many columns on one line.
    Open(usize),
    /// A group that starts with its only break, and breaks there only where that puts all of it on one line.
    OpenBelow,
    Close,
    /// The start of the text in front of a block, and its end: a blank, or a new line where that text took several.
    Header,
    HeaderEnd,
}

/// For each step what layout needs to know of what comes after it.
struct Measures {
    /// Columns from the start of the document, all on one line.
    columns: Vec<usize>,
    /// Of `Open`: its `Close`.
    close: Vec<usize>,
    /// Of `Open`: whether a new line must come before its last own break.
    forced: Vec<bool>,
    /// The next step that surely is, or ends with, a new line.
    next_hard: Vec<usize>,
    /// The next step at which a line may break.
    next_break: Vec<usize>,
}

fn text_width(text: &str) -> usize {
    text.chars().count()
}

fn measure(ops: &[Op<'_>]) -> Measures {
    let len = ops.len();
    let mut columns = Vec::with_capacity(len + 1);
    columns.push(0);
    for op in ops {
        let width = match op {
            Op::Text(text) => text_width(text),
            Op::Verbatim(text) => text_width(text.lines().next().unwrap_or("")),
            Op::Line | Op::HeaderEnd => 1,
            _ => 0,
        };
        columns.push(columns[columns.len() - 1] + width);
    }
    let (close, breaks) = groups(ops);
    let surely = sure_breaks(ops, &columns, &close, &breaks);
    let mut next_hard = vec![len; len + 1];
    let mut next_break = vec![len; len + 1];
    for index in (0..len).rev() {
        next_hard[index] = if surely[index] { index } else { next_hard[index + 1] };
        let may = surely[index] || matches!(ops[index], Op::Line | Op::Soft);
        next_break[index] = if may { index } else { next_break[index + 1] };
    }
    let forced = (0..len).map(|open| breaks[open].is_some_and(|(_, last)| next_hard[open] < last));
    let forced = forced.collect();
    Measures { columns, close, forced, next_hard, next_break }
}

/// Of each `Open` its `Close`, and the first and the last break that are its own.
fn groups(ops: &[Op<'_>]) -> (Vec<usize>, Vec<Option<(usize, usize)>>) {
    let mut close = vec![ops.len(); ops.len()];
    let mut breaks: Vec<Option<(usize, usize)>> = vec![None; ops.len()];
    let mut open: Vec<usize> = Vec::new();
    for (index, op) in ops.iter().enumerate() {
        match op {
            Op::Open(_) | Op::OpenBelow => open.push(index),
            Op::Line | Op::Soft => {
                if let Some(&start) = open.last() {
                    let first = breaks[start].map_or(index, |(first, _)| first);
                    breaks[start] = Some((first, index));
                }
            }
            Op::Close => {
                if let Some(start) = open.pop() {
                    close[start] = index;
                }
            }
            _ => {}
        }
    }
    (close, breaks)
}

/// The steps at which a line ends whatever the column: forced ones, and the first break of a group wider than it may be.
fn sure_breaks(
    ops: &[Op<'_>],
    columns: &[usize],
    close: &[usize],
    breaks: &[Option<(usize, usize)>],
) -> Vec<bool> {
    let hard = |op: &Op<'_>| matches!(op, Op::Hard | Op::Blank | Op::Verbatim(_));
    let mut surely: Vec<bool> = ops.iter().map(hard).collect();
    for (open, op) in ops.iter().enumerate() {
        if let Op::Open(limit) = op
            && let Some((first, _)) = breaks[open]
            && columns[close[open]] - columns[open] > *limit
        {
            surely[first] = true;
        }
    }
    surely
}

struct Printer {
    out: String,
    column: usize,
    indent: usize,
    /// Line breaks wanted before the next text, and the indentation where they were asked for.
    breaks: usize,
    line_indent: usize,
    space: bool,
}

impl Printer {
    fn new_line(&mut self, breaks: usize) {
        self.breaks = self.breaks.max(breaks);
        self.line_indent = self.indent;
        self.space = false;
    }

    /// Where the next text would start.
    fn position(&self) -> usize {
        if self.breaks > 0 {
            self.line_indent * INDENT
        } else {
            self.column + usize::from(self.space)
        }
    }

    fn text(&mut self, text: &str) {
        if text.is_empty() {
            return;
        }
        if self.breaks > 0 {
            if !self.out.is_empty() {
                self.out.extend(std::iter::repeat_n('\n', self.breaks));
            }
            self.out.extend(std::iter::repeat_n(' ', self.line_indent * INDENT));
            self.column = self.line_indent * INDENT;
        } else if self.space {
            self.out.push(' ');
            self.column += 1;
        }
        self.breaks = 0;
        self.space = false;
        self.out.push_str(text);
        self.column = match text.rfind('\n') {
            Some(at) => text_width(&text[at + 1..]),
            None => self.column + text_width(text),
        };
    }
}

/// The document as text, with a line break at its end.
pub fn print(ops: &[Op<'_>]) -> String {
    let measures = measure(ops);
    let mut printer = Printer {
        out: String::new(),
        column: 0,
        indent: 0,
        breaks: 1,
        line_indent: 0,
        space: false,
    };
    // Whether each open group is broken; the document itself is.
    let mut broken = vec![true];
    let mut headers = Vec::new();
    for (index, op) in ops.iter().enumerate() {
        let is_broken = broken.last().copied().unwrap_or(true);
        match *op {
            Op::Text(text) | Op::Verbatim(text) => printer.text(text),
            Op::Line if is_broken => printer.new_line(1),
            Op::Line => printer.space = true,
            Op::Soft if is_broken => printer.new_line(1),
            Op::IfBroken(text) if is_broken => printer.text(text),
            Op::Hard => printer.new_line(1),
            Op::Blank => printer.new_line(2),
            Op::Soft | Op::IfBroken(_) | Op::None => {}
            Op::GroupIndent if is_broken => printer.indent += 1,
            Op::GroupDedent if is_broken => printer.indent = printer.indent.saturating_sub(1),
            Op::GroupIndent | Op::GroupDedent => {}
            Op::Indent => printer.indent += 1,
            Op::Dedent => printer.indent = printer.indent.saturating_sub(1),
            Op::Open(limit) => {
                let fits = fits(ops, &measures, index, printer.position(), limit);
                broken.push(!fits);
            }
            Op::OpenBelow => {
                let here = fits(ops, &measures, index, printer.position() + 1, usize::MAX);
                let below = (printer.indent + 1) * INDENT;
                let there = measures.next_hard[index] > measures.close[index]
                    && fits(ops, &measures, index, below, usize::MAX);
                broken.push(!here && there);
            }
            Op::Close => {
                broken.pop();
            }
            Op::Header => headers.push(printer.out.len()),
            Op::HeaderEnd => {
                let start = headers.pop().unwrap_or(0);
                match ends_open(&printer.out[start..]) {
                    true => printer.new_line(1),
                    false => printer.space = true,
                }
            }
        }
    }
    if !printer.out.is_empty() {
        printer.out.push('\n');
    }
    printer.out
}

/// Whether text takes several lines and the last is more than closing delimiters, so that a block behind it needs a line of its own.
fn ends_open(text: &str) -> bool {
    let Some((_, last)) = text.trim_start().rsplit_once('\n') else { return false };
    !last.trim_start().chars().all(|c| matches!(c, ')' | ']' | '}' | '?'))
}

/// Whether the group that opens here goes on one line, up to its first forced line break, with what is glued to its end.
fn fits(ops: &[Op<'_>], measures: &Measures, open: usize, column: usize, limit: usize) -> bool {
    if measures.forced[open] {
        return false;
    }
    let close = measures.close[open];
    let hard = measures.next_hard[open];
    let end = if hard < close { hard } else { measures.next_break[close] };
    let end = (end + usize::from(matches!(ops.get(end), Some(Op::Verbatim(_))))).min(ops.len());
    let content_end = close.min(end);
    let content = measures.columns[content_end] - measures.columns[open];
    let whole = measures.columns[end] - measures.columns[open];
    content <= limit && column + whole <= WIDTH
}
