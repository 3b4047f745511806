//! The text of a file: shared, or carried in the executable.

use std::ops::Deref;
use std::sync::Arc;

/// A file's text. Cloning copies no text.
#[derive(Clone, Debug)]
pub enum Text {
    Shared(Arc<str>),
    /// Of the embedded library: the text and its number in the table of embedded files.
    Embedded(&'static str, u32),
}

impl Deref for Text {
    type Target = str;

    fn deref(&self) -> &str {
        match self {
            Text::Shared(text) => text,
            Text::Embedded(text, _) => text,
        }
    }
}

impl From<&str> for Text {
    fn from(text: &str) -> Text {
        Text::Shared(text.into())
    }
}

impl From<String> for Text {
    fn from(text: String) -> Text {
        Text::Shared(text.into())
    }
}

impl From<Arc<str>> for Text {
    fn from(text: Arc<str>) -> Text {
        Text::Shared(text)
    }
}

impl From<&Text> for Arc<str> {
    fn from(text: &Text) -> Arc<str> {
        match text {
            Text::Shared(text) => text.clone(),
            Text::Embedded(text, _) => Arc::from(*text),
        }
    }
}
