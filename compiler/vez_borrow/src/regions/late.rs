//! The lifetimes that each call of a closure chooses: those that a bound or a written parameter leaves open, and that of the
//! environment. Nothing that one call is given may be kept past it.

use super::{Origin, Regions, region_of};
use rustc_hash::FxHashMap;
use vez_base::{DefId, Span};
use vez_mir::{BodyKind, Local, LocalDecl};
use vez_traits::lang_items;
use vez_types::{Flags, GenericArg, GenericArgs, Predicate, Region, RegionKind, Ty, TyKind};

/// Which regions of a type each call chooses.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Open {
    /// Those that the bound's own `for<..>` binds.
    Bound,
    /// Those left out.
    Elided,
    /// None: what is left out is inferred.
    Inferred,
}

/// Goes through a declared type and the erased type that it became.
struct Mark<'r, 'a> {
    regions: &'r mut Regions<'a>,
    open: Open,
    made: FxHashMap<u32, Region>,
}

impl Regions<'_> {
    /// The types of a closure's locals; the captures come from outside, and nothing is known of their regions.
    pub(super) fn closure_signature(&mut self) {
        let body = self.body;
        let thir = &vez_thir::thir_body(self.facts.db, vez_mir::body_owner(body.owner)).value;
        let closure = thir.closures.iter().find(|closure| closure.def == body.owner);
        let bound = closure.and_then(|closure| closure.bound);
        let declared = bound.and_then(|(item, span)| self.declared(item, span));
        let mut made = FxHashMap::default();
        for (local, decl) in body.locals.iter_enumerated() {
            let index = local.index();
            let ty = if index == 1 && body.is_param(local) {
                self.environment(decl.ty)
            } else if local == Local::RETURN || body.is_param(local) {
                let pattern = match (&declared, index) {
                    (Some((_, output)), 0) => *output,
                    (Some((inputs, _)), _) => inputs.get(index - 2).copied(),
                    (None, 0) => None,
                    (None, _) => closure.and_then(|closure| *closure.written.get(index - 2)?),
                };
                let open = if declared.is_some() { Open::Bound } else { Open::Elided };
                let mut mark = Mark { regions: self, open, made: std::mem::take(&mut made) };
                let ty = match pattern {
                    Some(pattern) => mark.ty(pattern, decl.ty),
                    None => mark.regions.renumber_free(decl.ty),
                };
                made = mark.made;
                ty
            } else {
                self.local_ty(decl)
            };
            self.locals.push(ty);
        }
        for local in body.param_locals().skip(1) {
            self.implied_by(self.locals[local]);
        }
    }

    /// The type of a variable, with the lifetimes that its declaration names.
    pub(super) fn local_ty(&mut self, decl: &LocalDecl) -> Ty {
        let Some(written) = decl.written.filter(|ty| ty.has(Flags::REGION)) else {
            return self.renumber(decl.ty);
        };
        Mark { regions: self, open: Open::Inferred, made: FxHashMap::default() }
            .ty(written, decl.ty)
    }

    fn environment(&mut self, ty: Ty) -> Ty {
        let TyKind::Ref(_, closure, mutability) = ty.kind() else { return self.renumber_free(ty) };
        let closure = self.renumber_free(*closure);
        let call = region_of(self.origins.push(Origin::Late));
        let env = Ty::new(TyKind::Ref(call, closure, *mutability));
        self.implied_by(env);
        env
    }

    /// What a bound of an item says that a closure is given, and what it gives.
    fn declared(&self, item: DefId, span: Span) -> Option<(Vec<Ty>, Option<Ty>)> {
        let db = self.facts.db;
        let lang = lang_items(db);
        let all = vez_traits::all_predicates(db, item);
        let args =
            all.iter().filter(|(_, at)| *at == span).find_map(|(clause, _)| match clause {
                Predicate::Trait(bound) if lang.fn_trait_kind(bound.trait_).is_some() => {
                    Some(bound.args)
                }
                Predicate::Projection { assoc, args, .. }
                    if lang.fn_once_output == Some(*assoc) =>
                {
                    Some(*args)
                }
                _ => None,
            })?;
        let TyKind::Tuple(inputs) = args.ty_at(1).kind() else { return None };
        let output = all.iter().find_map(|(clause, _)| match clause {
            Predicate::Projection { assoc, args: of, ty }
                if lang.fn_once_output == Some(*assoc) && of.ty_at(0) == args.ty_at(0) =>
            {
                Some(*ty)
            }
            _ => None,
        });
        Some((inputs.as_slice().to_vec(), output))
    }
}

impl Mark<'_, '_> {
    fn ty(&mut self, pattern: Ty, erased: Ty) -> Ty {
        match (pattern.kind(), erased.kind()) {
            (TyKind::Ref(region, a, _), TyKind::Ref(_, b, mutability)) => {
                let region = self.region(*region);
                let target = self.ty(*a, *b);
                Ty::new(TyKind::Ref(region, target, *mutability))
            }
            (TyKind::Tuple(a), TyKind::Tuple(b)) if a.as_slice().len() == b.as_slice().len() => {
                let pairs = a.as_slice().iter().zip(b.as_slice());
                Ty::tuple(pairs.map(|(&a, &b)| self.ty(a, b)).collect())
            }
            (TyKind::Slice(a), TyKind::Slice(b)) => {
                let elem = self.ty(*a, *b);
                Ty::new(TyKind::Slice(elem))
            }
            (TyKind::Array(a, _), TyKind::Array(b, len)) => {
                let elem = self.ty(*a, *b);
                Ty::new(TyKind::Array(elem, *len))
            }
            (TyKind::Adt(def, a), TyKind::Adt(other, b)) if def == other => {
                let pairs = a.as_slice().iter().zip(b.as_slice());
                let args = pairs.map(|(&a, &b)| match (a, b) {
                    (GenericArg::Ty(a), GenericArg::Ty(b)) => GenericArg::Ty(self.ty(a, b)),
                    (GenericArg::Region(a), _) => GenericArg::Region(self.region(a)),
                    (_, b) => b,
                });
                Ty::new(TyKind::Adt(*def, args.collect::<GenericArgs>()))
            }
            _ if self.open == Open::Inferred => self.regions.renumber(erased),
            _ => self.regions.renumber_free(erased),
        }
    }

    fn region(&mut self, region: Region) -> Region {
        match region.kind() {
            RegionKind::Static => region_of(Regions::STATIC),
            RegionKind::Bound { depth: 0, index } if self.open == Open::Bound => {
                let origins = &mut self.regions.origins;
                *self.made.entry(index).or_insert_with(|| region_of(origins.push(Origin::Late)))
            }
            RegionKind::Erased if self.open == Open::Elided => {
                region_of(self.regions.origins.push(Origin::Late))
            }
            RegionKind::Param { .. }
                if self.open == Open::Inferred && self.regions.body.kind == BodyKind::Fn =>
            {
                self.regions.universal(region)
            }
            _ if self.open == Open::Inferred => region_of(self.regions.fresh()),
            _ => region_of(self.regions.origins.push(Origin::Free)),
        }
    }
}
