//! What a type requires to make sense: the bounds of the types it names, sized elements, objects of traits that allow them.

use super::dyn_compat::dyn_violation;
use crate::collect::{predicates_of, sized_predicate};
use crate::infer::InferCtxt;
use crate::solve::{Cause, Obligation, ObligationCause, trait_ref_of};
use vez_diag::Diagnostic;
use vez_diag::registry::{LooseItemLifetime, LooseReturnLifetime, NotDynCompatible};
use vez_types::{
    Flags, Folder, GenericArg, GenericArgs, Predicate, Region, RegionKind, TraitRef, Ty, TyKind,
};

/// Adds what has to hold for a type to be well formed; what is wrong whatever holds goes to `out`.
pub fn wf_obligations(
    infcx: &mut InferCtxt<'_>,
    ty: Ty,
    cause: ObligationCause,
    obligations: &mut Vec<Obligation>,
    out: &mut Vec<Diagnostic>,
) {
    let ty = infcx.resolve(ty);
    if is_plain(ty) {
        return;
    }
    let (parts, loose) = parts(ty);
    out.extend(loose.into_iter().map(|loose| loose.report(cause)));
    for part in parts {
        match part.kind() {
            TyKind::Adt(def, args) => {
                obligations.extend(infcx.requirements_of(*def, *args, cause, 0));
            }
            TyKind::Projection(assoc, args) => {
                if let Some(trait_ref) = trait_ref_of(infcx.db, *assoc, *args) {
                    obligations.push(Obligation::of_trait(trait_ref, cause));
                }
            }
            TyKind::Slice(elem) | TyKind::Array(elem, _) => {
                sized(infcx, *elem, "an element", cause, obligations);
            }
            TyKind::Tuple(types) => {
                for &ty in types.as_slice().iter().rev().skip(1) {
                    sized(infcx, ty, "a tuple's element", cause, obligations);
                }
            }
            TyKind::Dyn(dynamic) => {
                let Some((trait_, _)) = dynamic.principal else { continue };
                if let Some(reason) = dyn_violation(infcx.db, trait_) {
                    let name = trait_.name();
                    out.push(NotDynCompatible { trait_: name }.at(cause.span).note(reason));
                }
            }
            _ => {}
        }
    }
}

/// Adds what has to hold for a clause to make sense: its types, and what its trait asks of its arguments. What a trait asks of
/// `Self` follows from the clause.
pub(super) fn wf_clause(
    infcx: &mut InferCtxt<'_>,
    clause: Predicate,
    cause: ObligationCause,
    obligations: &mut Vec<Obligation>,
    out: &mut Vec<Diagnostic>,
) {
    match clause {
        Predicate::Trait(bound) => {
            for arg in bound.args.as_slice() {
                if let GenericArg::Ty(ty) = *arg {
                    wf_obligations(infcx, ty, cause, obligations, out);
                }
            }
            wf_bound(infcx, bound, cause, obligations);
        }
        Predicate::Projection { args, ty, .. } => {
            let given = Bound::of_bound(args);
            out.extend(given.lacks(ty).then(|| Loose::Item.report(cause)));
            wf_obligations(infcx, ty, cause, obligations, out);
        }
        Predicate::TypeOutlives(ty, _) => {
            wf_obligations(infcx, ty, cause, obligations, out);
        }
        Predicate::RegionOutlives(..) => {}
    }
}

fn wf_bound(
    infcx: &mut InferCtxt<'_>,
    bound: TraitRef,
    cause: ObligationCause,
    obligations: &mut Vec<Obligation>,
) {
    let mut types = bound.args.as_slice().iter().filter_map(|arg| match arg {
        GenericArg::Ty(ty) => Some(*ty),
        _ => None,
    });
    if types.any(escapes) {
        return;
    }
    let self_ty = Ty::param(0, vez_base::name::SELF_TYPE);
    let args = bound.args.erase_regions();
    for &(predicate, written) in &predicates_of(infcx.db, bound.trait_).own {
        let subject = match predicate {
            Predicate::Trait(asked) => asked.self_ty(),
            Predicate::Projection { args, .. } => args.ty_at(0),
            _ => continue,
        };
        if subject != self_ty {
            let kind = Cause::Bound { item: bound.trait_, bound: written };
            let cause = ObligationCause { kind, ..cause };
            let asked = predicate.substitute(args).erase_regions();
            let asked = infcx.normalize_predicate(asked, cause, 0, obligations);
            obligations.push(Obligation::new(asked, cause));
        }
    }
}

fn sized(
    infcx: &InferCtxt<'_>,
    ty: Ty,
    what: &'static str,
    cause: ObligationCause,
    obligations: &mut Vec<Obligation>,
) {
    let Some(sized) = infcx.lang.sized else { return };
    if !matches!(ty.kind(), TyKind::Error) {
        let cause = ObligationCause::new(cause.span, Cause::Sized { what });
        obligations.push(Obligation::new(sized_predicate(sized, ty), cause));
    }
}

/// Types that ask for nothing: most of those that programs write.
fn is_plain(ty: Ty) -> bool {
    match ty.kind() {
        TyKind::Bool
        | TyKind::Char
        | TyKind::Int(_)
        | TyKind::Float(_)
        | TyKind::Str
        | TyKind::Never
        | TyKind::Param(_)
        | TyKind::Infer(_)
        | TyKind::Error => true,
        TyKind::Ref(_, target, _) | TyKind::RawPtr(target, _) => is_plain(*target),
        TyKind::Adt(_, args) => args.is_empty(),
        _ => ty.has(Flags::ERROR),
    }
}

/// A type and the types inside of it, without regions. What a `for<..>` around a part binds in it is chosen later: such parts are left out.
fn parts(ty: Ty) -> (Vec<Ty>, Option<Loose>) {
    let mut parts = Parts { all: Vec::new(), loose: None };
    parts.fold_ty(ty);
    (parts.all, parts.loose)
}

struct Parts {
    all: Vec<Ty>,
    loose: Option<Loose>,
}

impl Folder for Parts {
    fn fold_ty(&mut self, ty: Ty) -> Ty {
        let erased = ty.erase_regions();
        if !self.all.contains(&erased) {
            if !escapes(ty) {
                self.all.push(erased);
            }
            self.loose = self.loose.or_else(|| Loose::in_binder(ty));
            self.super_fold_ty(ty);
        }
        ty
    }
}

/// Whether a type names a lifetime that is bound outside of it.
fn escapes(ty: Ty) -> bool {
    ty.has(Flags::REGION) && !Bound::of(ty).found.is_empty()
}

/// A lifetime of a `for<..>` that only what comes out names, so that nothing ever chooses it.
#[derive(Clone, Copy)]
enum Loose {
    /// The return type of a fn pointer.
    Return,
    /// An associated type of a bound or object.
    Item,
}

impl Loose {
    fn report(self, cause: ObligationCause) -> Diagnostic {
        match self {
            Loose::Return => LooseReturnLifetime.at(cause.span),
            Loose::Item => LooseItemLifetime.at(cause.span),
        }
    }

    /// Looks at what a fn pointer or object binds itself.
    fn in_binder(ty: Ty) -> Option<Loose> {
        if !ty.has(Flags::REGION) {
            return None;
        }
        let mut given = Bound { skip_projections: true, ..Bound::default() };
        match ty.kind() {
            TyKind::FnPtr(sig) => {
                sig.inputs().iter().for_each(|&ty| {
                    given.fold_ty(ty);
                });
                given.lacks_innermost(sig.output()).then_some(Loose::Return)
            }
            TyKind::Dyn(dynamic) => {
                if let Some((_, args)) = dynamic.principal {
                    given.fold_args(args);
                }
                let mut items = dynamic.projections.iter();
                items.any(|&(_, ty)| given.lacks_innermost(ty)).then_some(Loose::Item)
            }
            _ => None,
        }
    }
}

/// The lifetimes bound around types: how many binders further out, and which.
#[derive(Default)]
struct Bound {
    binders: u32,
    found: Vec<(u32, u32)>,
    /// A projection does not determine its arguments.
    skip_projections: bool,
}

impl Bound {
    fn of(ty: Ty) -> Bound {
        let mut bound = Bound::default();
        bound.fold_ty(ty);
        bound
    }

    /// Those of a bound's type, which stands outside of the bound's own binder, and of its trait's arguments.
    fn of_bound(args: GenericArgs) -> Bound {
        let mut bound = Bound { skip_projections: true, ..Bound::default() };
        let mut args = args.as_slice().iter();
        if let Some(&subject) = args.next() {
            bound.fold_arg(subject);
        }
        bound.found.iter_mut().for_each(|(outer, _)| *outer += 1);
        for &arg in args {
            bound.fold_arg(arg);
        }
        bound
    }

    fn lacks(&self, ty: Ty) -> bool {
        Bound::of(ty).found.iter().any(|lifetime| !self.found.contains(lifetime))
    }

    /// Like [`lacks`](Self::lacks) for those of the innermost binder alone.
    fn lacks_innermost(&self, ty: Ty) -> bool {
        let named = Bound::of(ty);
        named.found.iter().any(|lifetime| lifetime.0 == 0 && !self.found.contains(lifetime))
    }
}

impl Folder for Bound {
    fn fold_ty(&mut self, ty: Ty) -> Ty {
        match ty.kind() {
            TyKind::Projection(..) if self.skip_projections => ty,
            _ => self.super_fold_ty(ty),
        }
    }

    fn fold_region(&mut self, region: Region) -> Region {
        if let RegionKind::Bound { depth, index } = region.kind()
            && let Some(outer) = depth.checked_sub(self.binders)
        {
            self.found.push((outer, index));
        }
        region
    }

    fn enter_binder(&mut self) {
        self.binders += 1;
    }

    fn leave_binder(&mut self) {
        self.binders -= 1;
    }
}
