//! The last step: every variable in the typed body is replaced by what it turned out to be.

use vez_base::Span;
use vez_types::{FnSig, GenericArgs, Ty, TyKind};

use super::FnCtxt;
use crate::data::*;

impl FnCtxt<'_> {
    /// Replaces variables everywhere; E0282 for what nothing decided.
    pub(crate) fn write_back(&mut self) {
        for local in self.out.locals.ids() {
            let span = self.out.locals[local].span;
            let ty = self.final_ty(self.local_tys[local], span);
            self.out.locals[local].ty = ty;
            let written = self.out.locals[local].written;
            self.out.locals[local].written = written.map(|ty| self.icx.finish_written_ty(ty));
        }
        for pat in self.out.pats.ids() {
            let Pat { ty, span, .. } = self.out.pats[pat];
            self.out.pats[pat].ty = self.final_ty(ty, span);
            if let PatKind::Const(def, args) = self.out.pats[pat].kind {
                self.out.pats[pat].kind = PatKind::Const(def, self.final_args(args));
            }
        }
        for expr in self.out.exprs.ids() {
            let Expr { ty, span, .. } = self.out.exprs[expr];
            self.out.exprs[expr].ty = self.final_ty(ty, span);
            self.write_back_kind(expr);
        }
        for closure in self.out.closures.ids() {
            self.write_back_closure(closure);
        }
        for index in 0..self.out.written.len() {
            let (expr, ty) = self.out.written[index];
            self.out.written[index] = (expr, self.icx.finish_written_ty(ty));
        }
        self.out.written.sort_by_key(|&(expr, _)| expr);
        let span = self.out.span;
        for index in 0..self.out.params.len() {
            self.out.params[index].ty = self.final_ty(self.out.params[index].ty, span);
        }
        self.out.ret = self.final_ty(self.out.ret, span);
        let opaques = self.opaque_vars.clone();
        self.out.opaques = opaques.into_iter().map(|ty| self.final_ty(ty, span)).collect();
    }

    fn write_back_kind(&mut self, expr: ExprId) {
        let mut kind = std::mem::replace(&mut self.out.exprs[expr].kind, ExprKind::Error);
        match &mut kind {
            ExprKind::Const(_, args) | ExprKind::Adt { args, .. } => *args = self.final_args(*args),
            ExprKind::Repeat(_, len) => *len = self.icx.resolve_const(*len),
            ExprKind::Break { target, .. } | ExprKind::Continue { target } => {
                while let Some(&inner) = self.moved.get(target) {
                    *target = inner;
                }
            }
            _ => {}
        }
        self.out.exprs[expr].kind = kind;
    }

    fn write_back_closure(&mut self, id: ClosureId) {
        let span = self.out.closures[id].span;
        let sig = self.out.closures[id].sig.clone();
        let types = sig.inputs_and_output.as_slice();
        let types = types.iter().map(|&ty| self.final_ty(ty, span)).collect();
        let sig = FnSig { inputs_and_output: types, ..sig };
        self.out.closures[id].sig = sig;
        for index in 0..self.out.closures[id].written.len() {
            let written = self.out.closures[id].written[index];
            self.out.closures[id].written[index] = written.map(|ty| self.icx.finish_written_ty(ty));
        }
        for index in 0..self.out.closures[id].params.len() {
            let ty = self.final_ty(self.out.closures[id].params[index].ty, span);
            self.out.closures[id].params[index].ty = ty;
        }
        for index in 0..self.out.closures[id].captures.len() {
            let ty = self.final_ty(self.out.closures[id].captures[index].ty, span);
            self.out.closures[id].captures[index].ty = ty;
        }
    }

    fn final_args(&mut self, args: GenericArgs) -> GenericArgs {
        self.icx.finish_args(args).erase_regions()
    }

    fn final_ty(&mut self, ty: Ty, span: Span) -> Ty {
        let resolved = self.resolve(ty);
        if resolved.has_infer() {
            if !self.tainted {
                let var = match resolved.kind() {
                    TyKind::Infer(_) => resolved,
                    _ => first_var(resolved),
                };
                self.cannot_infer(var, span);
            }
            self.tainted = true;
            return self.icx.finish_ty(resolved).erase_regions();
        }
        resolved.erase_regions()
    }
}

/// Some variable inside a type.
fn first_var(ty: Ty) -> Ty {
    struct Search(Option<Ty>);
    impl vez_types::Folder for Search {
        fn fold_ty(&mut self, ty: Ty) -> Ty {
            if matches!(ty.kind(), TyKind::Infer(_)) {
                self.0 = self.0.or(Some(ty));
                return ty;
            }
            self.super_fold_ty(ty)
        }
    }
    let mut search = Search(None);
    vez_types::fold_ty(&mut search, ty);
    search.0.unwrap_or(ty)
}
