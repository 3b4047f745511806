//! What a body is checked against: its owner's signature or type.

use vez_base::{DefKind, Span};
use vez_diag::{Lowered, registry as d};
use vez_hir as hir;
use vez_types::{Folder, IntTy, Ty, TyKind};

use super::{Expectation, FnCtxt, Frame, Lub, Why};
use crate::data::*;

impl FnCtxt<'_> {
    /// Checks the whole body.
    pub(crate) fn check_owner(&mut self) {
        match self.owner.kind() {
            DefKind::Fn | DefKind::AssocFn => self.check_fn(),
            DefKind::ConstBlock | DefKind::Promoted => self.check_anonymous(),
            _ => self.check_item_const(),
        }
        self.finish_inference();
        self.write_back();
    }

    /// The finished body, after the checks that need all types.
    pub(crate) fn finish_body(mut self) -> Lowered<Body> {
        if !self.tainted && !self.sink.has_errors() {
            let mut found = Vec::new();
            crate::exhaust::check(self.db, &self.out, &mut |diagnostic| found.push(diagnostic));
            crate::unsafety::check(self.db, &self.out, &mut |diagnostic| found.push(diagnostic));
            crate::constness::check(self.db, &self.out, &mut |report| found.push(report));
            for diagnostic in found {
                self.report(diagnostic);
            }
        }
        self.finish()
    }

    fn check_fn(&mut self) {
        let signature = hir::signature(self.db, self.owner);
        let hir::SignatureKind::Fn(written) = &signature.value.kind else {
            self.check_item_const();
            return;
        };
        let (inputs, ret, ret_span) = match written.output {
            hir::FnOutput::Inferred => {
                let inputs: Vec<Ty> = {
                    let mut lowerer = vez_traits::TypeLowerer::new(self, &signature.value.types);
                    written.inputs.iter().map(|&ty| lowerer.lower(ty)).collect()
                };
                let ret = self.fresh_ty(signature.value.name_span);
                (inputs, ret, None)
            }
            output => {
                let sig = vez_traits::fn_sig(self.db, self.owner).clone();
                let span = match output {
                    hir::FnOutput::Type(ty) => Some(signature.value.types.types[ty].span),
                    _ => Some(signature.value.name_span).filter(|_| false),
                };
                (sig.inputs().to_vec(), sig.output(), span)
            }
        };
        let inputs: Vec<Ty> = inputs
            .into_iter()
            .map(|ty| self.normalize(ty.erase_regions(), self.out.span))
            .collect();
        // What is wrong in the signature was reported with it.
        self.tainted |= inputs.iter().any(|&ty| super::diag::has_error(ty));
        let ret = self.open_opaques(ret.erase_regions());
        let mut ret = self.normalize(ret, self.out.span);
        self.out.ret = ret;
        if matches!(ret.kind(), TyKind::Dyn(_)) {
            let at = ret_span.unwrap_or(self.out.span);
            let fix = "box it: `Box<dyn Trait>`, or name one type: `impl Trait`";
            self.report(d::UnsizedReturn { ty: ret }.at(at).help(fix));
            // What the body gives would be of another type in any case.
            ret = Ty::error();
            self.out.ret = ret;
        } else if let Some(at) = ret_span {
            self.require_sized(ret, at, super::facts::NeedSized::Return);
        }
        let params = self.hir.params.iter().zip(inputs).map(|(&pat, ty)| {
            let span = self.hir.pats[pat].span;
            self.require_sized(ty, span, super::facts::NeedSized::Argument);
            Param { pat: self.check_pat_top(pat, ty, None, None), ty }
        });
        let params: Vec<Param> = params.collect();
        self.out.params = params;
        self.frames.push(Frame { ret, ret_span, lub: Lub::new(ret), is_fn: true });
        let value = self.check_expr(self.hir.value, Expectation::Type(ret));
        let value = self.push_return(value, Some(self.hir.value), ret_span);
        let frame = self.frames.pop().expect("pushed above");
        self.finish_return(&frame, ret);
        self.out.value = value;
    }

    /// The owner's own `impl Trait` types become variables that its body decides.
    fn open_opaques(&mut self, ret: Ty) -> Ty {
        struct Open<'c, 'a> {
            cx: &'c mut FnCtxt<'a>,
            span: Span,
        }
        impl Folder for Open<'_, '_> {
            fn fold_ty(&mut self, ty: Ty) -> Ty {
                match ty.kind() {
                    TyKind::Opaque(def, index, _) if *def == self.cx.owner => {
                        let index = *index as usize;
                        while self.cx.opaque_vars.len() <= index {
                            let var = self.cx.fresh_ty(self.span);
                            self.cx.opaque_vars.push(var);
                        }
                        self.cx.opaque_vars[index]
                    }
                    _ => self.super_fold_ty(ty),
                }
            }
        }
        let span = self.out.span;
        let opened = Open { cx: self, span }.fold_ty(ret);
        // What the bounds say has to hold of the hidden types; bounds may mention other opaque types of the signature.
        let mut index = 0;
        while index < self.opaque_vars.len() {
            let bounds = vez_traits::opaque_bounds(self.db, self.owner, index as u32);
            for (predicate, _) in bounds {
                let predicate = predicate.erase_regions();
                let predicate = Open { cx: self, span }.fold_predicate(predicate);
                let predicate = self.normalize_predicate(predicate, span);
                self.register(predicate, super::vars::plain_cause(span));
            }
            index += 1;
        }
        opened
    }

    /// A constant or static: its declared type, or its value's.
    fn check_item_const(&mut self) {
        let signature = hir::signature(self.db, self.owner);
        let declared = match &signature.value.kind {
            hir::SignatureKind::Const { ty: Some(ty), .. } => {
                Some((self.owner_type(), signature.value.types.types[*ty].span))
            }
            _ => None,
        };
        let (ty, why) = match declared {
            Some((ty, span)) => (ty, Why::Annotation(span)),
            None => (self.fresh_ty(self.out.span), Why::Plain),
        };
        self.check_const_value(ty, why);
    }

    fn owner_type(&mut self) -> Ty {
        let ty = vez_traits::type_of(self.db, self.owner).erase_regions();
        self.normalize(ty, self.out.span)
    }

    fn check_const_value(&mut self, ty: Ty, why: Why) {
        self.out.ret = ty;
        self.frames.push(Frame { ret: ty, ret_span: None, lub: Lub::new(ty), is_fn: false });
        self.out.value = self.check_coerce(self.hir.value, ty, why);
        self.frames.pop();
    }

    /// A discriminant has its enum's integer type; a length or const argument is `usize` unless it is clearly something else.
    fn check_anonymous(&mut self) {
        if let Some(int) = self.discriminant_type() {
            self.check_const_value(Ty::int(int), Why::Plain);
            return;
        }
        let var = self.fresh_ty(self.out.span);
        self.check_const_value(var, Why::Plain);
        self.select();
        if self.is_var(var) {
            let _ = self.unify(var, Ty::usize());
        }
    }

    fn discriminant_type(&self) -> Option<IntTy> {
        let parent = self.owner.parent_def().filter(|def| def.kind() == DefKind::Enum)?;
        let signature = hir::signature(self.db, parent);
        let hir::SignatureKind::Adt { variants } = &signature.value.kind else { return None };
        variants.iter().find(|variant| variant.discriminant == Some(self.owner))?;
        let ints = [
            ("i8", IntTy::I8),
            ("i16", IntTy::I16),
            ("i32", IntTy::I32),
            ("i64", IntTy::I64),
            ("i128", IntTy::I128),
            ("u8", IntTy::U8),
            ("u16", IntTy::U16),
            ("u32", IntTy::U32),
            ("u64", IntTy::U64),
            ("u128", IntTy::U128),
            ("usize", IntTy::Usize),
        ];
        let has = |name: &str| {
            hir::attr_word(self.db, parent, vez_base::name::REPR, |word| word.as_str() == name)
        };
        let found = ints.iter().find(|(name, _)| has(name));
        Some(found.map_or(IntTy::Isize, |(_, int)| *int))
    }
}
