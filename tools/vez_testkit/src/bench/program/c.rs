//! The same kind of program in C, for comparison: structs, tagged unions, tables, loops, switches, strings.
//! Simpler than the other, as C is.

use super::random::Random;
use super::writer::Writer;

/// A C program of about this many lines.
pub fn c_program(lines: usize, seed: u64) -> String {
    let mut random = Random::new(seed);
    let mut out = Writer::default();
    for header in ["stdint.h", "stdio.h", "stdlib.h", "string.h"] {
        out.line(&format!("#include <{header}>"));
    }
    out.blank();
    let mut entries: Vec<String> = Vec::new();
    while out.lines() + entries.len() + 9 < lines {
        let number = entries.len();
        let entry = match random.below(5) {
            0 | 1 => function(&mut out, &mut random, number),
            2 => structure(&mut out, &mut random, number),
            3 => union(&mut out, &mut random, number),
            _ => strings(&mut out, &mut random, number),
        };
        entries.push(entry);
    }
    // By pointers: inlined into one function, they would take an optimiser minutes.
    out.open("uint64_t (*entries[])(uint64_t) = {");
    for entry in &entries {
        out.line(&format!("{entry},"));
    }
    out.close("};");
    out.blank();
    out.open("int main(void) {");
    out.line("uint64_t sum = 0;");
    out.line(&format!(
        "for (int i = 0; i < {}; i++) sum = sum * 31 + entries[i](sum & 0xff);",
        entries.len()
    ));
    out.line("printf(\"%016llx\\n\", (unsigned long long)sum);");
    out.close("}");
    out.finish()
}

/// Unsigned, so that nothing overflows.
fn expr(random: &mut Random, variables: &[&str], depth: u32) -> String {
    if depth == 0 {
        let literal = random.between(1, 9999).to_string();
        return if random.chance(3, 4) { random.pick(variables).to_string() } else { literal };
    }
    let (a, b) = (expr(random, variables, depth - 1), expr(random, variables, depth - 1));
    match random.below(8) {
        0 | 1 => format!("({a} + {b})"),
        2 => format!("({a} - {b})"),
        3 => format!("({a} ^ {b})"),
        4 => format!("({a} * {})", random.between(2, 99)),
        5 => format!("({a} >> {})", random.between(1, 20)),
        6 => format!("({a} % {})", random.between(2, 999)),
        _ => format!("({a} < {b} ? {a} : {b})"),
    }
}

fn function(out: &mut Writer, random: &mut Random, number: usize) -> String {
    let entry = format!("compute_{number}");
    out.open(&format!("static uint64_t {entry}(uint64_t input) {{"));
    out.line(&format!("uint64_t value = {};", expr(random, &["input"], 2)));
    out.line(&format!("uint64_t limit = {};", expr(random, &["input", "value"], 2)));
    let variables = ["input", "value", "limit"];
    for _ in 0..random.between(2, 6) {
        match random.below(4) {
            0 => {
                out.open(&format!(
                    "if ({} > {}) {{",
                    expr(random, &variables, 1),
                    expr(random, &variables, 0)
                ));
                out.line(&format!("value ^= {};", expr(random, &variables, 2)));
                out.next("} else {");
                out.line(&format!("value += {};", expr(random, &variables, 2)));
                out.close("}");
            }
            1 => {
                let inner = ["input", "value", "limit", "step"];
                out.open(&format!(
                    "for (uint64_t step = 0; step < {}; step++) {{",
                    random.between(3, 20)
                ));
                out.line(&format!("if ({} % 7 == 1) continue;", expr(random, &inner, 1)));
                out.line(&format!("value = value * 3 + {};", expr(random, &inner, 2)));
                out.close("}");
            }
            2 => {
                let arms = random.between(3, 8);
                out.open(&format!("switch (value % {}) {{", arms + 2));
                for arm in 0..arms {
                    out.line(&format!(
                        "case {arm}: value = {}; break;",
                        expr(random, &variables, 2)
                    ));
                }
                out.line(&format!("default: value += {};", expr(random, &variables, 2)));
                out.close("}");
            }
            _ => out.line(&format!("value = {};", expr(random, &variables, 3))),
        }
    }
    out.line("return value;");
    out.close("}");
    out.blank();
    entry
}

fn structure(out: &mut Writer, random: &mut Random, number: usize) -> String {
    let fields = random.between(3, 8);
    let here: Vec<String> = (0..fields).map(|field| format!("self->field_{field}")).collect();
    let variables: Vec<&str> = here.iter().map(String::as_str).collect();
    out.open("typedef struct {");
    for field in 0..fields {
        out.line(&format!("{} field_{field};", random.pick(&["uint64_t", "uint32_t", "uint8_t"])));
    }
    out.close(&format!("}} Record{number};"));
    out.blank();
    out.open(&format!("static void update_{number}(Record{number} *self, uint64_t by) {{"));
    for field in &here {
        out.line(&format!("{field} += {} ^ by;", expr(random, &variables, 2)));
    }
    out.close("}");
    out.blank();
    out.open(&format!("static uint64_t digest_{number}(const Record{number} *self) {{"));
    out.line("uint64_t sum = 17;");
    for field in &here {
        out.line(&format!("sum = sum * 31 + {field};"));
    }
    out.line("return sum;");
    out.close("}");
    out.blank();
    let entry = format!("use_record_{number}");
    out.open(&format!("static uint64_t {entry}(uint64_t input) {{"));
    out.line(&format!("Record{number} record = {{0}};"));
    out.line(&format!("update_{number}(&record, input);"));
    out.line(&format!("Record{number} other = record;"));
    out.line(&format!("update_{number}(&other, 3);"));
    out.line(&format!("return digest_{number}(&record) ^ digest_{number}(&other);"));
    out.close("}");
    out.blank();
    entry
}

fn union(out: &mut Writer, random: &mut Random, number: usize) -> String {
    let variants = random.between(3, 8);
    out.open("typedef struct {");
    out.line("int tag;");
    out.open("union {");
    out.line("uint64_t number;");
    out.line("struct { uint64_t x, y; } point;");
    out.line("const char *text;");
    out.close("} data;");
    out.close(&format!("}} Event{number};"));
    out.blank();
    out.open(&format!("static uint64_t score_{number}(const Event{number} *event) {{"));
    out.open("switch (event->tag) {");
    for variant in 0..variants {
        out.line(&match variant % 3 {
            0 => format!("case {variant}: return {};", expr(random, &["event->data.number"], 2)),
            1 => format!(
                "case {variant}: return {};",
                expr(random, &["event->data.point.x", "event->data.point.y"], 2)
            ),
            _ => format!(
                "case {variant}: return strlen(event->data.text) + {};",
                random.between(1, 99)
            ),
        });
    }
    out.line("default: return 7;");
    out.close("}");
    out.close("}");
    out.blank();
    let entry = format!("use_event_{number}");
    out.open(&format!("static uint64_t {entry}(uint64_t input) {{"));
    out.line("uint64_t total = 0;");
    out.open(&format!(
        "for (uint64_t seed = input; seed < input + {}; seed++) {{",
        random.between(3, 12)
    ));
    out.line(&format!("Event{number} event = {{.tag = seed % {variants}}};"));
    out.open("switch (event.tag % 3) {");
    out.line("case 0: event.data.number = seed; break;");
    out.line("case 1: event.data.point.x = seed, event.data.point.y = input; break;");
    out.line("default: event.data.text = \"event\";");
    out.close("}");
    out.line(&format!("total = total * 5 + score_{number}(&event);"));
    out.close("}");
    out.line("return total;");
    out.close("}");
    out.blank();
    entry
}

fn strings(out: &mut Writer, random: &mut Random, number: usize) -> String {
    let entry = format!("describe_{number}");
    let turns = random.between(3, 9);
    out.open(&format!("static uint64_t {entry}(uint64_t input) {{"));
    out.line("char text[256] = \"start\";");
    out.line("size_t length = strlen(text);");
    out.open(&format!("for (int step = 0; step < {turns}; step++) {{"));
    out.line(&format!(
        "length += snprintf(text + length, sizeof text - length, \"%d:%0{}llu;\", step, (unsigned long long)(input % 1000));",
        random.between(3, 9)
    ));
    out.close("}");
    out.line(&format!("uint64_t hash = {};", random.between(5, 5000)));
    out.line("for (size_t i = 0; i < length; i++) hash = hash * 33 ^ (uint8_t)text[i];");
    out.line("return hash;");
    out.close("}");
    out.blank();
    entry
}
