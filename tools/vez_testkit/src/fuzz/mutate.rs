//! Damage: bytes flipped, parts deleted, doubled, swapped or taken from another file.

use super::rng::Rng;

/// The input with one to four damages; `other` is where splices come from.
pub fn mutate(rng: &mut Rng, input: &[u8], other: &[u8]) -> Vec<u8> {
    let mut bytes = input.to_vec();
    for _ in 0..rng.between(1, 4) {
        if bytes.is_empty() {
            break;
        }
        damage(rng, &mut bytes, other);
    }
    bytes
}

fn damage(rng: &mut Rng, bytes: &mut Vec<u8>, other: &[u8]) {
    match rng.below(11) {
        0 => {
            let at = rng.below(bytes.len());
            bytes[at] ^= 1 << rng.below(8);
        }
        1 => {
            let (start, end) = stretch(rng, bytes.len(), 40);
            bytes.drain(start..end);
        }
        2 => {
            let (start, end) = stretch(rng, bytes.len(), 200);
            let part = bytes[start..end].to_vec();
            let at = rng.below(bytes.len() + 1);
            bytes.splice(at..at, part);
        }
        3 => bytes.truncate(rng.below(bytes.len())),
        4 | 5 => swap_tokens(rng, bytes),
        6 => {
            let (start, end) = token(rng, bytes);
            bytes.drain(start..end);
        }
        7 => {
            let (start, end) = token(rng, bytes);
            let part = bytes[start..end].to_vec();
            let times = if rng.percent(5) { 400 } else { 1 };
            bytes.splice(end..end, part.repeat(times));
        }
        8 if !other.is_empty() => {
            let (start, end) = stretch(rng, other.len(), 300);
            let at = rng.below(bytes.len() + 1);
            bytes.splice(at..at, other[start..end].iter().copied());
        }
        9 if !other.is_empty() => {
            let (start, end) = token(rng, bytes);
            let (a, b) = token(rng, other);
            bytes.splice(start..end, other[a..b].iter().copied());
        }
        _ => {
            let new = *rng.pick(&[
                "{",
                "}",
                "(",
                ")",
                "[",
                "]",
                "<",
                ">",
                "\"",
                "'",
                "/*",
                "::<",
                "=>",
                "..=",
                "|",
                "&mut ",
                "impl ",
                "dyn ",
                "where ",
                "match ",
                "\0",
                "\u{feff}",
                "r#\"",
                "b'",
                "0x",
                "1e",
                "#![",
                "99999999999999999999999999999999999999999",
                "Self",
                "fn ",
                "?",
                "'a ",
                "@",
                "$",
                "\\u{",
            ]);
            let at = rng.below(bytes.len() + 1);
            bytes.splice(at..at, new.bytes());
        }
    }
}

/// A part of at most `limit` bytes.
fn stretch(rng: &mut Rng, len: usize, limit: usize) -> (usize, usize) {
    let start = rng.below(len);
    (start, (start + rng.between(1, limit)).min(len))
}

/// Something like a token: a word, a number, or one other character.
fn token(rng: &mut Rng, bytes: &[u8]) -> (usize, usize) {
    let is_word = |b: u8| b.is_ascii_alphanumeric() || b == b'_';
    let mut start = rng.below(bytes.len());
    while start + 1 < bytes.len() && bytes[start].is_ascii_whitespace() {
        start += 1;
    }
    let mut end = start + 1;
    if is_word(bytes[start]) {
        while start > 0 && is_word(bytes[start - 1]) {
            start -= 1;
        }
        while end < bytes.len() && is_word(bytes[end]) {
            end += 1;
        }
    }
    (start, end)
}

fn swap_tokens(rng: &mut Rng, bytes: &mut Vec<u8>) {
    let (mut first, mut second) = (token(rng, bytes), token(rng, bytes));
    if first.0 > second.0 {
        (first, second) = (second, first);
    }
    if first.1 > second.0 {
        return;
    }
    let mut out = bytes[..first.0].to_vec();
    out.extend_from_slice(&bytes[second.0..second.1]);
    out.extend_from_slice(&bytes[first.1..second.0]);
    out.extend_from_slice(&bytes[first.0..first.1]);
    out.extend_from_slice(&bytes[second.1..]);
    *bytes = out;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn damage_is_repeatable_and_small() {
        let input = b"fn main() { println!(\"{}\", 1 + 2); }";
        for seed in 0..500 {
            let one = mutate(&mut Rng::new(seed), input, b"let x = 3;");
            assert_eq!(one, mutate(&mut Rng::new(seed), input, b"let x = 3;"));
            assert!(one.len() < 20_000);
        }
    }
}
