//! Types.

use crate::cursor::{In, Parsed, Rules, comma_list};
use crate::error::Expected;
use crate::path::{self, PathMode};
use crate::{expr, generics, lit, mac};
use chumsky::Parser;
use vez_ast::{FnPtrType, Lifetime, Mutability, TypeId, TypeKind};
use vez_base::Name;
use vez_lex::TokenKind;

/// A type; `dyn A + B` and `impl A + B` reach as far as they can.
pub fn ty(inp: &mut In<'_, '_>) -> Parsed<TypeId> {
    inp.nested(Expected::Type, |state| state.rules.ty.clone())
}

/// The rule behind [`ty`].
pub fn type_rule(inp: &mut In<'_, '_>) -> Parsed<TypeId> {
    let first = inp.pos();
    let kind = match inp.current() {
        TokenKind::LParen => return paren_or_tuple(inp),
        TokenKind::Not => {
            inp.bump();
            TypeKind::Never
        }
        TokenKind::Underscore => {
            inp.bump();
            TypeKind::Infer
        }
        TokenKind::Hole => {
            inp.bump();
            TypeKind::Hole
        }
        TokenKind::And | TokenKind::AndJoint => reference(inp)?,
        TokenKind::Star => pointer(inp)?,
        TokenKind::LBracket => slice_or_array(inp)?,
        TokenKind::Impl => {
            inp.bump();
            TypeKind::Impl(generics::bounds(inp)?)
        }
        TokenKind::Dyn => {
            inp.bump();
            TypeKind::Dyn(generics::bounds(inp)?)
        }
        TokenKind::Fn | TokenKind::Unsafe | TokenKind::Extern => fn_pointer(inp, Box::default())?,
        TokenKind::For => {
            let lifetimes = generics::for_lifetimes(inp)?;
            fn_pointer(inp, lifetimes)?
        }
        kind if path::starts_path(kind) || path::is_less(kind) => return path_type(inp),
        _ => return inp.fail(Expected::Type),
    };
    Ok(inp.ty(first, kind))
}

fn path_type(inp: &mut In<'_, '_>) -> Parsed<TypeId> {
    let first = inp.pos();
    let path = path::path(inp, PathMode::Type)?;
    if inp.at(TokenKind::Not) && inp.nth(1).is_opener() {
        mac::skip_unsupported(inp, first, "macros as types")?;
        return Ok(inp.ty(first, TypeKind::Error));
    }
    Ok(inp.ty(first, TypeKind::Path(path)))
}

fn mutability(inp: &mut In<'_, '_>) -> Mutability {
    if inp.eat(TokenKind::Mut) { Mutability::Mut } else { Mutability::Not }
}

/// `&'a mut T`; of `&&` the first.
fn reference(inp: &mut In<'_, '_>) -> Parsed<TypeKind> {
    inp.bump();
    let lifetime = inp.eat_lifetime();
    let mutability = mutability(inp);
    Ok(TypeKind::Ref { lifetime, mutability, ty: ty(inp)? })
}

fn pointer(inp: &mut In<'_, '_>) -> Parsed<TypeKind> {
    inp.bump();
    let mutability = match inp.current() {
        TokenKind::Mut => Mutability::Mut,
        TokenKind::Const => Mutability::Not,
        _ => return inp.fail_either(Expected::Mut, Expected::Const),
    };
    inp.bump();
    Ok(TypeKind::Ptr { mutability, ty: ty(inp)? })
}

fn slice_or_array(inp: &mut In<'_, '_>) -> Parsed<TypeKind> {
    inp.bump();
    let elem = ty(inp)?;
    let kind = match inp.eat(TokenKind::Semi) {
        true => TypeKind::Array { elem, len: expr::unrestricted(inp)? },
        false => TypeKind::Slice(elem),
    };
    inp.expect(TokenKind::RBracket)?;
    Ok(kind)
}

fn paren_or_tuple(inp: &mut In<'_, '_>) -> Parsed<TypeId> {
    let first = inp.pos();
    inp.bump();
    let types = inp.parse(comma_list(ty))?;
    let last = inp.pos() - 1;
    let trailing = inp.state().kinds[last] == TokenKind::Comma;
    inp.expect(TokenKind::RParen)?;
    let kind = match types.as_slice() {
        [only] if !trailing => TypeKind::Paren(*only),
        _ => TypeKind::Tuple(types.into()),
    };
    Ok(inp.ty(first, kind))
}

/// `unsafe extern "C" fn(A, name: B, ...) -> C`
fn fn_pointer(inp: &mut In<'_, '_>, lifetimes: Box<[Lifetime]>) -> Parsed<TypeKind> {
    let is_unsafe = inp.eat(TokenKind::Unsafe);
    let abi = abi(inp)?;
    inp.expect(TokenKind::Fn)?;
    inp.expect(TokenKind::LParen)?;
    let params = inp.parse(comma_list(fn_pointer_param).map(|params| {
        params.into_iter().map(|param| param.ok_or(())).collect::<Vec<Result<TypeId, ()>>>()
    }))?;
    inp.expect(TokenKind::RParen)?;
    let variadic = params.last() == Some(&Err(()));
    let params: Box<[TypeId]> = params.into_iter().flatten().collect();
    let ret = if inp.eat(TokenKind::Arrow) { Some(ty(inp)?) } else { None };
    Ok(TypeKind::Fn(Box::new(FnPtrType { lifetimes, is_unsafe, abi, params, variadic, ret })))
}

/// A parameter's type, its name left out; `None` for `...`.
fn fn_pointer_param(inp: &mut In<'_, '_>) -> Parsed<Option<TypeId>> {
    if inp.eat(TokenKind::DotDotDot) {
        return Ok(None);
    }
    let named =
        matches!(inp.current(), TokenKind::Ident | TokenKind::RawIdent | TokenKind::Underscore);
    if named && inp.nth(1) == TokenKind::Colon {
        inp.bump();
        inp.bump();
    }
    ty(inp).map(Some)
}

/// `extern "abi"`, if it is there.
pub fn abi(inp: &mut In<'_, '_>) -> Parsed<Option<Name>> {
    if !inp.eat(TokenKind::Extern) {
        return Ok(None);
    }
    match inp.current() {
        TokenKind::Str | TokenKind::RawStr => lit::string(inp).map(Some),
        _ => Ok(Some(inp.state().intern("C"))),
    }
}
