//! How an item is named from another place, for suggestions.

use std::sync::Arc;

use vez_base::{DefId, DefKind, FxHashSet, Name};
use vez_db::{CrateId, Db, Subject};

use crate::data::{Res, Visibility};
use crate::defs;
use crate::scope::{self, Binding, Ns, Scope};

/// More would be a list to read, not an answer.
const MOST: usize = 3;

/// A module of a crate, where a path from the crate's root finds it.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Place {
    module: DefId,
    /// The module around it, if it is not the root.
    outer: Option<usize>,
    name: Name,
    vis: Visibility,
}

/// The path that a `use` in `from` can name the item by; `None` where it is private there.
pub fn path_from(db: &dyn Db, def: DefId, from: DefId) -> Option<String> {
    let is_it = |res| res == Res::Def(def);
    paths_to(db, def.name(), Ns::Types, from, is_it).into_iter().next()
}

/// Paths by which `from` reaches what `fits` under a name, in its own crate and the library: the shortest first.
pub(crate) fn paths_to(
    db: &dyn Db,
    name: Name,
    ns: Ns,
    from: DefId,
    fits: impl Fn(Res) -> bool,
) -> Vec<String> {
    let own = defs::crate_root(db, defs::crate_of(db, from));
    let mut roots = vec![(own, "crate")];
    if db.crates().get(CrateId::STD.0 as usize).is_some() {
        roots.push((defs::crate_root(db, CrateId::STD), "std"));
    }
    let mut found: Vec<(Res, String)> = Vec::new();
    for (root, crate_name) in roots {
        let places = places(db, Subject::new(db, root));
        let mut reached: Vec<bool> = Vec::with_capacity(places.len());
        for place in places.iter() {
            let is_reached = place.outer.is_none_or(|outer| reached[outer])
                && defs::is_accessible(db, place.vis, from);
            reached.push(is_reached);
            if is_reached
                && let Some(binding) = offered(db, root, place.module, name, ns)
                && defs::is_accessible(db, binding.vis, from)
                && fits(binding.res)
                && found.iter().all(|(known, _)| *known != binding.res)
            {
                found.push((binding.res, path_of(&places, place, crate_name, name)));
            }
        }
    }
    found.truncate(MOST);
    found.into_iter().map(|(_, path)| path).collect()
}

fn path_of(places: &[Place], place: &Place, crate_name: &str, name: Name) -> String {
    let mut path = name.to_string();
    let mut at = place;
    while let Some(outer) = at.outer {
        path = format!("{}::{path}", at.name);
        at = &places[outer];
    }
    format!("{crate_name}::{path}")
}

/// The modules of a crate, those nearest to its root first.
#[salsa::tracked(returns(clone))]
fn places<'db>(db: &'db dyn Db, subject: Subject<'db>) -> Arc<[Place]> {
    let root = subject.def(db);
    let vis = Visibility::Public;
    let mut places = vec![Place { module: root, outer: None, name: root.name(), vis }];
    let mut seen = FxHashSet::from_iter([root]);
    let mut next = 0;
    while let Some(outer) = places.get(next).map(|place| place.module) {
        let data = scope::scope_data(db, Scope::module(outer));
        let mut names: Vec<Name> = data.names().collect();
        // Modules are written small; what is not need not be resolved.
        names.retain(|name| name.as_str().starts_with(|c: char| c.is_lowercase()));
        names.sort_unstable();
        for name in names {
            if let Some(Binding { res: Res::Def(module), vis, .. }) =
                offered(db, root, outer, name, Ns::Types)
                && module.kind() == DefKind::Mod
                && seen.insert(module)
            {
                places.push(Place { module, outer: Some(next), name, vis });
            }
        }
        next += 1;
    }
    places.into()
}

/// What a module has to give under a name. What it imports for its own use, from another crate, is not its own to give.
fn offered(db: &dyn Db, root: DefId, module: DefId, name: Name, ns: Ns) -> Option<Binding> {
    let binding = scope::lookup(db, Scope::module(module), name, ns)?;
    let Res::Def(def) = binding.res else { return None };
    let is_own = || defs::crate_of(db, def) == defs::crate_of(db, root);
    let is_offered = !binding.ambiguous && (binding.vis == Visibility::Public || is_own());
    is_offered.then_some(binding)
}
