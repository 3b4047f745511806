//! Structs, enums and unions: finite size, sized fields, no field twice.

use super::outlives::Outlives;
use super::{infcx_in, require};
use crate::collect::{AdtKind, adt_def, sized_predicate};
use crate::lang::lang_items;
use crate::solve::{Cause, Obligation, ObligationCause, param_env};
use vez_base::{DefId, FxHashSet};
use vez_db::Db;
use vez_diag::Diagnostic;
use vez_diag::registry::*;
use vez_types::{Region, Ty, TyKind};

/// Types inside types by value before the search gives up.
const DEPTH: u32 = 64;

pub(super) fn check_adt(db: &dyn Db, def: DefId, out: &mut Vec<Diagnostic>) {
    if let Some(first) = first_of_cycle(db, def) {
        if first != def {
            return;
        }
        let name = def.name();
        let help = "put a `Box`, `Rc` or `&` in between";
        out.push(InfiniteType { name }.at(vez_hir::name_span(db, def)).help(help));
        return;
    }
    sized_fields(db, def, out);
    transparent_fields(db, def, out);
    static_fields(db, def, out);
}

/// E0310 and E0491: what a field refers to for `'static` must be known to live that long. Shorter lifetimes are implied.
fn static_fields(db: &dyn Db, def: DefId, out: &mut Vec<Diagnostic>) {
    let known = Outlives::of_item(db, def);
    let is_static = |region| region == Region::static_();
    let fields = adt_def(db, def).all_fields();
    out.extend(fields.filter_map(|field| known.report(db, field.ty, field.span, is_static)));
}

/// E0690: a transparent type has the layout of one field; the others have none of their own.
fn transparent_fields(db: &dyn Db, def: DefId, out: &mut Vec<Diagnostic>) {
    let repr = vez_base::Name::new("repr");
    if !vez_hir::attr_word(db, def, repr, |word| word.as_str() == "transparent") {
        return;
    }
    let adt = adt_def(db, def);
    if adt.variants.len() != 1 {
        return;
    }
    let mut fields = adt.all_fields().filter(|field| !is_empty(db, field.ty, 0));
    if let (Some(first), Some(second)) = (fields.next(), fields.next()) {
        let report = TransparentFields { name: def.name() }.at(second.span);
        out.push(report.label(first.span, "this one has a size too"));
    }
}

/// Whether values of the type take no space, whatever its parameters are.
fn is_empty(db: &dyn Db, ty: Ty, depth: u32) -> bool {
    match ty.kind() {
        TyKind::Error => true,
        TyKind::Tuple(types) => types.as_slice().iter().all(|&ty| is_empty(db, ty, depth)),
        TyKind::Array(elem, len) => len.as_value() == Some(0) || is_empty(db, *elem, depth),
        TyKind::Adt(def, args) if depth < DEPTH => {
            let adt = adt_def(db, *def);
            let mut fields = adt.all_fields();
            adt.flags.is_phantom_data
                || adt.kind == AdtKind::Struct
                    && fields.all(|field| is_empty(db, field.ty.substitute(*args), depth + 1))
        }
        _ => false,
    }
}

/// All fields but a struct's last must be sized.
fn sized_fields(db: &dyn Db, def: DefId, out: &mut Vec<Diagnostic>) {
    let Some(sized) = lang_items(db).sized else { return };
    let adt = adt_def(db, def);
    let mut obligations = Vec::new();
    for variant in &adt.variants {
        let may_be_unsized = usize::from(adt.kind == AdtKind::Struct);
        let count = variant.fields.len().saturating_sub(may_be_unsized);
        for field in &variant.fields[..count] {
            let kind = Cause::Sized { what: "a field" };
            let predicate = sized_predicate(sized, field.ty.erase_regions());
            let cause = ObligationCause::new(field.span, kind);
            obligations.push(Obligation::new(predicate, cause));
        }
    }
    require(&mut infcx_in(db, param_env(db, def)), obligations, out);
}

/// The type that a cycle of types is reported at: the first one of those in it. `None` if `def` is in no cycle.
fn first_of_cycle(db: &dyn Db, def: DefId) -> Option<DefId> {
    let inside = contents(db, def)?;
    let in_cycle = inside.into_iter().filter(|&other| {
        other != def && contents(db, other).is_some_and(|theirs| theirs.contains(&def))
    });
    let place = |def: &DefId| {
        vez_hir::anchor_location(db, (*def).into()).map(|(file, start)| (file.raw(), start))
    };
    in_cycle.chain([def]).min_by_key(place)
}

/// The structs, enums and unions that a value of `def` holds by value, when `def` is among them.
fn contents(db: &dyn Db, def: DefId) -> Option<FxHashSet<DefId>> {
    let mut search = Search { db, root: def, seen: FxHashSet::default() };
    let fields: Vec<Ty> = adt_def(db, def).all_fields().map(|field| field.ty).collect();
    if !fields.iter().any(|&ty| search.reaches_root(ty, 0)) {
        return None;
    }
    let adts = search.seen.iter().filter_map(|ty| match ty.kind() {
        TyKind::Adt(def, _) => Some(*def),
        _ => None,
    });
    Some(adts.collect())
}

struct Search<'db> {
    db: &'db dyn Db,
    root: DefId,
    seen: FxHashSet<Ty>,
}

impl Search<'_> {
    /// Whether a value of the type holds the root by value.
    fn reaches_root(&mut self, ty: Ty, depth: u32) -> bool {
        if depth > DEPTH || !self.seen.insert(ty) {
            return false;
        }
        match ty.kind() {
            TyKind::Tuple(types) => {
                types.as_slice().iter().any(|&ty| self.reaches_root(ty, depth + 1))
            }
            TyKind::Array(elem, len) if len.as_value() != Some(0) => {
                self.reaches_root(*elem, depth + 1)
            }
            TyKind::Adt(def, _) if *def == self.root => true,
            TyKind::Adt(def, args) => {
                let adt = adt_def(self.db, *def);
                !adt.flags.is_phantom_data
                    && adt
                        .all_fields()
                        .any(|field| self.reaches_root(field.ty.substitute(*args), depth + 1))
            }
            _ => false,
        }
    }
}
