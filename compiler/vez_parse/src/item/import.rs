//! `use` trees and `extern crate`.

use super::{end_of_item, item_name};
use crate::cursor::{In, Parsed, Rules};
use crate::error::{Expected, Reason};
use crate::path::{segment_name, starts_path};
use vez_ast::{Ident, ItemKind, UseKind, UseTree};
use vez_base::{limits, name};
use vez_lex::TokenKind;

/// At `use`.
pub fn use_item(inp: &mut In<'_, '_>) -> Parsed<ItemKind> {
    inp.bump();
    let tree = use_tree(inp)?;
    end_of_item(inp)?;
    Ok(ItemKind::Use(tree))
}

/// `a::b`, `a::b as c`, `a::*`, `a::{b, c}`
fn use_tree(inp: &mut In<'_, '_>) -> Parsed<UseTree> {
    let first = inp.pos();
    let global = inp.eat(TokenKind::ColonColon);
    let mut prefix: Vec<Ident> = Vec::new();
    let kind = loop {
        match inp.current() {
            TokenKind::Star => {
                inp.bump();
                break UseKind::Glob;
            }
            TokenKind::LBrace => break UseKind::Nested(nested(inp)?),
            _ => {}
        }
        if !starts_path(inp.current()) {
            return inp.fail(Expected::UseTree);
        }
        prefix.push(segment_name(inp)?);
        if !inp.eat(TokenKind::ColonColon) {
            break UseKind::Simple { rename: rename(inp)? };
        }
    };
    Ok(UseTree { global, prefix: prefix.into(), kind, span: inp.range_from(first) })
}

fn nested(inp: &mut In<'_, '_>) -> Parsed<Box<[UseTree]>> {
    if inp.state().depth >= limits::DEPTH {
        return inp.fail_deep(Reason::TooDeep, Expected::Item);
    }
    inp.state().depth += 1;
    inp.bump();
    let mut trees = Vec::new();
    while !inp.at(TokenKind::RBrace) {
        trees.push(use_tree(inp)?);
        if !inp.eat(TokenKind::Comma) {
            break;
        }
    }
    inp.state().depth -= 1;
    if !inp.at(TokenKind::RBrace) {
        return inp.fail_either(Expected::RBrace, Expected::Comma);
    }
    inp.bump();
    Ok(trees.into())
}

/// `as name` or `as _`, if it is there.
fn rename(inp: &mut In<'_, '_>) -> Parsed<Option<Ident>> {
    if !inp.eat(TokenKind::As) {
        return Ok(None);
    }
    let index = inp.pos();
    if inp.eat(TokenKind::Underscore) {
        let span = inp.token_range(index);
        return Ok(Some(Ident { name: name::UNDERSCORE, span }));
    }
    inp.ident().map(Some)
}

/// `extern crate name as other;`
pub fn extern_crate(inp: &mut In<'_, '_>) -> Parsed<ItemKind> {
    inp.bump();
    inp.bump();
    if inp.at(TokenKind::SelfValue) {
        let name = segment_name(inp)?;
        inp.state().frame.name = Some(name);
    } else {
        item_name(inp)?;
    }
    let rename = rename(inp)?;
    end_of_item(inp)?;
    Ok(ItemKind::ExternCrate { rename })
}
