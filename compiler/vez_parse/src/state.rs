//! What the rules share: the text, the arenas being built, what was reported.

use crate::cursor::{Deep, Tokens, deep};
use crate::error::{Expected, ParseError, Reason};
use crate::{expr, item, pat, ty};
use chumsky::input::{Checkpoint, Cursor};
use chumsky::inspector::Inspector;
use std::cell::OnceCell;
use vez_ast::{Child, ExprId, Ident, Nodes, PatId, TypeId};
use vez_base::{Anchor, FxHashMap, Name, Span, TextRange, limits};
use vez_diag::{Diagnostic, Fix, registry};
use vez_lex::TokenKind;

/// Tokens looked back over for an unclosed delimiter: keeps many errors in one file linear.
const SEARCH_LIMIT: usize = 10_000;

/// What an expression may not (or may) be, because of where it stands. Any delimiter lifts these.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Restrictions {
    /// In a condition: `path {` is no struct literal.
    pub no_struct: bool,
    /// In a condition: `let p = e` is an operand of `&&`.
    pub allow_let: bool,
}

/// The item that is being built.
#[derive(Default)]
pub struct Frame {
    /// The item's first byte; its spans count from here.
    pub base: u32,
    pub nodes: Nodes,
    pub children: Vec<Child>,
    /// Known as soon as it is read, so that a damaged item keeps its name.
    pub name: Option<Ident>,
}

impl Frame {
    /// What was built, in exactly the room it needs; the frame keeps its own.
    pub fn take(&mut self) -> (Nodes, Vec<Child>) {
        let nodes = Nodes {
            exprs: self.nodes.exprs.take(),
            pats: self.nodes.pats.take(),
            types: self.nodes.types.take(),
            blocks: self.nodes.blocks.take(),
        };
        (nodes, self.children.drain(..).collect())
    }
}

/// The rules that nest. Made once a parse.
pub struct DeepRules<'s> {
    pub expr: Deep<'s, ExprId>,
    pub operand: Deep<'s, ExprId>,
    pub block_like: Deep<'s, ExprId>,
    pub ty: Deep<'s, TypeId>,
    pub pat: Deep<'s, PatId>,
    pub item: Deep<'s, Child>,
}

/// State of one parse.
pub struct State<'s> {
    pub text: &'s str,
    pub kinds: &'s [TokenKind],
    pub starts: &'s [u32],
    pub ends: &'s [u32],
    pub frame: Frame,
    pub outer: Vec<Frame>,
    /// Frames of items that are done, for the room they have.
    pub spare: Vec<Frame>,
    pub restrictions: Restrictions,
    pub rules: DeepRules<'s>,
    pub depth: usize,
    /// Where the item being read stands.
    pub place: item::Place,
    /// Inside a contract, which is reported as a whole.
    pub in_contract: bool,
    /// Tokens looked at so far.
    pub work: u64,
    anchor: Anchor,
    errors: Vec<Diagnostic>,
    /// The last token an unexpected token was reported at: one report a token.
    last_error: Option<u32>,
    furthest: Option<ParseError>,
    names: FxHashMap<&'s str, Name>,
    closers: OnceCell<Vec<u32>>,
}

impl<'s> State<'s> {
    pub fn new(text: &'s str, tokens: &'s vez_lex::Tokens, anchor: Anchor) -> State<'s> {
        State {
            text,
            kinds: &tokens.kinds,
            starts: &tokens.starts,
            ends: &tokens.ends,
            frame: Frame::default(),
            outer: Vec::new(),
            spare: Vec::new(),
            restrictions: Restrictions::default(),
            rules: DeepRules {
                expr: deep(expr::expr_rule),
                operand: deep(expr::operand_rule),
                block_like: deep(expr::block_like),
                ty: deep(ty::type_rule),
                pat: deep(pat::pattern_rule),
                item: deep(item::item_rule),
            },
            depth: 0,
            place: item::Place::Module,
            in_contract: false,
            work: 0,
            anchor,
            errors: Vec::new(),
            last_error: None,
            furthest: None,
            names: FxHashMap::default(),
            closers: OnceCell::new(),
        }
    }

    /// Everything that was reported, in the order of the text.
    pub fn finish(mut self) -> Vec<Diagnostic> {
        self.errors.sort_by_key(|error| error.span.start);
        self.errors
    }

    /// The interned text of a token, with a table of this file in front of the global one.
    pub fn intern(&mut self, text: &'s str) -> Name {
        *self.names.entry(text).or_insert_with(|| Name::identifier(text))
    }

    pub fn token_text(&self, index: usize) -> &'s str {
        &self.text[self.starts[index] as usize..self.ends[index] as usize]
    }

    /// Where a token is in the file, as a span for diagnostics.
    pub fn token_span(&self, index: usize) -> Span {
        let index = index.min(self.kinds.len() - 1);
        Span::new(self.anchor, TextRange::new(self.starts[index], self.ends[index]))
    }

    /// From token `first` up to (not including) token `end`, as a span for diagnostics.
    pub fn tokens_span(&self, first: usize, end: usize) -> Span {
        let start = self.starts[first];
        let end = if end > first { self.ends[end - 1] } else { start };
        Span::new(self.anchor, TextRange::new(start, end))
    }

    /// A range of the item being built, as a span for diagnostics.
    pub fn span(&self, range: TextRange) -> Span {
        Span::new(self.anchor, range.shifted(self.frame.base))
    }

    /// A range of the file, as a span for diagnostics.
    pub fn file_span(&self, range: TextRange) -> Span {
        Span::new(self.anchor, range)
    }

    /// The empty place right after the token before `index`: where something is missing.
    pub fn after_previous(&self, index: usize) -> Span {
        if index == 0 { self.token_span(0).before() } else { self.token_span(index - 1).after() }
    }

    /// Whether token `index` is the first of its line.
    pub fn starts_line(&self, index: usize) -> bool {
        let start = if index == 0 { 0 } else { self.ends[index - 1] as usize };
        index == 0 || self.text[start..self.starts[index] as usize].contains('\n')
    }

    pub fn report(&mut self, diagnostic: Diagnostic) {
        self.errors.push(diagnostic);
    }

    pub fn not_supported(&mut self, what: &str, span: Span) {
        self.report(registry::NotSupported { what }.at(span));
    }

    /// A token left out where it is obvious, with the fix that puts it there.
    pub fn report_missing(&mut self, token: &str, before: usize) {
        if self.last_error == Some(before as u32) {
            return;
        }
        self.last_error = Some(before as u32);
        let span = self.after_previous(before);
        let fix = Fix::new(format!("insert {token}"))
            .replace(span, token.trim_matches('`'))
            .machine_applicable();
        self.report(registry::MissingToken { token }.at(span).fix(fix));
    }

    /// Remembers a rule's failure. chumsky keeps one error a position of the rule's start; the one that got furthest is kept here.
    pub fn note_failure(&mut self, error: ParseError) {
        let furthest = self.furthest.map_or(error, |furthest| furthest.further(error));
        self.furthest = Some(furthest);
    }

    /// No more reports about the end of the text: the lexer has said what runs up to it.
    pub fn silence_end(&mut self) {
        self.last_error = Some(self.kinds.len() as u32 - 1);
    }

    /// Reports why a rule failed, unless its token was reported already. Returns the token at fault.
    pub fn report_parse_error(&mut self, error: ParseError) -> usize {
        let furthest = self.furthest.take();
        let error = furthest.map_or(error, |furthest| error.further(furthest));
        let at = (error.at as usize).min(self.kinds.len() - 1);
        if self.last_error == Some(at as u32) {
            return at;
        }
        self.last_error = Some(at as u32);
        if self.kinds[at] == TokenKind::Unknown {
            return at; // the lexer said so
        }
        let diagnostic = match error.reason {
            Reason::Unexpected => self.explain_unexpected(error, at),
            Reason::TooDeep => self.explain_depth(error, at, limits::DEPTH),
            Reason::TooLong => self.explain_depth(error, at, expr::CHAIN_LIMIT),
        };
        // After the first bracket that closes nothing, the others are closed by the wrong ones.
        let unmatched = registry::UnmatchedDelimiter::<String>::CODE;
        let is_next = |known: &Diagnostic| known.code == unmatched;
        if diagnostic.code != unmatched || !self.errors.iter().any(is_next) {
            self.report(diagnostic);
        }
        at
    }

    fn explain_unexpected(&self, error: ParseError, at: usize) -> Diagnostic {
        let span = self.token_span(at);
        if error.wants_closer()
            && let Some(open) = self.unclosed_before(at)
        {
            let expected = error.expected();
            let open_span = self.token_span(open);
            let error = registry::UnclosedDelimiter { open: self.token_text(open) }.at(open_span);
            return error.label(span, format!("{expected} expected before this"));
        }
        if error.wants_closer()
            && self.kinds[at].is_closer()
            && let Some(open) = self.innermost_open(at)
        {
            let (open_text, close) = (self.token_text(open), self.token_text(at));
            let error = registry::MismatchedDelimiter { open: open_text, close }.at(span);
            return error.label(self.token_span(open), "opened here");
        }
        crate::habit::explain(self, error, at).unwrap_or_else(|| {
            let found = self.describe(at);
            registry::UnexpectedToken { expected: error.expected(), found }.at(span)
        })
    }

    /// The delimiter that is open at a token, seen from the start of the file.
    fn innermost_open(&self, at: usize) -> Option<usize> {
        let mut open = Vec::new();
        for (index, &kind) in self.kinds[..at].iter().enumerate() {
            if kind.is_opener() {
                open.push(index);
            } else if kind.is_closer() {
                open.pop();
            }
        }
        open.pop()
    }

    fn explain_depth(&self, error: ParseError, at: usize, limit: usize) -> Diagnostic {
        let what = match error.primary {
            Expected::Type => "types",
            Expected::Pattern => "patterns",
            Expected::Item => "items",
            _ => "expressions",
        };
        registry::NestingTooDeep { what, limit }.at(self.token_span(at))
    }

    /// The innermost delimiter that is open at a token and never closed; none where the nearest open one is closed later.
    fn unclosed_before(&self, at: usize) -> Option<usize> {
        let closers = self.closers();
        let mut index = at;
        let mut steps = 0;
        while index > 0 && steps < SEARCH_LIMIT {
            index -= 1;
            steps += 1;
            if self.kinds[index].is_opener() {
                match closers[index] as usize {
                    0 => return Some(index),
                    close if close >= at => return None,
                    _ => {}
                }
            }
        }
        None
    }

    /// A token as it stands after "found".
    pub fn describe(&self, index: usize) -> String {
        match self.kinds[index] {
            TokenKind::Eof => "the end of the file".to_owned(),
            kind if kind.is_doc() => "a doc comment".to_owned(),
            kind if kind.is_keyword() => format!("keyword `{}`", self.token_text(index)),
            _ => {
                let text = self.token_text(index);
                let line = text.lines().next().unwrap_or("");
                let short: String = line.chars().take(40).collect();
                let dots = if short.len() < text.len() { "..." } else { "" };
                format!("`{short}{dots}`")
            }
        }
    }

    /// For each opening delimiter the index of its closing one, 0 where it has none. Made once, on the first error.
    pub fn closers(&self) -> &[u32] {
        self.closers.get_or_init(|| crate::recover::match_delimiters(self.kinds))
    }

    /// Takes what was reported, so that a rewind does not lose it.
    pub fn take_errors(&mut self) -> Vec<Diagnostic> {
        std::mem::take(&mut self.errors)
    }

    pub fn restore_errors(&mut self, errors: Vec<Diagnostic>) {
        self.errors = errors;
    }

    pub fn mark(&self) -> Mark {
        Mark {
            exprs: self.frame.nodes.exprs.len() as u32,
            pats: self.frame.nodes.pats.len() as u32,
            types: self.frame.nodes.types.len() as u32,
            blocks: self.frame.nodes.blocks.len() as u32,
            children: self.frame.children.len() as u32,
            frames: self.outer.len() as u32,
            errors: self.errors.len() as u32,
            last_error: self.last_error,
        }
    }

    /// Forgets everything built and reported since the mark, items begun included.
    pub fn reset(&mut self, mark: Mark) {
        while self.outer.len() > mark.frames as usize {
            self.frame = self.outer.pop().expect("more frames than the mark has");
        }
        let Frame { nodes, children, .. } = &mut self.frame;
        nodes.exprs.truncate(mark.exprs as usize);
        nodes.pats.truncate(mark.pats as usize);
        nodes.types.truncate(mark.types as usize);
        nodes.blocks.truncate(mark.blocks as usize);
        children.truncate(mark.children as usize);
        if self.errors.len() > mark.errors as usize {
            self.errors.truncate(mark.errors as usize);
            self.last_error = mark.last_error; // a forgotten report has told nobody
        }
    }
}

/// How much was built: what a rewind goes back to.
#[derive(Clone, Copy)]
pub struct Mark {
    exprs: u32,
    pats: u32,
    types: u32,
    blocks: u32,
    children: u32,
    frames: u32,
    errors: u32,
    last_error: Option<u32>,
}

impl<'s> Inspector<'s, Tokens<'s>> for State<'s> {
    type Checkpoint = Mark;

    #[inline]
    fn on_token(&mut self, _: &TokenKind) {
        self.work += 1;
    }

    #[inline]
    fn on_save<'p>(&self, _: &Cursor<'s, 'p, Tokens<'s>>) -> Mark {
        self.mark()
    }

    #[inline]
    fn on_rewind<'p>(&mut self, marker: &Checkpoint<'s, 'p, Tokens<'s>, Mark>) {
        self.reset(*marker.inspector());
    }
}
