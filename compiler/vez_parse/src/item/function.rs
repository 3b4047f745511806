//! Functions: signatures, parameters, bodies.

use super::{Place, item_name, optional_end};
use crate::cursor::{In, Parsed, Rules, delimited_list};
use crate::error::Expected;
use crate::{attr, expr, generics, pat, stmt, ty};
use vez_ast::{
    Attr, Fn, FnBody, FnQuals, FnRet, ItemKind, Mutability, Param, PatId, SelfKind, SelfParam,
    TypeId, TypeKind,
};
use vez_diag::{Fix, registry};
use vez_lex::TokenKind;

/// `const async unsafe extern "C" fn ..`
pub fn function(inp: &mut In<'_, '_>, place: Place, attrs: &[Attr]) -> Parsed<ItemKind> {
    let mut quals = FnQuals { is_const: inp.eat(TokenKind::Const), ..FnQuals::default() };
    quals.is_async = inp.eat(TokenKind::Async);
    quals.is_unsafe = inp.eat(TokenKind::Unsafe);
    quals.abi = ty::abi(inp)?;
    inp.expect(TokenKind::Fn)?;
    function_rest(inp, place, attrs, quals)
}

/// Behind `fn`.
pub fn function_rest(
    inp: &mut In<'_, '_>,
    place: Place,
    attrs: &[Attr],
    quals: FnQuals,
) -> Parsed<ItemKind> {
    item_name(inp)?;
    let mut generics = generics::generics(inp)?;
    let params = inp.parse(delimited_list(TokenKind::LParen, param, TokenKind::RParen))?;
    let ParamList { self_param, params, variadic } = collect_params(inp, params);
    let declared = if inp.eat(TokenKind::Arrow) { Some(ty::ty(inp)?) } else { None };
    generics::where_clause(inp, &mut generics)?;
    generics::contract_clauses(inp)?;
    let body = body(inp, place, attrs)?;
    let ret = match (declared, body) {
        (Some(ty), _) => FnRet::Type(ty),
        (None, FnBody::Expr(_)) => FnRet::Inferred,
        (None, _) => FnRet::Unit,
    };
    let function = Fn { quals, generics, self_param, params, variadic, ret, body };
    Ok(ItemKind::Fn(Box::new(function)))
}

fn body(inp: &mut In<'_, '_>, place: Place, attrs: &[Attr]) -> Parsed<FnBody> {
    match inp.current() {
        TokenKind::LBrace => Ok(FnBody::Block(stmt::block(inp)?)),
        TokenKind::Eq => {
            inp.bump();
            let value = expr::unrestricted(inp)?;
            optional_end(inp)?;
            Ok(FnBody::Expr(value))
        }
        TokenKind::Semi => {
            let at = inp.pos();
            inp.bump();
            let declared = matches!(place, Place::Trait | Place::Extern)
                || attrs.iter().any(|attr| attr.meta.path == "intrinsic");
            if !declared {
                super::report_missing_body(inp, "function", at);
            }
            Ok(FnBody::None)
        }
        _ => inp.fail(Expected::Body),
    }
}

enum ParamItem {
    Receiver(SelfParam),
    /// The pattern, the type unless the next parameter's is shared, and the token at which a type was missing.
    Typed(PatId, Option<TypeId>, usize),
    Variadic,
}

struct ParamList {
    self_param: Option<SelfParam>,
    params: Vec<Param>,
    variadic: bool,
}

fn param(inp: &mut In<'_, '_>) -> Parsed<ParamItem> {
    attr::ignored_attrs(inp)?;
    if inp.eat(TokenKind::DotDotDot) {
        return Ok(ParamItem::Variadic);
    }
    if let Some(receiver) = receiver(inp)? {
        return Ok(ParamItem::Receiver(receiver));
    }
    let pat = pat::single_pattern(inp)?;
    let at = inp.pos();
    let ty = if inp.eat(TokenKind::Colon) {
        if inp.eat(TokenKind::DotDotDot) {
            return Ok(ParamItem::Variadic);
        }
        Some(ty::ty(inp)?)
    } else {
        None
    };
    Ok(ParamItem::Typed(pat, ty, at))
}

/// `self` in one of its forms, if one stands here.
fn receiver(inp: &mut In<'_, '_>) -> Parsed<Option<SelfParam>> {
    let first = inp.pos();
    let by_ref = inp.at(TokenKind::And);
    let lifetime_len = usize::from(by_ref && inp.nth(1) == TokenKind::Lifetime);
    let before_mut = usize::from(by_ref) + lifetime_len;
    let mut_len = usize::from(inp.nth(before_mut) == TokenKind::Mut);
    let name_at = before_mut + mut_len;
    if inp.nth(name_at) != TokenKind::SelfValue || inp.nth(name_at + 1) == TokenKind::ColonColon {
        return Ok(None);
    }
    inp.eat(TokenKind::And);
    let lifetime = inp.eat_lifetime();
    let mutability = if inp.eat(TokenKind::Mut) { Mutability::Mut } else { Mutability::Not };
    inp.bump();
    let kind = match by_ref {
        true => SelfKind::Ref { lifetime, mutability },
        false if inp.eat(TokenKind::Colon) => SelfKind::Typed { mutability, ty: ty::ty(inp)? },
        false => SelfKind::Value { mutability },
    };
    Ok(Some(SelfParam { kind, span: inp.range_from(first) }))
}

/// Gives parameters without a type the next one's.
fn collect_params(inp: &mut In<'_, '_>, items: Vec<ParamItem>) -> ParamList {
    let mut list = ParamList { self_param: None, params: Vec::new(), variadic: false };
    let mut next_ty = None;
    let receiver_first = matches!(items.first(), Some(ParamItem::Receiver(_)));
    for item in items.into_iter().rev() {
        match item {
            ParamItem::Variadic => list.variadic = true,
            ParamItem::Receiver(receiver) => {
                if !receiver_first || list.self_param.is_some() {
                    let state = inp.state();
                    let span = state.span(receiver.span);
                    state.report(registry::MisplacedModifier { modifier: "self" }.at(span));
                }
                list.self_param = Some(receiver);
            }
            ParamItem::Typed(pat, ty, at) => {
                let shares_next = ty.is_none();
                let ty = match ty.or(next_ty) {
                    Some(ty) => ty,
                    None => untyped(inp, pat, at),
                };
                next_ty = Some(ty);
                list.params.push(Param { pat, ty, shares_next });
            }
        }
    }
    list.params.reverse();
    list
}

/// The last parameter has no type.
fn untyped(inp: &mut In<'_, '_>, pat: PatId, at: usize) -> TypeId {
    let span = inp.state().frame.nodes.pats[pat].span;
    let state = inp.state();
    let place = state.after_previous(at);
    let fix = Fix::new("give it a type").replace(place, ": ???").has_placeholders();
    state.report(registry::MissingToken { token: "the parameter's type" }.at(place).fix(fix));
    let missing = vez_ast::Type { kind: TypeKind::Error, span };
    state.frame.nodes.types.push(missing)
}
