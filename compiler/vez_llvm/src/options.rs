//! What the worker is asked to do: the command line's meaning.

use std::fmt;
use std::path::PathBuf;

/// The kind of output.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Emit {
    Object,
    Assembly,
    /// LLVM IR as text.
    Llvm,
}

/// How hard to optimise.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Level {
    O0,
    O1,
    O2,
    O3,
}

/// Which processors the code may need.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Cpu {
    /// Any of the target's.
    Generic,
    /// This machine's.
    Native,
}

/// A job.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Options {
    pub emit: Emit,
    pub level: Level,
    /// `None` for this machine's.
    pub target: Option<String>,
    pub cpu: Cpu,
    /// Line tables and unwind tables.
    pub debug: bool,
    /// Where the output goes; `None` for standard output.
    pub output: Option<PathBuf>,
}

impl Default for Options {
    fn default() -> Options {
        Options {
            emit: Emit::Object,
            level: Level::O0,
            target: None,
            cpu: Cpu::Generic,
            debug: false,
            output: None,
        }
    }
}

/// A command line that means nothing.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct UsageError(String);

impl fmt::Display for UsageError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{}; usage: vez-llvm --emit obj|asm|llvm [-O0|-O1|-O2|-O3] [--target TRIPLE] \
             [--cpu native|generic] [--debug] [-o FILE]",
            self.0
        )
    }
}

impl std::error::Error for UsageError {}

impl Options {
    /// Reads the arguments after the program's name.
    pub fn parse(args: impl IntoIterator<Item = String>) -> Result<Options, UsageError> {
        let mut options = Options::default();
        let mut args = args.into_iter();
        while let Some(arg) = args.next() {
            let mut value =
                |what: &str| args.next().ok_or_else(|| UsageError(format!("`{arg}` needs {what}")));
            match arg.as_str() {
                "--emit" => {
                    options.emit = match value("a kind of output")?.as_str() {
                        "obj" => Emit::Object,
                        "asm" => Emit::Assembly,
                        "llvm" => Emit::Llvm,
                        other => return Err(UsageError(format!("no output `{other}`"))),
                    }
                }
                "--cpu" => {
                    options.cpu = match value("a processor")?.as_str() {
                        "native" => Cpu::Native,
                        "generic" => Cpu::Generic,
                        other => return Err(UsageError(format!("no processor `{other}`"))),
                    }
                }
                "-O0" => options.level = Level::O0,
                "-O1" => options.level = Level::O1,
                "-O2" => options.level = Level::O2,
                "-O3" => options.level = Level::O3,
                "--target" => options.target = Some(value("a target triple")?),
                "--debug" => options.debug = true,
                "-o" => options.output = Some(value("a file")?.into()),
                other => return Err(UsageError(format!("no option `{other}`"))),
            }
        }
        Ok(options)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(line: &str) -> Result<Options, UsageError> {
        Options::parse(line.split_whitespace().map(str::to_owned))
    }

    #[test]
    fn reads_a_full_command_line() {
        let options = parse("--emit asm -O3 --cpu native --debug -o out.s").expect("valid");
        assert_eq!(options.emit, Emit::Assembly);
        assert_eq!((options.level, options.cpu), (Level::O3, Cpu::Native));
        assert!(options.debug && options.output == Some("out.s".into()));
    }

    #[test]
    fn rejects_what_it_does_not_know() {
        for line in ["--emit exe", "-O9", "--cpu", "-o"] {
            assert!(parse(line).is_err(), "{line}");
        }
    }
}
