//! Functions over integers: locals, branches, loops, matches, tables, recursion.

use super::{Context, Unit};

/// A function of statements chosen one by one.
pub fn function(context: &mut Context<'_>) -> Unit {
    let entry = format!("{}_{}", context.random.pick(&VERBS), context.number);
    let mut cost = 50;
    context.out.open(&format!("pub fn {entry}(input: i64) -> i64 {{"));
    let first = context.expr(&["input"], 2);
    context.out.line(&format!("let mut value = {first};"));
    let mut variables = vec!["input", "value"];
    for name in ["rate", "limit", "offset"] {
        let init = context.expr(&variables, 2);
        context.out.line(&format!("let {name}: i64 = {init};"));
        variables.push(name);
    }
    for _ in 0..context.random.between(2, 6) {
        cost += statement(context, &variables);
    }
    if context.random.chance(1, 2)
        && let Some((call, added)) = context.call("value & 0xff")
    {
        context.out.line(&format!("value = value.wrapping_add({call});"));
        cost += added;
    }
    let last = context.expr(&variables, 2);
    context.out.line(&format!("value ^ ({last})"));
    context.out.close("}");
    context.out.blank();
    Unit { entry, cost }
}

/// One statement that changes `value`; what it costs.
fn statement(context: &mut Context<'_>, variables: &[&str]) -> u64 {
    match context.random.below(7) {
        0 => branch(context, variables),
        1 => counted_loop(context, variables),
        2 => while_loop(context, variables),
        3 => choice(context, variables),
        4 => labelled(context, variables),
        5 => {
            let value = context.expr(variables, 3);
            let op = context.random.pick(&["^=", "&=", "|="]);
            context.out.line(&format!("value {op} {value};"));
            5
        }
        _ => tuple(context, variables),
    }
}

fn branch(context: &mut Context<'_>, variables: &[&str]) -> u64 {
    let (first, second) = (context.condition(variables), context.condition(variables));
    let values = [(); 3].map(|()| context.expr(variables, 2));
    context.out.open(&format!("if {first} {{"));
    context.out.line(&format!("value = {};", values[0]));
    if context.random.chance(1, 2) {
        context.out.next(&format!("}} else if {second} {{"));
        context.out.line(&format!("value = value.wrapping_sub({});", values[1]));
    }
    context.out.next("} else {");
    context.out.line(&format!("value ^= {};", values[2]));
    context.out.close("}");
    10
}

fn counted_loop(context: &mut Context<'_>, variables: &[&str]) -> u64 {
    let turns = context.random.between(3, 20);
    let inner: Vec<&str> = variables.iter().copied().chain(["step"]).collect();
    let value = context.expr(&inner, 2);
    let range = if context.random.chance(1, 3) {
        format!("1..={turns}_i64")
    } else {
        format!("0..{turns}_i64")
    };
    context.out.open(&format!("for step in {range} {{"));
    if context.random.chance(1, 2) {
        let skip = context.condition(&inner);
        context.out.open(&format!("if {skip} {{"));
        context.out.line("continue;");
        context.out.close("}");
    }
    context.out.line(&format!("value = value.wrapping_mul(3).wrapping_add({value});"));
    context.out.close("}");
    turns * 10
}

fn while_loop(context: &mut Context<'_>, variables: &[&str]) -> u64 {
    let turns = context.random.between(4, 24);
    let value = context.expr(variables, 2);
    let stop = context.condition(variables);
    context.out.line("let mut turns = 0;");
    context.out.open(&format!("while turns < {turns} {{"));
    context.out.line("turns += 1;");
    context.out.open(&format!("if {stop} {{"));
    context.out.line(&format!("value = {value};"));
    context.out.line("break;");
    context.out.close("}");
    context.out.line("value = value.wrapping_add(turns).rotate_right(3);");
    context.out.close("}");
    turns * 10
}

fn choice(context: &mut Context<'_>, variables: &[&str]) -> u64 {
    let arms = context.random.between(3, 8);
    context.out.open(&format!("value = match value % {} {{", arms + 2));
    for arm in 0..arms {
        let result = context.expr(variables, 2);
        match context.random.below(4) {
            0 => {
                let guard = context.condition(variables);
                context.out.line(&format!("{arm} if {guard} => {result},"));
            }
            1 => context.out.line(&format!("{arm} | -{} => {result},", arm + 1)),
            2 => {
                let extra = context.expr(variables, 1);
                context.out.open(&format!("{arm} => {{"));
                context.out.line(&format!("let extra = {extra};"));
                context.out.line(&format!("extra.wrapping_add({result})"));
                context.out.close("}");
            }
            _ => context.out.line(&format!("{arm} => {result},")),
        }
    }
    let (low, high) = (context.expr(variables, 1), context.expr(variables, 1));
    context.out.line(&format!("-20..=-1 => {low},"));
    context.out.line(&format!("other => other.wrapping_add({high}),"));
    context.out.close("};");
    10
}

fn labelled(context: &mut Context<'_>, variables: &[&str]) -> u64 {
    let (rows, columns) = (context.random.between(2, 6), context.random.between(2, 8));
    let inner: Vec<&str> = variables.iter().copied().chain(["row", "column"]).collect();
    let (found, value) = (context.condition(&inner), context.expr(&inner, 2));
    context.out.open(&format!("'rows: for row in 0..{rows}_i64 {{"));
    context.out.open(&format!("for column in 0..{columns}_i64 {{"));
    context.out.open(&format!("if {found} {{"));
    context.out.line("value = value.wrapping_add(row * column);");
    context.out.line("continue 'rows;");
    context.out.close("}");
    context.out.line(&format!("value ^= {value};"));
    context.out.close("}");
    context.out.close("}");
    rows * columns * 10
}

fn tuple(context: &mut Context<'_>, variables: &[&str]) -> u64 {
    let (a, b) = (context.expr(variables, 2), context.expr(variables, 1));
    context.out.line(&format!("let (mut left, mut right) = ({a}, {b});"));
    context.out.open("if left > right {");
    context.out.line("std::mem::swap(&mut left, &mut right);");
    context.out.close("}");
    context.out.line("value = value.wrapping_add(left ^ right);");
    5
}

/// Constants and a look-up table in a static array.
pub fn table(context: &mut Context<'_>) -> Unit {
    let (number, size) = (context.number, context.random.between(6, 20));
    let entry = format!("look_up_{number}");
    let value = context.expr(&["total", "entry"], 2);
    context.out.line(&format!("const SIZE_{number}: usize = {size};"));
    context.out.blank();
    context.out.open(&format!("static TABLE_{number}: [i64; SIZE_{number}] = ["));
    let entries: Vec<String> =
        (0..size).map(|_| context.random.below(10_000).to_string()).collect();
    for row in entries.chunks(10) {
        context.out.line(&format!("{},", row.join(", ")));
    }
    context.out.close("];");
    context.out.blank();
    context.out.open(&format!("pub fn {entry}(input: i64) -> i64 {{"));
    context.out.line(&format!("let start = (input & 0xffff) as usize % SIZE_{number};"));
    context.out.line(&format!("let mut total = TABLE_{number}[start];"));
    context.out.open(&format!("for (place, entry) in TABLE_{number}.iter().enumerate() {{"));
    context.out.line("let entry = *entry + place as i64;");
    context.out.line(&format!("total = total.wrapping_add({value});"));
    context.out.close("}");
    context.out.line("total");
    context.out.close("}");
    context.out.blank();
    Unit { entry, cost: size * 10 }
}

/// Recursive functions: a greatest divisor, and a walk of bounded depth.
pub fn recursion(context: &mut Context<'_>) -> Unit {
    let number = context.number;
    let entry = format!("descend_{number}");
    let (base, step) = (context.expr(&["n", "seed"], 2), context.expr(&["n", "seed"], 2));
    let depth = context.random.between(4, 7);
    context.out.open(&format!("fn divisor_{number}(a: u64, b: u64) -> u64 {{"));
    context.out.line(&format!("if b == 0 {{ a }} else {{ divisor_{number}(b, a % b) }}"));
    context.out.close("}");
    context.out.blank();
    context.out.open(&format!("fn walk_{number}(n: i64, seed: i64) -> i64 {{"));
    context.out.open("if n <= 0 {");
    context.out.line(&format!("return {base};"));
    context.out.close("}");
    context.out.line(&format!("let here = {step};"));
    context.out.line(&format!("let left = walk_{number}(n - 1, seed ^ here);"));
    context.out.line(&format!("let right = walk_{number}(n - 2, here);"));
    context.out.line("left.wrapping_mul(7).wrapping_add(right)");
    context.out.close("}");
    context.out.blank();
    context.out.open(&format!("pub fn {entry}(input: i64) -> i64 {{"));
    context.out.line(&format!("let found = walk_{number}({depth}, input);"));
    context.out.line(&format!("found ^ divisor_{number}(input.unsigned_abs() + 12, 360) as i64"));
    context.out.close("}");
    context.out.blank();
    Unit { entry, cost: 20 << depth }
}

const VERBS: [&str; 8] =
    ["compute", "estimate", "adjust", "combine", "reduce", "balance", "measure", "resolve"];
