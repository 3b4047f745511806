//! The one concrete database: storage, the file table, the crates of a session.

use std::path::PathBuf;
use std::sync::Arc;

use salsa::{Durability, Setter, Storage};
use vez_base::{FileId, Name, name};

use crate::{
    BuildCfg, ConstEvalHook, Crate, CrateId, CrateKind, Db, Files, OpenError, SubjectTable, System,
    stdlib_path,
};

/// What `vez`, the language server and tests run queries on. A clone is a snapshot for another thread.
#[salsa::db]
#[derive(Clone)]
pub struct Database {
    storage: Storage<Database>,
    files: Arc<Files>,
    subjects: Arc<SubjectTable>,
    system: Arc<dyn System>,
    crates: Arc<boxcar::Vec<Crate>>,
    const_eval: Option<ConstEvalHook>,
}

#[salsa::db]
impl salsa::Database for Database {}

#[salsa::db]
impl Db for Database {
    fn files(&self) -> &Arc<Files> {
        &self.files
    }

    fn subjects(&self) -> &SubjectTable {
        &self.subjects
    }

    fn system(&self) -> &Arc<dyn System> {
        &self.system
    }

    fn crates(&self) -> &Arc<boxcar::Vec<Crate>> {
        &self.crates
    }

    fn const_eval(&self) -> Option<&ConstEvalHook> {
        self.const_eval.as_ref()
    }
}

impl Database {
    /// A database with no crates at all; the next three added must be `core`, `alloc` and `std`.
    pub fn bare(system: Arc<dyn System>) -> Database {
        Database::with_storage(system, Storage::new(None), Durability::LOW)
    }

    /// A bare database that tells `log` what happens in it: which queries run, which results are taken over.
    pub fn with_events(
        system: Arc<dyn System>,
        log: impl Fn(salsa::Event) + Send + Sync + 'static,
    ) -> Database {
        Database::with_storage(system, Storage::new(Some(Box::new(log))), Durability::LOW)
    }

    fn with_storage(
        system: Arc<dyn System>,
        storage: Storage<Database>,
        durability: Durability,
    ) -> Database {
        Database {
            storage,
            files: Arc::new(Files::new(durability)),
            subjects: Arc::default(),
            system,
            crates: Arc::new(boxcar::Vec::new()),
            const_eval: None,
        }
    }

    /// A database with the embedded standard library.
    pub fn new(system: Arc<dyn System>) -> Database {
        let db = Database::bare(system);
        db.add_stdlib();
        db
    }

    /// A database with the embedded standard library for one build: no file of it is ever edited, so that queries need not
    /// remember what they read.
    pub fn for_one_build(system: Arc<dyn System>) -> Database {
        let db = Database::with_storage(system, Storage::new(None), Durability::NEVER_CHANGE);
        db.add_stdlib();
        db
    }

    /// Adds the embedded standard library to a bare database.
    pub fn add_stdlib(&self) {
        for library in ["core", "alloc", "std"] {
            let path = stdlib_path(&format!("{library}/lib.zari"));
            let root = match self.files.open(self, &path) {
                Ok(root) => root,
                // A library that is not there is empty; what misses it says so.
                Err(_) => self.files.add(self, path, "".into()),
            };
            self.add_library(library, root);
        }
    }

    /// Adds `core`, `alloc` or `std` from its root file; for tests with a library of their own.
    pub fn add_library(&self, library: &str, root: FileId) -> CrateId {
        let below = match library {
            "core" => &[(name::CORE, CrateId::CORE)][..],
            "alloc" => &[(name::CORE, CrateId::CORE), (name::ALLOC, CrateId::ALLOC)],
            _ => &ALL_LIBRARIES,
        };
        self.add_crate(Crate {
            name: Name::new(library),
            root,
            kind: CrateKind::Library,
            dependencies: below.to_vec(),
            is_stdlib: true,
            cfg: BuildCfg::DEV,
        })
    }

    /// Adds a user's crate that knows the standard library only.
    pub fn add_program(&self, crate_name: &str, root: FileId, kind: CrateKind) -> CrateId {
        self.add_crate(Crate {
            name: Name::new(crate_name),
            root,
            kind,
            dependencies: ALL_LIBRARIES.to_vec(),
            is_stdlib: false,
            cfg: BuildCfg::DEV,
        })
    }

    pub fn add_crate(&self, new: Crate) -> CrateId {
        CrateId(self.crates.push(new) as u32)
    }

    /// Installs the evaluator of constants.
    pub fn set_const_eval(&mut self, hook: ConstEvalHook) {
        self.const_eval = Some(hook);
    }

    /// Opens a file through the system.
    pub fn open(&self, path: impl Into<PathBuf>) -> Result<FileId, OpenError> {
        self.files.open(self, &path.into())
    }

    /// Adds a file whose text is at hand.
    pub fn add_file(&self, path: impl Into<PathBuf>, text: &str) -> FileId {
        self.files.add(self, path.into(), text.into())
    }

    /// Replaces a file's text: an edit. Panics in a database for one build.
    pub fn set_text(&mut self, file: FileId, text: &str) {
        let source = self.files.source(file);
        source.set_text(self).to(text.into());
    }
}

const ALL_LIBRARIES: [(Name, CrateId); 3] =
    [(name::CORE, CrateId::CORE), (name::ALLOC, CrateId::ALLOC), (name::STD, CrateId::STD)];
