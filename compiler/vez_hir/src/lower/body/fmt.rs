//! `format_args!`: a format string and its arguments become `Arguments::new(b"template", &[Argument::new_display(&a), ..])`.
//!
//! Every argument is evaluated once, in the order written. Where the string shows them in another order or one of them twice, they are bound by a
//! `match` first.

use vez_ast::{self as ast, MacroArg};
use vez_base::{Name, Span};
use vez_diag::Count as Counted;
use vez_diag::registry as diag;

use super::BodyCtx;
use crate::data::{Arm, ExprId, ExprKind, Lit, MatchSource, Path, QPath, Res, Segment, TypeKind};
use crate::format::{self, ArgRef, Count, CountCode, Piece, Placeholder, Template};
use crate::lower::names::Want;
use crate::sources::item_text;

/// What a format string shows: one argument under one trait, or as a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Entry {
    arg: usize,
    constructor: &'static str,
}

/// The arguments of one format string.
struct Args {
    exprs: Vec<ExprId>,
    names: Vec<Option<Name>>,
    /// Those written as arguments; captured ones come after.
    explicit: usize,
    /// The first named one.
    positional: usize,
    used: Vec<bool>,
    entries: Vec<Entry>,
    next: usize,
    failed: bool,
}

/// The literal a format string is written as.
struct Literal {
    expr: ast::ExprId,
}

impl BodyCtx<'_> {
    /// `format_args!(args..)` with text put before and after.
    pub(super) fn format_args(
        &mut self,
        prefix: &str,
        args: &[MacroArg],
        suffix: &str,
        span: Span,
    ) -> ExprId {
        let Some((first, rest)) = args.split_first() else {
            return self.constant_message(&format!("{prefix}{suffix}"), span);
        };
        let text = match self.format_literal(first) {
            Some(text) => text,
            None => {
                let at = self.span(self.nodes().exprs[first.expr].span);
                let report = diag::FormatNotLiteral.at(at);
                let fix = vez_diag::Fix::new("show it with `{}`").insert_before(at, "\"{}\", ");
                self.report(report.fix(fix));
                return self.error_expr(span);
            }
        };
        let literal = Literal { expr: first.expr };
        let mut arguments = self.lower_args(rest);
        let pieces = match format::parse(text.as_str()) {
            Ok(pieces) => pieces,
            Err(error) => {
                let at = self.in_literal(&literal, (error.start, error.end));
                self.report(diag::BadFormatString { reason: error.reason }.at(at));
                return self.error_expr(span);
            }
        };
        let mut template = Template::default();
        template.text(prefix);
        for piece in &pieces {
            match piece {
                Piece::Text(text) => template.text(text),
                Piece::Placeholder(shown) => {
                    self.placeholder(shown, &mut arguments, &mut template, &literal);
                }
            }
        }
        template.text(suffix);
        self.report_unused(&arguments, rest);
        if arguments.failed {
            return self.error_expr(span);
        }
        self.arguments(template, arguments, span)
    }

    /// The text of a format string: a literal, or `concat!` of some.
    fn format_literal(&mut self, arg: &MacroArg) -> Option<Name> {
        let expr = match &self.nodes().exprs[arg.expr].kind {
            ast::ExprKind::Lit(Lit::Str(text)) => return Some(*text),
            ast::ExprKind::Macro(_) => self.expr(arg.expr),
            _ => return None,
        };
        match self.exprs[expr].kind {
            ExprKind::Lit(Lit::Str(text)) => Some(text),
            _ => None,
        }
    }

    fn lower_args(&mut self, args: &[MacroArg]) -> Args {
        let mut lowered = Args {
            exprs: Vec::with_capacity(args.len()),
            names: Vec::with_capacity(args.len()),
            explicit: args.len(),
            positional: args.iter().take_while(|arg| arg.name.is_none()).count(),
            used: vec![false; args.len()],
            entries: Vec::new(),
            next: 0,
            failed: false,
        };
        for (index, arg) in args.iter().enumerate() {
            let name = arg.name.map(|ident| ident.name);
            let span = self.span(self.nodes().exprs[arg.expr].span);
            if name.is_none() && index > lowered.positional {
                self.report(diag::PositionalAfterNamed.at(span));
                lowered.failed = true;
            }
            if let Some(ident) = arg.name
                && lowered.names.contains(&name)
            {
                let span = self.span(ident.span);
                self.report(diag::DuplicateFormatArgument { name: ident.name }.at(span));
                lowered.failed = true;
            }
            lowered.names.push(name);
            let expr = self.expr(arg.expr);
            lowered.exprs.push(expr);
        }
        lowered
    }

    fn placeholder(
        &mut self,
        shown: &Placeholder,
        args: &mut Args,
        template: &mut Template,
        literal: &Literal,
    ) {
        let spec = &shown.spec;
        // `.*` takes its argument before the placeholder does.
        let precision = self.count(&spec.precision, shown, args, literal);
        let arg = match &shown.arg {
            ArgRef::Next => {
                args.next += 1;
                self.positional(args.next - 1, shown, args, literal)
            }
            ArgRef::Index(index) => self.positional(*index, shown, args, literal),
            ArgRef::Name(name) => Some(self.named(name, shown.arg_range, args, literal)),
        };
        let width = self.count(&spec.width, shown, args, literal);
        let Some(constructor) = constructor(&spec.ty) else {
            let at = self.in_literal(literal, spec.ty_range);
            let report = diag::UnknownFormatTrait { spec: &spec.ty }.at(at);
            self.report(report.help(
                "the formats are `{}` `{:?}` `{:x}` `{:X}` `{:o}` `{:b}` `{:e}` `{:E}` `{:p}`",
            ));
            args.failed = true;
            return;
        };
        let Some(arg) = arg else { return };
        let index = args.entry(arg, constructor);
        match u8::try_from(index) {
            Ok(index) => template.placeholder(index, spec, width, precision),
            Err(_) if args.failed => {}
            Err(_) => {
                let at = self.in_literal(literal, shown.range);
                self.unsupported("more than 256 format arguments", at);
                args.failed = true;
            }
        }
    }

    fn count(
        &mut self,
        count: &Count,
        shown: &Placeholder,
        args: &mut Args,
        literal: &Literal,
    ) -> CountCode {
        let arg = match count {
            Count::None => return CountCode::None,
            Count::Lit(value) => return CountCode::Lit(*value),
            Count::Arg(index) => self.positional(*index, shown, args, literal),
            Count::Name(name, range) => Some(self.named(name, *range, args, literal)),
            Count::Star => {
                args.next += 1;
                self.positional(args.next - 1, shown, args, literal)
            }
        };
        match arg {
            Some(arg) => CountCode::Arg(args.entry(arg, "from_usize") as u16),
            None => CountCode::None,
        }
    }

    fn positional(
        &mut self,
        index: usize,
        shown: &Placeholder,
        args: &mut Args,
        literal: &Literal,
    ) -> Option<usize> {
        if index < args.explicit {
            args.used[index] = true;
            return Some(index);
        }
        let at = self.in_literal(literal, shown.range);
        let found = Counted(args.explicit, "argument").to_string();
        let expected = format!("placeholder {}", index + 1);
        self.report(diag::MissingFormatArgument { found, expected }.at(at));
        args.failed = true;
        None
    }

    /// A named argument, or a variable of that name.
    fn named(
        &mut self,
        text: &str,
        range: (usize, usize),
        args: &mut Args,
        literal: &Literal,
    ) -> usize {
        let name = Name::identifier(text);
        if let Some(index) = args.names.iter().position(|&known| known == Some(name)) {
            args.used[index] = true;
            return index;
        }
        let span = self.in_literal(literal, range);
        let ident = ast::Ident { name, span: span.range() };
        let segments = [ast::Segment { name: ident, args: None }].into();
        let path = ast::Path { qself: None, global: false, segments, span: span.range() };
        let path = self.qpath(&path, crate::scope::Ns::Values, Want::Value);
        let is_error = matches!(&path, QPath::Resolved { path, .. } if path.res == Res::Err);
        args.failed |= is_error;
        let kind = if is_error { ExprKind::Error } else { ExprKind::Path(path) };
        let expr = self.push_expr(kind, span);
        args.exprs.push(expr);
        args.names.push(Some(name));
        args.used.push(true);
        args.exprs.len() - 1
    }

    fn report_unused(&mut self, args: &Args, written: &[MacroArg]) {
        if args.failed {
            return;
        }
        for (arg, _) in written.iter().zip(&args.used).filter(|(_, used)| !**used) {
            let span = self.span(self.nodes().exprs[arg.expr].span);
            self.report(diag::UnusedFormatArgument.at(span));
        }
    }

    /// `Arguments::new(template, &[..])`
    fn arguments(&mut self, template: Template, args: Args, span: Span) -> ExprId {
        let in_order = args.entries.iter().enumerate().all(|(index, entry)| entry.arg == index);
        let array = if in_order && args.entries.len() == args.exprs.len() {
            let refs = args.exprs.iter().map(|&expr| {
                let span = self.exprs[expr].span;
                self.ref_of(expr, span)
            });
            let refs: Vec<ExprId> = refs.collect();
            self.argument_array(&args.entries, &refs, span)
        } else {
            self.bound_arguments(&args, span)
        };
        let array = self.ref_of(array, span);
        self.arguments_new(template, array, span)
    }

    /// `match (&a, &b) { args => [new_display(args.1), ..] }`
    fn bound_arguments(&mut self, args: &Args, span: Span) -> ExprId {
        let refs: Vec<ExprId> = args
            .exprs
            .iter()
            .map(|&expr| {
                let span = self.exprs[expr].span;
                self.ref_of(expr, span)
            })
            .collect();
        let tuple = self.push_expr(ExprKind::Tuple(refs.into()), span);
        let (local, pat) = self.fresh("args", span);
        let mut shown = Vec::with_capacity(args.entries.len());
        for entry in &args.entries {
            let at = self.exprs[args.exprs[entry.arg]].span;
            let base = self.local_expr(local, at);
            let field = Name::new(&entry.arg.to_string());
            let value = self.push_expr(ExprKind::Field(base, field, at), at);
            shown.push(self.argument(entry.constructor, value, at));
        }
        let body = self.push_expr(ExprKind::Array(shown.into()), span);
        let arm = Arm { pat, guard: None, body, span };
        self.match_of(tuple, [arm].into(), MatchSource::Macro, span)
    }

    fn argument_array(&mut self, entries: &[Entry], refs: &[ExprId], span: Span) -> ExprId {
        let shown = entries
            .iter()
            .map(|entry| {
                let value = refs[entry.arg];
                let span = self.exprs[value].span;
                self.argument(entry.constructor, value, span)
            })
            .collect();
        self.push_expr(ExprKind::Array(shown), span)
    }

    /// `Argument::constructor(value)`
    fn argument(&mut self, constructor: &str, value: ExprId, span: Span) -> ExprId {
        let callee = self.assoc_fn("format_argument", "core::fmt::Argument", constructor, span);
        self.call(callee, vec![value], span)
    }

    fn arguments_new(&mut self, template: Template, array: ExprId, span: Span) -> ExprId {
        let bytes: String = template.finish().into_iter().map(char::from).collect();
        let template = self.lit(Lit::ByteStr(Name::new(&bytes)), span);
        let new = self.assoc_fn("format_arguments", "core::fmt::Arguments", "new", span);
        self.call(new, vec![template, array], span)
    }

    /// `Type::name`, found by type.
    fn assoc_fn(&mut self, lang: &str, path: &str, function: &str, span: Span) -> ExprId {
        let def = crate::lang::lang_item(self.db, Name::new(lang));
        let Some(def) = def.or_else(|| self.known(path, span)) else {
            return self.error_expr(span);
        };
        let segments = [Segment { name: def.name(), span, args: None }].into();
        let path = Path { res: Res::Def(def), segments, span };
        let ty = TypeKind::Path(QPath::Resolved { self_ty: None, path });
        let ty = self.push_type(ty, span);
        let segment = Segment { name: Name::new(function), span, args: None };
        self.push_expr(ExprKind::Path(QPath::TypeRelative { ty, segment }), span)
    }

    /// `format_args!` of fixed text.
    pub(super) fn constant_message(&mut self, text: &str, span: Span) -> ExprId {
        let mut template = Template::default();
        template.text(text);
        let array = self.push_expr(ExprKind::Array([].into()), span);
        let array = self.ref_of(array, span);
        self.arguments_new(template, array, span)
    }

    /// `format_args!("text{:#?}\n", &value)`
    pub(super) fn debug_message(&mut self, text: &str, value: ExprId, span: Span) -> ExprId {
        let mut template = Template::default();
        template.text(text);
        let spec = format::Spec { alternate: true, ..format::Spec::default() };
        template.placeholder(0, &spec, CountCode::None, CountCode::None);
        template.text("\n");
        let value = self.ref_of(value, span);
        let shown = self.argument("new_debug", value, span);
        let array = self.push_expr(ExprKind::Array([shown].into()), span);
        let array = self.ref_of(array, span);
        self.arguments_new(template, array, span)
    }

    /// The place of a part of a format string. Reads the item's text, so it is asked only where the place matters.
    fn in_literal(&self, literal: &Literal, range: (usize, usize)) -> Span {
        let expr = self.nodes().exprs[literal.expr].span;
        let text = item_text(self.db, self.item_def);
        let Some(source) = text.get(expr.to_usize()) else { return self.span(expr) };
        if !source.starts_with(['"', 'r']) {
            return self.span(expr);
        }
        let (start, end) = format::source_range(source, range.0, range.1);
        let limit = source.len();
        let (start, end) = (start.min(limit) as u32, end.min(limit) as u32);
        self.span(vez_base::TextRange::new(expr.start + start.min(end), expr.start + end))
    }
}

impl Args {
    /// The number of an argument shown by a constructor.
    fn entry(&mut self, arg: usize, constructor: &'static str) -> usize {
        let entry = Entry { arg, constructor };
        match self.entries.iter().position(|&known| known == entry) {
            Some(index) => index,
            None => {
                self.entries.push(entry);
                self.entries.len() - 1
            }
        }
    }
}

/// The constructor of `Argument` for a format's letters.
fn constructor(letters: &str) -> Option<&'static str> {
    Some(match letters {
        "" => "new_display",
        "?" => "new_debug",
        "x" => "new_lower_hex",
        "X" => "new_upper_hex",
        "o" => "new_octal",
        "b" => "new_binary",
        "e" => "new_lower_exp",
        "E" => "new_upper_exp",
        "p" => "new_pointer",
        _ => return None,
    })
}
