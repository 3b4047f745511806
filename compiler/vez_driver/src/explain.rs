//! `vez explain CODE`: the pages of `docs/errors`, embedded.

include!(concat!(env!("OUT_DIR"), "/pages.rs"));

/// The page of a code, however it is spelled (`e0308`).
pub fn explain(code: &str) -> Option<&'static str> {
    let code = code.to_ascii_uppercase();
    let found = PAGES.binary_search_by_key(&code.as_str(), |(name, _)| name);
    found.ok().map(|index| PAGES[index].1)
}

/// All codes that have a page, in order.
pub fn known_codes() -> impl Iterator<Item = &'static str> {
    PAGES.iter().map(|(code, _)| *code)
}
