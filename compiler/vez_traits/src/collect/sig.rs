//! The types of items and the signatures of functions.

use super::adt::{adt_def, variant_of_ctor};
use super::generics::{has_signature, identity_args};
use super::lower::{SigCtx, TypeLowerer};
use super::predicates::cycle_error;
use crate::hooks;
use vez_base::{DefId, DefKind};
use vez_db::{Db, Subject};
use vez_diag::registry::MissingConstType;
use vez_diag::{Fix, Lowered, Sink};
use vez_hir as hir;
use vez_types::{Flags, FnSig, GenericArgs, Ty, TyKind, TyList};

#[salsa::tracked(returns(ref), cycle_result = type_cycle)]
fn type_query<'db>(db: &'db dyn Db, def: Subject<'db>) -> Lowered<Ty> {
    let def = def.def(db);
    match def.kind() {
        DefKind::Struct | DefKind::Enum | DefKind::Union => {
            return Lowered::ok(Ty::new(TyKind::Adt(def, identity_args(db, def))));
        }
        DefKind::Fn | DefKind::AssocFn => {
            return Lowered::ok(Ty::new(TyKind::FnDef(def, identity_args(db, def))));
        }
        DefKind::Variant => {
            let enum_ = def.parent_def().expect("a variant stands in its enum");
            return Lowered::ok(type_of(db, enum_));
        }
        DefKind::ConstBlock | DefKind::Promoted => {
            return Lowered::ok(hooks::inferred_type(db, def).unwrap_or_else(Ty::usize));
        }
        _ if !has_signature(def) => return Lowered::ok(Ty::error()),
        _ => {}
    }
    let signature = hir::signature(db, def);
    let signature = &signature.value;
    let mut ctx = SigCtx::new(db, def);
    let mut lowerer = TypeLowerer::new(&mut ctx, &signature.types);
    let ty = match &signature.kind {
        hir::SignatureKind::Impl { self_ty, .. } => lowerer.lower(*self_ty),
        hir::SignatureKind::Alias { ty: Some(ty), .. } => lowerer.lower(*ty),
        hir::SignatureKind::Const { ty: Some(ty), .. } => lowerer.lower(*ty),
        hir::SignatureKind::Const { ty: None, .. } => {
            let ty = hooks::inferred_type(db, def).unwrap_or_else(Ty::error);
            let what = def.kind().describe();
            let mut report = MissingConstType { what }.at(signature.name_span);
            if !ty.has(Flags::ERROR) {
                let fix = Fix::new(format!("write its type: `{ty}`"));
                report = report.fix(fix.insert_after(signature.name_span, format!(": {ty}")));
            }
            ctx.sink.report(report);
            ty
        }
        _ => Ty::error(),
    };
    ctx.sink.finish(ty)
}

fn type_cycle<'db>(db: &'db dyn Db, _: salsa::Id, def: Subject<'db>) -> Lowered<Ty> {
    let def = def.def(db);
    let mut sink = Sink::new();
    if has_signature(def) {
        sink.report(cycle_error(db, def, "type"));
    }
    sink.finish(Ty::error())
}

/// The type of a definition: an ADT or variant itself, an alias's target, an impl's self type, a constant's or static's
/// type, an associated type's value (error without one), a function's zero-sized type.
pub fn type_of(db: &dyn Db, def: DefId) -> Ty {
    type_query(db, Subject::new(db, def)).value
}

pub(crate) fn type_lowered(db: &dyn Db, def: DefId) -> &Lowered<Ty> {
    type_query(db, Subject::new(db, def))
}

#[salsa::tracked(returns(ref), cycle_result = fn_sig_cycle)]
fn fn_sig_query<'db>(db: &'db dyn Db, def: Subject<'db>) -> Lowered<FnSig> {
    let def = def.def(db);
    if let Some((adt, variant)) = variant_of_ctor(db, def) {
        let fields = adt_def(db, adt).variants[variant as usize].fields.iter();
        let mut list: Vec<Ty> = fields.map(|field| field.ty).collect();
        list.push(type_of(db, adt));
        return Lowered::ok(plain_sig(list));
    }
    let signature = hir::signature(db, def);
    let signature = &signature.value;
    let hir::SignatureKind::Fn(written) = &signature.kind else {
        return Lowered::ok(plain_sig(vec![Ty::error()]));
    };
    let mut ctx = SigCtx::new(db, def);
    let mut lowerer = TypeLowerer::new(&mut ctx, &signature.types);
    let mut list: Vec<Ty> = written.inputs.iter().map(|&ty| lowerer.lower(ty)).collect();
    list.push(match written.output {
        hir::FnOutput::Unit => Ty::unit(),
        hir::FnOutput::Type(ty) => lowerer.lower(ty),
        hir::FnOutput::Inferred => hooks::inferred_type(db, def).unwrap_or_else(Ty::error),
    });
    let sig = FnSig {
        inputs_and_output: TyList::new(list),
        is_unsafe: written.is_unsafe,
        variadic: written.variadic,
        abi: written.abi,
    };
    ctx.sink.finish(sig)
}

fn plain_sig(inputs_and_output: Vec<Ty>) -> FnSig {
    FnSig {
        inputs_and_output: TyList::new(inputs_and_output),
        is_unsafe: false,
        variadic: false,
        abi: None,
    }
}

/// The output depends on the body, and the body on the output.
fn fn_sig_cycle<'db>(db: &'db dyn Db, _: salsa::Id, def: Subject<'db>) -> Lowered<FnSig> {
    let def = def.def(db);
    let mut sink = Sink::new();
    let mut inputs = 0;
    if has_signature(def) {
        let mut error = cycle_error(db, def, "signature");
        if let hir::SignatureKind::Fn(written) = &hir::signature(db, def).value.kind {
            inputs = written.inputs.len();
            if matches!(written.output, hir::FnOutput::Inferred) {
                error = error.help("write the return type: `-> Type`");
            }
        }
        sink.report(error);
    }
    sink.finish(plain_sig(vec![Ty::error(); inputs + 1]))
}

/// The signature of a function, or of a tuple struct's or variant's constructor, in terms of its parameters.
pub fn fn_sig(db: &dyn Db, def: DefId) -> &FnSig {
    &fn_sig_query(db, Subject::new(db, def)).value
}

pub(crate) fn fn_sig_lowered(db: &dyn Db, def: DefId) -> &Lowered<FnSig> {
    fn_sig_query(db, Subject::new(db, def))
}

/// Whether a function has a `self` parameter.
pub fn fn_has_self(db: &dyn Db, def: DefId) -> bool {
    let is_fn = matches!(def.kind(), DefKind::Fn | DefKind::AssocFn);
    is_fn
        && matches!(&hir::signature(db, def).value.kind,
            hir::SignatureKind::Fn(sig) if sig.has_self)
}

/// A function's signature with arguments put in and regions erased; not normalised.
pub fn fn_sig_erased(db: &dyn Db, def: DefId, args: GenericArgs) -> FnSig {
    fn_sig(db, def).substitute(args).erase_regions()
}
