//! Cleaning a graph up: what cannot be reached, jumps to jumps, blocks that follow only one other.

use crate::cfg::reverse_postorder;
use crate::{
    AssertKind, Block, BlockData, Body, ConstantKind, Local, Operand, Place, Projection, Rvalue,
    StatementKind, TerminatorKind,
};
use vez_base::{BitSet, IdVec};

/// Everything below, until nothing changes; what only the borrow checker needs is dropped.
pub fn simplify(body: &mut Body) {
    drop_borrowck_marks(body);
    fold_known_branches(body);
    thread_gotos(body);
    drop_empty_cleanup(body);
    sort_blocks(body);
    merge_chains(body);
    sort_blocks(body);
    body.promoted.iter_mut().for_each(simplify);
}

/// Removes imaginary edges and reads that are none.
fn drop_borrowck_marks(body: &mut Body) {
    for block in body.blocks.iter_mut() {
        block.statements.retain(|statement| {
            !matches!(statement.kind, StatementKind::FakeRead(_) | StatementKind::Nop)
                && !matches!(
                    &statement.kind,
                    StatementKind::Assign(_, Rvalue::Ref(crate::BorrowKind::Fake, _))
                )
        });
        if let TerminatorKind::FalseEdge { real, .. } = block.terminator.kind {
            block.terminator.kind = TerminatorKind::Goto(real);
        }
    }
}

fn known(operand: &Operand) -> Option<u128> {
    match operand {
        Operand::Const(constant) => match constant.kind {
            ConstantKind::Int(bits) => Some(bits),
            _ => None,
        },
        _ => None,
    }
}

fn fold_known_branches(body: &mut Body) {
    for block in body.blocks.iter_mut() {
        let target = match &block.terminator.kind {
            TerminatorKind::Switch { discr, targets, otherwise } => match known(discr) {
                Some(bits) => Some(
                    targets
                        .iter()
                        .find(|(value, _)| *value == bits)
                        .map_or(*otherwise, |(_, block)| *block),
                ),
                None if targets.iter().all(|(_, block)| block == otherwise) => Some(*otherwise),
                None => None,
            },
            TerminatorKind::Assert { cond, expected, target, message, .. }
                if *message != AssertKind::Hole
                    && known(cond).is_some_and(|bits| (bits != 0) == *expected) =>
            {
                Some(*target)
            }
            _ => None,
        };
        if let Some(target) = target {
            block.terminator.kind = TerminatorKind::Goto(target);
        }
    }
}

/// Sends jumps to empty blocks on to where those jump.
fn thread_gotos(body: &mut Body) {
    let mut finals: IdVec<Block, Block> = body.blocks.ids().collect::<Vec<_>>().into();
    for start in body.blocks.ids() {
        let mut end = start;
        let mut steps = 0;
        while let Some(next) = empty_goto(&body.blocks[end])
            && steps < body.blocks.len()
        {
            // Cleanup and ordinary blocks do not mix.
            if body.blocks[next].is_cleanup != body.blocks[start].is_cleanup {
                break;
            }
            end = if next < start { finals[next] } else { next };
            steps += 1;
        }
        finals[start] = end;
    }
    for block in body.blocks.iter_mut() {
        block.terminator.kind.for_each_target(|target| *target = finals[*target]);
    }
}

/// Unwinding into a block that only goes on unwinding is unwinding.
fn drop_empty_cleanup(body: &mut Body) {
    let resumes: BitSet<Block> = {
        let mut found = BitSet::new_empty(body.blocks.len());
        found.extend(body.blocks.iter_enumerated().filter_map(|(block, data)| {
            let resumes = matches!(data.terminator.kind, TerminatorKind::Resume);
            (resumes && data.statements.is_empty()).then_some(block)
        }));
        found
    };
    for block in body.blocks.iter_mut() {
        if let TerminatorKind::Drop { unwind, .. }
        | TerminatorKind::Assert { unwind, .. }
        | TerminatorKind::Call { unwind, .. } = &mut block.terminator.kind
        {
            *unwind = unwind.filter(|&block| !resumes.contains(block));
        }
    }
}

fn empty_goto(block: &BlockData) -> Option<Block> {
    match block.terminator.kind {
        TerminatorKind::Goto(next) if block.statements.is_empty() => Some(next),
        _ => None,
    }
}

/// Joins blocks with the only block that jumps to them.
fn merge_chains(body: &mut Body) {
    let mut counts: IdVec<Block, u32> = IdVec::from_elem(0, body.blocks.len());
    counts[Block::START] = 1;
    for block in body.blocks.iter() {
        for successor in block.terminator.kind.successors() {
            counts[successor] += 1;
        }
    }
    for block in body.blocks.ids() {
        while let TerminatorKind::Goto(next) = body.blocks[block].terminator.kind
            && next != block
            && counts[next] == 1
            && body.blocks[next].is_cleanup == body.blocks[block].is_cleanup
        {
            let empty = BlockData::new(
                TerminatorKind::Unreachable,
                body.blocks[next].terminator.span,
                body.blocks[next].is_cleanup,
            );
            let taken = std::mem::replace(&mut body.blocks[next], empty);
            counts[next] = 0;
            let into = &mut body.blocks[block];
            into.statements.extend(taken.statements);
            into.terminator = taken.terminator;
        }
    }
}

/// Removes blocks that nothing reaches and brings the others into reverse postorder.
pub fn sort_blocks(body: &mut Body) {
    let order = reverse_postorder(body);
    let mut renumbered: IdVec<Block, Block> = IdVec::from_elem(Block::START, body.blocks.len());
    for (index, block) in order.iter().enumerate() {
        renumbered[*block] = Block::new(index);
    }
    let mut old: IdVec<Block, Option<BlockData>> =
        std::mem::replace(&mut body.blocks, IdVec::with_capacity(order.len())).map(Some);
    for block in order {
        let mut data = old[block].take().expect("an order has each block once");
        data.terminator.kind.for_each_target(|target| *target = renumbered[*target]);
        body.blocks.push(data);
    }
}

/// Removes locals that nothing names. Parameters and the return place stay.
pub fn remove_unused_locals(body: &mut Body) {
    let mut used: BitSet<Local> = BitSet::new_empty(body.locals.len());
    used.insert(Local::RETURN);
    used.extend(body.param_locals());
    for_each_place(body, &mut |place| {
        used.insert(place.local);
        for step in &place.projection {
            if let Projection::Index(index) = step {
                used.insert(*index);
            }
        }
    });
    for block in body.blocks.iter_mut() {
        block.statements.retain(|statement| match statement.kind {
            StatementKind::StorageLive(local) | StatementKind::StorageDead(local) => {
                used.contains(local)
            }
            _ => true,
        });
    }
    if used.count() == body.locals.len() {
        return;
    }
    let mut renumbered: IdVec<Local, Local> = IdVec::from_elem(Local::RETURN, body.locals.len());
    let old = std::mem::replace(&mut body.locals, IdVec::new());
    for (index, decl) in old.into_vec().into_iter().enumerate() {
        let local = Local::new(index);
        if used.contains(local) {
            renumbered[local] = body.locals.push(decl);
        }
    }
    rename_locals(body, &renumbered);
}

fn rename_locals(body: &mut Body, renumbered: &IdVec<Local, Local>) {
    for_each_place(body, &mut |place| {
        place.local = renumbered[place.local];
        for step in &mut place.projection {
            if let Projection::Index(index) = step {
                *index = renumbered[*index];
            }
        }
    });
    for block in body.blocks.iter_mut() {
        for statement in &mut block.statements {
            if let StatementKind::StorageLive(local) | StatementKind::StorageDead(local) =
                &mut statement.kind
            {
                *local = renumbered[*local];
            }
        }
    }
}

/// Visits every place of a body.
fn for_each_place(body: &mut Body, f: &mut impl FnMut(&mut Place)) {
    for block in body.blocks.iter_mut() {
        for statement in &mut block.statements {
            match &mut statement.kind {
                StatementKind::Assign(place, value) => {
                    f(place);
                    value.operands_mut().for_each(|operand| visit_operand(operand, f));
                    if let Some(place) = value.inspected_mut() {
                        f(place);
                    }
                }
                StatementKind::FakeRead(place) => f(place),
                _ => {}
            }
        }
        match &mut block.terminator.kind {
            TerminatorKind::Switch { discr, .. } => visit_operand(discr, f),
            TerminatorKind::Drop { place, .. } => f(place),
            TerminatorKind::Call { callee, args, destination, .. } => {
                visit_operand(callee, f);
                args.iter_mut().for_each(|arg| visit_operand(arg, f));
                f(destination);
            }
            TerminatorKind::Assert { cond, message, .. } => {
                visit_operand(cond, f);
                if let AssertKind::BoundsCheck { len, index } = message {
                    visit_operand(len, f);
                    visit_operand(index, f);
                }
            }
            _ => {}
        }
    }
}

fn visit_operand(operand: &mut Operand, f: &mut impl FnMut(&mut Place)) {
    if let Operand::Copy(place) | Operand::Move(place) = operand {
        f(place);
    }
}
