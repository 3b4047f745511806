//! Generic parameters: which names an item declares, and their bounds and defaults.

use vez_ast::{self as ast, Item, ItemKind};
use vez_base::{DefId, DefKind, FxHashSet, Name, name};
use vez_diag::registry::{
    DuplicateParam, ForwardDefault, LateLifetimeParam, ParamTypeDependsOnParam, ReservedLifetime,
    ShadowedLifetime,
};

use super::Ctx;
use super::lifetimes::Elision;
use crate::data::{
    Bound, ConstArg, GenericParam, GenericParamKind, Generics, LifetimeRes, Path, QPath, Res,
    Segment, Type, TypeId, TypeKind, WherePredicate,
};

/// The names that one item declares, in the order of `Generics::params`.
#[derive(Clone, Debug)]
pub(crate) struct GenericScope {
    pub(crate) owner: DefId,
    pub(crate) params: Vec<(Name, ParamSort)>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ParamSort {
    Lifetime,
    Type,
    Const,
}

impl GenericScope {
    pub(crate) fn of(owner: DefId, item: &Item) -> GenericScope {
        let mut params = Vec::new();
        if owner.kind() == DefKind::Trait {
            params.push((name::SELF_TYPE, ParamSort::Type));
        }
        if let Some(generics) = generics_of(&item.kind) {
            params.extend(generics.params.iter().map(|param| {
                let sort = match param.kind {
                    ast::GenericParamKind::Lifetime { .. } => ParamSort::Lifetime,
                    ast::GenericParamKind::Type { .. } => ParamSort::Type,
                    ast::GenericParamKind::Const { .. } => ParamSort::Const,
                };
                (param.name.name, sort)
            }));
        }
        GenericScope { owner, params }
    }

    pub(crate) fn find(&self, name: Name, wanted: ParamSort) -> Option<u32> {
        let matches = |&(param, sort): &(Name, ParamSort)| param == name && sort == wanted;
        self.params.iter().position(matches).map(|index| index as u32)
    }

    /// The parameter of that name as a type or constant.
    pub(crate) fn resolve(&self, name: Name, sort: ParamSort) -> Option<Res> {
        let index = self.find(name, sort)?;
        let owner = self.owner;
        match sort {
            ParamSort::Type => Some(Res::TypeParam { owner, index, name }),
            ParamSort::Const => Some(Res::ConstParam { owner, index, name }),
            ParamSort::Lifetime => None,
        }
    }
}

/// The written generics of an item.
pub(crate) fn generics_of(kind: &ItemKind) -> Option<&ast::Generics> {
    match kind {
        ItemKind::Fn(function) => Some(&function.generics),
        ItemKind::Impl(data) => Some(&data.generics),
        ItemKind::Struct { generics, .. }
        | ItemKind::Enum { generics, .. }
        | ItemKind::Union { generics, .. }
        | ItemKind::Trait { generics, .. }
        | ItemKind::TypeAlias { generics, .. } => Some(generics),
        _ => None,
    }
}

impl Ctx<'_> {
    /// The item's own parameters and where-clauses. Synthetic ones follow with [`Ctx::add_synthetic`].
    pub(crate) fn lower_generics(&mut self) -> Generics {
        let mut generics = Generics::default();
        let item = self.item;
        if self.item_def.kind() == DefKind::Trait {
            let span = self.span(item.name.span);
            let kind = GenericParamKind::SelfType;
            generics.params.push(GenericParam { name: name::SELF_TYPE, span, kind });
        }
        let Some(written) = generics_of(&item.kind) else { return generics };
        self.check_duplicate_params(written);
        for param in &written.params {
            let types_before = self.types.types.len();
            let lowered = self.lower_param(param, &mut generics.predicates);
            if matches!(param.kind, ast::GenericParamKind::Type { default: Some(_), .. }) {
                self.check_forward_default(types_before, generics.params.len() as u32);
            }
            generics.params.push(lowered);
        }
        for predicate in &written.predicates {
            let lowered = self.with_elision(Elision::Clause, |ctx| ctx.lower_predicate(predicate));
            generics.predicates.push(lowered);
        }
        generics
    }

    /// The types of a parameter's default, those from `first` on, may name earlier parameters only.
    fn check_forward_default(&mut self, first: usize, own_index: u32) {
        let names_later = |ty: &Type| match &ty.kind {
            TypeKind::Path(QPath::Resolved { path, .. }) => match path.res {
                Res::TypeParam { owner, index, name } => {
                    (owner == self.item_def && index > own_index).then_some((name, ty.span))
                }
                _ => None,
            },
            _ => None,
        };
        let later = self.types.types.iter().skip(first).find_map(names_later);
        if let Some((name, span)) = later {
            self.report(ForwardDefault { name }.at(span));
        }
    }

    /// Appends the parameters that lowering the rest of the signature brought up.
    pub(crate) fn add_synthetic(&mut self, generics: &mut Generics) {
        generics.params.append(&mut self.synthetic.params);
        generics.predicates.append(&mut self.synthetic.predicates);
    }

    fn check_duplicate_params(&mut self, written: &ast::Generics) {
        let mut seen = FxHashSet::default();
        let mut lifetimes_end = false;
        for param in &written.params {
            let is_lifetime = matches!(param.kind, ast::GenericParamKind::Lifetime { .. });
            let span = self.span(param.name.span);
            let param_name = param.name.name;
            if is_lifetime && (param_name == name::STATIC || param_name == name::UNDERSCORE) {
                self.report(ReservedLifetime { name: format!("'{param_name}") }.at(span));
            }
            lifetimes_end |= !is_lifetime;
            if is_lifetime && lifetimes_end {
                self.report(LateLifetimeParam { name: format!("'{param_name}") }.at(span));
            }
            if !seen.insert((param_name, is_lifetime)) {
                self.report(DuplicateParam { name: param_name }.at(span));
            } else if is_lifetime {
                self.check_lifetime_shadows(param_name, span);
            } else if self.declared_around(param_name, |sort| sort != ParamSort::Lifetime) {
                let note = "it would hide the parameter of the impl or trait around it";
                self.report(DuplicateParam { name: param_name }.at(span).note(note));
            }
        }
    }

    /// Whether an impl or trait around the item declares such a parameter.
    fn declared_around(&self, name: Name, is_sort: impl Fn(ParamSort) -> bool) -> bool {
        let around = self.generics.iter().filter(|scope| scope.owner != self.item_def);
        around.flat_map(|scope| &scope.params).any(|&(param, sort)| param == name && is_sort(sort))
    }

    /// E0496: a lifetime of the item has the name of one around it.
    fn check_lifetime_shadows(&mut self, name: Name, span: vez_base::Span) {
        if self.declared_around(name, |sort| sort == ParamSort::Lifetime) {
            self.report(ShadowedLifetime { name: format!("'{name}") }.at(span));
        }
    }

    fn lower_param(
        &mut self,
        param: &ast::GenericParam,
        predicates: &mut Vec<WherePredicate>,
    ) -> GenericParam {
        let span = self.span(param.name.span);
        let kind = match &param.kind {
            ast::GenericParamKind::Lifetime { bounds } => {
                if !bounds.is_empty() {
                    let declared = ast::Lifetime { name: param.name.name, span: param.name.span };
                    let lifetime = self.lifetime(declared);
                    let bounds = bounds.iter().map(|&bound| self.lifetime(bound)).collect();
                    predicates.push(WherePredicate::Lifetime { lifetime, bounds, span });
                }
                GenericParamKind::Lifetime
            }
            ast::GenericParamKind::Type { bounds, default } => {
                if !bounds.is_empty() {
                    let ty = self.param_type(param.name);
                    let bounds = self.with_elision(Elision::Clause, |ctx| ctx.bounds(bounds));
                    predicates.push(WherePredicate::Type { lifetimes: 0, ty, bounds, span });
                }
                let default = default.map(|ty| self.ty(ty));
                GenericParamKind::Type { default, synthetic: false }
            }
            ast::GenericParamKind::Const { ty, default } => {
                let ty = self.const_param_type(*ty);
                let default = default.map(|expr| self.const_arg(expr));
                GenericParamKind::Const { ty, default }
            }
        };
        GenericParam { name: param.name.name, span, kind }
    }

    /// The type of a const parameter, which is the same whatever the others are.
    fn const_param_type(&mut self, ty: ast::TypeId) -> TypeId {
        let first = self.types.types.len();
        let lowered = self.ty(ty);
        let names_param = |ty: &Type| match &ty.kind {
            TypeKind::Path(QPath::Resolved { path, .. }) => {
                matches!(path.res, Res::TypeParam { .. })
            }
            TypeKind::Array { len, .. } => {
                matches!(len, ConstArg::Path(Res::ConstParam { .. }))
            }
            _ => false,
        };
        let wrong = self.types.types.iter().skip(first).find(|ty| names_param(ty));
        let Some(span) = wrong.map(|ty| ty.span) else { return lowered };
        self.report(ParamTypeDependsOnParam.at(span));
        self.push_type(TypeKind::Error, span)
    }

    /// The type that a declared parameter's name means.
    fn param_type(&mut self, ident: ast::Ident) -> TypeId {
        let scope = self.generics.last().expect("the item's own parameters are in scope");
        let res = scope.resolve(ident.name, ParamSort::Type).unwrap_or(Res::Err);
        self.type_of_res(res, ident)
    }

    /// A path type of one segment.
    pub(crate) fn type_of_res(&mut self, res: Res, ident: ast::Ident) -> TypeId {
        let span = self.span(ident.span);
        let segments = [Segment { name: ident.name, span, args: None }].into();
        let path = QPath::Resolved { self_ty: None, path: Path { res, segments, span } };
        self.types.types.push(Type { kind: TypeKind::Path(path), span })
    }

    fn lower_predicate(&mut self, predicate: &ast::WherePredicate) -> WherePredicate {
        match predicate {
            ast::WherePredicate::Type { lifetimes, ty, bounds } => {
                let span = self.span(self.nodes().types[*ty].span);
                self.enter_binder(lifetimes);
                let ty = self.ty(*ty);
                let bounds = self.bounds(bounds);
                let binder = self.binders.pop().expect("pushed above");
                WherePredicate::Type { lifetimes: binder.len(), ty, bounds, span }
            }
            ast::WherePredicate::Lifetime { lifetime, bounds } => {
                let span = self.span(lifetime.span);
                let lifetime = self.lifetime(*lifetime);
                let bounds = bounds.iter().map(|&bound| self.lifetime(bound)).collect();
                WherePredicate::Lifetime { lifetime, bounds, span }
            }
        }
    }

    /// A new type parameter for an `impl Trait` of the inputs, with its bounds.
    pub(crate) fn synthetic_type(&mut self, bounds: &[ast::Bound], span: vez_base::Span) -> Res {
        let index = self.synthetic.base + self.synthetic.params.len() as u32;
        let name = Name::new("impl Trait");
        let kind = GenericParamKind::Type { default: None, synthetic: true };
        self.synthetic.params.push(GenericParam { name, span, kind });
        let res = Res::TypeParam { owner: self.item_def, index, name };
        let segments = [Segment { name, span, args: None }].into();
        let path = QPath::Resolved { self_ty: None, path: Path { res, segments, span } };
        let ty = self.types.types.push(Type { kind: TypeKind::Path(path), span });
        let bounds: Box<[Bound]> = self.bounds(bounds);
        let predicate = WherePredicate::Type { lifetimes: 0, ty, bounds, span };
        self.synthetic.predicates.push(predicate);
        res
    }

    /// A new lifetime parameter for one that is not written.
    pub(crate) fn synthetic_lifetime(&mut self, span: vez_base::Span) -> LifetimeRes {
        let index = self.synthetic.base + self.synthetic.params.len() as u32;
        let name = name::UNDERSCORE;
        self.synthetic.params.push(GenericParam { name, span, kind: GenericParamKind::Lifetime });
        LifetimeRes::Param { owner: self.item_def, index, name }
    }

    /// Runs `f` with another rule for lifetimes that are not written.
    pub(crate) fn with_elision<R>(
        &mut self,
        elision: Elision,
        f: impl FnOnce(&mut Self) -> R,
    ) -> R {
        let outer = std::mem::replace(&mut self.elision, elision);
        let result = f(self);
        self.elision = outer;
        result
    }
}
