//! The macros the compiler knows, each as the code it stands for.

use vez_ast::{self as ast, BinaryOp, MacroArg, MacroArgs, MacroCall, UnaryOp};
use vez_base::{Name, Span, TextRange, name};
use vez_db::{line_index, source_file};
use vez_diag::Position;
use vez_diag::registry as diag;

use super::BodyCtx;
use crate::data::{Arm, ExprId, ExprKind, IntBase, Lit, MatchSource, PatKind, Segment};
use crate::lower::names::path_text;
use crate::sources::{anchor_location, item_text};

impl BodyCtx<'_> {
    pub(super) fn macro_call(&mut self, call: &MacroCall, span: Span) -> ExprId {
        let Some(segment) = call.path.segments.last() else { return self.error_expr(span) };
        match (&call.args, segment.name.name.as_str()) {
            (MacroArgs::Matches { scrutinee, pat, guard }, _) => {
                self.matches(*scrutinee, *pat, *guard, span)
            }
            (MacroArgs::Repeat { value, len }, _) => {
                let args = vec![self.expr(*value), self.expr(*len)];
                let from_elem = self.macro_fn("vec_from_elem", "alloc::vec::from_elem", span);
                self.call(from_elem, args, span)
            }
            (MacroArgs::Exprs(args), known) => self.known_macro(known, args, call, span),
            (MacroArgs::Tokens(tokens), "stringify") => {
                let text = self.text(*tokens);
                self.str_lit(&text, span)
            }
            (MacroArgs::Cfg(predicate), _) => {
                let holds = crate::attrs::Cfg::of(self.db, self.item_def).holds(predicate);
                self.lit(Lit::Bool(holds), span)
            }
            (MacroArgs::Tokens(_), _) => self.unknown_macro(call, span),
        }
    }

    fn known_macro(
        &mut self,
        macro_name: &str,
        args: &[MacroArg],
        call: &MacroCall,
        span: Span,
    ) -> ExprId {
        match macro_name {
            "format" | "format_args" | "print" | "eprint" if args.is_empty() => {
                self.bad_input(macro_name, "a format string", span)
            }
            "print" | "println" | "eprint" | "eprintln" => self.print(macro_name, args, span),
            "format" => {
                let arguments = self.format_args("", args, "", span);
                let format = self.macro_fn("format", "alloc::fmt::format", span);
                let text = self.call(format, vec![arguments], span);
                self.push_expr(ExprKind::DropTemps(text), span)
            }
            "format_args" => self.format_args("", args, "", span),
            "write" | "writeln" => self.write(macro_name, args, span),
            "panic" => self.panic("", "explicit panic", args, span),
            "todo" => self.panic("not yet implemented: ", "not yet implemented", args, span),
            "unimplemented" => self.panic("not implemented: ", "not implemented", args, span),
            "unreachable" => {
                let message = "internal error: entered unreachable code";
                self.panic(&format!("{message}: "), message, args, span)
            }
            "assert" => self.assert(args, span),
            "assert_eq" => self.assert_compare("assert_eq", args, BinaryOp::Eq, span),
            "assert_ne" => self.assert_compare("assert_ne", args, BinaryOp::Ne, span),
            "debug_assert" | "debug_assert_eq" | "debug_assert_ne" => {
                self.debug_assert(macro_name, args, span)
            }
            "vec" => self.vec(args, span),
            "dbg" => self.dbg(args, span),
            "concat" => self.concat(args, span),
            "line" => self.position_lit(span, |position| position.line),
            "column" => self.position_lit(span, |position| position.column),
            "file" => {
                let path = self.file_path(span);
                self.str_lit(&path, span)
            }
            "module_path" => {
                let path = self.module.path();
                self.str_lit(&path, span)
            }
            "compile_error" => self.compile_error(args, span),
            _ => self.unknown_macro(call, span),
        }
    }

    fn unknown_macro(&mut self, call: &MacroCall, span: Span) -> ExprId {
        // One that is defined somewhere in this file has been reported there.
        let wanted = call.path.segments.last().map_or(name::EMPTY, |segment| segment.name.name);
        if !crate::check::defines_macro(self.db, self.module.root(), wanted) {
            let path_span = self.span(call.path.span);
            if crate::absent::is_macro(wanted) {
                self.unsupported(&format!("`{wanted}!`"), path_span);
                return self.error_expr(span);
            }
            let report = diag::UnknownMacro { name: path_text(&call.path) }.at(path_span);
            let close = vez_base::dist::closest(wanted.as_str(), KNOWN_MACROS.iter().copied());
            self.report(report.did_you_mean(close));
        }
        self.error_expr(span)
    }

    /// A function behind a macro: a language item, or found by its path.
    fn macro_fn(&mut self, lang: &str, path: &str, span: Span) -> ExprId {
        let def = crate::lang::lang_item(self.db, Name::new(lang));
        let def = def.or_else(|| self.known(path, span));
        self.def_expr(def, span)
    }

    /// What the arguments hold ends with the macro, not with the statement around it; so it does in `format!`.
    fn print(&mut self, macro_name: &str, args: &[MacroArg], span: Span) -> ExprId {
        let end = if macro_name.ends_with("ln") { "\n" } else { "" };
        let arguments = self.format_args("", args, end, span);
        let print = if macro_name.starts_with('e') {
            self.macro_fn("eprint", "std::io::_eprint", span)
        } else {
            self.macro_fn("print", "std::io::_print", span)
        };
        let printed = self.call(print, vec![arguments], span);
        self.push_expr(ExprKind::DropTemps(printed), span)
    }

    fn write(&mut self, macro_name: &str, args: &[MacroArg], span: Span) -> ExprId {
        let Some((target, rest)) = args.split_first() else {
            return self.bad_input(macro_name, "a target and a format string", span);
        };
        if rest.is_empty() && macro_name == "write" {
            return self.bad_input(macro_name, "a format string behind the target", span);
        }
        let receiver = self.expr(target.expr);
        let end = if macro_name == "writeln" { "\n" } else { "" };
        let arguments = self.format_args("", rest, end, span);
        let segment = Segment { name: Name::new("write_fmt"), span, args: None };
        let args = [arguments].into();
        self.push_expr(ExprKind::MethodCall { receiver, segment, args }, span)
    }

    fn bad_input(&mut self, macro_name: &str, expected: &str, span: Span) -> ExprId {
        self.report(diag::BadMacroInput { name: macro_name, expected }.at(span));
        self.error_expr(span)
    }

    /// A panic with the message of a format string behind `prefix`, or `bare` without arguments.
    fn panic(&mut self, prefix: &str, bare: &str, args: &[MacroArg], span: Span) -> ExprId {
        if args.is_empty() {
            return self.panic_str(bare, span);
        }
        if let Some(text) = self.plain_message(args) {
            return self.panic_str(&format!("{prefix}{text}"), span);
        }
        let message = self.format_args(prefix, args, "", span);
        let panic = self.lang_path("panic_fmt", span);
        self.call(panic, vec![message], span)
    }

    fn panic_str(&mut self, message: &str, span: Span) -> ExprId {
        let message = self.str_lit(message, span);
        let panic = self.lang_path("panic_str", span);
        self.call(panic, vec![message], span)
    }

    /// The message of a format string without placeholders.
    fn plain_message(&self, args: &[MacroArg]) -> Option<String> {
        let [MacroArg { name: None, expr }] = args else { return None };
        match self.nodes().exprs[*expr].kind {
            ast::ExprKind::Lit(Lit::Str(text)) => crate::format::plain_text(text.as_str()),
            _ => None,
        }
    }

    /// `if !c { panic }`
    fn assert(&mut self, args: &[MacroArg], span: Span) -> ExprId {
        let Some((cond, message)) = args.split_first() else {
            return self.bad_input("assert", "a condition", span);
        };
        let text = self.text(self.nodes().exprs[cond.expr].span);
        let cond = self.expr(cond.expr);
        let fails = self.panic("", &format!("assertion failed: {text}"), message, span);
        self.unless(cond, fails, span)
    }

    /// `if !cond { fails }`
    fn unless(&mut self, cond: ExprId, fails: ExprId, span: Span) -> ExprId {
        let not = self.push_expr(ExprKind::Unary(UnaryOp::Not, cond), span);
        self.when(not, fails, span)
    }

    /// `if cond { then; }`
    fn when(&mut self, cond: ExprId, then: ExprId, span: Span) -> ExprId {
        let cond = self.push_expr(ExprKind::DropTemps(cond), span);
        let block = self.synthetic_block(vec![crate::data::Stmt::Semi(then)], None, span);
        let then = self.push_expr(ExprKind::Block(block), span);
        self.push_expr(ExprKind::If { cond, then, otherwise: None }, span)
    }

    /// `match (&l, &r) { (left, right) => if !(*left == *right) { assert_failed(kind, &*left, &*right, message) } }`
    fn assert_compare(
        &mut self,
        macro_name: &str,
        args: &[MacroArg],
        op: BinaryOp,
        span: Span,
    ) -> ExprId {
        let [left, right, message @ ..] = args else {
            return self.bad_input(macro_name, "two values", span);
        };
        let (left_span, right_span) = (self.arg_span(left), self.arg_span(right));
        let left = self.expr(left.expr);
        let right = self.expr(right.expr);
        let refs = [self.ref_of(left, left_span), self.ref_of(right, right_span)];
        let pair = self.push_expr(ExprKind::Tuple(refs.into()), span);
        let (left, left_pat) = self.fresh("left_val", span);
        let (right, right_pat) = self.fresh("right_val", span);
        let pat = PatKind::Tuple { pats: [left_pat, right_pat].into(), rest: None };
        let pat = self.push_pat(pat, span);
        let deref = |ctx: &mut Self, local| {
            let local = ctx.local_expr(local, span);
            ctx.push_expr(ExprKind::Unary(UnaryOp::Deref, local), span)
        };
        let operands = [deref(self, left), deref(self, right)];
        let holds = self.push_expr(ExprKind::Binary(op, operands[0], operands[1]), span);
        let fails = self.assert_failed(op, [left, right], message, span);
        let body = self.unless(holds, fails, span);
        let arm = Arm { pat, guard: None, body, span };
        self.match_of(pair, [arm].into(), MatchSource::Macro, span)
    }

    fn assert_failed(
        &mut self,
        op: BinaryOp,
        values: [crate::data::LocalId; 2],
        message: &[MacroArg],
        span: Span,
    ) -> ExprId {
        let kind = self.lang("AssertKind", span);
        let variant = Name::new(if op == BinaryOp::Eq { "Eq" } else { "Ne" });
        let kind = kind.and_then(|kind| crate::defs::variant(self.db, kind, variant));
        let mut args = vec![self.def_expr(kind, span)];
        for value in values {
            let value = self.local_expr(value, span);
            let place = self.push_expr(ExprKind::Unary(UnaryOp::Deref, value), span);
            args.push(self.ref_of(place, span));
        }
        args.push(if message.is_empty() {
            self.lang_path("OptionNone", span)
        } else {
            let message = self.format_args("", message, "", span);
            let some = self.lang_path("OptionSome", span);
            self.call(some, vec![message], span)
        });
        let failed = self.lang_path("assert_failed", span);
        self.call(failed, args, span)
    }

    /// Checked where `debug_assertions` is on, which the profile decides.
    fn debug_assert(&mut self, macro_name: &str, args: &[MacroArg], span: Span) -> ExprId {
        let check = match macro_name {
            "debug_assert" => self.assert(args, span),
            "debug_assert_eq" => self.assert_compare(macro_name, args, BinaryOp::Eq, span),
            _ => self.assert_compare(macro_name, args, BinaryOp::Ne, span),
        };
        let enabled = self.debug_assertions(span);
        self.when(enabled, check, span)
    }

    fn debug_assertions(&mut self, span: Span) -> ExprId {
        let path = "core::intrinsics::debug_assertions";
        let intrinsic = self.macro_fn("debug_assertions", path, span);
        self.call(intrinsic, Vec::new(), span)
    }

    fn matches(
        &mut self,
        scrutinee: ast::ExprId,
        pat: ast::PatId,
        guard: Option<ast::ExprId>,
        span: Span,
    ) -> ExprId {
        let scrutinee = self.expr(scrutinee);
        let (pat, guard) = self.scoped(|ctx| {
            let (pat, names) = ctx.pattern(pat);
            ctx.bind(&names);
            (pat, guard.map(|guard| ctx.guard(guard)))
        });
        let yes = self.lit(Lit::Bool(true), span);
        let no = self.lit(Lit::Bool(false), span);
        let wild = self.push_pat(PatKind::Wild, span);
        let arms =
            [Arm { pat, guard, body: yes, span }, Arm { pat: wild, guard: None, body: no, span }];
        self.match_of(scrutinee, arms.into(), MatchSource::Macro, span)
    }

    fn vec(&mut self, args: &[MacroArg], span: Span) -> ExprId {
        let values = args.iter().map(|arg| self.expr(arg.expr)).collect();
        let array = self.push_expr(ExprKind::Array(values), span);
        let from_array = self.macro_fn("vec_from_array", "alloc::vec::from_array", span);
        self.call(from_array, vec![array], span)
    }

    /// `match e { tmp => { eprintln!("[file:line:column] e = {:#?}", &tmp); tmp } }`
    fn dbg(&mut self, args: &[MacroArg], span: Span) -> ExprId {
        let place = {
            let Position { line, column } = self.position(span);
            format!("[{}:{line}:{column}]", self.file_path(span))
        };
        if args.is_empty() {
            let message = self.constant_message(&format!("{place}\n"), span);
            let print = self.macro_fn("eprint", "std::io::_eprint", span);
            return self.call(print, vec![message], span);
        }
        let mut values: Vec<ExprId> =
            args.iter().map(|arg| self.dbg_one(arg, &place, span)).collect();
        match (values.len(), values.pop()) {
            (1, Some(value)) => value,
            (_, last) => {
                values.extend(last);
                self.push_expr(ExprKind::Tuple(values.into()), span)
            }
        }
    }

    fn dbg_one(&mut self, arg: &MacroArg, place: &str, span: Span) -> ExprId {
        let text = self.text(self.nodes().exprs[arg.expr].span);
        let value = self.expr(arg.expr);
        let (local, pat) = self.fresh("tmp", span);
        let shown = self.local_expr(local, span);
        let message = self.debug_message(&format!("{place} {text} = "), shown, span);
        let print = self.macro_fn("eprint", "std::io::_eprint", span);
        let print = self.call(print, vec![message], span);
        let result = self.local_expr(local, span);
        let stmts = vec![crate::data::Stmt::Semi(print)];
        let block = self.synthetic_block(stmts, Some(result), span);
        let body = self.push_expr(ExprKind::Block(block), span);
        let arm = Arm { pat, guard: None, body, span };
        self.match_of(value, [arm].into(), MatchSource::Macro, span)
    }

    fn concat(&mut self, args: &[MacroArg], span: Span) -> ExprId {
        let mut text = String::new();
        for arg in args {
            if !self.concat_part(arg.expr, &mut text) {
                let span = self.arg_span(arg);
                return self.bad_input("concat", "literals", span);
            }
        }
        self.str_lit(&text, span)
    }

    /// The text of a literal; false for anything else.
    fn concat_part(&mut self, id: ast::ExprId, text: &mut String) -> bool {
        let expr = &self.nodes().exprs[id];
        match &expr.kind {
            ast::ExprKind::Lit(Lit::Str(part)) => text.push_str(part.as_str()),
            ast::ExprKind::Lit(Lit::Char(part)) => text.push(*part),
            ast::ExprKind::Lit(Lit::Bool(part)) => text.push_str(&part.to_string()),
            ast::ExprKind::Lit(Lit::Int { value, .. }) => text.push_str(&value.to_string()),
            ast::ExprKind::Lit(Lit::Float { text: part, .. }) => text.push_str(part.as_str()),
            ast::ExprKind::Unary(UnaryOp::Neg, inner) => {
                text.push('-');
                return self.concat_part(*inner, text);
            }
            ast::ExprKind::Macro(_) => {
                let inner = self.expr(id);
                match &self.exprs[inner].kind {
                    ExprKind::Lit(Lit::Str(part)) => text.push_str(part.as_str()),
                    ExprKind::Lit(Lit::Int { value, .. }) => text.push_str(&value.to_string()),
                    _ => return false,
                }
            }
            _ => return false,
        }
        true
    }

    fn compile_error(&mut self, args: &[MacroArg], span: Span) -> ExprId {
        let message = match args {
            [arg] => match self.nodes().exprs[arg.expr].kind {
                ast::ExprKind::Lit(Lit::Str(text)) => Some(text),
                _ => None,
            },
            _ => None,
        };
        match message {
            Some(message) => self.report(diag::UserError { message }.at(span)),
            None => return self.bad_input("compile_error", "a string literal", span),
        }
        self.error_expr(span)
    }

    fn arg_span(&self, arg: &MacroArg) -> Span {
        self.span(self.nodes().exprs[arg.expr].span)
    }

    /// The source text of a part of the item, white space collapsed.
    fn text(&self, range: TextRange) -> String {
        let text = item_text(self.db, self.item_def);
        let part = text.get(range.to_usize()).unwrap_or("");
        part.split_whitespace().collect::<Vec<_>>().join(" ")
    }

    /// Where the macro stands. Only here does a body depend on its position.
    fn position(&self, span: Span) -> Position {
        let Some((file, offset)) = anchor_location(self.db, span.anchor) else {
            return Position { line: 0, column: 0 };
        };
        let source = source_file(self.db, file);
        line_index(self.db, source).position(source.text(self.db), offset + span.start)
    }

    fn position_lit(&mut self, span: Span, part: impl Fn(Position) -> u32) -> ExprId {
        let value = u128::from(part(self.position(span)));
        let lit = Lit::Int { value, suffix: Some(name::U32), base: IntBase::Decimal };
        self.lit(lit, span)
    }

    fn file_path(&self, span: Span) -> String {
        match anchor_location(self.db, span.anchor) {
            Some((file, _)) => source_file(self.db, file).path(self.db).display().to_string(),
            None => String::new(),
        }
    }
}

pub(crate) const KNOWN_MACROS: &[&str] = &[
    "assert",
    "assert_eq",
    "assert_ne",
    "cfg",
    "column",
    "compile_error",
    "concat",
    "dbg",
    "debug_assert",
    "debug_assert_eq",
    "debug_assert_ne",
    "eprint",
    "eprintln",
    "file",
    "format",
    "format_args",
    "line",
    "matches",
    "module_path",
    "panic",
    "print",
    "println",
    "stringify",
    "todo",
    "unimplemented",
    "unreachable",
    "vec",
    "write",
    "writeln",
];
