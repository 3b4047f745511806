//! Reports that belong to no signature and no body: modules' files, duplicate names, imports, attributes, macros.

mod shape;

use std::sync::Arc;

use vez_ast::{ItemKind, Meta, MetaValue, VariantData};
use vez_base::{DefId, DefKind, FileId, FxHashMap, Name, Span, dist, name};
use vez_db::{Db, Subject, parse, source_file};
use vez_diag::registry as diag;
use vez_diag::{Diagnostic, Sink};

use crate::attrs::{Cfg, is_known_attr, last_segment};
use crate::data::{Res, Visibility};
use crate::modules::{ModuleSource, module_source};
use crate::path::describe;
use crate::scope::{
    self, Binding, Import, ImportKind, Ns, Scope, block_tree, lookup_in, resolve_import,
    resolve_import_prefix, scope_data,
};
use crate::{defs, derive, index};

pub use shape::main_diagnostics;

/// What is wrong in a module outside of signatures and bodies. Its inner modules report for themselves.
pub fn module_diagnostics(db: &dyn Db, module: DefId) -> Arc<Vec<Diagnostic>> {
    module_diagnostics_query(db, Subject::new(db, module))
}

#[salsa::tracked(returns(clone))]
fn module_diagnostics_query<'db>(db: &'db dyn Db, subject: Subject<'db>) -> Arc<Vec<Diagnostic>> {
    let module = subject.def(db);
    let mut check = Check { db, sink: Sink::new() };
    check.file(module);
    check.scope(Scope::module(module));
    check.members(module);
    for &def in index::all_items(db, module).iter() {
        check.item(def);
    }
    Arc::new(check.sink.into_vec())
}

/// Whether a crate has a `macro_rules!` of this name; it was reported where it stands.
pub(crate) fn defines_macro(db: &dyn Db, root: DefId, name: Name) -> bool {
    let modules = index::crate_modules(db, defs::crate_of(db, root));
    let is_it = |def: &DefId| def.kind() == DefKind::Macro && def.name() == name;
    modules.iter().any(|&module| index::all_items(db, module).iter().any(is_it))
}

struct Check<'a> {
    db: &'a dyn Db,
    sink: Sink,
}

impl Check<'_> {
    fn report(&mut self, diagnostic: Diagnostic) {
        self.sink.report(diagnostic);
    }

    /// The file of a `mod m;`.
    fn file(&mut self, module: DefId) {
        let span = || defs::name_span(self.db, module);
        let name = module.name();
        let report = match module_source(self.db, module) {
            ModuleSource::Inline => return,
            ModuleSource::File(file) => return self.syntax(file),
            ModuleSource::Two(file, first, second) => {
                self.syntax(file);
                let (first, second) = (first.display(), second.display());
                diag::TwoModuleFiles { module: name, first, second }.at(span())
            }
            ModuleSource::Missing(candidates) => {
                let paths: Vec<String> =
                    candidates.iter().take(2).map(|path| format!("`{}`", path.display())).collect();
                let report = diag::MissingModuleFile { module: name }.at(span());
                report.help(format!("create {}", paths.join(" or ")))
            }
            ModuleSource::Cyclic => diag::CyclicModule { module: name }.at(span()),
            ModuleSource::Unreadable(path, reason) => {
                diag::UnreadableFile { path: path.display(), reason }.at(span())
            }
            ModuleSource::NotUtf8(path, offset) => {
                diag::NotUtf8 { path: path.display(), offset }.at(span())
            }
        };
        self.report(report);
    }

    fn syntax(&mut self, file: FileId) {
        let parsed = parse(self.db, source_file(self.db, file));
        self.sink.extend(parsed.diagnostics.iter().cloned());
    }

    /// One item's own attributes and what stands in it.
    fn item(&mut self, def: DefId) {
        if def.ancestors().any(defs::is_derived_impl) {
            return;
        }
        self.attributes(def);
        shape::check(self.db, def, &mut self.sink);
        match def.kind() {
            DefKind::Impl => self.members(def),
            DefKind::Trait => self.members(def),
            DefKind::Macro => self.macro_item(def),
            DefKind::Fn
            | DefKind::AssocFn
            | DefKind::Const
            | DefKind::AssocConst
            | DefKind::Static => {
                for block in 0..block_tree(self.db, def).blocks.len() {
                    self.scope(Scope { owner: def, block: Some(block as u32) });
                }
            }
            _ => {}
        }
    }

    fn macro_item(&mut self, def: DefId) {
        let Some(item) = defs::item_ast(self.db, def) else { return };
        match &item.kind {
            ItemKind::MacroRules { .. } => {
                let span = Span::new(def, item.name.span);
                self.report(diag::NotSupported { what: "`macro_rules!`" }.at(span));
            }
            ItemKind::MacroCall { path, tokens } if matches!(&path.segments[..], [only] if only.name.name.as_str() == "compile_error") =>
            {
                let text = crate::item_text(self.db, def);
                let written = text.get(tokens.to_usize()).unwrap_or("");
                let quoted = written.split('"').nth(1);
                let span = Span::new(def, path.span);
                self.report(match quoted {
                    Some(message) => diag::UserError { message }.at(span),
                    None => {
                        let (name, expected) = ("compile_error", "a string literal");
                        diag::BadMacroInput { name, expected }.at(span)
                    }
                });
            }
            ItemKind::MacroCall { path, .. } => {
                let called = path.segments.last().map_or(name::EMPTY, |segment| segment.name.name);
                if !defines_macro(self.db, def.root(), called) {
                    let span = Span::new(def, path.span);
                    self.report(match crate::absent::is_macro(called) {
                        true => diag::NotSupported { what: format!("`{called}!`") }.at(span),
                        false => diag::UnknownMacro { name: called }.at(span),
                    });
                }
            }
            _ => {}
        }
    }

    /// Names that an impl or trait defines twice.
    fn members(&mut self, container: DefId) {
        if container.kind() == DefKind::Mod {
            return;
        }
        let mut seen: FxHashMap<(Name, bool), DefId> = FxHashMap::default();
        let members = defs::children(self.db, container);
        for &def in members.iter().filter(|def| def.kind() != DefKind::Macro) {
            let is_type = def.kind() == DefKind::AssocTy;
            let Some(first) = seen.insert((def.name(), is_type), def) else { continue };
            let span = defs::name_span(self.db, def);
            let name = def.name();
            let has_trait =
                container.kind() == DefKind::Impl && defs::impl_has_trait(self.db, container);
            let report = match container.kind() {
                DefKind::Impl if has_trait => diag::DuplicateImplItem { name }.at(span),
                DefKind::Impl => diag::DuplicateMethod { name }.at(span),
                _ => diag::DuplicateDefinition { name }.at(span),
            };
            let first = defs::name_span(self.db, first);
            self.report(report.related(first, "first defined here"));
        }
    }

    /// Duplicates and imports of a module or block.
    fn scope(&mut self, scope: Scope) {
        let data = scope_data(self.db, scope);
        let mut names: Vec<Name> = data.items.keys().copied().collect();
        names.sort_unstable();
        for name in names {
            self.duplicates(name, &data.items[&name]);
        }
        let mut imported: FxHashMap<(Name, Ns), (Res, Span)> = FxHashMap::default();
        for import in &data.imports {
            self.import(scope, import, &mut imported);
        }
    }

    fn duplicates(&mut self, name: Name, entries: &[scope::Entry]) {
        if name == name::UNDERSCORE {
            return;
        }
        for (index, entry) in entries.iter().enumerate() {
            let clashes = |other: &&scope::Entry| {
                (entry.types && other.types) || (entry.values && other.values)
            };
            if let Some(first) = entries[..index].iter().find(clashes) {
                let span = defs::name_span(self.db, entry.def);
                let first = defs::name_span(self.db, first.def);
                let report = diag::DuplicateDefinition { name }.at(span);
                self.report(report.related(first, "first defined here"));
            }
        }
    }

    fn import(
        &mut self,
        scope: Scope,
        import: &Import,
        imported: &mut FxHashMap<(Name, Ns), (Res, Span)>,
    ) {
        if matches!(import.path[..], [only] if only.name == name::SELF_VALUE) {
            let span = import.segment_span(0);
            if matches!(import.kind, ImportKind::Named(bound) if bound.name == name::SELF_VALUE) {
                self.report(diag::SelfImportAlone.at(span));
                return;
            }
        }
        if import.bad_self {
            let span = Span::new(import.def, import.span);
            return self.report(diag::SelfImportAlone.at(span));
        }
        let (target_len, is_glob) = match import.kind {
            ImportKind::Glob => (import.path.len(), true),
            _ => (import.path.len().saturating_sub(1), false),
        };
        if target_len > 0 || is_glob {
            match resolve_import_prefix(self.db, scope, import, &import.path[..target_len]) {
                Err(at) => return self.unresolved(scope, import, at),
                Ok(res) if is_glob && !can_glob(res) => {
                    return self.unresolved(scope, import, import.path.len() - 1);
                }
                Ok(_) => {}
            }
        }
        if self.private_segments(scope, import) || is_glob {
            return;
        }
        let found = [Ns::Types, Ns::Values].map(|ns| resolve_import(self.db, scope, import, ns));
        if found == [None, None] {
            if !is_builtin_macro(import) {
                self.unresolved(scope, import, import.path.len() - 1);
            }
            return;
        }
        self.import_clashes(scope, import, found, imported);
    }

    fn import_clashes(
        &mut self,
        scope: Scope,
        import: &Import,
        found: [Option<Binding>; 2],
        imported: &mut FxHashMap<(Name, Ns), (Res, Span)>,
    ) {
        let ImportKind::Named(bound) = import.kind else { return };
        let span = Span::new(import.def, bound.span);
        let data = scope_data(self.db, scope);
        let items = data.items.get(&bound.name).map_or(&[][..], |entries| &entries[..]);
        for (ns, found) in [Ns::Types, Ns::Values].into_iter().zip(found) {
            let Some(found) = found else { continue };
            let item = items.iter().find(|e| if ns == Ns::Types { e.types } else { e.values });
            if let Some(item) = item {
                let item = defs::name_span(self.db, item.def);
                let report = diag::ImportClashesItem { name: bound.name }.at(span);
                self.report(report.related(item, "defined here"));
                return;
            }
            if let Some(&(_, first)) = imported.get(&(bound.name, ns)) {
                let report = diag::DuplicateImport { name: bound.name }.at(span);
                self.report(report.related(first, "first imported here"));
                return;
            }
            imported.insert((bound.name, ns), (found.res, span));
        }
        self.reexport(scope, import, found, span);
    }

    /// `pub use` of what is not public enough.
    fn reexport(&mut self, scope: Scope, import: &Import, found: [Option<Binding>; 2], span: Span) {
        if import.vis == Visibility::In(defs::module_of(self.db, scope.owner)) {
            return;
        }
        let source = self.sources_of(scope, import);
        let wide = |binding: &Binding| match (binding.vis, import.vis) {
            (Visibility::Public, _) => true,
            (Visibility::In(_), Visibility::Public) => false,
            (Visibility::In(inner), Visibility::In(outer)) => {
                outer.ancestors().any(|def| def == inner)
            }
        };
        if source.is_empty() || source.iter().any(wide) {
            return;
        }
        let name = import.path.last().map_or(name::EMPTY, |ident| ident.name);
        let is_module = found
            .iter()
            .flatten()
            .any(|binding| matches!(binding.res, Res::Def(def) if def.kind() == DefKind::Mod));
        self.report(match is_module {
            true => diag::PrivateModuleReexport { name }.at(span),
            false => diag::PrivateReexport { name }.at(span),
        });
    }

    /// What the import's last segment names, with its own visibility.
    fn sources_of(&self, scope: Scope, import: &Import) -> Vec<Binding> {
        let Some((last, prefix)) = import.path.split_last() else { return Vec::new() };
        if prefix.is_empty() {
            // An item of the same module; what other crates and the prelude bring is public.
            let module = Res::Def(defs::module_of(self.db, scope.owner));
            let found = [Ns::Types, Ns::Values].map(|ns| lookup_in(self.db, module, last.name, ns));
            let is_item = |binding: &Binding| !matches!(binding.res, Res::Def(def) if def.parent_def().is_none());
            return found.into_iter().flatten().filter(is_item).collect();
        }
        match resolve_import_prefix(self.db, scope, import, prefix) {
            Ok(target) => [Ns::Types, Ns::Values]
                .into_iter()
                .filter(|&ns| !(import.types_only && ns == Ns::Values))
                .filter_map(|ns| lookup_in(self.db, target, last.name, ns))
                .collect(),
            Err(_) => Vec::new(),
        }
    }

    /// Reports a segment that may not be used here.
    fn private_segments(&mut self, scope: Scope, import: &Import) -> bool {
        let here = defs::module_of(self.db, scope.owner);
        for at in 1..import.path.len() {
            let prefix = &import.path[..at];
            let Ok(target) = resolve_import_prefix(self.db, scope, import, prefix) else {
                return false;
            };
            let segment = import.path[at].name;
            let found = [Ns::Types, Ns::Values].map(|ns| lookup_in(self.db, target, segment, ns));
            let mut found = found.iter().flatten().peekable();
            let Some(first) = found.peek().copied().copied() else { continue };
            if found.all(|binding| !defs::is_accessible(self.db, binding.vis, here)) {
                let what = match first.res {
                    Res::Def(def) => def.kind().describe(),
                    _ => "item",
                };
                let report = diag::PrivateItem { what, name: segment };
                self.report(report.at(import.segment_span(at)).here(format!("private {what}")));
                return true;
            }
        }
        false
    }

    fn unresolved(&mut self, scope: Scope, import: &Import, at: usize) {
        let text: Vec<&str> = import.path.iter().map(|ident| ident.name.as_str()).collect();
        let span = match import.path.get(at) {
            Some(_) => import.segment_span(at),
            None => Span::new(import.def, import.span),
        };
        let is_super = |ident: &vez_ast::Ident| ident.name == name::SUPER;
        if import.path.get(at).is_some_and(is_super) {
            let report = diag::UnresolvedPath { what: "module", name: "super" }.at(span);
            return self.report(report.note("the crate's root has no parent"));
        }
        let report = diag::UnresolvedImport { path: text.join("::") }.at(span);
        let Some(wanted) = import.path.get(at).map(|ident| ident.name) else {
            return self.report(report);
        };
        let inside = match at {
            0 => None,
            _ => resolve_import_prefix(self.db, scope, import, &import.path[..at]).ok(),
        };
        let report = match inside {
            Some(Res::Def(def)) if def.kind() == DefKind::Mod => {
                if let Some(what) = crate::absent::in_module(self.db, def, wanted) {
                    return self.report(diag::NotSupported { what }.at(span));
                }
                let names = scope::names_in_module(self.db, def);
                let close = dist::closest(wanted.as_str(), names.map(Name::as_str))
                    .filter(|close| scope::is_visible(self.db, def, Name::new(close), scope.owner));
                report.here(format!("no `{wanted}` in `{}`", def.path())).did_you_mean(close)
            }
            Some(res) => report.here(format!("{} has no `{wanted}`", describe(self.db, res))),
            None => {
                let names = scope::names_in_scope(self.db, scope.owner, Ns::Types);
                let close = dist::closest(wanted.as_str(), names.map(Name::as_str));
                report.here(format!("no `{wanted}` in scope")).did_you_mean(close)
            }
        };
        self.report(report);
    }

    fn attributes(&mut self, def: DefId) {
        let Some(item) = defs::item_ast(self.db, def) else { return };
        let cfg = Cfg::of(self.db, def);
        let mut metas: Vec<&Meta> = Vec::new();
        cfg.for_each(&item.attrs, |meta| metas.push(meta));
        let is_type = matches!(def.kind(), DefKind::Struct | DefKind::Enum | DefKind::Union);
        let in_stdlib = defs::crate_data(self.db, def).is_stdlib;
        let mut derived = FxHashMap::default();
        for meta in metas {
            let span = Span::new(def, meta.span);
            if meta.path == name::DERIVE {
                if !is_type {
                    self.report(diag::DeriveMisplaced.at(span));
                } else {
                    self.derive(def, meta, &mut derived);
                }
            } else if meta.path == name::REPR {
                shape::repr(def, &item, meta, &mut self.sink);
            } else if !is_known_attr(meta.path, in_stdlib) {
                self.report(diag::UnknownAttribute { name: meta.path }.at(span));
            } else {
                shape::attribute_place(def, meta, &mut self.sink);
            }
        }
    }

    /// One `derive(..)`; `derived` holds what stands in it and in those before.
    fn derive(&mut self, def: DefId, meta: &Meta, derived: &mut FxHashMap<Name, Span>) {
        let MetaValue::List(list) = &meta.value else {
            let reason = "expected a list of traits";
            let report = diag::MalformedAttribute { name: "derive", reason };
            return self.report(report.at(Span::new(def, meta.span)));
        };
        for word in list {
            let span = Span::new(def, word.span);
            let trait_name = last_segment(word.path);
            if word.path.is_empty() {
                self.report(diag::DeriveLiteral.at(span));
            } else if !derive::is_known(trait_name) {
                self.report(diag::UnknownMacro { name: trait_name }.at(span));
            } else if let Some(first) = derived.insert(trait_name, span) {
                let report = diag::ConflictingImpls { trait_: trait_name, ty: def.name() };
                self.report(report.at(span).label(first, "first derived here"));
            } else if trait_name == name::DEFAULT {
                self.default_variant(def, span);
            }
        }
    }

    /// `derive(Default)` of an enum needs a unit variant marked `#[default]`.
    fn default_variant(&mut self, def: DefId, span: Span) {
        let Some(item) = defs::item_ast(self.db, def) else { return };
        let ItemKind::Enum { variants, .. } = &item.kind else { return };
        let is_marked = |variant: &&vez_ast::Variant| {
            variant.attrs.iter().any(|attr| attr.meta.path == name::DEFAULT_FN)
        };
        let marked = variants.iter().filter(is_marked);
        let unit = marked.clone().all(|variant| variant.data == VariantData::Unit);
        let reason = match marked.count() {
            0 => return self.report(diag::DefaultOfEnum.at(span)),
            1 if unit => return,
            1 => return self.report(diag::DefaultOfEnum.at(span)),
            _ => "several variants are marked `#[default]`",
        };
        self.report(diag::MalformedAttribute { name: "derive", reason }.at(span));
    }
}

fn can_glob(res: Res) -> bool {
    matches!(res, Res::Def(def) if matches!(def.kind(), DefKind::Mod | DefKind::Enum))
}

/// `use std::println;`
fn is_builtin_macro(import: &Import) -> bool {
    let known = crate::lower::body::KNOWN_MACROS;
    let from_library = import.path.first().is_some_and(|ident| {
        matches!(ident.name, name::STD | name::CORE | name::ALLOC | name::CRATE)
    });
    from_library && import.path.last().is_some_and(|last| known.contains(&last.name.as_str()))
}
