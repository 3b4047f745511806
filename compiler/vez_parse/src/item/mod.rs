//! Items: each with an arena of its own, and recovery from one to the next.

mod data;
mod function;
mod import;
mod value;

use crate::cursor::{In, Parsed, Rules};
use crate::error::{Expected, ParseError};
use crate::state::Frame;
use crate::{attr, generics, habit, lit, path, recover, ty};
use vez_ast::{Attr, Child, File, Generics, Ident, Impl, Item, ItemKind, TypeKind, Visibility};
use vez_base::{Name, TextRange, name};
use vez_diag::registry;
use vez_lex::TokenKind;

/// Where an item stands; it decides which may be there and what may be left out.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Place {
    Module,
    Block,
    Impl,
    Trait,
    Extern,
}

/// The whole input. Never fails.
pub fn file(inp: &mut In<'_, '_>) -> Parsed<File> {
    let attrs = attr::inner_attrs(inp).unwrap_or_else(|error| {
        inp.state().report_parse_error(error);
        Vec::new()
    });
    while !inp.at(TokenKind::Eof) {
        items(inp, Place::Module);
        if !inp.at(TokenKind::Eof) {
            let error = ParseError::new(inp.pos(), Expected::Item);
            inp.state().report_parse_error(error);
            inp.bump();
        }
    }
    let state = inp.state();
    let items = std::mem::take(&mut state.frame.children);
    Ok(File { attrs, items, len: state.text.len() as u32 })
}

/// Items up to a `}` or the end, into the children of the item being built.
fn items(inp: &mut In<'_, '_>, place: Place) {
    while !matches!(inp.current(), TokenKind::RBrace | TokenKind::Eof) {
        // A stray token between items is no item of its own.
        if matches!(inp.current(), TokenKind::Semi | TokenKind::RParen | TokenKind::RBracket) {
            let error = ParseError::new(inp.pos(), Expected::Item);
            inp.state().report_parse_error(error);
            inp.bump();
            continue;
        }
        let first = inp.pos();
        let before = inp.save();
        match item(inp, place) {
            Ok(child) => inp.state().frame.children.push(child),
            // Too deep to build at all.
            Err(error) => {
                let errors = inp.state().take_errors();
                inp.rewind(before);
                let state = inp.state();
                state.restore_errors(errors);
                state.report_parse_error(error);
                recover::skip_item(inp, first, first);
            }
        }
        if inp.pos() == first {
            inp.bump();
        }
    }
}

/// `{ items }`
fn item_block(inp: &mut In<'_, '_>, place: Place) -> Parsed<Vec<Attr>> {
    inp.expect(TokenKind::LBrace)?;
    let attrs = attr::inner_attrs(inp)?;
    items(inp, place);
    if !inp.eat(TokenKind::RBrace) {
        let error = ParseError::new(inp.pos(), Expected::RBrace);
        inp.state().report_parse_error(error);
    }
    Ok(attrs)
}

/// Whether an item starts `n` tokens ahead, where an expression could too.
pub fn starts_item(inp: &mut In<'_, '_>, n: usize) -> bool {
    let next = inp.nth(n + 1);
    match inp.nth(n) {
        TokenKind::Fn
        | TokenKind::Struct
        | TokenKind::Enum
        | TokenKind::Trait
        | TokenKind::Impl
        | TokenKind::Type
        | TokenKind::Mod
        | TokenKind::Use
        | TokenKind::Pub => true,
        TokenKind::Static => !matches!(next, TokenKind::Or | TokenKind::OrJoint | TokenKind::Move),
        TokenKind::Extern => true,
        TokenKind::Const => !matches!(
            next,
            TokenKind::LBrace | TokenKind::Or | TokenKind::OrJoint | TokenKind::Move
        ),
        TokenKind::Unsafe => next != TokenKind::LBrace,
        TokenKind::Async => matches!(next, TokenKind::Fn | TokenKind::Unsafe | TokenKind::Extern),
        TokenKind::Ident => starts_word_item(inp, n),
        _ => false,
    }
}

/// Items that start with a word that is no keyword.
fn starts_word_item(inp: &mut In<'_, '_>, n: usize) -> bool {
    let next = inp.nth(n + 1);
    if inp.nth_is_word(n, "macro_rules") {
        return next == TokenKind::Not && inp.nth(n + 2) == TokenKind::Ident;
    }
    let named = next == TokenKind::Ident;
    (inp.nth_is_word(n, "union") && named)
        || (inp.nth_is_word(n, "auto") && next == TokenKind::Trait)
        || habit::is_foreign_fn(inp, n)
}

/// One item. A damaged one is an [`ItemKind::Error`] that keeps its name; only nesting past the limit fails.
pub fn item(inp: &mut In<'_, '_>, place: Place) -> Parsed<Child> {
    let outer = std::mem::replace(&mut inp.state().place, place);
    let child = inp.nested(Expected::Item, |state| state.rules.item.clone());
    inp.state().place = outer;
    child
}

/// The rule behind [`item`].
pub fn item_rule(inp: &mut In<'_, '_>) -> Parsed<Child> {
    let place = inp.state().place;
    let first = inp.pos();
    begin(inp, first);
    let before = inp.save();
    let depth = inp.state().depth;
    let (attrs, vis, kind) = match item_inner(inp, place) {
        Ok(parts) => parts,
        Err(error) => {
            let state = inp.state();
            let (errors, name) = (state.take_errors(), state.frame.name);
            inp.rewind(before);
            let state = inp.state();
            state.frame.name = name;
            state.depth = depth;
            state.restore_errors(errors);
            let failed = state.report_parse_error(error);
            recover::skip_item(inp, first, failed);
            (Vec::new(), Visibility::Inherited, ItemKind::Error)
        }
    };
    Ok(finish(inp, first, attrs, vis, kind))
}

fn item_inner(inp: &mut In<'_, '_>, place: Place) -> Parsed<(Vec<Attr>, Visibility, ItemKind)> {
    let mut attrs = attr::outer_attrs(inp)?;
    let vis = visibility(inp)?;
    let kind = item_kind(inp, place, &mut attrs)?;
    Ok((attrs, vis, kind))
}

/// Starts an item at token `first`: a fresh arena, spans relative to it.
fn begin(inp: &mut In<'_, '_>, first: usize) {
    let state = inp.state();
    let spare = state.spare.pop().unwrap_or_default();
    let frame = Frame { base: state.starts[first], name: None, ..spare };
    let outer = std::mem::replace(&mut state.frame, frame);
    state.outer.push(outer);
}

fn finish(
    inp: &mut In<'_, '_>,
    first: usize,
    attrs: Vec<Attr>,
    vis: Visibility,
    kind: ItemKind,
) -> Child {
    let len = inp.range_from(first).end;
    let state = inp.state();
    let outer = state.outer.pop().expect("every item begun has a frame outside it");
    let mut frame = std::mem::replace(&mut state.frame, outer);
    let unnamed = Ident { name: name::EMPTY, span: TextRange::default() };
    let name = frame.name.unwrap_or(unnamed);
    let base = frame.base;
    let (nodes, children) = frame.take();
    state.spare.push(frame);
    let item = Item { kind, name, vis, attrs, nodes, children, len };
    Child::new(base - state.frame.base, item.into())
}

/// `pub`, `pub(crate)`, `pub(super)`, `pub(self)`, `pub(in path)`, or nothing.
pub fn visibility(inp: &mut In<'_, '_>) -> Parsed<Visibility> {
    if !inp.eat(TokenKind::Pub) {
        return Ok(Visibility::Inherited);
    }
    if !inp.at(TokenKind::LParen) {
        return Ok(Visibility::Public);
    }
    let vis = match (inp.nth(1), inp.nth(2)) {
        (TokenKind::Crate, TokenKind::RParen) => Visibility::Crate,
        (TokenKind::Super, TokenKind::RParen) => Visibility::Super,
        (TokenKind::SelfValue, TokenKind::RParen) => Visibility::SelfOnly,
        (TokenKind::In, _) => {
            inp.bump();
            inp.bump();
            let (path, range) = path::plain_path_name(inp)?;
            inp.expect(TokenKind::RParen)?;
            return Ok(Visibility::In(path, range));
        }
        // `pub (A, B)` of a tuple struct's field.
        _ => return Ok(Visibility::Public),
    };
    for _ in 0..3 {
        inp.bump();
    }
    Ok(vis)
}

/// Reads the item's name and remembers it, whatever comes after.
fn item_name(inp: &mut In<'_, '_>) -> Parsed<Ident> {
    let name = inp.ident()?;
    inp.state().frame.name = Some(name);
    Ok(name)
}

/// Behind attributes and visibility.
fn item_kind(inp: &mut In<'_, '_>, place: Place, attrs: &mut Vec<Attr>) -> Parsed<ItemKind> {
    match inp.current() {
        TokenKind::Struct => data::struct_item(inp),
        TokenKind::Enum => data::enum_item(inp),
        TokenKind::Impl => impl_item(inp, false, attrs),
        TokenKind::Trait => trait_item(inp, false, false, attrs),
        TokenKind::Type => value::type_alias(inp),
        TokenKind::Static => value::static_item(inp),
        TokenKind::Mod => mod_item(inp, attrs),
        TokenKind::Use => import::use_item(inp),
        TokenKind::Const if value::is_const_item(inp) => value::const_item(inp),
        TokenKind::Extern if inp.nth(1) == TokenKind::Crate => import::extern_crate(inp),
        TokenKind::Extern if is_extern_block(inp, 0) => extern_block(inp, false, attrs),
        TokenKind::Unsafe => unsafe_item(inp, place, attrs),
        TokenKind::Fn | TokenKind::Const | TokenKind::Async | TokenKind::Extern => {
            function::function(inp, place, attrs)
        }
        TokenKind::Ident => word_item(inp, place, attrs),
        kind if path::starts_path(kind) && place != Place::Block => macro_item(inp),
        _ => inp.fail(Expected::Item),
    }
}

fn word_item(inp: &mut In<'_, '_>, place: Place, attrs: &mut Vec<Attr>) -> Parsed<ItemKind> {
    if habit::is_foreign_fn(inp, 0) {
        habit::take_foreign_fn(inp);
        return function::function_rest(inp, place, attrs, vez_ast::FnQuals::default());
    }
    if inp.at_word("macro_rules") && inp.nth(1) == TokenKind::Not {
        return macro_rules(inp);
    }
    if inp.at_word("union") && inp.nth(1) == TokenKind::Ident {
        return data::union_item(inp);
    }
    if inp.at_word("auto") && inp.nth(1) == TokenKind::Trait {
        inp.bump();
        return trait_item(inp, false, true, attrs);
    }
    // `safe fn` of an `unsafe extern` block.
    if inp.at_word("safe") && inp.nth(1) == TokenKind::Fn {
        inp.bump();
        return function::function(inp, place, attrs);
    }
    let is_macro = matches!(inp.nth(1), TokenKind::Not | TokenKind::ColonColon);
    if is_macro { macro_item(inp) } else { inp.fail(Expected::Item) }
}

fn unsafe_item(inp: &mut In<'_, '_>, place: Place, attrs: &mut Vec<Attr>) -> Parsed<ItemKind> {
    match inp.nth(1) {
        TokenKind::Impl => {
            inp.bump();
            impl_item(inp, true, attrs)
        }
        TokenKind::Trait => {
            inp.bump();
            trait_item(inp, true, false, attrs)
        }
        TokenKind::Ident if inp.nth_is_word(1, "auto") => {
            inp.bump();
            inp.bump();
            trait_item(inp, true, true, attrs)
        }
        TokenKind::Extern if is_extern_block(inp, 1) => {
            inp.bump();
            extern_block(inp, true, attrs)
        }
        _ => function::function(inp, place, attrs),
    }
}

/// Whether `extern` `n` tokens ahead starts a block.
fn is_extern_block(inp: &mut In<'_, '_>, n: usize) -> bool {
    let abi = matches!(inp.nth(n + 1), TokenKind::Str | TokenKind::RawStr);
    inp.nth(n + 1 + usize::from(abi)) == TokenKind::LBrace
}

fn extern_block(inp: &mut In<'_, '_>, is_unsafe: bool, attrs: &mut Vec<Attr>) -> Parsed<ItemKind> {
    let abi: Option<Name> = ty::abi(inp)?;
    attrs.extend(item_block(inp, Place::Extern)?);
    Ok(ItemKind::ExternBlock { abi, is_unsafe })
}

/// `mod m;` or `mod m { .. }`
fn mod_item(inp: &mut In<'_, '_>, attrs: &mut Vec<Attr>) -> Parsed<ItemKind> {
    inp.bump();
    item_name(inp)?;
    if inp.at(TokenKind::LBrace) {
        attrs.extend(item_block(inp, Place::Module)?);
        return Ok(ItemKind::Mod { inline: true });
    }
    end_of_item(inp)?;
    Ok(ItemKind::Mod { inline: false })
}

/// At `trait`.
fn trait_item(
    inp: &mut In<'_, '_>,
    is_unsafe: bool,
    is_auto: bool,
    attrs: &mut Vec<Attr>,
) -> Parsed<ItemKind> {
    inp.bump();
    item_name(inp)?;
    let mut generics = generics::generics(inp)?;
    let bounds = match inp.eat(TokenKind::Colon) {
        true => generics::bounds(inp)?,
        false => Box::default(),
    };
    generics::where_clause(inp, &mut generics)?;
    attrs.extend(item_block(inp, Place::Trait)?);
    Ok(ItemKind::Trait { is_unsafe, is_auto, generics, bounds })
}

/// At `impl`.
fn impl_item(inp: &mut In<'_, '_>, is_unsafe: bool, attrs: &mut Vec<Attr>) -> Parsed<ItemKind> {
    inp.bump();
    let mut generics =
        if impl_has_generics(inp) { generics::generics(inp)? } else { Generics::default() };
    let negative =
        inp.at(TokenKind::Not) && path::starts_path(inp.nth(1)) && inp.eat(TokenKind::Not);
    let first_token = inp.pos();
    let first = ty::ty(inp)?;
    let (trait_, self_ty) = match inp.eat(TokenKind::For) {
        false => (None, first),
        true => {
            // The trait was read as a type, the last node made; it becomes a path.
            let node = inp.state().frame.nodes.types.pop();
            let Some(TypeKind::Path(path)) = node.map(|node| node.kind) else {
                return inp.fail_with(ParseError::new(first_token, Expected::Path));
            };
            (Some(path), ty::ty(inp)?)
        }
    };
    generics::where_clause(inp, &mut generics)?;
    attrs.extend(item_block(inp, Place::Impl)?);
    Ok(ItemKind::Impl(Box::new(Impl { is_unsafe, generics, negative, trait_, self_ty })))
}

/// `impl<T>` against `impl <T as Trait>::Type`.
fn impl_has_generics(inp: &mut In<'_, '_>) -> bool {
    path::is_less(inp.current())
        && match inp.nth(1) {
            TokenKind::Lifetime | TokenKind::Const | TokenKind::Pound => true,
            TokenKind::Gt | TokenKind::GtJoint => true,
            TokenKind::Ident | TokenKind::RawIdent => matches!(
                inp.nth(2),
                TokenKind::Gt
                    | TokenKind::GtJoint
                    | TokenKind::Comma
                    | TokenKind::Colon
                    | TokenKind::Eq
            ),
            _ => false,
        }
}

/// `macro_rules! name { .. }`
fn macro_rules(inp: &mut In<'_, '_>) -> Parsed<ItemKind> {
    inp.bump();
    inp.bump();
    item_name(inp)?;
    let braces = inp.at(TokenKind::LBrace);
    let tokens = lit::token_tree(inp)?;
    if !braces {
        end_of_item(inp)?;
    }
    Ok(ItemKind::MacroRules { tokens })
}

/// `name!(..);`
fn macro_item(inp: &mut In<'_, '_>) -> Parsed<ItemKind> {
    let path = path::plain_path(inp)?;
    if !inp.at(TokenKind::Not) || !inp.nth(1).is_opener() {
        return inp.fail(Expected::Not);
    }
    inp.bump();
    let braces = inp.at(TokenKind::LBrace);
    let tokens = lit::token_tree(inp)?;
    if !braces {
        end_of_item(inp)?;
    }
    Ok(ItemKind::MacroCall { path, tokens })
}

/// Takes the `;` of an item. Forgotten before a new line it is reported, and nothing is lost.
fn end_of_item(inp: &mut In<'_, '_>) -> Parsed<()> {
    if inp.eat(TokenKind::Semi) {
        return Ok(());
    }
    let at = inp.pos();
    let obvious =
        matches!(inp.current(), TokenKind::RBrace | TokenKind::Eof) || inp.state().starts_line(at);
    if !obvious {
        return inp.fail(Expected::Semi);
    }
    inp.state().report_missing("`;`", at);
    Ok(())
}

/// Like [`end_of_item`], where VeZ lets the `;` be left out.
fn optional_end(inp: &mut In<'_, '_>) -> Parsed<()> {
    if inp.eat(TokenKind::Semi) {
        return Ok(());
    }
    let at = inp.pos();
    let obvious =
        matches!(inp.current(), TokenKind::RBrace | TokenKind::Eof) || inp.state().starts_line(at);
    if obvious { Ok(()) } else { inp.fail(Expected::Semi) }
}

/// A body that is missing where there must be one.
fn report_missing_body(inp: &mut In<'_, '_>, what: &str, at: usize) {
    let state = inp.state();
    let span = state.token_span(at);
    state.report(registry::MissingBody { what }.at(span));
}
