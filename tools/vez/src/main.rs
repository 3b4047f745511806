//! The `vez` command.

mod args;
mod commands;
mod output;

use clap::Parser;
use std::process::ExitCode;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
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
