//! The inliner: callees first, so that what is inlined is small already; budgeted and deterministic.

use crate::callgraph::Order;
use crate::draft::{Draft, DraftBlock, Edge, edges};
use smallvec::SmallVec;
use vez_vir::{
    Block, Body, CallFlags, Callee, FuncAttrs, FuncId, Function, Inst, InstId, Linkage, Loc, LocId,
    Module, SlotId, Value,
};

/// A callee of at most so many instructions costs about what its call does.
const SMALL: u32 = 20;
/// The same for functions that ask to be inlined.
const HINTED: u32 = 60;
/// The same for the only call of a function that then disappears.
const ONLY_USE: u32 = 150;
/// The same for functions that must be inlined.
const ALWAYS: u32 = 4000;
/// A caller does not grow beyond this, but for callees that must be inlined.
const MAX_CALLER: usize = 6000;
/// A callee that needs more memory in its frame stays: recursion would suffer.
const MAX_SLOT_BYTES: u64 = 4096;

/// Whether calls of a function are inlined however many there are, but in cold code and large callers.
pub(crate) fn is_inlined_anywhere(function: &Function, body: &Body) -> bool {
    let attrs = function.attrs;
    let kept = attrs.has(FuncAttrs::INLINE_NEVER) || attrs.has(FuncAttrs::COLD);
    !kept && (attrs.has(FuncAttrs::INLINE_ALWAYS) || size(body) <= limit_anywhere(function))
}

fn limit_anywhere(function: &Function) -> u32 {
    if function.attrs.has(FuncAttrs::INLINE_HINT) { HINTED } else { SMALL }
}

/// Decides and inlines.
pub(crate) struct Inliner {
    component: Vec<u32>,
    uses: Vec<u32>,
    /// By function, once it is done.
    sizes: Vec<u32>,
}

impl Inliner {
    pub(crate) fn new(module: &Module, order: &Order) -> Inliner {
        Inliner {
            component: order.component.clone(),
            uses: order.uses.clone(),
            sizes: vec![0; module.functions.len()],
        }
    }

    /// Remembers the size of a body that is done.
    pub(crate) fn measure(&mut self, func: FuncId, body: &Body) {
        self.sizes[func.index()] = size(body);
    }

    /// Inlines calls in `draft`, the body of `func`.
    pub(crate) fn run(&self, module: &Module, func: FuncId, draft: &mut Draft) {
        let mut work: Vec<Block> = (0..draft.blocks.len()).rev().map(Block::new).collect();
        while let Some(block) = work.pop() {
            let found = draft.blocks[block.index()].insts.iter().position(|&id| {
                let inst = draft.insts[id.index()];
                self.callee(module, func, draft, block, &inst).is_some()
            });
            if let Some(position) = found {
                let rest = split(draft, block, position);
                work.push(rest.block);
                self.paste(module, draft, block, rest.call, rest.block);
            } else if let Some(call) = self.quiet_invoke(module, func, draft, block) {
                let rest = split_invoke(draft, block);
                self.paste(module, draft, block, call, rest);
            }
        }
    }

    /// The callee of `inst` if it is to be inlined.
    fn callee(
        &self,
        module: &Module,
        caller: FuncId,
        draft: &Draft,
        block: Block,
        inst: &Inst,
    ) -> Option<FuncId> {
        let (flags, func) = match *inst {
            Inst::Call { flags, callee: Callee::Direct(func), .. }
            | Inst::Invoke { flags, callee: Callee::Direct(func), .. } => (flags, func),
            _ => return None,
        };
        let function = module.func(func);
        let body = function.body.as_ref()?;
        let cyclic = self.component[func.index()] == self.component[caller.index()];
        let never = function.attrs.has(FuncAttrs::INLINE_NEVER) || flags.has(CallFlags::NOINLINE);
        if cyclic || never || module.sig(function.sig).variadic {
            return None;
        }
        let size = self.sizes[func.index()];
        let always = function.attrs.has(FuncAttrs::INLINE_ALWAYS) || flags.has(CallFlags::INLINE);
        if always {
            return (size <= ALWAYS).then_some(func);
        }
        let cold = function.attrs.has(FuncAttrs::COLD)
            || flags.has(CallFlags::COLD)
            || matches!(draft.term(block), Inst::Unreachable | Inst::Trap { .. });
        let slot_bytes: u64 = body.slots.iter().map(|slot| slot.size).sum();
        if cold || slot_bytes > MAX_SLOT_BYTES || draft.insts.len() > MAX_CALLER {
            return None;
        }
        (size <= self.limit(func, function)).then_some(func)
    }

    fn limit(&self, func: FuncId, function: &Function) -> u32 {
        match function.linkage == Linkage::Internal && self.uses[func.index()] == 1 {
            true => ONLY_USE,
            false => limit_anywhere(function),
        }
    }

    /// A call with an unwind edge whose callee is to be inlined and does not unwind.
    fn quiet_invoke(
        &self,
        module: &Module,
        caller: FuncId,
        draft: &Draft,
        block: Block,
    ) -> Option<Inst> {
        let inst = draft.term(block);
        let Inst::Invoke { .. } = inst else { return None };
        let func = self.callee(module, caller, draft, block, &inst)?;
        let function = module.func(func);
        let quiet = function.attrs.has(FuncAttrs::NOUNWIND) || {
            let insts = &function.body.as_ref()?.insts;
            insts.iter().all(|inst| !may_unwind(module, inst))
        };
        quiet.then_some(inst)
    }

    /// Ends `block` in the body of `call`'s callee, whose returns go to `rest`.
    fn paste(&self, module: &Module, draft: &mut Draft, block: Block, call: Inst, rest: Block) {
        let (Inst::Call { callee, args, .. } | Inst::Invoke { callee, args, .. }) = call else {
            return;
        };
        let Callee::Direct(func) = callee else { return };
        let Some(body) = &module.func(func).body else { return };
        let args = SmallVec::from_slice(draft.pool.values(args));
        let loc = draft.inst_locs[draft.blocks[block.index()].term.index()];
        let entry = Paste::new(draft, body, rest, loc).run(module);
        draft.set_jump(block, Edge { to: entry, args });
    }
}

/// Instructions that become code.
pub(crate) fn size(body: &Body) -> u32 {
    let free =
        |inst: &&Inst| !matches!(inst, Inst::Const { .. } | Inst::Slot { .. } | Inst::Jump { .. });
    body.insts.iter().filter(free).count() as u32
}

fn may_unwind(module: &Module, inst: &Inst) -> bool {
    match *inst {
        Inst::Call { flags, callee, .. } => {
            let quiet = match callee {
                Callee::Direct(func) => module.func(func).attrs.has(FuncAttrs::NOUNWIND),
                Callee::Indirect { .. } => false,
            };
            !quiet && !flags.has(CallFlags::NOUNWIND)
        }
        Inst::Ext { .. } => true,
        _ => false,
    }
}

/// What follows a call.
struct Rest {
    call: Inst,
    block: Block,
}

/// Takes the call at `position` out of `block`; what follows becomes a block whose parameters are the results.
fn split(draft: &mut Draft, block: Block, position: usize) -> Rest {
    let to = Block::new(draft.blocks.len());
    let data = &mut draft.blocks[block.index()];
    let call = data.insts[position];
    let rest = data.insts.split_off(position + 1);
    data.insts.pop();
    let first = draft.first_result[call.index()].0;
    let defs = &mut draft.def;
    let params: SmallVec<[Value; 4]> =
        (first..).map(Value).take_while(|v| defs.get(v.index()) == Some(&call)).collect();
    params.iter().for_each(|param| defs[param.index()] = InstId::NONE);
    let term = data.term;
    let edges = std::mem::take(&mut data.edges);
    // The call's place in the source is the place of what is inlined; `set_jump` keeps it.
    data.term = call;
    draft.blocks.push(DraftBlock { params, insts: rest, term, edges });
    Rest { call: draft.insts[call.index()], block: to }
}

/// A block between the callee's returns and the normal target of an invoke.
fn split_invoke(draft: &mut Draft, block: Block) -> Block {
    let to = Block::new(draft.blocks.len());
    let mut edge = draft.blocks[block.index()].edges[0].clone();
    let implicit = draft.blocks[edge.to.index()].params.len() - edge.args.len();
    let types: SmallVec<[vez_vir::Type; 4]> = draft.blocks[edge.to.index()].params[..implicit]
        .iter()
        .map(|param| draft.types[param.index()])
        .collect();
    let params: SmallVec<[Value; 4]> = types.into_iter().map(|ty| draft.new_value(ty)).collect();
    edge.args.insert_many(0, params.iter().copied());
    let term = draft.blocks[block.index()].term;
    draft.blocks.push(DraftBlock { params, insts: Vec::new(), term, edges: SmallVec::new() });
    draft.set_jump(to, edge);
    to
}

/// Copies a body into a draft.
struct Paste<'d, 'b> {
    draft: &'d mut Draft,
    body: &'b Body,
    /// Where returns go.
    rest: Block,
    /// The place of instructions that have none.
    loc: LocId,
    first_value: u32,
    first_block: u32,
    first_slot: u32,
    first_loc: u32,
}

impl<'d, 'b> Paste<'d, 'b> {
    fn new(draft: &'d mut Draft, body: &'b Body, rest: Block, loc: LocId) -> Paste<'d, 'b> {
        Paste {
            first_value: draft.types.len() as u32,
            first_block: draft.blocks.len() as u32,
            first_slot: draft.slots.len() as u32,
            first_loc: draft.locs.len() as u32,
            draft,
            body,
            rest,
            loc,
        }
    }

    /// The copy of the entry block.
    fn run(mut self, module: &Module) -> Block {
        let body = self.body;
        for &ty in &body.value_types {
            self.draft.new_value(ty);
        }
        self.draft.slots.extend_from_slice(&body.slots);
        self.copy_locs(module);
        for block in body.block_ids() {
            let params = body.params(block).map(|v| self.value(v)).collect();
            let mut insts: Vec<InstId> = body.block_insts(block).map(|id| self.inst(id)).collect();
            let term = insts.pop().expect("a block ends in a terminator");
            let inst = self.draft.insts[term.index()];
            let edges = edges(&inst, &self.draft.pool);
            self.draft.blocks.push(DraftBlock { params, insts, term, edges });
            if let Inst::Ret { values } = inst {
                let args = SmallVec::from_slice(self.draft.pool.values(values));
                let copy = Block::new(self.draft.blocks.len() - 1);
                self.draft.set_jump(copy, Edge { to: self.rest, args });
            }
        }
        Block(self.first_block)
    }

    /// The callee's places. Those in the library become the call's, if that is in the program: a backtrace then shows the
    /// line that people wrote, and a debugger stays in it.
    fn copy_locs(&mut self, module: &Module) {
        let call = self.draft.locs.get(self.loc.index()).copied();
        let call = call.filter(|call| !module.is_embedded(call.file));
        let place = |&loc: &Loc| match call {
            Some(call) if module.is_embedded(loc.file) => call,
            _ => loc,
        };
        self.draft.locs.extend(self.body.locs.iter().map(place));
    }

    fn value(&self, value: Value) -> Value {
        Value(self.first_value + value.0)
    }

    fn inst(&mut self, id: InstId) -> InstId {
        let (first_value, first_block) = (self.first_value, self.first_block);
        let mut inst = self.body.inst(id).remap(
            &self.body.pool,
            &mut self.draft.pool,
            &mut |v| Value(first_value + v.0),
            &mut |b| Block(first_block + b.0),
            &mut |_, _| {},
        );
        match &mut inst {
            Inst::Slot { slot } => *slot = SlotId(self.first_slot + slot.0),
            // Its frame is no longer the one that is left.
            Inst::Call { flags, .. } => *flags = flags.without(CallFlags::TAIL),
            _ => {}
        }
        let loc = self.body.inst_locs[id.index()];
        let loc = if loc.is_none() { self.loc } else { LocId(self.first_loc + loc.0) };
        let copy = self.draft.new_inst(inst, &[], loc);
        self.draft.first_result[copy.index()] = self.value(self.body.first_result[id.index()]);
        for result in self.body.results(id) {
            self.draft.def[(first_value + result.0) as usize] = copy;
        }
        copy
    }
}
