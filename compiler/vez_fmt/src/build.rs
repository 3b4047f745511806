//! Tokens, marks and comments to a document.

use crate::layout::Op;
use crate::mark::{Break, Mark, Role};
use crate::space::{self, Seen};
use vez_lex::{TokenKind, Tokens};

/// Columns the inside of a list may take on one line, as rustfmt has them.
const CALL_WIDTH: usize = 60;
const ARRAY_WIDTH: usize = 60;
const ATTRIBUTE_WIDTH: usize = 70;
const LITERAL_WIDTH: usize = 18;
const VARIANT_WIDTH: usize = 35;

/// The document of a whole file.
pub fn document<'s>(text: &'s str, tokens: &'s Tokens, marks: &'s [Mark]) -> Vec<Op<'s>> {
    let mut builder = Builder {
        text,
        tokens,
        marks,
        closers: match_delimiters(tokens),
        ops: Vec::with_capacity(tokens.len() * 3),
        seen: None,
        before: None,
        starts_block: true,
        after_token: 0,
        commented: None,
    };
    if let Some(preamble) = builder.preamble() {
        builder.ops.extend([Op::Text(preamble), Op::Hard]);
    }
    builder.sequence(0, tokens.len(), List::None);
    builder.gap(tokens.len(), false);
    builder.ops
}

/// For each opening delimiter its closing one. The text parses, so that they match.
fn match_delimiters(tokens: &Tokens) -> Vec<usize> {
    let mut closers = vec![0; tokens.len() + 1];
    let mut open = Vec::new();
    for (index, kind) in tokens.kinds.iter().enumerate() {
        if kind.is_opener() {
            open.push(index);
        } else if kind.is_closer()
            && let Some(start) = open.pop()
        {
            closers[start] = index;
        }
    }
    closers
}

/// What stands behind the commas of a sequence.
#[derive(Clone, Copy, PartialEq, Eq)]
enum List {
    /// A blank.
    None,
    /// A line break if the list is broken.
    Soft,
    /// A line break.
    Hard,
}

struct Builder<'s> {
    text: &'s str,
    tokens: &'s Tokens,
    marks: &'s [Mark],
    closers: Vec<usize>,
    ops: Vec<Op<'s>>,
    seen: Option<Seen>,
    before: Option<Seen>,
    /// The next token is the first of a block: its line has been started.
    starts_block: bool,
    /// The place right behind the last token, in front of its comment.
    after_token: usize,
    /// The token whose gap has lost a comment to the line above, and how much of it.
    commented: Option<(usize, usize)>,
}

impl<'s> Builder<'s> {
    /// The `#!` line, which is no token.
    fn preamble(&self) -> Option<&'s str> {
        let gap = self.tokens.gap(self.text, 0).trim_start_matches('\u{feff}');
        let line = gap.lines().next()?;
        line.starts_with("#!").then(|| line.trim_end())
    }

    fn kind(&self, index: usize) -> TokenKind {
        self.tokens.kinds[index]
    }

    fn push(&mut self, op: Op<'s>) {
        self.ops.push(op);
    }

    /// Tokens `first..end`.
    fn sequence(&mut self, first: usize, end: usize, list: List) {
        let mut index = first;
        let mut inner = 0usize;
        let mut in_where = false;
        while index < end {
            let kind = self.kind(index);
            let role = self.marks[index].role;
            if kind == TokenKind::Where {
                in_where = true;
                index = self.start_where(index);
                continue;
            }
            if in_where
                && inner == 0
                && matches!(kind, TokenKind::LBrace | TokenKind::Semi | TokenKind::Eq)
            {
                in_where = false;
                self.end_where(kind);
            }
            if self.marks[index].verbatim_to.is_some() {
                index = self.verbatim(index);
                continue;
            }
            if kind.is_opener() {
                let close = self.closers[index];
                self.delimited(index, close);
                index = close + 1;
                continue;
            }
            match role {
                Role::AngleOpen | Role::QualifiedOpen | Role::BarOpen => inner += 1,
                Role::AngleClose | Role::BarClose => inner = inner.saturating_sub(1),
                _ => {}
            }
            self.token(index);
            if kind == TokenKind::Comma && inner == 0 && (index + 1 < end || in_where) {
                match list {
                    _ if in_where => self.push(Op::Hard),
                    List::None => {}
                    List::Soft => self.push(Op::Line),
                    List::Hard => self.push(Op::Hard),
                }
            }
            index += 1;
        }
    }

    fn start_where(&mut self, index: usize) -> usize {
        self.push(Op::Hard);
        self.token(index);
        self.ops.extend([Op::Indent, Op::Hard]);
        index + 1
    }

    fn end_where(&mut self, next: TokenKind) {
        // Nothing is behind a last bound's comma; nothing is behind a `where` without bounds either.
        let closed =
            self.seen.is_some_and(|seen| matches!(seen.kind, TokenKind::Comma | TokenKind::Where));
        if next == TokenKind::LBrace && !closed {
            self.ops.insert(self.after_token, Op::Text(","));
        }
        self.push(Op::Dedent);
        if next == TokenKind::LBrace {
            self.push(Op::Hard);
        }
    }

    /// A stretch printed as it was written.
    fn verbatim(&mut self, index: usize) -> usize {
        let last = self.marks[index].verbatim_to.unwrap_or(index);
        self.lead(index);
        let range = self.tokens.starts[index] as usize..self.tokens.ends[last] as usize;
        self.raw(&self.text[range]);
        self.see(last);
        self.trail(last);
        last + 1
    }

    fn raw(&mut self, text: &'s str) {
        self.push(if text.contains('\n') { Op::Verbatim(text) } else { Op::Text(text) });
    }

    fn see(&mut self, index: usize) {
        self.before = self.seen;
        self.seen = Some(Seen { kind: self.kind(index), role: self.marks[index].role });
    }

    /// One token, with the comments and breaks around it.
    fn token(&mut self, index: usize) {
        self.lead(index);
        self.token_text(index);
    }

    /// A token behind its [`Builder::lead`].
    fn token_text(&mut self, index: usize) {
        let text = self.tokens.text(self.text, index);
        let doc = self.kind(index).is_doc();
        self.raw(if doc { text.trim_end() } else { text });
        self.see(index);
        self.trail(index);
        if doc || self.marks[index].ends_attribute {
            self.push(Op::Hard);
        }
    }

    /// What stands in front of a token: comments, a line break or blank, the groups it starts.
    fn lead(&mut self, index: usize) {
        let mark = &self.marks[index];
        let starts_block = std::mem::take(&mut self.starts_block);
        let own_line = (mark.starts_line || self.kind(index).is_doc()) && !starts_block;
        let commented = self.gap(index, own_line);
        let breaks = mark.break_before != Break::No
            || (mark.ends_header && commented.is_none())
            || mark.opens.first().is_some_and(|open| open.breaks_first);
        let space = match commented {
            Some(space) => space && !matches!(self.kind(index), TokenKind::Comma | TokenKind::Semi),
            None => !breaks && self.wants_space(index),
        };
        if space {
            self.push(Op::Text(" "));
        }
        if mark.ends_header {
            self.push(Op::HeaderEnd);
        }
        if mark.starts_header {
            self.push(Op::Header);
        }
        for open in &mark.opens {
            self.push(if open.breaks_first { Op::OpenBelow } else { Op::Open(open.width) });
            if open.indents {
                self.push(Op::GroupIndent);
            }
            if open.breaks_first {
                self.push(Op::Line);
            }
        }
        match mark.break_before {
            Break::No => {}
            Break::Line => self.push(Op::Line),
            Break::Soft => self.push(Op::Soft),
        }
    }

    fn wants_space(&self, index: usize) -> bool {
        if self.is_fresh() {
            return false;
        }
        let right = Seen { kind: self.kind(index), role: self.marks[index].role };
        self.seen.is_some_and(|left| space::between(self.before, left, right))
    }

    /// What stands behind a token: the ends of groups, and a comment on its line.
    fn trail(&mut self, index: usize) {
        for &indented in &self.marks[index].closes {
            if indented {
                self.push(Op::GroupDedent);
            }
            self.push(Op::Close);
        }
        self.after_token = self.ops.len();
        let gap = self.tokens.gap(self.text, index + 1);
        let Some(start) = gap.find('/').filter(|&start| !gap[..start].contains('\n')) else {
            return;
        };
        let len = comment_len(&gap[start..]);
        let ends_line = gap[start..].starts_with("//")
            || gap[start + len..].trim_start_matches([' ', '\t']).starts_with('\n');
        if ends_line {
            self.push(Op::Text(" "));
            self.comment(&gap[start..start + len]);
            self.push(Op::Hard);
            self.commented = Some((index + 1, start + len));
        }
    }

    fn comment(&mut self, text: &'s str) {
        self.raw(text.trim_end());
    }

    /// The comments in front of a token, and the line breaks that are kept there. `own_line` tells that the token, with its
    /// comments, starts a line. If there are comments: whether a blank is wanted behind the last.
    fn gap(&mut self, index: usize, own_line: bool) -> Option<bool> {
        let mut gap = self.tokens.gap(self.text, index);
        if index == 0 {
            gap = gap.trim_start_matches('\u{feff}');
            if gap.starts_with("#!") {
                gap = &gap[gap.find('\n').unwrap_or(gap.len())..];
            }
        }
        if let Some((_, len)) = self.commented.filter(|commented| commented.0 == index) {
            gap = &gap[len..];
        }
        let mut space = None;
        while let Some(start) = gap.find('/') {
            let broke = self.line_breaks(&gap[..start]);
            if !broke && own_line && space.is_none() {
                self.push(Op::Hard);
            } else if !broke && !self.is_fresh() {
                self.push(Op::Text(" "));
            }
            let len = comment_len(&gap[start..]);
            let is_line = gap[start..].starts_with("//");
            self.comment(&gap[start..start + len]);
            gap = &gap[start + len..];
            space = Some(!is_line);
            if is_line {
                self.push(Op::Hard);
            }
        }
        if self.kind(index).is_closer() || index == self.tokens.len() {
            return space;
        }
        if (own_line || space.is_some()) && self.line_breaks(gap) {
            space = space.map(|_| false);
        } else if own_line && space.is_none() {
            self.push(Op::Hard);
        }
        space
    }

    /// Whether nothing stands on the line yet.
    fn is_fresh(&self) -> bool {
        let last =
            self.ops.iter().rev().find(|op| !matches!(op, Op::Indent | Op::Dedent | Op::None));
        matches!(last, None | Some(Op::Hard | Op::Blank | Op::Line | Op::Soft))
    }

    /// The line breaks of a blank stretch; an empty line at the start of a block is dropped. Returns whether there are any.
    fn line_breaks(&mut self, blank: &str) -> bool {
        let count = blank.matches('\n').count();
        let mut last = self
            .ops
            .iter()
            .rev()
            .filter(|op| !matches!(op, Op::Indent | Op::Hard | Op::Line | Op::Soft | Op::None));
        let opens_block = matches!(last.next(), None | Some(Op::Text("{" | "(" | "[")));
        match count {
            0 => return false,
            1 => self.push(Op::Hard),
            _ if opens_block => self.push(Op::Hard),
            _ => self.push(Op::Blank),
        }
        true
    }

    // Delimiters ---------------------------------------------------------------------------------------------------------

    fn delimited(&mut self, open: usize, close: usize) {
        let mark = &self.marks[open];
        let is_raw = open + 1 < close && self.marks[open + 1].verbatim_to == Some(close - 1);
        if is_raw {
            // A comment behind the opening delimiter is part of what stands inside.
            self.lead(open);
            let range = self.tokens.starts[open] as usize..self.tokens.starts[close] as usize;
            self.raw(&self.text[range]);
            self.see(open);
            return self.bare_close(close, false);
        }
        if open + 1 == close && !self.tokens.gap(self.text, close).contains('/') {
            self.token(open);
            return self.bare_close(close, false);
        }
        match mark.role {
            Role::Lines => self.lines(open, close, List::None, false),
            Role::Arms => self.lines(open, close, List::None, true),
            Role::Fields => self.lines(open, close, List::Hard, true),
            Role::Value | Role::Branch => self.value(open, close, mark.role == Role::Value),
            Role::VariantFields => self.braced_list(open, close, VARIANT_WIDTH),
            Role::Literal => self.braced_list(open, close, LITERAL_WIDTH),
            Role::Attribute if self.kind(open) == TokenKind::LBracket => {
                self.token(open);
                self.sequence(open + 1, close, List::None);
                self.bare_close(close, false);
            }
            _ if self.kind(open) == TokenKind::LBrace && mark.role != Role::UseTree => {
                self.lines(open, close, List::None, false);
            }
            _ => self.list(open, close),
        }
    }

    /// A closing delimiter glued to what is inside.
    fn bare_close(&mut self, close: usize, own_group: bool) {
        let text = self.tokens.text(self.text, close);
        self.push(Op::Text(text));
        self.see(close);
        if own_group {
            self.push(Op::Close);
        }
        self.trail(close);
        if self.marks[close].ends_attribute {
            self.push(Op::Hard);
        }
    }

    /// `{`, lines, `}`
    fn lines(&mut self, open: usize, close: usize, list: List, comma: bool) {
        self.token(open);
        self.ops.extend([Op::Indent, Op::Hard]);
        self.starts_block = true;
        self.sequence(open + 1, close, list);
        let last = self.kind(close - 1);
        let needs_comma = match list {
            List::Hard => last != TokenKind::Comma,
            _ => !matches!(last, TokenKind::Comma | TokenKind::RBrace),
        };
        if comma && needs_comma && open + 1 < close {
            self.ops.insert(self.after_token, Op::Text(","));
        }
        self.close_lines(close);
    }

    fn close_lines(&mut self, close: usize) {
        self.starts_block = false;
        self.gap(close, false);
        self.ops.extend([Op::Dedent, Op::Hard]);
        self.bare_close(close, false);
    }

    /// A block with nothing but a value.
    fn value(&mut self, open: usize, close: usize, own_group: bool) {
        self.lead(open);
        if own_group {
            self.push(Op::Open(usize::MAX));
        }
        self.token_text(open);
        self.ops.extend([Op::Indent, Op::Line]);
        self.starts_block = true;
        self.sequence(open + 1, close, List::None);
        self.close_soft(close, own_group);
    }

    fn close_soft(&mut self, close: usize, own_group: bool) {
        self.starts_block = false;
        self.gap(close, false);
        self.ops.extend([Op::Dedent, Op::Line]);
        self.bare_close(close, own_group);
    }

    /// `{ a, b }`
    fn braced_list(&mut self, open: usize, close: usize, width: usize) {
        self.lead(open);
        // The width is that of what is inside, without the braces' own columns.
        self.push(Op::Open(width + 4));
        self.token_text(open);
        self.ops.extend([Op::Indent, Op::Line]);
        self.starts_block = true;
        let end = self.without_trailing_comma(close);
        self.sequence(open + 1, end, List::Soft);
        if !self.ends_with_rest(open, end) {
            self.ops.insert(self.after_token, Op::IfBroken(","));
        }
        self.close_soft(close, true);
    }

    /// The end of a list's content, its trailing comma left out; a comment behind the comma keeps it.
    fn without_trailing_comma(&self, close: usize) -> usize {
        let comma = self.kind(close - 1) == TokenKind::Comma
            && !self.tokens.gap(self.text, close).contains('/')
            && self.marks[close - 1].closes.is_empty();
        if comma { close - 1 } else { close }
    }

    /// Whether the last element of a list starts with `..`, which no comma may follow, or the list ends with a comma that stays.
    fn ends_with_rest(&self, open: usize, end: usize) -> bool {
        if end == open + 1 || self.kind(end - 1) == TokenKind::Comma {
            return true;
        }
        let last = self.elements(open, end).last().copied().unwrap_or(open + 1);
        matches!(self.kind(last), TokenKind::DotDot | TokenKind::DotDotDot)
    }

    /// The first tokens of a list's elements.
    fn elements(&self, open: usize, end: usize) -> Vec<usize> {
        let mut starts = vec![open + 1];
        let mut index = open + 1;
        let mut inner = 0usize;
        while index < end {
            match self.marks[index].role {
                Role::AngleOpen | Role::QualifiedOpen | Role::BarOpen => inner += 1,
                Role::AngleClose | Role::BarClose => inner = inner.saturating_sub(1),
                _ => {}
            }
            if self.kind(index).is_opener() {
                index = self.closers[index];
            } else if self.kind(index) == TokenKind::Comma && inner == 0 && index + 1 < end {
                starts.push(index + 1);
            }
            index += 1;
        }
        starts
    }

    /// `(a, b)`, `[a, b]`, `use` braces.
    fn list(&mut self, open: usize, close: usize) {
        let role = self.marks[open].role;
        let is_call = self.kind(open) == TokenKind::LParen
            && self.seen.is_some_and(|seen| {
                matches!(seen.kind, TokenKind::Ident | TokenKind::RawIdent | TokenKind::SelfType)
                    || seen.kind.is_closer()
                    || seen.role == Role::AngleClose
                    || seen.kind == TokenKind::Question
            });
        let end = self.without_trailing_comma(close);
        let elements = self.elements(open, end);
        let has_comma = elements.len() > 1 || end < close;
        // `(a,)` is a tuple because of its comma.
        let one_tuple = !is_call
            && role == Role::Plain
            && elements.len() == 1
            && end < close
            && self.kind(open) == TokenKind::LParen;
        let end = if one_tuple { close } else { end };
        let adds_comma = match role {
            Role::MacroArgs => end < close,
            Role::Params | Role::UseTree => true,
            _ => is_call || (has_comma && !one_tuple),
        } && !self.ends_with_variadic(open, end);
        let width = match self.kind(open) {
            _ if role == Role::Attribute => ATTRIBUTE_WIDTH,
            _ if role == Role::Params => usize::MAX - 2,
            TokenKind::LBracket => ARRAY_WIDTH,
            TokenKind::LParen if is_call || role == Role::MacroArgs => CALL_WIDTH,
            _ => usize::MAX - 2,
        };
        self.lead(open);
        self.push(Op::Open(width.saturating_add(2)));
        self.token_text(open);
        let edge = self.ops.len();
        self.ops.extend([Op::Indent, Op::Soft]);
        self.starts_block = true;
        self.sequence(open + 1, end, List::Soft);
        let hugs = (is_call || role == Role::MacroArgs) && self.hugs(&elements, end);
        if hugs {
            self.ops[edge] = Op::None;
            self.ops[edge + 1] = Op::None;
        } else if adds_comma {
            self.ops.insert(self.after_token, Op::IfBroken(","));
        }
        self.starts_block = false;
        self.gap(close, false);
        if !hugs {
            self.ops.extend([Op::Dedent, Op::Soft]);
        }
        self.bare_close(close, true);
    }

    fn ends_with_variadic(&self, open: usize, end: usize) -> bool {
        if end == open + 1 {
            return true;
        }
        let last = self.elements(open, end).last().copied().unwrap_or(open + 1);
        self.kind(last) == TokenKind::DotDotDot || self.kind(end - 1) == TokenKind::Comma
    }

    /// Whether the delimiters stay with the last argument: a closure with a block, or a lone call, literal or block.
    fn hugs(&self, elements: &[usize], end: usize) -> bool {
        let Some(&last) = elements.last() else { return false };
        if !self.kind(end - 1).is_closer() || self.has_comments(elements[0], end) {
            return false;
        }
        let closure = self.marks[last].role == Role::BarOpen
            || (self.kind(last) == TokenKind::Move && self.marks[last + 1].role == Role::BarOpen);
        if closure && self.kind(end - 1) == TokenKind::RBrace {
            return true;
        }
        if elements.len() > 1 {
            return false;
        }
        let mut index = last;
        while index < end && !self.kind(index).is_opener() {
            let in_path = matches!(
                self.kind(index),
                TokenKind::Ident
                    | TokenKind::RawIdent
                    | TokenKind::SelfType
                    | TokenKind::SelfValue
                    | TokenKind::Dot
                    | TokenKind::Crate
                    | TokenKind::ColonColon
                    | TokenKind::Not
                    | TokenKind::And
                    | TokenKind::Mut
                    | TokenKind::Unsafe
            );
            if !in_path {
                return false;
            }
            index += 1;
        }
        index < end && self.closers[index] + 1 == end
    }

    fn has_comments(&self, first: usize, end: usize) -> bool {
        (first + 1..=end).any(|index| {
            let gap = self.tokens.gap(self.text, index);
            gap.contains('/') && self.closers_enclose(first, index)
        })
    }

    /// Comments deeper inside move nothing; those between arguments do.
    fn closers_enclose(&self, first: usize, index: usize) -> bool {
        let mut at = first;
        while at < index {
            at = if self.kind(at).is_opener() { self.closers[at] + 1 } else { at + 1 };
        }
        at == index
    }
}

/// The length of the comment a text starts with. The text is part of a gap, so that it is one.
fn comment_len(text: &str) -> usize {
    if text.starts_with("//") {
        return text.find('\n').unwrap_or(text.len());
    }
    let bytes = text.as_bytes();
    let mut depth = 0usize;
    let mut at = 0;
    while at < bytes.len() {
        match (bytes[at], bytes.get(at + 1)) {
            (b'/', Some(b'*')) => {
                depth += 1;
                at += 2;
            }
            (b'*', Some(b'/')) => {
                depth = depth.saturating_sub(1);
                at += 2;
                if depth == 0 {
                    return at;
                }
            }
            _ => at += 1,
        }
    }
    text.len()
}
