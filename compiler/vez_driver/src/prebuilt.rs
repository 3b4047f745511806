//! The library's functions that most programs use, compiled for dev builds ahead of time.
//!
//! Made once, when the `vez` command is built, and linked with every dev executable: the first thing a program prints needs some
//! hundred functions of the library, which are the same in every program.

use crate::codegen::{self, Backend, BuildOptions};
use crate::session::Session;
use vez_base::FxHashSet;
use vez_diag::Diagnostic;
use vez_lower::Library;

/// How the functions are compiled, and builds that can use them.
const OPTIONS: BuildOptions =
    BuildOptions { backend: Backend::Cranelift, release: false, opt_level: None };

/// An object, and the names of the functions and statics in it.
#[derive(Debug)]
pub struct Prebuilt {
    pub(crate) object: &'static [u8],
    names: FxHashSet<&'static str>,
}

impl Prebuilt {
    /// What [`prebuild`] gave.
    pub fn new(object: &'static [u8], names: &'static str) -> Prebuilt {
        Prebuilt { object, names: names.lines().collect() }
    }

    /// What lowering has to know of it.
    pub(crate) fn library(&self) -> Library<'_> {
        Library::Linked(&self.names)
    }

    pub(crate) fn is_for(options: BuildOptions) -> bool {
        (options.backend, options.release) == (OPTIONS.backend, OPTIONS.release)
    }
}

/// Compiles what a program uses of the library: an object, and its symbols' names, a line each.
pub fn prebuild(session: &Session) -> Result<(Vec<u8>, String), Diagnostic> {
    let mut module = codegen::lower_with(session, OPTIONS, Library::Offered)?;
    let names = vez_opt::share(&mut module);
    Ok((codegen::object(&module, OPTIONS)?, names.join("\n")))
}
