//! VIR -> objects, assembly or LLVM IR, through LLVM 22.
//!
//! [`compile`] is the whole crate: declare every symbol (`module`), translate every body (`func`), optimise and emit (`target`).
//! `vez` does not link this crate; it runs the worker `vez-llvm` (`main.rs`), so that LLVM costs nothing when it is not needed
//! and its crashes stay in another process. Knows VIR and LLVM, nothing of the language.

mod attrs;
mod debug;
mod func;
mod globals;
mod module;
mod options;
mod raw;
mod target;

pub use options::{Cpu, Emit, Level, Options, UsageError};
pub use target::install_fatal_handler;

use std::fmt;

/// Why there is no output; one line.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Error(String);

impl Error {
    fn new(message: impl Into<String>) -> Error {
        Error(message.into().replace('\n', "; "))
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Error {}

/// Compiles a verified module to what `options.emit` asks for.
pub fn compile(module: &vez_vir::Module, options: &Options) -> Result<Vec<u8>, Error> {
    let machine = target::machine(options)?;
    let context = inkwell::context::Context::create();
    let output = context.create_module(&module.name);
    output.set_triple(&machine.get_triple());
    output.set_data_layout(&machine.get_target_data().get_data_layout());
    module::translate(module, options, &output)?;
    if cfg!(debug_assertions) {
        output.verify().map_err(|error| Error::new(error.to_string()))?;
    }
    target::optimize(&output, &machine, options.level)?;
    target::emit(&output, &machine, options.emit)
}
