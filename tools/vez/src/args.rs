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

const RUN: &str = "\
The exit code is the program's own; 1 for errors in the source, 101 for a panic, 128 and the
signal's number for a program that crashed.

Examples:
  vez run hello.zari
  vez run words.zari -- README.md --top 10
  vez run . --release              the package here, optimised
  vez run hello.zari --backend interp
  vez run loop.vir                 raw IR, as text or binary
  echo 'fn main() { println!(\"hi\"); }' | vez run -

`VEZ_BACKTRACE=1` shows who called whom when the program panics.";

const BUILD: &str = "\
Examples:
  vez build                        the package here, to an executable of its name
  vez build hello.zari -o hello --release
  vez build hello.zari --emit asm --release    to hello.s
  vez build hello.zari --emit vir              to hello.vir";

const CHECK: &str = "\
The exit code is 1 if there is an error.

Examples:
  vez check                        the package here
  vez check hello.zari --format short
  vez check loop.vir               raw IR
  vez check - --format json <hello.zari";

const TEST: &str = "\
A test fails if it panics, crashes, or ends with another exit code than 0; one with `#[should_panic]`
fails unless it panics. The exit code is 1 if a test failed.

Examples:
  vez test                         all tests of the package here
  vez test . parser                those whose name contains `parser`
  vez test sort.zari --release";

const EMIT: &str = "\
Examples:
  vez emit mir hello.zari          after checking, before lowering
  vez emit vir hello.zari          the IR that all back ends share
  vez emit asm hello.zari --release";

const EXPLAIN: &str = "\
Examples:
  vez explain E0382
  vez explain v0001";

const FMT: &str = "\
Examples:
  vez fmt src/main.zari src/lib.zari
  vez fmt --check src/main.zari    exit code 1 if it is not formatted
  vez fmt - <draft.zari";

const ASM: &str = "\
Examples:
  vez asm loop.vir                 to loop.virb
  vez asm loop.vir -o out.virb";

const DISASM: &str = "\
Examples:
  vez disasm loop.virb             to standard output
  vez disasm loop.virb -o loop.vir";

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
    #[command(after_help = RUN)]
    Run {
        /// A .zari, .rs, .vir or .virb file, a package's folder, or `-` for standard input
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
    #[command(after_help = BUILD)]
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
    #[command(after_help = CHECK)]
    Check {
        /// A file, a package's folder, or `-`
        #[arg(default_value = ".")]
        file: String,
        #[command(flatten)]
        report: Report,
    },
    /// Run the `#[test]` functions, each in a process of its own
    #[command(after_help = TEST)]
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
    #[command(after_help = EMIT)]
    Emit {
        /// Which form
        #[arg(value_enum)]
        form: EmitForm,
        /// A file, a package's folder, or `-`
        file: String,
        #[command(flatten)]
        profile: Profile,
        #[command(flatten)]
        report: Report,
    },
    /// Explain an error code
    #[command(after_help = EXPLAIN)]
    Explain {
        /// For example E0382
        code: String,
    },
    /// Format source files in place
    #[command(after_help = FMT)]
    Fmt {
        /// Files, or `-` to format standard input to standard output
        #[arg(required = true)]
        files: Vec<String>,
        /// Write nothing; fail if a file is not formatted
        #[arg(long)]
        check: bool,
    },
    /// Turn VIR text into its binary form
    #[command(after_help = ASM)]
    Asm {
        /// A .vir file
        file: PathBuf,
        /// Where to write it, instead of beside the input
        #[arg(short, long)]
        output: Option<PathBuf>,
    },
    /// Turn binary VIR into text
    #[command(after_help = DISASM)]
    Disasm {
        /// A .virb file
        file: PathBuf,
        /// Where to write it, instead of to standard output
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
