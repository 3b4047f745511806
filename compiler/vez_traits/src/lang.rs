//! The language items that types and traits are about, looked up once.

use std::sync::LazyLock;
use vez_base::{DefId, Name};
use vez_db::{CrateId, Db, Subject};

macro_rules! lang_items {
    ($($(#[$doc:meta])* $field:ident = $($name:literal)|+;)*) => {
        /// Definitions the type system knows by name. `None` where the library lacks one: what depends on it then fails
        /// as an ordinary unmet bound.
        #[derive(Clone, Debug, PartialEq, Eq, Default)]
        pub struct LangItems {
            $($(#[$doc])* pub $field: Option<DefId>,)*
        }

        fn find(db: &dyn Db) -> LangItems {
            LangItems { $($field: None$(.or_else(|| vez_hir::lang_item(db, Name::new($name))))+,)* }
        }
    };
}

lang_items! {
    sized = "sized";
    copy = "copy";
    clone = "clone";
    send = "send";
    sync = "sync";
    unpin = "unpin";
    drop = "drop";
    fn_ = "fn";
    fn_mut = "fn_mut";
    fn_once = "fn_once";
    fn_once_output = "fn_once_output";
    /// What all fn pointers implement, and nothing else.
    fn_ptr = "fn_ptr";
    slice_index = "slice_index";
    deref = "deref";
    deref_target = "deref_target";
    deref_mut = "deref_mut";
    index = "index";
    index_mut = "index_mut";
    phantom_data = "phantom_data";
    owned_box = "owned_box" | "Box";
    unsafe_cell = "unsafe_cell";
    manually_drop = "manually_drop";
    maybe_uninit = "maybe_uninit";
    iterator = "Iterator";
    into_iterator = "IntoIterator";
}

#[salsa::tracked(returns(ref))]
fn lang_items_query<'db>(db: &'db dyn Db, _: Subject<'db>) -> LangItems {
    find(db)
}

/// The language items of this session.
pub fn lang_items(db: &dyn Db) -> &LangItems {
    static NONE: LazyLock<LangItems> = LazyLock::new(LangItems::default);
    if db.crates().is_empty() {
        return &NONE;
    }
    lang_items_query(db, Subject::new(db, vez_hir::crate_root(db, CrateId::CORE)))
}

impl LangItems {
    /// Which of the three a trait is.
    pub fn fn_trait_kind(&self, trait_: DefId) -> Option<crate::ClosureKind> {
        use crate::ClosureKind::*;
        let of = |item: Option<DefId>, kind| (item == Some(trait_)).then_some(kind);
        of(self.fn_, Fn).or_else(|| of(self.fn_mut, FnMut)).or_else(|| of(self.fn_once, FnOnce))
    }

    /// The trait of a kind.
    pub fn fn_trait(&self, kind: crate::ClosureKind) -> Option<DefId> {
        match kind {
            crate::ClosureKind::Fn => self.fn_,
            crate::ClosureKind::FnMut => self.fn_mut,
            crate::ClosureKind::FnOnce => self.fn_once,
        }
    }
}
