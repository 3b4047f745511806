//! The file system as the compiler sees it.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use vez_base::FxHashMap;

/// Reads files. Everything above asks through this, so that tests and editors can stand in.
pub trait System: Send + Sync {
    /// The bytes of a file, refused above `limit_bytes`.
    fn read(&self, path: &Path, limit_bytes: u64) -> io::Result<Vec<u8>>;

    /// Whether a regular file is there.
    fn is_file(&self, path: &Path) -> bool;
}

/// The operating system's files.
#[derive(Debug, Default)]
pub struct OsSystem;

impl System for OsSystem {
    fn read(&self, path: &Path, limit_bytes: u64) -> io::Result<Vec<u8>> {
        use io::Read;
        let file = std::fs::File::open(path)?;
        let metadata = file.metadata()?;
        if metadata.is_dir() {
            return Err(io::Error::new(io::ErrorKind::IsADirectory, "is a directory"));
        }
        // A pipe or device has no size: the limit is enforced on what is read.
        let mut bytes = Vec::with_capacity(metadata.len().min(limit_bytes) as usize);
        file.take(limit_bytes + 1).read_to_end(&mut bytes)?;
        if bytes.len() as u64 > limit_bytes {
            return Err(io::Error::new(io::ErrorKind::FileTooLarge, "too large"));
        }
        Ok(bytes)
    }

    fn is_file(&self, path: &Path) -> bool {
        path.is_file()
    }
}

/// Files in memory, for tests and editors' unsaved buffers.
#[derive(Debug, Default)]
pub struct MemorySystem {
    files: Mutex<FxHashMap<PathBuf, Vec<u8>>>,
}

impl MemorySystem {
    /// Adds or replaces a file.
    pub fn write(&self, path: impl Into<PathBuf>, bytes: impl Into<Vec<u8>>) {
        self.files.lock().expect("no holder panics").insert(path.into(), bytes.into());
    }
}

impl System for MemorySystem {
    fn read(&self, path: &Path, limit_bytes: u64) -> io::Result<Vec<u8>> {
        let files = self.files.lock().expect("no holder panics");
        match files.get(path) {
            Some(bytes) if bytes.len() as u64 > limit_bytes => {
                Err(io::Error::new(io::ErrorKind::FileTooLarge, "too large"))
            }
            Some(bytes) => Ok(bytes.clone()),
            None => Err(io::Error::from(io::ErrorKind::NotFound)),
        }
    }

    fn is_file(&self, path: &Path) -> bool {
        self.files.lock().expect("no holder panics").contains_key(path)
    }
}
