//! The JSON form of a tree: objects for people and schemas, read back to the same tree.

use crate::File;

/// A file as JSON. Nodes are objects in arenas, ids are numbers, names are strings.
pub fn to_json(file: &File) -> String {
    // A tree holds nothing JSON lacks: its maps have string keys and its numbers are integers.
    serde_json::to_string_pretty(file).expect("a tree is representable in JSON")
}

/// A file from its JSON form. That ids point into their arena is for the reader to check.
pub fn from_json(text: &str) -> Result<File, String> {
    serde_json::from_str(text).map_err(|error| error.to_string())
}
