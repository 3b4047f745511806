//! Traits with implementations, generic functions over them, and trait objects.

use super::types::{IntTy, Ty};
use super::{Callee, Gen, Mode};

impl Gen {
    /// Perhaps a trait, with an associated constant, a required and a default method.
    pub(super) fn traits(&mut self) -> String {
        let mut out = String::new();
        let count = usize::from(self.rng.percent(60));
        for index in 0..count {
            let ret = self.scalar();
            let mut implementors = vec![Ty::Int(IntTy::random(&mut self.rng))];
            for number in 0..self.structs.len() {
                implementors.push(Ty::Struct(number));
            }
            for number in 0..self.enums.len() {
                implementors.push(Ty::Enum(number));
            }
            implementors.truncate(self.rng.between(1, 3));
            let result = ret.name();
            self.begin_body(None);
            self.scope.declare("a", ret.clone(), false, true);
            let default = self.expr(&ret, 2);
            out.push_str(&format!(
                "trait C{index} {{\nconst ID: i64;\n}}\ntrait T{index}: Debug {{\nfn m(&self, a: {result}) -> {result};\n\
                 fn d(&self, a: {result}) -> {result} {{\nlet a = self.m(a);\n{default}\n}}\n\
                 fn id(&self) -> i64 {{\n1\n}}\n}}\n"
            ));
            for ty in &implementors {
                out.push_str(&self.implementation(index, ty, &ret));
            }
            self.traits.push((ret, implementors));
            out.push_str(&self.users(index));
        }
        out
    }

    fn implementation(&mut self, index: usize, ty: &Ty, ret: &Ty) -> String {
        self.begin_body(None);
        self.scope.declare("(*self)", ty.clone(), false, false);
        self.scope.declare("a", ret.clone(), false, true);
        let body = self.statements(1, 2);
        let value = self.expr(ret, 3);
        let (name, result, id) = (ty.name(), ret.name(), self.rng.below(1000));
        let over = match self.rng.below(2) {
            0 => String::new(),
            _ => format!("fn id(&self) -> i64 {{\n<Self as C{index}>::ID * 2\n}}\n"),
        };
        format!(
            "impl C{index} for {name} {{\nconst ID: i64 = {id};\n}}\nimpl T{index} for {name} {{\n\
             fn m(&self, a: {result}) -> {result} {{\n{body}{value}\n}}\n{over}}}\n"
        )
    }

    /// Functions over what implements the trait: generic, `impl Trait` and `dyn`. Concrete wrappers make them callable.
    fn users(&mut self, index: usize) -> String {
        let (ret, implementors) = self.traits[index].clone();
        let result = ret.name();
        self.begin_body(None);
        self.scope.declare("a", ret.clone(), false, true);
        self.scope.declare("b", ret.clone(), false, true);
        let combined = self.expr(&ret, 3);
        let mut out = format!(
            "fn generic{index}<X: T{index} + Clone>(x: &X, a: {result}) -> {result} {{\n\
             let b = x.clone().d(a);\nlet a = x.m(b);\n{combined}\n}}\n\
             fn dynamic{index}(x: &dyn T{index}, a: {result}) -> {result} {{\n\
             println!(\"{{:?}} {{}}\", x, x.id());\nx.d(a)\n}}\n"
        );
        for (number, ty) in implementors.iter().enumerate() {
            let name = ty.name();
            let call = match self.rng.below(4) {
                0 => format!("generic{index}(x, a)"),
                1 => format!("let _ = <{name} as C{index}>::ID;\ndynamic{index}(x, a)"),
                2 => format!("let b: Box<dyn U{index}> = Box::new(x.clone());\nb.go(a)"),
                _ => format!("T{index}::m(x, a)"),
            };
            let wrapper = format!("use{index}_{number}");
            out.push_str(&format!(
                "fn {wrapper}(x: &{name}, a: {result}) -> {result} {{\n{call}\n}}\n"
            ));
            let params = vec![(Mode::Shared, ty.clone()), (Mode::Value, ret.clone())];
            let cost = self.cost + 20;
            self.callees.push(Callee {
                name: wrapper,
                params,
                ret: ret.clone(),
                cost,
                local: false,
            });
        }
        // The object-safe side, through a blanket implementation.
        out.push_str(&format!(
            "trait U{index} {{\nfn go(&self, a: {result}) -> {result};\n}}\n\
             impl<X: T{index} + C{index}> U{index} for X {{\nfn go(&self, a: {result}) -> {result} {{\n\
             println!(\"{{}}\", <X as C{index}>::ID);\nself.m(a)\n}}\n}}\n"
        ));
        out
    }
}
