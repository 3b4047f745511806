//! Templates as trees, and their expansion for one type.

use super::Problem;
use super::types::NumberType;

/// A piece of a template, with the line it starts on.
#[derive(Debug)]
pub(super) enum Node<'t> {
    Text(usize, &'t str),
    Section { line: usize, each: bool, condition: &'t str, body: Vec<Node<'t>> },
}

/// A section that was opened and not yet closed.
struct Open<'t> {
    line: usize,
    each: bool,
    condition: &'t str,
    /// What stood before it.
    outer: Vec<Node<'t>>,
}

/// The tree of a template's text, which starts on line `first_line`.
pub(super) fn parse(text: &str, first_line: usize) -> Result<Vec<Node<'_>>, Problem> {
    let line_of = |at: usize| first_line + text[..at].matches('\n').count();
    let mut nodes = Vec::new();
    let mut open: Vec<Open<'_>> = Vec::new();
    let mut at = 0;
    while let Some(found) = next_marker(&text[at..]) {
        let marker = at + found;
        let before = &text[at..marker];
        nodes.push(Node::Text(line_of(at), before));
        let line = line_of(marker);
        if text[marker..].starts_with("$]") {
            let Open { line, each, condition, outer } =
                open.pop().ok_or_else(|| (line, "`$]` closes no section".to_owned()))?;
            let body = std::mem::replace(&mut nodes, outer);
            nodes.push(Node::Section { line, each, condition, body });
            at = marker + 2;
        } else {
            let (each, condition, end) = parse_opening(text, marker);
            open.push(Open { line, each, condition, outer: std::mem::take(&mut nodes) });
            at = end;
        }
        // A marker alone on its line takes the line with it.
        if text[..marker].trim_end_matches([' ', '\t']).ends_with('\n') || marker == 0 {
            let rest = text[at..].trim_start_matches([' ', '\t']);
            if let Some(rest) = rest.strip_prefix('\n') {
                at = text.len() - rest.len();
                drop_indent(&mut nodes, &mut open);
            }
        }
    }
    if let Some(section) = open.last() {
        return Err((section.line, format!("section `{}` is not closed", section.condition)));
    }
    nodes.push(Node::Text(line_of(at), &text[at..]));
    Ok(nodes)
}

fn next_marker(text: &str) -> Option<usize> {
    [text.find("$["), text.find("$]")].into_iter().flatten().min()
}

/// `$[each LIST` or `$[CONDITION`: which, its condition, and where it ends.
fn parse_opening(text: &str, marker: usize) -> (bool, &str, usize) {
    let word = |from: usize| {
        let start = from + text[from..].len() - text[from..].trim_start_matches(' ').len();
        let length = text[start..].find(char::is_whitespace).unwrap_or(text.len() - start);
        (&text[start..start + length], start + length)
    };
    let (first, end) = word(marker + 2);
    let (each, condition, end) = match first {
        "each" => {
            let (list, end) = word(end);
            (true, list, end)
        }
        condition => (false, condition, end),
    };
    // One blank separates the condition from text on the same line.
    (each, condition, end + usize::from(text[end..].starts_with(' ')))
}

/// Removes the blanks in front of a marker that was alone on its line.
fn drop_indent<'t>(nodes: &mut [Node<'t>], open: &mut [Open<'t>]) {
    let before_section = |nodes: &mut [Node<'t>], skip: usize| {
        let index = nodes.len().checked_sub(skip + 1);
        if let Some(Node::Text(_, text)) = index.and_then(|index| nodes.get_mut(index)) {
            *text = text.trim_end_matches([' ', '\t']);
        }
    };
    match nodes.last_mut() {
        // An opening marker: the text before it went into the outer nodes.
        None => {
            if let Some(section) = open.last_mut() {
                before_section(&mut section.outer, 0);
            }
        }
        // A closing marker: the blanks are the body's last.
        Some(Node::Section { body, .. }) => before_section(body, 0),
        Some(Node::Text(..)) => {}
    }
}

/// Appends the expansion of `nodes` for `ty`; `other` is what `$O` stands for.
pub(super) fn expand(
    nodes: &[Node<'_>],
    ty: &NumberType,
    other: Option<&NumberType>,
    out: &mut String,
) -> Result<(), Problem> {
    for node in nodes {
        match *node {
            Node::Text(line, text) => out.push_str(&words_with(text, ty, other, line)?),
            Node::Section { line, each: true, condition, ref body } => {
                let unknown = || (line, format!("no list `{condition}`"));
                for other in ty.list(condition).ok_or_else(unknown)? {
                    expand(body, ty, Some(other), out)?;
                }
            }
            Node::Section { line, each: false, condition, ref body } => {
                let unknown = || (line, format!("no condition `{condition}`"));
                if ty.satisfies(condition).ok_or_else(unknown)? {
                    expand(body, ty, other, out)?;
                }
            }
        }
    }
    Ok(())
}

/// `text` with its words replaced.
pub(super) fn words(text: &str, ty: &NumberType, line: usize) -> Result<String, Problem> {
    words_with(text, ty, None, line)
}

fn words_with(
    text: &str,
    ty: &NumberType,
    other: Option<&NumberType>,
    line: usize,
) -> Result<String, Problem> {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(dollar) = rest.find('$') {
        out.push_str(&rest[..dollar]);
        let after = &rest[dollar + 1..];
        let length = after.find(|c: char| !c.is_ascii_uppercase()).unwrap_or(after.len());
        let word = &after[..length];
        match word {
            "" => out.push('$'),
            "O" if other.is_some() => out.push_str(other.map_or("", |other| other.name)),
            word => {
                let line = line + text[..text.len() - after.len()].matches('\n').count();
                let value = ty.word(word);
                let unknown = || (line, format!("no word `${word}` for {}", ty.name));
                out.push_str(&value.ok_or_else(unknown)?);
            }
        }
        rest = &after[length..];
    }
    out.push_str(rest);
    Ok(out)
}
