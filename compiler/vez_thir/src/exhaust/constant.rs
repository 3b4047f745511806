//! Constants as patterns: what the body of one is made of, as far as it can be read without running it.
//!
//! A match on a constant compares by `==`, a match on its parts by their parts. The two agree where equality is derived, so
//! nothing else may be a constant in a pattern.

use vez_base::{DefId, DefKind, Name};
use vez_types::{Flags, GenericArgs, Ty, TyKind};

use super::PatCx;
use super::ctor::{Ctor, SliceShape};
use super::pat::{DePat, DePatKind, lower_lit, value_ctor};
use crate::data::{Body, Coercion, ExprId, ExprKind, LitValue, PatId};

/// How deep a constant's value is followed.
const DEPTH: u32 = 64;

/// Why a constant is no pattern.
pub(super) enum NoPattern {
    /// A type in its value whose equality is not derived.
    NonStructural(Ty),
    /// What it is depends on a generic parameter.
    Generic(DefId),
}

/// The pattern that a constant of the type stands for. What cannot be read is equal to nothing that is known.
pub(super) fn lower(
    cx: &PatCx<'_>,
    (def, args): (DefId, GenericArgs),
    ty: Ty,
    source: PatId,
) -> Result<DePat, NoPattern> {
    Reader { cx, source }.constant(def, args, ty, 0)
}

struct Reader<'a, 'd> {
    cx: &'a PatCx<'d>,
    source: PatId,
}

impl Reader<'_, '_> {
    fn make(&self, ctor: Ctor, fields: Vec<DePat>, ty: Ty) -> DePat {
        DePat { kind: DePatKind::Ctor(ctor, fields), ty, source: self.source }
    }

    fn constant(
        &self,
        def: DefId,
        args: GenericArgs,
        ty: Ty,
        depth: u32,
    ) -> Result<DePat, NoPattern> {
        if is_of_parameter(def, args) {
            return Err(NoPattern::Generic(def));
        }
        if let Some(value) = self.cx.const_value(def, args, ty) {
            return Ok(self.make(value_ctor(ty, value), Vec::new(), ty));
        }
        self.structural(ty)?;
        let body = &crate::thir_body(self.cx.db, def).value;
        // A generic impl's constant without a value; one of another type is followed.
        let has_value = matches!(ty.kind(), TyKind::Int(_) | TyKind::Bool | TyKind::Char);
        if !body.poisoned && has_value && args.has(Flags::PARAM) {
            return Err(NoPattern::Generic(def));
        }
        if body.poisoned || depth > DEPTH {
            return Ok(self.make(Ctor::Opaque, Vec::new(), ty));
        }
        self.expr(body, body.value, ty, depth + 1)
    }

    fn expr(&self, body: &Body, id: ExprId, ty: Ty, depth: u32) -> Result<DePat, NoPattern> {
        let opaque = || Ok(self.make(Ctor::Opaque, Vec::new(), ty));
        if depth > DEPTH {
            return opaque();
        }
        let depth = depth + 1;
        match &body.exprs[id].kind {
            ExprKind::Lit(lit) => Ok(lower_lit(*lit, ty, self.source)),
            ExprKind::Neg(inner) => match body.exprs[*inner].kind {
                ExprKind::Lit(LitValue::Int(value)) => {
                    Ok(self.make(value_ctor(ty, value.wrapping_neg()), Vec::new(), ty))
                }
                _ => opaque(),
            },
            ExprKind::Const(def, args) => self.constant(*def, *args, ty, depth),
            ExprKind::Coerce(Coercion::Unsize | Coercion::Never, inner)
            | ExprKind::DropTemps(inner) => self.expr(body, *inner, ty, depth),
            ExprKind::Block(block) if body.blocks[*block].stmts.is_empty() => {
                match body.blocks[*block].tail {
                    Some(tail) => self.expr(body, tail, ty, depth),
                    None => opaque(),
                }
            }
            ExprKind::Borrow { expr, .. } => match ty.kind() {
                TyKind::Ref(_, target, _) => {
                    let inner = self.expr(body, *expr, *target, depth)?;
                    Ok(self.make(Ctor::Single, vec![inner], ty))
                }
                _ => opaque(),
            },
            ExprKind::Deref(inner) => match &body.exprs[*inner].kind {
                ExprKind::Borrow { expr, .. } => self.expr(body, *expr, ty, depth),
                _ => opaque(),
            },
            ExprKind::Tuple(parts) => {
                let fields = parts.iter().copied().zip(self.cx.field_types(ty, 0));
                let fields = fields.map(|(part, ty)| self.expr(body, part, ty, depth));
                Ok(self.make(Ctor::Single, fields.collect::<Result<_, _>>()?, ty))
            }
            ExprKind::Array(parts) => match ty.kind() {
                TyKind::Array(elem, _) | TyKind::Slice(elem) => {
                    let parts = parts.iter().map(|&part| self.expr(body, part, *elem, depth));
                    let parts = parts.collect::<Result<Vec<_>, _>>()?;
                    Ok(self.make(Ctor::Slice(SliceShape::Fixed(parts.len())), parts, ty))
                }
                _ => opaque(),
            },
            ExprKind::Adt { def, variant, fields, base: None, .. } => {
                self.structural(ty)?;
                let types = self.cx.field_types(ty, *variant);
                let wild = |&ty: &Ty| DePat::wild(ty, self.source);
                let mut all: Vec<DePat> = types.iter().map(wild).collect();
                for &(field, value) in fields {
                    let Some(&ty) = types.get(field as usize) else { return opaque() };
                    all[field as usize] = self.expr(body, value, ty, depth)?;
                }
                let ctor =
                    if self.cx.is_enum(*def) { Ctor::Variant(*variant) } else { Ctor::Single };
                Ok(self.make(ctor, all, ty))
            }
            _ => opaque(),
        }
    }

    fn structural(&self, ty: Ty) -> Result<(), NoPattern> {
        let TyKind::Adt(def, _) = ty.kind() else { return Ok(()) };
        let derived = vez_hir::derives(self.cx.db, *def);
        match derived.contains(&Name::new("PartialEq")) {
            true => Ok(()),
            false => Err(NoPattern::NonStructural(ty)),
        }
    }
}

/// Whether a trait's constant is that of a type parameter: which impl gives it cannot be told.
fn is_of_parameter(def: DefId, args: GenericArgs) -> bool {
    def.parent_def().is_some_and(|parent| parent.kind() == DefKind::Trait)
        && matches!(
            args.ty_at(0).kind(),
            TyKind::Param(_) | TyKind::Projection(..) | TyKind::Opaque(..)
        )
}
