//! Iterator chains, slices and maps.

use super::Gen;
use super::library::Section;
use super::types::{IntTy, Ty};

/// What is known of the iterator so far.
struct Chain {
    text: String,
    /// It can be walked from behind.
    double: bool,
    /// Its length is known.
    exact: bool,
}

impl Gen {
    /// A vector of these items by way of an iterator chain.
    pub(super) fn chained(&mut self, of: &Ty, depth: u32) -> String {
        let chain = self.chain(of, depth);
        let text = chain.text;
        match self.rng.below(6) {
            0 => format!(
                "{text}.collect::<std::collections::VecDeque<_>>().into_iter().collect::<Vec<_>>()"
            ),
            1 => {
                let other = self.closed(of, 1);
                format!(
                    "{{\nlet (yes, no): (Vec<_>, Vec<_>) = {text}.partition(|x| *x != {other});\n\
                     show(\"no\", &no);\nyes\n}}"
                )
            }
            2 => format!(
                "{{\nlet mut out = Vec::new();\nlet mut it = {text}.peekable();\n\
                 while let Some(x) = it.next() {{\nif it.peek() == Some(&x) {{\nshow(\"twin\", &x);\ncontinue;\n}}\n\
                 out.push(x);\n}}\nout\n}}"
            ),
            3 if chain.double => format!(
                "{{\nlet mut out = Vec::new();\nlet mut it = {text};\n\
                 while let (Some(a), b) = (it.next(), it.next_back()) {{\nout.extend(b);\nout.push(a);\n}}\nout\n}}"
            ),
            4 => format!("{text}.map(Some).collect::<Option<Vec<_>>>().unwrap_or_default()"),
            _ => format!("{text}.collect::<Vec<{}>>()", of.name()),
        }
    }

    /// An optional item of a chain.
    pub(super) fn chained_item(&mut self, of: &Ty, depth: u32) -> String {
        let chain = self.chain(of, depth);
        let text = chain.text;
        let other = self.closed(of, 1);
        match self.rng.below(8) {
            0 => format!("{text}.last()"),
            1 => format!("{text}.nth({})", self.rng.below(4)),
            2 => format!("{text}.find(|x| *x > {other})"),
            3 => format!("{text}.reduce(|a, b| if a < b {{ b }} else {{ a }})"),
            4 if self.is_ord(of) => format!("{text}.{}()", self.rng.pick(&["max", "min"])),
            5 if self.is_ord(of) => format!("{text}.max_by_key(|x| *x == {other})"),
            6 => {
                format!("{text}.try_fold({other}, |a, x| if x == a {{ None }} else {{ Some(x) }})")
            }
            _ => format!("{text}.next()"),
        }
    }

    fn chain(&mut self, of: &Ty, depth: u32) -> Chain {
        let mut chain = self.source(of, depth);
        for _ in 0..self.rng.below(4) {
            self.adapt(&mut chain, of);
        }
        chain
    }

    fn source(&mut self, of: &Ty, depth: u32) -> Chain {
        let vec = Ty::Vec(Box::new(of.clone()));
        let (text, double, exact) = match self.rng.below(9) {
            0 => {
                let len = self.rng.between(1, 4);
                let array = self.expr(&Ty::Array(Box::new(of.clone()), len), depth);
                (format!("{array}.into_iter()"), true, true)
            }
            1 => {
                let (low, count) = (self.rng.below(9), self.rng.below(6));
                let value = self.closed(of, 1);
                let ty = IntTy::random(&mut self.rng).name();
                (format!("({low}{ty}..={}).map(|_| {value})", low + count), true, false)
            }
            2 => {
                let (first, after) = (self.expr(of, depth), self.closed(of, 1));
                let count = self.rng.between(1, 5);
                let text = format!(
                    "std::iter::successors(Some({first}), |x| (*x != {after}).then(|| {after})).take({count})"
                );
                (text, false, false)
            }
            3 => {
                self.need(Section::Iterators);
                let (items, step) = (self.expr(&vec, depth), self.rng.below(3));
                (format!("alternate(&{items}, {step}).collect::<Vec<_>>().into_iter()"), true, true)
            }
            4 => {
                self.need(Section::Iterators);
                let (items, back) = (self.expr(&vec, depth), self.pure(&Ty::Bool, 1));
                let text = format!("either({back}, &{items}).cloned().collect::<Vec<_>>()");
                (format!("{text}.into_iter()"), true, true)
            }
            5 => {
                let value = self.expr(of, depth);
                (format!("std::iter::repeat({value}).take({})", self.rng.below(5)), false, false)
            }
            6 => {
                let items = self.expr(&vec, depth);
                let text = format!(
                    "{{\nlet mut s = {items};\ns.drain(1.min(s.len())..).collect::<Vec<_>>()\n}}"
                );
                (format!("{text}.into_iter()"), true, true)
            }
            _ => (format!("{}.into_iter()", self.expr(&vec, depth)), true, true),
        };
        Chain { text, double, exact }
    }

    fn adapt(&mut self, chain: &mut Chain, of: &Ty) {
        let small = self.rng.between(1, 4);
        let step = match self.rng.below(18) {
            0 | 1 if chain.double => ".rev()".to_owned(),
            2 => {
                chain.double &= chain.exact;
                format!(".skip({})", small - 1)
            }
            3 => {
                chain.double &= chain.exact;
                format!(".take({small})")
            }
            4 => {
                chain.double &= chain.exact;
                format!(".step_by({small})")
            }
            5 => {
                chain.exact = false;
                format!(".filter(|x| *x != {})", self.closed(of, 1))
            }
            6 => {
                let (a, b) = (self.closed(of, 1), self.closed(of, 1));
                format!(".map(|x| if x == {a} {{ {b} }} else {{ x }})")
            }
            7 | 8 => format!(".inspect(|x| show(\"at {}\", x))", self.fresh("i")),
            9 => {
                (chain.double, chain.exact) = (false, false);
                let how = *self.rng.pick(&["take_while", "skip_while"]);
                format!(".{how}(|x| *x <= {})", self.closed(of, 1))
            }
            10 => {
                chain.exact = false;
                let more = self.pure(&Ty::Vec(Box::new(of.clone())), 1);
                format!(".chain({more})")
            }
            11 => {
                chain.double &= chain.exact;
                let value = self.closed(of, 1);
                format!(".enumerate().map(|(i, x)| if i % 2 == 0 {{ x }} else {{ {value} }})")
            }
            12 => {
                chain.double = false;
                let others = self.scalar();
                let others = self.pure(&Ty::Vec(Box::new(others)), 1);
                format!(".zip({others}).map(|(x, y)| {{\nshow(\"zip\", &y);\nx\n}})")
            }
            13 => {
                (chain.double, chain.exact) = (false, false);
                let stop = self.rng.between(2, 5);
                format!(".scan(0u8, |n, x| {{\n*n += 1;\n(*n < {stop}).then_some(x)\n}})")
            }
            14 => {
                chain.exact = false;
                format!(".flat_map(|x| [x, {}])", self.closed(of, 1))
            }
            15 => {
                chain.exact = false;
                let value = self.closed(of, 1);
                format!(".filter_map(|x| if x < {value} {{ None }} else {{ Some(x) }})")
            }
            16 => {
                (chain.double, chain.exact) = (false, false);
                let value = self.closed(of, 1);
                format!(".map_while(|x| (x != {value}).then_some(x)).fuse()")
            }
            _ => {
                chain.exact = false;
                let value = self.closed(of, 1);
                format!(".map(|x| vec![x, {value}]).flatten()")
            }
        };
        chain.text.push_str(&step);
    }

    /// A vector made of parts of a slice.
    pub(super) fn sliced(&mut self, of: &Ty, depth: u32) -> String {
        let vec = self.expr(&Ty::Vec(Box::new(of.clone())), depth);
        let small = self.rng.between(1, 3);
        let other = self.closed(of, 1);
        match self.rng.below(12) {
            0 => format!(
                "{vec}.windows({small}).map(|w| w[w.len() - 1].clone()).collect::<Vec<_>>()"
            ),
            1 => {
                format!("{vec}.chunks({small}).rev().flat_map(|c| c.to_vec()).collect::<Vec<_>>()")
            }
            2 => format!("{vec}.rchunks({small}).map(|c| c[0].clone()).collect::<Vec<_>>()"),
            3 => format!("{vec}.chunks_exact({small}).map(|c| c[0].clone()).collect::<Vec<_>>()"),
            4 => format!("{vec}.split(|x| *x == {other}).flatten().cloned().collect::<Vec<_>>()"),
            5 => format!(
                "{{\nlet mut s = {vec};\nlet middle = s.len() / 2;\n{{\nlet (a, b) = s.split_at_mut(middle);\n\
                 if let (Some(x), [y, ..]) = (a.first_mut(), b) {{\nstd::mem::swap(x, y);\n}}\n}}\ns.reverse();\ns\n}}"
            ),
            6 => format!(
                "{{\nlet mut s = {vec};\nlet by = {small} % (s.len() + 1);\ns.rotate_left(by);\ns\n}}"
            ),
            7 if self.is_ord(of) => {
                let search = format!("show(\"found\", &s.binary_search(&{other}));\n");
                let (sort, search) = match self.rng.below(4) {
                    0 => ("sort()", search.as_str()),
                    1 => ("sort_unstable()", search.as_str()),
                    2 => ("sort_by(|a, b| b.cmp(a))", ""),
                    _ => ("sort_by_key(|x| std::cmp::Reverse(x.clone()))", ""),
                };
                format!("{{\nlet mut s = {vec};\ns.{sort};\ns.dedup();\n{search}s\n}}")
            }
            8 => {
                // A stable sort by a key that many share.
                let key = self.closed(of, 1);
                format!("{{\nlet mut s = {vec};\ns.sort_by_key(|x| *x != {key});\ns\n}}")
            }
            9 => format!(
                "{{\nlet mut s = {vec};\ns.retain(|x| {{\nshow(\"keep\", x);\n*x != {other}\n}});\ns\n}}"
            ),
            10 => {
                self.need(Section::Iterators);
                let second = self.pure(&Ty::Vec(Box::new(of.clone())), 1);
                format!("longest(&{vec}, &{second}).to_vec()")
            }
            _ => {
                self.need(Section::Iterators);
                format!(
                    "(View {{ all: &{vec}, step: {small} }}).rev().cloned().collect::<Vec<_>>()"
                )
            }
        }
    }

    /// A map, changed a little.
    pub(super) fn mapped(&mut self, key: &Ty, value: &Ty, depth: u32) -> String {
        let map = self.expr(&Ty::Map(Box::new(key.clone()), Box::new(value.clone())), depth);
        let (k, v) = (self.closed(key, 1), self.closed(value, 1));
        let change = match self.rng.below(7) {
            0 => format!("*m.entry({k}).or_insert({v}) = {v};"),
            1 => format!("show(\"was\", &m.insert({k}, {v}));"),
            2 => format!("show(\"gone\", &m.remove(&{k}));"),
            3 => format!("m.retain(|key, _| *key < {k});"),
            4 => format!(
                "for (key, value) in m.iter_mut() {{\nif *key == {k} {{\n*value = {v};\n}}\n}}"
            ),
            5 => format!("show(\"range\", &m.range({k}..).next());"),
            _ => format!(
                "let h: std::collections::HashMap<_, _> = m.into_iter().collect();\nshow(\"has\", &h.get(&{k}));\n\
                 let mut m: std::collections::BTreeMap<_, _> = h.into_iter().collect();\n\
                 show(\"first\", &m.first_key_value());\nm.entry({k}).and_modify(|x| *x = {v});"
            ),
        };
        format!("{{\nlet mut m = {map};\n{change}\nm\n}}")
    }

    /// Its values have a total order.
    pub(super) fn is_ord(&self, ty: &Ty) -> bool {
        match ty {
            Ty::Int(_) | Ty::Bool | Ty::Char | Ty::Str | Ty::V2(_) => true,
            Ty::Array(of, _) | Ty::Option(of) | Ty::Vec(of) | Ty::Boxed(of) => self.is_ord(of),
            Ty::Tuple(of) => of.iter().all(|ty| self.is_ord(ty)),
            Ty::Result(of, error) => self.is_ord(of) && self.is_ord(error),
            Ty::Map(key, value) => self.is_ord(key) && self.is_ord(value),
            _ => false,
        }
    }

    /// Nothing in it says when it drops.
    pub(super) fn is_quiet(&self, ty: &Ty) -> bool {
        match ty {
            Ty::Noisy => false,
            Ty::Array(of, _) | Ty::Option(of) | Ty::Vec(of) | Ty::Boxed(of) => self.is_quiet(of),
            Ty::Wrap(of) | Ty::Grid(of, _) => self.is_quiet(of),
            Ty::Tuple(of) => of.iter().all(|ty| self.is_quiet(ty)),
            Ty::Result(of, error) => self.is_quiet(of) && self.is_quiet(error),
            Ty::Map(key, value) => self.is_quiet(key) && self.is_quiet(value),
            Ty::Struct(index) => {
                let def = &self.structs[*index];
                !def.drops && def.fields.iter().all(|ty| self.is_quiet(ty))
            }
            Ty::Enum(index) => {
                let fields = self.enums[*index].variants.iter().flat_map(|v| &v.fields);
                fields.into_iter().all(|ty| self.is_quiet(ty))
            }
            _ => true,
        }
    }
}
