//! Walking a path through modules, enums and traits, as far as names alone lead.
//!
//! Reports nothing: callers know what was wanted and say what is wrong. Knows no generic arguments.

use vez_base::{DefId, DefKind, Name, name};
use vez_db::Db;

use crate::data::{PrimTy, Res};
use crate::defs;
use crate::scope::{self, Binding, Ns, Scope};

/// Where a path leads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    Full(Res),
    /// Segments from `at` on need the type `res`.
    Partial {
        res: Res,
        at: usize,
    },
    /// Segment `at` names nothing; `inside` is what was searched, `None` for the surroundings.
    Missing {
        at: usize,
        inside: Option<Res>,
    },
}

/// A path walked, and what was met on the way.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Walked {
    pub(crate) outcome: Outcome,
    /// The first segment that may not be used here.
    pub(crate) private: Option<(usize, Res)>,
    /// The first segment that several globs bring in.
    pub(crate) ambiguous: Option<usize>,
}

/// Looks a name up in a scope and outwards, then in the prelude.
pub(crate) fn lexical(db: &dyn Db, from: Scope, name: Name, ns: Ns) -> Option<Binding> {
    let mut at = Some(from);
    while let Some(scope) = at {
        if let Some(found) = scope::lookup(db, scope, name, ns) {
            return Some(found);
        }
        at = scope::outer_scope(db, scope);
    }
    scope::lookup_prelude(db, from.owner, name, ns)
}

/// Walks `segments` from a scope. `first` knows what is in scope but stands in no module: locals, generic parameters, `Self`.
pub(crate) fn walk(
    db: &dyn Db,
    from: Scope,
    segments: &[Name],
    global: bool,
    ns: Ns,
    first: &mut dyn FnMut(Name, Ns) -> Option<Res>,
) -> Walked {
    let mut walk = Walk { db, from, private: None, ambiguous: None };
    let outcome = walk.run(segments, global, ns, first);
    Walked { outcome, private: walk.private, ambiguous: walk.ambiguous }
}

struct Walk<'a> {
    db: &'a dyn Db,
    from: Scope,
    private: Option<(usize, Res)>,
    ambiguous: Option<usize>,
}

impl Walk<'_> {
    fn run(
        &mut self,
        segments: &[Name],
        global: bool,
        ns: Ns,
        first: &mut dyn FnMut(Name, Ns) -> Option<Res>,
    ) -> Outcome {
        let Some(&head) = segments.first() else { return Outcome::Full(Res::Err) };
        let last = segments.len() - 1;
        let ns_at = |index: usize| if index == last { ns } else { Ns::Types };
        let Some(mut res) = self.head(head, global, ns_at(0), last == 0, first) else {
            return Outcome::Missing { at: 0, inside: None };
        };
        // `f32::MAX` means the type even where a module of that name is in scope.
        let is_module = matches!(res, Res::Def(def) if def.kind() == DefKind::Mod);
        let prim = PrimTy::from_name(head).filter(|_| is_module);
        if let (Some(prim), 0) = (prim, last) {
            return Outcome::Full(Res::Prim(prim));
        }
        for (index, &name) in segments.iter().enumerate().skip(1) {
            match self.step(res, name, ns_at(index), index) {
                Step::To(next) => res = next,
                Step::NeedsType => return Outcome::Partial { res, at: index },
                Step::Missing => {
                    return match prim {
                        Some(prim) if index == 1 => {
                            Outcome::Partial { res: Res::Prim(prim), at: 1 }
                        }
                        _ => Outcome::Missing { at: index, inside: Some(res) },
                    };
                }
            }
        }
        Outcome::Full(res)
    }

    fn head(
        &mut self,
        name: Name,
        global: bool,
        ns: Ns,
        alone: bool,
        first: &mut dyn FnMut(Name, Ns) -> Option<Res>,
    ) -> Option<Res> {
        let module = defs::module_of(self.db, self.from.owner);
        if global {
            return scope::extern_crate(self.db, module, name).map(Res::Def);
        }
        if name == name::CRATE {
            return Some(Res::Def(module.root()));
        } else if name == name::SUPER {
            return defs::parent_module(self.db, module).map(Res::Def);
        } else if name == name::SELF_VALUE && !alone {
            return Some(Res::Def(module));
        }
        if let Some(res) = first(name, ns) {
            return Some(res);
        }
        let found = lexical(self.db, self.from, name, ns)?;
        self.note(found, 0);
        Some(found.res)
    }

    fn step(&mut self, at: Res, name: Name, ns: Ns, index: usize) -> Step {
        let Res::Def(def) = at else {
            return if at == Res::Err { Step::To(Res::Err) } else { Step::NeedsType };
        };
        match def.kind() {
            DefKind::Mod if name == name::SUPER => match defs::parent_module(self.db, def) {
                Some(parent) => Step::To(Res::Def(parent)),
                None => Step::Missing,
            },
            DefKind::Mod => match scope::lookup_in(self.db, at, name, ns) {
                Some(found) => {
                    self.note(found, index);
                    Step::To(found.res)
                }
                None => Step::Missing,
            },
            DefKind::Enum => match defs::variant(self.db, def, name) {
                Some(variant) => Step::To(Res::Def(variant)),
                None => Step::NeedsType,
            },
            DefKind::Trait => match defs::member(self.db, def, name, ns == Ns::Types) {
                Some(member) => Step::To(Res::Def(member)),
                None => Step::Missing,
            },
            DefKind::Variant => Step::Missing,
            _ => Step::NeedsType,
        }
    }

    fn note(&mut self, found: Binding, index: usize) {
        let here = defs::module_of(self.db, self.from.owner);
        if self.private.is_none() && !defs::is_accessible(self.db, found.vis, here) {
            self.private = Some((index, found.res));
        }
        if self.ambiguous.is_none() && found.ambiguous {
            self.ambiguous = Some(index);
        }
    }
}

enum Step {
    To(Res),
    NeedsType,
    Missing,
}

/// What a path of plain names means in the type namespace, for callers that report nothing.
pub(crate) fn resolve_type_path(
    db: &dyn Db,
    from: Scope,
    path: &vez_ast::Path,
    first: &mut dyn FnMut(Name, Ns) -> Option<Res>,
) -> Option<Res> {
    if path.qself.is_some() {
        return None;
    }
    let names: Vec<Name> = path.segments.iter().map(|segment| segment.name.name).collect();
    match walk(db, from, &names, path.global, Ns::Types, first).outcome {
        Outcome::Full(res) => Some(res),
        _ => None,
    }
}

/// The words a message calls a resolution by.
pub(crate) fn describe(db: &dyn Db, res: Res) -> &'static str {
    match res {
        Res::Def(def) if def.kind() == DefKind::Variant => match defs::variant_data(db, def) {
            Some(defs::ctor::Shape::Unit) => "a unit variant",
            Some(defs::ctor::Shape::Tuple) => "a tuple variant",
            _ => "a struct variant",
        },
        Res::Def(def) => with_article(def),
        Res::Prim(_) => "a primitive type",
        Res::SelfImpl(_) | Res::SelfTrait(_) => "the type `Self`",
        Res::TypeParam { .. } => "a type parameter",
        Res::ConstParam { .. } => "a constant parameter",
        Res::Local(_) => "a local variable",
        Res::Err => "an error",
    }
}

fn with_article(def: DefId) -> &'static str {
    match def.kind() {
        DefKind::Mod => "a module",
        DefKind::Struct => "a struct",
        DefKind::Enum => "an enum",
        DefKind::Variant => "a variant",
        DefKind::Union => "a union",
        DefKind::Trait => "a trait",
        DefKind::TypeAlias => "a type alias",
        DefKind::AssocTy => "an associated type",
        DefKind::Fn => "a function",
        DefKind::AssocFn => "an associated function",
        DefKind::Const => "a constant",
        DefKind::AssocConst => "an associated constant",
        DefKind::Static => "a static",
        DefKind::Impl => "an impl",
        DefKind::Use => "an import",
        DefKind::ExternBlock => "an extern block",
        DefKind::Closure => "a closure",
        DefKind::Promoted | DefKind::ConstBlock => "a constant expression",
        DefKind::Macro => "a macro",
    }
}

impl PrimTy {
    /// The primitive type with this name.
    pub fn from_name(name: Name) -> Option<PrimTy> {
        use crate::data::{FloatTy, IntTy};
        Some(match name.as_str() {
            "i8" => PrimTy::Int(IntTy::I8),
            "i16" => PrimTy::Int(IntTy::I16),
            "i32" => PrimTy::Int(IntTy::I32),
            "i64" => PrimTy::Int(IntTy::I64),
            "i128" => PrimTy::Int(IntTy::I128),
            "isize" => PrimTy::Int(IntTy::Isize),
            "u8" => PrimTy::Int(IntTy::U8),
            "u16" => PrimTy::Int(IntTy::U16),
            "u32" => PrimTy::Int(IntTy::U32),
            "u64" => PrimTy::Int(IntTy::U64),
            "u128" => PrimTy::Int(IntTy::U128),
            "usize" => PrimTy::Int(IntTy::Usize),
            "f32" => PrimTy::Float(FloatTy::F32),
            "f64" => PrimTy::Float(FloatTy::F64),
            "bool" => PrimTy::Bool,
            "char" => PrimTy::Char,
            "str" => PrimTy::Str,
            _ => return None,
        })
    }

    /// Its name.
    pub fn name(self) -> Name {
        use crate::data::{FloatTy, IntTy};
        match self {
            PrimTy::Int(IntTy::I8) => name::I8,
            PrimTy::Int(IntTy::I16) => name::I16,
            PrimTy::Int(IntTy::I32) => name::I32,
            PrimTy::Int(IntTy::I64) => name::I64,
            PrimTy::Int(IntTy::I128) => name::I128,
            PrimTy::Int(IntTy::Isize) => name::ISIZE,
            PrimTy::Int(IntTy::U8) => name::U8,
            PrimTy::Int(IntTy::U16) => name::U16,
            PrimTy::Int(IntTy::U32) => name::U32,
            PrimTy::Int(IntTy::U64) => name::U64,
            PrimTy::Int(IntTy::U128) => name::U128,
            PrimTy::Int(IntTy::Usize) => name::USIZE,
            PrimTy::Float(FloatTy::F32) => name::F32,
            PrimTy::Float(FloatTy::F64) => name::F64,
            PrimTy::Bool => name::BOOL,
            PrimTy::Char => name::CHAR,
            PrimTy::Str => name::STR,
        }
    }
}
