//! S-expressions and their layout.

/// An atom or a list.
pub enum Sexp {
    Atom(String),
    List(Vec<Sexp>),
}

/// Columns a list may take before it is broken.
const WIDTH: usize = 100;

pub fn atom(text: impl ToString) -> Sexp {
    Sexp::Atom(text.to_string())
}

/// `(head ..)`
pub fn list(head: &str, rest: impl IntoIterator<Item = Sexp>) -> Sexp {
    Sexp::List(std::iter::once(atom(head)).chain(rest).collect())
}

impl Sexp {
    /// Adds to a list; makes one of an atom.
    pub fn with(self, more: impl IntoIterator<Item = Sexp>) -> Sexp {
        let mut all = match self {
            Sexp::List(all) => all,
            atom => vec![atom],
        };
        all.extend(more);
        Sexp::List(all)
    }

    /// The width on one line, counted up to a little past `limit`.
    fn width(&self, limit: usize) -> usize {
        match self {
            Sexp::Atom(text) => text.chars().count(),
            Sexp::List(all) => {
                let mut width = 2 + all.len().saturating_sub(1);
                for one in all {
                    if width > limit {
                        break;
                    }
                    width += one.width(limit - width.min(limit));
                }
                width
            }
        }
    }

    /// Writes the expression at a column: on one line if it fits, else its parts on lines of their own behind its leading atoms.
    pub fn write(&self, indent: usize, out: &mut String) {
        match self {
            Sexp::Atom(text) => out.push_str(text),
            Sexp::List(all) if self.width(WIDTH) + indent <= WIDTH => {
                out.push('(');
                for (index, one) in all.iter().enumerate() {
                    if index > 0 {
                        out.push(' ');
                    }
                    one.write(indent, out);
                }
                out.push(')');
            }
            Sexp::List(all) => {
                let atoms = all.iter().take_while(|one| matches!(one, Sexp::Atom(_))).count();
                out.push('(');
                for (index, one) in all.iter().enumerate() {
                    if index >= atoms.max(1) {
                        out.push('\n');
                        out.extend(std::iter::repeat_n(' ', indent + 2));
                    } else if index > 0 {
                        out.push(' ');
                    }
                    one.write(indent + 2, out);
                }
                out.push(')');
            }
        }
    }
}
