//! HIR as text, for `vez emit hir` and tests: Rust-like, definitions by path, locals with their numbers where a name is shadowed.

mod body;
mod signature;
mod types;

use crate::data::{Body, Signature, Types};

/// A body as text.
pub fn print_body(body: &Body) -> String {
    let mut printer = Printer { out: String::new(), indent: 0, types: &body.types };
    printer.body(body);
    printer.out
}

/// A signature as text.
pub fn print_signature(signature: &Signature) -> String {
    let mut printer = Printer { out: String::new(), indent: 0, types: &signature.types };
    printer.signature(signature);
    printer.out
}

struct Printer<'a> {
    out: String,
    indent: usize,
    types: &'a Types,
}

impl Printer<'_> {
    fn push(&mut self, text: impl AsRef<str>) {
        self.out.push_str(text.as_ref());
    }

    fn line(&mut self) {
        self.out.push('\n');
        for _ in 0..self.indent {
            self.out.push_str("    ");
        }
    }

    /// Items with `, ` between them.
    fn list<T>(&mut self, items: impl IntoIterator<Item = T>, mut show: impl FnMut(&mut Self, T)) {
        for (index, item) in items.into_iter().enumerate() {
            if index > 0 {
                self.push(", ");
            }
            show(self, item);
        }
    }
}
