//! THIR to MIR: one file per construct.
//!
//! Expressions are lowered in four ways, chosen by who asks: into a destination (`into`), as a place (`place`), as an
//! operand (`operand`) or as an rvalue (`rvalue`). What has to be dropped or ended on the way out is kept in a stack of
//! scopes (`scope`), from which every exit is built. Knows nothing of borrows, layouts or instances.

mod arith;
mod block;
mod body;
mod call;
mod cast;
mod closure;
mod cond;
mod constant;
mod extend;
mod into;
mod matches;
mod operand;
mod place;
mod promote;
mod rvalue;
mod scope;

pub(crate) use arith::int_mask;
pub(crate) use body::{build, build_error};
pub(crate) use closure::capture_ty;

use crate::facts::Facts;
use crate::{
    Block, BlockData, Body, Local, LocalDecl, Operand, Place, Rvalue, Statement, StatementKind,
    Terminator, TerminatorKind,
};
use scope::Scopes;
use vez_base::{FxHashMap, Span};
use vez_thir::{self as thir, ExprId, LocalId};
use vez_types::Ty;

/// Builds one body.
struct Builder<'a> {
    facts: &'a Facts<'a>,
    thir: &'a thir::Body,
    body: Body,
    /// Where statements go.
    current: Block,
    /// Nothing reaches `current`: what is emitted there is never seen.
    dead: bool,
    scopes: Scopes,
    /// What each variable is.
    vars: FxHashMap<LocalId, Local>,
    /// In a guard: references that stand for variables bound by move only once the guard holds.
    guard_refs: FxHashMap<LocalId, Local>,
    /// Temporaries whose life a `let` extends, and to which scope.
    extended: FxHashMap<ExprId, scope::ScopeIndex>,
    /// In a closure: how to reach what it captures.
    env: Option<closure::Env<'a>>,
    /// Loops and labelled blocks around, innermost last.
    frames: Vec<Frame>,
    return_block: Block,
    /// Receives unit values that nobody reads.
    unit_sink: Option<Local>,
}

/// What `break` and `continue` need.
struct Frame {
    expr: ExprId,
    /// The scopes that stay when it is left.
    depth: usize,
    break_block: Block,
    continue_block: Option<Block>,
    dest: Place,
    /// Some `break` goes to `break_block`.
    used: bool,
}

impl<'a> Builder<'a> {
    fn expr(&self, id: ExprId) -> &'a thir::Expr {
        &self.thir.exprs[id]
    }

    fn new_block(&mut self, span: Span) -> Block {
        self.body.blocks.push(BlockData::new(TerminatorKind::Unreachable, span, false))
    }

    /// Continues in a block that something jumps to.
    fn continue_at(&mut self, block: Block) {
        self.current = block;
        self.dead = false;
    }

    fn push(&mut self, kind: StatementKind, span: Span) {
        let statement = Statement { kind, span };
        self.body.blocks[self.current].statements.push(statement);
    }

    fn assign(&mut self, place: impl Into<Place>, value: Rvalue, span: Span) {
        self.push(StatementKind::Assign(place.into(), value), span);
    }

    /// Ends the current block; whoever calls says where to continue.
    fn terminate(&mut self, kind: TerminatorKind, span: Span) {
        self.body.blocks[self.current].terminator = Terminator { kind, span };
    }

    fn goto(&mut self, target: Block, span: Span) {
        self.terminate(TerminatorKind::Goto(target), span);
    }

    /// After a jump away: what follows in the text is unreachable.
    fn continue_dead(&mut self, span: Span) {
        self.current = self.new_block(span);
        self.dead = true;
    }

    fn new_temp(&mut self, ty: Ty, span: Span) -> Local {
        self.body.locals.push(LocalDecl::temp(ty, span))
    }

    /// A temporary that holds a value from here on.
    fn temp_of(&mut self, value: Rvalue, ty: Ty, span: Span) -> Local {
        let temp = self.new_temp(ty, span);
        self.assign(temp, value, span);
        temp
    }

    /// Where unit values go that nobody reads.
    fn unit_sink(&mut self, span: Span) -> Place {
        let sink = match self.unit_sink {
            Some(sink) => sink,
            None => self.new_temp(Ty::unit(), span),
        };
        self.unit_sink = Some(sink);
        sink.into()
    }

    fn assign_unit(&mut self, dest: &Place, span: Span) {
        if dest.as_local() != self.unit_sink || self.unit_sink.is_none() {
            let unit = Operand::zero_sized(Ty::unit(), span);
            self.assign(dest.clone(), Rvalue::Use(unit), span);
        }
    }

    fn place_ty(&self, place: &Place) -> Ty {
        place.ty_in(&self.body.locals)
    }

    /// Reads a place: by copy where its type allows it.
    fn consume(&self, place: Place) -> Operand {
        if self.facts.is_copy(self.place_ty(&place)) {
            Operand::Copy(place)
        } else {
            Operand::Move(place)
        }
    }

    /// A call or check continues in a new block.
    fn terminate_into_next(
        &mut self,
        span: Span,
        kind: impl FnOnce(Block, Option<Block>) -> TerminatorKind,
    ) {
        let next = self.new_block(span);
        let unwind = self.unwind_block(span);
        self.terminate(kind(next, unwind), span);
        self.current = next;
    }
}
