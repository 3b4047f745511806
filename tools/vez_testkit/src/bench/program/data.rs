//! Structs with methods, enums with data, trees behind boxes, operators.

use super::{Context, Unit};

/// A type of a field: its name, a value made from `seed`, and an `i64` made from `self.NAME`.
struct Field {
    name: String,
    ty: &'static str,
    value: String,
    digest: String,
}

const FIELD_NAMES: [&str; 14] = [
    "count", "size", "label", "weight", "state", "offset", "flags", "items", "origin", "budget",
    "level", "owner", "ratio", "history",
];

fn field(context: &mut Context<'_>, place: usize) -> Field {
    let name = format!("{}_{place}", context.random.pick(&FIELD_NAMES));
    let number = context.random.between(2, 99);
    let here = format!("self.{name}");
    let (ty, value, digest) = match context.random.below(10) {
        0 | 1 => {
            let value = context.expr(&["seed"], 2);
            ("i64", value, here.clone())
        }
        2 => ("u32", format!("(seed as u32) % {number}"), format!("i64::from({here})")),
        3 => ("bool", format!("seed % {number} == 1"), format!("i64::from({here})")),
        4 => ("f64", format!("(seed % {number}) as f64 * 0.5"), format!("({here} * 2.0) as i64")),
        5 => (
            "String",
            format!("format!(\"n{number}-{{}}\", seed % 7)"),
            format!("{here}.len() as i64"),
        ),
        6 => (
            "Vec<i64>",
            format!("vec![seed, {number}, seed ^ {number}]"),
            format!("{here}.iter().copied().fold(0, i64::wrapping_add)"),
        ),
        7 => (
            "[u8; 4]",
            format!("[seed as u8, {number}, 1, 0]"),
            format!("i64::from({here}[0]) * i64::from({here}[1])"),
        ),
        8 => (
            "Option<i64>",
            format!("if seed % 3 == 0 {{ None }} else {{ Some(seed / {number}) }}"),
            format!("{here}.unwrap_or({number})"),
        ),
        _ => (
            "(u8, i32)",
            format!("(seed as u8, seed as i32 / {number})"),
            format!("i64::from({here}.0) + i64::from({here}.1)"),
        ),
    };
    Field { name, ty, value, digest }
}

fn fields(context: &mut Context<'_>, low: u64, high: u64) -> Vec<Field> {
    (0..context.random.between(low, high) as usize).map(|place| field(context, place)).collect()
}

/// A struct with a constructor, methods of all three kinds of `self`, and sometimes `Display` or `Default`.
pub fn structure(context: &mut Context<'_>) -> Unit {
    let number = context.number;
    let ty = format!("{}{number}", context.random.pick(&TYPE_NAMES));
    let fields = fields(context, 2, 7);
    context.out.line("#[derive(Clone, Debug, PartialEq)]");
    context.out.open(&format!("pub struct {ty} {{"));
    for field in &fields {
        let visibility = if context.random.chance(1, 2) { "pub " } else { "" };
        context.out.line(&format!("{visibility}{}: {},", field.name, field.ty));
    }
    context.out.close("}");
    context.out.blank();
    context.out.open(&format!("impl {ty} {{"));
    constructor(context, &fields);
    digest(context, &fields);
    updates(context, &fields);
    context.out.close("}");
    context.out.blank();
    let shown = context.random.chance(1, 2);
    if shown {
        display(context, &ty, &fields);
    }
    let entry = format!("use_{}", ty.to_lowercase());
    context.out.open(&format!("pub fn {entry}(input: i64) -> i64 {{"));
    context.out.line(&format!("let mut first = {ty}::new(input);"));
    context.out.line(&format!(
        "let second = {ty} {{ {0}: first.{0}.clone(), ..first.clone() }};",
        fields[0].name
    ));
    context.out.line("let same = first == second;");
    context.out.line("first.update(input & 0xfff);");
    if shown {
        context.out.line("let text = first.to_string();");
        context.out.line("first.update(text.len() as i64);");
    }
    context.out.line("first.digest().wrapping_add(second.consume()).wrapping_add(i64::from(same))");
    context.out.close("}");
    context.out.blank();
    Unit { entry, cost: 300 }
}

fn constructor(context: &mut Context<'_>, fields: &[Field]) {
    context.out.open("pub fn new(seed: i64) -> Self {");
    context.out.open("Self {");
    for field in fields {
        context.out.line(&format!("{}: {},", field.name, field.value));
    }
    context.out.close("}");
    context.out.close("}");
    context.out.blank();
}

fn digest(context: &mut Context<'_>, fields: &[Field]) {
    context.out.line("/// A number that depends on every field.");
    context.out.open("pub fn digest(&self) -> i64 {");
    context.out.line("let mut sum = 17i64;");
    for field in fields {
        context.out.line(&format!("sum = sum.wrapping_mul(31).wrapping_add({});", field.digest));
    }
    context.out.line("sum");
    context.out.close("}");
    context.out.blank();
}

fn updates(context: &mut Context<'_>, fields: &[Field]) {
    context.out.open("fn update(&mut self, by: i64) {");
    for field in fields {
        let here = format!("self.{}", field.name);
        let line = match field.ty {
            "i64" => format!("{here} = {here}.wrapping_add({});", context.expr(&["by"], 1)),
            "u32" => format!("{here} = {here}.saturating_sub(by as u32);"),
            "bool" => format!("{here} = !{here} && by > 3;"),
            "f64" => format!("{here} += by as f64 / 4.0;"),
            "String" => format!("{here}.push_str(if by > 9 {{ \"more\" }} else {{ \"-\" }});"),
            "Vec<i64>" => format!("{here}.push(by);"),
            "[u8; 4]" => format!("{here}[(by & 3) as usize] = by as u8;"),
            "Option<i64>" => format!("{here} = {here}.map(|value| value ^ by);"),
            _ => format!("{here}.1 = {here}.1.wrapping_sub(by as i32);"),
        };
        context.out.line(&line);
    }
    context.out.close("}");
    context.out.blank();
    let extra = context.random.pick(&["1", "2", "0x55"]);
    context.out.open("pub fn consume(self) -> i64 {");
    context.out.line(&format!("self.digest().rotate_left({extra})"));
    context.out.close("}");
}

fn display(context: &mut Context<'_>, ty: &str, fields: &[Field]) {
    context.out.open(&format!("impl fmt::Display for {ty} {{"));
    context.out.open("fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {");
    let named = &fields[0];
    let form = if named.ty == "f64" { ":.2" } else { ":?" };
    context.out.line(&format!(
        "write!(f, \"{ty}({{{form}}}, {{}})\", self.{}, self.digest() & 0xff)",
        named.name
    ));
    context.out.close("}");
    context.out.close("}");
    context.out.blank();
}

/// An enum of all shapes of variants with matches over it.
pub fn enumeration(context: &mut Context<'_>) -> Unit {
    let number = context.number;
    let ty = format!("{}{number}", context.random.pick(&ENUM_NAMES));
    let variants = context.random.between(3, 8) as usize;
    let shapes: Vec<u64> = (0..variants).map(|_| context.random.below(4)).collect();
    let names: Vec<String> =
        (0..variants).map(|v| format!("{}{v}", VARIANTS[v % VARIANTS.len()])).collect();
    context.out.line("#[derive(Debug, Clone, PartialEq)]");
    context.out.open(&format!("pub enum {ty} {{"));
    for (name, shape) in names.iter().zip(&shapes) {
        context.out.line(&match shape {
            0 => format!("{name},"),
            1 => format!("{name}(i64),"),
            2 => format!("{name} {{ x: i64, y: i64 }},"),
            _ => format!("{name}(String, u32),"),
        });
    }
    context.out.close("}");
    context.out.blank();
    context.out.open(&format!("impl {ty} {{"));
    context.out.open("fn of(seed: i64) -> Self {");
    context.out.open(&format!("match seed.rem_euclid({variants}) {{"));
    for (place, (name, shape)) in names.iter().zip(&shapes).enumerate() {
        let value = context.expr(&["seed"], 2);
        let pattern = if place + 1 == variants { "_".to_string() } else { place.to_string() };
        context.out.line(&match shape {
            0 => format!("{pattern} => {ty}::{name},"),
            1 => format!("{pattern} => {ty}::{name}({value}),"),
            2 => format!("{pattern} => {ty}::{name} {{ x: {value}, y: seed }},"),
            _ => format!(
                "{pattern} => Self::{name}(String::from(\"{}\"), seed as u32),",
                name.to_lowercase()
            ),
        });
    }
    context.out.close("}");
    context.out.close("}");
    context.out.blank();
    score(context, &ty, &names, &shapes);
    context.out.close("}");
    context.out.blank();
    let entry = format!("use_{}", ty.to_lowercase());
    let turns = context.random.between(3, 12);
    context.out.open(&format!("pub fn {entry}(input: i64) -> i64 {{"));
    context.out.line("let mut total = 0i64;");
    context.out.open(&format!("for seed in input..input.saturating_add({turns}) {{"));
    context.out.line(&format!("let value = {ty}::of(seed);"));
    context.out.open(&format!(
        "if let {ty}::{}{} = &value {{",
        names[0],
        ["", "(_)", " { .. }", "(..)"][shapes[0] as usize]
    ));
    context.out.line("total ^= 1;");
    context.out.close("}");
    context.out.line("total = total.wrapping_mul(5).wrapping_add(value.score());");
    context.out.close("}");
    context.out.line("total");
    context.out.close("}");
    context.out.blank();
    Unit { entry, cost: turns * 40 }
}

fn score(context: &mut Context<'_>, ty: &str, names: &[String], shapes: &[u64]) {
    context.out.open("pub fn score(&self) -> i64 {");
    context.out.open("match self {");
    for (name, shape) in names.iter().zip(shapes) {
        let (one, two) = (context.random.between(1, 50), context.random.between(1, 50));
        match shape {
            0 => context.out.line(&format!("{ty}::{name} => {one},")),
            1 => {
                context.out.line(&format!("{ty}::{name}(n @ 0..={two}) => *n + {one},"));
                let value = context.expr(&["n"], 2);
                context.out.open(&format!("{ty}::{name}(n) => {{"));
                context.out.line("let n = *n;");
                context.out.line(&value);
                context.out.close("}");
            }
            2 => {
                context.out.line(&format!("{ty}::{name} {{ x: {one}, .. }} => {two},"));
                context.out.line(&format!("{ty}::{name} {{ x, y }} if x < y => x ^ y,"));
                context.out.line(&format!("Self::{name} {{ x, y }} => x.wrapping_sub(*y),"));
            }
            _ => {
                context.out.line(&format!("{ty}::{name}(text, {two}) => text.len() as i64,"));
                context
                    .out
                    .line(&format!("{ty}::{name}(text, n) => text.len() as i64 * i64::from(*n),"));
            }
        }
    }
    context.out.close("}");
    context.out.close("}");
}

/// A tree of expressions or a search tree, behind boxes.
pub fn tree(context: &mut Context<'_>) -> Unit {
    let number = context.number;
    let ty = format!("Expr{number}");
    let depth = context.random.between(3, 6);
    let (leaf, both) = (context.expr(&["seed", "depth"], 2), context.expr(&["a", "b"], 2));
    context.out.line("#[derive(Debug, Clone)]");
    context.out.open(&format!("enum {ty} {{"));
    context.out.line("Number(i64),");
    context.out.line("Input,");
    context.out.line(&format!("Negate(Box<{ty}>),"));
    context.out.line(&format!("Sum(Box<{ty}>, Box<{ty}>),"));
    context.out.line(&format!("Other {{ left: Box<{ty}>, right: Box<{ty}> }},"));
    context.out.close("}");
    context.out.blank();
    context.out.open(&format!("fn grow_{number}(seed: i64, depth: i64) -> {ty} {{"));
    context.out.open("if depth == 0 {");
    context.out.line(&format!(
        "return if seed % 2 == 0 {{ {ty}::Input }} else {{ {ty}::Number({leaf}) }};"
    ));
    context.out.close("}");
    context.out.line(&format!(
        "let below = |by: i64| Box::new(grow_{number}(seed.wrapping_add(by), depth - 1));"
    ));
    context.out.open("match seed.rem_euclid(3) {");
    context.out.line(&format!("0 => {ty}::Negate(below(5)),"));
    context.out.line(&format!("1 => {ty}::Sum(below(1), below(2)),"));
    context.out.line(&format!("_ => {ty}::Other {{ left: below(3), right: below(7) }},"));
    context.out.close("}");
    context.out.close("}");
    context.out.blank();
    context.out.open(&format!("fn evaluate_{number}(expr: &{ty}, input: i64) -> i64 {{"));
    context.out.open("match expr {");
    context.out.line(&format!("{ty}::Number(n) => *n,"));
    context.out.line(&format!("{ty}::Input => input,"));
    context
        .out
        .line(&format!("{ty}::Negate(inner) => evaluate_{number}(inner, input).wrapping_neg(),"));
    context.out.open(&format!("{ty}::Sum(left, right) => {{"));
    context.out.line(&format!(
        "evaluate_{number}(left, input).wrapping_add(evaluate_{number}(right, input))"
    ));
    context.out.close("}");
    context.out.open(&format!("{ty}::Other {{ left, right }} => {{"));
    context.out.line(&format!("let a = evaluate_{number}(left, input);"));
    context.out.line(&format!("let b = evaluate_{number}(right, input ^ a);"));
    context.out.line(&both);
    context.out.close("}");
    context.out.close("}");
    context.out.close("}");
    context.out.blank();
    let entry = format!("evaluate_tree_{number}");
    context.out.open(&format!("pub fn {entry}(input: i64) -> i64 {{"));
    context.out.line(&format!("let tree = grow_{number}(input, {depth});"));
    context.out.line("let other = tree.clone();");
    context.out.line(&format!("evaluate_{number}(&tree, input) ^ evaluate_{number}(&other, 3)"));
    context.out.close("}");
    context.out.blank();
    Unit { entry, cost: 100 << depth }
}

/// A small vector type with operators.
pub fn operators(context: &mut Context<'_>) -> Unit {
    let number = context.number;
    let ty = format!("{}{number}", context.random.pick(&["Point", "Vector", "Money", "Delta"]));
    let axes: Vec<&str> = ["x", "y", "z", "w"][..context.random.between(2, 4) as usize].to_vec();
    let each = |form: &dyn Fn(&str) -> String| {
        axes.iter().map(|axis| format!("{axis}: {}", form(axis))).collect::<Vec<_>>().join(", ")
    };
    let fields = axes.iter().map(|a| format!("{a}: i64")).collect::<Vec<_>>().join(", ");
    context
        .out
        .line("#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]");
    context.out.line(&format!("pub struct {ty} {{ {fields} }}"));
    context.out.blank();
    for (name, method) in [("Add", "wrapping_add"), ("Sub", "wrapping_sub")] {
        context.out.open(&format!("impl {name} for {ty} {{"));
        context.out.line(&format!("type Output = {ty};"));
        context.out.open(&format!("fn {}(self, other: {ty}) -> {ty} {{", name.to_lowercase()));
        let sum = each(&|axis| format!("self.{axis}.{method}(other.{axis})"));
        context.out.line(&format!("{ty} {{ {sum} }}"));
        context.out.close("}");
        context.out.close("}");
        context.out.blank();
    }
    context.out.open(&format!("impl Mul<i64> for {ty} {{"));
    context.out.line(&format!("type Output = {ty};"));
    context.out.open(&format!("fn mul(self, by: i64) -> {ty} {{"));
    context
        .out
        .line(&format!("{ty} {{ {} }}", each(&|axis| format!("self.{axis}.wrapping_mul(by)"))));
    context.out.close("}");
    context.out.close("}");
    context.out.blank();
    context.out.open(&format!("impl AddAssign for {ty} {{"));
    context.out.open(&format!("fn add_assign(&mut self, other: {ty}) {{"));
    context.out.line("*self = *self + other;");
    context.out.close("}");
    context.out.close("}");
    context.out.blank();
    let entry = format!("use_{}", ty.to_lowercase());
    let by = context.random.between(2, 9);
    context.out.open(&format!("pub fn {entry}(input: i64) -> i64 {{"));
    context.out.line(&format!("let one = {ty} {{ x: input, ..{ty}::default() }};"));
    context.out.line(&format!(
        "let two = {ty} {{ {} }};",
        each(&|axis| format!("input ^ {}", axis.as_bytes()[0]))
    ));
    context.out.line(&format!("let mut sum = one * {by} + two - one;"));
    context.out.line("sum += two;");
    context.out.line("let order = if one < two { 1 } else { 2 };");
    context.out.line(&format!(
        "{}.wrapping_mul(order)",
        axes.iter()
            .map(|a| format!("sum.{a}"))
            .reduce(|a, b| format!("({a} ^ {b})"))
            .expect("two axes at least")
    ));
    context.out.close("}");
    context.out.blank();
    Unit { entry, cost: 60 }
}

const TYPE_NAMES: [&str; 10] = [
    "Account", "Widget", "Session", "Packet", "Sensor", "Ticket", "Sprite", "Config", "Worker",
    "Sample",
];
const ENUM_NAMES: [&str; 6] = ["Event", "Shape", "Command", "Token", "Message", "Phase"];
const VARIANTS: [&str; 8] = ["Start", "Move", "Stop", "Write", "Resize", "Paint", "Merge", "Close"];
