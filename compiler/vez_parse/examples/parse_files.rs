//! Parses files given on the command line: reports what is wrong with them, and how fast it went.

use std::time::Instant;
use vez_base::FileId;

fn main() {
    let mut texts = Vec::new();
    for path in std::env::args().skip(1) {
        match std::fs::read_to_string(&path) {
            Ok(text) => texts.push((path, text)),
            Err(error) => eprintln!("{path}: {error}"),
        }
    }
    let lines: usize = texts.iter().map(|(_, text)| text.lines().count()).sum();
    let start = Instant::now();
    let parses: Vec<_> =
        texts.iter().map(|(_, text)| vez_parse::parse_file(text, FileId::new(0))).collect();
    let time = start.elapsed();
    let mut damaged = 0;
    for ((path, text), parse) in texts.iter().zip(&parses) {
        damaged += usize::from(!parse.diagnostics.is_empty());
        for error in parse.diagnostics.iter().take(3) {
            let line = text[..error.span.start as usize].matches('\n').count() + 1;
            println!("{path}:{line}: {} {}", error.code, error.message);
        }
    }
    let rate = lines as f64 / time.as_secs_f64() / 1e6;
    println!(
        "{} files, {damaged} with errors, {lines} lines, {time:?}, {rate:.2} M lines/s",
        texts.len()
    );
}
