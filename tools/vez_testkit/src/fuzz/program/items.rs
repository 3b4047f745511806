//! Structs, enums, constants and functions.

use super::library::Section;
use super::types::{EnumDef, IntTy, StructDef, Ty, VariantDef};
use super::{Callee, Gen, Mode};

impl Gen {
    /// Structs and enums; each may hold those before it.
    pub(super) fn types(&mut self) -> String {
        let mut out = String::new();
        for _ in 0..self.rng.between(2, 3) {
            let text = if self.rng.percent(50) { self.new_struct() } else { self.new_enum() };
            out.push_str(&text);
        }
        out
    }

    fn derives(copy: bool) -> &'static str {
        if copy {
            "#[derive(Debug, Clone, Copy, PartialEq, PartialOrd)]\n"
        } else {
            "#[derive(Debug, Clone, PartialEq, PartialOrd)]\n"
        }
    }

    fn new_struct(&mut self) -> String {
        let index = self.structs.len();
        let fields: Vec<Ty> = (0..self.rng.between(1, 4)).map(|_| self.ty(2)).collect();
        let copy = fields.iter().all(|ty| self.is_copy(ty)) && self.rng.percent(75);
        let def = StructDef {
            fields,
            tuple: self.rng.percent(40),
            copy,
            drops: !copy && self.rng.percent(25),
        };
        let mut out = Self::derives(copy).to_owned();
        if def.tuple {
            let fields: Vec<String> = def.fields.iter().map(Ty::name).collect();
            out.push_str(&format!("struct S{index}({});\n", fields.join(", ")));
        } else {
            out.push_str(&format!("struct S{index} {{\n"));
            for (number, ty) in def.fields.iter().enumerate() {
                out.push_str(&format!("f{number}: {},\n", ty.name()));
            }
            out.push_str("}\n");
        }
        if def.drops {
            let field = def.field(0);
            out.push_str(&format!(
                "impl Drop for S{index} {{\nfn drop(&mut self) {{\nprintln!(\"drop S{index} {{:?}}\", self.{field});\n}}\n}}\n"
            ));
        }
        self.structs.push(def);
        out
    }

    fn new_enum(&mut self) -> String {
        let index = self.enums.len();
        let mut variants = Vec::new();
        for _ in 0..self.rng.between(1, 5) {
            let fields = (0..self.rng.below(4)).map(|_| self.ty(2)).collect();
            variants.push(VariantDef { fields, named: self.rng.percent(40) });
        }
        let from = self.rng.percent(40).then(|| self.scalar());
        if let Some(from) = &from {
            variants.push(VariantDef { fields: vec![from.clone()], named: false });
        }
        let copy = variants.iter().flat_map(|v| &v.fields).all(|ty| self.is_copy(ty))
            && self.rng.percent(75);
        let plain = variants.iter().all(|variant| variant.fields.is_empty());
        let mut out = Self::derives(copy).to_owned();
        out.push_str(&format!("enum E{index} {{\n"));
        for (number, variant) in variants.iter().enumerate() {
            let fields: Vec<String> = variant.fields.iter().map(Ty::name).collect();
            if plain && self.rng.percent(40) {
                let value = self.rng.below(20) * 5 + 1;
                out.push_str(&format!("V{number} = {},\n", number * 100 + value));
            } else if fields.is_empty() {
                out.push_str(&format!("V{number},\n"));
            } else if variant.named {
                let named = fields.iter().enumerate().map(|(i, ty)| format!("f{i}: {ty}"));
                let named: Vec<String> = named.collect();
                out.push_str(&format!("V{number} {{ {} }},\n", named.join(", ")));
            } else {
                out.push_str(&format!("V{number}({}),\n", fields.join(", ")));
            }
        }
        out.push_str("}\n");
        if let Some(from) = &from {
            let (last, from) = (variants.len() - 1, from.name());
            out.push_str(&format!(
                "impl From<{from}> for E{index} {{\nfn from(x: {from}) -> E{index} {{\nE{index}::V{last}(x)\n}}\n}}\n"
            ));
        }
        self.enums.push(EnumDef { variants, copy, from, plain });
        out
    }

    /// Constants and statics, from literals and from each other.
    pub(super) fn consts(&mut self) -> String {
        let mut out = String::new();
        for _ in 0..self.rng.between(1, 3) {
            let name = self.fresh("K");
            let (ty, value) = match self.rng.below(8) {
                5 => {
                    self.need(Section::Constants);
                    let long = Ty::Int(IntTy { bits: 64, signed: true });
                    let start = self.rng.below(99);
                    (Ty::Array(Box::new(long), 4), format!("table({start})"))
                }
                6 => {
                    self.need(Section::Constants);
                    let of = self.rng.between(1, 99);
                    (Ty::Int(IntTy::U32), format!("collatz({of}) + Limits::WIDE.span() as u32"))
                }
                7 => {
                    self.need(Section::Constants);
                    let (low, high, x) =
                        (self.rng.below(50), self.rng.below(900), self.rng.below(1000));
                    let ty = Ty::Int(IntTy { bits: 16, signed: true });
                    let limits = format!("Limits {{ low: -{low}, high: {high} }}");
                    (ty, format!("{limits}.clamp(if {x} % 2 == 0 {{ {x} }} else {{ -{x} }})"))
                }
                0 => {
                    let int = IntTy::random(&mut self.rng);
                    let items: Vec<String> = (0..3).map(|_| int.literal(&mut self.rng)).collect();
                    (Ty::Array(Box::new(Ty::Int(int)), 3), format!("[{}]", items.join(", ")))
                }
                1 => {
                    let int = IntTy::random(&mut self.rng);
                    let (a, b) = (self.rng.below(8), self.rng.below(8));
                    (Ty::Int(int), format!("{a} * {b} + (7 << 2) - {a}"))
                }
                2 => {
                    let int = IntTy::random(&mut self.rng);
                    let (a, b) = (int.literal(&mut self.rng), int.literal(&mut self.rng));
                    (Ty::Int(int), format!("{a}.wrapping_mul({b}) ^ {a}"))
                }
                _ => {
                    let ty = self.scalar();
                    let value = self.literal(&ty);
                    (ty, value)
                }
            };
            let keyword = if self.rng.percent(60) { "const" } else { "static" };
            out.push_str(&format!("{keyword} {name}: {} = {value};\n", ty.name()));
            self.consts.push((name, ty));
        }
        out
    }

    /// A function that may call those before it.
    pub(super) fn function(&mut self) -> String {
        match self.rng.below(8) {
            0 | 1 => self.recursive_function(),
            _ => self.plain_function(),
        }
    }

    fn plain_function(&mut self) -> String {
        let known = self.callees.len();
        // A function in the function, which nobody else may call.
        let nested = if self.rng.percent(12) { self.plain_function() } else { String::new() };
        let name = self.fresh("fun");
        let ret = match self.rng.below(5) {
            0 => Ty::Option(Box::new(self.ty(1))),
            1 => {
                let error = match self.rng.below(self.enums.len() + 1) {
                    index if index < self.enums.len() => Ty::Enum(index),
                    _ => Ty::Str,
                };
                Ty::Result(Box::new(self.ty(1)), Box::new(error))
            }
            _ => self.ty(2),
        };
        self.begin_body(Some(ret.clone()));
        let mut params = Vec::new();
        let mut header = Vec::new();
        for _ in 0..self.rng.below(4) {
            let (param, mut ty) = (self.fresh("p"), self.ty(2));
            let mode = *self.rng.pick(&[
                Mode::Value,
                Mode::Value,
                Mode::Shared,
                Mode::Mutable,
                Mode::Slice,
                Mode::Text,
                Mode::Callback,
            ]);
            let place = format!("(*{param})");
            header.push(match mode {
                Mode::Value => {
                    self.scope.declare(&param, ty.clone(), true, true);
                    format!("mut {param}: {}", ty.name())
                }
                Mode::Shared => {
                    self.scope.declare(&place, ty.clone(), false, false);
                    format!("{param}: &{}", ty.name())
                }
                Mode::Mutable => {
                    self.scope.declare(&place, ty.clone(), true, false);
                    format!("{param}: &mut {}", ty.name())
                }
                Mode::Slice => {
                    let items = Ty::Vec(Box::new(ty.clone()));
                    self.scope.declare(&format!("{param}.to_vec()"), items.clone(), false, false);
                    let header = format!("{param}: &[{}]", ty.name());
                    ty = items;
                    header
                }
                Mode::Text => {
                    self.scope.declare(&format!("{param}.to_string()"), Ty::Str, false, false);
                    ty = Ty::Str;
                    format!("{param}: &str")
                }
                Mode::Callback => {
                    let to = self.ty(1);
                    let kind = *self.rng.pick(&["impl", "dyn"]);
                    let header = format!("{param}: &{kind} Fn({}) -> {}", ty.name(), to.name());
                    let params = vec![(Mode::Value, ty.clone())];
                    self.callees.push(Callee {
                        name: param,
                        params,
                        ret: to.clone(),
                        cost: 8,
                        local: true,
                    });
                    ty = Ty::Tuple(vec![ty, to]);
                    header
                }
            });
            params.push((mode, ty));
        }
        let count = self.rng.between(1, 3);
        let body = self.statements(count, 0);
        let value = self.expr(&ret, 3);
        let cost = self.cost + 1;
        let (header, result) = (header.join(", "), ret.name());
        self.callees.truncate(known);
        self.callees.push(Callee { name: name.clone(), params, ret, cost, local: false });
        format!("fn {name}({header}) -> {result} {{\n{nested}{body}{value}\n}}\n")
    }

    /// `fn f(n: u32, a: T) -> T` that calls itself with `n - 1`, once or twice.
    fn recursive_function(&mut self) -> String {
        let name = self.fresh("rec");
        let ty = self.ty(1);
        self.begin_body(None);
        self.scope.declare("n", Ty::Int(IntTy::U32), false, true);
        self.scope.declare("a", ty.clone(), true, true);
        let twice = self.rng.percent(40);
        let base = self.expr(&ty, 2);
        self.scope.vars[1].moved = false;
        let first = self.expr(&ty, 2);
        self.scope.declare("rx", ty.clone(), true, true);
        let mut body = format!("let mut rx = {name}(n - 1, {first});\n");
        if twice {
            let second = self.expr(&ty, 2);
            body.push_str(&format!("let ry = {name}(n - 1, {second});\n"));
            self.scope.declare("ry", ty.clone(), false, true);
        }
        body.push_str(&self.statements(2, 1));
        let value = self.expr(&ty, 2);
        let (calls, text) = (if twice { 32 } else { 6 }, ty.name());
        let cost = (self.cost + 2) * calls;
        let params = vec![(Mode::Value, ty.clone())];
        // The first argument is a bounded depth, so callers see a wrapper.
        self.callees.push(Callee {
            name: format!("{name}_from"),
            params,
            ret: ty,
            cost,
            local: false,
        });
        format!(
            "fn {name}(n: u32, mut a: {text}) -> {text} {{\nif n == 0 {{\nreturn {base};\n}}\n{body}{value}\n}}\n\
             fn {name}_from(a: {text}) -> {text} {{\n{name}(4, a)\n}}\n"
        )
    }
}
