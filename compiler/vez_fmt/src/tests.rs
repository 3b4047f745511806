//! The formatter by example, and what holds for every program.

use crate::format;
use expect_test::{Expect, expect};
use std::path::{Path, PathBuf};
use vez_lex::TokenKind;

fn check(source: &str, expected: Expect) {
    let once = format(source).expect("the example parses");
    expected.assert_eq(&once);
    assert_holds(source, "example");
}

/// Nothing is lost and nothing is left to do.
fn assert_holds(source: &str, name: &str) {
    let once = format(source).unwrap_or_else(|errors| panic!("{name}: {errors:?}"));
    assert_eq!(words(source), words(&once), "{name}: tokens or comments changed");
    let twice =
        format(&once).unwrap_or_else(|errors| panic!("{name}, formatted: {errors:?}\n{once}"));
    if let Some((a, b)) = once.lines().zip(twice.lines()).find(|(a, b)| a != b) {
        panic!("{name}: not idempotent\n{a}\n{b}");
    }
    assert_eq!(once, twice, "{name}: not idempotent");
}

/// All tokens but trailing commas, and all comments, without blanks.
fn words(source: &str) -> Vec<String> {
    let tokens = vez_lex::lex(source);
    let mut words: Vec<String> = Vec::new();
    let mut comments = String::new();
    for index in 0..=tokens.len() {
        comments.extend(tokens.gap(source, index).chars().filter(|c| !c.is_whitespace()));
        let kind = tokens.kinds[index];
        let closes =
            kind.is_closer() || matches!(kind, TokenKind::LBrace | TokenKind::Eof | TokenKind::Or);
        if closes && words.last().is_some_and(|word| word == ",") {
            words.pop();
        }
        words.push(tokens.text(source, index).trim_end().to_owned());
    }
    words.push(comments);
    words
}

#[test]
fn items() {
    check(
        "#![a]\nuse std::{a,b::{c,d}};use x as y;\n\n\n\nstruct A{a:i32,pub b:Vec<u8>}struct B(pub i32,u8);struct C;enum E{A,B(u8),C{x:u8}=3}
         #[derive(Debug,Clone)]/// Doc.\npub(crate) fn f<'a,T:Copy+'a>(&'a mut self,x:&mut[T;3],_:fn(u8)->u8)->Option<T>where T:X<u8>,U:?Sized{}
         impl<T>!Send for X<T>{const A:u8=1;type B=<T as X>::Y;fn g(self){}} mod m{fn h(){}} extern \"C\"{fn p(x:*const u8,...);} macro_rules! m { (a  b) => { c } }
         fn twice(x:i32)->i32=x*2\ntrait T:A+B{type X<'a>:B where Self:'a;}",
        expect![[r##"
            #![a]
            use std::{a, b::{c, d}};
            use x as y;

            struct A {
                a: i32,
                pub b: Vec<u8>,
            }
            struct B(pub i32, u8);
            struct C;
            enum E {
                A,
                B(u8),
                C { x: u8 } = 3,
            }
            #[derive(Debug, Clone)]
            /// Doc.
            pub(crate) fn f<'a, T: Copy + 'a>(&'a mut self, x: &mut [T; 3], _: fn(u8) -> u8) -> Option<T>
            where
                T: X<u8>,
                U: ?Sized,
            {}
            impl<T> !Send for X<T> {
                const A: u8 = 1;
                type B = <T as X>::Y;
                fn g(self) {}
            }
            mod m {
                fn h() {}
            }
            extern "C" {
                fn p(x: *const u8, ...);
            }
            macro_rules! m { (a  b) => { c } }
            fn twice(x: i32) -> i32 = x * 2
            trait T: A + B {
                type X<'a>: B
                where
                    Self: 'a;
            }
        "##]],
    );
}

#[test]
fn a_where_without_bounds() {
    check(
        "fn f() where {}",
        expect![[r#"
            fn f()
            where
            {}
        "#]],
    );
}

#[test]
fn expressions() {
    check(
        "fn f(){let x=-1+2*-3;let y=&mut*z;let c=|a,b|a+b;let d=move||{a;b};if x&&y||!z{a}else if c{b}else{c}
         let v=vec![1,2,3];println!(\"{}\",x);for i in 0..n{a[i]+=1;}match x{A|B=>1,C{a,..}if b=>{c},_=>return,}
         let s=S{a:1,b,..c};let t=(a,);x as u8>>2;a>=b;f::<u8>(x)?.await;'l:loop{break 'l 1;}let Some(x)=y else{return};
         let q=if a{b}else{c};unsafe{f()};a.0.1;x..;..=y;foo(|x|{bar(x)});[0;3];&&x;***y;!-x;a???;}",
        expect![[r#"
            fn f() {
                let x = -1 + 2 * -3;
                let y = &mut *z;
                let c = |a, b| a + b;
                let d = move || {
                    a;
                    b
                };
                if x && y || !z {
                    a
                } else if c {
                    b
                } else {
                    c
                }
                let v = vec![1, 2, 3];
                println!("{}", x);
                for i in 0..n {
                    a[i] += 1;
                }
                match x {
                    A | B => 1,
                    C { a, .. } if b => { c },
                    _ => return,
                }
                let s = S { a: 1, b, ..c };
                let t = (a,);
                x as u8 >> 2;
                a >= b;
                f::<u8>(x)?.await;
                'l: loop {
                    break 'l 1;
                }
                let Some(x) = y else { return };
                let q = if a { b } else { c };
                unsafe { f() };
                a.0.1;
                x..;
                ..=y;
                foo(|x| { bar(x) });
                [0; 3];
                &&x;
                ***y;
                !-x;
                a???;
            }
        "#]],
    );
}

#[test]
fn long_lines() {
    check(
        "fn a_function_with_a_long_name(first_parameter: FirstType, second_parameter: SecondType, third: u8) -> Result<(), Error> {
         let x = some_function_name(first_argument_value, second_argument_value, third_argument_value, 4);
         let y = value.first_method().second_method(argument).third_method(|x| x + 1).fourth_method().collect::<Vec<_>>();
         let z = first_condition_of_many && second_condition_of_many || third_condition_of_many && fourth_condition_of_many;
         match x { SomePattern::WithAName(value) => another_function_with_a_long_name_indeed(value) + yet_another_function(value), A | B => 1 }
         call(argument, move |value| { first(value); second(value) });
         let s = Some(Box::new(Structure { first_field: 1, second_field: 2, third_field: 3 }));
         let a = [1111111111, 2222222222, 3333333333, 4444444444, 5555555555, 6666666666, 7777777777];
         }",
        expect![[r#"
            fn a_function_with_a_long_name(
                first_parameter: FirstType,
                second_parameter: SecondType,
                third: u8,
            ) -> Result<(), Error> {
                let x = some_function_name(
                    first_argument_value,
                    second_argument_value,
                    third_argument_value,
                    4,
                );
                let y = value
                    .first_method()
                    .second_method(argument)
                    .third_method(|x| x + 1)
                    .fourth_method()
                    .collect::<Vec<_>>();
                let z = first_condition_of_many && second_condition_of_many
                    || third_condition_of_many && fourth_condition_of_many;
                match x {
                    SomePattern::WithAName(value) =>
                        another_function_with_a_long_name_indeed(value) + yet_another_function(value),
                    A | B => 1,
                }
                call(argument, move |value| {
                    first(value);
                    second(value)
                });
                let s = Some(Box::new(Structure {
                    first_field: 1,
                    second_field: 2,
                    third_field: 3,
                }));
                let a = [
                    1111111111,
                    2222222222,
                    3333333333,
                    4444444444,
                    5555555555,
                    6666666666,
                    7777777777,
                ];
            }
        "#]],
    );
}

#[test]
fn comments() {
    check(
        "// first\n\n// second\nfn f() { // open\n  // inside\n\n\n  a(); // trailing\n  /* block */ b(/* x */ 1, // one\n 2 /* two */);\n\n  // last\n}\n\nstruct S { // s\n a: u8, // a\n // b\n b: u8 // c\n}\nmatch_me! { a // b\n }\nmatch_me! {// c\n  a }\n#[own(// d\n 1 2)]\nstruct T;\n// end\n",
        expect![[r#"
            // first

            // second
            fn f() { // open
                // inside

                a(); // trailing
                /* block */ b(
                    /* x */ 1, // one
                    2, /* two */
                );

                // last
            }

            struct S { // s
                a: u8, // a
                // b
                b: u8, // c
            }
            match_me! { a // b
             }
            match_me! {// c
              a }
            #[own(// d
             1 2)]
            struct T;
            // end
        "#]],
    );
}

#[test]
fn damaged_text_is_refused() {
    assert!(format("fn f( {").is_err());
}

fn programs(dir: &Path, out: &mut Vec<PathBuf>) {
    let Ok(entries) = std::fs::read_dir(dir) else { return };
    for path in entries.filter_map(|entry| Some(entry.ok()?.path())) {
        if path.is_dir() {
            programs(&path, out);
        } else if path.extension().is_some_and(|extension| extension == "zari" || extension == "rs")
        {
            out.push(path);
        }
    }
}

#[test]
fn every_program_keeps_its_tokens_and_settles() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let mut paths = Vec::new();
    for dir in ["stdlib", "examples", "tests/run", "compiler/vez_fmt", "compiler/vez_ast/src"] {
        programs(&root.join(dir), &mut paths);
    }
    paths.sort();
    for path in paths {
        let Ok(text) = std::fs::read_to_string(&path) else { continue };
        if vez_parse::parse_file(&text, vez_base::FileId::new(0)).diagnostics.is_empty() {
            assert_holds(&text, &path.display().to_string());
        }
    }
}
