//! Patterns, and the `match`es made of them.

use super::Gen;
use super::types::Ty;

/// How a match looks at its scrutinee.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Look {
    Value,
    Shared,
    Mutable,
}

impl Gen {
    /// A pattern for a type; its bindings come into scope. Refutable only if asked for.
    pub(super) fn pattern(&mut self, ty: &Ty, look: Look, refutable: bool, depth: u32) -> String {
        if depth == 0 || self.rng.percent(25) {
            return self.binding(ty, look);
        }
        match ty {
            Ty::Int(_) | Ty::Bool | Ty::Char if refutable && self.rng.percent(60) => {
                let pattern = self.literal_pattern(ty);
                match self.rng.percent(25) {
                    true => format!("{} @ ({pattern})", self.named(ty, look)),
                    false => pattern,
                }
            }
            Ty::V2(int) => {
                let int = Ty::Int(*int);
                let (a, b) = (
                    self.pattern(&int, look, refutable, depth - 1),
                    self.pattern(&int, look, refutable, depth - 1),
                );
                format!("V2({a}, {b})")
            }
            Ty::Grid(of, len) => {
                let cells = self.array_pattern(of, *len, look, refutable, depth);
                format!("Grid {{ cells: {cells} }}")
            }
            Ty::Result(of, error) if of == error => {
                let name = self.named(of, look);
                format!("(Ok({name}) | Err({name}))")
            }
            Ty::Tuple(of) => {
                let parts = of.iter().map(|ty| self.pattern(ty, look, refutable, depth - 1));
                let parts: Vec<String> = parts.collect();
                format!("({},)", parts.join(", "))
            }
            Ty::Array(of, len) => self.array_pattern(of, *len, look, refutable, depth),
            Ty::Struct(index) if look != Look::Value || !self.structs[*index].drops => {
                let def = self.structs[*index].clone();
                let fields: Vec<(String, Ty)> =
                    (0..def.fields.len()).map(|i| (def.field(i), def.fields[i].clone())).collect();
                self.fields_pattern(
                    &format!("S{index}"),
                    &fields,
                    def.tuple,
                    look,
                    refutable,
                    depth,
                )
            }
            Ty::Enum(index) if refutable || self.enums[*index].variants.len() == 1 => {
                let variant = self.rng.below(self.enums[*index].variants.len());
                self.variant_pattern(*index, variant, look, refutable, depth)
            }
            Ty::Option(of) if refutable => match self.rng.below(3) {
                0 => "None".to_owned(),
                _ => format!("Some({})", self.pattern(of, look, true, depth - 1)),
            },
            Ty::Result(of, error) if refutable => match self.rng.below(2) {
                0 => format!("Err({})", self.pattern(error, look, true, depth - 1)),
                _ => format!("Ok({})", self.pattern(of, look, true, depth - 1)),
            },
            _ => self.binding(ty, look),
        }
    }

    /// A name or `_`, perhaps with `@` before a literal.
    fn binding(&mut self, ty: &Ty, look: Look) -> String {
        if self.rng.percent(20) {
            return "_".to_owned();
        }
        self.named(ty, look)
    }

    /// A name for what is here.
    fn named(&mut self, ty: &Ty, look: Look) -> String {
        let name = self.fresh("b");
        match look {
            Look::Value => self.scope.declare(&name, ty.clone(), false, true),
            Look::Shared => self.scope.declare(&format!("(*{name})"), ty.clone(), false, false),
            Look::Mutable => self.scope.declare(&format!("(*{name})"), ty.clone(), true, false),
        }
        name
    }

    fn literal_pattern(&mut self, ty: &Ty) -> String {
        match ty {
            Ty::Bool => self.rng.pick(&["true", "false"]).to_string(),
            Ty::Char => match self.rng.below(3) {
                0 => "'a'..='z'".to_owned(),
                1 => "'0' | 'é' | '\\n'".to_owned(),
                _ => super::types::char_literal(&mut self.rng),
            },
            Ty::Int(int) => {
                let name = int.name();
                let low = self.rng.below(20);
                match self.rng.below(6) {
                    0 => format!("{low}..={}", low + self.rng.below(40)),
                    1 => format!("({low}{name}..)"),
                    2 if int.signed => format!("{name}::MIN..=-1"),
                    3 => format!("{low} | {}", self.rng.below(100)),
                    4 => format!("{low}..={name}::MAX"),
                    _ => format!("{low}{name}"),
                }
            }
            _ => "_".to_owned(),
        }
    }

    fn array_pattern(
        &mut self,
        of: &Ty,
        len: usize,
        look: Look,
        refutable: bool,
        depth: u32,
    ) -> String {
        let rest = self.rng.percent(40);
        let shown = if rest { self.rng.below(len + 1) } else { len };
        let mut parts: Vec<String> =
            (0..shown).map(|_| self.pattern(of, look, refutable, depth - 1)).collect();
        if rest {
            let name = if shown < len && self.rng.percent(50) {
                let left = Ty::Array(Box::new(of.clone()), len - shown);
                format!("{} @ ", self.named(&left, look))
            } else {
                String::new()
            };
            parts.insert(self.rng.below(shown + 1), format!("{name}.."));
        }
        format!("[{}]", parts.join(", "))
    }

    /// The pattern of one variant.
    pub(super) fn variant_pattern(
        &mut self,
        index: usize,
        variant: usize,
        look: Look,
        refutable: bool,
        depth: u32,
    ) -> String {
        let def = self.enums[index].variants[variant].clone();
        let path = format!("E{index}::V{variant}");
        if def.fields.is_empty() {
            return path;
        }
        let fields: Vec<(String, Ty)> =
            def.fields.iter().enumerate().map(|(i, ty)| (format!("f{i}"), ty.clone())).collect();
        self.fields_pattern(&path, &fields, !def.named, look, refutable, depth)
    }

    fn fields_pattern(
        &mut self,
        path: &str,
        fields: &[(String, Ty)],
        tuple: bool,
        look: Look,
        refutable: bool,
        depth: u32,
    ) -> String {
        let depth = depth.saturating_sub(1);
        let rest = self.rng.percent(25);
        let shown = if rest { self.rng.below(fields.len() + 1) } else { fields.len() };
        let mut parts = Vec::new();
        for (name, ty) in &fields[..shown] {
            let part = self.pattern(ty, look, refutable, depth);
            parts.push(if tuple { part } else { format!("{name}: {part}") });
        }
        if rest {
            parts.push("..".to_owned());
        }
        let parts = parts.join(", ");
        if tuple { format!("{path}({parts})") } else { format!("{path} {{ {parts} }}") }
    }

    /// What to match on: its text, its type, how it is looked at, and the variable it borrows or is.
    fn scrutinee(&mut self, depth: u32) -> (String, Ty, Look, Option<usize>) {
        let places = self.scope.indices(|scope, i| !matches!(scope.vars[i].ty, Ty::F32 | Ty::F64));
        if !places.is_empty() && self.rng.percent(75) {
            let index = *self.rng.pick(&places);
            let ty = self.scope.vars[index].ty.clone();
            if self.pure_depth == 0 && self.scope.changeable(index) && self.rng.percent(35) {
                let name = self.scope.change(index);
                return (format!("&mut {name}"), ty, Look::Mutable, Some(index));
            }
            if !self.is_copy(&ty) || self.rng.percent(30) {
                let name = self.scope.mention(index);
                return (format!("&{name}"), ty, Look::Shared, Some(index));
            }
        }
        let ty = self.ty(2);
        let text = self.expr(&ty, depth);
        (text, ty, Look::Value, None)
    }

    /// A `match` whose arms are made by `arm`.
    pub(super) fn match_with(
        &mut self,
        depth: u32,
        mut arm: impl FnMut(&mut Gen) -> String,
    ) -> String {
        let (text, ty, look, borrowed) = self.scrutinee(depth.min(2));
        self.borrow(borrowed, look, 1);
        let unsized_look = matches!(ty, Ty::Vec(_) | Ty::Str) && look == Look::Shared;
        if unsized_look && self.rng.percent(60) {
            let out = self.match_unsized(&text, &ty, &mut arm);
            self.borrow(borrowed, look, -1);
            return out;
        }
        let mut out = format!("match {text} {{\n");
        for _ in 0..self.rng.between(0, 2) {
            let guarded = self.rng.percent(40);
            out.push_str(&self.arm(&mut arm, guarded, |this| this.pattern(&ty, look, true, 3)));
        }
        match &ty {
            Ty::Enum(index) if self.rng.percent(70) => {
                for variant in 0..self.enums[*index].variants.len() {
                    out.push_str(&self.arm(&mut arm, false, |this| {
                        this.variant_pattern(*index, variant, look, false, 2)
                    }));
                }
            }
            _ => out.push_str(&self.arm(&mut arm, false, |this| this.pattern(&ty, look, false, 2))),
        }
        self.borrow(borrowed, look, -1);
        out.push('}');
        out
    }

    /// A `match` on a slice or `&str`.
    fn match_unsized(
        &mut self,
        text: &str,
        ty: &Ty,
        arm: &mut impl FnMut(&mut Gen) -> String,
    ) -> String {
        let mut out = format!("match {text}[..] {{\n");
        for _ in 0..self.rng.between(1, 3) {
            let guarded = self.rng.percent(30);
            out.push_str(&self.arm(arm, guarded, |this| match ty {
                Ty::Vec(of) => this.slice_pattern(of),
                _ => {
                    let text = super::types::text_literal(&mut this.rng);
                    format!("\"{text}\" | \"{}\"", this.rng.pick(&["b", "é", "hello"]))
                }
            }));
        }
        let last = if *ty == Ty::Str { "ref x if x.len() > 3" } else { "[_, _, .., _]" };
        out.push_str(&self.arm(arm, false, |_| last.to_owned()));
        out.push_str(&self.arm(arm, false, |_| "_".to_owned()));
        out.push('}');
        out
    }

    fn slice_pattern(&mut self, of: &Ty) -> String {
        let before = self.rng.below(3);
        let mut parts: Vec<String> =
            (0..before).map(|_| self.pattern(of, Look::Shared, true, 2)).collect();
        if self.rng.percent(70) {
            let name = self.fresh("b");
            let rest = self.rng.percent(60);
            if rest {
                let items = Ty::Vec(Box::new(of.clone()));
                self.scope.declare(&format!("{name}.to_vec()"), items, false, false);
            }
            parts.push(if rest { format!("{name} @ ..") } else { "..".to_owned() });
            if self.rng.percent(50) {
                parts.push(self.pattern(of, Look::Shared, true, 2));
            }
        }
        format!("[{}]", parts.join(", "))
    }

    /// Begins (1) or ends (-1) the borrow of a matched variable.
    pub(super) fn borrow(&mut self, borrowed: Option<usize>, look: Look, by: i32) {
        match (borrowed, look) {
            (Some(index), Look::Mutable) => self.scope.hide(index, by),
            (Some(index), _) => self.scope.freeze(index, by),
            (None, _) => {}
        }
    }

    fn arm(
        &mut self,
        body: &mut impl FnMut(&mut Gen) -> String,
        guarded: bool,
        pattern: impl FnOnce(&mut Gen) -> String,
    ) -> String {
        let mark = self.scope.vars.len();
        self.scope.block += 1;
        let pattern = pattern(self);
        let guard = match guarded {
            true => format!(" if {}", self.pure(&Ty::Bool, 1)),
            false => String::new(),
        };
        let value = body(self);
        self.scope.vars.truncate(mark);
        self.scope.block -= 1;
        format!("{pattern}{guard} => {value},\n")
    }
}
