//! From syntax to HIR: signatures and bodies share names, types, lifetimes and generic arguments.
//!
//! [`Ctx`] is the state of lowering one item's signature or one body. Files: `types` (written types, bounds, generic arguments), `lifetimes` (names and
//! elision), `names` (paths, with what to say when they lead nowhere), `generics`, `signature`, `body/`.

pub(crate) mod body;
mod generics;
mod lifetimes;
mod names;
pub(crate) mod signature;
mod types;

use vez_ast::{Item, Nodes};
use vez_base::{DefId, DefKind, Name, Span, TextRange};
use vez_db::Db;
use vez_diag::{Diagnostic, Sink};

use crate::data::{GenericParam, LifetimeRes, Local, LocalId, Types, WherePredicate};
use crate::defs;
use crate::scope::Scope;

use generics::GenericScope;
use lifetimes::{Binder, Elision, Seen};

/// What `Self` means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum SelfMeaning {
    None,
    Impl(DefId),
    Trait(DefId),
    /// Inside a struct, enum or union: the type with its own parameters.
    Adt(DefId),
}

/// What `impl Trait` means at a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ImplTrait {
    /// A synthetic type parameter: a function's inputs.
    Param,
    /// An opaque type: a function's output.
    Opaque,
    /// Rust has it, VeZ has not.
    Unsupported(&'static str),
    Forbidden(&'static str),
}

/// A name that a body has brought into scope.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Rib {
    Local(Name, LocalId),
    /// A block with items.
    Block(Scope),
}

/// Parameters that nobody wrote: anonymous lifetimes and argument-position `impl Trait`.
#[derive(Debug, Default)]
pub(crate) struct Synthetic {
    /// The number of written parameters; the first synthetic one gets this index.
    pub(crate) base: u32,
    pub(crate) params: Vec<GenericParam>,
    pub(crate) predicates: Vec<WherePredicate>,
}

/// The state of lowering.
pub(crate) struct Ctx<'a> {
    pub(crate) db: &'a dyn Db,
    /// Whose syntax is lowered; spans count from it.
    pub(crate) item_def: DefId,
    pub(crate) item: &'a Item,
    /// Whose signature or body it is: the item, or an anonymous constant in it.
    pub(crate) owner: DefId,
    pub(crate) module: DefId,
    /// Where names are looked for after locals and generic parameters.
    pub(crate) scope: Scope,
    /// Innermost last.
    pub(crate) generics: Vec<GenericScope>,
    pub(crate) self_meaning: SelfMeaning,
    pub(crate) types: Types,
    pub(crate) sink: Sink,
    pub(crate) elision: Elision,
    /// The lifetime of a trait object that gives none.
    pub(crate) dyn_default: LifetimeRes,
    pub(crate) binders: Vec<Binder>,
    /// The lifetimes met in a function's inputs, for elision in its output.
    pub(crate) seen: Option<Vec<Seen>>,
    pub(crate) synthetic: Synthetic,
    pub(crate) impl_trait: ImplTrait,
    pub(crate) opaques: u32,
    /// Names of the body, innermost last; empty in signatures.
    pub(crate) ribs: Vec<Rib>,
    pub(crate) locals: vez_base::IdVec<LocalId, Local>,
}

impl<'a> Ctx<'a> {
    /// For something in `item_def`, whose syntax is `item`.
    pub(crate) fn new(db: &'a dyn Db, owner: DefId, item_def: DefId, item: &'a Item) -> Ctx<'a> {
        let scope = crate::scope::scope_around(db, owner);
        let mut ctx = Ctx {
            db,
            item_def,
            item,
            owner,
            module: defs::module_of(db, item_def),
            scope,
            generics: Vec::new(),
            self_meaning: SelfMeaning::None,
            types: Types::default(),
            sink: Sink::new(),
            elision: Elision::Error,
            dyn_default: LifetimeRes::Static,
            binders: Vec::new(),
            seen: None,
            synthetic: Synthetic::default(),
            impl_trait: ImplTrait::Forbidden("this place"),
            opaques: 0,
            ribs: Vec::new(),
            locals: vez_base::IdVec::new(),
        };
        ctx.enter_generics();
        ctx
    }

    pub(crate) fn nodes(&self) -> &'a Nodes {
        &self.item.nodes
    }

    pub(crate) fn span(&self, range: TextRange) -> Span {
        Span::new(self.item_def, range)
    }

    pub(crate) fn report(&mut self, diagnostic: Diagnostic) {
        self.sink.report(diagnostic);
    }

    pub(crate) fn unsupported(&mut self, what: &str, span: Span) {
        self.report(vez_diag::registry::NotSupported { what }.at(span));
    }

    /// Pushes the parameters of the item and of the impl or trait it is a member of, and finds `Self`.
    fn enter_generics(&mut self) {
        let outer = self
            .item_def
            .parent_def()
            .filter(|parent| matches!(parent.kind(), DefKind::Impl | DefKind::Trait));
        for def in outer.into_iter().chain([self.item_def]) {
            let item = if def == self.item_def { None } else { defs::item_ast(self.db, def) };
            let item = match &item {
                Some(item) => Some(&**item),
                None if def == self.item_def => Some(self.item),
                None => None,
            };
            if let Some(item) = item {
                self.generics.push(GenericScope::of(def, item));
            }
            match def.kind() {
                DefKind::Impl => self.self_meaning = SelfMeaning::Impl(def),
                DefKind::Trait => self.self_meaning = SelfMeaning::Trait(def),
                DefKind::Struct | DefKind::Enum | DefKind::Union => {
                    self.self_meaning = SelfMeaning::Adt(def);
                }
                _ => {}
            }
        }
        self.synthetic.base = self.generics.last().map_or(0, |scope| scope.params.len() as u32);
    }
}
