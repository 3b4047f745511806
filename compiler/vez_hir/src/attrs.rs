//! Attributes: which are known, what `cfg` says, and the questions other phases ask about them.
//!
//! Knows no names' meaning: `derive` arguments are compared by their last segment, as Rust's built-in derives are in scope everywhere.

use std::sync::Arc;

use vez_ast::{Attr, Item, ItemKind, Lit, Meta, MetaValue, VariantData, written_word};
use vez_base::{DefId, DefKind, Name, name};
use vez_db::{BuildCfg, Db, Subject, parse, source_file};

use crate::{defs, modules};

/// What `cfg` predicates are evaluated against.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Cfg(BuildCfg);

impl Cfg {
    pub(crate) fn of(db: &dyn Db, def: DefId) -> Cfg {
        Cfg(defs::crate_data(db, def).cfg)
    }

    /// Whether a predicate holds; unknown words do not.
    pub(crate) fn holds(self, predicate: &Meta) -> bool {
        let path = predicate.path.as_str();
        match (&predicate.value, path) {
            (MetaValue::List(list), "all") => list.iter().all(|p| self.holds(p)),
            (MetaValue::List(list), "any") => list.iter().any(|p| self.holds(p)),
            (MetaValue::List(list), "not") => !list.iter().any(|p| self.holds(p)),
            (MetaValue::Word, "test") => self.0.test,
            (MetaValue::Word, "debug_assertions") => self.0.debug_assertions,
            (MetaValue::Word, "unix" | "panic") => true,
            (MetaValue::Lit(Lit::Bool(value)), "") => *value,
            (MetaValue::Word, "true") => true,
            (MetaValue::Lit(Lit::Str(value)), _) => matches!(
                (path, value.as_str()),
                ("target_os", "linux")
                    | ("target_family", "unix")
                    | ("target_arch", "x86_64")
                    | ("target_env", "gnu")
                    | ("target_endian", "little")
                    | ("target_pointer_width", "64")
                    | ("target_has_atomic", "8" | "16" | "32" | "64" | "ptr")
                    | ("panic", "abort")
            ),
            _ => false,
        }
    }

    /// Whether what carries these attributes is there at all.
    pub(crate) fn enables(self, attrs: &[Attr]) -> bool {
        let mut enabled = true;
        self.for_each(attrs, |meta| {
            if meta.path == name::CFG
                && let MetaValue::List(list) = &meta.value
            {
                enabled &= list.iter().all(|predicate| self.holds(predicate));
            }
        });
        enabled
    }

    /// A type's syntax without the fields and variants that are not there; tuple fields are numbered anew.
    pub(crate) fn strip(self, item: Arc<Item>) -> Arc<Item> {
        let is_whole = |data: &VariantData| match data {
            VariantData::Unit => true,
            VariantData::Tuple(fields) | VariantData::Struct(fields) => {
                fields.iter().all(|field| self.enables(&field.attrs))
            }
        };
        let whole = match &item.kind {
            ItemKind::Struct { data, .. } => is_whole(data),
            ItemKind::Enum { variants, .. } => variants
                .iter()
                .all(|variant| self.enables(&variant.attrs) && is_whole(&variant.data)),
            ItemKind::Union { fields, .. } => fields.iter().all(|f| self.enables(&f.attrs)),
            _ => true,
        };
        if whole {
            return item;
        }
        let mut item = Item::clone(&item);
        match &mut item.kind {
            ItemKind::Struct { data, .. } => self.strip_fields(data),
            ItemKind::Enum { variants, .. } => {
                variants.retain(|variant| self.enables(&variant.attrs));
                variants.iter_mut().for_each(|variant| self.strip_fields(&mut variant.data));
            }
            ItemKind::Union { fields, .. } => fields.retain(|field| self.enables(&field.attrs)),
            _ => {}
        }
        Arc::new(item)
    }

    fn strip_fields(self, data: &mut VariantData) {
        match data {
            VariantData::Unit => {}
            VariantData::Struct(fields) => fields.retain(|field| self.enables(&field.attrs)),
            VariantData::Tuple(fields) => {
                fields.retain(|field| self.enables(&field.attrs));
                for (index, field) in fields.iter_mut().enumerate() {
                    field.name.name = Name::new(&index.to_string());
                }
            }
        }
    }

    /// Calls `f` with every attribute that is in force, `cfg_attr` taken apart.
    pub(crate) fn for_each<'a>(self, attrs: &'a [Attr], mut f: impl FnMut(&'a Meta)) {
        for attr in attrs {
            self.expand(&attr.meta, &mut f);
        }
    }

    fn expand<'a>(self, meta: &'a Meta, f: &mut impl FnMut(&'a Meta)) {
        if meta.path.as_str() != "cfg_attr" {
            return f(meta);
        }
        if let MetaValue::List(list) = &meta.value
            && let Some((predicate, attrs)) = list.split_first()
            && self.holds(predicate)
        {
            for attr in attrs {
                self.expand(attr, f);
            }
        }
    }
}

/// What an item's attributes say, as far as the compiler asks.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct AttrFacts {
    /// Paths of all attributes in force.
    pub(crate) names: Vec<Name>,
    pub(crate) lang: Option<Name>,
    /// The words in `inline(..)`, `repr(..)` and the like: (`repr`, `C`).
    pub(crate) words: Vec<(Name, Name)>,
    /// The largest N of `repr(align(N))`; 0 without any.
    pub(crate) align: u64,
}

#[salsa::tracked(returns(clone))]
fn attr_facts_query<'db>(db: &'db dyn Db, subject: Subject<'db>) -> Arc<AttrFacts> {
    let def = subject.def(db);
    let mut facts = AttrFacts::default();
    let cfg = Cfg::of(db, def);
    let mut add = |meta: &Meta| {
        facts.names.push(meta.path);
        match &meta.value {
            MetaValue::Lit(Lit::Str(value)) if meta.path == name::LANG => facts.lang = Some(*value),
            MetaValue::Lit(Lit::Str(value)) if meta.path != name::DOC => {
                facts.words.push((meta.path, *value));
            }
            MetaValue::List(list) => {
                facts.words.extend(list.iter().map(|word| (meta.path, written_word(word))));
                let aligns = list.iter().filter(|_| meta.path == name::REPR).filter_map(align_of);
                facts.align = facts.align.max(aligns.max().unwrap_or(0));
            }
            _ => {}
        }
    };
    match def.kind() {
        DefKind::Variant => {
            let item = def.parent_def().and_then(|parent| defs::item_ast(db, parent));
            if let Some(item) = &item
                && let Some(variant) = defs::variant_ast(db, item, def)
            {
                cfg.for_each(&variant.attrs, add);
            }
        }
        _ => {
            if let Some(item) = defs::item_ast(db, def) {
                cfg.for_each(&item.attrs, &mut add);
            }
            // `#![..]` at the start of a module's file.
            if def.kind() == DefKind::Mod
                && let Some(file) = modules::module_file(db, def)
            {
                cfg.for_each(&parse(db, source_file(db, file)).file.attrs, &mut add);
            }
        }
    }
    Arc::new(facts)
}

pub(crate) fn attr_facts(db: &dyn Db, def: DefId) -> Arc<AttrFacts> {
    attr_facts_query(db, Subject::new(db, def))
}

/// The largest alignment that may be written, in bytes.
pub(crate) const MAX_ALIGN: u128 = 1 << 29;

/// The largest that VIR has, in bytes; more is `V0001`.
pub(crate) const MAX_LOWERED_ALIGN: u128 = 1 << 16;

/// N of `align(N)`; a wrong one is reported where attributes are checked.
fn align_of(word: &Meta) -> Option<u64> {
    let MetaValue::List(list) = &word.value else { return None };
    match list.as_slice() {
        [Meta { value: MetaValue::Lit(Lit::Int { value, .. }), .. }]
            if word.path.as_str() == "align"
                && value.is_power_of_two()
                && *value <= MAX_LOWERED_ALIGN =>
        {
            u64::try_from(*value).ok()
        }
        _ => None,
    }
}

/// The alignment that `repr(align(N))` asks of a type at least, in bytes; 1 without it.
pub fn repr_align(db: &dyn Db, def: DefId) -> u64 {
    attr_facts(db, def).align.max(1)
}

/// Whether an attribute with this path is in force.
pub fn has_attr(db: &dyn Db, def: DefId, attr: Name) -> bool {
    attr_facts(db, def).names.contains(&attr)
}

/// The words of a list attribute that satisfy `wanted`: `attr_word(db, f, INLINE, |w| w == NEVER)`.
pub fn attr_word(db: &dyn Db, def: DefId, attr: Name, wanted: impl Fn(Name) -> bool) -> bool {
    attr_facts(db, def).words.iter().any(|&(path, word)| path == attr && wanted(word))
}

/// The name in `#[lang = "name"]`; only the standard library's count.
pub fn lang_attr(db: &dyn Db, def: DefId) -> Option<Name> {
    let facts = attr_facts(db, def);
    facts.lang.filter(|_| defs::crate_data(db, def).is_stdlib)
}

/// Whether the compiler implements this function.
pub fn is_intrinsic(db: &dyn Db, def: DefId) -> bool {
    has_attr(db, def, name::INTRINSIC) && defs::crate_data(db, def).is_stdlib
}

/// Whether the function takes its caller's location.
pub fn is_track_caller(db: &dyn Db, def: DefId) -> bool {
    has_attr(db, def, name::TRACK_CALLER)
}

/// Whether the function is run by `vez test`.
pub fn is_test(db: &dyn Db, def: DefId) -> bool {
    has_attr(db, def, name::TEST)
}

/// The traits in an item's `derive` attributes, by their last segments, in the order written.
pub fn derives(db: &dyn Db, def: DefId) -> Vec<Name> {
    let facts = attr_facts(db, def);
    let words = facts.words.iter().filter(|(path, _)| *path == name::DERIVE);
    words.map(|(_, word)| last_segment(*word)).collect()
}

/// `Debug` of `fmt::Debug`.
pub(crate) fn last_segment(path: Name) -> Name {
    match path.as_str().rsplit_once("::") {
        Some((_, last)) => Name::new(last),
        None => path,
    }
}

/// Attributes that Rust knows, and VeZ's own. What has no meaning yet is accepted.
pub(crate) fn is_known_attr(path: Name, in_stdlib: bool) -> bool {
    const KNOWN: &[&str] = &[
        "allow",
        "automatically_derived",
        "cfg",
        "cfg_attr",
        "cold",
        "crate_name",
        "crate_type",
        "decreases",
        "default",
        "deny",
        "deprecated",
        "derive",
        "diagnostic::on_unimplemented",
        "doc",
        "ensures",
        "expect",
        "export_name",
        "feature",
        "forbid",
        "global_allocator",
        "ignore",
        "inline",
        "invariant",
        "lemma",
        "link",
        "link_name",
        "link_section",
        "macro_export",
        "macro_use",
        "must_use",
        "no_main",
        "no_mangle",
        "no_std",
        "non_exhaustive",
        "panic_handler",
        "path",
        "proc_macro",
        "proc_macro_attribute",
        "proc_macro_derive",
        "recursion_limit",
        "repr",
        "requires",
        "should_panic",
        "spec",
        "target_feature",
        "test",
        "track_caller",
        "type_length_limit",
        "used",
        "warn",
        "windows_subsystem",
        "unsafe",
        "diagnostic::do_not_recommend",
        "no_implicit_prelude",
        "no_builtins",
        "instruction_set",
        "collapse_debuginfo",
        "debugger_visualizer",
        "bench",
    ];
    const LIBRARY: &[&str] =
        &["lang", "intrinsic", "coerce_unsized", "fundamental", "may_dangle", "rustc_coinductive"];
    let path = path.as_str();
    let tool = ["rustfmt::", "clippy::", "ai::", "gpu::", "ffi::", "miri::"];
    KNOWN.contains(&path)
        || (in_stdlib && LIBRARY.contains(&path))
        || tool.iter().any(|prefix| path.starts_with(prefix))
}
