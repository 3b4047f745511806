//! A session: the database with the user's crate in it.

use crate::codegen::BuildOptions;
use crate::package::{Manifest, Target};
use crate::prebuilt::Prebuilt;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use vez_base::{FileId, Name, Span, TextRange, limits};
use vez_db::{BuildCfg, Crate, CrateId, CrateKind, Database, Db, OpenError, OsSystem, System};
use vez_diag::Diagnostic;
use vez_diag::registry::{FileTooLarge, NotUtf8, UnreadableFile};
use vez_hir::DbSources;

/// What the user asked to work on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Input {
    /// A file, or a package's directory.
    Path(PathBuf),
    /// Standard input.
    Stdin,
}

impl Input {
    /// `-` is standard input.
    pub fn from_argument(argument: &str) -> Input {
        if argument == "-" { Input::Stdin } else { Input::Path(PathBuf::from(argument)) }
    }
}

/// The database, and which of its crates is the user's.
pub struct Session {
    pub db: Database,
    pub user: CrateId,
    /// What executables are called unless told otherwise.
    pub name: String,
    prebuilt: Option<Prebuilt>,
}

impl Session {
    /// Opens a file, a package, or standard input. The error is ready to be shown; it stands in no source.
    pub fn open(input: &Input, cfg: BuildCfg) -> Result<Session, Diagnostic> {
        let db = Database::for_one_build(Arc::new(OsSystem));
        let (root, name, kind) = match input {
            Input::Stdin => (read_stdin(&db)?, "main".to_owned(), CrateKind::Executable),
            Input::Path(path) if path.is_dir() => {
                let target = Manifest::load(path)?.target(path)?;
                let Target { root, name, kind } = target;
                (open(&db, &root)?, name, kind)
            }
            Input::Path(path) => {
                let stem = path.file_stem().map(|s| s.to_string_lossy().into_owned());
                (open(&db, path)?, stem.unwrap_or_else(|| "main".to_owned()), CrateKind::Executable)
            }
        };
        Ok(Session::over(db, name, root, kind, cfg))
    }

    /// A session over a database that has the library and the user's root file.
    pub fn over(
        mut db: Database,
        name: String,
        root: FileId,
        kind: CrateKind,
        cfg: BuildCfg,
    ) -> Session {
        db.set_const_eval(crate::codegen::eval_const);
        vez_thir::install_hooks();
        let dependencies =
            [("core", CrateId::CORE), ("alloc", CrateId::ALLOC), ("std", CrateId::STD)]
                .map(|(name, id)| (Name::new(name), id))
                .to_vec();
        let user = db.add_crate(Crate {
            name: Name::new(&crate_name(&name)),
            root,
            kind,
            dependencies,
            is_stdlib: false,
            cfg,
        });
        Session { db, user, name, prebuilt: None }
    }

    /// A session about a text that is already read.
    pub fn of_text(path: &Path, text: &str) -> Session {
        let db = Database::for_one_build(Arc::new(OsSystem));
        let root = db.add_file(path.to_owned(), text);
        Session::over(db, "main".to_owned(), root, CrateKind::Library, BuildCfg::DEV)
    }

    /// What is wrong with the syntax of the root file.
    pub fn syntax_errors(&self) -> &[Diagnostic] {
        let root = self.db.crates()[self.user.0 as usize].root;
        &vez_db::parse(&self.db, vez_db::source_file(&self.db, root)).diagnostics
    }

    /// Has dev executables use these functions of the library, unless the library is another one.
    pub fn use_prebuilt(&mut self, prebuilt: Prebuilt) {
        self.prebuilt = (!vez_db::stdlib_is_overridden()).then_some(prebuilt);
    }

    /// The functions of the library that a build need not compile.
    pub(crate) fn prebuilt(&self, options: BuildOptions) -> Option<&Prebuilt> {
        self.prebuilt.as_ref().filter(|_| Prebuilt::is_for(options))
    }

    /// The sources, for rendering diagnostics.
    pub fn sources(&self) -> DbSources<'_> {
        DbSources(&self.db)
    }
}

/// A name that may stand in a path: other characters become `_`.
fn crate_name(name: &str) -> String {
    let valid = |c: char| if c.is_ascii_alphanumeric() { c } else { '_' };
    let name: String = name.chars().map(valid).collect();
    if name.is_empty() { "main".to_owned() } else { name }
}

fn open(db: &Database, path: &Path) -> Result<FileId, Diagnostic> {
    db.open(path).map_err(|error| open_error(path, error))
}

/// Why a file could not be opened, as a diagnostic without a place.
pub fn open_error(path: &Path, error: OpenError) -> Diagnostic {
    let path = path.display();
    match error {
        OpenError::NotUtf8 { offset } => NotUtf8 { path, offset }.at(Span::DUMMY),
        OpenError::Io(error) if error.kind() == io::ErrorKind::FileTooLarge => {
            FileTooLarge { path, limit: limits::FILE_BYTES, unit: "bytes" }.at(Span::DUMMY)
        }
        OpenError::Io(error) => UnreadableFile { path, reason: reason(&error) }.at(Span::DUMMY),
    }
}

/// The error's text without the number the operating system gave it.
pub fn reason(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::NotFound => "no such file".to_owned(),
        io::ErrorKind::IsADirectory => "it is a directory".to_owned(),
        io::ErrorKind::PermissionDenied => "permission denied".to_owned(),
        io::ErrorKind::StorageFull => "no space left".to_owned(),
        // What follows is the system's number, and temporary files' paths.
        _ => {
            let text = error.to_string();
            text.split(" (os error").next().unwrap_or_default().to_lowercase()
        }
    }
}

fn read_stdin(db: &Database) -> Result<FileId, Diagnostic> {
    let (path, text) = read_text(&Input::Stdin)?;
    Ok(db.add_file(path, &text))
}

/// The text of a file or of standard input, and its path in reports.
pub fn read_text(input: &Input) -> Result<(PathBuf, String), Diagnostic> {
    let limit_bytes = limits::FILE_BYTES as u64;
    let (path, read) = match input {
        Input::Path(path) => (path.clone(), OsSystem.read(path, limit_bytes)),
        Input::Stdin => {
            let mut bytes = Vec::new();
            let read = io::stdin().lock().take(limit_bytes + 1).read_to_end(&mut bytes);
            let read = match read {
                Ok(_) if bytes.len() as u64 > limit_bytes => {
                    Err(io::Error::from(io::ErrorKind::FileTooLarge))
                }
                read => read.map(|_| bytes),
            };
            (PathBuf::from("<stdin>"), read)
        }
    };
    let bytes = read.map_err(|error| open_error(&path, OpenError::Io(error)))?;
    let text = String::from_utf8(bytes).map_err(|error| {
        let offset = error.utf8_error().valid_up_to();
        open_error(&path, OpenError::NotUtf8 { offset })
    })?;
    Ok((path, text))
}

/// The first byte of a file, for reports about all of it.
pub fn file_start(file: FileId) -> Span {
    Span::new(file, TextRange::empty(0))
}
