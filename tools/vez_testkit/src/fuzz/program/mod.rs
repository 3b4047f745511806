//! Random well-typed programs that end, and mean the same to every conforming compiler.
//!
//! Knows the language, and nothing of compilers. A program is the text of a module with a `main`, so that many fit into one
//! file. Its cost is bounded while it is made: loops multiply the cost of what is in them, and a call costs its callee.

mod chain;
mod closure;
mod expr;
mod forms;
mod items;
mod library;
mod number;
mod pattern;
mod prelude;
mod scope;
mod stmt;
mod text;
mod traits;
mod types;

use super::rng::Rng;
use library::Section;
use scope::Scope;
use std::collections::BTreeSet;
use types::{EnumDef, IntTy, StructDef, Ty};

/// How a parameter is passed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Mode {
    Value,
    Shared,
    Mutable,
    /// The type is a `Vec`, the parameter a slice.
    Slice,
    /// `&str`
    Text,
    /// The type is a pair; the parameter a function from the first to the second.
    Callback,
}

/// A function of the program that expressions may call.
#[derive(Clone, Debug)]
struct Callee {
    name: String,
    params: Vec<(Mode, Ty)>,
    ret: Ty,
    cost: u64,
    /// A parameter, not a function.
    local: bool,
}

/// A loop around the current statement.
#[derive(Clone, Debug)]
struct Frame {
    label: String,
    /// What `break` needs to carry.
    value: Option<Ty>,
    /// A loop, not a block.
    repeats: bool,
    /// The scope's block in it.
    block: u32,
}

/// What one function may cost, in statements run.
const FUNCTION_COST: u64 = 1_500;
const MAIN_COST: u64 = 12_000;

/// How many programs of a hundred have operations that may panic.
const RISKY: usize = 30;

/// The state of generation.
struct Gen {
    rng: Rng,
    structs: Vec<StructDef>,
    enums: Vec<EnumDef>,
    callees: Vec<Callee>,
    /// Traits: the result type of their method `m` and who implements them.
    traits: Vec<(Ty, Vec<Ty>)>,
    consts: Vec<(String, Ty)>,
    scope: Scope,
    frames: Vec<Frame>,
    /// What `?` and `return` leave from.
    ret: Option<Ty>,
    /// Expressions may only read while this is not 0.
    pure_depth: u32,
    next_name: u32,
    cost: u64,
    multiplier: u64,
    limit: u64,
    /// Some operations may panic.
    risky: bool,
    sections: BTreeSet<Section>,
    /// The scope's level in the innermost closure or function.
    body_level: u32,
}

/// Whether some operations of a program may panic.
pub fn is_risky(seed: u64, index: u64) -> bool {
    Rng::nth(seed, index).percent(RISKY)
}

/// The text of a program: items, then `pub fn main()`.
pub fn generate(seed: u64, index: u64) -> String {
    let mut rng = Rng::nth(seed, index);
    let risky = rng.percent(RISKY);
    let mut generator = Gen {
        rng,
        structs: Vec::new(),
        enums: Vec::new(),
        callees: Vec::new(),
        traits: Vec::new(),
        consts: Vec::new(),
        scope: Scope::default(),
        frames: Vec::new(),
        ret: None,
        pure_depth: 0,
        next_name: 0,
        cost: 0,
        multiplier: 1,
        limit: FUNCTION_COST,
        risky,
        sections: BTreeSet::new(),
        body_level: 0,
    };
    generator.program()
}

impl Gen {
    fn program(&mut self) -> String {
        let mut out = self.types();
        out.push_str(&self.consts());
        out.push_str(&self.traits());
        for _ in 0..self.rng.between(1, 2) {
            let function = self.function();
            out.push_str(&function);
        }
        self.limit = MAIN_COST;
        self.begin_body(None);
        let count = self.rng.between(3, 6);
        let body = self.statements(count, 0);
        let end = self.print_scope();
        out.push_str(&format!("pub fn main() {{\n{}{end}}}\n", body));
        let mut whole = String::from(prelude::TEXT);
        for section in &self.sections {
            whole.push_str(library::text(*section).trim_start());
        }
        whole.push_str(&out);
        indented(&whole)
    }

    /// Something of a section of the library is used.
    fn need(&mut self, section: Section) {
        self.sections.insert(section);
    }

    fn fresh(&mut self, prefix: &str) -> String {
        self.next_name += 1;
        format!("{prefix}{}", self.next_name)
    }

    fn begin_body(&mut self, ret: Option<Ty>) {
        self.scope = Scope::default();
        self.frames.clear();
        self.ret = ret;
        self.body_level = 0;
        self.cost = 0;
        self.multiplier = 1;
    }

    /// Pays for one thing; false where it is too dear.
    fn pay(&mut self, cost: u64) -> bool {
        let whole = cost * self.multiplier;
        let fits = self.cost + whole <= self.limit;
        if fits {
            self.cost += whole;
        }
        fits
    }

    fn risk(&mut self, percent: usize) -> bool {
        self.risky && self.rng.percent(percent)
    }

    fn is_copy(&self, ty: &Ty) -> bool {
        match ty {
            Ty::Int(_) | Ty::F32 | Ty::F64 | Ty::Bool | Ty::Char => true,
            Ty::Array(of, _) | Ty::Option(of) => self.is_copy(of),
            Ty::Tuple(of) => of.iter().all(|ty| self.is_copy(ty)),
            Ty::Result(of, error) => self.is_copy(of) && self.is_copy(error),
            Ty::Struct(index) => self.structs[*index].copy,
            Ty::Enum(index) => self.enums[*index].copy,
            Ty::V2(_) => true,
            Ty::Str | Ty::Vec(_) | Ty::Boxed(_) | Ty::Wrap(_) | Ty::Noisy => false,
            Ty::Grid(..) | Ty::Map(..) => false,
        }
    }

    fn scalar(&mut self) -> Ty {
        match self.rng.below(12) {
            0 => Ty::F64,
            1 => Ty::F32,
            2 => Ty::Bool,
            3 => Ty::Char,
            _ => Ty::Int(IntTy::random(&mut self.rng)),
        }
    }

    /// A type that nests at most `depth` deep.
    fn ty(&mut self, depth: u32) -> Ty {
        if depth == 0 || self.rng.percent(40) {
            return match self.rng.below(12) {
                0 => Ty::Str,
                1 => Ty::Noisy,
                _ => self.scalar(),
            };
        }
        let one = |this: &mut Gen| Box::new(this.ty(depth - 1));
        match self.rng.below(18) {
            0 | 1 => Ty::Array(one(self), self.rng.between(1, 4)),
            2 | 3 => {
                let len = self.rng.between(1, 3);
                Ty::Tuple((0..len).map(|_| self.ty(depth - 1)).collect())
            }
            4 | 5 if !self.structs.is_empty() => Ty::Struct(self.rng.below(self.structs.len())),
            6 | 7 if !self.enums.is_empty() => Ty::Enum(self.rng.below(self.enums.len())),
            8 => Ty::Option(one(self)),
            9 => Ty::Result(one(self), one(self)),
            10 | 11 => Ty::Vec(one(self)),
            12 => Ty::Boxed(one(self)),
            13 | 14 => {
                self.need(Section::Grid);
                Ty::Grid(one(self), self.rng.between(1, 4))
            }
            15 => {
                self.need(Section::V2);
                Ty::V2(IntTy::random(&mut self.rng))
            }
            16 => {
                let key = match self.rng.below(3) {
                    0 => Ty::Str,
                    1 => Ty::Char,
                    _ => Ty::Int(IntTy::random(&mut self.rng)),
                };
                let value = self.ty(depth - 1);
                // When a map drops what is not part of the language.
                let value = if self.is_quiet(&value) { value } else { self.scalar() };
                Ty::Map(Box::new(key), Box::new(value))
            }
            _ => Ty::Wrap(one(self)),
        }
    }
}

/// The text with four blanks for every open bracket at the start of a line.
fn indented(text: &str) -> String {
    let mut out = String::with_capacity(text.len() * 2);
    let mut depth = 0usize;
    for line in text.lines() {
        let line = line.trim();
        let closing = line.chars().take_while(|c| matches!(c, '}' | ')' | ']')).count();
        out.push_str(&"    ".repeat(depth.saturating_sub(closing)));
        out.push_str(line);
        out.push('\n');
        depth = (depth as isize + balance(line)).max(0) as usize;
    }
    out
}

/// Brackets opened less brackets closed, outside of literals.
pub fn balance(line: &str) -> isize {
    let (mut depth, mut quoted) = (0, false);
    let mut chars = line.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '\\' => drop(chars.next()),
            '"' => quoted = !quoted,
            '(' | '[' | '{' if !quoted => depth += 1,
            ')' | ']' | '}' if !quoted => depth -= 1,
            _ => {}
        }
    }
    depth
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_gives_the_same_program() {
        assert_eq!(generate(7, 3), generate(7, 3));
        assert_ne!(generate(7, 3), generate(7, 4));
    }

    #[test]
    fn brackets_balance() {
        for index in 0..50 {
            let text = generate(1, index);
            assert_eq!(text.lines().map(balance).sum::<isize>(), 0, "{text}");
        }
    }
}
