//! The lexer's behaviour, by example.

use super::*;
use expect_test::{Expect, expect};

fn check(source: &str, expected: Expect) {
    let tokens = lex(source);
    let mut out = String::new();
    for i in 0..tokens.len() {
        out += &format!("{:?} {:?}\n", tokens.kinds[i], tokens.text(source, i));
    }
    for error in &tokens.errors {
        let code = error.kind.code().unwrap_or("-");
        out += &format!("{code} {:?} {}\n", error.range, error.kind.message());
    }
    expected.assert_eq(&out);
}

#[test]
fn numbers_and_dots() {
    check(
        "1 1.0 1. 1..2 1.foo 1.e5 t.0.1 1e5 1e-5 0xFFu8 0b1_0 1f32 2.5f64 1_000u64 0..1.5",
        expect![[r#"
            Int "1"
            Float "1.0"
            Float "1."
            Int "1"
            DotDot ".."
            Int "2"
            Int "1"
            Dot "."
            Ident "foo"
            Int "1"
            Dot "."
            Ident "e5"
            Ident "t"
            Dot "."
            Int "0"
            Dot "."
            Int "1"
            Float "1e5"
            Float "1e-5"
            Int "0xFFu8"
            Int "0b1_0"
            Float "1f32"
            Float "2.5f64"
            Int "1_000u64"
            Int "0"
            DotDot ".."
            Float "1.5"
        "#]],
    );
}

#[test]
fn quotes() {
    check(
        r####"'a' 'a '\'' '\u{1F600}' b'x' b'\'' "a\"b" r"\" r##"a"#b"## b"x" br#"y"# c"z" 'outer: '_ r#type"####,
        expect![[r####"
            Char "'a'"
            Lifetime "'a"
            Char "'\\''"
            Char "'\\u{1F600}'"
            Byte "b'x'"
            Byte "b'\\''"
            Str "\"a\\\"b\""
            RawStr "r\"\\\""
            RawStr "r##\"a\"#b\"##"
            ByteStr "b\"x\""
            RawByteStr "br#\"y\"#"
            CStr "c\"z\""
            Lifetime "'outer"
            Colon ":"
            Lifetime "'_"
            RawIdent "r#type"
        "####]],
    );
}

#[test]
fn comments_are_gaps_and_doc_comments_are_tokens() {
    check(
        "//! in\n/// out\n//// no\n// no\n/* a /* b */ c */ /** out */ /***/ /**/ /*! in */ x",
        expect![[r#"
            InnerDoc "//! in"
            OuterDoc "/// out"
            OuterDoc "/** out */"
            InnerDoc "/*! in */"
            Ident "x"
        "#]],
    );
}

#[test]
fn punctuation_that_generics_split() {
    check(
        "a >> b >>= c >= d > e << f <<= g <= h && i || j &&k ???x ==> <==> ..= ... ::",
        expect![[r#"
            Ident "a"
            GtJoint ">"
            Gt ">"
            Ident "b"
            GtJoint ">"
            GtJoint ">"
            Eq "="
            Ident "c"
            GtJoint ">"
            Eq "="
            Ident "d"
            Gt ">"
            Ident "e"
            LtJoint "<"
            Lt "<"
            Ident "f"
            ShlEq "<<="
            Ident "g"
            LtEq "<="
            Ident "h"
            AndJoint "&"
            And "&"
            Ident "i"
            OrJoint "|"
            Or "|"
            Ident "j"
            AndJoint "&"
            And "&"
            Ident "k"
            Hole "???"
            Ident "x"
            Implies "==>"
            Iff "<==>"
            DotDotEq "..="
            DotDotDot "..."
            ColonColon "::"
        "#]],
    );
}

#[test]
fn mistakes_are_tokens_with_errors() {
    check(
        "0x 0b12 1e+ '' 'ab' k\"s\" r#self ¤¤ \0 'x",
        expect![[r#"
        Int "0x"
        Int "0b12"
        Float "1e+"
        Char "''"
        Char "'ab'"
        Ident "k"
        Str "\"s\""
        RawIdent "r#self"
        Unknown "¤"
        Unknown "¤"
        Unknown "\0"
        Lifetime "'x"
        E0768 0..2 no digits in the number
        - 6..7 digit that the number's base does not have
        - 8..11 no digits in the exponent
        - 12..14 empty character literal
        - 15..19 character literal with more than one character
        - 20..21 reserved prefix on a literal
        - 25..31 keyword that cannot be a raw identifier
        - 32..36 unknown start of token `¤`
        - 37..38 NUL byte in the source
    "#]],
    );
    check(
        "\"abc",
        expect![[r#"
        Str "\"abc"
        E0765 0..4 unterminated double quote string
    "#]],
    );
    check(
        "/* /* */",
        expect![[r#"
        E0758 0..2 unterminated block comment
    "#]],
    );
    check(
        "r#\"abc\"",
        expect![[r##"
        RawStr "r#\"abc\""
        E0748 0..7 unterminated raw string
    "##]],
    );
    check(
        "'\n",
        expect![[r#"
        Char "'"
        E0762 0..1 unterminated character literal
    "#]],
    );
}

#[test]
fn preamble() {
    check(
        "\u{feff}#!/usr/bin/vez\nx",
        expect![[r#"
        Ident "x"
    "#]],
    );
    check(
        "#![a]",
        expect![[r##"
        Pound "#"
        Not "!"
        LBracket "["
        Ident "a"
        RBracket "]"
    "##]],
    );
}

#[test]
fn literals_decode() {
    let mut errors = Vec::new();
    assert_eq!(
        decode_str(
            r#""a\n\x41\u{1F600}\
        b""#,
            &mut errors
        ),
        "a\nA😀b"
    );
    assert_eq!(decode_str(r##"r#"a\n"#"##, &mut errors), "a\\n");
    assert_eq!(decode_bytes(r#"b"\xff\0a""#, &mut errors), [255, 0, 97]);
    assert_eq!(decode_c_str(r#"c"\xffé""#, &mut errors), [255, 0xc3, 0xa9]);
    assert_eq!(decode_char(r"'\''", &mut errors), '\'');
    assert_eq!(decode_byte(r"b'\\'", &mut errors), b'\\');
    assert_eq!(
        decode_number("0xFF_u8", &mut errors),
        Number::Int { value: 255, base: NumberBase::Hex, suffix: Some("u8") }
    );
    assert_eq!(
        decode_number("1_0.5e-3f64", &mut errors),
        Number::Float { text: "10.5e-3".into(), suffix: Some("f64") }
    );
    assert_eq!(
        decode_number("1f32", &mut errors),
        Number::Float { text: "1".into(), suffix: Some("f32") }
    );
    assert_eq!(errors, []);
    decode_str(r#""\q\x1\xff\u{d800}\u41""#, &mut errors);
    decode_number("340282366920938463463374607431768211456", &mut errors);
    decode_number("1i33", &mut errors);
    let kinds: Vec<_> = errors.iter().map(|e| e.kind).collect();
    assert_eq!(
        kinds,
        [
            LitErrorKind::UnknownEscape('q'),
            LitErrorKind::ShortHexEscape,
            LitErrorKind::HexEscapeAboveAscii,
            LitErrorKind::NoSuchChar,
            LitErrorKind::BadUnicodeEscape,
            LitErrorKind::IntTooLarge,
            LitErrorKind::UnknownSuffix,
        ]
    );
}

#[test]
fn any_text_lexes_and_tokens_cover_it_in_order() {
    let alphabet: Vec<char> =
        "aé_r#b'\"\\/*!0x1.e+-<>=&|?:;(){}[]\n\r \u{2028}\0🦀".chars().collect();
    let mut seed = 0x9e37_79b9_7f4a_7c15u64;
    for _ in 0..20_000 {
        let mut text = String::new();
        for _ in 0..(seed % 24) {
            seed = seed.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
            text.push(alphabet[(seed >> 33) as usize % alphabet.len()]);
        }
        seed = seed.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        let tokens = lex(&text);
        let mut end = 0;
        for i in 0..tokens.len() {
            let range = tokens.range(i);
            assert!(end <= range.start && range.start < range.end, "{text:?}");
            end = range.end;
            let mut errors = Vec::new();
            let token = tokens.text(&text, i);
            match tokens.kinds[i] {
                TokenKind::Int | TokenKind::Float => drop(decode_number(token, &mut errors)),
                TokenKind::Str | TokenKind::RawStr => drop(decode_str(token, &mut errors)),
                TokenKind::ByteStr | TokenKind::RawByteStr => {
                    drop(decode_bytes(token, &mut errors))
                }
                TokenKind::CStr | TokenKind::RawCStr => drop(decode_c_str(token, &mut errors)),
                TokenKind::Char => drop(decode_char(token, &mut errors)),
                TokenKind::Byte => drop(decode_byte(token, &mut errors)),
                TokenKind::OuterDoc | TokenKind::InnerDoc => drop(decode_doc(token)),
                _ => {}
            }
        }
    }
}
