//! Hash maps, and functions that fail with `Option`, `Result` and `?`.

use super::{Context, Unit};

pub fn maps(context: &mut Context<'_>) -> Unit {
    let number = context.number;
    let entry = format!("count_{number}");
    let (turns, groups) = (context.random.between(10, 50), context.random.between(3, 12));
    let value = context.expr(&["input", "step"], 2);
    context.out.open(&format!("pub fn {entry}(input: i64) -> i64 {{"));
    match context.random.below(3) {
        0 => {
            context.out.line("let mut counts: HashMap<i64, u32> = HashMap::new();");
            context.out.open(&format!("for step in 0..{turns}_i64 {{"));
            context.out.line(&format!("let key: i64 = {value};"));
            context.out.line(&format!("*counts.entry(key % {groups}).or_insert(0) += 1;"));
            context.out.close("}");
            context.out.line("let most = counts.values().copied().max().unwrap_or(0);");
            context.out.line("counts.len() as i64 * 100 + i64::from(most)");
        }
        1 => {
            context.out.line("let mut groups: HashMap<String, Vec<i64>> = HashMap::new();");
            context.out.open(&format!("for step in 0..{turns}_i64 {{"));
            context.out.line(&format!("let name = format!(\"g{{}}\", step % {groups});"));
            context.out.line(&format!("groups.entry(name).or_default().push({value});"));
            context.out.close("}");
            context.out.line("let mut names: Vec<&String> = groups.keys().collect();");
            context.out.line("names.sort();");
            context.out.open("names.iter().fold(0i64, |sum, name| {");
            context.out.line("sum.wrapping_mul(7).wrapping_add(groups[*name].len() as i64)");
            context.out.close("})");
        }
        _ => {
            context.out.line("let mut known = HashMap::new();");
            context.out.open(&format!("for step in 0..{turns}_i64 {{"));
            context
                .out
                .open(&format!("if let Some(old) = known.insert(step % {groups}, {value}) {{"));
            context.out.line("known.insert(-step, old);");
            context.out.close("}");
            context.out.close("}");
            context.out.line("let mut total = 0i64;");
            context.out.open("for (key, value) in &known {");
            context.out.line("total = total.wrapping_add(key ^ value);");
            context.out.close("}");
            context.out.open("match known.get(&1) {");
            context.out.line("Some(value) if known.contains_key(&2) => total ^ value,");
            context.out.line("Some(_) => total,");
            context.out.line("None => -total.signum(),");
            context.out.close("}");
        }
    }
    context.out.close("}");
    context.out.blank();
    Unit { entry, cost: turns * 60 }
}

/// An error type with conversions, and a chain of functions that use `?`.
pub fn fallible(context: &mut Context<'_>) -> Unit {
    let number = context.number;
    let ty = format!("Problem{number}");
    let limit = context.random.between(10, 500);
    error_type(context, &ty);
    let value = context.expr(&["n", "limit"], 2);
    context.out.open(&format!("fn checked_{number}(n: i64, limit: i64) -> Result<i64, {ty}> {{"));
    context.out.open("if n % 11 == 3 {");
    context.out.line(&format!("return Err({ty}::Unlucky);"));
    context.out.close("}");
    context.out.open("if n > limit {");
    context.out.line(&format!("return Err({ty}::TooLarge {{ value: n, limit }});"));
    context.out.close("}");
    context.out.line(&format!("Ok({value})"));
    context.out.close("}");
    context.out.blank();
    context.out.open(&format!("fn parsed_{number}(text: &str) -> Result<i64, {ty}> {{"));
    context.out.line("let number: i64 = text.trim().parse()?;");
    context.out.line(&format!("let checked = checked_{number}(number, {limit})?;"));
    context.out.line(&format!("checked.checked_mul(3).ok_or({ty}::Unlucky)"));
    context.out.close("}");
    context.out.blank();
    context.out.open(&format!("fn middle_{number}(items: &[i64]) -> Option<i64> {{"));
    context.out.open("match items {");
    context.out.line("[] => None,");
    context.out.line("[one] => Some(*one),");
    context.out.line("[first, .., last] if first == last => Some(*first),");
    context.out.line("[_, inner @ .., _] => inner.get(inner.len() / 2).or(items.last()).copied(),");
    context.out.close("}");
    context.out.close("}");
    context.out.blank();
    let entry = format!("attempt_{number}");
    context.out.open(&format!("pub fn {entry}(input: i64) -> i64 {{"));
    context
        .out
        .line("let texts = [(input % 700).to_string(), String::from(\"17 \"), \"x\".repeat(3)];");
    context.out.line("let mut sum = 0i64;");
    context.out.open("for text in &texts {");
    context.out.open(&format!("sum = sum.wrapping_add(match parsed_{number}(text) {{"));
    context.out.line("Ok(value) => value,");
    context.out.line("Err(problem) => problem.cost(),");
    context.out.close("});");
    context.out.close("}");
    context.out.line(&format!(
        "let Some(middle) = middle_{number}(&[sum, input, 3]) else {{ return sum }};"
    ));
    context.out.line("middle ^ sum");
    context.out.close("}");
    context.out.blank();
    Unit { entry, cost: 500 }
}

fn error_type(context: &mut Context<'_>, ty: &str) {
    let cost = context.random.between(1, 90);
    context.out.line("#[derive(Debug, Clone, PartialEq)]");
    context.out.open(&format!("enum {ty} {{"));
    context.out.line("Unlucky,");
    context.out.line("TooLarge { value: i64, limit: i64 },");
    context.out.line("NotANumber(String),");
    context.out.close("}");
    context.out.blank();
    context.out.open(&format!("impl From<std::num::ParseIntError> for {ty} {{"));
    context.out.open("fn from(error: std::num::ParseIntError) -> Self {");
    context.out.line(&format!("{ty}::NotANumber(error.to_string())"));
    context.out.close("}");
    context.out.close("}");
    context.out.blank();
    context.out.open(&format!("impl {ty} {{"));
    context.out.open("fn cost(&self) -> i64 {");
    context.out.open("match self {");
    context.out.line(&format!("Self::Unlucky => {cost},"));
    context.out.line("Self::TooLarge { value, limit } => value.wrapping_sub(*limit),");
    context.out.line("Self::NotANumber(text) => -(text.len() as i64),");
    context.out.close("}");
    context.out.close("}");
    context.out.close("}");
    context.out.blank();
}
