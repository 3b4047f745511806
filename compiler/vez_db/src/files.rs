//! Files: the table from paths to salsa inputs, and the queries over their text.

use std::path::{Path, PathBuf};
use std::sync::Mutex;

use salsa::Durability;
use vez_base::{FileId, FxHashMap, limits};
use vez_diag::{Diagnostic, LineIndex};

use crate::{Db, Text, stdlib};

/// A file's text. Changing it is an edit; everything else follows by query.
#[salsa::input]
pub struct SourceFile {
    #[returns(copy)]
    pub id: FileId,
    /// As the user wrote it; what messages show.
    #[returns(ref)]
    pub path: PathBuf,
    #[returns(ref)]
    pub text: Text,
}

/// Why a file could not be opened.
#[derive(Debug)]
pub enum OpenError {
    Io(std::io::Error),
    /// Not UTF-8: the offset of the first wrong byte.
    NotUtf8 {
        offset: usize,
    },
}

/// Paths to files and back. Shared by all snapshots of a database.
pub struct Files {
    sources: boxcar::Vec<SourceFile>,
    by_path: Mutex<FxHashMap<PathBuf, FileId>>,
    /// Of all but the embedded library, which never changes.
    durability: Durability,
}

impl Files {
    pub(crate) fn new(durability: Durability) -> Files {
        Files { sources: boxcar::Vec::new(), by_path: Mutex::default(), durability }
    }

    /// The salsa input of a file.
    pub fn source(&self, file: FileId) -> SourceFile {
        *self.sources.get(file.raw() as usize).expect("ids come from `add`")
    }

    /// A file already opened.
    pub fn find(&self, path: &Path) -> Option<FileId> {
        self.by_path.lock().expect("no holder panics").get(path).copied()
    }

    /// Opens a file through the database's `System`, or returns the one opened before.
    pub fn open(&self, db: &dyn Db, path: &Path) -> Result<FileId, OpenError> {
        if let Some(file) = self.find(path) {
            return Ok(file);
        }
        if let Some(embedded) = stdlib::lookup(path) {
            let missing = |()| OpenError::Io(std::io::ErrorKind::NotFound.into());
            let text = embedded.map_err(missing)?;
            return Ok(self.add(db, path.to_owned(), text));
        }
        let limit_bytes = limits::FILE_BYTES as u64;
        let bytes = db.system().read(path, limit_bytes).map_err(OpenError::Io)?;
        let text = String::from_utf8(bytes)
            .map_err(|error| OpenError::NotUtf8 { offset: error.utf8_error().valid_up_to() })?;
        Ok(self.add(db, path.to_owned(), text.into()))
    }

    /// Whether a file is there: opened, embedded, or in the file system.
    pub fn exists(&self, db: &dyn Db, path: &Path) -> bool {
        match stdlib::lookup(path) {
            Some(embedded) => embedded.is_ok(),
            None => self.find(path).is_some() || db.system().is_file(path),
        }
    }

    /// Adds a file whose text is at hand (standard input, an embedded source, an editor's buffer).
    pub fn add(&self, db: &dyn Db, path: PathBuf, text: Text) -> FileId {
        let mut by_path = self.by_path.lock().expect("no holder panics");
        if let Some(&file) = by_path.get(&path) {
            return file;
        }
        let id = FileId::from_raw(by_path.len() as u32);
        let durability = match text {
            Text::Embedded(..) => Durability::NEVER_CHANGE,
            _ => self.durability,
        };
        let source = SourceFile::builder(id, path.clone(), text).durability(durability).new(db);
        let index = self.sources.push(source);
        debug_assert_eq!(index, id.raw() as usize, "files are added under the lock");
        by_path.insert(path, id);
        id
    }
}

/// A file's tree and what is wrong with its syntax.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParsedFile {
    pub file: vez_ast::File,
    pub diagnostics: Vec<Diagnostic>,
}

/// The syntax of a file. The only query whose results are dropped when memory is short.
#[salsa::tracked(returns(ref), lru = 4096)]
pub fn parse(db: &dyn Db, source: SourceFile) -> ParsedFile {
    let text = source.text(db);
    if let Text::Embedded(_, index) = *text {
        return ParsedFile { file: stdlib::parsed(index), diagnostics: Vec::new() };
    }
    let parsed = vez_parse::parse_file(text, source.id(db));
    ParsedFile { file: parsed.file, diagnostics: parsed.diagnostics }
}

/// Where the lines of a file start.
#[salsa::tracked(returns(ref))]
pub fn line_index(db: &dyn Db, source: SourceFile) -> LineIndex {
    LineIndex::new(source.text(db))
}
