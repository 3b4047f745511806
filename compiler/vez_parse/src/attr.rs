//! Attributes and doc comments.

use crate::cursor::{In, Parsed, Rules, delimited_list};
use crate::error::Expected;
use crate::lit;
use chumsky::Parser;
use chumsky::primitive::custom;
use vez_ast::{Attr, Lit, Meta, MetaValue};
use vez_base::{Name, name};
use vez_lex::TokenKind;

/// Attributes that state contracts.
const CONTRACTS: [&str; 6] = ["requires", "ensures", "invariant", "decreases", "spec", "lemma"];

/// The outer attributes and doc comments in front of something.
pub fn outer_attrs(inp: &mut In<'_, '_>) -> Parsed<Vec<Attr>> {
    let mut attrs = Vec::new();
    loop {
        match inp.current() {
            TokenKind::Pound if inp.nth(1) != TokenKind::Not => attrs.push(attribute(inp)?),
            TokenKind::OuterDoc => attrs.push(doc(inp)),
            _ => return Ok(attrs),
        }
    }
}

/// The inner attributes and doc comments at the start of a file, module or block.
pub fn inner_attrs(inp: &mut In<'_, '_>) -> Parsed<Vec<Attr>> {
    let mut attrs = Vec::new();
    loop {
        match inp.current() {
            TokenKind::Pound if inp.nth(1) == TokenKind::Not => attrs.push(attribute(inp)?),
            TokenKind::InnerDoc => attrs.push(doc(inp)),
            _ => return Ok(attrs),
        }
    }
}

/// Attributes where they are allowed but have no place in the tree: on statements, expressions, arms, parameters.
///
/// What they say is advice to lints, except `cfg`, which must not be ignored.
pub fn ignored_attrs(inp: &mut In<'_, '_>) -> Parsed<()> {
    if !matches!(inp.current(), TokenKind::Pound | TokenKind::OuterDoc) {
        return Ok(());
    }
    for attr in outer_attrs(inp)? {
        if attr.meta.path == "cfg" || attr.meta.path == "cfg_attr" {
            let state = inp.state();
            let span = state.span(attr.span);
            state.not_supported("`cfg` on anything but items and fields", span);
        }
    }
    Ok(())
}

/// How many tokens of attributes and doc comments are ahead. Looks at matching brackets only.
pub fn outer_attrs_len(inp: &mut In<'_, '_>) -> usize {
    let mut n = 0;
    loop {
        match inp.nth(n) {
            TokenKind::OuterDoc => n += 1,
            TokenKind::Pound if inp.nth(n + 1) == TokenKind::LBracket => {
                let mut depth = 0usize;
                n += 1;
                loop {
                    let kind = inp.nth(n);
                    if kind == TokenKind::Eof {
                        return n;
                    }
                    depth += usize::from(kind.is_opener());
                    depth -= usize::from(kind.is_closer());
                    n += 1;
                    if depth == 0 {
                        break;
                    }
                }
            }
            _ => return n,
        }
    }
}

fn doc(inp: &mut In<'_, '_>) -> Attr {
    let index = inp.pos();
    let inner = inp.at(TokenKind::InnerDoc);
    inp.bump();
    let span = inp.token_range(index);
    let text = Name::new(vez_lex::decode_doc(inp.state().token_text(index)));
    let path = inp.state().intern("doc");
    let meta = Meta { path, value: MetaValue::Lit(Lit::Str(text)), span };
    Attr { inner, meta, span }
}

/// `#[meta]` or `#![meta]`.
fn attribute(inp: &mut In<'_, '_>) -> Parsed<Attr> {
    let first = inp.pos();
    inp.expect(TokenKind::Pound)?;
    let inner = inp.eat(TokenKind::Not);
    inp.expect(TokenKind::LBracket)?;
    let meta = meta(inp)?;
    inp.expect(TokenKind::RBracket)?;
    let span = inp.range_from(first);
    if CONTRACTS.contains(&meta.path.as_str()) {
        let state = inp.state();
        let span = state.span(span);
        state.not_supported("contracts", span);
    }
    Ok(Attr { inner, meta, span })
}

/// `path`, `path = literal`, `path(list)`, or `path` and any tokens.
pub(crate) fn meta(inp: &mut In<'_, '_>) -> Parsed<Meta> {
    let first = inp.pos();
    let path = meta_path(inp)?;
    let value = match inp.current() {
        TokenKind::Eq => {
            inp.bump();
            let start = inp.pos();
            if inp.current().is_literal() && inp.nth(1).is_closer() {
                MetaValue::Lit(lit::literal(inp)?)
            } else {
                MetaValue::Tokens(lit::token_tree_body(inp, TokenKind::RBracket).and_then(
                    |range| {
                        if inp.pos() == start { inp.fail(Expected::Literal) } else { Ok(range) }
                    },
                )?)
            }
        }
        TokenKind::LParen => list_or_tokens(inp)?,
        TokenKind::LBracket | TokenKind::LBrace => MetaValue::Tokens(lit::token_tree(inp)?),
        _ => MetaValue::Word,
    };
    Ok(Meta { path, value, span: inp.range_from(first) })
}

fn list_or_tokens(inp: &mut In<'_, '_>) -> Parsed<MetaValue> {
    let before = inp.save();
    let list = delimited_list(TokenKind::LParen, list_element, TokenKind::RParen);
    match inp.parse(list.map(MetaValue::List)) {
        Ok(list) => Ok(list),
        Err(_) => {
            inp.rewind(before);
            Ok(MetaValue::Tokens(lit::token_tree(inp)?))
        }
    }
}

fn list_element(inp: &mut In<'_, '_>) -> Parsed<Meta> {
    let first = inp.pos();
    if inp.current().is_literal() {
        let value = MetaValue::Lit(lit::literal(inp)?);
        return Ok(Meta { path: name::EMPTY, value, span: inp.range_from(first) });
    }
    let path = meta_path(inp)?;
    let value = match inp.current() {
        TokenKind::Eq => {
            inp.bump();
            MetaValue::Lit(lit::literal(inp)?)
        }
        // Nested lists are short in practice; past the limit they are tokens, which cost no stack.
        TokenKind::LParen if inp.state().depth < 32 => {
            inp.state().depth += 1;
            let value = list_or_tokens(inp);
            inp.state().depth -= 1;
            value?
        }
        TokenKind::LParen => MetaValue::Tokens(lit::token_tree(inp)?),
        _ => MetaValue::Word,
    };
    Ok(Meta { path, value, span: inp.range_from(first) })
}

/// Segments joined by `::`, keywords allowed.
fn meta_path(inp: &mut In<'_, '_>) -> Parsed<Name> {
    let first = inp.pos();
    let segment = custom(|inp: &mut In<'_, '_>| {
        let kind = inp.current();
        if kind == TokenKind::Ident || kind == TokenKind::RawIdent || kind.is_keyword() {
            inp.bump();
            return Ok(());
        }
        inp.fail(Expected::Attribute)
    });
    inp.eat(TokenKind::ColonColon);
    inp.parse(segment)?;
    while inp.eat(TokenKind::ColonColon) {
        inp.parse(segment)?;
    }
    let end = inp.pos();
    let state = inp.state();
    if end == first + 1 {
        let text = state.token_text(first);
        return Ok(state.intern(text));
    }
    let path: String = (first..end).map(|index| state.token_text(index)).collect();
    Ok(Name::new(&path))
}
