//! Compiles what most programs use of the library, so that dev builds need not.

use std::path::{Path, PathBuf};
use std::sync::mpsc;
use vez_driver::{BuildCfg, Input, Session, prebuild};

/// The program whose library functions are compiled.
const PROGRAM: &str = "prebuilt.zari";

fn main() {
    println!("cargo:rerun-if-changed={PROGRAM}");
    println!("cargo:rerun-if-changed=build.rs");
    let manifest = PathBuf::from(std::env::var_os("CARGO_MANIFEST_DIR").expect("cargo sets it"));
    let out = PathBuf::from(std::env::var_os("OUT_DIR").expect("cargo sets it"));
    let (send, receive) = mpsc::channel();
    // The compiler recurses over trees.
    std::thread::Builder::new()
        .stack_size(vez_driver::STACK_BYTES)
        .spawn(move || send.send(compile(&manifest.join(PROGRAM))))
        .expect("the system can start a thread");
    let (object, names) = receive.recv().expect("the library compiles");
    std::fs::write(out.join("library.o"), object).expect("cargo's output folder is writable");
    std::fs::write(out.join("library.txt"), names).expect("cargo's output folder is writable");
}

fn compile(program: &Path) -> (Vec<u8>, String) {
    let session = Session::open(&Input::Path(program.to_owned()), BuildCfg::DEV);
    let session = session.unwrap_or_else(|error| panic!("{}: {}", error.code, error.message));
    let checked = vez_driver::check(&session);
    if let Some(error) = checked.diagnostics.first() {
        panic!("{PROGRAM}: {}: {}", error.code, error.message);
    }
    prebuild(&session).unwrap_or_else(|error| panic!("{}: {}", error.code, error.message))
}
