//! The grammar of format strings, Rust's.

use vez_base::name::{is_ident_continue, is_ident_start};

/// A part of a format string. Ranges are bytes of the decoded string.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Piece {
    Text(String),
    Placeholder(Placeholder),
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Placeholder {
    pub(crate) arg: ArgRef,
    pub(crate) arg_range: (usize, usize),
    pub(crate) spec: Spec,
    /// Braces included.
    pub(crate) range: (usize, usize),
}

/// Which argument a placeholder shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum ArgRef {
    Next,
    Index(usize),
    Name(String),
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Spec {
    pub(crate) fill: Option<char>,
    pub(crate) align: Option<Align>,
    pub(crate) plus: bool,
    pub(crate) minus: bool,
    pub(crate) alternate: bool,
    pub(crate) zero: bool,
    pub(crate) debug_hex: Option<DebugHex>,
    pub(crate) width: Count,
    pub(crate) precision: Count,
    /// The letters at the end: empty, `?`, `x`, ...
    pub(crate) ty: String,
    pub(crate) ty_range: (usize, usize),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Align {
    Left,
    Right,
    Center,
}

/// `x?` and `X?`
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum DebugHex {
    Lower,
    Upper,
}

/// A width or precision.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) enum Count {
    #[default]
    None,
    Lit(u16),
    Arg(usize),
    Name(String, (usize, usize)),
    /// `.*`: the next argument, before the one shown.
    Star,
}

/// What is wrong with a format string, and where in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Error {
    pub(crate) start: usize,
    pub(crate) end: usize,
    pub(crate) reason: String,
}

pub(crate) fn parse(text: &str) -> Result<Vec<Piece>, Error> {
    let mut parser = Parser { text, at: 0 };
    let mut pieces = Vec::new();
    let mut literal = String::new();
    while let Some(c) = parser.peek() {
        match c {
            '{' if parser.rest().starts_with("{{") => {
                parser.at += 2;
                literal.push('{');
            }
            '}' if parser.rest().starts_with("}}") => {
                parser.at += 2;
                literal.push('}');
            }
            '{' => {
                if !literal.is_empty() {
                    pieces.push(Piece::Text(std::mem::take(&mut literal)));
                }
                pieces.push(Piece::Placeholder(parser.placeholder()?));
            }
            '}' => {
                let reason = "unmatched `}`, write `}}` for a brace";
                return Err(parser.error(parser.at, parser.at + 1, reason));
            }
            c => {
                parser.at += c.len_utf8();
                literal.push(c);
            }
        }
    }
    if !literal.is_empty() {
        pieces.push(Piece::Text(literal));
    }
    Ok(pieces)
}

struct Parser<'a> {
    text: &'a str,
    at: usize,
}

impl Parser<'_> {
    fn rest(&self) -> &str {
        &self.text[self.at..]
    }

    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    fn eat(&mut self, c: char) -> bool {
        let found = self.peek() == Some(c);
        if found {
            self.at += c.len_utf8();
        }
        found
    }

    fn error(&self, start: usize, end: usize, reason: &str) -> Error {
        Error { start, end: end.min(self.text.len()), reason: reason.to_owned() }
    }

    fn white_space(&mut self) {
        while let Some(c) = self.peek().filter(|c| c.is_whitespace()) {
            self.at += c.len_utf8();
        }
    }

    fn placeholder(&mut self) -> Result<Placeholder, Error> {
        let start = self.at;
        self.at += 1;
        self.white_space();
        let arg_start = self.at;
        let arg = match self.number()? {
            Some(index) => ArgRef::Index(index),
            None => match self.name() {
                Some(name) => ArgRef::Name(name),
                None => ArgRef::Next,
            },
        };
        let arg_range = (arg_start, self.at);
        self.white_space();
        let spec = if self.eat(':') { self.spec()? } else { Spec::default() };
        self.white_space();
        if self.eat('}') {
            return Ok(Placeholder { arg, arg_range, spec, range: (start, self.at) });
        }
        match self.peek() {
            None => Err(self.error(start, self.text.len(), "unclosed placeholder")),
            Some(_)
                if matches!(arg, ArgRef::Name(_)) && self.rest().starts_with(['.', '[', '(']) =>
            {
                let reason = "only a name may stand here, give other expressions as arguments";
                Err(self.error(arg_range.0, self.at + 1, reason))
            }
            Some(c) => {
                let reason = format!("expected `}}`, found `{c}`");
                Err(self.error(self.at, self.at + c.len_utf8(), &reason))
            }
        }
    }

    /// Decimal digits.
    fn number(&mut self) -> Result<Option<usize>, Error> {
        let start = self.at;
        while self.peek().is_some_and(|c| c.is_ascii_digit()) {
            self.at += 1;
        }
        if start == self.at {
            return Ok(None);
        }
        match self.text[start..self.at].parse() {
            Ok(number) if number <= usize::from(u16::MAX) => Ok(Some(number)),
            _ => Err(self.error(start, self.at, "number above 65535")),
        }
    }

    fn name(&mut self) -> Option<String> {
        let start = self.at;
        if !self.peek().is_some_and(is_ident_start) {
            return None;
        }
        while let Some(c) = self.peek().filter(|&c| is_ident_continue(c)) {
            self.at += c.len_utf8();
        }
        Some(self.text[start..self.at].to_owned())
    }

    fn spec(&mut self) -> Result<Spec, Error> {
        let mut spec = Spec::default();
        let mut ahead = self.rest().chars();
        let (first, second) = (ahead.next(), ahead.next());
        if let (Some(fill), Some(align)) = (first, second.and_then(align_of)) {
            spec.fill = Some(fill);
            spec.align = Some(align);
            self.at += fill.len_utf8() + 1;
        } else if let Some(align) = first.and_then(align_of) {
            spec.align = Some(align);
            self.at += 1;
        }
        spec.plus = self.eat('+');
        spec.minus = !spec.plus && self.eat('-');
        spec.alternate = self.eat('#');
        // `0$` is the width of argument 0, not the flag.
        spec.zero = !self.rest().starts_with("0$") && self.eat('0');
        spec.width = self.count()?;
        if self.eat('.') {
            spec.precision = if self.eat('*') { Count::Star } else { self.count()? };
            if spec.precision == Count::None {
                return Err(self.error(self.at - 1, self.at, "expected a precision after `.`"));
            }
        }
        self.ty(&mut spec);
        Ok(spec)
    }

    fn count(&mut self) -> Result<Count, Error> {
        let start = self.at;
        if let Some(number) = self.number()? {
            return Ok(if self.eat('$') { Count::Arg(number) } else { Count::Lit(number as u16) });
        }
        if let Some(name) = self.name() {
            let range = (start, self.at);
            if self.eat('$') {
                return Ok(Count::Name(name, range));
            }
            // The letters of the type.
            self.at = start;
        }
        Ok(Count::None)
    }

    fn ty(&mut self, spec: &mut Spec) {
        let start = self.at;
        if self.rest().starts_with("x?") || self.rest().starts_with("X?") {
            let lower = self.rest().starts_with('x');
            spec.debug_hex = Some(if lower { DebugHex::Lower } else { DebugHex::Upper });
            self.at += 1;
        }
        let letters = self.at;
        if !self.eat('?') {
            self.name();
        }
        spec.ty = self.text[letters..self.at].to_owned();
        spec.ty_range = (start, self.at);
    }
}

fn align_of(c: char) -> Option<Align> {
    match c {
        '<' => Some(Align::Left),
        '>' => Some(Align::Right),
        '^' => Some(Align::Center),
        _ => None,
    }
}
