//! Expressions of type `i64` and `bool` that cannot overflow, divide by zero or shift too far.

use super::random::Random;

/// The variables of type `i64` that may be used.
pub struct Scope<'a> {
    variables: &'a [&'a str],
}

impl<'a> Scope<'a> {
    pub fn new(variables: &'a [&'a str]) -> Scope<'a> {
        debug_assert!(!variables.is_empty(), "an expression needs something to start from");
        Scope { variables }
    }

    fn variable(&self, random: &mut Random) -> String {
        random.pick(self.variables).to_string()
    }

    /// A variable or a literal.
    fn leaf(&self, random: &mut Random) -> String {
        if random.chance(3, 4) { self.variable(random) } else { literal(random) }
    }

    pub fn int(&self, random: &mut Random, depth: u32) -> String {
        if depth == 0 {
            return self.leaf(random);
        }
        let left = self.receiver(random, depth - 1);
        match random.below(16) {
            0 | 1 => format!("{left}.wrapping_add({})", self.int(random, depth - 1)),
            2 => format!("{left}.wrapping_sub({})", self.int(random, depth - 1)),
            3 => format!("{left}.wrapping_mul({})", literal(random)),
            4 => format!("({left} ^ {})", self.operand(random, depth - 1)),
            5 => {
                format!("({left} & {})", random.pick(&["0xff", "0xffff", "0x7fff_ffff", "0x3f3f"]))
            }
            6 => format!("({left} >> {})", random.between(1, 20)),
            7 => format!("({left} / {})", random.between(2, 100)),
            8 => format!("({left} % {})", random.between(3, 1000)),
            9 => format!("{left}.max({})", self.int(random, depth - 1)),
            10 => format!("{left}.rotate_left({})", random.between(1, 40)),
            11 => format!("i64::from({})", self.condition(random)),
            12 => {
                format!("({left} as {}) as i64", random.pick(&["i32", "u8", "u16", "i16", "u32"]))
            }
            13 => format!("{left}.min({})", self.int(random, depth - 1)),
            14 => format!("i64::from({left}.{}())", random.pick(&COUNTS)),
            // The variable keeps the type clear where both might be literals.
            _ => format!(
                "if {} {{ {} }} else {{ {} }}",
                self.condition(random),
                self.int(random, depth - 1),
                self.variable(random)
            ),
        }
    }

    /// Something that a method can be called on and an operator can stand behind.
    fn receiver(&self, random: &mut Random, depth: u32) -> String {
        if depth == 0 || random.chance(1, 3) {
            return self.variable(random);
        }
        format!("({})", self.int(random, depth))
    }

    fn operand(&self, random: &mut Random, depth: u32) -> String {
        if depth == 0 { self.leaf(random) } else { self.receiver(random, depth) }
    }

    pub fn condition(&self, random: &mut Random) -> String {
        let (a, b) = (self.variable(random), self.leaf(random));
        match random.below(6) {
            0 => format!("{a} < {b}"),
            1 => format!("{a} >= {b}"),
            2 => format!("{a} % {} == {}", random.between(2, 9), random.between(0, 1)),
            3 => format!("{a} & {} != 0", 1 << random.below(12)),
            4 => format!("{a} > {b} || {b} % 2 == 0"),
            _ => format!("{a} != {b} && {a} > {}", random.below(50)),
        }
    }
}

/// With its type where `i64`'s methods might be called on it.
pub fn literal(random: &mut Random) -> String {
    match random.below(4) {
        0 => format!("{}", random.between(1, 9)),
        1 => format!("{}", random.between(10, 999)),
        2 => format!("{}_i64", random.between(1, 100)),
        _ => format!("{:#x}", random.between(0x10, 0xffff)),
    }
}

const COUNTS: [&str; 3] = ["count_ones", "leading_zeros", "trailing_zeros"];
