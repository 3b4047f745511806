//! Drops of what is partly moved: field by field, by variant, through a box.

use super::{Elaborator, Exit, States, Style, set_flag};
use crate::moves::{PathId, PathStep};
use crate::{
    Block, BlockData, Mutability, Operand, Place, Projection, Rvalue, Statement, StatementKind,
    TerminatorKind,
};
use vez_base::{DefId, Span};
use vez_types::{GenericArgs, Ty, TyKind};

/// What is dropped.
#[derive(Clone)]
pub(super) struct Drop {
    pub(super) place: Place,
    pub(super) span: Span,
    pub(super) is_cleanup: bool,
}

impl Drop {
    fn at(&self, step: Projection) -> Drop {
        Drop { place: self.place.project(step), ..self.clone() }
    }
}

/// A part of what is dropped: its step, and the type of what is there.
struct Part {
    step: PathStep,
    projection: Projection,
    ty: Ty,
}

impl Elaborator<'_> {
    fn block(&mut self, kind: TerminatorKind, drop: &Drop) -> Block {
        self.body.blocks.push(BlockData::new(kind, drop.span, drop.is_cleanup))
    }

    /// A drop of what is there.
    fn static_drop(&mut self, drop: &Drop, exit: Exit) -> Block {
        let ty = drop.place.ty(self.body);
        if !self.facts.needs_drop(ty) {
            return exit.target;
        }
        let unwind = if drop.is_cleanup { None } else { exit.unwind };
        let place = drop.place.clone();
        self.block(TerminatorKind::Drop { place, target: exit.target, unwind }, drop)
    }

    /// A drop behind its flag; the flag falls when it happens.
    pub(super) fn conditional_drop(&mut self, drop: &Drop, path: PathId, exit: Exit) -> Block {
        let entry = self.static_drop(drop, exit);
        self.behind_flag(drop, path, entry, exit.target)
    }

    fn behind_flag(&mut self, drop: &Drop, path: PathId, entry: Block, skip: Block) -> Block {
        if entry == skip {
            return skip;
        }
        let flag = self.flag(path);
        let clear = self.block(TerminatorKind::Goto(entry), drop);
        self.body.blocks[clear].statements.push(set_flag(flag, false, drop.span));
        let discr = Operand::Copy(flag.into());
        let targets = vec![(0, skip)];
        self.block(TerminatorKind::Switch { discr, targets, otherwise: clear }, drop)
    }

    /// Drops a tracked part in the way its own state asks for.
    fn drop_path(&mut self, drop: &Drop, path: PathId, exit: Exit, states: &States) -> Block {
        match self.style(path, states) {
            Style::Dead => exit.target,
            Style::Static => self.static_drop(drop, exit),
            Style::Conditional => self.conditional_drop(drop, path, exit),
            Style::Open => self.open_drop(drop, path, exit, states),
        }
    }

    /// Drops a part that is not tracked: it is there when the whole is.
    fn drop_untracked(&mut self, drop: &Drop, whole: PathId, exit: Exit, states: &States) -> Block {
        if !states.init.contains(whole) {
            return exit.target;
        }
        if !states.uninit.contains(whole) {
            return self.static_drop(drop, exit);
        }
        let entry = self.static_drop(drop, exit);
        if entry == exit.target {
            return entry;
        }
        let flag = self.flag(whole);
        let discr = Operand::Copy(flag.into());
        let targets = vec![(0, exit.target)];
        self.block(TerminatorKind::Switch { discr, targets, otherwise: entry }, drop)
    }

    /// Drops the parts of what is partly there.
    pub(super) fn open_drop(
        &mut self,
        drop: &Drop,
        path: PathId,
        exit: Exit,
        states: &States,
    ) -> Block {
        let ty = drop.place.ty(self.body);
        match ty.kind() {
            _ if self.facts.is_box(ty) => self.open_box(drop, path, exit, states, ty),
            TyKind::Adt(def, args) => self.open_adt(drop, path, exit, states, *def, *args),
            TyKind::Tuple(types) => {
                let parts = fields(types.as_slice());
                self.ladder(drop, path, parts, exit, states)
            }
            TyKind::Closure(def, args) => {
                let parts = fields(&self.facts.closure_field_tys(*def, *args));
                self.ladder(drop, path, parts, exit, states)
            }
            TyKind::Array(elem, len) => match len.as_value() {
                Some(len) => {
                    let order = self.array_order(path, len as u64).into_iter();
                    let parts = order.map(|offset| Part {
                        step: PathStep::Element(offset),
                        projection: Projection::ConstantIndex {
                            offset,
                            min_len: len as u64,
                            from_end: false,
                        },
                        ty: *elem,
                    });
                    self.ladder(drop, path, parts.collect(), exit, states)
                }
                None => self.conditional_drop(drop, path, exit),
            },
            _ => self.conditional_drop(drop, path, exit),
        }
    }

    /// The elements of an array that is partly moved, as they are dropped: from the last to the first, but what lies
    /// between two elements that moves know of goes together, forwards.
    fn array_order(&self, path: PathId, len: u64) -> Vec<u64> {
        let tracked: Vec<bool> = (0..len)
            .map(|offset| self.paths.child_at(path, PathStep::Element(offset)).is_some())
            .collect();
        let offsets: Vec<u64> = (0..len).collect();
        let together = |a: &u64, b: &u64| !tracked[*a as usize] && !tracked[*b as usize];
        let runs: Vec<&[u64]> = offsets.chunk_by(together).collect();
        runs.into_iter().rev().flatten().copied().collect()
    }

    fn open_adt(
        &mut self,
        drop: &Drop,
        path: PathId,
        exit: Exit,
        states: &States,
        def: DefId,
        args: GenericArgs,
    ) -> Block {
        // Nothing moves out of what implements `Drop`: it is there as a whole or not at all.
        if self.facts.has_drop_impl(def) || self.facts.is_union(def) {
            return self.drop_untracked(drop, path, exit, states);
        }
        if !self.facts.is_enum(def) {
            let parts = fields(&self.facts.field_tys(def, 0, args));
            return self.ladder(drop, path, parts, exit, states);
        }
        let whole = self.drop_untracked(drop, path, exit, states);
        let ty = self.facts.discriminant_ty(def);
        let mut targets = Vec::new();
        for variant in 0..self.facts.variant_count(def) as u32 {
            let Some(child) = self.paths.child_at(path, PathStep::Downcast(variant)) else {
                continue;
            };
            let inside = drop.at(Projection::Downcast(variant));
            let parts = fields(&self.facts.field_tys(def, variant, args));
            let entry = self.ladder(&inside, child, parts, exit, states);
            targets.push((self.facts.discriminant(def, variant), entry));
        }
        if targets.iter().all(|(_, entry)| *entry == exit.target) && whole == exit.target {
            return exit.target;
        }
        let local = self.body.locals.push(crate::LocalDecl::temp(ty, drop.span));
        let discr = Operand::Copy(local.into());
        let switch = TerminatorKind::Switch { discr, targets, otherwise: whole };
        let entry = self.block(switch, drop);
        let read = Rvalue::Discriminant(drop.place.clone());
        let read = StatementKind::Assign(local.into(), read);
        self.body.blocks[entry].statements.push(Statement::new(read, drop.span));
        // What was never there has no discriminant. A value moved in part was there: its parts' flags know.
        if states.uninit.contains(path) && states.init.contains(path) {
            let flag = self.flag(path);
            let discr = Operand::Copy(flag.into());
            let targets = vec![(0, exit.target)];
            return self.block(TerminatorKind::Switch { discr, targets, otherwise: entry }, drop);
        }
        entry
    }

    /// What the box holds, then the box.
    fn open_box(
        &mut self,
        drop: &Drop,
        path: PathId,
        exit: Exit,
        states: &States,
        ty: Ty,
    ) -> Block {
        let freed = self.free_box(drop, path, exit.target, states, ty);
        let inside = drop.at(Projection::Deref);
        match self.paths.child_at(path, PathStep::Deref) {
            Some(child) => {
                let exit = Exit { target: freed, unwind: exit.unwind };
                self.drop_path(&inside, child, exit, states)
            }
            None => freed,
        }
    }

    /// Gives a box's memory back without looking at what it held.
    fn free_box(
        &mut self,
        drop: &Drop,
        path: PathId,
        target: Block,
        states: &States,
        ty: Ty,
    ) -> Block {
        if !states.init.contains(path) {
            return target;
        }
        let (Some(free), TyKind::Adt(_, args)) = (self.facts.box_free(), ty.kind()) else {
            return target;
        };
        let inside = drop.place.deref();
        let raw_ty = Ty::new(TyKind::RawPtr(inside.ty(self.body), Mutability::Mut));
        let raw = self.body.locals.push(crate::LocalDecl::temp(raw_ty, drop.span));
        let unit = self.body.locals.push(crate::LocalDecl::temp(Ty::unit(), drop.span));
        let callee = Operand::zero_sized(Ty::new(TyKind::FnDef(free, *args)), drop.span);
        let call = TerminatorKind::Call {
            callee,
            args: vec![Operand::Copy(raw.into())],
            destination: unit.into(),
            target: Some(target),
            unwind: None,
            overloaded: false,
        };
        let entry = self.block(call, drop);
        let address = StatementKind::Assign(raw.into(), Rvalue::RawPtr(Mutability::Mut, inside));
        self.body.blocks[entry].statements.push(Statement::new(address, drop.span));
        if states.uninit.contains(path) {
            self.behind_flag(drop, path, entry, target)
        } else {
            entry
        }
    }

    /// Drops parts in order. When one panics, unwinding drops those after it.
    fn ladder(
        &mut self,
        drop: &Drop,
        whole: PathId,
        parts: Vec<Part>,
        exit: Exit,
        states: &States,
    ) -> Block {
        let (mut target, mut unwind) = (exit.target, exit.unwind);
        for part in parts.into_iter().rev() {
            if !self.facts.needs_drop(part.ty) {
                continue;
            }
            let piece = drop.at(part.projection);
            let child = self.paths.child_at(whole, part.step);
            let entry = self.drop_part(&piece, child, whole, Exit { target, unwind }, states);
            unwind = unwind.map(|unwind| {
                let piece = Drop { is_cleanup: true, ..piece };
                let exit = Exit { target: unwind, unwind: None };
                self.drop_part(&piece, child, whole, exit, states)
            });
            target = entry;
        }
        target
    }

    fn drop_part(
        &mut self,
        piece: &Drop,
        child: Option<PathId>,
        whole: PathId,
        exit: Exit,
        states: &States,
    ) -> Block {
        match child {
            Some(child) => self.drop_path(piece, child, exit, states),
            None => self.drop_untracked(piece, whole, exit, states),
        }
    }
}

fn fields(types: &[Ty]) -> Vec<Part> {
    types
        .iter()
        .enumerate()
        .map(|(index, &ty)| Part {
            step: PathStep::Field(index as u32),
            projection: Projection::Field(index as u32, ty),
            ty,
        })
        .collect()
}
