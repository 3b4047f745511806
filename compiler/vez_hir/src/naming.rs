//! How an item is named from another place, for suggestions.

use std::collections::VecDeque;

use vez_base::{DefId, DefKind, FxHashSet};
use vez_db::{CrateId, Db};

use crate::data::{Res, Visibility};
use crate::defs;
use crate::scope::{self, Ns, Scope};

/// Modules looked at before an item counts as one that cannot be named.
const MODULES: usize = 500;

/// The path that a `use` in `from` can name the item by; `None` where it is private there.
pub fn path_from(db: &dyn Db, def: DefId, from: DefId) -> Option<String> {
    let own = defs::crate_of(db, def);
    if own == defs::crate_of(db, from) {
        let path = def.path();
        let inside = path.split_once("::").map_or(path.as_str(), |(_, inside)| inside);
        let reachable = |step: &DefId| defs::is_accessible(db, defs::visibility(db, *step), from);
        let named = |step: &DefId| step.parent_def().is_some();
        let mut steps = def.ancestors().filter(named);
        return steps.all(|step| reachable(&step)).then(|| format!("crate::{inside}"));
    }
    let is_library = db.crates()[own.0 as usize].is_stdlib;
    public_path(db, def, defs::crate_root(db, if is_library { CrateId::STD } else { own }))
}

/// The shortest path from a crate's root through public names.
fn public_path(db: &dyn Db, def: DefId, root: DefId) -> Option<String> {
    let mut seen = FxHashSet::from_iter([root]);
    let mut queue = VecDeque::from([(root, root.name().to_string())]);
    while let Some((module, path)) = queue.pop_front() {
        let names = scope::names_in_module(db, module, root);
        for name in names {
            let found = scope::lookup(db, Scope::module(module), name, Ns::Types);
            let Some(binding) = found.filter(|found| found.vis == Visibility::Public) else {
                continue;
            };
            let Res::Def(inner) = binding.res else { continue };
            if inner == def {
                return Some(format!("{path}::{name}"));
            }
            if inner.kind() == DefKind::Mod && seen.len() < MODULES && seen.insert(inner) {
                queue.push_back((inner, format!("{path}::{name}")));
            }
        }
    }
    None
}
