//! Parsed files in a binary form that is read item by item.
//!
//! Also part of `build.rs`, which writes the records. An item's record holds the heads of its children and where their records are, so that reading one
//! reads none of the others. Knows neither paths nor texts.

use serde::{Deserialize, Serialize};
use vez_ast::{Attr, Child, File, Head, Ident, Item, ItemKind, Nodes, Stored, Visibility};

#[derive(Serialize, Deserialize)]
pub(crate) struct ItemRecord<Kind, Attrs, N, H> {
    pub(crate) kind: Kind,
    pub(crate) name: Ident,
    pub(crate) vis: Visibility,
    pub(crate) attrs: Attrs,
    pub(crate) nodes: N,
    pub(crate) children: Vec<ChildRecord<H>>,
    pub(crate) len: u32,
}

#[derive(Serialize, Deserialize)]
pub(crate) struct ChildRecord<H> {
    pub(crate) offset: u32,
    pub(crate) head: H,
    pub(crate) at: u32,
}

#[derive(Serialize, Deserialize)]
pub(crate) struct FileRecord<Attrs, H> {
    pub(crate) attrs: Attrs,
    pub(crate) items: Vec<ChildRecord<H>>,
    pub(crate) len: u32,
}

/// The file whose record is at `at`; its items are read with `read`.
pub(crate) fn read_file(bytes: &[u8], at: u32, read: fn(u32) -> Item) -> File {
    let FileRecord { attrs, items, len } = read_record(bytes, at);
    File { attrs, items: read_children(items, read), len }
}

/// The item whose record is at `at`; its children are read with `read`.
pub(crate) fn read_item(bytes: &[u8], at: u32, read: fn(u32) -> Item) -> Item {
    let record: ItemRecord<ItemKind, Vec<Attr>, Nodes, Head> = read_record(bytes, at);
    let ItemRecord { kind, name, vis, attrs, nodes, children, len } = record;
    Item { kind, name, vis, attrs, nodes, children: read_children(children, read), len }
}

fn read_children(records: Vec<ChildRecord<Head>>, read: fn(u32) -> Item) -> Vec<Child> {
    let child = |ChildRecord { offset, head, at }| Child::stored(offset, head, Stored { read, at });
    records.into_iter().map(child).collect()
}

fn read_record<'a, T: Deserialize<'a>>(bytes: &'a [u8], at: u32) -> T {
    let read = postcard::take_from_bytes(&bytes[at as usize..]);
    read.expect("the records were written by this crate's build").0
}
