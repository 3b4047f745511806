//! MIR as text: stable, one line a statement, read back by `parse`.
//!
//! Types are written as users write them; the text is for people and tests, and says nothing of spans.

use crate::{
    AggregateKind, AssertKind, Block, BlockData, Body, BodyKind, BorrowKind, Constant,
    ConstantKind, Local, LocalDecl, Mutability, Operand, Place, Projection, Rvalue, Statement,
    StatementKind, TerminatorKind, UnOp,
};
use std::fmt::{self, Display, Formatter, Write};

/// The text of a body and its promoted constants.
pub fn print(body: &Body) -> String {
    let mut out = String::new();
    write_body(&mut out, body, &body.owner.path()).expect("strings take all text");
    out
}

fn write_body(out: &mut String, body: &Body, name: &str) -> fmt::Result {
    let kind = match body.kind {
        BodyKind::Fn => "fn",
        BodyKind::Closure => "closure",
        BodyKind::Const => "const",
    };
    write!(out, "{kind} {name}(")?;
    for (index, param) in body.param_locals().enumerate() {
        let comma = if index == 0 { "" } else { ", " };
        write!(out, "{comma}{}: {}", Show(&param), body.locals[param].ty)?;
    }
    writeln!(out, ") -> {} {{", body.locals[Local::RETURN].ty)?;
    for (local, decl) in body.locals.iter_enumerated() {
        write_local(out, body, local, decl)?;
    }
    for (block, data) in body.blocks.iter_enumerated() {
        write_block(out, block, data)?;
    }
    writeln!(out, "}}")?;
    for (index, promoted) in body.promoted.iter().enumerate() {
        writeln!(out)?;
        write_body(out, promoted, &format!("{name}::promoted[{index}]"))?;
    }
    Ok(())
}

fn write_local(out: &mut String, body: &Body, local: Local, decl: &LocalDecl) -> fmt::Result {
    let is_signature = local == Local::RETURN || body.is_param(local);
    if is_signature && decl.name.is_none() {
        return Ok(());
    }
    let mutable =
        if decl.name.is_some() && decl.mutability == Mutability::Mut { "mut " } else { "" };
    write!(out, "    let {mutable}{}: {};", Show(&local), decl.ty)?;
    match decl.name {
        Some(name) => writeln!(out, " // {name}"),
        None => writeln!(out),
    }
}

fn write_block(out: &mut String, block: Block, data: &BlockData) -> fmt::Result {
    let cleanup = if data.is_cleanup { " (cleanup)" } else { "" };
    writeln!(out, "\n    {}{cleanup}: {{", Show(&block))?;
    for statement in &data.statements {
        writeln!(out, "        {};", Show(statement))?;
    }
    writeln!(out, "        {};\n    }}", Show(&data.terminator.kind))
}

/// Something of MIR, as text.
pub struct Show<'a, T>(pub &'a T);

impl Display for Show<'_, Local> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "_{}", self.0.raw())
    }
}

impl Display for Show<'_, Block> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "bb{}", self.0.raw())
    }
}

impl Display for Show<'_, Statement> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match &self.0.kind {
            StatementKind::Assign(place, value) => write!(f, "{} = {}", Show(place), Show(value)),
            StatementKind::StorageLive(local) => write!(f, "StorageLive({})", Show(local)),
            StatementKind::StorageDead(local) => write!(f, "StorageDead({})", Show(local)),
            StatementKind::FakeRead(place) => write!(f, "FakeRead({})", Show(place)),
            StatementKind::Nop => f.write_str("nop"),
        }
    }
}

impl Display for Show<'_, Place> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        // Prefix operators of later steps come first.
        for step in self.0.projection.iter().rev() {
            if matches!(step, Projection::Deref | Projection::Downcast(_)) {
                f.write_char('(')?;
                if *step == Projection::Deref {
                    f.write_char('*')?;
                }
            }
        }
        write!(f, "{}", Show(&self.0.local))?;
        for step in &self.0.projection {
            match step {
                Projection::Deref => f.write_char(')')?,
                Projection::Field(index, ty) => write!(f, ".{index}<{ty}>")?,
                Projection::Index(local) => write!(f, "[{}]", Show(local))?,
                Projection::ConstantIndex { offset, min_len, from_end } => {
                    let minus = if *from_end { "-" } else { "" };
                    write!(f, "[{minus}{offset} of {min_len}]")?;
                }
                Projection::Subslice { from, to } => write!(f, "[{from}..-{to}]")?,
                Projection::Downcast(variant) => write!(f, " as v{variant})")?,
            }
        }
        Ok(())
    }
}

impl Display for Show<'_, Operand> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self.0 {
            Operand::Copy(place) => write!(f, "copy {}", Show(place)),
            Operand::Move(place) => write!(f, "move {}", Show(place)),
            Operand::Const(constant) => write!(f, "const {}", Show(constant)),
        }
    }
}

impl Display for Show<'_, Constant> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let ty = self.0.ty;
        match self.0.kind {
            ConstantKind::Int(bits) => write!(f, "{bits}: {ty}"),
            ConstantKind::Float(bits) => write!(f, "float {bits:#x}: {ty}"),
            ConstantKind::Str(text) => write!(f, "str {:?}", text.as_str()),
            ConstantKind::ByteStr(text) => write!(f, "bytes {:?}: {ty}", text.as_str()),
            ConstantKind::CStr(text) => write!(f, "cstr {:?}: {ty}", text.as_str()),
            ConstantKind::ZeroSized => write!(f, "{ty}"),
            ConstantKind::Item(def, _) => write!(f, "item {}: {ty}", def.path()),
            ConstantKind::Param(constant) => write!(f, "param {constant}: {ty}"),
            ConstantKind::Promoted(index) => write!(f, "promoted[{index}]: {ty}"),
            ConstantKind::StaticRef(def) => write!(f, "static {}: {ty}", def.path()),
        }
    }
}

fn write_list(f: &mut Formatter<'_>, operands: &[Operand]) -> fmt::Result {
    for (index, operand) in operands.iter().enumerate() {
        let comma = if index == 0 { "" } else { ", " };
        write!(f, "{comma}{}", Show(operand))?;
    }
    Ok(())
}

impl Display for Show<'_, Rvalue> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self.0 {
            Rvalue::Use(operand) => write!(f, "{}", Show(operand)),
            Rvalue::Repeat(operand, count) => write!(f, "[{}; {count}]", Show(operand)),
            Rvalue::Ref(kind, place) => write!(f, "{} {}", borrow_text(*kind), Show(place)),
            Rvalue::RawPtr(Mutability::Mut, place) => write!(f, "&raw mut {}", Show(place)),
            Rvalue::RawPtr(Mutability::Not, place) => write!(f, "&raw const {}", Show(place)),
            Rvalue::Len(place) => write!(f, "Len({})", Show(place)),
            Rvalue::Binary(op, a, b) => write!(f, "{op:?}({}, {})", Show(a), Show(b)),
            Rvalue::Checked(op, a, b) => write!(f, "Checked{op:?}({}, {})", Show(a), Show(b)),
            Rvalue::Unary(op, a) => {
                let op = match op {
                    UnOp::Not => "Not",
                    UnOp::Neg => "Neg",
                };
                write!(f, "{op}({})", Show(a))
            }
            Rvalue::Cast(kind, a, ty) => write!(f, "{kind:?}({}) as {ty}", Show(a)),
            Rvalue::Aggregate(kind, operands) => write_aggregate(f, kind, operands),
            Rvalue::Discriminant(place) => write!(f, "Discriminant({})", Show(place)),
        }
    }
}

fn write_aggregate(
    f: &mut Formatter<'_>,
    kind: &AggregateKind,
    operands: &[Operand],
) -> fmt::Result {
    match kind {
        AggregateKind::Tuple => {
            f.write_char('(')?;
            write_list(f, operands)?;
            f.write_str(if operands.len() == 1 { ",)" } else { ")" })
        }
        AggregateKind::Array(elem) => {
            f.write_char('[')?;
            write_list(f, operands)?;
            write!(f, "]: {elem}")
        }
        AggregateKind::Adt { def, variant, field, .. } => {
            write!(f, "{}", def.path())?;
            match field {
                Some(field) => write!(f, " union{field}")?,
                None if def.kind() == vez_base::DefKind::Enum => write!(f, " v{variant}")?,
                None => {}
            }
            f.write_str(" { ")?;
            write_list(f, operands)?;
            f.write_str(" }")
        }
        AggregateKind::Closure(def, _) => {
            write!(f, "closure {} {{ ", def.path())?;
            write_list(f, operands)?;
            f.write_str(" }")
        }
    }
}

pub(crate) fn borrow_text(kind: BorrowKind) -> &'static str {
    match kind {
        BorrowKind::Shared => "&",
        BorrowKind::Fake => "&fake",
        BorrowKind::Mut { two_phase: false } => "&mut",
        BorrowKind::Mut { two_phase: true } => "&two_phase mut",
        BorrowKind::Unique => "&unique",
    }
}

impl Display for Show<'_, TerminatorKind> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self.0 {
            TerminatorKind::Goto(target) => write!(f, "goto -> {}", Show(target)),
            TerminatorKind::Switch { discr, targets, otherwise } => {
                write!(f, "switch {} [", Show(discr))?;
                for (value, target) in targets {
                    write!(f, "{value}: {}, ", Show(target))?;
                }
                write!(f, "otherwise: {}]", Show(otherwise))
            }
            TerminatorKind::Return => f.write_str("return"),
            TerminatorKind::Unreachable => f.write_str("unreachable"),
            TerminatorKind::Resume => f.write_str("resume"),
            TerminatorKind::Drop { place, target, unwind } => {
                write!(f, "drop({})", Show(place))?;
                write_edges(f, Some(*target), *unwind)
            }
            TerminatorKind::Call { callee, args, destination, target, unwind, .. } => {
                write!(f, "{} = call {}(", Show(destination), Show(callee))?;
                write_list(f, args)?;
                f.write_char(')')?;
                write_edges(f, *target, *unwind)
            }
            TerminatorKind::Assert { cond, expected, message, target, unwind } => {
                let not = if *expected { "" } else { "!" };
                write!(f, "assert({not}{}, {})", Show(cond), Show(message))?;
                write_edges(f, Some(*target), *unwind)
            }
            TerminatorKind::FalseEdge { real, imaginary } => {
                write!(f, "false_edge -> {} / {}", Show(real), Show(imaginary))
            }
        }
    }
}

fn write_edges(f: &mut Formatter<'_>, target: Option<Block>, unwind: Option<Block>) -> fmt::Result {
    if let Some(target) = target {
        write!(f, " -> {}", Show(&target))?;
    }
    if let Some(unwind) = unwind {
        write!(f, " unwind {}", Show(&unwind))?;
    }
    Ok(())
}

impl Display for Show<'_, AssertKind> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self.0 {
            AssertKind::BoundsCheck { len, index } => {
                write!(f, "bounds {} {}", Show(len), Show(index))
            }
            AssertKind::Overflow(op) => write!(f, "overflow {op:?}"),
            AssertKind::OverflowNeg => f.write_str("overflow Neg"),
            AssertKind::DivisionByZero => f.write_str("division by zero"),
            AssertKind::RemainderByZero => f.write_str("remainder by zero"),
            AssertKind::Hole => f.write_str("hole"),
        }
    }
}
