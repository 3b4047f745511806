//! From bytes of a decoded string to bytes of the literal in the source.

/// The range in `source`, the literal with its quotes, of the decoded bytes `start..end`.
pub(crate) fn source_range(source: &str, start: usize, end: usize) -> (usize, usize) {
    if let Some(raw) = source.strip_prefix('r') {
        let hashes = raw.bytes().take_while(|&byte| byte == b'#').count();
        let prefix = 2 + hashes;
        return (prefix + start, prefix + end);
    }
    let mut map = Map { source, at: 1, decoded: 0 };
    let first = map.advance(start);
    (first, map.advance(end))
}

struct Map<'a> {
    source: &'a str,
    at: usize,
    decoded: usize,
}

impl Map<'_> {
    /// Goes on to a decoded offset; gives the offset in the source.
    fn advance(&mut self, to: usize) -> usize {
        while self.decoded < to && self.at < self.source.len() {
            self.step();
        }
        // A line continuation stands for nothing: what follows it comes after.
        while self.source[self.at..].starts_with("\\\n") {
            self.step();
        }
        self.at
    }

    fn step(&mut self) {
        let rest = &self.source[self.at..];
        let Some(c) = rest.chars().next() else { return };
        if c != '\\' {
            self.at += c.len_utf8();
            self.decoded += c.len_utf8();
            return;
        }
        match rest[1..].chars().next() {
            Some('x') => {
                self.at += 4;
                self.decoded += 1;
            }
            Some('u') => {
                let len = rest.find('}').map_or(rest.len(), |end| end + 1);
                let digits = rest[..len].trim_start_matches("\\u{").trim_end_matches('}');
                let value = u32::from_str_radix(&digits.replace('_', ""), 16).ok();
                self.decoded += value.and_then(char::from_u32).map_or(1, char::len_utf8);
                self.at += len;
            }
            Some('\n' | '\r') => {
                let skipped = rest[1..].len() - rest[1..].trim_start().len();
                self.at += 1 + skipped;
            }
            _ => {
                self.at += 2;
                self.decoded += 1;
            }
        }
        self.at = self.source.floor_char_boundary(self.at);
    }
}
