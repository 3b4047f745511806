//! Scopes: what has to be dropped, and whose storage ends, on every way out.
//!
//! A scope lists its entries in the order of their making; leaving it runs them backwards. Falling out of a scope emits
//! them in place. Jumps (`break`, `return`, a failed pattern) and unwinding share chains of blocks: the block of an entry
//! performs it and goes on to the entry below, so that many exits cost no more blocks than one. Chains are cached at the
//! entries; adding or removing an entry forgets the caches above it.

use super::Builder;
use crate::{Block, BlockData, Local, Place, Statement, StatementKind, TerminatorKind};
use smallvec::SmallVec;
use vez_base::Span;

/// The stack of scopes, and where temporaries go.
#[derive(Default)]
pub(super) struct Scopes {
    stack: Vec<Scope>,
    /// The scope that temporaries end with.
    temps: Option<usize>,
    /// The scope that bindings end with.
    vars: usize,
    resume: Option<Block>,
}

#[derive(Default)]
struct Scope {
    entries: Vec<Entry>,
}

struct Entry {
    local: Local,
    kind: EntryKind,
    span: Span,
    /// The cleanup block that drops it and what is below.
    unwind: Option<Block>,
    /// For each target left to: the block that ends this entry and what is below it.
    exits: SmallVec<[(Block, Block); 1]>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum EntryKind {
    Storage,
    Value,
}

impl Entry {
    fn forget(&mut self) {
        self.unwind = None;
        self.exits.clear();
    }
}

/// Where something that is scheduled goes: `None` never ends (constants).
pub(super) type ScopeIndex = Option<usize>;

impl Builder<'_> {
    /// How many scopes are open.
    pub(super) fn depth(&self) -> usize {
        self.scopes.stack.len()
    }

    pub(super) fn push_scope(&mut self) {
        self.scopes.stack.push(Scope::default());
    }

    /// Leaves the innermost scope by falling out of it.
    pub(super) fn pop_scope(&mut self, span: Span) {
        let top = self.depth() - 1;
        if !self.dead {
            for index in (0..self.scopes.stack[top].entries.len()).rev() {
                self.perform(top, index, span);
            }
        }
        self.scopes.stack.pop();
    }

    /// Forgets the innermost scope: others take over what it held.
    pub(super) fn pop_scope_silently(&mut self) {
        self.scopes.stack.pop();
    }

    pub(super) fn in_scope<R>(&mut self, span: Span, f: impl FnOnce(&mut Self) -> R) -> R {
        self.push_scope();
        let result = f(self);
        self.pop_scope(span);
        result
    }

    /// Temporaries made inside end with it.
    pub(super) fn terminating<R>(&mut self, span: Span, f: impl FnOnce(&mut Self) -> R) -> R {
        let top = Some(self.depth());
        self.in_scope(span, |this| this.with_temps_in(top, f))
    }

    /// Temporaries made inside end with the given scope.
    pub(super) fn with_temps_in<R>(
        &mut self,
        scope: ScopeIndex,
        f: impl FnOnce(&mut Self) -> R,
    ) -> R {
        let outer = std::mem::replace(&mut self.scopes.temps, scope);
        let result = f(self);
        self.scopes.temps = outer;
        result
    }

    /// Bindings made inside end with the innermost scope.
    pub(super) fn with_vars_here<R>(&mut self, f: impl FnOnce(&mut Self) -> R) -> R {
        let top = self.depth() - 1;
        let outer = std::mem::replace(&mut self.scopes.vars, top);
        let result = f(self);
        self.scopes.vars = outer;
        result
    }

    pub(super) fn temp_scope(&self) -> ScopeIndex {
        self.scopes.temps
    }

    pub(super) fn var_scope(&self) -> ScopeIndex {
        Some(self.scopes.vars)
    }

    /// The storage of a local ends with a scope.
    pub(super) fn schedule_storage(&mut self, local: Local, scope: ScopeIndex, span: Span) {
        self.schedule(local, EntryKind::Storage, scope, span);
    }

    /// The value of a local is dropped with a scope, if its type asks for it.
    pub(super) fn schedule_drop(&mut self, local: Local, scope: ScopeIndex, span: Span) {
        if self.facts.needs_drop(self.body.locals[local].ty) {
            self.schedule(local, EntryKind::Value, scope, span);
        }
    }

    fn schedule(&mut self, local: Local, kind: EntryKind, scope: ScopeIndex, span: Span) {
        let Some(scope) = scope else { return };
        self.forget_above(scope);
        let entry = Entry { local, kind, span, unwind: None, exits: SmallVec::new() };
        self.scopes.stack[scope].entries.push(entry);
    }

    fn forget_above(&mut self, scope: usize) {
        for scope in &mut self.scopes.stack[scope + 1..] {
            scope.entries.iter_mut().for_each(Entry::forget);
        }
    }

    /// A temporary was moved where nothing after can see it initialised: its drop is dead on every way from here.
    pub(super) fn moved(&mut self, local: Local) {
        for index in (0..self.depth()).rev() {
            let entries = &mut self.scopes.stack[index].entries;
            let found = entries
                .iter()
                .rposition(|entry| entry.local == local && entry.kind == EntryKind::Value);
            if let Some(position) = found {
                entries.remove(position);
                entries[position..].iter_mut().for_each(Entry::forget);
                self.forget_above(index);
                return;
            }
        }
    }

    /// Emits one entry in place.
    fn perform(&mut self, scope: usize, index: usize, span: Span) {
        let Entry { local, kind, .. } = self.scopes.stack[scope].entries[index];
        match kind {
            EntryKind::Storage => self.push(StatementKind::StorageDead(local), span.after()),
            EntryKind::Value => {
                let unwind = self.unwind_below(scope, index);
                let target = self.new_block(span);
                let place = Place::from(local);
                let drop = TerminatorKind::Drop { place, target, unwind };
                self.terminate(drop, span.after());
                self.current = target;
            }
        }
    }

    /// Leaves the scopes from `depth` on and goes to `target`; nothing follows.
    pub(super) fn exit_to(&mut self, depth: usize, target: Block, span: Span) {
        if !self.dead {
            let chain = self.exit_chain(depth, target, span);
            self.goto(chain, span);
        }
        self.continue_dead(span);
    }

    /// The block that performs all entries of the scopes from `depth` on and goes to `target`.
    fn exit_chain(&mut self, depth: usize, target: Block, span: Span) -> Block {
        let mut pending: SmallVec<[(usize, usize); 8]> = SmallVec::new();
        let mut next = target;
        'search: for scope in (depth..self.depth()).rev() {
            for index in (0..self.scopes.stack[scope].entries.len()).rev() {
                let entry = &self.scopes.stack[scope].entries[index];
                if let Some((_, block)) = entry.exits.iter().find(|(to, _)| *to == target) {
                    next = *block;
                    break 'search;
                }
                pending.push((scope, index));
            }
        }
        for (scope, index) in pending.into_iter().rev() {
            let Entry { local, kind, .. } = self.scopes.stack[scope].entries[index];
            let mut block = BlockData::new(TerminatorKind::Goto(next), span.after(), false);
            match kind {
                EntryKind::Storage => {
                    let dead = StatementKind::StorageDead(local);
                    block.statements.push(Statement::new(dead, span.after()));
                }
                EntryKind::Value => {
                    let unwind = self.unwind_below(scope, index);
                    let place = Place::from(local);
                    block.terminator.kind = TerminatorKind::Drop { place, target: next, unwind };
                }
            }
            next = self.body.blocks.push(block);
            self.scopes.stack[scope].entries[index].exits.push((target, next));
        }
        next
    }

    /// Where a panic here unwinds to.
    pub(super) fn unwind_block(&mut self, _span: Span) -> Option<Block> {
        if self.dead || self.depth() == 0 {
            return None;
        }
        self.unwind_below(self.depth(), 0)
    }

    /// The cleanup chain of the entries below one.
    fn unwind_below(&mut self, scope: usize, index: usize) -> Option<Block> {
        let mut pending: SmallVec<[(usize, usize); 8]> = SmallVec::new();
        let mut next = None;
        'search: for at in (0..=scope.min(self.depth() - 1)).rev() {
            let entries = &self.scopes.stack[at].entries;
            let end = if at == scope { index } else { entries.len() };
            for (position, entry) in entries[..end].iter().enumerate().rev() {
                if entry.kind != EntryKind::Value {
                    continue;
                }
                if entry.unwind.is_some() {
                    next = entry.unwind;
                    break 'search;
                }
                pending.push((at, position));
            }
        }
        for (at, position) in pending.into_iter().rev() {
            let Entry { local, span, .. } = self.scopes.stack[at].entries[position];
            let target = match next {
                Some(block) => block,
                None => self.resume_block(span),
            };
            let drop = TerminatorKind::Drop { place: local.into(), target, unwind: None };
            let block = self.body.blocks.push(BlockData::new(drop, span, true));
            self.scopes.stack[at].entries[position].unwind = Some(block);
            next = Some(block);
        }
        next
    }

    pub(super) fn resume_block(&mut self, span: Span) -> Block {
        if let Some(block) = self.scopes.resume {
            return block;
        }
        let block = self.body.blocks.push(BlockData::new(TerminatorKind::Resume, span, true));
        self.scopes.resume = Some(block);
        block
    }
}
