//! Operations that panic whenever they run: what constants and locals assigned once say of the checks in their way.
//!
//! Follows no calls, no memory and no loops. What is known never to run is not looked at.

use vez_base::{BitSet, IdVec, Name, name};
use vez_diag::Sink;
use vez_diag::registry::{KnownOverflow, KnownPanic};
use vez_mir::{
    AssertKind, BinOp, Block, Body, BodyKind, BorrowKind, CastKind, ConstantKind, Facts, Local,
    Operand, Place, Projection, Rvalue, StatementKind, TerminatorKind, UnOp,
};
use vez_types::{Ty, TyKind};

/// How far values are followed back.
const DEPTH: u32 = 32;

/// Reports checks that certainly fail. Constants are run at compile time and say so themselves.
pub(crate) fn check(body: &Body, facts: &Facts<'_>, sink: &mut Sink) {
    let is_check = |kind: &TerminatorKind| matches!(kind, TerminatorKind::Assert { .. });
    if body.kind == BodyKind::Const
        || facts.is_library(body.owner)
        || !body.blocks.iter().any(|block| is_check(&block.terminator.kind))
    {
        return;
    }
    Search { body, known: assigned_once(body) }.run(facts, sink);
}

/// Of each local the value that it is given in one place and never loses.
fn assigned_once(body: &Body) -> IdVec<Local, Option<&Rvalue>> {
    let mut known: IdVec<Local, Option<&Rvalue>> = body.locals.iter().map(|_| None).collect();
    let mut changed: BitSet<Local> = BitSet::new_empty(body.locals.len());
    changed.insert(Local::RETURN);
    body.param_locals().for_each(|param| {
        changed.insert(param);
    });
    for block in body.blocks.iter() {
        for statement in &block.statements {
            let StatementKind::Assign(place, value) = &statement.kind else { continue };
            if place.as_local().is_none() || known[place.local].is_some() {
                changed.insert(place.local);
            }
            known[place.local] = Some(value);
            match value {
                Rvalue::Ref(BorrowKind::Mut { .. } | BorrowKind::Unique, borrowed)
                | Rvalue::RawPtr(_, borrowed) => {
                    changed.insert(borrowed.local);
                }
                _ => {}
            }
        }
        if let TerminatorKind::Call { destination, .. } = &block.terminator.kind {
            changed.insert(destination.local);
        }
    }
    for local in changed.iter() {
        known[local] = None;
    }
    known
}

struct Search<'a> {
    body: &'a Body,
    known: IdVec<Local, Option<&'a Rvalue>>,
}

impl Search<'_> {
    fn run(&self, facts: &Facts<'_>, sink: &mut Sink) {
        let mut seen: BitSet<Block> = BitSet::new_empty(self.body.blocks.len());
        let mut open: Vec<Block> = self.body.blocks.ids().take(1).collect();
        while let Some(block) = open.pop() {
            if !seen.insert(block) {
                continue;
            }
            let terminator = &self.body.blocks[block].terminator;
            match &terminator.kind {
                TerminatorKind::Switch { discr, targets, otherwise } => {
                    match self.value(discr, 0) {
                        Some(value) => {
                            let found = targets.iter().find(|(of, _)| *of == value);
                            open.push(found.map_or(*otherwise, |(_, target)| *target));
                        }
                        None => open.extend(terminator.kind.successors()),
                    }
                }
                TerminatorKind::FalseEdge { real, .. } => open.push(*real),
                TerminatorKind::Assert { cond, expected, message, target, .. } => {
                    if self.outcome(cond, message).is_some_and(|passes| passes != *expected) {
                        self.report(message, terminator.span, facts, sink);
                    }
                    // What is wrong behind it is said too.
                    open.push(*target);
                }
                _ => open.extend(terminator.kind.successors()),
            }
        }
    }

    /// What a check's condition comes to.
    fn outcome(&self, cond: &Operand, message: &AssertKind) -> Option<bool> {
        if let AssertKind::BoundsCheck { len, index } = message {
            return Some(self.value(index, 0)? < self.value(len, 0)?);
        }
        Some(self.value(cond, 0)? != 0)
    }

    fn report(
        &self,
        message: &AssertKind,
        span: vez_base::Span,
        facts: &Facts<'_>,
        sink: &mut Sink,
    ) {
        let (lint, report) = match message {
            AssertKind::BoundsCheck { len, index } => {
                let number = |of: &Operand| self.value(of, 0).unwrap_or_default();
                let text = format!("the length is {}, the index {}", number(len), number(index));
                ("unconditional_panic", KnownPanic.at(span).here(text))
            }
            AssertKind::DivisionByZero => {
                ("unconditional_panic", KnownPanic.at(span).here("divides by zero"))
            }
            AssertKind::RemainderByZero => {
                ("unconditional_panic", KnownPanic.at(span).here("the remainder by zero"))
            }
            AssertKind::Overflow(_) | AssertKind::OverflowNeg => {
                ("arithmetic_overflow", KnownOverflow.at(span))
            }
            AssertKind::Hole => return,
        };
        let lint = Name::new(lint);
        let mut around = self.body.owner.ancestors();
        let is_allowed =
            around.any(|def| vez_hir::attr_word(facts.db, def, name::ALLOW, |word| word == lint));
        if !is_allowed {
            sink.report(report);
        }
    }

    /// The bits of an operand.
    fn value(&self, operand: &Operand, depth: u32) -> Option<u128> {
        let place = match operand {
            Operand::Const(constant) => {
                return match constant.kind {
                    ConstantKind::Int(bits) => Some(bits),
                    _ => None,
                };
            }
            Operand::Copy(place) | Operand::Move(place) => place,
        };
        if depth > DEPTH {
            return None;
        }
        let given = self.known[place.local]?;
        match (&place.projection[..], given) {
            ([], given) => self.rvalue(given, self.body.locals[place.local].ty, depth + 1),
            ([Projection::Field(part, _)], Rvalue::Checked(op, a, b)) => {
                let (result, overflows) = self.arithmetic(*op, a, b, depth + 1)?;
                Some(if *part == 0 { result } else { u128::from(overflows) })
            }
            _ => None,
        }
    }

    fn rvalue(&self, rvalue: &Rvalue, ty: Ty, depth: u32) -> Option<u128> {
        match rvalue {
            Rvalue::Use(operand) => self.value(operand, depth),
            Rvalue::Binary(op, a, b) => match op {
                BinOp::Eq | BinOp::Ne | BinOp::Lt | BinOp::Le | BinOp::Gt | BinOp::Ge => {
                    self.comparison(*op, a, b, depth).map(u128::from)
                }
                _ => self.arithmetic(*op, a, b, depth).map(|(result, _)| result),
            },
            Rvalue::Cast(CastKind::Numeric, operand, _) => {
                let from = Int::of(self.ty(operand))?;
                let value = from.signed(self.value(operand, depth)?);
                Some(Int::of(ty)?.truncate(value))
            }
            Rvalue::Unary(UnOp::Neg, operand) => {
                let int = Int::of(ty)?;
                let value = int.signed(self.value(operand, depth)?);
                Some(int.truncate(value.checked_neg()?))
            }
            Rvalue::Unary(UnOp::Not, operand) if ty == Ty::bool() => {
                Some(self.value(operand, depth)? ^ 1)
            }
            Rvalue::Len(place) => match self.place_ty(place).kind() {
                TyKind::Array(_, len) => len.as_value(),
                _ => None,
            },
            _ => None,
        }
    }

    fn comparison(&self, op: BinOp, a: &Operand, b: &Operand, depth: u32) -> Option<bool> {
        let int = Int::of(self.ty(a))?;
        let (a, b) = (int.signed(self.value(a, depth)?), int.signed(self.value(b, depth)?));
        Some(match op {
            BinOp::Eq => a == b,
            BinOp::Ne => a != b,
            BinOp::Lt => a < b,
            BinOp::Le => a <= b,
            BinOp::Gt => a > b,
            _ => a >= b,
        })
    }

    /// The wrapped result, and whether it had to be wrapped.
    fn arithmetic(&self, op: BinOp, a: &Operand, b: &Operand, depth: u32) -> Option<(u128, bool)> {
        let (int, by) = (Int::of(self.ty(a))?, Int::of(self.ty(b))?);
        let (a, b) = (int.signed(self.value(a, depth)?), by.signed(self.value(b, depth)?));
        let result = match op {
            BinOp::Add => a.checked_add(b)?,
            BinOp::Sub => a.checked_sub(b)?,
            BinOp::Mul => a.checked_mul(b)?,
            BinOp::Div => a.checked_div(b)?,
            BinOp::Rem => a.checked_rem(b)?,
            BinOp::BitAnd => a & b,
            BinOp::BitOr => a | b,
            BinOp::BitXor => a ^ b,
            _ => return None,
        };
        let wrapped = int.truncate(result);
        Some((wrapped, int.signed(wrapped) != result))
    }

    fn ty(&self, operand: &Operand) -> Ty {
        match operand {
            Operand::Copy(place) | Operand::Move(place) => self.place_ty(place),
            Operand::Const(constant) => constant.ty,
        }
    }

    fn place_ty(&self, place: &Place) -> Ty {
        place.ty(self.body)
    }
}

/// An integer type of at most 64 bits, or `bool`; wider ones are left alone.
#[derive(Clone, Copy)]
struct Int {
    bits: u32,
    is_signed: bool,
}

impl Int {
    fn of(ty: Ty) -> Option<Int> {
        let (bits, is_signed) = match ty.kind() {
            TyKind::Bool => (1, false),
            TyKind::Int(int) if int.bits() <= 64 => (int.bits(), int.is_signed()),
            _ => return None,
        };
        Some(Int { bits, is_signed })
    }

    fn signed(self, bits: u128) -> i128 {
        let unused = 128 - self.bits;
        if self.is_signed { (bits << unused) as i128 >> unused } else { bits as i128 }
    }

    fn truncate(self, value: i128) -> u128 {
        let unused = 128 - self.bits;
        (value as u128) << unused >> unused
    }
}
