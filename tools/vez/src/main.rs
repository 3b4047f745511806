//! The `vez` command.

mod args;
mod commands;
mod output;

use clap::Parser;
use std::process::ExitCode;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// The stack of the thread that compiles: recursion over trees at the depth limit fits with room to spare.
const STACK_BYTES: usize = 256 << 20;

fn main() -> ExitCode {
    let arguments = args::Arguments::parse();
    let worker = std::thread::Builder::new()
        .stack_size(STACK_BYTES)
        .spawn(move || commands::execute(arguments))
        .expect("the system can start a thread");
    match worker.join() {
        Ok(code) => code,
        // The panic's own message went to standard error before.
        Err(_) => output::internal_error(),
    }
}
