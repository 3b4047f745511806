//! Types, paths and bounds as text.

use super::Printer;
use crate::data::{
    AssocConstraintKind, Bound, ConstArg, GenericArg, GenericArgs, LifetimeRes, Mutability, Path,
    QPath, Res, Segment, TypeId, TypeKind,
};

impl Printer<'_> {
    pub(super) fn ty(&mut self, id: TypeId) {
        let types = self.types;
        match &types.types[id].kind {
            TypeKind::Path(path) => self.qpath(path),
            TypeKind::Ref { lifetime, mutability, ty } => {
                self.push("&");
                if *lifetime != LifetimeRes::Infer {
                    self.lifetime(*lifetime);
                    self.push(" ");
                }
                self.push(if *mutability == Mutability::Mut { "mut " } else { "" });
                self.ty(*ty);
            }
            TypeKind::Ptr { mutability, ty } => {
                self.push(if *mutability == Mutability::Mut { "*mut " } else { "*const " });
                self.ty(*ty);
            }
            TypeKind::Slice(ty) => {
                self.push("[");
                self.ty(*ty);
                self.push("]");
            }
            TypeKind::Array { elem, len } => {
                self.push("[");
                self.ty(*elem);
                self.push("; ");
                self.const_arg(len);
                self.push("]");
            }
            TypeKind::Tuple(types) => {
                self.push("(");
                self.list(types.iter(), |p, ty| p.ty(*ty));
                self.push(if types.len() == 1 { ",)" } else { ")" });
            }
            TypeKind::Never => self.push("!"),
            TypeKind::Infer => self.push("_"),
            TypeKind::FnPtr { is_unsafe, abi, lifetimes, params, variadic, ret } => {
                self.binder(*lifetimes);
                self.push(if *is_unsafe { "unsafe " } else { "" });
                if let Some(abi) = abi {
                    self.push(format!("extern {:?} ", abi.as_str()));
                }
                self.push("fn(");
                self.list(params.iter(), |p, ty| p.ty(*ty));
                self.push(if *variadic { ", ...)" } else { ")" });
                if let Some(ret) = ret {
                    self.push(" -> ");
                    self.ty(*ret);
                }
            }
            TypeKind::Dyn { bounds, lifetime, .. } => {
                self.push("(dyn ");
                self.bounds(bounds);
                if *lifetime != LifetimeRes::Infer {
                    self.push(" + ");
                    self.lifetime(*lifetime);
                }
                self.push(")");
            }
            TypeKind::Opaque { index, bounds } => {
                self.push(format!("impl#{index} "));
                self.bounds(bounds);
            }
            TypeKind::Error => self.push("{error}"),
        }
    }

    pub(super) fn binder(&mut self, lifetimes: u32) {
        if lifetimes > 0 {
            self.push(format!("for<{lifetimes}> "));
        }
    }

    pub(super) fn lifetime(&mut self, lifetime: LifetimeRes) {
        let text = match lifetime {
            LifetimeRes::Static => "'static".to_owned(),
            LifetimeRes::Param { index, name, .. } => format!("'{name}/{index}"),
            LifetimeRes::Bound { depth, index, .. } => format!("'^{depth}.{index}"),
            LifetimeRes::Anonymous { index } => format!("'?{index}"),
            LifetimeRes::Infer => "'_".to_owned(),
            LifetimeRes::Err => "'{error}".to_owned(),
        };
        self.push(text);
    }

    pub(super) fn bounds(&mut self, bounds: &[Bound]) {
        for (index, bound) in bounds.iter().enumerate() {
            if index > 0 {
                self.push(" + ");
            }
            match bound {
                Bound::Lifetime(lifetime, _) => self.lifetime(*lifetime),
                Bound::Captures(lifetimes) => {
                    self.push("use<");
                    for (index, &lifetime) in lifetimes.iter().enumerate() {
                        self.push(if index > 0 { ", " } else { "" });
                        self.lifetime(lifetime);
                    }
                    self.push(">");
                }
                Bound::Trait { maybe, lifetimes, path } => {
                    self.push(if *maybe { "?" } else { "" });
                    self.binder(*lifetimes);
                    self.path(path);
                }
            }
        }
    }

    pub(super) fn const_arg(&mut self, arg: &ConstArg) {
        match arg {
            ConstArg::Lit(value) | ConstArg::Usize(value) => self.push(value.to_string()),
            ConstArg::Negated(value) => self.push(format!("-{value}")),
            ConstArg::Bool(value) => self.push(value.to_string()),
            ConstArg::Path(res) => self.res(*res),
            ConstArg::Anon(def) => self.push(format!("{{const {}}}", def.key().disambiguator)),
            ConstArg::Infer => self.push("_"),
            ConstArg::Error => self.push("{error}"),
        }
    }

    pub(super) fn qpath(&mut self, path: &QPath) {
        match path {
            QPath::Resolved { self_ty: None, path } => self.path(path),
            QPath::Resolved { self_ty: Some(ty), path } => {
                self.push("<");
                self.ty(*ty);
                self.push(" as ");
                self.path(path);
                self.push(">");
            }
            QPath::TypeRelative { ty, segment } => {
                self.push("<");
                self.ty(*ty);
                self.push(">::");
                self.segment(segment);
            }
        }
    }

    /// A resolved path: what it means, then the arguments of its segments.
    pub(super) fn path(&mut self, path: &Path) {
        self.res(path.res);
        for segment in &path.segments {
            if let Some(args) = &segment.args {
                self.generic_args(args);
            }
        }
    }

    pub(super) fn res(&mut self, res: Res) {
        let text = match res {
            Res::Def(def) => def.path(),
            Res::Prim(prim) => prim.name().to_string(),
            Res::SelfImpl(_) | Res::SelfTrait(_) => "Self".to_owned(),
            Res::TypeParam { index, name, .. } | Res::ConstParam { index, name, .. } => {
                format!("{name}/{index}")
            }
            Res::Local(local) => format!("_{}", local.raw()),
            Res::Err => "{error}".to_owned(),
        };
        self.push(text);
    }

    pub(super) fn segment(&mut self, segment: &Segment) {
        self.push(segment.name.as_str());
        if let Some(args) = &segment.args {
            self.generic_args(args);
        }
    }

    fn generic_args(&mut self, args: &GenericArgs) {
        self.push("<");
        self.list(args.args.iter(), |p, arg| match arg {
            GenericArg::Lifetime(lifetime) => p.lifetime(*lifetime),
            GenericArg::Type(ty) => p.ty(*ty),
            GenericArg::Const(constant, _) => p.const_arg(constant),
        });
        for (index, constraint) in args.constraints.iter().enumerate() {
            self.push(if index + args.args.len() > 0 { ", " } else { "" });
            self.push(constraint.name.as_str());
            match &constraint.kind {
                AssocConstraintKind::Eq(ty) => {
                    self.push(" = ");
                    self.ty(*ty);
                }
                AssocConstraintKind::Bound(bounds) => {
                    self.push(": ");
                    self.bounds(bounds);
                }
            }
        }
        self.push(">");
    }
}
