//! What desugaring inserts: paths to language items, calls, references, matches.

use vez_base::{DefId, Name, Span};
use vez_diag::registry::MissingLangItem;

use super::BodyCtx;
use crate::data::{
    Arm, ExprId, ExprKind, Lit, LocalId, MatchSource, Mutability, PatId, PatKind, Path, QPath, Res,
    Segment,
};
use crate::lang::{known_item, lang_item};

impl BodyCtx<'_> {
    /// A language item, reported when the library lacks it.
    pub(super) fn lang(&mut self, lang: &str, span: Span) -> Option<DefId> {
        let found = lang_item(self.db, Name::new(lang));
        if found.is_none() {
            self.report(MissingLangItem { name: lang }.at(span));
        }
        found
    }

    /// A library item by its path, reported when the library lacks it.
    pub(super) fn known(&mut self, path: &str, span: Span) -> Option<DefId> {
        let found = known_item(self.db, path);
        if found.is_none() {
            self.report(MissingLangItem { name: path }.at(span));
        }
        found
    }

    /// A path to a definition: its name, and its trait's or type's in front.
    pub(super) fn def_path(&self, def: DefId, span: Span) -> QPath {
        let segment = |name: Name| Segment { name, span, args: None };
        let mut segments = Vec::with_capacity(2);
        if let Some(parent) = def.parent_def()
            && !parent.name().is_empty()
        {
            segments.push(segment(parent.name()));
        }
        segments.push(segment(def.name()));
        let path = Path { res: Res::Def(def), segments: segments.into(), span };
        QPath::Resolved { self_ty: None, path }
    }

    pub(super) fn def_expr(&mut self, def: Option<DefId>, span: Span) -> ExprId {
        match def {
            Some(def) => {
                let path = self.def_path(def, span);
                self.push_expr(ExprKind::Path(path), span)
            }
            None => self.error_expr(span),
        }
    }

    /// A language item as a value.
    pub(super) fn lang_path(&mut self, lang: &str, span: Span) -> ExprId {
        let def = self.lang(lang, span);
        self.def_expr(def, span)
    }

    /// A pattern of a language item: `Some(p)`, `None`.
    pub(super) fn lang_pat(&mut self, lang: &str, sub: Option<PatId>, span: Span) -> PatId {
        let kind = match (self.lang(lang, span), sub) {
            (None, _) => PatKind::Error,
            (Some(def), None) => PatKind::Path(self.def_path(def, span)),
            (Some(def), Some(sub)) => {
                let path = self.def_path(def, span);
                PatKind::TupleStruct { path, pats: [sub].into(), rest: None }
            }
        };
        self.push_pat(kind, span)
    }

    pub(super) fn call(&mut self, callee: ExprId, args: Vec<ExprId>, span: Span) -> ExprId {
        self.push_expr(ExprKind::Call(callee, args.into()), span)
    }

    pub(super) fn lit(&mut self, lit: Lit, span: Span) -> ExprId {
        self.push_expr(ExprKind::Lit(lit), span)
    }

    pub(super) fn str_lit(&mut self, text: &str, span: Span) -> ExprId {
        self.lit(Lit::Str(Name::new(text)), span)
    }

    /// `&e`
    pub(super) fn ref_of(&mut self, expr: ExprId, span: Span) -> ExprId {
        let mutability = Mutability::Not;
        self.push_expr(ExprKind::Ref { raw: false, mutability, expr }, span)
    }

    pub(super) fn local_expr(&mut self, local: LocalId, span: Span) -> ExprId {
        let name = self.locals[local].name;
        let segments = [Segment { name, span, args: None }].into();
        let path = Path { res: Res::Local(local), segments, span };
        self.push_expr(ExprKind::Path(QPath::Resolved { self_ty: None, path }), span)
    }

    /// A new local that no source code can name, and the pattern binding it.
    pub(super) fn fresh(&mut self, name: &str, span: Span) -> (LocalId, PatId) {
        let local = self.local(Name::new(name), Mutability::Not, span, true);
        let kind = PatKind::Binding { local, by_ref: None, sub: None };
        (local, self.push_pat(kind, span))
    }

    pub(super) fn match_of(
        &mut self,
        scrutinee: ExprId,
        arms: Box<[Arm]>,
        source: MatchSource,
        span: Span,
    ) -> ExprId {
        self.push_expr(ExprKind::Match { scrutinee, arms, source }, span)
    }
}
