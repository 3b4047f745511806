//! Which locals live in registers: scalars and pairs whose address nothing takes.

use super::FnLower;
use super::place::{LocalHome, Part, Which, field_part};
use crate::LowerError;
use crate::layout::Abi;
use vez_base::{BitSet, IdVec};
use vez_mir::{
    AssertKind, Local, Operand, Place, Projection, Rvalue, StatementKind, TerminatorKind,
};

impl FnLower<'_, '_, '_> {
    /// Gives every local its home. Parameters are filled by the prologue.
    pub fn choose_homes(&mut self) -> Result<(), LowerError> {
        let in_memory = self.locals_in_memory()?;
        let mut homes = IdVec::new();
        for local in self.body().locals.ids() {
            let ty = self.local_ty(local);
            let layout = self.layout(ty)?;
            let home = match layout.abi {
                _ if layout.size == 0 => LocalHome::Zero,
                _ if in_memory.contains(local) => LocalHome::Memory(self.temp_slot(&layout)),
                Abi::Zero => LocalHome::Zero,
                Abi::One(scalar) => LocalHome::One(self.declare(scalar.ty)),
                Abi::Two(first, second, _) => {
                    LocalHome::Two(self.declare(first.ty), self.declare(second.ty))
                }
                Abi::Memory => LocalHome::Memory(self.temp_slot(&layout)),
            };
            homes.push(home);
        }
        self.homes = homes;
        Ok(())
    }

    fn declare(&mut self, ty: vez_vir::Type) -> vez_vir::Variable {
        let var = self.b.declare_var(ty);
        self.var_types.insert(var, ty);
        var
    }

    /// The locals that something needs an address of.
    fn locals_in_memory(&mut self) -> Result<BitSet<Local>, LowerError> {
        let body = self.body();
        let mut found = BitSet::new_empty(body.locals.len());
        for block in body.blocks.iter() {
            for statement in &block.statements {
                if let StatementKind::Assign(place, rvalue) = &statement.kind {
                    self.mark_access(place, &mut found)?;
                    self.mark_rvalue(rvalue, &mut found)?;
                }
            }
            match &block.terminator.kind {
                TerminatorKind::Drop { place, .. } => {
                    mark_address(place, &mut found);
                    self.mark_access(place, &mut found)?;
                }
                TerminatorKind::Switch { discr, .. } => self.mark_operand(discr, &mut found)?,
                TerminatorKind::Call { callee, args, destination, .. } => {
                    self.mark_operand(callee, &mut found)?;
                    for arg in args {
                        self.mark_operand(arg, &mut found)?;
                    }
                    self.mark_access(destination, &mut found)?;
                }
                TerminatorKind::Assert { cond, message, .. } => {
                    self.mark_operand(cond, &mut found)?;
                    if let AssertKind::BoundsCheck { len, index } = message {
                        self.mark_operand(len, &mut found)?;
                        self.mark_operand(index, &mut found)?;
                    }
                }
                _ => {}
            }
        }
        Ok(found)
    }

    fn mark_rvalue(
        &mut self,
        rvalue: &Rvalue,
        found: &mut BitSet<Local>,
    ) -> Result<(), LowerError> {
        match rvalue {
            Rvalue::Ref(_, place) | Rvalue::RawPtr(_, place) => {
                mark_address(place, found);
                self.mark_access(place, found)?;
            }
            Rvalue::Len(place) | Rvalue::Discriminant(place) => self.mark_access(place, found)?,
            Rvalue::Use(a) | Rvalue::Repeat(a, _) | Rvalue::Unary(_, a) | Rvalue::Cast(_, a, _) => {
                self.mark_operand(a, found)?;
            }
            Rvalue::Binary(_, a, b) | Rvalue::Checked(_, a, b) => {
                self.mark_operand(a, found)?;
                self.mark_operand(b, found)?;
            }
            Rvalue::Aggregate(_, operands) => {
                for operand in operands {
                    self.mark_operand(operand, found)?;
                }
            }
        }
        Ok(())
    }

    fn mark_operand(
        &mut self,
        operand: &Operand,
        found: &mut BitSet<Local>,
    ) -> Result<(), LowerError> {
        match operand {
            Operand::Copy(place) | Operand::Move(place) => self.mark_access(place, found),
            Operand::Const(_) => Ok(()),
        }
    }

    /// A read or write needs an address when it is of a part that is none of the machine values.
    fn mark_access(&mut self, place: &Place, found: &mut BitSet<Local>) -> Result<(), LowerError> {
        if place.projection.is_empty() || found.contains(place.local) {
            return Ok(());
        }
        if !self.is_register_part(place)? {
            found.insert(place.local);
        }
        Ok(())
    }

    fn is_register_part(&mut self, place: &Place) -> Result<bool, LowerError> {
        let ty = self.local_ty(place.local);
        let layout = self.layout(ty)?;
        let mut part = Part { ty, layout, variant: None, which: Which::All };
        for step in &place.projection {
            match step {
                Projection::Deref => return Ok(!matches!(part.layout.abi, Abi::Memory)),
                Projection::Downcast(variant) => part.variant = Some(*variant),
                Projection::Field(field, ty) => {
                    let ty = self.mono(*ty);
                    let layout = self.layout(ty)?;
                    match field_part(&part, *field, ty, layout) {
                        Some(inner) => part = inner,
                        None => return Ok(false),
                    }
                }
                _ => return Ok(false),
            }
        }
        Ok(true)
    }
}

/// Taking the address of what a pointer reaches does not take the pointer's.
fn mark_address(place: &Place, found: &mut BitSet<Local>) {
    if !place.projection.contains(&Projection::Deref) {
        found.insert(place.local);
    }
}
