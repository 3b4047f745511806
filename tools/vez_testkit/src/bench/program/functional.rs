//! Closures, iterator chains and iterators written by hand.

use super::{Context, Unit};

/// A function of two or three iterator chains.
pub fn iterators(context: &mut Context<'_>) -> Unit {
    let number = context.number;
    let entry = format!("summarise_{number}");
    let size = context.random.between(8, 40);
    let value = context.expr(&["input", "n"], 2);
    context.out.open(&format!("pub fn {entry}(input: i64) -> i64 {{"));
    context
        .out
        .line(&format!("let numbers: Vec<i64> = (0..{size}).map(|n: i64| {value}).collect();"));
    context.out.line("let mut total = 0i64;");
    let chains = context.random.between(2, 4);
    for _ in 0..chains {
        chain(context);
    }
    context.out.line("total");
    context.out.close("}");
    context.out.blank();
    Unit { entry, cost: chains * size * 10 }
}

fn chain(context: &mut Context<'_>) {
    let small = context.random.between(2, 7);
    let value = context.expr(&["n"], 2);
    let condition = context.condition(&["n"]);
    let line = match context.random.below(10) {
        0 => format!(
            "numbers.iter().copied().filter(|&n| {condition}).map(|n: i64| {value}).fold(0, i64::wrapping_add)"
        ),
        1 => format!(
            "numbers.iter().zip(numbers.iter().skip({small})).map(|(a, b)| a ^ b).max().unwrap_or(0)"
        ),
        2 => format!(
            "numbers.chunks({small}).map(|part| part.iter().fold(1i64, |a, b| a.wrapping_mul(*b | 1))).fold(0, |a, b| a ^ b)"
        ),
        3 => "numbers.windows(2).filter(|pair| pair[0] < pair[1]).count() as i64".to_string(),
        4 => format!(
            "numbers.iter().enumerate().filter(|(i, _)| i % {small} == 0).map(|(_, n)| n & 0xffff).sum::<i64>()"
        ),
        5 => format!("numbers.iter().rev().take({small}).map(|n| n % 1000).sum::<i64>()"),
        6 => format!("numbers.iter().position(|&n| {condition}).map_or(-1, |place| place as i64)"),
        7 => format!(
            "i64::from(numbers.iter().any(|&n| {condition})) + i64::from(numbers.iter().all(|n| n % {small} != 1))"
        ),
        8 => format!("numbers.iter().step_by({small}).map(|n| n >> 3).min().unwrap_or_default()"),
        _ => format!(
            "numbers.iter().take_while(|n| **n != {small}).flat_map(|n| [n & 1, n & 2]).sum::<i64>()"
        ),
    };
    context.out.line(&format!("total = total.wrapping_add({line});"));
    if context.random.chance(1, 3) {
        context.out.line("let (even, odd): (Vec<i64>, Vec<i64>) = numbers.iter().copied().partition(|n| *n % 2 == 0);");
        context.out.line("total ^= even.len() as i64 - odd.len() as i64;");
    }
    if context.random.chance(1, 4) {
        context.out.line("let mut sorted = numbers.clone();");
        let sort = context.random.pick(&[
            "sort()",
            "sort_unstable()",
            "sort_by(|a, b| b.cmp(a))",
            "sort_by_key(|n| n & 0xff)",
        ]);
        context.out.line(&format!("sorted.{sort};"));
        context.out.line("total = total.wrapping_add(sorted[sorted.len() / 2]);");
    }
}

/// A struct that implements `Iterator`, used in a `for` loop and in a chain.
pub fn iterator_impl(context: &mut Context<'_>) -> Unit {
    let number = context.number;
    let ty = format!("{}{number}", context.random.pick(&["Steps", "Countdown", "Walk", "Series"]));
    let value = context.expr(&["current", "step"], 2);
    let turns = context.random.between(5, 30);
    context.out.open(&format!("pub struct {ty} {{"));
    context.out.line("current: i64,");
    context.out.line("step: i64,");
    context.out.line("left: u32,");
    context.out.close("}");
    context.out.blank();
    context.out.open(&format!("impl Iterator for {ty} {{"));
    context.out.line("type Item = i64;");
    context.out.blank();
    context.out.open("fn next(&mut self) -> Option<i64> {");
    context.out.open("if self.left == 0 {");
    context.out.line("return None;");
    context.out.close("}");
    context.out.line("self.left -= 1;");
    context.out.line("let (current, step) = (self.current, self.step);");
    context.out.line(&format!("self.current = {value};"));
    context.out.line("Some(current)");
    context.out.close("}");
    context.out.close("}");
    context.out.blank();
    let entry = format!("walk_{}", ty.to_lowercase());
    let condition = context.condition(&["value"]);
    context.out.open(&format!("pub fn {entry}(input: i64) -> i64 {{"));
    context.out.line("let mut total = 0i64;");
    context.out.open(&format!(
        "for value in ({ty} {{ current: input, step: {number}, left: {turns} }}) {{"
    ));
    context.out.open(&format!("if {condition} {{"));
    context.out.line("total = total.wrapping_add(value);");
    context.out.close("}");
    context.out.close("}");
    context.out.line(&format!("let again = {ty} {{ current: total, step: 3, left: {turns} }};"));
    context.out.line("again.skip(1).map(|value| value & 0xff).fold(total, |a, b| a ^ b)");
    context.out.close("}");
    context.out.blank();
    Unit { entry, cost: turns * 20 }
}

/// Closures that capture, are returned, boxed and passed on.
pub fn closures(context: &mut Context<'_>) -> Unit {
    let number = context.number;
    let (made, boxed) = (context.expr(&["by", "n"], 2), context.expr(&["offset", "n"], 2));
    let entry = format!("close_over_{number}");
    let turns = context.random.between(3, 9);
    context.out.open(&format!("fn maker_{number}(by: i64) -> impl Fn(i64) -> i64 {{"));
    context.out.line(&format!("move |n| {made}"));
    context.out.close("}");
    context.out.blank();
    context.out.open(&format!("fn boxed_{number}(offset: i64) -> Box<dyn Fn(i64) -> i64> {{"));
    context.out.open("if offset % 2 == 0 {");
    context.out.line("Box::new(move |n| n ^ offset)");
    context.out.next("} else {");
    context.out.line(&format!("Box::new(move |n: i64| {boxed})"));
    context.out.close("}");
    context.out.close("}");
    context.out.blank();
    context.out.open(&format!(
        "fn repeat_{number}<F: FnMut(i64) -> i64>(times: i64, mut action: F) -> i64 {{"
    ));
    context.out.line("let mut last = 0;");
    context.out.open("for turn in 0..times {");
    context.out.line("last = action(turn);");
    context.out.close("}");
    context.out.line("last");
    context.out.close("}");
    context.out.blank();
    context.out.open(&format!("pub fn {entry}(input: i64) -> i64 {{"));
    context.out.line("let mut seen = Vec::new();");
    context.out.line("let mut sum = 0i64;");
    context.out.line(&format!("let change = maker_{number}(input);"));
    context.out.line(&format!("let other = boxed_{number}(input);"));
    context.out.open(&format!("let last = repeat_{number}({turns}, |turn| {{"));
    context.out.line("sum = sum.wrapping_add(change(turn));");
    context.out.line("seen.push(turn);");
    context.out.line("other(sum)");
    context.out.close("});");
    context.out.line("let finish = move || seen.len() as i64;");
    context.out.line("sum ^ last ^ finish()");
    context.out.close("}");
    context.out.blank();
    Unit { entry, cost: turns * 30 }
}
