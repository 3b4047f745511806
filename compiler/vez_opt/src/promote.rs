//! Slots into values.
//!
//! A slot is promoted when its address goes nowhere but into loads and stores at constant distances, and accesses that touch
//! the same bytes agree on place and type. Each such place is a variable; values flow to its loads by the construction of
//! Braun et al. (2013) on a finished graph. Parameters that turn out redundant are `simplify`'s to remove.

use crate::draft::{Draft, Edge};
use rustc_hash::FxHashMap;
use smallvec::SmallVec;
use vez_vir::{AccessFlags, Block, Body, Inst, InstId, LocId, Type, Value};

/// Promotes what it can; whether there was anything.
pub(crate) fn run(draft: &mut Draft) -> bool {
    if draft.slots.is_empty() {
        return false;
    }
    let order = draft.reverse_postorder();
    let places = find_places(draft, &order);
    if places.is_empty() {
        return false;
    }
    let mut preds = vec![SmallVec::<[(Block, u32); 2]>::new(); draft.blocks.len()];
    for &block in &order {
        for (number, edge) in draft.blocks[block.index()].edges.iter().enumerate() {
            preds[edge.to.index()].push((block, number as u32));
        }
    }
    let mut dead = vec![false; draft.insts.len()];
    let mut ssa = Ssa {
        at_start: vec![Value::NONE; draft.blocks.len()],
        at_end: vec![Value::NONE; draft.blocks.len()],
        touched: Vec::new(),
        poison: FxHashMap::default(),
        preds,
        draft,
    };
    for place in &places {
        ssa.promote(place, &mut dead);
    }
    for data in &mut draft.blocks {
        data.insts.retain(|inst| dead.get(inst.index()).is_none_or(|dead| !dead));
    }
    true
}

/// A part of a slot that behaves like a variable, with its accesses in layout order.
struct Place {
    ty: Type,
    accesses: Vec<(Block, InstId)>,
}

/// One load or store at a constant place.
#[derive(Clone, Copy)]
struct Access {
    offset: i64,
    ty: Type,
    block: Block,
    inst: InstId,
}

fn find_places(draft: &Draft, order: &[Block]) -> Vec<Place> {
    let mut accesses: Vec<Vec<Access>> = vec![Vec::new(); draft.slots.len()];
    let mut escaped = vec![false; draft.slots.len()];
    let escape = |value: Value, escaped: &mut Vec<bool>| {
        if let Some((slot, _)) = draft.slot_address(value) {
            escaped[slot] = true;
        }
    };
    for &block in order {
        let data = &draft.blocks[block.index()];
        for &id in &data.insts {
            let inst = draft.insts[id.index()];
            let (ty, ptr, offset, access) = match inst {
                Inst::Load { ty, ptr, offset, access } => (ty, ptr, offset, access),
                Inst::Store { ty, value, ptr, offset, access } => {
                    escape(value, &mut escaped);
                    (ty, ptr, offset, access)
                }
                // Its result is looked at where it is used.
                Inst::Index { index, .. } if index.is_none() => continue,
                _ => {
                    inst.for_each_value(&draft.pool, |v| escape(v, &mut escaped));
                    continue;
                }
            };
            let Some((slot, start)) = draft.slot_address(ptr) else { continue };
            let offset = start + i64::from(offset);
            let size = draft.slots[slot].size as i64;
            let inside = offset >= 0 && offset + i64::from(ty.bytes()) <= size;
            escaped[slot] |= access.flags.has(AccessFlags::VOLATILE) || !inside;
            accesses[slot].push(Access { offset, ty, block, inst: id });
        }
        let term = &draft.insts[data.term.index()];
        draft.each_term_operand(term, |v| escape(v, &mut escaped));
        data.edges.iter().flat_map(|edge| &edge.args).for_each(|&v| escape(v, &mut escaped));
    }
    let kept = accesses.into_iter().zip(escaped).filter(|(_, escaped)| !escaped);
    kept.flat_map(|(accesses, _)| split(accesses)).collect()
}

/// The places of one slot: groups of accesses with equal offset and type that overlap no other group.
fn split(mut accesses: Vec<Access>) -> Vec<Place> {
    // Stable: within a place the accesses stay in layout order.
    accesses.sort_by_key(|access| access.offset);
    let mut places = Vec::new();
    let mut rest = accesses.as_slice();
    while let [first, ..] = rest {
        let mut end = first.offset + i64::from(first.ty.bytes());
        let mut agree = true;
        let mut len = 0;
        for access in rest.iter().take_while(|access| access.offset < end) {
            agree &= access.offset == first.offset && access.ty == first.ty;
            len += 1;
            // An access of no agreement may reach further and take others with it.
            if !agree {
                break;
            }
        }
        if agree {
            let accesses = rest[..len].iter().map(|access| (access.block, access.inst)).collect();
            places.push(Place { ty: first.ty, accesses });
            rest = &rest[len..];
            continue;
        }
        len = 0;
        while let Some(access) = rest.get(len).filter(|access| access.offset < end) {
            end = end.max(access.offset + i64::from(access.ty.bytes()));
            len += 1;
        }
        rest = &rest[len..];
    }
    places
}

/// The construction, one variable after the other.
struct Ssa<'d> {
    draft: &'d mut Draft,
    preds: Vec<SmallVec<[(Block, u32); 2]>>,
    /// The variable's value at the start and end of each block; `NONE` when not known.
    at_start: Vec<Value>,
    at_end: Vec<Value>,
    touched: Vec<Block>,
    poison: FxHashMap<Type, Value>,
}

impl Ssa<'_> {
    fn promote(&mut self, place: &Place, dead: &mut [bool]) {
        for &(block, inst) in &place.accesses {
            if let Inst::Store { value, .. } = self.draft.insts[inst.index()] {
                self.at_end[block.index()] = value;
                self.touched.push(block);
            }
        }
        let mut current = (Block::NONE, Value::NONE);
        for &(block, inst) in &place.accesses {
            if current.0 != block {
                current = (block, Value::NONE);
            }
            dead[inst.index()] = true;
            match self.draft.insts[inst.index()] {
                Inst::Store { value, .. } => current.1 = value,
                _ => {
                    if current.1.is_none() {
                        current.1 = self.value_at_start(place.ty, block);
                    }
                    let result = self.draft.first_result[inst.index()];
                    self.draft.replace(result, current.1);
                }
            }
        }
        for block in self.touched.drain(..) {
            self.at_start[block.index()] = Value::NONE;
            self.at_end[block.index()] = Value::NONE;
        }
    }

    fn value_at_start(&mut self, ty: Type, block: Block) -> Value {
        let mut pending = Vec::new();
        let value = self.enter(ty, block, &mut pending);
        // Operands of parameters may need more parameters.
        while let Some(block) = pending.pop() {
            for number in 0..self.preds[block.index()].len() {
                let (from, edge) = self.preds[block.index()][number];
                let value = match self.at_end[from.index()] {
                    Value::NONE => self.enter(ty, from, &mut pending),
                    value => value,
                };
                let edge: &mut Edge = &mut self.draft.blocks[from.index()].edges[edge as usize];
                edge.args.push(value);
            }
        }
        value
    }

    /// The value at the start of `block`, which follows chains of single predecessors; a new parameter where several meet.
    fn enter(&mut self, ty: Type, block: Block, pending: &mut Vec<Block>) -> Value {
        let mut passed: SmallVec<[Block; 8]> = SmallVec::new();
        let mut at = block;
        let value = loop {
            if !self.at_start[at.index()].is_none() {
                break self.at_start[at.index()];
            }
            passed.push(at);
            match self.preds[at.index()].as_slice() {
                [] => break self.undefined(ty),
                [(from, _)] => {
                    if !self.at_end[from.index()].is_none() {
                        break self.at_end[from.index()];
                    }
                    at = *from;
                }
                _ => {
                    let param = self.draft.new_value(ty);
                    self.draft.blocks[at.index()].params.push(param);
                    pending.push(at);
                    break param;
                }
            }
        };
        for block in passed {
            self.at_start[block.index()] = value;
            if self.at_end[block.index()].is_none() {
                self.at_end[block.index()] = value;
            }
            self.touched.push(block);
        }
        value
    }

    /// Poison, at the start of the function.
    fn undefined(&mut self, ty: Type) -> Value {
        if let Some(&value) = self.poison.get(&ty) {
            return value;
        }
        let id = self.draft.new_inst(Inst::Poison { ty }, &[ty], LocId::NONE);
        self.draft.blocks[Body::ENTRY.index()].insts.insert(0, id);
        let value = self.draft.first_result[id.index()];
        self.poison.insert(ty, value);
        value
    }
}
