//! What a body's solver remembers: goals under way, and answers.

use super::evaluate::Evaluation;
use vez_base::FxHashMap;
use vez_types::{Const, ConstKind, Folder, GenericArgs, InferTy, Predicate, Region, Ty, TyKind};

#[derive(Default)]
pub(crate) struct SolverCache {
    /// Canonical goals being evaluated, outermost first.
    pub(super) stack: Vec<Predicate>,
    /// The lowest place on the stack that a cycle reached back to since the current goal started.
    pub(super) reached: usize,
    pub(super) answers: FxHashMap<Predicate, Evaluation>,
    /// Projections without variables.
    pub(super) projections: FxHashMap<(vez_base::DefId, GenericArgs), Ty>,
    /// A goal had too many requirements: everything up to the outermost goal is given up, or it would be tried again at
    /// every level.
    pub(super) overflowed: bool,
    /// Inside the query that answers goals without variables: it must not ask itself.
    pub(super) inside_query: bool,
    /// Selections inside selections, and how many there were since the outermost began.
    pub(super) selecting: u32,
    pub(super) steps: u32,
    /// Depth of projections inside projections.
    pub(super) projecting: u32,
}

/// Numbers variables by first appearance, so that goals that differ only in their variables' numbers are one.
pub(super) fn canonicalize(predicate: Predicate) -> Predicate {
    let mut canonical = Canonical::default();
    match predicate {
        Predicate::Trait(trait_ref) if !trait_ref.args.has_infer() => predicate,
        _ => canonical.fold_predicate(predicate),
    }
}

#[derive(Default)]
struct Canonical {
    vars: Vec<InferTy>,
    consts: Vec<u32>,
}

impl Folder for Canonical {
    fn fold_ty(&mut self, ty: Ty) -> Ty {
        match ty.kind() {
            TyKind::Infer(var) => {
                let index = self.vars.iter().position(|known| known == var).unwrap_or_else(|| {
                    self.vars.push(*var);
                    self.vars.len() - 1
                });
                let kind = match var {
                    InferTy::Ty(_) | InferTy::Canonical(_) => 0,
                    InferTy::Int(_) => 1,
                    InferTy::Float(_) => 2,
                };
                Ty::new(TyKind::Infer(InferTy::Canonical(index as u32 * 3 + kind)))
            }
            _ if ty.has_infer() => self.super_fold_ty(ty),
            _ => ty,
        }
    }

    fn fold_region(&mut self, _: Region) -> Region {
        Region::erased()
    }

    fn fold_const(&mut self, constant: Const) -> Const {
        match constant.kind() {
            ConstKind::Infer(var) => {
                let index = self.consts.iter().position(|&known| known == var);
                let index = index.unwrap_or_else(|| {
                    self.consts.push(var);
                    self.consts.len() - 1
                });
                Const::new(ConstKind::Infer(index as u32))
            }
            _ => constant,
        }
    }
}
