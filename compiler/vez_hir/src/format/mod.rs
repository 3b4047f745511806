//! Format strings: their grammar, their template form, and positions inside of their literals.
//!
//! Works on text alone; what the arguments are is the lowering's business (`lower::body::fmt`).

mod literal;
mod parse;
mod template;

pub(crate) use literal::source_range;
pub(crate) use parse::{ArgRef, Count, Piece, Placeholder, Spec, parse};
pub(crate) use template::{CountCode, Template};

/// The text of a format string without placeholders, its `{{` and `}}` undone.
pub(crate) fn plain_text(format: &str) -> Option<String> {
    let pieces = parse(format).ok()?;
    let mut text = String::new();
    for piece in pieces {
        match piece {
            Piece::Text(part) => text.push_str(&part),
            Piece::Placeholder(_) => return None,
        }
    }
    Some(text)
}

#[cfg(test)]
mod tests {
    use super::parse::{Align, DebugHex};
    use super::*;

    fn shown(format: &str) -> String {
        match parse(format) {
            Ok(pieces) => format!("{pieces:?}"),
            Err(error) => format!("{}..{}: {}", error.start, error.end, error.reason),
        }
    }

    #[test]
    fn text_and_braces() {
        assert_eq!(plain_text("a {{b}} c").as_deref(), Some("a {b} c"));
        assert_eq!(plain_text("{}"), None);
        assert_eq!(shown("a } b"), "2..3: unmatched `}`, write `}}` for a brace");
        assert_eq!(shown("a { b"), "2..5: unclosed placeholder");
    }

    #[test]
    fn specs() {
        let one = |format: &str| match parse(format).as_deref() {
            Ok([Piece::Placeholder(p)]) => p.clone(),
            other => panic!("{other:?}"),
        };
        let p = one("{x:*^+#08.3e}");
        assert_eq!(p.arg, ArgRef::Name("x".into()));
        assert_eq!((p.spec.fill, p.spec.align), (Some('*'), Some(Align::Center)));
        assert!(p.spec.plus && p.spec.alternate && p.spec.zero);
        assert_eq!((p.spec.width, p.spec.precision), (Count::Lit(8), Count::Lit(3)));
        assert_eq!(p.spec.ty, "e");
        let p = one("{:>width$.*}");
        assert_eq!(p.spec.width, Count::Name("width".into(), (3, 8)));
        assert_eq!(p.spec.precision, Count::Star);
        let p = one("{0:1$.prec$?}");
        assert_eq!((p.arg, p.spec.width), (ArgRef::Index(0), Count::Arg(1)));
        assert_eq!(one("{:#x?}").spec.debug_hex, Some(DebugHex::Lower));
    }

    #[test]
    fn offsets_map_through_escapes() {
        assert_eq!(source_range(r#""a{x}""#, 1, 4), (2, 5));
        assert_eq!(source_range("\"\\n\\u{e9}{x}\"", 3, 6), (9, 12));
        assert_eq!(source_range("r#\"a{x}\"#", 1, 4), (4, 7));
    }

    #[test]
    fn long_text_is_split_between_characters() {
        let mut template = Template::default();
        template.text(&"é".repeat(200));
        let bytes = template.finish();
        assert_eq!(bytes[..2], [1, 254]);
        assert_eq!(bytes[256..258], [1, 146]);
        assert_eq!(bytes.last(), Some(&0));
    }
}
