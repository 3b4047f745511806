//! Bodies as text.

use super::Printer;
use crate::data::{
    BinaryOp, BlockId, Body, ConstArg, ExprId, ExprKind, Lit, Mutability, PatId, PatKind, Stmt,
    UnaryOp,
};

impl Printer<'_> {
    pub(super) fn body(&mut self, body: &Body) {
        self.push(format!("body {}(", body.owner.path()));
        self.list(body.params.iter(), |p, pat| p.pat(body, *pat));
        self.push(") = ");
        self.expr(body, body.value);
        self.push("\n");
    }

    fn block(&mut self, body: &Body, id: BlockId) {
        let block = &body.blocks[id];
        self.push(if block.is_unsafe { "unsafe {" } else { "{" });
        self.indent += 1;
        for stmt in &block.stmts {
            self.line();
            self.stmt(body, stmt);
        }
        if let Some(tail) = block.tail {
            self.line();
            self.expr(body, tail);
        }
        self.indent -= 1;
        if !block.stmts.is_empty() || block.tail.is_some() {
            self.line();
        }
        self.push("}");
    }

    fn stmt(&mut self, body: &Body, stmt: &Stmt) {
        match stmt {
            Stmt::Let { pat, ty, init, otherwise, .. } => {
                self.push("let ");
                self.pat(body, *pat);
                if let Some(ty) = ty {
                    self.push(": ");
                    self.ty(*ty);
                }
                if let Some(init) = init {
                    self.push(" = ");
                    self.expr(body, *init);
                }
                if let Some(block) = otherwise {
                    self.push(" else ");
                    self.block(body, *block);
                }
                self.push(";");
            }
            Stmt::Expr(expr) => self.expr(body, *expr),
            Stmt::Semi(expr) => {
                self.expr(body, *expr);
                self.push(";");
            }
        }
    }

    fn exprs(&mut self, body: &Body, exprs: &[ExprId]) {
        self.list(exprs.iter(), |p, expr| p.expr(body, *expr));
    }

    fn expr(&mut self, body: &Body, id: ExprId) {
        match &body.exprs[id].kind {
            ExprKind::Lit(lit) => self.lit(lit),
            ExprKind::Path(path) => self.qpath(path),
            ExprKind::Unary(op, expr) => {
                self.push(match op {
                    UnaryOp::Neg => "-",
                    UnaryOp::Not => "!",
                    UnaryOp::Deref => "*",
                });
                self.expr(body, *expr);
            }
            ExprKind::Binary(op, left, right) => self.infix(body, *left, op_text(*op), *right),
            ExprKind::Assign(left, right) => self.infix(body, *left, "=", *right),
            ExprKind::AssignOp(op, left, right) => {
                self.infix(body, *left, &format!("{}=", op_text(*op)), *right);
            }
            ExprKind::Ref { raw, mutability, expr } => {
                self.push(match (raw, mutability) {
                    (false, Mutability::Not) => "&",
                    (false, Mutability::Mut) => "&mut ",
                    (true, Mutability::Not) => "&raw const ",
                    (true, Mutability::Mut) => "&raw mut ",
                });
                self.expr(body, *expr);
            }
            ExprKind::Cast(expr, ty) => {
                self.expr(body, *expr);
                self.push(" as ");
                self.ty(*ty);
            }
            ExprKind::Call(callee, args) => {
                self.expr(body, *callee);
                self.push("(");
                self.exprs(body, args);
                self.push(")");
            }
            ExprKind::MethodCall { receiver, segment, args } => {
                self.expr(body, *receiver);
                self.push(".");
                self.segment(segment);
                self.push("(");
                self.exprs(body, args);
                self.push(")");
            }
            ExprKind::Field(expr, name, _) => {
                self.expr(body, *expr);
                self.push(format!(".{name}"));
            }
            ExprKind::Index(expr, index) => {
                self.expr(body, *expr);
                self.push("[");
                self.expr(body, *index);
                self.push("]");
            }
            ExprKind::Tuple(exprs) => {
                self.push("(");
                self.exprs(body, exprs);
                self.push(if exprs.len() == 1 { ",)" } else { ")" });
            }
            ExprKind::Array(exprs) => {
                self.push("[");
                self.exprs(body, exprs);
                self.push("]");
            }
            ExprKind::Repeat { value, len } => self.repeat(body, *value, len),
            ExprKind::Struct { path, fields, base } => {
                self.qpath(path);
                self.push(" { ");
                self.list(fields.iter(), |p, field| {
                    p.push(format!("{}: ", field.name));
                    p.expr(body, field.expr);
                });
                if let Some(base) = base {
                    self.push(" .. ");
                    self.expr(body, *base);
                }
                self.push(" }");
            }
            _ => self.control(body, id),
        }
    }

    fn repeat(&mut self, body: &Body, value: ExprId, len: &ConstArg) {
        self.push("[");
        self.expr(body, value);
        self.push("; ");
        self.const_arg(len);
        self.push("]");
    }

    /// Expressions with blocks or jumps.
    fn control(&mut self, body: &Body, id: ExprId) {
        match &body.exprs[id].kind {
            ExprKind::Block(block) => {
                if body.blocks[*block].labelled {
                    self.push(format!("'{}: ", id.raw()));
                }
                self.block(body, *block);
            }
            ExprKind::If { cond, then, otherwise } => {
                self.push("if ");
                self.expr(body, *cond);
                self.push(" ");
                self.expr(body, *then);
                if let Some(otherwise) = otherwise {
                    self.push(" else ");
                    self.expr(body, *otherwise);
                }
            }
            ExprKind::Let { pat, scrutinee } => {
                self.push("let ");
                self.pat(body, *pat);
                self.push(" = ");
                self.expr(body, *scrutinee);
            }
            ExprKind::Loop { body: block, .. } => {
                self.push(format!("'{}: loop ", id.raw()));
                self.block(body, *block);
            }
            ExprKind::Match { scrutinee, arms, .. } => {
                self.push("match ");
                self.expr(body, *scrutinee);
                self.push(" {");
                self.indent += 1;
                for arm in arms {
                    self.line();
                    self.pat(body, arm.pat);
                    if let Some(guard) = arm.guard {
                        self.push(" if ");
                        self.expr(body, guard);
                    }
                    self.push(" => ");
                    self.expr(body, arm.body);
                }
                self.indent -= 1;
                self.line();
                self.push("}");
            }
            ExprKind::Closure(closure) => {
                self.push(if closure.moves { "move |" } else { "|" });
                self.list(closure.params.iter(), |p, (pat, ty)| {
                    p.pat(body, *pat);
                    if let Some(ty) = ty {
                        p.push(": ");
                        p.ty(*ty);
                    }
                });
                self.push("| ");
                self.expr(body, closure.body);
            }
            ExprKind::Break { target, value } => self.jump(body, "break", *target, *value),
            ExprKind::Continue { target } => self.jump(body, "continue", *target, None),
            ExprKind::Return(value) => {
                self.push("return");
                if let Some(value) = value {
                    self.push(" ");
                    self.expr(body, *value);
                }
            }
            ExprKind::Try(expr) => {
                self.expr(body, *expr);
                self.push("?");
            }
            ExprKind::DropTemps(expr) => {
                self.push("temps(");
                self.expr(body, *expr);
                self.push(")");
            }
            ExprKind::Underscore => self.push("_"),
            ExprKind::Hole => self.push("???"),
            _ => self.push("{error}"),
        }
    }

    fn jump(&mut self, body: &Body, keyword: &str, target: Option<ExprId>, value: Option<ExprId>) {
        self.push(keyword);
        match target {
            Some(target) => self.push(format!(" '{}", target.raw())),
            None => self.push(" {error}"),
        }
        if let Some(value) = value {
            self.push(" ");
            self.expr(body, value);
        }
    }

    fn infix(&mut self, body: &Body, left: ExprId, op: &str, right: ExprId) {
        self.push("(");
        self.expr(body, left);
        self.push(format!(" {op} "));
        self.expr(body, right);
        self.push(")");
    }

    fn lit(&mut self, lit: &Lit) {
        let text = match lit {
            Lit::Int { value, suffix, .. } => {
                format!("{value}{}", suffix.map_or("", |suffix| suffix.as_str()))
            }
            Lit::Float { text, suffix } => {
                format!("{text}{}", suffix.map_or("", |suffix| suffix.as_str()))
            }
            Lit::Str(text) => format!("{:?}", text.as_str()),
            Lit::ByteStr(text) => format!("b{:?}", text.as_str()),
            Lit::CStr(text) => format!("c{:?}", text.as_str()),
            Lit::Char(c) => format!("{c:?}"),
            Lit::Byte(byte) => format!("b{:?}", char::from(*byte)),
            Lit::Bool(value) => value.to_string(),
        };
        self.push(text);
    }

    fn pats(&mut self, body: &Body, pats: &[PatId], rest: Option<u32>) {
        let rest = rest.map(|rest| rest as usize);
        let mut shown = Vec::new();
        for (index, &pat) in pats.iter().enumerate() {
            shown.extend((rest == Some(index)).then_some(None));
            shown.push(Some(pat));
        }
        shown.extend((rest == Some(pats.len())).then_some(None));
        self.list(shown, |p, pat| match pat {
            Some(pat) => p.pat(body, pat),
            None => p.push(".."),
        });
    }

    fn pat(&mut self, body: &Body, id: PatId) {
        match &body.pats[id].kind {
            PatKind::Wild => self.push("_"),
            PatKind::Binding { local, by_ref, sub } => {
                let data = &body.locals[*local];
                self.push(match by_ref {
                    None => "",
                    Some(Mutability::Not) => "ref ",
                    Some(Mutability::Mut) => "ref mut ",
                });
                self.push(if data.mutability == Mutability::Mut { "mut " } else { "" });
                self.push(format!("{}_{}", data.name, local.raw()));
                if let Some(sub) = sub {
                    self.push(" @ ");
                    self.pat(body, *sub);
                }
            }
            PatKind::Lit { lit, negated } => {
                self.push(if *negated { "-" } else { "" });
                self.lit(lit);
            }
            PatKind::Range { low, high, inclusive } => {
                low.iter().for_each(|low| self.expr(body, *low));
                self.push(if *inclusive { "..=" } else { ".." });
                high.iter().for_each(|high| self.expr(body, *high));
            }
            PatKind::Ref { mutability, pat } => {
                self.push(if *mutability == Mutability::Mut { "&mut " } else { "&" });
                self.pat(body, *pat);
            }
            PatKind::Tuple { pats, rest } => {
                self.push("(");
                self.pats(body, pats, *rest);
                self.push(")");
            }
            PatKind::TupleStruct { path, pats, rest } => {
                self.qpath(path);
                self.push("(");
                self.pats(body, pats, *rest);
                self.push(")");
            }
            PatKind::Path(path) => self.qpath(path),
            PatKind::Struct { path, fields, rest } => {
                self.qpath(path);
                self.push(" { ");
                self.list(fields.iter(), |p, field| {
                    p.push(format!("{}: ", field.name));
                    p.pat(body, field.pat);
                });
                self.push(if *rest { ", .. }" } else { " }" });
            }
            PatKind::Slice { before, middle, after } => {
                self.push("[");
                let parts = before.iter().chain(middle).chain(after);
                self.list(parts, |p, pat| p.pat(body, *pat));
                self.push(if middle.is_some() { "; rest]" } else { "]" });
            }
            PatKind::Or(pats) => {
                self.push("(");
                for (index, pat) in pats.iter().enumerate() {
                    self.push(if index > 0 { " | " } else { "" });
                    self.pat(body, *pat);
                }
                self.push(")");
            }
            PatKind::Error => self.push("{error}"),
        }
    }
}

fn op_text(op: BinaryOp) -> &'static str {
    match op {
        BinaryOp::Add => "+",
        BinaryOp::Sub => "-",
        BinaryOp::Mul => "*",
        BinaryOp::Div => "/",
        BinaryOp::Rem => "%",
        BinaryOp::BitAnd => "&",
        BinaryOp::BitOr => "|",
        BinaryOp::BitXor => "^",
        BinaryOp::Shl => "<<",
        BinaryOp::Shr => ">>",
        BinaryOp::Eq => "==",
        BinaryOp::Ne => "!=",
        BinaryOp::Lt => "<",
        BinaryOp::Le => "<=",
        BinaryOp::Gt => ">",
        BinaryOp::Ge => ">=",
        BinaryOp::And => "&&",
        BinaryOp::Or => "||",
    }
}
