//! Statements.

use super::pattern::Look;
use super::scope::Var;
use super::types::{IntTy, Ty};
use super::{Frame, Gen};

impl Gen {
    /// Some statements; `nesting` blocks stand around them.
    pub(super) fn statements(&mut self, count: usize, nesting: u32) -> String {
        let mut out = String::new();
        for _ in 0..count {
            if !self.pay(1) {
                break;
            }
            out.push_str(&self.statement(nesting));
        }
        out
    }

    /// Statements in a block of their own, after which the loop or function may be left.
    fn body(&mut self, count: usize, nesting: u32) -> String {
        let mark = self.scope.vars.len();
        self.scope.block += 1;
        let mut out = self.statements(count, nesting + 1);
        if self.rng.percent(15) {
            out.push_str(&self.leave());
        }
        self.scope.vars.truncate(mark);
        self.scope.block -= 1;
        out
    }

    fn statement(&mut self, nesting: u32) -> String {
        let deep = nesting >= 3;
        match self.rng.below(44) {
            0..10 => self.let_statement(),
            10..15 => self.assignment(),
            15..20 => self.print(),
            20 | 21 => self.update_collection(),
            22 | 23 => self.swap(),
            24 => self.risky_statement(),
            25..28 if !deep => self.if_statement(nesting),
            28..30 if !deep => {
                let text = self.match_with(2, |this| format!("{{\n{}}}", this.body(2, nesting)));
                format!("{text}\n")
            }
            30..34 if !deep => self.loop_statement(nesting),
            34 if !deep => format!("{{\n{}}}\n", self.body(3, nesting)),
            35 if !deep => self.borrow_statement(nesting),
            36 => self.boxed_closure(),
            37 | 38 => self.disjoint_closure().unwrap_or_else(|| self.print()),
            39 => self.objects().unwrap_or_else(|| self.print()),
            40 => self.shadow().unwrap_or_else(|| self.print()),
            _ => self.let_statement(),
        }
    }

    fn let_statement(&mut self) -> String {
        let ty = self.ty(2);
        match self.rng.below(10) {
            0 => {
                let value = self.expr(&ty, 2);
                let pattern = self.pattern(&ty, Look::Value, false, 3);
                format!("let {pattern} = {value};\n")
            }
            1 => {
                let name = self.fresh("r");
                let value = self.expr(&ty, 2);
                self.scope.declare(&format!("(*{name})"), ty, false, false);
                format!("let {name} = &{value};\n")
            }
            2 => {
                let name = self.fresh("v");
                let condition = self.expr(&Ty::Bool, 2);
                self.scope.block += 1;
                let (a, b) = (self.expr(&ty, 2), self.expr(&ty, 2));
                self.scope.block -= 1;
                let mutable = if self.rng.percent(50) { "mut " } else { "" };
                let text = format!(
                    "let {mutable}{name}: {};\nif {condition} {{\n{name} = {a};\n}} else {{\n{name} = {b};\n}}\n",
                    ty.name()
                );
                self.scope.declare(&name, ty, !mutable.is_empty(), true);
                text
            }
            3 => {
                let option = Ty::Option(Box::new(ty.clone()));
                let name = self.fresh("v");
                let (value, other) = (self.expr(&option, 2), self.literal(&ty));
                self.scope.declare(&name, ty, false, true);
                format!("let {name} = if let Some(y) = {value} {{ y }} else {{ {other} }};\n")
            }
            _ => {
                let name = self.fresh("v");
                let value = self.expr(&ty, 3);
                let mutable = self.rng.percent(65);
                let keyword = if mutable { "let mut" } else { "let" };
                let typed =
                    if self.rng.percent(50) { format!(": {}", ty.name()) } else { String::new() };
                self.scope.declare(&name, ty, mutable, true);
                format!("{keyword} {name}{typed} = {value};\n")
            }
        }
    }

    /// A variable that hides another one, which lives on.
    fn shadow(&mut self) -> Option<String> {
        let block = self.scope.block;
        let here = self.scope.indices(|scope, i| {
            let var = &scope.vars[i];
            let plain = var.name.chars().all(|c| c.is_ascii_alphanumeric());
            plain && var.owned && var.block == block && var.hidden + var.frozen == 0
        });
        if here.is_empty() {
            return None;
        }
        let index = *self.rng.pick(&here);
        let name = self.scope.vars[index].name.clone();
        let ty = match self.rng.percent(60) {
            true => self.scope.vars[index].ty.clone(),
            false => self.ty(2),
        };
        let value = self.expr(&ty, 3);
        let mutable = self.rng.percent(60);
        self.scope.hide(index, 1);
        self.scope.declare(&name, ty.clone(), mutable, true);
        let keyword = if mutable { "let mut" } else { "let" };
        Some(format!("{keyword} {name}: {} = {value};\n", ty.name()))
    }

    /// Some changeable place: its text, type and variable.
    fn any_place(&mut self) -> Option<(String, Ty, usize)> {
        let places = self.scope.indices(|scope, i| scope.changeable(i));
        if places.is_empty() {
            return None;
        }
        let index = *self.rng.pick(&places);
        let mut place = self.scope.change(index);
        let mut ty = self.scope.vars[index].ty.clone();
        while self.rng.percent(60) {
            let parts = self.parts(&place, &ty);
            if parts.is_empty() {
                break;
            }
            (place, ty) = self.rng.pick(&parts).clone();
        }
        Some((place, ty, index))
    }

    fn assignment(&mut self) -> String {
        if self.rng.percent(25)
            && let Some(text) = self.revive()
        {
            return text;
        }
        let Some((place, ty, index)) = self.any_place() else { return self.let_statement() };
        self.scope.freeze(index, 1);
        let text = match &ty {
            Ty::Int(int) if self.rng.percent(60) => self.compound(&place, *int),
            Ty::F32 | Ty::F64 if self.rng.percent(50) => {
                let operator = *self.rng.pick(&["+=", "-=", "*=", "/="]);
                format!("{place} {operator} {};\n", self.pure(&ty, 2))
            }
            Ty::Bool if self.rng.percent(50) => {
                let operator = *self.rng.pick(&["&=", "|=", "^="]);
                format!("{place} {operator} {};\n", self.pure(&ty, 2))
            }
            _ => format!("{place} = {};\n", self.expr(&ty, 3)),
        };
        self.scope.freeze(index, -1);
        text
    }

    fn compound(&mut self, place: &str, int: IntTy) -> String {
        let ty = Ty::Int(int);
        if self.risk(25) {
            let operator = *self.rng.pick(&["+=", "-=", "*=", "/=", "%=", "<<="]);
            return format!("{place} {operator} {};\n", self.pure(&ty, 2));
        }
        match self.rng.below(4) {
            0 => format!("{place} {} {};\n", self.rng.pick(&["&=", "|=", "^="]), self.pure(&ty, 2)),
            1 => format!("{place} {} {};\n", self.rng.pick(&["<<=", ">>="]), self.rng.below(8)),
            2 => format!("{place} /= ({} & 7) + 1;\n", self.pure(&ty, 2)),
            _ => format!("{place} = {place}.wrapping_add({});\n", self.pure(&ty, 2)),
        }
    }

    /// A new value for a variable that was moved.
    fn revive(&mut self) -> Option<String> {
        let (level, block) = (self.scope.level, self.scope.block);
        let dead: Vec<usize> = (0..self.scope.vars.len())
            .filter(|&i| {
                let var = &self.scope.vars[i];
                let here = var.level == level && var.block == block;
                var.moved && var.mutable && var.owned && here && var.hidden + var.frozen == 0
            })
            .collect();
        if dead.is_empty() {
            return None;
        }
        let index = *self.rng.pick(&dead);
        let (name, ty) = (self.scope.vars[index].name.clone(), self.scope.vars[index].ty.clone());
        let value = self.expr(&ty, 2);
        self.scope.vars[index].moved = false;
        self.scope.change(index);
        Some(format!("{name} = {value};\n"))
    }

    fn print(&mut self) -> String {
        if !self.pay(2) {
            return String::new();
        }
        self.next_name += 1;
        let tag = self.next_name;
        match self.rng.below(8) {
            0 => {
                let int = IntTy::random(&mut self.rng);
                let form = *self.rng.pick(&[
                    "{:>9}", "{:#x}", "{:08b}", "{:+}", "{:<5}|", "{:#o}", "{:^7}|", "{:05}",
                ]);
                format!("println!(\"{tag} {form}\", {});\n", self.expr(&Ty::Int(int), 3))
            }
            1 => {
                let (ty, bits) = *self.rng.pick(&[(&Ty::F32, "bits32"), (&Ty::F64, "bits64")]);
                format!("println!(\"{tag} {{}}\", {bits}({}));\n", self.expr(ty, 3))
            }
            2 => {
                let ty = if self.rng.percent(50) { Ty::F32 } else { Ty::F64 };
                let form = *self.rng.pick(&["{}", "{:e}", "{:.3}", "{:10.2}|", "{:+}", "{:?}"]);
                format!("println!(\"{tag} {form}\", {});\n", self.expr(&ty, 3))
            }
            3 => {
                let ty = self.ty(2);
                format!("println!(\"{tag} {{:#?}}\", {});\n", self.expr(&ty, 2))
            }
            4 => {
                let (first, second) = (self.ty(1), self.ty(1));
                let (a, b) = (self.expr(&first, 2), self.expr(&second, 2));
                format!("println!(\"{tag} {{0:?}} {{1:?}} {{0:?}}\", {a}, {b});\n")
            }
            _ => {
                let ty = self.ty(2);
                format!("println!(\"{tag} {{:?}}\", {});\n", self.expr(&ty, 3))
            }
        }
    }

    /// Prints all that is left in scope.
    pub(super) fn print_scope(&mut self) -> String {
        let mut out = String::new();
        for index in self.scope.indices(|_, _| true) {
            let name = self.scope.mention(index);
            out.push_str(&format!("show(\"{name}\", &{name});\n"));
        }
        out
    }

    fn update_collection(&mut self) -> String {
        let growable = |scope: &super::scope::Scope, i: usize| {
            scope.changeable(i) && matches!(scope.vars[i].ty, Ty::Vec(_) | Ty::Str)
        };
        let known = self.scope.indices(growable);
        if known.is_empty() {
            return self.let_statement();
        }
        let index = *self.rng.pick(&known);
        let (name, ty) = (self.scope.change(index), self.scope.vars[index].ty.clone());
        self.scope.hide(index, 1);
        let text = match &ty {
            Ty::Vec(of) => {
                self.scope.block += 1;
                let value = self.expr(of, 2);
                self.scope.block -= 1;
                let at = self.rng.below(4);
                match self.rng.below(7) {
                    0..3 => format!("if {name}.len() < 10 {{\n{name}.push({value});\n}}\n"),
                    3 => format!("show(\"pop\", &{name}.pop());\n"),
                    4 => format!("if let Some(e) = {name}.get_mut({at}) {{\n*e = {value};\n}}\n"),
                    5 if self.risky && self.rng.percent(50) => format!("{name}[{at}] = {value};\n"),
                    5 => format!("{name}.truncate({at});\n"),
                    _ => {
                        format!("{name}.insert({name}.len() / 2, {value});\n{name}.truncate(9);\n")
                    }
                }
            }
            _ => {
                let value = self.expr(&Ty::Str, 2);
                match self.rng.below(3) {
                    0 => format!("if {name}.len() < 30 {{\n{name}.push('z');\n}}\n"),
                    1 => format!(
                        "{name} = cap(std::mem::take(&mut {name}));\n{name}.push_str(&{value});\n"
                    ),
                    _ => format!("show(\"char\", &{name}.pop());\n"),
                }
            }
        };
        self.scope.hide(index, -1);
        text
    }

    fn swap(&mut self) -> String {
        let Some((place, ty, index)) = self.any_place() else { return self.print() };
        self.scope.hide(index, 1);
        let other = self.changeable_place(&ty);
        self.scope.hide(index, -1);
        match other {
            Some((other, _)) => format!("std::mem::swap(&mut {place}, &mut {other});\n"),
            None => {
                let value = self.literal(&ty);
                format!("show(\"old\", &std::mem::replace(&mut {place}, {value}));\n")
            }
        }
    }

    fn risky_statement(&mut self) -> String {
        if !self.risky {
            return self.print();
        }
        let condition = self.pure(&Ty::Bool, 2);
        match self.rng.below(6) {
            0 => format!("assert!({condition}, \"asserted\");\n"),
            1 => format!(
                "if {condition} {{\npanic!(\"explicit {{}}\", {});\n}}\n",
                self.rng.below(9)
            ),
            2 => {
                let text = self.pure(&Ty::Str, 1);
                format!("println!(\"{{}}\", &{text}[1..]);\n")
            }
            3 => {
                let ty = self.ty(1);
                let vec = self.pure(&Ty::Vec(Box::new(ty)), 2);
                format!("println!(\"{{:?}}\", {vec}[{}]);\n", self.rng.below(3))
            }
            4 => {
                let ty = self.scalar();
                let vec = self.pure(&Ty::Vec(Box::new(ty)), 2);
                format!(
                    "println!(\"{{:?}}\", &{vec}[{}..{}]);\n",
                    self.rng.below(3),
                    self.rng.below(4)
                )
            }
            _ => {
                let ty = Ty::Result(Box::new(self.ty(1)), Box::new(self.ty(1)));
                format!("show(\"expected\", &{}.expect(\"it\"));\n", self.pure(&ty, 2))
            }
        }
    }

    fn if_statement(&mut self, nesting: u32) -> String {
        if self.rng.percent(35) {
            let ty = match self.rng.below(3) {
                0 => Ty::Result(Box::new(self.ty(1)), Box::new(self.ty(1))),
                1 if !self.enums.is_empty() => Ty::Enum(self.rng.below(self.enums.len())),
                _ => Ty::Option(Box::new(self.ty(1))),
            };
            let value = self.expr(&ty, 2);
            let mark = self.scope.vars.len();
            self.scope.block += 1;
            let pattern = self.pattern(&ty, Look::Value, true, 3);
            let body = self.body(2, nesting);
            self.scope.block -= 1;
            self.scope.vars.truncate(mark);
            let other = self.body(1, nesting);
            return format!("if let {pattern} = {value} {{\n{body}}} else {{\n{other}}}\n");
        }
        let condition = self.expr(&Ty::Bool, 3);
        let body = self.body(3, nesting);
        if self.rng.percent(50) {
            return format!("if {condition} {{\n{body}}}\n");
        }
        format!("if {condition} {{\n{body}}} else {{\n{}}}\n", self.body(2, nesting))
    }

    /// `break`, `continue` or `return`, on a condition. What is moved on the way out is gone only there.
    pub(super) fn leave(&mut self) -> String {
        let condition = self.pure(&Ty::Bool, 1);
        let returns = self.ret.is_some() && self.rng.percent(30);
        if !returns && self.frames.is_empty() {
            return String::new();
        }
        let frame = (!returns).then(|| self.frames[self.rng.below(self.frames.len())].clone());
        let innermost = self.scope.level;
        let body_level = self.body_level;
        // What is left with the frame; a closure's body has a level of its own, so nothing it captured is moved.
        let goes = |var: &Var| match &frame {
            Some(frame) => var.block >= frame.block,
            None => var.level >= body_level,
        };
        let mut saved = Vec::new();
        for (index, var) in self.scope.vars.iter_mut().enumerate() {
            if goes(var) {
                saved.push((index, var.moved, var.level));
                var.level = innermost;
            }
        }
        let mark = self.scope.vars.len();
        self.scope.block += 1;
        let body = if self.rng.percent(40) { self.let_statement() } else { String::new() };
        let how = match &frame {
            None => {
                let ret = self.ret.clone().expect("it is some");
                format!("return {}", self.expr(&ret, 2))
            }
            Some(frame) if frame.repeats && self.rng.percent(35) => {
                format!("continue {}", frame.label)
            }
            Some(Frame { label, value: None, .. }) => format!("break {label}"),
            Some(Frame { label, value: Some(ty), .. }) => {
                format!("break {label} {}", self.expr(ty, 2))
            }
        };
        self.scope.block -= 1;
        self.scope.vars.truncate(mark);
        for (index, moved, level) in saved {
            let var = &mut self.scope.vars[index];
            (var.moved, var.level) = (moved, level);
        }
        format!("if {condition} {{\n{body}{how};\n}}\n")
    }

    fn loop_statement(&mut self, nesting: u32) -> String {
        let rounds = self.rng.between(1, 6) as u64;
        if self.cost + self.multiplier * rounds * 8 > self.limit || self.scope.level >= 3 {
            return self.print();
        }
        let label = self.fresh("'l");
        let kind = self.rng.below(6);
        let value = (kind == 0).then(|| self.ty(1));
        let mark = self.scope.vars.len();
        // What the loop's head needs is made before, where it runs once.
        let (head, var, end) = self.loop_head(kind, rounds, value.as_ref());
        self.multiplier *= rounds;
        self.scope.level += 1;
        self.scope.block += 1;
        let block = self.scope.block;
        self.frames.push(Frame {
            label: label.clone(),
            value: value.clone(),
            repeats: true,
            block,
        });
        if let Some((name, ty, owned)) = var {
            self.scope.declare(&name, ty, false, owned);
        }
        let count = self.rng.between(1, 3);
        let body = self.body(count, nesting);
        self.frames.pop();
        self.scope.level -= 1;
        self.scope.block -= 1;
        self.multiplier /= rounds;
        self.scope.vars.truncate(mark);
        let counter = self.next_name;
        match kind {
            0 => {
                let name = self.fresh("v");
                let ty = value.expect("this kind has a value");
                self.scope.declare(&name, ty, false, true);
                format!(
                    "let mut c{counter} = 0u32;\nlet {name} = {label}: loop {{\nc{counter} += 1;\n\
                     if c{counter} > {rounds} {{\nbreak {end};\n}}\n{body}}};\n"
                )
            }
            1 => format!(
                "let mut c{counter} = 0u8;\n{label}: while c{counter} < {rounds} {{\nc{counter} += 1;\n{body}}}\n"
            ),
            2 => format!(
                "let mut c{counter} = {head};\nlet mut d{counter} = 0;\n{label}: while let Some(w) = c{counter}.pop() {{\n\
                 show(\"w\", &w);\nd{counter} += 1;\nif d{counter} > {rounds} {{\nbreak;\n}}\n{body}}}\n"
            ),
            _ => format!("{label}: for {head} {{\n{body}}}\n"),
        }
    }

    /// The head of a loop, what it binds, and the value of its `break`.
    fn loop_head(
        &mut self,
        kind: usize,
        rounds: u64,
        value: Option<&Ty>,
    ) -> (String, Option<(String, Ty, bool)>, String) {
        let name = self.fresh("i");
        match kind {
            0 => (String::new(), None, self.literal(value.expect("this kind has a value"))),
            1 => (String::new(), None, String::new()),
            2 => {
                let ty = Ty::Vec(Box::new(self.ty(1)));
                (self.expr(&ty, 2), None, String::new())
            }
            3 => {
                let int = IntTy::random(&mut self.rng);
                let ty = int.name();
                let low = self.rng.below(60) as u64;
                let range = match self.rng.below(4) {
                    0 => format!("({low}{ty}..{}).rev()", low + rounds),
                    1 => format!("({low}{ty}..={}).step_by(2)", low + rounds * 2 - 2),
                    2 => format!("{low}..={}{ty}", low + rounds - 1),
                    _ => format!("{low}{ty}..{}", low + rounds),
                };
                (format!("{name} in {range}"), Some((name, Ty::Int(int), true)), String::new())
            }
            4 => {
                let of = self.ty(1);
                let vec = self.expr(&Ty::Vec(Box::new(of.clone())), 2);
                let head = format!("{name} in {vec}.into_iter().take({rounds})");
                (head, Some((name, of, true)), String::new())
            }
            _ => {
                let of = self.ty(1);
                let array = self.expr(&Ty::Array(Box::new(of.clone()), rounds as usize), 2);
                let head = format!("(j, {name}) in {array}.iter().enumerate()");
                let place = format!("(*choose(j > 9, {name}, {name}))");
                (head, Some((place, of, false)), String::new())
            }
        }
    }

    /// A variable seen through a reference for a while.
    fn borrow_statement(&mut self, nesting: u32) -> String {
        let places = self.scope.indices(|scope, i| scope.changeable(i));
        if places.is_empty() {
            return self.let_statement();
        }
        let index = *self.rng.pick(&places);
        let (name, ty) = (self.scope.change(index), self.scope.vars[index].ty.clone());
        let reference = self.fresh("r");
        self.scope.hide(index, 1);
        let mark = self.scope.vars.len();
        self.scope.block += 1;
        self.scope.declare(&format!("(*{reference})"), ty, true, false);
        let body = self.body(3, nesting);
        self.scope.block -= 1;
        self.scope.vars.truncate(mark);
        self.scope.hide(index, -1);
        format!("{{\nlet {reference} = &mut {name};\n{body}show(\"{name}\", {reference});\n}}\n")
    }

    /// Closures returned from functions.
    fn boxed_closure(&mut self) -> String {
        let name = self.fresh("f");
        let long = Ty::Int(IntTy { bits: 64, signed: true });
        let (a, b, c) = (self.expr(&long, 2), self.expr(&long, 2), self.expr(&long, 2));
        if self.rng.percent(50) {
            return format!(
                "let {name} = adder({a});\nprintln!(\"{{}} {{}}\", {name}({b}), {name}({c}));\n"
            );
        }
        format!(
            "let mut {name} = boxed({a});\nlet {name}_1 = {name}({b});\nprintln!(\"{{}} {{}}\", {name}_1, {name}({c}));\n"
        )
    }
}
