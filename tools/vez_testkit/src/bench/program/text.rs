//! Functions over strings: building, splitting, parsing, formatting, characters and bytes.

use super::{Context, Unit};

pub fn strings(context: &mut Context<'_>) -> Unit {
    let number = context.number;
    let entry =
        format!("{}_{number}", context.random.pick(&["describe", "spell", "encode_text", "label"]));
    let turns = context.random.between(3, 10);
    let (first, second) = (context.random.pick(&WORDS), context.random.pick(&WORDS));
    helper(context, number);
    context.out.open(&format!("pub fn {entry}(input: i64) -> i64 {{"));
    context.out.line(&format!("let mut text = String::from(\"{first}\");"));
    context.out.open(&format!("for step in 0..{turns} {{"));
    let width = context.random.between(3, 9);
    let piece = match context.random.below(5) {
        0 => format!("text.push_str(&format!(\"{{step}}:{{:0>{width}}};\", input % 1000));"),
        1 => format!("text += &format!(\" {second}{{:#x}}\", (input + step) & 0xfff);"),
        2 => format!("text.push_str(\"{second} \");"),
        3 => format!("text = format!(\"{{text}},{{:<{width}}}|\", step * 3);"),
        _ => "text.push((b'a' + (step % 26) as u8) as char);".to_string(),
    };
    context.out.line(&piece);
    context.out.open(&format!("if step == {} {{", turns / 2));
    context.out.line(&format!("text.push_str(\"\\n{first} {second}\");"));
    context.out.close("}");
    context.out.close("}");
    context.out.line("let mut total = text.len() as i64;");
    for _ in 0..context.random.between(2, 4) {
        question(context, first);
    }
    context.out.line(&format!("total.wrapping_add(hash_{number}(&text))"));
    context.out.close("}");
    context.out.blank();
    Unit { entry, cost: turns * 300 }
}

fn helper(context: &mut Context<'_>, number: usize) {
    let (start, by) = (context.random.between(5, 5000), context.random.pick(&[31, 33, 37, 131]));
    context.out.open(&format!("fn hash_{number}(text: &str) -> i64 {{"));
    if context.random.chance(1, 2) {
        context.out.line(&format!("let mut hash = {start}i64;"));
        context.out.open("for byte in text.bytes() {");
        context.out.line(&format!("hash = hash.wrapping_mul({by}) ^ i64::from(byte);"));
        context.out.close("}");
        context.out.line("hash");
    } else {
        context.out.line(&format!("text.chars().fold({start}, |hash: i64, c| hash.wrapping_mul({by}).wrapping_add(c as i64))"));
    }
    context.out.close("}");
    context.out.blank();
}

fn question(context: &mut Context<'_>, word: &str) {
    let line = match context.random.below(8) {
        0 => "total += text.split(' ').filter(|part| !part.is_empty()).count() as i64;".to_string(),
        1 => "total += text.lines().map(|line| line.trim().len() as i64).sum::<i64>();".to_string(),
        2 => "total += text.chars().filter(|c| c.is_ascii_digit()).count() as i64;".to_string(),
        3 => format!("total ^= text.find(\"{word}\").map_or(-1, |place| place as i64);"),
        4 => "total += text.split(|c: char| !c.is_alphanumeric()).filter_map(|p| p.parse::<i64>().ok()).fold(0, i64::wrapping_add) & 0xff;".to_string(),
        5 => format!("total += text.replace(\"{word}\", \"\").to_uppercase().len() as i64;"),
        6 => "total += text.chars().rev().collect::<String>().starts_with('1') as i64;".to_string(),
        _ => "total += text.split_once(',').map_or(3, |(a, b)| a.len() as i64 - b.len() as i64);".to_string(),
    };
    context.out.line(&line);
}

const WORDS: [&str; 10] =
    ["alpha", "river", "stone", "cloud", "ember", "north", "quick", "maple", "orbit", "velvet"];
