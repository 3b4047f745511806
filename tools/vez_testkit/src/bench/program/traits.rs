//! Traits: objects, generic containers with bounds, associated types and constants.

use super::{Context, Unit};

/// A trait with a default method, two to four implementors, static and dynamic dispatch.
pub fn objects(context: &mut Context<'_>) -> Unit {
    let number = context.number;
    let name = format!("{}{number}", context.random.pick(&TRAITS));
    let implementors = context.random.between(2, 4);
    context.out.open(&format!("pub trait {name} {{"));
    context.out.line("fn value(&self) -> i64;");
    context.out.line("fn apply(&mut self, by: i64);");
    context.out.open("fn twice(&self) -> i64 {");
    context.out.line("self.value().wrapping_mul(2)");
    context.out.close("}");
    context.out.close("}");
    context.out.blank();
    for place in 0..implementors {
        implementor(context, &name, place);
    }
    context
        .out
        .open(&format!("fn total_{number}<T: {name} + ?Sized>(item: &mut T, by: i64) -> i64 {{"));
    context.out.line("item.apply(by);");
    context.out.line("item.value() ^ item.twice()");
    context.out.close("}");
    context.out.blank();
    let entry = format!("dispatch_{number}");
    context.out.open(&format!("pub fn {entry}(input: i64) -> i64 {{"));
    context.out.line(&format!("let mut items: Vec<Box<dyn {name}>> = Vec::new();"));
    for place in 0..implementors {
        let value = context.expr(&["input"], 1);
        context
            .out
            .line(&format!("items.push(Box::new({name}Of{place} {{ a: {value}, b: input }}));"));
    }
    context.out.line("let mut sum = 0i64;");
    context.out.open("for item in items.iter_mut() {");
    context.out.line(&format!("sum = sum.wrapping_add(total_{number}(item.as_mut(), 3));"));
    context.out.close("}");
    context.out.line(&format!("let mut own = {name}Of0 {{ a: 1, b: sum }};"));
    context.out.line(&format!("sum.wrapping_add(total_{number}(&mut own, input))"));
    context.out.close("}");
    context.out.blank();
    Unit { entry, cost: 60 * implementors }
}

fn implementor(context: &mut Context<'_>, name: &str, place: u64) {
    let (value, change) = (context.expr(&["a", "b"], 3), context.expr(&["a", "by"], 2));
    context.out.open(&format!("struct {name}Of{place} {{"));
    context.out.line("a: i64,");
    context.out.line("b: i64,");
    context.out.close("}");
    context.out.blank();
    context.out.open(&format!("impl {name} for {name}Of{place} {{"));
    context.out.open("fn value(&self) -> i64 {");
    context.out.line("let (a, b) = (self.a, self.b);");
    context.out.line(&value);
    context.out.close("}");
    context.out.blank();
    context.out.open("fn apply(&mut self, by: i64) {");
    context.out.line("let a = self.a;");
    context.out.line(&format!("self.b = {change};"));
    context.out.close("}");
    if context.random.chance(1, 3) {
        context.out.blank();
        context.out.open("fn twice(&self) -> i64 {");
        context.out.line("self.b.wrapping_sub(self.a)");
        context.out.close("}");
    }
    context.out.close("}");
    context.out.blank();
}

/// A generic container with bounds, used at several types.
pub fn generic_container(context: &mut Context<'_>) -> Unit {
    let number = context.number;
    let ty = format!("{}{number}", context.random.pick(&["Stack", "Ring", "Pile", "Track"]));
    let capacity = context.random.between(3, 12);
    context.out.line("#[derive(Debug, Clone, Default)]");
    context.out.open(&format!("pub struct {ty}<T> {{"));
    context.out.line("items: Vec<T>,");
    context.out.line("pushed: usize,");
    context.out.close("}");
    context.out.blank();
    context.out.open(&format!("impl<T: Clone + PartialOrd> {ty}<T> {{"));
    context.out.open("pub fn new() -> Self {");
    context.out.line(&format!("{ty} {{ items: Vec::with_capacity({capacity}), pushed: 0 }}"));
    context.out.close("}");
    context.out.blank();
    context.out.open("pub fn push(&mut self, item: T) -> &mut Self {");
    context.out.open(&format!("if self.items.len() == {capacity} {{"));
    context.out.line("self.items.remove(0);");
    context.out.close("}");
    context.out.line("self.items.push(item);");
    context.out.line("self.pushed += 1;");
    context.out.line("self");
    context.out.close("}");
    context.out.blank();
    context.out.open("pub fn largest(&self) -> Option<&T> {");
    context.out.line("let mut best = self.items.first()?;");
    context.out.open("for item in &self.items[1..] {");
    context.out.open("if item > best {");
    context.out.line("best = item;");
    context.out.close("}");
    context.out.close("}");
    context.out.line("Some(best)");
    context.out.close("}");
    context.out.blank();
    context.out.line(&format!("pub fn convert<U, F>(&self, change: F) -> {ty}<U>"));
    context.out.line("where");
    context.out.line("    F: Fn(&T) -> U,");
    context.out.open("{");
    context.out.line(&format!(
        "{ty} {{ items: self.items.iter().map(change).collect(), pushed: self.pushed }}"
    ));
    context.out.close("}");
    context.out.close("}");
    context.out.blank();
    use_container(context, &ty)
}

fn use_container(context: &mut Context<'_>, ty: &str) -> Unit {
    let entry = format!("use_{}", ty.to_lowercase());
    let turns = context.random.between(4, 20);
    let other = context.random.pick(&["u8", "i32", "u16", "u64"]);
    let value = context.expr(&["input", "step"], 2);
    context.out.open(&format!("pub fn {entry}(input: i64) -> i64 {{"));
    context.out.line(&format!("let mut numbers: {ty}<i64> = {ty}::new();"));
    context.out.line(&format!("let mut small = {ty}::<{other}>::new();"));
    context.out.line(&format!("let mut names = {ty}::new();"));
    context.out.open(&format!("for step in 0..{turns}_i64 {{"));
    context.out.line(&format!("numbers.push({value}).push(step);"));
    context.out.line(&format!("small.push(step as {other});"));
    context.out.line("names.push((step % 3, step.to_string()));");
    context.out.close("}");
    context.out.line("let halves = numbers.convert(|n| n / 2);");
    context.out.line("let most = halves.largest().copied().unwrap_or(-1);");
    context.out.line("let tiny = small.largest().map_or(0, |n| *n as i64);");
    context.out.line(
        "let name = names.largest().map(|(n, text)| n + text.len() as i64).unwrap_or_default();",
    );
    context.out.line("most.wrapping_add(tiny).wrapping_add(name) ^ halves.pushed as i64");
    context.out.close("}");
    context.out.blank();
    Unit { entry, cost: turns * 100 }
}

/// A trait with an associated type and constant, and a function generic over it.
pub fn associated(context: &mut Context<'_>) -> Unit {
    let number = context.number;
    let name = format!("Codec{number}");
    context.out.open(&format!("pub trait {name} {{"));
    context.out.line("type Code: Copy + Into<i64>;");
    context.out.line("const BIAS: i64;");
    context.out.line("fn encode(&self, value: i64) -> Self::Code;");
    context.out.close("}");
    context.out.blank();
    let kinds = context.random.between(2, 3) as usize;
    for (place, code) in ["u8", "i32", "u16"].iter().take(kinds).enumerate() {
        let (bias, value) = (context.random.between(1, 99), context.expr(&["value", "key"], 2));
        context.out.line(&format!("struct {name}As{place}(i64);"));
        context.out.blank();
        context.out.open(&format!("impl {name} for {name}As{place} {{"));
        context.out.line(&format!("type Code = {code};"));
        context.out.line(&format!("const BIAS: i64 = {bias};"));
        context.out.open("fn encode(&self, value: i64) -> Self::Code {");
        context.out.line("let key = self.0;");
        context.out.line(&format!("let code: i64 = {value};"));
        context.out.line(&format!("code as {code}"));
        context.out.close("}");
        context.out.close("}");
        context.out.blank();
    }
    context.out.open(&format!(
        "fn encode_all_{number}<C: {name}, const N: usize>(codec: &C, values: [i64; N]) -> i64 {{"
    ));
    context.out.line("let mut sum = C::BIAS;");
    context.out.open("for value in values {");
    context.out.line("sum = sum.wrapping_mul(3).wrapping_add(codec.encode(value).into());");
    context.out.close("}");
    context.out.line("sum + N as i64");
    context.out.close("}");
    context.out.blank();
    let entry = format!("encode_{number}");
    context.out.open(&format!("pub fn {entry}(input: i64) -> i64 {{"));
    context
        .out
        .line(&format!("let first = encode_all_{number}(&{name}As0(input), [1, input, 3]);"));
    context
        .out
        .line(&format!("let second = encode_all_{number}(&{name}As{}(7), [input; 5]);", kinds - 1));
    context.out.line("first ^ second");
    context.out.close("}");
    context.out.blank();
    Unit { entry, cost: 100 }
}

const TRAITS: [&str; 6] = ["Account", "Filter", "Handler", "Source", "Policy", "Visitor"];
