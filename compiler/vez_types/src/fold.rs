//! Rebuilding a type with some of its parts replaced.

use crate::{
    Const, ConstKind, DynTy, Flags, FnSig, GenericArg, GenericArgs, Predicate, Region, RegionKind,
    TraitRef, Ty, TyKind, TyList,
};
use smallvec::SmallVec;

/// What to replace. The defaults descend; override what changes and call `super_fold_ty` for the rest.
pub trait Folder {
    fn fold_ty(&mut self, ty: Ty) -> Ty {
        self.super_fold_ty(ty)
    }

    fn fold_region(&mut self, region: Region) -> Region {
        region
    }

    fn fold_const(&mut self, constant: Const) -> Const {
        match constant.kind() {
            ConstKind::Unevaluated(def, args) => {
                Const::new(ConstKind::Unevaluated(def, self.fold_args(args)))
            }
            _ => constant,
        }
    }

    /// Called around what a `for<..>` inside a type binds (fn pointers, `dyn` bounds).
    fn enter_binder(&mut self) {}

    fn leave_binder(&mut self) {}

    fn fold_arg(&mut self, arg: GenericArg) -> GenericArg {
        match arg {
            GenericArg::Region(region) => GenericArg::Region(self.fold_region(region)),
            GenericArg::Ty(ty) => GenericArg::Ty(self.fold_ty(ty)),
            GenericArg::Const(constant) => GenericArg::Const(self.fold_const(constant)),
        }
    }

    fn fold_args(&mut self, args: GenericArgs) -> GenericArgs {
        super_fold_args(self, args)
    }

    fn fold_list(&mut self, list: TyList) -> TyList {
        super_fold_list(self, list)
    }

    fn fold_sig(&mut self, sig: &FnSig) -> FnSig {
        FnSig { inputs_and_output: self.fold_list(sig.inputs_and_output), ..sig.clone() }
    }

    fn fold_trait_ref(&mut self, trait_ref: TraitRef) -> TraitRef {
        TraitRef { args: self.fold_args(trait_ref.args), ..trait_ref }
    }

    fn fold_predicate(&mut self, predicate: Predicate) -> Predicate {
        match predicate {
            Predicate::Trait(trait_ref) => Predicate::Trait(self.fold_trait_ref(trait_ref)),
            Predicate::Projection { assoc, args, ty } => {
                Predicate::Projection { assoc, args: self.fold_args(args), ty: self.fold_ty(ty) }
            }
            Predicate::TypeOutlives(ty, region) => {
                Predicate::TypeOutlives(self.fold_ty(ty), self.fold_region(region))
            }
            Predicate::RegionOutlives(long, short) => {
                Predicate::RegionOutlives(self.fold_region(long), self.fold_region(short))
            }
        }
    }

    /// Folds the parts of a type.
    fn super_fold_ty(&mut self, ty: Ty) -> Ty {
        let kind = match ty.kind() {
            TyKind::Bool
            | TyKind::Char
            | TyKind::Int(_)
            | TyKind::Float(_)
            | TyKind::Str
            | TyKind::Never
            | TyKind::Param(_)
            | TyKind::Infer(_)
            | TyKind::Error => return ty,
            TyKind::Tuple(list) => TyKind::Tuple(self.fold_list(*list)),
            TyKind::Array(elem, len) => TyKind::Array(self.fold_ty(*elem), self.fold_const(*len)),
            TyKind::Slice(elem) => TyKind::Slice(self.fold_ty(*elem)),
            TyKind::Ref(region, target, mutability) => {
                TyKind::Ref(self.fold_region(*region), self.fold_ty(*target), *mutability)
            }
            TyKind::RawPtr(target, mutability) => {
                TyKind::RawPtr(self.fold_ty(*target), *mutability)
            }
            TyKind::Adt(def, args) => TyKind::Adt(*def, self.fold_args(*args)),
            TyKind::FnDef(def, args) => TyKind::FnDef(*def, self.fold_args(*args)),
            TyKind::Closure(def, args) => TyKind::Closure(*def, self.fold_args(*args)),
            TyKind::Projection(def, args) => TyKind::Projection(*def, self.fold_args(*args)),
            TyKind::Opaque(def, index, args) => TyKind::Opaque(*def, *index, self.fold_args(*args)),
            TyKind::FnPtr(sig) => {
                self.enter_binder();
                let sig = self.fold_sig(sig);
                self.leave_binder();
                TyKind::FnPtr(sig)
            }
            TyKind::Dyn(dynamic) => TyKind::Dyn(self.fold_dyn(dynamic)),
        };
        if kind == *ty.kind() { ty } else { Ty::new(kind) }
    }

    fn fold_dyn(&mut self, dynamic: &DynTy) -> DynTy {
        self.enter_binder();
        let principal = dynamic.principal.map(|(trait_, args)| (trait_, self.fold_args(args)));
        let projections =
            dynamic.projections.iter().map(|&(assoc, ty)| (assoc, self.fold_ty(ty))).collect();
        self.leave_binder();
        DynTy {
            principal,
            projections,
            autos: dynamic.autos.clone(),
            region: self.fold_region(dynamic.region),
        }
    }
}

fn super_fold_args<F: Folder + ?Sized>(folder: &mut F, args: GenericArgs) -> GenericArgs {
    let old = args.as_slice();
    let new: SmallVec<[GenericArg; 8]> = old.iter().map(|&arg| folder.fold_arg(arg)).collect();
    if new.as_slice() == old { args } else { GenericArgs::new(new) }
}

fn super_fold_list<F: Folder + ?Sized>(folder: &mut F, list: TyList) -> TyList {
    let old = list.as_slice();
    let new: SmallVec<[Ty; 8]> = old.iter().map(|&ty| folder.fold_ty(ty)).collect();
    if new.as_slice() == old { list } else { TyList::new(new) }
}

/// Folds one type.
pub fn fold_ty(folder: &mut impl Folder, ty: Ty) -> Ty {
    folder.fold_ty(ty)
}

/// Replaces generic parameters by arguments.
pub struct Substitution {
    args: &'static [GenericArg],
}

impl Substitution {
    pub fn new(args: GenericArgs) -> Substitution {
        Substitution { args: args.as_slice() }
    }
}

impl Substitution {
    const PARAMS: Flags = Flags::PARAM.union(Flags::REGION_PARAM);
}

impl Folder for Substitution {
    fn fold_args(&mut self, args: GenericArgs) -> GenericArgs {
        if args.has(Substitution::PARAMS) { super_fold_args(self, args) } else { args }
    }

    fn fold_list(&mut self, list: TyList) -> TyList {
        if list.has(Substitution::PARAMS) { super_fold_list(self, list) } else { list }
    }

    fn fold_ty(&mut self, ty: Ty) -> Ty {
        if !ty.has(Substitution::PARAMS) {
            return ty;
        }
        match ty.kind() {
            TyKind::Param(param) => match self.args.get(param.index as usize) {
                Some(GenericArg::Ty(ty)) => *ty,
                // A parameter that the arguments do not cover is an error reported elsewhere.
                _ => ty,
            },
            _ => self.super_fold_ty(ty),
        }
    }

    fn fold_region(&mut self, region: Region) -> Region {
        match region.kind() {
            RegionKind::Param { index, .. } => match self.args.get(index as usize) {
                Some(GenericArg::Region(region)) => *region,
                _ => region,
            },
            _ => region,
        }
    }

    fn fold_const(&mut self, constant: Const) -> Const {
        match constant.kind() {
            ConstKind::Param(param) => match self.args.get(param.index as usize) {
                Some(GenericArg::Const(constant)) => *constant,
                _ => constant,
            },
            ConstKind::Unevaluated(def, args) => {
                Const::new(ConstKind::Unevaluated(def, self.fold_args(args)))
            }
            _ => constant,
        }
    }
}

/// Replaces every region by `Erased`.
pub struct EraseRegions;

impl Folder for EraseRegions {
    fn fold_ty(&mut self, ty: Ty) -> Ty {
        if ty.has(Flags::REGION) { self.super_fold_ty(ty) } else { ty }
    }

    fn fold_args(&mut self, args: GenericArgs) -> GenericArgs {
        if args.has(Flags::REGION) { super_fold_args(self, args) } else { args }
    }

    fn fold_list(&mut self, list: TyList) -> TyList {
        if list.has(Flags::REGION) { super_fold_list(self, list) } else { list }
    }

    fn fold_region(&mut self, _: Region) -> Region {
        Region::erased()
    }
}

macro_rules! erase {
    ($($ty:ty: $method:ident;)*) => {
        $(impl $ty {
            /// With every region erased, as bodies and the solver want it.
            pub fn erase_regions(self) -> $ty {
                EraseRegions.$method(self)
            }
        })*
    };
}

erase! {
    Ty: fold_ty;
    GenericArgs: fold_args;
    TraitRef: fold_trait_ref;
    Predicate: fold_predicate;
}

impl FnSig {
    /// With every region erased.
    pub fn erase_regions(&self) -> FnSig {
        EraseRegions.fold_sig(self)
    }
}

macro_rules! substitute {
    ($($ty:ty: $method:ident;)*) => {
        $(impl $ty {
            /// With generic parameters replaced by `args`.
            pub fn substitute(self, args: GenericArgs) -> $ty {
                if args.is_empty() { self } else { Substitution::new(args).$method(self) }
            }
        })*
    };
}

substitute! {
    Ty: fold_ty;
    Region: fold_region;
    Const: fold_const;
    GenericArgs: fold_args;
    TraitRef: fold_trait_ref;
    Predicate: fold_predicate;
    TyList: fold_list;
}

impl FnSig {
    /// With generic parameters replaced by `args`.
    pub fn substitute(&self, args: GenericArgs) -> FnSig {
        Substitution::new(args).fold_sig(self)
    }
}
