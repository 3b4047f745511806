//! The `vez` command.

mod args;
mod commands;
mod fmt;
mod output;

use clap::Parser;
use std::process::ExitCode;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    ignore_size_signal();
    let arguments = args::Arguments::parse();
    let worker = std::thread::Builder::new()
        .stack_size(vez_driver::STACK_BYTES)
        .spawn(move || commands::execute(arguments))
        .expect("the system can start a thread");
    match worker.join() {
        Ok(code) => code,
        // The panic's own message went to standard error before.
        Err(_) => output::internal_error(),
    }
}

/// A file that may not grow any more is an error of the write, as on a full disk, and not the end of the compiler.
fn ignore_size_signal() {
    // SAFETY: no other thread runs yet, and ignoring a signal runs no code of ours.
    unsafe { libc::signal(libc::SIGXFSZ, libc::SIG_IGN) };
}
