//! Which function a monomorphic call reaches.

use super::{database, items_below};
use crate::collect::{associated_items, fn_sig, generics_of};
use crate::{InstanceKind, ParamEnv, needs_drop, normalize_mono, resolve_instance};
use expect_test::{Expect, expect};
use std::fmt::Write;
use vez_base::DefKind;
use vez_types::{GenericArg, GenericArgs, Region, TyKind};

/// For each `f(_: Is<T, dyn Trait>)`: what every function of the trait is for `T`, and whether `T` needs dropping.
fn check(source: &str, expected: Expect) {
    let (db, root) = database(source);
    let mut items = Vec::new();
    items_below(&db, root, &mut items);
    let mut out = String::new();
    let inputs = items.iter().filter(|item| item.kind() == DefKind::Fn);
    for &input in inputs.flat_map(|&item| fn_sig(&db, item).inputs()) {
        let TyKind::Adt(_, args) = input.erase_regions().kind() else { continue };
        let TyKind::Dyn(dynamic) = args.ty_at(1).kind() else { continue };
        let ty = normalize_mono(&db, args.ty_at(0));
        let drops = if needs_drop(&db, ParamEnv::empty(), ty) { "drops" } else { "no drop" };
        writeln!(out, "{ty} ({drops})").expect("writing to a string");
        let Some(goal) = crate::collect::dyn_trait_ref(dynamic, ty) else { continue };
        for item in associated_items(&db, goal.trait_).iter() {
            if item.kind != crate::AssocKind::Fn {
                continue;
            }
            let mut args = goal.args.as_slice().to_vec();
            let own = generics_of(&db, item.def).params.len();
            args.extend(std::iter::repeat_n(GenericArg::Region(Region::erased()), own));
            let shown = match resolve_instance(&db, item.def, GenericArgs::new(args)) {
                Some(instance) => match instance.kind {
                    InstanceKind::Item(def) => {
                        let owner = def.parent_def().map_or(DefKind::Mod, |owner| owner.kind());
                        format!("{} of {}, {}", def.name(), owner.describe(), instance.args)
                    }
                    InstanceKind::CloneShim(ty) => format!("shim for {ty}"),
                    InstanceKind::FnPtrShim { callee, via } => format!("{via:?} of {callee}"),
                    InstanceKind::Virtual { item, index } => format!("{} at {index}", item.name()),
                    kind => format!("{kind:?}"),
                },
                None => "nothing".to_owned(),
            };
            writeln!(out, "  {}: {shown}", item.name).expect("writing to a string");
        }
    }
    expected.assert_eq(&out);
}

#[test]
fn trait_calls_reach_impls_defaults_shims_and_vtables() {
    check(
        "
trait Shape { fn area(&self) -> i32; fn twice(&self) -> i32 { 2 } }
trait Named: Shape { fn name(&self) {} }
struct Sq<T> { side: T }
impl<T> Shape for Sq<T> { fn area(&self) -> i32 { 1 } }
impl<T> Drop for Sq<T> { fn drop(&mut self) {} }
fn a(_: Is<Vec<i32>, dyn Clone>, _: Is<(i32, Vec<u8>), dyn Clone>, _: Is<i32, dyn Clone>) {}
fn b(_: Is<Sq<u8>, dyn Shape>, _: Is<dyn Named, dyn Shape>, _: Is<Option<Sq<i32>>, dyn Clone>) {}
fn c(_: Is<fn(i32) -> u8, dyn Fn(i32) -> u8>, _: Is<Box<u8>, dyn Into<Box<u8>>>) {}
",
        expect![[r#"
            Vec<i32> (no drop)
              clone: clone of impl, <i32>
            (i32, Vec<u8>) (no drop)
              clone: shim for (i32, Vec<u8>)
            i32 (no drop)
              clone: clone of impl, <>
            Sq<u8> (drops)
              area: area of impl, <u8>
              twice: twice of trait, <Sq<u8>>
            dyn Named (drops)
              area: area at 1
              twice: twice at 2
            Option<Sq<i32>> (drops)
              clone: clone of impl, <Sq<i32>>
            fn(i32) -> u8 (no drop)
              call: Fn of fn(i32) -> u8
            Box<u8> (drops)
              into: into of impl, <Box<u8>, Box<u8>>
        "#]],
    );
}
