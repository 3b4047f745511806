//! The tables in `docs/internals/vir.md` are those of the code. `VEZ_BLESS=1` rewrites them.

use std::fmt::Write;
use std::path::Path;
use vez_vir::ops::{Class, Compares, Yields};
use vez_vir::{
    AccessFlags, ArithFlags, AtomicOp, BinOp, CallFlags, CastOp, CmpOp, CopyFlags, FactFlags,
    FuncAttrs, IndexFlags, LaneOp, Opcode, Ordering, SelectFlags, UnOp,
};

const START: &str = "<!-- tables: made from ops.rs by the test `docs` -->\n";
const END: &str = "<!-- end of tables -->\n";

fn class(class: Class) -> &'static str {
    match class {
        Class::Int => "integers",
        Class::Bytes => "integers of whole bytes",
        Class::Float => "floats",
        Class::Number => "numbers",
        Class::IntPtr => "integers, pointers",
        Class::Any => "all",
    }
}

fn table(out: &mut String, title: &str, rows: impl Iterator<Item = (String, String, String)>) {
    let _ = write!(out, "\n### {title}\n\n| name | | what |\n|---|---|---|\n");
    for (name, fact, about) in rows {
        let fact = fact.replace('|', "\\|");
        let _ = writeln!(out, "| `{name}` | {fact} | {about} |");
    }
}

macro_rules! flags {
    ($out:expr, $title:expr, $set:ty) => {
        table(
            $out,
            $title,
            <$set>::ALL
                .iter()
                .map(|(_, name, about)| (name.to_string(), String::new(), about.to_string())),
        )
    };
}

macro_rules! operations {
    ($out:expr, $title:expr, $set:ty, $fact:expr) => {
        table(
            $out,
            $title,
            <$set>::ALL
                .iter()
                .map(|op| (op.name().to_string(), ($fact)(op.fact()), op.about().to_string())),
        )
    };
}

fn tables() -> String {
    let mut out =
        String::from("\n### Opcodes\n\n| # | opcode | text | what |\n|---|---|---|---|\n");
    for (number, op) in Opcode::ALL.iter().enumerate() {
        let form = op.fact().replace('|', "\\|");
        let _ = writeln!(out, "| {number} | `{op}` | `{form}` | {} |", op.about());
    }
    let out_ref = &mut out;
    operations!(out_ref, "`un`", UnOp, |c| class(c).to_string());
    operations!(out_ref, "`bin`", BinOp, |(c, y): (Class, Yields)| match y {
        Yields::One => class(c).to_string(),
        Yields::WithOverflow => format!("{}, two results", class(c)),
    });
    operations!(out_ref, "`cmp`", CmpOp, |c| match c {
        Compares::IntPtr => "integers, pointers".to_string(),
        Compares::Int => "integers".to_string(),
        Compares::Float => "floats".to_string(),
    });
    operations!(out_ref, "`cast`", CastOp, |(a, b): (Class, Class)| format!(
        "{} to {}",
        class(a),
        class(b)
    ));
    operations!(out_ref, "`atomic`", AtomicOp, |n: u8| format!("{n} operands"));
    operations!(out_ref, "Orderings", Ordering, |()| String::new());
    operations!(out_ref, "`lane`", LaneOp, |c| class(c).to_string());
    flags!(out_ref, "Flags of arithmetic", ArithFlags);
    flags!(out_ref, "Flags of `load` and `store`", AccessFlags);
    flags!(out_ref, "Flags of `select`", SelectFlags);
    flags!(out_ref, "Flags of `copy` and `fill`", CopyFlags);
    flags!(out_ref, "Flags of `index`", IndexFlags);
    flags!(out_ref, "Flags of `call`", CallFlags);
    flags!(out_ref, "Attributes of functions (`#name`)", FuncAttrs);
    flags!(out_ref, "Facts of parameters and results", FactFlags);
    out.push('\n');
    out
}

#[test]
fn tables_are_current() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/internals/vir.md");
    let text = std::fs::read_to_string(&path).expect("docs/internals/vir.md exists");
    let (before, rest) = text.split_once(START).expect("the page has the start mark");
    let (current, after) = rest.split_once(END).expect("the page has the end mark");
    let wanted = tables();
    if std::env::var_os("VEZ_BLESS").is_some() {
        let page = format!("{before}{START}{wanted}{END}{after}");
        std::fs::write(&path, page).expect("the page can be written");
        return;
    }
    assert!(current == wanted, "docs/internals/vir.md is out of date: run with VEZ_BLESS=1");
}
