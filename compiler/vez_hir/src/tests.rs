//! Tests over a small library in memory, and over the real one.

mod bodies;
mod damage;
mod edits;
mod errors;
mod library;
mod names;

use std::fmt::Write;
use std::path::Path;
use std::sync::Arc;

use vez_base::{DefId, DefKind};
use vez_db::{CrateId, CrateKind, Database, Db, MemorySystem};
use vez_diag::{Diagnostic, Format, render_all};

use crate::{
    DbSources, body, children, crate_root, module_diagnostics, print_body, print_signature,
    signature,
};

/// What `core` must have for desugaring.
const CORE: &str = r#"
pub mod prelude { pub mod v1 {
    pub use crate::option::Option::{self, None, Some};
    pub use crate::clone::Clone;
    pub use crate::iter::{IntoIterator, Iterator};
    pub use crate::cmp::PartialEq;
    pub use crate::marker::Copy;
    pub use crate::ops::Fn;
} }
pub mod option {
    #[lang = "Option"] pub enum Option<T> { #[lang = "OptionNone"] None, #[lang = "OptionSome"] Some(T) }
}
pub mod clone { #[lang = "clone"] pub trait Clone { fn clone(&self) -> Self; } }
pub mod marker { #[lang = "copy"] pub trait Copy {} }
pub mod cmp {
    pub enum Ordering { Less, Equal, Greater }
    pub trait PartialEq<Rhs: ?Sized = Self> { fn eq(&self, other: &Rhs) -> bool; }
}
pub mod iter {
    #[lang = "Iterator"]
    pub trait Iterator { type Item; #[lang = "next"] fn next(&mut self) -> super::option::Option<Self::Item>; }
    #[lang = "IntoIterator"]
    pub trait IntoIterator { type Item; type IntoIter; #[lang = "into_iter"] fn into_iter(self) -> Self::IntoIter; }
}
pub mod ops {
    #[lang = "Range"] pub struct Range<T> { pub start: T, pub end: T }
    pub trait Fn<Args> { type Output; }
}
pub mod fmt {
    #[lang = "format_arguments"] pub struct Arguments<'a> { x: &'a u8 }
    #[lang = "format_argument"] pub struct Argument<'a> { x: &'a u8 }
    pub struct Formatter<'a> { x: &'a u8 }
    pub type Result = bool;
    pub trait Debug { fn fmt(&self, f: &mut Formatter<'_>) -> Result; }
}
pub mod panicking {
    #[lang = "panic_str"] pub fn panic_str(message: &'static str) -> ! { loop {} }
    #[lang = "panic_fmt"] pub fn panic_fmt(message: super::fmt::Arguments<'_>) -> ! { loop {} }
    #[lang = "AssertKind"] pub enum AssertKind { Eq, Ne }
    #[lang = "assert_failed"] pub fn assert_failed() -> ! { loop {} }
}
pub mod intrinsics { #[intrinsic] pub fn discriminant_value<T>(value: &T) -> i64; }
"#;

const STD: &str = r#"
pub mod prelude { pub mod v1 { pub use core::prelude::v1::*; } }
pub mod io { #[lang = "print"] pub fn _print(args: core::fmt::Arguments<'_>) {} }
pub use core::{fmt, ops, clone};
"#;

/// A database with the small library and a program of several files; the first is the root.
fn program(files: &[(&str, &str)]) -> (Database, CrateId) {
    let system = MemorySystem::default();
    for (path, text) in files {
        system.write(*path, text.as_bytes());
    }
    let db = Database::bare(Arc::new(system));
    for (library, text) in [("core", CORE), ("alloc", ""), ("std", STD)] {
        let root = db.add_file(format!("{library}.zari"), text);
        db.add_library(library, root);
    }
    let root = db.open(Path::new(files[0].0)).expect("just written");
    let id = db.add_program("program", root, CrateKind::Executable);
    (db, id)
}

fn in_text_order(db: &dyn Db, def: DefId, found: &mut Vec<DefId>) {
    for &child in children(db, def).iter() {
        found.push(child);
        if child.kind() != DefKind::Variant {
            in_text_order(db, child, found);
        }
        found.extend(crate::derived_impls(db, child).iter().flat_map(|&derived| {
            let members = children(db, derived);
            [derived].into_iter().chain(members.iter().copied()).collect::<Vec<_>>()
        }));
    }
}

/// All definitions of a crate, and everything reported for them.
fn everything(db: &Database, id: CrateId) -> (Vec<DefId>, Vec<Diagnostic>) {
    let root = crate_root(db, id);
    let mut defs = vec![root];
    in_text_order(db, root, &mut defs);
    let mut reports = Vec::new();
    for &def in &defs {
        if def.kind() == DefKind::Mod {
            reports.extend(module_diagnostics(db, def).iter().cloned());
        }
        reports.extend(signature(db, def).diagnostics.iter().cloned());
        if crate::index::has_body(db, def) {
            reports.extend(body(db, def).diagnostics);
        }
    }
    for (_, file) in db.crates().iter().map(|(_, data)| ((), data.root)) {
        let parsed = vez_db::parse(db, vez_db::source_file(db, file));
        reports.extend(parsed.diagnostics.iter().cloned());
    }
    (defs, reports)
}

fn render(db: &Database, reports: &[Diagnostic]) -> String {
    let mut out = Vec::new();
    render_all(reports, &DbSources(db), Format::Short, false, &mut out)
        .expect("a vector takes all");
    String::from_utf8(out).expect("reports are UTF-8")
}

/// The program's signatures and bodies, then what is reported.
fn lowered(source: &str) -> String {
    let (db, id) = program(&[("main.zari", source)]);
    let (defs, reports) = everything(&db, id);
    let mut out = String::new();
    for def in defs {
        let shown = !matches!(def.kind(), DefKind::Mod | DefKind::Use | DefKind::Variant);
        if shown {
            out.push_str(&print_signature(&signature(&db, def).value));
        }
        if crate::index::has_body(&db, def) {
            out.push_str(&print_body(&body(&db, def).value));
        }
    }
    let _ = write!(out, "{}", render(&db, &reports));
    out
}

/// Only what is reported.
fn errors(source: &str) -> String {
    errors_in(&[("main.zari", source)])
}

fn errors_in(files: &[(&str, &str)]) -> String {
    let (db, id) = program(files);
    render(&db, &everything(&db, id).1)
}
