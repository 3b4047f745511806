//! What an item may not have whatever its names mean: qualifiers, visibility, representations, attributes of other kinds of items.
//!
//! Looks at one item's syntax and at what it stands in. Knows no types.

use vez_ast::{self as ast, FnQuals, Item, ItemKind, Lit, Meta, MetaValue, PatKind, VariantData};
use vez_base::{DefId, DefKind, Name, Span, TextRange, name};
use vez_db::{CrateId, CrateKind, Db, parse, source_file};
use vez_diag::registry as diag;
use vez_diag::{Diagnostic, Fix, Sink};

use crate::attrs::{MAX_ALIGN, MAX_LOWERED_ALIGN};
use crate::data::Res;
use crate::{defs, scope};

/// The calling conventions that Rust has on the supported targets.
const ABIS: &[&str] = &[
    "Rust",
    "C",
    "C-unwind",
    "system",
    "system-unwind",
    "cdecl",
    "sysv64",
    "win64",
    "efiapi",
    "rust-intrinsic",
    "gpu-kernel",
];

/// Reports what is wrong with the shape of one item.
pub(super) fn check(db: &dyn Db, def: DefId, sink: &mut Sink) {
    let Some(item) = defs::item_ast(db, def) else { return };
    let shape = Shape { db, def, item: &item };
    shape.visibility(sink);
    match &item.kind {
        ItemKind::Fn(function) => shape.function(function, sink),
        ItemKind::ExternBlock { abi: Some(abi), .. } => shape.abi(*abi, sink),
        ItemKind::Enum { variants, .. } => shape.discriminants(variants, sink),
        _ => {}
    }
    if !defs::crate_data(db, def).is_stdlib
        && let Some(what) = shape.unstable()
    {
        sink.report(diag::NotSupported { what }.at(shape.name_span()));
    }
}

struct Shape<'a> {
    db: &'a dyn Db,
    def: DefId,
    item: &'a Item,
}

impl Shape<'_> {
    fn span(&self, range: TextRange) -> Span {
        Span::new(self.def, range)
    }

    /// Where the item is named; what has no name is meant by its first word.
    fn name_span(&self) -> Span {
        defs::name_span(self.db, self.def)
    }

    /// What of the item only the library may have, as in Rust.
    fn unstable(&self) -> Option<&'static str> {
        let parent = self.def.parent_def();
        match (&self.item.kind, parent.map(DefId::kind)) {
            (ItemKind::Trait { is_auto: true, .. }, _) => Some("auto traits"),
            (ItemKind::Impl(data), _) if data.negative => Some("negative impls"),
            (ItemKind::TypeAlias { ty: Some(_), .. }, Some(DefKind::Trait)) => {
                Some("defaults of associated types")
            }
            (ItemKind::TypeAlias { .. }, Some(DefKind::Impl))
                if !parent.is_some_and(|parent| defs::impl_has_trait(self.db, parent)) =>
            {
                Some("associated types of inherent impls")
            }
            _ => None,
        }
    }

    fn visibility(&self, sink: &mut Sink) {
        if self.item.vis == ast::Visibility::Inherited {
            return;
        }
        let parent = self.def.parent_def();
        let what = match (&self.item.kind, parent.map(DefId::kind)) {
            (ItemKind::Impl(_), _) => "an impl",
            (ItemKind::ExternBlock { .. }, _) => "an extern block",
            (_, Some(DefKind::Trait)) => "an item of a trait",
            (_, Some(DefKind::Impl))
                if parent.is_some_and(|parent| defs::impl_has_trait(self.db, parent)) =>
            {
                "an item of a trait's impl"
            }
            _ => return self.visibility_path(sink),
        };
        sink.report(diag::NeedlessVisibility { what }.at(self.name_span()));
    }

    /// `pub(in path)` names a module around the item.
    fn visibility_path(&self, sink: &mut Sink) {
        let ast::Visibility::In(path, range) = self.item.vis else { return };
        let module = defs::module_of(self.db, self.def);
        if defs::enclosing_module(self.db, module, path).is_some() {
            return;
        }
        // Not the name of a module around this one: of another, or of none?
        let mut at = module.root();
        for segment in path.as_str().split("::").filter(|&segment| segment != "crate") {
            let found = scope::resolve_in_module(self.db, at, Name::new(segment)).types;
            match found.map(|binding| binding.res) {
                Some(Res::Def(inner)) if inner.kind() == DefKind::Mod => at = inner,
                _ => {
                    let report = diag::UnresolvedPath { name: segment, what: "module" };
                    return sink.report(report.at(self.span(range)));
                }
            }
        }
        sink.report(diag::VisibilityNotAncestor.at(self.span(range)));
    }

    fn function(&self, function: &ast::Fn, sink: &mut Sink) {
        let FnQuals { is_const, abi, .. } = function.quals;
        let parent = self.def.parent_def();
        let of_trait = parent.is_some_and(|parent| match parent.kind() {
            DefKind::Trait => true,
            DefKind::Impl => defs::impl_has_trait(self.db, parent),
            _ => false,
        });
        if is_const && of_trait {
            sink.report(diag::ConstTraitFn.at(self.name_span()));
        }
        if let Some(abi) = abi {
            self.abi(abi, sink);
        }
        if parent.is_some_and(|parent| parent.kind() == DefKind::ExternBlock) {
            if function.body != ast::FnBody::None {
                sink.report(diag::SurplusBody { what: "foreign function" }.at(self.name_span()));
            }
            for param in &function.params {
                let pat = &self.item.nodes.pats[param.pat];
                let is_plain = match pat.kind {
                    PatKind::Ident { by_ref, mutability, sub, .. } => {
                        !by_ref && mutability == ast::Mutability::Not && sub.is_none()
                    }
                    PatKind::Wild | PatKind::Error => true,
                    _ => false,
                };
                if !is_plain {
                    sink.report(diag::PatternInExternFn.at(self.span(pat.span)));
                }
            }
        }
    }

    fn abi(&self, abi: Name, sink: &mut Sink) {
        if !ABIS.contains(&abi.as_str()) {
            let close = vez_base::dist::closest(abi.as_str(), ABIS.iter().copied());
            sink.report(diag::InvalidAbi { abi }.at(self.name_span()).did_you_mean(close));
        }
    }

    /// Discriminants next to variants with data need an integer representation to be read by.
    fn discriminants(&self, variants: &[ast::Variant], sink: &mut Sink) {
        let with_data = variants.iter().any(|variant| variant.data != VariantData::Unit);
        let explicit = variants.iter().find(|variant| variant.discriminant.is_some());
        if let (true, Some(explicit)) = (with_data, explicit)
            && !crate::attr_word(self.db, self.def, name::REPR, is_integer)
        {
            let report = diag::DiscriminantNeedsRepr.at(self.name_span());
            sink.report(report.label(self.span(explicit.span), "a discriminant here"));
        }
    }
}

/// What is wrong with `#[repr(..)]`.
pub(super) fn repr(def: DefId, item: &Item, meta: &Meta, sink: &mut Sink) {
    let MetaValue::List(words) = &meta.value else {
        let reason = "expected a list of representations";
        let report = diag::MalformedAttribute { name: "repr", reason };
        return sink.report(report.at(Span::new(def, meta.span)));
    };
    for word in words {
        let span = Span::new(def, word.span);
        let repr = word.path;
        let fits: &[DefKind] = match repr.as_str() {
            "packed" => &[DefKind::Struct, DefKind::Union],
            "C" | "Rust" | "align" | "transparent" => {
                &[DefKind::Struct, DefKind::Enum, DefKind::Union]
            }
            "simd" => &[DefKind::Struct],
            _ if is_integer(repr) => &[DefKind::Enum],
            _ => {
                const KNOWN: &[&str] = &["C", "packed", "align", "transparent"];
                let close = vez_base::dist::closest(repr.as_str(), KNOWN.iter().copied());
                sink.report(diag::UnknownRepr { name: repr }.at(span).did_you_mean(close));
                continue;
            }
        };
        if !fits.contains(&def.kind()) {
            let what = with_article(def.kind().describe());
            sink.report(diag::MisplacedRepr { repr, what }.at(span));
        } else if is_empty_enum(item) && repr.as_str() != "align" {
            sink.report(diag::ReprOnEmptyEnum.at(Span::new(def, meta.span)));
        }
        match repr.as_str() {
            "align" => align(word, span, sink),
            "packed" | "simd" => {
                let what = format!("`repr({repr})`");
                sink.report(diag::NotSupported { what }.at(span));
            }
            "transparent" if words.len() > 1 => sink.report(diag::TransparentWithOther.at(span)),
            "transparent" => transparent_enum(def, item, sink),
            _ => {}
        }
    }
}

/// E0731: a transparent enum is its only variant.
fn transparent_enum(def: DefId, item: &Item, sink: &mut Sink) {
    if let ItemKind::Enum { variants, .. } = &item.kind
        && variants.len() > 1
    {
        let report = diag::TransparentEnum { name: def.name() };
        let variants = vez_diag::Count(variants.len(), "variant");
        sink.report(report.at(Span::new(def, item.name.span)).note(format!("it has {variants}")));
    }
}

/// The argument of `align(N)`: a power of two up to 2^29.
fn align(word: &Meta, span: Span, sink: &mut Sink) {
    let reason = match &word.value {
        MetaValue::Word => "needs an argument",
        MetaValue::List(list) => match list.as_slice() {
            [Meta { value: MetaValue::Lit(Lit::Int { value, suffix: None, .. }), .. }] => {
                match value {
                    value if !value.is_power_of_two() => "is not a power of two",
                    value if *value > MAX_ALIGN => "is larger than 2^29",
                    value if *value > MAX_LOWERED_ALIGN => {
                        let what = "alignments above 2^16 bytes";
                        return sink.report(diag::NotSupported { what }.at(span));
                    }
                    _ => return,
                }
            }
            [Meta { value: MetaValue::Lit(_), .. }] => "is not an integer without a suffix",
            _ => return sink.report(diag::MalformedAlign.at(span)),
        },
        _ => return sink.report(diag::MalformedAlign.at(span)),
    };
    sink.report(diag::InvalidAlign { reason }.at(span));
}

/// Attributes that say something about functions, or about types, only.
pub(super) fn attribute_place(def: DefId, meta: &Meta, sink: &mut Sink) {
    let kind = def.kind();
    let fits = match meta.path.as_str() {
        "inline" | "cold" | "test" | "track_caller" | "target_feature" => {
            matches!(kind, DefKind::Fn | DefKind::AssocFn)
        }
        "non_exhaustive" => matches!(kind, DefKind::Struct | DefKind::Enum),
        _ => true,
    };
    if meta.path == name::INLINE
        && let MetaValue::List(words) = &meta.value
        && !matches!(&words[..], [only] if matches!(only.path.as_str(), "always" | "never"))
    {
        let reason = "expected `always` or `never`";
        let report = diag::MalformedAttribute { name: "inline", reason };
        sink.report(report.at(Span::new(def, meta.span)));
    }
    if !fits {
        let what = with_article(kind.describe());
        let span = Span::new(def, meta.span);
        sink.report(diag::MisplacedAttribute { name: meta.path, what }.at(span));
    }
}

/// What is wrong with the crate's `main`: it is there, takes nothing, is safe and asks for nothing.
pub fn main_diagnostics(db: &dyn Db, id: CrateId) -> Option<Diagnostic> {
    let data = &db.crates()[id.0 as usize];
    if data.kind != CrateKind::Executable || data.cfg.test {
        return None;
    }
    let root = defs::crate_root(db, id);
    if crate::has_attr(db, root, Name::new("no_main")) {
        return None;
    }
    let found = scope::resolve_in_module(db, root, name::MAIN).values;
    let main = match found.map(|binding| binding.res) {
        Some(Res::Def(def)) if def.kind() == DefKind::Fn => def,
        // It may stand in what could not be parsed.
        _ if has_syntax_errors(db, data.root) => return None,
        _ => {
            let end = end_of_text(db, data.root);
            let fix = Fix::new("define it").insert_after(end, "\n\nfn main() {}");
            let report = diag::MissingMain.at(end);
            return Some(report.fix(fix));
        }
    };
    let item = defs::item_ast(db, main)?;
    let ItemKind::Fn(function) = &item.kind else { return None };
    let span = defs::name_span(db, main);
    if !function.generics.params.is_empty() {
        return Some(diag::GenericMain.at(span));
    }
    if !function.generics.predicates.is_empty() {
        return Some(diag::MainWithClauses.at(span));
    }
    if function.quals.is_unsafe {
        return Some(diag::MainSignature.at(span).note("nobody could promise what it asks for"));
    }
    let takes = function.params.len();
    (takes > 0).then(|| diag::MainSignature.at(span).note("`main` takes no parameters"))
}

fn has_syntax_errors(db: &dyn Db, file: vez_base::FileId) -> bool {
    parse(db, source_file(db, file)).diagnostics.iter().any(Diagnostic::is_error)
}

/// Behind the last word of a file.
fn end_of_text(db: &dyn Db, file: vez_base::FileId) -> Span {
    let len = vez_db::source_file(db, file).text(db).trim_end().len() as u32;
    Span::new(file, TextRange::empty(len))
}

fn is_integer(word: Name) -> bool {
    let name = word.as_str();
    let is_size = |rest: &str| matches!(rest, "8" | "16" | "32" | "64" | "128" | "size");
    name.strip_prefix(['i', 'u']).is_some_and(is_size)
}

fn is_empty_enum(item: &Item) -> bool {
    matches!(&item.kind, ItemKind::Enum { variants, .. } if variants.is_empty())
}

fn with_article(noun: &str) -> String {
    let article = if noun.starts_with(['a', 'e', 'i', 'o']) { "an" } else { "a" };
    format!("{article} {noun}")
}
