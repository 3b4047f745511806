//! Inputs too large to be stored.

/// Levels of nesting and lengths of chains: far above what the compiler takes.
const MANY: usize = 10_000;

/// `before`, `open` and `close` around `middle` many times, `after`.
fn nested(before: &str, open: &str, middle: &str, close: &str, after: &str) -> String {
    [before, &open.repeat(MANY), middle, &close.repeat(MANY), after].concat()
}

/// An expression inside itself.
fn expr(open: &str, middle: &str, close: &str) -> String {
    nested("fn main() { let x = ", open, middle, close, "; }\n")
}

/// Something repeated behind an expression.
fn chain(first: &str, link: &str) -> String {
    expr("", first, link)
}

/// A parameter's type inside itself.
fn ty(open: &str, middle: &str, close: &str) -> String {
    nested("fn f(x: ", open, middle, close, ") {}\nfn main() {}\n")
}

fn else_ifs() -> String {
    let arms: String = (1..MANY).map(|n| format!("else if x == {n} {{ {n} }} ")).collect();
    format!(
        "fn f(x: u32) -> u32 {{ if x == 0 {{ 0 }} {arms}else {{ 7 }} }}\nfn main() {{ f(77); }}\n"
    )
}

/// Syntax nested too deep: each is one `V0002`.
pub fn deep() -> Vec<(&'static str, String)> {
    vec![
        ("parentheses", expr("(", "1", ")")),
        ("arrays", expr("[", "1", "]")),
        ("tuples", expr("(", "1", ",)")),
        ("blocks", nested("fn main() { ", "{", "", "}", " }\n")),
        ("unsafe blocks", nested("fn main() { ", "unsafe {", "", "}", " }\n")),
        ("ifs", nested("fn main() { ", "if true {", "", "}", " }\n")),
        ("matches", expr("match 1 { _ => ", "1", "}")),
        ("loops", nested("fn main() { ", "loop {", "", "}", " }\n")),
        ("closures", expr("|| ", "1", "")),
        ("calls inside calls", expr("f(", "1", ")")),
        ("macros", expr("vec![", "1", "]")),
        ("minus signs", expr("-", "1", "")),
        ("exclamation marks", expr("!", "true", "")),
        ("references", expr("&", "1", "")),
        ("dereferences", expr("*", "p", "")),
        ("returns", nested("fn main() { ", "return ", "", "", "; }\n")),
        ("assignments", nested("fn main() { let mut a = 1; a ", "= a ", "", "", "; }\n")),
        ("sums", chain("1", " + 1")),
        ("conjunctions", chain("true", " && true")),
        ("casts", chain("1", " as i32")),
        ("methods", chain("1i32", ".abs()")),
        ("fields", chain("t", ".a")),
        ("calls of calls", chain("f", "()")),
        ("indices", chain("a", "[0]")),
        ("question marks", chain("a", "?")),
        ("else ifs", else_ifs()),
        ("generics", ty("Vec<", "i32", ">")),
        ("reference types", ty("&", "i32", "")),
        ("tuple types", ty("(", "i32", ",)")),
        ("array types", ty("[", "i32", "; 1]")),
        ("fn types", ty("fn(", "i32", ")")),
        ("impl types", ty("impl Fn() -> ", "i32", "")),
        ("patterns", nested("fn main() { let ", "(", "x", ")", " = 1; }\n")),
        ("variant patterns", nested("fn main() { let ", "Some(", "x", ")", " = 1; }\n")),
        ("modules", nested("", "mod a {", "", "}", "\nfn main() {}\n")),
        ("functions", nested("", "fn a() {", "", "}", "\nfn main() {}\n")),
        ("use trees", nested("use ", "{", "std", "}", ";\nfn main() {}\n")),
        ("open brackets", nested("fn main() { ", "f(", "", "", "\n")),
        ("const blocks", expr("const { ", "1", " }")),
    ]
}

/// A text with a part repeated up to 50 MB.
type Huge = (&'static str, &'static str, [&'static str; 3]);

/// Inputs of 50 MB in one line, and their codes; an empty code means that nothing is wrong.
const HUGE: [Huge; 10] = [
    ("a 50 MB string", "", ["fn main() { println!(\"{}\", \"", "a", "\".len()); }\n"]),
    ("a 50 MB comment", "", ["/*", "a", "*/ fn main() {}\n"]),
    ("50 MB of spaces", "", ["", " ", "fn main() {}\n"]),
    ("a 50 MB name", "", ["fn main() { let _", "a", " = 1; }\n"]),
    ("a 50 MB number", "V0107", ["fn main() { let x = ", "1", "; }\n"]),
    ("a 50 MB sum", "V0003", ["fn main() { let x = 1", "+1", "; }\n"]),
    ("a 50 MB array", "V0003", ["fn main() { let x = [", "1,", "]; }\n"]),
    ("50 MB of statements", "V0003", ["fn main() { ", "let x=1;", " }\n"]),
    ("50 MB of nonsense", "V0003", ["", "@", "\n"]),
    ("50 MB of open brackets", "V0003", ["fn main() { ", "[", "\n"]),
];

/// The names and codes of the inputs of 50 MB, and what makes the text: they are not all in memory at once.
pub fn huge() -> impl Iterator<Item = (&'static str, &'static str, impl Fn() -> String + Sync)> {
    const BYTES: usize = 50_000_000;
    HUGE.into_iter().map(|(name, code, [before, part, after])| {
        (name, code, move || [before, &part.repeat(BYTES / part.len()), after].concat())
    })
}

/// Types that hold a lifetime and a type through all those before them, and functions that ask how.
fn types_in_types() -> String {
    let types = (1..MANY).map(|n| {
        let before = n - 1;
        format!(
            "struct S{n}<'a, T>(Box<S{before}<'a, T>>);\n\
             fn f{n}<'a>(x: S{n}<'static, u8>) -> S{n}<'a, u8> {{ x }}\n"
        )
    });
    ["struct S0<'a, T>(&'a T);\n", &types.collect::<String>(), "fn main() {}\n"].concat()
}

/// Long but not deep: the name, and the code or nothing.
pub fn wide() -> Vec<(&'static str, &'static str, String)> {
    let list = |before: &str, item: &dyn Fn(usize) -> String, after: &str| {
        let items: Vec<String> = (0..MANY).map(item).collect();
        [before, &items.join(", "), after].concat()
    };
    vec![
        ("10,000 parameters", "", list("fn f(", &|n| format!("a{n}: i32"), ") {}\nfn main() {}\n")),
        (
            "10,000 bounds",
            "",
            list("fn f<T>() where ", &|_| "T: Clone".into(), " {}\nfn main() {}\n"),
        ),
        ("10,000 fields", "", list("struct S { ", &|n| format!("a{n}: i32"), " }\nfn main() {}\n")),
        (
            "10,000 variants",
            "",
            list(
                "#[derive(Clone, Copy, PartialEq)] enum E { ",
                &|n| format!("A{n}"),
                " }\nfn main() {}\n",
            ),
        ),
        ("10,000 types, each in the next", "", types_in_types()),
        ("10,000 lets", "", nested("fn main() { ", "let x = 1; ", "", "", " }\n")),
        ("nested comments", "", nested("", "/*", "", "*/", "\nfn main() {}\n")),
        ("an endless comment", "E0758", nested("", "/*", "", "", "\nfn main() {}\n")),
        ("closed brackets", "V0103", nested("", "", "", ")}]", "\nfn main() {}\n")),
        (
            "10,000 format arguments",
            "V0001",
            nested("fn main() { println!(\"", "{}", "\"", ", 1", "); }\n"),
        ),
    ]
}
