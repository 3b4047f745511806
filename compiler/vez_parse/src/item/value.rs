//! Constants, statics and type aliases.

use super::{end_of_item, item_name};
use crate::cursor::{In, Parsed, Rules};
use crate::error::Expected;
use crate::{expr, generics, ty};
use vez_ast::{ExprId, Ident, ItemKind, Mutability, TypeId};
use vez_base::name;
use vez_lex::TokenKind;

/// Whether `const` starts a constant, not a function.
pub fn is_const_item(inp: &mut In<'_, '_>) -> bool {
    !matches!(inp.nth(1), TokenKind::Fn | TokenKind::Unsafe | TokenKind::Extern | TokenKind::Async)
}

/// `const NAME: T = e;`, `const _: T = e;`
pub fn const_item(inp: &mut In<'_, '_>) -> Parsed<ItemKind> {
    inp.bump();
    if inp.at(TokenKind::Underscore) {
        let index = inp.pos();
        inp.bump();
        let span = inp.token_range(index);
        inp.state().frame.name = Some(Ident { name: name::UNDERSCORE, span });
    } else {
        item_name(inp)?;
    }
    let (ty, value) = typed_value(inp)?;
    Ok(ItemKind::Const { ty, value })
}

/// `static mut NAME: T = e;`
pub fn static_item(inp: &mut In<'_, '_>) -> Parsed<ItemKind> {
    inp.bump();
    let mutability = if inp.eat(TokenKind::Mut) { Mutability::Mut } else { Mutability::Not };
    item_name(inp)?;
    let (ty, value) = typed_value(inp)?;
    Ok(ItemKind::Static { mutability, ty, value })
}

fn typed_value(inp: &mut In<'_, '_>) -> Parsed<(Option<TypeId>, Option<ExprId>)> {
    let ty = if inp.eat(TokenKind::Colon) { Some(ty::ty(inp)?) } else { None };
    let value = if inp.eat(TokenKind::Eq) { Some(expr::unrestricted(inp)?) } else { None };
    if ty.is_none() && value.is_none() {
        return inp.fail(Expected::Colon);
    }
    end_of_item(inp)?;
    Ok((ty, value))
}

/// `type Name<T>: Bound where .. = T;`
pub fn type_alias(inp: &mut In<'_, '_>) -> Parsed<ItemKind> {
    inp.bump();
    item_name(inp)?;
    let mut generics = generics::generics(inp)?;
    let bounds = match inp.eat(TokenKind::Colon) {
        true => generics::bounds(inp)?,
        false => Box::default(),
    };
    generics::where_clause(inp, &mut generics)?;
    let ty = if inp.eat(TokenKind::Eq) { Some(ty::ty(inp)?) } else { None };
    generics::where_clause(inp, &mut generics)?;
    end_of_item(inp)?;
    Ok(ItemKind::TypeAlias { generics, bounds, ty })
}
