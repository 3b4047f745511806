//! Any text parses without a panic, in time linear in its size and depth.

use crate::{parse_file, parse_with_work};
use vez_base::FileId;

#[test]
fn errors_are_two_words() {
    assert_eq!(size_of::<crate::error::ParseError>(), 16);
}

/// A small generator, the same numbers in every run.
struct Random(u64);

impl Random {
    fn next(&mut self, below: usize) -> usize {
        self.0 = self.0.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        (self.0 >> 33) as usize % below
    }
}

const SAMPLE: &str = include_str!("sample.txt");

/// Parses; a text whose delimiters do not match has an error, wherever that was found first.
fn survives(text: &str) {
    let parse = parse_file(text, FileId::new(0));
    let tokens = vez_lex::lex(text);
    let mut open = Vec::new();
    let balanced = tokens.kinds.iter().all(|kind| match kind.closer() {
        Some(closer) => {
            open.push(closer);
            true
        }
        None => !kind.is_closer() || open.pop() == Some(*kind),
    });
    let matched = balanced && open.is_empty();
    assert!(matched || !parse.diagnostics.is_empty(), "no error in:\n{text}");
}

#[test]
fn a_forgotten_report_is_made_again() {
    survives("fn a(f: &mut F< {\n let p = P { x: 1, w: 2'_>) -> u8 {\n f;\n}\nstruct A;\n");
}

#[test]
fn token_soup() {
    let words: Vec<&str> = SAMPLE.split_whitespace().collect();
    let punctuation = "( ) [ ] { } < > >> && || | & # ! ? ??? : :: ; , . .. ..= = => -> 'a 'x' \" r#\" 1 1.0 /* // ///";
    let punctuation: Vec<&str> = punctuation.split(' ').collect();
    let mut random = Random(7);
    for _ in 0..4000 {
        let mut text = String::new();
        for _ in 0..random.next(60) {
            let from = if random.next(2) == 0 { &words } else { &punctuation };
            text.push_str(from[random.next(from.len())]);
            text.push_str([" ", "", "\n"][random.next(3)]);
        }
        survives(&text);
    }
}

#[test]
fn truncated_and_damaged() {
    assert_eq!(parse_file(SAMPLE, FileId::new(0)).diagnostics, []);
    for end in (0..SAMPLE.len()).filter(|&end| SAMPLE.is_char_boundary(end)) {
        survives(&SAMPLE[..end]);
    }
    let mut random = Random(11);
    let tokens = vez_lex::lex(SAMPLE);
    for _ in 0..3000 {
        let cut = tokens.range(random.next(tokens.len()));
        let paste = tokens.text(SAMPLE, random.next(tokens.len()));
        let text =
            format!("{}{paste}{}", &SAMPLE[..cut.start as usize], &SAMPLE[cut.end as usize..]);
        survives(&text);
    }
}

#[test]
fn inner_attributes_in_the_middle() {
    for value in ["#![3]", "#!", "Some(#![x.y())", "#[a] #![b] 3", "f(#!"] {
        let text = format!("fn f() {{ let x = {value}; }}");
        assert!(!parse_file(&text, FileId::new(0)).diagnostics.is_empty(), "{value}");
    }
}

/// Tokens looked at, for each token of the text.
fn work_per_token(text: &str) -> f64 {
    let (_, work) = parse_with_work(text, FileId::new(0));
    work as f64 / vez_lex::lex(text).len() as f64
}

#[test]
fn work_is_linear_in_size() {
    let small = work_per_token(&SAMPLE.repeat(2));
    let large = work_per_token(&SAMPLE.repeat(60));
    assert!(large < small * 1.05, "{small} {large}");
}

#[test]
fn work_is_linear_in_depth() {
    let shapes = [
        ("(", "1", ")"),
        ("{ ", "1", " }"),
        ("{ f(", "1", ").g(); }"),
        ("match x { _ => ", "1", " }.f()"),
        ("if a { ", "1", " } else { 2 }"),
        ("if ({ ", "1", " }) { 2 }"),
        ("|x| (", "1", ")"),
        ("S { a: ", "1", " }"),
        ("[", "1", "]"),
        ("f(", "1", ")"),
        ("vec![", "1", "]"),
        ("{ fn g() ", "{}", " }"),
        ("{ let x = ", "1", "; }"),
        ("x as Vec<[u8; ", "1", "]>"),
    ];
    for (open, middle, close) in shapes {
        let nested = |depth: usize| {
            format!("fn f() {{ let x = {}{middle}{}; }}", open.repeat(depth), close.repeat(depth))
        };
        let (shallow, deep) = (work_per_token(&nested(10)), work_per_token(&nested(60)));
        assert!(deep < shallow * 1.3, "{open}: {shallow} {deep}");
    }
}

#[test]
fn damage_costs_linear_work_too() {
    for broken in [
        "fn f( {} ",
        "( ",
        "{ ",
        "[ ",
        "} ",
        "fn f() { let x = (; } ",
        "struct S { a: } ",
        "if x { ",
        "< ",
    ] {
        let small = work_per_token(&broken.repeat(100));
        let large = work_per_token(&broken.repeat(4000));
        assert!(large < small * 1.5 + 1.0, "{broken}: {small} {large}");
    }
}
