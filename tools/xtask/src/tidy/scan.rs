//! Just enough of Rust's tokens to read sources by line: comments and literals are blanked, functions measured.

/// `text` with comments and the insides of literals replaced by blanks; line ends and offsets stay.
pub(super) fn without_literals(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut out = bytes.to_vec();
    let mut at = 0;
    while at < bytes.len() {
        let end = match bytes[at] {
            b'/' if bytes[at..].starts_with(b"//") => line_end(bytes, at),
            b'/' if bytes[at..].starts_with(b"/*") => comment_end(bytes, at),
            b'r' if !continues_word(bytes, at) => raw_string_end(bytes, at).unwrap_or(at),
            b'"' => quoted_end(bytes, at, b'"'),
            b'\'' => char_end(bytes, at).unwrap_or(at),
            _ => at,
        };
        for byte in &mut out[at..end] {
            if *byte != b'\n' {
                *byte = b' ';
            }
        }
        at = end.max(at + 1);
    }
    String::from_utf8(out).expect("whole literals and comments were replaced by ASCII")
}

fn line_end(bytes: &[u8], at: usize) -> usize {
    bytes[at..].iter().position(|&b| b == b'\n').map_or(bytes.len(), |length| at + length)
}

fn comment_end(bytes: &[u8], at: usize) -> usize {
    let (mut depth, mut end) = (0, at);
    while end < bytes.len() {
        if bytes[end..].starts_with(b"/*") {
            depth += 1;
            end += 2;
        } else if bytes[end..].starts_with(b"*/") {
            depth -= 1;
            end += 2;
            if depth == 0 {
                break;
            }
        } else {
            end += 1;
        }
    }
    end
}

fn quoted_end(bytes: &[u8], at: usize, quote: u8) -> usize {
    let mut end = at + 1;
    while end < bytes.len() && bytes[end] != quote {
        end += if bytes[end] == b'\\' { 2 } else { 1 };
    }
    (end + 1).min(bytes.len())
}

fn continues_word(bytes: &[u8], at: usize) -> bool {
    // The `b` of `br"..."` is part of the literal, not of a word.
    let before = |back: usize| at.checked_sub(back).map(|i| bytes[i]);
    let is_word = |byte: Option<u8>| byte.is_some_and(|b| b.is_ascii_alphanumeric() || b == b'_');
    is_word(before(1)) && (!matches!(before(1), Some(b'b' | b'c')) || is_word(before(2)))
}

fn raw_string_end(bytes: &[u8], at: usize) -> Option<usize> {
    let hashes = bytes[at + 1..].iter().take_while(|&&b| b == b'#').count();
    let open = at + 1 + hashes;
    (bytes.get(open) == Some(&b'"')).then_some(())?;
    let closing = [b"\"".as_slice(), &vec![b'#'; hashes]].concat();
    let found = bytes[open + 1..].windows(closing.len()).position(|w| w == closing);
    Some(found.map_or(bytes.len(), |length| open + 1 + length + closing.len()))
}

/// The end of a character literal; `None` for a lifetime.
fn char_end(bytes: &[u8], at: usize) -> Option<usize> {
    match bytes.get(at + 1)? {
        b'\\' => Some(quoted_end(bytes, at, b'\'')),
        first => {
            let width = match first {
                0..0x80 => 1,
                0x80..0xe0 => 2,
                0xe0..0xf0 => 3,
                _ => 4,
            };
            (bytes.get(at + 1 + width) == Some(&b'\'')).then_some(at + 2 + width)
        }
    }
}

/// A function: its name, the line it starts on, and how many lines it has.
#[derive(PartialEq, Eq, Debug)]
pub(super) struct Function<'t> {
    pub name: &'t str,
    pub line: usize,
    pub lines: usize,
}

/// The functions with a body in text that went through [`without_literals`].
pub(super) fn functions(blanked: &str) -> Vec<Function<'_>> {
    let mut found = Vec::new();
    let mut line = 1;
    let mut counted = 0;
    for (at, _) in blanked.match_indices("fn ") {
        if continues_word_plain(blanked.as_bytes(), at) {
            continue;
        }
        let rest = &blanked[at + 3..];
        let length = rest.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(rest.len());
        let Some(end) = body_end(blanked.as_bytes(), at).filter(|_| length > 0) else { continue };
        line += blanked[counted..at].matches('\n').count();
        counted = at;
        let lines = blanked[at..end].matches('\n').count() + 1;
        found.push(Function { name: &rest[..length], line, lines });
    }
    found
}

fn continues_word_plain(bytes: &[u8], at: usize) -> bool {
    at > 0 && (bytes[at - 1].is_ascii_alphanumeric() || bytes[at - 1] == b'_')
}

/// Where the body of the function that starts at `at` ends; `None` when it has none.
fn body_end(bytes: &[u8], at: usize) -> Option<usize> {
    let (mut braces, mut others) = (0usize, 0usize);
    for (offset, byte) in bytes[at..].iter().enumerate() {
        match byte {
            b'{' => braces += 1,
            b'}' => {
                braces = braces.checked_sub(1)?;
                if braces == 0 && others == 0 {
                    return Some(at + offset + 1);
                }
            }
            b'(' | b'[' => others += 1,
            b')' | b']' => others = others.checked_sub(1)?,
            b';' if braces == 0 && others == 0 => return None,
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn literals_and_comments_are_blanked() {
        let text = "a /* x /* y */ z */ b \"q\\\"}\" 'é' '\\'' 'a r#\"}\"# br\"}\" for // }\nend";
        let blanked = without_literals(text);
        assert_eq!(blanked.len(), text.len());
        let words: Vec<&str> = blanked.split_whitespace().collect();
        assert_eq!(words, ["a", "b", "'a", "b", "for", "end"]);
    }

    #[test]
    fn functions_are_measured() {
        let text = "fn a();\nfn b(x: [u8; 3]) {\n  if x {\n  }\n}\nconst fn c() -> T { T }\n";
        let found: Vec<_> =
            functions(text).into_iter().map(|f| (f.name, f.line, f.lines)).collect();
        assert_eq!(found, [("b", 2, 4), ("c", 6, 1)]);
    }
}
