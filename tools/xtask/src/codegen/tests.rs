//! Expansion of small templates.

use expect_test::{Expect, expect};

use super::*;

fn check(template: &str, expected: Expect) {
    let files = expand_template(Path::new("num/int.zari.in"), template).expect("it is right");
    let shown = files.iter().map(|(path, text)| {
        let body = text.split_once('\n').map_or("", |(_, body)| body);
        format!("== {}\n{body}", path.display())
    });
    expected.assert_eq(&shown.collect::<String>());
}

#[test]
fn words_and_sections_depend_on_the_type() {
    check(
        "#! for i8 u128 usize\n#! for f32 out $T.zari\n\
         $T $U $S $BITS $BYTES $MIN $MAX $WIDE $x\n\
         $[signed minus $]$[unsigned plus $]end\n\
         {\n    $[int\n    whole\n        $[!u128\n        small\n        $]\n    $]\n}\n",
        expect![[r#"
            == num/f32.zari
            f32 u32 i32 32 4 -3.4028235e38 3.4028235e38 f64 $x
            end
            {
            }
            == num/i8.zari
            i8 u8 i8 8 1 -128 127 i16 $x
            minus end
            {
                whole
                    small
            }
            == num/u128.zari
            u128 u128 i128 128 16 0 340282366920938463463374607431768211455 u128 $x
            plus end
            {
                whole
            }
            == num/usize.zari
            usize usize isize 64 8 0 18446744073709551615 u128 $x
            plus end
            {
                whole
                    small
            }
        "#]],
    );
}

#[test]
fn one_output_holds_all_types() {
    check(
        "#! for u8 i16 out from.zari\n$[each wider\nimpl From<$T> for $O {}\n$]\n",
        expect![[r#"
            == num/from.zari
            impl From<u8> for i16 {}
            impl From<u8> for i32 {}
            impl From<u8> for i64 {}
            impl From<u8> for i128 {}
            impl From<u8> for isize {}
            impl From<u8> for u16 {}
            impl From<u8> for u32 {}
            impl From<u8> for u64 {}
            impl From<u8> for u128 {}
            impl From<u8> for usize {}
            impl From<i16> for i32 {}
            impl From<i16> for i64 {}
            impl From<i16> for i128 {}
            impl From<i16> for isize {}
        "#]],
    );
}

#[test]
fn mistakes_have_lines() {
    let mistakes = [
        "text",
        "#! for i7 out a",
        "#! for i8 out a\n\n$[signed",
        "#! for i8 out a\n\n$]",
        "#! for i8 out a\nok\n$NOPE",
        "#! for i8 out a\nok\n\n$[even x $]",
        "#! for i8 out a\n$[each small x $]",
    ];
    let answers = mistakes.map(|text| {
        let (line, why) = expand_template(Path::new("a.in"), text).expect_err("it is a mistake");
        format!("{line}: {why}\n")
    });
    expect![[r#"
        1: a template starts with `#! for TYPES out FILE`
        1: no type `i7`
        3: section `signed` is not closed
        3: `$]` closes no section
        3: no word `$NOPE` for i8
        4: no condition `even`
        2: no list `small`
    "#]]
    .assert_eq(&answers.concat());
}
