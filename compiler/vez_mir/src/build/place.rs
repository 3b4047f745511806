//! Expressions as places.
//!
//! Inside a closure a place may begin at a variable of the enclosing body, of which only some fields are captured: which
//! field of the environment it is shows only once the steps are known. `PlaceBuilder` waits for them.

use super::Builder;
use super::closure::Upvar;
use crate::{
    AssertKind, BinOp, Constant, ConstantKind, Local, LocalDecl, Mutability, Operand, Place,
    Projection, Rvalue, TerminatorKind,
};
use vez_base::{DefId, Span};
use vez_thir::{ExprId, ExprKind, LocalId};
use vez_types::{Region, Ty, TyKind};

/// A place under construction.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct PlaceBuilder {
    base: Base,
    projection: Vec<Projection>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Base {
    Local(Local),
    /// Captured; resolved by the longest captured prefix.
    Upvar(LocalId),
}

impl PlaceBuilder {
    pub(super) fn project(mut self, step: Projection) -> PlaceBuilder {
        self.projection.push(step);
        self
    }

    /// The pointers that lead to the place.
    pub(super) fn pointers(self) -> impl Iterator<Item = PlaceBuilder> {
        let PlaceBuilder { base, projection } = self;
        let derefs = (0..projection.len()).filter(|&at| projection[at] == Projection::Deref);
        let derefs: Vec<usize> = derefs.collect();
        derefs
            .into_iter()
            .map(move |at| PlaceBuilder { base, projection: projection[..at].to_vec() })
    }
}

impl From<Local> for PlaceBuilder {
    fn from(local: Local) -> PlaceBuilder {
        PlaceBuilder { base: Base::Local(local), projection: Vec::new() }
    }
}

impl Builder<'_> {
    /// Whether an expression denotes a place.
    pub(super) fn is_place(&self, id: ExprId) -> bool {
        matches!(
            self.expr(id).kind,
            ExprKind::Local(_)
                | ExprKind::Static(_)
                | ExprKind::Deref(_)
                | ExprKind::Field(..)
                | ExprKind::Index(..)
        )
    }

    /// The place of an expression; a value gets a temporary.
    pub(super) fn expr_as_place(&mut self, id: ExprId) -> Place {
        let builder = self.place_builder(id);
        self.resolve(builder)
    }

    pub(super) fn place_builder(&mut self, id: ExprId) -> PlaceBuilder {
        let expr = self.expr(id);
        match expr.kind {
            ExprKind::Local(local) => self.local_builder(local),
            ExprKind::Static(def) => self.static_place(def, expr.ty, expr.span),
            ExprKind::Deref(inner) => self.place_builder(inner).project(Projection::Deref),
            ExprKind::Field(inner, index) => {
                self.place_builder(inner).project(Projection::Field(index, expr.ty))
            }
            ExprKind::Index(base, index) => self.index_place(base, index, expr.span),
            _ => self.expr_as_temp(id).into(),
        }
    }

    pub(super) fn local_builder(&mut self, local: LocalId) -> PlaceBuilder {
        if let Some(&reference) = self.guard_refs.get(&local) {
            return PlaceBuilder::from(reference).project(Projection::Deref);
        }
        match self.vars.get(&local) {
            Some(&var) => var.into(),
            None => PlaceBuilder { base: Base::Upvar(local), projection: Vec::new() },
        }
    }

    /// The place, its captured prefix replaced by the environment's field.
    pub(super) fn resolve(&mut self, builder: PlaceBuilder) -> Place {
        let local = match builder.base {
            Base::Local(local) => {
                return Place { local, projection: builder.projection };
            }
            Base::Upvar(local) => local,
        };
        let found = self.env.as_ref().and_then(|env| env.find(local, &builder.projection));
        match found {
            Some(Upvar { mut projection, used }) => {
                projection.extend_from_slice(&builder.projection[used..]);
                Place { local: Local::from_raw(1), projection }
            }
            // Only after an error elsewhere: the body is never run.
            None => {
                let data = &self.thir.locals[local];
                let var = self.body.locals.push(LocalDecl::temp(data.ty, data.span));
                self.vars.insert(local, var);
                Place { local: var, projection: builder.projection }
            }
        }
    }

    /// Whether the place is there: a closure captures only the parts that it uses.
    pub(super) fn is_resolvable(&self, builder: &PlaceBuilder) -> bool {
        match (builder.base, &self.env) {
            (Base::Local(_), _) => true,
            (Base::Upvar(local), Some(env)) => env.find(local, &builder.projection).is_some(),
            (Base::Upvar(_), None) => false,
        }
    }

    /// A static is behind its address.
    fn static_place(&mut self, def: DefId, ty: Ty, span: Span) -> PlaceBuilder {
        let address = if self.facts.is_raw_static(def) {
            Ty::new(TyKind::RawPtr(ty, Mutability::Mut))
        } else {
            Ty::new(TyKind::Ref(Region::static_(), ty, Mutability::Not))
        };
        let constant = Constant { kind: ConstantKind::StaticRef(def), ty: address, span };
        let temp = self.temp_of(Rvalue::Use(Operand::Const(constant)), address, span);
        PlaceBuilder::from(temp).project(Projection::Deref)
    }

    /// `base[index]` of an array or slice, checked.
    fn index_place(&mut self, base: ExprId, index: ExprId, span: Span) -> PlaceBuilder {
        let builder = self.place_builder(base);
        let index = self.index_local(index);
        let place = self.resolve(builder);
        self.bounds_check(&place, index, span);
        PlaceBuilder {
            base: Base::Local(place.local),
            projection: place.project(Projection::Index(index)).projection,
        }
    }

    /// The index in a local that does not change while the place is in use.
    fn index_local(&mut self, id: ExprId) -> Local {
        let expr = self.expr(id);
        if let ExprKind::Local(local) = expr.kind
            && self.thir.locals[local].mutability == Mutability::Not
            && !self.guard_refs.contains_key(&local)
            && let Some(&var) = self.vars.get(&local)
        {
            return var;
        }
        let temp = self.new_temp(Ty::usize(), expr.span);
        self.expr_into(&temp.into(), id);
        temp
    }

    fn bounds_check(&mut self, place: &Place, index: Local, span: Span) {
        let len = self.length(place, span);
        let index = Operand::Copy(index.into());
        let below = Rvalue::Binary(BinOp::Lt, index.clone(), len.clone());
        let cond = self.temp_of(below, Ty::bool(), span);
        let message = AssertKind::BoundsCheck { len, index };
        self.check(Operand::Copy(cond.into()), true, message, span);
    }

    /// The length of an array or slice.
    pub(super) fn length(&mut self, place: &Place, span: Span) -> Operand {
        match self.place_ty(place).kind() {
            TyKind::Array(_, len) => Operand::type_const(*len, Ty::usize(), span),
            _ => {
                let len = self.temp_of(Rvalue::Len(place.clone()), Ty::usize(), span);
                Operand::Copy(len.into())
            }
        }
    }

    /// Goes on when `cond` is as expected.
    pub(super) fn check(&mut self, cond: Operand, expected: bool, message: AssertKind, span: Span) {
        self.terminate_into_next(span, |target, unwind| TerminatorKind::Assert {
            cond,
            expected,
            message,
            target,
            unwind,
        });
    }
}
