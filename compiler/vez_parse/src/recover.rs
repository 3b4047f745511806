//! Where parsing goes on after an error: behind a `;`, at a `}`, or at the next item.

use crate::cursor::{In, Rules};
use vez_lex::TokenKind;

/// For each opening delimiter the index of its closing one, 0 where it has none.
///
/// Braces win: a `}` closes the nearest `{`, whatever else was left open in between, and no `)` or `]` reaches past a `{`.
pub fn match_delimiters(kinds: &[TokenKind]) -> Vec<u32> {
    let mut closers = vec![0; kinds.len()];
    let mut open: Vec<usize> = Vec::new();
    for (index, &kind) in kinds.iter().enumerate() {
        if kind.is_opener() {
            open.push(index);
        } else if kind.is_closer() {
            let depth = open
                .iter()
                .rposition(|&o| kinds[o].closer() == Some(kind) || kinds[o] == TokenKind::LBrace);
            // A `}` looks past other openers only for a `{`, so the first hit decides for every kind.
            if let Some(depth) = depth
                && kinds[open[depth]].closer() == Some(kind)
            {
                closers[open[depth]] = index as u32;
                open.truncate(depth);
            }
        }
    }
    closers
}

/// Whether an item surely starts at token `index`: a keyword, first of its line.
fn starts_item(inp: &mut In<'_, '_>, index: usize) -> bool {
    let state = inp.state();
    let keyword = matches!(
        state.kinds[index],
        TokenKind::Fn
            | TokenKind::Struct
            | TokenKind::Enum
            | TokenKind::Trait
            | TokenKind::Impl
            | TokenKind::Mod
            | TokenKind::Use
            | TokenKind::Pub
            | TokenKind::Static
            | TokenKind::Const
            | TokenKind::Type
            | TokenKind::Extern
            | TokenKind::OuterDoc
            | TokenKind::Pound
    );
    keyword && state.starts_line(index)
}

fn starts_statement(inp: &mut In<'_, '_>, index: usize) -> bool {
    let state = inp.state();
    let keyword = matches!(
        state.kinds[index],
        TokenKind::Let
            | TokenKind::If
            | TokenKind::While
            | TokenKind::For
            | TokenKind::Loop
            | TokenKind::Match
            | TokenKind::Return
            | TokenKind::Break
            | TokenKind::Continue
    );
    keyword && state.starts_line(index)
}

/// Moves past a damaged statement that begins at token `first` and failed at `failed`. The cursor may be anywhere before.
pub fn skip_statement(inp: &mut In<'_, '_>, first: usize, failed: usize) {
    let mut index = first.max(inp.pos());
    loop {
        let kind = inp.state().kinds[index];
        let closer = inp.state().closers()[index] as usize;
        match kind {
            TokenKind::Eof | TokenKind::RBrace => break,
            TokenKind::Semi if index >= failed => {
                index += 1;
                break;
            }
            _ if closer > 0 => {
                index = closer + 1;
                let block = kind == TokenKind::LBrace;
                if block
                    && index > failed
                    && inp.state().starts_line(index)
                    && !continues(inp, index)
                {
                    break;
                }
                continue;
            }
            _ => {}
        }
        let resumes = starts_item(inp, index) || starts_statement(inp, index);
        if index > first && index >= failed && resumes {
            break;
        }
        index += 1;
    }
    advance(inp, index);
}

/// Whether a line that starts with this token goes on with the statement above.
fn continues(inp: &mut In<'_, '_>, index: usize) -> bool {
    matches!(
        inp.state().kinds[index],
        TokenKind::Dot | TokenKind::Question | TokenKind::Else | TokenKind::Semi | TokenKind::Comma
    )
}

/// Moves past a damaged item.
pub fn skip_item(inp: &mut In<'_, '_>, first: usize, failed: usize) {
    let mut index = first.max(inp.pos());
    loop {
        let kind = inp.state().kinds[index];
        let closer = inp.state().closers()[index] as usize;
        match kind {
            TokenKind::Eof | TokenKind::RBrace => break,
            TokenKind::Semi if index >= failed => {
                index += 1;
                break;
            }
            TokenKind::LBrace if closer > 0 => {
                index = closer + 1;
                if closer >= failed {
                    // `use a::{..};` goes on behind its braces.
                    index += usize::from(inp.state().kinds[index] == TokenKind::Semi);
                    break;
                }
                continue;
            }
            _ if closer > 0 => {
                index = closer + 1;
                continue;
            }
            _ => {}
        }
        if index > first && index >= failed && starts_item(inp, index) {
            break;
        }
        index += 1;
    }
    advance(inp, index);
}

/// Moves to token `index`.
fn advance(inp: &mut In<'_, '_>, index: usize) {
    while inp.pos() < index && !inp.at(TokenKind::Eof) {
        inp.bump();
    }
}
