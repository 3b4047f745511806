//! Small crates with a core of their own, and the real library.

mod goals;
mod instances;
mod items;
mod library;
mod mini_core;

use crate::collect::{fn_sig, type_of};
use crate::infer::InferCtxt;
use crate::method::{Autoref, PickItem, ProbeScope, probe_method};
use crate::solve::{Evaluation, FulfillCtxt, ObligationCause, param_env};
use std::fmt::Write;
use std::sync::Arc;
use vez_base::{DefId, DefKind, Name, Span};
use vez_db::{CrateKind, Database, Db, MemorySystem};
use vez_types::{Mutability, Predicate, TraitRef, Ty, TyKind};

/// A database with the small core and one program.
fn database(source: &str) -> (Database, DefId) {
    let db = Database::bare(Arc::new(MemorySystem::default()));
    let core = db.add_file("core.zari", mini_core::MINI_CORE);
    db.add_library("core", core);
    let alloc = db.add_file("alloc.zari", "");
    db.add_library("alloc", alloc);
    let std = db.add_file("std.zari", mini_core::MINI_STD);
    db.add_library("std", std);
    let root = db.add_file("main.zari", source);
    let id = db.add_program("main", root, CrateKind::Library);
    let root = vez_hir::crate_root(&db, id);
    (db, root)
}

/// Everything in a module, bodies aside.
fn items_below(db: &dyn Db, def: DefId, out: &mut Vec<DefId>) {
    for &child in vez_hir::children(db, def).iter() {
        out.push(child);
        if matches!(child.kind(), DefKind::Struct | DefKind::Enum | DefKind::Union) {
            for derived in vez_hir::derived_impls(db, child) {
                out.push(derived);
                items_below(db, derived, out);
            }
        }
        items_below(db, child, out);
    }
}

/// What the program's items say, one line each:
/// `type` aliases are normalised; functions `goal_*(_: Is<T, dyn Trait>)` ask for `T: Trait` under their own where-clauses; functions
/// `name_*(receiver: T)` look up the method `name`.
fn answers(source: &str) -> String {
    let (db, root) = database(source);
    let mut out = String::new();
    let mut items = Vec::new();
    items_below(&db, root, &mut items);
    for &item in &items {
        let at = |diagnostic: vez_diag::Diagnostic| {
            let name = if item.name().is_empty() { "impl" } else { item.name().as_str() };
            format!("{name} {}: {}", diagnostic.code, diagnostic.message)
        };
        // In goals `dyn Trait` only names the trait.
        if item.kind() == DefKind::Fn && item.name().as_str().starts_with("goal") {
            continue;
        }
        for diagnostic in crate::check_item(&db, item) {
            writeln!(out, "{}", at(diagnostic)).expect("writing to a string");
        }
    }
    for item in items {
        let name = item.name();
        match item.kind() {
            DefKind::TypeAlias => {
                let ty = normalized(&db, item, type_of(&db, item));
                writeln!(out, "{name} = {ty}").expect("writing to a string");
            }
            DefKind::Fn if name.as_str().starts_with("goal") => {
                for &input in fn_sig(&db, item).inputs() {
                    writeln!(out, "{}", goal(&db, item, input)).expect("writing to a string");
                }
            }
            DefKind::Fn if name.as_str().contains("__") => {
                let receiver = fn_sig(&db, item).inputs()[0];
                writeln!(out, "{}", probe(&db, item, receiver)).expect("writing to a string");
            }
            _ => {}
        }
    }
    out
}

fn normalized(db: &dyn Db, item: DefId, ty: Ty) -> Ty {
    let mut infcx = InferCtxt::new(db, param_env(db, item));
    let mut fulfill = FulfillCtxt::new();
    let mut nested = Vec::new();
    let ty = infcx.normalize(ty.erase_regions(), ObligationCause::dummy(), &mut nested);
    fulfill.register_all(nested);
    fulfill.select_where_possible(&mut infcx);
    infcx.resolve(ty)
}

fn goal(db: &dyn Db, item: DefId, input: Ty) -> String {
    let TyKind::Adt(_, args) = input.erase_regions().kind() else { return "no goal".into() };
    let TyKind::Dyn(dynamic) = args.ty_at(1).kind() else { return "no goal".into() };
    let ty = args.ty_at(0);
    let mut infcx = InferCtxt::new(db, param_env(db, item));
    let mut predicates = Vec::new();
    if let Some(trait_ref) = crate::collect::dyn_trait_ref(dynamic, ty) {
        predicates.push(Predicate::Trait(trait_ref));
        let owner = trait_ref.args;
        for &(assoc, ty) in &dynamic.projections {
            predicates.push(Predicate::Projection { assoc, args: owner, ty });
        }
    }
    for &auto in &dynamic.autos {
        let args = vez_types::GenericArgs::new(vec![vez_types::GenericArg::Ty(ty)]);
        predicates.push(Predicate::Trait(TraitRef { trait_: auto, args }));
    }
    let answers = predicates.into_iter().map(|predicate| {
        let answer: Evaluation = infcx.evaluate(predicate);
        format!("{predicate} -> {answer:?}")
    });
    answers.collect::<Vec<_>>().join(", ")
}

fn probe(db: &dyn Db, item: DefId, receiver: Ty) -> String {
    let method = item.name().as_str().split("__").next().unwrap_or_default();
    let mut infcx = InferCtxt::new(db, param_env(db, item));
    let scope = ProbeScope::of(db, item);
    let receiver = receiver.erase_regions();
    match probe_method(&mut infcx, &scope, receiver, Name::new(method), Span::DUMMY) {
        Ok(pick) => {
            let stars = "*".repeat(pick.steps.len() - 1);
            let autoref = match pick.autoref {
                Autoref::None => "",
                Autoref::Ref(Mutability::Not) => "&",
                Autoref::Ref(Mutability::Mut) => "&mut ",
                Autoref::ConstPtr => "as *const ",
            };
            let unsize = if pick.unsize { "[..]" } else { "" };
            let source = match pick.source {
                PickItem::Inherent { .. } => "inherent",
                PickItem::Trait { .. } => "trait",
                PickItem::Bound(_) => "bound",
                PickItem::Object(_) => "object",
            };
            let owner = pick.item.parent_def().map_or("", |owner| owner.name().as_str());
            let mut obligations = Vec::new();
            let cause = ObligationCause::dummy();
            let args = infcx.owner_args(&pick, false, cause, &mut obligations);
            let args = infcx.item_args(&pick, args, &[], Span::DUMMY);
            let sig = infcx.instantiate_fn(pick.item, args, cause, &mut obligations);
            let mut fulfill = FulfillCtxt::new();
            fulfill.register_all(obligations);
            let errors = fulfill.select_where_possible(&mut infcx);
            let sig = infcx.resolve_sig(&sig);
            let ptr = Ty::new(TyKind::FnPtr(sig));
            let errors = if errors.is_empty() { "" } else { " with errors" };
            format!(
                "{receiver}.{method} is {source} {owner} on {autoref}{stars}{unsize}: {ptr}{errors}"
            )
        }
        Err(error) => {
            let ty = receiver;
            let diagnostic = crate::report_method_error(
                &mut infcx,
                &scope,
                &error,
                ty,
                Name::new(method),
                "method",
                Span::DUMMY,
            );
            match diagnostic {
                Some(diagnostic) => {
                    format!("{} {} {:?}", diagnostic.code, diagnostic.message, diagnostic.notes)
                }
                None => "silent".into(),
            }
        }
    }
}
