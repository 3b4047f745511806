//! Expressions, statements, literals.

use super::sexp::{Sexp, atom, list};
use super::ty::{generic_args, lifetime_atom, pat, path, ty};
use super::{Cx, item};
use crate::*;

pub fn lit(lit: &Lit) -> String {
    let suffixed = |text: String, suffix: Option<vez_base::Name>| match suffix {
        Some(suffix) => format!("{text}{suffix}"),
        None => text,
    };
    match lit {
        Lit::Int { value, suffix, base } => suffixed(
            match base {
                IntBase::Decimal => value.to_string(),
                IntBase::Hex => format!("{value:#x}"),
                IntBase::Octal => format!("{value:#o}"),
                IntBase::Binary => format!("{value:#b}"),
            },
            *suffix,
        ),
        Lit::Float { text, suffix } => suffixed(text.to_string(), *suffix),
        Lit::Str(text) => format!("{:?}", text.as_str()),
        Lit::ByteStr(text) => format!("b{:?}", text.as_str()),
        Lit::CStr(text) => format!("c{:?}", text.as_str()),
        Lit::Char(c) => format!("{c:?}"),
        Lit::Byte(b) => format!("b'{}'", b.escape_ascii()),
        Lit::Bool(b) => b.to_string(),
    }
}

pub fn range(cx: Cx<'_>, low: Option<ExprId>, high: Option<ExprId>, inclusive: bool) -> Sexp {
    let end = |id: Option<ExprId>| cx.optional(id, expr).unwrap_or_else(|| atom("-"));
    list(if inclusive { "..=" } else { ".." }, [end(low), end(high)])
}

fn binary_op(op: BinaryOp) -> &'static str {
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

pub fn expr(cx: Cx<'_>, id: ExprId) -> Sexp {
    let all = |ids: &[ExprId]| ids.iter().map(|&id| expr(cx, id)).collect::<Vec<_>>();
    match &cx.nodes.exprs[id].kind {
        ExprKind::Lit(value) => atom(lit(value)),
        ExprKind::Path(of) => path(cx, of),
        ExprKind::Unary(op, value) => {
            let op = match op {
                UnaryOp::Neg => "-",
                UnaryOp::Not => "!",
                UnaryOp::Deref => "*",
            };
            list(op, [expr(cx, *value)])
        }
        ExprKind::Binary(op, _, a, b) => list(binary_op(*op), [expr(cx, *a), expr(cx, *b)]),
        ExprKind::Assign(a, b) => list("=", [expr(cx, *a), expr(cx, *b)]),
        ExprKind::AssignOp(op, _, a, b) => {
            list(&format!("{}=", binary_op(*op)), [expr(cx, *a), expr(cx, *b)])
        }
        ExprKind::Ref { raw, mutability, expr: value } => {
            let head = match (raw, mutability) {
                (false, Mutability::Not) => "&",
                (false, Mutability::Mut) => "&mut",
                (true, Mutability::Not) => "&raw-const",
                (true, Mutability::Mut) => "&raw-mut",
            };
            list(head, [expr(cx, *value)])
        }
        ExprKind::Cast(value, to) => list("as", [expr(cx, *value), ty(cx, *to)]),
        ExprKind::Call(callee, args) => list("call", [expr(cx, *callee)]).with(all(args)),
        ExprKind::MethodCall { receiver, method, generics, args } => {
            let generics = generics.as_ref().map(|args| generic_args(cx, args)).unwrap_or_default();
            let name = format!(".{}{generics}", method.name);
            list(&name, [expr(cx, *receiver)]).with(all(args))
        }
        ExprKind::Field(value, name) => list("field", [expr(cx, *value), atom(name.name)]),
        ExprKind::Index(value, index) => list("index", [expr(cx, *value), expr(cx, *index)]),
        ExprKind::Range { low, high, inclusive } => range(cx, *low, *high, *inclusive),
        ExprKind::Paren(value) => list("paren", [expr(cx, *value)]),
        ExprKind::Tuple(ids) => list("tuple", all(ids)),
        ExprKind::Array(ids) => list("array", all(ids)),
        ExprKind::Repeat { value, len } => list("repeat", [expr(cx, *value), expr(cx, *len)]),
        ExprKind::Struct { path: of, fields, base } => struct_literal(cx, of, fields, *base),
        ExprKind::Try(value) => list("?", [expr(cx, *value)]),
        ExprKind::Await(value) => list("await", [expr(cx, *value)]),
        ExprKind::Macro(call) => macro_call(cx, call),
        ExprKind::Underscore => atom("_"),
        ExprKind::Hole => atom("???"),
        ExprKind::Error => atom("error"),
        kind => control(cx, kind),
    }
}

/// What has blocks, and jumps.
fn control(cx: Cx<'_>, kind: &ExprKind) -> Sexp {
    let labelled =
        |head: &str, label: &Option<Lifetime>| list(head, label.iter().map(lifetime_atom));
    match kind {
        ExprKind::Block { label, kind, block: body } => {
            let head = match kind {
                BlockKind::Plain if label.is_none() => return block(cx, *body),
                BlockKind::Plain => "labelled",
                BlockKind::Unsafe => "unsafe",
                BlockKind::Const => "const",
                BlockKind::Async => "async",
                BlockKind::AsyncMove => "async-move",
            };
            labelled(head, label).with([block(cx, *body)])
        }
        ExprKind::If { cond, then, otherwise } => {
            let parts = [expr(cx, *cond), block(cx, *then)];
            list("if", parts).with(cx.optional(*otherwise, expr))
        }
        ExprKind::Let(p, value) => list("let", [pat(cx, *p), expr(cx, *value)]),
        ExprKind::While { label, cond, body } => {
            labelled("while", label).with([expr(cx, *cond), block(cx, *body)])
        }
        ExprKind::Loop { label, body } => labelled("loop", label).with([block(cx, *body)]),
        ExprKind::For { label, pat: p, iter, body } => {
            labelled("for", label).with([pat(cx, *p), expr(cx, *iter), block(cx, *body)])
        }
        ExprKind::Match { scrutinee, arms } => {
            let arms = arms.iter().map(|arm| {
                let guard = cx.optional(arm.guard, expr).map(|guard| list("if", [guard]));
                list("arm", [pat(cx, arm.pat)]).with(guard).with([expr(cx, arm.body)])
            });
            list("match", [expr(cx, *scrutinee)]).with(arms)
        }
        ExprKind::Closure { moves, params, ret, body } => {
            let params = params.iter().map(|param| match param.ty {
                Some(of) => list(":", [pat(cx, param.pat), ty(cx, of)]),
                None => pat(cx, param.pat),
            });
            let head = if *moves { "move-closure" } else { "closure" };
            let ret = cx.optional(*ret, ty).map(|ret| list("->", [ret]));
            list(head, [Sexp::List(params.collect())]).with(ret).with([expr(cx, *body)])
        }
        ExprKind::Break { label, value } => {
            labelled("break", label).with(cx.optional(*value, expr))
        }
        ExprKind::Continue { label } => labelled("continue", label),
        ExprKind::Return(value) => list("return", cx.optional(*value, expr)),
        _ => atom("error"),
    }
}

fn struct_literal(cx: Cx<'_>, of: &Path, fields: &[FieldInit], base: Option<ExprId>) -> Sexp {
    let fields = fields.iter().map(|field| match field.shorthand {
        true => expr(cx, field.expr),
        false => list(&format!("{}:", field.name.name), [expr(cx, field.expr)]),
    });
    let base = cx.optional(base, expr).map(|base| list("..", [base]));
    list("struct", [path(cx, of)]).with(fields).with(base)
}

fn macro_call(cx: Cx<'_>, call: &MacroCall) -> Sexp {
    let Sexp::Atom(name) = path(cx, &call.path) else { return atom("error") };
    let head = format!("{name}!");
    match &call.args {
        MacroArgs::Exprs(args) => list(
            &head,
            args.iter().map(|arg| match &arg.name {
                Some(name) => list("=", [atom(name.name), expr(cx, arg.expr)]),
                None => expr(cx, arg.expr),
            }),
        ),
        MacroArgs::Repeat { value, len } => {
            list(&head, [list("repeat", [expr(cx, *value), expr(cx, *len)])])
        }
        MacroArgs::Matches { scrutinee, pat: p, guard } => {
            list(&head, [expr(cx, *scrutinee), pat(cx, *p)]).with(cx.optional(*guard, expr))
        }
        MacroArgs::Cfg(predicate) => list(&head, [super::item::meta(predicate)]),
        MacroArgs::Tokens(_) => list(&head, [atom("..")]),
    }
}

pub fn block(cx: Cx<'_>, id: BlockId) -> Sexp {
    let block = &cx.nodes.blocks[id];
    let stmts = block.stmts.iter().map(|one| stmt(cx, one));
    list("block", stmts).with(cx.optional(block.tail, expr))
}

fn stmt(cx: Cx<'_>, stmt: &Stmt) -> Sexp {
    match &stmt.kind {
        StmtKind::Let { pat: p, ty: of, init, otherwise } => {
            let of = cx.optional(*of, ty).map(|of| list(":", [of]));
            let init = cx.optional(*init, expr).map(|init| list("=", [init]));
            let otherwise = cx.optional(*otherwise, block).map(|block| list("else", [block]));
            list("let", [pat(cx, *p)]).with(of).with(init).with(otherwise)
        }
        StmtKind::Expr { expr: value, semi: true } => list("stmt", [expr(cx, *value)]),
        StmtKind::Expr { expr: value, semi: false } => list("expr", [expr(cx, *value)]),
        StmtKind::Item(index) => match cx.item.children.get(*index as usize) {
            Some(child) => item::item(child.item()),
            None => atom("error"),
        },
        StmtKind::Empty => atom("empty"),
        StmtKind::Error => atom("error"),
    }
}
