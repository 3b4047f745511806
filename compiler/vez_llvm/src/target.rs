//! Target machines, pass pipelines, output.

use crate::Error;
use crate::options::{Cpu, Emit, Level, Options};
use inkwell::OptimizationLevel;
use inkwell::module::Module;
use inkwell::passes::PassBuilderOptions;
use inkwell::targets::{
    CodeModel, FileType, InitializationConfig, RelocMode, Target, TargetMachine, TargetTriple,
};
use std::ffi::{CStr, c_char};

/// The machine that `options` asks for: position independent, small code model.
pub(crate) fn machine(options: &Options) -> Result<TargetMachine, Error> {
    let triple = match &options.target {
        Some(triple) => TargetMachine::normalize_triple(&TargetTriple::create(triple)),
        None => TargetMachine::get_default_triple(),
    };
    let name = triple.as_str().to_string_lossy().into_owned();
    initialize(&name);
    let target =
        Target::from_triple(&triple).map_err(|_| Error::new(format!("no target `{name}`")))?;
    let (cpu, features) = match options.cpu {
        Cpu::Native => (
            TargetMachine::get_host_cpu_name().to_string(),
            TargetMachine::get_host_cpu_features().to_string(),
        ),
        Cpu::Generic if name.starts_with("x86_64") => ("x86-64".to_owned(), String::new()),
        Cpu::Generic => ("generic".to_owned(), String::new()),
    };
    let level = match options.level {
        Level::O0 => OptimizationLevel::None,
        Level::O1 => OptimizationLevel::Less,
        Level::O2 => OptimizationLevel::Default,
        Level::O3 => OptimizationLevel::Aggressive,
    };
    let (reloc, model) = (RelocMode::PIC, CodeModel::Small);
    target
        .create_target_machine(&triple, &cpu, &features, level, reloc, model)
        .ok_or_else(|| Error::new(format!("no code for target `{name}`")))
}

/// Registers the one target that is needed; registering all takes longer than a small job.
fn initialize(triple: &str) {
    let config = InitializationConfig {
        disassembler: false,
        info: true,
        machine_code: true,
        asm_parser: false,
        asm_printer: true,
        base: true,
    };
    match triple.split('-').next().unwrap_or_default() {
        "aarch64" | "arm64" => Target::initialize_aarch64(&config),
        "wasm32" | "wasm64" => Target::initialize_webassembly(&config),
        "nvptx64" => Target::initialize_nvptx(&config),
        _ => Target::initialize_x86(&config),
    }
}

/// LLVM's standard pipeline for `level`; nothing at O0, where inlining on demand is all there is.
pub(crate) fn optimize(
    module: &Module<'_>,
    machine: &TargetMachine,
    level: Level,
) -> Result<(), Error> {
    let pipeline = match level {
        Level::O0 => return Ok(()),
        Level::O1 => "default<O1>",
        Level::O2 => "default<O2>",
        Level::O3 => "default<O3>",
    };
    let options = PassBuilderOptions::create();
    options.set_loop_vectorization(true);
    options.set_loop_slp_vectorization(true);
    options.set_loop_interleaving(true);
    options.set_loop_unrolling(true);
    options.set_merge_functions(true);
    module.run_passes(pipeline, machine, options).map_err(|error| Error::new(error.to_string()))
}

/// The artifact.
pub(crate) fn emit(
    module: &Module<'_>,
    machine: &TargetMachine,
    emit: Emit,
) -> Result<Vec<u8>, Error> {
    let kind = match emit {
        Emit::Llvm => return Ok(module.print_to_string().to_bytes().to_vec()),
        Emit::Object => FileType::Object,
        Emit::Assembly => FileType::Assembly,
    };
    let buffer = machine
        .write_to_memory_buffer(module, kind)
        .map_err(|error| Error::new(error.to_string()))?;
    // Assembly ends in a NUL that is the buffer's, not the text's.
    let bytes = buffer.as_slice();
    Ok(bytes.strip_suffix(b"\0").filter(|_| emit == Emit::Assembly).unwrap_or(bytes).to_vec())
}

/// Makes LLVM's fatal errors end the process as any failure does: one line, exit code 1.
pub fn install_fatal_handler() {
    extern "C" fn fail(reason: *const c_char) {
        // SAFETY: LLVM passes a NUL-terminated message that lives during the call.
        let reason = unsafe { CStr::from_ptr(reason) }.to_string_lossy();
        eprintln!("vez-llvm: LLVM failed: {}", reason.replace('\n', "; "));
        std::process::exit(1);
    }
    unsafe { inkwell::llvm_sys::error_handling::LLVMInstallFatalErrorHandler(Some(fail)) }
}
