//! What a type contains anywhere inside, computed once when it is interned, so that folds stop early.

use crate::{Const, ConstKind, GenericArg, InferTy, Predicate, Region, RegionKind, Ty, TyKind};
use std::ops::BitOr;

/// A set of facts about a type's parts.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub struct Flags(u16);

impl Flags {
    pub const NONE: Flags = Flags(0);
    /// An inference variable of any kind.
    pub const INFER: Flags = Flags(1);
    /// A type or constant parameter.
    pub const PARAM: Flags = Flags(2);
    /// A projection, which normalising may replace.
    pub const PROJECTION: Flags = Flags(4);
    pub const OPAQUE: Flags = Flags(8);
    pub const CLOSURE: Flags = Flags(16);
    pub const ERROR: Flags = Flags(32);
    /// A region other than `Erased`.
    pub const REGION: Flags = Flags(64);
    /// A constant not yet evaluated.
    pub const UNEVALUATED: Flags = Flags(128);
    /// A region parameter.
    pub const REGION_PARAM: Flags = Flags(256);
    /// A variable of a canonical goal.
    pub const CANONICAL: Flags = Flags(512);
    /// A region, an erased one too.
    pub const ANY_REGION: Flags = Flags(1024);

    /// Whether any of `other` is set.
    pub const fn intersects(self, other: Flags) -> bool {
        self.0 & other.0 != 0
    }

    pub const fn union(self, other: Flags) -> Flags {
        Flags(self.0 | other.0)
    }
}

impl BitOr for Flags {
    type Output = Flags;
    fn bitor(self, other: Flags) -> Flags {
        self.union(other)
    }
}

fn all(parts: impl IntoIterator<Item = Flags>) -> Flags {
    parts.into_iter().fold(Flags::NONE, Flags::union)
}

pub(crate) fn of_types(types: &[Ty]) -> Flags {
    all(types.iter().map(|ty| ty.flags()))
}

pub(crate) fn of_args(args: &[GenericArg]) -> Flags {
    all(args.iter().map(|arg| arg.flags()))
}

pub(crate) fn of_region(region: &RegionKind) -> Flags {
    match region {
        RegionKind::Erased => Flags::ANY_REGION,
        RegionKind::Param { .. } => Flags::ANY_REGION | Flags::REGION | Flags::REGION_PARAM,
        _ => Flags::ANY_REGION | Flags::REGION,
    }
}

pub(crate) fn of_const(constant: &ConstKind) -> Flags {
    match constant {
        ConstKind::Value(_) => Flags::NONE,
        ConstKind::Param(_) => Flags::PARAM,
        ConstKind::Unevaluated(_, args) => args.flags() | Flags::UNEVALUATED,
        ConstKind::Infer(_) => Flags::INFER,
        ConstKind::Error => Flags::ERROR,
    }
}

pub(crate) fn of_ty(ty: &TyKind) -> Flags {
    match ty {
        TyKind::Bool
        | TyKind::Char
        | TyKind::Int(_)
        | TyKind::Float(_)
        | TyKind::Str
        | TyKind::Never => Flags::NONE,
        TyKind::Tuple(types) => types.flags(),
        TyKind::Array(elem, len) => elem.flags() | len.flags(),
        TyKind::Slice(elem) | TyKind::RawPtr(elem, _) => elem.flags(),
        TyKind::Ref(region, target, _) => region.flags() | target.flags(),
        TyKind::Adt(_, args) | TyKind::FnDef(_, args) => args.flags(),
        TyKind::FnPtr(sig) => sig.inputs_and_output.flags(),
        TyKind::Closure(_, args) => args.flags() | Flags::CLOSURE,
        TyKind::Dyn(dynamic) => {
            let principal = dynamic.principal.map_or(Flags::NONE, |(_, args)| args.flags());
            let projections = all(dynamic.projections.iter().map(|(_, ty)| ty.flags()));
            principal | projections | dynamic.region.flags()
        }
        TyKind::Param(_) => Flags::PARAM,
        TyKind::Projection(_, args) => args.flags() | Flags::PROJECTION,
        TyKind::Opaque(_, _, args) => args.flags() | Flags::OPAQUE,
        TyKind::Infer(InferTy::Canonical(_)) => Flags::INFER | Flags::CANONICAL,
        TyKind::Infer(_) => Flags::INFER,
        TyKind::Error => Flags::ERROR,
    }
}

impl GenericArg {
    #[inline]
    pub fn flags(self) -> Flags {
        match self {
            GenericArg::Region(region) => region.flags(),
            GenericArg::Ty(ty) => ty.flags(),
            GenericArg::Const(constant) => constant.flags(),
        }
    }
}

impl Predicate {
    #[inline]
    pub fn flags(self) -> Flags {
        match self {
            Predicate::Trait(trait_ref) => trait_ref.args.flags(),
            Predicate::Projection { args, ty, .. } => args.flags() | ty.flags(),
            Predicate::TypeOutlives(ty, _) => ty.flags(),
            Predicate::RegionOutlives(..) => Flags::NONE,
        }
    }
}

macro_rules! has {
    ($($ty:ty)*) => {
        $(impl $ty {
            /// Whether any of these is inside.
            #[inline]
            pub fn has(self, flags: Flags) -> bool {
                self.flags().intersects(flags)
            }

            /// Whether an inference variable is inside.
            #[inline]
            pub fn has_infer(self) -> bool {
                self.has(Flags::INFER)
            }
        })*
    };
}

has! { Ty Region Const GenericArg crate::GenericArgs crate::TyList }
