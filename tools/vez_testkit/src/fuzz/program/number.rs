//! Integer and float expressions.

use super::Gen;
use super::library::Section;
use super::types::{IntTy, Ty};

impl Gen {
    /// An operand of an operator: a value, in parentheses where it needs them.
    pub(super) fn operand(&mut self, int: IntTy, depth: u32) -> String {
        format!("({})", self.expr(&Ty::Int(int), depth))
    }

    pub(super) fn integer(&mut self, int: IntTy, depth: u32) -> String {
        match self.rng.below(25) {
            20..24 => self.more(int, depth),
            24 => self.of_scale(int, depth),
            0..4 => self.plain_operation(int, depth),
            4..7 => {
                let operation = *self.rng.pick(&[
                    "wrapping_add",
                    "wrapping_sub",
                    "wrapping_mul",
                    "saturating_add",
                    "saturating_sub",
                    "saturating_mul",
                ]);
                let (a, b) = (self.operand(int, depth), self.operand(int, depth));
                format!("{a}.{operation}({b})")
            }
            7 => {
                let operation =
                    *self.rng.pick(&["overflowing_add", "overflowing_sub", "overflowing_mul"]);
                let (a, b) = (self.operand(int, depth), self.operand(int, depth));
                format!("{a}.{operation}({b}).0")
            }
            8 => {
                let operation = *self.rng.pick(&["&", "|", "^"]);
                let (a, b) = (self.operand(int, depth), self.operand(int, depth));
                format!("({a} {operation} {b})")
            }
            9 | 10 => self.shift(int, depth),
            11 | 12 => self.cast(int, depth),
            13 | 14 => self.division(int, depth),
            15 => self.unary(int, depth),
            16 => self.counting(int, depth),
            17 => self.of_collection(int, depth),
            18 => {
                let (a, b) = (self.operand(int, depth), self.operand(int, depth));
                format!("{a}.{}({b})", self.rng.pick(&["min", "max"]))
            }
            _ => format!(
                "{}.parse::<{}>().unwrap_or(7)",
                self.expr(&Ty::Str, depth.min(1)),
                int.name()
            ),
        }
    }

    /// `+`, `-`, `*` on operands that cannot overflow, or may where panics are wanted.
    fn plain_operation(&mut self, int: IntTy, depth: u32) -> String {
        let (a, b) = (self.operand(int, depth), self.operand(int, depth));
        let operator = *self.rng.pick(&["+", "-", "*"]);
        if self.risk(12) {
            return format!("({a} {operator} {b})");
        }
        match operator {
            "+" => format!("(({a} & 63) + ({b} & 63))"),
            "*" => format!("(({a} & 7) * ({b} & 15))"),
            _ => format!("(({a} & 63 | 64) - ({b} & 63))"),
        }
    }

    fn shift(&mut self, int: IntTy, depth: u32) -> String {
        let by = IntTy::random(&mut self.rng);
        let (a, b) = (self.operand(int, depth), self.operand(by, depth));
        if self.risk(10) {
            return format!("({a} << {b})");
        }
        match self.rng.below(4) {
            0 => format!("({a} << ({b} & 7))"),
            1 => format!("({a} >> ({b} & 7))"),
            2 => format!("{a}.wrapping_shl({b} as u32)"),
            _ => format!("{a}.rotate_left({b} as u32)"),
        }
    }

    fn cast(&mut self, int: IntTy, depth: u32) -> String {
        let name = int.name();
        match self.rng.below(7) {
            6 => {
                let plain: Vec<usize> =
                    (0..self.enums.len()).filter(|&i| self.enums[i].plain).collect();
                if plain.is_empty() {
                    return self.operand(int, depth);
                }
                let of = Ty::Enum(*self.rng.pick(&plain));
                format!("({} as {name})", self.expr(&of, depth))
            }
            0 => {
                let from = if self.rng.percent(50) { Ty::F32 } else { Ty::F64 };
                format!("({} as {name})", self.expr(&from, depth))
            }
            1 => format!("({} as {name})", self.expr(&Ty::Bool, depth)),
            2 => format!("({} as {name})", self.expr(&Ty::Char, depth)),
            _ => {
                let from = IntTy::random(&mut self.rng);
                format!("({} as {name})", self.operand(from, depth))
            }
        }
    }

    fn division(&mut self, int: IntTy, depth: u32) -> String {
        let (a, b) = (self.operand(int, depth), self.operand(int, depth));
        if self.risk(15) {
            return format!("({a} {} {b})", self.rng.pick(&["/", "%"]));
        }
        match self.rng.below(6) {
            0 => format!("({a} / (({b} & 15) + 1))"),
            1 => format!("({a} % (({b} & 31) + 1))"),
            2 => format!("{a}.wrapping_div({b} | 1)"),
            3 => format!("{a}.wrapping_rem({b} | 1)"),
            4 => format!("{a}.checked_div({b}).unwrap_or(3)"),
            _ => format!("{a}.rem_euclid(({b} & 15) + 1)"),
        }
    }

    fn unary(&mut self, int: IntTy, depth: u32) -> String {
        let a = self.operand(int, depth);
        match self.rng.below(5) {
            0 if int.signed => format!("(-({a} >> 1))"),
            1 if int.signed => format!("{a}.wrapping_abs()"),
            2 => format!("{a}.wrapping_neg()"),
            3 => format!("{a}.swap_bytes()"),
            4 => format!("{a}.wrapping_pow({})", self.rng.below(9)),
            _ => format!("(!{a})"),
        }
    }

    /// Methods that fewer programs use.
    fn more(&mut self, int: IntTy, depth: u32) -> String {
        let name = int.name();
        let (a, b) = (self.operand(int, depth), self.operand(int, depth));
        let small = self.rng.below(9);
        match self.rng.below(26) {
            0 => format!("{a}.reverse_bits()"),
            1 => format!("{name}::from_le_bytes({a}.to_be_bytes())"),
            2 => format!("{a}.saturating_pow({small})"),
            3 => format!("{a}.checked_pow({small}).unwrap_or({b})"),
            4 => format!("{a}.checked_rem({b}).unwrap_or(4)"),
            5 => format!("{a}.wrapping_rem_euclid({b} | 1)"),
            6 => format!("{a}.div_euclid(({b} & 15) + 1)"),
            7 => format!("({a}.abs_diff({b}) as {name})"),
            8 => format!("({a}.leading_ones() as {name} ^ {b}.trailing_ones() as {name})"),
            9 => format!("{a}.checked_shl({}).unwrap_or(6)", self.expr(&Ty::Int(IntTy::U32), 1)),
            10 => format!("{a}.overflowing_shr({}).0", self.expr(&Ty::Int(IntTy::U32), 1)),
            11 => {
                let from = IntTy::random(&mut self.rng);
                format!("{name}::try_from({}).unwrap_or({b})", self.operand(from, depth))
            }
            12 => {
                let radix = *self.rng.pick(&[2, 10, 16, 36]);
                let text = self.expr(&Ty::Str, depth.min(1));
                format!("{name}::from_str_radix(&{text}, {radix}).unwrap_or({a})")
            }
            13 => format!("{a}.clamp({small}, {})", small + 40),
            14 => format!("({a}.cmp(&{b}) as i8 as {name})"),
            15 => format!("({a} < {b}).then_some({small}{name}).unwrap_or_default()"),
            16 if int.signed => format!("({a}.unsigned_abs() as {name})"),
            17 if int.signed => format!("{a}.signum()"),
            18 if int.signed => format!("{a}.checked_neg().unwrap_or({b})"),
            19 if int.signed && self.risk(40) => format!("({a}.abs() - {b})"),
            16 => format!("(({a} | 1).ilog2() as {name})"),
            17 => format!("({a}.is_power_of_two() as {name})"),
            18 => format!("{a}.checked_next_power_of_two().unwrap_or({b})"),
            20 if self.risk(40) => format!("({a} >> {b})"),
            21 if self.risk(40) && int.signed => format!("(-{a})"),
            22 if self.risk(40) => format!("{a}.pow({small})"),
            23 => format!("({{ {a} }} as u8 as i8 as {name})"),
            24 => format!("({a} as f32 as {name})"),
            _ => format!("{a}.rotate_right({})", self.expr(&Ty::Int(IntTy::U32), 1)),
        }
    }

    /// Through a trait with an associated type.
    fn of_scale(&mut self, int: IntTy, depth: u32) -> String {
        self.need(Section::Scale);
        let vec = Ty::Vec(Box::new(Ty::Int(int)));
        let by = self.rng.below(9);
        let other = self.operand(int, 1);
        let value = match self.rng.below(3) {
            0 => format!("{}.scale({by})", self.expr(&vec, depth)),
            1 => {
                let (a, b) = (self.expr(&vec, depth), self.expr(&Ty::Str, depth));
                format!("({a}, {b}).twice({by}).0.1")
            }
            _ => {
                let (a, b) = (self.expr(&vec, depth), self.expr(&vec, depth));
                format!("scaled(&[{a}, {b}], {by}).into_iter().flatten().next()")
            }
        };
        // Made first, so computed first: what the rest moves is there for it.
        format!("({{\nlet other = {other};\n{value}.unwrap_or(other)\n}})")
    }

    fn counting(&mut self, int: IntTy, depth: u32) -> String {
        let from = IntTy::random(&mut self.rng);
        let a = self.operand(from, depth);
        let method =
            *self.rng.pick(&["count_ones", "leading_zeros", "trailing_zeros", "count_zeros"]);
        format!("({a}.{method}() as {})", int.name())
    }

    fn of_collection(&mut self, int: IntTy, depth: u32) -> String {
        let name = int.name();
        if self.rng.percent(30) {
            let ty = self.ty(1);
            return format!("({}.len() as {name})", self.expr(&Ty::Vec(Box::new(ty)), depth));
        }
        let vec = self.expr(&Ty::Vec(Box::new(Ty::Int(int))), depth);
        match self.rng.below(5) {
            0 => format!("{vec}.iter().fold(1{name}, |s, x| s.wrapping_mul(3).wrapping_add(*x))"),
            1 => format!("{vec}.iter().copied().max().unwrap_or(2)"),
            2 => format!("{vec}.into_iter().map(|x| x & 7).take(8).sum::<{name}>()"),
            3 => format!("({vec}.iter().filter(|&&x| x > 9).count() as {name})"),
            _ => format!("({vec}.iter().position(|x| *x > 3).unwrap_or(5) as {name})"),
        }
    }

    pub(super) fn float(&mut self, ty: &Ty, depth: u32) -> String {
        let name = ty.name();
        match self.rng.below(13) {
            9 => {
                let (a, b) = (self.expr(ty, depth), self.expr(ty, depth));
                // The sign of a NaN is any: `max` takes the number.
                match self.rng.below(4) {
                    0 => format!("({a}).copysign(({b}).max(-1e30))"),
                    1 => format!("({a}).mul_add({b}, 1.5)"),
                    2 => format!("({a}).rem_euclid({b})"),
                    _ => format!("(({a}).max(-1e30).total_cmp(&({b}).max(-1e30)) as i8 as {name})"),
                }
            }
            10 => {
                let method = *self.rng.pick(&[
                    "fract()",
                    "recip()",
                    "round_ties_even()",
                    "clamp(-5.5, 1e9)",
                    "max(0.25)",
                    "min(7e7)",
                ]);
                format!("({}).{method}", self.expr(ty, depth))
            }
            11 => format!("{}.parse::<{name}>().unwrap_or(0.5)", self.expr(&Ty::Str, depth)),
            12 => {
                let vec = self.expr(&Ty::Vec(Box::new(ty.clone())), depth);
                let how = *self.rng.pick(&["sum", "product"]);
                format!("{vec}.into_iter().{how}::<{name}>()")
            }
            0..5 => {
                let operator = *self.rng.pick(&["+", "-", "*", "/", "%"]);
                let (a, b) = (self.expr(ty, depth), self.expr(ty, depth));
                format!("(({a}) {operator} ({b}))")
            }
            5 => format!("(-({}))", self.expr(ty, depth)),
            6 => {
                let method = *self.rng.pick(&["abs", "sqrt", "floor", "ceil", "trunc", "round"]);
                format!("({}).{method}()", self.expr(ty, depth))
            }
            7 => {
                let from = IntTy::random(&mut self.rng);
                format!("({} as {name})", self.operand(from, depth))
            }
            _ => {
                let from = if *ty == Ty::F32 { Ty::F64 } else { Ty::F32 };
                format!("({} as {name})", self.expr(&from, depth))
            }
        }
    }
}
