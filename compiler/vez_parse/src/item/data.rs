//! Structs, enums and unions.

use super::{item_name, optional_end, visibility};
use crate::cursor::{In, Parsed, Rules, delimited_list};
use crate::error::Expected;
use crate::{attr, expr, generics, ty};
use vez_ast::{FieldDef, Ident, ItemKind, Variant, VariantData, Visibility};
use vez_base::Name;
use vez_diag::registry;
use vez_lex::TokenKind;

/// At `struct`.
pub fn struct_item(inp: &mut In<'_, '_>) -> Parsed<ItemKind> {
    inp.bump();
    item_name(inp)?;
    let mut generics = generics::generics(inp)?;
    generics::where_clause(inp, &mut generics)?;
    let data = match inp.current() {
        TokenKind::LBrace => VariantData::Struct(fields(inp)?),
        TokenKind::LParen => {
            let fields = tuple_fields(inp)?;
            generics::where_clause(inp, &mut generics)?;
            optional_end(inp)?;
            VariantData::Tuple(fields)
        }
        _ => {
            optional_end(inp)?;
            VariantData::Unit
        }
    };
    Ok(ItemKind::Struct { generics, data })
}

/// At `union`.
pub fn union_item(inp: &mut In<'_, '_>) -> Parsed<ItemKind> {
    inp.bump();
    item_name(inp)?;
    let mut generics = generics::generics(inp)?;
    generics::where_clause(inp, &mut generics)?;
    Ok(ItemKind::Union { generics, fields: fields(inp)? })
}

/// At `enum`.
pub fn enum_item(inp: &mut In<'_, '_>) -> Parsed<ItemKind> {
    inp.bump();
    item_name(inp)?;
    let mut generics = generics::generics(inp)?;
    generics::where_clause(inp, &mut generics)?;
    let variants = inp.parse(delimited_list(TokenKind::LBrace, variant, TokenKind::RBrace))?;
    Ok(ItemKind::Enum { generics, variants })
}

fn variant(inp: &mut In<'_, '_>) -> Parsed<Variant> {
    let first = inp.pos();
    let attrs = attr::outer_attrs(inp)?;
    let vis = inp.pos();
    if visibility(inp)? != Visibility::Inherited {
        let state = inp.state();
        let report = registry::NeedlessVisibility { what: "a variant" }.at(state.token_span(vis));
        state.report(report.note("variants are as visible as their enum"));
    }
    if !matches!(inp.current(), TokenKind::Ident | TokenKind::RawIdent) {
        return inp.fail(Expected::Variant);
    }
    let name = inp.ident()?;
    let data = match inp.current() {
        TokenKind::LBrace => VariantData::Struct(fields(inp)?),
        TokenKind::LParen => VariantData::Tuple(tuple_fields(inp)?),
        _ => VariantData::Unit,
    };
    let discriminant = match inp.eat(TokenKind::Eq) {
        true => Some(expr::unrestricted(inp)?),
        false => None,
    };
    Ok(Variant { name, attrs, data, discriminant, span: inp.range_from(first) })
}

/// `{ pub a: A, b: B }`
fn fields(inp: &mut In<'_, '_>) -> Parsed<Vec<FieldDef>> {
    inp.parse(delimited_list(TokenKind::LBrace, field, TokenKind::RBrace))
}

fn field(inp: &mut In<'_, '_>) -> Parsed<FieldDef> {
    let attrs = attr::outer_attrs(inp)?;
    let vis = visibility(inp)?;
    if !matches!(inp.current(), TokenKind::Ident | TokenKind::RawIdent) {
        return inp.fail(Expected::Field);
    }
    let name = inp.ident()?;
    inp.expect(TokenKind::Colon)?;
    Ok(FieldDef { name, vis, attrs, ty: ty::ty(inp)? })
}

/// `(pub A, B)`, named by number.
fn tuple_fields(inp: &mut In<'_, '_>) -> Parsed<Vec<FieldDef>> {
    let mut fields =
        inp.parse(delimited_list(TokenKind::LParen, tuple_field, TokenKind::RParen))?;
    for (index, field) in fields.iter_mut().enumerate() {
        field.name.name = Name::new(&index.to_string());
    }
    Ok(fields)
}

fn tuple_field(inp: &mut In<'_, '_>) -> Parsed<FieldDef> {
    let attrs = attr::outer_attrs(inp)?;
    let vis = visibility(inp)?;
    let first = inp.pos();
    let ty = ty::ty(inp)?;
    let name = Ident { name: vez_base::name::EMPTY, span: inp.range_from(first) };
    Ok(FieldDef { name, vis, attrs, ty })
}
