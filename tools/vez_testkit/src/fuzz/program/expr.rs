//! Expressions of a given type. Every compound one is in parentheses, a block, or a call.

use super::types::{IntTy, Ty, char_literal, float_literal, text_literal};
use super::{Gen, Mode};

impl Gen {
    /// An expression that changes and moves nothing.
    pub(super) fn pure(&mut self, ty: &Ty, depth: u32) -> String {
        self.pure_depth += 1;
        let text = self.expr(ty, depth);
        self.pure_depth -= 1;
        text
    }

    /// A pure expression in the body of a closure, which `?` does not leave.
    pub(super) fn closed(&mut self, ty: &Ty, depth: u32) -> String {
        let (frames, ret) = (std::mem::take(&mut self.frames), self.ret.take());
        let text = self.pure(ty, depth);
        (self.frames, self.ret) = (frames, ret);
        text
    }

    /// An expression of this type.
    pub(super) fn expr(&mut self, ty: &Ty, depth: u32) -> String {
        if depth == 0 {
            return self.leaf(ty);
        }
        match self.rng.below(100) {
            0..26 => self.leaf(ty),
            26..44 => self.general(ty, depth - 1),
            _ => self.specific(ty, depth - 1),
        }
    }

    /// A variable, a constant or a literal.
    fn leaf(&mut self, ty: &Ty) -> String {
        if self.rng.percent(75)
            && let Some(text) = self.read(ty)
        {
            return text;
        }
        self.literal(ty)
    }

    /// A value read from a place of this type: copied, cloned or moved.
    fn read(&mut self, ty: &Ty) -> Option<String> {
        let consts: Vec<String> =
            self.consts.iter().filter(|(_, t)| t == ty).map(|(name, _)| name.clone()).collect();
        if !consts.is_empty() && self.rng.percent(15) {
            return Some(self.rng.pick(&consts).clone());
        }
        let mut places = Vec::new();
        for index in self.scope.indices(|_, _| true) {
            let var = &self.scope.vars[index];
            let (name, of) = (var.name.clone(), var.ty.clone());
            self.places_in(&name, &of, ty, index, 3, &mut places);
        }
        if places.is_empty() {
            return None;
        }
        let (place, index) = self.rng.pick(&places).clone();
        let whole = self.scope.vars[index].name == place;
        self.scope.mention(index);
        if self.is_copy(ty) {
            return Some(if whole && !place.starts_with('(') {
                place
            } else {
                format!("({place})")
            });
        }
        if whole && self.pure_depth == 0 && self.scope.movable(index) && self.rng.percent(45) {
            self.scope.vars[index].moved = true;
            return Some(place);
        }
        if !whole && self.pure_depth == 0 && self.scope.movable(index) && self.rng.percent(25) {
            let root = self.scope.vars[index].ty.clone();
            if self.may_move_out(&root) && !place.contains('[') {
                self.scope.vars[index].moved = true;
                return Some(format!("({place})"));
            }
        }
        Some(format!("{place}.clone()"))
    }

    /// Fields may be moved out of this type: nothing in it implements `Drop`.
    fn may_move_out(&self, ty: &Ty) -> bool {
        match ty {
            Ty::Tuple(of) => of.iter().all(|ty| matches!(ty, Ty::Noisy) || self.may_move_out(ty)),
            Ty::Struct(index) => {
                let def = &self.structs[*index];
                let fine = |ty: &Ty| matches!(ty, Ty::Noisy) || self.may_move_out(ty);
                !def.drops && def.fields.iter().all(fine)
            }
            Ty::Wrap(of) | Ty::Boxed(of) => matches!(**of, Ty::Noisy) || self.may_move_out(of),
            Ty::Noisy => false,
            _ => true,
        }
    }

    /// The places of type `want` in a place of type `ty`.
    fn places_in(
        &self,
        place: &str,
        ty: &Ty,
        want: &Ty,
        index: usize,
        depth: u32,
        out: &mut Vec<(String, usize)>,
    ) {
        if ty == want {
            out.push((place.to_owned(), index));
        }
        if depth == 0 {
            return;
        }
        for (part, of) in self.parts(place, ty) {
            self.places_in(&part, &of, want, index, depth - 1, out);
        }
    }

    /// The fields and elements of a place.
    pub(super) fn parts(&self, place: &str, ty: &Ty) -> Vec<(String, Ty)> {
        match ty {
            Ty::Tuple(of) => {
                of.iter().enumerate().map(|(i, ty)| (format!("{place}.{i}"), ty.clone())).collect()
            }
            Ty::Struct(index) => {
                let def = &self.structs[*index];
                let fields = def.fields.iter().enumerate();
                fields.map(|(i, ty)| (format!("{place}.{}", def.field(i)), ty.clone())).collect()
            }
            Ty::Array(of, len) => {
                (0..*len).map(|i| (format!("{place}[{i}]"), (**of).clone())).collect()
            }
            Ty::Wrap(of) => vec![(format!("{place}.inner"), (**of).clone())],
            Ty::Grid(of, len) => (0..*len)
                .map(|i| {
                    let part = if i % 2 == 0 { "" } else { ".cells" };
                    (format!("{place}{part}[{i}]"), (**of).clone())
                })
                .collect(),
            Ty::V2(int) => (0..2).map(|i| (format!("{place}.{i}"), Ty::Int(*int))).collect(),
            Ty::Boxed(of) => vec![(format!("(*{place})"), (**of).clone())],
            _ => Vec::new(),
        }
    }

    /// A value made of literals alone.
    pub(super) fn literal(&mut self, ty: &Ty) -> String {
        self.construct(ty, &mut |this, ty| this.literal(ty))
    }

    /// A constructor of this type; `part` makes what goes in.
    fn construct(&mut self, ty: &Ty, part: &mut dyn FnMut(&mut Gen, &Ty) -> String) -> String {
        match ty {
            Ty::Int(int) => int.literal(&mut self.rng),
            Ty::F32 | Ty::F64 => float_literal(&mut self.rng, ty),
            Ty::Bool => self.rng.pick(&["true", "false"]).to_string(),
            Ty::Char => char_literal(&mut self.rng),
            Ty::Str => format!("String::from(\"{}\")", text_literal(&mut self.rng)),
            Ty::Array(of, len) => {
                if self.is_copy(of) && self.rng.percent(30) {
                    return format!("[{}; {len}]", part(self, of));
                }
                let parts: Vec<String> = (0..*len).map(|_| part(self, of)).collect();
                format!("[{}]", parts.join(", "))
            }
            Ty::Tuple(of) => {
                let parts: Vec<String> = of.iter().map(|ty| part(self, ty)).collect();
                format!("({},)", parts.join(", "))
            }
            Ty::Struct(index) => self.construct_struct(*index, part),
            Ty::Enum(index) => self.construct_variant(*index, part),
            Ty::Option(of) if self.rng.percent(25) => format!("None::<{}>", of.name()),
            Ty::Option(of) => format!("Some({})", part(self, of)),
            Ty::Result(of, error) => {
                let (a, b) = (of.name(), error.name());
                if self.rng.percent(35) {
                    format!("Err::<{a}, {b}>({})", part(self, error))
                } else {
                    format!("Ok::<{a}, {b}>({})", part(self, of))
                }
            }
            Ty::Vec(of) => {
                let parts: Vec<String> = (0..self.rng.below(5)).map(|_| part(self, of)).collect();
                if parts.is_empty() {
                    format!("Vec::<{}>::new()", of.name())
                } else {
                    format!("vec![{}]", parts.join(", "))
                }
            }
            Ty::Boxed(of) => format!("Box::new({})", part(self, of)),
            Ty::Wrap(of) => format!("Wrap::new({})", part(self, of)),
            Ty::Noisy => {
                self.next_name += 1;
                format!("Noisy({})", self.next_name)
            }
            Ty::Grid(of, len) => {
                let parts: Vec<String> = (0..*len).map(|_| part(self, of)).collect();
                format!("(Grid {{ cells: [{}] }})", parts.join(", "))
            }
            Ty::V2(int) => {
                let int = Ty::Int(*int);
                format!("V2({}, {})", part(self, &int), part(self, &int))
            }
            Ty::Map(key, value) => {
                let count = self.rng.below(4);
                let pairs: Vec<String> = (0..count)
                    .map(|_| format!("({}, {})", part(self, key), part(self, value)))
                    .collect();
                if pairs.is_empty() {
                    let (key, value) = (key.name(), value.name());
                    return format!("std::collections::BTreeMap::<{key}, {value}>::new()");
                }
                format!("std::collections::BTreeMap::from([{}])", pairs.join(", "))
            }
        }
    }

    fn construct_struct(
        &mut self,
        index: usize,
        part: &mut dyn FnMut(&mut Gen, &Ty) -> String,
    ) -> String {
        let def = self.structs[index].clone();
        let mut parts = Vec::new();
        let mut order: Vec<usize> = (0..def.fields.len()).collect();
        // Fields are evaluated in the order written.
        if !def.tuple && self.rng.percent(40) {
            order.reverse();
        }
        let based = !def.tuple && !def.drops && order.len() > 1 && self.rng.percent(12);
        let shown = if based { self.rng.between(0, order.len() - 1) } else { order.len() };
        for &number in &order[..shown] {
            let value = part(self, &def.fields[number]);
            parts.push(if def.tuple { value } else { format!("f{number}: {value}") });
        }
        if based {
            parts.push(format!("..{}", part(self, &Ty::Struct(index))));
        }
        let parts = parts.join(", ");
        if def.tuple { format!("S{index}({parts})") } else { format!("(S{index} {{ {parts} }})") }
    }

    fn construct_variant(
        &mut self,
        index: usize,
        part: &mut dyn FnMut(&mut Gen, &Ty) -> String,
    ) -> String {
        let variant = self.rng.below(self.enums[index].variants.len());
        let def = self.enums[index].variants[variant].clone();
        let path = format!("E{index}::V{variant}");
        if def.fields.is_empty() {
            return path;
        }
        let parts: Vec<String> = def
            .fields
            .iter()
            .enumerate()
            .map(|(i, ty)| {
                let value = part(self, ty);
                if def.named { format!("f{i}: {value}") } else { value }
            })
            .collect();
        let parts = parts.join(", ");
        if def.named { format!("({path} {{ {parts} }})") } else { format!("{path}({parts})") }
    }

    /// Forms that every type has.
    fn general(&mut self, ty: &Ty, depth: u32) -> String {
        match self.rng.below(18) {
            15..=17 if self.pay(6) => self.form(ty, depth),
            0 | 1 => {
                let condition = self.expr(&Ty::Bool, depth.min(2));
                let yes = self.branch(ty, depth);
                format!("(if {condition} {{ {yes} }} else {{ {} }})", self.branch(ty, depth))
            }
            2 | 3 => {
                let ty = ty.clone();
                format!("({})", self.match_with(depth, |this| this.branch(&ty, depth)))
            }
            4 | 5 if self.pay(3) => self.closure_block(ty, depth),
            6..=8 => self.call(ty, depth).unwrap_or_else(|| self.leaf(ty)),
            9 if self.pure_depth == 0 => match self.changeable_place(ty) {
                Some((place, index)) => {
                    self.scope.freeze(index, 1);
                    self.scope.hide(index, 1);
                    let value = self.expr(ty, depth);
                    self.scope.hide(index, -1);
                    self.scope.freeze(index, -1);
                    format!("std::mem::replace(&mut {place}, {value})")
                }
                None => self.leaf(ty),
            },
            10 => format!("(*Box::new({}))", self.expr(ty, depth)),
            11 => {
                let first = self.expr(&Ty::Option(Box::new(ty.clone())), depth);
                let second = self.closed(ty, depth.min(1));
                if self.risk(30) {
                    format!("{first}.unwrap()")
                } else if self.rng.percent(50) {
                    format!("{first}.unwrap_or({second})")
                } else {
                    format!("{first}.unwrap_or_else(|| {second})")
                }
            }
            12 => self.question(ty, depth).unwrap_or_else(|| self.leaf(ty)),
            13 => match self.rng.below(3) {
                0 => format!("same(&{}).1", self.expr(ty, depth)),
                1 => {
                    let (a, b) = (self.expr(ty, depth), self.expr(ty, depth));
                    format!("choose({}, {a}, {b})", self.expr(&Ty::Bool, 1))
                }
                _ => format!("Wrap::new({}).into()", self.expr(ty, depth)),
            },
            _ => self.block(ty, depth),
        }
    }

    /// The value of a branch, which may not run.
    fn branch(&mut self, ty: &Ty, depth: u32) -> String {
        self.scope.block += 1;
        let text = self.expr(ty, depth);
        self.scope.block -= 1;
        text
    }

    fn block(&mut self, ty: &Ty, depth: u32) -> String {
        let mark = self.scope.vars.len();
        self.scope.block += 1;
        let body = if self.pure_depth == 0 { self.statements(2, 2) } else { String::new() };
        let value = self.expr(ty, depth);
        self.scope.vars.truncate(mark);
        self.scope.block -= 1;
        format!("{{\n{body}{value}\n}}")
    }

    /// `e?`, where the function's result allows it.
    fn question(&mut self, ty: &Ty, depth: u32) -> Option<String> {
        let of = Box::new(ty.clone());
        match self.ret.clone()? {
            Ty::Option(_) => Some(format!("{}?", self.expr(&Ty::Option(of), depth))),
            Ty::Result(_, error) => {
                let mut error = *error;
                if let Ty::Enum(index) = error
                    && let Some(from) = self.enums[index].from.clone()
                    && self.rng.percent(60)
                {
                    error = from;
                }
                Some(format!("{}?", self.expr(&Ty::Result(of, Box::new(error)), depth)))
            }
            _ => None,
        }
    }

    /// A call of one of the program's functions with this result.
    fn call(&mut self, ty: &Ty, depth: u32) -> Option<String> {
        let known: Vec<usize> =
            (0..self.callees.len()).filter(|&i| self.callees[i].ret == *ty).collect();
        if known.is_empty() {
            return None;
        }
        let callee = self.callees[*self.rng.pick(&known)].clone();
        if !self.pay(callee.cost + 1) {
            return None;
        }
        let mut borrowed = Vec::new();
        let mut arguments = Vec::new();
        for (mode, ty) in &callee.params {
            arguments.push(self.argument(*mode, ty, depth.min(2), &mut borrowed));
        }
        for (index, mutable) in borrowed {
            if mutable { self.scope.hide(index, -1) } else { self.scope.freeze(index, -1) }
        }
        Some(format!("{}({})", callee.name, arguments.join(", ")))
    }

    /// An argument; a variable it borrows is out of reach of the later ones.
    fn argument(
        &mut self,
        mode: Mode,
        ty: &Ty,
        depth: u32,
        borrowed: &mut Vec<(usize, bool)>,
    ) -> String {
        match mode {
            Mode::Value => self.expr(ty, depth),
            Mode::Shared => {
                let places = self.scope.indices(|scope, i| scope.vars[i].ty == *ty);
                if places.is_empty() || self.rng.percent(25) {
                    return format!("&{}", self.expr(ty, depth));
                }
                let index = *self.rng.pick(&places);
                self.scope.freeze(index, 1);
                borrowed.push((index, false));
                format!("&{}", self.scope.mention(index))
            }
            Mode::Slice | Mode::Text => {
                let places = self.scope.indices(|scope, i| scope.vars[i].ty == *ty);
                if places.is_empty() || self.rng.percent(25) {
                    return format!("&{}", self.expr(ty, depth));
                }
                let index = *self.rng.pick(&places);
                self.scope.freeze(index, 1);
                borrowed.push((index, false));
                let part = if mode == Mode::Slice { "[..]" } else { "" };
                format!("&{}{part}", self.scope.mention(index))
            }
            Mode::Callback => {
                let Ty::Tuple(of) = ty else { return self.literal(ty) };
                let known = self.scope.mentioned.len();
                let text = self.function_literal(&of[0], &of[1]);
                // What it captures it borrows until the call.
                let captured = self.scope.mentioned.split_off(known);
                for index in 0..self.scope.vars.len() {
                    if captured.contains(&self.scope.vars[index].name) {
                        self.scope.freeze(index, 1);
                        borrowed.push((index, false));
                    }
                }
                self.scope.mentioned.extend(captured);
                format!("&{text}")
            }
            Mode::Mutable => match self.changeable_place(ty) {
                Some((place, index)) if self.pure_depth == 0 => {
                    self.scope.hide(index, 1);
                    borrowed.push((index, true));
                    format!("&mut {place}")
                }
                _ => format!("&mut {{ {} }}", self.literal(ty)),
            },
        }
    }

    /// A place of this type that may be changed, and its variable.
    pub(super) fn changeable_place(&mut self, ty: &Ty) -> Option<(String, usize)> {
        let mut places = Vec::new();
        for index in self.scope.indices(|scope, i| scope.changeable(i)) {
            let var = &self.scope.vars[index];
            let (name, of) = (var.name.clone(), var.ty.clone());
            self.places_in(&name, &of, ty, index, 3, &mut places);
        }
        if places.is_empty() {
            return None;
        }
        let (place, index) = self.rng.pick(&places).clone();
        self.scope.change(index);
        Some((place, index))
    }

    /// Forms that this type has.
    fn specific(&mut self, ty: &Ty, depth: u32) -> String {
        match ty {
            Ty::Int(int) => self.integer(*int, depth),
            Ty::F32 | Ty::F64 => self.float(ty, depth),
            Ty::Bool => self.boolean(depth),
            Ty::Char => self.character(depth),
            Ty::Str => self.string(depth),
            Ty::Vec(of) if self.rng.percent(60) => match self.rng.below(3) {
                0 => self.vector(of, depth),
                1 => self.sliced(of, depth),
                _ => self.chained(of, depth),
            },
            Ty::Option(of) if self.rng.percent(30) => self.option(of, depth),
            Ty::Option(of) if self.rng.percent(30) => self.chained_item(of, depth),
            Ty::Map(key, value) if self.rng.percent(60) => self.mapped(key, value, depth),
            Ty::V2(int) if self.rng.percent(70) => self.vector_of_two(*int, depth),
            Ty::Grid(of, len) if self.rng.percent(50) => match self.rng.below(3) {
                0 => format!("Grid::<_, {len}>::of({})", self.expr(of, depth)),
                1 => format!("{}.turned()", self.expr(ty, depth)),
                _ => format!("(Grid {{ cells: {}.edges::<{len}>() }})", self.expr(ty, depth)),
            },
            Ty::Wrap(of) if self.rng.percent(40) => {
                let x = self.fresh("w");
                let from = self.scalar();
                let value = self.expr(&from, depth);
                let mark = self.scope.vars.len();
                let mapped = self.closed(of, depth.min(1));
                self.scope.vars.truncate(mark);
                format!("Wrap::new({value}).map(|{x}| {{\nshow(\"map\", &{x});\n{mapped}\n}})")
            }
            _ => self.construct(ty, &mut |this, ty| this.expr(ty, depth)),
        }
    }

    /// Operators of one's own.
    fn vector_of_two(&mut self, int: IntTy, depth: u32) -> String {
        let ty = Ty::V2(int);
        let (a, b) = (self.expr(&ty, depth), self.expr(&ty, depth));
        match self.rng.below(8) {
            0 => format!("({a} + {b})"),
            1 => format!("({a} - &{b})"),
            2 => format!("({a} * {})", self.operand(int, depth)),
            3 => format!("(-{a})"),
            4 => format!("(!{a})"),
            5 => format!("vec![{a}, {b}].into_iter().sum::<{}>()", ty.name()),
            6 => format!("V2::from((({a}).1, ({b}).0))"),
            _ => format!(
                "{{
let mut x = {a};
x += {b};
x *= x.1;
println!(\"{{{{x}}}} {{{{x:>3}}}}\");
x
}}"
            ),
        }
    }

    fn option(&mut self, of: &Ty, depth: u32) -> String {
        if let Ty::Int(int) = of
            && self.rng.percent(60)
        {
            let operation =
                *self.rng.pick(&["checked_add", "checked_sub", "checked_mul", "checked_div"]);
            let (a, b) = (self.operand(*int, depth), self.operand(*int, depth));
            return format!("{a}.{operation}({b})");
        }
        let whole = Ty::Option(Box::new(of.clone()));
        let (first, second) = (self.expr(&whole, depth), self.closed(of, depth.min(1)));
        match self.rng.below(4) {
            0 => format!("{first}.or(Some({second}))"),
            1 => format!("{first}.filter(|x| x != &{second})"),
            2 => format!("{first}.map(|x| choose(x == {second}, x.clone(), x))"),
            _ => format!("{first}.and_then(|x| if x == {second} {{ None }} else {{ Some(x) }})"),
        }
    }

    fn vector(&mut self, of: &Ty, depth: u32) -> String {
        let whole = Ty::Vec(Box::new(of.clone()));
        let first = self.expr(&whole, depth);
        match self.rng.below(6) {
            0 => format!("{first}.into_iter().rev().collect::<Vec<_>>()"),
            1 => format!("{first}.iter().skip(1).cloned().collect::<{}>()", whole.name()),
            2 => {
                let second = self.expr(&whole, depth);
                format!("{first}.into_iter().chain({second}).take(8).collect::<{}>()", whole.name())
            }
            3 => {
                let other = self.closed(of, 1);
                format!("{first}.into_iter().filter(|x| *x != {other}).collect::<Vec<_>>()")
            }
            4 => {
                let from = self.scalar();
                let source = self.expr(&Ty::Vec(Box::new(from)), depth);
                let value = self.closed(of, 1);
                format!("{source}.iter().map(|_| {value}).collect::<{}>()", whole.name())
            }
            _ => format!("({first})[..].to_vec()"),
        }
    }

    fn boolean(&mut self, depth: u32) -> String {
        match self.rng.below(9) {
            0 => format!("(!{})", self.expr(&Ty::Bool, depth)),
            1 | 2 => {
                let a = self.expr(&Ty::Bool, depth);
                let operator = *self.rng.pick(&["&&", "||", "&", "|", "^"]);
                self.scope.block += 1;
                let b = self.expr(&Ty::Bool, depth);
                self.scope.block -= 1;
                format!("({a} {operator} {b})")
            }
            3 => {
                let ty = Ty::Option(Box::new(self.ty(1)));
                let mark = self.scope.vars.len();
                let text = self.expr(&ty, depth);
                let pattern = self.pattern(&ty, super::pattern::Look::Shared, true, 2);
                self.scope.vars.truncate(mark);
                format!("matches!(&{text}, {pattern})")
            }
            4 => {
                let ty = self.ty(2);
                let (a, b) = (self.value(&ty, depth), self.value(&ty, depth));
                format!("({a} {} {b})", self.rng.pick(&["==", "!="]))
            }
            5 => {
                let ty = self.ty(1);
                format!("{}.is_empty()", self.expr(&Ty::Vec(Box::new(ty)), depth))
            }
            _ => {
                let ty = self.ty(1);
                let (a, b) = (self.value(&ty, depth), self.value(&ty, depth));
                format!("({a} {} {b})", self.rng.pick(&["<", "<=", ">", ">=", "=="]))
            }
        }
    }

    /// A value that borrows nothing, for operators that take their operands by reference.
    fn value(&mut self, ty: &Ty, depth: u32) -> String {
        if self.is_copy(ty) {
            let text = self.pure(ty, depth);
            return format!("({text})");
        }
        format!("({})", self.expr(ty, depth))
    }
}
