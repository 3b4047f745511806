//! The worker `vez-llvm`: a VIR module on standard input, a compiled artifact as output.
//!
//! ```text
//! vez-llvm --emit obj|asm|llvm [-O0|-O1|-O2|-O3] [--target TRIPLE] [--cpu native|generic] [--debug] [-o FILE]
//! ```
//!
//! The protocol: the caller writes the module (binary or text, told apart by content) and closes standard input; the
//! worker writes the artifact to FILE (beside it, then renamed, so a crash leaves nothing behind) or to
//! standard output, and exits with 0. On failure it writes one line to standard error, no output, and
//! exits with 1, or with 2 for a command line it does not understand. Defaults: `--emit obj -O0 --cpu generic`, this machine's target.

use std::io::{self, Read, Write};
use std::path::Path;
use std::process::ExitCode;
use vez_llvm::Options;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let options = match Options::parse(std::env::args().skip(1)) {
        Ok(options) => options,
        Err(error) => {
            eprintln!("vez-llvm: {error}");
            return ExitCode::from(2);
        }
    };
    match run(&options) {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("vez-llvm: {message}");
            ExitCode::FAILURE
        }
    }
}

fn run(options: &Options) -> Result<(), String> {
    vez_llvm::install_fatal_handler();
    let mut input = Vec::new();
    io::stdin().read_to_end(&mut input).map_err(|e| format!("cannot read the input: {e}"))?;
    let module = vez_vir::load_module(&input).map_err(|e| one_line(&e.to_string()))?;
    let artifact = vez_llvm::compile(&module, options).map_err(|e| e.to_string())?;
    let written = match &options.output {
        Some(path) => write_whole(path, &artifact),
        None => io::stdout().write_all(&artifact).and_then(|()| io::stdout().flush()),
    };
    written.map_err(|e| match &options.output {
        Some(path) => format!("cannot write {}: {e}", path.display()),
        None => format!("cannot write the output: {e}"),
    })
}

fn one_line(message: &str) -> String {
    message.replace('\n', "; ")
}

/// Writes beside `path` and renames.
fn write_whole(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let directory = match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    };
    let mut builder = tempfile::Builder::new();
    builder.prefix(".vez-llvm-");
    // As any new file: the user's mask decides, not the temporary file's caution.
    #[cfg(unix)]
    let readable = std::os::unix::fs::PermissionsExt::from_mode(0o666);
    #[cfg(unix)]
    builder.permissions(readable);
    let mut file = builder.tempfile_in(directory)?;
    file.write_all(bytes)?;
    file.persist(path).map_err(|e| e.error)?;
    Ok(())
}
