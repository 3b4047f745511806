//! Structs, enums and unions: variants, fields, representation.

use super::lower::{SigCtx, TypeLowerer};
use super::predicates::cycle_error;
use crate::lang::lang_items;
use vez_base::{DefId, DefKind, FxHashMap, Name, Span};
use vez_db::{Db, Subject};
use vez_diag::{Lowered, Sink};
use vez_hir as hir;
pub use vez_hir::{CtorKind, Visibility};
use vez_types::{GenericArgs, Ty};

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum AdtKind {
    Struct,
    Enum,
    Union,
}

/// A nominal type's shape, in terms of its parameters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AdtDef {
    pub def: DefId,
    pub kind: AdtKind,
    /// One for structs and unions.
    pub variants: Vec<VariantDef>,
    /// An enum's variants by definition.
    by_def: FxHashMap<DefId, u32>,
    pub flags: AdtFlags,
}

/// What the compiler knows of a type by name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct AdtFlags {
    pub is_box: bool,
    pub is_phantom_data: bool,
    pub is_unsafe_cell: bool,
    pub is_manually_drop: bool,
    pub is_maybe_uninit: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VariantDef {
    /// The variant's definition, or the struct's own.
    pub def: DefId,
    pub name: Name,
    pub ctor: CtorKind,
    pub fields: Vec<FieldDef>,
    /// The anonymous constant of an explicit discriminant.
    pub discriminant: Option<DefId>,
    pub span: Span,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldDef {
    pub name: Name,
    /// In terms of the type's parameters; not normalised.
    pub ty: Ty,
    pub vis: Visibility,
    pub span: Span,
}

impl AdtDef {
    /// A struct's or union's only variant.
    pub fn only_variant(&self) -> Option<&VariantDef> {
        match self.kind {
            AdtKind::Enum => None,
            AdtKind::Struct | AdtKind::Union => self.variants.first(),
        }
    }

    pub fn variant_index(&self, def: DefId) -> Option<u32> {
        self.by_def.get(&def).copied()
    }

    /// All fields of all variants.
    pub fn all_fields(&self) -> impl Iterator<Item = &FieldDef> {
        self.variants.iter().flat_map(|variant| &variant.fields)
    }
}

impl VariantDef {
    pub fn field(&self, name: Name) -> Option<(u32, &FieldDef)> {
        let index = self.fields.iter().position(|field| field.name == name)?;
        Some((index as u32, &self.fields[index]))
    }
}

#[salsa::tracked(returns(ref), cycle_result = adt_cycle)]
fn adt_query<'db>(db: &'db dyn Db, def: Subject<'db>) -> Lowered<AdtDef> {
    let def = def.def(db);
    let signature = hir::signature(db, def);
    let signature = &signature.value;
    let mut ctx = SigCtx::new(db, def);
    let mut lowerer = TypeLowerer::new(&mut ctx, &signature.types);
    let variants = match &signature.kind {
        hir::SignatureKind::Adt { variants } => variants.as_slice(),
        _ => &[],
    };
    let variants: Vec<VariantDef> =
        variants.iter().map(|variant| lower_variant(&mut lowerer, variant)).collect();
    let by_def = match kind_of(def) {
        AdtKind::Enum => variants.iter().map(|variant| variant.def).zip(0..).collect(),
        AdtKind::Struct | AdtKind::Union => FxHashMap::default(),
    };
    let (kind, flags) = (kind_of(def), flags_of(db, def));
    ctx.sink.finish(AdtDef { def, kind, variants, by_def, flags })
}

fn lower_variant(lowerer: &mut TypeLowerer<'_, '_>, variant: &hir::VariantDef) -> VariantDef {
    let lower_field = |field: &hir::FieldDef| FieldDef {
        name: field.name,
        ty: lowerer.lower(field.ty),
        vis: field.vis,
        span: field.span,
    };
    VariantDef {
        def: variant.def,
        name: variant.name,
        ctor: variant.ctor,
        fields: variant.fields.iter().map(lower_field).collect(),
        discriminant: variant.discriminant,
        span: variant.span,
    }
}

fn kind_of(def: DefId) -> AdtKind {
    match def.kind() {
        DefKind::Enum => AdtKind::Enum,
        DefKind::Union => AdtKind::Union,
        _ => AdtKind::Struct,
    }
}

fn flags_of(db: &dyn Db, def: DefId) -> AdtFlags {
    let lang = lang_items(db);
    let is = |item: Option<DefId>| item == Some(def);
    AdtFlags {
        is_box: is(lang.owned_box),
        is_phantom_data: is(lang.phantom_data),
        is_unsafe_cell: is(lang.unsafe_cell),
        is_manually_drop: is(lang.manually_drop),
        is_maybe_uninit: is(lang.maybe_uninit),
    }
}

fn adt_cycle<'db>(db: &'db dyn Db, _: salsa::Id, def: Subject<'db>) -> Lowered<AdtDef> {
    let def = def.def(db);
    let mut sink = Sink::new();
    sink.report(cycle_error(db, def, "fields"));
    let flags = AdtFlags::default();
    let (kind, variants, by_def) = (kind_of(def), Vec::new(), FxHashMap::default());
    sink.finish(AdtDef { def, kind, variants, by_def, flags })
}

/// The shape of a struct, enum or union.
pub fn adt_def(db: &dyn Db, def: DefId) -> &AdtDef {
    &adt_query(db, Subject::new(db, def)).value
}

pub(crate) fn adt_lowered(db: &dyn Db, def: DefId) -> &Lowered<AdtDef> {
    adt_query(db, Subject::new(db, def))
}

/// A field's type with the type's arguments put in; not normalised.
pub fn field_ty(field: &FieldDef, args: GenericArgs) -> Ty {
    field.ty.substitute(args)
}

/// The type and variant that a struct's or variant's definition constructs.
pub fn variant_of_ctor(db: &dyn Db, def: DefId) -> Option<(DefId, u32)> {
    match def.kind() {
        DefKind::Struct | DefKind::Union => Some((def, 0)),
        DefKind::Variant => {
            let enum_ = def.parent_def()?;
            Some((enum_, adt_def(db, enum_).variant_index(def)?))
        }
        _ => None,
    }
}
