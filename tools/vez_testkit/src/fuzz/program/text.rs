//! Characters and strings.

use super::Gen;
use super::types::{IntTy, Ty};

impl Gen {
    pub(super) fn character(&mut self, depth: u32) -> String {
        let byte = Ty::Int(IntTy { bits: 8, signed: false });
        match self.rng.below(8) {
            0 => format!("({} as char)", self.expr(&byte, depth)),
            1 => {
                let code = self.expr(&Ty::Int(IntTy::U32), depth);
                format!("char::from_u32({code}).unwrap_or('?')")
            }
            2 => format!("{}.to_ascii_uppercase()", self.expr(&Ty::Char, depth)),
            3 => format!("{}.chars().last().unwrap_or('-')", self.expr(&Ty::Str, depth)),
            4 => format!("{}.chars().nth(1).unwrap_or('+')", self.expr(&Ty::Str, depth)),
            5 => {
                let change = *self.rng.pick(&["to_uppercase", "to_lowercase"]);
                format!("{}.{change}().next().unwrap_or('!')", self.expr(&Ty::Char, depth))
            }
            6 => {
                let digit = self.expr(&Ty::Int(IntTy::U32), depth);
                format!("char::from_digit({digit} % 40, 36).unwrap_or('~')")
            }
            _ => {
                let (a, b) = (self.expr(&Ty::Char, depth), self.expr(&Ty::Char, depth));
                format!("({a}).max({b})")
            }
        }
    }

    pub(super) fn string(&mut self, depth: u32) -> String {
        match self.rng.below(22) {
            0 | 1 => {
                let ty = self.ty(1);
                format!("cap(format!(\"<{{:?}}>\", {}))", self.expr(&ty, depth))
            }
            2 => {
                let (a, b) = (self.expr(&Ty::Str, depth), self.expr(&Ty::Str, depth));
                format!("cap({a} + &{b})")
            }
            3 => format!("{}.chars().rev().collect::<String>()", self.expr(&Ty::Str, depth)),
            4 => format!("cap({}.repeat(2))", self.expr(&Ty::Str, depth)),
            5 | 6 => {
                let ty = self.scalar();
                format!("{}.to_string()", self.expr(&ty, depth))
            }
            7 => format!("{}.replace(\"a\", \"bc\")", self.expr(&Ty::Str, depth.min(1))),
            8..=10 => self.formatted(depth),
            _ => self.changed_text(depth),
        }
    }

    /// `format!` with widths and precisions that are values.
    fn formatted(&mut self, depth: u32) -> String {
        let (width, precision) = (self.rng.below(14), self.rng.below(5));
        match self.rng.below(5) {
            0 => {
                let form = *self.rng.pick(&["{:>1$}", "{:-^1$}", "{:é<1$}", "{:1$}", "{:.1$}"]);
                format!("format!(\"{form}\", {}, {width})", self.expr(&Ty::Str, depth))
            }
            1 => {
                let ty = if self.rng.percent(50) { Ty::F32 } else { Ty::F64 };
                let form = *self.rng.pick(&["{:+.*}", "{:09.*}", "{:.*e}", "{:<12.*}|", "{:.*?}"]);
                format!("cap(format!(\"{form}\", {precision}, {}))", self.expr(&ty, depth))
            }
            2 => {
                let int = Ty::Int(IntTy::random(&mut self.rng));
                let form = *self.rng.pick(&[
                    "{:#1$x}", "{:#01$b}", "{:+1$}", "{:*^1$}", "{:1$X}", "{:#1$o}", "{:1$e}",
                ]);
                format!("cap(format!(\"{form}\", {}, {width}))", self.expr(&int, depth))
            }
            3 => {
                let form = *self.rng.pick(&["{:5}|", "{:>3}", "{:^4}", "{:?}", "{:>6?}"]);
                let ty = if self.rng.percent(50) { Ty::Char } else { Ty::Bool };
                format!("format!(\"{form}\", {})", self.expr(&ty, depth))
            }
            _ => {
                let ty = self.ty(1);
                let form = *self.rng.pick(&["{x:>8?}", "{x:#?}", "{x:02?}", "{x:x?}", "{x:.1?}"]);
                format!("{{\nlet x = {};\ncap(format!(\"{form}\"))\n}}", self.expr(&ty, depth))
            }
        }
    }

    fn changed_text(&mut self, depth: u32) -> String {
        let text = self.expr(&Ty::Str, depth);
        let at = self.rng.below(3);
        match self.rng.below(14) {
            0 => format!("{text}.split('a').collect::<Vec<_>>().join(\"-\")"),
            1 => format!("{text}.to_uppercase()"),
            2 => format!("{text}.trim_matches(|c: char| c.is_ascii_digit()).to_owned()"),
            3 => format!(
                "{text}.char_indices().map(|(i, c)| if i == {at} {{ '_' }} else {{ c }}).collect::<String>()"
            ),
            4 => format!("{text}.get({at}..).unwrap_or(\"?\").to_string()"),
            5 => format!("{text}.find('b').map_or_else(String::new, |i| i.to_string())"),
            6 => format!("String::from_utf8_lossy({text}.as_bytes()).into_owned()"),
            7 => format!("{text}.strip_prefix('x').unwrap_or(\"none\").to_string()"),
            8 => format!(
                "{{\nlet mut s = {text};\nif s.is_char_boundary({at}) {{\ns.insert({at}, 'ü');\n}}\ns.retain(|c| c != 'l');\ncap(s)\n}}"
            ),
            9 => format!("{text}.split(' ').map(str::trim).rev().collect::<Vec<&str>>().concat()"),
            10 => format!("{text}.bytes().map(|b| (b ^ 1) as char).collect::<String>()"),
            11 => format!("{text}.escape_debug().to_string()"),
            12 => format!(
                "{text}.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect::<String>()"
            ),
            _ => format!(
                "{{\nlet mut s = {text};\ns.truncate(s.find('n').unwrap_or(0));\ns.push_str(\"end\");\ns\n}}"
            ),
        }
    }
}
