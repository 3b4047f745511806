//! The tree as text, for people: `vez emit ast`. One form a node, without spans.

mod expr;
mod item;
mod sexp;
mod ty;

use crate::{File, Item, Nodes};
use sexp::Sexp;

/// A file as indented S-expressions.
pub fn print_file(file: &File) -> String {
    let mut out = String::new();
    for attr in &file.attrs {
        item::attr(attr).write(0, &mut out);
        out.push('\n');
    }
    for child in &file.items {
        item::item(child.item()).write(0, &mut out);
        out.push('\n');
    }
    out
}

/// One item as an indented S-expression.
pub fn print_item(item: &Item) -> String {
    let mut out = String::new();
    item::item(item).write(0, &mut out);
    out.push('\n');
    out
}

/// What nodes are printed from.
#[derive(Clone, Copy)]
struct Cx<'a> {
    nodes: &'a Nodes,
    item: &'a Item,
}

impl Cx<'_> {
    fn optional<I>(self, id: Option<I>, print: impl Fn(Self, I) -> Sexp) -> Option<Sexp> {
        id.map(|id| print(self, id))
    }
}
