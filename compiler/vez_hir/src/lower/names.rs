//! Paths in signatures and bodies: from syntax to [`QPath`], and what to say when a name means nothing or the wrong thing.

use vez_ast as ast;
use vez_base::{DefId, DefKind, Name, Span, TextRange, dist, name};
use vez_diag::registry as diag;
use vez_diag::{Diagnostic, Fix};

use super::generics::{GenericScope, ParamSort};
use super::{Ctx, Rib, SelfMeaning};
use crate::data::{Path, QPath, Res, Segment, Type, TypeKind};
use crate::defs::{self, ctor::Shape};
use crate::naming;
use crate::path::{Outcome, Walked, describe, walk};
use crate::scope::{self, Ns};

/// What a path is for: decides which definitions fit, and the code of the error when none does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Want {
    Type,
    Trait,
    Value,
    /// The callee of a call.
    Call,
    /// `S { .. }`, as an expression or pattern.
    Struct,
    /// `S(..)` as a pattern.
    TuplePat,
    /// A path as a pattern.
    UnitPat,
}

impl Want {
    /// The words for what was looked for.
    fn noun(self) -> &'static str {
        match self {
            Want::Type => "type",
            Want::Trait => "trait",
            Want::Value => "value",
            Want::Call => "function",
            Want::Struct => "struct, variant or union",
            Want::TuplePat => "tuple struct or tuple variant",
            Want::UnitPat => "unit struct, unit variant or constant",
        }
    }
}

impl Ctx<'_> {
    /// Resolves a path and lowers its generic arguments.
    pub(crate) fn qpath(&mut self, path: &ast::Path, ns: Ns, want: Want) -> QPath {
        if let Some(qself) = path.qself {
            return self.qualified(path, qself, ns);
        }
        let names: Vec<Name> = path.segments.iter().map(|segment| segment.name.name).collect();
        let walked = self.walk(&names, path.global, ns);
        self.report_access(path, &walked);
        if let Outcome::Full(res) | Outcome::Partial { res, .. } = walked.outcome
            && self.is_generic_in_const(res)
        {
            let first = &path.segments[0];
            let name = first.name.name;
            self.report(diag::GenericInConst { name }.at(self.span(first.name.span)));
            return QPath::Resolved { self_ty: None, path: self.error_path(path.span) };
        }
        match walked.outcome {
            Outcome::Full(res) => {
                let res = self.check_kind(res, path, want);
                QPath::Resolved { self_ty: None, path: self.whole_path(path, res) }
            }
            Outcome::Partial { res, at } => self.partial(path, res, at),
            Outcome::Missing { at, inside } => {
                self.report_missing(path, at, inside, ns, want);
                QPath::Resolved { self_ty: None, path: self.whole_path(path, Res::Err) }
            }
        }
    }

    /// A generic parameter inside of an expression that a type depends on: what it is cannot be known there.
    fn is_generic_in_const(&self, res: Res) -> bool {
        self.owner.kind() == DefKind::ConstBlock
            && match res {
                Res::TypeParam { .. } | Res::ConstParam { .. } | Res::SelfTrait(_) => true,
                Res::SelfImpl(_) => self.generics.first().is_some_and(|of| !of.params.is_empty()),
                _ => false,
            }
    }

    /// What a path means, if anything; reports nothing.
    pub(crate) fn resolves(&mut self, path: &ast::Path, ns: Ns) -> Option<Res> {
        let names: Vec<Name> = path.segments.iter().map(|segment| segment.name.name).collect();
        match self.walk(&names, path.global, ns).outcome {
            Outcome::Full(res) => Some(res),
            Outcome::Partial { .. } if ns == Ns::Types => Some(Res::Err),
            _ => None,
        }
    }

    pub(crate) fn walk(&self, names: &[Name], global: bool, ns: Ns) -> Walked {
        let mut first = |name: Name, ns: Ns| self.own_name(name, ns);
        walk(self.db, self.scope, names, global, ns, &mut first)
    }

    /// Names that stand in no module: locals and items of blocks, generic parameters, `Self`.
    pub(crate) fn own_name(&self, name: Name, ns: Ns) -> Option<Res> {
        for rib in self.ribs.iter().rev() {
            match *rib {
                Rib::Local(local, id) if local == name && ns == Ns::Values => {
                    return Some(Res::Local(id));
                }
                Rib::Local(..) => {}
                Rib::Block(scope) => {
                    if let Some(found) = scope::lookup(self.db, scope, name, ns) {
                        return Some(found.res);
                    }
                }
            }
        }
        if name == name::SELF_TYPE && ns == Ns::Types {
            return match self.self_meaning {
                SelfMeaning::None => None,
                SelfMeaning::Impl(def) => Some(Res::SelfImpl(def)),
                SelfMeaning::Trait(def) => Some(Res::SelfTrait(def)),
                SelfMeaning::Adt(def) => Some(Res::Def(def)),
            };
        }
        if name == name::SELF_TYPE {
            // `Self(..)` and `Self` as a value: the constructor of the impl's type.
            return match self.self_meaning {
                SelfMeaning::Impl(def) => Some(Res::SelfImpl(def)),
                SelfMeaning::Adt(def) => Some(Res::Def(def)),
                _ => None,
            };
        }
        self.generic_named(name, ns)
    }

    /// The generic parameter of this name.
    pub(crate) fn generic_named(&self, name: Name, ns: Ns) -> Option<Res> {
        let sort = if ns == Ns::Types { ParamSort::Type } else { ParamSort::Const };
        self.generics.iter().rev().find_map(|scope| scope.resolve(name, sort))
    }

    /// `<T>::a::b` and `<T as Trait>::a::b`.
    fn qualified(&mut self, path: &ast::Path, qself: ast::QSelf, ns: Ns) -> QPath {
        let ty = self.ty(qself.ty);
        let traits = qself.trait_segments as usize;
        if traits == 0 {
            return self.type_relative(ty, &path.segments, path.span);
        }
        let error = |ctx: &Self| QPath::Resolved { self_ty: None, path: ctx.error_path(path.span) };
        if traits >= path.segments.len() {
            return error(self);
        }
        let trait_ast = ast::Path {
            qself: None,
            global: path.global,
            segments: path.segments[..traits].into(),
            span: path.segments[traits - 1].name.span,
        };
        let Some(mut trait_path) = self.trait_path(&trait_ast) else { return error(self) };
        let Res::Def(trait_) = trait_path.res else { return error(self) };
        let member = &path.segments[traits];
        let rest = &path.segments[traits + 1..];
        let is_type = ns == Ns::Types || !rest.is_empty();
        let Some(def) = defs::member(self.db, trait_, member.name.name, is_type) else {
            let (name, trait_) = (member.name.name, trait_.name());
            let span = self.span(member.name.span);
            self.report(diag::UnknownAssocItem { name, trait_ }.at(span));
            return error(self);
        };
        let lowered = self.segment(member, 0);
        let mut segments = trait_path.segments.into_vec();
        segments.push(lowered);
        trait_path.segments = segments.into();
        trait_path.res = Res::Def(def);
        trait_path.span = self.span(path.span);
        let resolved = QPath::Resolved { self_ty: Some(ty), path: trait_path };
        if rest.is_empty() {
            return resolved;
        }
        let span = self.span(path.span);
        let ty = self.types.types.push(Type { kind: TypeKind::Path(resolved), span });
        self.type_relative(ty, rest, path.span)
    }

    /// Segments that need a type to be looked up: all but the last name types on the way.
    fn type_relative(
        &mut self,
        ty: crate::TypeId,
        rest: &[ast::Segment],
        range: TextRange,
    ) -> QPath {
        let span = self.span(range);
        let Some((last, middle)) = rest.split_last() else {
            return QPath::Resolved { self_ty: None, path: self.error_path(range) };
        };
        let mut ty = ty;
        for segment in middle {
            let segment = self.segment(segment, 0);
            let kind = TypeKind::Path(QPath::TypeRelative { ty, segment });
            ty = self.types.types.push(Type { kind, span });
        }
        QPath::TypeRelative { ty, segment: self.segment(last, 0) }
    }

    fn partial(&mut self, path: &ast::Path, res: Res, at: usize) -> QPath {
        let (front, rest) = path.segments.split_at(at);
        let end = front.last().map_or(path.span.end, |segment| segment.name.span.end);
        let front_span = TextRange { start: path.span.start, end: end.max(path.span.start) };
        let ty = match (self.self_meaning, res) {
            // `Self::X` in a type's definition needs the type's own arguments.
            (SelfMeaning::Adt(def), Res::Def(named))
                if def == named && front.len() == 1 && front[0].name.name == name::SELF_TYPE =>
            {
                let alone = ast::Path {
                    qself: None,
                    global: false,
                    segments: front.into(),
                    span: front_span,
                };
                self.adt_self_type(&alone)
            }
            _ => {
                let prefix = self.lower_segments(front, res, at - 1);
                let span = self.span(front_span);
                let path = Path { res, segments: prefix, span };
                let kind = TypeKind::Path(QPath::Resolved { self_ty: None, path });
                self.types.types.push(Type { kind, span })
            }
        };
        self.type_relative(ty, rest, path.span)
    }

    fn whole_path(&mut self, path: &ast::Path, res: Res) -> Path {
        // The segment that names the definition; a trait's stands before its member's.
        let last = path.segments.len().saturating_sub(1);
        let segments = self.lower_segments(&path.segments, res, last);
        Path { res, segments, span: self.span(path.span) }
    }

    fn lower_segments(&mut self, segments: &[ast::Segment], res: Res, at: usize) -> Box<[Segment]> {
        let elide = self.lifetimes_to_elide(res);
        let lowered = segments
            .iter()
            .enumerate()
            .map(|(index, segment)| self.segment(segment, if index == at { elide } else { 0 }));
        lowered.collect()
    }

    pub(crate) fn error_path(&self, range: TextRange) -> Path {
        Path { res: Res::Err, segments: [].into(), span: self.span(range) }
    }

    fn report_access(&mut self, path: &ast::Path, walked: &Walked) {
        if let Some((at, res)) = walked.private {
            let segment = path.segments[at].name;
            let span = self.span(segment.span);
            let what = match res {
                Res::Def(def) => def.kind().describe(),
                _ => "item",
            };
            let mut report = diag::PrivateItem { what, name: segment.name }.at(span);
            if let Res::Def(def) = res {
                report = report.related(defs::name_span(self.db, def), "defined here");
            }
            self.report(report.here(format!("private {what}")));
        }
        if let Some(at) = walked.ambiguous {
            let segment = path.segments[at].name;
            let report = diag::AmbiguousName { name: segment.name }.at(self.span(segment.span));
            self.report(report.note("several glob imports bring in different items of this name"));
        }
    }

    /// Reports a resolution of the wrong kind; gives `Err` for it.
    fn check_kind(&mut self, res: Res, path: &ast::Path, want: Want) -> Res {
        if self.fits(res, want) || res == Res::Err {
            return self.check_constructor(res, path, want);
        }
        let span = self.span(path.span);
        let (name, found) = (path_text(path), describe(self.db, res));
        let of_enum = path.segments.len() > 1
            && matches!(res, Res::Def(def) if def.kind() == DefKind::Variant);
        let report = match want {
            Want::TuplePat if of_enum && self.is_shape(res, Shape::Struct) => {
                diag::NotATuplePattern { name, found }.at(span)
            }
            Want::UnitPat | Want::Value | Want::Call
                if of_enum && self.is_shape(res, Shape::Struct) =>
            {
                diag::NotAPattern { name, found, expected: want.noun() }.at(span)
            }
            Want::Type => diag::WrongNamespaceType { name, found }.at(span),
            Want::Trait => diag::NotATrait { name, found }.at(span),
            Want::Value | Want::Call => diag::WrongNamespaceValue { name, found }.at(span),
            Want::Struct => diag::WrongNamespaceStruct { name, found }.at(span),
            Want::TuplePat | Want::UnitPat => {
                diag::WrongPatternKind { name, found, expected: want.noun() }.at(span)
            }
        };
        self.report(report);
        Res::Err
    }

    /// A tuple struct whose fields are private elsewhere has a private constructor.
    fn check_constructor(&mut self, res: Res, path: &ast::Path, want: Want) -> Res {
        let Res::Def(def) = res else { return res };
        let as_pattern = want == Want::TuplePat;
        if def.kind() != DefKind::Struct
            || !matches!(want, Want::Value | Want::Call | Want::TuplePat)
            || defs::constructor_visible(self.db, def, self.module)
        {
            return res;
        }
        let (span, name) = (self.span(path.span), path_text(path));
        let found = "a tuple struct with private fields";
        self.report(match (path.segments.len(), as_pattern) {
            (1, false) => diag::WrongNamespaceValue { name, found }.at(span),
            (1, true) => diag::WrongPatternKind { name, found, expected: want.noun() }.at(span),
            _ => diag::PrivateItem { what: "constructor", name }.at(span),
        });
        Res::Err
    }

    fn is_shape(&self, res: Res, shape: Shape) -> bool {
        matches!(res, Res::Def(def) if defs::variant_data(self.db, def) == Some(shape))
    }

    fn fits(&self, res: Res, want: Want) -> bool {
        let shape = |def: DefId| defs::variant_data(self.db, def);
        match (want, res) {
            (_, Res::Err) => true,
            (Want::Trait, Res::Def(def)) => def.kind() == DefKind::Trait,
            (Want::Trait, _) => false,
            (Want::Type, Res::Def(def)) => !matches!(def.kind(), DefKind::Mod | DefKind::Variant),
            (Want::Type, _) => true,
            (Want::Value | Want::Call, Res::Def(def)) => match def.kind() {
                DefKind::Variant => shape(def) != Some(Shape::Struct),
                DefKind::Struct => shape(def) != Some(Shape::Struct),
                _ => true,
            },
            (Want::Value | Want::Call, res) => !matches!(res, Res::Prim(_) | Res::TypeParam { .. }),
            (Want::Struct, Res::Def(def)) => matches!(
                def.kind(),
                DefKind::Struct
                    | DefKind::Variant
                    | DefKind::Union
                    | DefKind::TypeAlias
                    | DefKind::AssocTy
            ),
            (Want::Struct, res) => matches!(res, Res::SelfImpl(_) | Res::SelfTrait(_)),
            (Want::TuplePat, Res::Def(def)) => match def.kind() {
                DefKind::Struct | DefKind::Variant => shape(def) == Some(Shape::Tuple),
                _ => false,
            },
            (Want::TuplePat, res) => matches!(res, Res::SelfImpl(_)),
            (Want::UnitPat, Res::Def(def)) => match def.kind() {
                DefKind::Struct | DefKind::Variant => shape(def) == Some(Shape::Unit),
                DefKind::Const | DefKind::AssocConst => true,
                _ => false,
            },
            (Want::UnitPat, res) => matches!(res, Res::SelfImpl(_) | Res::ConstParam { .. }),
        }
    }

    fn report_missing(
        &mut self,
        path: &ast::Path,
        at: usize,
        inside: Option<Res>,
        ns: Ns,
        want: Want,
    ) {
        let ident = path.segments[at].name;
        let span = self.span(ident.span);
        let last = at + 1 == path.segments.len();
        if inside.is_none() && self.import_failed(ident.name) {
            return;
        }
        let report = match inside {
            Some(inside) => self.missing_inside(inside, ident.name, span, ns, want, last),
            None => self.missing_here(ident.name, span, ns, want, last),
        };
        self.report(report);
    }

    /// Whether an import in scope should have brought in the name: that it does not is said there.
    fn import_failed(&self, name: Name) -> bool {
        let blocks = self.ribs.iter().rev().filter_map(|rib| match rib {
            Rib::Block(scope) => Some(*scope),
            Rib::Local(..) => None,
        });
        let outer = std::iter::successors(Some(self.scope), |&at| scope::outer_scope(self.db, at));
        blocks.chain(outer).any(|scope| scope::has_failed_import(self.db, scope, name))
    }

    fn missing_inside(
        &self,
        inside: Res,
        name: Name,
        span: Span,
        ns: Ns,
        want: Want,
        last: bool,
    ) -> Diagnostic {
        let module = match inside {
            Res::Def(def) if def.kind() == DefKind::Trait => {
                let trait_ = def.name();
                return diag::UnknownAssocItem { name, trait_ }.at(span);
            }
            Res::Def(def) => def,
            _ => self.module,
        };
        let ns = if last { ns } else { Ns::Types };
        if let Some(what) = crate::absent::in_module(self.db, module, name) {
            return diag::NotSupported { what }.at(span);
        }
        let report = if last {
            missing(name, span, want)
        } else {
            diag::UnresolvedPath { name, what: "module or type" }.at(span)
        };
        // The wrong namespace is the likelier mistake than a wrong letter.
        if last
            && want == Want::Value
            && let Some(found) = scope::lookup_in(self.db, inside, name, Ns::Types)
        {
            let found = describe(self.db, found.res);
            return diag::WrongNamespaceValue { name, found }.at(span);
        }
        if module.kind() != DefKind::Mod {
            return report.here(format!("not found in `{}`", module.name()));
        }
        let names = scope::names_in_module(self.db, module);
        let visible = |name: &Name| {
            let found = scope::lookup_in(self.db, Res::Def(module), *name, ns);
            found.is_some_and(|found| defs::is_accessible(self.db, found.vis, self.module))
        };
        let close = dist::closest(name.as_str(), names.map(Name::as_str));
        let close = close.filter(|close| visible(&Name::new(close)));
        report.here(format!("not found in `{}`", module.path())).did_you_mean(close)
    }

    fn missing_here(&self, name: Name, span: Span, ns: Ns, want: Want, last: bool) -> Diagnostic {
        if name == name::SELF_TYPE {
            return match (last, want) {
                (true, _) => diag::SelfTypeOutside.at(span),
                (false, _) => diag::UnresolvedPath { name, what: "type" }.at(span),
            };
        }
        if name == name::SELF_VALUE {
            return diag::SelfWithoutReceiver.at(span);
        }
        if let Some(report) = self.hidden_outer(name, span, ns, last) {
            return report;
        }
        if last && let Some(report) = self.other_namespace(name, span, ns, want) {
            return report;
        }
        let report = if last {
            missing(name, span, want)
        } else {
            let is_type = name.as_str().starts_with(char::is_uppercase);
            let what = if is_type { "type" } else { "module or crate" };
            diag::UnresolvedPath { name, what }.at(span)
        };
        let report =
            report.here("not found in this scope").did_you_mean(self.similar(name, ns, last));
        let fits = |res| !last || self.fits(res, want);
        let ns = if last { ns } else { Ns::Types };
        let paths = naming::paths_to(self.db, name, ns, self.module, fits);
        paths.into_iter().fold(report, |report, path| {
            let fix = Fix::new(format!("write `{path}`, or add `use {path};`"));
            report.fix(fix.replace(span, path))
        })
    }

    /// The closest name in scope.
    fn similar(&self, name: Name, ns: Ns, last: bool) -> Option<&'static str> {
        let ns = if last { ns } else { Ns::Types };
        let mut names: Vec<Name> = Vec::new();
        for rib in self.ribs.iter().rev() {
            match rib {
                Rib::Local(local, _) if ns == Ns::Values => names.push(*local),
                _ => {}
            }
        }
        let sort = if ns == Ns::Types { ParamSort::Type } else { ParamSort::Const };
        for scope in &self.generics {
            let same_sort = scope.params.iter().filter(|param| param.1 == sort);
            names.extend(same_sort.map(|param| param.0));
        }
        let around = scope::names_in_scope(self.db, self.item_def, ns);
        dist::closest(name.as_str(), names.into_iter().chain(around).map(Name::as_str))
    }

    /// The name means something in the other namespace.
    fn other_namespace(&self, name: Name, span: Span, ns: Ns, want: Want) -> Option<Diagnostic> {
        let other = if ns == Ns::Types { Ns::Values } else { Ns::Types };
        let found = match self.walk(&[name], false, other).outcome {
            Outcome::Full(res) => res,
            _ => return None,
        };
        let shown = describe(self.db, found);
        Some(match want {
            Want::Value | Want::Call => {
                let report = diag::WrongNamespaceValue { name, found: shown }.at(span);
                match found {
                    Res::Def(def) if def.kind() == DefKind::Struct => {
                        report.help(format!("write `{name} {{ .. }}` to make a value"))
                    }
                    _ => report,
                }
            }
            Want::Type if !matches!(found, Res::Local(_)) => {
                diag::WrongNamespaceType { name, found: shown }.at(span)
            }
            Want::Trait => diag::NotATrait { name, found: shown }.at(span),
            Want::Struct => diag::WrongNamespaceStruct { name, found: shown }.at(span),
            Want::TuplePat | Want::UnitPat => {
                diag::WrongPatternKind { name, found: shown, expected: want.noun() }.at(span)
            }
            Want::Type => return None,
        })
    }

    /// A generic parameter or a local variable of a function around this item.
    fn hidden_outer(&self, name: Name, span: Span, ns: Ns, last: bool) -> Option<Diagnostic> {
        let binds = |item: &ast::Item| {
            item.nodes.pats.iter().any(|pat| {
                matches!(&pat.kind, ast::PatKind::Ident { name: bound, .. } if bound.name == name)
            })
        };
        let is_value = ns == Ns::Values && last;
        if is_value && self.owner.kind() == DefKind::ConstBlock && binds(self.item) {
            return Some(diag::LocalInConst { name }.at(span));
        }
        let member_of = self.generics.first().map_or(self.item_def, |scope| scope.owner);
        for outer in member_of.ancestors().skip(1).take_while(|def| def.kind() != DefKind::Mod) {
            let item = defs::item_ast(self.db, outer)?;
            let scope = GenericScope::of(outer, &item);
            let sort = if ns == Ns::Types || !last { ParamSort::Type } else { ParamSort::Const };
            if scope.find(name, sort).is_some() {
                return Some(diag::OuterGeneric { name }.at(span));
            }
            if is_value && binds(&item) {
                let report = diag::CaptureInFn { name }.at(span);
                return Some(report.help("use a closure instead: `|..| { .. }`"));
            }
        }
        None
    }
}

fn missing(name: Name, span: Span, want: Want) -> Diagnostic {
    match want {
        Want::Type => diag::UnknownName { name, what: "type" }.at(span),
        Want::Trait => diag::UnknownTrait { name }.at(span),
        Want::Value => diag::UnknownName { name, what: "value" }.at(span),
        Want::Call => diag::UnknownName { name, what: "function" }.at(span),
        Want::Struct => diag::UnknownStruct { name }.at(span),
        Want::TuplePat | Want::UnitPat => {
            let report = diag::UnknownTuplePattern { name }.at(span);
            report.note(format!("looked for a {}", want.noun()))
        }
    }
}

/// A path's names, as written.
pub(crate) fn path_text(path: &ast::Path) -> String {
    let names: Vec<&str> = path.segments.iter().map(|segment| segment.name.name.as_str()).collect();
    let start = if path.global { "::" } else { "" };
    format!("{start}{}", names.join("::"))
}
