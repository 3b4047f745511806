//! The world outside an interpreted program.
//!
//! Memory functions and mathematics are the interpreter's own; what touches files, the environment and clocks goes
//! through [`Host`], so that tests capture it and sandboxes refuse it.

use std::collections::{BTreeMap, HashMap};
use std::fs::File;
use std::io::{Read, Seek, SeekFrom, Write};
use std::time::{Instant, SystemTime, UNIX_EPOCH};

/// A failure, as an `errno` number.
pub type Errno = i32;

/// No such file.
pub const ENOENT: Errno = 2;
/// Input or output failed.
pub const EIO: Errno = 5;
/// Not an open file.
pub const EBADF: Errno = 9;
/// Not enough memory.
pub const ENOMEM: Errno = 12;
/// The file exists.
pub const EEXIST: Errno = 17;
/// An argument makes no sense.
pub const EINVAL: Errno = 22;

/// `open` flags, as on Linux.
const O_ACCESS: i32 = 3;
const O_CREAT: i32 = 0o100;
const O_EXCL: i32 = 0o200;
const O_TRUNC: i32 = 0o1000;
const O_APPEND: i32 = 0o2000;

/// What a program may ask of the outside. Descriptors 0, 1 and 2 are the standard streams.
pub trait Host {
    fn write(&mut self, fd: i32, bytes: &[u8]) -> Result<usize, Errno>;
    fn read(&mut self, fd: i32, bytes: &mut [u8]) -> Result<usize, Errno>;
    fn open(&mut self, path: &[u8], flags: i32) -> Result<i32, Errno>;
    fn close(&mut self, fd: i32) -> Result<(), Errno>;
    /// `whence`: 0 start, 1 current, 2 end.
    fn seek(&mut self, fd: i32, offset: i64, whence: i32) -> Result<u64, Errno>;
    /// Something done to a path.
    fn path(&mut self, operation: PathOp, path: &[u8]) -> Result<(), Errno>;
    fn getenv(&mut self, name: &[u8]) -> Option<Vec<u8>>;
    /// Seconds and nanoseconds; clock 0 is the wall clock, others count from an arbitrary start.
    fn clock(&mut self, clock: i32) -> (i64, i64);
}

/// What a program does to a path besides opening it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum PathOp {
    /// Nothing: whether it is there.
    Find,
    RemoveFile,
    MakeFolder,
}

/// The real world.
pub struct OsHost {
    files: HashMap<i32, File>,
    next_fd: i32,
    start: Instant,
}

impl Default for OsHost {
    fn default() -> OsHost {
        OsHost { files: HashMap::new(), next_fd: 3, start: Instant::now() }
    }
}

fn errno(error: &std::io::Error) -> Errno {
    error.raw_os_error().unwrap_or(EIO)
}

impl Host for OsHost {
    fn write(&mut self, fd: i32, bytes: &[u8]) -> Result<usize, Errno> {
        let result = match fd {
            1 => {
                let mut out = std::io::stdout().lock();
                out.write_all(bytes).and_then(|()| out.flush()).map(|()| bytes.len())
            }
            2 => std::io::stderr().lock().write_all(bytes).map(|()| bytes.len()),
            _ => self.files.get_mut(&fd).ok_or(EBADF)?.write(bytes),
        };
        result.map_err(|error| errno(&error))
    }

    fn read(&mut self, fd: i32, bytes: &mut [u8]) -> Result<usize, Errno> {
        let result = match fd {
            0 => std::io::stdin().lock().read(bytes),
            _ => self.files.get_mut(&fd).ok_or(EBADF)?.read(bytes),
        };
        result.map_err(|error| errno(&error))
    }

    fn open(&mut self, path: &[u8], flags: i32) -> Result<i32, Errno> {
        let path = std::str::from_utf8(path).map_err(|_| ENOENT)?;
        let access = flags & O_ACCESS;
        let file = File::options()
            .read(access != 1)
            .write(access != 0 && flags & O_APPEND == 0)
            .append(access != 0 && flags & O_APPEND != 0)
            .truncate(flags & O_TRUNC != 0 && access != 0)
            .create(flags & O_CREAT != 0 && access != 0)
            .create_new(flags & O_CREAT != 0 && flags & O_EXCL != 0)
            .open(path)
            .map_err(|error| errno(&error))?;
        let fd = self.next_fd;
        self.next_fd += 1;
        self.files.insert(fd, file);
        Ok(fd)
    }

    fn close(&mut self, fd: i32) -> Result<(), Errno> {
        self.files.remove(&fd).map(drop).ok_or(EBADF)
    }

    fn seek(&mut self, fd: i32, offset: i64, whence: i32) -> Result<u64, Errno> {
        let position = match whence {
            0 => SeekFrom::Start(u64::try_from(offset).map_err(|_| EINVAL)?),
            1 => SeekFrom::Current(offset),
            2 => SeekFrom::End(offset),
            _ => return Err(EINVAL),
        };
        let file = self.files.get_mut(&fd).ok_or(EBADF)?;
        file.seek(position).map_err(|error| errno(&error))
    }

    fn path(&mut self, operation: PathOp, path: &[u8]) -> Result<(), Errno> {
        let path = std::str::from_utf8(path).map_err(|_| ENOENT)?;
        let result = match operation {
            PathOp::Find => std::fs::metadata(path).map(drop),
            PathOp::RemoveFile => std::fs::remove_file(path),
            PathOp::MakeFolder => std::fs::create_dir(path),
        };
        result.map_err(|error| errno(&error))
    }

    fn getenv(&mut self, name: &[u8]) -> Option<Vec<u8>> {
        let name = std::str::from_utf8(name).ok()?;
        // `var_os` panics on names that no variable can have.
        if name.is_empty() || name.contains(['=', '\0']) {
            return None;
        }
        Some(std::env::var_os(name)?.into_encoded_bytes())
    }

    fn clock(&mut self, clock: i32) -> (i64, i64) {
        let time = match clock {
            0 => SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default(),
            _ => self.start.elapsed(),
        };
        (time.as_secs() as i64, i64::from(time.subsec_nanos()))
    }
}

/// A world of its own: given input and files, captured output, a clock that advances a millisecond a look.
#[derive(Default)]
pub struct CaptureHost {
    pub stdin: Vec<u8>,
    pub stdout: Vec<u8>,
    pub stderr: Vec<u8>,
    pub files: BTreeMap<Vec<u8>, Vec<u8>>,
    pub env: BTreeMap<Vec<u8>, Vec<u8>>,
    open: HashMap<i32, (Vec<u8>, usize)>,
    stdin_at: usize,
    next_fd: i32,
    looks: i64,
}

impl Host for CaptureHost {
    fn write(&mut self, fd: i32, bytes: &[u8]) -> Result<usize, Errno> {
        match fd {
            1 => self.stdout.extend_from_slice(bytes),
            2 => self.stderr.extend_from_slice(bytes),
            _ => {
                let (path, at) = self.open.get_mut(&fd).ok_or(EBADF)?;
                let file = self.files.entry(path.clone()).or_default();
                let end = *at + bytes.len();
                file.resize(file.len().max(end), 0);
                file[*at..end].copy_from_slice(bytes);
                *at = end;
            }
        }
        Ok(bytes.len())
    }

    fn read(&mut self, fd: i32, bytes: &mut [u8]) -> Result<usize, Errno> {
        let (source, at) = match fd {
            0 => (&self.stdin, &mut self.stdin_at),
            _ => {
                let (path, at) = self.open.get_mut(&fd).ok_or(EBADF)?;
                (self.files.get(path).ok_or(EBADF)?, at)
            }
        };
        let rest = source.get(*at..).unwrap_or(&[]);
        let count = rest.len().min(bytes.len());
        bytes[..count].copy_from_slice(&rest[..count]);
        *at += count;
        Ok(count)
    }

    fn open(&mut self, path: &[u8], flags: i32) -> Result<i32, Errno> {
        let exists = self.files.contains_key(path);
        if !exists && flags & O_CREAT == 0 {
            return Err(ENOENT);
        }
        if exists && flags & O_EXCL != 0 {
            return Err(EEXIST);
        }
        let file = self.files.entry(path.to_vec()).or_default();
        if flags & O_TRUNC != 0 {
            file.clear();
        }
        let at = if flags & O_APPEND != 0 { file.len() } else { 0 };
        self.next_fd = self.next_fd.max(2) + 1;
        self.open.insert(self.next_fd, (path.to_vec(), at));
        Ok(self.next_fd)
    }

    fn close(&mut self, fd: i32) -> Result<(), Errno> {
        self.open.remove(&fd).map(drop).ok_or(EBADF)
    }

    fn seek(&mut self, fd: i32, offset: i64, whence: i32) -> Result<u64, Errno> {
        let (path, at) = self.open.get_mut(&fd).ok_or(EBADF)?;
        let size = self.files.get(path).map_or(0, Vec::len) as i64;
        let base = [0, *at as i64, size].get(whence as usize).copied().ok_or(EINVAL)?;
        let position = base.checked_add(offset).filter(|&p| (0..1 << 28).contains(&p));
        *at = position.ok_or(EINVAL)? as usize;
        Ok(*at as u64)
    }

    fn path(&mut self, _: PathOp, _: &[u8]) -> Result<(), Errno> {
        Err(ENOENT)
    }

    fn getenv(&mut self, name: &[u8]) -> Option<Vec<u8>> {
        self.env.get(name).cloned()
    }

    fn clock(&mut self, _: i32) -> (i64, i64) {
        self.looks += 1;
        (self.looks / 1000, self.looks % 1000 * 1_000_000)
    }
}
