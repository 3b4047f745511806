//! From a checked crate to VIR, objects and executables.

use crate::session::Session;
use crate::worker::{self, LlvmOutput};
use crate::{artifact, session, threads};
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
use vez_lower::{LayoutError, LowerError, Options};
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

/// Lowers a checked crate with a `main` to verified VIR.
pub fn lower(session: &Session, options: BuildOptions) -> Result<vez_vir::Module, Diagnostic> {
    let main = find_main(session)?;
    let begin = |def| begin_mir(&session.db, def);
    let lowered = vez_lower::lower_program(&session.db, main, lower_options(options), &begin);
    finish(lowered, options)
}

/// Lowers a test executable.
pub fn lower_tests(
    session: &Session,
    tests: &[(String, DefId)],
    options: BuildOptions,
) -> Result<vez_vir::Module, Diagnostic> {
    let begin = |def| begin_mir(&session.db, def);
    let lowered = vez_lower::lower_tests(&session.db, tests, lower_options(options), &begin);
    finish(lowered, options)
}

/// Has another thread make a function's MIR, which lowering will ask for.
fn begin_mir(db: &Database, def: DefId) {
    let db = db.clone();
    threads::pool().spawn(move || {
        // A panic comes up again where the MIR is asked for.
        let _ = catch_unwind(AssertUnwindSafe(|| vez_mir::mir_body(&db, def).blocks.len()));
    });
}

fn lower_options(options: BuildOptions) -> Options {
    Options { overflow_checks: !options.release }
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
    let module = lower(request.session, request.options)?;
    emit_module(module, request.options, request.emit, request.output)
}

/// Writes one artifact of a VIR module.
pub fn emit_module(
    module: vez_vir::Module,
    options: BuildOptions,
    emit: EmitKind,
    output: &Path,
) -> Result<Artifact, Diagnostic> {
    threads::pool().install(|| emit_here(module, options, emit, output))
}

fn emit_here(
    mut module: vez_vir::Module,
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
        EmitKind::Executable => executable(&module, options, output),
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
    module: &vez_vir::Module,
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
    let object_path = scratch.path().join("program.o");
    std::fs::write(&object_path, object(module, options)?)
        .map_err(|error| cannot_write(&std::env::temp_dir(), &error))?;
    let request = Link { objects: &[object_path], output, debug: true };
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
