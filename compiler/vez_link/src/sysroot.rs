//! Where the C library's start files and libraries are.

use crate::LinkError;
use std::path::{Path, PathBuf};

/// What an executable is linked with besides its own objects.
#[derive(Clone, Debug)]
pub struct Sysroot {
    pub lib: PathBuf,
    pub scrt1: PathBuf,
    pub crti: PathBuf,
    pub crtn: PathBuf,
    /// The C compiler's helper routines (128-bit division, half floats); programs rarely need them.
    pub helpers: Option<PathBuf>,
    pub dynamic_linker: &'static str,
}

/// Multiarch (Debian, Ubuntu), then the others' places.
#[cfg(target_arch = "x86_64")]
const LIBRARY_DIRECTORIES: [&str; 3] = ["/usr/lib/x86_64-linux-gnu", "/usr/lib64", "/usr/lib"];
#[cfg(target_arch = "x86_64")]
const DYNAMIC_LINKER: &str = "/lib64/ld-linux-x86-64.so.2";

#[cfg(target_arch = "x86_64")]
const COMPILER_DIRECTORY: &str = "/usr/lib/gcc/x86_64-linux-gnu";

#[cfg(target_arch = "aarch64")]
const COMPILER_DIRECTORY: &str = "/usr/lib/gcc/aarch64-linux-gnu";
#[cfg(target_arch = "aarch64")]
const LIBRARY_DIRECTORIES: [&str; 3] = ["/usr/lib/aarch64-linux-gnu", "/usr/lib64", "/usr/lib"];
#[cfg(target_arch = "aarch64")]
const DYNAMIC_LINKER: &str = "/lib/ld-linux-aarch64.so.1";

impl Sysroot {
    /// Finds this machine's C library.
    pub fn find() -> Result<Sysroot, LinkError> {
        let has = |dir: &&&str| Path::new(dir).join("Scrt1.o").is_file();
        let lib = LIBRARY_DIRECTORIES.iter().find(has).ok_or(LinkError::NoCLibrary("Scrt1.o"))?;
        let lib = PathBuf::from(lib);
        let file = |name: &'static str| {
            let path = lib.join(name);
            if path.is_file() { Ok(path) } else { Err(LinkError::NoCLibrary(name)) }
        };
        Ok(Sysroot {
            scrt1: file("Scrt1.o")?,
            crti: file("crti.o")?,
            crtn: file("crtn.o")?,
            lib,
            helpers: find_helpers(),
            dynamic_linker: DYNAMIC_LINKER,
        })
    }
}

/// The newest compiler's `libgcc.a`.
fn find_helpers() -> Option<PathBuf> {
    let newest = std::fs::read_dir(COMPILER_DIRECTORY)
        .ok()?
        .filter_map(|entry| entry.ok()?.file_name().to_str()?.parse::<u32>().ok())
        .max()?;
    let library = Path::new(COMPILER_DIRECTORY).join(newest.to_string()).join("libgcc.a");
    library.is_file().then_some(library)
}
