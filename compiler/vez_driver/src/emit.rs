//! `vez emit`: each form of a program, printed.

use crate::codegen::{self, BuildOptions};
use crate::session::Session;
use crate::worker::{self, LlvmOutput};
use vez_base::Span;
use vez_db::{Db, parse, source_file};
use vez_diag::Diagnostic;
use vez_diag::registry::BackendFailed;

/// The forms a program passes through.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    Ast,
    Hir,
    Thir,
    Mir,
    Vir,
    Llvm,
    Asm,
}

/// Prints the session's crate in a form.
pub fn emit(session: &Session, form: Form, options: BuildOptions) -> Result<String, Diagnostic> {
    let db = &session.db;
    match form {
        Form::Ast => {
            let root = db.crates()[session.user.0 as usize].root;
            Ok(vez_ast::print::print_file(&parse(db, source_file(db, root)).file))
        }
        Form::Hir => {
            Ok(each_body(session, |def| vez_hir::print_body(&vez_hir::body(db, def).value)))
        }
        Form::Thir => Ok(each_body(session, |def| {
            vez_thir::print::print(&vez_thir::thir_body(db, def).value)
        })),
        Form::Mir => Ok(each_body(session, |def| vez_mir::print(vez_mir::mir_body(db, def)))),
        Form::Vir => Ok(vez_vir::print_module(&codegen::lower(session, options)?)),
        Form::Llvm => worker_text(session, options, LlvmOutput::Ir),
        Form::Asm => worker_text(session, options, LlvmOutput::Assembly),
    }
}

fn each_body(session: &Session, print: impl Fn(vez_base::DefId) -> String) -> String {
    let owners = vez_hir::body_owners(&session.db, session.user);
    let printed: Vec<String> = owners.iter().map(|&def| print(def)).collect();
    printed.join("\n")
}

fn worker_text(
    session: &Session,
    options: BuildOptions,
    output: LlvmOutput,
) -> Result<String, Diagnostic> {
    let module = codegen::lower(session, options)?;
    let level = if options.release { 3 } else { 0 };
    let bytes = worker::compile(&module, options.opt_level.unwrap_or(level), output)
        .map_err(|reason| BackendFailed { backend: "LLVM", reason }.at(Span::DUMMY))?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}
