//! Items in their place, built when somebody looks into them.

use std::fmt;
use std::sync::{Arc, OnceLock};

use crate::{Head, Item};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A nested item and where it stands, relative to its parent's first byte.
#[derive(Clone)]
pub struct Child {
    pub offset: u32,
    pub head: Head,
    /// Set from the start, or read from `stored` when first asked for.
    item: OnceLock<Arc<Item>>,
    stored: Option<Stored>,
}

/// An item that is kept in another form until it is needed.
#[derive(Clone, Copy)]
pub struct Stored {
    pub read: fn(u32) -> Item,
    /// What `read` is called with.
    pub at: u32,
}

impl Child {
    pub fn new(offset: u32, item: Arc<Item>) -> Child {
        Child { offset, head: Head::of(&item), item: OnceLock::from(item), stored: None }
    }

    /// An item to be read when it is needed. Its head must be that of what is then read.
    pub fn stored(offset: u32, head: Head, stored: Stored) -> Child {
        Child { offset, head, item: OnceLock::new(), stored: Some(stored) }
    }

    pub fn item(&self) -> &Arc<Item> {
        self.item.get_or_init(|| {
            let stored = self.stored.expect("an item is there from the start or stored");
            Arc::new((stored.read)(stored.at))
        })
    }
}

/// The head follows from the item.
impl PartialEq for Child {
    fn eq(&self, other: &Child) -> bool {
        self.offset == other.offset && self.item() == other.item()
    }
}

impl Eq for Child {}

impl fmt::Debug for Child {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let item = self.item();
        f.debug_struct("Child").field("offset", &self.offset).field("item", item).finish()
    }
}

#[derive(Serialize, Deserialize)]
#[serde(rename = "Child")]
struct Written<T> {
    offset: u32,
    item: T,
}

impl Serialize for Child {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        Written { offset: self.offset, item: &**self.item() }.serialize(s)
    }
}

impl<'de> Deserialize<'de> for Child {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Child, D::Error> {
        let Written { offset, item } = Written::<Item>::deserialize(d)?;
        Ok(Child::new(offset, Arc::new(item)))
    }
}
