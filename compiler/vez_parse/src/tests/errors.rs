//! What is reported, and that what stands around an error is kept.

use super::check_errors;
use crate::parse_file;
use expect_test::expect;
use vez_ast::ItemKind;
use vez_base::FileId;

#[test]
fn one_error_a_mistake() {
    check_errors(
        "fn main() {
            let x = 5
            let y = x +;
            foo(a, b c);
            foo(a, b) + ;
            let s = S { a: 1 b: 2 };
            match x { 1 => 2, 3 4 => 5 }
            let = 3;
            if { foo() }
            if a < b < c {}
            let t = 1..=;
            if x == S { a: 1 } { }
            if let Some(x) = y || z {}
            let q = x as usize < 3;
            return 3
        }
        fn f(x, y) {}
        struct A { a: i32 b: i32 }
        enum E { A, B C }
        fn f()
        fn g() -> { }
        impl X { fn a(); fn let() {} junk fn b(self) {} }
        }
        use foo::;
        fn last() { 1 + }",
        expect![[r#"
            2: V0101 missing `;` at ""; insert `;`
            3: V0100 expected an expression, found `;` at ";"
            4: V0100 expected `)` or `,`, found `c` at "c"
            5: V0100 expected an expression, found `;` at ";"
            6: V0100 expected `}` or `,`, found `b` at "b"
            7: V0100 expected `=>`, found `4` at "4"
            8: V0100 expected a pattern, found `=` at "="
            9: V0119 missing condition of `if` at ""
            10: V0112 comparisons cannot be chained at "<"; compare twice
            11: E0586 inclusive range without an end at "..="
            12: V0115 struct literal in a condition needs parentheses at "S { a: 1 }"; surround it with parentheses
            13: V0100 expected an expression, found a `let` condition at "let Some(x) = y"
            14: V0118 `as` and `<` need parentheses between them at "<"
            17: V0101 missing the parameter's type at ""; give it a type
            18: V0100 expected `}` or `,`, found `b` at "b"
            19: V0100 expected `}` or `,`, found `C` at "C"
            21: V0100 expected a body, found keyword `fn` at "fn"
            21: V0100 expected a type, found `{` at "{"
            22: V0116 function without a body at ";"
            22: V0111 `let` is a keyword, not a name at "let"; escape it
            22: V0100 expected an item, found `junk` at "junk"
            23: V0103 unmatched `}` at "}"
            24: V0100 expected a name, `*` or `{`, found `;` at ";"
            25: V0100 expected an expression, found `}` at "}"
        "#]],
    );
}

#[test]
fn foreign_habits() {
    check_errors(
        "def foo(a: i32) -> i32 { a }
        fn main() {
            if x == 3 { } elif x == 4 { } else { }
            if x === 3 { }
            x++;
            var z = 3;
            y: i32 = 4;
            mut q = 4;
            if x > 1 and y < 2 { foo(); }
            while not x { }
            for (i = 0; i < 10; i++) { foo(); }
        }",
        expect![[r#"
            1: V0110 `def` is not VeZ at "def"; write `fn`
            3: V0110 `elif` is not VeZ at "elif"; write `else if`
            4: V0110 `===` is not VeZ at "==="; write `==`
            5: V0110 `++` is not VeZ at "++"; write ` += 1`
            6: V0110 `var` is not VeZ at "var"; write `let mut`
            7: V0101 missing `let` at ""; insert `let`
            8: V0101 missing `let` at ""; insert `let`
            9: V0110 `and` is not VeZ at "and"; write `&&`
            10: V0110 `not` is not VeZ at "not"; write `!`
            11: V0110 `for (start; condition; step)` is not VeZ at "for (i = 0; i < 10; i++)"
        "#]],
    );
}

#[test]
fn unclosed_delimiters() {
    check_errors(
        "fn f() {\n let x = (1 + 2;\n let z = [1, 2;\n foo(1, 2\n bar();\n}\nfn g() {}",
        expect![[r#"
        2: V0102 unclosed `(` at "("
        3: V0102 unclosed `[` at "["
        4: V0102 unclosed `(` at "("
    "#]],
    );
    check_errors(
        "fn g() { if x {\n}\nfn h() {}\n",
        expect![[r#"
        1: V0102 unclosed `{` at "{"
    "#]],
    );
    check_errors(
        "fn f(a: i32 { a }\nfn g() {}",
        expect![[r#"
        1: V0102 unclosed `(` at "("
    "#]],
    );
    check_errors(
        "fn f() { \"abc }",
        expect![[r#"
        1: E0765 string without its closing quote at "\"abc }"
    "#]],
    );
}

#[test]
fn doc_comments_that_document_nothing() {
    check_errors(
        "struct S { a: u8,\n /// x\n }\nfn f() {\n /// y\n }\n/// z\n",
        expect![[r#"
            2: E0585 doc comment documents nothing at "/// x"
            5: E0585 doc comment documents nothing at "/// y"
            7: E0585 doc comment documents nothing at "/// z"
        "#]],
    );
}

#[test]
fn literals() {
    check_errors(
        r#"const X: u8 = '\q' + "\u{110000}" + 0xZZ + 1u7 + 'ab' + 340282366920938463463374607431768211456 + b'é' + k"x";"#,
        expect![[r#"
            1: V0106 bad escape in a literal: unknown character escape `q` at "\\q"
            1: V0106 bad escape in a literal: unicode escape names no character at "\\u{110000}"
            1: E0768 number without digits after its `0x` at "0x"
            1: V0108 `u7` is no suffix of a number at "u7"
            1: V0109 character literal with more than one character at "'ab'"
            1: V0107 malformed number: integer literal is too large at "340282366920938463463374607431768211456"
            1: V0106 bad escape in a literal: non-ASCII character in a byte literal at "é"
            1: V0109 reserved prefix on a literal at "k"
            1: V0100 expected `;`, found `"x"` at "\"x\""
        "#]],
    );
}

#[test]
fn nesting_is_limited() {
    for (open, close) in [
        ("(", ")"),
        ("{", "}"),
        ("[", "]"),
        ("-", "1"),
        ("&", "1"),
        ("|x| ", "1"),
        ("x = ", "1"),
        ("if a {} else ", "{}"),
    ] {
        let text = format!(
            "fn f() {{ let x = {}{}; }}\nfn g() {{}}",
            open.repeat(5000),
            close.repeat(if close.len() == 1 && "])}".contains(close) { 5000 } else { 1 })
        );
        let parse = parse_file(&text, FileId::new(0));
        assert!(parse.diagnostics.iter().any(|error| error.code.as_str() == "V0002"), "{open}");
        let names: Vec<&str> =
            parse.file.items.iter().map(|child| child.item().name.name.as_str()).collect();
        assert_eq!(names, ["f", "g"], "{open}");
    }
    for (open, close) in [("Vec<", ">"), ("&", ""), ("(", ")"), ("fn(", ")"), ("*const ", "")] {
        let text = format!(
            "fn f() {{ let x: {}u8{} = 1; }}\nfn g() {{}}",
            open.repeat(5000),
            close.repeat(5000)
        );
        let parse = parse_file(&text, FileId::new(0));
        assert!(parse.diagnostics.iter().any(|error| error.code.as_str() == "V0002"), "{open}");
        assert_eq!(parse.file.items.len(), 2, "{open}");
    }
    for (open, close) in [("mod a {", "}"), ("fn f() {", "}")] {
        let text = format!("{}{}\nfn g() {{}}", open.repeat(5000), close.repeat(5000));
        let parse = parse_file(&text, FileId::new(0));
        assert!(parse.diagnostics.iter().any(|error| error.code.as_str() == "V0002"), "{open}");
    }
    let text = format!("use {}a{};\nfn g() {{}}", "{a::".repeat(5000), "}".repeat(5000));
    let parse = parse_file(&text, FileId::new(0));
    assert_eq!((parse.diagnostics.len(), parse.file.items.len()), (1, 2));
    let chain = format!("fn f() {{ x{}; y{}; }}", " + 1".repeat(5000), ".f()".repeat(5000));
    check_errors(
        &chain,
        expect![[r#"
        1: V0002 expressions nested more than 1024 levels deep at "+"
        1: V0002 expressions nested more than 1024 levels deep at "."
    "#]],
    );
}

#[test]
fn neighbours_survive() {
    let text = "fn a() { let x = ; ok(); } struct B { x: } fn c(x: ) {} impl D { fn e( {} fn g() {} } enum F { A, } ) fn h() {}";
    let parse = parse_file(text, FileId::new(0));
    let names: Vec<(&str, bool)> = parse
        .file
        .items
        .iter()
        .map(|child| {
            (child.item().name.name.as_str(), matches!(child.item().kind, ItemKind::Error))
        })
        .collect();
    assert_eq!(
        names,
        [("a", false), ("B", true), ("c", true), ("", false), ("F", false), ("h", false)]
    );
    let body = &parse.file.items[0].item().nodes.blocks;
    assert_eq!(body.iter().next().map(|block| block.stmts.len()), Some(2));
}
