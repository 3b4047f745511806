//! From a type to its layout, with a cache.

use super::enums::{EnumRepr, VariantInput, lay_out_enum};
use super::{Abi, Layout, LayoutRef, Niche, Scalar, Shape};
use crate::func::rvalue::is_signed;
use std::rc::Rc;
use vez_base::{DefId, FxHashMap, Name};
use vez_db::Db;
use vez_traits::{self as traits, AdtKind};
use vez_types::{FloatTy, GenericArgs, IntTy, Ty, TyKind};
use vez_vir::{Type, ValueRange};

/// Objects of this size or more are refused: addresses are 47 bits and sizes must fit an `isize`.
const MAX_BYTES: u64 = 1 << 47;

/// The words of `repr` that choose an enum's tag.
const INT_NAMES: [(&str, IntTy); 12] = [
    ("i8", IntTy::I8),
    ("i16", IntTy::I16),
    ("i32", IntTy::I32),
    ("i64", IntTy::I64),
    ("i128", IntTy::I128),
    ("isize", IntTy::Isize),
    ("u8", IntTy::U8),
    ("u16", IntTy::U16),
    ("u32", IntTy::U32),
    ("u64", IntTy::U64),
    ("u128", IntTy::U128),
    ("usize", IntTy::Usize),
];

/// Why a type has no layout. All but `TooLarge` were reported before.
#[derive(Clone, Debug, PartialEq)]
pub enum LayoutError {
    TooLarge(Ty),
    /// Still generic or erroneous.
    Unknown(Ty),
}

/// The layouts asked for so far.
pub struct Layouts<'db> {
    db: &'db dyn Db,
    known: FxHashMap<Ty, LayoutRef>,
}

impl<'db> Layouts<'db> {
    pub fn new(db: &'db dyn Db) -> Layouts<'db> {
        Layouts { db, known: FxHashMap::default() }
    }

    /// The layout of a normalised, monomorphic type.
    pub fn of(&mut self, ty: Ty) -> Result<LayoutRef, LayoutError> {
        if let Some(known) = self.known.get(&ty) {
            return Ok(known.clone());
        }
        let layout = Rc::new(self.compute(ty)?);
        if layout.size >= MAX_BYTES {
            return Err(LayoutError::TooLarge(ty));
        }
        self.known.insert(ty, layout.clone());
        Ok(layout)
    }

    fn compute(&mut self, ty: Ty) -> Result<Layout, LayoutError> {
        Ok(match ty.kind() {
            TyKind::Bool => Layout::scalar(Scalar::bool()),
            TyKind::Char => Layout::scalar(Scalar {
                ty: Type::I32,
                valid: ValueRange { low: 0, high: char::MAX as u128 },
            }),
            TyKind::Int(int) => Layout::scalar(Scalar::full(int_type(*int))),
            TyKind::Float(float) => Layout::scalar(Scalar::full(float_type(*float))),
            TyKind::FnPtr(_) => Layout::scalar(Scalar::non_null()),
            TyKind::Never => Layout { is_uninhabited: true, ..fields(&[], true).into_layout() },
            TyKind::FnDef(..) => fields(&[], true).into_layout(),
            TyKind::Ref(_, target, _) => self.pointer(*target, Scalar::non_null()),
            TyKind::RawPtr(target, _) => self.pointer(*target, Scalar::full(Type::PTR)),
            TyKind::Tuple(types) => self.fields_of(types.as_slice(), false)?,
            TyKind::Array(elem, len) => {
                let count = len.as_value().ok_or(LayoutError::Unknown(ty))?;
                self.array(ty, *elem, count)?
            }
            TyKind::Slice(elem) => {
                let elem = self.of(*elem)?;
                unsized_tail(elem.align, Shape::Array { stride: elem.size, count: 0 })
            }
            TyKind::Str => unsized_tail(1, Shape::Array { stride: 1, count: 0 }),
            // The alignment of the value behind it is in its vtable.
            TyKind::Dyn(_) => unsized_tail(1, Shape::Primitive),
            TyKind::Closure(def, args) => {
                let facts = traits::InferCtxt::reveal_all(self.db).closure_facts(*def, *args);
                let types = facts.and_then(|f| f.captures).ok_or(LayoutError::Unknown(ty))?;
                let types: Vec<Ty> = types.into_iter().map(|ty| self.normal(ty)).collect();
                self.fields_of(&types, false)?
            }
            TyKind::Adt(def, args) => self.adt(*def, *args)?,
            TyKind::Param(_)
            | TyKind::Projection(..)
            | TyKind::Opaque(..)
            | TyKind::Infer(_)
            | TyKind::Error => return Err(LayoutError::Unknown(ty)),
        })
    }

    fn pointer(&mut self, target: Ty, data: Scalar) -> Layout {
        match self.pointer_meta(target) {
            PointerMeta::Thin => Layout::scalar(data),
            PointerMeta::Length => Layout::pair(data, Scalar::full(Type::I64)),
            PointerMeta::Vtable => Layout::pair(data, Scalar::non_null()),
        }
    }

    /// What a pointer to `target` carries besides the address.
    pub fn pointer_meta(&self, target: Ty) -> PointerMeta {
        match self.struct_tail(target).kind() {
            TyKind::Str | TyKind::Slice(_) => PointerMeta::Length,
            TyKind::Dyn(_) => PointerMeta::Vtable,
            _ => PointerMeta::Thin,
        }
    }

    /// The type of the last field of the last field ... of a struct or tuple; otherwise the type itself.
    pub fn struct_tail(&self, mut ty: Ty) -> Ty {
        loop {
            let last = match ty.kind() {
                TyKind::Tuple(types) => types.as_slice().last().copied(),
                TyKind::Adt(def, args) => {
                    let adt = traits::adt_def(self.db, *def);
                    match (
                        adt.kind == AdtKind::Struct,
                        adt.variants.first().and_then(|v| v.fields.last()),
                    ) {
                        (true, Some(field)) => Some(self.normal(field.ty.substitute(*args))),
                        _ => None,
                    }
                }
                _ => None,
            };
            match last {
                Some(next) => ty = next,
                None => return ty,
            }
        }
    }

    fn normal(&self, ty: Ty) -> Ty {
        traits::instance::normalize_mono(self.db, ty)
    }

    /// The layout of a reference to `target`.
    pub fn pointer_layout(&mut self, target: Ty) -> LayoutRef {
        Rc::new(self.pointer(target, Scalar::non_null()))
    }

    /// The layout of a raw pointer to `target`.
    pub fn raw_pointer(&mut self, target: Ty) -> LayoutRef {
        Rc::new(self.pointer(target, Scalar::full(Type::PTR)))
    }

    /// The layout of a reference to something sized.
    pub fn thin_pointer(&self) -> LayoutRef {
        Rc::new(Layout::scalar(Scalar::non_null()))
    }

    fn fields_of(&mut self, types: &[Ty], in_order: bool) -> Result<Layout, LayoutError> {
        let layouts: Result<Vec<LayoutRef>, LayoutError> =
            types.iter().map(|&ty| self.of(ty)).collect();
        Ok(fields(&layouts?, in_order).into_layout())
    }

    fn array(&mut self, ty: Ty, elem: Ty, count: u128) -> Result<Layout, LayoutError> {
        let elem = self.of(elem)?;
        let size = u128::from(elem.size).checked_mul(count).filter(|&n| n < MAX_BYTES.into());
        let size = size.ok_or(LayoutError::TooLarge(ty))? as u64;
        Ok(Layout {
            size,
            align: elem.align,
            abi: if size == 0 { Abi::Zero } else { Abi::Memory },
            shape: Shape::Array { stride: elem.size, count: count as u64 },
            niche: None,
            is_unsized: false,
            is_uninhabited: count > 0 && elem.is_uninhabited,
        })
    }

    fn adt(&mut self, def: DefId, args: GenericArgs) -> Result<Layout, LayoutError> {
        let db = self.db;
        let adt = traits::adt_def(db, def);
        let mut variants = Vec::with_capacity(adt.variants.len());
        let discriminants = match adt.kind {
            AdtKind::Enum => vez_mir::discriminants(db, def),
            _ => &[],
        };
        for (index, variant) in adt.variants.iter().enumerate() {
            let fields: Result<Vec<LayoutRef>, LayoutError> = variant
                .fields
                .iter()
                .map(|f| self.of(self.normal(f.ty.substitute(args))))
                .collect();
            let bits = discriminants.get(index).copied().unwrap_or(0);
            let discriminant = sign_extended(bits, vez_mir::discriminant_ty(db, def));
            variants.push(VariantInput { fields: fields?, discriminant });
        }
        let repr =
            |word: &str| vez_hir::attr_word(db, def, Name::new("repr"), |w| w.as_str() == word);
        let in_order = repr("C") || repr("transparent");
        let mut layout = if adt.kind == AdtKind::Enum {
            let int = INT_NAMES.iter().find(|(name, _)| repr(name)).map(|&(_, int)| int_type(int));
            let tag = int.or(repr("C").then_some(Type::I32));
            lay_out_enum(variants, EnumRepr { tag, in_order: tag.is_some() })
        } else {
            let Some(variant) = variants.pop() else {
                return Err(LayoutError::Unknown(Ty::error()));
            };
            if adt.kind == AdtKind::Union {
                lay_out_union(&variant.fields)
            } else {
                fields(&variant.fields, in_order).into_layout()
            }
        };
        layout = layout.aligned(vez_hir::repr_align(db, def));
        let lang = |name: &str| vez_hir::lang_item(db, Name::new(name)) == Some(def);
        if lang("NonNull") || lang("NonZero") || adt.flags.is_box {
            layout = layout.without_zero();
        }
        if adt.flags.is_unsafe_cell || adt.flags.is_maybe_uninit {
            // What is inside may change under a shared reference, or not be there at all.
            layout.niche = None;
            layout.is_uninhabited = false;
        }
        if adt.flags.is_maybe_uninit && layout.abi != Abi::Zero {
            // Its bytes may be undefined: it only travels as memory.
            layout.abi = Abi::Memory;
        }
        Ok(layout)
    }
}

/// What a pointer carries besides the address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PointerMeta {
    Thin,
    Length,
    Vtable,
}

/// The machine type of an integer type.
pub fn int_type(int: IntTy) -> Type {
    match int {
        IntTy::I8 | IntTy::U8 => Type::I8,
        IntTy::I16 | IntTy::U16 => Type::I16,
        IntTy::I32 | IntTy::U32 => Type::I32,
        IntTy::I64 | IntTy::U64 | IntTy::Isize | IntTy::Usize => Type::I64,
        IntTy::I128 | IntTy::U128 => Type::I128,
    }
}

/// Bits of an integer type as 128 bits of the same value.
fn sign_extended(bits: u128, ty: Ty) -> u128 {
    match ty.kind() {
        TyKind::Int(int) if is_signed(ty) => {
            let unused = 128 - int_type(*int).bits();
            (((bits << unused) as i128) >> unused) as u128
        }
        _ => bits,
    }
}

pub fn float_type(float: FloatTy) -> Type {
    match float {
        FloatTy::F32 => Type::F32,
        FloatTy::F64 => Type::F64,
    }
}

fn unsized_tail(align: u64, shape: Shape) -> Layout {
    Layout {
        size: 0,
        align,
        abi: Abi::Memory,
        shape,
        niche: None,
        is_unsized: true,
        is_uninhabited: false,
    }
}

fn lay_out_union(fields: &[LayoutRef]) -> Layout {
    let align = fields.iter().map(|f| f.align).max().unwrap_or(1);
    let size = fields.iter().map(|f| f.size).max().unwrap_or(0).next_multiple_of(align);
    Layout {
        size,
        align,
        abi: if size == 0 { Abi::Zero } else { Abi::Memory },
        shape: Shape::Union,
        niche: None,
        is_unsized: false,
        is_uninhabited: false,
    }
}

/// Fields laid out one after the other.
pub struct Fields {
    pub offsets: Vec<u64>,
    /// Where the last byte in use ends.
    pub end: u64,
    pub size: u64,
    pub align: u64,
    pub abi: Abi,
    pub niche: Option<Niche>,
    pub is_unsized: bool,
    pub is_uninhabited: bool,
}

impl Fields {
    pub fn into_layout(self) -> Layout {
        Layout {
            size: self.size,
            align: self.align,
            abi: self.abi,
            shape: Shape::Fields(self.offsets),
            niche: self.niche,
            is_unsized: self.is_unsized,
            is_uninhabited: self.is_uninhabited,
        }
    }
}

fn fields(layouts: &[LayoutRef], in_order: bool) -> Fields {
    lay_out_fields(layouts, in_order, 0)
}

/// Lays fields out from offset `start`: the most aligned first, unless they must stay in order. An unsized field stays last.
pub fn lay_out_fields(layouts: &[LayoutRef], in_order: bool, start: u64) -> Fields {
    let mut order: Vec<usize> = (0..layouts.len()).collect();
    let is_unsized = layouts.last().is_some_and(|l| l.is_unsized);
    let movable = if is_unsized { order.len() - 1 } else { order.len() };
    if !in_order {
        let key = |&i: &usize| {
            let field: &LayoutRef = &layouts[i];
            // After a tag small fields come first, so that they fill the gap behind it.
            let align = field.align as i64;
            let niche = field.niche.map_or(0, |n| n.available());
            (if start == 0 { -align } else { align }, std::cmp::Reverse(niche))
        };
        order[..movable].sort_by_key(key);
    }
    let mut result = Fields {
        offsets: vec![0; layouts.len()],
        end: start,
        size: 0,
        align: 1,
        abi: Abi::Memory,
        niche: None,
        is_unsized,
        is_uninhabited: layouts.iter().any(|l| l.is_uninhabited),
    };
    for &i in &order {
        let field = &layouts[i];
        let offset = result.end.next_multiple_of(field.align);
        result.offsets[i] = offset;
        result.end = offset + field.size;
        result.align = result.align.max(field.align);
        if let Some(niche) = field.niche {
            let here = Niche { offset: niche.offset + offset, ..niche };
            if result.niche.is_none_or(|best| here.available() > best.available()) {
                result.niche = Some(here);
            }
        }
    }
    result.size = if is_unsized { result.end } else { result.end.next_multiple_of(result.align) };
    if start == 0 && !is_unsized {
        result.abi = fields_abi(layouts, &result);
    }
    result
}

/// A struct travels as its one or two scalars when they are all there is.
fn fields_abi(layouts: &[LayoutRef], fields: &Fields) -> Abi {
    if fields.size == 0 {
        return Abi::Zero;
    }
    let mut sized: Vec<usize> = (0..layouts.len()).filter(|&i| layouts[i].size > 0).collect();
    sized.sort_by_key(|&i| fields.offsets[i]);
    match sized[..] {
        [only] if layouts[only].size == fields.size => layouts[only].abi,
        [a, b] => match (layouts[a].abi, layouts[b].abi) {
            (Abi::One(first), Abi::One(second)) => {
                let at = fields.offsets[b];
                let tight = first.bytes().next_multiple_of(layouts[b].align) == at
                    && (at + second.bytes()).next_multiple_of(fields.align) == fields.size;
                if tight { Abi::Two(first, second, at) } else { Abi::Memory }
            }
            _ => Abi::Memory,
        },
        _ => Abi::Memory,
    }
}
