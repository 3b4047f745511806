//! A small builder of function items.

use vez_ast::{
    Arm, BinaryOp, Block, BlockId, Expr, ExprId, ExprKind, FieldInit, FieldPat, Fn, FnBody,
    FnQuals, FnRet, GenericParam, GenericParamKind, Generics, Ident, Item, ItemKind, Lit,
    Mutability, Nodes, Param, Pat, PatId, PatKind, Path, Segment, SelfKind, SelfParam, Stmt,
    StmtKind, Type, TypeId, TypeKind, UnaryOp, Visibility,
};
use vez_base::{Name, TextRange, name};

use super::Variant;

/// The nodes of one function; what is made next gets the current span.
pub(super) struct Make {
    nodes: Nodes,
    type_name: Name,
    pub(super) span: TextRange,
}

/// The function's parts that differ between traits.
pub(super) struct Signature {
    pub(super) name: Name,
    pub(super) generics: Generics,
    pub(super) has_self: bool,
    pub(super) params: Vec<Param>,
    pub(super) ret: FnRet,
}

impl Make {
    pub(super) fn new(type_name: Name, span: TextRange) -> Make {
        Make { nodes: Nodes::default(), type_name, span }
    }

    pub(super) fn ident(&self, text: &str) -> Ident {
        Ident { name: Name::new(text), span: self.span }
    }

    fn segment(&self, text: &str) -> Segment {
        Segment { name: self.ident(text), args: None }
    }

    /// `::core::a::b`
    pub(super) fn core_path(&self, path: &str) -> Path {
        let steps = ["core"].into_iter().chain(path.split("::"));
        let segments = steps.map(|step| self.segment(step)).collect();
        Path { qself: None, global: true, segments, span: self.span }
    }

    pub(super) fn name_path(&self, text: &str) -> Path {
        let segments = [self.segment(text)].into();
        Path { qself: None, global: false, segments, span: self.span }
    }

    /// `Type` or `Type::Variant`
    fn variant_path(&self, variant: &Variant<'_>) -> Path {
        let names = [Some(self.type_name), variant.name];
        let segments = names.into_iter().flatten().map(|name| {
            let name = Ident { name, span: self.span };
            Segment { name, args: None }
        });
        Path { qself: None, global: false, segments: segments.collect(), span: self.span }
    }

    pub(super) fn ty(&mut self, kind: TypeKind) -> TypeId {
        self.nodes.types.push(Type { kind, span: self.span })
    }

    pub(super) fn expr(&mut self, kind: ExprKind) -> ExprId {
        self.nodes.exprs.push(Expr { kind, span: self.span })
    }

    pub(super) fn pat(&mut self, kind: PatKind) -> PatId {
        self.nodes.pats.push(Pat { kind, span: self.span })
    }

    pub(super) fn var(&mut self, text: &str) -> ExprId {
        let path = self.name_path(text);
        self.expr(ExprKind::Path(path))
    }

    /// A value of `core`.
    pub(super) fn core(&mut self, path: &str) -> ExprId {
        let path = self.core_path(path);
        self.expr(ExprKind::Path(path))
    }

    /// A call of a function of `core`.
    pub(super) fn call(&mut self, path: &str, args: &[ExprId]) -> ExprId {
        let callee = self.core(path);
        self.expr(ExprKind::Call(callee, args.into()))
    }

    pub(super) fn method(&mut self, receiver: ExprId, text: &str, args: &[ExprId]) -> ExprId {
        let method = self.ident(text);
        self.expr(ExprKind::MethodCall { receiver, method, generics: None, args: args.into() })
    }

    pub(super) fn str(&mut self, text: Name) -> ExprId {
        self.expr(ExprKind::Lit(Lit::Str(text)))
    }

    pub(super) fn bool(&mut self, value: bool) -> ExprId {
        self.expr(ExprKind::Lit(Lit::Bool(value)))
    }

    pub(super) fn reference(&mut self, expr: ExprId) -> ExprId {
        self.expr(ExprKind::Ref { raw: false, mutability: Mutability::Not, expr })
    }

    pub(super) fn deref(&mut self, expr: ExprId) -> ExprId {
        self.expr(ExprKind::Unary(UnaryOp::Deref, expr))
    }

    pub(super) fn binary(&mut self, op: BinaryOp, left: ExprId, right: ExprId) -> ExprId {
        self.expr(ExprKind::Binary(op, self.span, left, right))
    }

    /// The number of the variant that `value` (a reference) has.
    pub(super) fn discriminant(&mut self, value: &str) -> ExprId {
        let value = self.var(value);
        self.call("intrinsics::discriminant_value", &[value])
    }

    pub(super) fn arm(&self, pat: PatId, body: ExprId) -> Arm {
        Arm { pat, guard: None, body, span: self.span }
    }

    pub(super) fn matching(&mut self, scrutinee: ExprId, arms: Vec<Arm>) -> ExprId {
        self.expr(ExprKind::Match { scrutinee, arms: arms.into() })
    }

    /// `match self { .. }`, or `match *self {}` without variants.
    pub(super) fn match_self(&mut self, arms: Vec<Arm>) -> ExprId {
        let mut scrutinee = self.var("self");
        if arms.is_empty() {
            scrutinee = self.deref(scrutinee);
        }
        self.matching(scrutinee, arms)
    }

    /// `(self, other)`
    pub(super) fn self_and_other(&mut self) -> ExprId {
        let both = [self.var("self"), self.var("other")];
        self.expr(ExprKind::Tuple(both.into()))
    }

    /// `Type::Variant { x: prefix0, y: prefix1 }` as a pattern.
    pub(super) fn variant_pat(&mut self, variant: &Variant<'_>, prefix: &str) -> PatId {
        let path = self.variant_path(variant);
        let mut fields = Vec::new();
        for (index, field) in variant.fields().iter().enumerate() {
            let name = self.ident(&format!("{prefix}{index}"));
            let kind =
                PatKind::Ident { by_ref: false, mutability: Mutability::Not, name, sub: None };
            let pat = self.pat(kind);
            fields.push(FieldPat { name: field.name, pat, shorthand: false });
        }
        self.pat(PatKind::Struct { path, fields: fields.into(), rest: false })
    }

    /// The same variant of `self` and `other`: `(V { x: a0 }, V { x: b0 })`.
    pub(super) fn pair_pat(&mut self, variant: &Variant<'_>) -> PatId {
        let pats = [self.variant_pat(variant, "__a"), self.variant_pat(variant, "__b")];
        self.pat(PatKind::Tuple(pats.into()))
    }

    /// `Type::Variant { x: value(0), .. }`
    pub(super) fn construct(
        &mut self,
        variant: &Variant<'_>,
        mut value: impl FnMut(&mut Make, usize) -> ExprId,
    ) -> ExprId {
        let path = self.variant_path(variant);
        let mut fields = Vec::new();
        for (index, field) in variant.fields().iter().enumerate() {
            let expr = self.at(field.name.span, |make| value(make, index));
            fields.push(FieldInit { name: field.name, expr, shorthand: false });
        }
        self.expr(ExprKind::Struct { path, fields: fields.into(), base: None })
    }

    /// Runs `f` with another span.
    pub(super) fn at<R>(&mut self, span: TextRange, f: impl FnOnce(&mut Make) -> R) -> R {
        let outer = std::mem::replace(&mut self.span, span);
        let result = f(self);
        self.span = outer;
        result
    }

    pub(super) fn block(&mut self, stmts: Vec<ExprId>, tail: Option<ExprId>) -> BlockId {
        let span = self.span;
        let stmts = stmts
            .into_iter()
            .map(|expr| Stmt { kind: StmtKind::Expr { expr, semi: true }, span })
            .collect();
        self.nodes.blocks.push(Block { stmts, tail, span })
    }

    pub(super) fn block_expr(&mut self, stmts: Vec<ExprId>, tail: Option<ExprId>) -> ExprId {
        let block = self.block(stmts, tail);
        let kind = vez_ast::BlockKind::Plain;
        self.expr(ExprKind::Block { label: None, kind, block })
    }

    pub(super) fn param(&mut self, text: &str, ty: TypeId) -> Param {
        let name = self.ident(text);
        let kind = PatKind::Ident { by_ref: false, mutability: Mutability::Not, name, sub: None };
        Param { pat: self.pat(kind), ty, shares_next: false }
    }

    /// `other: &Self`
    pub(super) fn other(&mut self) -> Param {
        let path = self.name_path("Self");
        let ty = self.ty(TypeKind::Path(path));
        let ty = self.ty(TypeKind::Ref { lifetime: None, mutability: Mutability::Not, ty });
        self.param("other", ty)
    }

    /// `name: &mut path`
    pub(super) fn mut_param(&mut self, text: &str, path: Path) -> Param {
        let ty = self.ty(TypeKind::Path(path));
        let ty = self.ty(TypeKind::Ref { lifetime: None, mutability: Mutability::Mut, ty });
        self.param(text, ty)
    }

    pub(super) fn returns(&mut self, path: Path) -> FnRet {
        FnRet::Type(self.ty(TypeKind::Path(path)))
    }

    /// A type parameter with a bound of `core`.
    pub(super) fn type_param(&self, text: &str, bound: &str) -> Generics {
        let path = self.core_path(bound);
        let bound = vez_ast::Bound::Trait { maybe: false, lifetimes: [].into(), path };
        let kind = GenericParamKind::Type { bounds: [bound].into(), default: None };
        let params = [GenericParam { name: self.ident(text), kind }].into();
        Generics { params, predicates: [].into(), span: self.span }
    }

    /// The function with `body` as its value.
    pub(super) fn function(mut self, signature: Signature, body: ExprId) -> Item {
        let block = self.block(Vec::new(), Some(body));
        let receiver = SelfKind::Ref { lifetime: None, mutability: Mutability::Not };
        let span = self.span;
        let function = Fn {
            quals: FnQuals::default(),
            generics: signature.generics,
            self_param: signature.has_self.then_some(SelfParam { kind: receiver, span }),
            params: signature.params,
            variadic: false,
            ret: signature.ret,
            body: FnBody::Block(block),
        };
        Item {
            kind: ItemKind::Fn(Box::new(function)),
            name: Ident { name: signature.name, span },
            vis: Visibility::Inherited,
            attrs: vec![inline(span)],
            nodes: self.nodes,
            children: Vec::new(),
            len: span.end,
        }
    }
}

/// `#[inline]`: derived code is small and called across crates.
fn inline(span: TextRange) -> vez_ast::Attr {
    let meta = vez_ast::Meta { path: name::INLINE, value: vez_ast::MetaValue::Word, span };
    vez_ast::Attr { inner: false, meta, span }
}
