//! What the tree says about tokens: their roles, where lines start, and which stretches break together.

mod nodes;

use vez_ast::*;
use vez_base::TextRange;
use vez_lex::{TokenKind, Tokens};

/// What a token is for, where its kind does not say.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Role {
    #[default]
    Plain,
    /// An operator in front of its operand.
    Prefix,
    /// `<` of generics, `>` of generics.
    AngleOpen,
    AngleClose,
    /// `<` of `<T as Trait>::name`.
    QualifiedOpen,
    BarOpen,
    BarClose,
    /// `{` of statements or items: always on lines of their own.
    Lines,
    /// `{` of match arms: the same, and the last one ends with a comma.
    Arms,
    /// `{` of a block with nothing but a value, which may stay on one line by itself.
    Value,
    /// The same, laid out like the other branch.
    Branch,
    /// `{` of declared fields and variants: a list, always broken.
    Fields,
    /// `{` of a variant's fields.
    VariantFields,
    /// `{` of a struct literal or pattern.
    Literal,
    /// `{` of a `use` tree.
    UseTree,
    /// `(` or `[` of a macro call.
    MacroArgs,
    /// `(` or `[` of an attribute.
    Attribute,
    /// `(` of a parameter list.
    Params,
}

/// What is known of one token.
#[derive(Clone, Debug, Default)]
pub struct Mark {
    pub role: Role,
    /// A statement, item, arm or the like starts here.
    pub starts_line: bool,
    /// Groups that start here, outermost first.
    pub opens: Vec<Open>,
    /// Groups that end behind this token, innermost first: whether its lines were indented.
    pub closes: Vec<bool>,
    /// A line may break in front of the token.
    pub break_before: Break,
    /// `if`, `for` and the like, and the `{` of their block.
    pub starts_header: bool,
    pub ends_header: bool,
    /// The end of an attribute that has a line of its own.
    pub ends_attribute: bool,
    /// Last token of a verbatim stretch that starts here.
    pub verbatim_to: Option<usize>,
}

/// A stretch of tokens that is laid out on one line or at all its breaks.
#[derive(Clone, Copy, Debug)]
pub struct Open {
    /// Columns it may take on one line.
    pub width: usize,
    pub indents: bool,
    /// Its first break is at its very start.
    pub breaks_first: bool,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Break {
    #[default]
    No,
    /// A blank otherwise.
    Line,
    /// Nothing otherwise.
    Soft,
}

/// Widths within which things stay on one line, as rustfmt has them.
const CHAIN_WIDTH: usize = 60;
const IF_ELSE_WIDTH: usize = 50;

/// Marks of every token of the file, and one for its end.
pub fn marks(file: &File, tokens: &Tokens) -> Vec<Mark> {
    let mut marker =
        Marker { tokens, marks: vec![Mark::default(); tokens.len() + 1], groups: Vec::new() };
    for attr in &file.attrs {
        marker.attr(attr, 0);
    }
    for child in &file.items {
        marker.item(child.item(), child.offset, true);
    }
    marker.finish()
}

struct Group {
    first: usize,
    last: usize,
    open: Open,
}

struct Marker<'a> {
    tokens: &'a Tokens,
    marks: Vec<Mark>,
    groups: Vec<Group>,
}

impl Marker<'_> {
    fn finish(mut self) -> Vec<Mark> {
        // Outer groups first.
        self.groups
            .sort_by_key(|group| (group.first, usize::MAX - group.last, !group.open.breaks_first));
        for group in &self.groups {
            self.marks[group.first].opens.push(group.open);
        }
        for group in self.groups.iter().rev() {
            self.marks[group.last].closes.push(group.open.indents);
        }
        self.marks
    }

    /// The token at a byte of the file.
    fn at(&self, offset: u32) -> usize {
        let index = self.tokens.starts.partition_point(|&start| start < offset);
        index.min(self.tokens.len())
    }

    /// The last token of a range.
    fn last(&self, end: u32) -> usize {
        self.tokens.ends.partition_point(|&token_end| token_end < end).min(self.tokens.len())
    }

    /// The next token of a kind at or behind a byte.
    fn next(&self, offset: u32, kind: TokenKind) -> usize {
        let first = self.at(offset);
        let found = self.tokens.kinds[first..].iter().position(|&other| other == kind);
        found.map_or(self.tokens.len(), |n| first + n)
    }

    fn role(&mut self, index: usize, role: Role) {
        self.marks[index].role = role;
    }

    fn group(&mut self, range: TextRange, base: u32, width: usize, indents: bool) {
        self.group_with(range, base, Open { width, indents, breaks_first: false });
    }

    fn group_with(&mut self, range: TextRange, base: u32, open: Open) {
        let first = self.at(range.start + base);
        let last = self.last(range.end + base);
        if first <= last && last < self.tokens.len() {
            self.groups.push(Group { first, last, open });
        }
    }

    fn verbatim(&mut self, range: TextRange, base: u32) {
        if !range.is_empty() {
            let first = self.at(range.start + base);
            let last = self.last(range.end + base);
            self.marks[first].verbatim_to = Some(last);
        }
    }

    // Items --------------------------------------------------------------------------------------------------------------

    fn item(&mut self, item: &Item, offset: u32, own_line: bool) {
        let first = self.at(offset);
        self.marks[first].starts_line |= own_line;
        for attr in &item.attrs {
            self.attr(attr, offset);
        }
        self.nodes(&item.nodes, offset);
        let end = self.last(offset + item.len);
        match &item.kind {
            ItemKind::Fn(function) => self.function(function, item.name, offset),
            ItemKind::Struct { generics, data } => {
                self.generics(generics, offset);
                self.variant_data(data, item.name, offset, Role::Fields);
            }
            ItemKind::Enum { generics, variants } => {
                self.generics(generics, offset);
                self.braces_ending(end, Role::Fields);
                for variant in variants {
                    self.variant(variant, offset);
                }
            }
            ItemKind::Union { generics, fields } => {
                self.generics(generics, offset);
                self.braces_ending(end, Role::Fields);
                fields.iter().for_each(|field| self.field(field, offset));
            }
            ItemKind::Trait { generics, .. } => {
                self.generics(generics, offset);
                self.braces_ending(end, Role::Lines);
            }
            ItemKind::Impl(implementation) => {
                self.generics(&implementation.generics, offset);
                implementation.trait_.iter().for_each(|path| self.path(path, offset));
                if implementation.negative {
                    let path = implementation.trait_.as_ref().map_or(0, |path| path.span.start);
                    let not = self.at(path + offset).saturating_sub(1);
                    self.role(not, Role::Prefix);
                }
                self.braces_ending(end, Role::Lines);
            }
            ItemKind::TypeAlias { generics, .. } => self.generics(generics, offset),
            ItemKind::Mod { inline: true } | ItemKind::ExternBlock { .. } => {
                self.braces_ending(end, Role::Lines);
            }
            ItemKind::Use(tree) => self.use_tree(tree, offset),
            ItemKind::MacroRules { tokens } | ItemKind::MacroCall { tokens, .. } => {
                self.verbatim(*tokens, offset);
            }
            _ => {}
        }
        for child in &item.children {
            self.item(child.item(), offset + child.offset, true);
        }
    }

    /// Gives the `{` whose `}` is token `close` a role.
    fn braces_ending(&mut self, close: usize, role: Role) {
        if self.tokens.kinds[close] != TokenKind::RBrace {
            return;
        }
        let mut depth = 0usize;
        for index in (0..=close).rev() {
            match self.tokens.kinds[index] {
                TokenKind::RBrace => depth += 1,
                TokenKind::LBrace => depth -= 1,
                _ => {}
            }
            if depth == 0 {
                return self.role(index, role);
            }
        }
    }

    fn function(&mut self, function: &Fn, name: Ident, base: u32) {
        self.generics(&function.generics, base);
        let from = function.generics.span.end.max(name.span.end);
        let params = self.next(from + base, TokenKind::LParen);
        self.role(params, Role::Params);
        if let Some(receiver) = &function.self_param {
            let first = self.at(receiver.span.start + base);
            if self.tokens.kinds[first] == TokenKind::And {
                self.role(first, Role::Prefix);
            }
        }
    }

    fn variant(&mut self, variant: &Variant, base: u32) {
        for attr in &variant.attrs {
            self.attr(attr, base);
        }
        self.variant_data(&variant.data, variant.name, base, Role::VariantFields);
    }

    fn variant_data(&mut self, data: &VariantData, name: Ident, base: u32, role: Role) {
        match data {
            VariantData::Unit => {}
            VariantData::Tuple(fields) => fields.iter().for_each(|field| self.field(field, base)),
            VariantData::Struct(fields) => {
                let open = match fields.first() {
                    // A constant among the generics may have braces of its own.
                    Some(first) => {
                        let start = first.attrs.first().map_or(first.name.span, |attr| attr.span);
                        let mut open = self.at(start.start + base);
                        while open > 0 && self.tokens.kinds[open] != TokenKind::LBrace {
                            open -= 1;
                        }
                        open
                    }
                    None => self.next(name.span.end + base, TokenKind::LBrace),
                };
                self.role(open, role);
                fields.iter().for_each(|field| self.field(field, base));
            }
        }
    }

    fn field(&mut self, field: &FieldDef, base: u32) {
        for attr in &field.attrs {
            self.attr(attr, base);
        }
    }

    /// An attribute on lines of its own.
    fn attr(&mut self, attr: &Attr, base: u32) {
        let first = self.at(attr.span.start + base);
        let last = self.last(attr.span.end + base);
        self.marks[first].starts_line = true;
        self.marks[last].ends_attribute = true;
        for index in first..last {
            if self.tokens.kinds[index].is_opener() {
                self.role(index, Role::Attribute);
            }
        }
        self.meta(&attr.meta, base);
    }

    fn meta(&mut self, meta: &Meta, base: u32) {
        match &meta.value {
            MetaValue::Tokens(range) => self.verbatim(*range, base),
            MetaValue::List(all) => all.iter().for_each(|meta| self.meta(meta, base)),
            _ => {}
        }
    }

    fn use_tree(&mut self, tree: &UseTree, base: u32) {
        let first = self.at(tree.span.start + base);
        let last = self.last(tree.span.end + base);
        for index in first..=last {
            if self.tokens.kinds[index] == TokenKind::LBrace {
                self.role(index, Role::UseTree);
            }
        }
    }

    // Generics and paths -------------------------------------------------------------------------------------------------

    fn generics(&mut self, generics: &Generics, base: u32) {
        self.angles(generics.span, base);
        for param in &*generics.params {
            if let GenericParamKind::Type { bounds, .. } = &param.kind {
                self.bounds(bounds, base);
            }
        }
        for predicate in &*generics.predicates {
            if let WherePredicate::Type { lifetimes, bounds, .. } = predicate {
                self.for_lifetimes(lifetimes, base);
                self.bounds(bounds, base);
            }
        }
    }

    fn bounds(&mut self, bounds: &[Bound], base: u32) {
        for bound in bounds {
            match bound {
                Bound::Trait { lifetimes, path, .. } => {
                    self.for_lifetimes(lifetimes, base);
                    self.path(path, base);
                }
                Bound::Captures(args) => self.generic_args(args, base),
                Bound::Lifetime(_) => {}
            }
        }
    }

    /// `for<'a>`
    fn for_lifetimes(&mut self, lifetimes: &[Lifetime], base: u32) {
        if let (Some(first), Some(last)) = (lifetimes.first(), lifetimes.last()) {
            let open = self.at(first.span.start + base).saturating_sub(1);
            self.role(open, Role::AngleOpen);
            let close = self.next(last.span.end + base, TokenKind::Gt);
            self.role(close, Role::AngleClose);
        }
    }

    /// The first and last token of a range, when it is not empty.
    fn angles(&mut self, span: TextRange, base: u32) {
        if !span.is_empty() {
            let first = self.at(span.start + base);
            let last = self.last(span.end + base);
            self.role(first, Role::AngleOpen);
            self.role(last, Role::AngleClose);
        }
    }

    fn path(&mut self, path: &Path, base: u32) {
        if let Some(qself) = &path.qself {
            let first = self.at(path.span.start + base);
            self.role(first, Role::QualifiedOpen);
            self.qualified_close(path, qself, first, base);
        }
        for segment in &*path.segments {
            segment.args.iter().for_each(|args| self.generic_args(args, base));
        }
    }

    /// The `>` in front of the `::` behind the trait's path.
    fn qualified_close(&mut self, path: &Path, qself: &QSelf, first: usize, base: u32) {
        let Some(next) = path.segments.get(qself.trait_segments as usize) else { return };
        let after = self.at(next.name.span.start + base);
        if after >= first + 2 {
            self.role(after - 2, Role::AngleClose);
        }
    }

    fn generic_args(&mut self, args: &GenericArgs, base: u32) {
        if let GenericArgs::Angle { span, constraints, .. } = args {
            self.angles(*span, base);
            for constraint in &**constraints {
                constraint.args.iter().for_each(|args| self.generic_args(args, base));
                if let AssocConstraintKind::Bound(bounds) = &constraint.kind {
                    self.bounds(bounds, base);
                }
            }
        }
    }
}
