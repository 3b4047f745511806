//! From a checked crate to VIR, objects and executables.

use crate::prebuilt::Prebuilt;
use crate::session::Session;
use crate::worker::{self, LlvmOutput};
use crate::{artifact, session, threads};
use rayon::prelude::*;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use vez_base::{DefId, DefKind, Name, Span};
use vez_db::{ConstEvalError, Database, Db};
use vez_diag::registry::ConstEvalFailed;
use vez_diag::registry::EndlessInstances;
use vez_diag::registry::MissingMain;
use vez_diag::registry::{BackendFailed, CannotWrite, InternalError, LinkFailed};
use vez_diag::registry::{TransmuteSizes, TypeTooLarge};
use vez_diag::{Count, Diagnostic};
use vez_link::{Link, LinkError};
use vez_lower::{LayoutError, Library, LowerError, Options};
use vez_types::GenericArgs;

/// Which back end makes the code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Backend {
    Llvm,
    Cranelift,
    Interp,
}

/// What to build, and how.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BuildOptions {
    pub backend: Backend,
    /// Optimised, without overflow checks.
    pub release: bool,
    /// LLVM's level, 0 to 3, instead of the profile's.
    pub opt_level: Option<u8>,
}

impl BuildOptions {
    /// Cranelift for dev builds, LLVM for release builds.
    pub fn profile(release: bool) -> BuildOptions {
        let backend = if release { Backend::Llvm } else { Backend::Cranelift };
        BuildOptions { backend, release, opt_level: None }
    }

    fn level(&self) -> u8 {
        self.opt_level.unwrap_or(if self.release { 3 } else { 0 })
    }
}

/// What a build makes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EmitKind {
    Executable,
    Object,
    Assembly,
    LlvmIr,
    Vir,
}

/// One build of a session's crate.
pub struct Build<'a> {
    pub session: &'a Session,
    pub options: BuildOptions,
    pub emit: EmitKind,
    pub output: &'a Path,
}

/// What a build made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Artifact {
    pub path: PathBuf,
    pub bytes: u64,
}

/// The VIR of an executable, and what it is linked with.
pub struct Program<'a> {
    pub module: vez_vir::Module,
    pub prebuilt: Option<&'a Prebuilt>,
}

/// Lowers a checked crate with a `main` to verified VIR, with everything it uses of the library.
pub fn lower(session: &Session, options: BuildOptions) -> Result<vez_vir::Module, Diagnostic> {
    lower_with(session, options, Library::Lowered)
}

/// Lowers a checked crate with a `main`, but for what the profile has prebuilt.
pub fn lower_executable(
    session: &Session,
    options: BuildOptions,
) -> Result<Program<'_>, Diagnostic> {
    let prebuilt = session.prebuilt(options);
    let library = prebuilt.map_or(Library::Lowered, Prebuilt::library);
    Ok(Program { module: lower_with(session, options, library)?, prebuilt })
}

/// Lowers a checked crate with a `main`.
pub fn lower_with(
    session: &Session,
    options: BuildOptions,
    library: Library<'_>,
) -> Result<vez_vir::Module, Diagnostic> {
    let main = find_main(session)?;
    let begin = |def| begin_mir(&session.db, def);
    let options_of_lower = lower_options(options, library);
    let lowered = vez_lower::lower_program(&session.db, main, options_of_lower, &begin);
    finish(lowered, options)
}

/// Lowers a test executable.
pub fn lower_tests<'a>(
    session: &'a Session,
    tests: &[(String, DefId)],
    options: BuildOptions,
) -> Result<Program<'a>, Diagnostic> {
    let prebuilt = session.prebuilt(options);
    let library = prebuilt.map_or(Library::Lowered, Prebuilt::library);
    let begin = |def| begin_mir(&session.db, def);
    let options_of_lower = lower_options(options, library);
    let lowered = vez_lower::lower_tests(&session.db, tests, options_of_lower, &begin);
    Ok(Program { module: finish(lowered, options)?, prebuilt })
}

/// Has another thread make a function's MIR, which lowering will ask for.
fn begin_mir(db: &Database, def: DefId) {
    let db = db.clone();
    threads::pool().spawn(move || {
        // A panic comes up again where the MIR is asked for.
        let _ = catch_unwind(AssertUnwindSafe(|| vez_mir::mir_body(&db, def).blocks.len()));
    });
}

fn lower_options(options: BuildOptions, library: Library<'_>) -> Options<'_> {
    Options { overflow_checks: !options.release, library }
}

fn finish(
    lowered: Result<vez_vir::Module, LowerError>,
    options: BuildOptions,
) -> Result<vez_vir::Module, Diagnostic> {
    let module = lowered.map_err(|error| lower_error(error, Span::DUMMY))?;
    if cfg!(debug_assertions) || options.backend == Backend::Interp {
        verify(&module)?;
    }
    Ok(module)
}

fn find_main(session: &Session) -> Result<DefId, Diagnostic> {
    let root = vez_hir::crate_root(&session.db, session.user);
    match vez_hir::member(&session.db, root, Name::new("main"), false) {
        Some(def) if def.kind() == DefKind::Fn => Ok(def),
        _ => {
            let file = session.db.crates()[session.user.0 as usize].root;
            Err(MissingMain.at(session::file_start(file)))
        }
    }
}

/// Builds what was asked for.
pub fn build(request: &Build<'_>) -> Result<Artifact, Diagnostic> {
    let &Build { session, options, emit, output } = request;
    let program = match emit {
        EmitKind::Executable => lower_executable(session, options)?,
        _ => Program { module: lower(session, options)?, prebuilt: None },
    };
    emit_program(program, options, emit, output)
}

/// Writes one artifact of a VIR module.
pub fn emit_module(
    module: vez_vir::Module,
    options: BuildOptions,
    emit: EmitKind,
    output: &Path,
) -> Result<Artifact, Diagnostic> {
    emit_program(Program { module, prebuilt: None }, options, emit, output)
}

/// Writes one artifact of a lowered crate.
pub fn emit_program(
    program: Program<'_>,
    options: BuildOptions,
    emit: EmitKind,
    output: &Path,
) -> Result<Artifact, Diagnostic> {
    threads::pool().install(|| emit_here(program, options, emit, output))
}

fn emit_here(
    Program { mut module, prebuilt }: Program<'_>,
    options: BuildOptions,
    emit: EmitKind,
    output: &Path,
) -> Result<Artifact, Diagnostic> {
    if emit != EmitKind::Vir {
        vez_opt::optimize(&mut module, opt_level(options));
    }
    match emit {
        EmitKind::Vir => write(output, vez_vir::print_module(&module).as_bytes()),
        EmitKind::Object => write(output, &object(&module, options)?),
        EmitKind::Assembly => write(output, &llvm(&module, options, LlvmOutput::Assembly)?),
        EmitKind::LlvmIr => write(output, &llvm(&module, options, LlvmOutput::Ir)?),
        EmitKind::Executable => executable(module, prebuilt, options, output),
    }
}

/// What is done to VIR before a back end sees it.
///
/// Cranelift inlines nothing, so that is done here, in dev builds too: less code to generate pays for the time. LLVM
/// makes better code when it inlines by itself, with all of a program before it.
fn opt_level(options: BuildOptions) -> vez_opt::Level {
    match options.backend {
        Backend::Cranelift => vez_opt::Level::Full,
        Backend::Llvm | Backend::Interp => vez_opt::Level::None,
    }
}

fn write(output: &Path, bytes: &[u8]) -> Result<Artifact, Diagnostic> {
    artifact::write_atomically(output, bytes).map_err(|error| cannot_write(output, &error))?;
    Ok(Artifact { path: output.to_owned(), bytes: bytes.len() as u64 })
}

/// The object file of a module.
pub fn object(module: &vez_vir::Module, options: BuildOptions) -> Result<Vec<u8>, Diagnostic> {
    match options.backend {
        Backend::Llvm => llvm(module, options, LlvmOutput::Object),
        Backend::Cranelift | Backend::Interp => {
            let clif = vez_clif::Options { optimize: options.release };
            vez_clif::compile_object(module, clif).map_err(|error| failed("Cranelift", error))
        }
    }
}

/// The objects of an executable.
fn objects_of(module: vez_vir::Module, options: BuildOptions) -> Result<Vec<Vec<u8>>, Diagnostic> {
    match options.backend {
        Backend::Llvm => {
            let parts = vez_opt::split(module);
            // The last, which holds `main`, inlines most and takes longest.
            let work = parts.par_iter().rev().with_max_len(1);
            work.map(|part| object(part, options)).collect()
        }
        Backend::Cranelift | Backend::Interp => Ok(vec![object(&module, options)?]),
    }
}

fn llvm(
    module: &vez_vir::Module,
    options: BuildOptions,
    output: LlvmOutput,
) -> Result<Vec<u8>, Diagnostic> {
    worker::compile(module, options.level(), output).map_err(|error| failed("LLVM", error))
}

fn failed(backend: &str, reason: impl std::fmt::Display) -> Diagnostic {
    BackendFailed { backend, reason }.at(Span::DUMMY)
}

fn executable(
    module: vez_vir::Module,
    prebuilt: Option<&Prebuilt>,
    options: BuildOptions,
    output: &Path,
) -> Result<Artifact, Diagnostic> {
    if module.find_func("main").is_none() {
        return Err(MissingMain.at(Span::DUMMY));
    }
    let scratch = tempfile::Builder::new()
        .prefix("vez-build-")
        .tempdir()
        .map_err(|error| cannot_write(&std::env::temp_dir(), &error))?;
    let mut objects = Vec::new();
    let mut add = |name: &str, bytes: &[u8]| {
        let path = scratch.path().join(name);
        let written = std::fs::write(&path, bytes);
        objects.push(path);
        written.map_err(|error| cannot_write(&std::env::temp_dir(), &error))
    };
    for (number, bytes) in objects_of(module, options)?.iter().enumerate() {
        add(&format!("program{number}.o"), bytes)?;
    }
    if let Some(prebuilt) = prebuilt {
        add("library.o", prebuilt.object)?;
    }
    let request = Link { objects: &objects, output, debug: true };
    vez_link::link(&request).map_err(|error| link_error(output, error))?;
    let bytes = std::fs::metadata(output).map_or(0, |metadata| metadata.len());
    Ok(Artifact { path: output.to_owned(), bytes })
}

/// What to say of a file that could not be written.
pub fn cannot_write(path: &Path, error: &std::io::Error) -> Diagnostic {
    CannotWrite { path: path.display(), reason: session::reason(error) }.at(Span::DUMMY)
}

fn link_error(output: &Path, error: LinkError) -> Diagnostic {
    match error {
        LinkError::Output(error) => cannot_write(output, &error),
        reason => LinkFailed { output: output.display(), reason }.at(Span::DUMMY),
    }
}

/// The value of a constant that a type depends on; the hook of `vez_db`.
pub fn eval_const(db: &dyn Db, def: DefId, args: u32) -> Result<u128, ConstEvalError> {
    if vez_thir::thir_body(db, def).value.poisoned {
        return Err(ConstEvalError::Poisoned);
    }
    vez_lower::eval_scalar(db, def, GenericArgs::from_raw(args))
        .map_err(|error| ConstEvalError::Failed(lower_error(error, Span::DUMMY).message.clone()))
}

/// The compiler's own VIR must be valid; when it is not, that is its bug.
fn verify(module: &vez_vir::Module) -> Result<(), Diagnostic> {
    vez_vir::verify_module(module).map_err(|errors| {
        let first = errors.first().map_or_else(String::new, ToString::to_string);
        internal(format!("invalid VIR: {first}"))
    })
}

fn internal(what: String) -> Diagnostic {
    InternalError { what }.at(Span::DUMMY)
}

/// What a failure of lowering says to the user.
pub fn lower_error(error: LowerError, span: Span) -> Diagnostic {
    match error {
        LowerError::In { span, error, .. } => lower_error(*error, span),
        LowerError::Layout(LayoutError::TooLarge(ty)) => {
            TypeTooLarge { ty, bytes: "over 2^47" }.at(span)
        }
        LowerError::Layout(LayoutError::Unknown(ty)) => {
            InternalError { what: format!("no layout of `{ty}`") }.at(span)
        }
        LowerError::ConstFailed { message, .. } => ConstEvalFailed { reason: message }.at(span),
        LowerError::ConstCycle(_) => ConstEvalFailed { reason: "it needs itself" }.at(span),
        LowerError::TooManyInstances(def) => {
            // A closure has no name; the function around it has.
            let named = def.ancestors().find(|def| def.kind() != DefKind::Closure).unwrap_or(def);
            EndlessInstances { name: named.name() }.at(span)
        }
        LowerError::TransmuteSize { from, to } => {
            let (from, to) = (Count(from as usize, "byte"), Count(to as usize, "byte"));
            TransmuteSizes { from, to }.at(span)
        }
        LowerError::Internal(what) => InternalError { what }.at(span),
    }
}
