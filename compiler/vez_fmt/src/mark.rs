//! What the tree says about tokens: their roles, where lines start, and which stretches break together.

use vez_ast::*;
use vez_base::{FxHashSet, TextRange};
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
        marker.item(&child.item, child.offset, true);
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
            self.item(&child.item, offset + child.offset, true);
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
            if let Bound::Trait { lifetimes, path, .. } = bound {
                self.for_lifetimes(lifetimes, base);
                self.path(path, base);
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

    // Nodes --------------------------------------------------------------------------------------------------------------

    fn nodes(&mut self, nodes: &Nodes, base: u32) {
        for ty in nodes.types.iter() {
            self.ty(ty, base);
        }
        let mut arms = FxHashSet::default();
        for expr in nodes.exprs.iter() {
            if let ExprKind::Match { arms: all, .. } = &expr.kind {
                arms.extend(all.iter().map(|arm| arm.pat));
            }
        }
        for id in nodes.pats.ids() {
            self.pat(nodes, id, &arms, base);
        }
        for block in nodes.blocks.iter() {
            self.block(nodes, block, base);
        }
        // Receivers and left operands are laid out with the chain they begin.
        let mut inner = vec![false; nodes.exprs.len()];
        for expr in nodes.exprs.iter() {
            if let Some(receiver) = chained(&expr.kind) {
                inner[vez_base::Idx::index(receiver)] = true;
            }
            if let ExprKind::Binary(op, _, left, _) = &expr.kind
                && let ExprKind::Binary(left_op, ..) = &nodes.exprs[*left].kind
                && precedence(*op) == precedence(*left_op)
            {
                inner[vez_base::Idx::index(*left)] = true;
            }
        }
        for (id, expr) in nodes.exprs.iter_enumerated() {
            self.expr(nodes, expr, base);
            if !inner[vez_base::Idx::index(id)] {
                self.chain(nodes, id, base);
                self.operators(nodes, id, base);
            }
        }
    }

    fn ty(&mut self, ty: &Type, base: u32) {
        let first = self.at(ty.span.start + base);
        match &ty.kind {
            TypeKind::Path(path) => self.path(path, base),
            TypeKind::Ref { .. } | TypeKind::Ptr { .. } => self.role(first, Role::Prefix),
            TypeKind::Dyn(bounds) | TypeKind::Impl(bounds) => self.bounds(bounds, base),
            TypeKind::Fn(pointer) => self.for_lifetimes(&pointer.lifetimes, base),
            TypeKind::Error => self.macro_args(ty.span, base),
            _ => {}
        }
    }

    /// The arguments of a macro that is only kept as text.
    fn macro_args(&mut self, span: TextRange, base: u32) {
        let first = self.at(span.start + base);
        let last = self.last(span.end + base);
        let open = (first..last).find(|&index| self.tokens.kinds[index].is_opener());
        if let Some(open) = open.filter(|&open| open + 1 < last) {
            self.marks[open + 1].verbatim_to = Some(last - 1);
        }
    }

    fn pat(&mut self, nodes: &Nodes, id: PatId, arms: &FxHashSet<PatId>, base: u32) {
        let pat = &nodes.pats[id];
        let first = self.at(pat.span.start + base);
        match &pat.kind {
            PatKind::Ref { .. } => self.role(first, Role::Prefix),
            PatKind::TupleStruct(path, _) | PatKind::Path(path) => self.path(path, base),
            PatKind::Struct { path, .. } => {
                self.path(path, base);
                let open = self.next(path.span.end + base, TokenKind::LBrace);
                self.role(open, Role::Literal);
            }
            PatKind::Or(alternatives) => {
                self.group(pat.span, base, usize::MAX, !arms.contains(&id));
                for &alternative in &alternatives[1..] {
                    let start = nodes.pats[alternative].span.start;
                    let bar = self.at(start + base).saturating_sub(1);
                    self.marks[bar].break_before = Break::Line;
                }
            }
            PatKind::Error => self.macro_args(pat.span, base),
            _ => {}
        }
    }

    fn block(&mut self, nodes: &Nodes, block: &Block, base: u32) {
        let open = self.at(block.span.start + base);
        if self.marks[open].role == Role::Plain {
            self.role(open, Role::Lines);
        }
        for stmt in &*block.stmts {
            let first = self.at(stmt.span.start + base);
            self.marks[first].starts_line = true;
            self.statement_attributes(first);
            if let StmtKind::Let { init, otherwise, .. } = &stmt.kind {
                init.iter().for_each(|&init| self.assigned(nodes, init, base));
                otherwise.iter().for_each(|&block| {
                    self.value_block(nodes, block, base, Role::Value);
                });
            }
        }
        if let Some(tail) = block.tail {
            // Attributes of the value are in front of it.
            let mut first = self.at(nodes.exprs[tail].span.start + base);
            while first > open + 1 && self.tokens.kinds[first - 1] == TokenKind::RBracket {
                match self.attribute_before(first - 1) {
                    Some(start) => first = start,
                    None => break,
                }
            }
            self.marks[first].starts_line = true;
            self.statement_attributes(first);
        }
    }

    /// The `#` of an attribute that ends with this `]`.
    fn attribute_before(&self, close: usize) -> Option<usize> {
        let mut depth = 0usize;
        for index in (0..=close).rev() {
            match self.tokens.kinds[index] {
                TokenKind::RBracket => depth += 1,
                TokenKind::LBracket => depth -= 1,
                _ => {}
            }
            if depth == 0 {
                let pound = index.checked_sub(1)?;
                return (self.tokens.kinds[pound] == TokenKind::Pound).then_some(pound);
            }
        }
        None
    }

    /// Attributes and doc comments that start a statement have lines of their own.
    fn statement_attributes(&mut self, first: usize) {
        let mut index = first;
        loop {
            match self.tokens.kinds[index] {
                TokenKind::OuterDoc => index += 1,
                TokenKind::Pound if self.tokens.kinds[index + 1] == TokenKind::LBracket => {
                    let mut depth = 0usize;
                    index += 1;
                    loop {
                        let kind = self.tokens.kinds[index];
                        if kind.is_opener() {
                            self.role(index, Role::Attribute);
                            depth += 1;
                        }
                        depth -= usize::from(kind.is_closer());
                        if depth == 0 || kind == TokenKind::Eof {
                            break;
                        }
                        index += 1;
                    }
                    self.marks[index].ends_attribute = true;
                    index += 1;
                }
                _ => return,
            }
        }
    }

    /// Lets a block that is nothing but a value stay on one line.
    fn value_block(&mut self, nodes: &Nodes, id: BlockId, base: u32, role: Role) -> bool {
        let block = &nodes.blocks[id];
        let fits = block.stmts.is_empty() && block.tail.is_some();
        if fits {
            let open = self.at(block.span.start + base);
            self.role(open, role);
        }
        fits
    }

    fn expr(&mut self, nodes: &Nodes, expr: &Expr, base: u32) {
        let first = self.at(expr.span.start + base);
        match &expr.kind {
            ExprKind::Path(path) => self.path(path, base),
            ExprKind::Unary(..) | ExprKind::Ref { .. } => self.role(first, Role::Prefix),
            ExprKind::MethodCall { generics: Some(args), .. } => self.generic_args(args, base),
            ExprKind::Struct { path, .. } => {
                self.path(path, base);
                let open = self.next(path.span.end + base, TokenKind::LBrace);
                self.role(open, Role::Literal);
            }
            ExprKind::Match { scrutinee, arms } => self.match_arms(nodes, *scrutinee, arms, base),
            ExprKind::Block { kind, block, .. } if *kind != BlockKind::Plain => {
                self.value_block(nodes, *block, base, Role::Value);
            }
            ExprKind::Closure { params, body, .. } => {
                self.closure(nodes, first, params, *body, base);
            }
            ExprKind::If { then, otherwise, .. } => {
                self.header(first, nodes.blocks[*then].span, base);
                if let Some(otherwise) = otherwise {
                    self.if_else(nodes, expr, *then, *otherwise, base);
                }
            }
            ExprKind::While { body, .. } | ExprKind::For { body, .. } => {
                self.header(first, nodes.blocks[*body].span, base);
            }
            ExprKind::Assign(_, value) | ExprKind::AssignOp(_, _, _, value) => {
                self.assigned(nodes, *value, base);
            }
            ExprKind::Macro(call) => self.macro_call(call, base),
            _ => {}
        }
    }

    /// The text in front of a block.
    fn header(&mut self, first: usize, block: TextRange, base: u32) {
        let open = self.at(block.start + base);
        self.marks[first].starts_header = true;
        self.marks[open].ends_header = true;
    }

    /// The right side of `=`: operators go below it where that puts them on one line.
    fn assigned(&mut self, nodes: &Nodes, value: ExprId, base: u32) {
        if matches!(nodes.exprs[value].kind, ExprKind::Binary(..)) {
            self.below(nodes.exprs[value].span, base);
        }
    }

    fn below(&mut self, range: TextRange, base: u32) {
        let open = Open { width: usize::MAX, indents: true, breaks_first: true };
        self.group_with(range, base, open);
    }

    fn match_arms(&mut self, nodes: &Nodes, scrutinee: ExprId, arms: &[Arm], base: u32) {
        let open = self.next(nodes.exprs[scrutinee].span.end + base, TokenKind::LBrace);
        self.role(open, Role::Arms);
        for arm in arms {
            let first = self.at(arm.span.start + base);
            self.marks[first].starts_line = true;
            self.statement_attributes(first);
            let body = &nodes.exprs[arm.body];
            if let ExprKind::Block { kind: BlockKind::Plain, block, .. } = &body.kind {
                self.value_block(nodes, *block, base, Role::Value);
            }
            if !breaks_inside(nodes, arm.body) {
                self.below(body.span, base);
            }
        }
    }

    fn closure(
        &mut self,
        nodes: &Nodes,
        first: usize,
        params: &[ClosureParam],
        body: ExprId,
        base: u32,
    ) {
        let open = (first..first + 4).find(|&index| {
            matches!(self.tokens.kinds.get(index), Some(TokenKind::Or | TokenKind::OrJoint))
        });
        let Some(open) = open else { return };
        self.role(open, Role::BarOpen);
        let close = match params.last() {
            None => open + 1,
            Some(last) => {
                let ty = last.ty.map_or(0, |ty| nodes.types[ty].span.end);
                let mut close = self.at(nodes.pats[last.pat].span.end.max(ty) + base);
                if self.tokens.kinds[close] == TokenKind::Comma {
                    close += 1;
                }
                close
            }
        };
        self.role(close, Role::BarClose);
        if let ExprKind::Block { kind: BlockKind::Plain, label: None, block } =
            &nodes.exprs[body].kind
        {
            self.value_block(nodes, *block, base, Role::Value);
        }
    }

    /// `if c { a } else { b }` as a value stays on one line when it is short.
    fn if_else(&mut self, nodes: &Nodes, expr: &Expr, then: BlockId, otherwise: ExprId, base: u32) {
        let ExprKind::Block { kind: BlockKind::Plain, block, label: None } =
            &nodes.exprs[otherwise].kind
        else {
            return;
        };
        let first = self.at(expr.span.start + base);
        let follows_else = first > 0 && self.tokens.kinds[first - 1] == TokenKind::Else;
        let only_value =
            |id: BlockId| nodes.blocks[id].stmts.is_empty() && nodes.blocks[id].tail.is_some();
        if self.marks[first].starts_line || follows_else || !only_value(then) || !only_value(*block)
        {
            return;
        }
        self.value_block(nodes, then, base, Role::Branch);
        self.value_block(nodes, *block, base, Role::Branch);
        self.group(expr.span, base, IF_ELSE_WIDTH, false);
    }

    fn macro_call(&mut self, call: &MacroCall, base: u32) {
        self.path(&call.path, base);
        let open = self.at(call.path.span.end + base) + 1;
        match &call.args {
            MacroArgs::Tokens(range) => self.verbatim(*range, base),
            _ if call.delimiter == Delimiter::Brace => self.role(open, Role::Literal),
            _ if call.delimiter == Delimiter::Paren => self.role(open, Role::MacroArgs),
            _ => {}
        }
    }

    /// A chain of method calls breaks in front of each dot.
    fn chain(&mut self, nodes: &Nodes, id: ExprId, base: u32) {
        let mut dots = Vec::new();
        let mut calls = 0;
        let mut link = id;
        while let Some(receiver) = chained(&nodes.exprs[link].kind) {
            match &nodes.exprs[link].kind {
                ExprKind::MethodCall { method: name, .. } => {
                    calls += 1;
                    dots.push(self.at(name.span.start + base).saturating_sub(1));
                }
                ExprKind::Field(_, name) => {
                    dots.push(self.at(name.span.start + base).saturating_sub(1));
                }
                _ => {}
            }
            link = receiver;
        }
        let is_chain = dots.len() > 1;
        // `self.x()` and other short starts keep their first call.
        let root = nodes.exprs[link].span;
        if root.len() <= 4 {
            dots.pop();
        }
        if calls == 0 || !is_chain {
            return;
        }
        self.group(nodes.exprs[id].span, base, CHAIN_WIDTH, true);
        for dot in dots {
            self.marks[dot].break_before = Break::Soft;
        }
    }

    /// Operators of one precedence break together.
    fn operators(&mut self, nodes: &Nodes, id: ExprId, base: u32) {
        let ExprKind::Binary(op, ..) = &nodes.exprs[id].kind else { return };
        let level = precedence(*op);
        self.group(nodes.exprs[id].span, base, usize::MAX, true);
        let mut link = id;
        while let ExprKind::Binary(op, range, left, _) = &nodes.exprs[link].kind {
            if precedence(*op) != level {
                break;
            }
            let operator = self.at(range.start + base);
            self.marks[operator].break_before = Break::Line;
            link = *left;
        }
    }
}

/// Whether an expression breaks at delimiters of its own rather than as a whole.
fn breaks_inside(nodes: &Nodes, id: ExprId) -> bool {
    match &nodes.exprs[id].kind {
        ExprKind::Unary(_, value) | ExprKind::Ref { expr: value, .. } | ExprKind::Try(value) => {
            breaks_inside(nodes, *value)
        }
        ExprKind::Block { .. }
        | ExprKind::Match { .. }
        | ExprKind::If { .. }
        | ExprKind::Loop { .. }
        | ExprKind::While { .. }
        | ExprKind::For { .. }
        | ExprKind::Struct { .. }
        | ExprKind::Closure { .. }
        | ExprKind::Macro(_)
        | ExprKind::Call(..)
        | ExprKind::MethodCall { .. }
        | ExprKind::Paren(_)
        | ExprKind::Tuple(_)
        | ExprKind::Array(_) => true,
        _ => false,
    }
}

/// What a postfix expression is applied to.
fn chained(kind: &ExprKind) -> Option<ExprId> {
    match kind {
        ExprKind::MethodCall { receiver, .. } => Some(*receiver),
        ExprKind::Field(value, _) | ExprKind::Try(value) | ExprKind::Await(value) => Some(*value),
        _ => None,
    }
}

fn precedence(op: BinaryOp) -> u8 {
    use BinaryOp::*;
    match op {
        Mul | Div | Rem => 0,
        Add | Sub => 1,
        Shl | Shr => 2,
        BitAnd => 3,
        BitXor => 4,
        BitOr => 5,
        Eq | Ne | Lt | Le | Gt | Ge => 6,
        And => 7,
        Or => 8,
    }
}
