//! Making two types equal.

use super::context::InferCtxt;
use super::table::VarKind;
use vez_types::{
    Const, ConstKind, DynTy, Flags, FnSig, GenericArg, GenericArgs, InferTy, Ty, TyKind, TyList,
};

/// Why two types cannot be equal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TypeError {
    Mismatch,
    /// A variable would contain itself.
    Cyclic,
}

pub type UnifyResult = Result<(), TypeError>;

impl<'db> InferCtxt<'db> {
    /// Makes two types equal, or leaves everything as it was.
    pub fn unify(&mut self, a: Ty, b: Ty) -> UnifyResult {
        if a == b {
            return Ok(());
        }
        let snapshot = self.snapshot();
        let result = self.unify_ty(a, b);
        match result {
            Ok(()) => self.commit(snapshot),
            Err(_) => self.roll_back(snapshot),
        }
        result
    }

    /// Makes two lists of arguments equal, or leaves everything as it was.
    pub fn unify_args(&mut self, a: GenericArgs, b: GenericArgs) -> UnifyResult {
        if a == b {
            return Ok(());
        }
        let snapshot = self.snapshot();
        let result = self.unify_arg_lists(a, b);
        match result {
            Ok(()) => self.commit(snapshot),
            Err(_) => self.roll_back(snapshot),
        }
        result
    }

    /// Whether two types could be made equal.
    pub fn can_unify(&mut self, a: Ty, b: Ty) -> bool {
        self.probe(|infcx| infcx.unify_ty(a, b).is_ok())
    }

    fn unify_ty(&mut self, a: Ty, b: Ty) -> UnifyResult {
        let (a, b) = (self.shallow(a), self.shallow(b));
        if a == b {
            return Ok(());
        }
        match (a.kind(), b.kind()) {
            (TyKind::Infer(var), TyKind::Error) | (TyKind::Error, TyKind::Infer(var)) => {
                // What an error leaves open is not asked for again; a number stays one.
                let _ = self.bind(*var, Ty::error());
                Ok(())
            }
            (TyKind::Error, _) | (_, TyKind::Error) => Ok(()),
            (TyKind::Infer(x), TyKind::Infer(y)) => self.unify_vars(*x, *y),
            (TyKind::Infer(var), _) => self.bind(*var, b),
            (_, TyKind::Infer(var)) => self.bind(*var, a),
            (TyKind::Tuple(x), TyKind::Tuple(y)) => self.unify_lists(*x, *y),
            (TyKind::Array(x, m), TyKind::Array(y, n)) => {
                self.unify_ty(*x, *y)?;
                self.unify_const(*m, *n)
            }
            (TyKind::Slice(x), TyKind::Slice(y)) => self.unify_ty(*x, *y),
            (TyKind::Ref(_, x, m), TyKind::Ref(_, y, n))
            | (TyKind::RawPtr(x, m), TyKind::RawPtr(y, n))
                if m == n =>
            {
                self.unify_ty(*x, *y)
            }
            (TyKind::Adt(d, x), TyKind::Adt(e, y))
            | (TyKind::FnDef(d, x), TyKind::FnDef(e, y))
            | (TyKind::Closure(d, x), TyKind::Closure(e, y))
            | (TyKind::Projection(d, x), TyKind::Projection(e, y))
                if d == e =>
            {
                self.unify_arg_lists(*x, *y)
            }
            (TyKind::Opaque(d, i, x), TyKind::Opaque(e, j, y)) if d == e && i == j => {
                self.unify_arg_lists(*x, *y)
            }
            (TyKind::FnPtr(x), TyKind::FnPtr(y)) => self.unify_sigs(x, y),
            (TyKind::Dyn(x), TyKind::Dyn(y)) => self.unify_dyn(x, y),
            _ => Err(TypeError::Mismatch),
        }
    }

    fn unify_sigs(&mut self, a: &FnSig, b: &FnSig) -> UnifyResult {
        if a.is_unsafe != b.is_unsafe || a.variadic != b.variadic || a.abi != b.abi {
            return Err(TypeError::Mismatch);
        }
        self.unify_lists(a.inputs_and_output, b.inputs_and_output)
    }

    fn unify_dyn(&mut self, a: &DynTy, b: &DynTy) -> UnifyResult {
        if a.autos != b.autos || a.projections.len() != b.projections.len() {
            return Err(TypeError::Mismatch);
        }
        match (a.principal, b.principal) {
            (None, None) => {}
            (Some((d, x)), Some((e, y))) if d == e => self.unify_arg_lists(x, y)?,
            _ => return Err(TypeError::Mismatch),
        }
        for (&(d, x), &(e, y)) in a.projections.iter().zip(&b.projections) {
            if d != e {
                return Err(TypeError::Mismatch);
            }
            self.unify_ty(x, y)?;
        }
        Ok(())
    }

    fn unify_lists(&mut self, a: TyList, b: TyList) -> UnifyResult {
        let (a, b) = (a.as_slice(), b.as_slice());
        if a.len() != b.len() {
            return Err(TypeError::Mismatch);
        }
        a.iter().zip(b).try_for_each(|(&a, &b)| self.unify_ty(a, b))
    }

    fn unify_arg_lists(&mut self, a: GenericArgs, b: GenericArgs) -> UnifyResult {
        if a == b {
            return Ok(());
        }
        for (&a, &b) in a.as_slice().iter().zip(b.as_slice()) {
            match (a, b) {
                (GenericArg::Ty(a), GenericArg::Ty(b)) => self.unify_ty(a, b)?,
                (GenericArg::Const(a), GenericArg::Const(b)) => self.unify_const(a, b)?,
                (GenericArg::Region(_), GenericArg::Region(_)) => {}
                _ => return Err(TypeError::Mismatch),
            }
        }
        Ok(())
    }

    /// Makes two constants equal.
    pub(crate) fn unify_const(&mut self, a: Const, b: Const) -> UnifyResult {
        let (a, b) = (self.shallow_const(a), self.shallow_const(b));
        if a == b {
            return Ok(());
        }
        match (a.kind(), b.kind()) {
            (ConstKind::Error, _) | (_, ConstKind::Error) => Ok(()),
            (ConstKind::Infer(x), ConstKind::Infer(y)) => {
                self.table.join_const(x, y);
                Ok(())
            }
            (ConstKind::Infer(var), _) => {
                self.table.bind_const(var, b);
                Ok(())
            }
            (_, ConstKind::Infer(var)) => {
                self.table.bind_const(var, a);
                Ok(())
            }
            _ => match (self.evaluated(a), self.evaluated(b)) {
                (Some(x), Some(y)) if x == y => Ok(()),
                _ => Err(TypeError::Mismatch),
            },
        }
    }

    /// A constant's value, computing it when it can be.
    fn evaluated(&self, constant: Const) -> Option<u128> {
        match constant.kind() {
            ConstKind::Value(bits) => Some(bits),
            ConstKind::Unevaluated(def, args) if !args.has(Flags::INFER | Flags::PARAM) => {
                let hook = self.db.const_eval()?;
                hook(self.db, def, args.raw()).ok()
            }
            _ => None,
        }
    }

    fn unify_vars(&mut self, a: InferTy, b: InferTy) -> UnifyResult {
        let (Some(a), Some(b)) = (index_of(a), index_of(b)) else {
            return Err(TypeError::Mismatch);
        };
        match (self.table.kind(a), self.table.kind(b)) {
            (VarKind::Int, VarKind::Float) | (VarKind::Float, VarKind::Int) => {
                Err(TypeError::Mismatch)
            }
            _ => {
                self.table.join_ty(a, b);
                Ok(())
            }
        }
    }

    fn bind(&mut self, var: InferTy, ty: Ty) -> UnifyResult {
        let Some(root) = index_of(var) else { return Err(TypeError::Mismatch) };
        match (self.table.kind(root), ty.kind()) {
            (VarKind::Int, TyKind::Int(_)) | (VarKind::Float, TyKind::Float(_)) => {}
            (VarKind::Int | VarKind::Float, _) => return Err(TypeError::Mismatch),
            (VarKind::General, _) => {
                if ty.has_infer() && self.occurs(root, ty) {
                    return Err(TypeError::Cyclic);
                }
            }
        }
        self.table.bind_ty(root, ty);
        Ok(())
    }

    /// Whether a variable is inside a type.
    fn occurs(&self, root: u32, ty: Ty) -> bool {
        let ty = self.resolve(ty);
        contains_var(ty, root)
    }
}

/// Whether an unbound variable is inside a resolved type.
pub(crate) fn contains_var(ty: Ty, root: u32) -> bool {
    use vez_types::Folder;
    struct Search {
        root: u32,
        found: bool,
    }
    impl Folder for Search {
        fn fold_ty(&mut self, ty: Ty) -> Ty {
            match ty.kind() {
                TyKind::Infer(var) => self.found |= index_of(*var) == Some(self.root),
                _ if ty.has_infer() && !self.found => {
                    self.super_fold_ty(ty);
                }
                _ => {}
            }
            ty
        }
    }
    let mut search = Search { root, found: false };
    search.fold_ty(ty);
    search.found
}

/// All type variables share one numbering.
pub(crate) fn index_of(var: InferTy) -> Option<u32> {
    match var {
        InferTy::Ty(index) | InferTy::Int(index) | InferTy::Float(index) => Some(index),
        InferTy::Canonical(_) => None,
    }
}
