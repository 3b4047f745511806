//! Written types, bounds and generic arguments.

use vez_ast::{self as ast, ExprKind, TypeKind as AstType};
use vez_base::{DefId, DefKind, Span, TextRange, name};
use vez_db::{Db, Subject};
use vez_diag::registry::{
    AmbiguousAssocType, BareTraitObject, DynWithoutTrait, GenericArgumentOrder,
    HiddenLifetimeInImpl, ImplTraitMisplaced, LocalInConst, MisplacedConstraint, MisplacedModifier,
    UnknownTrait,
};

use super::lifetimes::{Binder, Elision, only};
use super::names::Want;
use super::{Ctx, ImplTrait, SelfMeaning};
use crate::data::{
    AssocConstraint, AssocConstraintKind, Bound, ConstArg, GenericArg, GenericArgs, LifetimeRes,
    Lit, Path, QPath, Res, Segment, Type, TypeId, TypeKind,
};
use crate::defs;
use crate::scope::Ns;

/// How many lifetime parameters a definition declares.
#[salsa::tracked(returns(copy))]
pub(super) fn lifetime_params<'db>(db: &'db dyn Db, subject: Subject<'db>) -> u32 {
    let Some(item) = defs::item_ast(db, subject.def(db)) else { return 0 };
    let Some(generics) = super::generics::generics_of(&item.kind) else { return 0 };
    let is_lifetime =
        |param: &&ast::GenericParam| matches!(param.kind, ast::GenericParamKind::Lifetime { .. });
    generics.params.iter().filter(is_lifetime).count() as u32
}

impl Ctx<'_> {
    pub(crate) fn push_type(&mut self, kind: TypeKind, span: Span) -> TypeId {
        self.types.types.push(Type { kind, span })
    }

    pub(crate) fn unit_type(&mut self, span: Span) -> TypeId {
        self.push_type(TypeKind::Tuple(Box::new([])), span)
    }

    /// A written type.
    pub(crate) fn ty(&mut self, id: ast::TypeId) -> TypeId {
        let ast = &self.nodes().types[id];
        let span = self.span(ast.span);
        let kind = match &ast.kind {
            AstType::Paren(inner) => return self.ty(*inner),
            AstType::Path(path) => return self.path_type(path, span),
            AstType::Ref { lifetime, mutability, ty } => {
                let lifetime = self.lifetime_or_elided(*lifetime, span.before());
                let default = std::mem::replace(&mut self.dyn_default, lifetime);
                let ty = self.ty(*ty);
                self.dyn_default = default;
                TypeKind::Ref { lifetime, mutability: *mutability, ty }
            }
            AstType::Ptr { mutability, ty } => {
                TypeKind::Ptr { mutability: *mutability, ty: self.ty(*ty) }
            }
            AstType::Slice(elem) => TypeKind::Slice(self.ty(*elem)),
            AstType::Array { elem, len } => {
                TypeKind::Array { elem: self.ty(*elem), len: self.const_arg(*len) }
            }
            AstType::Tuple(types) => TypeKind::Tuple(types.iter().map(|&ty| self.ty(ty)).collect()),
            AstType::Never => {
                if !defs::crate_data(self.db, self.item_def).is_stdlib {
                    self.unsupported("`!` as the type of anything but results", span);
                }
                TypeKind::Never
            }
            AstType::Infer => TypeKind::Infer,
            AstType::Fn(pointer) => self.fn_pointer(pointer),
            AstType::Dyn(bounds) => self.trait_object(bounds, span),
            AstType::Impl(bounds) => self.impl_trait(bounds, span),
            AstType::Hole => {
                self.unsupported("holes in types", span);
                TypeKind::Error
            }
            AstType::Error => TypeKind::Error,
        };
        self.push_type(kind, span)
    }

    /// What a function gives back, where `!` may stand.
    pub(crate) fn result_ty(&mut self, id: ast::TypeId) -> TypeId {
        let ast = &self.nodes().types[id];
        match ast.kind {
            AstType::Never => self.push_type(TypeKind::Never, self.span(ast.span)),
            _ => self.ty(id),
        }
    }

    fn path_type(&mut self, path: &ast::Path, span: Span) -> TypeId {
        if let Some(id) = self.bare_self_of_adt(path, span) {
            return id;
        }
        let kind = match self.qpath(path, Ns::Types, Want::Type) {
            QPath::Resolved { path, .. } if matches!(path.res, Res::Def(def) if def.kind() == DefKind::Trait) =>
            {
                let name = path.segments.last().map_or(name::EMPTY, |segment| segment.name);
                let fix = vez_diag::Fix::new("write a trait object").insert_before(span, "dyn ");
                self.report(BareTraitObject { name }.at(span).fix(fix));
                TypeKind::Error
            }
            QPath::Resolved { self_ty: None, path } if is_assoc_type(path.res) => {
                let name = path.segments.last().map_or(name::EMPTY, |segment| segment.name);
                let help = format!("write `<Type as Trait>::{name}`");
                self.report(AmbiguousAssocType { name }.at(span).help(help));
                TypeKind::Error
            }
            QPath::Resolved { path, .. } if path.res == Res::Err => TypeKind::Error,
            path => TypeKind::Path(path),
        };
        self.push_type(kind, span)
    }

    /// `Self` inside a type's definition: the type with its own parameters.
    fn bare_self_of_adt(&mut self, path: &ast::Path, span: Span) -> Option<TypeId> {
        let SelfMeaning::Adt(def) = self.self_meaning else { return None };
        let [segment] = &path.segments[..] else { return None };
        let is_self = segment.name.name == name::SELF_TYPE && path.qself.is_none();
        is_self.then(|| self.self_of_adt(def, span))
    }

    /// [`Ctx::bare_self_of_adt`] for a path known to be it.
    pub(crate) fn adt_self_type(&mut self, path: &ast::Path) -> TypeId {
        let span = self.span(path.span);
        match self.bare_self_of_adt(path, span) {
            Some(id) => id,
            None => self.push_type(TypeKind::Error, span),
        }
    }

    fn self_of_adt(&mut self, def: DefId, span: Span) -> TypeId {
        let scope = self.generics.iter().find(|scope| scope.owner == def).cloned();
        let mut args = Vec::new();
        for (index, (name, sort)) in scope.iter().flat_map(|scope| &scope.params).enumerate() {
            let (owner, index, name) = (def, index as u32, *name);
            args.push(match sort {
                super::generics::ParamSort::Lifetime => {
                    GenericArg::Lifetime(LifetimeRes::Param { owner, index, name })
                }
                super::generics::ParamSort::Type => {
                    let ident = ast::Ident { name, span: span.range() };
                    let res = Res::TypeParam { owner, index, name };
                    GenericArg::Type(self.type_of_res(res, ident))
                }
                super::generics::ParamSort::Const => {
                    GenericArg::Const(ConstArg::Path(Res::ConstParam { owner, index, name }), span)
                }
            });
        }
        let args = (!args.is_empty()).then(|| GenericArgs {
            args: args.into(),
            constraints: [].into(),
            parenthesized: false,
            span,
        });
        let segments = [Segment { name: name::SELF_TYPE, span, args }].into();
        let path = Path { res: Res::Def(def), segments, span };
        self.push_type(TypeKind::Path(QPath::Resolved { self_ty: None, path }), span)
    }

    fn fn_pointer(&mut self, pointer: &ast::FnPtrType) -> TypeKind {
        self.enter_binder(&pointer.lifetimes);
        let (params, ret) = self.in_fn_binder(&pointer.params, pointer.ret, Ctx::result_ty);
        let binder = self.binders.pop().expect("pushed above");
        TypeKind::FnPtr {
            is_unsafe: pointer.is_unsafe,
            abi: pointer.abi,
            lifetimes: binder.len(),
            params,
            variadic: pointer.variadic,
            ret,
        }
    }

    /// Inputs and output under the innermost binder: what is not written in the inputs is bound there.
    fn in_fn_binder(
        &mut self,
        inputs: &[ast::TypeId],
        output: Option<ast::TypeId>,
        lower_output: impl FnOnce(&mut Self, ast::TypeId) -> TypeId,
    ) -> (Box<[TypeId]>, Option<TypeId>) {
        let outer_impl =
            std::mem::replace(&mut self.impl_trait, ImplTrait::Forbidden("`Fn` types"));
        let outer_default = std::mem::replace(&mut self.dyn_default, LifetimeRes::Static);
        let outer_seen = self.seen.replace(Vec::new());
        let params = self.with_elision(Elision::FreshInBinder, |ctx| {
            inputs.iter().map(|&ty| ctx.ty(ty)).collect()
        });
        let seen = self.take_seen(outer_seen);
        // In bodies an output that the inputs do not determine is inferred.
        let elision = match only(&seen) {
            None if self.elision == Elision::Infer && seen.is_empty() => Elision::Infer,
            found => Elision::Output(found),
        };
        let ret = output.map(|ty| self.with_elision(elision, |ctx| lower_output(ctx, ty)));
        self.dyn_default = outer_default;
        self.impl_trait = outer_impl;
        (params, ret)
    }

    fn trait_object(&mut self, bounds: &[ast::Bound], span: Span) -> TypeKind {
        self.forbid_relaxed(bounds);
        let default = self.dyn_default;
        let mut lowered = Vec::new();
        let mut lifetime = None;
        for bound in bounds {
            match bound {
                // `dyn Trait + '_` follows the rules of elision.
                ast::Bound::Lifetime(written) => lifetime = Some(self.lifetime(*written)),
                _ => lowered.extend(self.bound(bound)),
            }
        }
        if !lowered.iter().any(|bound| matches!(bound, Bound::Trait { .. })) {
            if !bounds.iter().any(|bound| matches!(bound, ast::Bound::Trait { .. })) {
                self.report(DynWithoutTrait.at(span));
            }
            return TypeKind::Error;
        }
        TypeKind::Dyn {
            bounds: lowered.into(),
            lifetime: lifetime.unwrap_or(default),
            written: lifetime.is_some(),
        }
    }

    fn impl_trait(&mut self, bounds: &[ast::Bound], span: Span) -> TypeKind {
        match self.impl_trait {
            ImplTrait::Param => {
                let res = self.synthetic_type(bounds, span);
                let Res::TypeParam { name, .. } = res else { return TypeKind::Error };
                let segments = [Segment { name, span, args: None }].into();
                let path = Path { res, segments, span };
                TypeKind::Path(QPath::Resolved { self_ty: None, path })
            }
            ImplTrait::Opaque => {
                let index = self.opaques;
                self.opaques += 1;
                let lowered = bounds.iter().filter_map(|bound| match bound {
                    ast::Bound::Captures(args) => Some(self.captures(args)),
                    _ => self.bound(bound),
                });
                TypeKind::Opaque { index, bounds: lowered.collect() }
            }
            ImplTrait::Unsupported(what) => {
                self.unsupported(what, span);
                TypeKind::Error
            }
            ImplTrait::Forbidden(place) => {
                self.report(ImplTraitMisplaced { place }.at(span));
                TypeKind::Error
            }
        }
    }

    pub(crate) fn bounds(&mut self, bounds: &[ast::Bound]) -> Box<[Bound]> {
        bounds.iter().filter_map(|bound| self.bound(bound)).collect()
    }

    /// A bound; `None` when its trait is unknown, which is reported.
    pub(crate) fn bound(&mut self, bound: &ast::Bound) -> Option<Bound> {
        match bound {
            ast::Bound::Lifetime(lifetime) => {
                let span = self.span(lifetime.span);
                Some(Bound::Lifetime(self.lifetime(*lifetime), span))
            }
            ast::Bound::Trait { maybe, lifetimes, path } => {
                self.enter_binder(lifetimes);
                let path = self.trait_path(path);
                let binder = self.binders.pop().expect("pushed above");
                path.map(|path| Bound::Trait { maybe: *maybe, lifetimes: binder.len(), path })
            }
            ast::Bound::Captures(args) => {
                let report = MisplacedModifier { modifier: "use<..>" };
                self.report(report.at(self.span(args.span())));
                None
            }
        }
    }

    fn captures(&mut self, args: &ast::GenericArgs) -> Bound {
        let ast::GenericArgs::Angle { args, .. } = args else { return Bound::Captures([].into()) };
        let lifetimes = args.iter().filter_map(|arg| match arg {
            ast::GenericArg::Lifetime(lifetime) => Some(self.lifetime(*lifetime)),
            _ => None,
        });
        Bound::Captures(lifetimes.collect())
    }

    /// The path of a trait; `None` when it is none.
    pub(crate) fn trait_path(&mut self, path: &ast::Path) -> Option<Path> {
        match self.qpath(path, Ns::Types, Want::Trait) {
            QPath::Resolved { path, .. } if path.res != Res::Err => Some(path),
            QPath::Resolved { .. } => None,
            QPath::TypeRelative { segment, .. } => {
                self.report(UnknownTrait { name: segment.name }.at(segment.span));
                None
            }
        }
    }

    /// A path segment; `elide` is how many lifetimes to fill in when none is written.
    pub(crate) fn segment(&mut self, segment: &ast::Segment, elide: u32) -> Segment {
        let span = self.span(segment.name.span);
        let args = self.segment_args(segment.args.as_ref(), elide, span);
        Segment { name: segment.name.name, span, args }
    }

    pub(crate) fn segment_args(
        &mut self,
        args: Option<&ast::GenericArgs>,
        elide: u32,
        span: Span,
    ) -> Option<GenericArgs> {
        let mut lowered = match args {
            Some(args) => self.generic_args(args),
            None if elide == 0 => return None,
            None => GenericArgs {
                args: [].into(),
                constraints: [].into(),
                parenthesized: false,
                span: span.after(),
            },
        };
        let has_lifetime = lowered.args.iter().any(|arg| matches!(arg, GenericArg::Lifetime(_)));
        if elide > 0 && !has_lifetime && !lowered.parenthesized {
            self.report_hidden_lifetime(span);
            let elided = (0..elide).map(|_| GenericArg::Lifetime(self.elided(span)));
            let mut all: Vec<GenericArg> = elided.collect();
            all.extend(lowered.args);
            lowered.args = all.into();
        }
        Some(lowered)
    }

    /// E0726: an impl's header shows which of its types borrow.
    fn report_hidden_lifetime(&mut self, span: Span) {
        let in_header = self.elision == Elision::Fresh && self.item_def.kind() == DefKind::Impl;
        if in_header && !defs::is_derived_impl(self.item_def) {
            let report = HiddenLifetimeInImpl.at(span);
            self.report(report.help("write `'_` among its arguments"));
        }
    }

    /// Lifetimes to fill in for a definition's segment. In bodies they are inferred anyway.
    pub(crate) fn lifetimes_to_elide(&self, res: Res) -> u32 {
        match res {
            Res::Def(def) if self.elision != Elision::Infer => match def.kind() {
                DefKind::Struct
                | DefKind::Enum
                | DefKind::Union
                | DefKind::TypeAlias
                | DefKind::Trait => lifetime_params(self.db, Subject::new(self.db, def)),
                _ => 0,
            },
            _ => 0,
        }
    }

    pub(crate) fn generic_args(&mut self, args: &ast::GenericArgs) -> GenericArgs {
        // A trait object inside of arguments does not take the lifetime of a reference around them.
        let default = match self.elision {
            Elision::Infer => LifetimeRes::Infer,
            _ => LifetimeRes::Static,
        };
        let outer = std::mem::replace(&mut self.dyn_default, default);
        let lowered = match args {
            ast::GenericArgs::Angle { args, constraints, span } => {
                let span = self.span(*span);
                self.check_argument_order(args, span);
                let args = args.iter().map(|arg| self.generic_arg(arg)).collect();
                let constraints = constraints
                    .iter()
                    .filter_map(|constraint| self.constraint(constraint))
                    .collect();
                GenericArgs { args, constraints, parenthesized: false, span }
            }
            ast::GenericArgs::Paren { inputs, output, span } => {
                self.paren_args(inputs, *output, *span)
            }
        };
        self.dyn_default = outer;
        lowered
    }

    /// Lifetimes come before types and constants.
    fn check_argument_order(&mut self, args: &[ast::GenericArg], span: Span) {
        let is_lifetime = |arg: &ast::GenericArg| matches!(arg, ast::GenericArg::Lifetime(_));
        let late = args.iter().skip_while(|arg| is_lifetime(arg)).any(is_lifetime);
        if late {
            self.report(GenericArgumentOrder.at(span).help("write the lifetimes first"));
        }
    }

    fn paren_args(
        &mut self,
        inputs: &[ast::TypeId],
        output: Option<ast::TypeId>,
        range: TextRange,
    ) -> GenericArgs {
        let span = self.span(range);
        // Outside of a bound there is no binder; the mistake is reported where the path is used.
        let bare = self.binders.is_empty();
        if bare {
            self.binders.push(Binder::default());
        }
        let (inputs, output) = self.in_fn_binder(inputs, output, Ctx::ty);
        if bare {
            self.binders.pop();
        }
        let tuple = self.push_type(TypeKind::Tuple(inputs), span);
        let output = output.unwrap_or_else(|| self.unit_type(span));
        let constraint = AssocConstraint {
            name: name::OUTPUT,
            span,
            args: None,
            kind: AssocConstraintKind::Eq(output),
        };
        GenericArgs {
            args: [GenericArg::Type(tuple)].into(),
            constraints: [constraint].into(),
            parenthesized: true,
            span,
        }
    }

    fn generic_arg(&mut self, arg: &ast::GenericArg) -> GenericArg {
        match arg {
            ast::GenericArg::Lifetime(lifetime) => GenericArg::Lifetime(self.lifetime(*lifetime)),
            ast::GenericArg::Const(expr) => {
                let span = self.span(self.nodes().exprs[*expr].span);
                GenericArg::Const(self.const_arg(*expr), span)
            }
            ast::GenericArg::Type(ty) => {
                let node = &self.nodes().types[*ty];
                if let AstType::Path(path) = &node.kind
                    && let Some(res) = self.path_as_const(path)
                {
                    return GenericArg::Const(ConstArg::Path(res), self.span(node.span));
                }
                GenericArg::Type(self.ty(*ty))
            }
        }
    }

    /// A path among generic arguments that means no type but a constant.
    fn path_as_const(&mut self, path: &ast::Path) -> Option<Res> {
        let plain = path.qself.is_none() && path.segments.iter().all(|s| s.args.is_none());
        if !plain || self.resolves(path, Ns::Types).is_some() {
            return None;
        }
        match self.resolves(path, Ns::Values)? {
            res @ Res::ConstParam { .. } => Some(res),
            res @ Res::Def(def) if matches!(def.kind(), DefKind::Const | DefKind::AssocConst) => {
                Some(res)
            }
            _ => None,
        }
    }

    fn constraint(&mut self, constraint: &ast::AssocConstraint) -> Option<AssocConstraint> {
        let span = self.span(constraint.name.span);
        let args = constraint.args.as_ref().map(|args| self.generic_args(args));
        let kind = match &constraint.kind {
            ast::AssocConstraintKind::Eq(ty) => AssocConstraintKind::Eq(self.ty(*ty)),
            ast::AssocConstraintKind::Bound(bounds) => {
                AssocConstraintKind::Bound(self.bounds(bounds))
            }
            ast::AssocConstraintKind::EqConst(_) => {
                self.report(MisplacedConstraint.at(span));
                return None;
            }
        };
        Some(AssocConstraint { name: constraint.name.name, span, args, kind })
    }

    /// An expression that is part of a type.
    pub(crate) fn const_arg(&mut self, id: ast::ExprId) -> ConstArg {
        let expr = &self.nodes().exprs[id];
        match &expr.kind {
            ExprKind::Lit(Lit::Int { value, suffix: None, .. }) => ConstArg::Lit(*value),
            ExprKind::Lit(Lit::Int { value, suffix: Some(name::USIZE), .. }) => {
                ConstArg::Usize(*value)
            }
            ExprKind::Unary(ast::UnaryOp::Neg, inner) => match &self.nodes().exprs[*inner].kind {
                ExprKind::Lit(Lit::Int { value, suffix: None, .. }) => ConstArg::Negated(*value),
                _ => self.anonymous_const(id),
            },
            ExprKind::Lit(Lit::Bool(value)) => ConstArg::Bool(*value),
            ExprKind::Paren(inner) => self.const_arg(*inner),
            ExprKind::Underscore => ConstArg::Infer,
            ExprKind::Error => ConstArg::Error,
            ExprKind::Path(path) => match self.const_path(path) {
                Some(arg) => arg,
                None => self.anonymous_const(id),
            },
            ExprKind::Block { label: None, block, kind: ast::BlockKind::Plain } => {
                let block = &self.nodes().blocks[*block];
                match block.tail {
                    Some(tail) if block.stmts.is_empty() => self.const_arg(tail),
                    _ => self.anonymous_const(id),
                }
            }
            _ => self.anonymous_const(id),
        }
    }

    /// A path that names a constant parameter or a constant without parameters.
    fn const_path(&mut self, path: &ast::Path) -> Option<ConstArg> {
        if path.qself.is_some() || path.segments.iter().any(|segment| segment.args.is_some()) {
            return None;
        }
        if let [segment] = &path.segments[..]
            && segment.name.name == name::UNDERSCORE
        {
            return Some(ConstArg::Infer);
        }
        match self.resolves(path, Ns::Values)? {
            res @ Res::ConstParam { .. } => Some(ConstArg::Path(res)),
            res @ Res::Def(def) if def.kind() == DefKind::Const => Some(ConstArg::Path(res)),
            Res::Local(local) => {
                let name = self.locals[local].name;
                self.report(LocalInConst { name }.at(self.span(path.span)));
                Some(ConstArg::Error)
            }
            _ => None,
        }
    }

    /// A constant with a body of its own, named by its expression's number.
    pub(crate) fn anonymous_const(&mut self, id: ast::ExprId) -> ConstArg {
        let def = anonymous_const(self.item_def, id);
        // Whoever looks at this item sees what is wrong in its constants.
        let body = crate::queries::body(self.db, def);
        self.sink.extend(body.diagnostics.iter().cloned());
        self.types.consts.push(def);
        ConstArg::Anon(def)
    }
}

fn is_assoc_type(res: Res) -> bool {
    matches!(res, Res::Def(def) if def.kind() == DefKind::AssocTy)
}

/// The definition of the anonymous constant at an expression of an item.
pub(crate) fn anonymous_const(item: DefId, expr: ast::ExprId) -> DefId {
    defs::child(item, DefKind::ConstBlock, name::EMPTY, expr.raw())
}
