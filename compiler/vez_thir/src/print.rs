//! THIR as text, for `vez emit thir` and tests.
//!
//! Rust-like, with every implied step written out: `(*a: i32)`, `deref::<Rc<T>>(&a)`. Not meant to be parsed back.

use std::fmt::{self, Write};

use vez_types::{GenericArgs, TyKind};

use crate::data::*;

/// The whole body, closures where they are written.
pub fn print(body: &Body) -> String {
    let mut printer = Printer { body, out: String::new(), indent: 0 };
    printer.body();
    printer.out
}

struct Printer<'a> {
    body: &'a Body,
    out: String,
    indent: usize,
}

/// Writing to a `String` cannot fail.
macro_rules! put {
    ($p:expr, $($arg:tt)*) => {{ let _ = write!($p.out, $($arg)*); }};
}

impl Printer<'_> {
    fn body(&mut self) {
        put!(self, "body {}", self.body.owner.path());
        self.params(&self.body.params);
        put!(self, " -> {} = ", self.body.ret);
        self.expr(self.body.value);
        self.out.push('\n');
        for (index, ty) in self.body.opaques.iter().enumerate() {
            put!(self, "opaque {index} = {ty}\n");
        }
        if self.body.poisoned {
            self.out.push_str("poisoned\n");
        }
    }

    fn params(&mut self, params: &[Param]) {
        self.out.push('(');
        for (index, param) in params.iter().enumerate() {
            self.comma(index);
            self.pat(param.pat);
            put!(self, ": {}", param.ty);
        }
        self.out.push(')');
    }

    fn comma(&mut self, index: usize) {
        if index > 0 {
            self.out.push_str(", ");
        }
    }

    fn line(&mut self) {
        self.out.push('\n');
        for _ in 0..self.indent {
            self.out.push_str("    ");
        }
    }

    fn local(&self, local: LocalId) -> String {
        let name = self.body.locals[local].name;
        let twice = self.body.locals.iter().filter(|other| other.name == name).count() > 1;
        match (name.is_empty(), twice) {
            (true, _) => format!("_{}", local.raw()),
            (false, true) => format!("{name}_{}", local.raw()),
            (false, false) => name.to_string(),
        }
    }

    fn list(&mut self, open: &str, exprs: &[ExprId], close: &str) {
        self.out.push_str(open);
        for (index, &expr) in exprs.iter().enumerate() {
            self.comma(index);
            self.expr(expr);
        }
        self.out.push_str(close);
    }

    fn wrapped(&mut self, open: &str, expr: ExprId, close: &str) {
        self.out.push_str(open);
        self.expr(expr);
        self.out.push_str(close);
    }

    fn infix(&mut self, left: ExprId, op: &str, right: ExprId) {
        self.out.push('(');
        self.expr(left);
        put!(self, " {op} ");
        self.expr(right);
        self.out.push(')');
    }

    fn def(&mut self, def: vez_base::DefId, args: GenericArgs) {
        self.out.push_str(&def.path());
        let types: Vec<String> = args
            .as_slice()
            .iter()
            .filter_map(|arg| match arg {
                vez_types::GenericArg::Ty(ty) => Some(ty.to_string()),
                vez_types::GenericArg::Const(c) => c.as_value().map(|v| v.to_string()),
                vez_types::GenericArg::Region(_) => None,
            })
            .collect();
        if !types.is_empty() {
            put!(self, "::<{}>", types.join(", "));
        }
    }

    fn expr(&mut self, id: ExprId) {
        let expr = &self.body.exprs[id];
        match &expr.kind {
            ExprKind::Lit(lit) => put!(self, "{}_{}", Literal(*lit), expr.ty),
            ExprKind::FnRef => match expr.ty.kind() {
                TyKind::FnDef(def, args) => self.def(*def, *args),
                _ => put!(self, "{}", expr.ty),
            },
            ExprKind::Const(def, args) => self.def(*def, *args),
            ExprKind::ConstParam(param) => put!(self, "{}", param.name),
            ExprKind::Static(def) => put!(self, "{}", def.path()),
            ExprKind::Local(local) => put!(self, "{}", self.local(*local)),
            ExprKind::Deref(inner) => self.wrapped("(*", *inner, ")"),
            ExprKind::Field(base, field) => {
                self.expr(*base);
                put!(self, ".{field}");
            }
            ExprKind::Index(base, index) => {
                self.expr(*base);
                self.wrapped("[", *index, "]");
            }
            ExprKind::Borrow { kind, expr, .. } => self.wrapped(borrow_prefix(*kind), *expr, ""),
            ExprKind::RawBorrow(Mutability::Not, inner) => self.wrapped("&raw const ", *inner, ""),
            ExprKind::RawBorrow(Mutability::Mut, inner) => self.wrapped("&raw mut ", *inner, ""),
            ExprKind::Binary(op, a, b) => self.infix(*a, binary_text(*op), *b),
            ExprKind::And(a, b) => self.infix(*a, "&&", *b),
            ExprKind::Or(a, b) => self.infix(*a, "||", *b),
            ExprKind::Neg(inner) => self.wrapped("-", *inner, ""),
            ExprKind::Not(inner) => self.wrapped("!", *inner, ""),
            ExprKind::Cast(inner) => {
                self.wrapped("(", *inner, "");
                put!(self, " as {})", expr.ty);
            }
            ExprKind::Coerce(coercion, inner) => {
                put!(self, "{}::<{}>", coercion_text(*coercion), expr.ty);
                self.wrapped("(", *inner, ")");
            }
            ExprKind::Assign(place, value) => self.infix(*place, "=", *value),
            ExprKind::AssignOp(op, place, value) => {
                self.infix(*place, &format!("{}=", binary_text(*op)), *value);
            }
            ExprKind::Call { callee, args, .. } => {
                self.expr(*callee);
                self.list("(", args, ")");
            }
            ExprKind::Tuple(items) => {
                self.list("(", items, if items.len() == 1 { ",)" } else { ")" });
            }
            ExprKind::Array(items) => self.list("[", items, "]"),
            ExprKind::Repeat(value, _) => {
                self.wrapped("[", *value, "");
                put!(self, "; {}]", expr.ty);
            }
            ExprKind::Adt { def, variant, args, fields, base } => {
                self.def(*def, *args);
                put!(self, "#{variant} {{ ");
                for (index, (field, value)) in fields.iter().enumerate() {
                    self.comma(index);
                    put!(self, "{field}: ");
                    self.expr(*value);
                }
                if let Some(base) = base {
                    self.wrapped(", ..", *base, "");
                }
                self.out.push_str(" }");
            }
            ExprKind::Closure(closure) => self.closure(*closure),
            ExprKind::Block(block) => self.block(*block),
            ExprKind::If { cond, then, otherwise } => {
                self.wrapped("if ", *cond, " ");
                self.expr(*then);
                if let Some(otherwise) = otherwise {
                    self.wrapped(" else ", *otherwise, "");
                }
            }
            ExprKind::Let { pat, expr } => {
                self.out.push_str("let ");
                self.pat(*pat);
                self.wrapped(" = ", *expr, "");
            }
            ExprKind::Match { scrutinee, arms, .. } => self.matches(*scrutinee, arms),
            ExprKind::Loop { body, .. } => {
                put!(self, "'l{}: loop ", id.raw());
                self.block(*body);
            }
            ExprKind::Break { target, value } => {
                put!(self, "break 'l{}", target.raw());
                if let Some(value) = value {
                    self.wrapped(" ", *value, "");
                }
            }
            ExprKind::Continue { target } => put!(self, "continue 'l{}", target.raw()),
            ExprKind::Return(value) => {
                self.out.push_str("return");
                if let Some(value) = value {
                    self.wrapped(" ", *value, "");
                }
            }
            ExprKind::DropTemps(inner) => self.wrapped("drop_temps(", *inner, ")"),
            ExprKind::Underscore => self.out.push('_'),
            ExprKind::Hole => self.out.push_str("???"),
            ExprKind::Error => self.out.push_str("<error>"),
        }
    }

    fn matches(&mut self, scrutinee: ExprId, arms: &[Arm]) {
        self.wrapped("match ", scrutinee, " {");
        self.indent += 1;
        for arm in arms {
            self.line();
            self.pat(arm.pat);
            if let Some(guard) = arm.guard {
                self.wrapped(" if ", guard, "");
            }
            self.wrapped(" => ", arm.body, ",");
        }
        self.indent -= 1;
        self.line();
        self.out.push('}');
    }

    fn closure(&mut self, id: ClosureId) {
        let closure = &self.body.closures[id];
        put!(self, "{:?}[", closure.kind);
        for (index, capture) in closure.captures.iter().enumerate() {
            self.comma(index);
            self.out.push_str(match capture.by {
                CaptureBy::Value => "",
                CaptureBy::Ref(kind) => borrow_prefix(kind),
            });
            let mut place = self.local(capture.local);
            for projection in &capture.projections {
                place = match projection {
                    CaptureProjection::Deref => format!("(*{place})"),
                    CaptureProjection::Field(field) => format!("{place}.{field}"),
                };
            }
            self.out.push_str(&place);
        }
        self.out.push_str("]|");
        for (index, param) in closure.params.iter().enumerate() {
            self.comma(index);
            self.pat(param.pat);
            put!(self, ": {}", param.ty);
        }
        put!(self, "| -> {} ", closure.sig.output());
        self.expr(closure.value);
    }

    fn block(&mut self, id: BlockId) {
        let block = &self.body.blocks[id];
        self.out.push_str(if block.is_unsafe { "unsafe {" } else { "{" });
        self.indent += 1;
        for stmt in &block.stmts {
            self.line();
            match stmt {
                Stmt::Expr(expr) => self.wrapped("", *expr, ";"),
                Stmt::Let { pat, init, otherwise, .. } => {
                    self.out.push_str("let ");
                    self.pat(*pat);
                    put!(self, ": {}", self.body.pats[*pat].ty);
                    if let Some(init) = init {
                        self.wrapped(" = ", *init, "");
                    }
                    if let Some(otherwise) = otherwise {
                        self.out.push_str(" else ");
                        self.block(*otherwise);
                    }
                    self.out.push(';');
                }
            }
        }
        if let Some(tail) = block.tail {
            self.line();
            self.expr(tail);
        }
        self.indent -= 1;
        if !block.stmts.is_empty() || block.tail.is_some() {
            self.line();
        }
        self.out.push('}');
    }

    fn pats(&mut self, pats: &[PatId], separator: &str) {
        for (index, &pat) in pats.iter().enumerate() {
            if index > 0 {
                self.out.push_str(separator);
            }
            self.pat(pat);
        }
    }

    fn field_pats(&mut self, fields: &[(u32, PatId)]) {
        self.out.push_str("{ ");
        for (index, (field, pat)) in fields.iter().enumerate() {
            self.comma(index);
            put!(self, "{field}: ");
            self.pat(*pat);
        }
        self.out.push_str(" }");
    }

    fn pat(&mut self, id: PatId) {
        match &self.body.pats[id].kind {
            PatKind::Wild => self.out.push('_'),
            PatKind::Binding { local, by_ref, sub } => {
                self.out.push_str(match by_ref {
                    None => "",
                    Some(Mutability::Not) => "ref ",
                    Some(Mutability::Mut) => "ref mut ",
                });
                put!(self, "{}", self.local(*local));
                if let Some(sub) = sub {
                    self.out.push_str(" @ ");
                    self.pat(*sub);
                }
            }
            PatKind::Lit(lit) => put!(self, "{}", Literal(*lit)),
            PatKind::Const(def, args) => self.def(*def, *args),
            PatKind::Range { low, high, inclusive } => {
                if let Some(low) = low {
                    put!(self, "{}", Literal(*low));
                }
                self.out.push_str(if *inclusive { "..=" } else { ".." });
                if let Some(high) = high {
                    put!(self, "{}", Literal(*high));
                }
            }
            PatKind::Deref(inner) => {
                self.out.push('&');
                self.pat(*inner);
            }
            PatKind::Leaf(fields) => self.field_pats(fields),
            PatKind::Variant { def, variant, fields } => {
                put!(self, "{}#{variant} ", def.path());
                self.field_pats(fields);
            }
            PatKind::Slice { before, middle, after } => {
                self.out.push('[');
                self.pats(before, ", ");
                if let Some(middle) = middle {
                    self.comma(before.len());
                    self.pat(*middle);
                    self.out.push_str("..");
                    self.comma(after.len());
                }
                self.pats(after, ", ");
                self.out.push(']');
            }
            PatKind::Or(pats) => self.pats(pats, " | "),
            PatKind::Never => self.out.push('!'),
            PatKind::Error => self.out.push_str("<error>"),
        }
    }
}

fn borrow_prefix(kind: BorrowKind) -> &'static str {
    match kind {
        BorrowKind::Shared => "&",
        BorrowKind::Mut { two_phase: false } => "&mut ",
        BorrowKind::Mut { two_phase: true } => "&two_phase mut ",
        BorrowKind::UniqueCapture => "&uniq ",
    }
}

fn coercion_text(coercion: Coercion) -> &'static str {
    match coercion {
        Coercion::Never => "never",
        Coercion::ReifyFn => "reify",
        Coercion::ClosureToFn => "closure_to_fn",
        Coercion::UnsafeFn => "unsafe_fn",
        Coercion::MutToConst => "mut_to_const",
        Coercion::Unsize => "unsize",
    }
}

/// An operator as written.
pub(crate) fn binary_text(op: BinaryOp) -> &'static str {
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

struct Literal(LitValue);

impl fmt::Display for Literal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            LitValue::Int(value) if (value as i128) < 0 => write!(f, "{}", value as i128),
            LitValue::Int(value) => write!(f, "{value}"),
            LitValue::Float(bits) => write!(f, "float({bits:#x})"),
            LitValue::Bool(value) => write!(f, "{value}"),
            LitValue::Char(value) => write!(f, "{value:?}"),
            LitValue::Str(text) => write!(f, "{:?}", text.as_str()),
            LitValue::ByteStr(text) => write!(f, "b{:?}", text.as_str()),
            LitValue::CStr(text) => write!(f, "c{:?}", text.as_str()),
        }
    }
}
