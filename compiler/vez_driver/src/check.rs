//! Everything that is wrong with a crate, in one pass.

use crate::session::Session;
use crate::threads;
use rayon::prelude::*;
use vez_base::{DefId, DefKind, Span, name};
use vez_db::{Database, Db, parse, source_file};
use vez_diag::registry::{ConstEvalFailed, Cycle, FileTooLarge, NestingTooDeep, TransmuteSizes};
use vez_diag::{Count, Diagnostic, Severity};
use vez_lower::{ConstKey, LowerError};
use vez_types::{Ty, TyKind};

/// What checking found.
#[derive(Clone, Debug, Default)]
pub struct Checked {
    pub diagnostics: Vec<Diagnostic>,
}

impl Checked {
    /// Whether the program may not be built.
    pub fn has_errors(&self) -> bool {
        self.diagnostics.iter().any(|d| d.severity == Severity::Error)
    }
}

/// Checks the session's crate: syntax, names, types, moves and borrows.
pub fn check(session: &Session) -> Checked {
    let db = &session.db;
    let mut found = Vec::new();
    let mut items = Vec::new();
    check_modules(db, vez_hir::crate_root(db, session.user), &mut items, &mut found);
    found.extend(each(db, &items, check_item));
    // What could not be read may have had one.
    let file = source_file(db, db.crates()[session.user.0 as usize].root);
    if parse(db, file).diagnostics.is_empty() {
        found.extend(vez_hir::main_diagnostics(db, session.user));
    }
    let owners = vez_hir::body_owners(db, session.user);
    let is_fn = |def: &DefId| matches!(def.kind(), DefKind::Fn | DefKind::AssocFn);
    let (functions, constants): (Vec<DefId>, Vec<DefId>) =
        owners.iter().partition(|def| is_fn(def));
    // One after the other: a cycle among them is said once.
    constants.iter().for_each(|&def| check_body(db, def, &mut found));
    found.extend(each(db, &functions, check_body));
    one_cycle(&mut found);
    only_limits(&mut found);
    Checked { diagnostics: found }
}

/// Everything in a circle depends on itself; the first report tells where to look.
fn one_cycle(found: &mut Vec<Diagnostic>) {
    let mut said = false;
    found.retain(|d| d.code != Cycle::<String>::CODE || !std::mem::replace(&mut said, true));
}

/// Where the compiler reached a limit it did not see everything: what else it has to say may follow from that alone.
fn only_limits(found: &mut Vec<Diagnostic>) {
    let is_limit = |d: &Diagnostic| {
        d.code == NestingTooDeep::<String, String>::CODE
            || d.code == FileTooLarge::<String, String, String>::CODE
    };
    if found.iter().any(is_limit) {
        found.retain(is_limit);
    }
}

/// Below this many definitions, starting threads costs more than they save.
const PARALLEL_FROM: usize = 32;

/// What checking each of some definitions finds, in their order, on all cores.
fn each(
    db: &Database,
    defs: &[DefId],
    check: fn(&dyn Db, DefId, &mut Vec<Diagnostic>),
) -> Vec<Diagnostic> {
    if defs.len() < PARALLEL_FROM {
        let mut found = Vec::new();
        defs.iter().for_each(|&def| check(db, def, &mut found));
        return found;
    }
    let checked = |db: &mut Database, &def: &DefId| {
        let mut found = Vec::new();
        check(db, def, &mut found);
        found
    };
    let db = db.clone();
    threads::pool().install(|| defs.par_iter().map_with(db, checked).flatten_iter().collect())
}

/// Syntax and scopes of a module and those inside it; their items are added to `items`.
fn check_modules(db: &dyn Db, module: DefId, items: &mut Vec<DefId>, found: &mut Vec<Diagnostic>) {
    found.extend(vez_hir::module_diagnostics(db, module).iter().cloned());
    for &def in vez_hir::children(db, module).iter() {
        if def.kind() == DefKind::Mod {
            check_modules(db, def, items, found);
        } else {
            items.push(def);
        }
    }
}

/// The signature of an item and of what is in it.
fn check_item(db: &dyn Db, def: DefId, found: &mut Vec<Diagnostic>) {
    let signature = vez_hir::signature(db, def);
    found.extend(signature.diagnostics.iter().cloned());
    // What is wrong as written would be wrong again as types.
    if !signature.has_errors() {
        found.extend(vez_traits::check_item(db, def));
        check_consts(db, &signature.value.types.consts, found);
        if def.kind() == DefKind::Enum {
            found.extend(vez_mir::check_discriminants(db, def));
        }
    }
    let is_type = matches!(def.kind(), DefKind::Struct | DefKind::Enum | DefKind::Union);
    let derived = if is_type { vez_hir::derived_impls(db, def) } else { Vec::new() };
    for &child in vez_hir::children(db, def).iter().chain(&derived) {
        check_item(db, child, found);
    }
}

/// One body, as far as it makes sense: no types after unresolved names, no borrows after wrong types.
fn check_body(db: &dyn Db, def: DefId, found: &mut Vec<Diagnostic>) {
    check_types(db, def, found);
    check_consts(db, &vez_thir::thir_body(db, def).value.consts, found);
}

/// Anonymous constants: lengths, const arguments, discriminants. What their names mean is reported with the item around them.
fn check_consts(db: &dyn Db, consts: &[DefId], found: &mut Vec<Diagnostic>) {
    for &def in consts {
        check_types(db, def, found);
        check_consts(db, &vez_thir::thir_body(db, def).value.consts, found);
    }
}

fn check_types(db: &dyn Db, def: DefId, found: &mut Vec<Diagnostic>) {
    let thir = vez_thir::thir_body(db, def);
    found.extend(thir.diagnostics.iter().cloned());
    if thir.value.poisoned {
        return;
    }
    if let Some(report) = vez_thir::opaque_cycle(db, def) {
        found.push(report);
        return;
    }
    let before = found.len();
    found.extend(vez_borrow::borrowck(db, def).iter().cloned());
    for closure in thir.value.closures.iter() {
        found.extend(vez_borrow::borrowck(db, closure.def).iter().cloned());
    }
    transmutes(db, &thir.value, found);
    if found.len() == before
        && let Some(report) = value(db, &thir.value)
    {
        found.push(report);
    }
}

/// E0512: calls of `transmute` between types of different sizes.
fn transmutes(db: &dyn Db, body: &vez_thir::Body, found: &mut Vec<Diagnostic>) {
    for expr in body.exprs.iter() {
        let vez_thir::ExprKind::Call { callee, .. } = expr.kind else { continue };
        let TyKind::FnDef(def, args) = body.exprs[callee].ty.kind() else { continue };
        if def.name() != name::TRANSMUTE || !vez_hir::has_attr(db, *def, name::INTRINSIC) {
            continue;
        }
        let (from, to) = (args.ty_at(0), args.ty_at(1));
        let size = |ty| vez_lower::size_and_align(db, ty).map(|(size, _)| size);
        if let (Ok(from), Ok(to)) = (size(from), size(to)) {
            if from != to {
                let (from, to) = (Count(from as usize, "byte"), Count(to as usize, "byte"));
                found.push(TransmuteSizes { from, to }.at(expr.span));
            }
        } else if from != to && (is_of_any_size(from) || is_of_any_size(to)) {
            let (from, to) = (format!("`{from}`"), format!("`{to}`"));
            let report = TransmuteSizes { from, to }.at(expr.span);
            found.push(report.note("the size of a generic parameter is not known here"));
        }
    }
}

/// Types whose size depends on a generic parameter.
fn is_of_any_size(ty: Ty) -> bool {
    match ty.kind() {
        TyKind::Param(_) => true,
        TyKind::Array(elem, len) => len.as_value().is_none() || is_of_any_size(*elem),
        TyKind::Tuple(types) => types.as_slice().iter().any(|&ty| is_of_any_size(ty)),
        _ => false,
    }
}

/// Computes a constant or static that is not generic, to see whether it can be.
fn value(db: &dyn Db, body: &vez_thir::Body) -> Option<Diagnostic> {
    let def = body.owner;
    let is_const = matches!(
        def.kind(),
        DefKind::Const | DefKind::AssocConst | DefKind::Static | DefKind::ConstBlock
    );
    let is_literal = matches!(body.exprs[body.value].kind, vez_thir::ExprKind::Lit(_));
    if !is_const || is_literal || !vez_traits::identity_args(db, def).is_empty() {
        return None;
    }
    let error = vez_lower::eval_scalar(db, def, vez_types::GenericArgs::empty()).err()?;
    const_error(def, error, body.exprs[body.value].span)
}

/// What to say of a constant that cannot be computed; `None` where another one is to blame.
fn const_error(def: DefId, error: LowerError, span: Span) -> Option<Diagnostic> {
    match error {
        LowerError::In { error, .. } => const_error(def, *error, span),
        LowerError::ConstFailed {
            key: ConstKey::Item(failed, _) | ConstKey::Static(failed),
            message,
        } if failed == def => Some(ConstEvalFailed { reason: message }.at(span)),
        LowerError::ConstCycle(ConstKey::Item(first, _) | ConstKey::Static(first))
            if first == def =>
        {
            let what = format!("{} `{}`", def.kind().describe(), def.name());
            Some(Cycle { what }.at(span))
        }
        _ => None,
    }
}
