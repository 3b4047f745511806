//! Which file a module is in.
//!
//! `mod m;` is found as in Rust: `m.zari` or `m/mod.zari` next to the parent (`.rs` likewise), or where `#[path]` says. Knows nothing of
//! what the file contains.

use std::path::{Path, PathBuf};

use vez_ast::{ItemKind, Lit, MetaValue};
use vez_base::{DefId, DefParent, FileId, name};
use vez_db::{Db, OpenError, Subject, source_file};

use crate::attrs::Cfg;
use crate::defs;

/// Where a module's items are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum ModuleSource {
    Inline,
    File(FileId),
    /// Both files are there.
    Two(FileId, PathBuf, PathBuf),
    /// None of these is there.
    Missing(Vec<PathBuf>),
    /// It is one of the files the module stands in.
    Cyclic,
    Unreadable(PathBuf, String),
    NotUtf8(PathBuf, usize),
}

#[salsa::tracked(returns(clone))]
fn module_source_query<'db>(db: &'db dyn Db, subject: Subject<'db>) -> ModuleSource {
    let module = subject.def(db);
    if let DefParent::File(root) = module.parent() {
        return ModuleSource::File(root);
    }
    let Some(item) = defs::item_ast(db, module) else { return ModuleSource::Inline };
    if !matches!(item.kind, ItemKind::Mod { inline: false }) {
        return ModuleSource::Inline;
    }
    let candidates = candidates(db, module, path_attr(db, module));
    let found: Vec<&PathBuf> =
        candidates.iter().filter(|path| db.files().exists(db, path)).collect();
    let Some(&path) = found.first() else {
        // The file may appear without any input of this query changing.
        salsa::Database::report_untracked_read(db);
        return ModuleSource::Missing(candidates);
    };
    match db.files().open(db, path) {
        Ok(file) if encloses(db, module, file) => ModuleSource::Cyclic,
        Ok(file) if found.len() > 1 => ModuleSource::Two(file, path.clone(), found[1].clone()),
        Ok(file) => ModuleSource::File(file),
        Err(OpenError::Io(error)) => ModuleSource::Unreadable(path.clone(), error.to_string()),
        Err(OpenError::NotUtf8 { offset }) => ModuleSource::NotUtf8(path.clone(), offset),
    }
}

pub(crate) fn module_source(db: &dyn Db, module: DefId) -> ModuleSource {
    module_source_query(db, Subject::new(db, module))
}

/// The file with a module's items, when they are not inline.
pub(crate) fn module_file(db: &dyn Db, module: DefId) -> Option<FileId> {
    match module_source(db, module) {
        ModuleSource::File(file) | ModuleSource::Two(file, ..) => Some(file),
        _ => None,
    }
}

/// Whether `file` is the file of a module around `module`.
fn encloses(db: &dyn Db, module: DefId, file: FileId) -> bool {
    let mut outer = defs::parent_module(db, module);
    while let Some(module) = outer {
        if module_file(db, module) == Some(file) {
            return true;
        }
        outer = defs::parent_module(db, module);
    }
    false
}

/// `#[path = ".."]`
fn path_attr(db: &dyn Db, module: DefId) -> Option<PathBuf> {
    let item = defs::item_ast(db, module)?;
    let mut path = None;
    Cfg::of(db, module).for_each(&item.attrs, |meta| {
        if let (true, MetaValue::Lit(Lit::Str(text))) = (meta.path == name::PATH, &meta.value) {
            path = Some(PathBuf::from(text.as_str()));
        }
    });
    path
}

fn candidates(db: &dyn Db, module: DefId, path_attr: Option<PathBuf>) -> Vec<PathBuf> {
    let Some(parent) = defs::parent_module(db, module) else { return Vec::new() };
    let place = Place::of(db, parent);
    if let Some(path) = path_attr {
        return vec![place.file_directory.join(path)];
    }
    let file_name = module.name().as_str();
    let mut paths = Vec::new();
    for extension in ["zari", "rs"] {
        paths.push(place.directory.join(format!("{file_name}.{extension}")));
        paths.push(place.directory.join(file_name).join(format!("mod.{extension}")));
    }
    paths
}

/// Where the modules of a module are looked for.
struct Place {
    /// Of its `mod m;`.
    directory: PathBuf,
    /// Of its `#[path]`s: the directory of the file it is in.
    file_directory: PathBuf,
}

impl Place {
    fn of(db: &dyn Db, module: DefId) -> Place {
        if let Some(file) = module_file(db, module) {
            let path = source_file(db, file).path(db);
            let directory = path.parent().unwrap_or(Path::new("")).to_owned();
            let stem = path.file_stem().and_then(|stem| stem.to_str()).unwrap_or("");
            // A root and a `mod` file own their directory, any other file one of its own name.
            let owns = module.parent_def().is_none() || stem == "mod";
            let inner = if owns { directory.clone() } else { directory.join(stem) };
            return Place { directory: inner, file_directory: directory };
        }
        match defs::parent_module(db, module) {
            Some(parent) => {
                let outer = Place::of(db, parent);
                let directory = outer.directory.join(module.name().as_str());
                Place { file_directory: directory.clone(), directory }
            }
            None => Place { directory: PathBuf::new(), file_directory: PathBuf::new() },
        }
    }
}
