//! Generic parameters in one numbering: the parent's first, then an item's own.

use super::lower::{SigCtx, TypeLowerer};
use vez_base::{DefId, DefKind, Name, Span};
use vez_db::{Db, Subject};
use vez_hir as hir;
use vez_types::{Const, ConstKind, GenericArg, GenericArgs, ParamTy, Region, RegionKind, Ty};

/// The parameters an item has, its parent's included.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Generics {
    pub def: DefId,
    pub parent: Option<DefId>,
    /// How many parameters the parent has.
    pub parent_count: u32,
    /// The item's own.
    pub params: Vec<GenericParamDef>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GenericParamDef {
    pub name: Name,
    /// Its place in the whole numbering.
    pub index: u32,
    pub kind: GenericParamKind,
    pub span: Span,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum GenericParamKind {
    Lifetime,
    /// `synthetic`: of an argument-position `impl Trait`; never given explicitly. A trait's `Self` is a type without default.
    Type {
        has_default: bool,
        synthetic: bool,
    },
    Const {
        has_default: bool,
    },
}

impl Generics {
    /// How many parameters there are, the parent's included.
    pub fn count(&self) -> u32 {
        self.parent_count + self.params.len() as u32
    }

    /// The parameter at a place of the whole numbering.
    pub fn param<'db>(&'db self, db: &'db dyn Db, index: u32) -> Option<&'db GenericParamDef> {
        match index.checked_sub(self.parent_count) {
            Some(own) => self.params.get(own as usize),
            None => generics_of(db, self.parent?).param(db, index),
        }
    }
}

impl GenericParamDef {
    /// The parameter as an argument for itself.
    pub fn to_arg(&self) -> GenericArg {
        let param = ParamTy { index: self.index, name: self.name };
        match self.kind {
            GenericParamKind::Lifetime => {
                let kind = RegionKind::Param { index: self.index, name: self.name };
                GenericArg::Region(Region::new(kind))
            }
            GenericParamKind::Type { .. } => GenericArg::Ty(Ty::param(self.index, self.name)),
            GenericParamKind::Const { .. } => {
                GenericArg::Const(Const::new(ConstKind::Param(param)))
            }
        }
    }

    /// What an erroneous argument for it becomes.
    pub fn error_arg(&self) -> GenericArg {
        match self.kind {
            GenericParamKind::Lifetime => GenericArg::Region(Region::erased()),
            GenericParamKind::Type { .. } => GenericArg::Ty(Ty::error()),
            GenericParamKind::Const { .. } => GenericArg::Const(Const::new(ConstKind::Error)),
        }
    }
}

/// Whose parameters an item sees besides its own.
fn generics_parent(def: DefId) -> Option<DefId> {
    let parent = def.parent_def()?;
    match def.kind() {
        DefKind::AssocFn | DefKind::AssocTy | DefKind::AssocConst => {
            matches!(parent.kind(), DefKind::Impl | DefKind::Trait).then_some(parent)
        }
        DefKind::Variant | DefKind::Closure | DefKind::ConstBlock | DefKind::Promoted => {
            (parent.kind() != DefKind::Mod).then_some(parent)
        }
        _ => None,
    }
}

/// Whether a definition has a signature of its own to read.
pub(crate) fn has_signature(def: DefId) -> bool {
    !matches!(
        def.kind(),
        DefKind::Variant
            | DefKind::Closure
            | DefKind::ConstBlock
            | DefKind::Promoted
            | DefKind::Macro
            | DefKind::Mod
    )
}

#[salsa::tracked(returns(ref))]
fn generics_query<'db>(db: &'db dyn Db, def: Subject<'db>) -> Generics {
    let def = def.def(db);
    let parent = generics_parent(def);
    let parent_count = parent.map_or(0, |parent| generics_of(db, parent).count());
    let mut params = Vec::new();
    if has_signature(def) {
        let signature = hir::signature(db, def);
        for (index, param) in signature.value.generics.params.iter().enumerate() {
            let kind = match &param.kind {
                hir::GenericParamKind::Lifetime => GenericParamKind::Lifetime,
                hir::GenericParamKind::SelfType => {
                    GenericParamKind::Type { has_default: false, synthetic: false }
                }
                hir::GenericParamKind::Type { default, synthetic } => {
                    GenericParamKind::Type { has_default: default.is_some(), synthetic: *synthetic }
                }
                hir::GenericParamKind::Const { default, .. } => {
                    GenericParamKind::Const { has_default: default.is_some() }
                }
            };
            let index = parent_count + index as u32;
            params.push(GenericParamDef { name: param.name, index, kind, span: param.span });
        }
    }
    Generics { def, parent, parent_count, params }
}

/// The generic parameters of a definition.
pub fn generics_of(db: &dyn Db, def: DefId) -> &Generics {
    generics_query(db, Subject::new(db, def))
}

#[salsa::tracked(returns(copy))]
fn identity_query<'db>(db: &'db dyn Db, def: Subject<'db>) -> GenericArgs {
    let def = def.def(db);
    let generics = generics_of(db, def);
    let mut args = match generics.parent {
        Some(parent) => identity_args(db, parent).as_slice().to_vec(),
        None => Vec::new(),
    };
    args.extend(generics.params.iter().map(GenericParamDef::to_arg));
    GenericArgs::new(args)
}

/// Each parameter of a definition as its own argument.
pub fn identity_args(db: &dyn Db, def: DefId) -> GenericArgs {
    identity_query(db, Subject::new(db, def))
}

/// The defaults of an item's own parameters, in terms of its parameters.
#[salsa::tracked(returns(ref), cycle_result = defaults_cycle)]
fn defaults_query<'db>(db: &'db dyn Db, def: Subject<'db>) -> Vec<Option<GenericArg>> {
    let def = def.def(db);
    let signature = hir::signature(db, def);
    let signature = &signature.value;
    let mut ctx = SigCtx::new(db, def);
    let mut lowerer = TypeLowerer::new(&mut ctx, &signature.types);
    let params = signature.generics.params.iter();
    params
        .map(|param| match &param.kind {
            hir::GenericParamKind::Type { default: Some(ty), .. } => {
                Some(GenericArg::Ty(lowerer.lower(*ty)))
            }
            hir::GenericParamKind::Const { default: Some(value), ty } => {
                let ty = lowerer.lower(*ty);
                Some(GenericArg::Const(lowerer.lower_const(value, ty, param.span)))
            }
            _ => None,
        })
        .collect()
}

fn defaults_cycle<'db>(
    db: &'db dyn Db,
    _: salsa::Id,
    def: Subject<'db>,
) -> Vec<Option<GenericArg>> {
    let def = def.def(db);
    let params = generics_of(db, def).params.iter();
    params.map(|param| Some(param.error_arg())).collect()
}

pub(crate) fn param_default(db: &dyn Db, owner: DefId, own_index: usize) -> Option<GenericArg> {
    defaults_query(db, Subject::new(db, owner)).get(own_index).copied().flatten()
}

/// The types of an item's own const parameters; `None` at other parameters.
#[salsa::tracked(returns(ref), cycle_result = const_types_cycle)]
fn const_types_query<'db>(db: &'db dyn Db, def: Subject<'db>) -> Vec<Option<Ty>> {
    let def = def.def(db);
    let signature = hir::signature(db, def);
    let signature = &signature.value;
    let mut ctx = SigCtx::new(db, def);
    let mut lowerer = TypeLowerer::new(&mut ctx, &signature.types);
    let params = signature.generics.params.iter();
    params
        .map(|param| match &param.kind {
            hir::GenericParamKind::Const { ty, .. } => Some(lowerer.lower(*ty)),
            _ => None,
        })
        .collect()
}

fn const_types_cycle<'db>(db: &'db dyn Db, _: salsa::Id, def: Subject<'db>) -> Vec<Option<Ty>> {
    let def = def.def(db);
    vec![Some(Ty::error()); generics_of(db, def).params.len()]
}

/// The type of a const parameter, by its place among its owner's own.
pub fn const_param_ty(db: &dyn Db, owner: DefId, own_index: u32) -> Ty {
    let types = const_types_query(db, Subject::new(db, owner));
    types.get(own_index as usize).copied().flatten().unwrap_or_else(Ty::error)
}

/// The type of the const parameter at a place of `def`'s whole numbering.
pub fn const_param_ty_at(db: &dyn Db, def: DefId, index: u32) -> Ty {
    let generics = generics_of(db, def);
    match index.checked_sub(generics.parent_count) {
        Some(own) => const_param_ty(db, def, own),
        None => generics.parent.map_or_else(Ty::error, |p| const_param_ty_at(db, p, index)),
    }
}
