//! From spans to places in files.
//!
//! The only code here that reads positions. Queries never do, `item_text` aside, whose result stays the same while the item's text does.

use std::sync::Arc;

use vez_base::{Anchor, AnchorKind, DefId, DefKind, FileId, Span, TextRange};
use vez_db::{Db, Subject, parse, source_file};
use vez_diag::{Location, Sources};

use crate::{defs, modules};

/// Where an anchor's first byte is: the file and the offset in it.
pub fn anchor_location(db: &dyn Db, anchor: Anchor) -> Option<(FileId, u32)> {
    match anchor.kind() {
        AnchorKind::File(file) => Some((file, 0)),
        AnchorKind::Def(def) => def_location(db, def),
        AnchorKind::Dummy => None,
    }
}

fn def_location(db: &dyn Db, def: DefId) -> Option<(FileId, u32)> {
    let Some(parent) = def.parent_def() else { return Some((def.file(), 0)) };
    let without_syntax = matches!(
        def.kind(),
        DefKind::Variant | DefKind::Closure | DefKind::Promoted | DefKind::ConstBlock
    );
    // Derived code has the place of its type; members of a derived impl too.
    let derived = def.ancestors().any(defs::is_derived_impl);
    if without_syntax || derived {
        return def_location(db, parent);
    }
    let index = defs::child_table(db, parent).position(def)?;
    if parent.kind() == DefKind::Mod
        && let Some(file) = modules::module_file(db, parent)
    {
        let items = &parse(db, source_file(db, file)).file.items;
        return items.get(index).map(|child| (file, child.offset));
    }
    let (file, start) = def_location(db, parent)?;
    let item = defs::item_ast(db, parent)?;
    item.children.get(index).map(|child| (file, start + child.offset))
}

/// The text of an item.
pub fn item_text(db: &dyn Db, def: DefId) -> Arc<str> {
    item_text_query(db, Subject::new(db, def))
}

#[salsa::tracked(returns(clone))]
fn item_text_query<'db>(db: &'db dyn Db, subject: Subject<'db>) -> Arc<str> {
    let def = subject.def(db);
    let text = || {
        let (file, start) = def_location(db, def)?;
        let len = defs::item_ast(db, def)?.len;
        let range = TextRange::new(start, start + len).to_usize();
        source_file(db, file).text(db).get(range).map(Arc::from)
    };
    text().unwrap_or_else(|| "".into())
}

/// The files of a database, for rendering diagnostics.
#[derive(Clone, Copy)]
pub struct DbSources<'db>(pub &'db dyn Db);

impl Sources for DbSources<'_> {
    fn resolve(&self, span: Span) -> Option<Location> {
        let (file, offset) = anchor_location(self.0, span.anchor)?;
        Some(Location { file, range: span.range().shifted(offset) })
    }

    fn path(&self, file: FileId) -> String {
        source_file(self.0, file).path(self.0).display().to_string()
    }

    fn text(&self, file: FileId) -> Arc<str> {
        source_file(self.0, file).text(self.0).into()
    }
}
