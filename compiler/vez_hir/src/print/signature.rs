//! Signatures as text.

use super::Printer;
use crate::data::{
    FnOutput, GenericParamKind, Generics, Signature, SignatureKind, VariantDef, WherePredicate,
};

impl Printer<'_> {
    pub(super) fn signature(&mut self, signature: &Signature) {
        self.push(format!("{} {}", signature.def.kind().describe(), signature.def.path()));
        self.generics(&signature.generics);
        match &signature.kind {
            SignatureKind::Fn(sig) => {
                self.push("(");
                self.list(sig.inputs.iter(), |p, ty| p.ty(*ty));
                self.push(")");
                match sig.output {
                    FnOutput::Unit => {}
                    FnOutput::Type(ty) => {
                        self.push(" -> ");
                        self.ty(ty);
                    }
                    FnOutput::Inferred => self.push(" -> _"),
                }
            }
            SignatureKind::Adt { variants } => {
                self.indent += 1;
                variants.iter().for_each(|variant| self.variant(variant));
                self.indent -= 1;
            }
            SignatureKind::Trait { supertraits, .. } => {
                self.push(if supertraits.is_empty() { "" } else { ": " });
                self.bounds(supertraits);
            }
            SignatureKind::Impl { trait_, self_ty, negative, .. } => {
                if let Some(path) = trait_ {
                    self.push(if *negative { " !" } else { " " });
                    self.path(path);
                }
                self.push(" for ");
                self.ty(*self_ty);
            }
            SignatureKind::Alias { bounds, ty } => {
                self.push(if bounds.is_empty() { "" } else { ": " });
                self.bounds(bounds);
                if let Some(ty) = ty {
                    self.push(" = ");
                    self.ty(*ty);
                }
            }
            SignatureKind::Const { ty, .. } => {
                if let Some(ty) = ty {
                    self.push(": ");
                    self.ty(*ty);
                }
            }
            SignatureKind::Other => {}
        }
        self.predicates(&signature.generics);
        self.push("\n");
    }

    fn variant(&mut self, variant: &VariantDef) {
        self.line();
        self.push(variant.name.as_str());
        self.push(" { ");
        self.list(variant.fields.iter(), |p, field| {
            p.push(format!("{}: ", field.name));
            p.ty(field.ty);
        });
        self.push(" }");
        if let Some(discriminant) = variant.discriminant {
            self.push(format!(" = {{const {}}}", discriminant.key().disambiguator));
        }
    }

    fn generics(&mut self, generics: &Generics) {
        if generics.params.is_empty() {
            return;
        }
        self.push("<");
        self.list(generics.params.iter(), |p, param| match &param.kind {
            GenericParamKind::Lifetime => p.push(format!("'{}", param.name)),
            GenericParamKind::SelfType => p.push("Self"),
            GenericParamKind::Type { default, .. } => {
                p.push(param.name.as_str());
                if let Some(ty) = default {
                    p.push(" = ");
                    p.ty(*ty);
                }
            }
            GenericParamKind::Const { ty, default } => {
                p.push(format!("const {}: ", param.name));
                p.ty(*ty);
                if let Some(default) = default {
                    p.push(" = ");
                    p.const_arg(default);
                }
            }
        });
        self.push(">");
    }

    fn predicates(&mut self, generics: &Generics) {
        self.indent += 1;
        for predicate in &generics.predicates {
            self.line();
            self.push("where ");
            match predicate {
                WherePredicate::Type { lifetimes, ty, bounds, .. } => {
                    self.binder(*lifetimes);
                    self.ty(*ty);
                    self.push(": ");
                    self.bounds(bounds);
                }
                WherePredicate::Lifetime { lifetime, bounds, .. } => {
                    self.lifetime(*lifetime);
                    self.push(": ");
                    self.list(bounds.iter(), |p, bound| p.lifetime(*bound));
                }
            }
        }
        self.indent -= 1;
    }
}
