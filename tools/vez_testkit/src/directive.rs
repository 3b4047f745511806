//! Directives at the top of a test program: `//@ name: value`.

/// What a test program asks for.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Directives {
    /// Uses VeZ's additions: not compared with rustc.
    pub vez_only: bool,
    pub args: Vec<String>,
    pub stdin: String,
    /// The exit code, where it is not 0.
    pub exit: i32,
    /// Not run by the interpreter, with the reason.
    pub no_interp: bool,
}

impl Directives {
    /// Reads the lines that start with `//@`. An unknown one is an error, so that a misspelt one does not pass silently.
    pub fn parse(text: &str) -> Result<Directives, String> {
        let mut directives = Directives::default();
        for line in text.lines().filter_map(|line| line.strip_prefix("//@")) {
            let (name, value) = line.split_once(':').unwrap_or((line, ""));
            let value = value.trim();
            match name.trim() {
                "vez-only" => directives.vez_only = true,
                "args" => directives.args = value.split_whitespace().map(str::to_owned).collect(),
                "stdin" => directives.stdin = value.replace("\\n", "\n"),
                "exit" => {
                    directives.exit =
                        value.parse().map_err(|_| format!("`{value}` is not an exit code"))?;
                }
                "no-interp" if !value.is_empty() => directives.no_interp = true,
                other => return Err(format!("unknown directive `{other}`")),
            }
        }
        Ok(directives)
    }
}
