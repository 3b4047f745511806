//! "Did you mean": the candidate closest to a name that was not found.

use crate::limits::SUGGESTION_CHARS;

/// The candidate a writer of `name` most likely meant: the same letters in another case, or the nearest one within a
/// third of the name's length. Ties go to the earlier candidate.
pub fn closest<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let limit = name.chars().count().max(3) / 3;
    let mut best: Option<(usize, &str)> = None;
    for candidate in candidates {
        if candidate == name || candidate.is_empty() {
            continue;
        }
        let found = if candidate.eq_ignore_ascii_case(name) {
            0
        } else {
            let below = best.map_or(limit, |(d, _)| d.saturating_sub(1).min(limit));
            match distance(name, candidate, below) {
                Some(distance) => distance,
                None => continue,
            }
        };
        if best.is_none_or(|(d, _)| found < d) {
            best = Some((found, candidate));
        }
    }
    best.map(|(_, candidate)| candidate)
}

/// Insertions, deletions, replacements and swaps of neighbours that turn `a` into `b`, if at most `limit`.
pub fn distance(a: &str, b: &str, limit: usize) -> Option<usize> {
    let (a_len, b_len) = (a.chars().count(), b.chars().count());
    if a_len.abs_diff(b_len) > limit || a_len.max(b_len) > SUGGESTION_CHARS {
        return None;
    }
    // An edit adds or takes one letter at most.
    let (a_letters, b_letters) = (letters(a), letters(b));
    let only_one_has =
        (a_letters & !b_letters).count_ones().max((b_letters & !a_letters).count_ones());
    if only_one_has as usize > limit {
        return None;
    }
    let a: Vec<char> = a.chars().collect();
    let b: Vec<char> = b.chars().collect();
    // Rows of the usual table: `rows[0]` is two letters of `a` back, `rows[2]` the one being filled.
    let mut rows = [vec![0; b.len() + 1], (0..=b.len()).collect(), vec![0; b.len() + 1]];
    for i in 1..=a.len() {
        rows[2][0] = i;
        for j in 1..=b.len() {
            let replace = rows[1][j - 1] + usize::from(a[i - 1] != b[j - 1]);
            let mut cost = replace.min(rows[1][j] + 1).min(rows[2][j - 1] + 1);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                cost = cost.min(rows[0][j - 2] + 1);
            }
            rows[2][j] = cost;
        }
        if rows[2].iter().all(|&cost| cost > limit) {
            return None;
        }
        rows.rotate_left(1);
    }
    Some(rows[1][b.len()]).filter(|&cost| cost <= limit)
}

/// The letters of a text as a set, where some share a place.
fn letters(text: &str) -> u64 {
    text.chars().fold(0, |set, letter| set | 1 << (u32::from(letter) % u64::BITS))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distances_count_edits_and_swaps() {
        assert_eq!(distance("push", "psuh", 3), Some(1));
        assert_eq!(distance("", "ab", 2), Some(2));
        assert_eq!(distance("kitten", "sitting", 3), Some(3));
        assert_eq!(distance("kitten", "sitting", 2), None);
    }

    #[test]
    fn the_closest_candidate_wins() {
        let names = ["lenght", "length", "len", "Vec"];
        assert_eq!(closest("lengt", names), Some("lenght"));
        assert_eq!(closest("vec", names), Some("Vec"));
        assert_eq!(closest("banana", names), None);
        assert_eq!(closest("x", ["y", "z"]), Some("y"));
    }
}
