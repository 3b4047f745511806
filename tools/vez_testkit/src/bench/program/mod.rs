//! Generates programs of any length, for measuring compilers: what people write (structs, enums, traits, generics,
//! closures, iterators, matches, strings, collections, nested modules), never the same twice, valid for rustc and VeZ.
//!
//! The same seed and length give the same text. A program prints one checksum, never panics and ends within a second.
//! Knows nothing of the compilers.

mod arithmetic;
mod c;
mod collections;
mod data;
mod expr;
mod functional;
mod random;
mod text;
mod traits;
mod writer;

use expr::Scope;
use random::Random;
use writer::Writer;

pub use c::c_program;

/// How much one call of a unit's entry may cost, in rough operations: keeps chains of calls short.
const CALL_LIMIT: u64 = 20_000;

/// Units of a module, and of a module nested in it.
const UNITS: (u64, u64) = (8, 14);
const NESTED: (u64, u64) = (2, 5);

/// A group of items with one function `fn(i64) -> i64` that uses them all.
struct Unit {
    entry: String,
    cost: u64,
}

/// What a unit's writer gets: where to write, what to decide by, and what may be called.
struct Context<'a> {
    out: &'a mut Writer,
    random: &'a mut Random,
    /// Distinguishes names within a module.
    number: usize,
    callees: &'a [Unit],
}

impl Context<'_> {
    /// A call of an earlier unit with this argument, and what it costs.
    fn call(&mut self, argument: &str) -> Option<(String, u64)> {
        let cheap: Vec<&Unit> = self.callees.iter().filter(|u| u.cost < CALL_LIMIT / 4).collect();
        if cheap.is_empty() {
            return None;
        }
        let unit = cheap[self.random.below(cheap.len() as u64) as usize];
        Some((format!("{}({argument})", unit.entry), unit.cost))
    }

    /// An expression of type `i64` over these variables.
    fn expr(&mut self, variables: &[&str], depth: u32) -> String {
        Scope::new(variables).int(self.random, depth)
    }

    fn condition(&mut self, variables: &[&str]) -> String {
        Scope::new(variables).condition(self.random)
    }
}

type Kind = fn(&mut Context<'_>) -> Unit;

/// How often each kind of unit appears, by weight.
const KINDS: [(u64, Kind); 16] = [
    (8, arithmetic::function),
    (3, arithmetic::table),
    (4, arithmetic::recursion),
    (7, data::structure),
    (6, data::enumeration),
    (3, data::tree),
    (3, data::operators),
    (5, traits::objects),
    (4, traits::generic_container),
    (3, traits::associated),
    (6, functional::iterators),
    (3, functional::iterator_impl),
    (4, functional::closures),
    (5, text::strings),
    (5, collections::maps),
    (5, collections::fallible),
];

/// A program of about this many lines, and at least one module.
pub fn program(lines: usize, seed: u64) -> String {
    let mut random = Random::new(seed);
    let mut out = Writer::default();
    out.line("// Generated for measuring compilers; prints one checksum.");
    out.line("#![allow(warnings)]");
    out.blank();
    let mut modules = Vec::new();
    loop {
        modules.push(module(&mut out, &mut random, modules.len()));
        // What `main` takes, one line a module.
        if out.lines() + modules.len() + 10 >= lines {
            break;
        }
    }
    out.open("fn mix(sum: u64, value: i64) -> u64 {");
    out.line("(sum ^ value as u64).wrapping_mul(0x9e3779b97f4a7c15).rotate_left(17)");
    out.close("}");
    out.blank();
    out.open("fn main() {");
    out.line("let mut sum = 0u64;");
    for (number, name) in modules.iter().enumerate() {
        out.line(&format!("sum = mix(sum, {name}::run({}));", number * 7 + 1));
    }
    out.line("println!(\"{sum:016x}\");");
    out.close("}");
    out.finish()
}

/// One top-level module with `pub fn run(i64) -> i64`; its name.
fn module(out: &mut Writer, random: &mut Random, number: usize) -> String {
    let name = format!("{}_{number}", random.pick(&MODULE_NAMES));
    out.line(&format!("/// Everything about {}.", name.replace('_', " number ")));
    out.open(&format!("pub mod {name} {{"));
    out.line("use std::collections::HashMap;");
    out.line("use std::fmt;");
    out.line("use std::ops::{Add, AddAssign, Index, Mul, Neg, Sub};");
    out.blank();
    let mut units = Vec::new();
    let wanted = random.between(UNITS.0, UNITS.1);
    for _ in 0..wanted {
        unit(out, random, &mut units);
    }
    if random.chance(1, 2) {
        nested(out, random, &mut units);
    }
    out.open("pub fn run(seed: i64) -> i64 {");
    out.line("let mut total = seed;");
    for unit in &units {
        out.line(&format!("total = total.wrapping_mul(31).wrapping_add({}(seed));", unit.entry));
    }
    out.line("total");
    out.close("}");
    out.close("}");
    out.blank();
    name
}

fn unit(out: &mut Writer, random: &mut Random, units: &mut Vec<Unit>) {
    let total: u64 = KINDS.iter().map(|(weight, _)| weight).sum();
    let mut choice = random.below(total);
    let (_, kind) = KINDS
        .iter()
        .find(|(weight, _)| {
            let here = choice < *weight;
            choice = choice.saturating_sub(*weight);
            here
        })
        .expect("the choice is below the sum of all weights");
    let number = units.len();
    let made = kind(&mut Context { out, random, number, callees: units });
    units.push(made);
}

/// A module inside the module, whose units call each other only.
fn nested(out: &mut Writer, random: &mut Random, units: &mut Vec<Unit>) {
    let name = format!("detail_{}", units.len());
    out.open(&format!("mod {name} {{"));
    out.line("use super::*;");
    out.blank();
    let mut inner = Vec::new();
    for _ in 0..random.between(NESTED.0, NESTED.1) {
        unit(out, random, &mut inner);
    }
    out.close("}");
    out.blank();
    for unit in inner {
        units.push(Unit { entry: format!("{name}::{}", unit.entry), cost: unit.cost });
    }
}

const MODULE_NAMES: [&str; 12] = [
    "orders",
    "parser",
    "geometry",
    "ledger",
    "scheduler",
    "cache",
    "render",
    "storage",
    "events",
    "routes",
    "metrics",
    "players",
];

#[cfg(test)]
mod tests {
    use super::{c_program, program};

    #[test]
    fn a_seed_names_one_program() {
        assert_eq!(program(2000, 1), program(2000, 1));
        assert_ne!(program(2000, 1), program(2000, 2));
        assert_eq!(c_program(500, 1), c_program(500, 1));
    }

    #[test]
    fn the_length_is_near_what_was_asked() {
        for wanted in [2000, 10_000] {
            let lines = program(wanted, 3).lines().count();
            assert!(lines >= wanted && lines < wanted + 1000, "{lines} lines for {wanted}");
        }
    }
}
