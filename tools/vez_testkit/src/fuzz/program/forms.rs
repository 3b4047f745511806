//! Blocks with a shape: shared ownership, guards and early exits, functions that take functions, labelled blocks.

use super::library::Section;
use super::types::{IntTy, Ty};
use super::{Frame, Gen};

impl Gen {
    /// A value of any type by way of one of the shapes.
    pub(super) fn form(&mut self, ty: &Ty, depth: u32) -> String {
        match self.rng.below(9) {
            0 | 1 => self.shared(ty, depth),
            2 => self.guarded(ty, depth),
            3 | 4 => self.labelled(ty, depth),
            5..=7 => self.functional(ty, depth),
            _ => self.let_else(ty, depth),
        }
    }

    /// Through `Rc`, `RefCell` and `Weak`.
    fn shared(&mut self, ty: &Ty, depth: u32) -> String {
        let value = self.expr(ty, depth);
        let (second, third) = (self.expr(ty, depth.min(1)), self.closed(ty, 1));
        let twice = if self.risk(8) { "let _held = qd.borrow();\n" } else { "" };
        let end = match self.rng.below(3) {
            0 => "let out = qd.borrow().clone();\ndrop(qd);\n",
            1 => {
                "let out = std::rc::Rc::try_unwrap(qd).map(|cell| cell.into_inner()).unwrap_or(qold);\n"
            }
            _ => "let out = std::mem::replace(&mut *qd.borrow_mut(), qold);\ndrop(qd);\n",
        };
        format!(
            "{{\nlet qc = std::rc::Rc::new(std::cell::RefCell::new({value}));\nlet qd = std::rc::Rc::clone(&qc);\n\
             let qw = std::rc::Rc::downgrade(&qd);\nlet qold = qd.replace({second});\n{{\n{twice}\
             let mut qb = qc.borrow_mut();\nif *qb == qold {{\n*qb = {third};\n}}\n\
             show(\"busy\", &qd.try_borrow().is_err());\n}}\ndrop(qc);\n\
             println!(\"{{}} {{}}\", std::rc::Rc::strong_count(&qd), std::rc::Rc::weak_count(&qd));\n\
             {end}show(\"weak\", &qw.upgrade().is_some());\nout\n}}"
        )
    }

    /// A closure left early by `?` while guards are held.
    fn guarded(&mut self, ty: &Ty, depth: u32) -> String {
        self.need(Section::Guard);
        let values: Vec<String> = (0..4).map(|_| self.closed(ty, depth.min(1))).collect();
        let (first, second) = (self.closed(&Ty::Bool, 1), self.closed(&Ty::Bool, 1));
        let other = self.scalar();
        let other = self.closed(&other, 1);
        let name = ty.name();
        format!(
            "{{\nlet log = Log::default();\nlet result = (|| -> Result<{name}, String> {{\n\
             let qa = Guard::new(&log, {});\nlet mut qb = Guard::new(&log, {other});\nqa.fail({first})?;\n\
             let qc = {{\nlet _qd = Guard::new(&log, qb.held.clone());\nGuard::new(&log, {})\n}};\n\
             *qb = {other};\nif qc.fail({second})? == &*qa {{\nreturn Ok({});\n}}\n\
             Ok(Guard::new(&log, {}).held.clone())\n}})();\n\
             for line in log.borrow().iter() {{\nprintln!(\"{{}}\", line.chars().take(30).collect::<String>());\n}}\n\
             match result {{\nOk(x) => x,\nErr(why) => {{\nshow(\"why\", &cap(why));\n{}\n}}\n}}\n}}",
            values[0],
            values[1],
            values[2],
            values[3],
            self.closed(ty, 0)
        )
    }

    /// `'a: { .. break 'a value; .. }`
    fn labelled(&mut self, ty: &Ty, depth: u32) -> String {
        if self.pure_depth > 0 {
            return self.expr(ty, depth);
        }
        let label = self.fresh("'b");
        let mark = self.scope.vars.len();
        self.scope.block += 1;
        let block = self.scope.block;
        let value = Some(ty.clone());
        self.frames.push(Frame { label: label.clone(), value, repeats: false, block });
        let body = self.statements(2, 2);
        let leave = self.leave();
        let value = self.expr(ty, depth);
        self.frames.pop();
        self.scope.vars.truncate(mark);
        self.scope.block -= 1;
        format!("({label}: {{\n{body}{leave}{value}\n}})")
    }

    /// Through functions that take or give functions.
    fn functional(&mut self, ty: &Ty, depth: u32) -> String {
        self.need(Section::Functions);
        let parameter = self.ty(1);
        let (from, to) = (parameter.name(), ty.name());
        match self.rng.below(7) {
            0 => {
                let first = self.function_literal(&parameter, &Ty::Bool);
                let second = self.function_literal(&Ty::Bool, ty);
                let argument = self.pure(&parameter, 1);
                // The composed function is gone before what it borrows.
                format!("{{\nlet f = compose({first}, {second});\nlet y = f({argument});\ny\n}}")
            }
            1 => {
                let text = self.function_literal(&parameter, ty);
                format!("once({text}, {})", self.pure(&parameter, 1))
            }
            2 => {
                let value = self.expr(ty, depth);
                let unused = self.closed(ty, 1);
                format!(
                    "{{\nlet x = {value};\nlet mut fs = boxes(&x);\nlet f = fs.swap_remove(0);\nlet y = f(true);\n\
                     let z = fs.pop().map_or({unused}, |f| f(false));\nchoose(y == z, y, z)\n}}"
                )
            }
            3 => {
                let first = self.pure(&Ty::Bool, 1);
                let value = self.expr(ty, depth);
                format!("pick({first}, keep::<{to}>, noted)({value})")
            }
            4 => {
                let body = self.isolated(ty, &[("ca", &parameter), ("cb", &Ty::Bool)]);
                let (a, b) = (self.pure(&parameter, 1), self.pure(&Ty::Bool, 1));
                format!("curry(|ca: {from}, cb: bool| -> {to} {{\n{body}\n}})({a})({b})")
            }
            5 => {
                let key = Ty::Int(IntTy::random(&mut self.rng));
                let body = self.isolated(ty, &[("(*key)", &key)]);
                let (a, b, name) = (self.pure(&key, 1), self.pure(&key, 0), key.name());
                format!(
                    "{{\nlet mut known = std::collections::BTreeMap::new();\nlet make = |key: &{name}| -> {to} {{\n{body}\n}};\n\
                     show(\"first\", &memo(&mut known, &{a}, &make));\nmemo(&mut known, &{b}, &make)\n}}"
                )
            }
            _ => {
                let count = self.rng.between(1, 4);
                let value = self.isolated(ty, &[("i", &Ty::Int(IntTy::U32))]);
                format!(
                    "times({count}, |i| {{\nlet _ = i;\n{value}\n}}).swap_remove({})",
                    count - 1
                )
            }
        }
    }

    /// `|x: A| -> B { .. }`
    pub(super) fn function_literal(&mut self, from: &Ty, to: &Ty) -> String {
        let name = self.fresh("x");
        let mark = self.scope.vars.len();
        self.scope.declare(&name, from.clone(), false, false);
        self.multiplier *= 4;
        let value = self.closed(to, 1);
        self.multiplier /= 4;
        self.scope.vars.truncate(mark);
        format!("|{name}: {}| -> {} {{\n{value}\n}}", from.name(), to.name())
    }

    /// A pure expression that sees nothing but these.
    fn isolated(&mut self, ty: &Ty, parameters: &[(&str, &Ty)]) -> String {
        let outer = std::mem::take(&mut self.scope);
        let callees = self.callees.clone();
        self.callees.retain(|callee| !callee.local);
        for (name, ty) in parameters {
            self.scope.declare(name, (*ty).clone(), false, false);
        }
        self.multiplier *= 4;
        let value = self.closed(ty, 2);
        self.multiplier /= 4;
        self.scope = outer;
        self.callees = callees;
        value
    }

    /// `let .. else { .. }` around a value.
    fn let_else(&mut self, ty: &Ty, depth: u32) -> String {
        let ok = Ty::Result(Box::new(ty.clone()), Box::new(Ty::Str));
        let (value, other) = (self.expr(&ok, depth), self.closed(ty, 1));
        let (label, name) = (self.fresh("'e"), self.fresh("y"));
        format!(
            "({label}: {{\nlet Ok({name}) = ({value}) else {{\nprintln!(\"else\");\nbreak {label} {other};\n}};\n{name}\n}})"
        )
    }

    /// A closure that changes one field while another is read.
    pub(super) fn disjoint_closure(&mut self) -> Option<String> {
        let fits = |this: &Gen, i: usize| {
            this.scope.changeable(i)
                && match &this.scope.vars[i].ty {
                    Ty::Tuple(of) => of.len() > 1,
                    Ty::Struct(index) => this.structs[*index].fields.len() > 1,
                    Ty::Wrap(_) | Ty::V2(_) => true,
                    _ => false,
                }
        };
        let known: Vec<usize> = (0..self.scope.vars.len()).filter(|&i| fits(self, i)).collect();
        if known.is_empty() {
            return None;
        }
        let index = *self.rng.pick(&known);
        let (name, ty) = (self.scope.change(index), self.scope.vars[index].ty.clone());
        let mut parts = self.parts(&name, &ty);
        if let Ty::Wrap(_) = ty {
            parts.push((format!("{name}.count"), Ty::Int(IntTy { bits: 16, signed: false })));
        }
        let (written, of) = parts.remove(self.rng.below(parts.len()));
        let (read, _) = self.rng.pick(&parts).clone();
        self.scope.hide(index, 1);
        let (a, b) = (self.expr(&of, 2), self.expr(&of, 1));
        self.scope.hide(index, -1);
        let (k, x) = (self.fresh("k"), self.fresh("x"));
        Some(format!(
            "{{\nlet mut {k} = |{x}: {}| std::mem::replace(&mut {written}, {x});\nshow(\"read\", &{read});\n\
             let old = {k}({a});\nshow(\"old\", &old);\nlet seen = {read}.clone();\nshow(\"old\", &{k}({b}));\n\
             show(\"same\", &(seen == {read}));\n}}\n",
            of.name()
        ))
    }

    /// A list of trait objects, walked.
    pub(super) fn objects(&mut self) -> Option<String> {
        if self.traits.is_empty() || !self.pay(300) {
            return None;
        }
        let index = self.rng.below(self.traits.len());
        let (ret, implementors) = self.traits[index].clone();
        let mut items = Vec::new();
        for _ in 0..self.rng.between(1, 3) {
            let ty = self.rng.pick(&implementors).clone();
            let value = self.expr(&ty, 1);
            items.push(match self.rng.below(3) {
                0 => format!("std::rc::Rc::new({value}) as std::rc::Rc<dyn T{index}>"),
                _ => format!("std::rc::Rc::new({value})"),
            });
        }
        let argument = self.pure(&ret, 1);
        let list = self.fresh("list");
        Some(format!(
            "let {list}: Vec<std::rc::Rc<dyn T{index}>> = vec![{}];\nfor o in {list}.iter().rev() {{\n\
             let other = std::rc::Rc::clone(o);\nprintln!(\"{{:?}} {{}}\", o, other.id());\n\
             show(\"m\", &o.m({argument}));\nshow(\"d\", &other.d({argument}));\n}}\n",
            items.join(", ")
        ))
    }
}
