//! Drop elaboration: every `Drop` becomes what really happens there.
//!
//! A drop of what is certainly moved vanishes, of what is certainly there stays, of what may be there asks a flag; of what
//! is partly moved drops the rest part by part. Afterwards `Drop` means "drop", no longer "drop if initialised".

mod open;

use crate::dataflow::{Results, solve};
use crate::facts::Facts;
use crate::moves::{Effect, Inits, Lookup, MovePaths, PathId};
use crate::{
    Block, Body, Local, LocalDecl, Location, Operand, Place, Rvalue, Statement, StatementKind,
    TerminatorKind,
};
use vez_base::{BitSet, FxHashMap, Span};
use vez_types::Ty;

/// Elaborates all drops of a body.
pub fn elaborate_drops(body: &mut Body, facts: &Facts<'_>) {
    let has_drops = body
        .blocks
        .iter()
        .any(|block| matches!(block.terminator.kind, TerminatorKind::Drop { .. }));
    if !has_drops {
        return;
    }
    let original = body.clone();
    let paths = MovePaths::new(&original, facts);
    let inits = |uninit| Inits { body: &original, facts, paths: &paths, uninit };
    let init = solve(&original, inits(false));
    let uninit = solve(&original, inits(true));
    let mut elaborator = Elaborator { facts, body, paths: &paths, flags: FxHashMap::default() };
    for block in original.blocks.ids() {
        if let TerminatorKind::Drop { place, target, unwind } =
            &original.blocks[block].terminator.kind
        {
            let states = States::before_terminator(&original, &init, &uninit, block);
            let exit = Exit { target: *target, unwind: *unwind };
            elaborator.elaborate(&original, block, place, exit, &states);
        }
    }
    let flags = std::mem::take(&mut elaborator.flags);
    FlagWriter { body, original: &original, facts, paths: &paths, flags }.run();
}

/// What may hold just before a drop.
struct States {
    init: BitSet<PathId>,
    uninit: BitSet<PathId>,
}

impl States {
    fn before_terminator(
        body: &Body,
        init: &Results<Inits<'_>>,
        uninit: &Results<Inits<'_>>,
        block: Block,
    ) -> States {
        let at_end = |results: &Results<Inits<'_>>| {
            let mut state = results.states[block].clone();
            for (statement, data) in body.blocks[block].statements.iter().enumerate() {
                let at = Location { block, statement };
                crate::dataflow::Analysis::statement(&results.analysis, &mut state, data, at);
            }
            state
        };
        States { init: at_end(init), uninit: at_end(uninit) }
    }
}

/// Where a drop goes on, and where it unwinds to.
#[derive(Clone, Copy)]
struct Exit {
    target: Block,
    unwind: Option<Block>,
}

/// How a place has to be dropped.
enum Style {
    /// Nothing is there.
    Dead,
    /// It is there.
    Static,
    /// Ask the flag.
    Conditional,
    /// Part by part.
    Open,
}

struct Elaborator<'a> {
    facts: &'a Facts<'a>,
    body: &'a mut Body,
    paths: &'a MovePaths,
    flags: FxHashMap<PathId, Local>,
}

impl Elaborator<'_> {
    fn elaborate(
        &mut self,
        original: &Body,
        block: Block,
        place: &Place,
        exit: Exit,
        states: &States,
    ) {
        // What lies behind a pointer is always there, and so is an untracked part of what is.
        let Some(Lookup::Exact(path)) = self.paths.lookup(original, self.facts, place) else {
            return;
        };
        let span = self.body.blocks[block].terminator.span;
        let is_cleanup = self.body.blocks[block].is_cleanup;
        let drop = open::Drop { place: place.clone(), span, is_cleanup };
        match self.style(path, states) {
            Style::Static => {}
            Style::Dead => {
                self.body.blocks[block].terminator.kind = TerminatorKind::Goto(exit.target);
            }
            Style::Conditional => {
                let entry = self.conditional_drop(&drop, path, exit);
                self.body.blocks[block].terminator.kind = TerminatorKind::Goto(entry);
            }
            Style::Open => {
                let entry = self.open_drop(&drop, path, exit, states);
                self.body.blocks[block].terminator.kind = TerminatorKind::Goto(entry);
            }
        }
    }

    fn style(&self, path: PathId, states: &States) -> Style {
        let (mut some_live, mut some_dead, mut count) = (false, false, 0);
        self.paths.for_each_inside(path, &mut |path| {
            some_live |= states.init.contains(path);
            some_dead |= states.uninit.contains(path);
            count += 1;
        });
        match (some_live, some_dead, count) {
            (false, _, _) => Style::Dead,
            (true, false, _) => Style::Static,
            (true, true, 1) => Style::Conditional,
            (true, true, _) => Style::Open,
        }
    }

    /// The flag that says whether a path has a value.
    fn flag(&mut self, path: PathId) -> Local {
        if let Some(&flag) = self.flags.get(&path) {
            return flag;
        }
        let span = self.body.span;
        let flag = self.body.locals.push(LocalDecl::temp(Ty::bool(), span));
        self.flags.insert(path, flag);
        flag
    }
}

/// Keeps the flags true to what happens.
struct FlagWriter<'a> {
    body: &'a mut Body,
    original: &'a Body,
    facts: &'a Facts<'a>,
    paths: &'a MovePaths,
    flags: FxHashMap<PathId, Local>,
}

impl FlagWriter<'_> {
    fn run(mut self) {
        if self.flags.is_empty() {
            return;
        }
        for block in self.original.blocks.ids() {
            self.write_block(block);
        }
        self.write_entry();
    }

    fn set(&self, effects: &[Effect], span: Span, out: &mut Vec<Statement>) {
        for effect in effects {
            let (path, value) = match *effect {
                Effect::Init(path) => (path, true),
                Effect::Uninit(path) => (path, false),
            };
            self.paths.for_each_inside(path, &mut |path| {
                if let Some(&flag) = self.flags.get(&path) {
                    out.push(set_flag(flag, value, span));
                }
            });
        }
    }

    fn write_block(&mut self, block: Block) {
        let original = &self.original.blocks[block];
        let mut statements = Vec::with_capacity(original.statements.len());
        for statement in &original.statements {
            statements.push(statement.clone());
            // The end of storage clears what conditional drops left set, for the next round of a loop.
            if matches!(statement.kind, StatementKind::Assign(..) | StatementKind::StorageDead(_)) {
                let effects = self.paths.statement_effects(self.original, self.facts, statement);
                self.set(&effects, statement.span, &mut statements);
            }
        }
        let terminator = &original.terminator;
        let stays = self.body.blocks[block].terminator.kind == terminator.kind;
        // A drop that was elaborated clears its flags where it happens.
        if stays || !matches!(terminator.kind, TerminatorKind::Drop { .. }) {
            let effects = self.paths.terminator_effects(self.original, self.facts, terminator);
            self.set(&effects, terminator.span, &mut statements);
        }
        self.body.blocks[block].statements = statements;
        if let TerminatorKind::Call { target: Some(target), .. } = terminator.kind {
            let effects = self.paths.return_effects(self.original, self.facts, terminator);
            let mut set = Vec::new();
            self.set(&effects, terminator.span, &mut set);
            if !set.is_empty() {
                self.on_edge(block, target, set, terminator.span);
            }
        }
    }

    /// Puts statements on the edge on which a call returns.
    fn on_edge(&mut self, from: Block, to: Block, statements: Vec<Statement>, span: Span) {
        let is_cleanup = self.body.blocks[from].is_cleanup;
        let mut data = crate::BlockData::new(TerminatorKind::Goto(to), span, is_cleanup);
        data.statements = statements;
        let edge = self.body.blocks.push(data);
        if let TerminatorKind::Call { target, .. } = &mut self.body.blocks[from].terminator.kind {
            *target = Some(edge);
        }
    }

    /// Flags begin as what parameters and other locals are. A loop may go back to the entry block, so they have their own.
    fn write_entry(&mut self) {
        let span = self.body.span;
        let mut flags: Vec<(PathId, Local)> = self.flags.iter().map(|(p, l)| (*p, *l)).collect();
        flags.sort();
        let start = std::mem::replace(
            &mut self.body.blocks[Block::START],
            crate::BlockData::new(TerminatorKind::Unreachable, span, false),
        );
        let moved = self.body.blocks.push(start);
        for block in self.body.blocks.iter_mut() {
            block.terminator.kind.for_each_target(|target| {
                if *target == Block::START {
                    *target = moved;
                }
            });
        }
        let entry = &mut self.body.blocks[Block::START];
        entry.terminator.kind = TerminatorKind::Goto(moved);
        for (path, flag) in flags {
            let local = self.paths.paths[path].place.local;
            let value = self.original.is_param(local);
            entry.statements.push(set_flag(flag, value, span));
        }
    }
}

fn set_flag(flag: Local, value: bool, span: Span) -> Statement {
    let value = Rvalue::Use(Operand::bool(value, span));
    Statement::new(StatementKind::Assign(flag.into(), value), span)
}
