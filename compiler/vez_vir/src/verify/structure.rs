//! Ids and lists lie inside their tables, blocks tile the instructions and values.
//!
//! What a text or the builder makes passes this always; it guards against damaged binary files and wrong passes.

use crate::data::{Body, Module};
use crate::ids::{Block, Value};
use crate::inst::{Callee, Edge, ExtKey, Inst, Symbol};
use crate::limits::{MAX_ALIGN_LOG2, MAX_BLOCKS, MAX_BODY, MAX_LIST, MAX_OBJECT};
use crate::pool::List;
use crate::typing::result_types;

type Result<T = ()> = std::result::Result<T, String>;

/// Checks `body`; on success every accessor of [`Body`] is safe to call with its own ids.
pub(super) fn check(module: &Module, body: &Body) -> Result {
    let fits = body.insts.len() <= MAX_BODY
        && body.value_types.len() <= MAX_BODY
        && body.pool.words().len() <= MAX_BODY
        && body.blocks.len() <= MAX_BLOCKS;
    ensure(fits, "the function is too large")?;
    let parallel =
        body.first_result.len() == body.insts.len() && body.inst_locs.len() == body.insts.len();
    ensure(parallel, "the instruction tables differ in length")?;
    for slot in &body.slots {
        let fits = slot.size <= MAX_OBJECT && slot.align_log2 <= MAX_ALIGN_LOG2;
        ensure(fits, "a slot is too large")?;
    }
    let files_exist = body.locs.iter().all(|loc| loc.file.index() < module.files.len());
    ensure(files_exist, "a location's file does not exist")?;
    let locs_exist =
        body.inst_locs.iter().all(|loc| loc.is_none() || loc.index() < body.locs.len());
    ensure(locs_exist, "a location does not exist")?;
    ensure(!body.blocks.is_empty(), "there is no entry block")?;
    let (mut inst, mut value) = (0u32, 0u32);
    for (number, block) in body.blocks.iter().enumerate() {
        let tiles = block.first_inst == inst && block.first_param == value;
        ensure(tiles, format!("{} does not follow the block before it", Block::new(number)))?;
        ensure(block.insts > 0, format!("{} is empty", Block::new(number)))?;
        let end = inst.checked_add(block.insts).filter(|&end| end as usize <= body.insts.len());
        let end = end.ok_or("a block's instructions do not exist")?;
        value = value.checked_add(block.params).ok_or("a block has too many parameters")?;
        ensure(value as usize <= body.value_types.len(), "a block's parameters do not exist")?;
        for at in inst..end {
            check_inst(module, body, &body.insts[at as usize])
                .map_err(|reason| format!("instruction {at}: {reason}"))?;
            let is_last = at + 1 == end;
            if body.insts[at as usize].is_terminator() != is_last {
                let problem =
                    if is_last { "does not end in a terminator" } else { "goes on after its end" };
                return Err(format!("{} {problem}", Block::new(number)));
            }
            ensure(
                body.first_result[at as usize] == Value(value),
                format!("instruction {at}: the results are not numbered in layout order"),
            )?;
            for ty in result_types(&body.insts[at as usize], module, &body.pool) {
                let known = body.value_types.get(value as usize) == Some(&ty);
                ensure(known, format!("instruction {at}: a result has another type"))?;
                value += 1;
            }
        }
        inst = end;
    }
    let all = inst as usize == body.insts.len() && value as usize == body.value_types.len();
    ensure(all, "instructions or values belong to no block")
}

fn ensure(condition: bool, reason: impl Into<String>) -> Result {
    if condition { Ok(()) } else { Err(reason.into()) }
}

fn check_inst(module: &Module, body: &Body, inst: &Inst) -> Result {
    let sig_exists = |sig: crate::SigId| ensure(sig.index() < module.sigs.len(), "no signature");
    match *inst {
        Inst::Addr { symbol: Symbol::Func(func), .. } => {
            ensure(func.index() < module.functions.len(), "no such function")?;
        }
        Inst::Addr { symbol: Symbol::Global(global), .. } => {
            ensure(global.index() < module.globals.len(), "no such global")?;
        }
        Inst::Slot { slot } => ensure(slot.index() < body.slots.len(), "no such slot")?,
        Inst::Call { callee, .. } | Inst::Invoke { callee, .. } => match callee {
            Callee::Direct(func) => {
                ensure(func.index() < module.functions.len(), "no such function")?;
            }
            Callee::Indirect { sig, .. } => sig_exists(sig)?,
        },
        Inst::Ext { key, sig, .. } => {
            sig_exists(sig)?;
            if let ExtKey::Name(name) | ExtKey::Intent(name) = key {
                ensure(name.index() < module.strings.len(), "no such extension name")?;
            }
            if let ExtKey::Name(name) = key {
                let plain = crate::print::is_plain_name(module.str(name));
                ensure(plain, "an extension's name is not a plain name")?;
            }
        }
        Inst::Load { access, .. } | Inst::Store { access, .. } => {
            let known = access.range.is_none() || access.range.index() < module.ranges.len();
            ensure(known, "no such range")?;
            ensure(access.align_log2 <= MAX_ALIGN_LOG2, "the alignment is too large")?;
        }
        Inst::Copy { align_log2, .. } | Inst::Fill { align_log2, .. } => {
            ensure(align_log2 <= MAX_ALIGN_LOG2, "the alignment is too large")?;
        }
        Inst::Shuffle { lanes, .. } => {
            raw_list(body, lanes)?;
        }
        _ => {}
    }
    if let Inst::Jump { to } = *inst {
        edge(body, to)?;
    }
    if let Inst::Br { then, other, .. } = *inst {
        edge(body, then)?;
        edge(body, other)?;
    }
    if let Inst::Switch { cases, .. } = *inst {
        let len = body.pool.list_len(cases).ok_or("a list does not exist")?;
        ensure(len >= 2 && (len - 2) % 6 == 0, "a switch's list is damaged")?;
    }
    if let Inst::Invoke { edges, .. } = *inst {
        ensure(body.pool.list_len(edges) == Some(4), "a call's targets are damaged")?;
    }
    if let Some(list) = inst.value_list() {
        raw_list(body, list)?;
    }
    for target in inst.edges(&body.pool) {
        edge(body, target)?;
    }
    // Now that all lists exist, the values in them can be looked at.
    let mut valid = true;
    inst.for_each_value(&body.pool, |v| valid &= v.index() < body.value_types.len());
    ensure(valid && operands_present(inst), "an operand does not exist")
}

/// Whether the operands that the variant needs are not `NONE`.
fn operands_present(inst: &Inst) -> bool {
    let mut present = 0;
    let mut copy = *inst;
    copy.for_each_direct(|_| present += 1);
    let needed = match inst {
        Inst::Un { .. } | Inst::Cast { .. } | Inst::Load { .. } | Inst::Br { .. } => 1,
        Inst::Switch { .. } => 1,
        Inst::Arith { .. }
        | Inst::Bin { .. }
        | Inst::Cmp { .. }
        | Inst::Shuffle { .. }
        | Inst::Store { .. } => 2,
        Inst::Fma { .. } | Inst::Select { .. } | Inst::Copy { .. } | Inst::Fill { .. } => 3,
        Inst::Index { base, .. } => return !base.is_none(),
        Inst::Lane { op, a, b, .. } => {
            return !a.is_none() && b.is_none() == (*op != crate::LaneOp::Insert);
        }
        Inst::Atomic { op, ptr, a, b, .. } => {
            return ptr.is_none() == (*op == crate::AtomicOp::Fence)
                && a.is_none() == (op.fact() < 1)
                && b.is_none() == (op.fact() < 2);
        }
        Inst::Call { callee: Callee::Indirect { ptr, .. }, .. }
        | Inst::Invoke { callee: Callee::Indirect { ptr, .. }, .. } => return !ptr.is_none(),
        _ => 0,
    };
    present == needed
}

fn raw_list(body: &Body, list: List) -> Result {
    let len = body.pool.list_len(list).ok_or("a list does not exist")?;
    ensure(len <= MAX_LIST, "a list is too long")
}

fn edge(body: &Body, edge: Edge) -> Result {
    ensure(edge.block.index() < body.blocks.len(), "no such block")?;
    raw_list(body, edge.args)?;
    let values = body.pool.values(edge.args);
    let valid = values.iter().all(|v| v.index() < body.value_types.len());
    ensure(valid, "an operand does not exist")
}
