//! Marks of what is inside items: types, patterns, expressions, statements.

use super::{Break, CHAIN_WIDTH, IF_ELSE_WIDTH, Marker, Open, Role};
use vez_ast::*;
use vez_base::{FxHashSet, TextRange};
use vez_lex::TokenKind;

impl Marker<'_> {
    pub(super) fn nodes(&mut self, nodes: &Nodes, base: u32) {
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
            MacroArgs::Cfg(predicate) => self.verbatim(predicate.span, base),
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
