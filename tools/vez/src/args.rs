//! The command line.

use clap::{Args, Parser, Subcommand, ValueEnum};
use std::path::PathBuf;
use vez_driver::{Backend, Form, Format};

const EXAMPLES: &str = "\
Examples:
  vez run hello.zari               compile and run
  vez run hello.zari --release     the same, optimised
  vez build . -o app               build the package here
  vez check src/main.zari --format json
  vez test . parser                run the tests whose name contains `parser`
  vez explain E0382                what an error means
  echo 'fn main() {}' | vez check -";

/// The VeZ compiler.
#[derive(Parser)]
#[command(name = "vez", version, about = "The VeZ compiler", after_help = EXAMPLES)]
pub struct Arguments {
    #[command(subcommand)]
    pub command: Command,
}

#[derive(Subcommand)]
pub enum Command {
    /// Compile and run a program
    #[command(
        after_help = "The exit code is the program's own; 1 for errors in the source, 101 for a panic."
    )]
    Run {
        /// A .zari, .rs or .vir file, a package's folder, or `-` for standard input
        file: String,
        #[command(flatten)]
        profile: Profile,
        #[command(flatten)]
        report: Report,
        /// The program's arguments
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        arguments: Vec<String>,
    },
    /// Compile to an executable, or to another artifact
    Build {
        /// A file, a package's folder, or `-`
        #[arg(default_value = ".")]
        file: String,
        /// Where to write it
        #[arg(short, long)]
        output: Option<PathBuf>,
        /// Something other than an executable
        #[arg(long, value_enum)]
        emit: Option<Emit>,
        #[command(flatten)]
        profile: Profile,
        #[command(flatten)]
        report: Report,
    },
    /// Report what is wrong, and build nothing
    Check {
        /// A file, a package's folder, or `-`
        #[arg(default_value = ".")]
        file: String,
        #[command(flatten)]
        report: Report,
    },
    /// Run the `#[test]` functions, each in a process of its own
    Test {
        /// A file or a package's folder
        #[arg(default_value = ".")]
        file: String,
        /// Only tests whose name contains this
        #[arg(default_value = "")]
        filter: String,
        #[command(flatten)]
        profile: Profile,
        #[command(flatten)]
        report: Report,
    },
    /// Print a program in one of the compiler's forms
    Emit {
        #[arg(value_enum)]
        form: EmitForm,
        file: String,
        #[command(flatten)]
        profile: Profile,
        #[command(flatten)]
        report: Report,
    },
    /// Explain an error code
    Explain {
        /// For example E0382
        code: String,
    },
    /// Format source files in place
    Fmt {
        /// Files, or `-` to format standard input to standard output
        #[arg(required = true)]
        files: Vec<String>,
        /// Write nothing; fail if a file is not formatted
        #[arg(long)]
        check: bool,
    },
    /// Turn VIR text into its binary form
    Asm {
        file: PathBuf,
        #[arg(short, long)]
        output: Option<PathBuf>,
    },
    /// Turn binary VIR into text
    Disasm {
        file: PathBuf,
        #[arg(short, long)]
        output: Option<PathBuf>,
    },
}

/// How to compile.
#[derive(Args, Clone, Copy)]
pub struct Profile {
    /// Optimise, wrap on overflow
    #[arg(long)]
    pub release: bool,
    /// The back end; Cranelift unless --release
    #[arg(long, value_enum)]
    pub backend: Option<BackendName>,
    /// LLVM's optimisation level, 0 to 3
    #[arg(long, value_parser = clap::value_parser!(u8).range(0..=3))]
    pub opt_level: Option<u8>,
}

/// How to report.
#[derive(Args, Clone, Copy)]
pub struct Report {
    /// How diagnostics are written
    #[arg(long, value_enum, default_value = "text")]
    pub format: FormatName,
}

#[derive(Clone, Copy, ValueEnum)]
pub enum FormatName {
    Text,
    Short,
    Json,
}

impl From<FormatName> for Format {
    fn from(name: FormatName) -> Format {
        match name {
            FormatName::Text => Format::Text,
            FormatName::Short => Format::Short,
            FormatName::Json => Format::Json,
        }
    }
}

#[derive(Clone, Copy, ValueEnum)]
pub enum BackendName {
    Llvm,
    Cranelift,
    Interp,
}

impl From<BackendName> for Backend {
    fn from(name: BackendName) -> Backend {
        match name {
            BackendName::Llvm => Backend::Llvm,
            BackendName::Cranelift => Backend::Cranelift,
            BackendName::Interp => Backend::Interp,
        }
    }
}

#[derive(Clone, Copy, ValueEnum)]
pub enum Emit {
    Obj,
    Asm,
    Llvm,
    Vir,
}

#[derive(Clone, Copy, ValueEnum)]
pub enum EmitForm {
    Ast,
    Hir,
    Thir,
    Mir,
    Vir,
    Llvm,
    Asm,
}

impl From<EmitForm> for Form {
    fn from(name: EmitForm) -> Form {
        match name {
            EmitForm::Ast => Form::Ast,
            EmitForm::Hir => Form::Hir,
            EmitForm::Thir => Form::Thir,
            EmitForm::Mir => Form::Mir,
            EmitForm::Vir => Form::Vir,
            EmitForm::Llvm => Form::Llvm,
            EmitForm::Asm => Form::Asm,
        }
    }
}
