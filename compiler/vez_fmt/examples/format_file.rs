//! Prints a file formatted.

fn main() {
    for path in std::env::args().skip(1) {
        let text = std::fs::read_to_string(&path).unwrap_or_default();
        match vez_fmt::format(&text) {
            Ok(text) => print!("{text}"),
            Err(errors) => eprintln!("{path}: {errors:?}"),
        }
    }
}
