//! Inference of one body: HIR in, THIR out.
//!
//! Expectations flow down, types flow up, and the typed expression is built on the way; its types hold inference variables until
//! `writeback` resolves them. What cannot be decided at once (casts, calls of closures whose kind is not known, operators on unresolved numbers) is
//! noted in [`Deferred`] and patched in place later. One file a construct.

mod adt;
mod block;
mod call;
mod cast;
mod closure;
mod coerce;
mod control;
mod diag;
mod expect;
mod expr;
mod facts;
mod fallback;
mod lit;
mod lub;
mod method;
mod op;
mod owner;
mod pat;
mod pat_adt;
mod path;
mod place;
mod suggest;
mod try_op;
mod vars;
mod writeback;

use std::rc::Rc;

use vez_base::{DefId, FxHashMap, FxHashSet, IdVec, Span};
use vez_db::Db;
use vez_diag::{Lowered, Sink};
use vez_hir as hir;
use vez_traits::{FulfillCtxt, InferCtxt, ParamEnv, ProbeScope};
use vez_types::Ty;

use crate::data::*;
pub(crate) use closure::to_traits_kind as closure_kind_of;
pub(crate) use diag::Why;
pub(crate) use expect::Expectation;
pub(crate) use lub::Lub;

/// Everything known while one body is checked.
pub(crate) struct FnCtxt<'a> {
    pub(crate) db: &'a dyn Db,
    pub(crate) hir: &'a hir::Body,
    pub(crate) owner: DefId,
    pub(crate) module: DefId,
    /// What method calls see.
    scope: Rc<ProbeScope<'a>>,
    pub(crate) icx: InferCtxt<'a>,
    pub(crate) fulfill: FulfillCtxt,
    /// Grows while the body is checked.
    pub(crate) out: Body,
    pub(crate) sink: Sink,
    pub(crate) local_tys: IdVec<LocalId, Ty>,
    /// The closure whose parameters or patterns declare a local.
    local_owner: IdVec<LocalId, Option<ClosureId>>,
    declared: FxHashSet<LocalId>,
    /// The closure being checked.
    closure: Option<ClosureId>,
    /// The function's frame, then those of the closures being checked.
    frames: Vec<Frame>,
    /// Loops and labelled blocks around the current expression.
    targets: FxHashMap<hir::ExprId, Target>,
    /// Control cannot reach what follows.
    diverges: bool,
    /// Arguments are coerced with borrows that start at the call.
    in_argument: bool,
    deferred: Deferred,
    /// Expressions that were wrapped in place, and where they went.
    moved: FxHashMap<ExprId, ExprId>,
    /// Variables that stand for the value of an expression that never yields one.
    diverging: Vec<Ty>,
    /// Variables made for the owner's own `impl Trait` returns.
    opaque_vars: Vec<Ty>,
    /// Where a variable came from, for "type annotation needed".
    var_origins: Vec<(Ty, Span, VarWhat)>,
    /// Closures whose bodies name locals from outside.
    capturing: FxHashSet<ClosureId>,
    /// An error was reported on a part of this body.
    pub(crate) tainted: bool,
}

/// What an unresolved variable stands for.
#[derive(Clone, Copy, Debug)]
enum VarWhat {
    Local(LocalId),
    Param(vez_base::Name),
    ClosureParam,
    /// The `Self` of `Trait::item`.
    TraitSelf,
}

/// What `return` and `?` see.
pub(crate) struct Frame {
    ret: Ty,
    ret_span: Option<Span>,
    lub: Lub,
    is_fn: bool,
}

/// What a `break` may leave.
struct Target {
    expr: ExprId,
    /// `None`: only without a value (`while`, `for`).
    lub: Option<Lub>,
    may_break: bool,
}

/// What is decided once more types are known.
#[derive(Default)]
struct Deferred {
    casts: Vec<DeferredCast>,
    closure_calls: Vec<DeferredClosureCall>,
    operators: Vec<DeferredOp>,
    literals: Vec<(ExprId, hir::Lit, bool)>,
    pat_literals: Vec<(PatId, hir::Lit, bool)>,
    /// With the checked bounds.
    pat_ranges: Vec<(PatId, Option<ExprId>, Option<ExprId>)>,
}

/// `expr` is the `Cast` node, or what a cast turned out to be.
struct DeferredCast {
    expr: ExprId,
    inner: hir::ExprId,
    target: Ty,
    span: Span,
}

/// A call of a closure of this body: which trait is used follows from its kind.
struct DeferredClosureCall {
    call: ExprId,
    closure: ClosureId,
    callee: ExprId,
    args: Vec<ExprId>,
}

/// An operator that went to its trait because an operand's type was open; on primitive operands it is the built-in one after all.
struct DeferredOp {
    expr: ExprId,
    builtin: ExprKind,
    left: Ty,
    right: Option<Ty>,
    op: op::OpForm,
}

impl<'a> FnCtxt<'a> {
    pub(crate) fn new(db: &'a dyn Db, hir: &'a hir::Body, env: ParamEnv) -> FnCtxt<'a> {
        let owner = hir.owner;
        let locals: IdVec<LocalId, Local> = hir
            .locals
            .iter()
            .map(|local| Local {
                written: None,
                name: local.name,
                ty: Ty::error(),
                mutability: local.mutability,
                span: local.span,
                synthetic: local.synthetic,
            })
            .collect();
        let count = locals.len();
        let span = hir.exprs[hir.value].span;
        FnCtxt {
            db,
            hir,
            owner,
            module: hir::module_of(db, owner),
            scope: Rc::new(ProbeScope::of(db, owner)),
            icx: InferCtxt::new(db, env),
            fulfill: FulfillCtxt::default(),
            out: Body {
                owner,
                params: Vec::new(),
                ret: Ty::error(),
                value: ExprId::new(0),
                exprs: IdVec::with_capacity(hir.exprs.len() * 2),
                pats: IdVec::new(),
                blocks: IdVec::new(),
                locals,
                closures: IdVec::new(),
                opaques: Vec::new(),
                consts: hir.types.consts.as_slice().into(),
                written: Vec::new(),
                poisoned: false,
                span,
            },
            sink: Sink::new(),
            local_tys: IdVec::from_elem(Ty::error(), count),
            local_owner: IdVec::from_elem(None, count),
            declared: FxHashSet::default(),
            closure: None,
            frames: Vec::new(),
            targets: FxHashMap::default(),
            diverges: false,
            in_argument: false,
            deferred: Deferred::default(),
            moved: FxHashMap::default(),
            diverging: Vec::new(),
            opaque_vars: Vec::new(),
            var_origins: Vec::new(),
            capturing: FxHashSet::default(),
            tainted: false,
        }
    }

    // Building THIR.

    pub(crate) fn push(&mut self, kind: ExprKind, ty: Ty, span: Span) -> ExprId {
        // What is wrong was reported here, or with the signature that the type is from.
        self.tainted |= diag::has_error(ty);
        self.out.exprs.push(Expr { kind, ty, span })
    }

    fn push_pat(&mut self, kind: PatKind, ty: Ty, span: Span) -> PatId {
        self.out.pats.push(Pat { kind, ty, span })
    }

    /// Stands for what is wrong; nothing that follows from it is reported.
    fn error_expr(&mut self, span: Span) -> ExprId {
        self.tainted = true;
        self.push(ExprKind::Error, Ty::error(), span)
    }

    /// Reserves the id of an expression whose parts name it.
    fn reserve_expr(&mut self, span: Span) -> ExprId {
        self.out.exprs.push(Expr { kind: ExprKind::Error, ty: Ty::error(), span })
    }

    fn span(&self, expr: ExprId) -> Span {
        self.out.exprs[expr].span
    }

    /// The type of an expression as far as it is known.
    pub(crate) fn ty(&self, expr: ExprId) -> Ty {
        self.shallow(self.out.exprs[expr].ty)
    }

    fn unit_expr(&mut self, span: Span) -> ExprId {
        self.push(ExprKind::Tuple(Vec::new()), Ty::unit(), span)
    }

    fn borrow_expr(&mut self, expr: ExprId, kind: BorrowKind) -> ExprId {
        let mutability = match kind {
            BorrowKind::Shared => Mutability::Not,
            _ => Mutability::Mut,
        };
        let ty = Ty::reference(self.ty(expr), mutability);
        let span = self.span(expr);
        self.push(ExprKind::Borrow { kind, expr, explicit: false }, ty, span)
    }

    fn deref_expr(&mut self, expr: ExprId, ty: Ty) -> ExprId {
        let span = self.span(expr);
        self.push(ExprKind::Deref(expr), ty, span)
    }

    // Reporting.

    pub(crate) fn report(&mut self, diagnostic: vez_diag::Diagnostic) {
        if diagnostic.is_error() {
            self.tainted = true;
        }
        self.sink.report(diagnostic);
    }

    fn finish(mut self) -> Lowered<Body> {
        self.out.poisoned |= self.tainted || self.sink.has_errors();
        self.out.exprs.shrink_to_fit();
        self.sink.finish(self.out)
    }

    /// Whether a local belongs to a body around `closure`.
    pub(crate) fn is_upvar(&self, local: LocalId, closure: ClosureId) -> bool {
        let Some(owner) = self.local_owner[local] else { return true };
        // Declared by `closure` itself or by one inside of it: not captured by it.
        let mut inner = Some(owner);
        while let Some(current) = inner {
            if current == closure {
                return false;
            }
            inner = self.out.closures[current].parent;
        }
        true
    }
}
